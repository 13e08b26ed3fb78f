"""Plans on real leads and deals: windows, rates and amounts are those of truth/ and of the raw rows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import duckdb
import pytest
from tests.real.published import make_project
from tests.real.snapshots_from_raw import BLANK, table, write_maven_snapshots

from living_sla.agreement.plan import Observed
from living_sla.judge.commitments import work_calendar
from living_sla.judge.freezing import freeze
from living_sla.judge.observations import Observer
from living_sla.judge.periods import Rhythm
from living_sla.judge.plan import Plan, plan_month
from living_sla.judge.solving import Quantity
from living_sla.project import Loaded, Project, load_project
from living_sla.record.ledger import parse_ledger, render_ledger

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real_data

FIRST_LEAD, AFTER_THE_LEADS = date(2017, 6, 14), date(2018, 6, 1)
OLIST_AGREEMENT = """\
title: Olist
version: "1.0.0"
effective: 2017-06-14
parties: {marketing: {name: Marketing}, sales: {name: Sales}}
calendar: {timezone: America/Sao_Paulo}
currency: BRL
"""
OLIST_METRICS = """\
metrics:
  mqls: {label: MQLs, unit: leads, expected: daily, segments: origin}
  won: {label: Leads won, unit: leads, segments: origin}
"""
OLIST_PLAN = """\
revenue: 100000
average_sale: 1000
win_rate: {observed: won, of: mqls}
sales_cycle: 3 months
targets: {leads: mqls}
by: origin
"""
MAVEN_PLAN = """\
revenue: 1000000
marketing_share: 50%
average_sale: {observed: revenue, of: deals_won}
win_rate: {observed: deals_won, of: deals_closed}
sales_cycle: 3 months
targets: {leads: opportunities, revenue: revenue}
"""


@pytest.fixture(scope="module")
def olist(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """Leads by origin, and how many of each day's were ever won, as one report after the last deal."""
    root = tmp_path_factory.mktemp("olist")
    folder = root / "agreement" / "olist"
    folder.mkdir(parents=True)
    for name, text in (
        ("agreement.yml", OLIST_AGREEMENT),
        ("commitments.yml", OLIST_METRICS),
        ("plan.yml", OLIST_PLAN),
    ):
        (folder / name).write_text(text)
    raw = real_data / "olist"
    deals = {row["mql_id"] for row in table(raw / "olist_closed_deals_dataset.csv")}
    leads, won = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in table(raw / "olist_marketing_qualified_leads_dataset.csv"):
        key = (row["first_contact_date"], row["origin"] or BLANK)
        leads[key] += 1
        won[key] += row["mql_id"] in deals
    rows = [f"{day},mqls,{count},{origin}" for (day, origin), count in leads.items()]
    rows += [f"{day},won,{count},{origin}" for (day, origin), count in won.items()]
    snapshots = root / "data" / "olist" / "snapshots"
    snapshots.mkdir(parents=True)
    text = "\n".join(["date,metric,value,segment", *rows, ""])
    (snapshots / "2018-11-14.csv").write_text(text, encoding="utf-8")
    (loaded,) = load_project(Project(root))
    return loaded


@pytest.fixture(scope="module")
def maven(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    root = tmp_path_factory.mktemp("maven")
    make_project(root, "maven", lambda folder: write_maven_snapshots(real_data / "maven_crm", folder))
    (root / "agreement" / "maven" / "plan.yml").write_text(MAVEN_PLAN)
    (loaded,) = load_project(Project(root))
    return loaded


def planned(loaded: Loaded, month: str) -> Plan:
    period = Rhythm().period_of(date.fromisoformat(f"{month}-01"), "month")
    plan = plan_month(loaded.agreement, loaded.record, period)
    assert plan is not None
    return plan


# --- Olist: close rates by source


def test_close_rates_by_source_are_the_truth(olist: Loaded, real_data: Path) -> None:
    calendar = olist.agreement.terms.calendar
    observer = Observer(olist.agreement, olist.record, work_calendar(calendar), Rhythm.of(calendar))
    terms = Observed.model_construct(observed="won", of="mqls")
    window = (FIRST_LEAD, AFTER_THE_LEADS)
    truth = list(table(real_data / "truth" / "olist" / "close_rate_by_origin.csv"))
    assert len(truth) == 11
    for row in truth:
        origin = BLANK if row["origin"] == "(null)" else row["origin"]
        seen = observer.ratio(terms, window, origin)
        assert (seen.of.value, seen.counted.value) == (int(row["mqls"]), int(row["won"]))
        assert round(float(seen.value), 6) == float(row["close_rate"])


def test_the_close_rate_of_all_is_842_of_8000(olist: Loaded) -> None:
    calendar = olist.agreement.terms.calendar
    observer = Observer(olist.agreement, olist.record, work_calendar(calendar), Rhythm.of(calendar))
    terms = Observed.model_construct(observed="won", of="mqls")
    seen = observer.ratio(terms, (FIRST_LEAD, AFTER_THE_LEADS))
    assert (seen.counted.value, seen.of.value, seen.value) == (842, 8000, Fraction(421, 4000))


@pytest.mark.parametrize(
    ("month", "first", "after"),
    [("2018-09", "2018-03-01", "2018-06-01"), ("2018-06", "2017-12-01", "2018-03-01")],
)
def test_the_cohorts_of_a_month_are_those_that_sql_counts(
    olist: Loaded, real_data: Path, month: str, first: str, after: str
) -> None:
    raw = real_data / "olist"
    leads = raw / "olist_marketing_qualified_leads_dataset.csv"
    deals = raw / "olist_closed_deals_dataset.csv"
    counted = duckdb.sql(
        f"""SELECT coalesce(origin, '{BLANK}'), count(d.mql_id), count(*)
        FROM read_csv('{leads}') l LEFT JOIN read_csv('{deals}') d USING (mql_id)
        WHERE first_contact_date >= '{first}' AND first_contact_date < '{after}'
        GROUP BY ALL"""  # noqa: S608 our own file names
    ).fetchall()
    plan = planned(olist, month)
    seen = {
        row.segment: (row.observation.counted.value, row.observation.of.value)
        for row in plan.inputs
        if row.quantity is Quantity.WIN_RATE and row.observation
    }
    assert plan.window == (date.fromisoformat(first), date.fromisoformat(after))
    assert seen == {origin: (won, all_) for origin, won, all_ in counted if won}
    assert set(plan.unplanned) == {origin for origin, won, _ in counted if not won}


def test_a_cycle_longer_than_the_exported_leads_gives_no_number(olist: Loaded) -> None:
    plan = planned(olist, "2017-12")
    assert plan.targets == {}
    assert plan.problems[0].message.startswith(
        "Leads won (won): known since 2017-06-14; the cohorts begin on 2017-06-01"
    )


def test_leads_of_every_source_bring_its_part_of_the_goal(olist: Loaded) -> None:
    plan = planned(olist, "2018-09")
    for part in plan.parts:
        assert part.target * part.lead_value >= part.revenue > (part.target - 1) * part.lead_value
    assert sum(part.revenue for part in plan.parts) == 100_000


def test_a_frozen_month_of_eleven_sources_is_read_back(olist: Loaded) -> None:
    ledger = freeze(planned(olist, "2018-09"), as_of=date(2018, 8, 31))
    read = parse_ledger(render_ledger(ledger), shown_as="2018-09.yml", month="2018-09")
    assert read.content == ledger.content
    values = [[part.lead_value for part in source.parts] for source in (read, planned(olist, "2018-09"))]
    assert values[0] == values[1]


# --- Maven: sales, win rates


@pytest.fixture(scope="module")
def months(real_data: Path) -> dict[str, dict[str, str]]:
    return {row["month"]: row for row in table(real_data / "truth" / "maven" / "per_close_month.csv")}


@pytest.mark.parametrize(
    ("month", "cohorts"),
    [
        ("2017-12", ["2017-06", "2017-07", "2017-08"]),
        ("2017-09", ["2017-03", "2017-04", "2017-05"]),
        ("2018-01", ["2017-07", "2017-08", "2017-09"]),
    ],
)
def test_average_sale_and_win_rate_are_the_truth_of_the_lag_window(
    maven: Loaded, months: dict[str, dict[str, str]], month: str, cohorts: list[str]
) -> None:
    won, lost = (sum(int(months[one][key]) for one in cohorts) for key in ("won", "lost"))
    revenue = sum(Fraction(months[one]["revenue"]) for one in cohorts)
    (part,) = planned(maven, month).parts
    assert (part.average_sale, part.win_rate) == (revenue / won, Fraction(won, won + lost))


def test_the_leads_of_a_month_are_worked_out_by_hand(maven: Loaded) -> None:
    # June to August: 1,285 won of 2,053 closed, for $3,085,457.
    plan = planned(maven, "2017-12")
    assert plan.known[Quantity.AVERAGE_SALE] == Fraction(3_085_457, 1285)
    assert plan.leads == 333
    assert plan.targets == {"opportunities": 333, "revenue": 1_000_000}
