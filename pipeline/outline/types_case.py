"""What can be seen of a clause before its type is decided: how it begins, how it ends, how it is printed."""

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import ne

from models import Clause
from pipeline.outline.types_rules import ClauseRules
from pipeline.text import TextView, fold, fold_again

# Beyond this many letters a clause is read at its two ends only; what decides a type stands there.
_WHOLE = 1600
_TAIL = 300
_TITLE = 300  # letters that a heading of names has at most
_PRINTED = 200  # letters by which capitals are told
_SMALL = 32  # more small letters than this among so many are no capitals, whatever follows
_MARKERS = (
    ("none", re.compile(r"$")),
    ("article", re.compile(r"(?i)điều\b")),
    ("roman", re.compile(r"[IVXLC]+(?:\.\d+)*\s*[.\-/)]*$|(?i:phần|chương|mục|tiểu mục|phụ lục)\b|[A-H]\.$")),
    ("number", re.compile(r"\(?\d|\([ivx]+\)")),
    ("letter", re.compile(r"(?i)\(?[a-zđ]{1,2}\s*[)./-]")),
)
_INSIDE = re.compile(r"[.;] (?=\S)")


@dataclass(slots=True)
class Place:
    """What a clause is to those below it. ``led``: the part names who leads (a unit's heading, or a field of it)."""

    section: str
    led: bool
    field: bool = False


@dataclass(slots=True)
class Case:
    """One clause as the rules see it. ``text`` is folded; the fields are those of ``when`` in rules/clauses.toml."""

    text: str
    head: str
    tail: str
    marker: str
    opening: str
    duty: bool
    caps: bool
    colon: bool
    stop: bool
    sentences: bool
    named: bool = False
    to_do: bool = False
    children: bool = False
    running: bool = False
    charged: bool = False
    place: str = "body"
    parent: str = "top"
    section: str = "none"
    led: bool = False
    labelled: bool = False
    fielded: bool = False
    under_field: bool = False
    verbal: bool = False


@lru_cache(maxsize=1024)
def marker_kind(marker: str) -> str:
    """Return none, article, roman, number, letter or bullet for a printed marker ("II.", "2.1.", "a)", "-")."""
    bare = marker.strip(" *") or marker.strip()
    return next((kind for kind, pattern in _MARKERS if pattern.match(bare)), "bullet")


def read_case(clause: Clause, text: str, rules: ClauseRules) -> Case:
    """Return the clause as the rules see it, its place not yet filled in."""
    start, end = clause.body
    if end - start > _WHOLE + _TAIL:
        return case_of(clause.body.cut(text), clause.marker, rules)
    return _case(fold_again(text, start, end), clause.marker, rules)


def case_of(body: str, marker: str, rules: ClauseRules) -> Case:
    """Return the case of a clause with this body (as printed, without marker)."""
    if len(body) > _WHOLE + _TAIL:
        body = body[:_WHOLE] + " " + body[-_TAIL:]
    return _case(fold(body), marker, rules)


def _case(view: TextView, marker: str, rules: ClauseRules) -> Case:
    cased, lower = (words.strip(" *|").lstrip("-+ ") for words in (view.cased, view.text))
    kind = marker_kind(marker)
    stop = lower.rstrip('"* )').endswith((".", ";", "./")) and not lower.endswith("...")
    opening, duty = rules.opening(lower, cased, stop)
    named = False
    titled = not stop and len(lower) <= _TITLE
    if (titled or (opening == "unit" and not duty)) and (end := rules.names_end(cased)):
        named = not lower[end:].strip(" :")
        if named:
            opening = "unit"
        elif opening == "unit":
            duty = duty or rules.acts_from(lower, end)
    return Case(
        text=lower,
        head=lower[:240],
        tail=lower[-160:],
        marker=kind,
        opening=opening,
        duty=duty,
        caps=_in_capitals(cased[:_PRINTED], lower[:_PRINTED]),
        colon=lower.endswith(":"),
        stop=stop,
        named=named,
        sentences=any(cased[m.end()].isupper() or cased[m.start()] == ";" for m in _INSIDE.finditer(cased)),
    )


def _in_capitals(cased: str, lower: str) -> bool:
    """Return whether a clause is printed in capitals (17 letters in 20)."""
    if cased[1:].islower() or sum(map(str.islower, cased[: _SMALL + 16])) > _SMALL:
        return False
    letters = sum(map(str.isalpha, cased))
    return letters >= 4 and sum(map(ne, cased, lower)) >= 0.85 * letters
