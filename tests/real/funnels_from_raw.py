"""The raw tables of Olist and of the loan applications become one snapshot each, for their funnels."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from statistics import mean, median
from typing import TYPE_CHECKING

from tests.real.snapshots_from_raw import BLANK, HEADER, table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Rows = list[tuple[date, str, object, str]]
SYSTEM = "112"
WON = {"A_ACTIVATED", "A_APPROVED", "A_REGISTERED"}
LAST_DEAL, LAST_EVENT = date(2018, 11, 14), date(2012, 3, 31)


def write_olist_funnel(raw: Path, folder: Path) -> None:
    """Leads and leads won by origin and day of first contact; the cycle of all deals in calendar days."""
    leads = {row["mql_id"]: row for row in table(raw / "olist_marketing_qualified_leads_dataset.csv")}
    won_on = {
        row["mql_id"]: date.fromisoformat(row["won_date"][:10])
        for row in table(raw / "olist_closed_deals_dataset.csv")
    }
    created = {
        id_: (date.fromisoformat(row["first_contact_date"]), row["origin"] or BLANK)
        for id_, row in leads.items()
    }
    came, won = Counter(created.values()), Counter(created[id_] for id_ in won_on)
    cycles = [(day - created[id_][0]).days for id_, day in won_on.items()]
    rows: Rows = [(day, "mqls", count, origin) for (day, origin), count in came.items()]
    rows += [(day, "customers_won", won[day, origin], origin) for day, origin in came]
    rows += [(day, "deals_won", count, "") for day, count in Counter(won_on.values()).items()]
    rows.append((LAST_DEAL, "cycle_median_days", f"{median(cycles):.1f}", ""))
    rows.append((LAST_DEAL, "cycle_mean_days", f"{mean(cycles):.6f}", ""))
    write(rows, folder / f"{LAST_DEAL}.csv")


@dataclass
class Case:
    """One application: its first moment, its touches each with whether it moved the application, its ends."""

    submitted: datetime
    touches: list[tuple[datetime, bool]] = field(default_factory=list)
    won: datetime | None = None
    cancelled: bool = False


def write_bpi_funnel(raw: Path, folder: Path) -> None:
    """Applications by the day they came in; their touches and times by the month they came in."""
    cases = [*applications(raw / "events_submitted_2011-10_11.csv")]
    rows: Rows = [
        (day, "leads", count, "") for day, count in Counter(c.submitted.date() for c in cases).items()
    ]
    won = Counter(case.won.date() for case in cases if case.won)
    rows += [(day, "won", count, "") for day, count in won.items()]
    by_day: defaultdict[date, list[Case]] = defaultdict(list)
    for case in cases:
        by_day[case.submitted.date().replace(day=28)].append(case)
    for day, month in by_day.items():
        hours = sorted((c.touches[0][0] - c.submitted).total_seconds() / 3600 for c in month if c.touches)
        rows.append((day, "worked", len(hours), ""))
        rows.append((day, "cancelled", sum(case.cancelled for case in month), ""))
        rows.append((day, "median_hours", f"{median(hours):.6f}", ""))
        rows.append((day, "p90_hours", f"{hours[-(-len(hours) * 9 // 10) - 1]:.6f}", ""))
        rows += touch_rows(day, month)
    write(rows, folder / f"{LAST_EVENT}.csv")


def touch_rows(day: date, cases: Iterable[Case]) -> Rows:
    touches = [
        (f"{way}", segment, moved)
        for case in cases
        for n, (at, moved) in enumerate(case.touches, start=1)
        for way, segment in (("number", str(n)), ("hour", f"{at.hour:02}"))
    ]
    made = Counter((way, segment) for way, segment, _ in touches)
    answered = Counter((way, segment) for way, segment, moved in touches if moved)
    return [
        (day, f"{metric}_by_{way}", count[way, segment], segment)
        for metric, count in (("touches", made), ("answers", answered))
        for way, segment in made
    ]


def applications(path: Path) -> Iterable[Case]:
    """Every case; a touch is work a person starts, and moves it if its state changes before the next."""
    events: defaultdict[str, list[tuple[datetime, str, str, str]]] = defaultdict(list)
    for row in table(path):
        at = datetime.fromisoformat(row["timestamp"])
        events[row["case_id"]].append((at, row["activity"], row["lifecycle"], row["resource"]))
    for case in events.values():
        submitted = next(at for at, activity, _, _ in case if activity == "A_SUBMITTED")
        starts = [
            n
            for n, (_, activity, lifecycle, who) in enumerate(case)
            if activity.startswith("W_") and lifecycle == "START" and who != SYSTEM
        ]
        moved = [
            any(activity[:2] in {"A_", "O_"} for _, activity, _, _ in case[one:other])
            for one, other in pairwise([*starts, len(case)])
        ]
        touches = [(case[n][0], is_moved) for n, is_moved in zip(starts, moved, strict=True)]
        won = next((moment for moment, activity, _, _ in case if activity in WON), None)
        cancelled = any(activity == "A_CANCELLED" for _, activity, _, _ in case)
        yield Case(submitted, touches, won, cancelled)


def write(rows: Rows, path: Path) -> None:
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)
