"""How an open period will likely end, and when nobody can say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from living_sla.diagnostics import Place
from living_sla.judge.forecast import Forecast, NoForecast, Why, forecast
from living_sla.judge.verdicts import Goal
from living_sla.record.snapshots import Report, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from living_sla.judge.commitments import Judgement
    from living_sla.record.loading import Record

    Foresee = Callable[..., Forecast | NoForecast]

UNTIMED = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NEW_YEAR = date(2026, 1, 1)
WEEK = "total: mqls, at_least: 50, every: week"  # 2 to 8 March 2026, a Monday to a Sunday
MONTH = "total: mqls, at_least: 310, every: month"
SHARE = "share: in_time, of: due, at_least: 90%, every: month"
WORKING_WEEK = [10, 10, 10, 10, 10, 0, 0]
UNEVEN = [7, 3, 12, 9, 4, 1, 0, 8, 5, 10, 11, 2, 0, 3, 6, 6, 9, 14, 5, 2, 1]


@pytest.fixture(scope="module")
def foresee(judge: Callable[..., Judgement], recorded: Callable[..., Record]) -> Foresee:
    """Forecast a measure in its newest period."""

    def of(
        measure: str,
        rows: Iterable[str] = (),
        deliveries: Iterable[str] = (),
        *,
        draws: int = 1000,
        **terms: str,
    ) -> Forecast | NoForecast:
        judgement = judge(measure, rows, deliveries, **terms)
        return forecast(judgement, recorded(rows, deliveries), draws=draws)

    return of


def daily(metric: str, values: Iterable[int | str], first: date = NEW_YEAR) -> list[str]:
    return [f"{first + timedelta(n)},{metric},{value}" for n, value in enumerate(values)]


def through(last: str, pattern: list[int], first: date = NEW_YEAR) -> list[int]:
    """The values of a pattern that begins on a Thursday as 2026 does, up to a day."""
    length = (date.fromisoformat(last) - first).days + 1
    return [pattern[(first + timedelta(n)).weekday() % len(pattern)] for n in range(length)]


def found(outlook: Forecast | NoForecast) -> Forecast:
    assert isinstance(outlook, Forecast)
    return outlook


def ends(outlook: Forecast | NoForecast) -> tuple[Fraction | int, ...]:
    return found(outlook).low, found(outlook).middle, found(outlook).high


# --- a day to come is a day that was


def test_what_came_every_day_will_come_every_day(foresee: Foresee) -> None:
    rows = daily("mqls", [10] * 74)
    assert ends(foresee(MONTH, rows, as_of="2026-03-15")) == (310, 310, 310)


def test_a_weekday_is_drawn_from_its_own_weekdays(foresee: Foresee) -> None:
    rows = daily("mqls", through("2026-03-04", [1, 2, 3, 4, 5, 6, 7]))
    assert ends(foresee(WEEK, rows, as_of="2026-03-04")) == (28, 28, 28)


def test_a_closed_day_to_come_is_a_day_off(foresee: Foresee) -> None:
    rows = daily("mqls", through("2026-03-04", WORKING_WEEK))
    calendar = "{timezone: Europe/Amsterdam, closed_on: [2026-03-06]}"
    assert ends(foresee(WEEK, rows, as_of="2026-03-04", calendar=calendar)) == (40, 40, 40)


def test_a_closed_day_that_was_does_not_stand_for_a_working_day(foresee: Foresee) -> None:
    values = through("2026-03-04", WORKING_WEEK)
    fridays = [n for n in range(len(values)) if (NEW_YEAR + timedelta(n)).weekday() == 4]
    closed = [(NEW_YEAR + timedelta(n)).isoformat() for n in fridays]
    for n in fridays:
        values[n] = 0
    calendar = f"{{timezone: Europe/Amsterdam, closed_on: [{', '.join(closed)}]}}"
    outlook = foresee(WEEK, daily("mqls", values), as_of="2026-03-04", calendar=calendar)
    assert ends(outlook) == (50, 50, 50)


def test_an_excluded_day_brings_nothing(foresee: Foresee) -> None:
    rows = daily("mqls", [10] * 63)
    excluded = "exclusions: [{from: 2026-03-06, to: 2026-03-06, reason: The CRM is moved.}]"
    assert ends(foresee(WEEK, rows, as_of="2026-03-04", governance=excluded)) == (60, 60, 60)


def test_the_row_of_today_may_come_tomorrow(foresee: Foresee) -> None:
    rows = daily("mqls", [10] * 62)
    assert ends(foresee(WEEK, rows, as_of="2026-03-04")) == (70, 70, 70)


def test_numbers_with_decimals_stay_exact(foresee: Foresee) -> None:
    rows = daily("mqls", ["0.1"] * 63)
    assert found(foresee(WEEK, rows, as_of="2026-03-04")).middle == Fraction(7, 10)


def test_a_share_takes_its_good_and_all_of_the_same_day(foresee: Foresee) -> None:
    due, good = (
        through("2026-03-15", [10, 20, 30, 40, 50, 10, 10]),
        through("2026-03-15", [9, 18, 27, 36, 45, 9, 9]),
    )
    outlook = foresee(SHARE, daily("due", due) + daily("in_time", good), as_of="2026-03-15")
    assert ends(outlook) == (Fraction(9, 10),) * 3


@pytest.mark.parametrize(("take", "end"), [("mean", 4), ("last", 7), ("max", 7), ("min", 1)])
def test_a_level_is_read_to_the_end(foresee: Foresee, take: str, end: int) -> None:
    rows = daily("hours", through("2026-03-04", [1, 2, 3, 4, 5, 6, 7]))
    outlook = foresee(f"level: hours, take: {take}, at_most: 5, every: week", rows, as_of="2026-03-04")
    assert ends(outlook) == (end, end, end)


def test_where_months_differ_the_newest_days_tell_more(foresee: Foresee) -> None:
    levels = [10] * 31 + [20] * 28 + [10] * 31 + [20] * 30 + [10] * 31 + [20] * 15
    outlook = found(
        foresee("total: mqls, at_least: 600, every: month", daily("mqls", levels), as_of="2026-06-15")
    )
    assert 590 < outlook.middle <= 600


def test_what_was_missed_before_widens_the_spread(foresee: Foresee) -> None:
    def spread(values: list[int]) -> float:
        outlook = found(foresee(MONTH, daily("mqls", values), as_of="2026-06-15"))
        return float(outlook.high - outlook.low)

    even = [9, 11] * 83
    jumping = [n for month in (9, 5, 15, 6, 12, 10) for n in [month] * 30][:166]
    assert spread(even) < spread(jumping) / 3


# --- things delivered


def test_things_are_delivered_as_they_were_from_this_day_on(foresee: Foresee) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 6) for day in (5, 28)] + ["2026-06-05"]
    deliveries = [f"d{n},blog-post,{day}" for n, day in enumerate(days)]
    outlook = found(foresee("deliver: {blog-post: 2}, every: month", [], deliveries, as_of="2026-06-15"))
    assert (ends(outlook), outlook.draws, outlook.chance) == ((2, 2, 2), 4, Fraction(9, 10))


def test_things_need_four_whole_periods(foresee: Foresee) -> None:
    deliveries = [f"d{month},blog-post,2026-{month:02}-01" for month in range(1, 5)]
    outlook = foresee("deliver: {blog-post: 2}, every: month", [], deliveries, as_of="2026-04-15")
    assert outlook == NoForecast(Why.TOO_FEW_PERIODS, 3, 4)


# --- the chance


def test_a_chance_by_draws_is_never_quite_certain(foresee: Foresee) -> None:
    outlook = foresee(MONTH, daily("mqls", [10] * 74), as_of="2026-03-15")
    assert found(outlook).chance == Fraction(2001, 2002)


def test_a_chance_by_draws_is_never_quite_nothing(foresee: Foresee) -> None:
    outlook = foresee(
        "total: mqls, at_least: 311, every: month", daily("mqls", [10] * 74), as_of="2026-03-15"
    )
    assert found(outlook).chance == Fraction(1, 2002)


def test_a_goal_already_reached_is_certain(foresee: Foresee) -> None:
    outlook = foresee(
        "total: mqls, at_least: 150, every: month", daily("mqls", [10] * 74), as_of="2026-03-15"
    )
    assert found(outlook).chance == 1


def test_a_limit_already_broken_is_lost(foresee: Foresee) -> None:
    outlook = foresee("total: mqls, at_most: 149, every: month", daily("mqls", [10] * 74), as_of="2026-03-15")
    assert found(outlook).chance == 0


def test_a_limit_is_kept_by_small_outcomes(foresee: Foresee) -> None:
    outlook = foresee("total: mqls, at_most: 310, every: month", daily("mqls", [10] * 74), as_of="2026-03-15")
    assert found(outlook).chance == Fraction(2001, 2002)


# --- the fan


def test_the_fan_runs_from_tomorrow_to_the_end(foresee: Foresee) -> None:
    outlook = found(foresee(WEEK, daily("mqls", [10] * 63), as_of="2026-03-04"))
    assert outlook.fan_from == date(2026, 3, 5)
    assert [middle for _, middle, _ in outlook.fan] == [40, 50, 60, 70]


def test_the_fan_ends_where_the_period_does(foresee: Foresee) -> None:
    outlook = found(foresee(MONTH, daily("mqls", (UNEVEN * 4)[:74]), as_of="2026-03-15"))
    assert outlook.fan[-1] == (outlook.low, outlook.middle, outlook.high)


def test_a_fan_begins_when_there_is_a_share_to_tell(foresee: Foresee) -> None:
    due = through("2026-03-31", [0, 0, 10, 10, 10, 0, 0])
    rows = daily("due", due) + daily("in_time", due)
    outlook = found(foresee(SHARE.replace("month", "week"), rows, as_of="2026-03-30"))
    assert (outlook.fan_from, len(outlook.fan)) == (date(2026, 4, 1), 5)


def test_a_level_has_no_fan(foresee: Foresee) -> None:
    outlook = foresee("level: hours, at_most: 5, every: month", daily("hours", [4] * 74), as_of="2026-03-15")
    assert found(outlook).fan == ()


# --- too little to tell


def test_27_days_are_no_four_weeks(foresee: Foresee) -> None:
    outlook = foresee("total: mqls, at_least: 9, every: month", daily("mqls", [10] * 27), as_of="2026-01-27")
    assert outlook == NoForecast(Why.TOO_FEW_WEEKS, 3, 4)


def test_28_days_are_four_weeks(foresee: Foresee) -> None:
    outlook = found(
        foresee("total: mqls, at_least: 9, every: month", daily("mqls", [10] * 28), as_of="2026-01-28")
    )
    assert outlook.history_days == 28


def test_days_off_to_come_need_days_off_that_were(foresee: Foresee) -> None:
    days = [NEW_YEAR + timedelta(n) for n in range(63)]
    rows = [f"{day},mqls,10" for day in days if day.weekday() < 5]
    assert foresee(WEEK, rows, as_of="2026-03-04") == NoForecast(Why.TOO_FEW_LIKE_DAYS, 0, 8)


def test_a_share_needs_eight_days_with_anything_to_divide_by(foresee: Foresee) -> None:
    due = [5 if n % 10 == 0 else 0 for n in range(63)]
    rows = daily("due", due) + daily("in_time", due)
    assert foresee(SHARE, rows, as_of="2026-03-04") == NoForecast(Why.TOO_FEW_BUSY_DAYS, 7, 8)


def test_a_missing_row_leaves_nothing_to_start_from(foresee: Foresee) -> None:
    rows = daily("mqls", [10] * 63)
    del rows[-2]
    assert foresee(WEEK, rows, as_of="2026-03-04") == NoForecast(Why.ROWS_MISSING)


def test_a_row_missing_long_ago_is_not_drawn(foresee: Foresee) -> None:
    rows = daily("mqls", [10] * 63)
    del rows[20]
    outlook = found(foresee(WEEK, rows, as_of="2026-03-04"))
    assert (outlook.history_days, outlook.middle) == (62, 70)


def test_silence_of_what_is_not_expected_by_the_day_is_no_zero(foresee: Foresee) -> None:
    rows = daily("calls", through("2026-03-10", [20]))
    outlook = foresee("total: calls, at_least: 600, every: month", rows, as_of="2026-03-15")
    assert ends(outlook) == (620, 620, 620)


def test_days_without_what_is_not_expected_were_empty_up_to_its_last_report(foresee: Foresee) -> None:
    rows = [row for n, row in enumerate(daily("calls", through("2026-03-11", [20]))) if n % 7 == 6]
    outlook = foresee("total: calls, at_least: 60, every: month", rows, as_of="2026-03-15")
    assert ends(outlook) == (80, 80, 80)  # on the Wednesdays 4, 11, 18 and 25


FEW = "share: in_time, of: due, at_least: 100%, every: month, min_events: {}"


def test_an_end_with_too_few_events_does_not_count(foresee: Foresee) -> None:
    rows = daily("in_time", [1] * 74) + daily("due", [1] * 74)
    assert found(foresee(FEW.format(31), rows, as_of="2026-03-15")).chance == Fraction(2001, 2002)
    assert foresee(FEW.format(32), rows, as_of="2026-03-15") == NoForecast(Why.TOO_FEW_EVENTS)


def test_a_share_that_is_lost_if_it_comes_to_count_is_not_lost_for_sure(foresee: Foresee) -> None:
    rows = daily("in_time", [1] * 73 + [0]) + daily("due", [1] * 74)
    assert found(foresee(FEW.format(31), rows, as_of="2026-03-15")).chance == Fraction(1, 2002)


def test_a_metric_never_reported_has_no_history(foresee: Foresee) -> None:
    outlook = foresee("total: calls, at_least: 9, every: month", as_of="2026-03-04")
    assert outlook == NoForecast(Why.TOO_FEW_WEEKS, 0, 4)


@pytest.mark.parametrize(
    ("measure", "as_of", "why"),
    [
        ("total: visits, at_least: 9, every: month", "2026-03-15", Why.NOT_DAILY),
        ("answer: report, with: feedback, within: 1 week, every: month", "2026-03-15", Why.NOT_DAILY),
        ("total: mqls, at_least: {2026-01: 9}, every: month", "2026-03-15", Why.NO_TARGET),
        ("total: mqls, at_least: 9, every: month", "2026-01-31", Why.OVER),
    ],
)
def test_some_periods_have_nothing_to_forecast(foresee: Foresee, measure: str, as_of: str, why: Why) -> None:
    assert foresee(measure, daily("mqls", [10] * 74), as_of=as_of) == NoForecast(why)


def restated(values: Iterable[int], every: int, by: int) -> Series:
    """Values of which every n-th was first reported lower by so much, a week before."""
    week = timedelta(7)
    reports = {}
    for n, value in enumerate(values):
        day = NEW_YEAR + timedelta(n)
        older = (Report(value - by, day, Place("rows.csv")),) if n % every == 0 else ()
        newest = Report(value, day + week if older else day, Place("rows.csv"))
        reports[day, ""] = (newest, *older)
    return Series(reports)


@pytest.mark.parametrize(
    ("every", "by", "why"), [(2, 1, Why.RESTATED), (10, 1, None), (10, 9, None), (9, 10, Why.RESTATED)]
)
def test_numbers_that_keep_changing_stand_for_nothing(
    judge: Callable[..., Judgement], recorded: Callable[..., Record], every: int, by: int, why: Why | None
) -> None:
    rows = daily("mqls", [10] * 70)
    judgement = judge(WEEK, rows, as_of="2026-03-11")
    record = replace(recorded(rows), series={"mqls": restated([10] * 70, every, by)})
    outlook = forecast(judgement, record)
    assert (outlook.why if isinstance(outlook, NoForecast) else None) == why


def test_what_was_reported_later_of_earlier_days_can_be_drawn_from(
    judge: Callable[..., Judgement], recorded: Callable[..., Record]
) -> None:
    rows = daily("mqls", [10] * 74)
    judgement = judge(MONTH, rows, as_of="2026-03-15")
    next_day = date(2026, 3, 16)
    late = {
        key: (replace(reports[0], reported_on=next_day),)
        for key, reports in recorded(rows).of("mqls").reports.items()
    }
    record = replace(recorded(rows), series={"mqls": Series(late)})
    assert ends(forecast(judgement, record, known_on=next_day)) == (310, 310, 310)
    assert forecast(judgement, record) == NoForecast(Why.ROWS_MISSING)


# --- the same everywhere


def test_the_numbers_are_the_same_on_every_machine(foresee: Foresee) -> None:
    outlook = found(
        foresee("total: mqls, at_least: 170, every: month", daily("mqls", UNEVEN * 5), as_of="2026-04-15")
    )
    assert (*ends(outlook), outlook.chance) == (163, 169, 175, Fraction(907, 2002))


def test_the_stream_that_chance_is_made_of_is_the_promised_one() -> None:
    assert np.random.PCG64(2026).random_raw(2).tolist() == [3300764713747675562, 11804314397344746687]


def test_the_order_of_rows_does_not_matter(foresee: Foresee) -> None:
    rows = daily("mqls", (UNEVEN * 4)[:74])
    there, back = (foresee(MONTH, given, as_of="2026-03-15") for given in (rows, rows[::-1]))
    assert there == back


def test_another_commitment_is_drawn_by_another_chance(
    judge: Callable[..., Judgement], recorded: Callable[..., Record]
) -> None:
    rows = daily("mqls", (UNEVEN * 4)[:74])
    judgement = judge(MONTH, rows, as_of="2026-03-15")
    renamed = replace(judgement, commitment=judgement.commitment.model_copy(update={"id": "other"}))
    one, other = (found(forecast(j, recorded(rows))) for j in (judgement, renamed))
    assert one.fan != other.fan


numbers = st.lists(st.integers(0, 40), min_size=74, max_size=74)


@UNTIMED
@given(numbers, st.integers(59, 73), st.integers(1, 30))
def test_more_already_delivered_never_lowers_the_chance(
    foresee: Foresee, values: list[int], place: int, more: int
) -> None:
    with_more = [*values[:place], values[place] + more, *values[place + 1 :]]
    less, much = (
        found(foresee(MONTH, daily("mqls", given), as_of="2026-03-15", draws=200))
        for given in (values, with_more)
    )
    assert less.chance <= much.chance


@UNTIMED
@given(numbers, st.integers(1, 1200), st.integers(1, 300))
def test_a_higher_target_never_raises_the_chance(
    judge: Callable[..., Judgement], recorded: Callable[..., Record], values: list[int], goal: int, more: int
) -> None:
    rows = daily("mqls", values)
    judgement = judge(MONTH, rows, as_of="2026-03-15")
    low, high = (
        found(forecast(replace(judgement, goal=Goal(g)), recorded(rows), draws=200))
        for g in (goal, goal + more)
    )
    assert low.chance >= high.chance


@UNTIMED
@given(numbers, st.integers(1, 20))
def test_percentiles_ascend_and_the_fan_with_them(foresee: Foresee, values: list[int], part: int) -> None:
    good = [value * part // 20 for value in values]
    rows = daily("due", values) + daily("in_time", good)
    outlook = foresee(SHARE, rows, as_of="2026-03-15", draws=200)
    if isinstance(outlook, Forecast):
        assert all(low <= middle <= high for low, middle, high in outlook.fan)
        assert 0 <= outlook.low <= outlook.middle <= outlook.high <= 1


@UNTIMED
@given(numbers)
def test_a_sum_of_what_takes_nothing_away_does_not_fall(foresee: Foresee, values: list[int]) -> None:
    outlook = foresee(MONTH, daily("mqls", values), as_of="2026-03-15", draws=200)
    if isinstance(outlook, Forecast):
        assert all(column == sorted(column) for column in map(list, zip(*outlook.fan, strict=True)))


@UNTIMED
@given(numbers)
def test_a_period_whose_goal_is_reached_has_chance_1(foresee: Foresee, values: list[int]) -> None:
    reached = [*values[:59], 310, *values[60:]]
    assert found(foresee(MONTH, daily("mqls", reached), as_of="2026-03-15", draws=200)).chance == 1
