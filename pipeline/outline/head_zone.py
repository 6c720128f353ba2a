"""The first lines of a document, in which its head must lie, and what a head prints."""

import re
from dataclasses import dataclass, field, replace

from models import Span
from pipeline.outline.head_lines import Line, Row, columns
from pipeline.outline.head_words import HeadWords
from pipeline.text import fold_text

ZONE_ROWS = 160  # the head of the longest letterhead with its list of addressees, hard-wrapped by a web copy
_LINES = 90
LONG_LINE = 240
_LEFT_RULING = re.compile(r"^[-–—=*.]{3,}\s+")
ENDS = ("./.", ".", ";", ":", ",")


@dataclass(frozen=True, slots=True)
class Found:
    """A value of the head as printed, with its words."""

    words: str
    span: Span


@dataclass
class Letterhead:
    """What the first lines print, capitals and all. ``start`` is the number of its first row, ``end`` of the first row after it."""

    kind: Found | None = None
    number: Found | None = None
    blank_number: Span | None = None
    place: Found | None = None
    issued_on: Found | None = None
    blank_date: Span | None = None
    title: Found | None = None
    title_lines: list[str] = field(default_factory=list)
    draft: Span | None = None
    organ: Found | None = None
    organ_lines: list[Line] = field(default_factory=list)
    addressee_lines: list[tuple[bool, list[Line]]] = field(default_factory=list)
    is_letter: bool = False
    start: int = 0
    end: int = 0


def head_zone(text: str, rows: list[Row], first: int, words: HeadWords) -> list[Line]:
    """Return the columns of the first rows up to the first heading, list item, legal basis or long sentence."""
    section, basis, subject = (words.rules[r] for r in ("head.section", "head.basis", "head.subject"))
    found: list[Line] = []
    addressed = False
    for line in columns(text, rows, first, min(len(rows), first + ZONE_ROWS)):
        folded = fold_text(line.bare)
        if words.rules["head.addressees"].match(folded):
            addressed = True
        elif line.column == 0 and section.match(_beside_ruling(rows[line.row])) and not subject.match(folded):  # "I.\tMỤC ĐÍCH" too
            # the list under "Kính gửi" is dashed too, and nothing of the head stands below it
            if found and (addressed or not found[-1].bare.isdigit()):
                break
        elif (line.bare[0].isupper() and basis.match(folded) and not (found and words.kind_title.match(fold_text(found[-1].bare)))) or (
            len(line.bare) > LONG_LINE and line.bare.endswith(ENDS)
        ):
            break
        found.append(line)
        if len(found) >= _LINES:
            break
    return found


def _beside_ruling(row: Row) -> str:
    """Return the folded words of ``row``, a ruling in its left column left out: that is no dash of a list ("-------   Độc lập - …")."""
    return fold_text(_LEFT_RULING.sub("", row.bare))


def without(text: str, lines: list[Line], taken: list[Span]) -> list[Line]:
    """Return ``lines`` without the stretches of ``taken``; what is left of a line keeps its row."""
    left: list[Line] = []
    for line in lines:
        at = line.start
        for a, b in sorted(taken):
            if b <= at or a >= line.end:
                continue
            left += _piece(text, line, at, a)
            at = max(at, b)
        left += _piece(text, line, at, line.end)
    return left


def _piece(text: str, line: Line, start: int, end: int) -> list[Line]:
    raw = text[start:end]
    bare = raw.strip(" \t\r\f*_#|,;-–—>")
    if end <= start or not any(map(str.isalnum, bare)):
        return []
    if (start, end) == (line.start, line.end):
        return [line]
    at = start + raw.index(bare)
    return [replace(line, start=at, end=at + len(bare), bare=bare)]
