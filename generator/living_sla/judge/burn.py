"""A share and its allowance become burn rates: how many times too fast misses use the allowance up.

At risk is what burns too fast in a long and in a short stretch up to now: a quarter of the allowance in a
fifteenth of the period, half of it in a sixth, three quarters in a third. In a month of thirty days these are
the burn rates 3.75, 3 and 2.25 (multi-window alerts, The Site Reliability Workbook, chapter 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.judge.periods import Window
from living_sla.judge.ranges import NOTHING, Range

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from living_sla.agreement.commitments import Share
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.ranges import Bound
    from living_sla.judge.tallies import Tallier, Tally
    from living_sla.judge.verdicts import Goal

ENOUGH_EVENTS = 10
_WINDOWS = ((15, Fraction(1, 4)), (6, Fraction(1, 2)), (3, Fraction(3, 4)))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `start` up to now: what is known of them, and their burn rate.

    `burn` is between what it would be if every missing row were good, and if none were; 0 is taken for fewer
    than ten events.
    """

    start: date
    days: int
    good: Exact
    events: Exact
    burn: Range


@dataclass(frozen=True, slots=True)
class Burn:
    """A long and a short stretch, and the rate that neither may exceed where the other does too."""

    limit: Fraction
    long: Stretch
    short: Stretch

    @property
    def is_too_fast(self) -> bool | None:
        """Whether both burn faster than the limit; None where missing rows decide."""
        if min(self.long.burn.low, self.short.burn.low) > self.limit:
            return True
        return None if min(self.long.burn.high, self.short.burn.high) > self.limit else False


def find_burns(
    tallier: Tallier, measure: Share, goal: Goal, window: Window, tally: Tally
) -> tuple[Burn, ...]:
    """The burn rates of an open share, the shortest stretches first; empty where no miss is allowed.

    Args:
        tallier: of the record.
        measure: the share.
        goal: of the period.
        window: of the period.
        tally: of the window; where it lacks nothing, a day of grace is left out and not doubted.
    """
    length, found = (window.end - window.start).days, []
    for parts, share_of_allowance in _WINDOWS if _allowed(goal) else ():
        days = max(1, round(length / parts))
        long, short = (
            _stretch(tallier, measure, goal, window, each, is_sure=not tally.missing)
            for each in (days, max(1, days // 4))
        )
        found.append(Burn(share_of_allowance * length / days, long, short))
    return tuple(found)


def is_burning(burns: Iterable[Burn]) -> bool | None:
    """Whether one of them is too fast; None where missing rows decide."""
    found = {burn.is_too_fast for burn in burns}
    return True if True in found else None if None in found else False


def _stretch(  # noqa: PLR0913 what a stretch is tallied by
    tallier: Tallier, measure: Share, goal: Goal, window: Window, days: int, *, is_sure: bool
) -> Stretch:
    start = max(window.start, window.seen_end - timedelta(days=days))
    tally = tallier.tally(measure, Window(start, window.seen_end, window.as_of, window.without))
    good, events = tally.good or 0, tally.events or 0
    if is_sure or not tally.missing:
        share, counted = tally.actual, Range(events, events)
        misses = NOTHING if share is None else _misses(Range(share, share), goal)
    else:
        misses, counted = _misses(tally.now, goal), tally.final_events or Range(0, math.inf)
    low = misses.low if counted.low >= ENOUGH_EVENTS else 0
    high = misses.high if counted.high >= ENOUGH_EVENTS else 0
    allowed = _allowed(goal)
    return Stretch(start, days, good, events, Range(_over(low, allowed), _over(high, allowed)))


def _allowed(goal: Goal) -> Fraction:
    """The share of the events that may be misses."""
    return Fraction(1 - goal.value if goal.at_least else goal.value)


def _misses(share: Range, goal: Goal) -> Range:
    return Range(1 - share.high, 1 - share.low) if goal.at_least else share


def _over(misses: Bound, allowed: Fraction) -> Bound:
    return misses if isinstance(misses, float) else Fraction(misses) / allowed
