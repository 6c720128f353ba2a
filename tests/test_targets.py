"""Targets: which numbers must be reached, with which unit, and which numbers only count what is there."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Target
from pipeline.extract.targets import find_targets
from pipeline.rulebook import Rule, rulebook
from pipeline.text import fold, fold_text

RULES = rulebook()["targets"].rules


def targets(text: str, clause_type: str = "task") -> tuple[Target, ...]:
    return find_targets(fold(text), clause_type, rulebook())


def values(text: str, clause_type: str = "task") -> list[tuple[object, str]]:
    return [(target.value, target.unit) for target in targets(text, clause_type)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_fires_on_its_examples_and_not_on_its_rejects(rule: Rule) -> None:
    pattern = re.compile(rule.pattern)
    assert all(pattern.search(fold_text(example["text"])) for example in rule.examples)
    assert not any(pattern.search(fold_text(text)) for text in rule.rejects)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tốc độ tăng trưởng bình quân 8,5-9%/năm", [((8.5, 9), "%/năm")]),
        ("Thu nhập bình quân đầu người đạt 120 triệu đồng/người/năm", [(120, "triệu đồng/người/năm")]),
        ("Giảm tỷ lệ hộ nghèo từ 5,2% năm 2020 xuống còn dưới 2% vào năm 2025", [(2, "%")]),
        ("Trồng mới 1.200 ha rừng, 500.000 cây phân tán", [(1200, "ha"), (500000, "cây")]),
        ("Đạt 10 bác sĩ/vạn dân, 32 giường bệnh/10.000 dân", [(10, "bác sĩ/vạn dân"), (32, "giường bệnh/10.000 dân")]),
        ("Tuổi thọ trung bình đạt 75 tuổi", [(75, "tuổi")]),
        ("Phấn đấu 9/12 xã về đích nông thôn mới", [(9, "xã")]),
        ("Nằm trong nhóm 15 địa phương dẫn đầu cả nước về chuyển đổi số", [(15, "địa phương")]),
        ("Chi ngân sách từ 51 - 52% tổng chi; xuất khẩu tăng 13% đến 15%", [((51, 52), "%"), ((13, 15), "%")]),
        ("Thu hút 1,5 triệu lượt khách du lịch", [(1.5, "triệu lượt khách du lịch")]),
        ("Quy mô đàn lợn 500 nghìn con, đàn bò 30.000 con", [(500, "nghìn con"), (30000, "con")]),
    ],
)
def test_targets_of_a_target_clause(text: str, expected: list[tuple[object, str]]) -> None:
    assert values(text, "target") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Giải ngân 100% vốn đầu tư công được giao trước ngày 31/12/2024", [(100, "%")]),
        ("Tham mưu ban hành 03 nghị quyết, 05 quyết định quy phạm pháp luật", [(3, "nghị quyết"), (5, "quyết định")]),
        ("Sửa đổi các văn bản có liên quan (02 Nghị định, 04 Thông tư) đúng tiến độ", [(2, "Nghị định"), (4, "Thông tư")]),
        ("Tuyển dụng 150 giáo viên; đầu tư xây dựng 12 phòng học tại 03 trường", [(150, "giáo viên"), (12, "phòng học")]),
        ("Sinh hoạt chuyên đề hai lần/năm; tổ chức giao lưu 02 lần mỗi quý", [(2, "lần/năm"), (2, "lần/quý")]),
        ("Khảo sát chất lượng từ 2 đến 3 lần vào cuối kỳ", [((2, 3), "lần")]),
        ("Bố trí mỗi phòng ít nhất 02 máy tính", [(2, "máy tính")]),
        ("Mỗi chi bộ kết nạp tối thiểu một đảng viên", [(1, "đảng viên")]),
        ("Duy trì 05 câu lạc bộ hiện có, thành lập mới 03 câu lạc bộ", [(3, "câu lạc bộ")]),
        ("Bàn giao mặt bằng, thi công 15 km đường", [(15, "km")]),
    ],
)
def test_targets_of_a_task(text: str, expected: list[tuple[object, str]]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "UBND 14 phường phối hợp với công an 9 huyện",
        "Đánh giá mô hình tại 10 trường đã được công nhận",
        "Bố trí giáo viên dạy lớp 3, lớp 7; phổ cập cho trẻ 5 tuổi; dịch vụ công mức độ 3-4",
        "Tham dự kỳ thi lần thứ 17 (HOMC 2020) theo Nghị quyết 29, khóa XII, Điều 12",
        "Hỗ trợ 30% kinh phí mua máy cho hộ nghèo, tối đa 50 triệu đồng/hộ",
        "Trực ban 24/24 giờ, báo cáo trong vòng 05 ngày làm việc",
        'Triển khai Đề án "Xây dựng ít nhất 01 triệu căn hộ nhà ở xã hội" theo mô hình chính quyền 02 cấp',
        "Hoàn thành 02 công trình bảo đảm chất lượng",
        "Đến nay, 45% hồ sơ được số hóa; tiếp tục rà soát",
        "Thực hiện Chương trình giáo dục phổ thông 2018 giai đoạn 2021-2025",
    ],
)
def test_numbers_that_are_no_targets(text: str) -> None:
    assert values(text) == []


def test_what_a_share_must_have_is_no_target_of_its_own() -> None:
    assert values("Phấn đấu 70 % học sinh được học 2 buổi/ngày, có ít nhất 01 câu lạc bộ", "target") == [(70, "%")]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("đạt ít nhất 25%", ">="),
        ("đạt từ 25% trở lên", ">="),
        ("đạt trên 25%", ">"),
        ("không quá 25%", "<="),
        ("giảm còn dưới 25%", "<"),
        ("đạt 25%", "="),
        ("không dưới 25%", ">="),
        ("năm 2025 trên 8% và năm 2026 từ 10% trở lên", ">"),
    ],
)
def test_comparators(text: str, sign: str) -> None:
    assert targets(text, "target")[0].comparator == sign


def test_a_target_points_at_its_words() -> None:
    text = "Phấn đấu **11/13 chỉ tiêu** thi đua xếp loại xuất sắc; tỷ lệ đảng viên toàn ngành đạt 30 %."
    first, second = targets(text, "target")
    assert (first.value, first.total, first.span.cut(text)) == (11, 13, "11/13 chỉ tiêu")
    assert (second.of, second.span.cut(text)) == ("tỷ lệ đảng viên toàn ngành", "30 %")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Giảm 50% số vụ cháy chợ, giảm 60% số vụ cháy rừng.", ["số vụ cháy chợ", "số vụ cháy rừng"]),
        ("80% công chức và 70% viên chức, người lao động được tập huấn.", ["công chức", "viên chức, người lao động"]),
        ("100% trẻ em từ 06 tháng đến 36 tháng tuổi được tiêm chủng.", ["trẻ em từ 06 tháng đến 36 tháng tuổi"]),
        ("Tỷ lệ người từ 65 tuổi trở lên đạt 12%.", ["Tỷ lệ người từ 65 tuổi trở lên"]),
    ],
)
def test_what_is_measured_ends_before_the_next_number(text: str, expected: list[str]) -> None:
    assert [target.of for target in targets(text, "target")] == expected


def test_only_tasks_and_targets_carry_targets() -> None:
    assert all(values("Đạt 100% kế hoạch", kind) == [] for kind in ("heading", "field", "budget", "statement"))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='0123456789%/.,-();: đạttrường lần năm"từở lên\n*', max_size=120), st.sampled_from(["task", "target"]))
def test_nothing_raises_and_spans_lie_in_the_text(text: str, clause_type: str) -> None:
    for target in targets(text, clause_type):
        assert 0 <= target.span.start < target.span.end <= len(text)
        assert target.unit


def test_time_is_linear() -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        targets(text, "target")
        return time.process_time() - start

    for piece in ("1.1", "(5 ", "đạt 5%, ", "ít nhất 02 xã ", "1", "(02 trường) "):
        seconds(piece * 10)
        assert seconds(piece * 8000) < 3


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Giảm tỷ suất tử vong mẹ xuống còn 42/100.000 trẻ đẻ sống", "target", [(42, "100.000 trẻ")]),
        ("Bố trí 03 đội đáp ứng nhanh, 02 xe cứu thương", "task", [(3, "đội đáp ứng nhanh")]),
        ("Có 02 triệu ngôi nhà bảo đảm an toàn", "target", [(2, "triệu ngôi nhà")]),
    ],
)
def test_rates_and_counted_nouns_of_several_words(text: str, kind: str, expected: list[tuple[object, str]]) -> None:
    assert values(text, kind) == expected
