"""Counts of a directive that do not agree: announced against listed, reached against all there are, shares of one whole."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile

from models import Clause, Finding
from pipeline.amounts import SumGrammar, number, printed_number, sum_grammar
from pipeline.check.finding import make_finding
from pipeline.check.reading import Line, Reading
from pipeline.rulebook import rulebook
from pipeline.text import TextView

_FRACTION = re.compile(r"\d/\d{1,4} ")
_BEFORE = 18  # letters that decide what a number is
_TAIL = 160  # letters at the end of a lead-in in which its count stands
_HEADING = 90
_NAME_WORDS = 7
_ASIDE = re.compile(r"\([^()]*\)")
_SENTENCE = re.compile(r"[.;](?= |$)|$")
_STYLE = re.compile(r"\w+")


def find_wrong_counts(reading: Reading) -> Iterator[Finding]:
    """Yield lists of more or fewer items than announced, fractions above one ("11/9 trường"), shares that do not make 100 %."""
    grammar = sum_grammar(rulebook())
    children = reading.children
    for line in reading.lines:
        text = line.text
        if "/" in text and _FRACTION.search(text):
            yield from _wrong_fractions(line.view, grammar)
        if "(2) " in text:
            yield from _wrong_enumeration(line.view, grammar)
        if ": " in text:
            yield from _wrong_names(line.view, grammar)
        if "%" in text and text.count("%") > 1:
            yield from _wrong_shares(line.view, grammar)
    for siblings in children.values():
        for place, line in enumerate(siblings):
            below = children.get(line.clause.id)
            if below is None and not line.clause.marker:
                # a lead-in without a number of its own stands before its list, not above it
                below = list(takewhile(lambda other: bool(other.clause.marker), siblings[place + 1 :]))
            if below:
                yield from _wrong_count(line, [other.clause for other in below], grammar)


def _wrong_fractions(view: TextView, grammar: SumGrammar) -> Iterator[Finding]:
    for match in grammar.rule["fraction"].finditer(view.text):
        before = view.text[max(0, match.start() - _BEFORE) : match.start()]
        if int(match["part"]) <= int(match["whole"]) or int(match["whole"]) < 2 or grammar.rule["no-fraction"].search(before):
            continue
        if match["part"].startswith("0") and match["whole"].startswith("0"):
            continue
        yield make_finding("sums", "sum-fraction", [view.span(*match.span())], printed=view.cased[match.start() : match.end()])


def _wrong_shares(view: TextView, grammar: SumGrammar) -> Iterator[Finding]:
    text, done = view.text, 0
    for head in grammar.rule["shares"].finditer(text):
        if head.start() < done:
            continue  # in the sentence of the one before
        stop = _SENTENCE.search(text, head.end())
        end = done = stop.start() if stop else len(text)
        part = text[head.start() : end]
        shares = list(grammar.rule["share"].finditer(text, head.start(), end))
        if len(shares) < 2 or len(shares) != part.count("%") or grammar.rule["shares-unclear"].search(part):
            continue
        total = sum((number(m["value"]) for m in shares), Decimal(0))
        forgiven = Decimal("0.1") * len(shares) if any("," in m["value"] for m in shares) else Decimal(0)
        # two shares of three say nothing; nearly all of the whole do
        if abs(total - 100) > forgiven and (total > 100 or (len(shares) > 2 and total >= 90)):
            yield make_finding(
                "sums",
                "sum-shares",
                [view.span(shares[0].start("value"), shares[-1].end("value"))],
                printed=", ".join(f"{m['value']}%" for m in shares),
                computed=printed_number(total),
            )


def _wrong_count(line: Line, below: Sequence[Clause], grammar: SumGrammar) -> Iterator[Finding]:
    view, clause = line.view, line.clause
    printed = view.text.rstrip()
    counted, match = _announced(clause, printed, grammar)
    if match is None:
        return
    count = _run(below) if printed.endswith(":") or clause.type == "heading" else 0
    if count < 2:
        return
    if count != counted:
        start, end = match.start("value"), match.end("what")
        yield make_finding("sums", "sum-count", [view.span(start, end)], printed=view.cased[start:end], count=count)


def _wrong_enumeration(view: TextView, grammar: SumGrammar) -> Iterator[Finding]:
    """Yield a count in the sentence whose items are numbered in it: "03 nhiệm vụ sau: (1) …; (2) …; (3) …"."""
    counted, first, last = None, None, 0
    for item in grammar.rule["enumerated"].finditer(view.text):
        value = int(item["value"])
        if value == 1:
            if counted is not None:
                return  # a second list: which count is whose
            before = view.text[max(0, item.start() - _TAIL) : item.start()].rstrip()
            counted = grammar.rule["count"].search(before) if before.endswith(":") else None
            first = max(0, item.start() - _TAIL)
            if counted and grammar.rule["count-unclear"].search(before[: counted.start()][-_BEFORE:]):
                return
            last = 1
        elif value == last + 1:
            last = value
    if counted is not None and first is not None and last > 1 and _value(counted["value"], grammar.words) != last:
        start, end = first + counted.start("value"), first + counted.end("what")
        yield make_finding("sums", "sum-count", [view.span(start, end)], printed=view.cased[start:end], count=last)


def _wrong_names(view: TextView, grammar: SumGrammar) -> Iterator[Finding]:
    """Yield a count before a colon that is not that of the names behind it, however "và" and commas inside names are read."""
    for match in grammar.rule["named"].finditer(view.text):
        if grammar.rule["count-unclear"].search(view.text[max(0, match.start() - _BEFORE) : match.start()]):
            continue
        listed = _ASIDE.sub("", view.cased[match.start("list") : match.end("list")])
        groups = [item.strip() for item in listed.split(";") if item.strip()]
        names = [item.strip() for item in re.split(r"[;,]", listed) if item.strip()]
        single = [item.strip() for item in re.split(r"[;,]| và ", listed) if item.strip()]
        if len(single) < 2 or not all(map(_is_name, single)):
            continue
        if int(match["value"]) not in range(min(len(groups), len(names)), len(single) + 1):
            start, end = match.start("value"), match.end("what")
            yield make_finding("sums", "sum-count", [view.span(start, end)], printed=view.cased[start:end], count=len(single))


def _is_name(item: str) -> bool:
    return item[0].isupper() and len(item.split()) <= _NAME_WORDS and not any(c.isdigit() for c in item)


def _announced(clause: Clause, printed: str, grammar: SumGrammar) -> tuple[int, re.Match[str] | None]:
    """Return how many items a lead-in or a heading announces, with the words that say so."""
    rule, words = grammar.rule, grammar.words
    match = rule["count"].search(printed, max(0, len(printed) - _TAIL)) if printed.endswith(":") else None
    if match and rule["count-unclear"].search(printed[max(0, match.start() - _BEFORE) : match.start()]):
        match = None
    if match is None and clause.type == "heading" and len(printed) <= _HEADING:
        match = rule["count-heading"].match(printed)
    if match is None:
        return 0, None
    return _value(match["value"], words), match


def _value(printed: str, words: Mapping[str, int]) -> int:
    return int(printed) if printed.isdigit() else words[printed]


def _run(below: Sequence[Clause]) -> int:
    """Return how many items the list below a lead-in has: those marked in the style of the first, up to one of another style."""
    marked = [clause for clause in below if clause.marker]
    if not marked or not below[0].marker:
        return 0
    style = _style(marked[0])
    return sum(1 for _ in takewhile(lambda clause: _style(clause) == style, marked)) if all(_style(c) == style for c in marked) else 0


def _style(clause: Clause) -> str:
    marker = clause.marker.replace("*", "").strip()
    inner = _STYLE.search(marker)
    if inner is None:
        return marker
    kind = "digit" if inner.group().isdigit() else "word"
    return _STYLE.sub(kind, marker)
