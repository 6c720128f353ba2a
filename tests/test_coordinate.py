"""Tasks → graph: edges, their proofs, their order, and the measures on them."""

import io

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from models import Assignment, Graph, Origin, Span, Task, Unit
from models.outline import Role
from pipeline.coordinate import coordinate, measures
from pipeline.network import merge_graphs, write_graphml

ORIGIN = Origin(how="stated", span=Span(0, 1))
ROLES: tuple[Role, ...] = ("lead", "coordinate", "implement", "report_to")


def task(identifier: str, **roles: str) -> Task:
    """A task; each role lists its units by id, separated by blanks."""
    held = [Assignment(role=role, name=f"tên {u}", unit_id=u, origin=ORIGIN) for role in ROLES for u in roles.get(role, "").split()]
    return Task(id=identifier, clause_id=identifier, title="", text="", span=Span(0, 1), assignments=tuple(held))


def pairs(graph: Graph, relation: str) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(e.source, e.target): e.tasks for e in graph.edges if e.relation == relation}


def test_every_lead_has_an_edge_to_every_other_unit_and_names_its_proof() -> None:
    graph = coordinate([task("1", lead="a b", coordinate="c d"), task("2", lead="a", coordinate="c", implement="e", report_to="f")], ())
    assert pairs(graph, "coordinates") == {("a", "c"): ("1", "2"), ("a", "d"): ("1",), ("b", "c"): ("1",), ("b", "d"): ("1",)}
    assert pairs(graph, "directs") == {("a", "e"): ("2",)}
    assert pairs(graph, "reports") == {("a", "f"): ("2",)}


def test_nobody_has_an_edge_to_itself_and_without_a_lead_there_is_none() -> None:
    graph = coordinate([task("1", lead="a", coordinate="a b"), task("2", coordinate="c d")], ())
    assert pairs(graph, "coordinates") == {("a", "b"): ("1",)}
    assert [(n.id, n.leads, n.asked) for n in graph.nodes] == [("a", 1, 0), ("b", 0, 1), ("c", 0, 1), ("d", 0, 1)]


def test_a_unit_named_twice_in_a_task_counts_once() -> None:
    graph = coordinate([task("1", lead="a a", coordinate="b b", implement="b")], ())
    assert [(n.leads, n.asked) for n in graph.nodes] == [(1, 0), (0, 1)]
    assert pairs(graph, "coordinates") == {("a", "b"): ("1",)}


def test_names_are_those_of_the_register_of_units() -> None:
    graph = coordinate([task("1", lead="a", coordinate="b")], [Unit(id="a", name="Sở Y tế", kind="so")])
    assert [n.name for n in graph.nodes] == ["Sở Y tế", "tên b"]
    assert (graph.edges[0].source_name, graph.edges[0].target_name) == ("Sở Y tế", "tên b")


def test_order_is_that_of_the_text_and_later_tasks_do_not_disturb_it() -> None:
    first = [task("1", lead="z", coordinate="m", report_to="k"), task("2", lead="b", coordinate="z")]
    short, long = coordinate(first, ()), coordinate([*first, task("3", lead="a", coordinate="z", implement="m")], ())
    assert [n.id for n in short.nodes] == ["z", "m", "k", "b"]
    assert [n.id for n in long.nodes][:4] == [n.id for n in short.nodes]
    assert [(e.relation, e.source, e.target) for e in long.edges] == [
        ("coordinates", "z", "m"), ("coordinates", "b", "z"), ("coordinates", "a", "z"), ("directs", "a", "m"), ("reports", "z", "k"),
    ]  # fmt: skip


def test_who_stands_between_two_groups_is_found_and_reports_do_not_count() -> None:
    tasks = [
        task("1", lead="a", coordinate="b c"),
        task("2", lead="c", coordinate="d e"),
        *(task(x, lead=x, report_to="top") for x in "abde"),
    ]
    most = measures(coordinate(tasks, ()))
    assert [n.id for n in most.between] == ["c", "a"]  # the units a, b, c, d, e form a line of two stars; "top" joins nobody
    assert [(n.id, n.leads) for n in most.leading][:1] == [("a", 2)]
    assert [n.id for n in most.asked] == ["b", "c", "d", "e"]


def test_merged_documents_share_units_by_id() -> None:
    one = coordinate([task("1", lead="a", coordinate="b")], [Unit(id="a", name="Sở Y tế", kind="")])
    two = coordinate([task("2", lead="a", coordinate="b"), task("3", lead="b", implement="c")], [Unit(id="a", name="SYT", kind="")])
    merged = merge_graphs([one, two])
    assert [(n.id, n.name, n.leads, n.asked) for n in merged.nodes] == [("a", "Sở Y tế", 2, 0), ("b", "tên b", 1, 2), ("c", "tên c", 0, 1)]
    assert pairs(merged, "coordinates") == {("a", "b"): ("1", "2")}
    assert merged.edges[0].source_name == "Sở Y tế"
    assert merged.nodes[1].betweenness == 1.0
    assert merge_graphs([]) == Graph()


def test_graphml_is_read_back_by_networkx() -> None:
    graph = coordinate(
        [task("1", lead="a", coordinate="b", report_to="b"), task("2", lead="a", coordinate="b")],
        [Unit(id="a", name='Sở <Y> & "tế"\x01', kind="")],
    )
    net = nx.read_graphml(io.BytesIO(write_graphml(graph)), force_multigraph=True)
    assert net.is_directed()
    assert net.nodes["a"] == {"name": 'Sở <Y> & "tế"', "leads": 2, "asked": 0, "betweenness": 0.0}
    assert sorted((d["relation"], d["tasks"], d["task_ids"]) for *_, d in net.edges(data=True)) == [
        ("coordinates", 2, "1 2"),
        ("reports", 1, "1"),
    ]
    assert write_graphml(graph) == write_graphml(graph)


@given(st.lists(st.lists(st.tuples(st.sampled_from(ROLES), st.sampled_from("abcdefg")), max_size=6), max_size=8))
def test_every_edge_is_proved_by_its_tasks(drawn: list[list[tuple[Role, str]]]) -> None:
    tasks = [task(str(i), **{role: " ".join(u for r, u in held if r == role) for role in ROLES}) for i, held in enumerate(drawn)]
    graph = coordinate(tasks, ())
    by_id = {t.id: t for t in tasks}
    role_of = {"coordinates": "coordinate", "directs": "implement", "reports": "report_to"}
    for edge in graph.edges:
        assert edge.source != edge.target
        assert edge.tasks
        for identifier in edge.tasks:
            held = {(a.role, a.unit_id) for a in by_id[identifier].assignments}
            assert {("lead", edge.source), (role_of[edge.relation], edge.target)} <= held
    assert {n.id for n in graph.nodes} == {a.unit_id for t in tasks for a in t.assignments}
    assert all(0 <= n.betweenness <= 1 for n in graph.nodes)
