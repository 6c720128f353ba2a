"""Folded text: one spelling to match on, and the way back to the document."""

import re
import unicodedata
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Span
from pipeline.text import MARKS, STOP, fold, fold_again, fold_text, read_words, small_letters

# what directives hold, and what copies of them leave behind
PIECES = ["UỶ BAN", "Hoà", "thuỷ lợi", "quý", "**Giao**", " ", "  ", "\n", "\xa0", "–", "“", "”", "[1]", "~~45~~", "\u200b", "đ", "Ð", "İ"]
words = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("UỶ BAN nhân dân", "ủy ban nhân dân"),
        ("Hoà giải, thuỷ lợi, khoẻ", "hòa giải, thủy lợi, khỏe"),
        ("quý I, quỹ, quỳnh", "quý i, quỹ, quỳnh"),
        ("hoàn thành, khuỷu", "hoàn thành, khuỷu"),
        ("Kế hoạch – “Năm học”", 'kế hoạch - "năm học"'),
        ("giao **Sở Y tế**[1] rà\nsoát", "giao sở y tế rà soát"),
        ("a \t\xa0  b", "a b"),
        ("Số: ~~45~~49/UBND", "số: 49/ubnd"),
        ("Ðống Ða", "đống đa"),
    ],
)
def test_one_spelling_to_match_on(text: str, folded: str) -> None:
    assert fold_text(text) == folded


def test_a_match_leads_back_to_the_words_as_printed() -> None:
    text = "Kính gửi:  UỶ BAN\xa0 nhân dân **Quận 5**"
    view = fold(text)
    match = re.search("ủy ban nhân dân", view.text)
    assert match
    assert view.span(*match.span()).cut(text) == "UỶ BAN\xa0 nhân dân"
    assert view.cased[slice(*match.span())] == "ỦY BAN nhân dân"


def test_a_view_of_a_part_counts_in_the_whole_text() -> None:
    text = "Điều 1. Giao Sở Y tế."
    view = fold(text, 8, len(text))
    start = view.text.index("sở y tế")
    assert view.span(start, start + 7) == Span(13, 20)


def test_an_empty_match_has_an_empty_span() -> None:
    assert fold("abc").span(1, 1) == Span(1, 1)


@given(words)
def test_every_character_of_a_view_knows_where_it_came_from(text: str) -> None:
    view = fold(text)
    assert len(view.text) == len(view.cased)
    places = [view.source(i) for i in range(len(view.text))]
    assert places == sorted(set(places))
    assert all(0 <= place < len(text) for place in places)
    for letter, place in zip(view.cased, places, strict=True):
        base, source = (unicodedata.normalize("NFD", c)[0] for c in (letter, text[place]))
        # tone marks move, signs and spaces become one kind; letters stay what they are
        assert base == source or not source.isalpha() or source in "Ðİ"


@given(words)
def test_folding_leaves_single_spaces(text: str) -> None:
    folded = fold_text(text)
    assert "  " not in folded
    assert not re.search(r"[\t\n\xa0\u200b*]", folded)


@given(words, st.integers(0, 60))
def test_a_place_of_the_document_is_found_in_the_view(text: str, place: int) -> None:
    view = fold(text)
    assert view.position(place) == bisect_left(range(len(view.text)), place, key=view.source)


@given(words)
def test_words_stand_between_blanks_and_marks(text: str) -> None:
    lowered = small_letters(text)
    assert len(lowered) == len(text)
    found = [word for word in read_words(lowered).words if word != STOP]
    assert found == re.findall(rf"[^\s{re.escape(MARKS)}*{STOP}]+", lowered)


def test_words_behind_a_mark_or_an_empty_line_stand_beside_none_before_it() -> None:
    text = "phòng nội vụ,\ncác xã\nvà *phường*\n\n\nnơi nhận"
    found = " ".join(STOP if word == STOP else word for word in read_words(text).words)
    assert found.split(STOP)[0] == "phòng nội vụ "
    assert [part.split() for part in found.split(STOP) if part.strip()] == [
        ["phòng", "nội", "vụ"],
        ["các", "xã", "và", "phường"],
        ["nơi", "nhận"],
    ]


@given(words)
def test_pieces_of_a_long_text_are_folded_as_if_they_stood_alone(text: str) -> None:
    long = f"{text} " * 40 + "chữ " * 300
    for start, end in ((0, len(text)), (len(text) + 1, 2 * len(text) + 1), (0, len(long))):
        view, again = fold(long, start, end), fold_again(long, start, end)
        assert (again.cased, again.text, again.segments()) == (view.cased, view.text, view.segments())


@given(words, words)
def test_folding_again_gives_the_view_of_that_text(one: str, other: str) -> None:
    for text in (one, other, one):
        view, again = fold(text, 1, len(text)), fold_again(text, 1, len(text))
        assert (again.cased, again.text) == (view.cased, view.text)
        assert again.span(0, len(again.text)) == view.span(0, len(view.text))


@given(words)
def test_a_text_is_folded_as_its_view_is(text: str) -> None:
    assert fold_text(text) == fold(text).text
    assert fold_text(text * 20) == fold(text * 20).text
