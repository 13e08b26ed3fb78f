from __future__ import annotations

import shutil
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.present.sample_figures import cumulative, history

from living_sla.present.axes import fit_axes
from living_sla.present.posters import render_chart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Page
    from tests.browser.conftest import OpenPage, Serve, Traffic

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).parents[2] / "site_templates" / "assets"
BUNDLE = "plotly-basic-4.1.1.min.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Charts</title><link rel="icon" href="data:,"><link rel="stylesheet" href="charts.css">
<style>body {{ margin: 16px; background: var(--sla-paper); font: 16px sans-serif }}</style>
<script src="living-sla.js" defer></script></head>
<body data-md-color-scheme="default">{body}</body></html>"""

# How far the page's content moved without the reader's doing, as browsers measure it.
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 100);
})"""
# Both ends of a line on the screen, rounded by nothing but the drawing itself.
ENDS = """(path) => {
  const to = (point) => { const at = point.matrixTransform(path.getScreenCTM()); return [at.x, at.y]; };
  return [to(path.getPointAtLength(0)), to(path.getPointAtLength(path.getTotalLength()))];
}"""
BOXES = """(paths) => paths.map((path) => path.getBoundingClientRect())
  .map((box) => [box.x, box.y, box.right, box.bottom])"""
PLACES = """(texts) => Object.fromEntries(texts.map((text) => {
  const box = text.getBoundingClientRect();
  return [text.textContent, [box.x, box.y]];
}))"""


@pytest.fixture
def site(tmp_path: Path, serve: Serve) -> Iterator[str]:
    """The address of a page with the two sample charts and a date."""
    charts = [
        render_chart(figure, label=label, bundle=BUNDLE)
        for figure, label in ((cumulative(), "Leads delivered"), (history(), "Share answered in time"))
    ]
    date = '<time class="sla-age" datetime="2026-11-20" data-stale-days="2">20 November 2026</time>'
    with page_of(tmp_path, serve, "".join((*charts, f"<p>{date}</p>"))) as address:
        yield address


def page_of(folder: Path, serve: Serve, body: str) -> AbstractContextManager[str]:
    for asset in (ASSETS / "charts.css", ASSETS / "living-sla.js", ASSETS / "vendor" / BUNDLE):
        shutil.copy(asset, folder)
    (folder / "index.html").write_text(PAGE.format(policy=escape(POLICY), body=body), encoding="utf-8")
    return serve(folder)


def enliven(page: Page, nth: int = 0) -> None:
    page.locator(".sla-chart-box").nth(nth).hover()
    page.locator(".sla-chart").nth(nth).and_(page.locator(".sla-live")).wait_for()


def opacity(page: Page) -> str:
    value: str = page.locator(".sla-poster").first.evaluate("(svg) => getComputedStyle(svg).opacity")
    return value


def line_colour(page: Page) -> str:
    path = page.locator(".sla-plot .scatterlayer .trace").nth(5).locator("path.js-line")
    value: str = path.evaluate("(path) => getComputedStyle(path).stroke")
    return value


def test_a_reader_who_touches_no_chart_loads_no_plotly(page: Page, site: str, traffic: Traffic) -> None:
    page.goto(site, wait_until="networkidle")
    assert traffic.asked_for("living-sla.js") == 1
    assert traffic.asked_for(BUNDLE) == 0
    assert page.locator(".sla-poster").first.is_visible()


def test_pointing_at_charts_draws_them_from_one_bundle(page: Page, site: str, traffic: Traffic) -> None:
    page.goto(site)
    enliven(page, 0)
    enliven(page, 1)
    assert traffic.asked_for(BUNDLE) == 1
    assert page.locator(".sla-plot .main-svg").first.is_visible()
    assert opacity(page) == "0"


def test_nothing_moves_when_plotly_takes_over(page: Page, site: str) -> None:
    page.goto(site)
    sizes = "(figures) => figures.map((figure) => JSON.stringify(figure.getBoundingClientRect()))"
    before = page.locator(".sla-chart").evaluate_all(sizes)
    enliven(page)
    assert page.locator(".sla-chart").evaluate_all(sizes) == before
    assert page.evaluate(SHIFT) == 0


def test_nothing_leaves_the_origin_and_the_policy_is_kept(page: Page, site: str, traffic: Traffic) -> None:
    page.goto(site)
    enliven(page)
    page.locator(".hoverlayer .legend").first.wait_for()
    assert traffic.off_origin == []
    assert traffic.errors == []


def test_the_values_under_the_pointer_are_told_at_once(page: Page, site: str) -> None:
    page.goto(site)
    enliven(page)
    told = str(page.locator(".hoverlayer").first.text_content())
    assert "Mon 16 Mar 2026" in told
    assert "Delivered : 48" in told


def test_the_keyboard_draws_a_chart_and_walks_along_it(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    page.locator(".sla-live").wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    hover = page.locator(".hoverlayer").first
    hover.get_by_text("Mon 2 Mar 2026").wait_for()
    page.keyboard.press("ArrowLeft")
    hover.get_by_text("Sun 1 Mar 2026").wait_for()


def test_a_touch_draws_a_chart(open_page: OpenPage, site: str) -> None:
    page = open_page(has_touch=True, viewport={"width": 390, "height": 800})
    page.goto(site)
    page.locator(".sla-chart-box").first.tap()
    page.locator(".sla-live").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_switching_the_palette_recolours_what_is_drawn(page: Page, site: str) -> None:
    page.goto(site)
    enliven(page)
    assert line_colour(page) == "rgb(37, 99, 235)"
    page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    page.wait_for_function("() => getComputedStyle(document.querySelector('.sla-plot .bg')).fill !== ''")
    assert line_colour(page) == "rgb(110, 168, 254)"


def test_without_script_the_poster_is_there(open_page: OpenPage, site: str) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(site)
    assert page.get_by_role("img", name="Leads delivered").is_visible()
    assert page.get_by_text("20 November 2026", exact=True).is_visible()


def test_a_bundle_that_does_not_load_leaves_the_poster(page: Page, site: str) -> None:
    page.route(f"**/{BUNDLE}", lambda route: route.abort())
    page.goto(site)
    with page.expect_event("requestfailed"):
        page.locator(".sla-chart-box").first.hover()
    page.wait_for_timeout(50)
    assert opacity(page) == "1"
    page.unroute_all()
    page.mouse.move(0, 0)
    enliven(page)


def test_the_next_page_of_instant_navigation_works_as_the_first(page: Page, site: str) -> None:
    page.add_init_script("""
        const listeners = [];
        window.document$ = { subscribe(listener) { listeners.push(listener); listener(); } };
        window.emit = () => listeners.forEach((listener) => listener());
    """)
    page.goto(site)
    enliven(page)
    page.evaluate("""() => {
        const copy = document.querySelector(".sla-chart").cloneNode(true);
        copy.classList.remove("sla-live");
        copy.querySelector(".sla-plot").remove();
        document.body.replaceChildren(copy);
        window.emit();
        window.emit();
    }""")
    page.mouse.move(0, 0)
    enliven(page)
    assert page.locator(".sla-plot").count() == 1


def test_a_screen_reader_hears_the_poster_once_whoever_draws(page: Page, site: str) -> None:
    page.goto(site)
    enliven(page)
    assert page.get_by_role("img", name="Leads delivered").count() == 1
    assert page.locator(".sla-plot").first.get_attribute("aria-hidden") == "true"


def test_paper_shows_the_poster(page: Page, site: str) -> None:
    page.goto(site)
    enliven(page)
    page.emulate_media(media="print")
    assert opacity(page) == "1"
    assert page.locator(".sla-plot").first.is_hidden()


def test_dragging_zooms_and_a_double_click_comes_back(page: Page, site: str) -> None:
    page.goto(site)
    enliven(page)
    before = page.locator(".sla-plot .xtick").all_text_contents()
    box = page.locator(".sla-chart-box").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 100, steps=5)
    page.mouse.up()
    page.wait_for_timeout(300)
    zoomed = page.locator(".sla-plot .xtick").all_text_contents()
    page.mouse.dblclick(box["x"] + 400, box["y"] + 100)
    page.wait_for_timeout(600)
    assert len(zoomed) >= 3
    assert zoomed != before
    assert page.locator(".sla-plot .xtick").all_text_contents() == before


def test_markup_in_names_stays_text_in_plotly_too(
    page: Page, tmp_path: Path, serve: Serve, traffic: Traffic
) -> None:
    name = '<img src=x onerror="window.hacked = 1"><b>B</b>&amp;'
    figure = history()
    figure["data"][3]["name"] = name
    figure["layout"]["annotations"][0]["text"] = name
    with page_of(tmp_path, serve, render_chart(figure, label=name, bundle=BUNDLE)) as address:
        page.goto(address)
        enliven(page)
        assert page.locator(".sla-plot .annotation text").text_content() == name
        assert f"{name} : 90%" in str(page.locator(".hoverlayer").text_content())
    assert page.locator("img").count() == 0
    assert page.evaluate("window.hacked") is None
    assert traffic.errors == []


@pytest.mark.parametrize("width", [320, 1200])
def test_plotly_draws_lines_where_the_poster_drew_them(open_page: OpenPage, site: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    page.goto(site)
    posters = {role: page.locator(f".sla-poster path.sla-{role}").first.evaluate(ENDS) for role in ROLES}
    enliven(page)
    for role, nth in ROLES.items():
        trace = page.locator(".sla-plot .scatterlayer .trace").nth(nth)
        drawn = trace.locator("path.js-line").evaluate(ENDS)
        assert drawn == [pytest.approx(end, abs=1) for end in posters[role]], role


ROLES = {"goal": 2, "projection": 3, "required": 4, "actual": 5}  # and the place of each among the traces


def test_plotly_draws_bars_where_the_poster_drew_them(page: Page, site: str) -> None:
    page.goto(site)
    (poster,) = page.locator(".sla-poster path.sla-met").evaluate_all(BOXES)
    enliven(page, 1)
    drawn = page.locator(".sla-plot .barlayer .trace").nth(0).locator("path").evaluate_all(BOXES)
    left, top = min(bar[0] for bar in drawn), min(bar[1] for bar in drawn)
    right, bottom = max(bar[2] for bar in drawn), max(bar[3] for bar in drawn)
    assert [left, top, right, bottom] == pytest.approx(poster, abs=1)


@pytest.mark.parametrize("nth", [0, 1])
def test_plotly_writes_texts_where_the_poster_wrote_them(page: Page, site: str, nth: int) -> None:
    page.goto(site)
    figure = page.locator(".sla-chart").nth(nth)
    poster = figure.locator(".sla-poster text").evaluate_all(PLACES)
    enliven(page, nth)
    drawn = figure.locator(".xtick text, .ytick text, .annotation text").evaluate_all(PLACES)
    assert drawn.keys() == poster.keys()
    assert all(drawn[text] == pytest.approx(poster[text], abs=1.5) for text in poster)


def test_plotly_has_the_ranges_the_poster_was_drawn_with(page: Page, site: str) -> None:
    layout = fit_axes(cumulative())["layout"]
    page.goto(site)
    enliven(page)
    assert page.evaluate("document.querySelector('.sla-plot').layout.yaxis.range") == layout["yaxis"]["range"]
    assert page.evaluate("document.querySelector('.sla-plot').layout.xaxis.range") == layout["xaxis"]["range"]


@pytest.mark.parametrize(
    ("now", "words", "stale"),
    [
        ("2026-11-20T23:00:00", "20 November 2026 (today)", False),
        ("2026-11-22T01:00:00", "20 November 2026 (2 days ago)", False),
        ("2026-11-23T12:00:00", "20 November 2026 (3 days ago)", True),
        ("2027-05-20T12:00:00", "20 November 2026 (6 months ago)", True),
        ("2029-11-20T12:00:00", "20 November 2026 (3 years ago)", True),
    ],
)
def test_a_date_tells_its_age_by_the_readers_day(
    open_page: OpenPage, site: str, now: str, words: str, *, stale: bool
) -> None:
    page = open_page(timezone_id="America/New_York")
    page.clock.set_fixed_time(f"{now}-05:00")
    page.goto(site)
    age = page.locator("time.sla-age")
    assert age.text_content() == words
    assert ("sla-stale" in (age.get_attribute("class") or "")) is stale
