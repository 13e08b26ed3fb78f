"""Versions and a day become the month that is planned, its plan, and what promises it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Total
from living_sla.judge.periods import Rhythm
from living_sla.judge.plan import plan_month

if TYPE_CHECKING:
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.versions import Timeline
    from living_sla.judge.periods import Period
    from living_sla.judge.plan import Plan
    from living_sla.record.loading import Record


_MARKETING = "marketing"


def current_month(timeline: Timeline, shown: Agreement, day: date) -> Period:
    """The month a day is in; before the first version takes effect, the month in which that does."""
    first = min((span.start for span in timeline.spans), default=shown.terms.effective)
    return Rhythm.of(shown.terms.calendar).period_of(max(day, first), "month")


def plan_in_force(timeline: Timeline, shown: Agreement, record: Record, month: Period) -> Plan | None:
    """The plan of a month by the version in force on its first day.

    Where none was, or that one has no plan, it is that of the version shown; None where that has none either.
    """
    version = timeline.in_force(month.start)
    agreement = version.agreement if version else None
    return plan_month(agreement if agreement and agreement.plan else shown, record, month)


def is_promised(plan: Plan) -> bool:
    """Whether the agreement it is worked out by is in force on the month's first day."""
    terms, first = plan.agreement.terms, plan.month.start
    return terms.effective <= first and (terms.expires is None or first <= terms.expires)


def leads_commitment(agreement: Agreement) -> Commitment | None:
    """The promise of the plan's leads; None if there is none.

    It is that of the party `marketing`, where there is one.
    """
    metric = agreement.plan.targets.leads if agreement.plan else ""
    by_marketing = {_MARKETING} & agreement.terms.parties.keys() or agreement.terms.parties.keys()
    promised = (c for c in agreement.commitments if c.party in by_marketing and promises_leads(c, metric))
    return next(promised, None)


def promises_leads(commitment: Commitment, metric: str) -> bool:
    """Whether somebody promises to bring at least so many of a metric of leads each month."""
    measure = commitment.measure
    return (
        isinstance(measure, Total)
        and (measure.total, measure.every) == (metric, "month")
        and measure.at_least is not None
    )
