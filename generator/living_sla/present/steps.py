"""What a judgement was made of becomes the steps that list it: rows, things delivered, promises, gaps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from living_sla.agreement.quantities import plain_number
from living_sla.judge.calendar import ONE_DAY
from living_sla.present.text import Words, count_text, joined, short_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.explanation import Explanation, Row
    from living_sla.record.snapshots import Report

MOST_OLDER = 10
"""So many older reports are named; more are counted by file unless all rows are asked for."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One row or thing behind a number: what it says, where it stands, and what became of it."""

    day: date
    what: str
    value: str
    path: str
    line: int
    note: str = ""

    @property
    def text(self) -> str:
        """The row in one line."""
        said = " ".join(filter(None, [short_day(self.day), self.what, self.value]))
        return f"{said}  {self.path}:{self.line}" + (f"  ({self.note})" if self.note else "")


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to a verdict: a title, sentences, and the rows behind it where they are listed."""

    key: str
    title: str
    lines: tuple[str, ...]
    rows: tuple[StepRow, ...] = ()


def rows_step(judgement: Judgement, metric: str, rows: Sequence[Row], *, all_rows: bool) -> Step:
    """What was reported of a metric in the window: how many rows of which files count, and why not all."""
    label = judgement.agreement.metrics[metric].label
    title = f"The rows of {label} ({metric})"
    if not rows:
        return Step(f"rows:{metric}", title, ("None was reported.",))
    counting = [row for row in rows if row.why_not is None]
    days = {row.day for row in counting}
    each = "day and segment" if judgement.agreement.metrics[metric].segments else "day"
    told = f"{count_text(len(counting), 'row')} of {count_text(len(days), 'day')}"
    lines = [f"{told} {_counts(len(counting))}; of each {each} the newest report."]
    lines += _by_file([row.newest for row in counting])
    left_out = sorted((row for row in rows if row.why_not), key=lambda row: str(row.why_not))
    for why, some in groupby(left_out, key=lambda row: row.why_not):
        lines.append(f"Not counted: {count_text(len(list(some)), 'row')}, {why}.")
    lines += _older(judgement.agreement, metric, rows, all_rows=all_rows)
    listed = tuple(_step_row(row) for row in rows) if all_rows else ()
    return Step(f"rows:{metric}", title, tuple(lines), listed)


def _by_file(reports: Iterable[Report]) -> list[str]:
    """How many rows of which lines each file holds."""
    places = sorted(report.place for report in reports)
    lines = []
    for path, some in groupby(places, key=lambda place: place.path):
        numbers = [place.line for place in some]
        where = (
            f"on line {numbers[0]}" if len(numbers) == 1 else f"between lines {numbers[0]} and {numbers[-1]}"
        )
        lines.append(f"{path}: {count_text(len(numbers), 'row')}, {where}.")
    return lines


def _older(agreement: Agreement, metric: str, rows: Iterable[Row], *, all_rows: bool) -> list[str]:
    """What newer reports took the place of."""
    older = [row for row in rows if len(row.reports) > 1]
    if not older or all_rows:
        return []
    if len(older) > MOST_OLDER:
        count = sum(len(row.reports) - 1 for row in older)
        replaced = [report for row in older for report in row.reports[1:]]
        return [f"{count_text(count, 'older report')} put aside for newer ones:", *_by_file(replaced)]
    return [f"{_key_text(row)}: {_reports_text(agreement, metric, row)}." for row in older]


def _reports_text(agreement: Agreement, metric: str, row: Row) -> str:
    """`7, reported 20 Apr 2026 (path:3), in place of 9, reported 1 Apr 2026 (path:14)`."""
    words = Words(agreement)
    return ", in place of ".join(
        f"{words.metric_value(metric, report.value)}, reported {short_day(report.reported_on)} "
        f"({report.place.path}:{report.place.line})"
        for report in row.reports
    )


def _key_text(row: Row) -> str:
    return f"{short_day(row.day)}{f' ({row.segment})' if row.segment else ''}"


def _step_row(row: Row) -> StepRow:
    place = row.newest.place
    notes = [f"not counted: {row.why_not}"] if row.why_not else []
    for old in row.reports[1:]:
        where = f"{old.place.path}:{old.place.line}"
        notes.append(
            f"in place of {plain_number(old.value)}, reported {short_day(old.reported_on)} ({where})"
        )
    return StepRow(
        row.day, row.segment, plain_number(row.newest.value), place.path, place.line, "; ".join(notes)
    )


def things_step(found: Explanation) -> Step:
    """What was delivered of the kinds agreed, each thing with why it does not count."""
    rows = tuple(
        StepRow(
            thing.delivery.on,
            thing.delivery.item,
            thing.delivery.title or thing.delivery.id,
            thing.delivery.place.path,
            thing.delivery.place.line,
            f"not counted: {thing.why_not}" if thing.why_not else "",
        )
        for thing in found.things
    )
    counting = sum(thing.why_not is None for thing in found.things)
    told = f"{counting} of {count_text(len(rows), 'thing')} delivered {_counts(counting)}."
    return Step("things", "What was delivered", (told if rows else "Nothing was delivered.",), rows)


def _counts(count: int) -> str:
    return "counts" if count == 1 else "count"


def promised_step(found: Explanation) -> Step:
    """What falls due in the window, each with its due day, what was done, and what became of it."""
    judgement, as_of = found.judgement, found.judgement.window.as_of
    rows = []
    for promised in judgement.tally.promised:
        answer = promised.answer if promised.answer and promised.answer.on <= as_of else None
        done = (
            f"done {short_day(answer.on)} ({answer.place.path}:{answer.place.line})" if answer else "not done"
        )
        note = f"due {short_day(promised.due_on)}, {done}: {promised.outcome}"
        event = promised.event
        rows.append(
            StepRow(event.on, event.item, event.title or event.id, event.place.path, event.place.line, note)
        )
    noun = "promise falls" if len(rows) == 1 else "promises fall"
    told = f"{len(rows)} {noun} due in the period" if rows else "Nothing falls due in the period"
    more = "; what falls due on excluded days is left out." if judgement.window.without else "."
    return Step("promises", "What falls due", (told + more,), tuple(rows))


def missing_step(judgement: Judgement) -> Step:
    """Which reports should be there and are not, by the first day of each."""
    days = judgement.tally.missing
    spans = [
        f"{short_day(first)}{f' to {short_day(last)}' if first != last else ''}"
        for first, last in _runs(days)
    ]
    told = "report that should be there is" if len(days) == 1 else "reports that should be there are"
    return Step("missing", "What is missing", (f"{len(days)} {told} not: {joined(spans)}.",))


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Days that follow one another, as first and last."""
    first = days[0]
    for before, after in zip(days, [*days[1:], None], strict=True):
        if after is None or after != before + ONE_DAY:
            yield first, before
            first = after or first
