import json
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import plotly.graph_objects as go
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.present.sample_figures import BLUE, DAY_MS, cumulative, history, line

from living_sla.present.axes import fit_axes
from living_sla.present.dialect import ROLES
from living_sla.present.posters import figure_json, render_chart, render_poster

ASSETS = Path(__file__).parents[2] / "site_templates" / "assets"
SVG = "{http://www.w3.org/2000/svg}"
SAMPLES = {"cumulative": cumulative, "history": history}


def poster(figure: dict[str, Any], label: str = "A chart") -> ET.Element:
    return ET.fromstring(render_poster(fit_axes(figure), label=label))  # noqa: S314  our own text


def lines_of(root: ET.Element, role: str) -> list[str]:
    return [path.get("d", "") for path in root.iter(f"{SVG}path") if path.get("class") == f"sla-{role}"]


def daily(ys: Sequence[float | None], **layout: object) -> dict[str, Any]:
    return {
        "data": [line("actual", "2026-03-01", list(ys))],
        "layout": {"xaxis": {"type": "date"}, **layout},
    }


def monthly(values: dict[str, float | None], **trace: object) -> dict[str, Any]:
    bars: dict[str, Any] = {"type": "bar", "meta": {"role": "met"}, "marker": {"color": BLUE}}
    bars |= {"x": list(values), "y": list(values.values())}
    return {"data": [bars | trace], "layout": {"xaxis": {"type": "category"}}}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_a_sample_is_a_figure_by_plotlys_own_schema(sample: Callable[[], dict[str, Any]]) -> None:
    figure = fit_axes(sample())
    drawn = go.Figure(figure)  # type: ignore[attr-defined,no-untyped-call]  # plotly ships no types
    assert len(drawn.data) == len(figure["data"])


def test_a_month_with_five_lines_and_a_band_takes_less_than_4_kilobytes() -> None:
    assert len(render_poster(fit_axes(cumulative()), label="Leads delivered in March")) < 4096


def test_the_poster_is_an_image_with_a_label() -> None:
    root = poster(daily([1, 2]), label='Leads & "more"')
    assert (root.get("role"), root.get("aria-label")) == ("img", 'Leads & "more"')


def test_the_poster_keeps_its_text_size_and_stretches_only_its_drawing() -> None:
    root = poster(daily([1, 2]))
    inner = root.find(f"{SVG}svg")
    assert inner is not None
    assert (root.get("viewBox"), root.get("width"), root.get("height")) == (None, "100%", "240")
    assert (inner.get("viewBox"), inner.get("preserveAspectRatio")) == ("0 0 1000 240", "none")
    assert not list(inner.iter(f"{SVG}text"))
    assert not list(inner.iter(f"{SVG}circle"))


def test_a_line_goes_through_its_points() -> None:
    figure = daily([0, 5, 10], yaxis={"range": [0, 10]})
    assert lines_of(poster(figure), "actual") == ["M166.7 214 500 119 833.3 24"]


def test_a_gap_stays_a_gap() -> None:
    (path,) = lines_of(poster(daily([1, 2, None, 2, 1])), "actual")
    assert [len(part.split()) for part in path.split("M")[1:]] == [4, 4]


def test_a_step_line_turns_where_the_next_step_begins() -> None:
    figure = daily([0, 10], yaxis={"range": [0, 10]})
    figure["data"][0]["line"]["shape"] = "hv"
    assert lines_of(poster(figure), "actual") == ["M250 214 750 214 750 24 750 24"]


def test_a_band_closes_over_its_two_lines() -> None:
    figure = daily([2, 2], yaxis={"range": [0, 10]})
    figure["data"][0]["line"]["width"] = 0
    upper = line("band", "2026-03-01", [8, 8], width=0, fill="tonexty", fillcolor="rgba(0, 0, 255, .5)")
    figure["data"].append(upper)
    (band,) = [path for path in poster(figure).iter(f"{SVG}path") if path.get("class") == "sla-band"]
    assert band.get("d") == "M250 62 750 62 750 176 250 176z"
    assert (band.get("color"), band.get("fill-opacity")) == ("#0000ff", ".5")


def test_a_bar_stands_on_zero_and_a_missing_one_leaves_its_place() -> None:
    figure = monthly({"Jan": 10, "Feb": None, "Mar": -10}, width=0.5)
    figure["layout"]["yaxis"] = {"range": [-10, 10]}
    assert lines_of(poster(figure), "met") == ["M166.7 119V24H318.2V119zM772.7 119V214H924.2V119z"]


def test_a_dot_is_round_because_it_stands_outside_the_stretched_drawing() -> None:
    figure = daily([0, 10], yaxis={"range": [0, 10]})
    figure["data"][0] |= {"mode": "markers", "marker": {"color": BLUE, "size": 8}}
    circles = [circle.attrib for circle in poster(figure).iter(f"{SVG}circle")]
    assert circles == [{"cx": "25%", "cy": "214", "r": "4"}, {"cx": "75%", "cy": "24", "r": "4"}]


def test_a_mark_beyond_the_axis_is_not_drawn() -> None:
    figure = cumulative()
    figure["layout"]["shapes"][0] |= {"x0": "2026-05-01", "x1": "2026-05-01"}
    assert lines_of(poster(figure), "today") == []


def test_every_element_of_a_role_can_be_recoloured_by_its_class_alone() -> None:
    for element in poster(history()).iter():
        paints = {element.get("fill"), element.get("stroke")} - {None, "none"}
        assert paints <= {"currentColor"}
        assert not paints or "class" in element.attrib


def test_markup_in_names_stays_text() -> None:
    name = '<script>alert("1")</script>&<b onclick=x>'
    figure = monthly({name: 1}, name=name)
    figure["layout"]["annotations"] = [{"text": name, "x": name, "y": 1}]
    html = render_chart(figure, label=name, bundle=f"{name}.js", caption=name)
    assert "<script" not in html
    assert "<b" not in html
    assert [text.text for text in poster(figure).iter(f"{SVG}text")][-1] == name


def test_the_json_holds_no_character_that_could_end_its_element() -> None:
    text = figure_json(fit_axes(monthly({"</template><!--\u2028&": 1})))
    assert not set("<>&\u2028") & set(text)


def test_plotlys_own_markup_in_texts_is_shown_not_followed() -> None:
    figure = fit_axes(
        monthly({'<a href="https://example.com">x</a>': 1}, hovertemplate="%{y}<extra></extra>")
    )
    trace = json.loads(figure_json(figure))["data"][0]
    assert trace["x"] == ['&lt;a href="https://example.com"&gt;x&lt;/a&gt;']
    assert trace["hovertemplate"] == "%{y}<extra></extra>"


def test_the_json_is_the_same_whatever_the_order_of_keys() -> None:
    figure = fit_axes(cumulative())
    turned = dict(reversed(figure.items()))
    assert figure_json(figure) == figure_json(turned)
    assert ", " not in figure_json(fit_axes(daily([1])))


def test_the_key_names_what_is_drawn_once() -> None:
    html = render_chart(cumulative(), label="Leads", bundle="plotly.js")
    names = re.findall(r"</svg>([^<]+)</li>", html)
    assert names == ["Within 10% of the goal", "Expected so far", "Projection", "Required", "Delivered"]


def test_a_chart_of_another_height_tells_the_stylesheet() -> None:
    html = render_chart(daily([1, 2], height=160), label="Leads", bundle="plotly.js")
    assert 'style="--sla-chart-height:160px"' in html
    assert 'height="160"' in html
    assert "style=" not in render_chart(daily([1, 2]), label="Leads", bundle="plotly.js")


def trace_with(**change: object) -> dict[str, Any]:
    figure = daily([1, 2])
    figure["data"][0] |= change
    return figure


REFUSED = {
    "trace type 'pie' is not one of scatter, bar": trace_with(type="pie"),
    "scatter has 'stackgroup', which a poster does not draw": trace_with(stackgroup="a"),
    "scatter mode 'text' is not one of": trace_with(mode="text"),
    "scatter.line has 'smoothing'": trace_with(line={"color": BLUE, "smoothing": 1}),
    "line shape 'spline' is not one of": trace_with(line={"color": BLUE, "shape": "spline"}),
    "dash 'longdash' is not one of": trace_with(line={"color": BLUE, "dash": "longdash"}),
    "colour 'red' is neither": trace_with(line={"color": "red"}),
    "colour '#fff\"onload=\"x' is neither": trace_with(line={"color": '#fff"onload="x'}),
    "role 'hero' is not one of": trace_with(meta={"role": "hero"}),
    "role None is not one of": trace_with(meta={}),
    "fill 'tozeroy' is not one of tonexty": trace_with(fill="tozeroy", fillcolor=BLUE),
    "a band's two lines": trace_with(fill="tonexty", fillcolor=BLUE),
    "layout has 'images'": daily([1], images=[{"source": "https://example.com"}]),
    "layout.xaxis has 'title'": daily([1], xaxis={"type": "date", "title": "x"}),
    "shape type 'rect' is not one of line": daily([1], shapes=[{"type": "rect", "y0": 0, "y1": 1}]),
    "annotation showarrow True": daily([1], annotations=[{"x": "2026-03-01", "y": 1, "showarrow": True}]),
    "layout.barmode of several bar traces None": {
        "data": monthly({"Jan": 1})["data"] * 2,
        "layout": {"xaxis": {"type": "category"}},
    },
}


@pytest.mark.parametrize(("message", "figure"), REFUSED.items(), ids=REFUSED)
def test_what_the_poster_would_draw_differently_from_plotly_is_refused(
    message: str, figure: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        render_poster(fit_axes(figure), label="A chart")


def test_a_figure_without_written_out_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="pass it through fit_axes"):
        render_poster(daily([1, 2]), label="A chart")


def test_a_number_that_is_none_is_refused() -> None:
    figure = fit_axes(daily([1, 2]))
    figure["data"][0]["y"] = [1, float("nan")]
    with pytest.raises(ValueError, match="nan"):
        render_poster(figure, label="A chart")
    with pytest.raises(ValueError, match="not JSON compliant"):
        figure_json(figure)


@example(ys=[0.0, 5e-324], as_bars=False)
@example(ys=[0.0, 5e-324], as_bars=True)
@given(st.lists(st.none() | st.floats(-1e9, 1e9), min_size=1, max_size=60), st.booleans())
def test_every_point_drawn_lies_within_the_box(ys: list[float | None], as_bars: bool) -> None:  # noqa: FBT001  a drawn example
    figure = daily(ys)
    if as_bars:
        bar = {"type": "bar", "meta": {"role": "actual"}, "x0": "2026-03-01", "dx": DAY_MS, "y": ys}
        figure["data"] = [bar | {"marker": {"color": BLUE}}]
    (path,) = lines_of(poster(figure), "actual")
    for x, y in re.findall(r"([\d.-]+) ([\d.-]+)", path):
        assert 0 <= float(x) <= 1000
        assert 24 <= float(y) <= 214


@given(st.lists(st.integers(0, 500), min_size=2, max_size=60))
def test_a_series_that_never_falls_is_drawn_as_one_that_never_falls(steps: list[int]) -> None:
    ys = [sum(steps[: i + 1]) for i in range(len(steps))]
    (path,) = lines_of(poster(daily(ys)), "actual")
    heights = [float(y) for y in path.replace("M", "").split()[1::2]]
    assert all(after <= before for before, after in pairwise(heights))


def colours(scheme: str) -> dict[str, str]:
    css = (ASSETS / "charts.css").read_text()
    block = re.search(rf'\[data-md-color-scheme="{scheme}"\] {{(.*?)}}', css, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"--sla-([a-z]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("scheme", "paper"), [("default", "#ffffff"), ("slate", "#1e2129")])
def test_roles_and_texts_stand_out_from_the_paper(scheme: str, paper: str) -> None:
    shades = colours(scheme)
    assert shades.keys() == ROLES | {"text", "grid"}
    assert min(contrast(shades[role], paper) for role in ROLES) >= 3
    assert contrast(shades["text"], paper) >= 4.5
