"""Pictures: the graph by groups and levels, deadlines, loads; well formed whatever the names, nothing on top of anything else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from test_emit import RESULT

from models import Edge, Graph, Node
from pipeline.emit.groups import band_of
from pipeline.emit.layout import build_panel
from pipeline.emit.loads import count_loads, write_loads
from pipeline.emit.picture import gather, write_picture
from pipeline.emit.rows import Deadlines, Row, build_rows
from pipeline.emit.timeline import write_timeline

SVG = "{http://www.w3.org/2000/svg}"
ROW = build_rows(RESULT)[0]
anything = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


def words(picture: bytes) -> list[str]:
    return ["".join(text.itertext()).replace("\u00a0", " ") for text in etree.fromstring(picture).iter(f"{SVG}text")]


def row(number: int, due: date | datetime | None, *leads: str, coordinators: Sequence[str] = ()) -> Row:
    deadlines = Deadlines(("hạn",), ("hạn",), due)
    return replace(
        ROW, task_id=str(number), number=number, text=f"Việc {number}", leads=leads, coordinators=tuple(coordinators),
        implementers=(), deadlines=deadlines,
    )  # fmt: skip


# --- groups ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Thủ tướng Chính phủ", "Hội đồng, Ủy ban nhân dân, trung ương"),
        ("UBND các huyện, thị xã", "Hội đồng, Ủy ban nhân dân, cấp huyện"),
        ("Sở Nông nghiệp và Môi trường", "Cơ quan chuyên môn, hành chính, cấp tỉnh"),
        ("Bộ Xây dựng", "Cơ quan chuyên môn, hành chính, trung ương"),
        ("Phòng Kinh tế", "Cơ quan chuyên môn, hành chính"),
        ("Bộ Chỉ huy Quân sự tỉnh", "Công an, Quân sự, Tư pháp, cấp tỉnh"),
        ("Ban Tuyên giáo và Dân vận Tỉnh ủy", "Đảng, cấp tỉnh"),
        ("Hội Liên hiệp Phụ nữ xã", "Mặt trận, đoàn thể, hội, cấp xã"),
        ("Trường THPT Nguyễn Du", "Trường học, đơn vị sự nghiệp"),
        ("Các doanh nghiệp trên địa bàn", "Doanh nghiệp"),
        ("Các sở, ban, ngành", "Khác, gọi chung, cấp tỉnh"),
        ("xyz", "Khác, gọi chung"),
    ],
)
def test_a_name_says_group_and_level(name: str, said: str) -> None:
    assert band_of(name).title == said


# --- graph -----------------------------------------------------------------------------------------------------------------


def edge(source: str, target: str, tasks: int = 1, relation: str = "coordinates", first: int = 0) -> Edge:
    ids = tuple(f"t{n}" for n in range(first, first + tasks))
    values = {"source": source, "target": target, "source_name": source, "target_name": target}
    return Edge.model_validate({**values, "relation": relation, "tasks": ids})


def graph(edges: Sequence[Edge]) -> Graph:
    names = dict.fromkeys(name for one in edges for name in (one.source, one.target))
    return Graph(nodes=tuple(Node(id=name, name=name) for name in names), edges=tuple(edges))


def test_the_picture_names_every_unit_and_every_edge() -> None:
    picture = write_picture(RESULT.graph, "Kế hoạch")
    shown = " ".join(words(picture))
    assert all(f"{node.name} (" in shown for node in RESULT.graph.nodes)
    tree = etree.fromstring(picture)
    assert len(list(tree.iter(f"{SVG}path"))) == len(RESULT.graph.edges)
    assert "Phòng Nội vụ → Phòng Tài chính: 1 nhiệm vụ" in [t.text for t in tree.iter(f"{SVG}title")]


def test_units_stand_by_group_and_level_and_edges_carry_their_weight() -> None:
    edges = [edge("Sở Y tế", "Công an tỉnh", 3), edge("Sở Y tế", "Huyện ủy A"), edge("Sở Y tế", "Tỉnh ủy"), edge("Sở Y tế", "UBND các xã")]
    shown = words(write_picture(graph(edges), "Kế hoạch"))
    right = ["Đảng, cấp tỉnh", "Đảng, cấp huyện", "Hội đồng, Ủy ban nhân dân, cấp xã", "Công an, Quân sự, Tư pháp, cấp tỉnh"]
    assert [word for word in shown if word in right] == right
    assert "3" in shown and "1" not in shown[8:]


def edges_between(drawn: list[tuple[str, str, int]]) -> list[Edge]:
    return [
        Edge(
            source=s, target=t, source_name=f"Đơn vị {s} " * 6, target_name=t * 60, relation="coordinates", tasks=tuple(map(str, range(n)))
        )
        for s, t, n in {(s, t): (s, t, n) for s, t, n in drawn}.values()
    ]


@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("uvwxyzabc"), st.integers(1, 400)), min_size=1, max_size=40))
def test_no_label_lies_on_another_and_edges_end_in_their_boxes(drawn: list[tuple[str, str, int]]) -> None:
    edges = edges_between(drawn)
    panel = build_panel(edges, 100.0, {})
    for side in (panel.left, panel.right):
        boxes = sorted(side, key=lambda box: box.y)
        assert all(one.y + one.height < two.y for one, two in pairwise(boxes))
        assert boxes[0].y >= 100 and boxes[-1].y + boxes[-1].height <= panel.bottom + 0.2
        assert all(box.y < baseline < box.y + box.height for box in boxes for baseline, _ in box.baselines())
        titles = [title for title in panel.titles if title.x == side[0].x]
        assert titles and all(not (box.y - 2 < title.y < box.y + box.height + 10) for title in titles for box in boxes)
    assert len(panel.curves) == len(edges)
    ends = sorted(curve.at[1] for curve in panel.curves if curve.weight)
    assert all(two - one > 11 for one, two in pairwise(ends)), "two numbers of tasks on one place"
    for curve in panel.curves:
        start, end = float(curve.path[1:].split("C")[0].split()[1]), float(curve.path.split()[-1])
        for y, side in ((start, panel.left), (end, panel.right)):
            assert any(box.y <= y - curve.width / 2 + 0.1 and y + curve.width / 2 - 0.1 <= box.y + box.height for box in side)


def test_too_many_edges_are_drawn_by_group_and_the_picture_says_so() -> None:
    edges = [edge("UBND tỉnh", "Sở Nội vụ", 9, "directs")]
    edges += [edge("UBND tỉnh", f"UBND xã số {n}", 1, "directs", n) for n in range(150)]
    edges += [edge("UBND tỉnh", f"Công ty số {n}", 1, "directs", n) for n in range(40)]
    shown = words(write_picture(graph(edges), "Kế hoạch"))
    assert any("191 quan hệ; các đơn vị ít nhiệm vụ được gộp theo nhóm thành" in word for word in shown)
    assert "Sở Nội vụ (9)" in shown
    assert any("đơn vị khác của nhóm này" in word for word in shown)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60), st.integers(1, 5)), min_size=1, max_size=300), st.integers(0, 9))
def test_gathered_edges_stand_for_all_tasks(pairs: list[tuple[int, int, int]], kinds: int) -> None:
    heads = ("Sở", "Công ty", "Hội Nông dân", "Trường THPT", "Huyện ủy", "UBND xã", "Công an xã", "Bệnh viện", "Đơn vị", "Tòa án")[
        : kinds + 1
    ]
    edges = list({(s, t): edge(f"{heads[s % len(heads)]} S{s}", f"{heads[t % len(heads)]} T{t}", n, first=s) for s, t, n in pairs}.values())
    drawn, _ = gather(edges, 75)
    assert len(drawn) <= 75
    assert {task for one in drawn for task in one.tasks} == {task for one in edges for task in one.tasks}
    assert len({(one.source, one.target) for one in drawn}) == len(drawn)


# --- deadlines -------------------------------------------------------------------------------------------------------------


def test_the_timeline_has_a_mark_a_task_in_the_lane_of_its_lead() -> None:
    march = date(2021, 3, 15)
    rows = [row(1, march, "Sở A"), row(2, datetime(2021, 6, 30, 16, 0), "Sở A", "Sở B"), row(3, None, "Sở C"), row(4, march)]
    shown = words(write_timeline(rows, "Kế hoạch số 1"))
    assert "Sở A (2)" in shown and "Sở B (1)" in shown and "Chưa rõ đơn vị chủ trì (1)" in shown
    assert not any("Sở C" in word for word in shown)
    assert [word for word in shown if word in "1234"] == ["1", "2", "4", "2"]
    assert any("1 nhiệm vụ không nêu đủ ngày" in word for word in shown)
    assert shown.index("15/03/2021") < shown.index("05/2021") < shown.index("30/06/2021")


def test_many_tasks_of_one_day_are_one_mark() -> None:
    shown = words(write_timeline([row(n, date(2021, 12, 31), "Sở A") for n in range(1, 95)], "Kế hoạch"))
    assert "×94" in shown and "Sở A (94)" in shown


def test_without_a_day_the_timeline_says_so() -> None:
    assert "Không nhiệm vụ nào nêu đủ ngày, tháng, năm." in words(write_timeline([row(1, None, "Sở A")], "Kế hoạch"))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.dates(), st.integers(0, 40)), min_size=1, max_size=60))
def test_no_mark_of_the_timeline_lies_on_another(drawn: list[tuple[date, int]]) -> None:
    tree = etree.fromstring(write_timeline([row(n, day, f"Sở {unit}") for n, (day, unit) in enumerate(drawn, 1)], "Kế hoạch"))
    marks = [tuple(float(rect.get(key) or 0) for key in ("x", "y")) for rect in tree.iter(f"{SVG}rect") if rect.get("width") == "22"]
    assert marks and all(330 <= x <= 1170 for x, _ in marks)
    by_line: dict[float, list[float]] = {}
    for x, y in marks:
        by_line.setdefault(y, []).append(x)
    assert all(two - one >= 22 for line in by_line.values() for one, two in pairwise(sorted(line)))
    ticks = [float(t.get("x") or 0) for t in tree.iter(f"{SVG}text") if t.get("text-anchor") == "middle" and t.get("y") == "108"]
    assert all(two - one >= 30 for one, two in pairwise(ticks)) or max(d for d, _ in drawn) - min(d for d, _ in drawn) < timedelta(3)


# --- loads -----------------------------------------------------------------------------------------------------------------


def test_a_unit_counts_once_a_task_in_its_first_role() -> None:
    rows = [row(1, None, "Sở A", coordinators=["Sở B", "Sở A"]), row(2, None, "Sở B", coordinators=["Sở C"]), row(3, None, "Sở B")]
    assert count_loads(rows) == [("Sở B", 2, 1, 0), ("Sở A", 1, 0, 0), ("Sở C", 0, 1, 0)]
    shown = words(write_loads(rows, "Kế hoạch"))
    assert [word for word in shown if word.startswith("Sở")] == ["Sở B", "Sở A", "Sở C"]


def test_more_units_than_fit_are_told_by_their_number() -> None:
    shown = words(write_loads([row(n, None, f"Sở {n}") for n in range(60)], "Kế hoạch"))
    assert "và 35 đơn vị khác, xem bảng tính." in shown


@settings(max_examples=40)
@given(st.lists(st.tuples(anything, anything), max_size=8), anything)
def test_pictures_are_well_formed_whatever_the_words(names: list[tuple[str, str]], title: str) -> None:
    from pipeline.emit.words import plain

    rows = [row(n, date(2021, 1, 1), plain(one), coordinators=[plain(two)]) for n, (one, two) in enumerate(names)]
    for picture in (write_loads(rows, title), write_timeline(rows, title)):
        etree.fromstring(picture)
    edges = [
        Edge(source=f"a{n}", target=f"b{n}", source_name=one, target_name=two, relation="reports", tasks=("t",))
        for n, (one, two) in enumerate(names)
    ]
    etree.fromstring(write_picture(graph(edges), title))
