"""A judgement of the leads that a plan asks for becomes the same in money, by what leads are worth."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Total
from living_sla.judge.pace import Course, even_parts, running_sum
from living_sla.judge.periods import days_of
from living_sla.judge.plan import plan_month
from living_sla.judge.returns import lead_values
from living_sla.judge.solving import simplest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from living_sla.agreement.ledger import Ledger, LedgerPart
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.periods import Window
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
    measure = judgement.commitment.measure
    agreement = judgement.agreement if judgement.agreement.plan else shown
    if agreement.plan is None or judgement.tally.actual is None or not isinstance(measure, Total):
        return None
    is_promise_of_leads = measure.every == "month" and measure.at_least is not None
    if not is_promise_of_leads or measure.total != agreement.plan.targets.leads:
        return None
    source = record.plan.get(judgement.period.id) or plan_month(agreement, record, judgement.period)
    if source is None or not source.parts:
        return None
    series = record.of(measure.total)
    rows = _by_segment(source, series, judgement.window)
    return Worth(judgement, agreement, source, rows, _course(judgement, source, series))


def _by_segment(source: Plan | Ledger, series: Series, window: Window) -> tuple[SegmentWorth, ...]:
    """Those of the plan in its order, then the others, the largest first."""
    came = series.by_segment(window.start, window.seen_end, without=window.without)
    parts: dict[str, Part | LedgerPart] = {part.segment or "": part for part in source.parts}
    if set(parts) == {""}:
        came = {"": sum(came.values())}
    names = [*parts, *(segment for segment in came if segment not in parts)]
    return tuple(SegmentWorth(name, came.get(name, 0), parts.get(name)) for name in names)


def _course(judgement: Judgement, source: Plan | Ledger, series: Series) -> Course:
    window = judgement.window
    days = tuple(days_of(window.start, window.end))
    seen = tuple(day for day in days if day < window.seen_end)
    goal = sum(Fraction(part.target) * Fraction(part.lead_value) for part in source.parts)
    expected = tuple(goal * part for part in even_parts(judgement, days))
    return Course(days, expected, running_sum(_by_day(series, lead_values(source), window), seen))


def _by_day(series: Series, values: Mapping[str, Exact], window: Window) -> dict[date, Exact]:
    """What the leads of each reported day are worth."""
    found: dict[date, Exact] = {}
    for (day, segment), reports in series.between(window.start, window.seen_end).reports.items():
        if day not in window.without:
            value = values.get("" if set(values) == {""} else segment, 0)
            found[day] = found.get(day, 0) + Fraction(reports[0].value) * Fraction(value)
    return found
