"""Closings become the values of their reports, and of the index of all of them.

`then` holds what was known on the day of the report, and nothing of it changes later; what was restated,
done or written since stands apart, in `since`.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from living_sla.judge.verdicts import Verdict
from living_sla.present.causes import before_and_usual, causes, usual_text
from living_sla.present.closings import closings, months, standing_on, told_of
from living_sla.present.consequences import count_sentence, debt_sentence, watch_sentence
from living_sla.present.questions import figures, period_of, questions, restated_question
from living_sla.present.restated import outcome_text, restated_view
from living_sla.present.text import Words, count_text, day_text, joined, period_text, short_day
from living_sla.present.versions import version_url
from living_sla.present.views import (
    due_rows,
    history_rows,
    number_and_goal,
    promise_url,
    promise_view,
    reason_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from living_sla.judge.commitments import Judgement
    from living_sla.judge.restatements import Step
    from living_sla.present.closings import Closing
    from living_sla.present.subject import Standing, Subject

_WELL = frozenset({Verdict.MET, Verdict.ON_TRACK})
_JUDGED = frozenset({Verdict.MET, Verdict.MISSED})
_NOT_WELL = frozenset({Verdict.MISSED, Verdict.AT_RISK, Verdict.UNVERIFIED})


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
    told = [as_closed for j in told_of(closing, standing) if (as_closed := standing.as_closed(j))]
    return list(_summary(closing, told))


def report_values(subject: Subject, closing: Closing) -> dict[str, Any]:
    """What the template `report.html` prints."""
    standing = subject.standing
    then = standing_on(standing, closing)
    told = told_of(closing, then)
    steps = _steps(standing, closing)
    return {
        "is_week": closing.is_week,
        "then": _then(closing, then, told, steps),
        "since": _since(standing, closing, told),
        "retrospective": _retrospective(subject, closing),
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
        "restated": 0 if is_week else len(_restated(standing, closing)),
        "has_prose": closing.period.id in standing.retrospectives,
    }


def _then(
    closing: Closing, then: Standing, told: Sequence[Judgement], steps: Sequence[Step]
) -> dict[str, Any]:
    """All that was known on the day of the report."""
    consequences = then.consequences
    after = closing.after or closing.period.start
    owing = (consequences.owing or {}).values()
    words = Words(then.agreement)
    first = told[0].agreement.terms.version if told else ""
    return {
        "period": period_text(closing.period, closing.every),
        "days": f"{short_day(closing.period.start)} to {short_day(closing.period.last)}",
        "closed": day_text(closing.on),
        "numbers_to": day_text(then.as_of),
        "version": first,
        "version_url": version_url(then.agreement.id, first) if first else "",
        "summary": list(_summary(closing, told)),
        "parties": list(_parties(closing, told, then)),
        "causes": [] if closing.is_week else list(causes(told, then)),
        "strikes": [
            f"{words.party(o.party)}: {count_sentence(o.strikes)}" for o in owing if o.strikes.strikes
        ],
        "given": [
            _strike_text(strike) for strike in consequences.strikes if after < strike.given_on <= closing.on
        ],
        "debts": [
            f"{Words(d.miss.judgement.agreement).party(d.miss.party)}: {debt_sentence(d, consequences.as_of)}"
            for d in consequences.debts
            if after < d.miss.since <= closing.on
        ],
        "watches": [f"{w.commitment.name}: {watch_sentence(w)}" for w in consequences.watches if w.missed],
        "restated": [_step_text(step) for step in steps],
        "deliveries": _deliveries(closing, then),
        "due": due_rows(then.judgements),
        "actions": [
            _action_row(action, then)
            for action in consequences.actions
            if after < action.opened_on <= closing.on or action.done_on is None
        ],
        "questions": list(questions(told, steps, then, closing)),
    }


def _summary(closing: Closing, told: Sequence[Judgement]) -> Iterator[str]:
    """How many were kept, by whom, and which were not."""
    when = period_text(closing.period, closing.every)
    if closing.is_week:
        well = sum(judgement.verdict in _WELL for judgement in told)
        yield f"At the end of the {when}, {well} of {count_text(len(told), 'promise')} were on track or met."
    else:
        judged = [judgement for judgement in told if judgement.verdict in _JUDGED]
        met = sum(judgement.verdict is Verdict.MET for judgement in judged)
        kept = [_party_score(party, judged) for party in _parties_of(judged)]
        of = f"{met} of {count_text(len(judged), 'judged period')} met in {when}"
        yield f"{of}: {joined(kept)}." if judged else f"Nothing could be judged in {when}."
    for verdict in _NOT_WELL_ORDER:
        if found := [judgement for judgement in told if judgement.verdict is verdict]:
            names = "; ".join(f"{_name(closing, judgement)} ({figures(judgement)})" for judgement in found)
            yield f"{verdict.capitalize()}: {names}."


_NOT_WELL_ORDER = [verdict for verdict in Verdict if verdict in _NOT_WELL]


def _party_score(party: str, judged: Sequence[Judgement]) -> str:
    own = [judgement for judgement in judged if judgement.commitment.party == party]
    met = sum(judgement.verdict is Verdict.MET for judgement in own)
    return f"{Words(own[-1].agreement).party(party)} {met} of {len(own)}"


def _parties_of(told: Sequence[Judgement]) -> list[str]:
    """The parties of some judgements, in the order of the agreement of the first."""
    order = list(told[0].agreement.terms.parties) if told else []
    return list(
        dict.fromkeys(
            [
                *(p for p in order if any(j.commitment.party == p for j in told)),
                *(j.commitment.party for j in told),
            ]
        )
    )


def _name(closing: Closing, judgement: Judgement) -> str:
    """A commitment's name, with its period where that is not the report's."""
    name = judgement.commitment.name
    return (
        name if judgement.period == closing.period or closing.is_week else f"{name}, {period_of(judgement)}"
    )


def _parties(closing: Closing, told: Sequence[Judgement], then: Standing) -> Iterator[dict[str, Any]]:
    """The rows of every party: one for each commitment, its weeks and days put together."""
    for id_ in _parties_of(told):
        own = [judgement for judgement in told if judgement.commitment.party == id_]
        groups = groupby(own, key=lambda judgement: judgement.commitment.id)
        rows = [_row(closing, list(group), then) for _, group in groups]
        yield {"name": Words(own[-1].agreement).party(id_), "rows": rows}


def _row(closing: Closing, found: list[Judgement], then: Standing) -> dict[str, Any]:
    newest = found[-1]
    row = {
        "promise": newest.commitment.name,
        "url": f"{promise_url(newest.agreement.id, newest.commitment.id)}#{newest.period.id}",
        "period": "" if newest.period == closing.period else period_of(newest),
        "version": newest.agreement.terms.version,
    }
    if len(found) > 1:
        return row | _row_of_several(found)
    (shown,) = history_rows(found)
    view = promise_view(newest.agreement, newest.commitment, (newest,))
    before, usual = (None, None) if closing.is_week else before_and_usual(newest, then)
    return row | {
        "target": shown.target,
        "actual": shown.actual,
        "before": number_and_goal(before)[0] if before else "",
        "usual": usual_text(newest, usual) if usual is not None else "",
        "verdict": newest.verdict,
        "reason": view.standing if closing.is_week else reason_text(newest),
    }


def _row_of_several(found: list[Judgement]) -> dict[str, Any]:
    """The weeks or days of one commitment in one row, by the worst verdict among them."""
    judged = [judgement for judgement in found if judgement.verdict in _JUDGED]
    missed = [judgement for judgement in judged if judgement.verdict is Verdict.MISSED]
    every = found[-1].commitment.measure.every
    worst = missed or [j for j in found if j.verdict in _NOT_WELL] or judged or found
    return {
        "period": f"{len(found)} {every}s",
        "target": history_rows(found[-1:])[0].target,
        "actual": f"{len(judged) - len(missed)} of {count_text(len(judged), every)} met",
        "before": "",
        "usual": "",
        "verdict": worst[0].verdict,
        "reason": f"missed: {joined(period_of(judgement) for judgement in missed)}" if missed else "",
    }


def _strike_text(strike: Any) -> str:  # noqa: ANN401 judge's Strike, only read
    judgement = strike.miss.judgement
    party = Words(judgement.agreement).party(strike.miss.party)
    name = f"{judgement.commitment.name}, {period_of(judgement)}"
    return f"A strike for {party}: {name}; it expires on {short_day(strike.expires_on)}"


def _steps(standing: Standing, closing: Closing) -> list[Step]:
    """What was restated since the report before, up to this one."""
    after = closing.after or closing.period.start
    steps = [step for found in standing.restatements.values() for step in found.steps]
    told = [step for step in steps if after < step.on <= closing.on]
    return sorted(told, key=lambda step: (step.on, step.after.commitment.id, step.after.period.start))


def _step_text(step: Step) -> str:
    after = step.after
    now = "still" if after.verdict is step.before.verdict else "now"
    text = f"{after.commitment.name}, {period_of(after)}: was {outcome_text(step.before)}"
    return f"{text}, {now} {outcome_text(after)}, since {short_day(step.on)}"


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


def _action_row(action: Any, then: Standing) -> dict[str, str]:  # noqa: ANN401 record's Action, only read
    done, overdue = action.done_on, action.is_overdue(then.known_on)
    due = short_day(action.due_on)
    state = f"done on {short_day(done)}" if done else f"overdue since {due}" if overdue else f"due {due}"
    return {"action": action.action, "owner": action.owner, "state": state, "link": action.link}


def _restated(standing: Standing, closing: Closing) -> list[Any]:
    """The restatements of what a report says that came after it, the newest first."""
    keys = {(j.commitment.id, j.period.id) for j in told_of(closing, standing)}
    found = [
        found
        for key, found in standing.restatements.items()
        if key in keys and found.restated_on > closing.on
    ]
    return sorted(found, key=lambda each: each.restated_on, reverse=True)


def _since(standing: Standing, closing: Closing, told: Sequence[Judgement]) -> dict[str, Any]:
    """What came after the report was closed."""
    restated = [] if closing.is_week else _restated(standing, closing)
    keys = {(judgement.commitment.id, judgement.period.id) for judgement in told}
    actions = [
        action
        for action in standing.consequences.actions
        if (action.commitment, action.period) in keys and action.opened_on > closing.on
    ]
    return {
        "restated": [restated_view(each) for each in restated],
        "questions": [
            restated_question(on, [(each.as_closed, each.as_it_stands) for each in found])
            for on, found in groupby(restated, key=lambda each: each.restated_on)
        ],
        "actions": [_action_row(action, standing) for action in actions],
        "known_on": day_text(standing.known_on),
    }


def _retrospective(subject: Subject, closing: Closing) -> dict[str, str]:
    """The authors' prose, and where it is or would be written."""
    standing = subject.standing
    place = f"agreement/{standing.agreement.id}/reports/{closing.period.id}.md"
    return {"text": standing.retrospectives.get(closing.period.id, ""), "place": place}
