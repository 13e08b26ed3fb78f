"""A judgement becomes a progress bar: how long it is, and where its mark stands."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Deliver, Level, Total
from living_sla.present.text import Words

if TYPE_CHECKING:
    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.verdicts import Goal, Pace


def progress_bar(judgement: Judgement) -> tuple[float | None, float | None, str]:
    """Length, mark and the mark's meaning: 0 to 100 of the bar's width; None for no bar."""
    actual, goal, pace = judgement.tally.actual, judgement.goal, judgement.pace
    if goal is None or pace is None:
        return None, None, ""
    value = actual or 0
    if isinstance(judgement.commitment.measure, Total | Deliver):
        if not goal.value:
            return None, None, ""
        mark = None if judgement.is_over else _part(pace.expected, goal.value)
        return _part(value, goal.value), mark, f"expected by now: {_expected_text(judgement, pace)}"
    whole = _scale(judgement.commitment, goal, value)
    return _part(value, whole), _part(goal.value, whole), "target"


def _scale(commitment: Commitment, goal: Goal, value: Exact) -> Exact:
    """What the whole bar stands for: all events, or somewhat more than a level and its target."""
    if not isinstance(commitment.measure, Level):
        return 1 if goal.at_least else max(goal.value, value) * 2 or 1
    return max(goal.value, value) * Fraction(5, 4) or 1


def _part(value: Exact, whole: Exact) -> float:
    return round(min(100.0, max(0.0, float(Fraction(value) / Fraction(whole) * 100))), 1)


def _expected_text(judgement: Judgement, pace: Pace) -> str:
    return Words(judgement.agreement).value(judgement.commitment, round(Fraction(pace.expected), 0))
