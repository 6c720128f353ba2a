"""The command of the review page: serve."""

import socket
from pathlib import Path

import click

from pipeline.cli.command import Exit, command, fail, print_json, talk
from pipeline.messages import say

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
            click.Option(["--open", "open_browser"], is_flag=True, help=say("cli.opt-open")),
            click.Option(["--store"], metavar=say("cli.metavar-url"), help=say("cli.opt-store")),
            click.Option(["--settings", "settings_file"], type=file, metavar=say("cli.metavar-file"), help=say("cli.opt-settings")),
        )
    ]


def _serve(
    host: str | None, port: int | None, open_browser: bool, store: str | None, settings_file: Path | None, as_json: bool, quiet: bool
) -> int:
    from pipeline.review import Site, serve
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
    names = {*_THIS_MACHINE, address, socket.gethostname().lower(), *(name.lower() for name in settings.review.names)}
    hosts = frozenset(f"[{name}]:{taken}" if ":" in name else f"{name}:{taken}" for name in names)
    url = f"http://{'127.0.0.1' if address in ('0.0.0.0', '::') else address}:{taken}/"

    def started() -> None:
        if as_json:
            print_json({"url": url})
        elif not quiet:
            talk(say("review.serving", url=url))
        if open_browser:
            click.launch(url)

    with listener, Store.open(settings.store.url, settings.originals, publish=settings.store.publish) as opened:
        serve(Site(opened, settings, login=address not in _THIS_MACHINE, hosts=hosts), listener, started)
    return Exit.DONE
