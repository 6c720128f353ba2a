"""An office for each test, with a store on SQLite or, where it matters, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from office import Office
from postgresql_server import Server, postgresql_server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with postgresql_server() as running:
        yield running


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office on SQLite."""
    made = Office(tmp_path, str(tmp_path / "giaoviec.db"))
    yield made
    made.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office on each database."""
    running: Server | None = request.getfixturevalue("server") if request.param == "postgresql" else None
    made = Office(tmp_path, running.url() if running else str(tmp_path / "giaoviec.db"))
    yield made
    made.stop()
