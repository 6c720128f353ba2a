"""Findings: what is wrong is found with its words, what is well formed raises none."""

import pytest

from models import Assignment, Clause, Document, Finding, Header, Kind, Origin, Outline, Party, Signer, Source, Span, Task, TaskDeadline
from pipeline.check import check
from pipeline.rulebook import rulebook

SOUND = Header(
    kind=Kind(code="KH", name="Kế hoạch"),
    number="5/KH-UBND",
    issued_on="2022-03-14",
    issuer=Party(name="Ủy ban nhân dân huyện Đồng Xuân"),
    signer=Signer(name="Lê Văn Ba"),
)


def find(
    header: Header = SOUND, clauses: tuple[Clause, ...] = (), tasks: tuple[Task, ...] = (), text: str = "x" * 200
) -> tuple[Finding, ...]:
    document = Document(text=text, source=Source(name="x", sha256="0", media_type="text/plain"), blocks=())
    return check(document, Outline(header=header, clauses=clauses), tasks)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [f.code for f in findings]


def listed(*markers: str, parent: str | None = None) -> tuple[Clause, ...]:
    return tuple(
        Clause(
            id=f"{parent}/{i}",
            marker=m,
            type="task",
            parent=parent,
            span=Span(i * 10, i * 10 + 9),
            body=Span(i * 10 + len(m) + 1, i * 10 + 9),
        )
        for i, m in enumerate(markers)
    )


def task(due: str | None = None, *, lead: bool = True, repeat: str | None = None) -> Task:
    span = Span(0, 5)
    origin = Origin(how="stated", span=span)
    deadline = TaskDeadline(text="trước ngày", due=due, repeat=repeat, span=Span(1, 4), origin=origin)
    return Task(
        id="1",
        clause_id="None/0",
        title="t",
        text="t",
        span=span,
        deadlines=(deadline,) if due else (),
        assignments=(Assignment(role="lead" if lead else "coordinate", name="Phòng Nội vụ", unit_id="u", origin=origin),),
    )


def test_a_sound_directive_has_no_findings() -> None:
    assert find(clauses=listed("I.", "II.", "III."), tasks=(task("2022-05-01"),)) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": None}, "number-missing"),
        ({"issued_on": None}, "date-missing"),
        ({"issued_on": "2022-03"}, "date-incomplete"),
        ({"issued_on": "2022"}, "date-incomplete"),
        ({"issued_on": "2022-06-31"}, "date-impossible"),
        ({"issuer": None}, "issuer-missing"),
        ({"signer": None}, "signer-missing"),
        ({"draft": True}, "draft"),
        ({"kind": None}, "kind-missing"),
        ({"kind": Kind(code="CT", name="Chỉ thị")}, "kind-mismatch"),
    ],
)
def test_the_head(change: dict[str, object], code: str) -> None:
    assert codes(find(SOUND.model_copy(update=change))) == [code]


def test_a_blank_number_and_date_are_pointed_at() -> None:
    text = "Số: /UBND-GDĐT\nBa Sao, ngày tháng 9 năm 2022"
    spans = {"number": Span(0, 14), "issued_on": Span(23, 45)}
    found = find(SOUND.model_copy(update={"number": None, "issued_on": "2022-09", "spans": spans}), text=text)
    assert [(f.code, f.spans[0].cut(text)) for f in found] == [
        ("number-blank", "Số: /UBND-GDĐT"),
        ("date-incomplete", "ngày tháng 9 năm 2022"),
    ]
    assert "Số: /UBND-GDĐT" in found[0].message


def test_party_codes_of_quy_dinh_and_programmes_under_a_resolution_are_no_mismatch() -> None:
    for name, number in (("Quy định", "66-QĐ/TU"), ("Chương trình", "5/NQ-CP"), ("Công văn", "12/UBND-VX"), ("Kế hoạch", "50/ĐHVN-KT")):
        assert find(SOUND.model_copy(update={"kind": Kind(code="", name=name), "number": number})) == ()


@pytest.mark.parametrize(
    "markers",
    [
        ("a)", "b)", "c)", "d)", "đ)", "e)", "g)", "h)", "i)", "k)"),
        ("a)", "b)", "c)", "d)"),
        ("1.", "2.", "3."),
        ("01.", "02.", "03."),
        ("i)", "ii)", "iii)", "iv)"),
        ("I.", "II.", "III.", "IV.", "V."),
        ("A.", "B.", "C."),
        ("1.1.", "1.2.", "1.3."),
        ("Điều 1.", "Điều 2."),
        ("Chương I", "Chương II"),
        ("1.", "2.", "1.", "2."),
        ("-", "-", "+", "-"),
        ("14.", "15.", "2.", "3."),
        ("(1)", "(2)"),
        ("**1.**", "**2.**"),
        ("1.", "-", "2."),
        ("5.",),
        ("1.", "a)", "2.", "b)"),
    ],
)
def test_well_numbered_lists_raise_nothing(markers: tuple[str, ...]) -> None:
    assert find(clauses=listed(*markers)) == ()


@pytest.mark.parametrize(
    ("markers", "code", "said"),
    [
        (("1.", "2.", "4."), "numbering-gap", "“3.”"),
        (("9.2.", "9.3."), "numbering-gap", "“9.1.”"),
        (("a)", "b)", "c)", "d)", "e)", "g)"), "numbering-gap", "“đ)”"),
        (("I.", "II.", "IV."), "numbering-gap", "“III.”"),
        (("1.", "2.", "2.", "3."), "numbering-repeat", "“2.”"),
        (("1.", "1.", "2."), "numbering-repeat", "“1.”"),
        (("1.", "3.", "2.", "4."), "numbering-order", "“2.”"),
        (("Điều 1.", "Điều 3."), "numbering-gap", "“Điều 2.”"),
        (("a)", "b)", "c)", "d)", "e)", "f)", "g)", "h)"), "numbering-alphabet", "“f)”"),
        (("a)", "b)", "c)", "d)", "e)"), "numbering-latin", "đ)"),
    ],
)
def test_badly_numbered_lists(markers: tuple[str, ...], code: str, said: str) -> None:
    found = find(clauses=listed(*markers))
    assert codes(found) == [code]
    assert said in next(f for f in found if f.code == code).message


def test_a_gap_points_at_the_markers_around_it() -> None:
    text = "a) b...... b) c...... d) e......"
    clauses = tuple(
        Clause(id=m, marker=m, type="task", parent=None, span=Span(at, at + 9), body=Span(at + 3, at + 9))
        for m, at in (("a)", 0), ("b)", 11), ("d)", 22))
    )
    (finding,) = find(clauses=clauses, text=text)
    assert [text[a:b] for a, b in finding.spans] == ["b)", "d)"]


def test_lists_under_different_parents_are_different_lists() -> None:
    assert find(clauses=(*listed("1.", "2.", parent="I"), *listed("1.", "2.", parent="II"))) == ()


def test_deadlines_before_the_date_of_issue() -> None:
    assert codes(find(tasks=(task("2022-03-01"),))) == ["deadline-before-issue"]
    assert codes(find(tasks=(task("2022-03-01T11:00"),))) == ["deadline-before-issue"]
    for sound in (task("2022-03-14"), task("--03-01", repeat="yearly"), task("P10D"), task("2022-12-31")):
        assert find(tasks=(sound,)) == ()
    month = SOUND.model_copy(update={"issued_on": "2022-03"})
    assert "deadline-before-issue" in codes(find(month, tasks=(task("2022-02-28"),)))
    assert "deadline-before-issue" not in codes(find(month, tasks=(task("2022-03-01"),)))


def test_tasks_without_lead_are_one_finding_a_part() -> None:
    found = find(clauses=listed("1.", "2."), tasks=(task(lead=False), task(lead=False)))
    assert codes(found) == ["task-without-lead"]
    assert len(found[0].spans) == 2


def test_a_field_without_its_value() -> None:
    text = "- Đơn vị chủ trì:\n- Thời gian: Quý II"
    clauses = tuple(
        Clause(id=str(a), marker="-", type="field", parent=None, span=Span(a, b), body=Span(a + 2, b), label=label)
        for a, b, label in ((0, 17, "Đơn vị chủ trì"), (18, len(text), "Thời gian"))
    )
    (finding,) = find(clauses=clauses, text=text)
    assert finding.code == "field-without-value" and "Đơn vị chủ trì" in finding.message
    below = Clause(id="c", marker="+", type="field", parent="0", span=Span(18, 20), body=Span(18, 20))
    assert find(clauses=(clauses[0], below), text=text) == ()


def test_every_message_is_written_down_with_a_severity() -> None:
    findings = rulebook()["checks"].tables["findings"]
    assert {entry["severity"] for entry in findings.values()} <= {"error", "warning", "note"}
    assert all(code == code.lower() and entry["message"].endswith(".") for code, entry in findings.items())
