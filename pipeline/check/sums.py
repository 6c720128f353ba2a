"""Arithmetic of a directive that does not come out: products, totals and their parts. Exact, forgiving what is rounded."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from typing import NamedTuple

from models import Clause, Finding, Span
from pipeline.amounts import (
    Amount,
    SumGrammar,
    find_amounts,
    last_digit,
    number,
    printed_money,
    printed_number,
    sum_grammar,
    without_asides,
)
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading
from pipeline.rulebook import rulebook
from pipeline.text import TextView

_SIGN = re.compile(r" ?[x×+] ?(?=\d)")
_EQUALS = re.compile(r" ?= ?")
_SCALE_WORD = re.compile(r"[^\W\d_]+(?: tỷ| tỉ| triệu)?")
_MONEY_HINT = re.compile(r"\d ?(?:triệu|tỷ|tỉ|nghìn|ngàn|đồng|đ\b|tr)")
_STEP_BACK = 400  # letters before "=" that may belong to a calculation
_FACTORS = 7
_POWERS = frozenset(Decimal(1000) ** n for n in (-3, -2, -1, 1, 2, 3))  # an unwritten nghìn, triệu, tỷ
_FORGIVEN = Decimal("0.005")  # part of a result that rounding may cost


def find_wrong_sums(reading: Reading) -> Iterator[Finding]:
    """Yield calculations that do not come out ("50 triệu x 5 năm = 300 triệu") and totals that their parts do not make."""
    grammar = sum_grammar(rulebook())
    views = {line.clause.id: line.view for line in reading.lines if "=" in line.text or _names_money(line.view)}
    for view in views.values():
        if "=" in view.text:
            yield from _wrong_products(view, grammar)
    if len(views) > 1:
        yield from _wrong_totals(reading.outline.clauses, views, grammar)
    for view in views.values():
        yield from _wrong_inline(view, grammar)


def _names_money(view: TextView) -> bool:
    return bool(view.figures) and _MONEY_HINT.search(view.text) is not None


# --- calculations ------------------------------------------------------------------------------------------------------


class _Term(NamedTuple):
    """A number with its unit: ``value`` without, ``scale`` the worth of triệu, tỷ …; 1 where none is written."""

    value: Decimal
    scale: Decimal
    step: Decimal
    start: int
    end: int


def _wrong_products(view: TextView, grammar: SumGrammar) -> Iterator[Finding]:
    text = without_asides(view.text)
    sides = [(m.start(), m.end()) for m in _EQUALS.finditer(text)]
    begin = 0
    for place, (left, right) in enumerate(sides):
        stop = sides[place + 1][0] if place + 1 < len(sides) else len(text)
        stated = _term(text, right, min(stop, right + 60), grammar)
        computed = _computed(text, max(begin, left - _STEP_BACK), left, place > 0, grammar)
        begin = right
        if stated is None or stated.start != right or computed is None:
            continue
        value, start, scaled = computed
        result = stated.value * stated.scale
        if not scaled and stated.scale > 1 and abs(value * stated.scale - result) < abs(value - result):
            value *= stated.scale  # "1.500 + 300 = 1.800 triệu đồng": one unit for all
        off = abs(value - result)
        if off <= stated.step * stated.scale or off <= _FORGIVEN * max(abs(result), abs(value)):
            continue
        if result == 0 or (scaled != (stated.scale > 1) and value / result in _POWERS):
            continue
        money = scaled or stated.scale > 1
        yield make_finding(
            "sums",
            "sum-product",
            [view.span(start, stated.end)],
            printed=" ".join(view.cased[start : stated.end].split()),
            computed=printed_money(value) if money else printed_number(value),
            stated=view.cased[stated.start : stated.end].strip(),
        )


def _computed(text: str, begin: int, end: int, follows: bool, grammar: SumGrammar) -> tuple[Decimal, int, bool] | None:
    """Return value, start and whether a scale is written, of the calculation that ends at ``end``; None where it is none or unclear.

    ``follows``: it begins where the one before ended ("= 135 triệu x 5 năm = 675 triệu"), else at the last number before its first sign.
    """
    signs = list(_SIGN.finditer(text[begin:end]))
    if not signs or len(signs) >= _FACTORS:
        return None
    first = _first_term(text, begin, begin + signs[0].start(), follows, grammar)
    if first is None:
        return None
    terms = [first]
    for sign, after in zip(signs, [*(s.start() for s in signs[1:]), end - begin], strict=True):
        term = _term(text, begin + sign.end(), begin + after, grammar)
        if term is None or re.search(r"[\d%]", text[term.end : begin + after]):
            return None
        terms.append(term)
    total, product, scaled = Decimal(0), terms[0].value * terms[0].scale, terms[0].scale > 1
    for sign, term in zip(signs, terms[1:], strict=True):
        scaled = scaled or term.scale > 1
        if "+" in sign.group():
            total, product = total + product, term.value * term.scale
        else:
            product *= term.value * term.scale
    if any("+" in s.group() for s in signs) and len({t.scale for t in terms}) > 1 and any(t.scale == 1 for t in terms):
        return None  # "1.200 + 300 triệu": one unit for all, or two
    return total + product, first.start, scaled


def _first_term(text: str, begin: int, end: int, follows: bool, grammar: SumGrammar) -> _Term | None:
    if follows:
        return _term(text, begin, end, grammar)
    found = None
    for match in grammar.number.finditer(text, begin, end):
        found = match
    if found is None or re.search(r"[;:=]|\. ", text[found.end() : end]):
        return None
    before = text[max(0, found.start() - 16) : found.start()]
    if grammar.rule["level"].search(before) or (before[-1:] and before[-1] in "/-.,%"):
        return None
    return _term(text, found.start(), end, grammar)


def _term(text: str, at: int, end: int, grammar: SumGrammar) -> _Term | None:
    match = grammar.number.match(text, at, end)
    if match is None:
        return None
    stop, scale = match.end(), Decimal(1)
    word = _SCALE_WORD.match(text, stop + 1, end) if text.startswith(" ", stop) else _SCALE_WORD.match(text, stop, end)
    if word:
        for name in (word.group(), word.group().split()[0]):
            if name in grammar.scales:
                scale, stop = grammar.scales[name], word.start() + len(name)
                break
    if text.startswith("%", stop) or text.startswith(" %", stop):
        scale = Decimal("0.01")
    return _Term(number(match.group()), scale, last_digit(match.group()), match.start(), stop)


# --- totals and parts in the outline ---------------------------------------------------------------------------------------


def _wrong_totals(clauses: Sequence[Clause], views: Mapping[str, TextView], grammar: SumGrammar) -> Iterator[Finding]:
    totals = {key for key, view in views.items() if _is_total(view.text, grammar)}
    if not totals:
        return
    children: dict[str | None, list[Clause]] = {}
    for clause in clauses:
        children.setdefault(clause.parent, []).append(clause)
    worth: dict[str, Amount | None] = {}  # what a clause says that it costs, its children included
    whole: dict[str, bool] = {}  # whether that is all that it and its children say about money
    for clause in reversed(clauses):
        view, below = views.get(clause.id), children.get(clause.id, [])
        if view is None and not below:
            worth[clause.id], whole[clause.id] = None, True
            continue
        own = _stated(view.text, grammar) if view else None
        if own is not None:
            worth[clause.id], whole[clause.id] = own, True
            continue
        parts = _tops(below, totals)
        sums = [worth[part.id] for part in parts]
        known = [amount for amount in sums if amount is not None]
        clear = all(whole[part.id] for part in parts) and (view is None or not any(find_amounts(without_asides(view.text), grammar)))
        whole[clause.id] = clear
        worth[clause.id] = (
            Amount(0, 0, sum((a.value for a in known), Decimal(0)), max(a.step for a in known), any(a.about for a in known), False)
            if known and clear
            else None
        )
    for parent in clauses:
        if parent.id in totals:
            yield from _of_total(views[parent.id], children.get(parent.id, []), views, worth, whole, grammar)
    for siblings in children.values():
        for place, clause in enumerate(siblings):
            if clause.id in totals and not clause.marker and clause.id not in children:
                yield from _of_total(views[clause.id], _following(siblings, place), views, worth, whole, grammar)


def _following(siblings: Sequence[Clause], place: int) -> list[Clause]:
    """Return the parts behind an unmarked paragraph: its next siblings, up to the next unmarked one."""
    found: list[Clause] = []
    for clause in siblings[place + 1 :]:
        if not clause.marker:
            break
        found.append(clause)
    return found


def _tops(below: Sequence[Clause], totals: Set[str]) -> Sequence[Clause]:
    """Return the clauses whose amounts make the sum: a total in a paragraph of its own stands for those that follow it."""
    for place, clause in enumerate(below):
        if clause.id in totals and not clause.marker:
            return [*below[:place], clause]
    return below


def _is_total(text: str, grammar: SumGrammar) -> bool:
    rule = grammar.rule
    return rule["whole"].search(text) is not None and rule["parts"].search(text.strip(" .")) is not None


def _stated(text: str, grammar: SumGrammar) -> Amount | None:
    """Return the sum that a clause states: the result of its last calculation, or the one sum in it before its parts; None if unclear."""
    text = without_asides(text)
    found = list(find_amounts(text, grammar))
    if not found:
        return None
    equals = text.rfind("=")
    if equals >= 0:
        results = [a for a in found if a.start >= equals and not text[equals + 1 : a.start].strip()]
        only = len(results) == 1 and not results[0].rate and not any(a.start > results[0].start for a in found)
        return results[0]._replace(about=False) if only else None
    parts = grammar.rule["inline"].search(text)
    if parts:
        found = [a for a in found if a.start < parts.start()]
    return found[0] if len(found) == 1 and not found[0].rate else None


def _of_total(
    view: TextView,
    parts: Sequence[Clause],
    views: Mapping[str, TextView],
    worth: Mapping[str, Amount | None],
    whole: Mapping[str, bool],
    grammar: SumGrammar,
) -> Iterator[Finding]:
    if len(parts) < 2:
        return
    stated = _stated(view.text, grammar)
    known = [(part, amount) for part in parts if (amount := worth.get(part.id)) is not None]
    if stated is None or stated.about or len(known) < 2 or any(a.about for _, a in known):
        return
    if not all(whole[part.id] for part in parts):
        return  # a part whose money is not understood
    computed = sum((a.value for _, a in known), Decimal(0))
    slack = max(stated.step, *(a.step for _, a in known)) * len(known) / 2
    if any(a.value >= stated.value for _, a in known) and computed > stated.value * 2:
        return  # not parts of this sum at all
    missing = len(known) < len(parts)
    if abs(computed - stated.value) <= slack * _rounded([stated, *(a for _, a in known)]) or (missing and computed < stated.value):
        return
    spans = [view.span(stated.start, stated.end)]
    spans += [views[part.id].span(a.start, a.end) if part.id in views and a.end else part.body for part, a in known]
    yield _parts_finding(computed, stated.value, spans)


def _rounded(amounts: Sequence[Amount]) -> int:
    """Return 1 where the numbers are printed to different last digits, so that rounding explains a small gap, else 0."""
    return int(len({a.step for a in amounts}) > 1 or any(a.value % 1 != 0 for a in amounts))


def _parts_finding(computed: Decimal, stated: Decimal, spans: Sequence[Span]) -> Finding:
    return make_finding(
        "sums",
        "sum-parts",
        spans,
        computed=printed_money(computed),
        stated=printed_money(stated),
        gap=printed_money(abs(computed - stated)),
    )


def _wrong_inline(view: TextView, grammar: SumGrammar) -> Iterator[Finding]:
    """Yield a total whose parts stand in the same sentence and do not make it: "200 triệu đồng, gồm: … 150 triệu, … 40 triệu"."""
    text = without_asides(view.text)
    if "=" in text:
        return
    marks = list(grammar.rule["inline"].finditer(text))
    if len(marks) != 1:
        return
    found = list(find_amounts(text, grammar))
    before = [a for a in found if a.end <= marks[0].start()]
    stop = re.compile(r"\.(?= |$)").search(text, marks[0].end())
    after = [a for a in found if marks[0].end() <= a.start < (stop.start() if stop else len(text))]
    if len(before) != 1 or len(after) < 2 or any(a.rate or a.about for a in (*before, *after)):
        return
    if not grammar.rule["whole"].search(text[: before[0].start]):
        return
    between = text[before[0].end : marks[0].start()]
    if re.search(r"[.;]", between) and not re.fullmatch(r"[ ,.;:-]*", between):
        return
    computed = sum((a.value for a in after), Decimal(0))
    slack = max(a.step for a in (*before, *after)) * len(after) / 2 * _rounded([*before, *after])
    if abs(computed - before[0].value) <= slack or any(a.value >= before[0].value for a in after):
        return
    yield _parts_finding(computed, before[0].value, [view.span(a.start, a.end) for a in (*before, *after)])
