"""The versions of an agreement become the values of their pages: the timeline, each whole, two compared."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from living_sla.agreement.versions import timeline_problems
from living_sla.present.amended import changes_by_kind, rewriting_texts
from living_sla.present.changes import change_rows, change_summary
from living_sla.present.document import document_values
from living_sla.present.redline import Mark, redlines
from living_sla.present.restated import outcome_text
from living_sla.present.text import count_text, day_text, joined, period_of
from living_sla.present.timespans import band_of
from living_sla.present.versions import (
    comparison_url,
    file_path,
    late_text,
    origin_of,
    span_text,
    texts_of,
    until_text,
    version_url,
    versions_url,
)
from living_sla.present.views import promise_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.history import Revision
    from living_sla.agreement.versions import Version
    from living_sla.judge.commitments import Judgement
    from living_sla.present.amended import Changes
    from living_sla.present.subject import Standing, Subject
    from living_sla.present.versions import Origin

MOST_DETAILED = 40
MOST_REWRITES = 8
MOST_ROWS = 4


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed a version for which party, and who has yet to."""

    signatures: tuple[tuple[str, str, str], ...]
    missing: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A later text under the same number: which commit brought it, and what it changed."""

    origin: Origin | None
    is_draft: bool
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version on the timeline; `summary` and `changes` compare it with the one before."""

    number: str
    id: str
    url: str
    span: str
    state: str
    origin: Origin | None
    is_draft: bool
    late: str
    unreadable: str
    signed: Signed | None
    before: str
    summary: str
    changes: tuple[Changes, ...]
    links: tuple[tuple[str, str], ...]
    rewrites: tuple[Rewrite, ...]
    rewritten_before: int


def versions_values(subject: Subject) -> dict[str, Any]:
    """What the template `versions.html` prints: the timeline, the newest version first."""
    timeline = subject.standing.timeline
    numbered = list(enumerate(timeline.versions))[::-1]
    former = [
        (
            f.commitment.name,
            promise_url(subject.agreement.id, id_),
            until_text(f.until, f.agreement.terms.version),
        )
        for id_, f in subject.former.items()
    ]
    return {
        "band": band_of(subject),
        "rows": [
            _version_row(subject, n, is_detailed=len(numbered) - n <= MOST_DETAILED) for n, _ in numbered
        ],
        "warnings": [f"{_capital(p.message)}; {p.hint}." for p in timeline_problems(timeline)],
        "gap": timeline.gap,
        "remedy": timeline.remedy,
        "former": former,
        "choices": [
            (v.number, f"{version_url(subject.agreement.id, v.number)}texts.json", _row_id(v))
            for _, v in numbered
        ],
        "place": subject.place("agreement"),
    }


def version_values(subject: Subject, version: Version) -> dict[str, Any]:
    """What the templates `version.html` and `version_text.html` print: one version as it was."""
    values: dict[str, Any] = {
        "number": version.number,
        "span": span_text(subject, version),
        "state": _state(subject, version),
        "current": _current(subject),
        "all_versions": versions_url(subject.agreement.id),
        "comparisons": list(_comparisons(subject, version)),
        "unreadable": version.unreadable,
        "texts": _texts(subject, version.text),
    }
    if version.agreement is None:
        return values
    seen = version_subject(subject, version)
    return values | document_values(seen) | {"results": list(_results(seen))}


def version_subject(subject: Subject, version: Version) -> Subject:
    """The subject of a version that loads: its commitments, with the periods that it judges."""
    agreement = version.agreement
    assert agreement is not None  # noqa: S101 callers ask for versions that load
    judgements = {
        commitment.id: tuple(
            judgement
            for judgement in subject.standing.judgements.get(commitment.id, ())
            if judgement.agreement.terms.version == version.number
        )
        for commitment in agreement.commitments
    }
    return subject.of(agreement, judgements)


def comparison_values(subject: Subject, old: Version, new: Version) -> dict[str, Any]:
    """What the template `comparison.html` prints: what changed in words, and the redline."""
    rows = change_rows(old.agreement, new.agreement) if old.agreement and new.agreement else []
    unread = [version.number for version in (old, new) if version.agreement is None]
    files = redlines(texts_of(old.text), texts_of(new.text))
    return {
        "sides": [
            (v.number, version_url(subject.agreement.id, v.number), span_text(subject, v)) for v in (old, new)
        ],
        "all_versions": versions_url(subject.agreement.id),
        "summary": change_summary(rows),
        "changes": changes_by_kind(subject, rows),
        "unread": joined(unread) if unread else "",
        "files": [(file, *_file_place(subject, old, new, file.name, file.mark)) for file in files],
    }


def version_files(standing: Standing) -> Iterator[tuple[str, str]]:
    """Path below the site's root, and content, of the texts of every version, for comparing any two."""
    for version in standing.timeline.versions:
        texts = {"version": version.number, "texts": texts_of(version.text)}
        content = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
        yield f"{version_url(version.agreement_id, version.number)}texts.json", f"{content}\n"


def _version_row(subject: Subject, n: int, *, is_detailed: bool) -> VersionRow:
    versions = subject.standing.timeline.versions
    version, before = versions[n], versions[n - 1] if n else None
    rows = None
    if is_detailed and before and before.agreement and version.agreement:
        rows = change_rows(before.agreement, version.agreement)
    rewritten = _rewritten(version) if is_detailed else []
    return VersionRow(
        number=version.number,
        id=_row_id(version),
        url=version_url(subject.agreement.id, version.number),
        span=span_text(subject, version),
        state=_state(subject, version),
        origin=origin_of(version.revisions[0], subject.source),
        is_draft=version.revisions[0].is_draft,
        late=late_text(version),
        unreadable=version.unreadable if is_detailed else "",
        signed=_signed(version) if is_detailed else None,
        before=before.number if before else "",
        summary=change_summary(rows) if rows is not None else "",
        changes=tuple(changes_by_kind(subject, rows or (), MOST_ROWS)),
        links=tuple(_links(subject, version, before)),
        rewrites=tuple(_rewrite(subject, version, *texts) for texts in rewritten[:MOST_REWRITES]),
        rewritten_before=max(0, len(rewritten) - MOST_REWRITES),
    )


def _row_id(version: Version) -> str:
    """The place of a version on the timeline."""
    return f"version-{version_url('', version.number).split('/')[-2].replace('.', '-')}"


def _links(subject: Subject, version: Version, before: Version | None) -> Iterator[tuple[str, str]]:
    """What there is to read of a version: it whole, and compared with the one before and the one in force."""
    id_, current = subject.agreement.id, subject.in_force
    yield f"Read version {version.number} whole", version_url(id_, version.number)
    if before:
        yield f"Changes since {before.number}", comparison_url(id_, before.number, version.number)
    if current and current not in (version, before):
        yield _against(subject, version, current)


def _comparisons(subject: Subject, version: Version) -> Iterator[tuple[str, str]]:
    """What changed from the version before, to the next, and between it and the one in force."""
    id_, versions, current = subject.agreement.id, subject.standing.timeline.versions, subject.in_force
    at = subject.positions[version.number]
    before, after = versions[at - 1 : at], versions[at + 1 : at + 2]
    for other in before:
        yield f"Changes since {other.number}", comparison_url(id_, other.number, version.number)
    for other in after:
        yield f"Changes up to {other.number}", comparison_url(id_, version.number, other.number)
    if current and current not in (version, *before, *after):
        yield _against(subject, version, current)


def _against(subject: Subject, version: Version, current: Version) -> tuple[str, str]:
    """A version compared with the one in force."""
    id_, at = subject.agreement.id, subject.positions
    if at[version.number] < at[current.number]:
        words = f"Changes up to {current.number}, in force"
        return words, comparison_url(id_, version.number, current.number)
    return f"Changes since {current.number}, in force", comparison_url(id_, current.number, version.number)


def _signed(version: Version) -> Signed | None:
    if version.agreement is None:
        return None
    terms = version.agreement.terms
    signed = {signature.party for signature in terms.signatures}
    missing = [party.name for id_, party in terms.parties.items() if id_ not in signed]
    return Signed(
        tuple((terms.parties[s.party].name, s.name, day_text(s.signed_on)) for s in terms.signatures),
        joined(missing) if missing else "",
    )


def _rewritten(version: Version) -> list[tuple[Revision, Revision]]:
    """The texts that took the place of another under the same number, each with that, the newest first."""
    return [(old, new) for old, new in pairwise(version.revisions) if old.texts != new.texts][::-1]


def _rewrite(subject: Subject, version: Version, old: Revision, new: Revision) -> Rewrite:
    told = tuple(rewriting_texts(version, old, new))
    return Rewrite(origin_of(new, subject.source), new.is_draft, told)


def _state(subject: Subject, version: Version) -> str:
    """In one word: `now`, `coming`, `past` or `never`."""
    span = subject.spans.get(version.number)
    if span is None:
        return "never"
    if span.holds(subject.standing.as_of):
        return "now"
    return "coming" if span.start > subject.standing.as_of else "past"


def _current(subject: Subject) -> tuple[str, str] | None:
    """The version in force and where it is read; None where none is."""
    current, id_ = subject.in_force, subject.agreement.id
    if current is None:
        return None
    url = f"{id_}/agreement/" if current is subject.version else version_url(id_, current.number)
    return current.number, url


def _texts(subject: Subject, revision: Revision) -> list[tuple[str, str, str]]:
    """Each file's path, text and address in the repository."""
    commit = revision.commit
    return [
        (path, text, subject.source.file_url(commit.id, path, 1) if commit else "")
        for name, text in texts_of(revision).items()
        for path in [file_path(revision, name)]
    ]


def _file_place(subject: Subject, old: Version, new: Version, name: str, mark: Mark) -> tuple[str, str]:
    """The path of a changed file, and its address at the commit that holds it."""
    revision = old.text if mark is Mark.OUT else new.text
    path, commit = file_path(revision, name), revision.commit
    return path, subject.source.file_url(commit.id, path, 1) if commit else ""


def _results(seen: Subject) -> Iterator[dict[str, Any]]:
    """Each commitment with the periods this version judges: as closed, and as they stand."""
    for commitment in seen.agreement.commitments:
        judgements = seen.standing.judgements[commitment.id]
        counts = Counter(str(judgement.verdict) for judgement in judgements)
        restated = sum((commitment.id, j.period.id) in seen.standing.restatements for j in judgements)
        told = [f"{count} {verdict}" for verdict, count in counts.items()]
        told += [f"{count_text(restated, 'period')} restated since closing"] if restated else []
        yield {
            "name": commitment.name,
            "url": seen.promises[commitment.id].url,
            "told": ", ".join(told) or "no period",
            "rows": [_result(seen, commitment, judgement) for judgement in reversed(judgements)],
        }


def _result(seen: Subject, commitment: Commitment, judgement: Judgement) -> dict[str, Any]:
    closed = seen.standing.as_closed(judgement)
    return {
        "id": judgement.period.id,
        "period": period_of(judgement),
        "as_closed": outcome_text(closed) if closed else "not closed yet",
        "verdict": judgement.verdict,
        "stands": outcome_text(judgement),
        "is_restated": (commitment.id, judgement.period.id) in seen.standing.restatements,
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
