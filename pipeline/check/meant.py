"""Misprints that the rules read as what was meant (pipeline/misprints.py): the text stays as printed, so a person is told."""

import re
from collections.abc import Iterator

from models import Finding, Span
from pipeline.check.finding import make_finding

_WORD = re.compile(r"[^\W_]+")
_SHOWN = 8  # pairs that the message spells out


def find_words_read_otherwise(printed: str, meant: str) -> Iterator[Finding]:
    """Yield one finding that points at every word which is not read as it is printed. The two texts are equally long."""
    if printed == meant:
        return
    words = [m for m in _WORD.finditer(printed) if m.group() != meant[m.start() : m.end()]]
    if not words:
        return
    pairs = list(dict.fromkeys(f"“{m.group()}” → “{_whole(meant[m.start() : m.end()])}”" for m in words))
    shown = ", ".join(pairs[:_SHOWN]) + (" …" if len(pairs) > _SHOWN else "")
    yield make_finding("misprints", "read-as-meant", [Span(m.start(), m.end()) for m in words], words=shown)


def _whole(word: str) -> str:
    """Return ``word`` without the filler that keeps the texts equally long."""
    return word.replace("\u200b", "")
