"""Words of a text with their classes, aligned to the text."""

import gc
import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

UNKNOWN = "X"
_TOKEN = re.compile(r"\S+")


class Word(NamedTuple):
    """A word as printed: ``text`` is the source from ``start`` to ``end`` (code points of the tagged text).

    ``tag`` is of the VLSP set as underthesea gives it (N, Np, Ny, Nu, V, A, R, M, E, C, CH …), "X" where it could not be told.
    """

    text: str
    tag: str
    start: int
    end: int


def _plain(text: str) -> tuple[Word, ...]:
    return tuple(Word(m.group(), UNKNOWN, m.start(), m.end()) for m in _TOKEN.finditer(text))


def _align(text: str, tagged: list[tuple[str, str]]) -> tuple[Word, ...] | None:
    """Return the tagged words cut from ``text``; None where the tagger changed the number of letters.

    The tagger moves tone marks ("Hoà" to "Hòa") and spaces, so letters are counted, not compared.
    """
    places = [i for i, letter in enumerate(text) if not letter.isspace()]
    words, at = [], 0
    for form, name in tagged:
        length = sum(not letter.isspace() for letter in form)
        if not length:
            continue
        if at + length > len(places):
            return None
        start, end = places[at], places[at + length - 1] + 1
        words.append(Word(text[start:end], name, start, end))
        at += length
    return tuple(words) if at == len(places) else None


@lru_cache(maxsize=1)
def _tagger() -> Callable[[str], list[tuple[str, str]]]:
    """Return the tagger, loaded at first need (0.5 s: most runs never ask)."""
    pos_tag: Callable[[str], list[tuple[str, str]]] = import_module("underthesea").pos_tag
    pos_tag("Sở Y tế chủ trì.")  # loads the model
    gc.freeze()  # the model stays: the collector need not walk it again and again (8 % of a run)
    return pos_tag


@lru_cache(maxsize=8192)
def tag(text: str) -> tuple[Word, ...]:
    """Return the words of ``text`` in order; together they cover every character that is no space.

    Never raises: what the tagger respells beyond recognition, or refuses, comes back split at spaces with tag "X".
    """
    if not text.strip():
        return ()
    pos_tag = _tagger()
    # without a final stop the tagger takes the last word for a number
    closed = text[-1].isalnum()
    try:
        tagged = pos_tag(text + " ." if closed else text)
    except Exception:  # a statistical model fed anything: whatever it raises, the text still has words
        return _plain(text)
    if closed and tagged and tagged[-1][0] == ".":
        tagged = tagged[:-1]
    return _align(text, tagged) or _plain(text)
