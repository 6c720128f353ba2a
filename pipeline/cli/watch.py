"""Commands of the watched folder and the workers: watch, work, status."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.command import Exit, command, fail, print_json, print_rich, talk
from pipeline.messages import language, printable, say

if TYPE_CHECKING:
    from pipeline.intake import Bell, Event, Orders, Tally
    from pipeline.settings import Settings

_FAILED = 20


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    inbox = click.Argument(["inbox"], required=False, type=click.Path(path_type=Path), metavar=say("cli.arg-inbox"))
    paths = click.Argument(["paths"], nargs=-1, type=click.Path(path_type=Path), metavar=say("cli.arg-backlog"))
    once = click.Option(["--once"], is_flag=True, help=say("cli.opt-once"))
    out = click.Option(["-o", "--out"], type=click.Path(path_type=Path), metavar=say("cli.metavar-out"), help=say("cli.opt-watch-out"))
    jobs = click.Option(["--jobs"], type=click.IntRange(1, 256), metavar=say("cli.metavar-number"), help=say("cli.opt-jobs"))
    secret = click.Option(["--allow-secret"], is_flag=True, help=say("cli.opt-allow-secret"))
    cluster = click.Option(["--cluster"], metavar=say("cli.metavar-url"), help=say("cli.opt-cluster"))
    store = click.Option(["--store"], metavar=say("cli.metavar-url"), help=say("cli.opt-store"))
    file = click.Path(path_type=Path)
    settings = click.Option(["--settings", "settings_file"], type=file, metavar=say("cli.metavar-file"), help=say("cli.opt-settings"))
    return [
        command("watch", _watch, inbox, once, out, jobs, secret, store, settings),
        command("work", _work, paths, once, out, jobs, cluster, secret, store, settings),
        command("status", _status, store, settings),
    ]


# --- watch ---------------------------------------------------------------------------------------------------------------


def _watch(
    inbox: Path | None,
    once: bool,
    out: Path | None,
    jobs: int | None,
    allow_secret: bool,
    store: str | None,
    settings_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    from pipeline.intake import LockedError, Watch
    from pipeline.rulebook import rulebook

    settings = _settings(settings_file, store)
    folder = inbox or settings.inbox.folder
    if folder is None:
        return fail(Exit.WRONG_USE, say("watch.no-inbox"))
    folder = folder.absolute()
    if fault := _inside(folder, out, settings):
        return fail(Exit.WRONG_USE, fault)
    rulebook()  # faulty rules are said before anything is taken
    count = jobs or settings.jobs.count
    with tell_events(settings, as_json, quiet) as tell, _bell() as (bell, interrupted):

        def started() -> None:
            if not quiet and not once:
                talk(say("watch.started", folder=printable(folder), store=settings.shown_url, jobs=count))

        watch = Watch(folder, settings.inbox, orders_of(settings, out, allow_secret), count, _staging(folder), tell, bell, once, started)
        try:
            tally = watch.run()
        except LockedError as error:
            if as_json:
                _print_line({"error": {"code": "locked", "message": str(error)}})
            return fail(Exit.LOCKED, str(error))
    return _end(tally, once, interrupted(), as_json, quiet)


def _end(tally: "Tally", once: bool, interrupted: bool, as_json: bool, quiet: bool) -> int:
    counts = {name: getattr(tally, name) for name in ("done", "duplicate", "failed", "refused", "left")}
    if as_json:
        _print_line({"kind": "stopped", **counts})
    elif not quiet:
        talk(say("watch.summary", **counts))
    if interrupted:
        return Exit.INTERRUPTED
    if not once:
        return Exit.DONE
    if tally.failed or tally.refused:
        return Exit.SOME_FAILED
    return Exit.DONE if tally.done or tally.duplicate or tally.left else Exit.NOTHING_TO_DO


def _inside(inbox: Path, out: Path | None, settings: "Settings") -> str | None:
    """Return what is wrong where something of ours would be written into the inbox, and come in again."""
    for ours in (out, settings.originals, settings.database):
        if ours and ours.absolute().resolve().is_relative_to(inbox.resolve()):
            return say("watch.inside", folder=printable(ours), inbox=printable(inbox))
    return None


def _staging(inbox: Path) -> Path:
    """Return a folder on a disk of this machine that no watcher of another inbox uses."""
    import hashlib

    from pipeline.settings import data_folder

    return data_folder() / "staging" / hashlib.sha256(str(inbox).encode("utf-8", "surrogateescape")).hexdigest()[:16]


# --- work ----------------------------------------------------------------------------------------------------------------


def _work(
    paths: tuple[Path, ...],
    once: bool,
    out: Path | None,
    jobs: int | None,
    cluster: str | None,
    allow_secret: bool,
    store: str | None,
    settings_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    from pipeline.intake import EngineError, Tally, dask_executor, drain, receive_all, work
    from pipeline.rulebook import rulebook
    from pipeline.settings import STORE_VARIABLE

    settings = _settings(settings_file, store)
    rulebook()
    tally = Tally()
    orders = orders_of(settings, out, allow_secret)
    with tell_events(settings, as_json, quiet) as show, _bell() as (bell, interrupted), orders.open() as opened:

        def tell(event: "Event") -> None:
            tally.count(event.kind)
            show(event)

        try:
            receive_all(opened, paths, tell, bell)
            if cluster:
                with dask_executor(cluster) as (executor, width):
                    sent = orders if store or STORE_VARIABLE not in os.environ else replace(orders, store="")
                    drain(executor, sent, opened, width, tell, bell)
            else:
                work(orders, opened, jobs or settings.jobs.count, tell, bell, once=once)
        except EngineError as error:
            return fail(Exit.SOME_FAILED, str(error))
        counts = opened.counts()
        tally.left = counts["received"] + counts["working"]
    return _end(tally, once or bool(cluster), interrupted(), as_json, quiet)


# --- status --------------------------------------------------------------------------------------------------------------


def _status(store: str | None, settings_file: Path | None, as_json: bool, quiet: bool) -> int:
    from pipeline.intake import say_reason
    from pipeline.store import Store

    settings = _settings(settings_file, store)
    if (file := settings.database) is not None and not file.is_file():  # asking makes no empty store, least of all for a slip of the pen
        return fail(Exit.SOME_FAILED, say("watch.no-store", file=printable(file)))
    with Store.open(settings.store.url, settings.originals) as opened:
        counts = opened.counts()
        working = opened.documents("working")
        failed = opened.documents("failed", limit=_FAILED)
    if as_json:
        print_json({
            "counts": counts,
            "working": [document.model_dump(mode="json") for document in working],
            "failed": [document.model_dump(mode="json") for document in failed],
        })  # fmt: skip
    elif not quiet:
        from rich.console import Console
        from rich.table import Table

        def draw(console: Console) -> None:
            table = Table(say("watch.col-state"), say("watch.col-count"))
            for state, count in counts.items():
                table.add_row(say(f"watch.count-{state}"), str(count))
            console.print(table)
            for document in working:
                values = {"name": document.name, "worker": document.worker, "attempts": document.attempts}
                console.print(say("watch.status-working", **values))
            for document in failed:
                console.print(say("watch.status-failed", name=document.name, reason=say_reason(document)))
            if counts["failed"] > len(failed):
                console.print(say("watch.status-more", count=counts["failed"] - len(failed)))

        print_rich(draw)
    return Exit.DONE if any(counts.values()) else Exit.NOTHING_TO_DO


# --- common --------------------------------------------------------------------------------------------------------------


def _settings(file: Path | None, store: str | None) -> "Settings":
    """Return the settings; ``store`` is an address from the command line and wins."""
    from pipeline.settings import database_file, database_url, load_settings

    settings = load_settings(file)
    if store is None:
        return settings
    named = database_file(store)
    url = database_url(named.absolute()) if named else store
    return settings.model_copy(update={"store": settings.store.model_copy(update={"url": url})})


def orders_of(settings: "Settings", out: Path | None, allow_secret: bool) -> "Orders":
    """Return what workers on the store of ``settings`` are told."""
    from pipeline.intake import Orders

    return Orders(
        settings.store.url,
        settings.originals,
        out.absolute() if out else None,
        allow_secret,
        publish=settings.store.publish,
        language=language(),
    )


@contextmanager
def tell_events(settings: "Settings", as_json: bool, quiet: bool) -> Iterator[Callable[["Event"], None]]:
    """Give what shows events (a line each; with --json on stdout, for programs) and writes them into the log."""
    from models import OutputError
    from pipeline.intake import FAULTS, EventLog
    from pipeline.settings import data_folder

    database = settings.database
    file = (database.parent if database else data_folder()) / "giaoviec.log"
    try:
        log = EventLog(file)
    except OSError as error:
        raise OutputError(say("watch.log-not-writable", file=printable(file), reason=error.strerror or error)) from error

    def tell(event: "Event") -> None:
        log.write(event)
        if as_json:
            _print_line(event.record())
        elif not quiet or event.kind in FAULTS:
            talk(event.message)

    try:
        yield tell
    finally:
        log.close()


def _print_line(value: dict[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def _bell() -> Iterator[tuple["Bell", Callable[[], bool]]]:
    """Give what the signals to end ring, and what tells whether it was Ctrl+C."""
    from pipeline.intake import Bell

    bell, caught = Bell(), []

    def ring(number: int, _frame: object) -> None:
        caught.append(number)
        if len(caught) > 2:
            raise KeyboardInterrupt  # whoever presses Ctrl+C three times means it
        bell.stop()

    before = {number: signal.signal(number, ring) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield bell, lambda: signal.SIGINT in caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
