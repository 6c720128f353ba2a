"""Accounts, sessions, tokens and the audit trail, on both databases."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import Account, OfficeRole, StoreError
from pipeline.store import Store
from pipeline.store.sessions import SEEN_EVERY


def make(store: Store, name: str = "lan.nt", role: OfficeRole = "reviewer", password_hash: str = "hash") -> Account:
    return store.accounts.create(name, "Nguyễn Thị Lan", role, password_hash, must_change=False, by="quan.tri", address="10.0.0.1")


def test_an_account_is_found_by_its_name_however_it_is_typed(store: Store) -> None:
    made = make(store, " Lan.NT ")
    assert (made.name, made.full_name, made.active) == ("lan.nt", "Nguyễn Thị Lan", True)
    assert store.accounts.find("LAN.nt") == made == store.accounts.get(made.id)
    assert store.accounts.credentials("lan.nt") == (made, "hash")
    assert store.accounts.find("lan") is None and store.accounts.all() == [made]


@pytest.mark.parametrize("name", ["", "  ", "api:x", "Giaoviec", "lan nt", "hương", ".lan", "lan.", "-x", "a" * 65, "lan\u202e", "?"])
def test_a_name_that_could_be_mistaken_is_refused(store: Store, name: str) -> None:
    with pytest.raises(StoreError) as fault:
        make(store, name)
    assert fault.value.code == "refused" and store.accounts.all() == []


def test_a_name_is_taken_for_good(store: Store) -> None:
    make(store, "quan.tri", "admin")
    one = make(store)
    store.accounts.change(one.id, by="quan.tri", active=False)
    with pytest.raises(StoreError, match="«lan"):
        make(store)
    assert len([entry for entry in store.audit.entries() if entry.action == "account-create"]) == 2


def test_a_full_name_holds_no_signs_that_change_the_line(store: Store) -> None:
    made = store.accounts.create("lan", "Lan\u202e\n  Nguyễn\x00", "clerk", "h", must_change=False, by="x")
    assert made.full_name == "Lan Nguyễn"
    with pytest.raises(StoreError):
        store.accounts.change(made.id, by="x", full_name=" \u200b ")


def test_the_last_administrator_stays(store: Store) -> None:
    first = make(store, "mot", "admin")
    assert store.accounts.has_admin()
    for change in ({"active": False}, {"role": "clerk"}):
        with pytest.raises(StoreError) as fault:
            store.accounts.change(first.id, by="mot", **change)
        assert fault.value.code == "refused"
    assert store.accounts.get(first.id) == first
    second = make(store, "hai", "admin")
    store.accounts.change(first.id, by="hai", active=False)
    with pytest.raises(StoreError):
        store.accounts.change(second.id, by="hai", role="leader")
    store.accounts.change(first.id, by="hai", active=True)
    assert store.accounts.change(second.id, by="mot", role="leader").role == "leader"


def test_two_administrators_cannot_switch_each_other_off_at_once(store: Store) -> None:
    for _ in range(5):
        pair = [make(store, f"a{n}-{_}", "admin") for n in range(2)]
        for other in store.accounts.all():
            if other.role == "admin" and other.active and other not in pair:
                store.accounts.change(other.id, by="x", active=False)
        refused: list[str] = []
        ready = threading.Barrier(2)

        def off(account: Account, ready: threading.Barrier = ready, refused: list[str] = refused) -> None:
            ready.wait()
            try:
                store.accounts.change(account.id, by="x", active=False)
            except StoreError as fault:
                refused.append(fault.code)

        threads = [threading.Thread(target=off, args=(account,)) for account in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert refused == ["refused"] and store.accounts.has_admin()


def test_a_session_is_its_account_until_it_ends(store: Store) -> None:
    made, sessions = make(store), store.accounts.sessions
    token = sessions.begin(made.id, "hash", 1)
    assert token and len(token) >= 43
    assert sessions.account(token) == made and set(sessions.seen()) == {made.id}
    assert sessions.account(token + "x") is None and sessions.account("") is None
    sessions.end(token)
    assert sessions.account(token) is None and sessions.seen() == {}
    over = sessions.begin(made.id, "hash", 0)
    assert over and sessions.account(over) is None


def test_only_the_fingerprint_of_a_secret_is_kept(store: Store) -> None:
    made = make(store)
    session = store.accounts.sessions.begin(made.id, "hash", 1)
    token = store.accounts.tokens.create("Theo dõi", "integrator", by="x")[1]
    with store._database.read() as connection:
        kept = str([connection.execute(text(f"SELECT * FROM {table}")).all() for table in ("sessions", "api_tokens", "audit_entries")])
    assert session and session not in kept and token not in kept and token.removeprefix("gv_") not in kept


@pytest.mark.parametrize("what", ["password", "off", "role"])
def test_sessions_end_with_password_activity_and_role(store: Store, what: str) -> None:
    make(store, "quan.tri", "admin")
    made, other = make(store), make(store, "khac")
    sessions = store.accounts.sessions
    tokens = [sessions.begin(made.id, "hash", 1) or "" for _ in range(3)]
    stays = sessions.begin(other.id, "hash", 1) or ""
    if what == "password":
        store.accounts.set_password(made.id, "new", must_change=True, by="quan.tri")
        assert store.accounts.get(made.id).must_change
    elif what == "off":
        store.accounts.change(made.id, by="quan.tri", active=False)
    else:
        store.accounts.change(made.id, by="quan.tri", role="clerk")
    assert [sessions.account(token) for token in tokens] == [None] * 3
    assert sessions.account(stays) == other


def test_another_full_name_ends_nothing(store: Store) -> None:
    made = make(store)
    token = store.accounts.sessions.begin(made.id, "hash", 1) or ""
    store.accounts.change(made.id, by="x", full_name="Lan", role="reviewer", active=True)
    found = store.accounts.sessions.account(token)
    assert found and found.full_name == "Lan"


def test_no_session_begins_with_a_password_that_was_changed_meanwhile(store: Store) -> None:
    made = make(store)
    store.accounts.set_password(made.id, "new", must_change=False, by="lan.nt")
    assert store.accounts.sessions.begin(made.id, "hash", 1) is None
    store.accounts.change(made.id, by="x", active=False)
    assert store.accounts.sessions.begin(made.id, "new", 1) is None


def test_being_there_is_noted_now_and_then(store: Store) -> None:
    made = make(store)
    sessions = store.accounts.sessions
    token = sessions.begin(made.id, "hash", 24) or ""
    began = sessions.seen()[made.id]
    sessions.account(token)
    assert sessions.seen()[made.id] == began
    with store._database.write() as connection:
        connection.execute(text("UPDATE sessions SET seen_at = :then"), {"then": (began - 2 * SEEN_EVERY).replace(tzinfo=None)})
    sessions.account(token)
    assert sessions.seen()[made.id] - began < timedelta(minutes=1) and sessions.seen()[made.id] >= began


def test_a_token_works_until_it_is_revoked(store: Store) -> None:
    tokens = store.accounts.tokens
    made, secret = tokens.create("  Phần mềm  theo dõi ", "integrator", by="quan.tri", address="10.0.0.1")
    assert made.name == "Phần mềm theo dõi" and secret.startswith("gv_") and made.used_at is None
    assert tokens.of(secret) == made and tokens.all()[0].used_at is not None
    assert tokens.of(secret[:-1]) is None and tokens.of("") is None
    tokens.revoke(made.id, by="quan.tri")
    first = tokens.all()[0].revoked_at
    tokens.revoke(made.id, by="quan.tri")
    assert tokens.of(secret) is None and first and tokens.all()[0].revoked_at == first
    assert [entry.action for entry in store.audit.entries()] == ["token-revoke", "token-create"]
    with pytest.raises(StoreError, match="Phần mềm theo dõi"):
        tokens.create("Phần mềm theo dõi", "clerk", by="x")
    with pytest.raises(StoreError):
        tokens.create("<b>", "clerk", by="x")
    with pytest.raises(StoreError):
        tokens.revoke(99, by="x")


def test_what_is_not_there_is_said(store: Store) -> None:
    for call in (
        lambda: store.accounts.get(5),
        lambda: store.accounts.change(5, by="x", active=False),
        lambda: store.accounts.set_password(5, "h", must_change=False, by="x"),
    ):
        with pytest.raises(StoreError) as fault:
            call()
        assert fault.value.code == "unknown"


# --- the trail -----------------------------------------------------------------------------------------------------------


def test_the_trail_tells_who_did_what(store: Store) -> None:
    make(store, "quan.tri", "admin")
    made = make(store)
    store.accounts.change(made.id, by="quan.tri", address="10.0.0.2", role="leader")
    store.audit.add("lan.nt", "export", "25/KH-UBND", "10.0.0.3", {"form": "xlsx"})
    newest, changed, *_ = store.audit.entries()
    assert (newest.who, newest.action, newest.target, newest.address, newest.details) == (
        *("lan.nt", "export", "25/KH-UBND", "10.0.0.3"),
        {"form": "xlsx"},
    )
    assert (changed.action, changed.target, changed.details) == (
        *("account-change", "lan.nt"),
        {"role": {"from": "reviewer", "to": "leader"}},
    )
    assert store.audit.people() == ["lan.nt", "quan.tri"]
    assert store.audit.actions() == ["account-change", "account-create", "export"]


def test_the_trail_is_read_in_pages_and_by_person_and_action(store: Store) -> None:
    for number in range(10):
        store.audit.add(f"người {number % 2}", "export" if number % 3 else "receive", str(number))
    first = store.audit.entries(4)
    assert [entry.target for entry in first] == ["9", "8", "7", "6"]
    assert [entry.target for entry in store.audit.entries(4, before=first[-1].id)] == ["5", "4", "3", "2"]
    assert [entry.target for entry in store.audit.entries(who="người 1", action="receive")] == ["9", "3"]


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET who = 'x'", "DELETE FROM audit_entries"])
def test_the_trail_cannot_be_changed(store: Store, statement: str) -> None:
    store.audit.add("lan", "export")
    with pytest.raises(DBAPIError), store._database.write() as connection:
        connection.execute(text(statement))
    assert [entry.who for entry in store.audit.entries()] == ["lan"]


def test_what_is_refused_is_not_in_the_trail(store: Store) -> None:
    only = make(store, "mot", "admin")
    with pytest.raises(StoreError):
        store.accounts.change(only.id, by="mot", active=False)
    assert [entry.action for entry in store.audit.entries()] == ["account-create"]
