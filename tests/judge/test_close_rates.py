"""Which cohorts are judged, which sources are ranked, and which touches are still worth making."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import pytest

from living_sla.judge.close_rates import CloseRates, CohortState, Cycle, judge_close_rates, rates_by_segment
from living_sla.judge.periods import Period, Rhythm
from living_sla.judge.touches import Touches, Way, judge_touches

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.record.loading import Record

Recorded: TypeAlias = "Callable[..., Record]"
AS_OF = date(2026, 6, 30)
MONTHS = list(Rhythm().periods(date(2026, 1, 1), AS_OF, "month"))


def of_days(days: int | Fraction) -> Cycle:
    return Cycle(days, "mean", AS_OF)


def close(
    recorded: Recorded, *rows: str, cycle: Cycle | None = None, since: date | None = None
) -> CloseRates:
    record = recorded(rows)
    return judge_close_rates(record.of("won"), record.of("leads"), MONTHS, AS_OF, cycle=cycle, since=since)


def states(rates: CloseRates) -> dict[str, str]:
    return {cohort.month.id: cohort.state.value for cohort in rates.cohorts}


def monthly(metric: str, *values: int, segment: str = "") -> list[str]:
    """A row on the last day of each month from January on."""
    return [f"{month.last},{metric},{value},{segment}" for month, value in zip(MONTHS, values, strict=False)]


ALL = [*monthly("leads", 100, 100, 100, 100, 100, 100), *monthly("won", 5, 6, 7, 4, 1, 0)]


def test_a_cohort_is_judged_from_the_day_its_youngest_lead_is_as_old_as_the_cycle(recorded: Recorded) -> None:
    judged, young = CohortState.JUDGED.value, CohortState.YOUNG.value
    assert list(states(close(recorded, *ALL, cycle=of_days(61))).values()) == [*[judged] * 4, young, young]
    assert list(states(close(recorded, *ALL, cycle=of_days(Fraction("61.1")))).values()) == [
        *[judged] * 3, young, young, young,
    ]  # fmt: skip


def test_young_cohorts_do_not_count(recorded: Recorded) -> None:
    overall = close(recorded, *ALL, cycle=of_days(61)).overall
    assert overall
    assert (overall.good, overall.of) == (22, 400)


def test_without_a_cycle_no_cohort_is_too_young(recorded: Recorded) -> None:
    overall = close(recorded, *ALL).overall
    assert overall
    assert (overall.good, overall.of) == (23, 600)


def test_a_cycle_longer_than_the_record_leaves_nothing_to_judge(recorded: Recorded) -> None:
    rates = close(recorded, *ALL, cycle=of_days(400))
    assert (rates.overall, rates.sources) == (None, ())


def test_leads_of_before_wins_were_recorded_are_left_out(recorded: Recorded) -> None:
    rates = close(recorded, *ALL, since=date(2026, 2, 15))
    assert rates.months_that_are(CohortState.EARLY) == tuple(MONTHS[:2])


def test_a_month_that_was_not_reported_is_not_a_month_without_customers(recorded: Recorded) -> None:
    rates = close(recorded, *monthly("leads", 100, 100), *monthly("won", 5))
    assert states(rates)["2026-01"] == "judged"
    assert states(rates)["2026-02"] == "not reported"
    assert rates.overall
    assert rates.overall.of == 100


def by_source(recorded: Recorded, **counts: tuple[int, int]) -> CloseRates:
    """One month of leads, by source: how many were won, and how many there were."""
    rows = [
        row
        for name, (won, of) in counts.items()
        for row in (*monthly("won", won, segment=name), *monthly("leads", of, segment=name))
    ]
    return close(recorded, *rows)


def test_sources_are_ranked_by_their_rate_the_best_first(recorded: Recorded) -> None:
    rates = by_source(recorded, Web=(50, 1000), Fair=(80, 1000), Mail=(20, 1000))
    assert [(row.source, row.rank.value) for row in rates.sources] == [
        ("Fair", "ranked"), ("Web", "ranked"), ("Mail", "ranked"),
    ]  # fmt: skip


@pytest.mark.parametrize(("leads", "rank"), [(29, "too few leads"), (30, "ranked")])
def test_a_source_of_fewer_than_30_leads_is_not_ranked(recorded: Recorded, leads: int, rank: str) -> None:
    rates = by_source(recorded, Web=(500, 1000), Fair=(15, leads))
    assert {row.source: row.rank.value for row in rates.sources}["Fair"] == rank


def test_a_wide_interval_is_not_ranked_and_stands_last(recorded: Recorded) -> None:
    rates = by_source(recorded, Web=(50, 1000), Fair=(9, 60))
    assert [(row.source, row.rank.value) for row in rates.sources] == [
        ("Web", "ranked"), ("Fair", "interval too wide"),
    ]  # fmt: skip


def test_where_nobody_was_won_nothing_is_ranked(recorded: Recorded) -> None:
    rates = by_source(recorded, Web=(0, 1000), Fair=(0, 500))
    assert {row.rank.value for row in rates.sources} == {"interval too wide"}


def test_a_source_without_a_win_still_counts_its_leads(recorded: Recorded) -> None:
    rows = [*monthly("won", 3, segment="Web"), *monthly("leads", 10, segment="Web")]
    record = recorded([*rows, *monthly("leads", 20, segment="Fair")])
    rates = rates_by_segment(record.of("won"), record.of("leads"), MONTHS)
    assert {source: (rate.good, rate.of) for source, rate in rates.items()} == {
        "Fair": (0, 20),
        "Web": (3, 10),
    }


def test_a_metric_without_segments_has_no_rates_by_source(recorded: Recorded) -> None:
    assert close(recorded, *ALL).sources == ()


# --- touches


def touched(
    recorded: Recorded, *counts: tuple[str, int, int], way: Way = Way.NUMBER, order: tuple[str, ...] = ()
) -> Touches:
    rows = [
        row
        for segment, answered, made in counts
        for row in (f"2026-01-31,answered,{answered},{segment}", f"2026-01-31,made,{made},{segment}")
    ]
    record = recorded(rows)
    return judge_touches(way, record.of("made"), record.of("answered"), MONTHS, order)


def test_returns_stop_at_the_first_touch_that_is_surely_answered_less_than_once_in_20(
    recorded: Recorded,
) -> None:
    touches = touched(recorded, ("1", 300, 1000), ("2", 60, 700), ("3", 15, 600), ("4", 5, 500))
    assert touches.stops_at == 3


def test_few_touches_are_no_proof_that_returns_stop(recorded: Recorded) -> None:
    assert touched(recorded, ("1", 3, 10), ("2", 0, 7), ("3", 0, 5)).stops_at is None


@pytest.mark.parametrize(("made", "stops_at"), [(72, None), (73, 2)])
def test_it_takes_73_touches_without_an_answer_to_be_sure(
    recorded: Recorded, made: int, stops_at: int | None
) -> None:
    assert touched(recorded, ("1", 50, 100), ("2", 0, made)).stops_at == stops_at


def test_only_touches_by_number_have_a_last_one(recorded: Recorded) -> None:
    assert touched(recorded, ("call", 1, 1000), way=Way.CHANNEL).stops_at is None


def test_touches_stand_in_the_order_of_their_numbers_or_as_agreed(recorded: Recorded) -> None:
    counts = [("2", 1, 20), ("10", 1, 30), ("1", 1, 10)]
    assert [row.segment for row in touched(recorded, *counts).rows] == ["1", "2", "10"]
    assert [row.segment for row in touched(recorded, *counts, order=("10", "9", "1", "2")).rows] == [
        "10",
        "1",
        "2",
    ]


def test_touches_in_other_months_do_not_count(recorded: Recorded) -> None:
    record = recorded(
        ["2025-12-31,made,9,1", "2025-12-31,answered,9,1", "2026-01-31,made,4,1", "2026-01-31,answered,1,1"]
    )
    touches = judge_touches(Way.NUMBER, record.of("made"), record.of("answered"), MONTHS, ())
    assert (touches.made, touches.answered) == (4, 1)


def test_months_are_calendar_months() -> None:
    assert MONTHS[0] == Period(date(2026, 1, 1), date(2026, 2, 1), "2026-01")
