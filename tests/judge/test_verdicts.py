from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.judge.ranges import Range
from living_sla.judge.tallies import Tally
from living_sla.judge.verdicts import Goal, Pace, Reason, Verdict, judge_tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.judge.commitments import Judgement

    Judge = Callable[..., Judgement]

MET, MISSED, ON_TRACK, AT_RISK = Verdict.MET, Verdict.MISSED, Verdict.ON_TRACK, Verdict.AT_RISK
UNVERIFIED, NO_DATA, NOT_TRIGGERED = Verdict.UNVERIFIED, Verdict.NO_DATA, Verdict.NOT_TRIGGERED
ORDER = [MISSED, UNVERIFIED, MET]
WARN = Fraction(9, 10)
# What a pace asks for plays no part once a period is over.
NO_PACE = Pace(0, WARN)


def daily(metric: str, first: str, values: list[int]) -> list[str]:
    start = date.fromisoformat(first)
    return [f"{start + timedelta(days=n)},{metric},{value}" for n, value in enumerate(values)]


def shown(judgement: Judgement) -> tuple[Verdict, Reason]:
    return judgement.verdict, judgement.reason


# Totals

AT_LEAST_70 = "total: mqls, at_least: 70, every: week"
AT_MOST_70 = "total: mqls, at_most: 70, every: week"


@pytest.mark.parametrize(
    ("values", "as_of", "verdict", "reason"),
    [
        ([10] * 7, "2026-03-08", MET, Reason.PLAIN),
        ([10] * 6 + [9], "2026-03-08", MISSED, Reason.PLAIN),
        ([10] * 6, "2026-03-08", UNVERIFIED, Reason.ROWS_MISSING),
        ([14] * 5, "2026-03-08", MET, Reason.PLAIN),
        ([10] * 3, "2026-03-04", ON_TRACK, Reason.PLAIN),
        ([9] * 3, "2026-03-04", ON_TRACK, Reason.PLAIN),
        ([9, 9, 8], "2026-03-04", AT_RISK, Reason.BEHIND_PACE),
        ([9], "2026-03-04", UNVERIFIED, Reason.ROWS_MISSING),
        ([30], "2026-03-04", ON_TRACK, Reason.PLAIN),
        ([35, 35], "2026-03-03", MET, Reason.REACHED_EARLY),
        ([], "2026-03-03", NO_DATA, Reason.NOTHING_YET),
        ([], "2026-03-08", NO_DATA, Reason.NOTHING_MEASURED),
    ],
)
def test_a_total_that_must_reach_70(
    judge: Judge, values: list[int], as_of: str, verdict: Verdict, reason: Reason
) -> None:
    assert shown(judge(AT_LEAST_70, daily("mqls", "2026-03-02", values), as_of=as_of)) == (verdict, reason)


@pytest.mark.parametrize(
    ("values", "as_of", "verdict", "reason"),
    [
        ([10] * 7, "2026-03-08", MET, Reason.PLAIN),
        ([10] * 6 + [11], "2026-03-08", MISSED, Reason.PLAIN),
        ([10] * 6, "2026-03-08", UNVERIFIED, Reason.ROWS_MISSING),
        ([71], "2026-03-08", MISSED, Reason.PLAIN),
        ([11] * 3, "2026-03-04", ON_TRACK, Reason.PLAIN),
        ([12] * 3, "2026-03-04", AT_RISK, Reason.BEHIND_PACE),
        ([12], "2026-03-04", UNVERIFIED, Reason.ROWS_MISSING),
        ([40], "2026-03-04", AT_RISK, Reason.BEHIND_PACE),
        ([71], "2026-03-02", MISSED, Reason.OUT_OF_REACH),
        ([], "2026-03-08", NO_DATA, Reason.NOTHING_MEASURED),
    ],
)
def test_a_total_that_must_not_exceed_70(
    judge: Judge, values: list[int], as_of: str, verdict: Verdict, reason: Reason
) -> None:
    assert shown(judge(AT_MOST_70, daily("mqls", "2026-03-02", values), as_of=as_of)) == (verdict, reason)


@pytest.mark.parametrize(
    ("target", "verdict", "reason"),
    [("at_least: 7", MISSED, Reason.OUT_OF_REACH), ("at_most: 6", MET, Reason.REACHED_EARLY)],
)
def test_a_total_of_at_most_one_a_day_is_settled_early(
    judge: Judge, target: str, verdict: Verdict, reason: Reason
) -> None:
    rows = daily("emails", "2026-03-02", [0])
    assert shown(judge(f"total: emails, {target}, every: week", rows, as_of="2026-03-02")) == (
        verdict,
        reason,
    )


def test_a_total_that_may_fall_again_is_not_met_early(judge: Judge) -> None:
    rows = daily("refunds", "2026-03-02", [50, 50])
    assert judge("total: refunds, at_least: 90, every: week", rows, as_of="2026-03-03").verdict is ON_TRACK


# Shares

AT_LEAST_90 = "share: in_time, of: due, at_least: 90%, every: week"


@pytest.mark.parametrize(
    ("good", "as_of", "verdict", "reason"),
    [
        ([9] * 7, "2026-03-08", MET, Reason.PLAIN),
        ([9] * 6 + [8], "2026-03-08", MISSED, Reason.PLAIN),
        ([9] * 6, "2026-03-08", UNVERIFIED, Reason.ROWS_MISSING),
        ([9] * 3, "2026-03-04", ON_TRACK, Reason.PLAIN),
        ([4, 9, 9, 9], "2026-03-05", AT_RISK, Reason.BEHIND_PACE),
        ([9, 9], "2026-03-05", UNVERIFIED, Reason.ROWS_MISSING),
        ([0] * 3, "2026-03-04", AT_RISK, Reason.BURNING),
        ([], "2026-03-04", NO_DATA, Reason.NOTHING_YET),
        ([], "2026-03-08", NO_DATA, Reason.NOTHING_MEASURED),
    ],
)
def test_a_share_that_must_reach_90_percent(
    judge: Judge, good: list[int], as_of: str, verdict: Verdict, reason: Reason
) -> None:
    rows = daily("in_time", "2026-03-02", good) + daily("due", "2026-03-02", [10] * len(good))
    assert shown(judge(AT_LEAST_90, rows, as_of=as_of)) == (verdict, reason)


@pytest.mark.parametrize(
    ("good", "verdict"),
    [([1] * 7, MET), ([1] * 6 + [2], MISSED), ([1, 1, 1], ON_TRACK), ([4, 4, 4], AT_RISK)],
)
def test_a_share_that_must_not_exceed_10_percent(judge: Judge, good: list[int], verdict: Verdict) -> None:
    rows = daily("in_time", "2026-03-02", good) + daily("due", "2026-03-02", [10] * len(good))
    as_of = f"2026-03-{1 + len(good):02}"
    assert judge("share: in_time, of: due, at_most: 10%, every: week", rows, as_of=as_of).verdict is verdict


def test_all_of_all_is_lost_with_the_first_miss(judge: Judge) -> None:
    rows = ["2026-03-02,due,10", "2026-03-02,in_time,9"]
    judged = judge("share: in_time, of: due, at_least: 100%, every: week", rows, as_of="2026-03-02")
    assert shown(judged) == (MISSED, Reason.OUT_OF_REACH)


def test_all_of_all_is_unverified_while_a_day_is_missing(judge: Judge) -> None:
    rows = daily("in_time", "2026-03-02", [9] * 6) + daily("due", "2026-03-02", [9] * 6)
    judged = judge("share: in_time, of: due, at_least: 100%, every: week", rows, as_of="2026-03-08")
    assert shown(judged) == (UNVERIFIED, Reason.ROWS_MISSING)


def test_almost_all_can_be_rescued_after_a_miss(judge: Judge) -> None:
    rows = ["2026-03-02,due,2", "2026-03-02,in_time,1"]
    measure = "share: in_time, of: due, at_least: 99.999999%, every: week"
    assert judge(measure, rows, as_of="2026-03-02").verdict is AT_RISK


def test_none_of_all_is_lost_with_the_first(judge: Judge) -> None:
    rows = ["2026-03-02,due,10", "2026-03-02,in_time,1"]
    judged = judge("share: in_time, of: due, at_most: 0%, every: week", rows, as_of="2026-03-02")
    assert shown(judged) == (MISSED, Reason.OUT_OF_REACH)


def test_a_share_of_nothing_is_no_data(judge: Judge) -> None:
    rows = daily("in_time", "2026-03-02", [0] * 7) + daily("due", "2026-03-02", [0] * 7)
    assert shown(judge(AT_LEAST_90, rows, as_of="2026-03-08")) == (NO_DATA, Reason.NOTHING_MEASURED)


def test_a_share_is_verified_if_all_the_unknown_would_not_lower_it_enough(judge: Judge) -> None:
    rows = daily("in_time", "2026-03-02", [10] * 6) + daily("due_at_most_ten", "2026-03-02", [10] * 6)
    measure = "share: in_time, of: due_at_most_ten, at_least: {}%, every: week"
    assert judge(measure.format(85), rows, as_of="2026-03-08").verdict is MET
    assert judge(measure.format(86), rows, as_of="2026-03-08").verdict is UNVERIFIED


ENOUGH = "share: in_time, of: due, at_least: 90%, every: week, min_events: 20"


@pytest.mark.parametrize(
    ("due", "as_of", "verdict", "reason"),
    [
        ([2, 2, 3, 3, 3, 3, 3], "2026-03-08", NOT_TRIGGERED, Reason.TOO_FEW_EVENTS),
        ([2, 3, 3, 3, 3, 3, 3], "2026-03-08", MISSED, Reason.PLAIN),
        ([10, 10], "2026-03-08", UNVERIFIED, Reason.ROWS_MISSING),
        ([2], "2026-03-08", UNVERIFIED, Reason.ROWS_MISSING),
        ([2, 2], "2026-03-03", ON_TRACK, Reason.TOO_FEW_EVENTS),
        ([0] * 7, "2026-03-08", NO_DATA, Reason.NOTHING_MEASURED),
    ],
)
def test_a_share_binds_from_20_events_on(
    judge: Judge, due: list[int], as_of: str, verdict: Verdict, reason: Reason
) -> None:
    rows = daily("in_time", "2026-03-02", [0] * len(due)) + daily("due", "2026-03-02", due)
    assert shown(judge(ENOUGH, rows, as_of=as_of)) == (verdict, reason)


@pytest.mark.parametrize(("good", "shows"), [(9, ON_TRACK), (8, AT_RISK)])
def test_a_share_that_can_be_reached_no_more_is_at_risk_before_it_binds(
    judge: Judge, good: int, shows: Verdict
) -> None:
    rows = daily("in_time", "2026-03-02", [good]) + daily("due", "2026-03-02", [9])
    measure = "share: in_time, of: due, at_least: 100%, every: week, min_events: 20"
    assert judge(measure, rows, as_of="2026-03-02").verdict is shows


def test_too_few_events_are_too_few_however_many_of_them_were_good(judge: Judge) -> None:
    rows = daily("in_time", "2026-03-02", [0]) + daily("due", "2026-03-02", [2] * 7)
    assert shown(judge(ENOUGH, rows, as_of="2026-03-08")) == (NOT_TRIGGERED, Reason.TOO_FEW_EVENTS)


# Levels


@pytest.mark.parametrize(
    ("take", "hours", "as_of", "verdict"),
    [
        ("mean", [4] * 7, "2026-03-08", MET),
        ("mean", [4] * 6 + [5], "2026-03-08", MISSED),
        ("mean", [4] * 6, "2026-03-08", UNVERIFIED),
        ("mean", [29] * 1 + [0] * 5, "2026-03-08", MISSED),
        ("mean", [4, 4], "2026-03-03", ON_TRACK),
        ("mean", [5, 5], "2026-03-03", AT_RISK),
        ("mean", [4], "2026-03-04", UNVERIFIED),
        ("last", [9, 9, 9, 9, 9, 9, 4], "2026-03-08", MET),
        ("last", [4, 4, 4, 4, 4, 4, 5], "2026-03-08", MISSED),
        ("last", [4, 4, 4, 4, 4, 4], "2026-03-08", UNVERIFIED),
        ("last", [5], "2026-03-02", AT_RISK),
        ("max", [4] * 7, "2026-03-08", MET),
        ("max", [5], "2026-03-08", MISSED),
        ("max", [5], "2026-03-02", MISSED),
        ("max", [4], "2026-03-02", ON_TRACK),
        ("min", [4], "2026-03-02", MET),
        ("min", [5], "2026-03-02", AT_RISK),
        ("mean", [], "2026-03-08", NO_DATA),
    ],
)
def test_a_level_that_must_not_exceed_4(
    judge: Judge, take: str, hours: list[int], as_of: str, verdict: Verdict
) -> None:
    measure = f"level: hours, take: {take}, at_most: 4, every: week"
    assert judge(measure, daily("hours", "2026-03-02", hours), as_of=as_of).verdict is verdict


@pytest.mark.parametrize(("level", "verdict"), [(-9, ON_TRACK), (-10, ON_TRACK), (-11, AT_RISK)])
def test_a_level_may_have_a_negative_target(judge: Judge, level: int, verdict: Verdict) -> None:
    measure = "level: nps, at_least: -10, every: week"
    assert judge(measure, [f"2026-03-02,nps,{level}"], as_of="2026-03-02").verdict is verdict


# Deliveries


@pytest.mark.parametrize(
    ("days", "as_of", "verdict", "reason"),
    [
        ([2, 9, 16, 31], "2026-03-31", MET, Reason.PLAIN),
        ([2, 9, 16], "2026-03-31", MISSED, Reason.PLAIN),
        ([2, 3, 4, 5], "2026-03-05", MET, Reason.REACHED_EARLY),
        ([], "2026-03-07", ON_TRACK, Reason.PLAIN),
        ([], "2026-03-08", AT_RISK, Reason.BEHIND_PACE),
        ([2, 9, 16], "2026-03-24", ON_TRACK, Reason.PLAIN),
        ([2, 9, 16], "2026-03-25", AT_RISK, Reason.BEHIND_PACE),
    ],
)
def test_four_posts_a_month(
    judge: Judge, days: list[int], as_of: str, verdict: Verdict, reason: Reason
) -> None:
    posts = [f"post-{day},post,2026-03-{day:02}" for day in days]
    assert shown(judge("deliver: {post: 4}, every: month", (), posts, as_of=as_of)) == (verdict, reason)


@pytest.mark.parametrize(
    ("report", "as_of", "verdict"),
    [
        ((), "2026-03-04", ON_TRACK),
        ((), "2026-03-05", AT_RISK),
        ((), "2026-03-06", MISSED),
        (("r,report,2026-03-06",), "2026-03-06", MET),
        (("r,report,2026-03-07",), "2026-03-07", MISSED),
    ],
)
def test_a_report_by_friday(judge: Judge, report: tuple[str, ...], as_of: str, verdict: Verdict) -> None:
    assert judge("deliver: {report: 1}, every: week, by: friday", (), report, as_of=as_of).verdict is verdict


# Answers, and what comes before an event

ANSWER = "answer: report, with: feedback, within: 1 week, at_least: 50%, every: month"


@pytest.mark.parametrize(
    ("things", "as_of", "verdict", "reason"),
    [
        (
            ["a,report,2026-03-02", "x,feedback,2026-03-09,a", "b,report,2026-03-03"],
            "2026-03-31",
            MET,
            Reason.PLAIN,
        ),
        (["a,report,2026-03-02", "x,feedback,2026-03-10,a"], "2026-03-31", MISSED, Reason.PLAIN),
        (["a,report,2026-03-24"], "2026-03-31", UNVERIFIED, Reason.ROWS_MISSING),
        (
            ["a,report,2026-03-02", "b,report,2026-03-03", "c,report,2026-03-24"],
            "2026-03-31",
            MISSED,
            Reason.PLAIN,
        ),
        (["a,report,2026-03-02", "x,feedback,2026-03-02,a"], "2026-03-10", ON_TRACK, Reason.PLAIN),
        (["a,report,2026-03-02"], "2026-03-10", AT_RISK, Reason.BEHIND_PACE),
        (["a,report,2026-03-02"], "2026-03-09", NO_DATA, Reason.NOTHING_YET),
        ([], "2026-03-31", NO_DATA, Reason.NOTHING_MEASURED),
    ],
)
def test_half_of_the_reports_must_be_answered(
    judge: Judge, things: list[str], as_of: str, verdict: Verdict, reason: Reason
) -> None:
    assert shown(judge(ANSWER, (), things, as_of=as_of)) == (verdict, reason)


@pytest.mark.parametrize(
    ("things", "as_of", "verdict", "reason"),
    [
        (["l,launch,2026-03-20", "t,training,2026-03-13,l"], "2026-03-31", MET, Reason.PLAIN),
        (["l,launch,2026-03-20", "t,training,2026-03-14,l"], "2026-03-31", MISSED, Reason.PLAIN),
        (["l,launch,2026-03-20"], "2026-03-14", MISSED, Reason.OUT_OF_REACH),
        (["l,launch,2026-03-20"], "2026-03-13", NO_DATA, Reason.NOTHING_YET),
        (["l,launch,2026-04-07"], "2026-03-31", UNVERIFIED, Reason.ROWS_MISSING),
        (["l,launch,2026-03-20", "t,training,2026-03-10,l"], "2026-03-10", ON_TRACK, Reason.PLAIN),
        (["l,launch,2026-04-08"], "2026-03-31", NO_DATA, Reason.NOTHING_MEASURED),
    ],
)
def test_training_a_week_before_every_launch(
    judge: Judge, things: list[str], as_of: str, verdict: Verdict, reason: Reason
) -> None:
    measure = "before: launch, deliver: training, ahead: 7 days, every: month"
    assert shown(judge(measure, (), things, as_of=as_of)) == (verdict, reason)


# Goals and paces


@pytest.mark.parametrize(
    ("goal", "values", "always", "never"),
    [
        (Goal(10), Range(10, math.inf), True, False),
        (Goal(10), Range(9, 10), False, False),
        (Goal(10), Range(0, 9), False, True),
        (Goal(10, at_least=False), Range(-math.inf, 10), True, False),
        (Goal(10, at_least=False), Range(10, 11), False, False),
        (Goal(10, at_least=False), Range(11, math.inf), False, True),
    ],
)
def test_a_goal_is_reached_by_all_some_or_no_values(
    goal: Goal,
    values: Range,
    always: bool,  # noqa: FBT001 an expected value
    never: bool,  # noqa: FBT001 an expected value
) -> None:
    assert (goal.always(values), goal.never(values)) == (always, never)


def test_only_more_than_a_quarter_beyond_the_pace_is_far_ahead() -> None:
    pace = Pace(100, WARN)
    assert [pace.is_far_ahead(value, Goal(400)) for value in (None, 125, 126)] == [False, False, True]


def test_no_upper_limit_is_far_ahead() -> None:
    assert not Pace(100, WARN).is_far_ahead(900, Goal(400, at_least=False))


def test_nothing_is_far_ahead_of_nothing() -> None:
    assert not Pace(0, WARN).is_far_ahead(1, Goal(400))


def test_warning_below_nothing_never_warns() -> None:
    pace = Pace(100, Fraction(0))
    assert not pace.is_behind(0, Goal(400))
    assert not pace.is_behind(math.inf, Goal(400, at_least=False))


# Properties


@given(good=st.integers(0, 10**6), total=st.integers(1, 10**6))
def test_exactly_on_target_is_met(good: int, total: int) -> None:
    share = Fraction(min(good, total), total)
    tally = Tally(share, Range(share, share), Range(share, share))
    assert judge_tally(tally, Goal(share), NO_PACE, is_over=True, min_events=1)[0] is MET


def test_95_percent_is_met_from_the_least_number_that_is_19_of_20(judge: Judge) -> None:
    measure = "share: good_pitches, of: pitches, at_least: 95%, every: week"
    for total in range(1, 201):
        least = -(-total * 19 // 20)
        for good, verdict in ((least, MET), (least - 1, MISSED)):
            rows = [f"2026-03-02,pitches,{total}", f"2026-03-02,good_pitches,{good}"]
            assert judge(measure, rows, as_of="2026-03-08").verdict is verdict, total


@given(
    bounds=st.tuples(st.integers(-50, 50), st.integers(-50, 50)),
    targets=st.tuples(st.integers(-60, 60), st.integers(-60, 60)),
    at_least=st.booleans(),
)
def test_a_stricter_target_never_helps(
    bounds: tuple[int, int],
    targets: tuple[int, int],
    at_least: bool,  # noqa: FBT001 any of both
) -> None:
    final = Range(min(bounds), max(bounds))
    tally = Tally(final.low, final, final, missing=(date(2026, 3, 2),))
    easy, strict = sorted(targets, reverse=not at_least)
    easier, stricter = (
        judge_tally(tally, Goal(target, at_least=at_least), NO_PACE, is_over=True, min_events=1)[0]
        for target in (easy, strict)
    )
    assert ORDER.index(stricter) <= ORDER.index(easier)
