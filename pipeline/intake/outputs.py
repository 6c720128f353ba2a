"""The results of documents as files, a folder each, in a folder that people open."""

import os
import shutil
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from models import OutputError, Result, StoredDocument
from pipeline.emit import emit
from pipeline.intake.names import MARK
from pipeline.messages import printable, say
from pipeline.run import safe_stem
from pipeline.store import Store

_PAGE: Final = 500


class Outputs:
    """A folder of results: of each document what ``giaoviec run`` writes. A folder is there wholly or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def folder_of(self, document: StoredDocument) -> Path:
        """Return the folder of a document's results: by its name, and its number in the store."""
        return self.folder / f"{safe_stem(Path(document.name))}-{document.id}"

    def is_current(self, document: StoredDocument) -> bool:
        """Return whether the folder holds what the store says of the document now."""
        try:
            return (self.folder_of(document) / MARK).read_text(encoding="ascii") == _mark(document)
        except (OSError, ValueError):
            return False

    def write(self, document: StoredDocument, result: Result) -> None:
        """Write the results of a document, in place of earlier ones. Raises OSError; then the earlier ones are still there."""
        target = self.folder_of(document)
        own = f"{document.id}-{os.getpid()}-{threading.get_ident()}"
        part, old = self.folder / f"{MARK}-part-{own}", self.folder / f"{MARK}-old-{own}"
        shutil.rmtree(part, ignore_errors=True)
        try:
            emit(result, part)
            (part / MARK).write_text(_mark(document), encoding="ascii")
            if target.exists():
                target.replace(old)
            try:
                part.replace(target)
            except OSError:
                if old.exists():
                    old.replace(target)
                raise
        finally:
            shutil.rmtree(part, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)

    def bring(self, store: Store, document: StoredDocument) -> None:
        """Write the results of a document that was read, unless they are there. Raises OSError."""
        if document.state in ("review", "done") and not self.is_current(document):
            self.write(document, store.result(document.id))

    def bring_all(self, store: Store) -> int:
        """Write what is missing, as after a crash; return of how many documents. What a crash left half-done is removed.

        Raises OutputError where the folder cannot be written to.
        """
        try:
            return self._bring_all(store)
        except OSError as error:
            raise OutputError(say("run.out-not-writable", out=printable(self.folder), reason=error.strerror or error)) from error

    def _bring_all(self, store: Store) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(f"{MARK}-*"):
            self._clear(left)
        count = offset = 0
        while page := store.documents("review", "done", limit=_PAGE, offset=offset):
            offset += len(page)
            for document in page:
                if not self.is_current(document):
                    self.write(document, store.result(document.id))
                    count += 1
        return count

    def _clear(self, left: Path) -> None:
        """Remove a folder that another process left behind; one that is at work on this machine keeps its own."""
        with suppress(ValueError, OSError):
            process = int(left.name.rsplit("-", 2)[1])
            if os.name == "posix":
                with suppress(ProcessLookupError):
                    os.kill(process, 0)
                    return
            shutil.rmtree(left, ignore_errors=True)


def _mark(document: StoredDocument) -> str:
    return f"{document.id} {document.rulebook} {document.finished_at.isoformat() if document.finished_at else ''}"
