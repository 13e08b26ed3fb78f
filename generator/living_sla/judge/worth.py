"""The leads that a plan asks for become money, by what they are worth: those of a period, and a judgement."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.judge.horizon import promises_leads
from living_sla.judge.pace import Course, even_parts, running_sum
from living_sla.judge.periods import days_of
from living_sla.judge.plan import plan_month
from living_sla.judge.solving import simplest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from living_sla.agreement.ledger import Ledger, LedgerPart
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.periods import Period, Window
    from living_sla.judge.plan import Part, Plan
    from living_sla.record.loading import Record
    from living_sla.record.snapshots import Series


@dataclass(frozen=True, slots=True)
class SegmentWorth:
    """The leads that came of one segment, '' where the plan has none, and what the plan asks of it.

    `part` is None where the plan asks nothing of it: then its leads have no value, and count no money.
    """

    segment: str
    came: Exact
    part: Part | LedgerPart | None

    @property
    def value(self) -> Exact:
        """What came, in money."""
        return simplest(Fraction(self.came) * Fraction(self.part.lead_value)) if self.part else 0

    @property
    def goal(self) -> Exact:
        """The whole leads that are asked for, in money."""
        return simplest(self.part.target * Fraction(self.part.lead_value)) if self.part else 0


@dataclass(frozen=True, slots=True)
class Delivered:
    """Leads of a period in both units (A47): how many, and what they are worth.

    `unvalued` counts those of segments to which the plan gives no value: in `leads`, not in `value`.
    """

    leads: Exact
    value: Exact
    unvalued: Exact


@dataclass(frozen=True, slots=True)
class Worth:
    """A month of leads in money, by the plan of `agreement`: as frozen, else by what is known now.

    `course` is that of the judgement in money; what it expects leads to `goal`, and what came to `value`.
    """

    judgement: Judgement
    agreement: Agreement
    source: Plan | Ledger
    segments: tuple[SegmentWorth, ...]
    course: Course

    @property
    def value(self) -> Exact:
        """What all that came is worth."""
        return simplest(Fraction(sum(row.value for row in self.segments)))

    @property
    def goal(self) -> Exact:
        """What all leads that the plan asks for are worth."""
        return simplest(Fraction(sum(row.goal for row in self.segments)))

    @property
    def asked(self) -> int:
        """The leads that the plan asks for."""
        return sum(part.target for part in self.source.parts)

    @property
    def is_agreed(self) -> bool:
        """Whether the leads that the plan asks for are those that are promised."""
        return self.judgement.goal is not None and self.judgement.goal.value == self.asked

    @property
    def unvalued(self) -> tuple[SegmentWorth, ...]:
        """The segments whose leads have no value, of which some came."""
        return tuple(row for row in self.segments if row.part is None and row.came)


def judge_worth(judgement: Judgement, shown: Agreement, record: Record) -> Worth | None:
    """The worth of a judgement of the leads that a plan asks for in a month.

    None for any other commitment, where no lead was reported yet, and where the plan has no number.

    Args:
        judgement: whose agreement's plan counts.
        shown: whose plan counts where that agreement has none.
        record: what is known.
    """
    agreement = judgement.agreement if judgement.agreement.plan else shown
    if agreement.plan is None or judgement.tally.actual is None:
        return None
    metric = agreement.plan.targets.leads
    if not promises_leads(judgement.commitment, metric):
        return None
    source = record.plan.get(judgement.period.id) or plan_month(agreement, record, judgement.period)
    if source is None or not source.parts:
        return None
    series, window = record.of(metric), judgement.window
    rows = _by_segment(source, series.by_segment(window.start, window.seen_end, without=window.without))
    return Worth(judgement, agreement, source, rows, _course(judgement, source, series, rows))


def delivered_value(source: Plan | Ledger, metric: str, record: Record, period: Period) -> Delivered | None:
    """The leads that came in a period, and what they are worth; None where none were reported.

    Args:
        source: the plan or the frozen month whose lead values count.
        metric: the plan's metric of leads.
        record: what is known.
        period: whose days count, up to the newest reported.
    """
    came = record.of(metric).by_segment(period.start, period.end)
    if not came:
        return None
    rows = _by_segment(source, came)
    value = simplest(Fraction(sum(row.value for row in rows)))
    return Delivered(sum(came.values()), value, sum(row.came for row in rows if row.part is None))


def _by_segment(source: Plan | Ledger, came: Mapping[str, Exact]) -> tuple[SegmentWorth, ...]:
    """Those of the plan in its order, then the others in theirs."""
    found: dict[str, Exact] = {part.segment or "": 0 for part in source.parts}
    for segment, leads in came.items():
        part = _part_of(source, segment)
        name = part.segment or "" if part else segment
        found[name] = found.get(name, 0) + leads
    return tuple(SegmentWorth(name, leads, _part_of(source, name)) for name, leads in found.items())


def _part_of(source: Plan | Ledger, segment: str) -> Part | LedgerPart | None:
    """What the plan asks of a segment: without segments it has one part, which is of them all."""
    return next((part for part in source.parts if part.segment in {"", None, segment}), None)


def _course(
    judgement: Judgement, source: Plan | Ledger, series: Series, rows: tuple[SegmentWorth, ...]
) -> Course:
    window = judgement.window
    days = tuple(days_of(window.start, window.end))
    seen = tuple(day for day in days if day < window.seen_end)
    goal = Fraction(sum(row.goal for row in rows))
    expected = tuple(goal * part for part in even_parts(judgement, days))
    return Course(days, expected, running_sum(_by_day(series, source, window), seen))


def _by_day(series: Series, source: Plan | Ledger, window: Window) -> dict[date, Exact]:
    """What the leads of each reported day are worth."""
    found: dict[date, Exact] = {}
    for (day, segment), reports in series.between(window.start, window.seen_end).reports.items():
        if day not in window.without:
            worth = SegmentWorth(segment, reports[0].value, _part_of(source, segment))
            found[day] = found.get(day, 0) + worth.value
    return found
