"""How much slack is left, what to look at first, and how early a miss was to be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.judge.forecast import Forecast, NoForecast, Why
from living_sla.judge.verdicts import Verdict
from living_sla.judge.warning import (
    Alarms,
    Attention,
    attention,
    attention_order,
    days_of_slack,
    warnings_before,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import Judgement
    from living_sla.record.loading import Record

NEW_YEAR = date(2026, 1, 1)
MARCH = "total: mqls, at_least: 310, every: month"
MONTHS_OF_300 = """\
commitments:
  - id: promise
    party: sales
    measure: {total: mqls, at_least: 300, every: month}
"""


def daily(values: Iterable[int], first: date = NEW_YEAR) -> list[str]:
    return [f"{first + timedelta(n)},mqls,{value}" for n, value in enumerate(values)]


def likely(chance: Fraction | int) -> Forecast:
    return Forecast(1, 2, 3, Fraction(chance), 100, 1000, NEW_YEAR)


NOBODY_KNOWS = NoForecast(Why.TOO_FEW_WEEKS, 3, 4)


# --- days of slack


@pytest.mark.parametrize(
    ("a_day", "slack"),
    [
        (10, 0),  # 150 by 15 March: the 160 that are missing take all of the 16 days left
        (11, 2),  # 165: 145 take 13.2 days
        (9, -4),  # 135: 175 take 19.4 days
        (31, 16),  # reached: no day that is left is needed
    ],
)
def test_slack_counts_the_days_that_could_be_lost(
    judge: Callable[..., Judgement], a_day: int, slack: int
) -> None:
    judgement = judge(MARCH, daily([a_day] * 74), as_of="2026-03-15")
    assert days_of_slack(judgement) == slack


def test_slack_counts_working_days_by_the_pace(judge: Callable[..., Judgement]) -> None:
    # 10 of 22 working days have passed, and 165 of 310 came.
    pace = "    pace: working-days\n"
    judgement = judge(MARCH, daily([11] * 74), as_of="2026-03-15", more=pace)
    assert days_of_slack(judgement) == 3


def test_whole_things_have_slack_too(judge: Callable[..., Judgement]) -> None:
    deliveries = ["a,blog-post,2026-03-02", "b,blog-post,2026-03-03"]
    judgement = judge("deliver: {blog-post: 4}, every: month", [], deliveries, as_of="2026-03-10")
    assert days_of_slack(judgement) == 13


@pytest.mark.parametrize(("count", "days"), [(0, -13), (1, -5), (2, 3), (3, 4)])
def test_whole_things_are_behind_from_the_day_the_pace_asks_for_more(
    judge: Callable[..., Judgement], count: int, days: int
) -> None:
    deliveries = [f"{n},blog-post,2026-03-02" for n in range(count)]
    judgement = judge("deliver: {blog-post: 4}, every: month", [], deliveries, as_of="2026-03-20")
    assert days_of_slack(judgement) == days


@pytest.mark.parametrize(
    ("measure", "as_of"),
    [
        ("total: mqls, at_most: 310, every: month", "2026-03-15"),
        ("level: hours, at_most: 4, every: month", "2026-03-15"),
        (MARCH, "2026-01-31"),
        ("total: calls, at_least: 9, every: month", "2026-03-15"),
    ],
)
def test_without_a_rate_towards_a_goal_there_is_no_slack(
    judge: Callable[..., Judgement], measure: str, as_of: str
) -> None:
    assert days_of_slack(judge(measure, daily([10] * 74), as_of=as_of)) is None


# --- what to look at first


@pytest.fixture
def standing(judge: Callable[..., Judgement]) -> Callable[[Verdict], Judgement]:
    judgement = judge(MARCH, daily([10] * 74), as_of="2026-03-15")
    return lambda verdict: replace(judgement, verdict=verdict)


@pytest.mark.parametrize(
    ("verdict", "outlook", "kind"),
    [
        (Verdict.AT_RISK, likely(Fraction(9, 10)), Attention.MENDABLE),
        (Verdict.AT_RISK, NOBODY_KNOWS, Attention.MENDABLE),
        (Verdict.ON_TRACK, likely(Fraction(49, 100)), Attention.MENDABLE),
        (Verdict.ON_TRACK, likely(Fraction(1, 2)), Attention.NONE),
        (Verdict.ON_TRACK, NOBODY_KNOWS, Attention.NONE),
        (Verdict.UNVERIFIED, NOBODY_KNOWS, Attention.UNVERIFIED),
        (Verdict.MISSED, likely(0), Attention.LOST),
        (Verdict.MET, likely(1), Attention.NONE),
        (Verdict.NOT_TRIGGERED, likely(Fraction(1, 10)), Attention.NONE),
    ],
)
def test_what_can_still_be_mended_needs_attention(
    standing: Callable[[Verdict], Judgement],
    verdict: Verdict,
    outlook: Forecast | NoForecast,
    kind: Attention,
) -> None:
    assert attention(standing(verdict), outlook) is kind


def test_the_nearest_to_even_comes_first_and_what_is_lost_last(
    standing: Callable[[Verdict], Judgement],
) -> None:
    cases = {
        "lost": (Verdict.MISSED, likely(0)),
        "unverified": (Verdict.UNVERIFIED, NOBODY_KNOWS),
        "unknown": (Verdict.AT_RISK, NOBODY_KNOWS),
        "hopeful": (Verdict.AT_RISK, likely(Fraction(8, 10))),
        "even": (Verdict.AT_RISK, likely(Fraction(45, 100))),
        "fine": (Verdict.ON_TRACK, likely(Fraction(9, 10))),
    }
    order = sorted(cases, key=lambda name: attention_order(standing(cases[name][0]), cases[name][1]))
    assert order == ["even", "hopeful", "unknown", "unverified", "lost", "fine"]


def test_of_two_alike_the_sooner_end_comes_first(judge: Callable[..., Judgement]) -> None:
    later = judge(MARCH, daily([1] * 74), as_of="2026-03-15")
    sooner = replace(later, days_passed=later.days_passed + 5)
    assert attention_order(sooner, NOBODY_KNOWS) < attention_order(later, NOBODY_KNOWS)


# --- how early a miss was to be seen


@pytest.fixture
def told(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> Callable[[list[int]], tuple[list[InForce], Record, tuple[Judgement, ...]]]:
    """A year's months of 300, as of the last day of some values."""

    def of(values: list[int]) -> tuple[list[InForce], Record, tuple[Judgement, ...]]:
        versions, record = [InForce(agreed(MONTHS_OF_300))], recorded(daily(values))
        last = NEW_YEAR + timedelta(len(values) - 1)
        return versions, record, judge_agreement(versions, record, last)["promise"]

    return of


STEADY = [11] * 59


def test_a_miss_that_was_behind_for_long_was_at_risk(
    told: Callable[[list[int]], tuple[list[InForce], Record, tuple[Judgement, ...]]],
) -> None:
    found = warnings_before(*told([*STEADY, *[5] * 31]), 10)
    assert found.at_risk == Alarms(missed=1, warned=1, false=0, met=2)


def test_a_miss_of_the_last_days_was_not_to_be_seen(
    told: Callable[[list[int]], tuple[list[InForce], Record, tuple[Judgement, ...]]],
) -> None:
    found = warnings_before(*told([*STEADY, *[10] * 21, *[0] * 10]), 10)
    assert found.either == Alarms(missed=1, warned=0, false=0, met=2)


def test_a_month_that_was_mended_is_a_false_alarm(
    told: Callable[[list[int]], tuple[list[InForce], Record, tuple[Judgement, ...]]],
) -> None:
    found = warnings_before(*told([*STEADY, *[5] * 21, *[40] * 10]), 10)
    assert found.at_risk == Alarms(missed=0, warned=0, false=1, met=3)


def test_a_chance_below_even_warns_before_the_pace_does(
    told: Callable[[list[int]], tuple[list[InForce], Record, tuple[Judgement, ...]]],
) -> None:
    # In March 9.2 a day is less than a tenth behind an even pace, and will not be 300.
    values = [*STEADY, *[9 + (n % 5 == 0) for n in range(31)]]
    found = warnings_before(*told(values), 10)
    assert (found.at_risk.warned, found.doubtful.warned, found.doubtful.false) == (0, 1, 0)


def test_a_period_no_longer_than_the_notice_is_left_out(
    told: Callable[[list[int]], tuple[list[InForce], Record, tuple[Judgement, ...]]],
) -> None:
    assert warnings_before(*told([5] * 31), 31).at_risk == Alarms()


def test_what_was_not_reported_by_then_is_not_counted(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    rows = recorded(daily([5] * 31))
    late = replace(
        rows,
        series={
            metric: replace(
                series,
                reports={
                    key: tuple(replace(report, reported_on=date(2026, 2, 1)) for report in reports)
                    for key, reports in series.reports.items()
                },
            )
            for metric, series in rows.series.items()
        },
    )
    versions = [InForce(agreed(MONTHS_OF_300))]
    judged = judge_agreement(versions, late, date(2026, 2, 1))["promise"]
    assert warnings_before(versions, late, judged, 10).either == Alarms()
