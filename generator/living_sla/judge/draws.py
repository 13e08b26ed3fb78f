"""Days that were become a thousand ways in which a period may end.

1. *A day to come is a day that was.* Each week to come takes one recent week, and each of its days the day of
   that week that falls on the same weekday. Where that was another kind of day (a holiday where a working
   day is to come, or the other way round) or is not known, it takes the nearest day of the right kind. Whole
   weeks keep what belongs together; a share takes its good and all of the same day.
2. *How far back to look is not known either.* A draw keeps to one memory: the last 1, 2, 4, 8 or 16 weeks.
   How many draws each memory gets depends on how well it foresaw the rests of up to twelve earlier periods,
   seen from the same point of each: in proportion to 1 / (mean squared miss) squared. Where months differ
   from one another the short memories win, where only chance moves the numbers the long ones do.
3. *What was missed before will be missed again.* Each draw is moved by chance, as much as its memory missed
   the rests of those earlier periods beyond the spread that its draws themselves had.

So that a few periods do not decide alone, four misses that are alike for all memories stand for those not yet
seen: in 2 as large as the others on average, in 3 as large as the spread of draws. No miss counts for more
than the whole rest.

Things delivered are not drawn day by day: they are finished towards a due date, not at a rate. The rest of
the period is that of each earlier one instead, from as many days before its end: one draw for each of them.

Weights and spread rest on what came before the period: more that is already delivered raises every draw.

Chance is the raw stream of PCG64, which numpy promises to keep (NEP 19, "stream compatibility" of the bit
generators), seeded by a number that the caller makes of names and days; no distribution of numpy is used.
What is drawn, added and compared are whole numbers below 2**53, on which floats are exact; weights and spread
are rounded. So the same inputs give the same numbers on every machine.
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from living_sla.agreement.commitments import Level, Share, Total
from living_sla.judge.endings import Endings, Rest, ended

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from living_sla.judge.days import Daily, Days, Numbers

    Columns = NDArray[np.int64]
    Expected = tuple[float, Numbers, Numbers]
    """The size of a rest; mean and variance of what each memory draws for it, in parts of that size."""

MEMORIES = np.array((1, 2, 4, 8, 16))
_WEEK = 7
_LEAST_BEFORE = 14
_UNSEEN_MISSES = 4
_TINY = 1e-9
_DIGITS = 6


def draw(days: Days, rest: Rest, earlier: Sequence[Rest], *, seed: int, count: int) -> Endings:
    """Draw the rest of a period.

    Args:
        days: what is known.
        rest: the days to come.
        earlier: the rests of earlier periods, seen from the same point of each.
        seed: the same one gives the same draws.
        count: how many draws.
    """
    weeks = -(-rest.length // _WEEK)
    chance = np.random.PCG64(seed).random_raw(count * (weeks + 1)).reshape(count, weeks + 1)
    weights, spreads = _memory(days, rest, earlier)
    bounds = np.round(np.cumsum(weights), _DIGITS)[:-1]
    memory = np.searchsorted(bounds, (np.arange(count) + 0.5) / count)
    source = _source(days, rest)
    longest = np.minimum(MEMORIES, source.shape[1])[memory]
    week = (chance[:, 1:] % longest[:, np.newaxis].astype(np.uint64)).astype(np.int64)
    day = np.arange(rest.length)
    drawn = days.values[:, source[day, week[:, day // _WEEK]]] * days.counts[rest.origin : rest.end]
    moved = np.empty(count)
    moved[np.argsort(chance[:, 0], kind="stable")] = _normal(count)
    moved *= np.round(spreads, _DIGITS)[memory]
    return Endings(*ended(days, rest, drawn, moved), days.count_known(rest.origin))


def repeat(days: Days, rest: Rest, earlier: Sequence[Rest]) -> Endings:
    """End a period as earlier ones did, from as many days before their end; one draw for each of them."""
    alike = [other.end - rest.length for other in earlier if is_whole(days, other, rest.length)]
    drawn = np.array([days.counted[:, start : start + rest.length] for start in alike]).swapaxes(0, 1)
    return Endings(*ended(days, rest, drawn, np.zeros(len(alike))), days.count_known(rest.origin))


def is_whole(days: Days, other: Rest, length: int) -> bool:
    """Whether an earlier period has so many days and all of them are known."""
    return 0 <= other.start <= other.end - length and not days.lacks(other.start, other.end)


def _source(days: Days, rest: Rest) -> Columns:
    """For each day to come the column it takes from each recent week, the last week first: days by weeks."""
    weeks = max(1, min(int(MEMORIES[-1]), rest.origin // _WEEK))
    weekday = np.arange(rest.length) % _WEEK
    source: Columns = rest.origin - _WEEK * (np.arange(weeks) + 1) + weekday[:, np.newaxis]
    known = (days.known & days.counts)[: rest.origin]
    for kind in (True, False):
        to_come = days.working[rest.origin : rest.end] == kind
        pool = np.flatnonzero(known & (days.working[: rest.origin] == kind))
        if pool.size:
            source[to_come] = _nearest(pool, source[to_come])
    return source.clip(min=0)


def _nearest(pool: Columns, wanted: Columns) -> Columns:
    """The column of a sorted pool nearest to each that is wanted, of two as near the later."""
    after = np.searchsorted(pool, wanted).clip(max=pool.size - 1)
    before = (after - 1).clip(min=0)
    nearest: Columns = pool[np.where(wanted - pool[before] < np.abs(pool[after] - wanted), before, after)]
    return nearest


def _memory(days: Days, rest: Rest, earlier: Sequence[Rest]) -> tuple[Numbers, Numbers]:
    """How many of the draws each memory gets, in parts of 1, and how far chance moves each of them."""
    before = rest.start if rest.start >= _LEAST_BEFORE else rest.origin
    now = _expected(days, Rest(before, before, before + rest.length))
    if not _has_moments(days.measure) or now is None:
        return np.full(MEMORIES.size, 1 / MEMORIES.size), np.zeros(MEMORIES.size)
    scale, _, variances = now
    squares = np.zeros((0, MEMORIES.size))
    if found := list(_foreseen(days, earlier)):
        means, of_draws, came = (np.array(part) for part in zip(*found, strict=True))
        squares = np.minimum((means - came[:, np.newaxis]) ** 2, 1)
        variances = of_draws.mean(0)
    unseen = (squares if squares.size else variances).mean() * _UNSEEN_MISSES
    precise = (squares.sum(0) + unseen + _TINY) ** -2.0
    missed = (squares.sum(0) + variances.mean() * _UNSEEN_MISSES) / (len(squares) + _UNSEEN_MISSES)
    return precise / precise.sum(), scale * np.sqrt(np.maximum(missed - variances, 0))


def _has_moments(measure: Daily) -> bool:
    """Whether it is a sum, or one sum by another, so that mean and variance tell how a memory did."""
    return isinstance(measure, Total | Share) or (isinstance(measure, Level) and measure.take == "mean")


def _foreseen(days: Days, earlier: Sequence[Rest]) -> Iterator[tuple[Numbers, Numbers, float]]:
    """Of each earlier period what each memory expected of its rest, with what variance, and what came."""
    for rest in earlier:
        if rest.origin < _LEAST_BEFORE or not rest.length or days.lacks(rest.origin, rest.end):
            continue
        top, *bottom = days.counted[:, rest.origin : rest.end].sum(1)
        expected = _expected(days, rest)
        if expected and all(bottom):
            scale, means, variances = expected
            yield means, variances, float(top / (bottom[0] if bottom else 1) / scale)


def _expected(days: Days, rest: Rest) -> Expected | None:
    """What each memory expects of a rest; None where nothing can be expected."""
    source = _source(days, rest)
    drawn = days.values[:, source] * days.counts[rest.origin : rest.end, np.newaxis]
    weeks = np.add.reduceat(drawn, np.arange(0, rest.length, _WEEK), axis=1)
    longest = np.minimum(MEMORIES, source.shape[1])[:, np.newaxis]
    within = ((np.arange(source.shape[1]) < longest) / longest).T
    tops, *bottoms = (weeks @ within).sum(1)
    if bottoms and not bottoms[0].all():
        return None
    bottom = bottoms[0] if bottoms else np.ones_like(tops)
    means = tops / bottom
    apart = np.repeat(weeks[0][:, :, np.newaxis], MEMORIES.size, axis=2)
    if bottoms:  # the variance of a ratio is that of what its weeks are off it
        apart -= weeks[1][:, :, np.newaxis] * means
    variances = ((apart**2 * within).sum(1) - (apart * within).sum(1) ** 2).sum(0) / bottom**2
    scale = abs(float(means.mean()))
    return (scale, means / scale, variances / scale**2) if scale else None


@lru_cache(maxsize=4)
def _normal(count: int) -> Numbers:
    """The quantiles of the normal distribution in the middles of so many equal parts, ascending."""
    curve = NormalDist()
    return np.array([round(curve.inv_cdf((n + 0.5) / count), _DIGITS) for n in range(count)])
