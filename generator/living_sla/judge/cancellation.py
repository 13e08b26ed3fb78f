"""Judgements and the rules of ending an agreement become how far each rule is: 2 of 3 missed.

Closed periods count, as they stand, that were promised by the same party in the same rhythm as the promise
has now. One without a verdict (not triggered, no data) is skipped: it is no miss and does not break a row of
misses. One that is unverified may have been met or missed: the least that can come of it is counted, so that
a rule is open only where no missing number could deny it, and the most is said beside the count. A rule stays
open until a period is met that breaks the row, or pushes a miss out of the last so many.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from living_sla.agreement.fields import LAST_YEAR
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.commitments import awaits_plan, in_force
from living_sla.judge.misses import day_after, known_outcomes
from living_sla.judge.periods import Rhythm
from living_sla.judge.verdicts import JUDGED, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.governance import Cancellation
    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import InForce, Judgement
    from living_sla.judge.misses import Said
    from living_sla.judge.restatements import Restatements

# Further ahead nobody plans to end an agreement.
_MOST_PERIODS = 400


@dataclass(frozen=True, slots=True)
class Watch:
    """How far one rule of cancellation is: `missed` of `rule.missed`.

    `missed` counts unverified periods as met, `could_be` as missed. `open_since` is the day from which the
    agreement may be ended, and `ends_on` the earliest end if notice were given at once; `may_open_on` is the
    day the rule is open at the earliest if it is not, None where the agreement ends before.
    """

    rule: Cancellation
    commitment: Commitment
    missed: int
    could_be: int
    open_since: date | None = None
    ends_on: date | None = None
    may_open_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether the agreement may be ended by it."""
        return self.open_since is not None


@dataclass(frozen=True, slots=True)
class Opening:
    """A time in which an agreement could be ended by a rule; `until` is the first day it no longer could."""

    on: date
    rule: Cancellation
    agreement: Agreement
    until: date | None = None

    @property
    def commitment(self) -> Commitment:
        """The commitment that was missed."""
        return _commitment(self.agreement, self.rule)


def watch_cancellation(
    versions: Sequence[InForce],
    agreement: Agreement,
    judgements: Mapping[str, tuple[Judgement, ...]],
    restatements: Restatements,
    as_of: date,
) -> Iterator[Watch]:
    """Watch every rule of an agreement.

    Args:
        versions: all versions in the order in which they took effect.
        agreement: the one in force, whose rules are watched.
        judgements: of every commitment, ascending.
        restatements: of them.
        as_of: the day.
    """
    for rule in agreement.governance.cancellation:
        commitment = _commitment(agreement, rule)
        own = judgements.get(rule.commitment, ())
        known = [known_outcomes(judgement, restatements, as_of) for judgement in own]
        pending = [
            judgement
            for judgement, outcomes in zip(own, known, strict=True)
            if not outcomes and _is_same(judgement.commitment, commitment)
        ]
        verdicts = list(_known_on(known, commitment, as_of))
        is_open = _is_open(rule, known, agreement, as_of)
        turns = _turns(_terms_of(rule), versions, known, as_of) if is_open else ()
        to_come = _periods_to_come(agreement, commitment, pending, as_of)
        yield Watch(
            rule=rule,
            commitment=commitment,
            missed=_count(rule, verdicts),
            could_be=_count(rule, verdicts, unverified=Verdict.MISSED),
            open_since=max((day for day, _, _ in turns), default=None),
            ends_on=day_after(agreement, as_of, rule.notice) if is_open else None,
            may_open_on=None if is_open else _may_open_on(rule, verdicts, to_come, as_of),
        )


def find_openings(
    versions: Sequence[InForce],
    judgements: Mapping[str, tuple[Judgement, ...]],
    restatements: Restatements,
    as_of: date,
) -> list[Opening]:
    """Every time that a rule of the version then in force came to be open; ascending.

    A rule does not open anew with each version that has it, nor after missing numbers left it in doubt.

    Args:
        versions: as for `watch_cancellation`.
        judgements: of every commitment, ascending.
        restatements: of them.
        as_of: the last day.
    """
    found: list[Opening] = []
    rules = dict.fromkeys(_terms_of(r) for v in versions for r in v.agreement.governance.cancellation)
    for terms in rules:
        known = [known_outcomes(j, restatements, as_of) for j in judgements.get(terms[0], ())]
        turns = list(_turns(terms, versions, known, as_of))
        ends = [day for day, rule, _ in turns if rule is None]
        opened = ((day, rule, agreement) for day, rule, agreement in turns if rule)
        found += [Opening(*each, until) for each, until in zip(opened, [*ends, None], strict=False)]
    return sorted(found, key=lambda row: (row.on, row.rule.commitment, row.rule.missed))


def _turns(
    terms: tuple[str, int, int | None],
    versions: Sequence[InForce],
    known: Sequence[tuple[Said, ...]],
    as_of: date,
) -> Iterator[tuple[date, Cancellation | None, Agreement]]:
    """The days up to a day on which a rule surely came to be open, and, without it, surely closed again.

    While missing numbers leave it unknown which, nothing turns.

    Args:
        terms: of the rule, which several versions may have.
        versions: of which the one in force on a day says whether the rule holds.
        known: the outcomes of its commitment's periods.
        as_of: the last day.
    """
    starts = {version.agreement.terms.effective for version in versions}
    days = starts | {said.on for outcomes in known for said in outcomes}
    was_open = False
    for day in sorted(day for day in days if day <= as_of):
        agreement = in_force(versions, day)
        own = (rule for rule in agreement.governance.cancellation if _terms_of(rule) == terms)
        rule = next(own, None)
        is_open = _is_open(rule, known, agreement, day) if rule else False
        if is_open is not None and is_open != was_open:
            yield day, rule if is_open else None, agreement
            was_open = is_open


def _is_open(
    rule: Cancellation, known: Sequence[tuple[Said, ...]], agreement: Agreement, day: date
) -> bool | None:
    """Whether the agreement may be ended by a rule; None where missing numbers leave that unknown."""
    commitment = _commitment(agreement, rule)
    least, most = (
        _count(rule, _known_on(known, commitment, day), unverified=of) for of in (Verdict.MET, Verdict.MISSED)
    )
    return least >= rule.missed if (least >= rule.missed) == (most >= rule.missed) else None


def _commitment(agreement: Agreement, rule: Cancellation) -> Commitment:
    return next(c for c in agreement.commitments if c.id == rule.commitment)


def _terms_of(rule: Cancellation) -> tuple[str, int, int | None]:
    """What makes two rules of two versions one."""
    return rule.commitment, rule.missed, rule.of_last


def _known_on(known: Sequence[tuple[Said, ...]], commitment: Commitment, day: date) -> Iterator[Verdict]:
    """The verdicts of the periods closed by a day, as it knew them, the newest first.

    They go back to the first of those that were promised by the same party in the same rhythm.
    """
    for outcomes in reversed(known):
        if outcomes and outcomes[0].on <= day:
            *_, latest = (said.judgement for said in outcomes if said.on <= day)
            if not _is_same(latest.commitment, commitment):
                return
            yield latest.verdict


def _is_same(one: Commitment, other: Commitment) -> bool:
    """Whether what two versions promise is missed by the same party, in the same rhythm."""
    return (one.party, one.measure.every) == (other.party, other.measure.every)


def _count(rule: Cancellation, verdicts: Iterable[Verdict], *, unverified: Verdict = Verdict.MET) -> int:
    """The misses of the last so many verdicts, or in a row up to the last, with the unverified taken so.

    The newest verdict comes first.
    """
    known = (unverified if verdict is Verdict.UNVERIFIED else verdict for verdict in verdicts)
    counted = (verdict for verdict in known if verdict in JUDGED)
    if rule.of_last:
        return list(islice(counted, rule.of_last)).count(Verdict.MISSED)
    return sum(1 for _ in takewhile(lambda verdict: verdict is Verdict.MISSED, counted))


def _periods_to_come(
    agreement: Agreement, commitment: Commitment, pending: Sequence[Judgement], as_of: date
) -> Iterator[tuple[date, Verdict]]:
    """The days on which periods will be closed, and their verdicts if all that can be missed is."""
    rhythm, every = Rhythm.of(agreement.terms.calendar), commitment.measure.every
    settled = {j.period: j.verdict for j in pending if _is_settled(j)}
    first = pending[0].period.start if pending else max(as_of, agreement.terms.effective)
    last = agreement.terms.expires or as_of.replace(year=LAST_YEAR, day=1)
    for period in islice(rhythm.periods(first, last, every), _MOST_PERIODS):
        closes = day_after(agreement, period.last, commitment.close_after)
        if closes > as_of:
            yield closes, settled.get(period, Verdict.MISSED)


def _is_settled(judgement: Judgement) -> bool:
    """Whether a period that is not closed can hardly be missed any more."""
    if judgement.verdict is Verdict.NOT_TRIGGERED:
        return judgement.reason is not Reason.CONDITION_OPEN and not awaits_plan(judgement)
    return judgement.verdict is Verdict.MET


def _may_open_on(
    rule: Cancellation, verdicts: Iterable[Verdict], to_come: Iterable[tuple[date, Verdict]], as_of: date
) -> date | None:
    """The day on which the rule opens if every period that is not settled is missed.

    The numbers that a closed period lacks may come the day after.
    """
    newest = deque(verdicts)
    for day, verdict in chain([(as_of + ONE_DAY, Verdict.NO_DATA)], to_come):
        newest.appendleft(verdict)
        if _count(rule, newest, unverified=Verdict.MISSED) >= rule.missed:
            return day
    return None
