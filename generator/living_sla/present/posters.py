"""A figure becomes its poster, an inline SVG there without script, and the JSON that Plotly draws it from.

What a figure may hold stands in `dialect`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain, pairwise
from math import isfinite
from typing import Any

from living_sla.present.axes import DAY_MS, HEIGHT, Figure, NumberOf, fit_axes, trace_numbers, x_numbers
from living_sla.present.dialect import ROLES, check_figure, one_of

Point = tuple[float, float]

_DASHES = {"solid": "", "dot": "3 3", "dash": "9 9"}  # as Plotly dashes lines up to 3 px wide
_ANCHORS = {"left": ("start", 3), "center": ("middle", 0), "right": ("end", -3)}  # and px away from the point
_BASELINES = {"bottom": -6, "middle": 4, "top": 14}  # px from the point to the text's baseline
_TEXT, _GRID = "#57606a", "#d8dee4"  # where no stylesheet says otherwise
_WIDTH = 1000  # of the stretched drawing, in its own units
_COLOUR = re.compile(r"(#[0-9a-f]{6})|rgba\((\d{1,3}), ?(\d{1,3}), ?(\d{1,3}), ?(0|1|0?\.\d+)\)")
_IN_HTML = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_IN_PLOTLY = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where numbers of the axes lie: x in the drawing's 1000 units, y in px from the top."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    top: float
    height: float
    number_of: NumberOf

    def point(self, number: float, y: float) -> Point:
        """A data point, which the written-out ranges always hold."""
        if not (self.x_range[0] <= number <= self.x_range[1] and self.y_range[0] <= y <= self.y_range[1]):
            raise ValueError(f"point ({number}, {y}) lies outside the axes; pass the figure through fit_axes")
        return self.across(number), self.down(y)

    def across(self, number: float) -> float:
        left, right = self.x_range
        return (number - left) / (right - left) * _WIDTH

    def down(self, y: float) -> float:
        low, high = self.y_range
        return self.top + (high - y) / (high - low) * self.height


def render_chart(figure: Figure, *, label: str, bundle: str, caption: str = "") -> str:
    """The whole `<figure>`: poster, the JSON for Plotly, a caption and a key of the named traces.

    The JSON stands in a `<template>`: Material's instant navigation runs whatever is a `<script>`.
    `bundle` is the URL of Plotly's bundle as the page sees it; `label` says in words what the chart shows.
    """
    fitted = fit_axes(figure)
    height = fitted["layout"]["height"]
    style = "" if height == HEIGHT else f' style="--sla-chart-height:{_n(height)}px"'
    words = f"<span>{escape(caption)}</span>" if caption else ""
    return (
        f'<figure class="sla-chart" data-plotly="{escape(bundle)}" tabindex="0"{style}>'
        f'<div class="sla-chart-box">{render_poster(fitted, label=label)}</div>'
        f'<template class="sla-figure">{figure_json(fitted)}</template>'
        f"<figcaption>{words}{_key(fitted)}</figcaption></figure>"
    )


def render_poster(figure: Figure, *, label: str) -> str:
    """Draw a figure that `fit_axes` completed as one `<svg>` that fills its width and keeps its text size.

    Raises:
        ValueError: the figure holds something the dialect does not know, or its axes are not written out.
    """
    check_figure(figure)
    layout = figure["layout"]
    frame = _frame(layout)
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    lines = [(trace, _segments(trace, frame)) for trace in figure["data"] if trace["type"] == "scatter"]
    parts = (
        _opening(layout["height"], label),
        _grid(layout["yaxis"], frame),
        *(_bars(trace, frame) for trace in bars),
        *_curves(lines),
        *(
            _shape(shape, frame)
            for shape in layout.get("shapes", ())
            if _in_range(shape, ("x0", "x1"), frame)
        ),
        "</svg>",
        *(_dots(trace, segments) for trace, segments in lines if "markers" in trace["mode"]),
        *_tick_labels(layout, frame),
        *(
            _annotation(note, frame)
            for note in layout.get("annotations", ())
            if _in_range(note, ("x",), frame)
        ),
        "</svg>",
    )
    return "".join(parts)


def figure_json(figure: Figure) -> str:
    """The figure as JSON that is safe inside an element, its texts safe from Plotly's own small HTML.

    Hover templates stay as they are: they are ours, and name what comes from outside by `%{x}` and its like.
    """
    text = json.dumps(
        _plain_texts(figure), allow_nan=False, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return text.translate(_IN_HTML)


def _frame(layout: Figure) -> _Frame:
    axes = (layout.get("xaxis", {}), layout.get("yaxis", {}))
    complete = all({"range", "tickvals", "ticktext"} <= axis.keys() for axis in axes)
    if not complete or not {"height", "margin"} <= layout.keys():
        raise ValueError("the figure has no written-out axes; pass it through fit_axes")
    number_of = x_numbers(layout)
    left, right = map(number_of, layout["xaxis"]["range"])
    low, high = layout["yaxis"]["range"]
    if not (left < right and low < high):
        raise ValueError("an axis range does not grow from its first to its second end")
    margin = layout["margin"]
    return _Frame(
        x_range=(left, right),
        y_range=(low, high),
        top=margin["t"],
        height=layout["height"] - margin["t"] - margin["b"],
        number_of=number_of,
    )


def _opening(height: float, label: str) -> str:
    """Two starts: an `<svg>` as wide as its page for texts and dots, in it one whose drawing is stretched."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sla-poster" role="img" aria-label="{escape(label)}"'
        f' width="100%" height="{_n(height)}" font-family="system-ui,sans-serif" font-size="12">'
        f'<svg fill="none" viewBox="0 0 {_WIDTH} {_n(height)}" preserveAspectRatio="none">'
    )


def _segments(trace: Figure, frame: _Frame) -> list[list[Point]]:
    """The trace's points, parted where y is missing; steps are written out."""
    one_of(trace.get("mode"), ("lines", "markers", "lines+markers"), "scatter mode")
    segments: list[list[Point]] = [[]]
    for number, y in zip(trace_numbers(trace, frame.number_of), trace["y"], strict=True):
        if y is None:
            segments.append([])
        else:
            segments[-1].append(frame.point(number, y))
    return [segment for segment in segments if segment]


def _stepped(points: list[Point], shape: str) -> list[Point]:
    """The corners of a step line; a straight line has none."""
    one_of(shape, ("linear", "hv", "hvh"), "line shape")
    if shape == "linear":
        return points
    corners = points[:1]
    for (x0, y0), (x1, y1) in pairwise(points):
        turn = x1 if shape == "hv" else (x0 + x1) / 2
        corners += [(turn, y0), (turn, y1), (x1, y1)]
    return corners


def _curves(lines: Sequence[tuple[Figure, list[list[Point]]]]) -> Iterator[str]:
    below: list[Point] = []
    for trace, segments in lines:
        line = trace.get("line", {})
        corners = [_stepped(points, line.get("shape", "linear")) for points in segments]
        if "fill" in trace:
            yield _band(trace, corners, below)
        if "lines" in trace["mode"] and line.get("width", 2):
            yield f'<path{_stroke(line, _role(trace))} d="{"".join(map(_path, corners))}"/>'
        below = corners[0] if len(corners) == 1 else []


def _band(trace: Figure, corners: Sequence[list[Point]], below: list[Point]) -> str:
    one_of(trace["fill"], ("tonexty",), "fill")
    if len(corners) != 1 or not below:
        raise ValueError("a band's two lines are traces that follow each other, without gaps")
    return f'<path{_fill(trace["fillcolor"], _role(trace))} d="{_path(corners[0] + below[::-1])}z"/>'


def _bars(trace: Figure, frame: _Frame) -> str:
    daily = "dx" in trace
    width = trace.get("width", 0.8 * trace["dx"] if daily else 0.8) / (DAY_MS if daily else 1)
    floor = frame.down(0)
    bars = []
    for number, y in zip(trace_numbers(trace, frame.number_of), trace["y"], strict=True):
        if y is not None:
            _, top = frame.point(number, y)
            left, right = frame.across(number - width / 2), frame.across(number + width / 2)
            bars.append(f"M{_n(left)} {_n(floor)}V{_n(top)}H{_n(right)}V{_n(floor)}z")
    return f'<path{_bar_look(trace)} d="{"".join(bars)}"/>'


def _bar_look(trace: Figure) -> str:
    marker = trace["marker"]
    outline = _stroke(marker["line"]) if marker.get("line", {}).get("width") else ""
    return _fill(marker["color"], _role(trace)) + outline


def _dots(trace: Figure, segments: Sequence[Sequence[Point]]) -> str:
    """Circles stand outside the stretched drawing, which would make ellipses of them."""
    marker = trace["marker"]
    radius = _n(marker["size"] / 2)
    circles = (
        f'<circle cx="{_percent(x)}" cy="{_n(y)}" r="{radius}"/>' for x, y in chain.from_iterable(segments)
    )
    return f"<g{_fill(marker['color'], _role(trace))}>{''.join(circles)}</g>"


def _grid(yaxis: Figure, frame: _Frame) -> str:
    lines = "".join(f"M0 {_n(frame.down(y))}H{_WIDTH}" for y in yaxis["tickvals"])
    return f'<path{_stroke({"color": _GRID, "width": 1}, "grid")} shape-rendering="crispEdges" d="{lines}"/>'


def _shape(shape: Figure, frame: _Frame) -> str:
    x0, x1 = (_shape_x(shape, shape[end], frame) for end in ("x0", "x1"))
    y0, y1 = (_shape_y(shape, shape[end], frame) for end in ("y0", "y1"))
    return f'<path{_stroke(shape["line"], _named(shape))} d="{_path([(x0, y0), (x1, y1)])}"/>'


def _in_range(part: Figure, ends: Sequence[str], frame: _Frame) -> bool:
    """Whether a mark lies on the plot; Plotly draws none that does not."""
    return all(0 <= _shape_x(part, part[end], frame) <= _WIDTH for end in ends)


def _shape_x(part: Figure, x: str | float, frame: _Frame) -> float:
    if part.get("xref") == "paper":
        return float(x) * _WIDTH
    return frame.across(frame.number_of(x))


def _shape_y(part: Figure, y: float, frame: _Frame) -> float:
    return frame.top + (1 - y) * frame.height if part.get("yref") == "paper" else frame.down(y)


def _tick_labels(layout: Figure, frame: _Frame) -> Iterator[str]:
    xaxis, yaxis = layout["xaxis"], layout["yaxis"]
    yield f"<g{_fill(_TEXT, 'text')}>"
    for y, text in zip(yaxis["tickvals"], yaxis["ticktext"], strict=True):
        yield f'<text x="3" y="{_n(frame.down(y) - 4)}">{escape(text)}</text>'
    yield '<g text-anchor="middle">'
    for x, text in zip(xaxis["tickvals"], xaxis["ticktext"], strict=True):
        where = _percent(frame.across(frame.number_of(x)))
        yield f'<text x="{where}" y="{_n(frame.top + frame.height + 16)}">{escape(text)}</text>'
    yield "</g></g>"


def _annotation(note: Figure, frame: _Frame) -> str:
    x, y = _shape_x(note, note["x"], frame), _shape_y(note, note["y"], frame)
    one_of(note.get("xanchor"), _ANCHORS, "annotation xanchor")
    one_of(note.get("yanchor"), _BASELINES, "annotation yanchor")
    side, aside = _ANCHORS[note["xanchor"]]
    baseline = y + _BASELINES[note["yanchor"]]
    return (
        f'<text{_fill(_TEXT, "text")} x="{_percent(x)}" y="{_n(baseline)}"'
        f' dx="{aside}" text-anchor="{side}">{escape(note["text"])}</text>'
    )


def _key(figure: Figure) -> str:
    """What each line and bar is, in words beside a sample of it: read by eye, not by colour alone."""
    sample = '<svg width="24" height="12" aria-hidden="true">{}</svg>'
    entries = [
        f"<li>{sample.format(_sample(trace))}{escape(trace['name'])}</li>"
        for trace in figure["data"]
        if trace.get("name") and trace.get("showlegend", True)
    ]
    return f'<ul class="sla-key">{"".join(entries)}</ul>' if entries else ""


def _sample(trace: Figure) -> str:
    role = _role(trace)
    if trace["type"] == "bar":
        return f'<path{_bar_look(trace)} d="M7 1H17V11H7z"/>'
    if "fill" in trace:
        return f'<path{_fill(trace["fillcolor"], role)} d="M0 1H24V11H0z"/>'
    if trace["mode"] == "markers":
        return f'<circle{_fill(trace["marker"]["color"], role)} cx="12" cy="6" r="4"/>'
    return f'<path{_stroke(trace.get("line", {}), role)} d="M0 6H24"/>'


def _role(trace: Figure) -> str:
    role = trace.get("meta", {}).get("role")
    one_of(role, ROLES, "role")
    return str(role)


def _named(shape: Figure) -> str:
    """The role of a shape, for which Plotly keeps no `meta`."""
    one_of(shape.get("name"), ROLES, "shape name")
    return str(shape["name"])


def _fill(colour: str, role: str) -> str:
    shade, opacity = _colour(colour)
    faint = f' fill-opacity="{opacity}"' if opacity else ""
    return f' class="sla-{role}" color="{shade}" fill="currentColor"{faint}'


def _stroke(line: Figure, role: str = "") -> str:
    """The attributes of a line; without a role, those of the outline of something filled."""
    one_of(line.get("dash", "solid"), _DASHES, "dash")
    dashes = _DASHES[line.get("dash", "solid")]
    painted = f' class="sla-{role}" color="{_colour(line["color"])[0]}"' if role else ""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    width = _n(line.get("width", 2))
    return (
        f'{painted} stroke="currentColor" stroke-width="{width}"{dashed} vector-effect="non-scaling-stroke"'
    )


def _colour(text: str) -> tuple[str, str]:
    """A colour as `#rrggbb` and its opacity, empty for an opaque one."""
    found = _COLOUR.fullmatch(text)
    if not found:
        raise ValueError(f"colour {text!r} is neither #rrggbb nor rgba(r, g, b, a)")
    shade, red, green, blue, opacity = found.groups()
    return (shade, "") if shade else (f"#{int(red):02x}{int(green):02x}{int(blue):02x}", opacity)


def _path(points: Sequence[Point]) -> str:
    return "M" + " ".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _percent(x: float) -> str:
    return f"{_n(x / _WIDTH * 100)}%"


def _n(number: float) -> str:
    """At most one decimal."""
    if not isfinite(number):
        raise ValueError(f"{number} cannot be drawn")
    return f"{number:.1f}".removesuffix(".0")


def _plain_texts(part: Any) -> Any:  # noqa: ANN401  any JSON value
    """The same value with its texts escaped, save hover templates."""
    if isinstance(part, str):
        return part.translate(_IN_PLOTLY)
    if isinstance(part, Mapping):
        return {key: value if key == "hovertemplate" else _plain_texts(value) for key, value in part.items()}
    if isinstance(part, Sequence):
        return [_plain_texts(value) for value in part]
    return part
