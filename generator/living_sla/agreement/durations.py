"""A length of time in the author's words (`24 hours`, `3 working days`) becomes a Duration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a duration counts."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


# Four digits, and never more than about ten years.
LONGEST = {Unit.MINUTE: 9_999, Unit.HOUR: 9_999, Unit.DAY: 3_660, Unit.WEEK: 522, Unit.MONTH: 120}
WORKING_UNITS = (Unit.MINUTE, Unit.HOUR, Unit.DAY)
_WORDS = re.compile(r"\s*([0-9]{1,9})\s*(working\s+)?(minute|hour|day|week|month)s?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of units, on the clock or in working time."""

    amount: int
    unit: Unit
    working: bool = False

    def __post_init__(self) -> None:
        """Refuse, with ValueError, what cannot be promised."""
        if self.working and self.unit not in WORKING_UNITS:
            raise ValueError(f"'{self}' is not a duration; \"working\" goes with minutes, hours and days")
        if self.amount < 1:
            raise ValueError(f"'{self}' is not a duration; write at least 1")
        if self.amount > LONGEST[self.unit]:
            raise ValueError(f"'{self}' is too long; write at most {LONGEST[self.unit]:,} {self.unit}s")

    def __str__(self) -> str:
        """Give the words back: `1 working day`, `24 hours`."""
        working = "working " if self.working else ""
        return f"{self.amount} {working}{self.unit}{'' if self.amount == 1 else 's'}"


def parse_duration(text: str) -> Duration:
    """Read `24 hours`; raises ValueError, saying what to write, for every other spelling."""
    words = _WORDS.fullmatch(text)
    if words is None:
        raise ValueError(f'\'{text}\' is not a duration; write "24 hours", "3 working days" or "6 months"')
    amount, working, unit = words.groups()
    duration = Duration(int(amount), Unit(unit.lower()), working=working is not None)
    if str(duration) != text:
        raise ValueError(f"'{text}' is not a duration; write \"{duration}\"")
    return duration
