"""What past cohorts say of a month: which days count, which are left out, and the sales cycle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plans import PLAN, agreement_of, plan_of, record_of

from living_sla.judge.commitments import work_calendar
from living_sla.judge.observations import Observer, lag_window
from living_sla.judge.periods import Rhythm, add_months
from living_sla.judge.plan import plan_month
from living_sla.judge.solving import PlanProblem, Quantity
from living_sla.record.snapshots import Series

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from living_sla.judge.plan import Plan
    from living_sla.record.loading import Record

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


def april(text: str, rows: Iterable[str], *, known: str = "2026-03-01") -> Plan:
    """The plan of April, worked out on a day of March by default."""
    return plan_of(text, [*rows, f"{known},visits,1"], month="2026-04")


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
    plan = april(rate(), [*leads, *daily("customers", "2026-02-01", "2026-02-28")])
    assert observed(plan) == (27, 270, ["2026-02-09"])


def test_a_metric_that_is_not_expected_daily_has_no_day_left_out() -> None:
    rows = [*daily("mqls", "2026-02-01", "2026-02-28", 10), "2026-02-14,customers,7"]
    assert observed(april(rate(), rows)) == (7, 280, [])


def test_a_weekend_before_the_first_working_day_is_no_lack_of_history() -> None:
    leads = daily("office_leads", "2026-02-02", "2026-02-28", 10)  # the first of February is a Sunday
    plan = april(rate("office_leads"), [*leads, "2026-02-01,customers,3"])
    assert observed(plan) == (3, 270, [])


def test_a_month_that_is_reported_once_may_be_on_any_of_its_days() -> None:
    rows = ["2026-02-01,customers,3", "2026-02-28,leads_monthly,60"]
    assert observed(april(rate("leads_monthly"), rows)) == (3, 60, [])


def test_a_day_without_one_of_its_segments_is_left_out() -> None:
    rows = [*daily("leads_by_source", "2026-02-01", "2026-02-28"), "2026-02-01,customers,3"]
    events = [f"{row},Events" for row in rows if "leads" in row]
    social = [f"{row},Social" for row in rows if "leads" in row and "02-02" not in row]
    plan = april(rate("leads_by_source"), [*events, *social, rows[-1]])
    assert observed(plan) == (3, 54, ["2026-02-02"])


def test_history_begins_with_the_first_report_not_with_the_first_success() -> None:
    rows = [*daily("mqls", "2026-02-01", "2026-02-28", 10), "2026-02-20,customers,7"]
    assert april(rate(), rows).problems == ()


def test_history_that_begins_a_day_too_late_is_too_short() -> None:
    rows = [*daily("mqls", "2026-02-02", "2026-02-28", 10), *daily("customers", "2026-02-01", "2026-02-28")]
    (problem,) = april(rate(), rows).problems
    assert problem.message.startswith("MQLs (mqls): known since 2026-02-02; the cohorts begin on 2026-02-01")


def test_a_month_is_planned_as_soon_as_the_month_before_has_begun() -> None:
    rows = [*daily("mqls", "2026-02-01", "2026-02-28", 10), *daily("customers", "2026-02-01", "2026-02-28")]
    assert april(rate(), rows, known="2026-03-01").problems == ()
    (problem,) = april(rate(), rows, known="2026-02-28").problems
    assert (str(problem.place), problem.sentence) == (
        f"{PLAN}:4:1",
        (
            "the cohorts of 2026-02-01 to 2026-02-28 are not complete: on 2026-02-28, the day of the newest"
            " report, they had no whole sales cycle yet; plan 2026-04 from 2026-03-01 on, or write the number"
        ),
    )


def test_leads_without_one_cycle_say_nothing_of_a_month_far_ahead() -> None:
    rows = [*daily("mqls", "2025-06-01", "2026-02-10", 10), *daily("customers", "2025-06-01", "2026-02-10")]
    (problem,) = plan_of(rate(cycle="3 months"), rows, month="2026-05").problems
    assert problem.message.startswith("the cohorts of 2025-11-01 to 2026-01-31 are not complete: ")
    assert plan_of(rate(cycle="3 months"), rows, month="2026-03").problems == ()


def reported_on(day: date, rows: Iterable[str]) -> Record:
    """The record of rows that were all reported on one day."""
    record = record_of(rows)
    series = {
        metric: Series({key: (replace(first, reported_on=day),) for key, (first, *_) in one.reports.items()})
        for metric, one in record.series.items()
    }
    return replace(record, series=series)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("2026-02-28", []),
        (
            "2026-02-27",
            ["the cohorts of 2026-02-01 to 2026-02-28 are not complete: the data end on 2026-02-27"],
        ),
    ],
)
def test_it_is_the_newest_report_that_says_whether_leads_had_their_cycle(last: str, told: list[str]) -> None:
    rows = [*daily("mqls", "2026-02-01", last, 10), *daily("customers", "2026-02-01", last)]
    record = reported_on(date(2026, 3, 20), rows)
    plan = plan_month(agreement_of(rate()), record, Rhythm().period_of(date(2026, 4, 1), "month"))
    assert plan is not None
    assert [problem.message for problem in plan.problems] == told


@given(
    newest=st.dates(date(2026, 3, 1), date(2027, 12, 31)), ahead=st.integers(0, 12), cycle=st.integers(1, 12)
)
def test_of_a_cycle_no_more_than_the_running_month_is_missing(newest: date, ahead: int, cycle: int) -> None:
    month = add_months(newest.replace(day=1), ahead)
    rows = ["2020-01-01,leads_by_region,9,North", "2020-01-01,customers_by_region,3,North"]
    observer = Observer(
        agreement_of(rate("leads_by_region", "customers_by_region")),
        record_of([*rows, f"{newest},visits,1"]),
        work_calendar(agreement_of("").terms.calendar),
        Rhythm(),
    )
    period = Rhythm().period_of(month, "month")
    if ahead <= 1:
        _, end = observer.cohorts(period, cycle)
        assert add_months(end, cycle) <= add_months(newest.replace(day=1), 1)
    else:
        with pytest.raises(PlanProblem):
            observer.cohorts(period, cycle)


def test_a_plan_of_fixed_numbers_waits_for_no_leads() -> None:
    text = "revenue: 5000\naverage_sale: 100\nwin_rate: 50%\nsales_cycle: 2 months\ntargets: {leads: mqls}\n"
    assert plan_of(text, ["2026-02-28,visits,1"], month="2027-01").leads == 100


def test_without_any_data_nothing_is_observed() -> None:
    (problem,) = plan_of(rate(), [], month="2026-04").problems
    assert problem.message.endswith("are not complete: there are no data")


# --- which part each segment brings

BY_REGION = (
    "revenue: 12000\naverage_sale: {observed: revenue_by_region, of: customers_by_region}\n"
    "win_rate: {observed: customers_by_region, of: leads_by_region}\nsales_cycle: 1 month\n"
    "targets: {leads: leads_by_region}\nby: region\n"
)


def by_region(*rows: str) -> Plan:
    """The plan of April by regions: rows `metric,value,segment` of 1 February."""
    return april(BY_REGION, [f"2026-02-01,{row}" for row in rows])


def of_region(name: str, revenue: int, *, customers: int = 4, leads: int = 40) -> list[str]:
    return [
        f"revenue_by_region,{revenue},{name}",
        f"customers_by_region,{customers},{name}",
        f"leads_by_region,{leads},{name}",
    ]


def test_revenue_of_a_segment_without_leads_does_not_vanish() -> None:
    elsewhere = ["revenue_by_region,500,West", "customers_by_region,2,West"]
    plan = by_region(*of_region("North", 400), *of_region("South", 100), *elsewhere)
    (problem,) = plan.problems
    assert (plan.parts, str(problem.place), problem.sentence) == (
        (),
        f"{PLAN}:6:1",
        (
            "500 of 1000 revenue_by_region from 2026-02-01 to 2026-02-28 came from West, where no leads are"
            " counted; count its leads too, or add `part: …` to each of `segments`"
        ),
    )


def test_a_part_that_refunds_make_negative_gives_no_number() -> None:
    plan = by_region(*of_region("North", 1200), *of_region("South", -200))
    assert (plan.parts, [problem.sentence for problem in plan.problems]) == (
        (),
        [
            (
                "a part of the revenue cannot be negative: -200 revenue_by_region of 1000 revenue_by_region"
                " from 2026-02-01 to 2026-02-28 (South); add `part: …` to each of `segments`"
            )
        ],
    )


def test_segments_of_which_no_lead_came_in_the_window_give_no_number() -> None:
    rows = ["2026-01-09,leads_by_region,40,North", "2026-02-01,revenue_by_region,9,North"]
    plan = april(BY_REGION, rows)
    assert (plan.parts, [problem.message for problem in plan.problems]) == (
        (),
        ["no leads_by_region from 2026-02-01 to 2026-02-28"],
    )


@given(
    revenue=st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 10**6), min_size=1).filter(
        lambda found: sum(found.values()) > 0
    )
)
def test_the_parts_of_a_plan_that_has_a_number_come_to_all_of_it(revenue: dict[str, int]) -> None:
    plan = by_region(*(row for name, value in revenue.items() for row in of_region(name, value)))
    assert plan.problems == ()
    assert sum(part.revenue for part in plan.parts) == 12000
    assert plan.known[Quantity.SHARE] == 1
    assert sorted(plan.unplanned) == sorted(name for name, value in revenue.items() if not value)


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
