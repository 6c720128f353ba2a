"""Times as people type them, read as deadlines in directives are; and what a time means, said with the event that it is counted from."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from models import Deadline
from pipeline.due.events import Event, find_event
from pipeline.due.normal import read_period
from pipeline.emit.words import plain, say_day, say_deadline
from pipeline.extract.deadlines import DeadlineContext, find_deadlines
from pipeline.messages import say
from pipeline.rulebook import rulebook
from pipeline.text import fold, fold_text

LONGEST: Final = 600
"""letters of the words of a time"""
FOLLOWING: Final = 160
"""letters behind a deadline in which its event may stand"""
_WITHIN: Final = "trong vòng "  # what directives put before a period and people who type leave out
_PERIOD_ALONE = re.compile(r"(?:trong )?(\d{1,3}(?: \([^()]{1,20}\))? [^\W\d].*)", re.IGNORECASE)
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?:T(\d\d):(\d\d))?\b")
_SHORT_YEAR = re.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(\d\d)\b(?!\d|[/.-])")
_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?(?![\d/.-])")
_LEAP: Final = 2000


@dataclass(frozen=True)
class TimeReading:
    """What the words of a time come to. ``says`` is that in words, "" for nothing; ``left`` are figures in them that nothing was made of;
    ``impossible`` a day that does not exist."""

    deadlines: tuple[Deadline, ...] = ()
    says: str = ""
    left: tuple[str, ...] = ()
    impossible: str = ""


def read_time(words: str, issued_on: str | None) -> TimeReading:
    """Return what the words of one time mean in a directive of ``issued_on``, read as deadlines in directives are.

    "30/6/2027", "2027-06-30", "quý I/2027", "hằng tháng", "trước ngày 15 hằng tháng", "6 tháng cuối năm 2026", "5 ngày làm việc kể từ
    ngày nhận văn bản" …; a day alone is the last one, as under the title "Thời hạn" of a table.
    """
    said = _ISO.sub(_from_iso, " ".join(words.split())[:LONGEST])
    said = _SHORT_YEAR.sub(lambda m: f"{m[1]}/{m[3]}/20{m[4]}", said)
    for match in _DAY.finditer(said):
        day, month, year = int(match[1]), int(match[2]), int(match[3] or _LEAP)
        if month and not _exists(day, month, year):
            return TimeReading(impossible=match.group())
    found = _find(said, issued_on)
    if not found and (period := _PERIOD_ALONE.fullmatch(said)):
        said = _WITHIN + period[1]
        found = _find(said, issued_on)
    covered = [one.span for one in found]
    left = (m for m in re.finditer(r"\d+", said) if not any(s.start <= m.start() < s.end for s in covered))
    found = _without_events(found, said, issued_on)
    told = (say_meaning(one, issued_on, said[one.span.end :]) for one in found)
    return TimeReading(found, "; ".join(filter(None, told)), tuple(m.group() for m in left) if found else ())


def say_meaning(deadline: Deadline, issued_on: str | None, following: str = "") -> str:
    """Return the normal form of a deadline in words, a period with what it is counted from: "trong 10 ngày kể từ khi nhận được hồ sơ".

    ``following`` is the text behind its words, where the event may stand.
    """
    said = plain(say_deadline(deadline))
    event = _event(deadline, issued_on, following)
    if event is None:
        return said
    way = "before" if event.backward else "since"
    if event.day:
        return say(f"corrections.period-{way}-day", period=said, day=say_day(event.day.isoformat()))
    if event.awaited and event.awaited.event:
        return say(f"corrections.period-{way}-event", period=said, event=plain(event.awaited.event))
    unknown = "issued" if event.awaited and event.awaited.missing == "issued-on" else "nothing"
    return say(f"corrections.period-since-{unknown}", period=said)


def names_event(deadline: Deadline, issued_on: str | None, following: str = "") -> bool:
    """Return whether the words of a deadline say themselves all that ``say_meaning`` does of its event."""
    event = _event(deadline, issued_on, following)
    if event is None:
        return True
    if event.day is None and event.awaited and event.awaited.event:
        return fold_text(event.awaited.event) in fold_text(deadline.text)
    return False


def _event(deadline: Deadline, issued_on: str | None, following: str) -> Event | None:
    """Return what a period is counted from, None for a deadline that is no period."""
    if not deadline.due or read_period(deadline.due) is None:
        return None
    return find_event(deadline.text, following[:FOLLOWING], issued_on, {})


def _find(said: str, issued_on: str | None) -> tuple[Deadline, ...]:
    context = DeadlineContext(issued_on=issued_on, clause_type="task", row=True, by=True)
    found = find_deadlines(fold(said), context, rulebook())
    return tuple(one.model_copy(update={"bound": "by"}) if one.bound == "within" and _is_day_alone(one) else one for one in found)


def _without_events(found: tuple[Deadline, ...], said: str, issued_on: str | None) -> tuple[Deadline, ...]:
    """Return ``found`` without days that another of them is only counted from: "trong 3 ngày kể từ ngày 5/6/2026"."""
    events = [_event(one, issued_on, said[one.span.end :]) for one in found]
    days = {event.day.isoformat() for event in events if event and event.day}
    return tuple(one for one, event in zip(found, events, strict=True) if event or one.due not in days)


def _is_day_alone(deadline: Deadline) -> bool:
    return deadline.start is None and deadline.due is not None and deadline.due[0].isdigit()


def _from_iso(match: re.Match[str]) -> str:
    day = f"{int(match[3])}/{int(match[2])}/{match[1]}"
    return f"{match[4]} giờ {match[5]}, ngày {day}" if match[4] else day


def _exists(day: int, month: int, year: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
