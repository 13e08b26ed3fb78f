"""README's recipe for frozen editions: two quarters by mike in a bare repository, and the picker between."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT, copy_example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page
    from tests.browser.conftest import Serve, Traffic

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("editions")]

PROMISE = "marketing-sales/commitments/qualified-leads/"
FIRST_QUARTER, SECOND_QUARTER = "504 of 500 leads", "543 of 500 leads"
ENVIRONMENT = os.environ | {
    "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),  # mike calls mkdocs
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


@dataclass(frozen=True)
class Editions:
    """Where two editions are served, and the project and the repository they were deployed from and to."""

    address: str
    project: Path
    origin: Path


def recipe() -> tuple[str, list[str]]:
    """What README says to put into mkdocs.yml, and the calls of mike."""
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").split("## Frozen editions\n")[1].split("\n## ")[0]
    )
    (settings,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    console = "".join(re.findall(r"```console\n(.*?)```", section, re.DOTALL))
    return settings, re.findall(r"^mike .+$", console, re.MULTILINE)


def attempt(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = command.split()
    return subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def call(command: str, folder: Path) -> str:
    done = attempt(command, folder)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def commit(project: Path, *more: Path) -> None:
    """Everything up to now, and snapshots that came in since."""
    for snapshot in more:
        snapshot.rename(project / "data" / "marketing-sales" / "snapshots" / snapshot.name)
    call("git add --all", project)
    call("git commit --quiet --message=Data", project)


def repository(folder: Path, address: str, settings: str) -> Editions:
    """The example in git with the settings of the recipe, nothing committed yet, and an empty origin."""
    made = Editions(address, copy_example(folder / "example"), folder / "origin.git")
    config = made.project / "mkdocs.yml"
    config.write_text(config.read_text() + re.sub(r"(?m)^site_url: \S+", f"site_url: {address}", settings))
    (made.project / ".gitignore").write_text("site/\n")
    call(f"git init --quiet --bare {made.origin}", folder)
    call("git init --quiet --initial-branch=main", made.project)
    call("git config user.name Ana", made.project)
    call("git config user.email ana@example.com", made.project)
    call(f"git remote add origin {made.origin}", made.project)
    return made


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> Iterator[Editions]:
    """The first quarter's edition, more data, the second quarter's; served from a checkout of the branch."""
    folder = tmp_path_factory.mktemp("editions")
    settings, (first, default, second) = recipe()
    with serve(folder / "published") as address:
        made = repository(folder, address, settings)
        snapshots = sorted((made.project / "data" / "marketing-sales" / "snapshots").iterdir())
        later = [each.rename(folder / each.name) for each in snapshots if each.name > "2026-04-01.csv"]
        commit(made.project)
        call(first, made.project)
        call(default, made.project)
        commit(made.project, *(each for each in later if each.name <= "2026-07-01.csv"))
        call(second, made.project)
        call(f"git clone --quiet --branch=gh-pages {made.origin} {folder / 'published'}", folder)
        yield made


def pick(page: Page, edition: str) -> None:
    """Choose an edition in the header as a reader does with a mouse."""
    page.locator(".md-version").hover()
    page.locator(".md-version__list").get_by_role("link", name=edition).click()
    page.wait_for_url(f"**/{edition}/**")


def progress(page: Page, words: str) -> Locator:
    """The bar of the promise's newest period, which is labelled so."""
    return page.get_by_role("img", name=words, exact=True)


def test_the_picker_leads_from_one_edition_to_the_other_and_stays_on_the_page(
    page: Page, editions: Editions
) -> None:
    page.goto(f"{editions.address}2026-Q2/{PROMISE}")
    progress(page, SECOND_QUARTER).wait_for()
    pick(page, "2026-Q1")
    progress(page, FIRST_QUARTER).wait_for()
    assert page.url == f"{editions.address}2026-Q1/{PROMISE}"
    assert progress(page, SECOND_QUARTER).count() == 0
    pick(page, "2026-Q2")
    progress(page, SECOND_QUARTER).wait_for()
    assert page.url == f"{editions.address}2026-Q2/{PROMISE}"
    assert progress(page, FIRST_QUARTER).count() == 0


def test_the_picker_names_every_edition_and_the_one_that_is_open(page: Page, editions: Editions) -> None:
    page.goto(f"{editions.address}2026-Q1/")
    assert page.get_by_role("button", name="Select version").inner_text() == "2026-Q1"
    assert page.locator(".md-version__link").all_text_contents() == ["2026-Q2", "2026-Q1"]


def test_editions_ask_nobody_else_and_have_no_error(page: Page, editions: Editions, traffic: Traffic) -> None:
    for edition in ("2026-Q1", "2026-Q2", "latest"):
        page.goto(f"{editions.address}{edition}/{PROMISE}")
        page.get_by_role("button", name="Select version").wait_for()
        page.wait_for_load_state("networkidle")
    assert traffic.errors == []
    assert traffic.off_origin == []
    assert traffic.asked_for("versions.json") == 3


def test_the_root_leads_to_the_newest_edition(page: Page, editions: Editions) -> None:
    page.goto(editions.address)
    page.wait_for_url("**/latest/")
    page.goto(f"{page.url}{PROMISE}")
    progress(page, SECOND_QUARTER).wait_for()


def test_an_edition_is_frozen_a_later_one_changes_none_of_its_files(editions: Editions) -> None:
    deployed = call("git rev-list --reverse gh-pages", editions.origin).split()
    assert len(deployed) == 3
    trees = {call(f"git rev-parse {each}:2026-Q1", editions.origin) for each in deployed}
    assert len(trees) == 1


def test_deploying_leaves_nothing_behind_in_the_project(editions: Editions) -> None:
    assert call("git status --porcelain", editions.project) == ""
    assert call("git branch --show-current", editions.project) == "main"


def test_a_mistake_in_the_inputs_leaves_the_editions_as_they_were(editions: Editions) -> None:
    published = call("git rev-parse gh-pages", editions.origin)
    terms = editions.project / "agreement" / "marketing-sales" / "agreement.yml"
    terms.write_text(terms.read_text() + "tittle: Oops\n")
    done = attempt("mike deploy --push 2026-Q3", editions.project)
    call("git restore agreement", editions.project)
    assert done.returncode == 1
    assert "'tittle' is not a key here" in done.stderr
    assert call("git rev-parse gh-pages", editions.origin) == published
