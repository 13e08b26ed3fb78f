from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.agreement.durations import LONGEST, WORKING_UNITS, Duration, Unit, parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("24 hours", Duration(24, Unit.HOUR)),
        ("1 hour", Duration(1, Unit.HOUR)),
        ("30 minutes", Duration(30, Unit.MINUTE)),
        ("3 working days", Duration(3, Unit.DAY, working=True)),
        ("1 working day", Duration(1, Unit.DAY, working=True)),
        ("30 working minutes", Duration(30, Unit.MINUTE, working=True)),
        ("4 working hours", Duration(4, Unit.HOUR, working=True)),
        ("1 week", Duration(1, Unit.WEEK)),
        ("2 weeks", Duration(2, Unit.WEEK)),
        ("7 days", Duration(7, Unit.DAY)),
        ("1 month", Duration(1, Unit.MONTH)),
        ("9999 hours", Duration(9999, Unit.HOUR)),
        ("120 months", Duration(120, Unit.MONTH)),
    ],
)
def test_a_duration_is_read_from_words(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24",
        "24:00",
        "24h",
        "PT24H",
        "1.5 hours",
        "-3 days",
        "1,000 hours",
        "a day",
        "3 business days",
        "3 days working",
        "2 years",
        "1 day 2 hours",
        "٣ days",
        "9" * 5000 + " hours",
    ],
)
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(
        ValueError, match='is not a duration; write "24 hours", "3 working days" or "6 months"'
    ) as refusal:
        parse_duration(text)
    assert str(refusal.value).startswith(f"'{text}'")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("24 hour", "'24 hour' is not a duration; write \"24 hours\""),
        ("1 hours", "'1 hours' is not a duration; write \"1 hour\""),
        ("007 days", "'007 days' is not a duration; write \"7 days\""),
        ("3  Working Days", "'3  Working Days' is not a duration; write \"3 working days\""),
        ("24hours", "'24hours' is not a duration; write \"24 hours\""),
        ("0 days", "'0 days' is not a duration; write at least 1"),
        ("10000 minutes", "'10000 minutes' is too long; write at most 9,999 minutes"),
        ("3661 days", "'3661 days' is too long; write at most 3,660 days"),
        ("523 weeks", "'523 weeks' is too long; write at most 522 weeks"),
        ("121 months", "'121 months' is too long; write at most 120 months"),
        (
            "2 working weeks",
            "'2 working weeks' is not a duration; \"working\" goes with minutes, hours and days",
        ),
    ],
)
def test_a_near_miss_is_told_its_own_correction(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration|is too long") as refusal:
        parse_duration(text)
    assert str(refusal.value) == message


@given(unit=st.sampled_from(Unit), share=st.floats(0, 1), working=st.booleans())
def test_the_words_come_back_as_they_were_written(unit: Unit, share: float, *, working: bool) -> None:
    amount = max(1, int(share * LONGEST[unit]))
    duration = Duration(amount, unit, working=working and unit in WORKING_UNITS)
    assert parse_duration(str(duration)) == duration


@given(text=st.text() | st.from_regex(r"[0-9]{1,6} (working )?(minutes?|hours?|days?|weeks?|months?)"))
def test_whatever_is_typed_is_read_as_written_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert str(parse_duration(text)) == text
