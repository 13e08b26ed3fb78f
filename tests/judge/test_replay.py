"""What forecasts would have said within closed periods, held against what came."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.judge.forecast import Why
from living_sla.judge.replay import (
    MIDDLE,
    QUARTER,
    Bin,
    Calibration,
    Moment,
    Scores,
    as_if_prompt,
    replay,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import Judgement
    from living_sla.record.loading import Record

NEW_YEAR = date(2026, 1, 1)
UNEVEN = [7, 3, 12, 9, 4, 1, 0, 8, 5, 10, 11, 2, 0, 3, 6, 6, 9, 14, 5, 2, 1]
MONTH = "total: mqls, at_least: 170, every: month"


def daily(values: Iterable[int], metric: str = "mqls") -> list[str]:
    return [f"{NEW_YEAR + timedelta(n)},{metric},{value}" for n, value in enumerate(values)]


@pytest.fixture(scope="module")
def judged(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> Callable[..., tuple[Judgement, ...]]:
    def of(measure: str, rows: list[str], last: str, more: str = "") -> tuple[Judgement, ...]:
        text = f"commitments:\n  - id: promise\n    party: sales\n    measure: {{{measure}}}\n{more}"
        versions = [InForce(agreed(text))]
        return judge_agreement(versions, recorded(rows), date.fromisoformat(last))["promise"]

    return of


@pytest.fixture(scope="module")
def replayed(
    judged: Callable[..., tuple[Judgement, ...]], recorded: Callable[..., Record]
) -> Callable[..., Calibration]:
    def of(measure: str, rows: list[str], last: str, **options: object) -> Calibration:
        more = str(options.pop("more", ""))
        return replay(judged(measure, rows, last, more), recorded(rows), **options)  # type: ignore[arg-type]

    return of


def moment(chance: Fraction, *, is_met: bool, run_rate: bool = False, past: Fraction | None = None) -> Moment:
    return Moment("promise", "2026-03", MIDDLE, date(2026, 3, 15), chance, run_rate, past, is_met)


def of(*moments: Moment) -> Calibration:
    return Calibration(moments, Counter())


# --- scores and the table


def test_a_brier_score_is_the_mean_of_squares() -> None:
    calibration = of(
        moment(Fraction(3, 4), is_met=True, run_rate=True, past=Fraction(1, 2)),
        moment(Fraction(1, 4), is_met=True, run_rate=False, past=Fraction(1)),
    )
    assert calibration.scores() == Scores(Fraction(5, 16), Fraction(1, 2), Fraction(1, 8), 2)


def test_moments_without_a_known_past_are_not_scored() -> None:
    calibration = of(moment(Fraction(1, 2), is_met=True))
    assert calibration.scores() is None


def test_the_table_says_how_many_of_those_given_70_to_80_percent_were_met() -> None:
    calibration = of(
        moment(Fraction(70, 100), is_met=True),
        moment(Fraction(79, 100), is_met=False),
        moment(Fraction(80, 100), is_met=True),
    )
    first, second = calibration.reliability()
    assert first == Bin(Fraction(7, 10), Fraction(8, 10), 2, 1, Fraction(149, 200))
    assert (second.low, second.share_met) == (Fraction(8, 10), 1)


def test_certainty_stands_in_the_last_bin() -> None:
    (row,) = of(moment(Fraction(1), is_met=True), moment(Fraction(95, 100), is_met=True)).reliability()
    assert (row.low, row.count) == (Fraction(9, 10), 2)


# --- the replay


def test_each_closed_period_is_forecast_at_a_quarter_half_and_three_quarters(
    replayed: Callable[..., Calibration],
) -> None:
    calibration = replayed(MONTH, daily((UNEVEN * 5)[:90]), "2026-03-31")
    assert [m.on for m in calibration.moments if m.period == "2026-03"] == [
        date(2026, 3, 7),
        date(2026, 3, 15),
        date(2026, 3, 23),
    ]


def test_an_open_period_is_not_replayed(replayed: Callable[..., Calibration]) -> None:
    calibration = replayed(MONTH, daily((UNEVEN * 5)[:80]), "2026-03-21")
    assert {m.period for m in calibration.moments} == {"2026-02"}


def test_what_came_later_changes_no_chance(replayed: Callable[..., Calibration]) -> None:
    values = (UNEVEN * 5)[:90]
    other = [*values[:74], *[40] * 16]
    chances = [
        [m.chance for m in replayed(MONTH, daily(given), "2026-03-31", parts=[MIDDLE]).moments]
        for given in (values, other)
    ]
    assert chances[0] == chances[1]


def test_what_was_reported_by_the_month_could_not_be_forecast(
    judged: Callable[..., tuple[Judgement, ...]], recorded: Callable[..., Record]
) -> None:
    rows = daily([10] * 90)
    late = reported_on(recorded(rows), lambda day: date(day.year, day.month + 1, 1))
    calibration = replay(judged(MONTH, rows, "2026-03-31"), late)
    assert (calibration.moments, calibration.without) == ((), Counter({Why.ROWS_MISSING: 9}))


def test_as_if_reported_every_day_it_could(
    judged: Callable[..., tuple[Judgement, ...]], recorded: Callable[..., Record]
) -> None:
    rows = daily([10] * 90)
    late = reported_on(recorded(rows), lambda day: date(day.year, day.month + 1, 1))
    assert as_if_prompt(late) == recorded(rows)
    assert len(replay(judged(MONTH, rows, "2026-03-31"), as_if_prompt(late)).moments) == 6


def reported_on(record: Record, when: Callable[[date], date]) -> Record:
    series = {
        metric: replace(
            found,
            reports={
                (day, segment): tuple(replace(report, reported_on=when(day)) for report in reports)
                for (day, segment), reports in found.reports.items()
            },
        )
        for metric, found in record.series.items()
    }
    return replace(record, series=series)


def test_a_late_correction_was_not_known_within_the_period(
    judged: Callable[..., tuple[Judgement, ...]], recorded: Callable[..., Record]
) -> None:
    rows = daily([10] * 90)
    record = recorded(rows)
    day = date(2026, 3, 3)
    first = record.series["mqls"].reports[day, ""][0]
    corrected = {
        **record.series["mqls"].reports,
        (day, ""): (replace(first, value=500, reported_on=date(2026, 4, 20)), first),
    }
    late = replace(record, series={"mqls": replace(record.series["mqls"], reports=corrected)})
    goal = "total: mqls, at_least: 400, every: month"
    assert [
        [m.chance for m in replay(judged(goal, rows, "2026-03-31"), given).moments]
        for given in (record, late)
    ] == [[Fraction(1, 2002)] * 6] * 2


# --- the plain forecasts beside it


@pytest.mark.parametrize(("goal", "reaches"), [(310, True), (311, False)])
def test_the_run_rate_is_the_rate_so_far_to_the_end(
    replayed: Callable[..., Calibration], goal: int, *, reaches: bool
) -> None:
    measure = f"total: mqls, at_least: {goal}, every: month"
    calibration = replayed(measure, daily([5] * 59 + [10] * 31), "2026-03-31", parts=[QUARTER])
    assert calibration.moments[-1].run_rate is reaches


def test_the_run_rate_counts_the_days_of_the_pace(replayed: Callable[..., Calibration]) -> None:
    # 150 came in 10 of the 22 working days of March: 330 by the end.
    measure = "total: mqls, at_least: 330, every: month"
    pace = "    pace: working-days\n"
    calibration = replayed(measure, daily([10] * 90), "2026-03-31", parts=[MIDDLE], more=pace)
    assert calibration.moments[-1].run_rate


def test_the_run_rate_of_a_share_is_the_share_so_far(replayed: Callable[..., Calibration]) -> None:
    rows = daily([10] * 90, "due") + daily([9] * 90, "in_time")
    calibration = replayed("share: in_time, of: due, at_least: 90%, every: month", rows, "2026-03-31")
    assert {m.run_rate for m in calibration.moments} == {True}


def test_the_past_is_the_share_of_periods_met_before(replayed: Callable[..., Calibration]) -> None:
    values = [10] * 31 + [5] * 28 + [10] * 31
    measure = "total: mqls, at_least: 300, every: month"
    calibration = replayed(measure, daily(values), "2026-03-31", parts=[MIDDLE])
    assert [m.past_met for m in calibration.moments] == [1, Fraction(1, 2)]


def test_the_past_is_judged_by_each_periods_own_goal(replayed: Callable[..., Calibration]) -> None:
    measure = "total: mqls, at_least: {2026-01: 310, 2026-02: 281, 2026-03: 1}, every: month"
    calibration = replayed(measure, daily([10] * 90), "2026-03-31", parts=[MIDDLE])
    assert [m.past_met for m in calibration.moments] == [1, Fraction(1, 2)]


def test_a_share_of_too_few_events_has_no_outcome(replayed: Callable[..., Calibration]) -> None:
    rows = daily([1] * 90, "due") + daily([1] * 90, "in_time")
    measure = "share: in_time, of: due, at_least: 90%, every: month, min_events: 50"
    assert replayed(measure, rows, "2026-03-31") == of()


def test_periods_of_promised_things_are_left_out(replayed: Callable[..., Calibration]) -> None:
    measure = "answer: report, with: feedback, within: 1 week, every: month"
    assert replayed(measure, daily([1] * 90), "2026-03-31") == of()


def test_two_commitments_are_replayed_as_each_alone(
    judged: Callable[..., tuple[Judgement, ...]], recorded: Callable[..., Record]
) -> None:
    rows = daily((UNEVEN * 5)[:90])
    one = judged(MONTH, rows, "2026-03-31")
    other = tuple(replace(j, commitment=j.commitment.model_copy(update={"id": "other"})) for j in one)
    both = replay([*one, *other], recorded(rows))
    assert both.moments == (*replay(one, recorded(rows)).moments, *replay(other, recorded(rows)).moments)


@pytest.mark.parametrize(
    "measure", ["total: mqls, at_least: 5, every: day", "total: mqls, at_least: 5, every: week, by: monday"]
)
def test_a_window_of_one_day_leaves_nothing_to_forecast(
    replayed: Callable[..., Calibration], measure: str
) -> None:
    found = replayed(measure, daily(UNEVEN * 5), "2026-04-15", parts=[MIDDLE])
    assert (found.moments, set(found.without)) == ((), {Why.NOTHING_TO_COME})
