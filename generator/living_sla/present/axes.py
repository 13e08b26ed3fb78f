"""A figure's traces become its axes: ranges and ticks written out, which the poster and Plotly both draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

Figure = Mapping[str, Any]
NumberOf = Callable[[str | float], float]
Tick = tuple[float, str | float, str]  # where in the range (0 left, 1 right), value on the axis, label

DAY_MS = 86_400_000
HEIGHT = 240  # px
MARGIN = {"t": 24, "r": 0, "b": 26, "l": 0}  # px; the labels of the y axis stand inside the plot

_NARROWEST = 300  # px, the plot on the smallest phone: labels that fit there fit everywhere
_CHARACTER = 6.6  # px, a generous mean at 12 px
_BETWEEN_LABELS = 8  # px
_MOST_X_LABELS = 7
_MOST_Y_LABELS = 5
_OVERHANG = 6  # px that a label may stand out at either side: less than any page's own margin
_LABEL_ROOM = 0.1  # of the categories' width, kept free at the left for the labels of the y axis
_UNITS = ((1e9, 1e9, "bn"), (1e6, 1e6, "M"), (1e4, 1e3, "k"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FLAT = 1e-11  # a smaller difference gives ticks that all read alike: they keep 12 decimals
_HAIR = 1e-9  # 0.6 / 0.2 is 2.9999999999999996, and 0.6 is a tick all the same
_EDGE = 0.15  # an annotation this near an edge of the range grows away from it


def fit_axes(figure: Figure) -> dict[str, Any]:
    """Write out height, margin, ranges, ticks and anchors; what the figure already says stands.

    A range it says is widened until it holds every point, so that nothing is ever cut off.

    Raises:
        ValueError: no x axis type, nothing to place on the x axis, or an x that is not on it.
    """
    layout = figure.get("layout", {})
    xaxis = _fit_x(figure)
    number_of = x_numbers(layout | {"xaxis": xaxis})
    return {
        "data": list(figure["data"]),
        "layout": {
            "height": HEIGHT,
            "margin": MARGIN,
            **layout,
            "xaxis": xaxis,
            "yaxis": _fit_y(figure),
            "annotations": [
                _anchored(note, xaxis["range"], number_of) for note in layout.get("annotations", ())
            ],
        },
    }


def x_numbers(layout: Figure) -> NumberOf:
    """The function from an x to its number: days for dates, places for categories; a number stays itself."""
    axis = layout.get("xaxis", {})
    if axis.get("type") == "date":
        return day_number
    if axis.get("type") != "category":
        raise ValueError("layout.xaxis.type is neither 'date' nor 'category'")
    places = {category: float(place) for place, category in enumerate(axis.get("categoryarray", ()))}

    def place_of(x: str | float) -> float:
        if not isinstance(x, str):
            return float(x)
        if x not in places:
            raise ValueError(f"x {x!r} is not in layout.xaxis.categoryarray")
        return places[x]

    return place_of


def trace_numbers(trace: Figure, number_of: NumberOf) -> list[float]:
    """The x numbers of a trace, from its list or counted on from `x0` by `dx` milliseconds."""
    if "x" in trace:
        return [number_of(x) for x in trace["x"]]
    first = number_of(trace["x0"])
    step = trace["dx"] / DAY_MS
    return [first + step * i for i in range(len(trace["y"]))]


def day_number(x: str | float) -> float:
    """Days since the first day of year 1 of an ISO date or local date and time."""
    if not isinstance(x, str):
        raise ValueError(f"x {x!r} is not an ISO date")  # noqa: TRY004  a figure outside the dialect, as any other
    try:
        moment = datetime.fromisoformat(x)
    except ValueError as error:
        raise ValueError(f"x {x!r} is not an ISO date") from error
    return moment.toordinal() + (moment.hour * 60 + moment.minute) / 1440


def nice_ticks(low: float, high: float) -> list[float]:
    """At most five round numbers within a range, evenly spaced; at least three where rounding allows."""
    scale = 10.0 ** math.floor(math.log10((high - low) / _MOST_Y_LABELS))
    quarters = 4 if scale == 1 else 2.5  # counts of 2.5 leads read badly; 25 and 0.25 read well
    for mantissa in (1, 2, quarters, 5, 10, 20):
        step = mantissa * scale
        first, last = math.ceil(low / step - _HAIR), math.floor(high / step + _HAIR)
        if last - first < _MOST_Y_LABELS:
            break
    return [_plain(round(place * step, 12)) for place in range(first, last + 1)]


def _fit_x(figure: Figure) -> dict[str, Any]:
    axis = dict(figure.get("layout", {}).get("xaxis", {}))
    if axis.get("type") == "category" and "categoryarray" not in axis:
        axis["categoryarray"] = list(dict.fromkeys(x for trace in figure["data"] for x in trace["x"]))
    number_of = x_numbers({"xaxis": axis})
    given = [number_of(end) for end in axis.get("range", ())]
    whole_days = [end for end in given if axis["type"] == "date" and end.is_integer()]
    ends = [end for end in given if end not in whole_days]
    for numbers in (whole_days, *(trace_numbers(trace, number_of) for trace in figure["data"])):
        if numbers:
            ends += (min(numbers) - 0.5, max(numbers) + 0.5)
    if axis["type"] == "category":
        count = len(axis["categoryarray"])
        ends += (round(-0.5 - _LABEL_ROOM * count, 2), count - 0.5)
        axis["categoryorder"] = "array"
    if not ends:
        raise ValueError("the figure has no x to make layout.xaxis.range from")
    left, right = min(ends), max(ends)
    axis["range"] = [_iso(left), _iso(right)] if axis["type"] == "date" else [left, right]
    if "tickvals" not in axis:
        ticks = _date_ticks(left, right) if axis["type"] == "date" else _category_ticks(axis, left, right)
        axis |= {"tickvals": [value for _, value, _ in ticks], "ticktext": [text for *_, text in ticks]}
    return axis | {"tickmode": "array"}


def _fit_y(figure: Figure) -> dict[str, Any]:
    layout = figure.get("layout", {})
    axis = dict(layout.get("yaxis", {}))
    values = list(_y_values(figure))
    if axis.get("rangemode") == "tozero" or any(trace.get("type") == "bar" for trace in figure["data"]):
        values.append(0)
    if not axis.get("range") or not all(axis["range"][0] <= value <= axis["range"][1] for value in values):
        axis["range"] = _padded([*values, *axis.get("range", ())])
    if "tickvals" not in axis:
        ticks = nice_ticks(*axis["range"])
        prefix, suffix = axis.get("tickprefix", ""), axis.get("ticksuffix", "")
        axis |= {"tickvals": ticks, "ticktext": _number_labels(ticks, prefix, suffix)}
    return axis | {"tickmode": "array"}


def _y_values(figure: Figure) -> Iterator[float]:
    for trace in figure["data"]:
        yield from (y for y in trace["y"] if y is not None)
    layout = figure.get("layout", {})
    for mark in (*layout.get("shapes", ()), *layout.get("annotations", ())):
        if mark.get("yref") != "paper":
            yield from (mark[end] for end in ("y", "y0", "y1") if end in mark)


def _padded(values: Sequence[float]) -> list[float]:
    """The range of the values with room for the thickness of a line at both ends; 0 to 1 for none."""
    low, high = (min(values), max(values)) if values else (0, 1)
    if high - low < _FLAT:
        low, high = low - (abs(low) / 10 or 1), high + (abs(high) / 10 or 1)
    span = high - low
    digits = 3 - math.floor(math.log10(span))
    return [_plain(round(low - span * 0.02, digits)), _plain(round(high + span * 0.04, digits))]


def _number_labels(ticks: Sequence[float], prefix: str, suffix: str) -> list[str]:
    """All labels in one unit, so that 5k and 10k stand above each other, not 5,000 and 10k."""
    largest = max(map(abs, ticks))
    unit, letter = next(((unit, letter) for least, unit, letter in _UNITS if largest >= least), (1, ""))
    return [
        f"{'−' if tick < 0 else ''}{prefix}{abs(tick) / unit:,.10g}{letter if tick else ''}{suffix}"  # noqa: RUF001  a true minus sign
        for tick in ticks
    ]


def _date_ticks(left: float, right: float) -> list[Tick]:
    """The finest of days, Mondays, half months, months, quarters and years whose labels have room."""
    days = [date.fromordinal(day) for day in range(math.ceil(left), math.floor(right) + 1)]
    rules: tuple[tuple[Callable[[date], bool], Callable[[date], str]], ...] = (
        (lambda _: True, _day_label),
        (lambda day: day.weekday() == 0, _day_label),
        (lambda day: day.day in (1, 15), _day_label),
        (lambda day: day.day == 1, _month_label),
        (lambda day: day.day == 1 and day.month in (1, 4, 7, 10), _month_label),
        (lambda day: day.day == day.month == 1, _month_label),
    )
    ticks: list[Tick] = []
    for falls, label in rules:
        chosen = [day for day in days if falls(day)]
        if len(chosen) <= _MOST_X_LABELS + 2:  # the first and the last may yet be dropped
            ticks = _inside(
                ((day.toordinal() - left) / (right - left), day.isoformat(), label(day)) for day in chosen
            )
            if _have_room(ticks):
                return ticks
    return _thinned(ticks)


def _category_ticks(axis: Figure, left: float, right: float) -> list[Tick]:
    categories = axis["categoryarray"]
    return _thinned(
        _inside(((place - left) / (right - left), text, text) for place, text in enumerate(categories))
    )


def _thinned(ticks: Sequence[Tick]) -> list[Tick]:
    """Every n-th label, counted back from the newest, for the smallest n that leaves them room."""
    for every in range(1, len(ticks) + 1):
        kept = ticks[::-every][::-1]
        if _have_room(kept, most=len(ticks)):
            return list(kept)
    return []


def _inside(ticks: Iterable[Tick]) -> list[Tick]:
    """Without the labels that would stick out of the narrowest plot."""
    return [tick for tick in ticks if _half_width(tick) <= min(tick[0], 1 - tick[0]) * _NARROWEST + _OVERHANG]


def _have_room(ticks: Sequence[Tick], most: int = _MOST_X_LABELS) -> bool:
    return len(ticks) <= most and all(
        (after[0] - before[0]) * _NARROWEST >= _half_width(before) + _half_width(after) + _BETWEEN_LABELS
        for before, after in pairwise(ticks)
    )


def _half_width(tick: Tick) -> float:
    return len(tick[2]) * _CHARACTER / 2


def _anchored(note: Figure, x_range: Sequence[str | float], number_of: NumberOf) -> dict[str, Any]:
    """The annotation with its anchors written out: above its point, and away from an edge near by."""
    if note.get("xref") == "paper":
        where = note["x"]
    else:
        left, right = map(number_of, x_range)
        where = (number_of(note["x"]) - left) / (right - left)
    side = "left" if where < _EDGE else "right" if where > 1 - _EDGE else "center"
    return {"xanchor": side, "yanchor": "bottom", "showarrow": False, **note}


def _day_label(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _month_label(day: date) -> str:
    return str(day.year) if day.month == 1 else _MONTHS[day.month - 1]


def _iso(day: float) -> str:
    whole = math.floor(day)
    moment = datetime.fromordinal(whole) + timedelta(days=day - whole)
    return moment.isoformat(timespec="minutes")


def _plain(number: float) -> float:
    """Whole numbers as integers: the page need not carry their `.0`."""
    return int(number) if number == int(number) else number
