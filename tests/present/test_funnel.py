"""What the funnel's page says: of the example, and of agreements that measure little or nothing of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from living_sla.pipeline import judge_loaded
from living_sla.present.funnel import funnel_values
from living_sla.present.pages import Page, site_pages
from living_sla.present.subject import Source, Subject
from living_sla.project import Project, load_project
from living_sla.rendering import Renderer, templates_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from living_sla.pipeline import Site

SECTIONS = ("stages", "close_rates", "cycle", "touches")
PARTS = ("first_contact", "worked", "waiting", "returned")
SOURCES = """\
metrics:
  mqls: {label: Leads, unit: leads, segments: source}
  won: {label: Won, unit: customers, segments: source}
"""


@pytest.fixture(scope="module")
def values(example: Site) -> dict[str, Any]:
    (page,) = (page for page in example.pages if page.url == "marketing-sales/funnel/")
    return page.values


@pytest.fixture
def tell(project: Path) -> Callable[..., dict[str, Any]]:
    """The page of the small project, with other files and one snapshot."""

    def told(rows: str = "", **files: str) -> dict[str, Any]:
        folder = project / "agreement" / "acme"
        for name, text in files.items():
            (folder / f"{name.replace('_', '-')}.yml").write_text(text, encoding="utf-8")
        if "commitments" in files:
            for old in project.glob("data/acme/**/*.csv"):
                old.unlink()
        if rows:
            text = f"date,metric,value,segment\n{rows}"
            (project / "data" / "acme" / "snapshots" / "2026-06-30.csv").write_text(text, encoding="utf-8")
        (loaded,) = load_project(Project(project))
        return funnel_values(Subject(judge_loaded(loaded), Source()))

    return told


def test_the_example_says_first_where_to_look(values: dict[str, Any]) -> None:
    assert values["span"] == "November 2025 to October 2026"
    assert values["found"] == [
        "Most are lost from Visitor to Contact: 475,485 of 503,360 (94.5%).",
        "Sales loses the greatest part from Opportunity to Customer: 717 of 825 (86.9%).",
        "Referral closes best: 3.5% of its leads (26 of 753; 2.4% to 5% with 95% confidence).",
        "Returns stop after touch 5.",
    ]


def test_a_stage_says_how_many_of_the_stage_before_reached_it(values: dict[str, Any]) -> None:
    (row,) = (row for row in values["stages"]["rows"] if row["name"] == "Sales-qualified lead")
    assert (row["owner"], row["count"], row["passed"], row["width"]) == ("Sales", "1,690", "27.4%", 27.4)
    assert (row["lost"], row["lost_share"], row["is_most"]) == ("4,470", "72.6%", False)


def test_the_months_add_up_to_the_stages(values: dict[str, Any]) -> None:
    months = values["months"]
    at = months["heads"].index("Marketing-qualified lead")
    counts = [int(cells[at].replace(",", "")) for _, cells in months["rows"]]
    assert (sum(counts), months["totals"][at]) == (6160, "6,160")
    assert (months["rows"][0][0], months["rows"][-1][0]) == ("Oct 2026", "Nov 2025")


def test_a_close_rate_has_its_interval_and_its_counts(values: dict[str, Any]) -> None:
    best = values["close_rates"]["ranked"][0]
    assert (best["name"], best["rate"], best["interval"], best["good"], best["of"]) == (
        "Referral", "3.5%", "2.4% to 5%", "26", "753",
    )  # fmt: skip
    assert best["marks"] == {"at": 68.9, "low": 47.2, "high": 100.0}


def test_leads_that_are_too_young_are_left_out_and_said(values: dict[str, Any]) -> None:
    assert values["close_rates"]["notes"] == [
        "Leads created in November 2025 to August 2026, and which of them are customers by now.",
        (
            "Left out as too young: September 2026 to October 2026; younger than the sales cycle "
            "(56.8 days, the mean on 31 Oct 2026)."
        ),
    ]
    assert values["close_rates"]["cohorts"][1] == {
        "month": "Sep 2026", "leads": "556", "won": "1", "rate": "\N{EN DASH}", "state": "too young",
    }  # fmt: skip


def test_the_cycle_says_median_and_mean_and_which_is_used(values: dict[str, Any]) -> None:
    cycle = values["cycle"]
    assert cycle["newest"] == [
        "Median: 50 days, reported for 31 Oct 2026.",
        "Mean: 56.8 days, reported for 31 Oct 2026.",
    ]
    assert (cycle["used"], cycle["is_skewed"]) == ("mean", True)


def test_where_returns_stop_is_said_with_the_threshold(values: dict[str, Any]) -> None:
    assert values["touches"]["stop"] == [
        "Returns stop after touch 5.",
        "Touch 6 is answered in 2.7% of 1,723 cases; its whole interval (2.1% to 3.6%) lies below 5%.",
        "The longest agreed cadence has 8 touches.",
    ]
    number, channel, hour = values["touches"]["tables"]
    assert [row["name"] for row in number["rows"] if row["is_over"]] == ["6", "7", "8"]
    assert [(row["name"], row["rate"]) for row in channel["rows"]] == [("call", "20%"), ("e-mail", "9.1%")]
    assert hour["rows"][0]["name"] == "8-9"


def test_coverage_waiting_and_returned_leads_are_counted(values: dict[str, Any]) -> None:
    handling = values["handling"]
    assert handling["worked"]["rows"] == [
        "6,098 of 6,160 leads were worked (99%); 62 never had a first contact."
    ]
    assert handling["returned"]["rows"] == ["464 leads of 6,160 came back (7.5%)."]
    assert handling["waiting"]["total"] == "10 leads on 20 Nov 2026"
    assert handling["waiting"]["ages"][0] == ("up to 24 hours", "7")
    assert handling["first_contact"]["rows"] == [
        "Median: 3.5 hours, reported for 20 Nov 2026.",
        "9 in 10 within: 14.9 hours, reported for 31 Oct 2026.",
    ]
    assert handling["rows"][0] == ("Oct 2026", ["3.2 hours", "14.9 hours", "561", "11", "35", "6.2%"])


def test_what_is_known_of_a_lead_earns_its_points_alone(values: dict[str, Any]) -> None:
    assert values["scoring"]["rows"][0] == (
        "Asked for a demo or a price",
        "60",
        "B",
        "Qualified lead, grade B",
    )
    assert values["scoring"]["rows"][-1] == (
        "Competitor, supplier, student or applicant", "\N{MINUS SIGN}100", "D", "no follow-up",
    )  # fmt: skip


def test_every_metric_of_the_page_has_its_definition_and_newest_day(values: dict[str, Any]) -> None:
    assert len(values["definitions"]) == 23
    assert [row["metric"] for row in values["definitions"] if not row["meaning"]] == []
    assert values["definitions"][0]["newest"] == "20 Nov 2026"


# --- what is not measured


def test_an_agreement_without_a_funnel_has_no_page_and_no_tab(project: Path) -> None:
    standings = [judge_loaded(loaded) for loaded in load_project(Project(project))]
    pages = list(site_pages(standings, Source()))
    assert [page.url for page in pages if "funnel" in page.url] == []
    assert "Funnel" not in {name for page in pages for name, _, _ in page.values.get("tabs", ())}


def test_a_section_that_is_not_measured_says_what_to_add(tell: Callable[..., dict[str, Any]]) -> None:
    values = tell(lead_management="measures: {}\n")
    assert [(values[name]["absent"], values[name]["add"], values[name]["file"]) for name in SECTIONS] == [
        ("No stages are agreed.", "funnel", "definitions.yml"),
        (
            "Which leads became customers is not measured.",
            "measures: close_rate: {won: …, of: …}",
            "lead-management.yml",
        ),
        (
            "How long a lead takes to become a customer is not measured.",
            "measures: sales_cycle: {median: …, mean: …}",
            "lead-management.yml",
        ),
        (
            "Touches are not measured.",
            "measures: touches: {by_number: {made: …, answered: …}}",
            "lead-management.yml",
        ),
    ]
    assert [values["handling"][part]["absent"] for part in PARTS] == [
        "The age of leads at first contact is not measured.",
        "How many leads are worked is not measured.",
        "How many leads wait for a first contact is not measured.",
        "How many leads come back is not measured.",
    ]
    assert (values["found"], values["scoring"], values["handling"]["rows"]) == ([], None, [])


def test_stages_that_nobody_counts_say_so(tell: Callable[..., dict[str, Any]]) -> None:
    values = tell(
        definitions=(
            "glossary: {mql: {term: MQL, meaning: A lead.}}\nfunnel: [{id: lead, name: Lead, owner: sales}]\n"
        )
    )
    assert values["stages"]["absent"] == "The stages are agreed, but none of them is counted."


def test_what_is_measured_and_was_never_reported_says_so(tell: Callable[..., dict[str, Any]]) -> None:
    values = tell(
        commitments=f"{SOURCES}  hours: {{label: Hours, unit: hours}}\n",
        lead_management=(
            "measures:\n  close_rate: {won: won, of: mqls}\n  first_contact: {p90: hours}\n  waiting: mqls\n"
            "  touches: {by_number: {made: mqls, answered: won}}\n  worked: {of: mqls, worked: won}\n"
        ),
    )
    assert values["span"] == ""
    assert values["close_rates"]["absent"] == "Nothing was reported of won and leads for these months."
    assert values["touches"]["absent"] == "Nothing was reported of leads and won for these months."
    assert [values["handling"][part]["absent"] for part in PARTS[:3]] == [
        "Nothing was reported of hours for these months.",
        "Nothing was reported of won and leads for these months.",
        "Nothing was reported of leads for these months.",
    ]


def test_small_counts_are_listed_with_the_rule_and_not_ranked(tell: Callable[..., dict[str, Any]]) -> None:
    rows = (
        "2026-05-31,won,40,Web\n2026-05-31,mqls,400,Web\n2026-05-31,won,2,Fair\n2026-05-31,mqls,29,Fair\n"
        "2026-05-31,won,9,Mail\n2026-05-31,mqls,40,Mail\n"
    )
    rates = tell(rows, commitments=SOURCES, lead_management="measures: {close_rate: {won: won, of: mqls}}\n")[
        "close_rates"
    ]
    assert [row["name"] for row in rates["ranked"]] == ["Web"]
    assert [(row["name"], row["why"]) for row in rates["unranked"]] == [
        ("Mail", "interval too wide"), ("Fair", "too few leads"),
    ]  # fmt: skip
    assert rates["rule"] == (
        "Not ranked: fewer than 30 leads, or an interval wider than 1.5 times the close rate of all. "
        "Their order would say nothing."
    )
    assert (
        rates["notes"][1] == "The sales cycle is not measured, so leads that are too young are counted too."
    )


def test_missing_reports_are_said_beside_the_count(tell: Callable[..., dict[str, Any]]) -> None:
    days = "\n".join(f"2026-06-{day:02},calls,5," for day in range(1, 31) if day not in {10, 11})
    values = tell(
        f"{days}\n",
        commitments="metrics: {calls: {label: Calls, unit: calls, expected: daily}}\n",
        definitions="funnel: [{id: lead, name: Lead, owner: sales, metric: calls}]\n",
    )
    (row,) = values["stages"]["rows"]
    assert (row["count"], row["note"]) == ("140", "2 reports missing, the first on 10 Jun 2026")


# --- what was not reported in full

LACKING = """\
metrics:
  contacts: {label: Contacts, unit: contacts, expected: daily}
  mqls: {label: MQLs, unit: leads, expected: daily, segments: source}
  won: {label: Won, unit: customers, expected: monthly, segments: source}
  worked: {label: Worked, unit: leads, expected: daily}
  back: {label: Returned, unit: leads, expected: daily}
"""
LACKING_FUNNEL = """\
funnel:
  - {id: contact, name: Contact, owner: marketing, metric: contacts}
  - {id: mql, name: MQL, owner: marketing, metric: mqls}
  - {id: customer, name: Customer, owner: sales, metric: won}
"""
LACKING_MEASURES = """\
measures:
  close_rate: {won: won, of: mqls}
  worked: {of: mqls, worked: worked}
  returned: {of: mqls, returned: back}
"""


@pytest.fixture
def lacking(tell: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """From April to June; leads of 5 days of May, returns of 3 days of June, no wins of Web, no partners."""
    days = [date(2026, 4, 1) + timedelta(days=n) for n in range(91)]
    rows = [f"{day},contacts,100," for day in days]
    rows += [f"{day},worked,{25 if day.month == 4 else 19}," for day in days]
    rows += [f"{day},back,2," for day in days if day.month < 6 or day.day <= 3]
    leads = [day for day in days if day.month != 5 or day.day <= 5]
    rows += [f"{day},mqls,10,{source}" for day in leads for source in ("Ads", "Web")]
    for day in ("2026-04-30", "2026-05-31", "2026-06-30"):
        rows += [f"{day},won,30,Ads", f"{day},won,50,Partner"]
    text = "\n".join([*rows, ""])
    glossary = "glossary: {mql: {term: MQL, meaning: A lead.}}\n"
    return tell(
        text,
        commitments=LACKING,
        definitions=glossary + LACKING_FUNNEL,
        lead_management=LACKING_MEASURES,
    )


def test_a_month_that_lacks_reports_is_shown_so_and_in_no_step(lacking: dict[str, Any]) -> None:
    assert lacking["months"]["rows"][1] == ("May 2026", ["3,100", "100 (5 of 31 days reported)", "80"])
    assert lacking["found"][0] == (
        "Most are lost from Contact to MQL: 4,800 of 6,000 (80%), in the 2 of 3 months reported in full."
    )
    row = lacking["stages"]["rows"][1]
    assert (row["passed"], row["basis"]) == ("20%", "in the 2 of 3 months reported in full")


def test_a_month_that_lacks_reports_has_no_close_rate(lacking: dict[str, Any]) -> None:
    may = lacking["close_rates"]["cohorts"][1]
    assert may == {
        "month": "May 2026", "leads": "50 (5 of 31 days reported)", "won": "30", "rate": "\N{EN DASH}",
        "state": "not reported in full",
    }  # fmt: skip
    assert "Left out, for reports are missing: May 2026." in lacking["close_rates"]["notes"]


def test_sources_of_which_one_half_is_unknown_are_named_and_not_ranked(lacking: dict[str, Any]) -> None:
    rates = lacking["close_rates"]
    assert [(row["name"], row["rate"]) for row in rates["ranked"]] == [("Ads", "10%")]
    assert rates["half_known"] == [
        {"name": "Web", "why": "won not reported", "good": "\N{EN DASH}", "of": "600"},
        {"name": "Partner", "why": "MQLs not reported", "good": "100", "of": "\N{EN DASH}"},
    ]
    assert (rates["overall"]["name"], rates["overall"]["good"], rates["overall"]["of"]) == (
        "All but Web and Partner", "60", "600",
    )  # fmt: skip


def test_more_worked_than_came_is_said_and_is_no_negative_count(lacking: dict[str, Any]) -> None:
    handling = lacking["handling"]
    assert handling["rows"] == [
        ("Jun 2026", ["600", "30", "6 (3 of 30 days reported)", "\N{EN DASH}"]),
        ("May 2026", ["100 (5 of 31 days reported)", "\N{EN DASH}", "62", "\N{EN DASH}"]),
        ("Apr 2026", ["600", "150 more worked than came", "60", "10%"]),
    ]
    assert handling["notes"] == [
        (
            "Where more were worked than came, leads of an earlier month are among those worked, or one of "
            "the two counts is wrong."
        )
    ]
    assert handling["returned"]["rows"] == [
        "60 leads of 600 came back (10%), in the 1 of 3 months reported in full."
    ]


def test_a_month_without_wins_still_shows_its_leads(tell: Callable[..., dict[str, Any]]) -> None:
    rows = "2026-04-30,mqls,4,Web\n2026-05-31,mqls,239,Web\n2026-05-31,won,2,Web\n"
    rates = tell(rows, commitments=SOURCES, lead_management="measures: {close_rate: {won: won, of: mqls}}\n")
    april = rates["close_rates"]["cohorts"][-1]
    assert (april["leads"], april["won"], april["state"]) == ("4", "\N{EN DASH}", "not reported")


# --- the page


def rendered(page: Page) -> str:
    return Renderer(templates_dir()).body(page)


def test_the_page_is_a_tab_of_its_agreement(example: Site) -> None:
    pages = {page.url: page for page in example.pages}
    assert ("Funnel", "marketing-sales/funnel/", "page") in pages["marketing-sales/funnel/"].values["tabs"]
    assert ("Funnel", "marketing-sales/funnel/", "") in pages["marketing-sales/data/"].values["tabs"]


def test_a_page_of_nothing_but_hints_renders(project: Path) -> None:
    (project / "agreement" / "acme" / "lead-management.yml").write_text("measures: {}\n", encoding="utf-8")
    standings = [judge_loaded(loaded) for loaded in load_project(Project(project))]
    (page,) = (page for page in site_pages(standings, Source()) if page.url == "acme/funnel/")
    assert rendered(page).count('class="sla-absent"') == 8


def test_names_of_sources_are_data(tell: Callable[..., dict[str, Any]], project: Path) -> None:
    rows = "2026-05-31,won,40,<b>Web</b>\n2026-05-31,mqls,400,<b>Web</b>\n"
    tell(rows, commitments=SOURCES, lead_management="measures: {close_rate: {won: won, of: mqls}}\n")
    standings = [judge_loaded(loaded) for loaded in load_project(Project(project))]
    (page,) = (page for page in site_pages(standings, Source()) if page.url == "acme/funnel/")
    assert "&lt;b&gt;Web&lt;/b&gt;" in rendered(page)
    assert "<b>Web" not in rendered(page)


def test_cohorts_that_are_counted_anew_are_no_restatements(example: Site) -> None:
    pages = {page.url: page for page in example.pages}
    values = pages["marketing-sales/data/"].values
    assert values["counted_anew"] == ["Customers won from a month's leads", "Leads with a first contact"]
    assert {row["metric"] for row in values["restatements"]} == {"New revenue", "Marketing-qualified leads"}
