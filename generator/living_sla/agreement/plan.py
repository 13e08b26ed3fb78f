"""The mapping of `plan.yml`: how the revenue goal of a month becomes the leads that marketing owes."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from living_sla.agreement.commitments import Period
from living_sla.agreement.fields import Count, Day, Id, Line, MetricId, Number, Parsed, Percent, Terms

LONGEST_CYCLE = 60
_MONTHS = re.compile(r"(1 month|([2-9]|[1-9][0-9]) months)")


def parse_months(value: object) -> int:
    """A whole number of months, written like `6 months`.

    Raises:
        ValueError: it is anything else, or longer than five years.
    """
    if not isinstance(value, str) or not _MONTHS.fullmatch(value):
        raise ValueError("is not a number of months; write 1 month or 6 months")
    months = int(value.split()[0])
    if months > LONGEST_CYCLE:
        raise ValueError(f"is too long; write at most {LONGEST_CYCLE} months")
    return months


Months = Annotated[int, Parsed(parse_months)]


def _by_shape(value: object) -> str:
    return "observed" if isinstance(value, dict) else "fixed"


def _rate_by_shape(value: object) -> str:
    return "in stages" if isinstance(value, tuple) else _by_shape(value)


def _goal_by_shape(value: object) -> str:
    return "by month" if isinstance(value, dict) else "fixed"


class Observed(Terms):
    """What came of what: the sum of one metric divided by the sum of another, over past cohorts."""

    observed: MetricId
    """The metric that is summed up, for example the customers won; by the day their leads were created."""
    of: MetricId
    """The metric that its sum is divided by, for example the leads."""


class ObservedCycle(Terms):
    """The sales cycle as it was last reported before the month."""

    observed: MetricId
    """The metric of the cycle, in days or months; it is rounded up to whole months."""
    as_: Literal["median", "mean"] = Field(alias="as")
    """Which of the two the metric reports; they can lie far apart."""


Amount = Annotated[
    Annotated[Number, Tag("fixed")] | Annotated[Observed, Tag("observed")],
    Discriminator(_by_shape),
]
Rate = Annotated[
    Annotated[Percent, Tag("fixed")] | Annotated[Observed, Tag("observed")],
    Discriminator(_by_shape),
]
Cycle = Annotated[
    Annotated[Months, Tag("fixed")] | Annotated[ObservedCycle, Tag("observed")],
    Discriminator(_by_shape),
]


class StageRate(Terms):
    """How many of one stage of the funnel come to another."""

    from_: Id = Field(alias="from")
    """The stage they leave; the first rate starts where marketing hands over."""
    to: Id
    """The stage they reach; the next rate starts there."""
    rate: Rate
    """The part that reaches it: a percentage, or what was observed."""


WinRate = Annotated[
    Annotated[Percent, Tag("fixed")]
    | Annotated[Observed, Tag("observed")]
    | Annotated[Annotated[tuple[StageRate, ...], Field(min_length=1)], Tag("in stages")],
    Discriminator(_rate_by_shape),
]
RevenueGoal = Annotated[
    Annotated[Number, Tag("fixed")] | Annotated[dict[Period, Number], Tag("by month")],
    Discriminator(_goal_by_shape),
]


class PlanTargets(Terms):
    """The metrics that the plan sets targets for; `at_least: plan` in a commitment asks for them."""

    leads: MetricId
    """The metric that counts the leads marketing hands over."""
    customers: MetricId | None = None
    """The metric of the customers won from marketing's leads; its target is for marketing's share alone."""
    revenue: MetricId | None = None
    """The metric of all new revenue; its target is the whole goal, not only marketing's share."""
    visits: MetricId | None = None
    """The metric that counts visits; it needs a visit rate."""


class PlanSegment(Terms):
    """What holds for one segment; what it leaves out holds as for all."""

    part: Percent | None = None
    """The part of marketing's revenue that it brings; left out for all, it is observed."""
    average_sale: Amount | None = None
    """The average sale to its customers."""
    win_rate: WinRate | None = None
    """How many of its leads become customers."""


class Capacity(Terms):
    """How many leads sales can work in a month."""

    representatives: Count
    """How many representatives work leads."""
    leads_each: Number
    """How many leads one of them can work in a month."""


class Campaign(Terms):
    """A campaign, and what is expected of it."""

    name: Line
    """The name of the campaign."""
    segment: Line | None = None
    """The segment of the leads metric in which its leads are counted."""
    from_: Day = Field(alias="from")
    """Its first day."""
    to: Day
    """Its last day."""
    leads: Number
    """The leads expected of all of it, spread evenly over its days."""
    spend: Number | None = None
    """What it may cost, in the agreement's currency."""


class PlanTerms(Terms):
    """The mapping of `plan.yml`."""

    revenue: RevenueGoal
    """The goal for new revenue of a month: one number, or a table with one for each month."""
    marketing_share: Rate = Fraction(1)
    """Marketing's share of it, applied once; all of it if left out."""
    average_sale: Amount
    """What a customer brings on average: a number, or what was observed."""
    win_rate: WinRate
    """How many leads become customers: a percentage, what was observed, or the rates from stage to stage."""
    sales_cycle: Cycle | None = None
    """How long a lead takes to become a customer; whatever is observed needs it."""
    targets: PlanTargets
    """The metrics that the plan sets targets for."""
    visit_rate: Rate | None = None
    """How many visits become leads; with it, the plan says how many visits are needed."""
    by: Id | None = None
    """What the plan is split by, for example source: what the segments of the leads metric are."""
    segments: dict[Line, PlanSegment] = Field(default_factory=dict)
    """What holds for single segments, each under its name in the data."""
    capacity: Capacity | None = None
    """How many leads sales can work; a plan above it is marked."""
    without_campaigns: Number | None = None
    """The leads expected each month without any campaign."""
    campaigns: tuple[Campaign, ...] = ()
    """The campaigns that are to bring the leads."""
    spend: dict[Id, MetricId] = Field(default_factory=dict)
    """The metric of what each party spends, under the party's id; return on spend is worked out from it."""
    baselines: tuple[MetricId, ...] = ()
    """Further metrics whose usual month is shown beside the plan, for example visits and new visits."""
