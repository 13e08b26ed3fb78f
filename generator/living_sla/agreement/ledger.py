"""The mapping of a frozen month of the plan, `data/<id>/plan/2026-03.yml`: inputs, origins, results."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from living_sla.agreement.fields import Count, Day, Line, MetricId, Parsed, Terms
from living_sla.agreement.quantities import Exact

FROZEN_STAYS = "a frozen month stays as it is; another target is agreed by a new version of the agreement"
_EXACT = re.compile(r"-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?")


def parse_exact(value: object) -> Exact:
    """An exact number: digits, or in quotes a fraction in its lowest terms, like `"31/600"`.

    Raises:
        ValueError: it is anything else.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _EXACT.fullmatch(value):
        number = Fraction(value)
        if str(number) == value:
            return number.numerator if number.denominator == 1 else number
    raise ValueError('is not an exact number; write digits, or a fraction like "31/600"')


ExactNumber = Annotated[Exact, Parsed(parse_exact)]
Month = Annotated[str, StringConstraints(pattern=r"^(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])$")]


class _Written(Terms):
    """The base of what the tool writes itself; it has no schema, for nobody types it."""


class LedgerSum(_Written):
    """The sum of a metric, and the rows it adds up, in how many files, the first and last of them."""

    metric: MetricId
    sum: ExactNumber
    rows: Annotated[int, Field(ge=0)]
    files: Annotated[int, Field(ge=0)]
    first: Line | None = None
    last: Line | None = None


class LedgerObservation(_Written):
    """What came of what from the first to the last day of the cohorts, but the days left out."""

    from_: Day = Field(alias="from")
    to: Day
    counted: LedgerSum
    of: LedgerSum
    left_out: tuple[Day, ...] = ()


class LedgerReading(_Written):
    """A value as it was last reported: the sales cycle."""

    metric: MetricId
    kind: Literal["median", "mean"]
    day: Day
    value: ExactNumber
    unit: Line
    place: Line


class LedgerInput(_Written):
    """One number the month was worked out from, and where it came from; `place` is its line in plan.yml."""

    input: Line
    segment: Line | None = None
    from_stage: Line | None = None
    to_stage: Line | None = None
    value: ExactNumber
    place: Line
    observed: LedgerObservation | None = None
    reading: LedgerReading | None = None


class LedgerPart(_Written):
    """What one segment is to bring, or all of it; `leads` is exact, `target` the leads rounded up."""

    segment: Line | None = None
    revenue: ExactNumber
    average_sale: ExactNumber
    win_rate: ExactNumber
    customers: ExactNumber
    leads: ExactNumber
    target: Annotated[int, Field(ge=0)]
    lead_value: ExactNumber
    visits: ExactNumber | None = None


class Ledger(_Written):
    """A month whose plan is frozen; `checksum` is of all that stands before it in the file."""

    month: Month
    version: Line
    """The version of the agreement it was worked out under."""
    commit: Line | None = None
    """The commit the inputs stood at, where git told it."""
    as_of: Day
    """The day the data stood at."""
    sales_cycle: Count | None = None
    """In months; None where nothing was observed."""
    inputs: tuple[LedgerInput, ...]
    parts: tuple[LedgerPart, ...]
    targets: Annotated[dict[MetricId, ExactNumber], Field(min_length=1)]
    """The target of each metric."""
    ceiling: ExactNumber | None = None
    """The leads that sales could work."""
    checksum: Line

    @property
    def content(self) -> tuple[object, ...]:
        """What makes two ledgers the same: every number, but not when, where and from which rows it came."""
        inputs = [(row.input, row.segment, row.from_stage, row.to_stage, row.value) for row in self.inputs]
        return (self.month, inputs, self.parts, self.targets, self.ceiling)

    @property
    def is_late(self) -> bool:
        """Whether the month had begun when it was frozen."""
        return self.as_of.isoformat() >= f"{self.month}-01"
