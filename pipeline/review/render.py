"""Pages out of templates: everything that is put in is escaped; the text of a directive stays text."""

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.emit.words import plain

STATIC: Final = Path(__file__).parent / "static"
_TEMPLATES: Final = Path(__file__).parent / "templates"


def render(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return the template ``name`` filled with ``values``; every template knows ``request``, ``site`` and ``person`` (None for nobody)."""
    known = {"request": request, "site": request.app.state.site, "person": getattr(request.state, "person", None)}
    return HTMLResponse(_environment().get_template(name).render({**known, **values}), status_code=status)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["static"] = static
    environment.filters.update(day=say_date, moment=say_moment, number=say_number, plain=plain)
    return environment


@lru_cache(maxsize=256)
def static(name: str) -> str:
    """Return the address of a file of static/; it changes with the file, so browsers may keep it."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def say_date(value: date | str | None) -> str:
    """Return a day (ISO text or date) as dd/mm/yyyy, "" for none."""
    if value is None:
        return ""
    day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{day:%d/%m/%Y}"


def say_moment(value: datetime | None) -> str:
    """Return a time as the office's clock shows it, "" for none."""
    return f"{value.astimezone():%H:%M %d/%m/%Y}" if value else ""


def say_number(value: int) -> str:
    """Return a number with a dot at the thousands, as Vietnamese offices write it."""
    return f"{value:,}".replace(",", ".")
