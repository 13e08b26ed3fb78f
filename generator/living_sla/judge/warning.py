"""Judgements and forecasts become early warning: how much slack is left, and what to look at first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Deliver, Total
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.commitments import expected_so_far, judge_period
from living_sla.judge.forecast import Forecast, NoForecast, forecast
from living_sla.judge.verdicts import JUDGED, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import InForce, Judgement
    from living_sla.judge.verdicts import Goal
    from living_sla.record.loading import Record

EVEN = Fraction(1, 2)


class Attention(IntEnum):
    """What a reader should look at, the first first."""

    MENDABLE = 0
    UNVERIFIED = 1
    LOST = 2
    NONE = 3


def days_of_slack(judgement: Judgement) -> int | None:
    """How many counted days could pass without anything and the goal still be reached at the present rate.

    Things to deliver come whole and at no rate: for them it is how many days may pass until the pace asks
    for more than there is. Negative is behind: so many counted days are lacking. None where there is no rate
    to go by: for shares, levels and limits, before a counted day has passed, and where nothing has come.
    """
    goal, actual = judgement.goal, judgement.tally.actual
    if judgement.is_over or goal is None or not goal.at_least or actual is None:
        return None
    if isinstance(judgement.commitment.measure, Deliver):
        return _days_it_lasts(judgement, goal, actual) - judgement.days_passed
    is_total = isinstance(judgement.commitment.measure, Total)
    if not is_total or not judgement.days_passed or actual <= 0:
        return None
    rate = Fraction(actual) / judgement.days_passed
    return floor(judgement.days_left - max(0, goal.value - actual) / rate)


def _days_it_lasts(judgement: Judgement, goal: Goal, actual: Exact) -> int:
    """How many counted days of the period pass before its pace asks for more than there is."""
    days = judgement.days_counted
    lasting = (
        n for n in range(days) if expected_so_far(judgement.commitment, goal, Fraction(n + 1, days)) > actual
    )
    return next(lasting, days)


def attention(judgement: Judgement, outlook: Forecast | NoForecast) -> Attention:
    """Whether anything can still be mended: at risk, or more likely lost than not, with a chance left."""
    if judgement.verdict is Verdict.UNVERIFIED:
        return Attention.UNVERIFIED
    if judgement.verdict is Verdict.MISSED:
        return Attention.LOST
    if judgement.verdict not in {Verdict.AT_RISK, Verdict.ON_TRACK}:
        return Attention.NONE
    chance = outlook.chance if isinstance(outlook, Forecast) else None
    is_doubtful = chance is not None and chance < EVEN
    return Attention.MENDABLE if judgement.verdict is Verdict.AT_RISK or is_doubtful else Attention.NONE


def attention_order(
    judgement: Judgement, outlook: Forecast | NoForecast
) -> tuple[Attention, Fraction, int, str]:
    """A key that sorts what can still be mended first, there where most depends on what is done.

    That is where the chance is nearest to even; what has no forecast follows, then the sooner end, the id.
    """
    kind = attention(judgement, outlook)
    distance = abs(outlook.chance - EVEN) if isinstance(outlook, Forecast) else EVEN
    return kind, distance, judgement.days_left, judgement.commitment.id


@dataclass(frozen=True, slots=True)
class Alarms:
    """How well a sign told, so many days before the end, which periods would be missed."""

    missed: int = 0
    warned: int = 0
    false: int = 0
    met: int = 0

    def __add__(self, other: Alarms) -> Alarms:
        """Both together."""
        return Alarms(
            self.missed + other.missed,
            self.warned + other.warned,
            self.false + other.false,
            self.met + other.met,
        )


@dataclass(frozen=True, slots=True)
class Warnings:
    """Alarms by three signs: the verdict at risk, a chance below one half, and either of the two.

    A period whose verdict could not be told on that day, or was settled before, is not counted.
    """

    at_risk: Alarms
    doubtful: Alarms
    either: Alarms


def warnings_before(
    versions: Sequence[InForce], record: Record, judgements: Iterable[Judgement], days: int
) -> Warnings:
    """What was to be seen so many days before the end of each closed period, from what was known then.

    Periods that are not longer than that are left out.

    Args:
        versions: as for `judge_agreement`.
        record: everything that was ever reported.
        judgements: as they stand now.
        days: how long before the last day.
    """
    totals = [Alarms(), Alarms(), Alarms()]
    for judgement in judgements:
        on = judgement.window.end - ONE_DAY * (days + 1)
        if judgement.verdict not in JUDGED or not judgement.is_over:
            continue
        if on < judgement.window.start:
            continue
        known = record.as_of(on)
        then = judge_period(versions, known, on, judgement)
        if then is None or then.verdict not in {Verdict.ON_TRACK, Verdict.AT_RISK}:
            continue
        outlook = forecast(then, known)
        at_risk = then.verdict is Verdict.AT_RISK
        doubtful = isinstance(outlook, Forecast) and outlook.chance < EVEN
        is_missed = judgement.verdict is Verdict.MISSED
        for n, sign in enumerate((at_risk, doubtful, at_risk or doubtful)):
            totals[n] += Alarms(is_missed, is_missed and sign, sign and not is_missed, not is_missed)
    return Warnings(*totals)
