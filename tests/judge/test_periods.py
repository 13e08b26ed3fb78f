from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.agreement.terms import CalendarTerms
from living_sla.judge.periods import Period, Rhythm, Window, days_of, window_end

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.record.loading import Record

DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))
RHYTHMS = st.builds(Rhythm, st.integers(1, 12), st.integers(0, 6))
EVERY = st.sampled_from(["day", "week", "month", "quarter", "year"])
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
SUNDAY = 6
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1), "2026-03")


def shown(period: Period) -> tuple[str, str, str]:
    return (period.id, f"{period.start:%a %Y-%m-%d}", f"{period.end:%a %Y-%m-%d}")


# Periods


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("day", ("2026-03-11", "Wed 2026-03-11", "Thu 2026-03-12")),
        ("week", ("2026-W11", "Mon 2026-03-09", "Mon 2026-03-16")),
        ("month", ("2026-03", "Sun 2026-03-01", "Wed 2026-04-01")),
        ("quarter", ("2026-Q1", "Thu 2026-01-01", "Wed 2026-04-01")),
        ("year", ("2026", "Thu 2026-01-01", "Fri 2027-01-01")),
    ],
)
def test_a_day_lies_in_one_period_of_each_length(every: str, expected: tuple[str, str, str]) -> None:
    assert shown(Rhythm().period_of(date(2026, 3, 11), every)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 12, 30), ("2025-W01", "Mon 2024-12-30", "Mon 2025-01-06")),
        (date(2026, 12, 31), ("2026-W53", "Mon 2026-12-28", "Mon 2027-01-04")),
        (date(2027, 1, 3), ("2026-W53", "Mon 2026-12-28", "Mon 2027-01-04")),
        (date(2027, 1, 4), ("2027-W01", "Mon 2027-01-04", "Mon 2027-01-11")),
    ],
)
def test_weeks_over_new_year_have_their_iso_name(day: date, expected: tuple[str, str, str]) -> None:
    assert shown(Rhythm().period_of(day, "week")) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 26), ("2026-W52", "Sun 2026-12-20", "Sun 2026-12-27")),
        (date(2026, 12, 27), ("2026-W53", "Sun 2026-12-27", "Sun 2027-01-03")),
        (date(2027, 1, 2), ("2026-W53", "Sun 2026-12-27", "Sun 2027-01-03")),
        (date(2027, 1, 3), ("2027-W01", "Sun 2027-01-03", "Sun 2027-01-10")),
    ],
)
def test_weeks_from_sunday_are_named_by_the_days_they_share(
    day: date, expected: tuple[str, str, str]
) -> None:
    assert shown(Rhythm(week_starts=SUNDAY).period_of(day, "week")) == expected


@pytest.mark.parametrize(
    ("day", "quarter", "year"),
    [
        (date(2026, 6, 30), "2026-Q4", "2026"),
        (date(2026, 7, 1), "2027-Q1", "2027"),
        (date(2026, 12, 31), "2027-Q2", "2027"),
        (date(2027, 1, 1), "2027-Q3", "2027"),
        (date(2027, 6, 30), "2027-Q4", "2027"),
    ],
)
def test_a_fiscal_year_has_the_name_of_the_year_it_ends_in(day: date, quarter: str, year: str) -> None:
    rhythm = Rhythm.of(CalendarTerms(timezone="UTC", fiscal_year_starts="july"))
    assert (rhythm.period_of(day, "quarter").id, rhythm.period_of(day, "year").id) == (quarter, year)


def test_quarters_of_a_fiscal_year_may_straddle_the_calendar_year() -> None:
    quarter = Rhythm(year_starts=2).period_of(date(2026, 1, 15), "quarter")
    assert shown(quarter) == ("2026-Q4", "Sat 2025-11-01", "Sun 2026-02-01")


def test_months_keep_their_names_in_a_fiscal_year() -> None:
    assert Rhythm(year_starts=7).period_of(date(2026, 3, 11), "month").id == "2026-03"


def test_february_has_its_leap_day() -> None:
    assert Rhythm().period_of(date(2028, 2, 29), "month").last == date(2028, 2, 29)
    assert Rhythm().period_of(date(2100, 2, 28), "month").last == date(2100, 2, 28)


def test_the_calendar_says_where_weeks_begin() -> None:
    assert Rhythm.of(CalendarTerms(timezone="UTC", week_starts="sunday")) == Rhythm(1, SUNDAY)


def test_a_period_is_over_at_the_end_of_its_last_day() -> None:
    assert not MARCH.is_over(date(2026, 3, 30))
    assert MARCH.is_over(date(2026, 3, 31))


def test_only_periods_that_begin_between_two_days_are_listed() -> None:
    months = Rhythm().periods(date(2026, 1, 2), date(2026, 4, 1), "month")
    assert [month.id for month in months] == ["2026-02", "2026-03", "2026-04"]


def test_a_period_that_begins_on_the_first_day_is_listed() -> None:
    assert [month.id for month in Rhythm().periods(date(2026, 1, 1), date(2026, 1, 31), "month")] == [
        "2026-01"
    ]


def test_no_period_begins_before_the_calendar_does() -> None:
    assert list(Rhythm().periods(date(2026, 3, 1), date(2026, 2, 28), "day")) == []
    assert list(Rhythm().periods(date(9999, 12, 1), date(2026, 2, 28), "month")) == []


@given(day=DAYS, every=EVERY, rhythm=RHYTHMS)
def test_a_day_lies_in_the_period_it_is_given(day: date, every: str, rhythm: Rhythm) -> None:
    period = rhythm.period_of(day, every)
    assert period.start <= day < period.end


@given(day=DAYS, every=EVERY, rhythm=RHYTHMS)
def test_all_days_of_a_period_are_given_it(day: date, every: str, rhythm: Rhythm) -> None:
    period = rhythm.period_of(day, every)
    assert {rhythm.period_of(other, every) for other in days_of(period.start, period.end)} == {period}


@given(day=DAYS, every=EVERY, rhythm=RHYTHMS)
def test_periods_tile_the_calendar(day: date, every: str, rhythm: Rhythm) -> None:
    periods = list(rhythm.periods(day, day + timedelta(days=800), every))
    assert all(before.end == after.start for before, after in pairwise(periods))


@given(day=DAYS, every=EVERY, rhythm=RHYTHMS)
def test_no_two_periods_have_one_name_and_names_sort_by_time(day: date, every: str, rhythm: Rhythm) -> None:
    names = [period.id for period in rhythm.periods(day, day + timedelta(days=800), every)]
    assert names == sorted(set(names))


@given(day=DAYS, rhythm=RHYTHMS)
def test_four_quarters_are_a_year_and_three_months_a_quarter(day: date, rhythm: Rhythm) -> None:
    year = rhythm.period_of(day, "year")
    quarters = list(rhythm.periods(year.start, year.last, "quarter"))
    assert [quarter.id for quarter in quarters] == [f"{year.id}-Q{n}" for n in (1, 2, 3, 4)]
    assert len(list(rhythm.periods(year.start, year.last, "month"))) == 12


# Windows


@pytest.mark.parametrize(
    ("month", "by", "end"),
    [
        ("2026-03-01", 20, date(2026, 3, 21)),
        ("2026-03-01", 31, date(2026, 4, 1)),
        ("2026-02-01", 31, date(2026, 3, 1)),
        ("2028-02-01", 30, date(2028, 3, 1)),
        ("2026-03-01", None, date(2026, 4, 1)),
    ],
)
def test_a_window_ends_with_the_delivery_day_or_the_month(month: str, by: int | None, end: date) -> None:
    assert window_end(Rhythm().period_of(date.fromisoformat(month), "month"), by) == end


@pytest.mark.parametrize(
    ("week_starts", "by", "end"),
    [
        ("monday", "friday", date(2026, 3, 14)),
        ("monday", "monday", date(2026, 3, 10)),
        ("monday", "sunday", date(2026, 3, 16)),
        ("sunday", "friday", date(2026, 3, 14)),
        ("sunday", "sunday", date(2026, 3, 9)),
        ("sunday", "saturday", date(2026, 3, 15)),
    ],
)
def test_a_window_ends_with_the_weekday_of_its_week(week_starts: str, by: str, end: date) -> None:
    week = Rhythm(week_starts=WEEKDAYS.index(week_starts)).period_of(date(2026, 3, 11), "week")
    assert window_end(week, by) == end


@given(day=DAYS, by=st.sampled_from(WEEKDAYS), rhythm=RHYTHMS)
def test_a_weekday_is_never_outside_its_week(day: date, by: str, rhythm: Rhythm) -> None:
    week = rhythm.period_of(day, "week")
    assert week.start < window_end(week, by) <= week.end


@pytest.mark.parametrize(
    ("as_of", "is_over", "seen_end"),
    [
        (date(2026, 2, 20), False, date(2026, 3, 1)),
        (date(2026, 3, 1), False, date(2026, 3, 2)),
        (date(2026, 3, 19), False, date(2026, 3, 20)),
        (date(2026, 3, 20), True, date(2026, 3, 21)),
        (date(2026, 4, 20), True, date(2026, 3, 21)),
    ],
)
def test_a_window_is_over_at_the_end_of_its_last_day(as_of: date, is_over: bool, seen_end: date) -> None:  # noqa: FBT001 an expected value
    window = Window.of(MARCH, 20, as_of)
    assert (window.is_over, window.seen_end) == (is_over, seen_end)


def test_what_has_not_passed_is_not_seen(recorded: Callable[..., Record]) -> None:
    series = recorded([f"2026-03-0{day},mqls,{day}" for day in (1, 2, 4, 5)]).of("mqls")
    window = Window.of(MARCH, None, date(2026, 3, 4))
    assert window.seen(series) == [1, 2, 4]
    assert window.seen(series, unsure={date(2026, 3, 2)}) == [1, 4]
