"""What the columns of a table's row say beside units and deadlines: what it is about, its products, the numbers to be reached."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from models import Cell, Product, Target
from pipeline.extract.targets import find_numbers, target_grammar
from pipeline.pieces import fold_cell, join_pieces
from pipeline.rulebook import Rulebook

_SIGNS = re.compile(r"[<>≥≤=~ ]*")


class _Column(NamedTuple):
    """What a column may hold, by its title."""

    task: bool
    product: bool
    measure: bool
    unit: bool
    value: bool
    told: bool
    time: bool


@lru_cache(maxsize=4)
def _patterns(rulebook: Rulebook) -> tuple[re.Pattern[str], ...]:
    patterns = {rule.id: re.compile(rule.pattern) for rule in rulebook["markers"].rules if rule.id.startswith("table.")}
    return tuple(patterns[f"table.{name}-column"] for name in _Column._fields)


@lru_cache(maxsize=4096)  # each row of a table has the same titles
def _column(title: str, rulebook: Rulebook) -> _Column:
    return _Column(*(pattern.search(title) is not None for pattern in _patterns(rulebook)))


def cell_words(text: str, cell: Cell) -> str:
    """Return the words of ``cell`` as printed, on one line."""
    return join_pieces(text, cell.pieces or (cell.span,))


def find_subject(cells: Sequence[Cell], rulebook: Rulebook) -> Cell | None:
    """Return the cell that says what a row is about: the longest one of the columns for work or measures, None where none is."""
    columns = [(cell, _column(cell.title, rulebook)) for cell in cells]
    wanted = [cell for cell, column in columns if (column.task or column.measure) and not column.product]
    return max(wanted, key=lambda c: sum(b - a for a, b in c.pieces or (c.span,)), default=None)


def speaking(cells: Sequence[Cell], rulebook: Rulebook) -> list[Cell]:
    """Return ``cells`` without those that tell what has been done already, or on what ground: they hand out nothing."""
    return [c for c in cells if not _column(c.title, rulebook).told]


def is_timed(title: str, rulebook: Rulebook) -> bool:
    """Return whether a column with this folded ``title`` says when, or by when."""
    return _column(title, rulebook).time


def yields(title: str, rulebook: Rulebook) -> bool:
    """Return whether a column with this folded ``title`` says what comes of the work."""
    return _column(title, rulebook).product


def find_products(cells: Sequence[Cell], text: str, rulebook: Rulebook) -> tuple[Product, ...]:
    """Return what a row says its task is to yield, by the titles of its columns (sản phẩm, kết quả đầu ra)."""
    subject = find_subject(cells, rulebook)
    found = [c for c in cells if c is not subject and _column(c.title, rulebook).product]
    said = [(c, cell_words(text, c)) for c in found]
    return tuple(Product(text=words, span=c.span) for c, words in said if any(map(str.isalnum, words)))


def find_row_targets(cells: Sequence[Cell], text: str, rulebook: Rulebook) -> tuple[Target, ...]:
    """Return the numbers of a row in a table of targets: one for each filled column of values, in the unit of its row.

    ``of`` is what the row measures, with the title of the column where several hold values ("…; năm 2027").
    """
    grammar, subject = target_grammar(rulebook), find_subject(cells, rulebook)
    columns = [(cell, _column(cell.title, rulebook)) for cell in cells]
    unit = next((fold_cell(text, cell).cased.strip() for cell, column in columns if column.unit), None)
    measured = fold_cell(text, subject).cased.strip(" .;") if subject else None
    values = [cell for cell, column in columns if cell is not subject and column.value and not column.unit]
    found: list[Target] = []
    for cell in values:
        view = fold_cell(text, cell)
        numbers = find_numbers(view, grammar)
        if len(numbers) != 1 or _SIGNS.fullmatch(view.text[: numbers[0].start]) is None:
            continue
        number = numbers[0]
        rest = view.text[number.end :].strip(" .;")
        own = "%" if number.percent else rest or unit
        if own is None or len(own) > 40:
            continue
        sign = view.text[: number.start]
        of = f"{measured}; {cell.title}" if measured and len(values) > 1 else measured
        found.append(
            Target(
                text=view.cased[number.start : number.end],
                value=number.low if number.high is None else (number.low, number.high),
                unit=own,
                comparator=">=" if "≥" in sign else "<=" if "≤" in sign else ">" if ">" in sign else "<" if "<" in sign else "=",
                total=number.total,
                of=of,
                span=view.span(number.start, number.end),
                rule="table.value-column",
            )
        )
    return tuple(found)
