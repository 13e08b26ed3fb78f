"""A fixed story and a seeded generator become the example's snapshots and deliveries.

The story is the tables below: what each month and quarter came to, and which weeks, campaigns and launches
went differently. Chance only spreads a month's total over its days and sources: working days get most,
weekends little, and a fair or webinar brings a burst. So every outcome is decided here.

A lead is due for first contact the day after it qualified, and a campaign's two days after, over four weeks.
Only whole numbers are added up, and of the generator only `random()` is used, whose sequence Python promises
to keep: the same bytes come out of every version and machine.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from story.chance import between, choose, divide, draw, pick
from story.days import (
    FIRST_DAY,
    LAST_DAY,
    SATURDAY,
    Row,
    days,
    days_of,
    is_working_day,
    quarter_of,
    weight_of,
    working_days_from,
    working_days_of,
)
from story.funnel import Deal, funnel_rows

SEED = 1199  # of those that keep January one lead short, one that leaves November a chance
SEED_OF_FUNNEL = 672  # of those whose sales cycle is steady
WEEKLY_REPORTS = (date(2026, 11, 7), date(2026, 11, 14), LAST_DAY)  # the open month is reported every week


WEIGHT_OF_SOURCE = {"Organic search": 34, "Paid search": 24, "Referral": 16, "Social": 14, "Events": 4}
WEIGHT_OF_EVENT_DAY = 100
EVENT_DAYS_IN_100 = 14
LEADS_OF_THE_DAY_BEFORE = 23


class Month(NamedTuple):
    """What a month came to; `late` counts leads that were due and not contacted in time."""

    mqls: int
    late: int
    returned: int
    response_tenths: int
    pitches: int
    with_content: int


MONTHS = {
    "2025-10": Month(521, 20, 38, 36, 86, 45),
    "2025-11": Month(508, 19, 41, 35, 70, 40),
    "2025-12": Month(447, 28, 36, 39, 78, 48),
    "2026-01": Month(517, 26, 43, 38, 82, 51),
    "2026-02": Month(468, 17, 54, 35, 74, 47),
    "2026-03": Month(504, 21, 43, 33, 92, 58),
    "2026-04": Month(531, 15, 37, 34, 90, 58),
    "2026-05": Month(500, 19, 34, 37, 84, 55),
    "2026-06": Month(543, 14, 36, 36, 88, 58),
    "2026-07": Month(512, 22, 41, 43, 86, 57),
    "2026-08": Month(529, 22, 33, 39, 80, 54),
    "2026-09": Month(556, 16, 31, 35, 90, 62),
    "2026-10": Month(561, 18, 35, 32, 94, 66),
    "2026-11": Month(312, 10, 22, 34, 54, 38),
}


class Quarter(NamedTuple):
    """What a quarter came to; revenue in half dollars, so that it stays whole."""

    revenue_halves: int
    deals: int
    campaign_late_in_100: int


QUARTERS = {
    "2025-q4": Quarter(757_281, 25, 7),
    "2026-q1": Quarter(702_560, 24, 12),
    "2026-q2": Quarter(838_600, 27, 8),
    "2026-q3": Quarter(866_301, 28, 6),
    "2026-q4": Quarter(536_800, 17, 9),
}
SMALLEST_DEAL_HALVES = 8_000

DUPLICATES_REMOVED_ON = date(2026, 4, 20)
DUPLICATES_FROM = {date(2026, 3, day) for day in range(9, 21)}
DUPLICATES = 16
REVENUE_CORRECTED_ON = date(2026, 7, 15)
CORRECTIONS_HALVES = (-2_400, 900, -700)  # of the last days in June with a deal
CORRECTED_MONTH = "2026-06"
NEVER_REPORTED = {date(2026, 8, 12), date(2026, 8, 13)}


class Delivery(NamedTuple):
    """One row of deliveries.csv."""

    id: str
    item: str
    date: date
    title: str
    link: str = ""
    answers: str = ""


CAMPAIGNS = {
    Delivery("campaign-2025-q4-a", "campaign-launch", date(2025, 10, 9), "Ready for winter"): 38,
    Delivery("campaign-2025-q4-b", "campaign-launch", date(2025, 10, 30), "Fixed on the first visit"): 34,
    Delivery("campaign-2025-q4-c", "campaign-launch", date(2025, 11, 18), "Year-end fleet check"): 29,
    Delivery("campaign-2026-q1-a", "campaign-launch", date(2026, 1, 13), "New year without paper"): 41,
    Delivery("campaign-2026-q1-b", "campaign-launch", date(2026, 2, 10), "Parts on the van"): 33,
    Delivery("campaign-2026-q1-c", "campaign-launch", date(2026, 3, 10), "Spring inspections"): 37,
    Delivery("campaign-2026-q2-a", "campaign-launch", date(2026, 4, 14), "Shorter routes"): 44,
    Delivery("campaign-2026-q2-b", "campaign-launch", date(2026, 5, 19), "Cooling season"): 42,
    Delivery("campaign-2026-q3-a", "campaign-launch", date(2026, 7, 14), "Crews that fit the job"): 36,
    Delivery("campaign-2026-q3-b", "campaign-launch", date(2026, 8, 18), "Warranty made simple"): 40,
    Delivery("campaign-2026-q3-c", "campaign-launch", date(2026, 9, 15), "Autumn trade fair"): 45,
    Delivery("campaign-2026-q4-a", "campaign-launch", date(2026, 10, 6), "Heating season"): 43,
    Delivery("campaign-2026-q4-b", "campaign-launch", date(2026, 11, 5), "Plan the next year"): 39,
}
CAMPAIGN_DAYS = 28

LAUNCHES = (
    Delivery("launch-2025-11", "product-launch", date(2025, 11, 12), "Route Planner 3"),
    Delivery("launch-2026-02", "product-launch", date(2026, 2, 24), "Parts Forecast"),
    Delivery("launch-2026-05", "product-launch", date(2026, 5, 20), "Mobile Inspections"),
    Delivery("launch-2026-09", "product-launch", date(2026, 9, 9), "Warranty Desk"),
    Delivery("launch-2026-12", "product-launch", date(2026, 12, 10), "Crew Calendar"),
)


class Training(NamedTuple):
    """The session for a launch: when it was held, and how many came."""

    held_on: date
    invited: int
    attended: int


TRAININGS = {
    "launch-2025-11": Training(date(2025, 10, 30), 24, 23),
    "launch-2026-02": Training(date(2026, 2, 19), 24, 22),  # five days ahead, not seven
    "launch-2026-05": Training(date(2026, 5, 6), 25, 22),
    "launch-2026-09": Training(date(2026, 8, 27), 26, 25),
}

REPORTED_ON_SATURDAY = {"2026-w15"}
REPORT_MISSING = {"2026-w33"}
FEEDBACK_LATE = {"2026-w05", "2026-w23"}

THEMES = (
    "route planning",
    "winter readiness",
    "parts stocking",
    "technician onboarding",
    "preventive maintenance",
    "mobile inspection",
    "shift scheduling",
    "remote diagnosis",
    "customer notification",
    "fleet upkeep",
    "warranty handling",
    "first-visit repair",
    "service pricing",
    "contract renewal",
)
CUSTOMERS = (
    "Harbor Elevators",
    "Alder & Sons Heating",
    "Northside Pumps",
    "Bright Lane Solar",
    "Keystone Cooling",
    "Maple Valley Water",
    "O'Hara Fire Safety",
    "Lakeshore Generators",
    "Café Équipement",
    "Summit Doors",
    "Granite City Lifts",
    "Riverbend Boilers",
    "Pioneer Refrigeration",
    "Eastgate Security",
)


class Piece(NamedTuple):
    """One piece of content a month, and the working day it is delivered on, counted from 0."""

    id: str
    item: str
    working_day: int
    title: str


CONTENT = (
    Piece("blog-{}-a", "blog-post", 2, "Five questions to ask about {theme}"),
    Piece("blog-{}-b", "blog-post", 7, "The quiet cost of poor {theme}"),
    Piece("blog-{}-c", "blog-post", 11, "How to start with {theme} in 30 days"),
    Piece("blog-{}-d", "blog-post", 16, "A checklist for {theme}"),
    Piece("paper-{}-a", "white-paper", 6, "A buyer's guide to {theme}"),
    Piece("paper-{}-b", "white-paper", 14, "The state of {theme}"),
    Piece("case-{}", "case-study", 15, "How {customer} got {theme} right"),
)
NEVER_DELIVERED = {"case-2026-01", "case-2026-07"}

Leads = Counter[tuple[date, str]]
"""Leads by day and source."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Write the simulated record of the example agreement; the same bytes every time.",
        epilog="example: python benchmarks/simulate.py --into data/marketing-sales",
    )
    parser.add_argument(
        "--into",
        type=Path,
        default=Path("data/marketing-sales"),
        metavar="DIR",
        help="the agreement's data folder (default: %(default)s)",
    )
    folder = parser.parse_args().into
    rng = Random(SEED)  # noqa: S311 - a simulation, not a secret
    funnel_rng = Random(SEED_OF_FUNNEL)  # noqa: S311 - as above
    write_snapshots(folder / "snapshots", simulate_snapshots(rng, funnel_rng))
    write_deliveries(folder / "deliveries.csv", simulate_deliveries(rng))


def simulate_snapshots(rng: Random, funnel_rng: Random) -> dict[date, list[Row]]:
    """Tell what was reported on each day, restatements included; the funnel has a chance of its own."""
    mqls = draw_mqls(rng)
    duplicates = pick(rng, DUPLICATES, duplicated_leads(mqls))
    deals = draw_deals(rng)
    revenue: Counter[date] = Counter()
    for deal in deals:
        revenue[deal.signed_on] += deal.halves
    rows = [
        *(Row(day, "mqls", str(mqls[day, source]), source) for day in days() for source in WEIGHT_OF_SOURCE),
        *follow_up_rows(rng, by_day(mqls)),
        *returned_rows(rng, by_day(mqls - duplicates)),
        *response_rows(rng),
        *pitch_rows(rng),
        *campaign_rows(rng, by_day(mqls)),
        *training_rows(),
        *(Row(day, "new_revenue", dollars(revenue[day])) for day in days()),
    ]
    snapshots = defaultdict(list)
    for row in rows:
        snapshots[reported_on(row.date)].append(row)
    pitches = Counter({row.date: int(row.value) for row in rows if row.metric == "pitches"})
    for report, told in funnel_rows(funnel_rng, mqls, pitches, deals).items():
        for row in told:
            snapshots[report or reported_on(row.date)].append(row)
    snapshots[DUPLICATES_REMOVED_ON] = [
        Row(day, "mqls", str(mqls[day, source] - removed), source)
        for (day, source), removed in duplicates.items()
    ]
    snapshots[REVENUE_CORRECTED_ON] = corrected_revenue(revenue)
    return dict(snapshots)


def draw_mqls(rng: Random) -> Leads:
    mqls: Leads = Counter()
    for month, story in MONTHS.items():
        weights: dict[tuple[date, str], int] = {}
        for day in days_of(month):
            weights |= weigh_sources(rng, day)
        mqls += draw(rng, story.mqls, weights)
    return mqls


def weigh_sources(rng: Random, day: date) -> dict[tuple[date, str], int]:
    weight = weight_of(day) * between(rng, 700, 1300)
    sources = dict(WEIGHT_OF_SOURCE)
    if is_working_day(day) and between(rng, 1, 100) <= EVENT_DAYS_IN_100:
        sources["Events"] = WEIGHT_OF_EVENT_DAY
    return {(day, source): weight * share for source, share in sources.items()}


def duplicated_leads(mqls: Leads) -> Leads:
    return Counter({(day, source): n for (day, source), n in mqls.items() if day in DUPLICATES_FROM})


def follow_up_rows(rng: Random, mqls: Counter[date]) -> list[Row]:
    due = {day: mqls[day - timedelta(1)] for day in days() if day not in NEVER_REPORTED}
    due[FIRST_DAY] = LEADS_OF_THE_DAY_BEFORE
    late: Counter[date] = Counter()
    for month, story in MONTHS.items():
        late += pick(rng, story.late, Counter({day: due[day] for day in days_of(month) if day in due}))
    return [
        *(Row(day, "leads_due", str(leads)) for day, leads in due.items()),
        *(Row(day, "leads_contacted_in_time", str(leads - late[day])) for day, leads in due.items()),
    ]


def returned_rows(rng: Random, mqls: Counter[date]) -> list[Row]:
    returned: Counter[date] = Counter()
    for month, story in MONTHS.items():
        working = Counter({day: mqls[day] for day in days_of(month) if is_working_day(day)})
        returned += pick(rng, story.returned, working)
    return [Row(day, "leads_returned", str(returned[day])) for day in days()]


def response_rows(rng: Random) -> list[Row]:
    rows = []
    for month, story in MONTHS.items():
        working = working_days_of(month)
        tenths = draw(rng, story.response_tenths * len(working), dict.fromkeys(working, 1))
        rows += [
            Row(day, "median_response_hours", f"{tenths[day] // 10}.{tenths[day] % 10}") for day in working
        ]
    return rows


def pitch_rows(rng: Random) -> list[Row]:
    rows = []
    for month, story in MONTHS.items():
        working = working_days_of(month)
        pitches = draw(rng, story.pitches, {day: weight_of(day) for day in working})
        with_content = pick(rng, story.with_content, pitches)
        rows += [Row(day, "pitches", str(pitches[day])) for day in working]
        rows += [Row(day, "pitches_with_content", str(with_content[day])) for day in working]
    return rows


def campaign_rows(rng: Random, mqls: Counter[date]) -> list[Row]:
    due: Leads = Counter()
    for campaign, leads in CAMPAIGNS.items():
        due += draw_campaign(rng, campaign, leads, mqls)
    late: Leads = Counter()
    for quarter, story in QUARTERS.items():
        in_quarter = Counter({each: n for each, n in due.items() if quarter_of(each[0]) == quarter})
        late += pick(rng, (in_quarter.total() * story.campaign_late_in_100 + 50) // 100, in_quarter)
    return [
        row
        for (day, campaign_id), leads in due.items()
        for row in (
            Row(day, "campaign_leads_due", str(leads), campaign_id),
            Row(day, "campaign_leads_in_time", str(leads - late[day, campaign_id]), campaign_id),
        )
    ]


def draw_campaign(rng: Random, campaign: Delivery, leads: int, mqls: Counter[date]) -> Leads:
    """Spread a campaign's leads over the days they were due, most in its first weeks."""
    weights = {
        (campaign.date + timedelta(elapsed + 2), campaign.id): mqls[campaign.date + timedelta(elapsed)]
        * (CAMPAIGN_DAYS + 7 - elapsed)
        for elapsed in range(CAMPAIGN_DAYS)
    }
    drawn = draw(rng, leads, weights)
    return Counter({each: n for each, n in drawn.items() if each[0] <= LAST_DAY})


def training_rows() -> list[Row]:
    return [
        row
        for training in TRAININGS.values()
        for row in (
            Row(training.held_on, "training_invited", str(training.invited)),
            Row(training.held_on, "training_attended", str(training.attended)),
        )
    ]


def draw_deals(rng: Random) -> list[Deal]:
    """Sign the deals of each quarter on its working days."""
    deals = []
    for quarter, story in QUARTERS.items():
        working = {
            day: weight_of(day) for day in days() if quarter_of(day) == quarter and is_working_day(day)
        }
        above_smallest = story.revenue_halves - story.deals * SMALLEST_DEAL_HALVES
        sizes = divide(above_smallest, [between(rng, 1, 9) for _ in range(story.deals)])
        for day, size in zip(draw(rng, story.deals, working).elements(), sizes, strict=True):
            deals.append(Deal(day, SMALLEST_DEAL_HALVES + size))
    return deals


def corrected_revenue(revenue: Counter[date]) -> list[Row]:
    signed_on = [day for day in days_of(CORRECTED_MONTH) if revenue[day]][-len(CORRECTIONS_HALVES) :]
    return [
        Row(day, "new_revenue", dollars(revenue[day] + correction))
        for day, correction in zip(signed_on, CORRECTIONS_HALVES, strict=True)
    ]


def simulate_deliveries(rng: Random) -> list[Delivery]:
    """List what was delivered up to the last day, and the launches to come."""
    delivered = [*content_deliveries(), *CAMPAIGNS, *report_deliveries(rng), *training_deliveries()]
    return [*(each for each in delivered if each.date <= LAST_DAY), *LAUNCHES]


def content_deliveries() -> list[Delivery]:
    deliveries = []
    for month, theme, customer in zip(MONTHS, THEMES, CUSTOMERS, strict=True):
        working = working_days_of(month)
        for piece in CONTENT:
            on = dict(enumerate(working)).get(piece.working_day)
            delivery_id = piece.id.format(month)
            if on and delivery_id not in NEVER_DELIVERED:
                title = piece.title.format(theme=theme, customer=customer)
                link = f"https://example.com/{piece.item}/{delivery_id}"
                deliveries.append(Delivery(delivery_id, piece.item, on, title, link))
    return deliveries


def report_deliveries(rng: Random) -> list[Delivery]:
    deliveries = []
    monday = FIRST_DAY - timedelta(FIRST_DAY.weekday())
    while monday <= LAST_DAY:
        deliveries += week_deliveries(rng, monday)
        monday += timedelta(7)
    return deliveries


def week_deliveries(rng: Random, monday: date) -> list[Delivery]:
    """Deliver the week's report on Thursday or Friday, and its feedback early in the next week."""
    year, number, _ = monday.isocalendar()
    week = f"{year}-w{number:02}"
    if week in REPORT_MISSING:
        return []
    reported = choose(rng, working_days_from(monday + timedelta(3), 2))
    if week in REPORTED_ON_SATURDAY:
        reported = monday + timedelta(SATURDAY)
    weeks_later = 2 if week in FEEDBACK_LATE else 1
    answered = choose(rng, working_days_from(monday + timedelta(7 * weeks_later), 3))
    report = Delivery(f"report-{week}", "pipeline-report", reported, f"Pipeline report of week {number}")
    return [
        report,
        Delivery(f"feedback-{week}", "feedback", answered, f"Feedback on week {number}", "", report.id),
    ]


def training_deliveries() -> list[Delivery]:
    return [
        Delivery(
            f"training-{launch.date:%Y-%m}",
            "training",
            TRAININGS[launch.id].held_on,
            f"Selling {launch.title}",
            "",
            launch.id,
        )
        for launch in LAUNCHES
        if launch.id in TRAININGS
    ]


def write_snapshots(folder: Path, snapshots: dict[date, list[Row]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for reported, rows in snapshots.items():
        ordered = sorted(rows, key=lambda row: (row.date, row.metric, row.segment))
        write_csv(folder / f"{reported}.csv", "date,metric,value,segment", ordered)


def write_deliveries(path: Path, deliveries: list[Delivery]) -> None:
    ordered = sorted(deliveries, key=lambda each: (each.date, each.id))
    write_csv(path, "id,item,date,title,link,for", ordered)


def write_csv(path: Path, header: str, rows: list[Row] | list[Delivery]) -> None:
    """Write without quotes: no cell of the story holds a comma, a quote or a line break."""
    lines = (",".join(map(str, row)) for row in rows)
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8", newline="\n")


def reported_on(day: date) -> date:
    """Find the report that first carried a day: its week's in the open month, else the next month's."""
    if f"{day:%Y-%m}" == f"{LAST_DAY:%Y-%m}":
        return min(report for report in WEEKLY_REPORTS if day <= report)
    return (day.replace(day=1) + timedelta(32)).replace(day=1)


def by_day(leads: Leads) -> Counter[date]:
    totals: Counter[date] = Counter()
    for (day, _), n in leads.items():
        totals[day] += n
    return totals


def dollars(halves: int) -> str:
    return f"{halves // 2}.50" if halves % 2 else str(halves // 2)


if __name__ == "__main__":
    main()
