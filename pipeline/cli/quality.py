"""Commands about how good the results and the rules are: score, rules check, schema."""

from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from pipeline.cli.command import Exit, command, fail, group, print_json
from pipeline.messages import printable, say

_RULES: Final = 15  # of those corrected most, that the screen shows


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    folders = click.Argument(["folders"], nargs=-1, type=click.Path(path_type=Path), metavar=say("cli.arg-golds"))
    return [
        command("score", _score, folders),
        group("rules", "cli.about-rules", [command("rules-check", _check_rules)], short_help=say("cli.short-rules")),
        command("schema", _schema),
    ]


def _score(folders: tuple[Path, ...], as_json: bool, quiet: bool) -> int:
    from pipeline.evaluate import FIELDS, format_scores, read_again, read_gold, score_documents
    from pipeline.evaluation import worst_rules

    records = {}
    for given in folders or (Path("corpus"),):
        folder = given.parent if given.name == "gold" else given
        gold = read_gold(folder)
        results = {name: read_again(folder, name).model_dump(mode="json") for name in gold}
        scores = score_documents(gold, results)
        rules = worst_rules(gold, results)
        records[printable(folder)] = {
            name: {"precision": t.precision, "recall": t.recall, "f1": t.f1, "right": t.right, "gold": t.gold, "predicted": t.predicted}
            for name, t in ((name, scores.tallies[name]) for name in FIELDS)
        } | {"rules": [asdict(rule) for rule in rules]}
        if as_json:
            continue
        click.echo(f"{printable(folder)}\n{format_scores(scores)}")
        if rules:
            click.echo(say("cli.score-rules"))
        for rule in rules[:_RULES]:
            how = f" ({rule.how})" if rule.how else ""
            click.echo(f"  {rule.wrong:>4} / {rule.wrong + rule.right:<5} {rule.field:<12} {rule.rule}{how}")
    if as_json:
        print_json(records)
    return Exit.DONE


def _check_rules(as_json: bool, quiet: bool) -> int:
    from pipeline.rulebook import rulebook
    from pipeline.rulecheck import check_rules

    book = rulebook()
    faults = check_rules(book)
    count = sum(len(file.rules) for file in book.files.values())
    if as_json:
        print_json({"rules": count, "files": len(book.files), "faults": [str(fault) for fault in faults]})
    elif not faults and not quiet:
        click.echo(say("cli.rules-good", rules=count, files=len(book.files)))
    for fault in faults:
        click.echo(f"- {fault}", err=as_json)
    if faults:
        return fail(Exit.FAULTY_RULES, say("cli.rules-bad", count=len(faults), rules=count))
    return Exit.DONE


def _schema(as_json: bool, quiet: bool) -> int:
    from pipeline.emit import schema

    print_json(schema())
    return Exit.DONE
