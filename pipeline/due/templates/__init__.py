"""Templates of the digest; HTML is escaped, Markdown escapes by the filter ``md``."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_MARKUP = re.compile(r"([\\`*_<>\[\]|#])")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["md"] = lambda text: _MARKUP.sub(r"\\\1", text)
    return environment


def render(name: str, values: Mapping[str, object]) -> str:
    """Return the template ``name`` of this folder filled with ``values``."""
    return _environment().get_template(name).render(values)
