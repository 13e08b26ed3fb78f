"""Strikes, debts, rules of cancellation and actions become rows and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Answer, Before, Deliver, Share, Total
from living_sla.judge.calendar import ONE_DAY
from living_sla.present.text import (
    Words,
    agreed_money,
    agreed_number,
    count_text,
    joined,
    period_of,
    period_text,
    short_day,
)
from living_sla.present.views import number_and_goal, period_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.cancellation import Watch
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.compensation import Debt
    from living_sla.judge.consequences import Consequences
    from living_sla.judge.misses import Miss
    from living_sla.judge.restatements import Step
    from living_sla.judge.strikes import StrikeCount


@dataclass(frozen=True, slots=True)
class StrikeRow:
    """One strike in the table of a party; `note` says which restatement added it or took it back."""

    party_id: str
    promise: str
    period: str
    url: str
    given: str
    expires: str
    counts: bool
    note: str


def strike_rows(consequences: Consequences) -> list[StrikeRow]:
    """Every strike ever given, the newest first."""
    rows = []
    for strike in reversed(consequences.strikes):
        judgement = strike.miss.judgement
        rows.append(
            StrikeRow(
                party_id=strike.miss.party,
                promise=judgement.commitment.name,
                period=period_of(judgement),
                url=period_url(judgement),
                given=short_day(strike.given_on),
                expires=short_day(strike.expires_on),
                counts=strike.counts_on(consequences.as_of),
                note=miss_note(strike.miss),
            )
        )
    return rows


def miss_note(miss: Miss) -> str:
    """What a restatement did to a miss: `added on 20 Apr 2026: 504 of 500 leads became 488 of 500 leads`."""
    notes = []
    if miss.added_by:
        notes.append(f"added on {_became(miss.added_by)}")
    if miss.taken_back:
        notes.append(f"taken back on {_became(miss.taken_back)}")
    return "; ".join(notes)


def count_sentence(count: StrikeCount) -> str:
    """`3 strikes count: Shift of people or money, since 7 Mar 2026; Renegotiation at 5`."""
    if not count.counting:
        text = "No strike counts"
    else:
        many = len(count.counting) > 1
        text = f"{count_text(len(count.counting), 'strike')} {'count' if many else 'counts'}"
    if count.level and count.since:
        text += f": {count.level.remedy.name}, since {short_day(count.since)}"
    if count.next_level:
        text += f"; {count.next_level.remedy.name} at {count.next_level.strikes}"
    return text


def debt_sentence(debt: Debt, as_of: date) -> str:
    """`$480, for 12 leads missing in March 2026`, or what is carried on, and how much of it is left."""
    judgement = debt.miss.judgement
    if not debt.missing:
        return f"What was missing in {period_of(judgement)} cannot be counted; the agreement's words hold"
    missing = f"{_missing(judgement, debt.missing)} {_when(judgement)}"
    due = f", due by {short_day(debt.due_on)}" if debt.due_on else ""
    if debt.money is not None:
        return f"{agreed_money(debt.money, judgement.agreement.terms.currency)}, for {missing}{due}"
    if is_settled_late(debt):
        return f"{missing}: made good within the {judgement.commitment.measure.every}"
    into = period_text(debt.carried_into, judgement.commitment.measure.every) if debt.carried_into else ""
    text = f"{missing}, carried into {into}"
    if not debt.left:
        return f"{text}: made good"
    if debt.made_good:
        text += f", {_amounts(judgement, debt.left)} left"
    if debt.due_on and debt.is_overdue(as_of):
        return f"{text}, overdue since {short_day(debt.due_on)}"
    return f"{text}{due}"


def is_settled_late(debt: Debt) -> bool:
    """Whether all that was missing came within its own period, after the last day that counts."""
    own = debt.miss.judgement.period
    return bool(debt.made_good) and not debt.left and all(row.period == own for row in debt.made_good)


def debt_line(debt: Debt, as_of: date) -> str:
    """The same with the name of its promise, for a list of several."""
    return f"{debt.miss.judgement.commitment.name}: {debt_sentence(debt, as_of)}"


def watch_sentence(watch: Watch) -> str:
    """`2 of 3 missed in a row; may be open from 7 Feb 2027; 1 month of notice`."""
    rule = watch.rule
    which = f"of the last {rule.of_last}" if rule.of_last else "in a row"
    parts = [f"{watch.missed} of {rule.missed} missed {which}"]
    if watch.could_be > watch.missed:
        parts.append(f"could become {watch.could_be} of {rule.missed}, for numbers are missing")
    if watch.open_since and watch.ends_on:
        parts.append(f"open since {short_day(watch.open_since)}")
        parts.append(f"with notice now, the end would be {short_day(watch.ends_on)}")
    elif watch.may_open_on:
        parts.append(f"open on {short_day(watch.may_open_on)} at the earliest")
    return "; ".join([*parts, f"notice: {rule.notice}"])


def _when(judgement: Judgement) -> str:
    """`in March 2026`, or `on 10 Apr 2026`: the last day that counts, where it is not the period's."""
    window = judgement.window
    if window.end == judgement.period.end:
        return f"in {period_of(judgement)}"
    return f"on {short_day(window.end - ONE_DAY)}"


def _became(step: Step) -> str:
    """On which day, and what changed the outcome: other numbers, another text, a plan frozen only then."""
    day, before, after = short_day(step.on), step.before, step.after
    if step.is_amended:
        return f"{day}, by version {after.agreement.terms.version} of the agreement"
    if step.is_replanned:
        return f"{day}, when the plan that sets its target was frozen"
    if before.tally.actual is None and step.moves:
        return f"{day}, when it was first reported"
    was, is_ = (" ".join(filter(None, number_and_goal(judgement))) for judgement in (before, after))
    if was == is_ or None in {before.tally.actual, after.tally.actual}:
        was, is_ = before.verdict, after.verdict
    return f"{day}: {was} became {is_}"


def _missing(judgement: Judgement, amounts: Mapping[str, Exact]) -> str:
    """`12 leads missing`, `12 leads above the limit`, or by the metric: `1 missing of Qualified leads`."""
    words, measure = Words(judgement.agreement), judgement.commitment.measure
    how = "missing" if judgement.goal is None or judgement.goal.at_least else "above the limit"
    text = f"{_amounts(judgement, amounts)} {how}"
    match measure:
        case Total(total=metric) if amounts[""] == 1 and words.unit(judgement.commitment):
            return f"{text} of {judgement.agreement.metrics[metric].label}"
        case Share(share=metric):
            return f"{text} of {judgement.agreement.metrics[metric].label}"
        case _:
            return text


def _amounts(judgement: Judgement, amounts: Mapping[str, Exact]) -> str:
    """`12 leads`, `$1,200`, `1 blog post and 1 case study`; without a unit one of them, and a share's events.

    A unit is a word for many, and of one nobody knows what to call it.
    """
    words, measure = Words(judgement.agreement), judgement.commitment.measure
    match measure:
        case Deliver():
            return joined(words.items(item, int(amount)) for item, amount in amounts.items())
        case Answer(with_=item) | Before(deliver=item):
            return words.items(item, int(amounts[""]))
        case Total(total=metric):
            unit = "" if amounts[""] == 1 else words.unit(judgement.commitment)
            return f"{words.metric_value(metric, amounts[''])} {unit}".strip()
        case _:
            return agreed_number(amounts[""])
