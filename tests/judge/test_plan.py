"""What a plan asks for in a month: by stages, segments and past cohorts, and why it may have no number."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.plans import PLAN, agreement_of, month_of, plan_of, record_of

from living_sla.judge.plan import Plan, plan_month
from living_sla.judge.solving import Quantity, solve, whole_leads

# --- the worked cases


def test_a_sale_of_160000_at_1_percent_makes_a_lead_worth_1600() -> None:
    plan = plan_of("revenue: 160000\naverage_sale: 160000\nwin_rate: 1%\ntargets: {leads: mqls}\n")
    assert plan.lead_value == 1600


def test_marketings_share_is_applied_once() -> None:
    text = "revenue: 150000\nmarketing_share: 60%\naverage_sale: 4000\nwin_rate: 5%\ntargets: {leads: mqls}\n"
    plan = plan_of(text)
    assert (plan.customers, plan.leads) == (Fraction(45, 2), 450)


def test_leads_are_rounded_up_at_the_very_end_only() -> None:
    plan = plan_of("revenue: 1000\naverage_sale: 300\nwin_rate: 40%\ntargets: {leads: mqls}\n")
    (part,) = plan.parts
    assert (part.customers, part.leads, part.target) == (Fraction(10, 3), Fraction(25, 3), 9)


# --- rates from stage to stage, visits, capacity

STAGES = """\
revenue: 80000
average_sale: 4000
win_rate:
  - {from: mql, to: sql, rate: 25%}
  - {from: sql, to: customer, rate: 20%}
targets: {leads: mqls, customers: customers, revenue: new_revenue, visits: visits}
visit_rate: 3%
capacity: {representatives: 3, leads_each: 120}
"""


def test_the_rates_from_stage_to_stage_multiply() -> None:
    (part,) = plan_of(STAGES).parts
    assert (part.win_rate, part.target) == (Fraction(1, 20), 400)


def test_each_stage_says_how_many_must_reach_it() -> None:
    (part,) = plan_of(STAGES).parts
    assert part.reached == (("sql", 100), ("customer", 20))


def test_visits_come_from_the_exact_leads_and_are_rounded_up() -> None:
    plan = plan_of(STAGES)
    assert (plan.parts[0].visits, plan.visits) == (Fraction(40000, 3), 13_334)


def test_every_metric_that_is_named_has_its_target() -> None:
    assert plan_of(STAGES).targets == {
        "mqls": 400, "customers": 20, "new_revenue": 80_000, "visits": 13_334
    }  # fmt: skip


def test_a_plan_above_what_sales_can_work_is_told_by_how_much() -> None:
    plan = plan_of(STAGES)
    assert (plan.ceiling, plan.beyond_capacity) == (360, 40)


def test_a_plan_as_high_as_the_ceiling_is_not_beyond_it() -> None:
    assert plan_of(STAGES.replace("3, leads", "4, leads")).beyond_capacity == 0


# --- segments

BY_SOURCE = """\
revenue: 20000
average_sale: 500
win_rate: 10%
targets: {leads: leads_by_source}
by: source
segments:
  Events: {part: 75%, average_sale: 600, win_rate: 7%}
  Social: {part: 25%}
"""


def test_each_segment_has_its_own_plan_and_the_whole_adds_them_up() -> None:
    plan = plan_of(BY_SOURCE)
    assert [(part.segment, part.target) for part in plan.parts] == [("Events", 358), ("Social", 100)]
    assert plan.leads == 458


def test_each_segment_has_its_own_lead_value() -> None:
    assert [part.lead_value for part in plan_of(BY_SOURCE).parts] == [42, 50]


def test_of_several_segments_the_whole_is_one_calculation() -> None:
    plan = plan_of(BY_SOURCE)
    assert whole_leads(solve(Quantity.LEADS, plan.known)) == 458
    assert plan.known[Quantity.SHARE] == 1


# --- where every number comes from


def test_every_fixed_input_names_its_line() -> None:
    plan = plan_of(BY_SOURCE)
    assert [(str(row.quantity), row.segment, row.place.line) for row in plan.inputs] == [
        ("revenue goal", "", 1),
        ("part of the revenue", "Events", 7),
        ("part of the revenue", "Social", 8),
        ("average sale", "Events", 7),
        ("win rate", "Events", 7),
        ("average sale", "", 2),
        ("win rate", "", 3),
    ]


OBSERVED = """\
revenue: 12000
average_sale: 400
win_rate: {observed: customers, of: mqls}
sales_cycle: 1 month
targets: {leads: mqls}
"""
# Two months before April: February, with one customer in two leads; March does not count.
ROWS = (
    "2026-02-01,mqls,40", "2026-02-01,customers,20", "2026-02-28,mqls,0", "2026-02-28,customers,0",
    "2026-03-01,mqls,100", "2026-03-31,mqls,0",
)  # fmt: skip


def filled(rows: tuple[str, ...], metric: str, first: date, last: date) -> list[str]:
    """The rows, with a 0 on every day that has none."""
    there = {row.split(",")[0] for row in rows if row.split(",")[1] == metric}
    days = (date.fromordinal(n).isoformat() for n in range(first.toordinal(), last.toordinal() + 1))
    return [f"{day},{metric},0" for day in days if day not in there]


FULL = (*ROWS, *filled(ROWS, "mqls", date(2026, 2, 1), date(2026, 3, 31)))


def test_an_observed_rate_is_that_of_the_cohorts_two_to_one_cycles_before() -> None:
    plan = plan_of(OBSERVED, FULL, month="2026-04")
    assert plan.window == (date(2026, 2, 1), date(2026, 3, 1))
    assert (plan.parts[0].win_rate, plan.leads) == (Fraction(1, 2), 60)


def test_an_observed_input_names_its_sums_rows_and_files() -> None:
    (row,) = (row for row in plan_of(OBSERVED, FULL, month="2026-04").inputs if row.observation)
    seen = row.observation
    assert seen is not None
    assert (seen.counted.metric, seen.counted.value, seen.counted.rows) == ("customers", 20, 2)
    assert (seen.of.metric, seen.of.value, seen.of.rows) == ("mqls", 40, 28)
    assert seen.counted.files == (
        "data/acme/snapshots/2026-02-01.csv", "data/acme/snapshots/2026-02-28.csv"
    )  # fmt: skip


def told(plan: Plan) -> list[str]:
    assert (plan.parts, plan.targets) == ((), {})
    return [f"{problem.place} {problem.message} [{problem.rule}]" for problem in plan.problems]


WIN_RATE = f"{PLAN}:3:1"


def test_a_cycle_longer_than_the_history_gives_no_number() -> None:
    words = "Customers (customers): known since 2026-02-01; the cohorts begin on 2025-12-01"
    assert told(plan_of(OBSERVED.replace("1 month", "2 months"), FULL, month="2026-04")) == [
        f"{WIN_RATE} {words}: the cycle is longer than the history [history]"
    ]


def test_leads_that_have_not_had_their_sales_cycle_give_no_number() -> None:
    cohorts = "the cohorts of 2026-03-01 to 2026-03-31 are not complete"
    why = "on 2026-03-31, the day of the newest report, they had no whole sales cycle yet"
    assert told(plan_of(OBSERVED, FULL, month="2026-05")) == [f"{PLAN}:4:1 {cohorts}: {why} [history]"]


def test_an_empty_window_gives_no_number() -> None:
    rows = [row.replace(",mqls,40", ",mqls,0").replace(",customers,20", ",customers,0") for row in FULL]
    assert told(plan_of(OBSERVED, rows, month="2026-04")) == [
        f"{WIN_RATE} no mqls from 2026-02-01 to 2026-02-28 [empty-window]"
    ]


def test_an_observed_rate_of_zero_gives_no_number() -> None:
    rows = [row.replace(",customers,20", ",customers,0") for row in FULL]
    assert told(plan_of(OBSERVED, rows, month="2026-04")) == [
        (
            f"{WIN_RATE} a win rate of zero gives no plan: 0 customers of 40 mqls"
            " from 2026-02-01 to 2026-02-28 [zero]"
        )
    ]


def test_more_customers_than_leads_give_no_number() -> None:
    rows = [row.replace(",customers,20", ",customers,41") for row in FULL]
    assert told(plan_of(OBSERVED, rows, month="2026-04")) == [
        (
            f"{WIN_RATE} a win rate over 100% counts more than there is: 41 customers of 40 mqls"
            " from 2026-02-01 to 2026-02-28 [share]"
        )
    ]


def test_a_month_without_a_goal_has_no_plan() -> None:
    text = OBSERVED.replace("12000", "{2026-03: 12000}")
    assert told(plan_of(text, FULL, month="2026-04")) == [
        f"{PLAN}:1:1 there is no revenue goal for 2026-04 [no-goal]"
    ]


def test_an_agreement_without_a_plan_has_none() -> None:
    assert plan_month(agreement_of(""), record_of(), month_of("2026-03")) is None


PARTS = """\
revenue: 12000
average_sale: 400
win_rate: {observed: customers_by_source, of: leads_by_source}
sales_cycle: 1 month
targets: {leads: leads_by_source}
by: source
"""
COHORTS = (
    "2026-02-01,leads_by_source,40,Events", "2026-02-01,leads_by_source,60,Social",
    "2026-02-01,customers_by_source,10,Events", "2026-02-01,customers_by_source,5,Social",
)  # fmt: skip


def by_source(rows: tuple[str, ...]) -> list[str]:
    days = [date(2026, 2, 1 + n).isoformat() for n in range(28)]
    zeros = [f"{day},leads_by_source,0,{source}" for day in days[1:] for source in ("Events", "Social")]
    return [*rows, *zeros, "2026-03-09,visits,1"]


def test_parts_that_are_not_agreed_are_as_they_came() -> None:
    plan = plan_of(PARTS, by_source(COHORTS), month="2026-04")
    assert [(part.segment, part.revenue, part.target) for part in plan.parts] == [
        ("Events", 8000, 80), ("Social", 4000, 120)
    ]  # fmt: skip


def test_parts_as_they_came_take_as_many_leads_as_the_whole_would() -> None:
    plan = plan_of(PARTS, by_source(COHORTS), month="2026-04")
    whole = plan_of(PARTS.replace("by: source\n", ""), by_source(COHORTS), month="2026-04")
    assert plan.leads == whole.leads == 200


def test_nothing_is_asked_of_a_segment_from_which_nothing_came() -> None:
    rows = [row.replace("_by_source,5,", "_by_source,0,") for row in by_source(COHORTS)]
    plan = plan_of(PARTS, rows, month="2026-04")
    assert ([part.segment for part in plan.parts], plan.unplanned) == (["Events"], ("Social",))


def test_why_a_segment_has_no_rate_names_it() -> None:
    text = PARTS + "segments: {Events: {part: 60%}, Social: {part: 40%}}\n"
    rows = [row.replace("_by_source,5,", "_by_source,0,") for row in by_source(COHORTS)]
    plan = plan_of(text, rows, month="2026-04")
    assert told(plan) == [
        (
            f"{WIN_RATE} a win rate of zero gives no plan: 0 customers_by_source of 60 leads_by_source"
            " from 2026-02-01 to 2026-02-28 (Social) [zero]"
        )
    ]
    assert plan.unplanned == ()


def test_nothing_is_said_of_segments_where_there_is_no_number() -> None:
    plan = plan_of(PARTS, by_source(COHORTS), month="2026-05")
    assert (plan.parts, plan.unplanned, len(plan.problems)) == ((), (), 1)
