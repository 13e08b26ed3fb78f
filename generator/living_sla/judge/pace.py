"""A judgement becomes its course day by day: what an even pace asks for, and what came."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Deliver, Level, Share, Total
from living_sla.judge.commitments import expected_so_far, work_calendar
from living_sla.judge.periods import days_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.record.loading import Record


@dataclass(frozen=True, slots=True)
class Course:
    """The days of a window in order, and per day what stood at its end.

    `expected` is cumulative by the agreed pace, for every day of the window; empty where the goal has no pace
    (shares, levels). `actual` ends with the last day that has passed: a running sum or share, a day's level,
    or None where nothing was reported. A day that the agreement excludes adds nothing to either.
    """

    days: tuple[date, ...]
    expected: tuple[Exact, ...]
    actual: tuple[Exact | None, ...]


def course(judgement: Judgement, record: Record) -> Course:
    """The course of one judgement; of an answer or a training it has no course, and is empty."""
    window, measure = judgement.window, judgement.commitment.measure
    without = window.without
    days = tuple(days_of(window.start, window.end))
    seen = tuple(day for day in days if day < window.seen_end)
    match measure:
        case Total():
            by_day = _without(record.of(measure.total).by_day, without)
            return Course(days, _even_pace(judgement, days), running_sum(by_day, seen))
        case Deliver():
            counts: dict[date, Exact] = dict.fromkeys(seen, 0)
            left = dict(measure.deliver)
            for row in record.deliveries:
                if row.on in counts and row.on not in without and left.get(row.item, 0) > 0:
                    left[row.item] -= 1
                    counts[row.on] += 1
            return Course(days, _even_pace(judgement, days), running_sum(counts, seen))
        case Share():
            good, events = record.of(measure.share).by_day, record.of(measure.of).by_day
            unsure = without.union(judgement.tally.missing)
            return Course(days, (), _running_share(good, events, seen, unsure=unsure))
        case Level():
            by_day = _without(record.of(measure.level).by_day, without)
            return Course(days, (), tuple(by_day.get(day) for day in seen))
        case _:
            return Course((), (), ())


def even_parts(judgement: Judgement, days: Iterable[date]) -> tuple[Fraction, ...]:
    """Which part (0 to 1) of a window's counted days has passed by the end of each day.

    Empty where no day counts.
    """
    working = judgement.commitment.pace == "working-days"
    calendar = work_calendar(judgement.agreement.terms.calendar)
    counts = (
        day not in judgement.window.without and (not working or calendar.is_working_day(day)) for day in days
    )
    passed = tuple(accumulate(map(int, counts)))
    return tuple(Fraction(count, passed[-1]) for count in passed) if any(passed) else ()


def running_sum(by_day: Mapping[date, Exact], days: Iterable[date]) -> tuple[Exact | None, ...]:
    """What the days so far add up to, on each of them; None on a day without a value."""
    total: Exact = 0
    course: list[Exact | None] = []
    for day in days:
        total += by_day.get(day, 0)
        course.append(total if day in by_day else None)
    return tuple(course)


def _even_pace(judgement: Judgement, days: tuple[date, ...]) -> tuple[Exact, ...]:
    goal = judgement.goal
    if goal is None:
        return ()
    parts = even_parts(judgement, days)
    return tuple(expected_so_far(judgement.commitment, goal, part) for part in parts)


def _without(by_day: dict[date, Exact], days: frozenset[date]) -> dict[date, Exact]:
    return {day: value for day, value in by_day.items() if day not in days} if days else by_day


def _running_share(
    good: dict[date, Exact], events: dict[date, Exact], days: tuple[date, ...], *, unsure: Collection[date]
) -> tuple[Exact | None, ...]:
    """The share of all days so far but those on which only one of the two is known."""
    kept: Exact = 0
    total: Exact = 0
    course: list[Exact | None] = []
    for day in days:
        if day in unsure:
            course.append(None)
            continue
        kept += good.get(day, 0)
        total += events.get(day, 0)
        course.append(Fraction(kept) / Fraction(total) if total and day in events else None)
    return tuple(course)
