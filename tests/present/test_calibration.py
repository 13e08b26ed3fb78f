"""How far forecasts can be believed, as the data page tells it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.present.conftest import promise

from living_sla.judge.replay import MIDDLE, Calibration, Moment, Scores
from living_sla.present.axes import fit_axes
from living_sla.present.calibration import ScoreRow, calibration_values, scores_text
from living_sla.present.posters import render_poster
from living_sla.present.reliability import ReliabilityRow, reliability_figure, reliability_rows
from living_sla.present.subject import Source, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.subject import Standing

DAY = date(2026, 3, 21)
DASH = "\N{EN DASH}"


def moments(*said: tuple[str, bool]) -> Calibration:
    found = (
        Moment("promise", "2026-02", MIDDLE, DAY, Fraction(chance), run_rate=False, past_met=None, is_met=met)
        for chance, met in said
    )
    return Calibration(tuple(found), Counter())


CALIBRATION = moments(("5/100", False), ("72/100", True), ("78/100", True), ("76/100", False))


def test_the_table_tells_what_was_said_and_what_came_true() -> None:
    assert reliability_rows(CALIBRATION) == [
        ReliabilityRow(f"0{DASH}10%", "1", "5%", "0", "0%"),
        ReliabilityRow(f"70{DASH}80%", "3", "75%", "2", "67%"),
    ]


def test_the_scores_are_told_in_a_sentence() -> None:
    scores = Scores(Fraction(101, 1000), Fraction(135, 1000), Fraction(1, 4), 1040)
    words = (
        "Brier score of 1,040 forecasts: 0.101; the plain run rate gets 0.135, the share of past periods met "
        "0.250. 0 is perfect, 0.25 is what a coin gets."
    )
    assert scores_text(scores, 1040) == words
    more = " 5 more forecasts had no earlier period to be held against."
    assert scores_text(scores, 1045) == words + more


def test_without_a_score_the_page_says_why() -> None:
    assert scores_text(None, 0) == (
        "No closed period could be forecast from what was known within it, so there is no score yet."
    )


def test_the_plot_holds_what_was_said_against_what_came() -> None:
    figure = reliability_figure(CALIBRATION)
    assert figure
    came, said = figure["data"]
    assert (came["name"], came["y"][0], came["y"][7]) == ("Came true", 0.0, 66.7)
    assert (said["name"], said["y"][0], said["y"][7], said["y"][5]) == ("Was said", 5.0, 75.3, None)


def test_the_plot_counts_the_forecasts_of_each_bin() -> None:
    figure = reliability_figure(CALIBRATION)
    assert figure
    notes = figure["layout"]["annotations"]
    assert [(note["x"], note["text"]) for note in notes] == [(f"0{DASH}10%", "1"), (f"70{DASH}80%", "3")]


def test_the_plot_can_be_drawn() -> None:
    figure = reliability_figure(CALIBRATION)
    assert figure
    drawn = fit_axes(figure)
    assert drawn["layout"]["yaxis"]["ticktext"][-1] == "100%"
    assert ">3</text>" in render_poster(drawn, label="How reliable forecasts were")


def test_one_bin_is_no_plot() -> None:
    assert reliability_figure(moments(("72/100", True), ("78/100", True))) is None


# --- by promise


def test_each_promise_has_its_own_scores_or_says_why_not(stand: Callable[..., Standing]) -> None:
    leads = promise("total: leads, at_least: 300, every: month", id_="leads")
    posts = promise("deliver: {blog-post: 1}, every: week", id_="posts")
    answers = promise("answer: report, with: feedback, within: 1 week, every: month", id_="answers")
    days = [date(2026, 1, 1) + timedelta(n) for n in range(120)]
    rows = [f"{day},leads,{8 + day.day % 5}" for day in days]
    things = [f"p{n},blog-post,{day}" for n, day in enumerate(days) if day.weekday() == 2]
    told = calibration_values(
        Subject(stand(leads + posts + answers, rows, things, as_of="2026-04-30"), Source())
    )
    leads_row, posts_row, answers_row = told["promises"]
    assert (leads_row.promise, leads_row.count) == ("Leads", "9")
    assert leads_row.basis == "as if reported by the day"
    assert (posts_row.promise, posts_row.basis) == ("Posts", "as they were reported")
    assert answers_row == ScoreRow("Answers", "0", "", "", "", "none: its numbers do not come day by day")
    assert (told["delivers"], told["prompt"]) == (True, "as if reported by the day")
