"""What past cohorts say of a month: which days count, which are left out, and the sales cycle."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plans import PLAN, plan_of

from living_sla.judge.observations import lag_window
from living_sla.judge.solving import Quantity

if TYPE_CHECKING:
    from fractions import Fraction

    from living_sla.judge.plan import Plan

MONTHS = st.dates(date(2000, 1, 1), date(2100, 12, 31)).map(lambda day: day.replace(day=1))


def test_february_2014_with_a_cycle_of_six_months_uses_february_to_july_2013() -> None:
    assert lag_window(date(2014, 2, 1), 6) == (date(2013, 2, 1), date(2013, 8, 1))


@given(month=MONTHS, cycle=st.integers(1, 60))
def test_the_window_ends_a_cycle_before_the_month_and_is_a_cycle_long(month: date, cycle: int) -> None:
    start, end = lag_window(month, cycle)
    assert (month.year - end.year) * 12 + month.month - end.month == cycle
    assert (end.year - start.year) * 12 + end.month - start.month == cycle


@given(month=MONTHS)
def test_the_windows_of_two_months_that_follow_each_other_meet_when_the_cycle_is_a_month(
    month: date,
) -> None:
    following = (month + timedelta(days=31)).replace(day=1)
    assert lag_window(month, 1)[1] == lag_window(following, 1)[0]


def rate(leads: str = "mqls", customers: str = "customers", cycle: str = "1 month") -> str:
    return (
        f"revenue: 1000\naverage_sale: 100\nwin_rate: {{observed: {customers}, of: {leads}}}\n"
        f"sales_cycle: {cycle}\ntargets: {{leads: {leads}}}\n"
    )


def daily(metric: str, first: str, last: str, value: int = 1, *, without: tuple[str, ...] = ()) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = ((start + timedelta(days=n)).isoformat() for n in range((end - start).days + 1))
    return [f"{day},{metric},{value}" for day in days if day not in without]


def observed(plan: Plan) -> tuple[int | Fraction, int | Fraction, list[str]]:
    """The two sums of the win rate, and the days that are left out."""
    (seen,) = (row.observation for row in plan.inputs if row.quantity is Quantity.WIN_RATE)
    assert seen is not None
    return seen.counted.value, seen.of.value, [day.isoformat() for day in seen.left_out]


def test_only_the_days_of_the_window_count() -> None:
    rows = [*daily("mqls", "2026-01-31", "2026-03-31", 10), *daily("customers", "2026-01-31", "2026-03-31")]
    assert observed(plan_of(rate(), rows, month="2026-04")) == (28, 280, [])


def test_a_day_on_which_leads_were_not_reported_counts_for_neither() -> None:
    leads = daily("mqls", "2026-02-01", "2026-02-28", 10, without=("2026-02-09",))
    plan = plan_of(rate(), [*leads, *daily("customers", "2026-02-01", "2026-02-28")], month="2026-04")
    assert observed(plan) == (27, 270, ["2026-02-09"])


def test_a_metric_that_is_not_expected_daily_has_no_day_left_out() -> None:
    rows = [*daily("mqls", "2026-02-01", "2026-02-28", 10), "2026-02-14,customers,7"]
    assert observed(plan_of(rate(), rows, month="2026-04")) == (7, 280, [])


def test_a_weekend_before_the_first_working_day_is_no_lack_of_history() -> None:
    leads = daily("office_leads", "2026-02-02", "2026-02-28", 10)  # the first of February is a Sunday
    plan = plan_of(rate("office_leads"), [*leads, "2026-02-01,customers,3"], month="2026-04")
    assert observed(plan) == (3, 270, [])


def test_a_month_that_is_reported_once_may_be_on_any_of_its_days() -> None:
    rows = ["2026-02-01,customers,3", "2026-02-28,leads_monthly,60"]
    assert observed(plan_of(rate("leads_monthly"), rows, month="2026-04")) == (3, 60, [])


def test_a_day_without_one_of_its_segments_is_left_out() -> None:
    rows = [*daily("leads_by_source", "2026-02-01", "2026-02-28"), "2026-02-01,customers,3"]
    events = [f"{row},Events" for row in rows if "leads" in row]
    social = [f"{row},Social" for row in rows if "leads" in row and "02-02" not in row]
    plan = plan_of(rate("leads_by_source"), [*events, *social, rows[-1]], month="2026-04")
    assert observed(plan) == (3, 54, ["2026-02-02"])


def test_history_begins_with_the_first_report_not_with_the_first_success() -> None:
    rows = [*daily("mqls", "2026-02-01", "2026-02-28", 10), "2026-02-20,customers,7"]
    assert plan_of(rate(), rows, month="2026-04").problems == ()


def test_history_that_begins_a_day_too_late_is_too_short() -> None:
    rows = [*daily("mqls", "2026-02-02", "2026-02-28", 10), *daily("customers", "2026-02-01", "2026-02-28")]
    (problem,) = plan_of(rate(), rows, month="2026-04").problems
    assert problem.message.startswith("mqls is known since 2026-02-02, and the cohorts begin on 2026-02-01")


def test_data_that_end_a_day_before_the_window_does_are_not_complete() -> None:
    rows = [*daily("mqls", "2026-02-01", "2026-02-27", 10), *daily("customers", "2026-02-01", "2026-02-27")]
    (problem,) = plan_of(rate(), rows, month="2026-04").problems
    assert problem.message == (
        "the cohorts of 2026-02-01 to 2026-02-28 are not complete: the data end on 2026-02-27"
    )


def test_without_any_data_nothing_is_observed() -> None:
    (problem,) = plan_of(rate(), [], month="2026-04").problems
    assert problem.message.endswith("are not complete: there are no data")


# --- the sales cycle


def cycle(metric: str, *rows: str, month: str = "2026-04") -> Plan:
    terms = f"{{observed: {metric}, as: median}}"
    both = [
        *daily("mqls", "2025-01-01", "2026-03-31", 10), *daily("customers", "2025-01-01", "2026-03-31")
    ]  # fmt: skip
    return plan_of(rate(cycle=terms), [*both, *rows], month=month)


@pytest.mark.parametrize(
    ("days", "months"), [("0.5", 1), ("14", 1), ("30.4", 1), ("30.5", 2), ("60.8", 2), ("61", 3), ("92", 4)]
)
def test_a_cycle_in_days_is_rounded_up_to_months(days: str, months: int) -> None:
    plan = cycle("cycle_days", f"2026-03-31,cycle_days,{days}")
    assert plan.window == lag_window(date(2026, 4, 1), months)


@pytest.mark.parametrize(("reported", "months"), [("1", 1), ("1.5", 2), ("2", 2)])
def test_a_cycle_in_months_is_rounded_up_too(reported: str, months: int) -> None:
    plan = cycle("cycle_months", f"2026-03-31,cycle_months,{reported}")
    assert plan.window == lag_window(date(2026, 4, 1), months)


def test_the_cycle_is_the_last_one_reported_before_the_month() -> None:
    rows = ("2026-02-01,cycle_months,3", "2026-03-31,cycle_months,2", "2026-04-01,cycle_months,1")
    (row,) = (row for row in cycle("cycle_months", *rows).inputs if row.reading)
    assert row.reading is not None
    assert (row.value, row.reading.day, row.reading.kind) == (2, date(2026, 3, 31), "median")


def test_a_cycle_that_was_never_reported_is_told_once() -> None:
    (problem,) = cycle("cycle_days").problems
    assert (str(problem.place), problem.message) == (
        f"{PLAN}:4:1",
        "no cycle_days was reported before 2026-04-01",
    )


@pytest.mark.parametrize("days", ["0", "1900"])
def test_a_cycle_that_is_none_is_refused(days: str) -> None:
    (problem,) = cycle("cycle_days", f"2026-03-31,cycle_days,{days}").problems
    assert problem.message == "cycle_days of 2026-03-31 is no sales cycle of 1 day to 60 months"
