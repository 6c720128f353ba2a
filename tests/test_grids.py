"""Tables by the file's own word: a body row is a task, its columns say who, when and what comes of it."""

from models import Document, Source
from models.outline import Clause
from pipeline.extract import Extraction, extract
from pipeline.outline import build_outline
from pipeline.read.compose import Cell, Gap, Grid, Piece, compose
from pipeline.rulebook import rulebook

SOURCE = Source(name="bang.docx", sha256="0", media_type="x")
HEAD = [Piece(words) for words in ("ỦY BAN NHÂN DÂN", "TỈNH SƠN HẢI", "Số: 12/KH-UBND", "Sơn Hải, ngày 05 tháng 3 năm 2026")]


def cell(*lines: str, rows: int = 1, columns: int = 1) -> Cell:
    return Cell(tuple(Piece(line, "cell") for line in lines), rows, columns)


def document(*items: Piece | Grid | Gap) -> Document:
    return compose([*HEAD, Gap(), Piece("KẾ HOẠCH"), Piece("Chuyển đổi số"), Gap(), *items], SOURCE)


def taken(*items: Piece | Grid | Gap) -> tuple[Document, Extraction]:
    read = document(*items)
    return read, extract(read, build_outline(read, rulebook()), rulebook())


TITLES = (
    {
        0: cell("TT", rows=2),
        1: cell("Nhiệm vụ", rows=2),
        2: cell("Cơ quan", columns=2),
        4: cell("Thời hạn", rows=2),
        5: cell("Sản phẩm", rows=2),
    },
    {2: cell("Chủ trì"), 3: cell("Phối hợp")},
)
ASSIGNMENTS = Grid(
    (
        *TITLES,
        {0: cell("(1)"), 1: cell("(2)"), 2: cell("(3)"), 3: cell("(4)"), 4: cell("(5)"), 5: cell("(6)")},
        {0: cell("I"), 1: cell("Hạ tầng số", columns=5)},
        {
            0: cell("1"),
            1: cell("Xây dựng trung tâm dữ liệu"),
            2: cell("Sở Khoa học và", "Công nghệ", rows=2),
            3: cell("Sở Tài chính; UBND các xã"),
            4: cell("Quý II/2026"),
            5: cell("Quyết định của UBND tỉnh"),
        },
        {0: cell("2"), 1: cell("Nâng cấp mạng diện rộng"), 3: cell("Công an tỉnh"), 4: cell("Trước ngày 30/9/2026"), 5: cell("Báo cáo")},
        {3: cell("Bộ Chỉ huy quân sự tỉnh")},
        *TITLES,  # the page has turned
        {0: cell("3"), 1: cell("Tập huấn cán bộ"), 2: cell("Sở Nội vụ"), 4: cell("Hằng năm")},
    ),
    6,
)  # fmt: skip


def of_role(clause: Clause, role: str) -> list[str]:
    return [m.name for m in clause.mentions if m.role == role]


def test_rows_of_an_assignment_table_are_tasks_with_their_columns() -> None:
    read, found = taken(Piece("II. PHÂN CÔNG"), ASSIGNMENTS)
    clauses = {c.id: c for c in found.outline.clauses}
    assert [(c.id, c.type) for c in found.outline.clauses] == [
        ("II", "heading"), ("II.I", "heading"), ("II.I.1", "task"), ("II.I.2", "task"), ("II.I.3", "task"),
    ]  # fmt: skip
    first, second, third = (clauses[f"II.I.{n}"] for n in (1, 2, 3))
    assert of_role(first, "lead") == ["Sở Khoa học và Công nghệ"]
    assert of_role(first, "coordinate") == ["Sở Tài chính", "UBND các xã"]
    assert [d.due for d in first.deadlines] == ["2026-06-30"]
    # the lead's cell is merged over both rows; a row without a number goes on with the one above
    assert of_role(second, "lead") == ["Sở Khoa học và Công nghệ"]
    assert of_role(second, "coordinate") == ["Công an tỉnh", "Bộ Chỉ huy quân sự tỉnh"]
    assert [d.due for d in second.deadlines] == ["2026-09-30"]
    assert [d.repeat for d in third.deadlines] == ["yearly"]
    titles = {task.clause_id: (task.title, [p.text for p in task.products]) for task in found.tasks}
    assert titles["II.I.1"] == ("Xây dựng trung tâm dữ liệu", ["Quyết định của UBND tỉnh"])
    assert titles["II.I.3"] == ("Tập huấn cán bộ", [])
    for task in found.tasks:
        for product in task.products:
            assert " ".join(product.span.cut(read.text).split()) == product.text


def test_rows_of_a_table_of_targets_are_targets_in_their_unit() -> None:
    grid = Grid(
        (
            {0: cell("STT"), 1: cell("Chỉ tiêu"), 2: cell("Đơn vị tính"), 3: cell("Năm 2026"), 4: cell("Năm 2027")},
            {0: cell("1"), 1: cell("Tỷ lệ hồ sơ trực tuyến"), 2: cell("%"), 3: cell("80"), 4: cell("≥ 90")},
            {0: cell("2"), 1: cell("Số xã đạt chuẩn"), 2: cell("xã"), 3: cell("15"), 4: cell("chưa giao")},
        ),
        5,
    )
    _, found = taken(grid)
    rows = [[(t.value, t.unit, t.comparator, t.of) for t in c.targets] for c in found.outline.clauses if c.type == "target"]
    assert rows == [
        [(80, "%", "=", "Tỷ lệ hồ sơ trực tuyến; năm 2026"), (90, "%", ">=", "Tỷ lệ hồ sơ trực tuyến; năm 2027")],
        [(15, "xã", "=", "Số xã đạt chuẩn; năm 2026")],
    ]


def test_a_table_that_hands_out_nothing_makes_no_tasks() -> None:
    grid = Grid(
        ({0: cell("TT"), 1: cell("Họ và tên"), 2: cell("Chức vụ")}, {0: cell("1"), 1: cell("Nguyễn Văn A"), 2: cell("Giám đốc")}), 3
    )
    _, found = taken(Piece("1. Thành phần tham dự:"), grid)
    assert found.tasks == ()


def test_the_text_of_a_composed_document_keeps_every_word_once() -> None:
    read = document(ASSIGNMENTS, Gap(page=True), Piece("12", "furniture", page=2), Piece("Hết.", page=2))
    assert read.text.count("Xây dựng trung tâm dữ liệu | Sở Khoa học và\nCông nghệ | Sở Tài chính") == 1
    assert [block.span.cut(read.text) for block in read.blocks][-2:] == ["12", "Hết."]
    (table,) = read.tables
    assert table.rows[4][2] == table.rows[5][2]  # merged downwards
    assert table.rows[0][2] == table.rows[0][3]  # merged sideways
    assert all(len(row) == 6 for row in table.rows)
