"""A calibration becomes the table and the plot of how often goals were reached, by the chance given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from living_sla.judge.replay import BINS
from living_sla.present.figures import COLOURS
from living_sla.present.outlook import chance_text
from living_sla.present.text import number_text

if TYPE_CHECKING:
    from fractions import Fraction

    from living_sla.judge.replay import Bin, Calibration
    from living_sla.present.figures import Figure

LEAST_BINS = 2


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
        "marker": {"color": COLOURS["actual"]},
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": "Was said",
        "meta": {"role": "target"},
        "x": names,
        "y": said,
        "marker": {"color": COLOURS["target"], "size": 8},
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
