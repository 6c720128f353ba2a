"""What the head and foot of a directive leave open (Điều 8, Nghị định 30/2020/NĐ-CP)."""

import re
from calendar import monthrange
from collections.abc import Iterator
from functools import lru_cache

from models import Finding, Header, Span
from pipeline.check.finding import make_finding
from pipeline.rulebook import rulebook

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_STRUCK = re.compile(r"~~[^~\n]+~~")  # how Markdown, and OCR that writes it, marks words that are crossed out


def find_head_gaps(text: str, header: Header) -> Iterator[Finding]:
    """Yield what head and foot lack, or say twice and differently."""

    def printed(name: str) -> str:
        return " ".join(header.spans[name].cut(text).replace("*", "").split())

    def at(name: str) -> list[Span]:
        return [header.spans[name]] if name in header.spans else []

    code = kind_code(header.number) if header.number else None
    if header.kind is None:
        yield make_finding("checks", "kind-missing", [])
    elif code and code not in codes_of(header.kind.name):
        spans = at("kind") + at("number")
        yield make_finding("checks", "kind-mismatch", spans, title=header.kind.name, number=header.number, other=kind_names()[code])
    if header.number is None and at("number"):
        yield make_finding("checks", "number-blank", at("number"), printed=printed("number"))
    elif header.number is None:
        yield make_finding("checks", "number-missing", [])
    elif "number" in header.spans and _STRUCK.search(text, max(0, header.spans["number"].start - 20), header.spans["number"].end):
        yield make_finding("checks", "number-struck", at("number"), printed=printed("number"), number=header.number)
    yield from _of_date(header.issued_on, printed("issued_on") if at("issued_on") else None, at("issued_on"))
    if header.issuer is None:
        yield make_finding("checks", "issuer-missing", [])
    if header.signer is None:
        yield make_finding("checks", "signer-missing", [])
    if header.draft:
        yield make_finding("checks", "draft", at("draft"), printed=printed("draft") if at("draft") else "dự thảo")


def _of_date(issued_on: str | None, printed: str | None, at: list[Span]) -> Iterator[Finding]:
    if issued_on is None and printed is None:
        yield make_finding("checks", "date-missing", [])
    elif issued_on is None or (day := _DAY.fullmatch(issued_on)) is None:
        yield make_finding("checks", "date-incomplete", at, printed=printed or issued_on)
    elif not 1 <= int(day[2]) <= 12 or not 1 <= int(day[3]) <= monthrange(int(day[1]), int(day[2]))[1]:
        yield make_finding("checks", "date-impossible", at, printed=printed or issued_on)


@lru_cache(maxsize=1)
def kind_names() -> dict[str, str]:
    """Return the name of a kind by each of its codes; the first entry of a code counts."""
    names: dict[str, str] = {}
    for entry in rulebook()["kinds"].tables["kind"]:
        for code in (entry["code"], *entry.get("codes", ())):
            names.setdefault(code, entry["name"])
    return names


def kind_code(number: str) -> str | None:
    """Return the code of a kind that ``number`` carries ("267/KH-UBND", "05-NQ/ĐU"), or None."""
    match = re.match(r"[\d.]+[a-zđ]?(?:/\d{4})?[/-]([^\W\d_]+)[/-]", number)
    return match[1] if match and match[1] in kind_names() else None


@lru_cache(maxsize=64)
def codes_of(name: str) -> frozenset[str]:
    """Return the codes that the number of a kind may carry; the Party writes QĐ for Quy định too (36-HD/VPTW)."""
    codes = frozenset(code for code, other in kind_names().items() if other == name)
    # a programme or plan may be issued by a decision's or resolution's number
    issued = ("Quy định", "Quy chế", "Chương trình", "Kế hoạch", "Đề án", "Phương án", "Dự án", "Chiến lược", "Quy hoạch", "Điều lệ")
    return codes | {"QĐ", "NQ"} if name in issued else codes
