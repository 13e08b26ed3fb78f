from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.judge.promises import Outcome
from living_sla.judge.ranges import Range

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.judge.commitments import Judgement

    Judge = Callable[..., Judgement]

MONTH_OF_LEADS = "total: mqls, at_least: 100, every: month"
WEEK_OF_LEADS = "total: mqls, at_least: 10, every: week"
SHARE_OF_LEADS = "share: in_time, of: due, at_least: 95%, every: month"
# The values of a week from Monday, 2 March 2026, and of the days about it.
VALUES = st.lists(st.integers(0, 50), min_size=14, max_size=14)


def daily(metric: str, first: str, values: list[int]) -> list[str]:
    start = date.fromisoformat(first)
    return [f"{start + timedelta(days=n)},{metric},{value}" for n, value in enumerate(values)]


# Totals


def test_a_total_is_the_sum_of_its_days(judge: Judge) -> None:
    rows = ["2026-02-28,mqls,900", "2026-03-01,mqls,3", "2026-03-31,mqls,4", "2026-04-01,mqls,900"]
    assert judge(MONTH_OF_LEADS, rows, as_of="2026-03-31").tally.actual == 7


def test_a_total_is_the_sum_of_its_segments(judge: Judge) -> None:
    rows = ["2026-03-02,leads_by_source,3,Events", "2026-03-02,leads_by_source,4,Social"]
    measure = "total: leads_by_source, at_least: 10, every: week"
    assert judge(measure, rows, as_of="2026-03-02").tally.actual == 7


def test_decimals_add_up_exactly(judge: Judge) -> None:
    rows = [f"2026-03-{day:02},calls,0.1" for day in range(2, 9)]
    measure = "total: calls, at_least: 0.7, every: week"
    assert judge(measure, rows, as_of="2026-03-08").tally.actual == Fraction(7, 10)


def test_what_was_never_reported_is_nothing_and_not_zero(judge: Judge) -> None:
    tally = judge(MONTH_OF_LEADS, as_of="2026-03-31").tally
    assert (tally.actual, tally.missing) == (None, ())


def test_a_reported_zero_is_zero(judge: Judge) -> None:
    assert judge(WEEK_OF_LEADS, ["2026-03-02,mqls,0"], as_of="2026-03-02").tally.actual == 0


def test_a_missing_day_may_hold_any_number(judge: Judge) -> None:
    rows = daily("mqls", "2026-03-02", [1, 1, 1, 1, 1, 1])
    tally = judge(WEEK_OF_LEADS, rows, as_of="2026-03-08").tally
    assert (tally.now, tally.missing) == (Range(6, math.inf), (date(2026, 3, 8),))


def test_a_missing_day_holds_no_more_than_the_maximum(judge: Judge) -> None:
    measure = "total: emails, at_least: 7, every: week"
    rows = daily("emails", "2026-03-02", [1, 1, 1, 1, 1])
    assert judge(measure, rows, as_of="2026-03-08").tally.final == Range(5, 7)


def test_a_missing_day_may_take_away_where_the_minimum_is_negative(judge: Judge) -> None:
    measure = "total: refunds, at_least: 0, every: week"
    rows = daily("refunds", "2026-03-02", [10, 10, 10, 10, 10])
    assert judge(measure, rows, as_of="2026-03-08").tally.now == Range(-50, math.inf)


def test_days_to_come_add_no_more_than_the_maximum(judge: Judge) -> None:
    measure = "total: emails, at_least: 7, every: week"
    rows = daily("emails", "2026-03-02", [1, 0, 1])
    assert judge(measure, rows, as_of="2026-03-04").tally.final == Range(2, 6)


def test_days_to_come_may_take_away_where_the_minimum_is_negative(judge: Judge) -> None:
    measure = "total: refunds, at_least: 0, every: week"
    rows = daily("refunds", "2026-03-02", [10, 10, 10, 10, 10])
    assert judge(measure, rows, as_of="2026-03-06").tally.final == Range(-50, math.inf)


def test_the_newest_day_of_an_open_week_has_a_days_grace(judge: Judge) -> None:
    rows = daily("mqls", "2026-03-02", [1, 1])
    assert judge(WEEK_OF_LEADS, rows, as_of="2026-03-04").tally.missing == ()
    assert judge(WEEK_OF_LEADS, rows, as_of="2026-03-05").tally.missing == (date(2026, 3, 4),)


def test_days_after_the_delivery_date_do_not_count(judge: Judge) -> None:
    rows = daily("mqls", "2026-03-01", [1] * 31)
    tally = judge("total: mqls, at_least: 20, every: month, by: 20th", rows, as_of="2026-03-31").tally
    assert (tally.actual, tally.final) == (20, Range(20, 20))


def test_weekends_are_not_missing_where_working_days_are_expected(judge: Judge) -> None:
    rows = daily("office_calls", "2026-03-02", [1, 1, 1, 1, 1])
    measure = "total: office_calls, at_least: 5, every: week"
    assert judge(measure, rows, as_of="2026-03-08").tally.missing == ()


def test_a_number_reported_on_a_weekend_counts_all_the_same(judge: Judge) -> None:
    rows = daily("office_calls", "2026-03-02", [1, 1, 1, 1, 1, 1])
    measure = "total: office_calls, at_least: 6, every: week"
    assert judge(measure, rows, as_of="2026-03-08").tally.actual == 6


def test_closed_days_are_not_missing(judge: Judge) -> None:
    calendar = "{timezone: UTC, closed_on: [2026-03-04]}"
    rows = daily("office_calls", "2026-03-02", [1, 1]) + daily("office_calls", "2026-03-05", [1, 1])
    measure = "total: office_calls, at_least: 4, every: week"
    assert judge(measure, rows, as_of="2026-03-08", calendar=calendar).tally.missing == ()


def test_nothing_is_missing_where_nothing_is_expected(judge: Judge) -> None:
    tally = judge("total: calls, at_least: 5, every: week", ["2026-03-02,calls,5"], as_of="2026-03-08").tally
    assert (tally.missing, tally.final) == ((), Range(5, 5))


# Segments


def test_a_day_lacks_the_segments_that_are_not_reported(judge: Judge) -> None:
    rows = [
        f"2026-03-0{day},leads_by_source,1,{name}" for day in range(2, 9) for name in ("Events", "Social")
    ]
    measure = "total: leads_by_source, at_least: 10, every: week"
    tally = judge(measure, rows[:-1], as_of="2026-03-08").tally
    assert (tally.now, tally.missing) == (Range(13, math.inf), (date(2026, 3, 8),))


def test_a_day_with_any_segment_is_whole_where_segments_are_not_listed(judge: Judge) -> None:
    rows = [f"2026-03-0{day},leads_by_campaign,1,spring" for day in range(2, 9)]
    measure = "total: leads_by_campaign, at_least: 7, every: week"
    assert judge(measure, rows, as_of="2026-03-08").tally.final == Range(7, 7)


# Weekly and monthly reports

VISITS = "total: visits, at_least: 100, every: month"
# The weeks of March 2026, from the one that begins on 23 February to the one that ends on 5 April.
VISITS_ROWS = [f"2026-03-{day:02},visits,30" for day in (6, 13, 20, 27)]


def test_a_week_over_the_end_of_a_month_is_whole_when_it_is_reported_in_the_next(judge: Judge) -> None:
    rows = ["2026-02-27,visits,30", *VISITS_ROWS, "2026-04-03,visits,30"]
    march = judge(VISITS, rows, as_of="2026-04-05", period="2026-03").tally
    april = judge(VISITS, rows, as_of="2026-04-05", period="2026-04").tally
    assert (march.final, march.missing) == (Range(120, 120), ())
    assert (april.actual, april.missing) == (30, ())


def test_a_week_over_the_end_of_a_month_is_unknown_until_it_is_reported(judge: Judge) -> None:
    rows = ["2026-02-27,visits,30", *VISITS_ROWS]
    tally = judge(VISITS, rows, as_of="2026-03-31").tally
    assert (tally.final, tally.missing) == (Range(120, math.inf), (date(2026, 3, 30),))


def test_a_week_over_the_start_of_a_month_counts_where_it_is_dated(judge: Judge) -> None:
    rows = ["2026-03-01,visits,30", *VISITS_ROWS, "2026-03-31,visits,30"]
    assert judge(VISITS, rows, as_of="2026-03-31").tally.final == Range(180, 180)


def test_a_week_that_nobody_reported_is_missing_from_both_its_months(judge: Judge) -> None:
    rows = ["2026-02-27,visits,30", *VISITS_ROWS, *(f"2026-04-{day},visits,30" for day in (10, 17, 24))]
    march = judge(VISITS, rows, as_of="2026-04-29", period="2026-03").tally
    april = judge(VISITS, rows, as_of="2026-04-29").tally
    assert (march.missing, april.missing) == ((date(2026, 3, 30),), (date(2026, 3, 30),))


def test_a_missing_week_adds_its_minimum_only_to_the_month_it_lies_in(judge: Judge) -> None:
    rows = [f"2026-03-{day:02},visitors,30" for day in (1, 6, 13, 20)]
    measure = "total: visitors, at_least: 100, every: month"
    tally = judge(measure, rows, as_of="2026-04-06", period="2026-03").tally
    assert (tally.now.low, tally.missing) == (130, (date(2026, 3, 23), date(2026, 3, 30)))


def test_a_week_that_began_before_the_agreement_is_not_missing(judge: Judge) -> None:
    rows = [*VISITS_ROWS, "2026-03-31,visits,30"]
    assert judge(VISITS, rows, as_of="2026-03-31", in_force="effective: 2026-03-01").tally.missing == ()


def test_an_open_week_is_not_missing(judge: Judge) -> None:
    rows = ["2026-02-27,visits,30", "2026-03-06,visits,30"]
    assert judge(VISITS, rows, as_of="2026-03-15").tally.missing == ()
    assert judge(VISITS, rows, as_of="2026-03-16").tally.missing == (date(2026, 3, 9),)


def test_weeks_from_sunday_are_expected_from_sunday(judge: Judge) -> None:
    calendar = "{timezone: UTC, week_starts: sunday}"
    rows = ["2026-03-01,visits,30", "2026-03-14,visits,30", "2026-03-22,visits,30", "2026-03-28,visits,30"]
    tally = judge(VISITS, rows, as_of="2026-03-30", calendar=calendar).tally
    assert tally.missing == (date(2026, 3, 15),)


def test_a_monthly_report_completes_each_week_of_its_month(judge: Judge) -> None:
    measure = "total: fairs, at_least: 1, every: week"
    rows = ["2026-01-30,fairs,1", "2026-02-27,fairs,1"]
    assert judge(measure, rows[:1], as_of="2026-02-08").tally.missing == (date(2026, 2, 1),)
    assert judge(measure, rows, as_of="2026-02-27", period="2026-W06").tally.missing == ()


# Shares


def test_a_share_is_good_over_all(judge: Judge) -> None:
    rows = ["2026-03-01,due,4", "2026-03-02,due,6", "2026-03-01,in_time,4", "2026-03-02,in_time,5"]
    tally = judge(SHARE_OF_LEADS, rows, as_of="2026-03-02").tally
    assert (tally.actual, tally.good, tally.events) == (Fraction(9, 10), 9, 10)


def test_nothing_of_nothing_is_no_share(judge: Judge) -> None:
    rows = ["2026-03-01,due,0", "2026-03-01,in_time,0"]
    assert judge(SHARE_OF_LEADS, rows, as_of="2026-03-02").tally.actual is None


def test_a_day_with_only_all_events_leaves_the_share_to_the_others(judge: Judge) -> None:
    rows = ["2026-03-01,due,10", "2026-03-01,in_time,9", "2026-03-02,due,10"]
    tally = judge(SHARE_OF_LEADS, rows, as_of="2026-03-04").tally
    assert (tally.actual, tally.now) == (Fraction(9, 10), Range(Fraction(1, 10**12), 1 - Fraction(1, 10**12)))


def test_events_whose_good_ones_are_unknown_may_all_be_good_or_none(judge: Judge) -> None:
    rows = daily("due", "2026-03-02", [10] * 7) + daily("in_time", "2026-03-02", [9] * 6)
    tally = judge("share: in_time, of: due, at_least: 95%, every: week", rows, as_of="2026-03-08").tally
    assert (tally.final, tally.missing) == (Range(Fraction(54, 70), Fraction(64, 70)), (date(2026, 3, 8),))


def test_good_events_without_all_events_can_only_lower_a_share_without_bound(judge: Judge) -> None:
    rows = daily("due", "2026-03-02", [10] * 6) + daily("in_time", "2026-03-02", [9] * 7)
    tally = judge("share: in_time, of: due, at_least: 95%, every: week", rows, as_of="2026-03-08").tally
    assert tally.final == Range(Fraction(1, 10**12), Fraction(63, 69))
    assert tally.actual == Fraction(9, 10)


def test_a_missing_day_has_no_more_events_than_the_maximum(judge: Judge) -> None:
    rows = daily("due_at_most_ten", "2026-03-02", [10] * 6) + daily("in_time", "2026-03-02", [9] * 6)
    measure = "share: in_time, of: due_at_most_ten, at_least: 50%, every: week"
    assert judge(measure, rows, as_of="2026-03-08").tally.final == Range(Fraction(54, 70), Fraction(64, 70))


def test_the_newest_day_has_no_grace_where_only_one_half_of_a_share_came(judge: Judge) -> None:
    rows = ["2026-03-01,due,10", "2026-03-01,in_time,10", "2026-03-02,due,10"]
    tally = judge(SHARE_OF_LEADS, rows, as_of="2026-03-02").tally
    assert (tally.actual, tally.now, tally.missing) == (1, Range(Fraction(1, 2), 1), (date(2026, 3, 2),))


def test_half_of_a_weekly_share_is_missing_at_once(judge: Judge) -> None:
    rows = ["2026-03-02,due_weekly,10", "2026-03-02,in_time_weekly,9", "2026-03-09,due_weekly,10"]
    measure = "share: in_time_weekly, of: due_weekly, at_least: 50%, every: month"
    tally = judge(
        measure, ["2026-02-26,due_weekly,1", "2026-02-26,in_time_weekly,1", *rows], as_of="2026-03-10"
    ).tally
    assert (tally.actual, tally.missing) == (Fraction(9, 10), (date(2026, 3, 9),))


def test_the_events_of_a_share_may_have_segments(judge: Judge) -> None:
    rows = [
        "2026-03-02,leads_by_source,4,Events",
        "2026-03-02,leads_by_source,6,Social",
        "2026-03-02,in_time,9",
    ]
    measure = "share: in_time, of: leads_by_source, at_least: 95%, every: week"
    assert judge(measure, rows, as_of="2026-03-02").tally.actual == Fraction(9, 10)


def test_a_share_is_unknown_on_a_day_that_lacks_a_segment(judge: Judge) -> None:
    rows = [
        f"2026-03-0{day},leads_by_source,5,{name}" for day in range(2, 9) for name in ("Events", "Social")
    ]
    measure = "share: in_time, of: leads_by_source, at_least: 95%, every: week"
    tally = judge(measure, rows[:-1] + daily("in_time", "2026-03-02", [9] * 7), as_of="2026-03-08").tally
    assert (tally.actual, tally.final.high) == (Fraction(9, 10), Fraction(63, 69))


def test_known_misses_remain_on_a_day_that_lacks_a_segment(judge: Judge) -> None:
    rows = [
        f"2026-03-0{day},leads_by_source,5,{name}" for day in range(2, 9) for name in ("Events", "Social")
    ]
    measure = "share: in_time, of: leads_by_source, at_least: 95%, every: week"
    tally = judge(
        measure, rows[:-1] + daily("in_time", "2026-03-02", [9] * 6 + [2]), as_of="2026-03-08"
    ).tally
    assert tally.final.high == Fraction(56, 65)


def test_good_events_that_nobody_expects_are_none_when_they_are_not_there(judge: Judge) -> None:
    measure = "share: good_pitches, of: pitches, at_least: 60%, every: week"
    tally = judge(measure, ["2026-03-02,pitches,4"], as_of="2026-03-08").tally
    assert (tally.actual, tally.final) == (0, Range(0, 0))


def test_one_miss_keeps_an_open_share_below_all_for_good(judge: Judge) -> None:
    rows = ["2026-03-01,due,10", "2026-03-01,in_time,9"]
    assert judge(SHARE_OF_LEADS, rows, as_of="2026-03-01").tally.final.high < 1


def test_a_share_of_what_may_be_negative_may_become_anything(judge: Judge) -> None:
    measure = "share: in_time, of: refunds, at_least: 60%, every: week"
    rows = ["2026-03-02,refunds,10", "2026-03-02,in_time,9"]
    assert judge(measure, rows, as_of="2026-03-02").tally.final == Range(-math.inf, math.inf)
    assert judge(measure, rows, as_of="2026-03-08").tally.final == Range(-math.inf, math.inf)


# Levels

HOURS = daily("hours", "2026-03-02", [4, 8, 1, 3])


@pytest.mark.parametrize(("take", "level"), [("last", 3), ("mean", 4), ("max", 8), ("min", 1)])
def test_a_level_is_taken_as_agreed(judge: Judge, take: str, level: int) -> None:
    measure = f"level: hours, take: {take}, at_most: 4, every: week"
    assert judge(measure, HOURS, as_of="2026-03-05").tally.actual == level


@pytest.mark.parametrize(
    ("take", "final"),
    [
        ("last", Range(-100, 100)),
        ("mean", Range(Fraction(40 - 300, 7), Fraction(40 + 300, 7))),
        ("max", Range(40, 100)),
        ("min", Range(-100, -10)),
    ],
)
def test_days_to_come_bound_a_level(judge: Judge, take: str, final: Range) -> None:
    rows = daily("nps", "2026-03-02", [40, -10, 0, 10])
    measure = f"level: nps, take: {take}, at_least: 0, every: week"
    assert judge(measure, rows, as_of="2026-03-05").tally.final == final


@pytest.mark.parametrize(
    ("take", "final"),
    [
        ("last", Range(10, 10)),
        ("mean", Range(Fraction(40 - 100, 7), Fraction(40 + 100, 7))),
        ("max", Range(40, 100)),
        ("min", Range(-100, -10)),
    ],
)
def test_a_missing_day_bounds_a_level(judge: Judge, take: str, final: Range) -> None:
    rows = daily("nps", "2026-03-02", [40, 0, 0]) + daily("nps", "2026-03-06", [0, -10, 10])
    measure = f"level: nps, take: {take}, at_least: 0, every: week"
    assert judge(measure, rows, as_of="2026-03-08").tally.final == final


def test_the_last_level_is_unknown_when_the_last_day_is_missing(judge: Judge) -> None:
    rows = daily("nps", "2026-03-02", [40, 0, 0, 0, 0, 0])
    measure = "level: nps, at_least: 0, every: week"
    assert judge(measure, rows, as_of="2026-03-08").tally.final == Range(-100, 100)


# Deliveries


def test_things_beyond_the_agreed_number_do_not_make_up_for_others(judge: Judge) -> None:
    things = [f"post-{n},blog-post,2026-03-0{n}" for n in range(1, 6)]
    tally = judge(
        "deliver: {blog-post: 4, case-study: 1}, every: month", (), things, as_of="2026-03-31"
    ).tally
    assert (tally.actual, tally.final) == (4, Range(4, 4))
    assert tally.kinds == {"blog-post": (5, 4), "case-study": (0, 1)}


def test_planned_things_are_not_delivered_yet(judge: Judge) -> None:
    things = ["a,blog-post,2026-03-02", "b,blog-post,2026-03-20"]
    tally = judge("deliver: {blog-post: 2}, every: month", (), things, as_of="2026-03-10").tally
    assert (tally.actual, tally.final) == (1, Range(1, 2))


def test_things_of_the_next_month_do_not_count(judge: Judge) -> None:
    things = ["a,blog-post,2026-02-28", "b,blog-post,2026-04-01"]
    assert judge("deliver: {blog-post: 2}, every: month", (), things, as_of="2026-03-31").tally.actual == 0


# Answers, and what comes before an event

ANSWER = "answer: report, with: feedback, within: 1 week, every: month"
BEFORE = "before: launch, deliver: training, ahead: 7 days, every: month"


def outcomes(judgement: Judgement) -> list[tuple[str, str, str]]:
    return [(row.event.id, f"{row.due_on}", row.outcome.value) for row in judgement.tally.promised]


def test_an_answer_counts_in_the_month_it_falls_due(judge: Judge) -> None:
    things = ["r1,report,2026-02-24", "r2,report,2026-03-24", "r3,report,2026-03-25"]
    march = judge(ANSWER, (), things, as_of="2026-03-31")
    assert outcomes(march) == [("r1", "2026-03-03", "broken"), ("r2", "2026-03-31", "pending")]


def test_only_the_answer_to_an_event_keeps_its_promise(judge: Judge) -> None:
    things = [
        "r1,report,2026-03-02",
        "r2,report,2026-03-09",
        "f,feedback,2026-03-09,r1",
        "x,note,2026-03-10,r2",
    ]
    more = "  - id: other\n    party: sales\n    measure: {deliver: {note: 1}, every: month}\n"
    march = judge(ANSWER, (), things, as_of="2026-03-20", more=more)
    assert outcomes(march) == [("r1", "2026-03-09", "kept"), ("r2", "2026-03-16", "broken")]


def test_the_first_answer_counts(judge: Judge) -> None:
    things = ["r,report,2026-03-02", "f1,feedback,2026-03-20,r", "f2,feedback,2026-03-05,r"]
    promised = judge(ANSWER, (), things, as_of="2026-03-20").tally.promised
    assert (promised[0].answer.id, promised[0].outcome) == ("f2", Outcome.KEPT)


def test_an_answer_due_today_may_still_come(judge: Judge) -> None:
    things = ["r1,report,2026-03-02", "f1,feedback,2026-03-05,r1", "r2,report,2026-03-24"]
    tally = judge(ANSWER, (), things, as_of="2026-03-31").tally
    assert (tally.final, tally.missing) == (Range(Fraction(1, 2), 1), (date(2026, 3, 31),))


def test_training_counts_when_it_is_due_and_not_when_the_launch_is(judge: Judge) -> None:
    things = ["l,launch,2026-04-03", "t,training,2026-03-27,l"]
    assert outcomes(judge(BEFORE, (), things, as_of="2026-03-31")) == [("l", "2026-03-27", "kept")]


def test_training_a_day_late_is_no_training_ahead(judge: Judge) -> None:
    things = ["l,launch,2026-03-20", "t,training,2026-03-14,l"]
    assert outcomes(judge(BEFORE, (), things, as_of="2026-03-31")) == [("l", "2026-03-13", "broken")]


# Properties


@given(values=VALUES, shuffle=st.randoms())
def test_row_order_does_not_matter(judge: Judge, values: list[int], shuffle: object) -> None:
    rows = daily("due", "2026-03-02", values) + daily(
        "in_time", "2026-03-02", [value // 2 for value in values]
    )
    mixed = list(rows)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined] # hypothesis does not name the type
    measure = "share: in_time, of: due, at_least: 95%, every: week"
    assert judge(measure, mixed, as_of="2026-03-15").tally == judge(measure, rows, as_of="2026-03-15").tally


@given(values=VALUES)
def test_adjoining_weeks_add_up_to_their_days(judge: Judge, values: list[int]) -> None:
    rows = daily("mqls", "2026-03-02", values)
    first, second = (
        judge(WEEK_OF_LEADS, rows, as_of=day).tally.actual for day in ("2026-03-08", "2026-03-15")
    )
    assert first + second == sum(values)


@given(values=VALUES)
def test_the_events_of_adjoining_weeks_add_up_too(judge: Judge, values: list[int]) -> None:
    rows = daily("due", "2026-03-02", values) + daily("in_time", "2026-03-02", [0] * 14)
    measure = "share: in_time, of: due, at_least: 95%, every: week"
    first, second = (judge(measure, rows, as_of=day).tally.events for day in ("2026-03-08", "2026-03-15"))
    assert first + second == sum(values)


@given(values=st.lists(st.integers(0, 50), min_size=31, max_size=31), until=st.integers(1, 30))
def test_the_days_up_to_a_delivery_date_and_after_it_add_up_to_the_month(
    judge: Judge, values: list[int], until: int
) -> None:
    rows = daily("mqls", "2026-03-01", values)
    early = judge(
        f"total: mqls, at_least: 5, every: month, by: {until}", rows, as_of="2026-03-31"
    ).tally.actual
    assert early == sum(values[:until])


@given(values=VALUES, late=st.sets(st.integers(0, 13)), as_of=st.integers(0, 13))
def test_what_may_be_now_lies_within_what_may_be_in_the_end(
    judge: Judge, values: list[int], late: set[int], as_of: int
) -> None:
    rows = daily("due", "2026-03-02", values) + daily(
        "in_time", "2026-03-02", [value // 2 for value in values]
    )
    seen = [row for n, row in enumerate(rows) if n not in late and n % 14 <= as_of]
    measure = "share: in_time, of: due, at_least: 95%, every: week"
    tally = judge(measure, seen, as_of=f"{date(2026, 3, 2) + timedelta(days=as_of)}").tally
    assert tally.now.low <= tally.now.high
    assert tally.final.low <= tally.now.low
    assert tally.now.high <= tally.final.high
