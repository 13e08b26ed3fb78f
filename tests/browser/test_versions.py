"""The versions of the retold example as readers meet them: picked, compared, on a phone, without script."""

from __future__ import annotations

import shutil
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from tests.browser.test_site import HEADINGS, NAMELESS, OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page
    from tests.browser.conftest import OpenPage, Serve, Traffic
    from tests.conftest import Run

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("versions")]

AGREEMENT = "marketing-sales/"
TIMELINE = f"{AGREEMENT}versions/"
LEADS = f"{AGREEMENT}commitments/qualified-leads/"
KINDS = {
    "timeline": TIMELINE,
    "version": f"{TIMELINE}1.0.0/",
    "to come": f"{TIMELINE}2.0.0/",
    "comparison": f"{TIMELINE}1.0.0-to-1.1.0/",
    "former": f"{AGREEMENT}commitments/training-attendance/",
    "restated": LEADS,
    "overview": AGREEMENT,
}


@pytest.fixture(scope="module")
def address(retold: Path, tmp_path_factory: pytest.TempPathFactory, run: Run, serve: Serve) -> Iterator[str]:
    """Where the site of the retold example is served, built for that address."""
    project = tmp_path_factory.mktemp("versions") / "project"
    shutil.copytree(retold, project)
    site = project / "site"
    site.mkdir()
    with serve(site) as at:
        config = project / "mkdocs.yml"
        config.write_text(f"site_url: {at}\n{config.read_text()}")
        done = run("living_sla", "build", cwd=project)
        assert done.returncode == 0, done.stdout + done.stderr
        yield at


def comparison(page: Page) -> Locator:
    return page.locator(".sla-compare-result .sla-redline")


def compare(page: Page, old: str, new: str) -> None:
    page.get_by_role("combobox", name="From").select_option(old)
    page.get_by_role("combobox", name="to").select_option(new)
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name=f"From {old} to {new}").wait_for()


# --- every kind of page


@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desk"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_page_fits_asks_nobody_else_and_has_no_error(
    open_page: OpenPage, address: str, traffic: Traffic, width: int, colours: str
) -> None:
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=colours)
    for kind, path in KINDS.items():
        page.goto(address + path, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") == width, kind
        assert page.evaluate(OUTSIDE) == [], kind
    assert traffic.errors == []
    assert traffic.off_origin == []


def test_every_page_names_everything_and_leaves_out_no_level_of_headings(page: Page, address: str) -> None:
    for kind, path in KINDS.items():
        page.goto(address + path, wait_until="networkidle")
        assert page.evaluate(NAMELESS) == [], kind
        levels = page.evaluate(HEADINGS)
        assert levels.count(1) == 1, kind
        assert all(after <= before + 1 for before, after in pairwise(levels)), kind


def test_the_script_that_compares_is_loaded_on_the_timeline_alone(
    page: Page, address: str, traffic: Traffic
) -> None:
    for path in KINDS.values():
        if path != TIMELINE:
            page.goto(address + path, wait_until="networkidle")
    assert traffic.asked_for("redline.js") == 0
    page.goto(address + TIMELINE, wait_until="networkidle")
    assert traffic.asked_for("redline.js") == 1
    assert traffic.asked_for("texts.json") == 0


# --- the three questions


def test_a_reader_finds_what_was_agreed_in_march(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="version 1.2.0 in force; 2.0.0 from 1 January 2027").click()
    march = page.locator(".sla-version", has_text="was in force from 1 October 2025 until 31 March 2026")
    march.get_by_role("link", name="Read version 1.0.0 whole").click()
    banner = page.locator(".sla-standing")
    banner.wait_for()
    assert "Not in force. Version 1.0.0 was in force" in banner.inner_text()
    clause = page.locator("#clause-qualified-leads").inner_text()
    assert "Marketing delivers at least 500 marketing-qualified leads each month." in clause


def test_a_reader_finds_what_was_said_of_march_then_and_why_it_is_otherwise_now(
    page: Page, address: str
) -> None:
    page.goto(address + AGREEMENT)
    page.get_by_role("link", name="Qualified leads, March 2026").click()
    row = page.locator("tr[id='2026-03'] + tr")
    told = row.locator("p").first.inner_text()
    assert told == "Closed as met (504), now missed (488); adds a strike for Marketing"
    assert row.locator("li").first.is_hidden()
    row.get_by_text("What moved since it was closed on 7 April 2026").click()
    assert "reported on 20 April 2026 in data/marketing-sales/snapshots/2026-04-20.csv" in row.inner_text()
    assert row.locator("li").first.inner_text() == "9 Mar 2026, Referral: 7 → 6 line 2"


def test_a_reader_finds_who_changed_what_since(page: Page, address: str) -> None:
    page.goto(address + TIMELINE)
    told = {row.locator("h3 a").inner_text(): row.inner_text() for row in page.locator(".sla-version").all()}
    assert list(told) == ["2.0.0", "1.2.0", "1.1.0", "1.0.0"]
    assert "by Mia Chen, pull request #12" in told["1.1.0"]
    assert "Feedback on each report, target 100% → 90%." in told["1.1.0"]
    assert "by Ana Ruiz, pull request #17" in told["1.2.0"]
    assert "Qualified leads, target 500 → 520 leads each month." in told["1.2.0"]


# --- the picker


def test_the_keyboard_opens_the_picker_reads_a_version_and_escape_closes(page: Page, address: str) -> None:
    page.goto(address + LEADS, wait_until="networkidle")
    picker = page.locator(".sla-picker details")
    picker.locator("summary").focus()
    page.keyboard.press("Enter")
    assert picker.locator("a[aria-current]").inner_text().startswith("1.2.0 in force")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert picker.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".sla-standing").wait_for()
    assert page.url == f"{address}{TIMELINE}1.0.0/"


def test_a_click_elsewhere_closes_the_picker(page: Page, address: str) -> None:
    page.goto(address + LEADS, wait_until="networkidle")
    page.locator(".sla-picker summary").click()
    page.get_by_role("heading", level=1).click()
    assert page.locator(".sla-picker details").get_attribute("open") is None


# --- the choice of two


def test_any_two_versions_are_compared(page: Page, address: str, traffic: Traffic) -> None:
    page.goto(address + TIMELINE, wait_until="networkidle")
    compare(page, "1.1.0", "2.0.0")
    words = comparison(page).first.locator(".sla-line-changed").first
    assert words.locator("del").text_content() == "removed: 1.1.0"
    assert words.locator("ins").text_content() == "added: 2.0.0"
    assert page.url.endswith("/versions/#1.1.0..2.0.0")
    assert traffic.asked_for("texts.json") == 2
    assert traffic.errors == []


def test_the_browser_marks_what_the_page_made_beforehand_marks(page: Page, address: str) -> None:
    page.goto(f"{address}{TIMELINE}1.0.0-to-1.1.0/")
    made = marked_lines(page)
    page.goto(address + TIMELINE, wait_until="networkidle")
    compare(page, "1.0.0", "1.1.0")
    assert marked_lines(page) == made
    assert len(made) == 22


def marked_lines(page: Page) -> list[tuple[str, str]]:
    """Every line that differs: its kind, and what was taken out and put in, without white space."""
    lines = page.locator(".sla-line-changed, .sla-line-added, .sla-line-removed").all()
    return [(line.get_attribute("class") or "", "".join(line.inner_text().split())) for line in lines]


def test_an_address_shows_the_two_versions_it_names(page: Page, address: str) -> None:
    page.goto(f"{address}{TIMELINE}#1.0.0..1.2.0")
    page.get_by_role("heading", name="From 1.0.0 to 1.2.0").wait_for()
    assert page.get_by_role("combobox", name="From").input_value() == "1.0.0"
    steps = page.locator(".sla-compare-result .sla-version-links a").all_inner_texts()
    assert steps == ["1.1.0", "1.2.0"]


@pytest.mark.parametrize("place", ["#1.0.0..9.9.9", "#%", "#..", "#version-1-1-0"])
def test_an_address_that_names_no_two_versions_shows_none(
    page: Page, address: str, traffic: Traffic, place: str
) -> None:
    page.goto(address + TIMELINE + place, wait_until="networkidle")
    page.get_by_role("button", name="Compare").wait_for()
    assert comparison(page).count() == 0
    assert traffic.errors == []


def test_a_version_compared_with_itself_is_told_so(page: Page, address: str) -> None:
    page.goto(address + TIMELINE, wait_until="networkidle")
    page.get_by_role("combobox", name="From").select_option("2.0.0")
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("Both are version 2.0.0.").wait_for()


def test_the_choice_works_after_instant_navigation(page: Page, address: str, traffic: Traffic) -> None:
    page.goto(address + LEADS, wait_until="networkidle")
    page.evaluate("window.sameDocument = true")
    page.locator(".sla-tabs").get_by_role("link", name="Versions").click()
    page.get_by_role("button", name="Compare").wait_for()
    compare(page, "1.0.0", "2.0.0")
    assert page.evaluate("window.sameDocument") is True
    assert comparison(page).count() >= 4
    assert traffic.errors == []


def test_texts_that_do_not_come_are_told(page: Page, address: str) -> None:
    page.route("**/texts.json", lambda route: route.abort())
    page.goto(f"{address}{TIMELINE}#1.0.0..1.2.0")
    page.get_by_text("The texts could not be loaded.").wait_for()


# --- without script, on paper


def test_without_script_the_links_serve_and_the_choice_hides(open_page: OpenPage, address: str) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(address + TIMELINE)
    assert page.locator(".sla-compare").is_hidden()
    page.locator(".sla-picker summary").click()
    assert page.locator(".sla-picker a").first.is_visible()
    page.locator(".sla-version").last.get_by_role("link", name="Changes up to 1.2.0, in force").click()
    assert page.url == f"{address}{TIMELINE}1.0.0-to-1.2.0/"
    assert page.locator(".sla-redline del").first.is_visible()


def test_paper_shows_the_redline_struck_and_underlined_and_no_controls(page: Page, address: str) -> None:
    page.goto(f"{address}{TIMELINE}1.0.0-to-1.1.0/")
    page.emulate_media(media="print")
    style = "(mark) => getComputedStyle(mark).textDecorationLine"
    assert page.locator(".sla-redline del").first.evaluate(style) == "line-through"
    assert page.locator(".sla-redline ins").first.evaluate(style) == "underline"
    assert page.locator(".sla-picker").is_hidden()


def test_paper_shows_what_is_folded_away_on_the_screen(page: Page, address: str) -> None:
    page.goto(address + LEADS)
    page.emulate_media(media="print")
    box = page.locator(".sla-moves li").first.bounding_box()
    assert box
    assert box["height"] > 0
