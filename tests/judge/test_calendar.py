from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from living_sla.agreement.durations import Duration, Unit, parse_duration
from living_sla.judge.calendar import Due, Step, StepKind, WorkCalendar, holidays_in

NEW_YORK = ZoneInfo("America/New_York")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

DAYTIME = ((9 * 60, 17 * 60),)
WITH_LUNCH = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
ALL_DAY = ((0, 24 * 60),)
NEVER = ((),) * 7


def weekdays(zone: ZoneInfo, *, spans: tuple[tuple[int, int], ...] = DAYTIME) -> WorkCalendar:
    return WorkCalendar(zone, (spans,) * 5 + ((), ()))


def every_day(zone: ZoneInfo, *, spans: tuple[tuple[int, int], ...] = ALL_DAY) -> WorkCalendar:
    return WorkCalendar(zone, (spans,) * 7)


def at(clock: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(clock).replace(tzinfo=zone)


def shown(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


def due_shown(calendar: WorkCalendar, start: str, within: str) -> str:
    due = calendar.due(at(start, calendar.timezone), parse_duration(within))
    return shown(due.at, calendar.timezone)


def spans_shown(calendar: WorkCalendar, day: date) -> list[tuple[str, str]]:
    return [(f"{opens:%H:%M}", f"{closes:%H:%M}") for opens, closes in calendar.spans_on(day)]


# Working days


def test_weekends_and_the_agreements_own_closed_days_are_not_worked() -> None:
    calendar = replace(weekdays(AMSTERDAM), closed_on=frozenset({date(2026, 3, 11)}))
    week = [date(2026, 3, day) for day in range(9, 16)]
    assert [calendar.is_working_day(day) for day in week] == [True, True, False, True, True, False, False]


def test_a_week_has_five_working_days_whichever_day_it_starts_on() -> None:
    calendar = weekdays(AMSTERDAM)
    for day in range(9, 16):
        start = date(2026, 3, day)
        assert calendar.working_days(start, start + timedelta(days=7)) == 5


def test_the_last_day_of_a_range_is_not_counted() -> None:
    calendar = weekdays(AMSTERDAM)
    assert calendar.working_days(date(2026, 3, 9), date(2026, 3, 10)) == 1
    assert calendar.working_days(date(2026, 3, 9), date(2026, 3, 9)) == 0


def test_a_range_that_ends_before_it_starts_has_no_working_days() -> None:
    assert weekdays(AMSTERDAM).working_days(date(2026, 3, 9), date(2026, 3, 2)) == 0
    assert weekdays(AMSTERDAM).working_days(date(2026, 3, 9), date(2025, 3, 9)) == 0


def test_working_days_are_counted_across_new_year() -> None:
    calendar = replace(weekdays(AMSTERDAM), holidays="DE-BE")
    # 28, 29, 30, 31 December and 2 January remain; 1 January is a holiday.
    assert calendar.working_days(date(2026, 12, 28), date(2027, 1, 4)) == 4
    assert calendar.working_days(date(2024, 12, 30), date(2025, 1, 4)) == 4


def test_berlin_works_254_days_in_2026() -> None:
    calendar = replace(weekdays(ZoneInfo("Europe/Berlin")), holidays="DE-BE")
    assert calendar.working_days(date(2026, 1, 1), date(2027, 1, 1)) == 261 - 7


@pytest.mark.parametrize(
    ("holidays", "day", "works"),
    [
        ("DE-BE", date(2026, 4, 3), False),  # Good Friday
        ("DE-BE", date(2026, 5, 14), False),  # Ascension
        ("DE-BE", date(2027, 3, 8), False),  # Women's Day, in Berlin
        ("DE-HE", date(2027, 3, 8), True),  # but not in Hesse
        ("DE", date(2027, 3, 8), True),
        ("US-NY", date(2026, 11, 26), False),  # Thanksgiving
        ("US-NY", date(2026, 7, 3), False),  # Independence Day, observed on the Friday
        ("US-NY", date(2027, 12, 31), False),  # next New Year's Day, observed in the old year
        ("US-NY", date(2026, 2, 12), False),  # Lincoln's Birthday, in New York
        ("US-MA", date(2026, 2, 12), True),  # but not in Massachusetts
        ("BR", date(2026, 4, 21), False),  # Tiradentes
        (None, date(2026, 12, 25), True),
    ],
)
def test_holidays_are_those_of_the_place(holidays: str | None, day: date, *, works: bool) -> None:
    assert replace(weekdays(NEW_YORK), holidays=holidays).is_working_day(day) is works


@pytest.mark.parametrize("place", ["US-XX", "XX", "Bavaria", "de-be", ""])
def test_an_unknown_place_has_no_holidays_to_know(place: str) -> None:
    with pytest.raises(ValueError, match="no holidays are known for") as refusal:
        holidays_in(place, 2026)
    assert str(refusal.value) == f'no holidays are known for \'{place}\'; write "US" or "US-NY"'


# Spans on the time line


def test_lunch_splits_a_day_in_two_spans() -> None:
    calendar = weekdays(AMSTERDAM, spans=WITH_LUNCH)
    assert spans_shown(calendar, date(2026, 3, 9)) == [("08:00", "11:00"), ("12:00", "16:00")]


def test_a_closed_day_has_no_spans() -> None:
    assert weekdays(AMSTERDAM).spans_on(date(2026, 3, 14)) == ()


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [
        (AMSTERDAM, date(2026, 3, 29), date(2026, 10, 25)),
        (NEW_YORK, date(2026, 3, 8), date(2026, 11, 1)),
    ],
)
def test_a_night_shift_lasts_as_long_as_the_night_did(zone: ZoneInfo, spring: date, autumn: date) -> None:
    night = every_day(zone, spans=((60, 5 * 60),))
    lengths = [closes - opens for day in (spring, autumn) for opens, closes in night.spans_on(day)]
    assert lengths == [timedelta(hours=3), timedelta(hours=5)]


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [
        (AMSTERDAM, date(2026, 3, 29), date(2026, 10, 25)),
        (NEW_YORK, date(2026, 3, 8), date(2026, 11, 1)),
    ],
)
def test_round_the_clock_days_have_23_24_or_25_hours(zone: ZoneInfo, spring: date, autumn: date) -> None:
    calendar = every_day(zone)
    lengths = [closes - opens for day in (spring, autumn) for opens, closes in calendar.spans_on(day)]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]
    assert calendar.spans_on(spring)[0][1] == calendar.spans_on(spring + timedelta(days=1))[0][0]


@pytest.mark.parametrize(
    ("spans", "on_the_time_line"),
    [
        (((150, 240),), [("01:00", "02:00")]),  # opens in the skipped hour: opens when it is skipped
        (((60, 150),), [("00:00", "01:00")]),  # closes in it: closes then
        (((120, 180),), []),  # lies in it whole: does not happen
        (((60, 150), (150, 240)), [("00:00", "01:00"), ("01:00", "02:00")]),  # still adjoin
    ],
)
def test_a_clock_time_that_is_skipped_is_when_it_is_skipped(
    spans: tuple[tuple[int, int], ...], on_the_time_line: list[tuple[str, str]]
) -> None:
    assert spans_shown(every_day(AMSTERDAM, spans=spans), date(2026, 3, 29)) == on_the_time_line


@pytest.mark.parametrize(
    ("spans", "on_the_time_line"),
    [
        (((150, 240),), [("00:30", "03:00")]),  # opens at the first 02:30
        (((60, 150),), [("23:00", "00:30")]),  # closes at the first 02:30
        (((120, 180),), [("00:00", "02:00")]),  # 02:00 to 03:00 lasts two hours
        (((60, 150), (150, 240)), [("23:00", "00:30"), ("00:30", "03:00")]),  # still adjoin
    ],
)
def test_a_clock_time_shown_twice_is_its_first(
    spans: tuple[tuple[int, int], ...], on_the_time_line: list[tuple[str, str]]
) -> None:
    assert spans_shown(every_day(AMSTERDAM, spans=spans), date(2026, 10, 25)) == on_the_time_line


def test_a_day_that_an_island_skipped_has_no_spans() -> None:
    samoa = every_day(ZoneInfo("Pacific/Apia"), spans=DAYTIME)
    assert [len(samoa.spans_on(date(2011, 12, day))) for day in (29, 30, 31)] == [1, 0, 1]


# Elapsed working time


@pytest.mark.parametrize(
    ("start", "end", "elapsed"),
    [
        ("2026-03-09 10:00", "2026-03-09 11:30", timedelta(hours=1, minutes=30)),
        ("2026-03-09 08:00", "2026-03-09 10:00", timedelta(hours=1)),
        ("2026-03-09 11:30", "2026-03-09 13:30", timedelta(hours=1)),
        ("2026-03-09 12:00", "2026-03-09 13:00", timedelta(0)),
        ("2026-03-06 16:00", "2026-03-09 10:00", timedelta(hours=2)),
        ("2026-03-07 10:00", "2026-03-08 10:00", timedelta(0)),
        ("2026-03-09 00:00", "2026-03-16 00:00", timedelta(hours=35)),
        ("2025-12-31 16:00", "2026-01-01 10:00", timedelta(hours=2)),
        ("2026-03-09 11:00", "2026-03-09 10:00", timedelta(0)),
    ],
)
def test_elapsed_counts_only_working_time(start: str, end: str, elapsed: timedelta) -> None:
    calendar = weekdays(AMSTERDAM, spans=WITH_LUNCH)
    assert calendar.elapsed(at(start, AMSTERDAM), at(end, AMSTERDAM)) == elapsed


def test_elapsed_does_not_mind_the_zone_the_instants_are_written_in() -> None:
    start, end = at("2026-03-27 10:00", NEW_YORK), at("2026-03-30 10:00", NEW_YORK)
    assert weekdays(AMSTERDAM).elapsed(start, end) == timedelta(hours=2 + 7)


def test_a_clock_change_neither_adds_nor_loses_an_hour() -> None:
    calendar = every_day(NEW_YORK)
    spring = calendar.elapsed(at("2026-03-08 00:00", NEW_YORK), at("2026-03-09 00:00", NEW_YORK))
    autumn = calendar.elapsed(at("2026-11-01 00:00", NEW_YORK), at("2026-11-02 00:00", NEW_YORK))
    assert (spring, autumn) == (timedelta(hours=23), timedelta(hours=25))


def test_nothing_elapses_where_nobody_works() -> None:
    calendar = WorkCalendar(AMSTERDAM, NEVER)
    assert calendar.elapsed(
        at("2026-01-01 00:00", AMSTERDAM), at("2027-01-01 00:00", AMSTERDAM)
    ) == timedelta(0)


# Due times


@pytest.mark.parametrize(
    ("start", "within", "due"),
    [
        ("2026-03-06 16:00", "24 working hours", "Wed 2026-03-11 16:00 EDT"),
        ("2026-03-06 16:00", "1 working hour", "Fri 2026-03-06 17:00 EST"),
        ("2026-03-06 16:00", "61 working minutes", "Mon 2026-03-09 09:01 EDT"),
        ("2026-03-06 17:00", "30 working minutes", "Mon 2026-03-09 09:30 EDT"),
        ("2026-03-07 03:00", "8 working hours", "Mon 2026-03-09 17:00 EDT"),
        ("2026-03-06 16:00", "1 working day", "Mon 2026-03-09 16:00 EDT"),
        ("2026-03-06 08:00", "1 working day", "Mon 2026-03-09 09:00 EDT"),
        ("2026-03-06 17:00", "1 working day", "Tue 2026-03-10 09:00 EDT"),
        ("2026-03-07 12:00", "3 working days", "Thu 2026-03-12 09:00 EDT"),
        ("2026-03-07 12:00", "24 hours", "Sun 2026-03-08 13:00 EDT"),
        ("2026-03-07 12:00", "1 day", "Sun 2026-03-08 12:00 EDT"),
        ("2026-03-07 12:00", "90 minutes", "Sat 2026-03-07 13:30 EST"),
        ("2026-03-07 12:00", "1 week", "Sat 2026-03-14 12:00 EDT"),
        ("2026-01-31 12:00", "1 month", "Sat 2026-02-28 12:00 EST"),
        ("2026-12-31 12:00", "2 months", "Sun 2027-02-28 12:00 EST"),
        ("2023-12-31 12:00", "2 months", "Thu 2024-02-29 12:00 EST"),
        ("2026-11-15 12:00", "1 month", "Tue 2026-12-15 12:00 EST"),
        ("2026-10-31 12:00", "24 hours", "Sun 2026-11-01 11:00 EST"),
        ("2026-10-31 12:00", "1 day", "Sun 2026-11-01 12:00 EST"),
        ("2026-03-07 02:30", "1 day", "Sun 2026-03-08 03:00 EDT"),  # 02:30 is skipped
        ("2026-10-31 01:30", "1 day", "Sun 2026-11-01 01:30 EDT"),  # the first of two
    ],
)
def test_due_times_in_new_york(start: str, within: str, due: str) -> None:
    assert due_shown(weekdays(NEW_YORK), start, within) == due


@pytest.mark.parametrize(
    ("start", "within", "due"),
    [
        ("2026-03-09 12:00", "1 working hour", "Mon 2026-03-09 14:00 CET"),
        ("2026-03-09 12:30", "1 working day", "Tue 2026-03-10 13:00 CET"),
        ("2026-03-09 11:00", "2 working hours", "Mon 2026-03-09 14:00 CET"),
        ("2026-03-09 11:00", "1 working hour", "Mon 2026-03-09 12:00 CET"),
        ("2026-03-27 16:30", "8 working hours", "Tue 2026-03-31 09:30 CEST"),
    ],
)
def test_a_start_over_lunch_waits_for_the_afternoon(start: str, within: str, due: str) -> None:
    assert due_shown(weekdays(AMSTERDAM, spans=WITH_LUNCH), start, within) == due


def test_working_hours_round_the_clock_are_hours() -> None:
    calendar = every_day(AMSTERDAM)
    start = at("2026-03-28 12:00", AMSTERDAM)
    assert calendar.due(start, parse_duration("48 working hours")).at == start.astimezone(UTC) + timedelta(
        hours=48
    )


def test_a_round_the_clock_week_stops_at_the_weekend() -> None:
    calendar = weekdays(AMSTERDAM, spans=ALL_DAY)
    assert due_shown(calendar, "2026-03-27 23:00", "2 working hours") == "Mon 2026-03-30 01:00 CEST"


def test_holidays_are_not_counted() -> None:
    berlin = replace(weekdays(ZoneInfo("Europe/Berlin")), holidays="DE-BE")
    assert due_shown(berlin, "2026-04-02 16:00", "2 working hours") == "Tue 2026-04-07 10:00 CEST"
    assert due_shown(berlin, "2026-04-02 16:00", "1 working day") == "Tue 2026-04-07 16:00 CEST"
    new_york = replace(weekdays(NEW_YORK), holidays="US-NY")
    assert due_shown(new_york, "2026-11-25 16:00", "1 working day") == "Fri 2026-11-27 16:00 EST"


def test_a_start_shown_twice_is_told_apart_in_hours_and_not_in_days() -> None:
    calendar = every_day(NEW_YORK)
    first = at("2026-11-01 01:30", NEW_YORK)
    second = first.replace(fold=1)
    hour, day = parse_duration("1 hour"), parse_duration("1 day")
    assert shown(calendar.due(first, hour).at, NEW_YORK) == "Sun 2026-11-01 01:30 EST"
    assert shown(calendar.due(second, hour).at, NEW_YORK) == "Sun 2026-11-01 02:30 EST"
    assert calendar.due(first, day).at == calendar.due(second, day).at


def test_a_due_time_shown_twice_is_its_first_showing_even_from_a_second() -> None:
    second = at("2026-11-01 01:30", NEW_YORK).replace(fold=1)
    due = every_day(NEW_YORK).due(second, parse_duration("53 weeks"))
    assert shown(due.at, NEW_YORK) == "Sun 2027-11-07 01:30 EDT"


def test_a_skipped_due_time_is_the_very_instant_of_the_change() -> None:
    due = every_day(NEW_YORK).due(at("2026-03-07 02:30:00.5", NEW_YORK), parse_duration("1 day"))
    assert due.at == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_a_start_at_the_opening_does_not_wait() -> None:
    due = weekdays(AMSTERDAM).due(at("2026-03-09 09:00", AMSTERDAM), parse_duration("1 working hour"))
    assert due == Due((Step(StepKind.WORKING_TIME, utc(9, 8), utc(9, 9)),))


def test_working_hours_are_explained_span_by_span() -> None:
    calendar = weekdays(AMSTERDAM, spans=WITH_LUNCH)
    due = calendar.due(at("2026-03-07 10:00", AMSTERDAM), parse_duration("8 working hours"))
    assert due == Due(
        (
            Step(StepKind.WAIT, utc(7, 9), utc(9, 8)),
            Step(StepKind.WORKING_TIME, utc(9, 8), utc(9, 11)),
            Step(StepKind.WORKING_TIME, utc(9, 12), utc(9, 16)),
            Step(StepKind.WORKING_TIME, utc(10, 8), utc(10, 9)),
        )
    )


def test_working_days_are_explained_day_by_day() -> None:
    due = weekdays(AMSTERDAM).due(at("2026-03-12 18:00", AMSTERDAM), parse_duration("2 working days"))
    assert due == Due(
        (
            Step(StepKind.WAIT, utc(12, 17), utc(13, 8)),
            Step(StepKind.WORKING_DAY, utc(13, 8), utc(16, 8)),
            Step(StepKind.WORKING_DAY, utc(16, 8), utc(17, 8)),
        )
    )


def test_calendar_time_is_one_step() -> None:
    due = weekdays(AMSTERDAM).due(at("2026-03-14 10:00", AMSTERDAM), parse_duration("24 hours"))
    assert due == Due((Step(StepKind.CALENDAR_TIME, utc(14, 9), utc(15, 9)),))


def utc(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "within", "due"),
    [
        (date(2026, 3, 6), "1 working day", date(2026, 3, 9)),
        (date(2026, 3, 7), "1 working day", date(2026, 3, 10)),
        (date(2026, 3, 6), "5 working days", date(2026, 3, 13)),
        (date(2026, 12, 30), "3 working days", date(2027, 1, 4)),
        (date(2026, 3, 6), "3 days", date(2026, 3, 9)),
        (date(2026, 3, 6), "2 weeks", date(2026, 3, 20)),
        (date(2026, 1, 30), "1 month", date(2026, 2, 28)),
        (date(2026, 12, 1), "12 months", date(2027, 12, 1)),
    ],
)
def test_things_dated_by_day_are_due_on_a_day(start: date, within: str, due: date) -> None:
    assert weekdays(AMSTERDAM).due_on(start, parse_duration(within)) == due


@pytest.mark.parametrize(
    ("event", "ahead", "latest"),
    [
        (date(2026, 3, 9), "1 working day", date(2026, 3, 6)),
        (date(2026, 3, 8), "1 working day", date(2026, 3, 5)),
        (date(2026, 3, 7), "3 working days", date(2026, 3, 3)),
        (date(2026, 3, 13), "5 working days", date(2026, 3, 6)),
        (date(2027, 1, 4), "3 working days", date(2026, 12, 30)),
        (date(2026, 3, 9), "7 days", date(2026, 3, 2)),
        (date(2026, 3, 9), "2 weeks", date(2026, 2, 23)),
        (date(2026, 3, 31), "1 month", date(2026, 2, 28)),
        (date(2028, 3, 31), "1 month", date(2028, 2, 29)),
        (date(2026, 1, 15), "2 months", date(2025, 11, 15)),
    ],
)
def test_things_ahead_of_an_event_have_a_latest_day(event: date, ahead: str, latest: date) -> None:
    assert weekdays(AMSTERDAM).latest_on(event, parse_duration(ahead)) == latest


def test_closed_days_are_not_counted_ahead_of_an_event() -> None:
    calendar = replace(weekdays(AMSTERDAM), closed_on=frozenset({date(2026, 3, 11)}))
    assert calendar.latest_on(date(2026, 3, 12), parse_duration("1 working day")) == date(2026, 3, 10)


# Refusals


@pytest.mark.parametrize("within", ["24 hours", "30 minutes", "4 working hours"])
def test_hours_cannot_be_counted_from_a_day(within: str) -> None:
    with pytest.raises(ValueError, match=f"'{within}' cannot be counted from a day"):
        weekdays(AMSTERDAM).due_on(date(2026, 3, 9), parse_duration(within))
    with pytest.raises(ValueError, match=f"'{within}' cannot be counted from a day"):
        weekdays(AMSTERDAM).latest_on(date(2026, 3, 9), parse_duration(within))


def test_an_instant_without_a_time_zone_is_refused() -> None:
    calendar = weekdays(AMSTERDAM)
    naive, aware = datetime(2026, 3, 9, 10), datetime(2026, 3, 9, 11, tzinfo=UTC)  # noqa: DTZ001 -- the point
    for question in (
        lambda: calendar.elapsed(naive, aware),
        lambda: calendar.elapsed(aware, naive),
        lambda: calendar.due(naive, parse_duration("1 hour")),
        lambda: calendar.due(naive, parse_duration("1 working day")),
    ):
        with pytest.raises(ValueError, match="'2026-03-09 10:00:00' has no time zone"):
            question()


@pytest.mark.parametrize("within", ["1 working minute", "1 working hour", "1 working day"])
def test_a_calendar_without_working_hours_is_never_due(within: str) -> None:
    calendar = replace(WorkCalendar(AMSTERDAM, NEVER), holidays="DE-BE")
    with pytest.raises(ValueError, match="no working time in the 100 years after 2026-03-09"):
        calendar.due(at("2026-03-09 10:00", AMSTERDAM), parse_duration(within))


def test_a_day_is_never_due_without_working_hours() -> None:
    with pytest.raises(ValueError, match="no working day in the 100 years after 2026-03-09"):
        WorkCalendar(AMSTERDAM, NEVER).due_on(date(2026, 3, 9), parse_duration("1 working day"))
    with pytest.raises(ValueError, match="no working day in the 100 years before 2026-03-09"):
        WorkCalendar(AMSTERDAM, NEVER).latest_on(date(2026, 3, 9), parse_duration("1 working day"))


def test_more_working_time_than_a_century_holds_is_refused() -> None:
    one_minute_a_week = WorkCalendar(AMSTERDAM, (((540, 541),), *NEVER[1:]))
    with pytest.raises(ValueError, match="'9999 working hours' do not fit in the 100 years after 2026-03-09"):
        one_minute_a_week.due(at("2026-03-09 09:00", AMSTERDAM), parse_duration("9999 working hours"))


@pytest.mark.parametrize(
    "spans",
    [
        ((600, 540),),
        ((540, 540),),
        ((540, 720), (660, 780)),
        ((780, 840), (540, 600)),
        ((-60, 60),),
        ((0, 1441),),
    ],
)
def test_spans_follow_one_another_within_a_day(spans: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="do not follow one another within a day"):
        weekdays(AMSTERDAM, spans=spans)


def test_hours_are_those_of_seven_weekdays() -> None:
    with pytest.raises(ValueError, match="working hours for 5 weekdays are not a week"):
        WorkCalendar(AMSTERDAM, (DAYTIME,) * 5)


# What holds for every calendar

UNTIMED = settings(deadline=None)  # the first question about a place imports its holidays

ZONES = st.sampled_from(
    [NEW_YORK, AMSTERDAM, ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]
)
SPANS = st.lists(st.integers(0, 24 * 60), max_size=6, unique=True).map(
    lambda edges: tuple(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)
DAYS = st.dates(date(2025, 12, 1), date(2027, 1, 31))
MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- its bounds are naive
CALENDARS = st.builds(
    WorkCalendar,
    ZONES,
    st.tuples(*[SPANS] * 7),
    st.sampled_from([None, "DE-BE", "US-NY"]),
    st.frozensets(DAYS, max_size=3),
)
WORKED = CALENDARS.filter(lambda calendar: any(calendar.hours))
WORKING_TIMES = st.builds(
    Duration, st.integers(1, 40), st.sampled_from([Unit.MINUTE, Unit.HOUR]), st.just(value=True)
)


@UNTIMED
@given(calendar=CALENDARS, moments=st.tuples(MOMENTS, MOMENTS, MOMENTS))
def test_adjoining_intervals_add_up(
    calendar: WorkCalendar, moments: tuple[datetime, datetime, datetime]
) -> None:
    first, middle, last = sorted(moments)
    whole = calendar.elapsed(first, last)
    assert calendar.elapsed(first, middle) + calendar.elapsed(middle, last) == whole


@settings(UNTIMED, max_examples=30)
@given(
    zone=ZONES,
    edges=st.sets(st.sampled_from([0, *range(240, 1441, 30)]), min_size=2, max_size=4),
    start=st.datetimes(datetime(2026, 10, 23), datetime(2026, 11, 2), timezones=st.just(UTC)),  # noqa: DTZ001 -- as above
    minutes=st.integers(0, 3 * 24 * 60),
)
def test_elapsed_is_what_a_watch_counts_minute_by_minute(
    zone: ZoneInfo, edges: set[int], start: datetime, minutes: int
) -> None:
    # No span begins or ends between 00:01 and 03:59, where a clock reading is not one instant.
    spans = tuple(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
    calendar = weekdays(zone, spans=spans)
    start = start.replace(second=0, microsecond=0)
    clocks = [(start + timedelta(minutes=minute)).astimezone(zone) for minute in range(minutes)]
    counted = sum(
        clock.weekday() < 5
        and any(opens <= clock.hour * 60 + clock.minute < closes for opens, closes in spans)
        for clock in clocks
    )
    assert calendar.elapsed(start, start + timedelta(minutes=minutes)) == timedelta(minutes=counted)


@UNTIMED
@given(calendar=WORKED, start=MOMENTS, within=WORKING_TIMES)
def test_what_elapses_until_the_due_time_is_what_was_promised(
    calendar: WorkCalendar, start: datetime, within: Duration
) -> None:
    promised = timedelta(**{f"{within.unit}s": within.amount})
    assert calendar.elapsed(start, calendar.due(start, within).at) == promised


@UNTIMED
@given(calendar=WORKED, start=MOMENTS, within=WORKING_TIMES)
def test_the_steps_add_up_to_what_was_promised(
    calendar: WorkCalendar, start: datetime, within: Duration
) -> None:
    steps = calendar.due(start, within).steps
    counted = [step.end_at - step.start_at for step in steps if step.kind is StepKind.WORKING_TIME]
    assert sum(counted, timedelta()) == timedelta(**{f"{within.unit}s": within.amount})
    assert min(counted) > timedelta(0)
    assert steps[0].start_at == start
    assert all(step.end_at <= following.start_at for step, following in pairwise(steps))


@UNTIMED
@given(
    calendar=WORKED,
    starts=st.tuples(MOMENTS, MOMENTS),
    within=WORKING_TIMES
    | st.builds(Duration, st.integers(1, 40), st.just(Unit.DAY), st.booleans())
    | st.builds(Duration, st.integers(1, 400), st.sampled_from([Unit.MINUTE, Unit.HOUR, Unit.WEEK])),
)
@example(
    calendar=every_day(NEW_YORK),
    starts=(datetime(2026, 3, 7, 7, 30, tzinfo=UTC), datetime(2026, 3, 7, 7, 59, tzinfo=UTC)),
    within=Duration(1, Unit.DAY),
)
def test_a_later_start_is_never_due_earlier(
    calendar: WorkCalendar, starts: tuple[datetime, datetime], within: Duration
) -> None:
    # In days, a start in the second showing of an hour keeps its clock reading, so it may be due earlier.
    assume(not any(start.astimezone(calendar.timezone).fold for start in starts))
    early, late = sorted(starts)
    assert calendar.due(early, within).at <= calendar.due(late, within).at


@UNTIMED
@given(calendar=WORKED, day=DAYS, amount=st.integers(1, 40))
def test_as_many_working_days_pass_as_were_promised(calendar: WorkCalendar, day: date, amount: int) -> None:
    due_on = calendar.due_on(day, Duration(amount, Unit.DAY, working=True))
    assert calendar.is_working_day(due_on)
    waited = 0 if calendar.is_working_day(day) else 1
    assert calendar.working_days(day + timedelta(days=1), due_on + timedelta(days=1)) == amount + waited


@UNTIMED
@given(calendar=WORKED, event=DAYS, amount=st.integers(1, 40))
def test_the_latest_day_ahead_of_an_event_is_the_last_that_is_due_by_it(
    calendar: WorkCalendar, event: date, amount: int
) -> None:
    ahead = Duration(amount, Unit.DAY, working=True)
    latest = calendar.latest_on(event, ahead)
    assert calendar.due_on(latest, ahead) <= event < calendar.due_on(latest + timedelta(days=1), ahead)


@UNTIMED
@given(calendar=CALENDARS, days=st.tuples(DAYS, DAYS))
def test_counting_working_days_is_asking_about_each(calendar: WorkCalendar, days: tuple[date, date]) -> None:
    start, end = sorted(days)
    each = [start + timedelta(days=number) for number in range((end - start).days)]
    assert calendar.working_days(start, end) == sum(calendar.is_working_day(day) for day in each)


@UNTIMED
@given(calendar=CALENDARS, days=st.lists(DAYS, min_size=2, max_size=5))
def test_a_day_is_a_working_day_or_not_whatever_was_asked_before(
    calendar: WorkCalendar, days: list[date]
) -> None:
    forwards = {day: calendar.is_working_day(day) for day in days}
    backwards = {day: replace(calendar).is_working_day(day) for day in reversed(days)}
    assert forwards == backwards


@UNTIMED
@given(calendar=CALENDARS, day=DAYS)
def test_spans_of_adjoining_days_are_in_order_and_apart(calendar: WorkCalendar, day: date) -> None:
    spans = calendar.spans_on(day) + calendar.spans_on(day + timedelta(days=1))
    assert all(opens < closes for opens, closes in spans)
    assert all(closes <= opens for (_, closes), (opens, _) in pairwise(spans))
