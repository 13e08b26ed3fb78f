"""A restatement becomes what a reader is told of it: then and now, what changed it, and what follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import groupby
from typing import TYPE_CHECKING

from living_sla.judge.compensation import debts_of
from living_sla.judge.misses import Miss
from living_sla.judge.verdicts import Verdict
from living_sla.present.consequences import debt_sentence
from living_sla.present.text import Words, day_text, joined, period_of, short_day
from living_sla.present.views import number_and_goal, period_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from living_sla.judge.commitments import Judgement
    from living_sla.judge.compensation import Debt
    from living_sla.judge.restatements import Move, Restatement, Step

MOST_MOVES = 40


class Cause(Enum):
    """What brought a step about."""

    DATA = auto()
    FIRST_REPORT = auto()
    TEXT = auto()
    PLAN = auto()


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One value that was reported anew; `was` is empty if it was first reported then."""

    day: str
    was: str
    now: str
    line: str


@dataclass(frozen=True, slots=True)
class Moves:
    """The values of one metric that one file reported anew."""

    metric: str
    reported: str
    file: str
    rows: tuple[MoveRow, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One day on which the outcome of a closed period changed.

    `reported` is the day, `came` how it came about: the data, a text of the agreement, a plan frozen late.
    `strikes` says what it did to them; empty for nothing.
    """

    promise: str
    period: str
    url: str
    outcome: str
    closed: str
    reported: str
    came: str
    strikes: str


@dataclass(frozen=True, slots=True)
class RestatedView:
    """A closed period whose outcome changed; `unlisted` counts the moves that are not told one by one."""

    promise: str
    period: str
    url: str
    outcome: str
    closed: str
    steps: tuple[StepView, ...]
    is_first_report: bool
    moves: tuple[Moves, ...]
    unlisted: int


def restated_view(restatement: Restatement) -> RestatedView:
    """One restatement in words: `closed as met (504), now missed (488)`, and each step on the way."""
    then, now = restatement.as_closed, restatement.as_it_stands
    moved = restatement.moves
    steps = told_steps(restatement.steps)
    return RestatedView(
        promise=now.commitment.name,
        period=period_of(now),
        url=period_url(now),
        outcome=_outcome("closed as", then, now),
        closed=day_text(restatement.closed_on),
        steps=tuple(step_view(restatement, step) for step in steps),
        is_first_report=len(steps) == 1 and cause_of(steps[0]) is Cause.FIRST_REPORT,
        moves=tuple(_moves(Words(now.agreement), moved[:MOST_MOVES])),
        unlisted=max(0, len(moved) - MOST_MOVES),
    )


def step_view(restatement: Restatement, step: Step) -> StepView:
    """One step of a restatement, or several of `told_steps` in one."""
    after = step.after
    was = "closed as" if step.before is restatement.as_closed else "was"
    return StepView(
        promise=after.commitment.name,
        period=period_of(after),
        url=period_url(after),
        outcome=_outcome(was, step.before, after),
        closed=day_text(restatement.closed_on),
        reported=day_text(step.on),
        came=came_text(step),
        strikes=strikes_text(step),
    )


def newest_restated(restatements: Iterable[Restatement]) -> list[StepView]:
    """Every step that changed a closed period, the newest first, but numbers that were merely late."""
    every = ((found, step) for found in restatements for step in told_steps(found.steps))
    told = [row for row in every if row[1].strikes or cause_of(row[1]) is not Cause.FIRST_REPORT]
    told.sort(key=lambda row: (row[1].on, row[1].after.period.start), reverse=True)
    return [_listed(found, step) for found, step in told]


def cause_of(step: Step) -> Cause:
    """What brought a step about; where values moved, they did."""
    if step.is_amended:
        return Cause.TEXT
    if step.is_replanned:
        return Cause.PLAN
    return Cause.FIRST_REPORT if step.before.tally.actual is None else Cause.DATA


def told_steps(steps: Iterable[Step]) -> list[Step]:
    """The steps to tell, ascending: each that changed the verdict or a strike, those between them as one.

    For the number of a cohort moves with every report.
    """
    found: list[Step] = []
    for step in steps:
        before = found[-1] if found else None
        if before and _moves_alone(before) and _moves_alone(step) and cause_of(before) is cause_of(step):
            found[-1] = replace(step, before=before.before, moves=(*before.moves, *step.moves))
        else:
            found.append(step)
    return found


def outcome_text(judgement: Judgement) -> str:
    """`met (504)`, or the verdict alone where nothing was measured."""
    if judgement.tally.actual is None:
        return judgement.verdict
    return f"{judgement.verdict} ({number_and_goal(judgement)[0]})"


def outcomes(before: Judgement, after: Judgement) -> tuple[str, str]:
    """`met (504)` and `missed (488)`; with their targets where another one was agreed."""
    if before.goal == after.goal:
        return outcome_text(before), outcome_text(after)
    told = [(j.verdict, " ".join(filter(None, number_and_goal(j)))) for j in (before, after)]
    was, now = (f"{verdict} ({number})" for verdict, number in told)
    return was, now


def came_text(step: Step) -> str:
    """How a step came about, within a sentence: `reported on 20 April 2026`."""
    on, cause = day_text(step.on), cause_of(step)
    agreed = f"by the plan of {period_of(step.after)}, frozen on {on}"
    if step.before.agreement is not step.after.agreement:
        agreed = f"by the text of version {step.after.agreement.terms.version}, committed on {on}"
    if cause in {Cause.TEXT, Cause.PLAN}:
        return agreed
    reported = f"{'first ' if cause is Cause.FIRST_REPORT else ''}reported on {on}"
    return reported if step.before.goal == step.after.goal else f"{reported}, and {agreed}"


def restated_questions(steps: Iterable[Step]) -> Iterator[str]:
    """What to ask of steps, in their order: one question for all that one day's reports or text changed."""
    found: dict[tuple[str, str], list[str]] = {}
    for step in steps:
        was, now = outcomes(step.before, step.after)
        change = f"{step.after.commitment.name}, {period_of(step.after)}, from {was} to {now}"
        found.setdefault(_asked(step), []).append(change)
    for (what, why), changes in found.items():
        yield f"{what} changed {'; '.join(changes)}. {why}"


def strikes_text(step: Step) -> str:
    """`adds a strike for Marketing`; empty for nothing."""
    party = Words(step.after.agreement).party(step.after.commitment.party)
    return {1: f"adds a strike for {party}", -1: f"takes back a strike for {party}"}.get(step.strikes, "")


def debts_text(restatement: Restatement, step: Step) -> str:
    """`owed now: $480, for 12 leads missing in March 2026`, or that nothing is any more; empty for no change.

    What has been made good meanwhile is told with the debts.
    """
    since = _missed_since(restatement, step)
    before, after = _debts(step.before, since), _debts(step.after, since)
    if [_amount(debt) for debt in before] == [_amount(debt) for debt in after]:
        return ""
    if not after:
        return "what was owed for it is void"
    return f"owed now: {joined(debt_sentence(debt, since) for debt in after)}"


def _listed(restatement: Restatement, step: Step) -> StepView:
    """A step as a list by days tells it, which says of what was not reported how it came about."""
    view = step_view(restatement, step)
    is_reported = cause_of(step) is Cause.DATA
    return view if is_reported else replace(view, outcome=f"{view.outcome}, {view.came}")


def _asked(step: Step) -> tuple[str, str]:
    """What changed closed periods, and what to ask of it."""
    on, version = short_day(step.on), step.after.agreement.terms.version
    return {
        Cause.DATA: (
            f"What was reported on {on}",
            "Why was it counted otherwise at first, and can that happen again?",
        ),
        Cause.FIRST_REPORT: (
            f"What was first reported on {on}, after closing,",
            "Why were the numbers late?",
        ),
        Cause.TEXT: (
            f"The text of version {version}, committed on {on},",
            "Why was a closed period judged anew?",
        ),
        Cause.PLAN: (
            f"The plan of {period_of(step.after)}, frozen on {on},",
            "Why was it not frozen before the month began?",
        ),
    }[cause_of(step)]


def _moves_alone(step: Step) -> bool:
    """Whether a step changed the number alone."""
    return step.before.verdict is step.after.verdict and not step.strikes


def _outcome(was: str, before: Judgement, after: Judgement) -> str:
    then, now = outcomes(before, after)
    return f"{was} {then}, {'still' if before.verdict is after.verdict else 'now'} {now}"


def _moves(words: Words, moves: Iterable[Move]) -> Iterator[Moves]:
    def source(move: Move) -> tuple[str, date, str]:
        return move.metric, move.now.reported_on, move.now.place.path

    for (metric, reported_on, file), found in groupby(sorted(moves, key=source), key=source):
        rows = tuple(_move_row(words, move) for move in found)
        yield Moves(words.agreement.metrics[metric].label, day_text(reported_on), file, rows)


def _move_row(words: Words, move: Move) -> MoveRow:
    value = words.metric_value
    return MoveRow(
        day=short_day(move.day) + (f", {move.segment}" if move.segment else ""),
        was=value(move.metric, move.was.value) if move.was else "",
        now=value(move.metric, move.now.value),
        line=str(move.now.place.line),
    )


def _missed_since(restatement: Restatement, step: Step) -> date:
    """From which day on the miss counts that a step adds, changes or takes back."""
    since = restatement.closed_on
    for each in restatement.steps:
        was_missed, is_missed = (j.verdict is Verdict.MISSED for j in (each.before, each.after))
        if is_missed and not was_missed and each.on <= step.on:
            since = each.on
    return since


def _debts(judgement: Judgement, since: date) -> tuple[Debt, ...]:
    """What a miss costs that counts from a day, before anything is made good of it."""
    is_missed = judgement.verdict is Verdict.MISSED
    return tuple(debts_of(Miss(judgement, since))) if is_missed else ()


def _amount(debt: Debt) -> tuple[object, ...]:
    return debt.rule.how, debt.money, dict(debt.missing)
