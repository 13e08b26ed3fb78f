"""A standing becomes the appointments of its calendar: what is due, period ends, reviews, meetings."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from living_sla.agreement.fields import WEEKDAYS
from living_sla.present.agenda import Appointment
from living_sla.present.carried import carried_alone
from living_sla.present.owing import owner_text
from living_sla.present.text import joined, period_of
from living_sla.present.versions import version_url
from living_sla.present.views import due_rows, period_url, promise_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from living_sla.agreement.terms import Step
    from living_sla.present.subject import Standing


def appointments(standing: Standing) -> Iterator[Appointment]:
    """Every day to keep in mind from the day it stands at, of the agreement in force; in no order."""
    yield from _due(standing)
    yield from _made_good(standing)
    yield from _actions(standing)
    yield from _period_ends(standing)
    yield from _goals(standing)
    yield from _reviews(standing)
    yield from _meetings(standing)
    coming = standing.timeline.next_after(standing.as_of)
    if coming and coming.effective:
        id_ = standing.agreement.id
        yield Appointment(
            key=f"{id_}/version/{coming.number}",
            on=coming.effective,
            title=f"{standing.agreement.terms.title}: version {coming.number} comes into force",
            description="",
            url=version_url(id_, coming.number),
        )


def _due(standing: Standing) -> Iterator[Appointment]:
    """What each party owes; the same thing keeps its key while it shrinks."""
    before: Counter[tuple[str, date]] = Counter()
    for row in due_rows(standing.judgements, standing.consequences.debts):
        before[row.url, row.due_on] += 1
        yield Appointment(
            key=f"{row.url}due/{row.due_on}/{before[row.url, row.due_on]}",
            on=row.due_on,
            title=f"{row.party}: {row.what}",
            description="",
            url=row.url,
        )


def _made_good(standing: Standing) -> Iterator[Appointment]:
    """When what was missing must be made good, unless something of the same promise is told of that day."""
    told = {(row.url, row.due_on) for row in due_rows(standing.judgements, standing.consequences.debts)}
    for debt in standing.consequences.debts:
        missed = debt.miss.judgement
        url = promise_url(missed.agreement.id, missed.commitment.id)
        if debt.carried_into and debt.left and debt.due_on and (url, debt.due_on) not in told:
            day, party, what = carried_alone(debt, missed.period, standing.known_on)
            yield Appointment(
                key=f"{url}make-good/{missed.period.id}",
                on=day,
                title=f"{party}: {what}",
                description="",
                url=period_url(missed),
            )


def _actions(standing: Standing) -> Iterator[Appointment]:
    """When each corrective action that is not done is due, also where that day has passed."""
    id_ = standing.agreement.id
    for action in standing.consequences.actions:
        if action.done_on is None:
            missed = standing.judgements.get(action.commitment, ())
            about = next((j for j in missed if j.period.id == action.period), None)
            yield Appointment(
                key=f"{id_}/action/{action.id}",
                on=action.due_on,
                title=f"{owner_text(standing, action.owner)}: {action.action}",
                description=f"About {about.commitment.name}, {period_of(about)}." if about else "",
                url=f"{promise_url(id_, action.commitment)}#{action.period}" if about else f"{id_}/",
            )


def _period_ends(standing: Standing) -> Iterator[Appointment]:
    """One for each open period, with the promises that are judged by it."""
    ending: dict[tuple[date, str], list[str]] = {}
    for judgements in standing.judgements.values():
        for judgement in judgements[-1:]:
            if not judgement.period.is_over(standing.as_of):
                text = period_of(judgement)
                ending.setdefault((judgement.period.last, text), []).append(judgement.commitment.name)
    for (day, text), names in ending.items():
        yield Appointment(
            key=f"{standing.agreement.id}/end/{text}",
            on=day,
            title=f"{standing.agreement.terms.title}: {text} ends",
            description=f"Judged by it: {joined(names)}.",
            url=f"{standing.agreement.id}/",
        )


def _goals(standing: Standing) -> Iterator[Appointment]:
    id_ = standing.agreement.id
    for goal in standing.agreement.terms.goals:
        dated = [(goal.id, goal.due, goal.specific)] if goal.due else []
        dated += [(f"{goal.id}/{step.id}", step.due, step.title) for step in _open_steps(goal.steps)]
        for key, day, text in dated:
            if day >= standing.as_of:
                yield Appointment(f"{id_}/goal/{key}", day, f"Due: {text}", "", f"{id_}/agreement/#goals")


def _open_steps(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        if step.done_on is None:
            yield step
        yield from _open_steps(step.steps)


def _reviews(standing: Standing) -> Iterator[Appointment]:
    id_, terms = standing.agreement.id, standing.agreement.terms
    revision = standing.agreement.governance.revision
    if revision and revision.next_on:
        yield Appointment(
            key=f"{id_}/revision",
            on=revision.next_on,
            title=f"Revision of {terms.title}",
            description=revision.how,
            url=f"{id_}/agreement/#governance",
            every=revision.every,
            until=terms.expires,
        )


def _meetings(standing: Standing) -> Iterator[Appointment]:
    """The meetings whose day the agreement says: those of a weekday of every week."""
    id_, terms = standing.agreement.id, standing.agreement.terms
    for n, meeting in enumerate(standing.agreement.governance.meetings):
        if meeting.every != "week" or meeting.weekday is None:
            continue
        ahead = (WEEKDAYS.index(meeting.weekday) - terms.effective.weekday()) % 7
        yield Appointment(
            key=f"{id_}/meeting/{n}/{meeting.name}",
            on=terms.effective + timedelta(days=ahead),
            title=meeting.name,
            description="\n".join([meeting.purpose, *(f"- {point}" for point in meeting.agenda)]),
            url=f"{id_}/agreement/#governance",
            every="week",
            until=terms.expires,
        )
