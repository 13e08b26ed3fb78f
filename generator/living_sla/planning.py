"""A loaded agreement and a month become its plan, and the file that freezes it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Total
from living_sla.agreement.fields import FIRST_YEAR, LAST_YEAR
from living_sla.agreement.ledger import FROZEN_STAYS
from living_sla.agreement.quantities import parse_number, parse_percent
from living_sla.agreement.strict_yaml import parse_yaml
from living_sla.agreement.terms import AgreementTerms
from living_sla.diagnostics import InputError, Place, Problem, did_you_mean, quote
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.freezing import agreed_target, freeze, is_same_month, next_to_freeze
from living_sla.judge.horizon import current_month, is_promised, leads_commitment, plan_in_force
from living_sla.judge.periods import Rhythm
from living_sla.judge.solving import SHARES, SOLVABLE, PlanProblem, Quantity, solve, whole_leads
from living_sla.present.calculation import Calculation, exact_json, plan_json, solution_text
from living_sla.present.calculator import differing_inputs, segment_parts
from living_sla.record.ledger import check_readable, write_ledger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from living_sla.agreement.ledger import Ledger
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.plan import Plan
    from living_sla.project import Loaded, Project
    from living_sla.record.loading import Record

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan of one month, and the record it was worked out from, as of a day."""

    plan: Plan
    record: Record
    as_of: date

    @property
    def known_on(self) -> date:
        """The day that knew the record: that day, or the one of a report that came later."""
        return max(self.as_of, self.record.known_on or self.as_of)


def parse_month(text: str) -> date:
    """The first day of a month written YYYY-MM.

    Raises:
        ValueError: another notation, or a year out of reach.
    """
    found = _MONTH.fullmatch(text)
    if not found or not FIRST_YEAR <= int(found.group(1)) <= LAST_YEAR:
        raise ValueError(f"{quote(text)} is not a month; write it like 2026-03")
    return date(int(found.group(1)), int(found.group(2)), 1)


def parse_given(text: str) -> tuple[Quantity, Exact]:
    """A quantity that is given, like `leads=400` or `win-rate=5%`.

    Raises:
        ValueError: it is no such text.
    """
    key, sign, value = text.partition("=")
    quantity = next((one for one in SOLVABLE if one.key == key), None)
    if quantity is None or not sign:
        known = did_you_mean(key, [one.key for one in SOLVABLE])
        raise ValueError(f"{quote(text)} gives no quantity; write it like leads=400; {known}")
    try:
        if quantity in SHARES:
            return quantity, parse_percent(value)
        typed = parse_yaml(f"value: {value}\n", shown_as="").data
        return quantity, parse_number(typed["value"] if isinstance(typed, dict) else None)
    except (ValueError, InputError) as error:
        words = str(error) if isinstance(error, ValueError) else "is not a plain number"
        raise ValueError(f"{key} {quote(value)} {words}") from error


def plan_loaded(loaded: Loaded, month: date | None = None, as_of: date | None = None) -> Planned | None:
    """Work out the plan of a month by the version in force on its first day; None where it has no plan.

    Args:
        loaded: the agreement and its record.
        month: its first day; by default the month of the day the record stands at, or in which the first
            version takes effect.
        as_of: what that day knew; by default all that is known.
    """
    record = loaded.record if as_of is None else loaded.record.as_of(as_of)
    timeline = loaded.timeline if as_of is None else loaded.timeline.as_of(as_of)
    day = as_of or record.newest_day or loaded.agreement.terms.effective - ONE_DAY
    version = timeline.in_force(day) or timeline.next_after(day)
    shown = (version.agreement if version else None) or loaded.agreement
    period = (
        Rhythm.of(shown.terms.calendar).period_of(month, "month")
        if month
        else current_month(timeline, shown, day)
    )
    plan = plan_in_force(timeline, shown, record, period)
    return Planned(plan, record, day) if plan else None


def missing_plans(loaded: list[Loaded]) -> list[Problem]:
    """What to tell where no agreement has a plan."""
    hint = "add plan.yml, which says how targets are worked out"
    places = [Place(f"agreement/{item.agreement.id}") for item in loaded]
    return [Problem(place, "no-plan", "there is no plan", hint) for place in places]


def render_plans(plans: list[Planned], form: str) -> str:
    """The plans of a month, for a terminal (`text`) or a program (`json`)."""
    if form == "json":
        return plan_json([(planned.plan, planned.record) for planned in plans])
    return "\n".join(Calculation(planned.plan).text(planned.record, planned.known_on) for planned in plans)


def render_solution(key: str, given: Mapping[Quantity, Exact], planned: Planned | None, form: str) -> str:
    """What one quantity comes to, by its key: `win rate: 12.5%`, or as JSON.

    Raises:
        PlanProblem: as `solve`.
        InputError: too little is known because the plan has no number.
    """
    wanted = next(quantity for quantity in Quantity if quantity.key == key)
    try:
        value = solve_for(wanted, given, planned)
    except PlanProblem as error:
        if error.rule == "two-unknowns" and planned and planned.plan.problems:
            raise InputError(planned.plan.problems) from error
        raise
    parts = _rounded_parts(wanted, given, planned) if planned else ()
    if form == "json":
        found = {"solved": key, "value": exact_json(value)}
        return json.dumps(found | ({"rounded_up_by_segment": whole_leads(value, parts)} if parts else {}))
    currency = (
        planned.plan.agreement.terms.currency if planned else AgreementTerms.model_fields["currency"].default
    )
    return solution_text(wanted, value, currency, parts or (1,))


def freeze_months(project: Project, plans: list[tuple[Loaded, Planned]], commit: str) -> list[Path | None]:
    """Write the ledgers of a month: of all plans, or where one of them cannot be frozen, of none.

    Returns:
        the file of each; None where the month is frozen already and would be just the same.

    Raises:
        InputError: for some, there is no number to freeze, the month is over, or frozen with another.
    """
    ledgers: list[Ledger | None] = []
    problems: list[Problem] = []
    for loaded, planned in plans:
        try:
            ledgers.append(_new_ledger(loaded, planned, commit))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return [
        write_ledger(project.data_dir / loaded.agreement.id / "plan", ledger) if ledger else None
        for (loaded, _), ledger in zip(plans, ledgers, strict=True)
    ]


def _new_ledger(loaded: Loaded, planned: Planned, commit: str) -> Ledger | None:
    """The ledger that freezes a month; None where it is frozen already just so."""
    plan, record = planned.plan, loaded.record
    path = f"data/{loaded.agreement.id}/plan/{plan.month.id}.yml"
    frozen = record.plan.get(plan.month.id)
    if frozen is None and not is_promised(plan):
        raise InputError([_not_promised(plan, path)])
    if frozen is None and record.known_on and plan.month.is_over(record.known_on):
        raise InputError([_too_late(plan, record, path)])
    if plan.problems:
        raise InputError(plan.problems)
    ledger = freeze(plan, as_of=planned.as_of, commit=commit)
    if frozen is None:
        check_readable(ledger, shown_as=path)
        return ledger
    if is_same_month(frozen, ledger):
        return None
    raise InputError([_already_frozen(frozen, ledger, path)])


def _not_promised(plan: Plan, path: str) -> Problem:
    terms, month = plan.agreement.terms, plan.month
    until = f" to {terms.expires}" if terms.expires else ""
    words = f"nothing is promised for {month.id}: the agreement is in force from {terms.effective}{until}"
    hint = "freeze a month whose first day lies within"
    return Problem(Place(path), "not-in-force", words, hint)


def _too_late(plan: Plan, record: Record, path: str) -> Problem:
    words = f"{plan.month.id} was over when the newest data came, on {record.known_on}"
    hint = "a target set after the fact is no promise; the next to freeze is "
    return Problem(Place(path), "month-over", words, f"{hint}{next_to_freeze(plan, record).id}")


def _already_frozen(frozen: Ledger, ledger: Ledger, path: str) -> Problem:
    changed = [name for name, value in ledger.targets.items() if frozen.targets.get(name) != value]
    told = f"; now it would ask for other {', '.join(changed)}" if changed else "; now its inputs differ"
    words = f"{ledger.month} is frozen already, on data of {frozen.as_of}{told}"
    return Problem(Place(path), "already-frozen", words, FROZEN_STAYS)


def solve_for(wanted: Quantity, given: Mapping[Quantity, Exact], planned: Planned | None) -> Exact:
    """Solve for one quantity by what is given, and for the rest by the plan and the agreed leads.

    Raises:
        PlanProblem: as `solve`.
    """
    known = _known(planned.plan) if planned else {}
    if planned and wanted is not Quantity.LEADS and (leads := _agreed_leads(planned)) is not None:
        known[Quantity.LEADS] = leads
    sales_side = {Quantity.REVENUE, Quantity.SHARE, Quantity.AVERAGE_SALE}
    leads_side = {Quantity.LEADS, Quantity.WIN_RATE}
    drop: set[Quantity] = {wanted}
    if Quantity.CUSTOMERS in given:
        drop |= leads_side if wanted in sales_side else sales_side
    if wanted is Quantity.CUSTOMERS:
        drop |= sales_side if leads_side & set(given) else leads_side
    return solve(wanted, {key: value for key, value in known.items() if key not in drop} | dict(given))


def _rounded_parts(wanted: Quantity, given: Mapping[Quantity, Exact], planned: Planned) -> Sequence[Exact]:
    """The parts in which a plan by segment rounds up leads; none once what differs between them is given."""
    plan = planned.plan
    if wanted is not Quantity.LEADS or not plan.parts or Quantity.CUSTOMERS in given:
        return ()
    changed = {quantity for quantity, value in given.items() if plan.known.get(quantity) != value}
    return () if changed & set(differing_inputs(plan)) else segment_parts(plan)


def _known(plan: Plan) -> dict[Quantity, Exact]:
    """The plan as one calculation; where it has no number, those of its inputs that hold for all."""
    if plan.parts:
        return plan.known
    is_whole = plan.terms.by is None
    return {
        row.quantity: row.value
        for row in plan.inputs
        if row.quantity in SOLVABLE and is_whole and row.stages is None
    }


def _agreed_leads(planned: Planned) -> Exact | None:
    """The leads that are agreed for the month: frozen, or a number in the agreement."""
    plan = planned.plan
    if frozen := planned.record.plan.get(plan.month.id):
        return frozen.targets.get(plan.terms.targets.leads)
    commitment = leads_commitment(plan.agreement)
    measure = commitment.measure if commitment else None
    return agreed_target(measure, plan.month.id) if isinstance(measure, Total) else None
