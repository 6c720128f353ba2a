"""Units for people who type them: what a few letters may stand for, and which unit a name is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Literal

from models import Result
from pipeline.emit.words import plain
from pipeline.extract.identity import Identities
from pipeline.rulebook import Rulebook, rulebook
from pipeline.store import Store
from pipeline.text import fold
from pipeline.units import ascii_fold, find_units, known_names, unit_grammar

_NO_KIND: Final = "organ"
_AND: Final = "va"  # as in the ids of units
_FROM_STORE: Final = 40
LONGEST: Final = 200
"""letters of a name"""


@dataclass(frozen=True)
class Suggestion:
    """A unit that somebody may mean. ``where`` says who knows it; ``place`` tells it from another of the same name (its district, say)."""

    id: str
    name: str
    where: Literal["document", "store", "rules"]
    place: str = ""


class Register:
    """The units as one document sees them: a name without its place is that of the document's own place."""

    def __init__(self, result: Result) -> None:
        self._result = result

    @cached_property
    def _identities(self) -> Identities:
        return Identities(self._result.header, rulebook())

    @cached_property
    def _here(self) -> dict[str, tuple[str, str]]:
        """The units of the document, (id, name) by every folded name that it gives them."""
        found: dict[str, tuple[str, str]] = {}
        for unit in self._result.units:
            for name in (unit.name, *unit.aliases):
                found.setdefault(ascii_fold(name), (unit.id, plain(name)))
        return found

    def resolve(self, store: Store, name: str, chosen: str = "") -> tuple[str, str]:
        """Return (id, name) of the unit that ``name`` is: of the document, else as any directive of this place would name it.

        ``chosen`` is the id that came with the name from a list: it counts where the store knows a unit of that id and name. Marks and
        case need not be typed where the document, the store or the rules know the name.
        """
        name = plain(name)[:LONGEST]
        wanted = ascii_fold(name)
        here = self._here.get(wanted)
        if here and (not chosen or chosen == here[0]):
            return here[0], here[1] if name.isascii() else name
        known = [pair for pair in store.units(name, _FROM_STORE) if ascii_fold(pair[1]) == wanted]
        if any(pair[0] == chosen for pair in known):
            return next((unit, plain(said)) for unit, said in known if unit == chosen)
        if here:
            return here
        if name.isascii():
            of_rules = (said for said in known_names(rulebook()) if ascii_fold(said) == wanted)
            name = next(of_rules, plain(known[0][1]) if known else name)
        return self._id(name), name

    def complete(self, store: Store, words: str, limit: int = 8) -> list[Suggestion]:
        """Return the units that ``words`` (the beginnings of words of a name, with or without marks, short forms too) may mean."""
        typed = _spelled_out(ascii_fold(words[:LONGEST]), rulebook())
        found: dict[str, Suggestion] = {}
        for suggestion in self._candidates(store, words[:LONGEST], typed):
            found.setdefault(suggestion.id, suggestion)
        ranked = sorted(found.values(), key=lambda one: _place(typed, ascii_fold(one.name)) != 0) if typed else list(found.values())
        return ranked[:limit]

    def _candidates(self, store: Store, words: str, typed: str) -> Iterator[Suggestion]:
        for unit in self._result.units:
            if not typed or any(_place(typed, ascii_fold(name)) is not None for name in (unit.name, *unit.aliases)):
                yield Suggestion(unit.id, plain(unit.name), "document")
        if not typed:
            return
        spoken = typed.replace("-", " ")
        found = dict.fromkeys([*store.units(words, _FROM_STORE), *store.units(spoken, _FROM_STORE)])
        places = store.overview.places({unit_id.partition(".")[2] for unit_id, _ in found})
        for unit_id, said in found:
            own = self._id(plain(said))
            if own != unit_id:
                yield Suggestion(own, plain(said), "rules")  # what bears this name elsewhere, bears it here: the own one comes first
            yield Suggestion(unit_id, plain(said), "store", "" if unit_id == own else places[unit_id.partition(".")[2]])
        for said, folded in _of_rules(rulebook()):
            if _place(typed, folded) is not None:
                yield Suggestion(self._id(said), said, "rules")

    def _id(self, name: str) -> str:
        phrases = find_units(fold(name), rulebook())
        return self._identities.spelled(name, phrases[0].kind if phrases and phrases[0].start == 0 else _NO_KIND)


def _place(typed: str, folded: str) -> int | None:
    """Return the number (from 0) of the word of a folded name where what was typed begins, None where it is not in the name.

    Each word of ``typed`` begins a word of the name, or is made of first letters ("so-gd"), in the order of the name.
    """
    words = folded.split("-")
    first, at = None, 0
    for beginning in typed.split("-"):
        found = next((n for n in range(at, len(words)) if _begins(words, n, beginning)), None)
        if found is None:
            return None
        first = found if first is None else first
        at = found + 1
    return first


def _begins(words: Sequence[str], at: int, typed: str) -> bool:
    return words[at].startswith(typed) or (len(typed) > 1 and _initials(words, at, len(typed)) == typed)


def _initials(words: Sequence[str], at: int, count: int) -> str:
    """Return the first letters of ``count`` words from ``at``; a "và" between them need not be there."""
    return "".join(word[0] for word in words[at:] if word != _AND)[:count]


@lru_cache(maxsize=4)
def _of_rules(book: Rulebook) -> tuple[tuple[str, str], ...]:
    return tuple((name, ascii_fold(name)) for name in known_names(book))


@lru_cache(maxsize=4)
def _short_forms(book: Rulebook) -> dict[str, str]:
    return {ascii_fold(short): ascii_fold(full) for short, full in unit_grammar(book).words.abbreviations.items()}


def _spelled_out(typed: str, book: Rulebook) -> str:
    """Return folded words with the short forms among them spelled out: "phong-gddt" → "phong-giao-duc-va-dao-tao"."""
    short = _short_forms(book)
    return "-".join(short.get(word, word) for word in typed.split("-")) if typed else ""
