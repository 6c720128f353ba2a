"""Nơi nhận: how the lines that tell who gets the directive are set out.

Offices of the State end each line with a semicolon (Phụ lục I, Nghị định 30/2020/NĐ-CP); the Party writes commas as well (36-HD/VPTW).
"""

import re
from collections import Counter
from collections.abc import Iterator

from models import Finding, Party, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading, fold_name, pattern, tables
from pipeline.text import fold_text

_FEWEST = 3  # lines from which on their marks show a habit
_TAIL = re.compile(r"^(?:\s*\([^()\n]{0,80}\))?[\s*_]*")
_WORD = re.compile(r"[^\W\d_]{2,}")


def find_recipient_slips(reading: Reading) -> Iterator[Finding]:
    """Yield one note on the lines of Nơi nhận. Of OCR nothing is said: it loses marks, and lines with them."""
    header, text = reading.outline.header, reading.text
    if reading.document.source.ocr or not header.recipients:
        return
    said: dict[str, list[Span]] = {}
    for party in header.recipients[:-1]:
        if party.span and _is_unmarked(text, party.span):
            said.setdefault("unmarked", []).append(party.span)
    parties = [party for party in header.recipients if party.span]
    marks = Counter(_mark(text, party.span) for party in parties if party.span)
    mark, count = marks.most_common(1)[0] if marks else ("", 0)
    for party in parties:
        if party.span and count >= _FEWEST and _holds_another(reading, party.span.cut(text), mark):
            said.setdefault("undashed", []).append(party.span)
        if party.span and (joined := _joined(party)):
            said.setdefault(joined, []).append(party.span)
    if mark == "," and count >= _FEWEST and not is_of_party(reading):
        said["commas"] = [party.span for party in parties if party.span and _mark(text, party.span) == ","]
    if said:
        words = tables()["recipient_slips"]
        spans = sorted({span for found in said.values() for span in found})
        slips = "; ".join(f"{words[name]} (“{reading.quoted(found[0], 60)}”)" for name, found in said.items())
        yield make_finding("checks", "recipient-marks", spans, slips=slips)


def is_of_party(reading: Reading) -> bool:
    """Return whether an office of the Party issues: its head or its signature says so."""
    signer = reading.outline.header.signer
    signed_for = fold_text(signer.signed_for or "") if signer else ""
    return signed_for.startswith(("t/m", "t/l", "k/t")) or "đảng cộng sản việt nam" in fold_text(reading.text[:1500])


def _is_unmarked(text: str, span: Span) -> bool:
    """Return whether no mark stands behind a recipient, nor behind the purpose in brackets ("để báo cáo")."""
    behind = _TAIL.sub("", text[span.end : span.end + 120])
    early = re.match(r"[;,]\s?\(", behind) is not None  # "Quận ủy; (để báo cáo)"
    return early or (behind[:1] not in (";", ",", ".", ":") and text[span.end - 1] not in ";,.:")


def _mark(text: str, span: Span) -> str:
    """Return the mark that ends the line of a recipient."""
    return _TAIL.sub("", text[span.end : span.end + 120])[:1]


def _holds_another(reading: Reading, words: str, mark: str) -> bool:
    """Return whether a recipient goes on in a line that has no dash, after the mark that ends every other: it is two of them."""
    if "\n" not in words or ":" in words or mark not in (";", ",") or reading.document.source.media_type == "application/pdf":
        return False
    first, _, second = words.partition("\n")
    opened = _WORD.match(second.lstrip(" \t*_"))
    return first.rstrip(" \t*_").endswith(mark) and opened is not None and opened.group().istitle()


def _joined(party: Party) -> str | None:
    """Return the slip where a hyphen stands between two recipients ("TT Quận ủy-TT HĐND quận")."""
    return "joined" if "-" in party.name and pattern("recipients-joined").search(fold_name(party.name)[0]) else None
