"""The mapping of `governance.yml`: how the agreement is talked about, enforced, revised and ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, WithJsonSchema

from living_sla.agreement.fields import (
    ID,
    LONGEST_ID,
    RESERVED,
    WEEKDAYS,
    Count,
    Day,
    Every,
    Id,
    Line,
    Number,
    Parsed,
    Prose,
    Terms,
    Within,
    parse_id,
)


def parse_remedy_id(value: object) -> str:
    """The id of a remedy: it has no page, so it may be a name that the site needs for one.

    Raises:
        ValueError: it is no id.
    """
    return value if isinstance(value, str) and value in RESERVED else parse_id(value)


RemedyId = Annotated[
    str,
    Parsed(parse_remedy_id),
    WithJsonSchema({"type": "string", "pattern": f"^{ID.pattern}$", "maxLength": LONGEST_ID}),
]


class Meeting(Terms):
    """One meeting of the rhythm: when, who, what for."""

    name: Line
    """The name of the meeting."""
    every: Every
    """How often it is held."""
    weekday: Literal[WEEKDAYS] | None = None  # type: ignore[valid-type] # the tuple is the list
    """The weekday on which it is held."""
    minutes: Annotated[int, Field(ge=5, le=480)] | None = None
    """How many minutes it takes."""
    attended_by: tuple[Line, ...] = ()
    """Who attends, one role or person an entry."""
    purpose: Prose
    """What the meeting is for."""
    agenda: tuple[Prose, ...] = ()
    """What is talked about, one point an entry."""


class RegularReport(Terms):
    """A report that one party makes to the other, counted where it names an item of the deliveries."""

    name: Line
    """The name of the report."""
    from_: Id = Field(alias="from")
    """The party that makes it."""
    to: Id
    """The party that reads it."""
    every: Every
    """How often it is made."""
    item: Id | None = None
    """The id of the item under which its deliveries are counted."""
    contents: tuple[Prose, ...] = ()
    """What it contains, one thing an entry."""


class Duty(Terms):
    """What a party's leader must do for the agreement to work."""

    party: Id
    """The party whose leader it is."""
    duty: Prose
    """What the leader must do."""


class Remedy(Terms):
    """What is done to mend a missed commitment."""

    id: RemedyId
    """A short name of the remedy, used once."""
    name: Line
    """The name of the remedy on the pages."""
    description: Prose
    """What is done, by whom and by when."""


class StrikeLevel(Terms):
    """The remedy that so many unexpired strikes bring."""

    strikes: Annotated[int, Field(ge=1, le=100)]
    """From how many strikes on; the fewest stand first."""
    remedy: RemedyId
    """The id of the remedy they bring."""


class Strikes(Terms):
    """A strike for each missed period of the commitments named; all of them where none is."""

    commitments: tuple[Id, ...] = ()
    """The ids of the commitments that count; all of them if left out."""
    expire_after: Within
    """The time after which a strike no longer counts."""
    levels: Annotated[tuple[StrikeLevel, ...], Field(min_length=1)]
    """The remedies, by the number of strikes."""


class Compensation(Terms):
    """What a missed quota costs: money for each missing unit, or the shortfall made good later.

    Of a limit, money is for each unit above it; only a total to reach and things to deliver are made good.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"how": {"const": "money"}}},
            "then": {"required": ["amount"]},
        }
    )

    commitment: Id
    """The id of the commitment whose shortfall is made up for."""
    how: Literal["money", "make-good"]
    """Whether money is paid, or what is missing is delivered later."""
    amount: Number | None = None
    """The money for one unit that is missing or above a limit, in the agreement's currency."""
    within: Within | None = None
    """The time in which it is paid or delivered."""
    note: Prose | None = None
    """What else holds."""


class Cancellation(Terms):
    """So many missed periods, in a row or out of the last so many, and the agreement may be ended."""

    commitment: Id
    """The id of the commitment that was missed."""
    missed: Count
    """How many missed periods allow the agreement to be ended."""
    of_last: Count | None = None
    """Out of how many of the latest periods; left out, they must come in a row."""
    notice: Within
    """The time between giving notice and the end."""
    note: Prose | None = None
    """What else holds."""


class Exclusion(Terms):
    """Days that do not count, for the commitments named or for all, and why."""

    from_: Day = Field(alias="from")
    """The first day that does not count."""
    to: Day
    """The last day that does not count."""
    commitments: tuple[Id, ...] = ()
    """The ids of the commitments it holds for; all of them if left out."""
    reason: Prose
    """Why these days do not count."""

    def holds_for(self, commitment: str) -> bool:
        """Whether it holds for a commitment."""
        return not self.commitments or commitment in self.commitments

    @property
    def days(self) -> tuple[date, ...]:
        """The days it leaves out, ascending."""
        return tuple(self.from_ + timedelta(days=n) for n in range((self.to - self.from_).days + 1))


class Pulse(Terms):
    """How the teams are asked how well they work together."""

    every: Every
    """How often the teams are asked."""
    question: Prose
    """What they are asked."""
    scale: Line
    """How they answer, for example 1 (poor) to 5 (excellent)."""


class Revision(Terms):
    """When and how the agreement is revised from what was found."""

    every: Every
    """How often the agreement is revised."""
    how: Prose
    """How it is revised, and who decides."""
    next_on: Day | None = None
    """The day of the next revision."""


class GovernanceTerms(Terms):
    """The mapping of `governance.yml`."""

    meetings: tuple[Meeting, ...] = ()
    """The meetings of both parties."""
    reports: tuple[RegularReport, ...] = ()
    """The reports that one party makes to the other."""
    leaders_duties: tuple[Duty, ...] = ()
    """What the leaders must do for the agreement to work."""
    feedback: Prose | None = None
    """How the parties tell each other what works and what does not."""
    remedies: tuple[Remedy, ...] = ()
    """What is done to mend a missed commitment."""
    strikes: Strikes | None = None
    """Which remedy missed periods bring."""
    compensation: tuple[Compensation, ...] = ()
    """What a missed quota costs."""
    safeguards: tuple[Prose, ...] = ()
    """What protects the agreement from abuse, one rule an entry."""
    cancellation: tuple[Cancellation, ...] = ()
    """When the agreement may be ended."""
    exclusions: tuple[Exclusion, ...] = ()
    """Days that do not count."""
    retrospective: Prose | None = None
    """How both teams look back and learn."""
    pulse: Pulse | None = None
    """How the teams are asked how well they work together."""
    revision: Revision | None = None
    """When and how the agreement is revised."""
    persons: Literal["not named", "named"] = "not named"
    """Whether figures may name single persons."""

    def excluded_days(self, commitment: str) -> frozenset[date]:
        """The days that do not count for a commitment."""
        return frozenset(day for row in self.exclusions if row.holds_for(commitment) for day in row.days)
