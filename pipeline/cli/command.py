"""What every command is made of: its exit codes, its common options, and how it prints.

Results go to stdout, talk to stderr. The exit codes are a promise (README.md): see ``Exit``.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.messages import LANGUAGES, printable, say

if TYPE_CHECKING:
    from rich.console import Console


class Exit(IntEnum):
    """What the command tells the shell."""

    DONE = 0
    UNEXPECTED = 1
    WRONG_USE = 2
    SOME_FAILED = 3
    NOTHING_TO_DO = 4
    FAULTY_RULES = 5
    LOCKED = 6
    INTERRUPTED = 130


class Commands(click.Group):
    """Lists its commands in the order of their use, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def group(name: str, about: str, commands: Sequence[click.Command], *options: click.Parameter, **texts: str) -> click.Group:
    return Commands(
        name,
        commands,
        params=[*options, lang_option()],
        help=say(about),
        short_help=texts.get("short_help"),
        epilog=texts.get("epilog"),
        options_metavar=say("cli.metavar-options"),
        subcommand_metavar=say("cli.metavar-command"),
    )


def command(name: str, callback: Callable[..., int], *params: click.Parameter) -> click.Command:
    as_json = click.Option(["--json", "as_json"], is_flag=True, help=say("cli.opt-json"))
    quiet = click.Option(["-q", "--quiet"], is_flag=True, help=say("cli.opt-quiet"))
    return click.Command(
        name.rpartition("-")[2],
        callback=callback,
        params=[*params, as_json, quiet, lang_option()],
        help=say(f"cli.about-{name}"),
        short_help=say(f"cli.short-{name}"),
        options_metavar=say("cli.metavar-options"),
    )


def lang_option() -> click.Option:
    return click.Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=False, help=say("cli.opt-lang"))


# --- printing ------------------------------------------------------------------------------------------------------------


def fail(code: Exit, message: str) -> int:
    talk(say("cli.error", message=message) if code != Exit.INTERRUPTED else message)
    return code


def talk(message: str) -> None:
    """Print to stderr, broken at words where that is a terminal."""
    if sys.stderr.isatty():
        message = click.wrap_text(message, shutil.get_terminal_size().columns - 1, subsequent_indent="  ")
    click.echo(message, err=True)


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_rich(draw: Callable[["Console"], None]) -> None:
    """Print what ``draw`` makes: in colour on a terminal (NO_COLOR is kept), else plain, without blanks at the ends of lines."""
    from rich.console import Console

    on_terminal = sys.stdout.isatty()
    # rich finds the width of any terminal around ("| less"); without one: wide enough for a table, narrow enough to be read
    around = any(stream and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    width = None if around or os.environ.get("COLUMNS") else 120
    file = sys.stdout if on_terminal else StringIO()
    draw(Console(file=file, width=width, force_terminal=on_terminal, highlight=False, markup=False, emoji=False))
    if isinstance(file, StringIO):
        click.echo("\n".join(line.rstrip() for line in file.getvalue().splitlines()))


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[int, int, Path], None] | None]:
    """Give a function that shows how far a run is: a bar on stderr where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    label, file = TextColumn("{task.description}", markup=False), TextColumn("{task.fields[file]}", markup=False)
    columns = (label, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), file)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("table.processing"), total=None, file="")

        def on_progress(done: int, total: int, path: Path) -> None:
            bar.update(task, completed=done, total=total, file=printable(Path(path.name)), refresh=True)

        yield on_progress
