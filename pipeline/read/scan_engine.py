"""Tesseract, called as a program: a picture of letters becomes words with their places and confidence."""

import os
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import Image

from models import SourceError
from pipeline.messages import say
from pipeline.read.scan_clean import Pixels

LANGUAGE: Final = "vie"
# A4 at 300 dpi takes two to four seconds; a page that takes two minutes is none.
_SECONDS: Final = 120
_PAGE: Final = 3
_BLOCK: Final = 6
_WORD_LEVEL: Final = "5"


@dataclass(frozen=True)
class Word:
    """A word that Tesseract read: its box in pixels, its confidence (0 to 1), and the line it says that it stands in."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    line: tuple[int, int, int]


def require_engine(file: str) -> str:
    """Return the path of Tesseract. Raises SourceError "ocr-missing" where it or its Vietnamese data is not installed."""
    program = shutil.which("tesseract")
    if not program or LANGUAGE not in _languages(program):
        raise SourceError("ocr-missing", say("read.ocr-missing", file=file))
    return program


@lru_cache(maxsize=4)
def _languages(program: str) -> frozenset[str]:
    try:
        listed = subprocess.run([program, "--list-langs"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset((listed.stdout + listed.stderr).decode("utf-8", "replace").split())


def read_words(pictures: Sequence[Pixels], program: str, file: str, *, page: bool) -> list[list[Word]]:
    """Return the words of each picture: whole pages (columns are looked for) or, if not ``page``, single blocks such as cells.

    One process reads all pictures, on one core. Raises SourceError "ocr-failed" where Tesseract fails or takes too long.
    """
    if not pictures:
        return []
    with tempfile.TemporaryDirectory(prefix="giaoviec-") as name:
        folder = Path(name)
        paths = [folder / f"{number}.png" for number in range(len(pictures))]
        for path, picture in zip(paths, pictures, strict=True):
            Image.fromarray(picture).save(path, compress_level=1)
        listing = folder / "pictures.txt"
        listing.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        mode = str(_PAGE if page else _BLOCK)
        # the letters are enlarged to what 300 dpi would show; without a figure Tesseract guesses and complains
        command = [program, str(listing), "stdout", "-l", LANGUAGE, "--psm", mode, "--dpi", "300", "tsv"]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=_SECONDS, check=False, env={**os.environ, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C"}
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SourceError("ocr-failed", say("read.ocr-failed", file=file)) from error
    if done.returncode:
        raise SourceError("ocr-failed", say("read.ocr-failed", file=file))
    return _parse(done.stdout.decode("utf-8", "replace"), len(pictures))


def _parse(table: str, count: int) -> list[list[Word]]:
    """Read Tesseract's TSV: level, page, block, paragraph, line, word, left, top, width, height, confidence, text."""
    found: list[list[Word]] = [[] for _ in range(count)]
    for row in table.splitlines():
        fields = row.split("\t")
        if len(fields) != 12 or fields[0] != _WORD_LEVEL:
            continue
        text = unicodedata.normalize("NFC", fields[11]).strip()
        page = int(fields[1])
        if text and 1 <= page <= count:
            left, top, width, height = map(int, fields[6:10])
            line = (int(fields[2]), int(fields[3]), int(fields[4]))
            found[page - 1].append(Word(text, left, top, left + width, top + height, max(0.0, float(fields[10])) / 100, line))
    return found
