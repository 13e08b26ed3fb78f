"""Judgements and the rules of ending an agreement become how far each rule is: 2 of 3 missed.

Closed periods count, as they stand. One without a verdict (not triggered, no data, unverified) is skipped:
it is no miss and does not break a row of misses; one that is unverified could still become a miss, and that
is said beside the count. A rule stays open until a period is met that breaks the row, or pushes a miss out
of the last so many.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from living_sla.agreement.fields import LAST_YEAR
from living_sla.judge.misses import day_after, known_outcomes
from living_sla.judge.periods import Rhythm
from living_sla.judge.verdicts import Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.governance import Cancellation
    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import InForce, Judgement
    from living_sla.judge.misses import Known
    from living_sla.judge.restatements import Restatements

_COUNTED = (Verdict.MET, Verdict.MISSED)
# Further ahead nobody plans to end an agreement.
_MOST_PERIODS = 400


@dataclass(frozen=True, slots=True)
class Watch:
    """How far one rule of cancellation is: `missed` of `rule.missed`.

    `could_be` counts unverified periods as missed too. `looked_at` are the periods with a verdict that the
    count goes by, ascending. `open_since` is the day from which the agreement may be ended, and `ends_on` the
    earliest end if notice were given at once; `may_open_on` is the day the rule is open at the earliest if it
    is not, None where the agreement ends before.
    """

    rule: Cancellation
    commitment: Commitment
    missed: int
    could_be: int
    looked_at: tuple[Judgement, ...]
    open_since: date | None = None
    ends_on: date | None = None
    may_open_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether the agreement may be ended by it."""
        return self.open_since is not None


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
    commitments = {commitment.id: commitment for commitment in agreement.commitments}
    for rule in agreement.governance.cancellation:
        own = judgements.get(rule.commitment, ())
        known = [known_outcomes(judgement, restatements, as_of) for judgement in own]
        closed = [outcomes for outcomes in known if outcomes]
        seen = [outcomes[-1][1] for outcomes in closed]
        verdicts = [judgement.verdict for judgement in seen]
        since = _open_since(rule, closed, _rule_from(rule, versions))
        pending = [judgement for judgement, outcomes in zip(own, known, strict=True) if not outcomes]
        commitment = commitments[rule.commitment]
        to_come = _periods_to_come(agreement, commitment, pending, as_of)
        yield Watch(
            rule=rule,
            commitment=commitment,
            missed=_count(rule, verdicts),
            could_be=_count(rule, [_if_missed(verdict) for verdict in verdicts]),
            looked_at=tuple(_looked_at(rule, seen)),
            open_since=since,
            ends_on=day_after(agreement, as_of, rule.notice) if since else None,
            may_open_on=None if since else _may_open_on(rule, verdicts, to_come),
        )


def find_openings(
    versions: Sequence[InForce],
    judgements: Mapping[str, tuple[Judgement, ...]],
    restatements: Restatements,
    as_of: date,
) -> list[tuple[date, Cancellation, Agreement]]:
    """Every day on which a rule of the version then in force came to be open, with that version; ascending.

    A rule that several versions have does not open anew with each.

    Args:
        versions: as for `watch_cancellation`.
        judgements: of every commitment, ascending.
        restatements: of them.
        as_of: the last day.
    """
    found = []
    starts = {version.agreement.terms.effective for version in versions}
    rules = dict.fromkeys(_terms_of(r) for v in versions for r in v.agreement.governance.cancellation)
    for terms in rules:
        known = [known_outcomes(j, restatements, as_of) for j in judgements.get(terms[0], ())]
        closed = [outcomes for outcomes in known if outcomes]
        was_open = False
        for day in sorted(starts | {day for outcomes in closed for day, _, _ in outcomes}):
            agreement = _in_force(versions, day)
            own = [rule for rule in agreement.governance.cancellation if _terms_of(rule) == terms]
            is_open = any(_count(rule, _known_on(closed, day)) >= rule.missed for rule in own)
            if is_open and not was_open and day <= as_of:
                found.append((day, own[0], agreement))
            was_open = is_open
    return sorted(found, key=lambda row: (row[0], row[1].commitment, row[1].missed))


def _in_force(versions: Sequence[InForce], day: date) -> Agreement:
    """The version in force on a day on which one was."""
    return [version.agreement for version in versions if version.agreement.terms.effective <= day][-1]


def _terms_of(rule: Cancellation) -> tuple[str, int, int | None]:
    """What makes two rules of two versions one."""
    return rule.commitment, rule.missed, rule.of_last


def _known_on(closed: Iterable[tuple[Known, ...]], day: date) -> list[Verdict]:
    """The verdicts of the periods that were closed by a day, as they were known then."""
    known = ([judgement.verdict for on, judgement, _ in outcomes if on <= day] for outcomes in closed)
    return [verdicts[-1] for verdicts in known if verdicts]


def _count(rule: Cancellation, verdicts: Iterable[Verdict]) -> int:
    """The misses of the last so many verdicts, or in a row up to the last."""
    counted = [verdict for verdict in verdicts if verdict in _COUNTED]
    if rule.of_last:
        return counted[-rule.of_last :].count(Verdict.MISSED)
    return next((n for n, verdict in enumerate(reversed(counted)) if verdict is Verdict.MET), len(counted))


def _looked_at(rule: Cancellation, judgements: list[Judgement]) -> list[Judgement]:
    counted = [judgement for judgement in judgements if judgement.verdict in _COUNTED]
    return counted[-(rule.of_last or rule.missed) :]


def _if_missed(verdict: Verdict) -> Verdict:
    return Verdict.MISSED if verdict is Verdict.UNVERIFIED else verdict


def _open_since(rule: Cancellation, closed: list[tuple[Known, ...]], rule_from: date) -> date | None:
    """From which day on the rule has been open without a break; None if it is not."""
    since: date | None = None
    for day in sorted({day for outcomes in closed for day, _, _ in outcomes}):
        is_open = _count(rule, _known_on(closed, day)) >= rule.missed
        since = (since or day) if is_open else None
    return max(since, rule_from) if since else None


def _rule_from(rule: Cancellation, versions: Sequence[InForce]) -> date:
    """The first day of the versions up to the newest that all have the rule."""
    first = versions[-1].agreement.terms.effective
    for version in reversed(versions):
        found = version.agreement.governance.cancellation
        if _terms_of(rule) not in map(_terms_of, found):
            break
        first = version.agreement.terms.effective
    return first


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
    is_not_bound = (
        judgement.verdict is Verdict.NOT_TRIGGERED and judgement.reason is not Reason.CONDITION_OPEN
    )
    return judgement.verdict is Verdict.MET or is_not_bound


def _may_open_on(
    rule: Cancellation, verdicts: Iterable[Verdict], to_come: Iterator[tuple[date, Verdict]]
) -> date | None:
    """The day on which the rule opens if every period that is not settled is missed."""
    after = list(verdicts)
    for closes, verdict in to_come:
        after.append(verdict)
        if _count(rule, after) >= rule.missed:
            return closes
    return None
