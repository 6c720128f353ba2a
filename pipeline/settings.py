"""Settings of the office: giaoviec.toml (docs/settings.md has every key).

Everything has a default; without a file the program works. A key that is not known and a value that is wrong are refused, with the
line, what stands there, what is expected and how to mend it: a mistyped key that is passed over in silence costs a deadline.
"""

import ipaddress
import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from models import SettingsError
from pipeline.messages import printable, say

FILE_NAME: Final = "giaoviec.toml"
STORE_VARIABLE: Final = "GIAOVIEC_STORE_URL"
_NAME_LENGTH: Final = 100
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_URL = re.compile(r"(?:sqlite:///.+|postgres(?:ql(?:\+psycopg)?)?://.+|(?!.*://).*\S.*)", re.DOTALL)
_SECTION = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[\w\-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w\-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*(?=@)")  # to the last @: one may stand in the password
_DAY = re.compile(r"[=\[,]\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b")

Name = Annotated[str, Field(strict=True, min_length=1, max_length=_NAME_LENGTH)]
Folder = Annotated[Path, BeforeValidator(lambda value: value if isinstance(value, str) and value.strip() else None)]
Day = Annotated[date, Field(strict=True)]
Days = Annotated[int, Field(strict=True, ge=0, le=366)]
Seconds = Annotated[float, Field(strict=True, ge=0, le=86_400, allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)


class StoreSettings(_Section):
    """Where the memory of the office is. ``originals`` None: the folder "originals" beside the database file.

    ``publish``: when tasks enter the feed: with the sign-off of their document, or each as it is approved.
    """

    url: Annotated[str, Field(strict=True)] = ""
    originals: Folder | None = None
    publish: Literal["signed-off", "approved"] = "signed-off"

    @field_validator("url")
    @classmethod
    def _known(cls, value: str) -> str:
        if not _URL.fullmatch(value):
            raise ValueError("url")
        return value


class InboxSettings(_Section):
    """The watched folder: where it is, what its sub-folders are called, and when a file counts as whole.

    A file is taken when nothing changed for ``stable_seconds``; the folder is listed every ``listing_seconds`` whether or not file
    events come; a file that is not whole after ``give_up_minutes`` goes to ``failed``. ``polling``: "auto" finds out whether events come.
    """

    folder: Folder | None = None
    done: Name = "đã xử lý"
    duplicate: Name = "trùng"
    failed: Name = "lỗi"
    stable_seconds: Seconds = 5
    listing_seconds: Annotated[Seconds, Field(ge=1)] = 60
    give_up_minutes: Annotated[float, Field(strict=True, gt=0, le=1440, allow_inf_nan=False)] = 10
    polling: Literal["auto", "yes", "no"] = "auto"

    @field_validator("done", "duplicate", "failed")
    @classmethod
    def _name(cls, value: str) -> str:
        if _FORBIDDEN.search(value) or _DEVICE.match(value) or value.strip(" .") != value:
            raise ValueError("name")
        return value


class TimeSettings(_Section):
    """How deadlines are counted.

    ``before``: what "trước ngày 30/6" allows: the day itself, or the day before (no law says; an office decides). ``roll``: which deadlines
    that end on a day off move to the next working day: counted "periods" (Bộ luật Dân sự 2015 Điều 148 khoản 5 speaks of periods) or
    "none". ``holidays`` and ``working_days`` are days off and days worked on top of the calendar of ``country`` (days that were swapped
    after this version of the calendar was made). ``remind_days``: how many days before a deadline to remind.
    """

    country: Literal["VN"] = "VN"
    before: Literal["that-day", "day-before"] = "that-day"
    roll: Literal["periods", "none"] = "periods"
    holidays: tuple[Day, ...] = ()
    working_days: tuple[Day, ...] = ()
    remind_days: Annotated[tuple[Days, ...], Field(max_length=10)] = (7, 3, 1)
    soon_days: Days = 14


class JobSettings(_Section):
    """How many files are read at a time: "auto" leaves one core to the people who work at the machine."""

    workers: Literal["auto"] | Annotated[int, Field(strict=True, ge=1, le=256)] = "auto"

    @property
    def count(self) -> int:
        """Return the number of workers, "auto" counted on this machine."""
        return max(1, (os.cpu_count() or 1) - 1) if self.workers == "auto" else self.workers


class PapersSettings(_Section):
    """Papers made from templates. ``templates``: a folder with templates of the office's own; the others are what letterheads say."""

    templates: Folder | None = None
    office: Annotated[str, Field(strict=True, max_length=200)] = ""
    parent: Annotated[str, Field(strict=True, max_length=200)] = ""
    place: Annotated[str, Field(strict=True, max_length=100)] = ""


class ReviewSettings(_Section):
    """The review page (giaoviec serve): where it listens, what it takes in, whom it tells.

    On an ``host`` other than this machine (127.0.0.1) people must sign in. ``names`` are further names by which browsers may call the
    machine. ``webhook_hosts``: the only machines that webhooks may be sent to. ``proxies``: addresses (or networks) of servers in front,
    whose word is taken for who asks and whether by https; with one people must sign in, wherever the page listens.
    """

    host: Annotated[str, Field(strict=True, min_length=1, max_length=255)] = "127.0.0.1"
    port: Annotated[int, Field(strict=True, ge=0, le=65_535)] = 8765
    names: Annotated[tuple[Annotated[str, Field(strict=True, min_length=1, max_length=255)], ...], Field(max_length=20)] = ()
    upload_megabytes: Annotated[int, Field(strict=True, ge=1, le=2048)] = 100
    session_hours: Annotated[int, Field(strict=True, ge=1, le=720)] = 12
    proxies: Annotated[tuple[Annotated[str, Field(strict=True, max_length=60)], ...], Field(max_length=20)] = ()
    webhook_hosts: Annotated[tuple[Annotated[str, Field(strict=True, min_length=1, max_length=255)], ...], Field(max_length=50)] = ()

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ipaddress.ip_network(one, strict=False)
        return value


class Settings(_Section):
    """All settings. ``source`` is the file they were read from, None where there is none; folders in it are absolute."""

    store: StoreSettings = StoreSettings()
    inbox: InboxSettings = InboxSettings()
    time: TimeSettings = TimeSettings()
    jobs: JobSettings = JobSettings()
    papers: PapersSettings = PapersSettings()
    review: ReviewSettings = ReviewSettings()
    source: Path | None = None

    @property
    def database(self) -> Path | None:
        """Return the file of an SQLite database, None for a database on a server or in memory."""
        return database_file(self.store.url)

    @property
    def originals(self) -> Path | None:
        """Return the folder that keeps the files as they came.

        None for a database on a server where none is set: which folder all machines share, nobody can guess.
        """
        file = self.database
        return self.store.originals or (file.parent / "originals" if file else None)

    @property
    def shown_url(self) -> str:
        """Return the address of the database without its password: for people and logs."""
        return hide_password(self.store.url)


def hide_password(url: str) -> str:
    """Return the address of a database as people may see it."""
    return _PASSWORD.sub(r"\1:***", url)


def database_file(url: str) -> Path | None:
    """Return the file that an address names ("sqlite:///FILE" or just FILE), None for another database or one in memory."""
    if "://" not in url:
        return Path(url) if url else None
    match = re.fullmatch(r"sqlite:///(.+?)(?:\?.*)?", url, re.DOTALL)
    return Path(match[1]) if match and match[1] != ":memory:" else None


def database_url(file: Path) -> str:
    """Return the address of an SQLite database in ``file``."""
    return f"sqlite:///{file.as_posix()}"


def config_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where this user's settings are: %APPDATA%\\giaoviec on Windows, else $XDG_CONFIG_HOME or ~/.config, /giaoviec."""
    base = environ.get("APPDATA") if sys.platform == "win32" else environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "giaoviec"


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where this user's data are: %LOCALAPPDATA%\\giaoviec (never roaming: SQLite wants a local disk), else $XDG_DATA_HOME or
    ~/.local/share, /giaoviec.
    """
    base = environ.get("LOCALAPPDATA") if sys.platform == "win32" else environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "giaoviec"


def load_settings(file: Path | None = None, folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings: of ``file``, else of giaoviec.toml in ``folder`` (the current one where None), of this user's; else defaults.

    The variable GIAOVIEC_STORE_URL wins over [store] url. Folders are counted from the folder of the file. Raises SettingsError where
    ``file`` is not there, cannot be read, or says something that is not known.
    """
    source = file or _find(folder or Path(), environ)
    given = _read(source) if source else {}
    base = source.resolve().parent if source else Path.cwd()
    text = given.pop("", "")
    return _build(given, text, source, base, environ)


def default_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings as they are without a file, whatever stands in the environment."""
    return _build({}, "", None, Path.cwd(), {name: value for name, value in environ.items() if name != STORE_VARIABLE})


def _find(folder: Path, environ: Mapping[str, str]) -> Path | None:
    candidates = (folder / FILE_NAME, config_folder(environ) / FILE_NAME)
    return next((path for path in candidates if path.is_file()), None)


def _read(source: Path) -> dict[str, Any]:
    """Return the tables of ``source``, and under "" its text."""
    try:
        raw = source.read_bytes()
    except FileNotFoundError:
        raise SettingsError(say("settings.not-found", file=printable(source))) from None
    except OSError as error:
        raise SettingsError(say("settings.not-readable", file=printable(source), reason=error.strerror or str(error))) from None
    try:
        text = raw.decode("utf-8-sig")  # Notepad puts a mark in front
    except UnicodeDecodeError:
        raise SettingsError(say("settings.not-utf8", file=printable(source))) from None
    try:
        return {**tomllib.loads(text), "": text}
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        line = int(match[1]) if match else len(text.splitlines()) or 1
        words = text.splitlines()[line - 1].strip() if 0 < line <= len(text.splitlines()) else ""
        key = "settings.backslash" if "\\" in words else "settings.not-a-day" if _DAY.search(words) else "settings.not-toml"
        raise SettingsError(say(key, file=printable(source), line=line, words=words[:80])) from None


def _build(given: dict[str, Any], text: str, source: Path | None, base: Path, environ: Mapping[str, str]) -> Settings:
    where = _Where(source, text)
    for section, values in given.items():
        known = Settings.model_fields.get(section)
        if known is None or section == "source":
            if not isinstance(values, dict):
                raise SettingsError(where.say("settings.outside", section, None, known=_listed(_sections())))
            raise SettingsError(where.say("settings.unknown-section", section, None, known=_listed(_sections())))
        if not isinstance(values, dict):
            raise SettingsError(where.say("settings.not-a-section", section, None))
        fields = type(getattr(Settings(), section)).model_fields
        for key in values:
            if key not in fields:
                raise SettingsError(where.say("settings.unknown-key", section, key, known=_listed(fields)))
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        section, key = (str(part) for part in error.errors()[0]["loc"][:2])
        found, expected = _shown(given[section][key]), say(f"settings.is-{section}-{key}")
        raise SettingsError(where.say("settings.wrong-value", section, key, found=found, expected=expected)) from None
    _check_names(settings, where)
    if (url := environ.get(STORE_VARIABLE)) and not _URL.fullmatch(url):
        expected = say("settings.is-store-url")
        raise SettingsError(say("settings.wrong-variable", name=STORE_VARIABLE, found=hide_password(url), expected=expected))
    address = _absolute_url(url, Path.cwd()) if url else _absolute_url(settings.store.url, base)
    return settings.model_copy(update={
        "store": settings.store.model_copy(update={
            "url": address or database_url(data_folder(environ) / "giaoviec.db"),
            "originals": _absolute(settings.store.originals, base),
        }),
        "inbox": settings.inbox.model_copy(update={"folder": _absolute(settings.inbox.folder, base)}),
        "papers": settings.papers.model_copy(update={"templates": _absolute(settings.papers.templates, base)}),
        "source": source,
    })  # fmt: skip


def _check_names(settings: Settings, where: "_Where") -> None:
    inbox = settings.inbox
    seen: set[str] = set()
    for key, name in (("done", inbox.done), ("duplicate", inbox.duplicate), ("failed", inbox.failed)):
        if name.casefold() in seen:
            expected = say("settings.is-another-name")
            raise SettingsError(where.say("settings.wrong-value", "inbox", key, found=_shown(name), expected=expected))
        seen.add(name.casefold())


def _absolute(folder: Path | None, base: Path) -> Path | None:
    return base / folder.expanduser() if folder else None


def _absolute_url(url: str, base: Path) -> str:
    file = database_file(url)
    return database_url(base / file.expanduser()) if file else url


def _sections() -> Iterator[str]:
    return (name for name in Settings.model_fields if name != "source")


def _listed(names: Any) -> str:
    return ", ".join(names)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value[:8]))}]"
    said = f'"{hide_password(value)}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return said if len(said) <= 80 else f"{said[:79]}…"


class _Where:
    """Finds the line of a key, so that a person can go there."""

    def __init__(self, source: Path | None, text: str) -> None:
        self._file = printable(source) if source else FILE_NAME
        self._lines = text.splitlines()

    def say(self, message: str, section: str, key: str | None, **values: object) -> str:
        return say(message, file=self._file, line=self._line(section, key), section=section, name=key or section, **values)

    def _line(self, section: str, key: str | None) -> int:
        """Return the line of ``key`` in ``section`` (of the section where None); 1 where it is written in a way that is not seen."""
        here, head = "", 1
        for number, line in enumerate(self._lines, 1):
            if match := _SECTION.fullmatch(line):
                here = _bare(match[1])
                if here.split(".")[0] == section:
                    head = number
                    if key is None or here == f"{section}.{key}":
                        return number
            elif match := _KEY.match(line):
                whole = f"{here}.{_bare(match[1])}".lstrip(".")
                wanted = section if key is None else f"{section}.{key}"
                if whole in (wanted, section) or whole.startswith(f"{wanted}."):
                    return number
        return head


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
