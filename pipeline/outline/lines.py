"""The lines of a document's body, and how they were wrapped."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from models import Block, Document, Span
from pipeline.text import fold_text

Gap = Literal["none", "blank", "cut", "part"]
Box = tuple[float, float, float, float]
_END = re.compile(r"[.;:!?…/][\s*_\"”»’')\]]*$")
_WORDS = re.compile(r"[^\W_]")
_OPENING = re.compile(r"[\s*_#>\\]*")
_MARKED = re.compile(r"[*\[~](?:(?<=\*)\**|(?<=\[)\d+\]|(?<=~)~)")  # a class of letters first: the engine skips all others at once
_STRAYS = 4  # as many marks inside words: the letters were set one by one, the marks tell nothing of the room
_IN_WORD = re.compile(r"(?<=[^\W_])\*+(?=[^\W_])")
_WORD = re.compile(r"\S+")
_WIDER = 1.5  # so many widths long, a line was not broken at that width
_MANY = 0.25  # the share of such lines that a text broken by hand never has
_PAGE = 20  # lines a text has at least that goes on over a second page
_MIDDLE = " " * 20  # so far in, a number alone on its line is a page's
_NUMBERED = re.compile(r"(?:\d{1,2}[.)]|[a-zđ]\)|[-+(]|[IVX]{1,4}\.)[ \d]")


class Line(NamedTuple):
    """A printed line, or a paragraph or cell that the file itself keeps together.

    ``gap`` is what lies before it: ``none`` (the line break alone), ``blank`` lines, a ``cut`` (something that is no part of
    the body stood there: a page's furniture, footnotes), or the end of a ``part`` (a signature, an appendix's title).
    ``page`` and ``box`` tell where it is printed, where the file tells it.
    """

    start: int
    end: int
    kind: str
    gap: Gap
    page: int | None = None
    box: Box | None = None

    @property
    def length(self) -> int:
        """Letters and blanks in the line."""
        return self.end - self.start


class Layout(NamedTuple):
    """How the lines were broken: ``width`` 0 means that every line is a paragraph.

    ``width`` is the length (letters and blanks) that no longer fits, ``first_width`` the same for the first lines of
    paragraphs (web copies break them early); ``spaced``: blank lines stand between all paragraphs.
    """

    width: int
    first_width: int
    spaced: bool


def has_words(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` is more than rules and ornaments."""
    return text[start].isalnum() or _WORDS.search(text, start, end) is not None


def ends_sentence(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` ends with a mark that ends an item (. ; : ! ? /)."""
    return not text[end - 1].isalnum() and _END.search(text, max(start, end - 12), end) is not None


def has_markup(text: str, line: Line) -> bool:
    """Return whether web markup (** or a footnote's [1]) stands in ``line``, so that its length tells little."""
    return _MARKED.search(text, line.start, line.end) is not None


def first_letter(text: str, start: int, end: int) -> int:
    """Return where ``text[start:end]`` begins behind its markup."""
    if start < end and text[start].isalnum():
        return start  # most have none
    match = _OPENING.match(text, start, end)
    return match.end() if match else start


def starts_lower(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` begins with a small letter: it goes on with a sentence begun before."""
    at = first_letter(text, start, end)
    return at < end and text[at].islower()


def _gap(text: str, before: int, after: int, parts: re.Pattern[str]) -> Gap:
    between = text[before:after]
    if between == "\n":
        return "none"
    if not between.isspace() and any(c.isalnum() for c in between[:4000]):
        for line in between[:20000].splitlines():
            at = first_letter(line, 0, len(line))
            if parts.match(fold_text(line[at : at + 80])):
                return "part"
        return "cut"
    return "blank" if between.count("\n") > 1 or "\f" in between else "none"


def find_lines(document: Document, body: Sequence[Span], parts: re.Pattern[str]) -> list[Line]:
    """Return the lines of ``body`` in order; ``parts`` matches (lower case) the lines at which a part ends."""
    text = document.text
    lines: list[Line] = []
    blocks = [b for b in document.blocks if b.kind != "furniture" and b.span.end > b.span.start]
    i = 0
    before = -1
    bare: list[int] = []  # lines that hold a number alone
    for span in sorted(body):
        while i and blocks[i - 1].span.end > span.start:
            i -= 1
        while i < len(blocks) and blocks[i].span.end <= span.start:
            i += 1
        while i < len(blocks) and blocks[i].span.start < span.end:
            block = blocks[i]
            start, end = _clip(text, block, span)
            i += 1
            if end <= start or (end - start < 4 and text[start:end].isdigit() and text.endswith(_MIDDLE, 0, start)):
                continue
            gap: Gap = "part" if before < 0 else _gap(text, before, start, parts)
            if gap == "blank" and lines and block.box and lines[-1].box and block.page != lines[-1].page:
                gap = "cut"
            if block.kind in ("paragraph", "cell") and gap == "none":
                gap = "blank"
            if end - start < 3 and text[start:end].isdigit() and block.kind == "line":
                bare.append(len(lines))
            lines.append(Line(start, end, block.kind, gap, block.page, block.box))
            before = end
    if bare and len(lines) > _PAGE and [int(text[lines[k].start : lines[k].end]) for k in bare] == list(range(2, len(bare) + 2)):
        return _without_pages(lines, bare)
    return lines


def _without_pages(lines: list[Line], bare: Sequence[int]) -> list[Line]:
    """Return ``lines`` without those that hold a number alone, where these count 2, 3, 4 …: the pages of a print."""
    pages = frozenset(bare)
    kept: list[Line] = []
    for k, line in enumerate(lines):
        if k not in pages:
            kept.append(line._replace(gap="cut") if k - 1 in pages and line.gap in ("none", "blank") else line)
    return kept


def _clip(text: str, block: Block, span: Span) -> tuple[int, int]:
    start, end = max(block.span.start, span.start), min(block.span.end, span.end)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def room_needed(text: str, line: Line, following: Line) -> int:
    """Return how long ``line`` would be with the first word of ``following``."""
    word = _WORD.match(text, following.start, following.end)
    return line.end - line.start + 1 + (word.end() - word.start() if word else 0)


def measure(text: str, lines: Sequence[Line]) -> Layout:
    """Return how ``lines`` were broken, judged from the lines after which a sentence goes on in small letters.

    In such a place the next word had no room. The room it would have needed is the width and a few letters more.
    """
    running: list[int] = []
    firsts: list[int] = []
    pairs = ended = spaced = longest = 0
    first = True
    for line, following in pairwise(lines):
        if line.kind != "line" or following.kind != "line" or text[line.start] == "|":
            first = True
            continue
        ends = ends_sentence(text, line.start, line.end)
        lower = starts_lower(text, following.start, following.end)
        if ends and not lower:
            ended += 1
            spaced += following.gap == "blank"
        if following.gap != "none":
            first = True
            continue
        if line.length < 18:
            first = False
            continue
        pairs += 1
        longest = max(longest, line.length)
        if not ends and not _MARKED.search(text, line.start, line.end):
            first = first or _NUMBERED.match(text, line.start) is not None
            if lower:
                (firsts if first else running).append(room_needed(text, line, following))
        first = ends
    if len(running) + len(firsts) < max(1.0, 0.15 * pairs):
        return Layout(0, 0, False)
    width = _edge([n for n in running if n > 40] or running or firsts, 0.4)
    width = min(width, longest + 1)  # few lines: none is longer than the width
    wide = sum(line.length > _WIDER * width for line in lines if line.kind == "line")
    if width > 250 or wide > _MANY * len(lines):  # paragraphs that happen to go on in small letters, not lines
        return Layout(0, 0, False)
    first_width = _edge(firsts, 1.0) if len(firsts) > 2 else width
    return Layout(width, min(first_width, width), ended > 4 and spaced > 0.7 * ended)


def _edge(needed: Sequence[int], heap: float) -> int:
    """Return the room at which lines are broken: where the widest heap of ``needed`` begins, eight neighbours at a time.

    A heap is as high as ``heap`` times the highest; cells of tables make heaps of their own further down. Proportional print
    blurs the edge: three in a hundred may lie below it.
    """
    counts = [0] * (min(max(needed), 400) + 9)
    for n in needed:
        counts[min(n, 400)] += 1
    windows = [sum(counts[:8])]
    for start in range(1, len(counts) - 7):
        windows.append(windows[-1] + counts[start + 7] - counts[start - 1])
    at = len(windows) - 1
    while windows[at] < heap * max(windows):
        at -= 1
    while at and windows[at - 1] >= windows[at]:
        at -= 1
    while not counts[at]:
        at += 1
    near = sorted(n for n in needed if n >= 0.85 * at)
    return min(at, near[len(near) * 3 // 100])


def is_full(text: str, line: Line, following: Line, layout: Layout, first: bool) -> bool:
    """Return whether the first word of ``following`` had no room in ``line``, the ``first`` of its paragraph or not.

    Web copies wrap the source, tags included: where first lines are shorter than others, markup made room scarce.
    """
    needed = room_needed(text, line, following)
    if layout.first_width < layout.width - 8:
        strays = len(_IN_WORD.findall(text, line.start, line.end))
        marks = [] if strays >= _STRAYS else _MARKED.findall(text, line.start, line.end)
        needed += sum(60 if mark[0] == "[" else 10 for mark in marks)
    return needed >= (layout.first_width if first else layout.width)
