"""The calendar by RFC 5545, and as two other programs' parsers take it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from living_sla.present.agenda import Appointment, agenda_ics

if TYPE_CHECKING:
    from random import Random

    from icalendar import Event

SITE = "https://sla.example/agreements/"
DAY = date(2026, 4, 4)
DUE = Appointment(
    key="marketing-sales/due/weekly-report/2026-W15",
    on=date(2026, 4, 10),
    title="Weekly report",
    description="Marketing owes sales one pipeline report.",
    url="marketing-sales/commitments/weekly-report/#p-2026-W15",
)
AWKWARD = 'Größe, Ort; Zeit\\nicht: "ja"\nzweite Zeile 🎉👍 ' + "ü" * 200
# What a text may hold once it has passed our loader: no control characters, and lines end with "\n" alone.
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff")
    | st.just("\n")
)
DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 31))
RHYTHMS = st.sampled_from([None, "day", "week", "month", "quarter", "year"])
APPOINTMENTS = st.lists(
    st.builds(
        Appointment,
        key=st.text("abc/-2026", min_size=1),
        on=DAYS,
        title=TEXTS,
        description=TEXTS,
        url=st.sampled_from(["", "a/b/#c"]),
        every=RHYTHMS,
    ),
    unique_by=lambda each: each.key,
    max_size=5,
)


def agenda(*appointments: Appointment, site_url: str = SITE) -> str:
    return agenda_ics("Marketing and Sales", appointments, as_of=DAY, site_url=site_url)


def events(text: str) -> list[Event]:
    return Calendar.from_ical(text).events


def valid(text: str) -> vobject.base.Component:
    """The only calendar of a text, whose every property stands as often as RFC 5545 says."""
    (calendar,) = vobject.readComponents(text)
    calendar.validate(raiseException=True)
    return calendar


def days(appointment: Appointment, most: int) -> list[str]:
    """The first days on which an appointment falls, by dateutil's rules."""
    rules = valid(agenda(appointment)).vevent.rruleset
    return [day.date().isoformat() for day, _ in zip(rules, range(most), strict=False)]


# --- by the specification


@pytest.mark.parametrize("site_url", ["", SITE])
@given(appointments=APPOINTMENTS)
def test_a_calendar_keeps_the_rules_of_the_specification(
    appointments: list[Appointment], site_url: str
) -> None:
    text = agenda(*appointments, site_url=site_url)
    calendar = valid(text)
    assert len(calendar.contents.get("vevent", [])) == len(appointments)
    assert {line for line in text.split("\r\n") if len(line.encode()) > 75} == set()
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")


def test_the_calendar_says_what_it_is_and_who_made_it() -> None:
    calendar = valid(agenda_ics("Marketing, Sales; all", [DUE], as_of=DAY, site_url=SITE))
    assert (calendar.version.value, calendar.prodid.value) == ("2.0", "-//living-sla//living-sla//EN")
    assert calendar.x_wr_calname.value == "Marketing, Sales; all"
    assert calendar.contents["name"][0].value == "Marketing, Sales; all"
    assert "method" not in calendar.contents


def test_without_an_appointment_the_calendar_is_empty_and_still_holds_a_component() -> None:
    calendar = valid(agenda())
    assert set(calendar.contents) == {"version", "prodid", "name", "x-wr-calname", "vtimezone"}
    assert events(agenda()) == []


# --- an appointment


def test_an_appointment_takes_a_whole_day_and_leaves_it_free() -> None:
    (event,) = events(agenda(DUE))
    assert (event.start, event.end, event["transp"]) == (date(2026, 4, 10), date(2026, 4, 11), "TRANSPARENT")
    assert (event["summary"], event["description"]) == (
        "Weekly report",
        "Marketing owes sales one pipeline report.",
    )
    assert (
        event["url"] == "https://sla.example/agreements/marketing-sales/commitments/weekly-report/#p-2026-W15"
    )
    assert "DTSTART;VALUE=DATE:20260410\r\nDTEND;VALUE=DATE:20260411\r\n" in agenda(DUE)


def test_its_stamp_is_the_day_the_calendar_stands_at() -> None:
    assert events(agenda(DUE))[0].stamp == datetime(2026, 4, 4, tzinfo=UTC)


def test_it_has_no_link_where_the_site_knows_no_address() -> None:
    (event,) = events(agenda(DUE, site_url=""))
    assert "url" not in event


def test_it_has_no_description_where_there_is_nothing_to_say() -> None:
    (event,) = events(agenda(replace(DUE, description="")))
    assert "description" not in event


@pytest.mark.parametrize("field", ["title", "description"])
def test_commas_semicolons_lines_umlauts_emoji_and_length_survive_in_both_parsers(field: str) -> None:
    text = agenda(replace(DUE, **{field: AWKWARD}))
    name = {"title": "summary", "description": "description"}[field]
    assert events(text)[0][name] == AWKWARD
    assert valid(text).vevent.contents[name][0].value == AWKWARD


@given(title=TEXTS, description=TEXTS)
def test_every_text_comes_back_as_it_was(title: str, description: str) -> None:
    (event,) = events(agenda(replace(DUE, title=title, description=description)))
    assert (event["summary"], event.get("description", "")) == (title, description)


def test_a_character_no_calendar_can_hold_is_replaced() -> None:
    (event,) = events(agenda(replace(DUE, title="a\x00b\x7fc\ud800d", description="one\r\ntwo\rthree")))
    assert (event["summary"], event["description"]) == ("a\ufffdb\ufffdc\ufffdd", "one\ntwo\nthree")


# --- what comes again


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("day", ["2026-03-31", "2026-04-01", "2026-04-02"]),
        ("week", ["2026-03-31", "2026-04-07", "2026-04-14"]),
        ("month", ["2026-03-31", "2026-04-30", "2026-05-31"]),
        ("quarter", ["2026-03-31", "2026-06-30", "2026-09-30"]),
        ("year", ["2026-03-31", "2027-03-31", "2028-03-31"]),
    ],
)
def test_what_comes_again_falls_on_these_days(every: str, expected: list[str]) -> None:
    assert days(replace(DUE, on=date(2026, 3, 31), every=every), 3) == expected


def test_a_month_without_the_day_has_it_on_its_last() -> None:
    assert days(replace(DUE, on=date(2026, 1, 30), every="month"), 3) == [
        "2026-01-30",
        "2026-02-28",
        "2026-03-30",
    ]


def test_a_leap_day_comes_again_every_year() -> None:
    assert days(replace(DUE, on=date(2024, 2, 29), every="year"), 3) == [
        "2024-02-29",
        "2025-02-28",
        "2026-02-28",
    ]


def test_what_comes_again_ends_with_the_last_day_not_after_its_end() -> None:
    quarterly = replace(DUE, on=date(2026, 1, 15), every="quarter", until=date(2026, 7, 15))
    assert days(quarterly, 9) == ["2026-01-15", "2026-04-15", "2026-07-15"]
    assert "UNTIL=20260715;" in agenda(quarterly)


def test_what_happens_once_has_no_rule() -> None:
    assert "RRULE" not in agenda(replace(DUE, until=date(2026, 12, 31)))


@given(on=DAYS, every=st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_the_first_day_of_what_comes_again_is_its_own(on: date, every: str) -> None:
    assert days(replace(DUE, on=on, every=every, until=on + timedelta(days=1)), 1) == [on.isoformat()]


# --- identity and order


def test_its_identity_is_this_for_ever() -> None:
    assert events(agenda(DUE))[0].uid == "ebdd0896-965e-51d2-b106-560dc9657a47"


def test_its_identity_outlives_another_day_other_words_and_a_move_of_the_site() -> None:
    moved = replace(DUE, on=date(2026, 4, 13), title="Report", description="", url="elsewhere/", every="week")
    later = agenda_ics("Other", [moved], as_of=date(2027, 1, 1), site_url="")
    assert events(later)[0].uid == events(agenda(DUE))[0].uid


def test_two_projects_with_the_same_keys_are_told_apart_by_their_origins() -> None:
    uids = {
        events(agenda_ics("All", [DUE], as_of=DAY, site_url="", origin=origin))[0].uid
        for origin in ("", "acme", "bolt")
    }
    assert len(uids) == 3


def test_appointments_stand_in_the_order_of_their_days_and_keys() -> None:
    first, second = (
        replace(DUE, key="b", on=DAY, title="First"),
        replace(DUE, key="c", on=DAY, title="Second"),
    )
    assert [event["summary"] for event in events(agenda(DUE, second, first))] == [
        "First",
        "Second",
        "Weekly report",
    ]


@given(appointments=APPOINTMENTS, random=st.randoms(use_true_random=False))
def test_the_order_in_which_appointments_are_given_does_not_matter(
    appointments: list[Appointment], random: Random
) -> None:
    shuffled = list(appointments)
    random.shuffle(shuffled)
    assert agenda(*shuffled) == agenda(*appointments)
