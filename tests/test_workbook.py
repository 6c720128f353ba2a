"""The workbook that leaves the house, read by readers that did not write it."""

import re
import shutil
import subprocess
import unicodedata
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest
from lxml import etree
from PIL import Image
from python_calamine import CalamineWorkbook, SheetVisibleEnum
from test_emit import EMPTY, RESULT, deadline, make_result, make_tasks

from models import Clause, Edge, Graph, Node, Result, Span, Target, TaskState
from pipeline.emit.rows import build_rows
from pipeline.emit.sheets import LONGEST, clean, unique
from pipeline.emit.workbook import write_overall_workbook, write_workbook
from pipeline.emit.workbook_register import RECORD_HEAD, Standing, mark, say_item
from pipeline.network import merge_graphs
from pipeline.rulebook import rulebook
from pipeline.run import process

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CORPUS = Path(__file__).parent.parent / "corpus"
SHEETS = [
    "Nhiệm vụ", "Theo đơn vị", "Chỉ tiêu", "Phối hợp", "Quan hệ", "Kinh phí", "Phát hiện", "Biểu đồ", "Thời hạn", "Sơ đồ",
    "Văn bản", "Hướng dẫn", "_danh_muc", "_meta",
]  # fmt: skip


def write(result: Result, path: Path, **standings: Standing) -> Path:
    path.write_bytes(write_workbook(result, build_rows(result), standings))
    return path


def sheet(path: Path, name: str) -> list[list[object]]:
    return [list(line) for line in CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)]


def table(path: Path, name: str, head: str) -> list[dict[object, object]]:
    """The lines of a sheet below the header row that holds ``head``."""
    lines = sheet(path, name)
    top = next(i for i, line in enumerate(lines) if head in line)
    return [dict(zip(lines[top], line, strict=True)) for line in lines[top + 1 :] if any(cell != "" for cell in line)]


def xml_of(path: Path, part: str) -> etree._Element:
    with zipfile.ZipFile(path) as parts:
        return etree.fromstring(parts.read(part))


def part_of(path: Path, name: str) -> etree._Element:
    number = CalamineWorkbook.from_path(str(path)).sheet_names.index(name) + 1
    return xml_of(path, f"xl/worksheets/sheet{number}.xml")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(RESULT, tmp_path_factory.mktemp("workbook") / "nhiem-vu.xlsx")


@pytest.fixture(scope="module")
def seeds() -> list[Result]:
    return [process(path, rulebook()) for path in sorted(CORPUS.glob("*.txt"))[:3]]


# --- the register ------------------------------------------------------------------------------------------------------------


def test_the_register_has_a_row_a_task_with_real_dates_and_the_words_beside_them(book: Path) -> None:
    lines = sheet(book, "Nhiệm vụ")
    assert lines[0][0] == "BẢNG GIAO NHIỆM VỤ"
    assert lines[1][0] == "(Theo Kế hoạch số 18/KH-UBND ngày 08/01/2021 của UBND thị xã Sơn Tây: Sắp xếp bộ máy)"
    rows = table(book, "Nhiệm vụ", "TT")
    assert [row["TT"] for row in rows] == [1, 2, 3]
    assert [row["Hạn (ngày)"] for row in rows] == [date(2021, 3, 15), date(2021, 6, 30), ""]
    assert rows[1]["Thời hạn"] == "hằng quý;\ntrước tháng 7/2021 (chậm nhất 30/06/2021)"
    assert rows[1]["Đơn vị chủ trì"] == "Phòng Nội vụ;\nCông an thị xã"
    assert rows[1]["Sản phẩm / chỉ tiêu"] == "chỉ tiêu: ít nhất 30%"
    assert rows[0]["Căn cứ (số, ngày, mục)"] == (
        "Kế hoạch số 18/KH-UBND ngày 08/01/2021, mục 2, gạch 1;\nNghị định 62/2020/NĐ-CP ngày 01/06/2020"
    )
    assert (rows[0]["Đơn vị phối hợp"], rows[0]["Nhận báo cáo"]) == ("Phòng Tài chính", "UBND thị xã")
    assert rows[2]["Chương trình lưu ý"] == "Văn bản không nêu đơn vị chủ trì."
    assert [row["Mã nhiệm vụ"] for row in rows] == ["a-1", "a-2", "a-3"]
    assert {(row["Rà soát"], row["Trạng thái"]) for row in rows} == {("Chờ duyệt", "Chưa thực hiện")}


def test_how_people_left_a_task_stands_in_the_register(tmp_path: Path) -> None:
    done = Standing(3, "edited", TaskState(started_on=date(2021, 2, 1), done_on=date(2021, 3, 1)), "xong sớm")
    path = write(RESULT, tmp_path / "a.xlsx", **{"a-1": done, "a-2": Standing(2, "rejected", note="trùng")})
    first, second, third = table(path, "Nhiệm vụ", "TT")
    columns = ("Rà soát", "Trạng thái", "Ngày xong", "Ghi chú")
    assert [first[name] for name in columns] == ["Đã sửa", "Hoàn thành", date(2021, 3, 1), "xong sớm"]
    assert [second[name] for name in columns] == ["Bỏ", "Chưa thực hiện", "", "trùng"]
    assert [third[name] for name in columns] == ["Chờ duyệt", "Chưa thực hiện", "", ""]


def test_no_cell_is_a_formula_and_no_text_is_lost(tmp_path: Path) -> None:
    wild = ["=1+1", "+84", "-5", "@sum", "\tTab", "Đường\x00\x07 dây\x1b nóng", "Ho\u0300a bi\u0300nh", "a_x0041_b", "\ud800 lẻ", "{=A1}"]
    tasks = tuple(
        make_tasks(str(i))[2].model_copy(update={"text": words, "clause_id": str(i)}) for i, words in enumerate(wild)
    )  # fmt: skip
    path = write(RESULT.model_copy(update={"tasks": tasks}), tmp_path / "a.xlsx")
    told = [row["Nội dung nhiệm vụ"] for row in table(path, "Nhiệm vụ", "TT")]
    assert told[:2] == ["=1+1", "+84"]
    assert told[5:8] == ["Đường dây nóng", "Hòa bình", "a_x0041_b"]
    assert all(unicodedata.is_normalized("NFC", str(cell)) for cell in told)
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in parts.read(name)


def test_odd_dates_do_not_stop_the_workbook(tmp_path: Path) -> None:
    dues = ["0001-01-01", "2021-02-30", "2021-03-15T16:30", "--09-15", "P10WD", "1899-12-31", "không rõ"]
    tasks = tuple(
        RESULT.tasks[0].model_copy(update={"id": str(i), "deadlines": (deadline("trước ngày 15/3/2021", due=due),)})
        for i, due in enumerate(dues)
    )
    rows = table(write(RESULT.model_copy(update={"tasks": tasks}), tmp_path / "a.xlsx"), "Nhiệm vụ", "TT")
    assert [row["Hạn (ngày)"] for row in rows] == ["01/01/0001", "", datetime(2021, 3, 15, 16, 30), "", "", "31/12/1899", ""]


def test_a_cell_takes_what_excel_takes() -> None:
    assert len(clean("á" * 40_000)) == LONGEST
    assert clean("a\nb\tc\x0b\u200b") == "a\nb\tc\u200b"
    assert unique(["A", "a", "B", "A"]) == ["A", "a (2)", "B", "A (3)"]
    assert [say_item(p) for p in ("III.2, gạch 1", "2.1", "a", "Điều 3", "gạch 2", "Mục II")] == [
        "mục III.2, gạch 1", "mục 2.1", "mục a", "Điều 3", "gạch 2", "Mục II",
    ]  # fmt: skip


# --- how it works in a spreadsheet -------------------------------------------------------------------------------------------


def test_it_prints_as_an_office_prints(book: Path) -> None:
    for name in SHEETS[:-2]:
        page = part_of(book, name).find(f"{MAIN}pageSetup")
        assert page is not None
        high = "1" if name in ("Biểu đồ", "Hướng dẫn") else "0"
        assert (page.get("paperSize"), page.get("orientation"), page.get("fitToHeight") or "1") == ("9", "landscape", high)
        footer = part_of(book, name).find(f"{MAIN}headerFooter/{MAIN}oddFooter")
        assert footer is not None and "Trang &P/&N" in str(footer.text)
    defined = {(n.get("name"), n.text) for n in xml_of(book, "xl/workbook.xml").iter(f"{MAIN}definedName")}
    assert ("_xlnm.Print_Titles", "'Nhiệm vụ'!$4:$4") in defined
    assert ("_xlnm.Print_Area", "'Nhiệm vụ'!$A$1:$M$7") in defined
    pane = part_of(book, "Nhiệm vụ").find(f".//{MAIN}pane")
    assert pane is not None and pane.get("ySplit") == "4"
    fonts = {font.get("val") for font in xml_of(book, "xl/styles.xml").find(f"{MAIN}fonts").iter(f"{MAIN}name")}  # type: ignore[union-attr]
    assert "Times New Roman" in fonts


def test_every_sheet_but_the_guide_and_the_charts_is_a_real_table(book: Path) -> None:
    with zipfile.ZipFile(book) as parts:
        tables = [etree.fromstring(parts.read(name)) for name in parts.namelist() if name.startswith("xl/tables/")]
    assert len(tables) == 7
    assert sum(table.find(f"{MAIN}autoFilter") is not None for table in tables) == 6, "all but the matrix have filters"


def test_ids_lists_and_record_are_hidden(book: Path) -> None:
    seen = {one.name: one.visible for one in CalamineWorkbook.from_path(str(book)).sheets_metadata}
    assert list(seen) == SHEETS
    assert (seen["_meta"], seen["_danh_muc"]) == (SheetVisibleEnum.VeryHidden, SheetVisibleEnum.Hidden)
    assert all(seen[name] == SheetVisibleEnum.Visible for name in SHEETS[:-2])
    register = part_of(book, "Nhiệm vụ")
    assert [column.get("min") for column in register.iter(f"{MAIN}col") if column.get("hidden")] == ["18"]
    assert [row.get("r") for row in register.iter(f"{MAIN}row") if row.get("hidden")] == ["3"]


def test_there_are_drop_downs_for_states_and_units(book: Path) -> None:
    offers = {
        str(rule.get("sqref")): (rule.findtext(f"{MAIN}formula1"), rule.get("showErrorMessage"))
        for rule in part_of(book, "Nhiệm vụ").iter(f"{MAIN}dataValidation")
    }
    assert offers["J5:J207"] == ("'_danh_muc'!$B$2:$B$6", "1")
    assert offers["K5:K207"] == ("'_danh_muc'!$C$2:$C$4", "1")
    assert offers["C5:C207"] == ("'_danh_muc'!$A$2:$A$6", None), "other units may be typed"
    lists = sheet(book, "_danh_muc")
    assert [line[0] for line in lists] == ["Đơn vị", "Các xã, phường", "Công an thị xã", "Phòng Nội vụ", "Phòng Tài chính", "UBND thị xã"]


def test_colours_follow_the_day_on_which_it_is_looked_at(book: Path) -> None:
    rules = [str(rule.findtext(f"{MAIN}formula")) for rule in part_of(book, "Nhiệm vụ").iter(f"{MAIN}cfRule")]
    overdue, soon = rules[:2]
    assert "INT($F5)<TODAY()" in overdue
    assert "TODAY()+3" in soon
    assert '$K5<>"Hoàn thành"' in overdue and '$J5<>"Bỏ"' in overdue


def test_the_record_tells_each_row_its_task_and_how_it_was(book: Path) -> None:
    lines = sheet(book, "_meta")
    assert tuple(lines[0][:3]) == RECORD_HEAD
    assert lines[2][:5] == ["document", "0", "1" * 64, "18/KH-UBND", "Kế hoạch số 18/KH-UBND ngày 08/01/2021"]
    assert [line[:4] for line in lines[3:]] == [["task", f"a-{n}", "0", ""] for n in (1, 2, 3)]
    marks = dict(zip(lines[1][1:], str(lines[3][4]).split(), strict=False))
    assert marks["due"] == mark(date(2021, 3, 15))
    assert marks["lead"] == mark("Phòng Nội vụ")


# --- the other sheets --------------------------------------------------------------------------------------------------------


def test_units_targets_findings_and_facts(book: Path) -> None:
    by_unit = table(book, "Theo đơn vị", "Vai trò")
    assert [(row["Đơn vị"], row["Vai trò"]) for row in by_unit] == [
        ("Các xã, phường", "Thực hiện"), ("Công an thị xã", "Chủ trì"), ("Phòng Nội vụ", "Chủ trì"), ("Phòng Nội vụ", "Chủ trì"),
        ("Phòng Tài chính", "Phối hợp"), ("UBND thị xã", "Nhận báo cáo"),
    ]  # fmt: skip
    target = table(book, "Chỉ tiêu", "Mức")[0]
    assert [target[name] for name in ("Chỉ tiêu", "Mức", "So sánh", "Đơn vị tính")] == ["chỉ tiêu", 30, "ít nhất", "%"]
    findings = table(book, "Phát hiện", "Mức độ")
    assert [(row["Mức độ"], row["Nội dung"], row["Trích văn bản"]) for row in findings] == [
        ("Cần xem lại", "Thiếu mục 1.", "2."), ("Lưu ý", "Hỏi lại ngày.", "hằng quý"),
    ]  # fmt: skip
    assert ["Số, ký hiệu", "18/KH-UBND"] in [line[:2] for line in sheet(book, "Văn bản")]


def test_targets_of_clauses_that_order_nobody_are_there_too(tmp_path: Path) -> None:
    goal = RESULT.clauses[0].model_copy(update={"type": "target", "targets": (Target(
        text="6/11", value=6, unit="xã", total=11, of="xã đạt chuẩn", span=RESULT.clauses[0].span),)})  # fmt: skip
    clauses: tuple[Clause, ...] = (goal, *RESULT.clauses[1:])
    found = table(write(RESULT.model_copy(update={"clauses": clauses}), tmp_path / "a.xlsx"), "Chỉ tiêu", "Mức")
    assert [(row["Chỉ tiêu"], row["Mức"]) for row in found] == [("xã đạt chuẩn (trên tổng số 11)", 6), ("chỉ tiêu", 30)]


def test_the_matrix_counts_tasks_in_which_two_units_work_together(tmp_path: Path) -> None:
    nodes = tuple(Node(id=name, name=f"Phòng {name}") for name in "ABC")

    def edge(source: str, target: str, *tasks: str, relation: str = "coordinates", apart: tuple[str, ...] = ()) -> Edge:
        names = {"source_name": f"Phòng {source}", "target_name": f"Phòng {target}"}
        return Edge.model_validate({"source": source, "target": target, **names, "relation": relation, "tasks": tasks, "apart": apart})

    edges = (
        edge("A", "B", "a-1", "a-2"), edge("A", "C", "a-1", "a-3", apart=("a-3",)), edge("B", "C", "a-2", apart=("a-2",)),
        edge("B", "A", "a-3", relation="reports"),
    )  # fmt: skip
    path = write(RESULT.model_copy(update={"graph": Graph(nodes=nodes, edges=edges)}), tmp_path / "a.xlsx")
    assert table(path, "Phối hợp", "Tổng") == [{"Đơn vị chủ trì": "Phòng A", "Phòng B": 2, "Phòng C": 1, "Tổng": 3}]
    pairs = table(path, "Quan hệ", "Quan hệ")
    assert pairs[1]["Nhiệm vụ (mục trong văn bản)"] == "2, gạch 1, 2, gạch 2, dấu + 1 (việc khác)"
    assert len(pairs) == 4


def test_sums_of_money_are_numbers_with_the_words_beside_them(tmp_path: Path, seeds: list[Result]) -> None:
    text = "Phòng Tài chính bố trí khoảng 1,5 tỷ đồng; mức hỗ trợ 300.000 đồng/người; tổng 12.350 triệu đồng."
    whole = Span(0, len(text))
    result = RESULT.model_copy(update={
        "text": text, "findings": (), "tasks": (), "graph": Graph(),
        "clauses": (RESULT.clauses[0].model_copy(update={"id": "IV", "type": "budget", "marker": "", "span": whole, "body": whole}),),
    })  # fmt: skip
    found = table(write(result, tmp_path / "a.xlsx"), "Kinh phí", "Bằng số (đồng)")
    assert [(row["Số tiền ghi trong văn bản"], row["Bằng số (đồng)"]) for row in found] == [
        ("1,5 tỷ đồng", 1_500_000_000), ("300.000 đồng", 300_000), ("12.350 triệu đồng", 12_350_000_000),
    ]  # fmt: skip
    assert [row["Lưu ý"] for row in found] == ["khoảng, mức giới hạn", "định mức", ""]
    assert found[0]["Căn cứ"] == "Kế hoạch số 18/KH-UBND ngày 08/01/2021, mục IV"


def test_timeline_and_graph_are_pictures_that_every_program_shows(tmp_path: Path) -> None:
    path = write(RESULT, tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as parts:
        pictures = [Image.open(BytesIO(parts.read(name))) for name in sorted(parts.namelist()) if name.startswith("xl/media/")]
        drawings = [etree.fromstring(parts.read(f"xl/drawings/drawing{n}.xml")) for n in (2, 3)]
    said = [one.get("descr") for drawing in drawings for one in drawing.iter() if one.get("descr")]
    assert [(one.format, one.width) for one in pictures] == [("PNG", 1200)] * 2
    assert all(len(one.convert("L").getcolors() or range(99)) > 10 for one in pictures), "something is drawn"
    assert len(said) == 2
    dropped = write(RESULT, tmp_path / "b.xlsx", **{task.id: Standing(1, "rejected") for task in RESULT.tasks})
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(dropped) as other:
        assert one.read("xl/media/image1.png") != other.read("xl/media/image1.png"), "rejected tasks are not drawn"


def test_an_empty_result_still_gives_every_sheet(tmp_path: Path) -> None:
    assert CalamineWorkbook.from_path(str(write(EMPTY, tmp_path / "a.xlsx"))).sheet_names == SHEETS
    path = tmp_path / "b.xlsx"
    path.write_bytes(write_overall_workbook([], [], Graph()))
    assert CalamineWorkbook.from_path(str(path)).sheet_names == SHEETS


def test_one_workbook_over_several_documents(tmp_path: Path, seeds: list[Result]) -> None:
    results = [make_result("a", "18/KH-UBND"), make_result("b", "19/KH-UBND")]
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_overall_workbook(results, [build_rows(r) for r in results], merge_graphs([r.graph for r in results])))
    rows = table(path, "Nhiệm vụ", "TT")
    assert [row["Văn bản"] for row in rows] == ["18/KH-UBND"] * 3 + ["19/KH-UBND"] * 3
    assert [row["TT"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row["Số nhiệm vụ"] for row in table(path, "Văn bản", "Trích yếu")] == [3, 3]
    assert len(table(path, "Phát hiện", "Mức độ")) == 4


def test_the_same_result_gives_the_same_bytes(seeds: list[Result]) -> None:
    for result in seeds:
        assert write_workbook(result, build_rows(result)) == write_workbook(result, build_rows(result))


def test_text_that_looks_like_markup_stays_text(tmp_path: Path) -> None:
    words = "<r><t>Rà soát & báo cáo</t></r>"
    first, *others = RESULT.tasks
    result = RESULT.model_copy(update={"tasks": (first.model_copy(update={"text": words}), *others)})
    path = write(result, tmp_path / "a.xlsx")
    assert table(path, "Nhiệm vụ", "TT")[0]["Nội dung nhiệm vụ"] == words
    assert words in [row["Nhiệm vụ"] for row in table(path, "Theo đơn vị", "Vai trò")]


def test_heads_of_tables_are_the_cells_above_them(tmp_path: Path) -> None:
    path = write(RESULT, tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as parts:
        tables = [etree.fromstring(parts.read(name)) for name in parts.namelist() if name.startswith("xl/tables/")]
    heads = [[column.get("name") for column in one.iter(f"{MAIN}tableColumn")] for one in tables]
    lines = [line for name in SHEETS for line in sheet(path, name)]
    assert len(heads) == 7
    assert all(any(line[: len(head)] == head for line in lines) for head in heads)


# --- LibreOffice -------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not there")
def test_libreoffice_prints_it_whole(tmp_path: Path, seeds: list[Result]) -> None:
    result = max(seeds, key=lambda one: len(one.tasks))
    path = write(result, tmp_path / "nhiem-vu.xlsx")
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with pdfplumber.open(tmp_path / "nhiem-vu.pdf") as printed:
        assert [image["x1"] <= page.width for page in printed.pages for image in page.images], "there are pictures"
        assert all(image["x0"] >= 0 and image["x1"] <= page.width for page in printed.pages for image in page.images)
        sizes = {(round(page.width), round(page.height)) for page in printed.pages}
        pages = [[unicodedata.normalize("NFC", word["text"]) for word in page.extract_words()] for page in printed.pages]
    assert sizes == {(842, 595)}, "A4, on its side"
    assert all({"Trang", f"{number}/{len(pages)}"} <= set(page) for number, page in enumerate(pages, 1))
    assert pages[-1][:2] == ["HƯỚNG", "DẪN"]
    register = [page for page in pages if {"duyệt", "Chờ"} <= set(page) and "phối" in page]
    assert len(register) >= 2, "the head of the table is on each page"
    words = {part for page in register for word in page for part in re.split("[-–/]", word)}  # lines are broken there
    for row in build_rows(result):
        assert set(re.split(r"[-–/\s]", row.text)) <= words, row.text
