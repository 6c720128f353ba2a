"""The event that a period is counted from: "trong vòng 10 ngày kể từ ngày …". The words are those of rules/events.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from models import Awaited
from pipeline.rulebook import Rule, rulebook
from pipeline.text import fold, fold_text

_SEEN = 160  # characters behind a deadline that may name its event
_SENTENCE_END = re.compile(r"[.;] |\n")
_WORDS = 14


@dataclass(frozen=True)
class Event:
    """What a period is counted from. ``day`` is None where nobody has said it yet: ``awaited`` says what is to be asked.

    ``backward``: the period runs up to the event ("05 ngày trước khi họp").
    """

    day: date | None
    awaited: Awaited | None = None
    backward: bool = False


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(rule.pattern)) for rule in rulebook()["events"].rules)


def find_event(words: str, following: str, issued_on: str | None, events: Mapping[str, date]) -> Event:
    """Return what the period in ``words`` (a deadline as printed; ``following`` is the text behind it) is counted from.

    ``issued_on`` is the document's date; it counts where the words say "ngày ban hành", "ngày ký", and never else. ``events`` are the days
    that people gave, by the words of the event; "" is that of a period that names none.
    """
    view = fold(words + (_SENTENCE_END.split(following, maxsplit=1)[0] if following else "")[:_SEEN])
    found = [(match.start(), rank, rule, match) for rank, (rule, pattern) in enumerate(_rules()) if (match := pattern.search(view.text))]
    known = {fold_text(event): day for event, day in events.items()}
    if not found:
        return _asked("", False, known)
    _, _, rule, match = min(found, key=lambda one: one[:2])
    backward = bool(match.groupdict().get("before"))
    if rule.fields["kind"] == "date":
        try:
            return Event(date(int(match["y"]), int(match["m"]), int(match["d"])), None, backward)
        except ValueError:
            return _asked(view.cased[slice(*match.span())].strip(), backward, known)
    if rule.fields["kind"] == "issued":
        day = full_day(issued_on)
        return Event(day, None if day else Awaited(missing="issued-on"), backward)
    event = " ".join(view.cased[slice(*match.span("event"))].split()[:_WORDS])
    return _asked(event, backward, known)


def _asked(event: str, backward: bool, known: Mapping[str, date]) -> Event:
    day = known.get(fold_text(event))
    return Event(day, None if day else Awaited(missing="event", event=event), backward)


def full_day(value: str | None) -> date | None:
    """Return the day that an ISO date names, None where it is shorter than a day or does not exist."""
    try:
        return date.fromisoformat(value) if value and len(value) == 10 else None
    except ValueError:
        return None
