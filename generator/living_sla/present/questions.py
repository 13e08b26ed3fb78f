"""What happened in a period becomes the questions that a review should answer, most pressing first."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from living_sla.agreement.amendments import Kind
from living_sla.agreement.commitments import Total
from living_sla.judge.verdicts import FAR_AHEAD, Verdict
from living_sla.present.changes import change_rows
from living_sla.present.consequences import debt_line
from living_sla.present.owing import owner_text
from living_sla.present.restated import restated_questions
from living_sla.present.text import Words, count_text, joined, percent_text, period_text, quoted, short_day
from living_sla.present.views import number_and_goal, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from living_sla.agreement.versions import Version
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.consequences import Consequences
    from living_sla.judge.restatements import Step
    from living_sla.present.closings import Closing
    from living_sla.present.subject import Standing


def questions(
    told: Sequence[Judgement], steps: Iterable[Step], then: Standing, closing: Closing
) -> Iterator[str]:
    """One for each miss without an action, each restatement, gap, far-ahead total, delay and redefined term.

    Args:
        told: the judgements of the report.
        steps: what was restated since the report before.
        then: the standing of the report's day.
        closing: the report's period.
    """
    consequences = then.consequences
    for judgement in told:
        yield from _of_miss(judgement, consequences)
    yield from restated_questions(steps)
    for judgement in told:
        yield from _of_risk(judgement)
        yield from _of_gap(judgement)
        yield from _of_surplus(judgement)
    yield from _of_remedies(consequences, closing)
    yield from _of_delay(consequences, then)
    yield from _of_definitions(then, closing)


def figures(judgement: Judgement) -> str:
    """`0 of 1 delivered`; `87.6%, target 90%`."""
    number, of = number_and_goal(judgement)
    return f"{number}{',' if of.startswith('target') else ''} {of}".strip()


def period_of(judgement: Judgement) -> str:
    """The period of a judgement in words."""
    return period_text(judgement.period, judgement.commitment.measure.every)


def redefined(then: Standing, first: date, last: date) -> list[tuple[str, str]]:
    """The terms and metrics that a version in force since one of those days defines anew, with its number."""
    found = []
    spans = then.timeline.spans
    for before, after in pairwise(spans):
        if first <= after.start <= last:
            found += [(clause, after.version.number) for clause in _redefined(before.version, after.version)]
    return found


def _redefined(before: Version, after: Version) -> list[str]:
    if not (before.agreement and after.agreement):
        return []
    rows = change_rows(before.agreement, after.agreement)
    return list(dict.fromkeys(row.clause for row in rows if row.kind is Kind.REDEFINED))


def _of_miss(judgement: Judgement, consequences: Consequences) -> Iterator[str]:
    if judgement.verdict is not Verdict.MISSED:
        return
    name, party = judgement.commitment.name, Words(judgement.agreement).party(judgement.commitment.party)
    missed = f"{name}, {period_of(judgement)}: missed ({figures(judgement)})"
    actions = consequences.actions_about(judgement.commitment.id, judgement.period.id)
    if not actions:
        yield f"{missed}, and no action is in the log. What does {party} change, who does it, and by when?"
    elif told := [action for action in actions if action.done_on is None]:
        words = joined(f"{quoted(action.action)}, due {short_day(action.due_on)}" for action in told)
        yield f"{missed}. Is this enough, and on its way: {words}?"


def _of_risk(judgement: Judgement) -> Iterator[str]:
    if judgement.verdict is Verdict.AT_RISK:
        of = f"{judgement.commitment.name}, {period_of(judgement)}: at risk ({figures(judgement)})"
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
    """A total far ahead of its pace, or in the end far above its target, which may overrun the other side."""
    goal, actual = judgement.goal, judgement.tally.actual
    if goal is None or actual is None or not goal.value or not goal.at_least:
        return
    is_far_above = isinstance(judgement.commitment.measure, Total) and actual >= FAR_AHEAD * goal.value
    if is_far_above or judgement.is_far_ahead:
        part = percent_text(Fraction(actual) / goal.value)
        so_far = "" if judgement.is_over else ", far ahead of the agreed pace"
        of = f"{judgement.commitment.name}, {period_of(judgement)}: {part} of the target{so_far}"
        yield f"{of}. Could the other side handle so much, and is the target still right?"


def _of_remedies(consequences: Consequences, closing: Closing) -> Iterator[str]:
    """The remedies that strikes have brought since the report before."""
    for owing in (consequences.owing or {}).values():
        count = owing.strikes
        if count.level and count.since and closing.tells(count.since):
            party = Words(count.counting[-1].miss.judgement.agreement).party(owing.party)
            remedy = f"{quoted(count.level.remedy.name)} applies to {party} since {short_day(count.since)}"
            yield f"{remedy}, with {count_text(len(count.counting), 'strike')}. Has it begun?"


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
    for clause, number in redefined(then, closing.period.start, closing.period.last):
        yield f"{clause} was redefined with version {number}. Are the numbers before and after it comparable?"
