"""A tally, a goal and the pace become a verdict and the reason for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.judge.burn import is_burning

if TYPE_CHECKING:
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.burn import Burn
    from living_sla.judge.ranges import Bound, Range
    from living_sla.judge.tallies import Tally

FAR_AHEAD = Fraction(5, 4)


class Verdict(StrEnum):
    """What can be said of a commitment in a period; the values are the words on the pages."""

    MET = "met"
    MISSED = "missed"
    ON_TRACK = "on track"
    AT_RISK = "at risk"
    UNVERIFIED = "unverified"
    NO_DATA = "no data"
    NOT_TRIGGERED = "not triggered"


JUDGED = frozenset({Verdict.MET, Verdict.MISSED})
WELL = frozenset({Verdict.MET, Verdict.ON_TRACK})


class Reason(StrEnum):
    """Why a verdict is what it is, where the numbers alone do not say so."""

    PLAIN = ""
    REACHED_EARLY = "already reached, and can no longer be lost"
    OUT_OF_REACH = "can no longer be reached"
    ROWS_MISSING = "numbers are missing that could change the outcome"
    NOTHING_MEASURED = "nothing was measured"
    NOTHING_YET = "nothing was measured yet"
    TOO_FEW_EVENTS = "fewer events than the agreement asks for"
    LOST_WITH_MORE = "can no longer be reached once enough events have come"
    NO_TARGET = "no target was agreed for this period"
    NOT_PLANNED = "the plan that was frozen for this period sets no target for it"
    EXCLUDED = "excluded by the agreement"
    CONDITION_OPEN = "the commitment it depends on is not met yet"
    CONDITION_MISSED = "the commitment it depends on was not met"
    CONDITION_UNVERIFIED = "it is not known whether the commitment it depends on was met"
    BEHIND_PACE = "behind the agreed pace"
    BURNING = "misses are using up the allowance too fast"


@dataclass(frozen=True, slots=True)
class Goal:
    """A target and its direction: at least, or at most."""

    value: Exact
    at_least: bool = True

    def is_reached(self, value: Bound) -> bool:
        """Whether a value reaches the target; exactly on target does."""
        return value >= self.value if self.at_least else value <= self.value

    def always(self, values: Range) -> bool:
        """Whether every value of a range reaches the target."""
        return self.is_reached(values.low if self.at_least else values.high)

    def never(self, values: Range) -> bool:
        """Whether no value of a range reaches the target."""
        return not self.is_reached(values.high if self.at_least else values.low)


@dataclass(frozen=True, slots=True)
class Pace:
    """How far the outcome should be by now.

    `expected` is what reaching the goal evenly asks for so far; `warn_below` the part of it below which a
    commitment is at risk; `burns` how fast misses of an open share use up their allowance.
    """

    expected: Exact
    warn_below: Fraction
    burns: tuple[Burn, ...] = ()

    @property
    def burning(self) -> bool | None:
        """Whether misses use up their allowance too fast; None where missing rows decide."""
        return is_burning(self.burns)

    def is_behind(self, value: Bound, goal: Goal) -> bool:
        """Whether actual ÷ expected (for an upper limit: expected ÷ actual) lies below the warning line."""
        if goal.at_least:
            return value < min(self.expected, self.expected * self.warn_below)
        return value > self.expected and value * self.warn_below > self.expected

    def is_far_ahead(self, value: Exact | None, goal: Goal) -> bool:
        """Whether so much more came than expected that it may overrun the other side's capacity."""
        return value is not None and goal.at_least and self.expected > 0 and value > self.expected * FAR_AHEAD


def judge_tally(
    tally: Tally, goal: Goal, pace: Pace, *, is_over: bool, min_events: int
) -> tuple[Verdict, Reason]:
    """The verdict: one is given only if no value of what is missing could change it."""
    if tally.actual is None and not tally.missing:
        return Verdict.NO_DATA, Reason.NOTHING_MEASURED if is_over else Reason.NOTHING_YET
    events = tally.final_events
    if events and events.high < min_events:
        return Verdict.NOT_TRIGGERED, Reason.TOO_FEW_EVENTS
    if events and events.low < min_events and tally.actual is not None and not is_over:
        lost = Verdict.AT_RISK, Reason.LOST_WITH_MORE
        return lost if goal.never(tally.final) else (Verdict.ON_TRACK, Reason.TOO_FEW_EVENTS)
    is_enough = tally.actual is not None and (events is None or events.low >= min_events)
    if is_enough and goal.always(tally.final):
        return Verdict.MET, Reason.PLAIN if is_over else Reason.REACHED_EARLY
    if is_enough and goal.never(tally.final):
        return Verdict.MISSED, Reason.PLAIN if is_over else Reason.OUT_OF_REACH
    return _judge_pace(tally, goal, pace, is_open=is_enough and not is_over)


def _judge_pace(tally: Tally, goal: Goal, pace: Pace, *, is_open: bool) -> tuple[Verdict, Reason]:
    """How an open period stands, if it stands so whatever the missing rows hold."""
    if is_open and pace.burning:
        return Verdict.AT_RISK, Reason.BURNING
    behind = {pace.is_behind(bound, goal) for bound in (tally.now.low, tally.now.high)}
    if not is_open or len(behind) > 1 or (pace.burning is None and behind == {False}):
        return Verdict.UNVERIFIED, Reason.ROWS_MISSING
    return (Verdict.AT_RISK, Reason.BEHIND_PACE) if behind == {True} else (Verdict.ON_TRACK, Reason.PLAIN)
