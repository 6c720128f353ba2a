"""Several orders in one clause: where each begins and ends, whose it is, which deadlines and units are its own; what is shown of them."""

import io
import json
import time
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from rich.console import Console

from models import Clause, Document, Header, Outline, Result, Source, Span, Task
from pipeline.coordinate import coordinate
from pipeline.emit import emit, emit_all
from pipeline.extract import extract
from pipeline.rulebook import rulebook
from pipeline.show import show


def make_task(text: str, heading: str = "") -> Task:
    """The task that one clause comes to, under a heading that names its lead."""
    whole = f"{heading}\n{text}" if heading else text
    span = Span(len(whole) - len(text), len(whole))
    task = Clause(id="1/-1", marker="", type="task", parent="1" if heading else None, span=span, body=span)
    above = Span(0, len(heading))
    clauses = (Clause(id="1", marker="", type="heading", parent=None, span=above, body=above), task) if heading else (task,)
    document = Document(text=whole, source=Source(name="vb.txt", sha256="0" * 64, media_type="text/plain"), blocks=())
    return extract(document, Outline(header=Header(issued_on="2025-03-05"), clauses=clauses), rulebook()).tasks[0]


def orders(text: str, heading: str = "") -> list[tuple[str, list[str], list[str]]]:
    """Of each order: its first three words, who leads, its deadlines."""
    made = make_task(text, heading).orders
    return [(" ".join(o.text.split()[:3]), o.names("lead"), [d.text for d in o.deadlines]) for o in made]


# --- where an order begins, and whose it is ---------------------------------------------------------------------------------------


def test_each_actor_in_the_place_of_the_subject_has_an_order() -> None:
    assert orders("Sở Y tế tham mưu kế hoạch; Sở Tư pháp thẩm định; Sở Tài chính bố trí kinh phí trước ngày 15/5/2025.") == [
        ("Sở Y tế", ["Sở Y tế"], []),
        ("Sở Tư pháp", ["Sở Tư pháp"], []),
        ("Sở Tài chính", ["Sở Tài chính"], ["trước ngày 15/5/2025"]),
    ]
    assert orders("Sở Y tế chủ trì nội dung phòng bệnh, Sở Tài chính chủ trì nội dung kinh phí.") == [
        ("Sở Y tế", ["Sở Y tế"], []),
        ("Sở Tài chính", ["Sở Tài chính"], []),
    ]


@pytest.mark.parametrize("joint", ["Trong đó, ", "Riêng ", "Đồng thời giao ", "Đề nghị "])
def test_words_that_pass_the_order_on_begin_one(joint: str) -> None:
    found = orders(f"Các sở, ban, ngành, UBND các xã lập danh sách. {joint}Công an tỉnh chủ trì tổng hợp hằng tháng.")
    assert [(leads, times) for _, leads, times in found] == [
        (["Các sở, ban, ngành", "UBND các xã"], []),
        (["Công an tỉnh"], ["hằng tháng"]),
    ]


def test_one_lead_with_two_times_has_two_orders() -> None:
    for joint in ("; ", ". ", ", "):
        said = f"Sở Y tế lập kế hoạch, hoàn thành trước ngày 30/6/2025{joint}báo cáo kết quả trước ngày 15/7/2025."
        assert [(leads, times) for _, leads, times in orders(said)] == [
            (["Sở Y tế"], ["trước ngày 30/6/2025"]),
            (["Sở Y tế"], ["trước ngày 15/7/2025"]),
        ]


def test_what_comes_behind_a_timed_order_is_not_due_then() -> None:
    assert orders("Rà soát biên chế, hoàn thành trước ngày 30/6/2025; tuyển dụng viên chức; bồi dưỡng cán bộ.", "Sở Nội vụ") == [
        ("Rà soát biên", ["Sở Nội vụ"], ["trước ngày 30/6/2025"]),
        ("tuyển dụng viên", ["Sở Nội vụ"], []),
    ]


def test_a_time_at_the_head_of_a_sentence_holds_to_its_end() -> None:
    assert orders("Trước ngày 15/5/2025, Sở Y tế lập kế hoạch; tổ chức tập huấn; báo cáo UBND tỉnh.") == []
    assert [times for *_, times in orders("Trước ngày 15/5/2025, Sở Y tế lập kế hoạch; tổ chức tập huấn. Báo cáo UBND tỉnh.")] == [
        ["Trước ngày 15/5/2025"],
        [],
    ]


def test_a_report_is_the_leads_not_the_helpers() -> None:
    found = orders("Giao Sở Y tế chủ trì kiểm tra; Sở Nội vụ phối hợp thực hiện; báo cáo UBND tỉnh trước ngày 15/4/2025.")
    assert [leads for _, leads, _ in found] == [["Sở Y tế"], ["Sở Y tế"]]
    found = orders("Sở Y tế chủ trì kiểm tra; Sở Tài chính bố trí kinh phí; tổng hợp, báo cáo UBND tỉnh.")
    assert [leads for _, leads, _ in found] == [["Sở Y tế"], ["Sở Tài chính"], ["Sở Y tế"]]
    found = orders("Sở Y tế rà soát thuốc; Sở Tài chính rà soát kinh phí; báo cáo UBND tỉnh trước ngày 15/4/2025.")
    assert [leads for _, leads, _ in found] == [["Sở Y tế"], ["Sở Tài chính"], ["Sở Tài chính"]]


def test_a_regular_report_behind_a_comma_has_its_own_time() -> None:
    found = orders("Tăng cường kiểm tra việc thực hiện, định kỳ hằng quý báo cáo UBND tỉnh trước ngày 25.", "Sở Nội vụ")
    assert [(words, bool(times)) for words, _, times in found] == [("Tăng cường kiểm", False), ("định kỳ hằng", True)]


def test_the_row_states_who_leads_so_an_order_before_him_has_no_lead() -> None:
    assert orders("Đổi mới công tác đánh giá. Các trường tạo điều kiện cho giáo viên.", "Phòng Nội vụ") == [
        ("Đổi mới công", [], []),
        ("Các trường tạo", ["Các trường"], []),
    ]


# --- times that close, or are left open -------------------------------------------------------------------------------------------


def test_a_time_without_an_action_closes_what_one_actor_does() -> None:
    assert orders("Rà soát hồ sơ; lập danh sách; hoàn thành trước ngày 30/6/2025.", "Sở Nội vụ") == []
    found = orders("Tuyên truyền rộng rãi. Lập danh sách; thời hạn hoàn thành: trước ngày 30/6/2025. Tập huấn cán bộ.", "Sở Nội vụ")
    assert [(words, times) for words, _, times in found] == [
        ("Tuyên truyền rộng", []),
        ("Lập danh sách;", ["trước ngày 30/6/2025"]),
        ("Tập huấn cán", []),
    ]


def test_a_time_behind_several_actors_is_left_to_the_row() -> None:
    for joint in ("; hoàn thành ", ". Thời hạn hoàn thành: ", ". Các nội dung trên hoàn thành "):
        task = make_task(f"Sở Y tế rà soát thuốc; Sở Nội vụ rà soát biên chế{joint}trước ngày 30/6/2025.")
        assert [d.due for d in task.deadlines] == ["2025-06-30"]
        assert [o.deadlines for o in task.orders] == [(), ()]
        assert task.orders[-1].text == "Sở Nội vụ rà soát biên chế"


def test_it_is_the_last_ones_where_the_others_have_times_of_their_own() -> None:
    found = orders("Sở Y tế rà soát thuốc trước ngày 15/5/2025; Sở Nội vụ rà soát biên chế; hoàn thành trước ngày 30/6/2025.")
    assert [times for *_, times in found] == [["trước ngày 15/5/2025"], ["trước ngày 30/6/2025"]]


def test_a_time_in_brackets_behind_everything_is_everybodys() -> None:
    assert orders("Kiện toàn Ban Chỉ đạo các cấp. Củng cố lực lượng tại chỗ (trong quý IV/2025).", "Sở Nội vụ") == []
    found = orders("Rà soát hồ sơ (hoàn thành trong quý II/2025); thẩm định hồ sơ (hoàn thành trong quý III/2025).", "Sở Nội vụ")
    assert [times for *_, times in found] == [["trong quý II/2025"], ["trong quý III/2025"]]


# --- what is no order of its own --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Yêu cầu Thủ trưởng các sở, ban, ngành; Chủ tịch UBND các xã, phường; Giám đốc các doanh nghiệp thực hiện nghiêm túc.",
        "Đề nghị Ủy ban MTTQ tỉnh; yêu cầu các sở, ban, ngành tổ chức thực hiện tốt Chỉ thị này trước ngày 30/6/2025.",
        "Sở Y tế ban hành hướng dẫn để Sở Nội vụ thực hiện; rà soát biên chế.",
        "Sở Y tế tổ chức cuộc thi “Sở Nội vụ đồng hành; Sở Tài chính cùng tham gia” trong quý II/2025.",
        "Sở Y tế tuyên truyền (Công an tỉnh giữ trật tự; báo cáo trước ngày 15/6/2025) tại các xã.",
        "Trên đây là Kế hoạch phòng dịch năm 2025. Yêu cầu Sở Y tế nghiêm túc thực hiện.",
        "Sở Y tế rà soát quy định chưa phù hợp như: yêu cầu nộp bản gốc; yêu cầu có mặt; hoàn thành trong năm 2025.",
        "Sở Y tế, Sở Nội vụ rà soát biên chế; các cơ quan, đơn vị kịp thời báo cáo UBND tỉnh vướng mắc.",
        "Sở Y tế lập kế hoạch trước ngày 15/5/2025; bảo đảm đúng quy định; góp phần nâng cao chất lượng.",
        "Sở Y tế lập kế hoạch; tổ chức tập huấn; báo cáo UBND tỉnh.",
        "Sở Y tế phối hợp với bệnh viện tại TP. Sơn Hải và TX. Đông Hải tổ chức khám trước ngày 15/5/2025.",
        "",
    ],
)
def test_look_alikes_are_one_order(text: str) -> None:
    assert orders(text) == []


# --- what belongs to an order -----------------------------------------------------------------------------------------------------

SAID = (
    "Sở Y tế chủ trì, phối hợp với Công an tỉnh kiểm tra 30 cơ sở; Sở Nội vụ phối hợp với Sở Tài chính rà soát biên chế, "
    "báo cáo UBND tỉnh trước ngày 15/4/2025; Công an tỉnh chỉ đạo công an các xã nắm tình hình."
)


def test_others_belong_to_the_order_in_whose_words_they_stand() -> None:
    first, second, third = make_task(SAID).orders
    assert (first.names("coordinate"), first.names("report_to")) == (["Công an tỉnh"], [])
    assert (second.names("coordinate"), second.names("report_to")) == (["Sở Tài chính"], ["UBND tỉnh"])
    assert (third.names("lead"), third.names("implement")) == (["Công an tỉnh"], ["công an các xã"])
    assert [d.due for d in second.deadlines] == ["2025-04-15"]
    assert [o.id.rpartition("#")[2] for o in (first, second, third)] == ["1", "2", "3"]


def test_the_words_of_an_order_are_where_its_span_says() -> None:
    task = make_task(SAID)
    for order in task.orders:
        assert " ".join(order.span.cut(SAID).split()) == order.text
        for assignment in order.assignments:
            assert assignment.origin.span.cut(SAID) == assignment.name
    assert make_task("Sở Y tế lập kế hoạch.\n").orders == ()


def test_a_row_of_a_table_has_no_orders() -> None:
    text = "Sở Y tế lập kế hoạch; Sở Nội vụ rà soát biên chế."
    span = Span(0, len(text))
    clause = Clause(id="1", marker="", type="task", parent=None, span=span, body=span, rule="table.task-row")
    document = Document(text=text, source=Source(name="vb.txt", sha256="0" * 64, media_type="text/plain"), blocks=())
    assert extract(document, Outline(header=Header(), clauses=(clause,)), rulebook()).tasks[0].orders == ()


def test_edges_tell_who_only_stands_in_the_same_row() -> None:
    graph = coordinate([make_task(SAID)], ())
    edges = {(e.source_name, e.target_name): e for e in graph.edges if e.relation == "coordinates"}
    assert not edges["Sở Nội vụ", "Sở Tài chính"].is_loose
    assert edges["Sở Y tế", "Sở Tài chính"].is_loose
    assert edges["Sở Y tế", "Sở Tài chính"].tasks == edges["Sở Y tế", "Sở Tài chính"].apart
    reports = {e.source_name: e.is_loose for e in graph.edges if e.relation == "reports"}
    assert reports == {"Sở Y tế": True, "Sở Nội vụ": False, "Công an tỉnh": True}


def test_an_order_without_a_known_lead_says_nothing_against_an_edge() -> None:
    task = make_task("Phối hợp với Công an tỉnh nắm tình hình. Các trường tạo điều kiện cho giáo viên.", "Phòng Nội vụ")
    assert [(e.source_name, e.target_name, e.is_loose) for e in coordinate([task], ()).edges] == [("Các trường", "Công an tỉnh", False)]


# --- whatever the text ------------------------------------------------------------------------------------------------------------

PIECES = [
    "Sở Y tế", "Sở Nội vụ", "UBND các xã, phường", "các cơ quan, đơn vị", "Công an tỉnh", "chủ trì", "phối hợp", "phối hợp với", "giao",
    "yêu cầu", "báo cáo UBND tỉnh", "rà soát biên chế", "tổ chức tập huấn", "hoàn thành", "trước ngày 15/4/2025", "trong quý II/2025",
    "hằng năm", "thường xuyên", "Thời hạn:", "trong đó", "đồng thời", "nếu có vướng mắc", "như:", "để", ";", ".", ",", "(", ")", '"', "“",
    "”", "**", "TP.", "và", ":", "- ", "\n", "./.", "…", "[1]", "30%",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map(" ".join))
def test_orders_lie_in_the_task_one_behind_another_and_hold_nothing_else(text: str) -> None:
    task = make_task(text)
    assert len(task.orders) != 1
    held = {(a.role, a.unit_id) for a in task.assignments}
    leads = {a.unit_id for a in task.assignments if a.role == "lead"}
    for order in task.orders:
        assert task.span.start <= order.span.start < order.span.end <= task.span.end
        assert order.text
        for assignment in order.assignments:
            assert (assignment.role, assignment.unit_id) in held or (assignment.role != "lead" and assignment.unit_id in leads)
        assert set(order.deadlines) <= set(task.deadlines)
        assert set(order.targets) <= set(task.targets)
    for before, after in pairwise(task.orders):
        assert before.span.end <= after.span.start
    for deadline in task.deadlines:
        assert sum(deadline in order.deadlines for order in task.orders) <= 1


@pytest.mark.parametrize(
    "unit",
    [
        "Sở Y tế rà soát biên chế; Sở Nội vụ lập danh sách trước ngày 15/4/2025. ",
        "Làm tốt công tác. Hoàn thành trước ngày 15/4/2025. ",
        "rà soát biên chế; hoàn thành trước ngày 15/4/2025; ",
        "giao Sở Y tế rà soát, ",
        "Sở Y tế, Sở Nội vụ; ",
        "(; Sở Y tế ",
    ],
)
def test_time_is_linear(unit: str) -> None:
    def seconds(times: int) -> float:
        text = unit * times
        start = time.process_time()
        make_task(text)
        return time.process_time() - start

    seconds(20)
    short, long = min(seconds(150) for _ in range(3)), min(seconds(1200) for _ in range(2))
    assert long < 30 * short + 0.05, (short, long)


# --- what is shown ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result() -> Result:
    span = Span(0, len(SAID))
    clause = Clause(id="1", marker="", type="task", parent=None, span=span, body=span)
    document = Document(text=SAID, source=Source(name="vb.txt", sha256="0" * 64, media_type="text/plain"), blocks=())
    made = extract(document, Outline(header=Header(issued_on="2025-03-05"), clauses=(clause,)), rulebook())
    return Result(
        rulebook="0" * 64, source=document.source, status="clean", text=SAID, blocks=(), header=made.outline.header,
        clauses=made.outline.clauses, tasks=made.tasks, units=made.units, graph=coordinate(made.tasks, made.units), findings=(),
    )  # fmt: skip


def test_the_record_holds_the_orders(result: Result, tmp_path: Path) -> None:
    emit(result, tmp_path)
    (task,) = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["tasks"]
    assert [[a["name"] for a in o["assignments"] if a["role"] == "lead"] for o in task["orders"]] == [
        ["Sở Y tế"], ["Sở Nội vụ"], ["Công an tỉnh"],
    ]  # fmt: skip
    assert Result.model_validate_json((tmp_path / "result.json").read_bytes()) == result


def test_a_checklist_shows_the_units_own_order_first(result: Result, tmp_path: Path) -> None:
    emit(result, tmp_path)
    police = (tmp_path / "viec-theo-don-vi" / "cong-an-tinh.md").read_text(encoding="utf-8")
    assert "- [ ] Công an tỉnh chỉ đạo công an các xã nắm tình hình\n  - Thực hiện: Công an các xã\n" in police
    assert "Thời hạn" not in police  # the deadline is another one's
    assert "  - Cả mục: Sở Y tế chủ trì" in police
    interior = docx.Document(str(tmp_path / "viec-theo-don-vi" / "so-noi-vu.docx"))
    cells = interior.tables[0].rows[1].cells
    assert cells[1].text.startswith("Sở Nội vụ phối hợp với Sở Tài chính")
    assert (cells[2].text, cells[3].text) == ("Sở Tài chính\nBáo cáo: UBND tỉnh", "trước ngày 15/4/2025")


def test_the_workbook_lists_the_orders_of_a_row(result: Result, tmp_path: Path) -> None:
    emit_all([result], tmp_path)
    book = CalamineWorkbook.from_path(str(tmp_path / "tat-ca-nhiem-vu.xlsx"))
    header, row = book.get_sheet_by_name("Nhiệm vụ").to_python()[3:5]
    lines = str(row[header.index("Các việc trong mục")]).split("\n")
    assert [line[:11] for line in lines] == ["1) Sở Y tế ", "2) Sở Nội v", "3) Công an "]
    assert lines[1].endswith("(Sở Nội vụ; trước ngày 15/4/2025)")
    units = {line[0]: line for line in book.get_sheet_by_name("Theo đơn vị").to_python() if line[1] == "Chủ trì"}
    assert str(units["Sở Y tế"][4]).startswith("Sở Y tế chủ trì") and units["Sở Y tế"][5] == ""
    edges = {(line[0], line[2]): line[4] for line in book.get_sheet_by_name("Quan hệ").to_python()}
    assert str(edges["Sở Y tế", "Sở Tài chính"]).endswith("(việc khác)")


def test_the_picture_joins_nobody_who_only_stands_in_the_same_row(result: Result, tmp_path: Path) -> None:
    emit(result, tmp_path)
    picture = (tmp_path / "do-thi.svg").read_text(encoding="utf-8")
    assert "Sở Nội vụ → Sở Tài chính" in picture
    assert "Sở Y tế → Sở Tài chính" not in picture


def test_the_terminal_lists_the_orders_under_their_task(result: Result) -> None:
    stream = io.StringIO()
    show(result, Console(file=stream, width=160, highlight=False, markup=False, emoji=False))
    lines = [" ".join(line.split()) for line in stream.getvalue().splitlines()]
    assert any("Việc 2: Sở Nội vụ phối hợp với Sở Tài chính" in line for line in lines)
