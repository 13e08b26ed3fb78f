"""Numbers, days, periods and promises become the words a reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import (
    PLAN,
    Answer,
    Before,
    Commitment,
    Deliver,
    Item,
    Level,
    Share,
    Total,
)
from living_sla.agreement.fields import MONTHS, Every
from living_sla.judge.verdicts import Goal

if TYPE_CHECKING:
    from datetime import date

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.periods import Period

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "BRL": "R$", "JPY": "¥", "INR": "₹"}
_TAKE_WORDS = {
    "last": "at the end of",
    "mean": "on average",
    "max": "at its highest",
    "min": "at its lowest",
}
TAKEN = {"last": "newest value", "mean": "mean", "max": "highest value", "min": "lowest value"}
"""What is taken of a measure's values."""
_MOST_DECIMALS = 6
_MOST_TYPED = 18
_CENTS = 2
MONEY_UNIT = "money"


def plain(value: Exact | None) -> int | float | None:
    """A number as JSON and CSV write it; the only place where an exact one becomes a float."""
    if value is None or isinstance(value, int):
        return value
    return value.numerator if value.denominator == 1 else float(Fraction(value))


def day_text(day: date) -> str:
    """`20 November 2026`."""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def short_day(day: date) -> str:
    """`20 Nov 2026`."""
    return f"{day.day} {MONTHS[day.month - 1][:3].capitalize()} {day.year}"


def period_text(period: Period, every: Every) -> str:
    """`November 2026`, `Q4 2026 (Oct-Dec)`, `week to 22 Nov 2026`, `2026`, `20 Nov 2026`.

    A quarter or year that does not lie in the calendar year it is named by says its months with their years:
    `Q1 2027 (Jul-Sep 2026)`, `2027 (Jul 2026-Jun 2027)`.
    """
    match every:
        case "day":
            return short_day(period.start)
        case "week":
            return f"week to {short_day(period.last)}"
        case "month":
            return f"{MONTHS[period.start.month - 1].capitalize()} {period.start.year}"
        case "quarter":
            return f"{short_period(period, every)} ({_months(period)})"
        case _:
            return period.id if period.start.month == 1 else f"{period.id} ({_months(period)})"


def period_of(judgement: Judgement) -> str:
    """The period of a judgement in words."""
    return period_text(judgement.period, judgement.commitment.measure.every)


def _months(period: Period) -> str:
    """`Oct-Dec`, and the years where the period's name does not say them."""
    first, last = period.start, period.last
    names = [MONTHS[day.month - 1][:3].capitalize() for day in (first, last)]
    if first.year != last.year:
        names[0] += f" {first.year}"
    if first.year != last.year or not period.id.startswith(str(last.year)):
        names[1] += f" {last.year}"
    return "\N{EN DASH}".join(names)


def short_period(period: Period, every: Every) -> str:
    """The same, short enough for a chart's axis."""
    match every:
        case "month":
            return f"{MONTHS[period.start.month - 1][:3].capitalize()} {period.start.year}"
        case "quarter":
            year, quarter = period.id.split("-")
            return f"{quarter} {year}"
        case _:
            return period.id


def number_text(value: Exact, decimals: int | None = None, goal: Goal | None = None) -> str:
    """A number with thousands separators; by default with the decimals it needs, at most two.

    With a goal, as many more as show which side of it the number is on. Rounded half to even, for display
    only: verdicts never see it.
    """
    least = decimals if decimals is not None else min(2, _decimals(value))
    text = _digits(*_shown(value, goal, least))
    return text.rstrip("0").rstrip(".") if decimals is None and "." in text else text


def _shown(value: Exact, goal: Goal | None, least: int, most: int = _MOST_DECIMALS) -> tuple[Fraction, int]:
    """A value rounded on its own side of a goal, and to how many decimals."""
    exact = Fraction(value)
    if goal is None:
        return round(exact, least), least
    most = max(least, most, _decimals(goal.value))
    for places in range(least, most + 1):
        if goal.is_reached(round(exact, places)) == goal.is_reached(exact):
            return round(exact, places), places
    away = floor if goal.at_least else ceil
    return Fraction(away(exact * 10**most), 10**most), most


def _digits(value: Fraction, places: int) -> str:
    """A value of at most so many decimals, written with exactly so many."""
    whole, part = divmod(abs(int(value * 10**places)), 10**places)
    minus = "\N{MINUS SIGN}" if value < 0 else ""
    return f"{minus}{whole:,}.{part:0{places}}" if places else f"{minus}{whole:,}"


def _decimals(value: Exact) -> int:
    """The decimals that write a number in full, as many as anybody can type."""
    return next((n for n in range(_MOST_TYPED) if (Fraction(value) * 10**n).denominator == 1), _MOST_TYPED)


def money_text(value: Exact, currency: str, goal: Goal | None = None) -> str:
    """An amount of money with its sign; cents below a hundred, and where the goal is nearer than that."""
    fine = _decimals(value) > 0 and -100 < value < 100  # noqa: PLR2004 where cents stop to matter
    if goal is not None and goal.is_reached(round(Fraction(value), 0)) != goal.is_reached(value):
        fine = True
    return _with_sign(number_text(value, _CENTS if fine else 0, goal if fine else None), currency)


def agreed_money(value: Exact, currency: str) -> str:
    """An amount of money as it was agreed, with all its cents."""
    decimals = _decimals(value)
    return _with_sign(number_text(value, max(decimals, _CENTS) if decimals else 0), currency)


def _with_sign(text: str, currency: str) -> str:
    minus = "\N{MINUS SIGN}" if text.startswith("\N{MINUS SIGN}") else ""
    return f"{minus}{currency_sign(currency)}{text.removeprefix(minus)}"


def currency_sign(currency: str) -> str:
    """What stands before an amount: `$`, or `CHF `."""
    return _SYMBOLS.get(currency, f"{currency} ")


def percent_text(share: Exact, goal: Goal | None = None) -> str:
    """A share (0 to 1) as a percentage: one decimal, or as many as show which side of the goal it is on."""
    shown, places = _shown(share, goal, least=3, most=_MOST_DECIMALS + 2)
    return f"{_digits(shown * 100, places - 2).removesuffix('.0')}%"


def agreed_percent(share: Exact) -> str:
    """A percentage as it was agreed: `95%`, `99.95%`."""
    return f"{agreed_number(Fraction(share) * 100)}%"


def agreed_number(value: Exact) -> str:
    """A number as it was agreed, with all its decimals."""
    return number_text(value, _decimals(value))


def count_text(count: int, noun: str, plural: str = "") -> str:
    """`1 lead`, `2 leads`."""
    return f"{number_text(count)} {noun if count == 1 else plural or noun + 's'}"


def joined(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = list(words)
    return f"{', '.join(most)} and {last}" if most else last


def quoted(name: str) -> str:
    """A name inside a sentence, in quotation marks."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"


def in_sentence(label: str) -> str:
    """A label inside a sentence: its first letter small, unless its first word is a name (`MQLs`, `A/B`)."""
    first = label.split(" ", 1)[0]
    return label if any(c.isupper() or c.isdigit() for c in first[1:]) else label[:1].lower() + label[1:]


@dataclass(frozen=True, slots=True)
class Words:
    """The words one agreement uses for its parties, things and numbers."""

    agreement: Agreement

    def party(self, party: str) -> str:
        """A party's name."""
        return self.agreement.terms.parties[party].name

    def items(self, item: str, count: int) -> str:
        """`1 case study`, `2 case studies`."""
        terms = self.item(item)
        return count_text(count, terms.label, terms.plural)

    def item(self, item: str) -> Item:
        """The names of a kind of thing; made from its id where the agreement gives none."""
        label = item.replace("-", " ")
        return self.agreement.items.get(item) or Item(label=label, plural=_plural(label))

    def value(self, commitment: Commitment, value: Exact, goal: Goal | None = None) -> str:
        """A value of a commitment's measure without its unit: `312`, `$45,000`, `94.96%`."""
        match commitment.measure:
            case Share() | Answer() | Before():
                return percent_text(value, goal)
            case Total(total=metric) | Level(level=metric):
                return self.metric_value(metric, value, goal)
            case _:
                return number_text(value)

    def metric_value(self, metric: str, value: Exact, goal: Goal | None = None) -> str:
        """A metric's value without its unit."""
        if self.agreement.metrics[metric].unit == MONEY_UNIT:
            return money_text(value, self.agreement.terms.currency, goal)
        return number_text(value, goal=goal)

    def unit(self, commitment: Commitment) -> str:
        """What the numbers of a measure count; empty where the number says it itself."""
        match commitment.measure:
            case Total(total=metric) | Level(level=metric):
                unit = self.agreement.metrics[metric].unit
                return "" if unit == MONEY_UNIT else unit
            case Deliver():
                return "delivered"
            case _:
                return ""

    def target(self, commitment: Commitment, goal: Goal) -> str:
        """A goal without its unit, as it was agreed: `500`, `95%`, `7`."""
        measure = commitment.measure
        if isinstance(measure, Share | Answer | Before):
            return agreed_percent(goal.value)
        metric = getattr(measure, "total", None) or getattr(measure, "level", None)
        if metric and self.agreement.metrics[metric].unit == MONEY_UNIT:
            return agreed_money(goal.value, self.agreement.terms.currency)
        return agreed_number(goal.value)

    def sentence(self, commitment: Commitment, goal: Goal | None = None) -> str:
        """The plain sentence of a promise (A18).

        A table of targets needs the goal of one period; without it, it says `the agreed number`.
        """
        measure = commitment.measure
        if isinstance(measure, Deliver | Answer | Before):
            promise = self._promised_things(measure)
        else:
            promise = self._promised_numbers(commitment, measure, goal)
        condition = ""
        if commitment.once:
            other = next(c for c in self.agreement.commitments if c.id == commitment.once)
            condition = f", once {self.party(other.party)} has kept {quoted(other.name)}"
        return f"{self.party(commitment.party)} {promise}{condition}."

    def _promised_things(self, measure: Deliver | Answer | Before) -> str:
        match measure:
            case Deliver():
                things = joined(self.items(item, count) for item, count in measure.deliver.items())
                return f"delivers {things} each {measure.every}{by_text(measure.by)}"
            case Answer():
                what, how = self._part(measure, self.item(measure.answer)), self.item(measure.with_).label
                return f"answers {what} with {how} within {measure.within}"
            case Before():
                what, how = self._part(measure, self.item(measure.before)), self.item(measure.deliver).label
                return f"delivers {_article(how)} {how} at least {measure.ahead} before {what}"

    def _part(self, measure: Answer | Before, item: Item) -> str:
        """`every product launch`, or `at least 90% of each quarter's product launches`."""
        if measure.at_least == 1:
            return f"every {item.label}"
        return f"at least {agreed_percent(measure.at_least)} of each {measure.every}'s {item.plural}"

    def _promised_numbers(
        self, commitment: Commitment, measure: Total | Share | Level, goal: Goal | None
    ) -> str:
        goal = goal or _fixed_goal(measure)
        agreed = self.target(commitment, goal) if goal else ""
        if isinstance(measure, Share):
            limit = "at most" if measure.at_most is not None else "at least"
            amount = f"{limit} {agreed or 'the agreed share'}"
            good, all_ = self._label(measure.share), self._label(measure.of)
            return f"makes sure that {good} are {amount} of {all_} each {measure.every}"
        if isinstance(measure, Level):
            side = "at or below" if measure.at_most is not None else "at or above"
            value = f"{agreed} {self.unit(commitment)}".strip() if goal else "the agreed level"
            when = f"{_TAKE_WORDS[measure.take]} each {measure.every}"
            return f"keeps the {self._label(measure.level)} {side} {value} {when}"
        each, label = f"each {measure.every}{by_text(measure.by)}", self._label(measure.total)
        is_money = self.agreement.metrics[measure.total].unit == MONEY_UNIT
        if measure.at_most is not None:
            return f"keeps {label} to at most {agreed or 'the agreed limit'} {each}"
        planned = "planned" if measure.at_least == PLAN else "agreed"
        if is_money:
            return f"brings in at least {agreed or f'the {planned} amount'} of {label} {each}"
        return f"delivers at least {agreed or f'the {planned} number of'} {label} {each}"

    def _label(self, metric: str) -> str:
        return in_sentence(self.agreement.metrics[metric].label)


def _fixed_goal(measure: Total | Share | Level) -> Goal | None:
    """The target that holds for every period; None for a table of targets."""
    target = measure.at_least if measure.at_least is not None else measure.at_most
    return None if target is None or isinstance(target, str | Mapping) else Goal(target)


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "z", "ch", "sh")) else f"{noun}s"


def _article(noun: str) -> str:
    return "an" if noun[:1].lower() in "aeiou" else "a"


def by_text(by: str | int | None) -> str:
    """`, by Friday`, `, by the 20th`, or nothing."""
    if by is None:
        return ""
    if isinstance(by, str):
        return f", by {by.capitalize()}"
    ending = "th" if 10 < by < 14 else {1: "st", 2: "nd", 3: "rd"}.get(by % 10, "th")  # noqa: PLR2004 11th, 12th, 13th
    return f", by the {by}{ending}"
