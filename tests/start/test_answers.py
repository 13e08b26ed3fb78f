from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.diagnostics import InputError, render_text
from living_sla.start.answers import first_of_next_month, leads_needed, read_answers


def told(**typed: str) -> list[str]:
    answers = {"effective": "2026-12-01"} | {key.replace("_", "-"): text for key, text in typed.items()}
    with pytest.raises(InputError) as caught:
        read_answers(answers)
    return render_text(caught.value.problems).splitlines()


# --- the lead target


@pytest.mark.parametrize(
    ("goal", "share", "value", "rate", "leads"),
    [
        ("5000", "100%", "100", "50%", 100),
        ("7", "100%", "1", "5%", 140),
        ("35000", "100%", "5000", "5%", 140),
        ("250000", "50%", "5000", "10%", 250),
        ("100", "100%", "3", "100%", 34),
        ("0.3", "100%", "0.1", "100%", 3),
        ("1000", "7%", "10", "70%", 10),
    ],
)
def test_the_lead_target_is_worked_out_exactly(
    goal: str, share: str, value: str, rate: str, leads: int
) -> None:
    answers = read_answers(
        {
            "effective": "2026-12-01",
            "revenue-goal": goal,
            "marketing-share": share,
            "deal-value": value,
            "win-rate": rate,
        }
    )
    assert answers.lead_target == leads


@given(
    goal=st.integers(1, 10**12),
    value=st.integers(1, 10**9),
    rate=st.integers(1, 100).map(lambda n: Fraction(n, 100)),
    share=st.integers(1, 100).map(lambda n: Fraction(n, 100)),
)
def test_the_lead_target_is_enough_and_one_lead_less_is_not(
    goal: int, value: int, rate: Fraction, share: Fraction
) -> None:
    leads = leads_needed(goal, deal_value=value, win_rate=rate, marketing_share=share)
    assert leads * rate * value >= goal * share > (leads - 1) * rate * value


def test_a_target_that_nobody_can_mean_is_refused() -> None:
    (line,) = told(revenue_goal="9000000000000", deal_value="0.01", win_rate="0.000001%")
    leads = "45,000,000,000,000,000,000,000"
    assert line.startswith(
        f"--revenue-goal: error: this goal needs {leads} leads a month, more than 1,000,000;"
    )


# --- dates


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 11, 22), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2027, 1, 31), date(2027, 2, 1)),
        (date(2028, 2, 29), date(2028, 3, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_an_agreement_comes_into_force_with_the_next_month(day: date, first: date) -> None:
    assert first_of_next_month(day) == first


@pytest.mark.parametrize(
    ("effective", "last"),
    [
        ("2026-12-01", date(2027, 11, 30)),
        ("2028-02-29", date(2029, 1, 31)),
        ("2027-03-01", date(2028, 2, 29)),
        ("2198-12-31", date(2199, 11, 30)),
    ],
)
def test_the_first_year_ends_with_a_month(effective: str, last: date) -> None:
    assert read_answers({"effective": effective}).first_year_ends == last


# --- answers that will not do


@pytest.mark.parametrize(
    ("key", "typed", "line"),
    [
        ("win-rate", "abc", "win rate 'abc' is not a percentage; write 25% [percent]"),
        ("win-rate", "25", "win rate '25' is not a percentage between 0% and 100%; write 25% [percent]"),
        ("win-rate", "0%", "win rate '0%' is nothing; write more than 0% [percent]"),
        (
            "win-rate",
            "33.33333333%",
            "win rate '33.33333333%' has more than six decimals; round it [percent]",
        ),
        (
            "marketing-share",
            "120%",
            "marketing share '120%' is not a percentage between 0% and 100%; write 100% or less [percent]",
        ),
        (
            "deal-value",
            "$5,000",
            "deal value '$5,000' is not an amount; write digits only, for example 5000 [amount]",
        ),
        (
            "deal-value",
            "5.000 €",
            "deal value '5.000 €' is not an amount; write digits only, for example 5000 [amount]",
        ),
        (
            "deal-value",
            "-5",
            "deal value '-5' is not an amount; write digits only, for example 5000 [amount]",
        ),
        ("deal-value", "0", "deal value '0' is nothing; write more than 0 [amount]"),
        ("deal-value", "", "deal value is empty; write for example 5000 [amount]"),
        ("effective", "", "effective is empty; write for example 2026-03-01 [date]"),
        (
            "effective",
            "1/3/2026",
            "effective '1/3/2026' is not a day written YYYY-MM-DD; write it like 2026-03-01 [date]",
        ),
        ("effective", "2026-02-30", "effective '2026-02-30' is not a day of the calendar [date]"),
        ("effective", "2199-01-01", "effective '2199-01-01' is not a day before 2199 [date]"),
        ("follow-up", "24h", "follow up '24h' is not a duration; write \"24 hours\""),
        ("report-day", "Fridya", "report day 'Fridya' is no weekday; did you mean 'friday'? [weekday]"),
        ("timezone", "localtime", "timezone 'localtime' is not known; write one like Europe/Berlin"),
        ("holidays", "XX", "holidays 'XX' are not known; write a country"),
        ("currency", "$", "currency '$' is not a currency; write the three capital letters"),
        (
            "id",
            "Marketing & Sales",
            "id 'Marketing & Sales' is not an id; use lower-case letters, digits and hyphens, at most",
        ),
        ("id", "assets", "id 'assets' is a name the site needs itself; choose another id [id]"),
        (
            "starter",
            "contents",
            "starter 'contents' is not known; did you mean 'content'? [starter]",
        ),
        (
            "marketing",
            "a\u202eb",
            "marketing 'a\\u202eb' holds the hidden character U+202E; delete it [text]",
        ),
        ("marketing", "a\nb", "marketing 'a\\nb' holds the hidden character U+000A; delete it [text]"),
        ("marketing", "   ", "marketing is empty; write for example Marketing [text]"),
        ("marketing", "m" * 81, "' is longer than 80 characters [text]"),
        ("sales-email", "ann", "sales email 'ann' is not an e-mail address; write name@example.com [email]"),
        (
            "sales-email",
            "ann@example.com",
            "sales email is given, but sales contact is not; write the sales contact too [empty]",
        ),
    ],
)
def test_an_answer_that_will_not_do_is_told_with_what_would(key: str, typed: str, line: str) -> None:
    (problem,) = told(**{key: typed})
    assert problem.startswith(f"--{key}: error: ")
    assert line in problem


def test_all_problems_are_told_at_once_in_the_order_of_the_questions() -> None:
    lines = told(win_rate="abc", deal_value="x", effective="soon", currency="euro")
    assert [line.partition(":")[0] for line in lines] == [
        "--deal-value",
        "--win-rate",
        "--currency",
        "--effective",
    ]


def test_an_answer_to_a_question_that_nobody_asked_is_not_dropped() -> None:
    assert told(win_rates="5%") == [
        "--win-rates: error: 'win-rates' is no question; did you mean 'win-rate'? [unknown-question]"
    ]


# --- answers that do


def test_an_optional_question_may_stay_without_an_answer() -> None:
    assert read_answers({"effective": "2026-12-01", "sales-contact": ""}).sales_contact is None


def test_space_around_an_answer_is_not_part_of_it() -> None:
    assert read_answers({"effective": " 2026-12-01 ", "sales": " Sales "}).sales == "Sales"


def test_amounts_may_have_decimals() -> None:
    answers = read_answers({"effective": "2026-12-01", "deal-value": "99.50"})
    assert answers.deal_value == Fraction(199, 2)
