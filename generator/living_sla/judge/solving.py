"""All numbers of a plan but one become the one that is left open, exact.

customers = revenue goal x marketing's share / average sale
leads     = customers / win rate
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from living_sla.agreement.quantities import Exact


class PlanProblem(ValueError):  # noqa: N818 it is told to the author, as every other problem of the inputs
    """Why a plan has no number: a rule's name, what is wrong, and what would do."""

    def __init__(self, rule: str, words: str, hint: str = "") -> None:
        self.rule, self.words, self.hint = rule, words, hint
        super().__init__(f"{words}; {hint}" if hint else words)


class Quantity(StrEnum):
    """What a plan is worked out from and comes to; the values are the words on the pages."""

    REVENUE = "revenue goal"
    SHARE = "marketing's share"
    AVERAGE_SALE = "average sale"
    WIN_RATE = "win rate"
    CUSTOMERS = "customers"
    LEADS = "leads"
    VISIT_RATE = "visit rate"
    PART = "part of the revenue"
    CYCLE = "sales cycle"

    @property
    def key(self) -> str:
        """Its name on the command line."""
        return self.name.lower().replace("_", "-")


SOLVABLE = (
    Quantity.REVENUE, Quantity.SHARE, Quantity.AVERAGE_SALE, Quantity.WIN_RATE, Quantity.CUSTOMERS,
    Quantity.LEADS,
)  # fmt: skip
SHARES = frozenset({Quantity.SHARE, Quantity.WIN_RATE, Quantity.VISIT_RATE, Quantity.PART})
"""The quantities that lie between 0 and 1."""


def solve(wanted: Quantity, known: Mapping[Quantity, Exact]) -> Exact:
    """The one quantity that all others leave open, exact: leads are rounded up by `whole_leads` alone.

    Marketing's share is all of it unless it is known or wanted. What is known twice must agree.

    Raises:
        PlanProblem: something known is no amount or share, more than one is unknown, two of them contradict
            each other, or the solution is a share over 100 %.
    """
    given = {quantity: value for quantity, value in known.items() if quantity is not wanted}
    for quantity, value in given.items():
        check_amount(quantity, value)
    if wanted is not Quantity.SHARE:
        given.setdefault(Quantity.SHARE, 1)
    customers = _customers(given)
    value = _solution(wanted, given, customers)
    if wanted in SHARES and value > 1:
        words = f"{_the(wanted)} would have to be more than 100%"
        raise PlanProblem("out-of-reach", words, "lower the goal, or raise what else it is made from")
    return value


def whole_leads(leads: Exact, parts: Iterable[Exact] = (1,)) -> int:
    """Leads, or whatever comes in whole, rounded up; where they come in parts of it, in each of these."""
    return sum(ceil(Fraction(leads) * part) for part in parts)


def check_amount(quantity: Quantity, value: Exact) -> None:
    """Refuse, with PlanProblem, what nothing can be worked out from."""
    name = _ONE.get(quantity, str(quantity))
    if value < 0:
        raise PlanProblem("negative", f"a {name} cannot be negative", "write what is expected, above 0")
    if value == 0:
        words = f"a {name} of zero gives no plan"
        raise PlanProblem("zero", words, "write what is expected, above 0")
    if quantity in SHARES and value > 1:
        raise PlanProblem("share", f"a {name} over 100% counts more than there is", "write 100% or less")


def simplest(value: Fraction) -> Exact:
    """The same number, as an `int` where it is whole."""
    return value.numerator if value.denominator == 1 else value


_ONE = {
    Quantity.SHARE: "share", Quantity.AVERAGE_SALE: "deal value", Quantity.CUSTOMERS: "number of customers",
    Quantity.LEADS: "number of leads",
}  # fmt: skip
"""What one of a quantity is called, as where the file says it; the others by their names."""
_SALES_SIDE = (Quantity.REVENUE, Quantity.SHARE, Quantity.AVERAGE_SALE)
_LEADS_SIDE = (Quantity.LEADS, Quantity.WIN_RATE)


def _customers(given: Mapping[Quantity, Exact]) -> Fraction | None:
    """The customers by whatever says them without what is wanted; all that do must agree."""
    found = {}
    if all(quantity in given for quantity in _SALES_SIDE):
        revenue, share, sale = (Fraction(given[quantity]) for quantity in _SALES_SIDE)
        found["the revenue goal and the average sale"] = revenue * share / sale
    if all(quantity in given for quantity in _LEADS_SIDE):
        leads, rate = (Fraction(given[quantity]) for quantity in _LEADS_SIDE)
        found["the leads and the win rate"] = leads * rate
    if Quantity.CUSTOMERS in given:
        found["the one that is said"] = Fraction(given[Quantity.CUSTOMERS])
    if len(set(found.values())) > 1:
        words = " come to another number of customers than ".join(found)
        raise PlanProblem("contradiction", words, "leave out one of these numbers")
    return next(iter(found.values()), None)


def _solution(wanted: Quantity, given: Mapping[Quantity, Exact], customers: Fraction | None) -> Exact:
    if wanted is Quantity.CUSTOMERS and customers is not None:
        return simplest(customers)
    own_side = _SALES_SIDE if wanted in _SALES_SIDE else _LEADS_SIDE
    others = {quantity: Fraction(given[quantity]) for quantity in own_side if quantity in given}
    if customers is None or len(others) + 1 < len(own_side):
        raise _two_unknowns(wanted, given, customers)
    match wanted:
        case Quantity.REVENUE:
            value = customers * others[Quantity.AVERAGE_SALE] / others[Quantity.SHARE]
        case Quantity.SHARE:
            value = customers * others[Quantity.AVERAGE_SALE] / others[Quantity.REVENUE]
        case Quantity.AVERAGE_SALE:
            value = others[Quantity.REVENUE] * others[Quantity.SHARE] / customers
        case Quantity.WIN_RATE:
            value = customers / others[Quantity.LEADS]
        case _:
            value = customers / others[Quantity.WIN_RATE]
    return simplest(value)


def _two_unknowns(
    wanted: Quantity, given: Mapping[Quantity, Exact], customers: Fraction | None
) -> PlanProblem:
    """What else must be known, on the nearer way."""
    known = {*given, *([Quantity.CUSTOMERS] if customers is not None else [])}
    own = _SALES_SIDE if wanted in _SALES_SIDE else _LEADS_SIDE
    other = _LEADS_SIDE if own is _SALES_SIDE else _SALES_SIDE
    missing = [quantity for quantity in own if quantity not in known and quantity is not wanted]
    if Quantity.CUSTOMERS not in known:
        missing += [quantity for quantity in other if quantity not in known]
    words = f"too little is known to work out {_the(wanted)}"
    return PlanProblem("two-unknowns", words, f"say {' and '.join(map(_the, missing))} too")


def _the(quantity: Quantity) -> str:
    """`the win rate`, `marketing's share`."""
    return str(quantity) if quantity is Quantity.SHARE else f"the {quantity}"
