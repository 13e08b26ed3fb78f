"""What follows from missed periods becomes the sections of pages: who owes what, and what may be ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.judge.consequences import party_of
from living_sla.present.carried import with_carried
from living_sla.present.consequences import (
    StrikeRow,
    count_sentence,
    debt_line,
    debt_sentence,
    miss_note,
    strike_rows,
    watch_sentence,
)
from living_sla.present.text import Words, agreed_money, count_text, joined, period_of, short_day
from living_sla.present.views import period_url, promise_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from living_sla.judge.commitments import Judgement
    from living_sla.judge.compensation import Debt
    from living_sla.judge.consequences import Owing
    from living_sla.judge.strikes import Strike
    from living_sla.present.subject import Standing, Subject
    from living_sla.present.views import PromiseView
    from living_sla.record.actions import Action

MOST_DEBTS = 6
MOST_UNANSWERED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that follows: in words, where more is to be read, and whether its day has passed."""

    text: str
    url: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class PartyOwing:
    """What one party owes, each list the newest first; `before` counts what the lists leave out."""

    name: str
    url: str
    strikes: str
    remedy: str
    counting: list[StrikeRow]
    expired: str
    money: str
    debts: list[Line]
    debts_before: int
    actions: list[Line]
    unanswered: list[Line]
    unanswered_before: int

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to say but that no strike counts."""
        return not (self.counting or self.debts or self.actions or self.unanswered)


def speaks_of_consequences(subject: Subject) -> bool:
    """Whether the agreement says what follows a missed promise, or something has followed."""
    governance, found = subject.agreement.governance, subject.consequences
    agreed = governance.strikes or governance.compensation or governance.cancellation
    return bool(agreed or found.strikes or found.debts or found.actions)


def parties_owing(subject: Subject) -> list[PartyOwing]:
    """What each party owes, in the agreement's order; those that left it last, if they owe something."""
    terms, owing = subject.agreement.terms, subject.consequences.owing or {}
    return [
        _party_owing(subject, found)
        for id_, found in owing.items()
        if id_ in terms.parties or not found.is_nothing
    ]


def party_name(standing: Standing, party: str) -> str:
    """The name of a party, marked where the agreement no longer has it."""
    if party in standing.agreement.terms.parties:
        return Words(standing.agreement).party(party)
    known = (version.agreement for version in reversed(standing.versions))
    names = (agreement.terms.parties[party].name for agreement in known if party in agreement.terms.parties)
    return f"{next(names, party)} (no longer a party)"


def party_owing(subject: Subject, party: str) -> PartyOwing | None:
    """What one party owes; None where nothing is known of it."""
    found = (subject.consequences.owing or {}).get(party)
    return _party_owing(subject, found) if found else None


def _party_owing(subject: Subject, owing: Owing) -> PartyOwing:
    agreement, found = subject.agreement, subject.consequences
    is_party = owing.party in agreement.terms.parties
    debts = owing.debts[::-1]
    own = [m.judgement for m in found.unanswered[::-1] if m.party == owing.party] if found.actions else []
    counted = bool(agreement.governance.strikes or owing.strikes.strikes)
    return PartyOwing(
        name=party_name(subject.standing, owing.party),
        url=f"{agreement.id}/{owing.party}/" if is_party else "",
        strikes=count_sentence(owing.strikes) if counted else "",
        remedy=owing.strikes.level.remedy.description if owing.strikes.level else "",
        counting=[row for row in strike_rows(found) if row.party_id == owing.party and row.counts],
        expired=_expired_text(owing),
        money=_money_text(debts),
        debts=list(_debt_lines(debts[:MOST_DEBTS], found.as_of)),
        debts_before=max(0, len(debts) - MOST_DEBTS),
        actions=[*_pending(subject, owing)],
        unanswered=[Line(_name(judgement), period_url(judgement)) for judgement in own[:MOST_UNANSWERED]],
        unanswered_before=max(0, len(own) - MOST_UNANSWERED),
    )


def _expired_text(owing: Owing) -> str:
    """`7 earlier ones have expired, 1 was taken back`."""
    gone = [strike for strike in owing.strikes.strikes if strike not in owing.strikes.counting]
    back = sum(strike.miss.taken_back is not None for strike in gone)
    expired = len(gone) - back
    told = [f"{count_text(expired, 'earlier one has', 'earlier ones have')} expired"] if expired else []
    told += [f"{count_text(back, 'was', 'were')} taken back"] if back else []
    return ", ".join(told)


def _money_text(debts: Iterable[Debt]) -> str:
    """`$3,880`, or of more than one sum `$3,880 in all`; in each currency that versions had."""
    sums: dict[str, list[Fraction]] = {}
    for debt in debts:
        if debt.money is not None:
            currency = debt.miss.judgement.agreement.terms.currency
            sums.setdefault(currency, []).append(Fraction(debt.money))
    return " and ".join(
        agreed_money(sum(amounts, Fraction(0)), currency) + (" in all" if len(amounts) > 1 else "")
        for currency, amounts in sums.items()
    )


def _debt_lines(debts: Sequence[Debt], as_of: date) -> Iterator[Line]:
    """Each debt in words, with the name of its promise where they are for several."""
    several = len({debt.miss.judgement.commitment.id for debt in debts}) > 1
    for debt in debts:
        text = debt_line(debt, as_of) if several else debt_sentence(debt, as_of)
        yield Line(text, period_url(debt.miss.judgement), debt.is_overdue(as_of))


def _pending(subject: Subject, owing: Owing) -> Iterator[Line]:
    """The actions that are not done: those overdue, then those still to come that are this party's."""
    found = subject.consequences
    to_come = (row for row in found.actions if row.done_on is None and not row.is_overdue(found.as_of))
    own = (row for row in to_come if party_of(row, subject.standing.versions) == owing.party)
    for action in (*owing.overdue, *own):
        yield action_line(subject, action)


def action_line(subject: Subject, action: Action) -> Line:
    """What is done about a miss, by whom, and when; overdue if its day has passed."""
    as_of = subject.consequences.as_of
    is_late = action.is_overdue(as_of)
    told = f"done {short_day(action.done_on)}" if action.done_on else due_text(action, as_of)
    known = {judgement.period.id for judgement in subject.standing.judgements.get(action.commitment, ())}
    url = f"{promise_url(subject.agreement.id, action.commitment)}#{action.period}"
    url = url if action.period in known else ""
    return Line(f"{action.action} ({owner_text(subject.standing, action.owner)}): {told}", url, is_late)


def due_text(action: Action, day: date) -> str:
    """When an action that is not done is or was due: `due 15 May 2026`, `overdue since 15 May 2026`."""
    return f"{'overdue since' if action.is_overdue(day) else 'due'} {short_day(action.due_on)}"


def owner_text(standing: Standing, owner: str) -> str:
    """Who answers for an action: a party's name, or a contact's role unless persons are named."""
    names_persons = standing.agreement.governance.persons == "named"
    for agreement in (standing.agreement, *(version.agreement for version in reversed(standing.versions))):
        for id_, party in agreement.terms.parties.items():
            if owner == id_:
                return party.name
            if contact := party.contacts.get(owner):
                return contact.name if names_persons else contact.role or f"a contact of {party.name}"
    return owner


def with_debts(subject: Subject, promises: Iterable[PromiseView]) -> list[PromiseView]:
    """Promises with what is still to be made good of their earlier periods."""
    return [replace(promise, carried=_carried_text(subject, promise.id)) for promise in promises]


def _carried_text(subject: Subject, commitment: str) -> str:
    """`Marketing also owes 12 leads carried over from July 2026, by 31 Aug 2026`."""
    told: dict[str, list[str]] = {}
    for judgement in subject.standing.judgements.get(commitment, ())[-1:]:
        for day, party, what in with_carried(judgement, (), subject.consequences.debts):
            by = f", by {short_day(day)}" if day >= judgement.window.as_of else ""
            told.setdefault(party, []).append(f"{what}{by}")
    return "; ".join(f"{party} also owes {joined(what)}" for party, what in told.items())


def watch_lines(subject: Subject, party: str | None = None) -> list[tuple[str, Line]]:
    """Each rule of cancellation, of one party or of all: the promise's name, and how far the rule is."""
    return [
        (
            watch.commitment.name,
            Line(
                watch_sentence(watch), promise_url(subject.agreement.id, watch.commitment.id), watch.is_open
            ),
        )
        for watch in subject.consequences.watches
        if party in {None, watch.commitment.party}
    ]


def alerts(subject: Subject) -> list[str]:
    """What a reader must know at once: remedies reached, rules of cancellation open, actions overdue."""
    found, told = subject.consequences, []
    for id_, owing in (found.owing or {}).items():
        name = party_name(subject.standing, id_)
        level, count = owing.strikes.level, len(owing.strikes.counting)
        if level:
            told.append(f"{name}: {level.remedy.name}, at {count_text(count, 'strike')}")
        if owing.overdue:
            told.append(f"{name}: {count_text(len(owing.overdue), 'corrective action')} overdue")
    for watch in found.watches:
        if watch.open_since:
            since = short_day(watch.open_since)
            told.append(f"{watch.commitment.name}: the agreement may be ended, since {since}")
    return told


def period_lines(subject: Subject, judgements: Iterable[Judgement]) -> dict[str, list[Line]]:
    """What each period of one commitment brought, by its id: strikes, debts, and what was done about it."""
    found = {judgement.period.id: list(_followed(subject, judgement)) for judgement in judgements}
    return {period: lines for period, lines in found.items() if lines}


def _followed(subject: Subject, judgement: Judgement) -> Iterator[Line]:
    found, key = subject.consequences, (judgement.commitment.id, judgement.period.id)
    yield from (_strike_line(subject, strike) for strike in found.strikes if strike.miss.key == key)
    for debt in found.debts:
        if debt.miss.key == key:
            yield Line(debt_sentence(debt, found.as_of), "", debt.is_overdue(found.as_of))
    for action in found.actions_about(*key):
        line = action_line(subject, action)
        yield Line(line.text, action.link, line.is_late)
    if found.actions and any(miss.key == key for miss in found.unanswered):
        yield Line("No corrective action is on record")


def _strike_line(subject: Subject, strike: Strike) -> Line:
    """`A strike for Marketing on 7 Jan 2026, expired 7 Jul 2026`, and what a restatement did to it."""
    party = strike.miss.judgement.agreement.terms.parties[strike.miss.party].name
    text = f"A strike for {party} on {short_day(strike.given_on)}"
    if not strike.miss.taken_back:
        ended = "expired" if strike.expires_on <= subject.consequences.as_of else "expires"
        text += f", {ended} {short_day(strike.expires_on)}"
    return Line("; ".join(filter(None, (text, miss_note(strike.miss)))))


def _name(judgement: Judgement) -> str:
    return f"{judgement.commitment.name}, {period_of(judgement)}"
