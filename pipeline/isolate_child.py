"""The child that reads files for pipeline/isolate.py: limits first, then one file after another until its parent ends."""

import gc
import json
import os
import queue
import shutil
import signal
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from models import SourceError
from pipeline.messages import speak
from pipeline.pulse import on_beat
from pipeline.read import read
from pipeline.read.page_marks import PageMarks

_TRACE_CHARS: Final = 20_000
_LITTER: Final = 5_000  # objects that a file may leave before they are looked through


def _bound(limits: dict[str, Any]) -> None:
    """Take on the limits that the system enforces; what this process starts inherits them."""
    if sys.platform != "win32":
        import resource

        for what, most in ((resource.RLIMIT_AS, limits["memory"]), (resource.RLIMIT_FSIZE, limits["written"]), (resource.RLIMIT_CORE, 0)):
            with suppress(ValueError, OSError):  # macOS knows no limit of address space; a lower one may be set already
                resource.setrlimit(what, (most, most))


def _allow_time(seconds: float) -> None:
    """Let this process use so much more processor time. It ends a reader that no longer listens and whose parent is gone."""
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):
            used = resource.getrusage(resource.RUSAGE_SELF)
            hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
            resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 2, hard))


def _own_channel() -> tuple[BinaryIO, BinaryIO]:
    """Return requests and answers, out of reach of what libraries print and of the programs that they start."""
    channel = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return channel


def _listen(requests: BinaryIO, waiting: "queue.SimpleQueue[bytes]", folder: str) -> None:
    """Take requests; when the parent closes the pipe, or is no more, end this process and all it started."""
    while len(header := requests.read(4)) == 4:
        waiting.put(requests.read(int.from_bytes(header)))
    shutil.rmtree(folder, ignore_errors=True)
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _draw(path: Path, folder: str, marks: str) -> bytes:
    from pipeline.read.pages import draw_pages

    return json.dumps(draw_pages(path, PageMarks.model_validate_json(marks), Path(folder))).encode()


def _answer(path: Path, more: list[str], limits: dict[str, Any]) -> tuple[bytes, bytes]:
    """Return the answer for ``path``; ``more``: nothing, "pages" (its blocks are to have some), or the marks and folder of a drawing."""
    try:
        if len(more) == 2:
            return b"D", _draw(path, *more)
        document = read(path)
        if more:
            from pipeline.read.pages import place_on_pages

            document = place_on_pages(document, path)
        if len(document.blocks) > limits["blocks"]:
            return b"O", b"blocks"
        content = document.model_dump_json(exclude_defaults=True).encode()
        return (b"D", content) if len(content) <= limits["output"] else (b"O", b"")
    except SourceError as error:
        return b"S", json.dumps([error.code, str(error)]).encode()
    except MemoryError:
        return b"M", b""
    except Exception as error:
        what = f"{type(error).__name__}: {error}"[:1000]
        return b"F", json.dumps([what, traceback.format_exc()[-_TRACE_CHARS:]]).encode()


def serve(told: str) -> None:
    """Read the files asked for on standard input and answer on standard output, until the parent ends. ``told``: limits, as JSON."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    limits = json.loads(told)
    requests, answers = _own_channel()
    _bound(limits)
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting, limits["folder"]), daemon=True).start()
    writing = threading.Lock()  # pages are recognised, and beat, in several threads

    def send(kind: bytes, content: bytes) -> None:
        with writing:
            answers.write(kind + len(content).to_bytes(8) + content)
            answers.flush()

    def alive() -> None:
        _allow_time(limits["silence"])
        send(b"B", b"")

    on_beat(alive)
    # a document is millions of small objects and no circles: looking for some while it grows takes half the time
    gc.freeze()
    gc.disable()
    while True:
        language, folder, path, more = json.loads(waiting.get())
        speak(language)
        if folder:
            with suppress(OSError):
                os.chdir(folder)
        _allow_time(limits["silence"])
        send(*_answer(Path(path), more, limits))
        if gc.get_count()[0] > _LITTER:  # what a reader leaves in circles; a file of plain text leaves none
            gc.collect()
