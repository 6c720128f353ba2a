"""Tasks and results to follow, as short as they can be said."""

from typing import Any

from models import Header, Origin, Result, Source, Span, Task, TaskDeadline, TaskState, TrackedTask
from models.graph import Graph
from models.outline import Kind, Party
from models.task import Assignment
from models.unit import Unit

_KIND = Kind(code="KH", name="Kế hoạch")
ORIGIN = Origin(how="stated", span=Span(0, 1))


def tracked(
    name: str, *deadlines: dict[str, Any], leads: tuple[str, ...] = ("Sở Y tế",), state: TaskState | None = None, **more: Any
) -> TrackedTask:
    """Return a task called ``name`` of a plan of 05/01/2026 with deadlines given as due, repeat, text, bound …"""
    made = tuple(
        TaskDeadline.model_validate({"text": "chậm nhất", "bound": "by", "span": Span(0, 1), "origin": ORIGIN, **given})
        for given in deadlines
    )
    task = Task(id=name, clause_id="1", title=name, text=name, span=Span(0, 1), deadlines=made)
    values = {"document": "Kế hoạch số 5/KH-UBND", "issued_on": "2026-01-05", "place": "1", "text": name, **more}
    units = tuple((lead.lower().replace(" ", "-"), lead) for lead in leads)
    return TrackedTask(task=task, leads=units, state=state or TaskState(), **values)


def result(*, draft: bool = False, number: str = "12/KH-UBND") -> Result:
    """Return a plan of 05/01/2026 with three tasks, as the pipeline would give it."""
    text = (
        "1. Phòng Y tế báo cáo trước ngày 10/6/2026.\n2. Phòng Nội vụ hằng tháng tổng hợp.\n"
        "3. Phòng Y tế trả lời trong vòng 10 ngày kể từ ngày 03/6/2026."
    )
    first, second, third = (text.index(start) for start in ("1.", "2.", "3."))
    return Result(
        rulebook="0" * 64, source=Source(name="kh.txt", sha256="0" * 64, media_type="text/plain"), status="clean", text=text, blocks=(),
        header=Header(kind=_KIND, number=number, issued_on="2026-01-05", draft=draft, issuer=Party(name="UBND xã")),
        clauses=(),
        tasks=(
            _task(text, "1", first, second, "Phòng Y tế", {"text": "trước ngày 10/6/2026", "due": "2026-06-10", "bound": "before"}),
            _task(text, "2", second, third, "Phòng Nội vụ", {"text": "hằng tháng", "repeat": "monthly"}),
            _task(text, "3", third, len(text), "Phòng Y tế", {"text": "trong vòng 10 ngày kể từ ngày", "due": "P10D"}),
        ),
        units=(Unit(id="phòng-y-tế", name="Phòng Y tế", kind="x"), Unit(id="phòng-nội-vụ", name="Phòng Nội vụ", kind="x")),
        graph=Graph(nodes=(), edges=()), findings=(),
    )  # fmt: skip


def _task(text: str, number: str, start: int, end: int, unit: str, given: dict[str, Any]) -> Task:
    words, at = text[start:end].strip(), text.index(given["text"])
    origin = Origin(how="stated", clause_id=number, span=Span(start, end))
    deadline = TaskDeadline.model_validate({"bound": "by", "span": Span(at, at + len(given["text"])), "origin": origin, **given})
    lead = Assignment(role="lead", name=unit, unit_id=unit.lower().replace(" ", "-"), origin=origin)
    span = Span(start, end)
    return Task(id=f"kh:{number}", clause_id=number, title=words, text=words, span=span, assignments=(lead,), deadlines=(deadline,))
