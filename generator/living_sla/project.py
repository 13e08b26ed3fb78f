"""A project's folders become loaded agreements with their records, or all problems of all their files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from living_sla.agreement.history import load_history
from living_sla.agreement.loading import load_agreement
from living_sla.agreement.retrospectives import load_retrospectives, retrospective_problems
from living_sla.agreement.versions import load_timeline, timeline_problems
from living_sla.diagnostics import InputError, Place, Problem, Severity, did_you_mean
from living_sla.record.edits import backdated_plans, backdated_reports, late_deliveries, record_edits
from living_sla.record.loading import load_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from living_sla.agreement.history import History
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.versions import Timeline
    from living_sla.record.loading import Record


@dataclass(frozen=True, slots=True)
class Project:
    """The folder that holds `agreement/` and `data/`."""

    root: Path

    @property
    def agreement_dir(self) -> Path:
        """One folder for each agreement."""
        return self.root / "agreement"

    @property
    def data_dir(self) -> Path:
        """One folder for each agreement's record."""
        return self.root / "data"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One agreement as it stands in its folder, its versions, and what happened under it."""

    agreement: Agreement
    record: Record
    timeline: Timeline
    retrospectives: Mapping[str, str] = field(default_factory=dict)
    since_base: tuple[Problem, ...] = ()
    """What changed since the commit that it is compared with, and no page tells."""

    @property
    def warnings(self) -> list[Problem]:
        """What is published with a mark, and what a reader must know of the versions."""
        unshown = retrospective_problems(self.retrospectives, self.timeline)
        return [*self.record.warnings, *timeline_problems(self.timeline), *unshown, *self.since_base]


def load_project(project: Project, history: History | None = None, *, base: str = "") -> list[Loaded]:
    """Read every agreement and its record, ordered by id.

    Args:
        project: its folders.
        history: what git tells of it; read here unless it is known.
        base: a commit; no snapshot or frozen month that was there may have been edited or deleted since.

    Raises:
        InputError: with every error and warning of every file, if one of them is an error.
    """
    folders, problems = _folders(project)
    history = history or load_history(project.root)
    loaded: list[Loaded] = []
    for folder in folders:
        agreement = None
        try:
            agreement = load_agreement(folder, root=project.root)
        except InputError as error:
            problems += error.problems
        timeline = load_timeline(folder, agreement, history) if agreement else None
        earlier = timeline.earlier if timeline else ()
        try:
            record = load_record(
                project.data_dir / folder.name, agreement, root=project.root, earlier=earlier
            )
        except InputError as error:
            problems += error.problems
            record = None
        try:
            retrospectives = load_retrospectives(folder, root=project.root)
        except InputError as error:
            problems += error.problems
            continue
        if agreement and timeline and record:
            loaded.append(Loaded(agreement, record, timeline, retrospectives))
    if base:
        problems += record_edits(project.root, base)
        problems += backdated_reports(project.root, base, (item.record for item in loaded))
        for n, item in enumerate(loaded):
            about = project.root, base, item.agreement.id, item.record
            problems += backdated_plans(*about)
            loaded[n] = replace(item, since_base=tuple(late_deliveries(*about)))
    if problems:
        warnings = [warning for item in loaded for warning in item.record.warnings]
        # An older version, which a clone cut off, may know the rows that are refused.
        cut_off = [(history.gap, history.remedy)] if history.commit else []
        raise InputError([*problems, *warnings, *_gap_problems(cut_off)])
    return loaded


def history_problems(loaded: Iterable[Loaded]) -> list[Problem]:
    """What is not known of the versions, told once for all agreements."""
    return _gap_problems(dict.fromkeys((item.timeline.gap, item.timeline.remedy) for item in loaded))


def _gap_problems(gaps: Iterable[tuple[str, str]]) -> list[Problem]:
    return [
        Problem(Place("agreement"), "history", f"not all versions are known: {gap}", remedy, Severity.WARNING)
        for gap, remedy in gaps
        if gap
    ]


def _folders(project: Project) -> tuple[list[Path], list[Problem]]:
    """The agreements' folders; links are refused, for they would publish what lies outside the repository."""
    inputs = [path for top in (project.agreement_dir, project.data_dir) for path in (top, *top.rglob("*"))]
    if links := [path for path in inputs if path.is_symlink()]:
        raise InputError(_linked(path.relative_to(project.root).as_posix()) for path in links)
    if not project.agreement_dir.is_dir():
        hint = "run living-sla in the folder that holds agreement/ and data/"
        raise InputError(
            [Problem(Place("agreement"), "missing-folder", "the folder agreement/ is missing", hint)]
        )
    folders = sorted(
        path for path in project.agreement_dir.iterdir() if path.is_dir() and path.name[0] not in "._"
    )
    problems: list[Problem] = []
    if not folders:
        hint = "make one folder for each agreement, for example agreement/marketing-sales/"
        problems.append(
            Problem(Place("agreement"), "no-agreement", "the folder agreement/ holds no agreement", hint)
        )
    if project.data_dir.is_dir():
        names = {folder.name for folder in folders}
        problems += [
            Problem(
                Place(f"data/{path.name}"),
                "unknown-agreement",
                f"no agreement has the id '{path.name}'",
                did_you_mean(path.name, names),
            )
            for path in sorted(project.data_dir.iterdir())
            if path.is_dir() and path.name[0] not in "._" and path.name not in names
        ]
    return folders, problems


def _linked(shown_as: str) -> Problem:
    hint = "commit what it points to"
    return Problem(Place(shown_as), "symbolic-link", "a symbolic link is not read", hint)
