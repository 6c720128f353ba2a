"""Whether the machine and the set-up are fit for the work: each check says what it found, and how to mend what is wrong."""

import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Final, Literal

from models import GiaoviecError, StoreError
from pipeline.disks import network_kind
from pipeline.messages import printable, say
from pipeline.settings import Settings

Level = Literal["ok", "warning", "fault"]

_PYTHON: Final = (3, 11)
_FONTS: Final = ("times new roman", "tinos", "liberation serif")
_LITTLE, _TOO_LITTLE = 2_000_000_000, 200_000_000  # bytes free
_YEARS: Final = range(2025, 2100)
_SKEW_SECONDS: Final = 10
_VIETNAM: Final = timedelta(hours=7)
_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.\-]*")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: ``name`` for programs, ``title`` for people, what was ``found``, and how to ``mend`` it ("" if ok)."""

    name: str
    level: Level
    found: str
    mend: str = ""

    @property
    def title(self) -> str:
        """Return what was looked at, in the current language."""
        return say(f"doctor.{self.name}")


def examine(settings: Settings, fault: str = "") -> list[Check]:
    """Return every check, in the order in which to mend. Nothing stays behind: probes are removed. Never raises.

    ``fault`` is why the office's settings could not be read; ``settings`` are then the defaults.
    """
    checks: list[Check] = []
    parts: list[tuple[str, Callable[[], Iterable[Check]]]] = [
        ("python", _python),
        ("libraries", _libraries),
        ("rules", _rules),
        ("ocr", _ocr),
        ("office", _office),
        ("fonts", _fonts),
        ("settings", lambda: _settings(settings, fault)),
        ("database", lambda: _database(settings)),
        ("originals", lambda: _originals(settings)),
        ("inbox", lambda: _inbox(settings)),
        ("space", lambda: _space(settings)),
        ("clock", lambda: _clock(settings)),
        ("zone", _zone),
    ]
    for name, part in parts:
        try:
            checks += part()
        except Exception as error:  # a check that fails is a finding, not the end of the others
            checks.append(Check(name, "fault", f"{type(error).__name__}: {error}"[:200], say("doctor.mend-unexpected")))
    return checks


# --- the program ---------------------------------------------------------------------------------------------------------


def _python() -> Iterator[Check]:
    found = f"Python {platform.python_version()}, {platform.system()} {platform.release()}"
    good = sys.version_info[:2] >= _PYTHON
    yield Check("python", "ok" if good else "fault", found, "" if good else say("doctor.mend-python"))
    try:
        number = metadata.version("giaoviec")
    except metadata.PackageNotFoundError:
        number = say("cli.not-installed")
    yield Check("program", "ok", f"giaoviec {number}")


def _libraries() -> Iterator[Check]:
    try:
        asked = metadata.requires("giaoviec") or []
    except metadata.PackageNotFoundError:
        yield Check("libraries", "warning", say("cli.not-installed"), say("doctor.mend-install"))
        return
    versions, missing = [], []
    for requirement in asked:
        match = _REQUIREMENT.match(requirement)
        if match is None or "extra ==" in requirement:
            continue
        try:
            versions.append(f"{match[0]} {metadata.version(match[0])}")
        except metadata.PackageNotFoundError:
            missing.append(match[0])
    if missing:
        yield Check("libraries", "fault", say("doctor.missing", names=", ".join(missing)), say("doctor.mend-install"))
    else:
        yield Check("libraries", "ok", ", ".join(versions))


def _rules() -> Iterator[Check]:
    from pipeline.rulebook import rulebook

    try:
        book = rulebook()
    except GiaoviecError as error:
        yield Check("rules", "fault", str(error), say("doctor.mend-rules"))
        return
    count = sum(len(file.rules) for file in book.files.values())
    yield Check("rules", "ok", say("doctor.rules-found", rules=count, files=len(book.files), state=book.sha256[:12]))


def _ocr() -> Iterator[Check]:
    program = shutil.which("tesseract")
    if program is None:
        yield Check("ocr", "warning", say("doctor.not-found", name="tesseract"), say("doctor.mend-ocr"))
        return
    version = (_said([program, "--version"]).splitlines() or [""])[0]
    if "vie" not in _said([program, "--list-langs"]).split():
        yield Check("ocr", "warning", say("doctor.no-vietnamese", program=version), say("doctor.mend-ocr"))
    else:
        yield Check("ocr", "ok", say("doctor.ocr-found", program=version))


def _office() -> Iterator[Check]:
    from pipeline.read.office import office_program

    program = office_program()
    if program is None:
        yield Check("office", "warning", say("doctor.not-found", name="LibreOffice"), say("doctor.mend-office"))
    else:
        yield Check("office", "ok", printable(program))


def _fonts() -> Iterator[Check]:
    names = _font_names()
    found = next((font for font in _FONTS if any(font in name for name in names)), None)
    if found:
        yield Check("fonts", "ok", found.title())
    else:
        yield Check("fonts", "warning", say("doctor.not-found", name="Times New Roman"), say("doctor.mend-fonts"))


def _font_names() -> list[str]:
    """Return the fonts of this machine in small letters: of fontconfig, else the files where Windows and macOS keep them."""
    if shutil.which("fc-list"):
        return _said(["fc-list", ":", "family"]).lower().splitlines()
    places = [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", Path("/System/Library/Fonts"), Path("/Library/Fonts")]
    files = [path.stem.lower() for place in places if place.is_dir() for path in place.rglob("*.tt?")]
    return ["times new roman" if name == "times" else name for name in files]


def _said(command: list[str]) -> str:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr).decode("utf-8", "replace")


# --- the set-up ----------------------------------------------------------------------------------------------------------


def _settings(settings: Settings, fault: str) -> Iterator[Check]:
    if fault:
        yield Check("settings", "fault", fault, say("doctor.mend-settings"))
        return
    yield Check("settings", "ok", printable(settings.source) if settings.source else say("doctor.no-settings"))


def _database(settings: Settings) -> Iterator[Check]:
    file = settings.database
    if file is None:
        yield from _migrated(settings)
        return
    if kind := network_kind(file):
        yield Check("database", "fault", say("doctor.database-share", file=printable(file), kind=kind), say("doctor.mend-database-share"))
        return
    folder = file.parent
    if not file.is_file():
        missing = next(place for place in (folder, *folder.parents) if place.exists())
        if fault := _probe(missing):
            yield Check("database", "fault", say("doctor.folder-fault", folder=printable(missing), reason=fault), say("doctor.mend-folder"))
        else:
            yield Check("database", "ok", say("doctor.database-new", file=printable(file)))
        return
    if fault := _probe(folder):
        yield Check("database", "fault", say("doctor.folder-fault", folder=printable(folder), reason=fault), say("doctor.mend-folder"))
        return
    try:
        with closing(sqlite3.connect(file, timeout=5)) as connection:
            state = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    except sqlite3.Error as error:
        yield Check("database", "fault", say("doctor.database-fault", file=printable(file), reason=error), say("doctor.mend-database"))
        return
    if state != "ok":
        yield Check("database", "fault", say("doctor.database-fault", file=printable(file), reason=state), say("doctor.mend-database"))
    elif mode != "wal":
        yield Check("database", "warning", say("doctor.database-mode", file=printable(file), mode=mode), say("doctor.mend-database-mode"))
    else:
        yield Check("database", "ok", say("doctor.database-good", file=printable(file), version=sqlite3.sqlite_version))
        yield from _migrated(settings)


def _migrated(settings: Settings) -> Iterator[Check]:
    """Open the store as the other commands do."""
    from pipeline.store import Store

    try:
        with closing(Store.open(settings.store.url, settings.originals)):
            pass
    except StoreError as error:
        mend = "doctor.mend-originals" if error.code == "originals" else "doctor.mend-store"
        yield Check("store", "fault", str(error), say(mend))
    else:
        yield Check("store", "ok", settings.shown_url)


def _originals(settings: Settings) -> Iterator[Check]:
    if settings.originals is None:
        yield Check("originals", "fault", say("doctor.no-originals"), say("doctor.mend-originals"))
    else:
        yield _folder_check("originals", settings.originals)


def _inbox(settings: Settings) -> Iterator[Check]:
    inbox = settings.inbox
    if inbox.folder is None:
        yield Check("inbox", "ok", say("doctor.no-inbox"))
        return
    if not inbox.folder.is_dir():
        yield Check("inbox", "fault", say("doctor.no-folder", folder=printable(inbox.folder)), say("doctor.mend-inbox"))
        return
    kind = network_kind(inbox.folder)
    whole = _folder_check("inbox", inbox.folder)
    where = say("doctor.on-share", kind=kind) if kind else say("doctor.on-disk")
    yield Check(whole.name, whole.level, f"{whole.found}{where}", whole.mend)
    for name in (inbox.done, inbox.duplicate, inbox.failed):
        if (inbox.folder / name).exists():
            check = _folder_check("inbox", inbox.folder / name)
            if check.level != "ok":
                yield check
    if whole.level == "ok":
        yield from _events(inbox.folder, inbox.polling)


def _events(folder: Path, polling: str) -> Iterator[Check]:
    from pipeline.folder_events import events_arrive

    if polling == "yes":
        yield Check("events", "ok", say("doctor.polling-set"))
    elif events_arrive(folder):
        yield Check("events", "ok", say("doctor.events-arrive"))
    elif polling == "no":
        yield Check("events", "fault", say("doctor.events-silent"), say("doctor.mend-events"))
    else:
        yield Check("events", "ok", say("doctor.polling-found"))


def _folder_check(name: str, folder: Path) -> Check:
    """Return whether files can be made, renamed and deleted in ``folder``, or in what is there of the way to it."""
    place = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    if not place.is_dir():
        return Check(name, "fault", say("doctor.no-folder", folder=printable(place)), say("doctor.mend-folder"))
    if fault := _probe(place):
        return Check(name, "fault", say("doctor.folder-fault", folder=printable(place), reason=fault), say("doctor.mend-folder"))
    return Check(name, "ok", printable(folder))


def _probe(folder: Path) -> str:
    """Make, rename and delete a file in ``folder``; return "" or what was refused."""
    probe = folder / f".giaoviec-{uuid.uuid4().hex}.tmp"
    moved = probe.with_suffix(".moved.tmp")
    try:
        probe.write_bytes(b"giaoviec")
        probe.replace(moved)
        moved.unlink()
    except OSError as error:
        return error.strerror or str(error)
    finally:
        for left in (probe, moved):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    return ""


# --- the machine ---------------------------------------------------------------------------------------------------------


def _space(settings: Settings) -> Iterator[Check]:
    file = settings.database
    named = (settings.originals, Path(tempfile.gettempdir()), file and file.parent, settings.inbox.folder)
    seen: set[int] = set()
    for folder in filter(None, named):
        place = next((one for one in (folder, *folder.parents) if one.exists()), None)
        if place is None or (device := place.stat().st_dev) in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(place).free
        level: Level = "fault" if free < _TOO_LITTLE else "warning" if free < _LITTLE else "ok"
        found = say("doctor.free", folder=printable(place), size=f"{free / 1e9:.1f}".replace(".", say("doctor.decimal")))
        yield Check("space", level, found, "" if level == "ok" else say("doctor.mend-space"))


def _clock(settings: Settings) -> Iterator[Check]:
    now = datetime.now().astimezone()
    if now.year not in _YEARS:
        yield Check("clock", "fault", f"{now:%H:%M %d/%m/%Y}", say("doctor.mend-clock"))
        return
    yield Check("clock", "ok", f"{now:%H:%M %d/%m/%Y}")
    folder = settings.inbox.folder
    if folder is None or not folder.is_dir():
        return
    probe = folder / f".giaoviec-{uuid.uuid4().hex}.tmp"
    try:
        probe.write_bytes(b"giaoviec")
        skew = probe.stat().st_mtime - time.time()
    except OSError:
        return  # the check of the folder says so
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    if abs(skew) > _SKEW_SECONDS:
        yield Check("skew", "warning", say("doctor.skew-found", folder=printable(folder), seconds=round(skew)), say("doctor.mend-skew"))


def _zone() -> Iterator[Check]:
    now = datetime.now().astimezone()
    offset = now.utcoffset() or timedelta()
    found = f"{now.tzname()} (UTC{now:%z})"
    if offset == _VIETNAM:
        yield Check("zone", "ok", found)
    else:
        yield Check("zone", "warning", found, say("doctor.mend-zone"))
