"""Misses become strikes, and so many unexpired strikes the remedy that they bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.misses import day_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from living_sla.agreement.governance import Remedy
    from living_sla.agreement.loading import Agreement
    from living_sla.judge.misses import Miss


@dataclass(frozen=True, slots=True)
class Strike:
    """A strike for a miss, given on the day it began; `expires_on` is the first day it no longer counts."""

    miss: Miss
    expires_on: date

    @property
    def given_on(self) -> date:
        """The day the period was closed as missed, or restated so."""
        return self.miss.since

    @property
    def ends_on(self) -> date:
        """The first day it no longer counts, expired or taken back."""
        return min(self.expires_on, self.miss.until or self.expires_on)

    def counts_on(self, day: date) -> bool:
        """Whether it counts at the end of a day."""
        return self.given_on <= day < self.ends_on


@dataclass(frozen=True, slots=True)
class Level:
    """The remedy that so many strikes bring."""

    strikes: int
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class StrikeCount:
    """The strikes of one party as of a day: all ever given, those that count, and what they bring.

    `level` is the highest that is reached, `since` the day from which it has been; `next_level` is the one
    that more strikes would bring. All are those of the version that gave the newest counting strike.
    """

    party: str
    strikes: tuple[Strike, ...]
    counting: tuple[Strike, ...]
    level: Level | None = None
    since: date | None = None
    next_level: Level | None = None


def give_strikes(misses: Iterable[Miss]) -> tuple[Strike, ...]:
    """A strike for each miss of the commitments in scope, by the version its period is judged by."""
    found = []
    for miss in misses:
        agreement, commitment = miss.judgement.agreement, miss.judgement.commitment
        terms = agreement.governance.strikes
        if terms and (not terms.commitments or commitment.id in terms.commitments):
            found.append(Strike(miss, day_after(agreement, miss.since, terms.expire_after)))
    return tuple(found)


def count_strikes(
    party: str, strikes: Iterable[Strike], agreement: Agreement | None, as_of: date
) -> StrikeCount:
    """Count a party's strikes as of a day.

    Args:
        party: its id.
        strikes: of all parties, by the day they were given.
        agreement: whose levels count while no strike does; None where none is in force.
        as_of: the day.
    """
    own = tuple(strike for strike in strikes if strike.miss.party == party)
    counting = tuple(strike for strike in own if strike.counts_on(as_of))
    levels = _levels(counting[-1].miss.judgement.agreement if counting else agreement)
    reached = [level for level in levels if level.strikes <= len(counting)]
    to_come = next((level for level in levels if level.strikes > len(counting)), None)
    if not reached:
        return StrikeCount(party, own, counting, next_level=to_come)
    return StrikeCount(party, own, counting, reached[-1], _since(own, reached[-1], as_of), to_come)


def levels_reached(party: str, strikes: Iterable[Strike], as_of: date) -> Iterator[tuple[date, StrikeCount]]:
    """The days up to a day on which a party came to a higher level than the day before, ascending."""
    own = [strike for strike in strikes if strike.miss.party == party]
    for day in sorted({strike.given_on for strike in own}):
        count, before = (count_strikes(party, own, None, on) for on in (day, day - ONE_DAY))
        reached, was = (each.level.strikes if each.level else 0 for each in (count, before))
        if day <= as_of and reached > was:
            yield day, count


def _levels(agreement: Agreement | None) -> list[Level]:
    if agreement is None or agreement.governance.strikes is None:
        return []
    remedies = {remedy.id: remedy for remedy in agreement.governance.remedies}
    return [Level(level.strikes, remedies[level.remedy]) for level in agreement.governance.strikes.levels]


def _since(strikes: tuple[Strike, ...], level: Level, as_of: date) -> date | None:
    """From which day on the level has been reached without a break."""
    since: date | None = None
    for day in sorted({day for strike in strikes for day in (strike.given_on, strike.ends_on)}):
        if day <= as_of:
            is_reached = sum(strike.counts_on(day) for strike in strikes) >= level.strikes
            since = (since or day) if is_reached else None
    return since
