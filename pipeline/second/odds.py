"""A logistic model of measured signals: how probable it is that a value is right."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

LEAST: Final = 0.01
"""nothing is certain: no probability is stated below this, or above 1 less it"""
DIGITS: Final = 2
UNIT: Final = 10_000
"""a weight of 1.0 is stored as this"""
_FLAT = 30.0  # log odds beyond which nothing changes in a double


@dataclass(frozen=True, slots=True)
class Odds:
    """Log odds: ``base``, and the weight of one unit of each signal, both times UNIT.

    In whole numbers, so that no machine and no order of the signals gives another last digit.
    """

    base: int
    weights: Mapping[str, int]

    def add(self, signals: Mapping[str, int]) -> int:
        """Return what ``signals`` add to the log odds, times UNIT; unknown ones weigh nothing."""
        weights = self.weights
        return sum([weights[name] * value for name, value in signals.items() if name in weights])

    def probability(self, added: int) -> float:
        """Return the probability of something whose signals add ``added``, as it is stated."""
        return stated(1.0 / (1.0 + math.exp(-max(-_FLAT, min(_FLAT, (self.base + added) / UNIT)))))


def stated(probability: float) -> float:
    """Return ``probability`` as it is stated: rounded, never certain."""
    return round(min(1.0 - LEAST, max(LEAST, probability)), DIGITS)


def unpack_odds(data: Mapping[str, Any]) -> Odds:
    """Return the model that ``pack_odds`` wrote."""
    return Odds(data["base"], data["weights"])


def pack_odds(odds: Odds) -> dict[str, Any]:
    """Return ``odds`` as plain JSON values, its signals in the order of the alphabet."""
    return {"base": odds.base, "weights": {name: odds.weights[name] for name in sorted(odds.weights)}}
