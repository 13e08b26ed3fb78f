"""The steps in order: a project's folders are loaded, judged, presented; publishing is for the callers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from living_sla.agreement.history import load_commit
from living_sla.judge.commitments import judge_agreement
from living_sla.present.files import site_files
from living_sla.present.pages import Page, site_pages
from living_sla.present.subject import Source, Standing
from living_sla.project import load_project

if TYPE_CHECKING:
    from living_sla.project import Loaded, Project


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that is published: pages to render, and files by their path below the root."""

    project: Project
    standings: list[Standing]
    pages: list[Page]
    files: list[tuple[str, str]]

    @property
    def as_of(self) -> date:
        """The newest day that any agreement stands at."""
        return max(standing.as_of for standing in self.standings)


def load_site(project: Project, as_of: date | None = None, *, repository: str = "", edit: str = "") -> Site:
    """Load, judge and present a project.

    Args:
        project: its folders.
        as_of: what the site knows; by default each agreement's newest reported day.
        repository: the address of the repository, for links to it.
        edit: MkDocs' `edit_uri`: the way from there to the files of `agreement/`.

    Raises:
        InputError: with all problems of the inputs.
    """
    standings = [judge_loaded(loaded, as_of) for loaded in load_project(project)]
    source = _source(project, repository.rstrip("/"), edit)
    return Site(project, standings, list(site_pages(standings, source)), list(site_files(standings)))


def judge_loaded(loaded: Loaded, as_of: date | None = None) -> Standing:
    """Judge one agreement as of a day: what that day knew, by default the newest day its data reports on."""
    agreement, record = loaded.agreement, loaded.record
    if as_of is not None:
        record = record.as_of(as_of)
    day = as_of or record.newest_day or agreement.terms.effective
    return Standing(agreement, record, judge_agreement(agreement, record, day), day)


def _source(project: Project, repository: str, edit: str) -> Source:
    commit = load_commit(project.root, ["agreement", "data"])
    shown = f"{commit.id[:10]}{' with uncommitted changes' if commit.is_changed else ''}" if commit else ""
    edit_path = f"{repository}/{edit.strip('/')}/" if repository and edit else ""
    return Source(repository, edit_path, shown)


def parse_as_of(text: str) -> date:
    """A day from the command line or mkdocs.yml; raises ValueError for any other notation than YYYY-MM-DD."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"'{text}' is not a day written YYYY-MM-DD")
    return date.fromisoformat(text)
