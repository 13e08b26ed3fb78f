"""A standing becomes the plan of its month, and its frozen months with what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.judge.horizon import current_month, leads_commitment, plan_in_force
from living_sla.judge.periods import Rhythm
from living_sla.judge.solving import Quantity, simplest
from living_sla.judge.worth import delivered_value

if TYPE_CHECKING:
    from living_sla.agreement.ledger import Ledger
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.periods import Period
    from living_sla.judge.plan import Plan
    from living_sla.judge.worth import Delivered
    from living_sla.present.subject import Standing


@dataclass(frozen=True, slots=True)
class FrozenMonth:
    """A frozen month of the plan, and what came of it up to the day of the standing.

    `agreed` is the target of the commitment on the plan's leads in that month, which need not be the plan's;
    None where there was none. `delivered` is None where none were reported, or no plan says what leads are.
    """

    ledger: Ledger
    period: Period
    asked: Exact | None
    agreed: Exact | None
    delivered: Delivered | None
    is_over: bool

    @property
    def known(self) -> dict[Quantity, Exact]:
        """The month as one calculation: of several segments, what they come to."""
        revenue, customers, leads = (
            Fraction(sum(getattr(part, name) for part in self.ledger.parts))
            for name in ("revenue", "customers", "leads")
        )
        goal = next(row.value for row in self.ledger.inputs if row.input == Quantity.REVENUE)
        return {
            Quantity.REVENUE: goal,
            Quantity.SHARE: simplest(revenue / Fraction(goal)),
            Quantity.AVERAGE_SALE: simplest(revenue / customers),
            Quantity.WIN_RATE: simplest(customers / leads),
            Quantity.CUSTOMERS: simplest(customers),
        }


def month_plan(standing: Standing) -> Plan | None:
    """The plan of the month that a standing is in, before the first version begins of that version's first.

    It is worked out by the version in force on the month's first day, or where that has no plan, by the one
    that the standing shows; None where that one has none.
    """
    shown, timeline = standing.agreement, standing.timeline
    if shown.plan is None:
        return None
    month = current_month(timeline, shown, standing.as_of)
    return plan_in_force(timeline, shown, standing.record, month)


def frozen_months(standing: Standing) -> list[FrozenMonth]:
    """Every frozen month, the newest first."""
    return [_frozen(standing, ledger) for _, ledger in sorted(standing.record.plan.items(), reverse=True)]


def _frozen(standing: Standing, ledger: Ledger) -> FrozenMonth:
    rhythm = Rhythm.of(standing.agreement.terms.calendar)
    period = rhythm.period_of(date.fromisoformat(f"{ledger.month}-01"), "month")
    then = _in_force(standing, period)
    agreement = then if then.plan else standing.agreement
    metric = agreement.plan.targets.leads if agreement.plan else None
    commitment = leads_commitment(agreement)
    judged = standing.judgements.get(commitment.id, ()) if commitment else ()
    goal = next((j.goal for j in judged if j.period.id == ledger.month and j.goal), None)
    return FrozenMonth(
        ledger,
        period,
        ledger.targets.get(metric) if metric else None,
        goal.value if goal else None,
        delivered_value(ledger, metric, standing.record, period) if metric else None,
        period.is_over(standing.as_of),
    )


def _in_force(standing: Standing, month: Period) -> Agreement:
    version = standing.timeline.in_force(month.start)
    return (version.agreement if version else None) or standing.agreement
