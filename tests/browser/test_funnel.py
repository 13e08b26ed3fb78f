"""The funnel's page on a phone, in the dark, on paper and without script."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from tests.browser.test_site import HEADINGS, NAMELESS, OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.conftest import OpenPage, Serve, Traffic

pytestmark = pytest.mark.browser

# Every table that is wider than the room it has.
CUT = """() => [...document.querySelectorAll(".sla-scroll")]
  .filter((element) => element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.getAttribute("aria-label"))"""


@pytest.fixture(scope="module")
def address(built_example: Path, serve: Serve) -> Iterator[str]:
    """Where the funnel of the example is served."""
    with serve(built_example) as at:
        yield f"{at}marketing-sales/funnel/"


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_the_page_fits_asks_nobody_else_and_has_no_error(
    open_page: OpenPage, traffic: Traffic, address: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(address)
    assert page.evaluate(OUTSIDE) == []
    assert (traffic.off_origin, traffic.errors) == ([], [])


def test_headings_go_down_by_one_and_everything_has_a_name(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.evaluate(NAMELESS) == []


def test_an_interval_is_drawn_over_its_scale(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    drawing = page.locator("#close-rate ~ .sla-scroll .sla-interval").first
    assert drawing.get_attribute("aria-label") == "3.5%, from 2.4% to 5%"
    scale, between, at = (
        drawing.locator(f".sla-interval-{part}").bounding_box() for part in ("scale", "range", "at")
    )
    assert scale and between and at  # noqa: PT018 drawn, all three
    assert scale["x"] < between["x"] < at["x"] < between["x"] + between["width"]


def test_everything_is_there_without_script_and_in_the_dark(open_page: OpenPage, address: str) -> None:
    page = open_page(java_script_enabled=False, color_scheme="dark")
    page.goto(address)
    assert page.locator("article table").count() == 12
    assert page.get_by_text("Returns stop after touch 5.").first.is_visible()


def test_a_stage_leads_to_what_its_number_counts(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    page.get_by_role("link", name="Customer", exact=True).click()
    assert page.url.endswith("#metric-customers")
    assert "A company that signed a contract." in page.locator("#metric-customers").inner_text()


def test_nothing_is_cut_off_on_paper(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport={"width": 700, "height": 1000})  # A4 between its margins
    page.emulate_media(media="print")
    page.goto(address)
    assert page.evaluate(CUT) == []


def test_what_a_number_counts_is_read_on_a_phone(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport={"width": 390, "height": 800})
    page.goto(address)
    row = page.locator("#metric-cycle_median_days")
    assert row.locator("code").evaluate("(code) => code.getClientRects().length") == 1
    meaning = row.locator("td").bounding_box()
    assert meaning
    assert meaning["width"] > 200
