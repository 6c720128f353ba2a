"""What was right at the last acceptance, kept in a small file: figures may rise, and what changes is told by name."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.evaluate import FIELDS, Item, Json, Scores

_SHOWN = 90


@dataclass(frozen=True)
class Ratchet:
    """The accepted F1 of every field (rounded to 4 digits), the values that were right, and those predicted too much."""

    figures: Mapping[str, float]
    right: frozenset[Item]
    extra: frozenset[Item]


@dataclass(frozen=True)
class Change:
    """A value that is right now and was not (a gain), or the other way round; ``extra``: one that gold does not have."""

    item: Item
    gain: bool
    extra: bool


def accept(scores: Scores) -> Ratchet:
    """Return ``scores`` as the state to measure later ones against."""
    figures = {name: round(scores.tallies[name].f1, 4) for name in FIELDS}
    return Ratchet(figures, frozenset(scores.right), frozenset(scores.extra))


def compare(accepted: Ratchet, scores: Scores) -> list[Change]:
    """Return what ``scores`` gained and lost since ``accepted``: losses first, then by document, field and place."""
    changes = [Change(item, True, False) for item in scores.right - accepted.right]
    changes += [Change(item, False, False) for item in accepted.right - scores.right]
    changes += [Change(item, False, True) for item in scores.extra - accepted.extra]
    changes += [Change(item, True, True) for item in accepted.extra - scores.extra]
    return sorted(changes, key=lambda change: (change.gain, change.item, change.extra))


def fallen(accepted: Ratchet, scores: Scores) -> list[str]:
    """Return a line for each field whose F1 is lower than accepted (4 digits)."""
    now = accept(scores).figures
    return [f"{name}: F1 {now[name]:.4f} < {floor:.4f}" for name, floor in accepted.figures.items() if now[name] < floor]


def describe(changes: Iterable[Change], gold: Mapping[str, Json]) -> list[str]:
    """Return one line a change: which document, clause and field, and the first words of the clause."""
    lines = []
    for change in changes:
        document, name, place, number = change.item
        words = first_words(gold[document], place) if document in gold else ""
        what = "one too many" if change.extra else "right"
        sign = "+" if change.gain else "-"
        verb = "no longer " if change.gain == change.extra else "now "
        lines.append(f"{sign} {document} {place or 'document'} {name} #{number}: {verb}{what}{': ' if words else ''}{words}")
    return lines


def first_words(document: Json, place: str) -> str:
    """Return the first words of a gold document at ``place`` (see Item), on one line; empty where the place is the whole document."""
    if not place:
        return ""
    if place.startswith("@"):
        start = int(place[1:])
        end = start + _SHOWN
    else:
        clause = next((clause for clause in document["clauses"] if clause["id"] == place), None)
        if clause is None:
            return ""
        start, end = clause["start"], clause["end"]
    return " ".join(document["text"][start:end].split())[:_SHOWN]


def read_ratchet(path: Path) -> Ratchet:
    """Return the ratchet kept in ``path``."""
    return unpack_ratchet(json.loads(path.read_text(encoding="utf-8")))


def write_ratchet(path: Path, ratchet: Ratchet) -> None:
    """Keep ``ratchet`` in ``path``, one line for a field of a document so that a change reads well in a diff."""
    path.write_text(json.dumps(pack_ratchet(ratchet), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def pack_ratchet(ratchet: Ratchet) -> dict[str, Any]:
    """Return ``ratchet`` in the JSON form in which it is kept."""
    return {"figures": dict(ratchet.figures), "right": _pack(ratchet.right), "extra": _pack(ratchet.extra)}


def unpack_ratchet(data: Mapping[str, Any]) -> Ratchet:
    """Return the ratchet that ``data``, made by ``pack_ratchet``, holds. Raises KeyError, ValueError or AttributeError where it is none."""
    return Ratchet(data["figures"], frozenset(_unpack(data["right"])), frozenset(_unpack(data["extra"])))


def _pack(items: Iterable[Item]) -> dict[str, dict[str, str]]:
    """Return items as document → field → places, "c012" for the first value there and "c012.2" for the second."""
    packed: dict[str, dict[str, list[str]]] = {}
    for document, name, place, number in sorted(items):
        packed.setdefault(document, {}).setdefault(name, []).append(place if number == 1 else f"{place}.{number}")
    return {document: {name: " ".join(places) for name, places in fields.items()} for document, fields in packed.items()}


def _unpack(packed: Mapping[str, Mapping[str, str]]) -> Iterable[Item]:
    for document, fields in packed.items():
        for name, places in fields.items():
            for entry in places.split(" "):
                place, _, number = entry.partition(".")
                yield Item(document, name, place, int(number or 1))
