"""What is known of a period, and days drawn for the rest of it, become the ways in which it may end."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from living_sla.agreement.commitments import Deliver, Level, Share, Total

if TYPE_CHECKING:
    from living_sla.judge.days import Days, Numbers

    Three = tuple[Fraction, Fraction, Fraction]
    Parts = tuple[Numbers, Numbers]
    """Tops and bottoms of outcomes: draws by days."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The part of a period to come: columns of the period's first day, the first to come, after its last."""

    start: int
    origin: int
    end: int

    @property
    def length(self) -> int:
        """How many days are to come."""
        return self.end - self.origin


@dataclass(frozen=True, slots=True)
class Endings:
    """How a period may stand after each day to come: `tops / bottoms`, draws by days; the last is its end.

    A bottom of 0 is no outcome. They were drawn from so many known days.
    """

    tops: Numbers
    bottoms: Numbers
    history_days: int

    @property
    def draws(self) -> int:
        """In how many ways the rest was drawn."""
        return len(self.tops)

    def chance(self, goal: Fraction, *, at_least: bool, least: int = 1) -> Fraction | None:
        """The chance that the end reaches a goal, never quite 0 or 1; None where no draw has an outcome.

        Half a draw is added to either side: a thousand draws cannot tell what is impossible. `least` is the
        bottom below which an end does not count.
        """
        is_outcome = self.bottoms[:, -1] >= least
        ends = self.tops[is_outcome, -1] / self.bottoms[is_outcome, -1]
        if not ends.size:
            return None
        reached = ends >= float(goal) if at_least else ends <= float(goal)
        return Fraction(2 * int(np.count_nonzero(reached)) + 1, 2 * (ends.size + 1))

    def fan(self, percents: tuple[int, int, int]) -> tuple[Three, ...]:
        """Three percentiles after each day, from the first on which some draw has an outcome."""
        days = range(self.tops.shape[1])
        return tuple(self.percentiles(percents, day) for day in days if (self.bottoms[:, day] > 0).any())

    def percentiles(self, percents: tuple[int, int, int], day: int = -1) -> Three:
        """Three percentiles of the outcomes after one of the days, by default the last."""
        is_outcome = self.bottoms[:, day] > 0
        tops, bottoms = self.tops[is_outcome, day], self.bottoms[is_outcome, day]
        order = np.argsort(tops / bottoms, kind="stable")
        low, middle, high = (order[percent * (tops.size - 1) // 100] for percent in percents)
        return _exact(tops, bottoms, low), _exact(tops, bottoms, middle), _exact(tops, bottoms, high)


def outcome(days: Days, start: int, end: int) -> Fraction | None:
    """What a measure came to over columns [start, end); None where it is not wholly known, or nothing."""
    if start < 0 or days.lacks(start, end):
        return None
    rest = Rest(start, end - 1, end)
    last = days.counted[:, np.newaxis, rest.origin : end]
    tops, bottoms = ended(days, rest, last, np.zeros(1))
    return _exact(tops[0], bottoms[0], -1) if bottoms[0, -1] > 0 else None


def ended(days: Days, rest: Rest, drawn: Numbers, moved: Numbers) -> Parts:
    """What is known and what was drawn as tops and bottoms.

    Args:
        days: what is known.
        rest: the days to come.
        drawn: rows of a measure by draws by days.
        moved: by how much each draw is moved besides: a total by its end, a share or mean all the way.
    """
    so_far = days.counted[:, max(rest.start, 0) : rest.origin]
    match days.measure:
        case Total():
            return _total(days, so_far, drawn[0], moved)
        case Deliver(deliver=wanted):
            most = np.array([*wanted.values()], dtype=np.float64)[:, np.newaxis, np.newaxis]
            counts = np.cumsum(drawn, axis=2) + so_far.sum(1)[:, np.newaxis, np.newaxis]
            tops = np.minimum(counts, most).sum(0)
            return tops, np.ones_like(tops)
        case Share():
            good, events = np.cumsum(drawn, axis=2)
            good = np.clip(np.rint(good + events * moved[:, np.newaxis]), 0, events)
            return good + so_far[0].sum(), events + so_far[1].sum()
        case Level(take="mean"):
            values, readings = np.cumsum(drawn, axis=2)
            values = np.rint(values + readings * moved[:, np.newaxis])
            return values + so_far[0].sum(), (readings + so_far[1].sum()) * days.unit
        case Level(take=take):
            return _level(take, so_far, drawn, days.unit)


def _total(days: Days, so_far: Numbers, drawn: Numbers, moved: Numbers) -> Parts:
    """Sums, which do not fall where no known day has taken away."""
    part = (np.arange(drawn.shape[1]) + 1) / drawn.shape[1]
    sums = np.rint(np.cumsum(drawn, axis=1) + moved[:, np.newaxis] * part)
    if days.values[0].min() >= 0:
        sums = np.maximum(sums, 0)
        sums = np.minimum.accumulate(sums[:, ::-1], axis=1)[:, ::-1]
    tops = so_far[0].sum() + sums
    return tops, np.full_like(tops, days.unit)


def _level(take: str, so_far: Numbers, drawn: Numbers, unit: int) -> Parts:
    """The last, largest or least reading."""
    before = np.broadcast_to(so_far[:, np.newaxis, :], (2, drawn.shape[1], so_far.shape[1]))
    values, present = np.concatenate((before, drawn), axis=2)
    if take == "last":
        newest = np.maximum.accumulate(np.where(present > 0, np.arange(present.shape[1]), 0), axis=1)
        tops = np.take_along_axis(values, newest, axis=1)
    elif take == "max":
        tops = np.maximum.accumulate(np.where(present > 0, values, -np.inf), axis=1)
    else:
        tops = np.minimum.accumulate(np.where(present > 0, values, np.inf), axis=1)
    bottoms = np.where(np.maximum.accumulate(present, axis=1) > 0, float(unit), 0.0)
    to_come = slice(so_far.shape[1], None)
    return np.where(bottoms > 0, tops, 0)[:, to_come], bottoms[:, to_come]


def _exact(tops: Numbers, bottoms: Numbers, place: int) -> Fraction:
    return Fraction(int(tops[place]), int(bottoms[place]))
