"""An agreement and its record become its funnel: stages, losses, close rates, touches, coverage, returns.

All of it is told for the calendar months that are over, twelve of them at most: a month that still runs would
look like a loss. The stages count what entered them in those months, so those who reached a late stage partly
entered the early ones before. What the agreement does not measure is None; what was not reported is None too,
and never 0. What was not reported in full is told with what it lacks, and is in no rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from living_sla.agreement.funnel_measures import measured_metrics
from living_sla.agreement.lead_management import ContactAge, CycleTimes, Measures, TouchCounts
from living_sla.judge.close_rates import DAYS_A_MONTH, CloseRates, Cycle, judge_close_rates
from living_sla.judge.counts import Count, Counter
from living_sla.judge.intervals import Rate
from living_sla.judge.periods import Period, Rhythm
from living_sla.judge.touches import Touches, Way, judge_touches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from living_sla.agreement.definitions import Stage
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.record.loading import Record
    from living_sla.record.snapshots import Series

MONTHS = 12
_CALENDAR_YEAR = Rhythm()


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

    `months` are those in which both were reported in full; `passed` is of these alone, None where there are
    none and where nobody entered the first.
    """

    from_: Stage
    to: Stage
    skipped: tuple[Stage, ...]
    months: tuple[Period, ...]
    passed: Rate | None

    @property
    def lost(self) -> Exact | None:
        """How many fewer entered the second stage than the first; None where no fewer did."""
        return (
            self.passed.of - self.passed.good if self.passed and self.passed.good <= self.passed.of else None
        )

    @property
    def lost_a_month(self) -> Fraction:
        """The same in an average month, so that steps known of more and of fewer months compare."""
        return Fraction(self.lost or 0) / max(1, len(self.months))

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

    Each month comes with how many values it has; None where it has none. `reports` say what each month lacks.
    """

    metric: str
    newest: tuple[date, Exact] | None
    months: tuple[tuple[Exact, int] | None, ...]
    reports: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the leads, and the leads, in each month."""

    good: tuple[Count, ...]
    of: tuple[Count, ...]

    @property
    def months(self) -> tuple[Rate | None, ...]:
        """The rate of each month; None where one of the two was not reported in full."""
        return tuple(
            Rate(good.value, of.value)
            if good.is_whole and of.is_whole and good.value is not None and of.value is not None
            else None
            for good, of in zip(self.good, self.of, strict=True)
        )

    @property
    def total(self) -> Rate | None:
        """The rate of all months that have one; None where none has."""
        known = [rate for rate in self.months if rate]
        return Rate(sum(rate.good for rate in known), sum(rate.of for rate in known)) if known else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The leads that wait at the end of the newest reported day, and how long, in the agreed order.

    The count of an age is None where it was not reported for that day: then more than `total` may wait.
    """

    on: date
    total: Exact
    by_age: tuple[tuple[str, Exact | None], ...]


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
    waiting: Waiting | None
    returned: Part | None
    pulse: Gauge | None

    @property
    def most_lost(self) -> Step | None:
        """The step on which most are lost a month."""
        return max((s for s in self.steps if s.lost), key=lambda step: step.lost_a_month, default=None)

    def worst_step(self, owner: str) -> Step | None:
        """Of the steps out of the stages of one party, the one that loses the greatest part."""
        own = (step for step in self.steps if step.from_.owner == owner and step.lost)
        return max(own, key=lambda step: step.lost_share or 0, default=None)


def has_funnel(agreement: Agreement) -> bool:
    """Whether an agreement says anything that a funnel can be made of."""
    return bool(agreement.definitions.funnel or agreement.lead_management.measures)


def judge_funnel(agreement: Agreement, record: Record, as_of: date, *, longest: int = MONTHS) -> Funnel:
    """The funnel over the newest months that are over, as many as were reported and at most `longest`."""
    counter = Counter.of(agreement, record, as_of)
    return _Judge(agreement, record, as_of, _months(agreement, record, as_of, longest), counter).funnel()


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
    counter: Counter

    def funnel(self) -> Funnel:
        measures, stages = self.measures, tuple(self._stages())
        cycle = measures.sales_cycle or CycleTimes()
        contact = measures.first_contact or ContactAge()
        worked, returned = measures.worked, measures.returned
        return Funnel(
            months=self.months,
            stages=stages,
            baselines=tuple(Baseline(metric, *self._counts(metric)) for metric in measures.baselines),
            steps=tuple(_steps(stages, self.months)),
            close_rates=self._close_rates(cycle),
            cycle_median=self._gauge(cycle.median),
            cycle_mean=self._gauge(cycle.mean),
            contact_median=self._gauge(contact.median),
            contact_p90=self._gauge(contact.p90),
            touches=tuple(self._touches(measures.touches or TouchCounts())),
            worked=self._part(worked.worked, worked.of) if worked else None,
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
        if metric is None or not self.months:
            return Count(None), tuple(Count(None) for _ in self.months)
        total = self.counter.count(metric, self.months[0].start, self.months[-1].end)
        return total, self._by_month(metric)

    def _by_month(self, metric: str) -> tuple[Count, ...]:
        return tuple(self.counter.by_month(metric, self.months).months.values())

    def _close_rates(self, cycle: CycleTimes) -> CloseRates | None:
        terms = self.measures.close_rate
        if terms is None:
            return None
        won, leads = (self.counter.by_month(metric, self.months) for metric in (terms.won, terms.of))
        return judge_close_rates(won, leads, self.as_of, cycle=self._cycle(cycle), since=terms.since)

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
        means = tuple(_mean(series, month) for month in self.months)
        return Gauge(metric, _newest(series), means, self._by_month(metric))

    def _touches(self, terms: TouchCounts) -> Iterator[Touches]:
        for way in Way:
            if attempts := getattr(terms, f"by_{way}"):
                order = self.agreement.metrics[attempts.made].segment_values
                made, answered = (
                    self.counter.by_month(metric, self.months)
                    for metric in (attempts.made, attempts.answered)
                )
                yield judge_touches(way, made, answered, order)

    def _part(self, part: str, whole: str) -> Part:
        return Part(self._by_month(part), self._by_month(whole))

    def _waiting(self, metric: str | None) -> Waiting | None:
        newest = _newest(self.record.of(metric)) if metric else None
        if metric is None or newest is None:
            return None
        on, total = newest
        reports = self.record.of(metric).reports
        found = {segment: rows[0].value for (day, segment), rows in reports.items() if day == on and segment}
        ages = self.agreement.metrics[metric].segment_values or sorted(found)
        return Waiting(on, total, tuple((age, found.get(age)) for age in ages))


def _steps(stages: Iterable[StageCount], months: tuple[Period, ...]) -> Iterator[Step]:
    """From each stage that has a metric to the next one that has."""
    stages = list(stages)
    counted = [n for n, row in enumerate(stages) if row.stage.metric]
    for one, other in pairwise(counted):
        before, after = stages[one], stages[other]
        skipped = tuple(row.stage for row in stages[one + 1 : other])
        way = Part(after.months, before.months)
        known = tuple(month for month, rate in zip(months, way.months, strict=True) if rate)
        yield Step(
            before.stage, after.stage, skipped, known, way.total if way.total and way.total.of else None
        )


def _newest(series: Series) -> tuple[date, Exact] | None:
    return max(series.by_day.items(), default=None)


def _mean(series: Series, month: Period) -> tuple[Exact, int] | None:
    values = [value for day, value in series.by_day.items() if month.start <= day < month.end]
    return (Fraction(sum(values)) / len(values), len(values)) if values else None
