"""The reports of a metric become its count in a stretch of days, with how much of it was reported.

What `expected` asks for and was not reported makes a count incomplete: it is told with what it lacks, and is
no basis for a rate. Where the agreement does not say how often a metric is reported, nothing is known to be
missing of a stretch in which something was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Total
from living_sla.judge.commitments import work_calendar
from living_sla.judge.periods import Rhythm, Window
from living_sla.judge.tallies import Tallier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from living_sla.agreement.commitments import Metric
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.periods import Period
    from living_sla.record.loading import Record
    from living_sla.record.snapshots import Series

_UNITS = {"daily": "day", "working-days": "working day", "weekly": "week", "monthly": "month"}


@dataclass(frozen=True, slots=True)
class Count:
    """The sum of a metric over a stretch of time: None where nothing was reported, and what is missing.

    `missing` holds the first day of every day, week or month (`unit`) that should have been reported,
    `expected` is how many should have been; 0 where the agreement does not say how often it is reported.
    """

    value: Exact | None
    missing: tuple[date, ...] = ()
    expected: int = 0
    unit: str = "day"

    @property
    def is_whole(self) -> bool:
        """Whether something was reported, and nothing is known to be missing."""
        return self.value is not None and not self.missing

    @property
    def reported(self) -> int:
        """How many of the expected days, weeks or months were reported."""
        return self.expected - len(self.missing)


@dataclass(frozen=True, slots=True)
class Counted:
    """A metric month by month: what the agreement says of it, its reports, and its count in each month."""

    metric: Metric
    series: Series
    months: dict[Period, Count]


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts the metrics of one agreement at the end of one day, whose knowledge the record must hold."""

    tallier: Tallier
    as_of: date

    @classmethod
    def of(cls, agreement: Agreement, record: Record, as_of: date) -> Counter:
        """By the agreement's calendar."""
        calendar = agreement.terms.calendar
        tallier = Tallier(record, agreement.metrics, work_calendar(calendar), Rhythm.of(calendar))
        return cls(tallier, as_of)

    @classmethod
    def after(cls, agreement: Agreement, record: Record, last: date) -> Counter:
        """As all stands that the record holds, at the end of some day or later."""
        return cls.of(agreement, record, max(last, record.newest_day or last))

    def count(self, metric: str, start: date, end: date) -> Count:
        """The count of a metric over [start, end)."""
        window = Window(start, end, self.as_of)
        tally = self.tallier.tally(Total(total=metric, at_least=0, every="month"), window)
        terms = self.tallier.metrics[metric]
        expected = len(list(self.tallier.stretches(terms, window)))
        return Count(tally.actual, tally.missing, expected, _UNITS.get(terms.expected or "", "day"))

    def by_month(self, metric: str, months: Sequence[Period]) -> Counted:
        """The count of a metric in each of some months."""
        counts = {month: self.count(metric, month.start, month.end) for month in months}
        return Counted(self.tallier.metrics[metric], self.tallier.record.of(metric), counts)


def whole_months(*counted: Counted) -> tuple[Period, ...]:
    """The months that are whole in all of some metrics, which are counted in the same months; ascending."""
    first, *others = counted
    return tuple(
        month
        for month, count in first.months.items()
        if count.is_whole and all(other.months[month].is_whole for other in others)
    )
