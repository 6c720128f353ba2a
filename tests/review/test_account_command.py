"""giaoviec account, and what giaoviec serve asks for before it opens to the network."""

import io
import json
from pathlib import Path

import click
import pytest

from models import RIGHTS
from pipeline.cli import Exit, main
from pipeline.cli.account import _ROLES
from pipeline.cli.serve import _hosts
from pipeline.review.passwords import is_right
from pipeline.settings import ReviewSettings, load_settings
from pipeline.store import Store

PASSWORD = "ba con gà trống đỏ"


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "giaoviec.db")


def account(address: str, *arguments: str, typed: str | None = None, monkeypatch: pytest.MonkeyPatch | None = None) -> int:
    if typed is not None and monkeypatch:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main(["account", *arguments, "--store", address])


def add(address: str, monkeypatch: pytest.MonkeyPatch, name: str = "lan", role: str = "admin", typed: str = f"{PASSWORD}\n") -> int:
    return account(address, "add", name, "--role", role, "--password-stdin", typed=typed, monkeypatch=monkeypatch)


def test_the_first_administrator_is_made_at_the_machine(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(address, monkeypatch) == Exit.DONE
    assert "Đã lập tài khoản lan" in capsys.readouterr().err
    with Store.open(address) as store:
        made, known = store.accounts.credentials("lan") or (None, "")
        assert made and (made.role, made.must_change, store.accounts.has_admin()) == ("admin", False, True)
        assert is_right(PASSWORD, known) and store.audit.entries(1)[0].action == "account-create"
    assert account(address, "list", "--json") == Exit.DONE
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["name"] == "lan" and "password" not in str(listed)
    assert add(address, monkeypatch, "LAN") == Exit.WRONG_USE
    assert account(address, "off", "lan") == Exit.SOME_FAILED
    assert "cuối cùng" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "words"), [("ngắn\n", "ít nhất 10"), ("", "không có dòng nào"), ("lan2026\n", "ít nhất"), ("lan12345678\n", "tên")]
)
def test_a_bad_password_makes_no_account(
    address: str, typed: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(address, monkeypatch, typed=typed) == Exit.WRONG_USE
    assert words in capsys.readouterr().err
    with Store.open(address) as store:
        assert store.accounts.all() == []


def test_a_password_is_asked_for_twice_and_hidden(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[bool] = []
    answers = iter([PASSWORD, PASSWORD + "x", PASSWORD, PASSWORD])

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        asked.append(hide_input and err)
        return next(answers)

    monkeypatch.setattr(click, "prompt", prompt)
    assert account(address, "add", "lan", "--role", "admin") == Exit.WRONG_USE
    assert "không giống nhau" in capsys.readouterr().err
    assert account(address, "add", "lan", "--role", "admin", "--full-name", "Nguyễn Thị Lan") == Exit.DONE
    assert asked == [True] * 4
    assert account(address, "list") == Exit.DONE
    assert "Nguyễn Thị Lan" in capsys.readouterr().out


def test_a_password_set_at_the_machine_ends_the_sessions(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add(address, monkeypatch)
    with Store.open(address) as store:
        made, known = store.accounts.credentials("lan") or (None, "")
        token = store.accounts.sessions.begin(made.id, known, 1) if made else None
        assert token and store.accounts.sessions.account(token)
        new = "bốn con vịt vàng"
        assert account(address, "password", "lan", "--password-stdin", typed=f"{new}\r\n", monkeypatch=monkeypatch) == Exit.DONE
        assert store.accounts.sessions.account(token) is None
        assert is_right(new, (store.accounts.credentials("lan") or (None, ""))[1])
    assert account(address, "password", "ai", "--password-stdin", typed=f"{new}\n", monkeypatch=monkeypatch) == Exit.WRONG_USE
    assert add(address, monkeypatch, "minh", "clerk") == account(address, "off", "minh") == Exit.DONE
    with Store.open(address) as store:
        assert not store.accounts.find("minh").active  # type: ignore[union-attr]


def test_the_roles_are_those_of_the_model() -> None:
    assert tuple(RIGHTS) == _ROLES


@pytest.mark.parametrize("settings", ['host = "0.0.0.0"\nport = 0', 'port = 0\nproxies = ["127.0.0.1"]'])
def test_the_network_is_not_served_before_there_is_an_administrator(
    address: str, settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "giaoviec.toml"
    file.write_text(f"[review]\n{settings}\n", encoding="utf-8")
    assert main(["serve", "--store", address, "--settings", str(file), "--no-work"]) == Exit.WRONG_USE
    assert "giaoviec account add" in capsys.readouterr().err


def test_the_names_a_browser_may_use() -> None:
    plain = _hosts("0.0.0.0", 8765, ReviewSettings(names=("MayChu", "giaoviec.coquan.vn")))
    assert plain >= {"127.0.0.1:8765", "localhost:8765", "[::1]:8765", "maychu:8765", "giaoviec.coquan.vn:8765"}
    assert all(name.endswith(":8765") for name in plain)
    behind = _hosts("127.0.0.1", 8765, ReviewSettings(names=("giaoviec.coquan.vn",), proxies=("127.0.0.1",)))
    assert "giaoviec.coquan.vn" in behind and "localhost" not in behind


def test_a_proxy_is_an_address(tmp_path: Path) -> None:
    file = tmp_path / "giaoviec.toml"
    for wrong in ('["caddy"]', '["*"]', '"127.0.0.1"', "[1]"):
        file.write_text(f"[review]\nproxies = {wrong}\n", encoding="utf-8")
        with pytest.raises(Exception, match="proxies"):
            load_settings(file)
    file.write_text('[review]\nproxies = ["127.0.0.1", "10.1.0.0/16", "::1"]\n', encoding="utf-8")
    assert load_settings(file).review.proxies == ("127.0.0.1", "10.1.0.0/16", "::1")
