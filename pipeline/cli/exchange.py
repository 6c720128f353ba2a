"""The command import: an edited workbook comes back."""

import getpass
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.command import Exit, command, print_json, print_rich, talk
from pipeline.messages import printable, say

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.roundtrip import Plan, Taken
    from pipeline.store import Store


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    return [
        command(
            "import",
            _import,
            click.Argument(["workbook"], type=click.Path(path_type=Path), metavar=say("cli.arg-workbook")),
            click.Option(["--apply", "is_applied"], is_flag=True, help=say("cli.opt-apply")),
            click.Option(["--who"], metavar=say("cli.metavar-name"), help=say("cli.opt-who")),
            click.Option(["--store"], metavar=say("cli.metavar-url"), help=say("cli.opt-store")),
            click.Option(
                ["--settings", "settings_file"],
                type=click.Path(path_type=Path),
                metavar=say("cli.metavar-file"),
                help=say("cli.opt-settings"),
            ),
        )
    ]


def _import(
    workbook: Path, is_applied: bool, who: str | None, store: str | None, settings_file: Path | None, as_json: bool, quiet: bool
) -> int:
    from pipeline.roundtrip import apply, compare

    with open_store(store, settings_file) as opened:
        plan = compare(opened, workbook, date.today())
        taken = apply(opened, plan, who or _user()) if is_applied else None
    if as_json:
        print_json(_as_json(plan, taken))
    elif not quiet:
        print_rich(lambda console: _print(plan, taken, printable(workbook), console))
    problems = len(plan.problems) + (len(taken.problems) if taken else 0)
    if not quiet and not as_json:
        if taken and taken.events:
            talk(say("import.applied", events=taken.events, steps=len(taken.steps), who=who or _user()))
        elif plan.changes or plan.additions:
            talk(say("import.would") if taken is None else taken.problems[0].message)
    if problems:
        return Exit.SOME_FAILED
    return Exit.DONE if plan.changes or plan.additions else Exit.NOTHING_TO_DO


def open_store(address: str | None, settings_file: Path | None) -> "Store":
    """Open the store; none is made where there is none. Raises SourceError ("no-store"), StoreError."""
    from models import SourceError
    from pipeline.settings import database_file, load_settings
    from pipeline.store import Store

    settings = load_settings(settings_file)
    url = address or settings.store.url
    file = database_file(url)
    if file is not None and not file.is_file():
        raise SourceError("no-store", say("import.no-store", file=printable(file)))
    return Store.open(file or url, None if address and file else settings.originals, publish=settings.store.publish)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "giaoviec import"


def _as_json(plan: "Plan", taken: "Taken | None") -> dict[str, Any]:
    return {
        "rows": plan.rows,
        "same": plan.same,
        "changes": [
            {"row": c.row, "document": c.document, "task": c.task, "field": c.field, "before": c.before, "after": c.after}
            for c in plan.changes
        ],
        "additions": [{"row": a.row, "document": a.document, "text": a.text, "span": list(a.span)} for a in plan.additions],
        "problems": [asdict(p) for p in (*plan.problems, *(taken.problems if taken else ()))],
        "notes": [asdict(n) for n in plan.notes],
        "applied": {"events": taken.events, "steps": {str(d): step for d, step in taken.steps.items()}} if taken else None,
    }


def _print(plan: "Plan", taken: "Taken | None", file: str, console: "Console") -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    from pipeline.emit.words import shorten
    from pipeline.roundtrip.workbook import TITLES

    problems = (*plan.problems, *(taken.problems if taken else ()))
    if not (plan.changes or plan.additions or problems or plan.notes):
        console.print(say("import.nothing", file=file))
        return
    counts = {"changes": len(plan.changes), "additions": len(plan.additions), "problems": len(problems)}
    console.print(say("import.heading", file=file, same=plan.same, rows=plan.rows, **counts))
    if plan.changes or plan.additions:
        table = Table(box=SIMPLE, show_edge=False)
        for title in ("row", "task", "field", "before", "after"):
            table.add_column(say(f"import.col-{title}"), overflow="fold", justify="right" if title == "row" else "left")
        for change in plan.changes:
            table.add_row(str(change.row), shorten(change.title, 60), TITLES[change.field], change.before or "–", change.after or "–")
        for one in plan.additions:
            table.add_row(str(one.row), say("import.added"), TITLES["text"], "–", shorten(one.text, 160))
        console.print(table)
    for title, told in (("problems", problems), ("notes", plan.notes)):
        if told:
            console.print(say(f"import.{title}"), style="bold")
            for one_told in told:
                console.print(f"  • {one_told.message}")
