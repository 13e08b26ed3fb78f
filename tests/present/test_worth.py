"""The switch between leads and money: of the example, and of small plans with one thing each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import pytest
from tests.present.conftest import promise

from living_sla.present.axes import fit_axes
from living_sla.present.pages import Page, site_pages
from living_sla.present.plan import plan_values
from living_sla.present.plan_status import plan_status
from living_sla.present.posters import render_poster
from living_sla.present.subject import Chart, Source, Subject
from living_sla.rendering import Renderer, templates_dir

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.pipeline import Site
    from living_sla.present.subject import Standing
    from living_sla.present.worth import WorthView

    Planned = Callable[..., Standing]

DASH, TIMES = "\N{EN DASH}", "\N{MULTIPLICATION SIGN}"
LEADS = promise("total: leads_by_source, at_least: 350, every: month", id_="leads")
FIXED = """\
revenue: 20000
average_sale: 500
win_rate: 10%
targets: {leads: leads_by_source}
by: source
segments:
  Events: {part: 75%, average_sale: 600}
  Social: {part: 25%}
"""
OBSERVED = """\
revenue: 12000
average_sale: 400
win_rate: {observed: customers_by_source, of: leads_by_source}
sales_cycle: 1 month
targets: {leads: leads_by_source}
by: source
"""
CAME = ["2026-03-02,leads_by_source,10,Events", "2026-03-02,leads_by_source,4,Social"]
JANUARY = [
    *(f"2026-01-{day:02},leads_by_source,1,{name}" for day in range(1, 32) for name in ("Events", "Social")),
    "2026-01-05,customers_by_source,3,Events",
]


def chart_of(standing: Standing) -> Chart:
    subject = Subject(standing, Source())
    found = subject.course_chart(subject.agreement.commitments[0])
    assert found is not None
    return found


def view_of(standing: Standing) -> WorthView:
    found = chart_of(standing).worth
    assert found is not None
    return found


def figure_of(standing: Standing) -> dict[str, Any]:
    money = chart_of(standing).in_money
    assert money is not None
    return money.figure


def lines(figure: dict[str, Any]) -> dict[str, list[float | None]]:
    return {trace["name"]: trace["y"] for trace in figure["data"]}


def texts(figure: dict[str, Any]) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]


def body(page: Page) -> str:
    return Renderer(templates_dir()).body(page)


# --- the example


def test_the_example_is_worth_what_its_status_and_its_plan_say(example_subject: Subject) -> None:
    worth = example_subject.standing.worths["qualified-leads"]
    status = plan_status(example_subject.standing)
    assert status
    november = status["frozen"][0]
    assert november["month"] == "2026-11"
    assert float(worth.value) == november["delivered_value"] == pytest.approx(80007.0884852)
    assert float(worth.goal) == sum(part["target"] * part["lead_value"] for part in november["parts"])
    assert worth.asked == november["targets"]["mqls"] == 424
    assert plan_values(example_subject)["frozen"][0]["value"] == "$80,007"


def test_the_example_tells_its_leads_in_both_units(example_subject: Subject) -> None:
    assert view_of(example_subject.standing).money_notes == [
        "312 of 500 leads by 20 Nov 2026, worth $80,007 of the plan's $128,310.",
        "The plan asks for 424 leads; 500 are promised.",
        (
            f"A lead is worth its source's average sale {TIMES} close rate, both observed of the leads "
            f"created 1 May 2026 {DASH} 31 Jul 2026; frozen on data of 31 Oct 2026."
        ),
        "Of the leads, 49 from Social count $0: no customer came from there in those days.",
    ]


@pytest.mark.parametrize("url", ["", "marketing-sales/", "marketing-sales/marketing/"])
def test_every_card_of_the_promise_tells_its_worth(example: Site, url: str) -> None:
    (page,) = (page for page in example.pages if page.url == url)
    assert '<p class="sla-promise-outlook">worth $80,007 of the plan&#39;s $128,310</p>' in body(page)


def test_the_page_of_the_promise_tells_both_numbers_in_one_line(example: Site) -> None:
    (page,) = (page for page in example.pages if page.url == "marketing-sales/commitments/qualified-leads/")
    both = "<strong>312</strong> <span>of 500 leads, worth $80,007 of the plan&#39;s $128,310</span>"
    assert both in body(page)


@pytest.mark.parametrize("url", ["marketing-sales/", "marketing-sales/commitments/qualified-leads/"])
def test_the_switch_stands_beside_both_posters_their_tables_and_the_way_to_the_plan(
    example: Site, url: str
) -> None:
    (page,) = (page for page in example.pages if page.url == url)
    _, _, units = body(page).partition('<div class="sla-units">')
    legend, leads, money = units.partition("sla-in-leads")[0], *units.partition("sla-in-money")[::2]
    assert "<fieldset" in legend
    assert "<legend>Qualified leads, November 2026</legend>" in legend
    assert legend.count('type="radio" name="unit-qualified-leads"') == 2
    assert leads.count('class="sla-poster"') == 1
    assert leads.count("<table") == 1
    assert 'class="sla-poster"' in money
    assert f'<a href="{page.base}marketing-sales/plan/#frozen">' in money


def test_only_the_promise_of_leads_has_a_switch(example_subject: Subject) -> None:
    commitments = example_subject.agreement.commitments
    charts = {c.id: chart for c in commitments if (chart := example_subject.course_chart(c))}
    assert [id_ for id_, chart in charts.items() if chart.worth] == ["qualified-leads"]


# --- the figure


def test_the_figure_in_money_has_goal_actual_and_both_ways_on(planned: Planned) -> None:
    figure = figure_of(planned(FIXED, CAME, commitments=LEADS, as_of="2026-03-02"))
    found = lines(figure)
    assert list(found) == ["Goal", "Required", "At the present pace", "Actual"]
    assert found["Actual"] == [None, 800]
    assert (found["Goal"][0], found["Goal"][-1]) == (645.1613, 20000)
    assert (found["Required"][0], found["Required"][-1]) == (800, 20000)
    assert (found["At the present pace"][0], found["At the present pace"][-1]) == (800, 12400)
    assert texts(figure) == ["$20,000", "$800"]
    assert figure["layout"]["shapes"][0]["x0"] == "2026-03-02"


def test_the_figure_in_money_is_one_by_plotlys_own_schema_and_the_poster_draws_it(planned: Planned) -> None:
    fitted = fit_axes(figure_of(planned(FIXED, CAME, commitments=LEADS)))
    go.Figure(fitted)  # type: ignore[attr-defined,no-untyped-call]  # plotly ships no types
    assert "$20k" in render_poster(fitted, label="A chart")


def test_a_month_that_is_over_has_no_way_on(planned: Planned) -> None:
    figure = figure_of(planned(FIXED, CAME, commitments=LEADS, as_of="2026-03-31"))
    assert list(lines(figure)) == ["Goal", "Actual"]
    assert "shapes" not in figure["layout"]


def test_a_goal_that_is_reached_asks_for_nothing_more(planned: Planned) -> None:
    rows = ["2026-03-02,leads_by_source,400,Events"]
    figure = figure_of(planned(FIXED, rows, commitments=LEADS, as_of="2026-03-02"))
    assert list(lines(figure)) == ["Goal", "At the present pace", "Actual"]


def test_where_another_number_is_promised_the_line_is_the_plans(planned: Planned) -> None:
    standing = planned(FIXED, CAME, commitments=LEADS.replace("350", "500"))
    assert "Plan" in lines(figure_of(standing))
    assert Subject(standing, Source()).promises["leads"].worth == "worth $800 of the plan's $20,000"


# --- the words


def test_the_planned_leads_that_are_promised_are_told_as_one_number(planned: Planned) -> None:
    standing = planned(FIXED, CAME, commitments=LEADS)
    assert Subject(standing, Source()).promises["leads"].worth == "worth $800 of $20,000"
    assert view_of(standing).money_notes[0] == "14 of 350 leads by 20 Mar 2026, worth $800 of $20,000."


def test_an_amount_just_below_the_goal_is_not_told_as_the_goal(planned: Planned) -> None:
    rows = ["2026-03-02,leads_by_source,333.33,Events"]
    standing = planned(FIXED, rows, commitments=LEADS)
    assert Subject(standing, Source()).promises["leads"].worth == "worth $19,999.80 of $20,000"


def test_what_is_agreed_is_told_from_what_was_observed(planned: Planned) -> None:
    formula = f"A lead is worth its source's average sale {TIMES} close rate, both agreed; "
    months = view_of(planned(FIXED, CAME, commitments=LEADS)).money_notes
    assert months[1] == f"{formula}by what is known now, as March 2026 is not frozen."


def test_a_close_rate_that_was_observed_names_its_days(planned: Planned) -> None:
    notes = view_of(planned(OBSERVED, [*JANUARY, *CAME], commitments=LEADS)).money_notes
    assert notes[2:] == [
        (
            f"A lead is worth its source's average sale (agreed) {TIMES} close rate (observed of the leads "
            f"created 1 Jan 2026 {DASH} 31 Jan 2026); by what is known now, as March 2026 is not frozen."
        ),
        "Of the leads, 4 from Social count $0: no customer came from there in those days.",
    ]


def test_a_segment_that_the_plan_leaves_out_is_told_as_that(planned: Planned) -> None:
    events = FIXED.partition("segments:")[0] + "segments: {Events: {part: 100%}}\n"
    assert view_of(planned(events, CAME, commitments=LEADS)).money_notes[-1] == (
        "Of the leads, 4 from Social count $0: the plan asks nothing of it."
    )


def test_a_plan_without_segments_speaks_of_none(planned: Planned) -> None:
    whole = FIXED.partition("by:")[0]
    view = view_of(planned(whole, CAME, commitments=LEADS.replace("350", "400")))
    assert view.money_notes[1].startswith(f"A lead is worth the average sale {TIMES} close rate, both agreed")
    assert view.parts == [("All leads", "$500", "10%", "$50", "14", "$700", "400", "$20,000")]


def test_a_month_frozen_late_says_so(planned: Planned) -> None:
    view = view_of(planned(FIXED, CAME, commitments=LEADS, frozen={"2026-03": "2026-03-10"}))
    assert view.money_notes[1].endswith("frozen on data of 10 Mar 2026, after the month had begun.")
    assert view.plan_url == "acme/plan/#frozen"


def test_leads_left_to_a_plan_that_is_not_frozen_are_promised_by_nobody(planned: Planned) -> None:
    view = view_of(planned(FIXED, CAME, commitments=LEADS.replace("350", "plan")))
    assert view.money_notes[1] == "The plan asks for 350 leads; no number is promised."
    assert view.plan_url == "acme/plan/"


def test_days_that_do_not_count_are_told(planned: Planned) -> None:
    by = LEADS.replace("every: month", "every: month, by: 25th")
    assert view_of(planned(FIXED, CAME, commitments=by)).money_notes[-1] == (
        "Leads of days that the promise does not count are left out; the plan's page counts them."
    )


# --- the tables


def test_both_courses_are_told_by_week_for_the_newest_day_and_for_the_end(planned: Planned) -> None:
    view = view_of(planned(FIXED, [*CAME, "2026-03-20,leads_by_source,1,Social"], commitments=LEADS))
    assert view.rows == [
        ("1 Mar 2026", "11.29", DASH),
        ("8 Mar 2026", "90.32", "14"),
        ("15 Mar 2026", "169.35", "14"),
        ("20 Mar 2026", "225.81", "15"),
        ("22 Mar 2026", "248.39", DASH),
        ("29 Mar 2026", "327.42", DASH),
        ("31 Mar 2026", "350", DASH),
    ]
    assert view.money_rows[3:] == [
        ("20 Mar 2026", "$12,903", "$850"),
        ("22 Mar 2026", "$14,194", DASH),
        ("29 Mar 2026", "$18,710", DASH),
        ("31 Mar 2026", "$20,000", DASH),
    ]


def test_the_worth_of_a_lead_is_told_by_segment_and_added_up(planned: Planned) -> None:
    view = view_of(planned(FIXED, CAME, commitments=LEADS))
    assert view.by == "source"
    assert view.parts == [
        ("Events", "$600", "10%", "$60", "10", "$600", "250", "$15,000"),
        ("Social", "$500", "10%", "$50", "4", "$200", "100", "$5,000"),
        ("Together", "", "", "", "14", "$800", "350", "$20,000"),
    ]


# --- older versions


def test_a_page_of_another_period_tells_no_worth(planned: Planned) -> None:
    rows = ["2026-02-02,leads_by_source,10,Events", *CAME]
    shown = Subject(planned(FIXED, rows, commitments=LEADS), Source())
    seen = shown.of(shown.agreement, {"leads": shown.standing.judgements["leads"][:-1]})
    assert shown.promises["leads"].worth
    assert not seen.promises["leads"].worth


def test_without_a_plan_there_is_no_switch(planned: Planned) -> None:
    standing = planned("", CAME, commitments=LEADS)
    pages = {page.url: body(page) for page in site_pages([standing], Source())}
    assert not any("sla-units" in html or "worth $" in html for html in pages.values())
