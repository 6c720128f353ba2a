"""The command gold: what reviewers settled becomes annotation to score against and to learn from."""

from pathlib import Path

import click

from pipeline.cli.command import Exit, command, fail, print_json, talk
from pipeline.messages import printable, say

_MOST = 1_000_000


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    file = click.Path(path_type=Path)
    return [
        command(
            "gold",
            _gold,
            click.Argument(["documents"], nargs=-1, metavar=say("gold.arg-documents")),
            click.Option(["-o", "--out"], required=True, type=file, metavar=say("gold.metavar-out"), help=say("gold.opt-out")),
            click.Option(["--store"], metavar=say("cli.metavar-url"), help=say("cli.opt-store-at")),
            click.Option(["--settings", "settings_file"], type=file, metavar=say("cli.metavar-file"), help=say("cli.opt-settings")),
        )
    ]


def _gold(documents: tuple[str, ...], out: Path, store: str | None, settings_file: Path | None, as_json: bool, quiet: bool) -> int:
    from pipeline.handover import open_store, write_gold
    from pipeline.settings import load_settings
    from pipeline.units import ascii_fold

    settings = load_settings(settings_file)
    with open_store(store or settings.store.url, settings.originals) as opened:
        signed = opened.documents("done", limit=_MOST)
        chosen = []
        for wanted in documents:
            found = [one.id for one in signed if wanted == str(one.id) or (one.number and ascii_fold(one.number) == ascii_fold(wanted))]
            if not found:
                return fail(Exit.SOME_FAILED, say("gold.no-document", name=wanted))
            chosen += found
        made = write_gold(opened, sorted(set(chosen)) if documents else [one.id for one in reversed(signed)], out)
    if as_json:
        told = [{"name": one.name, "tasks": one.tasks, "corrected": one.corrected, "unclear": one.unclear} for one in made]
        print_json({"folder": printable(out), "documents": told})
    elif not quiet:
        if not made:
            talk(say("gold.none"))
        else:
            sums = {name: sum(getattr(one, name) for one in made) for name in ("tasks", "corrected", "unclear")}
            talk(say("gold.written", folder=printable(out), documents=len(made), **sums))
    return Exit.DONE if made else Exit.NOTHING_TO_DO
