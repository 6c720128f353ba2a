"""The token patterns and word lists of rules/phrases.toml, which spaCy and the opening test read."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import rules


@lru_cache(maxsize=1)
def phrase_rules() -> dict[str, Any]:
    """Return rules/phrases.toml as written."""
    with (Path(rules.__file__).parent / "phrases.toml").open("rb") as file:
        return tomllib.load(file)
