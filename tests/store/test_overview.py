"""Numbers, deadlines and edges over all documents: what SQL counts is what is counted by hand, on both databases."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from samples import PLAN, directive, enter, read, write

from models import Decision, ReviewedTask, Task, TaskState
from pipeline.coordinate import coordinate
from pipeline.store import Store
from pipeline.store.edges import ROLES, EdgeFilter, Network, WeightedEdge
from pipeline.store.timeline import TimelineFilter

TODAY = date(2024, 3, 15)  # a Friday
OTHERS = (
    "Phòng Nội vụ chủ trì, phối hợp với Phòng Y tế và Công an quận rà soát biên chế, hoàn thành trước ngày 01/02/2024.",
    "Phòng Nội vụ chủ trì, phối hợp với Phòng Y tế tập huấn cán bộ, xong trước ngày 17/3/2024.",
    "Phòng Y tế báo cáo Ủy ban nhân dân quận kết quả trước ngày 25 hằng tháng.",
    "Phòng Nội vụ chủ trì, phối hợp với Phòng Y tế tổng kết trước ngày 20/4/2024.",
    "Tổ chức quán triệt kế hoạch này trong tháng 3/2024.",
)


def decide(store: Store, document: int, place: int, kind: str, **values: object) -> None:
    task = store.tasks(document)[place]
    store.decide(document, "Lan", [Decision.model_validate({"task": task.uid, "version": task.version, "kind": kind, **values})])


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    first = enter(store, tmp_path, *PLAN)
    second = enter(store, tmp_path, *OTHERS, number="31/KH-UBND", day="ngày 05 tháng 01 năm 2024", title="Cải cách hành chính năm 2024")
    enter(store, tmp_path, *OTHERS[:2], number="40/KH-UBND", title="Bản dự thảo", draft=True)
    decide(store, second, 1, "status", work=TaskState(done_on=date(2024, 3, 1)))
    decide(store, first, 6, "reject", reason="không phải nhiệm vụ")
    waiting = enter(store, tmp_path, "Phòng Y tế tiêm chủng trước ngày 20/3/2024.", number="9/KH-UBND", title="Kế hoạch cũ")
    enter(store, tmp_path, "Phòng Y tế tiêm chủng trước ngày 21/3/2024.", number="9/KH-UBND", title="Kế hoạch cũ")
    assert not store.document(waiting).latest
    return store


def standing_tasks(store: Store) -> list[ReviewedTask]:
    """The tasks that count, found the long way."""
    held = [one for one in store.documents() if one.latest and not one.draft and one.state in ("review", "done")]
    return [task for one in held for task in store.tasks(one.id) if task.review != "rejected"]


def due_on(task: Task) -> str | None:
    return min((d.due[:10] for d in task.deadlines if d.due and d.due[0].isdigit() and len(d.due) >= 10), default=None)


def leads(task: Task) -> set[str]:
    return {a.unit_id for a in task.assignments if a.role == "lead"}


def test_the_numbers_are_those_counted_by_hand(filled: Store) -> None:
    found = filled.overview.standing(TODAY)
    undone = [one.task for one in standing_tasks(filled) if one.work.done_on is None]
    days = [due_on(task) for task in undone]
    assert found.open == len(undone) > 8
    assert found.overdue == sum(day is not None and day < "2024-03-15" for day in days) == 1
    assert found.today == days.count("2024-03-15") == 1
    assert found.week == sum(day is not None and "2024-03-15" <= day <= "2024-03-17" for day in days) == 1
    assert found.undated == days.count(None) > 0
    assert found.leaderless == sum(not leads(task) for task in undone) > 0
    assert found.documents == filled.counts()
    loads = Counter(unit for task in undone for unit in leads(task))
    late = Counter(unit for task, day in zip(undone, days, strict=True) if day and day < "2024-03-15" for unit in leads(task))
    assert {one.unit: (one.open, one.overdue) for one in found.loads} == {unit: (count, late[unit]) for unit, count in loads.items()}
    assert [one.open for one in found.loads] == sorted(loads.values(), reverse=True)
    assert found.units == len(loads)


def test_what_is_late_the_longest_comes_first(filled: Store) -> None:
    (late,) = filled.overview.standing(TODAY).latest
    assert (late.due_on, late.number, late.leads) == ("2024-02-01", "31/KH-UBND", ("Phòng Nội vụ",))
    later = filled.overview.standing(date(2024, 7, 1), most=2)
    assert [one.due_on for one in later.latest] == sorted(one.due_on for one in later.latest)
    assert len(later.latest) == 2 < later.overdue


def test_the_weeks_to_come(filled: Store) -> None:
    weeks = filled.overview.standing(TODAY).weeks
    assert [monday for monday, _ in weeks] == [date(2024, 3, 11) + timedelta(weeks=n) for n in range(8)]
    undone = [due_on(one.task) for one in standing_tasks(filled) if one.work.done_on is None]
    for monday, count in weeks:
        first, last = max(monday, TODAY).isoformat(), (monday + timedelta(days=6)).isoformat()
        assert count == sum(day is not None and first <= day <= last for day in undone), monday


def test_what_waits_for_review(filled: Store) -> None:
    waiting = filled.overview.standing(TODAY).waiting
    assert [one.since for one in waiting] == sorted(one.since for one in waiting if one.since)
    for one in waiting:
        tasks = filled.tasks(one.document)
        assert (one.tasks, one.undecided) == (len(tasks), sum(task.review == "open" for task in tasks))


def test_an_empty_store_has_no_numbers(store: Store) -> None:
    found = store.overview.standing(TODAY)
    assert (found.open, found.overdue, found.leaderless, found.loads, found.latest, found.waiting) == (0, 0, 0, (), (), ())
    assert store.overview.network(EdgeFilter()) == Network({}, ())
    assert store.overview.timeline(TimelineFilter(TODAY, TODAY)).dated == ()


def edges_by_hand(store: Store) -> dict[tuple[str, str, str], set[str]]:
    edges: dict[tuple[str, str, str], set[str]] = {}
    for one in standing_tasks(store):
        for edge in coordinate([one.task], []).edges:
            edges.setdefault((edge.source, edge.target, edge.relation), set()).add(one.uid)
    return edges


def test_the_edges_are_those_of_the_tasks(filled: Store) -> None:
    by_hand = edges_by_hand(filled)
    network = filled.overview.network(EdgeFilter())
    assert {(e.source, e.target, e.relation): e.tasks for e in network.edges} == {key: len(uids) for key, uids in by_hand.items()}
    assert [edge.tasks for edge in network.edges] == sorted((edge.tasks for edge in network.edges), reverse=True)
    assert set(network.units) == {unit for source, target, _ in by_hand for unit in (source, target)}
    assert "Phòng Nội vụ" in network.units.values()


def test_the_edges_can_be_narrowed(filled: Store) -> None:
    whole = filled.overview.network(EdgeFilter())
    unit = next(unit for unit, name in whole.units.items() if name == "Phòng Y tế")
    some = filled.overview.network(EdgeFilter(unit=unit))
    assert set(some.edges) == {edge for edge in whole.edges if unit in (edge.source, edge.target)}
    assert filled.overview.network(EdgeFilter(unit="phong y te")) == some
    assert set(filled.overview.network(EdgeFilter(least=2)).edges) == {edge for edge in whole.edges if edge.tasks >= 2} != set()
    reports = filled.overview.network(EdgeFilter(relations=("reports",)))
    assert set(reports.edges) == {edge for edge in whole.edges if edge.relation == "reports"}
    documents = [one.id for one in filled.documents() if one.latest and not one.draft]
    parts: Counter[tuple[str, str, str]] = Counter()
    for document in documents:
        parts.update({(e.source, e.target, e.relation): e.tasks for e in filled.overview.network(EdgeFilter(document=document)).edges})
    assert parts == {(e.source, e.target, e.relation): e.tasks for e in whole.edges}
    early = filled.overview.network(EdgeFilter(until="2024-01-07"))
    late = filled.overview.network(EdgeFilter(since="2024-01-08"))
    assert sum(e.tasks for e in early.edges) + sum(e.tasks for e in late.edges) == sum(e.tasks for e in whole.edges)
    assert early.edges and late.edges


def test_a_draft_shows_where_it_is_asked_for(filled: Store) -> None:
    (draft,) = (one.id for one in filled.documents() if one.draft)
    assert filled.overview.network(EdgeFilter(document=draft)).edges
    assert len(filled.overview.timeline(TimelineFilter(date(2024, 1, 1), date(2024, 12, 31), document=draft)).dated) == 2


def test_behind_an_edge_stand_its_tasks(filled: Store) -> None:
    by_hand = edges_by_hand(filled)
    for (source, target, relation), uids in by_hand.items():
        wanted = EdgeFilter(relations=(relation,))  # type: ignore[arg-type]
        found = filled.overview.contact(wanted, source, target)
        assert ({task.uid for task in found.tasks}, found.total) == (uids, len(uids))
    unit = max(by_hand, key=lambda key: len(by_hand[key]))[0]
    mine = set().union(*(uids for key, uids in by_hand.items() if unit in key[:2]))
    found = filled.overview.contact(EdgeFilter(), unit, limit=2)
    assert (found.total, len(found.tasks), found.other) == (len(mine), 2, None)
    rest = filled.overview.contact(EdgeFilter(), unit, limit=50, offset=2)
    assert {task.uid for task in (*found.tasks, *rest.tasks)} == mine
    assert filled.overview.contact(EdgeFilter(), "khong-co").total == 0


def test_of_many_units_the_strongest_edges_stay() -> None:
    edges = tuple(WeightedEdge(f"a{n // 3}", f"b{n}", "coordinates", 50 - n) for n in range(30))
    whole = Network({unit: unit for edge in edges for unit in (edge.source, edge.target)}, edges)
    some = whole.strongest(12)
    assert len(some.units) <= 12 and some.edges[0] == edges[0]
    assert {unit for edge in some.edges for unit in (edge.source, edge.target)} == set(some.units)
    assert len(some.units) >= 11
    # a unit with much to do with others stays though each of its edges is thin; a thick edge between two that know nobody else goes
    star = tuple(WeightedEdge("hub", f"c{n}", "directs", 1) for n in range(20))
    lone = (WeightedEdge("x", "y", "reports", 4),)
    drawn = Network({unit: unit for edge in star + lone for unit in (edge.source, edge.target)}, lone + star).strongest(6)
    assert "hub" in drawn.units and "x" in drawn.units and len(drawn.units) == 6
    assert whole.strongest(500) is whole


def test_the_timeline_has_the_deadlines_of_its_days(filled: Store) -> None:
    since, until = date(2024, 2, 1), date(2024, 3, 31)
    found = filled.overview.timeline(TimelineFilter(since, until))
    by_hand = {
        (one.uid, n): d.due
        for one in standing_tasks(filled)
        for n, d in enumerate(one.task.deadlines, 1)
        if d.due and d.due[0].isdigit() and since.isoformat() <= d.due[:10] <= until.isoformat()
    }
    assert {(entry.uid, entry.number): entry.due for entry in found.dated} == by_hand
    assert [entry.due for entry in found.dated] == sorted(by_hand.values())
    assert len(by_hand) >= 5 and not found.more
    done = [entry for entry in found.dated if entry.done_on]
    assert [entry.due for entry in done] == ["2024-03-17"]
    assert {entry.repeat for entry in found.counted} == {"monthly", "quarterly"}
    assert all(name == "Phòng Nội vụ" for entry in done for _, name in entry.leads)


def test_the_timeline_of_a_unit_a_role_a_document(filled: Store) -> None:
    since, until = date(2024, 1, 1), date(2024, 12, 31)
    whole = filled.overview.timeline(TimelineFilter(since, until))
    tasks = {one.uid: one for one in standing_tasks(filled)}

    def holds(uid: str, name: str, role: str | None) -> bool:
        return any(name in a.name and role in (None, a.role) for a in tasks[uid].task.assignments)

    for role in (None, *ROLES.values(), "lead"):
        found = filled.overview.timeline(TimelineFilter(since, until, unit="phòng y tế", role=role))  # type: ignore[arg-type]
        assert {e.uid for e in found.dated} == {e.uid for e in whole.dated if holds(e.uid, "Phòng Y tế", role)}
    document = whole.dated[0].document
    found = filled.overview.timeline(TimelineFilter(since, until, document=document))
    assert list(found.dated) == [entry for entry in whole.dated if entry.document == document]


def test_units_that_would_be_called_alike_bear_their_place(store: Store, tmp_path: Path) -> None:
    enter(store, tmp_path, *PLAN)
    other = directive("Phòng Nội vụ phối hợp với Phòng Y tế rà soát biên chế.", number="7/KH-UBND").replace("NGÔ QUYỀN", "LÊ CHÂN")
    store.receive(write(tmp_path, other, "khac.txt"))
    claim = store.claim("w", 60)
    assert claim
    store.finish(claim, read(other))
    names = {one.name for one in store.overview.standing(TODAY).loads} | set(store.overview.network(EdgeFilter()).units.values())
    assert len(names) == len({name.casefold() for name in names})
    assert any("Lê Chân" in name for name in names), names
    assert store.overview.unit_name("khong-co") is None
