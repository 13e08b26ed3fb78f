"""The record of an earlier commit and of now become problems: no report or frozen month is ever edited."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from glob import escape
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from living_sla import git
from living_sla.agreement.ledger import FROZEN_STAYS
from living_sla.diagnostics import Place, Problem, Severity, quote

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from living_sla.record.loading import Record

_CLOSED_BY = timedelta(days=14)  # a week, and the week in which it is closed
_TODAY = "report it anew in a file named by the day on which it became known"


class _Kind(NamedTuple):
    """Files that stay as they were: where they lie, what problems call them, and what to do instead."""

    path: re.Pattern[str]
    rule: str
    noun: str
    hint: str


_KINDS = (
    _Kind(
        re.compile(r"data/[^/]+/snapshots/[^/]+\.csv"),
        "snapshot",
        "snapshot",
        "restore it, and report the corrected value in a new file named by the day it was corrected",
    ),
    _Kind(
        re.compile(r"data/[^/]+/plan/[^/]+\.yml"),
        "frozen-ledger",
        "frozen month",
        f"restore it: {FROZEN_STAYS}",
    ),
)


def record_edits(root: Path, commit: str) -> list[Problem]:
    """Every snapshot and frozen month edited or deleted since what is checked out forked from a commit.

    What is not committed counts too. Line ends are no content, and neither is the name of the agreement's
    folder, where all of it was renamed.

    Args:
        root: the project's folder.
        commit: for example the one that a pull request wants to change.
    """
    try:
        base = git.merge_base(root, commit)
        files = git.changed_since(root, base, "data").items()
        changed = [(k, path, blob) for path, blob in files for k in _KINDS if k.path.fullmatch(path)]
        contents = git.objects(root, {blob for _, _, blob in changed})
    except git.GitError as error:
        words = f"snapshots and frozen months cannot be compared with those at {commit[:10]}: {error.reason}"
        return [Problem(Place("data"), "not-compared", words, error.remedy)]
    found = (_edit(root, kind, path, contents.get(blob), base[:10]) for kind, path, blob in changed)
    return [problem for problem in found if problem]


def backdated_reports(root: Path, commit: str, records: Iterable[Record]) -> list[Problem]:
    """Every value in a snapshot that came since, but claims to be older than a report that was there.

    It would change what was known on a day that has passed.
    """
    try:
        base = git.merge_base(root, commit)
        known = git.files_at(root, base, "data")
    except git.GitError:
        return []  # which `record_edits` has told
    return [
        Problem(report.place, "snapshot-backdated", words, _TODAY)
        for record in records
        for metric, series in record.series.items()
        for (day, _segment), reports in series.reports.items()
        for n, report in enumerate(reports)
        if report.place.path not in known and any(other.place.path in known for other in reports[:n])
        for words in [f"{metric} of {day} was reported later than {report.reported_on} at {base[:10]}"]
    ]


def backdated_plans(root: Path, commit: str, id_: str, record: Record) -> list[Problem]:
    """Every frozen month that came since, though numbers of after its end were there: a target set too late.

    Args:
        root: the project's folder.
        commit: as for `record_edits`.
        id_: the agreement's id.
        record: its record.
    """
    base, known = _known_at(root, commit)
    newest = _newest_day(record, known)
    return [
        Problem(
            Place(path, 1, 1), "frozen-ledger-backdated", words, "leave it out: a month is frozen in time"
        )
        for month in record.plan
        for path in [f"data/{id_}/plan/{month}.yml"]
        if newest and path not in known and newest.isoformat()[:7] > month
        for words in [
            f"at {base} there were numbers to {newest}, and {month} was over: too late to freeze it"
        ]
    ]


def late_deliveries(root: Path, commit: str, id_: str, record: Record) -> list[Problem]:
    """Warnings of deliveries that came, changed or went since, though their day had passed long before.

    What was closed by then is judged anew, and a delivery has no day of report that could tell it.

    Args:
        root: the project's folder.
        commit: as for `record_edits`.
        id_: the agreement's id.
        record: its record.
    """
    path = f"data/{id_}/deliveries.csv"
    base, known = _known_at(root, commit)
    newest = _newest_day(record, known)
    blob = git.changed_since(root, base, path).get(path) if newest else None
    content = git.objects(root, {blob}).get(blob) if blob else None
    if newest is None or content is None:
        return []
    before = _rows_of(content)
    now = {row.id: (row.item, row.on.isoformat(), row.answers) for row in record.deliveries}
    lines = {row.id: row.place for row in record.deliveries}
    last = (newest - _CLOSED_BY).isoformat()
    found = []
    for row in dict.fromkeys((*now, *before)):
        was, is_ = before.get(row), now.get(row)
        if was != is_ and min(each[1] for each in (was, is_) if each) <= last:
            change = "is new" if was is None else "is gone" if is_ is None else "is another"
            words = f"delivery {quote(row)} {change} since {base}, which had numbers to {newest}"
            hint = "what was closed by then is judged anew, and no page tells it: say so in its retrospective"
            place = lines.get(row, Place(path, 1, 1))
            found.append(Problem(place, "late-delivery", words, hint, Severity.WARNING))
    return found


def _known_at(root: Path, commit: str) -> tuple[str, set[str]]:
    """The commit that what is checked out forked from, and its files; none where git cannot tell."""
    try:
        base = git.merge_base(root, commit)
        return base[:10], git.files_at(root, base, "data")
    except git.GitError:
        return "", set()  # which `record_edits` has told


def _newest_day(record: Record, known: set[str]) -> date | None:
    """The newest day that the reports of known files speak of."""
    days = (
        day
        for series in record.series.values()
        for (day, _segment), reports in series.reports.items()
        if any(report.place.path in known for report in reports)
    )
    return max(days, default=None)


def _rows_of(content: bytes) -> dict[str, tuple[str, str, str]]:
    """The deliveries of a file by id: item, day and what they are for."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace")))
    read = ([row.get(name) or "" for name in ("id", "item", "date", "for")] for row in rows)
    return {id_: (item, day, for_) for id_, item, day, for_ in read}


def _edit(root: Path, kind: _Kind, path: str, before: bytes | None, base: str) -> Problem | None:
    """What is wrong with one file that is not as it was; its content is None where the clone lacks it."""
    file = root / path
    old = None if before is None else before.splitlines()
    if not file.is_file():
        if _is_moved(root, path, old):
            return None
        words = f"{kind.noun} deleted: it was here at {base}"
        return Problem(Place(path), f"{kind.rule}-deleted", words, kind.hint)
    new = file.read_bytes().splitlines()
    if old == new:
        return None
    line, words = _first_difference(old, new) if old is not None else (1, "it was another")
    place = Place(path, min(line, max(len(new), 1)), 1)
    return Problem(place, f"{kind.rule}-edited", f"{kind.noun} edited: {words} at {base}", kind.hint)


def _is_moved(root: Path, path: str, old: list[bytes] | None) -> bool:
    """Whether a file went along, as it was, with an agreement that got another name."""
    _, agreement, folder, name = path.split("/")
    if (root / "data" / agreement).exists():
        return False
    namesakes = (root / "data").glob(f"*/{folder}/{escape(name)}")
    return any(file.is_file() and file.read_bytes().splitlines() == old for file in namesakes)


def _first_difference(old: list[bytes], new: list[bytes]) -> tuple[int, str]:
    """The first line that differs, counted from 1, and what it was."""
    pairs = enumerate(zip_longest(old, new), start=1)
    line, was = next((line, then) for line, (then, now) in pairs if then != now)
    if was is None:
        return line, f"line {line} was not in it"
    return line, f"line {line} was {quote(was.decode('utf-8', 'replace'))}"
