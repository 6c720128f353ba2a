"""How days, deadlines and what is missing of them are said to people: the same in digests, calendars and on the screen."""

from collections import Counter
from collections.abc import Mapping

from models import Awaited, DueItem, Occurrence, WorkStatus
from pipeline.messages import say


def say_when(time_due: Occurrence) -> str:
    """Return the last day in time, with its hour where there is one: "25/12/2026", "16:00, 06/11/2026"."""
    day = f"{time_due.last:%d/%m/%Y}"
    return f"{time_due.at:%H:%M}, {day}" if time_due.at else day


def say_left(item: DueItem) -> str:
    """Return how long it still is: "quá hạn 5 ngày", "hôm nay", "còn 3 ngày (2 ngày làm việc)"."""
    if item.days < 0:
        return say("due.late", days=-item.days)
    return say("due.now") if item.days == 0 else say("due.left", days=item.days, working=item.working_days)


def say_notes(item: DueItem) -> tuple[str, ...]:
    """Return what a reader must know beside the day: the printed words, and where the day is not the one they name."""
    time_due = item.occurrence
    notes = [say_printed(item.words, item.meaning)]
    if time_due.assumed:
        notes.append(say("due.assumed"))
    if time_due.rolled:
        notes.append(say("due.rolled", day=f"{time_due.named:%d/%m/%Y}"))
    elif time_due.named != time_due.last:
        notes.append(say("due.day-before", day=f"{time_due.named:%d/%m/%Y}"))
    if item.day_off and item.days >= 0:
        notes.append(say("due.day-off", name=item.day_off))
    if item.missed:
        notes.append(say("due.missed", count=item.missed))
    return tuple(notes)


def say_printed(words: str, meaning: str) -> str:
    """Return the printed words of a deadline, with what they mean where that says more."""
    if meaning in words.casefold().replace("hàng ", "hằng "):
        return say("due.line-words", words=words)
    return say("due.line-deadline", words=words, meaning=meaning)


def say_status(status: WorkStatus) -> str:
    """Return how a task stands: "chưa thực hiện, quá hạn", "đang thực hiện, trong hạn", "hoàn thành đúng hạn"."""
    if status.progress == "done":
        return say(f"due.status-done-{status.timing}")
    return say("due.status", progress=say(f"due.status-{status.progress}"), timing=say(f"due.status-{status.timing}"))


def say_awaited(awaited: Awaited) -> str:
    """Return what must be known before a deadline has a day."""
    if awaited.missing == "event" and not awaited.event:
        return say("due.awaits-no-event")
    return say(f"due.awaits-{awaited.missing}", event=awaited.event)


def distinct_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return ``names`` (unit id → name) with the id behind a name that several have: offices of one name in several places."""
    counts = Counter(names.values())
    return {unit: name if counts[name] == 1 else f"{name} ({unit})" for unit, name in names.items()}
