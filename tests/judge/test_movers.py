"""What moved: each segment against the period before and against the usual."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.plans import record_of

from living_sla.judge.movers import Mover, find_movers, usual_of
from living_sla.judge.periods import Period, Rhythm

ROWS = (
    "2026-01-05,leads_by_source,10,Events", "2026-01-05,leads_by_source,50,Social",
    "2026-02-05,leads_by_source,12,Events", "2026-02-05,leads_by_source,40,Social",
    "2026-03-05,leads_by_source,14,Events", "2026-03-05,leads_by_source,48,Social",
    "2026-04-05,leads_by_source,30,Events", "2026-04-05,leads_by_source,45,Social",
)  # fmt: skip


def months(first: str, last: str) -> list[Period]:
    return list(Rhythm().periods(date.fromisoformat(first), date.fromisoformat(last), "month"))


def movers(*rows: str, first: str = "2026-01-01", last: str = "2026-04-01") -> tuple[Mover, ...]:
    return find_movers(record_of(rows).of("leads_by_source"), months(first, last))


def test_the_segment_farthest_from_before_or_usual_comes_first() -> None:
    assert movers(*ROWS) == (Mover("Events", 30, 14, 12), Mover("Social", 45, 48, 48))


def test_the_distance_is_the_greater_of_the_two() -> None:
    assert [mover.distance for mover in movers(*ROWS)] == [18, 3]


def test_nothing_is_usual_of_fewer_than_three_periods() -> None:
    assert [mover.usual for mover in movers(*ROWS, first="2026-02-01")] == [None, None]


def test_a_segment_that_vanished_brought_nothing() -> None:
    found = {mover.segment: mover for mover in movers(*ROWS, "2026-03-06,leads_by_source,9,Referral")}
    assert found["Referral"] == Mover("Referral", 0, 9, 0)


def test_a_period_of_which_nothing_is_known_is_not_taken_for_zero() -> None:
    found = movers(*(row for row in ROWS if "-03-" not in row))
    assert [(mover.before, mover.usual) for mover in found] == [(None, None), (None, None)]


def test_without_segments_or_without_numbers_nothing_moved() -> None:
    assert movers("2026-04-05,leads_by_source,30") == ()
    assert movers(*ROWS, last="2026-05-01") == ()


def test_the_usual_is_the_median() -> None:
    assert usual_of([5, 1, 3]) == 3
    assert usual_of([1, 2, 4, 100]) == 3
    assert usual_of([1, 2, 3, 100]) == Fraction(5, 2)
