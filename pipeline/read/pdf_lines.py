"""From letters with places to lines of print, whatever order the file gives the letters in."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.read.compose import Box
from pipeline.read.pdf_letters import Letters
from pipeline.read.printed_page import PrintedLine

# All in sizes of the letters.
_BELOW: Final = 0.22  # what hangs below the foot line
_SAME_LINE: Final = 0.22  # how far feet of letters in one line may be apart
_SMALL: Final = 0.8  # letters so much smaller are a note's number, raised or lowered
_BACK: Final = 0.1  # a letter that begins so far left of the one before follows it in the file only
_WORD_GAP: Final = 0.13  # room between letters that no blank of the file explains
_APART: Final = 0.65  # room between two columns that the file writes one after the other
_COLUMN_GAP: Final = 2.5  # room between two columns that are one line to the file
_NEAR_GAP: Final = 1.0  # the same where it is far wider than the blanks of the line
_FAR_WIDER: Final = 2.5
_COLUMN: Final = 8  # letters of a column
_MARKER_GAP: Final = 5.0  # room behind a number or dash in front of its words
_MOST_NOTES: Final = 500  # raised or lowered letters on a page
_MARKER: Final = 5  # letters of such a number
_NOTE_NUMBER = re.compile(r"\d{1,3}")
_MEASURE = re.compile(r"(?:^|[\s\d/])(?:[kdcm]?m|10)$")


class _Run(NamedTuple):
    """Letters ``[first, end)`` that follow one another in the file and in print."""

    first: int
    end: int
    left: float
    top: float
    right: float
    bottom: float
    foot: float
    size: float


def find_lines(letters: Letters, groups: NDArray[np.int64] | None = None) -> list[tuple[int, PrintedLine]]:
    """Return the lines of print with their group, from top to bottom. ``groups`` tells for each letter where it belongs (the cell of
    a table, or a negative number: anywhere); a line never mixes two groups. Letters apart or slanting are left to ``find_apart``.
    """
    belongs = groups if groups is not None else np.full(len(letters), -1, dtype=np.int64)
    wanted = ~(letters.apart | letters.slanting)
    runs = _runs(letters, belongs, wanted)
    by_group: dict[int, list[_Run]] = {}
    for run in runs:
        by_group.setdefault(int(belongs[run.first]), []).append(run)
    words = letters.spelled
    found: list[tuple[int, PrintedLine]] = []
    for group, members in by_group.items():
        for row in _rows(members):
            found.extend((group, line) for line in _lines(row, words, letters))
    found.sort(key=lambda item: (item[1].box[3], item[1].box[0]))
    return found


def find_apart(letters: Letters) -> tuple[PrintedLine, ...]:
    """Return the words that are laid over the page: notes and slanting stamps, in the file's order."""
    found: list[PrintedLine] = []
    for kind in (letters.apart, letters.slanting & ~letters.apart):
        if kind.any():
            level = Letters(letters.words, letters.boxes, letters.feet, letters.sizes, letters.spaced, ~kind, ~kind)
            if kind is letters.apart:
                found.extend(line for _, line in find_lines(level))
            else:
                picked = np.flatnonzero(kind)
                words = "".join((" " if letters.spaced[i] else "") + letters.words[i] for i in picked).strip()
                found.append(PrintedLine(words, _hull(letters.boxes[picked])))
    return tuple(found)


def _hull(boxes: NDArray[np.float64]) -> Box:
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = boxes[:, 2:].max(axis=0)
    return round(float(left), 1), round(float(top), 1), round(float(right), 1), round(float(bottom), 1)


def _runs(letters: Letters, groups: NDArray[np.int64], wanted: NDArray[np.bool_]) -> list[_Run]:
    if not wanted.any():
        return []
    left, top, right, bottom = letters.boxes.T
    size = letters.sizes
    least = np.minimum(size[1:], size[:-1])
    breaks = np.abs(np.diff(letters.feet)) > _SAME_LINE * least
    breaks |= left[1:] < left[:-1] - _BACK * least
    breaks |= left[1:] - right[:-1] > np.where(letters.spaced[1:], _COLUMN_GAP, _APART) * least
    breaks |= np.diff(groups) != 0
    _part_columns(letters, breaks, left[1:] - right[:-1], least)
    breaks |= np.diff(wanted.astype(np.int8)) != 0
    starts = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    ends = np.append(starts[1:], len(letters))
    columns = (
        starts, ends,
        np.minimum.reduceat(left, starts), np.minimum.reduceat(top, starts),
        np.maximum.reduceat(right, starts), np.maximum.reduceat(bottom, starts),
        letters.feet[starts], size[starts], wanted[starts],
    )  # fmt: skip
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [_Run(*row) for *row, keep in rows if keep]


def _part_columns(letters: Letters, breaks: NDArray[np.bool_], gaps: NDArray[np.float64], least: NDArray[np.float64]) -> None:
    """Break runs at blanks that are far wider than all others of their line and lead to a capital: another column begins there."""
    for at in np.flatnonzero(~breaks & (gaps > _NEAR_GAP * least)).tolist():
        if not letters.words[at + 1].isupper():
            continue
        before, behind = np.flatnonzero(breaks[max(0, at - 200) : at]), np.flatnonzero(breaks[at + 1 : at + 200])
        start = max(0, at - 200) + int(before[-1]) + 1 if len(before) else max(0, at - 200)
        end = at + 1 + int(behind[0]) if len(behind) else min(len(gaps), at + 200)
        if min(at + 1 - start, end - at) < _COLUMN:
            continue
        others = [gap for i, gap in enumerate(gaps[start:end].tolist(), start) if letters.spaced[i + 1] and i != at]
        if others and gaps[at] > _FAR_WIDER * max(others):
            breaks[at] = True


def _rows(runs: list[_Run]) -> list[list[_Run]]:
    """Return the runs that stand on one foot line together, raised and lowered notes with the line they belong to."""
    rows: list[list[_Run]] = []
    usual = float(np.median([run.size for run in runs]))
    small = []
    for run in sorted(runs, key=lambda run: run.foot):
        if run.end - run.first <= 4 and run.size < _SMALL * usual:
            small.append(run)
        elif rows and run.foot - rows[-1][-1].foot <= _SAME_LINE * min(run.size, rows[-1][-1].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    feet = [row[0].foot for row in rows]
    for run in small:
        home = _home(run, rows, feet) if len(small) < _MOST_NOTES else None
        if home is None:
            rows.append([run])
            feet.append(run.foot)
        else:
            home.append(run)
    return rows


def _home(run: _Run, rows: list[list[_Run]], feet: list[float]) -> list[_Run] | None:
    """Return the row beside which the small ``run`` stands: close to the end of one of its runs, and not below or above it."""
    for row, foot in zip(rows, feet, strict=True):
        size = row[0].size
        if not foot - 0.9 * size <= run.foot <= foot + 0.4 * size:
            continue
        if any(-1.0 <= run.left - other.right <= 0.5 * size or -1.0 <= other.left - run.right <= 0.5 * size for other in row):
            return row
        if any(other.left <= run.left and run.right <= other.right for other in row):
            return row
    return None


def _lines(row: list[_Run], words: Sequence[str], letters: Letters) -> list[PrintedLine]:
    """Return the lines that the runs of one row make: several where columns stand side by side."""
    row.sort(key=lambda run: (run.left, run.first))
    found: list[list[_Run]] = [[row[0]]]
    right = row[0].right
    for run in row[1:]:
        before = found[-1]
        gap = (run.left - right) / min(run.size, before[-1].size)
        few = min(before[-1].end - before[-1].first, run.end - run.first) < _MARKER  # a number set into a blank
        marked = sum(r.end - r.first for r in before) <= _MARKER
        if gap <= (_COLUMN_GAP if few else _APART) or (marked and gap <= _MARKER_GAP):
            before.append(run)
        else:
            found.append([run])
            right = run.right
        right = max(right, run.right)
    return [_line(runs, words, letters) for runs in found]


def _line(runs: list[_Run], words: Sequence[str], letters: Letters) -> PrintedLine:
    box = (
        round(min(r.left for r in runs), 1), round(min(r.top for r in runs), 1),
        round(max(r.right for r in runs), 1), round(max(max(r.bottom, r.foot + _BELOW * r.size) for r in runs), 1),
    )  # fmt: skip
    size = round(max(runs, key=lambda run: run.end - run.first).size, 1)
    if any(later.left < earlier.right - _WORD_GAP * earlier.size for earlier, later in pairwise(runs)):
        return PrintedLine(_sorted_words(runs, letters), box, size=size)
    base = max(runs, key=lambda run: (run.size, run.end - run.first))
    parts: list[str] = []
    for earlier, later in zip([None, *runs], runs, strict=False):
        text = "".join(words[later.first : later.end])
        if _is_note(later, base, text, parts):
            text = f" [{text.strip()}]" if letters.spaced[later.first] else f"[{text.strip()}]"
        if earlier is None:
            parts.append(text)
            continue
        if later.first != earlier.end or not letters.spaced[later.first]:
            wide = later.left - earlier.right > _WORD_GAP * min(earlier.size, later.size)
            text = f" {text.lstrip()}" if wide else text.lstrip()
        parts.append(text)
    return PrintedLine("".join(parts).strip(), box, size=size)


def _is_note(run: _Run, base: _Run, words: str, before: list[str]) -> bool:
    """Whether ``run`` is the raised number of a footnote, and no power of a unit of measure."""
    raised = run.size < _SMALL * base.size and run.foot < base.foot - 0.15 * base.size
    return raised and _NOTE_NUMBER.fullmatch(words.strip()) is not None and not (before and _MEASURE.search(before[-1]))


def _sorted_words(runs: list[_Run], letters: Letters) -> str:
    """Return the words of runs that lie in one another: letters set in a second font are often written behind their line."""
    order = np.concatenate([np.arange(run.first, run.end) for run in runs])
    order = order[np.argsort(letters.boxes[order, 0] + letters.boxes[order, 2], kind="stable")]
    left, right = letters.boxes[order, 0], letters.boxes[order, 2]
    gaps = left[1:] - right[:-1] > _WORD_GAP * letters.sizes[order][1:]
    follows = np.diff(order) == 1
    blank = np.where(follows, letters.spaced[order[1:]], gaps)
    pieces = [letters.words[order[0]]]
    for i, space in zip(order[1:].tolist(), blank.tolist(), strict=True):
        pieces.append(f" {letters.words[i]}" if space else letters.words[i])
    return "".join(pieces)
