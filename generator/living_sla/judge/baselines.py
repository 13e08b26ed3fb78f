"""The record and a month become what usually comes in one: each metric of the plan by the months before."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.plan_coherence import planned_metrics
from living_sla.judge.commitments import work_calendar
from living_sla.judge.observations import Observer
from living_sla.judge.periods import Period, Rhythm, add_months
from living_sla.judge.solving import simplest

if TYPE_CHECKING:
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.record.loading import Record

MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a metric came to in each month before, ascending; None where some of it is not known (A42)."""

    metric: str
    months: tuple[tuple[Period, Exact | None], ...]

    @property
    def known(self) -> tuple[Exact, ...]:
        """The values of the months that are known whole."""
        return tuple(value for _, value in self.months if value is not None)

    @property
    def mean(self) -> Exact | None:
        """Their mean; None where no month is known."""
        return simplest(Fraction(sum(self.known)) / len(self.known)) if self.known else None


def baselines(agreement: Agreement, record: Record, month: Period) -> tuple[Baseline, ...]:
    """The usual month of every metric that the plan sets a target for or names, none without a plan.

    Args:
        agreement: the version in force in the month.
        record: what is known.
        month: whose predecessors count.
    """
    plan = agreement.plan
    if plan is None:
        return ()
    calendar = agreement.terms.calendar
    observer = Observer(agreement, record, work_calendar(calendar), Rhythm.of(calendar))
    before = months_before(agreement, month)
    metrics = dict.fromkeys((*planned_metrics(plan).values(), *plan.baselines))
    return tuple(
        Baseline(metric, tuple((each, observer.whole_month(metric, each)) for each in before))
        for metric in metrics
    )


def months_before(agreement: Agreement, month: Period) -> tuple[Period, ...]:
    """The twelve months before a month, ascending."""
    rhythm = Rhythm.of(agreement.terms.calendar)
    return tuple(rhythm.period_of(add_months(month.start, -n), "month") for n in range(MONTHS_BACK, 0, -1))
