"""PDF: letters to lines, reading order, furniture, tables, what goes to OCR, and faults."""

import io
import re
from collections.abc import Iterable

import pypdfium2
import pytest
from PIL import Image
from printed_pdf import Rule, Words, grid, make_pdf, width

from models import Document, SourceError
from pipeline.read.pdf import MAX_PAGES, Scan, read_pdf
from pipeline.read.pdf_layer import judge_layer
from pipeline.read.printed import PrintedLine, PrintedPage, arrange

BODY = (
    "Ủy ban nhân dân các xã, phường rà soát số hộ chưa có",
    "nước sạch và gửi danh sách về Sở Xây dựng trước ngày",
    "15 tháng 8 năm 2025 để tổng hợp, báo cáo theo quy định.",
)


def _no_ocr(pages: Iterable[Scan]) -> list[PrintedPage]:
    raise AssertionError("no page of this file needs OCR")


def _read(raw: bytes) -> Document:
    return read_pdf(raw, "thử.pdf", "thử.pdf", ocr=_no_ocr)


def _lines(document: Document, kind: str = "line") -> list[str]:
    return [b.span.cut(document.text) for b in document.blocks if b.kind == kind]


def _body(top: float = 120.0, number: int = 0) -> list[Words]:
    return [Words(85, top + 18 * n, line) for n, line in enumerate(BODY)]


def _fault(raw: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        _read(raw)
    assert "thử.pdf" in str(caught.value)
    return caught.value.code


# ------------------------------------------------------------ letters and lines


def test_lines_have_words_page_and_box() -> None:
    document = _read(make_pdf([_body()]))
    assert _lines(document) == list(BODY)
    assert document.source.pages == 1 and not document.source.ocr and document.source.media_type == "application/pdf"
    boxes = [block.box for block in document.blocks]
    assert all(block.page == 1 for block in document.blocks)
    for n, box in enumerate(boxes):
        assert box is not None
        left, top, right, bottom = box
        assert abs(left - 85) < 3 and top < 120 + 18 * n < bottom and bottom - top < 20 and right > 300


def test_letters_that_the_file_writes_behind_their_line_stand_in_their_words() -> None:
    # a second font: its letters come when the line is done, as LibreOffice writes them
    document = pypdfium2.PdfDocument(make_pdf([[Words(85, 120, "QUẬN HÀ ĐÔNG")]]))
    page = document[0].get_textpage()
    lefts = [page.get_charbox(i, loose=True)[0] for i in range(page.count_chars())]
    words = "QUẬN HÀ ĐÔNG"
    first = [Words(lefts[i], 120, words[i]) for i in range(len(words)) if words[i] not in " ẬÀĐÔ"]
    later = [Words(lefts[i], 120, words[i]) for i in range(len(words)) if words[i] in "ẬÀĐÔ"]
    assert _lines(_read(make_pdf([[*first, *later, *_body(200)]])))[0] == words


def test_a_cut_document_number_is_whole_again() -> None:
    page = [Words(85, 120, "Căn cứ Nghị quyết số 57/NQ-"), Words(85, 138, "CP ngày 03 tháng 4 năm 2025 của Chính phủ;"), *_body(160)]
    assert _lines(_read(make_pdf([page])))[:2] == ["Căn cứ Nghị quyết số 57/NQ-CP", "ngày 03 tháng 4 năm 2025 của Chính phủ;"]


def test_a_dash_between_words_stays() -> None:
    page = [Words(85, 120, "phát triển kinh tế -"), Words(85, 138, "xã hội của tỉnh"), *_body(160)]
    assert _lines(_read(make_pdf([page])))[:2] == ["phát triển kinh tế -", "xã hội của tỉnh"]


def test_the_raised_number_of_a_note_is_bracketed_and_a_square_metre_is_not() -> None:
    note, square = (85 + width(words) + 0.5 for words in ("theo kế hoạch", "rộng 20 m"))
    page = [
        Words(85, 120, "theo kế hoạch"),
        Words(note, 115, "1", 7),
        Words(85, 150, "rộng 20 m"),
        Words(square, 145, "2", 7),
        *_body(200),
    ]
    first, second = _lines(_read(make_pdf([page])))[:2]
    assert re.fullmatch(r"theo kế hoạch ?\[1\]", first)
    assert re.fullmatch(r"rộng 20 m ?2", second)


def test_a_turned_page_is_read_upright() -> None:
    sideways = [Words(120 + 18 * n, 700, line, degrees=90) for n, line in enumerate(BODY)]
    document = _read(make_pdf([sideways], turn=90))
    assert _lines(document) == list(BODY)
    assert all(block.box and block.box[2] - block.box[0] > 250 for block in document.blocks)


def test_a_slanting_watermark_is_furniture() -> None:
    document = _read(make_pdf([[*_body(), Words(150, 500, "BẢN SAO", 40, degrees=45)]]))
    assert _lines(document) == list(BODY)
    assert "".join(_lines(document, "furniture")).replace(" ", "") == "BẢNSAO"


# ------------------------------------------------------------ order


def test_head_and_foot_are_read_column_by_column() -> None:
    head = [
        Words(90, 60, "SỞ XÂY DỰNG"), Words(85, 78, "TỈNH LÂM HÀ"), Words(95, 104, "Số: 12/KH-SXD"),
        Words(280, 60, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA", 12), Words(320, 80, "Độc lập - Tự do", 12), Words(300, 108, "Lâm Hà, ngày 3 tháng 5"),
    ]  # fmt: skip
    foot = [
        Words(360, 396, "KT. GIÁM ĐỐC"), Words(85, 404, "Nơi nhận:", 11), Words(355, 412, "PHÓ GIÁM ĐỐC"),
        Words(85, 418, "- Như trên;", 11), Words(85, 432, "- Lưu: VT.", 11), Words(362, 500, "Đỗ Văn Thử"),
    ]  # fmt: skip
    document = _read(make_pdf([[*head, *_body(180), *foot]]))
    assert _lines(document) == [
        "SỞ XÂY DỰNG", "TỈNH LÂM HÀ", "Số: 12/KH-SXD", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "Độc lập - Tự do", "Lâm Hà, ngày 3 tháng 5",
        *BODY,
        "Nơi nhận:", "- Như trên;", "- Lưu: VT.", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Đỗ Văn Thử",
    ]  # fmt: skip


def test_numbers_of_a_list_stay_with_their_words() -> None:
    page = [item for n in range(5) for item in (Words(85, 120 + 18 * n, f"{n + 1}."), Words(115, 120 + 18 * n, f"Việc thứ {n + 1} của sở"))]
    assert _lines(_read(make_pdf([page]))) == [f"{n + 1}. Việc thứ {n + 1} của sở" for n in range(5)]


def test_a_table_without_rulings_is_read_across() -> None:
    page = [item for n in range(6) for item in (Words(85, 120 + 18 * n, f"Đồng chí A{n}"), Words(330, 120 + 18 * n, f"Phòng B{n}"))]
    lines = _lines(_read(make_pdf([page])))
    assert lines[:4] == ["Đồng chí A0", "Phòng B0", "Đồng chí A1", "Phòng B1"]


# ------------------------------------------------------------ furniture


def test_page_numbers_and_running_heads_are_furniture() -> None:
    pages = [[Words(295, 40, str(n)), Words(380, 40, f"Bản tin/Số {n + 3}/2025"), *_body(150)] for n in range(1, 5)]
    document = _read(make_pdf(pages))
    assert _lines(document) == list(BODY) * 4
    assert len(_lines(document, "furniture")) == 8


def test_a_number_that_does_not_count_the_pages_is_text() -> None:
    document = _read(make_pdf([[Words(85, 60, "2025"), *_body()], [Words(85, 60, "17"), *_body()]]))
    assert _lines(document)[0] == "2025" and "17" in _lines(document)


def test_the_second_page_of_two_loses_its_number_only() -> None:
    document = _read(make_pdf([_body(), [Words(295, 40, "2"), *_body(80)]]))
    assert _lines(document, "furniture") == ["2"]


def test_a_letterhead_on_two_parts_is_no_furniture() -> None:
    document = _read(make_pdf([[Words(85, 60, "SỞ XÂY DỰNG"), *_body()], [Words(85, 60, "SỞ XÂY DỰNG"), *_body()]]))
    assert _lines(document, "furniture") == []


def test_footnotes_are_furniture_and_part_no_sentence() -> None:
    first = [*_body(640), Rule(85, 722, 229, 722), Words(85, 740, "1 Xem báo cáo của sở ngày 02 tháng 3.", 9)]
    document = _read(make_pdf([first, _body(80)]))
    assert _lines(document, "furniture") == ["1 Xem báo cáo của sở ngày 02 tháng 3."]
    assert _lines(document) == list(BODY) * 2


def test_furniture_does_not_cut_a_sentence() -> None:
    document = _read(make_pdf([_body()[:2], [Words(295, 40, "2"), Words(85, 80, BODY[2]), *_body(120)]]))
    kinds = [(b.kind, b.page) for b in document.blocks]
    assert kinds == [("line", 1), ("line", 1), ("line", 2), ("furniture", 2), ("line", 2), ("line", 2), ("line", 2)]
    assert document.text.count("\f") == 2


def test_recipients_in_small_print_are_no_footnote() -> None:
    page = [*_body(), Words(85, 700, "Nơi nhận:", 10), Words(85, 715, "- Như trên;", 10), Words(85, 730, "- Lưu: VT.", 10)]
    assert _lines(_read(make_pdf([page])), "furniture") == []


# ------------------------------------------------------------ tables

XS = (60.0, 100.0, 330.0, 540.0)


def _row(y: float, *cells: str) -> list[Words]:
    return [Words(x + 4, y, cell, 11) for x, cell in zip(XS, cells, strict=False) if cell]


def _table(document: Document, number: int = 0) -> list[list[str]]:
    rows = document.tables[number].rows
    return [[" ".join(cell.cut(document.text).split()) if cell else "" for cell in row] for row in rows]


def test_a_ruled_table_is_a_grid_with_its_merged_cells() -> None:
    rules = [
        *[Rule(60, y, 540, y) for y in (100, 130, 220)], Rule(100, 160, 540, 160), Rule(100, 190, 540, 190), Rule(60, 220, 540, 220),
        *[Rule(x, 100, x, 220) for x in (60, 100, 540)], Rule(330, 130, 330, 220),
    ]  # fmt: skip
    page = [
        *_body(40), *rules,
        *_row(118, "TT", "Nội dung công việc"), *_row(150, "1", "Lập danh sách", "Sở Xây dựng"),
        *_row(180, "", "Cấp nước", "Sở Nội vụ"), *_row(205, "", "Kiểm tra", "Thanh tra"), *_body(260),
    ]  # fmt: skip
    document = _read(make_pdf([page]))
    assert _table(document) == [
        ["TT", "Nội dung công việc", "Nội dung công việc"], ["1", "Lập danh sách", "Sở Xây dựng"],
        ["1", "Cấp nước", "Sở Nội vụ"], ["1", "Kiểm tra", "Thanh tra"],
    ]  # fmt: skip
    assert _lines(document) == list(BODY) * 2


def test_a_frame_of_one_column_is_text() -> None:
    document = _read(make_pdf([[*grid((60, 540), (100, 200)), *_body(130)]]))
    assert not document.tables and _lines(document) == list(BODY)


def test_underlines_make_no_table() -> None:
    document = _read(make_pdf([[*_body(), Rule(85, 122, 200, 122), Rule(85, 140, 200, 140)]]))
    assert not document.tables


def test_a_table_over_page_turns_is_one_grid() -> None:
    header = ("TT", "Nhiệm vụ", "Cơ quan chủ trì")
    first = [
        *_body(40), *grid(XS, (600, 630, 660, 720)), *_row(618, *header), *_row(648, "1", "Lập danh sách", "Sở Xây dựng"),
        *_row(680, "2", "Rà soát số hộ", "Sở Nội vụ"), *_row(700, "", "chưa có", ""),
    ]  # fmt: skip
    second = [
        Words(295, 30, "2"), *grid(XS, (60, 90, 120, 150)), *_row(78, *header), *_row(108, "", "nước sạch", ""),
        *_row(138, "3", "Báo cáo", "Thanh tra"), *_body(200),
    ]  # fmt: skip
    third = [Words(295, 30, "3"), *_body(60)]
    document = _read(make_pdf([first, second, third]))
    assert len(document.tables) == 1
    assert _table(document) == [
        list(header), ["1", "Lập danh sách", "Sở Xây dựng"],
        ["2", "Rà soát số hộ chưa có nước sạch", "Sở Nội vụ"], ["3", "Báo cáo", "Thanh tra"],
    ]  # fmt: skip
    assert set(_lines(document, "furniture")) == {*header, "2", "3"}
    assert _lines(document) == list(BODY) * 3


def test_another_table_on_the_next_page_stays_another() -> None:
    first = [*_body(40), *grid(XS, (600, 630, 660)), *_row(618, "TT", "Việc", "Ai"), *_row(648, "1", "Lập danh sách", "Sở Nội vụ")]
    second = [*grid((60, 200, 540), (60, 90, 120)), Words(64, 78, "Năm", 11), Words(204, 78, "Chỉ tiêu", 11), Words(64, 108, "2026", 11)]
    assert len(_read(make_pdf([first, [*second, *_body(200)]])).tables) == 2


# ------------------------------------------------------------ which pages need OCR

GOOD = " ".join(BODY * 3)


@pytest.mark.parametrize(
    ("text", "pictures", "paths", "layer"),
    [
        (GOOD, 0.0, 3, "good"),
        (GOOD, 1.0, 0, "good"),  # a scanner with good Vietnamese OCR
        ("", 0.0, 0, "good"),  # an empty page
        ("", 0.9, 0, "none"),
        ("", 0.0, 900, "none"),  # letters drawn as shapes
        ("Uy ban nhan dan cac xa, phwong ra sot so h0 chua c6 n!oc s;ch va gti danh sach ve So Xay dtng truoc ngay " * 2, 1, 0, "bad"),
        ("Uy ban nhan dan cac xa phuong ra soat so ho chua co nuoc sach va gui danh sach ve So Xay dung truoc ngay " * 2, 0, 0, "bad"),
        ("The supervisor signs the internship log and returns it to the department before the end of the month. " * 3, 0.0, 2, "good"),
        ("\ue045\ue012\ue0a1 \ue046\ue033 " * 40, 0.0, 0, "bad"),
        ("ӪӐ ӖӔҊ ҥӖ ӪӐӔ ҊӖӖ ӔӔ Ӗ" * 20, 0.0, 0, "bad"),
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc, c¸c ®¬n vÞ thùc hiÖn nhiÖm vô ®­îc giao " * 3, 0, 0, "legacy"),
    ],
)  # fmt: skip
def test_the_worth_of_a_text_layer(text: str, pictures: float, paths: int, layer: str) -> None:
    assert judge_layer(text, pictures, paths) == layer


def _with_picture(raw: bytes, page: int) -> bytes:
    document = pypdfium2.PdfDocument(raw)
    picture = pypdfium2.PdfImage.new(document)
    bitmap = pypdfium2.PdfBitmap.from_pil(Image.new("RGB", (600, 850), "white"))
    picture.set_bitmap(bitmap)
    picture.set_matrix(pypdfium2.PdfMatrix().scale(595, 842))
    shown = document[page]
    shown.insert_obj(picture)
    shown.gen_content()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_only_pages_without_a_good_text_layer_go_to_ocr() -> None:
    asked: list[tuple[int, tuple[int, int], float]] = []

    def recognise(pages: Iterable[Scan]) -> list[PrintedPage]:
        found = []
        for number, picture, dpi in pages:
            asked.append((number, picture.size, dpi))
            lines = tuple(PrintedLine(line, (85, 100 + 18 * n, 500, 114 + 18 * n), 0.9) for n, line in enumerate(BODY))
            found.append(PrintedPage(number, 595, 842, lines))
        return found

    raw = _with_picture(make_pdf([_body(), [], _body()]), 1)
    document = read_pdf(raw, "thử.pdf", "thử.pdf", ocr=recognise)
    assert [number for number, _, _ in asked] == [2]
    _, (width, height), dpi = asked[0]
    assert abs(width - 595 * dpi / 72) < 3 and abs(height - 842 * dpi / 72) < 3 and 200 <= dpi <= 400
    assert document.source.ocr
    assert _lines(document) == list(BODY) * 3
    assert [b.confidence for b in document.blocks if b.page == 2] == [0.9] * 3


# ------------------------------------------------------------ faults


def test_faults_have_their_own_answers() -> None:
    raw = make_pdf([_body()])
    assert _fault(b"%PDF-1.7\nnothing\n%%EOF") == "pdf-damaged"
    assert {_fault(raw[: len(raw) * n // 10]) for n in range(1, 10)} == {"pdf-cut-short"}
    assert _fault(make_pdf([[]])) == "empty"
    many = pypdfium2.PdfDocument.new()
    for _ in range(MAX_PAGES + 1):
        many.new_page(10, 10).close()
    stream = io.BytesIO()
    many.save(stream)
    assert _fault(stream.getvalue()) == "pdf-too-many-pages"


def test_a_locked_file_says_so() -> None:
    # an encryption dictionary that no empty password opens (ISO 32000-1, 7.6.3)
    raw = make_pdf([_body()])
    at = raw.rindex(b"trailer")
    secret = b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
    locked = raw[:at] + raw[at:].replace(b"<<", b"<</ID[<00><00>]/Encrypt " + secret, 1)
    assert _fault(locked) in ("password", "pdf-locked")


def test_arrange_takes_nothing_away() -> None:
    lines = tuple(PrintedLine(f"dòng {n}", (85 + (n % 3) * 150, 100 + n * 7, 85 + (n % 3) * 150 + 120, 112 + n * 7)) for n in range(60))
    said = [piece.words for piece in arrange([PrintedPage(1, 595, 842, lines)]) if hasattr(piece, "words")]
    assert sorted(said) == sorted(line.words for line in lines)
