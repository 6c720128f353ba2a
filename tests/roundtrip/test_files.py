"""Whose workbook a file is, what is said of files that cannot be taken, and a real edit in LibreOffice."""

import json
import shutil
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from editing import MAIN, Register, edit, edit_in_libreoffice, letters, move_columns, rewrite, set_cell
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from models import SourceError
from pipeline.cli import Exit, main
from pipeline.emit.workbook_register import mark, plain_cell
from pipeline.roundtrip import compare, is_our_workbook
from pipeline.roundtrip.workbook import read_workbook
from pipeline.store import Store

TODAY = date(2024, 2, 1)
needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not there")


def say(sheet: str, place: str, value: str) -> str:
    """A line of Basic that types ``value`` into a cell, as a person does (30/6/2025 becomes a day)."""
    return f'{sheet}.getCellRangeByName("{place}").setFormula("{value}")'


# --- LibreOffice -------------------------------------------------------------------------------------------------------------


@needs_libreoffice
def test_five_cells_changed_in_libreoffice_are_exactly_five_events(store: Store, document: int, book: Path, profile: Path) -> None:
    before = store.tasks(document)
    at = Register(book).cell
    lines = [
        say("sheet", at(1, "lead"), "Phòng Tư pháp"),
        f'sheet.getCellRangeByName("{at(2, "due")}").setValue(DateSerial(2024, 7, 31))',
        say("sheet", at(4, "deadline"), "trước ngày 20/5/2024"),
        say("sheet", at(5, "progress"), "Hoàn thành"),
        say("sheet", at(8, "note"), "Đã nhắc lần 2, chờ xã báo cáo"),
    ]
    saved = edit_in_libreoffice(book, lines, book.with_name("lưu bằng LibreOffice.xlsx"), profile)
    assert is_our_workbook(saved)
    plan = compare(store, saved, TODAY)
    assert [change.field for change in plan.changes] == ["lead", "due", "deadline", "progress", "note"]
    assert (plan.problems, plan.notes, plan.additions) == ((), (), ())
    assert main(["import", str(saved), "--store", str(book.parent / "giaoviec.db"), "--apply", "--who", "Lan"]) == Exit.DONE
    events = store.events(document)
    assert len(events) == 5
    assert len({event.step for event in events}) == 1
    store.undo(document, "Lan", events[0].step)
    assert [one.task for one in store.tasks(document)] == [one.task for one in before]


@needs_libreoffice
def test_what_people_do_with_a_table_in_libreoffice_changes_nothing(store: Store, book: Path, profile: Path) -> None:
    register = Register(book)
    first, last = register.head + 2, len(register.lines)
    body = f"A{first}:{letters(max(register.columns.values()))}{last}"
    lines = [
        "Dim by(0) As New com.sun.star.table.TableSortField",
        f"by(0).Field = {register.columns['lead']}",
        "by(0).IsAscending = False",
        "Dim how(1) As New com.sun.star.beans.PropertyValue",
        'how(0).Name = "SortFields"',
        "how(0).Value = by()",
        'how(1).Name = "ContainsHeader"',
        "how(1).Value = False",
        f'sheet.getCellRangeByName("{body}").sort(how())',
        f"sheet.Rows.getByIndex({first}).IsVisible = False",
        "sheet.Rows.insertByIndex(0, 1)",
        "sheet.Columns.insertByIndex(2, 1)",
    ]
    saved = edit_in_libreoffice(book, lines, book.with_name("lưu.xlsx"), profile)
    order = [row["id"] for row in Register(saved).rows]
    assert sorted(order) == sorted(row["id"] for row in register.rows)
    assert order != [row["id"] for row in register.rows]
    plan = compare(store, saved, TODAY)
    assert (plan.rows, plan.same, plan.changes, plan.problems, plan.notes) == (8, 8, (), (), ())


# --- whose file --------------------------------------------------------------------------------------------------------------


def test_a_workbook_of_ours_is_known_by_what_is_in_it(book: Path, tmp_path: Path) -> None:
    other = tmp_path / "bảng.bin"
    shutil.copy(book, other)
    assert is_our_workbook(other)
    assert is_our_workbook(edit(book, {(1, "lead"): "Phòng Y tế"}))


def test_other_files_are_not_ours(tmp_path: Path, book: Path) -> None:
    word = tmp_path / "văn bản.docx"
    docx.Document().save(str(word))
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(book.read_bytes()[:5000])
    plain = tmp_path / "a.txt"
    plain.write_text("giaoviec:id<", encoding="utf-8")
    named = tmp_path / "named.xlsx"
    with zipfile.ZipFile(named, "w") as package:
        package.writestr("xl/workbook.xml", '<sheets><sheet name="_meta"/></sheets>')
    for path in (word, cut, plain, named, tmp_path / "none.xlsx", tmp_path):
        assert not is_our_workbook(path)


@given(st.binary(max_size=200))
def test_no_bytes_confuse_the_question(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    path.write_bytes(b"PK\x03\x04" + content)
    assert not is_our_workbook(path)


def code_of(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_workbook(path, path.name)
    assert path.name in str(caught.value)
    return caught.value.code


def test_what_cannot_be_taken_is_said_clearly(book: Path, tmp_path: Path) -> None:
    plain = tmp_path / "bảng.csv"
    plain.write_text("TT;Nội dung", encoding="utf-8")
    assert code_of(plain) == "not-a-workbook"
    assert code_of(tmp_path / "không có.xlsx") == "not-found"
    word = tmp_path / "văn bản.docx"
    docx.Document().save(str(word))
    assert code_of(word) == "not-ours"
    assert code_of(move_columns(book, [key for key in Register(book).columns if key != "id"])) == "no-register"
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(book.read_bytes()[:-300])
    assert code_of(cut) == "broken"

    def far(sheet: etree._Element) -> None:
        set_cell(sheet, "XFD1048576", "x")

    assert code_of(rewrite(book, far)) == "too-large"

    def renamed(workbook: etree._Element) -> None:
        for sheet in workbook.iter("{*}sheet"):
            if sheet.get("name") == "_meta":
                sheet.set("name", "meta")

    assert code_of(rewrite(book, renamed, part="xl/workbook.xml")) == "not-ours"


def test_a_workbook_of_a_later_form_is_refused(book: Path) -> None:
    def later(sheet: etree._Element) -> None:
        (form,) = (cell for cell in sheet.iter(f"{MAIN}c") if cell.get("r") == "C1")
        form[0][0].text = "2"

    record = f"xl/worksheets/sheet{len(CalamineWorkbook.from_path(str(book)).sheet_names)}.xml"
    assert code_of(rewrite(book, later, part=record)) == "newer"


# --- marks -------------------------------------------------------------------------------------------------------------------


def test_marks_do_not_see_what_programs_make_alike(book: Path) -> None:
    assert mark("Uỷ ban\r\nA ") == mark("Uỷ ban\nA")
    assert mark("é") == mark("e\u0301")
    assert mark(3) == mark(3.0) == mark("3")
    assert mark(None) == mark("")
    assert mark(date(2024, 3, 1)) != mark(date(2024, 3, 2))
    assert plain_cell(date(2024, 3, 1)) == "2024-03-01"


@given(st.text(max_size=60))
def test_a_mark_is_that_of_the_text_as_it_stands_in_a_cell(text: str) -> None:
    assert mark(text) == mark(plain_cell(text))


# --- the command -------------------------------------------------------------------------------------------------------------


def test_the_command_shows_then_takes(book: Path, document: int, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--store", str(book.parent / "giaoviec.db")]
    assert main(["import", str(book), *where]) == Exit.NOTHING_TO_DO
    assert "không có gì khác" in capsys.readouterr().out
    edited = edit(book, {(1, "lead"): "Phòng Y tế", (9, "text"): "Nội dung không có trong văn bản nào cả"})
    assert main(["import", str(edited), *where]) == Exit.SOME_FAILED
    shown = capsys.readouterr()
    assert all(words in shown.out for words in ("1 chỗ sửa", "Phòng Nội vụ", "Phòng Y tế", "Không nhập được", "Dòng 13"))
    assert "--apply" in shown.err
    assert main(["import", str(edited), *where, "--apply", "--who", "Lan", "--json"]) == Exit.SOME_FAILED
    record = json.loads(capsys.readouterr().out)
    assert (record["applied"]["events"], list(record["applied"]["steps"])) == (1, [str(document)])
    assert [(c["row"], c["field"], c["after"]) for c in record["changes"]] == [(5, "lead", "Phòng Y tế")]
    assert [p["code"] for p in record["problems"]] == ["no-words"]


def test_without_a_store_the_command_says_so_and_makes_none(book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    none = tmp_path / "không có.db"
    assert main(["import", str(book), "--store", str(none)]) == Exit.SOME_FAILED
    assert "Chưa có kho dữ liệu" in capsys.readouterr().err
    assert not none.exists()
