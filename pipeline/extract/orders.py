"""The orders inside one clause: "Sở A chủ trì …; Sở B phối hợp …; báo cáo trước ngày …".

An order begins where somebody else stands in the place of the subject, or where a verb of action behind ";" or "." has a time of
its own, or follows one that has; it reaches to the next one. An order without a subject is for whoever leads the one before it; for
the main lead where that one only helps ("Sở B phối hợp"); what is done with the result ("báo cáo …") for him who "chủ trì". A
sentence about the result behind orders to several, none of whom "chủ trì", is for nobody in particular. A time without an action
("hoàn thành trước …") closes what stands before it; where several orders stand there and the words do not say which is meant, it is
left to the whole row. The words are in rules/orders.toml.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models import Span
from pipeline.extract.order_segments import EDGES, Actors, Segment, cut_segments
from pipeline.extract.order_words import OrderWords, order_words
from pipeline.extract.role_words import RoleWords, role_words
from pipeline.extract.roles import RoleMention
from pipeline.rulebook import Rulebook
from pipeline.text import TextView

Identify = Callable[[RoleMention], str]


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """One order of a clause: where it stands, who leads it, who else is named in it, which deadlines (by their number) are its own."""

    span: Span
    leads: tuple[RoleMention, ...]
    others: tuple[RoleMention, ...]
    deadlines: tuple[int, ...]


def find_orders(
    view: TextView, said: Sequence[RoleMention], deadlines: Sequence[Span], identify: Identify, rulebook: Rulebook
) -> tuple[OrderDraft, ...]:
    """Return the orders of one task clause in the order of the text; none where it holds a single one.

    ``view`` is the clause without its marker, ``said`` every unit in it with its role (also what is said twice), ``deadlines`` the places
    of the deadlines printed in it, in code points of the document; ``identify`` names the unit that a mention means. Orders do not
    overlap. Never raises, whatever the text.
    """
    leads = [m for m in said if m.role == "lead"]
    if not leads and not deadlines:
        return ()
    words, roles = order_words(rulebook), role_words(rulebook)
    times = [(view.position(span.start), view.position(span.end)) for span in deadlines]
    segments = cut_segments(view.text, leads, times, words, roles)
    if len(segments) < 2:
        return ()
    orders = _Orders(view.text, words, roles, identify)
    for number, segment in enumerate(segments):
        orders.take(segment, number)
    found = [order for order in orders.found if _trim(view.text, order)]
    if len(found) < 2:
        return ()
    others = sorted((m for m in said if m.role != "lead"), key=lambda m: m.unit.start)
    places = [m.unit.start for m in others]
    return tuple(
        OrderDraft(
            span=view.span(order.start, order.end),
            leads=order.actors,
            others=tuple(others[bisect_left(places, order.start) : bisect_left(places, order.end)]),
            deadlines=tuple(sorted(order.times)),
        )
        for order in found
    )


@dataclass(slots=True)
class _Order:
    """An order as far as it has been read. ``stands``: it has an action, an actor or a time, so it can be an order."""

    start: int
    end: int
    actors: Actors
    ids: frozenset[str]
    times: list[int]
    helps: bool
    holds_to: int
    stands: bool
    ended: bool = False  # a time that is left open stands behind it


class _Orders:
    """The orders of one clause, made segment by segment."""

    def __init__(self, text: str, words: OrderWords, roles: RoleWords, identify: Identify) -> None:
        self.found: list[_Order] = []
        self._text, self._words, self._roles, self._identify = text, words, roles, identify
        self._main: Actors = ()  # who leads, where others only help
        self._chief: Actors = ()  # who leads by the word ("chủ trì")
        self._leading: set[frozenset[str]] = set()

    def take(self, segment: Segment, number: int) -> None:
        """Let ``segment``, the ``number``-th, begin an order, or add it to the one before."""
        now = self.found[-1] if self.found else None
        if segment.left_open:
            if now:
                now.ended = True
            return
        earlier = self._earlier(segment, now)
        if now is None or (now.stands and self._begins(segment, number, now, bool(earlier))):
            self._begin(segment, now, earlier)
        else:
            if segment.actors and not now.actors:
                now.actors, now.ids = segment.actors, self._ids(segment.actors)
                self._main = now.actors
                self._leading.add(now.ids)
            now.end = segment.end
            now.times += segment.times
            now.stands = now.stands or segment.acts or bool(segment.times)
            now.holds_to = max(now.holds_to, segment.holds_to)
        if segment.actors and self._words.chief.match(self._behind(segment)):
            self._chief = segment.actors

    def _begin(self, segment: Segment, now: _Order | None, earlier: Actors) -> None:
        actors = segment.actors or earlier or (now.actors if now and not self._is_open(segment) else ())
        helps = bool(self._main and segment.actors) and self._words.helps.match(self._behind(segment)) is not None
        stands = now is not None or bool(segment.times) or self._stands(segment)
        ids = self._ids(actors)
        self.found.append(_Order(segment.start, segment.end, actors, ids, list(segment.times), helps, segment.holds_to, stands))
        if not helps:
            self._main = actors
            self._leading |= {ids} if ids else set()

    def _behind(self, segment: Segment) -> str:
        """Return the words behind the names of a segment's actors."""
        return self._text[segment.actors[-1].unit.end : segment.end]

    def _ids(self, actors: Actors) -> frozenset[str]:
        return frozenset(map(self._identify, actors))

    def _begins(self, segment: Segment, number: int, now: _Order, goes_back: bool) -> bool:
        """Whether the order before, ``now``, ends where ``segment`` begins; ``goes_back``: it is for an earlier lead."""
        if segment.actors and not self._same(segment.actors, now):
            return True
        if not segment.acts:
            return False
        if segment.times:
            return True
        if self._words.goes_on.match(segment.words) or (segment.joined and self._words.manner.match(segment.words)):
            return False
        return goes_back or now.ended or (bool(now.times) and number > now.holds_to)

    def _same(self, actors: Actors, now: _Order) -> bool:
        """Whether ``actors`` are those of ``now`` again, by name or by pointing back at them ("các cơ quan, đơn vị")."""
        if self._ids(actors) == now.ids:
            return True
        many = len(now.actors) > 1 or any(m.unit.kind == "collective" for m in now.actors)
        return many and all(self._roles.names_nobody(m.unit.name) for m in actors)

    def _earlier(self, segment: Segment, now: _Order | None) -> Actors:
        """Return the earlier leads for whom a segment without an actor is, where those of the order before are not meant."""
        if now is None or segment.actors or not segment.acts or self._words.same_actor.match(segment.words):
            return ()
        if now.helps:
            return self._main
        return self._chief if self._chief != now.actors and self._words.result.match(segment.words) else ()

    def _is_open(self, segment: Segment) -> bool:
        """Whether a sentence about a result stands behind orders to several, of whom it could mean each or all."""
        return not segment.joined and len(self._leading) > 1 and self._words.result.match(segment.words) is not None

    def _stands(self, segment: Segment) -> bool:
        """Whether the first words of a clause are an order of their own; they nearly always are."""
        if segment.actors:
            return True
        if self._words.preface.match(segment.words):
            return False
        return segment.acts or not (self._words.is_noun(segment.words.lstrip(EDGES)) or self._words.told.match(segment.words))


def _trim(text: str, order: _Order) -> bool:
    """Leave out the marks at both ends of an order; return whether words are left."""
    words = text[order.start : order.end]
    order.start += len(words) - len(words.lstrip(EDGES))
    order.end -= len(words) - len(words.rstrip(EDGES))
    if text.startswith("và ", order.start):
        order.start += len("và ")
    return order.start < order.end
