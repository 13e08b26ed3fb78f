"""The mapping of `lead-management.yml`: what happens to a lead, from the hand-over to won, lost or cold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from living_sla.agreement.fields import Count, Day, Id, Line, MetricId, Prose, Terms, Within

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


class CloseRate(Terms):
    """Which leads became customers, counted on the day the lead was created."""

    won: MetricId
    """The metric that counts, of the leads created on a day, those won; reported anew as deals close."""
    of: MetricId
    """The metric that counts the leads created on a day."""
    since: Day | None = None
    """The first day from which wins were recorded; leads of before are left out."""


class CycleTimes(Terms):
    """How long a lead takes to become a customer; median and mean can lie far apart."""

    median: MetricId | None = None
    """The metric of the median sales cycle, in days or months."""
    mean: MetricId | None = None
    """The metric of the mean sales cycle, in days or months."""


class ContactAge(Terms):
    """How old a lead is at its first contact."""

    median: MetricId | None = None
    """The metric of the median time to first contact."""
    p90: MetricId | None = None
    """The metric of the time within which 90 of 100 leads have their first contact."""


class Attempts(Terms):
    """Attempts to reach a lead, and how many of them were answered; both split by the same."""

    made: MetricId
    """The metric that counts the touches made."""
    answered: MetricId
    """The metric that counts those of them that were answered."""


class TouchCounts(Terms):
    """Which touch works: the same touches, split in up to three ways."""

    by_number: Attempts | None = None
    """By their number: 1 is the first touch of a lead, 2 the second."""
    by_channel: Attempts | None = None
    """By channel, for example call and e-mail."""
    by_hour: Attempts | None = None
    """By the hour of the day."""


class Coverage(Terms):
    """How many leads somebody has begun to work, counted on the day the lead was created."""

    of: MetricId
    """The metric that counts the leads created on a day."""
    worked: MetricId
    """The metric that counts, of the leads created on a day, those with a first touch."""


class Returns(Terms):
    """How many leads come back."""

    of: MetricId
    """The metric that counts the leads handed over."""
    returned: MetricId
    """The metric that counts the leads given back."""


class Measures(Terms):
    """The metrics by which the funnel page shows how leads are handled; each part may be left out."""

    close_rate: CloseRate | None = None
    """Which leads became customers, by the segments of the two metrics."""
    sales_cycle: CycleTimes | None = None
    """How long a lead takes to become a customer."""
    first_contact: ContactAge | None = None
    """How old a lead is at its first contact."""
    touches: TouchCounts | None = None
    """Which touch works."""
    waiting: MetricId | None = None
    """The metric of the leads not yet worked at the end of a day."""
    worked: Coverage | None = None
    """How many leads somebody has begun to work."""
    returned: Returns | None = None
    """How many leads come back."""
    pulse: MetricId | None = None
    """The metric of the answers to the pulse, from 1 to 5."""
    baselines: tuple[MetricId, ...] = ()
    """Metrics that are shown month by month beside the stages, for example new visits."""


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
    measures: Measures | None = None
    """The metrics by which the funnel page shows how leads are handled."""
