"""The steps in order: a project's folders are loaded, judged, presented; publishing is for the callers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Before
from living_sla.agreement.fields import parse_date
from living_sla.agreement.history import load_history
from living_sla.agreement.schema import render_schemas
from living_sla.diagnostics import quote
from living_sla.judge.commitments import judge_agreement, versions_of
from living_sla.judge.restatements import Agreed, find_restatements
from living_sla.present.files import site_files
from living_sla.present.pages import Page, site_pages
from living_sla.present.subject import Source, Standing
from living_sla.project import load_project

if TYPE_CHECKING:
    from living_sla.agreement.history import History
    from living_sla.agreement.loading import Agreement
    from living_sla.project import Loaded, Project
    from living_sla.record.loading import Record


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


def load_site(
    project: Project, as_of: date | None = None, *, repository: str = "", edit: str = "", site_url: str = ""
) -> Site:
    """Load, judge and present a project.

    Args:
        project: its folders.
        as_of: what the site knows; by default each agreement's newest reported day.
        repository: the address of the repository, for links to it.
        edit: MkDocs' `edit_uri`: the way from there to the files of `agreement/`.
        site_url: where the site will stand, for links in feeds and calendars.

    Raises:
        InputError: with all problems of the inputs.
    """
    history = load_history(project.root)
    loaded = load_project(project, history)
    standings = [judge_loaded(item, as_of) for item in loaded]
    source = _source(history, repository.rstrip("/"), edit)
    schemas = [(f"schema/{name}", text) for name, text in render_schemas().items()]
    return Site(
        project,
        standings,
        list(site_pages(standings, source)),
        [*site_files(standings, site_url, source.repository or site_url), *schemas],
    )


def judge_loaded(loaded: Loaded, as_of: date | None = None) -> Standing:
    """Judge one agreement as of a day: what that day knew, by default the newest day its data reports on.

    Without any data it stands on the day before it takes effect, when nothing is to be judged yet.
    """
    record, timeline = loaded.record, loaded.timeline
    if as_of is not None:
        record, timeline = record.as_of(as_of), timeline.as_of(as_of)
    first = min((span.start for span in timeline.spans), default=loaded.agreement.terms.effective)
    day = as_of or _newest_day(loaded.agreement, record) or first - timedelta(days=1)
    shown = (timeline.in_force(day), timeline.next_after(day), *reversed(timeline.versions))
    agreement = next((v.agreement for v in shown if v and v.agreement), loaded.agreement)
    judgements = judge_agreement(versions_of(timeline), record, day)
    known_on = as_of or max(day, record.newest_report or day)
    agreed = Agreed(cache(lambda on: versions_of(timeline.as_of(on))), timeline.committed_on)
    restatements = find_restatements(agreed, record, judgements, known_on)
    return Standing(
        agreement, record, judgements, day, known_on, timeline, restatements, loaded.retrospectives
    )


def _newest_day(agreement: Agreement, record: Record) -> date | None:
    """The newest day a metric reports on; without metrics the newest delivery that is not a planned event."""
    events = {c.measure.before for c in agreement.commitments if isinstance(c.measure, Before)}
    delivered = (row.on for row in record.deliveries if row.item not in events)
    return record.newest_day or max(delivered, default=None)


def _source(history: History, repository: str, edit: str) -> Source:
    shown = f"{history.commit[:10]}{' with uncommitted changes' if history.is_changed else ''}"
    edit_path = f"{repository}/{edit.strip('/')}/" if repository and edit else ""
    return Source(repository, edit_path, shown, history.prefix)


def parse_as_of(text: str) -> date:
    """A day from the command line or mkdocs.yml.

    Raises:
        ValueError: another notation than YYYY-MM-DD, no day of the calendar, or a year out of reach.
    """
    try:
        return parse_date(text)
    except ValueError as error:
        raise ValueError(f"{quote(text)} {error}") from error
