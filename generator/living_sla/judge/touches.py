"""Touches made and answered become answer rates, and the touch after which returns stop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.judge.close_rates import rates_by_segment
from living_sla.judge.counts import whole_months

if TYPE_CHECKING:
    from collections.abc import Iterable

    from living_sla.judge.close_rates import HalfKnown
    from living_sla.judge.counts import Counted
    from living_sla.judge.intervals import Rate
    from living_sla.judge.periods import Period

WORTH_A_TOUCH = Fraction(5, 100)
"""Returns stop where fewer touches than this are answered, and chance does not explain it."""


class Way(StrEnum):
    """By what touches are split; the values are the words on the page."""

    NUMBER = "number"
    CHANNEL = "channel"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Touched:
    """The touches of one number, channel or hour: how many were made, and how many answered."""

    segment: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Touches:
    """The same touches split in one way, over the months in which both counts were reported in full.

    `half_known` are in no row: touches that were reported without the answers, or the other way. `stops_at`
    is the first touch after which returns stop being worth it: the number of the first whose answer rate lies
    below `WORTH_A_TOUCH` with its whole interval. None where they are not split by number, and where there is
    no such touch.
    """

    way: Way
    rows: tuple[Touched, ...]
    months: tuple[Period, ...] = ()
    half_known: tuple[HalfKnown, ...] = ()
    stops_at: int | None = None

    @property
    def made(self) -> int | Fraction:
        """All touches."""
        return sum(row.rate.of for row in self.rows)

    @property
    def answered(self) -> int | Fraction:
        """All that were answered."""
        return sum(row.rate.good for row in self.rows)


def judge_touches(way: Way, made: Counted, answered: Counted, order: Iterable[str]) -> Touches:
    """The answer rate of each segment, in the agreed order, else as numbers or by size.

    Args:
        way: by what the touches are split.
        made: the touches, month by month.
        answered: those of them that were answered, in the same months.
        order: the agreed order of the segments, if one is.
    """
    months = whole_months(made, answered)
    split = rates_by_segment(answered, made, months)
    rates = split.rates
    known = list(order)
    if not known:
        known = sorted(rates, key=int) if all(map(_is_number, rates)) else list(rates)
    rows = tuple(Touched(segment, rates[segment]) for segment in known if segment in rates)
    return Touches(way, rows, months, split.half_known, _stops_at(rows) if way is Way.NUMBER else None)


def _stops_at(rows: Iterable[Touched]) -> int | None:
    for row in rows:
        interval = row.rate.interval
        if _is_number(row.segment) and interval and interval.high < WORTH_A_TOUCH:
            return int(row.segment)
    return None


def _is_number(segment: str) -> bool:
    return segment.isascii() and segment.isdigit()
