from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.present.sample_figures import cumulative, history, line

from living_sla.present.axes import day_number, fit_axes, nice_ticks


def axes(first_day: str, ys: list[Any], **yaxis: object) -> tuple[dict[str, Any], dict[str, Any]]:
    figure = {
        "data": [line("actual", first_day, ys)],
        "layout": {"xaxis": {"type": "date"}, "yaxis": yaxis},
    }
    layout = fit_axes(figure)["layout"]
    return layout["xaxis"], layout["yaxis"]


def x_labels(first_day: str, days: int) -> list[str]:
    labels: list[str] = axes(first_day, [1] * days)[0]["ticktext"]
    return labels


def y_labels(most: float, **yaxis: object) -> list[str]:
    labels: list[str] = axes("2026-03-01", [0, most], **yaxis)[1]["ticktext"]
    return labels


def categories(texts: list[str]) -> list[str]:
    bars = {"type": "bar", "x": texts, "y": [1] * len(texts), "meta": {"role": "met"}}
    figure = {"data": [bars], "layout": {"xaxis": {"type": "category"}}}
    labels: list[str] = fit_axes(figure)["layout"]["xaxis"]["ticktext"]
    return labels


def test_days_keep_half_a_day_free_at_both_ends() -> None:
    assert axes("2026-03-01", [1] * 31)[0]["range"] == ["2026-02-28T12:00", "2026-03-31T12:00"]


def test_a_given_range_is_the_least_that_is_shown() -> None:
    figure = cumulative()
    figure["layout"]["xaxis"]["range"] = ["2026-03-10", "2026-04-10"]
    figure["layout"]["yaxis"]["range"] = [50, 200]
    layout = fit_axes(figure)["layout"]
    assert layout["xaxis"]["range"] == ["2026-02-28T12:00", "2026-04-10T12:00"]
    low, high = layout["yaxis"]["range"]
    assert low <= 0
    assert high >= 200


def test_a_given_range_that_holds_every_point_stands() -> None:
    assert axes("2026-03-01", [80, 95], range=[75, 100])[1]["range"] == [75, 100]


def test_a_period_without_a_row_yet_has_axes_all_the_same() -> None:
    figure = {"data": [], "layout": {"xaxis": {"type": "date", "range": ["2026-03-01", "2026-03-31"]}}}
    layout = fit_axes(figure)["layout"]
    assert layout["yaxis"]["ticktext"] == ["0", "0.25", "0.5", "0.75", "1"]
    assert layout["xaxis"]["ticktext"] == ["2 Mar", "9 Mar", "16 Mar", "23 Mar", "30 Mar"]


def test_nothing_at_all_to_place_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no x to make layout\.xaxis\.range from"):
        fit_axes({"data": [], "layout": {"xaxis": {"type": "date"}}})


def test_an_axis_without_its_type_is_refused_because_plotly_would_guess() -> None:
    with pytest.raises(ValueError, match="neither 'date' nor 'category'"):
        fit_axes({"data": [line("actual", "2026-03-01", [1])], "layout": {}})


@pytest.mark.parametrize("x", ["March", 5, ""])
def test_an_x_that_is_no_date_is_refused(x: str) -> None:
    with pytest.raises(ValueError, match="is not an ISO date"):
        day_number(x)


def test_fitting_twice_changes_nothing() -> None:
    for figure in (cumulative(), history()):
        fitted = fit_axes(figure)
        assert fit_axes(fitted) == fitted


def test_fitting_leaves_the_figure_itself_alone() -> None:
    figure = cumulative()
    fit_axes(figure)
    assert figure == cumulative()


@pytest.mark.parametrize(
    ("first_day", "days", "labels"),
    [
        ("2026-03-02", 5, ["2 Mar", "3 Mar", "4 Mar", "5 Mar", "6 Mar"]),
        ("2026-03-01", 31, ["2 Mar", "9 Mar", "16 Mar", "23 Mar", "30 Mar"]),
        ("2026-01-01", 90, ["15 Jan", "1 Feb", "15 Feb", "1 Mar", "15 Mar"]),
        ("2025-11-20", 365, ["2026", "Apr", "Jul", "Oct"]),
    ],
)
def test_days_are_labelled_by_the_finest_rule_that_has_room(
    first_day: str, days: int, labels: list[str]
) -> None:
    assert x_labels(first_day, days) == labels


def test_periods_are_labelled_from_the_newest_back() -> None:
    assert categories(["Jan", "Feb", "Mar", "Apr"]) == ["Jan", "Feb", "Mar", "Apr"]
    months = [f"2026-{month:02}" for month in range(1, 13)]
    assert categories(months) == ["2026-02", "2026-05", "2026-08", "2026-11"]


@pytest.mark.parametrize(
    ("most", "yaxis", "labels"),
    [
        (100, {}, ["0", "25", "50", "75", "100"]),
        (12, {}, ["0", "4", "8", "12"]),
        (9000, {}, ["0", "2,000", "4,000", "6,000", "8,000"]),
        (60_000, {"tickprefix": "$"}, ["$0", "$20k", "$40k", "$60k"]),
        (1_600_000, {"tickprefix": "$"}, ["$0", "$0.5M", "$1M", "$1.5M"]),
        (100, {"ticksuffix": "%"}, ["0%", "25%", "50%", "75%", "100%"]),
        (-8, {}, ["−8", "−6", "−4", "−2", "0"]),  # noqa: RUF001  a true minus sign
    ],
)
def test_values_are_labelled_in_one_short_unit(most: float, yaxis: dict[str, Any], labels: list[str]) -> None:
    assert y_labels(most, **yaxis) == labels


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_ticks_are_few_even_and_within_the_range(low: float, span: float) -> None:
    high = low + span
    assume((high - low) > 1e-9 * max(abs(low), abs(high)))
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 5
    assert low - span * 1e-6 <= ticks[0]
    assert ticks[-1] <= high + span * 1e-6


@given(st.integers(1, 900))
def test_labels_of_days_never_collide_on_a_phone(days: int) -> None:
    axis, _ = axes("2025-03-01", [1] * days)
    left, right = map(day_number, axis["range"])
    centres = [(day_number(tick) - left) / (right - left) * 300 for tick in axis["tickvals"]]
    widths = [6 * len(text) for text in axis["ticktext"]]
    ends = [centre + width / 2 for centre, width in zip(centres, widths, strict=True)]
    starts = [centre - width / 2 for centre, width in zip(centres, widths, strict=True)]
    assert all(start > end for start, end in zip(starts[1:], ends[:-1], strict=True))
    assert all(start > -7 for start in starts)
    assert all(end < 307 for end in ends)
