"""The command ``giaoviec``: a module for each family of commands, each with its ``commands()``.

Stages are imported inside the commands, so that ``--help`` answers at once.
"""

import os
import sys
import traceback
from collections.abc import Mapping, Sequence

import click

from pipeline.cli import account, directives, evaluation, exchange, export, gold, office, quality, search, serve, training, watch
from pipeline.cli.command import Exit, fail, group, print_json
from pipeline.messages import say, speak

__all__ = ["Exit", "build_command", "main"]


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
        return fail(Exit.INTERRUPTED, say("cli.interrupted"))
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:  # the reader ("| head") has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:
        return _foreseen(error, "--json" in given)


def _foreseen(error: Exception, as_json: bool) -> int:
    from models import OutputError, RuleError, SettingsError, SourceError, StoreError

    exits: Mapping[type[Exception], Exit] = {
        SourceError: Exit.SOME_FAILED,
        OutputError: Exit.WRONG_USE,
        SettingsError: Exit.WRONG_USE,
        StoreError: Exit.SOME_FAILED,
        RuleError: Exit.FAULTY_RULES,
    }
    code = next((value for kind, value in exits.items() if isinstance(error, kind)), Exit.UNEXPECTED)
    message = str(error)
    if code == Exit.FAULTY_RULES:
        message = say("cli.rules-faulty", message=message)
    if code == Exit.UNEXPECTED:
        message = say("cli.unexpected", what=f"{type(error).__name__}: {error}"[:300])
        if os.environ.get("GIAOVIEC_TRACE"):
            traceback.print_exc()
    if as_json:
        print_json({"error": {"code": getattr(error, "code", type(error).__name__), "message": message}})
    return fail(code, message)


def _language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the language asked for, before click knows its options: help and errors are to be in it too."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return environ.get("GIAOVIEC_LANG", "vi")


def build_command() -> click.Group:
    """Return the command, its help in the current language."""
    version = click.Option(
        ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help=say("cli.opt-version")
    )
    commands = [
        *directives.commands(),
        *quality.commands(),
        *evaluation.commands(),
        *office.commands(),
        *export.commands(),
        *exchange.commands(),
        *training.commands(),
        *gold.commands(),
        *watch.commands(),
        *serve.commands(),
        *account.commands(),
        *search.commands(),
    ]
    return group("giaoviec", "cli.about", commands, version, epilog=say("cli.examples"))


def _print_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("giaoviec")
        except PackageNotFoundError:
            number = say("cli.not-installed")
        click.echo(f"giaoviec {number}")
        context.exit()
