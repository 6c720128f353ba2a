"""A mapping says how a tracker takes tasks: one TOML file (rules/trackers/*.toml, or one of an office's own).

It is data, so it is checked before anything is written: an unknown key or field, a date form that is none, a column twice are refused
with the file, the column, what was found and what is known.
"""

import re
import tomllib
from collections.abc import Mapping as Entries
from dataclasses import dataclass
from datetime import datetime
from datetime import time as Time
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

import rules
from models import SettingsError
from pipeline.handover.fields import DATES, FIELDS
from pipeline.messages import printable, say

Kind = Literal["csv", "xlsx", "json", "mspdi"]
SUFFIXES: Final[Entries[str, str]] = {"csv": ".csv", "xlsx": ".xlsx", "json": ".json", "mspdi": ".xml"}
_PLACE = re.compile(r"\{([^{}]*)\}")
_CSV: Final[Entries[str, type]] = {"separator": str, "bom": bool}
_FILE: Final[Entries[str, type]] = {
    "name": str, "says": str, "kind": str, "documentation": list, "hint": dict, "rows": int, "date": str, "column": list, "csv": dict,
    "sheet": str,
}  # fmt: skip
_COLUMN: Final[Entries[str, type]] = {
    "name": str, "field": str, "value": str, "lines": list, "join": str, "date": str, "time": str, "utc": bool, "length": int,
    "required": bool, "default": str, "values": dict, "replace": dict, "label": bool, "times": int, "list": bool,
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column: where its value comes from (``field``, ``value`` or ``lines``) and what becomes of it on the way.

    ``date`` is the form of a day (strftime; None: as it is), ``time`` the hour given to a day that has none, ``utc`` turns Vietnam's time
    into UTC. ``length`` cuts after a whole word. ``values`` replaces whole values, ``replace`` letters in them. ``label`` makes words of
    a-z, 0-9 and hyphens. ``times`` is how often the column stands, each holding the next of several values; ``join`` parts them elsewhere,
    ``list`` keeps them as a list (JSON). An empty value becomes ``default``; a ``required`` one that stays empty is a fault.
    """

    name: str
    field: str | None = None
    value: str | None = None
    lines: tuple[str, ...] = ()
    join: str = "; "
    date: str | None = None
    time: Time | None = None
    utc: bool = False
    length: int | None = None
    required: bool = False
    default: str = ""
    values: Entries[str, str] | None = None
    replace: Entries[str, str] | None = None
    label: bool = False
    times: int = 1
    list: bool = False


@dataclass(frozen=True)
class Mapping:
    """How one tracker takes tasks. ``rows`` is the most that one file may hold (None: any number); ``hint`` tells people, by language,
    what to choose on the tracker's import page.
    """

    name: str
    says: str
    kind: Kind
    documentation: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int | None = None
    separator: str = ","
    bom: bool = False
    sheet: str = "Tasks"
    hint: Entries[str, str] | None = None


def trackers() -> dict[str, Path]:
    """Return the mappings that ship with giaoviec, name → file."""
    return {path.stem: path for path in sorted((Path(rules.__file__).parent / "trackers").glob("*.toml"))}


def load_mapping(file: Path) -> Mapping:
    """Return the mapping in ``file``. Raises SettingsError where it cannot be read or is wrong."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _fault(file, "not-readable", reason=error.strerror or str(error)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _fault(file, "not-toml", reason=error) from None
    _known(file, data, _FILE, "")
    kind = data.get("kind", "csv")
    if kind not in get_args(Kind):
        raise _fault(file, "bad-kind", found=kind, known=", ".join(get_args(Kind)))
    entries = data.get("column", [])
    if not entries:
        raise _fault(file, "no-columns")
    csv = data.get("csv", {})
    _known(file, csv, _CSV, "csv")
    if len(csv.get("separator", ",")) != 1:
        raise _fault(file, "bad-value", column="csv", entry="separator", found=csv["separator"])
    if data.get("rows", 1) < 1:
        raise _fault(file, "bad-value", column="", entry="rows", found=data["rows"])
    columns = tuple(_column(file, entry, data.get("date")) for entry in entries)
    names = [column.name for column in columns]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise _fault(file, "twice", column=twice)
    return Mapping(
        name=data.get("name", file.stem),
        says=data.get("says", ""),
        kind=cast(Kind, kind),
        documentation=tuple(map(str, data.get("documentation", []))),
        columns=columns,
        rows=data.get("rows"),
        separator=csv.get("separator", ","),
        bom=csv.get("bom", False),
        sheet=data.get("sheet", "Tasks"),
        hint=data.get("hint"),
    )


def _column(file: Path, entry: object, date: str | None) -> Column:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"].strip():
        raise _fault(file, "nameless")
    name: str = entry["name"]
    _known(file, entry, _COLUMN, name)
    sources = [key for key in ("field", "value", "lines") if key in entry]
    if len(sources) != 1:
        raise _fault(file, "one-source", column=name)
    lines = tuple(map(str, entry.get("lines", [])))
    used = [entry["field"]] if "field" in entry else [found for line in lines for found in _PLACE.findall(line)]
    for field in used:
        if field not in FIELDS:
            raise _fault(file, "unknown-field", column=name, found=field, known=", ".join(FIELDS))
    dated = entry.get("field") in DATES
    for key in ("date", "time", "utc"):
        if key in entry and not dated:
            raise _fault(file, "not-dated", column=name, entry=key, known=", ".join(sorted(DATES)))
    for key in ("values", "replace"):
        if not all(isinstance(value, str) for value in entry.get(key, {}).values()):
            raise _fault(file, "bad-value", column=name, entry=key, found=entry[key])
    if min(entry.get("length", 1), entry.get("times", 1)) < 1:
        raise _fault(file, "bad-value", column=name, entry="length, times", found=min(entry.get("length", 1), entry.get("times", 1)))
    return Column(
        **{
            **{key: value for key, value in entry.items() if key not in ("lines", "time", "date")},
            "lines": lines,
            "join": entry.get("join", "\n" if lines else "; "),
            "date": _date_form(file, name, entry.get("date", date)) if dated else None,
            "time": _time(file, name, entry["time"]) if "time" in entry else None,
        }
    )


def _known(file: Path, entry: dict[str, Any], known: Entries[str, type], column: str) -> None:
    for key, value in entry.items():
        if key not in known:
            raise _fault(file, "unknown-key", column=column, entry=key, known=", ".join(known))
        if not isinstance(value, known[key]) or (known[key] is int and isinstance(value, bool)):
            raise _fault(file, "bad-value", column=column, entry=key, found=value)


def _date_form(file: Path, column: str, form: str | None) -> str | None:
    if form is None:
        return None
    sample = datetime(2024, 3, 9, 16, 5)
    said = sample.strftime(form)
    # a form that does not tell one day from another is none: nearly always a "YYYY-MM-DD" typed for "%Y-%m-%d"
    if said == datetime(2031, 12, 28, 7, 40).strftime(form) or "%" in said:
        raise _fault(file, "bad-date", column=column, found=form)
    return form


def _time(file: Path, column: str, value: str) -> Time:
    try:
        return Time.fromisoformat(value)
    except ValueError:
        raise _fault(file, "bad-value", column=column, entry="time", found=value) from None


def _fault(file: Path, code: str, **values: object) -> SettingsError:
    told = {key: str(value)[:400] for key, value in values.items()}
    return SettingsError(say(f"mapping.{code}", file=printable(file), **told))
