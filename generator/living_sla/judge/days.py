"""The reports of a measure become columns of days, as any earlier day knew them: what forecasts draw from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from living_sla.agreement.commitments import Deliver, Level, Share, Total

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from living_sla.agreement.commitments import Metric
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.periods import Window
    from living_sla.record.loading import Record
    from living_sla.record.snapshots import Series

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]
    Flags = NDArray[np.bool_]

Daily = Total | Share | Level | Deliver
"""The measures that are made of days."""

_NEVER = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Days:
    """What one day knew of a measure, a column for each day from `first` on.

    `values` holds a row for a total, the good and all for a share, the reading and 1 (or 0 where there is
    none) for a level, a row of counts for each kind of delivery. They are whole numbers of 1/`unit`, so that
    sums and comparisons are exact. `known` says where all that should be reported was, `working` which are
    working days, `counts` which the agreement does not exclude. `until` is the column from which on nothing
    can be known: where a metric does not say when it is expected, silence after its last day may be zero or
    may be a report to come. `restated` is how many known days were once reported with another number, `moved`
    by how much those differed, in parts of all that is known.
    """

    measure: Daily
    first: date
    values: Numbers
    known: Flags
    working: Flags
    counts: Flags
    unit: int
    until: int
    restated: int
    moved: float

    @property
    def counted(self) -> Numbers:
        """The values, with 0 on days that the agreement excludes."""
        return self.values * self.counts

    def column(self, day: date) -> int:
        """The column of a day; it may lie outside."""
        return (day - self.first).days

    def day(self, column: int) -> date:
        """The day of a column."""
        return self.first + timedelta(days=column)

    def lacks(self, start: int, end: int) -> bool:
        """Whether a day that counts is not known among columns [start, end); days before the first are."""
        stretch = slice(max(start, 0), max(end, 0))
        return not (self.known | ~self.counts)[stretch].all()

    def count_known(self, end: int) -> int:
        """How many known days that count there are before a column."""
        return int(np.count_nonzero((self.known & self.counts)[: max(end, 0)]))

    def count_like(self, start: int, end: int) -> int:
        """How many known days there are of the rarer kind (working, or not) among columns [start, end)."""
        before = max(start, 0)
        known, kinds = (self.known & self.counts)[:before], self.working[:before]
        wanted = set(self.working[before:end][self.counts[before:end]])
        return min((int(np.count_nonzero(known & (kinds == kind))) for kind in wanted), default=before)

    def count_busy(self, end: int) -> int:
        """On how many known days before a column there was anything to divide by, where a measure divides."""
        if len(self.values) == 1:
            return self.count_known(end)
        return int(np.count_nonzero((self.known & self.counts & (self.values[1] > 0))[: max(end, 0)]))


@dataclass(frozen=True, slots=True)
class _Reports:
    """All reports of one metric: the day, when it was known, from when it no longer stood, and the value."""

    day: NDArray[np.int64]
    known_on: NDArray[np.int64]
    replaced_on: NDArray[np.int64]
    value: Numbers
    moved: Numbers
    expected: str | None
    rows_a_day: int

    @classmethod
    def of(cls, series: Series, metric: Metric, unit: int, first: date) -> _Reports:
        """With days counted from the first; values in whole numbers of 1/unit."""
        rows: list[tuple[int, int, int, float, float]] = []
        for (day, _segment), reports in series.reports.items():
            column, newest = (day - first).days, reports[0]
            rows.append((column, newest.reported_on.toordinal(), _NEVER, float(newest.value * unit), 0.0))
            for newer, older in pairwise(reports):
                known = older.reported_on.toordinal(), newer.reported_on.toordinal()
                moved = abs(Fraction(newer.value) - older.value) * unit
                rows.append((column, *known, float(older.value * unit), float(moved)))
        table = np.array(rows, dtype=np.float64).reshape(-1, 5)
        whole = table[:, :3].astype(np.int64)
        return cls(
            whole[:, 0],
            whole[:, 1],
            whole[:, 2],
            table[:, 3],
            table[:, 4],
            metric.expected,
            max(1, len(metric.segment_values)),
        )

    def known(self, day: date, length: int) -> tuple[Numbers, Counts, Numbers]:
        """What a day knew, by column: the sum of the segments, how many of them, by how much they moved."""
        number = day.toordinal()
        stands = (self.known_on <= number) & (self.replaced_on > number) & (self.day < length)
        once = (self.replaced_on <= number) & (self.day < length)
        return (
            np.bincount(self.day[stands], self.value[stands], length).astype(np.float64),
            np.bincount(self.day[stands], minlength=length),
            np.bincount(self.day[once], self.moved[once], length).astype(np.float64),
        )

    def is_complete(self, rows: Counts, other: Counts, working: Flags) -> Flags:
        """On which days nothing is missing, by the rows of each, and those of a share's other half."""
        if self.expected is None:
            return np.arange(rows.size) < _until(rows + other)
        complete: Flags = rows >= self.rows_a_day
        return complete if self.expected == "daily" else complete | ~working & (rows == 0) & (other == 0)


@dataclass(frozen=True, slots=True)
class History:
    """Everything ever reported for one measure, from the first day on up to the last that is asked about."""

    measure: Daily
    first: date
    unit: int
    reports: tuple[_Reports, ...]
    delivered: Numbers
    working: Flags
    counts: Flags

    @classmethod
    def of(
        cls,
        measure: Daily,
        record: Record,
        metrics: Mapping[str, Metric],
        is_working: Callable[[date], bool],
        window: Window,
    ) -> History | None:
        """From a record; None where nothing was ever reported.

        Args:
            measure: what is read.
            record: with all reports, those that came later than the days asked about too.
            metrics: what its metrics say of themselves.
            is_working: which days the agreement's calendar works.
            window: the last that is asked about.
        """
        names = _metrics_of(measure)
        series = [record.of(name) for name in names]
        items = list(measure.deliver) if isinstance(measure, Deliver) else []
        things = [row for row in record.deliveries if row.item in items]
        days = [day for found in series for day in found.by_day] + [row.on for row in things]
        if not days or any(not found.by_day for found in series):
            return None
        first = min(days)
        length = max(0, (window.end - first).days)
        unit = lcm(*{value.denominator for found in series for value in _values(found)})
        delivered = np.zeros((len(items), length))
        for row in things:
            if row.on < window.end:
                delivered[items.index(row.item), (row.on - first).days] += 1
        columns = [first + timedelta(days=n) for n in range(length)]
        return cls(
            measure,
            first,
            unit,
            tuple(
                _Reports.of(found, metrics[name], unit, first)
                for name, found in zip(names, series, strict=True)
            ),
            delivered,
            np.array([is_working(day) for day in columns], dtype=np.bool_),
            np.array([day not in window.without for day in columns], dtype=np.bool_),
        )

    def known_on(self, day: date, reported_by: date | None = None) -> Days:
        """What is known of the days up to one: by its own reports, or by those up to a later day."""
        length = self.working.size
        found = [reports.known(reported_by or day, length) for reports in self.reports]
        rows = [rows for _, rows, _ in found]
        known = np.arange(length) <= (day - self.first).days
        for reports, mine, its in zip(self.reports, rows, reversed(rows), strict=True):
            known &= reports.is_complete(mine, its if len(rows) > 1 else np.zeros_like(mine), self.working)
        values = np.array([values for values, _, _ in found]) if found else self.delivered * known
        if isinstance(self.measure, Level):
            values = np.array([values[0], rows[0] > 0])
        restated = sum(int(np.count_nonzero(moved[known])) for _, _, moved in found)
        moved = max((_part(moved[known], came[known]) for came, _, moved in found), default=0.0)
        silent = [reports.expected is None for reports in self.reports]
        until = _until(np.sum(rows, axis=0)) if any(silent) else length
        about_it = self.working, self.counts, self.unit
        return Days(self.measure, self.first, values, known, *about_it, until, restated, moved)


def _until(rows: Counts) -> int:
    """The column after the last with a row."""
    found = np.flatnonzero(rows)
    return int(found[-1]) + 1 if found.size else 0


def _part(moved: Numbers, came: Numbers) -> float:
    """By how much values moved, in parts of all that came."""
    whole = float(np.abs(came).sum())
    return float(moved.sum()) / whole if whole else float(moved.any())


def _metrics_of(measure: Daily) -> tuple[str, ...]:
    match measure:
        case Total():
            return (measure.total,)
        case Share():
            return measure.share, measure.of
        case Level():
            return (measure.level,)
        case _:
            return ()


def _values(series: Series) -> list[Exact]:
    return [report.value for reports in series.reports.values() for report in reports]
