"""Leads and the customers won from them become close rates by source, of the cohorts that can be judged.

A cohort is the leads created in one month. One is judged when both its counts were reported in full, and its
youngest lead is older than the sales cycle, the mean where it is measured: younger leads have not had the
time to be won, and would make every rate too low. A source of which leads or wins were not reported is in no
rate; one with few leads, or whose interval is wide, is listed but not ranked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from living_sla.judge.intervals import Rate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.counts import Count, Counted
    from living_sla.judge.periods import Period

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
    INCOMPLETE = "not reported in full"
    UNREPORTED = "not reported"


class Rank(StrEnum):
    """Whether a source is ranked; the values are the words on the page."""

    RANKED = "ranked"
    FEW = "too few leads"
    WIDE = "interval too wide"
    OVER = "more won than leads"


@dataclass(frozen=True, slots=True)
class Cycle:
    """A sales cycle: how many days, which mean of them, and the day it was reported for."""

    days: Exact
    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Cohort:
    """The leads created in one month, and how many of them are won by now."""

    month: Period
    won: Count
    leads: Count
    state: CohortState

    @property
    def rate(self) -> Rate | None:
        """The won of the leads; None where one of the two was not reported."""
        won, leads = self.won.value, self.leads.value
        return None if won is None or leads is None else Rate(won, leads)


@dataclass(frozen=True, slots=True)
class SourceRate:
    """The close rate of one source over all judged cohorts."""

    source: str
    rate: Rate
    rank: Rank


@dataclass(frozen=True, slots=True)
class HalfKnown:
    """A segment that has no rate: one of its counts was not reported in every month that has the other.

    `good` and `of` are what was reported, None where nothing was; `is_without_good` says which one lacks.
    """

    segment: str
    good: Exact | None
    of: Exact | None
    is_without_good: bool


@dataclass(frozen=True, slots=True)
class SegmentRates:
    """The rate of each segment over some months, and the segments that have none."""

    rates: Mapping[str, Rate]
    half_known: tuple[HalfKnown, ...] = ()


@dataclass(frozen=True, slots=True)
class CloseRates:
    """Close rates over the judged cohorts: of all sources, and of each, the best first.

    `overall` is None where no cohort can be judged; `sources` is empty too where the metrics have no
    segments. Those that are not ranked come last, by how many leads they have. The sources of `half_known`
    are in no rate and no cohort.
    """

    overall: Rate | None
    sources: tuple[SourceRate, ...]
    half_known: tuple[HalfKnown, ...]
    cohorts: tuple[Cohort, ...]
    cycle: Cycle | None

    def months_that_are(self, state: CohortState) -> tuple[Period, ...]:
        """The months whose cohorts are in a state, ascending."""
        return tuple(cohort.month for cohort in self.cohorts if cohort.state is state)


def judge_close_rates(
    won: Counted, leads: Counted, as_of: date, *, cycle: Cycle | None = None, since: date | None = None
) -> CloseRates:
    """The close rates of the leads created in some months.

    Args:
        won: the customers won, dated by the day their lead was created.
        leads: the leads by the day they were created, in the same months.
        as_of: the day whose end the rates stand at.
        cycle: how long a lead takes; without it no cohort is too young.
        since: the first day from which wins were recorded; None stands for always.
    """
    judged = [
        month
        for month in leads.months
        if _state(won.months[month], leads.months[month], month, as_of, cycle, since) is CohortState.JUDGED
    ]
    split = rates_by_segment(won, leads, judged)
    outside = {row.segment for row in split.half_known}
    cohorts = []
    for month in leads.months:
        counts = _without(won, month, outside), _without(leads, month, outside)
        cohorts.append(Cohort(month, *counts, _state(*counts, month, as_of, cycle, since)))
    overall = _sum(row.rate for row in cohorts if row.state is CohortState.JUDGED and row.rate)
    return CloseRates(overall, _ranked(split.rates, overall), split.half_known, tuple(cohorts), cycle)


def rates_by_segment(part: Counted, whole: Counted, months: Sequence[Period]) -> SegmentRates:
    """The rate of each segment over some months; empty where the two are not split by the same."""
    if part.metric.segments is None or part.metric.segments != whole.metric.segments:
        return SegmentRates({})
    good, of = _by_segment(part, months), _by_segment(whole, months)
    rates, half_known = {}, []
    for segment in dict.fromkeys((*of, *good)):
        goods, wholes = good.get(segment, {}), of.get(segment, {})
        no_good = not goods or (part.metric.expected and not wholes.keys() <= goods.keys())
        no_whole = not wholes or (whole.metric.expected and not goods.keys() <= wholes.keys())
        if no_good or no_whole:
            half_known.append(
                HalfKnown(segment, _total(goods.values()), _total(wholes.values()), bool(no_good))
            )
        else:
            rates[segment] = Rate(sum(goods.values()), sum(wholes.values()))
    return SegmentRates(rates, tuple(half_known))


def _state(  # noqa: PLR0913, PLR0917 what a cohort is judged by
    won: Count, leads: Count, month: Period, as_of: date, cycle: Cycle | None, since: date | None
) -> CohortState:
    if won.value is None or leads.value is None:
        return CohortState.UNREPORTED
    if since and month.start < since:
        return CohortState.EARLY
    if won.missing or leads.missing:
        return CohortState.INCOMPLETE
    is_young = cycle and month.last + timedelta(days=ceil(cycle.days)) > as_of
    return CohortState.YOUNG if is_young else CohortState.JUDGED


def _without(counted: Counted, month: Period, segments: set[str]) -> Count:
    """The count of a month without some segments."""
    if not segments:
        return counted.months[month]
    found = counted.series.by_segment(month.start, month.end)
    value = _total([found[name] for name in found.keys() - segments])
    return replace(counted.months[month], value=value)


def _total(counts: Collection[Exact]) -> Exact | None:
    return sum(counts) if counts else None


def _sum(rates: Iterable[Rate]) -> Rate | None:
    rates = list(rates)
    return Rate(sum(rate.good for rate in rates), sum(rate.of for rate in rates)) if rates else None


def _by_segment(counted: Counted, months: Sequence[Period]) -> dict[str, dict[Period, Exact]]:
    """The months in which each segment was reported, and what it came to; the largest first."""
    totals: dict[str, dict[Period, Exact]] = {}
    for month in months:
        for segment, value in counted.series.by_segment(month.start, month.end).items():
            totals.setdefault(segment, {})[month] = value
    return totals


def _ranked(by_source: Mapping[str, Rate], overall: Rate | None) -> tuple[SourceRate, ...]:
    widest = overall.share * WIDEST_INTERVAL if overall and overall.share else None
    rows = [SourceRate(source, rate, _rank(rate, widest)) for source, rate in by_source.items()]
    return tuple(sorted(rows, key=_order))


def _rank(rate: Rate, widest: Fraction | None) -> Rank:
    if rate.good > rate.of:
        return Rank.OVER
    if rate.of < FEWEST_LEADS or rate.interval is None:
        return Rank.FEW
    return Rank.WIDE if widest is None or rate.interval.width > widest else Rank.RANKED


def _order(row: SourceRate) -> tuple[bool, Fraction, str]:
    ranked = row.rank is Rank.RANKED
    by = row.rate.share if ranked else Fraction(row.rate.of)
    return not ranked, -(by or Fraction(0)), row.source
