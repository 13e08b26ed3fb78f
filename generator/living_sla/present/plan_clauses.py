"""The plan of an agreement becomes what its document says of it: each clause with its name, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from living_sla.agreement.plan import Observed, ObservedCycle
from living_sla.judge.solving import SHARES, Quantity
from living_sla.present.calculation import targets_of
from living_sla.present.text import (
    agreed_money,
    agreed_number,
    agreed_percent,
    count_text,
    in_sentence,
    joined,
    short_day,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.plan import PlanSegment, PlanTerms, WinRate
    from living_sla.agreement.quantities import Exact

_DASH = "\N{EN DASH}"


def plan_clauses(agreement: Agreement) -> dict[str, Any] | None:
    """What the template `agreement/plan.html` prints; None where no plan is agreed."""
    terms = agreement.plan
    if terms is None:
        return None
    words = _Clauses(agreement, terms)
    goal = terms.revenue
    return {
        "goals": [(month, words.money(value)) for month, value in goal.items()]
        if isinstance(goal, Mapping)
        else [],
        "facts": [*words.inputs(), *words.frame()],
        "campaigns": [
            {
                "name": row.name,
                "days": f"{short_day(row.from_)} {_DASH} {short_day(row.to)}",
                "segment": row.segment or "",
                "leads": agreed_number(row.leads),
                "spend": words.money(row.spend) if row.spend is not None else "",
            }
            for row in terms.campaigns
        ],
    }


class _Clauses:
    """The clauses of one plan, in the order of its file."""

    def __init__(self, agreement: Agreement, terms: PlanTerms) -> None:
        self._agreement = agreement
        self._terms = terms

    def inputs(self) -> Iterator[tuple[str, str]]:
        """What the leads are worked out from."""
        terms = self._terms
        if not isinstance(terms.revenue, Mapping):
            yield "Revenue goal of a month", self.money(terms.revenue)
        yield "Marketing's share", self._amount(Quantity.SHARE, terms.marketing_share)
        yield "Average sale", self._amount(Quantity.AVERAGE_SALE, terms.average_sale)
        yield "Win rate", self._rate(terms.win_rate)
        cycle = terms.sales_cycle
        if isinstance(cycle, ObservedCycle):
            yield "Sales cycle", f"as last reported: {self._label(cycle.observed)} ({cycle.as_})"
        elif cycle is not None:
            yield "Sales cycle", count_text(cycle, "month")
        if terms.visit_rate is not None:
            yield "Visit rate", self._amount(Quantity.VISIT_RATE, terms.visit_rate)
        for name, segment in terms.segments.items():
            yield name, self._segment(segment)

    def frame(self) -> Iterator[tuple[str, str]]:
        """What targets are set, and what they are held against."""
        terms = self._terms
        of_what = targets_of(terms).items()
        labels = [f"{self._label(metric)}{f' ({of})' if of else ''}" for metric, of in of_what]
        yield "Sets targets for", joined(labels)
        if terms.by:
            yield "Made for each", terms.by.replace("-", " ")
        if terms.capacity:
            people = count_text(terms.capacity.representatives, "representative")
            yield "Sales can work", f"{people}, {agreed_number(terms.capacity.leads_each)} leads a month each"
        if terms.without_campaigns is not None:
            yield "Without campaigns", f"{agreed_number(terms.without_campaigns)} leads a month"
        for party, metric in terms.spend.items():
            yield f"Spent by {self._agreement.terms.parties[party].name}", self._label(metric)

    def money(self, value: Exact) -> str:
        """An amount as it was agreed."""
        return agreed_money(value, self._agreement.terms.currency)

    def _segment(self, row: PlanSegment) -> str:
        parts = []
        if row.part is not None:
            parts.append(f"{agreed_percent(row.part)} of marketing's revenue")
        if row.average_sale is not None:
            parts.append(f"average sale {self._amount(Quantity.AVERAGE_SALE, row.average_sale)}")
        if row.win_rate is not None:
            parts.append(f"win rate {self._rate(row.win_rate)}")
        return "; ".join(parts) or "as for all"

    def _rate(self, rate: WinRate) -> str:
        if not isinstance(rate, tuple):
            return self._amount(Quantity.WIN_RATE, rate)
        stages = {stage.id: stage.name for stage in self._agreement.definitions.funnel}
        return "; ".join(
            f"{stages.get(row.from_, row.from_)} to {stages.get(row.to, row.to)}: "
            f"{self._amount(Quantity.WIN_RATE, row.rate)}"
            for row in rate
        )

    def _amount(self, quantity: Quantity, terms: Exact | Observed) -> str:
        """`85%`, or `as observed: new revenue ÷ new customers`."""
        if isinstance(terms, Observed):
            return f"as observed: {self._label(terms.observed)} ÷ {self._label(terms.of)}"
        return agreed_percent(terms) if quantity in SHARES else self.money(terms)

    def _label(self, metric: str) -> str:
        return in_sentence(self._agreement.metrics[metric].label)
