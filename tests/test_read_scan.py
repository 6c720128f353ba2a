"""Scans and photos: made here with Pillow, read by the real Tesseract."""

import io
import math
import random
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from models import Document, SourceError
from pipeline.messages import catalogue
from pipeline.read import scan_engine
from pipeline.read.compose import Cell, Grid, Piece
from pipeline.read.printed import PrintedLine, PrintedPage, PrintedTable
from pipeline.read.scan import read_scan, recognise
from pipeline.read.scan_clean import clean, straighten
from pipeline.read.scan_markers import mend_markers
from pipeline.read.scan_mend import mend
from pipeline.read.scan_ordinals import mend_ordinals
from pipeline.read.scan_ruling import find_ruled
from pipeline.rulebook import rulebook

CORPUS = Path(__file__).parent.parent / "corpus"
SIZE = 1100, 1000
DPI = 150
LINES = (
    "Ủy ban nhân dân huyện yêu cầu các phòng, ban thực hiện:",
    "1. Phòng Nội vụ chủ trì, phối hợp với Phòng Tài chính rà soát",
    "số liệu, báo cáo trước ngày 25/11/2024.",
    "2. Công an huyện tăng cường kiểm tra, bảo đảm an toàn giao",
    "thông theo Nghị định số 100/2019/NĐ-CP.",
)


def font(size: int) -> ImageFont.FreeTypeFont:
    for name in ("Tinos-Regular.ttf", "LiberationSerif-Regular.ttf", "DejaVuSerif.ttf"):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    raise AssertionError("no serif font with Vietnamese letters")


def page(lines: tuple[str, ...] = LINES, size: int = 30) -> Image.Image:
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((100, 120 + number * 56), line, font=font(size), fill="black")
    return image


def png(image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, str(options.pop("format", "PNG")), **options)
    return stream.getvalue()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def body(document: Document) -> str:
    return "\n".join(document.text[b.span.start : b.span.end] for b in document.blocks if b.kind != "furniture")


@pytest.fixture(scope="module")
def plain() -> Document:
    return read_scan(png(page(), dpi=(DPI, DPI)), "trang.png", "trang.png")


def test_a_clean_page_is_read_whole(plain: Document) -> None:
    assert words(body(plain)) == words(" ".join(LINES))
    assert plain.source.ocr and plain.source.pages == 1 and plain.source.media_type == "image/png"
    assert all(0.8 < block.confidence < 1 for block in plain.blocks)


def test_boxes_are_points_where_the_line_stands(plain: Document) -> None:
    first = plain.blocks[0].box
    assert first is not None
    left, top, right, bottom = first
    assert abs(left - 100 * 72 / DPI) < 4 and 110 * 72 / DPI < top < bottom < 165 * 72 / DPI
    assert right < SIZE[0] * 72 / DPI


def test_skew_shade_noise_and_a_red_stamp_do_not_matter() -> None:
    image = page()
    stamp = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(stamp)
    draw.ellipse((450, 150, 720, 420), outline=(205, 45, 60), width=7)
    draw.text((490, 260), "HUYỆN", font=font(50), fill=(205, 45, 60))
    draw.line((300, 380, 900, 260), fill=(50, 70, 190), width=5)
    image = ImageChops.multiply(image, stamp).rotate(2.3, Image.Resampling.BICUBIC, fillcolor="white")
    light = np.linspace(1.0, 0.6, SIZE[0])[None, :, None]
    noise = np.random.default_rng(1).normal(0, 6, (SIZE[1], SIZE[0], 1))
    shaded = Image.fromarray((np.asarray(image) * light + noise).clip(0, 255).astype(np.uint8))
    document = read_scan(png(shaded, format="JPEG", quality=85), "anh.jpg", "anh.jpg")
    assert words(body(document)) == words(" ".join(LINES))


@pytest.mark.parametrize("turn", [90, 180])
def test_a_page_that_lies_wrong_is_turned(turn: int) -> None:
    (read,) = recognise([(1, page().rotate(turn, expand=True), DPI)])
    assert "100/2019/NĐ-CP" in " ".join(line.words for line in read.lines)
    assert read.width == pytest.approx(SIZE[0] * 72 / DPI)


def test_the_turn_that_a_camera_notes_is_undone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise when shown
    photo = page().rotate(90, expand=True)
    assert straighten(Image.open(io.BytesIO(png(photo, format="JPEG", quality=95, exif=exif))), DPI)[0].size == SIZE


def test_small_letters_are_enlarged_and_places_stay() -> None:
    small = page().resize((SIZE[0] // 2, SIZE[1] // 2), Image.Resampling.LANCZOS)
    cleaned = clean(small, DPI / 2)
    assert cleaned.pixels.shape[1] > small.width * 1.3
    assert cleaned.points * cleaned.pixels.shape[1] == pytest.approx(SIZE[0] * 72 / DPI, rel=0.01)


def test_coloured_ink_goes_and_black_letters_under_it_stay() -> None:
    image = Image.new("RGB", (300, 300), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((50, 50, 250, 120), fill=(200, 40, 50))
    draw.rectangle((140, 20, 160, 280), fill=(15, 10, 12))
    pixels = clean(image, 300).pixels
    assert pixels.shape == (300, 300)
    assert pixels[85, 80] > 230 and pixels[85, 150] < 60 and pixels[200, 150] < 60


def test_pages_of_a_tiff_come_in_their_order() -> None:
    pages = [page((f"Trang thứ {name} của kế hoạch",)) for name in ("nhất", "hai", "ba")]
    raw = png(pages[0], format="TIFF", save_all=True, append_images=pages[1:], dpi=(DPI, DPI))
    document = read_scan(raw, "ba trang.tif", "ba trang.tif")
    assert document.source.pages == 3
    assert [document.text.index(name) for name in ("nhất", "hai", "ba")] == sorted(document.text.index(n) for n in ("nhất", "hai", "ba"))
    assert [block.page for block in document.blocks] == [1, 2, 3]


# --- tables --------------------------------------------------------------------------------------------------------------


def ruled(tilt: float = 0.0) -> Image.Image:
    """A table of three columns: a heading over two of them, two rows, and a streak of the scanner across it."""
    image = Image.new("L", (1200, 900), 255)
    draw = ImageDraw.Draw(image)
    xs, ys = (100, 200, 700, 1100), (120, 200, 280, 420)
    for y in ys:
        draw.line((xs[0], y, xs[-1], y), fill=0, width=3)
    for x in xs:
        draw.line((x, ys[1] if x == 700 else ys[0], x, ys[-1]), fill=0, width=3)
    for x, y, text in (
        (120, 140, "TT"),
        (420, 140, "Nội dung công việc"),
        (130, 220, "1"),
        (215, 220, "Rà soát thủ tục hành chính"),
        (720, 220, "Phòng Tư pháp"),
        (130, 320, "2"),
        (215, 300, "Tổng hợp, báo cáo"),
        (215, 350, "Ủy ban nhân dân huyện"),
        (720, 320, "Văn phòng"),
    ):
        draw.text((x, y), text, font=font(32), fill=0)
    draw.line((1000, 0, 1000, 899), fill=0, width=3)
    return image.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=255)


@pytest.mark.parametrize("tilt", [0.0, 1.2])
def test_a_ruled_table_is_read_cell_by_cell(tilt: float) -> None:
    document = read_scan(png(ruled(tilt), dpi=(DPI, DPI)), "bảng.png", "bảng.png")
    (table,) = document.tables
    cells = [[document.text[s.start : s.end] if s else None for s in row] for row in table.rows]
    assert cells == [
        ["TT", "Nội dung công việc", "Nội dung công việc"],
        ["1", "Rà soát thủ tục hành chính", "Phòng Tư pháp"],
        ["2", "Tổng hợp, báo cáo\nỦy ban nhân dân huyện", "Văn phòng"],
    ]


def test_lines_are_erased_and_a_streak_bounds_no_column() -> None:
    cleaned = clean(ruled(), DPI)
    found = find_ruled(cleaned)
    assert len(found.tables) == 1 and len(found.tables[0].xs) == 4
    assert (found.pixels[430:, 990:1010] > 200).all()
    assert (found.pixels[196:204, 210:690] > 200).mean() > 0.99


def test_a_frame_around_words_is_no_table() -> None:
    image = page()
    ImageDraw.Draw(image).rectangle((80, 100, 1050, 450), outline="black", width=3)
    (read,) = recognise([(1, image, DPI)])
    assert not read.tables and len(read.lines) == len(LINES)


def test_ordinals_are_proved_by_their_neighbours() -> None:
    column = ["TT", "l", "2", "Á", "4", "s", "7", "x"]
    rows = tuple({0: Cell((Piece(words, "cell"),)), 1: Cell((Piece("việc", "cell"),))} for words in column)
    mended = mend_ordinals(PrintedTable(Grid(rows, 2), (0, 0, 9, 9))).grid.rows
    assert [row[0].pieces[0].words for row in mended] == ["TT", "1", "2", "3", "4", "s", "7", "x"]
    assert mended[3][0].pieces[0].mends == ((0, 1, "Á", "ordinal.series"),)


# --- what is no print ----------------------------------------------------------------------------------------------------


def test_scribbles_and_dirt_become_no_text() -> None:
    image = page()
    draw = ImageDraw.Draw(image)
    curve = [(600 + 3 * k, 620 + 60 * math.sin(k / 9) * math.cos(k / 31)) for k in range(110)]
    draw.line(curve, fill="black", width=4)
    dirt = random.Random(3)
    for _ in range(60):
        x, y = dirt.randrange(SIZE[0]), dirt.randrange(450, SIZE[1])
        draw.ellipse((x, y, x + 3, y + 2), fill="black")
    document = read_scan(png(image, dpi=(DPI, DPI)), "ký.png", "ký.png")
    assert words(body(document)) == words(" ".join(LINES))


def test_columns_of_a_letterhead_are_parted_and_blanks_are_not() -> None:
    image = page(("PHÒNG NỘI VỤ", "Số:          /KH-PNV"))
    draw = ImageDraw.Draw(image)
    draw.text((640, 120), "CỘNG HÒA XÃ HỘI", font=font(30), fill="black")
    draw.text((640, 176), "Hà Tĩnh, ngày        tháng 3 năm 2024", font=font(26), fill="black")
    (read,) = recognise([(1, image, DPI)])
    assert sorted(line.words for line in read.lines) == [
        "CỘNG HÒA XÃ HỘI",
        "Hà Tĩnh, ngày tháng 3 năm 2024",
        "PHÒNG NỘI VỤ",
        "Số: /KH-PNV",
    ]


# --- mends ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["compounds", "phrases"])
def test_word_tables_keep_their_promises(table: str) -> None:
    entries = rulebook()["ocr"].tables[table]
    for example in entries["examples"]:
        assert mend(example["text"], rulebook())[0] == example["gives"]
    for reject in entries["rejects"]:
        assert mend(reject, rulebook()) == (reject, ())


def test_mends_say_where_and_what_was_read() -> None:
    line, mends = mend("~ Quyết định số 12/QÐ-TTg ngày 3O/6/2O23 triên khai", rulebook())
    assert line == "- Quyết định số 12/QĐ-TTg ngày 30/6/2023 triển khai"
    assert [(line[a:b], read) for a, b, read, _ in mends] == [("-", "~"), ("Đ", "Ð"), ("0", "O"), ("0", "O"), ("triển", "triên")]


def test_numbers_and_names_are_never_guessed() -> None:
    for line in ("Bà Phan Thị Hoá, số 18/BC-UBND", "Đạt 8,5% và 1.200 ha", "ông Trần Văn Tuân", "xã Đông Triêu, 5 tỷ đồng"):
        assert mend(line, rulebook()) == (line, ())


def test_printed_text_is_left_alone() -> None:
    """Good print holds next to nothing to mend; what is left are slips of the typist."""
    mended = [
        one
        for path in CORPUS.glob("*.txt")
        for line in path.read_text(encoding="utf-8").replace("**", "").splitlines()
        for one in mend(line, rulebook())[1]
    ]
    assert len(mended) <= 4


def test_markers_are_proved_by_the_marker_before() -> None:
    found = ["a) Một", "b) Hai", "©) Ba", "d) Bốn", "d) Năm", "e) Sáu", "Đ) Bảy", "ø) Tám", "h) Chín", "1) Một", "ï) Mười"]
    lines = tuple(PrintedLine(words, (50, 20 * n, 200, 20 * n + 12)) for n, words in enumerate(found))
    (page,) = mend_markers([PrintedPage(1, 600, 800, lines)], rulebook())
    assert [line.words[0] for line in page.lines] == list("abcdđefgh1ï")
    assert page.lines[2].mends == ((0, 1, "©", "marker.series"),)


# --- faults --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("languages", [frozenset[str](), frozenset({"eng", "osd"})])
def test_without_tesseract_or_its_data_one_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch, languages: frozenset[str]) -> None:
    monkeypatch.setattr(scan_engine.shutil, "which", lambda name: "/opt/tesseract" if languages else None)
    monkeypatch.setattr(scan_engine, "_languages", lambda program: languages)
    with pytest.raises(SourceError) as caught:
        read_scan(png(page()), "trang.png", "trang.png")
    assert caught.value.code == "ocr-missing"
    assert all("tesseract-ocr-vie" in words for words in catalogue()["read"]["ocr-missing"].values())


def test_damaged_and_empty_pictures_are_refused() -> None:
    raw = png(page())
    codes = []
    for broken in (raw[: len(raw) // 3], raw[:20], png(Image.new("L", (600, 800), 255))):
        with pytest.raises(SourceError) as caught:
            read_scan(broken, "hỏng.png", "hỏng.png")
        codes.append(caught.value.code)
    assert codes == ["broken", "broken", "empty"]


def test_a_tesseract_that_fails_is_named(tmp_path: Path) -> None:
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(SourceError) as caught:
        scan_engine.read_words([np.full((40, 40), 255, np.uint8)], str(program), "trang.png", page=True)
    assert caught.value.code == "ocr-failed"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_kind_of_pixel_is_taken(mode: str) -> None:
    grey = page().convert("L")
    image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 256) if mode == "I;16" else grey.convert(mode)
    cleaned = clean(image, DPI)
    assert 0.005 < cleaned.dark.mean() < 0.2


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (40, 40)])
def test_odd_pictures_do_no_harm(size: tuple[int, int]) -> None:
    for colour in (0, 128, 255):
        assert clean(Image.new("L", size, colour), None).pixels.size
        find_ruled(clean(Image.new("RGB", size, (colour, 0, 200)), None))
