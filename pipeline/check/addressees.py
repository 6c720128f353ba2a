"""Units that a letter gives something to do, and that it is not addressed to."""

import re
from collections.abc import Iterator
from functools import lru_cache

from models import Finding
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading, fold_name, tables
from pipeline.text import fold_text

_LETTERS = ("Công văn", "Công điện")


def find_unaddressed_units(reading: Reading) -> Iterator[Finding]:
    """Yield units that are asked in the body of a letter but stand neither in "Kính gửi" nor in "Nơi nhận", or in the latter only."""
    header = reading.outline.header
    if header.kind is None or header.kind.name not in _LETTERS or not header.addressees:
        return
    to = [fold_text(party.name) for party in header.addressees]
    copied = [fold_text(party.name) for party in header.recipients]
    own = {fold_text(party.name) for party in (header.issuer, header.parent_issuer) if party}
    seen: set[str] = set()
    for line in reading.lines:
        for mention in line.clause.mentions:
            name = fold_name(mention.name)[0]
            if mention.role != "lead" or mention.unit_id in seen or name in own or not _is_asked(line.text, name):
                continue
            seen.add(mention.unit_id)
            kind = _kind(name)
            if kind is None or _covers(kind, name, to):
                continue
            code = "asked-copied-only" if _covers(kind, name, copied) else "asked-not-addressed"
            yield make_finding("checks", code, [mention.span], name=mention.name)


def _is_asked(text: str, name: str) -> bool:
    """Return whether ``text`` asks the unit: "Đề nghị X …", "Yêu cầu X …", "Giao X …", or X stands first."""
    at = text.find(name)
    return at == 0 or (at > 0 and any(word in text[:at] for word in ("đề nghị", "yêu cầu", "giao ")))


@lru_cache(maxsize=1)
def _kinds() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((re.compile(entry["unit"]), re.compile(entry["covered_by"])) for entry in tables()["addressed"])


def _kind(name: str) -> re.Pattern[str] | None:
    """Return what covers a unit of that name where it stands among the addressees, None where that is not known."""
    return next((covered for unit, covered in _kinds() if unit.search(name)), None)


def _covers(covered: re.Pattern[str], name: str, parties: list[str]) -> bool:
    return any(covered.search(party) or name in party or party in name for party in parties)
