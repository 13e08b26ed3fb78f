"""Stages, losses, gauges, coverage and returns of a small agreement, by rows written as CSV."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from living_sla.agreement.loading import Agreement, load_agreement
from living_sla.judge.funnel import Funnel, has_funnel, judge_funnel
from living_sla.judge.intervals import Rate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from living_sla.record.loading import Record

TERMS = """\
title: Marketing and Sales
version: "1.0.0"
effective: 2026-01-01
parties: {marketing: {name: Marketing}, sales: {name: Sales}}
calendar: {timezone: Europe/Amsterdam}
"""
METRICS = """\
metrics:
  visits: {label: Visits, unit: visits, expected: daily}
  leads: {label: Leads, unit: leads, segments: source}
  sqls: {label: SQLs, unit: leads}
  customers: {label: Customers, unit: customers}
  won: {label: Customers won, unit: customers, segments: source}
  median: {label: Median cycle, unit: days}
  mean_months: {label: Mean cycle, unit: months}
  hours: {label: Hours, unit: hours}
  waiting: {label: Waiting, unit: leads, segments: age, segment_values: [new, old]}
  worked: {label: Worked, unit: leads}
  back: {label: Back, unit: leads}
  pulse: {label: Pulse, unit: points}
"""
STAGES = """\
funnel:
  - {id: visitor, name: Visitor, owner: marketing, metric: visits}
  - {id: lead, name: Lead, owner: marketing, metric: leads}
  - {id: sql, name: SQL, owner: sales}
  - {id: customer, name: Customer, owner: sales, metric: customers}
"""


@pytest.fixture
def agreed(tmp_path: Path) -> Callable[..., Agreement]:
    def load(funnel: str = STAGES, measures: str = "") -> Agreement:
        folder = tmp_path / "acme"
        folder.mkdir()
        texts = {"agreement": TERMS, "commitments": METRICS, "definitions": funnel}
        texts["lead-management"] = f"measures: {measures}\n" if measures else ""
        for name, text in texts.items():
            if text:
                (folder / f"{name}.yml").write_text(text, encoding="utf-8")
        return load_agreement(folder, root=tmp_path)

    return load


@pytest.fixture
def judge(agreed: Callable[..., Agreement], recorded: Callable[..., Record]) -> Callable[..., Funnel]:
    def judged(*rows: str, measures: str = "", as_of: str = "2026-03-31", stages: str = STAGES) -> Funnel:
        return judge_funnel(agreed(stages, measures), recorded(rows), date.fromisoformat(as_of))

    return judged


def visits(first: str, last: str, count: int) -> list[str]:
    """As many visits on every day of a month, without those `last` leaves out."""
    month = first[:7]
    return [f"{month}-{day:02},visits,{count}" for day in range(int(first[8:]), int(last[8:]) + 1)]


MARCH = [*visits("2026-03-01", "2026-03-31", 100), "2026-03-09,leads,310,Web", "2026-03-30,customers,31"]


def test_a_stage_counts_those_who_entered_it(judge: Callable[..., Funnel]) -> None:
    counts = {row.stage.id: row.total.value for row in judge(*MARCH).stages}
    assert counts == {"visitor": 3100, "lead": 310, "sql": None, "customer": 31}


def test_the_way_goes_from_one_counted_stage_to_the_next(judge: Callable[..., Funnel]) -> None:
    steps = [
        (step.from_.id, step.to.id, [stage.id for stage in step.skipped], step.passed and step.passed.share)
        for step in judge(*MARCH).steps
    ]
    assert steps == [
        ("visitor", "lead", [], Fraction(1, 10)),
        ("lead", "customer", ["sql"], Fraction(1, 10)),
    ]


def test_most_are_lost_where_the_greatest_number_is(judge: Callable[..., Funnel]) -> None:
    step = judge(*MARCH).most_lost
    assert step
    assert (step.from_.id, step.lost, step.lost_share) == ("visitor", 2790, Fraction(9, 10))


def test_each_side_has_the_step_on_which_it_loses_the_greatest_part(judge: Callable[..., Funnel]) -> None:
    funnel = judge(*MARCH[:-1], "2026-03-30,customers,3")
    found = [step and step.from_.id for step in map(funnel.worst_step, ("marketing", "sales"))]
    assert found == ["lead", None]


def test_a_stage_that_more_enter_than_the_one_before_loses_nobody(judge: Callable[..., Funnel]) -> None:
    step = judge(*MARCH[:-1], "2026-03-30,customers,400").steps[-1]
    assert (step.lost, step.lost_share) == (None, None)


def test_nothing_reported_is_no_zero(judge: Callable[..., Funnel]) -> None:
    funnel = judge(*MARCH[:-1])
    assert (funnel.stages[-1].total.value, funnel.steps[-1].passed) == (None, None)


def test_a_stage_that_nobody_entered_passes_nobody_on(judge: Callable[..., Funnel]) -> None:
    assert judge("2026-03-01,leads,0,Web", "2026-03-01,customers,0").steps[-1].passed is None


def test_missing_days_are_named_and_not_filled(judge: Callable[..., Funnel]) -> None:
    total = (
        judge(*visits("2026-03-01", "2026-03-20", 100), *visits("2026-03-23", "2026-03-31", 100))
        .stages[0]
        .total
    )
    assert (total.value, total.missing) == (2900, (date(2026, 3, 21), date(2026, 3, 22)))


def test_a_step_rests_on_the_months_in_which_both_stages_were_reported_in_full(
    judge: Callable[..., Funnel],
) -> None:
    february = [*visits("2026-02-01", "2026-02-05", 100), "2026-02-09,leads,300,Web"]
    step = judge(*february, *MARCH).steps[0]
    assert ([month.id for month in step.months], step.passed) == (["2026-03"], Rate(310, 3100))


def test_a_step_without_a_month_reported_in_full_passes_nobody_on(judge: Callable[..., Funnel]) -> None:
    funnel = judge(*visits("2026-03-01", "2026-03-05", 100), *MARCH[31:])
    assert (funnel.steps[0].passed, funnel.steps[0].lost, funnel.steps[0].months) == (None, None, ())
    assert (funnel.stages[0].total.value, funnel.stages[0].total.reported) == (500, 5)


def test_steps_known_of_more_months_and_of_fewer_compare_by_the_month(judge: Callable[..., Funnel]) -> None:
    rows = [row for month in ("01", "02") for row in visits(f"2026-{month}-01", f"2026-{month}-05", 9)]
    rows += [f"2026-{month}-09,{row}" for month in ("01", "02") for row in ("leads,2000,Web", "customers,30")]
    most = judge(*rows, *MARCH).most_lost
    assert most
    assert (most.from_.id, most.lost) == ("visitor", 2790)  # a month; of the leads 4,219 in three months


def test_leads_of_which_days_are_missing_are_no_basis_of_a_part(judge: Callable[..., Funnel]) -> None:
    rows = [*visits("2026-02-01", "2026-02-05", 20), "2026-02-28,worked,532", *MARCH, "2026-03-31,worked,60"]
    worked = judge(*rows, measures="{worked: {of: visits, worked: worked}}").worked
    assert worked
    assert (worked.months, worked.total) == ((None, Rate(60, 3100)), Rate(60, 3100))
    assert (worked.of[0].value, worked.of[0].reported, worked.of[0].expected) == (100, 5, 28)


def test_an_age_that_was_not_counted_is_not_0(judge: Callable[..., Funnel]) -> None:
    waiting = judge("2026-03-27,waiting,6,new", measures="{waiting: waiting}").waiting
    assert waiting
    assert (waiting.total, waiting.by_age) == (6, (("new", 6), ("old", None)))


def test_a_month_that_still_runs_is_not_told_of(judge: Callable[..., Funnel]) -> None:
    funnel = judge(*MARCH, "2026-04-02,leads,9,Web", as_of="2026-04-02")
    assert [month.id for month in funnel.months] == ["2026-03"]
    assert funnel.stages[1].total.value == 310


def test_where_no_month_is_over_the_running_one_is_told_of(judge: Callable[..., Funnel]) -> None:
    assert [month.id for month in judge(*MARCH, as_of="2026-03-30").months] == ["2026-03"]


def test_at_most_twelve_months_are_told_of(judge: Callable[..., Funnel]) -> None:
    funnel = judge("2024-05-31,customers,1", "2026-03-31,customers,2")
    assert (len(funnel.months), funnel.months[0].id, funnel.months[-1].id) == (12, "2025-04", "2026-03")


def test_without_a_report_there_is_no_month(judge: Callable[..., Funnel]) -> None:
    funnel = judge()
    assert funnel.months == ()
    assert {row.total.value for row in funnel.stages} == {None}


def test_each_month_has_its_own_count(judge: Callable[..., Funnel]) -> None:
    funnel = judge("2026-01-31,customers,4", "2026-03-31,customers,5")
    assert [count.value for count in funnel.stages[-1].months] == [4, None, 5]


def test_what_the_agreement_does_not_measure_is_none(judge: Callable[..., Funnel]) -> None:
    funnel = judge(*MARCH)
    gauges = (funnel.cycle_median, funnel.cycle_mean, funnel.contact_median, funnel.contact_p90, funnel.pulse)
    assert set(gauges) == {None}
    assert (funnel.close_rates, funnel.worked, funnel.returned, funnel.waiting) == (None, None, None, None)
    assert funnel.touches == ()


def test_a_gauge_has_its_newest_value_and_the_mean_of_each_month(judge: Callable[..., Funnel]) -> None:
    gauge = judge(
        "2026-02-27,hours,2",
        "2026-02-28,hours,5",
        "2026-03-31,hours,3",
        measures="{first_contact: {median: hours}}",
    ).contact_median
    assert gauge
    assert gauge.newest == (date(2026, 3, 31), 3)
    assert gauge.months == ((Fraction(7, 2), 2), (3, 1))


def test_the_mean_cycle_is_used_before_the_median_and_months_are_days(judge: Callable[..., Funnel]) -> None:
    measures = "{close_rate: {won: won, of: leads}, sales_cycle: {median: median, mean: mean_months}}"
    rates = judge("2026-03-31,median,14", "2026-03-31,mean_months,2", measures=measures).close_rates
    assert rates
    assert rates.cycle
    assert (rates.cycle.kind, rates.cycle.days) == ("mean", Fraction(3652425, 60000))


def test_the_median_is_used_where_no_mean_is_reported(judge: Callable[..., Funnel]) -> None:
    measures = "{close_rate: {won: won, of: leads}, sales_cycle: {median: median, mean: mean_months}}"
    rates = judge("2026-03-31,median,14", measures=measures).close_rates
    assert rates
    assert rates.cycle
    assert (rates.cycle.kind, rates.cycle.days, rates.cycle.on) == ("median", 14, date(2026, 3, 31))


def test_leads_worked_and_returned_are_parts_of_months_that_were_reported(
    judge: Callable[..., Funnel],
) -> None:
    funnel = judge(
        "2026-02-10,leads,50,Web", "2026-02-28,worked,45", "2026-03-10,leads,40,Web", "2026-03-31,back,4",
        measures="{worked: {of: leads, worked: worked}, returned: {of: leads, returned: back}}",
    )  # fmt: skip
    assert funnel.worked
    assert funnel.worked.total
    assert (funnel.worked.total.good, funnel.worked.total.of, funnel.worked.months[1]) == (45, 50, None)
    assert funnel.returned
    assert funnel.returned.total
    assert (funnel.returned.total.good, funnel.returned.total.of) == (4, 40)


def test_who_waits_is_counted_at_the_end_of_the_newest_day(judge: Callable[..., Funnel]) -> None:
    waiting = judge(
        "2026-03-20,waiting,9,new",
        "2026-03-27,waiting,1,old",
        "2026-03-27,waiting,6,new",
        measures="{waiting: waiting}",
    ).waiting
    assert waiting
    assert (waiting.on, waiting.total, waiting.by_age) == (date(2026, 3, 27), 7, (("new", 6), ("old", 1)))


def test_that_nobody_was_counted_waiting_is_not_that_nobody_waits(judge: Callable[..., Funnel]) -> None:
    assert judge(*MARCH, measures="{waiting: waiting}").waiting is None


def test_baselines_stand_beside_the_stages(judge: Callable[..., Funnel]) -> None:
    (baseline,) = judge("2026-03-01,sqls,7", measures="{baselines: [sqls]}").baselines
    assert (baseline.metric, baseline.total.value) == ("sqls", 7)


def test_an_agreement_has_a_funnel_if_it_says_stages_or_measures(
    agreed: Callable[..., Agreement], tmp_path: Path
) -> None:
    assert has_funnel(agreed())
    (tmp_path / "acme").rename(tmp_path / "other")
    assert has_funnel(agreed("", "{pulse: pulse}"))
    (tmp_path / "acme").rename(tmp_path / "third")
    assert not has_funnel(agreed(""))
