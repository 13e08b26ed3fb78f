"""A plan becomes what the calculator in the browser starts from, and the YAML that it fills in."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import PLAN, Total
from living_sla.agreement.quantities import plain_number
from living_sla.judge.solving import SHARES, SOLVABLE, Quantity
from living_sla.present.plan_months import leads_commitment
from living_sla.present.text import currency_sign

if TYPE_CHECKING:
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.plan import Plan

PLACE = "LEADS"
"""Where the browser writes the leads it worked out."""
_MOST_DECIMALS = 6


def calculator_values(plan: Plan) -> dict[str, Any]:
    """What the template `plan/calculator.html` prints: a field for each quantity, and the promise's text.

    The fields hold the plan's own numbers, exact; they are empty where it has none.
    """
    known = plan.known if plan.parts else {}
    return {
        "fields": [
            {
                "key": quantity.key,
                "name": f"{quantity}"[:1].upper() + f"{quantity}"[1:],
                "value": typed_text(quantity, known[quantity]) if quantity in known else "",
                "example": "5%" if quantity in SHARES else "100",
            }
            for quantity in SOLVABLE
        ],
        "sign": currency_sign(plan.agreement.terms.currency),
        "file": f"agreement/{plan.agreement.id}/plan.yml",
        "promise": _promise(plan.agreement, plan.month.id),
        "is_split": len(plan.parts) > 1,
    }


def typed_text(quantity: Quantity, value: Exact) -> str:
    """An exact number as it can be typed: `150000`, `85%`, or where decimals do not suffice `20/1041`."""
    typed = Fraction(value) * (100 if quantity in SHARES else 1)
    if (typed * 10**_MOST_DECIMALS).denominator != 1:
        return str(Fraction(value))
    text = plain_number(typed.numerator if typed.denominator == 1 else typed)
    return f"{text}%" if quantity in SHARES else text


def _promise(agreement: Agreement, month: str) -> str:
    """The commitment that asks for the plan's leads, with `LEADS` in the place of its target.

    Empty where none does, or where the target is left to the plan.
    """
    commitment = leads_commitment(agreement)
    if commitment is None or not isinstance(commitment.measure, Total) or commitment.measure.at_least == PLAN:
        return ""
    measure, target = commitment.measure, PLACE
    if isinstance(measure.at_least, dict):
        table = {period: plain_number(value) for period, value in measure.at_least.items()} | {month: PLACE}
        target = f"{{{', '.join(f'{period}: {value}' for period, value in sorted(table.items()))}}}"
    by = f", by: {measure.by}" if measure.by is not None else ""
    return (
        f"  - id: {commitment.id}\n"
        f"    measure: {{total: {measure.total}, at_least: {target}, every: month{by}}}\n"
    )
