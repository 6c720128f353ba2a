"""From paragraphs to clauses: under which clause each one hangs, and what it is called.

Levels are not fixed in advance: a directive numbers I. > 1. > a) > - or 1. > 1.1. > - or a) > (1), and only the order in which the
styles come and the way their numbers go on tell which. The stack of open levels holds exactly that.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from models import Cell, Clause, Span
from models.outline import ClauseType
from pipeline.outline.markers import Marker
from pipeline.outline.paragraphs import Paragraph
from pipeline.rulebook import Rulebook
from pipeline.text import fold_text

_LEAD = re.compile(r":[\s*_\"”»’'\]]*$|:[\s*_]*\[\d+\][\s*_]*$")
_STOP = re.compile(r"[.;!?…][\s*_\"”»’')\]]*$")
_WORD = re.compile(r"[^\W_]")
_SHORT = 100  # letters a label or title has at most
_LETTER_GAP, _NUMBER_GAP = 4, 3  # how much may be missing in a series that goes on
_ROW_DEPTH = 30
_SECTION_DEPTH = 6.5
_UNMARKED_DEPTH = 19
_RANKS = {"star": 0, "dash": 1, "plus": 2}  # where no colon says that one opens the other


@dataclass(slots=True)
class _Level:
    """An open clause under which others may hang. ``role``: number, bullet, row, section (unmarked title in capitals), label
    (unmarked short line), lead (unmarked paragraph that opens a list)."""

    id: str
    role: str
    style: str
    number: tuple[int, ...]
    depth: float
    at: int
    sign: str = ""


@lru_cache(maxsize=4)
def _closings(rulebook: Rulebook) -> dict[str, re.Pattern[str]]:
    return {rule.id: re.compile(rule.pattern) for rule in rulebook["markers"].rules if rule.id.startswith("closing.")}


def hang_paragraphs(text: str, paragraphs: Sequence[Paragraph], rulebook: Rulebook) -> list[Clause]:
    """Return the clauses of ``paragraphs`` in reading order, a parent before its children; every ``type`` is "statement".

    Ids are paths of markers ("III.3/-2": the second dash under 3. of III.; "/p1": a first paragraph without marker). They depend on
    nothing that stands after the clause. A number that comes twice at one place gets "~2".
    """
    return _Tree(text, paragraphs, rulebook).grow()


def _open(role: str, at: int) -> _Level:
    """Return the level that a paragraph without a marker opens."""
    return _Level("", role, role, (), _SECTION_DEPTH if role == "section" else _UNMARKED_DEPTH, at)


_FORMS: Final[Mapping[str, ClauseType]] = {"task": "task", "target": "target", "heading": "heading"}


def _form(p: Paragraph) -> tuple[ClauseType, str | None]:
    """Return type and rule of ``p``: a row of an assignment table is a task, whatever its words."""
    if p.row and p.row.form:
        return _FORMS[p.row.form], f"table.{p.row.form}-row"
    return "statement", None


class _Tree:
    def __init__(self, text: str, paragraphs: Sequence[Paragraph], rulebook: Rulebook) -> None:
        self.text = text
        self.paragraphs = paragraphs
        self.closings = _closings(rulebook)
        self.stack: list[_Level] = []
        self.clauses: list[Clause] = []
        self.counts: dict[tuple[str, str], int] = {}
        self.ids: set[str] = set()
        self.closed = False  # whether the closing paragraphs have begun
        self.tails = self._find_tails()

    def _find_tails(self) -> list[bool]:
        """Return for each paragraph whether no marked one follows in its part."""
        tails, tail = [False] * len(self.paragraphs), True
        for i in range(len(self.paragraphs) - 1, -1, -1):
            p = self.paragraphs[i]
            if p.marker or p.row:
                tail = False
            tails[i] = tail
            if p.part:
                tail = True
        return tails

    def grow(self) -> list[Clause]:
        for i, p in enumerate(self.paragraphs):
            if p.part:
                self.stack = [level for level in self.stack if level.style == "appendix"]
                self.closed = False
            if p.row:
                self._place_row(p)
            elif p.marker and p.marker.number:
                self._place_number(p, self._reading(p.marker))
            elif p.marker:
                self._place_bullet(p, p.marker)
            else:
                self._place_unmarked(p, self.tails[i])
        return self.clauses

    # ------------------------------------------------------------ what a paragraph looks like

    def _leads(self, p: Paragraph) -> bool:
        """Whether ``p`` ends with a colon."""
        return _LEAD.search(self.text, max(p.start, p.end - 16), p.end) is not None

    def _stops(self, p: Paragraph) -> bool:
        return _STOP.search(self.text, max(p.start, p.end - 12), p.end) is not None

    def _titled(self, p: Paragraph) -> bool:
        """Whether ``p`` reads as a title or label: short and without a final stop."""
        return p.end - p.start <= 160 and not self._stops(p)

    # ------------------------------------------------------------ numbers

    def _reading(self, marker: Marker) -> Marker:
        """Return the reading of ``marker`` that goes on with an open series ("i)" after "h)", else a Roman one)."""
        other = marker.other
        if other is None:
            return marker
        for level in reversed(self.stack):
            for reading in (marker, other):
                if level.style == reading.style and self._goes_on(level.number, reading.number):
                    return reading
        return other if other.first and not marker.first else marker

    def _goes_on(self, before: tuple[int, ...], number: tuple[int, ...]) -> bool:
        gap = _LETTER_GAP if before and before[-1] > 3 else _NUMBER_GAP
        return len(before) == len(number) and before[:-1] == number[:-1] and 0 < number[-1] - before[-1] <= gap

    def _place_number(self, p: Paragraph, marker: Marker) -> None:
        at = self._parent_of_number(p, marker)
        del self.stack[at:]
        self._push(p, marker, _Level("", "number", marker.style, marker.number, marker.depth, len(self.clauses)))
        self.closed = False

    def _parent_of_number(self, p: Paragraph, marker: Marker) -> int:
        """Return how many levels of the stack stay open above ``marker``."""
        stack, number = self.stack, marker.number
        if marker.style in ("decimal", "path", "a1") and len(number) > 1:
            for k in range(len(stack) - 1, -1, -1):
                level = stack[k]
                if level.role == "number" and level.number == number[:-1]:
                    return k + 1
                if level.style == marker.style and (self._goes_on(level.number, number) or len(level.number) == len(number)):
                    return k
                if level.style == marker.style and len(level.number) < len(number):
                    return k + 1
        else:
            for k in range(len(stack) - 1, -1, -1):
                if stack[k].style == marker.style and self._goes_on(stack[k].number, number):
                    return k
        depth: float = marker.depth + (len(number) - 2 if marker.style == "decimal" else 0)
        if marker.first and stack and self._nests(stack[-1], marker):
            return len(stack)
        k = len(stack)
        while k and (stack[k - 1].depth >= depth or stack[k - 1].role in ("bullet", "label", "lead", "row")):
            k -= 1
        return k

    def _nests(self, top: _Level, marker: Marker) -> bool:
        """Whether a series that begins right after ``top`` hangs under it though its style usually lies higher."""
        if top.at != len(self.clauses) - 1 or marker.depth <= 7 or any(level.style == marker.style for level in self.stack):
            return False
        p = self.paragraphs[self._last_index()]
        if top.role == "bullet":
            return self._leads(p) and marker.depth > 8
        return top.role == "number" and self._titled(p)

    def _last_index(self) -> int:
        return len(self.clauses) - 1  # one clause a paragraph

    # ------------------------------------------------------------ bullets

    def _place_bullet(self, p: Paragraph, marker: Marker) -> None:
        stack = self.stack
        while stack and stack[-1].role == "row":
            stack.pop()
        base = len(stack)
        while base and stack[base - 1].role == "bullet":
            base -= 1
        bullets = stack[base:]
        signs = [level.sign for level in bullets]
        if marker.sign in signs:
            at = base + len(signs) - 1 - signs[::-1].index(marker.sign)
        elif bullets and bullets[-1].at == len(self.clauses) - 1 and self._leads(self.paragraphs[bullets[-1].at]):
            at = len(stack)
        else:
            at = base
            while at < len(stack) and _RANKS[stack[at].style] < _RANKS[marker.style]:
                at += 1
        del stack[at:]
        self._push(p, marker, _Level("", "bullet", marker.style, (), marker.depth, len(self.clauses), marker.sign))
        self.closed = False

    # ------------------------------------------------------------ paragraphs without a marker

    def _place_unmarked(self, p: Paragraph, tail: bool) -> None:
        stack = self.stack
        while stack and stack[-1].role == "row":
            stack.pop()
        leads, before = self._leads(p), len(self.clauses) - 1
        kept = self._kept_by_closing(p, tail)
        if kept is not None:
            del stack[kept:]
            self._push(p, None, _open("lead", before + 1) if leads else None)
            return
        top = stack[-1] if stack else None
        words = self.text[p.start : p.end] if p.end - p.start < 400 else ""
        if words.isupper() and len(words) > 5 and not self._stops(p):
            while stack and stack[-1].depth >= _SECTION_DEPTH:
                stack.pop()
            leftover = p.part or not self.clauses  # a title's last line, left over from the head
            self._push(p, None, None if leftover else _open("section", before + 1))
            return
        short = p.end - p.start <= _SHORT and not self._stops(p)
        adjacent = top is not None and top.at == before and self._leads(self.paragraphs[before])
        nested = short and sum(level.role == "label" for level in stack[-2:]) > 1
        if nested or not (adjacent and top and top.role in ("bullet", "label")):
            gone = ("bullet", "lead", "label") if short else ("bullet", "lead")
            while stack and stack[-1].role in gone:
                stack.pop()
        if stack and not short and stack[-1].at == before and self._is_small_leaf(stack[-1]):
            stack.pop()
        self._push(p, None, _open("label" if short else "lead", before + 1) if short or leads else None)

    def _is_small_leaf(self, level: _Level) -> bool:
        """Whether ``level`` is a lettered item (điểm) that says something by itself: another paragraph is none of its parts."""
        p = self.paragraphs[level.at]
        if level.role != "number" or level.depth < 10 or self._titled(p) or self._leads(p):
            return False
        # "1)" stands for "1." where nothing else does
        return level.style != "1)" or any(other.role == "number" and 7 < other.depth < 10 for other in self.stack)

    def _kept_by_closing(self, p: Paragraph, tail: bool) -> int | None:
        """Return how many levels stay open above ``p`` where it closes the directive or a part of it; None: it does neither."""
        stack = self.stack
        if not stack or p.end - p.start < 20:
            return None
        if self.closed and tail:
            return min(len(stack), self._top())
        head = fold_text(self.text[p.start : min(p.end, p.start + 600)]).strip()
        if tail and self.closings["closing.last-word"].match(head):
            self.closed = True
            return self._top()
        before = self.paragraphs[len(self.clauses) - 1]
        if stack[-1].at == len(self.clauses) - 1 and (self._titled(before) or self._leads(before)):
            return None  # the part above would be empty
        if tail and self.closings["closing.issuer"].match(head):
            self.closed = True
            return self._top()
        if not self.closings["closing.order"].match(head):
            return None
        for k in range(len(stack) - 1, -1, -1):
            above = self.paragraphs[stack[k].at]
            title = fold_text(self.text[above.start : min(above.end, above.start + 200)])
            if stack[k].role in ("number", "section") and self._titled(above) and self.closings["closing.part"].search(title):
                return k + 1
        if tail:
            self.closed = True
            return self._top()
        return None

    def _top(self) -> int:
        """How many levels are parts of the directive rather than of its list."""
        return sum(level.style == "appendix" for level in self.stack[:1])

    # ------------------------------------------------------------ rows of tables

    def _place_row(self, p: Paragraph) -> None:
        stack, marker = self.stack, p.marker
        k = len(stack)
        while k and stack[k - 1].role == "row":
            k -= 1
        if k == len(stack):
            while k and stack[k - 1].role in ("bullet", "lead"):
                k -= 1
        else:
            base = k
            k = len(stack)
            depth = marker.depth if marker else _ROW_DEPTH + 5
            while k > base and stack[k - 1].depth >= depth:
                k -= 1
        del stack[k:]
        if marker:
            self._push(p, marker, _Level("", "row", marker.style, marker.number, marker.depth, len(self.clauses)))
        else:
            self._push(p, None, None)

    # ------------------------------------------------------------ clauses

    def _push(self, p: Paragraph, marker: Marker | None, level: _Level | None) -> None:
        """Make the clause of ``p`` under the last open level; ``level`` is what it opens itself."""
        parent = self.stack[-1] if self.stack else None
        name = self._name(parent, p, marker)
        if level:
            level.id = name
            self.stack.append(level)
        body = Span(min(marker.body, p.end) if marker else p.start, p.end)
        kind, rule = _form(p)
        cells = tuple(Cell(title=t, span=Span(a, b), pieces=p.row.pieces.get(a, ())) for t, a, b in p.row.cells) if p.row else ()
        clause = Clause(
            id=name, marker=marker.printed if marker else "", type=kind, parent=parent.id if parent else None,
            span=Span(p.start, p.end), body=body, cells=cells, rule=rule,
        )  # fmt: skip
        self.clauses.append(clause)

    def _name(self, parent: _Level | None, p: Paragraph, marker: Marker | None) -> str:
        above = parent.id if parent else ""
        if marker and marker.number:
            key = marker.key
            if parent and len(marker.number) > 1 and parent.number == marker.number[:-1]:
                key = key[key.rfind(".") + 1 :]  # 1.2. under 1. is called by its own number
            name = f"{above}.{key}" if above else key
        else:
            key = marker.key if marker else "r" if p.row else "p"
            self.counts[above, key] = self.counts.get((above, key), 0) + 1
            name = f"{above}/{key}{self.counts[above, key]}" if above else f"{key}{self.counts[above, key]}"
        if name in self.ids:
            self.counts["~", name] = self.counts.get(("~", name), 1) + 1
            name = f"{name}~{self.counts['~', name]}"
        self.ids.add(name)
        return name
