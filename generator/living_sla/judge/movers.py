"""A series and some periods become its movers: what each segment brought, before, and usually."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.periods import Period
    from living_sla.record.snapshots import Series

FEWEST_PERIODS = 3
"""What is usual is not said from fewer periods than this."""


@dataclass(frozen=True, slots=True)
class Mover:
    """What a segment brought in a period, in the one before, and usually; None where that is not known."""

    segment: str
    value: Exact
    before: Exact | None
    usual: Exact | None

    @property
    def distance(self) -> Fraction:
        """How far it lies from the period before or from the usual, whichever is farther."""
        others = (other for other in (self.before, self.usual) if other is not None)
        return max((abs(Fraction(self.value) - Fraction(other)) for other in others), default=Fraction(0))


def find_movers(series: Series, periods: Sequence[Period]) -> tuple[Mover, ...]:
    """The segments of a metric in the newest of some periods, those farthest from before and usual first.

    A segment that a period does not report, while it reports others, brought nothing in it; a period that
    reports none is left out. Empty where the newest reports none, and for a metric without segments.

    Args:
        series: of the metric, as far as it is known.
        periods: ascending; the newest is told of, the others say what came before and usually.
    """
    *earlier, now = [series.by_segment(period.start, period.end) for period in periods]
    if not now or "" in now:
        return ()
    segments = dict.fromkeys([*now, *(segment for sums in earlier for segment in sums)])
    told = [sums for sums in earlier if sums]
    movers = [
        Mover(
            segment,
            now.get(segment, 0),
            earlier[-1].get(segment, 0) if earlier and earlier[-1] else None,
            usual_of(sums.get(segment, 0) for sums in told),
        )
        for segment in segments
    ]
    return tuple(sorted(movers, key=lambda mover: (-mover.distance, mover.segment)))


def usual_of(values: Iterable[Exact]) -> Exact | None:
    """The median of what came in earlier periods; None of fewer than three."""
    ordered = sorted(values)
    if len(ordered) < FEWEST_PERIODS:
        return None
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    middle = Fraction(ordered[half - 1] + ordered[half]) / 2
    return middle.numerator if middle.denominator == 1 else middle
