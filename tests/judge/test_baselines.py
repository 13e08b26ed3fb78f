"""What usually comes in a month: whole months only, none of them guessed."""

from __future__ import annotations

from datetime import date, timedelta

from tests.plans import agreement_of, month_of, record_of

from living_sla.judge.baselines import Baseline, baselines

PLAN = """\
revenue: 5000
average_sale: 100
win_rate: 50%
targets: {leads: mqls}
baselines: [visits]
"""


def daily(metric: str, first: date, days: int, value: int) -> list[str]:
    return [f"{first + timedelta(days=n)},{metric},{value}" for n in range(days)]


def leads_of(*rows: str) -> Baseline:
    return baselines(agreement_of(PLAN), record_of(rows), month_of("2026-03"))[0]


def test_the_leads_and_all_further_metrics_have_a_baseline() -> None:
    found = baselines(agreement_of(PLAN), record_of(), month_of("2026-03"))
    assert [row.metric for row in found] == ["mqls", "visits"]


def test_it_looks_back_twelve_months_and_not_at_the_month_itself() -> None:
    months = [month.id for month, _ in leads_of().months]
    assert (months[0], months[-1], len(months)) == ("2025-03", "2026-02", 12)


def test_the_usual_month_is_the_mean_of_the_whole_ones() -> None:
    rows = [*daily("mqls", date(2026, 1, 1), 31, 2), *daily("mqls", date(2026, 2, 1), 28, 3)]
    assert (leads_of(*rows).known, leads_of(*rows).mean) == ((62, 84), 73)


def test_a_month_with_a_day_missing_is_not_whole() -> None:
    rows = [*daily("mqls", date(2026, 1, 1), 31, 2), *daily("mqls", date(2026, 2, 2), 27, 3)]
    assert leads_of(*rows).known == (62,)


def test_the_month_in_which_the_data_begin_is_not_whole() -> None:
    rows = [*daily("mqls", date(2026, 1, 2), 30, 2), *daily("mqls", date(2026, 2, 1), 28, 3)]
    assert leads_of(*rows).known == (84,)


def test_without_data_there_is_no_usual_month() -> None:
    assert (leads_of().known, leads_of().mean) == ((), None)


def test_an_agreement_without_a_plan_has_no_baselines() -> None:
    assert baselines(agreement_of(""), record_of(), month_of("2026-03")) == ()
