from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.agreement.terms import CalendarTerms
from living_sla.judge.commitments import work_calendar
from living_sla.judge.verdicts import Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.judge.commitments import Judgement

    Judge = Callable[..., Judgement]
    JudgeAll = Callable[..., dict[str, tuple[Judgement, ...]]]

MET, MISSED, ON_TRACK, AT_RISK = Verdict.MET, Verdict.MISSED, Verdict.ON_TRACK, Verdict.AT_RISK
UNVERIFIED, NO_DATA, NOT_TRIGGERED = Verdict.UNVERIFIED, Verdict.NO_DATA, Verdict.NOT_TRIGGERED
WEEK_OF_LEADS = "total: mqls, at_least: 70, every: week"


def daily(metric: str, first: str, values: list[int]) -> list[str]:
    start = date.fromisoformat(first)
    return [f"{start + timedelta(days=n)},{metric},{value}" for n, value in enumerate(values)]


def commitments(**measures: str) -> str:
    """The text of commitments, by their ids; what follows a bar is the commitment it depends on."""
    lines = ["commitments:"]
    for name, text in measures.items():
        measure, _, once = text.partition(" | ")
        lines += [f"  - id: {name}", "    party: sales", f"    measure: {{{measure}}}"]
        lines += [f"    once: {once}"] if once else []
    return "\n".join(lines) + "\n"


# Which periods are judged


@pytest.mark.parametrize(
    ("in_force", "as_of", "months"),
    [
        ("effective: 2026-01-01", "2026-03-01", ["2026-01", "2026-02", "2026-03"]),
        ("effective: 2026-01-02", "2026-03-01", ["2026-02", "2026-03"]),
        ("effective: 2026-03-02", "2026-03-31", []),
        ("effective: 2026-03-01", "2026-02-28", []),
        ("effective: 2026-01-01\nexpires: 2026-02-01", "2026-03-31", ["2026-01", "2026-02"]),
        ("effective: 2026-01-01\nexpires: 2026-01-31", "2026-03-31", ["2026-01"]),
        ("effective: 2026-01-01\nexpires: 2026-02-15", "2026-03-31", ["2026-01", "2026-02"]),
    ],
)
def test_months_that_begin_while_the_agreement_is_in_force_are_judged(
    judge_all: JudgeAll, in_force: str, as_of: str, months: list[str]
) -> None:
    text = commitments(leads="total: mqls, at_least: 70, every: month")
    judged = judge_all(text, as_of=as_of, in_force=in_force)["leads"]
    assert [judgement.period.id for judgement in judged] == months


def test_every_commitment_is_judged_in_its_own_periods(judge_all: JudgeAll) -> None:
    text = commitments(
        leads="total: mqls, at_least: 70, every: quarter", calls="total: calls, at_least: 70, every: year"
    )
    judged = judge_all(text, as_of="2026-04-01")
    assert {name: [j.period.id for j in found] for name, found in judged.items()} == {
        "leads": ["2026-Q1", "2026-Q2"],
        "calls": ["2026"],
    }


# Targets


def test_a_table_gives_each_period_its_target(judge_all: JudgeAll) -> None:
    text = commitments(leads="total: calls, at_least: {2026-01: 5, 2026-03: 6}, every: month")
    rows = [f"2026-0{month}-10,calls,5" for month in (1, 2, 3)]
    judged = judge_all(text, rows, as_of="2026-03-31")["leads"]
    assert [(j.verdict, j.reason, j.goal and j.goal.value) for j in judged] == [
        (MET, Reason.PLAIN, 5),
        (NOT_TRIGGERED, Reason.NO_TARGET, None),
        (MISSED, Reason.PLAIN, 6),
    ]


def test_a_table_may_name_fiscal_quarters(judge: Judge) -> None:
    measure = "total: calls, at_least: {2026-Q3: 5}, every: quarter"
    calendar = "{timezone: UTC, fiscal_year_starts: july}"
    judged = judge(measure, ["2026-02-10,calls,5"], as_of="2026-03-31", calendar=calendar)
    assert (judged.period.id, judged.verdict) == ("2026-Q3", MET)


def test_the_goal_of_deliveries_is_all_of_them(judge: Judge) -> None:
    assert judge("deliver: {post: 4, case-study: 1}, every: month", as_of="2026-03-31").goal.value == 5


# Pace


def test_a_pace_in_calendar_days_counts_them_all(judge: Judge) -> None:
    judged = judge("total: mqls, at_least: 310, every: month", ["2026-03-01,mqls,1"], as_of="2026-03-10")
    assert (judged.days_counted, judged.days_passed, judged.days_left) == (31, 10, 21)
    assert judged.pace.expected == 100


def test_a_pace_in_working_days_leaves_out_weekends_and_closed_days(judge: Judge) -> None:
    judged = judge(
        "total: mqls, at_least: 210, every: month",
        ["2026-03-01,mqls,1"],
        as_of="2026-03-08",
        calendar="{timezone: UTC, closed_on: [2026-03-04]}",
        more="    pace: working-days\n",
    )
    assert (judged.days_counted, judged.days_passed) == (21, 4)
    assert judged.pace.expected == 40


def test_a_week_without_working_days_asks_for_nothing_before_its_end(judge: Judge) -> None:
    closed = ", ".join(f"2026-03-0{day}" for day in range(2, 7))
    terms = {"calendar": f"{{timezone: UTC, closed_on: [{closed}]}}", "more": "    pace: working-days\n"}
    rows = ["2026-03-02,mqls,0"]
    assert judge(WEEK_OF_LEADS, rows, as_of="2026-03-02", **terms).pace.expected == 0
    assert judge(WEEK_OF_LEADS, rows, as_of="2026-03-08", **terms).pace.expected == 70


def test_a_delivery_date_makes_the_pace_faster(judge: Judge) -> None:
    measure = "total: mqls, at_least: 200, every: month, by: 20th"
    judged = judge(measure, ["2026-03-01,mqls,1"], as_of="2026-03-10")
    assert (judged.pace.expected, judged.days_left) == (100, 10)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2026-04-07", 0), ("2026-04-08", 1), ("2026-04-15", 3), ("2026-04-23", 4), ("2026-04-24", 7)],
)
def test_deliveries_are_expected_whole_and_all_in_the_last_fifth(
    judge: Judge, as_of: str, expected: int
) -> None:
    measure = "deliver: {post: 4, white-paper: 2, case-study: 1}, every: month"
    assert judge(measure, as_of=as_of).pace.expected == expected


def test_a_share_and_a_level_are_expected_all_the_time(judge: Judge) -> None:
    share = judge("share: in_time, of: due, at_least: 95%, every: month", as_of="2026-03-02")
    level = judge("level: hours, at_most: 4, every: month", as_of="2026-03-02")
    assert (share.pace.expected, level.pace.expected) == (Fraction(19, 20), 4)


def test_the_agreement_says_where_the_warning_begins(judge: Judge) -> None:
    rows = daily("mqls", "2026-03-02", [9])
    assert judge(WEEK_OF_LEADS, rows, as_of="2026-03-02").verdict is ON_TRACK
    assert judge(WEEK_OF_LEADS, rows, as_of="2026-03-02", more="    warn_below: 95%\n").verdict is AT_RISK


def test_only_an_open_total_is_far_ahead(judge: Judge) -> None:
    rows = daily("mqls", "2026-03-02", [13] * 7)
    assert judge(WEEK_OF_LEADS, rows, as_of="2026-03-04").is_far_ahead
    assert not judge(WEEK_OF_LEADS, rows, as_of="2026-03-08").is_far_ahead
    assert not judge("level: mqls, at_least: 5, every: week", rows, as_of="2026-03-04").is_far_ahead


def test_what_has_no_target_is_not_far_ahead(judge: Judge) -> None:
    measure = "total: mqls, at_least: {2026-W01: 5}, every: week"
    assert not judge(measure, daily("mqls", "2026-03-02", [13]), as_of="2026-03-02").is_far_ahead


# Required rate


@given(values=st.lists(st.integers(0, 40), min_size=1, max_size=30), target=st.integers(1, 2000))
def test_the_required_rate_leads_exactly_to_the_target(judge: Judge, values: list[int], target: int) -> None:
    rows = daily("mqls", "2026-03-01", values)
    as_of = f"2026-03-{len(values):02}"
    judged = judge(f"total: mqls, at_least: {target}, every: month", rows, as_of=as_of)
    left = target - sum(values)
    assert (judged.required_rate or 0) * judged.days_left == max(0, left)


@pytest.mark.parametrize(
    ("measure", "as_of"),
    [
        ("total: mqls, at_least: 7, every: week", "2026-03-02"),
        ("total: mqls, at_least: 70, every: week", "2026-03-08"),
        ("total: mqls, at_most: 70, every: week", "2026-03-02"),
        ("level: mqls, at_least: 70, every: week", "2026-03-02"),
    ],
)
def test_no_rate_is_required_where_none_would_mean_anything(judge: Judge, measure: str, as_of: str) -> None:
    assert judge(measure, daily("mqls", "2026-03-02", [7]), as_of=as_of).required_rate is None


def test_all_is_required_where_nothing_was_measured_yet(judge: Judge) -> None:
    assert judge("total: mqls, at_least: 60, every: week", as_of="2026-03-02").required_rate == 10


def test_no_rate_is_required_on_a_weekend_by_working_days(judge: Judge) -> None:
    rows = daily("mqls", "2026-03-02", [7] * 6)
    judged = judge(WEEK_OF_LEADS, rows, as_of="2026-03-07", more="    pace: working-days\n")
    assert (judged.days_left, judged.required_rate) == (0, None)


# Burning

MONTH_OF_SHARES = "share: in_time, of: due, at_least: 90%, every: month"
# April has 30 days: the stretches are 2, 5 and 10 days, and burn from 3.75, 3 and 2.25 times on.


@pytest.mark.parametrize(
    ("good", "is_burning"),
    [
        ([100] * 20 + [62, 62], True),
        ([100] * 20 + [63, 62], False),
        ([100] * 20 + [69] * 5, True),
        ([100] * 20 + [70] * 5, False),
        ([100] * 10 + [77] * 10, True),
        ([100] * 10 + [78] * 10, False),
        ([100] * 20 + [0, 100], False),
        ([100] * 10 + [60] * 8 + [78, 78], False),
    ],
)
def test_misses_burn_when_they_use_up_the_allowance_in_a_long_and_a_short_stretch(
    judge: Judge,
    good: list[int],
    is_burning: bool,  # noqa: FBT001 an expected value
) -> None:
    rows = daily("in_time", "2026-04-01", good) + daily("due", "2026-04-01", [100] * len(good))
    assert judge(MONTH_OF_SHARES, rows, as_of=f"2026-04-{len(good)}").pace.burning is is_burning


def test_what_must_not_exceed_a_share_burns_by_its_good_events(judge: Judge) -> None:
    rows = daily("in_time", "2026-04-01", [0] * 20 + [40, 40]) + daily("due", "2026-04-01", [100] * 22)
    measure = "share: in_time, of: due, at_most: 10%, every: month"
    assert judge(measure, rows, as_of="2026-04-22").pace.burning


def test_too_few_events_do_not_burn(judge: Judge) -> None:
    rows = daily("in_time", "2026-04-01", [0]) + daily("due", "2026-04-01", [9])
    assert not judge(MONTH_OF_SHARES, rows, as_of="2026-04-01").pace.burning


def test_a_late_number_that_could_be_misses_leaves_the_verdict_open(judge: Judge) -> None:
    rows = daily("in_time", "2026-04-01", [100] * 10) + daily("due", "2026-04-01", [100] * 12)
    judged = judge(MONTH_OF_SHARES, rows, as_of="2026-04-12")
    assert (judged.pace.burning, judged.verdict) == (None, UNVERIFIED)


def without(rows: list[str], *gone: str) -> list[str]:
    return [row for row in rows if not row.startswith(gone)]


@pytest.mark.parametrize(("on_the_19th", "burns", "verdict"), [(20, False, ON_TRACK), (12, True, AT_RISK)])
def test_the_row_of_one_day_can_decide_whether_misses_burn(
    judge: Judge,
    on_the_19th: int,
    burns: bool,  # noqa: FBT001 an expected value
    verdict: Verdict,
) -> None:
    rows = daily("in_time", "2026-04-01", [20] * 18 + [on_the_19th, 12])
    judged = judge(MONTH_OF_SHARES, rows + daily("due", "2026-04-01", [20] * 20), as_of="2026-04-20")
    assert (judged.pace.burning, judged.verdict) == (burns, verdict)


@pytest.mark.parametrize("gone", ["2026-04-19,in_time", "2026-04-19"])
def test_a_missing_row_that_decides_whether_misses_burn_leaves_the_verdict_open(
    judge: Judge, gone: str
) -> None:
    rows = daily("in_time", "2026-04-01", [20] * 19 + [12]) + daily("due", "2026-04-01", [20] * 20)
    judged = judge(MONTH_OF_SHARES, without(rows, gone), as_of="2026-04-20")
    assert (judged.pace.burning, judged.verdict) == (None, UNVERIFIED)


def test_misses_burn_whatever_a_missing_row_of_another_week_holds(judge: Judge) -> None:
    rows = daily("in_time", "2026-04-01", [100] * 20 + [62, 62]) + daily("due", "2026-04-01", [100] * 22)
    judged = judge(MONTH_OF_SHARES, without(rows, "2026-04-05"), as_of="2026-04-22")
    assert (judged.pace.burning, judged.verdict) == (True, AT_RISK)


def test_nothing_burns_once_the_month_is_over(judge: Judge) -> None:
    rows = daily("in_time", "2026-04-01", [0] * 30) + daily("due", "2026-04-01", [100] * 30)
    assert not judge(MONTH_OF_SHARES, rows, as_of="2026-04-30").pace.burning


# Conditions

JANUARY_AND_FEBRUARY = ["2026-01-10,calls,5", "2026-02-10,calls,5"]
SALES = "total: pitches, at_least: 1, every: {} | marketing"
PITCHES = ["2026-01-20,pitches,1", "2026-02-20,pitches,1", "2026-03-20,pitches,1"]


@pytest.mark.parametrize(
    ("calls", "as_of", "verdict", "reason"),
    [
        ("5", "2026-03-31", MET, Reason.PLAIN),
        ("4", "2026-03-31", NOT_TRIGGERED, Reason.CONDITION_MISSED),
        ("5", "2026-03-15", MET, Reason.REACHED_EARLY),
        ("4", "2026-03-15", NOT_TRIGGERED, Reason.CONDITION_OPEN),
    ],
)
def test_sales_is_bound_once_marketing_has_delivered(
    judge_all: JudgeAll, calls: str, as_of: str, verdict: Verdict, reason: Reason
) -> None:
    text = commitments(
        sales="total: pitches, at_least: 0, every: month | marketing",
        marketing="total: calls, at_least: 5, every: month",
    )
    judged = judge_all(text, [f"2026-03-10,calls,{calls}", "2026-03-11,pitches,1"], as_of=as_of)["sales"][-1]
    assert (judged.verdict, judged.reason) == (verdict, reason)


def test_it_is_not_known_whether_sales_was_bound_while_a_number_is_missing(judge_all: JudgeAll) -> None:
    text = commitments(
        sales="total: pitches, at_least: 1, every: week | marketing",
        marketing="total: mqls, at_least: 70, every: week",
    )
    rows = [*daily("mqls", "2026-03-02", [10] * 6), "2026-03-04,pitches,1"]
    judged = judge_all(text, rows, as_of="2026-03-08")["sales"][-1]
    assert (judged.verdict, judged.reason) == (UNVERIFIED, Reason.CONDITION_UNVERIFIED)


def test_a_condition_without_data_is_open_until_its_period_is_over(judge_all: JudgeAll) -> None:
    text = commitments(sales=SALES.format("month"), marketing="total: calls, at_least: 5, every: month")
    judged = judge_all(text, PITCHES, as_of="2026-02-15")["sales"]
    assert [judgement.reason for judgement in judged] == [Reason.CONDITION_MISSED, Reason.CONDITION_OPEN]


@pytest.mark.parametrize(
    ("rows", "as_of", "verdict", "reason"),
    [
        ([*JANUARY_AND_FEBRUARY, "2026-03-10,calls,5"], "2026-03-31", MET, Reason.PLAIN),
        ([*JANUARY_AND_FEBRUARY, "2026-03-10,calls,4"], "2026-03-31", NOT_TRIGGERED, Reason.CONDITION_MISSED),
        (JANUARY_AND_FEBRUARY, "2026-02-28", NOT_TRIGGERED, Reason.CONDITION_OPEN),
        (JANUARY_AND_FEBRUARY[:1], "2026-01-31", NOT_TRIGGERED, Reason.CONDITION_OPEN),
        (JANUARY_AND_FEBRUARY[1:], "2026-02-28", NOT_TRIGGERED, Reason.CONDITION_MISSED),
    ],
)
def test_a_quarter_waits_for_all_its_months_those_to_come_too(
    judge_all: JudgeAll, rows: list[str], as_of: str, verdict: Verdict, reason: Reason
) -> None:
    text = commitments(sales=SALES.format("quarter"), marketing="total: calls, at_least: 5, every: month")
    judged = judge_all(text, [*rows, *PITCHES], as_of=as_of)["sales"][-1]
    assert (judged.verdict, judged.reason) == (verdict, reason)


def test_a_month_waits_for_the_quarter_it_lies_in(judge_all: JudgeAll) -> None:
    text = commitments(sales=SALES.format("month"), marketing="total: calls, at_least: 5, every: quarter")
    lost = judge_all(text, PITCHES, as_of="2026-03-31")["sales"]
    kept = judge_all(text, [*PITCHES, "2026-03-31,calls,5"], as_of="2026-03-31")["sales"]
    open_ = judge_all(text, PITCHES, as_of="2026-03-30")["sales"]
    assert [j.reason for j in lost] == [Reason.CONDITION_MISSED] * 3
    assert [j.verdict for j in kept] == [MET, MET, MET]
    assert [j.reason for j in open_] == [Reason.CONDITION_OPEN] * 3


def test_a_month_waits_for_the_week_that_holds_its_first_day(judge_all: JudgeAll) -> None:
    text = commitments(sales=SALES.format("month"), marketing="total: calls, at_least: 5, every: week")
    weeks = [f"2026-03-{day:02},calls,5" for day in (2, 9, 16, 23, 30)]
    sales = [
        judge_all(text, [*rows, *PITCHES], as_of="2026-04-05")["sales"][2].verdict
        for rows in (["2026-02-23,calls,5", *weeks], ["2026-02-22,calls,5", *weeks])
    ]
    assert sales == [MET, NOT_TRIGGERED]


def test_periods_before_the_agreement_are_no_condition(judge_all: JudgeAll) -> None:
    text = commitments(sales=SALES.format("month"), marketing="total: calls, at_least: 5, every: week")
    weeks = [f"2026-03-{day:02},calls,5" for day in (2, 9, 16, 23, 30)]
    sales = judge_all(text, [*weeks, *PITCHES], as_of="2026-04-05", in_force="effective: 2026-03-01")["sales"]
    assert sales[0].verdict is MET


def test_a_condition_that_is_never_judged_binds_nobody(judge_all: JudgeAll) -> None:
    text = commitments(sales=SALES.format("month"), marketing="total: calls, at_least: 5, every: year")
    sales = judge_all(text, PITCHES, as_of="2026-03-31", in_force="effective: 2026-02-01")["sales"]
    assert [(j.verdict, j.reason) for j in sales] == [(NOT_TRIGGERED, Reason.CONDITION_OPEN)] * 2


@pytest.mark.parametrize(
    ("calls", "as_of", "reasons"),
    [
        ("5", "2026-01-31", [Reason.PLAIN, Reason.PLAIN, Reason.PLAIN]),
        ("4", "2026-01-31", [Reason.PLAIN, Reason.CONDITION_MISSED, Reason.CONDITION_MISSED]),
        ("4", "2026-01-30", [Reason.BEHIND_PACE, Reason.CONDITION_OPEN, Reason.CONDITION_OPEN]),
    ],
)
def test_conditions_form_chains(judge_all: JudgeAll, calls: str, as_of: str, reasons: list[Reason]) -> None:
    text = commitments(
        third="total: good_pitches, at_least: 1, every: month | second",
        second="total: pitches, at_least: 1, every: month | first",
        first="total: calls, at_least: 5, every: month",
    )
    rows = [f"2026-01-10,calls,{calls}", *PITCHES, "2026-01-20,good_pitches,1"]
    judged = judge_all(text, rows, as_of=as_of)
    found = [judged[name][0].reason for name in ("first", "second", "third")]
    assert found == reasons


def test_a_condition_without_a_target_binds_nobody(judge_all: JudgeAll) -> None:
    text = commitments(
        sales=SALES.format("month"), marketing="total: calls, at_least: {2026-02: 5}, every: month"
    )
    january = judge_all(text, PITCHES, as_of="2026-01-31")["sales"][0]
    assert (january.verdict, january.reason) == (NOT_TRIGGERED, Reason.CONDITION_MISSED)


# The calendar of the terms


def test_working_hours_become_a_calendar() -> None:
    terms = CalendarTerms(
        timezone="America/New_York", working_hours={"mon-thu": ("09:00-17:00",), "sat": ("10:00-12:00",)}
    )
    calendar = work_calendar(terms)
    assert calendar.timezone == ZoneInfo("America/New_York")
    assert calendar.hours == (((540, 1020),),) * 4 + ((), ((600, 720),), ())
