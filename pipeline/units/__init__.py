"""Names of units in a folded text, found by grammar (rules/units.toml), not by list."""

import re
import unicodedata

from pipeline.units.lists import UnitPhrase
from pipeline.units.phrases import UnitGrammar, find_units, unit_grammar
from pipeline.units.register import known_names

_PLAIN = re.compile(r"[a-z0-9]+")
_FIRST_MARK = "\u0300"  # of those that stand above or below a letter

__all__ = ["UnitGrammar", "UnitPhrase", "ascii_fold", "find_units", "known_names", "unit_grammar"]


def ascii_fold(text: str) -> str:
    """Return ``text`` in small ASCII letters and digits joined by "-": "Phòng Y tế" → "phong-y-te"."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "-".join(_PLAIN.findall("".join([c for c in plain if c < _FIRST_MARK or not unicodedata.combining(c)])))
