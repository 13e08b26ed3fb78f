"""An agreement, its record and a day become a judgement of every commitment in every period so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from living_sla.agreement.commitments import PLAN, Answer, Before, Commitment, Deliver, Share, Total
from living_sla.agreement.terms import CalendarTerms, weekdays
from living_sla.judge.burn import find_burns
from living_sla.judge.calendar import ONE_DAY, Span, WorkCalendar
from living_sla.judge.periods import Period, Rhythm, Window
from living_sla.judge.tallies import Tallier, Tally
from living_sla.judge.verdicts import Goal, Pace, Reason, Verdict, judge_tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from living_sla.agreement.ledger import Ledger
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.agreement.versions import Timeline
    from living_sla.record.loading import Record

# The last fifth of a window: whatever is still undelivered then can hardly be mended unwarned.
_LAST_STRETCH = Fraction(4, 5)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One commitment in one period, as of one day, by the agreement in force on the period's first day.

    `goal` and `pace` are None where no target was agreed for the period. `days_counted` and `days_passed`
    count the days of its window by the commitment's pace. `required_rate` is what each counted day left must
    bring to reach the goal; None where that means nothing.
    """

    agreement: Agreement
    commitment: Commitment
    period: Period
    verdict: Verdict
    reason: Reason
    tally: Tally
    window: Window
    goal: Goal | None = None
    pace: Pace | None = None
    days_counted: int = 0
    days_passed: int = 0
    required_rate: Exact | None = None

    @property
    def days_left(self) -> int:
        """Counted days still to come."""
        return self.days_counted - self.days_passed

    @property
    def is_over(self) -> bool:
        """Whether its window has passed."""
        return self.window.is_over

    @property
    def is_far_ahead(self) -> bool:
        """Whether an open total is so far ahead that it may overrun the other side's capacity."""
        if self.is_over or self.goal is None or self.pace is None:
            return False
        is_total = isinstance(self.commitment.measure, Total)
        return is_total and self.pace.is_far_ahead(self.tally.actual, self.goal)


@dataclass(frozen=True, slots=True)
class InForce:
    """An agreement in force from its `effective` day to the day before `until`; None: to its end."""

    agreement: Agreement
    until: date | None = None

    def periods(self, commitment: Commitment, first: date, last: date) -> Iterator[Period]:
        """The periods of one of its commitments that begin in [first, last] while it is in force."""
        terms = self.agreement.terms
        lasts = [last, *([terms.expires] if terms.expires else ())]
        lasts += [self.until - ONE_DAY] if self.until else []
        rhythm = Rhythm.of(terms.calendar)
        return rhythm.periods(max(first, terms.effective), min(lasts), commitment.measure.every)


def versions_of(timeline: Timeline) -> list[InForce]:
    """The versions that can be judged by, each with the day another takes its place."""
    return [InForce(agreement, span.end) for span in timeline.spans if (agreement := span.version.agreement)]


def in_force(versions: Sequence[InForce], day: date) -> Agreement:
    """The version in force on a day: the last that has taken effect, or the first to come."""
    begun = [version.agreement for version in versions if version.agreement.terms.effective <= day]
    return begun[-1] if begun else versions[0].agreement


def judge_agreement(
    versions: Sequence[InForce], record: Record, as_of: date
) -> dict[str, tuple[Judgement, ...]]:
    """Judge every commitment of every version, by its id, in every period up to the one that holds `as_of`.

    A period is judged by the version in force on its first day; one that began when none was is not judged.
    The record holds what was known on that day (`Record.as_of`).

    Args:
        versions: in the order in which they took effect.
        record: what happened.
        as_of: the day whose end the judgements stand at.

    Returns:
        the judgements of each commitment, ascending; those of the newest version's commitments come first.
    """
    judge = _Judge.of(versions, record, as_of)
    ids = dict.fromkeys(id_ for terms in reversed(judge.versions) for id_ in terms.commitments)
    return {id_: judge.judgements(id_) for id_ in ids}


def judge_period(
    versions: Sequence[InForce], record: Record, as_of: date, like: Judgement
) -> Judgement | None:
    """Judge the commitment and period of a judgement anew, by what a record knew on another day."""
    return _Judge.of(versions, record, as_of).judgement(like.commitment.id, like.period)


def work_calendar(terms: CalendarTerms) -> WorkCalendar:
    """The working calendar that an agreement's terms describe."""
    hours = tuple(terms.working_hours.items())
    return _work_calendar(terms.timezone, hours, terms.holidays, frozenset(terms.closed_on))


@lru_cache(maxsize=64)
def _work_calendar(
    timezone: str,
    working_hours: tuple[tuple[str, tuple[Span, ...]], ...],
    holidays: str | None,
    closed_on: frozenset[date],
) -> WorkCalendar:
    hours: list[tuple[Span, ...]] = [()] * 7
    for days, spans in working_hours:
        for number in weekdays(days):
            hours[number] = spans
    return WorkCalendar(ZoneInfo(timezone), tuple(hours), holidays, closed_on)


@dataclass(frozen=True, slots=True)
class _Terms:
    """One version with what its measures are judged by."""

    in_force: InForce
    commitments: Mapping[str, Commitment]
    calendar: WorkCalendar
    rhythm: Rhythm
    tallier: Tallier

    @classmethod
    def of(cls, version: InForce, record: Record, since: date) -> _Terms:
        """By a record from which no report is missing before a day."""
        agreement = version.agreement
        calendar = work_calendar(agreement.terms.calendar)
        rhythm = Rhythm.of(agreement.terms.calendar)
        tallier = Tallier(record, agreement.metrics, calendar, rhythm, since=since)
        return cls(version, {c.id: c for c in agreement.commitments}, calendar, rhythm, tallier)

    def count_days(self, commitment: Commitment, window: Window, end: date) -> int:
        """The days of a window before a day that count by the commitment's pace."""
        left_out = [day for day in window.without if window.start <= day < end]
        if commitment.pace == "working-days":
            working = self.calendar.working_days(window.start, end)
            return working - sum(map(self.calendar.is_working_day, left_out))
        return (end - window.start).days - len(left_out)


@dataclass
class _Judge:
    """Judges commitment by commitment, those that others depend on once and first."""

    versions: list[_Terms]
    as_of: date
    _done: dict[tuple[str, Period], Judgement | None] = field(default_factory=dict)

    @classmethod
    def of(cls, versions: Sequence[InForce], record: Record, as_of: date) -> _Judge:
        since = min((version.agreement.terms.effective for version in versions), default=date.min)
        return cls([_Terms.of(version, record, since) for version in versions], as_of)

    def judgement(self, id_: str, period: Period) -> Judgement | None:
        """The judgement of one period."""
        periods = self._periods(id_, period.start, period.start)
        return next(iter(self._judged(id_, periods)), None)

    def judgements(self, id_: str) -> tuple[Judgement, ...]:
        """All judgements of a commitment, ascending."""
        return self._judged(id_, self._periods(id_, date.min, self.as_of))

    def _judged(self, id_: str, periods: list[tuple[_Terms, Period]]) -> tuple[Judgement, ...]:
        """The judgements of some periods, but those to come, and those that wait for this very judgement."""
        for terms, period in periods:
            if (id_, period) not in self._done and period.start <= self.as_of:
                self._done[id_, period] = None
                self._done[id_, period] = self._judgement(terms, terms.commitments[id_], period)
        return tuple(filter(None, (self._done.get((id_, period)) for _, period in periods)))

    def _periods(self, id_: str, first: date, last: date) -> list[tuple[_Terms, Period]]:
        """The periods of a commitment that begin in [first, last], ascending, each with its version."""
        return [
            (terms, period)
            for terms in self.versions
            if id_ in terms.commitments
            for period in terms.in_force.periods(terms.commitments[id_], first, last)
        ]

    def _judgement(self, terms: _Terms, commitment: Commitment, period: Period) -> Judgement:
        measure, agreement = commitment.measure, terms.in_force.agreement
        without = agreement.governance.excluded_days(commitment.id)
        window = Window.of(period, getattr(measure, "by", None), self.as_of, without)
        tally = terms.tallier.tally(measure, window)
        goal = _goal(commitment, period, terms.tallier.record.plan)
        if goal is None or window.is_excluded:
            reason = Reason.EXCLUDED if goal else _why_no_target(commitment, period, terms.tallier.record)
            return Judgement(
                agreement, commitment, period, Verdict.NOT_TRIGGERED, reason, tally, window, goal
            )
        counted = terms.count_days(commitment, window, window.end)
        passed = terms.count_days(commitment, window, window.seen_end)
        part = Fraction(passed, counted) if counted else Fraction(window.is_over)
        burns = (
            find_burns(terms.tallier, measure, goal, window, tally)
            if isinstance(measure, Share) and not window.is_over
            else ()
        )
        pace = Pace(expected_so_far(commitment, goal, part), commitment.warn_below, burns)
        at_least_events = getattr(measure, "min_events", 1)
        verdict, reason = judge_tally(tally, goal, pace, is_over=window.is_over, min_events=at_least_events)
        if commitment.once is not None:
            condition = self._condition(terms, commitment.once, period)
            verdict, reason = condition or (verdict, reason)
        rate = _required_rate(commitment, tally, goal, counted - passed)
        return Judgement(
            agreement, commitment, period, verdict, reason, tally, window, goal, pace, counted, passed, rate
        )

    def _condition(self, terms: _Terms, other: str, period: Period) -> tuple[Verdict, Reason] | None:
        """Why a commitment that depends on another does not bind (yet); None if it does.

        The periods of the other that count are the one that holds the first day of this and all that begin
        in it, those to come too.
        """
        start = terms.rhythm.period_of(period.start, terms.commitments[other].measure.every).start
        periods = self._periods(other, start, period.last)
        found = self._judged(other, periods)
        if any(_is_settled_unmet(judgement) for judgement in found):
            return Verdict.NOT_TRIGGERED, Reason.CONDITION_MISSED
        if any(judgement.verdict is Verdict.UNVERIFIED and judgement.is_over for judgement in found):
            return Verdict.UNVERIFIED, Reason.CONDITION_UNVERIFIED
        if not found or len(found) < len(periods) or any(j.verdict is not Verdict.MET for j in found):
            return Verdict.NOT_TRIGGERED, Reason.CONDITION_OPEN
        return None


def _is_settled_unmet(judgement: Judgement) -> bool:
    """Whether a judgement is not met and will not be: an open one without data, say, still may."""
    if judgement.verdict is Verdict.NOT_TRIGGERED:
        return judgement.reason is not Reason.CONDITION_OPEN and not awaits_plan(judgement)
    return judgement.verdict is Verdict.MISSED or (judgement.verdict is Verdict.NO_DATA and judgement.is_over)


def awaits_plan(judgement: Judgement) -> bool:
    """Whether the plan can still set the target of a period, which is not over."""
    is_planned = getattr(judgement.commitment.measure, "at_least", None) == PLAN
    is_open = not judgement.period.is_over(judgement.window.as_of)
    return judgement.reason is Reason.NO_TARGET and is_planned and is_open


def _why_no_target(commitment: Commitment, period: Period, record: Record) -> Reason:
    is_planned = getattr(commitment.measure, "at_least", None) == PLAN
    return Reason.NOT_PLANNED if is_planned and period.id in record.plan else Reason.NO_TARGET


def _goal(commitment: Commitment, period: Period, plan: Mapping[str, Ledger]) -> Goal | None:
    """The target of a period, or None where neither the agreement's table nor a frozen plan has one."""
    measure = commitment.measure
    match measure:
        case Deliver():
            return Goal(sum(measure.deliver.values()))
        case Answer() | Before():
            return Goal(measure.at_least)
    target = measure.at_least if measure.at_least is not None else measure.at_most
    if isinstance(target, str):
        frozen = plan[period.id].targets if period.id in plan else {}
        target = frozen.get(getattr(measure, "total", ""))
    value = target.get(period.id) if isinstance(target, Mapping) else target
    return None if value is None else Goal(value, at_least=measure.at_least is not None)


def expected_so_far(commitment: Commitment, goal: Goal, part: Fraction) -> Exact:
    """What an even pace asks for once a part (0 to 1) of the counted days has passed.

    Whole things are expected whole: two of four are due when half the days have passed, not one and a half
    before; in the last fifth of the window everything is.
    """
    measure = commitment.measure
    if isinstance(measure, Total):
        return goal.value * part
    if isinstance(measure, Deliver):
        if part >= _LAST_STRETCH:
            return goal.value
        return sum(int(wanted * part) for wanted in measure.deliver.values())
    return goal.value


def _required_rate(commitment: Commitment, tally: Tally, goal: Goal, days_left: int) -> Exact | None:
    if not isinstance(commitment.measure, Total | Deliver) or not goal.at_least or days_left <= 0:
        return None
    missing = goal.value - (tally.actual or 0)
    return Fraction(missing) / days_left if missing > 0 else None
