"""The ways to write a directive anew, and how much of its result must stay."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from tests.stress import date_sets, list_sets, mark_sets, name_sets, noise_sets, print_sets
from tests.stress.samples import Make

KEPT: Final = 0.97
"""the least share of clauses, parents, types, values, rows and head that stays"""
FALL: Final = 0.05
"""how far clean rows F1 against gold may fall where letters are misread"""


class Set(NamedTuple):
    """A way to write anew. ``exact``: nothing was changed that a reader would see, so the result must stay, not only what gold says."""

    title: str
    make: Make
    exact: bool = True


SETS: Final[Mapping[str, Set]] = {
    "renamed": Set("units renamed", name_sets.renamed),
    "years": Set("dates moved by years", date_sets.years),
    "months": Set("dates moved by months", date_sets.months),
    "units": Set("units of lists shuffled", list_sets.units),
    "items": Set("items of lists shuffled", list_sets.items),
    "shortened": Set("names abbreviated", name_sets.shortened),
    "spelled-out": Set("abbreviations spelled out", name_sets.spelled_out),
    "respelled": Set("names spelled in many ways", name_sets.respelled),
    "numbers": Set("numbers restyled", mark_sets.numbers),
    "bullets": Set("bullets restyled", mark_sets.bullets),
    "wrapped-spaced": Set("wrapped at 60, 80, 100, blank lines between paragraphs", print_sets.wrapped_spaced),
    "wrapped-close": Set("wrapped at 60, 80, 100, no blank lines", print_sets.wrapped_close),
    "unwrapped": Set("each paragraph on one line", print_sets.unwrapped),
    "tone-marks": Set("tone marks placed otherwise", print_sets.tone_marks),
    "unicode-forms": Set("NFD, UTF-16, Windows-1258, CRLF", print_sets.unicode_forms),
    "dashes": Set("dashes", print_sets.dashes),
    "quotes": Set("quotes", print_sets.quotes),
    "blanks": Set("blanks and tabs", print_sets.blanks),
    "titles": Set("headings in capitals, in bold", print_sets.titles),
    "furniture": Set("page numbers, blank pages", print_sets.furniture),
    "misread": Set("one letter in 200 misread", noise_sets.misread, exact=False),
}
