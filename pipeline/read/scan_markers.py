"""Letters of lists (a), b), c) …) that Tesseract misread, mended where the marker before proves which one stands here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from pipeline.read.printed_page import PrintedLine, PrintedPage
from pipeline.rulebook import Rulebook

_MARKER = re.compile(r"(\S)\) ?(?=\S)")
_RULE: Final = "marker.series"


def mend_markers(pages: Iterable[PrintedPage], book: Rulebook) -> list[PrintedPage]:
    """Return ``pages`` with the markers of their lines mended: after "b)" a line that begins with "©)" begins with "c)"."""
    mended = []
    last = ""
    for page in pages:
        lines: dict[PrintedLine, PrintedLine] = {}
        for line in sorted(page.lines, key=lambda line: (line.box[1] + line.box[3], line.box[0])):
            if not (match := _MARKER.match(line.words)):
                continue
            read = match.group(1)
            right = _proved(last, read, book)
            if right != read:
                lines[line] = replace(line, words=right + line.words[1:], mends=((0, 1, read, _RULE), *(m for m in line.mends if m[0] > 0)))
            last = right
        mended.append(replace(page, lines=tuple(lines.get(line, line) for line in page.lines)) if lines else page)
    return mended


def _proved(last: str, read: str, book: Rulebook) -> str:
    """Return the letter that stands where ``read`` was read after the marker ``last``: ``read`` where nothing proves another."""
    table = book["ocr"].tables["markers"]
    due = _due(last, table["series"], table["optional"])
    if read in due:
        return read
    alike = [letter for letter in due if read.lower() in table["alike"].get(letter, "")]
    return alike[0] if alike else read


def _due(last: str, series: str, optional: str) -> Sequence[str]:
    """Return the letters that may follow ``last``: the next one, and the one after a letter that some lists leave out."""
    if last not in series or not last:
        return ()
    found = []
    for letter in series[series.index(last) + 1 :]:
        found.append(letter)
        if letter not in optional:
            break
    return found
