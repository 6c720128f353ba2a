"""Numbers and sums of money as Vietnamese directives print them, with exact values (rules/sums.toml)."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipeline.probe import Probe
from pipeline.rulebook import Rulebook

_THOUSANDS = re.compile(r"\d{1,3}(?:[. ]\d{3})+(?:,\d+)?")
_ASIDE = re.compile(r"\([^()=]*\)")
_ABOUT_LENGTH = 14
_UNIT_LENGTH = 20
_LARGEST = Decimal(10) ** 20


class Amount(NamedTuple):
    """A sum of money at ``start`` to ``end``: ``value`` in đồng, ``step`` the worth of its last printed digit.

    ``about``: more or less, a limit, one end of a range; ``rate``: for one person, one year …
    """

    start: int
    end: int
    value: Decimal
    step: Decimal
    about: bool
    rate: bool


class SumGrammar:
    """The compiled rules of rules/sums.toml by the last part of their names."""

    def __init__(self, book: Rulebook) -> None:
        file = book["sums"]
        self.rule = {rule.id.removeprefix("sums."): Probe(rule.pattern) for rule in file.rules}
        self.scales = {name: Decimal(value) for name, value in file.tables["scales"].items()}
        self.words: dict[str, int] = dict(file.tables["numbers"])
        self.number = re.compile(file.tables["fragments"]["number"])


@lru_cache(maxsize=4)
def sum_grammar(book: Rulebook) -> SumGrammar:
    """Return the compiled rules of rules/sums.toml."""
    return SumGrammar(book)


def number(printed: str) -> Decimal:
    """Return the value of a number printed the Vietnamese way: dot or space for thousands, comma for decimals ("12.5" is 12,5)."""
    plain = printed.replace(" ", "")
    if _THOUSANDS.fullmatch(printed):
        plain = plain.replace(".", "")
    return Decimal(plain.replace(",", "."))


def last_digit(printed: str) -> Decimal:
    """Return what the last digit of a printed number is worth: "1,25" → 0,01, "1.250" → 1."""
    exponent = number(printed).as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)


def without_asides(text: str) -> str:
    """Return ``text`` with what stands in brackets blanked out, letter for letter."""
    return _ASIDE.sub(lambda match: " " * len(match.group()), text)


def find_amounts(text: str, grammar: SumGrammar) -> Iterator[Amount]:
    """Yield the sums of money in a folded ``text`` in order."""
    rule = grammar.rule
    for match in rule["money"].finditer(text):
        scale = grammar.scales.get(match["scale"] or "", Decimal(1))
        counted = rule["other-unit"].match(text[match.end("scale") : match.end() + _UNIT_LENGTH]) if match["scale"] else None
        if counted and not match["currency"]:
            continue
        value, step = number(match["value"]) * scale, last_digit(match["value"]) * scale
        if match["rest"]:
            small = grammar.scales[match["restscale"]]
            value, step = value + number(match["rest"]) * small, last_digit(match["rest"]) * small
        about = rule["about"].search(text[max(0, match.start() - _ABOUT_LENGTH) : match.start()]) is not None
        end = match.start() + len(match.group().rstrip())
        yield Amount(match.start(), end, value, step, about, rule["rate"].match(text[end : end + _UNIT_LENGTH]) is not None)


def printed_money(value: Decimal) -> str:
    """Return a sum of money in words for a clerk: 46.375 triệu đồng, 1.250.000 đồng."""
    for scale, name in ((Decimal(1_000_000), "triệu đồng"), (Decimal(1), "đồng")):
        if scale <= abs(value) < _LARGEST and value % (scale / 1000) == 0:
            return f"{printed_number(value / scale)} {name}"
    return f"{printed_number(value)} đồng"


def printed_number(value: Decimal) -> str:
    """Return a number the Vietnamese way: 46.375, 1,5."""
    plain = f"{value.normalize():,f}" if value else "0"
    whole, _, decimals = plain.partition(".")
    return whole.replace(",", ".") + (f",{decimals}" if decimals else "")
