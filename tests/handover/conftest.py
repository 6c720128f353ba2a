"""Results to hand on, as folders; stores on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from handed import directive, hostile, read, save
from postgresql_server import Server, postgresql_server

from models import Result


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with postgresql_server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store can be made."""
    if request.param == "sqlite":
        return str(tmp_path / "giaoviec.db")
    running: Server = request.getfixturevalue("server")
    return running.url()


@pytest.fixture(scope="session")
def plan() -> Result:
    return read(directive())


@pytest.fixture(scope="session")
def folder(plan: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of three directives: an ordinary one, one full of traps, a draft."""
    second = hostile(read(directive(number="7/KH-UBND", day="20 tháng 02 năm 2024"), "bẫy.txt"))
    draft = read(directive(number="/KH-UBND", draft=True), "du-thao.txt")
    return save(tmp_path_factory.mktemp("ket-qua"), plan, second, draft)
