"""The pieces of a clause between which an order may end and the next begin: who is ordered in each, and which times it holds."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.extract.order_words import TIME, OrderWords
from pipeline.extract.role_words import RoleWords
from pipeline.extract.roles import RoleMention

EDGES = ' -+;.,:*"/'
"""what is no part of an order's words at either end"""
Actors = tuple[RoleMention, ...]
# begins with a class of letters, by which the engine skips all others at once
_BREAK = re.compile(r"[.;:](?:(?<=;)|(?<=\.)(?<!\..)(?= +[^\W\d])|(?<=:) (?=- ))")
_SET_APART = re.compile(r'\([^()]{0,600}\)|"[^"]{0,600}"')
_LAST_WORD = re.compile(r"[^\s,;:()\"]*$")
_NEAR = 60  # code points before a name in which the words that hand it an order stand
_SEEN = 400  # code points before a time in which its action stands
_INSIDE = frozenset(("lead.by", "lead.label"))  # rules that find who leads anywhere in an order, not at its beginning


@dataclass(slots=True)
class Segment:
    """Words between two breaks; positions in the view.

    ``joined``: it goes on in the sentence of the segment before. ``times`` are numbers of deadlines, ``words`` the text with a sign for
    each of them. ``acts``: it orders something by itself. ``left_open``: it is a time of which nobody can tell what it closes.
    ``holds_to`` is the last segment for which its times hold, beyond itself.
    """

    start: int
    end: int
    joined: bool
    actors: Actors = ()
    times: list[int] = field(default_factory=list)
    words: str = ""
    acts: bool = False
    closes: bool = False
    left_open: bool = False
    holds_to: int = -1


def cut_segments(
    text: str, leads: Sequence[RoleMention], times: Sequence[tuple[int, int]], words: OrderWords, roles: RoleWords
) -> list[Segment]:
    """Return the segments of a folded clause in order, one where it cannot hold several orders.

    ``leads`` are all mentions of who leads, ``times`` the places of its deadlines, both in the order of the text.
    """
    segments = _segments(text, leads, times, words, roles)
    if len(segments) > 1:
        _read(text, segments, times, words)
        _close(segments, words)
    return segments


def _segments(
    text: str, leads: Sequence[RoleMention], times: Sequence[tuple[int, int]], words: OrderWords, roles: RoleWords
) -> list[Segment]:
    apart = [match.span() for match in _SET_APART.finditer(text)]
    starts = [begin for begin, _ in apart]

    def outside(at: int) -> bool:
        n = bisect_right(starts, at) - 1
        return n < 0 or at >= apart[n][1]

    breaks = {m.end(): m.group() == ";" for m in _BREAK.finditer(text) if outside(m.start()) and not _abbreviated(text, m, words)}
    breaks |= {at: True for at in _next_actions(text, times, words) if outside(at)}
    groups = _groups(text, [m for m in leads if outside(m.unit.start) or m.rule in _INSIDE], roles)
    places = sorted(breaks)
    for before, group in pairwise(groups):
        if _none_between(places, before[-1].unit.end, group[0].unit.start) and (cut := _takes_over(text, before, group, words)):
            breaks[cut] = True
    for group in groups:  # a list of names is not broken
        first, last = bisect_right(places, group[0].unit.start), bisect_right(places, group[-1].unit.start)
        for at in places[first:last]:
            breaks.pop(at, None)
    edges = [0, *sorted(breaks), len(text)]
    segments = [Segment(a, b, breaks.get(a, False)) for a, b in pairwise(edges) if text[a:b].strip(EDGES)]
    return _with_actors(text, segments, groups, words)


def _abbreviated(text: str, match: re.Match[str], words: OrderWords) -> bool:
    if match.group() != ".":
        return False
    last = _LAST_WORD.search(text, max(0, match.start() - 12), match.start())
    return last is not None and last.group() in words.short


def _next_actions(text: str, times: Sequence[tuple[int, int]], words: OrderWords) -> list[int]:
    """Return where, behind a time and a comma, an action with a time of its own begins."""
    out = []
    for (begin, end), (later, _) in pairwise(times):
        step = words.next.match(text[end : end + 80])
        if step is None or later < end + step.end() or _BREAK.search(text, end, later):
            continue
        near = max(0, begin - _SEEN)
        last = max(text.rfind(";", near, begin), text.rfind(". ", near, begin), near)
        if words.has_verb(text[last:begin]):
            out.append(end + len(text[end:later]) - len(text[end:later].lstrip(" ,-)")))
    begins = [begin for begin, _ in times]
    for match in words.periodic.finditer(text):
        n = bisect_left(begins, match.end())
        if n < len(begins) and begins[n] - match.end() < _SEEN and not _BREAK.search(text, match.end(), begins[n]):
            out.append(match.end())
    return out


def _groups(text: str, leads: Sequence[RoleMention], roles: RoleWords) -> list[list[RoleMention]]:
    """Return the leads in the lists in which they stand."""
    groups: list[list[RoleMention]] = []
    for mention in leads:
        last = groups[-1][-1] if groups else None
        between = text[last.unit.end : mention.unit.start] if last else ""
        if last and (last.unit.end > mention.unit.start or (len(between) < 70 and roles.separator.fullmatch(between))):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _none_between(places: Sequence[int], start: int, end: int) -> bool:
    return bisect_right(places, start) == bisect_right(places, end)


def _takes_over(text: str, before: Sequence[RoleMention], group: Sequence[RoleMention], words: OrderWords) -> int | None:
    """Return where ``group`` takes over from ``before`` in the middle of a segment ("giao Sở A …, giao Sở B …"), None where it does not."""
    end, start = before[-1].unit.end, group[0].unit.start
    if group[0].rule in _INSIDE:
        return None
    if assigned := words.assigned.search(text, max(end, start - _NEAR), start):
        if words.inside.search(text, max(end, assigned.start() - _NEAR), assigned.start()):
            return None
        start = assigned.start()
    cut = max(text.rfind(mark, max(end, start - _NEAR), start) for mark in (", ", " và "))
    joint = text[cut:start].strip(" ,:").removeprefix("và").removeprefix("đồng thời").strip()
    return cut + 1 if cut >= 0 and not joint and words.has_verb(text[end:cut]) else None


def _with_actors(text: str, segments: list[Segment], groups: Sequence[Sequence[RoleMention]], words: OrderWords) -> list[Segment]:
    """Give the segments their actors; one that only names them ("yêu cầu A, B; đề nghị C …") belongs to the next."""
    out: list[Segment] = []
    n, only_names = 0, False
    for segment in segments:
        if only_names:
            before = out.pop()
            segment.start, segment.joined, segment.actors = before.start, before.joined, before.actors
        last = segment.start
        while n < len(groups) and groups[n][0].unit.start < segment.end:
            group = groups[n]
            n += 1
            if group[0].unit.start >= segment.start and _in_place(text, segment.start, group[0], words):
                if not segment.actors or not words.has_verb(text[last : group[0].unit.start]):
                    segment.actors += tuple(group)
                last = group[-1].unit.end
        named = bool(segment.actors) and last > segment.start and segment.actors[-1].rule not in _INSIDE
        only_names = named and not words.has_verb(text[last : segment.end])
        out.append(segment)
    return out


def _in_place(text: str, start: int, mention: RoleMention, words: OrderWords) -> bool:
    """Whether the lead stands where the one who is ordered stands, not inside somebody's order ("việc giao chủ đầu tư …")."""
    if mention.rule != "lead.assign":
        return True
    assigned = words.assigned.search(text, max(start, mention.unit.start - _NEAR), mention.unit.start)
    return assigned is None or words.inside.search(text, max(start, assigned.start() - _NEAR), assigned.start()) is None


def _read(text: str, segments: Sequence[Segment], times: Sequence[tuple[int, int]], words: OrderWords) -> None:
    """Give the segments their times, and the words in which times are replaced by a sign; see how far a time at the head holds."""
    n, listing = 0, False
    for i, segment in enumerate(segments):
        parts, at = [], segment.start
        while n < len(times) and times[n][0] < segment.end:
            begin, end = times[n]
            if begin >= at:
                parts += [text[at:begin], TIME]
            if begin >= segment.start:
                segment.times.append(n)
            at = max(at, end)
            n += 1
        parts.append(text[at : segment.end])
        segment.words = "".join(parts).strip()
        segment.closes = bool(segment.times) and not segment.actors and words.closing_time.match(segment.words) is not None
        listing = listing and segment.joined
        segment.acts = bool(segment.actors) or (not listing and words.acts(segment.words.lstrip(EDGES), sentence=not segment.joined))
        listing = listing or words.lists.search(segment.words) is not None
        if segment.times and not segment.joined and words.fronted.match(segment.words.partition(TIME)[0]):
            behind = segment.words.partition(TIME)[2].lstrip()
            segment.holds_to = len(segments) if behind.startswith(":") else _sentence_end(segments, i)


def _sentence_end(segments: Sequence[Segment], at: int) -> int:
    """Return the last segment of the sentence in which the segment ``at`` stands."""
    end = at
    while end + 1 < len(segments) and segments[end + 1].joined:
        end += 1
    return end


def _close(segments: Sequence[Segment], words: OrderWords) -> None:
    """Give the times that have no action of their own to what they close, or leave them open."""
    sentence = 0
    for i, segment in enumerate(segments):
        if not segment.joined:
            sentence = i
        if segment.closes and i:
            segment.acts = False
            _attach(segments, i - 1, sentence if segment.joined else 0, i)
        elif 0 < i == len(segments) - 1 and segment.words.count(TIME) == _in_brackets(segment.words, words):
            _attach(segments, i, 0, i)


def _in_brackets(segment: str, words: OrderWords) -> int:
    """Return how many times stand in the brackets that end a segment; -1 where none do."""
    match = words.closing_brackets.search(segment)
    return match.group().count(TIME) if match else -1


def _attach(segments: Sequence[Segment], last: int, first: int, source: int) -> None:
    """Give the times of ``source`` to the untimed segments that end with ``last``, all in the hand of one actor; else leave them open."""
    times = segments[source].times
    segments[source].times = []
    at = last
    if segments[at].times:
        segments[at].times += times
        return
    while at > first and not segments[at].actors and not segments[at - 1].times and not segments[at - 1].left_open:
        at -= 1
    if at > first and not segments[at - 1].times and not segments[at - 1].left_open:
        segments[source].left_open = source != last
        return
    segments[at].times += times
    segments[at].acts = True
    segments[at].holds_to = max(segments[at].holds_to, source)
