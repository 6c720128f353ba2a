"""What was left in the text that is no part of it: remarks of those who drafted it, gaps to fill in, remains of Word or the web."""

import re
from collections.abc import Iterator

from models import Clause, Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Line, Reading, find_words, pattern
from pipeline.text import fold_text

_FORM = re.compile(r"^[ \t\f|*#_]*(?:phụ\s+lục|phụ\s+biểu|mẫu\s+số|biểu\s+(?:mẫu|số)|mẫu\s+\d)", re.IGNORECASE | re.MULTILINE)
_TIME_LABEL = re.compile(r"thời (?:gian|hạn)|tiến độ")


def find_unfinished_writing(reading: Reading) -> Iterator[Finding]:
    """Yield remarks, gaps, questions and remains in the clauses, and fields without their value."""
    parents = {clause.parent for clause in reading.outline.clauses}
    for line in reading.lines:
        text = line.text
        if "(" in text or "[" in text or "<" in text or "xx" in text:
            yield from _remarks(reading, line, "drafting-note")
        if "[" in text or "&" in text or "!" in text or "<" in text or "_" in text or "{" in text:
            yield from _remarks(reading, line, "residue")
        if "?" in text and text.rstrip(' ".)').endswith("?") and line.clause.marker:
            yield make_finding("checks", "item-is-question", [line.clause.body], printed=_last_question(line.view.cased.strip()))
        if line.type == "field" and line.clause.id not in parents:
            yield from _field(reading, line)
    yield from _blanks(reading)
    yield from _end_mark(reading)


def _blanks(reading: Reading) -> Iterator[Finding]:
    """Yield one finding for the gaps of the body; forms to be filled in stand behind the body, in appendices."""
    gaps = [line for line in reading.lines_with("…", "..", "___") if not line.is_row]
    if not gaps:
        return
    starts = reading.printed_lines("phụ", "biểu", "mẫu")
    forms = next((start for start in starts if _FORM.match(reading.text, start)), None)
    spans: list[Span] = []
    for line in gaps:
        if forms is None or line.clause.span.start <= forms:
            found = sorted(line.view.span(*match.span()) for match in find_words(line.view, "left-blank"))
            spans += [span for i, span in enumerate(found) if i == 0 or span.start >= found[i - 1].end]
    if spans:
        printed = "”, “".join(dict.fromkeys(reading.quoted(span, 40) for span in spans[:3]))
        yield make_finding("checks", "left-blank", spans, count=len(spans), printed=printed)


def _remarks(reading: Reading, line: Line, code: str) -> Iterator[Finding]:
    for match in find_words(line.view, code):
        span = line.view.span(*match.span())
        yield make_finding("checks", code, [span], printed=reading.quoted(span))


def _last_question(text: str) -> str:
    words = re.split(r"(?<=[.;:])\s", text)[-1].strip()
    return words if len(words) <= 80 else f"…{words[-80:].lstrip()}"


def _field(reading: Reading, line: Line) -> Iterator[Finding]:
    """Yield a label with nothing behind it and no list below it, and a time that is none."""
    clause = line.clause
    label, colon, value = line.text.strip(" .;_").partition(":")
    if colon and not value.strip(" .…_"):
        yield make_finding("checks", "field-without-value", [clause.span], label=_label(clause, label))
    elif colon and not clause.deadlines and _TIME_LABEL.search(label) and pattern("activity").match(value.strip()):
        said = line.view.cased.partition(":")[2].strip()[:120]
        yield make_finding("checks", "time-field-without-time", [clause.span], label=_label(clause, label), printed=said)


def _label(clause: Clause, label: str) -> str:
    return " ".join((clause.label or label).replace("*", "").split())


def _end_mark(reading: Reading) -> Iterator[Finding]:
    """Yield an end of the body that should be "./." (or, in the Party, a full stop) and is neither."""
    for line in reading.lines_with("/"):
        words = line.text[-40:].rstrip()
        if not words.endswith(("/", "/.", "/ .", "/,")):
            continue
        match = pattern("end-mark").search(words)
        if match and not fold_text(words.rsplit(" ", 1)[-1]).startswith(("http", "www")):
            span = line.view.span(len(line.text.rstrip()) - len(match["mark"]), len(line.text.rstrip()))
            yield make_finding("checks", "end-mark", [span], printed=match["mark"])
