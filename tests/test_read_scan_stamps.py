"""Red stamps on the head of a scan: made here with Pillow, read by the real Tesseract."""

import io
import math
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from models import Document, SourceError
from pipeline.read import scan_stamps
from pipeline.read.pdf import read_pdf
from pipeline.read.printed import PrintedLine
from pipeline.read.scan import read_scan
from pipeline.read.scan_engine import read_words
from pipeline.read.scan_stamps import read_stamps, without_known
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.secrecy import find_secrecy

DPI = 200
RED = (205, 40, 50)
UNDER_NUMBER, BESIDE, OVER_NUMBER = (40, 46), (90, 30), (30, 36)
"""places in millimetres"""
HEAD = (
    (30, 18, "ỦY BAN NHÂN DÂN", 13),
    (32, 24, "HUYỆN CỬA LÒNG", 13),
    (95, 18, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12),
    (112, 24, "Độc lập - Tự do - Hạnh phúc", 13),
    (35, 38, "Số: 215/KH-UBND", 13),
    (115, 38, "Cửa Lòng, ngày 12 tháng 3 năm 2024", 13),
    (90, 62, "KẾ HOẠCH", 14),
    (50, 69, "Kiểm tra công tác phòng, chống thiên tai năm 2024", 14),
    (30, 84, "1. Phòng Nông nghiệp chủ trì, phối hợp với Công an huyện rà soát các hồ chứa", 13),
    (30, 91, "nước, báo cáo Ủy ban nhân dân huyện trước ngày 25/4/2024.", 13),
    (30, 98, "2. Phòng Tài chính bố trí kinh phí cho công tác kiểm tra.", 13),
)


def px(millimetres: float, dpi: int = DPI) -> int:
    return round(millimetres * dpi / 25.4)


def font(points: float, face: str = "Regular", dpi: int = DPI) -> ImageFont.FreeTypeFont:
    names = (f"Tinos-{face}.ttf", "DejaVuSerif-Bold.ttf" if face == "Bold" else "DejaVuSerif.ttf")
    for name in names:
        try:
            return ImageFont.truetype(name, round(points * dpi / 72))
        except OSError:
            continue
    raise AssertionError("no serif font with Vietnamese letters")


def page(dpi: int = DPI) -> Image.Image:
    image = Image.new("RGB", (px(210, dpi), px(297, dpi)), "white")
    draw = ImageDraw.Draw(image)
    for x, y, words, points in HEAD:
        draw.text((px(x, dpi), px(y, dpi)), words, font=font(points, dpi=dpi), fill="black")
    return image


def stamp(words: str, turn: float = 0.0, frames: int = 1, dpi: int = DPI, colour: tuple[int, int, int] = RED) -> Image.Image:
    """Words in a frame as an office stamps them: bold capitals of 14 points, 2 mm from the frame."""
    letters = font(14, "Bold", dpi)
    left, top, right, bottom = letters.getbbox(words)
    edge, pad = px(4, dpi), px(2, dpi)
    wide, high = int(right - left) + 2 * pad, int(bottom - top) + 2 * pad
    image = Image.new("RGB", (wide + 2 * edge, high + 2 * edge), "white")
    draw = ImageDraw.Draw(image)
    for n in range(frames):
        out = edge - n * px(0.9, dpi)
        draw.rectangle((out, out, image.width - out, image.height - out), outline=colour, width=max(1, px(0.4, dpi)))
    draw.text((edge + pad - left, edge + pad - top), words, font=letters, fill=colour)
    return image.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def put(image: Image.Image, mark: Image.Image, at: tuple[float, float], dpi: int = DPI) -> Image.Image:
    layer = Image.new("RGB", image.size, "white")
    layer.paste(mark, (px(at[0], dpi), px(at[1], dpi)))
    return ImageChops.multiply(image, layer)


def seal(across: float = 36) -> Image.Image:
    """A round seal, ``across`` mm broad, with words along its rim and a star."""
    size = px(across)
    image = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(image)
    for share, line in ((0.0, 0.8), (0.22, 0.4)):
        draw.ellipse((size * share + 1, size * share + 1, size * (1 - share) - 2, size * (1 - share) - 2), outline=RED, width=px(line))
    star = [
        (math.sin(n * 4 * math.pi / 5) * size * 0.15 + size / 2, size / 2 - math.cos(n * 4 * math.pi / 5) * size * 0.15) for n in range(5)
    ]
    draw.polygon(star, fill=RED)
    rim = "ỦY BAN NHÂN DÂN HUYỆN CỬA LÒNG * "
    for n, letter in enumerate(rim):
        one = Image.new("RGB", (size, size), "white")
        ImageDraw.Draw(one).text((size / 2, size * 0.06), letter, font=font(across / 3.6, "Bold"), fill=RED, anchor="ma")
        image = ImageChops.multiply(image, one.rotate(-n * 360 / len(rim), Image.Resampling.BICUBIC, fillcolor="white"))
    return image


def receipt() -> Image.Image:
    """The stamp of a registry: "ĐẾN", number, day (Nghị định 30/2020/NĐ-CP, phụ lục IV)."""
    image = Image.new("RGB", (px(52), px(38)), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((3, 3, image.width - 4, image.height - 4), outline=RED, width=px(0.4))
    for n, words in enumerate(("PHÒNG NỘI VỤ", "ĐẾN", "Số: ............", "Ngày: ..........")):
        draw.text((px(4), px(3 + 8 * n)), words, font=font(12, "Bold"), fill=RED)
    return image


def jpeg(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=75, dpi=(DPI, DPI))
    return stream.getvalue()


def scan(image: Image.Image) -> Document:
    return read_scan(jpeg(image), "quet.jpg", "quet.jpg")


def stamps(image: Image.Image, dpi: float | None = DPI) -> list[PrintedLine]:
    image = Image.open(io.BytesIO(jpeg(image))).convert("RGB")
    return read_stamps(image, dpi, 0, "tesseract", "quet.jpg", rulebook())


def words(lines: list[PrintedLine]) -> str:
    return " ".join(line.words for line in lines)


def blocks(document: Document, *, furniture: bool) -> list[str]:
    return [document.text[b.span.start : b.span.end] for b in document.blocks if (b.kind == "furniture") is furniture]


@lru_cache(maxsize=1)
def body() -> tuple[str, ...]:
    """The lines of the page without any stamp."""
    return tuple(blocks(scan(page()), furniture=False))


@pytest.mark.parametrize("at", [UNDER_NUMBER, BESIDE, OVER_NUMBER])
@pytest.mark.parametrize("turn", [0, 3, -5])
@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_a_red_mark_is_read(mark: str, turn: float, at: tuple[float, float]) -> None:
    (line,) = stamps(put(page(), stamp(mark, turn), at))
    assert line.words == mark
    x, y = (line.box[0] + line.box[2]) / 2 / 72 * 25.4, (line.box[1] + line.box[3]) / 2 / 72 * 25.4
    assert at[0] < x < at[0] + 50 and at[1] < y < at[1] + 25


@pytest.mark.parametrize("dpi", [100, 150, 300])
def test_at_any_resolution(dpi: int) -> None:
    assert words(stamps(put(page(dpi), stamp("TỐI MẬT", 3, dpi=dpi), UNDER_NUMBER, dpi), dpi)) == "TỐI MẬT"


@pytest.mark.parametrize("colour", [(225, 110, 115), (190, 50, 100), (240, 30, 20)])
def test_in_any_red_with_a_double_frame(colour: tuple[int, int, int]) -> None:
    assert words(stamps(put(page(), stamp("TUYỆT MẬT", -5, 2, colour=colour), BESIDE))) == "TUYỆT MẬT"


def test_a_marked_scan_is_told_and_its_text_stays() -> None:
    document = scan(put(page(), stamp("TỐI MẬT", -5), UNDER_NUMBER))
    assert tuple(blocks(document, furniture=False)) == body()
    assert blocks(document, furniture=True) == ["TỐI MẬT"]
    found = find_secrecy(document, rulebook())
    assert found and found[0] == "Tối mật"


def test_a_photo_of_a_page_that_lies_wrong() -> None:
    image = put(page(), stamp("MẬT", 3), UNDER_NUMBER).rotate(180)
    assert "MẬT" in blocks(scan(image), furniture=True)


def test_a_marked_scan_in_a_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "quet.pdf"
    put(page(), stamp("MẬT", 3), UNDER_NUMBER).save(path, resolution=DPI)
    assert find_secrecy(read_pdf(path.read_bytes(), path.name, path.name), rulebook()) is not None
    with pytest.raises(SourceError) as error:
        process(path, rulebook())
    assert error.value.code == "secret"


def test_only_the_head_of_the_first_page_bears_a_stamp() -> None:
    marked = put(page(), stamp("MẬT"), UNDER_NUMBER)
    stream = io.BytesIO()
    page().save(stream, "TIFF", save_all=True, append_images=[marked], dpi=(DPI, DPI))
    assert find_secrecy(read_scan(stream.getvalue(), "hai.tif", "hai.tif"), rulebook()) is None
    assert not stamps(put(page(), stamp("MẬT"), (40, 180)))


@pytest.mark.parametrize("look_alike", ["KHẨN", "HỎA TỐC", "THƯỢNG KHẨN", "GIẢI MẬT", "ĐẾN"])
@pytest.mark.parametrize("turn", [0, 3])
def test_other_stamps_are_no_marks(look_alike: str, turn: float) -> None:
    document = scan(put(page(), stamp(look_alike, turn, 2), UNDER_NUMBER))
    assert tuple(blocks(document, furniture=False)) == body()
    assert blocks(document, furniture=True) == [look_alike]
    assert find_secrecy(document, rulebook()) is None


@pytest.mark.parametrize(("turn", "across"), [(0, 36), (17, 36), (5, 20), (0, 17)])
def test_a_round_seal_says_nothing(turn: float, across: float) -> None:
    document = scan(put(page(), seal(across).rotate(turn, fillcolor="white"), (150, 44)))
    assert tuple(blocks(document, furniture=False)) == body()
    assert not blocks(document, furniture=True)


def test_a_square_stamp_of_two_lines_is_no_seal() -> None:
    image = Image.new("RGB", (px(24), px(20)), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((px(2), px(2), px(22), px(18)), outline=RED, width=px(0.4))
    for n, line in enumerate(("TUYỆT", "MẬT")):
        draw.text((px(12), px(6.5 + 7 * n)), line, font=font(13, "Bold"), fill=RED, anchor="mm")
    document = scan(put(page(), image, UNDER_NUMBER))
    assert find_secrecy(document, rulebook()) is not None


def test_a_stamp_of_receipt_is_no_mark() -> None:
    document = scan(put(page(), receipt(), (5, 44)))
    assert tuple(blocks(document, furniture=False)) == body()
    assert "ĐẾN" in " ".join(blocks(document, furniture=True))
    assert find_secrecy(document, rulebook()) is None


@pytest.mark.parametrize("colour", [RED, (150, 25, 30), (120, 20, 25)])
def test_a_red_line_of_the_letterhead_comes_once(colour: tuple[int, int, int]) -> None:
    image = page()
    draw = ImageDraw.Draw(image)
    draw.rectangle((px(90), px(15), px(208), px(31)), fill="white")
    draw.text((px(110), px(18)), "ĐẢNG CỘNG SẢN VIỆT NAM", font=font(14, "Bold"), fill=colour)
    document = scan(image)
    assert document.text.count("ĐẢNG CỘNG SẢN VIỆT NAM") == 1
    assert [line for line in blocks(document, furniture=False) if line in body()] == [
        b for b in body() if b[:8] not in ("CỘNG HÒA", "Độc lập ")
    ]


def test_red_that_was_read_with_the_page_is_dropped() -> None:
    red = PrintedLine("BAN THƯỜNG VỤ", (100, 50, 220, 66))
    assert without_known([red], [PrintedLine("BAN THƯƠNG VỤ", (101, 52, 219, 64))]) == []
    assert without_known([red], [PrintedLine("BAN THƯỜNG VỤ", (101, 352, 219, 364))]) == [red]
    assert without_known([red], [PrintedLine("Số: 15-KH/HU", (101, 52, 219, 64))]) == [red]


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_no_program_is_started_without_red(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("nothing red to be read")

    assert scan_stamps.read_words is read_words
    monkeypatch.setattr(scan_stamps, "read_words", fail)
    monkeypatch.setattr(scan_stamps, "straighten", fail)
    assert not read_stamps(page().convert(mode), DPI, 0, "tesseract", "quet.jpg", rulebook())


def test_yellowed_paper_and_a_scanner_out_of_register_show_no_stamps() -> None:
    yellow = ImageChops.multiply(page(), Image.new("RGB", (px(210), px(297)), (250, 222, 190)))
    assert not stamps(yellow)
    red, green, blue = page().split()
    shifted = Image.merge("RGB", (ImageChops.offset(red, 1, 0), green, blue))
    assert not stamps(shifted)


def test_stamps_of_the_rules_are_told_apart() -> None:
    names = rulebook()["ocr"].tables["stamps"]["words"]
    assert {"MẬT", "TỐI MẬT", "TUYỆT MẬT"} <= set(names)
    for read, meant in (("TÕI MẤT", "TỐI MẬT"), ("MIẬT", "MẬT"), ("TUYÊT MÂT", "TUYỆT MẬT"), ("GIẢI MÂT", "GIẢI MẬT"), ("KHÂN", "KHẨN")):
        (line,) = scan_stamps._best([[PrintedLine(read, (0, 0, 9, 9), 0.6)]], rulebook())
        assert line.words == meant and line.mends == ((0, len(meant), read, "stamp"),)
    for read in ("MẶT TRẬN", "AT", "mật", "BÍ MẬT", "NAM", "HẢI QUAN"):
        kept = scan_stamps._best([[PrintedLine(read, (0, 0, 9, 9), 0.9)]], rulebook())
        assert not any(line.mends for line in kept)


def test_a_page_all_red_or_empty_is_passed_over() -> None:
    assert not stamps(Image.new("RGB", (800, 1100), RED))
    assert not stamps(Image.new("RGB", (800, 1100), "white"))
    assert not stamps(Image.new("RGB", (3, 3), RED))
    noise = np.random.default_rng(3).integers(0, 255, (600, 500, 3)).astype(np.uint8)
    stamps(Image.fromarray(noise), None)
