"""Reports in a browser: on two sheets at most, and a reader finds what to ask."""

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

REPORTS = "marketing-sales/reports/"


@pytest.fixture(scope="module")
def address(built_example: Path, serve: Serve) -> Iterator[str]:
    with serve(built_example) as at:
        yield at


@pytest.mark.parametrize("period", ["2026-03", "2026-04", "2026-06", "2026-W46"])
def test_a_report_prints_on_two_sheets_at_most(page: Page, address: str, period: str) -> None:
    page.goto(f"{address}{REPORTS}{period}/")
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))
    assert 1 <= sheets <= 2


def test_a_reader_finds_in_two_clicks_what_to_ask_about_april(page: Page, address: str) -> None:
    page.goto(f"{address}marketing-sales/")
    page.get_by_role("navigation", name="Marketing and Sales").get_by_role("link", name="Reports").click()
    page.get_by_role("link", name="April 2026", exact=True).click()
    asked = page.locator(".sla-questions li").all_inner_texts()
    assert asked[0].startswith(
        "Weekly pipeline report, week to 12 Apr 2026: missed (0 of 1 delivered by 10 Apr 2026"
    )
    assert any("applies to Marketing since 7 Mar 2026, at 6 strikes. Has it begun?" in each for each in asked)
    assert page.locator("[aria-current=true]").inner_text() == "Reports"


def test_the_questions_stand_on_the_first_sheet(page: Page, address: str) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1017})  # A4 less its margins
    page.goto(f"{address}{REPORTS}2026-04/")
    box = page.locator(".sla-questions").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 1017


def test_what_was_restated_since_is_marked_off(page: Page, address: str) -> None:
    page.goto(f"{address}{REPORTS}2026-03/")
    assert "closed as met (504), now missed (488)" in page.locator("section.sla-since").inner_text()


@pytest.mark.parametrize("path", ["", "2026-04/", "2026-W46/", "scorecard/"])
def test_a_phone_scrolls_down_only(open_page: OpenPage, address: str, path: str) -> None:
    page = open_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}{REPORTS}{path}")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("period", ["2026-04", "2026-W46"])
def test_a_phone_shows_every_number_with_its_name(open_page: OpenPage, address: str, period: str) -> None:
    page = open_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}{REPORTS}{period}/")
    found = page.locator(".sla-scroll:has(> .sla-outcomes)").evaluate_all(
        "each => each.map(scroll => scroll.scrollWidth - scroll.clientWidth)"
    )
    assert found == [0] * len(found)
    row = page.locator(".sla-outcomes tbody tr").first
    assert page.locator(".sla-outcomes").first.is_visible()
    names = row.locator("td[data-label]").evaluate_all(
        "cells => cells.map(cell => getComputedStyle(cell, '::before').content)"
    )
    assert names[:2] == ['"Came "', '"Promised "']
    assert all(cell.bounding_box()["x"] < 390 for cell in row.locator("td:not(:empty)").all())


def test_a_verdict_keeps_its_distance_from_the_number(page: Page, address: str) -> None:
    page.goto(f"{address}{REPORTS}2026-04/")
    row = page.locator(".sla-outcomes tbody tr", has_text="3 of 4 weeks met")
    gap = row.evaluate(
        """row => {
            const words = document.createRange();
            words.selectNodeContents(row.cells[2]);
            const [number, verdict] = [words, row.querySelector('.sla-verdict')];
            return number.getBoundingClientRect().left - verdict.getBoundingClientRect().right;
        }"""
    )
    assert gap > 12


def test_without_script_all_is_read(open_page: OpenPage, address: str) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{address}{REPORTS}2026-04/")
    assert page.locator(".sla-outcomes tbody tr").count() == 8 + 5
    page.goto(f"{address}{REPORTS}scorecard/")
    assert page.get_by_role("img", name="How well the teams work together").is_visible()
