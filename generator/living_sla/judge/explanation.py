"""A judgement and the record become what it was made of: days, rows, things, conditions, restatements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import metrics_of
from living_sla.agreement.commitments import PLAN, Deliver, Share
from living_sla.diagnostics import Place
from living_sla.judge.calendar import ONE_DAY, holiday_names
from living_sla.judge.commitments import work_calendar
from living_sla.judge.periods import Rhythm, days_of
from living_sla.judge.restatements import closed_on
from living_sla.record.ledger import render_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from living_sla.agreement.fields import Every
    from living_sla.agreement.ledger import Ledger
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.restatements import Restatement, Restatements
    from living_sla.record.deliveries import Delivery
    from living_sla.record.loading import Record
    from living_sla.record.snapshots import Report

_RHYTHMS: dict[str, Every] = {"weekly": "week", "monthly": "month"}


class NotCounted(StrEnum):
    """Why a day, a row or a thing does not count; the values are the words on the pages."""

    EXCLUDED = "excluded by the agreement"
    CLOSED = "closed by the agreement"
    HOLIDAY = "holiday"
    NO_HOURS = "no working hours"
    HALF_KNOWN = "only one half of the share is reported"
    SEGMENTS = "segments of the share are not reported"
    TOO_LATE = "after the last day that counts"
    TOO_MANY = "more than was agreed of its kind"


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of the window by the pace: why it does not count, and the holiday's name or the reason agreed.

    What happens on a day without working hours counts all the same; nothing that happens on an excluded day
    does.
    """

    day: date
    why_not: NotCounted | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Lack:
    """The days [start, end) of a report that is missing, of one metric.

    `segments` are those it lacks, in the agreement's order; empty where nothing at all was reported.
    """

    start: date
    end: date
    metric: str
    segments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One value that was reported in the window, the newest report first, and why it does not count.

    `lacks` is what is missing of the share it is part of.
    """

    day: date
    segment: str
    reports: tuple[Report, ...]
    why_not: NotCounted | None = None
    lacks: tuple[Lack, ...] = ()

    @property
    def newest(self) -> Report:
        """The report that counts."""
        return self.reports[0]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing delivered in the period, and why it does not count."""

    delivery: Delivery
    why_not: NotCounted | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything one judgement was made of.

    `days` are those of the window, ascending; `rows` those of each metric by day and segment; `lacks` the
    reports that are missing; `things` those delivered; promises of answers and trainings stand in the
    judgement's tally. `conditions` are the judgements of the commitment it waits for, `closes_on` the last
    day whose reports its verdict as closed knows, `place` where the commitment is written, `frozen` the month
    of the plan that set the target and `frozen_at` where it is written; line 0 where that is not known.
    """

    judgement: Judgement
    known_on: date
    closes_on: date
    place: Place
    days: tuple[CountedDay, ...]
    rows: Mapping[str, tuple[Row, ...]]
    lacks: tuple[Lack, ...]
    things: tuple[Thing, ...]
    conditions: tuple[Judgement, ...] = ()
    restatement: Restatement | None = None
    frozen: Ledger | None = None
    frozen_at: Place | None = None


def explain(
    judgement: Judgement,
    judgements: Mapping[str, tuple[Judgement, ...]],
    restatements: Restatements,
    record: Record,
    known_on: date,
) -> Explanation:
    """Explain one judgement.

    Args:
        judgement: the one to explain.
        judgements: of every commitment, as they stand.
        restatements: of them.
        record: what they were judged by.
        known_on: the day that knew the record.
    """
    commitment, period = judgement.commitment, judgement.period
    lacks = tuple(_lacks(judgement, record))
    frozen = record.plan.get(period.id) if getattr(commitment.measure, "at_least", None) == PLAN else None
    return Explanation(
        judgement=judgement,
        known_on=known_on,
        closes_on=closed_on(judgement),
        place=judgement.agreement.places[commitment.id],
        days=tuple(_days(judgement)),
        rows={metric: tuple(_rows(judgement, record, metric, lacks)) for metric in _metrics(judgement)},
        lacks=lacks,
        things=tuple(_things(judgement, record)),
        conditions=tuple(
            other
            for other in judgements.get(commitment.once or "", ())
            if other.period.start <= period.last and period.start < other.period.end
        ),
        restatement=restatements.get((commitment.id, period.id)),
        frozen=frozen,
        frozen_at=_frozen_at(judgement, frozen) if frozen else None,
    )


def _metrics(judgement: Judgement) -> list[str]:
    return list(dict.fromkeys(metrics_of(judgement.commitment).values()))


def _days(judgement: Judgement) -> Iterator[CountedDay]:
    """The days of the window, each with why it does not count for the pace."""
    terms, window = judgement.agreement.terms.calendar, judgement.window
    by_working_days = judgement.commitment.pace == "working-days"
    calendar = work_calendar(terms)
    for day in days_of(window.start, window.end):
        if day in window.without:
            yield CountedDay(day, NotCounted.EXCLUDED, _reason(judgement, day))
        elif not by_working_days or calendar.is_working_day(day):
            yield CountedDay(day)
        elif not calendar.hours[day.weekday()]:
            yield CountedDay(day, NotCounted.NO_HOURS)
        elif day in calendar.closed_on:
            yield CountedDay(day, NotCounted.CLOSED)
        else:
            name = holiday_names(terms.holidays, day.year).get(day, "") if terms.holidays else ""
            yield CountedDay(day, NotCounted.HOLIDAY, name)


def _reason(judgement: Judgement, day: date) -> str:
    """Why the agreement excludes a day."""
    rules = judgement.agreement.governance.exclusions
    found = (r.reason for r in rules if r.holds_for(judgement.commitment.id) and r.from_ <= day <= r.to)
    return next(found, "")


def _rows(judgement: Judgement, record: Record, metric: str, lacks: tuple[Lack, ...]) -> Iterator[Row]:
    """The rows of a metric in the window so far; a share leaves out the days that a missing report covers."""
    window, unsure = judgement.window, dict[date, list[Lack]]()
    for lack in lacks if isinstance(judgement.commitment.measure, Share) else ():
        for day in days_of(lack.start, lack.end):
            unsure.setdefault(day, []).append(lack)
    for (day, segment), reports in record.of(metric).between(window.start, window.seen_end).reports.items():
        if day in window.without:
            yield Row(day, segment, reports, NotCounted.EXCLUDED)
        elif missing := unsure.get(day):
            is_half = any(not lack.segments for lack in missing)
            why_not = NotCounted.HALF_KNOWN if is_half else NotCounted.SEGMENTS
            yield Row(day, segment, reports, why_not, tuple(missing))
        else:
            yield Row(day, segment, reports)


def _lacks(judgement: Judgement, record: Record) -> Iterator[Lack]:
    """What each report lacks that the judgement's tally says is missing, by day."""
    rhythm, as_of = Rhythm.of(judgement.agreement.terms.calendar), judgement.window.as_of
    for start in judgement.tally.missing:
        for metric in _metrics(judgement):
            terms, reported = judgement.agreement.metrics[metric], record.of(metric).segments_by_day
            every: Every = _RHYTHMS.get(terms.expected or "", "day")
            stretch = rhythm.period_of(start, every)
            days = days_of(start, min(stretch.end, as_of + ONE_DAY))
            found = {segment for day in days for segment in reported.get(day, ())}
            segments = tuple(segment for segment in terms.segment_values if segment not in found)
            if stretch.start == start and terms.expected and (segments or not found):
                yield Lack(start, stretch.end, metric, segments if found else ())


def _frozen_at(judgement: Judgement, ledger: Ledger) -> Place:
    """The line of a frozen month that says the target; its text is that of the file if its checksum is."""
    path = f"data/{judgement.agreement.id}/plan/{ledger.month}.yml"
    *lines, last = render_ledger(ledger).splitlines()
    target = f"  {getattr(judgement.commitment.measure, 'total', '')}: "
    first = lines.index("targets:")
    found = (n for n, line in enumerate(lines[first:], first + 1) if line.startswith(target))
    return Place(path, next(found, 0) if last == f'checksum: "{ledger.checksum}"' else 0)


def _things(judgement: Judgement, record: Record) -> Iterator[Thing]:
    """The things of the kinds agreed that were delivered in the period so far, by day."""
    measure, window = judgement.commitment.measure, judgement.window
    if not isinstance(measure, Deliver):
        return
    left = dict(measure.deliver)
    for row in record.deliveries:
        if row.item not in left or not judgement.period.start <= row.on < judgement.period.end:
            continue
        if row.on > window.as_of:
            continue
        if not window.has(row.on):
            yield Thing(row, NotCounted.EXCLUDED if row.on in window.without else NotCounted.TOO_LATE)
            continue
        left[row.item] -= 1
        yield Thing(row, NotCounted.TOO_MANY if left[row.item] < 0 else None)
