"""What people type into cells, read: days, units, states, deadlines, targets."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from models import Target, TaskDeadline
from models.review import ReviewState
from pipeline.emit.words import plain, read_day, say_target
from pipeline.emit.workbook_register import PROGRESS, REVIEWS, Progress, plain_cell
from pipeline.extract.deadlines import DeadlineContext, find_deadlines
from pipeline.extract.targets import find_targets
from pipeline.rulebook import rulebook
from pipeline.text import fold
from pipeline.units import ascii_fold

_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[ ,]+(\d{1,2})[:hH](\d{2}))?")
_NUMBER = re.compile(r"\d+")
_SERIAL = range(18_000, 110_000)  # days since 30/12/1899: the years 1949 to 2201
_FIRST_YEAR: Final = 1949
_EPOCH: Final = date(1899, 12, 30)
_T = TypeVar("_T")
_ASIDE = re.compile(r"\s+\([^()]*\)$")
_REVIEWS: Final[dict[str, ReviewState]] = {ascii_fold(label): state for state, label in REVIEWS.items()}
_PROGRESS: Final[dict[str, Progress]] = {ascii_fold(label): state for state, label in PROGRESS.items()}


def lines_of(value: object) -> list[str]:
    """Return the values that stand in a cell, one a line."""
    return list(dict.fromkeys(plain(said) for line in plain_cell(value).split("\n") if (said := line.strip().rstrip(";").strip())))


def read_cell_day(value: object, issued_on: str | None) -> date | datetime | None:
    """Return the day (or moment) in a cell: a date, the number that stands for one, or text ("30/6/2025", "16 giờ 00 ngày 30/6/2025").

    None for an empty cell. Raises ValueError for all else, also for days that do not exist and those without a year.
    """
    text = plain_cell(value)
    if not text:
        return None
    if isinstance(value, date):
        if value.year < _FIRST_YEAR:  # a sheet makes 17/07/1905 of a year that is typed alone
            raise ValueError(text)
        return read_day(text)
    if match := _DAY.fullmatch(text):
        day, month, year = int(match[1]), int(match[2]), int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return datetime(year, month, day, int(match[4]), int(match[5])) if match[4] else date(year, month, day)
    if text.isdigit() and int(text) in _SERIAL:
        return _EPOCH + timedelta(days=int(text))
    if isinstance(value, float) and int(value) in _SERIAL:
        return read_day(plain_cell(datetime(1899, 12, 30) + timedelta(days=value)))
    if (found := read_day(text)) is not None:
        return found
    numbers = _NUMBER.findall(text)
    named = [said for deadline in read_deadlines(text, issued_on) if (said := read_day(deadline["due"])) is not None]
    if len(named) != 1 or len(numbers) < 3 or not any(len(number) == 4 for number in numbers):  # a day, a month and a year are there
        raise ValueError(text)
    return named[0]


def read_deadlines(words: str, issued_on: str | None) -> list[dict[str, Any]]:
    """Return the deadlines that ``words`` name, as the fields of a TaskDeadline that a person types."""
    context = DeadlineContext(issued_on=issued_on, clause_type="task", row=True)
    found = find_deadlines(fold(words), context, rulebook())
    return [deadline.model_dump(mode="json", include={"text", "start", "due", "repeat", "bound"}) for deadline in found]


def read_deadline(words: str, was: str, issued_on: str | None) -> dict[str, Any]:
    """Return the one deadline that a line of a cell is: its words, with what they mean where the grammar knows them.

    ``was`` is the line that stood there: what it means, in brackets behind it, is often left there when the words are changed.
    """
    meant = _ASIDE.search(was)
    if meant and words.endswith(meant.group()):
        words = words.removesuffix(meant.group()).rstrip() or words
    found = read_deadlines(_ASIDE.sub("", words), issued_on) or read_deadlines(words, issued_on)
    return {"start": None, "due": None, "repeat": None, "bound": "by", **(found[0] if found else {}), "text": words}


def day_value(day: date | datetime) -> str:
    """Return a day as the normal form of a deadline."""
    return day.strftime("%Y-%m-%dT%H:%M") if isinstance(day, datetime) else day.isoformat()


def earliest(deadlines: Sequence[TaskDeadline]) -> int | None:
    """Return the place of the deadline whose day the register shows: the earliest that is named in full."""
    days = {i: day.isoformat() for i, deadline in enumerate(deadlines) if (day := read_day(deadline.due)) is not None}
    return min(days, key=lambda i: days[i]) if days else None


def read_review(value: object) -> ReviewState:
    """Return the state of review that a cell names. Raises ValueError."""
    return _known(_REVIEWS, value)


def read_progress(value: object) -> Progress:
    """Return the state of work that a cell names, "not-started" where it is empty. Raises ValueError."""
    return _known(_PROGRESS, value) if plain_cell(value) else "not-started"


def _known(names: dict[str, _T], value: object) -> _T:
    text = plain_cell(value)
    found = names.get(ascii_fold(text))
    if found is None:
        raise ValueError(text)
    return found


def read_units(value: object, is_known: Callable[[str], bool]) -> list[str]:
    """Return the names of units in a cell: a line each, or between semicolons; between commas only where each of them is known."""
    names: list[str] = []
    for line in lines_of(value):
        for part in filter(None, (piece.strip() for piece in line.split(";"))):
            pieces = [piece.strip() for piece in part.split(",")]
            names += pieces if len(pieces) > 1 and not is_known(part) and all(map(is_known, pieces)) else [part]
    return list(dict.fromkeys(names))


def read_target(line: str, before: Sequence[Target]) -> Target | None:
    """Return the target of ``before`` that ``line`` changes the number of, with its new number; None where it is none of them."""
    measured, _, number = line.rpartition(":")
    for target in before:
        if ascii_fold(plain(target.of or "")) == ascii_fold(measured) and say_target(target) != line:
            found = find_targets(fold(f"{target.of or ''} đạt {number.strip()}"), "target", rulebook())
            if len(found) == 1 and found[0].unit == target.unit:
                new = found[0]
                values = {"text": number.strip(), "value": new.value, "comparator": new.comparator, "total": new.total, "confidence": None}
                return target.model_copy(update=values)
    return None
