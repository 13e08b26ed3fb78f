from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from tests.present.conftest import promise

from living_sla.judge.verdicts import Verdict
from living_sla.present.pages import Page, site_pages
from living_sla.present.subject import Source, Subject
from living_sla.rendering import Renderer, assets, templates_dir

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.pipeline import Site
    from living_sla.present.subject import Standing

    Stand = Callable[..., Standing]

EXAMPLE = "marketing-sales/"
LEADS = promise("total: leads, at_least: 310, every: month", id_="leads")
REPORTS = promise("deliver: {report: 1}, every: week", "in_return: [leads]", id_="weekly", party="sales")
FEEDBACK = promise("answer: report, with: feedback, within: 1 week, every: month", id_="feedback")


def pages_of(standing: Standing, source: Source | None = None) -> dict[str, Page]:
    return {page.url: page for page in site_pages([standing], source or Source())}


def body(page: Page) -> str:
    return Renderer(templates_dir()).body(page)


def text_of(html: str) -> str:
    """What a reader reads, without charts."""
    html = re.sub("<(svg|template).*?</\\1>", "", html, flags=re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", html).split())


@pytest.fixture(scope="session")
def example_pages(example: Site) -> dict[str, Page]:
    return {page.url: page for page in example.pages}


def test_every_agreement_has_its_pages(stand: Stand) -> None:
    found = pages_of(stand(LEADS + REPORTS))
    assert {url: page.title for url, page in found.items()} == {
        "": "Scoreboard",
        "acme/": "Marketing and Sales",
        "acme/marketing/": "Marketing: our commitments",
        "acme/sales/": "Sales: our commitments",
        "acme/commitments/leads/": "Leads",
        "acme/commitments/weekly/": "Weekly",
        "acme/reports/": "Marketing and Sales: reports",
        "acme/reports/scorecard/": "Marketing and Sales: scorecard",
        "acme/reports/2026-01/": "January 2026: closing report",
        "acme/reports/2026-02/": "February 2026: closing report",
        "acme/agreement/": "Marketing and Sales: the agreement",
        "acme/versions/": "Marketing and Sales: versions",
        "acme/versions/1.0.0/": "Marketing and Sales: version 1.0.0",
        "acme/data/": "Marketing and Sales: data",
    }


def test_a_page_knows_its_way_to_the_root(stand: Stand) -> None:
    bases = {url: page.base for url, page in pages_of(stand(LEADS)).items()}
    assert (bases[""], bases["acme/"], bases["acme/commitments/leads/"]) == ("./", "../", "../../../")


def test_every_page_is_summed_up_in_a_sentence(stand: Stand) -> None:
    found = {url: page.summary for url, page in pages_of(stand(LEADS)).items()}
    assert found == {
        "": "Marketing and Sales: 0 of 1 promise on track or met; none needs attention; 1 not judged yet",
        "acme/": "0 of 1 promise on track or met; none needs attention; 1 not judged yet",
        "acme/marketing/": "What Marketing promised in Marketing and Sales, and how far it is kept.",
        "acme/sales/": "What Sales promised in Marketing and Sales, and how far it is kept.",
        "acme/commitments/leads/": "Marketing delivers at least 310 qualified leads each month.",
        "acme/reports/": (
            "What was promised in Marketing and Sales and what came, week by week and month by month."
        ),
        "acme/reports/scorecard/": (
            "Where each party of Marketing and Sales succeeds, and where it must improve."
        ),
        "acme/reports/2026-01/": "Nothing could be judged in January 2026.",
        "acme/reports/2026-02/": "Nothing could be judged in February 2026.",
        "acme/agreement/": "Marketing and Sales, version 1.0.0, in full.",
        "acme/versions/": (
            "1 version of Marketing and Sales: what was in force when, what changed, and who agreed to it."
        ),
        "acme/versions/1.0.0/": "Version 1.0.0 of Marketing and Sales, whole, as it was.",
        "acme/data/": (
            "Which numbers Marketing and Sales rests on, how fresh they are, and what is wrong with them."
        ),
    }


def test_every_link_within_the_site_leads_to_a_page_and_a_place_on_it(example: Site) -> None:
    bodies = {page.url: body(page) for page in example.pages}
    files = {path for path, _ in example.files} | assets().keys()
    ids = {url: set(re.findall(' id="([^"]+)"', html)) for url, html in bodies.items()}
    for page in example.pages:
        for link in re.findall('href="([^"]*)"', bodies[page.url]):
            if link.startswith(("https:", "mailto:")):
                continue
            path, _, place = link.partition("#")
            path = path.removeprefix(page.base) if path else page.url
            assert path in ids or path in files, (page.url, link)
            assert not place or place in ids[path], (page.url, link)


def test_no_id_stands_twice_on_a_page(example: Site) -> None:
    for page in example.pages:
        ids = re.findall(' id="([^"]+)"', body(page))
        assert len(ids) == len(set(ids)), page.url


def test_headings_leave_out_no_level(example: Site) -> None:
    for page in example.pages:
        levels = [int(level) for level in re.findall("<h([1-6])", body(page))]
        assert levels[0] == 1, page.url
        assert all(level <= before + 1 for before, level in pairwise(levels)), page.url


def test_every_chart_has_its_table(example: Site) -> None:
    for page in example.pages:
        html = body(page)
        assert "sla-chart" not in html or "<table" in html, page.url


def test_the_scoreboard_shows_both_sides(example_pages: dict[str, Page]) -> None:
    (board,) = example_pages[""].values["boards"]
    assert board["headline"] == (
        "9 of 13 promises on track or met, though 1 of these needs attention; 1 more does; 3 not judged yet"
    )
    assert [(column["name"], len(column["promises"])) for column in board["columns"]] == [
        ("Marketing", 6),
        ("Sales", 7),
    ]


def test_the_scoreboard_starts_with_what_needs_attention(example_pages: dict[str, Page]) -> None:
    (board,) = example_pages[""].values["boards"]
    assert [(promise.name, promise.verdict) for promise in board["attention"]] == [
        ("New revenue", Verdict.ON_TRACK),
        ("Qualified leads", Verdict.AT_RISK),
    ]


def test_the_scoreboard_says_in_a_line_what_follows_from_misses(example_pages: dict[str, Page]) -> None:
    assert (
        "Consequences : Marketing: Shift of people or money, at 3 strikes; Marketing: 1 corrective action "
        "overdue; Sales: Catch-up plan, at 1 strike; Sales: 1 corrective action overdue."
    ) in text_of(body(example_pages[""]))


def test_where_nothing_follows_the_scoreboard_has_no_line(stand: Stand) -> None:
    assert "Consequences" not in body(pages_of(stand(LEADS))[""])


def test_the_overview_says_who_owes_what_of_missed_periods(example_pages: dict[str, Page]) -> None:
    words = text_of(body(example_pages[EXAMPLE]))
    assert "3 strikes count: Shift of people or money, since 7 Sep 2026; Renegotiation at 5." in words
    assert "Owed for what was missing: $3,880 in all." in words
    assert "New revenue : 1 of 2 missed of the last 4; open on 7 Jan 2027 at the earliest" in words


def test_a_party_sees_what_it_owes_itself(example_pages: dict[str, Page]) -> None:
    words = text_of(body(example_pages[f"{EXAMPLE}sales/"]))
    assert "1 strike counts: Catch-up plan" in words
    assert "3 strikes count" not in words


def test_an_agreement_without_consequences_says_so(stand: Stand) -> None:
    pages = pages_of(stand(LEADS))
    assert "The agreement does not say what follows a missed promise." in text_of(body(pages["acme/"]))
    assert 'id="consequences"' not in body(pages["acme/sales/"])


def test_a_missed_period_says_what_it_brought(example_pages: dict[str, Page]) -> None:
    words = text_of(body(example_pages[f"{EXAMPLE}commitments/qualified-leads/"]))
    assert "A strike for Marketing on 7 Jan 2026, expired 7 Jul 2026" in words
    assert "$2,120, for 53 leads missing in December 2025" in words
    assert "added on 20 Apr 2026: 504 of 500 leads became 488 of 500 leads" in words


def test_a_number_is_explained_step_by_step(example_pages: dict[str, Page]) -> None:
    words = text_of(body(example_pages[f"{EXAMPLE}commitments/qualified-leads/"]))
    assert "Step by step: November 2026, at risk The promise" in words
    assert "Step by step: October 2026, met The promise" in words
    assert "data/marketing-sales/snapshots/2026-11-01.csv: 155 rows" in words
    assert "living-sla explain marketing-sales/qualified-leads 2026-10 --rows" in words


def test_before_its_first_period_there_is_nothing_to_explain(stand: Stand) -> None:
    page = pages_of(stand(LEADS, as_of="2025-12-31"))["acme/commitments/leads/"]
    assert "Step by step" not in body(page)


def test_a_page_of_a_promise_stays_light(example_pages: dict[str, Page]) -> None:
    promises = {url: page for url, page in example_pages.items() if "/commitments/" in url}
    assert len(promises) == 13
    assert max(len(body(page).encode()) for page in promises.values()) < 150_000


def test_a_promise_says_how_it_will_likely_end(example_pages: dict[str, Page]) -> None:
    likely = "ikely 456, between 421 and 490; 3% to reach 500 · 3 working days behind"
    for url in ("", EXAMPLE, f"{EXAMPLE}marketing/", f"{EXAMPLE}commitments/qualified-leads/"):
        assert likely in text_of(body(example_pages[url])), url


def test_the_course_of_a_period_ends_in_a_fan(example_pages: dict[str, Page]) -> None:
    course = example_pages[f"{EXAMPLE}commitments/qualified-leads/"].values["charts"][0]
    assert "Likely" in [trace["name"] for trace in course.figure["data"]]


def test_an_older_version_is_not_forecast(stand: Stand) -> None:
    rows = [f"2026-0{month}-{day:02},due,1" for month in (1, 2) for day in range(1, 29)]
    shown = Subject(stand(LEADS, rows), Source())
    seen = shown.of(shown.agreement, {"leads": shown.standing.judgements["leads"][:1]})
    assert (shown.outlook_of("leads") is None, seen.outlook_of("leads")) == (False, None)


def test_the_data_page_says_how_far_forecasts_can_be_believed(example_pages: dict[str, Page]) -> None:
    words = text_of(body(example_pages[f"{EXAMPLE}data/"]))
    assert "Follow-up within 24 hours 33 0.073 0.182 0.203 as if reported by the day" in words
    assert "Weekly pipeline report 165 0.041 0.964 0.036 as they were reported" in words
    assert "Brier score of 380 forecasts: 0.083; the plain run rate gets 0.547" in words
    assert "7 more forecasts had no earlier period to be held against." in words
    assert "In the middle of a period alone, of 127 forecasts: 0.082" in words
    assert "80\N{EN DASH}90% 100 87% 94 94%" in words
    assert "39 times: too few earlier periods for a forecast" in words


def test_without_a_closed_period_there_is_no_score_yet(stand: Stand) -> None:
    words = text_of(body(pages_of(stand(LEADS, as_of="2026-01-10"))["acme/data/"]))
    assert "so there is no score yet." in words
    assert "Chance given" not in words


def test_a_notice_of_two_agreements_is_given_once(stand: Stand) -> None:
    standing = stand(LEADS, edits="notice: Simulated data.\n")
    scoreboard = next(iter(site_pages([standing, standing], Source())))
    assert scoreboard.values["notices"] == ["Simulated data."]


@pytest.mark.parametrize(
    ("as_of", "edits", "words"),
    [
        ("2026-03-20", "", "version 1.0.0 in force"),
        ("2026-03-20", "expires: 2026-03-20\n", "version 1.0.0 in force"),
        ("2026-03-21", "expires: 2026-03-20\n", "version 1.0.0, expired on 20 March 2026"),
        ("2025-12-31", "", "version 1.0.0, in force from 1 January 2026"),
    ],
)
def test_the_scoreboard_says_whether_an_agreement_is_in_force(
    stand: Stand, as_of: str, edits: str, words: str
) -> None:
    html = body(pages_of(stand(LEADS, as_of=as_of, edits=edits))[""])
    assert f'· <a href="./acme/versions/">{words}</a></p>' in html


@pytest.mark.parametrize(
    ("rows", "headline"),
    [
        (["2026-03-02,leads,310"], "2 of 2 promises on track or met; none needs attention"),
        (["2026-03-02,leads,9"], "1 of 2 promises on track or met; 1 needs attention"),
    ],
)
def test_the_headline_counts_promises(stand: Stand, rows: list[str], headline: str) -> None:
    standing = stand(LEADS + promise("total: leads, at_least: 0, every: month", id_="none"), rows)
    assert pages_of(standing)["acme/"].values["headline"] == headline


def test_the_overview_leads_with_each_partys_first_total(example_pages: dict[str, Page]) -> None:
    charts = example_pages[EXAMPLE].values["charts"]
    assert [chart.caption for chart in charts] == [
        "Qualified leads, November 2026",
        "New revenue, Q4 2026 (Oct\N{EN DASH}Dec)",
    ]


def test_the_footer_names_the_version_the_day_and_the_commit(stand: Stand) -> None:
    page = pages_of(stand(LEADS), Source(commit="0123456789"))["acme/"]
    foot = text_of(body(page).partition("<footer")[2]).removeprefix('class="sla-foot"> ')
    assert foot.startswith(
        "Marketing and Sales, version 1.0.0 · numbers to 20 March 2026 · made from commit 0123456789 "
    )


def test_the_footer_says_where_to_subscribe(stand: Stand) -> None:
    pages = pages_of(stand(LEADS))
    assert re.findall(r'href="([^"]+\.(?:xml|ics))"', body(pages["acme/"])) == [
        "../acme/feed.xml",
        "../acme/due.ics",
    ]
    assert re.findall(r'href="([^"]+\.(?:xml|ics))"', body(pages[""])) == ["./feed.xml", "./due.ics"]


def test_without_git_no_commit_is_named(stand: Stand) -> None:
    assert "made outside a git repository" in body(pages_of(stand(LEADS))["acme/"])


def test_a_party_sees_its_own_commitments(stand: Stand) -> None:
    values = pages_of(stand(LEADS + REPORTS + FEEDBACK))["acme/sales/"].values
    assert [promise.id for promise in values["promises"]] == ["weekly"]
    assert [promise.id for promise, _ in values["heatmap"]] == ["weekly"]


def test_a_party_sees_what_it_gets_in_return(stand: Stand) -> None:
    values = pages_of(stand(LEADS + REPORTS))["acme/sales/"].values
    assert [promise.id for promise in values["in_return"]] == ["leads"]


def test_a_party_that_promised_nothing_is_told_so(stand: Stand) -> None:
    assert "Sales has promised nothing yet." in text_of(body(pages_of(stand(LEADS))["acme/sales/"]))


def test_a_party_has_its_points_of_contact(example_pages: dict[str, Page]) -> None:
    words = text_of(body(example_pages[f"{EXAMPLE}marketing/"]))
    assert "Answers for it Josh Bell, Marketing director, josh.bell@example.com" in words
    assert "Reports on it Ana Ruiz, Marketing operations, ana.ruiz@example.com" in words


@pytest.mark.parametrize(
    ("id_", "contact"),
    [
        ("qualified-leads", "Ask Ana Ruiz, Marketing operations"),
        ("content", "Ask Josh Bell, Marketing director"),
    ],
)
def test_a_commitment_has_its_own_contact_or_its_partys(
    example_pages: dict[str, Page], id_: str, contact: str
) -> None:
    assert contact in text_of(body(example_pages[f"{EXAMPLE}commitments/{id_}/"]))


def test_a_definition_is_shown_wherever_its_number_is(example_pages: dict[str, Page]) -> None:
    meaning = "A contact at a company of our target size who asked for a demo"
    shown_on = {url for url, page in example_pages.items() if meaning in body(page)}
    assert shown_on >= {
        f"{EXAMPLE}commitments/qualified-leads/",
        f"{EXAMPLE}commitments/lead-quality/",
        f"{EXAMPLE}agreement/",
    }


def test_a_metric_without_a_definition_says_so(stand: Stand) -> None:
    words = text_of(body(pages_of(stand(LEADS))["acme/commitments/leads/"]))
    assert "Qualified leads No definition is agreed yet. Metric leads" in words


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        (
            "total: leads, at_least: 310, every: month, by: 20th",
            "Qualified leads of every day of the month, by the 20th, added up.",
        ),
        (
            "share: in_time, of: due, at_least: 95%, every: month, min_events: 20",
            "Leads called in time, divided by “Leads to call”, both added up over the month.",
        ),
        (
            "level: hours, take: mean, at_most: 4, every: month",
            "The mean of “Median time to first call” in the month.",
        ),
        ("deliver: {report: 4}, every: month", "Each thing counts on the day it was delivered;"),
        (
            "answer: report, with: feedback, within: 1 week, every: month",
            "Each promise counts in the period in which",
        ),
    ],
)
def test_a_page_says_how_its_number_is_made(stand: Stand, measure: str, says: str) -> None:
    words = text_of(body(pages_of(stand(promise(measure)))["acme/commitments/promise/"]))
    assert says in words


def test_segments_are_added_up_largest_first(stand: Stand) -> None:
    metrics = "metrics:\n  leads: {label: Leads, unit: leads, segments: source}\n"
    rows = [
        "2026-02-28,leads,50,Web",
        "2026-03-01,leads,2,Web",
        "2026-03-02,leads,3,Web",
        "2026-03-02,leads,10,Fairs",
    ]
    page = pages_of(stand(LEADS, rows, metrics=metrics))["acme/commitments/leads/"]
    assert page.values["segments"] == {
        "name": "source",
        "period": "March 2026",
        "rows": [("Fairs", "10", 100.0), ("Web", "5", 50.0)],
    }


def test_a_segment_below_zero_has_no_bar(stand: Stand) -> None:
    metrics = "metrics:\n  leads: {label: Leads, unit: leads, segments: source, minimum: -9}\n"
    rows = ["2026-03-01,leads,-2,Web", "2026-03-02,leads,-3,Fairs"]
    page = pages_of(stand(LEADS, rows, metrics=metrics))["acme/commitments/leads/"]
    assert [width for *_, width in page.values["segments"]["rows"]] == [0.0, 0.0]


def test_single_promises_are_told_one_by_one_the_newest_first(stand: Stand) -> None:
    things = [
        "a,report,2026-03-02,Report of week 9",
        "a-f,feedback,2026-03-09,,a",
        "b,report,2026-03-09",
        "b-f,feedback,2026-03-17,,b",
        "c,report,2026-03-16",
        "c-f,feedback,2026-03-22,,c",
        "d,report,2026-03-17",
    ]
    page = pages_of(stand(FEEDBACK, ["2026-03-20,leads,1"], things))["acme/commitments/feedback/"]
    rows = [
        (row["event"], row["due"], row["answered"], str(row["outcome"])) for row in page.values["promised"]
    ]
    assert rows == [
        ("d", "24 Mar 2026", "\N{EN DASH}", "pending"),
        ("c", "23 Mar 2026", "planned for 22 Mar 2026", "pending"),
        ("b", "16 Mar 2026", "17 Mar 2026", "broken"),
        ("Report of week 9", "9 Mar 2026", "9 Mar 2026", "kept"),
    ]


def test_a_page_names_the_line_it_was_agreed_in(stand: Stand) -> None:
    page = pages_of(stand(promise("deliver: {report: 1}, every: week"), metrics="metrics: {}\n"))
    place = page["acme/commitments/promise/"].values["place"]
    assert place == {"text": "agreement/acme/commitments.yml, line 3", "read": "", "edit": "", "concern": ""}


def test_with_a_repository_a_change_is_proposed_and_a_concern_raised_by_a_link(stand: Stand) -> None:
    source = Source("https://git.example/acme/sla", "https://git.example/acme/sla/edit/main/agreement/")
    standing = stand(promise("deliver: {report: 1}, every: week"), metrics="metrics: {}\n")
    place = pages_of(standing, source)["acme/commitments/promise/"].values["place"]
    assert place["edit"] == "https://git.example/acme/sla/edit/main/agreement/acme/commitments.yml#L3"
    assert place["concern"] == (
        "https://git.example/acme/sla/issues/new?template=concern.yml&commitment=acme/promise"
    )


def clause_of(document: Page) -> dict[str, Any]:
    """The only clause of a document."""
    ((_, (clause,)),) = document.values["exchanges"][0]["sides"]
    return dict(clause)


def test_the_document_lists_the_target_of_every_period_by_its_name(stand: Stand) -> None:
    table = "share: in_time, of: due, at_least: {2026-01: 90%, 2026-12: 99.95%, 2027-01: 100%}, every: month"
    page = pages_of(stand(promise(table)))["acme/agreement/"]
    assert clause_of(page)["targets"] == [
        ("January 2026", "90%"),
        ("December 2026", "99.95%"),
        ("January 2027", "100%"),
    ]


def test_the_document_lists_the_targets_of_a_fiscal_year(stand: Stand) -> None:
    calendar = "{timezone: Europe/Amsterdam, fiscal_year_starts: july}"
    table = "total: revenue, at_most: {2026-Q4: 5, 2027-Q1: 6.5}, every: quarter"
    page = pages_of(stand(promise(table), calendar=calendar))["acme/agreement/"]
    assert clause_of(page)["targets"] == [
        ("Q4 2026 (Apr\N{EN DASH}Jun)", "$5"),
        ("Q1 2027 (Jul\N{EN DASH}Sep 2026)", "$6.50"),
    ]


def test_the_document_holds_parties_hours_and_signatures(example_pages: dict[str, Page]) -> None:
    words = text_of(body(example_pages[f"{EXAMPLE}agreement/"]))
    for part in (
        "version 1.0.0, in force from 1 October 2025.",
        "2.2 Sales Contacts, qualifies and closes the leads that marketing hands over.",
        "Working hours Mon\N{EN DASH}Fri 09:00\N{EN DASH}17:00",
        "Also closed 24 December 2025; 31 December 2025",
        "Sales Mia Chen 24 September 2025",
    ):
        assert part in words


def test_a_restated_value_is_shown_with_what_it_was(example_pages: dict[str, Page]) -> None:
    rows = example_pages[f"{EXAMPLE}data/"].values["restatements"]
    assert len(rows) == 15
    assert rows[0] == {
        "metric": "New revenue",
        "id": "new_revenue",
        "day": "30 Jun 2026",
        "was": "$26,312",
        "first": "1 Jul 2026",
        "now": "$25,962",
        "since": "15 Jul 2026",
        "file": "data/marketing-sales/snapshots/2026-07-15.csv",
        "line": "4",
    }


def test_no_two_metrics_of_the_data_page_read_alike(example_pages: dict[str, Page]) -> None:
    rows = example_pages[f"{EXAMPLE}data/"].values["metrics"]
    assert [(row["by"], row["id"]) for row in rows if row["label"] == "Touches"] == [
        ("number", "touches_by_number"),
        ("channel", "touches_by_channel"),
        ("hour", "touches_by_hour"),
    ]
    assert [row["unit"] for row in rows if row["id"] == "new_revenue"] == ["USD"]
    assert "New revenue <code>new_revenue</code>" in body(example_pages[f"{EXAMPLE}data/"])


def test_freshness_is_told_for_every_metric(example_pages: dict[str, Page]) -> None:
    rows = {row["label"]: row for row in example_pages[f"{EXAMPLE}data/"].values["metrics"]}
    leads, invited = rows["Leads whose 24 hours ended"], rows["People invited to launch training"]
    assert (leads["expected"], leads["first"], leads["newest_text"], leads["days"], leads["stale_days"]) == (
        "daily",
        "1 Oct 2025",
        "20 Nov 2026",
        "414",
        3,
    )
    assert (invited["expected"], invited["newest_text"], invited["stale_days"]) == (
        "when it happens",
        "27 Aug 2026",
        None,
    )


def test_a_metric_never_reported_is_told_so(stand: Stand) -> None:
    row = pages_of(stand(LEADS))["acme/data/"].values["metrics"][0]
    assert (row["newest"], row["newest_text"], row["first"]) == (None, "never", "\N{EN DASH}")


def test_a_warning_of_the_data_is_shown_with_its_place(stand: Stand) -> None:
    rows = ["2026-03-02,leads,5", "2026-03-02,leads,5"]
    warnings = pages_of(stand(LEADS, rows))["acme/data/"].values["warnings"]
    assert ("data/acme/snapshots/2026-03-20.csv:3:1", "duplicate-row") in [
        (place, rule) for place, _, rule in warnings
    ]


def standing_of(pages: dict[str, Page], id_: str) -> str:
    view = pages[f"{EXAMPLE}commitments/{id_}/"].values["promise"]
    return f"{view.party}: {view.number} {view.of}"


def test_lead_generation_is_measured_both_ways(example_pages: dict[str, Page]) -> None:
    assert standing_of(example_pages, "qualified-leads") == "Marketing: 312 of 500 leads"
    assert standing_of(example_pages, "follow-up-24h") == "Sales: 96.7% target 95%"


def test_content_is_measured_both_ways(example_pages: dict[str, Page]) -> None:
    assert standing_of(example_pages, "content") == "Marketing: 4 of 7 delivered"
    assert standing_of(example_pages, "content-use") == "Sales: 70.4% target 60%"


def test_campaigns_are_measured_both_ways(example_pages: dict[str, Page]) -> None:
    assert standing_of(example_pages, "campaigns") == "Marketing: 2 of 3 delivered"
    assert standing_of(example_pages, "campaign-follow-up") == "Sales: 90.5% target 90%"


def test_reporting_is_measured_both_ways(example_pages: dict[str, Page]) -> None:
    assert standing_of(example_pages, "weekly-report") == "Sales: 1 of 1 delivered"
    assert standing_of(example_pages, "report-feedback") == "Marketing: 100% target 100%"


def test_training_is_measured_before_each_launch_and_by_who_came(example_pages: dict[str, Page]) -> None:
    rows: dict[str, Any] = {
        id_: example_pages[f"{EXAMPLE}commitments/{id_}/"].values["rows"]
        for id_ in ("launch-training", "training-attendance")
    }
    assert {
        id_: [(row.id, row.actual, str(row.verdict)) for row in found] for id_, found in rows.items()
    } == {
        "launch-training": [
            ("2026-Q4", "\N{EN DASH}", "no data"),
            ("2026-Q3", "100%", "met"),
            ("2026-Q2", "100%", "met"),
            ("2026-Q1", "0%", "missed"),
            ("2025-Q4", "100%", "met"),
        ],
        "training-attendance": [
            ("2026-Q4", "\N{EN DASH}", "no data"),
            ("2026-Q3", "96.2%", "met"),
            ("2026-Q2", "88%", "missed"),
            ("2026-Q1", "91.7%", "met"),
            ("2025-Q4", "95.8%", "met"),
        ],
    }
