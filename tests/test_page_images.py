"""Pictures of pages: the frame of each task holds the words of that task, whatever kind of file the page comes from."""

import io
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import docx
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from models import Block, OutputError, Result, SourceError, Span
from pipeline.cli import main
from pipeline.messages import speak
from pipeline.page_images import draw_pages
from pipeline.read.html import bare_page
from pipeline.read.office import convert
from pipeline.read.page_align import align
from pipeline.read.page_drawing import DEADLINE_TINT, FRAMES, UNIT_TINT
from pipeline.read.page_marks import Places
from pipeline.read.page_words import find_edges
from pipeline.read.pages import DPI
from pipeline.read.plain import read_plain
from pipeline.rulebook import rulebook
from pipeline.run import process

HEAD = """ỦY BAN NHÂN DÂN TỈNH BÌNH AN
Số: 12/KH-UBND
Bình An, ngày 05 tháng 3 năm 2025
KẾ HOẠCH
Phát triển chợ nông thôn năm 2025
I. MỤC ĐÍCH
Các chợ bảo đảm vệ sinh, an toàn cho người mua, người bán.
II. NHIỆM VỤ"""
TASKS = (
    "1. Giao Sở Công Thương chủ trì, phối hợp với Sở Tài chính rà soát toàn bộ các chợ hạng III trên địa bàn, lập danh sách các "
    "chợ phải sửa chữa hoặc di dời và báo cáo Ủy ban nhân dân tỉnh trước ngày 30/6/2025.",
    "2. Giao Sở Xây dựng ban hành mẫu thiết kế chợ nông thôn trong quý III năm 2025.",
    "3. Giao Công an tỉnh kiểm tra công tác phòng cháy, chữa cháy tại các chợ, xử lý nghiêm các trường hợp vi phạm; định kỳ hằng "
    "quý tổng hợp kết quả.",
)
ROWS = (
    ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn"),
    ("1", "Xây dựng đề án chuyển đổi mô hình quản lý chợ", "Sở Công Thương", "Quý III/2025"),
    ("2", "Tập huấn cho người bán hàng về an toàn thực phẩm", "Sở Y tế", "Tháng 9/2025"),
)
FOOT = "TM. ỦY BAN NHÂN DÂN"


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    speak("vi")


@pytest.fixture(scope="module")
def word() -> bytes:
    made = docx.Document()
    made.styles["Normal"].font.name = "Times New Roman"
    for line in (*HEAD.splitlines(), *TASKS, "Phụ lục"):
        made.add_paragraph(line)
    table = made.add_table(rows=0, cols=4, style="Table Grid")
    for row in ROWS:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    made.add_paragraph(FOOT)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def printed(word: bytes) -> bytes:
    return convert(word, "docx", "kế hoạch.docx", "pdf")


@pytest.fixture(scope="module")
def scan(printed: bytes) -> Image.Image:
    """The page laid on the glass a little askew."""
    page = pypdfium2.PdfDocument(printed)[0].render(scale=200 / 72).to_pil().convert("L")
    return page.rotate(1.1, Image.Resampling.BICUBIC, fillcolor=255)


Draw = Callable[[str, bytes], tuple[Result, list[Path], list[int]]]


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    def make(name: str, raw: bytes) -> tuple[Result, list[Path], list[int]]:
        path = tmp_path / name
        path.write_bytes(raw)
        result = process(path, rulebook())
        return (result, *draw_pages(path, result, tmp_path / "trang"))

    return make


def pixels(path: Path) -> NDArray[np.uint8]:
    return np.asarray(Image.open(path).convert("RGB"))


def framed(picture: NDArray[np.uint8], number: int) -> tuple[float, float, float, float] | None:
    """Return what the frame of a task surrounds, in points."""
    y, x = np.nonzero((picture == np.array(FRAMES[number - 1])).all(axis=2))
    points = 72 / DPI
    return (x.min() * points, y.min() * points, x.max() * points, y.max() * points) if len(x) else None


def letters(text: str) -> str:
    """Return the letters and figures of ``text`` in the order of the alphabet: letters of a second font stand elsewhere in a PDF."""
    return "".join(sorted(letter for letter in unicodedata.normalize("NFC", text) if letter.isalnum()))


def letters_in(printed: bytes, box: tuple[float, float, float, float]) -> str:
    """Return the letters that the PDF itself has in ``box``."""
    page = pypdfium2.PdfDocument(printed)[0]
    left, top, right, bottom = box
    height = page.get_height()
    return letters(page.get_textpage().get_text_bounded(left, height - bottom, right, height - top))


def dark(picture: NDArray[np.uint8], box: tuple[float, float, float, float]) -> int:
    left, top, right, bottom = (round(value * DPI / 72) for value in box)
    return int((picture[top:bottom, left:right].max(axis=2) < 80).sum())


def check_frames(picture: NDArray[np.uint8], result: Result, printed: bytes) -> None:
    assert len(result.tasks) == len(TASKS) + len(ROWS) - 1
    for number, expected in enumerate([*TASKS, *(" ".join(row) for row in ROWS[1:])], 1):
        box = framed(picture, number)
        assert box and dark(picture, box) > 200
        assert letters_in(printed, box) == letters(expected)
    assert (picture == np.array(UNIT_TINT)).all(axis=2).sum() > 1000
    assert (picture == np.array(DEADLINE_TINT)).all(axis=2).sum() > 1000


def test_each_frame_on_a_pdf_holds_the_words_of_its_task(draw: Draw, printed: bytes) -> None:
    result, files, missing = draw("kế hoạch.pdf", printed)
    assert [file.name for file in files] == ["kế hoạch-001.png"]
    assert not missing
    check_frames(pixels(files[0]), result, printed)


def test_pages_of_word_files_are_those_of_their_print(draw: Draw, word: bytes, printed: bytes) -> None:
    result, files, missing = draw("kế hoạch.docx", word)
    assert len(files) == 1 and not missing
    check_frames(pixels(files[0]), result, printed)


@pytest.mark.parametrize(("name", "turn"), [("quét.png", 0), ("ngang.tif", 90)])
def test_a_scan_is_shown_upright_and_straight(draw: Draw, scan: Image.Image, printed: bytes, name: str, turn: int) -> None:
    stream = io.BytesIO()
    scan.rotate(turn, expand=True).save(stream, "PNG" if name.endswith("png") else "TIFF", dpi=(200, 200))
    result, files, missing = draw(name, stream.getvalue())
    assert len(files) == 1 and not missing
    check_frames(pixels(files[0]), result, printed)


def test_scanned_pages_of_a_pdf_too(draw: Draw, scan: Image.Image, printed: bytes) -> None:
    stream = io.BytesIO()
    scan.save(stream, "PDF", resolution=200)
    result, files, _ = draw("quét.pdf", stream.getvalue())
    check_frames(pixels(files[0]), result, printed)


def test_a_page_that_lies_on_its_side_is_turned(draw: Draw, printed: bytes) -> None:
    document = pypdfium2.PdfDocument(printed)
    document[0].set_rotation(270)
    stream = io.BytesIO()
    document.save(stream)
    result, files, _ = draw("nằm.pdf", stream.getvalue())
    check_frames(pixels(files[0]), result, printed)


def test_a_web_page_fetches_nothing(draw: Draw) -> None:
    body = "".join(f"<p>{line}</p>" for line in (*HEAD.splitlines(), *TASKS, FOOT))
    page = (
        f'<html><head><meta charset="utf-8"><script>x()</script></head><body background="http://a/b"><img src="//a/b">{body}</body></html>'
    )
    bare = bare_page(page.encode(), "trang.html").decode()
    assert "a/b" not in bare and "script" not in bare and TASKS[1] in bare
    result, files, missing = draw("trang.html", page.encode())
    assert len(result.tasks) == len(TASKS) and not missing
    assert all(framed(pixels(files[0]), number) for number in range(1, len(TASKS) + 1))


def test_plain_text_has_no_pages(draw: Draw) -> None:
    with pytest.raises(SourceError, match="không có trang") as raised:
        draw("kế hoạch.txt", "\n\n".join((HEAD, *TASKS)).encode())
    assert raised.value.code == "no-pages"


def test_a_file_that_was_changed_since_is_refused(draw: Draw, printed: bytes, tmp_path: Path) -> None:
    result, _, _ = draw("kế hoạch.pdf", printed)
    path = tmp_path / "kế hoạch.pdf"
    path.write_bytes(printed + b"\n")
    for _ in range(2):
        with pytest.raises(SourceError) as raised:
            draw_pages(path, result, tmp_path / "khác")
        assert raised.value.code == "file-changed"
        path.unlink(missing_ok=True)
    assert not list((tmp_path / "khác").iterdir())
    (tmp_path / "tệp").touch()
    with pytest.raises(OutputError):
        draw_pages(path, result, tmp_path / "tệp")


def test_the_command_names_the_files_and_leaves_stdout_alone(printed: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, folder = tmp_path / "kế hoạch.pdf", tmp_path / "trang"
    path.write_bytes(printed)
    assert main(["show", str(path), "--page-images", str(folder), "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["source"]["name"] == "kế hoạch.pdf"
    assert "kế hoạch-001.png" in said.err and (folder / "kế hoạch-001.png").is_file()


def test_words_begin_and_end_at_the_gaps_of_their_line() -> None:
    words = ["Giao", "Sở", "Công", "Thương", "chủ", "trì,", "phối", "hợp"]
    font = ImageFont.load_default(30)
    line = Image.new("L", (1000, 40), 255)
    pen = ImageDraw.Draw(line)
    at, places = 0.0, []
    for number, word in enumerate(words):  # justified: blanks are wide, and not alike
        pen.text((at, 0), word, font=font)
        places.append((at, at + font.getlength(word)))
        at += font.getlength(word) + 20 + 6 * (number % 3)
    width = int(places[-1][1])
    text = " ".join(words)
    for first, last in ((0, 0), (1, 3), (4, 5), (7, 7)):
        start = len(" ".join(words[:first])) + (first > 0)
        end = len(" ".join(words[: last + 1]))
        left, right = find_edges(np.asarray(line)[:, :width], text, start, end)
        assert abs(left - places[first][0]) < 6 and abs(right - places[last][1]) < 6
    left, right = find_edges(np.full((40, width), 255, dtype=np.uint8), text, 5, 7)
    assert 0 < left < right < width


def test_a_span_covers_parts_of_lines_and_no_furniture() -> None:
    text = "Giao Sở Y tế\n2\nchủ trì."
    box = (0.0, 0.0, 10.0, 10.0)
    blocks = [
        Block(span=Span(0, 12), page=1, box=box),
        Block(span=Span(13, 14), page=2, box=box, kind="furniture"),
        Block(span=Span(15, 23), page=2, box=box, kind="cell"),
        Block(span=Span(0, 23)),
    ]
    parts = Places(text, blocks).find([Span(4, 22)])
    assert [(part.page, part.words[part.start : part.end], part.cell) for part in parts] == [(1, "Sở Y tế", False), (2, "chủ trì", True)]


def test_words_are_found_in_another_print() -> None:
    written = read_plain("Giao Sở Y tế:\n- Rà soát các trạm y tế xã, báo cáo trước 30/6.\nSố ngoài bản in".encode(), "a", "a")
    printed = read_plain("Giao Sở Y tế:\n- Rà soát các trạm\n\n2\n\ny tế xã, báo cáo\ntrước 30/6. Hết.".encode(), "b", "b")
    task, unit, lost = (
        Span(at, at + len(s))
        for s in ("- Rà soát các trạm y tế xã, báo cáo trước 30/6.", "Sở Y tế", "ngoài bản in")
        if (at := written.text.index(s)) >= 0
    )
    found = align(written.text, (), [task, unit, lost], printed)
    assert [span.cut(printed.text) for span in found[unit]] == ["Sở Y tế"]
    assert "".join(span.cut(printed.text) for span in found[task]).startswith("- Rà soát")
    assert "".join(span.cut(printed.text) for span in found[task]).endswith("30/6.")
    assert found[lost] == ()


def test_blocks_of_a_word_file_get_the_pages_that_it_prints(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    written = docx.Document()
    for line in (*HEAD.splitlines(), *TASKS):
        written.add_paragraph(line)
    written.add_page_break()
    written.add_paragraph("4. Giao Sở Y tế tập huấn về an toàn thực phẩm trong tháng 9/2025.")
    written.save(str(path))
    assert not any(block.page or block.box for block in process(path, rulebook()).blocks)
    result = process(path, rulebook(), pages=True)
    assert result.source.pages == 2
    assert [block.page for block in result.blocks] == [1] * (len(result.blocks) - 1) + [2]
    tops = [block.box[1] for block in result.blocks if block.box and block.page == 1]
    assert len(tops) == len(result.blocks) - 1 and tops == sorted(tops)
    pdf = pypdfium2.PdfDocument(convert(path.read_bytes(), "docx", "a.docx", "pdf"))
    height = pdf[1].get_height()
    box = result.blocks[-1].box
    assert box
    words = pdf[1].get_textpage().get_text_bounded(box[0], height - box[3], box[2], height - box[1])
    assert " ".join(unicodedata.normalize("NFC", words).split()) == result.blocks[-1].span.cut(result.text)
