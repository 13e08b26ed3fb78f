"""The mapping of `commitments.yml`: metrics, and the promises about them in six shapes of measure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from living_sla.agreement.durations import Duration, Unit
from living_sla.agreement.fields import (
    By,
    Count,
    Every,
    Id,
    Line,
    MetricId,
    Number,
    Percent,
    Prose,
    Terms,
    WithinDays,
)
from living_sla.agreement.terms import Contact

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["lead-generation", "follow-up", "content", "campaign", "reporting", "training", "other"]


# Which of these spellings goes with which `every` is a matter of coherence.
Period = Annotated[
    str,
    WithJsonSchema(
        {
            "description": "The period, written like 2026-03-01, 2026-W10, 2026-03, 2026-Q1 or 2026.",
            "pattern": "^(19[7-9][0-9]|2[01][0-9]{2})(-[0-9]{2}(-[0-9]{2})?|-W[0-9]{2}|-Q[1-4])?$",
        }
    ),
]


PLAN = "plan"
"""The target of a total that the frozen plan of each month sets."""


def _by_shape(value: object) -> str:
    return "by period" if isinstance(value, dict) else "fixed"


def _by_plan_too(value: object) -> str:
    return PLAN if value == PLAN else _by_shape(value)


NumberTarget = Annotated[
    Annotated[Number, Tag("fixed")] | Annotated[dict[Period, Number], Tag("by period")],
    Discriminator(_by_shape),
]
PlannedTarget = Annotated[
    Annotated[Number, Tag("fixed")]
    | Annotated[dict[Period, Number], Tag("by period")]
    | Annotated[Literal["plan"], Tag(PLAN)],
    Discriminator(_by_plan_too),
]
PercentTarget = Annotated[
    Annotated[Percent, Tag("fixed")] | Annotated[dict[Period, Percent], Tag("by period")],
    Discriminator(_by_shape),
]


class Metric(Terms):
    """Something that is measured, and on which days its sources must report it.

    `minimum` and `maximum` bound every value, the missing ones too: a verdict is given only if no value
    between them could change it.
    """

    label: Line
    """The name of the metric on the pages."""
    unit: Line
    """What is counted, for example leads or hours; money stands for the agreement's currency."""
    definition: Id | None = None
    """The id of the term in the glossary that says what exactly is counted."""
    expected: Literal["daily", "working-days", "weekly", "monthly"] | None = None
    """On which days the source must report a value."""
    segments: Id | None = None
    """What the values are split by, for example source; leave it out if they are not."""
    segment_values: tuple[Line, ...] = ()
    """The segments that must all be reported."""
    segments_from: Id | None = None
    """The item whose deliveries are the segments, for example campaign-launch."""
    minimum: Number = 0
    """The least value possible; a missing value counts as at least this."""
    maximum: Number | None = None
    """The greatest value possible; a missing value counts as at most this."""


class Item(Terms):
    """A kind of thing that is delivered, as a sentence names one and many of it."""

    label: Line
    """One of it, as within a sentence, for example case study."""
    plural: Line
    """Many of it, for example case studies."""


_ONE_TARGET = ConfigDict(json_schema_extra={"oneOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]})


class Total(Terms):
    """The sum of a metric over the period."""

    model_config = _ONE_TARGET

    total: MetricId
    """The metric whose values are summed up over the period."""
    at_least: PlannedTarget | None = None
    """The target to reach: one number, a table with one for each period, or plan: what plan.yml asks for."""
    at_most: NumberTarget | None = None
    """The limit to keep: one number, or a table with one for each period."""
    every: Every
    """The period."""
    by: By | None = None
    """The last day that counts within the period; leave it out for all of it."""


class Share(Terms):
    """The good events among all events of the period; `share` counts the good, `of` counts all."""

    model_config = _ONE_TARGET

    share: MetricId
    """The metric that counts the good ones."""
    of: MetricId
    """The metric that counts all of them."""
    at_least: PercentTarget | None = None
    """The target to reach: one percentage, or a table with one for each period."""
    at_most: PercentTarget | None = None
    """The limit to keep: one percentage, or a table with one for each period."""
    every: Every
    """The period."""
    min_events: Count = 1
    """With fewer than this many in the period, no verdict is given."""


class Level(Terms):
    """A gauge, read once or summed up over the period by `take`."""

    model_config = _ONE_TARGET

    level: MetricId
    """The metric that is read, not summed up, for example a response time."""
    take: Literal["last", "mean", "max", "min"] = "last"
    """Which value of the period counts: the last, the mean, the greatest or the least."""
    at_least: NumberTarget | None = None
    """The target to reach: one number, or a table with one for each period."""
    at_most: NumberTarget | None = None
    """The limit to keep: one number, or a table with one for each period."""
    every: Every
    """The period."""


class Deliver(Terms):
    """So many things of each kind in the period."""

    deliver: Annotated[dict[Id, Count], Field(min_length=1)]
    """How many of each item are delivered in the period."""
    every: Every
    """The period."""
    by: By | None = None
    """The last day that counts within the period; leave it out for all of it."""


class Answer(Terms):
    """A response `with` something to each `answer`ed thing, `within` a time; counted when it falls due."""

    answer: Id
    """The item that is answered, for example pipeline-report."""
    with_: Id = Field(alias="with")
    """The item that is the answer, for example feedback."""
    within: WithinDays
    """The time for each answer, in days or longer."""
    at_least: Percent = Fraction(1)
    """The share that is answered in time."""
    every: Every
    """The period; an answer counts in the one it falls due in."""


class Before(Terms):
    """Something delivered at least `ahead` of each event; counted when it falls due."""

    before: Id
    """The item that is the event, for example product-launch."""
    deliver: Id
    """The item delivered before each event, for example training."""
    ahead: WithinDays
    """How long before the event at the latest, in days or longer."""
    at_least: Percent = Fraction(1)
    """The share of events for which it is delivered in time."""
    every: Every
    """The period; an event counts in the one its delivery falls due in."""


_SHAPES: Mapping[str, type[Terms]] = {
    "total": Total, "share": Share, "level": Level, "answer": Answer, "before": Before, "deliver": Deliver,
}  # fmt: skip


def measure_shape(value: Any) -> str:  # noqa: ANN401 whatever the author typed
    """Which of the six shapes a measure has: the first of their keys that it says."""
    keys = value if isinstance(value, dict) else {type(value).__name__.lower()}
    return next((shape for shape in _SHAPES if shape in keys), "")


def _one_of_six(value: object) -> object:
    if not isinstance(value, dict) or not measure_shape(value):
        raise ValueError(f"does not say what is measured; write one of {', '.join(_SHAPES)}")
    return value


Measure = Annotated[
    Annotated[Total, Tag("total")]
    | Annotated[Share, Tag("share")]
    | Annotated[Level, Tag("level")]
    | Annotated[Deliver, Tag("deliver")]
    | Annotated[Answer, Tag("answer")]
    | Annotated[Before, Tag("before")],
    Discriminator(measure_shape),
]


def _by_person(value: object) -> str:
    return "id" if isinstance(value, str) else "person"


class Commitment(Terms):
    """One promise of one party."""

    id: Id
    """A short name of the commitment, used once; addresses of pages are made from it."""
    title: Line | None = None
    """The title on the pages; left out, it is made from the id."""
    party: Id
    """The party that promises it."""
    kind: Kind = "other"
    """What the promise is about."""
    measure: Annotated[Measure, BeforeValidator(_one_of_six)]
    """What is measured, the target and the period."""
    pace: Literal["working-days", "calendar-days"] = "calendar-days"
    """Which days count for what is expected by now."""
    warn_below: Percent = Fraction(9, 10)
    """Below this part of what is expected by now, the promise is at risk."""
    close_after: WithinDays = Duration(7, Unit.DAY)
    """How long after its last day a period is closed; reports that come later restate it, for all to see."""
    once: Id | None = None
    """The id of the commitment that must be met for this one to bind."""
    in_return: tuple[Id, ...] = ()
    """The ids of the commitments of the other party that this one answers."""
    contact: (
        Annotated[Annotated[Id, Tag("id")] | Annotated[Contact, Tag("person")], Discriminator(_by_person)]
        | None
    ) = None
    """Whom to ask: the id of a contact, or a person; left out, who leads the party."""
    note: Prose | None = None
    """What readers should know about the promise."""

    @property
    def name(self) -> str:
        """The title, or the id as words."""
        return self.title or self.id.replace("-", " ").capitalize()


class CommitmentTerms(Terms):
    """The mapping of `commitments.yml`."""

    metrics: dict[MetricId, Metric] = Field(default_factory=dict)
    """What is measured, each under the name that the data files write."""
    items: dict[Id, Item] = Field(default_factory=dict)
    """What is delivered, each under the id that the deliveries name."""
    commitments: tuple[Commitment, ...] = ()
    """The promises."""
