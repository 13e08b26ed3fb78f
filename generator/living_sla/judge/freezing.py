"""A plan becomes the ledger that freezes its month; a ledger and today's plan become what has drifted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import PLAN, Total
from living_sla.agreement.ledger import Ledger
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.horizon import is_promised
from living_sla.judge.periods import Rhythm
from living_sla.judge.plan import plan_month
from living_sla.judge.solving import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.observations import Counted, Observation, Reading
    from living_sla.judge.periods import Period
    from living_sla.judge.plan import Input, Part, Plan
    from living_sla.record.loading import Record


@dataclass(frozen=True, slots=True)
class Drift:
    """A commitment whose agreed target is not what the plan asks for by what is known now.

    `is_frozen` says whether what was agreed stands in the frozen month, which stays, or in the agreement.
    `begins` is the first month that has not begun, and `proposed` what the plan asks for in it: a month that
    runs keeps its target. `proposed` is None where nothing in the agreement needs another text, as the target
    is left to the plan, or where the plan has no number. `table` holds it beside the targets of all other
    months; empty where one number holds for all.
    """

    commitment: Commitment
    metric: str
    agreed: Exact
    asked: Exact
    is_frozen: bool
    begins: str
    proposed: Exact | None
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


def next_to_freeze(plan: Plan, record: Record, known_on: date | None = None) -> Period:
    """The first month from the plan's on that has neither begun nor is frozen.

    Args:
        plan: of the month to begin at.
        record: what is known.
        known_on: the day that knew the record, where it is a later one than that of its newest report.
    """
    month = _not_begun(plan, known_on or record.known_on)
    while month.id in record.plan:
        month = _following(plan, month)
    return month


def find_drift(plan: Plan, record: Record, known_on: date | None = None) -> tuple[Drift, ...]:
    """Every promise of the month whose target is not what the plan asks for now.

    The arguments are those of `next_to_freeze`.
    """
    if not is_promised(plan):
        return ()
    frozen, begins = record.plan.get(plan.month.id), _not_begun(plan, known_on or record.known_on)
    found = []
    for commitment in plan.agreement.commitments:
        measure = commitment.measure
        if not isinstance(measure, Total) or measure.every != "month" or measure.total not in plan.targets:
            continue
        metric, asked = measure.total, plan.targets[measure.total]
        agreed = agreed_target(measure, plan.month.id, frozen)
        if agreed is not None and agreed != asked:
            is_frozen = measure.at_least == PLAN
            proposed = None if is_frozen else _asked(plan, begins, record).get(metric)
            if proposed == agreed_target(measure, begins.id):
                proposed = None
            table = _table(measure, begins, proposed)
            found.append(Drift(commitment, metric, agreed, asked, is_frozen, begins.id, proposed, table))
    return tuple(found)


def agreed_target(measure: Total, month: str, frozen: Ledger | None = None) -> Exact | None:
    """The target of a month: as the agreement says, or where that leaves it to the plan, as it was frozen."""
    match measure.at_least:
        case str():
            return frozen.targets.get(measure.total) if frozen else None
        case dict() as table:
            return table.get(month)
        case value:
            return value


def _not_begun(plan: Plan, known_on: date | None) -> Period:
    """The first month from the plan's on that has not begun on a day; None is before all of them."""
    month = plan.month
    while known_on is not None and month.start <= known_on:
        month = _following(plan, month)
    return month


def _following(plan: Plan, month: Period) -> Period:
    return Rhythm.of(plan.agreement.terms.calendar).period_of(month.end, "month")


def _asked(plan: Plan, month: Period, record: Record) -> Mapping[str, Exact]:
    """What the plan asks for in a month; empty where it has no number."""
    found = plan if month == plan.month else plan_month(plan.agreement, record, month)
    return found.targets if found else {}


def _table(measure: Total, month: Period, target: Exact | None) -> dict[str, Exact]:
    if target is None or not isinstance(measure.at_least, dict):
        return {}
    return dict(sorted({**measure.at_least, month.id: target}.items()))


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
