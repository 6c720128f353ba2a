"""The XML of Microsoft Project (MSPDI, the Project XML Data Interchange Schema).

The schema fixes the order of all elements. Tasks go to a file beside the one that is made while units and days are gathered, since the
head names the first day and the units stand behind the tasks.
"""

import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Final
from xml.sax.saxutils import escape

from models import SettingsError
from pipeline.handover.cells import Cell
from pipeline.handover.mapping import Mapping
from pipeline.messages import say

NAMESPACE: Final = "http://schemas.microsoft.com/project"
# What a column may fill of an element Task, in the order of the schema.
ELEMENTS: Final = (
    "Name", "Contact", "WBS", "Priority", "Start", "Finish", "PercentComplete", "ActualStart", "ActualFinish", "Deadline", "Notes",
)  # fmt: skip
_LATEST: Final = {"Finish", "Deadline", "ActualFinish"}
_MORNING, _EVENING = time(8), time(17)  # the office hours that Project's own Standard calendar has
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMED: Final = 255
_NO_EARLIER: Final = 4  # ConstraintType "Start No Earlier Than"
_UNKNOWN: Final = date(2000, 1, 1)
_DAYS: Final = "".join(
    f"<WeekDay><DayType>{day}</DayType><DayWorking>{int(1 < day < 7)}</DayWorking>"
    + (
        "<WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>"
        "<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes>"
        if 1 < day < 7
        else ""
    )
    + "</WeekDay>"
    for day in range(1, 8)
)


class ProjectFile:
    """Writes project files. A directive is a summary task, its tasks stand below; lead units are resources, assigned to them."""

    def __init__(self, mapping: Mapping) -> None:
        names = [column.name for column in mapping.columns]
        if wrong := next((name for name in names if name not in ELEMENTS), None):
            raise SettingsError(say("mapping.bad-element", file=mapping.name, column=wrong, known=", ".join(ELEMENTS)))
        self._names = names
        self._title = mapping.says
        self._open = ExitStack()
        self._tasks: IO[str] | None = None

    def begin(self, path: Path) -> None:
        self._path = path
        self._tasks = self._open.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="\n"))  # noqa: SIM115
        self._uid = 0
        self._group: str | None = None
        self._units: dict[str, int] = {}
        self._assigned: list[tuple[int, int]] = []
        self._first: date | None = None

    def row(self, values: Sequence[Cell], group: str, leads: Sequence[str]) -> None:
        if group != self._group:
            self._group = group
            self._task([("Name", group)], level=1, summary=True)
        filled = [(name, value) for name, value in zip(self._names, values, strict=True) if value not in (None, "", ())]
        for name, value in filled:
            if name in ("Start", "ActualStart") and isinstance(value, date):
                day = value.date() if isinstance(value, datetime) else value
                self._first = min(self._first or day, day)
        self._task(filled, level=2, summary=False)
        for unit in leads:
            self._assigned.append((self._uid, self._units.setdefault(unit, len(self._units) + 1)))

    def end(self) -> None:
        tasks, self._tasks = self._tasks, None
        if tasks is None:
            return
        with self._open, self._path.open("w", encoding="utf-8", errors="xmlcharrefreplace", newline="\n") as stream:
            start = datetime.combine(self._first or _UNKNOWN, _MORNING).isoformat()
            stream.write(f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Project xmlns="{NAMESPACE}">')
            stream.write(_element("Title", self._title) + "<ScheduleFromStart>1</ScheduleFromStart>" + f"<StartDate>{start}</StartDate>")
            stream.write("<CalendarUID>1</CalendarUID><DefaultStartTime>08:00:00</DefaultStartTime>")
            stream.write("<DefaultFinishTime>17:00:00</DefaultFinishTime><MinutesPerDay>480</MinutesPerDay>")
            stream.write("<Calendars><Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar>")
            stream.write(f"<WeekDays>{_DAYS}</WeekDays></Calendar></Calendars>\n<Tasks>\n")
            tasks.seek(0)
            shutil.copyfileobj(tasks, stream)
            stream.write("</Tasks>\n<Resources>\n")
            for unit, number in self._units.items():
                name = _element("Name", unit.replace(",", " ").replace(";", " ")[:_NAMED])
                stream.write(f"<Resource><UID>{number}</UID><ID>{number}</ID>{name}<Type>1</Type></Resource>\n")
            stream.write("</Resources>\n<Assignments>\n")
            for number, (task, unit_number) in enumerate(self._assigned, 1):
                stream.write(
                    f"<Assignment><UID>{number}</UID><TaskUID>{task}</TaskUID><ResourceUID>{unit_number}</ResourceUID></Assignment>\n"
                )
            stream.write("</Assignments>\n</Project>\n")

    def _task(self, filled: Sequence[tuple[str, Cell]], *, level: int, summary: bool) -> None:
        assert self._tasks
        self._uid += 1
        told = dict(filled)
        made = {name: _element(name, _said(name, value)) for name, value in told.items()}
        start = told.get("Start")
        constraint = ""
        if isinstance(start, date):
            at = _said("Start", start)
            constraint = f"<ConstraintType>{_NO_EARLIER}</ConstraintType><ConstraintDate>{at}</ConstraintDate>"
        pieces = [
            f"<UID>{self._uid}</UID><ID>{self._uid}</ID>", made.get("Name", ""), "<Type>1</Type><IsNull>0</IsNull>",
            made.get("Contact", ""), made.get("WBS", ""), f"<OutlineLevel>{level}</OutlineLevel>", made.get("Priority", ""),
            made.get("Start", ""), made.get("Finish", ""),
            "" if summary else "<Duration>PT8H0M0S</Duration><DurationFormat>39</DurationFormat><Estimated>1</Estimated>",
            f"<Milestone>0</Milestone><Summary>{int(summary)}</Summary>", made.get("PercentComplete", ""), made.get("ActualStart", ""),
            made.get("ActualFinish", ""), constraint, made.get("Deadline", ""), made.get("Notes", ""),
        ]  # fmt: skip
        self._tasks.write(f"<Task>{''.join(pieces)}</Task>\n")


def _said(name: str, value: Cell) -> str:
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return datetime.combine(value, _EVENING if name in _LATEST else _MORNING).isoformat()
    if isinstance(value, tuple):
        return "; ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_CONTROL.sub('', text))}</{name}>"
