"""Commands that learn from reviewed work: train."""

from dataclasses import asdict
from pathlib import Path

import click

from pipeline.cli.command import Exit, command, print_json, talk
from pipeline.messages import printable, say


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    folders = click.Argument(["folders"], nargs=-1, required=True, type=click.Path(path_type=Path), metavar=say("train.arg-folders"))
    out = click.Option(
        ["-o", "--out"], required=True, type=click.Path(path_type=Path), metavar=say("train.metavar-out"), help=say("train.opt-out")
    )
    return [command("train", _train, folders, out)]


def _train(folders: tuple[Path, ...], out: Path, as_json: bool, quiet: bool) -> int:
    from pipeline.rulebook import rulebook
    from pipeline.training import train
    from pipeline.training.card import format_figures

    if not quiet:
        talk(say("train.learning"))
    done = train(folders, out, rulebook())
    if as_json:
        print_json({"files": [printable(file) for file in done.files], "figures": asdict(done.figures)})
        return Exit.DONE
    click.echo(format_figures(done.figures))
    if not quiet:
        talk(say("train.done", files=", ".join(printable(file) for file in done.files)))
    return Exit.DONE
