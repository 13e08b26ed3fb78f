"""The agreement as a document in a browser: the scorer, the explained terms, paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page
    from tests.browser.conftest import OpenPage, Serve

pytestmark = pytest.mark.browser

DOCUMENT = "marketing-sales/agreement/"


@pytest.fixture(scope="module")
def address(built_example: Path, serve: Serve) -> Iterator[str]:
    with serve(built_example) as at:
        yield at


@pytest.fixture
def document(page: Page, address: str) -> Page:
    page.goto(f"{address}/{DOCUMENT}")
    return page


def test_the_scorer_adds_up_what_is_ticked(document: Page) -> None:
    document.get_by_label("Asked for a demo or a price").check()
    document.get_by_label("Company of our target size").check()
    assert document.locator(".sla-score").inner_text() == "This lead scores 80 points: grade A"
    assert document.locator(".sla-here th").inner_text() == "A"


def test_the_scorer_takes_back_what_is_unticked(document: Page) -> None:
    box = document.get_by_label("Asked for a demo or a price")
    box.check()
    box.uncheck()
    assert document.locator(".sla-score").inner_text() == "This lead scores 0 points: grade D"


def test_without_script_the_rules_and_grades_are_read_all_the_same(open_page: OpenPage, address: str) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{address}/{DOCUMENT}")
    assert page.locator(".sla-score").is_hidden()
    assert page.locator(".sla-grades tbody tr").count() == 4


def test_a_term_is_explained_when_the_keyboard_reaches_it(document: Page) -> None:
    term = document.locator(".sla-term").first
    explanation = term.locator("[role=tooltip]")
    assert explanation.is_hidden()
    term.locator("a").focus()
    assert explanation.is_visible()


def test_a_term_leads_to_its_definition(document: Page) -> None:
    document.locator(".sla-term a").first.click()
    assert re.search(r"#term-[a-z-]+$", document.url)


def test_a_term_is_explained_on_a_commitments_page_too(page: Page, address: str) -> None:
    page.goto(f"{address}/marketing-sales/commitments/qualified-leads/")
    page.locator(".sla-lead .sla-term a").click()
    assert page.url.endswith(f"/{DOCUMENT}#term-mql")


def test_on_paper_the_document_has_signature_lines_and_no_navigation(document: Page) -> None:
    lines = document.locator(".sla-lines")
    assert lines.is_hidden()
    document.emulate_media(media="print")
    assert lines.is_visible()
    assert document.locator(".sla-tabs").is_hidden()
    assert document.locator(".md-header").is_hidden()


def test_the_contents_lead_to_every_section(document: Page) -> None:
    links = document.locator(".sla-contents a")
    targets = [(links.nth(n).get_attribute("href") or "").partition("#")[2] for n in range(links.count())]
    assert len(targets) == 12
    assert all(document.locator(f"h2#{target}").count() == 1 for target in targets)
