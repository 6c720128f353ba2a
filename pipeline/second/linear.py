"""A linear classifier in whole numbers: the same sums on every machine, in any order."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from struct import Struct
from typing import Any, Final

SCALE: Final = 1000
"""a weight of 1.0 is stored as this"""
KEPT: Final = 1 << 14
"""sums kept of what comes again in one directive after another"""
_LANE: Final = 32
_HALF: Final = 1 << (_LANE - 1)


@dataclass(frozen=True, eq=False)
class Linear:
    """Classes, and for every feature that was learned the weight it gives each class (times SCALE), after the intercepts ``base``.

    A question with two answers has one column: the weight of the second answer. A classifier is equal to itself alone, so that sums can be
    kept by the classifier they are of.
    """

    classes: tuple[str, ...]
    base: tuple[int, ...]
    weights: Mapping[str, tuple[int, ...]]

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Return the weights of each feature as one number, 32 bits for each column: one sum then adds up all columns."""
        return {feature: _number(row) for feature, row in self.weights.items()}

    @cached_property
    def _start(self) -> int:
        """Return the number of the intercepts. Half a lane is added to each, so that no sum is below 0 and borrows from the next."""
        return _number([_HALF + value for value in self.base])

    @cached_property
    def _lanes(self) -> Struct:
        return Struct(f"<{len(self.base)}I")

    def add(self, features: Iterable[str]) -> int:
        """Return the sum of the numbers of ``features``; unknown ones weigh nothing, repeated ones once."""
        return sum(filter(None, map(self.numbers.get, set(features))))

    def likely(self, added: int) -> list[float]:
        """Return the probability of each class for something whose features add ``added``."""
        lanes = self._lanes.unpack((self._start + added).to_bytes(self._lanes.size, "little"))
        if len(self.classes) == 2:
            yes = sigmoid((lanes[0] - _HALF) / SCALE)
            return [1.0 - yes, yes]
        most = max(lanes)
        powers = [math.exp((lane - most) / SCALE) for lane in lanes]
        whole = sum(powers)
        return [power / whole for power in powers]

    def probabilities(self, features: Iterable[str]) -> list[float]:
        """Return the probability of each class for something with ``features``."""
        return self.likely(self.add(features))

    def probability(self, answer: str, added: int) -> float:
        """Return the probability of the class ``answer`` for something whose features add ``added``; 0.0 where it was never seen."""
        return self.likely(added)[self.classes.index(answer)] if answer in self.classes else 0.0


@lru_cache(maxsize=16)
def named(linear: Linear, prefix: str) -> Mapping[str, int]:
    """Return the numbers of the features of ``linear`` whose names begin with ``prefix``, by what follows it there."""
    return {feature[len(prefix) :]: number for feature, number in linear.numbers.items() if feature.startswith(prefix)}


def _number(columns: Sequence[int]) -> int:
    return sum(value << (_LANE * place) for place, value in enumerate(columns))


def sigmoid(value: float) -> float:
    """Return the probability whose log odds are ``value``."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))


def unpack(data: Mapping[str, Any]) -> Linear:
    """Return the classifier that ``pack`` wrote."""
    weights = {name: tuple(row) for name, row in data["weights"].items()}
    return Linear(tuple(data["classes"]), tuple(data["base"]), weights)


def pack(linear: Linear) -> dict[str, Any]:
    """Return ``linear`` as plain JSON values, its features in the order of the alphabet."""
    weights = {name: list(linear.weights[name]) for name in sorted(linear.weights)}
    return {"classes": list(linear.classes), "base": list(linear.base), "weights": weights}


def write_lines(data: Mapping[str, Any], depth: int = 2) -> str:
    """Return ``data`` as JSON with one line for each entry down to ``depth``, so that a change reads well in a diff."""
    return _lines(data, depth, "") + "\n"


def _lines(value: Any, depth: int, indent: str) -> str:
    if depth < 0 or not isinstance(value, Mapping) or not value:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    inner: Sequence[str] = [
        f"{indent} {json.dumps(str(name), ensure_ascii=False)}: {_lines(entry, depth - 1, indent + ' ')}" for name, entry in value.items()
    ]
    return "{\n" + ",\n".join(inner) + f"\n{indent}}}"
