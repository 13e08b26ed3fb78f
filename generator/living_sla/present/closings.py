"""A standing becomes the periods that have a report, and how it stood on the day each of them was closed.

What a report says is what was known on that day: no value reported later, no later outcome, no delivery that
was then still to come. So a report is the same in every later build.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from living_sla.judge.commitments import judge_period
from living_sla.judge.misses import known_outcomes
from living_sla.judge.periods import Period, Rhythm
from living_sla.judge.restatements import closed_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from living_sla.judge.commitments import Judgement
    from living_sla.present.subject import Standing
    from living_sla.record.loading import Record

MOST_WEEKS = 12
_LAST_DAYS = timedelta(days=3)
Told = Literal["month", "week"]


@dataclass(frozen=True, slots=True)
class Closing:
    """A period with a report: the day it is closed, and the day of the report before (None for the first).

    A month is closed with the last of the periods that end in it, a week on the day after it.
    """

    every: Told
    period: Period
    on: date
    after: date | None = None

    @property
    def is_week(self) -> bool:
        """Whether its report is a weekly status, not a monthly closing."""
        return self.every == "week"


def closings(standing: Standing) -> list[Closing]:
    """The periods with a report: every month that is closed, then the newest twelve weeks, both ascending.

    A month in which no period of a commitment ends has none, nor a week of whose last three days nothing was
    reported by the day after.
    """
    closed = [closing for closing in months(standing) if closing.on <= standing.known_on]
    since = standing.as_of - timedelta(weeks=MOST_WEEKS)
    return [*closed, *(closing for closing in weeks(standing) if closing.period.end > since)]


def months(standing: Standing) -> list[Closing]:
    """Every month that is over and in which a period ends, closed or not yet, ascending."""
    rhythm = _rhythm(standing)
    days: dict[Period, date] = {}
    for judgement in _all(standing):
        month = rhythm.period_of(judgement.period.last, "month")
        if month.is_over(standing.as_of):
            days[month] = max(days.get(month, month.last), closed_on(judgement))
    found = sorted(days)
    before = [None, *(days[month] for month in found)]
    return [Closing("month", month, days[month], after) for month, after in zip(found, before, strict=False)]


def standing_on(standing: Standing, closing: Closing) -> Standing:
    """How it stood on the day of a closing, by what was known then.

    The status of a week stands at the newest day that was reported by then.
    """
    known = standing.record.as_of(closing.on)
    known = replace(known, deliveries=tuple(row for row in known.deliveries if row.on <= closing.on))
    newest = known.newest_day if closing.is_week else None
    day = min(newest, closing.on) if newest else closing.on
    known_by = _Known(standing, known, day, closing.on)
    judgements = {
        id_: tuple(
            filter(None, (known_by.judgement(each) for each in all_of_one if each.period.start <= day))
        )
        for id_, all_of_one in standing.judgements.items()
    }
    timeline = standing.timeline.as_of(day)
    version = timeline.in_force(day)
    agreement = (version.agreement if version else None) or standing.agreement
    return replace(
        standing,
        agreement=agreement,
        record=known,
        judgements=judgements,
        as_of=day,
        known_on=closing.on,
        timeline=timeline,
    )


def told_of(closing: Closing, standing: Standing) -> list[Judgement]:
    """What the report of a period judges, in the agreement's order.

    Of a month the periods that ended in it, of a week those that were open on its last day that is known.
    """
    last = min(closing.period.last, standing.as_of) if closing.is_week else None
    return [
        judgement
        for judgement in _all(standing)
        if (
            judgement.period.start <= last < judgement.period.end
            if last
            else closing.period.start <= judgement.period.last < closing.period.end
        )
    ]


class _Known:
    """What was said of a period by the end of a day: as closed and restated by then, or as it stood."""

    def __init__(self, standing: Standing, record: Record, day: date, known_on: date) -> None:
        self._restatements, self._versions = standing.restatements, standing.versions
        self._record, self._day, self._known_on = record, day, known_on

    def judgement(self, judgement: Judgement) -> Judgement | None:
        """None where none can be made."""
        if outcomes := known_outcomes(judgement, self._restatements, self._known_on):
            return outcomes[-1][1]
        return judge_period(self._versions, self._record, self._day, judgement)


def weeks(standing: Standing) -> list[Closing]:
    """The weeks that are over and of whose last days something was reported by the day after, ascending."""
    if not standing.has_begun:
        return []
    rhythm, first = _rhythm(standing), standing.timeline.spans[0].start
    week_of = cache(lambda day: rhythm.period_of(day, "week"))
    found = {
        week
        for series in standing.record.series.values()
        for (day, _), reports in series.reports.items()
        for week in [week_of(day)]
        if first < week.end <= standing.as_of
        and day >= week.end - _LAST_DAYS
        and reports[-1].reported_on <= week.end
    }
    return [Closing("week", week, week.end, week.start) for week in sorted(found)]


def _all(standing: Standing) -> Iterator[Judgement]:
    return (judgement for all_of_one in standing.judgements.values() for judgement in all_of_one)


def _rhythm(standing: Standing) -> Rhythm:
    return Rhythm.of(standing.agreement.terms.calendar)
