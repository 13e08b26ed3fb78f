"""Which cohorts are judged, which sources are ranked, and which touches are still worth making."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.agreement.commitments import Metric
from living_sla.judge.calendar import WorkCalendar
from living_sla.judge.close_rates import (
    CloseRates,
    CohortState,
    Cycle,
    HalfKnown,
    judge_close_rates,
    rates_by_segment,
)
from living_sla.judge.counts import Counted, Counter
from living_sla.judge.intervals import Rate
from living_sla.judge.periods import Period, Rhythm
from living_sla.judge.tallies import Tallier
from living_sla.judge.touches import Touches, Way, judge_touches

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.record.loading import Record

Recorded: TypeAlias = "Callable[..., Record]"
AS_OF = date(2026, 6, 30)
MONTHS = list(Rhythm().periods(date(2026, 1, 1), AS_OF, "month"))


def of_days(days: int | Fraction) -> Cycle:
    return Cycle(days, "mean", AS_OF)


def counted(record: Record, metric: str, expected: str | None = None) -> Counted:
    """A metric month by month, split by source where its rows are."""
    is_split = any(segment for _, segment in record.of(metric).reports)
    terms = {
        "label": metric,
        "unit": "leads",
        "expected": expected,
        "segments": "source" if is_split else None,
    }
    metrics = {metric: Metric.model_validate(terms)}
    calendar = WorkCalendar(ZoneInfo("UTC"), (((540, 1020),),) * 5 + ((),) * 2)
    return Counter(Tallier(record, metrics, calendar, Rhythm()), AS_OF).by_month(metric, MONTHS)


def close(
    recorded: Recorded,
    *rows: str,
    cycle: Cycle | None = None,
    since: date | None = None,
    expected: str | None = None,
) -> CloseRates:
    record = recorded(rows)
    won, leads = (counted(record, metric, expected) for metric in ("won", "leads"))
    return judge_close_rates(won, leads, AS_OF, cycle=cycle, since=since)


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


def test_a_source_whose_wins_were_never_reported_has_no_rate(recorded: Recorded) -> None:
    rows = [*monthly("won", 3, segment="Web"), *monthly("leads", 10, segment="Web")]
    record = recorded([*rows, *monthly("leads", 20, segment="Fair")])
    split = rates_by_segment(counted(record, "won"), counted(record, "leads"), MONTHS)
    assert {source: (rate.good, rate.of) for source, rate in split.rates.items()} == {"Web": (3, 10)}
    assert split.half_known == (HalfKnown("Fair", None, 20, is_without_good=True),)


def test_a_source_that_reports_no_win_as_0_counts_its_leads(recorded: Recorded) -> None:
    rates = by_source(recorded, Web=(3, 100), Fair=(0, 200))
    assert {row.source: (row.rate.good, row.rate.of) for row in rates.sources} == {
        "Web": (3, 100), "Fair": (0, 200),
    }  # fmt: skip


def test_wins_of_a_source_without_leads_are_named_and_in_no_rate(recorded: Recorded) -> None:
    rows = [*monthly("won", 9, segment="Web"), *monthly("leads", 300, segment="Web")]
    rates = close(recorded, *rows, *monthly("won", 50, segment="Partner"))
    assert rates.half_known == (HalfKnown("Partner", 50, None, is_without_good=False),)
    assert rates.overall == Rate(9, 300)
    assert [(row.won.value, row.leads.value) for row in rates.cohorts[:1]] == [(9, 300)]


SPARSE = [
    *monthly("won", 9, 9, segment="Web"), *monthly("leads", 300, 300, segment="Web"),
    *monthly("won", 5, segment="Fair"), *monthly("leads", 40, 60, segment="Fair"),
]  # fmt: skip


def test_a_source_that_lacks_a_month_of_what_is_expected_has_no_rate(recorded: Recorded) -> None:
    rates = close(recorded, *SPARSE, expected="monthly")
    assert [row.source for row in rates.sources] == ["Web"]
    assert rates.half_known == (HalfKnown("Fair", 5, 100, is_without_good=True),)


def test_of_wins_that_are_reported_when_they_happen_a_month_without_lacks_nothing(recorded: Recorded) -> None:
    rates = close(recorded, *SPARSE)
    assert {row.source: (row.rate.good, row.rate.of) for row in rates.sources} == {
        "Web": (18, 600), "Fair": (5, 100),
    }  # fmt: skip


def test_sources_and_all_of_them_add_up(recorded: Recorded) -> None:
    rates = close(recorded, *SPARSE, *monthly("won", 7, segment="Partner"), expected="monthly")
    assert rates.overall
    assert sum(row.rate.good for row in rates.sources) == rates.overall.good == 18
    assert sum(row.rate.of for row in rates.sources) == rates.overall.of == 600


def test_more_won_than_leads_is_not_too_few_leads(recorded: Recorded) -> None:
    rates = by_source(recorded, Web=(50, 1000), Fair=(90, 40))
    assert {row.source: row.rank.value for row in rates.sources}["Fair"] == "more won than leads"


def days(metric: str, first: str, last: str, count: int) -> list[str]:
    month = first[:7]
    return [f"{month}-{day:02},{metric},{count}" for day in range(int(first[8:]), int(last[8:]) + 1)]


def test_leads_of_5_of_28_days_are_no_cohort(recorded: Recorded) -> None:
    rows = [*days("leads", "2026-01-01", "2026-01-31", 10), *days("leads", "2026-02-01", "2026-02-05", 10)]
    rows += [row for month in ("01", "02") for row in days("won", f"2026-{month}-01", f"2026-{month}-28", 1)]
    rows += days("won", "2026-01-29", "2026-01-31", 1)
    rates = close(recorded, *rows, expected="daily")
    assert list(states(rates).values())[:3] == ["judged", "not reported in full", "not reported"]
    assert (rates.overall, rates.cohorts[1].leads.value) == (Rate(31, 310), 50)
    assert (rates.cohorts[1].leads.reported, rates.cohorts[1].leads.expected) == (5, 28)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.booleans()), min_size=1, max_size=6),
)
def test_only_what_was_reported_whole_is_in_a_rate(
    recorded: Recorded, months: list[tuple[int, bool, bool]]
) -> None:
    """Leaving out any report takes its whole month out of the rate, and nothing else."""
    rows = []
    for month, (won, has_won, has_leads) in zip(MONTHS, months, strict=False):
        rows += [f"{month.last},won,{won}"] * has_won + [f"{month.last},leads,{won + 60}"] * has_leads
    overall = close(recorded, *rows, expected="monthly").overall
    whole = [won for won, has_won, has_leads in months if has_won and has_leads]
    assert overall == (Rate(sum(whole), sum(whole) + 60 * len(whole)) if whole else None)


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
    return judge_touches(way, counted(record, "made"), counted(record, "answered"), order)


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
    touches = judge_touches(Way.NUMBER, counted(record, "made"), counted(record, "answered"), ())
    assert (touches.made, touches.answered) == (4, 1)


def test_touches_whose_answers_were_not_reported_are_not_unanswered(recorded: Recorded) -> None:
    rows = ["2026-01-31,made,100,1", "2026-01-31,answered,30,1", "2026-01-31,made,900,2"]
    record = recorded(rows)
    touches = judge_touches(Way.NUMBER, counted(record, "made"), counted(record, "answered"), ())
    assert ([row.segment for row in touches.rows], touches.stops_at) == (["1"], None)
    assert touches.half_known == (HalfKnown("2", None, 900, is_without_good=True),)


def test_touches_of_a_month_without_all_reports_do_not_count(recorded: Recorded) -> None:
    rows = [
        f"{month.last},{name},{n},1" for month in MONTHS[:2] for name, n in (("made", 9), ("answered", 3))
    ]
    record = recorded(rows[:-1])
    made, answered = (counted(record, name, "monthly") for name in ("made", "answered"))
    touches = judge_touches(Way.NUMBER, made, answered, ())
    assert (touches.months, touches.made) == (tuple(MONTHS[:1]), 9)


def test_months_are_calendar_months() -> None:
    assert MONTHS[0] == Period(date(2026, 1, 1), date(2026, 2, 1), "2026-01")
