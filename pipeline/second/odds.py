"""A logistic model of measured signals: how probable it is that a value is right."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

LEAST: Final = 0.01
"""nothing is certain: no probability is stated below this, or above 1 less it"""
DIGITS: Final = 2
UNIT: Final = 10_000
"""a weight of 1.0 is stored as this"""


@dataclass(frozen=True, slots=True, eq=False)
class Odds:
    """Log odds: ``base``, and the weight of one unit of each signal, both times UNIT.

    In whole numbers, so that no machine and no order of the signals gives another last digit. A model is equal to itself alone, so that
    sums can be kept by the model they are of.
    """

    base: int
    weights: Mapping[str, int]

    def add(self, signals: Mapping[str, int]) -> int:
        """Return what ``signals`` add to the log odds, times UNIT; unknown ones weigh nothing."""
        weights = self.weights
        return sum([weights[name] * value for name, value in signals.items() if name in weights])

    def probability(self, added: int) -> float:
        """Return the probability of something whose signals add ``added``, as it is stated: rounded to DIGITS, never certain."""
        return _STATED[bisect_right(_EDGES, self.base + added)]


_STATED: Final = tuple(round(number * LEAST, DIGITS) for number in range(1, round(1 / LEAST)))
"""all probabilities that are stated"""
_EDGES: Final = [math.ceil(UNIT * math.log(p / (1 - p))) for p in (low + LEAST / 2 for low in _STATED[:-1])]
"""log odds, times UNIT, from which on the next of _STATED is nearer"""


def unpack_odds(data: Mapping[str, Any]) -> Odds:
    """Return the model that ``pack_odds`` wrote."""
    return Odds(data["base"], data["weights"])


def pack_odds(odds: Odds) -> dict[str, Any]:
    """Return ``odds`` as plain JSON values, its signals in the order of the alphabet."""
    return {"base": odds.base, "weights": {name: odds.weights[name] for name in sorted(odds.weights)}}
