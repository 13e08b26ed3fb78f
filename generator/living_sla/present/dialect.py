"""The part of Plotly's figures that a poster can draw; a figure that holds anything else is refused.

- traces `scatter` (`mode` lines, markers or both; `line` with color, width, dash solid, dot or dash, shape
  linear, hv or hvh; `fill: tonexty` down to the trace before it, neither with gaps) and `bar` (`width` in
  categories or milliseconds). `x` is a list, or `x0` and `dx`; a None in `y` is a gap. `meta: {"role": ...}`
  says what is shown, and the stylesheet gives the role its colour;
- `layout.shapes` of type line, their role in `name`; `layout.annotations` without arrow; `layout.xaxis` of
  type date or category, and `layout.yaxis`: both completed by `axes.fit_axes`;
- colours as `#rrggbb` or `rgba(r, g, b, a)`: the stylesheet replaces the colour and keeps the transparency.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from living_sla.present.axes import Figure

ROLES = frozenset(
    {"actual", "goal", "band", "required", "projection", "target", "met", "missed", "other", "today"}
)

_PLOTLY_ONLY = {"hoverinfo", "hovertemplate", "hovertext", "customdata", "hoverformat", "showlegend"}
_KNOWN = {
    "figure": {"data", "layout"},
    "scatter": _PLOTLY_ONLY
    | {"type", "mode", "name", "meta", "x", "x0", "dx", "y", "line", "marker", "fill", "fillcolor"},
    "bar": _PLOTLY_ONLY | {"type", "name", "meta", "x", "x0", "dx", "y", "width", "marker"},
    "scatter.line": {"color", "width", "dash", "shape"},
    "scatter.marker": {"color", "size"},
    "bar.marker": {"color", "line"},
    "bar.marker.line": {"color", "width"},
    "layout": {"height", "margin", "xaxis", "yaxis", "shapes", "annotations", "barmode"},
    "layout.xaxis": {"type", "range", "tickvals", "ticktext", "tickmode", "categoryarray", "categoryorder"},
    "layout.yaxis": _PLOTLY_ONLY
    | {"range", "tickvals", "ticktext", "tickmode", "tickprefix", "ticksuffix", "rangemode"},
    "shape": {"type", "name", "x0", "x1", "y0", "y1", "xref", "yref", "line"},
    "shape.line": {"color", "width", "dash"},
    "annotation": {"x", "y", "xref", "yref", "text", "showarrow", "xanchor", "yanchor"},
}


def check_figure(figure: Figure) -> None:
    """Raise ValueError for what a poster would not show as Plotly does."""
    _check_keys(figure, "figure")
    layout = figure["layout"]
    _check_keys(layout, "layout")
    for axis in ("xaxis", "yaxis"):
        _check_keys(layout.get(axis, {}), f"layout.{axis}")
    for trace in figure["data"]:
        one_of(trace.get("type"), ("scatter", "bar"), "trace type")
        _check_keys(trace, trace["type"])
    if sum(trace["type"] == "bar" for trace in figure["data"]) > 1:
        one_of(layout.get("barmode"), ("overlay",), "layout.barmode of several bar traces")
    for shape in layout.get("shapes", ()):
        one_of(shape.get("type"), ("line",), "shape type")
        _check_keys(shape, "shape")
    for note in layout.get("annotations", ()):
        one_of(note.get("showarrow"), (False,), "annotation showarrow")
        _check_keys(note, "annotation")


def _check_keys(part: Figure, kind: str) -> None:
    """Refuse a key the dialect does not know; the parts `line` and `marker` are looked into."""
    if unknown := part.keys() - _KNOWN[kind]:
        raise ValueError(f"{kind} has {min(unknown)!r}, which a poster does not draw")
    for inner in ("line", "marker"):
        if inner in part:
            _check_keys(part[inner], f"{kind}.{inner}")


def one_of(value: object, allowed: Collection[object], what: str) -> None:
    """Raise ValueError for what is not among the allowed values."""
    if value not in allowed:
        raise ValueError(f"{what} {value!r} is not one of {', '.join(map(str, allowed))}")
