"""Is a file all there? Told from the file itself, as far as its format tells: its size lies where a program reserved it first.

What is damaged in another way is whole here: its reader says what is wrong with it.
"""

import codecs
import mmap
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pipeline.read.formats import HEAD_BYTES, resolve_format, resolve_markup

_MEGABYTE: Final = 1_000_000
_MOST_UNPACKED: Final = 300 * _MEGABYTE
"""of a package: one that claims to hold more is left to the reader, which refuses it"""
_PDF_TAIL: Final = 4_096
_ZERO_TAIL: Final = b"\0" * 4
"""what no text ends with, UTF-32 neither"""
_LONG_ZERO_TAIL: Final = 8_192
"""zeros that a binary file does not end with: what is padded is padded to less"""
_RTF_TOKEN = re.compile(rb"\\[\\{}]|\\bin\d|[{}]")
_BOUNDARY = re.compile(rb'boundary\s*=\s*(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_FREE, _TABLE, _TABLES, _LAST_SECTOR = 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC, 0xFFFFFFFA


def is_whole(path: Path) -> bool:
    """Return whether nothing is missing at the end of ``path``, a file with at least one byte. Raises OSError where it cannot be read."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        head = raw[:HEAD_BYTES]
        kind = (resolve_format(head) or resolve_markup(head.replace(b"\0", b"").decode(errors="ignore")) or ("text", ""))[0]
        if kind in ("docx", "odt", "xlsx", "pptx", "zip"):
            return _is_whole_zip(path)
        if kind == "image":
            return next((check(raw) for magic, check in _PICTURES.items() if head.startswith(magic)), _has_end(raw))
        return _CHECKS.get(kind, _has_end)(raw)


def _is_whole_zip(path: Path) -> bool:
    """The directory is at the end, and each part has the checksum that it says."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > _MOST_UNPACKED or any(part.flag_bits & 1 for part in parts):
                return True
            return package.testzip() is None
    except NotImplementedError:  # a way of packing that only others know
        return True
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError, struct.error):
        return False


def _is_whole_pdf(raw: mmap.mmap) -> bool:
    return raw.rfind(b"%%EOF", max(0, len(raw) - _PDF_TAIL)) >= 0


def _is_whole_rtf(raw: mmap.mmap) -> bool:
    """Each brace is closed. A file with binary data in it (\\binN) is judged by its last character: braces in there count nothing."""
    depth = 0
    for token in _RTF_TOKEN.finditer(raw):
        if token[0] == b"{":
            depth += 1
        elif token[0] == b"}":
            depth -= 1
            if depth == 0:
                return True
        elif token[0].startswith(b"\\bin"):
            return raw[-_PDF_TAIL:].rstrip(b"\0 \r\n\t").endswith(b"}") and _has_end(raw)
    return False


def _is_whole_ole(raw: mmap.mmap) -> bool:
    """Each sector in use lies within the file, and the tables of sectors are written: they name themselves ([MS-CFB] 2.3)."""
    try:
        size = 1 << struct.unpack_from("<H", raw, 30)[0]
        if size not in (512, 4096):
            return True
        count, (more, _) = struct.unpack_from("<L", raw, 44)[0], struct.unpack_from("<2L", raw, 68)
        tables = list(struct.unpack_from("<109L", raw, 76))
        while more < _LAST_SECTOR and len(tables) < count:
            *found, more = struct.unpack_from(f"<{size // 4}L", raw, (more + 1) * size)
            tables += found
        last = 0
        for number, sector in enumerate(tables[:count]):
            entries = struct.unpack_from(f"<{size // 4}L", raw, (sector + 1) * size)
            used = [place for place, entry in enumerate(entries) if entry != _FREE]
            own = divmod(sector, size // 4)
            if own[0] == number and entries[own[1]] != _TABLE:
                return False
            last = number * (size // 4) + used[-1] if used else last
    except (struct.error, OverflowError):
        return False
    return len(raw) > (last + 1) * size and _has_end(raw)  # some writers leave the last sector short


def _is_whole_jpeg(raw: mmap.mmap) -> bool:
    return raw.rfind(b"\xff\xd9", max(0, len(raw) - 65_536)) >= 0 and _has_end(raw)


def _is_whole_png(raw: mmap.mmap) -> bool:
    return raw.rfind(b"IEND\xaeB`\x82", max(0, len(raw) - 65_536)) >= 0


def _is_whole_bmp(raw: mmap.mmap) -> bool:
    size: int = struct.unpack_from("<L", raw, 2)[0] if len(raw) > 6 else 1 << 32
    return len(raw) >= size and _has_end(raw)


def _is_whole_riff(raw: mmap.mmap) -> bool:
    size: int = struct.unpack_from("<L", raw, 4)[0] if len(raw) > 8 else 1 << 32
    return len(raw) >= size + 8 and _has_end(raw)


def _is_whole_tiff(raw: mmap.mmap) -> bool:
    """Each directory, and each strip or tile that it names, lies within the file (TIFF 6.0)."""
    order = "<" if raw[:2] == b"II" else ">"
    seen: set[int] = set()
    try:
        place = struct.unpack_from(f"{order}L", raw, 4)[0]
        while place and place not in seen:
            seen.add(place)
            entries = struct.unpack_from(f"{order}H", raw, place)[0]
            fields: dict[int, tuple[int, ...]] = {}
            for n in range(entries):
                at = place + 2 + 12 * n
                tag, form, count = struct.unpack_from(f"{order}HHL", raw, at)
                if tag in (273, 279, 324, 325) and form in (3, 4):  # where the strips or tiles are, and how long
                    letter, width = ("H", 2) if form == 3 else ("L", 4)
                    start = at + 8 if count * width <= 4 else struct.unpack_from(f"{order}L", raw, at + 8)[0]
                    fields[tag] = struct.unpack_from(f"{order}{count}{letter}", raw, start)
            for starts, sizes in ((273, 279), (324, 325)):
                if any(start + size > len(raw) for start, size in zip(fields.get(starts, ()), fields.get(sizes, ()), strict=False)):
                    return False
            place = struct.unpack_from(f"{order}L", raw, place + 2 + 12 * entries)[0]
    except (struct.error, MemoryError):
        return False
    return bool(seen) and _has_end(raw)


def _is_whole_mail(raw: mmap.mmap) -> bool:
    """The boundary between its parts stands once more at the end, with two dashes behind it (RFC 2046, 5.1.1)."""
    boundary = _BOUNDARY.search(raw[:HEAD_BYTES])
    return boundary is None or raw.rfind(b"--" + (boundary[1] or boundary[2]) + b"--") >= 0


def _is_whole_text(raw: mmap.mmap) -> bool:
    """Text has no end: all that tells is zeros in the place of letters, and half a letter."""
    if raw[-len(_ZERO_TAIL) :] == _ZERO_TAIL:
        return False
    head = raw[:2]
    if head in (b"\xff\xfe", b"\xfe\xff"):
        return len(raw) % 2 == 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(raw), _MEGABYTE):
            decoder.decode(raw[start : start + _MEGABYTE])
    except UnicodeDecodeError:
        return True  # another encoding
    return not decoder.getstate()[0]


def _has_end(raw: mmap.mmap) -> bool:
    return len(raw) <= _LONG_ZERO_TAIL or raw[-_LONG_ZERO_TAIL:].count(b"\0") < _LONG_ZERO_TAIL


_CHECKS: Final[Mapping[str, Callable[[mmap.mmap], bool]]] = {
    "pdf": _is_whole_pdf,
    "rtf": _is_whole_rtf,
    "ole": _is_whole_ole,
    "mhtml": _is_whole_mail,
    "html": _is_whole_text,
    "xml": _is_whole_text,
    "text": _is_whole_text,
}
_PICTURES: Final[Mapping[bytes, Callable[[mmap.mmap], bool]]] = {
    b"\xff\xd8\xff": _is_whole_jpeg,
    b"\x89PNG": _is_whole_png,
    b"II*\0": _is_whole_tiff,
    b"MM\0*": _is_whole_tiff,
    b"BM": _is_whole_bmp,
    b"RIFF": _is_whole_riff,
}
