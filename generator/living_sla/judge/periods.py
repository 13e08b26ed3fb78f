"""A day and a rhythm become the period the day lies in; periods are half-open, [start, end)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from living_sla.agreement.fields import MONTHS, WEEKDAYS, Every
from living_sla.judge.calendar import ONE_DAY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from living_sla.agreement.quantities import Exact
    from living_sla.agreement.terms import CalendarTerms
    from living_sla.record.snapshots import Series

_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of days, [start, end), with the id its pages and tables use (`2026-03`, `2026-W10`)."""

    start: date
    end: date
    id: str

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - ONE_DAY

    def is_over(self, as_of: date) -> bool:
        """Whether its last day has passed by the end of a day."""
        return self.last <= as_of


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Where years and weeks begin: a month (1 to 12) and a weekday (Monday 0)."""

    year_starts: int = 1
    week_starts: int = 0

    @classmethod
    def of(cls, terms: CalendarTerms) -> Rhythm:
        """The rhythm an agreement's calendar says."""
        return cls(MONTHS.index(terms.fiscal_year_starts) + 1, WEEKDAYS.index(terms.week_starts))

    def period_of(self, day: date, every: Every) -> Period:
        """The day, week, month, quarter or year a day lies in.

        A fiscal year is named by the calendar year it ends in. A week is named by the ISO week of its fourth
        day, which for weeks from Monday is the ISO week itself.
        """
        if every == "day":
            return Period(day, day + ONE_DAY, day.isoformat())
        if every == "week":
            start = day - timedelta(days=(day.weekday() - self.week_starts) % 7)
            year, week, _ = (start + timedelta(days=3)).isocalendar()
            return Period(start, start + timedelta(days=7), f"{year}-W{week:02}")
        months = _MONTHS_IN[every]
        into_year = (day.month - self.year_starts) % 12
        start = add_months(day.replace(day=1), -(into_year % months))
        end = add_months(start, months)
        if every == "month":
            return Period(start, end, start.isoformat()[:7])
        fiscal_year = str(add_months(day.replace(day=1), 11 - into_year).year)
        return Period(start, end, fiscal_year if every == "year" else f"{fiscal_year}-Q{into_year // 3 + 1}")

    def periods(self, first: date, last: date, every: Every) -> Iterator[Period]:
        """The periods whose first day lies in [first, last], ascending."""
        if first > last:
            return
        period = self.period_of(first, every)
        if period.start < first:
            period = self.period_of(period.end, every)
        while period.start <= last:
            yield period
            period = self.period_of(period.end, every)


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a period that count, [start, end) but those `without`, seen at the end of one day.

    `without` holds the days the agreement excludes, those outside the window too.
    """

    start: date
    end: date
    as_of: date
    without: frozenset[date] = frozenset()

    @classmethod
    def of(
        cls, period: Period, by: str | int | None, as_of: date, without: frozenset[date] = frozenset()
    ) -> Window:
        """The window of a period, up to its delivery date where it has one."""
        return cls(period.start, window_end(period, by), as_of, without)

    @property
    def is_over(self) -> bool:
        """Whether no day of it is still to come."""
        return self.end <= self.as_of + ONE_DAY

    @property
    def seen_end(self) -> date:
        """The end of its part that has passed."""
        return max(self.start, min(self.end, self.as_of + ONE_DAY))

    @property
    def days(self) -> tuple[date, ...]:
        """Its days that count, ascending."""
        return self._counted(self.end)

    @property
    def seen_days(self) -> tuple[date, ...]:
        """Its days that count and have passed, ascending."""
        return self._counted(self.seen_end)

    @property
    def is_excluded(self) -> bool:
        """Whether the agreement excludes every one of its days."""
        return bool(self.without) and not self.days

    def has(self, day: date) -> bool:
        """Whether a day is one of those that count."""
        return self.start <= day < self.end and day not in self.without

    def seen(self, series: Series, *, unsure: Collection[date] = ()) -> list[Exact]:
        """The reported values of the days that have passed and are not unsure, ascending by day."""
        days = (day for day in self.seen_days if day not in unsure)
        return [series.by_day[day] for day in days if day in series.by_day]

    def _counted(self, end: date) -> tuple[date, ...]:
        days = days_of(self.start, end)
        return tuple(day for day in days if day not in self.without) if self.without else days


def window_end(period: Period, by: str | int | None) -> date:
    """The first day that no longer counts: after `by` (a weekday, or a day of the month), or the end."""
    if by is None:
        return period.end
    if isinstance(by, str):
        due = period.start + timedelta(days=(WEEKDAYS.index(by) - period.start.weekday()) % 7)
    else:
        due = period.start.replace(day=min(by, monthrange(period.start.year, period.start.month)[1]))
    return due + ONE_DAY


@lru_cache(maxsize=1024)  # the same few windows are walked for every metric
def days_of(start: date, end: date) -> tuple[date, ...]:
    """The days in [start, end), ascending."""
    return tuple(start + timedelta(days=n) for n in range((end - start).days))


def add_months(first_of_month: date, months: int) -> date:
    """The first of the month that comes so many months after another, or before."""
    year, month = divmod(first_of_month.year * 12 + first_of_month.month - 1 + months, 12)
    return date(year, month + 1, 1)
