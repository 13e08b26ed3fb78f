from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import pytest
from tests.present.conftest import promise

from living_sla.diagnostics import Place
from living_sla.judge.forecast import Forecast, NoForecast, Why
from living_sla.judge.pace import course
from living_sla.present.axes import fit_axes
from living_sla.present.evidence import evidence_values
from living_sla.present.figures import course_figure, daily_figure, history_figure
from living_sla.present.posters import render_poster
from living_sla.record.snapshots import Report, Series

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.subject import Standing, Subject

    Stand = Callable[..., Standing]

MONTH_OF_LEADS = "total: leads, at_least: 310, every: month"
MONTH_OF_REFUNDS = "total: refunds, at_most: 310, every: month"
MONTH_OF_CALLS = "share: in_time, of: due, at_least: 95%, every: month"
REPORTS = "deliver: {report: 4}, every: month"
CONTENT = "deliver: {blog-post: 4, case-study: 3}, every: month, by: 25th"
RESPONSE = "level: hours, take: mean, at_most: 4, every: month"
FEEDBACK = "answer: report, with: feedback, within: 1 week, every: month"
ONE_BY_ONE = [
    "a,report,2026-01-05",
    "a-f,feedback,2026-01-12,,a",
    "b,report,2026-02-02",
    "c,report,2026-03-02",
]
SMALL = {
    "total": (MONTH_OF_LEADS, ["2026-02-03,leads,300", "2026-03-02,leads,155"], []),
    "a total of one day": (MONTH_OF_LEADS, ["2026-03-01,leads,155"], []),
    "limit": (MONTH_OF_REFUNDS, ["2026-02-03,refunds,300.5", "2026-03-02,refunds,155.25"], []),
    "table": (
        "total: leads, at_least: {2026-02: 9}, every: month",
        ["2026-02-03,leads,9", "2026-03-02,leads,5"],
        [],
    ),
    "share": (
        MONTH_OF_CALLS,
        ["2026-02-02,due,3", "2026-02-02,in_time,2", "2026-03-02,due,3", "2026-03-02,in_time,3"],
        [],
    ),
    "level": (RESPONSE, ["2026-02-02,hours,3.25", "2026-03-02,hours,4.5"], []),
    "below zero": (
        "level: score, at_least: -5, every: month",
        ["2026-02-02,score,-7", "2026-03-02,score,30"],
        [],
    ),
    "things": (CONTENT, ["2026-03-20,leads,1"], ["a,blog-post,2026-03-02"]),
    "answers": (FEEDBACK, ["2026-03-20,leads,1"], ONE_BY_ONE),
    "quarter": ("total: revenue, at_least: 450000, every: quarter", ["2026-03-02,revenue,400000.5"], []),
    "day": ("total: leads, at_least: 5, every: day", ["2026-03-19,leads,3", "2026-03-20,leads,5"], []),
}


def course_of(standing: Standing, id_: str = "promise") -> dict[str, Any] | None:
    newest = standing.judgements[id_][-1]
    return course_figure(newest, course(newest, standing.record))


def history_of(standing: Standing, id_: str = "promise") -> dict[str, Any] | None:
    return history_figure(standing.judgements[id_])


def drawn(figure: dict[str, Any] | None) -> dict[str, Any]:
    assert figure is not None
    return figure


def trace(figure: dict[str, Any] | None, name: str) -> dict[str, Any]:
    (found,) = [trace for trace in drawn(figure)["data"] if trace["name"] == name]
    return dict(found)


def names(figure: dict[str, Any] | None) -> list[str]:
    return [trace["name"] for trace in drawn(figure)["data"] if trace.get("showlegend", True)]


def accept(figure: dict[str, Any]) -> None:
    """Plotly's own schema refuses what it does not know, and the poster what it does not draw."""
    fitted = fit_axes(figure)
    go.Figure(fitted)  # type: ignore[attr-defined,no-untyped-call]  # plotly ships no types
    render_poster(fitted, label="A chart")


@pytest.mark.parametrize(("measure", "rows", "things"), SMALL.values(), ids=SMALL)
@pytest.mark.parametrize("make", [course_of, history_of])
def test_every_figure_of_every_shape_is_one_by_plotlys_own_schema(
    stand: Stand, make: Callable[..., Any], measure: str, rows: list[str], things: list[str]
) -> None:
    if figure := make(stand(promise(measure), rows, things)):
        accept(figure)


def test_every_figure_of_the_example_is_one_by_plotlys_own_schema(example_subject: Subject) -> None:
    charts = [
        chart
        for commitment in example_subject.agreement.commitments
        for chart in evidence_values(example_subject, commitment)["charts"]
    ]
    assert len(charts) == 36
    for chart in charts:
        accept(chart.figure)


def test_a_promise_without_a_number_has_no_chart(stand: Stand) -> None:
    standing = stand(promise(MONTH_OF_LEADS))
    assert (course_of(standing), history_of(standing)) == (None, None)


def test_single_promises_have_a_history_and_no_course(stand: Stand) -> None:
    standing = stand(promise(FEEDBACK), ["2026-03-20,leads,1"], ONE_BY_ONE)
    assert course_of(standing) is None
    assert trace(history_of(standing), "Met")["y"] == [100, None, None]


def test_a_total_has_its_goal_its_band_and_both_ways_on(stand: Stand) -> None:
    figure = course_of(stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,155"]))
    assert names(figure) == ["On track", "Goal", "Required", "At the present pace", "Actual"]


def test_the_goal_line_ends_at_the_target(stand: Stand) -> None:
    goal = trace(course_of(stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,155"])), "Goal")
    assert (goal["x0"], goal["y"][0], goal["y"][-1], len(goal["y"])) == ("2026-03-01", 10, 310, 31)


def test_the_required_line_leads_from_today_to_the_target(stand: Stand) -> None:
    required = trace(course_of(stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,200"])), "Required")
    assert (required["x0"], required["y"]) == ("2026-03-20", list(range(200, 311, 10)))


def test_the_required_line_rests_on_weekends_where_working_days_count(stand: Stand) -> None:
    rows = ["2026-03-20,leads,240"]
    required = trace(course_of(stand(promise(MONTH_OF_LEADS, "pace: working-days"), rows)), "Required")
    assert required["y"] == [240, 240, 240, 250, 260, 270, 280, 290, 290, 290, 300, 310]


def test_nothing_is_required_beyond_the_target(stand: Stand) -> None:
    figure = course_of(stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,310"]))
    assert names(figure) == ["On track", "Goal", "At the present pace", "Actual"]


def test_the_present_pace_leads_to_what_it_comes_to(stand: Stand) -> None:
    figure = course_of(stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,100"]))
    assert trace(figure, "At the present pace")["y"][-1] == 155


def test_whole_things_have_no_band_and_no_pace_of_their_own_to_go_on_with(stand: Stand) -> None:
    figure = course_of(stand(promise(REPORTS), ["2026-03-20,leads,1"], ["a,report,2026-03-02"]))
    assert names(figure) == ["Goal", "Required", "Actual"]


def test_a_period_that_is_over_goes_nowhere(stand: Stand) -> None:
    figure = course_of(stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,155"], as_of="2026-03-31"))
    assert names(figure) == ["On track", "Goal", "Actual"]
    assert "shapes" not in drawn(figure)


def test_today_is_marked_while_the_period_is_open(stand: Stand) -> None:
    figure = course_of(stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,155"]))
    (today,) = drawn(figure)["layout"]["shapes"]
    assert (today["name"], today["x0"], today["x1"], today["yref"]) == (
        "today",
        "2026-03-20",
        "2026-03-20",
        "paper",
    )


def test_the_band_lies_between_nine_tenths_and_five_quarters_of_the_goal(stand: Stand) -> None:
    figure = course_of(stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,155"]))
    low, high = trace(figure, "")["y"], trace(figure, "On track")["y"]
    assert (low[0], low[-1], high[0], high[-1]) == (9, 279, 12.5, 387.5)


def test_the_band_begins_where_the_promise_warns(stand: Stand) -> None:
    figure = course_of(stand(promise(MONTH_OF_LEADS, "warn_below: 50%"), ["2026-03-02,leads,155"]))
    assert trace(figure, "")["y"][-1] == 155


def test_the_band_of_a_limit_begins_at_nothing(stand: Stand) -> None:
    figure = course_of(stand(promise(MONTH_OF_REFUNDS), ["2026-03-02,refunds,100"]))
    assert names(figure) == ["On track", "Limit", "At the present pace", "Actual"]
    assert set(trace(figure, "")["y"]) == {0}
    assert trace(figure, "On track")["y"][-1] == 344.4444


def test_a_limit_that_never_warns_has_no_band(stand: Stand) -> None:
    figure = course_of(stand(promise(MONTH_OF_REFUNDS, "warn_below: 0%"), ["2026-03-02,refunds,100"]))
    assert names(figure) == ["Limit", "At the present pace", "Actual"]


def test_a_gap_stays_a_gap(stand: Stand) -> None:
    rows = ["2026-03-01,leads,4", "2026-03-02,leads,4", "2026-03-05,leads,5", "2026-03-06,leads,5"]
    figure = course_of(stand(promise(MONTH_OF_LEADS), rows, as_of="2026-03-07"))
    actual = trace(figure, "Actual")
    assert (actual["y"], actual["mode"]) == ([4, 8, None, None, 13, 18, None], "lines")


def test_a_day_between_two_gaps_is_a_dot(stand: Stand) -> None:
    rows = ["2026-03-01,leads,4", "2026-03-02,leads,4", "2026-03-05,leads,5"]
    actual = trace(course_of(stand(promise(MONTH_OF_LEADS), rows, as_of="2026-03-07")), "Actual")
    assert actual["mode"] == "lines+markers"


def test_a_level_is_a_dot_each_day_against_its_target(stand: Stand) -> None:
    figure = course_of(
        stand(promise(RESPONSE), ["2026-03-02,hours,3", "2026-03-03,hours,4"], as_of="2026-03-03")
    )
    assert names(figure) == ["Target", "Actual"]
    actual = trace(figure, "Actual")
    assert (actual["y"], actual["mode"]) == ([None, 3, 4], "lines+markers")
    assert set(trace(figure, "Target")["y"]) == {4}


def test_the_number_of_a_mean_stands_at_its_own_height(stand: Stand) -> None:
    figure = course_of(
        stand(promise(RESPONSE), ["2026-03-02,hours,3", "2026-03-03,hours,4"], as_of="2026-03-03")
    )
    label = drawn(figure)["layout"]["annotations"][1]
    assert (label["x"], label["y"], label["text"]) == ("2026-03-03", 3.5, "3.5")


def test_a_share_is_drawn_in_percent(stand: Stand) -> None:
    rows = ["2026-03-01,due,4", "2026-03-01,in_time,3", "2026-03-02,due,4", "2026-03-02,in_time,4"]
    figure = drawn(course_of(stand(promise(MONTH_OF_CALLS), rows, as_of="2026-03-02")))
    assert trace(figure, "Actual")["y"] == [75, 87.5]
    assert set(trace(figure, "Target")["y"]) == {95}
    assert figure["layout"]["yaxis"]["ticksuffix"] == "%"


def test_the_goal_and_what_there_is_by_now_are_written_at_their_points(stand: Stand) -> None:
    figure = drawn(
        course_of(stand(promise("total: revenue, at_least: 45000, every: month"), ["2026-03-02,revenue,500"]))
    )
    notes = [(note["x"], note["y"], note["text"]) for note in figure["layout"]["annotations"]]
    assert notes == [("2026-03-31", 45000, "$45,000"), ("2026-03-02", 500, "$500")]
    assert figure["layout"]["yaxis"]["tickprefix"] == "$"


def test_without_a_target_the_actual_line_stands_alone(stand: Stand) -> None:
    table = "total: leads, at_least: {2026-02: 9}, every: month"
    figure = course_of(stand(promise(table), ["2026-03-02,leads,5"]))
    assert names(figure) == ["Actual"]


def test_actual_ends_where_each_judgement_of_the_example_stands(example_subject: Subject) -> None:
    ends = {}
    for commitment in example_subject.agreement.commitments:
        newest = example_subject.standing.judgements[commitment.id][-1]
        line = course(newest, example_subject.standing.record).actual
        known = [value for value in line if value is not None]
        if known and not hasattr(commitment.measure, "take"):
            ends[commitment.id] = known[-1] == newest.tally.actual
    assert ends == dict.fromkeys(
        [
            "qualified-leads",
            "follow-up-24h",
            "lead-quality",
            "new-revenue",
            "content",
            "content-use",
            "campaigns",
            "campaign-follow-up",
            "weekly-report",
        ],
        True,
    )


def test_a_history_tells_met_from_missed_and_from_neither(stand: Stand) -> None:
    rows = ["2026-01-02,leads,310", "2026-02-02,leads,309", "2026-03-02,leads,155"]
    figure = history_of(stand(promise(MONTH_OF_LEADS), rows))
    assert names(figure) == ["Met", "Missed", "Open", "Target"]
    assert trace(figure, "Met")["x"] == ["Jan 2026", "Feb 2026", "Mar 2026"]
    assert [trace(figure, name)["y"] for name in ("Met", "Missed", "Open")] == [
        [310, None, None],
        [None, 309, None],
        [None, None, 155],
    ]


def test_a_missed_bar_is_hollow_so_that_colour_is_not_all_that_tells_it(stand: Stand) -> None:
    rows = ["2026-01-02,leads,310", "2026-02-02,leads,309"]
    figure = history_of(stand(promise(MONTH_OF_LEADS), rows))
    assert trace(figure, "Missed")["marker"]["line"]["width"] == 1.5
    assert "line" not in trace(figure, "Met")["marker"]


def test_the_target_of_a_history_is_that_of_each_period(stand: Stand) -> None:
    table = "total: leads, at_least: {2026-01: 90, 2026-03: 100}, every: month"
    rows = ["2026-01-02,leads,1", "2026-02-02,leads,1", "2026-03-02,leads,1"]
    assert trace(history_of(stand(promise(table), rows)), "Target")["y"] == [90, None, 100]


def test_a_period_without_a_number_is_left_out_of_the_history(stand: Stand) -> None:
    rows = ["2026-01-02,leads,310", "2026-03-02,leads,155"]
    assert trace(history_of(stand(promise(MONTH_OF_LEADS), rows)), "Target")["x"] == ["Jan 2026", "Mar 2026"]


def test_one_period_is_no_history(stand: Stand) -> None:
    assert history_of(stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,155"])) is None


def test_a_history_has_the_newest_24_periods(stand: Stand) -> None:
    rows = [f"2026-{month:02}-{day:02},leads,5" for month in (1, 2) for day in range(1, 29)]
    figure = history_of(stand(promise("total: leads, at_least: 5, every: day"), rows, as_of="2026-02-28"))
    shown = trace(figure, "Target")["x"]
    assert (len(shown), shown[0], shown[-1]) == (24, "2026-02-05", "2026-02-28")


def series(values: dict[str, int]) -> Series:
    reports = {date.fromisoformat(day): value for day, value in values.items()}
    return Series({(day, ""): (Report(value, day, Place("rows.csv")),) for day, value in reports.items()})


def test_days_without_a_report_have_no_bar() -> None:
    figure = daily_figure("Leads", series({"2026-03-01": 4, "2026-03-03": 0}), date(2026, 3, 4))
    (bars,) = drawn(figure)["data"]
    assert (bars["x0"], bars["y"]) == ("2026-03-01", [4, None, 0, None])


def test_the_newest_90_days_are_drawn() -> None:
    figure = daily_figure("Leads", series({"2026-01-01": 4, "2026-06-30": 5}), date(2026, 6, 30))
    (bars,) = drawn(figure)["data"]
    assert (bars["x0"], len(bars["y"]), bars["y"][-1]) == ("2026-04-02", 90, 5)


def test_a_metric_not_reported_for_90_days_has_no_chart() -> None:
    assert daily_figure("Leads", series({"2026-01-01": 4}), date(2026, 6, 30)) is None
    assert daily_figure("Leads", series({}), date(2026, 6, 30)) is None


def test_daily_money_has_its_sign_at_the_axis() -> None:
    figure = drawn(daily_figure("Revenue", series({"2026-03-01": 4}), date(2026, 3, 1), currency="EUR"))
    accept(figure)
    assert figure["layout"]["yaxis"] == {"tickprefix": "€"}


def test_a_goal_never_falls(example_subject: Subject) -> None:
    goals = [
        trace["y"]
        for commitment in example_subject.agreement.commitments
        if (chart := example_subject.course_chart(commitment))
        for trace in chart.figure["data"]
        if trace["meta"]["role"] in {"goal", "required"}
    ]
    assert len(goals) == 9
    assert all(before <= after for goal in goals for before, after in pairwise(goal))


# --- the fan of a forecast

TOTAL = MONTH_OF_LEADS
EIGHT_WEEKS = [f"{date(2026, 1, 1) + timedelta(n)},leads,10" for n in range(74)]
FAN = ((160, 165, 170), (170, 180, 190))


def foreseen(
    stand: Stand, *, fan: tuple[tuple[int, int, int], ...] = FAN, fan_from: str = "2026-03-16"
) -> dict[str, Any]:
    standing = stand(promise(TOTAL), EIGHT_WEEKS, as_of="2026-03-15")
    newest = standing.judgements["promise"][-1]
    outlook = Forecast(170, 180, 190, Fraction(1, 4), 74, 1000, date.fromisoformat(fan_from), fan)
    return course_figure(newest, course(newest, standing.record), outlook)


def test_a_fan_opens_from_where_it_stands_today(stand: Stand) -> None:
    low, high = (trace for trace in foreseen(stand)["data"] if trace["meta"]["role"] == "band")
    assert (low["x0"], low["y"], high["y"]) == ("2026-03-15", [150, 160, 170], [150, 170, 190])


def test_a_fan_takes_the_place_of_the_present_pace(stand: Stand) -> None:
    names = [trace["name"] for trace in foreseen(stand)["data"]]
    assert names == ["Goal", "Required", "", "Likely, in 8 of 10 cases", "Likely", "Actual"]


def test_a_fan_that_begins_later_is_a_line_after_a_gap(stand: Stand) -> None:
    likely = [trace for trace in foreseen(stand, fan_from="2026-03-17")["data"] if trace["name"] == "Likely"]
    assert likely[0]["y"] == [150, None, 165, 180]


def test_without_a_fan_the_chart_is_as_without_a_forecast(stand: Stand) -> None:
    standing = stand(promise(TOTAL), EIGHT_WEEKS, as_of="2026-03-15")
    newest = standing.judgements["promise"][-1]
    plain = course_figure(newest, course(newest, standing.record))
    assert foreseen(stand, fan=()) == plain
    assert course_figure(newest, course(newest, standing.record), NoForecast(Why.ROWS_MISSING)) == plain


def test_a_fan_can_be_drawn(stand: Stand) -> None:
    assert "<svg" in render_poster(fit_axes(foreseen(stand)), label="Leads in March")
