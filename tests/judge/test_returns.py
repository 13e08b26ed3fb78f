"""What campaigns bring, and what spend returns."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.plans import agreement_of, month_of, plan_of, record_of

from living_sla.agreement.plan import Campaign
from living_sla.judge.periods import Rhythm
from living_sla.judge.returns import (
    expected_leads,
    plan_effort,
    return_on_spend,
)

REGIONS = """\
revenue: 20000
average_sale: 500
win_rate: 10%
targets: {leads: leads_by_region, revenue: new_revenue}
by: region
segments:
  East: {part: 75%, average_sale: 600}
  West: {part: 25%}
spend: {marketing: marketing_spend, sales: sales_spend}
without_campaigns: 100
campaigns:
  - {name: Fair, segment: East, from: 2026-02-15, to: 2026-03-14, leads: 56, spend: 9000}
  - {name: Webinar, from: 2026-03-10, to: 2026-03-11, leads: 20}
  - {name: Later, from: 2026-05-01, to: 2026-05-02, leads: 500}
"""
ROWS = (
    "2026-03-02,leads_by_region,10,East", "2026-03-02,leads_by_region,4,West",
    "2026-03-20,leads_by_region,3,East", "2026-04-01,leads_by_region,99,East",
)  # fmt: skip
MARCH = month_of("2026-03")


# --- campaigns


def test_a_campaign_brings_leads_by_even_days() -> None:
    fair = plan_of(REGIONS).terms.campaigns[0]
    assert [expected_leads(fair, month_of(month)) for month in ("2026-02", "2026-03", "2026-04")] == [
        28,
        28,
        0,
    ]


@given(
    leads=st.integers(0, 10**6),
    first=st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1)),
    days=st.integers(0, 400),
)
def test_the_months_of_a_campaign_add_up_to_all_of_it(leads: int, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    terms = {"name": "Fair", "from": first.isoformat(), "to": last.isoformat(), "leads": leads}
    campaign = Campaign.model_validate(terms)
    months = Rhythm().periods(first.replace(day=1), last, "month")
    assert sum(expected_leads(campaign, month) for month in months) == leads


def test_the_gap_is_what_neither_campaigns_nor_the_baseline_bring() -> None:
    effort = plan_effort(plan_of(REGIONS), record_of(ROWS))
    assert (effort.needed, effort.expected, effort.gap) == (350, 48, 350 - 100 - 48)


def test_a_campaign_of_another_month_is_not_counted() -> None:
    effort = plan_effort(plan_of(REGIONS), record_of(ROWS))
    assert [row.campaign.name for row in effort.contributions] == ["Fair", "Webinar"]


def test_enough_campaigns_leave_no_gap() -> None:
    text = REGIONS.replace("leads: 20}", "leads: 999}")
    assert plan_effort(plan_of(text), record_of(ROWS)).gap == 0


def test_what_came_in_a_campaigns_segment_is_of_its_days() -> None:
    effort = plan_effort(plan_of(REGIONS), record_of(ROWS))
    assert [row.came for row in effort.contributions] == [10, None]


# --- return on spend

MONEY = ("2026-03-01,new_revenue,9000", "2026-03-31,new_revenue,3000", "2026-03-01,marketing_spend,2000")


def test_return_on_spend_is_revenue_by_spend() -> None:
    rows = (*MONEY, "2026-03-02,sales_spend,3000", "2026-04-01,sales_spend,3000")
    found = return_on_spend(agreement_of(REGIONS), record_of(rows), MARCH)
    assert found is not None
    assert (found.revenue, found.total, found.ratio, found.gain) == (
        12_000, 5000, Fraction(12, 5), Fraction(7, 5)
    )  # fmt: skip


def test_what_was_spent_is_told_by_party() -> None:
    rows = (*MONEY, "2026-03-02,sales_spend,3000")
    found = return_on_spend(agreement_of(REGIONS), record_of(rows), MARCH)
    assert found is not None
    assert found.spent == {"marketing": 2000, "sales": 3000}


def test_without_the_spend_of_one_party_there_is_no_return_on_all() -> None:
    found = return_on_spend(agreement_of(REGIONS), record_of(MONEY), MARCH)
    assert found is not None
    assert (found.total, found.ratio, found.spent) == (None, None, {"marketing": 2000, "sales": None})


def test_nothing_spent_has_no_return() -> None:
    rows = (*MONEY[:2], "2026-03-01,marketing_spend,0", "2026-03-01,sales_spend,0")
    found = return_on_spend(agreement_of(REGIONS), record_of(rows), MARCH)
    assert found is not None
    assert (found.total, found.ratio) == (0, None)


def test_without_revenue_reported_there_is_no_return() -> None:
    found = return_on_spend(agreement_of(REGIONS), record_of(MONEY[2:]), MARCH)
    assert found is not None
    assert (found.revenue, found.ratio, found.is_whole) == (None, None, False)


def test_where_nothing_was_reported_there_is_nothing_to_tell() -> None:
    assert return_on_spend(agreement_of(REGIONS), record_of(), MARCH) is None


def test_spend_of_3_of_31_days_has_no_return() -> None:
    text = REGIONS.replace("sales_spend", "daily_spend")
    rows = (*MONEY, *(f"2026-03-0{day},daily_spend,50" for day in (1, 2, 3)))
    found = return_on_spend(agreement_of(text), record_of(rows), MARCH)
    assert found is not None
    assert (found.total, found.ratio, found.spent) == (None, None, {"marketing": 2000, "sales": None})
    (lacking,) = found.lacking.values()
    assert (lacking.value, lacking.reported, lacking.expected) == (150, 3, 31)
