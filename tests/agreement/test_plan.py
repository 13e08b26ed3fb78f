"""The plan's file: what it may say, and what a change of it does to the promises that rest on it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.plans import METRICS, agreement_of

from living_sla.agreement.amendments import amendments
from living_sla.agreement.commitments import Total
from living_sla.agreement.plan import Observed, ObservedCycle, parse_months
from living_sla.agreement.plan_coherence import metrics_of_plan
from living_sla.agreement.unused import unused_names

PLAN = """\
revenue: {2026-01: 120000, 2026-02: 125000}
average_sale: {observed: new_revenue, of: customers}
win_rate: {observed: customers, of: mqls}
sales_cycle: {observed: cycle_days, as: median}
targets: {leads: mqls}
spend: {sales: sales_spend}
baselines: [visits]
"""
PLANNED = "  - {id: volume, party: marketing, measure: {total: mqls, at_least: plan, every: month}}\n"
FIXED = PLANNED.replace("plan", "100")


def test_a_plan_may_be_left_out() -> None:
    assert agreement_of("").plan is None


def test_every_input_is_fixed_or_observed() -> None:
    plan = agreement_of(PLAN).plan
    assert plan is not None
    assert plan.revenue == {"2026-01": 120_000, "2026-02": 125_000}
    assert plan.average_sale == Observed(observed="new_revenue", of="customers")
    assert isinstance(plan.sales_cycle, ObservedCycle)
    assert (plan.sales_cycle.observed, plan.sales_cycle.as_) == ("cycle_days", "median")


def test_marketings_share_left_out_is_all_of_it() -> None:
    plan = agreement_of(PLAN).plan
    assert plan is not None
    assert plan.marketing_share == Fraction(1)


def test_every_line_of_a_plan_has_its_place() -> None:
    places = agreement_of(PLAN).places
    assert str(places["plan.sales_cycle"]) == "agreement/acme/plan.yml:4:1"
    assert str(places["plan.revenue.2026-02"]) == "agreement/acme/plan.yml:1:28"


@pytest.mark.parametrize(("typed", "months"), [("1 month", 1), ("2 months", 2), ("60 months", 60)])
def test_a_cycle_is_a_number_of_months(typed: str, months: int) -> None:
    assert parse_months(typed) == months


@pytest.mark.parametrize(
    "typed",
    ["0 months", "1 months", "2 month", "61 months", "6", 6, "six months", "2 weeks", "02 months", None],
)  # fmt: skip
def test_what_is_no_number_of_months_is_refused(typed: object) -> None:
    with pytest.raises(ValueError, match=r"is not a number of months|is too long"):
        parse_months(typed)


def test_a_target_may_be_left_to_the_plan() -> None:
    (commitment,) = agreement_of(PLAN, PLANNED).commitments
    assert commitment.measure == Total(total="mqls", at_least="plan", every="month")


def test_the_metrics_of_a_plan_are_used() -> None:
    agreement = agreement_of(PLAN)
    assert agreement.plan is not None
    used = metrics_of_plan(agreement.plan)
    assert used == {"mqls", "new_revenue", "customers", "cycle_days", "sales_spend", "visits"}
    unused = {row.name for row in unused_names(agreement) if row.noun == "metric"}
    assert used.isdisjoint(unused)
    assert "office_leads" in METRICS
    assert "office_leads" in unused


# --- amendments


def changes(old: tuple[str, str], new: tuple[str, str]) -> list[tuple[str, str, tuple[str, ...]]]:
    rows = amendments(agreement_of(*old), agreement_of(*new))
    return [(row.kind.value, "/".join(row.path), row.affects) for row in rows]


def test_a_plan_that_is_the_same_is_no_amendment() -> None:
    assert changes((PLAN, PLANNED), (PLAN + "# A comment\n", PLANNED)) == []


def test_a_changed_input_redefines_what_is_left_to_the_plan() -> None:
    new = PLAN.replace("2026-02: 125000", "2026-02: 130000")
    assert changes((PLAN, PLANNED), (new, PLANNED)) == [("redefined", "plan/revenue/2026-02", ("volume",))]


def test_a_changed_input_affects_no_fixed_target() -> None:
    new = PLAN.replace("{observed: customers, of: mqls}", "5%")
    assert changes((PLAN, FIXED), (new, FIXED)) == [("redefined", "plan/win_rate", ())]


def test_a_plan_is_added_and_removed_as_a_whole() -> None:
    assert changes(("", FIXED), (PLAN, FIXED)) == [("added", "plan", ())]
    assert changes((PLAN, FIXED), ("", FIXED)) == [("removed", "plan", ())]


def test_a_target_that_is_left_to_the_plan_is_redefined() -> None:
    assert changes((PLAN, FIXED), (PLAN, PLANNED)) == [
        ("redefined", "commitments/volume/measure/at_least", ("volume",))
    ]


def test_a_target_that_is_no_longer_left_to_the_plan_is_redefined() -> None:
    weekly = FIXED.replace("every: month", "every: week")
    assert changes((PLAN, PLANNED), (PLAN, weekly)) == [
        ("redefined", "commitments/volume/measure", ("volume",))
    ]
