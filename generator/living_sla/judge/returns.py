"""A plan, its campaigns and the record become what campaigns bring and spend returns."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.plan_coherence import revenue_metric
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.counts import Counter
from living_sla.judge.solving import simplest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.plan import Campaign, PlanTerms
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.counts import Count
    from living_sla.judge.periods import Period
    from living_sla.judge.plan import Plan
    from living_sla.record.loading import Record


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one campaign is to bring in a month, by even days, and what came in its segment on those days.

    `came` is None where the campaign names no segment, or nothing of it was reported; other leads of the
    segment are among it.
    """

    campaign: Campaign
    expected: Exact
    came: Exact | None


@dataclass(frozen=True, slots=True)
class Effort:
    """How marketing means to reach the month's leads (A48): campaigns, what comes anyway, and the gap.

    `gap` is what neither brings; 0 where together they bring enough.
    """

    contributions: tuple[Contribution, ...]
    baseline: Exact
    needed: int
    gap: Exact

    @property
    def expected(self) -> Exact:
        """What all campaigns together are to bring."""
        return simplest(Fraction(sum(row.expected for row in self.contributions)))


@dataclass(frozen=True, slots=True)
class Return:
    """New revenue of a period against what was spent in it, by all parties and by each (A50).

    The revenue of a period comes mostly from leads of the periods before. What was not reported in full is
    None; then there is no total and no ratio of it either. `lacking` holds it by its metric, with what lacks.
    """

    period: Period
    revenue: Exact | None
    spent: Mapping[str, Exact | None]
    lacking: Mapping[str, Count]

    @property
    def total(self) -> Exact | None:
        """What all parties spent."""
        known = [amount for amount in self.spent.values() if amount is not None]
        return sum(known) if len(known) == len(self.spent) else None

    @property
    def ratio(self) -> Exact | None:
        """The revenue for each unit of money spent; None where nothing was."""
        if not self.total or self.revenue is None:
            return None
        return simplest(Fraction(self.revenue) / Fraction(self.total))

    @property
    def gain(self) -> Exact | None:
        """What came back beyond the spend, for each unit of it: (revenue - spend) / spend."""
        return None if self.ratio is None else self.ratio - 1

    @property
    def is_whole(self) -> bool:
        """Whether all of it was reported in full."""
        return self.revenue is not None and self.total is not None


def plan_effort(plan: Plan, record: Record) -> Effort:
    """What the campaigns contribute to the leads of a month that has a plan, and the gap they leave."""
    contributions = tuple(
        Contribution(campaign, expected, _came(plan, record, campaign))
        for campaign in plan.terms.campaigns
        if (expected := expected_leads(campaign, plan.month))
    )
    baseline = plan.terms.without_campaigns or 0
    expected = sum(row.expected for row in contributions)
    gap = simplest(Fraction(max(0, plan.leads - baseline - expected)))
    return Effort(contributions, baseline, plan.leads, gap)


def expected_leads(campaign: Campaign, period: Period) -> Exact:
    """The leads of a campaign that fall into a period when they come evenly on its days."""
    start, end = _overlap(campaign, period)
    days = (campaign.to - campaign.from_).days + 1
    return simplest(Fraction(campaign.leads) * max(0, (end - start).days) / days)


def return_on_spend(agreement: Agreement, record: Record, period: Period) -> Return | None:
    """The return on what was spent in a period that is over.

    None where no plan says what is spent, or nothing of it was reported.
    """
    plan = agreement.plan
    metric = revenue_metric(plan) if plan else None
    if plan is None or metric is None or not plan.spend:
        return None
    counter = Counter.after(agreement, record, period.last)
    counts = {name: counter.count(name, period.start, period.end) for name in (metric, *plan.spend.values())}
    if all(count.value is None for count in counts.values()):
        return None
    whole = {name: count.value if count.is_whole else None for name, count in counts.items()}
    spent = {party: whole[name] for party, name in plan.spend.items()}
    lacking = {name: count for name, count in counts.items() if not count.is_whole}
    return Return(period, whole[metric], spent, lacking)


def _overlap(campaign: Campaign, period: Period) -> tuple[date, date]:
    return max(campaign.from_, period.start), min(campaign.to + ONE_DAY, period.end)


def _came(plan: Plan, record: Record, campaign: Campaign) -> Exact | None:
    if campaign.segment is None:
        return None
    start, end = _overlap(campaign, plan.month)
    return record.of(_leads(plan.terms)).by_segment(start, end).get(campaign.segment)


def _leads(terms: PlanTerms) -> str:
    return terms.targets.leads
