"""How a directive is printed: marks, spaces, capitals and spellings that differ from place to place or from the rules of the office.

Nothing here changes what is ordered, so all of it is one note ([[typography]] in rules/checks.toml).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from models import Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading, tables

_SHOWN = 3  # places of each kind that the message quotes
_REACH = 40  # code points either side of the words a slip needs, within which all of it stands


@dataclass(frozen=True)
class Habit:
    """One kind of slip. ``pattern`` and ``against`` see the text as printed; with ``against``, only a mixture of both is one.

    ``needs``: words one of which stands in each place, or right beside it; to look for them first is many times faster.
    """

    name: str
    pattern: re.Pattern[str]
    against: re.Pattern[str] | None
    most: int | None
    needs: tuple[str, ...]

    def find(self, text: str) -> list[Span]:
        """Return the places of ``text`` where it shows; more than ``most`` of them are the layout of the file."""
        if not self.needs and not self._has_other(text):
            return []
        found = sorted({Span(*match.span()) for a, b in self._where(text) for match in self.pattern.finditer(text, a, b)})
        if not found or (self.most and len(found) > self.most) or (self.needs and not self._has_other(text)):
            return []
        return found

    def _has_other(self, text: str) -> bool:
        """Return whether it is written in the other way too; asked last where words of ``needs`` tell sooner that there is nothing."""
        return self.against is None or self.against.search(text) is not None

    def _where(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the stretches of ``text`` in which a place may lie."""
        if not self.needs:
            yield 0, len(text)
        for word in self.needs:
            at = text.find(word)
            while at >= 0:
                yield max(0, at - _REACH), min(len(text), at + len(word) + _REACH)
                at = text.find(word, at + 1)


@lru_cache(maxsize=1)
def habits() -> tuple[Habit, ...]:
    """Return the kinds of slips that rules/checks.toml knows."""
    return tuple(
        Habit(
            entry["name"],
            re.compile(entry["pattern"]),
            re.compile(entry["against"]) if "against" in entry else None,
            entry.get("most"),
            tuple(entry.get("needs", ())),
        )
        for entry in tables()["typography"]
    )


def _in_words(text: str, span: Span) -> str:
    """Return the words that ``span`` lies in, on one line; before a mark behind a blank, the word before it."""
    before, after = text[max(0, span.start - 12) : span.start], text[span.end : span.end + 12]
    words = span.cut(text)
    left = "" if words[:1].isspace() or (before[-1:].isspace() and words[:1] not in ";,:") else (before.split() or [""])[-1]
    right = "" if words[-1:].isspace() or after[:1].isspace() else (after.split() or [""])[0]
    gap = " " if before[-1:].isspace() else ""
    return " ".join(f"{left}{gap}{words}{right}".replace("*", "").split())


def find_typography(reading: Reading) -> Iterator[Finding]:
    """Yield at most one finding that names all slips. Of OCR nothing is said: it changes marks and spaces."""
    clauses = reading.outline.clauses
    if reading.document.source.ocr or not clauses:
        return
    spans: list[Span] = []
    said: list[str] = []
    for habit in habits():
        found = habit.find(reading.text)
        if found:
            places = dict.fromkeys(_in_words(reading.text, span) for span in found[:50])
            shown = ", ".join(f"“{words}”" for words in list(places)[:_SHOWN])
            said.append(f"{habit.name} ({shown}{' …' if len(places) > _SHOWN else ''})")
            spans += found
    if said:
        yield make_finding("checks", "typography", sorted(spans), slips="; ".join(said))
