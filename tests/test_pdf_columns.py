"""Assignment tables of a PDF without rulings: columns of white space, rows at numbers or rulings; what only looks like one."""

from collections.abc import Iterable

import pytest
from printed_pdf import Rule, Words, grid, make_pdf

from models import Document
from pipeline.read.pdf import Scan, read_pdf
from pipeline.read.pdf_titles import may_have_columns
from pipeline.read.printed import PrintedPage

XS = (60.0, 110.0, 300.0, 420.0)
TITLES = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn")
BODY = (
    "Ủy ban nhân dân các xã, phường rà soát số hộ chưa có nước sạch và gửi",
    "danh sách về Sở Xây dựng trước ngày 15 tháng 8 năm 2025 để tổng hợp.",
)
ROWS = [
    ["1", "Lập danh sách các hộ chưa có nước sạch", "Sở Xây dựng", "Quý III/2025"],
    ["2", "Kiểm tra các trạm cấp nước", "Sở Nội vụ", "Tháng 9/2025"],
    ["3", "Báo cáo kết quả với chủ tịch", "Thanh tra tỉnh", ""],
]


def _read(*pages: list[Words | Rule]) -> Document:
    def no_ocr(_: Iterable[Scan]) -> list[PrintedPage]:
        raise AssertionError("no page of this file needs OCR")

    return read_pdf(make_pdf(pages), "bảng.pdf", "bảng.pdf", ocr=no_ocr)


def _at(y: float, *cells: str, xs: tuple[float, ...] = XS) -> list[Words | Rule]:
    return [Words(x, y, cell, 10) for x, cell in zip(xs, cells, strict=True) if cell]


def _body(y: float) -> list[Words | Rule]:
    return [Words(60, y + 16 * n, line, 11) for n, line in enumerate(BODY)]


def _rows(y: float = 160.0) -> list[Words | Rule]:
    return [
        *_at(y, "1", "Lập danh sách các hộ chưa", "Sở Xây dựng", "Quý III/2025"), *_at(y + 13, "", "có nước sạch", "", ""),
        *_at(y + 30, *ROWS[1]), *_at(y + 47, "3", "Báo cáo kết quả với", "Thanh tra tỉnh", ""), *_at(y + 60, "", "chủ tịch", "", ""),
    ]  # fmt: skip


def _table(document: Document, number: int = 0) -> list[list[str]]:
    rows = document.tables[number].rows
    return [[" ".join(cell.cut(document.text).split()) if cell else "" for cell in row] for row in rows]


def _lines(document: Document) -> list[str]:
    return [b.span.cut(document.text) for b in document.blocks if b.kind == "line"]


def test_columns_of_white_space_are_a_table_between_paragraphs() -> None:
    document = _read([*_body(60), *_at(143, *TITLES), *_rows(), *_body(270)])
    assert _table(document) == [list(TITLES), *ROWS]
    assert _lines(document) == list(BODY) * 2


def test_rows_end_at_level_rulings_even_without_numbers() -> None:
    rules = [Rule(58, y, 530, y) for y in (128, 148, 178, 196, 226)]
    more = [*_at(160, "1", "Lập danh sách các hộ", "Sở Xây dựng", "2025"), *_at(173, "", "chưa có nước", "", "")]
    more += [*_at(190, "", "Nhóm việc không số", "Sở Nội vụ", "2026"), *_at(208, "2", "Kiểm tra", "Thanh tra tỉnh", "")]
    document = _read([*_body(60), *rules, *_at(142, *TITLES), *more, *_body(270)])
    assert _table(document)[1:] == [
        ["1", "Lập danh sách các hộ chưa có nước", "Sở Xây dựng", "2025"],
        ["", "Nhóm việc không số", "Sở Nội vụ", "2026"],
        ["2", "Kiểm tra", "Thanh tra tỉnh", ""],
    ]


def test_only_the_titles_are_ruled() -> None:
    frame = grid((56, 105, 295, 415, 530), (128, 148))
    document = _read([*_body(60), *frame, *_at(142, *TITLES), *_rows(), *_body(270)])
    assert _table(document) == [list(TITLES), *ROWS]
    assert _lines(document) == list(BODY) * 2


def test_cells_set_around_the_middle_of_their_row() -> None:
    page = [*_body(60), *_at(143, *TITLES)]
    for n, y in enumerate((160, 186, 212)):
        page += [*_at(y, "", f"Việc {n} lập danh sách các hộ", "", ""), *_at(y + 6.5, str(n + 1), "", f"Sở {n}", "2025")]
        page += _at(y + 13, "", "chưa có nước sạch", "", "")
    document = _read([*page, *_body(280)])
    assert _table(document)[1:] == [[str(n + 1), f"Việc {n} lập danh sách các hộ chưa có nước sạch", f"Sở {n}", "2025"] for n in range(3)]


def test_the_title_of_a_group_is_one_cell() -> None:
    group = [Words(60, 160, "I", 10), Words(110, 160, "Phòng, chống thiên tai và tìm kiếm cứu nạn trên địa bàn các xã, phường", 10)]
    document = _read([*_body(60), *_at(143, *TITLES), *group, *_rows(178), *_body(290)])
    table = _table(document)
    assert table[1] == ["I", *["Phòng, chống thiên tai và tìm kiếm cứu nạn trên địa bàn các xã, phường"] * 3]
    assert table[2:] == ROWS


def test_titles_in_two_lines_and_one_over_two_columns() -> None:
    titles = [
        Words(60, 140, "TT", 10), Words(110, 140, "Nhiệm vụ", 10), Words(345, 130, "Phân công thực hiện", 10),
        Words(300, 150, "Chủ trì", 10), Words(420, 150, "Phối hợp", 10),
    ]  # fmt: skip
    rows = [*_at(168, "1", "Lập danh sách các hộ", "Sở Xây dựng", "Sở Nội vụ"), *_at(185, "2", "Kiểm tra", "Thanh tra tỉnh", "Sở Y tế")]
    document = _read([*_body(60), *titles, *rows, *_body(270)])
    assert _table(document)[1:] == [
        ["1", "Lập danh sách các hộ", "Sở Xây dựng", "Sở Nội vụ"],
        ["2", "Kiểm tra", "Thanh tra tỉnh", "Sở Y tế"],
    ]


@pytest.mark.parametrize("repeated", [False, True])
def test_a_table_goes_on_over_the_page_turn(repeated: bool) -> None:
    first = [*_body(60), *_at(690, *TITLES), *_at(707, "1", "Lập danh sách", "Sở Xây dựng", "2025")]
    first += _at(724, "2", "Rà soát số hộ", "Sở Nội vụ", "2026")
    second: list[Words | Rule] = [Words(290, 35, "2", 11)]
    second += _at(70, *TITLES) if repeated else []
    second += [*_at(87, "", "chưa có nước", "", ""), *_at(104, "3", "Báo cáo", "Thanh tra tỉnh", ""), *_body(160)]
    document = _read(first, second)
    assert len(document.tables) == 1
    assert _table(document)[1:] == [
        ["1", "Lập danh sách", "Sở Xây dựng", "2025"], ["2", "Rà soát số hộ chưa có nước", "Sở Nội vụ", "2026"],
        ["3", "Báo cáo", "Thanh tra tỉnh", ""],
    ]  # fmt: skip
    assert _lines(document) == list(BODY) * 2


def test_text_on_the_next_page_is_no_rest_of_a_table() -> None:
    first = [*_at(690, *TITLES), *_at(707, "1", "Lập danh sách", "Sở Xây dựng", "2025"), *_at(724, "2", "Rà soát", "Sở Nội vụ", "2026")]
    document = _read([*_body(60), *first], [*_body(60), *_body(120)])
    assert len(_table(document)) == 3
    assert _lines(document) == list(BODY) * 3


def test_head_and_foot_and_lists_stay_lines() -> None:
    head = [Words(90, 60, "SỞ XÂY DỰNG", 11), Words(300, 60, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA", 11), Words(330, 76, "Độc lập - Tự do", 11)]
    named = [Words(60, 110, "STT trong biểu do cơ quan chủ trì nhiệm vụ ghi, TT để trống.", 11)]
    items = [Words(60, 130 + 16 * n, f"{n + 1}. Sở Nội vụ chủ trì nhiệm vụ thứ {n + 1}, báo cáo trước thời hạn.", 11) for n in range(4)]
    foot = [Words(60, 230, "Nơi nhận:", 10), Words(60, 244, "- Như trên.", 10), Words(360, 226, "GIÁM ĐỐC", 11)]
    assert not _read([*head, *named, *items, *foot]).tables


def test_titles_that_assign_nothing_make_no_table() -> None:
    page = [*_body(60), *_at(143, "TT", "Họ và tên", "Chức vụ", "Ghi chú"), *_at(160, "1", "Đỗ Văn Thử", "Trưởng", "")]
    assert not _read([*page, *_at(177, "2", "Lê Thị Thử", "Phó", ""), *_body(270)]).tables


def test_most_pages_are_not_even_asked() -> None:
    assert may_have_columns("STT Nhiệm vụ") and may_have_columns("Số thứ tự") and may_have_columns("ST T Nội dung")
    assert not may_have_columns("Ủy ban nhân dân các xã, phường rà soát.")
