"""Deadlines: the promises of rules/deadlines.toml, the table of normal forms, and what holds for any text."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.deadlines import Candidate, DeadlineContext, find_candidates, find_deadlines
from pipeline.rulebook import Rule, rulebook
from pipeline.text import fold

RULES = rulebook()["deadlines"].rules
TIMES = [rule for rule in RULES if rule.fields["kind"] == "time"]
CONTEXTS = [rule for rule in RULES if rule.fields["kind"] != "time"]


def context(example: Mapping[str, Any]) -> DeadlineContext:
    term = example.get("term")
    issued_on = example.get("issued_on", "2025-11-20") or None
    return DeadlineContext(issued_on, example.get("type", "task"), False, (term[0], term[1]) if term else None)


def marked(text: str, row: bool = False) -> Candidate:
    """Return the candidate between ‹ and › of an example, read without the marks."""
    start, end = text.index("‹"), text.index("›") - 1
    view = fold(text.replace("‹", "").replace("›", ""))
    found = list(find_candidates(view, DeadlineContext("2025-11-20", row=row), rulebook()))
    assert (start, end) in [(c.start, c.end) for c in found], f"no time at the marks of {text!r}: {found}"
    return next(c for c in found if (c.start, c.end) == (start, end))


@pytest.mark.parametrize(("rule", "example"), [pytest.param(r, e, id=f"{r.id}-{i}") for r in TIMES for i, e in enumerate(r.examples)])
def test_time_rules_keep_their_promises(rule: Rule, example: Mapping[str, Any]) -> None:
    found = find_deadlines(fold(example["text"]), context(example), rulebook())
    wanted = tuple(example.get(key) for key in ("start", "due", "repeat"))
    assert (rule.id, *wanted) in [(d.rule, d.start, d.due, d.repeat) for d in found]


@pytest.mark.parametrize(("rule", "text"), [pytest.param(r, t, id=f"{r.id}-{i}") for r in TIMES for i, t in enumerate(r.rejects)])
def test_time_rules_leave_their_rejects_alone(rule: Rule, text: str) -> None:
    assert rule.id not in [d.rule for d in find_deadlines(fold(text), DeadlineContext("2025-11-20"), rulebook())]


@pytest.mark.parametrize(("rule", "example"), [pytest.param(r, e, id=f"{r.id}-{i}") for r in CONTEXTS for i, e in enumerate(r.examples)])
def test_context_rules_keep_their_promises(rule: Rule, example: Mapping[str, Any]) -> None:
    found = marked(example["text"], example.get("row", False))
    assert found.rule.fields["form"] in rule.fields["of"]
    assert (found.barred is not None) == (rule.fields["kind"] == "bars"), found


@pytest.mark.parametrize(("rule", "text"), [pytest.param(r, t, id=f"{r.id}-{i}") for r in CONTEXTS for i, t in enumerate(r.rejects)])
def test_context_rules_leave_their_rejects_alone(rule: Rule, text: str) -> None:
    found = marked(text)
    assert (found.barred is None) == (rule.fields["kind"] == "bars"), found


# The table of normal forms of the annotation guidelines (section 4), row by row: text, start, due, repeat.
TABLE = [
    ("nộp trước ngày 06/11/2020", None, "2020-11-06", None),
    ("nộp chậm nhất ngày 06/11/2020", None, "2020-11-06", None),
    ("thực hiện đến ngày 06/11/2020", None, "2020-11-06", None),
    ("hoàn thành trong ngày 06/11/2020", "2020-11-06", "2020-11-06", None),
    ("nộp trước 16 giờ 00, ngày 06/11/2020", None, "2020-11-06T16:00", None),
    ("báo cáo trong tháng 11/2021", "2021-11-01", "2021-11-30", None),
    ("Tháng 11/2021: tổ chức hội thi", "2021-11-01", "2021-11-30", None),
    ("hoàn thành trước tháng 7/2021", None, "2021-06-30", None),
    ("khởi công quý I/2021", "2021-01-01", "2021-03-31", None),
    ("hoàn thành trước năm 2022", None, "2021-12-31", None),
    ("Đến năm 2025, đạt 100%", None, "2025-12-31", None),
    ("đạt 100% vào năm 2025", None, "2025-12-31", None),
    ("hoàn thành đến hết năm 2025", None, "2025-12-31", None),
    ("thực hiện từ tháng 01/2021 đến tháng 12/2025", "2021-01-01", "2025-12-31", None),
    ("Giai đoạn 2021-2025: xây dựng 5 trường", "2021-01-01", "2025-12-31", None),
    ("thí điểm trong năm học 2022-2023", "2022-09-05", "2023-05-31", None),
    ("hoàn thành trong năm 2025", "2025-01-01", "2025-12-31", None),
    ("Năm 2025, xây dựng 02 trường", "2025-01-01", "2025-12-31", None),
    ("báo cáo hằng ngày", None, None, "daily"),
    ("báo cáo hằng tuần", None, None, "weekly"),
    ("báo cáo hằng tháng", None, None, "monthly"),
    ("báo cáo hàng quý", None, None, "quarterly"),
    ("báo cáo định kỳ 6 tháng", None, None, "half-yearly"),
    ("báo cáo hằng năm", None, None, "yearly"),
    ("báo cáo cuối mỗi năm học", None, None, "school-yearly"),
    ("báo cáo trước ngày 25 hằng tháng", None, "--25", "monthly"),
    ("báo cáo trước tháng 7 hằng năm", None, "--06-30", "yearly"),
    ("báo cáo trước ngày 15/12 hằng năm", None, "--12-15", "yearly"),
    ("kiểm tra thường xuyên", None, None, "continuous"),
    ("kiểm tra trong suốt quá trình thực hiện", None, None, "continuous"),
    ("trả lời trong vòng 10 ngày làm việc kể từ ngày nhận được đơn", None, "P10WD", None),
    ("trả lời trong vòng 10 ngày kể từ ngày nhận được đơn", None, "P10D", None),
]


@pytest.mark.parametrize(("text", "start", "due", "repeat"), TABLE)
def test_normal_forms(text: str, start: str | None, due: str | None, repeat: str | None) -> None:
    found = find_deadlines(fold(text), DeadlineContext("2020-10-15"), rulebook())
    assert [(d.start, d.due, d.repeat) for d in found] == [(start, due, repeat)]


@pytest.mark.parametrize(
    "text",
    ["báo cáo định kỳ", "kịp thời báo cáo", "khẩn trương hoàn thành", "trong thời gian sớm nhất", "Chương trình GDPT 2018",
     "Đề án phát triển giáo dục giai đoạn 2020-2025", "thực hiện nhiệm vụ năm học 2022-2023", "Quyết định số 5/QĐ-UBND ngày 05/9/2020"],
)  # fmt: skip
def test_no_deadline(text: str) -> None:
    assert find_deadlines(fold(text), DeadlineContext("2020-10-15"), rulebook()) == ()


@pytest.mark.parametrize(
    ("issued_on", "due"),
    [("2025-08-01", "2025-09-15"), ("2025-10-20", "2025-09-15"), ("2025-12-20", "2026-09-15"), ("2025-08", "2025-09-15"),
     ("2025", "2025-09-15"), (None, "--09-15"), ("không rõ", "--09-15")],
)  # fmt: skip
def test_the_year_is_that_of_the_document_or_the_next(issued_on: str | None, due: str) -> None:
    (found,) = find_deadlines(fold("gửi về Sở trước ngày 15/9"), DeadlineContext(issued_on), rulebook())
    assert found.due == due


def test_what_kind_of_clause_decides() -> None:
    text = "Năm 2025, toàn ngành hoàn thành 12/12 chỉ tiêu trước ngày 30/11/2025"
    assert len(find_deadlines(fold(text), DeadlineContext("2025-11-20", "task"), rulebook())) == 2
    assert find_deadlines(fold(text), DeadlineContext("2025-11-20", "statement"), rulebook()) == ()


def test_one_deadline_of_a_day_and_its_period() -> None:
    found = find_deadlines(fold("Định kỳ hằng tháng (trước ngày 20), gửi báo cáo."), DeadlineContext("2025-11-20"), rulebook())
    assert [(d.due, d.repeat, d.bound) for d in found] == [("--20", "monthly", "before")]


def test_spans_lead_back_to_the_words() -> None:
    text = "Gửi  báo cáo **trước\nngày 15/12/2025**; hằng quý họp giao ban."
    found = find_deadlines(fold(text), DeadlineContext("2025-11-20"), rulebook())
    assert [d.span.cut(text) for d in found] == ["trước\nngày 15/12/2025", "hằng quý"]
    assert [d.text for d in found] == ["trước ngày 15/12/2025", "hằng quý"]


PIECES = st.sampled_from(
    ["trước ", "đến ", "ngày ", "31", "/", "02", "2025", "0", " tháng ", "quý iv", " năm ", "năm học ", "-", "hằng ", "6 tháng",
     ", ", " và ", "giờ ", "từ ", "trong ", "giai đoạn ", "thường xuyên", "\n", "**", '"', "(", ". ", "nhiệm kỳ ", "cuối ",
     "10 ngày làm việc", "kể từ ", "lần/"]
)  # fmt: skip


@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join)),
    st.sampled_from(["2025-11-20", "2024-02-30", "2022-09", "2005", "0000-00-00", "", None]),
    st.sampled_from(["task", "field", "heading", "statement", "of no kind"]),
    st.booleans(),
)
def test_any_text_is_read(text: str, issued_on: str | None, clause_type: str, row: bool) -> None:
    document = f"đầu {text} cuối"
    context = DeadlineContext(issued_on, clause_type, row, (2020, 2025))
    for found in find_deadlines(fold(document, 4, len(document) - 5), context, rulebook()):
        assert 4 <= found.span.start < found.span.end <= len(document) - 5
        assert fold(found.span.cut(document)).text.strip() == found.text.lower().strip()
        assert found.start or found.due or found.repeat


def test_time_is_linear() -> None:
    for piece in ("kế hoạch ", "từ ngày 1 ", "trước 16 giờ ", "1/", "2025 - ", "hằng năm, ", '"'):
        find_deadlines(fold(piece * 5000), DeadlineContext("2025-11-20"), rulebook())


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("từ quý III/2025 đến hết năm 2027", "2025-07-01", "2027-12-31"),
        ("từ tháng 8/2025 đến hết quý I/2026", "2025-08-01", "2026-03-31"),
        ("từ năm 2026 đến hết quý II/2027", "2026-01-01", "2027-06-30"),
    ],
)
def test_a_beginning_and_the_end_behind_it_are_one_stretch(text: str, start: str, due: str) -> None:
    whole = f"Thời gian thực hiện: {text}."
    (found,) = find_deadlines(fold(whole), DeadlineContext("2025-05-10", "field"), rulebook())
    assert (found.text, found.start, found.due, found.bound) == (text, start, due, "within")


def test_a_beginning_after_its_end_stays_apart() -> None:
    found = find_deadlines(
        fold("Thời gian thực hiện: từ quý III/2027 đến hết năm 2026."), DeadlineContext("2025-05-10", "field"), rulebook()
    )
    assert [d.start for d in found] == ["2027-07-01", None]
