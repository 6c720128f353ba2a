"""What can be seen of a clause before its type is decided: how it begins, how it ends, how it is printed."""

import re
from dataclasses import dataclass

from models import Clause
from pipeline.outline.types_rules import ClauseRules
from pipeline.text import fold

# Beyond this many letters a clause is read at its two ends only; what decides a type stands there.
_WHOLE = 1600
_TAIL = 300
_MARKERS = (
    ("none", re.compile(r"$")),
    ("article", re.compile(r"(?i)điều\b")),
    ("roman", re.compile(r"[IVXLC]+(?:\.\d+)*\s*[.\-/)]*$|(?i:phần|chương|mục|tiểu mục|phụ lục)\b|[A-H]\.$")),
    ("number", re.compile(r"\(?\d|\([ivx]+\)")),
    ("letter", re.compile(r"(?i)\(?[a-zđ]{1,2}\s*[).]")),
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
    children: bool = False
    place: str = "body"
    parent: str = "top"
    section: str = "none"
    led: bool = False
    labelled: bool = False
    fielded: bool = False
    under_field: bool = False
    verbal: bool = False


def marker_kind(marker: str) -> str:
    """Return none, article, roman, number, letter or bullet for a printed marker ("II.", "2.1.", "a)", "-")."""
    bare = marker.strip(" *") or marker.strip()
    return next((kind for kind, pattern in _MARKERS if pattern.match(bare)), "bullet")


def read_case(clause: Clause, text: str, rules: ClauseRules) -> Case:
    """Return the clause as the rules see it, its place not yet filled in."""
    return case_of(clause.body.cut(text), clause.marker, rules)


def case_of(body: str, marker: str, rules: ClauseRules) -> Case:
    """Return the case of a clause with this body (as printed, without marker)."""
    if len(body) > _WHOLE + _TAIL:
        body = body[:_WHOLE] + " " + body[-_TAIL:]
    view = fold(body)
    cased = view.cased.strip(" *|").lstrip("-+ ")
    lower = cased.lower()
    kind = marker_kind(marker)
    stop = lower.rstrip('"* )').endswith((".", ";", "./")) and not lower.endswith("...")
    opening, duty = rules.opening(lower, cased, stop)
    letters = [c for c in cased[:200] if c.isalpha()]
    return Case(
        text=lower,
        head=lower[:240],
        tail=lower[-160:],
        marker=kind,
        opening=opening,
        duty=duty,
        caps=len(letters) >= 4 and sum(c.isupper() for c in letters) >= 0.85 * len(letters),
        colon=lower.endswith(":"),
        stop=stop,
        sentences=any(cased[m.end()].isupper() or cased[m.start()] == ";" for m in _INSIDE.finditer(cased)),
    )
