"""What changed between two texts becomes rows by kind, with links and what they touch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from living_sla.present.changes import change_rows
from living_sla.present.text import day_text, joined, quoted
from living_sla.present.views import promise_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from living_sla.agreement.amendments import Kind
    from living_sla.agreement.history import Revision
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.versions import Version
    from living_sla.present.changes import ChangeRow
    from living_sla.present.subject import Subject

_MOST_TOUCHED = 4


@dataclass(frozen=True, slots=True)
class Change:
    """One change in words; `url` is the page of its commitment, `touches` names the others it touches."""

    party: str
    text: str
    url: str
    touches: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of one kind; `unlisted` counts those that are not told."""

    kind: Kind
    rows: tuple[Change, ...]
    unlisted: int = 0


def changes_by_kind(subject: Subject, rows: Iterable[ChangeRow], most: int | None = None) -> list[Changes]:
    """Rows in the order of their kinds, at most so many of each; first those that touch a commitment."""
    nearest = (
        (kind, sorted(found, key=lambda row: (not row.commitment, not row.affects)))
        for kind, found in groupby(rows, key=lambda row: row.kind)
    )
    return [
        Changes(kind, tuple(_change(subject, row) for row in found[:most]), len(found[most:]) if most else 0)
        for kind, found in nearest
    ]


def rewriting_texts(version: Version, before: Revision, after: Revision) -> list[str]:
    """What changed between two texts under one number, in sentences."""
    old, new = (replace(version, revisions=(r,), standing=None) for r in (before, after))
    if old.agreement is None or new.agreement is None:
        return ["What changed is not known in words: one of the texts cannot be loaded."]
    told = [row.sentence for row in change_rows(old.agreement, new.agreement)]
    told += _frame_changes(old.agreement, new.agreement)
    return told or ["Only comments, white space or order."]


def _change(subject: Subject, row: ChangeRow) -> Change:
    url = promise_url(subject.agreement.id, row.commitment) if row.commitment in subject.published else ""
    touched = [name for name in row.affects if name != row.clause]
    more = len(touched) - _MOST_TOUCHED
    names = [quoted(name) for name in touched[:_MOST_TOUCHED]]
    names += [f"{more} more"] if more > 0 else []
    text = row.sentence.removeprefix(f"{row.kind.capitalize()}: ")
    return Change(row.party, text, url, joined(names) if names else "")


def _frame_changes(old: Agreement, new: Agreement) -> Iterator[str]:
    """What a text says of itself, which is no amendment: its first day, and who signed it."""
    if old.terms.effective != new.terms.effective:
        yield f"In force from {day_text(new.terms.effective)} instead of {day_text(old.terms.effective)}."
    before, after = set(old.terms.signatures), set(new.terms.signatures)
    for doing, signatures in (("Signed", after - before), ("No longer signed", before - after)):
        for signature in sorted(signatures, key=lambda s: (s.signed_on, s.party, s.name)):
            party = new.terms.parties.get(signature.party) or old.terms.parties[signature.party]
            yield f"{doing} for {party.name} by {signature.name} on {day_text(signature.signed_on)}."
