"""Each test of the store runs on both databases."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from postgresql_server import Server, postgresql_server

from pipeline.store import Store

Open = Callable[..., Store]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with postgresql_server() as running:
        yield running


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables."""
    path = tmp_path_factory.mktemp("made") / "giaoviec.db"
    Store.open(path).close()
    return path


@pytest.fixture(scope="session")
def made_on_server(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database with all tables."""
    url = server.url()
    Store.open(url, tmp_path_factory.mktemp("made")).close()
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store is to be made."""
    if request.param == "sqlite":
        return str(tmp_path / "giaoviec.db")
    running: Server = request.getfixturevalue("server")
    return running.url()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store is."""
    if request.param == "sqlite":
        return str(shutil.copy(request.getfixturevalue("made_once"), tmp_path / "giaoviec.db"))
    running: Server = request.getfixturevalue("server")
    return running.url(like=request.getfixturevalue("made_on_server"))


@pytest.fixture
def open_store(address: str, tmp_path: Path) -> Iterator[Open]:
    """Open the store once more, as another process would."""
    opened: list[Store] = []

    def again(**options: Any) -> Store:
        opened.append(Store.open(address, tmp_path / "originals", **options))
        return opened[-1]

    yield again
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Open) -> Store:
    return open_store()
