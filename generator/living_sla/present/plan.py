"""The plan of a standing's month becomes the values of its page: every step and origin, and what came."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

from living_sla.agreement.ledger import FROZEN_STAYS
from living_sla.agreement.plan_coherence import planned_metrics
from living_sla.judge.baselines import baselines, months_before
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.freezing import find_drift, next_to_freeze
from living_sla.judge.returns import plan_effort, return_on_spend
from living_sla.judge.solving import Quantity
from living_sla.judge.worth import delivered_value
from living_sla.present.calculation import Calculation, proposal, targets_of
from living_sla.present.calculator import calculator_values
from living_sla.present.frozen_origins import frozen_origin
from living_sla.present.funnel_words import lack_words
from living_sla.present.plan_months import frozen_months, month_plan
from living_sla.present.text import (
    count_text,
    in_sentence,
    joined,
    money_text,
    number_text,
    percent_text,
    period_text,
    short_day,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.ledger import Ledger, LedgerInput
    from living_sla.agreement.quantities import Exact
    from living_sla.diagnostics import Place, Problem
    from living_sla.judge.freezing import Drift
    from living_sla.judge.plan import Input, Part, Plan
    from living_sla.judge.returns import Return
    from living_sla.present.calculation import Line
    from living_sla.present.plan_months import FrozenMonth
    from living_sla.present.subject import Subject

NOTHING = "\N{EM DASH}"
_DASH = "\N{EN DASH}"
_MOST_FILES = 8


def plan_values(subject: Subject) -> dict[str, Any]:
    """What the template `plan.html` and its parts print; for an agreement that has a plan."""
    plan = month_plan(subject.standing)
    if plan is None:
        raise ValueError("an agreement without a plan has no page for it")
    page = _Page(subject, plan)
    return {
        "month": page.month,
        "found": list(page.findings()),
        "problems": [page.problem(problem) for problem in plan.problems],
        "inputs": [page.input(row) for row in plan.inputs],
        "window": page.window(),
        "steps": page.steps(),
        "parts": page.parts(),
        "unplanned": joined(plan.unplanned) if plan.unplanned else "",
        "capacity": Calculation(plan).capacity().capitalize() if plan.parts else "",
        "drift": [page.drift(row) for row in page.drifts],
        "effort": page.effort(),
        "returns": page.returns(),
        "baselines": page.baselines(),
        "frozen": [page.frozen(month) for month in frozen_months(subject.standing)],
        "calculator": calculator_values(plan),
        "urls": {name: f"{subject.agreement.id}/{name}/" for name in ("agreement", "data", "funnel")},
        "commitments": page.commitments(),
        "next_month": page.next_month(),
    }


class _Page:
    """The sections of the page, each in words."""

    def __init__(self, subject: Subject, plan: Plan) -> None:
        self._subject = subject
        self._plan = plan
        self._calculation = Calculation(plan)
        self._currency = plan.agreement.terms.currency
        self.record = subject.standing.record
        self.drifts = find_drift(plan, self.record, subject.standing.known_on)
        self.month = period_text(plan.month, "month")

    def findings(self) -> Iterator[str]:
        """The few sentences that say what the month asks for, and how that stands to what is agreed."""
        plan, leads = self._plan, self._label(self._plan.terms.targets.leads)
        if not plan.parts:
            return
        worth = self._money(Fraction(sum(part.revenue for part in plan.parts)))
        goal = self._money(plan.revenue)
        yield f"A goal of {goal} asks for {number_text(plan.leads)} {leads}, which are to bring {worth}."
        frozen = self.record.plan.get(plan.month.id)
        yield from self._came(frozen)
        if frozen is None:
            yield f"{self.month} is not frozen: this is what it would ask for by what is known now."
        else:
            yield f"{self.month} was frozen on data of {short_day(frozen.as_of)}, and {self._asked(frozen)}."
        for row in self.drifts:
            yield f"{self._calculation.drift(row)}."

    def _came(self, frozen: Ledger | None) -> Iterator[str]:
        """What came of the month's leads, and what they are worth: in a frozen month, by what it froze."""
        plan = self._plan
        came = delivered_value(frozen or plan, plan.terms.targets.leads, self.record, plan.month)
        if came:
            count, value = number_text(came.leads), self._money(came.value)
            of_each = f" of each {plan.terms.by.replace('-', ' ')}" if plan.terms.by else ""
            then = "was worth when the month was frozen" if frozen else "is worth"
            price = f"{value} at what a lead{of_each} {then}"
            left, elsewhere = came.unvalued, "from where the plan asks for nothing"
            if not left:
                yield f"So far {count} came, worth {price}."
            elif left == came.leads:
                yield f"So far {count} came, all {elsewhere}."
            else:
                valued, others = number_text(came.leads - left), number_text(left)
                yield f"So far {count} came: {valued} of them worth {price}, the other {others} {elsewhere}."

    def _asked(self, frozen: Ledger) -> str:
        """What a frozen month asked for; leads that the plan set no target for then are not guessed."""
        label, asked = (
            self._label(self._plan.terms.targets.leads),
            frozen.targets.get(self._plan.terms.targets.leads),
        )
        if asked is None:
            return f"the plan set no target for {label} then; {FROZEN_STAYS}"
        return f"asked for {number_text(asked)} then"

    def problem(self, problem: Problem) -> dict[str, str]:
        """Why there is no number: in words, with its place."""
        return {"message": problem.message, "hint": problem.hint, **self._place(problem.place)}

    def input(self, row: Input) -> dict[str, Any]:
        """One input: its value, and where it comes from, down to the files."""
        words, seen = self._calculation, row.observation
        files = sorted({*seen.counted.files, *seen.of.files}) if seen else []
        files = [row.reading.place.path] if row.reading else files
        name = words.input_name(row)
        return {
            "name": name[:1].upper() + name[1:],
            "value": words.input_value(row),
            "source": words.source(row),
            "files": _file_names(files),
            **self._place(row.place),
        }

    def window(self) -> str:
        """Which leads the observed inputs look at, and why these; empty where nothing is observed."""
        window = self._plan.window
        if window is None:
            return ""
        cycle = next(row.value for row in self._plan.inputs if row.quantity is Quantity.CYCLE)
        months = count_text(int(cycle), "month")
        days = f"{short_day(window[0])} {_DASH} {short_day(window[1] - ONE_DAY)}"
        return (
            f"What is observed are the leads created {days}: from two sales cycles of {months} before the "
            "month to one before it, so that they had the time to become customers."
        )

    def steps(self) -> list[tuple[str, list[Line]]]:
        """The calculation by segment ('' where there is one), each step with its formula."""
        plan, words = self._plan, self._calculation
        groups = [
            (part.segment, [_without(part.segment, line) for line in words.part_steps(part)])
            for part in plan.parts
        ]
        if len(groups) > 1:
            known = sum(len(lines) for _, lines in groups)
            groups.append(("All together", list(words.steps())[known:]))
        return groups

    def parts(self) -> dict[str, Any] | None:
        """Leads and money of each segment, and of all; None where there is no number."""
        plan = self._plan
        if not plan.parts:
            return None
        rows = [self._part(part) for part in plan.parts]
        known = plan.known
        total = {
            "name": "Together",
            "revenue": self._money(Fraction(sum(part.revenue for part in plan.parts))),
            "customers": number_text(plan.customers),
            "win_rate": percent_text(known[Quantity.WIN_RATE]),
            "leads": number_text(plan.leads),
            "lead_value": self._money(plan.lead_value),
            "visits": "" if plan.visits is None else number_text(plan.visits),
        }
        by = plan.terms.by
        named = by.replace("-", " ").capitalize() if by else ""
        return {
            "by": named,
            "rows": rows if by else [],
            "total": total,
            "has_visits": plan.visits is not None,
        }

    def _part(self, part: Part) -> dict[str, str]:
        return {
            "name": part.segment or "All leads",
            "revenue": self._money(part.revenue),
            "customers": number_text(part.customers),
            "win_rate": percent_text(part.win_rate),
            "leads": number_text(part.target),
            "lead_value": self._money(part.lead_value),
            "visits": "" if part.visits is None else number_text(ceil(part.visits)),
        }

    def drift(self, row: Drift) -> tuple[str, str, str]:
        """What has drifted, what can be done about it, and the text to copy; '' where there is none."""
        remedy = self._calculation.remedy(row)
        return self._calculation.drift(row), f"{remedy[0].upper()}{remedy[1:]}", proposal(row)

    def effort(self) -> dict[str, Any] | None:
        """How the leads are to come: campaigns, what comes without them, and the gap; None if not planned."""
        terms = self._plan.terms
        if not self._plan.parts or (not terms.campaigns and terms.without_campaigns is None):
            return None
        effort = plan_effort(self._plan, self.record)
        rows = [
            {
                "name": row.campaign.name,
                "segment": row.campaign.segment or NOTHING,
                "days": f"{short_day(row.campaign.from_)} {_DASH} {short_day(row.campaign.to)}",
                "all": number_text(row.campaign.leads),
                "expected": number_text(row.expected),
                "came": NOTHING if row.came is None else number_text(row.came),
                "spend": NOTHING if row.campaign.spend is None else self._money(row.campaign.spend),
            }
            for row in effort.contributions
        ]
        return {
            "rows": rows,
            "baseline": number_text(effort.baseline),
            "expected": number_text(effort.expected),
            "needed": number_text(effort.needed),
            "gap": number_text(effort.gap) if effort.gap else "",
        }

    def returns(self) -> dict[str, Any] | None:
        """New revenue against spend, month by month, the newest first; None where no spend is planned."""
        agreement = self._plan.agreement
        if not self._plan.terms.spend:
            return None
        months = reversed(months_before(agreement, self._plan.month))
        found = [row for month in months if (row := return_on_spend(agreement, self.record, month))]
        names = [agreement.terms.parties[party].name for party in self._plan.terms.spend]
        return {
            "parties": names,
            "rows": [self._return(row) for row in found if row.is_whole],
            "left_out": [self._left_out(row) for row in found if not row.is_whole],
        }

    def _return(self, row: Return) -> dict[str, Any]:
        return {
            "month": period_text(row.period, "month"),
            "revenue": self._money(row.revenue or 0),
            "spent": [self._money(amount or 0) for amount in row.spent.values()],
            "total": self._money(row.total or 0),
            "ratio": NOTHING if row.ratio is None else self._fine(row.ratio),
            "gain": NOTHING if row.gain is None else percent_text(row.gain),
        }

    def _left_out(self, row: Return) -> str:
        """`February 2026: spend of marketing, 3 of 28 days reported`."""
        lacks = [
            f"{self._label(metric)}, {lack_words(count) or 'not reported'}"
            for metric, count in row.lacking.items()
        ]
        return f"{period_text(row.period, 'month')}: {'; '.join(lacks)}"

    def _fine(self, value: Exact) -> str:
        return money_text(round(Fraction(value), 2), self._currency)

    def baselines(self) -> list[dict[str, str]]:
        """What usually comes in a month of each metric of the plan, beside what this one asks for."""
        plan, words = self._plan, self._subject.words
        metrics, of_what = plan.agreement.metrics, targets_of(plan.terms)
        return [
            {
                "label": metrics[row.metric].label,
                "asked": words.metric_value(row.metric, plan.targets[row.metric])
                if row.metric in plan.targets
                else NOTHING,
                "of": of_what.get(row.metric, "") if row.metric in plan.targets else "",
                "mean": words.metric_value(row.metric, row.mean)
                if row.mean is not None
                else "too little history",
                "least": words.metric_value(row.metric, min(row.known)) if row.known else NOTHING,
                "most": words.metric_value(row.metric, max(row.known)) if row.known else NOTHING,
                "known": f"{len(row.known)} of {count_text(len(row.months), 'month')}",
            }
            for row in baselines(plan.agreement, self.record, plan.month)
        ]

    def frozen(self, month: FrozenMonth) -> dict[str, Any]:
        """A frozen month: what it was worked out from, what it asked for, and what came."""
        ledger, delivered, known = month.ledger, month.delivered, month.known
        late = ", after the month had begun" if ledger.is_late else ""
        return {
            "month": period_text(month.period, "month"),
            "when": f"on data of {short_day(ledger.as_of)}{late}, by version {ledger.version}",
            "revenue": self._money(known[Quantity.REVENUE]),
            "average_sale": self._money(known[Quantity.AVERAGE_SALE]),
            "win_rate": percent_text(known[Quantity.WIN_RATE]),
            "customers": number_text(known[Quantity.CUSTOMERS]),
            "asked": NOTHING if month.asked is None else number_text(month.asked),
            "agreed": NOTHING if month.agreed is None else number_text(month.agreed),
            "came": number_text(delivered.leads) + ("" if month.is_over else " so far")
            if delivered
            else NOTHING,
            "value": self._money(delivered.value) if delivered else NOTHING,
            "unvalued": f"not in it: {number_text(delivered.unvalued)} from where it asked for nothing"
            if delivered and delivered.unvalued
            else "",
            "inputs": [self._frozen_input(row) for row in ledger.inputs],
        }

    def _frozen_input(self, row: LedgerInput) -> tuple[str, str, str]:
        quantity, words = Quantity(row.input), self._calculation
        stages = (row.from_stage, row.to_stage) if row.from_stage and row.to_stage else None
        name = words.name(quantity, stages, row.segment)
        return name, words.value(quantity, row.value), frozen_origin(self._subject, row)

    def commitments(self) -> list[tuple[str, str]]:
        """The promises whose metrics the plan sets targets for: their names and addresses."""
        planned = set(planned_metrics(self._plan.terms).values())
        return [
            (view.name, view.url)
            for c in self._subject.agreement.commitments
            if getattr(c.measure, "total", None) in planned and (view := self._subject.promises[c.id]).url
        ]

    def next_month(self) -> str:
        """The month that can be frozen next, as the command writes it: none that has begun."""
        return next_to_freeze(self._plan, self.record, self._subject.standing.known_on).id

    def _label(self, metric: str) -> str:
        return in_sentence(self._plan.agreement.metrics[metric].label)

    def _money(self, value: Exact) -> str:
        return money_text(value, self._currency)

    def _place(self, place: Place) -> dict[str, str]:
        shown = f"{place.path.rsplit('/', 1)[-1]}, line {place.line}"
        is_now = self._plan.agreement is self._subject.agreement
        return {"place": shown, "url": self._subject.source.edit_url(place) if is_now else ""}


def _without(segment: str, line: Line) -> Line:
    """A step below the name of its segment, which it need not say again."""
    return replace(line, name=line.name.removesuffix(f" ({segment})"))


def _file_names(files: list[str]) -> str:
    """The names of the files that rows came from; of many, the first and the last."""
    names = [file.rsplit("/", 1)[-1] for file in files]
    if len(names) > _MOST_FILES:
        return f"{names[0]} to {names[-1]}, {number_text(len(names))} files"
    return ", ".join(names)
