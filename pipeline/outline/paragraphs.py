"""From printed lines to paragraphs: what was wrapped or broken by a page turn is joined, what begins anew is parted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from models import Document, Span
from pipeline.outline.columns import begins_column_table, begins_stacked_table, read_column_table, read_stacked_table, titles_above
from pipeline.outline.grids import read_grid
from pipeline.outline.lines import (
    Layout,
    Line,
    ends_sentence,
    find_lines,
    first_letter,
    has_markup,
    has_words,
    is_full,
    measure,
    starts_lower,
)
from pipeline.outline.markers import Marker, read_marker, read_worn_number
from pipeline.outline.paper import measure_paper
from pipeline.outline.rows import Row
from pipeline.outline.tables import is_pipe_row, read_bar_table, read_pipe_table
from pipeline.outline.tabs import begins_tab_table, read_tab_table
from pipeline.outline.uncounted import read_uncounted_table
from pipeline.rulebook import Rulebook
from pipeline.text import fold, fold_text
from pipeline.units import unit_grammar

_LAST_WORD = re.compile(r"[\w/&-]+$")
_LABELLED = re.compile(r"[\s*_]*[-–+·•*][\s*_]*[^:.;]{3,45}:")
_LIST_BRACKET = re.compile(r"(?:^|[\s;,])\w{1,2}\)")
_DIVISIONS = ("part", "chapter", "section", "subsection", "appendix")
_QUOTES = '"“„«'


class Paragraph(NamedTuple):
    """A paragraph or a table ``row``; ``part`` says that a part of the directive ended before it."""

    start: int
    end: int
    marker: Marker | None
    row: Row | None
    part: bool


@dataclass(frozen=True, eq=False, slots=True)
class _Words:
    dangling: frozenset[str]
    headless: frozenset[str]
    closed: tuple[str, ...]
    citing: frozenset[str]
    behind_dash: tuple[str, ...]
    preamble: tuple[str, ...]
    trailing: tuple[str, ...]
    opening: re.Pattern[str]
    parts: re.Pattern[str]
    attached: re.Pattern[str]
    closings: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=4)
def _words(rulebook: Rulebook) -> _Words:
    file = rulebook["markers"]
    rules = {rule.id: rule for rule in file.rules}
    parts = "|".join(rules[i].pattern for i in ("line.recipients", "line.attached", "line.appendix"))
    words = file.tables["words"]
    return _Words(
        dangling=frozenset(words["dangling"]),
        headless=frozenset(words["headless"]),
        closed=tuple(words["closed"]),
        citing=frozenset(words["citing"]),
        behind_dash=tuple(words["behind_dash"]),
        preamble=tuple(words["preamble"]),
        trailing=tuple(words["trailing"]),
        opening=re.compile(rf"(?:{'|'.join(words['opening'])})(?!\w)"),
        parts=re.compile(parts),
        attached=re.compile(rules["line.attached"].pattern),
        closings=tuple(re.compile(rule.pattern) for rule in file.rules if rule.id in ("closing.last-word", "closing.issuer")),
    )


def find_paragraphs(document: Document, body: Sequence[Span], rulebook: Rulebook) -> list[Paragraph]:
    """Return the paragraphs and table rows of ``body`` in order, in time linear in its length."""
    words = _words(rulebook)
    lines = find_lines(document, body, words.parts)
    return _Joiner(document, lines, words, rulebook).run()


class _Joiner:
    """Walks over the lines once; ``_open`` is the paragraph that may still grow."""

    def __init__(self, document: Document, lines: list[Line], words: _Words, rulebook: Rulebook) -> None:
        self.text = text = document.text
        self.tables = iter(document.tables)
        self.lines = [line for line in lines if has_words(text, line.start, line.end) or text[line.start] == "|"]
        self.layout: Layout = measure(text, self.lines)
        self.paper = measure_paper(text, self.lines)
        self.words = words
        self.rulebook = rulebook
        self.done: list[Paragraph] = []
        self._open: Paragraph | None = None
        self._last: Line | None = None  # the last line of the open paragraph
        self._count = 0  # its number of lines
        self._part = False
        self._counted: dict[tuple[str, int], tuple[int, ...]] = {}  # the last number of each style

    def run(self) -> list[Paragraph]:
        i, lines = 0, self.lines
        table = next(self.tables, None)
        while i < len(lines):
            line = lines[i]
            if line.gap == "part":
                self._close()
                self._part = True
            while table and table.span.end <= line.start:
                table = next(self.tables, None)
            if table and table.span.start <= line.start:
                self._rows(read_grid(self.text, table, self.rulebook))
                while i < len(lines) and lines[i].start < table.span.end:
                    i += 1
                continue
            after = self._table(i) if line.kind == "line" else None
            if after is not None:
                i = after
                continue
            following = lines[i + 1] if i + 1 < len(lines) else None
            self._take(line, following)
            i += 1
        self._close()
        return self.done

    # ------------------------------------------------------------ tables

    def _table(self, i: int) -> int | None:
        line, text = self.lines[i], self.text
        found: tuple[list[Row], int] | None = None
        if text[line.start] == "|":
            if line.length == 1:
                found = [], i + 1
            elif is_pipe_row(text, line):
                found = read_pipe_table(text, self.lines, i, self.rulebook)
        elif "\t" in text[line.start : min(line.end, line.start + 400)] and begins_tab_table(text, line, self.rulebook):
            found = read_tab_table(text, self.lines, i, self.rulebook)
        elif text[line.start] in "TtSs*" and line.length < 200:
            if line.length < 30 and (table := read_bar_table(text, self.lines, i, self.rulebook)):
                found = table
            elif begins_column_table(text, line, self.rulebook):
                above = titles_above(text, self.lines, i)
                if self._open and not self._open.marker and self._count == len(above):
                    self._open = None
                else:
                    above = []
                found = read_column_table(text, self.lines, i, self.rulebook, above)
            elif line.length < 30 and begins_stacked_table(text, self.lines, i, self.rulebook):
                found = read_stacked_table(text, self.lines, i, self.rulebook)
        elif "   " in text[line.start : min(line.end, line.start + 200)]:
            found = read_uncounted_table(text, self.lines, i, self.rulebook)
        if found is None:
            return None
        self._rows(found[0])
        return found[1]

    def _rows(self, rows: Sequence[Row]) -> None:
        self._close()
        for row in rows:
            self.done.append(Paragraph(row.start, row.end, row.marker, row, self._part))
            self._part = False

    # ------------------------------------------------------------ lines

    def _close(self) -> None:
        if self._open:
            self.done.append(self._open)
        self._open, self._last, self._count = None, None, 0

    def _take(self, line: Line, following: Line | None) -> None:
        if not has_words(self.text, line.start, line.end):
            return
        marker: Marker | None = None
        if self._open is None or not starts_lower(self.text, line.start, line.end) or line.length < 4 or self._letter_marker(line):
            marker = read_marker(self.text, line.start, line.end, self.rulebook) or self._worn(line)
        if self._open and self._last and self._joins(self._open, self._last, line, following, marker):
            if self._bare(self._open) and marker is None:
                first = first_letter(self.text, line.start, line.end)
                own = self._open.marker
                self._open = self._open._replace(marker=own._replace(body=first) if own else None)
            self._open = self._open._replace(end=line.end)
            self._last = line
            self._count += 1
            return
        self._close()
        if marker and marker.number:
            self._counted[marker.style, len(marker.number)] = marker.number
        self._open = Paragraph(line.start, line.end, marker, None, self._part)
        self._last, self._count, self._part = line, 1, False

    def _worn(self, line: Line) -> Marker | None:
        """Return the number of ``line`` that lost its full stop, where it goes on counting behind the end of a paragraph."""
        before = self._counted.get(("1.", 1))
        if before is None or not (self._last is None or line.gap != "none" or ends_sentence(self.text, self._last.start, self._last.end)):
            return None
        return read_worn_number(self.text, line.start, line.end, before[0] + 1, self.rulebook)

    def _letter_marker(self, line: Line) -> bool:
        at = first_letter(self.text, line.start, line.end)
        window = self.text[at : at + 6]
        return ")" in window or "." in window or "/" in window or "-" in window or " " in window[:2]

    def _bare(self, p: Paragraph) -> bool:
        return p.marker is not None and p.marker.body >= p.end

    def _joins(self, p: Paragraph, last: Line, line: Line, following: Line | None, marker: Marker | None) -> bool:
        """Whether ``line`` goes on with the paragraph ``p``, whose last line is ``last``."""
        if self._bare(p) and marker is None and line.gap in ("none", "blank") and line.kind == last.kind:
            return p.marker is not None and (self._is_title(line) or p.marker.style not in _DIVISIONS)
        if p.marker and p.marker.style in _DIVISIONS and marker is None and self._count < 8 and self._continues_title(last, line):
            return True
        if line.gap == "none" and marker is None and self.layout.width and self._bold_goes_on(p):
            return True
        if self._titles_differ(last, line):
            return False
        if self.paper and line.gap != "part":
            told = self.paper.goes_on(self.text, last, line, marker is not None)
            if told is not None:
                return told
        if line.gap != "none" or last.kind != "line" or line.kind != "line" or not self.layout.width:
            return self._joins_page_turn(p, last, line, marker)
        if marker and not self._looks_alike(p, last, line, marker):
            return False
        return self._joins_wrapped(p, last, line, following)

    def _joins_wrapped(self, p: Paragraph, last: Line, line: Line, following: Line | None) -> bool:
        text, layout = self.text, self.layout
        if text[last.end - 1] in "-,":
            return True
        ends = ends_sentence(text, last.start, last.end)
        if starts_lower(text, line.start, line.end):
            return not ends or text[last.end - 1] != ":" or self._full(last, line)
        if layout.spaced:
            return True
        if text.endswith("./.", 0, last.end) or self._begins_closing(line, ends):
            return False
        if not ends and p.marker and p.marker.number and self._orders_named(p, line):
            return False
        full = self._full(last, line)
        if ends:
            return full and not self._begins_anew(p, last, line, following)
        if self._dangles(last, wrapped=layout.first_width < layout.width - 8) or self._open_bracket(p):
            return True
        if full:
            return not (self._bold_ended(last, line) or (self._labels(p) and self._is_label(line)) or self._is_first(line, following))
        return self._count > 1 and not p.marker and not self._is_title(line) and last.length > 0.6 * layout.width

    def _joins_page_turn(self, p: Paragraph, last: Line, line: Line, marker: Marker | None) -> bool:
        """Whether a page turn, not the end of a paragraph, stands between ``last`` and ``line`` (blank line, furniture)."""
        text = self.text
        if line.gap == "part" or marker or ends_sentence(text, p.start, p.end) or self._is_title(line):
            return False
        if starts_lower(text, line.start, line.end):
            return True
        if line.gap == "none" and line.kind == "line" and not self.layout.width:
            return False
        if self.layout.width and last.kind == "line":
            cut = line.gap == "cut" and (self._full(last, line) or self._dangles(last, wrapped=True))
            dangles = not (p.marker and p.marker.number) and self._dangles(last, wrapped=False)
            return (cut or dangles or self._open_bracket(p)) and not self._bold_ended(last, line)
        if self._begins_closing(line, ends=True):
            return False  # the item before it lost its full stop
        at = first_letter(text, line.start, line.end)
        if at < line.end and text[at] in _QUOTES:
            return True
        if line.length < 60 and ends_sentence(text, line.start, line.end) and text[line.end - 1] == ":":
            return False
        if self._open_bracket(p) or self._dangles(last, wrapped=False):
            return True
        if line.gap == "blank" and (self._orders(line) or self._opens(line)):
            return False  # no page was turned there: a full stop was forgotten
        numbered = p.marker is not None and p.marker.number != ()
        return p.end - p.start > 100 and not numbered and not _LABELLED.match(text, p.start, p.end) and not self._capitals(last)

    # ------------------------------------------------------------ what a line looks like

    def _full(self, last: Line, line: Line) -> bool:
        """Whether the first word of ``line`` had no room in ``last``, the last line of the open paragraph."""
        told = self.paper.is_full(self.text, last, line) if self.paper else None
        return told if told is not None else is_full(self.text, last, line, self.layout, self._count == 1)

    def _dangles(self, last: Line, wrapped: bool) -> bool:
        """Whether ``last`` ends with a word that nothing can end with."""
        word = _LAST_WORD.search(self.text, max(last.start, last.end - 14), last.end)
        if (
            word is None
            or word.start() == last.start
            or self.text[max(last.start, last.end - 14) : last.end].lower().endswith(self.words.closed)
        ):
            return False
        found = word.group().lower()
        return found in self.words.dangling or (wrapped and found in self.words.headless)

    def _capitals(self, line: Line) -> bool:
        words = self.text[line.start : line.end]
        return words.isupper() and len(words) > 14 and words.count(" ") > 1

    def _titles_differ(self, last: Line, line: Line) -> bool:
        """Whether one of the two is printed in capitals and the other is not."""
        if self._capitals(last):
            return not self._is_title(line) and not starts_lower(self.text, line.start, line.end)
        return self._capitals(line) and not self.text[last.start : last.end].isupper()

    def _is_title(self, line: Line) -> bool:
        return line.length < 200 and self.text[line.start : line.end].isupper() and line.length > 5

    def _continues_title(self, last: Line, line: Line) -> bool:
        """Whether ``line`` belongs to the title of a part: in capitals, or the bracket below it."""
        head = self.text[line.start : line.end].strip("*_ #")
        return self._is_title(line) or self.words.attached.match(fold_text(head[:80])) is not None

    def _bold_goes_on(self, p: Paragraph) -> bool:
        return p.end - p.start < 600 and self.text.count("**", p.start, p.end) % 2 == 1

    def _bold_ended(self, last: Line, line: Line) -> bool:
        return self.text.startswith("**", last.end - 2) and not self.text.startswith("*", line.start)

    def _open_bracket(self, p: Paragraph) -> bool:
        words = self.text[max(p.start, p.end - 2000) : p.end]
        return words.count("(") > words.count(")") - len(_LIST_BRACKET.findall(words)) or words.count("“") > words.count("”")

    def _begins_closing(self, line: Line, ends: bool) -> bool:
        if not ends:
            return False
        head = self._head(line)
        return any(pattern.match(head) for pattern in self.words.closings)

    def _begins_anew(self, p: Paragraph, last: Line, line: Line, following: Line | None) -> bool:
        """Whether ``line`` begins a paragraph though ``last``, which ends a sentence, is full."""
        text = self.text
        end = text[last.end - 1]
        titled = end == ":" and self._count == 1 and p.marker is not None and 0 < p.marker.depth < 10
        if self._is_label(line) or titled or (self._labels(p) and end != ":"):
            return True
        ours = fold_text(text[p.start : p.start + 30]).strip()
        if ours.startswith(self.words.preamble) and self._head(line).startswith(self.words.preamble):
            return True
        return self._is_first(line, following)

    def _is_first(self, line: Line, following: Line | None) -> bool:
        """Whether ``line`` was broken early, as only first lines of paragraphs are where first lines are short."""
        if self.layout.first_width >= self.layout.width - 8 or following is None or following.gap != "none":
            return False
        goes_on = starts_lower(self.text, following.start, following.end) or not ends_sentence(self.text, line.start, line.end)
        return goes_on and not has_markup(self.text, line) and not is_full(self.text, line, following, self.layout, first=False)

    def _orders(self, line: Line) -> bool:
        """Whether ``line`` begins with an order and a capital ("Phối hợp với …")."""
        view = fold(self.text, line.start, min(line.end, line.start + 60))
        at = len(view.text) - len(view.text.lstrip(" *"))
        return view.cased[at : at + 1].isupper() and unit_grammar(self.rulebook).words.order.match(view.text, at) is not None

    def _opens(self, line: Line) -> bool:
        """Whether ``line`` begins with a capital and words that only a sentence can begin with ("Để khắc phục …", "Tuy nhiên, …")."""
        at = first_letter(self.text, line.start, line.end)
        return self.text[at : at + 1].isupper() and self.words.opening.match(self._head(line)) is not None

    def _orders_named(self, p: Paragraph, line: Line) -> bool:
        """Whether ``p`` only names units ("1. Bộ trưởng các bộ") and ``line`` begins what they are to do."""
        if p.end - p.start > 300 or p.marker is None:
            return False
        grammar = unit_grammar(self.rulebook)
        if not self._orders(line):
            return False
        view = fold(self.text, p.marker.body, p.end)
        rest = view.text
        for unit in reversed(grammar.find(view)):
            rest = rest[: unit.start] + rest[unit.end :]
        return not rest.replace(" và ", " ").strip(" ,;:.*")

    def _labels(self, p: Paragraph) -> bool:
        """Whether ``p`` is one line with a label in front ("- Thời gian thực hiện: …")."""
        return self._count == 1 and _LABELLED.match(self.text, p.start, p.end) is not None

    def _is_label(self, line: Line) -> bool:
        return line.length <= 45 and self.text[line.end - 1] == ":" and not self._head(line).startswith(self.words.trailing)

    def _head(self, line: Line) -> str:
        return fold_text(self.text[line.start : min(line.end, line.start + 100)]).strip()

    def _looks_alike(self, p: Paragraph, last: Line, line: Line, marker: Marker) -> bool:
        """Whether the number or dash that begins ``line`` stands inside a sentence of ``p``."""
        text = self.text
        if self._inline_before(p, marker):
            return True
        if ends_sentence(text, last.start, last.end):
            return False
        if text[last.end - 1] in "-–(,":
            return True
        word = _LAST_WORD.search(text, max(last.start, last.end - 14), last.end)
        if marker.number and word and word.group().lower() in self.words.citing:
            return True
        if not self._full(last, line) or self._bold_ended(last, line) or text.startswith("**", line.start):
            return False
        if marker.number:
            return not (marker.first or ")" in marker.printed or self._counts_on(p, marker))
        if _LABELLED.match(text, line.start, line.end):
            return False
        if not text[marker.body : marker.body + 1].isupper():
            return True
        behind = fold_text(text[marker.body : marker.body + 20])
        return behind.startswith(self.words.behind_dash) or self._count > 1 or not (p.marker and p.marker.number)

    def _counts_on(self, p: Paragraph, marker: Marker) -> bool:
        """Whether ``marker`` is the next number of its style, or the first one under that of ``p``."""
        above = p.marker.number if p.marker else ()
        if len(marker.number) > 1 and marker.number[:-1] == above:
            return True
        before = self._counted.get((marker.style, len(marker.number)))
        return before is not None and before[:-1] == marker.number[:-1] and marker.number[-1] == before[-1] + 1

    def _inline_before(self, p: Paragraph, marker: Marker) -> bool:
        """Whether the item before ``marker`` ("(1)" before "(2)") stands inside the paragraph ``p``."""
        if not marker.number or marker.number[-1] < 2 or ")" not in marker.printed:
            return False
        before = _before(marker.key.strip("()"))
        if before is None:
            return False
        inside = f"({before})" if marker.printed.startswith("(") else f"{before})"
        behind = p.marker.body if p.marker else p.start
        found = self.text.find(inside, max(behind, p.end - 4000), p.end)
        return found >= 0 and (found == 0 or not self.text[found - 1].isalnum())


def _before(key: str) -> str | None:
    """Return what is counted before ``key``: "2" → "1", "c" → "b", "iv" → "iii"."""
    if key.isdecimal():
        return str(int(key) - 1)
    romans = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]
    if len(key) > 1 and key in romans:
        return romans[romans.index(key) - 1]
    series = "abcdđeghiklmnopqrstuvxy"
    at = series.find(key)
    return series[at - 1] if len(key) == 1 and at > 0 else None
