"""Files are read in a child process with limits: whatever a file does to its reader, it costs that file alone.

One child (pipeline/isolate_child.py) reads many files one after another and is thrown away after any fault, or when it has grown.
Parent and child talk over pipes in frames: a kind (one byte), a length (eight), and that many bytes of JSON.

On Windows there are no limits of memory and file size, only of time and output; the rest holds.
"""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from models import Document, SourceError
from pipeline.messages import language, printable, say
from pipeline.read.page_marks import PageMarks

HEADER_BYTES: Final = 9
MEGABYTE: Final = 1_000_000
_FILES_A_CHILD: Final = 500
_ROOT: Final = str(Path(__file__).parent.parent)
# -P: never from the folder that one happens to stand in, where a file from outside may be called json.py
_START: Final = """
import sys
_, root, told = sys.argv
root in sys.path or sys.path.insert(0, root)
from pipeline.isolate_child import serve
serve(told)
"""


def _memory() -> int:
    """Return what a child may hold: each core recognises a page of its own, and something of the machine is left to others."""
    most = (2048 + 512 * (os.cpu_count() or 1)) * MEGABYTE
    try:
        return min(most, max(1024 * MEGABYTE, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 3 // 4))
    except (AttributeError, ValueError, OSError):  # not told on this system
        return most


@dataclass(frozen=True)
class Limits:
    """What reading one file may cost. ``memory`` and ``written`` hold for the child and for each program it starts."""

    silence: float = 180.0
    """seconds without an answer or a sign of life (pipeline.pulse)"""
    seconds: float = 3600.0
    """seconds for the whole file"""
    memory: int = field(default_factory=_memory)
    """bytes of address space"""
    written: int = 512 * MEGABYTE
    """bytes of the largest file written"""
    output: int = 64 * MEGABYTE
    """bytes of the document as JSON"""
    blocks: int = 400_000
    """blocks of the document"""
    idle: int = 300 * MEGABYTE
    """bytes of memory held after a file: with more, the child is replaced"""


LIMITS: Final = Limits()
_LOOK_SECONDS: Final = 0.1


class ReaderFault(Exception):
    """A reader failed in a way it did not foresee: a fault of ours. The note is its traceback in the child."""


class _Died(Exception):
    """The child ended, or was ended, before it answered; ``idle`` where it had ended before it was asked."""

    def __init__(self, idle: bool = False) -> None:
        super().__init__()
        self.idle = idle


def _group_signal(process: "subprocess.Popen[bytes]") -> None:
    """End the child and all it started. Its process id must not have been waited for yet."""
    with suppress(OSError, subprocess.SubprocessError):
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, timeout=10, check=False)
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _own_peak() -> int:
    """Return the most memory this process ever held, in the unit of wait4."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _held(process: int) -> int:
    """Return the most memory (bytes) that a living process held since it began; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except (OSError, ValueError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


class _Child:
    """A process that reads files on demand, with a folder of its own for temporary files."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.files = 0
        self.late = False
        self.held = 0  # bytes, the most that was seen while it lived
        self.folder = tempfile.mkdtemp(prefix="giaoviec-")
        told = json.dumps({**asdict(limits), "folder": self.folder})
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, _ROOT, told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("GIAOVIEC_TRACE") else subprocess.DEVNULL,
            env=self._environment(),
            start_new_session=True,  # one group to end, and Ctrl+C comes to us alone
        )

    def _environment(self) -> dict[str, str]:
        places = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), self.folder)
        # address space is what is limited: no room is set aside for threads that never run
        return {**os.environ, **places, "MALLOC_ARENA_MAX": "4", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

    def ask(self, request: bytes) -> tuple[bytes, bytes]:
        """Return kind and content of the answer. Raises _Died; ``late`` is then True where time was up."""
        asked, answers = self._process.stdin, self._process.stdout
        assert asked and answers
        end = time.monotonic() + self.limits.seconds
        try:
            asked.write(len(request).to_bytes(4) + request)
            asked.flush()
        except OSError as error:
            raise _Died(idle=True) from error
        while True:
            with self._deadline(min(self.limits.silence, end - time.monotonic())):
                header = answers.read(HEADER_BYTES)
                if len(header) < HEADER_BYTES:
                    raise _Died
                kind, size = header[:1], int.from_bytes(header[1:])
                if size > self.limits.output:
                    return b"O", b""
                content = answers.read(size)
                if len(content) < size:
                    raise _Died
            if kind != b"B":
                self.files += 1
                return kind, content

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        over, end = threading.Event(), time.monotonic() + seconds

        def watch() -> None:
            while not over.wait(max(0.0, min(_LOOK_SECONDS, end - time.monotonic()))):
                self.held = max(self.held, _held(self._process.pid))
                if time.monotonic() >= end:
                    self.late = True
                    _group_signal(self._process)
                    return

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def has_grown(self) -> bool:
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE") > self.limits.idle
        except OSError:
            return self.files >= _FILES_A_CHILD  # no such place on this system

    def end(self) -> tuple[int, int]:
        """End the child with all that it started; return how it ended (below 0: by that signal) and the most bytes it held."""
        _group_signal(self._process)
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        most = 0
        if sys.platform != "win32":
            with suppress(ChildProcessError):
                _, status, used = os.wait4(self._process.pid, 0)
                self._process.returncode = os.waitstatus_to_exitcode(status)
                # at first a child shares our memory, and this is counted too: what is less than ours tells nothing
                most = used.ru_maxrss if used.ru_maxrss > _own_peak() else 0
                most = max(self.held, most * (1 if sys.platform == "darwin" else 1024))
        shutil.rmtree(self.folder, ignore_errors=True)
        return self._process.wait(), most


class Reader:
    """Reads files in a child process. One at a time; threads wait for each other."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._child: _Child | None = None
        self._lock = threading.Lock()

    def read(self, path: Path, *, pages: bool = False) -> Document:
        """Return what ``pipeline.read.read`` makes of ``path``; ``pages``: with those that LibreOffice prints where the format has none.

        Raises SourceError as it does, and with the codes "over-time", "over-memory", "over-output" and "crashed" where the file
        broke a limit or its reader; ReaderFault where the reader raised anything else.
        """
        return Document.model_validate_json(self._get(path, "pages") if pages else self._get(path))

    def draw(self, path: Path, marks: PageMarks, folder: Path) -> tuple[list[str], list[int]]:
        """Have ``pipeline.read.pages.draw_pages`` write into ``folder``, and return what it does. Raises as ``read`` does."""
        names, missing = json.loads(self._get(path, str(folder.absolute()), marks.model_dump_json(exclude_defaults=True)))
        return names, missing

    def _get(self, path: Path, *more: str) -> bytes:
        request = json.dumps([language(), _here(), str(path), more]).encode("ascii")
        with self._lock:
            try:
                return self._answer(path, request)
            except SourceError:
                raise
            except BaseException:  # Ctrl+C too
                self._end()
                raise

    def _answer(self, path: Path, request: bytes) -> bytes:
        kind, content = self._ask(request)
        if kind == b"D":
            if self._child and self._child.has_grown():
                self._end()
            return content
        if kind == b"S":
            raise SourceError(*json.loads(content))
        self._end()
        file, limits = printable(path), self._limits
        if kind == b"F":
            what, trace = json.loads(content)
            fault = ReaderFault(what)
            fault.add_note(trace)
            raise fault
        if kind == b"O":
            most = limits.blocks if content == b"blocks" else limits.output // MEGABYTE
            raise SourceError("over-output", say(f"read.over-{content.decode() or 'output'}", file=file, limit=most))
        if kind == b"M":
            raise SourceError("over-memory", say("read.over-memory", file=file, limit=limits.memory // MEGABYTE))
        if kind == b"T":
            seconds = limits.silence if content == b"silence" else limits.seconds
            raise SourceError("over-time", say("read.over-time", file=file, limit=f"{seconds:g}"))
        raise SourceError("crashed", say("read.crashed", file=file, how=content.decode()))

    def _ask(self, request: bytes) -> tuple[bytes, bytes]:
        """Return the answer. What other files did to a child has no say in the fate of this one: a new child is asked."""
        if self._child and self._child.files:
            kind, content = self._try(request)
            if kind != b"X":
                return kind, content
        return self._try(request)

    def _try(self, request: bytes) -> tuple[bytes, bytes]:
        child = self._child = self._child or _Child(self._limits)
        begin = time.monotonic()
        try:
            return child.ask(request)
        except _Died as died:
            self._child = None
            status, most = child.end()
            idle = died.idle
        if child.late:
            return b"T", b"silence" if time.monotonic() - begin < self._limits.seconds else b"seconds"
        name = signal.Signals(-status).name if status < 0 else str(status)
        if name == "SIGXCPU":
            return b"T", b"silence"
        # a library that gets no more memory ends the process; SIGKILL that is not ours is the system's, which had none left
        short = (name == "SIGKILL" or most > self._limits.memory // 2) and not idle
        return (b"M", b"") if short else (b"X", name.encode())

    def _end(self) -> None:
        child, self._child = self._child, None
        if child:
            child.end()

    def close(self) -> None:
        """End the child; the next file gets a new one."""
        with self._lock:
            self._end()


def _here() -> str | None:
    try:
        return str(Path.cwd())
    except OSError:  # the folder is gone
        return None


@lru_cache(maxsize=1)
def _reader() -> Reader:
    reader = Reader()
    atexit.register(reader.close)
    return reader


def read_isolated(path: Path, *, pages: bool = False) -> Document:
    """Return ``path`` as ``pipeline.read.read`` does, read in a child process with limits. Raises SourceError, ReaderFault."""
    return _reader().read(path, pages=pages)


def draw_isolated(path: Path, marks: PageMarks, folder: Path) -> tuple[list[str], list[int]]:
    """Draw the pages of ``path`` as ``pipeline.read.pages.draw_pages`` does, in the same child. Raises SourceError, ReaderFault."""
    return _reader().draw(path, marks, folder)
