"""Papers as PDF: every letter whole, fonts inside, no day, nothing from the net, faults that name file and line."""

import io
import shutil
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_samples import ALPHABET, SIGNS, UNIT, many, print_word, read_pdf, signed
from pdfplumber import open as open_pdf
from pypdfium2 import PdfDocument
from test_emit import EMPTY, RESULT, make_result

from models import OutputError, Result
from pipeline.emit.checklist import build_checklists
from pipeline.emit.papers import Office, write_appendix, write_checklist, write_hand_over
from pipeline.emit.printed import SHIPPED, _fonts, _forget
from pipeline.emit.rows import build_rows

anything = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)


def checklist(result: Result = RESULT) -> bytes:
    return write_checklist(build_checklists(result, build_rows(result))[0], "pdf")


def said(pdf: bytes) -> str:
    return " ".join(read_pdf(pdf))


def test_the_appendix_says_what_the_word_file_says() -> None:
    words = said(write_appendix([RESULT], "pdf"))
    assert words.startswith("UBND THỊ XÃ SƠN TÂY CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc PHỤ LỤC PHÂN CÔNG NHIỆM VỤ")
    assert "(Kèm theo Kế hoạch số 18/KH-UBND ngày 08/01/2021 của UBND thị xã Sơn Tây)" in words
    for part in ("Niêm yết công khai kết quả.", "Báo cáo: UBND thị xã", "trước ngày 15/3/2021", "chỉ tiêu: ít nhất 30%", "Công an thị xã"):
        assert part in words
    assert "Thời hạn các nhiệm vụ" in words and "Số nhiệm vụ của từng đơn vị" in words, "the pictures, their words as text"


def test_the_cells_are_those_of_the_rows() -> None:
    with open_pdf(io.BytesIO(write_appendix([RESULT], "pdf"))) as pdf:
        cells = pdf.pages[0].extract_table()
    flat = [[" ".join((cell or "").split()) for cell in row] for row in cells]
    assert [row[0] for row in flat] == ["TT", "1", "2", "3"]
    assert flat[1][2:5] == ["Phòng Nội vụ", "Phòng Tài chính Báo cáo: UBND thị xã", "trước ngày 15/3/2021"]
    assert flat[3][1:] == ["Niêm yết công khai kết quả.", "", "", "", ""]


def test_no_sign_is_taken_for_a_command_and_no_letter_is_lost() -> None:
    words = said(write_appendix([signed()], "pdf")).replace(" ", "")
    assert SIGNS.replace("*đậm*", "đậm").replace(" ", "") in words
    assert f"<{ALPHABET}>".replace(" ", "") in words
    assert "#bộ" in said(write_hand_over([signed()], UNIT, "pdf"))


@settings(max_examples=15, deadline=None)
@given(anything, anything, anything)
def test_whatever_the_words_the_papers_open(title: str, text: str, name: str) -> None:
    header = RESULT.header.model_copy(update={"title": title})
    units = tuple(unit.model_copy(update={"name": name}) for unit in RESULT.units)
    tasks = tuple(task.model_copy(update={"text": text}) for task in RESULT.tasks)
    result = RESULT.model_copy(update={"header": header, "units": units, "tasks": tasks})
    assert read_pdf(write_appendix([result], "pdf"))


def test_list_and_letter() -> None:
    words = said(checklist())
    assert words.startswith(f"DANH MỤC NHIỆM VỤ {UNIT} (Theo Kế hoạch số 18/KH-UBND")
    assert "(mục 2, gạch 1)" in words and "Cùng chủ trì: Công an thị xã" in words
    office = Office("Văn phòng HĐND và UBND", "Ủy ban nhân dân thị xã", "Sơn Tây")
    words = said(write_hand_over([RESULT, make_result("b", "19/KH-UBND")], UNIT, "pdf", office))
    for part in (
        "ỦY BAN NHÂN DÂN THỊ XÃ", "VĂN PHÒNG HĐND VÀ UBND", "Kính gửi: Phòng Nội vụ.", "Sơn Tây, ngày …… tháng …… năm ……",
        "I. Nhiệm vụ chủ trì", "Kế hoạch số 19/KH-UBND ngày 08/01/2021, mục 2, gạch 1", "- Lưu: VT",
    ):  # fmt: skip
        assert part.replace(" ", "") in words.replace(" ", ""), part


def test_pages_and_fonts_are_those_of_official_texts() -> None:
    with open_pdf(io.BytesIO(write_appendix([many(12)], "pdf"))) as pdf:
        first, second = pdf.pages[:2]
        assert (round(first.width), round(first.height)) == (842, 595)
        assert min(char["x0"] for char in first.chars) >= 30 / 25.4 * 72 - 1
        assert max(char["x1"] for char in first.chars) <= 842 - 15 / 25.4 * 72 + 1
        assert second.extract_text().split()[0] == "2" and not first.extract_text().startswith("1\n")
        assert "Nội dung nhiệm vụ" in second.extract_text(), "the head of the table stands on every page"
        families = {char["fontname"].split("+")[1].split("-")[0] for char in first.chars}
        assert all("+" in char["fontname"] for char in first.chars), "a font that is not inside prints as another"
    assert families <= {"TimesNewRomanPSMT", "TimesNewRomanPS", "Tinos", "LiberationSerif", "LibertinusSerif"}
    with open_pdf(io.BytesIO(checklist())) as pdf:
        assert (round(pdf.pages[0].width), round(pdf.pages[0].height)) == (595, 842)


def test_the_font_that_comes_with_typst_has_all_letters() -> None:
    assert "Libertinus Serif" in _fonts().families()


def test_the_same_result_gives_the_same_bytes_and_no_day() -> None:
    pdf = write_appendix([RESULT], "pdf")
    assert pdf == write_appendix([RESULT.model_copy(deep=True)], "pdf")
    dates = {PdfDocument(pdf).get_metadata_value(key) for key in ("CreationDate", "ModDate")}
    assert not any(day and "1980" not in day for day in dates)


def ink(pdf: bytes) -> tuple[float, ...]:
    """Return how far the first page is printed on, in mm: left, top, right, bottom; and the size of the page."""
    page = PdfDocument(pdf)[0]
    dots = page.render(scale=2, grayscale=True).to_pil().point(lambda light: 255 if light < 128 else 0)
    box = dots.getbbox()
    assert box is not None
    return tuple(round(dot / 2 / 72 * 25.4, 1) for dot in (*box, *dots.size))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not there")
@pytest.mark.parametrize("paper", ["appendix", "letter"])
def test_word_and_pdf_look_alike_on_paper(paper: str, tmp_path: Path) -> None:
    def write(form: Literal["docx", "pdf"]) -> bytes:
        return write_appendix([many(9)], form) if paper == "appendix" else write_hand_over([many(9)], UNIT, form)

    word, pdf = ink(print_word(write("docx"), tmp_path).read_bytes()), ink(write("pdf"))
    for left, top, right, bottom, width, height in (word, pdf):
        assert sorted((round(width), round(height))) == [210, 297]
        assert left > 19 and top > 18 and width - right > 13 and height - bottom > 14, "nothing runs into the margins"
    assert word[4:] == pytest.approx(pdf[4:], abs=0.5)
    assert word[:3] == pytest.approx(pdf[:3], abs=4)


def directives(count: int, times: int = 5) -> list[Result]:
    """Directives with ``times`` × 3 tasks each."""
    return [
        make_result(f"{n:x}".rjust(64, "0"), f"{n}/KH-UBND").model_copy(update={"tasks": many(times).tasks}) for n in range(1, count + 1)
    ]


def test_a_long_appendix_is_set_in_parts_and_reads_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    results = directives(7)
    whole = read_pdf(write_appendix(results, "pdf"))
    monkeypatch.setattr("pipeline.emit.papers._PART", 30)
    pdf = write_appendix(results, "pdf")
    pages = read_pdf(pdf)
    assert len(pages) > 4
    assert [page.split()[0] for page in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)], "pages are numbered through"
    assert sum("PHỤ LỤC" in page for page in pages) == 1 and "PHỤ LỤC" in pages[0]
    assert all("Nội dung nhiệm vụ" in page for page in pages)
    for result in results:
        assert sum(f"Kế hoạch số {result.header.number} ngày" in page for page in pages) == 1, "each directive has its title row"

    def cells(pages: list[str]) -> list[str]:
        return sorted(" ".join(pages).replace("TT Nội dung nhiệm vụ", "").split())

    assert [word for word in cells(pages) if word.isalpha()].count("Ban") == [word for word in cells(whole) if word.isalpha()].count("Ban")
    assert pdf == write_appendix(results, "pdf"), "the same bytes"
    assert PdfDocument(pdf).get_metadata_value("Title") == "Phân công nhiệm vụ" and b"/StructTreeRoot" not in pdf


def test_a_long_letter_is_set_in_parts_and_reads_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    results = directives(4, 9)
    whole = said(write_hand_over(results, UNIT, "pdf"))
    monkeypatch.setattr("pipeline.emit.papers._PART", 10)
    pages = read_pdf(write_hand_over(results, UNIT, "pdf"))
    words = " ".join(pages).replace(" ", "")
    for part in ("Kính gửi:", "I. Nhiệm vụ chủ trì", "Đề nghị Phòng Nội vụ", "Nơi nhận:"):
        assert words.count(part.replace(" ", "")) == whole.replace(" ", "").count(part.replace(" ", "")) == 1, part
    assert pages[0].find("Kính gửi") > 0 and "Nơi nhận" in pages[-1]
    assert [page.split()[0] for page in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)]
    assert words.count("mục2,gạch1") == whole.replace(" ", "").count("mục2,gạch1") == 36


def test_a_template_that_knows_no_parts_is_set_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = (SHIPPED / "phu-luc.typ").read_text(encoding="utf-8")
    (tmp_path / "phu-luc.typ").write_text(ours.replace("data.first_page == 1", "true"), encoding="utf-8")
    monkeypatch.setattr("pipeline.emit.papers._PART", 30)
    pages = read_pdf(write_appendix(directives(7), "pdf", Office(templates=tmp_path)))
    assert sum("PHỤ LỤC" in page for page in pages) == 1
    assert pages[-1].split()[0] == str(len(pages))


def test_what_is_kept_of_a_large_paper_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = write_appendix([RESULT], "pdf")
    asked: list[Path] = []
    monkeypatch.setattr("pipeline.emit.printed._LARGE", 0)
    monkeypatch.setattr("pipeline.emit.printed._forget", lambda place, forget=_forget: (asked.append(place), forget(place)))
    assert write_appendix([RESULT], "pdf") == paper and len(asked) == 1


def test_nothing_to_hand_over_still_makes_a_paper() -> None:
    assert "PHỤ LỤC" in said(write_appendix([EMPTY], "pdf"))
    assert "PHỤ LỤC" in said(write_appendix([], "pdf"))


# --- templates of an office ------------------------------------------------------------------------------------------------


def own(folder: Path, old: str, new: str) -> Office:
    text = (SHIPPED / "viec-theo-don-vi.typ").read_text(encoding="utf-8")
    assert old in text
    (folder / "viec-theo-don-vi.typ").write_text(text.replace(old, new, 1), encoding="utf-8")
    return Office(templates=folder)


def test_an_office_changes_its_template_and_adds_a_picture(tmp_path: Path) -> None:
    (tmp_path / "dau.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>')
    office = own(tmp_path, "#show: page-setup", '#show: page-setup\n#image("dau.svg") Mẫu của quận')
    made = build_checklists(RESULT, build_rows(RESULT))[0]
    assert said(write_checklist(made, "pdf", office)).startswith("Mẫu của quận")
    assert write_appendix([RESULT], "pdf", office) == write_appendix([RESULT], "pdf"), "what the folder does not have is ours"


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("#show: page-setup\n#data.khong_co", ["viec-theo-don-vi.typ", "khong_co"]),
        ("#show: page-setup\n#let (", ["viec-theo-don-vi.typ:"]),
        ('#import "@preview/cetz:0.3.0"\n#show: page-setup', ["viec-theo-don-vi.typ", "@preview/cetz:0.3.0", "mạng"]),
        ('#show: page-setup\n#read("/etc/passwd")', ["viec-theo-don-vi.typ"]),
        ('#show: page-setup\n#read("../../../../etc/passwd")', ["viec-theo-don-vi.typ"]),
    ],
)
def test_a_fault_of_a_template_names_file_and_line(tmp_path: Path, new: str, words: list[str]) -> None:
    office = own(tmp_path, "#show: page-setup", new)
    with pytest.raises(OutputError) as error:
        write_checklist(build_checklists(RESULT, build_rows(RESULT))[0], "pdf", office)
    assert all(word in str(error.value) for word in words), str(error.value)
    assert "/tmp/giaoviec-" not in str(error.value)
