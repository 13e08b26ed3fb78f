"""The revisions of an agreement become its versions, and the days on which each was in force.

A version is a number that stood on the main line, with the text of the last commit that carried it. It is in
force from its `effective` day until the day from which a version that came later holds.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from living_sla.agreement.amendments import Kind, amendments
from living_sla.agreement.fields import parse_date
from living_sla.agreement.history import MAIN_FILE, TEXTS, Revision
from living_sla.agreement.loading import parse_agreement
from living_sla.agreement.strict_yaml import parse_yaml
from living_sla.diagnostics import InputError, Problem, Severity
from living_sla.source_text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from living_sla.agreement.history import History
    from living_sla.agreement.loading import Agreement

_FRAME = {
    "version": re.compile(
        rb"^version:[ \t]*([\"']?)([0-9]+(?:\.[0-9]+){0,3})\1[ \t]*(?:#.*)?\r?$", re.MULTILINE
    ),
    "effective": re.compile(rb"^effective:[ \t]*([\"']?)([0-9-]{10})\1[ \t]*(?:#.*)?\r?$", re.MULTILINE),
}


@dataclass(frozen=True)
class Version:
    """One version of an agreement: its revisions, oldest first, of which the last is its text.

    `effective` is None where the text does not say it; `standing` is what the agreement's folder holds now,
    for the version that stands there.
    """

    agreement_id: str
    number: str
    effective: date | None
    revisions: tuple[Revision, ...]
    standing: Agreement | None = None

    @property
    def text(self) -> Revision:
        """Its text: what the last commit that carried the number left."""
        return self.revisions[-1]

    @property
    def began_on(self) -> date | None:
        """The day it came to stand on the main line; None where that is not known, or has yet to be."""
        commit = self.revisions[0].commit
        return commit.on if commit else None

    @property
    def is_late(self) -> bool:
        """Whether it was committed only after it took effect."""
        return bool(self.effective and self.began_on and self.began_on > self.effective)

    @property
    def agreement(self) -> Agreement | None:
        """The text as an agreement; None where the present schema cannot load it."""
        return self._loaded if not isinstance(self._loaded, InputError) else None

    @property
    def unreadable(self) -> str:
        """Why the present schema cannot load it; empty if it can."""
        return str(min(self._loaded.problems).message) if isinstance(self._loaded, InputError) else ""

    @cached_property
    def _loaded(self) -> Agreement | InputError:
        return self.standing or _load(self.agreement_id, self.text)


@dataclass(frozen=True, slots=True)
class Span:
    """The days [start, end) on which a version is in force; `end` is None while no other takes its place."""

    start: date
    end: date | None
    version: Version

    @property
    def last(self) -> date | None:
        """The last day in force, as far as it is known: the version itself may say when it expires."""
        expires = self.version.agreement.terms.expires if self.version.agreement else None
        days = [self.end - timedelta(days=1) if self.end else None, expires]
        return min(filter(None, days), default=None)

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.start <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Timeline:
    """All versions of one agreement, in the order in which the main line last carried them.

    `numbers` are theirs as the main line carried them one after the other: one that came back stands twice.
    `gap` says in words what is not known of them, `remedy` what to do; both are empty if nothing is missing.
    """

    versions: tuple[Version, ...]
    numbers: tuple[str, ...]
    gap: str = ""
    remedy: str = ""

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """When each version is in force, ascending; one that was replaced before it took effect has none."""
        spans: list[Span] = []
        end: date | None = None
        for version in reversed(self.versions):
            if version.effective and (end is None or version.effective < end):
                spans.append(Span(version.effective, end, version))
                end = version.effective
        return tuple(reversed(spans))

    @property
    def earlier(self) -> Iterator[Agreement]:
        """The versions before the newest that still load, the newest first; each is loaded when asked for."""
        return filter(None, (version.agreement for version in reversed(self.versions[:-1])))

    def in_force(self, day: date) -> Version | None:
        """The version in force on a day, or None before the first."""
        return next((span.version for span in self.spans if span.holds(day)), None)

    def next_after(self, day: date) -> Version | None:
        """The version that takes effect next after a day."""
        return next((span.version for span in self.spans if span.start > day), None)

    @property
    def committed_on(self) -> tuple[date, ...]:
        """The days on which a text of it was committed, ascending."""
        commits = {r.commit.on for version in self.versions for r in version.revisions if r.commit}
        return tuple(sorted(commits))

    def as_of(self, day: date) -> Timeline:
        """What that day knew: the texts that were committed by then.

        A repository that began later than its agreement cannot tell, so of a day before its first commit
        every version counts as known that was in effect by then.
        """
        if not self.committed_on or day < self.committed_on[0]:
            known = [v for v in self.versions if not (_later(v.began_on, day) and _later(v.effective, day))]
        else:
            known = [found for version in self.versions if (found := self._by(version, day))]
        return replace(self, versions=tuple(known) or self.versions[:1])

    def _by(self, version: Version, day: date) -> Version | None:
        """A version with what was committed of it by a day; None before its first commit."""
        known = tuple(r for r in version.revisions if r.commit is None or r.commit.on <= day)
        if len(known) == len(version.revisions) or not known:
            return version if known else None
        key = version.number, len(known)
        if key not in self._cut:
            effective = _frame(known[-1])[1]
            self._cut[key] = replace(version, effective=effective, revisions=known, standing=None)
        return self._cut[key]

    @cached_property
    def _cut(self) -> dict[tuple[str, int], Version]:
        """Versions without their later revisions, each made once, as loading one takes its time."""
        return {}


def load_timeline(folder: Path, agreement: Agreement, history: History) -> Timeline:
    """The versions of one agreement: those of the main line, and what stands in its folder.

    Args:
        folder: the agreement's folder.
        agreement: what stands in it.
        history: what git tells of the project.
    """
    revisions = history.revisions.get(folder.name, ())
    written = _written(folder)
    if not revisions or revisions[-1].texts != written:
        revisions = (*revisions, Revision(folder.name, written, None, is_draft=True))
    framed = [(*_frame(revision), revision) for revision in revisions]
    last = {number: n for n, (number, _, _) in enumerate(framed) if number}
    versions = [
        Version(
            agreement.id,
            number,
            framed[n][1],
            tuple(revision for other, _, revision in framed if other == number),
            agreement if n == len(framed) - 1 else None,
        )
        for number, n in sorted(last.items(), key=lambda item: item[1])
    ]
    numbers = tuple(number for number, _ in groupby(number for number, _, _ in framed if number))
    return Timeline(tuple(versions), numbers, history.gap, history.remedy)


def timeline_problems(timeline: Timeline) -> Iterator[Problem]:
    """What a reader must know of the versions: numbers that go back or stand for two texts, dates that do."""
    current = timeline.versions[-1].agreement
    if current is None:
        return
    place, effective_place = current.places["agreement.version"], current.places["agreement.effective"]
    for before, after in pairwise(timeline.numbers):
        if _parts(after) < _parts(before):
            words = f"version {after} came after {before} on the main line, so the number went back"
            hint = "a version that takes something back has a higher number too"
            yield Problem(place, "version-back", words, hint, Severity.WARNING)
    for earlier, later in pairwise(timeline.versions):
        if earlier.effective and later.effective and later.effective <= earlier.effective:
            when = "the same day as" if later.effective == earlier.effective else "before"
            words = f"version {later.number} takes effect on {later.effective}"
            words += f", {when} {earlier.number} ({earlier.effective}), which it replaces"
            hint = f"so {earlier.number} is never in force"
            yield Problem(effective_place, "effective-back", words, hint, Severity.WARNING)
    for version in timeline.versions[1:]:
        if version.is_late:
            words = f"version {version.number} was committed on {version.began_on}"
            words += f", after it took effect on {version.effective}"
            hint = "periods that had begun by then are judged by it anew, and shown as restated"
            yield Problem(effective_place, "version-late", words, hint, Severity.WARNING)
    for version in timeline.versions:
        if words := _second_text(version):
            hint = "raise the version with every change of meaning"
            yield Problem(place, "version-reused", words, hint, Severity.WARNING)


def _second_text(version: Version) -> str:
    """What is wrong with a number under which the meaning of the text was changed; '' if nothing is."""
    first, last = version.revisions[0], version.revisions[-1]
    if first is last or version.agreement is None:
        return ""
    before = _load(version.agreement_id, first)
    if isinstance(before, InputError):
        return ""
    kinds = Counter(change.kind for change in amendments(before, version.agreement))
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in Kind if kinds[kind] and kind is not Kind.REWORDED)
    words = f"version {version.number} stands for more than one text"
    return f"{words}: {_origin(first)}, and {_origin(last)} ({told})" if told else ""


def _origin(revision: Revision) -> str:
    """Where a text comes from: `that of 2 March (pull request #12)`."""
    commit = revision.commit
    if commit is None:
        return "that of the files here" if revision.is_draft else "that of an older commit"
    by = f", pull request #{commit.pull_request}" if commit.pull_request else ""
    return f"that of {commit.on} (commit {commit.id[:10]}{by})"


def _frame(revision: Revision) -> tuple[str, date | None]:
    """The number and the effective day that a text says, whatever else is in it."""
    found = {key: match.group(2).decode() for key, match in _scan(revision.main_text)}
    if len(found) < len(_FRAME):  # written in a way that only a parser reads
        found = _parsed_frame(revision) | found
    try:
        day = parse_date(found["effective"])
    except (KeyError, ValueError):
        day = None
    return found.get("version", ""), day


def _scan(text: bytes) -> Iterator[tuple[str, re.Match[bytes]]]:
    """What the usual spelling says, for a history has many revisions and a parser takes its time."""
    return ((key, match) for key, pattern in _FRAME.items() if (match := pattern.search(text)))


def _parsed_frame(revision: Revision) -> dict[str, str]:
    try:
        data = parse_yaml(clean_text(revision.main_text, shown_as=""), shown_as="").data
    except InputError:
        return {}
    return {key: str(data[key]) for key in _FRAME if key in data} if isinstance(data, dict) else {}


def _load(id_: str, revision: Revision) -> Agreement | InputError:
    texts = {MAIN_FILE if name == revision.folder else name: text for name, text in revision.texts.items()}
    try:
        return parse_agreement(id_, texts, shown_as=f"agreement/{revision.folder}")
    except InputError as error:
        return error


def _written(folder: Path) -> dict[str, bytes]:
    """The texts in a folder, with the line ends that git keeps."""
    return {
        path.name: path.read_bytes().replace(b"\r\n", b"\n")
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix in TEXTS
    }


def _parts(number: str) -> list[int]:
    """The parts of a number, so that 1.10 comes after 1.9, and 1.0 is 1.0.0."""
    parts = [*map(int, number.split(".")), 0, 0, 0]
    return parts[:4]


def _later(day: date | None, other: date) -> bool:
    """Whether a day is known to lie after another."""
    return day is not None and day > other
