"""The mapping of `lead-management.yml`: what happens to a lead, from the hand-over to won, lost or cold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from living_sla.agreement.fields import Count, Id, Line, MetricId, Prose, Terms, Within

Channel = Literal["call", "e-mail", "message", "meeting", "social", "post"]


class Protocol(Terms):
    """What is done with a lead in one stage of the funnel."""

    stage: Id
    """The id of the stage of the funnel."""
    steps: Annotated[tuple[Prose, ...], Field(min_length=1)]
    """What is done with a lead there, one step an entry."""


class HandOver(Terms):
    """When a lead passes from one stage to another, automatically or by hand."""

    from_: Id = Field(alias="from")
    """The id of the stage that the lead leaves."""
    to: Id
    """The id of the stage that the lead enters."""
    how: Literal["automatic", "by hand"]
    """Whether a system hands over, or a person does."""
    when: Prose
    """What must be true of the lead."""


class Notification(Terms):
    """How the other side is told of a lead."""

    channels: Annotated[tuple[Line, ...], Field(min_length=1)]
    """Where the other side is told, for example CRM task."""
    says: Prose
    """What it is told."""
    within: Within | None = None
    """How soon it is told."""


class Return(Terms):
    """How a lead is given back, for which reasons, and how many are."""

    reasons: Annotated[tuple[Line, ...], Field(min_length=1)]
    """The reasons for which a lead may be given back."""
    to: Id
    """The id of the stage that the lead goes back to."""
    how: Prose
    """How it is given back."""
    within: Within | None = None
    """The time in which it may be given back."""
    metric: MetricId | None = None
    """The metric that counts the leads given back."""


class Touch(Terms):
    """One attempt of a cadence, so many days after the hand-over (0 is the same day)."""

    day: Annotated[int, Field(ge=0, le=365)]
    """The days since the hand-over; 0 is the same day."""
    channel: Channel
    """How the lead is contacted."""
    note: Line | None = None
    """What is said or sent."""


class FollowUp(Terms):
    """How quickly and how often one type of lead is followed up, and where it ends without an answer."""

    id: Id
    """A short name of the follow-up, used once."""
    name: Line
    """The type of lead that is followed up."""
    within: Within
    """The time for the first attempt."""
    cadence: tuple[Touch, ...] = ()
    """The attempts in the order of their days."""
    then: Id | None = None
    """The id of the end state of a lead that never answers."""
    commitment: Id | None = None
    """The id of the commitment that measures it."""


class EndState(Terms):
    """A state in which following up ends."""

    id: Id
    """A short name of the end state, used once."""
    name: Line
    """The name of the end state on the pages."""
    meaning: Prose
    """When a lead is in it."""
    reopened_after: Within | None = None
    """The time after which the lead may be contacted again."""


class Nurturing(Terms):
    """How a lead that is not ready is kept warm in one stage."""

    stage: Id
    """The id of the stage of the funnel."""
    when: Prose
    """Which leads are kept warm."""
    approach: Prose
    """How they are kept warm."""


class Limit(Terms):
    """The limit against pestering: at most so many touches within a time."""

    touches: Count
    """The most touches a person may get."""
    within: Within
    """The time in which they are counted."""
    note: Prose | None = None
    """What counts as a touch, and what does not."""


class LeadManagementTerms(Terms):
    """The mapping of `lead-management.yml`."""

    protocol: tuple[Protocol, ...] = ()
    """What is done with a lead in each stage."""
    hand_over: tuple[HandOver, ...] = ()
    """When a lead passes from one stage to another."""
    notification: Notification | None = None
    """How the other side is told of a lead."""
    return_: Return | None = Field(default=None, alias="return")
    """How a lead is given back."""
    follow_up: tuple[FollowUp, ...] = ()
    """How quickly and how often each type of lead is followed up."""
    end_states: tuple[EndState, ...] = ()
    """The states in which following up ends."""
    nurturing: tuple[Nurturing, ...] = ()
    """How leads that are not ready are kept warm."""
    limits: tuple[Limit, ...] = ()
    """The limits against pestering."""
    coverage: Prose | None = None
    """How no lead goes unnoticed, for example during holidays."""
