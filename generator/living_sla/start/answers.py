"""What was typed for each question becomes typed answers, or a problem for every answer that will not do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

from living_sla.agreement.coherence import is_timezone, region_hint
from living_sla.agreement.durations import parse_duration
from living_sla.agreement.fields import LAST_YEAR, WEEKDAYS, parse_date, parse_id
from living_sla.agreement.quantities import parse_percent
from living_sla.agreement.terms import Contact
from living_sla.diagnostics import InputError, Place, Problem, did_you_mean, quote
from living_sla.source_text import hidden_character
from living_sla.start.questions import QUESTIONS, STARTERS, Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from living_sla.agreement.durations import Duration
    from living_sla.agreement.quantities import Exact
    from living_sla.start.questions import Question

MOST_LEADS = 1_000_000
_LONGEST_TEXT = 80
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?")
_IN_GROUPS = re.compile(r"[^0-9]*[1-9][0-9]{0,2}([., ][0-9]{3}){1,3}[^0-9]*")  # $5,000 or 5.000 €
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, order=True)
class Spot(Place):
    """Where an answer was given: an option, or a cell of a sheet, which has a name of its own."""

    name: str = ""

    def __str__(self) -> str:
        """The name alone: `--win-rate`, `worksheet.xlsx:Answers!B7`."""
        return self.name


@dataclass(frozen=True, slots=True)
class Answers:
    """An answer to every question."""

    starter: str
    id: str
    marketing: str
    sales: str
    revenue_goal: Exact
    deal_value: Exact
    win_rate: Fraction
    marketing_share: Fraction
    follow_up: Duration
    report_day: str
    timezone: str
    holidays: str | None
    currency: str
    effective: date
    marketing_contact: str | None
    marketing_email: str | None
    sales_contact: str | None
    sales_email: str | None

    @property
    def lead_target(self) -> int:
        """How many qualified leads marketing hands over in a month."""
        return leads_needed(
            self.revenue_goal,
            deal_value=self.deal_value,
            win_rate=self.win_rate,
            marketing_share=self.marketing_share,
        )

    @property
    def first_year_ends(self) -> date:
        """The last day of the month before the agreement has been in force for a year."""
        return date(self.effective.year + 1, self.effective.month, 1) - timedelta(days=1)


def leads_needed(
    revenue_goal: Exact, *, deal_value: Exact, win_rate: Fraction, marketing_share: Fraction = Fraction(1)
) -> int:
    """Revenue goal x marketing's share / deal value / win rate, rounded up to a whole lead."""
    return ceil(revenue_goal * marketing_share / deal_value / win_rate)


def first_of_next_month(day: date) -> date:
    """When an agreement that is begun on a day comes into force, unless said otherwise."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def read_answers(typed: Mapping[str, str], *, places: Mapping[str, Place] | None = None) -> Answers:
    """Read every answer; a question that `typed` leaves out takes its default.

    Args:
        typed: what was typed, by the question's key; "" is no answer.
        places: where it was typed, by the same keys; by default as options of the command.

    Raises:
        InputError: with all answers that will not do.
    """
    where = _as_options(typed) | dict(places or {})
    keys = [question.key for question in QUESTIONS]
    problems = [
        Problem(where[key], "unknown-question", f"{quote(key)} is no question", did_you_mean(key, keys))
        for key in typed
        if key not in keys
    ]
    values: dict[str, Any] = {}
    for question in QUESTIONS:
        text = typed.get(question.key, question.default)
        try:
            values[question.key.replace("-", "_")] = parse_answer(question, text)
        except ValueError as error:
            words, _, hint = str(error).partition("; ")
            problems.append(Problem(where[question.key], question.form.value, words, hint))
    problems += _problems_between(values, where)
    if problems:
        raise InputError(problems)
    return Answers(**values)


def parse_answer(question: Question, text: str) -> Any:  # noqa: ANN401 each form has a type of its own
    """One answer's value, None for no answer.

    Raises:
        ValueError: a sentence that names the question, and behind a semicolon what to write.
    """
    text = text.strip()
    if not text:
        if question.is_optional:
            return None
        example = question.default or "2026-03-01"
        raise ValueError(f"{question.label} is empty; write for example {example}")
    try:
        return _PARSERS[question.form](text)
    except ValueError as error:
        words = str(error).removeprefix(f"'{text}' ")
        raise ValueError(f"{question.label} {quote(text)} {words}") from error


def _as_options(typed: Mapping[str, str]) -> dict[str, Place]:
    keys = dict.fromkeys([*(question.key for question in QUESTIONS), *typed])
    return {key: Spot("command line", n, 1, f"--{key}") for n, key in enumerate(keys, start=1)}


def _problems_between(values: Mapping[str, Any], where: Mapping[str, Place]) -> Iterator[Problem]:
    """What no single answer shows; answers that could not be read are not looked at."""
    for question in QUESTIONS:
        owner = question.belongs_to.replace("-", "_")
        if values.get(question.key.replace("-", "_")) is not None and owner and values.get(owner, "") is None:
            other = question.belongs_to.replace("-", " ")
            words = f"{question.label} is given, but {other} is not"
            yield Problem(where[question.key], "empty", words, f"write the {other} too")
    numbers = ("revenue_goal", "deal_value", "win_rate", "marketing_share")
    if values.keys() >= set(numbers):
        goal, *rest = (values[name] for name in numbers)
        leads = leads_needed(goal, **dict(zip(numbers[1:], rest, strict=True)))
        if leads > MOST_LEADS:
            words = f"this goal needs {leads:,} leads a month, more than {MOST_LEADS:,}"
            hint = "look again at the goal, the deal value and the two shares"
            yield Problem(where["revenue-goal"], "lead-target", words, hint)


def _parse_starter(text: str) -> str:
    if text not in STARTERS:
        raise ValueError(f"is not known; {did_you_mean(text, STARTERS)}")
    return text


def _parse_text(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"is longer than {_LONGEST_TEXT} characters")
    hidden = next((c for c in text if hidden_character(c) or (c.isspace() and c != " ")), None)
    if hidden:
        raise ValueError(f"holds the hidden character U+{ord(hidden):04X}; delete it")
    return text


def _parse_amount(text: str) -> Exact:
    if not _AMOUNT.fullmatch(text):
        meant = re.sub("[^0-9]", "", text) if _IN_GROUPS.fullmatch(text) else "5000"
        raise ValueError(f"is not an amount; write digits only, for example {meant}")
    amount = Fraction(text)
    if not amount:
        raise ValueError("is nothing; write more than 0")
    return amount.numerator if amount.denominator == 1 else amount


def _parse_percent(text: str) -> Fraction:
    if not re.search("[0-9]", text):
        raise ValueError("is not a percentage; write 25%")
    if re.fullmatch(r"[0-9]{1,3}\.[0-9]{7,}%", text):
        raise ValueError("has more than six decimals; round it")
    share = parse_percent(text)
    if not share:
        raise ValueError("is nothing; write more than 0%")
    return share


def _parse_weekday(text: str) -> str:
    if text.lower() not in WEEKDAYS:
        raise ValueError(f"is no weekday; {did_you_mean(text.lower(), WEEKDAYS)}")
    return text.lower()


def _parse_day(text: str) -> date:
    day = parse_date(text)
    if day.year >= LAST_YEAR:
        raise ValueError(f"is not a day before {LAST_YEAR}")
    return day


def _parse_currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise ValueError("is not a currency; write the three capital letters of ISO 4217, for example USD")
    return text


def _parse_timezone(text: str) -> str:
    if not is_timezone(text):
        raise ValueError("is not known; write one like Europe/Berlin or America/New_York")
    return text


def _parse_holidays(text: str) -> str:
    if hint := region_hint(text):
        raise ValueError(f"are not known; {hint}")
    return text


def _parse_email(text: str) -> str:
    try:
        return str(Contact(name="someone", email=_parse_text(text)).email)
    except ValueError:
        raise ValueError("is not an e-mail address; write name@example.com") from None


_PARSERS: dict[Form, Callable[[str], Any]] = {
    Form.STARTER: _parse_starter,
    Form.ID: parse_id,
    Form.TEXT: _parse_text,
    Form.AMOUNT: _parse_amount,
    Form.PERCENT: _parse_percent,
    Form.DURATION: parse_duration,
    Form.WEEKDAY: _parse_weekday,
    Form.DAY: _parse_day,
    Form.CURRENCY: _parse_currency,
    Form.TIMEZONE: _parse_timezone,
    Form.HOLIDAYS: _parse_holidays,
    Form.EMAIL: _parse_email,
}
