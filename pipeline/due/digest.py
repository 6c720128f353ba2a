"""The daily digest for the office and for each lead unit, as Markdown and as a mail file: what is overdue, due today, this week, soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from models import AwaitedItem, DueItem, DueReport
from pipeline.due.files import write_whole
from pipeline.due.report import for_unit
from pipeline.due.templates import render
from pipeline.due.wording import distinct_names, say_awaited, say_left, say_notes, say_when
from pipeline.emit.names import FileStems
from pipeline.emit.words import plain, shorten
from pipeline.messages import language, say

_SECTIONS = (("overdue", "#a80000"), ("today", "#8a4b00"), ("week", "#00447c"), ("soon", "#1a1a1a"))
_AWAITED = "#5b2c83"
_LINES = 200  # of a section; the rest is counted
_TEXT = 300
_VIETNAM = timezone(timedelta(hours=7))
ALL, WITHOUT_LEAD = "tat-ca", "chua-ro-don-vi"


@dataclass(frozen=True)
class _Line:
    when: str
    left: str
    text: str
    leads: str
    source: str
    notes: tuple[str, ...]

    @property
    def details(self) -> list[str]:
        """Return what stands below the line in Markdown."""
        leads = say("due.line-leads", units=self.leads) if self.leads else ""
        return [detail for detail in (leads, self.source, *self.notes) if detail]


@dataclass(frozen=True)
class _Section:
    title: str
    colour: str
    count: int
    lines: tuple[_Line, ...]
    more: str


def write_digests(report: DueReport, folder: Path) -> tuple[Path, ...]:
    """Write the digest of the office (tat-ca) and of each lead unit that has something to do into ``folder``/DATE, each as .md and .eml.

    Returns the paths. The same report gives the same bytes. Raises OutputError where the folder cannot be written.
    """
    stems = FileStems()
    stems.take(ALL)
    stems.take(WITHOUT_LEAD)
    digests = [(ALL, report, "")]
    names = distinct_names({unit.id: unit.name for unit in report.units})
    for unit in sorted(report.units, key=lambda u: (u.name, u.id)):
        stem = stems.take(unit.id or unit.name) if unit.id or unit.name else WITHOUT_LEAD
        digests.append((stem, for_unit(report, unit.id), names[unit.id] or say("due.without-lead")))
    files = []
    for stem, part, unit_name in digests:
        files.append((f"{report.as_of}/{stem}.md", write_markdown(part, unit_name).encode("utf-8")))
        files.append((f"{report.as_of}/{stem}.eml", write_mail(part, unit_name)))
    return write_whole(folder, files)


def write_markdown(report: DueReport, unit: str = "") -> str:
    """Return ``report`` as Markdown; ``unit`` is whose it is, "" for the office."""
    return render("digest.md", _values(report, unit))


def write_html(report: DueReport, unit: str = "") -> str:
    """Return ``report`` as one HTML page that loads nothing; ``unit`` is whose it is, "" for the office."""
    return render("digest.html", _values(report, unit))


def write_mail(report: DueReport, unit: str = "") -> bytes:
    """Return ``report`` as a mail file (RFC 5322): HTML, with the Markdown for programs that show text only.

    No address is in it: it opens as a draft (X-Unsent) for a person to send. Its date is 7:00 of the day of the report.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = plain(_subject(report, unit))
    mail["Date"] = datetime.combine(report.as_of, time(7), tzinfo=_VIETNAM)
    mail["X-Unsent"] = "1"
    mail.set_content(write_markdown(report, unit), charset="utf-8", cte="base64")
    mail.add_alternative(write_html(report, unit), subtype="html", charset="utf-8", cte="base64")
    mail.set_boundary(f"=_giaoviec_{report.as_of:%Y%m%d}")  # a random one would make other bytes each time
    return mail.as_bytes()


def _subject(report: DueReport, unit: str) -> str:
    counts = say("due.counts", overdue=len(report.overdue), today=len(report.today), week=len(report.week))
    said = say("due.subject", day=f"{report.as_of:%d/%m/%Y}", counts=counts)
    return f"{said} ({unit})" if unit else said


def _values(report: DueReport, unit: str) -> dict[str, object]:
    day = f"{report.as_of:%d/%m/%Y}"
    sections = [_section(name, colour, getattr(report, name)) for name, colour in _SECTIONS if getattr(report, name)]
    if report.awaited:
        sections.append(_awaited_section(report.awaited))
    nothing = not (report.overdue or report.today or report.week or report.soon)
    titles = [(say("due.col-when"), "28%" if unit else "21%"), (say("due.col-task"), "47%" if unit else "39%")]
    if not unit:
        titles.append((say("due.lead"), "18%"))
    return {
        "heading": plain(say("due.heading-unit", day=day, unit=unit) if unit else say("due.heading", day=day)),
        "counts": say("due.nothing", until=f"{report.until:%d/%m/%Y}")
        if nothing
        else say("due.counts", overdue=len(report.overdue), today=len(report.today), week=len(report.week)),
        "sections": sections,
        "titles": [*titles, (say("due.col-source"), "22%" if not unit else "25%")],
        "with_leads": not unit,
        "foot": say("due.foot", calendar=report.calendar),
        "lang": language(),
    }


def _section(name: str, colour: str, items: Sequence[DueItem]) -> _Section:
    return _Section(say(f"due.list-{name}"), colour, len(items), tuple(map(_line, items[:_LINES])), _more(items))


def _awaited_section(items: Sequence[AwaitedItem]) -> _Section:
    lines = tuple(
        _Line(
            when=item.words,
            left=say_awaited(item.awaited),
            text=shorten(plain(item.text), _TEXT),
            leads=_leads(item),
            source=_source(item),
            notes=(),
        )
        for item in items[:_LINES]
    )
    return _Section(say("due.list-awaited"), _AWAITED, len(items), lines, _more(items))


def _more(items: Sequence[object]) -> str:
    return say("due.more", count=len(items) - _LINES) if len(items) > _LINES else ""


def _line(item: DueItem) -> _Line:
    return _Line(
        when=say_when(item.occurrence),
        left=say_left(item),
        text=shorten(plain(item.text), _TEXT),
        leads=_leads(item),
        source=_source(item),
        notes=say_notes(item),
    )


def _leads(item: DueItem | AwaitedItem) -> str:
    return "; ".join(name for _, name in item.leads) or say("due.without-lead")


def _source(item: DueItem | AwaitedItem) -> str:
    return say("due.line-source", document=item.document, place=item.place)
