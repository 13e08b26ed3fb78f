"""The document of the example says everything that its files say."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from living_sla.pipeline import judge_loaded, load_site
from living_sla.present.pages import site_pages
from living_sla.present.subject import Source
from living_sla.project import Project, load_project
from living_sla.rendering import Renderer, templates_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "agreement" / "marketing-sales"
FULL = ROOT / "tests" / "cases" / "good"


class Text(HTMLParser):
    """What a reader sees of a page, without the explanations of terms, in one line."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._hidden = 0
        self.feed(html)
        self.words = " ".join("".join(self._parts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("role", "tooltip") in attrs:
            self._hidden += 1
        if tag in {"p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "h4", "div", "text", "br"}:
            self._parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(data)


@pytest.fixture(scope="module")
def document() -> str:
    site = load_site(Project(ROOT))
    page = next(page for page in site.pages if page.url == "marketing-sales/agreement/")
    return Text(Renderer(templates_dir()).body(page)).words


def typed(file: str, *path: str) -> Iterator[str]:
    """The texts at a path of a file of the example; `*` stands for every entry."""
    text = (EXAMPLE / f"{file}.yml").read_text(encoding="utf-8")
    values: list[Any] = [yaml.load(text, Loader=yaml.BaseLoader)]  # noqa: S506 the loader that keeps all as text
    for part in path:
        values = [
            entry
            for value in values
            for entry in (
                (value.values() if isinstance(value, dict) else value)
                if part == "*"
                else [value[part]]
                if part in value
                else []
            )
        ]
    yield from (" ".join(str(value).split()) for value in values)


SAID = {
    "A03": [("agreement", "parties", "*", "service")],
    "A04": [("agreement", "company_goal")],
    "A05": [
        ("agreement", "parties", "*", "roles", "*", "does", "*"),
        ("agreement", "parties", "*", "roles", "*", "does_not", "*"),
    ],
    "A06": [("agreement", "parties", "*", "contacts", "*", "name")],
    "A07": [
        ("agreement", "parties", "*", "reports", "name"),
        ("agreement", "parties", "*", "uses", "role"),
    ],
    "A08": [("agreement", "parties", "*", "needs", "*")],
    "A09": [("governance", "leaders_duties", "*", "duty")],
    "A12": [
        ("agreement", "goals", "*", "specific"),
        ("agreement", "goals", "*", "attainable"),
        ("agreement", "goals", "*", "relevant"),
    ],
    "A13": [
        ("agreement", "goals", "*", "steps", "*", "title"),
        ("agreement", "goals", "*", "steps", "*", "steps", "*", "title"),
    ],
    "A20": [("definitions", "glossary", "*", "term"), ("definitions", "glossary", "*", "meaning")],
    "A21": [("definitions", "funnel", "*", "name"), ("definitions", "funnel", "*", "criteria", "*")],
    "A22": [
        ("definitions", "qualification", "framework"),
        ("definitions", "qualification", "criteria", "*", "asks"),
        ("definitions", "qualification", "criteria", "*", "accepted"),
    ],
    "A23": [("definitions", "personas", "*", "who"), ("definitions", "personas", "*", "message")],
    "A24": [("definitions", "personas", "*", "jobs", "*")],
    "A25": [
        ("definitions", "scoring", "rules", "*", "when"),
        ("definitions", "scoring", "grades", "*", "grade"),
    ],
    "A26": [("lead-management", "protocol", "*", "steps", "*")],
    "A27": [("lead-management", "hand_over", "*", "when"), ("lead-management", "hand_over", "*", "how")],
    "A28": [
        ("lead-management", "notification", "says"),
        ("lead-management", "notification", "channels", "*"),
    ],
    "A29": [("lead-management", "return", "how"), ("lead-management", "return", "reasons", "*")],
    "A30": [("lead-management", "follow_up", "*", "within"), ("lead-management", "follow_up", "*", "name")],
    "A31": [("lead-management", "follow_up", "*", "cadence", "*", "note")],
    "A32": [
        ("lead-management", "end_states", "*", "name"),
        ("lead-management", "end_states", "*", "meaning"),
    ],
    "A34": [("lead-management", "nurturing", "*", "when"), ("lead-management", "nurturing", "*", "approach")],
    "A35": [("lead-management", "limits", "*", "touches"), ("lead-management", "limits", "*", "within")],
    "A36": [("lead-management", "coverage")],
    "A59": [("governance", "reports", "*", "name")],
    "A60": [("governance", "reports", "*", "contents", "*")],
    "A64": [("governance", "meetings", "*", "name"), ("governance", "meetings", "*", "agenda", "*")],
    "A67": [("governance", "retrospective")],
    "A69": [("governance", "pulse", "question"), ("governance", "pulse", "scale")],
    "A71": [("governance", "remedies", "*", "name"), ("governance", "remedies", "*", "description")],
    "A75": [("governance", "safeguards", "*")],
    "A77": [("agreement", "signatures", "*", "name")],
    "A78": [("governance", "revision", "how")],
}


@pytest.mark.parametrize("row", SAID)
def test_the_document_says_what_the_files_say(document: str, row: str) -> None:
    texts = [text for file, *path in SAID[row] for text in typed(file, *path)]
    assert texts
    assert [text for text in texts if text not in document] == []


def test_both_sides_of_an_exchange_stand_beside_each_other(document: str) -> None:
    leads = document.index("Marketing delivers at least 500 marketing-qualified leads each month.")
    calls = document.index("Sales makes sure that leads contacted within 24 hours are at least 95%")
    content = document.index("Marketing delivers 4 blog posts, 2 white papers and 1 case study each month.")
    assert leads < calls < content


def test_quantity_and_quality_of_leads_are_both_promised(document: str) -> None:
    assert "3.1 Qualified leads" in document
    assert "3.4 Few leads returned" in document


def test_reports_speak_of_processes_unless_agreed_otherwise(document: str) -> None:
    assert "Reports speak of processes, not of persons." in document


def test_the_document_is_one_click_from_every_page() -> None:
    pages = [page for page in load_site(Project(ROOT)).pages if page.url]
    tab = ("The agreement", "marketing-sales/agreement/")
    assert all(tab in [(name, url) for name, url, _ in page.values["tabs"]] for page in pages)


def sections_of(project: Path) -> list[str]:
    standings = [judge_loaded(loaded) for loaded in load_project(Project(project))]
    page = next(page for page in site_pages(standings, Source()) if page.url.endswith("/agreement/"))
    return [section.title for section in page.values["sections"]]


def test_a_section_that_nothing_is_said_of_is_left_out(project: Path) -> None:
    assert sections_of(project) == ["Parties", "Commitments", "Definitions", "Calendar", "Signatures"]


def test_an_agreement_with_a_customer_is_called_one(project: Path) -> None:
    path = project / "agreement" / "acme" / "agreement.yml"
    path.write_text(f"between: customer\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    page = next(page for page in load_site(Project(project)).pages if page.url == "acme/agreement/")
    words = Text(Renderer(templates_dir()).body(page)).words
    assert "Service Level Agreement with a customer, version" in words


def test_the_steps_of_a_goal_are_measured_from_the_record(document: str) -> None:
    told = "1,500 qualified leads by the end of 2025 missed by 31 December 2025, Marketing, 1,476 of 1,500"
    assert told in document


def test_each_grade_earns_its_follow_up(document: str) -> None:
    assert re.search(r"A 80 Demo request or grade A", document)
