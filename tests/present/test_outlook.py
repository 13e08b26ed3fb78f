"""Forecasts and slack as a reader sees them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.present.conftest import promise

from living_sla.judge.forecast import Forecast, NoForecast, Why
from living_sla.judge.verdicts import Goal
from living_sla.present.outlook import (
    chance_text,
    no_forecast_text,
    outlook_text,
    slack_text,
)
from living_sla.present.text import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.judge.forecast import Forecast as Outlook
    from living_sla.present.subject import Standing

    Say = Callable[..., str]

DAY = date(2026, 3, 21)
DASH = "\N{EN DASH}"


def likely(low: float | str, middle: float | str, high: float | str, chance: str = "41/100") -> Outlook:
    return Forecast(Fraction(low), Fraction(middle), Fraction(high), Fraction(chance), 90, 1000, DAY)


@pytest.fixture
def say(stand: Callable[..., Standing]) -> Say:
    """The words of a forecast of one measure."""

    def of(measure: str, outlook: Outlook | NoForecast, goal: Goal) -> str:
        agreement = stand(promise(measure)).agreement
        return outlook_text(Words(agreement), agreement.commitments[0], goal, outlook)

    return of


@pytest.mark.parametrize(
    ("measure", "goal", "outlook", "words"),
    [
        (
            "total: leads, at_least: 100, every: month",
            Goal(100),
            likely(90, 97, 104),
            "likely 97, between 90 and 104; 41% to reach 100",
        ),
        (
            "total: leads, at_least: 12000, every: month",
            Goal(12000),
            likely(10249, 11512, 12873),
            "likely 11,500, between 10,200 and 12,900; 41% to reach 12,000",
        ),
        (
            "total: revenue, at_least: 450000, every: quarter",
            Goal(450000),
            likely("306365.5", "387698.25", 469678),
            "likely $388,000, between $306,000 and $470,000; 41% to reach $450,000",
        ),
        (
            "total: refunds, at_most: 300, every: month",
            Goal(300, at_least=False),
            likely(280, 290, 310),
            "likely $290, between $280 and $310; 41% to stay at or below $300",
        ),
        (
            "share: in_time, of: due, at_least: 95%, every: month",
            Goal(Fraction(95, 100)),
            likely("0.9562", "0.9664", "0.9745"),
            "likely 96.6%, between 95.6% and 97.4%; 41% to reach 95%",
        ),
        (
            "share: in_time, of: due, at_least: 60%, every: month",
            Goal(Fraction(6, 10)),
            likely("0.51", "0.684", "0.83"),
            "likely 68%, between 51% and 83%; 41% to reach 60%",
        ),
        (
            "level: hours, take: mean, at_most: 4, every: month",
            Goal(4, at_least=False),
            likely("3.3333", "3.3722", "3.4555"),
            "likely 3.37, between 3.33 and 3.46; 41% to stay at or below 4",
        ),
        (
            "deliver: {blog-post: 4, case-study: 3}, every: month",
            Goal(7),
            likely(6, 6, 7),
            "likely 6, between 6 and 7; 41% to reach 7",
        ),
        (
            "total: leads, at_least: 100, every: month",
            Goal(100),
            likely(97, 97, 97),
            "likely 97; 41% to reach 100",
        ),
    ],
)
def test_a_forecast_is_told_without_false_precision(
    say: Say, measure: str, goal: Goal, outlook: Outlook, words: str
) -> None:
    assert say(measure, outlook, goal) == words


@pytest.mark.parametrize(
    ("at_least", "chance", "words"),
    [
        (True, "0", "likely 97; can no longer reach 100"),
        (True, "1", "likely 97; sure to reach 100"),
        (False, "0", "likely 97; can no longer stay at or below 100"),
        (False, "1", "likely 97; sure to stay at or below 100"),
    ],
)
def test_what_is_certain_is_said_so(say: Say, *, at_least: bool, chance: str, words: str) -> None:
    side = "at_least" if at_least else "at_most"
    measure = f"total: leads, {side}: 100, every: month"
    assert say(measure, likely(97, 97, 97, chance), Goal(100, at_least=at_least)) == words


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        ("0", "0%"),
        ("1/2002", "less than 1%"),
        ("99/10000", "less than 1%"),
        ("1/100", "1%"),
        ("2/5", "40%"),
        ("41/100", "41%"),
        ("99/100", "99%"),
        ("9901/10000", "more than 99%"),
        ("1", "100%"),
    ],
)
def test_a_chance_is_told_in_whole_percents(chance: str, words: str) -> None:
    assert chance_text(Fraction(chance)) == words


@given(st.fractions(0, 1))
def test_only_certainty_is_0_or_100_percent(chance: Fraction) -> None:
    assert (chance_text(chance) in {"0%", "100%"}) == (chance in {0, 1})


@pytest.mark.parametrize(
    ("outlook", "words"),
    [
        (NoForecast(Why.TOO_FEW_WEEKS, 3, 4), "too little history for a forecast: 3 weeks, 4 are needed"),
        (NoForecast(Why.TOO_FEW_WEEKS, 1, 4), "too little history for a forecast: 1 week, 4 are needed"),
        (
            NoForecast(Why.TOO_FEW_LIKE_DAYS, 5, 8),
            "too few days like those to come for a forecast: 5, 8 are needed",
        ),
        (
            NoForecast(Why.TOO_FEW_BUSY_DAYS, 1, 8),
            "too few days with anything to count for a forecast: 1, 8 are needed",
        ),
        (NoForecast(Why.TOO_FEW_PERIODS, 3, 4), "too few earlier periods for a forecast: 3, 4 are needed"),
        (
            NoForecast(Why.ROWS_MISSING),
            "no forecast: numbers are missing that a forecast would start from",
        ),
        (NoForecast(Why.NOT_DAILY), "no forecast: its numbers do not come day by day"),
        (NoForecast(Why.OVER), ""),
        (NoForecast(Why.NO_TARGET), ""),
    ],
)
def test_too_little_to_tell_is_said_with_what_it_takes(outlook: NoForecast, words: str) -> None:
    assert no_forecast_text(outlook) == words


def test_a_forecast_that_is_not_there_says_why(say: Say) -> None:
    outlook = NoForecast(Why.TOO_FEW_WEEKS, 2, 4)
    words = "too little history for a forecast: 2 weeks, 4 are needed"
    assert say("total: leads, at_least: 100, every: month", outlook, Goal(100)) == words


@pytest.mark.parametrize(
    ("pace", "days", "words"),
    [
        ("calendar-days", 3, "3 days of slack"),
        ("calendar-days", 1, "1 day of slack"),
        ("calendar-days", 0, "no day of slack"),
        ("working-days", -2, "2 working days behind"),
        ("working-days", None, ""),
    ],
)
def test_slack_is_told_in_the_days_of_the_pace(
    stand: Callable[..., Standing], pace: str, days: int | None, words: str
) -> None:
    agreement = stand(promise("total: leads, at_least: 100, every: month", f"pace: {pace}")).agreement
    assert slack_text(agreement.commitments[0], days) == words
