"""A plan becomes what the calculator in the browser starts from, and the YAML that it fills in."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import PLAN, Total
from living_sla.agreement.plan import Observed
from living_sla.agreement.quantities import plain_number
from living_sla.judge.horizon import leads_commitment
from living_sla.judge.solving import SHARES, SOLVABLE, Quantity
from living_sla.present.text import currency_sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.plan import PlanTerms
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.plan import Plan

LEADS_HERE, REVENUE_HERE = "LEADS", "REVENUE"
"""Where the browser writes the leads and the goal it worked out."""
_MOST_DECIMALS = 6
_SHARE_DECIMALS, _AMOUNT_DECIMALS = 4, 2
"""How finely a number is shown that no decimals write in full."""


def calculator_values(plan: Plan) -> dict[str, Any]:
    """What the template `plan/calculator.html` prints: a field for each quantity, and what a proposal needs.

    The fields hold the plan's own numbers, exact and as they are read; they are empty where it has none.
    `weights` are the parts of the leads that its segments bring, `differing` the fields whose inputs differ
    by segment; both are empty where the plan has no segments. `promise` and `goals` are texts to fill in,
    empty where none is.
    """
    known = plan.known if plan.parts else {}
    return {
        "fields": [
            {
                "key": quantity.key,
                "name": f"{quantity}"[:1].upper() + f"{quantity}"[1:],
                "value": typed_text(quantity, known[quantity]) if quantity in known else "",
                "shown": shown_text(quantity, known[quantity]) if quantity in known else "",
                "example": "5%" if quantity in SHARES else "100",
            }
            for quantity in SOLVABLE
        ],
        "sign": currency_sign(plan.agreement.terms.currency),
        "file": f"agreement/{plan.agreement.id}/plan.yml",
        "place": f"agreement/{plan.agreement.id}/commitments.yml",
        "promise": _promise(plan.agreement, plan.month.id),
        "goals": _goals(plan),
        "weights": " ".join(f"{part.numerator}/{part.denominator}" for part in segment_parts(plan)),
        "differing": " ".join(quantity.key for quantity in differing_inputs(plan)),
        "is_split": plan.terms.by is not None,
    }


def typed_text(quantity: Quantity, value: Exact) -> str:
    """An exact number as it can be typed: `150000`, `85%`, or where decimals do not suffice `20/1041`."""
    typed = Fraction(value) * (100 if quantity in SHARES else 1)
    if (typed * 10**_MOST_DECIMALS).denominator != 1:
        return str(Fraction(value))
    text = plain_number(typed.numerator if typed.denominator == 1 else typed)
    return f"{text}%" if quantity in SHARES else text


def shown_text(quantity: Quantity, value: Exact) -> str:
    """The same, but rounded to `1.9212%` where it can be typed only as a fraction, which nobody reads."""
    is_share = quantity in SHARES
    typed = Fraction(value) * (100 if is_share else 1)
    near = round(typed, _SHARE_DECIMALS if is_share else _AMOUNT_DECIMALS)
    exact = typed_text(quantity, value)
    return typed_text(quantity, near / 100 if is_share else near) if "/" in exact and near else exact


def segment_parts(plan: Plan) -> list[Fraction]:
    """The part of all leads that each segment is to bring, exact; none of a plan without segments."""
    if plan.terms.by is None:
        return []
    leads = [Fraction(part.leads) for part in plan.parts]
    return [one / sum(leads) for one in leads]


def differing_inputs(plan: Plan) -> Iterator[Quantity]:
    """The inputs that are not the same for all segments, as one has its own or they are observed in each."""
    agreement, terms = plan.agreement, plan.terms
    rates = [row.rate for row in terms.win_rate] if isinstance(terms.win_rate, tuple) else [terms.win_rate]
    own = terms.segments.values()
    if any(row.average_sale is not None for row in own) or _is_split(agreement, terms, [terms.average_sale]):
        yield Quantity.AVERAGE_SALE
    if any(row.win_rate is not None for row in own) or _is_split(agreement, terms, rates):
        yield Quantity.WIN_RATE


def _promise(agreement: Agreement, month: str) -> str:
    """The promise that asks for the plan's leads, with `LEADS` in the place of its target.

    Empty where none does, or where the target is left to the plan.
    """
    commitment = leads_commitment(agreement)
    if commitment is None or not isinstance(commitment.measure, Total) or commitment.measure.at_least == PLAN:
        return ""
    measure, target = commitment.measure, LEADS_HERE
    if isinstance(measure.at_least, dict):
        table = {period: plain_number(value) for period, value in measure.at_least.items()} | {
            month: LEADS_HERE
        }
        target = f"{{{', '.join(f'{period}: {value}' for period, value in sorted(table.items()))}}}"
    by = f", by: {measure.by}" if measure.by is not None else ""
    return (
        f"  - id: {commitment.id}\n"
        f"    measure: {{total: {measure.total}, at_least: {target}, every: month{by}}}\n"
    )


def _goals(plan: Plan) -> str:
    """The table of revenue goals, with `REVENUE` in the place of the month's; empty where one is for all."""
    if not isinstance(plan.terms.revenue, Mapping):
        return ""
    table = {month: plain_number(value) for month, value in plan.terms.revenue.items()}
    rows = sorted((table | {plan.month.id: REVENUE_HERE}).items())
    return "".join(["revenue:\n", *(f"  {month}: {value}\n" for month, value in rows)])


def _is_split(agreement: Agreement, terms: PlanTerms, inputs: Iterable[Exact | Observed]) -> bool:
    """Whether an input is observed in each segment."""
    observed = [row.observed for row in inputs if isinstance(row, Observed)]
    return terms.by is not None and any(agreement.metrics[name].segments == terms.by for name in observed)
