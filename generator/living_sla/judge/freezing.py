"""A plan becomes the ledger that freezes its month; a ledger and today's plan become what has drifted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import PLAN, Total
from living_sla.agreement.ledger import Ledger
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.solving import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.observations import Counted, Observation, Reading
    from living_sla.judge.plan import Input, Part, Plan
    from living_sla.record.loading import Record


@dataclass(frozen=True, slots=True)
class Drift:
    """A commitment whose agreed target is not what the plan asks for by what is known now.

    `is_frozen` says whether what was agreed stands in the frozen month, or in the agreement itself.
    `table` holds this month's new target beside those of all other months; empty where one number holds for
    all.
    """

    commitment: Commitment
    metric: str
    agreed: Exact
    asked: Exact
    is_frozen: bool
    table: Mapping[str, Exact]


def freeze(plan: Plan, *, as_of: date, commit: str = "") -> Ledger:
    """The ledger of a plan that has a number; its checksum is not known before it is written.

    Args:
        plan: of the month to freeze.
        as_of: the day the record stood at.
        commit: the commit the inputs stood at; '' where git did not tell it.
    """
    cycle = next((int(row.value) for row in plan.inputs if row.quantity is Quantity.CYCLE), None)
    said: dict[str, Any] = {
        "month": plan.month.id,
        "version": plan.agreement.terms.version,
        "commit": commit or None,
        "as_of": as_of.isoformat(),
        "sales_cycle": cycle,
        "inputs": tuple(_input(row) for row in plan.inputs),
        "parts": tuple(_part(part) for part in plan.parts),
        "targets": {metric: _exact(value) for metric, value in plan.targets.items()},
        "ceiling": _exact(plan.ceiling),
        "checksum": "not written yet",
    }
    return Ledger.model_validate(_said(said))


def is_same_month(frozen: Ledger, ledger: Ledger) -> bool:
    """Whether a month that is frozen would be frozen just the same, whatever the day and the commit."""
    return frozen.content == ledger.content


def find_drift(plan: Plan, record: Record) -> tuple[Drift, ...]:
    """Every promise of the month whose target is not what the plan asks for now."""
    frozen = record.plan.get(plan.month.id)
    found = []
    for commitment in plan.agreement.commitments:
        measure = commitment.measure
        if not isinstance(measure, Total) or measure.every != "month" or measure.total not in plan.targets:
            continue
        metric, asked = measure.total, plan.targets[measure.total]
        agreed = _agreed(measure, plan.month.id, frozen)
        if agreed is not None and agreed != asked:
            others = _targets(measure, record)
            table = dict(sorted((others | {plan.month.id: asked}).items())) if others else {}
            found.append(Drift(commitment, metric, agreed, asked, measure.at_least == PLAN, table))
    return tuple(found)


def _agreed(measure: Total, month: str, frozen: Ledger | None) -> Exact | None:
    match measure.at_least:
        case str():
            return frozen.targets.get(measure.total) if frozen else None
        case dict() as table:
            return table.get(month)
        case value:
            return value


def _targets(measure: Total, record: Record) -> dict[str, Exact]:
    """The targets of single months: those of the agreement's table, or of the frozen months."""
    if measure.at_least == PLAN:
        frozen = record.plan.items()
        return {month: row.targets[measure.total] for month, row in frozen if measure.total in row.targets}
    return measure.at_least if isinstance(measure.at_least, dict) else {}


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _exact(value: Exact | None) -> int | str | None:
    return value if value is None or isinstance(value, int) else str(value)


def _input(row: Input) -> dict[str, Any]:
    from_stage, to_stage = row.stages or (None, None)
    return _said(
        {
            "input": str(row.quantity),
            "segment": row.segment or None,
            "from_stage": from_stage,
            "to_stage": to_stage,
            "value": _exact(row.value),
            "place": f"{row.place.path}:{row.place.line}",
            "observed": _observation(row.observation) if row.observation else None,
            "reading": _reading(row.reading) if row.reading else None,
        }
    )


def _observation(seen: Observation) -> dict[str, Any]:
    return {
        "from": seen.start.isoformat(),
        "to": (seen.end - ONE_DAY).isoformat(),
        "counted": _sum(seen.counted),
        "of": _sum(seen.of),
        "left_out": tuple(day.isoformat() for day in seen.left_out),
    }


def _sum(counted: Counted) -> dict[str, Any]:
    first, last = (counted.files[0], counted.files[-1]) if counted.files else (None, None)
    value = {"metric": counted.metric, "sum": _exact(counted.value), "rows": counted.rows}
    return _said({**value, "files": len(counted.files), "first": first, "last": last})


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "metric": reading.metric,
        "kind": reading.kind,
        "day": reading.day.isoformat(),
        "value": _exact(reading.value),
        "unit": reading.unit,
        "place": f"{reading.place.path}:{reading.place.line}",
    }


def _part(part: Part) -> dict[str, Any]:
    return _said(
        {
            "segment": part.segment or None,
            "revenue": _exact(part.revenue),
            "average_sale": _exact(part.average_sale),
            "win_rate": _exact(part.win_rate),
            "customers": _exact(part.customers),
            "leads": _exact(part.leads),
            "target": part.target,
            "lead_value": _exact(part.lead_value),
            "visits": _exact(part.visits),
        }
    )
