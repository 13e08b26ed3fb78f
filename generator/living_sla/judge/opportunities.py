"""A funnel and an average sale become growth opportunities: what one more point of conversion is worth (A56).

Everything is exact and by the month: so many more customers, times what one brings. A rate made of few is
told and not ranked, and nothing is worked out from less than three months reported in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Total
from living_sla.judge.close_rates import FEWEST_LEADS, CohortState, Rank
from living_sla.judge.counts import Counter, whole_months

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.close_rates import CloseRates
    from living_sla.judge.funnel import Funnel, Step
    from living_sla.judge.periods import Period
    from living_sla.record.loading import Record

FEWEST_MONTHS = 3
ONE_POINT = Fraction(1, 100)
_MONEY = "money"


class Gap(StrEnum):
    """Why nothing is worked out; the values are the words on the page."""

    HISTORY = "fewer than 3 months are over and reported in full"
    SALE = "no average sale is known: neither plan.yml says one, nor can revenue be divided by customers"
    RATES = "neither the conversion between stages nor the close rate of a source is measured"


@dataclass(frozen=True, slots=True)
class Sale:
    """What a customer brings on average: as plan.yml says, or the revenue of some months by their customers.

    `revenue` and `customers` are None where plan.yml says the average.
    """

    average: Exact
    revenue: Exact | None = None
    customers: Exact | None = None


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One more point of conversion between two stages, or of the close rate of a source.

    It is worked out of the months in which all it is made of was reported in full. `entered` counts those
    who enter a month, `onward` is the part of those won over that become customers (1 for a source, whose
    rate counts customers). `worth` is money a month. One that is made of few is not ranked.
    """

    name: str
    to: str
    share: Fraction
    entered: Fraction
    onward: Fraction
    sale: Exact
    is_ranked: bool

    @property
    def customers(self) -> Fraction:
        """How many more customers a month the point brings."""
        return self.entered * ONE_POINT * self.onward

    @property
    def worth(self) -> Fraction:
        """What they bring a month."""
        return self.customers * Fraction(self.sale)


@dataclass(frozen=True, slots=True)
class Opportunities:
    """What a point is worth between stages and at sources, those that are ranked first, the best first.

    Over `months`; all is empty where there is a `gap`.
    """

    months: tuple[Period, ...] = ()
    sale: Sale | None = None
    stages: tuple[Opportunity, ...] = ()
    sources: tuple[Opportunity, ...] = ()
    gap: Gap | None = None

    @property
    def best(self) -> Opportunity | None:
        """The one that is worth most of all that are ranked."""
        ranked = (row for row in (*self.stages, *self.sources) if row.is_ranked)
        return max(ranked, key=lambda row: row.worth, default=None)


def find_opportunities(agreement: Agreement, record: Record, funnel: Funnel) -> Opportunities:
    """What one more point of conversion is worth, over the months of a funnel."""
    if len(funnel.months) < FEWEST_MONTHS:
        return Opportunities(gap=Gap.HISTORY)
    sale = average_sale(agreement, record, funnel.months)
    if sale is None:
        return Opportunities(funnel.months, gap=Gap.SALE)
    stages = _sorted(_stages(funnel, sale))
    sources = _sorted(_sources(funnel.close_rates, sale)) if funnel.close_rates else ()
    if not stages and not sources:
        return Opportunities(funnel.months, sale, gap=_rates_gap(funnel))
    return Opportunities(funnel.months, sale, stages, sources)


def average_sale(agreement: Agreement, record: Record, months: Sequence[Period]) -> Sale | None:
    """As plan.yml says; else revenue by customers, of the months in which both were reported in full."""
    plan = agreement.plan
    if plan and isinstance(plan.average_sale, int | Fraction):
        return Sale(plan.average_sale)
    revenue, customers = _revenue_metric(agreement), _customers_metric(agreement)
    if revenue is None or customers is None:
        return None
    counter = Counter.after(agreement, record, months[-1].last)
    both = [counter.by_month(metric, months) for metric in (revenue, customers)]
    known = whole_months(*both)
    money, won = (sum(counted.months[month].value or 0 for month in known) for counted in both)
    return Sale(Fraction(money) / Fraction(won), money, won) if won > 0 and money > 0 else None


def _revenue_metric(agreement: Agreement) -> str | None:
    """The metric of all revenue: the plan's, or the one amount of money that is promised as a total."""
    if agreement.plan and agreement.plan.targets.revenue:
        return agreement.plan.targets.revenue
    totals = {
        c.measure.total for c in agreement.commitments if isinstance(c.measure, Total) and c.measure.at_least
    }
    money = [metric for metric in sorted(totals) if agreement.metrics[metric].unit == _MONEY]
    return money[0] if len(money) == 1 else None


def _customers_metric(agreement: Agreement) -> str | None:
    """The metric of the customers won: the plan's, or that of the last stage of the funnel."""
    if agreement.plan and agreement.plan.targets.customers:
        return agreement.plan.targets.customers
    funnel = agreement.definitions.funnel
    return funnel[-1].metric if funnel else None


def _rates_gap(funnel: Funnel) -> Gap:
    """Rates that are known of too few months, or none at all."""
    is_known = any(step.passed for step in funnel.steps) or bool(
        funnel.close_rates and funnel.close_rates.overall
    )
    return Gap.HISTORY if is_known else Gap.RATES


def _stages(funnel: Funnel, sale: Sale) -> Iterator[Opportunity]:
    """Of each step, if it and all steps after it are known of enough months and lead to the last stage."""
    for n, step in enumerate(funnel.steps):
        rates = [later.passed for later in funnel.steps[n:] if len(later.months) >= FEWEST_MONTHS]
        shares = [rate.share for rate in rates if rate and rate.share is not None]
        if step.passed and len(shares) == len(funnel.steps) - n:
            yield Opportunity(
                name=step.from_.name,
                to=step.to.name,
                share=shares[0],
                entered=Fraction(step.passed.of) / len(step.months),
                onward=prod(shares[1:], start=Fraction(1)),
                sale=sale.average,
                is_ranked=all(map(_is_of_many, funnel.steps[n:])),
            )


def _is_of_many(step: Step) -> bool:
    return step.passed is not None and step.passed.of >= FEWEST_LEADS


def _sources(rates: CloseRates, sale: Sale) -> Iterator[Opportunity]:
    """Of each source, by the leads of the cohorts that can be judged."""
    months = len(rates.months_that_are(CohortState.JUDGED))
    for row in rates.sources:
        if row.rate.share is not None:
            yield Opportunity(
                name=row.source,
                to="",
                share=row.rate.share,
                entered=Fraction(row.rate.of) / months,
                onward=Fraction(1),
                sale=sale.average,
                is_ranked=row.rank is Rank.RANKED and months >= FEWEST_MONTHS,
            )


def _sorted(found: Iterator[Opportunity]) -> tuple[Opportunity, ...]:
    return tuple(sorted(found, key=lambda row: (not row.is_ranked, -row.worth, row.name)))
