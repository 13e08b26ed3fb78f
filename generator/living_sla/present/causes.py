"""Judgements and their series become why a number is what it is: by what was before and is usual."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import item_paths, metrics_of
from living_sla.agreement.commitments import Level, Share, Total
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.movers import find_movers, usual_of
from living_sla.judge.periods import Rhythm
from living_sla.judge.promises import Outcome
from living_sla.judge.verdicts import Verdict
from living_sla.present.text import Words, count_text, joined, number_text, period_of, short_day
from living_sla.present.views import number_and_goal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.movers import Mover
    from living_sla.judge.periods import Period
    from living_sla.present.subject import Standing
    from living_sla.record.deliveries import Delivery

MOST_MOVERS = 3
MOST_EARLIER = 12
_NOT_WELL = frozenset({Verdict.MISSED, Verdict.UNVERIFIED})


def causes(told: Sequence[Judgement], then: Standing) -> Iterator[str]:
    """Why each promise that is not well came out as it did, and every total that has segments.

    Args:
        told: judgements of periods that are over.
        then: the standing that knows what came before.
    """
    for judgement in told:
        if judgement.verdict in _NOT_WELL or _segmented(judgement):
            yield from _missing(judgement, then.record.deliveries)
            yield from _compared(judgement, then)


def late_text(judgement: Judgement, deliveries: Iterable[Delivery]) -> str:
    """`1 pipeline report delivered on 11 Apr 2026, 1 day late`; empty where nothing came after its day.

    Args:
        judgement: of things to be delivered by a day of the period.
        deliveries: all that are known.
    """
    words, end = Words(judgement.agreement), judgement.window.end
    return "; ".join(
        f"{words.items(item, len(list(same)))} delivered on {short_day(day)}, "
        f"{count_text((day - end).days + 1, 'day')} late"
        for item, days in _late_days(judgement, deliveries).items()
        for day, same in groupby(days)
    )


def before_and_usual(judgement: Judgement, then: Standing) -> tuple[Judgement | None, Exact | None]:
    """The period before, and the median of up to twelve earlier ones; None where they are not known.

    Those in which another version counted something else, or by another rhythm, are left out. A median that
    halves what is counted is rounded up.
    """
    earlier = [
        other
        for other in then.judgements[judgement.commitment.id]
        if other.period.end <= judgement.period.start and _counted(other) == _counted(judgement)
    ]
    values = [other.tally.actual for other in earlier[-MOST_EARLIER:]]
    before = earlier[-1] if values and values[-1] is not None else None
    usual = usual_of(value for value in values if value is not None)
    is_counted = isinstance(judgement.commitment.measure, Total)
    return before, ceil(usual) if is_counted and usual is not None else usual


def _counted(judgement: Judgement) -> tuple[object, ...]:
    """What a number is of: the shape and rhythm of its measure, and the metrics or items it counts."""
    measure, commitment = judgement.commitment.measure, judgement.commitment
    take = measure.take if isinstance(measure, Level) else ""
    names = {name for _, name in item_paths(commitment)} | set(metrics_of(commitment).values())
    return type(measure), measure.every, take, names


def usual_text(judgement: Judgement, usual: Exact) -> str:
    """A usual value in the words of its measure; things are not halved."""
    words, measure = Words(judgement.agreement), judgement.commitment.measure
    value = words.value(judgement.commitment, round(usual) if isinstance(measure, Total) else usual)
    return f"{value} {words.unit(judgement.commitment)}".strip() if isinstance(measure, Level) else value


def _late_days(judgement: Judgement, deliveries: Iterable[Delivery]) -> dict[str, list[date]]:
    """On which days of the period things came after the last that counts, of each kind that was missing."""
    end, until = judgement.window.end, judgement.period.end
    late = sorted((row.on, row.item) for row in deliveries if end <= row.on < until)
    return {
        item: [day for day, of in late if of == item][: wanted - done]
        for item, (done, wanted) in (judgement.tally.kinds or {}).items()
        if done < wanted
    }


def _missing(judgement: Judgement, deliveries: Iterable[Delivery]) -> Iterator[str]:
    """The things that came late or not at all, and the promises that were not kept."""
    words, kinds = Words(judgement.agreement), judgement.tally.kinds or {}
    late = _late_days(judgement, deliveries)
    lacking = {item: kinds[item][1] - kinds[item][0] - len(days) for item, days in late.items()}
    missing = [words.items(item, count) for item, count in lacking.items() if count]
    broken = [row.event for row in judgement.tally.promised if row.outcome is Outcome.BROKEN]
    when = period_of(judgement)
    told = [late_text(judgement, deliveries), f"{joined(missing)} missing" if missing else ""]
    if any(told):
        yield f"{judgement.commitment.name}, {when}: {'; '.join(filter(None, told))}."
    if broken:
        names = joined(event.title or event.id for event in broken)
        yield f"{judgement.commitment.name}, {when}: not kept for {names}."


def _compared(judgement: Judgement, then: Standing) -> Iterator[str]:
    """A number against what came before and usually: `Leads: 531, 27 above March 2026 (504).`."""
    measure, value = judgement.commitment.measure, judgement.tally.actual
    if value is None or not isinstance(measure, Total | Share | Level):
        return
    before, usual = before_and_usual(judgement, then)
    against = []
    if before and before.tally.actual is not None:
        against.append(
            f"{_step(judgement, before.tally.actual)} {period_of(before)} ({number_and_goal(before)[0]})"
        )
    if usual is not None:
        against.append(f"{_step(judgement, usual)} the usual {usual_text(judgement, usual)}")
    if against:
        name, number = judgement.commitment.name, number_and_goal(judgement)[0]
        yield f"{name}: {number}, {joined(against)}.{_movers_text(judgement, then)}"


def _step(judgement: Judgement, other: Exact) -> str:
    """`27 above`, `2.9 points below`, `the same as`."""
    step = Fraction(judgement.tally.actual or 0) - Fraction(other)
    if not step:
        return "the same as"
    if isinstance(judgement.commitment.measure, Share):
        shown = f"{number_text(round(abs(step) * 100, 1))} points"
    else:
        shown = usual_text(judgement, abs(step))
    return f"{shown} {'above' if step > 0 else 'below'}"


def _movers_text(judgement: Judgement, then: Standing) -> str:
    metric = _segmented(judgement)
    if not metric:
        return ""
    movers = find_movers(then.record.of(metric), _periods(judgement))
    told = [_mover_text(judgement, mover) for mover in movers[:MOST_MOVERS] if mover.distance]
    by = judgement.agreement.metrics[metric].segments
    return f" By {by}, what moved most: {'; '.join(told)}." if told else ""


def _mover_text(judgement: Judgement, mover: Mover) -> str:
    """`Events 64 (31 before, usually 40)`."""
    known = [f"{usual_text(judgement, mover.before)} before"] if mover.before is not None else []
    known += [f"usually {usual_text(judgement, mover.usual)}"] if mover.usual is not None else []
    return f"{mover.segment} {usual_text(judgement, mover.value)} ({', '.join(known)})"


def _periods(judgement: Judgement) -> list[Period]:
    """The judgement's period and up to twelve before, ascending."""
    rhythm, every = Rhythm.of(judgement.agreement.terms.calendar), judgement.commitment.measure.every
    found = [judgement.period]
    while len(found) <= MOST_EARLIER:
        found.append(rhythm.period_of(found[-1].start - ONE_DAY, every))
    return found[::-1]


def _segmented(judgement: Judgement) -> str:
    """The metric of a total that has segments; '' for any other."""
    measure = judgement.commitment.measure
    if not isinstance(measure, Total) or judgement.tally.actual is None:
        return ""
    return measure.total if judgement.agreement.metrics[measure.total].segments else ""
