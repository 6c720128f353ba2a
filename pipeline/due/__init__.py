"""Deadlines on the calendar: what falls due, how tasks stand, reminders as calendars and as a daily digest."""

from pipeline.due.calendars import calendar_pieces, write_calendar, write_calendars, write_todos
from pipeline.due.digest import write_digests, write_html, write_mail, write_markdown
from pipeline.due.report import due_list, for_unit, status_of
from pipeline.due.schedule import Counting, Schedule, occurrences, schedule
from pipeline.due.tracking import Gathered, read_results, track
from pipeline.workdays import WorkCalendar

__all__ = [
    "Counting",
    "Gathered",
    "Schedule",
    "WorkCalendar",
    "calendar_pieces",
    "due_list",
    "for_unit",
    "occurrences",
    "read_results",
    "schedule",
    "status_of",
    "track",
    "write_calendar",
    "write_calendars",
    "write_digests",
    "write_html",
    "write_mail",
    "write_markdown",
    "write_todos",
]
