"""The command evaluate: a report on how right the results are, for developers and for those who answer for the program."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.command import Exit, command, print_json, progress
from pipeline.messages import printable, say

if TYPE_CHECKING:
    from pipeline.evaluate import Tally


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    folders = click.Argument(["folders"], nargs=-1, type=click.Path(path_type=Path), metavar=say("cli.arg-golds"))
    out = click.Option(
        ["-o", "--out"], required=True, type=click.Path(path_type=Path), metavar=say("cli.metavar-out"), help=say("cli.opt-report-out")
    )
    json = say("cli.metavar-json")
    against = click.Option(["--against"], type=click.Path(path_type=Path), metavar=json, help=say("cli.opt-against"))
    stress = click.Option(["--stress"], type=click.Path(path_type=Path), metavar=json, help=say("cli.opt-stress"))
    return [command("evaluate", _evaluate, folders, out, against, stress)]


def _evaluate(folders: tuple[Path, ...], out: Path, against: Path | None, stress: Path | None, as_json: bool, quiet: bool) -> int:
    with progress(quiet) as on_progress:
        from pipeline.evaluation import evaluate_sets, read_record, read_sets, read_stress, write_report

        # what can be wrong is read before the work begins
        old = read_record(against) if against else None
        invariants = read_stress(stress) if stress else ()
        sets = read_sets(folders or (Path("corpus"),), on_progress)
        evaluation = evaluate_sets(sets, against=old, stress=invariants)
        files = write_report(evaluation, out)
    if as_json:
        figures = {each.name: {name: _figures(tally) for name, tally in each.scores.tallies.items()} for each in evaluation.sets}
        print_json({"files": [printable(path) for path in files], "sets": figures})
    elif not quiet:
        for each in evaluation.sets:
            clean = each.scores.tallies["clean rows"]
            counts = {"documents": len(each.documents), "tasks": clean.gold, "clean": clean.right, "share": f"{100 * clean.f1:.1f}"}
            click.echo(say("cli.evaluated", set=each.name, **counts))
        for path in files:
            click.echo(printable(path))
    return Exit.DONE


def _figures(tally: "Tally") -> dict[str, float | int]:
    shares = {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1}
    return {**shares, "right": tally.right, "gold": tally.gold, "predicted": tally.predicted}
