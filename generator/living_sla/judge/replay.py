"""Closed periods become a calibration: what a forecast would have said within them, held against what came.

Nothing is known beforehand. Each forecast is made from what had been reported by the end of its own day; the
outcome is the one that stands now. Beside it stand two plain forecasts of the same moment, made from the same
reports. The *run rate* is 1 if what came, over the counted days that have passed, times all counted days
reaches the goal, else 0; a share or level is taken as it is. The *share of past periods met* is that of the
periods wholly known by then, each by its own goal. A Brier score is the mean of (chance - outcome) squared: 0
is perfect, and 1/4 is what always saying 50 % gets.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby, product
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Deliver, Total
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.commitments import work_calendar
from living_sla.judge.forecast import (
    DRAWS,
    NO_HISTORY,
    NoForecast,
    Why,
    chance_of,
    endings,
    history_of,
    is_daily,
)
from living_sla.record.snapshots import Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from living_sla.judge.commitments import Judgement
    from living_sla.judge.days import Days, History
    from living_sla.judge.periods import Window
    from living_sla.judge.verdicts import Goal
    from living_sla.record.loading import Record

QUARTER, MIDDLE, THREE_QUARTERS = Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)
BINS = 10


@dataclass(frozen=True, slots=True)
class Moment:
    """A day within a closed period: the chances given on it, and whether the goal was reached.

    `past_met` is None where no earlier period was wholly known.
    """

    commitment: str
    period: str
    part: Fraction
    on: date
    chance: Fraction
    run_rate: bool
    past_met: Fraction | None
    is_met: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The forecasts that gave a chance in [low, high): how many, on average what, and how many were met.

    The last bin holds certainty too.
    """

    low: Fraction
    high: Fraction
    count: int
    met: int
    mean_chance: Fraction

    @property
    def share_met(self) -> Fraction:
        """How many of them were met, in parts of 1."""
        return Fraction(self.met, self.count)


@dataclass(frozen=True, slots=True)
class Scores:
    """The Brier scores of three ways to forecast, on the moments at which all three say something."""

    forecast: Fraction
    run_rate: Fraction
    past_met: Fraction
    count: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """All moments replayed, and how often there was no forecast, by the reason."""

    moments: tuple[Moment, ...]
    without: Counter[Why]

    def at(self, part: Fraction) -> Calibration:
        """The same for the moments at one part of their periods alone."""
        return replace(self, moments=tuple(moment for moment in self.moments if moment.part == part))

    def scores(self) -> Scores | None:
        """The Brier scores; None without a moment to score."""
        scored = [moment for moment in self.moments if moment.past_met is not None]
        if not scored:
            return None
        squares = zip(*map(_squares, scored), strict=True)
        forecast, run_rate, past_met = (Fraction(sum(column)) / len(scored) for column in squares)
        return Scores(forecast, run_rate, past_met, len(scored))

    def reliability(self) -> tuple[Bin, ...]:
        """The table of bins of a tenth each, those without forecasts left out, ascending."""
        ordered = sorted(self.moments, key=_bin)
        return tuple(_filled(number, list(moments)) for number, moments in groupby(ordered, key=_bin))


def replay(
    judgements: Iterable[Judgement],
    record: Record,
    *,
    parts: Sequence[Fraction] = (QUARTER, MIDDLE, THREE_QUARTERS),
    draws: int = DRAWS,
) -> Calibration:
    """Forecast every closed period anew from days within it.

    Args:
        judgements: those of one commitment or of several, one after the other, as they stand now.
        record: everything that was ever reported.
        parts: after which parts of a period's days it is forecast.
        draws: in how many ways each rest is drawn.
    """
    moments: list[Moment] = []
    without: Counter[Why] = Counter()
    for _, group in groupby(judgements, key=lambda j: j.commitment.id):
        of_one = [judgement for judgement in group if _is_met(judgement) is not None]
        last_by = {id(judgement.agreement): judgement for judgement in of_one}
        histories = {version: history_of(last, record) for version, last in last_by.items()}
        for judgement, part in product(of_one, parts):
            earlier = [other for other in of_one if other.window.end <= judgement.window.start]
            found = _moment(judgement, earlier, histories[id(judgement.agreement)], part, draws)
            if isinstance(found, Moment):
                moments.append(found)
            else:
                without[found.why] += 1
    return Calibration(tuple(moments), without)


def joined(calibrations: Sequence[Calibration]) -> Calibration:
    """Several calibrations as one."""
    moments = tuple(moment for each in calibrations for moment in each.moments)
    return Calibration(moments, sum((each.without for each in calibrations), Counter[Why]()))


def as_if_prompt(record: Record) -> Record:
    """A record in which each value, as it stands now, was reported on its own day.

    Where numbers are reported by the month, no day within one knew anything of it, and there is nothing to
    replay. This tells what a forecast would be worth if they came day by day.
    """
    prompt = {
        metric: Series(
            {
                (day, segment): (replace(reports[0], reported_on=day),)
                for (day, segment), reports in series.reports.items()
            }
        )
        for metric, series in record.series.items()
    }
    return replace(record, series=prompt)


def _is_met(judgement: Judgement) -> bool | None:
    """Whether a closed period reached its goal, whatever else it waits for; None where nobody can know."""
    goal, tally = judgement.goal, judgement.tally
    if not judgement.is_over or goal is None or tally.actual is None or not is_daily(judgement):
        return None
    if tally.events is not None and tally.events < getattr(judgement.commitment.measure, "min_events", 1):
        return None
    if goal.always(tally.final):
        return True
    return False if goal.never(tally.final) else None


def _moment(
    judgement: Judgement, earlier: Sequence[Judgement], history: History | None, part: Fraction, draws: int
) -> Moment | NoForecast:
    window, goal = judgement.window, judgement.goal
    if history is None or goal is None:
        return NO_HISTORY
    on = window.start + ONE_DAY * (max(1, int((window.end - window.start).days * part)) - 1)
    found = endings(judgement, history, on, draws)
    if isinstance(found, NoForecast):
        return found
    chance = chance_of(judgement, goal, found, history)
    if isinstance(chance, NoForecast):
        return chance
    days = history.known_on(on)
    run_rate, past_met = _run_rate_reaches(judgement, goal, days, on), _past_met(earlier, days)
    name = judgement.commitment.id, judgement.period.id
    return Moment(*name, part, on, chance, run_rate, past_met, bool(_is_met(judgement)))


def _run_rate_reaches(judgement: Judgement, goal: Goal, days: Days, on: date) -> bool:
    """Whether what came by a day, at the same rate to the end, reaches the goal."""
    from living_sla.judge.endings import outcome

    window = judgement.window
    start, end = days.column(window.start), min(days.column(on) + 1, days.until)
    so_far = outcome(days, start, end)
    if so_far is None:
        so_far = outcome(days, start, end - 1) or Fraction(0)
    if isinstance(judgement.commitment.measure, Total | Deliver):
        passed = _counted_days(judgement, replace(window, end=max(window.start, days.day(end))))
        so_far = so_far / passed * _counted_days(judgement, window) if passed else so_far
    return goal.is_reached(so_far)


def _counted_days(judgement: Judgement, window: Window) -> int:
    if judgement.commitment.pace == "calendar-days":
        return len(window.days)
    calendar = work_calendar(judgement.agreement.terms.calendar)
    return sum(map(calendar.is_working_day, window.days))


def _past_met(earlier: Iterable[Judgement], days: Days) -> Fraction | None:
    """The share of earlier periods that reached their own goals, as far as those were known."""
    from living_sla.judge.endings import outcome

    met = [
        other.goal.is_reached(came)
        for other in earlier
        if other.goal is not None
        and (came := outcome(days, days.column(other.window.start), days.column(other.window.end)))
        is not None
    ]
    return Fraction(sum(met), len(met)) if met else None


def _squares(moment: Moment) -> Iterator[Fraction]:
    for chance in (moment.chance, Fraction(moment.run_rate), moment.past_met or Fraction(0)):
        yield (chance - moment.is_met) ** 2


def _bin(moment: Moment) -> int:
    return min(int(moment.chance * BINS), BINS - 1)


def _filled(number: int, moments: Sequence[Moment]) -> Bin:
    mean = sum((moment.chance for moment in moments), Fraction(0)) / len(moments)
    met = sum(moment.is_met for moment in moments)
    return Bin(Fraction(number, BINS), Fraction(number + 1, BINS), len(moments), met, mean)
