"""From a text to tasks: what a task inherits, from where, and under which identity."""

from pathlib import Path

import pytest

from models import Result
from pipeline.rulebook import rulebook
from pipeline.run import process

HEAD = """ỦY BAN NHÂN DÂN
TỈNH SƠN HẢI

Số: 12/{code}-UBND

Sơn Hải, ngày 05 tháng 3 năm 2026

"""


def read(tmp_path: Path, body: str, code: str = "KH", title: str = "KẾ HOẠCH\nTriển khai công tác văn thư năm 2026") -> Result:
    path = tmp_path / "van-ban.txt"
    path.write_text(HEAD.format(code=code) + title + "\n\n" + body, encoding="utf-8")
    return process(path, rulebook())


def row(result: Result, words: str) -> dict[str, list[str]]:
    """Roles of the task that holds ``words``: "name <how>"."""
    (task,) = [t for t in result.tasks if words in t.text]
    return {
        role: [f"{a.name} <{a.origin.how}>" for a in task.assignments if a.role == role]
        for role in ("lead", "coordinate", "implement", "report_to")
        if any(a.role == role for a in task.assignments)
    }


PLAN = """I. NHIỆM VỤ

1. Rà soát hồ sơ lưu trữ

- Đơn vị chủ trì: Sở Nội vụ.

- Đơn vị phối hợp: Sở Tài chính và Công an tỉnh.

- Thời gian thực hiện: Quý II/2026.

- Tổ chức kiểm kê toàn bộ hồ sơ còn tồn đọng tại các kho lưu trữ.

- Sở Khoa học và Công nghệ xây dựng phần mềm quản lý hồ sơ, hoàn thành trước ngày 30/9/2026.

II. TỔ CHỨC THỰC HIỆN

1. Sở Tài chính

- Chủ trì, phối hợp với Sở Nội vụ bố trí kinh phí thực hiện kế hoạch.

2. Giao Văn phòng UBND tỉnh:

- Theo dõi, đôn đốc các sở, ban, ngành thực hiện Kế hoạch này; định kỳ hằng quý báo cáo UBND tỉnh.
"""


def test_fields_of_the_part_hold_for_its_tasks_until_a_nearer_word(tmp_path: Path) -> None:
    result = read(tmp_path, PLAN)
    assert row(result, "kiểm kê") == {"lead": ["Sở Nội vụ <field>"], "coordinate": ["Sở Tài chính <field>", "Công an tỉnh <field>"]}
    own = row(result, "phần mềm")
    assert own["lead"] == ["Sở Khoa học và Công nghệ <stated>"]
    assert own["coordinate"] == ["Sở Tài chính <field>", "Công an tỉnh <field>"]
    due = {t.title[:12]: [(d.start, d.due, d.origin.how) for d in t.deadlines] for t in result.tasks}
    assert due["Tổ chức kiểm"] == [("2026-04-01", "2026-06-30", "field")]
    assert [d.due for t in result.tasks if "phần mềm" in t.text for d in t.deadlines] == ["2026-09-30"]


def test_headings_and_lead_ins_lead_what_hangs_under_them(tmp_path: Path) -> None:
    result = read(tmp_path, PLAN)
    assert row(result, "bố trí kinh phí") == {"lead": ["Sở Tài chính <heading>"], "coordinate": ["Sở Nội vụ <stated>"]}
    assert row(result, "Theo dõi, đôn đốc")["lead"] == ["Văn phòng UBND tỉnh <lead-in>"]


STEPS = """II. NHIỆM VỤ VÀ GIẢI PHÁP

1- Kiểm kê tài sản công

1.1- Các xã, phường lập danh mục trụ sở dôi dư, gửi Sở Tài chính tổng hợp.

1.2- Thanh lý tài sản hư hỏng; rút ngắn thời gian xử lý hồ sơ xuống còn không quá 07 ngày làm việc.

2- Tổ chức thực hiện

a) Đợt 1: Kiểm kê tại cơ sở (từ ngày 02/4/2026 đến ngày 20/4/2026)

- Tổ kiểm kê tiếp nhận hồ sơ, đối chiếu với sổ sách kế toán.

- Trường hợp số liệu chênh lệch thì Tổ kiểm kê lập biên bản, báo cáo Sở Tài chính.
"""


def test_decimals_with_a_dash_and_the_days_of_a_step(tmp_path: Path) -> None:
    result = read(tmp_path, STEPS, title="CHƯƠNG TRÌNH HÀNH ĐỘNG\nQuản lý tài sản công năm 2026")
    assert [c.marker for c in result.clauses if c.marker.startswith("1.")] == ["1.1-", "1.2-"]
    assert row(result, "trụ sở dôi dư")["lead"] == ["Các xã, phường <stated>"]
    assert next(t for t in result.tasks if "rút ngắn" in t.text).deadlines == ()
    assert row(result, "sổ sách")["lead"] == row(result, "chênh lệch")["lead"] == ["Tổ kiểm kê <stated>"]
    held = next(t for t in result.tasks if "sổ sách" in t.text).deadlines
    assert [(d.start, d.due, d.origin.how) for d in held] == [("2026-04-02", "2026-04-20", "heading")]


def test_every_value_leads_back_to_its_words(tmp_path: Path) -> None:
    result = read(tmp_path, PLAN)
    for clause in result.clauses:
        for mention in clause.mentions:
            printed = " ".join(mention.span.cut(result.text).split())
            assert printed.lower() in mention.name.lower()
        for value in (*clause.deadlines, *clause.targets, *clause.citations):
            assert clause.span.start <= value.span.start < value.span.end <= clause.span.end
    for task in result.tasks:
        for held in task.assignments:
            assert held.origin.span.cut(result.text).strip()


def test_the_opening_order_leads_what_finds_no_nearer_lead(tmp_path: Path) -> None:
    body = """Chủ tịch UBND tỉnh yêu cầu Giám đốc các sở, Chủ tịch UBND các xã, phường thực hiện tốt các nhiệm vụ sau:

1. Tăng cường kiểm tra công tác văn thư tại đơn vị.

2. Sở Nội vụ tổng hợp kết quả, báo cáo UBND tỉnh trước ngày 15 hằng tháng.
"""
    result = read(tmp_path, body, code="CT", title="CHỈ THỊ\nVề việc tăng cường công tác văn thư")
    assert row(result, "Tăng cường kiểm tra")["lead"] == ["Giám đốc các sở <opening>", "Chủ tịch UBND các xã, phường <opening>"]
    assert row(result, "tổng hợp kết quả")["lead"] == ["Sở Nội vụ <stated>"]


def test_a_lead_in_inside_a_part_hands_over_its_own_list_only(tmp_path: Path) -> None:
    body = """Chủ tịch UBND tỉnh yêu cầu Giám đốc các sở, Chủ tịch UBND các xã tập trung hoàn thành ngay một số nhiệm vụ cụ thể như sau:

1. Về thanh toán vốn

Sở Tài chính chỉ đạo Kho bạc Nhà nước tỉnh:

a) Ưu tiên thanh toán vốn sửa chữa chợ.

2. Lập danh mục chợ cần nâng cấp.

3. Xây dựng quy trình kiểm tra chợ

a) Đơn vị chủ trì Sở Công Thương.

b) Đơn vị phối hợp: Công an tỉnh.

c) Thời gian hoàn thành quý III/2026.

4. Sở Nội vụ theo dõi việc thực hiện.
"""
    result = read(tmp_path, body, code="CT", title="CHỈ THỊ\nVề việc tăng cường quản lý chợ")
    types = {c.id: c.type for c in result.clauses}
    assert types["p1"] == "statement" and types["1/p1"] == "heading"
    assert row(result, "Ưu tiên")["lead"] == ["Sở Tài chính <opening>"]
    assert row(result, "Lập danh mục")["lead"] == ["Giám đốc các sở <opening>", "Chủ tịch UBND các xã <opening>"]
    assert row(result, "quy trình") == {"lead": ["Sở Công Thương <field>"], "coordinate": ["Công an tỉnh <field>"]}
    assert [d.due for t in result.tasks if "quy trình" in t.text for d in t.deadlines] == ["2026-09-30"]


def test_addressees_lead_where_nobody_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cong-van.txt"
    path.write_text(
        """ỦY BAN NHÂN DÂN
TỈNH SƠN HẢI

Số: 45/UBND-NC
V/v tăng cường công tác văn thư

Sơn Hải, ngày 05 tháng 3 năm 2026

Kính gửi:

- Sở Nội vụ;
- Ủy ban nhân dân các xã, phường.

Thực hiện Công văn số 77/BNV-VP ngày 01/3/2026 của Bộ Nội vụ, Ủy ban nhân dân tỉnh có ý kiến như sau:

1. Rà soát, bố trí đủ kho lưu trữ theo quy định.

2. Báo cáo kết quả trước ngày 30/4/2026.

Nơi nhận:
- Như trên;
- Lưu: VT.
""",
        encoding="utf-8",
    )
    result = process(path, rulebook())
    assert row(result, "Rà soát, bố trí")["lead"] == ["Sở Nội vụ <addressee>", "Ủy ban nhân dân các xã, phường <addressee>"]


def test_no_place_that_names_a_lead_means_no_lead(tmp_path: Path) -> None:
    result = read(tmp_path, "I. NHIỆM VỤ\n\n1. Tăng cường tuyên truyền pháp luật về lưu trữ.\n\n2. Rà soát hồ sơ tồn đọng.\n")
    assert result.tasks
    assert all(not task.names("lead") for task in result.tasks)


def test_spellings_of_one_unit_are_one_identity(tmp_path: Path) -> None:
    body = """I. TỔ CHỨC THỰC HIỆN

1. Sở Giáo dục và Đào tạo

- Báo cáo Ủy ban nhân dân tỉnh trước ngày 30/6/2026.

2. Sở Nội vụ

- Phối hợp với Sở GDĐT rà soát biên chế, báo cáo UBND tỉnh.
"""
    result = read(tmp_path, body)
    ids = {name: unit.id for unit in result.units for name in unit.aliases}
    assert ids["Sở GDĐT"] == ids["Sở Giáo dục và Đào tạo"]
    assert ids["UBND tỉnh"] == ids["Ủy ban nhân dân tỉnh"]
    assert ids["Sở Nội vụ"].endswith(".tinh-son-hai")


def test_task_ids_name_the_document_and_the_place(tmp_path: Path) -> None:
    result = read(tmp_path, PLAN)
    assert result.tasks[0].id == f"12-kh-ubnd.2026-03-05:{result.tasks[0].clause_id}"


@pytest.mark.parametrize("text", ["", "   \n", "a", "- \n- \n", "Giao :", "1. 1. 1.", "|||", "\x0c", "Đơn vị chủ trì:"])
def test_odd_bodies_raise_nothing(tmp_path: Path, text: str) -> None:
    read(tmp_path, text)


STACKED = (
    "Để đạt mục tiêu trên, Sở Nội vụ và UBND các xã cần thực hiện các nhiệm vụ sau:\n\n1. Rà soát hồ sơ\n\n- Lập danh mục hồ sơ.\n\n"
    "PHỤ LỤC\nPHÂN CÔNG NHIỆM VỤ\n\n(Kèm theo Kế hoạch số 12/KH-UBND)\n\nTT\nNhiệm vụ\nCơ quan\nchủ trì\nCơ quan\nphối hợp\nThời hạn\n"
    "1.\nXây dựng kho lưu trữ tập trung của tỉnh theo\nquy hoạch được duyệt\nSở Xây\ndựng\nSở Tài chính,\nSở Nội vụ\nQuý II/2026\n"
    "2.\nMua máy chủ cho trung tâm dữ liệu Sở Y tế 2027\n"
)


def test_cells_printed_one_below_another_are_told_apart_where_their_lines_show_it(tmp_path: Path) -> None:
    result = read(tmp_path, STACKED)
    assert row(result, "Xây dựng kho") == {"lead": ["Sở Xây dựng <stated>"], "coordinate": ["Sở Tài chính <stated>", "Sở Nội vụ <stated>"]}
    (task,) = [t for t in result.tasks if "Xây dựng kho" in t.text]
    assert [d.due for d in task.deadlines] == ["2026-06-30"]


def test_a_row_whose_cells_cannot_be_told_apart_takes_no_lead_from_elsewhere(tmp_path: Path) -> None:
    result = read(tmp_path, STACKED)
    assert row(result, "Lập danh mục")["lead"] == ["Sở Nội vụ <opening>", "UBND các xã <opening>"]
    assert "lead" not in row(result, "Mua máy chủ")


COLUMNS = """3. Nội dung hoạt động
         Nội dung             Đơn vị       Thời hạn     Sản phẩm
STT      công việc            chủ trì      thực hiện    dự kiến
  1    Ban hành quy       Phòng Đào     31/5/2026    Quy chế
       chế làm việc       tạo                        được ký
  2    Mua sắm            Phòng Vật     30/6/2026    Máy tính
       máy tính           tư                         đã lắp
4. Kinh phí thực hiện do đơn vị tự bảo đảm.
"""


def test_a_day_in_a_row_of_blank_parted_columns_is_its_last(tmp_path: Path) -> None:
    dues = [[(d.start, d.due) for d in task.deadlines] for task in read(tmp_path, COLUMNS).tasks]
    assert dues == [[(None, "2026-05-31")], [(None, "2026-06-30")]]


def test_a_day_under_another_title_is_not_taken_for_the_last(tmp_path: Path) -> None:
    other = COLUMNS.replace("Thời hạn ", "Thời gian").replace("thực hiện", "bắt đầu ")
    assert all(d.bound != "by" and (d.start or not d.due) for t in read(tmp_path, other).tasks for d in t.deadlines)


DIRECTED = """II. NHIỆM VỤ

1. Sở Công Thương

a) Chỉ đạo Chi cục Quản lý thị trường:

- Kiểm tra việc niêm yết giá tại các chợ.

- Phối hợp với Công an tỉnh xử lý vi phạm; hướng dẫn các hộ kinh doanh ký cam kết.

b) Lập báo cáo tháng.

2. Đảng ủy Ủy ban nhân dân tỉnh

- Lãnh đạo Ủy ban nhân dân tỉnh bố trí đủ kinh phí.
"""


def test_whom_a_bare_lead_in_directs_carries_out_its_list(tmp_path: Path) -> None:
    result = read(tmp_path, DIRECTED)
    lead = ["Sở Công Thương <heading>"]
    assert row(result, "niêm yết giá") == {"lead": lead, "implement": ["Chi cục Quản lý thị trường <lead-in>"]}
    assert row(result, "ký cam kết") == {
        "lead": lead,
        "coordinate": ["Công an tỉnh <stated>"],
        "implement": ["các hộ kinh doanh <stated>"],
    }
    assert row(result, "Lập báo cáo") == {"lead": lead}


def test_a_committee_of_the_party_leads_what_it_heads(tmp_path: Path) -> None:
    found = row(read(tmp_path, DIRECTED), "bố trí đủ kinh phí")
    assert found["implement"] == ["Ủy ban nhân dân tỉnh <stated>"]
    assert found["lead"] == ["Đảng ủy Ủy ban nhân dân tỉnh <heading>"]


def test_a_title_of_aims_sets_their_day(tmp_path: Path) -> None:
    titles = "1. Mục tiêu cụ thể đến năm 2030\n\n- 100% hồ sơ được số hóa.\n\n2. Nhiệm vụ năm 2026\n\na) Rà soát hồ sơ.\n"
    result = read(tmp_path, titles)
    assert [[d.due for d in c.deadlines] for c in result.clauses if c.type == "heading"] == [["2030-12-31"], []]


MONTHS = """I. NHIỆM VỤ

1. Tháng 4/2026

- Kiểm tra sổ sách văn thư.

2. Công tác thủ tục hành chính

Nội dung: Ban hành kế hoạch rà soát thủ tục.

Cơ quan chủ trì: Văn phòng UBND tỉnh.

Thời gian: Quý III/2026.

3. Nâng cấp phần mềm quản lý văn bản.

(Chủ trì: Sở Khoa học và Công nghệ; thời gian: quý II/2026)

4. Mua sắm giá kệ lưu trữ

- Đơn vị thực hiện: Sở Nội vụ chủ trì; Sở Tài chính phối hợp.

- Kinh phí: 30 triệu đồng.

- Hoàn thành trước ngày 30/9/2026.

5. Chỉ đạo, kiểm tra, đôn đốc các xã thực hiện nghiêm các quy định về công tác văn thư, lưu trữ.

Các xã báo cáo danh sách công chức văn thư.

6. Thời gian nộp báo cáo: trước ngày 15/12/2026.
"""


def due(result: Result, words: str) -> list[str | None]:
    (task,) = [t for t in result.tasks if words in t.text]
    return [d.due for d in task.deadlines]


def test_a_title_that_is_a_time_dates_its_list_and_no_other_title_does(tmp_path: Path) -> None:
    assert due(read(tmp_path, MONTHS), "sổ sách") == ["2026-04-30"]


def test_a_row_of_labels_has_one_task(tmp_path: Path) -> None:
    result = read(tmp_path, MONTHS)
    assert row(result, "Ban hành kế hoạch")["lead"] == ["Văn phòng UBND tỉnh <field>"]
    assert due(result, "Ban hành kế hoạch") == ["2026-09-30"]
    assert row(result, "phần mềm")["lead"] == ["Sở Khoa học và Công nghệ <field>"]
    assert due(result, "phần mềm") == ["2026-06-30"]
    assert row(result, "giá kệ") == {"lead": ["Sở Nội vụ <field>"], "coordinate": ["Sở Tài chính <field>"]}
    assert due(result, "giá kệ") == ["2026-09-30"]


def test_an_order_that_goes_on_below_is_a_task(tmp_path: Path) -> None:
    assert row(read(tmp_path, MONTHS), "đôn đốc các xã")["implement"] == ["các xã <stated>"]


def test_the_day_of_a_report_dates_nothing_but_the_report(tmp_path: Path) -> None:
    result = read(tmp_path, "1. Rà soát hồ sơ.\n\n2. Thời gian nộp báo cáo: trước ngày 15/12/2026.\n")
    assert [c.type for c in result.clauses] == ["task", "field"]
    assert due(result, "Rà soát") == []


@pytest.mark.parametrize(
    ("opening", "leads"),
    [
        ("Chủ tịch UBND tỉnh chỉ đạo các sở, ngành thực hiện một số nhiệm vụ sau:", ["các sở, ngành <opening>"]),
        ("Chủ tịch UBND tỉnh phân công nhiệm vụ cho các sở như sau:", ["các sở <opening>"]),
        ("Thực hiện Chỉ thị số 05/CT-TTg của Thủ tướng Chính phủ, các sở cần tập trung thực hiện các việc sau:", ["các sở <opening>"]),
        ("Chủ tịch UBND tỉnh chỉ đạo một số nhiệm vụ trọng tâm như sau:", []),
    ],
)
def test_whom_an_opening_hands_its_list_to(tmp_path: Path, opening: str, leads: list[str]) -> None:
    result = read(tmp_path, opening + "\n\n1. Rà soát hồ sơ lưu trữ.\n\n2. Kiểm tra sổ sách.\n")
    assert row(result, "sổ sách").get("lead", []) == leads
