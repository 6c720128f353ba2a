"""Old Office files and packages with a password are both OLE containers: their directory tells which, before a program is started."""

import struct
from collections.abc import Iterator
from typing import Final

from models import SourceError
from pipeline.messages import say

MAX_SECTORS: Final = 20_000
_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY: Final = 128
_NONE: Final = 0xFFFFFFFA
"""sector numbers from here on are no sectors ([MS-CFB] 2.1)"""
_ENCRYPTED: Final = 0x0100
"""fEncrypted of FibBase ([MS-DOC] 2.5.2)"""

_WORDS: Final = frozenset({"WordDocument", "0Table", "1Table"})
"""the streams without which there are no words ([MS-DOC] 2.1)"""
_LEAST: Final = 4096
"""streams below lie elsewhere, in sectors of 64 bytes"""


def guard_ole(raw: bytes, file: str) -> tuple[str, ...]:
    """Return what is to be noted of the OLE file ``raw``: "macros" (there, never run), "signed".

    Raises SourceError: "password" (of a .doc, or of a .docx, which is wrapped so), "broken" where the
    directory or the words are not all there.
    """
    try:
        container = _Container(raw)
        entries: dict[str, tuple[int, int]] = {}
        for name, start, size in container.entries():
            entries.setdefault(name, (start, size))  # those of embedded files come later
        flags = 0
        for name in _WORDS & entries.keys():
            start, size = entries[name]
            if size >= _LEAST:
                container.walk(start, size)
                flags |= int.from_bytes(container.sector(start)[10:12], "little") if name == "WordDocument" else 0
    except (struct.error, ValueError, IndexError) as error:
        reason = "open" if isinstance(error, IndexError) else "no-directory"
        raise SourceError("broken", say("read.broken", file=file, reason=say(f"unsafe.{reason}"))) from error
    if "EncryptedPackage" in entries or flags & _ENCRYPTED:
        raise SourceError("password", say("read.password", file=file))
    notes = (("macros", {"Macros", "_VBA_PROJECT_CUR", "VBA"}), ("signed", {"_xmlsignatures", "_signatures"}))
    return tuple(note for note, names in notes if names & entries.keys())


class _Container:
    """The directory of an OLE file ([MS-CFB]). Raises ValueError, IndexError and struct.error where it is damaged."""

    def __init__(self, raw: bytes) -> None:
        if not raw.startswith(_MAGIC):
            raise ValueError("no OLE file")
        self._raw = raw
        self._size = 1 << self._long("<H", 30)
        if self._size not in (512, 4096):
            raise ValueError("unknown size of sectors")
        self._tables = [self._long("<L", 76 + 4 * n) for n in range(109)]
        follows, seen = self._long("<L", 68), 0
        while follows < _NONE:
            seen += 1
            if seen > MAX_SECTORS:
                raise ValueError("the table goes round in circles")
            *more, follows = struct.unpack(f"<{self._size // 4}L", self.sector(follows))
            self._tables += more

    def _long(self, kind: str, at: int) -> int:
        return int(struct.unpack_from(kind, self._raw, at)[0])

    def sector(self, number: int) -> bytes:
        found = self._raw[(number + 1) * self._size : (number + 2) * self._size]
        if number >= _NONE or not found:
            raise IndexError("the file ends before")
        return found.ljust(self._size, b"\0")  # some programs cut the last one short

    def _next(self, number: int) -> int:
        table, place = divmod(number, self._size // 4)
        return int(struct.unpack_from("<L", self.sector(self._tables[table]), 4 * place)[0])

    def walk(self, number: int, size: int) -> None:
        """See that a stream of ``size`` bytes that begins in sector ``number`` is there to its end."""
        for _ in range(-(-size // self._size)):
            self.sector(number)
            number = self._next(number)

    def entries(self) -> Iterator[tuple[str, int, int]]:
        """Yield name, first sector and size in bytes of each entry of the directory."""
        number, seen = self._long("<L", 48), set[int]()
        while number < _NONE:
            if number in seen or len(seen) > MAX_SECTORS:
                raise ValueError("the directory goes round in circles")
            seen.add(number)
            sector = self.sector(number)
            for at in range(0, self._size, _ENTRY):
                length, kind = struct.unpack_from("<HB", sector, at + 64)
                if kind and 2 <= length <= 64:
                    name = sector[at : at + length - 2].decode("utf-16-le", errors="replace")
                    yield name, *struct.unpack_from("<LL", sector, at + 116)
            number = self._next(number)
