"""The funnel around the qualified leads: who came before them, what was done with them, and what they became.

Every contract signed comes from a lead of a source, so and so many days before it: that gives the customers
won from each month's leads, told anew every month as contracts are signed, and the sales cycle. Every touch
has a number, a channel and an hour: that gives three counts of the same touches.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from story.chance import between, divide, draw, pick
from story.days import (
    FIRST_DAY,
    LAST_DAY,
    Row,
    days,
    days_of,
    is_working_day,
    last_day_of,
    weight_of,
)

if TYPE_CHECKING:
    from random import Random

FRIDAY = 4
SOURCES = ("Events", "Organic search", "Paid search", "Referral", "Social")


class Stages(NamedTuple):
    """How many a month brought to each stage but the qualified leads; of the visitors, how many were new."""

    visits: int
    new_visits: int
    contacts: int
    leads: int
    sqls: int
    opportunities: int


STAGES = {
    "2025-10": Stages(41_870, 26_340, 2_318, 1_262, 146, 71),
    "2025-11": Stages(39_410, 24_190, 2_204, 1_217, 128, 58),
    "2025-12": Stages(33_260, 19_720, 1_846, 1_031, 119, 63),
    "2026-01": Stages(42_930, 27_650, 2_371, 1_248, 139, 66),
    "2026-02": Stages(40_180, 25_030, 2_242, 1_196, 117, 60),
    "2026-03": Stages(43_620, 27_410, 2_406, 1_239, 137, 75),
    "2026-04": Stages(44_090, 27_260, 2_447, 1_301, 149, 74),
    "2026-05": Stages(42_340, 25_890, 2_309, 1_222, 141, 69),
    "2026-06": Stages(43_870, 26_730, 2_418, 1_284, 152, 73),
    "2026-07": Stages(40_620, 24_460, 2_233, 1_215, 136, 70),
    "2026-08": Stages(41_350, 25_120, 2_290, 1_251, 147, 65),
    "2026-09": Stages(45_210, 28_300, 2_521, 1_337, 161, 74),
    "2026-10": Stages(46_480, 28_870, 2_588, 1_352, 164, 78),
    "2026-11": Stages(27_940, 16_980, 1_562, 812, 93, 45),
}


class Ended(NamedTuple):
    """What is told of a month when it is over: money in dollars, the pulse in tenths from 10 to 50.

    `untouched` counts the month's leads without a first touch, by the first report and by the next.
    """

    contact_p90_tenths: int
    untouched: tuple[int, int]
    marketing_spend: int
    sales_spend: int
    pulse_tenths: int


ENDED = {
    "2025-10": Ended(168, (14, 4), 29_400, 43_800, 36),
    "2025-11": Ended(163, (12, 3), 31_150, 43_800, 37),
    "2025-12": Ended(226, (31, 9), 24_600, 45_200, 31),
    "2026-01": Ended(214, (26, 8), 33_700, 45_900, 30),
    "2026-02": Ended(171, (15, 5), 30_900, 45_900, 33),
    "2026-03": Ended(159, (20, 3), 34_250, 46_300, 36),
    "2026-04": Ended(152, (11, 2), 33_100, 46_300, 39),
    "2026-05": Ended(170, (13, 4), 32_480, 46_300, 38),
    "2026-06": Ended(161, (12, 3), 34_900, 47_100, 39),
    "2026-07": Ended(209, (24, 7), 30_200, 47_100, 34),
    "2026-08": Ended(188, (18, 5), 31_600, 47_100, 36),
    "2026-09": Ended(157, (12, 2), 37_300, 48_400, 40),
    "2026-10": Ended(149, (11, 2), 36_850, 48_400, 41),
}

DUPLICATES_TAKEN_OUT = {("2026-03", date(2026, 5, 1)): 16}
"""Leads counted twice that a report no longer counts, by their month."""

WIN_FACTOR = {"Events": 15, "Organic search": 10, "Paid search": 6, "Referral": 21, "Social": 4}
CYCLE_DAYS = {(9, 20): 16, (21, 40): 28, (41, 70): 30, (71, 110): 17, (111, 165): 9}
"""How many of 100 contracts are signed so many days after the lead qualified."""
MONTHS_OF_CYCLE = 6

AGES = {"up to 24 hours": 10, "up to 48 hours": 3, "up to a week": 3, "older": 1}
AGES_WHEN_SHORT_OF_PEOPLE = {"up to 24 hours": 12, "up to 48 hours": 7, "up to a week": 9, "older": 5}
SHORT_OF_PEOPLE = {"2025-12", "2026-01", "2026-07"}

CADENCES = (
    (80, ("call", "e-mail", "call", "e-mail", "call", "e-mail")),
    (100, ("call", "e-mail", "call", "call", "e-mail", "call", "call", "e-mail")),
)
"""The touches of a lead of grade B, and from the 80th of 100 leads on of grade A."""
ANSWERED_IN_1000 = {"call": (262, 0, 172, 94, 66, 34, 22, 0), "e-mail": (0, 121, 0, 83, 61, 28, 0, 14)}
GIVEN_UP_IN_100 = 9
HOURS = {
    "8-9": (7, 90), "9-10": (14, 112), "10-11": (17, 130), "11-12": (13, 118), "12-13": (5, 78),
    "13-14": (8, 74), "14-15": (11, 88), "15-16": (11, 100), "16-17": (10, 116), "17-18": (4, 70),
}  # fmt: skip
"""How many of 100 touches are made in an hour, and how well they are answered, in 100 of the usual."""


class Deal(NamedTuple):
    """A contract: the day it was signed, and its value in half dollars."""

    signed_on: date
    halves: int


class Win(NamedTuple):
    """A customer won, and the lead it comes from."""

    signed_on: date
    created_on: date
    source: str


def funnel_rows(
    rng: Random, mqls: Counter[tuple[date, str]], pitches: Counter[date], deals: list[Deal]
) -> dict[date | None, list[Row]]:
    """Tell the rows by the day of their report; under None those whose first report is the one of their day.

    Args:
        rng: draws the rest.
        mqls: the qualified leads by day and source.
        pitches: the pitches by day; an offer is presented in one.
        deals: the contracts.
    """
    by_month: Counter[tuple[str, str]] = Counter()
    for (day, source), leads in mqls.items():
        by_month[f"{day:%Y-%m}", source] += leads
    wins = draw_wins(rng, by_month, deals)
    rows: dict[date | None, list[Row]] = defaultdict(list)
    rows[None] += stage_rows(rng, pitches, deals)
    rows[None] += waiting_rows(rng)
    rows[None] += cycle_rows(wins)
    rows[None] += touch_rows(rng, by_month)
    rows[None] += month_rows()
    for report, row in [*won_rows(by_month, wins), *worked_rows(by_month)]:
        rows[report].append(row)
    return rows


def ended_months() -> list[str]:
    return list(ENDED)


def report_on(month: str) -> date:
    """The day on which a month that is over is reported."""
    return last_day_of(month) + timedelta(1)


def stage_rows(rng: Random, pitches: Counter[date], deals: list[Deal]) -> list[Row]:
    """Spread each month's visitors, contacts, leads, SQLs and opportunities over its days."""
    counts: dict[str, Counter[date]] = defaultdict(Counter)
    for month, story in STAGES.items():
        weights = {day: weight_of(day) * between(rng, 850, 1150) for day in days_of(month)}
        working = {day: weight for day, weight in weights.items() if is_working_day(day)}
        for metric, total in (("visits", story.visits), ("new_visits", story.new_visits)):
            shares = divide(total, list(weights.values()))
            counts[metric] += Counter(dict(zip(weights, shares, strict=True)))
        counts["contacts"] += draw(rng, story.contacts, weights)
        counts["leads"] += draw(rng, story.leads, weights)
        counts["sqls"] += draw(rng, story.sqls, working)
        held = Counter({day: pitches[day] for day in working})
        counts["opportunities"] += pick(rng, story.opportunities, held)
    counts["customers"] = Counter(deal.signed_on for deal in deals)
    on_working_days = {"sqls", "opportunities", "customers"}
    return [
        Row(day, metric, str(count[day]))
        for metric, count in counts.items()
        for day in days()
        if metric not in on_working_days or is_working_day(day)
    ]


def waiting_rows(rng: Random) -> list[Row]:
    """Count the leads without a first touch every Friday, by their age."""
    rows = []
    for day in days():
        if day.weekday() == FRIDAY:
            ages = AGES_WHEN_SHORT_OF_PEOPLE if f"{day:%Y-%m}" in SHORT_OF_PEOPLE else AGES
            rows += [
                Row(day, "leads_waiting", str(between(rng, most // 3, most)), age)
                for age, most in ages.items()
            ]
    return rows


def draw_wins(rng: Random, leads: Counter[tuple[str, str]], deals: list[Deal]) -> list[Win]:
    """Find for every contract the day and the source of its lead; those of before the first day too."""
    wins = []
    for deal in deals:
        ((low, high),) = draw(rng, 1, CYCLE_DAYS)
        created_on = deal.signed_on - timedelta(between(rng, low, high))
        month = f"{max(created_on, FIRST_DAY):%Y-%m}"
        (source,) = draw(rng, 1, {source: leads[month, source] * WIN_FACTOR[source] for source in SOURCES})
        wins.append(Win(deal.signed_on, created_on, source))
    return wins


def won_rows(leads: Counter[tuple[str, str]], wins: list[Win]) -> list[tuple[date, Row]]:
    """Tell of each month's leads who was won: when the month is over, and whenever the number has changed."""
    rows = []
    told: dict[tuple[str, str], int] = {}
    for report in map(report_on, ended_months()):
        won = Counter((f"{win.created_on:%Y-%m}", win.source) for win in wins if win.signed_on < report)
        for month in ended_months():
            for source in SOURCES:
                cohort = month, source
                if report_on(month) <= report and leads[cohort] and told.get(cohort) != won[cohort]:
                    told[cohort] = won[cohort]
                    rows.append((report, Row(last_day_of(month), "customers_won", str(won[cohort]), source)))
    return rows


def worked_rows(leads: Counter[tuple[str, str]]) -> list[tuple[date, Row]]:
    """Tell how many of each month's leads had a first touch, when it is over and a month later."""
    rows = []
    for month, story in ENDED.items():
        total = sum(leads[month, source] for source in SOURCES)
        first = report_on(month)
        for report, untouched in zip((first, report_on(f"{first:%Y-%m}")), story.untouched, strict=True):
            if report <= LAST_DAY:
                worked = total - untouched - DUPLICATES_TAKEN_OUT.get((month, report), 0)
                rows.append((report, Row(last_day_of(month), "leads_worked", str(worked))))
    return rows


def cycle_rows(wins: list[Win]) -> list[Row]:
    """Tell the median and the mean cycle of the contracts signed in six months."""
    rows = []
    for n, month in enumerate(ended_months()):
        first = ended_months()[max(0, n + 1 - MONTHS_OF_CYCLE)]
        told_on = last_day_of(month)
        cycles = sorted(
            (win.signed_on - win.created_on).days
            for win in wins
            if first <= f"{win.signed_on:%Y-%m}" <= month
        )
        middle = (cycles[(len(cycles) - 1) // 2] + cycles[len(cycles) // 2]) * 5
        mean = (sum(cycles) * 20 + len(cycles)) // (2 * len(cycles))
        rows += [
            Row(told_on, "cycle_median_days", tenths(middle)),
            Row(told_on, "cycle_mean_days", tenths(mean)),
        ]
    return rows


def month_rows() -> list[Row]:
    """Tell what is told once a month."""
    return [
        Row(last_day_of(month), metric, value)
        for month, story in ENDED.items()
        for metric, value in {
            "first_contact_p90_hours": tenths(story.contact_p90_tenths),
            "marketing_spend": str(story.marketing_spend),
            "sales_spend": str(story.sales_spend),
            "team_pulse": tenths(story.pulse_tenths),
        }.items()
    ]


def touch_rows(rng: Random, leads: Counter[tuple[str, str]]) -> list[Row]:
    """Touch every lead of a month until it answers, is given up, or its cadence ends."""
    rows = []
    for month in ended_months():
        made: Counter[tuple[str, str]] = Counter()
        answered: Counter[tuple[str, str]] = Counter()
        for _ in range(sum(leads[month, source] for source in SOURCES)):
            touch_lead(rng, made, answered)
        for (way, segment), count in made.items():
            day = last_day_of(month)
            rows += [
                Row(day, f"touches_by_{way}", str(count), segment),
                Row(day, f"answers_by_{way}", str(answered[way, segment]), segment),
            ]
    return rows


def touch_lead(rng: Random, made: Counter[tuple[str, str]], answered: Counter[tuple[str, str]]) -> None:
    grade = between(rng, 1, 100)
    channels = next(channels for most, channels in CADENCES if grade <= most)
    for n, channel in enumerate(channels):
        (hour,) = draw(rng, 1, {hour: share for hour, (share, _) in HOURS.items()})
        ways = [("number", str(n + 1)), ("channel", channel), ("hour", hour)]
        made.update(ways)
        if between(rng, 1, 1000) * 100 <= ANSWERED_IN_1000[channel][n] * HOURS[hour][1]:
            answered.update(ways)
            return
        if between(rng, 1, 100) <= GIVEN_UP_IN_100:
            return


def tenths(number: int) -> str:
    return f"{number // 10}.{number % 10}" if number % 10 else str(number // 10)
