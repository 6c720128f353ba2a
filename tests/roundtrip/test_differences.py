"""What an edited workbook is taken to say, cell by cell, and what becomes of it in the store."""

from datetime import date
from pathlib import Path

import pytest
from editing import MISSED, TASKS, Register, edit, move_columns, receive, reorder_rows

from models import Decision, TaskState
from pipeline.emit.rows import build_rows
from pipeline.emit.workbook import write_workbook
from pipeline.roundtrip import Plan, apply, compare, write_store_workbook
from pipeline.store import Store

TODAY = date(2024, 2, 1)


def told(plan: Plan) -> list[tuple[str, str, str]]:
    return [(change.field, change.before, change.after) for change in plan.changes]


def codes(plan: Plan) -> list[str]:
    return [problem.code for problem in plan.problems]


def take(store: Store, path: Path) -> Plan:
    plan = compare(store, path, TODAY)
    assert not plan.problems, plan.problems
    taken = apply(store, plan, "Lan")
    assert not taken.problems
    assert taken.events == len(plan.changes) + len(plan.additions)
    return plan


# --- nothing, once, twice ----------------------------------------------------------------------------------------------------


def test_a_workbook_that_nobody_edited_asks_for_nothing(store: Store, book: Path) -> None:
    plan = compare(store, book, TODAY)
    assert (plan.rows, plan.same, plan.changes, plan.additions, plan.problems, plan.notes) == (8, 8, (), (), (), ())


def test_each_changed_cell_is_one_event_in_one_step_that_one_undo_takes_back(store: Store, document: int, book: Path) -> None:
    before = store.tasks(document)
    edited = edit(book, {
        (1, "deadline"): "trước ngày 20/3/2024", (1, "lead"): "Phòng Tư pháp", (2, "text"): "Sửa chữa nhà văn hóa.",
        (3, "progress"): "Đang thực hiện", (4, "note"): "đã điện thoại nhắc",
    })  # fmt: skip
    plan = take(store, edited)
    assert len(plan.changes) == 5
    events = [event for event in store.events(document) if event.who == "Lan"]
    assert len(events) == 5
    assert len({event.step for event in events}) == 1
    first, second, third, fourth = store.tasks(document)[:4]
    assert (first.task.names("lead"), first.task.names("coordinate")) == (["Phòng Tư pháp"], ["Phòng Tư pháp"])
    assert [(d.text, d.due, d.bound) for d in first.task.deadlines] == [("trước ngày 20/3/2024", "2024-03-20", "before")]
    assert (first.review, first.version, second.task.text) == ("edited", 3, "Sửa chữa nhà văn hóa.")
    assert third.work.started_on == TODAY
    assert fourth.review == "open"
    store.undo(document, "Lan", events[0].step)
    assert [one.task for one in store.tasks(document)] == [one.task for one in before]
    assert store.tasks(document)[2].work.started_on is None


def test_the_same_workbook_given_twice_is_taken_once(store: Store, book: Path) -> None:
    edited = edit(book, {(1, "lead"): "Phòng Tư pháp", (2, "progress"): "Hoàn thành", (6, "note"): "xong rồi"})
    take(store, edited)
    plan = compare(store, edited, TODAY)
    assert (plan.changes, plan.problems, plan.same) == ((), (), 8)


def test_what_was_changed_and_approved_in_one_workbook_is_taken_once(store: Store, book: Path) -> None:
    edited = edit(book, {(1, "lead"): "Phòng Tư pháp", (1, "review"): "Đã duyệt"})
    assert not take(store, edited).problems
    plan = compare(store, edited, TODAY)
    assert (plan.changes, plan.problems, plan.same) == ((), (), 8)


def test_what_was_taken_stands_in_the_next_export(store: Store, document: int, book: Path) -> None:
    take(store, edit(book, {
        (1, "due"): "20/3/2024", (2, "progress"): "Hoàn thành", (2, "done"): "15/01/2024", (4, "review"): "Đã duyệt",
        (5, "note"): "hỏi lại xã",
    }))  # fmt: skip
    book.write_bytes(write_store_workbook(store, [document]))
    rows = Register(book).rows
    assert rows[0]["due"] == date(2024, 3, 20)
    assert (rows[1]["progress"], rows[1]["done"]) == ("Hoàn thành", date(2024, 1, 15))
    assert (rows[0]["review"], rows[3]["review"], rows[4]["note"]) == ("Đã sửa", "Đã duyệt", "hỏi lại xã")
    assert compare(store, book, TODAY).same == 8


# --- units -------------------------------------------------------------------------------------------------------------------


def test_units_are_known_without_marks_and_new_ones_are_kept_and_told(store: Store, document: int, book: Path) -> None:
    edited = edit(book, {(3, "lead"): "phong noi vu; Phòng Y tế\nHội Cựu giáo chức", (4, "coordinate"): None})
    plan = take(store, edited)
    assert [note.code for note in plan.notes] == ["new-unit"]
    assert "Hội Cựu giáo chức" in plan.notes[0].message
    third, fourth = store.tasks(document)[2:4]
    assert third.task.names("lead") == ["Phòng Nội vụ", "Phòng Y tế", "Hội Cựu giáo chức"]
    kept = third.task.assignments[1]
    assert kept == third.base.assignments[0] if third.base else False
    first = store.tasks(document)[0].task
    assert third.task.assignments[0].unit_id == next(a.unit_id for a in first.assignments if a.name == "Phòng Nội vụ")
    assert fourth.task.names("coordinate") == []


def test_commas_part_units_only_where_each_of_them_is_known(store: Store, document: int, book: Path) -> None:
    take(store, edit(book, {(3, "lead"): "Phòng Nội vụ, Phòng Tư pháp", (4, "coordinate"): "Các xã, thị trấn"}))
    third, fourth = store.tasks(document)[2:4]
    assert third.task.names("lead") == ["Phòng Nội vụ", "Phòng Tư pháp"]
    assert fourth.task.names("coordinate") == ["Các xã, thị trấn"]


# --- days --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("30/6/2025", "2025-06-30"),
        ("30-06-2025", "2025-06-30"),
        ("30.6.25", "2025-06-30"),
        ("2025-06-30", "2025-06-30"),
        (45838.0, "2025-06-30"),
        ("45838", "2025-06-30"),
        (45838.6875, "2025-06-30T16:30"),
        ("30/6/2025 16:30", "2025-06-30T16:30"),
        ("16 giờ 30 ngày 30/6/2025", "2025-06-30T16:30"),
        ("ngày 30 tháng 6 năm 2025", "2025-06-30"),
        (None, None),
    ],
)
def test_a_day_is_understood_however_it_is_typed(
    store: Store, document: int, book: Path, typed: str | float | None, due: str | None
) -> None:
    take(store, edit(book, {(1, "due"): typed}))
    assert [(d.text, d.due) for d in store.tasks(document)[0].task.deadlines] == [("trước ngày 15/3/2024", due)]


@pytest.mark.parametrize("typed", ["30/6", "31/02/2025", "6/30/2025", "sớm", "quý II", 2025.0, "thường xuyên"])
def test_what_is_no_day_is_told_and_not_taken(store: Store, book: Path, typed: str | float) -> None:
    plan = compare(store, edit(book, {(1, "due"): typed}), TODAY)
    assert (plan.changes, codes(plan)) == ((), ["not-a-day"])
    assert "Hạn (ngày)" in plan.problems[0].message


def test_a_vague_deadline_keeps_its_words_when_it_gets_a_day(store: Store, document: int, book: Path) -> None:
    take(store, edit(book, {(3, "due"): "31/3/2024", (6, "due"): "1/4/2024"}))
    third, sixth = store.tasks(document)[2].task, store.tasks(document)[5].task
    assert [(d.text, d.due, d.repeat) for d in third.deadlines] == [("mỗi quý", "2024-03-31", "quarterly")]
    assert [(d.text, d.due) for d in sixth.deadlines] == [("01/04/2024", "2024-04-01")]


def test_words_and_day_of_a_deadline_may_both_be_edited(store: Store, document: int, book: Path) -> None:
    plan = take(store, edit(book, {(1, "deadline"): "khi có hướng dẫn", (1, "due"): "1/4/2024", (2, "deadline"): None, (2, "due"): None}))
    assert [field for field, _, _ in told(plan)] == ["deadline", "due", "deadline"]
    first, second = store.tasks(document)[0].task, store.tasks(document)[1].task
    assert [(d.text, d.due) for d in first.deadlines] == [("khi có hướng dẫn", "2024-04-01")]
    assert second.deadlines == ()


def test_a_sheet_makes_days_of_words_and_words_keep_what_they_mean_behind_them(store: Store, document: int, book: Path) -> None:
    take(store, edit(book, {(1, "deadline"): "30/6/2025", (3, "deadline"): "mỗi tháng (hằng quý)"}))
    first, third = store.tasks(document)[0].task, store.tasks(document)[2].task
    assert [(d.text, d.due) for d in first.deadlines] == [("30/6/2025", "2025-06-30")]
    assert [(d.text, d.repeat) for d in third.deadlines] == [("mỗi tháng", "monthly")]


# --- targets, products, words ------------------------------------------------------------------------------------------------


def test_a_target_gets_a_new_number_and_other_lines_are_products(store: Store, document: int, book: Path) -> None:
    assert Register(book).rows[4]["product"] == "hộ dân: trên 95%"
    plan = take(store, edit(book, {(5, "product"): "Bản cam kết của các hộ;\nhộ dân: trên 98%"}))
    assert told(plan) == [("product", "hộ dân: trên 95%", "Bản cam kết của các hộ; / hộ dân: trên 98%")]
    fifth = store.tasks(document)[4].task
    assert [(t.of, t.value, t.comparator, t.unit) for t in fifth.targets] == [("hộ dân", 98, ">", "%")]
    assert [product.text for product in fifth.products] == ["Bản cam kết của các hộ"]


def test_a_task_does_not_lose_its_words(store: Store, book: Path) -> None:
    assert codes(compare(store, edit(book, {(1, "text"): "  "}), TODAY)) == ["no-text"]


def test_formulas_stay_text(store: Store, document: int, book: Path) -> None:
    take(store, edit(book, {(1, "note"): '=HYPERLINK("http://x")', (2, "lead"): "@Hội X", (3, "text"): "+ Kiểm tra = 2 lần"}))
    book.write_bytes(write_store_workbook(store, [document]))
    rows = Register(book).rows
    assert (rows[0]["note"], rows[1]["lead"]) == ('=HYPERLINK("http://x")', "@Hội X")
    assert "= 2 lần" in rows[2]["text"]


# --- review and work ---------------------------------------------------------------------------------------------------------


def test_states_of_review(store: Store, document: int, book: Path) -> None:
    edited = edit(book, {
        (1, "review"): "Đã duyệt", (2, "review"): "Bỏ", (2, "note"): "trùng việc năm trước", (3, "review"): "chua ro",
        (4, "review"): "Bỏ", (5, "review"): "Được", (6, "review"): "Đã sửa",
    })  # fmt: skip
    plan = compare(store, edited, TODAY)
    assert codes(plan) == ["no-reason", "not-a-state"]
    assert "Chờ duyệt" in plan.problems[1].message
    assert apply(store, plan, "Lan").events == 4
    reviews = [(one.review, one.reason) for one in store.tasks(document)[:6]]
    assert reviews == [
        ("approved", None), ("rejected", "trùng việc năm trước"), ("unclear", None), ("open", None), ("open", None), ("approved", None),
    ]  # fmt: skip


def test_what_was_edited_and_approved_counts_as_edited(store: Store, document: int, book: Path) -> None:
    plan = take(store, edit(book, {(1, "lead"): "Phòng Tư pháp", (1, "review"): "Đã duyệt"}))
    assert [change.decision.kind for change in plan.changes] == ["edit", "approve"]
    assert store.tasks(document)[0].review == "edited"


def test_states_of_work(store: Store, document: int, book: Path) -> None:
    edited = edit(book, {
        (1, "progress"): "Hoàn thành", (1, "done"): "20/1/2024", (2, "progress"): "Hoàn thành", (3, "done"): "25/1/2024",
        (4, "progress"): "Đang thực hiện", (4, "done"): "25/1/2024", (5, "progress"): "Xong", (6, "done"): "hôm qua",
    })  # fmt: skip
    plan = compare(store, edited, TODAY)
    assert codes(plan) == ["contradiction", "not-a-state", "not-a-day"]
    assert len(plan.changes) == 3, "state and day of one row are one decision"
    apply(store, plan, "Lan")
    assert [one.work.done_on for one in store.tasks(document)[:4]] == [date(2024, 1, 20), TODAY, date(2024, 1, 25), None]
    book.write_bytes(write_store_workbook(store, [document]))
    take(store, edit(book, {(1, "progress"): "Chưa thực hiện", (1, "done"): None, (2, "done"): None}))
    assert [one.work.done_on for one in store.tasks(document)[:3]] == [None, None, date(2024, 1, 25)]


def test_a_signed_off_document_takes_work_and_notes_only(store: Store, document: int, book: Path) -> None:
    store.decide(document, "Lan", [Decision(task=one.uid, version=one.version, kind="approve") for one in store.tasks(document)])
    store.sign_off(document, "Lan", store.document(document).revision)
    book.write_bytes(write_store_workbook(store, [document]))
    plan = compare(store, edit(book, {(1, "lead"): "Phòng Tư pháp", (1, "progress"): "Hoàn thành", (2, "note"): "chờ kinh phí"}), TODAY)
    assert (codes(plan), [change.field for change in plan.changes]) == (["signed-off"], ["progress", "note"])
    assert apply(store, plan, "Lan").events == 2


# --- others decided meanwhile ------------------------------------------------------------------------------------------------


def test_what_changed_meanwhile_is_a_conflict_and_the_rest_is_taken(store: Store, document: int, book: Path) -> None:
    one = store.tasks(document)[0]
    store.decide(document, "Minh", [Decision(task=one.uid, version=one.version, kind="edit", fields={"title": "Khác"})])
    plan = compare(store, edit(book, {(1, "lead"): "Phòng Y tế", (2, "lead"): "Phòng Y tế"}), TODAY)
    assert codes(plan) == ["conflict"]
    assert all(words in plan.problems[0].message for words in ("Dòng 5", "Phòng Y tế", "Phòng Nội vụ"))
    assert told(plan) == [("lead", "Phòng Tài chính - Kế hoạch", "Phòng Y tế")]
    apply(store, plan, "Lan")
    assert store.tasks(document)[0].task.names("lead") == ["Phòng Nội vụ"]
    assert not compare(store, book, TODAY).problems, "a row that nobody edited is no conflict"


def test_who_comes_between_looking_and_taking_is_not_written_over(store: Store, document: int, book: Path) -> None:
    plan = compare(store, edit(book, {(1, "lead"): "Phòng Y tế"}), TODAY)
    one = store.tasks(document)[0]
    store.decide(document, "Minh", [Decision(task=one.uid, version=one.version, kind="status", work=TaskState(done_on=TODAY))])
    taken = apply(store, plan, "Lan")
    assert (taken.events, [problem.code for problem in taken.problems]) == (0, ["refused"])
    assert store.tasks(document)[0].task.names("lead") == ["Phòng Nội vụ"]


def test_a_workbook_from_before_the_store_is_compared_by_its_values(store: Store, document: int, book: Path) -> None:
    result = store.result(document)
    book.write_bytes(write_workbook(result, build_rows(result)))
    take(store, edit(book, {(1, "lead"): "Phòng Tư pháp"}))
    assert store.tasks(document)[0].task.names("lead") == ["Phòng Tư pháp"]
    assert codes(compare(store, edit(book, {(1, "lead"): "Phòng Y tế"}), TODAY)) == ["conflict"]


def test_a_document_that_the_store_does_not_have_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "khác").mkdir()
    with Store.open(tmp_path / "khác" / "giaoviec.db") as other:
        number, _ = receive(other, tmp_path, *TASKS[:3], number="99/KH-UBND")
        book = tmp_path / "khác.xlsx"
        book.write_bytes(write_store_workbook(other, [number]))
    plan = compare(store, edit(book, {(1, "note"): "a", (2, "note"): "b"}), TODAY)
    assert (codes(plan), plan.changes) == (["unknown-document"], ())
    assert "99/KH-UBND" in plan.problems[0].message


# --- rows --------------------------------------------------------------------------------------------------------------------


def test_rows_are_known_by_their_ids_wherever_they_are_and_deleted_ones_stay(store: Store, document: int, book: Path) -> None:
    edited = reorder_rows(edit(book, {(2, "lead"): "Phòng Y tế"}), [8, 2, 5, 1])
    plan = take(store, edited)
    assert told(plan) == [("lead", "Phòng Tài chính - Kế hoạch", "Phòng Y tế")]
    assert [note.code for note in plan.notes] == ["rows-gone"]
    assert plan.notes[0].message.startswith("4 nhiệm vụ")
    assert len(store.tasks(document)) == 8
    assert store.tasks(document)[1].task.names("lead") == ["Phòng Y tế"]


def test_a_row_that_was_copied_with_its_id_is_told(store: Store, book: Path) -> None:
    copied = edit(reorder_rows(book, [1, 2, 1]), {(3, "text"): "Một việc khác hẳn"})
    plan = compare(store, copied, TODAY)
    assert (codes(plan), plan.changes) == (["twice"], ())
    assert "Dòng 7 và dòng 5" in plan.problems[0].message


def test_a_row_without_id_is_a_task_that_was_missed(store: Store, document: int, book: Path) -> None:
    edited = edit(book, {(9, "text"): MISSED.rstrip("."), (9, "lead"): "Phòng Y tế", (9, "due"): "1/5/2024", (9, "progress"): "Hoàn thành"})
    plan = take(store, edited)
    assert (len(plan.additions), [note.code for note in plan.notes]) == (1, ["new-row-state"])
    added = next(one for one in store.tasks(document) if one.base is None)
    text = store.result(document).text
    assert added.task.span.cut(text) == MISSED.rstrip(".")
    assert (added.task.names("lead"), added.task.deadlines[0].due, added.review) == (["Phòng Y tế"], "2024-05-01", "edited")
    assert compare(store, edited, TODAY).additions == (), "the second time it is there already"


def test_an_added_row_in_other_words_is_the_clause_that_holds_them(store: Store, document: int, book: Path) -> None:
    words = "Thôn, bản giữ gìn đường làng ngõ xóm sạch đẹp"
    take(store, edit(book, {(9, "text"): words}))
    added = next(one for one in store.tasks(document) if one.base is None)
    assert (added.task.text, added.task.span.cut(store.result(document).text)) == (words, MISSED)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"text": "Người lập biểu: Lò Thị Hoa"}, "no-words"),
        ({"text": TASKS[2]}, "there-already"),
        ({"lead": "Phòng Y tế"}, "no-text"),
    ],
)
def test_an_added_row_that_cannot_be_placed_is_told(store: Store, book: Path, cells: dict[str, str], code: str) -> None:
    plan = compare(store, edit(book, {(10, column): value for column, value in cells.items()}), TODAY)
    assert (codes(plan), plan.additions) == ([code], ())


# --- columns -----------------------------------------------------------------------------------------------------------------


def test_columns_may_be_moved_inserted_and_renamed(store: Store, book: Path) -> None:
    edited = edit(book, {(1, "lead"): "Phòng Y tế", (2, "note"): "gấp"})
    keys = list(Register(edited).columns)
    moved = move_columns(edited, ["note", None, *reversed([key for key in keys if key != "note"])])
    renamed = edit(moved, {(0, "lead"): "Ai làm", (0, "note"): "Ý kiến"})
    assert told(compare(store, renamed, TODAY)) == [("lead", "Phòng Nội vụ", "Phòng Y tế"), ("note", "", "gấp")]


def test_a_column_that_is_gone_counts_as_not_edited(store: Store, book: Path) -> None:
    edited = edit(book, {(1, "lead"): "Phòng Y tế"})
    plan = compare(store, move_columns(edited, [key for key in Register(edited).columns if key not in ("due", "note")]), TODAY)
    assert told(plan) == [("lead", "Phòng Nội vụ", "Phòng Y tế")]
    assert [note.code for note in plan.notes] == ["column-gone"]
    assert "Hạn (ngày), Ghi chú" in plan.notes[0].message


def test_without_the_hidden_row_of_keys_columns_are_known_by_their_titles(store: Store, book: Path) -> None:
    edited = edit(book, {(1, "lead"): "Phòng Y tế"})
    bare = edit(edited, {(-1, key): None for key in Register(edited).columns})
    assert told(compare(store, bare, TODAY)) == [("lead", "Phòng Nội vụ", "Phòng Y tế")]


def test_a_column_that_is_only_for_looking_at_is_told(store: Store, book: Path) -> None:
    plan = compare(store, edit(book, {(1, "basis"): "Kế hoạch khác"}), TODAY)
    assert (plan.changes, [note.code for note in plan.notes], plan.same) == ((), ["fixed-edited"], 8)


# --- several documents -------------------------------------------------------------------------------------------------------


def test_a_workbook_over_several_documents_is_a_step_in_each(store: Store, document: int, tmp_path: Path) -> None:
    other, _ = receive(store, tmp_path, *TASKS[2:6], number="31/KH-UBND", title="Tăng cường phòng, chống dịch bệnh mùa hè")
    book = tmp_path / "tất cả.xlsx"
    book.write_bytes(write_store_workbook(store, [document, other]))
    assert {row["document"] for row in Register(book).rows} == {"25/KH-UBND", "31/KH-UBND"}
    edited = edit(book, {(1, "lead"): "Phòng Y tế", (9, "lead"): "Phòng Nội vụ", (13, "text"): MISSED})
    plan = compare(store, edited, TODAY)
    assert codes(plan) == ["which-document"]
    edited = edit(edited, {(13, "document"): "31/KH-UBND"}, edited)
    plan = take(store, edited)
    assert {change.document for change in plan.changes} == {document, other}
    assert [one.document for one in plan.additions] == [other]
    assert len({event.step for number in (document, other) for event in store.events(number)}) == 2
