"""A store with a directive that was read, and its workbook."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from editing import receive

from pipeline.messages import speak
from pipeline.roundtrip import write_store_workbook
from pipeline.store import Store


@pytest.fixture(autouse=True)
def _vietnamese() -> None:
    speak("vi")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A store with one directive of eight tasks, and its number."""
    folder = tmp_path_factory.mktemp("store")
    with Store.open(folder / "giaoviec.db") as store:
        document, _ = receive(store, folder)
    return folder, document


@pytest.fixture
def store(made_once: tuple[Path, int], tmp_path: Path) -> Iterator[Store]:
    source = made_once[0]
    for file in source.glob("giaoviec.db*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with Store.open(tmp_path / "giaoviec.db", source / "originals") as opened:
        yield opened


@pytest.fixture
def document(made_once: tuple[Path, int]) -> int:
    return made_once[1]


@pytest.fixture
def book(store: Store, document: int, tmp_path: Path) -> Path:
    """The workbook of the directive, as it is given to a clerk."""
    path = tmp_path / "nhiem-vu.xlsx"
    path.write_bytes(write_store_workbook(store, [document]))
    return path


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user profile of LibreOffice."""
    return tmp_path_factory.mktemp("libreoffice")
