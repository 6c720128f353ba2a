"""Rows of assignment tables whose cells the outline could not tell apart: who does the work and by when stands in them unread."""

from collections.abc import Iterator

from models import Finding
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading


def find_unparted_rows(reading: Reading) -> Iterator[Finding]:
    """Yield one finding for all rows without cells: they have no units, and only such deadlines as their mixed words show."""
    spans = [line.clause.span for line in reading.lines if line.clause.rule == "table.task-row" and not line.clause.cells]
    if spans:
        yield make_finding("checks", "cells-not-parted", spans, count=len(spans))
