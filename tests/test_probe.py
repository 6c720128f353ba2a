import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.role_words import role_words
from pipeline.probe import Endings, Probe, last_words, trie
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
    assert Probe(pattern).needs == words


@pytest.mark.parametrize("pattern", [r"\d+", "a|b", "(?:chủ trì)?", "chủ trì|.", "(?i)chủ trì", "(?i:chủ trì)", "(?!chủ trì)", "", "[abc]"])
def test_nothing_is_needed_where_that_cannot_be_told(pattern: str) -> None:
    assert Probe(pattern).needs == ()


def test_rules_find_the_same_with_and_without_their_words() -> None:
    book = rulebook()
    rules = [rule for file in book.files.values() for rule in file.rules if rule.pattern]
    texts = [fold_text(str(example.get("text", ""))) for rule in rules[::7] for example in rule.examples][:60]
    for rule in rules:
        probe, plain = Probe(rule.pattern), re.compile(rule.pattern)
        for text in [*texts, *(fold_text(str(example.get("text", ""))) for example in rule.examples)]:
            assert str(probe.search(text)) == str(plain.search(text))
            assert [m.span() for m in probe.finditer(text)] == [m.span() for m in plain.finditer(text)]


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        ("^(?:các )?(?:sở|ban)", {"c", "s", "b"}),
        (r"(?<!không )\bgiao", {"g"}),
        ("[abc]d", {"a", "b", "c"}),
        ("(?:a?b?)c|d", {"a", "b", "c", "d"}),
        ("(a?b?)c", None),
        (r"\d|a", None),
        ("a*", None),
        ("(?i)a", None),
        ("(?i:a)", None),
        ("[^a]", None),
    ],
)
def test_a_match_begins_with_one_of_the_letters(pattern: str, letters: set[str] | None) -> None:
    assert Probe(pattern).begins == letters


@given(st.text(alphabet="abc d.", max_size=30), st.integers(0, 10), st.integers(0, 30))
def test_a_probe_answers_as_the_pattern_does(text: str, start: int, end: int) -> None:
    probe, plain = Probe("(?<!a)b+ c|cab|dd"), re.compile("(?<!a)b+ c|cab|dd")
    assert str(probe.search(text, start, end)) == str(plain.search(text, start, end))
    assert str(probe.fullmatch(text)) == str(plain.fullmatch(text))
    assert [m.span() for m in probe.finditer(text, start)] == [m.span() for m in plain.finditer(text, start)]


_ENDS = ["b+ c$", "(?:cab|dd)(?: a)? ?$", "(?:ab|c(?=a)a)*d$", "[ab]c$", r"a.$", "(?i)ab$", "b(?:c){2,3}$", "a"]


@given(text=st.text(alphabet="abcd ", max_size=12))
def test_no_pattern_that_reaches_the_end_of_a_text_is_held_for_unlikely(text: str) -> None:
    found = list(Endings(_ENDS).numbers(text))
    assert found == sorted(set(found))
    assert {n for n, pattern in enumerate(_ENDS) if re.search(pattern, text)} <= set(found)


def test_every_rule_of_roles_is_told_by_its_last_word() -> None:
    words = role_words(rulebook())
    texts = [fold_text(str(example.get("text", ""))) for rule in words.rules for example in rule.examples]
    for beginning in [text[:at] for text in texts for at in range(len(text) + 1)]:
        likely = set(words.likely.numbers(beginning))
        assert {n for n, before in enumerate(words.before) if n not in likely and before.search(beginning)} == set()
    assert all(last_words(before.pattern) for before in words.before)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(?:phối hợp|cùng)(?: với)? ?$", ("hợp", "với", "ùng")),
        (r"giao \w*$", ()),
        ("(?:giao|do)? ?$", ()),
        ("giao", ()),
        ("(?i)giao$", ()),
    ],
)
def test_a_text_ends_with_one_of_the_last_words(pattern: str, words: tuple[str, ...]) -> None:
    assert last_words(pattern) == words


def test_patterns_that_end_otherwise_are_left_out() -> None:
    likely = Endings(["giao cho$", "bàn giao ?$", "phối hợp$", r"\d$"])
    assert likely.numbers("giao cho sở y tế bàn giao ") == [1, 3]
    assert likely.numbers("giao cho") == [0, 3]
    assert Endings(["giao cho$", "phối hợp$"]).numbers("sở y tế") == ()


def test_of_words_that_begin_alike_the_longest_is_found() -> None:
    found = re.compile(trie(["sở", "sở y tế", "sở nội vụ", "bộ"]))
    assert found.findall("sở y tế, sở nội, bộ và sở nội vụ") == ["sở y tế", "sở", "bộ", "sở nội vụ"]
