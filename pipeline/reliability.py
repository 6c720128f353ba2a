"""Do stated probabilities come true? Figures over pairs of what was claimed and what turned out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BINS: Final = 10
SURE: Final = 0.95


@dataclass(frozen=True)
class Bin:
    """What was claimed with a probability from ``low`` to below ``high`` (the last bin takes 1.0 too).

    ``claimed`` is the mean probability, ``true`` the share that came true; both are 0.0 where ``count`` is 0.
    """

    low: float
    high: float
    count: int
    claimed: float
    true: float


@dataclass(frozen=True)
class Reliability:
    """How well probabilities are calibrated; shares lie between 0 and 1, and are 0.0 where there is nothing to count.

    ``error`` is the expected calibration error: the mean distance between ``claimed`` and ``true`` of the bins, weighted by their
    counts (Naeini, Cooper and Hauskrecht 2015). ``brier`` is the mean squared distance between claim and outcome. ``sure_share`` is how
    much was claimed with SURE or more, ``sure_true`` how much of that came true.
    """

    count: int
    claimed: float
    true: float
    error: float
    brier: float
    sure_share: float
    sure_true: float
    bins: tuple[Bin, ...]


def reliability(pairs: Sequence[tuple[float, bool]]) -> Reliability:
    """Return how well the probabilities of ``pairs`` (claimed, came true) hold, in BINS bins of equal width.

    A probability outside [0, 1] counts as the nearer end.
    """
    held: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for claimed, true in pairs:
        inside = min(1.0, max(0.0, claimed))
        held[min(BINS - 1, int(inside * BINS))].append((inside, true))
    bins = tuple(
        Bin(number / BINS, (number + 1) / BINS, len(found), _mean([p for p, _ in found]), _mean([float(true) for _, true in found]))
        for number, found in enumerate(held)
    )
    everything = [pair for found in held for pair in found]
    sure = [true for claimed, true in everything if claimed >= SURE]
    total = len(everything)
    return Reliability(
        count=total,
        claimed=_mean([p for p, _ in everything]),
        true=_mean([float(true) for _, true in everything]),
        error=sum(b.count * abs(b.claimed - b.true) for b in bins) / total if total else 0.0,
        brier=_mean([(p - true) ** 2 for p, true in everything]),
        sure_share=len(sure) / total if total else 0.0,
        sure_true=_mean([float(true) for true in sure]),
        bins=bins,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
