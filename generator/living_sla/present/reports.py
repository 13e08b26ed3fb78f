"""Closings become the values of their reports, and of the index of all of them.

`then` holds what was known on the day of the report, and nothing of it changes later; what was restated,
done or written since stands apart, in `since`.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.cancellation import find_openings
from living_sla.judge.misses import known_outcomes
from living_sla.judge.verdicts import JUDGED, WELL, Verdict
from living_sla.present.causes import causes, late_text
from living_sla.present.closings import (
    changed_in_time,
    changed_since,
    closings,
    months,
    prose_to_come,
    standing_on,
    still_open,
    told_of,
)
from living_sla.present.consequences import (
    count_sentence,
    debt_sentence,
    is_settled_late,
    miss_note,
    watch_sentence,
)
from living_sla.present.owing import due_text, owner_text
from living_sla.present.questions import figures, questions, remedies
from living_sla.present.report_rows import NOT_WELL, open_table, parties_of, party_tables
from living_sla.present.restated import debts_text, restated_questions, step_view
from living_sla.present.text import Words, count_text, day_text, joined, period_of, period_text, short_day
from living_sla.present.versions import version_url
from living_sla.present.views import due_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from living_sla.judge.commitments import Judgement
    from living_sla.judge.compensation import Debt
    from living_sla.judge.misses import Miss
    from living_sla.judge.restatements import Restatement, Step
    from living_sla.judge.strikes import Strike
    from living_sla.present.closings import Changed, Closing
    from living_sla.present.subject import Standing, Subject
    from living_sla.record.actions import Action
    from living_sla.record.deliveries import Delivery

    _Key = tuple[str, str]


def reports_url(agreement: str) -> str:
    """The address of the index below the site's root."""
    return f"{agreement}/reports/"


def report_url(agreement: str, closing: Closing) -> str:
    """The address of a report below the site's root."""
    return f"{reports_url(agreement)}{closing.period.id}/"


def report_title(closing: Closing) -> str:
    """`April 2026: closing report`, `Week to 15 Nov 2026: status report`."""
    when = period_text(closing.period, closing.every)
    return f"{when[:1].upper()}{when[1:]}: {'status' if closing.is_week else 'closing'} report"


def closing_summary(closing: Closing, standing: Standing) -> list[str]:
    """What came of a month, in a few sentences that were true when it was closed."""
    known = [known_outcomes(j, standing.restatements, closing.on) for j in told_of(closing, standing)]
    deliveries = [row for row in standing.record.deliveries if row.on <= closing.on]
    return list(_summary(closing, [outcomes[-1].judgement for outcomes in known if outcomes], deliveries))


def report_values(subject: Subject, closing: Closing) -> dict[str, Any]:
    """What the template `report.html` prints."""
    standing = subject.standing
    then = standing_on(standing, closing)
    told = told_of(closing, then)
    since, retrospective = _since(standing, closing, told), _retrospective(subject, closing)
    return {
        "is_week": closing.is_week,
        "then": _then(closing, then, told, changed_in_time(standing, closing)),
        "since": since,
        "retrospective": retrospective,
        "later": _later(since, retrospective),
        "reports_url": reports_url(standing.agreement.id),
    }


def reports_values(subject: Subject) -> dict[str, Any]:
    """What the template `reports.html` prints: the newest year first, the newest report of each first."""
    standing = subject.standing
    found = closings(standing)[::-1]
    rows = [(str(closing.period.last.year), _index_row(subject, closing)) for closing in found]
    monthly = [row for row in rows if not row[1]["is_week"]]
    return {
        "weeks": [row for _, row in rows if row["is_week"]],
        "years": [
            (year, [row for _, row in group]) for year, group in groupby(monthly, key=lambda row: row[0])
        ],
        "waiting": [
            f"{period_text(closing.period, 'month')} is over and closes on {day_text(closing.on)}"
            for closing in months(standing)
            if closing.on > standing.known_on
        ],
        "prose_to_come": [period_text(period, every) for every, period in prose_to_come(standing)],
        "folder_of_prose": f"agreement/{standing.agreement.id}/reports/",
        "scorecard_url": f"{reports_url(standing.agreement.id)}scorecard/",
    }


def _index_row(subject: Subject, closing: Closing) -> dict[str, Any]:
    standing = subject.standing
    is_week = closing.is_week
    return {
        "is_week": is_week,
        "url": report_url(standing.agreement.id, closing),
        "name": period_text(closing.period, closing.every),
        "closed": short_day(closing.on),
        "summary": "" if is_week else " ".join(closing_summary(closing, standing)),
        "restated": 0 if is_week else len({id(found) for found, _ in changed_since(standing, closing)}),
        "has_prose": closing.period.id in standing.retrospectives,
    }


def _then(
    closing: Closing, then: Standing, told: Sequence[Judgement], changed: Sequence[Changed]
) -> dict[str, Any]:
    """All that was known on the day of the report."""
    consequences = then.consequences
    first = told[0].agreement.terms.version if told else ""
    to_come = [] if closing.is_week else still_open(closing, then)
    return {
        "period": period_text(closing.period, closing.every),
        "days": f"{short_day(closing.period.start)} to {short_day(closing.period.last)}",
        "closed": day_text(closing.on),
        "numbers_to": day_text(then.as_of),
        "version": first,
        "version_url": version_url(then.agreement.id, first) if first else "",
        "summary": list(_summary(closing, told, then.record.deliveries)),
        "remedies": list(remedies(consequences)),
        "parties": list(party_tables(closing, told, then)),
        "causes": [] if closing.is_week else list(causes(told, then)),
        "still_open": open_table(to_come, then),
        **_followed(then, {_key(judgement) for judgement in told}),
        "lapsed": list(_lapsed(closing, then)),
        "restated": [_changed_text(found, step) for found, step in changed],
        "deliveries": _deliveries(closing, then),
        "due": due_rows(then.judgements, consequences.debts),
        "actions": [
            _action_row(action, then)
            for action in consequences.actions
            if action.done_on is None or closing.tells(action.opened_on) or closing.tells(action.done_on)
        ],
        "questions": list(questions([*told, *to_come], [step for _, step in changed], then, closing)),
    }


def _followed(then: Standing, told: set[_Key]) -> dict[str, list[str]]:
    """What followed from the periods that a report judges, and what is to be made good of older ones."""
    consequences = then.consequences
    owing = (consequences.owing or {}).values()
    own = [debt for debt in consequences.debts if debt.miss.key in told]
    before = [d for d in consequences.debts if d.carried_into and d.left and d.miss.key not in told]
    return {
        "strikes": [
            f"{_party_of(o.strikes.strikes[-1].miss)}: {count_sentence(o.strikes)}"
            for o in owing
            if o.strikes.strikes
        ],
        "given": [_strike_text(strike) for strike in consequences.strikes if strike.miss.key in told],
        "debts": [_debt_text(debt, then) for debt in (*own, *before)],
        "watches": [
            f"Ending the agreement over {watch.commitment.name}: {watch_sentence(watch)}"
            for watch in consequences.watches
            if watch.could_be
        ],
    }


def _lapsed(closing: Closing, then: Standing) -> Iterator[str]:
    """The rights to end the agreement that were gone again by a report, the first to tell of it."""
    judged = then.versions, then.judgements, then.restatements
    for opening in find_openings(*judged, then.known_on):
        if opening.until and closing.tells(opening.until):
            days = f"from {short_day(opening.on)} to {short_day(opening.until - ONE_DAY)}"
            yield f"Ending the agreement over {opening.commitment.name} was possible {days}"


def _summary(closing: Closing, told: Sequence[Judgement], deliveries: Sequence[Delivery]) -> Iterator[str]:
    """How many were kept, by whom, and which were not."""
    when = period_text(closing.period, closing.every)
    if closing.is_week:
        well = sum(judgement.verdict in WELL for judgement in told)
        yield f"At the end of the {when}, {well} of {count_text(len(told), 'promise')} were on track or met."
    else:
        judged = [judgement for judgement in told if judgement.verdict in JUDGED]
        met = sum(judgement.verdict is Verdict.MET for judgement in judged)
        kept = [_party_score(party, judged) for party in parties_of(judged)]
        of = f"{met} of {count_text(len(judged), 'judged period')} met in {when}"
        yield f"{of}: {joined(kept)}." if judged else f"Nothing could be judged in {when}."
    for verdict in _NOT_WELL_ORDER:
        if found := [judgement for judgement in told if judgement.verdict is verdict]:
            names = (f"{_name(closing, judgement)} ({figures(judgement, deliveries)})" for judgement in found)
            yield f"{verdict.capitalize()}: {'; '.join(names)}."


_NOT_WELL_ORDER = [verdict for verdict in Verdict if verdict in NOT_WELL]


def _party_score(party: str, judged: Sequence[Judgement]) -> str:
    own = [judgement for judgement in judged if judgement.commitment.party == party]
    met = sum(judgement.verdict is Verdict.MET for judgement in own)
    return f"{Words(own[-1].agreement).party(party)} {met} of {len(own)}"


def _name(closing: Closing, judgement: Judgement) -> str:
    """A commitment's name, with its period where that is not the report's."""
    name = judgement.commitment.name
    return (
        name if judgement.period == closing.period or closing.is_week else f"{name}, {period_of(judgement)}"
    )


def _strike_text(strike: Strike) -> str:
    judgement = strike.miss.judgement
    text = f"A strike for {_party_of(strike.miss)}: {judgement.commitment.name}, {period_of(judgement)}"
    if not strike.miss.taken_back:
        text += f"; it expires on {short_day(strike.expires_on)}"
    return "; ".join(filter(None, (text, miss_note(strike.miss))))


def _debt_text(debt: Debt, then: Standing) -> str:
    """`Leads: Marketing owes $480, for 12 leads missing in March 2026`, or how it was made good."""
    name, party = debt.miss.judgement.commitment.name, _party_of(debt.miss)
    late = late_text(debt.miss.judgement, then.record.deliveries) if is_settled_late(debt) else ""
    told = f"{late}; nothing is left to make good" if late else debt_sentence(debt, then.known_on)
    return f"{name}: {party} owes {told}" if debt.is_open else f"{name}, {party}: {told}"


def _party_of(miss: Miss) -> str:
    """The name of the party that missed, by the version of then: it may have left since."""
    return Words(miss.judgement.agreement).party(miss.party)


def _changed_text(found: Restatement, step: Step) -> str:
    """`Leads, March 2026: was met (504), now missed (488), reported on 20 April 2026`, and what followed."""
    view = step_view(found, step)
    text = f"{view.promise}, {view.period}: {view.outcome}, {view.came}"
    return "; ".join(filter(None, (text, view.strikes, debts_text(found, step))))


def _key(judgement: Judgement) -> _Key:
    return judgement.commitment.id, judgement.period.id


def _deliveries(closing: Closing, then: Standing) -> list[dict[str, Any]]:
    """What was delivered in the period, by kind, in the order of the first of each."""
    period, words = closing.period, Words(then.agreement)
    rows = [row for row in then.record.deliveries if period.start <= row.on < period.end]
    kinds = dict.fromkeys(row.item for row in rows)
    return [
        {"what": words.items(kind, len(own)), "rows": [(row.title or row.id, row.link) for row in own]}
        for kind in kinds
        for own in [[row for row in rows if row.item == kind]]
    ]


def _action_row(action: Action, standing: Standing) -> dict[str, str]:
    done = action.done_on
    state = f"done on {short_day(done)}" if done else due_text(action, standing.known_on)
    owner = owner_text(standing, action.owner)
    return {"action": action.action, "owner": owner, "state": state, "link": action.link}


def _since(standing: Standing, closing: Closing, told: Sequence[Judgement]) -> dict[str, Any]:
    """What came after the report was closed."""
    changed = [] if closing.is_week else changed_since(standing, closing)
    keys = {_key(judgement) for judgement in told}
    actions = [
        action
        for action in standing.consequences.actions
        if (action.commitment, action.period) in keys and action.opened_on > closing.on
    ]
    return {
        "restated": [(step_view(found, step), debts_text(found, step)) for found, step in changed],
        "questions": list(restated_questions(step for _, step in changed)),
        "actions": [_action_row(action, standing) for action in actions],
        "known_on": day_text(standing.known_on),
    }


def _later(since: dict[str, Any], retrospective: dict[str, str]) -> str:
    """What a report holds that was not known on its day, in words; empty for nothing."""
    found = ["what was restated since"] if since["restated"] or since["actions"] else []
    found += ["the retrospective"] if retrospective["text"] else []
    return joined(found) if found else ""


def _retrospective(subject: Subject, closing: Closing) -> dict[str, str]:
    """The authors' prose, and where it is or would be written."""
    standing = subject.standing
    place = f"agreement/{standing.agreement.id}/reports/{closing.period.id}.md"
    return {"text": standing.retrospectives.get(closing.period.id, ""), "place": place}
