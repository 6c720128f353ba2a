"""Head and foot of a directive: its number, issuer, date, title, addressees, recipients and signer; and where its body lies."""

from bisect import bisect_left
from dataclasses import dataclass

from models import Document, Header, Kind, Party, Span
from pipeline.outline.foot import read_signer
from pipeline.outline.head_letterhead import read_letterhead
from pipeline.outline.head_lines import Row, is_capitals, rows_of
from pipeline.outline.head_names import NaturalCase
from pipeline.outline.head_parties import fallback_issuer, read_addressees, read_organs, read_recipients
from pipeline.outline.head_regions import read_regions
from pipeline.outline.head_words import HeadWords, head_words
from pipeline.outline.head_zone import Found, Letterhead
from pipeline.rulebook import Rulebook
from pipeline.text import fold_again, fold_text

_REACH = 25_000  # code points of the body in which names are looked up


@dataclass(frozen=True)
class Head:
    """The header, and the stretches of the text in which clauses lie, in order, cut at line bounds.

    A stretch may end inside a sentence where a page turn's furniture stands; the sentence goes on in the next stretch.
    """

    header: Header
    body: tuple[Span, ...]


def read_header(document: Document, rulebook: Rulebook) -> Head:
    """Return head and foot of ``document`` as printed (Điều 8, Nghị định 30/2020/NĐ-CP; 05-HD/VPTW for the Party) and its body.

    What is not printed is None. ``Header.spans`` also points at a number or date that is printed but blank. A copy to others
    ("Đồng kính gửi") is a recipient. The main document's head and foot count, not those of attached parts. Never raises.
    """
    text, words = document.text, head_words(rulebook)
    rows = rows_of(text)
    furniture = _furniture(document, rows)
    rows = [Row(row.start, row.end, "") if n in furniture else row for n, row in enumerate(rows)]
    letterhead = read_letterhead(text, rows, words)
    regions = read_regions(text, rows, letterhead.end, words)
    body = _stretches(rows, regions.out | furniture)
    start = body[0].start if body else 0
    far = text.find("\n", start + _REACH)
    near = fold_again(text, start, far if far >= 0 else len(text))
    case = NaturalCase(near, [letterhead.place.words] if letterhead.place else [], words)
    issuer, parent = read_organs(text, letterhead.organ_lines, case, words)
    if issuer is None and letterhead.organ is not None:
        issuer = Party(name=case.of(letterhead.organ.words, is_name=True), span=letterhead.organ.span)
    addressees, copies = read_addressees(text, letterhead.addressee_lines, words)
    signer, acts_for = next((read_signer(text, foot, case, words) for foot in regions.feet if foot.signature), (None, None))
    recipients = next((read_recipients(text, list(foot.recipients), words) for foot in regions.feet if foot.recipients), ())
    values = {name: found for name in ("number", "place", "issued_on") if (found := getattr(letterhead, name)) is not None}
    spans = {name: found.span for name, found in values.items()}
    if letterhead.blank_number is not None:
        spans["number"] = letterhead.blank_number
    if letterhead.blank_date is not None:
        spans["issued_on"] = letterhead.blank_date
    number = letterhead.number.words if letterhead.number else None
    kind = _kind(letterhead, text, words, spans)
    named = [party.name for party in (issuer, parent) if party] + ([letterhead.place.words] if letterhead.place else [])
    title = _title(letterhead, NaturalCase(near, named, words))
    if title is not None:
        spans["title"] = title.span
    if letterhead.draft is not None:
        spans["draft"] = letterhead.draft
    header = Header(
        kind=kind, number=number, issuer=issuer, parent_issuer=parent,
        place=values["place"].words if "place" in values else None,
        issued_on=values["issued_on"].words if "issued_on" in values else None,
        title=title.words if title else None, draft=letterhead.draft is not None,
        addressees=addressees, recipients=(*copies, *recipients), signer=signer, spans=spans,
    )  # fmt: skip
    if issuer is None or fold_text(issuer.name) in words.bare_heads:
        found = fallback_issuer(header, near, acts_for, text, words)
        if issuer is None or (found and fold_text(found.name).startswith(fold_text(issuer.name))):  # "VĂN PHÒNG" of the code VPTW
            header = header.model_copy(update={"issuer": Party(name=found.name, span=issuer.span) if found and issuer else found})
    return Head(header, body)


def _kind(letterhead: Letterhead, text: str, words: HeadWords, spans: dict[str, Span]) -> Kind | None:
    """Return the kind: by the printed title, else by the code of the number; a letter with neither is a công văn."""
    if letterhead.kind is not None:
        spans["kind"] = letterhead.kind.span
        return words.kinds_by_title[letterhead.kind.words]
    printed = letterhead.number.words if letterhead.number else letterhead.blank_number.cut(text) if letterhead.blank_number else None
    letter = letterhead.is_letter and letterhead.addressee_lines  # "1234/CT-TTHT" of a Cục Thuế is no Chỉ thị
    kind = None if letter else words.kind_of_code(printed)
    if kind is None and (printed or letterhead.is_letter or letterhead.addressee_lines):
        kind = words.kinds_by_code["CV"]
    if kind is not None and "number" in spans:
        spans["kind"] = spans["number"]
    return kind


def _title(letterhead: Letterhead, case: NaturalCase) -> Found | None:
    """Return the trích yếu in natural case without "V/v" or "Về việc" in front."""
    if letterhead.title is None:
        return None
    runs: list[str] = []
    for line in letterhead.title_lines:
        words = " ".join(line.replace("*", "").split())
        if runs and is_capitals(runs[-1]) == is_capitals(words):
            runs[-1] = f"{runs[-1]} {words}"
        else:
            runs.append(words)
    title = " ".join(case.of(run) for run in runs).strip(" .;,:-–_#|")
    for lead in ("về việc ", "v/v "):
        if fold_text(title).startswith(lead):
            title = title[len(lead) :].lstrip()
    return Found(title, letterhead.title.span) if title else None


def _furniture(document: Document, rows: list[Row]) -> set[int]:
    """Return the rows that the reader itself has marked as page furniture."""
    starts = [row.start for row in rows]
    marked: set[int] = set()
    for block in document.blocks:
        if block.kind == "furniture":
            first, last = bisect_left(starts, block.span.start), bisect_left(starts, block.span.end)
            marked.update(n for n in range(first, last) if rows[n].end <= block.span.end)
    return marked


def _stretches(rows: list[Row], out: set[int]) -> tuple[Span, ...]:
    """Return the runs of rows that are not ``out`` and hold something."""
    found: list[Span] = []
    start = end = None
    for number, row in enumerate(rows):
        if number in out:
            if start is not None and end is not None:
                found.append(Span(start, end))
            start = end = None
        elif not row.empty:
            start, end = row.start if start is None else start, row.end
    if start is not None and end is not None:
        found.append(Span(start, end))
    return tuple(found)
