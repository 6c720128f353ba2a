"""Misprints that the rules read as what was meant (pipeline/misprints.py): the text stays as printed, so a person is told."""

import re
from collections.abc import Iterator, Sequence

from models import Finding, Span
from pipeline.check.finding import make_finding
from pipeline.text import differing

_WORD = re.compile(r"[^\W_]+")
_SHOWN = 8  # pairs that the message spells out


def find_words_read_otherwise(printed: str, meant: str) -> Iterator[Finding]:
    """Yield one finding that points at every word which is not read as it is printed. The two texts are equally long."""
    if printed == meant:
        return
    words = _words_around(printed, differing(printed, meant))
    if not words:
        return
    pairs = list(dict.fromkeys(f"“{word.cut(printed)}” → “{_whole(word.cut(meant))}”" for word in words))
    shown = ", ".join(pairs[:_SHOWN]) + (" …" if len(pairs) > _SHOWN else "")
    yield make_finding("misprints", "read-as-meant", words, words=shown)


def _words_around(text: str, places: Sequence[int]) -> list[Span]:
    """Return the runs of letters and figures that hold any of ``places``, in order."""
    found: list[Span] = []
    for place in places:
        if not text[place].isalnum() or (found and place < found[-1].end):
            continue
        start = place
        while start and text[start - 1].isalnum():
            start -= 1
        run = _WORD.match(text, start)
        found.append(Span(start, run.end() if run else place + 1))
    return found


def _whole(word: str) -> str:
    """Return ``word`` without the filler that keeps the texts equally long."""
    return word.replace("\u200b", "")
