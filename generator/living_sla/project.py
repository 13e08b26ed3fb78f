"""A project's folders become loaded agreements with their records, or all problems of all their files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from living_sla.agreement.loading import load_agreement
from living_sla.diagnostics import InputError, Place, Problem, did_you_mean
from living_sla.record.loading import load_record

if TYPE_CHECKING:
    from pathlib import Path

    from living_sla.agreement.loading import Agreement
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
    """One agreement and what happened under it."""

    agreement: Agreement
    record: Record


def load_project(project: Project) -> list[Loaded]:
    """Read every agreement and its record, ordered by id.

    Raises:
        InputError: with every error and warning of every file, if one of them is an error.
    """
    folders, problems = _folders(project)
    loaded: list[Loaded] = []
    for folder in folders:
        agreement = None
        try:
            agreement = load_agreement(folder, root=project.root)
        except InputError as error:
            problems += error.problems
        try:
            record = load_record(project.data_dir / folder.name, agreement, root=project.root)
        except InputError as error:
            problems += error.problems
            continue
        if agreement:
            loaded.append(Loaded(agreement, record))
    if problems:
        raise InputError([*problems, *(warning for item in loaded for warning in item.record.warnings)])
    return loaded


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
