"""Figures as the site draws them, for the tests of posters and of what the browser makes of them."""

from typing import Any

DAY_MS = 86_400_000
GREY, BLUE, ORANGE, BLACK = "#6e7781", "#2563eb", "#c2410c", "#24292f"


def cumulative() -> dict[str, Any]:
    """March 2026: leads delivered against what was expected, seen on the 20th."""
    expected = [round(100 * day / 31, 1) for day in range(1, 32)]
    delivered = [0, 4, 9, 12, 18, 22, 22, 22, 27, 29, 35, 41, 43, 43, 44, 48, 55, 57, 63, 66]
    projected = [66, 68.5, 71, 73.5, 76, 78.5, 81, 83.5, 86, 88.5, 91, 93]
    required = [66, 69.1, 72.2, 75.3, 78.4, 81.5, 84.5, 87.6, 90.7, 93.8, 96.9, 100]
    return {
        "data": [
            line("band", "2026-03-01", [round(y * 0.9, 1) for y in expected], width=0, showlegend=False),
            line(
                "band",
                "2026-03-01",
                [round(y * 1.1, 1) for y in expected],
                name="Within 10% of the goal",
                width=0,
                fill="tonexty",
                fillcolor="rgba(110, 119, 129, 0.14)",
            ),
            line("goal", "2026-03-01", expected, name="Expected so far", width=1.5),
            line("projection", "2026-03-20", projected, name="Projection", dash="dot"),
            line("required", "2026-03-20", required, name="Required", width=1.5, dash="dash"),
            line("actual", "2026-03-01", delivered, name="Delivered", width=2.5),
            {
                "type": "scatter",
                "mode": "markers",
                "meta": {"role": "actual"},
                "hoverinfo": "skip",
                "x": ["2026-03-20"],
                "y": [66],
                "marker": {"color": BLUE, "size": 8},
            },
        ],
        "layout": {
            "xaxis": {"type": "date"},
            "yaxis": {"rangemode": "tozero"},
            "shapes": [
                {
                    "type": "line",
                    "name": "today",
                    "x0": "2026-03-20",
                    "x1": "2026-03-20",
                    "yref": "paper",
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": "#57606a", "width": 1, "dash": "dot"},
                }
            ],
            "annotations": [{"text": "20 March", "x": "2026-03-20", "yref": "paper", "y": 1}],
        },
    }


def history() -> dict[str, Any]:
    """Eight months of a share: one missed, one without data, the last still open; the target raised."""
    months = ["Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]
    return {
        "data": [
            bars("met", {"Aug": 98.3, "Sep": 95.5, "Nov": 96, "Dec": 97.1, "Jan": 98}, {"color": "#5b8def"}),
            bars(
                "missed",
                {"Oct": 71.2},
                {"color": "rgba(194, 65, 12, 0.15)", "line": {"color": ORANGE, "width": 1.5}},
            ),
            bars("other", {"Feb": None, "Mar": 96.4}, {"color": "#8b949e"}),
            {
                "type": "scatter",
                "mode": "lines",
                "name": "Target",
                "meta": {"role": "target"},
                "x": months,
                "y": [90, 90, 90, 90, 90, 95, 95, 95],
                "line": {"color": BLACK, "width": 1.5, "shape": "hvh"},
            },
        ],
        "layout": {
            "barmode": "overlay",
            "xaxis": {"type": "category", "categoryarray": months},
            "yaxis": {"ticksuffix": "%"},
            "shapes": [
                {
                    "type": "line",
                    "name": "target",
                    "x0": x0,
                    "x1": x1,
                    "y0": y,
                    "y1": y,
                    "line": {"color": BLACK, "width": 1.5},
                }
                for x0, x1, y in ((-0.5, 0, 90), (7, 7.5, 95))
            ],
            "annotations": [{"text": "none", "x": "Feb", "y": 0}],
        },
    }


def line(role: str, first_day: str, ys: list[Any], **more: object) -> dict[str, Any]:
    """One point a day."""
    style: dict[str, Any] = {"color": BLUE if role == "actual" else GREY}
    style |= {key: more.pop(key) for key in ("width", "dash", "shape") if key in more}
    base = {"type": "scatter", "mode": "lines", "x0": first_day, "dx": DAY_MS}
    return {**base, "meta": {"role": role}, "y": ys, "line": style, **more}


def bars(role: str, values: dict[str, Any], marker: dict[str, Any]) -> dict[str, Any]:
    """One bar a category."""
    return {
        "type": "bar",
        "name": role.capitalize(),
        "meta": {"role": role},
        "x": list(values),
        "y": list(values.values()),
        "width": 0.6,
        "marker": marker,
    }
