"""Forecasts, slack and calibrations become words, table rows and a plot, without false precision."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import Answer, Before, Level, Share
from living_sla.judge.forecast import NoForecast, Why
from living_sla.judge.replay import BINS, Calibration
from living_sla.present.text import Words, count_text, number_text

if TYPE_CHECKING:
    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.forecast import Forecast
    from living_sla.judge.replay import Bin, Scores
    from living_sla.judge.verdicts import Goal

Figure = dict[str, Any]

LEAST_BINS = 2
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
_COLOURS = {"actual": "#2563eb", "target": "#24292f"}


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


@dataclass(frozen=True, slots=True)
class ReliabilityRow:
    """One line of the reliability table: `70-80%`, `28 forecasts`, `said 75%`, `came true 21 times, 75%`."""

    said: str
    count: str
    mean: str
    met: str
    share: str


def reliability_rows(calibration: Calibration) -> list[ReliabilityRow]:
    """The reliability table in words, ascending."""
    return [
        ReliabilityRow(
            _bin_text(row),
            number_text(row.count),
            chance_text(row.mean_chance),
            number_text(row.met),
            f"{round(row.share_met * 100)}%",
        )
        for row in calibration.reliability()
    ]


def scores_text(scores: Scores | None) -> str:
    """The Brier scores in a sentence."""
    if scores is None:
        return "No closed period could be forecast from what was known within it, so there is no score yet."
    ours, run_rate, past = (
        number_text(round(score, 3), 3) for score in (scores.forecast, scores.run_rate, scores.past_met)
    )
    return (
        f"Brier score of {count_text(scores.count, 'forecast')}: {ours}; the plain run rate gets {run_rate}, "
        f"the share of past periods met {past}. 0 is perfect, 0.25 is what a coin gets."
    )


def reliability_figure(calibration: Calibration) -> Figure | None:
    """How often goals were reached, by the chance that was given; None for fewer than two bins.

    A forecast that can be believed has its dots on the bars' tops.
    """
    rows = {_bin_text(row): row for row in calibration.reliability()}
    if len(rows) < LEAST_BINS:
        return None
    names = [f"{100 * n // BINS}\N{EN DASH}{100 * (n + 1) // BINS}%" for n in range(BINS)]
    met = [_percent(rows[name].share_met) if name in rows else None for name in names]
    said = [_percent(rows[name].mean_chance) if name in rows else None for name in names]
    bars = {
        "type": "bar",
        "name": "Came true",
        "meta": {"role": "actual"},
        "x": names,
        "y": met,
        "width": 0.6,
        "marker": {"color": _COLOURS["actual"]},
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": "Was said",
        "meta": {"role": "target"},
        "x": names,
        "y": said,
        "marker": {"color": _COLOURS["target"], "size": 8},
    }
    counts = [
        {"x": name, "y": _percent(max(row.share_met, row.mean_chance)), "text": number_text(row.count)}
        for name, row in rows.items()
    ]
    notes = [note | {"showarrow": False, "yanchor": "bottom"} for note in counts]
    yaxis = {"ticksuffix": "%", "range": [0, 108]}  # room for the count above a full bar
    axes = {"xaxis": {"type": "category", "categoryarray": names}, "yaxis": yaxis}
    return {"data": [bars, dots], "layout": {**axes, "annotations": notes}}


def _percent(share: Fraction) -> float:
    return round(float(share * 100), 1)


def _bin_text(row: Bin) -> str:
    return f"{int(row.low * 100)}\N{EN DASH}{int(row.high * 100)}%"


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
