"""The command search: tasks in the store by their words, with or without accents."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.command import Exit, command, fail, print_json, print_rich, talk
from pipeline.cli.office import read_day
from pipeline.messages import printable, say

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.store import TaskPage


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    file = click.Path(path_type=Path)
    return [
        command(
            "search",
            _search,
            click.Argument(["words"], nargs=-1, metavar=say("cli.arg-words")),
            click.Option(["--unit"], metavar=say("cli.metavar-unit"), help=say("cli.opt-search-unit")),
            click.Option(["--from", "due_from"], metavar=say("cli.metavar-date"), help=say("cli.opt-due-from")),
            click.Option(["--to", "due_to"], metavar=say("cli.metavar-date"), help=say("cli.opt-due-to")),
            click.Option(
                ["--limit"], type=click.IntRange(1, 1000), default=50, metavar=say("cli.metavar-number"), help=say("cli.opt-found-limit")
            ),
            click.Option(["--store"], metavar=say("cli.metavar-url"), help=say("cli.opt-store")),
            click.Option(["--settings", "settings_file"], type=file, metavar=say("cli.metavar-file"), help=say("cli.opt-settings")),
        )
    ]


def _search(
    words: tuple[str, ...],
    unit: str | None,
    due_from: str | None,
    due_to: str | None,
    limit: int,
    store: str | None,
    settings_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    from pipeline.cli.exchange import open_store
    from pipeline.store import TaskFilter

    if not (words or unit or due_from or due_to):
        return fail(Exit.WRONG_USE, say("search.nothing-asked"))
    days: list[str | None] = []
    for value in (due_from, due_to):
        day = read_day(value) if value else None
        if value and day is None:
            return fail(Exit.WRONG_USE, say("search.bad-date", value=value))
        days.append(day.isoformat() if day else None)
    with open_store(store, settings_file) as opened:
        page = opened.search(
            " ".join(words), TaskFilter(unit=unit, due_from=days[0], due_to=days[1]), sort="relevance" if words else "due", limit=limit
        )
    if as_json:
        names = {number: {"document": document.name, "number": document.number} for number, document in page.documents.items()}
        listed = [{**names[one.document], **one.model_dump(mode="json")} for one in page.tasks]
        print_json({"total": page.total, "more": page.more, "tasks": listed})
    elif not quiet:
        if page.tasks:
            print_rich(lambda console: _print(page, console))
        total = say("search.more", count=page.total) if page.more else say("search.total", count=page.total)
        talk(say("search.shown", shown=len(page.tasks), total=total) if page.more or page.total > len(page.tasks) else total)
    return Exit.DONE if page.tasks else Exit.NOTHING_TO_DO


def _print(page: "TaskPage", console: "Console") -> None:
    from rich.table import Table

    from pipeline.emit.words import plain, shorten

    table = Table(say("search.col-document"), say("search.col-task"), say("search.col-lead"), say("search.col-due"))
    for one in page.tasks:
        document = page.documents[one.document]
        deadlines = "; ".join(plain(deadline.text) for deadline in one.task.deadlines)
        name = plain(document.number or "") or printable(Path(document.name))
        table.add_row(name, shorten(plain(one.task.text), 160), plain("; ".join(one.task.names("lead"))), deadlines)
    console.print(table)
