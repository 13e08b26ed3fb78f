"""What one more point of conversion is worth a month, and when it is not said."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from tests.plans import record_of

from living_sla.agreement.loading import Agreement, parse_agreement
from living_sla.judge.funnel import judge_funnel
from living_sla.judge.opportunities import Gap, Opportunities, Sale, average_sale, find_opportunities
from living_sla.judge.periods import Rhythm

TERMS = """\
title: Marketing and Sales
version: "1.0.0"
effective: 2026-01-01
parties: {marketing: {name: Marketing}, sales: {name: Sales}}
calendar: {timezone: Europe/Amsterdam}
"""
METRICS = """\
metrics:
  leads: {label: Leads, unit: leads, segments: source}
  won: {label: Won, unit: customers, segments: source}
  sqls: {label: SQLs, unit: leads}
  customers: {label: Customers, unit: customers}
  revenue: {label: Revenue, unit: money}
commitments:
  - {id: revenue, party: sales, measure: {total: revenue, at_least: 1, every: month}}
"""
FUNNEL = """\
funnel:
  - {id: lead, name: Lead, owner: marketing, metric: leads}
  - {id: sql, name: SQL, owner: sales, metric: sqls}
  - {id: customer, name: Customer, owner: sales, metric: customers}
"""
MEASURES = "measures: {close_rate: {won: won, of: leads}}\n"
AS_OF = date(2026, 3, 31)
# a month: 1,000 leads, 200 SQLs, 20 customers, 40,000 of revenue
MONTH = (
    "leads,600,Web", "leads,380,Fair", "leads,20,Friends", "won,12,Web", "won,19,Fair", "won,2,Friends",
    "sqls,200", "customers,20", "revenue,40000",
)  # fmt: skip
ROWS = [f"2026-{month:02}-10,{row}" for month in (1, 2, 3) for row in MONTH]


def agreement(**files: str) -> Agreement:
    texts = {"agreement": TERMS, "commitments": METRICS, "definitions": FUNNEL} | files
    encoded = {f"{name.replace('_', '-')}.yml": text.encode() for name, text in texts.items() if text}
    return parse_agreement("acme", encoded, shown_as="agreement/acme")


def find(rows: list[str], *, as_of: date = AS_OF, **files: str) -> Opportunities:
    agreed, record = agreement(**files), record_of(rows)
    return find_opportunities(agreed, record, judge_funnel(agreed, record, as_of))


def test_a_point_between_stages_is_worth_the_customers_it_brings_in_the_end() -> None:
    found = find(ROWS)
    # 1% of 1,000 leads = 10 SQLs, of which 20 / 200 are won = 1 customer of 2,000
    # 1% of 200 SQLs = 2 customers of 2,000
    assert [(row.name, row.to, row.customers, row.worth) for row in found.stages] == [
        ("SQL", "Customer", 2, 4000),
        ("Lead", "SQL", 1, 2000),
    ]


def test_the_arithmetic_is_told_by_the_month() -> None:
    sqls, leads = find(ROWS).stages
    assert (leads.entered, leads.share, leads.onward) == (1000, Fraction(1, 5), Fraction(1, 10))
    assert (sqls.entered, sqls.share, sqls.onward) == (200, Fraction(1, 10), 1)


def test_a_point_of_a_source_is_worth_its_leads_in_customers() -> None:
    found = find(ROWS, lead_management=MEASURES)
    assert [(row.name, row.customers, row.worth) for row in found.sources if row.is_ranked] == [
        ("Web", 6, 12_000),
        ("Fair", Fraction(19, 5), 7600),
    ]
    assert found.best == found.sources[0]


def test_a_small_source_is_told_and_not_ranked() -> None:
    found = find(ROWS, lead_management=MEASURES)
    assert [(row.name, row.is_ranked) for row in found.sources] == [
        ("Web", True), ("Fair", True), ("Friends", False),
    ]  # fmt: skip


def test_a_step_after_which_few_are_counted_is_not_ranked() -> None:
    rows = [row.replace("sqls,200", "sqls,9") for row in ROWS]
    assert [row.is_ranked for row in find(rows).stages] == [False, False]
    assert find(rows).best is None


def test_two_months_are_too_little_history() -> None:
    assert find(ROWS, as_of=date(2026, 2, 28)) == Opportunities(gap=Gap.HISTORY)


def test_the_average_sale_is_the_revenue_by_the_customers() -> None:
    assert find(ROWS).sale == Sale(Fraction(2000), 120_000, 60)


def test_an_average_sale_that_the_plan_says_is_taken() -> None:
    plan = "revenue: 40000\naverage_sale: 2500\nwin_rate: 10%\ntargets: {leads: leads}\n"
    months = list(Rhythm().periods(date(2026, 1, 1), AS_OF, "month"))
    assert average_sale(agreement(plan=plan), record_of(ROWS), months) == Sale(2500)


def test_a_month_without_revenue_does_not_count_into_the_average() -> None:
    rows = [row for row in ROWS if row != "2026-02-10,revenue,40000"]
    assert find(rows).sale == Sale(Fraction(2000), 80_000, 40)


def test_without_customers_or_revenue_no_sale_is_known() -> None:
    assert find([row for row in ROWS if "revenue" not in row]).gap is Gap.SALE
    assert find([row for row in ROWS if "customers" not in row]).gap is Gap.SALE
    two = f"{METRICS}  - {{id: more, party: sales, measure: {{total: other, at_least: 1, every: month}}}}\n"
    two = two.replace("commitments:", "  other: {label: Other, unit: money}\ncommitments:")
    assert find(ROWS, commitments=two).gap is Gap.SALE


DAILY = METRICS.replace(
    "sqls: {label: SQLs, unit: leads}", "sqls: {label: SQLs, unit: leads, expected: daily}"
)


def daily(*lacking: str) -> list[str]:
    """The rows, and SQLs on all other days of the three months, without those that are lacking."""
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(90))
    return [*ROWS, *(f"{day},sqls,0" for day in days if day.day != 10 and f"{day}" not in lacking)]


def test_a_month_that_was_not_reported_in_full_is_no_basis() -> None:
    whole = find(daily(), commitments=DAILY)
    assert [row.name for row in whole.stages] == ["SQL", "Lead"]
    assert find(daily("2026-02-05"), commitments=DAILY).gap is Gap.HISTORY


def test_an_average_month_is_one_of_those_reported_in_full() -> None:
    before = [f"2025-12-10,{row}" for row in MONTH if not row.startswith("sqls")]
    found = find([*before, *daily()], commitments=DAILY)
    assert [(row.name, row.entered) for row in found.stages] == [("SQL", 200), ("Lead", 1000)]


def test_revenue_of_a_month_without_all_reports_is_no_part_of_the_average_sale() -> None:
    monthly = METRICS.replace("unit: money}", "unit: money, expected: weekly}")
    rows = [row for row in ROWS if "revenue" not in row]
    weekly = [f"2026-03-{day:02},revenue,9000" for day in (1, 8, 15, 22, 29, 31)]
    assert find([*rows, *weekly, "2026-01-10,revenue,5"], commitments=monthly).sale == Sale(
        Fraction(2700), 54_000, 20
    )


def test_without_rates_there_is_nothing_to_better() -> None:
    funnel = "funnel: [{id: customer, name: Customer, owner: sales, metric: customers}]\n"
    assert find(ROWS, definitions=funnel).gap is Gap.RATES
