"""The command of the review page: serve."""

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.command import Exit, command, fail, print_json, talk
from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.settings import ReviewSettings

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    file = click.Path(path_type=Path)
    return [
        command(
            "serve",
            _serve,
            click.Option(["--host"], metavar=say("cli.metavar-host"), help=say("cli.opt-host")),
            click.Option(["--port"], type=click.IntRange(0, 65_535), metavar=say("cli.metavar-number"), help=say("cli.opt-port")),
            click.Option(["--no-work"], is_flag=True, help=say("cli.opt-no-work")),
            click.Option(["--open", "open_browser"], is_flag=True, help=say("cli.opt-open")),
            click.Option(["--store"], metavar=say("cli.metavar-url"), help=say("cli.opt-store")),
            click.Option(["--settings", "settings_file"], type=file, metavar=say("cli.metavar-file"), help=say("cli.opt-settings")),
        )
    ]


def _serve(
    host: str | None,
    port: int | None,
    no_work: bool,
    open_browser: bool,
    store: str | None,
    settings_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    from pipeline.cli.watch import orders_of, tell_events
    from pipeline.review import Site, Workers, serve
    from pipeline.settings import load_settings
    from pipeline.store import Store

    settings = load_settings(settings_file)
    if store:
        settings = settings.model_copy(update={"store": settings.store.model_copy(update={"url": store})})
    address, wanted = host or settings.review.host, settings.review.port if port is None else port
    try:
        listener = socket.create_server((address, wanted), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
    except OSError as error:
        return fail(Exit.WRONG_USE, say("review.port-taken", host=address, port=wanted, reason=error.strerror or str(error)))
    taken = listener.getsockname()[1]
    hosts = _hosts(address, taken, settings.review)
    login = address not in _THIS_MACHINE or bool(settings.review.proxies)
    url = f"http://{'127.0.0.1' if address in ('0.0.0.0', '::') else address}:{taken}/"

    def started() -> None:
        if as_json:
            print_json({"url": url})
        elif not quiet:
            talk(say("review.serving", url=url))
        if open_browser:
            click.launch(url)

    with (
        listener,
        tell_events(settings, as_json, quiet) as tell,
        Store.open(settings.store.url, settings.originals, publish=settings.store.publish) as opened,
    ):
        if login and not opened.accounts.has_admin():
            return fail(Exit.WRONG_USE, say("people.no-admin"))
        workers = None if no_work else Workers(orders_of(settings, None, False), opened, settings.jobs.count, tell)
        serve(Site(opened, settings, login=login, hosts=hosts, workers=workers), listener, started)
    return Exit.DONE


def _hosts(address: str, port: int, settings: "ReviewSettings") -> frozenset[str]:
    """Return what browsers may call the site: each name of this machine with the port; behind a proxy, which has a port of its own, also
    the names that are set as they are."""
    known = {*_THIS_MACHINE, address.lower(), socket.gethostname().lower(), *(name.lower() for name in settings.names)}
    hosts = {f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in known}
    return frozenset(hosts | ({name.lower() for name in settings.names} if settings.proxies else set()))
