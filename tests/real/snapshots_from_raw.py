"""The raw tables of Olist and Maven become snapshots: a file a day, as if reported every evening."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

HEADER = ("date", "metric", "value", "segment")
WITHIN = timedelta(days=30)
BLANK = "(blank)"
NAMES_OF_PRODUCTS = {"GTXPro": "GTX Pro"}  # the pipeline's spelling, and the product list's

Reports = defaultdict[date, list[tuple[date, str, int, str]]]
"""What was reported, by the day it was reported on: rows of `HEADER`."""


def write_olist_snapshots(raw: Path, folder: Path) -> None:
    """Leads by origin, deals and declared revenue of each day, and of each day's leads those won in time.

    A lead counts on its day of first contact, a deal on the UTC day of its stamp. Days without any are 0 from
    the first row of each table to its last.
    """
    leads = {row["mql_id"]: row for row in table(raw / "olist_marketing_qualified_leads_dataset.csv")}
    deals = list(table(raw / "olist_closed_deals_dataset.csv"))
    created_on = {id_: date.fromisoformat(row["first_contact_date"]) for id_, row in leads.items()}
    won_on = {row["mql_id"]: date.fromisoformat(row["won_date"][:10]) for row in deals}
    revenue = Counter[tuple[date, str]]()
    for row in deals:
        revenue[won_on[row["mql_id"]], ""] += int(float(row["declared_monthly_revenue"]))
    lead_days, deal_days = days_between(created_on.values()), days_between(won_on.values())
    by_origin = Counter((created_on[id_], row["origin"] or BLANK) for id_, row in leads.items())
    reports = Reports(list)
    report_daily(reports, "mqls", by_origin, lead_days)
    report_daily(reports, "deals_won", Counter((day, "") for day in won_on.values()), deal_days)
    report_daily(reports, "declared_revenue", revenue, deal_days)
    report_cohorts(
        reports, "won_within_30_days", lead_days, [(created_on[id_], won_on[id_]) for id_ in won_on]
    )
    write(reports, folder)


def write_maven_snapshots(raw: Path, folder: Path) -> None:
    """Opportunities, deals and revenue of each day from the first row of the pipeline to its last."""
    region_of = {row["sales_agent"]: row["regional_office"] for row in table(raw / "sales_teams.csv")}
    engaged, won, closed, revenue = (Counter[tuple[date, str]]() for _ in range(4))
    for row in table(raw / "sales_pipeline.csv"):
        region = region_of[row["sales_agent"]]
        if row["engage_date"]:
            engaged[date.fromisoformat(row["engage_date"]), region] += 1
        if not row["close_date"]:
            continue
        closed_on = date.fromisoformat(row["close_date"])
        product = NAMES_OF_PRODUCTS.get(row["product"], row["product"])
        closed[closed_on, region] += 1
        won[closed_on, region] += row["deal_stage"] == "Won"
        revenue[closed_on, product] += int(row["close_value"])
    days = days_between(day for day, _ in (*engaged, *closed))
    reports = Reports(list)
    for metric, counts in (
        ("opportunities", engaged),
        ("deals_won", won),
        ("deals_closed", closed),
        ("revenue", revenue),
    ):
        report_daily(reports, metric, counts, days)
    write(reports, folder)


def table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def days_between(days: Iterable[date]) -> list[date]:
    """All days from the first to the last of some."""
    found = set(days)
    return [min(found) + timedelta(days=n) for n in range((max(found) - min(found)).days + 1)]


def report_daily(
    reports: Reports, metric: str, counts: Mapping[tuple[date, str], int], days: list[date]
) -> None:
    """Every segment on every day, 0 where nothing came, reported on the day itself."""
    segments = sorted({segment for _, segment in counts})
    for day in days:
        reports[day] += [(day, metric, counts.get((day, segment), 0), segment) for segment in segments]


def report_cohorts(reports: Reports, metric: str, days: list[date], won: Iterable[tuple[date, date]]) -> None:
    """How many of each day's leads were won in time: on the day itself, and again on each day that adds some.

    A lead that was won before it was created is known, and counts, from the day it was created.
    """
    known_on = defaultdict[date, Counter[date]](Counter)
    for created_on, won_on in won:
        if won_on - created_on <= WITHIN:
            known_on[created_on][max(created_on, won_on)] += 1
    for day in days:
        count = 0
        for reported_on in sorted({day, *known_on[day]}):
            count += known_on[day][reported_on]
            reports[reported_on].append((day, metric, count, ""))


def write(reports: Reports, folder: Path) -> None:
    folder.mkdir(parents=True)
    for reported_on, rows in reports.items():
        with (folder / f"{reported_on}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(rows)
