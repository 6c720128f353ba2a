"""Gains and losses against an earlier report, by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.evaluate import FIELDS, Item, Json, Scores, Tally
from pipeline.ratchet import Ratchet, compare, first_words, unpack_ratchet


@dataclass(frozen=True)
class ChangedValue:
    """A value that became right or wrong; ``extra``: one that gold does not have. ``words`` are the first of its clause."""

    item: Item
    gain: bool
    extra: bool
    words: str


@dataclass(frozen=True)
class ChangedField:
    """F1 of a field then and now."""

    field: str
    before: float
    now: float


@dataclass(frozen=True)
class Changes:
    """What changed in the documents that both reports have; ``new`` and ``gone`` are the others."""

    fields: tuple[ChangedField, ...]
    losses: tuple[ChangedValue, ...]
    gains: tuple[ChangedValue, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]


def tell_changes(old: Json, documents: Mapping[str, Scores], gold: Mapping[str, Json]) -> Changes:
    """Return what changed since ``old``, a set in an earlier record (pipeline.evaluation.record), in the scores by document.

    Raises KeyError, ValueError, AttributeError or TypeError where ``old`` is something else.
    """
    then = {document["name"]: document["figures"] for document in old["documents"]}
    both = [name for name in documents if name in then]
    fields = tuple(
        ChangedField(name, _total(_tally(then[d][name]) for d in both).f1, _total(documents[d].tallies[name] for d in both).f1)
        for name in FIELDS
        if all(name in then[d] for d in both)
    )
    accepted = unpack_ratchet(old["accepted"])
    known = set(both)
    before = Ratchet({}, _of(accepted.right, known), _of(accepted.extra, known))
    now = Scores()
    for name in both:
        now.right |= documents[name].right
        now.extra |= documents[name].extra
    values = [
        ChangedValue(change.item, change.gain, change.extra, first_words(gold[change.item.document], change.item.clause))
        for change in compare(before, now)
    ]
    return Changes(
        tuple(field for field in fields if round(field.before, 4) != round(field.now, 4)),
        tuple(value for value in values if not value.gain),
        tuple(value for value in values if value.gain),
        tuple(name for name in documents if name not in then),
        tuple(sorted(then.keys() - documents.keys())),
    )


def _of(items: Iterable[Item], documents: set[str]) -> frozenset[Item]:
    return frozenset(item for item in items if item.document in documents)


def _tally(figures: Mapping[str, int]) -> Tally:
    return Tally(figures["right"], figures["gold"], figures["predicted"])


def _total(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total
