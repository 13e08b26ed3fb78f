"""What is still to be made good of earlier periods becomes words beside what the open period asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Deliver, Total
from living_sla.present.text import Words, in_sentence, joined, period_of, short_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from living_sla.judge.commitments import Judgement
    from living_sla.judge.compensation import Debt
    from living_sla.judge.periods import Period


def with_carried(
    judgement: Judgement, owed: Sequence[tuple[date, str]], debts: Iterable[Debt]
) -> Iterator[tuple[date, str, str]]:
    """By when which party owes what: what a period asks for, and beside it what was carried over.

    Args:
        judgement: of the newest period.
        owed: what it asks for, by the day it is due.
        debts: of all commitments; what another party missed, or no amount is asked beside, stands alone.
    """
    commitment, as_of = judgement.commitment, judgement.window.as_of
    own = [d for d in debts if d.carried_into and d.left and d.miss.key[0] == commitment.id]
    is_amount = isinstance(commitment.measure, Total | Deliver)
    beside = [debt for debt in own if is_amount and debt.miss.party == commitment.party]
    for day, what in owed:
        more = [f"{_amount(debt)} {_origin(debt, day, as_of)}" for debt in beside]
        party = Words(judgement.agreement).party(commitment.party)
        yield day, party, f"{what}, and {joined(more)}" if more else what
    alone = own if not owed else [debt for debt in own if debt not in beside]
    yield from (carried_alone(debt, judgement.period, as_of) for debt in alone)


def carried_alone(debt: Debt, newest: Period, as_of: date) -> tuple[date, str, str]:
    """By when, without a time by the end of the newest period, and which party makes what good."""
    measure, agreement = debt.miss.judgement.commitment.measure, debt.miss.judgement.agreement
    what = _amount(debt)
    if isinstance(measure, Total):
        what = f"{what} {in_sentence(agreement.metrics[measure.total].label)}"
    into = debt.carried_into or newest
    day = debt.due_on or max(newest.last, into.last)
    return day, Words(agreement).party(debt.miss.party), f"{what} {_origin(debt, day, as_of)}"


def _amount(debt: Debt) -> str:
    words, measure = Words(debt.miss.judgement.agreement), debt.miss.judgement.commitment.measure
    if isinstance(measure, Total):
        return words.metric_value(measure.total, debt.left[""])
    return joined(words.items(item, int(amount)) for item, amount in debt.left.items())


def _origin(debt: Debt, day: date, as_of: date) -> str:
    missed = debt.miss.judgement
    text = f"carried over from {period_of(missed)}"
    if debt.due_on is None:
        return text
    if debt.is_overdue(as_of):
        return f"{text} (overdue since {short_day(debt.due_on)})"
    return text if debt.due_on == day else f"{text} (due by {short_day(debt.due_on)})"
