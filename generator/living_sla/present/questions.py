"""What happened in a period becomes the questions that a review should answer, most pressing first."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from living_sla.agreement.amendments import Kind, amendments
from living_sla.agreement.commitments import Commitment, Metric, Share, Total
from living_sla.agreement.definitions import Term
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.consequences import party_of
from living_sla.judge.verdicts import FAR_AHEAD, Verdict
from living_sla.present.causes import late_text
from living_sla.present.clauses import Clauses
from living_sla.present.consequences import debt_line
from living_sla.present.owing import owner_text
from living_sla.present.restated import restated_questions
from living_sla.present.text import Words, count_text, joined, percent_text, period_of, quoted, short_day
from living_sla.present.views import outcome_line, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from living_sla.agreement.amendments import Amendment
    from living_sla.agreement.governance import Remedy
    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.consequences import Consequences
    from living_sla.judge.restatements import Step
    from living_sla.judge.strikes import StrikeCount
    from living_sla.present.closings import Closing
    from living_sla.present.subject import Standing
    from living_sla.record.actions import Action
    from living_sla.record.deliveries import Delivery


_COUNTED = frozenset({"metrics", "glossary", "funnel", "qualification", "scoring"})
"""Where the agreement's files say what a number counts."""


def questions(
    told: Sequence[Judgement], steps: Iterable[Step], then: Standing, closing: Closing
) -> Iterator[str]:
    """One for each miss without an action, remedy, restatement, gap, far-ahead total, delay, redefined term.

    Args:
        told: the judgements of the report, and of what it tells as still open.
        steps: what was restated since the report before.
        then: the standing of the report's day.
        closing: the report's period.
    """
    consequences = then.consequences
    for judgement in told:
        yield from _of_miss(judgement, then)
        yield from _of_risk(judgement)
    yield from _of_remedies(then)
    yield from restated_questions(steps)
    for judgement in told:
        yield from _of_gap(judgement)
        yield from _of_surplus(judgement)
    yield from _of_delay(consequences, then)
    yield from _of_definitions(then, closing)


def figures(judgement: Judgement, deliveries: Iterable[Delivery]) -> str:
    """`87.6%, target 90%`; `0 of 1 delivered by 10 Apr 2026`, and what came late of all deliveries known."""
    text = outcome_line(judgement)
    if judgement.window.end < judgement.period.end:
        text += f" by {short_day(judgement.window.end - ONE_DAY)}"
    return "; ".join(filter(None, (text, late_text(judgement, deliveries))))


def remedies(consequences: Consequences) -> Iterator[str]:
    """The remedies that apply: `Marketing, Renegotiation since 7 Mar 2026, at 6 strikes`."""
    for count, remedy, since in _reached(consequences):
        strikes = count_text(len(count.counting), "strike")
        yield f"{_party_of(count)}, {remedy.name} since {short_day(since)}, at {strikes}"


def _of_miss(judgement: Judgement, then: Standing) -> Iterator[str]:
    if judgement.verdict is not Verdict.MISSED:
        return
    name, party = judgement.commitment.name, Words(judgement.agreement).party(judgement.commitment.party)
    told = figures(judgement, then.record.deliveries)
    missed = f"{name}, {period_of(judgement)}: missed ({told})"
    actions = then.consequences.actions_about(judgement.commitment.id, judgement.period.id)
    if not actions:
        yield f"{missed}, and no action is in the log. What does {party} change, who does it, and by when?"
    elif to_come := _to_come(actions):
        yield f"{missed}. Is this enough, and on its way: {to_come}?"


def _to_come(actions: Iterable[Action]) -> str:
    """The actions that are not done yet, with their days; empty for none."""
    told = [f"{quoted(row.action)}, due {short_day(row.due_on)}" for row in actions if row.done_on is None]
    return joined(told) if told else ""


def _of_remedies(then: Standing) -> Iterator[str]:
    """Whether the remedy that strikes have brought has begun, until an action that names it is done."""
    for count, remedy, since in _reached(then.consequences):
        strikes = count_text(len(count.counting), "strike")
        to = f"{_party_of(count)} since {short_day(since)}, at {strikes}"
        applies = f"{quoted(remedy.name)} applies to {to}"
        actions = [
            action
            for action in then.consequences.actions
            if action.opened_on >= since
            and remedy.name.casefold() in action.action.casefold()
            and party_of(action, then.versions) == count.party
        ]
        if not actions:
            yield f"{applies}. Has it begun? No action in the log names it."
        elif to_come := _to_come(actions):
            yield f"{applies}. Is it on its way: {to_come}?"


def _reached(consequences: Consequences) -> Iterator[tuple[StrikeCount, Remedy, date]]:
    """The highest remedy that each party's strikes have reached, and since when."""
    for owing in (consequences.owing or {}).values():
        count = owing.strikes
        if count.level and count.since:
            yield count, count.level.remedy, count.since


def _party_of(count: StrikeCount) -> str:
    """The party's name by the version of its newest strike that counts."""
    return Words(count.counting[-1].miss.judgement.agreement).party(count.party)


def _of_risk(judgement: Judgement) -> Iterator[str]:
    if judgement.verdict is Verdict.AT_RISK:
        of = f"{judgement.commitment.name}, {period_of(judgement)}: at risk ({figures(judgement, ())})"
        yield f"{of}. What can still be mended, who does it, and by when?"


def _of_gap(judgement: Judgement) -> Iterator[str]:
    of, days = f"{judgement.commitment.name}, {period_of(judgement)}", judgement.tally.missing
    if not judgement.is_over and judgement.verdict is Verdict.NO_DATA:
        return
    if judgement.verdict in {Verdict.UNVERIFIED, Verdict.NO_DATA}:
        why = reason_text(judgement)
        yield f"{of}: {judgement.verdict}, {why}. Who finds the numbers, or says that they are lost?"
    elif days:
        which = short_day(days[0]) if len(days) == 1 else f"{len(days)} reports from {short_day(days[0])} on"
        yield f"{of}: no numbers for {which}. Will they come?"


def _of_surplus(judgement: Judgement) -> Iterator[str]:
    """A total far ahead of its pace, or in the end far above its target; what is handed over may overrun."""
    goal, actual = judgement.goal, judgement.tally.actual
    if goal is None or actual is None or not goal.value or not goal.at_least:
        return
    is_far_above = isinstance(judgement.commitment.measure, Total) and actual >= FAR_AHEAD * goal.value
    if is_far_above or judgement.is_far_ahead:
        part = percent_text(Fraction(actual) / goal.value)
        so_far = "" if judgement.is_over else ", far ahead of the agreed pace"
        of = f"{judgement.commitment.name}, {period_of(judgement)}: {part} of the target{so_far}"
        asked = "Could the other side handle so much" if _is_handed_over(judgement) else "What was different"
        yield f"{of}. {asked}, and is the target still right?"


def _is_handed_over(judgement: Judgement) -> bool:
    """Whether another party works on what a total counts: owns it in the funnel, or promises a part of it."""
    agreement, commitment = judgement.agreement, judgement.commitment
    metric = getattr(commitment.measure, "total", None)
    stages = {stage.owner for stage in agreement.definitions.funnel if metric and stage.metric == metric}
    others = (other for other in agreement.commitments if other.party != commitment.party)
    return bool(stages - {commitment.party}) or any(
        other.once == commitment.id or (isinstance(other.measure, Share) and other.measure.of == metric)
        for other in others
    )


def _of_delay(consequences: Consequences, then: Standing) -> Iterator[str]:
    """What was to be made good or done by a day that has passed."""
    as_of = consequences.as_of
    for debt in consequences.debts:
        if debt.is_overdue(as_of):
            party = Words(debt.miss.judgement.agreement).party(debt.miss.party)
            yield f"{debt_line(debt, as_of)}. When does {party} make it good?"
    for action in consequences.actions:
        if action.is_overdue(as_of):
            by = f"{quoted(action.action)} ({owner_text(then, action.owner)})"
            yield f"{by} was due on {short_day(action.due_on)} and is not done. Why?"


def _of_definitions(then: Standing, closing: Closing) -> Iterator[str]:
    """What is counted otherwise by a version in force since a day of the period."""
    for before, after in pairwise(then.timeline.spans):
        old, new = before.version.agreement, after.version.agreement
        if old and new and closing.period.start <= after.start <= closing.period.last:
            for name in _redefined(old, new):
                told = f"{name} was redefined with version {after.version.number}"
                yield f"{told}. Are the numbers before and after it comparable?"


def _redefined(old: Agreement, new: Agreement) -> list[str]:
    """The names, in full, of the metrics, measures and terms by which numbers came to mean something else."""
    found = (row for row in amendments(old, new) if row.kind is Kind.REDEFINED and _is_counted(row))
    return list(dict.fromkeys(_name(row, new) for row in found))


def _is_counted(amendment: Amendment) -> bool:
    """Whether a clause says what is counted: of a commitment only its measure does."""
    section, *rest = amendment.path
    return section in _COUNTED or (section == "commitments" and rest[1:2] == ["measure"])


def _name(amendment: Amendment, agreement: Agreement) -> str:
    match amendment.after:
        case Metric(label=name) | Term(term=name):
            return quoted(name)
        case Commitment(name=name):
            return name
        case clause:
            return Clauses(agreement).name(amendment.clause, clause)
