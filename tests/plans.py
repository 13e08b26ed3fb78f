"""Plans of an agreement written as its files are, and of a record written as rows of CSV."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.loading import Agreement, parse_agreement
from living_sla.diagnostics import Place
from living_sla.judge.periods import Period, Rhythm
from living_sla.judge.plan import Plan, plan_month
from living_sla.record.loading import Record
from living_sla.record.snapshots import Report, Series

if TYPE_CHECKING:
    from collections.abc import Iterable

AGREEMENT = """\
title: Marketing and Sales
version: "1.0.0"
effective: 2026-01-01
parties:
  marketing: {name: Marketing}
  sales: {name: Sales}
calendar: {timezone: Europe/Amsterdam}
"""
METRICS = """\
metrics:
  mqls: {label: MQLs, unit: leads, expected: daily}
  leads_by_source:
    {label: Leads, unit: leads, expected: daily, segments: source, segment_values: [Events, Social]}
  leads_by_region: {label: Leads, unit: leads, segments: region}
  office_leads: {label: Leads, unit: leads, expected: working-days}
  leads_monthly: {label: Leads, unit: leads, expected: monthly}
  customers: {label: Customers, unit: customers}
  customers_by_source: {label: Customers, unit: customers, segments: source}
  customers_by_region: {label: Customers, unit: customers, segments: region}
  new_revenue: {label: New revenue, unit: money}
  revenue_by_region: {label: New revenue, unit: money, segments: region}
  marketing_spend: {label: Spend of marketing, unit: money}
  daily_spend: {label: Spend of marketing, unit: money, expected: daily}
  sales_spend: {label: Spend of sales, unit: money}
  cycle_days: {label: Sales cycle, unit: days}
  cycle_months: {label: Sales cycle, unit: months}
  visits: {label: Visits, unit: visits}
"""
FUNNEL = """\
funnel:
  - {id: mql, name: MQL, owner: marketing}
  - {id: sql, name: SQL, owner: sales}
  - {id: customer, name: Customer, owner: sales}
"""
PLAN = "agreement/acme/plan.yml"


def agreement_of(plan: str, commitments: str = "") -> Agreement:
    """The agreement of the text of `plan.yml`, '' for none, and of lines of commitments."""
    files = {
        "agreement.yml": AGREEMENT,
        "commitments.yml": METRICS + (f"commitments:\n{commitments}" if commitments else ""),
        "definitions.yml": FUNNEL,
    }
    if plan:
        files["plan.yml"] = plan
    texts = {name: text.encode() for name, text in files.items()}
    return parse_agreement("acme", texts, shown_as="agreement/acme")


def record_of(rows: Iterable[str] = ()) -> Record:
    """The record of lines `date,metric,value[,segment]`, each day's reported in a file of its own."""
    series: dict[str, dict[tuple[date, str], tuple[Report, ...]]] = {}
    for line, row in enumerate(rows, start=2):
        text, metric, value, segment = (*row.split(","), "")[:4]
        day = date.fromisoformat(text)
        report = Report(_exact(value), day, Place(f"data/acme/snapshots/{day}.csv", line, 1))
        series.setdefault(metric, {})[day, segment] = (report,)
    return Record({name: Series(dict(sorted(found.items()))) for name, found in sorted(series.items())}, ())


def plan_of(plan: str, rows: Iterable[str] = (), *, month: str = "2026-03", commitments: str = "") -> Plan:
    """The plan of a month."""
    found = plan_month(agreement_of(plan, commitments), record_of(rows), month_of(month))
    assert found is not None
    return found


def month_of(month: str) -> Period:
    return Rhythm().period_of(date.fromisoformat(f"{month}-01"), "month")


def _exact(text: str) -> int | Fraction:
    return Fraction(text) if "." in text else int(text)
