"""Judgements, restatements and the record become what follows from missed periods, as of one day.

A period that is closed as missed counts, by the version in force on its first day. Excluded, not triggered
and unverified periods, and those without data, bring no strike and cost nothing; a period that is still open
does not either, even if it can no longer be met.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from living_sla.judge.cancellation import watch_cancellation
from living_sla.judge.commitments import in_force
from living_sla.judge.compensation import judge_compensation
from living_sla.judge.misses import find_misses
from living_sla.judge.strikes import count_strikes, give_strikes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from living_sla.agreement.terms import Party
    from living_sla.judge.cancellation import Watch
    from living_sla.judge.commitments import InForce, Judgement
    from living_sla.judge.compensation import Debt
    from living_sla.judge.misses import Miss
    from living_sla.judge.restatements import Restatements
    from living_sla.judge.strikes import Strike, StrikeCount
    from living_sla.record.actions import Action
    from living_sla.record.loading import Record


@dataclass(frozen=True, slots=True)
class Owing:
    """What one party owes as of a day: the strikes that count with their remedy, debts, overdue actions."""

    party: str
    strikes: StrikeCount
    debts: tuple[Debt, ...]
    overdue: tuple[Action, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether it owes nothing at all."""
        return not (self.strikes.counting or self.debts or self.overdue)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows from missed periods.

    `strikes` are all that were ever given, also those expired or taken back, by the day they were given;
    `debts` those of every miss that stands, also what has been made good; `watches` one for each rule of
    cancellation; `actions` the whole log, and `unanswered` the misses that no action is about; `owing` what
    each party owes, by its id. `misses` include those taken back.
    """

    as_of: date
    misses: tuple[Miss, ...] = ()
    strikes: tuple[Strike, ...] = ()
    debts: tuple[Debt, ...] = ()
    watches: tuple[Watch, ...] = ()
    actions: tuple[Action, ...] = ()
    unanswered: tuple[Miss, ...] = ()
    owing: Mapping[str, Owing] | None = None

    def actions_about(self, commitment: str, period: str) -> tuple[Action, ...]:
        """The actions about one period."""
        return tuple(row for row in self.actions if (row.commitment, row.period) == (commitment, period))


def judge_consequences(
    versions: Sequence[InForce],
    judgements: Mapping[str, tuple[Judgement, ...]],
    restatements: Restatements,
    record: Record,
    as_of: date,
) -> Consequences:
    """Judge what follows from the periods that are closed on a day.

    Args:
        versions: as for `judge_agreement`.
        judgements: as they stand on that day.
        restatements: of them.
        record: everything known on that day.
        as_of: the day.
    """
    if not versions:
        return Consequences(as_of, owing={})
    agreement = in_force(versions, as_of)
    misses = find_misses(judgements, restatements, as_of)
    strikes = give_strikes(misses)
    debts = judge_compensation(misses, judgements, record, as_of)
    log = tuple(action.as_of(as_of) for action in record.actions if action.opened_on <= as_of)
    answered = {(action.commitment, action.period) for action in log}
    parties = dict.fromkeys((*agreement.terms.parties, *(miss.party for miss in misses)))
    return Consequences(
        as_of=as_of,
        misses=misses,
        strikes=strikes,
        debts=debts,
        watches=tuple(watch_cancellation(versions, agreement, judgements, restatements, as_of)),
        actions=log,
        unanswered=tuple(miss for miss in misses if miss.stands_on(as_of) and miss.key not in answered),
        owing={
            party: Owing(
                party,
                count_strikes(party, strikes, agreement, as_of),
                tuple(debt for debt in debts if debt.miss.party == party and debt.is_open),
                tuple(row for row in log if row.is_overdue(as_of) and party_of(row, versions) == party),
            )
            for party in parties
        },
    )


def party_of(action: Action, versions: Sequence[InForce]) -> str:
    """The party that an action is for: that of its owner, or of its commitment where the owner is of both."""
    newest = [version.agreement for version in reversed(versions)]
    for agreement in newest:
        parties = [id_ for id_, party in agreement.terms.parties.items() if _has(id_, party, action.owner)]
        if len(parties) == 1:
            return parties[0]
    promised = (c.party for agreement in newest for c in agreement.commitments if c.id == action.commitment)
    return next(promised, "")


def _has(id_: str, party: Party, owner: str) -> bool:
    """Whether an owner is a party, or somebody of it."""
    people = [
        person for person in (party.lead, party.reports, party.uses, *party.contacts.values()) if person
    ]
    roles = [*(role.role for role in party.roles), *(person.role for person in people)]
    return owner in {id_, *party.contacts, *roles, *(person.name for person in people)}
