"""Papers that were set in parts, as one PDF: pages go over as they are, so that memory does not grow with their number."""

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium

_TAIL: Final = 4096
_ID: Final = re.compile(rb"<([0-9A-F]{32})>\](?=\s*>>\s*startxref)")


def count_pages(pdf: bytes) -> int:
    """Return on how many pages a paper stands."""
    with pdfium.PdfDocument(pdf) as opened:
        return len(opened)


def join_papers(parts: Sequence[Path], out: Path) -> None:
    """Write all pages of ``parts`` into the file ``out``; title and language are those of the first. The same parts give the same bytes."""
    with pdfium.PdfDocument(parts[0]) as joined:
        for part in parts[1:]:
            with pdfium.PdfDocument(part) as opened:
                joined.import_pages(opened)
        joined.save(out)
    with out.open("r+b") as file:
        begin = max(0, file.seek(0, os.SEEK_END) - _TAIL)
        file.seek(begin)
        if found := _ID.search(tail := file.read()):  # the id of this writing is drawn by lot
            file.seek(begin + found.start(1))
            file.write(hashlib.sha256(tail[: found.start()]).hexdigest()[:32].upper().encode())
