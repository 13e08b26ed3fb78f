"""The calculation of a month in words: every step, every origin, and a proposal that can be pasted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from tests.plans import agreement_of, plan_of, record_of

from living_sla.judge.freezing import find_drift, freeze
from living_sla.judge.solving import Quantity
from living_sla.judge.verdicts import Goal
from living_sla.present.calculation import Calculation, plan_json, proposal, solution_text
from living_sla.present.changes import change_rows
from living_sla.present.text import Words

TIMES = "\N{MULTIPLICATION SIGN}"
PLAN = """\
revenue: 150000
marketing_share: 60%
average_sale: 4000
win_rate: 5.5%
targets: {leads: mqls}
visit_rate: 2%
capacity: {representatives: 4, leads_each: 90}
without_campaigns: 300
campaigns: [{name: Fair, from: 2026-03-01, to: 2026-03-31, leads: 50}]
"""


def steps(plan: str, *rows: str, month: str = "2026-03") -> list[str]:
    return [str(step) for step in Calculation(plan_of(plan, rows, month=month)).steps()]


def test_every_step_is_told_in_order_and_says_where_it_is_rounded() -> None:
    assert steps(PLAN) == [
        f"customers: $150,000 {TIMES} 60% ÷ $4,000 = 22.5",
        "leads: 22.5 ÷ 5.5% = 409.09 (410, rounded up here, and nowhere before)",
        f"value of a lead: $4,000 {TIMES} 5.5% = $220",
        "visits: 409.09 leads ÷ visit rate = 20,454.55 (20,455, rounded up here, and nowhere before)",
    ]  # fmt: skip


def test_a_number_that_is_whole_is_not_said_to_be_rounded() -> None:
    text = "revenue: 5000\naverage_sale: 100\nwin_rate: 50%\ntargets: {leads: mqls}\n"
    assert steps(text)[:2] == ["customers: $5,000 ÷ $100 = 50", "leads: 50 ÷ 50% = 100"]


def test_segments_are_told_one_by_one_and_added_up() -> None:
    text = (
        "revenue: 20000\naverage_sale: 500\nwin_rate: 10%\ntargets: {leads: leads_by_source}\nby: source\n"
        "segments: {Events: {part: 75%, win_rate: 7%}, Social: {part: 25%}}\n"
    )
    told = steps(text)
    assert told[0] == f"customers (Events): $20,000 {TIMES} 75% ÷ $500 = 30"
    assert told[-1] == "leads: 429 + 100 = 529"


def test_stages_are_told_by_their_names() -> None:
    text = (
        "revenue: 80000\naverage_sale: 4000\ntargets: {leads: mqls}\nwin_rate:\n"
        "  - {from: mql, to: sql, rate: 25%}\n  - {from: sql, to: customer, rate: 20%}\n"
    )
    assert "of these reach SQL: by the rates up to SQL = 100" in steps(text)


OBSERVED = """\
revenue: 12000
average_sale: 400
win_rate: {observed: customers, of: mqls}
sales_cycle: 1 month
targets: {leads: mqls}
"""
ROWS = [
    *(f"2026-02-{day:02},mqls,10" for day in range(1, 29) if day != 9),
    "2026-02-01,customers,27",
    "2026-03-01,mqls,10",
]


def origins(plan: str, rows: list[str], month: str = "2026-04") -> dict[str, str]:
    words = Calculation(plan_of(plan, rows, month=month))
    return {words.input_name(row): words.origin(row) for row in words.plan.inputs}


def test_a_fixed_input_is_told_with_its_line() -> None:
    assert origins(OBSERVED, ROWS)["average sale"] == "fixed, agreement/acme/plan.yml:2"


def test_an_observed_input_is_told_down_to_its_rows() -> None:
    assert origins(OBSERVED, ROWS)["win rate"] == (
        "27 Customers (1 row of 1 file) ÷ 270 MQLs (27 rows of 27 files), 1 Feb 2026 \N{EN DASH} 28 Feb 2026"
        ", without 1 day not reported; agreement/acme/plan.yml:3"
    )


def test_an_observed_cycle_is_told_as_median_or_mean() -> None:
    text = OBSERVED.replace("1 month", "{observed: cycle_days, as: mean}")
    told = origins(text, [*ROWS, "2026-03-31,cycle_days,14.5"])
    assert told["sales cycle"] == (
        "mean 14.5 days, rounded up to months: Sales cycle of 31 Mar 2026; agreement/acme/plan.yml:4"
    )


def test_capacity_is_told_with_what_is_too_much() -> None:
    assert Calculation(plan_of(PLAN)).capacity() == (
        f"capacity: 4 representatives {TIMES} 90 leads = 360, 50 leads more than sales can work"
    )


def test_capacity_that_is_enough_is_told_as_enough() -> None:
    words = Calculation(plan_of(PLAN.replace("4, leads_each", "5, leads_each")))
    assert words.capacity().endswith("= 450, enough")


def test_campaigns_are_told_against_the_gap() -> None:
    assert list(Calculation(plan_of(PLAN)).effort(record_of())) == [
        "without campaigns: 300 leads",
        "Fair: 50 leads expected",
        "gap to 410 leads: 60 leads",
    ]


def test_why_there_is_no_number_leaves_no_step_and_no_target() -> None:
    plan = plan_of(OBSERVED, [], month="2026-04")
    text = Calculation(plan).text(record_of())
    assert "leads:" not in text
    assert "target" not in text


# --- drift

PLANNED = "  - {id: volume, party: marketing, measure: {total: mqls, at_least: plan, every: month, by: 20}}\n"


def test_drift_from_a_frozen_month_is_told_with_both_numbers_and_proposes_nothing() -> None:
    ledger = freeze(plan_of(PLAN), as_of=date(2026, 2, 27))
    plan = plan_of(PLAN.replace("5.5%", "4.8%"), commitments=PLANNED)
    (drift,) = find_drift(plan, replace(record_of(["2026-03-01,mqls,9"]), plan={"2026-03": ledger}))
    words = Calculation(plan)
    assert words.drift(drift) == "MQLs: today's inputs ask for 469, frozen are 410"
    assert words.remedy(drift) == (
        "a frozen month stays as it is; another target is agreed by a new version of the agreement; 2026-04, "
        "the next to begin, is worked out anew until it is frozen"
    )
    assert not proposal(drift)


def test_a_proposal_loads_with_every_other_month_and_none_that_has_begun_changed() -> None:
    table = {"2026-01": 300, "2026-03": 412, "2026-04": 412, "2026-06": 500}
    said = ", ".join(f"{month}: {value}" for month, value in table.items())
    plan = plan_of(PLAN, commitments=PLANNED.replace("at_least: plan", f"at_least: {{{said}}}"))
    (drift,) = find_drift(plan, record_of(["2026-03-01,mqls,9"]))
    assert "in a version effective on 2026-04-01 or later" in Calculation(plan).remedy(drift)
    proposed = proposal(drift).replace("  - id: volume\n", "  - id: volume\n    party: marketing\n")
    measure = agreement_of("", proposed).commitments[0].measure
    assert (measure.at_least, measure.by) == (table | {"2026-04": 410}, 20)


def test_where_the_next_month_asks_for_what_is_agreed_nothing_is_proposed() -> None:
    goals = PLAN.replace("revenue: 150000", "revenue: {2026-03: 120000, 2026-04: 150000}")
    plan = plan_of(goals, commitments=PLANNED.replace("at_least: plan", "at_least: 410"))
    record = record_of(["2026-03-01,mqls,9"])
    (drift,) = find_drift(plan, record)
    assert Calculation(plan).remedy(drift) == (
        "the month has begun and keeps its target, and for 2026-04 the plan asks for no other"
    )
    assert "at_least" not in Calculation(plan).text(record)


def test_of_a_fixed_target_one_number_is_proposed() -> None:
    fixed = PLANNED.replace("at_least: plan", "at_least: 412")
    (drift,) = find_drift(plan_of(PLAN, commitments=fixed), record_of())
    assert Calculation(plan_of(PLAN)).drift(drift) == "MQLs: today's inputs ask for 410, agreed are 412"
    assert "at_least: 410, every: month" in proposal(drift)


def test_a_month_that_was_frozen_late_says_so() -> None:
    ledger = freeze(plan_of(PLAN), as_of=date(2026, 3, 5))
    told = Calculation(plan_of(PLAN)).text(replace(record_of(), plan={"2026-03": ledger}))
    assert "frozen on data of 2026-03-05, after the month had begun" in told


# --- solutions and JSON


@pytest.mark.parametrize(
    ("wanted", "value", "told"),
    [
        (Quantity.WIN_RATE, Fraction(1, 8), "win rate: 12.5%"),
        (Quantity.REVENUE, 160_000, "revenue goal: $160,000"),
        (Quantity.LEADS, Fraction(380, 3), "leads: 126.67, 127 rounded up"),
        (Quantity.LEADS, 100, "leads: 100"),
    ],
)
def test_a_solution_is_told_as_it_is_read(wanted: Quantity, value: int | Fraction, told: str) -> None:
    assert solution_text(wanted, value, "USD") == told


def test_json_holds_exact_numbers() -> None:
    (month,) = json.loads(plan_json([(plan_of(PLAN), record_of())]))
    assert month["targets"] == {"mqls": 410}
    assert [row["value"] for row in month["inputs"]] == [150_000, "3/5", 4000, "11/200", "1/50"]
    assert month["parts"][0]["leads"] == "4500/11"


# --- what a promise to keep the plan is called


def test_a_promise_to_keep_the_plan_is_told_in_a_plain_sentence() -> None:
    agreement = agreement_of(PLAN, PLANNED)
    assert Words(agreement).sentence(agreement.commitments[0]) == (
        "Marketing delivers at least the planned number of MQLs each month, by the 20th."
    )


def test_a_frozen_month_is_told_with_its_number() -> None:
    agreement = agreement_of(PLAN, PLANNED)
    assert "at least 410 MQLs" in Words(agreement).sentence(agreement.commitments[0], Goal(410))


def changes(old: tuple[str, str], new: tuple[str, str]) -> list[str]:
    return [row.sentence for row in change_rows(agreement_of(*old), agreement_of(*new))]


def test_a_change_of_the_plan_is_told_in_words() -> None:
    new = PLAN.replace("150000", "160000").replace("5.5%", "{observed: customers, of: mqls}")
    told = changes((PLAN, PLANNED), (new.replace("visit_rate: 2%", "sales_cycle: 2 months"), PLANNED))
    assert "Redefined: Plan, revenue $150,000 → $160,000." in told
    assert "Redefined: Plan, win rate 5.5% → observed: Customers of MQLs." in told
    assert "Added: Plan, sales cycle: 2 months." in told


def test_a_target_left_to_the_plan_is_told_as_such() -> None:
    fixed = PLANNED.replace("at_least: plan", "at_least: 412")
    assert changes((PLAN, fixed), (PLAN, PLANNED)) == [
        "Redefined: Volume, target 412 leads each month → what the plan asks for each month."
    ]
