"""What a careful reader would question in a directive: findings for a person, in Vietnamese (rules/checks.toml)."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from models import Clause, Document, Finding, Header, Outline, Span, Task
from pipeline.check.finding import make_finding
from pipeline.rulebook import rulebook

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_QUOTED = 120  # letters of words set aside that a finding quotes
_NEAR = 3  # how far apart two numbers of one list may stand and still be a slip of the pen
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_ARTICLE = re.compile(r"(?P<word>điều|chương|phần|mục|tiểu mục|khoản)\s+(?P<value>\d{1,3}|[ivxlc]{1,7})\b")
_ITEM = re.compile(r"(?P<open>\(?)(?P<prefix>(?:\d{1,3}\.)*)(?P<value>\d{1,3}|[ivxlc]{1,7}|[a-zđăâêôơư])(?P<close>[.)/]?)[.\-–:]?$")


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Any]:
    return rulebook()["checks"].tables


def _finding(code: str, spans: Sequence[Span], **values: object) -> Finding:
    return make_finding("checks", code, spans, **values)


def check(document: Document, outline: Outline, tasks: Sequence[Task]) -> tuple[Finding, ...]:
    """Return what ``document`` leaves open, in the order head, body, tasks, file; each finding points at its words (code points).

    Never raises; a directive without faults gives no findings. Components: Điều 8, Nghị định 30/2020/NĐ-CP.
    """
    return (
        *_of_header(document.text, outline.header),
        *_of_numbering(document.text, outline.clauses),
        *_of_fields(document.text, outline.clauses),
        *_of_tasks(document.text, outline, tasks),
        *_of_file(document),
    )


def _of_header(text: str, header: Header) -> Iterator[Finding]:
    def printed(name: str) -> str:
        return " ".join(header.spans[name].cut(text).replace("*", "").split())

    def at(name: str) -> list[Span]:
        return [header.spans[name]] if name in header.spans else []

    code = _kind_of(header.number) if header.number else None
    if header.kind is None:
        yield _finding("kind-missing", [])
    elif code and code not in _codes_of(header.kind.name):
        yield _finding("kind-mismatch", at("kind") + at("number"), title=header.kind.name, number=header.number, other=_kind_names()[code])
    if header.number is None:
        yield _finding("number-blank", at("number"), printed=printed("number")) if at("number") else _finding("number-missing", [])
    yield from _of_date(header.issued_on, printed("issued_on") if at("issued_on") else None, at("issued_on"))
    if header.issuer is None:
        yield _finding("issuer-missing", [])
    if header.signer is None and not header.draft:
        yield _finding("signer-missing", [])
    if header.draft:
        yield _finding("draft", at("draft"), printed=printed("draft") if at("draft") else "dự thảo")


def _of_date(issued_on: str | None, printed: str | None, at: list[Span]) -> Iterator[Finding]:
    if issued_on is None and printed is None:
        yield _finding("date-missing", [])
    elif issued_on is None or (day := _DAY.fullmatch(issued_on)) is None:
        yield _finding("date-incomplete", at, printed=printed or issued_on)
    elif not 1 <= int(day[2]) <= 12 or not 1 <= int(day[3]) <= monthrange(int(day[1]), int(day[2]))[1]:
        yield _finding("date-impossible", at, printed=printed or issued_on)


@lru_cache(maxsize=1)
def _kind_names() -> dict[str, str]:
    """Return the name of a kind by each of its codes; the first entry of a code counts."""
    names: dict[str, str] = {}
    for entry in rulebook()["kinds"].tables["kind"]:
        for code in (entry["code"], *entry.get("codes", ())):
            names.setdefault(code, entry["name"])
    return names


def _kind_of(number: str) -> str | None:
    """Return the code of a kind that ``number`` carries ("267/KH-UBND", "05-NQ/ĐU"), or None."""
    match = re.match(r"[\d.]+[a-zđ]?(?:/\d{4})?[/-]([^\W\d_]+)[/-]", number)
    return match[1] if match and match[1] in _kind_names() else None


def _codes_of(name: str) -> set[str]:
    """Return the codes a kind may carry; the Party writes QĐ for Quy định too (36-HD/VPTW)."""
    codes = {code for code, other in _kind_names().items() if other == name}
    # a programme or plan may be issued by a decision's or resolution's number
    return codes | {"QĐ", "NQ"} if name in ("Quy định", "Quy chế", "Chương trình", "Kế hoạch", "Đề án", "Phương án", "Dự án") else codes


@dataclass(frozen=True)
class _Number:
    """A numbered clause, the ``place``-th of the outline: ``style`` tells lists apart, ``value`` is the number or the letter."""

    place: int
    clause: Clause
    style: str
    value: str


def _number(place: int, clause: Clause) -> _Number | None:
    """Return the number of a clause, or None for bullets and unmarked paragraphs."""
    marker = re.sub(r"[*_\\\s#]+", " ", clause.marker).strip().lower().replace("ð", "đ")
    article = _ARTICLE.match(marker)
    if article:
        return _Number(place, clause, article["word"], article["value"])
    item = _ITEM.fullmatch(marker)
    if item is None or not (item["close"] or item["prefix"]):
        return None
    value = item["value"]
    kind = "digit" if value.isdigit() else "upper" if clause.marker.strip("*_ (")[:1].isupper() else "lower"
    close = item["close"] if kind != "digit" or item["close"] == ")" else ""
    return _Number(place, clause, f"{item['open']}{item['prefix']}{kind}{close}", value)


def _of_numbering(text: str, clauses: Sequence[Clause]) -> Iterator[Finding]:
    """Yield gaps, repeats and turns in the lists of siblings; a list that begins anew (1, a, I) is another list."""
    lists: dict[tuple[str | None, str], list[_Number]] = {}
    for place, clause in enumerate(clauses):
        number = _number(place, clause)
        if number is not None:
            lists.setdefault((clause.parent, number.style), []).append(number)
    found: list[tuple[int, Finding]] = []
    for members in lists.values():
        for run in _runs(members):
            found += [(f.spans[0].start, f) for f in _of_run(run)]
    yield from (f for _, f in sorted(found, key=lambda pair: pair[0]))


def _runs(members: list[_Number]) -> Iterator[list[_Number]]:
    run: list[_Number] = []
    for member in members:
        begins = member.value in ("1", "01", "a", "i") and not (run and member.value == "i" and run[0].value == "a")
        doubled = len(run) == 1 and run[0].value == member.value and run[0].place == member.place - 1
        if run and begins and not doubled:
            yield run
            run = []
        run.append(member)
    if run:
        yield run


def _of_run(run: list[_Number]) -> Iterator[Finding]:
    order, ranks = _ranks(run)
    if not ranks:
        return
    marker = [" ".join(n.clause.marker.replace("*", "").split()) for n in run]
    before = 0
    for i, (number, rank) in enumerate(zip(run, ranks, strict=True)):
        at = _marker_span(number.clause)
        if rank == before:
            yield _finding("numbering-repeat", [_marker_span(run[i - 1].clause), at], marker=marker[i])
        elif before > rank >= before - _NEAR:  # a longer way back is another list, whose first item is not seen as one
            yield _finding("numbering-order", [_marker_span(run[i - 1].clause), at], marker=marker[i], before=marker[i - 1])
        elif before + 1 < rank <= before + (2 * _NEAR if i else 2) and len(run) > 1:
            lost = ", ".join(f"“{_like(marker[i], number.value, order(r))}”" for r in range(before + 1, rank))
            yield _finding("numbering-gap", [_marker_span(run[i - 1].clause)] * (i > 0) + [at], lost=lost, marker=marker[i])
        before = rank
    foreign = _tables()["foreign_letters"]
    for i, number in enumerate(run):
        if number.style[-6:].rstrip(".)/") == "lower" and number.value in foreign:
            yield _finding("numbering-alphabet", [_marker_span(number.clause)], marker=marker[i])
            return


def _ranks(run: list[_Number]) -> tuple[Any, list[int]]:
    """Return how a rank is written and the rank (from 1) of each member, in the numbering that leaves the fewest breaks."""
    values = [n.value for n in run]
    if all(v.isdigit() for v in values):
        return str, [int(v) for v in values]
    roman = [_roman(v) for v in values]
    readings: list[tuple[Any, list[int]]] = []
    if all(roman) and not (len(values) == 1 and values[0] != "i"):
        readings.append((_as_roman, [r for r in roman if r]))
    for alphabet in _tables()["alphabets"]:
        if all(len(v) == 1 and v in alphabet for v in values):
            readings.append((f" {alphabet}".__getitem__, [alphabet.index(v) + 1 for v in values]))
    if not readings:
        return str, []
    return min(readings, key=lambda reading: sum(abs(b - a - 1) for a, b in pairwise([0, *reading[1]])))


def _roman(value: str) -> int | None:
    total = 0
    for a, b in pairwise([*value, " "]):
        if a not in _ROMAN:
            return None
        total += -_ROMAN[a] if _ROMAN[a] < _ROMAN.get(b, 0) else _ROMAN[a]
    return total if _as_roman(total) == value else None


def _as_roman(rank: int) -> str:
    text = ""
    for value, letters in ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        count, rank = divmod(rank, value)
        text += letters * count
    return text


def _like(marker: str, value: str, other: str) -> str:
    """Return ``marker`` with ``other`` in the place of its number ("9.2." → "9.1.")."""
    at = marker.lower().rfind(value)
    if at < 0:
        return other
    return marker[:at] + (other.upper() if marker[at].isupper() else other) + marker[at + len(value) :]


def _marker_span(clause: Clause) -> Span:
    """Return the words of the marker, or of the clause where the marker is not apart from it."""
    end = clause.body.start if clause.span.start < clause.body.start else clause.span.end
    return Span(clause.span.start, min(end, clause.span.start + max(len(clause.marker), 1)))


def _of_fields(text: str, clauses: Sequence[Clause]) -> Iterator[Finding]:
    """Yield labels with nothing behind them and no list below them."""
    parents = {clause.parent for clause in clauses}
    for clause in clauses:
        if clause.type != "field" or clause.id in parents:
            continue
        body = clause.body.cut(text).replace("*", "").strip(" \n\t.;_")
        label, colon, value = body.partition(":")
        if colon and not value.strip(" .…_"):
            yield _finding("field-without-value", [clause.span], label=" ".join((clause.label or label).split()))


def _of_tasks(text: str, outline: Outline, tasks: Sequence[Task]) -> Iterator[Finding]:
    clauses = {clause.id: clause for clause in outline.clauses}
    orphans: dict[str | None, list[Task]] = {}
    for task in tasks:
        if not task.names("lead"):
            clause = clauses.get(task.clause_id)
            orphans.setdefault(clause.parent if clause else None, []).append(task)
    for parent, group in orphans.items():
        where = ""
        if parent in clauses:
            words = " ".join(clauses[parent].span.cut(text).replace("*", "").split())
            where = f" trong mục “{words[:60].rstrip()}{'…' if len(words) > 60 else ''}”"
        yield _finding("task-without-lead", [task.span for task in group], count=len(group), where=where)
    yield from _of_deadlines(text, outline.header.issued_on, tasks)


def _of_deadlines(text: str, issued_on: str | None, tasks: Sequence[Task]) -> Iterator[Finding]:
    """Yield deadlines on a day before the date of issue (before its month or year, where the day is blank)."""
    if issued_on is None:
        return
    seen: set[Span] = set()
    for task in tasks:
        for deadline in task.deadlines:
            day = _DAY.match(deadline.due or "")
            if day is None or deadline.repeat or deadline.span in seen or day[0][: len(issued_on)] >= issued_on:
                continue
            seen.add(deadline.span)
            due = f"{day[3]}/{day[2]}/{day[1]}"
            issued = "/".join(reversed(issued_on.split("-")))
            yield _finding("deadline-before-issue", [deadline.span], printed=deadline.text, due=due, issued=issued)


def _of_file(document: Document) -> Iterator[Finding]:
    """Yield what OCR was not sure of or a rule has mended, words set aside, and what else the file carries."""
    sure = _tables()["ocr"]["sure"]
    low = [block for block in document.blocks if block.confidence < sure and block.kind != "furniture"]
    if low:
        most = round(100 * max(block.confidence for block in low))
        yield _finding("low-confidence", [block.span for block in low], count=len(low), most=most)
    for mend in document.mends:
        yield _finding("mended", [mend.span], read=mend.read, now=mend.span.cut(document.text), rule=mend.rule)
    for aside in document.asides:
        words = " ".join(aside.words.split())
        yield _finding(aside.kind, [Span(aside.at, aside.at)], words=words if len(words) <= _QUOTED else f"{words[:_QUOTED].rstrip()}…")
    for note in document.source.notes:
        yield _finding(note, [])
