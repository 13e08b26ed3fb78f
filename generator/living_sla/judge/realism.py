"""A commitment and the record become how realistic its target is, by the newest periods on record (A15)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import metrics_of
from living_sla.agreement.commitments import Answer, Before, Deliver
from living_sla.judge.commitments import work_calendar
from living_sla.judge.periods import Rhythm, Window
from living_sla.judge.tallies import Tallier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.verdicts import Goal
    from living_sla.record.loading import Record

FEWEST_PERIODS = 6
MOST_PERIODS = 24
_EASY = Fraction(95, 100)
_HARD = Fraction(1, 2)


class Demand(StrEnum):
    """What history says of a target; the values are the words on the page."""

    EASY = "hardly a challenge"
    FAIR = "realistic, yet challenging"
    HARD = "hardly realistic"
    UNKNOWN = "too little history"


@dataclass(frozen=True, slots=True)
class Realism:
    """A target held against the outcomes of the periods that are over, ascending, 24 of them at most.

    Periods of which rows are missing or nothing was measured are left out.
    """

    goal: Goal
    outcomes: tuple[Exact, ...]

    @property
    def met(self) -> int:
        """How many of the periods would have met it."""
        return sum(map(self.goal.is_reached, self.outcomes))

    @property
    def percentile(self) -> Fraction | None:
        """Which part of the outcomes did not reach it, 0 to 1; None of fewer than six periods."""
        if len(self.outcomes) < FEWEST_PERIODS:
            return None
        return 1 - Fraction(self.met, len(self.outcomes))

    @property
    def demand(self) -> Demand:
        """Met by fewer than half of the periods it is hard, by 95 % or more easy."""
        if self.percentile is None:
            return Demand.UNKNOWN
        if self.percentile > 1 - _HARD:
            return Demand.HARD
        return Demand.EASY if self.percentile <= 1 - _EASY else Demand.FAIR


def judge_realism(
    agreement: Agreement, commitment: Commitment, goal: Goal, record: Record, as_of: date
) -> Realism:
    """Hold a target against the same measure in the newest periods that are over, also before the agreement.

    Args:
        agreement: whose calendar and metrics count.
        commitment: whose measure it is.
        goal: the target.
        record: what is known on that day.
        as_of: the day.
    """
    return Realism(goal, tuple(islice(_newest(agreement, commitment, record, as_of), MOST_PERIODS))[::-1])


def _newest(agreement: Agreement, commitment: Commitment, record: Record, as_of: date) -> Iterator[Exact]:
    """What came in each period that is over and wholly known, the newest first."""
    first = _first_day(commitment, record)
    if first is None or first > as_of:
        return
    measure, terms = commitment.measure, agreement.terms
    rhythm = Rhythm.of(terms.calendar)
    tallier = Tallier(record, agreement.metrics, work_calendar(terms.calendar), rhythm, since=first)
    without = agreement.governance.excluded_days(commitment.id)
    for period in reversed(list(rhythm.periods(first, as_of, measure.every))):
        window = Window.of(period, getattr(measure, "by", None), as_of, without)
        if period.is_over(as_of) and not window.is_excluded:
            tally = tallier.tally(measure, window)
            if tally.actual is not None and not tally.missing:
                yield tally.actual


def _first_day(commitment: Commitment, record: Record) -> date | None:
    """The first day on which all that the measure reads was reported, or the first delivery."""
    measure = commitment.measure
    if metrics := set(metrics_of(commitment).values()):
        days = [min(record.of(metric).by_day, default=None) for metric in metrics]
        known = [day for day in days if day]
        return max(known) if len(known) == len(days) else None
    match measure:
        case Answer(answer=event) | Before(before=event):
            items = {event}
        case Deliver(deliver=kinds):
            items = set(kinds)
        case _:
            items = set()
    return min((row.on for row in record.deliveries if row.item in items), default=None)
