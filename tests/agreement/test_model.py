from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from living_sla.agreement.fields import By, Hours, Line, MetricId, Prose, parse_date, parse_id


@pytest.mark.parametrize("name", ["a", "7", "follow-up-24h", "a" * 64, "reports-2", "console"])
def test_an_id_is_lower_case_words_and_digits_joined_by_hyphens(name: str) -> None:
    assert parse_id(name) == name


@pytest.mark.parametrize(
    ("typed", "example"),
    [
        ("Lead Volume", "lead-volume"),
        ("größe", "grosse"),
        ("Müller & Söhne", "muller-sohne"),
        ("../../etc/passwd", "etc-passwd"),
        ("-rf", "rf"),
        (".hidden", "hidden"),
        ("a--b", "a-b"),
        ("lead_volume", "lead-volume"),
        ("x" * 65, "x" * 64),
    ],
)
def test_anything_else_is_no_id_and_an_id_is_suggested(typed: str, example: str) -> None:
    words = "is not an id; use lower-case letters, digits and hyphens, at most 64, for example "
    with pytest.raises(ValueError, match=re.escape(words + example) + "$"):
        parse_id(typed)


def test_nothing_is_suggested_where_nothing_is_left() -> None:
    with pytest.raises(ValueError, match=r"digits and hyphens, at most 64$"):
        parse_id("..")


@pytest.mark.parametrize("name", ["con", "com1", "lpt9", "404", "assets", "search", "index", "reports"])
def test_a_name_that_the_site_or_a_system_needs_is_no_id(name: str) -> None:
    with pytest.raises(ValueError, match=r"^is a name the site needs itself; choose another id$"):
        parse_id(name)


@given(st.text())
def test_what_is_suggested_is_an_id_or_reserved(typed: str) -> None:
    try:
        parse_id(typed)
    except ValueError as error:
        example = str(error).partition(", for example ")[2]
        assert re.fullmatch("([a-z0-9]+(-[a-z0-9]+)*)?", example)
        assert len(example) <= 64


def test_a_metric_may_be_named_as_in_a_database() -> None:
    assert TypeAdapter(MetricId).validate_python("leads_contacted_in_time") == "leads_contacted_in_time"


@pytest.mark.parametrize("typed", ["2026-02-28", "1970-01-01", "2199-12-31"])
def test_a_day_is_written_year_month_day(typed: str) -> None:
    assert parse_date(typed) == date.fromisoformat(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("01/02/2026", "is not a day written YYYY-MM-DD; write it like 2026-03-01"),
        ("2026-1-5", "is not a day written YYYY-MM-DD; write it like 2026-03-01"),
        ("20260105", "is not a day written YYYY-MM-DD; write it like 2026-03-01"),
        ("2026-W01-1", "is not a day written YYYY-MM-DD; write it like 2026-03-01"),
        ("2026-01-05T00:00:00Z", "is not a day written YYYY-MM-DD; write it like 2026-03-01"),
        (
            "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0665",
            "is not a day written YYYY-MM-DD; write it like 2026-03-01",
        ),
        (20260105, "is not a day written YYYY-MM-DD; write it like 2026-03-01"),
        ("2026-02-29", "is not a day of the calendar"),
        ("0000-01-01", "is not a day of the calendar"),
        ("1969-12-31", "is not a day between 1970 and 2199"),
        ("2200-01-01", "is not a day between 1970 and 2199"),
    ],
)
def test_anything_else_is_no_day(typed: object, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{words}$"):
        parse_date(typed)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("09:00-17:00", (540, 1020)), ("00:00-24:00", (0, 1440)), ("22:00-22:01", (1320, 1321))],
)
def test_a_span_of_hours_is_minutes_since_midnight(typed: str, minutes: tuple[int, int]) -> None:
    assert TypeAdapter(Hours).validate_python(typed) == minutes


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("9-17", 'is not a span of hours; write "09:00-17:00"'),
        ("09:00-17:60", 'is not a span of hours; write "09:00-17:00"'),
        (540, 'is not a span of hours; write "09:00-17:00"'),
        ("17:00-09:00", "ends before it starts; a span lies within one day"),
        ("09:00-09:00", "ends before it starts; a span lies within one day"),
        ("22:00-24:01", "ends after midnight; a span lies within one day"),
    ],
)
def test_anything_else_is_no_span_of_hours(typed: object, words: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(words)):
        TypeAdapter(Hours).validate_python(typed)


@pytest.mark.parametrize(("typed", "by"), [("friday", "friday"), ("20th", 20), ("1st", 1), (31, 31)])
def test_a_deadline_is_a_weekday_or_a_day_of_the_month(typed: object, by: object) -> None:
    assert TypeAdapter(By).validate_python(typed) == by


@pytest.mark.parametrize("typed", ["Friday", "fri", "32nd", "0th", 0, 32, True, "20", "", [20]])
def test_anything_else_is_no_deadline(typed: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(By).validate_python(typed)


@pytest.mark.parametrize("typed", ["two\nlines", "a\ttab", "a\rreturn", "x" * 201])
def test_a_line_is_one_line_of_at_most_200_characters(typed: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Line).validate_python(typed)


def test_prose_may_have_lines() -> None:
    assert TypeAdapter(Prose).validate_python("two\n\nlines") == "two\n\nlines"


def test_prose_ends_after_4000_characters() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Prose).validate_python("x" * 4001)
