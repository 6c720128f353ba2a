"""Names of units that the rules know by themselves: organs of State and Party, and the offices for each field of government."""

import re
from functools import lru_cache

from pipeline.rulebook import Rulebook
from pipeline.text import fold_text

_BEGINS = re.compile(r"(?:^| và | - |, )\w")
_JOINTS = re.compile(r" và | & |[\s,&-]+")
_ORGANS = ("government", "state", "party")
_OFFICES = ("ministry", "department")


@lru_cache(maxsize=4)
def known_names(rulebook: Rulebook) -> tuple[str, ...]:
    """Return the names as they are written ("Sở Giáo dục và Đào tạo"): capitals as in Nghị định 30/2020/NĐ-CP, Phụ lục II.

    Of the spellings of one name the first that the rules list is there; short forms are not.
    """
    tables = rulebook["units"].tables
    short = {fold_text(form) for form in tables["abbreviations"]}
    named: dict[str, str] = {}
    for kind in tables["kind"]:
        fields = tables["fields"]["names"] if kind["id"] in _OFFICES else [""] if kind["id"] in _ORGANS else []
        for head in kind["heads"]:
            for field in fields:
                name = f"{head[:1].upper()}{head[1:]} {_written(field)}".strip()
                if short.isdisjoint(_JOINTS.split(name.lower())) and "," not in head:
                    named.setdefault(_JOINTS.sub(" ", name.lower()), name)
    return tuple(named.values())


def _written(field: str) -> str:
    """Return a field of government with a capital where a part of it begins: "giáo dục và đào tạo" → "Giáo dục và Đào tạo"."""
    return _BEGINS.sub(lambda match: match.group()[:-1] + match.group()[-1].upper(), field)
