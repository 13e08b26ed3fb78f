"""The YAML files of one agreement's folder become an `Agreement`, with every reference in it checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import (
    File,
    Model,
    item_paths,
    metric_problems,
    promise_problems,
    terms_problems,
)
from living_sla.agreement.commitments import CommitmentTerms
from living_sla.agreement.definitions import DefinitionTerms
from living_sla.agreement.fields import parse_id
from living_sla.agreement.governance import GovernanceTerms
from living_sla.agreement.history import MAIN_FILE
from living_sla.agreement.lead_management import LeadManagementTerms
from living_sla.agreement.plan import PlanTerms
from living_sla.agreement.plan_coherence import plan_problems
from living_sla.agreement.references import Files, reference_problems
from living_sla.agreement.strict_yaml import Document, load_yaml, parse_yaml
from living_sla.agreement.terms import AgreementTerms
from living_sla.agreement.validation import validate
from living_sla.diagnostics import InputError, Place, Problem, did_you_mean, quote
from living_sla.source_text import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from living_sla.agreement.commitments import Commitment, Item, Metric
    from living_sla.agreement.terms import Contact

_PLAN_FILE = "plan.yml"
_FILES = (
    MAIN_FILE, "commitments.yml", "definitions.yml", "lead-management.yml", "governance.yml", _PLAN_FILE
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything one folder says was agreed; all references in it hold."""

    id: str
    terms: AgreementTerms
    metrics: Mapping[str, Metric]
    items: Mapping[str, Item]
    commitments: tuple[Commitment, ...]
    definitions: DefinitionTerms
    lead_management: LeadManagementTerms
    governance: GovernanceTerms
    places: Mapping[str, Place]
    """Where a commitment is written, by its id, a file starts, by its name, and all else is, by its path."""
    plan: PlanTerms | None = None
    """How targets are worked out; None where the folder has no plan."""

    @property
    def contacts(self) -> dict[str, Contact]:
        """The contacts of all parties by id."""
        return {
            id_: person for party in self.terms.parties.values() for id_, person in party.contacts.items()
        }

    def contact(self, commitment: Commitment) -> Contact | None:
        """Whom to ask about a commitment: its own contact, or who leads its party."""
        if isinstance(commitment.contact, str):
            return self.contacts[commitment.contact]
        return commitment.contact or self.terms.parties[commitment.party].lead

    @property
    def deliverables(self) -> frozenset[str]:
        """The ids of all kinds of things that are delivered or waited for."""
        return frozenset(self.items) | {item for c in self.commitments for _, item in item_paths(c)}


def load_agreement(folder: Path, *, root: Path) -> Agreement:
    """Read and check one agreement.

    Args:
        folder: the agreement's folder; its name is the agreement's id.
        root: problems name files by their path below it.

    Raises:
        InputError: with all problems of all its files.
    """
    shown_as = folder.relative_to(root).as_posix()

    def document(name: str) -> Document:
        path = folder / name
        is_left_out = name != MAIN_FILE and not (path.is_symlink() or path.exists())
        shown = PurePosixPath(shown_as, name).as_posix()
        return _empty(shown) if is_left_out else load_yaml(path, shown_as=shown)

    return _checked(folder.name, document, list(_folder_problems(folder, root)))


def parse_agreement(id_: str, texts: Mapping[str, bytes], *, shown_as: str) -> Agreement:
    """Read and check one agreement as a commit holds it.

    Args:
        id_: its id.
        texts: its files by name.
        shown_as: its folder, as problems name it.

    Raises:
        InputError: with all problems of all its files.
    """

    def document(name: str) -> Document:
        shown = PurePosixPath(shown_as, name).as_posix()
        if name not in texts and name != MAIN_FILE:
            return _empty(shown)
        return parse_yaml(clean_text(texts.get(name, b""), shown_as=shown), shown_as=shown)

    return _checked(id_, document, [])


def _checked(id_: str, document: Callable[[str], Document], problems: list[Problem]) -> Agreement:
    """The agreement of its documents, or all their problems beside those already known."""
    plan, has_plan = _read_plan(document, problems)
    files = Files(
        agreement=_read(document, MAIN_FILE, AgreementTerms, problems),
        commitments=_read(document, "commitments.yml", CommitmentTerms, problems),
        definitions=_read(document, "definitions.yml", DefinitionTerms, problems),
        lead_management=_read(document, "lead-management.yml", LeadManagementTerms, problems),
        governance=_read(document, "governance.yml", GovernanceTerms, problems),
        plan=plan,
        has_plan=has_plan,
    )
    if files.agreement:
        problems += terms_problems(files.agreement)
    if files.commitments:
        problems += metric_problems(files.commitments, files.definitions)
        problems += promise_problems(files.commitments, files.parties)
    problems += reference_problems(files)
    problems += plan_problems(files)
    if problems:
        raise InputError(problems)
    return _agreement(id_, files)


def _agreement(id_: str, files: Files) -> Agreement:
    """The agreement of files that were all read."""
    agreement, promises = files.agreement, files.commitments
    definitions, lead_management, governance = files.definitions, files.lead_management, files.governance
    assert agreement and promises and definitions and lead_management and governance  # noqa: S101, PT018 no problem, so all are there
    return Agreement(
        id=id_,
        terms=agreement.terms,
        metrics=promises.terms.metrics,
        items=promises.terms.items,
        commitments=promises.terms.commitments,
        definitions=definitions.terms,
        lead_management=lead_management.terms,
        governance=governance.terms,
        places=_places(files),
        plan=files.plan.terms if files.plan else None,
    )


def _places(files: Files) -> dict[str, Place]:
    """Where everything is written.

    A file by its name (`agreement`), a commitment by its id, and every key and entry by its path from the
    file on, joined by dots (`agreement.parties.sales.needs.0`).
    """
    places: dict[str, Place] = {}
    read = (
        files.agreement, files.commitments, files.definitions, files.lead_management, files.governance,
        files.plan,
    )  # fmt: skip
    for document in (file.document for file in read if file):
        name = Path(document.path).stem
        written = document.values | document.keys
        places |= {".".join(map(str, (name, *path))): place for path, place in written.items()}
        places[name] = Place(document.path, 1, 1)
    if files.commitments:
        document = files.commitments.document
        for n, commitment in enumerate(files.commitments.terms.commitments):
            places[commitment.id] = document.place(("commitments", n))
    return places


def _read(
    document: Callable[[str], Document], name: str, model: type[Model], problems: list[Problem]
) -> File[Model] | None:
    """One file, or None where it is wrong, which is noted in `problems`; a file left out says nothing."""
    try:
        found = document(name)
        return File(validate(found, model), found)
    except InputError as error:
        problems.extend(error.problems)
        return None


def _read_plan(
    document: Callable[[str], Document], problems: list[Problem]
) -> tuple[File[PlanTerms] | None, bool]:
    """The plan, and whether there is one: left out, it does not say nothing, for there is none."""
    try:
        found = document(_PLAN_FILE)
        return (File(validate(found, PlanTerms), found), True) if found.values else (None, False)
    except InputError as error:
        problems.extend(error.problems)
        return None, True


def _empty(shown_as: str) -> Document:
    return Document(shown_as, {}, {}, {})


def _folder_problems(folder: Path, root: Path) -> Iterator[Problem]:
    shown = folder.relative_to(root).as_posix()
    try:
        parse_id(folder.name)
    except ValueError as error:
        words, _, hint = str(error).partition("; ")
        yield Problem(Place(shown), "folder-name", f"the folder's name {quote(folder.name)} {words}", hint)
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in _FILES:
            place = Place(path.relative_to(root).as_posix())
            yield Problem(place, "unknown-file", "this file is not read", did_you_mean(path.name, _FILES))
