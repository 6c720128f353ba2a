"""Bad files: none hurts the program, none takes long or much, and each gets an answer of its own."""

import resource
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import make_hostile
import pytest

from models import Document, SourceError
from pipeline.isolate import MEGABYTE, Limits, Reader

SECONDS = 20.0
Files = Iterable[tuple[str, bytes, tuple[str, ...] | None]]  # name, bytes, the codes that are right (None: any)
MEGABYTES = 300  # by which our own process may grow


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader(Limits(silence=SECONDS, seconds=SECONDS, memory=1024 * MEGABYTE))
    yield reader
    reader.close()


def _read(reader: Reader, path: Path) -> tuple[Document | None, str]:
    """Return the document or the code of the refusal, after a look at what it cost."""
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.monotonic()
    document, code = None, ""
    try:
        document = reader.read(path)
    except SourceError as error:
        code, message = error.code, str(error)
        assert path.name in message
        assert len(message) < 1000
        assert "\n" not in message
    assert time.monotonic() - begin < SECONDS + 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown < MEGABYTES * 1024  # KiB
    if document:
        assert all(0 <= block.span.start < block.span.end <= len(document.text) for block in document.blocks)
        assert "root:x:0" not in document.text
    return document, code


def _put(folder: Path, name: str, raw: bytes) -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("family", [make_hostile.packages, make_hostile.pdfs, make_hostile.others], ids=lambda family: family.__name__)
def test_a_file_made_to_hurt_is_refused_or_read(family: Callable[[], Files], reader: Reader, tmp_path: Path) -> None:
    wrong = []
    for name, raw, right in family():
        document, code = _read(reader, _put(tmp_path, name, raw))
        # what may be read may be refused too, but not for a fault of the reader
        if (code not in right if right else code in ("crashed", "over-time", "over-memory")) if right is not None else code == "crashed":
            wrong.append((name, code or "read", right))
        assert document or code
    assert not wrong


def test_a_damaged_file_is_told_as_such(reader: Reader, tmp_path: Path) -> None:
    wrong = []
    for name, raw in make_hostile.damaged():
        document, code = _read(reader, _put(tmp_path, name, raw))
        if code in ("crashed", "over-time", "over-memory", "over-output") or (name.startswith("empty") and code != "empty"):
            wrong.append((name, code))
        # of a text that was cut short the rest is a text; of all else nobody could tell what is missing
        if document and not name.endswith((".txt", ".html")) and name != "random-behind.rtf":
            wrong.append((name, document.text[:100]))
    assert not wrong


def test_a_wrong_suffix_does_not_matter(reader: Reader, tmp_path: Path) -> None:
    for name, raw, suffix in make_hostile.mislabelled():
        right, _ = _read(reader, _put(tmp_path, f"right{suffix}", raw))
        wrong, code = _read(reader, _put(tmp_path, name, raw))
        assert right and wrong, (name, code)
        assert wrong.text == right.text, name


def test_what_a_file_carries_besides_words_is_no_fault(reader: Reader, tmp_path: Path) -> None:
    for name, raw, _ in make_hostile.noted():
        document, code = _read(reader, _put(tmp_path, name, raw))
        assert document, code
        assert make_hostile.LINES[-1] in document.text


def test_a_good_file_after_all_that(reader: Reader, tmp_path: Path) -> None:
    for suffix, make in make_hostile.HONEST.items():
        document, code = _read(reader, _put(tmp_path, f"good{suffix}", make()))
        assert document, (suffix, code)
        assert "1. Giao S" in document.text
