"""What the second reader sees of the units that the rules gave a role: the words before each, and what stands behind it.

Units without a role are left to the rules: to find them again costs as much as all the rest, and made no confidence better.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from models import Clause
from pipeline.second.linear import Linear, named

NO_ROLE: Final = "none"
ENDS: Final = "ends"
GOES_ON: Final = "goes on"
_TOKEN = re.compile(r"[^\W_]+|[:;.,()/-]")
_LEFT = 45
_NEAR = 8
_HONORIFIC = 14  # code points that may stand between a comma and the name ("các đồng chí ")
_JOINT = re.compile(r"(?:,|;| và|, và| cùng| hoặc|/| -)\s?(?=\S)")


class Named(NamedTuple):
    """A unit that a clause names in ``role`` at [start, end) of the text, and what is seen of it.

    ``near`` are the words before it, ``head`` is its own first one, ``unit`` its kind and the type of the clause. ``sign`` is the comma or
    "và" right behind it ("" where there is none), ``then`` the word behind that, ``next`` where in the text the words behind ``sign``
    begin, ``goes_on`` whether the rules read on there with a unit in the same role.
    """

    start: int
    end: int
    role: str
    near: tuple[str, ...]
    head: str
    unit: str
    sign: str = ""
    then: str = ""
    next: int = 0
    goes_on: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        """What tells the role, as the names of features."""
        left = self.near[-1] if self.near else ""
        return (f"left={left}", f"head={self.head}", f"unit={self.unit}", *[f"near={word}" for word in self.near])

    @property
    def joint(self) -> tuple[str, ...]:
        """What tells whether the list of units goes on behind ``sign``, as the names of features; empty where there is no sign."""
        return (f"next={self.then}", f"role={self.role} {self.sign}") if self.sign else ()

    def weigh(self, roles: Linear) -> int:
        """Return what ``features`` add in ``roles``."""
        near = self.near
        added = named(roles, "left=").get(near[-1] if near else "", 0) + named(roles, "head=").get(self.head, 0)
        added += named(roles, "unit=").get(self.unit, 0)
        return sum(filter(None, map(named(roles, "near=").get, set(near))), added)


def read_units(clause: Clause, lower: str, kinds: Mapping[str, str]) -> list[Named]:
    """Return the units of ``clause``, in the order of the text. Rows of tables have none: their columns say who does what.

    ``lower`` is the text in small letters, ``kinds`` gives the kind of a unit's id.
    """
    if clause.cells or not clause.mentions:
        return []
    mentions = sorted(clause.mentions, key=lambda mention: mention.span)
    begin, stop, kind = clause.body.start, clause.span.end, clause.type
    found = []
    for n, mention in enumerate(mentions):
        start, end = mention.span
        role = mention.role
        near = tuple(_TOKEN.findall(lower, max(begin, start - _LEFT), start)[-_NEAR:])
        head = lower[start:end].split(" ", 1)[0]
        unit = f"{kinds.get(mention.unit_id, '')} {kind}"
        joint = _JOINT.match(lower, end, stop)
        if joint is None:
            found.append(Named(start, end, role, near, head, unit))
            continue
        at = joint.end()
        word = _TOKEN.search(lower, at, min(stop, at + _LEFT))
        after = mentions[n + 1] if n + 1 < len(mentions) and mentions[n + 1].span.start - at < _HONORIFIC else None
        goes_on = after is not None and after.role == role
        found.append(Named(start, end, role, near, head, unit, joint.group().strip(), word.group() if word else "", at, goes_on))
    return found


def overlapping(mentions: Sequence[tuple[int, int, str]], start: int, end: int) -> str:
    """Return the role of the first of ``mentions`` (start, end, role) that shares more than half of its words with [start, end)."""
    for a, b, role in mentions:
        if min(b, end) - max(a, start) > 0.5 * min(b - a, end - start):
            return role
    return NO_ROLE
