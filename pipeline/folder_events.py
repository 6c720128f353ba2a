"""Whether the system tells of files that come into a folder: it does not on many network shares, and nobody says so."""

import threading
import uuid
from pathlib import Path

_STEP = 50  # milliseconds
_AGAIN = 0.3  # seconds: the probe is written again and again, since nobody says when the watch has begun


def events_arrive(folder: Path, seconds: float = 3) -> bool:
    """Return whether a file that is made in ``folder`` is told within ``seconds``: a probe is written, awaited and removed.

    Raises OSError where the probe cannot be written.
    """
    from watchfiles import watch

    stop, written = threading.Event(), threading.Event()
    probe = folder / f".giaoviec-{uuid.uuid4().hex}.tmp"
    faults: list[OSError] = []

    def write() -> None:
        for number in range(max(1, round(seconds / _AGAIN))):
            if stop.wait(_AGAIN):
                return
            try:
                probe.write_bytes(b"giaoviec" * (number + 1))
                written.set()
            except OSError as error:
                faults.append(error)
                break
        stop.wait(_AGAIN)
        stop.set()

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    seen = False
    try:
        for changes in watch(
            folder, watch_filter=None, debounce=_STEP, step=_STEP, stop_event=stop, rust_timeout=200, yield_on_timeout=True,
            recursive=False, force_polling=False, raise_interrupt=True,
        ):  # fmt: skip
            if any(Path(changed).name == probe.name for _, changed in changes):
                seen = True
                break
    finally:
        stop.set()
        writer.join(timeout=seconds + 1)
        if written.is_set():
            probe.unlink(missing_ok=True)
    if faults:
        raise faults[0]
    return seen
