"""Tables whose columns are parted by blanks alone: their cells are put together again, and what only looks like them is left alone."""

from pathlib import Path

import pytest

from models import Document, Result, Source, Span
from models.task import Task
from pipeline.outline import build_outline
from pipeline.pieces import fold_pieces, join_pieces
from pipeline.read.plain import read_plain
from pipeline.rulebook import rulebook
from pipeline.run import process, take_apart

HEAD = """ỦY BAN NHÂN DÂN              CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH SƠN HẢI                       Độc lập - Tự do - Hạnh phúc
Số: 12/KH-UBND               Sơn Hải, ngày 05 tháng 3 năm 2026

                         KẾ HOẠCH
                   Chuyển đổi số năm 2026

"""


def read(body: str) -> Result:
    return take_apart(read_plain((HEAD + body).encode(), "bang.txt", "bang.txt"), rulebook())


def table_rows(result: Result) -> list[Task]:
    rows = {clause.id for clause in result.clauses if clause.rule == "table.task-row"}
    return [task for task in result.tasks if task.clause_id in rows]


def said(task: Task) -> tuple[str, list[str], list[str], list[tuple[str | None, str | None, str | None]], list[str]]:
    """Return title, leads, coordinators, deadlines and products of a row."""
    deadlines = [(d.start, d.due, d.repeat) for d in task.deadlines]
    return task.title, task.names("lead"), task.names("coordinate"), deadlines, [p.text for p in task.products]


WIDE = """II. PHÂN CÔNG NHIỆM VỤ
                                   Cơ quan          Cơ quan        Thời hạn         Sản phẩm
 TT          Nhiệm vụ
                                   chủ trì         phối hợp       hoàn thành         dự kiến
 I. Hạ tầng số
 1    Lập đề án kho dữ liệu     Sở Khoa học      Sở Tài chính;   15/6/2026       Đề án được
      dùng chung của tỉnh      và Công nghệ      Công an tỉnh                  Ủy ban nhân dân
      giai đoạn 2026-                                                           tỉnh phê duyệt
      2030
 2    Nâng cấp đường truyền    Văn phòng Ủy Các xã, phường    Trước ngày       Đường truyền
      tới các xã               ban nhân dân                    30/9/2026
                                   tỉnh
 II. Nhân lực
 3    Bồi dưỡng kỹ năng số       Sở Nội vụ       Trường Chính    Hằng năm         Báo cáo
      cho công chức                                trị tỉnh
 4    Tuyển viên chức công       Sở Nội vụ                       Quý IV/2026     Quyết định
      nghệ thông tin                                                             tuyển dụng
III. KINH PHÍ
Kinh phí do ngân sách tỉnh bảo đảm theo phân cấp.
"""


def test_six_columns_with_full_and_empty_cells() -> None:
    result = read(WIDE)
    assert [said(task) for task in table_rows(result)] == [
        (
            "Lập đề án kho dữ liệu dùng chung của tỉnh giai đoạn 2026-2030",
            ["Sở Khoa học và Công nghệ"],
            ["Sở Tài chính", "Công an tỉnh"],
            [(None, "2026-06-15", None)],
            ["Đề án được Ủy ban nhân dân tỉnh phê duyệt"],
        ),
        (
            "Nâng cấp đường truyền tới các xã",
            ["Văn phòng Ủy ban nhân dân tỉnh"],
            ["Các xã, phường"],
            [(None, "2026-09-30", None)],
            ["Đường truyền"],
        ),
        ("Bồi dưỡng kỹ năng số cho công chức", ["Sở Nội vụ"], ["Trường Chính trị tỉnh"], [(None, None, "yearly")], ["Báo cáo"]),
        (
            "Tuyển viên chức công nghệ thông tin",
            ["Sở Nội vụ"],
            [],
            [("2026-10-01", "2026-12-31", None)],
            ["Quyết định tuyển dụng"],
        ),
    ]
    assert [(c.marker, c.type) for c in result.clauses][-2][1] == "heading"  # III. ends the table
    assert "cells-not-parted" not in [finding.code for finding in result.findings]


def test_a_value_points_at_the_first_of_its_pieces_and_the_cell_at_all() -> None:
    result = read(WIDE)
    (lead,) = [a for a in table_rows(result)[0].assignments if a.role == "lead"]
    assert lead.origin.span.cut(result.text) == "Sở Khoa học"
    clause = next(c for c in result.clauses if c.id == lead.origin.clause_id)
    cell = next(c for c in clause.cells if lead.origin.span.start == c.span.start)
    assert cell.title == "cơ quan chủ trì"
    assert [piece.cut(result.text) for piece in cell.pieces] == ["Sở Khoa học", "và Công nghệ"]
    for c in result.clauses:
        for one in c.cells:
            assert all(c.span.start <= piece.start < piece.end <= c.span.end for piece in one.pieces)
            assert not one.pieces or one.span == one.pieces[0]


NARROW = """II. NỘI DUNG
            Nội dung công
 STT                         Đơn vị thực hiện    Thời gian
                 việc
  1     Rà soát thủ tục      Phòng Tư pháp       30/4/2026
        hành chính
  2     Kiểm tra việc trả    Văn phòng,          Trước ngày
        kết quả đúng hạn     Phòng Nội vụ        20 hằng
                                                 tháng
  3     Công khai kết quả    Phòng Văn hóa       Thường
        trên cổng            và Thông tin        xuyên
Kết quả thực hiện các nội dung trên là căn cứ để đánh giá, xếp loại thi đua của từng đơn vị.
"""


def test_four_columns_and_a_paragraph_behind() -> None:
    result = read(NARROW)
    assert [said(task)[:4] for task in table_rows(result)] == [
        ("Rà soát thủ tục hành chính", ["Phòng Tư pháp"], [], [("2026-04-30", "2026-04-30", None)]),
        ("Kiểm tra việc trả kết quả đúng hạn", ["Văn phòng", "Phòng Nội vụ"], [], [(None, "--20", "monthly")]),
        ("Công khai kết quả trên cổng", ["Phòng Văn hóa và Thông tin"], [], [(None, None, "continuous")]),
    ]
    assert result.clauses[-1].span.cut(result.text).startswith("Kết quả thực hiện")
    assert result.clauses[-1].type == "statement"


TURNED = """II. PHÂN CÔNG
                                   Đơn vị          Đơn vị
STT        Nội dung                                               Thời hạn
                                   chủ trì        phối hợp
 1    Xây dựng quy chế          Phòng Tổ        Các khoa và     31/3/2026
      quản lý tài sản           chức hành       các phòng
      công của Trường             chính         chức năng
 2    Kiểm kê phòng máy         Phòng Vật       Khoa Công       30/6/2026
      tính, thiết bị thí        tư            nghệ thông
      nghiệm và đề xuất                             tin
\f                               Đơn vị          Đơn vị
STT        Nội dung                                            Thời hạn
                                 chủ trì        phối hợp
    thanh lý thiết bị
    đã hỏng
 3  Tập huấn an toàn          Phòng Vật       Trạm Y tế      Tháng 9/2026
    phòng thí nghiệm          tư
 4  Báo cáo kết quả kiểm      Phòng Tổ Các khoa              31/12/2026
    kê tài sản công           chức hành
                                chính
"""


def test_a_page_turns_inside_a_row_and_repeats_the_titles() -> None:
    result = read(TURNED)
    assert [said(task)[:4] for task in table_rows(result)] == [
        (
            "Xây dựng quy chế quản lý tài sản công của Trường",
            ["Phòng Tổ chức hành chính"],
            ["Các khoa", "các phòng chức năng"],
            [(None, "2026-03-31", None)],
        ),
        (
            "Kiểm kê phòng máy tính, thiết bị thí nghiệm và đề xuất thanh lý thiết bị đã hỏng",
            ["Phòng Vật tư"],
            ["Khoa Công nghệ thông tin"],
            [(None, "2026-06-30", None)],
        ),
        ("Tập huấn an toàn phòng thí nghiệm", ["Phòng Vật tư"], ["Trạm Y tế"], [("2026-09-01", "2026-09-30", None)]),
        ("Báo cáo kết quả kiểm kê tài sản công", ["Phòng Tổ chức hành chính"], ["Các khoa"], [(None, "2026-12-31", None)]),
    ]


UNCOUNTED = """II. PHÂN CÔNG

                          Cơ quan         Cơ quan         Thời hạn
   Nhiệm vụ                                                             Sản phẩm
                          chủ trì        phối hợp        hoàn thành
Lập danh mục hồ sơ      Sở Nội vụ       Các sở, ban,    30/4/2026       Danh mục
nộp lưu                                 ngành
Số hóa sổ hộ tịch       Sở Tư pháp      Ủy ban nhân     Quý III/2026    Cơ sở dữ liệu
của các xã                              dân các xã                      hộ tịch
Kiểm tra việc sử        Thanh tra                       Tháng 11/2026   Báo cáo
dụng chữ ký số          tỉnh

III. TỔ CHỨC THỰC HIỆN
1. Sở Nội vụ theo dõi, đôn đốc việc thực hiện Kế hoạch này.
"""


def test_a_table_without_numbers() -> None:
    result = read(UNCOUNTED)
    assert [said(task) for task in table_rows(result)] == [
        ("Lập danh mục hồ sơ nộp lưu", ["Sở Nội vụ"], ["Các sở, ban, ngành"], [(None, "2026-04-30", None)], ["Danh mục"]),
        (
            "Số hóa sổ hộ tịch của các xã",
            ["Sở Tư pháp"],
            ["Ủy ban nhân dân các xã"],
            [("2026-07-01", "2026-09-30", None)],
            ["Cơ sở dữ liệu hộ tịch"],
        ),
        ("Kiểm tra việc sử dụng chữ ký số", ["Thanh tra tỉnh"], [], [("2026-11-01", "2026-11-30", None)], ["Báo cáo"]),
    ]
    assert result.tasks[-1].names("lead") == ["Sở Nội vụ"]


CENTRED = """II. PHÂN CÔNG
 TT            Nhiệm vụ              Cơ quan chủ trì    Thời hạn      Sản phẩm
      Xây dựng trung tâm tích          Sở Khoa học
  1   hợp dữ liệu của tỉnh theo        và Công nghệ     Quý II/2026   Quyết định
      quy hoạch được duyệt
      Nâng cấp mạng truyền số
  2   liệu chuyên dùng tới các         Sở Tài chính     30/9/2026     Báo cáo
      xã, phường
      Tập huấn kỹ năng số cho
  3   cán bộ, công chức các xã         Sở Nội vụ        Hằng năm      Báo cáo
      trên địa bàn
"""


def test_rows_whose_numbers_stand_in_their_middle_are_not_parted() -> None:
    result = read(CENTRED)
    assert [task.names("lead") for task in table_rows(result)] == [[], [], []]
    (finding,) = [f for f in result.findings if f.code == "cells-not-parted"]
    assert len(finding.spans) == 3
    assert "3 hàng" in finding.message


FOOT = """1. Các sở báo cáo Ủy ban nhân dân tỉnh trước ngày 15/12/2026./.

Nơi nhận:                                        TM. ỦY BAN NHÂN DÂN
- Như trên;                                      CHỦ TỊCH
- Lưu: VT.

                                                 Nguyễn Văn An
"""
LISTS = """1. Phân công cụ thể như sau:
-   Sở Nội vụ:      theo dõi chung;
-   Sở Tài chính:   bố trí kinh phí;
-   Sở Tư pháp:     thẩm định văn bản.
2. Các sở báo cáo kết quả trước ngày 15/12/2026.
"""
VERSE = """1. Tuyên truyền bằng thơ, vè:
        Rủ nhau học chữ học nghề
             Người đi phố chợ, người về ruộng nương
        Công việc, thời gian, phối hợp
             Ai chủ trì nấy, tỏ tường mới hay.
2. Sở Văn hóa và Thể thao tổ chức hội thi trong năm 2026.
"""
PEOPLE = """1. Thành phần tham dự:
   Họ và tên              Chức vụ              Cơ quan
   Nguyễn Văn An          Giám đốc             Sở Nội vụ
   Trần Thị Bình          Phó Giám đốc         Sở Tài chính
2. Sở Nội vụ chuẩn bị tài liệu họp trước ngày 20/3/2026.
"""


@pytest.mark.parametrize("body", [FOOT, LISTS, VERSE, PEOPLE], ids=["foot", "list", "verse", "people"])
def test_what_only_looks_like_columns_is_no_table(body: str) -> None:
    result = read(body)
    assert not any(clause.cells or (clause.rule or "").startswith("table.") for clause in result.clauses)
    plain = read("\n".join(" ".join(line.split()) if line.strip() else line for line in body.split("\n")))
    assert [(c.id, c.type) for c in result.clauses] == [(c.id, c.type) for c in plain.clauses]


def test_a_misprint_in_a_broken_cell_is_quoted_as_printed() -> None:
    result = read(WIDE.replace("dùng chung của tỉnh", "dùng chung cuả tỉnh"))
    task = table_rows(result)[0]
    assert task.title == "Lập đề án kho dữ liệu dùng chung cuả tỉnh giai đoạn 2026-2030"


def test_odd_tables_raise_nothing(tmp_path: Path) -> None:
    for cut in range(0, len(WIDE), 97):
        read(WIDE[:cut])
        read(WIDE[cut:].replace("  ", " ", cut % 7))
    path = tmp_path / "bang.txt"
    path.write_text(HEAD + WIDE.replace("      ", "\t"), encoding="utf-8")
    process(path, rulebook())


def test_rows_are_read_in_linear_time() -> None:
    body = WIDE.split("III.")[0] + "".join(
        f" {n}    Bồi dưỡng kỹ năng số       Sở Nội vụ       Trường Chính    Hằng năm         Báo cáo\n      cho công chức {n}\n"
        for n in range(5, 400)
    )
    document = read_plain((HEAD + body).encode(), "bang.txt", "bang.txt")
    assert sum(bool(clause.cells) for clause in build_outline(document, rulebook()).clauses) == 399


def test_pieces_are_joined_as_they_are_read() -> None:
    text = "theo số 12/QĐ-      x\nUBND, giai đoạn 2026-   y\n2030 - Sở   Y\ntế"
    words = ("theo số 12/QĐ-", "UBND, giai đoạn 2026-", "2030 - Sở   Y", "tế")
    pieces = [Span(text.index(one), text.index(one) + len(one)) for one in words]
    assert join_pieces(text, pieces) == "theo số 12/QĐ-UBND, giai đoạn 2026-2030 - Sở Y tế"
    view = fold_pieces(text, pieces)
    assert view.text == "theo số 12/qđ-ubnd, giai đoạn 2026-2030 - sở y tế"
    at = view.text.index("12/")
    assert [span.cut(text) for span in view.spans(at, at + 10)] == ["12/QĐ-", "UBND"]
    assert view.span(at, at + 10).cut(text) == "12/QĐ-"
    assert Document(text=text, source=Source(name="x", sha256="0", media_type="text/plain"), blocks=()).text == text
