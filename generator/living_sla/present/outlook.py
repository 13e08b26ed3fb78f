"""Forecasts and slack become words, without false precision."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Answer, Before, Level, Share
from living_sla.judge.forecast import NoForecast, Why
from living_sla.present.text import Words, count_text, number_text

if TYPE_CHECKING:
    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.forecast import Forecast
    from living_sla.judge.verdicts import Goal

# The spread of a forecast is shown in about so many steps: digits below them would promise too much.
_STEPS = 20
_FINEST = 2
_COUNTED = {
    Why.TOO_FEW_WEEKS: " weeks",
    Why.TOO_FEW_LIKE_DAYS: "",
    Why.TOO_FEW_BUSY_DAYS: "",
    Why.TOO_FEW_PERIODS: "",
}
_UNSAID = frozenset({Why.OVER, Why.NO_TARGET})


def outlook_text(words: Words, commitment: Commitment, goal: Goal, outlook: Forecast | NoForecast) -> str:
    """`likely 97, between 90 and 104; 41% to reach 100`, or why there is no forecast.

    Empty where the page says by itself that there is none: the period is over, or has no target.
    """
    if isinstance(outlook, NoForecast):
        return no_forecast_text(outlook)
    digits = _digits(commitment, outlook.high - outlook.low)
    low, middle, high = (
        _value(words, commitment, value, digits) for value in (outlook.low, outlook.middle, outlook.high)
    )
    likely = f"likely {middle}" if low == high else f"likely {middle}, between {low} and {high}"
    return f"{likely}; {_chance_of(outlook.chance, words.target(commitment, goal), goal)}"


def no_forecast_text(outlook: NoForecast) -> str:
    """`too little history for a forecast: 3 weeks, 4 are needed`, or another reason."""
    if outlook.why in _UNSAID:
        return ""
    if outlook.why not in _COUNTED:
        return f"no forecast: {outlook.why}"
    unit = _COUNTED[outlook.why]
    found = f"{outlook.found}{unit.removesuffix('s') if outlook.found == 1 else unit}"
    return f"{outlook.why}: {found}, {outlook.needed} are needed"


def chance_text(chance: Fraction) -> str:
    """A chance in whole percents: `41%`, `less than 1%`, `more than 99%`; 0 and 1 only as such."""
    if chance in {0, 1}:
        return f"{int(chance * 100)}%"
    if chance < Fraction(1, 100):
        return "less than 1%"
    if chance > Fraction(99, 100):
        return "more than 99%"
    return f"{round(chance * 100)}%"


def slack_text(commitment: Commitment, days: int | None) -> str:
    """`3 working days of slack`, `2 days behind`, `no day of slack`; empty for None."""
    if days is None:
        return ""
    noun = "working day" if commitment.pace == "working-days" else "day"
    if days == 0:
        return f"no {noun} of slack"
    return f"{count_text(abs(days), noun)} {'of slack' if days > 0 else 'behind'}"


def _chance_of(chance: Fraction, target: str, goal: Goal) -> str:
    end = f"reach {target}" if goal.at_least else f"stay at or below {target}"
    if chance == 0:
        return f"can no longer {end}"
    return f"sure to {end}" if chance == 1 else f"{chance_text(chance)} to {end}"


def _digits(commitment: Commitment, spread: Exact) -> int:
    """How many decimals a forecast is shown with, below 0 for tens, hundreds and so on.

    Whole things have none, a share is read in percent.
    """
    scale = 100 if _is_percent(commitment) else 1
    step = Fraction(spread) * scale / _STEPS
    digits = next((n for n in range(-12, _FINEST) if Fraction(10) ** -n <= step), _FINEST)
    if _is_percent(commitment):
        return max(0, min(digits, 1))
    return min(digits, _FINEST if isinstance(commitment.measure, Level) else 0)


def _value(words: Words, commitment: Commitment, value: Exact, digits: int) -> str:
    if _is_percent(commitment):
        return f"{number_text(round(Fraction(value) * 100, digits), digits)}%"
    return words.value(commitment, round(Fraction(value), digits))


def _is_percent(commitment: Commitment) -> bool:
    return isinstance(commitment.measure, Share | Answer | Before)
