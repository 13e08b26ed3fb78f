"""A plan becomes its calculation in words: step by step, every input with its origin, drift as a proposal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

from living_sla.agreement.ledger import FROZEN_STAYS
from living_sla.agreement.plan_coherence import planned_metrics
from living_sla.agreement.quantities import plain_number
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.freezing import find_drift
from living_sla.judge.returns import plan_effort
from living_sla.judge.solving import SHARES, Quantity, whole_leads
from living_sla.present.text import (
    Words,
    agreed_money,
    agreed_number,
    agreed_percent,
    count_text,
    money_text,
    number_text,
    percent_text,
    period_text,
    short_day,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from living_sla.agreement.plan import PlanTerms
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.freezing import Drift
    from living_sla.judge.observations import Counted, Reading
    from living_sla.judge.plan import Input, Part, Plan
    from living_sla.record.loading import Record

_MONEY = frozenset({Quantity.REVENUE, Quantity.AVERAGE_SALE})
_TIMES, _OVER, _DASH = "\N{MULTIPLICATION SIGN}", "\N{DIVISION SIGN}", "\N{EN DASH}"
_OF_WHAT = {"customers": "customers from marketing's leads", "revenue": "the whole goal"}
"""What a target is of, where that is not what its metric counts."""
ROUNDED_HERE = "rounded up here, and nowhere before"


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a calculation: what is worked out, how, and what it comes to."""

    name: str
    formula: str
    result: str
    note: str = ""

    def __str__(self) -> str:
        """`leads: 22.5 / 5.17% = 435.48, 436 (rounded up …)`."""
        note = f" ({self.note})" if self.note else ""
        return f"{self.name}: {self.formula} = {self.result}{note}"


@dataclass(frozen=True, slots=True)
class Calculation:
    """The words of one month's plan."""

    plan: Plan

    def value(self, quantity: Quantity, value: Exact, *, is_agreed: bool = False) -> str:
        """A quantity as it is read: `$150,000`, `5.2%`, `22.5`; as it was agreed, with all its digits."""
        return _quantity(quantity, value, self.plan.agreement.terms.currency, is_agreed=is_agreed)

    def input_name(self, row: Input) -> str:
        """What an input is called, with its stages and segment."""
        return self.name(row.quantity, row.stages, row.segment)

    def name(self, quantity: Quantity, stages: Iterable[str] | None, segment: str | None) -> str:
        """`win rate`, `win rate, MQL to SQL (Events)`."""
        names = {stage.id: stage.name for stage in self.plan.agreement.definitions.funnel}
        steps = f", {' to '.join(names.get(id_, id_) for id_ in stages)}" if stages else ""
        return f"{quantity}{steps}{f' ({segment})' if segment else ''}"

    def input_value(self, row: Input) -> str:
        """The value of an input as it is read."""
        return self.value(row.quantity, row.value, is_agreed=row.is_fixed)

    def origin(self, row: Input) -> str:
        """Where an input comes from, down to its rows and to its line in the plan."""
        place = f"{row.place.path}:{row.place.line}"
        return f"fixed, {place}" if row.is_fixed else f"{self.source(row)}; {place}"

    def source(self, row: Input) -> str:
        """What an input was observed from: what came of what, when, in how many rows; '' if it is fixed."""
        if row.reading:
            return self._reading(row.reading)
        if row.observation is None:
            return ""
        seen = row.observation
        days = f"{short_day(seen.start)} {_DASH} {short_day(seen.end - ONE_DAY)}"
        missing = f", without {count_text(len(seen.left_out), 'day')} not reported" if seen.left_out else ""
        counted, of = (self._counted(one) for one in (seen.counted, seen.of))
        return f"{counted} {_OVER} {of}, {days}{missing}"

    def _counted(self, counted: Counted) -> str:
        metric = self.plan.agreement.metrics[counted.metric]
        amount = Words(self.plan.agreement).metric_value(counted.metric, counted.value)
        rows, files = count_text(counted.rows, "row"), count_text(len(counted.files), "file")
        return f"{amount} {metric.label} ({rows} of {files})"

    def _reading(self, reading: Reading) -> str:
        label = self.plan.agreement.metrics[reading.metric].label
        value = f"{number_text(reading.value)} {reading.unit}"
        return f"{reading.kind} {value}, rounded up to months: {label} of {short_day(reading.day)}"

    def steps(self) -> Iterator[Line]:
        """The calculation, segment by segment; none where there is no plan."""
        for part in self.plan.parts:
            yield from self.part_steps(part)
        if len(self.plan.parts) > 1:
            whole = " + ".join(number_text(part.target) for part in self.plan.parts)
            yield Line("leads", whole, number_text(self.plan.leads))

    def part_steps(self, part: Part) -> Iterator[Line]:
        """The steps of one segment, or of all of it."""
        of = f" ({part.segment})" if part.segment else ""
        goal = self.value(Quantity.REVENUE, self.plan.revenue)
        factors = [goal, *(self.input_value(row) for row in self._shares(part.segment))]
        sale, rate = (
            self.value(Quantity.AVERAGE_SALE, part.average_sale),
            self.value(Quantity.WIN_RATE, part.win_rate),
        )
        customers = number_text(part.customers)
        yield Line(f"customers{of}", f"{f' {_TIMES} '.join(factors)} {_OVER} {sale}", customers)
        yield _rounded(f"leads{of}", f"{customers} {_OVER} {rate}", part.leads)
        stages = {stage.id: stage.name for stage in self.plan.agreement.definitions.funnel}
        for stage, count in part.reached:
            name = stages.get(stage, stage)
            yield Line(f"of these reach {name}{of}", f"by the rates up to {name}", number_text(count))
        yield Line(f"value of a lead{of}", f"{sale} {_TIMES} {rate}", self._money(part.lead_value))
        if part.visits is not None:
            name, leads = f"visits{of}", number_text(part.leads)
            yield _rounded(name, f"{leads} leads {_OVER} visit rate", part.visits)

    def _shares(self, segment: str) -> list[Input]:
        """Marketing's share, where it is not all, and the segment's part."""
        return [
            row
            for row in self.plan.inputs
            if (row.quantity is Quantity.SHARE and row.value != 1)
            or (row.quantity is Quantity.PART and row.segment == segment)
        ]

    def _money(self, value: Exact) -> str:
        return money_text(value, self.plan.agreement.terms.currency)

    def capacity(self) -> str:
        """How the plan stands to what sales can work; '' where the plan does not say."""
        capacity, ceiling = self.plan.terms.capacity, self.plan.ceiling
        if capacity is None or ceiling is None:
            return ""
        people = count_text(capacity.representatives, "representative")
        room = f"{people} {_TIMES} {agreed_number(capacity.leads_each)} leads = {agreed_number(ceiling)}"
        beyond = self.plan.beyond_capacity
        told = f"{number_text(beyond)} leads more than sales can work" if beyond else "enough"
        return f"capacity: {room}, {told}"

    def effort(self, record: Record) -> Iterator[str]:
        """What the campaigns are to bring, and the gap."""
        effort = plan_effort(self.plan, record)
        if not self.plan.terms.campaigns and self.plan.terms.without_campaigns is None:
            return
        yield f"without campaigns: {number_text(effort.baseline)} leads"
        for row in effort.contributions:
            yield f"{row.campaign.name}: {number_text(row.expected)} leads expected"
        gap = f"{number_text(effort.gap)} leads" if effort.gap else "none"
        yield f"gap to {count_text(effort.needed, 'lead')}: {gap}"

    def drift(self, drift: Drift) -> str:
        """`MQLs: today's inputs ask for 471, agreed are 412`."""
        words = Words(self.plan.agreement)
        asked, agreed = (words.metric_value(drift.metric, value) for value in (drift.asked, drift.agreed))
        label, of = self.plan.agreement.metrics[drift.metric].label, targets_of(self.plan.terms)
        label += f" ({of[drift.metric]})" if of.get(drift.metric) else ""
        where = "frozen" if drift.is_frozen else "agreed"
        return f"{label}: today's inputs ask for {asked}, {where} are {agreed}"

    def remedy(self, drift: Drift) -> str:
        """What can be done about it: a month that has begun keeps its target."""
        begins = f"{drift.begins}-01"
        if drift.proposed is not None:
            promise = (
                f"in a version effective on {begins} or later, replace the measure of {drift.commitment.id}"
            )
            return f"to propose what they ask for from {drift.begins} on, {promise} in commitments.yml by:"
        if drift.is_frozen:
            return f"{FROZEN_STAYS}; {drift.begins}, the next to begin, is worked out anew until it is frozen"
        return f"the month has begun and keeps its target, and for {drift.begins} the plan asks for no other"

    def text(self, record: Record, known_on: date | None = None) -> str:
        """Everything of the month, for a terminal; the arguments are those of `find_drift`."""
        plan = self.plan
        title = (
            f"{plan.agreement.id}: {period_text(plan.month, 'month')}, version {plan.agreement.terms.version}"
        )
        lines = [title, ""]
        rows = [(self.input_name(row), self.input_value(row), self.origin(row)) for row in plan.inputs]
        lines += [f"  {_columns(row, rows)}" for row in rows]
        if plan.parts:
            lines += ["", *(f"  {step}" for step in self.steps())]
            more = [self.capacity(), *self.effort(record)]
            lines += ["", *(f"  {line}" for line in more if line)] if any(more) else []
            lines += ["", *(f"  {line}" for line in self._targets(record))]
        if plan.unplanned:
            names = ", ".join(plan.unplanned)
            lines += ["", f"  nothing is asked of {names}: no customer came from there in the days looked at"]
        for drift in find_drift(plan, record, known_on):
            lines += ["", f"  {self.drift(drift)}; {self.remedy(drift)}"]
            lines += ["", *_indented(proposal(drift))] if drift.proposed is not None else []
        return "\n".join(lines) + "\n"

    def _targets(self, record: Record) -> Iterator[str]:
        frozen = record.plan.get(self.plan.month.id)
        named = {metric: name for name, metric in planned_metrics(self.plan.terms).items()}
        of_what = targets_of(self.plan.terms)
        for metric, value in self.plan.targets.items():
            amount = Words(self.plan.agreement).metric_value(metric, value)
            yield f"target of {metric} ({of_what[metric] or named[metric]}): {amount}"
        late = ", after the month had begun" if frozen and frozen.is_late else ""
        yield f"frozen on data of {frozen.as_of}{late}" if frozen else "not frozen"


def targets_of(terms: PlanTerms) -> dict[str, str]:
    """What each target of a plan is of, by its metric; '' where that is what the metric counts."""
    return {metric: _OF_WHAT.get(name, "") for name, metric in planned_metrics(terms).items()}


def proposal(drift: Drift) -> str:
    """The YAML that makes what the plan asks for the target, from the first month that has not begun.

    It is to be copied into `commitments.yml`; empty where there is nothing to propose.
    """
    if drift.proposed is None:
        return ""
    measure = drift.commitment.measure
    asked = plain_number(drift.proposed)
    if drift.table:
        asked = f"{{{', '.join(f'{month}: {plain_number(value)}' for month, value in drift.table.items())}}}"
    by = getattr(measure, "by", None)
    last = f", by: {by}" if by is not None else ""
    return (
        f"  - id: {drift.commitment.id}\n"
        f"    measure: {{total: {drift.metric}, at_least: {asked}, every: month{last}}}\n"
    )


def solution_text(wanted: Quantity, value: Exact, currency: str, parts: Sequence[Exact] = (1,)) -> str:
    """What `--solve` found: leads rounded up in each of their parts, all else as near as is read."""
    if wanted in {Quantity.LEADS, Quantity.CUSTOMERS} and (whole := whole_leads(value, parts)) != value:
        where = " in each segment" if len(parts) > 1 else ""
        return f"{wanted}: {number_text(value)}, {number_text(whole)} rounded up{where}"
    return f"{wanted}: {_quantity(wanted, value, currency, is_agreed=False)}"


def plan_json(plans: Sequence[tuple[Plan, Record]]) -> str:
    """Plans with their records as data: exact numbers as they are frozen, `"31/600"` for a fraction."""
    return json.dumps([_plan(plan, record) for plan, record in plans], indent=2) + "\n"


def _plan(plan: Plan, record: Record) -> dict[str, Any]:
    words = Calculation(plan)
    return {
        "agreement": plan.agreement.id,
        "version": plan.agreement.terms.version,
        "month": plan.month.id,
        "inputs": [_input(words, row) for row in plan.inputs],
        "parts": [
            {
                "segment": part.segment or None,
                "customers": exact_json(part.customers),
                "leads": exact_json(part.leads),
                "target": part.target,
                "lead_value": exact_json(part.lead_value),
                "visits": None if part.visits is None else ceil(part.visits),
            }
            for part in plan.parts
        ],
        "targets": {metric: exact_json(value) for metric, value in plan.targets.items()},
        "ceiling": None if plan.ceiling is None else exact_json(plan.ceiling),
        "frozen": plan.month.id in record.plan,
        "drift": [
            {
                "commitment": row.commitment.id,
                "agreed": exact_json(row.agreed),
                "asked": exact_json(row.asked),
            }
            for row in find_drift(plan, record)
        ],
    }


def _input(words: Calculation, row: Input) -> dict[str, Any]:
    return {
        "input": str(row.quantity),
        "segment": row.segment or None,
        "stages": row.stages,
        "value": exact_json(row.value),
        "path": row.place.path,
        "line": row.place.line,
        "origin": words.origin(row),
    }


def _quantity(quantity: Quantity, value: Exact, currency: str, *, is_agreed: bool) -> str:
    if quantity in _MONEY:
        return agreed_money(value, currency) if is_agreed else money_text(value, currency)
    if quantity in SHARES:
        return agreed_percent(value) if is_agreed else percent_text(value)
    if quantity is Quantity.CYCLE:
        return count_text(int(value), "month")
    return agreed_number(value) if is_agreed else number_text(value)


def exact_json(value: Exact) -> int | str:
    """An exact number as JSON holds it: `412`, or `"31/600"`."""
    return int(value) if value == int(value) else str(value)


def _rounded(name: str, formula: str, exact: Exact) -> Line:
    whole = number_text(whole_leads(exact))
    if Fraction(exact).denominator == 1:
        return Line(name, formula, whole)
    return Line(name, formula, number_text(exact), f"{whole}, {ROUNDED_HERE}")


def _columns(row: tuple[str, str, str], rows: list[tuple[str, str, str]]) -> str:
    wide, less = (max(len(other[n]) for other in rows) for n in (0, 1))
    return f"{row[0]:<{wide}}  {row[1]:>{less}}  {row[2]}"


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]
