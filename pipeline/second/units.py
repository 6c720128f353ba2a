"""What the second reader sees of the units that the rules gave a role: the words around each, and what stands behind it.

Units without a role are left to the rules: to find them again costs as much as all the rest, and made no confidence better.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from models import Clause, Mention

NO_ROLE: Final = "none"
ENDS: Final = "ends"
GOES_ON: Final = "goes on"
_TOKEN = re.compile(r"[^\W_]+|[:;.,()/-]")
_LEFT = 45
_RIGHT = 24
_NEAR = 8
_HONORIFIC = 14  # code points that may stand between a comma and the name ("các đồng chí ")
_JOINT = re.compile(r"(?:,|;| và|, và| cùng| hoặc|/| -)\s?(?=\S)")


class Named(NamedTuple):
    """A unit that a clause names in ``role`` at [start, end) of the text, and what is seen of it.

    ``joint`` is what is seen of the comma or "và" right behind it (empty where there is none), ``next`` where in the text the words behind
    that begin, ``goes_on`` whether the rules read on there with a unit in the same role.
    """

    start: int
    end: int
    role: str
    features: tuple[str, ...]
    joint: tuple[str, ...] = ()
    next: int = 0
    goes_on: bool = False


def read_units(clause: Clause, lower: str, kinds: Mapping[str, str]) -> list[Named]:
    """Return the units of ``clause``, in the order of the text. Rows of tables have none: their columns say who does what.

    ``lower`` is the text in small letters, ``kinds`` gives the kind of a unit's id.
    """
    if clause.cells or not clause.mentions:
        return []
    mentions = sorted(clause.mentions, key=lambda mention: mention.span)
    found = []
    for n, mention in enumerate(mentions):
        start, end = mention.span
        seen = _features(clause, lower, mentions, n, kinds)
        joint = _JOINT.match(lower, end, clause.span.end)
        if joint is None:
            found.append(Named(start, end, mention.role, seen))
            continue
        after = mentions[n + 1] if n + 1 < len(mentions) and mentions[n + 1].span.start - joint.end() < _HONORIFIC else None
        goes_on = after is not None and after.role == mention.role
        behind = _joint_features(clause, lower, mentions, n, joint, kinds)
        found.append(Named(start, end, mention.role, seen, behind, joint.end(), goes_on))
    return found


def overlapping(mentions: Sequence[tuple[int, int, str]], start: int, end: int) -> str:
    """Return the role of the first of ``mentions`` (start, end, role) that shares more than half of its words with [start, end)."""
    for a, b, role in mentions:
        if min(b, end) - max(a, start) > 0.5 * min(b - a, end - start):
            return role
    return NO_ROLE


def _features(clause: Clause, lower: str, mentions: Sequence[Mention], n: int, kinds: Mapping[str, str]) -> tuple[str, ...]:
    mention = mentions[n]
    start, end = mention.span
    left = _TOKEN.findall(lower, max(clause.body.start, start - _LEFT), start)
    right = _TOKEN.findall(lower, end, min(clause.span.end, end + _RIGHT))
    one, two, three = (["", "", "", *left])[-1:-4:-1]
    after, later = (*right[:2], "", "")[:2]
    kind = kinds.get(mention.unit_id, "")
    where = "first" if start - clause.body.start < 3 else "inside"
    gap = lower[mentions[n - 1].span.end : start] if n else "none"
    name = lower[start : min(end, start + _RIGHT)]
    return (
        f"left={one}", f"left={two} {one}", f"left={three} {two} {one}", f"second={two}", f"right={after}", f"right={after} {later}",
        f"unit={kind}", f"unit={kind} {clause.type}", f"place={clause.type} {where}", f"place={clause.type} {where} {after}",
        f"name={name}", f"head={name.split(' ', 1)[0]}", f"gap={gap if len(gap) < 8 else 'far'}", f"number={min(n, 4)}",
        f"ends={end >= clause.span.end - 2} {clause.type}",
        *[f"near={word}" for word in left[-_NEAR:]], *[f"then={word}" for word in right[:3]],
    )  # fmt: skip


def _joint_features(
    clause: Clause, lower: str, mentions: Sequence[Mention], n: int, joint: re.Match[str], kinds: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what is seen of ``joint``, which stands behind the mention number ``n``."""
    at = joint.end()
    tokens = _TOKEN.findall(lower, at, min(clause.span.end, at + _LEFT))
    one, two = (*tokens[:2], "", "")[:2]
    sign = joint.group().strip()
    mention = mentions[n]
    own = kinds.get(mention.unit_id, "")
    until = next((token for token in tokens if not token.isalnum() or token == "và"), "")
    return (
        f"sign={sign}", f"next={one}", f"next={one} {two}", f"unit={own} {one}", f"unit={own} {sign}", f"role={mention.role} {sign}",
        f"role={mention.role} {clause.type}", f"until={until} {sign}", f"number={min(n, 3)}",
    )  # fmt: skip
