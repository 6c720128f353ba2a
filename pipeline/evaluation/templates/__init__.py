"""Templates of the report; the page is escaped as HTML, Markdown by the filter ``md``."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipeline.messages import say

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(enabled_extensions=("html", "svg"), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"percent": _percent, "md": _escape_markdown}
    environment.globals["t"] = lambda key, **values: say(f"evaluation.{key}", **values)
    environment.globals["name_of"] = lambda kind, name: say(f"evaluation.{kind}-{name.replace(' ', '-')}")
    return environment


def render(name: str, values: Mapping[str, object]) -> str:
    """Return the template ``name`` of this folder filled with ``values``, without control characters."""
    return _UNPRINTABLE.sub("\ufffd", _environment().get_template(name).render(values))


def _percent(share: float) -> str:
    """Return a share as a number of hundredths with one digit after the mark, as the language writes it: "97,6"."""
    return f"{share * 100:.1f}".replace(".", say("evaluation.decimal-mark"))


def _escape_markdown(text: object) -> str:
    """Return ``text`` on one line, so that nothing in it is Markdown or HTML."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
