"""Does confidence come true? Figures per kind of value, and the picture of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipeline.evaluate import ROLES, Scores
from pipeline.evaluation.cases import Case, index_cases
from pipeline.reliability import Reliability, reliability

# what has a confidence: rows of the table, and the fields whose values have one
KINDS: Final = {"rows": (), "type": ("type",), "units": ROLES, "due": ("due",), "targets": ("targets",)}

_SIDE = 300.0  # of the square that the diagram is drawn in, SVG user units
_STRIP = 60.0  # height of the counts below it


@dataclass(frozen=True)
class Calibration:
    """How confidence of one kind holds; ``unknown`` values have none and are left out."""

    kind: str
    figures: Reliability
    unknown: int


@dataclass(frozen=True)
class Bar:
    """One bin of the diagram, in SVG user units from the upper left corner; ``tall`` is the height of its bar in the strip of counts."""

    x: float
    width: float
    top: float
    height: float
    dot_x: float
    dot_y: float
    tall: float
    count: int
    low: float
    high: float


def calibrate(cases: Iterable[Case], scores: Scores) -> tuple[Calibration, ...]:
    """Return the calibration of rows, and of each kind of value of which any has a confidence."""
    known = index_cases(cases)
    made: dict[str, list[tuple[float | None, bool]]] = {kind: [] for kind in KINDS}
    made["rows"] = [(case.row.get("confidence"), case.clean) for case in known.values() if case.row]
    for kind, fields in KINDS.items():
        for judged in scores.judged:
            if judged.field in fields:
                values = known[judged.document, judged.clause].values(judged.field)
                wrong = set(judged.wrong)
                made[kind] += [(values[i].get("confidence"), i not in wrong) for i in range(len(judged.predicted))]
    found = []
    for kind, pairs in made.items():
        stated = [(claimed, right) for claimed, right in pairs if claimed is not None]
        if stated or kind == "rows":
            found.append(Calibration(kind, reliability(stated), len(pairs) - len(stated)))
    return tuple(found)


def draw_bars(figures: Reliability) -> list[Bar]:
    """Return a bar for each bin that holds anything: how much came true, the dot where claim and outcome meet, and the count."""
    most = max((b.count for b in figures.bins), default=0)
    bars = []
    for b in figures.bins:
        if b.count:
            bars.append(
                Bar(
                    x=round(b.low * _SIDE + 1.5, 1), width=round((b.high - b.low) * _SIDE - 3, 1),
                    top=round((1 - b.true) * _SIDE, 1), height=round(b.true * _SIDE, 1),
                    dot_x=round(b.claimed * _SIDE, 1), dot_y=round((1 - b.true) * _SIDE, 1),
                    tall=round(max(1.0, b.count / most * _STRIP), 1), count=b.count, low=b.low, high=b.high,
                )
            )  # fmt: skip
    return bars
