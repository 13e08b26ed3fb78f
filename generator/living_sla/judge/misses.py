"""Judgements and their restatements become misses: closed periods that count, or once counted, as missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from living_sla.agreement.durations import Unit
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.commitments import work_calendar
from living_sla.judge.restatements import closed_on, is_closed
from living_sla.judge.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from living_sla.agreement.durations import Duration
    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.restatements import Restatement, Restatements, Step


@dataclass(frozen=True, slots=True)
class Said:
    """From which day on a closed period was judged so, and the restatement that made it so, if one did."""

    on: date
    judgement: Judgement
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """A stretch of days on which a closed period counted as missed.

    It begins when the period is closed, or with the restatement `added_by` which it was missed after all, and
    ends, if it does, with the restatement that has `taken_back` the miss. `judgement` is its last of them.
    """

    judgement: Judgement
    since: date
    added_by: Step | None = None
    taken_back: Step | None = None

    @property
    def party(self) -> str:
        """The party that promised it."""
        return self.judgement.commitment.party

    @property
    def key(self) -> tuple[str, str]:
        """Its commitment and period."""
        return self.judgement.commitment.id, self.judgement.period.id

    @property
    def until(self) -> date | None:
        """The first day on which it counts no more; None while it stands."""
        return self.taken_back.on if self.taken_back else None

    def stands_on(self, day: date) -> bool:
        """Whether it counts at the end of a day."""
        return self.since <= day and (self.until is None or day < self.until)


def find_misses(
    judgements: Mapping[str, tuple[Judgement, ...]], restatements: Restatements, as_of: date
) -> tuple[Miss, ...]:
    """Every miss up to a day, by the day it began; what is still open or not yet closed is none."""
    found = [
        miss
        for all_of_one in judgements.values()
        for judgement in all_of_one
        for miss in _misses(known_outcomes(judgement, restatements, as_of))
    ]
    return tuple(sorted(found, key=lambda miss: (miss.since, miss.judgement.period.start, miss.key)))


def known_outcomes(judgement: Judgement, restatements: Restatements, as_of: date) -> tuple[Said, ...]:
    """How a period was judged when it was closed and since, ascending; empty while it is not closed."""
    if not is_closed(judgement, as_of):
        return ()
    day = closed_on(judgement)
    found: Restatement | None = restatements.get((judgement.commitment.id, judgement.period.id))
    if found is None:
        return (Said(day, judgement),)
    steps = (step for step in found.steps if step.on <= as_of)
    return Said(day, found.as_closed), *(Said(step.on, step.after, step) for step in steps)


def _misses(outcomes: Iterable[Said]) -> list[Miss]:
    found: list[Miss] = []
    is_missed = False
    for said in outcomes:
        was_missed, is_missed = is_missed, said.judgement.verdict is Verdict.MISSED
        if is_missed and not was_missed:
            found.append(Miss(said.judgement, said.on, said.step))
        elif is_missed:
            found[-1] = Miss(said.judgement, found[-1].since, found[-1].added_by)
        elif was_missed:
            found[-1] = Miss(found[-1].judgement, found[-1].since, found[-1].added_by, said.step)
    return found


def day_after(agreement: Agreement, start: date, within: Duration) -> date:
    """The day that lies a duration after a day; what is counted by the clock begins with the day."""
    calendar = work_calendar(agreement.terms.calendar)
    if within.unit not in (Unit.MINUTE, Unit.HOUR):
        return calendar.due_on(start, within)
    end = calendar.due(datetime.combine(start, time(), calendar.timezone), within).at
    clock = end.astimezone(calendar.timezone)
    return clock.date() if clock.time() == time() else clock.date() + ONE_DAY
