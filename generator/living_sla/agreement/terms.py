"""The mapping of `agreement.yml`: parties, calendar, goals, signatures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, WithJsonSchema

from living_sla.agreement.fields import MONTHS, WEEKDAYS, Day, Hours, Id, Line, MetricId, Number, Prose, Terms

DAY_NAMES = tuple(day[:3] for day in WEEKDAYS)
_DAY_NAME = f"({'|'.join(DAY_NAMES)})"

# What a schema can say of these; the rest is a matter of coherence.
Weekdays = Annotated[
    str,
    WithJsonSchema(
        {
            "description": "A weekday or several, written like mon or mon-fri.",
            "pattern": f"^{_DAY_NAME}(-{_DAY_NAME})?$",
        }
    ),
]
TimeZone = Annotated[
    str, WithJsonSchema({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"})
]
Region = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2,3}(-.+)?$"})]


def weekdays(text: str) -> tuple[int, ...]:
    """The weekday numbers (Monday 0) of `mon`, `mon-fri` or `sat-mon`; empty where the text is neither."""
    first, dash, last = text.partition("-")
    last = last if dash else first
    if first not in DAY_NAMES or last not in DAY_NAMES:
        return ()
    start, end = DAY_NAMES.index(first), DAY_NAMES.index(last)
    return tuple((start + n) % 7 for n in range((end - start) % 7 + 1))


class Contact(Terms):
    """A person to talk to; what is published of a person is what the agreement says here."""

    name: Line
    """The name as it is published, a person's or a role's."""
    role: Line | None = None
    """What the person does, for example Head of sales."""
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s<>]{1,64}@[^@\s<>]{1,190}$")] | None = None
    """The address readers write to."""
    github: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,39}$")] | None = None
    """The GitHub user name, without @."""
    talks_to: Id | None = None
    """The id of the contact in the other party with whom this one talks."""
    about: Line | None = None
    """What to turn to this contact about."""


class Role(Terms):
    """One role within a party: what it does, and what it leaves to others."""

    role: Line
    """The name of the role, for example Sales development representative."""
    does: Annotated[tuple[Prose, ...], Field(min_length=1)]
    """What the role does, one duty an entry."""
    does_not: tuple[Prose, ...] = ()
    """What the role leaves to others, one thing an entry."""


class Party(Terms):
    """One side of the agreement: the service it provides, who answers for it, what it needs."""

    name: Line
    """The name of the party as readers know it."""
    service: Prose | None = None
    """What this party provides to the other."""
    lead: Contact | None = None
    """Who answers for this party's promises."""
    reports: Contact | None = None
    """Who reports this party's figures."""
    uses: Contact | None = None
    """Who uses what the other party provides, told apart from who reports on it."""
    contacts: dict[Id, Contact] = Field(default_factory=dict)
    """Further people to talk to, each under an id of its own."""
    roles: tuple[Role, ...] = ()
    """The roles within the party."""
    needs: tuple[Prose, ...] = ()
    """What this party needs from the other, one need an entry."""


class Progress(Terms):
    """How the progress of a step is measured: the sum of a metric since the agreement took effect."""

    total: MetricId
    """The metric whose values are summed up since the agreement took effect."""
    target: Number
    """The sum at which the step is done."""


class Step(Terms):
    """A step towards a goal, with its own date, its measured progress, and smaller steps."""

    id: Id
    """A short name of the step, used once within its goal."""
    title: Line
    """What is to be done."""
    due: Day
    """The day by which the step is done; not after its goal or the step it is part of."""
    party: Id | None = None
    """The party that does it."""
    after: tuple[Id, ...] = ()
    """The ids of the steps of this goal that must be done before."""
    progress: Progress | None = None
    """How far the step is, read from a metric."""
    done_on: Day | None = None
    """The day the step was done; leave it out until then."""
    steps: tuple[Step, ...] = ()
    """Smaller steps that this one is made of."""


class Goal(Terms):
    """A goal in the SMART form: specific, measurable, attainable, relevant, time-bound."""

    id: Id
    """A short name of the goal, used once."""
    specific: Prose
    """What is to be reached, for whom and where."""
    measurable: Id | None = None
    """The id of the commitment whose figures show it."""
    attainable: Prose | None = None
    """Why it can be reached."""
    relevant: Prose | None = None
    """Why it matters to both parties."""
    due: Day | None = None
    """The day by which it is reached."""
    party: Id | None = None
    """The party that answers for it; leave it out if both do."""
    steps: tuple[Step, ...] = ()
    """The steps towards the goal, each with its own day."""


def _office_hours() -> dict[str, tuple[tuple[int, int], ...]]:
    return {"mon-fri": ((9 * 60, 17 * 60),)}


class CalendarTerms(Terms):
    """When the parties work, and when their fiscal year and week start."""

    timezone: TimeZone
    """The time zone of all days and hours, written like Europe/Berlin."""
    working_hours: dict[Weekdays, tuple[Hours, ...]] = Field(default_factory=_office_hours)
    """The hours of each weekday, written like mon-fri with 09:00-17:00, which also holds if left out."""
    holidays: Region | None = None
    """The country whose public holidays are no working days, or its part, written like US or US-NY."""
    closed_on: tuple[Day, ...] = ()
    """Further days on which nobody works."""
    fiscal_year_starts: Literal[MONTHS] = "january"  # type: ignore[valid-type] # the tuple above is the list
    """The month in which quarters and years start to count."""
    week_starts: Literal[WEEKDAYS] = "monday"  # type: ignore[valid-type] # the tuple above is the list
    """The weekday on which weeks start."""


class Signature(Terms):
    """Who signed for a party, and when."""

    party: Id
    """The party that is bound by the signature."""
    name: Line
    """Who signed, written as among the people of that party."""
    signed_on: Day
    """The day of the signature."""


class AgreementTerms(Terms):
    """The mapping of `agreement.yml`."""

    title: Line
    """The title of the agreement."""
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6}){0,3}$")]
    """The version in quotes, digits and dots, for example "1.2.0"."""
    effective: Day
    """The first day on which the agreement holds."""
    expires: Day | None = None
    """The last day on which it holds; leave it out if it has none."""
    summary: Prose | None = None
    """What was agreed, in a few sentences."""
    notice: Line | None = None
    """One line shown on top of every page, for example that the data are simulated."""
    between: Literal["teams", "customer"] = "teams"
    """Whether it is made between teams of one company or with a customer."""
    company_goal: Prose | None = None
    """The goal of the company that both parties serve."""
    parties: Annotated[dict[Id, Party], Field(min_length=2)]
    """The parties, two or more, each under an id of its own."""
    calendar: CalendarTerms
    """When the parties work."""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"
    """The currency of all money, three capital letters of ISO 4217, for example USD."""
    goals: tuple[Goal, ...] = ()
    """The shared goals."""
    signatures: tuple[Signature, ...] = ()
    """Who signed, and when."""
