"""A record and a window of past cohorts become an observed input, with the rows it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from living_sla.agreement.plan import LONGEST_CYCLE
from living_sla.agreement.quantities import plain_number
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.close_rates import DAYS_A_MONTH
from living_sla.judge.periods import add_months, days_of
from living_sla.judge.solving import PlanProblem, Quantity, check_amount, simplest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from living_sla.agreement.commitments import Metric
    from living_sla.agreement.fields import Every
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.plan import Observed, ObservedCycle
    from living_sla.agreement.quantities import Exact
    from living_sla.diagnostics import Place
    from living_sla.judge.calendar import WorkCalendar
    from living_sla.judge.periods import Period, Rhythm
    from living_sla.record.loading import Record

_ADD_PARTS = "add `part: …` to each of `segments`"


@dataclass(frozen=True, slots=True)
class Counted:
    """The sum of a metric over a window, and the rows of which files it adds up."""

    metric: str
    value: Exact
    rows: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of what over the window [start, end): `counted` ÷ `of`.

    Both leave out the days in `left_out`, on which one of the two should have been reported and was not.
    """

    start: date
    end: date
    counted: Counted
    of: Counted
    left_out: tuple[date, ...] = ()

    @property
    def value(self) -> Exact:
        """The exact ratio; an `int` where it is whole."""
        return simplest(Fraction(self.counted.value) / Fraction(self.of.value))


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as it was last reported: the sales cycle, in the metric's unit, and whether median or mean."""

    metric: str
    kind: str
    day: date
    value: Exact
    unit: str
    place: Place


def lag_window(month: date, cycle: int) -> tuple[date, date]:
    """The days [start, end) whose cohorts say how a month will go: from 2 to 1 cycles before it (A44).

    Args:
        month: its first day.
        cycle: the sales cycle in months.
    """
    return add_months(month, -2 * cycle), add_months(month, -cycle)


def check_seen(quantity: Quantity, seen: Observation, segment: str = "") -> None:
    """As `check_amount`, of what was observed: the problem names the sums, the days and the segment."""
    try:
        check_amount(quantity, seen.value)
    except PlanProblem as error:
        counted, of = (f"{plain_number(one.value)} {one.metric}" for one in (seen.counted, seen.of))
        words = f"{error.words}: {counted} of {of}{_when(seen.start, seen.end, segment)}"
        hint = _ADD_PARTS if quantity is Quantity.PART else error.hint
        raise PlanProblem(error.rule, words, hint) from error


@dataclass(frozen=True, slots=True)
class Observer:
    """Reads observed inputs from a record, which must hold only what the day it stands at knew."""

    agreement: Agreement
    record: Record
    calendar: WorkCalendar
    rhythm: Rhythm

    def cycle(self, terms: ObservedCycle, month: date) -> tuple[int, Reading]:
        """The sales cycle in whole months, rounded up, as last reported before the first day of a month.

        Raises:
            PlanProblem: none was reported, or it is no time at all.
        """
        metric = self.agreement.metrics[terms.observed]
        reports = self.record.of(terms.observed).reports
        day = max((day for day, _ in reports if day < month), default=None)
        if day is None:
            words = f"no {terms.observed} was reported before {month}"
            raise PlanProblem("history", words, "write the sales cycle, for example 2 months")
        report = reports[day, ""][0]
        months = Fraction(report.value) / (DAYS_A_MONTH if metric.unit == "days" else 1)
        if months <= 0 or months > LONGEST_CYCLE:
            words = f"{terms.observed} of {day} is no sales cycle of 1 day to {LONGEST_CYCLE} months"
            raise PlanProblem("cycle", words, "check the source")
        reading = Reading(terms.observed, terms.as_, day, report.value, metric.unit, report.place)
        return ceil(months), reading

    def cohorts(self, month: Period, cycle: int) -> tuple[date, date]:
        """The days [start, end) of `lag_window`, whose leads have had their cycle but for the running month.

        Raises:
            PlanProblem: they have not by the newest report, which is older than the month before; or the data
                end earlier than the days do.
        """
        start, end = lag_window(month.start, cycle)
        since, newest, known_on = (
            add_months(month.start, -1),
            self.record.newest_day,
            self.record.newest_report,
        )
        hint = "report the rest, or write the number"
        if newest is None or known_on is None:
            why = "there are no data"
        elif known_on < since:
            why = f"on {known_on}, the day of the newest report, they had no whole sales cycle yet"
            hint = f"plan {month.id} from {since} on, or write the number"
        elif newest < end - ONE_DAY:
            why = f"the data end on {newest}"
        else:
            return start, end
        words = f"the cohorts of {start} to {end - ONE_DAY} are not complete: {why}"
        raise PlanProblem("history", words, hint)

    def ratio(self, terms: Observed, window: tuple[date, date], segment: str | None = None) -> Observation:
        """One sum divided by another over the days [start, end) of a window, of one segment or of all.

        Raises:
            PlanProblem: the window begins before the history, or holds nothing to divide by.
        """
        start, end = window
        self._check_history((terms.observed, terms.of), start)
        left_out = frozenset[date]().union(
            *(self._unreported(name, start, end, segment) for name in (terms.observed, terms.of))
        )
        counted, of = (self._sum(name, window, left_out, segment) for name in (terms.observed, terms.of))
        if of.value <= 0:
            words = f"no {terms.of}{_when(start, end, segment)}"
            raise PlanProblem(
                "empty-window", words, "there is nothing to divide by; write the number instead"
            )
        return Observation(start, end, counted, of, tuple(sorted(left_out)))

    def parts(
        self, metric: str, window: tuple[date, date], segments: Sequence[str]
    ) -> dict[str, Observation]:
        """The part of a metric's sum over a window that each segment brings; together they bring all of it.

        Raises:
            PlanProblem: as `ratio`, or a part is negative, or some of it came from other segments.
        """
        start, end = window
        self._check_history((metric,), start)
        left_out = frozenset(self._unreported(metric, start, end, None))
        of = self._sum(metric, window, left_out, None)
        if of.value <= 0:
            raise PlanProblem("empty-window", f"no {metric}{_when(start, end)}", _ADD_PARTS)
        sums = {segment: self._sum(metric, window, left_out, segment) for segment in segments}
        if rest := of.value - sum(one.value for one in sums.values()):
            came = self.record.of(metric).by_segment(start, end, without=left_out)
            others = ", ".join(name for name, value in came.items() if value and name not in sums)
            whole = f"{plain_number(of.value)} {metric}{_when(start, end)}"
            words = f"{plain_number(rest)} of {whole} came from {others}, where no leads are counted"
            raise PlanProblem("parts", words, f"count its leads too, or {_ADD_PARTS}")
        days = tuple(sorted(left_out))
        found = {segment: Observation(start, end, own, of, days) for segment, own in sums.items()}
        for segment, seen in sorted(found.items(), key=lambda item: item[1].value):
            if seen.value:  # nothing came from there: nothing is asked of it
                check_seen(Quantity.PART, seen, segment)
        return found

    def whole_month(self, metric: str, month: Period) -> Exact | None:
        """What a metric came to in a month; None where it is not over, or not all of it was reported."""
        start, end, newest = month.start, month.end, self.record.newest_day
        if newest is None or not month.is_over(newest):
            return None
        try:
            self._check_history((metric,), start)
        except PlanProblem:
            return None
        if any(True for _ in self._unreported(metric, start, end, None)):
            return None
        return self._sum(metric, (start, end), frozenset(), None).value

    def _check_history(self, metrics: tuple[str, ...], start: date) -> None:
        for name in metrics:
            first = self._first_day(name)
            if first is None or first > self._first_expected(name, start):
                named = f"{self.agreement.metrics[name].label} ({name})"
                since = f"known since {first}" if first else "never reported"
                words = (
                    f"{named}: {since}; the cohorts begin on {start}: the cycle is longer than the history"
                )
                raise PlanProblem("history", words, "wait until there is enough, or write the number")

    def _first_day(self, name: str) -> date | None:
        """The first day a metric was reported; of one not expected on any day, that anything was reported."""
        if self.agreement.metrics[name].expected is not None:
            return next(iter(self.record.of(name).by_day), None)
        return min((next(iter(s.by_day)) for s in self.record.series.values() if s.by_day), default=None)

    def _first_expected(self, name: str, start: date) -> date:
        """The last day on which the first report of a window may be."""
        stretches = self._stretches(self.agreement.metrics[name], start, start + 31 * ONE_DAY)
        return next((end - ONE_DAY for _, end in stretches), start)

    def _unreported(self, name: str, start: date, end: date, segment: str | None) -> Iterator[date]:
        """The days of a window on which a metric should have been reported and was not, or not all of it."""
        terms, found = self.agreement.metrics[name], self.record.of(name).segments_by_day
        one = self._one(terms, segment)
        listed = set(terms.segment_values) if one is None else {one}
        for first, after in self._stretches(terms, start, end):
            reported = {one for day in days_of(first, after) for one in found.get(day, ())}
            if not reported or not listed <= reported:
                yield from (day for day in days_of(first, after) if start <= day < end)

    def _stretches(self, terms: Metric, start: date, end: date) -> Iterator[tuple[date, date]]:
        """The stretches [first, after) around a window that should each hold a report."""
        match terms.expected:
            case "daily" | "working-days":
                for day in days_of(start, end):
                    if terms.expected == "daily" or self.calendar.is_working_day(day):
                        yield day, day + ONE_DAY
            case "weekly" | "monthly":
                every: Every = "week" if terms.expected == "weekly" else "month"
                first = self.rhythm.period_of(start, every).start
                for period in self.rhythm.periods(first, end - ONE_DAY, every):
                    yield period.start, period.end
            case _:
                return

    def _sum(
        self, name: str, window: tuple[date, date], left_out: frozenset[date], segment: str | None
    ) -> Counted:
        start, end = window
        series, one = self.record.of(name), self._one(self.agreement.metrics[name], segment)
        found = [
            reports[0]
            for (day, of), reports in series.between(start, end).reports.items()
            if day not in left_out and (one is None or of == one)
        ]
        files = tuple(sorted({report.place.path for report in found}))
        return Counted(name, sum(report.value for report in found), len(found), files)

    def _one(self, terms: Metric, segment: str | None) -> str | None:
        """The segment to read of a metric; None for all, as where it is not split by what the plan is."""
        plan = self.agreement.plan
        return segment if plan and plan.by and terms.segments == plan.by else None


def _when(start: date, end: date, segment: str | None = None) -> str:
    of = f" ({segment})" if segment else ""
    return f" from {start} to {end - ONE_DAY}{of}"
