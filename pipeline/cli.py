"""The command ``giaoviec``.

Results go to stdout, talk to stderr. The exit codes are a promise (README.md): see ``Exit``. Stages are imported inside the
commands, so that ``--help`` answers at once.
"""

import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.messages import LANGUAGES, printable, say, speak

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
    INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with ``arguments`` (those of the process where None) and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows writes another encoding into pipes
            stream.reconfigure(encoding="utf-8", errors="replace")
    speak(_language(given, os.environ))
    try:
        code = build_command().main(given, prog_name="giaoviec", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except (click.Abort, KeyboardInterrupt):
        return _fail(Exit.INTERRUPTED, say("cli.interrupted"))
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:  # the reader ("| head") has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:
        return _foreseen(error, "--json" in given)


def _foreseen(error: Exception, as_json: bool) -> int:
    from models import OutputError, RuleError, SourceError

    exits: Mapping[type[Exception], Exit] = {SourceError: Exit.SOME_FAILED, OutputError: Exit.WRONG_USE, RuleError: Exit.FAULTY_RULES}
    code = next((value for kind, value in exits.items() if isinstance(error, kind)), Exit.UNEXPECTED)
    message = str(error)
    if code == Exit.FAULTY_RULES:
        message = say("cli.rules-faulty", message=message)
    if code == Exit.UNEXPECTED:
        message = say("cli.unexpected", what=f"{type(error).__name__}: {error}"[:300])
        if os.environ.get("GIAOVIEC_TRACE"):
            traceback.print_exc()
    if as_json:
        _print_json({"error": {"code": getattr(error, "code", type(error).__name__), "message": message}})
    return _fail(code, message)


def _fail(code: Exit, message: str) -> int:
    _talk(say("cli.error", message=message) if code != Exit.INTERRUPTED else message)
    return code


def _language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the language asked for, before click knows its options: help and errors are to be in it too."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return environ.get("GIAOVIEC_LANG", "vi")


# --- the shape of the command --------------------------------------------------------------------------------------------


def build_command() -> click.Group:
    """Return the command, its help in the current language."""
    paths = click.Argument(["paths"], nargs=-1, required=True, type=click.Path(path_type=Path), metavar=say("cli.arg-paths"))
    file = click.Argument(["file"], type=click.Path(path_type=Path), metavar=say("cli.arg-file"))
    folders = click.Argument(["folders"], nargs=-1, type=click.Path(path_type=Path), metavar=say("cli.arg-golds"))
    out = click.Option(
        ["-o", "--out"], required=True, type=click.Path(path_type=Path), metavar=say("cli.metavar-out"), help=say("cli.opt-out")
    )
    secret = click.Option(["--allow-secret"], is_flag=True, help=say("cli.opt-allow-secret"))
    pages = click.Option(
        ["--page-images"], type=click.Path(path_type=Path), metavar=say("cli.metavar-out"), help=say("cli.opt-page-images")
    )
    places = click.Option(["--pages"], is_flag=True, help=say("cli.opt-pages"))
    version = click.Option(
        ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help=say("cli.opt-version")
    )
    commands = [
        _command("run", _run, paths, out, places, secret),
        _command("show", _show, file, pages, secret),
        _command("score", _score, folders),
        _group("rules", "cli.about-rules", [_command("rules-check", _check_rules)], short_help=say("cli.short-rules")),
        _command("schema", _schema),
    ]
    return _group("giaoviec", "cli.about", commands, version, epilog=say("cli.examples"))


class _Group(click.Group):
    """Lists its commands in the order of their use, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def _group(name: str, about: str, commands: Sequence[click.Command], *options: click.Parameter, **texts: str) -> click.Group:
    return _Group(
        name,
        commands,
        params=[*options, _lang_option()],
        help=say(about),
        short_help=texts.get("short_help"),
        epilog=texts.get("epilog"),
        options_metavar=say("cli.metavar-options"),
        subcommand_metavar=say("cli.metavar-command"),
    )


def _command(name: str, callback: Callable[..., int], *params: click.Parameter) -> click.Command:
    as_json = click.Option(["--json", "as_json"], is_flag=True, help=say("cli.opt-json"))
    quiet = click.Option(["-q", "--quiet"], is_flag=True, help=say("cli.opt-quiet"))
    return click.Command(
        name.rpartition("-")[2],
        callback=callback,
        params=[*params, as_json, quiet, _lang_option()],
        help=say(f"cli.about-{name}"),
        short_help=say(f"cli.short-{name}"),
        options_metavar=say("cli.metavar-options"),
    )


def _lang_option() -> click.Option:
    return click.Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=False, help=say("cli.opt-lang"))


def _print_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("giaoviec")
        except PackageNotFoundError:
            number = say("cli.not-installed")
        click.echo(f"giaoviec {number}")
        context.exit()


# --- what the commands do ------------------------------------------------------------------------------------------------


def _run(paths: tuple[Path, ...], out: Path, pages: bool, allow_secret: bool, as_json: bool, quiet: bool) -> int:
    with _progress(quiet) as on_progress:
        from pipeline.run import run

        report = run(paths, out, on_progress, allow_secret=allow_secret, pages=pages)
    from pipeline.cli_report import print_report, run_record

    if as_json:
        _print_json(run_record(report))
    elif not quiet and not report.nothing_to_do:
        _print(lambda console: print_report(report, console))
    if report.skipped and not quiet:
        from pipeline.run import count_kinds

        _talk(say("run.skipped", count=sum(report.skipped.values()), kinds=count_kinds(report.skipped)))
    if report.failed:
        _talk(say("table.faults", count=len(report.failed)))
    for document in report.failed:
        _talk(f"- {document.message}")
    if report.nothing_to_do:
        return Exit.NOTHING_TO_DO
    return Exit.SOME_FAILED if report.failed else Exit.DONE


def _show(file: Path, page_images: Path | None, allow_secret: bool, as_json: bool, quiet: bool) -> int:
    from pipeline.rulebook import rulebook
    from pipeline.run import process
    from pipeline.show import show

    result = process(file, rulebook(), allow_secret=allow_secret)
    if as_json:
        _print_json(result.model_dump(mode="json"))
    else:
        _print(lambda console: show(result, console))
    if result.status == "failed":
        return _fail(Exit.SOME_FAILED, f"{printable(file)}: {result.findings[0].message}")
    if page_images:
        from pipeline.page_images import draw_pages

        pictures, missing = draw_pages(file, result, page_images)
        if not quiet:
            for picture in pictures:
                _talk(printable(picture))
        if missing:
            _talk(say("cli.page-images-missing", numbers=", ".join(map(str, missing))))
    return Exit.DONE


def _score(folders: tuple[Path, ...], as_json: bool, quiet: bool) -> int:
    from pipeline.evaluate import FIELDS, format_scores, read_gold, score_documents
    from pipeline.rulebook import rulebook
    from pipeline.run import process

    records = {}
    for given in folders or (Path("corpus"),):
        folder = given.parent if given.name == "gold" else given
        gold = read_gold(folder)
        scores = score_documents(gold, {name: process(folder / f"{name}.txt", rulebook()).model_dump(mode="json") for name in gold})
        records[printable(folder)] = {
            name: {"precision": t.precision, "recall": t.recall, "f1": t.f1, "right": t.right, "gold": t.gold, "predicted": t.predicted}
            for name, t in ((name, scores.tallies[name]) for name in FIELDS)
        }
        if not as_json:
            click.echo(f"{printable(folder)}\n{format_scores(scores)}")
    if as_json:
        _print_json(records)
    return Exit.DONE


def _check_rules(as_json: bool, quiet: bool) -> int:
    from pipeline.rulebook import rulebook
    from pipeline.rulecheck import check_rules

    book = rulebook()
    faults = check_rules(book)
    count = sum(len(file.rules) for file in book.files.values())
    if as_json:
        _print_json({"rules": count, "files": len(book.files), "faults": [str(fault) for fault in faults]})
    elif not faults and not quiet:
        click.echo(say("cli.rules-good", rules=count, files=len(book.files)))
    for fault in faults:
        click.echo(f"- {fault}", err=as_json)
    if faults:
        return _fail(Exit.FAULTY_RULES, say("cli.rules-bad", count=len(faults), rules=count))
    return Exit.DONE


def _schema(as_json: bool, quiet: bool) -> int:
    from pipeline.emit import schema

    _print_json(schema())
    return Exit.DONE


# --- printing ------------------------------------------------------------------------------------------------------------


def _talk(message: str) -> None:
    """Print to stderr, broken at words where that is a terminal."""
    if sys.stderr.isatty():
        message = click.wrap_text(message, shutil.get_terminal_size().columns - 1, subsequent_indent="  ")
    click.echo(message, err=True)


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print(draw: Callable[["Console"], None]) -> None:
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
def _progress(quiet: bool) -> Iterator[Callable[[int, int, Path], None] | None]:
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
