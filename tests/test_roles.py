"""Who leads, coordinates, implements, is reported to: by the words around a list of units."""

import pytest

from models.outline import ClauseType
from pipeline.extract.role_words import label_role
from pipeline.extract.roles import find_opening_leads, find_roles, row_roles
from pipeline.rulebook import rulebook
from pipeline.text import fold

ISSUERS = frozenset({"ủy ban nhân dân tỉnh", "ubnd tỉnh"})


def roles(text: str, kind: ClauseType = "task") -> list[tuple[str, str]]:
    found = find_roles(fold(text), kind, None, None, ISSUERS, rulebook())
    return [(m.role, m.unit.name) for m in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Sở Y tế chủ trì, phối hợp với Công an tỉnh hướng dẫn UBND các xã lập danh sách, báo cáo UBND tỉnh trước ngày 15/6",
            [("lead", "Sở Y tế"), ("coordinate", "Công an tỉnh"), ("implement", "UBND các xã"), ("report_to", "UBND tỉnh")],
        ),
        ("UBND tỉnh yêu cầu Sở Nội vụ rà soát; đề nghị Hội Nông dân tỉnh phối hợp", [("lead", "Sở Nội vụ"), ("lead", "Hội Nông dân tỉnh")]),
        ("Hằng năm, Sở Tài chính cân đối ngân sách", [("lead", "Sở Tài chính")]),
        ("Căn cứ kế hoạch này, các cơ quan, đơn vị xây dựng kế hoạch của mình", [("lead", "các cơ quan, đơn vị")]),
        ("Về dự án cấp nước: giao Sở Xây dựng thẩm định", [("lead", "Sở Xây dựng")]),
        (
            "báo cáo UBND tỉnh (qua Sở Nội vụ) trước ngày 25",
            [("report_to", "UBND tỉnh"), ("report_to", "Sở Nội vụ")],
        ),
        ("gửi Sở Nội vụ để tổng hợp, báo cáo UBND tỉnh", [("report_to", "Sở Nội vụ")]),
        ("Tăng cường kiểm tra, có biện pháp yêu cầu các chủ đầu tư khắc phục", [("implement", "các chủ đầu tư")]),
        (
            "Giao Bộ Tài chính - Cơ quan thường trực Ban Chỉ đạo đôn đốc các địa phương",
            [("lead", "Bộ Tài chính"), ("implement", "các địa phương")],
        ),
        (
            "Yêu cầu Giám đốc, Thủ trưởng các sở, ban, ngành thực hiện",
            [("lead", "Giám đốc các sở, ban, ngành"), ("lead", "Thủ trưởng các sở, ban, ngành")],
        ),
        ("nâng cao chất lượng các trường trên địa bàn quận theo hướng dẫn của Sở Giáo dục và Đào tạo", []),
        (
            "Sở Xây dựng chủ trì, phối hợp với các Sở: Công Thương, Tài chính cập nhật giá",
            [("lead", "Sở Xây dựng"), ("coordinate", "Sở Công Thương"), ("coordinate", "Sở Tài chính")],
        ),
        ("Sở Tài chính chủ trì, Sở Y tế phối hợp thực hiện", [("lead", "Sở Tài chính"), ("coordinate", "Sở Y tế")]),
        (
            "Sở Tài chính chủ trì; Sở Y tế phối hợp với Công an tỉnh rà soát",
            [("lead", "Sở Tài chính"), ("lead", "Sở Y tế"), ("coordinate", "Công an tỉnh")],
        ),
        ("phân công cán bộ xuống cơ sở kiểm tra", [("implement", "cán bộ")]),
        ("Nếu có vướng mắc các đơn vị báo cáo về Sở Nội vụ", [("lead", "các đơn vị"), ("report_to", "Sở Nội vụ")]),
        ("Riêng các xã Tân Lập, Tân Hòa tập trung nguồn lực", [("lead", "xã Tân Lập"), ("lead", "xã Tân Hòa")]),
        ("Trường học: Xây mới 06 phòng học", []),
        ("tuyên truyền, vận động người dân chấp hành pháp luật", [("implement", "người dân")]),
        ("thực hiện theo chỉ tiêu được giao của Sở Y tế", []),
        ("Phân loại hồ sơ, bàn giao cho Phòng Kinh tế hằng tuần", []),
        ("Giao cho Phòng Kinh tế phân loại hồ sơ", [("lead", "Phòng Kinh tế")]),
        ("Hội Nông dân xã cùng với Đoàn Thanh niên xã ra quân", [("lead", "Hội Nông dân xã"), ("coordinate", "Đoàn Thanh niên xã")]),
        ("Phòng Y tế chủ trì cùng Công an xã kiểm tra", [("lead", "Phòng Y tế"), ("coordinate", "Công an xã")]),
        ("Sở Tài chính chủ trì, Sở Y tế cùng thực hiện", [("lead", "Sở Tài chính"), ("coordinate", "Sở Y tế")]),
        ("tổ chức họp, có sự tham gia của đại diện các đoàn thể", [("coordinate", "các đoàn thể")]),
        ("gửi Sở Nội vụ trước ngày 15/6 để tổng hợp, báo cáo UBND tỉnh", [("report_to", "Sở Nội vụ")]),
        (
            "báo cáo về Sở Y tế (qua Phòng Nghiệp vụ Y) chậm nhất ngày 10/6 để tổng hợp, trình UBND tỉnh",
            [("report_to", "Sở Y tế"), ("report_to", "Phòng Nghiệp vụ Y")],
        ),
    ],
)  # fmt: skip
def test_the_words_around_a_list_give_the_role(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trên cơ sở đề nghị của các trạm, Phòng Thủy lợi tổng hợp danh mục", [("lead", "Phòng Thủy lợi")]),
        ("Căn cứ hướng dẫn của Bộ Y tế và Sở Y tế, Trung tâm Y tế huyện lập kế hoạch", [("lead", "Trung tâm Y tế huyện")]),
        ("Theo chỉ đạo của Tỉnh ủy, UBND tỉnh, Sở Công Thương chủ trì", [("lead", "Sở Công Thương")]),
        ("Thực hiện kế hoạch của Tỉnh đoàn, các chi đoàn tổ chức dọn vệ sinh", [("lead", "các chi đoàn")]),
        ("Theo kế hoạch UBND huyện, các xã tổ chức diễn tập", [("lead", "các xã")]),
        ("Sau khi báo cáo UBND tỉnh, Sở Nội vụ tổ chức công bố", [("report_to", "UBND tỉnh"), ("lead", "Sở Nội vụ")]),
        ("Hoàn thiện hồ sơ theo ý kiến của Sở Tư pháp, Sở Tài chính", []),
        ("Thực hiện nghiêm chỉ đạo của Bộ Y tế, Sở Y tế về phòng bệnh", []),
        ("Trên cơ sở ý kiến của các xã, thị trấn hoàn thiện phương án", []),
        ("Căn cứ nhiệm vụ, chỉ đạo các xã, các đơn vị phối hợp trực đêm", [("implement", "các xã"), ("implement", "các đơn vị")]),
    ],
)  # fmt: skip
def test_whose_papers_open_the_sentence_is_not_its_subject(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Theo dõi kết quả thực hiện nhiệm vụ UBND tỉnh giao cho các sở, ngành", []),
        ("Hoàn thành các chỉ tiêu do Huyện ủy giao các xã", []),
        ("UBND tỉnh giao cho các sở, ngành hoàn thành chỉ tiêu", [("lead", "các sở, ngành")]),
        ("Lập kế hoạch; giao trách nhiệm người đứng đầu các đơn vị kiểm tra", [("implement", "người đứng đầu các đơn vị")]),
        ("Giao trách nhiệm người đứng đầu các đơn vị kiểm tra", [("lead", "người đứng đầu các đơn vị")]),
        ("Ban hành chính sách khuyến khích các hợp tác xã liên kết", []),
        ("Khuyến khích các hợp tác xã liên kết", [("implement", "các hợp tác xã")]),
        ("Thực hiện các kết luận tại buổi làm việc với Công an tỉnh", []),
        ("Hai bên phối hợp sơ kết chương trình", [("lead", "Hai bên")]),
        ("Hướng dẫn công đoàn cơ sở tổ chức đối thoại", [("implement", "công đoàn cơ sở")]),
    ],
)
def test_what_is_only_told_of_a_task_orders_nobody(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phòng Nội vụ quận", [("lead", "Phòng Nội vụ quận")]),
        ("Đề nghị Ủy ban MTTQ tỉnh:", [("lead", "Ủy ban MTTQ tỉnh")]),
        ("Các đơn vị cấp nước sạch trên địa bàn thành phố có trách nhiệm", [("lead", "Các đơn vị cấp nước sạch trên địa bàn thành phố")]),
        ("Về phổ cập giáo dục", []),
        ("Giáo viên", []),
        ("Cơ quan", []),
    ],
)
def test_headings_that_name_units_lead(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text, "heading") == expected


def test_statements_targets_and_budgets_give_nobody_a_role() -> None:
    for kind in ("statement", "target", "budget"):
        assert roles("Giao Sở Y tế chủ trì", kind) == []


def test_a_label_implements_only_where_another_leads() -> None:
    assert label_role("đơn vị thực hiện", False, rulebook()) == "lead"
    assert label_role("đơn vị thực hiện", True, rulebook()) == "implement"
    assert label_role("thời gian", True, rulebook()) is None


def test_a_label_inside_the_value_of_a_field_is_nobody() -> None:
    view = fold("Cơ quan chủ trì: Sở Y tế; cơ quan phối hợp: Sở Tài chính, Công an tỉnh.")
    found = find_roles(view, "field", len("Cơ quan chủ trì:"), "lead", ISSUERS, rulebook())
    expected = [("lead", "Sở Y tế"), ("coordinate", "Sở Tài chính"), ("coordinate", "Công an tỉnh")]
    assert [(m.role, m.unit.name) for m in found] == expected


def test_a_bracket_in_the_value_of_a_field_says_who_does_it() -> None:
    view = fold("Cơ quan chủ trì: Sở Y tế (Trung tâm Pháp y trực tiếp thực hiện).")
    found = find_roles(view, "field", len("Cơ quan chủ trì:"), "lead", ISSUERS, rulebook())
    assert [(m.role, m.unit.name) for m in found] == [("lead", "Sở Y tế"), ("implement", "Trung tâm Pháp y")]
    view = fold("Cơ quan chủ trì: Sở Y tế (nay là Sở Y tế và Dân số).")
    found = find_roles(view, "field", len("Cơ quan chủ trì:"), "lead", ISSUERS, rulebook())
    assert {m.role for m in found} == {"lead"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Các hộ gia đình phân loại rác tại nguồn", [("lead", "Các hộ gia đình")]),
        ("Cán bộ được phân công phụ trách thôn nắm tình hình", [("lead", "Cán bộ được phân công phụ trách thôn")]),
        ("Cán bộ nắm tình hình", []),
        ("Các gia đình đã được hỗ trợ", []),
        ("gửi kết quả về Sở Y tế để tổng hợp, tham mưu UBND tỉnh", [("report_to", "Sở Y tế")]),
        ("tổ chức các hoạt động tập huấn, hỗ trợ hợp tác xã trên địa bàn", []),
        ("Ban Thường vụ Ủy ban nhân dân tỉnh đề nghị các đơn vị thực hiện", [("lead", "các đơn vị")]),
    ],
)
def test_people_who_act_and_who_only_passes_on(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text) == expected


def test_columns_of_a_row_give_roles() -> None:
    titles = ["nhiệm vụ", "cơ quan chủ trì", "cơ quan phối hợp", "thời gian"]
    row = ["Rà soát quy hoạch", "Sở Xây dựng", "Sở Tài chính; UBND các xã", "Quý III/2026"]
    found = row_roles([(title, fold(cell)) for title, cell in zip(titles, row, strict=True)], rulebook())
    assert [[(m.role, m.unit.name) for m in cell] for cell in found] == [
        [],
        [("lead", "Sở Xây dựng")],
        [("coordinate", "Sở Tài chính"), ("coordinate", "UBND các xã")],
        [],
    ]


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        (
            "Nhằm đạt được mục tiêu đề ra, bên cạnh việc thường xuyên, các sở, ban, ngành, UBND các xã cần cụ thể hóa các nhiệm vụ sau:",
            ["các sở, ban, ngành", "UBND các xã"],
        ),
        (
            "Tình hình dịch bệnh còn phức tạp. Trước tình hình đó, Sở Y tế, Công an tỉnh tập trung thực hiện các nội dung sau đây:",
            ["Sở Y tế", "Công an tỉnh"],
        ),
        ("Thời gian qua, Sở Y tế đã triển khai một số việc sau:", []),
        ("Kế hoạch này thay thế văn bản của Sở Y tế với các nội dung sau:", []),
    ],
)
def test_a_paragraph_that_opens_a_list_names_who_gets_it(text: str, leads: list[str]) -> None:
    assert [m.unit.name for m in find_opening_leads(fold(text), frozenset(), rulebook())] == leads


def test_a_label_before_what_is_to_be_done_is_one_name() -> None:
    assert roles("Phòng Quản trị thiết bị: Bố trí hội trường và âm thanh") == [("lead", "Phòng Quản trị thiết bị")]
    name = "Các doanh nghiệp cung cấp dịch vụ viễn thông"
    assert roles(f"{name}: Rà soát, nâng cấp mạng lưới") == [("lead", name)]
    assert roles("Sở Y tế giải quyết 03 việc tồn đọng: hồ sơ, biên lai, sổ khám") == [("lead", "Sở Y tế")]


def test_an_order_behind_a_title_and_its_condition_leads() -> None:
    text = "Tháo gỡ vướng mắc: Khi doanh nghiệp có kiến nghị, yêu cầu các sở, ngành căn cứ chức năng trả lời"
    assert roles(text) == [("lead", "các sở, ngành")]


def test_a_short_form_in_brackets_does_not_make_a_leader_of_the_issuer() -> None:
    text = "Bộ Giáo dục và Đào tạo (GDĐT) đề nghị Chủ tịch Ủy ban nhân dân các tỉnh trực tiếp chỉ đạo"
    assert roles(text) == [("lead", "Chủ tịch Ủy ban nhân dân các tỉnh")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thủ trưởng các đơn vị yêu cầu cán bộ ký cam kết", [("lead", "Thủ trưởng các đơn vị"), ("implement", "cán bộ")]),
        ("Đảng ủy Quân sự huyện có ý kiến về tiêu chuẩn chính trị", [("lead", "Đảng ủy Quân sự huyện")]),
        ("Ban Thường vụ Huyện ủy có ý kiến chỉ đạo như sau: các chi bộ thực hiện", [("lead", "các chi bộ")]),
        ("Các đồng chí Huyện ủy viên chịu trách nhiệm theo dõi địa bàn", [("lead", "Huyện ủy viên")]),
        ("Cử cán bộ cùng Trạm Y tế xã hướng dẫn từng hộ", [("coordinate", "Trạm Y tế xã")]),
        (
            "Hiệu trưởng các trường phân công phó hiệu trưởng làm đầu mối",
            [("lead", "Hiệu trưởng các trường"), ("implement", "phó hiệu trưởng")],
        ),
        ("Cùng Hội Nông dân xã vận động các hộ gia đình", [("coordinate", "Hội Nông dân xã"), ("implement", "các hộ gia đình")]),
        ("UBND xã phân công các thôn thực hiện", [("lead", "UBND xã"), ("implement", "các thôn")]),
        ("Giáo viên chủ nhiệm phối hợp với Ban Giám hiệu", [("lead", "Giáo viên chủ nhiệm"), ("coordinate", "Ban Giám hiệu")]),
        ("Đối với Sở Y tế: chỉ đạo các bệnh viện trực cấp cứu", [("lead", "Sở Y tế"), ("implement", "các bệnh viện")]),
        ("Phối hợp với Trạm Y tế xã, đội hình tuyên truyền, các thôn", [("coordinate", "Trạm Y tế xã"), ("coordinate", "các thôn")]),
        ("Báo cáo nhanh về Sở trước 11 giờ", [("report_to", "Sở")]),
        ("Yêu cầu nhà thầu Công ty Cổ phần Xây dựng 47 bổ sung máy móc", [("lead", "Công ty Cổ phần Xây dựng 47")]),
        ("Liên hệ về Sở Nội vụ (qua đồng chí Trần Thị Hoa) để được hướng dẫn", []),
        ("Riêng Trường THPT Chuyên được cử tối đa 06 dự án", []),
        ("Chọn phương án tối ưu để triển khai thí điểm tại UBND xã", []),
    ],
)
def test_who_acts_and_who_only_speaks_or_helps(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hướng dẫn, đôn đốc, kiểm tra các phường trong quá trình triển khai", [("implement", "các phường")]),
        ("Kiểm tra, giám sát các cửa hàng kinh doanh", []),
        (
            "Yêu cầu các phòng, ban và đề nghị các đoàn thể xã triển khai thực hiện",
            [("lead", "các phòng, ban"), ("lead", "các đoàn thể xã")],
        ),
        ("Sắp xếp các trạm, trại (Sở Nội vụ chủ trì, phối hợp với Sở Tài chính)", [("lead", "Sở Nội vụ"), ("coordinate", "Sở Tài chính")]),
        ("Kiện toàn tổ chức; phân công đồng chí Phó Chủ tịch UBND xã trực tiếp phụ trách", [("implement", "Phó Chủ tịch UBND xã")]),
        ("Phân công đồng chí Phó Chủ tịch UBND xã trực tiếp phụ trách", [("lead", "Phó Chủ tịch UBND xã")]),
        ("Tùy tình hình, phân công Giám đốc Sở Y tế chỉ đạo", [("lead", "Giám đốc Sở Y tế")]),
        (
            "Nếu gặp khó khăn, vướng mắc, đề nghị UBND cấp xã phản ánh về Sở Nội vụ để phối hợp xử lý hoặc tổng hợp, báo cáo UBND tỉnh",
            [("lead", "UBND cấp xã"), ("report_to", "Sở Nội vụ")],
        ),
        ("Kiểm tra thường xuyên; nếu nước không đạt chuẩn, yêu cầu các đơn vị khắc phục", [("implement", "các đơn vị")]),
        ("Lập dự toán gửi Sở Tài chính thẩm định, trình cấp có thẩm quyền", [("report_to", "Sở Tài chính")]),
        ("Phối hợp với Cục Thú y (Bộ Nông nghiệp) và Công an tỉnh", [("coordinate", "Cục Thú y"), ("coordinate", "Công an tỉnh")]),
        ("Mở lớp dạy bơi cho trẻ em; mỗi phường tổ chức ít nhất 02 lớp", []),
        ("Về trách nhiệm: Từng sở, ngành triển khai kế hoạch dạy bơi", [("lead", "Từng sở, ngành")]),
        ("Mỗi phường chọn 02 tuyến đường", [("lead", "Mỗi phường")]),
    ],
)
def test_who_is_charged_with_what_others_order(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text) == expected
