"""Time zone, working hours and closed days become working days, elapsed working time and explained due times.

Clock times become instants by two rules. A time that the clocks skip is the instant they skip it, and a
time they show twice is its first showing: so spans that adjoin on the clock adjoin on the time line, and
none has a negative length. Every instant returned is in UTC, because Python subtracts two datetimes of the
same zone by their clock readings and so loses or gains the hour of a change.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from living_sla.agreement.durations import Duration, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

Span = tuple[int, int]
"""Minutes since midnight on the clock, half-open; `(1320, 1440)` is 22:00-24:00."""

Instants = tuple[datetime, datetime]
"""Half-open, in UTC."""

DAYS_A_WEEK = 7
MINUTES_A_DAY = 24 * 60
LONGEST_SEARCH_YEARS = 100
ONE_DAY = timedelta(days=1)


class StepKind(StrEnum):
    """What a step adds to what was promised."""

    WAIT = "waits for working time"  # nothing
    WORKING_TIME = "working time"  # its length
    WORKING_DAY = "working day"  # one day
    CALENDAR_TIME = "calendar time"  # all of it


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch on the way from a start to its due time."""

    kind: StepKind
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A due time and the steps to it: at least one, in order, waiting only in the first."""

    steps: tuple[Step, ...]

    @property
    def at(self) -> datetime:
        """The last instant that still keeps the promise."""
        return self.steps[-1].end_at


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The hours two parties agreed to work.

    `hours` holds the spans of each weekday, Monday first, sorted and apart. `holidays` names a place of the
    `holidays` library: a country with or without a subdivision (`BR`, `US-NY`).
    """

    timezone: ZoneInfo
    hours: tuple[tuple[Span, ...], ...]
    holidays: str | None = None
    closed_on: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse, with ValueError, hours that are no week or no days."""
        if len(self.hours) != DAYS_A_WEEK:
            raise ValueError(f"working hours for {len(self.hours)} weekdays are not a week")
        for spans in self.hours:
            edges = [0, *chain.from_iterable(spans), MINUTES_A_DAY]
            if edges != sorted(edges) or any(opens == closes for opens, closes in spans):
                raise ValueError(f"working hours {spans} do not follow one another within a day")

    def is_working_day(self, day: date) -> bool:
        """Tell whether the day has working hours and is neither a holiday nor closed by the agreement."""
        if not self.hours[day.weekday()] or day in self.closed_on:
            return False
        return self.holidays is None or day not in holidays_in(self.holidays, day.year)

    def working_days(self, start: date, end: date) -> int:
        """Count the working days in [start, end)."""
        years = (_working_days_of(self, year) for year in range(start.year, end.year + 1))
        return sum(max(0, bisect_left(days, end) - bisect_left(days, start)) for days in years)

    def spans_on(self, day: date) -> tuple[Instants, ...]:
        """Put a day's working hours on the time line; a span that the clocks skip whole is left out."""
        if not self.is_working_day(day):
            return ()
        spans = (tuple(self._at_minute(day, edge) for edge in span) for span in self.hours[day.weekday()])
        return tuple((opens, closes) for opens, closes in spans if opens < closes)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Measure the working time in [start, end); none when it ends before it starts."""
        start = _utc(start)
        end = max(start, _utc(end))
        total = timedelta()
        for opens, closes in self._spans_after(start, end.year + 1):
            if opens >= end:
                break
            total += min(closes, end) - max(opens, start)
        return total

    def due(self, start: datetime, within: Duration) -> Due:
        """Work out when what starts now must be done, step by step.

        Minutes and hours are absolute; days, weeks and months end at the same clock time (in a month too
        short, on its last day). Working minutes and hours walk the working spans. Working days begin at the
        next opening when the start is outside working time, and end at that clock time so many working
        days later. Raises ValueError for a start without a time zone and where working time never comes.
        """
        start = _utc(start)
        if not within.working:
            end = self._calendar_end(start, within)
            return Due((Step(StepKind.CALENDAR_TIME, start, end),))
        waiting, begin = self._wait(start)
        walk = self._walk_days if within.unit is Unit.DAY else self._walk_spans
        return Due((*waiting, *walk(begin, within)))

    def due_on(self, start: date, within: Duration) -> date:
        """Work out the last day that keeps a promise dated by day; raises ValueError for hours and minutes.

        Working days begin on the next working day when the start is none.
        """
        if within.unit in (Unit.MINUTE, Unit.HOUR):
            raise ValueError(f"'{within}' cannot be counted from a day; write days, weeks or months")
        if not within.working:
            return _days_later(start, within.amount, within.unit)
        day = start if self.is_working_day(start) else self._next_working_day(start)
        for _ in range(within.amount):
            day = self._next_working_day(day)
        return day

    def latest_on(self, event: date, ahead: Duration) -> date:
        """Work out the last day so long ahead of an event; raises ValueError for hours and minutes.

        Working days begin on the working day before when the event is on none.
        """
        if ahead.unit in (Unit.MINUTE, Unit.HOUR):
            raise ValueError(f"'{ahead}' cannot be counted from a day; write days, weeks or months")
        if not ahead.working:
            return _days_later(event, -ahead.amount, ahead.unit)
        day = event if self.is_working_day(event) else self._working_day_before(event)
        for _ in range(ahead.amount):
            day = self._working_day_before(day)
        return day

    def _at_minute(self, day: date, minute: int) -> datetime:
        return _first_instant(datetime.combine(day, time()) + timedelta(minutes=minute), self.timezone)

    def _at_clock(self, day: date, clock: time) -> datetime:
        return _first_instant(datetime.combine(day, clock), self.timezone)

    def _calendar_end(self, start: datetime, within: Duration) -> datetime:
        if within.unit in (Unit.MINUTE, Unit.HOUR):
            return start + _length(within)
        clock = start.astimezone(self.timezone)
        return self._at_clock(_days_later(clock.date(), within.amount, within.unit), clock.time())

    def _wait(self, start: datetime) -> tuple[tuple[Step, ...], datetime]:
        opens, _ = next(self._spans_after(start, start.year + LONGEST_SEARCH_YEARS), (None, None))
        if opens is None:
            raise ValueError(f"no working time in the {LONGEST_SEARCH_YEARS} years after {start:%Y-%m-%d}")
        if opens <= start:
            return (), start
        return (Step(StepKind.WAIT, start, opens),), opens

    def _walk_spans(self, begin: datetime, within: Duration) -> Iterator[Step]:
        left = _length(within)
        for opens, closes in self._spans_after(begin, begin.year + LONGEST_SEARCH_YEARS):
            start = max(opens, begin)
            end = min(closes, start + left)
            yield Step(StepKind.WORKING_TIME, start, end)
            left -= end - start
            if not left:
                return
        raise ValueError(f"'{within}' do not fit in the {LONGEST_SEARCH_YEARS} years after {begin:%Y-%m-%d}")

    def _walk_days(self, begin: datetime, within: Duration) -> Iterator[Step]:
        clock = begin.astimezone(self.timezone)
        day = clock.date()
        for _ in range(within.amount):
            day = self._next_working_day(day)
            end = self._at_clock(day, clock.time())
            yield Step(StepKind.WORKING_DAY, begin, end)
            begin = end

    def _next_working_day(self, day: date) -> date:
        for year in range(day.year, day.year + LONGEST_SEARCH_YEARS):
            days = _working_days_of(self, year)
            place = bisect_right(days, day)
            if place < len(days):
                return days[place]
        raise ValueError(f"no working day in the {LONGEST_SEARCH_YEARS} years after {day}")

    def _working_day_before(self, day: date) -> date:
        for year in range(day.year, max(1, day.year - LONGEST_SEARCH_YEARS), -1):
            days = _working_days_of(self, year)
            place = bisect_left(days, day)
            if place > 0:
                return days[place - 1]
        raise ValueError(f"no working day in the {LONGEST_SEARCH_YEARS} years before {day}")

    def _spans_after(self, start: datetime, last_year: int) -> Iterator[Instants]:
        """Yield the spans that end after an instant, in order, to the end of a year on the clock."""
        for year in range(start.astimezone(self.timezone).year, last_year + 1):
            spans = _spans_of(self, year)
            for place in range(bisect_right(spans, start, key=lambda span: span[1]), len(spans)):
                yield spans[place]


@lru_cache(maxsize=1024)
def holidays_in(place: str, year: int) -> frozenset[date]:
    """List a year's public holidays, observed days included; raises ValueError for an unknown place."""
    from holidays import country_holidays  # 60 ms, and not every agreement has holidays

    country, _, subdivision = place.partition("-")
    try:
        return frozenset(country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError:
        raise ValueError(f'no holidays are known for \'{place}\'; write "US" or "US-NY"') from None


@lru_cache(maxsize=1024)
def holiday_names(place: str, year: int) -> dict[date, str]:
    """Name a year's public holidays, in English where the library can; raises as `holidays_in`."""
    from holidays import country_holidays, list_localized_countries

    if not holidays_in(place, year):
        return {}
    country, _, subdivision = place.partition("-")
    # Without a language that it knows, the library names them in that of the environment.
    known = list_localized_countries(include_aliases=True).get(country, [])
    language = next((name for name in ("en_US", *known) if name in known), None)
    named = country_holidays(country, subdiv=subdivision or None, years=year, language=language)
    return {day: str(name) for day, name in sorted(named.items())}


@lru_cache(maxsize=1024)
def _working_days_of(calendar: WorkCalendar, year: int) -> tuple[date, ...]:
    first = date(year, 1, 1)
    days = (first + ONE_DAY * number for number in range((date(year, 12, 31) - first).days + 1))
    return tuple(day for day in days if calendar.is_working_day(day))


@lru_cache(maxsize=256)
def _spans_of(calendar: WorkCalendar, year: int) -> tuple[Instants, ...]:
    return tuple(span for day in _working_days_of(calendar, year) for span in calendar.spans_on(day))


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"'{moment}' has no time zone")
    return moment.astimezone(UTC)


def _first_instant(clock: datetime, zone: ZoneInfo) -> datetime:
    """Find when the clocks of a zone first show a time; where they skip it, when they skip it."""
    moment, again = clock.replace(tzinfo=zone, fold=0), clock.replace(tzinfo=zone, fold=1)
    old, new = _offset(moment), _offset(again)
    if old >= new:
        return moment.astimezone(UTC)
    # Skipped: read with the new offset the time lies before the change, by at most what is skipped.
    before = again.astimezone(UTC).replace(microsecond=0)
    later = [before + timedelta(seconds=seconds) for seconds in range((new - old) // timedelta(seconds=1))]
    place = bisect_left(later, new, key=lambda at: _offset(at.astimezone(zone)))
    return before + timedelta(seconds=place)


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _length(within: Duration) -> timedelta:
    return timedelta(minutes=within.amount) if within.unit is Unit.MINUTE else timedelta(hours=within.amount)


def _days_later(start: date, amount: int, unit: Unit) -> date:
    """Add days, weeks or months; a negative amount goes back."""
    if unit is Unit.DAY:
        return start + timedelta(days=amount)
    if unit is Unit.WEEK:
        return start + timedelta(weeks=amount)
    year, month = divmod(start.year * 12 + start.month - 1 + amount, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
