"""Due lists and checks of the machine as tables for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from models import AwaitedItem, DueItem, DueReport, WorkStatus
from pipeline.doctor import Check
from pipeline.due.wording import distinct_names, say_awaited, say_left, say_notes, say_status, say_when
from pipeline.emit.words import plain, shorten
from pipeline.messages import say

_STYLES = {"overdue": "red", "today": "yellow", "week": "cyan", "soon": "default", "awaited": "magenta"}
_LEVELS = {"ok": "green", "warning": "yellow", "fault": "bold red"}
_TEXT, _UNITS = 160, 60


def print_due(report: DueReport, console: Console) -> None:
    """Print the lists, each with its notes, then how many lines each lead unit has."""
    console.print(Text(say("due.heading", day=f"{report.as_of:%d/%m/%Y}"), style="bold"))
    if not report.tasks:
        console.print(say("due.no-tasks"))
        return
    counts = say("due.counts", overdue=len(report.overdue), today=len(report.today), week=len(report.week))
    console.print(counts if report.units else say("due.nothing", until=f"{report.until:%d/%m/%Y}"))
    console.print(_statuses(report))
    for name in ("overdue", "today", "week", "soon"):
        if items := getattr(report, name):
            _title(say(f"due.list-{name}"), len(items), _STYLES[name], console)
            console.print(_table([_row(item) for item in items], _STYLES[name]))
    if report.awaited:
        _title(say("due.list-awaited"), len(report.awaited), _STYLES["awaited"], console)
        console.print(_table([_awaited_row(item) for item in report.awaited], _STYLES["awaited"]))
    if report.units:
        _title(say("due.list-units"), len(report.units), "default", console)
        console.print(_units(report))


def _statuses(report: DueReport) -> str:
    said = []
    for key, count in sorted(report.statuses.items(), key=lambda one: -one[1]):
        progress, _, timing = key.partition("/")
        said.append(f"{count} {say_status(WorkStatus.model_validate({'progress': progress, 'timing': timing}))}")
    return say("due.statuses", count=report.tasks, statuses="; ".join(said))


def _title(words: str, count: int, style: str, console: Console) -> None:
    console.print()
    console.print(Text(f"{words} ({count})", style=f"bold {style}"))


def _table(rows: Sequence[tuple[str, str, str, str, str]], style: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", expand=False)
    table.add_column(say("due.col-when"), min_width=10, max_width=22)
    table.add_column(say("due.col-left"), style=style, max_width=16)
    table.add_column(say("due.col-task"), overflow="fold", ratio=4)
    table.add_column(say("due.lead"), overflow="fold", ratio=2)
    table.add_column(say("due.col-source"), overflow="fold", ratio=2)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _row(item: DueItem) -> tuple[str, str, str, str, str]:
    text = "\n".join((shorten(plain(item.text), _TEXT), *say_notes(item)[1:]))
    return say_when(item.occurrence), say_left(item), text, _leads(item), _source(item)


def _awaited_row(item: AwaitedItem) -> tuple[str, str, str, str, str]:
    return shorten(item.words, _UNITS), say_awaited(item.awaited), shorten(plain(item.text), _TEXT), _leads(item), _source(item)


def _leads(item: DueItem | AwaitedItem) -> str:
    return shorten("; ".join(name for _, name in item.leads), _UNITS) or say("due.without-lead")


def _source(item: DueItem | AwaitedItem) -> str:
    return say("due.line-source", document=item.document, place=item.place)


def _units(report: DueReport) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", expand=False)
    table.add_column(say("due.lead"), overflow="fold")
    for name in ("list-overdue", "list-today", "list-week", "list-soon", "col-awaited"):
        table.add_column(say(f"due.{name}"), justify="right")
    names = distinct_names({unit.id: unit.name for unit in report.units})
    for unit in report.units:
        figures = (unit.overdue, unit.today, unit.week, unit.soon, unit.awaited)
        table.add_row(Text(names[unit.id] if unit.name else say("due.without-lead")), *(str(figure or "–") for figure in figures))
    return table


def print_checks(checks: Sequence[Check], console: Console) -> None:
    """Print a line a check; below what is wrong, its mend."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", expand=False)
    table.add_column(say("doctor.col-what"), overflow="fold", max_width=36)
    table.add_column(say("doctor.col-level"), no_wrap=True)
    table.add_column(say("doctor.col-found"), overflow="fold")
    for check in checks:
        found = Text(check.found)
        if check.mend:
            found.append("\n" + say("doctor.mend", mend=check.mend), style="bold")
        table.add_row(Text(check.title), Text(say(f"doctor.level-{check.level}"), style=_LEVELS[check.level]), found)
    console.print(table)
