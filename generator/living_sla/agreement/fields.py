"""What stands behind a key becomes a typed value: ids, days, durations, percentages, lines and prose.

A validator raises `ValueError` with what follows the quoted value and, behind a semicolon, what to write;
the rest of the words stands in `validation`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal
from unicodedata import combining, normalize

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import core_schema

from living_sla.agreement.durations import Duration, Unit, parse_duration
from living_sla.agreement.quantities import Exact, parse_number, parse_percent

if TYPE_CHECKING:
    from collections.abc import Callable

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
RESERVED = frozenset(
    (
        "404", "agreement", "assets", "badges", "commitments", "data", "definitions", "funnel", "governance",
        "index", "latest", "lead-management", "plan", "reports", "schema", "search", "tags", "versions",
        "aux", "con", "nul", "prn", *(f"{device}{n}" for device in ("com", "lpt") for n in range(1, 10)),
    )
)  # fmt: skip
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ORDINAL = re.compile(r"([1-9][0-9]?)(st|nd|rd|th)")
_HOURS = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
LONGEST_ID = 64
FIRST_YEAR = 1970
LAST_YEAR = 2199


def parse_id(value: object) -> str:
    """An id: lower-case letters, digits and single hyphens, at most 64, and no name the site needs itself.

    Raises:
        ValueError: it is anything else; the message suggests an id.
    """
    if not isinstance(value, str):
        raise ValueError("is not text; put it in quotes")  # noqa: TRY004 pydantic turns only ValueError into a problem
    if len(value) > LONGEST_ID or not ID.fullmatch(value):
        slug = _slug(value)
        example = f", for example {slug}" if slug else ""
        raise ValueError(f"is not an id; use lower-case letters, digits and hyphens, at most 64{example}")
    if value in RESERVED:
        raise ValueError("is a name the site needs itself; choose another id")
    return value


def _slug(text: str) -> str:
    plain = "".join(c for c in normalize("NFKD", text.casefold()) if not combining(c))
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_ID].strip("-")


def parse_metric(value: object) -> str:
    """A metric's name: an id whose words may also be joined by underscores, as databases do.

    Raises:
        ValueError: it is anything else.
    """
    parse_id(value.replace("_", "-") if isinstance(value, str) else value)
    return str(value)


def parse_date(value: object) -> date:
    """A day written YYYY-MM-DD, and nothing else.

    Raises:
        ValueError: another notation, a day the calendar does not have, or a year no agreement reaches.
    """
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("is not a day written YYYY-MM-DD; write it like 2026-03-01")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"is not a day between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def parse_within(value: object) -> Duration:
    """A duration like `24 hours`.

    Raises:
        ValueError: it is anything else, or no duration that can be promised.
    """
    if not isinstance(value, str):
        raise ValueError('is not a duration; write "24 hours", "3 working days" or "6 months"')  # noqa: TRY004 pydantic turns only ValueError into a problem
    return parse_duration(value)


def parse_within_days(value: object) -> Duration:
    """A duration between two deliveries, which are dated by day.

    Raises:
        ValueError: it is no duration, or counted in hours or minutes.
    """
    duration = parse_within(value)
    if duration.unit in (Unit.MINUTE, Unit.HOUR):
        raise ValueError(
            "is counted by the clock, but deliveries are dated by day; write days or working days"
        )
    return duration


def parse_hours(value: object) -> tuple[int, int]:
    """Minutes since midnight, half-open, from `09:00-17:00`.

    Raises:
        ValueError: it is anything else, or no span within one day.
    """
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError('is not a span of hours; write "09:00-17:00"')
    hour, minute, end_hour, end_minute = map(int, found.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if end > 24 * 60:
        raise ValueError("ends after midnight; a span lies within one day")
    if end <= start:
        raise ValueError("ends before it starts; a span lies within one day")
    return start, end


def parse_by(value: object) -> str | int:
    """A weekday, or a day of the month (`20th` or 20).

    Raises:
        ValueError: it is anything else.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        day = value
    elif isinstance(value, str) and (found := _ORDINAL.fullmatch(value)):
        day = int(found.group(1))
    elif value in WEEKDAYS:
        return str(value)
    else:
        raise ValueError("is no weekday and no day of the month; write friday, or 20th")
    if not 1 <= day <= 31:  # noqa: PLR2004 days of a month
        raise ValueError("is not a day of the month")
    return day


@dataclass(frozen=True, slots=True)
class Parsed:
    """Makes a value of what was typed, by a function; what the function accepts stands in `schema` too.

    It is pydantic's `PlainValidator` without a serializer, which nobody needs and every start would build.
    """

    parse: Callable[[object], object]

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> core_schema.CoreSchema:
        """Name the function to pydantic."""
        return core_schema.no_info_plain_validator_function(self.parse)


Id = Annotated[str, Parsed(parse_id)]
MetricId = Annotated[str, Parsed(parse_metric)]
Day = Annotated[date, Parsed(parse_date)]
Percent = Annotated[Fraction, Parsed(parse_percent)]
Number = Annotated[Exact, Parsed(parse_number)]
Within = Annotated[Duration, Parsed(parse_within)]
WithinDays = Annotated[Duration, Parsed(parse_within_days)]
Hours = Annotated[tuple[int, int], Parsed(parse_hours)]
By = Annotated[str | int, Parsed(parse_by)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n\t]*\S[^\r\n\t]*$")]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


Every = Literal["day", "week", "month", "quarter", "year"]


class Terms(BaseModel):
    """The base of every mapping: strict types, no unknown keys, never changed after loading."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)
