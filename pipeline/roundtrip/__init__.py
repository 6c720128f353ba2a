"""The workbook that came back: an edited one, read, compared with the store, taken over as decisions of whoever edited it.

``compare`` says what is different and changes nothing, ``apply`` takes it over; docs/workbook.md says what people may do with a workbook.
"""

from pipeline.roundtrip.apply import Taken, apply
from pipeline.roundtrip.compare import compare
from pipeline.roundtrip.plan import Addition, Change, Note, Plan, Problem
from pipeline.roundtrip.report import say_taken, take_back
from pipeline.roundtrip.stored import notes_of, standing_of, standings, write_store_workbook
from pipeline.roundtrip.workbook import is_our_workbook

__all__ = [
    "Addition",
    "Change",
    "Note",
    "Plan",
    "Problem",
    "Taken",
    "apply",
    "compare",
    "is_our_workbook",
    "notes_of",
    "say_taken",
    "standing_of",
    "standings",
    "take_back",
    "write_store_workbook",
]
