"""The days the example tells of: which are worked, how busy each is, and rows dated by them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from holidays import country_holidays

FIRST_DAY, LAST_DAY = date(2025, 10, 1), date(2026, 11, 20)
HOLIDAYS = country_holidays("US", subdiv="NY", years=(2025, 2026))
CLOSED_ON = {date(2025, 12, 24), date(2025, 12, 31)}
SATURDAY = 5
WEIGHT_OF_WEEKDAY = (10, 12, 12, 11, 9, 2, 2)  # Monday first
WEIGHT_OF_HOLIDAY = 3


class Row(NamedTuple):
    """One row of a snapshot."""

    date: date
    metric: str
    value: str
    segment: str = ""


def days() -> list[date]:
    return [FIRST_DAY + timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]


def days_of(month: str) -> list[date]:
    return [day for day in days() if f"{day:%Y-%m}" == month]


def working_days_of(month: str) -> list[date]:
    return [day for day in days_of(month) if is_working_day(day)]


def working_days_from(start: date, length: int) -> list[date]:
    return [day for n in range(length) if is_working_day(day := start + timedelta(n))]


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in HOLIDAYS and day not in CLOSED_ON


def quarter_of(day: date) -> str:
    return f"{day.year}-q{(day.month + 2) // 3}"


def weight_of(day: date) -> int:
    if day.weekday() < SATURDAY and not is_working_day(day):
        return WEIGHT_OF_HOLIDAY
    return WEIGHT_OF_WEEKDAY[day.weekday()]


def last_day_of(month: str) -> date:
    """The last day of a month, told or not."""
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(31)).replace(day=1) - timedelta(1)
