"""Clause types: promises of rules/clauses.toml, the place of a clause, the five seeds, and totality."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Clause, Header, Span
from pipeline.outline.types import classify
from pipeline.outline.types_case import Case, case_of, marker_kind
from pipeline.outline.types_rules import ClauseRules, TypeRule, clause_rules
from pipeline.rulebook import Rulebook, rulebook

GOLD = sorted((Path(__file__).parent.parent / "corpus" / "gold").glob("*.json"))
MARKERS = {"none": "", "bullet": "-", "letter": "a)", "number": "1.", "roman": "II.", "article": "Điều 1."}


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return rulebook()


@pytest.fixture(scope="module")
def rules(book: Rulebook) -> ClauseRules:
    return clause_rules(book)


def a_case(rules: ClauseRules, example: Mapping[str, Any]) -> Case:
    """The case an example describes: its text, and the place it names."""
    case = case_of(example["text"], MARKERS[example.get("marker", "none")], rules)
    case.section = "tasks"
    for name, value in example.items():
        if name != "text":
            setattr(case, name, value)
    return case


def pairs() -> list[tuple[str, str, Mapping[str, Any]]]:
    listed = []
    for rule in rulebook()["clauses"].rules:
        listed += [(rule.id, "fires", e) for e in rule.examples]
        listed += [(rule.id, "leaves", r if isinstance(r, dict) else {"text": r}) for r in rule.rejects]
    return listed


def named(rules: ClauseRules, identifier: str) -> TypeRule:
    return next(rule for rule in rules.rules if rule.id == identifier)


@pytest.mark.parametrize(("identifier", "promise", "example"), pairs(), ids=lambda p: p if isinstance(p, str) else p["text"][:40])
def test_every_rule_keeps_its_promises(rules: ClauseRules, identifier: str, promise: str, example: Mapping[str, Any]) -> None:
    rule = named(rules, identifier)
    case = a_case(rules, example)
    if promise == "leaves":
        assert not rule.holds(case)
        return
    assert rule.holds(case), case
    assert rules.decide(case).type == rule.type, rules.decide(case).id


def test_the_last_rule_always_holds(rules: ClauseRules) -> None:
    assert rules.rules[-1].when == () and rules.rules[-1].find is None


def test_conditions_name_what_a_case_has(rules: ClauseRules) -> None:
    known = set(Case.__dataclass_fields__)
    assert not {name for rule in rules.rules for name, _ in rule.when} - known


@pytest.mark.parametrize(
    ("marker", "kind"),
    [
        *[("", "none"), ("II.", "roman"), ("I-", "roman"), ("c)", "letter"), ("đ)", "letter"), ("i)", "letter")],
        *[("1.1.", "number"), ("2.3", "number"), ("(1)", "number"), ("(ii)", "number"), ("Điều 4.", "article")],
        *[("-", "bullet"), ("·", "bullet"), ("*", "bullet")],
    ],
)
def test_marker_kinds(marker: str, kind: str) -> None:
    assert marker_kind(marker) == kind


def a_clause(identifier: str, marker: str, parent: str | None, span: Span, body: int) -> Clause:
    return Clause(id=identifier, marker=marker, type="statement", parent=parent, span=span, body=Span(body, span.end))


def outline(*lines: tuple[str, str, str | None]) -> tuple[list[Clause], str]:
    """Clauses from (marker, body, parent id); ids are "1", "2", … in order."""
    text, clauses = "", []
    for number, (marker, body, parent) in enumerate(lines, 1):
        start = len(text)
        text += f"{marker} {body}".strip()
        clauses.append(a_clause(str(number), marker, parent, Span(start, len(text)), len(text) - len(body)))
        text += "\n"
    return clauses, text


def types(book: Rulebook, *lines: tuple[str, str, str | None]) -> list[str]:
    clauses, text = outline(*lines)
    return [clause.type for clause in classify(clauses, text, Header(), book)]


def test_the_part_decides_about_verbs(book: Rulebook) -> None:
    assert types(
        book,
        ("I.", "MỤC TIÊU", None),
        ("-", "Nâng cao nhận thức của người dân về phòng cháy.", "1"),
        ("-", "Phấn đấu 100% hộ kinh doanh có bình chữa cháy.", "1"),
        ("II.", "NHIỆM VỤ", None),
        ("-", "Nâng cao nhận thức của người dân về phòng cháy.", "4"),
    ) == ["heading", "statement", "target", "heading", "task"]


def test_requirements_are_tasks_where_the_part_names_its_lead(book: Rulebook) -> None:
    lines: list[tuple[str, str, str | None]] = [
        ("1.", "Củng cố đội ngũ thú y", None),
        ("-", "Đơn vị chủ trì: Trạm Thú y", "1"),
        ("", "Yêu cầu:", "1"),
        ("-", "Phân công rõ việc cho từng thú y viên.", "3"),
    ]
    assert types(book, *lines) == ["heading", "field", "heading", "task"]
    del lines[1]
    lines[2] = ("-", lines[2][1], "2")
    assert types(book, *lines) == ["heading", "heading", "statement"]


def test_a_title_with_nothing_but_fields_is_the_task(book: Rulebook) -> None:
    assert types(
        book,
        ("1.", "Xây dựng quy chế quản lý chợ", None),
        ("-", "Cơ quan chủ trì: Phòng Kinh tế", "1"),
        ("-", "Thời gian: quý II/2024", "1"),
        ("2.", "Quản lý chợ và siêu thị", None),
        ("-", "Cơ quan chủ trì: Phòng Kinh tế", "4"),
        ("-", "Rà soát các điểm kinh doanh tự phát.", "4"),
    ) == ["task", "field", "field", "heading", "field", "task"]


def test_lists_of_documents_are_no_tasks(book: Rulebook) -> None:
    assert types(
        book,
        ("", "Xây dựng, trình ban hành các văn bản:", None),
        ("-", "Quy chế chi tiêu nội bộ.", "1"),
        ("-", "Kế hoạch luân chuyển cán bộ.", "1"),
    )[1:] == ["statement", "statement"]


def test_paragraphs_behind_a_lead_in_are_the_list(book: Rulebook) -> None:
    assert types(
        book,
        ("", "Thực hiện Công văn số 15/SYT-NVY của Sở Y tế, Phòng Giáo dục đề nghị các trường thực hiện một số nội dung sau:", None),
        ("", "Tổ chức khám sức khỏe cho học sinh.", None),
        ("", "Phối hợp với trạm y tế phun khử khuẩn.", None),
    ) == ["statement", "task", "task"]


def test_a_unit_heads_its_work(book: Rulebook) -> None:
    assert types(
        book,
        ("1.", "Ban Quản lý dự án đầu tư xây dựng huyện", None),
        ("-", "Đẩy nhanh tiến độ thi công.", "1"),
        ("2.", "Phòng Nội vụ chủ trì, phối hợp với Phòng Tài chính rà soát biên chế.", None),
    ) == ["heading", "task", "task"]


def test_opening_and_closing(book: Rulebook) -> None:
    assert types(
        book,
        ("", "Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;", None),
        ("", "Để bảo đảm an toàn mùa mưa bão, Ủy ban nhân dân huyện yêu cầu các xã, thị trấn thực hiện các nhiệm vụ sau:", None),
        ("1.", "Kiểm tra các công trình đê điều.", None),
        ("", "Văn phòng Ủy ban nhân dân huyện thông báo để các đơn vị biết, thực hiện./.", None),
    ) == ["statement", "statement", "task", "statement"]


def test_an_order_inside_a_part_that_tells_how_things_stand_opens_tasks(book: Rulebook) -> None:
    part = ("1.", "Về tình hình thu ngân sách 6 tháng đầu năm", None)
    told = ("", "Thu ngân sách đạt 52% dự toán, tăng 4% so với cùng kỳ.", "1")
    duty = "Sở Tài chính chủ trì, phối hợp với Kho bạc Nhà nước tỉnh cân đối nguồn chi."
    assert types(
        book,
        part,
        told,
        ("", "Ủy ban nhân dân tỉnh yêu cầu:", "1"),
        ("a)", "Cục Thuế tỉnh:", "1"),
        ("-", "Rà soát các khoản nợ đọng, thu hồi trước ngày 30/9/2021.", "4"),
        ("b)", duty, "1"),
    ) == ["heading", "statement", "heading", "heading", "task", "task"]
    assert types(book, part, told, ("b)", duty, "1")) == ["heading", "statement", "statement"]


def test_labels_are_as_printed(book: Rulebook) -> None:
    clauses, text = outline(
        ("1.", "Hội nghị triển khai", None),
        ("-", "*Đơn vị  chủ trì*: Phòng Y tế", "1"),
        ("-", "Thành phần:", "1"),
        ("+", "Các trạm y tế", "3"),
    )
    assert [clause.label for clause in classify(clauses, text, Header(), book)] == [None, "Đơn vị chủ trì", "Thành phần", None]


def test_a_type_given_by_form_is_kept(book: Rulebook) -> None:
    clauses, text = outline(("1", "Báo cáo tổng kết", None))
    row = clauses[0].model_copy(update={"type": "task", "rule": "table.row"})
    done = classify([row], text, Header(), book)[0]
    assert (done.type, done.rule) == ("task", "table.row")


def test_the_seeds(book: Rulebook) -> None:
    right = total = 0
    for path in GOLD:
        gold = json.loads(path.read_text(encoding="utf-8"))
        text = gold["text"]
        clauses = []
        for c in gold["clauses"]:
            at = text.find(c["marker"], c["start"], c["end"]) if c["marker"] else -1
            body = c["start"] if at < 0 else at + len(c["marker"])
            while body < c["end"] and text[body] in " \t\n*":
                body += 1
            clauses.append(a_clause(c["id"], c["marker"] or "", c["parent"], Span(c["start"], c["end"]), body))
        done = classify(clauses, text, Header(), book)
        assert [clause.id for clause in done] == [clause.id for clause in clauses]
        right += sum(a.type == b["type"] for a, b in zip(done, gold["clauses"], strict=True))
        total += len(done)
    assert right >= 0.98 * total


MARKED = st.sampled_from(["", "-", "1.", "a)", "II.", "Điều 2.", "?"])
LINES = st.tuples(MARKED, st.text(max_size=60), st.sampled_from([None, "1", "2", "9"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=8))
def test_nothing_raises(lines: list[tuple[str, str, str | None]]) -> None:
    clauses, text = outline(*lines)
    assert len(classify(clauses, text, Header(), rulebook())) == len(clauses)


@pytest.mark.parametrize("piece", ["giao ", "yêu cầu các ", "các ", "1 triệu x ", "thực hiện, ", "nội dung ", "từ ngày ", ": ", "100% "])
def test_long_clauses_stay_cheap(book: Rulebook, piece: str) -> None:
    clauses, text = outline(("-", piece * (60_000 // len(piece)) + "sau:", None))
    begun = time.perf_counter()
    classify(clauses, text, Header(), book)
    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Chậm nhất ngày 30 tháng 9 năm 2024, hoàn thành việc kiểm kê tài sản, cụ thể:", "task"),
        ("Trước ngày 15/8/2024, rà soát các giấy phép đã cấp, như sau:", "task"),
    ],
)
def test_a_day_before_an_order_that_opens_a_list(text: str, kind: str) -> None:
    clauses, whole = outline(("1.", "Các xã", None), ("a)", text, "1"), ("-", "Giấy phép trong khu vực sạt lở: dừng khai thác;", "2"))
    assert classify(clauses, whole, Header(), rulebook())[1].type == kind
