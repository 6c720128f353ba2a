"""Reliability: what was claimed against what came true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reliability import BINS, reliability


def test_nothing_claimed_gives_zeros() -> None:
    found = reliability([])
    assert (found.count, found.error, found.brier, found.sure_share, found.sure_true) == (0, 0.0, 0.0, 0.0, 0.0)
    assert [b.count for b in found.bins] == [0] * BINS


def test_claims_that_come_true_as_often_as_claimed_have_no_error() -> None:
    found = reliability([(0.75, True)] * 3 + [(0.75, False)])
    assert found.error == pytest.approx(0.0)
    assert found.claimed == pytest.approx(found.true) == pytest.approx(0.75)
    assert found.brier == pytest.approx(0.75 * 0.25)


def test_error_is_weighted_by_the_bins() -> None:
    # 0.9 claimed, 0.6 true in five rows; 0.1 claimed, 0.0 true in five
    found = reliability([(0.9, True)] * 3 + [(0.9, False)] * 2 + [(0.1, False)] * 5)
    assert found.error == pytest.approx(0.5 * 0.3 + 0.5 * 0.1)
    assert [b.count for b in found.bins if b.count] == [5, 5]
    assert found.bins[9].true == pytest.approx(0.6)


def test_what_is_sure_is_counted_from_095() -> None:
    found = reliability([(0.95, True), (0.99, False), (0.949, True), (0.2, False)])
    assert found.sure_share == pytest.approx(0.5)
    assert found.sure_true == pytest.approx(0.5)


def test_ends_belong_to_the_outer_bins() -> None:
    found = reliability([(1.0, True), (0.0, False), (1.7, True), (-1.0, False)])
    assert (found.bins[0].count, found.bins[-1].count) == (2, 2)
    assert found.error == pytest.approx(0.0)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=50))
def test_figures_stay_between_0_and_1(pairs: list[tuple[float, bool]]) -> None:
    found = reliability(pairs)
    assert sum(b.count for b in found.bins) == found.count == len(pairs)
    for figure in (found.claimed, found.true, found.error, found.brier, found.sure_share, found.sure_true):
        assert -1e-9 <= figure <= 1 + 1e-9
