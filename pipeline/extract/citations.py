"""Other documents that a clause names by number."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from models import Citation
from pipeline.probe import Probe
from pipeline.rulebook import Rulebook
from pipeline.text import TextView

_PART = re.compile(r"( ?)([-/])( ?)((?:[^-/ ]|(?<=&) )+)")
_GIVEN = re.compile(r"số:? ?\d")
_BEFORE = 90  # characters in which the kind of a document may stand before its number
_GAP_WORDS = 8
_WORD = re.compile(r'[^\s,;:.()"/|]+')


class _Grammar:
    """The compiled rules of citations.toml."""

    def __init__(self, rulebook: Rulebook) -> None:
        file = rulebook["citations"]
        patterns = {rule.id.removeprefix("citation."): Probe(rule.pattern) for rule in file.rules}
        self.state, self.party, self.bare = patterns["state"], patterns["party"], patterns["bare"]
        self.standard = patterns["standard"]
        self.standards: Mapping[str, str] = file.tables["standards"]
        self.kind, self.date = patterns["kind"], patterns["date"]
        self.numbered, self.elided, self.issuer = patterns["numbered"], patterns["elided"], patterns["issuer"]
        self.late, self.early = patterns["date-late"], patterns["date-early"]
        self.codes: Mapping[str, str] = file.tables["codes"]
        self.abbreviated: Mapping[str, str] = file.tables["abbreviated"]
        self.stops = frozenset(file.tables["words"]["issuer_stops"])
        self.breaks = tuple(file.tables["words"]["issuer_breaks"])
        self.naming = tuple(file.tables["words"]["naming"])


@lru_cache(maxsize=4)
def _grammar(rulebook: Rulebook) -> _Grammar:
    return _Grammar(rulebook)


def _is_code(cased: str) -> bool:
    """A code of a document number is in capitals; small letters may follow (TTg, CTr, QyĐ)."""
    return cased[0].isupper() and (len(cased) == 1 or cased[1].isupper() or not cased.isalpha() or len(cased) <= 4)


def _state_end(view: TextView, match: re.Match[str]) -> int | None:
    """Return where a state number ends: its last group in capitals, and None where the first is none."""
    cased = view.cased
    code = cased[match.start("code") : match.end("code")]
    if cased[match.end("number") - 1].isupper() or not _is_code(code) or (code.isalpha() and len(code) > 2 and code[1:].islower()):
        return None
    end, dashes = match.end("code"), 0
    for part in _PART.finditer(cased, match.start("groups"), match.end("groups")):
        before, mark, after, group = part.groups()
        if part.start() != end:
            break
        if mark == "-" and before and after and (dashes or len(group) < 2 or not group.isupper()):
            break  # "17/CT-UBND - về việc": a dash of the sentence
        if not (cased[part.start(4)].isupper() or (mark == "-" and not before and not after) or (mark == "/" and group.isdigit())):
            break
        dashes += mark == "-"
        end = part.end()
    return end


def _party_end(view: TextView, match: re.Match[str]) -> int | None:
    """Return where a party number ends, None where its codes are not in capitals."""
    cased = view.cased
    if not cased[match.start("code")].isupper() or not cased[match.start("groups")].isupper():
        return None
    end = match.start("groups")
    for i, group in enumerate(re.finditer(r"( ?- ?)?([^- ]+)", cased[end : match.end("groups")])):
        if i and not (group.group(2)[0].isupper() and (" " not in (group.group(1) or "") or group.group(2).isupper())):
            break
        last = group.end()
    return end + last


def _numbers(view: TextView, grammar: _Grammar) -> Iterator[tuple[int, int, str, str]]:
    """Yield start, end, code and rule of every number in order, with overlaps left out."""
    text = view.text
    found: list[tuple[int, int, str, str]] = []
    for start in view.figures if "/" in text else ():
        # far faster than letting the patterns try every letter
        for pattern, ends, rule in ((grammar.party, _party_end, "citation.party"), (grammar.state, _state_end, "citation.state")):
            match = pattern.match(text, start)
            end = ends(view, match) if match else None
            if match and end is not None:
                found.append((match.start(), end, match.group("code"), rule))
                break
    if ":" in text:
        for match in grammar.standard.finditer(text):
            found.append((match.start(), match.end(), match.group("number")[0], "citation.standard"))
    if "số" in text and _GIVEN.search(text):
        for match in grammar.bare.finditer(text):
            if not text[max(0, match.start() - 40) : match.start()].rstrip(' "(').endswith(grammar.naming):
                found.append((match.start("number"), match.end("number"), "", "citation.bare"))
    done = 0
    for item in sorted(found):
        if item[0] >= done:
            yield item
            done = item[1]


def _iso(match: re.Match[str]) -> str | None:
    """Return the ISO date of a match with day, month and year; None for a day that no calendar has."""
    try:
        return date(int(match.group("year")), int(match.group("month")), int(match.group("day"))).isoformat()
    except ValueError:
        return None


def _kind_before(text: str, start: int, grammar: _Grammar) -> tuple[int, str] | None:
    """Return where the words that name the kind start, and the kind as folded text."""
    floor = max(0, start - _BEFORE)
    before = text[floor:start]
    best = None
    for match in grammar.kind.finditer(before):
        gap = before[match.end() :].strip()
        plain = gap.removesuffix(":").removesuffix("số").strip()
        if gap and (plain == gap or len(plain.split()) > _GAP_WORDS or re.search(r'[,;:.()"/]', plain)):
            continue
        best = (floor + match.start(), match.group())
    return best


def _issuer(view: TextView, end: int, grammar: _Grammar) -> str | None:
    """Return who issued: the capitalised name after 'của', up to a stop word or mark."""
    opened = grammar.issuer.match(view.text[end : end + 10])
    if not opened:
        return None
    first = at = end + opened.end()
    for word in _WORD.finditer(view.text, first, first + 100):
        if word.start() > at + 1 or (word.start() == at + 1 and view.text[at] != " "):
            break
        if view.text.startswith(grammar.breaks, word.start()):
            break
        if word.group() in grammar.stops and (view.cased[word.start()].islower() or word.group() == "về"):
            break
        next_word = word.end() + 1
        if word.group() == "và" and (grammar.kind.match(view.text, next_word) or not view.cased[next_word : next_word + 1].isupper()):
            break
        at = word.end()
    name = view.cased[first:at].strip(" -")
    return name if name[:1].isupper() else None


def find_citations(view: TextView, rulebook: Rulebook) -> tuple[Citation, ...]:
    """Return the documents that the clause names by number, each number once, in order.

    ``number`` is as printed, spaces removed (Phụ lục III, Nghị định 30/2020/NĐ-CP; 36-HD/VPTW for the Party); ``kind`` comes from
    the words before the number, else from its code; ``date`` is the date printed with it.
    """
    text = view.text
    if "/" not in text and "số" not in text and ":" not in text:
        return ()
    grammar = _grammar(rulebook)
    found: dict[str, Citation] = {}
    last_end, last_kind = -1, ""
    chain: list[str] = []  # numbers that share one kind word, so far without a date
    for start, end, code, rule in _numbers(view, grammar):
        number = view.cased[start:end].replace(" ", "")
        named = _kind_before(text, start, grammar)
        of_code = (grammar.standards if rule == "citation.standard" else grammar.codes).get(code, "")
        numbered = grammar.numbered.search(text, max(0, start - 5), start)
        elided = last_end >= 0 and grammar.elided.match(text[last_end:start]) is not None
        first = start
        if rule == "citation.standard":
            kind = of_code
        elif named:
            first = named[0]
            kind = grammar.abbreviated.get(named[1]) or named[1].capitalize()
        else:
            if not (numbered or elided or of_code or "-" in number):
                continue  # "5/HTX": a rate, not a document
            first = numbered.start() if numbered else start
            kind = (last_kind if elided and of_code in ("", last_kind) else "") or of_code or ("" if code.startswith("qh") else "Công văn")
        dated = grammar.date.match(text[end : end + 40])
        late = None if dated else grammar.late.match(text[end : end + 110])
        early = None if dated or late else grammar.early.search(text[max(0, first - 130) : first])
        day = next((_iso(m) for m in (dated, late, early) if m), None)
        stop = end + dated.end() if dated else end
        citation = Citation(
            kind=kind or None, number=number, date=day, issuer=_issuer(view, stop, grammar), span=view.span(first, stop), rule=rule
        )
        key = number.casefold()
        if key not in found or (found[key].date is None and day):
            found[key] = citation
        if dated and "cùng" in dated.group():
            for earlier in chain:
                found[earlier] = found[earlier].model_copy(update={"date": day})
        chain = ([*chain, key] if elided and not named else [key]) if day is None else []
        last_end, last_kind = stop, kind
    return tuple(found.values())
