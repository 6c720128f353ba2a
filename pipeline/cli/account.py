"""The accounts of the review page, at the machine itself: account add, list, password, off."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.cli.command import Exit, command, fail, group, print_json, print_rich, talk
from pipeline.messages import say

if TYPE_CHECKING:
    from rich.console import Console

    from models import Account, OfficeRole
    from pipeline.store import Store

_ROLES: Final = ("clerk", "reviewer", "leader", "admin", "integrator")


def commands() -> list[click.Command]:
    """Return the commands, their help in the current language."""
    name = click.Argument(["name"], metavar=say("cli.arg-account"))
    role = click.Option(["--role"], type=click.Choice(_ROLES), required=True, metavar=say("cli.metavar-role"), help=say("cli.opt-role"))
    full_name = click.Option(["--full-name"], metavar=say("cli.metavar-words"), help=say("cli.opt-full-name"))
    from_stdin = click.Option(["--password-stdin", "from_stdin"], is_flag=True, help=say("cli.opt-password-stdin"))
    where = (
        click.Option(["--store"], metavar=say("cli.metavar-url"), help=say("cli.opt-store")),
        click.Option(
            ["--settings", "settings_file"], type=click.Path(path_type=Path), metavar=say("cli.metavar-file"), help=say("cli.opt-settings")
        ),
    )
    members = [
        command("account-add", _add, name, role, full_name, from_stdin, *where),
        command("account-list", _list, *where),
        command("account-password", _password, name, from_stdin, *where),
        command("account-off", _off, name, *where),
    ]
    return [group("account", "cli.about-account", members, short_help=say("cli.short-account"))]


def _add(
    name: str,
    role: "OfficeRole",
    full_name: str | None,
    from_stdin: bool,
    store: str | None,
    settings_file: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    with _opened(store, settings_file) as opened:
        if opened.accounts.find(name):
            return fail(Exit.WRONG_USE, say("people.name-taken", name=name))
        password, fault = _new_password(from_stdin, name, full_name or "")
        if fault:
            return fail(Exit.WRONG_USE, fault)
        from pipeline.review.passwords import hash_password

        made = opened.accounts.create(name, full_name or name, role, hash_password(password), must_change=False, by=_who())
    return _told(made, say("people.added", name=made.name, role=role), as_json, quiet)


def _list(store: str | None, settings_file: Path | None, as_json: bool, quiet: bool) -> int:
    with _opened(store, settings_file) as opened:
        accounts = opened.accounts.all()
    if as_json:
        print_json([account.model_dump(mode="json") for account in accounts])
    elif accounts:
        print_rich(lambda console: _draw(console, accounts))
    elif not quiet:
        talk(say("people.none"))
    return Exit.DONE


def _draw(console: "Console", accounts: "list[Account]") -> None:
    from rich.table import Table

    table = Table(*(say(f"people.head-{head}") for head in ("name", "full-name", "role", "state")))
    for one in accounts:
        table.add_row(one.name, one.full_name, say(f"people.role-{one.role}"), say(f"people.is-{'on' if one.active else 'off'}"))
    console.print(table)


def _password(name: str, from_stdin: bool, store: str | None, settings_file: Path | None, as_json: bool, quiet: bool) -> int:
    with _opened(store, settings_file) as opened:
        account = opened.accounts.find(name)
        if account is None:
            return fail(Exit.WRONG_USE, say("people.no-account-named", name=name))
        password, fault = _new_password(from_stdin, account.name, account.full_name)
        if fault:
            return fail(Exit.WRONG_USE, fault)
        from pipeline.review.passwords import hash_password

        opened.accounts.set_password(account.id, hash_password(password), must_change=False, by=_who())
    return _told(account, say("people.password-set", name=account.name), as_json, quiet)


def _off(name: str, store: str | None, settings_file: Path | None, as_json: bool, quiet: bool) -> int:
    with _opened(store, settings_file) as opened:
        account = opened.accounts.find(name)
        if account is None:
            return fail(Exit.WRONG_USE, say("people.no-account-named", name=name))
        account = opened.accounts.change(account.id, by=_who(), active=False)
    return _told(account, say("people.switched-off", name=account.name), as_json, quiet)


def _new_password(from_stdin: bool, *names: str) -> tuple[str, str | None]:
    """Return the password given, and in words why it cannot be one (None where it can)."""
    from pipeline.review.passwords import fault_of

    if from_stdin:
        line = sys.stdin.readline()
        if not line:
            return "", say("people.no-password-given")
        password = line.rstrip("\r\n")
        return password, fault_of(password, *names)
    password = click.prompt(say("people.ask-password", name=names[0]), hide_input=True, err=True)
    if fault := fault_of(password, *names):
        return "", fault
    again = click.prompt(say("people.ask-again"), hide_input=True, err=True)
    return password, None if password == again else say("people.password-differs")


def _told(account: "Account", message: str, as_json: bool, quiet: bool) -> int:
    if as_json:
        print_json(account.model_dump(mode="json"))
    elif not quiet:
        talk(message)
    return Exit.DONE


def _who() -> str:
    from pipeline.review.people import local_person

    return local_person().name


@contextmanager
def _opened(address: str | None, settings_file: Path | None) -> "Iterator[Store]":
    from pipeline.settings import load_settings
    from pipeline.store import Store

    settings = load_settings(settings_file)
    if address:
        settings = settings.model_copy(update={"store": settings.store.model_copy(update={"url": address})})
    with Store.open(settings.store.url, settings.originals) as opened:
        yield opened
