"""The register of all tasks: each filter, each order, pages, saved filters, units; the same on both databases."""

from datetime import date
from pathlib import Path

import pytest
from samples import enter
from sqlalchemy import text

from models import Decision, StoreError, TaskState
from pipeline.store import Store
from pipeline.store.register import Order, RegisterFilter, Stage

TODAY = date(2024, 5, 20)
FIRST = (
    "Phòng Giáo dục và Đào tạo chủ trì, phối hợp với Phòng Nội vụ rà soát đội ngũ giáo viên, báo cáo trước ngày 15/3/2024.",
    "Phòng Tài chính - Kế hoạch bố trí kinh phí sửa chữa trường học, hoàn thành trước ngày 30/6/2024.",
    "Phòng Y tế kiểm tra bếp ăn bán trú của các trường mầm non mỗi quý một lần.",
    "Công an quận bảo đảm an ninh, trật tự tại các điểm thi, phối hợp với Phòng Giáo dục và Đào tạo phân luồng giao thông.",
    "Thanh tra quận kiểm tra việc thu, chi đầu năm học tại các trường công lập.",
)
SECOND = (
    "Phòng Nội vụ chủ trì, phối hợp với Phòng Giáo dục và Đào tạo tuyển dụng giáo viên trước ngày 20/5/2024.",
    "Phòng Văn hóa và Thông tin tuyên truyền trên hệ thống truyền thanh cơ sở, xong trước ngày 10/4/2024.",
)
EDUCATION = "phong-giao-duc-dao-tao.quan-ngo-quyen"


def note(store: Store, document: int, number: int, started: date | None = None, done: date | None = None) -> None:
    task = store.tasks(document)[number]
    work = TaskState(started_on=started, done_on=done)
    store.decide(document, "lan", [Decision(task=task.uid, version=task.version, kind="status", work=work)])


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    """Two plans: tasks 0 to 4 of the first, 5 and 6 of the second."""
    enter(store, tmp_path, *FIRST)
    enter(store, tmp_path, *SECOND, number="31/QĐ-UBND", day="ngày 05 tháng 3 năm 2024", title="Tuyển dụng năm 2024", kind="QUYẾT ĐỊNH")
    return store


def numbers(store: Store, wanted: RegisterFilter, order: Order = "newest") -> list[int]:
    """Return which tasks are found, by their number in FIRST and SECOND, in order."""
    known = [task.split(",")[0][:40] for task in (*FIRST, *SECOND)]
    found = store.register.page(wanted, order)
    made = [next(n for n, words in enumerate(known) if words in task.task.text) for task in found.tasks]
    assert found.total == len(made) == store.register.count(wanted)
    assert {task.document for task in found.tasks} == found.documents.keys()
    return made


def found(store: Store, **wanted: object) -> list[int]:
    return sorted(numbers(store, RegisterFilter(**wanted)))  # type: ignore[arg-type]


def test_everything_is_there_newest_document_first_as_in_its_text(filled: Store) -> None:
    assert numbers(filled, RegisterFilter()) == [5, 6, 0, 1, 2, 3, 4]


def test_words_are_found_without_marks_best_first(filled: Store) -> None:
    assert numbers(filled, RegisterFilter(words="giao vien"), "relevance") == [5, 0]
    assert numbers(filled, RegisterFilter(words="giao vien"), "due") == [0, 5]
    assert found(filled, words="không có chữ này") == []


def test_a_unit_is_found_by_id_by_words_of_its_name_and_in_a_role(filled: Store) -> None:
    assert found(filled, unit="giao duc") == found(filled, unit=EDUCATION) == [0, 3, 5]
    assert found(filled, unit=EDUCATION, role="lead") == [0]
    assert found(filled, unit=EDUCATION, role="coordinate") == [3, 5]
    assert found(filled, role="coordinate") == [0, 3, 5]
    assert found(filled, unit=EDUCATION, partner="noi vu") == [0, 5]
    assert found(filled, unit=EDUCATION, role="lead", partner="noi vu", partner_role="coordinate") == [0]
    assert found(filled, unit="không có đơn vị này") == []


def test_an_id_means_that_unit_and_not_those_whose_names_hold_its_words(filled: Store) -> None:
    document = filled.documents()[0].id
    task = filled.tasks(document)[1]
    named = [{"role": "lead", "name": "Tổ Nội vụ", "unit_id": "noi-vu"}]
    filled.decide(document, "lan", [Decision(task=task.uid, version=task.version, kind="edit", fields={"assignments": named})])
    assert found(filled, unit="noi-vu") == [6] and found(filled, unit="noi vu") == [0, 5, 6]


def test_tasks_without_a_lead(filled: Store) -> None:
    document = filled.documents()[0].id
    task = filled.tasks(document)[0]
    filled.decide(document, "lan", [Decision(task=task.uid, version=task.version, kind="edit", fields={"assignments": []})])
    assert found(filled, led=False) == [5] and found(filled, led=True) == [0, 1, 2, 3, 4, 6]


def test_deadlines(filled: Store) -> None:
    assert found(filled, due_from="2024-04-10", due_to="2024-05-20") == [5, 6]
    assert found(filled, dated="day") == [0, 1, 5, 6]
    assert found(filled, dated="recurring") == found(filled, dated="counted") == [2]
    assert found(filled, dated="none") == [3, 4]


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("not-started", [2, 3, 4, 5]),
        ("in-progress", [6]),
        ("open", [2, 3, 4, 5, 6]),
        ("open-in-time", [2, 5]),  # what comes back is in time as far as days in words tell
        ("open-late", [6]),
        ("done", [0, 1]),
        ("done-in-time", [1]),
        ("done-late", [0]),
    ],
)
def test_stages_of_the_work(filled: Store, stage: Stage, expected: list[int]) -> None:
    second, first = (document.id for document in filled.documents())
    note(filled, first, 0, done=date(2024, 3, 16))
    note(filled, first, 1, done=date(2024, 6, 30))
    note(filled, second, 1, started=date(2024, 4, 1))
    assert found(filled, stage=stage, as_of=TODAY) == expected


def test_one_time_that_was_done_means_that_the_work_has_begun(filled: Store) -> None:
    first = filled.documents()[1].id
    task = filled.tasks(first)[2]
    work = TaskState(done_times={"1:2024-03": date(2024, 3, 20)})
    filled.decide(first, "lan", [Decision(task=task.uid, version=task.version, kind="status", work=work)])
    assert found(filled, stage="in-progress") == [2] and 2 not in found(filled, stage="not-started")


def test_review_leaves_out_what_was_rejected_unless_it_is_asked_for(filled: Store) -> None:
    first = filled.documents()[1].id
    kinds = ("approve", "reject", "unclear")
    for task, kind in zip(filled.tasks(first), kinds, strict=False):
        filled.decide(first, "lan", [Decision(task=task.uid, version=task.version, kind=kind, reason="thừa")])  # type: ignore[arg-type]
    assert found(filled) == [0, 2, 3, 4, 5, 6]
    assert found(filled, review=("rejected",)) == [1]
    assert found(filled, review=("approved", "unclear")) == [0, 2]


def test_documents(filled: Store) -> None:
    second, first = filled.documents()
    assert found(filled, document=first.id) == [0, 1, 2, 3, 4]
    assert found(filled, kind="QĐ") == found(filled, number="31/qd") == found(filled, number="31") == [5, 6]
    assert found(filled, number="UBND") == list(range(7)) and found(filled, number="1/QĐ") == []
    assert found(filled, issuer=first.issuer_id) == list(range(7)) and found(filled, issuer="ai-do") == []
    assert found(filled, issued_from="2024-02-01") == [5, 6] and found(filled, issued_to="2024-02-01") == [0, 1, 2, 3, 4]
    assert filled.register.kinds() == [("KH", "Kế hoạch"), ("QĐ", "Quyết định")]
    assert [issuer for issuer, _ in filled.register.issuers()] == [second.issuer_id]


def test_drafts_and_earlier_versions_are_left_out(filled: Store, tmp_path: Path) -> None:
    task = "Phòng Kinh tế kiểm tra các chợ trên địa bàn trước ngày 01/9/2024."
    draft = enter(filled, tmp_path, task, title="Phòng cháy tại chợ năm 2024", number="99/KH-UBND", draft=True)  # type: ignore[arg-type]
    assert filled.register.count(RegisterFilter(words="cho")) == 0
    assert filled.register.count(RegisterFilter(words="cac cho", drafts=True)) == 1
    assert filled.register.count(RegisterFilter(document=draft)) == 1
    enter(filled, tmp_path, *SECOND, "Phòng Y tế khám sức khỏe cho giáo viên.", number="31/QĐ-UBND", day="ngày 05 tháng 3 năm 2024",
          title="Tuyển dụng năm 2024", kind="QUYẾT ĐỊNH")  # fmt: skip
    assert found(filled, kind="QĐ", words="tuyen") == [5, 6]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("due", [0, 6, 5, 1]),
        ("-due", [1, 5, 6, 0]),
        ("document", [0, 1, 5, 6]),
        ("-document", [5, 6, 0, 1]),
        ("unit", [0, 5, 1, 6]),
        ("-unit", [6, 1, 5, 0]),
    ],
)
def test_orders(filled: Store, order: Order, expected: list[int]) -> None:
    assert numbers(filled, RegisterFilter(dated="day"), order) == expected


def test_what_has_no_value_to_sort_by_comes_last_either_way(filled: Store) -> None:
    assert set(numbers(filled, RegisterFilter(), "due")[4:]) == set(numbers(filled, RegisterFilter(), "-due")[4:]) == {2, 3, 4}


def test_the_order_by_confidence(filled: Store) -> None:
    for order, turned in (("confidence", False), ("-confidence", True)):
        known = [task.task.confidence for task in filled.register.page(RegisterFilter(), order).tasks]  # type: ignore[arg-type]
        assert known == sorted(known, key=float, reverse=turned)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", ["newest", "due", "unit", "confidence", "document", "relevance"])
@pytest.mark.parametrize("words", ["", "phong"])
def test_pages_together_are_the_whole(filled: Store, order: Order, words: str) -> None:
    wanted = RegisterFilter(words=words)
    whole = [task.uid for task in filled.register.page(wanted, order).tasks]
    parts = [task.uid for at in range(0, 10, 2) for task in filled.register.page(wanted, order, 2, at).tasks]
    assert parts == whole == [task.uid for page in filled.register.each(wanted, order) for task in page.tasks]
    assert [task.uid for page in filled.register.each(wanted, order, 3) for task in page.tasks] == whole[:3]
    assert filled.register.page(wanted, order, 2, 40).tasks == ()


# --- saved filters ------------------------------------------------------------------------------------------------------


def test_each_person_has_their_own_saved_views(store: Store) -> None:
    late = store.saved_views.add("lan", "Việc quá hạn", "nhanh=qua-han")
    store.saved_views.add("lan", "Của Nội vụ", "don-vi=noi+vu")
    store.saved_views.add("minh", "Việc quá hạn", "trang-thai=qua-han")
    again = store.saved_views.add("lan", "Việc quá hạn", "nhanh=qua-han&duyet=da-duyet")
    assert again.id == late.id
    assert [(view.name, view.query) for view in store.saved_views.list("lan")] == [
        ("Việc quá hạn", "nhanh=qua-han&duyet=da-duyet"),
        ("Của Nội vụ", "don-vi=noi+vu"),
    ]
    store.saved_views.remove("minh", late.id)
    assert len(store.saved_views.list("lan")) == 2
    store.saved_views.remove("lan", late.id)
    assert [view.name for view in store.saved_views.list("lan")] == ["Của Nội vụ"]


def test_saved_views_have_an_end(store: Store) -> None:
    for n in range(50):
        store.saved_views.add("lan", f"Bộ lọc {n}", "nhanh=qua-han")
    with pytest.raises(StoreError) as fault:
        store.saved_views.add("lan", "Thêm", "nhanh=qua-han")
    assert fault.value.code == "refused"
    store.saved_views.add("lan", "Bộ lọc 7", "nhanh=hom-nay")


# --- units --------------------------------------------------------------------------------------------------------------


def test_the_numbers_of_units_are_those_counted_by_hand(filled: Store) -> None:
    second, first = (document.id for document in filled.documents())
    note(filled, first, 1, done=date(2024, 6, 1))
    units, total = filled.unit_pages.page("", TODAY, 14, "name")
    loads = {unit.name: unit for unit in units}
    assert total == len(units) and [unit.id for unit in units] == sorted(unit.id for unit in units)
    education, affairs = loads["Phòng Giáo dục và Đào tạo"], loads["Phòng Nội vụ"]
    assert (education.lead, education.coordinate, education.open, education.late, education.soon) == (1, 2, 1, 1, 0)
    assert (affairs.lead, affairs.coordinate, affairs.late, affairs.soon, affairs.done) == (1, 1, 0, 1, 0)
    assert (loads["Phòng Tài chính - Kế hoạch"].done, loads["Phòng Tài chính - Kế hoạch"].open) == (1, 0)
    assert filled.unit_pages.load(education.id, TODAY, 14) == education
    task = filled.tasks(second)[0]
    filled.decide(second, "lan", [Decision(task=task.uid, version=task.version, kind="reject", reason="thừa")])
    assert filled.unit_pages.load(affairs.id, TODAY, 14).lead == 0


def test_units_are_searched_without_marks_sorted_and_paged(filled: Store) -> None:
    assert [unit.name for unit in filled.unit_pages.page("giao duc", TODAY, 14)[0]] == ["Phòng Giáo dục và Đào tạo"]
    assert filled.unit_pages.page("không có", TODAY, 14) == ([], 0)
    whole, total = filled.unit_pages.page("", TODAY, 14, "-coordinate")
    assert whole[0].name == "Phòng Giáo dục và Đào tạo"
    parts = [unit for at in range(0, total, 3) for unit in filled.unit_pages.page("", TODAY, 14, "-coordinate", 3, at)[0]]
    assert parts == whole


def test_a_unit_tells_its_names_partners_and_documents(filled: Store) -> None:
    affairs = "phong-noi-vu.quan-ngo-quyen"
    partners = filled.unit_pages.partners(EDUCATION)
    assert {(one.id, one.own_role, one.role, one.tasks) for one in partners if one.id == affairs} == {
        (affairs, "lead", "coordinate", 1),
        (affairs, "coordinate", "lead", 1),
    }
    for one in partners:
        wanted = RegisterFilter(unit=EDUCATION, role=one.own_role, partner=one.id, partner_role=one.role)
        assert filled.register.count(wanted) == one.tasks
    assert filled.unit_pages.names(EDUCATION) == [("Phòng Giáo dục và Đào tạo", 3)]
    second, first = (document.id for document in filled.documents())
    assert [number for number, _ in filled.unit_pages.documents(EDUCATION)] == [second, first]
    note(filled, second, 0, done=date(2024, 5, 1))
    assert [number for number, _ in filled.unit_pages.documents(EDUCATION)] == [first]
    assert filled.unit_pages.title(EDUCATION) == "Phòng Giáo dục và Đào tạo" and filled.unit_pages.title("ai-do") is None


def test_an_unknown_unit_is_told(filled: Store) -> None:
    with pytest.raises(StoreError) as fault:
        filled.unit_pages.load("khong-co", TODAY, 14)
    assert fault.value.code == "unknown" and "khong-co" in str(fault.value)


def test_tasks_of_an_older_store_get_their_lead(new_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import command

    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, level: upgrade(config, "2"))
    monkeypatch.setattr("pipeline.store.migrations.HEAD", "2")
    moment = "'2024-01-02 03:04:05'"
    with Store.open(new_address, tmp_path) as store, store._database.write() as connection:
        for statement in (
            f"INSERT INTO documents (id, sha256, name, size, received_at, state) VALUES (1, 'a', 'a.txt', 1, {moment}, 'review')",
            "INSERT INTO tasks (id, document_id, uid, task_id, place, clause_id, title, text, review, changed_at, version) "
            f"VALUES (5, 1, 'u', 't', 0, '1', 'Việc', 'Việc', 'open', {moment}, 1)",
            "INSERT INTO task_units (task_key, n, role, unit_id, name) "
            "VALUES (5, 0, 'coordinate', 'y', 'Y'), (5, 2, 'lead', 'z', 'Z'), (5, 1, 'lead', 'x', 'X')",
        ):
            connection.execute(text(statement))
    monkeypatch.undo()
    with Store.open(new_address, tmp_path) as store, store._database.read() as connection:
        assert connection.execute(text("SELECT lead_id FROM tasks")).scalar_one() == "x"
