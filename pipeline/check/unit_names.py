"""Names of units that are not the names which the law fixes ("Phòng Văn hóa Thông tin")."""

import re
from collections.abc import Iterator
from functools import lru_cache

from models import Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading
from pipeline.rulebook import Rulebook, rulebook
from pipeline.text import fold_text


@lru_cache(maxsize=4)
def _official(book: Rulebook) -> list[tuple[re.Pattern[str], dict[str, str]]]:
    place = " (?:quận|huyện|thị xã|thành phố|tỉnh|xã|phường|các|cấp|của|thuộc).*"
    return [(re.compile(f"{entry['pattern']}(?:{place})?"), entry) for entry in book["spelling"].tables["official"]]


def official_name(name: str, day: str, book: Rulebook) -> tuple[str, str] | None:
    """Return the name that the law fixes for the unit called ``name``, and its source, where they differ on ``day`` (ISO date)."""
    folded = fold_text(name)
    for pattern, entry in _official(book):
        if entry.get("from", "") <= day <= entry.get("until", "9") and pattern.fullmatch(folded):
            return entry["name"], entry["source"]
    return None


def find_unofficial_names(reading: Reading) -> Iterator[Finding]:
    """Yield names of units that differ from those fixed by law (rules/spelling.toml), for directives whose date is known."""
    outline = reading.outline
    day = outline.header.issued_on
    if day is None:
        return
    book = rulebook()
    found: dict[tuple[str, str], list[tuple[str, Span]]] = {}
    for clause in outline.clauses:
        for mention in clause.mentions:
            if (name := official_name(mention.name, day, book)) is not None:
                found.setdefault(name, []).append((mention.name, mention.span))
    for (right, source), named in found.items():
        spans = list(dict.fromkeys(span for _, span in named))
        yield make_finding("spelling", "unit-name-official", spans, found=named[0][0], right=right, source=source)
