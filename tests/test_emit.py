"""The files of a result, each read back by a reader that did not write it."""

import csv
import io
import json
import zipfile
from pathlib import Path

import docx
import jsonschema
import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from models import (
    Assignment,
    Citation,
    Clause,
    Deadline,
    Finding,
    Graph,
    Header,
    Kind,
    Origin,
    Party,
    Result,
    Signer,
    Source,
    Span,
    Target,
    Task,
    TaskDeadline,
    Unit,
)
from pipeline.coordinate import coordinate
from pipeline.emit import emit, emit_all, schema, write_schema
from pipeline.emit.names import FileStems, file_stem
from pipeline.emit.tables import guard
from pipeline.emit.words import plain, say_citation, say_day, say_deadline, say_document, say_issued, say_place, say_target, unlisted

SVG = "{http://www.w3.org/2000/svg}"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

HEADING = "2. Phòng Nội vụ thị xã"
FIRST = "- Chủ trì, phối hợp với Phòng Tài chính rà soát biên chế, báo cáo UBND thị xã trước ngày 15/3/2021."
SECOND = "- = 30% <chỉ tiêu> & @nhắc việc; *hoàn thành* hằng quý, xong trước tháng 7/2021."
THIRD = "+ Niêm yết công khai kết quả."
TEXT = "\n".join((HEADING, FIRST, SECOND, THIRD))


def find(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def origin(how: str, clause: str, words: str) -> Origin:
    return Origin.model_validate({"how": how, "clause_id": clause, "span": find(words)})


def assignment(role: str, name: str, source: Origin) -> Assignment:
    return Assignment.model_validate({"role": role, "name": name, "unit_id": file_stem(name), "origin": source})


def deadline(words: str, clause: str = "2/-1", **values: str | None) -> TaskDeadline:
    return TaskDeadline.model_validate({"text": words, "span": find(words), "origin": origin("stated", clause, words), **values})


def make_tasks(prefix: str) -> tuple[Task, ...]:
    lead = assignment("lead", "Phòng Nội vụ", origin("heading", "2", "Phòng Nội vụ thị xã"))
    here = origin("stated", "2/-1", "Phòng Tài chính")
    return (
        Task(
            id=f"{prefix}-1", clause_id="2/-1", title="Rà soát biên chế", text=FIRST, span=find(FIRST),
            assignments=(lead, assignment("coordinate", "Phòng Tài chính", here), assignment("report_to", "UBND thị xã", here)),
            deadlines=(deadline("trước ngày 15/3/2021", due="2021-03-15", bound="before"),),
            citations=(Citation(kind="Nghị định", number="62/2020/NĐ-CP", date="2020-06-01", span=find("biên chế")),),
        ),
        Task(
            id=f"{prefix}-2", clause_id="2/-2", title="Chỉ tiêu", text=SECOND, span=find(SECOND),
            assignments=(lead, assignment("lead", "Công an thị xã", here), assignment("implement", "Các xã, phường", here)),
            deadlines=(
                deadline("hằng quý", "2/-2", repeat="quarterly"),
                deadline("trước tháng 7/2021", "2/-2", due="2021-06-30", bound="before"),
            ),
            targets=(Target(text="30%", value=30, unit="%", comparator=">=", of="chỉ tiêu", span=find("30%")),),
        ),
        Task(id=f"{prefix}-3", clause_id="2/-2/+1", title="Niêm yết", text=THIRD, span=find(THIRD)),
    )  # fmt: skip


def make_result(prefix: str = "a", number: str = "18/KH-UBND") -> Result:
    tasks = make_tasks(prefix)
    units = tuple(
        Unit(id=file_stem(name), name=name, kind="x")
        for name in ("Phòng Nội vụ", "Phòng Tài chính", "UBND thị xã", "Công an thị xã", "Các xã, phường")
    )
    spans = (HEADING, FIRST, SECOND, THIRD)
    clauses = tuple(
        Clause(
            id=identifier, marker=words.split()[0], type="task" if i else "heading", parent=None, span=find(words),
            body=Span(find(words).start + len(words.split()[0]) + 1, find(words).end),
        )
        for i, (identifier, words) in enumerate(zip(("2", "2/-1", "2/-2", "2/-2/+1"), spans, strict=True))
    )  # fmt: skip
    return Result(
        rulebook="0" * 64,
        source=Source(name="vb.txt", sha256="1" * 64, media_type="text/plain"),
        status="needs-review",
        text=TEXT,
        blocks=(),
        header=Header(
            kind=Kind(code="KH", name="Kế hoạch"), number=number, issuer=Party(name="UBND thị xã Sơn Tây"), issued_on="2021-01-08",
            place="Sơn Tây", title="Sắp xếp bộ máy", signer=Signer(name="Lê Văn A", post="Chủ tịch", signed_for="TM. UBND"),
        ),
        clauses=clauses,
        tasks=tasks,
        units=units,
        graph=coordinate(tasks, units),
        findings=(
            Finding(code="numbering-gap", severity="warning", message="Thiếu mục 1.", spans=(find("2."),)),
            Finding(code="deadline-vague", severity="note", message="Hỏi lại ngày.", spans=(find("hằng quý"),)),
        ),
    )  # fmt: skip


RESULT = make_result()
EMPTY = RESULT.model_copy(update={"header": Header(), "clauses": (), "tasks": (), "units": (), "graph": Graph(), "findings": ()})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("emit") / "vb"
    emit(RESULT, made)
    return made


def read_rows(content: bytes, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def xml_of(path: Path, part: str) -> etree._Element:
    with zipfile.ZipFile(path) as parts:
        return etree.fromstring(parts.read(part))


# --- the folder ------------------------------------------------------------------------------------------------------------


def test_the_folder_holds_what_was_promised(tmp_path: Path) -> None:
    paths = emit(RESULT, tmp_path / "mới" / "vb")
    assert [p.relative_to(tmp_path / "mới" / "vb").as_posix() for p in paths] == [
        "result.json", "nhiem-vu.csv", "nhiem-vu-excel.csv", "nhiem-vu.xlsx", "van-ban.html", "phu-luc.docx",
        "do-thi.graphml", "do-thi.svg",
        "viec-theo-don-vi/phong-noi-vu.md", "viec-theo-don-vi/cong-an-thi-xa.md", "viec-theo-don-vi/chua-ro-don-vi.md",
        "viec-theo-don-vi/phong-noi-vu.docx", "viec-theo-don-vi/cong-an-thi-xa.docx", "viec-theo-don-vi/chua-ro-don-vi.docx",
    ]  # fmt: skip
    assert all(p.is_file() for p in paths)


def test_the_same_result_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = emit(Result.model_validate_json((folder / "result.json").read_bytes()), tmp_path)
    assert {p.name: p.read_bytes() for p in again} == {p.name: (folder / p.relative_to(tmp_path)).read_bytes() for p in again}


def test_a_result_without_anything_still_gives_every_file(tmp_path: Path) -> None:
    paths = emit(EMPTY, tmp_path)
    assert len(paths) == 8
    assert "không nêu đơn vị nào" in (tmp_path / "do-thi.svg").read_text(encoding="utf-8")
    assert emit_all([], tmp_path / "tất cả")


# --- result.json -----------------------------------------------------------------------------------------------------------


def test_the_record_is_the_contract_and_leads_back_to_the_result(folder: Path) -> None:
    raw = (folder / "result.json").read_bytes()
    text = raw.decode("utf-8")
    assert json.loads(text) == RESULT.model_dump(mode="json")
    assert Result.model_validate_json(raw) == RESULT
    assert text.endswith("}\n")
    assert not text.startswith("\ufeff")
    assert "Phòng Nội vụ" in text
    assert f'"span": [{find(FIRST).start}, {find(FIRST).end}]' in text
    assert json.loads(text)["tasks"][0]["span"] == list(find(FIRST))


def test_the_schema_is_current_and_results_keep_it(folder: Path) -> None:
    checked_in = Path(__file__).parent.parent / "docs" / "schema" / "result-1.0.json"
    assert checked_in.read_bytes().replace(b"\r\n", b"\n") == write_schema(), "models changed: write docs/schema anew"
    jsonschema.Draft202012Validator.check_schema(schema())
    record = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, schema(), cls=jsonschema.Draft202012Validator)
    record["tasks"][0]["span"] = [1]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, schema(), cls=jsonschema.Draft202012Validator)


# --- CSV -------------------------------------------------------------------------------------------------------------------


def test_machines_get_plain_rfc_4180(folder: Path) -> None:
    raw = (folder / "nhiem-vu.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 4
    rows = read_rows(raw, "utf-8")
    assert [r["text"] for r in rows] == [FIRST, SECOND, THIRD]
    assert rows[1]["deadline_text"].split("; ") == ["hằng quý", "trước tháng 7/2021"]
    assert [rows[1][k].split("; ") for k in ("start", "due", "repeat", "bound")] == [
        [""],
        ["", "2021-06-30"],
        ["quarterly", ""],
        ["by", "before"],
    ]
    assert (rows[0]["lead"], rows[0]["coordinate"], rows[0]["report_to"]) == ("Phòng Nội vụ", "Phòng Tài chính", "UBND thị xã")
    assert TEXT[int(rows[2]["start_char"]) : int(rows[2]["end_char"])] == THIRD


def test_people_get_accents_and_no_formulas(folder: Path) -> None:
    raw = (folder / "nhiem-vu-excel.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = read_rows(raw, "utf-8-sig")
    assert rows[1]["Nhiệm vụ"] == "'= 30% <chỉ tiêu> & @nhắc việc; hoàn thành hằng quý, xong trước tháng 7/2021."
    assert rows[2]["Nhiệm vụ"] == "Niêm yết công khai kết quả."
    assert (rows[0]["Mục"], rows[0]["Hạn"], rows[1]["Hạn"]) == ("2, gạch 1", "15/03/2021", "30/06/2021")
    assert rows[1]["Thời hạn (chữ)"] == "hằng quý; trước tháng 7/2021 (chậm nhất 30/06/2021)"
    assert rows[1]["Chỉ tiêu"] == "chỉ tiêu: ít nhất 30%"
    assert rows[0]["Căn cứ"] == "Kế hoạch số 18/KH-UBND ngày 08/01/2021; Nghị định 62/2020/NĐ-CP ngày 01/06/2020"


def test_notes_say_where_a_value_comes_from_and_what_is_open(folder: Path) -> None:
    notes = [r["Ghi chú"] for r in read_rows((folder / "nhiem-vu-excel.csv").read_bytes(), "utf-8-sig")]
    assert notes[0] == "Chủ trì theo đề mục 2 “Phòng Nội vụ thị xã”."
    assert notes[1].endswith("Hỏi lại ngày.")
    assert notes[2] == "Văn bản không nêu đơn vị chủ trì."


def test_a_field_is_named_by_its_label(tmp_path: Path) -> None:
    field = RESULT.clauses[2].model_copy(update={"id": "2/-9", "type": "field", "body": find("@nhắc việc; *hoàn thành* hằng quý")})
    deadlines = (RESULT.tasks[1].deadlines[0].model_copy(update={"origin": origin("field", "2/-9", "hằng quý")}),)
    task = RESULT.tasks[0].model_copy(update={"assignments": (), "deadlines": deadlines})
    labelled = RESULT.model_copy(update={"text": TEXT.replace(";", ":"), "clauses": (*RESULT.clauses, field), "tasks": (task,)})
    emit(labelled, tmp_path)
    notes = read_rows((tmp_path / "nhiem-vu-excel.csv").read_bytes(), "utf-8-sig")[0]["Ghi chú"]
    assert notes == "Văn bản không nêu đơn vị chủ trì. Thời hạn theo dòng 2, gạch 9 “@nhắc việc”."


@given(st.text(max_size=5))
def test_no_guarded_cell_is_a_formula(text: str) -> None:
    assert guard(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


# --- checklists ------------------------------------------------------------------------------------------------------------


def test_a_task_with_two_leads_stands_in_both_checklists(folder: Path) -> None:
    lists = folder / "viec-theo-don-vi"
    interior, police, unclear = (
        (lists / f"{stem}.md").read_text(encoding="utf-8") for stem in ("phong-noi-vu", "cong-an-thi-xa", "chua-ro-don-vi")
    )
    assert [t.count("\n- [ ] ") for t in (interior, police, unclear)] == [2, 1, 1]
    assert interior.startswith(
        "# Phòng Nội vụ\n\nKế hoạch số 18/KH-UBND ngày 08/01/2021 của UBND thị xã Sơn Tây: Sắp xếp bộ máy\n\nSố việc: 2\n"
    )
    assert "  - Thời hạn: trước ngày 15/3/2021\n  - Phối hợp: Phòng Tài chính\n  - Báo cáo: UBND thị xã\n  - Mục: 2, gạch 1\n" in interior
    assert "- [ ] = 30% \\<chỉ tiêu\\> & @nhắc việc" in police
    assert "  - Cùng chủ trì: Phòng Nội vụ\n" in police


# --- graph -----------------------------------------------------------------------------------------------------------------


def test_graphml_holds_the_graph(folder: Path) -> None:
    net = nx.read_graphml(folder / "do-thi.graphml")
    assert {n: d["name"] for n, d in net.nodes(data=True)} == {n.id: n.name for n in RESULT.graph.nodes}
    assert sorted((s, t, d["relation"]) for s, t, d in net.edges(data=True)) == sorted(
        (e.source, e.target, e.relation) for e in RESULT.graph.edges
    )


# --- all documents ---------------------------------------------------------------------------------------------------------


def test_all_documents_come_together(tmp_path: Path) -> None:
    results = [RESULT, make_result("b", "19/KH-UBND"), EMPTY]
    first = {p.name: p.read_bytes() for p in emit_all(results, tmp_path / "1")}
    assert first == {p.name: p.read_bytes() for p in emit_all(results, tmp_path / "2")}
    assert list(first) == ["tat-ca-nhiem-vu.csv", "tat-ca-nhiem-vu.xlsx", "do-thi.graphml", "do-thi.svg"]
    assert [r["task_id"] for r in read_rows(first["tat-ca-nhiem-vu.csv"], "utf-8")] == ["a-1", "a-2", "a-3", "b-1", "b-2", "b-3"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(first["tat-ca-nhiem-vu.xlsx"]))
    tasks = book.get_sheet_by_name("Nhiệm vụ").to_python()
    assert tasks[3][:2] == ["TT", "Văn bản"]
    assert [line[1] for line in tasks[4:]] == ["18/KH-UBND"] * 3 + ["19/KH-UBND"] * 3
    by_unit = [line[:2] for line in book.get_sheet_by_name("Theo đơn vị").to_python()[2:]]
    assert by_unit[:4] == [["Các xã, phường", "Thực hiện"]] * 2 + [["Công an thị xã", "Chủ trì"]] * 2
    edges = book.get_sheet_by_name("Quan hệ").to_python()
    said = "Kế hoạch số 18/KH-UBND ngày 08/01/2021: 2, gạch 1;\nKế hoạch số 19/KH-UBND ngày 08/01/2021: 2, gạch 1"
    assert ["Phòng Nội vụ", "phối hợp", "Phòng Tài chính", 2, said] in edges
    net = nx.read_graphml(io.BytesIO(first["do-thi.graphml"]))
    assert net.nodes["phong-noi-vu"]["leads"] == 4


# --- words -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "values", "said"),
    [
        ("hàng quý", {"repeat": "quarterly"}, "hằng quý"),
        ("thường xuyên", {"repeat": "continuous"}, "thường xuyên"),
        ("trước ngày 30/6 hằng năm", {"due": "--06-30", "repeat": "yearly", "bound": "before"}, "trước 30/6 hằng năm"),
        ("trước tháng 7 hằng năm", {"due": "--06-30", "repeat": "yearly", "bound": "before"}, "chậm nhất 30/6 hằng năm"),
        ("trước ngày 25 hằng tháng", {"due": "--25", "repeat": "monthly", "bound": "before"}, "trước ngày 25 hằng tháng"),
        ("trước ngày 15/9", {"due": "--09-15", "bound": "before"}, "trước 15/9 (không rõ năm)"),
        ("trong vòng 10 ngày làm việc", {"due": "P10WD", "bound": "within"}, "trong 10 ngày làm việc"),
        ("trong 24 giờ", {"due": "PT24H", "bound": "within"}, "trong 24 giờ"),
        ("chậm nhất ngày 06/11/2020", {"due": "2020-11-06"}, "chậm nhất 06/11/2020"),
        ("trước 16 giờ ngày 06/11/2020", {"due": "2020-11-06T16:00", "bound": "before"}, "trước 16 giờ 00, 06/11/2020"),
        ("trong ngày 06/11/2020", {"start": "2020-11-06", "due": "2020-11-06"}, "ngày 06/11/2020"),
        ("quý I/2018", {"start": "2018-01-01", "due": "2018-03-31"}, "từ 01/01/2018 đến 31/03/2018"),
        ("từ ngày 01/01/2020", {"start": "2020-01-01", "bound": "from"}, "từ 01/01/2020"),
        ("bao giờ xong", {"due": "XYZ"}, "chậm nhất XYZ"),
        ("không rõ", {}, ""),
    ],
)
def test_normal_forms_are_said_in_words(printed: str, values: dict[str, str], said: str) -> None:
    assert say_deadline(Deadline.model_validate({"text": printed, "span": Span(0, 1), **values})) == said


@pytest.mark.parametrize(
    ("clause", "said"),
    [("III.3", "III.3"), ("III.3/-2", "III.3, gạch 2"), ("Đ3.1.a/p2/+10", "Điều 3.1.a, đoạn 2, dấu + 10"), ("p4", "đoạn 4"),
     ("PLII.4", "Phụ lục II.4"), ("M.2", "M.2"), ("2.(iii)", "2.(iii)"), ("II.4~2", "II.4 (lần 2)"), ("", "")],
)  # fmt: skip
def test_places_are_said_in_words(clause: str, said: str) -> None:
    assert say_place(clause) == said


def test_days_targets_and_documents_are_said_in_words() -> None:
    assert [say_day(d) for d in ("2020-12-25", "2020-09", "2020", "2020-13-45")] == ["25/12/2020", "09/2020", "2020", "2020-13-45"]
    assert [say_issued(d) for d in ("2020-12-25", "2020-09", "2020")] == ["ngày 25/12/2020", "tháng 9/2020", "năm 2020"]
    printed = Target(text="ít nhất 5 lớp", value=5, unit="lớp", comparator=">=", span=Span(0, 1))
    assert say_target(printed) == "ít nhất 5 lớp"
    assert say_citation(Citation(number="5/CT-TTg", span=Span(0, 1))) == "5/CT-TTg"
    assert (
        say_document(Header(kind=Kind(code="CTr", name="Chương trình"), draft=True, issued_on="2020-09"), RESULT.source)
        == "Dự thảo chương trình tháng 9/2020"
    )
    assert say_document(Header(), RESULT.source) == "vb.txt"


def test_list_markers_and_web_marks_are_left_out() -> None:
    assert unlisted("- - Rà soát **ngay**\n các\u200b xã") == "Rà soát ngay các xã"
    assert unlisted("a) Rà soát", "a)") == "Rà soát"
    assert unlisted("| 3 | Lập sổ | | Sở A |", "3") == "Lập sổ | Sở A"
    assert unlisted("-5 độ") == "-5 độ"
    assert plain("2*3 và *đậm*") == "2*3 và đậm"


def test_file_names_suit_every_system() -> None:
    assert file_stem("Đội Cảnh sát: PCCC & CNCH / Quận 10?") == "doi-canh-sat-pccc-cnch-quan-10"
    assert [file_stem(name) for name in ("CON", "…", "Lpt1")] == ["con-1", "khong-ten", "lpt1-1"]
    assert len(file_stem("Phòng " * 40)) <= 60
    stems = FileStems()
    assert [stems.take(n) for n in ("Sở Y tế", "SỞ Y TẾ", "so y te")] == ["so-y-te", "so-y-te-2", "so-y-te-3"]


# --- whatever the text -----------------------------------------------------------------------------------------------------

anything = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


@settings(max_examples=40)
@given(st.data())
def test_no_text_stops_the_files_or_breaks_them(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    draw = data.draw
    tasks = []
    for number, task in enumerate(RESULT.tasks):
        units = [a.model_copy(update={"name": draw(anything), "unit_id": draw(anything)}) for a in task.assignments]
        values = [{"text": draw(anything), "due": draw(anything), "start": draw(anything)} for _ in task.deadlines]
        deadlines = [d.model_copy(update=v) for d, v in zip(task.deadlines, values, strict=True)]
        update = {"text": draw(anything), "clause_id": draw(anything), "assignments": tuple(units), "deadlines": tuple(deadlines)}
        tasks.append(task.model_copy(update={"id": f"t{number}", **update}))
    header = RESULT.header.model_copy(update={"title": draw(anything), "number": draw(anything), "issued_on": draw(anything)})
    result = RESULT.model_copy(update={"tasks": tuple(tasks), "units": (), "header": header, "graph": coordinate(tasks, ())})
    paths = emit(result, tmp_path_factory.mktemp("any"))
    for path in paths:
        match path.suffix:
            case ".json":
                assert Result.model_validate_json(path.read_bytes()) == result
            case ".svg" | ".graphml":
                etree.fromstring(path.read_bytes())
            case ".docx":
                docx.Document(str(path))
            case ".xlsx":
                assert len(CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Nhiệm vụ").to_python()) >= 4 + len(tasks)
            case ".csv":
                assert len(read_rows(path.read_bytes(), "utf-8-sig")) == len(tasks)
