"""What the file itself leaves open: uncertain letters, words set aside, what else it carries."""

from collections.abc import Iterator

from models import Document, Finding, Span
from pipeline.check.finding import make_finding
from pipeline.rulebook import rulebook

_QUOTED = 120  # letters of words set aside that a finding quotes


def find_file_notes(document: Document) -> Iterator[Finding]:
    """Yield what OCR was not sure of or a rule has mended, words set aside, and what else the file carries."""
    sure = rulebook()["checks"].tables["ocr"]["sure"]
    low = [block for block in document.blocks if block.confidence < sure and block.kind != "furniture"]
    if low:
        most = round(100 * max(block.confidence for block in low))
        yield make_finding("checks", "low-confidence", [block.span for block in low], count=len(low), most=most)
    for mend in document.mends:
        yield make_finding("checks", "mended", [mend.span], read=mend.read, now=mend.span.cut(document.text), rule=mend.rule)
    for aside in document.asides:
        words = " ".join(aside.words.split())
        yield make_finding(
            "checks", aside.kind, [Span(aside.at, aside.at)], words=words if len(words) <= _QUOTED else f"{words[:_QUOTED].rstrip()}…"
        )
    for note in document.source.notes:
        yield make_finding("checks", note, [])
