"""A count out of another becomes a rate, and the interval in which the rate behind it probably lies."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from living_sla.agreement.quantities import Exact

CONFIDENCE = Fraction(95, 100)
Z = Fraction("1.959963984540054")
"""The quantile of the normal distribution that leaves 2.5 % above it."""
_SCALE = 10**15


@dataclass(frozen=True, slots=True)
class Interval:
    """All rates from `low` to `high`, 0 to 1."""

    low: Fraction
    high: Fraction

    @property
    def width(self) -> Fraction:
        """The distance of its ends."""
        return self.high - self.low


@dataclass(frozen=True)
class Rate:
    """`good` out of `of`, both counts."""

    good: Exact
    of: Exact

    @cached_property
    def share(self) -> Fraction | None:
        """The good as a part of all; None of nothing."""
        return Fraction(self.good) / Fraction(self.of) if self.of else None

    @cached_property
    def interval(self) -> Interval | None:
        """Wilson's interval with 95 % confidence; None where the two are no count out of another."""
        return wilson_interval(self.good, self.of) if 0 <= self.good <= self.of and self.of else None


def wilson_interval(good: Exact, of: Exact) -> Interval:
    """The score interval of a proportion with 95 % confidence, without a correction for continuity.

    The ends are exact to 15 decimals but for the square root, of which the last may be short by one.
    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22 (1927), 209-212; method 3 in R. G. Newcombe, "Two-sided confidence
    intervals for the single proportion", Statistics in Medicine 17 (1998), 857-872.

    Args:
        good: how many of them, 0 to `of`.
        of: how many there are, above 0.
    """
    share, squared = Fraction(good) / Fraction(of), Z * Z
    middle = share + squared / (2 * of)
    reach = Z * _root(share * (1 - share) / of + squared / (4 * Fraction(of) ** 2))
    whole = 1 + squared / of
    low = (middle - reach) / whole if good else Fraction(0)
    return Interval(low, (middle + reach) / whole if good < of else Fraction(1))


def _root(value: Fraction) -> Fraction:
    """The square root, rounded down to 15 decimals."""
    return Fraction(isqrt(value.numerator * _SCALE**2 // value.denominator), _SCALE)
