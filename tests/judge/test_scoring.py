from __future__ import annotations

import pytest

from living_sla.agreement.definitions import Grade, Scoring, ScoringRule
from living_sla.judge.scoring import score_lead

DEMO = ScoringRule(when="Asked for a demo", points=60)
SIZE = ScoringRule(when="Company of our size", points=20)
RIVAL = ScoringRule(when="Competitor", points=-100)
GRADES = tuple(
    Grade.model_validate({"grade": name, "from": least}) for name, least in (("A", 80), ("B", 60), ("C", 0))
)
SCORING = Scoring(rules=(DEMO, SIZE, RIVAL), grades=GRADES)


@pytest.mark.parametrize(
    ("known", "points", "grade"),
    [
        ((), 0, "C"),
        ((SIZE,), 20, "C"),
        ((DEMO,), 60, "B"),
        ((DEMO, SIZE), 80, "A"),
        ((SIZE, DEMO, SIZE), 80, "A"),
        ((DEMO, RIVAL), -40, None),
    ],
)
def test_what_is_known_of_a_lead_adds_up_to_its_grade(
    known: tuple[ScoringRule, ...], points: int, grade: str | None
) -> None:
    score = score_lead(SCORING, known)
    assert (score.points, score.grade and score.grade.grade) == (points, grade)
