"""How the head of a directive came through the copying: parts that were lost, columns that were taken apart."""

import re
from collections.abc import Iterator

from models import Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading, pattern
from pipeline.text import fold_text

_BOLD = re.compile(r"\*\*[^*\n]+\n[^*|]*\*\*")  # bold that opens on one line of a head and closes on another
_TABBED = re.compile(r"^[ ]*\t[ \t]*\S.*$", re.MULTILINE)
_LONGEST = 3000  # letters that a head may have
_BLOCKS = 2  # organ and Quốc hiệu


def find_head_faults(reading: Reading) -> Iterator[Finding]:
    """Yield notes on a head that lacks organ and Quốc hiệu though the body names the organ, and on one whose columns fell apart.

    The head has two columns: organ and number on the left, Quốc hiệu and date on the right (Phụ lục I, Nghị định 30/2020/NĐ-CP).
    """
    clauses, header = reading.outline.clauses, reading.outline.header
    if not clauses or reading.document.source.ocr:
        return
    words = reading.text[: min(clauses[0].span.start, _LONGEST)]
    issuer = header.issuer.span if header.issuer else None
    if header.issuer and issuer and issuer.start >= clauses[0].span.start and not pattern("motto").search(fold_text(words)):
        start = len(words) - len(words.lstrip())
        first = Span(start, start + len(words.strip().partition("\n")[0]))
        yield make_finding("checks", "head-lost", [first, issuer], name=header.issuer.name)
    if "|" not in words and (blocks := _blocks(reading, words)):
        quoted = "”, “".join(reading.quoted(span, 40) for span in blocks[:3])
        yield make_finding("checks", "head-columns", blocks, printed=quoted)


def _blocks(reading: Reading, words: str) -> list[Span]:
    """Return the pieces of columns that no longer stand side by side: blocks of bold lines, or lines moved by tabs."""
    bold = [Span(*match.span()) for match in _BOLD.finditer(words)]
    if len(bold) >= _BLOCKS:
        return bold
    if reading.document.source.media_type != "text/plain" or "\t" not in words:
        return []
    tabbed = [Span(match.start() + len(match.group()) - len(match.group().lstrip()), match.end()) for match in _TABBED.finditer(words)]
    return tabbed if len(tabbed) >= _BLOCKS else []
