"""What is known of a lead becomes its points, its grade and the follow-up the grade earns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from living_sla.agreement.definitions import Grade, Scoring, ScoringRule


@dataclass(frozen=True, slots=True)
class Score:
    """The points of a lead, and its grade; None below the lowest."""

    points: int
    grade: Grade | None


def score_lead(scoring: Scoring, known: Iterable[ScoringRule]) -> Score:
    """Score a lead by the rules that hold for it, each once."""
    holding = list(known)
    points = sum(rule.points for rule in scoring.rules if rule in holding)
    return Score(points, next((grade for grade in scoring.grades if points >= grade.from_), None))
