"""Weights from cases: the only door to scikit-learn, which is needed for training and for nothing else."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from models import SourceError
from pipeline.messages import say
from pipeline.second import Odds
from pipeline.second.linear import SCALE, Linear
from pipeline.second.odds import UNIT

_SEEN: Final = 3
"""a feature of the second reader must have been seen this often; a signal of confidence _SIGNALLED times"""
_SIGNALLED: Final = 20
_KEPT: Final = 20
"""of a feature whose weights are all below this (of SCALE), nothing is kept: it makes the file larger and no answer better"""
_STRENGTH: Final = 1.0
_STRENGTH_ODDS: Final = 0.03
"""how far weights may go (scikit-learn's C); the second one is small because a few documents tell little about others"""


@contextmanager
def learner() -> Iterator[None]:
    """Give scikit-learn one thread: its matrices are small, and several processes side by side would only get in each other's way.

    Raises SourceError ("no-learner"), with what to install, where scikit-learn is missing.
    """
    try:
        import sklearn.linear_model  # noqa: F401
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise SourceError("no-learner", say("train.no-learner")) from error
    with threadpool_limits(1):
        yield


def fit_linear(cases: Sequence[tuple[Sequence[str], str]]) -> Linear:
    """Return the classifier of ``cases`` (features, answer). The same cases give the same weights."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    answers = [answer for _, answer in cases]
    if len(set(answers)) < 2:
        only = answers[0] if answers else ""
        return Linear((only, f"not {only}"), (-5 * SCALE,), {})
    seen = Counter(feature for features, _ in cases for feature in set(features))
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([{feature: 1.0 for feature in features if seen[feature] >= _SEEN} for features, _ in cases])
    learned = LogisticRegression(C=_STRENGTH, max_iter=400).fit(matrix, answers)
    weights: dict[str, tuple[int, ...]] = {}
    for name, column in zip(vectorizer.get_feature_names_out(), learned.coef_.T, strict=True):
        row = tuple(round(SCALE * float(weight)) for weight in column)
        if max(map(abs, row)) >= _KEPT:
            weights[str(name)] = row
    base = tuple(round(SCALE * float(value)) for value in learned.intercept_)
    return Linear(tuple(str(name) for name in learned.classes_), base, weights)


def fit_odds(cases: Sequence[tuple[Mapping[str, int], bool]]) -> Odds:
    """Return the model of ``cases`` (signals, whether the value was right), each signal measured by how much it varies."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    right = sum(true for _, true in cases)
    usual = math.log((right + 1) / (len(cases) - right + 1))
    if right in (0, len(cases)):
        return Odds(round(UNIT * usual), {})
    seen = Counter(name for signals, _ in cases for name in signals)
    names = sorted(name for name, count in seen.items() if count >= _SIGNALLED)
    if not names:
        return Odds(round(UNIT * usual), {})
    matrix = np.array([[signals.get(name, 0.0) for name in names] for signals, _ in cases], dtype=float)
    means, widths = matrix.mean(axis=0), matrix.std(axis=0)
    widths[widths == 0] = 1.0
    learned = LogisticRegression(C=_STRENGTH_ODDS, max_iter=400).fit((matrix - means) / widths, [true for _, true in cases])
    weights = learned.coef_[0] / widths
    kept = {name: round(UNIT * float(weight)) for name, weight in zip(names, weights, strict=True)}
    base = float(learned.intercept_[0] - weights @ means)
    return Odds(round(UNIT * base), {name: weight for name, weight in kept.items() if weight})
