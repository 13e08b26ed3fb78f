"""A standing becomes the periods that have a report, and how it stood on the day each of them was closed.

What a report says is what was known on that day: no value reported later, no later outcome, no delivery that
was then still to come. So a report is the same in every later build.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from living_sla.agreement.retrospectives import middle_of, why_unreported
from living_sla.judge.commitments import judge_period
from living_sla.judge.misses import known_outcomes
from living_sla.judge.periods import Period, Rhythm
from living_sla.judge.restatements import closed_on
from living_sla.present.restated import told_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from living_sla.judge.commitments import InForce, Judgement
    from living_sla.judge.restatements import Restatement, Restatements, Step
    from living_sla.present.subject import Standing
    from living_sla.record.loading import Record

    Changed = tuple[Restatement, Step]
    """A closed period, and what changed of it."""

MOST_WEEKS = 12
_LAST_DAYS = timedelta(days=3)
Told = Literal["month", "week"]


@dataclass(frozen=True, slots=True)
class Closing:
    """A period with a report: the day it is closed, and the day another was closed before it.

    A month is closed with the last of the periods that end in it, a week on the day after it. So a month may
    be closed after the next one: `after` is the closing before in time, None for the first of them.
    """

    every: Told
    period: Period
    on: date
    after: date | None = None

    @property
    def is_week(self) -> bool:
        """Whether its report is a weekly status, not a monthly closing."""
        return self.every == "week"

    def tells(self, day: date) -> bool:
        """Whether its report is the first since what became known on a day, so that each thing has one."""
        return (self.after is None or self.after < day) and day <= self.on


def closings(standing: Standing) -> list[Closing]:
    """The periods with a report: every month that is closed, then the newest twelve weeks, both ascending.

    A month in which no period of a commitment ends has none, nor a week of whose last three days nothing was
    reported by the day after. But what the parties wrote about has one, and keeps it for good.
    """
    known, all_weeks = months(standing), weeks(standing)
    found = [closing for closing in known if closing.on <= standing.known_on]
    since = standing.as_of - timedelta(weeks=MOST_WEEKS)
    prose = standing.retrospectives
    found += [week for week in all_weeks if week.period.end > since or week.period.id in prose]
    found += _only_written(standing, {closing.period.id for closing in (*known, *all_weeks)})
    return sorted(found, key=lambda closing: (closing.is_week, closing.period))


def months(standing: Standing) -> list[Closing]:
    """Every month that is over and in which a period ends, closed or not yet, ascending."""
    rhythm = _rhythm(standing)
    days: dict[Period, date] = {}
    for judgement in _all(standing):
        month = rhythm.period_of(judgement.period.last, "month")
        if month.is_over(standing.as_of):
            days[month] = max(days.get(month, month.last), closed_on(judgement))
    return _in_turn("month", days)


def weeks(standing: Standing) -> list[Closing]:
    """The weeks that are over and of whose last days something was reported by the day after, ascending.

    Where nothing is ever reported but deliveries, which have no day of report, every week that is over.
    """
    if not standing.has_begun:
        return []
    rhythm, first = _rhythm(standing), standing.timeline.spans[0].start
    if standing.record.newest_report is None and standing.record.deliveries:
        every = rhythm.periods(first, standing.as_of, "week")
        return _in_turn("week", {week: week.end for week in every if week.end <= standing.known_on})
    week_of = cache(lambda day: rhythm.period_of(day, "week"))
    found = {
        week
        for series in standing.record.series.values()
        for (day, _), reports in series.reports.items()
        for week in [week_of(day)]
        if first < week.end <= standing.known_on
        and week.is_over(standing.as_of)
        and day >= week.end - _LAST_DAYS
        and reports[-1].reported_on <= week.end
    }
    return _in_turn("week", {week: week.end for week in found})


def prose_to_come(standing: Standing) -> list[tuple[Told, Period]]:
    """The months and weeks that the parties wrote about before there is a report, ascending."""
    made = {closing.period.id for closing in closings(standing)}
    return sorted(_written(standing, made), key=lambda found: found[1])


def standing_on(standing: Standing, closing: Closing) -> Standing:
    """How it stood on the day of a closing, by what was known then.

    The status of a week stands at the newest of its days that was reported by then, at most at its last.
    """
    known = standing.record.as_of(closing.on)
    last = closing.period.last if closing.is_week else closing.on
    known = replace(known, deliveries=tuple(row for row in known.deliveries if row.on <= last))
    newest = known.newest_day if closing.is_week else None
    day = min(max(newest, closing.period.start), last) if newest else last
    timeline = standing.timeline.as_of(closing.on)
    version = timeline.in_force(day)
    agreement = (version.agreement if version else None) or standing.agreement
    then = replace(
        standing, agreement=agreement, record=known, as_of=day, known_on=closing.on, timeline=timeline
    )
    teller = _Teller(standing.restatements, then.versions, known, day, closing.on)
    judgements = {
        id_: tuple(filter(None, (teller.judgement(each) for each in all_of_one if each.period.start <= day)))
        for id_, all_of_one in standing.judgements.items()
    }
    return replace(then, judgements=judgements)


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


def still_open(closing: Closing, then: Standing) -> list[Judgement]:
    """The periods that run on after a month, of the promises of which none ended in it, in their order.

    They stand at the newest day that was reported by the day of the report.

    Args:
        closing: of a month.
        then: the standing of its day.
    """
    told = {judgement.commitment.id for judgement in told_of(closing, then)}
    last, day = closing.period.last, min(then.record.newest_day or then.as_of, then.as_of)
    return [
        judge_period(then.versions, then.record, day, judgement) or judgement
        for judgement in _all(then)
        if judgement.commitment.id not in told
        and judgement.period.start <= last < judgement.period.end
        and not judgement.is_over
    ]


def changed_in_time(standing: Standing, closing: Closing) -> list[Changed]:
    """What the report of a period is the first to tell of closed periods that changed, ascending."""
    found = _changed(standing, lambda _, day: closing.tells(day))
    return sorted(found, key=lambda row: (row[1].on, row[1].after.commitment.id, row[1].after.period.start))


def changed_since(standing: Standing, closing: Closing) -> list[Changed]:
    """What changed after the report of a period of what it judges, the newest first, in its order."""
    told = {(judgement.commitment.id, judgement.period.id) for judgement in told_of(closing, standing)}
    found = _changed(standing, lambda key, day: key in told and day > closing.on)
    return sorted(found, key=lambda row: row[1].on, reverse=True)


def _changed(standing: Standing, is_told: Callable[[tuple[str, str], date], bool]) -> Iterator[Changed]:
    """By what is told of a commitment and period, and a day."""
    for key, restatement in standing.restatements.items():
        for step in told_steps(step for step in restatement.steps if is_told(key, step.on)):
            yield restatement, step


@dataclass(frozen=True, slots=True)
class _Teller:
    """What was said of a period by the end of a day: as closed and restated by then, or as it stood."""

    restatements: Restatements
    versions: Sequence[InForce]
    record: Record
    day: date
    known_on: date

    def judgement(self, judgement: Judgement) -> Judgement | None:
        """None where none can be made."""
        if outcomes := known_outcomes(judgement, self.restatements, self.known_on):
            return outcomes[-1].judgement
        return judge_period(self.versions, self.record, self.day, judgement)


def _in_turn(every: Told, closed_on: Mapping[Period, date]) -> list[Closing]:
    """The closings of periods, ascending, each with the one before it in time: by day, then by period."""
    turn = sorted(closed_on, key=lambda period: (closed_on[period], period))
    before = [None, *(closed_on[period] for period in turn)]
    found = [Closing(every, own, closed_on[own], after) for own, after in zip(turn, before, strict=False)]
    return sorted(found, key=lambda closing: closing.period)


def _only_written(standing: Standing, made: set[str]) -> Iterator[Closing]:
    """The periods that are over and that the parties wrote about, but of which the data makes no report.

    What became known in their time is told by the reports that the data makes.
    """
    for every, period in _written(standing, made):
        on = period.end if every == "week" else period.last
        if period.is_over(standing.as_of) and on <= standing.known_on:
            yield Closing(every, period, on, on)


def _written(standing: Standing, made: set[str]) -> Iterator[tuple[Told, Period]]:
    """What the parties wrote about of which there can be a report, but is none yet."""
    rhythm = _rhythm(standing)
    for id_ in standing.retrospectives:
        if id_ not in made and not why_unreported(id_, standing.timeline):
            every: Told = "week" if "W" in id_ else "month"
            yield every, rhythm.period_of(middle_of(id_, rhythm.week_starts), every)


def _all(standing: Standing) -> Iterator[Judgement]:
    return (judgement for all_of_one in standing.judgements.values() for judgement in all_of_one)


def _rhythm(standing: Standing) -> Rhythm:
    return Rhythm.of(standing.agreement.terms.calendar)
