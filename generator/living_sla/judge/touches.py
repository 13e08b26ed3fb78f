"""Touches made and answered become answer rates, and the touch after which returns stop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.judge.close_rates import rates_by_segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from living_sla.judge.intervals import Rate
    from living_sla.judge.periods import Period
    from living_sla.record.snapshots import Series

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
    """The same touches split in one way.

    `stops_at` is the first touch after which returns stop being worth it: the number of the first whose
    answer rate lies below `WORTH_A_TOUCH` with its whole interval. None where they are not split by number,
    and where there is no such touch.
    """

    way: Way
    rows: tuple[Touched, ...]
    stops_at: int | None = None

    @property
    def made(self) -> int | Fraction:
        """All touches."""
        return sum(row.rate.of for row in self.rows)

    @property
    def answered(self) -> int | Fraction:
        """All that were answered."""
        return sum(row.rate.good for row in self.rows)


def judge_touches(
    way: Way, made: Series, answered: Series, months: Sequence[Period], order: Iterable[str]
) -> Touches:
    """The answer rate of each segment over some months, in the agreed order, else as numbers or by size."""
    rates = rates_by_segment(answered, made, months)
    known = list(order)
    if not known:
        known = sorted(rates, key=int) if all(map(_is_number, rates)) else list(rates)
    rows = tuple(Touched(segment, rates[segment]) for segment in known if segment in rates)
    return Touches(way, rows, _stops_at(rows) if way is Way.NUMBER else None)


def _stops_at(rows: Iterable[Touched]) -> int | None:
    for row in rows:
        interval = row.rate.interval
        if _is_number(row.segment) and interval and interval.high < WORTH_A_TOUCH:
            return int(row.segment)
    return None


def _is_number(segment: str) -> bool:
    return segment.isascii() and segment.isdigit()
