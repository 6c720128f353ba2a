"""The text of a directive with marks in it, as HTML: nested where marks lie in each other, split where they overlap."""

import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from models import Span

_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Mark:
    """Words to be marked: ``kind`` is its CSS class, ``id`` what links lead to (where there is one), ``says`` is shown to a pointer.

    ``badges`` are links put before the words: what they show, where they lead. They must come from us, not from the document.
    """

    span: Span
    kind: str
    id: str = ""
    says: str = ""
    badges: tuple[tuple[str, str], ...] = ()


def mark(text: str, marks: Iterable[Mark]) -> Markup:
    """Return ``text`` escaped, with an element for each of ``marks``.

    Marks may overlap in any way: one that reaches beyond the mark it begins in is split there; only its first piece has the id.
    """
    waiting = [
        (max(0, one.span.start), -min(len(text), one.span.end), number, one, True)
        for number, one in enumerate(marks)
        if max(0, one.span.start) < min(len(text), one.span.end)
    ]
    heapq.heapify(waiting)
    made: list[str] = []
    open_ends: list[int] = []
    at = 0
    while waiting or open_ends:
        start = waiting[0][0] if waiting else len(text) + 1
        if open_ends and open_ends[-1] <= start:
            end = open_ends.pop()
            made += (_words(text[at:end]), "</span>")
            at = max(at, end)
            continue
        start, negative_end, number, one, is_first = heapq.heappop(waiting)
        end = -negative_end
        if open_ends and end > open_ends[-1]:
            heapq.heappush(waiting, (open_ends[-1], -end, number, one, False))
            end = open_ends[-1]
        made += (_words(text[at:start]), _opened(one, is_first))
        at = max(at, start)
        open_ends.append(end)
    made.append(_words(text[at:]))
    return Markup("".join(made))


def _opened(one: Mark, is_first: bool) -> str:
    identity = f' id="{escape(one.id)}"' if one.id and is_first else ""
    title = f' title="{escape(one.says)}"' if one.says else ""
    badges = "".join(f'<a class="badge" href="#{escape(to)}">{escape(shown)}</a>' for shown, to in one.badges) if is_first else ""
    return f'<span class="{escape(one.kind)}"{identity}{title}>{badges}'


def _words(text: str) -> str:
    return str(escape(_UNPRINTABLE.sub("", text)))
