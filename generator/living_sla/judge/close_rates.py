"""Leads and the customers won from them become close rates by source, of the cohorts that can be judged.

A cohort is the leads created in one month. One is judged when its youngest lead is older than the sales
cycle, the mean where it is measured: younger leads have not had the time to be won, and would make every
rate too low. A source with few leads, or whose interval is wide, is listed but not ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from living_sla.judge.intervals import Rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.periods import Period
    from living_sla.record.snapshots import Series

FEWEST_LEADS = 30
"""A source with fewer leads than this is not ranked."""
WIDEST_INTERVAL = Fraction(3, 2)
"""Nor is one whose interval is wider than this many times the close rate of all sources."""
DAYS_A_MONTH = Fraction(3652425, 120000)


class CohortState(StrEnum):
    """Whether a cohort can be judged; the values are the words on the page."""

    JUDGED = "judged"
    YOUNG = "too young"
    EARLY = "before wins were recorded"
    UNREPORTED = "not reported"


class Rank(StrEnum):
    """Whether a source is ranked; the values are the words on the page."""

    RANKED = "ranked"
    FEW = "too few leads"
    WIDE = "interval too wide"


@dataclass(frozen=True, slots=True)
class Cycle:
    """A sales cycle: how many days, which mean of them, and the day it was reported for."""

    days: Exact
    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Cohort:
    """The leads created in one month, and how many of them are won by now; None where it was not reported."""

    month: Period
    rate: Rate | None
    state: CohortState


@dataclass(frozen=True, slots=True)
class SourceRate:
    """The close rate of one source over all judged cohorts."""

    source: str
    rate: Rate
    rank: Rank


@dataclass(frozen=True, slots=True)
class CloseRates:
    """Close rates over the judged cohorts: of all sources, and of each, the best first.

    `overall` is None where no cohort can be judged; `sources` is empty too where the metrics have no
    segments. Those that are not ranked come last, by how many leads they have.
    """

    overall: Rate | None
    sources: tuple[SourceRate, ...]
    cohorts: tuple[Cohort, ...]
    cycle: Cycle | None

    def months_that_are(self, state: CohortState) -> tuple[Period, ...]:
        """The months whose cohorts are in a state, ascending."""
        return tuple(cohort.month for cohort in self.cohorts if cohort.state is state)


def judge_close_rates(  # noqa: PLR0913 what a cohort is judged by
    won: Series,
    leads: Series,
    months: Iterable[Period],
    as_of: date,
    *,
    cycle: Cycle | None = None,
    since: date | None = None,
) -> CloseRates:
    """The close rates of the leads created in some months.

    Args:
        won: the customers won, dated by the day their lead was created.
        leads: the leads by the day they were created.
        months: in which leads were created, ascending.
        as_of: the day whose end the rates stand at.
        cycle: how long a lead takes; without it no cohort is too young.
        since: the first day from which wins were recorded; None stands for always.
    """
    cohorts = tuple(_cohort(won, leads, month, as_of, cycle, since) for month in months)
    judged = [cohort for cohort in cohorts if cohort.state is CohortState.JUDGED]
    overall = _sum(cohort.rate for cohort in judged if cohort.rate)
    by_source = rates_by_segment(won, leads, [cohort.month for cohort in judged])
    return CloseRates(overall, _ranked(by_source, overall), cohorts, cycle)


def rates_by_segment(part: Series, whole: Series, months: Sequence[Period]) -> dict[str, Rate]:
    """The rate of each segment over some months; empty where one of the two has no segments."""
    good, of = _by_segment(part, months), _by_segment(whole, months)
    if not good.keys() & of.keys() - {""}:
        return {}
    return {segment: Rate(good.get(segment, 0), count) for segment, count in of.items()}


def count_in(series: Series, month: Period) -> Exact | None:
    """The sum over a month; None where nothing was reported."""
    values = [value for day, value in series.by_day.items() if month.start <= day < month.end]
    return sum(values) if values else None


def rate_in(part: Series, whole: Series, month: Period) -> Rate | None:
    """A part of a whole in one month; None where one of the two was not reported."""
    good, of = count_in(part, month), count_in(whole, month)
    return None if good is None or of is None else Rate(good, of)


def _cohort(  # noqa: PLR0913, PLR0917 what a cohort is judged by
    won: Series, leads: Series, month: Period, as_of: date, cycle: Cycle | None, since: date | None
) -> Cohort:
    rate = rate_in(won, leads, month)
    if rate is None:
        state = CohortState.UNREPORTED
    elif since and month.start < since:
        state = CohortState.EARLY
    elif cycle and month.last + timedelta(days=ceil(cycle.days)) > as_of:
        state = CohortState.YOUNG
    else:
        state = CohortState.JUDGED
    return Cohort(month, rate, state)


def _sum(rates: Iterable[Rate]) -> Rate | None:
    rates = list(rates)
    return Rate(sum(rate.good for rate in rates), sum(rate.of for rate in rates)) if rates else None


def _by_segment(series: Series, months: Sequence[Period]) -> dict[str, Exact]:
    totals: dict[str, Exact] = {}
    for month in months:
        for segment, value in series.by_segment(month.start, month.end).items():
            totals[segment] = totals.get(segment, 0) + value
    return totals


def _ranked(by_source: Mapping[str, Rate], overall: Rate | None) -> tuple[SourceRate, ...]:
    widest = overall.share * WIDEST_INTERVAL if overall and overall.share else None
    rows = [SourceRate(source, rate, _rank(rate, widest)) for source, rate in by_source.items()]
    return tuple(sorted(rows, key=_order))


def _rank(rate: Rate, widest: Fraction | None) -> Rank:
    if rate.of < FEWEST_LEADS or rate.interval is None:
        return Rank.FEW
    return Rank.WIDE if widest is None or rate.interval.width > widest else Rank.RANKED


def _order(row: SourceRate) -> tuple[bool, Fraction, str]:
    ranked = row.rank is Rank.RANKED
    by = row.rate.share if ranked else Fraction(row.rate.of)
    return not ranked, -(by or Fraction(0)), row.source
