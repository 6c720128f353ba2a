"""Documents that replace, amend or recall others are linked by their citations, whichever comes first."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import directive, read, write

from models import StoredDocument
from pipeline.store import Store
from pipeline.store.links import find_links, links_in
from pipeline.store.rows import number_key

REPLACING = directive(
    number="40/KH-UBND",
    day="ngày 02 tháng 5 năm 2024",
    foot="Kế hoạch này thay thế Kế hoạch số 25/KH-UBND ngày 10/01/2024 của UBND quận./.",
)


def enter(store: Store, folder: Path, text: str, name: str) -> StoredDocument:
    store.receive(write(folder, text, name))
    claim = store.claim("w", 60)
    assert claim
    return store.finish(claim, read(text, name))


def test_a_link_is_found_with_its_words() -> None:
    result = read(REPLACING)
    (link,) = find_links(result)
    assert (link.relation, link.number, link.date, link.kind) == ("replaces", "25/KH-UBND", "2024-01-10", "Kế hoạch")
    assert "thay thế Kế hoạch số 25/KH-UBND ngày 10/01/2024" in link.span.cut(result.text)


def test_a_title_and_an_article_decide() -> None:
    title = "Về việc sửa đổi, bổ sung một số điều của Quyết định số 12/2019/QĐ-UBND ngày 05/4/2019"
    article = "Bãi bỏ Quyết định số 7/2015/QĐ-UBND ngày 02/02/2015 của Ủy ban nhân dân quận."
    text = directive(number="9/2024/QĐ-UBND", kind="QUYẾT ĐỊNH", title=title).replace(
        "1. Phòng Giáo dục", f"Điều 1. {article}\n2. Phòng Giáo dục"
    )
    assert {(link.relation, link.number) for link in find_links(read(text))} == {
        ("amends", "12/2019/QĐ-UBND"),
        ("repeals", "7/2015/QĐ-UBND"),
    }


def test_a_plan_that_hands_out_such_work_does_none_of_it() -> None:
    assert find_links(read(directive("Phòng Tư pháp tham mưu bãi bỏ Quyết định số 7/2015/QĐ-UBND ngày 02/02/2015."))) == ()
    assert find_links(read(directive("Bãi bỏ Quyết định số 7/2015/QĐ-UBND ngày 02/02/2015."))) == ()
    assert find_links(read(directive())) == ()


@pytest.mark.parametrize("replaced_first", [True, False])
def test_the_two_are_linked_whichever_comes_first(store: Store, tmp_path: Path, replaced_first: bool) -> None:
    texts = {"old": directive(), "new": REPLACING, "other": directive(number="25/KH-UBND", day="ngày 11 tháng 02 năm 2022")}
    order = ("old", "new", "other") if replaced_first else ("other", "new", "old")
    ids = {name: enter(store, tmp_path, texts[name], f"{name}.txt").id for name in order}
    (link,) = store.links(ids["new"])
    assert (link.document, link.target, link.relation) == (ids["new"], ids["old"], "replaces")
    assert store.links(ids["old"]) == [link]
    assert store.links(ids["other"]) == []


def test_a_link_waits_for_a_document_that_is_not_there(store: Store, tmp_path: Path) -> None:
    new = enter(store, tmp_path, REPLACING, "new.txt")
    (link,) = store.links(new.id)
    assert link.target is None


PIECES = st.sampled_from(
    (
        "Quyết định này",
        "thay thế",
        "bãi bỏ",
        " ",
        ", ",
        " và ",
        ". ",
        "§",
        "Quyết định số 12/QĐ-UBND",
        "ngày 03/4/2020",
        "được",
        "hết hiệu lực",
        "Điều 1.",
        "\n",
        "về việc sửa đổi",
        "này",
        "nay",
        "x" * 50,
    )
)


@given(st.lists(PIECES, max_size=30), st.sampled_from(("title", "article", "anywhere")))
def test_any_words_may_be_looked_at(pieces: list[str], where: str) -> None:
    text = " ".join(pieces)
    for link in links_in(text, where):
        assert link.span.cut(text).endswith(link.number) or link.date


@pytest.mark.parametrize(
    "piece",
    ["Quyết định này thay thế ", "Quyết định này thay thế, Quyết định số 12/QĐ-UBND, ", "bãi bỏ bãi bỏ ", "hết hiệu lực ", ", , và "],
)
def test_time_does_not_run_away_on_long_words(piece: str) -> None:
    text = piece * (60_000 // len(piece)) + "Quyết định số 12/QĐ-UBND"
    start = time.process_time()
    for where in ("title", "article", "anywhere"):
        links_in(text, where)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("05/QĐ-UBND", "5 / QD-UBND", True),
        ("267/KH-UBND", "267/kh-ubnd", True),
        ("18-NQ/TW", "18 - NQ/TW", True),
        ("25/KH-UBND", "25/CT-UBND", False),
        ("31/2019/QĐ-TTg", "31/2020/QĐ-TTg", False),
    ],
)
def test_numbers_are_one_however_they_are_spelled(one: str, other: str, same: bool) -> None:
    assert (number_key(one) == number_key(other)) is same


@pytest.mark.parametrize("blank", [None, "", "/KH-UBND", "…/KH-UBND", "25"])
def test_a_number_left_blank_is_none(blank: str | None) -> None:
    assert number_key(blank) is None
