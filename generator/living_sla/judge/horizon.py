"""Versions and a day become the month that is planned, its plan, and whether that is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from living_sla.judge.periods import Rhythm
from living_sla.judge.plan import plan_month

if TYPE_CHECKING:
    from datetime import date

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.versions import Timeline
    from living_sla.judge.periods import Period
    from living_sla.judge.plan import Plan
    from living_sla.record.loading import Record


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
