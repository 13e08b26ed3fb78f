"""The plan of an agreement, a record and a month become the leads it takes, every input with its origin.

All of it is exact. Leads and visits are rounded up once, at the very end and never before, customers too
where they are a target; a plan by segment rounds each segment, and its total adds up the segments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import accumulate
from math import ceil, prod
from typing import TYPE_CHECKING, TypeVar

from living_sla.agreement.plan import Observed, ObservedCycle
from living_sla.agreement.plan_coherence import observed_inputs
from living_sla.diagnostics import Problem
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.commitments import work_calendar
from living_sla.judge.observations import Observation, Observer, Reading, check_seen
from living_sla.judge.periods import Rhythm
from living_sla.judge.solving import PlanProblem, Quantity, simplest, whole_leads

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.plan import Cycle, PlanTerms, WinRate
    from living_sla.agreement.quantities import Exact
    from living_sla.diagnostics import Place
    from living_sla.judge.periods import Period
    from living_sla.record.loading import Record

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Input:
    """One number that a plan was worked out from, and where it came from.

    It stands at `place` in plan.yml, which either says the number itself or what it was observed from: an
    `observation` of the record, or for the sales cycle a `reading`. `segment` is '' where it holds for all,
    `stages` names the two stages of a rate between stages, and `value` counts months for the sales cycle.
    """

    quantity: Quantity
    value: Exact
    place: Place
    segment: str = ""
    stages: tuple[str, str] | None = None
    observation: Observation | None = None
    reading: Reading | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether plan.yml says the number itself."""
        return self.observation is None and self.reading is None


@dataclass(frozen=True, slots=True)
class Part:
    """What one segment is to bring, or all of it ('' where the plan has no segments); all exact.

    `reached` says how many reach each stage of a win rate in stages, the leads themselves not among them.
    """

    segment: str
    revenue: Exact
    average_sale: Exact
    win_rate: Exact
    customers: Exact
    leads: Exact
    visits: Exact | None = None
    reached: tuple[tuple[str, Exact], ...] = ()

    @property
    def target(self) -> int:
        """The leads, rounded up."""
        return whole_leads(self.leads)

    @property
    def lead_value(self) -> Exact:
        """What a lead of it is worth: average sale x win rate (A47)."""
        return simplest(Fraction(self.average_sale) * Fraction(self.win_rate))


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one month, or why there is none: then `problems` says so and `parts` is empty.

    `window` holds the days [start, end) of the cohorts that inputs were observed from; None if none was.
    `unplanned` names the segments from which nothing came in the window, so that nothing is asked of them.
    """

    agreement: Agreement
    terms: PlanTerms
    month: Period
    inputs: tuple[Input, ...]
    parts: tuple[Part, ...]
    window: tuple[date, date] | None = None
    unplanned: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def customers(self) -> Exact:
        """The customers it takes, exact."""
        return simplest(Fraction(sum(part.customers for part in self.parts)))

    @property
    def leads(self) -> int:
        """The leads it takes: the sum of the segments' whole leads."""
        return sum(part.target for part in self.parts)

    @property
    def visits(self) -> int | None:
        """The visits it takes, rounded up in each segment; None without a visit rate."""
        visits = [part.visits for part in self.parts if part.visits is not None]
        return sum(map(ceil, visits)) if visits else None

    @property
    def revenue(self) -> Exact:
        """The whole revenue goal of the month."""
        return next(row.value for row in self.inputs if row.quantity is Quantity.REVENUE)

    @property
    def targets(self) -> dict[str, Exact]:
        """The target of each metric that the plan sets one for; empty where there is no plan."""
        if not self.parts:
            return {}
        named = self.terms.targets
        found: dict[str | None, Exact | None] = {
            named.leads: self.leads,
            named.customers: ceil(self.customers),
            named.revenue: self.revenue,
            named.visits: self.visits,
        }
        return {metric: value for metric, value in found.items() if metric and value is not None}

    @property
    def known(self) -> dict[Quantity, Exact]:
        """The plan as one calculation, exact, leads left open: of several segments, what they come to."""
        revenue = Fraction(sum(part.revenue for part in self.parts))
        customers = Fraction(self.customers)
        leads = Fraction(sum(part.leads for part in self.parts))
        return {
            Quantity.REVENUE: self.revenue,
            Quantity.SHARE: simplest(revenue / Fraction(self.revenue)),
            Quantity.AVERAGE_SALE: simplest(revenue / customers),
            Quantity.WIN_RATE: simplest(customers / leads),
        }

    @property
    def lead_value(self) -> Exact:
        """What a lead is worth on average over the plan's segments."""
        known = self.known
        return simplest(Fraction(known[Quantity.AVERAGE_SALE]) * Fraction(known[Quantity.WIN_RATE]))

    @property
    def ceiling(self) -> Exact | None:
        """The leads that sales can work in the month; None where the plan does not say."""
        capacity = self.terms.capacity
        return capacity.representatives * capacity.leads_each if capacity else None

    @property
    def beyond_capacity(self) -> Exact:
        """How many leads the plan asks for beyond what sales can work; 0 if none."""
        return max(0, self.leads - self.ceiling) if self.ceiling is not None else 0


def plan_month(agreement: Agreement, record: Record, month: Period) -> Plan | None:
    """Work out the plan of one month by the version that holds then; None where it has no plan.

    Args:
        agreement: the version in force on the month's first day.
        record: what is known, as of a day.
        month: a period of `every: month`.
    """
    return _Planner(agreement, agreement.plan, record, month).plan() if agreement.plan else None


@dataclass
class _Planner:
    """Collects the inputs of one month, and the problems that stand against a number."""

    agreement: Agreement
    terms: PlanTerms
    record: Record
    month: Period
    inputs: dict[tuple[Quantity, Place, str], Input] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    window: tuple[date, date] | None = None

    def __post_init__(self) -> None:
        calendar = self.agreement.terms.calendar
        self._observer = Observer(self.agreement, self.record, work_calendar(calendar), Rhythm.of(calendar))

    def plan(self) -> Plan:
        goal = self._try("revenue", self._goal)
        if self.terms.sales_cycle is not None:
            self.window = self._try("sales_cycle", partial(self._window, self.terms.sales_cycle))
        share = self._input(Quantity.SHARE, self.terms.marketing_share, "marketing_share", "")
        segments = self._try("by", self._segments) or ()
        shares = self._try("by", partial(self._shares, segments)) or {}
        parts = [self._part(segment, goal, share, part) for segment, part in shares.items()]
        return Plan(
            self.agreement,
            self.terms,
            self.month,
            tuple(self.inputs.values()),
            () if self.problems else tuple(part for part in parts if part),
            self.window if any(row.observation for row in self.inputs.values()) else None,
            () if self.problems else tuple(segment for segment in segments if segment not in shares),
            tuple(sorted(set(self.problems))),
        )

    def _goal(self) -> Exact:
        goal, path = self.terms.revenue, "revenue"
        if isinstance(goal, Mapping):
            if self.month.id not in goal:
                words = f"there is no revenue goal for {self.month.id}"
                raise PlanProblem("no-goal", words, f"add `{self.month.id}: …`")
            goal, path = goal[self.month.id], f"revenue.{self.month.id}"
        self._note(Input(Quantity.REVENUE, goal, self._place(path)))
        return goal

    def _window(self, terms: Cycle) -> tuple[date, date] | None:
        months, reading = (
            self._observer.cycle(terms, self.month.start)
            if isinstance(terms, ObservedCycle)
            else (terms, None)
        )
        self._note(Input(Quantity.CYCLE, months, self._place("sales_cycle"), reading=reading))
        is_observed = any(True for _ in observed_inputs(self.terms))
        return self._observer.cohorts(self.month, months) if is_observed else None

    def _segments(self) -> tuple[str, ...]:
        """The segments whose parts are agreed, else those of the leads metric, else those that came."""
        terms = self.terms
        if terms.by is None:
            return ("",)
        leads = self.agreement.metrics[terms.targets.leads]
        agreed = tuple(name for name, row in terms.segments.items() if row.part is not None)
        if agreed or leads.segment_values:
            return agreed or leads.segment_values
        if self.window is None:
            return ()  # what stands against the sales cycle is noted
        came = self.record.of(terms.targets.leads).by_segment(*self.window)
        if not came:
            words = f"no {terms.targets.leads} from {self.window[0]} to {self.window[1] - ONE_DAY}"
            raise PlanProblem("empty-window", words, "add `part: …` to each of `segments`")
        return tuple(sorted({*came, *terms.segments}))

    def _shares(self, segments: tuple[str, ...]) -> dict[str, Exact]:
        """Which part of marketing's revenue each segment brings: as agreed, or as it came in the window.

        A segment from which nothing came has none.
        """
        if self.terms.by is None:
            return {"": 1}
        agreed = {name: row.part for name, row in self.terms.segments.items() if row.part is not None}
        for name, part in agreed.items():
            self._note(Input(Quantity.PART, part, self._place(f"segments.{name}.part"), name))
        if agreed or self.window is None or not segments:
            return dict(agreed)
        found = self._observer.parts(self._split_metric(), self.window, segments)
        for name, seen in found.items():
            self._note(Input(Quantity.PART, seen.value, self._place("by"), name, observation=seen))
        return {name: seen.value for name, seen in found.items() if seen.value}

    def _split_metric(self) -> str:
        """The metric of revenue that is split by segment, or where sales are not, that of customers."""
        rate = self.terms.win_rate
        last = rate[-1].rate if isinstance(rate, tuple) else rate
        observed = (row.observed for row in (self.terms.average_sale, last) if isinstance(row, Observed))
        metric = next((name for name in observed if self._is_split(name)), None)
        if metric is None:
            words = "nothing that is observed is split by segment"
            raise PlanProblem("parts", words, "add `part: …` to each of `segments`")
        return metric

    def _part(self, segment: str, goal: Exact | None, share: Exact | None, part: Exact) -> Part | None:
        """What one segment is to bring; None where a number is missing, which is noted."""
        own = self.terms.segments.get(segment)
        path = f"segments.{segment}."
        sale, rate = (own.average_sale, own.win_rate) if own else (None, None)
        average = (
            self._input(Quantity.AVERAGE_SALE, self.terms.average_sale, "average_sale", segment)
            if sale is None
            else self._input(Quantity.AVERAGE_SALE, sale, f"{path}average_sale", segment)
        )
        reached = (
            self._rates(self.terms.win_rate, "win_rate", segment)
            if rate is None
            else self._rates(rate, f"{path}win_rate", segment)
        )
        visit_rate = (
            self._input(Quantity.VISIT_RATE, self.terms.visit_rate, "visit_rate", segment)
            if self.terms.visit_rate is not None
            else None
        )
        if goal is None or share is None or average is None or reached is None:
            return None
        revenue = Fraction(goal) * Fraction(share) * Fraction(part)
        return _worked_out(segment, revenue, average, reached, visit_rate)

    def _rates(self, rate: WinRate, path: str, segment: str) -> dict[str, Exact] | None:
        """The part that reaches each stage from the one before; None where one is missing."""
        if not isinstance(rate, tuple):
            value = self._input(Quantity.WIN_RATE, rate, path, segment)
            return None if value is None else {"": value}
        found = {
            stage.to: self._input(
                Quantity.WIN_RATE, stage.rate, f"{path}.{n}.rate", segment, (stage.from_, stage.to)
            )
            for n, stage in enumerate(rate)
        }
        rates = {to: value for to, value in found.items() if value is not None}
        return rates if len(rates) == len(found) else None

    def _input(
        self,
        quantity: Quantity,
        terms: Exact | Observed,
        path: str,
        segment: str,
        stages: tuple[str, str] | None = None,
    ) -> Exact | None:
        """One number, noted with where it came from; None where there is none, which is noted too."""
        if not isinstance(terms, Observed):
            is_own = path.startswith("segments.")
            if f"plan.{path}" not in self.agreement.places:
                return terms  # left out, so all of it is marketing's
            self._note(Input(quantity, terms, self._place(path), segment if is_own else "", stages))
            return terms
        if self.window is None:
            return None  # what stands against the sales cycle is noted
        is_own = path.startswith("segments.") or self._is_split(terms.observed)
        one = segment if is_own else ""
        return self._try(path, partial(self._observed, quantity, terms, path, one, stages))

    def _observed(
        self, quantity: Quantity, terms: Observed, path: str, segment: str, stages: tuple[str, str] | None
    ) -> Exact:
        assert self.window is not None  # noqa: S101 the caller's condition
        seen = self._observer.ratio(terms, self.window, segment or None)
        check_seen(quantity, seen, segment)
        self._note(Input(quantity, seen.value, self._place(path), segment, stages, seen))
        return seen.value

    def _is_split(self, metric: str) -> bool:
        return self.terms.by is not None and self.agreement.metrics[metric].segments == self.terms.by

    def _note(self, found: Input) -> None:
        self.inputs[found.quantity, found.place, found.segment] = found

    def _try(self, path: str, find: Callable[[], _Found]) -> _Found | None:
        try:
            return find()
        except PlanProblem as error:
            self.problems.append(Problem(self._place(path), error.rule, error.words, error.hint))
            return None

    def _place(self, path: str) -> Place:
        return self.agreement.places.get(f"plan.{path}") or self.agreement.places["plan"]


def _worked_out(
    segment: str,
    revenue: Fraction,
    average_sale: Exact,
    rates: Mapping[str, Exact],
    visit_rate: Exact | None,
) -> Part:
    win_rate = Fraction(prod(rates.values()))
    customers = revenue / Fraction(average_sale)
    leads = customers / win_rate
    stages = accumulate(
        rates.items(), lambda before, rate: (rate[0], before[1] * Fraction(rate[1])), initial=("", leads)
    )
    reached = tuple((stage, simplest(count)) for stage, count in stages if stage)
    return Part(
        segment,
        simplest(revenue),
        average_sale,
        simplest(win_rate),
        simplest(customers),
        simplest(leads),
        simplest(leads / Fraction(visit_rate)) if visit_rate is not None else None,
        reached,
    )
