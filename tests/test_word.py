"""Word papers: layout of Nghị định 30/2020/NĐ-CP, every letter whole, templates that an office may change, faults that name the tag."""

import io
import re
import subprocess
import sys
import zipfile
from itertools import islice
from pathlib import Path

import docx
import pytest
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_samples import ALPHABET, SIGNS, UNIT, many, print_word, read_pdf, signed
from test_emit import EMPTY, RESULT, make_result

from models import OutputError, Result
from pipeline.emit.checklist import build_checklists
from pipeline.emit.papers import Office, checklists, letters, write_appendix, write_checklist, write_hand_over
from pipeline.emit.rows import build_rows
from pipeline.emit.word import SHIPPED, write_word

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
anything = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)


def opened(paper: bytes) -> "docx.document.Document":
    return docx.Document(io.BytesIO(paper))


def table(paper: bytes, number: int = -1) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in opened(paper).tables[number].rows]


def checklist(result: Result = RESULT) -> bytes:
    return write_checklist(build_checklists(result, build_rows(result))[0])


def changed(folder: Path, name: str, old: str, new: str) -> Office:
    """Return an office whose template ``name`` says ``new`` where ours says ``old``."""
    with zipfile.ZipFile(SHIPPED / name) as ours, zipfile.ZipFile(folder / name, "w") as own:
        for info in ours.infolist():
            content = ours.read(info)
            if info.filename == "word/document.xml":
                assert old in content.decode()
                content = content.decode().replace(old, new, 1).encode()
            own.writestr(info.filename, content)
    return Office(templates=folder)


# --- what stands in them ---------------------------------------------------------------------------------------------------


def test_the_appendix_has_a_row_a_task() -> None:
    paper = write_appendix([RESULT])
    assert [p.text for p in opened(paper).paragraphs if p.text] == [
        "PHỤ LỤC", "PHÂN CÔNG NHIỆM VỤ", "(Kèm theo Kế hoạch số 18/KH-UBND ngày 08/01/2021 của UBND thị xã Sơn Tây)"
    ]  # fmt: skip
    head = opened(paper).tables[0].rows[0].cells
    assert [p.text for p in head[0].paragraphs if p.text] == ["UBND THỊ XÃ SƠN TÂY"]
    assert [p.text for p in head[1].paragraphs if p.text] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    cells = table(paper)
    assert cells[0] == ["TT", "Nội dung nhiệm vụ", "Cơ quan, đơn vị chủ trì", "Cơ quan, đơn vị phối hợp", "Thời hạn", "Sản phẩm, chỉ tiêu"]
    assert [row[0] for row in cells[1:]] == ["1", "2", "3"]
    assert cells[1][2:] == ["Phòng Nội vụ", "Phòng Tài chính\nBáo cáo: UBND thị xã", "trước ngày 15/3/2021", ""]
    assert cells[2][2:5] == [
        "Phòng Nội vụ; Công an thị xã",
        "Thực hiện: Các xã, phường",
        "hằng quý\ntrước tháng 7/2021 (chậm nhất 30/06/2021)",
    ]
    assert cells[2][5] == "chỉ tiêu: ít nhất 30%"
    assert cells[3][1:] == ["Niêm yết công khai kết quả.", "", "", "", ""]


def test_several_directives_have_a_title_row_each() -> None:
    cells = table(write_appendix([RESULT, make_result("b", "19/KH-UBND")]), 0)
    assert [row[0] for row in cells[1:]] == [
        "Kế hoạch số 18/KH-UBND ngày 08/01/2021: Sắp xếp bộ máy", "1", "2", "3",
        "Kế hoạch số 19/KH-UBND ngày 08/01/2021: Sắp xếp bộ máy", "1", "2", "3",
    ]  # fmt: skip


def test_a_party_paper_has_the_head_of_the_party() -> None:
    header = RESULT.header.model_copy(update={"issuer": RESULT.header.issuer.model_copy(update={"name": "Thị ủy Sơn Tây"})})  # type: ignore[union-attr]
    head = opened(write_appendix([RESULT.model_copy(update={"header": header})])).tables[0].rows[0].cells
    assert [p.text for p in head[1].paragraphs if p.text] == ["ĐẢNG CỘNG SẢN VIỆT NAM"]


def test_the_checklist_has_boxes_and_other_leads() -> None:
    paper = checklist()
    assert [p.text for p in opened(paper).paragraphs[:2]] == ["DANH MỤC NHIỆM VỤ", UNIT]
    cells = table(paper)
    assert cells[0] == ["TT", "Nhiệm vụ", "Phối hợp", "Thời hạn", "Xong"]
    assert cells[1][1].endswith("\n(mục 2, gạch 1)")
    assert cells[1][2:] == ["Phòng Tài chính\nBáo cáo: UBND thị xã", "trước ngày 15/3/2021", "☐"]
    assert cells[2][1].startswith("= 30% <chỉ tiêu> & @nhắc việc")
    assert cells[2][2].startswith("Cùng chủ trì: Công an thị xã")


def test_the_letter_hands_over_what_a_unit_leads_and_helps_with() -> None:
    office = Office("Văn phòng HĐND và UBND", "Ủy ban nhân dân thị xã", "Sơn Tây")
    paper = write_hand_over([RESULT], "Phòng Tài chính", office=office)
    said = [p.text for p in opened(paper).paragraphs if p.text]
    assert said[0] == "Kính gửi: Phòng Tài chính."
    assert said[1] == "Thực hiện Kế hoạch số 18/KH-UBND ngày 08/01/2021 của UBND thị xã Sơn Tây (Sắp xếp bộ máy),"
    assert "I. Nhiệm vụ phối hợp, tham gia thực hiện" in said and not any("chủ trì" in words for words in said)
    head = opened(paper).tables[0].rows[0].cells
    assert [p.text for p in head[0].paragraphs if p.text][:2] == ["ỦY BAN NHÂN DÂN THỊ XÃ", "VĂN PHÒNG HĐND VÀ UBND"]
    assert head[1].paragraphs[-1].text == "Sơn Tây, ngày …… tháng …… năm ……"
    assert table(paper, 1)[1][1:3] == [build_rows(RESULT)[0].text + "\n(mục 2, gạch 1)", UNIT]
    both = write_hand_over([RESULT], UNIT)
    assert "I. Nhiệm vụ chủ trì" in [p.text for p in opened(both).paragraphs]


@pytest.mark.parametrize(
    "paper", [write_appendix([RESULT]), checklist(), write_hand_over([RESULT], UNIT)], ids=["appendix", "list", "letter"]
)
def test_papers_are_set_as_official_texts_are(paper: bytes) -> None:
    word = opened(paper)
    section = word.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(m.mm) if m else None for m in margins] == [20, 20, 30, 15]
    assert section.page_width and section.page_height
    assert {round(section.page_width.mm), round(section.page_height.mm)} == {210, 297}
    assert section.different_first_page_header_footer and "PAGE" in section.header._element.xml
    fonts = word.styles.element.find(f"{WORD}docDefaults/{WORD}rPrDefault/{WORD}rPr/{WORD}rFonts")
    assert fonts is not None and fonts.get(f"{WORD}ascii") == "Times New Roman"
    assert word.styles["Normal"].font.name == "Times New Roman" and word.styles["Normal"].font.size.pt == 13
    tasks = next(t for t in word.tables if t.rows[0].cells[0].text == "TT")
    assert tasks.rows[0]._tr.find(f"{WORD}trPr/{WORD}tblHeader") is not None
    assert sum(tasks.columns[n].width for n in range(len(tasks.columns))) <= section.page_width - Mm(44)


def test_every_unit_with_tasks_gets_a_letter_and_every_lead_a_list() -> None:
    made = dict(letters([RESULT]))
    assert list(made) == ["phong-noi-vu.docx", "cong-an-thi-xa.docx", "phong-tai-chinh.docx", "cac-xa-phuong.docx"]
    assert made["phong-tai-chinh.docx"] == write_hand_over([RESULT], "Phòng Tài chính")
    assert [name for name, _ in checklists([RESULT])] == ["phong-noi-vu.docx", "cong-an-thi-xa.docx", "chua-ro-don-vi.docx"]
    two = [name for name, _ in checklists([RESULT, make_result("b", "19/KH-UBND")])]
    assert len(set(two)) == 6 and two[0] == "ke-hoach-so-18-kh-ubnd-ngay-08-01-2021/phong-noi-vu.docx"


def test_offices_of_two_districts_that_are_called_the_same_get_a_letter_each() -> None:
    units = tuple(unit.model_copy(update={"id": f"{unit.id}.noi-khac"}) for unit in RESULT.units)
    ids = {unit.id: f"{unit.id}.noi-khac" for unit in RESULT.units}
    moved = [[a.model_copy(update={"unit_id": ids.get(a.unit_id, a.unit_id)}) for a in task.assignments] for task in RESULT.tasks]
    tasks = tuple(task.model_copy(update={"assignments": tuple(held)}) for task, held in zip(RESULT.tasks, moved, strict=True))
    header = RESULT.header.model_copy(update={"number": "77/KH-UBND"})
    elsewhere = RESULT.model_copy(update={"units": units, "tasks": tasks, "header": header})
    made = dict(letters([RESULT, elsewhere]))
    assert made["phong-noi-vu.docx"] == write_hand_over([RESULT], UNIT)
    assert made["phong-noi-vu-2.docx"] == write_hand_over([elsewhere], UNIT)
    assert list(dict(letters([RESULT, elsewhere], wanted=lambda name: name == UNIT))) == ["phong-noi-vu.docx", "phong-noi-vu-2.docx"]


# --- letters and bytes -----------------------------------------------------------------------------------------------------


def test_no_sign_is_taken_for_a_command_and_no_letter_is_lost() -> None:
    cells = table(write_appendix([signed()]))
    assert cells[1][1] == " ".join(SIGNS.replace("*đậm*", "đậm").split())
    assert f"<{ALPHABET}>" in cells[1][3]
    assert f"(Sắp xếp #bộ {SIGNS.replace('*đậm*', 'đậm')})" in opened(write_hand_over([signed()], UNIT)).paragraphs[1].text


@settings(max_examples=25, deadline=None)
@given(anything, anything, anything)
def test_whatever_the_words_the_papers_open(title: str, text: str, name: str) -> None:
    header = RESULT.header.model_copy(update={"title": title})
    units = tuple(unit.model_copy(update={"name": name}) for unit in RESULT.units)
    tasks = tuple(task.model_copy(update={"text": text}) for task in RESULT.tasks)
    result = RESULT.model_copy(update={"header": header, "units": units, "tasks": tasks})
    for paper in (write_appendix([result]), *(paper for _, paper in islice(letters([result]), 1))):
        opened(paper)


def test_the_same_result_gives_the_same_bytes_and_no_day() -> None:
    assert write_appendix([RESULT]) == write_appendix([RESULT.model_copy(deep=True)])
    with zipfile.ZipFile(io.BytesIO(write_appendix([RESULT]))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms" not in archive.read("docProps/core.xml")


def test_nothing_to_hand_over_still_makes_a_paper() -> None:
    assert len(table(write_appendix([EMPTY]))) == 1
    assert len(table(write_appendix([]))) == 1


def test_libreoffice_prints_what_was_written(tmp_path: Path) -> None:
    pages = read_pdf(print_word(write_appendix([many(12)]), tmp_path))
    assert 4 <= len(pages) <= 8
    assert not pages[0].startswith("1 ")
    assert all(page.count("TT ") == 1 for page in pages), "the head of the table stands on every page"
    assert [page.split()[0] for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]
    assert " ".join(pages).count("30%") == 24, "in the words of a task and as its target"


# --- templates of an office ------------------------------------------------------------------------------------------------


def test_an_office_changes_its_template(tmp_path: Path) -> None:
    office = changed(tmp_path, "phu-luc.docx", "PHỤ LỤC", "PHỤ LỤC I – {{ count }} việc")
    assert "PHỤ LỤC I – 3 việc" in [p.text for p in opened(write_appendix([RESULT], office=office)).paragraphs]
    assert write_hand_over([RESULT], UNIT, office=office) == write_hand_over([RESULT], UNIT), "what the folder does not have is ours"
    changed(tmp_path, "phu-luc.docx", "PHỤ LỤC", "PHỤ LỤC II")
    assert "PHỤ LỤC II" in [p.text for p in opened(write_appendix([RESULT], office=office)).paragraphs], "a change is seen at once"


def test_words_that_word_cut_apart_are_one_tag(tmp_path: Path) -> None:
    cut = '<w:r><w:t>{</w:t></w:r><w:r><w:t>{ count </w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:t>}}</w:t></w:r>'
    office = changed(tmp_path, "phu-luc.docx", "<w:t>PHỤ LỤC</w:t></w:r>", f"<w:t>Số: </w:t></w:r>{cut}")
    assert "Số: 3" in [p.text for p in opened(write_appendix([RESULT], office=office)).paragraphs]


def test_lines_within_a_cell(tmp_path: Path) -> None:
    office = changed(tmp_path, "phu-luc.docx", "join('; ')", "join('\\n')")
    assert table(write_appendix([RESULT], office=office))[2][2] == "Phòng Nội vụ\nCông an thị xã"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ task.text }}", "{{ task.txet }}", ["phu-luc.docx", "{{ task.txet }}", "«txet»"]),
        ("PHỤ LỤC", "PHỤ LỤC {{ so_van_ban }}", ["{{ so_van_ban }}", "«so_van_ban»"]),
        ("PHỤ LỤC", "PHỤ LỤC {{ title", ["{{ title", "thẻ viết chưa đúng"]),
        ("PHỤ LỤC", "{% if title %}PHỤ LỤC", ["{% if title %}", "thẻ viết chưa đúng"]),
        ("{{ task.text }}", "{{ task.text | hoa }}", ["{{ task.text | hoa }}", "hoa"]),
        ("{{ task.text }}", "{{ task.text / 2 }}", ["{{ task.text / 2 }}"]),
        ("PHỤ LỤC", "{{ ''.__class__.__mro__ }}", ["{{ ''.__class__.__mro__ }}"]),
        ("{%tr for task in group.tasks %}", "{% for task in group.tasks %}", ["phu-luc.docx"]),
    ],
)
def test_a_fault_of_a_template_names_the_tag(tmp_path: Path, old: str, new: str, said: list[str]) -> None:
    office = changed(tmp_path, "phu-luc.docx", old, new)
    with pytest.raises(OutputError) as error:
        write_appendix([RESULT], office=office)
    assert all(words in str(error.value) for words in said), str(error.value)


def test_what_is_no_word_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "phu-luc.docx").write_bytes(b"x" * 50)
    with pytest.raises(OutputError, match=r"phu-luc\.docx: không phải tệp Word"):
        write_appendix([RESULT], office=Office(templates=tmp_path))
    with pytest.raises(OutputError, match="Không có thư mục mẫu"):
        write_appendix([RESULT], office=Office(templates=tmp_path / "không có"))


def test_the_templates_that_come_along_are_those_the_script_makes(tmp_path: Path) -> None:
    script = Path(__file__).parent.parent / "scripts" / "word_templates.py"
    run = f"import word_templates as w; w.FOLDER = w.Path({str(tmp_path)!r}); w.main()"
    subprocess.run([sys.executable, "-c", run], check=True, timeout=60, cwd=script.parent)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in SHIPPED.glob("*.docx")}


def test_every_value_that_templates_use_is_described() -> None:
    described = (Path(__file__).parent.parent / "docs" / "templates.md").read_text(encoding="utf-8")
    used: set[str] = set()
    for file in SHIPPED.glob("*.docx"):
        with zipfile.ZipFile(file) as archive:
            tags = re.findall(r"\{[{%](.*?)[%}]\}", re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode()))
        used |= {name for tag in tags for name in re.findall(r"(?:task|group|held)\.(\w+)", tag)}
    assert len(used) > 10
    assert not [name for name in sorted(used) if f"`{name}`" not in described]


def test_an_unknown_paper_is_our_fault() -> None:
    with pytest.raises(OutputError):
        write_word("khong-co", {})
