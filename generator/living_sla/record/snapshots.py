"""The snapshot files of one agreement become a `Series` per metric.

A snapshot is what a source reported on one day: rows of `date,metric,value[,segment][,reported_on]`. For one
(metric, date, segment) the newest report counts; the older ones stay, and are shown as restatements.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING

from living_sla.agreement.fields import parse_date
from living_sla.agreement.quantities import plain_number
from living_sla.diagnostics import InputError, Place, Problem, Severity, did_you_mean, quote
from living_sla.record.strict_csv import Table, load_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from living_sla.agreement.commitments import Metric
    from living_sla.agreement.quantities import Exact

_REPORTED_IN_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(-[a-z0-9-]+)?\.csv")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
_LONG_NUMBER = re.compile(r"-?[0-9]{16,}(\.[0-9]*)?|-?[0-9]+\.[0-9]{7,}")
_ONE_DAY = timedelta(days=1)
OUTLIER_TIMES_MEDIAN = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """One value as it was reported, and where it stands."""

    value: Exact
    reported_on: date
    place: Place


Key = tuple[date, str]
"""A day, and a segment ('' where the metric has none)."""


@dataclass(frozen=True)
class Series:
    """All reports of one metric: by (date, segment), the newest first, never empty; sorted by key."""

    reports: Mapping[Key, tuple[Report, ...]]

    @cached_property
    def _items(self) -> list[tuple[Key, tuple[Report, ...]]]:
        return list(self.reports.items())

    @cached_property
    def by_day(self) -> dict[date, Exact]:
        """The metric's value on each reported day, the sum of its segments; ascending."""
        totals: dict[date, Exact] = {}
        for (day, _segment), reports in self.reports.items():
            totals[day] = totals.get(day, 0) + reports[0].value
        return totals

    @cached_property
    def reported_on(self) -> dict[date, date]:
        """The day of the newest report of each reported day."""
        newest: dict[date, date] = {}
        for (day, _segment), reports in self.reports.items():
            newest[day] = max(newest.get(day, date.min), reports[0].reported_on)
        return newest

    @cached_property
    def segments_by_day(self) -> dict[date, frozenset[str]]:
        """The segments that were reported on each day."""
        found: dict[date, set[str]] = {}
        for day, segment in self.reports:
            found.setdefault(day, set()).add(segment)
        return {day: frozenset(segments) for day, segments in found.items()}

    @cached_property
    def first_reported(self) -> Series:
        """The value that was reported first of all, alone; empty if none was."""
        first = min(self.reports, key=lambda key: self.reports[key][-1].reported_on, default=None)
        return Series({} if first is None else {first: self.reports[first]})

    def between(self, start: date, end: date) -> Series:
        """The days [start, end) of it."""
        first, last = (bisect_left(self._items, day, key=_day_of) for day in (start, end))
        return Series(dict(self._items[first:last]))

    def by_segment(
        self, start: date, end: date, *, without: frozenset[date] = frozenset()
    ) -> dict[str, Exact]:
        """The sum of each segment over [start, end) but the days without, largest first."""
        totals: dict[str, Exact] = {}
        for (day, segment), reports in self.between(start, end).reports.items():
            if day not in without:
                totals[segment] = totals.get(segment, 0) + reports[0].value
        return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))

    @property
    def restatements(self) -> dict[Key, tuple[Report, ...]]:
        """The keys whose value was reported anew with another number, with all their reports."""
        return {
            key: reports
            for key, reports in self.reports.items()
            if any(report.value != reports[0].value for report in reports[1:])
        }

    def as_of(self, day: date) -> Series:
        """The series as that day knew it: no later day, and no later report."""
        known = {
            key: tuple(report for report in reports if report.reported_on <= day)
            for key, reports in self.reports.items()
            if key[0] <= day
        }
        return Series({key: reports for key, reports in known.items() if reports})


def _day_of(item: tuple[Key, tuple[Report, ...]]) -> date:
    return item[0][0]


def load_series(
    folder: Path,
    metrics: Mapping[str, Metric] | None,
    *,
    root: Path,
    earlier: Mapping[str, tuple[Metric, ...]] | None = None,
) -> tuple[dict[str, Series], list[Problem]]:
    """Read every snapshot of a folder.

    Args:
        folder: holds the `*.csv` files; one that does not exist holds none.
        metrics: what may be reported; None checks only the form of the files.
        root: problems name files by their path below it.
        earlier: what each metric was in earlier versions; a row that fits one of them was right in its day.

    Returns:
        the series by metric, and all problems, warnings among them.
    """
    problems: list[Problem] = []
    found: dict[str, dict[Key, list[Report]]] = {}
    for path in sorted(folder.glob("*.csv")):
        try:
            table = load_table(
                path,
                shown_as=path.relative_to(root).as_posix(),
                required=("date", "metric", "value"),
                optional=("segment", "reported_on"),
            )
            for metric, key, report in _SnapshotReader(
                table, _day_in_name(path.name), metrics, earlier or {}
            ).read():
                found.setdefault(metric, {}).setdefault(key, []).append(report)
        except InputError as error:
            problems += error.problems
            continue
        problems += table.problems
    series = {
        metric: Series(
            {key: _settled(metric, key, reports, problems) for key, reports in sorted(keys.items())}
        )
        for metric, keys in sorted(found.items())
    }
    problems += _outliers(series)
    return series, problems


def _day_in_name(name: str) -> date | None:
    found = _REPORTED_IN_NAME.fullmatch(name)
    try:
        return parse_date(found.group(1)) if found else None
    except ValueError:
        return None


class _SnapshotReader:
    """Types the cells of one snapshot; what repeats from row to row is worked out once."""

    def __init__(
        self,
        table: Table,
        reported_on: date | None,
        metrics: Mapping[str, Metric] | None,
        earlier: Mapping[str, tuple[Metric, ...]],
    ) -> None:
        self._table = table
        self._named_day = reported_on
        self._metrics = metrics
        self._earlier = earlier
        self._days: dict[str, date | str] = {}
        self._misfit_of = cache(self._misfit)

    def read(self) -> Iterator[tuple[str, Key, Report]]:
        """The sound rows, in the order of the file; the others become problems of the table."""
        table = self._table
        if self._named_day is None and "reported_on" not in table.columns:
            words = "nothing says on which day this was reported"
            hint = "name the file by that day, for example 2026-03-01.csv, or add a column reported_on"
            table.note(Problem(Place(table.path), "reported-on", words, hint))
            return
        for line, cells in table.rows:
            if found := self._row(line, dict(zip(table.columns, cells, strict=True))):
                yield found

    def _row(self, line: int, row: Mapping[str, str]) -> tuple[str, Key, Report] | None:
        metric, segment = row["metric"], row.get("segment", "")
        day = self._day(line, "date", row["date"])
        reported_on = self._named_day
        if "reported_on" in row:
            reported_on = self._day(line, "reported_on", row["reported_on"])
        value = self._value(line, row["value"])
        fits = self._fits(line, metric, segment, value)
        if day is None or reported_on is None or value is None or not fits:
            return None
        if day > reported_on + _ONE_DAY:
            words = f"date {day} lies after the day it was reported, {reported_on}"
            self._table.refuse(line, "date", "future", words, "report a day when it is over")
            return None
        return metric, (day, segment), Report(value, reported_on, Place(self._table.path, line, 1))

    def _day(self, line: int, column: str, text: str) -> date | None:
        if text not in self._days:
            try:
                self._days[text] = parse_date(text)
            except ValueError as error:
                self._days[text] = str(error)
        day = self._days[text]
        if isinstance(day, date):
            return day
        self._table.refuse_day(line, column, text, day)
        return None

    def _value(self, line: int, text: str) -> Exact | None:
        if _NUMBER.fullmatch(text):
            return int(text) if "." not in text else _simplest(Fraction(text))
        self._table.refuse(line, "value", "number", *_number_words(text))
        return None

    def _fits(self, line: int, metric: str, segment: str, value: Exact | None) -> bool:
        """Whether a row agrees with what its metric says; nothing is checked without metrics."""
        if self._metrics is None:
            return True
        terms = self._metrics.get(metric)
        misfit = self._misfit_of(terms, metric, segment)
        if misfit or terms is None or not _is_within(terms, value):
            for other in self._earlier.get(metric, ()):
                if not self._misfit_of(other, metric, segment) and _is_within(other, value):
                    return True
        if misfit:
            self._table.refuse(line, *misfit)
        if misfit or terms is None:
            return False
        if value is not None and value < terms.minimum:
            words = (
                f"value {plain_number(value)} is less than {plain_number(terms.minimum)}, the least possible"
            )
            self._table.refuse(line, "value", "bound", words)
            return False
        if value is not None and terms.maximum is not None and value > terms.maximum:
            words = (
                f"value {plain_number(value)} is more than {plain_number(terms.maximum)}, the most possible"
            )
            self._table.refuse(line, "value", "bound", words)
            return False
        return True

    def _misfit(self, terms: Metric | None, metric: str, segment: str) -> tuple[str, str, str, str] | None:
        """Why rows of a metric and segment are refused: column, rule, message and hint."""
        if terms is None:
            hint = did_you_mean(metric, self._metrics or {})
            return "metric", "unknown-metric", f"metric {quote(metric)} is not known", hint
        column = "segment" if "segment" in self._table.columns else "metric"
        if terms.segments and not segment:
            words = f"the {terms.segments} of this {quote(metric)} is missing"
            return column, "segment", words, f"write the {terms.segments} into the column segment"
        if segment and not terms.segments:
            words = f"metric {quote(metric)} has no segments, but {quote(segment)} is one"
            return column, "segment", words, "leave the segment empty"
        if terms.segment_values and segment not in terms.segment_values:
            hint = did_you_mean(segment, terms.segment_values)
            return column, "unknown-segment", f"{terms.segments} {quote(segment)} is not known", hint
        return None


def _is_within(terms: Metric, value: Exact | None) -> bool:
    """Whether a value lies within what is possible."""
    if value is None:
        return True
    return terms.minimum <= value and (terms.maximum is None or value <= terms.maximum)


def _number_words(text: str) -> tuple[str, str]:
    """Message and hint for a value that is no plain number."""
    if not text:
        return "the value is empty", "delete the row where nothing was measured"
    if _LONG_NUMBER.fullmatch(text):
        return f"value {quote(text)} has too many digits", "write at most 15, and 6 behind the point"
    hint = "write digits only, and a point for decimals, for example 1234.5"
    return f"value {quote(text)} is not a plain number", hint


def _settled(metric: str, key: Key, reports: list[Report], problems: list[Problem]) -> tuple[Report, ...]:
    """One report a day, the newest first; two from one day are a warning if they agree, else an error."""
    if len(reports) == 1:
        return (reports[0],)
    by_day: dict[date, Report] = {}
    for report in sorted(reports, key=lambda r: (r.reported_on, r.place)):
        first = by_day.setdefault(report.reported_on, report)
        if first is not report:
            problems.append(_repetition(metric, key, first, report))
    return tuple(sorted(by_day.values(), key=lambda r: r.reported_on, reverse=True))


def _repetition(metric: str, key: Key, first: Report, second: Report) -> Problem:
    day, segment = key
    name = f"{metric} of {day}" + (f" ({segment})" if segment else "")
    where = f"on line {first.place.line}"
    if first.place.path != second.place.path:
        where = f"{where} of {first.place.path}"
    if first.value == second.value:
        words, hint = f"{name} is already {where}", "keep one of them"
        return Problem(second.place, "duplicate-row", words, hint, Severity.WARNING)
    words = f"{name} is {plain_number(second.value)} here and {plain_number(first.value)} {where}"
    hint = "keep the right one; what was reported later belongs in a file named by its own day"
    return Problem(second.place, "contradiction", words, hint)


def _outliers(series: Mapping[str, Series]) -> Iterator[Problem]:
    """A value a thousand times the metric's median is published, and marked."""
    for metric, found in series.items():
        values = [reports[0] for reports in found.reports.values() if reports[0].value]
        if not values:
            continue
        middle = sorted(report.value for report in values)[len(values) // 2]
        for report in values:
            if report.value >= OUTLIER_TIMES_MEDIAN * middle > 0:
                words = f"{metric} {plain_number(report.value)} is far above its usual {plain_number(middle)}"
                yield Problem(report.place, "outlier", words, "check the source", Severity.WARNING)


def _simplest(value: Fraction) -> Exact:
    return value.numerator if value.denominator == 1 else value
