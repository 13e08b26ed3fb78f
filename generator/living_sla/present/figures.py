"""Judgements become figures: plain Plotly JSON, within the dialect that `posters` draws."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import Answer, Before, Deliver, Level, Share, Total
from living_sla.judge.forecast import Forecast
from living_sla.judge.verdicts import FAR_AHEAD, JUDGED, Verdict
from living_sla.present.axes import DAY_MS
from living_sla.present.text import MONEY_UNIT, Words, currency_sign, money_text, short_period

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.forecast import NoForecast
    from living_sla.judge.pace import Course
    from living_sla.judge.worth import Worth
    from living_sla.record.snapshots import Series

Figure = dict[str, Any]

MOST_PERIODS = 24
MOST_DAYS = 90
# The light palette; the stylesheet replaces these by the role of each trace.
COLOURS = {
    "actual": "#2563eb", "goal": "#6e7781", "required": "#6e7781", "projection": "#6e7781",
    "target": "#24292f", "met": "#5b8def", "missed": "#c2410c", "other": "#8b949e",
}  # fmt: skip
_BAND = "rgba(110, 119, 129, 0.14)"
_DASHES = {"required": "dot", "projection": "dash"}


def course_figure(
    judgement: Judgement, course: Course, outlook: Forecast | NoForecast | None = None
) -> Figure | None:
    """How the period goes: the cumulative goal-against-actual chart (A46), or the running share or level.

    A forecast is a fan from today to the end; without one the present pace is drawn out. None where there is
    nothing to draw: no day has passed, or each thing is a promise of its own.
    """
    if not any(value is not None for value in course.actual):
        return None
    percent = isinstance(judgement.commitment.measure, Share)
    fan = list(_fan_traces(judgement, course, outlook)) if isinstance(outlook, Forecast) else []
    if course.expected:
        traces = _pace_traces(judgement, course, has_fan=bool(fan))
    else:
        traces = _target_traces(judgement, course)
    actual = _actual_trace(course, percent=percent, has_dots=isinstance(judgement.commitment.measure, Level))
    labels = list(_labels(judgement, course))
    return _of_window(judgement, course, [*traces, *fan, actual], _y_axis(judgement), labels)


def worth_figure(worth: Worth) -> Figure | None:
    """The course of a month's leads in money (A47); the goal is named the plan's where another is promised.

    Nobody forecasts of which segments the leads to come are, so the present pace is drawn out. There is no
    band: a promise of leads is judged in leads.
    """
    if not any(value is not None for value in worth.course.actual):
        return None
    sign = currency_sign(worth.agreement.terms.currency)
    yaxis = {"hoverformat": ",.2~f", "rangemode": "tozero", "tickprefix": sign}
    traces = [*_worth_traces(worth), _actual_trace(worth.course)]
    return _of_window(worth.judgement, worth.course, traces, yaxis, list(_worth_labels(worth)))


def history_figure(judgements: Sequence[Judgement]) -> Figure | None:
    """Every period's outcome as a bar, coloured by its verdict, with the target as a step line.

    The newest 24 periods, of those measured as the newest is; None before there are two with a number.
    """
    shown = [j for j in judgements if j.tally.actual is not None and _are_alike(j, judgements[-1])]
    shown = shown[-MOST_PERIODS:]
    if len(shown) < 2:  # noqa: PLR2004 one bar is no history
        return None
    names = [short_period(j.period, j.commitment.measure.every) for j in shown]
    groups = {
        "Met": ("met", [j for j in shown if j.verdict is Verdict.MET]),
        "Missed": ("missed", [j for j in shown if j.verdict is Verdict.MISSED]),
        "Open": ("other", [j for j in shown if j.verdict not in JUDGED and not j.is_over]),
        "Not judged": ("other", [j for j in shown if j.verdict not in JUDGED and j.is_over]),
    }
    traces: list[Figure] = []
    for name, (role, group) in groups.items():
        values = [_value(j) if j in group else None for j in shown]
        if any(value is not None for value in values):
            bar = {
                "type": "bar",
                "name": name,
                "x": names,
                "y": values,
                "width": 0.6,
                "marker": _marker(role),
            }
            traces.append({**bar, "meta": {"role": role}})
    layout: Figure = {"xaxis": {"type": "category"}, "yaxis": _y_axis(shown[-1]), "barmode": "overlay"}
    targets = [_plot(j.goal.value if j.goal else None, percent=_is_percent(j)) for j in shown]
    if any(target is not None for target in targets):
        line = {"color": COLOURS["target"], "width": 2}
        step = {"type": "scatter", "mode": "lines", "name": "Target", "meta": {"role": "target"}, "x": names}
        traces.append({**step, "y": targets, "line": {**line, "shape": "hvh"}})
        layout["shapes"] = [
            {"type": "line", "name": "target", "x0": x0, "x1": x0 + 0.5, "y0": y, "y1": y, "line": line}
            for x0, y in ((-0.5, targets[0]), (len(names) - 1, targets[-1]))
            if y is not None
        ]
    return {"data": traces, "layout": layout}


def _of_window(
    judgement: Judgement, course: Course, traces: list[Figure], yaxis: Figure, labels: list[Figure]
) -> Figure:
    """A figure over the days of a course, with a mark at today while they are not over."""
    xaxis = {"type": "date", "range": _with_room(course.days[0], course.days[-1])}
    layout: Figure = {"xaxis": xaxis, "yaxis": yaxis, "annotations": labels}
    if not judgement.is_over:
        layout["shapes"] = [_today(judgement.window.as_of)]
    return {"data": traces, "layout": layout}


def _are_alike(one: Judgement, other: Judgement) -> bool:
    """Whether two outcomes are of one kind, in whichever version, and can share an axis."""
    (mine, my_every), (its, its_every) = (
        (type(j.commitment.measure), j.commitment.measure.every) for j in (one, other)
    )
    return mine is its and my_every == its_every


def daily_figure(name: str, series: Series, as_of: date, *, currency: str | None = None) -> Figure | None:
    """The newest 90 days of one metric as bars, a gap where nothing was reported; None without any.

    `currency` for amounts of money.
    """
    first = max(as_of - timedelta(days=MOST_DAYS - 1), min(series.by_day, default=as_of))
    days = [first + timedelta(days=n) for n in range((as_of - first).days + 1)]
    values = [_plot(series.by_day.get(day)) for day in days]
    if not any(value is not None for value in values):
        return None
    bars = {
        "type": "bar",
        "name": name,
        "meta": {"role": "actual"},
        "x0": first.isoformat(),
        "dx": DAY_MS,
        "width": 0.8 * DAY_MS,
    }
    yaxis = {"tickprefix": currency_sign(currency)} if currency else {}
    xaxis = {"type": "date", "range": _with_room(first, as_of)}
    return {
        "data": [{**bars, "y": values, "marker": {"color": COLOURS["actual"]}, "showlegend": False}],
        "layout": {"xaxis": xaxis, "yaxis": yaxis},
    }


def _with_room(first: date, last: date) -> list[str]:
    """A range of days that keeps some room at the left, for the labels of the y axis."""
    room = timedelta(days=1 + (last - first).days // 12)
    return [(first - room).isoformat(), last.isoformat()]


def _actual_trace(course: Course, *, percent: bool = False, has_dots: bool = False) -> Figure:
    """What came, with a dot on each day where a line alone would not show it."""
    actual = [_plot(value, percent=percent) for value in course.actual]
    line = _line("Actual", "actual", course.days[0], actual, width=3)
    if has_dots or _has_lone_day(actual):
        line |= {"mode": "lines+markers", "marker": {"color": COLOURS["actual"], "size": 6}}
    return line


def _has_lone_day(values: Sequence[float | None]) -> bool:
    """Whether a value stands between two gaps, where a line alone would not show it."""
    around = [None, *values, None]
    return any(
        day is not None and before is None and after is None
        for before, day, after in zip(around, values, around[2:], strict=False)
    )


def _marker(role: str) -> Figure:
    """A bar's look; a missed one is hollow, so that colour is not all that tells it."""
    if role != "missed":
        return {"color": COLOURS[role]}
    return {"color": "rgba(194, 65, 12, 0.15)", "line": {"color": COLOURS[role], "width": 1.5}}


def _pace_traces(judgement: Judgement, course: Course, *, has_fan: bool) -> list[Figure]:
    """Goal line and band over the whole window; the required rate and the present pace from today on.

    Beside a fan neither the band nor the present pace is drawn: it says more, and two bands say nothing.
    """
    start = course.days[0]
    name = "Goal" if judgement.goal is None or judgement.goal.at_least else "Limit"
    traces = [
        *([] if has_fan else _band_traces(judgement, course)),
        _line(name, "goal", start, [_plot(value) for value in course.expected]),
    ]
    known, actual, pace = len(course.actual), judgement.tally.actual, judgement.pace
    if (
        judgement.is_over
        or actual is None
        or judgement.goal is None
        or pace is None
        or known >= len(course.days)
    ):
        return traces
    if judgement.required_rate is not None:
        traces.append(_way_on("Required", "required", course, actual, judgement.goal.value))
    if pace.expected > 0 and isinstance(judgement.commitment.measure, Total) and not has_fan:
        end = Fraction(actual) / Fraction(pace.expected) * judgement.goal.value
        traces.append(_way_on("At the present pace", "projection", course, actual, end))
    return traces


def _worth_traces(worth: Worth) -> Iterator[Figure]:
    """The plan's line over the whole window; the required rate and the present pace from today on."""
    course, value, goal = worth.course, worth.value, worth.goal
    known = len(course.actual)
    if not course.expected:
        return
    line = [_plot(expected) for expected in course.expected]
    yield _line("Goal" if worth.is_agreed else "Plan", "goal", course.days[0], line)
    if worth.judgement.is_over or known >= len(course.days):
        return
    expected = Fraction(course.expected[known - 1])
    if max(value, expected) < goal:
        yield _way_on("Required", "required", course, value, goal)
    if expected:
        yield _way_on("At the present pace", "projection", course, value, value / expected * goal)


def _way_on(name: str, role: str, course: Course, actual: Exact, end: Exact) -> Figure:
    """From what there is today to an end."""
    known = len(course.actual)
    rest = _towards(actual, end, course.expected[known - 1 :])
    return _line(name, role, course.days[known - 1], rest, dash=_DASHES[role])


def _band_traces(judgement: Judgement, course: Course) -> list[Figure]:
    """Where a total is on track: between the warning and far ahead, or below what uses up a limit.

    Whole things have no band: they are expected whole, and the line of an even pace only guides the eye.
    """
    if not isinstance(judgement.commitment.measure, Total):
        return []
    start, warn = course.days[0], judgement.commitment.warn_below
    if judgement.goal is None or judgement.goal.at_least:
        lowest, highest = warn, FAR_AHEAD
    elif warn:
        lowest, highest = Fraction(0), 1 / warn
    else:
        return []
    low, high = ([_plot(value * part) for value in course.expected] for part in (lowest, highest))
    quiet = {"hoverinfo": "skip"}
    return [
        _line("", "band", start, low, width=0) | {"showlegend": False, **quiet},
        _line("On track", "band", start, high, width=0) | {"fill": "tonexty", "fillcolor": _BAND, **quiet},
    ]


def _fan_traces(judgement: Judgement, course: Course, outlook: Forecast) -> Iterator[Figure]:
    """Between the 10th and the 90th percentile of each day to come, from where it stands today."""
    known = [
        (day, value) for day, value in zip(course.days, course.actual, strict=False) if value is not None
    ]
    if not outlook.fan or not known:
        return
    percent = _is_percent(judgement)
    day, value = known[-1]
    gap = [None] * ((outlook.fan_from - day).days - 1)
    low, middle, high = (
        [_plot(stands, percent=percent) for stands in (value, *gap, *after)]
        for after in zip(*outlook.fan, strict=True)
    )
    quiet = {"hoverinfo": "skip"}
    if not gap:  # a band has no gaps
        yield _line("", "band", day, low, width=0) | {"showlegend": False, **quiet}
        fill = {"fill": "tonexty", "fillcolor": _BAND, **quiet}
        yield _line("Likely, in 8 of 10 cases", "band", day, high, width=0) | fill
    yield _line("Likely", "projection", day, middle, dash="dash")


def _towards(actual: Exact, end: Exact, expected: Sequence[Exact]) -> list[float | None]:
    """From what there is to an end, in the rhythm of the pace: no progress on days that do not count."""
    first, last = expected[0], expected[-1]
    if last == first:
        return [_plot(actual)] * len(expected)
    return [
        _plot(actual + (end - actual) * Fraction(value - first) / Fraction(last - first))
        for value in expected
    ]


def _target_traces(judgement: Judgement, course: Course) -> list[Figure]:
    if judgement.goal is None:
        return []
    target = _plot(judgement.goal.value, percent=_is_percent(judgement))
    return [_line("Target", "target", course.days[0], [target] * len(course.days))]


def _line(name: str, role: str, start: date, values: Sequence[float | None], **line: Any) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "meta": {"role": role},
        "x0": start.isoformat(),
        "dx": DAY_MS,
        "y": list(values),
        "line": {"color": COLOURS.get(role, COLOURS["goal"]), "width": 2, "dash": "solid", **line},
    }


def _labels(judgement: Judgement, course: Course) -> Iterator[Figure]:
    """The two numbers that matter, where they are: the goal at its end, and what there is by now."""
    commitment, goal, value = judgement.commitment, judgement.goal, judgement.tally.actual
    words = Words(judgement.agreement)
    if goal is not None:
        agreed = _plot(goal.value, percent=_is_percent(judgement))
        yield _label(course.days[-1], agreed, words.target(commitment, goal))
    if value is not None and not judgement.is_over:
        behind = goal is not None and judgement.pace is not None and value < judgement.pace.expected
        reached = _plot(value, percent=_is_percent(judgement))
        yield _now_label(course, reached, words.value(commitment, value, goal), is_behind=behind)


def _worth_labels(worth: Worth) -> Iterator[Figure]:
    """The same in money."""
    course, currency = worth.course, worth.agreement.terms.currency
    if course.expected:
        yield _label(course.days[-1], _plot(worth.goal), money_text(worth.goal, currency))
    if not worth.judgement.is_over:
        behind = bool(course.expected) and worth.value < course.expected[len(course.actual) - 1]
        yield _now_label(course, _plot(worth.value), money_text(worth.value, currency), is_behind=behind)


def _now_label(course: Course, y: float | None, text: str, *, is_behind: bool) -> Figure:
    """A label at the newest day known; below the line where that lies below the goal's."""
    known = [day for day, value in zip(course.days, course.actual, strict=False) if value is not None]
    return _label(known[-1], y, text) | {"yanchor": "top" if is_behind else "bottom"}


def _label(day: date, y: float | None, text: str) -> Figure:
    return {"x": day.isoformat(), "y": y, "text": text, "showarrow": False, "yanchor": "bottom"}


def _today(as_of: date) -> Figure:
    day = as_of.isoformat()
    line = {"color": COLOURS["goal"], "width": 1, "dash": "dot"}
    return {
        "type": "line",
        "name": "today",
        "x0": day,
        "x1": day,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": line,
    }


def _y_axis(judgement: Judgement) -> Figure:
    measure = judgement.commitment.measure
    axis: Figure = {"hoverformat": ",.1~f"}
    if _is_percent(judgement):
        return axis | {"ticksuffix": "%"}
    if isinstance(measure, Total | Deliver):
        axis["rangemode"] = "tozero"
    if isinstance(measure, Total) and judgement.agreement.metrics[measure.total].unit == MONEY_UNIT:
        axis["tickprefix"] = currency_sign(judgement.agreement.terms.currency)
    return axis


def _is_percent(judgement: Judgement) -> bool:
    return isinstance(judgement.commitment.measure, Share | Answer | Before)


def _value(judgement: Judgement) -> float | None:
    return _plot(judgement.tally.actual, percent=_is_percent(judgement))


def _plot(value: Exact | None, *, percent: bool = False) -> float | None:
    """A number as a chart needs it: four decimals at most."""
    if value is None:
        return None
    shown = round(float(value * 100 if percent else value), 4)
    return int(shown) if shown.is_integer() else shown
