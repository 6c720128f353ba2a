"""Search: with and without marks, phrases, filters, paging; the same on both databases; nothing typed is a mistake."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import PLAN, directive, enter, read, write

from models import Decision
from pipeline.store import DocumentFilter, Store, TaskFilter
from pipeline.store.query import parse_query
from pipeline.store.search import TaskPage
from pipeline.store.words import searchable

HA_DONG = (
    "Trung tâm Giáo dục nghề nghiệp mở lớp đào tạo nghề cho lao động nông thôn tại Hà Đông.",
    "Phòng Nội vụ đảo ca trực, tạo điều kiện cho cán bộ đi học.",
    "Phòng Kinh tế hướng dẫn các hộ hạ mức thu, động viên nhau đào ao, tạo hồ chứa nước.",
    "Công an phường Hoà Bình tuần tra; báo cáo theo Công văn số 12/CV-CAP.",
)


def texts(page: TaskPage) -> list[str]:
    return [task.task.text for task in page.tasks]


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    enter(store, tmp_path, *PLAN)
    enter(store, tmp_path, *HA_DONG, number="31/KH-UBND", day="ngày 05 tháng 3 năm 2024", title="Đào tạo nghề năm 2024")
    return store


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("dao tao ha dong", "đào tạo nghề cho lao động nông thôn tại Hà Đông"),
        ("Đào tạo Hà Đông", "đào tạo nghề"),
        ("ĐÀO TẠO", "đào tạo nghề"),
        ("hòa bình", "Hoà Bình"),
        ("hoà bình", "Hoà Bình"),
        ("hoa binh", "Hoà Bình"),
        ('"giáo viên"', "đội ngũ giáo viên"),
        ("«đội ngũ giáo viên»", "đội ngũ giáo viên"),
        ("12/CV-CAP", "12/CV-CAP"),
        ("tuyên truyền phường dân ph", "tổ dân phố"),
        ("Phòng Giáo dục giao thông", "phân luồng giao thông"),
    ],
)
def test_words_are_found(filled: Store, typed: str, words: str) -> None:
    found = texts(filled.search(typed))
    assert found
    assert words in found[0]


@pytest.mark.parametrize("typed", ["đảo tao ha dong xa", '"tạo đào"', "không có chữ này", '"giáo viên rà soát"', "zzz"])
def test_what_does_not_stand_there_is_not_found(filled: Store, typed: str) -> None:
    assert filled.search(typed).tasks == ()


def test_marks_that_were_typed_come_first_and_can_be_taken_at_their_word(filled: Store) -> None:
    folded = texts(filled.search("dao tao"))
    assert len(folded) == 5
    found = texts(filled.search("đào tạo"))
    assert sorted(found) == sorted(folded)
    assert ["đào tạo" in text.lower() for text in found] == [True, True, True, False, False]
    assert ["đào ao" in found[3], "đảo ca trực" in found[4]] == [True, True]
    assert texts(filled.search("đào tạo", TaskFilter(exact=True))) == found[:4]


def test_words_in_one_piece_come_before_words_apart(filled: Store) -> None:
    found = texts(filled.search("ha dong"))
    assert "Hà Đông" in found[0]
    assert any("hạ mức thu, động viên" in text for text in found[1:])


def test_filters(filled: Store) -> None:
    assert len(filled.search("", TaskFilter(unit="Phòng Giáo dục và Đào tạo")).tasks) == 2
    assert len(filled.search("", TaskFilter(unit="phong giao duc", role="lead")).tasks) == 1
    assert len(filled.search("", TaskFilter(unit="phong giao d")).tasks) == 0
    unit = filled.units("giao duc va dao")[0][0]
    assert len(filled.search("", TaskFilter(unit=unit)).tasks) == 2
    assert len(filled.search("phân luồng", TaskFilter(unit=unit, role="coordinate")).tasks) == 1
    due = filled.search("", TaskFilter(due_from="2024-03-01", due_to="2024-04-30"))
    assert [task.task.deadlines[0].due for task in due.tasks] == ["2024-03-15"]
    assert filled.search("", TaskFilter(issued_from="2024-02-01")).total == 4
    assert filled.search("", TaskFilter(document=1)).total == 7
    assert filled.search("", TaskFilter(review=("approved",))).total == 0
    task = filled.tasks(1)[0]
    filled.decide(1, "An", [Decision(task=task.uid, version=1, kind="approve")])
    assert [found.uid for found in filled.search("", TaskFilter(review=("approved", "edited"))).tasks] == [task.uid]
    assert filled.search("", TaskFilter(progress="not-started")).total == 11
    assert filled.search("", TaskFilter(progress="done")).total == 0


def test_pages_follow_one_another_through_all_tiers(filled: Store) -> None:
    whole = filled.search("đào tạo", limit=50)
    assert whole.total == 5
    single = [filled.search("đào tạo", limit=1, offset=n).tasks for n in range(7)]
    assert [task.uid for n in (0, 2, 4) for task in filled.search("đào tạo", limit=2, offset=n).tasks] == [task.uid for task in whole.tasks]
    assert [page[0].uid if page else None for page in single] == [*(task.uid for task in whole.tasks), None, None]
    everything = filled.search("", limit=50)
    assert (everything.total, everything.more, len(everything.documents)) == (11, False, 2)
    assert everything.tasks[0].document == 2  # the newest document first, its tasks in its order
    assert [task.order for task in everything.tasks[:4]] == [0, 1, 2, 3]


def test_sorting_by_day(filled: Store) -> None:
    days = [min((d.due or "9" for d in task.task.deadlines), default="9") for task in filled.search("", sort="due").tasks]
    assert days[:2] == ["2024-03-15", "2024-06-30"]
    backwards = filled.search("trước ngày", sort="-due")
    assert [task.task.deadlines[0].due for task in backwards.tasks] == ["2024-06-30", "2024-03-15"]


def test_documents_by_number_title_and_text(filled: Store) -> None:
    assert [d.id for d in filled.search_documents("31/KH-UBND").documents] == [2]
    assert [d.id for d in filled.search_documents("dao tao nghe").documents] == [2]
    assert [d.id for d in filled.search_documents("bếp ăn bán trú").documents] == [1]
    assert [d.id for d in filled.search_documents("ngô quyền").documents] == [2, 1]
    assert filled.search_documents("", DocumentFilter(states=("done",))).total == 0
    assert [d.id for d in filled.search_documents("", DocumentFilter(issued_to="2024-01-31")).documents] == [1]
    assert filled.search_documents("ngô quyền", limit=1, offset=1).documents[0].id == 1


def test_a_long_document_is_found_by_its_last_words(store: Store, tmp_path: Path) -> None:
    text = directive() + "Phụ lục\n" + "từ ngữ dài dòng lặp lại nhiều lần\n" * 3000 + "đoạn kết hiếm gặp\n"
    store.receive(write(tmp_path, text))
    claim = store.claim("w", 60)
    assert claim
    store.finish(claim, read(text))
    assert store.search_documents("đoạn kết hiếm gặp").total == 1
    assert store.search_documents("dài dòng").total == 1


def test_what_was_corrected_is_found_and_what_is_gone_is_not(filled: Store) -> None:
    first, second = filled.tasks(1)[:2]
    filled.decide(1, "An", [Decision(task=first.uid, version=1, kind="edit", fields={"text": "Rà soát thư viện xanh."})])
    assert filled.search("thư viện xanh").total == 1
    assert filled.search("đội ngũ").total == 0
    parts = [{"text": "Sửa chữa mái ngói."}, {"text": "Sửa chữa sân chơi."}]
    filled.split(1, "An", second.uid, 1, parts)
    assert texts(filled.search("sua chua")) == ["Sửa chữa mái ngói.", "Sửa chữa sân chơi."]


ODD = [
    '"',
    '"""',
    "* OR NOT",
    "a:b",
    "NEAR(a b)",
    "'; DROP TABLE tasks; --",
    "\x00",
    "\ud800",
    "%_\\",
    "( )",
    "^đào",
    "đ" * 5000,
    "a " * 500,
    "-",
]


@pytest.mark.parametrize("typed", ODD)
def test_nothing_typed_is_a_mistake(filled: Store, typed: str) -> None:
    filled.search(typed)
    filled.search(typed, TaskFilter(unit=typed))
    filled.search_documents(typed)
    filled.units(typed)


@given(st.text(max_size=60), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_any_text_can_be_looked_for(filled: Store, typed: str, exact: bool) -> None:
    page = filled.search(typed, TaskFilter(exact=exact))
    assert page.total == len(page.tasks)


@given(st.text())
def test_both_forms_have_the_same_words(text: str) -> None:
    exact, folded = searchable(text)
    assert len(exact.split()) == len(folded.split())
    assert searchable(exact).exact == exact
    assert all(word.isalnum() and len(word) <= 64 for word in exact.split())


@pytest.mark.parametrize(
    ("typed", "phrases", "words", "accented", "open_end"),
    [
        ("dao tao", [], "dao tao", False, True),
        ("đào", [], "đào", True, True),
        ('"hà đông" dao', ["hà đông"], "dao", True, True),
        ('dao "ha dong"', ["ha dong"], "dao", False, False),
        ('dao "ha dong', ["ha dong"], "dao", False, False),
        ('"" !?', [], "", False, False),
    ],
)
def test_what_a_query_asks_for(typed: str, phrases: list[str], words: str, accented: bool, open_end: bool) -> None:
    query = parse_query(typed)
    assert [phrase.exact for phrase in query.phrases] == phrases
    assert (query.words.exact, query.is_accented, query.open_end) == (words, accented, open_end)


def test_letters_of_any_script_are_words_on_both_databases(store: Store, tmp_path: Path) -> None:
    enter(store, tmp_path, "Phòng Y tế kiểm tra lô thuốc 2h30 Ｘ１２ 12a5b ﬁnal Ελλάδα Москва 東京 m² е́ trước ngày 15/3/2024.")
    for typed in ("2h30", "x12", "12a5b", "final", "ελλαδα", "москва", "東京", "m2"):
        assert store.search(typed).total == 1, typed


def test_a_document_is_found_by_the_name_of_its_file_before_and_after_it_is_read(store: Store, tmp_path: Path) -> None:
    plain = directive()
    document = store.receive(write(tmp_path, plain, "Chuyển đổi số Hà Đông.txt")).document.id
    other = store.receive(write(tmp_path, plain + " ", "khác.txt")).document.id

    def found(words: str) -> list[int]:
        return [one.id for one in store.search_documents(words).documents]

    for words in ("ha dong", "Chuyển đổi số", "chuyen doi so ha dong txt"):
        assert found(words) == [document], words
    claim = store.claim("w", 60)
    assert claim
    store.finish(claim, read(plain))
    claim = store.claim("w", 60)
    assert claim and claim.document.id == other
    store.fail(claim, "empty", "Tệp trống.")
    assert (found("ha dong"), found("khac"), found("trường học")) == ([document], [other], [document])
