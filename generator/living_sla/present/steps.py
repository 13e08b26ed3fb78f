"""What a judgement was made of becomes its single steps: rows, things, gaps, target, pace, restatements."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import PLAN, Deliver, Total
from living_sla.agreement.quantities import plain_number
from living_sla.judge.burn import ENOUGH_EVENTS
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.explanation import NotCounted
from living_sla.judge.verdicts import Goal
from living_sla.present.text import (
    Words,
    agreed_number,
    agreed_percent,
    count_text,
    in_sentence,
    joined,
    number_text,
    period_of,
    short_day,
)
from living_sla.present.views import number_and_goal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from fractions import Fraction

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.burn import Burn, Stretch
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.compensation import Debt
    from living_sla.judge.explanation import Explanation, Lack, Row
    from living_sla.judge.restatements import Restatement
    from living_sla.judge.restatements import Step as RestatementStep
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
class Cited:
    """A place in the agreement's texts as a line names it, and its address; empty where none is known."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to a verdict: a title, sentences, and the rows behind it where they are listed.

    `cited` is the place that one of the sentences names.
    """

    key: str
    title: str
    lines: tuple[str, ...]
    rows: tuple[StepRow, ...] = ()
    cited: Cited | None = None

    @property
    def parts(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Each sentence in parts, each with the address it leads to; most lead nowhere."""
        return tuple(tuple(self._parts(line)) for line in self.lines)

    def _parts(self, line: str) -> Iterator[tuple[str, str]]:
        before, found, after = line.partition(self.cited.text) if self.cited else (line, "", "")
        yield before, ""
        if found and self.cited:
            yield found, self.cited.url
            yield after, ""


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
    left_out = Counter(_why_text(judgement.agreement, row) for row in rows if row.why_not)
    for why, count in sorted(left_out.items()):
        lines.append(f"Not counted: {count_text(count, 'row')}, {why}.")
    lines += _older(judgement.agreement, metric, rows, all_rows=all_rows)
    listed = tuple(_step_row(judgement.agreement, row) for row in rows) if all_rows else ()
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


def _why_text(agreement: Agreement, row: Row) -> str:
    """Why a row does not count; of a share also which segments are missing."""
    words = [_lack_text(agreement, lack) for lack in row.lacks if row.why_not is NotCounted.SEGMENTS]
    return f"{row.why_not}: {joined(words)}" if words else str(row.why_not)


def _lack_text(agreement: Agreement, lack: Lack) -> str:
    """`South (Leads to call)`."""
    return f"{joined(lack.segments)} ({agreement.metrics[lack.metric].label})"


def _step_row(agreement: Agreement, row: Row) -> StepRow:
    place = row.newest.place
    notes = [f"not counted: {_why_text(agreement, row)}"] if row.why_not else []
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


def missing_step(found: Explanation) -> Step:
    """Which reports should be there and are not, by the first day of each, and which segments they lack."""
    days = found.judgement.tally.missing
    told = "report that should be there is" if len(days) == 1 else "reports that should be there are"
    lines = [f"{len(days)} {told} not: {_days_text(days)}."]
    lacking: dict[str, list[date]] = {}
    for lack in found.lacks:
        if lack.segments:
            lacking.setdefault(_lack_text(found.judgement.agreement, lack), []).append(lack.start)
    lines += [f"{what} is missing: {_days_text(on)}." for what, on in lacking.items()]
    return Step("missing", "What is missing", tuple(lines))


def _days_text(days: Sequence[date]) -> str:
    """`5 Jan 2026 to 6 Jan 2026 and 9 Jan 2026`."""
    return joined(
        f"{short_day(first)}{f' to {short_day(last)}' if first != last else ''}"
        for first, last in _runs(days)
    )


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Days that follow one another, as first and last."""
    first = days[0]
    for before, after in zip(days, [*days[1:], None], strict=True):
        if after is None or after != before + ONE_DAY:
            yield first, before
            first = after or first


def target_step(found: Explanation, cited: Cited, carried: Iterable[Debt]) -> Step:
    """What was agreed for the period and where it is written, and what earlier shortfalls put on top."""
    judgement = found.judgement
    agreement, goal, words = judgement.agreement, judgement.goal, Words(judgement.agreement)
    version = agreement.terms.version
    if goal is None:
        lines = [f"Version {version} {_no_target(found)}."]
    else:
        side, unit = "At least" if goal.at_least else "At most", words.unit(judgement.commitment)
        by = f"by version {version} ({cited.text})"
        if found.frozen:
            by += f": the plan as it was {_frozen_text(found)}"
        lines = [f"{side} {words.target(judgement.commitment, goal)} {unit}".rstrip() + f", {by}."]
    for debt in carried:
        when = period_of(debt.miss.judgement)
        left = f" ({_amounts(debt, debt.left) or 'nothing'} left)" if debt.made_good else ""
        still = f"; the verdict is by the {words.target(judgement.commitment, goal)} agreed" if goal else ""
        lines.append(f"Carried over from {when}, on top of it: {_amounts(debt, debt.missing)}{left}{still}.")
    return Step("target", "The target", tuple(lines), cited=cited)


def _no_target(found: Explanation) -> str:
    """Why there is no target: the agreement has none, or the plan has none yet."""
    month, measure = found.judgement.period.id, found.judgement.commitment.measure
    if not isinstance(measure, Total) or measure.at_least != PLAN:
        return f"says none for {month}"
    if found.frozen is None:
        until = short_day(found.known_on)
        return f"leaves it to the plan, whose month {month} was not frozen by {until}"
    label = in_sentence(found.judgement.agreement.metrics[measure.total].label)
    return f"leaves it to the plan, which has none for {label}: {month} was {_frozen_text(found)}"


def _frozen_text(found: Explanation) -> str:
    """`frozen on 29 Jan 2026 (data/acme/plan/2026-02.yml:14)`."""
    ledger, place = found.frozen, found.frozen_at
    assert ledger and place  # noqa: S101, PT018 the caller looks
    line = f":{place.line}" if place.line else ""
    return f"frozen on {short_day(ledger.as_of)} ({place.path}{line})"


def _amounts(debt: Debt, amounts: Mapping[str, Exact]) -> str:
    """`40 leads`, `$1,200`, `1 blog post and 1 case study`; empty if nothing is left."""
    commitment, words = debt.miss.judgement.commitment, Words(debt.miss.judgement.agreement)
    told = [
        words.items(item, int(amount)) if item else words.value(commitment, amount)
        for item, amount in amounts.items()
    ]
    unit = words.unit(commitment) if "" in amounts and amounts[""] != 1 else ""  # a unit is a word for many
    return f"{joined(told)} {unit}".rstrip() if told else ""


def pace_step(judgement: Judgement) -> Step:
    """How far an open period should be by now, and how fast misses of a share use up their allowance."""
    pace, words = judgement.pace, Words(judgement.agreement)
    assert pace is not None  # noqa: S101 the caller looks
    passed, counted = judgement.days_passed, judgement.days_counted
    lines = []
    if isinstance(judgement.commitment.measure, Total | Deliver):
        expected = words.value(judgement.commitment, pace.expected)
        lines.append(f"{passed} of {counted} counted days have passed: {expected} should be there by now.")
        if judgement.required_rate is not None:
            rate = words.value(judgement.commitment, judgement.required_rate)
            lines.append(f"{rate} a day are needed on each of the {judgement.days_left} days left.")
    else:
        lines.append("There is no pace for it: it should be at its target all the time.")
    lines += _burn_lines(judgement, pace.burns)
    if pace.burning:
        lines.append("Misses use up the allowance too fast.")
    return Step("pace", "The pace", tuple(lines))


def _burn_lines(judgement: Judgement, burns: Sequence[Burn]) -> Iterator[str]:
    """Each pair of stretches with what makes up its burn rates, and the limit for both."""
    goal, last = judgement.goal, judgement.window.seen_end - ONE_DAY
    if goal is None or not burns:
        return
    allowed = agreed_percent(1 - goal.value if goal.at_least else goal.value)
    yield (
        f"{allowed} of the events may be misses. The burn rate of a stretch is its share of misses "
        f"\N{DIVISION SIGN} {allowed}, and 0 for fewer than {ENOUGH_EVENTS} events. "
        "Where both stretches burn faster than their limit, it is too fast."
    )
    for burn in burns:
        long, short = (_stretch_text(stretch, last, goal, burn.limit) for stretch in (burn.long, burn.short))
        told = {True: "too fast", False: "not too fast", None: "what is missing decides"}[burn.is_too_fast]
        yield f"{long}; {short}; limit {agreed_number(round(burn.limit, 3))}: {told}."


def _stretch_text(stretch: Stretch, last: date, goal: Goal, limit: Fraction) -> str:
    """`16 Apr 2026 to 20 Apr 2026: 8 misses of 100 events, burn rate 0.8`."""
    misses = stretch.events - stretch.good if goal.at_least else stretch.good
    span = f"{short_day(stretch.start)} to {short_day(last)}" if stretch.start < last else short_day(last)
    low, high = (
        "unknown" if isinstance(bound, float) else number_text(bound, goal=Goal(limit, at_least=False))
        for bound in (stretch.burn.low, stretch.burn.high)
    )
    rate = low if low == high else f"between {low} and {high} with what is missing"
    noun = "miss" if misses == 1 else "misses"
    of_all = "event" if stretch.events == 1 else "events"
    return f"{span}: {number_text(misses)} {noun} of {number_text(stretch.events)} {of_all}, burn rate {rate}"


def restated_step(restatement: Restatement, judgement: Judgement) -> Step:
    """What was said when the period was closed, and each day that changed it: by a text, plan or values."""
    words = Words(judgement.agreement)
    lines = [f"As closed on {short_day(restatement.closed_on)}: {_outcome(restatement.as_closed)}."]
    for step in restatement.steps:
        strikes = {1: ", which adds a strike", -1: ", which takes a strike back"}.get(step.strikes, "")
        lines.append(f"Restated on {short_day(step.on)}: {_outcome(step.after)}{strikes}.")
        lines += _change_lines(step)
        for move in step.moves[:MOST_OLDER]:
            was = "nothing" if move.was is None else words.metric_value(move.metric, move.was.value)
            key = f"{short_day(move.day)}{f' ({move.segment})' if move.segment else ''}"
            place = f"{move.now.place.path}:{move.now.place.line}"
            lines.append(f"{key}: from {was} to {words.metric_value(move.metric, move.now.value)} ({place}).")
        if more := len(step.moves) - MOST_OLDER:
            lines += [f"and {more} more."] if more > 0 else []
    return Step("restatements", "What was restated", tuple(lines))


def _change_lines(step: RestatementStep) -> Iterator[str]:
    """What became another on the day of a restatement, beside the values: the agreement, or the plan."""
    if step.before.agreement is not step.after.agreement:
        version = step.after.agreement.terms.version
        yield f"The agreement was changed: version {version}, committed on {short_day(step.on)}."
    elif step.before.goal != step.after.goal:
        yield f"The plan of the month was frozen only on {short_day(step.on)}."


def _outcome(judgement: Judgement) -> str:
    return f"{' '.join(filter(None, number_and_goal(judgement)))}, {judgement.verdict}"
