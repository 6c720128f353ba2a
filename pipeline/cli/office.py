"""Commands of the office: due (what falls due) and doctor (is the machine fit)."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.command import Exit, command, fail, print_json, print_rich, talk
from pipeline.messages import printable, say

if TYPE_CHECKING:
    from models import TrackedTask
    from pipeline.due import Gathered
    from pipeline.settings import Settings

_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_NAMES = 8


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    results = click.Argument(["results"], nargs=-1, type=click.Path(path_type=Path), metavar=say("cli.arg-results"))
    settings = _option("--settings", "settings_file", "cli.metavar-file", "cli.opt-settings", click.Path(path_type=Path))
    store = _option("--store", "store", "cli.metavar-url", "cli.opt-store")
    return [
        command(
            "due",
            _due,
            results,
            _option("--as-of", "as_of", "cli.metavar-date", "cli.opt-as-of"),
            _option("--unit", "unit", "cli.metavar-unit", "cli.opt-unit"),
            _option("--days", "days", "cli.metavar-days", "cli.opt-days", click.IntRange(0, 366)),
            _option("--ics", "ics", "cli.metavar-out", "cli.opt-ics", click.Path(path_type=Path)),
            _option("--digest", "digest", "cli.metavar-out", "cli.opt-digest", click.Path(path_type=Path)),
            store,
            settings,
        ),
        command("doctor", _doctor, settings),
    ]


def _option(flag: str, name: str, metavar: str, text: str, kind: "click.ParamType[Any] | None" = None) -> click.Option:
    return click.Option([flag, name], type=kind, metavar=say(metavar), help=say(text))


# --- due -----------------------------------------------------------------------------------------------------------------


def _due(
    results: tuple[Path, ...],
    as_of: str | None,
    unit: str | None,
    days: int | None,
    ics: Path | None,
    digest: Path | None,
    store: str | None,
    settings_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    day = read_day(as_of)
    if day is None:
        return fail(Exit.WRONG_USE, say("due.bad-date", value=as_of))
    if results and store:
        return fail(Exit.WRONG_USE, say("export.both-sources"))
    from pipeline.due import Counting, due_list, write_calendars, write_digests
    from pipeline.settings import load_settings

    settings = load_settings(settings_file)
    gathered = _gather(results, store, settings)
    tasks = gathered.tasks
    if unit is not None:
        tasks, fault = _of_unit(tasks, unit)
        if fault:
            return fail(Exit.WRONG_USE, fault)
    counting = Counting.of(settings.time)
    report = due_list(tasks, day, counting, days)
    written = [(ics, write_calendars(tasks, ics, day, counting))] if ics else []
    written += [(digest, write_digests(report, digest))] if digest else []
    if as_json:
        files = [printable(path) for _, paths in written for path in paths]
        print_json({**report.model_dump(mode="json"), "drafts": list(gathered.drafts), "files": files})
    elif not quiet:
        from pipeline.cli.due_report import print_due

        print_rich(lambda console: print_due(report, console))
    if not quiet:
        if gathered.drafts:
            talk(say("due.drafts", count=len(gathered.drafts), names=_listed(gathered.drafts)))
        for folder, paths in written:
            talk(say("due.written", count=len(paths), folder=printable(folder)))
    return Exit.DONE if tasks else Exit.NOTHING_TO_DO


def read_day(value: str | None) -> date | None:
    """Return the day that is written as 2026-06-30 or 30/6/2026, today where nothing is, None where it is no day."""
    if value is None:
        return date.today()
    try:
        if match := _DAY.fullmatch(value.strip()):
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(value.strip())
    except ValueError:
        return None


def _gather(results: Sequence[Path], store: str | None, settings: "Settings") -> "Gathered":
    if results:
        from pipeline.due import read_results

        return read_results(results)
    from pipeline.due.stored import read_store

    return read_store(store or settings.store.url, settings.originals)


def _of_unit(tasks: Sequence["TrackedTask"], name: str) -> tuple[tuple["TrackedTask", ...], str]:
    """Return the tasks that the unit ``name`` leads, and "" or why it is not clear who that is. Accents and case do not matter."""
    from pipeline.units import ascii_fold

    names = {unit: said for tracked in tasks for unit, said in tracked.leads}
    wanted = ascii_fold(name)
    exact = {unit for unit, said in names.items() if wanted in (ascii_fold(said), ascii_fold(unit))}
    chosen = exact or {unit for unit, said in names.items() if wanted and f"-{wanted}-" in f"-{ascii_fold(said)}-"}
    if not chosen:
        return (), say("due.no-unit", name=name, known=_listed(set(names.values())) or "–")
    if not exact and len(said := {names[unit] for unit in chosen}) > 1:
        return (), say("due.many-units", name=name, known=_listed(said))
    return tuple(tracked for tracked in tasks if any(unit in chosen for unit, _ in tracked.leads)), ""


def _listed(names: Iterable[str]) -> str:
    said = sorted(names)
    return "; ".join(said[:_NAMES]) + ("; …" if len(said) > _NAMES else "")


# --- doctor --------------------------------------------------------------------------------------------------------------


def _doctor(settings_file: Path | None, as_json: bool, quiet: bool) -> int:
    from models import SettingsError
    from pipeline.doctor import examine
    from pipeline.settings import default_settings, load_settings

    try:
        checks = examine(load_settings(settings_file))
    except SettingsError as error:  # the rest of the machine is looked at all the same
        checks = examine(default_settings(), str(error))
    faults = sum(check.level == "fault" for check in checks)
    warnings = sum(check.level == "warning" for check in checks)
    if as_json:
        listed = [{"name": check.name, "level": check.level, "found": check.found, "mend": check.mend} for check in checks]
        print_json({"checks": listed, "faults": faults, "warnings": warnings})
    else:
        from pipeline.cli.due_report import print_checks

        shown = [check for check in checks if check.level != "ok"] if quiet else checks
        if shown:
            print_rich(lambda console: print_checks(shown, console))
    if not quiet:
        talk(say("doctor.count", faults=faults, warnings=warnings) if faults or warnings else say("doctor.all-good"))
    return Exit.SOME_FAILED if faults else Exit.DONE
