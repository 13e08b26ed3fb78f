"""The versions of an agreement become words and addresses: when each holds, and where it is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from living_sla.agreement.history import MAIN_FILE
from living_sla.judge.periods import Rhythm
from living_sla.judge.verdicts import Goal
from living_sla.present.subscriptions import readable
from living_sla.present.text import Words, count_text, day_text

if TYPE_CHECKING:
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.history import Revision
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.versions import Version
    from living_sla.judge.commitments import Judgement
    from living_sla.present.subject import Source, Standing, Subject

MOST_PICKED = 12
_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}")
# What makes a text read otherwise than it is written.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class VersionLink:
    """A version in the picker of a page; `is_here` if the page shows that version."""

    number: str
    url: str
    span: str
    is_in_force: bool
    is_here: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """The versions to choose from on any page of an agreement; `all_of_them` counts those not listed too."""

    here: str
    links: tuple[VersionLink, ...]
    all_of_them: str
    url: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The commit that brought a text: addresses are empty where the site knows no repository."""

    on: str
    author: str
    commit: str
    commit_url: str
    pull_request: str
    pull_request_url: str


def versions_url(agreement: str) -> str:
    """The address of the timeline of an agreement's versions, below the site's root."""
    return f"{agreement}/versions/"


def version_url(agreement: str, number: str) -> str:
    """The address of one version as a whole."""
    return f"{versions_url(agreement)}{_slug(number)}/"


def comparison_url(agreement: str, old: str, new: str) -> str:
    """The address of what changed from one version to another."""
    return f"{versions_url(agreement)}{_slug(old)}-to-{_slug(new)}/"


def comparison_pairs(subject: Subject) -> list[tuple[Version, Version]]:
    """The pairs that have a page, older first: each with the one before it and with the one in force."""
    versions = subject.standing.timeline.versions
    at = next((n for n, version in enumerate(versions) if version is subject.in_force), None)
    neighbours = [(n - 1, n) for n in range(1, len(versions))]
    others = [] if at is None else [(min(n, at), max(n, at)) for n in range(len(versions)) if n != at]
    return [(versions[n], versions[m]) for n, m in dict.fromkeys([*neighbours, *others])]


def in_force_text(standing: Standing) -> str:
    """Which version is in force and which comes next: `version 1.2.0 in force; 2.0.0 from 1 January 2027`."""
    timeline, day = standing.timeline, standing.as_of
    current, following = timeline.in_force(day), timeline.next_after(day)
    spans = [span for span in timeline.spans if span.start <= day]
    then = (
        f"{following.number} from {day_text(following.effective)}"
        if following and following.effective
        else ""
    )
    if current:
        said = f"version {current.number} in force"
        if current.agreement is not standing.agreement:
            said += f" cannot be read here, so {standing.agreement.terms.version} is shown"
    elif spans and spans[-1].last:
        said = f"version {spans[-1].version.number}, expired on {day_text(spans[-1].last)}"
    elif following and following.effective:
        return f"version {following.number}, in force from {day_text(following.effective)}"
    else:
        return f"version {standing.agreement.terms.version}, not in force"
    return "; ".join(filter(None, (said, then)))


def span_text(subject: Subject, version: Version) -> str:
    """When a version is, was or will be in force, or why it never is."""
    span, day = subject.spans.get(version.number), subject.standing.as_of
    if span is None:
        return _never_text(subject, version)
    if span.start > day:
        return f"comes into force on {day_text(span.start)}"
    if span.last is None:
        return f"in force since {day_text(span.start)}"
    days = f"in force from {day_text(span.start)} until {day_text(span.last)}"
    return days if span.holds(day) else f"was {days}"


def until_text(until: date | None, number: str) -> str:
    """`promised until 31 March 2026 (version 1.0.0)`, of what no longer is."""
    return f"promised {f'until {day_text(until)} ' if until else ''}(version {number})"


def changing_text(agreement: Agreement, commitment: Commitment, current: Judgement) -> str:
    """By which older version a period is judged, and what holds from the next one on."""
    version, terms = current.agreement.terms.version, agreement.terms
    if version == terms.version:
        return ""
    every, rhythm = commitment.measure.every, Rhythm.of(terms.calendar)
    following = rhythm.period_of(max(current.period.end, terms.effective), every)
    if following.start < terms.effective:
        following = rhythm.period_of(following.end, every)
    goal = _goal_of(commitment, following.id)
    before = Words(current.agreement).sentence(current.commitment, current.goal)
    after = Words(agreement).sentence(commitment, goal)
    is_ending = terms.expires is not None and terms.expires < following.start
    then = "" if is_ending or before == after else f"; from {day_text(following.start)}: {after}"
    return f"judged by version {version}{then}"


def late_text(version: Version) -> str:
    """`committed 12 days after it took effect`, or nothing."""
    if not (version.is_late and version.began_on and version.effective):
        return ""
    return f"committed {count_text((version.began_on - version.effective).days, 'day')} after it took effect"


def origin_of(revision: Revision, source: Source) -> Origin | None:
    """The commit that brought a revision; None where there is none, or none that is known."""
    commit = revision.commit
    if commit is None:
        return None
    number = commit.pull_request
    return Origin(
        on=day_text(commit.on),
        author=commit.author,
        commit=commit.id[:10],
        commit_url=source.commit_url(commit.id),
        pull_request=f"#{number}" if number else "",
        pull_request_url=source.pull_request_url(number) if number else "",
    )


def texts_of(revision: Revision) -> dict[str, str]:
    """The texts of a revision by file name, as any page can show them."""
    names = {revision.folder: MAIN_FILE} if MAIN_FILE not in revision.texts else {}
    return {
        names.get(name, name): _TURNING.sub("\ufffd", readable(text.decode("utf-8", "replace")))
        for name, text in sorted(revision.texts.items())
    }


def file_path(revision: Revision, name: str) -> str:
    """The path of one of its files in the repository."""
    is_alone = revision.folder in revision.texts
    return f"agreement/{revision.folder}" if is_alone else f"agreement/{revision.folder}/{name}"


def picker_of(subject: Subject, shown: Version | None = None) -> Picker | None:
    """The newest versions with their spans, and the one in force; None where there is no choice.

    Args:
        subject: that of the version in force.
        shown: the version whose page this is; by default a page shows the one in force.
    """
    versions = subject.standing.timeline.versions
    if len(versions) == 1:
        return None
    here, current, id_ = shown or subject.version, subject.in_force, subject.agreement.id
    listed = {version.number: version for version in reversed(versions[-MOST_PICKED:])}
    listed |= {version.number: version for version in (current, here) if version}
    links = (
        VersionLink(v.number, _whole_url(subject, v), span_text(subject, v), v is current, v is here)
        for v in listed.values()
    )
    everything = count_text(len(versions), "version")
    return Picker(here.number if here else "", tuple(links), everything, versions_url(id_))


def _whole_url(subject: Subject, version: Version) -> str:
    """Where a version is shown as a whole: the one these pages are of, as the agreement itself."""
    id_ = subject.agreement.id
    return f"{id_}/agreement/" if version is subject.version else version_url(id_, version.number)


def _slug(number: str) -> str:
    """A number as part of an address; a text that is no number, as an old schema may allow, by its digest."""
    return number if _NUMBER.fullmatch(number) else f"text-{sha256(number.encode()).hexdigest()[:12]}"


def _never_text(subject: Subject, version: Version) -> str:
    """Why a version is on no day in force."""
    if version.effective is None:
        return "does not say from which day it holds"
    versions = subject.standing.timeline.versions
    later = versions[versions.index(version) + 1 :]
    other = next((v for v in later if v.effective and v.effective <= version.effective), None)
    if other is None or other.effective is None:
        return "was never in force"
    if other.began_on and other.began_on > version.effective:
        return f"no longer counts: version {other.number} took its place from {day_text(other.effective)} on"
    return f"was replaced before it took effect, by version {other.number}"


def _goal_of(commitment: Commitment, period: str) -> Goal | None:
    """The goal of a period where the agreement has a table of targets."""
    measure = commitment.measure
    target = getattr(measure, "at_least", None) or getattr(measure, "at_most", None)
    return Goal(target[period]) if isinstance(target, Mapping) and period in target else None
