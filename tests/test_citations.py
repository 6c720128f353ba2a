"""Documents named by number: every rule keeps its promise, look-alikes stay out, nothing raises."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Citation
from pipeline.extract.citations import find_citations
from pipeline.rulebook import Rule, rulebook
from pipeline.text import fold, fold_text

RULES = rulebook()["citations"].rules
NUMBERED = [(rule, example) for rule in RULES for example in rule.examples if "number" in example]


def cite(text: str) -> tuple[Citation, ...]:
    return find_citations(fold(text), rulebook())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_fires_on_its_examples_and_not_on_its_rejects(rule: Rule) -> None:
    pattern = re.compile(rule.pattern)
    assert all(pattern.search(fold_text(example["text"])) for example in rule.examples)
    assert not any(pattern.search(fold_text(text)) for text in rule.rejects)


@pytest.mark.parametrize(("rule", "example"), NUMBERED, ids=lambda value: value["text"] if isinstance(value, dict) else value.id)
def test_an_example_gives_its_values(rule: Rule, example: dict[str, str]) -> None:
    (found,) = cite(example["text"])
    assert found.rule == rule.id
    assert found.number == example["number"]
    assert (found.kind, found.date, found.issuer) == (example.get("kind"), example.get("date"), example.get("issuer"))


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("Quyết định số 81/QĐ-UBND của Ủy ban nhân dân tỉnh thực hiện Nghị định", "Ủy ban nhân dân tỉnh"),
        ("Quyết định số 81/QĐ-UBND ngày 02/3/2023 của Ủy ban nhân dân huyện ban hành Quy chế", "Ủy ban nhân dân huyện"),
        ("Nghị quyết số 82/NQ-CP ngày 15/9/2023 của Chính phủ Ban hành Chương trình hành động", "Chính phủ"),
        ("Chỉ thị số 31-CT/TU của Tỉnh ủy mới ban hành ngày 04/5/2023", "Tỉnh ủy"),
        ("Công văn số 44/SNV-TC ngày 02/3/2023 của Sở Nội vụ V/v rà soát biên chế", "Sở Nội vụ"),
    ],
)
def test_the_name_of_the_issuer_ends_before_what_it_issued(text: str, issuer: str) -> None:
    (found, *_) = cite(text)
    assert found.issuer == issuer


def test_the_span_covers_kind_number_and_date() -> None:
    text = "Thực hiện Kế hoạch\nthanh tra số 77/KH-TTCP, ngày 05 tháng 4 năm 2019 của Thanh tra Chính phủ"
    (found,) = cite(text)
    assert found.span.cut(text) == "Kế hoạch\nthanh tra số 77/KH-TTCP, ngày 05 tháng 4 năm 2019"
    assert found.issuer == "Thanh tra Chính phủ"


def test_a_list_shares_its_kind_word_and_its_date() -> None:
    found = cite("các Quyết định số 101/QĐ-UBND, số 202/QĐ-UBND và 303/QĐ-STC cùng ngày 12/3/2020; Chỉ thị 04/CT-TTg")
    assert [c.number for c in found] == ["101/QĐ-UBND", "202/QĐ-UBND", "303/QĐ-STC", "04/CT-TTg"]
    assert [c.kind for c in found] == ["Quyết định", "Quyết định", "Quyết định", "Chỉ thị"]
    assert [c.date for c in found] == ["2020-03-12"] * 3 + [None]


def test_the_date_may_stand_first() -> None:
    (found,) = cite("Ngày 22/10/2025, Ủy ban nhân dân tỉnh ban hành Kế hoạch số 31/KH-UBND về cải cách hành chính")
    assert found.date == "2025-10-22"


def test_a_deadline_after_the_issuer_is_not_the_date() -> None:
    (found,) = cite("báo cáo theo Công văn số 31/STC-NS của Sở Tài chính trước ngày 22/10/2025")
    assert found.date is None


def test_a_day_that_no_calendar_has_gives_no_date() -> None:
    (found,) = cite("Nghị quyết số 31/NQ-HĐND ngày 31/6/2021")
    assert found.date is None


def test_a_number_is_given_once_with_its_date() -> None:
    found = cite("Chỉ thị số 17/CT-UBND; rà soát lại Chỉ thị số 17/CT-UBND ngày 05/5/2022")
    assert [(c.number, c.date) for c in found] == [("17/CT-UBND", "2022-05-05")]


def test_letters_that_only_look_latin_stay_as_printed() -> None:
    (found,) = cite("văn bản số 164/BТС-QLG")  # Cyrillic letters, as web copies print them
    assert found.number == "164/BТС-QLG"


@pytest.mark.parametrize(
    "text",
    [
        "học 2 buổi/ngày, trực 24/24 giờ",
        "đạt 11/13 chỉ tiêu",
        "340 phòng học/10.000 dân",
        "hạ tầng 5G/IoT tại khu công nghiệp",
        "chỉ tiêu 5/HTX",
        "tại km 5/QL1A",
        "căn hộ số 45/A Lê Lợi",
        "quy hoạch tỷ lệ 1/500",
        "gọi tắt là Đề án số 05",
        "Mẫu số 01 kèm theo",
        "ngày 12/8/2022",
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    assert cite(text) == ()


def test_a_dash_of_the_sentence_ends_the_number() -> None:
    found = cite("Văn bản số 12/UBND-KGVX - đề nghị các sở; Nghị quyết 05-NQ/ĐU - xây dựng chi bộ")
    assert [c.number for c in found] == ["12/UBND-KGVX", "05-NQ/ĐU"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='0123456789/-.:,;() số ngàycủavàKH-UBNDQĐTWtỊ&\n"*é', max_size=120))
def test_nothing_raises_and_spans_hold_the_number(text: str) -> None:
    for found in cite(text):
        assert 0 <= found.span.start < found.span.end <= len(text)
        assert found.number and " " not in found.number
        assert any(letter.isdigit() for letter in found.span.cut(text))
