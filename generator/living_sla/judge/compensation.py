"""Misses become what they cost by the agreement: money for each missing unit, or the shortfall made good.

Of an upper limit money counts the units above it; only a total to reach and things to deliver are made good.

A shortfall that is made good is carried into the next period, on top of its target; the verdict there is
still by the target alone, so that one miss is not judged twice. What comes beyond the target of any later
period, and what comes of the missed period after its `by`, makes the oldest shortfall good first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Total
from living_sla.judge.misses import day_after
from living_sla.judge.periods import Rhythm, days_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.governance import Compensation
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.misses import Miss
    from living_sla.judge.periods import Period
    from living_sla.record.loading import Record

Shortfall = dict[str, "Exact"]
"""How much is missing, by the item delivered; under '' for what has no items."""


@dataclass(frozen=True, slots=True)
class MadeGood:
    """What a period brought of an earlier shortfall."""

    period: Period
    item: str
    amount: Exact


@dataclass(frozen=True, slots=True)
class Debt:
    """What one miss costs.

    `missing` counts what is above an upper limit too; it is empty where nothing can be counted, as of a share
    of days on which only the good events are known. `money` is None for what is made good instead; no record
    says what was paid.
    `carried_into` and `made_good` are of a shortfall that is made good. `due_on` is the last day of its time.
    """

    rule: Compensation
    miss: Miss
    missing: Mapping[str, Exact]
    due_on: date | None
    money: Exact | None = None
    carried_into: Period | None = None
    made_good: tuple[MadeGood, ...] = ()

    @property
    def left(self) -> Shortfall:
        """What has not been made good yet, without what has."""
        left = dict(self.missing)
        for row in self.made_good:
            left[row.item] -= row.amount
        return {item: amount for item, amount in left.items() if amount > 0}

    @property
    def is_open(self) -> bool:
        """Whether something is still owed: money always, for what was paid is not on record."""
        return bool(self.money if self.carried_into is None else self.left)

    def is_overdue(self, as_of: date) -> bool:
        """Whether the time to make it good has passed with something left; of money nobody knows."""
        return (
            self.carried_into is not None
            and self.due_on is not None
            and bool(self.left)
            and self.due_on < as_of
        )


@dataclass
class _Running:
    """A debt that is being made good."""

    debt: Debt
    left: Shortfall
    made_good: list[MadeGood] = field(default_factory=list)

    def settle(self, period: Period, surplus: Shortfall) -> None:
        """Take what is left from a surplus, which loses it."""
        for item in self.left:
            amount = min(self.left[item], surplus.get(item, 0))
            if amount > 0:
                self.left[item] -= amount
                surplus[item] -= amount
                self.made_good.append(MadeGood(period, item, amount))

    @property
    def settled(self) -> Debt:
        """The debt with all that was made good of it."""
        debt = self.debt
        return Debt(
            debt.rule, debt.miss, debt.missing, debt.due_on, None, debt.carried_into, tuple(self.made_good)
        )


def judge_compensation(
    misses: Iterable[Miss], judgements: Mapping[str, tuple[Judgement, ...]], record: Record, as_of: date
) -> tuple[Debt, ...]:
    """What every miss that stands costs by the version of its period, in the order of the misses."""
    debts = [debt for miss in misses if miss.stands_on(as_of) for debt in debts_of(miss)]
    to_mend = [debt for debt in debts if debt.carried_into]
    settled = {
        id(debt): after
        for commitment in dict.fromkeys(debt.miss.judgement.commitment.id for debt in to_mend)
        for debt, after in _make_good(commitment, to_mend, judgements[commitment], record, as_of)
    }
    return tuple(settled.get(id(debt), debt) for debt in debts)


def debts_of(miss: Miss) -> Iterable[Debt]:
    """What a miss costs by the version of its period, before anything is made good of it."""
    judgement = miss.judgement
    for rule in judgement.agreement.governance.compensation:
        if rule.commitment != judgement.commitment.id:
            continue
        within = rule.within
        due_on = day_after(judgement.agreement, miss.since, within) if within else None
        missing = shortfall(judgement)
        if rule.how == "money":
            yield Debt(rule, miss, missing, due_on, money=sum(missing.values()) * (rule.amount or 0))
        elif missing:
            rhythm = Rhythm.of(judgement.agreement.terms.calendar)
            following = rhythm.period_of(judgement.period.end, judgement.commitment.measure.every)
            yield Debt(rule, miss, missing, due_on, carried_into=following)
        else:
            yield Debt(rule, miss, {}, due_on)


def shortfall(judgement: Judgement) -> Shortfall:
    """How far the outcome is from the goal: units, things of each kind, or events; of a limit, above it.

    Of a share so many events as would have had to be good, or for a limit not to be, rounded up to whole ones
    where all are whole. Empty for a level, and where nothing is missing.
    """
    goal, tally = judgement.goal, judgement.tally
    if goal is None:
        return {}
    if tally.kinds is not None:
        return {item: wanted - done for item, (done, wanted) in tally.kinds.items() if done < wanted}
    actual, agreed = tally.good or 0, goal.value * (tally.events or 0)
    if isinstance(judgement.commitment.measure, Total):
        actual, agreed = tally.actual or 0, goal.value
    away = agreed - actual if goal.at_least else actual - agreed
    is_whole = isinstance(tally.events, int) and isinstance(tally.good, int)
    return {"": ceil(away) if is_whole else away} if away > 0 else {}


def _make_good(
    commitment: str, debts: list[Debt], judgements: tuple[Judgement, ...], record: Record, as_of: date
) -> list[tuple[Debt, Debt]]:
    """The debts of one commitment, each with what it is after all later periods."""
    own = {debt.miss.key[1]: debt for debt in debts if debt.miss.key[0] == commitment}
    running: list[_Running] = []
    for judgement in judgements:
        if debt := own.get(judgement.period.id):
            running.append(_Running(debt, dict(debt.missing)))
        own_party = [each for each in running if each.debt.miss.party == judgement.commitment.party]
        surplus = _surplus(judgement, own_party, record, as_of) if own_party else {}
        for each in own_party:
            each.settle(judgement.period, surplus)
    return [(each.debt, each.settled) for each in running]


def _surplus(judgement: Judgement, debts: list[_Running], record: Record, as_of: date) -> Shortfall:
    """What came in a period beyond what its own target takes, up to a day."""
    if judgement.goal is None or not judgement.goal.at_least or judgement.window.is_excluded:
        return {}
    period, without = judgement.period, judgement.window.without
    days = {day for day in days_of(period.start, period.end) if day <= as_of and day not in without}
    measure, tally = judgement.commitment.measure, judgement.tally
    if isinstance(measure, Total):
        same = (each for each in debts if _metric(each.debt.miss.judgement.commitment) == measure.total)
        if next(same, None) is None:
            return {}
        by_day = record.of(measure.total).by_day
        came = sum(value for day, value in by_day.items() if day in days)
        return {"": came - min(tally.actual or 0, judgement.goal.value)}
    items = {item for each in debts for item in each.left}
    kinds = tally.kinds or {}
    return {
        item: sum(row.item == item and row.on in days for row in record.deliveries)
        - min(kinds.get(item, (0, 0)))
        for item in items
    }


def _metric(commitment: Commitment) -> str | None:
    return commitment.measure.total if isinstance(commitment.measure, Total) else None
