"""What is known and what is not become the bounds between which a sum, a mean or a share must lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from living_sla.agreement.quantities import Exact

Bound = Exact | float
"""An exact number, or plus or minus infinity; never another float."""

# Nearer to 0 and 1 than any percentage that can be written: a share that comes ever closer and never arrives.
_ALMOST_NOTHING = Fraction(1, 10**12)


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two bounds, both included."""

    low: Bound
    high: Bound

    def __add__(self, other: Range) -> Range:
        """The sum of a value of each."""
        return Range(self.low + other.low, self.high + other.high)

    def times(self, count: Bound) -> Range:
        """The sum of so many values of the range."""
        return Range(_times(count, self.low), _times(count, self.high))

    @property
    def or_nothing(self) -> Range:
        """The range, and all between it and 0: what a value adds that may also not come."""
        return Range(min(0, self.low), max(0, self.high))


NOTHING = Range(0, 0)
ANYTHING = Range(-math.inf, math.inf)


def mean_range(total: Exact, count: int, each: Range, more: int) -> Range:
    """A mean of `count` values that sum up to `total`, after up to so many more out of a range."""

    def mean_with(value: Bound) -> Bound:
        if more == 0 or not isinstance(value, float):
            return Fraction(total + _times(more, value)) / (count + more)
        return value

    return Range(mean_with(each.low), mean_with(each.high))


def share_range(good: Exact, events: Exact, more_good: Range, more_events: Range) -> Range:
    """A share of `good` in all `events`, after more of both, of which never more are good than there are.

    What may be negative is no count, and then a share may be anything.
    """
    if min(more_good.low, more_events.low) < 0:
        return ANYTHING
    least, most = good + more_good.low, events + more_events.high
    low = _ALMOST_NOTHING if most == math.inf and least else _ratio(least, most, of_nothing=0)
    best = min(more_good.high, more_events.high)
    if best < math.inf:
        return Range(low, _ratio(good + best, events + max(best, more_events.low), of_nothing=1))
    return Range(low, 1 if good == events else 1 - _ALMOST_NOTHING)


def share_later(now: Range) -> Range:
    """What a share may become when any number of good or bad events can follow: nearly anything.

    One bad event keeps it below 1 for good, and one good event above 0.
    """
    return Range(_ALMOST_NOTHING if now.low > 0 else 0, 1 if now.high == 1 else 1 - _ALMOST_NOTHING)


def _ratio(part: Bound, whole: Bound, *, of_nothing: int) -> Exact:
    if whole == math.inf:
        return 0
    return Fraction(part) / Fraction(whole) if whole else of_nothing


def _times(count: Bound, value: Bound) -> Bound:
    """A product in which 0 times infinity is 0."""
    return count * value if count and value else 0
