"""A measure and the record become a tally: what came, and between which bounds the outcome must lie.

Missing rows and the days still to come are not guessed: each may hold anything between the metric's
`minimum` and `maximum`, and the bounds say what that leaves possible. All numbers are exact.

What happens on a day that the agreement excludes counts neither for nor against: totals, shares, levels and
deliveries are tallied as if nothing had been reported or handed over on it, and nothing is missing from it.
Targets stay as they were agreed. A promise counts on the day it falls due: one that falls due on an excluded
day is left out, and one that falls due on another is kept on whichever day it was. A week or month of which
some days are excluded still owes its one report, but no longer surely adds to the window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Answer, Before, Deliver, Level, Metric, Share, Total
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.periods import days_of
from living_sla.judge.promises import Outcome, judge_promise
from living_sla.judge.ranges import ANYTHING, NOTHING, Bound, Range, mean_range, share_later, share_range
from living_sla.record.snapshots import Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from living_sla.agreement.fields import Every
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.calendar import WorkCalendar
    from living_sla.judge.periods import Rhythm, Window
    from living_sla.record.deliveries import Delivery
    from living_sla.record.loading import Record

_NO_SERIES = Series({})


@dataclass(frozen=True, slots=True)
class Promised:
    """One thing that fell or falls due: the event, the last day that keeps the promise, what answered it."""

    event: Delivery
    due_on: date
    answer: Delivery | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Tally:
    """What a measure comes to in one period, as of one day.

    `actual` is a sum, a share from 0 to 1, a level, or how many of the agreed things were delivered; None
    where nothing was measured. `now` is what it may be once missing rows arrive, `final` what it may be when
    the period ends, `final_events` how many events a share may then have. `missing` holds the first day of
    every stretch that should have been reported. `good` and `events` make up `actual`, and leave out the days
    on which only one of the two is known. `kinds` holds how many came and how many are wanted.
    """

    actual: Exact | None
    now: Range
    final: Range
    missing: tuple[date, ...] = ()
    good: Exact | None = None
    events: Exact | None = None
    final_events: Range | None = None
    kinds: Mapping[str, tuple[int, int]] | None = None
    promised: tuple[Promised, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch [start, end) that should hold more rows: how many, and what they may add to a window."""

    start: date
    end: date
    rows: Bound
    adds: Range


@dataclass(frozen=True, slots=True)
class Tallier:
    """Tallies the measures of one agreement from one record, which must hold only what `as_of` knew.

    No report is missing from a week or month that began before `since`.
    """

    record: Record
    metrics: Mapping[str, Metric]
    calendar: WorkCalendar
    rhythm: Rhythm
    since: date = date.min

    def tally(self, measure: Total | Share | Level | Deliver | Answer | Before, window: Window) -> Tally:
        """Tally one measure in one window."""
        match measure:
            case Total():
                return self._total(measure, window)
            case Share():
                return self._share(measure, window)
            case Level():
                return self._level(measure, window)
            case Deliver():
                return self._deliver(measure, window)
            case Answer():
                return _promised_share(self._answers(measure, window), window)
            case Before():
                return _promised_share(self._befores(measure, window), window)

    def _total(self, measure: Total, window: Window) -> Tally:
        terms = self.metrics[measure.total]
        values = window.seen(self.record.of(measure.total))
        gaps = self._gaps(measure.total, window)
        actual = sum(values)
        now = Range(actual, actual) + _sum(gaps)
        to_come = self._rows_to_come(measure.total, window, gaps)
        final = now + _each(terms).or_nothing.times(to_come)
        return Tally(actual if values else None, now, final, _starts(gaps))

    def _share(self, measure: Share, window: Window) -> Tally:
        goods, wholes = self.record.of(measure.share), self.record.of(measure.of)
        no_good = self._gaps(measure.share, window, other=wholes)
        no_events = self._gaps(measure.of, window, other=goods)
        unsure = {day for gap in (*no_good, *no_events) for day in days_of(gap.start, gap.end)}
        good, all_good = sum(window.seen(goods, unsure=unsure)), sum(window.seen(goods))
        events, all_events = sum(window.seen(wholes, unsure=unsure)), sum(window.seen(wholes))
        more_good = Range(all_good - good, all_good - good) + _sum(no_good)
        more_events = Range(all_events - events, all_events - events) + _sum(no_events)
        now = share_range(good, events, more_good, more_events)
        counts = min(self.metrics[measure.share].minimum, self.metrics[measure.of].minimum) >= 0
        return Tally(
            actual=Fraction(good) / Fraction(events) if events else None,
            now=now,
            final=now if window.is_over else share_later(now) if counts else ANYTHING,
            missing=tuple(sorted({*_starts(no_good), *_starts(no_events)})),
            good=good,
            events=events,
            final_events=Range(
                events + more_events.low, events + more_events.high if window.is_over else math.inf
            ),
        )

    def _level(self, measure: Level, window: Window) -> Tally:
        series, each = self.record.of(measure.level), _each(self.metrics[measure.level])
        values = window.seen(series)
        gaps = self._gaps(measure.level, window)
        to_come = 0 if window.is_over else len(window.days) - len(values)
        reported = [day for day in window.seen_days if day in series.by_day]
        after_last = [gap for gap in gaps if not reported or gap.start > reported[-1]]
        unknown = len(after_last if measure.take == "last" else gaps)
        return Tally(
            actual=_take(measure.take, values),
            now=_level_with(measure.take, values, each, unknown),
            final=_level_with(measure.take, values, each, to_come or unknown),
            missing=_starts(gaps),
        )

    def _deliver(self, measure: Deliver, window: Window) -> Tally:
        seen = [row.item for row in self.record.deliveries if window.has(row.on) and row.on < window.seen_end]
        kinds = {item: (seen.count(item), wanted) for item, wanted in measure.deliver.items()}
        delivered = sum(min(count, wanted) for count, wanted in kinds.values())
        now = Range(delivered, delivered)
        final = now if window.is_over else Range(delivered, sum(measure.deliver.values()))
        return Tally(delivered, now, final, kinds=kinds)

    def _answers(self, measure: Answer, window: Window) -> Iterator[Promised]:
        for event in self.record.deliveries:
            if event.item == measure.answer:
                due_on = self.calendar.due_on(event.on, measure.within)
                if window.has(due_on):
                    yield self._promised(event, due_on, measure.with_, window.as_of)

    def _befores(self, measure: Before, window: Window) -> Iterator[Promised]:
        for event in self.record.deliveries:
            if event.item == measure.before:
                due_on = self.calendar.latest_on(event.on, measure.ahead)
                if window.has(due_on):
                    yield self._promised(event, due_on, measure.deliver, window.as_of)

    def _promised(self, event: Delivery, due_on: date, item: str, as_of: date) -> Promised:
        answers = [row for row in self.record.deliveries if row.item == item and row.answers == event.id]
        answer = min(answers, key=lambda row: row.on, default=None)
        return Promised(event, due_on, answer, judge_promise(due_on, answer.on if answer else None, as_of))

    def _gaps(self, metric: str, window: Window, *, other: Series = _NO_SERIES) -> tuple[Gap, ...]:
        """The stretches of a window that passed without all the rows they should hold.

        A stretch has a day's grace, for its last row may be reported tomorrow; none once the window is over
        or `other`, the other half of a share, is reported in it. What was never reported has no gaps.
        """
        series, terms = self.record.of(metric), self.metrics[metric]
        gaps = []
        if not series.reports and not other.reports:
            return ()
        whole = terms.expected in {"daily", "working-days"} and not terms.segment_values
        for start, end in self.stretches(terms, window, other):
            if whole and start in series.by_day:
                continue
            days = list(days_of(start, min(end, window.as_of + ONE_DAY)))
            if not window.is_over and end > window.as_of and not any(day in other.by_day for day in days):
                continue
            found = {segment for day in days for segment in series.segments_by_day.get(day, ())}
            if rows := _rows_lacking(terms, found):
                sure = all(map(window.has, days_of(start, end))) and rows < math.inf
                each = _each(terms) if sure else _each(terms).or_nothing
                gaps.append(Gap(start, end, rows, each.times(rows)))
        return tuple(gaps)

    def stretches(
        self, terms: Metric, window: Window, other: Series = _NO_SERIES
    ) -> Iterator[tuple[date, date]]:
        """The stretches [start, end) that should each hold a report, begun in a window or before."""
        if terms.expected in {"daily", "working-days"}:
            for day in window.seen_days:
                if terms.expected == "daily" or self.calendar.is_working_day(day) or day in other.by_day:
                    yield day, day + ONE_DAY
        elif terms.expected is not None:
            every: Every = "week" if terms.expected == "weekly" else "month"
            first = self.rhythm.period_of(window.start, every).start
            for period in self.rhythm.periods(max(first, self.since), window.seen_end - ONE_DAY, every):
                if not window.without.issuperset(days_of(period.start, period.end)):
                    yield period.start, period.end

    def _rows_to_come(self, metric: str, window: Window, gaps: Iterable[Gap]) -> Bound:
        """How many more rows an open window may get beside those of its gaps: of any day not yet reported."""
        terms = self.metrics[metric]
        if window.is_over:
            return 0
        if terms.segments and not terms.segment_values:
            return math.inf
        reported = self.record.of(metric).segments_by_day
        seen = sum(len(reported.get(day, ())) for day in window.seen_days)
        rows = len(window.days) * max(1, len(terms.segment_values))
        return rows - seen - sum(gap.rows for gap in gaps)


def _rows_lacking(terms: Metric, found: set[str]) -> Bound:
    """How many rows a stretch lacks; where the agreement does not list the segments, no one knows."""
    if terms.segment_values:
        return len(set(terms.segment_values) - found)
    if found:
        return 0
    return math.inf if terms.segments else 1


def _each(terms: Metric) -> Range:
    """What one row of a metric may hold."""
    return Range(terms.minimum, math.inf if terms.maximum is None else terms.maximum)


def _sum(gaps: Iterable[Gap]) -> Range:
    return sum((gap.adds for gap in gaps), NOTHING)


def _starts(gaps: Iterable[Gap]) -> tuple[date, ...]:
    return tuple(gap.start for gap in gaps)


def _promised_share(rows: Iterable[Promised], window: Window) -> Tally:
    """The share kept of the promises that fall due in a window; one due today may still be kept."""
    due = tuple(rows)
    pending = [row.due_on for row in due if row.outcome is Outcome.PENDING] if window.is_over else []
    kept = sum(row.outcome is Outcome.KEPT for row in due)
    events = kept + sum(row.outcome is Outcome.BROKEN for row in due)
    now = share_range(kept, events, Range(0, len(pending)), Range(len(pending), len(pending)))
    return Tally(
        actual=Fraction(kept, events) if events else None,
        now=now,
        final=now if window.is_over else share_later(now),
        missing=tuple(pending),
        good=kept,
        events=events,
        final_events=Range(events, events + len(pending) if window.is_over else math.inf),
        promised=due,
    )


def _take(take: str, values: list[Exact]) -> Exact | None:
    if not values:
        return None
    match take:
        case "last":
            return values[-1]
        case "mean":
            return Fraction(sum(values)) / len(values)
        case "max":
            return max(values)
        case _:
            return min(values)


def _level_with(take: str, values: list[Exact], each: Range, more: int) -> Range:
    """A level after up to so many more values, of days between and after the others."""
    actual = _take(take, values)
    if actual is None or (more and take == "last"):
        return each
    match take:
        case "mean":
            return mean_range(sum(values), len(values), each, more)
        case "max" if more:
            return Range(actual, each.high)
        case "min" if more:
            return Range(each.low, actual)
        case _:
            return Range(actual, actual)
