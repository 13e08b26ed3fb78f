"""A judgement and the record become what it was made of: days, rows, things, conditions, restatements."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import metrics_of
from living_sla.agreement.commitments import PLAN, Deliver
from living_sla.judge.calendar import holiday_names
from living_sla.judge.commitments import work_calendar
from living_sla.judge.periods import Rhythm, days_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from living_sla.agreement.fields import Every
    from living_sla.agreement.ledger import Ledger
    from living_sla.diagnostics import Place
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.restatements import Restatement, Restatements
    from living_sla.record.deliveries import Delivery
    from living_sla.record.loading import Record
    from living_sla.record.snapshots import Report


class NotCounted(StrEnum):
    """Why a day, a row or a thing does not count; the values are the words on the pages."""

    EXCLUDED = "excluded by the agreement"
    CLOSED = "closed by the agreement"
    HOLIDAY = "holiday"
    NO_HOURS = "no working hours"
    HALF_KNOWN = "only one half of the share is reported"
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
class Row:
    """One value that was reported in the window, the newest report first, and why it does not count."""

    day: date
    segment: str
    reports: tuple[Report, ...]
    why_not: NotCounted | None = None

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

    `days` are those of the window, ascending; `rows` those of each metric by day and segment; `things` those
    delivered; promises of answers and trainings stand in the judgement's tally. `conditions` are the
    judgements of the commitment it waits for, `closes_on` the last day whose reports its verdict as closed
    knows, `place` where the commitment is written, `frozen` the month of the plan that set the target.
    """

    judgement: Judgement
    known_on: date
    closes_on: date
    place: Place
    days: tuple[CountedDay, ...]
    rows: Mapping[str, tuple[Row, ...]]
    things: tuple[Thing, ...]
    conditions: tuple[Judgement, ...] = ()
    restatement: Restatement | None = None
    frozen: Ledger | None = None


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
    from living_sla.judge.restatements import closed_on

    commitment, period = judgement.commitment, judgement.period
    unsure = _unsure_days(judgement)
    return Explanation(
        judgement=judgement,
        known_on=known_on,
        closes_on=closed_on(judgement),
        place=judgement.agreement.places[commitment.id],
        days=tuple(_days(judgement)),
        rows={metric: tuple(_rows(judgement, record, metric, unsure)) for metric in _metrics(judgement)},
        things=tuple(_things(judgement, record)),
        conditions=tuple(
            other
            for other in judgements.get(commitment.once or "", ())
            if other.period.start <= period.last and period.start < other.period.end
        ),
        restatement=restatements.get((commitment.id, period.id)),
        frozen=record.plan.get(period.id) if getattr(commitment.measure, "at_least", None) == PLAN else None,
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


def _rows(judgement: Judgement, record: Record, metric: str, unsure: frozenset[date]) -> Iterator[Row]:
    """The rows of a metric in the window so far."""
    window = judgement.window
    for (day, segment), reports in record.of(metric).reports.items():
        if window.start <= day < window.seen_end:
            why_not = NotCounted.EXCLUDED if day in window.without else None
            why_not = why_not or (NotCounted.HALF_KNOWN if day in unsure else None)
            yield Row(day, segment, reports, why_not)


def _unsure_days(judgement: Judgement) -> frozenset[date]:
    """The days a share leaves out, for only one of its halves is known: those of every missing report."""
    metrics = _metrics(judgement)
    if len(metrics) < 2:  # noqa: PLR2004 a share has two
        return frozenset()
    rhythm = Rhythm.of(judgement.agreement.terms.calendar)
    expected = {judgement.agreement.metrics[metric].expected for metric in metrics}
    every: Every = "month" if "monthly" in expected else "week" if "weekly" in expected else "day"
    periods = (rhythm.period_of(day, every) for day in judgement.tally.missing)
    return frozenset(day for period in periods for day in days_of(period.start, period.end))


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
