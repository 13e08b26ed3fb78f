from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.present.conftest import Text, promise, version

from living_sla.present.pages import Page, site_pages
from living_sla.present.subject import Source
from living_sla.present.text import quoted
from living_sla.present.version_pages import version_files
from living_sla.rendering import Renderer, templates_dir

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.subject import Standing

    Retell = Callable[..., Standing]


def leads(target: int, *more: str) -> str:
    return promise(f"total: leads, at_least: {target}, every: month", *more, id_="leads")


CALLS = promise("share: in_time, of: due, at_least: 90%, every: quarter", id_="calls", party="sales")
REPORT = promise("deliver: {report: 1}, every: week", id_="report", party="sales")
SIGNED = "signatures: [{party: marketing, name: Josh Bell, signed_on: 2025-12-10}]"
FIRST = version("1.0.0", "2026-01-01", leads(300) + CALLS, SIGNED, on="2025-12-15")
PLAIN = version("1.0.0", "2026-01-01", leads(300), on="2025-12-15")
SECOND = version("1.1.0", "2026-05-01", leads(320), on="2026-04-20", author="Mia Chen", pull_request=12)
THIRD = version("2.0.0", "2027-01-01", leads(400) + REPORT, on="2026-06-01")
MARCH = {"2026-04-01": [f"2026-03-{day:02},leads,10" for day in range(1, 32)]}
CORRECTED = MARCH | {"2026-04-20": ["2026-03-31,leads,1", "2026-03-30,leads,5"]}
REPOSITORY = "https://git.example/acme/sla"
UNREADABLE = Text(
    {"agreement.yml": 'version: "0.9"\neffective: 2025-01-01\n"<b>old</b>": 1\n'}, on="2024-12-15"
)


def pages_of(standing: Standing, source: Source | None = None) -> dict[str, Page]:
    return {page.url: page for page in site_pages([standing], source or Source())}


def html_of(page: Page) -> str:
    return Renderer(templates_dir()).body(page)


def words_of(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", re.sub("<svg.*?</svg>", "", html, flags=re.DOTALL)).split())


@pytest.fixture
def amended(retell: Retell) -> dict[str, Page]:
    """The pages of three versions, of which the second is in force."""
    return pages_of(retell(FIRST, SECOND, THIRD, reports=CORRECTED, as_of="2026-06-10"), Source(REPOSITORY))


def rows_of(pages: dict[str, Page]) -> dict[str, Any]:
    return {row.number: row for row in pages["acme/versions/"].values["rows"]}


# --- which pages there are


def test_every_version_and_each_two_that_are_compared_have_a_page(amended: dict[str, Page]) -> None:
    assert [url for url in amended if url.startswith("acme/versions/")] == [
        "acme/versions/",
        "acme/versions/1.0.0/",
        "acme/versions/1.1.0/",
        "acme/versions/2.0.0/",
        "acme/versions/1.0.0-to-1.1.0/",
        "acme/versions/1.1.0-to-2.0.0/",
    ]


def test_every_link_of_these_pages_leads_to_a_page_and_a_place_on_it(amended: dict[str, Page]) -> None:
    bodies = {url: html_of(page) for url, page in amended.items()}
    ids = {url: set(re.findall(' id="([^"]+)"', html)) for url, html in bodies.items()}
    for url, page in amended.items():
        for link in re.findall('href="([^"]*)"', bodies[url]):
            if link.startswith("https:") or link.endswith((".csv", ".json", ".xml", ".ics")):
                continue
            path, _, place = link.partition("#")
            path = path.removeprefix(page.base) if path else url
            assert path in ids, (url, link)
            assert not place or place in ids[path], (url, link)


def test_no_id_stands_twice_on_a_page(amended: dict[str, Page]) -> None:
    for url, page in amended.items():
        ids = re.findall(' id="([^"]+)"', html_of(page))
        assert len(ids) == len(set(ids)), url


def test_the_tab_of_the_versions_is_marked_on_all_their_pages(amended: dict[str, Page]) -> None:
    def mark(url: str) -> str:
        return next(here for name, _, here in amended[url].values["tabs"] if name == "Versions")

    assert mark("acme/versions/") == "page"
    assert mark("acme/versions/1.0.0/") == "true"
    assert mark("acme/agreement/") == ""


# --- the timeline


def test_the_timeline_tells_the_newest_version_first(amended: dict[str, Page]) -> None:
    rows = amended["acme/versions/"].values["rows"]
    assert [(row.number, row.state, row.span) for row in rows] == [
        ("2.0.0", "coming", "comes into force on 1 January 2027"),
        ("1.1.0", "now", "in force from 1 May 2026 until 31 December 2026"),
        ("1.0.0", "past", "was in force from 1 January 2026 until 30 April 2026"),
    ]


def test_the_timeline_tells_what_changed_by_kind(amended: dict[str, Page]) -> None:
    row = rows_of(amended)["1.1.0"]
    assert row.summary == "1 tightened, 1 removed"
    assert [(str(group.kind), [change.text for change in group.rows]) for group in row.changes] == [
        ("tightened", ["Leads, target 300 \N{RIGHTWARDS ARROW} 320 leads each month."]),
        (
            "removed",
            [
                (
                    "Calls: Sales makes sure that leads called in time are"
                    " at least 90% of leads to call each quarter."
                )
            ],
        ),
    ]


def test_a_change_leads_to_the_page_of_its_commitment(amended: dict[str, Page]) -> None:
    (change,) = rows_of(amended)["1.1.0"].changes[0].rows
    assert (change.party, change.url) == ("Marketing", "acme/commitments/leads/")


def test_a_commitment_to_come_has_no_page_to_lead_to(amended: dict[str, Page]) -> None:
    added = rows_of(amended)["2.0.0"].changes[-1]
    assert (str(added.kind), added.rows[0].url) == ("added", "")
    assert "acme/commitments/report/" not in amended


def test_the_timeline_tells_who_committed_and_who_signed(amended: dict[str, Page]) -> None:
    words = words_of(html_of(amended["acme/versions/"]))
    assert "committed on 20 April 2026 by Mia Chen, pull request #12 , commit 2222222222" in words
    assert "signed for Marketing by Josh Bell on 10 December 2025; not signed by Sales" in words


def test_the_timeline_leads_to_the_commit_and_the_pull_request(amended: dict[str, Page]) -> None:
    html = html_of(amended["acme/versions/"])
    assert f'<a href="{REPOSITORY}/commit/{"2" * 40}">' in html
    assert f'<a href="{REPOSITORY}/pull/12">#12</a>' in html


def test_each_version_leads_to_itself_and_to_what_it_is_compared_with(amended: dict[str, Page]) -> None:
    assert {number: row.links for number, row in rows_of(amended).items()} == {
        "2.0.0": (
            ("Read version 2.0.0 whole", "acme/versions/2.0.0/"),
            ("Changes since 1.1.0", "acme/versions/1.1.0-to-2.0.0/"),
        ),
        "1.1.0": (
            ("Read version 1.1.0 whole", "acme/versions/1.1.0/"),
            ("Changes since 1.0.0", "acme/versions/1.0.0-to-1.1.0/"),
        ),
        "1.0.0": (
            ("Read version 1.0.0 whole", "acme/versions/1.0.0/"),
            ("Changes up to 1.1.0, in force", "acme/versions/1.0.0-to-1.1.0/"),
        ),
    }


def test_a_definition_says_which_commitments_it_touches(retell: Retell) -> None:
    def defined(number: str, effective: str, meaning: str, on: str) -> Text:
        text = version(number, effective, leads(300), on=on)
        label = "{label: Qualified leads, unit: leads"
        commitments = text.files["commitments.yml"].replace(label, f"{label}, definition: lead")
        glossary = f"glossary:\n  lead: {{term: Lead, meaning: {meaning}}}\n"
        return text._replace(files=text.files | {"commitments.yml": commitments, "definitions.yml": glossary})

    standing = retell(
        defined("1.0.0", "2026-01-01", "Anyone who asked.", "2025-12-15"),
        defined("1.1.0", "2026-04-01", "Anyone who asked twice.", "2026-03-15"),
        as_of="2026-05-01",
    )
    (changes,) = rows_of(pages_of(standing))["1.1.0"].changes
    assert (str(changes.kind), changes.rows[0].touches) == ("redefined", quoted("Leads"))


def test_texts_changed_under_one_number_are_told_with_their_author(retell: Retell) -> None:
    raised = version("1.0.0", "2026-01-01", leads(350), on="2026-01-20", author="Ana Ruiz")
    (row,) = rows_of(pages_of(retell(PLAIN, raised, as_of="2026-02-01"))).values()
    (rewrite,) = row.rewrites
    assert rewrite.origin
    assert (rewrite.origin.on, rewrite.origin.author) == ("20 January 2026", "Ana Ruiz")
    assert rewrite.told == ("Tightened: Leads, target 300 \N{RIGHTWARDS ARROW} 350 leads each month.",)


def test_a_second_meaning_under_one_number_is_warned_of(retell: Retell) -> None:
    raised = version("1.0.0", "2026-01-01", leads(350), on="2026-01-20")
    pages = pages_of(retell(PLAIN, raised, as_of="2026-02-01"))
    assert pages["acme/versions/"].values["warnings"] == [
        (
            "Version 1.0.0 stands for more than one text: that of 2025-12-15 (commit 1111111111), "
            "and that of 2026-01-20 (commit 2222222222) (1 tightened); "
            "raise the version with every change of meaning."
        )
    ]


def test_a_signature_given_later_is_told(retell: Retell) -> None:
    signed = version("1.0.0", "2026-01-01", leads(300), SIGNED, on="2025-12-20")
    (row,) = rows_of(pages_of(retell(PLAIN, signed, as_of="2026-02-01"))).values()
    assert row.rewrites[0].told == ("Signed for Marketing by Josh Bell on 10 December 2025.",)


def test_a_change_of_comments_is_told_as_one(retell: Retell) -> None:
    noted = version("1.0.0", "2026-01-01", leads(300), "# checked", on="2025-12-20")
    (row,) = rows_of(pages_of(retell(PLAIN, noted, as_of="2026-02-01"))).values()
    assert row.rewrites[0].told == ("Only comments, white space or order.",)


def test_one_version_is_told_how_to_be_amended(retell: Retell) -> None:
    words = words_of(html_of(pages_of(retell(FIRST, as_of="2026-02-01"))["acme/versions/"]))
    assert "There is one version, and no amendment yet." in words
    assert "Compare any two" not in words


def test_what_is_not_committed_is_told_so(retell: Retell) -> None:
    pages = pages_of(retell(FIRST, version("1.1.0", "2026-05-01", leads(320)), as_of="2026-06-10"))
    assert "not committed yet" in words_of(html_of(pages["acme/versions/"]))


def test_a_commitment_no_longer_promised_is_reached_from_the_timeline(amended: dict[str, Page]) -> None:
    assert amended["acme/versions/"].values["former"] == [
        ("Calls", "acme/commitments/calls/", "promised until 30 April 2026 (version 1.0.0)")
    ]


# --- one version


def test_a_version_is_shown_whole_and_says_it_is_not_in_force(amended: dict[str, Page]) -> None:
    words = words_of(html_of(amended["acme/versions/1.0.0/"]))
    assert (
        "Not in force. Version 1.0.0 was in force from 1 January 2026 until 30 April 2026."
        " Version 1.1.0 is in force now."
    ) in words
    assert "Marketing delivers at least 300 qualified leads each month." in words
    assert "Sales makes sure that leads called in time" in words


def test_the_version_in_force_says_so(amended: dict[str, Page]) -> None:
    words = words_of(html_of(amended["acme/versions/1.1.0/"]))
    assert "In force. Version 1.1.0 is in force from 1 May 2026 until 31 December 2026." in words


def test_a_clause_leads_to_its_line_at_that_commit_and_no_change_of_it_is_proposed(
    amended: dict[str, Page],
) -> None:
    html = html_of(amended["acme/versions/1.0.0/"])
    assert f'<a href="{REPOSITORY}/blob/{"1" * 40}/agreement/acme/commitments.yml#L' in html
    assert "Propose a change" not in html


def test_a_version_shows_its_periods_as_closed_and_as_they_stand(amended: dict[str, Page]) -> None:
    (results, _) = amended["acme/versions/1.0.0/"].values["results"]
    assert results["told"].endswith("1 period restated since closing")
    rows = {row["id"]: (row["as_closed"], row["stands"], row["is_restated"]) for row in results["rows"]}
    assert rows["2026-03"] == ("met (310)", "missed (296)", True)
    assert list(rows) == ["2026-04", "2026-03", "2026-02", "2026-01"]


def test_a_version_to_come_judges_nothing_yet(amended: dict[str, Page]) -> None:
    results = amended["acme/versions/2.0.0/"].values["results"]
    assert [(row["name"], row["told"], row["rows"]) for row in results] == [
        ("Leads", "no period", []),
        ("Report", "no period", []),
    ]


def test_a_version_that_does_not_load_is_shown_as_text_with_the_reason(retell: Retell) -> None:
    pages = pages_of(retell(UNREADABLE, SECOND, as_of="2026-06-10"))
    html = html_of(pages["acme/versions/0.9/"])
    assert "The present schema cannot load this version" in html
    assert "&#34;&lt;b&gt;old&lt;/b&gt;&#34;: 1" in html
    assert rows_of(pages)["0.9"].unreadable


def test_the_files_of_a_version_are_quoted(amended: dict[str, Page]) -> None:
    texts = amended["acme/versions/1.0.0/"].values["texts"]
    assert [path for path, _, _ in texts] == [
        "agreement/acme/agreement.yml",
        "agreement/acme/commitments.yml",
    ]
    assert texts[0][1] == FIRST.files["agreement.yml"]


# --- two versions


def test_two_versions_are_compared_in_words_and_by_their_texts(amended: dict[str, Page]) -> None:
    page = amended["acme/versions/1.0.0-to-1.1.0/"]
    assert page.values["summary"] == "1 tightened, 1 removed"
    assert [(path, url) for _, path, url in page.values["files"]] == [
        (path, f"{REPOSITORY}/blob/{'2' * 40}/{path}#L1")
        for path in ("agreement/acme/agreement.yml", "agreement/acme/commitments.yml")
    ]


def test_a_redline_is_told_apart_without_colour(amended: dict[str, Page]) -> None:
    html = html_of(amended["acme/versions/1.0.0-to-1.1.0/"])
    assert '<del class="sla-del"><span class="sla-hidden">removed: </span>300</del>' in html
    assert '<ins class="sla-ins"><span class="sla-hidden">added: </span>320</ins>' in html


def test_what_cannot_be_compared_in_words_is_compared_by_its_texts(retell: Retell) -> None:
    page = pages_of(retell(UNREADABLE, SECOND, as_of="2026-06-10"))["acme/versions/0.9-to-1.1.0/"]
    assert page.values["unread"] == "0.9"
    assert "Not known in words: the present schema cannot load 0.9." in words_of(html_of(page))
    assert "&lt;b&gt;old&lt;/b&gt;" in html_of(page)


# --- what no longer stands, and what changes


def test_a_commitment_no_longer_promised_keeps_its_page_with_a_notice(amended: dict[str, Page]) -> None:
    page = amended["acme/commitments/calls/"]
    words = words_of(html_of(page))
    assert "No longer promised: promised until 30 April 2026 (version 1.0.0)." in words
    assert page.summary.startswith("No longer promised: Sales makes sure")
    assert page.glossary_url == "acme/versions/1.0.0/"


def test_what_no_longer_stands_is_not_counted_among_the_promises(amended: dict[str, Page]) -> None:
    (board,) = amended[""].values["boards"]
    assert [promise.id for column in board["columns"] for promise in column["promises"]] == ["leads"]


def test_a_table_names_the_version_where_several_judged_it(amended: dict[str, Page]) -> None:
    leads_page = amended["acme/commitments/leads/"]
    assert leads_page.values["versions"] == {"1.0.0": "acme/versions/1.0.0/", "1.1.0": "acme/versions/1.1.0/"}
    assert '<td><a href="../../../acme/versions/1.0.0/">1.0.0</a></td>' in html_of(leads_page)
    assert '<th scope="col">Version</th>' not in html_of(amended["acme/commitments/calls/"])


def test_a_card_judged_by_an_older_version_says_what_comes(retell: Retell) -> None:
    def calls(share: str) -> str:
        return promise(
            f"share: in_time, of: due, at_least: {share}, every: quarter", id_="calls", party="sales"
        )

    standing = retell(
        version("1.0.0", "2026-01-01", calls("90%"), on="2025-12-15"),
        version("1.1.0", "2026-05-01", calls("95%"), on="2026-04-20"),
        as_of="2026-06-10",
    )
    card = pages_of(standing)["acme/commitments/calls/"].values["promise"]
    assert card.sentence.endswith("at least 90% of leads to call each quarter.")
    assert card.changing == (
        "judged by version 1.0.0; from 1 July 2026: Sales makes sure that leads called in time are"
        " at least 95% of leads to call each quarter."
    )


def test_a_card_judged_by_an_older_version_that_says_the_same_names_it_alone(retell: Retell) -> None:
    standing = retell(
        version("1.0.0", "2026-01-01", CALLS, on="2025-12-15"),
        version("1.1.0", "2026-05-01", CALLS, on="2026-04-20"),
        as_of="2026-06-10",
    )
    assert (
        pages_of(standing)["acme/commitments/calls/"].values["promise"].changing == "judged by version 1.0.0"
    )


def test_a_card_judged_by_the_version_in_force_says_nothing_of_it(amended: dict[str, Page]) -> None:
    assert amended["acme/commitments/leads/"].values["promise"].changing == ""


def test_a_step_of_a_goal_counts_from_the_first_version_that_has_it(retell: Retell) -> None:
    def goal(step: str) -> str:
        progress = "progress: {total: leads, target: 900}"
        return f"""\
goals:
  - id: won
    specific: Win
    due: 2026-12-31
    steps: [{{id: {step}, title: 900 leads, due: 2026-12-31, {progress}}}]"""

    standing = retell(
        version("1.0.0", "2026-01-01", leads(300), goal("half"), on="2025-12-15"),
        version("1.1.0", "2026-04-01", leads(300), goal("half"), on="2026-03-20"),
        version("1.2.0", "2026-05-01", leads(300), goal("all"), on="2026-04-20"),
        reports={"2026-05-10": ["2026-02-02,leads,100", "2026-04-02,leads,20", "2026-05-02,leads,3"]},
        as_of="2026-05-20",
    )
    pages = pages_of(standing)
    assert {
        url: pages[url].values["goals"][0]["steps"][0]["progress"]
        for url in ("acme/versions/1.0.0/", "acme/versions/1.1.0/", "acme/agreement/")
    } == {
        "acme/versions/1.0.0/": "123 of 900",
        "acme/versions/1.1.0/": "123 of 900",
        "acme/agreement/": "3 of 900",
    }


# --- files


def test_the_texts_of_every_version_are_published_for_comparing(retell: Retell) -> None:
    files = dict(version_files(retell(FIRST, SECOND, as_of="2026-06-10")))
    assert list(files) == ["acme/versions/1.0.0/texts.json", "acme/versions/1.1.0/texts.json"]
    assert json.loads(files["acme/versions/1.0.0/texts.json"]) == {"version": "1.0.0", "texts": FIRST.files}
