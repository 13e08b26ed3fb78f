"""The example's site as readers meet it: phone and desk, light and dark, keyboard, paper, and no script."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page
    from tests.browser.conftest import OpenPage, Serve, Traffic
    from tests.conftest import Run

pytestmark = pytest.mark.browser

BUNDLE = "plotly-basic-4.1.1.min.js"
KINDS = {
    "scoreboard": "",
    "overview": "marketing-sales/",
    "party": "marketing-sales/sales/",
    "commitment": "marketing-sales/commitments/qualified-leads/",
    "one by one": "marketing-sales/commitments/report-feedback/",
    "agreement": "marketing-sales/agreement/",
    "data": "marketing-sales/data/",
}
WIDTHS = {"phone": 390, "desk": 1440}
VERDICTS = {"met", "missed", "on track", "at risk", "unverified", "no data", "not triggered"}

# Every element that reaches out of the page at its right, but those that scroll by themselves or are hidden.
OUTSIDE = """() => [...document.querySelectorAll("main *")].filter((element) => {
  const box = element.getBoundingClientRect();
  const scrolls = element.closest(".sla-scroll, .md-typeset__scrollwrap, .sla-hidden, svg, pre");
  return box.width && box.right > document.documentElement.clientWidth + 1 && !scrolls;
}).map((element) => element.outerHTML.slice(0, 100))"""
# The level of every heading of the article, in order.
HEADINGS = """() => [...document.querySelectorAll("article h1, article h2, article h3, article h4")]
  .map((heading) => Number(heading.tagName[1]))"""
# Every table, graphic and control of the article that a screen reader could not name.
NAMELESS = """() => {
  const named = (element) => element.getAttribute("aria-label") || element.textContent.trim();
  const faults = [];
  for (const table of document.querySelectorAll("article table")) {
    const heads = [...table.querySelectorAll("thead th")];
    if (!heads.length || heads.some((head) => head.scope !== "col" || !named(head))) faults.push(table);
    faults.push(...[...table.querySelectorAll("tbody th")].filter((head) => head.scope !== "row"));
  }
  for (const svg of document.querySelectorAll("article svg")) {
    const role = svg.closest("[role=img]");
    if (!svg.closest("[aria-hidden=true]") && !(role && named(role))) faults.push(svg);
  }
  faults.push(...[...document.querySelectorAll("article img")].filter((image) => !image.alt));
  const reached = document.querySelectorAll("article a, article [tabindex='0']");
  faults.push(...[...reached].filter((element) => !named(element)));
  return faults.map((element) => element.outerHTML.slice(0, 120));
}"""


@pytest.fixture(scope="module")
def address(built_example: Path, serve: Serve) -> Iterator[str]:
    """Where the example's site is served."""
    with serve(built_example) as at:
        yield at


@pytest.fixture
def addressed(example: Path, serve: Serve, run: Run) -> Iterator[str]:
    """The same built for the address it is served at, which Material's instant navigation needs."""
    with serve(example / "site") as at:
        config = example / "mkdocs.yml"
        config.write_text(f"site_url: {at}\n{config.read_text()}")
        assert run("living_sla", "build", cwd=example).returncode == 0
        yield at


def enliven(chart: Locator) -> None:
    chart.locator(".sla-chart-box").hover()
    chart.and_(chart.page.locator(".sla-live")).wait_for()


def line_colour(page: Page) -> str:
    path = page.locator(".sla-plot .scatterlayer .trace path.js-line").last
    return str(path.evaluate("(path) => getComputedStyle(path).stroke"))


# --- every kind of page


@pytest.mark.parametrize(("colours", "scheme"), [("light", "default"), ("dark", "slate")])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_every_page_fits_asks_nobody_else_and_has_no_error(  # noqa: PLR0913, PLR0917 what is tried
    open_page: OpenPage, address: str, traffic: Traffic, width: int, colours: str, scheme: str
) -> None:
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=colours)
    for kind, path in KINDS.items():
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") == width, kind
        assert page.evaluate(OUTSIDE) == [], kind
        assert page.locator("body").get_attribute("data-md-color-scheme") == scheme
    page.wait_for_load_state("networkidle")
    assert traffic.errors == []
    assert traffic.off_origin == []
    assert traffic.asked_for(BUNDLE) == 0


def test_every_page_has_its_landmarks_and_a_name_for_everything(page: Page, address: str) -> None:
    for kind, path in KINDS.items():
        page.goto(address + path)
        assert page.get_by_role("main").count() == 1, kind
        assert page.get_by_role("banner").count() == 1, kind
        assert page.locator("html").get_attribute("lang") == "en", kind
        assert page.evaluate(NAMELESS) == [], kind


def test_headings_start_with_one_title_and_leave_no_level_out(page: Page, address: str) -> None:
    for kind, path in KINDS.items():
        page.goto(address + path)
        levels = page.evaluate(HEADINGS)
        assert levels.count(1) == 1, kind
        assert levels[0] == 1, kind
        assert all(after <= before + 1 for before, after in pairwise(levels)), kind


# --- the scoreboard


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_scoreboard_shows_both_parties_and_every_verdict_in_words(
    open_page: OpenPage, address: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(address)
    columns = page.locator(".sla-columns section")
    boxes = [columns.nth(n).bounding_box() for n in range(columns.count())]
    assert [columns.nth(n).locator("h3").inner_text() for n in range(2)] == ["Marketing", "Sales"]
    assert all(box and box["width"] > 300 for box in boxes)
    assert (boxes[0]["y"] == boxes[1]["y"]) is (width > 1000)  # type: ignore[index]
    verdicts = page.locator(".sla-promise .sla-verdict").all_inner_texts()
    assert len(verdicts) == 13
    assert set(verdicts) <= VERDICTS


@pytest.mark.parametrize("kind", ["scoreboard", "overview", "commitment", "data"])
def test_the_age_of_the_data_is_told_with_script_and_its_day_without(
    open_page: OpenPage, address: str, kind: str
) -> None:
    page = open_page(timezone_id="America/New_York")
    page.clock.set_fixed_time("2026-11-23T12:00:00-05:00")
    page.goto(address + KINDS[kind])
    age = re.compile(r"\d{1,2} [A-Z][a-z]+ 2026 \(\d+ days ago\)")
    assert page.locator("time.sla-age").filter(has_text=age).first.is_visible()

    bare = open_page(java_script_enabled=False)
    bare.goto(address + KINDS[kind])
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ 2026", bare.locator("time.sla-age").first.inner_text())


def test_without_script_every_page_has_its_words_and_pictures(open_page: OpenPage, address: str) -> None:
    page = open_page(java_script_enabled=False)
    for kind in ("overview", "commitment"):
        page.goto(address + KINDS[kind])
        posters = page.locator(".sla-chart [role=img]:not(.sla-in-money *)")
        assert posters.count() >= 1, kind
        assert all(poster.is_visible() for poster in posters.all()), kind
    assert page.get_by_role("heading", name="Every period").is_visible()
    assert page.locator("table:not(details *)").first.is_visible()


# --- charts


def test_a_chart_is_live_after_instant_navigation(page: Page, addressed: str, traffic: Traffic) -> None:
    page.goto(addressed, wait_until="networkidle")
    page.evaluate("window.sameDocument = true")
    page.locator(".sla-promise").get_by_role("link", name="Qualified leads").click()
    page.get_by_role("heading", name="Qualified leads", level=1).wait_for()
    assert page.evaluate("window.sameDocument") is True
    enliven(page.locator(".sla-chart").first)
    assert page.locator(".sla-plot .main-svg").first.is_visible()

    page.locator(".sla-tabs").get_by_role("link", name="Overview").click()
    page.get_by_role("heading", name="Goal against actual").wait_for()
    enliven(page.locator(".sla-chart").first)
    assert traffic.asked_for(BUNDLE) == 1
    assert traffic.errors == []


def test_the_palette_switch_recolours_a_live_chart(page: Page, address: str, traffic: Traffic) -> None:
    page.goto(address + KINDS["commitment"])
    enliven(page.locator(".sla-chart").first)
    light = line_colour(page)
    page.locator("label[title=Dark]").click()
    page.locator("body[data-md-color-scheme=slate]").wait_for()
    assert (light, line_colour(page)) == ("rgb(37, 99, 235)", "rgb(110, 168, 254)")
    assert traffic.errors == []


# --- leads and money


def both_units(page: Page) -> tuple[Locator, Locator]:
    return page.locator(".sla-in-leads"), page.locator(".sla-in-money")


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("kind", ["overview", "commitment"])
def test_the_keyboard_switches_from_leads_to_money_without_script_and_nothing_moves(
    open_page: OpenPage, address: str, kind: str, width: int
) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": width, "height": 900})
    page.goto(address + KINDS[kind])
    assert page.get_by_role("group", name="Qualified leads, November 2026").is_visible()
    leads, money = (side.locator(".sla-poster") for side in both_units(page))
    below = page.locator(".sla-charts + *")
    page.get_by_role("radio", name="in leads").focus()
    before = below.bounding_box()
    assert (leads.is_visible(), money.is_visible()) == (True, False)
    page.keyboard.press("ArrowRight")
    assert (leads.is_visible(), money.is_visible()) == (False, True)
    assert below.bounding_box() == before
    page.get_by_text("As a table, and what a lead is worth").press("Enter")
    assert page.get_by_role("row", name="Together").is_visible()


def test_the_chart_in_money_is_live_and_as_wide_as_that_in_leads(
    page: Page, address: str, traffic: Traffic
) -> None:
    page.goto(address + KINDS["commitment"])
    leads, money = both_units(page)
    page.get_by_role("radio", name="in money").check()
    enliven(money.locator(".sla-chart"))
    boxes = [side.locator(".sla-chart-box").bounding_box() for side in (leads, money)]
    assert boxes[0] == boxes[1] == money.locator(".sla-plot").bounding_box()
    assert traffic.errors == []


@pytest.mark.parametrize("kind", ["overview", "commitment"])
def test_paper_shows_both_units_one_after_the_other(page: Page, address: str, kind: str) -> None:
    page.goto(address + KINDS[kind])
    page.emulate_media(media="print")
    leads, money = both_units(page)
    above, below = leads.bounding_box(), money.bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"]
    assert all(side.locator(".sla-poster").is_visible() for side in (leads, money))
    assert all(table.is_visible() for side in (leads, money) for table in side.locator("table").all())
    assert page.locator(".sla-switch").is_hidden()


# --- the keyboard


def tab_until(page: Page, is_there: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"(() => {{ const at = document.activeElement; return {is_there}; }})()"):
            return
    pytest.fail(f"no focus comes to {is_there}")


def test_the_keyboard_reaches_a_promise_and_its_chart(page: Page, address: str) -> None:
    page.goto(address)
    tab_until(page, "at.closest('.sla-promise') && at.textContent === 'Qualified leads'")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Qualified leads", level=1).wait_for()
    tab_until(page, "at.closest('.sla-chart') !== null")
    page.locator(".sla-live").first.wait_for()
    page.keyboard.press("ArrowRight")
    page.locator(".hoverlayer .legend").first.wait_for()


# --- paper


def test_paper_shows_the_page_without_the_site_around_it(page: Page, address: str) -> None:
    page.goto(address + KINDS["commitment"])
    page.emulate_media(media="print")
    for around in (".md-header", ".md-tabs", ".md-footer", ".sla-tabs"):
        assert page.locator(around).first.is_hidden(), around
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator(".sla-poster").first.is_visible()
    assert page.locator(".sla-foot").is_visible()


# --- what is told of one number


def test_the_steps_to_a_number_are_there_when_asked_for(page: Page, address: str) -> None:
    page.goto(f"{address}marketing-sales/commitments/qualified-leads/")
    steps = page.locator(".sla-explained").first
    assert not steps.locator("ol").is_visible()
    steps.locator("summary").click()
    assert "500" in steps.locator("ol").inner_text()


def test_what_a_miss_brought_fits_the_phone(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}marketing-sales/commitments/qualified-leads/")
    box = page.locator(".sla-followed").first.bounding_box()
    assert box
    assert 0 <= box["x"] < box["x"] + box["width"] <= 390


def test_the_heading_of_the_last_twelve_periods_is_whole_on_a_phone(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}marketing-sales/")
    words, around = page.evaluate("""() => {
      const range = document.createRange();
      range.selectNodeContents(document.querySelector(".sla-heatmap thead th + th"));
      return [range, document.querySelector(".sla-newest-first")]
        .map((one) => one.getBoundingClientRect())
        .map(({ left, right }) => [left, right]);
    }""")
    assert around[0] <= words[0] < words[1] <= around[1]
