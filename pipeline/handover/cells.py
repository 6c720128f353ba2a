"""A task in the columns of a mapping: forms of dates, lengths, words of the tracker."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import partial
from typing import Final

from models import OutputError
from pipeline.emit.words import shorten
from pipeline.handover.fields import Fields, Value
from pipeline.handover.mapping import Column, Mapping
from pipeline.messages import say
from pipeline.units import ascii_fold

Cell = str | float | date | datetime | tuple[str, ...] | None
VIETNAM: Final = timezone(timedelta(hours=7))
_PLACE = re.compile(r"\{([^{}]*)\}")


def head(mapping: Mapping) -> list[str]:
    """Return the names of the columns, each as often as it stands."""
    return [column.name for column in mapping.columns for _ in range(column.times)]


def cells(task: Fields, mapping: Mapping) -> list[Cell]:
    """Return the cells of ``task`` under ``head``. Raises OutputError where a required one stays empty."""
    made: list[Cell] = []
    for column in mapping.columns:
        value = cell(task, column)
        if column.required and value in (None, "", ()):
            raise OutputError(say("mapping.required-empty", mapping=mapping.name, column=column.name, task=task.values["id"]))
        if column.times > 1:
            several = list(value) if isinstance(value, tuple) else [str(value)] if value not in (None, "") else []
            made += [*several[: column.times], *[""] * (column.times - len(several))]
        else:
            made.append(value)
    return made


def cell(task: Fields, column: Column) -> Cell:
    """Return the value of ``task`` for one column."""
    found: Value = column.value if column.value is not None else task.values[column.field] if column.field else _lines(task, column)
    if isinstance(found, date):
        return _day(found, column)
    if found is None and column.default:
        return column.default
    if isinstance(found, tuple):
        members = tuple(dict.fromkeys(member for one in found if (member := _word(one, column))))
        if column.list or column.times > 1:
            return members
        return _cut(column.join.join(members), column) or column.default
    if isinstance(found, (int, float)) and not column.values:
        return found
    return _cut(_word("" if found is None else str(found), column), column) or column.default


def _lines(task: Fields, column: Column) -> str:
    """Return the lines that say something: one all of whose fields are empty is left out."""
    made = []
    for line in column.lines:
        names = _PLACE.findall(line)
        said = {name: _said(task.values[name]) for name in names}
        if not names or any(said.values()):
            made.append(_PLACE.sub(partial(_put, said), line))
    return column.join.join(made)


def _put(said: dict[str, str], match: re.Match[str]) -> str:
    return said[match[1]]


def _said(value: Value) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, date):
        return value.isoformat(sep=" ", timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    return "" if value is None else str(value)


def _word(text: str, column: Column) -> str:
    if column.values is not None:
        text = column.values.get(text, text)
    for old, new in (column.replace or {}).items():
        text = text.replace(old, new)
    return ascii_fold(text) if column.label else text


def _cut(text: str, column: Column) -> str:
    return text if column.length is None else shorten(text, column.length)


def _day(day: date, column: Column) -> Cell:
    if column.date is None:
        return day
    if column.time is not None and not isinstance(day, datetime):
        day = datetime.combine(day, column.time)
    if isinstance(day, datetime) and column.utc:
        return day.replace(tzinfo=VIETNAM).astimezone(UTC).strftime(column.date)
    # strftime writes years before 1000 without their zeros on some systems; such days are misprints and stay readable
    return (day if isinstance(day, datetime) else datetime.combine(day, time())).strftime(column.date)
