"""A standing becomes the `plan` of an agreement in `status.json`: this month and the frozen ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.freezing import find_drift
from living_sla.judge.returns import plan_effort
from living_sla.present.calculation import Calculation
from living_sla.present.plan_months import frozen_months, month_plan
from living_sla.present.text import plain

if TYPE_CHECKING:
    from living_sla.agreement.ledger import LedgerPart
    from living_sla.judge.plan import Input, Part, Plan
    from living_sla.present.plan_months import FrozenMonth
    from living_sla.present.subject import Standing


def plan_status(standing: Standing) -> dict[str, Any] | None:
    """This month's plan by what is known now, and every frozen month; None where there is no plan."""
    plan = month_plan(standing)
    if plan is None:
        return None
    window = plan.window
    return {
        "month": plan.month.id,
        "version": plan.agreement.terms.version,
        "inputs": [_input(plan, row) for row in plan.inputs],
        "window": {"from": str(window[0]), "to": str(window[1] - ONE_DAY)} if window else None,
        "parts": [_part(part) for part in plan.parts],
        "targets": {metric: plain(value) for metric, value in plan.targets.items()},
        "ceiling": plain(plan.ceiling),
        "gap": plain(plan_effort(plan, standing.record).gap) if plan.parts else None,
        "unplanned": list(plan.unplanned),
        "problems": [
            {"path": p.place.path, "line": p.place.line, "rule": p.rule, "message": p.message, "hint": p.hint}
            for p in plan.problems
        ],
        "drift": [
            {
                "commitment": row.commitment.id,
                "agreed": plain(row.agreed),
                "asked": plain(row.asked),
                "frozen": row.is_frozen,
            }
            for row in find_drift(plan, standing.record, standing.known_on)
        ],
        "frozen": [_frozen(month) for month in frozen_months(standing)],
    }


def _input(plan: Plan, row: Input) -> dict[str, Any]:
    return {
        "input": str(row.quantity),
        "segment": row.segment or None,
        "stages": list(row.stages) if row.stages else None,
        "value": plain(row.value),
        "exact": str(row.value),
        "fixed": row.is_fixed,
        "path": row.place.path,
        "line": row.place.line,
        "origin": Calculation(plan).origin(row),
    }


def _part(part: Part | LedgerPart) -> dict[str, Any]:
    return {
        "segment": part.segment or None,
        "revenue": plain(part.revenue),
        "average_sale": plain(part.average_sale),
        "win_rate": plain(part.win_rate),
        "customers": plain(part.customers),
        "leads": plain(part.leads),
        "target": part.target,
        "lead_value": plain(part.lead_value),
        "visits": plain(part.visits),
    }


def _frozen(month: FrozenMonth) -> dict[str, Any]:
    ledger, delivered = month.ledger, month.delivered
    return {
        "month": ledger.month,
        "version": ledger.version,
        "as_of": ledger.as_of.isoformat(),
        "late": ledger.is_late,
        "inputs": [
            {
                "input": row.input,
                "segment": row.segment,
                "stages": [row.from_stage, row.to_stage] if row.from_stage else None,
                "value": plain(row.value),
                "exact": str(row.value),
            }
            for row in ledger.inputs
        ],
        "parts": [_part(part) for part in ledger.parts],
        "targets": {metric: plain(value) for metric, value in ledger.targets.items()},
        "agreed": plain(month.agreed),
        "came": plain(delivered.leads) if delivered else None,
        "delivered_value": plain(delivered.value) if delivered else None,
    }
