import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.probe import Likely, Probe, needed_words, trie
from pipeline.rulebook import rulebook
from pipeline.text import fold_text


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("chủ trì|phối hợp", ("chủ trì", "phối hợp")),
        (r"(?<!không )\bgiao (?:cho )?\w+", ("giao ",)),
        ("(?:thông báo|truyền đạt).{0,40}biết", ("biết",)),
        ("báo cáo (?:kết quả)?", ("báo cáo ",)),
        (r"đạt \d+ ?%", ("đạt ",)),
        ("(?=.*sau đây)", ("sau đây",)),
        ("(?:hợp tác|tác)", ("tác",)),  # what holds a shorter word need not be looked for itself
    ],
)
def test_a_match_holds_one_of_the_needed_words(pattern: str, words: tuple[str, ...]) -> None:
    assert needed_words(pattern) == words


@pytest.mark.parametrize("pattern", [r"\d+", "a|b", "(?:chủ trì)?", "chủ trì|.", "(?i)chủ trì", "(?i:chủ trì)", "(?!chủ trì)", "", "[abc]"])
def test_nothing_is_needed_where_that_cannot_be_told(pattern: str) -> None:
    assert needed_words(pattern) == ()


def test_rules_find_the_same_with_and_without_their_words() -> None:
    book = rulebook()
    rules = [rule for file in book.files.values() for rule in file.rules if rule.pattern]
    texts = [fold_text(str(example.get("text", ""))) for rule in rules[::7] for example in rule.examples][:60]
    for rule in rules:
        probe, plain = Probe(rule.pattern), re.compile(rule.pattern)
        for text in [*texts, *(fold_text(str(example.get("text", ""))) for example in rule.examples)]:
            assert str(probe.search(text)) == str(plain.search(text))
            assert [m.span() for m in probe.finditer(text)] == [m.span() for m in plain.finditer(text)]


@given(st.text(alphabet="abc d.", max_size=30), st.integers(0, 10), st.integers(0, 30))
def test_a_probe_answers_as_the_pattern_does(text: str, start: int, end: int) -> None:
    probe, plain = Probe("(?<!a)b+ c|cab|dd"), re.compile("(?<!a)b+ c|cab|dd")
    assert str(probe.search(text, start, end)) == str(plain.search(text, start, end))
    assert str(probe.fullmatch(text)) == str(plain.fullmatch(text))
    assert [m.span() for m in probe.finditer(text, start)] == [m.span() for m in plain.finditer(text, start)]


@pytest.mark.parametrize("patterns", [["b+ c", "cab|dd", "cabb", r"\w"], ["cd", "dab", "ab c"], [r"\w"], []])
@given(text=st.text(alphabet="abc d.", max_size=30))
def test_no_pattern_that_stands_in_a_text_is_held_for_unlikely(patterns: list[str], text: str) -> None:
    found = list(Likely(patterns).numbers(text))
    assert found == sorted(set(found))
    assert {n for n, pattern in enumerate(patterns) if re.search(pattern, text)} <= set(found)


def test_patterns_whose_words_are_missing_are_left_out() -> None:
    likely = Likely(["giao cho", "bàn giao", "phối hợp", r"\d"])
    assert likely.numbers("sở y tế bàn giao") == [1, 3]
    assert likely.numbers("giao cho sở y tế phối hợp") == [0, 2, 3]
    assert tuple(likely.numbers("sở y tế")) == (3,)


def test_of_words_that_begin_alike_the_longest_is_found() -> None:
    found = re.compile(trie(["sở", "sở y tế", "sở nội vụ", "bộ"]))
    assert found.findall("sở y tế, sở nội, bộ và sở nội vụ") == ["sở y tế", "sở", "bộ", "sở nội vụ"]
