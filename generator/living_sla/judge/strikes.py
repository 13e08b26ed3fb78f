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

    `level` is the highest that is reached, `since` the day from which its remedy has been; `next_level` is
    the one that more strikes would bring. All are those of the version that gave the newest counting strike.
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
    counting = _counting(own, as_of)
    levels = _levels(counting[-1].miss.judgement.agreement if counting else agreement)
    reached = _reached(own, as_of)
    to_come = next((level for level in levels if level.strikes > len(counting)), None)
    if not reached:
        return StrikeCount(party, own, counting, next_level=to_come)
    return StrikeCount(party, own, counting, reached[-1], _since(own, reached[-1].remedy, as_of), to_come)


def levels_reached(party: str, strikes: Iterable[Strike], as_of: date) -> Iterator[tuple[date, StrikeCount]]:
    """The days up to a day on which a party came to a remedy that it had not come to before, ascending.

    With the newest strike the levels of another version may count, and so another remedy.
    """
    own = tuple(strike for strike in strikes if strike.miss.party == party)
    for day in _days(own, as_of):
        before, reached = _reached(own, day - ONE_DAY), _reached(own, day)
        if reached and not _brings(before, reached[-1].remedy):
            yield day, count_strikes(party, own, None, day)


def _counting(strikes: tuple[Strike, ...], day: date) -> tuple[Strike, ...]:
    return tuple(strike for strike in strikes if strike.counts_on(day))


def _days(strikes: tuple[Strike, ...], as_of: date) -> list[date]:
    """The days up to a day on which the count changes, ascending."""
    return sorted({day for strike in strikes for day in (strike.given_on, strike.ends_on) if day <= as_of})


def _levels(agreement: Agreement | None) -> list[Level]:
    if agreement is None or agreement.governance.strikes is None:
        return []
    remedies = {remedy.id: remedy for remedy in agreement.governance.remedies}
    return [Level(level.strikes, remedies[level.remedy]) for level in agreement.governance.strikes.levels]


def _reached(strikes: tuple[Strike, ...], day: date) -> list[Level]:
    """The levels that a party's strikes reach on a day, by the version that gave the newest of them."""
    counting = _counting(strikes, day)
    levels = _levels(counting[-1].miss.judgement.agreement) if counting else []
    return [level for level in levels if level.strikes <= len(counting)]


def _brings(levels: Iterable[Level], remedy: Remedy) -> bool:
    return any(level.remedy.id == remedy.id for level in levels)


def _since(strikes: tuple[Strike, ...], remedy: Remedy, as_of: date) -> date | None:
    """From which day on a remedy has been the highest that is reached, without a break."""
    since: date | None = None
    for day in _days(strikes, as_of):
        since = (since or day) if _brings(_reached(strikes, day)[-1:], remedy) else None
    return since
