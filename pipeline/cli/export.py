"""Commands that hand tasks on to other programs: export (files) and feed (changes)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.command import Exit, command, fail, print_json, talk
from pipeline.cli.office import read_day
from pipeline.messages import printable, say

if TYPE_CHECKING:
    from pipeline.handover import Material, Wanted
    from pipeline.settings import Settings

_NAMES = 8


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    results = click.Argument(["results"], nargs=-1, type=click.Path(path_type=Path), metavar=say("cli.arg-results"))
    file = click.Path(path_type=Path)
    out = click.Option(["-o", "--out"], required=True, type=file, metavar=say("cli.metavar-out-file"), help=say("cli.opt-out-file"))
    store = _option("--store", "store", "cli.metavar-url", "cli.opt-store-at")
    settings = _option("--settings", "settings_file", "cli.metavar-file", "cli.opt-settings", file)
    return [
        command(
            "export",
            _export,
            results,
            _option("--format", "name", "cli.metavar-format", "cli.opt-format"),
            _option("--mapping", "mapping_file", "cli.metavar-file", "cli.opt-mapping", file),
            out,
            _option("--unit", "unit", "cli.metavar-unit", "cli.opt-export-unit"),
            _option("--from", "since", "cli.metavar-date", "cli.opt-from"),
            _option("--to", "until", "cli.metavar-date", "cli.opt-to"),
            _option("--document", "document", "cli.metavar-document", "cli.opt-document"),
            click.Option(["--approved-only", "approved"], is_flag=True, help=say("cli.opt-approved-only")),
            store,
            settings,
        ),
        command(
            "feed",
            _feed,
            _option("--since", "since", "cli.metavar-cursor", "cli.opt-since"),
            click.Option(
                ["--limit"], type=click.IntRange(1, 5000), default=500, metavar=say("cli.metavar-count"), help=say("cli.opt-limit")
            ),
            store,
            settings,
        ),
    ]


def _option(flag: str, name: str, metavar: str, text: str, kind: "click.ParamType[Any] | None" = None) -> click.Option:
    return click.Option([flag, name], type=kind, metavar=say(metavar), help=say(text))


# --- export --------------------------------------------------------------------------------------------------------------


def _export(
    results: tuple[Path, ...],
    name: str | None,
    mapping_file: Path | None,
    out: Path,
    unit: str | None,
    since: str | None,
    until: str | None,
    document: str | None,
    approved: bool,
    store: str | None,
    settings_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    if (name is None) == (mapping_file is None):
        return fail(Exit.WRONG_USE, say("export.one-of"))
    if results and store:
        return fail(Exit.WRONG_USE, say("export.both-sources"))
    if results and approved:
        return fail(Exit.WRONG_USE, say("export.needs-store"))
    days: list[date | None] = []
    for option, value in (("--from", since), ("--to", until)):
        day = read_day(value) if value else None
        if value and day is None:
            return fail(Exit.WRONG_USE, say("export.bad-date", option=option, value=value))
        days.append(day)
    from pipeline.handover import HELPING, Wanted, export, formats, load_mapping
    from pipeline.settings import load_settings

    if name is not None and name not in formats():
        return fail(Exit.WRONG_USE, say("export.unknown-format", name=name, known=", ".join(formats())))
    mapping = load_mapping(mapping_file) if mapping_file else None
    settings = load_settings(settings_file)
    material = _material(results, store, settings, Wanted(unit, days[0], days[1], document, approved, name in HELPING))
    made = export(material, name or "", out, settings=settings, mapping=mapping, unit=unit)
    if as_json:
        files = [printable(path) for path in made.files]
        print_json({"files": files, "tasks": made.tasks, "documents": made.documents, "drafts": list(made.drafts), "hint": made.hint})
    if not quiet:
        _tell(made.drafts, made.hint if made.tasks else None)
        if made.tasks:
            shown = ", ".join(printable(path) for path in made.files[:_NAMES]) + (" …" if len(made.files) > _NAMES else "")
            talk(say("export.written", tasks=made.tasks, documents=made.documents, files=shown))
    if not made.tasks:
        known = "; ".join(sorted(material.leaders)) or "–"
        talk(say("export.nothing", reason=say("export.no-unit", name=unit, known=known) if unit is not None else ""))
    return Exit.DONE if made.tasks else Exit.NOTHING_TO_DO


def _tell(drafts: Sequence[str], hint: str | None) -> None:
    if drafts:
        talk(say("export.drafts", count=len(drafts), names="; ".join(drafts[:_NAMES])))
    if hint:
        talk(hint)


def _material(results: tuple[Path, ...], store: str | None, settings: "Settings", wanted: "Wanted") -> "Material":
    from pipeline.handover import from_results, from_store

    if results:
        return from_results(results, wanted)
    return from_store(store or settings.store.url, settings.originals, wanted)


# --- feed ----------------------------------------------------------------------------------------------------------------


def _feed(since: str | None, limit: int, store: str | None, settings_file: Path | None, as_json: bool, quiet: bool) -> int:
    from pipeline.handover import line, open_store, read_changes
    from pipeline.settings import load_settings

    settings = load_settings(settings_file)
    with open_store(store or settings.store.url, settings.originals) as opened:
        page = read_changes(opened, since, limit)
    if as_json:
        print_json({"changes": [change.model_dump(mode="json") for change in page.changes], "cursor": page.cursor, "more": page.more})
    else:
        for change in page.changes:
            click.echo(line(change))
    if page.more and not quiet:
        talk(say("feed.more", cursor=page.cursor))
    return Exit.DONE if page.changes else Exit.NOTHING_TO_DO
