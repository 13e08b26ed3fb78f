"""The pages of the project `cases/good/minimal` as whole HTML files; `pytest --refresh` writes them anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from living_sla.agreement.history import History
from living_sla.pipeline import judge_loaded
from living_sla.present.pages import Page, site_pages
from living_sla.present.subject import Source
from living_sla.project import Project, load_project
from living_sla.rendering import Renderer, templates_dir

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"
MINIMAL = Path(__file__).parents[1] / "cases" / "good" / "minimal"
PAGES = {
    "scoreboard": "",
    "overview": "acme/",
    "total": "acme/commitments/volume/",
    "share": "acme/commitments/follow-up/",
    "level": "acme/commitments/response/",
    "deliver": "acme/commitments/report/",
    "answer": "acme/commitments/feedback/",
    "before": "acme/commitments/training/",
    "agreement": "acme/agreement/",
    "versions": "acme/versions/",
    "version": "acme/versions/1.0.0/",
    "data": "acme/data/",
}


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    standings = [judge_loaded(loaded) for loaded in load_project(Project(MINIMAL), History())]
    return {page.url: page for page in site_pages(standings, Source())}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_the_one_that_was_reviewed(
    pages: dict[str, Page], golden: Callable[[Path, str], None], name: str
) -> None:
    html = Renderer(templates_dir()).document(pages[PAGES[name]])
    golden(GOLDEN / f"{name}.html", f"{html}\n")


def test_no_other_page_lies_about() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == PAGES.keys()
