"""Each format is opened by a reader that is not ours; nothing is lost, nothing is taken for code."""

import csv
import io
import json
import re
import tracemalloc
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pydot
import pypdfium2
import pytest
from docx import Document as Word
from handed import HOSTILE, TASKS, directive, read, save
from icalendar import Calendar
from jsonschema import Draft202012Validator

from models import OutputError, Result, SourceError
from pipeline.emit.tables import MACHINE_COLUMNS, PEOPLE_COLUMNS
from pipeline.emit.word import SHIPPED
from pipeline.emit.words import plain
from pipeline.handover import Wanted, export, formats, from_results, schema, trackers, write_schema
from pipeline.handover.record import line, records
from pipeline.messages import speak
from pipeline.network import merge_graphs
from pipeline.settings import PapersSettings, Settings

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2024, 2, 1)
DATA = ("jsonl", "csv", "csv-excel", "graphml", "gexf", "dot", "mermaid", "cytoscape", "svg")


@pytest.fixture(autouse=True)
def vietnamese() -> None:
    speak("vi")


def made(folder: Path, name: str, out: Path, **wanted: Any) -> Path:
    path = out / f"nhiem-vu{formats()[name]}"
    export(from_results([folder], Wanted(**wanted)), name, path, today=TODAY)
    return path


def rows(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


# --- lists -------------------------------------------------------------------------------------------------------------------


def test_each_line_of_jsonl_keeps_the_published_schema(folder: Path, tmp_path: Path) -> None:
    raw = made(folder, "jsonl", tmp_path).read_bytes()
    checker = Draft202012Validator(json.loads((ROOT / "docs/schema/task-1.0.json").read_text(encoding="utf-8")))
    lines = raw.decode("utf-8").splitlines()  # splits at U+2028 too, which a line must not hold
    assert len(lines) == raw.count(b"\n") == 5 + 5 + len(HOSTILE) + 5
    told = [json.loads(one) for one in lines]
    for one in told:
        checker.validate(one)
    assert told[0]["lead"] == [{"id": "so-giao-duc-dao-tao.tinh-bac-ha", "name": "Sở Giáo dục và Đào tạo"}]
    assert told[0]["deadlines"][0]["due"] == "2024-03-15"
    assert told[0]["document"]["number"] == "25/KH-UBND" and told[0]["review"] is None
    assert told[5 + 5 + HOSTILE.index("@SUM(A1)")]["text"] == "@SUM(A1)"
    assert [one["document"]["draft"] for one in told].count(True) == 5


@pytest.mark.parametrize("of", ["task", "change"])
def test_the_published_schemas_are_those_of_the_program(of: Any) -> None:
    """Rewrite them: ``python -c "from pipeline.handover import write_schema; …"`` (docs/exports.md)."""
    Draft202012Validator.check_schema(schema(of))
    assert (ROOT / f"docs/schema/{of}-1.0.json").read_bytes() == write_schema(of)


def test_csv_for_machines_is_plain_and_exact(folder: Path, tmp_path: Path) -> None:
    path = made(folder, "csv", tmp_path)
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") >= 16
    told = rows(path)
    assert tuple(told[0])[: len(MACHINE_COLUMNS)] == MACHINE_COLUMNS
    assert tuple(told[0])[len(MACHINE_COLUMNS) :] == ("review", "started_on", "done_on", "document_id")
    assert (told[0]["due"], told[1]["due"], told[3]["start"]) == ("2024-03-15", "2024-06-30T16:00", "2024-06-01")
    assert told[10]["text"] == HOSTILE[0]  # a machine gets the words themselves


def test_csv_for_excel_holds_no_formula_and_no_needless_quote(folder: Path, tmp_path: Path) -> None:
    path = made(folder, "csv-excel", tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    told = rows(path, "utf-8-sig")
    assert tuple(told[0]) == ("Văn bản", *PEOPLE_COLUMNS)
    for one in told:
        for value in one.values():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r"))
    guarded = [one["Nhiệm vụ"] for one in told if one["Nhiệm vụ"].startswith("'")]
    assert [words[1] for words in guarded] == ["=", "+", "-", "@", "=", "@"]
    assert guarded[0] == "'" + HOSTILE[0]
    assert told[0]["Nhiệm vụ"].startswith("Sở Giáo dục và Đào tạo chủ trì")


def test_list_markers_go_before_cells_are_guarded(tmp_path: Path) -> None:
    result = read(directive("- Sở Y tế kiểm tra bếp ăn trước ngày 01/3/2024.", "+ Sở Nội vụ chủ trì rà soát biên chế."))
    told = rows(made(save(tmp_path / "k", result), "csv-excel", tmp_path), "utf-8-sig")
    assert all(not one["Nhiệm vụ"].startswith(("'", "-", "+")) for one in told) and told


def test_calendars_are_those_of_the_due_lists(folder: Path, tmp_path: Path) -> None:
    one = made(folder, "ics", tmp_path)
    events = [event for event in Calendar.from_ical(one.read_bytes()).walk("VEVENT") if not str(event["uid"]).startswith("xau")]
    assert len({event["uid"] for event in events}) == len(events) == 8
    assert date(2024, 3, 15) in [event["dtstart"].dt for event in events]
    out = export(from_results([folder]), "ics", tmp_path / "lich", today=TODAY)
    assert "tat-ca.ics" in {path.name for path in out.files}
    assert any(path.name.startswith("so-y-te") for path in out.files)
    assert len(out.drafts) == 1


# --- the graph ---------------------------------------------------------------------------------------------------------------


def test_graphs_are_read_back_whole_by_networkx(folder: Path, tmp_path: Path) -> None:
    graph = merge_graphs([one.result.graph for one in from_results([folder])])
    units, edges = {node.id for node in graph.nodes}, len(graph.edges)
    graphml = nx.read_graphml(io.BytesIO(made(folder, "graphml", tmp_path).read_bytes()), force_multigraph=True)
    gexf = nx.read_gexf(io.BytesIO(made(folder, "gexf", tmp_path).read_bytes()))
    cytoscape = nx.cytoscape_graph(json.loads(made(folder, "cytoscape", tmp_path).read_text(encoding="utf-8")))
    for net in (graphml, gexf, cytoscape):
        assert set(net.nodes) == units and net.number_of_edges() == edges and net.is_directed()
        assert net.nodes["so-giao-duc-dao-tao.tinh-bac-ha"]["name"] == "Sở Giáo dục và Đào tạo"
    assert gexf.nodes["so-noi-vu.tinh-bac-ha"]["label"] == "Sở Nội vụ"


def test_dot_is_read_by_pydot(folder: Path, tmp_path: Path) -> None:
    graph = merge_graphs([one.result.graph for one in from_results([folder])])
    (read_back,) = pydot.graph_from_dot_data(made(folder, "dot", tmp_path).read_text(encoding="utf-8"))
    labels = {bare(node.get_name()): bare(node.get("label")) for node in read_back.get_nodes() if node.get("label")}
    assert labels == {node.id: plain(node.name).replace("\\", "\\\\") for node in graph.nodes}
    edges = [(bare(edge.get_source()), bare(edge.get_destination())) for edge in read_back.get_edges()]
    assert edges == [(edge.source, edge.target) for edge in graph.edges]


def bare(quoted: str) -> str:
    return quoted.removeprefix('"').removesuffix('"').replace('\\"', '"')


def test_mermaid_has_a_line_a_unit_and_an_edge_and_no_letter_of_its_own_in_names(folder: Path, tmp_path: Path) -> None:
    first, *others = made(folder, "mermaid", tmp_path).read_text(encoding="utf-8").splitlines()
    graph = merge_graphs([one.result.graph for one in from_results([folder])])
    assert first == "flowchart LR"
    node, edge = re.compile(r'  u\d+\["[^"<>\[\]{}|`]*"\]'), re.compile(r'  u\d+ (?:-->|==>|-\.->)\|"[^"|]+"\| u\d+')
    assert [bool(node.fullmatch(one)) for one in others[: len(graph.nodes)]] == [True] * len(graph.nodes)
    assert [bool(edge.fullmatch(one)) for one in others[len(graph.nodes) :]] == [True] * len(graph.edges)


def test_the_picture_is_well_formed(folder: Path, tmp_path: Path) -> None:
    assert ElementTree.fromstring(made(folder, "svg", tmp_path).read_bytes()).tag.endswith("svg")


def test_papers_hold_every_task(plan: Result, tmp_path: Path) -> None:
    folder = save(tmp_path / "k", plan)
    words = "".join(cell.text for table in Word(str(made(folder, "docx", tmp_path))).tables for row in table.rows for cell in row.cells)
    assert all(task.names("lead")[0] in words for task in plan.tasks) and "15/3/2024" in words
    pages = pypdfium2.PdfDocument(made(folder, "pdf", tmp_path).read_bytes())
    text = "".join(page.get_textpage().get_text_bounded() for page in pages)
    assert "Đào tạo" in text and "15/3/2024" in text


def test_a_page_for_each_directive_or_one_file_for_one(folder: Path, plan: Result, tmp_path: Path) -> None:
    pages = export(from_results([folder]), "html", tmp_path / "trang").files
    assert [path.parent for path in pages] == [tmp_path / "trang"] * 3 and len({path.name for path in pages}) == 3
    assert all(path.suffix == ".html" and "<h1>" in path.read_text(encoding="utf-8") for path in pages)
    one = export(from_results([folder], Wanted(document="25/KH-UBND")), "html", tmp_path / "a.html").files
    assert one == (tmp_path / "a.html",) and "15/3/2024" in one[0].read_text(encoding="utf-8")
    with pytest.raises(OutputError, match="--document"):
        export(from_results([folder]), "html", tmp_path / "b.html")
    assert not (tmp_path / "b.html").exists()


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_letters_and_checklists_go_into_a_folder(plan: Result, tmp_path: Path, form: str) -> None:
    folder = save(tmp_path / "k", plan, read(directive(number="/KH-UBND", draft=True), "du-thao.txt"))
    made = export(from_results([folder]), f"letters-{form}", tmp_path / "thu")
    assert {path.stem for path in made.files} >= {"so-giao-duc-va-dao-tao", "so-tai-chinh", "so-noi-vu", "so-y-te", "cong-an-tinh"}
    assert len(made.drafts) == 1, "what is a draft hands nothing over"
    lists = export(from_results([folder], Wanted(document="25/KH-UBND")), f"checklists-{form}", tmp_path / "viec").files
    names = {path.name for path in lists}
    assert names >= {f"so-y-te.{form}", f"so-tai-chinh.{form}"} and f"so-noi-vu.{form}" not in names, "it leads nothing"
    for path in (*made.files, *lists):
        words = Word(str(path)).tables if form == "docx" else len(pypdfium2.PdfDocument(path.read_bytes()))
        assert words
    with pytest.raises(OutputError, match="thư mục"):
        export(from_results([folder]), f"letters-{form}", tmp_path / f"a.{form}")


def test_one_unit_gets_one_letter_with_what_it_helps_with(plan: Result, tmp_path: Path) -> None:
    folder = save(tmp_path / "k", plan)
    for asked in ("so tai chinh", "so-tai-chinh.tinh-bac-ha"):
        material = from_results([folder], Wanted(unit=asked, helps=True))
        made = export(material, "letters-docx", tmp_path / asked, unit=asked)
        assert [path.name for path in made.files] == ["so-tai-chinh.docx"] and made.tasks == 2
        words = [[cell.text for cell in row.cells] for table in Word(str(made.files[0])).tables[1:] for row in table.rows]
        assert sum("bố trí kinh phí" in row[1] or "rà soát đội ngũ" in row[1] for row in words) == 2


def test_papers_follow_the_templates_of_the_office(plan: Result, tmp_path: Path) -> None:
    folder, own = save(tmp_path / "k", plan), tmp_path / "mau"
    own.mkdir()
    for name in ("phu-luc", "viec-theo-don-vi", "giao-viec"):
        word = Word(str(SHIPPED / f"{name}.docx"))
        word.add_paragraph("MẪU CỦA CƠ QUAN")
        word.save(str(own / f"{name}.docx"))
    settings = Settings(papers=PapersSettings(templates=str(own), office="Văn phòng UBND tỉnh"))
    for name in ("docx", "letters-docx", "checklists-docx"):
        for path in export(from_results([folder]), name, tmp_path / f"o-{name}", settings=settings).files:
            words = [paragraph.text for paragraph in Word(str(path)).paragraphs]
            assert words[-1] == "MẪU CỦA CƠ QUAN"
    letter = Word(str(tmp_path / "o-letters-docx" / "so-y-te.docx"))
    assert "VĂN PHÒNG UBND TỈNH" in letter.tables[0].rows[0].cells[0].text


# --- all of them -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATA)
def test_vietnamese_stays_whole_and_the_same_gives_the_same_bytes(name: str, plan: Result, tmp_path: Path) -> None:
    folder = save(tmp_path / "k", plan)
    first, again = made(folder, name, tmp_path / "1").read_bytes(), made(folder, name, tmp_path / "2").read_bytes()
    assert first == again
    text = first.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "Sở Giáo dục và Đào tạo" in text


def test_every_format_is_in_the_help_and_in_the_guide() -> None:
    help_text = (ROOT / "pipeline/messages/export.toml").read_text(encoding="utf-8")
    guide = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    for name in formats():
        assert len(re.findall(rf"(?<![\w-]){name}(?![\w-])", help_text)) >= 2, name
        assert f"`{name}`" in guide, name
    assert set(trackers()) < set(formats())


def test_a_file_is_there_whole_or_not_at_all(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "o"
    (tmp_path / "hong").mkdir()
    (tmp_path / "hong" / "result.json").write_text("{", encoding="utf-8")
    with pytest.raises(SourceError):
        export(from_results([folder, tmp_path / "hong"]), "jsonl", out / "a.jsonl")
    assert list(out.iterdir()) == []
    with pytest.raises(OutputError):
        export(from_results([folder]), "csv", tmp_path)
    (tmp_path / "tep").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError):
        export(from_results([folder]), "csv", tmp_path / "tep" / "a.csv")


@pytest.mark.parametrize(
    "name", ["jsonl", "csv-excel", "gitlab", "msproject", "xlsx", "docx", "letters-docx", "checklists-docx", "ics", "ics/"]
)
def test_memory_holds_one_directive_at_a_time(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.due.calendars._SOME", 10)
    plan = read(directive(*(TASKS * 8)))
    form = name.rstrip("/")
    suffix = "" if name.endswith("/") else formats()[form]

    def write(count: int) -> int:
        folder = tmp_path / str(count)
        for number in range(count):
            source = plan.source.model_copy(update={"sha256": f"{number:064}"})
            tasks = tuple(task.model_copy(update={"id": f"{number}:{task.id}"}) for task in plan.tasks)
            save(folder / str(number), plan.model_copy(update={"source": source, "tasks": tasks}))
        tracemalloc.start()
        assert export(from_results([folder]), form, tmp_path / f"x{count}{suffix}").tasks == count * len(plan.tasks)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    write(1)  # what is made once and kept
    few, many = (write(2), write(8)) if form == "ics" else (write(4), write(20))
    assert many < few * 1.6 + 300_000


# --- which tasks -------------------------------------------------------------------------------------------------------------


def told(folder: Path, **wanted: Any) -> list[str]:
    return [record.id for one in from_results([folder], Wanted(**wanted)) for record in records(one)]


def test_filters(folder: Path) -> None:
    everything = told(folder)
    assert told(folder, unit="so y te") == told(folder, unit="Sở Y tế") == [one for one in everything if one.endswith(":I.3")]
    assert told(folder, unit="giao duc") != []
    assert told(folder, unit="so") != [] and told(folder, unit="khong co") == []
    assert {one.split(":")[0] for one in told(folder, document="25/kh-ubnd")} == {"25-kh-ubnd.2024-01-10"}
    assert told(folder, since=date(2024, 2, 1)) == told(folder, document="7/KH-UBND")
    assert told(folder, until=date(2024, 1, 31), document="7/KH-UBND") == []
    assert told(folder, since=date(2024, 1, 10), until=date(2024, 1, 10), document="25/KH-UBND") != []


def test_a_filtered_directive_has_the_graph_of_what_is_left(folder: Path) -> None:
    (left, *_) = [one for one in from_results([folder], Wanted(unit="Sở Giáo dục và Đào tạo")) if one.held]
    assert {node.id for node in left.result.graph.nodes} >= {"so-noi-vu.tinh-bac-ha", "so-tai-chinh.tinh-bac-ha"}
    assert "cong-an.tinh-bac-ha" not in {node.id for node in left.result.graph.nodes}


def test_the_line_separators_of_javascript_are_escaped(plan: Result, tmp_path: Path) -> None:
    task = plan.tasks[0].model_copy(update={"text": "a\u2028b\u2029c"})
    (one,) = from_results([save(tmp_path, plan.model_copy(update={"tasks": (task,)}))])
    (record,) = records(one)
    assert len(line(record).splitlines()) == 1 and json.loads(line(record))["text"] == "a\u2028b\u2029c"
