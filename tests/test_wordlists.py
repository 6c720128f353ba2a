from hypothesis import given
from hypothesis import strategies as st

from pipeline.wordlists import WordList

VERBS = WordList(["rà soát", "rà soát lại", "tổ chức", "giao", ""])


def test_the_longest_phrase_counts() -> None:
    words = ["khẩn", "trương", "rà", "soát", "lại", "và", "giao"]
    assert [VERBS.longest(words, at) for at in range(len(words) + 2)] == [0, 0, 3, 0, 0, 0, 1, 0, 0]
    assert VERBS.longest(words, 2, 2) == 2
    assert VERBS.longest(words, 2, 1) == 0
    assert VERBS.longest(["rà"], 0) == 0
    assert "rà soát" in VERBS
    assert "rà" not in VERBS


@given(
    st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.text("abc ", max_size=5), max_size=6), st.integers(0, 8), st.integers(1, 4)
)
def test_a_list_answers_as_looking_for_each_phrase_does(words: list[str], phrases: list[str], at: int, most: int) -> None:
    phrases = [" ".join(phrase.split()) for phrase in phrases]
    known = {phrase for phrase in phrases if phrase}
    longest = max((n for n in range(1, most + 1) if at + n <= len(words) and " ".join(words[at : at + n]) in known), default=0)
    assert WordList(phrases).longest(words, at, most) == longest
