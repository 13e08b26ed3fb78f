"""A restatement becomes what a reader is told of it: then and now, which numbers moved, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from living_sla.present.text import Words, count_text, day_text, period_text, short_day
from living_sla.present.views import number_and_goal, promise_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from living_sla.judge.commitments import Judgement
    from living_sla.judge.restatements import Move, Restatement

MOST_MOVES = 40
MOST_TOLD = 5


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
class RestatedView:
    """A closed period whose outcome changed; `unlisted` counts the moves that are not told one by one.

    `amended` says which later texts of the agreement it is judged by anew.
    """

    promise: str
    period: str
    url: str
    outcome: str
    closed: str
    reported: str
    strikes: str
    is_first_report: bool
    moves: tuple[Moves, ...]
    unlisted: int
    amended: tuple[str, ...] = ()


def restated_view(restatement: Restatement) -> RestatedView:
    """One restatement in words: `closed as met (504), now missed (488)`."""
    then, now = restatement.as_closed, restatement.as_it_stands
    words = Words(now.agreement)
    moved = restatement.moves
    return RestatedView(
        promise=now.commitment.name,
        period=period_text(now.period, now.commitment.measure.every),
        url=f"{promise_url(now.agreement.id, now.commitment.id)}#{now.period.id}",
        outcome=f"closed as {outcome_text(then)}, "
        f"{'still' if then.verdict is now.verdict else 'now'} {outcome_text(now)}",
        closed=day_text(restatement.closed_on),
        reported=day_text(restatement.restated_on),
        strikes=_strikes_text(restatement.strikes, words.party(now.commitment.party)),
        is_first_report=restatement.is_first_report,
        moves=tuple(_moves(words, moved[:MOST_MOVES])),
        unlisted=max(0, len(moved) - MOST_MOVES),
        amended=tuple(
            f"version {step.after.agreement.terms.version}, committed on {day_text(step.on)}"
            for step in restatement.steps
            if step.is_amended
        ),
    )


def newest_restated(restatements: Iterable[Restatement]) -> list[RestatedView]:
    """The newest five, the newest first; a number that was merely late is none of them."""
    told = [restatement for restatement in restatements if not restatement.is_first_report]
    told.sort(key=lambda row: (row.restated_on, row.as_it_stands.period.start), reverse=True)
    return [restated_view(restatement) for restatement in told[:MOST_TOLD]]


def outcome_text(judgement: Judgement) -> str:
    """`met (504)`, or the verdict alone where nothing was measured."""
    if judgement.tally.actual is None:
        return judgement.verdict
    return f"{judgement.verdict} ({number_and_goal(judgement)[0]})"


def _strikes_text(strikes: int, party: str) -> str:
    if not strikes:
        return ""
    doing = "adds" if strikes > 0 else "takes back"
    return f"{doing} {'a strike' if abs(strikes) == 1 else count_text(abs(strikes), 'strike')} for {party}"


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
