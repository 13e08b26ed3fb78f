"""One agreement's data folder becomes a `Record`, checked against the agreement."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import metrics_of
from living_sla.agreement.commitments import Share
from living_sla.agreement.quantities import plain_number
from living_sla.diagnostics import InputError, Place, Problem, Severity, did_you_mean, quote
from living_sla.record.actions import NOT_YET_KNOWN, Action, Vocabulary, load_actions
from living_sla.record.deliveries import Delivery, load_deliveries
from living_sla.record.ledger import load_ledgers
from living_sla.record.snapshots import Key, Series, load_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from living_sla.agreement.commitments import Metric
    from living_sla.agreement.ledger import Ledger
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact

_ONE_DAY = timedelta(days=1)
# Between two reported days, by what a metric expects; a long weekend with a holiday is no gap.
LONGEST_PAUSE = {
    "daily": timedelta(days=1),
    "working-days": timedelta(days=6),
    "weekly": timedelta(days=13),
    "monthly": timedelta(days=61),
}
_NONE = Series({})
_KNOWN = ("snapshots", "deliveries.csv", "actions.csv", "plan")
_OUTDATED = {"unknown-metric", "unknown-item", "unknown-segment", "segment", "bound", *NOT_YET_KNOWN}
"""What is wrong with rows that may have been right under an earlier version."""


@dataclass(frozen=True, slots=True)
class Record:
    """What happened, as known on one day: each metric's series, all deliveries, what is done to mend."""

    series: Mapping[str, Series]
    deliveries: tuple[Delivery, ...]
    warnings: tuple[Problem, ...] = ()
    actions: tuple[Action, ...] = ()
    plan: Mapping[str, Ledger] = field(default_factory=dict)
    """The frozen months of the plan, ascending."""

    def of(self, metric: str) -> Series:
        """The series of a metric, empty where nothing was ever reported."""
        return self.series.get(metric, _NONE)

    @property
    def newest_day(self) -> date | None:
        """The newest day that any metric reports on; None where nothing was reported."""
        return max((max(s.by_day) for s in self.series.values() if s.by_day), default=None)

    @property
    def newest_report(self) -> date | None:
        """The newest day on which anything was reported; None where nothing was."""
        return max((max(s.reported_on.values()) for s in self.series.values() if s.reports), default=None)

    @property
    def known_on(self) -> date | None:
        """The newest day that is reported on or that anything was reported on; None where nothing was."""
        return max(filter(None, (self.newest_day, self.newest_report)), default=None)

    def as_of(self, day: date) -> Record:
        """The record as that day knew it; planned deliveries stay."""
        series = {metric: series.as_of(day) for metric, series in self.series.items()}
        actions = tuple(action.as_of(day) for action in self.actions if action.opened_on <= day)
        plan = {month: ledger for month, ledger in self.plan.items() if ledger.as_of <= day}
        return replace(self, series=series, actions=actions, plan=plan)


def load_record(
    folder: Path, agreement: Agreement | None, *, root: Path, earlier: Iterable[Agreement] = ()
) -> Record:
    """Read the snapshots, deliveries, actions and frozen months; a missing folder or file holds nothing.

    Args:
        folder: the agreement's data folder.
        agreement: what the rows must fit; None, for an agreement that did not load, checks only their form.
        root: problems name files by their path below it.
        earlier: the versions before, the newest first: what only they know of may be in the rows too.

    Raises:
        InputError: with all problems, if one of them is an error; else they are the record's warnings.
    """
    known = [agreement] if agreement else []
    record, problems = _read(folder, known, root)
    if {problem.rule for problem in problems} & _OUTDATED:
        record, problems = _read(folder, [*known, *earlier], root)
    series, deliveries = record.series, record.deliveries
    problems += _files_not_read(folder, root)
    if agreement:
        problems += _parts_above_wholes(agreement, series)
        problems += _strange_segments(agreement, series, deliveries)
        problems += _silences(agreement, series)
        problems += _never_reported(agreement, series)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise InputError(problems)
    return replace(record, warnings=tuple(sorted(problems)))


def _read(folder: Path, versions: Sequence[Agreement], root: Path) -> tuple[Record, list[Problem]]:
    """The record by what some versions know, the newest first; without any, only its form is checked."""
    metrics: dict[str, Metric] = {}
    for version in reversed(versions):
        metrics |= version.metrics
    before = {name: tuple(v.metrics[name] for v in versions[1:] if name in v.metrics) for name in metrics}
    items = frozenset[str]().union(*(version.deliverables for version in versions))
    series, problems = load_series(
        folder / "snapshots", metrics if versions else None, root=root, earlier=before
    )
    deliveries, more = load_deliveries(folder / "deliveries.csv", items if versions else None, root=root)
    known = Vocabulary.of(versions) if versions else None
    actions, still_more = load_actions(folder / "actions.csv", known, root=root)
    plan, last = load_ledgers(folder / "plan", root=root)
    problems += [*more, *still_more, *last]
    return Record(series, deliveries, actions=actions, plan=plan), problems


def _files_not_read(folder: Path, root: Path) -> Iterator[Problem]:
    """A file in the wrong place, or a snapshot that is no CSV, would be missed in silence."""
    strays = [path for path in folder.glob("*") if path.name not in _KNOWN and path.suffix != ".md"]
    strays += [path for path in (folder / "snapshots").glob("*") if path.suffix != ".csv"]
    for path in sorted(strays):
        if not path.name.startswith("."):
            hint = "snapshots are CSV files in the folder snapshots/, deliveries stand in deliveries.csv"
            place = Place(path.relative_to(root).as_posix())
            yield Problem(place, "unknown-file", "this is not read", hint, Severity.WARNING)


def _silences(agreement: Agreement, series: Mapping[str, Series]) -> Iterator[Problem]:
    """A source that skipped reports, or has sent none for three times as long as it should take.

    Days that do not count for any promise that reads a metric are no gap in it.
    """
    metrics = agreement.metrics
    newest = max((day for found in series.values() for day in found.by_day), default=date.min)
    for name, found in series.items():
        expected = metrics[name].expected if name in metrics else None  # not asked for any more
        if expected is None:
            continue
        days = sorted(found.by_day)
        excluded = _excluded(agreement, name)
        for before, after in pairwise(days):
            left_out = timedelta(days=sum(before < day < after for day in excluded))
            if after - before - left_out > LONGEST_PAUSE[expected]:
                first, last = before + _ONE_DAY, after - _ONE_DAY
                span = f"on {first}" if first == last else f"from {first} to {last}"
                words = f"{_named(agreement, name)}: not reported {span}"
                yield _silence(found, after, "gap", words)
        if newest - days[-1] > 3 * LONGEST_PAUSE[expected]:
            words = f"{_named(agreement, name)}: last reported for {days[-1]}, other metrics for {newest}"
            yield _silence(found, days[-1], "stale", words)


def _named(agreement: Agreement, metric: str) -> str:
    """`Leads due (leads_due)`: what readers call a metric, and what its rows do."""
    return f"{agreement.metrics[metric].label} ({metric})"


def _excluded(agreement: Agreement, metric: str) -> frozenset[date]:
    """The days that every promise that reads a metric leaves out."""
    readers = (c.id for c in agreement.commitments if metric in metrics_of(c).values())
    excluded = [agreement.governance.excluded_days(id_) for id_ in readers]
    return frozenset.intersection(*excluded) if excluded else frozenset()


def _never_reported(agreement: Agreement, series: Mapping[str, Series]) -> Iterator[Problem]:
    """Metrics that should be reported and never were, once others are."""
    for name, metric in agreement.metrics.items():
        if series and metric.expected and name not in series:
            place = agreement.places[f"commitments.metrics.{name}"]
            words = f"{_named(agreement, name)}: expected {metric.expected} and never reported"
            yield Problem(place, "never-reported", words, "add a snapshot of it", Severity.WARNING)


def _silence(series: Series, day: date, rule: str, words: str) -> Problem:
    place = min(reports[0].place for (of, _), reports in series.reports.items() if of == day)
    return Problem(place, rule, words, "add a snapshot with the missing days", Severity.WARNING)


def _parts_above_wholes(agreement: Agreement, series: Mapping[str, Series]) -> Iterator[Problem]:
    """A share whose good events outnumber all events is an error in one of the two."""
    shares = {(m.share, m.of) for c in agreement.commitments if isinstance(m := c.measure, Share)}
    for part, whole in sorted(shares):
        parts, wholes = series.get(part, _NONE), series.get(whole, _NONE)
        segments = agreement.metrics[whole].segments
        by_segment = bool(segments) and segments == agreement.metrics[part].segments
        expected = set() if by_segment else set(agreement.metrics[whole].segment_values)
        most_of = _values(wholes, by_segment=by_segment)
        for (day, segment), (value, place) in _values(parts, by_segment=by_segment).items():
            most, _ = most_of.get((day, segment), (value, place))
            if value > most and expected <= wholes.segments_by_day[day]:
                words = f"{part} {plain_number(value)} is more than {whole} {plain_number(most)} on {day}"
                words += f" ({segment})" if segment else ""
                yield Problem(place, "part-above-whole", words, "correct one of the two")


def _values(series: Series, *, by_segment: bool) -> dict[Key, tuple[Exact, Place]]:
    """The value of each day, or of each segment of it, and where the first of its rows stands."""
    found: dict[Key, tuple[Exact, Place]] = {}
    for (day, segment), reports in series.reports.items():
        key = (day, segment if by_segment else "")
        before, place = found.get(key, (0, reports[0].place))
        found[key] = before + reports[0].value, min(place, reports[0].place)
    return found


def _strange_segments(
    agreement: Agreement, series: Mapping[str, Series], deliveries: Iterable[Delivery]
) -> Iterator[Problem]:
    """Segments that must be deliveries, as a campaign's leads belong to a campaign that was launched."""
    for name, metric in agreement.metrics.items():
        if not metric.segments_from:
            continue
        known = {row.id for row in deliveries if row.item == metric.segments_from}
        told: set[str] = set()
        for (_day, segment), reports in series.get(name, _NONE).reports.items():
            if segment not in known and segment not in told:
                told.add(segment)
                words = f"{metric.segments} {quote(segment)} is no {metric.segments_from} in deliveries.csv"
                yield Problem(reports[0].place, "unknown-segment", words, did_you_mean(segment, known))
