"""An open judgement and the record become a forecast: how the period will likely end, or why nobody can say.

The rest of the period is drawn from the metric's own recent days; `judge/draws` says how. Nothing is
extrapolated from too little. A forecast rests on at least four weeks of known days; on at least eight days
of each kind that is to come (working days, others); where it divides, on eight days with anything to divide
by; for things delivered, on four whole earlier periods. Where a row is missing there is none: what is not
known is not drawn. How far such forecasts can be believed is measured by `judge/replay`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Deliver, Level, Share, Total
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.commitments import work_calendar
from living_sla.judge.periods import Rhythm, window_end

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.days import Daily, Days, History
    from living_sla.judge.endings import Endings, Rest
    from living_sla.judge.verdicts import Goal
    from living_sla.record.loading import Record

DRAWS = 1000
LEAST_WEEKS = 4
LEAST_DAYS = 8
LEAST_PERIODS = 4
MOST_EARLIER = 12
PERCENTS = (10, 50, 90)
_WEEK = 7
_BY_THE_DAY = frozenset({None, "daily", "working-days"})
_MOST_RESTATED = Fraction(1, 4)
_MOST_MOVED = Fraction(1, 10)


class Why(StrEnum):
    """Why there is no forecast; the values are the words on the pages."""

    OVER = "the period is over"
    NOTHING_TO_COME = "no day of its period is left to forecast"
    NO_TARGET = "no target was agreed for this period"
    NOT_DAILY = "its numbers do not come day by day"
    ROWS_MISSING = "numbers are missing that a forecast would start from"
    RESTATED = "its numbers still change after they are first reported"
    TOO_FEW_WEEKS = "too little history for a forecast"
    TOO_FEW_LIKE_DAYS = "too few days like those to come for a forecast"
    TOO_FEW_BUSY_DAYS = "too few days with anything to count for a forecast"
    NO_EVENTS = "nothing that counts is likely to come"
    TOO_FEW_EVENTS = "fewer events than the agreement asks for are likely to come"
    TOO_FEW_PERIODS = "too few earlier periods for a forecast"


@dataclass(frozen=True, slots=True)
class NoForecast:
    """Why nobody can say; for too little history how many weeks, days or periods there are and it takes."""

    why: Why
    found: int = 0
    needed: int = 0


NO_HISTORY = NoForecast(Why.TOO_FEW_WEEKS, 0, LEAST_WEEKS)


@dataclass(frozen=True, slots=True)
class Forecast:
    """How a period will likely end.

    `low`, `middle` and `high` are the 10th, 50th and 90th percentile of its final value, `chance` the chance
    to reach the goal: 0 and 1 only where the verdict is certain. `history_days` are known and could be drawn,
    `draws` were drawn. `fan` holds the percentiles of what will stand at the end of each day from `fan_from`
    to the last; it is empty for a level, whose days stand alone.
    """

    low: Exact
    middle: Exact
    high: Exact
    chance: Fraction
    history_days: int
    draws: int
    fan_from: date
    fan: tuple[tuple[Exact, Exact, Exact], ...] = ()


def forecast(
    judgement: Judgement, record: Record, *, known_on: date | None = None, draws: int = DRAWS
) -> Forecast | NoForecast:
    """Forecast how an open period ends.

    Args:
        judgement: of the period, as of a day.
        record: what that day knew.
        known_on: the day whose reports are known, where it is a later one.
        draws: in how many ways the rest is drawn.
    """
    goal = judgement.goal
    if goal is None or judgement.window.is_excluded:
        return NoForecast(Why.NO_TARGET)
    if why := _ruled_out(judgement):
        return NoForecast(why)
    history = history_of(judgement, record)
    if history is None:
        return NO_HISTORY
    found = endings(judgement, history, judgement.window.as_of, draws, known_on)
    if isinstance(found, NoForecast):
        return found
    chance = chance_of(judgement, goal, found, history)
    if isinstance(chance, NoForecast):
        return chance
    events = judgement.tally.final_events
    is_enough = events is None or events.low >= _least_events(judgement)
    if is_enough and goal.always(judgement.tally.final):
        chance = Fraction(1)
    elif is_enough and goal.never(judgement.tally.final):
        chance = Fraction(0)
    fan = () if isinstance(judgement.commitment.measure, Level) else found.fan(PERCENTS)
    fan_from = judgement.window.end - ONE_DAY * len(fan)
    return Forecast(*found.percentiles(PERCENTS), chance, found.history_days, found.draws, fan_from, fan)


def chance_of(judgement: Judgement, goal: Goal, found: Endings, history: History) -> Fraction | NoForecast:
    """The chance to reach a goal, by the endings with as many events as the agreement asks for."""
    least = _least_events(judgement)
    chance = found.chance(Fraction(goal.value), at_least=goal.at_least, least=least * history.unit)
    if chance is None:
        return NoForecast(Why.TOO_FEW_EVENTS if least > 1 else Why.NO_EVENTS)
    return chance


def _least_events(judgement: Judgement) -> int:
    return getattr(judgement.commitment.measure, "min_events", 1)


def _ruled_out(judgement: Judgement) -> Why | None:
    """Why a judgement is not forecast whatever its history."""
    if judgement.is_over:
        return Why.OVER
    if not is_daily(judgement):
        return Why.NOT_DAILY
    return Why.ROWS_MISSING if judgement.tally.missing else None


def is_daily(judgement: Judgement) -> bool:
    """Whether a measure is made of days, and its numbers come day by day."""
    match judgement.commitment.measure:
        case Total(total=metric) | Level(level=metric):
            names = [metric]
        case Share(share=metric, of=other):
            names = [metric, other]
        case Deliver():
            names = []
        case _:
            return False
    return all(judgement.agreement.metrics[name].expected in _BY_THE_DAY for name in names)


def history_of(judgement: Judgement, record: Record) -> History | None:
    """All that was ever reported for a daily measure, up to the end of a period; None where nothing was."""
    from living_sla.judge.days import History

    agreement, window = judgement.agreement, judgement.window
    calendar = work_calendar(agreement.terms.calendar)
    measure: Daily = judgement.commitment.measure  # type: ignore[assignment]  # is_daily
    return History.of(measure, record, agreement.metrics, calendar.is_working_day, window)


def endings(
    judgement: Judgement, history: History, as_of: date, draws: int, known_on: date | None = None
) -> Endings | NoForecast:
    """The ways in which a period may end, seen from a day within it, by what that or a later day knew."""
    from living_sla.judge.draws import draw, is_whole, repeat
    from living_sla.judge.endings import Rest

    window = judgement.window
    days = history.known_on(as_of, known_on)
    start, origin = days.column(window.start), days.column(as_of)
    origin += not days.lacks(origin, origin + 1)  # today's row may come tomorrow
    origin = min(origin, days.until)
    rest = Rest(start, max(start, origin), days.column(window.end))
    if rest.length <= 0:
        return NoForecast(Why.NOTHING_TO_COME)
    earlier = list(_earlier(judgement, days, rest))
    if isinstance(history.measure, Deliver):
        whole = sum(is_whole(days, other, rest.length) for other in earlier)
        if whole < LEAST_PERIODS:
            return NoForecast(Why.TOO_FEW_PERIODS, whole, LEAST_PERIODS)
        return repeat(days, rest, earlier)
    return _too_little(days, rest) or draw(days, rest, earlier, seed=_seed(judgement, as_of), count=draws)


def _seed(judgement: Judgement, as_of: date) -> int:
    """The same number on every machine and in every run, another for each period and day."""
    names = (judgement.agreement.id, judgement.commitment.id, judgement.period.id, as_of.isoformat())
    return int.from_bytes(sha256("/".join(names).encode()).digest()[:16])


def _too_little(days: Days, rest: Rest) -> NoForecast | None:
    """Why nothing is to be drawn from what is known; None if it is."""
    if days.lacks(rest.start, rest.origin):
        return NoForecast(Why.ROWS_MISSING)
    known = days.count_known(rest.origin)
    if days.restated > known * _MOST_RESTATED or days.moved > _MOST_MOVED:
        return NoForecast(Why.RESTATED)
    if known < LEAST_WEEKS * _WEEK:
        return NoForecast(Why.TOO_FEW_WEEKS, known // _WEEK, LEAST_WEEKS)
    like = days.count_like(rest.origin, rest.end)
    if like < LEAST_DAYS:
        return NoForecast(Why.TOO_FEW_LIKE_DAYS, like, LEAST_DAYS)
    busy = days.count_busy(rest.origin)
    return NoForecast(Why.TOO_FEW_BUSY_DAYS, busy, LEAST_DAYS) if busy < LEAST_DAYS else None


def _earlier(judgement: Judgement, days: Days, rest: Rest) -> Iterator[Rest]:
    """The rests of earlier periods from the same point of each, those before any report too."""
    from living_sla.judge.endings import Rest

    rhythm = Rhythm.of(judgement.agreement.terms.calendar)
    measure, period = judgement.commitment.measure, judgement.period
    for _ in range(MOST_EARLIER):
        period = rhythm.period_of(period.start - ONE_DAY, measure.every)
        end = days.column(window_end(period, getattr(measure, "by", None)))
        start = days.column(period.start)
        passed = round(Fraction((end - start) * (rest.origin - rest.start), rest.end - rest.start))
        yield Rest(start, start + passed, end)
