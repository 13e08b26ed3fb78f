"""An agreement and its record become its funnel: stages, losses, close rates, touches, coverage, returns.

All of it is told for the calendar months that are over, twelve of them at most: a month that still runs would
look like a loss. The stages count what entered them in those months, so those who reached a late stage partly
entered the early ones before. What the agreement does not measure is None; what was not reported is None too,
and never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Total
from living_sla.agreement.funnel_measures import measured_metrics
from living_sla.agreement.lead_management import ContactAge, CycleTimes, Measures, TouchCounts
from living_sla.judge.close_rates import (
    DAYS_A_MONTH,
    CloseRates,
    Cycle,
    judge_close_rates,
    rate_in,
)
from living_sla.judge.commitments import work_calendar
from living_sla.judge.intervals import Rate
from living_sla.judge.periods import Period, Rhythm, Window
from living_sla.judge.tallies import Tallier
from living_sla.judge.touches import Touches, Way, judge_touches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from living_sla.agreement.definitions import Stage
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.record.loading import Record
    from living_sla.record.snapshots import Series

MONTHS = 12
_CALENDAR_YEAR = Rhythm()


@dataclass(frozen=True, slots=True)
class Count:
    """The sum of a metric over a stretch of time: None where nothing was reported, and what is missing.

    `missing` holds the first day of every stretch that should have been reported.
    """

    value: Exact | None
    missing: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many entered a stage, in all months and in each; without a metric nobody counts them."""

    stage: Stage
    total: Count
    months: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A metric that is shown beside the stages, in all months and in each."""

    metric: str
    total: Count
    months: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """The way from one counted stage to the next counted one; `skipped` lie between them and are not counted.

    `passed` is None where one of the two was not reported, and where nobody entered the first.
    """

    from_: Stage
    to: Stage
    skipped: tuple[Stage, ...]
    passed: Rate | None

    @property
    def lost(self) -> Exact | None:
        """How many fewer entered the second stage than the first; None where no fewer did."""
        return (
            self.passed.of - self.passed.good if self.passed and self.passed.good <= self.passed.of else None
        )

    @property
    def lost_share(self) -> Fraction | None:
        """The same as a part of those who entered the first."""
        return (
            None
            if self.lost is None or self.passed is None
            else Fraction(self.lost) / Fraction(self.passed.of)
        )


@dataclass(frozen=True, slots=True)
class Gauge:
    """A level over the months: the newest value and its day, and of each month the mean of its values.

    Each month comes with how many values it has; None where it has none.
    """

    metric: str
    newest: tuple[date, Exact] | None
    months: tuple[tuple[Exact, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the leads, in all months that were reported and in each of them."""

    total: Rate | None
    months: tuple[Rate | None, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The leads that wait at the end of the newest reported day, and how long, in the agreed order."""

    on: date
    total: Exact
    by_age: tuple[tuple[str, Exact], ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """What the record says of a funnel; `months` are those told of, ascending, and may be none.

    A part is None where the agreement does not say by which metric it is measured.
    """

    months: tuple[Period, ...]
    stages: tuple[StageCount, ...]
    baselines: tuple[Baseline, ...]
    steps: tuple[Step, ...]
    close_rates: CloseRates | None
    cycle_median: Gauge | None
    cycle_mean: Gauge | None
    contact_median: Gauge | None
    contact_p90: Gauge | None
    touches: tuple[Touches, ...]
    worked: Part | None
    waits: bool
    waiting: Waiting | None
    returned: Part | None
    pulse: Gauge | None

    @property
    def most_lost(self) -> Step | None:
        """The step on which most are lost."""
        return max((s for s in self.steps if s.lost), key=lambda step: step.lost or 0, default=None)

    def worst_step(self, owner: str) -> Step | None:
        """Of the steps out of the stages of one party, the one that loses the greatest part."""
        own = (step for step in self.steps if step.from_.owner == owner and step.lost)
        return max(own, key=lambda step: step.lost_share or 0, default=None)


def has_funnel(agreement: Agreement) -> bool:
    """Whether an agreement says anything that a funnel can be made of."""
    return bool(agreement.definitions.funnel or agreement.lead_management.measures)


def judge_funnel(agreement: Agreement, record: Record, as_of: date, *, longest: int = MONTHS) -> Funnel:
    """The funnel over the newest months that are over, as many as were reported and at most `longest`."""
    calendar = agreement.terms.calendar
    tallier = Tallier(record, agreement.metrics, work_calendar(calendar), Rhythm.of(calendar))
    return _Judge(agreement, record, as_of, _months(agreement, record, as_of, longest), tallier).funnel()


def funnel_metrics(agreement: Agreement) -> dict[str, None]:
    """The metrics that a funnel is made of, in the order in which they are told."""
    measures = agreement.lead_management.measures
    named = [stage.metric for stage in agreement.definitions.funnel if stage.metric]
    return dict.fromkeys([*named, *(measured_metrics(measures).values() if measures else ())])


def _months(agreement: Agreement, record: Record, as_of: date, longest: int) -> tuple[Period, ...]:
    """The calendar months that are over since the first was reported; the running one where none is over."""
    days = [day for metric in funnel_metrics(agreement) for day in record.of(metric).by_day]
    if not days or min(days) > as_of:
        return ()
    first = min(days).replace(day=1)
    months = list(_CALENDAR_YEAR.periods(first, as_of, "month"))
    over = [month for month in months if month.is_over(as_of)]
    return tuple((over or months)[-longest:])


@dataclass(frozen=True, slots=True)
class _Judge:
    agreement: Agreement
    record: Record
    as_of: date
    months: tuple[Period, ...]
    tallier: Tallier

    def funnel(self) -> Funnel:
        measures, stages = self.measures, tuple(self._stages())
        cycle = measures.sales_cycle or CycleTimes()
        contact = measures.first_contact or ContactAge()
        worked, returned = measures.worked, measures.returned
        return Funnel(
            months=self.months,
            stages=stages,
            baselines=tuple(Baseline(metric, *self._counts(metric)) for metric in measures.baselines),
            steps=tuple(_steps(stages)),
            close_rates=self._close_rates(cycle),
            cycle_median=self._gauge(cycle.median),
            cycle_mean=self._gauge(cycle.mean),
            contact_median=self._gauge(contact.median),
            contact_p90=self._gauge(contact.p90),
            touches=tuple(self._touches(measures.touches or TouchCounts())),
            worked=self._part(worked.worked, worked.of) if worked else None,
            waits=measures.waiting is not None,
            waiting=self._waiting(measures.waiting),
            returned=self._part(returned.returned, returned.of) if returned else None,
            pulse=self._gauge(measures.pulse),
        )

    @property
    def measures(self) -> Measures:
        """What the agreement says is measured."""
        return self.agreement.lead_management.measures or Measures()

    def _stages(self) -> Iterator[StageCount]:
        for stage in self.agreement.definitions.funnel:
            yield StageCount(stage, *self._counts(stage.metric))

    def _counts(self, metric: str | None) -> tuple[Count, tuple[Count, ...]]:
        """In all months, and in each."""
        return self._count(metric, self.months), tuple(self._count(metric, (m,)) for m in self.months)

    def _count(self, metric: str | None, months: Sequence[Period]) -> Count:
        if metric is None or not months:
            return Count(None)
        window = Window(months[0].start, months[-1].end, self.as_of)
        tally = self.tallier.tally(Total(total=metric, at_least=0, every="month"), window)
        return Count(tally.actual, tally.missing)

    def _close_rates(self, cycle: CycleTimes) -> CloseRates | None:
        terms = self.measures.close_rate
        if terms is None:
            return None
        won, leads = self.record.of(terms.won), self.record.of(terms.of)
        return judge_close_rates(
            won, leads, self.months, self.as_of, cycle=self._cycle(cycle), since=terms.since
        )

    def _cycle(self, terms: CycleTimes) -> Cycle | None:
        """The newest mean cycle, or the median where no mean is reported."""
        for kind, metric in (("mean", terms.mean), ("median", terms.median)):
            if metric and (newest := _newest(self.record.of(metric))):
                on, value = newest
                in_days = self.agreement.metrics[metric].unit != "months"
                return Cycle(value if in_days else value * DAYS_A_MONTH, kind, on)
        return None

    def _gauge(self, metric: str | None) -> Gauge | None:
        if not metric:
            return None
        series = self.record.of(metric)
        return Gauge(metric, _newest(series), tuple(_mean(series, month) for month in self.months))

    def _touches(self, terms: TouchCounts) -> Iterator[Touches]:
        for way in Way:
            if attempts := getattr(terms, f"by_{way}"):
                order = self.agreement.metrics[attempts.made].segment_values
                made, answered = self.record.of(attempts.made), self.record.of(attempts.answered)
                yield judge_touches(way, made, answered, self.months, order)

    def _part(self, part: str, whole: str) -> Part:
        rates = [rate_in(self.record.of(part), self.record.of(whole), month) for month in self.months]
        known = [rate for rate in rates if rate]
        total = Rate(sum(rate.good for rate in known), sum(rate.of for rate in known)) if known else None
        return Part(total, tuple(rates))

    def _waiting(self, metric: str | None) -> Waiting | None:
        newest = _newest(self.record.of(metric)) if metric else None
        if metric is None or newest is None:
            return None
        on, total = newest
        reports = self.record.of(metric).reports
        found = {segment: rows[0].value for (day, segment), rows in reports.items() if day == on and segment}
        ages = self.agreement.metrics[metric].segment_values or sorted(found)
        return Waiting(on, total, tuple((age, found[age]) for age in ages if age in found))


def _steps(stages: Iterable[StageCount]) -> Iterator[Step]:
    """From each stage that has a metric to the next one that has."""
    stages = list(stages)
    counted = [n for n, row in enumerate(stages) if row.stage.metric]
    for one, other in pairwise(counted):
        before, after = stages[one], stages[other]
        skipped = tuple(row.stage for row in stages[one + 1 : other])
        entered, passed = before.total.value, after.total.value
        rate = Rate(passed, entered) if entered and passed is not None else None
        yield Step(before.stage, after.stage, skipped, rate)


def _newest(series: Series) -> tuple[date, Exact] | None:
    return max(series.by_day.items(), default=None)


def _mean(series: Series, month: Period) -> tuple[Exact, int] | None:
    values = [value for day, value in series.by_day.items() if month.start <= day < month.end]
    return (Fraction(sum(values)) / len(values), len(values)) if values else None
