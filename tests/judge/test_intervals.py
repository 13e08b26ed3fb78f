"""Wilson's interval against published values, and what must hold of every interval."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.judge.intervals import Rate, wilson_interval

COUNTS = st.integers(1, 100_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("good", "of", "low", "high"),
    [
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ],
)
def test_the_interval_is_the_one_newcombe_published(good: int, of: int, low: str, high: str) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    interval = wilson_interval(good, of)
    assert (f"{float(interval.low):.4f}", f"{float(interval.high):.4f}") == (low, high)


def test_nothing_out_of_some_starts_at_exactly_0_and_all_ends_at_exactly_1() -> None:
    assert wilson_interval(0, 20).low == 0
    assert wilson_interval(20, 20).high == 1


@given(COUNTS)
def test_the_rate_lies_in_its_interval_and_the_interval_between_0_and_1(counts: tuple[int, int]) -> None:
    good, of = counts
    interval = wilson_interval(good, of)
    assert 0 <= interval.low <= Fraction(good, of) <= interval.high <= 1


@given(COUNTS)
def test_the_good_and_the_others_mirror_each_other(counts: tuple[int, int]) -> None:
    good, of = counts
    one, other = wilson_interval(good, of), wilson_interval(of - good, of)
    assert abs(one.low + other.high - 1) < Fraction(1, 10**12)


@given(COUNTS, st.integers(2, 100))
def test_more_of_the_same_make_the_interval_narrower(counts: tuple[int, int], times: int) -> None:
    good, of = counts
    assert wilson_interval(good * times, of * times).width < wilson_interval(good, of).width


@given(COUNTS)
def test_an_end_solves_the_equation_it_comes_from(counts: tuple[int, int]) -> None:
    """At an end, the distance to the observed rate is exactly the quantile times the standard error."""
    good, of = counts
    for end in (wilson_interval(good, of).low, wilson_interval(good, of).high):
        distance, error = (Fraction(good, of) - end) ** 2, end * (1 - end) / of
        assert end in {0, 1} or abs(distance / error - Fraction("3.841458820694124")) < Fraction(1, 10**6)


def test_nothing_divided_by_nothing_is_no_rate() -> None:
    assert (Rate(0, 0).share, Rate(0, 0).interval) == (None, None)


def test_a_part_above_its_whole_has_a_share_but_no_interval() -> None:
    assert (Rate(3, 2).share, Rate(3, 2).interval) == (Fraction(3, 2), None)
