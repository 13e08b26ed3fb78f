"""Judgements and the days of their reports become restatements: closed periods that changed since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import metrics_of
from living_sla.judge.commitments import judge_period, work_calendar
from living_sla.judge.periods import Rhythm, days_of
from living_sla.judge.verdicts import Verdict
from living_sla.record.snapshots import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import InForce, Judgement
    from living_sla.judge.periods import Period
    from living_sla.record.loading import Record
    from living_sla.record.snapshots import Report


_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Move:
    """One value that was reported anew after a day; `was` is None if it was first reported then."""

    metric: str
    day: date
    segment: str
    was: Report | None
    now: Report


@dataclass(frozen=True, slots=True)
class Step:
    """One day whose reports changed the outcome of a closed period: from what, to what, by which values."""

    on: date
    before: Judgement
    after: Judgement
    moves: tuple[Move, ...]

    @property
    def is_amended(self) -> bool:
        """Whether another text of the agreement changed the outcome, not a value."""
        return not self.moves and self.before.agreement is not self.after.agreement

    @property
    def is_replanned(self) -> bool:
        """Whether the month of the plan that sets its target was frozen only then."""
        return not self.moves and not self.is_amended and self.before.goal != self.after.goal

    @property
    def strikes(self) -> int:
        """How many strikes it adds, or takes back."""
        commitment, strikes = self.after.commitment, self.after.agreement.governance.strikes
        if strikes is None or commitment.id not in (strikes.commitments or [commitment.id]):
            return 0
        was_missed, is_missed = (j.verdict is Verdict.MISSED for j in (self.before, self.after))
        return is_missed - was_missed


@dataclass(frozen=True, slots=True)
class Restatement:
    """A period whose outcome was changed by reports that came after it was closed, in one step or several.

    `closed_on` is the last day whose reports the verdict as closed knows; `moves` are the values that differ
    from those known then.
    """

    closed_on: date
    as_closed: Judgement
    as_it_stands: Judgement
    moves: tuple[Move, ...]
    steps: tuple[Step, ...]

    @property
    def is_first_report(self) -> bool:
        """Whether nothing at all was known when the period was closed."""
        return self.as_closed.tally.actual is None

    @property
    def restated_on(self) -> date:
        """The day of the newest reports that changed it."""
        return self.steps[-1].on

    @property
    def strikes(self) -> int:
        """How many strikes all of it adds, or takes back."""
        return sum(step.strikes for step in self.steps)


Restatements = dict[tuple[str, str], Restatement]
"""By commitment and period."""


def closed_on(judgement: Judgement) -> date:
    """The day on which a period is closed: `close_after` its last day."""
    calendar = work_calendar(judgement.agreement.terms.calendar)
    return calendar.due_on(judgement.period.last, judgement.commitment.close_after)


def is_closed(judgement: Judgement, day: date) -> bool:
    """Whether a period is closed by a day."""
    return judgement.is_over and closed_on(judgement) <= day


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed as each day knew it: `on` gives the versions in force, as for `judge_agreement`.

    `changed_on` are the days on which a text was committed, ascending.
    """

    on: Callable[[date], Sequence[InForce]]
    changed_on: Sequence[date]

    def days_after(self, day: date, period: Period) -> list[date]:
        """The days after a day on which the agreement that a period is judged by became another."""
        found, before = [], self._by(day, period)
        for changed in (changed for changed in self.changed_on if changed > day):
            if (after := self._by(changed, period)) is not before:
                found.append(changed)
                before = after
        return found

    def _by(self, day: date, period: Period) -> Agreement | None:
        known = (v for v in self.on(day) if v.agreement.terms.effective <= period.start)
        return next((v.agreement for v in known if v.until is None or period.start < v.until), None)


def find_restatements(
    agreed: Agreed, record: Record, judgements: Mapping[str, tuple[Judgement, ...]], known_on: date
) -> Restatements:
    """Every period that was closed by a day and whose outcome has changed since.

    Args:
        agreed: what was agreed, by the day that knew it.
        record: everything known on the day.
        judgements: as they stand.
        known_on: the day.
    """
    found: Restatements = {}
    for judgement in (judgement for all_of_one in judgements.values() for judgement in all_of_one):
        day = closed_on(judgement)
        if judgement.is_over and day < known_on:
            reads = tuple(_readings(judgement, judgement.commitment))
            reported = {on for reading in reads for on in reading.late_reports(record, day)}
            reported.update(_late_plans(judgement, record, day))
            late = sorted(reported.union(agreed.days_after(day, judgement.period)))
            near = _near(record, reads) if late else record
            steps = tuple(_steps(agreed, near, judgement, reads, (day, *late))) if late else ()
            if steps:
                moves = _moves(near, reads, day, late[-1])
                restatement = Restatement(day, steps[0].before, judgement, moves, steps)
                found[judgement.commitment.id, judgement.period.id] = restatement
    return found


def _late_plans(judgement: Judgement, record: Record, closed_on: date) -> Iterator[date]:
    """The day after closing on which the month of the plan that sets the target was frozen, if it does."""
    frozen = record.plan.get(judgement.period.id)
    if frozen and frozen.as_of > closed_on:
        yield frozen.as_of


def _near(record: Record, reads: tuple[_Reading, ...]) -> Record:
    """What a judgement can rest on: its days, those of a month's report around them, what came first of all.

    For what was never reported before a day lacks nothing on it.
    """
    series: dict[str, Series] = {}
    for reading in reads:
        whole = record.of(reading.metric)
        around = whole.between(reading.start - _MONTH, reading.end + _MONTH)
        reports = {**whole.first_reported.reports, **around.reports}
        series[reading.metric] = Series(dict(sorted(reports.items())))
    return replace(record, series=series)


def _steps(
    agreed: Agreed,
    record: Record,
    judgement: Judgement,
    reads: tuple[_Reading, ...],
    days: tuple[date, ...],
) -> Iterator[Step]:
    """Judge a period as each day knew it, and say where the outcome changed from one to the next."""
    before, since = None, days[0]
    for day in days:
        after = judge_period(agreed.on(day), record.as_of(day), day, judgement)
        if before and after and _outcome(before) != _outcome(after):
            yield Step(day, before, after, _moves(record, reads, since, day))
            since = day
        before = after or before


@dataclass(frozen=True, slots=True)
class _Reading:
    """A metric that a judgement rests on, and the days [start, end) of it."""

    metric: str
    start: date
    end: date

    def late_reports(self, record: Record, closed_on: date) -> Iterator[date]:
        """The days after a day on which something was reported of these days, or of the metric at all."""
        series = record.of(self.metric)
        for reports in series.first_reported.reports.values():
            yield from (r.reported_on for r in reports[-1:] if r.reported_on > closed_on)
        if any(series.reported_on.get(day, closed_on) > closed_on for day in days_of(self.start, self.end)):
            for reports in series.between(self.start, self.end).reports.values():
                yield from (r.reported_on for r in reports if r.reported_on > closed_on)


def _moves(record: Record, reads: tuple[_Reading, ...], after: date, up_to: date) -> tuple[Move, ...]:
    """The values that were reported on a day in (after, up_to] and differ from those known before."""
    found = []
    for reading in reads:
        own = record.of(reading.metric).between(reading.start, reading.end)
        for (day, segment), reports in own.reports.items():
            if reports[0].reported_on > after:
                now = next((r for r in reports if after < r.reported_on <= up_to), None)
                was = next((r for r in reports if r.reported_on <= after), None)
                if now and (was is None or was.value != now.value):
                    found.append(Move(reading.metric, day, segment, was, now))
    return tuple(found)


def _readings(judgement: Judgement, commitment: Commitment) -> Iterator[_Reading]:
    """What a judgement rests on: its own metrics, and those of the commitment it waits for."""
    agreement, period = judgement.agreement, judgement.period
    around = Rhythm.of(agreement.terms.calendar).period_of(period.start, commitment.measure.every)
    start, end = min(around.start, period.start), max(around.end, period.end)
    for metric in dict.fromkeys(metrics_of(commitment).values()):
        yield _Reading(metric, start, end)
    for other in agreement.commitments:
        if other.id == commitment.once:
            yield from _readings(judgement, other)


def _outcome(judgement: Judgement) -> tuple[object, ...]:
    tally = judgement.tally
    return judgement.verdict, tally.actual, tally.good, tally.events
