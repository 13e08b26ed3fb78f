"""How all but one number of a plan give that one: the worked cases, every unknown, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.judge.solving import SHARES, SOLVABLE, PlanProblem, Quantity, check_amount, solve, whole_leads

REVENUE, SHARE, SALE = Quantity.REVENUE, Quantity.SHARE, Quantity.AVERAGE_SALE
RATE, CUSTOMERS, LEADS = Quantity.WIN_RATE, Quantity.CUSTOMERS, Quantity.LEADS


# --- the worked cases


def test_5000_at_100_a_sale_and_half_of_all_leads_won_take_100_leads() -> None:
    assert solve(LEADS, {REVENUE: 5000, SALE: 100, RATE: Fraction(1, 2)}) == 100


def test_7_customers_at_5_percent_take_140_leads() -> None:
    assert solve(LEADS, {CUSTOMERS: 7, RATE: Fraction(5, 100)}) == 140


# --- solving for each unknown


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        (REVENUE, 150_000), (SHARE, Fraction(3, 5)), (SALE, 4000), (RATE, Fraction(1, 20)),
        (CUSTOMERS, Fraction(45, 2)), (LEADS, 450),
    ],
)  # fmt: skip
def test_any_one_unknown_is_solved(wanted: Quantity, value: Fraction | int) -> None:
    known = {REVENUE: 150_000, SHARE: Fraction(3, 5), SALE: 4000, RATE: Fraction(1, 20), LEADS: 450}
    if wanted is CUSTOMERS:
        del known[LEADS]
    assert solve(wanted, known) == value


def test_the_win_rate_needed_for_300_leads_is_exact() -> None:
    known = {REVENUE: 5000, SALE: 100, LEADS: 300}
    assert solve(RATE, known) == Fraction(1, 6)


amounts = st.fractions(min_value=Fraction(1, 1000), max_value=10**9, max_denominator=10**6)
shares = st.fractions(min_value=Fraction(1, 10**6), max_value=1, max_denominator=10**6)
calculations = st.fixed_dictionaries({REVENUE: amounts, SHARE: shares, SALE: amounts, RATE: shares})


@given(known=calculations, wanted=st.sampled_from([REVENUE, SHARE, SALE, RATE]))
def test_what_the_leads_were_worked_out_from_is_found_again(
    known: dict[Quantity, Fraction], wanted: Quantity
) -> None:
    leads = solve(LEADS, known)
    rest = {quantity: value for quantity, value in known.items() if quantity is not wanted}
    assert solve(wanted, {**rest, LEADS: leads}) == known[wanted]


@given(known=calculations)
def test_rounding_up_never_misses_the_goal_and_never_asks_for_a_lead_too_many(
    known: dict[Quantity, Fraction],
) -> None:
    leads = whole_leads(solve(LEADS, known))
    worth = known[SALE] * known[RATE]
    assert leads * worth >= known[REVENUE] * known[SHARE] > (leads - 1) * worth


@given(known=calculations, more=st.fractions(min_value=1, max_value=1000, max_denominator=1000))
def test_a_higher_goal_never_takes_fewer_leads_and_a_better_rate_never_more(
    known: dict[Quantity, Fraction], more: Fraction
) -> None:
    leads = solve(LEADS, known)
    assert solve(LEADS, {**known, REVENUE: known[REVENUE] * more}) >= leads
    assert solve(LEADS, {**known, RATE: min(Fraction(1), known[RATE] * more)}) <= leads


@given(known=calculations)
def test_by_way_of_the_customers_the_leads_are_the_same(known: dict[Quantity, Fraction]) -> None:
    customers = solve(
        CUSTOMERS, known if RATE not in known else {k: known[k] for k in (REVENUE, SHARE, SALE)}
    )
    assert solve(LEADS, {CUSTOMERS: customers, RATE: known[RATE]}) == solve(LEADS, known)


# --- what is refused


def refusal(wanted: Quantity, known: dict[Quantity, int | Fraction]) -> PlanProblem:
    with pytest.raises(PlanProblem) as refused:
        solve(wanted, known)
    return refused.value


@pytest.mark.parametrize("quantity", SOLVABLE)
def test_nothing_is_worked_out_from_zero(quantity: Quantity) -> None:
    with pytest.raises(PlanProblem, match="of zero gives no plan") as refused:
        check_amount(quantity, 0)
    assert refused.value.rule == "zero"


def test_a_deal_value_is_not_negative() -> None:
    assert str(refusal(LEADS, {REVENUE: 5000, SALE: -100, RATE: Fraction(1, 2)})) == (
        "a deal value cannot be negative; write what is expected, above 0"
    )


@pytest.mark.parametrize("quantity", sorted(SHARES))
def test_a_share_is_not_over_100_percent(quantity: Quantity) -> None:
    with pytest.raises(PlanProblem) as refused:
        check_amount(quantity, Fraction(101, 100))
    assert refused.value.rule == "share"


def test_two_unknowns_are_named() -> None:
    assert str(refusal(LEADS, {REVENUE: 5000, SALE: 100})) == (
        "too little is known to work out the leads; say the win rate too"
    )


def test_unknowns_of_the_other_side_are_named_too() -> None:
    assert str(refusal(RATE, {REVENUE: 5000})) == (
        "too little is known to work out the win rate; say the leads and the average sale too"
    )


def test_marketings_share_needs_no_article() -> None:
    assert refusal(SHARE, {REVENUE: 5000, SALE: 100}).words == (
        "too little is known to work out marketing's share"
    )


def test_what_is_known_twice_must_agree() -> None:
    known = {REVENUE: 5000, SALE: 100, CUSTOMERS: 51, RATE: Fraction(1, 2)}
    assert refusal(LEADS, known).rule == "contradiction"
    assert str(refusal(LEADS, known)) == (
        "the revenue goal and the average sale come to another number of customers than the one that is said"
        "; leave out one of these numbers"
    )


def test_two_sides_that_do_not_agree_are_both_named() -> None:
    known = {REVENUE: 5000, SALE: 100, LEADS: 90, RATE: Fraction(1, 2)}
    assert refusal(CUSTOMERS, known).words == (
        "the revenue goal and the average sale come to another number of customers than "
        "the leads and the win rate"
    )


@pytest.mark.parametrize(
    ("quantity", "name"),
    [
        (SHARE, "a share"),
        (SALE, "a deal value"),
        (CUSTOMERS, "a number of customers"),
        (LEADS, "a number of leads"),
        (RATE, "a win rate"),
    ],
)
def test_one_of_each_quantity_has_a_name(quantity: Quantity, name: str) -> None:
    with pytest.raises(PlanProblem) as refused:
        check_amount(quantity, -1)
    assert refused.value.words == f"{name} cannot be negative"


@given(st.fractions(0, 900), st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_leads_rounded_up_in_parts_are_never_fewer(leads: Fraction, weights: list[int]) -> None:
    parts = [Fraction(weight, sum(weights)) for weight in weights]
    assert whole_leads(leads) <= whole_leads(leads, parts) < whole_leads(leads) + len(parts)


def test_what_is_known_twice_and_alike_is_no_contradiction() -> None:
    assert solve(LEADS, {REVENUE: 5000, SALE: 100, CUSTOMERS: 50, RATE: Fraction(1, 2)}) == 100


def test_a_win_rate_over_100_percent_is_out_of_reach() -> None:
    assert str(refusal(RATE, {CUSTOMERS: 7, LEADS: 6})) == (
        "the win rate would have to be more than 100%; lower the goal, or raise what else it is made from"
    )
