"""What the plan's page says: of the example, and of small plans with one thing each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from tests.present.conftest import promise

from living_sla.agreement.quantities import parse_percent
from living_sla.judge.horizon import leads_commitment
from living_sla.judge.solving import Quantity
from living_sla.present.calculator import calculator_values, shown_text, typed_text
from living_sla.present.plan import plan_values
from living_sla.present.plan_clauses import plan_clauses
from living_sla.present.plan_months import month_plan
from living_sla.present.subject import Source, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.agreement.quantities import Exact
    from living_sla.pipeline import Site
    from living_sla.present.pages import Page
    from living_sla.present.subject import Standing

    Planned = Callable[..., Standing]

TIMES = "\N{MULTIPLICATION SIGN}"
JANUARY = "1 Jan 2026 \N{EN DASH} 31 Jan 2026"
FIXED = """\
revenue: 5000
average_sale: 100
win_rate: 50%
targets: {leads: mqls}
"""
OBSERVED = """\
revenue: 12000
average_sale: 400
win_rate: {observed: customers, of: mqls}
sales_cycle: {observed: cycle_days, as: median}
targets: {leads: mqls}
"""
ROWS = [
    *(f"2026-01-{day:02},mqls,10" for day in range(1, 32)),
    "2026-01-05,customers,31",
    "2026-02-20,cycle_days,29",
    "2026-03-19,mqls,7",
]
VOLUME = promise("total: mqls, at_least: 90, every: month", id_="volume")


def told(standing: Standing) -> dict[str, Any]:
    return plan_values(Subject(standing, Source()))


@pytest.fixture(scope="module")
def page(example: Site) -> Page:
    (found,) = (page for page in example.pages if page.url == "marketing-sales/plan/")
    return found


def test_the_example_says_first_what_the_month_asks_for(page: Page) -> None:
    assert page.values["found"] == [
        "A goal of $150,000 asks for 366 marketing-qualified leads, which are to bring $127,500.",
        (
            "So far 312 came: 263 of them worth $80,007 at what a lead of each source was worth when the "
            "month was frozen, the other 49 from where the plan asks for nothing."
        ),
        "November 2026 was frozen on data of 31 Oct 2026, and asked for 424 then.",
        "Marketing-qualified leads: today's inputs ask for 366, agreed are 500.",
    ]


def test_the_segments_of_the_example_add_up_to_its_leads(page: Page) -> None:
    parts = page.values["parts"]
    leads = {row["name"]: row["leads"] for row in parts["rows"]}
    assert leads == {"Organic search": "126", "Paid search": "95", "Referral": "60", "Events": "85"}
    assert (parts["by"], parts["total"]["leads"], page.values["unplanned"]) == ("Source", "366", "Social")


def test_only_an_agreement_with_a_plan_has_the_tab(example: Site, planned: Planned) -> None:
    (page,) = (page for page in example.pages if page.url == "marketing-sales/data/")
    assert ("Plan", "marketing-sales/plan/", "") in page.values["tabs"]
    assert month_plan(planned("")) is None


def test_a_fixed_input_names_its_line_and_an_observed_one_its_rows(planned: Planned) -> None:
    rows = {row["name"]: row for row in told(planned(OBSERVED, ROWS))["inputs"]}
    assert (rows["Revenue goal"]["source"], rows["Revenue goal"]["place"]) == ("", "plan.yml, line 1")
    assert rows["Win rate"] == {
        "name": "Win rate",
        "value": "10%",
        "source": f"31 Customers (1 row of 1 file) ÷ 310 MQLs (31 rows of 1 file), {JANUARY}",
        "files": "2026-03-20.csv",
        "place": "plan.yml, line 3",
        "url": "",
    }
    assert rows["Sales cycle"]["source"] == "median 29 days, rounded up to months: Sales cycle of 20 Feb 2026"


def test_the_window_says_why_it_looks_at_these_leads(planned: Planned) -> None:
    window = told(planned(OBSERVED, ROWS))["window"]
    assert window.startswith(f"What is observed are the leads created {JANUARY}: from two ")


def test_the_steps_of_a_plan_are_told_in_order(planned: Planned) -> None:
    ((segment, lines),) = told(planned(FIXED))["steps"]
    assert (segment, [str(line) for line in lines]) == (
        "",
        [
            "customers: $5,000 ÷ $100 = 50",
            "leads: 50 ÷ 50% = 100",
            f"value of a lead: $100 {TIMES} 50% = $50",
        ],
    )


def test_a_step_below_the_name_of_its_segment_does_not_repeat_it(page: Page) -> None:
    segment, lines = page.values["steps"][0]
    names = ["customers", "leads", "value of a lead", "visits"]
    assert (segment, [line.name for line in lines]) == ("Organic search", names)


def test_too_little_history_is_said_in_words_and_no_number_is_shown(planned: Planned) -> None:
    values = told(planned(OBSERVED))
    assert [problem["message"] for problem in values["problems"]] == [
        "no cycle_days was reported before 2026-03-01"
    ]
    assert (values["found"], values["parts"], values["steps"], values["effort"]) == ([], None, [], None)


def test_a_rate_of_zero_is_said_in_words(planned: Planned) -> None:
    rows = [row for row in ROWS if ",customers," not in row]
    (problem,) = told(planned(OBSERVED, [*rows, "2026-01-05,customers,0"]))["problems"]
    assert (problem["message"], problem["place"]) == (
        "a win rate of zero gives no plan: 0 customers of 310 mqls from 2026-01-01 to 2026-01-31",
        "plan.yml, line 3",
    )


def test_before_the_agreement_begins_its_first_month_is_planned(planned: Planned) -> None:
    assert told(planned(FIXED, as_of="2025-11-02"))["month"] == "January 2026"


def test_capacity_below_the_plan_is_marked(planned: Planned) -> None:
    values = told(planned(FIXED + "capacity: {representatives: 3, leads_each: 30}\n"))
    words = f"Capacity: 3 representatives {TIMES} 30 leads = 90, 10 leads more than sales can work"
    assert values["capacity"] == words


def test_campaigns_are_held_against_the_gap(planned: Planned) -> None:
    campaign = "campaigns: [{name: Fair, from: 2026-03-01, to: 2026-04-30, leads: 61, spend: 900}]\n"
    effort = told(planned(FIXED + "without_campaigns: 40\n" + campaign))["effort"]
    (row,) = effort.pop("rows")
    assert (row["expected"], row["all"], row["spend"]) == ("31", "61", "$900")
    assert effort == {"baseline": "40", "expected": "31", "needed": "100", "gap": "29"}


def test_a_plan_of_no_campaigns_has_no_such_section(planned: Planned) -> None:
    assert told(planned(FIXED))["effort"] is None


def test_what_was_spent_is_held_against_what_came(planned: Planned) -> None:
    spend = (
        FIXED.replace("leads: mqls", "leads: mqls, revenue: new_revenue") + "spend: {sales: sales_spend}\n"
    )
    rows = ["2026-02-10,new_revenue,3000", "2026-02-28,sales_spend,1200", "2026-03-10,new_revenue,1"]
    assert told(planned(spend, rows))["returns"] == {
        "parties": ["Sales"],
        "rows": [
            {
                "month": "February 2026",
                "revenue": "$3,000",
                "spent": ["$1,200"],
                "total": "$1,200",
                "ratio": "$2.50",
                "gain": "150%",
            }
        ],
        "left_out": [],
    }


def test_spend_that_is_not_reported_has_no_return(planned: Planned) -> None:
    spend = (
        FIXED.replace("leads: mqls", "leads: mqls, revenue: new_revenue") + "spend: {sales: sales_spend}\n"
    )
    assert told(planned(spend, ["2026-02-10,new_revenue,3000"]))["returns"] == {
        "parties": ["Sales"],
        "rows": [],
        "left_out": ["February 2026: spend of sales, not reported"],
    }


def test_a_month_of_which_spend_is_reported_on_3_of_28_days_has_no_return(planned: Planned) -> None:
    spend = (
        FIXED.replace("leads: mqls", "leads: mqls, revenue: new_revenue") + "spend: {sales: daily_spend}\n"
    )
    rows = ["2026-02-10,new_revenue,3000", *(f"2026-02-0{day},daily_spend,40" for day in (1, 2, 3))]
    returns = told(planned(spend, rows))["returns"]
    assert (returns["rows"], returns["left_out"]) == (
        [], ["February 2026: spend of marketing, 3 of 28 days reported"],
    )  # fmt: skip


def test_a_target_that_has_drifted_comes_with_its_proposal(planned: Planned) -> None:
    assert told(planned(FIXED, ["2026-03-19,mqls,7"], commitments=VOLUME))["drift"] == [
        (
            "MQLs: today's inputs ask for 100, agreed are 90",
            (
                "To propose what they ask for from 2026-04 on, in a version effective on 2026-04-01 or "
                "later, replace the measure of volume in commitments.yml by:"
            ),
            "  - id: volume\n    measure: {total: mqls, at_least: 100, every: month}\n",
        )
    ]


def test_a_proposal_keeps_all_months_and_sets_none_that_has_begun(planned: Planned) -> None:
    table = "total: mqls, at_least: {2026-02: 70, 2026-03: 80, 2026-05: 95}, every: month"
    standing = planned(FIXED, ["2026-03-19,mqls,7"], commitments=promise(table, id_="volume"))
    ((_, _, yaml),) = told(standing)["drift"]
    assert "at_least: {2026-02: 70, 2026-03: 80, 2026-04: 100, 2026-05: 95}, every: month" in yaml


def test_a_frozen_month_that_has_drifted_stays_and_nothing_is_proposed(planned: Planned) -> None:
    plan = promise("total: mqls, at_least: plan, every: month", id_="volume")
    rows = [*ROWS, "2026-01-06,customers,31"]
    standing = planned(OBSERVED, rows, commitments=plan, frozen={"2026-03": "2026-03-20"})
    ledger = standing.record.plan["2026-03"].model_copy(update={"targets": {"mqls": 400}})
    found = told(replace(standing, record=replace(standing.record, plan={"2026-03": ledger})))["drift"]
    assert found == [
        (
            "MQLs: today's inputs ask for 150, frozen are 400",
            (
                "A frozen month stays as it is; another target is agreed by a new version of the agreement; "
                "2026-04, the next to begin, is worked out anew until it is frozen"
            ),
            "",
        )
    ]


def test_what_came_in_a_frozen_month_is_worth_what_was_frozen_everywhere(planned: Planned) -> None:
    standing = planned(OBSERVED, ROWS, frozen={"2026-03": "2026-03-20"})
    ledger = standing.record.plan["2026-03"]
    (part,) = ledger.parts
    ledger = ledger.model_copy(update={"parts": (part.model_copy(update={"lead_value": 50}),)})
    values = told(replace(standing, record=replace(standing.record, plan={"2026-03": ledger})))
    assert values["frozen"][0]["value"] == "$350"
    assert values["found"][1] == (
        "So far 7 came, worth $350 at what a lead was worth when the month was frozen."
    )


def test_leads_that_all_came_from_where_nothing_is_asked_have_no_worth(planned: Planned) -> None:
    rows = ["2026-03-02,leads_by_source,4,Social"]
    standing = planned(SPLIT, rows, frozen={"2026-03": "2026-02-20"})
    ledger = standing.record.plan["2026-03"]
    ledger = ledger.model_copy(update={"parts": ledger.parts[:1]})
    values = told(replace(standing, record=replace(standing.record, plan={"2026-03": ledger})))
    assert values["found"][1] == "So far 4 came, all from where the plan asks for nothing."


def test_a_month_frozen_before_the_plan_had_a_target_for_leads_says_so(planned: Planned) -> None:
    standing = planned(OBSERVED, ROWS, frozen={"2026-03": "2026-03-20"})
    ledger = standing.record.plan["2026-03"].model_copy(update={"targets": {"customers": 30}})
    values = told(replace(standing, record=replace(standing.record, plan={"2026-03": ledger})))
    assert values["found"][2] == (
        "March 2026 was frozen on data of 20 Mar 2026, and the plan set no target for MQLs then; "
        "a frozen month stays as it is; another target is agreed by a new version of the agreement."
    )
    assert values["frozen"][0]["asked"] == "\N{EM DASH}"


def test_a_frozen_month_has_inputs_results_what_was_agreed_and_what_came(planned: Planned) -> None:
    rows = ["2026-02-02,mqls,60", "2026-02-03,mqls,20", "2026-03-19,mqls,5"]
    (month,) = told(planned(FIXED, rows, commitments=VOLUME, frozen={"2026-02": "2026-01-31"}))["frozen"]
    inputs = month.pop("inputs")
    assert month == {
        "month": "February 2026",
        "when": "on data of 31 Jan 2026, by version 1.0.0",
        "revenue": "$5,000",
        "average_sale": "$100",
        "win_rate": "50%",
        "customers": "50",
        "asked": "100",
        "agreed": "90",
        "came": "80",
        "value": "$4,000",
        "unvalued": "",
    }
    assert inputs[0] == ("revenue goal", "$5,000", "fixed, agreement/acme/plan.yml:1")


def test_a_frozen_month_that_still_runs_says_so(planned: Planned) -> None:
    (month,) = told(planned(FIXED, ["2026-03-02,mqls,60"], frozen={"2026-03": "2026-03-02"}))["frozen"]
    assert (month["came"], month["value"]) == ("60 so far", "$3,000")
    assert month["when"] == "on data of 2 Mar 2026, after the month had begun, by version 1.0.0"


def test_a_frozen_month_of_which_nothing_is_reported_has_no_number(planned: Planned) -> None:
    (month,) = told(planned(FIXED, frozen={"2026-03": "2026-02-20"}))["frozen"]
    assert (month["came"], month["value"], month["agreed"]) == ("—", "—", "—")


def test_what_an_input_was_observed_from_is_kept_in_a_frozen_month(planned: Planned) -> None:
    (month,) = told(planned(OBSERVED, ROWS, frozen={"2026-03": "2026-03-20"}))["frozen"]
    origins = {name: origin for name, _, origin in month["inputs"]}
    assert origins["sales cycle"] == "median 29 days, rounded up to months: Sales cycle of 20 Feb 2026"
    assert origins["win rate"] == f"31 Customers (1 row) ÷ 310 MQLs (31 rows), {JANUARY}"


def test_money_that_a_frozen_month_was_worked_out_from_has_its_sign(planned: Planned) -> None:
    text = OBSERVED.replace("400", "{observed: new_revenue, of: customers}")
    rows = [*ROWS, "2026-01-06,new_revenue,12400.5"]
    (month,) = told(planned(text, rows, frozen={"2026-03": "2026-03-20"}))["frozen"]
    origins = {name: origin for name, _, origin in month["inputs"]}
    assert origins["average sale"] == f"$12,400 New revenue (1 row) ÷ 31 Customers (1 row), {JANUARY}"


def test_the_stages_of_a_frozen_rate_have_their_names(planned: Planned) -> None:
    stages = "\n  - {from: mql, to: sql, rate: 50%}\n  - {from: sql, to: customer, rate: 20%}"
    (month,) = told(planned(FIXED.replace(" 50%", stages), frozen={"2026-03": "2026-03-20"}))["frozen"]
    assert [name for name, _, _ in month["inputs"]][-2:] == [
        "win rate, MQL to SQL",
        "win rate, SQL to Customer",
    ]


def test_without_a_frozen_month_the_next_to_freeze_is_named(planned: Planned) -> None:
    values = told(planned(FIXED))
    assert (values["frozen"], values["next_month"]) == ([], "2026-04")


def test_the_next_month_to_freeze_has_not_begun_when_the_newest_report_came(planned: Planned) -> None:
    standing = planned(FIXED, ["2026-03-31,mqls,9"], as_of="2026-04-02")
    as_built = replace(standing, as_of=date(2026, 3, 31))
    assert [told(one)["next_month"] for one in (standing, as_built)] == ["2026-05", "2026-05"]


def test_the_usual_month_says_how_much_of_it_is_known(planned: Planned) -> None:
    (row,) = told(planned(OBSERVED, ROWS))["baselines"]
    assert row == {
        "label": "MQLs",
        "asked": "300",
        "of": "",
        "mean": "310",
        "least": "310",
        "most": "310",
        "known": "1 of 12 months",
    }


def test_a_target_of_customers_says_that_they_are_those_from_marketings_leads(planned: Planned) -> None:
    standing = planned(FIXED.replace("mqls}", "mqls, customers: customers}"))
    rows = {row["label"]: row["of"] for row in told(standing)["baselines"]}
    assert rows == {"MQLs": "", "Customers": "customers from marketing's leads"}
    facts = dict((plan_clauses(standing.agreement) or {})["facts"])
    assert facts["Sets targets for"] == "MQLs and customers (customers from marketing's leads)"


def test_a_usual_month_without_history_is_no_number(planned: Planned) -> None:
    (row,) = told(planned(FIXED))["baselines"]
    assert (row["mean"], row["known"]) == ("too little history", "0 of 12 months")


@pytest.mark.parametrize(
    ("quantity", "value", "text"),
    [
        (Quantity.REVENUE, 150000, "150000"),
        (Quantity.AVERAGE_SALE, Fraction(33477, 2), "16738.5"),
        (Quantity.AVERAGE_SALE, Fraction(100, 3), "100/3"),
        (Quantity.WIN_RATE, Fraction(1, 20), "5%"),
        (Quantity.SHARE, 1, "100%"),
        (Quantity.WIN_RATE, Fraction(20, 1041), "20/1041"),
    ],
)
def test_an_exact_number_can_be_typed(quantity: Quantity, value: int | Fraction, text: str) -> None:
    assert typed_text(quantity, value) == text


def test_a_percentage_that_is_typed_is_one_that_plan_yml_takes() -> None:
    assert parse_percent(typed_text(Quantity.WIN_RATE, Fraction(1, 64))) == Fraction(1, 64)


def promised(planned: Planned, measure: str) -> str:
    plan = month_plan(planned(FIXED, commitments=promise(measure, id_="volume")))
    assert plan
    return str(calculator_values(plan)["promise"])


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("90", "at_least: LEADS"),
        ("{2026-04: 80, 2026-02: 90}", "at_least: {2026-02: 90, 2026-03: LEADS, 2026-04: 80}"),
    ],
)
def test_the_calculator_fills_in_the_promise_that_asks_for_the_leads(
    planned: Planned, target: str, text: str
) -> None:
    found = promised(planned, f"total: mqls, at_least: {target}, every: month, by: 20th")
    assert found == f"  - id: volume\n    measure: {{total: mqls, {text}, every: month, by: 20}}\n"


@pytest.mark.parametrize(
    "other",
    [
        promise("total: mqls, at_most: 900, every: month", id_="cap"),
        promise("total: mqls, at_least: 40, every: month", id_="worked", party="sales"),
        promise("total: mqls, at_least: 900, every: quarter", id_="quarter"),
        promise("total: visits, at_least: 900, every: month", id_="visits"),
    ],
    ids=["a limit", "of sales", "of a quarter", "of another metric"],
)
def test_the_promise_of_the_leads_is_what_marketing_owes_each_month(planned: Planned, other: str) -> None:
    plan = month_plan(planned(FIXED, commitments=other + VOLUME))
    assert plan
    assert calculator_values(plan)["promise"] == (
        "  - id: volume\n    measure: {total: mqls, at_least: LEADS, every: month}\n"
    )


def test_a_promise_of_sales_is_not_that_of_marketing(planned: Planned) -> None:
    of_sales = promise("total: mqls, at_least: 40, every: month", party="sales")
    assert leads_commitment(planned(FIXED, commitments=of_sales).agreement) is None


SPLIT = """\
revenue: {2026-02: 70000, 2026-03: 80000}
average_sale: 500
win_rate: 10%
targets: {leads: leads_by_source}
by: source
segments: {Events: {part: 75%, average_sale: 600}, Social: {part: 25%}}
"""


def test_the_calculator_knows_the_segments_and_what_differs_between_them(planned: Planned) -> None:
    values = told(planned(SPLIT))["calculator"]
    assert (values["weights"], values["differing"], values["is_split"]) == ("5/7 2/7", "average-sale", True)


def test_the_calculator_of_a_plan_without_segments_knows_none(planned: Planned) -> None:
    values = told(planned(FIXED))["calculator"]
    assert (values["weights"], values["differing"], values["goals"]) == ("", "", "")


def test_a_table_of_goals_is_filled_in_whole(planned: Planned) -> None:
    assert told(planned(SPLIT))["calculator"]["goals"] == ("revenue:\n  2026-02: 70000\n  2026-03: REVENUE\n")


def test_a_target_left_to_the_plan_needs_no_promise(planned: Planned) -> None:
    assert not promised(planned, "total: mqls, at_least: plan, every: month")


def test_the_fields_of_the_calculator_hold_the_plans_own_numbers(planned: Planned) -> None:
    fields = {row["key"]: row["value"] for row in told(planned(FIXED))["calculator"]["fields"]}
    assert fields == {
        "revenue": "5000",
        "share": "100%",
        "average-sale": "100",
        "win-rate": "50%",
        "customers": "",
        "leads": "",
    }


def test_a_field_shows_a_fraction_as_a_percentage_and_keeps_it_underneath(planned: Planned) -> None:
    rows = [*ROWS, "2026-01-31,customers,2"]
    fields = told(planned(OBSERVED, rows))["calculator"]["fields"]
    found = {row["key"]: (row["value"], row["shown"]) for row in fields}
    assert (found["win-rate"], found["share"]) == (("33/310", "10.6452%"), ("100%", "100%"))


@pytest.mark.parametrize(
    ("quantity", "value", "text"),
    [
        (Quantity.WIN_RATE, Fraction(29, 1383), "2.0969%"),
        (Quantity.AVERAGE_SALE, Fraction(20000, 3), "6666.67"),
        (Quantity.AVERAGE_SALE, Fraction(33477, 2), "16738.5"),
        (Quantity.WIN_RATE, Fraction(1, 30_000_000), "1/30000000"),
    ],
)
def test_a_number_is_shown_as_it_is_read(quantity: Quantity, value: Exact, text: str) -> None:
    assert shown_text(quantity, value) == text


def test_the_fields_are_empty_where_there_is_no_number(planned: Planned) -> None:
    assert not any(row["value"] for row in told(planned(OBSERVED))["calculator"]["fields"])


def test_the_document_says_what_is_agreed_on_the_plan(planned: Planned) -> None:
    text = (
        OBSERVED.replace("revenue: 12000", "revenue: {2026-03: 12000}")
        + "capacity: {representatives: 2, leads_each: 90}\n"
    )
    clauses = plan_clauses(planned(text, ROWS).agreement)
    assert clauses == {
        "goals": [("2026-03", "$12,000")],
        "facts": [
            ("Marketing's share", "100%"),
            ("Average sale", "$400"),
            ("Win rate", "as observed: customers ÷ MQLs"),
            ("Sales cycle", "as last reported: sales cycle (median)"),
            ("Sets targets for", "MQLs"),
            ("Sales can work", "2 representatives, 90 leads a month each"),
        ],
        "campaigns": [],
    }


def test_an_agreement_without_a_plan_has_no_such_section(planned: Planned) -> None:
    assert plan_clauses(planned("").agreement) is None


def test_stages_and_segments_are_told_by_their_names(planned: Planned) -> None:
    text = (
        "revenue: 20000\naverage_sale: 500\nby: source\ntargets: {leads: leads_by_source}\n"
        "win_rate: [{from: mql, to: sql, rate: 50%}, {from: sql, to: customer, rate: 10%}]\n"
        "segments: {Events: {part: 75%, win_rate: 7%}, Social: {part: 25%}}\n"
    )
    clauses = plan_clauses(planned(text).agreement)
    assert clauses
    facts = dict(clauses["facts"])
    assert facts["Win rate"] == "MQL to SQL: 50%; SQL to Customer: 10%"
    assert facts["Events"] == "75% of marketing's revenue; win rate 7%"
