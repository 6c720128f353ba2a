"""Documents that a directive cites: numbers, kinds and dates that disagree with each other or with the date of issue."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from models import Citation, Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.head import codes_of, kind_code, kind_names
from pipeline.check.reading import Reading, find_words, pattern, tables
from pipeline.text import fold_text

_STATE = re.compile(
    r"(?P<seq>\d+[a-zđ]?)(?:\.(?P<part>\d+))?/(?:(?P<year>\d{4})/)?(?P<code>[^\W\d_]+\d*)(?:/(?P<late>\d{4}))?(?:-(?P<organ>.+))?",
    re.IGNORECASE,
)
_PARTY = re.compile(r"(?P<seq>\d+)-(?P<code>[^\W\d_]+)/(?P<organ>.+)", re.IGNORECASE)
_MOST_UNDATED = 40  # each is searched for in the whole text
_FULL = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class _Cited:
    """A citation with the parts of its number, in lower case; ``year`` is that of the number."""

    citation: Citation
    seq: str
    code: str
    organ: str
    year: str | None
    party: bool

    @property
    def of_assembly(self) -> bool:
        return self.code.startswith(("qh", "ubtvqh"))


def find_citation_faults(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with the numbers, kinds and dates of cited documents, number by number."""
    cited = [one for line in reading.lines for citation in line.clause.citations if (one := _take(citation)) is not None]
    issued_on = reading.outline.header.issued_on
    own = (reading.outline.header.number or "").casefold()
    cited = [one for one in cited if one.citation.number.casefold() != own]
    yield from _kinds(cited)
    yield from _after_issue(cited, issued_on)
    yield from _years(cited)
    yield from _two_dates(reading, cited)
    yield from _two_titles(reading, cited)
    yield from _forms(cited)
    yield from _misspelt(cited)
    yield from _undated(reading, cited)
    yield from _unnumbered(reading)


def _take(citation: Citation) -> _Cited | None:
    number = citation.number
    match = _PARTY.fullmatch(number) if citation.rule == "citation.party" else _STATE.fullmatch(number)
    if match is None or citation.rule not in ("citation.party", "citation.state"):
        return None
    named = match.groupdict()
    seq = f"{int(named['seq'])}" if named["seq"].isdigit() else named["seq"].lstrip("0").lower()
    if named.get("part"):
        seq += f".{named['part']}"
    year = named.get("year") or named.get("late")
    return _Cited(citation, seq, named["code"].lower(), (named.get("organ") or "").lower(), year, citation.rule == "citation.party")


def _printed(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))


def _kinds(cited: list[_Cited]) -> Iterator[Finding]:
    """Yield numbers whose code is that of another kind than the word before them ("kết luận số 215-TB/QU")."""
    seen: set[str] = set()
    for one in cited:
        citation = one.citation
        code = kind_code(citation.number)
        kind = (citation.kind or "").lower()
        said = next((name for lower, name in _known_kinds() if kind.startswith(lower)), None)
        if code is None or said is None or code in codes_of(said) or citation.number in seen or not _says_kind(citation):
            continue
        if one.party and code == "TT":
            continue  # Thông tri of the Party carries the code of Thông tư
        seen.add(citation.number)
        values = {"said": said, "number": citation.number, "other": kind_names()[code]}
        yield make_finding("checks", "citation-kind-mismatch", [citation.span], **values)


@lru_cache(maxsize=1)
def _known_kinds() -> tuple[tuple[str, str], ...]:
    """Return the kinds in small letters and as they are called, the longest first."""
    return tuple((name.lower(), name) for name in sorted(set(kind_names().values()) - {"Công văn"}, key=len, reverse=True))


def _says_kind(citation: Citation) -> bool:
    """Return whether the kind is printed with this very number, and not taken over from an earlier one of a list."""
    return citation.span.end - citation.span.start > len(citation.number) + 6


def _after_issue(cited: list[_Cited], issued_on: str | None) -> Iterator[Finding]:
    seen: set[str] = set()
    for one in cited:
        day, number = one.citation.date, one.citation.number
        if issued_on and day and day[: len(issued_on)] > issued_on and number not in seen:
            seen.add(number)
            values = {"number": number, "day": _printed(day), "issued": _printed(issued_on)}
            yield make_finding("checks", "cited-after-issue", [one.citation.span], **values)


def _years(cited: list[_Cited]) -> Iterator[Finding]:
    """Yield laws by number without the year that their numbers carry, and dates outside the year of the number."""
    seen: set[str] = set()
    without: dict[str, Span] = {}
    for one in cited:
        day, number = one.citation.date, one.citation.number
        if one.year and day and day[:4] != one.year and number not in seen:
            seen.add(number)
            yield make_finding("checks", "citation-year-mismatch", [one.citation.span], number=number, day=_printed(day))
        # before 1997 the numbers of laws carried no year (Luật Ban hành văn bản quy phạm pháp luật 1996)
        if not one.party and not one.year and one.code in tables()["codes_with_year"] and (day is None or day >= "1997"):
            without.setdefault(number, one.citation.span)
    if without:
        yield make_finding("checks", "citation-year-missing", list(without.values()), numbers=", ".join(without))


def _same_issuer(reading: Reading, a: _Cited, b: _Cited) -> bool:
    """Return whether two equal numbers are by one issuer: many organs share the codes UBND, HĐND, TU …"""
    organ = a.organ.split("-")[0] or a.code
    if organ not in tables()["shared_codes"]:
        return True
    first, second = (_issuer(reading, one.citation) for one in (a, b))
    return bool(first and second) and (first.startswith(second) or second.startswith(first))


def _issuer(reading: Reading, citation: Citation) -> str:
    """Return the folded words that say whose the cited document is ("của Ủy ban nhân dân tỉnh"), empty where none do."""
    end = citation.span.end
    match = pattern("cited-issuer").match(fold_text(reading.text[end : end + 120]))
    return match["issuer"].replace("ubnd", "ủy ban nhân dân") if match else ""


def _two_dates(reading: Reading, cited: list[_Cited]) -> Iterator[Finding]:
    """Yield numbers with two dates. A number without year begins anew each year, so only dates of one year can be a slip."""
    by_number: dict[tuple[str, ...], list[_Cited]] = defaultdict(list)
    for one in cited:
        if one.citation.date and _FULL.fullmatch(one.citation.date):
            by_number[(one.seq, one.code, one.organ, one.year or one.citation.date[:4])].append(one)
    for group in by_number.values():
        first = group[0]
        for other in group[1:]:
            if other.citation.date != first.citation.date and _same_issuer(reading, first, other):
                a, b = first.citation, other.citation
                days = f"{_printed(a.date or '')} và {_printed(b.date or '')}"
                yield make_finding("checks", "cited-with-two-dates", [a.span, b.span], number=a.number, days=days)
                break


def _two_titles(reading: Reading, cited: list[_Cited]) -> Iterator[Finding]:
    """Yield numbers with two titles in quotes that have few words in common."""
    titles: dict[tuple[str, str, str, str | None], tuple[_Cited, str]] = {}
    for one in cited:
        end = one.citation.span.end
        match = pattern("cited-title").match(fold_text(reading.text[end : end + 320]))
        if match is None or not (one.year or one.citation.date):
            continue
        key = (one.seq, one.code, one.organ, one.year or (one.citation.date or "")[:4])
        first, title = titles.setdefault(key, (one, match["title"]))
        here, there = frozenset(match["title"].split()), frozenset(title.split())
        if len(here & there) * 2 < min(len(here), len(there)) and _same_issuer(reading, first, one):
            values = {"number": one.citation.number, "first": title, "second": match["title"]}
            yield make_finding("checks", "cited-with-two-titles", [first.citation.span, one.citation.span], **values)


def _forms(cited: list[_Cited]) -> Iterator[Finding]:
    """Yield one document under several forms of its number ("32/2018/TT-BGDĐT", "32/TT-BGDĐT", "32/TT/2018")."""
    by_core: dict[tuple[str, str], list[_Cited]] = defaultdict(list)
    for one in cited:
        if not one.party and not one.of_assembly:
            by_core[(one.seq, one.code)].append(one)
    for group in by_core.values():
        forms: dict[str, _Cited] = {}
        full = next((one for one in group if one.year and one.organ), None)
        if full is None:
            continue
        for one in group:
            if one is full or _same_document(full, one):
                forms.setdefault(one.citation.number.casefold(), one)
        if len(forms) > 1:
            numbers = [one.citation.number for one in forms.values()]
            spans = [one.citation.span for one in forms.values()]
            yield make_finding("checks", "citation-forms", spans, numbers=", ".join(numbers), right=full.citation.number)


def _same_document(full: _Cited, one: _Cited) -> bool:
    """Return whether ``one`` can be ``full`` with something left out of its number."""
    year = one.year or (one.citation.date or "")[:4]
    if one.organ and one.organ != full.organ:
        return False
    if not one.organ and not (one.year and one.citation.issuer):
        return False
    return year == full.year or (not year and one.code in tables()["codes_with_year"])


def _misspelt(cited: list[_Cited]) -> Iterator[Finding]:
    """Yield codes of agencies and kinds in which a known code is printed with D for Đ or with letters of another alphabet."""
    known: dict[str, str] = {_plain(code): code for code in tables()["agency_codes"]}
    seen: set[str] = set()
    for one in cited:
        number = one.citation.number
        for code in re.findall(r"[^\W\d_][^\W_]*", number.replace("&", "")):
            right = known.get(_plain(code))
            if right and right.upper() != code.upper() and code not in seen:
                seen.add(code)
                yield make_finding("checks", "code-misspelt", [one.citation.span], number=number, wrong=code, right=right)


def _plain(code: str) -> str:
    return code.upper().replace("Đ", "D").translate(_twins())


@lru_cache(maxsize=1)
def _twins() -> dict[int, str]:
    return str.maketrans(tables()["twin_letters"])


def _undated(reading: Reading, cited: list[_Cited]) -> Iterator[Finding]:
    """Yield documents named by a number that begins anew each year or term, without a date anywhere."""
    dated = {(one.seq, one.code, one.organ) for one in cited if one.citation.date}
    bare: dict[str, Span] = {}
    for one in cited:
        if one.year or one.of_assembly or (one.seq, one.code, one.organ) in dated or one.code in tables()["codes_with_year"]:
            continue
        if one.citation.number in bare or len(bare) >= _MOST_UNDATED or _dated_elsewhere(reading, one.citation):
            continue
        bare[one.citation.number] = one.citation.span
    if bare:
        yield make_finding("checks", "citation-undated", list(bare.values()), numbers=", ".join(bare), count=len(bare))


def _dated_elsewhere(reading: Reading, citation: Citation) -> bool:
    """Return whether the number stands with a date in the title, a footnote or words that no citation was taken from."""
    text = reading.text
    at = text.find(citation.number)
    for _ in range(20):
        if at < 0:
            return False
        around = text[max(0, at - 60) : at + len(citation.number) + 60]
        if re.search(r"\d{1,2}\s*(?:[/.-]|tháng)\s*\d{1,2}\s*(?:[/.-]|năm)\s*\d{4}", around):
            return True
        at = text.find(citation.number, at + 1)
    return False


def _unnumbered(reading: Reading) -> Iterator[Finding]:
    """Yield the documents that a directive is based on, before its first part, and names without number and date."""
    for line in reading.lines:
        if line.clause.marker:
            return
        for match in find_words(line.view, "citation-unnumbered"):
            span = line.view.span(*match.span("cited"))
            yield make_finding("checks", "citation-unnumbered", [span], printed=reading.quoted(span))
