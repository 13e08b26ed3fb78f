from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.present.conftest import promise

from living_sla.judge.periods import Rhythm
from living_sla.judge.verdicts import Goal
from living_sla.present.text import (
    Words,
    agreed_money,
    agreed_number,
    agreed_percent,
    by_text,
    count_text,
    day_text,
    in_sentence,
    joined,
    money_text,
    number_text,
    percent_text,
    period_text,
    quoted,
    short_day,
    short_period,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.subject import Standing

UNTIMED = settings(deadline=None)  # no test measures time
SENTENCE = "Marketing {}."
NUMBERS = st.fractions(-(10**9), 10**9, max_denominator=10**6)


def read(text: str) -> Fraction:
    """The number a reader takes a text for."""
    return Fraction(text.strip("$%").replace(",", "").replace("\N{MINUS SIGN}", "-"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (1200, "1,200"),
        (1234567, "1,234,567"),
        (-1200, "\N{MINUS SIGN}1,200"),
        (Fraction("3.25"), "3.25"),
        (Fraction("4.50"), "4.5"),
        (Fraction(1, 3), "0.33"),
        (Fraction(-9, 2), "\N{MINUS SIGN}4.5"),
        (Fraction("1234.5"), "1,234.5"),
        (Fraction(12, 1), "12"),
        (10**30 + 1, "1,000,000,000,000,000,000,000,000,000,001"),
    ],
)
def test_a_number_has_separators_and_at_most_two_decimals(value: int | Fraction, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("0.125", "0.12"), ("0.135", "0.14"), ("0.375", "0.38"), ("-0.125", "\N{MINUS SIGN}0.12")],
)
def test_a_half_is_rounded_to_the_even_neighbour(value: str, text: str) -> None:
    assert number_text(Fraction(value)) == text


def test_nothing_is_left_of_a_minus_sign_before_zero() -> None:
    assert number_text(Fraction(-1, 1000)) == "0"


def test_a_number_has_as_many_decimals_as_are_asked_for() -> None:
    assert number_text(5, 2) == "5.00"


@pytest.mark.parametrize(
    ("value", "goal", "text"),
    [
        ("4.001", Goal(4, at_least=False), "4.001"),
        ("3.999", Goal(4), "3.999"),
        ("4.004", Goal(4), "4"),
        ("3.999999999", Goal(4), "3.999999"),
        ("4.000000001", Goal(4, at_least=False), "4.000001"),
    ],
)
def test_a_number_near_its_goal_shows_on_which_side_it_is(value: str, goal: Goal, text: str) -> None:
    assert number_text(Fraction(value), goal=goal) == text


@UNTIMED
@given(value=NUMBERS, target=NUMBERS, at_least=st.booleans())
def test_a_number_is_shown_on_its_side_of_the_goal(
    value: Fraction, target: Fraction, *, at_least: bool
) -> None:
    goal = Goal(round(target, 4), at_least=at_least)
    assert goal.is_reached(read(number_text(value, goal=goal))) == goal.is_reached(value)


@UNTIMED
@given(NUMBERS)
def test_a_number_is_shown_within_half_a_hundredth(value: Fraction) -> None:
    assert abs(read(number_text(value)) - value) <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (450000, "$450,000"),
        (0, "$0"),
        (Fraction("99.5"), "$99.50"),
        (99, "$99"),
        (Fraction("26312.40"), "$26,312"),
        (Fraction("100.50"), "$100"),
        (-45, "\N{MINUS SIGN}$45"),
        (Fraction("-45.5"), "\N{MINUS SIGN}$45.50"),
    ],
)
def test_money_has_cents_only_below_a_hundred(value: int | Fraction, text: str) -> None:
    assert money_text(value, "USD") == text


@pytest.mark.parametrize(
    ("value", "text"), [("449999.60", "$449,999.60"), ("449999.30", "$449,999"), ("450000.40", "$450,000")]
)
def test_money_short_of_its_goal_never_looks_like_the_goal(value: str, text: str) -> None:
    assert money_text(Fraction(value), "USD", Goal(450000)) == text


@pytest.mark.parametrize(("currency", "text"), [("EUR", "€5"), ("JPY", "¥5"), ("CHF", "CHF 5")])
def test_money_is_written_with_its_sign_or_its_code(currency: str, text: str) -> None:
    assert money_text(5, currency) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(1), "100%"),
        (Fraction(0), "0%"),
        (Fraction(95, 100), "95%"),
        (Fraction(2, 3), "66.7%"),
        (Fraction("0.9496"), "95%"),
        (Fraction("0.0005"), "0%"),
    ],
)
def test_a_percentage_has_one_decimal_where_it_needs_one(share: Fraction, text: str) -> None:
    assert percent_text(share) == text


@pytest.mark.parametrize(
    ("good", "total", "goal", "text"),
    [
        (19, 20, Goal(Fraction(95, 100)), "95%"),
        (415, 437, Goal(Fraction(95, 100)), "94.97%"),
        (9496, 10000, Goal(Fraction(95, 100)), "94.96%"),
        (94996, 100000, Goal(Fraction(95, 100)), "94.996%"),
        (199_999, 200_000, Goal(Fraction(1)), "99.9995%"),
        (10004, 100_000, Goal(Fraction(1, 10), at_least=False), "10.004%"),
        (1, 10, Goal(Fraction(1, 10), at_least=False), "10%"),
        (951234, 1_000_000, Goal(Fraction("0.951234")), "95.1234%"),
        (10**9 - 1, 10**9, Goal(Fraction(1)), "99.999999%"),
    ],
)
def test_a_missed_percentage_never_looks_like_its_target(
    good: int, total: int, goal: Goal, text: str
) -> None:
    assert percent_text(Fraction(good, total), goal) == text


@UNTIMED
@given(data=st.data(), target=st.integers(0, 10**8), at_least=st.booleans())
def test_a_percentage_is_shown_on_its_side_of_the_target(
    data: st.DataObject, target: int, *, at_least: bool
) -> None:
    total = data.draw(st.integers(1, 10**7))
    near = total * target // 10**8  # most of all the counts next to the target
    good = data.draw(st.integers(0, total) | st.sampled_from([near, min(near + 1, total)]))
    share, goal = Fraction(good, total), Goal(Fraction(target, 10**8), at_least=at_least)
    assert goal.is_reached(read(percent_text(share, goal)) / 100) == goal.is_reached(share)


@UNTIMED
@given(st.data(), st.integers(0, 10**8))
def test_a_percentage_has_at_most_six_decimals(data: st.DataObject, target: int) -> None:
    total = data.draw(st.integers(1, 10**12))
    text = percent_text(Fraction(data.draw(st.integers(0, total)), total), Goal(Fraction(target, 10**8)))
    assert len(text.partition(".")[2].removesuffix("%")) <= 6


@pytest.mark.parametrize(
    ("share", "text"),
    [("0.95", "95%"), ("0.9995", "99.95%"), ("0.99999999", "99.999999%"), ("1", "100%"), ("0.125", "12.5%")],
)
def test_an_agreed_percentage_keeps_all_its_decimals(share: str, text: str) -> None:
    assert agreed_percent(Fraction(share)) == text


@pytest.mark.parametrize(("value", "text"), [("4.125", "4.125"), ("1000", "1,000"), ("0.000001", "0.000001")])
def test_an_agreed_number_keeps_all_its_decimals(value: str, text: str) -> None:
    assert agreed_number(Fraction(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [("450000", "$450,000"), ("449999.5", "$449,999.50"), ("0.125", "$0.125")]
)
def test_an_agreed_amount_keeps_all_its_cents(value: str, text: str) -> None:
    assert agreed_money(Fraction(value), "USD") == text


def test_a_day_is_written_out_or_short() -> None:
    day = date(2026, 11, 5)
    assert (day_text(day), short_day(day)) == ("5 November 2026", "5 Nov 2026")


@pytest.mark.parametrize(
    ("every", "text", "short"),
    [
        ("day", "20 Nov 2026", "2026-11-20"),
        ("week", "week to 22 Nov 2026", "2026-W47"),
        ("month", "November 2026", "Nov 2026"),
        ("quarter", "Q4 2026 (Oct\N{EN DASH}Dec)", "Q4 2026"),
        ("year", "2026", "2026"),
    ],
)
def test_a_period_has_a_name_and_a_short_one(every: str, text: str, short: str) -> None:
    period = Rhythm().period_of(date(2026, 11, 20), every)  # type: ignore[arg-type]  # one of the five
    assert (period_text(period, every), short_period(period, every)) == (text, short)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("starts", "every", "text"),
    [
        (7, "quarter", "Q2 2027 (Oct\N{EN DASH}Dec 2026)"),
        (7, "year", "2027 (Jul 2026\N{EN DASH}Jun 2027)"),
        (2, "quarter", "Q4 2027 (Nov 2026\N{EN DASH}Jan 2027)"),
        (11, "quarter", "Q1 2027 (Nov 2026\N{EN DASH}Jan 2027)"),
        (7, "month", "November 2026"),
    ],
)
def test_a_period_of_a_fiscal_year_says_in_which_calendar_year_it_lies(
    starts: int, every: str, text: str
) -> None:
    period = Rhythm(year_starts=starts).period_of(date(2026, 11, 20), every)  # type: ignore[arg-type]  # one of the five
    assert period_text(period, every) == text  # type: ignore[arg-type]  # as above


def test_a_fiscal_quarter_in_its_own_calendar_year_needs_no_year() -> None:
    period = Rhythm(year_starts=7).period_of(date(2026, 2, 1), "quarter")
    assert period_text(period, "quarter") == "Q3 2026 (Jan\N{EN DASH}Mar)"


@pytest.mark.parametrize(
    ("by", "text"),
    [
        (None, ""),
        ("friday", ", by Friday"),
        (1, ", by the 1st"),
        (2, ", by the 2nd"),
        (3, ", by the 3rd"),
        (4, ", by the 4th"),
        (11, ", by the 11th"),
        (12, ", by the 12th"),
        (13, ", by the 13th"),
        (20, ", by the 20th"),
        (21, ", by the 21st"),
        (22, ", by the 22nd"),
        (23, ", by the 23rd"),
        (31, ", by the 31st"),
    ],
)
def test_a_delivery_date_is_said_as_people_say_it(by: str | int | None, text: str) -> None:
    assert by_text(by) == text


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Marketing-qualified leads", "marketing-qualified leads"),
        ("New revenue", "new revenue"),
        ("E-mails", "e-mails"),
        ("MQLs", "MQLs"),
        ("NPS", "NPS"),
        ("A/B tests", "A/B tests"),
        ("LinkedIn leads", "LinkedIn leads"),
        ("Q1 leads", "Q1 leads"),
        ("24-hour calls", "24-hour calls"),
        ("X", "x"),
    ],
)
def test_a_label_fits_into_a_sentence_and_a_name_stays_one(label: str, text: str) -> None:
    assert in_sentence(label) == text


def test_one_of_a_thing_is_singular() -> None:
    assert [count_text(n, "miss", "misses") for n in (0, 1, 2000)] == ["0 misses", "1 miss", "2,000 misses"]


def test_words_are_joined_with_commas_and_a_last_and() -> None:
    assert [joined("abc"[:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


def test_a_name_is_quoted() -> None:
    assert quoted("Leads") == "“Leads”"


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        ("total: mqls, at_least: 500, every: month", "delivers at least 500 MQLs each month"),
        (
            "total: leads, at_least: 1500, every: quarter",
            "delivers at least 1,500 qualified leads each quarter",
        ),
        (
            "total: mqls, at_least: 100, every: month, by: 20th",
            "delivers at least 100 MQLs each month, by the 20th",
        ),
        (
            "total: mqls, at_least: 5, every: week, by: friday",
            "delivers at least 5 MQLs each week, by Friday",
        ),
        ("total: returned, at_most: 40, every: month", "keeps leads returned to at most 40 each month"),
        (
            "total: revenue, at_least: 450000, every: quarter",
            "brings in at least $450,000 of new revenue each quarter",
        ),
        ("total: refunds, at_most: 99.5, every: year", "keeps refunds to at most $99.50 each year"),
    ],
)
def test_a_total_is_told_in_a_plain_sentence(sentence: Callable[..., str], measure: str, says: str) -> None:
    assert sentence(measure) == SENTENCE.format(says)


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        (
            "share: in_time, of: due, at_least: 95%, every: month",
            "makes sure that leads called in time are at least 95% of leads to call each month",
        ),
        (
            "share: returned, of: mqls, at_most: 10%, every: month, min_events: 20",
            "makes sure that leads returned are at most 10% of MQLs each month",
        ),
        (
            "share: in_time, of: due, at_least: 99.95%, every: week",
            "makes sure that leads called in time are at least 99.95% of leads to call each week",
        ),
    ],
)
def test_a_share_is_told_in_a_plain_sentence(sentence: Callable[..., str], measure: str, says: str) -> None:
    assert sentence(measure) == SENTENCE.format(says)


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        (
            "level: hours, take: mean, at_most: 4, every: month",
            "keeps the median time to first call at or below 4 hours on average each month",
        ),
        (
            "level: backlog, at_most: 40, every: week",
            "keeps the backlog of leads at or below 40 leads at the end of each week",
        ),
        (
            "level: backlog, take: max, at_most: 60, every: month",
            "keeps the backlog of leads at or below 60 leads at its highest each month",
        ),
        (
            "level: score, take: min, at_least: 30, every: quarter",
            "keeps the NPS at or above 30 points at its lowest each quarter",
        ),
        (
            "level: cost, take: mean, at_most: 80.5, every: month",
            "keeps the cost per lead at or below $80.50 on average each month",
        ),
    ],
)
def test_a_level_is_told_in_a_plain_sentence(sentence: Callable[..., str], measure: str, says: str) -> None:
    assert sentence(measure) == SENTENCE.format(says)


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        ("deliver: {report: 1}, every: week, by: friday", "delivers 1 pipeline report each week, by Friday"),
        (
            "deliver: {blog-post: 4, case-study: 1}, every: month",
            "delivers 4 blog posts and 1 case study each month",
        ),
        (
            "deliver: {blog-post: 4, case-study: 1, report: 2}, every: month, by: 31",
            "delivers 4 blog posts, 1 case study and 2 pipeline reports each month, by the 31st",
        ),
    ],
)
def test_things_to_deliver_are_told_in_a_plain_sentence(
    sentence: Callable[..., str], measure: str, says: str
) -> None:
    assert sentence(measure) == SENTENCE.format(says)


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        (
            "answer: report, with: feedback, within: 1 week, every: month",
            "answers every pipeline report with written feedback within 1 week",
        ),
        (
            "answer: report, with: feedback, within: 2 days, at_least: 90%, every: month",
            "answers at least 90% of each month's pipeline reports with written feedback within 2 days",
        ),
        (
            "before: launch, deliver: training, ahead: 7 days, every: quarter",
            "delivers a training session at least 7 days before every product launch",
        ),
        (
            "before: launch, deliver: training, ahead: 7 days, at_least: 90%, every: year",
            "delivers a training session at least 7 days before at least 90% of each year's product launches",
        ),
        (
            "before: launch, deliver: agenda, ahead: 2 days, every: quarter",
            "delivers an agenda at least 2 days before every product launch",
        ),
    ],
)
def test_answers_and_preparations_are_told_in_a_plain_sentence(
    sentence: Callable[..., str], measure: str, says: str
) -> None:
    metrics = {"metrics": "metrics: {}\nitems:\n" + ITEMS} if "agenda" in measure else {}
    assert sentence(measure, **metrics) == SENTENCE.format(says)


ITEMS = """\
  launch: {label: product launch, plural: product launches}
  agenda: {label: agenda, plural: agendas}
"""


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        (
            "total: mqls, at_least: {2026-01: 90}, every: month",
            "delivers at least the agreed number of MQLs each month",
        ),
        (
            "total: revenue, at_least: {2026: 90}, every: year",
            "brings in at least the agreed amount of new revenue each year",
        ),
        (
            "total: refunds, at_most: {2026: 90}, every: year",
            "keeps refunds to at most the agreed limit each year",
        ),
        (
            "share: in_time, of: due, at_least: {2026-01: 95%}, every: month",
            "makes sure that leads called in time are at least the agreed share of leads to call each month",
        ),
        (
            "level: hours, at_most: {2026-01: 4}, every: month",
            "keeps the median time to first call at or below the agreed level at the end of each month",
        ),
    ],
)
def test_a_table_of_targets_is_told_without_a_number(
    sentence: Callable[..., str], measure: str, says: str
) -> None:
    assert sentence(measure.replace("2026:", '"2026":')) == SENTENCE.format(says)


def test_a_table_of_targets_is_told_with_the_number_of_its_period(stand: Callable[..., Standing]) -> None:
    agreement = stand(promise("total: mqls, at_least: {2026-01: 90, 2026-02: 100}, every: month")).agreement
    (commitment,) = agreement.commitments
    assert Words(agreement).sentence(commitment, Goal(100)) == SENTENCE.format(
        "delivers at least 100 MQLs each month"
    )


def test_what_must_be_kept_first_is_named(sentence: Callable[..., str]) -> None:
    other = promise(
        "total: mqls, at_least: 500, every: month", "title: Qualified leads", id_="leads", party="sales"
    )
    assert sentence("deliver: {report: 1}, every: week", "once: leads", before=other) == SENTENCE.format(
        "delivers 1 pipeline report each week, once Sales has kept “Qualified leads”"
    )


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("case-study", "2 case studies"),
        ("survey", "2 surveys"),
        ("product-launch", "2 product launches"),
        ("press-release", "2 press releases"),
        ("business", "2 businesses"),
        ("report", "2 reports"),
    ],
)
def test_things_the_agreement_does_not_name_are_named_by_their_id(
    stand: Callable[..., Standing], item: str, words: str
) -> None:
    agreement = stand(promise(f"deliver: {{{item}: 2}}, every: month"), metrics="metrics: {}\n").agreement
    assert Words(agreement).items(item, 2) == words
