"""How realistic a target is: how many periods on record would have met it, and its percentile among them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.judge.realism import Demand, Realism, judge_realism
from living_sla.judge.verdicts import Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from living_sla.agreement.loading import Agreement
    from living_sla.record.loading import Record

    Judge = Callable[..., Realism]


@pytest.fixture
def realism(agreed: Callable[..., Agreement], recorded: Callable[..., Record]) -> Judge:
    """The realism of one measure by rows and deliveries, as of a day."""

    def of(
        measure: str,
        goal: Goal,
        rows: Iterable[str] = (),
        deliveries: Iterable[str] = (),
        *,
        as_of: str = "2026-08-15",
    ) -> Realism:
        text = f"commitments:\n  - id: promise\n    party: sales\n    measure: {{{measure}}}\n"
        agreement = agreed(text)
        (commitment,) = agreement.commitments
        record = recorded(rows, deliveries).as_of(date.fromisoformat(as_of))
        return judge_realism(agreement, commitment, goal, record, date.fromisoformat(as_of))

    return of


def monthly(metric: str, *values: int, first: int = 1) -> list[str]:
    return [f"2026-{month:02}-01,{metric},{value}" for month, value in enumerate(values, start=first)]


CALLS = "total: calls, at_least: 100, every: month"


def test_a_target_is_held_against_every_month_that_is_over(realism: Judge) -> None:
    found = realism(CALLS, Goal(100), monthly("calls", 90, 95, 100, 105, 110, 120, 130, 9))
    assert found.outcomes == (90, 95, 100, 105, 110, 120, 130)
    assert (found.met, found.percentile, found.demand) == (5, Fraction(2, 7), Demand.FAIR)


def test_history_from_before_the_agreement_counts(realism: Judge) -> None:
    rows = [f"2025-{month:02}-01,calls,{month}" for month in range(1, 13)]
    assert realism(CALLS, Goal(7), rows, as_of="2026-01-05").outcomes == tuple(range(1, 13))


def test_of_five_periods_nothing_is_said(realism: Judge) -> None:
    found = realism(CALLS, Goal(100), monthly("calls", 90, 95, 100, 105, 110), as_of="2026-06-15")
    assert (found.percentile, found.demand) == (None, Demand.UNKNOWN)
    found = realism(CALLS, Goal(100), monthly("calls", 90, 95, 100, 105, 110, 1), as_of="2026-06-30")
    assert found.percentile == Fraction(1, 2)


def test_a_limit_is_hard_where_most_lie_above_it(realism: Judge) -> None:
    rows = monthly("calls", 5, 6, 7, 8, 3, 4, 5)
    found = realism("total: calls, at_most: 4, every: month", Goal(4, at_least=False), rows)
    assert (found.met, found.percentile, found.demand) == (2, Fraction(5, 7), Demand.HARD)


def test_a_target_that_was_always_met_is_hardly_a_challenge(realism: Judge) -> None:
    found = realism(CALLS, Goal(100), monthly("calls", *[100] * 7))
    assert (found.percentile, found.demand) == (0, Demand.EASY)


def test_half_the_periods_are_still_realistic() -> None:
    assert Realism(Goal(4), (1, 2, 3, 4, 5, 6)).demand is Demand.FAIR
    assert Realism(Goal(5), (1, 2, 3, 4, 5, 6)).demand is Demand.HARD


def test_a_period_of_which_rows_are_missing_is_left_out(realism: Judge) -> None:
    days = [f"2026-01-{day:02},mqls,1" for day in range(1, 32)]
    found = realism("total: mqls, at_least: 9, every: month", Goal(9), [*days, "2026-02-01,mqls,40"])
    assert found.outcomes == (31,)


def test_a_share_counts_from_the_day_on_which_both_parts_are_known(realism: Judge) -> None:
    rows = [*monthly("pitches", 10, 10, 10, 10), *monthly("good_pitches", 5, 6, first=3)]
    measure = "share: good_pitches, of: pitches, at_least: 50%, every: month"
    found = realism(measure, Goal(Fraction(1, 2)), rows)
    assert found.outcomes[:2] == (Fraction(1, 2), Fraction(3, 5))


def test_deliveries_count_from_the_first(realism: Judge) -> None:
    deliveries = [f"post-{month},blog-post,2026-{month:02}-01" for month in (2, 3, 5)]
    measure = "deliver: {blog-post: 1}, every: month"
    found = realism(measure, Goal(1), deliveries=deliveries, as_of="2026-06-01")
    assert found.outcomes == (1, 1, 0, 1)


def test_without_anything_on_record_there_is_no_history(realism: Judge) -> None:
    assert realism(CALLS, Goal(100)).outcomes == ()


@given(st.lists(st.integers(0, 50), min_size=6), st.integers(0, 50), st.integers(0, 50))
def test_a_stricter_target_is_never_easier(outcomes: list[int], one: int, other: int) -> None:
    low, high = (Realism(Goal(value), tuple(outcomes)).percentile for value in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert low <= high
