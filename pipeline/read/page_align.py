"""The words of a document found again in a print of it: formats without pages are printed to have some."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from models import Block, Document, Span

_WORD = re.compile(r"\w+")
_MISSED: Final = 6  # words between two that were found which may be missing: a number set otherwise, a hyphen at the end of a line
_LEAST: Final = 3  # words of a stretch: fewer may have been found by chance


Words = list[re.Match[str]]


def align(text: str, blocks: Sequence[Block], spans: Iterable[Span], printed: Document) -> dict[Span, tuple[Span, ...]]:
    """Return for each of ``spans`` (of ``text``) the spans of ``printed.text`` that hold its words; none where they are not printed.

    Words are matched in their order, page furniture left out: what is printed in another place than it is written is missed.
    """
    here, there = _words(text, blocks), _words(printed.text, printed.blocks)
    alike = SequenceMatcher(None, _pairs(here), _pairs(there)).get_matching_blocks()
    partner = {match.a + k: match.b + k for match in alike if match.size for k in range(match.size + 1)}
    starts = [word.start() for word in here]
    found: dict[Span, tuple[Span, ...]] = {}
    for span in spans:
        first, last = bisect_left(starts, span.start), bisect_left(starts, span.end)
        pairs = [(k, partner[k]) for k in range(first, last) if k in partner]
        runs = [run for run in _runs(pairs) if len(run) >= min(_LEAST, last - first)]
        found[span] = tuple(_span(text, span, here, printed.text, there, run) for run in runs)
    return found


def _pairs(words: Words) -> list[tuple[str, str]]:
    """Return each word with the next: single words come back too often to be compared fast."""
    return list(pairwise(word.group().casefold() for word in words))


def _words(text: str, blocks: Sequence[Block]) -> Words:
    furniture = [block.span for block in blocks if block.kind == "furniture"]
    bare = list(text)
    for span in furniture:
        bare[span.start : span.end] = " " * (span.end - span.start)
    return list(_WORD.finditer("".join(bare)))


def _runs(pairs: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return ``pairs`` (words here and there) in stretches that hang together there."""
    runs: list[list[tuple[int, int]]] = []
    for pair in pairs:
        if runs and pair[1] - runs[-1][-1][1] <= max(_MISSED, 2 * (pair[0] - runs[-1][-1][0])):
            runs[-1].append(pair)
        else:
            runs.append([pair])
    return runs


def _span(text: str, span: Span, here: Words, printed: str, there: Words, run: Sequence[tuple[int, int]]) -> Span:
    """Return the words of ``run`` as printed, with the signs around them (the dash of a list, a full stop) that belong to ``span``."""
    a, start = here[run[0][0]].start(), there[run[0][1]].start()
    b, end = here[run[-1][0]].end(), there[run[-1][1]].end()
    while a > span.start and start > 0 and text[a - 1] == printed[start - 1]:
        a, start = a - 1, start - 1
    while b < span.end and end < len(printed) and text[b] == printed[end]:
        b, end = b + 1, end + 1
    return Span(start, end)
