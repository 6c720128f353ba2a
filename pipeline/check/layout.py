"""Lists, turns of pages and the signature of a directive: what a clerk should know about how it was set out."""

import re
from collections.abc import Iterator, Mapping

from models import Clause, Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Line, Reading, pattern, tables
from pipeline.check.recipients import is_of_party
from pipeline.text import fold_text

_BLANK_LINE = re.compile(r"\n[ \t]*\n|\f")
_ENDS = tuple('.;:,!?…/"”)]|')
_NUMBER = re.compile(r"(?P<number>(?:\d{1,2}\.)+\d{1,2})(?P<dot>\.?)")
Siblings = Mapping[str | None, list[Line]]
_BLANKS = re.compile(r"\n[ \t]+\Z")
_INDENT = 20  # blanks that a line may begin with
_RARE = 10  # one line among so many begins with blanks by a slip, not by the layout
_FEWEST_WORDS = 12  # words from which on an item is a sentence that wants its full stop


def find_layout_faults(reading: Reading) -> Iterator[Finding]:
    """Yield notes on lists, on sentences cut by a turn of the page, and on the end of the body."""
    yield from _lists(reading)
    yield from _page_cuts(reading)
    yield from _foot(reading)


def _lists(reading: Reading) -> Iterator[Finding]:
    """Yield one finding for all lists whose items are not marked alike."""
    siblings = reading.children
    by_id = {line.clause.id: line.clause for line in reading.lines}
    list_head = pattern("list-head")
    said: dict[str, list[Span]] = {}
    for line in reading.lines:
        if line.type in ("heading", "field") and (match := list_head.match(line.text)):
            said.setdefault("stranger", []).append(line.view.span(*match.span("stranger")))
    for parent, group in siblings.items():
        if len(group) == 1 and (lone := _lone_bullet(parent, group[0].clause, siblings, by_id)) is not None:
            said.setdefault("lone", []).append(lone)
        for name, span in _list_slips(reading, group, siblings):
            said.setdefault(name, []).append(span)
    if indented := _indented(reading):
        said["indented"] = indented
    if said:
        spans = sorted(span for found in said.values() for span in found)
        words = tables()["list_slips"]
        slips = "; ".join(f"{words[name]} ({len(found)} chỗ)" for name, found in said.items())
        yield make_finding("checks", "list-marks", spans, slips=slips)


def _lone_bullet(parent: str | None, bullet: Clause, siblings: Siblings, by_id: dict[str, Clause]) -> Span | None:
    """Return the words of a single bullet with a deadline below the last item of a list that orders nothing itself."""
    above = by_id.get(parent or "")
    if above is None or not bullet.deadlines or _mark(bullet) not in ("-", "+"):
        return None
    others = [line.clause for line in siblings[above.parent] if line.clause.marker]
    last = len(others) > 1 and others[-1].id == above.id and above.type == "statement"
    return bullet.span if last and all(clause.type != "task" for clause in others) else None


def _indented(reading: Reading) -> list[Span]:
    """Return the tasks without a mark whose line begins with blanks, where nearly every other line begins at the margin."""
    text = reading.text
    if reading.document.source.media_type != "text/plain":
        return []
    lines = [line.clause for line in reading.lines if not line.is_row]
    inside = [clause for clause in lines if text[clause.span.start - 1 : clause.span.start] in (" ", "\t")]
    if not inside or len(inside) * _RARE > len(lines):
        return []
    bare = [clause for clause in inside if clause.type == "task" and not clause.marker]
    return [clause.span for clause in bare if _BLANKS.search(text, max(0, clause.span.start - _INDENT), clause.span.start)]


def _mark(clause: Clause) -> str:
    return clause.marker.replace("*", "").strip()


def _list_slips(reading: Reading, group: list[Line], parents: Siblings) -> Iterator[tuple[str, Span]]:
    marks = [_mark(line.clause) for line in group]
    if "-" in marks:
        yield from _bullet_slips(reading, group, marks)
    dotted = [(match, line) for mark, line in zip(marks, group, strict=True) if "." in mark and (match := _NUMBER.fullmatch(mark))]
    if len({bool(match["dot"]) for match, _ in dotted}) > 1:
        rare = sum(bool(match["dot"]) for match, _ in dotted) * 2 < len(dotted)
        yield from (("dots", line.clause.span) for match, line in dotted if bool(match["dot"]) == rare)
    if not reading.document.source.ocr:
        yield from _unended(group, marks, parents)


def _bullet_slips(reading: Reading, group: list[Line], marks: list[str]) -> Iterator[tuple[str, Span]]:
    """Yield what differs from item to item in a list of which some are marked "-"."""
    if "·" in marks:
        yield from (("bullets", line.clause.span) for line, mark in zip(group, marks, strict=True) if mark == "·")
    gaps = [
        reading.text[line.clause.span.start : line.clause.body.start] if mark == "-" else ""
        for line, mark in zip(group, marks, strict=True)
    ]
    mixed = any("\t" in gap for gap in gaps) and any(gap and "\t" not in gap for gap in gaps)
    for i, (line, mark) in enumerate(zip(group, marks, strict=True)):
        if "+" in gaps[i]:
            yield "double", line.clause.span
        if mixed and "\t" in gaps[i]:
            yield "tabbed", Span(line.clause.span.start, line.clause.body.start + 1)
        between = 0 < i < len(group) - 1 and marks[i - 1] == marks[i + 1] == "-"
        if not mark and between and line.type == "task" and not line.is_row and not reading.document.source.ocr:
            yield "unmarked", line.clause.span


def _unended(group: list[Line], marks: list[str], parents: Siblings) -> Iterator[tuple[str, Span]]:
    """Yield items of a list of sentences that have no mark at their end, where others of the list have one."""
    items = [line for line, mark in zip(group, marks, strict=True) if mark and not line.is_row]
    long = [line for line in items if line.type in ("task", "statement", "target") and line.text.count(" ") >= _FEWEST_WORDS]
    bare = [line for line in long if not line.text.rstrip(" -_").rstrip().endswith(_ENDS)]
    few = len(bare) * 3 <= len(long)
    for line in bare:
        below = parents.get(line.clause.id, [])  # what stands above a list may be its title, unless it has several parts
        if any(child.clause.type == "field" for child in below):
            continue
        if (few and not below) or ("; " in line.text and line.text.count(" ") >= 2 * _FEWEST_WORDS):
            end = line.clause.span.end
            yield "unended", Span(max(line.clause.span.start, end - 20), end)


def _page_cuts(reading: Reading) -> Iterator[Finding]:
    """Yield one finding for the paragraphs that a blank line or a turn of the page parts and that were read as one."""
    text, spans = reading.text, []
    for line in reading.lines:
        clause = line.clause
        start, end = clause.body.start, clause.span.end
        parted = text.find("\n", start, end) >= 0 or text.find("\f", start, end) >= 0
        cut = _BLANK_LINE.search(text, start, end) if parted and not line.is_row else None
        if cut:
            spans.append(Span(max(start, cut.start() - 1), min(end, cut.end() + 1)))
    if spans:
        yield make_finding("checks", "page-cuts", spans, count=len(spans))


def _foot(reading: Reading) -> Iterator[Finding]:
    """Yield what signature and end lack by the rules of the office (Phụ lục I, Nghị định 30/2020/NĐ-CP; 36-HD/VPTW for the Party)."""
    header = reading.outline.header
    signed_for = fold_text(header.signer.signed_for or "") if header.signer else ""
    issuer = fold_text(header.issuer.name) if header.issuer else ""
    if header.signer and signed_for.startswith("kt. chủ tịch") and issuer.startswith("ủy ban nhân dân") and _is_collective(reading):
        yield make_finding("checks", "signed-without-tm", [header.signer.span] if header.signer.span else [], signed_for="KT. CHỦ TỊCH")
    if is_of_party(reading):
        for line in reading.lines:
            end = line.text.rstrip()
            if end.endswith("./."):
                yield make_finding("checks", "party-end-mark", [line.view.span(len(end) - 3, len(end))])


def _is_collective(reading: Reading) -> bool:
    """Return whether the committee itself speaks: it does something in the text, and its chairman nothing."""
    if any(pattern("chairman").search(line.text) for line in reading.lines_with("chủ tịch")):
        return False
    return any(pattern("committee-speaks").search(line.text) for line in reading.lines_with("dân", "ubnd"))
