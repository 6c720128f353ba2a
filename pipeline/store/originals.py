"""The folder of originals: every file that was received, whole, under its hash and its own name."""

import hashlib
import os
import re
import unicodedata
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from models import StoreError
from pipeline.messages import printable, say
from pipeline.store.parts import PREFIX, part_file

_CHUNK: Final = 1 << 20
_NAME_BYTES: Final = 200
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]+')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


class Originals:
    """A folder ``ab/abcdef…/name.docx``: two letters of the SHA-256, the SHA-256, the file. Files are never changed or removed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, path: Path, name: str) -> tuple[str, int]:
        """Copy ``path`` into the folder unless its bytes are there; return their SHA-256 and number.

        The copy is on the disk, whole, before it has its name: what breaks off leaves nothing but a file that begins with ".part-". Raises
        StoreError ("originals") where the folder cannot be written to; OSError where ``path`` cannot be read.
        """
        with ExitStack() as held:
            try:
                target, part = held.enter_context(part_file(self.folder))
            except OSError as error:
                raise self._fault(error) from error
            digest, size = hashlib.sha256(), 0
            with path.open("rb") as source:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    self._write(target.fileno(), chunk)
            os.fsync(target.fileno())
            target.close()  # Windows moves no file that is open
            sha256 = digest.hexdigest()
            if self.find(sha256) is None:
                self._place(part, sha256, name)
            return sha256, size

    def find(self, sha256: str) -> Path | None:
        """Return the file with these bytes, None where it is not there."""
        with suppress(OSError):
            return next((p for p in sorted(self._place_of(sha256).iterdir()) if not p.name.startswith(PREFIX)), None)
        return None

    def _place_of(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def _place(self, part: Path, sha256: str, name: str) -> None:
        place = self._place_of(sha256)
        try:
            place.mkdir(parents=True, exist_ok=True)
            part.chmod(0o640)
            part.replace(place / safe_name(name))
            if os.name == "posix":
                for folder in (place, place.parent, self.folder):
                    handle = os.open(folder, os.O_RDONLY)
                    with suppress(OSError):  # some network shares cannot; the file itself is on the disk
                        os.fsync(handle)
                    os.close(handle)
        except OSError as error:
            raise self._fault(error) from error

    def _write(self, target: int, chunk: bytes) -> None:
        try:
            view = memoryview(chunk)
            while view:
                view = view[os.write(target, view) :]
        except OSError as error:
            raise self._fault(error) from error

    def _fault(self, error: OSError) -> StoreError:
        return StoreError("originals", say("store.originals", folder=printable(self.folder), reason=error.strerror or str(error)))


def safe_name(name: str) -> str:
    """Return ``name`` as a file name that Windows, macOS and Linux take: NFC, at most 200 bytes, with its suffix."""
    clean = _FORBIDDEN.sub("-", unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))).strip(" .") or "van-ban"
    stem, dot, suffix = clean.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = clean, ""
    tail = f".{suffix}" if suffix else ""
    stem = stem.encode("utf-8")[: _NAME_BYTES - len(tail.encode("utf-8"))].decode("utf-8", "ignore").strip(" .") or "van-ban"
    return f"_{stem}{tail}" if _DEVICE.match(f"{stem}{tail}") or stem.startswith(".") else f"{stem}{tail}"
