"""To which group of the political system a unit belongs, and at which level, as its name says (rules/groups.toml)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.rulebook import rulebook
from pipeline.text import fold_text

_OTHER: Final = "other"
_PARTY: Final = "party"


@dataclass(frozen=True, order=True)
class Band:
    """A group at a level. Bands sort as pictures show them: by group, from the centre down to the communes, unknown levels last.

    ``group`` and ``level`` are places in the lists of rules/groups.toml.
    """

    group: int
    level: int

    @property
    def title(self) -> str:
        """The band in words: "Đảng, cấp huyện"."""
        groups, levels = _names()
        return groups[self.group] + (f", {levels[self.level]}" if self.level < len(levels) else "")

    @property
    def group_title(self) -> str:
        """The group in words."""
        return _names()[0][self.group]


@lru_cache(maxsize=20_000)
def band_of(name: str) -> Band:
    """Return the band of the unit called ``name``."""
    words = fold_text(name)
    tables = rulebook()["groups"].tables
    groups, levels = list(tables["groups"]), list(tables["levels"])
    group, level = _first("group", words), _first("level", words)
    return Band(groups.index(group or _OTHER), levels.index(level) if level else len(levels))


def is_of_the_party(name: str) -> bool:
    """Return whether ``name`` is that of an organ of the Party, whose papers have a letterhead of their own."""
    return _first("group", fold_text(name)) == _PARTY


def _first(key: str, words: str) -> str | None:
    return next((value for pattern, value in _patterns()[key] if pattern.search(words)), None)


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, list[tuple[re.Pattern[str], str]]]:
    rules = rulebook()["groups"].rules
    return {key: [(re.compile(rule.pattern), rule.fields[key]) for rule in rules if key in rule.fields] for key in ("group", "level")}


@lru_cache(maxsize=1)
def _names() -> tuple[list[str], list[str]]:
    tables = rulebook()["groups"].tables
    return list(tables["groups"].values()), list(tables["levels"].values())
