"""Columns of tables that do not make their total row (Document.tables: formats that know tables by their own word)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from models import Finding, Span, Table
from pipeline.amounts import SumGrammar, last_digit, number, printed_number, sum_grammar
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading
from pipeline.rulebook import rulebook
from pipeline.text import fold_text

_LEAST = 2  # rows that a total is made of
_MOST_CELLS = 20_000
_EMPTY = frozenset(("", "-", "0", "x", "…", "..."))
_FORGIVEN = Decimal("0.001")


def find_wrong_tables(reading: Reading) -> Iterator[Finding]:
    """Yield total rows that the rows of their column do not make. Tables with groups, subtotals or cells that are no numbers: nothing."""
    grammar = sum_grammar(rulebook())
    for table in reading.document.tables:
        width = len(table.rows[0]) if table.rows else 0
        if len(table.rows) > _LEAST and len(table.rows) * width <= _MOST_CELLS:
            yield from _of_table(reading.text, table, grammar)


def _of_table(text: str, table: Table, grammar: SumGrammar) -> Iterator[Finding]:
    rows = [[_cell(text, span) for span in row] for row in table.rows]
    totals = [i for i, row in enumerate(rows) if any(grammar.rule["total-row"].match(cell) for cell in row[:3])]
    if len(totals) != 1:
        return
    total = totals[0]
    first = next((i for i, row in enumerate(rows) if i != total and any(_is_number(c, grammar) for c in row[1:])), None)
    if first is None:
        return
    head = min(first, total)
    body = [row for i, row in enumerate(rows) if i >= head and i != total]
    if len(body) < _LEAST or not _is_flat([row[0] for row in body]):
        return
    for column in range(1, len(rows[total])):
        title = " ".join(dict.fromkeys(row[column] for row in rows[:head] if row[column]))
        values = [row[column] for row in body]
        stated = rows[total][column]
        if not _is_number(stated, grammar) or grammar.rule["no-column"].search(title):
            continue
        if any(value not in _EMPTY and not _is_number(value, grammar) for value in values):
            continue
        printed = [value for value in values if value not in _EMPTY]
        computed = sum((number(value) for value in printed), Decimal(0))
        steps = {last_digit(value) for value in (stated, *printed)}
        slack = max(steps) * len(printed) / 2 if len(steps) > 1 or min(steps) < 1 else Decimal(0)
        if len(printed) < _LEAST or abs(computed - number(stated)) <= max(slack, _FORGIVEN * len(steps - {Decimal(1)})):
            continue
        span = table.rows[total][column]
        if span is not None:
            row_name = next(cell for cell in rows[total][:3] if grammar.rule["total-row"].match(cell))
            yield make_finding(
                "sums", "sum-table", [span], column=title or f"{column + 1}", row=row_name, computed=printed_number(computed), stated=stated
            )


def _cell(text: str, span: Span | None) -> str:
    return fold_text(span.cut(text)).strip(" *.") if span else ""


def _is_number(cell: str, grammar: SumGrammar) -> bool:
    return bool(cell) and cell[0].isdigit() and grammar.number.fullmatch(cell) is not None


def _is_flat(markers: Sequence[str]) -> bool:
    """Whether the rows are numbered 1, 2, 3 … (or not at all): no groups I, A, 1.1 with sums of their own."""
    numbers = [marker for marker in markers if marker]
    if any(not marker.isdecimal() for marker in numbers):
        return all(not marker.isdecimal() and len(marker) > 4 for marker in numbers)  # names in the first column
    return [int(marker) for marker in numbers] == list(range(1, len(numbers) + 1)) and len(numbers) == len(markers)
