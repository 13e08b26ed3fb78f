"""An agreement becomes the values of its document: numbered sections, clauses, exchanges, pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from living_sla.judge.periods import Rhythm
from living_sla.judge.verdicts import Goal
from living_sla.present.plan_clauses import plan_clauses
from living_sla.present.text import day_text, money_text, period_text, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.lead_management import FollowUp
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.terms import Step
    from living_sla.present.subject import Subject


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered part of the document, printed by a template of its own."""

    number: int
    id: str
    title: str

    @property
    def template(self) -> str:
        """The template of this section."""
        return f"agreement/{self.id}.html"


def document_values(subject: Subject) -> dict[str, Any]:
    """What the template `agreement.html` and those of its sections print."""
    agreement = subject.agreement
    terms = agreement.terms
    return {
        "terms": terms,
        "definitions": agreement.definitions,
        "lead_management": agreement.lead_management,
        "governance": agreement.governance,
        "sections": list(_sections(agreement)),
        "names": _names(agreement),
        "urls": _urls(subject),
        "effective": day_text(terms.effective),
        "expires": day_text(terms.expires) if terms.expires else None,
        "goals": [_goal(subject, goal) for goal in terms.goals],
        "exchanges": [_exchange(subject, group) for group in _groups(agreement)],
        "funnel": _funnel(agreement),
        "follow_ups": [_follow_up(row) for row in agreement.lead_management.follow_up],
        "compensation": [_compensation(agreement, row) for row in agreement.governance.compensation],
        "revision_on": _revision_text(agreement),
        "exclusions": [
            (day_text(row.from_), day_text(row.to), row) for row in agreement.governance.exclusions
        ],
        "hours": _hours(agreement),
        "closed": [day_text(day) for day in terms.calendar.closed_on],
        "glossary": sorted(agreement.definitions.glossary.items(), key=lambda item: item[1].term.lower()),
        "signatures": [
            (terms.parties[s.party].name, s.name, day_text(s.signed_on)) for s in terms.signatures
        ],
        "unsigned": [
            party.name
            for id_, party in terms.parties.items()
            if id_ not in {signature.party for signature in terms.signatures}
        ],
        "place": subject.place("agreement"),
        "plan": plan_clauses(agreement),
        "files": {name: subject.place(name) for name in _files(agreement)},
    }


def _sections(agreement: Agreement) -> Iterator[Section]:
    """The sections the agreement has; one that says nothing is left out."""
    terms, definitions = agreement.terms, agreement.definitions
    present = {
        "goals": ("Goals", terms.company_goal or terms.goals),
        "parties": ("Parties", True),
        "commitments": ("Commitments", agreement.commitments),
        "funnel": ("The funnel", definitions.funnel),
        "qualification": ("What a qualified lead is", definitions.qualification or definitions.scoring),
        "personas": ("Whom we want to win", definitions.personas),
        "leads": ("How leads are handled", agreement.lead_management.model_fields_set - {"measures"}),
        "plan": ("The plan", agreement.plan),
        "governance": ("Keeping to it", agreement.governance.model_fields_set),
        "glossary": ("Definitions", definitions.glossary),
        "calendar": ("Calendar", True),
        "signatures": ("Signatures", True),
    }
    titles = [(id_, title) for id_, (title, said) in present.items() if said]
    return (Section(n, id_, title) for n, (id_, title) in enumerate(titles, start=1))


def _files(agreement: Agreement) -> tuple[str, ...]:
    """The files that sections of their own are made from."""
    return ("definitions", "lead-management", "governance", *(["plan"] if agreement.plan else ()))


def _names(agreement: Agreement) -> dict[str, dict[str, str]]:
    """What is shown for the ids that one part uses of another."""
    return {
        "party": {id_: party.name for id_, party in agreement.terms.parties.items()},
        "contact": {id_: person.name for id_, person in agreement.contacts.items()},
        "commitment": {c.id: c.name for c in agreement.commitments},
        "metric": {id_: metric.label for id_, metric in agreement.metrics.items()},
        "stage": {stage.id: stage.name for stage in agreement.definitions.funnel},
        "follow_up": {row.id: row.name for row in agreement.lead_management.follow_up},
        "end_state": {state.id: state.name for state in agreement.lead_management.end_states},
        "remedy": {remedy.id: remedy.name for remedy in agreement.governance.remedies},
    }


def _urls(subject: Subject) -> dict[str, Any]:
    """Where a commitment or a party has its page; empty where it has none."""
    id_, now = subject.agreement.id, (subject.now or subject).agreement
    parties = now.terms.parties
    return {
        "plan": f"{id_}/plan/" if now.plan else "",
        "commitment": {promise.id: promise.url for promise in subject.promises.values()},
        "party": {
            party: f"{id_}/{party}/" if party in parties else "" for party in subject.agreement.terms.parties
        },
    }


def _groups(agreement: Agreement) -> list[list[Commitment]]:
    """The commitments that are given in return for one another, in the agreement's order."""
    group_of: dict[str, int] = {}
    for n, commitment in enumerate(agreement.commitments):
        linked = {group_of.get(id_, n) for id_ in (commitment.id, *commitment.in_return)}
        joined = min(linked)
        group_of |= {id_: joined for id_, group in group_of.items() if group in linked}
        group_of |= dict.fromkeys((commitment.id, *commitment.in_return), joined)
    groups: dict[int, list[Commitment]] = {}
    for commitment in agreement.commitments:
        groups.setdefault(group_of[commitment.id], []).append(commitment)
    return list(groups.values())


def _exchange(subject: Subject, group: list[Commitment]) -> dict[str, Any]:
    """One exchange: what each party promises in it, side by side."""
    numbers = {c.id: n for n, c in enumerate(subject.agreement.commitments, start=1)}
    parties = subject.agreement.terms.parties
    return {
        "title": group[0].kind.replace("-", " ").capitalize() if group[0].kind != "other" else group[0].name,
        "sides": [
            (party.name, [_clause(subject, c, numbers[c.id]) for c in group if c.party == id_])
            for id_, party in parties.items()
            if any(c.party == id_ for c in group)
        ],
    }


def _clause(subject: Subject, commitment: Commitment, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "commitment": commitment,
        "sentence": subject.words.sentence(commitment),
        "targets": _targets(subject, commitment),
        "url": subject.promises[commitment.id].url,
        "contact": subject.agreement.contact(commitment) if commitment.contact else None,
        "place": subject.place(commitment.id),
    }


def _targets(subject: Subject, commitment: Commitment) -> list[tuple[str, str]]:
    """The targets by period, where the agreement has a table of them."""
    measure = commitment.measure
    target = getattr(measure, "at_least", None) or getattr(measure, "at_most", None)
    if not isinstance(target, Mapping):
        return []
    years = [int(id_[:4]) for id_ in target]
    first, last = date(min(years) - 1, 1, 1), date(max(years), 12, 31)
    rhythm = Rhythm.of(subject.agreement.terms.calendar)
    periods = {period.id: period for period in rhythm.periods(first, last, measure.every)}
    return [
        (period_text(periods[id_], measure.every), subject.words.target(commitment, Goal(value)))
        for id_, value in target.items()
    ]


def _goal(subject: Subject, goal: Any) -> dict[str, Any]:  # noqa: ANN401 a Goal of the terms, not of a verdict
    return {
        "goal": goal,
        "due": day_text(goal.due) if goal.due else None,
        "promise": subject.promises.get(goal.measurable) if goal.measurable else None,
        "steps": [_step(subject, goal.id, step) for step in goal.steps],
    }


def _step(subject: Subject, goal: str, step: Step) -> dict[str, Any]:
    """A step with its measured progress, and its own smaller steps."""
    progress, part, state = "", None, "met" if step.done_on else ""
    if step.progress:
        began_on = subject.step_began_on(goal, step.id)
        total = sum(
            value
            for day, value in subject.standing.record.of(step.progress.total).by_day.items()
            if began_on <= day <= step.due
        )
        value = subject.words.metric_value
        progress = (
            f"{value(step.progress.total, total)} of {value(step.progress.total, step.progress.target)}"
        )
        part = (
            round(min(100.0, float(total / step.progress.target * 100)), 1) if step.progress.target else None
        )
        if total >= step.progress.target:
            state = "met"
        elif subject.standing.as_of >= step.due:
            state = "missed"
    return {
        "state": state,
        "title": step.title,
        "due": day_text(step.due),
        "done": day_text(step.done_on) if step.done_on else "",
        "party": subject.words.party(step.party) if step.party else "",
        "progress": progress,
        "part": part,
        "steps": [_step(subject, goal, smaller) for smaller in step.steps],
    }


def _funnel(agreement: Agreement) -> list[dict[str, Any]]:
    """The stages in order, each with its share of the picture's width and the hand-overs out of it."""
    stages = agreement.definitions.funnel
    return [
        {
            "stage": stage,
            "owner": agreement.terms.parties[stage.owner].name,
            "side": list(agreement.terms.parties).index(stage.owner) + 1,
            "width": round(100 - 60 * n / max(1, len(stages) - 1), 1),
            "hand_overs": [row for row in agreement.lead_management.hand_over if row.from_ == stage.id],
        }
        for n, stage in enumerate(stages)
    ]


def _follow_up(row: FollowUp) -> dict[str, Any]:
    """A type of lead with its cadence, and where each touch stands on the timeline (0 to 100)."""
    days = sorted({touch.day for touch in row.cadence})
    return {
        "row": row,
        "days": [
            {
                "day": day,
                "touches": [touch for touch in row.cadence if touch.day == day],
                "at": round(4 + 92 * (n / max(1, len(days) - 1)), 1),
            }
            for n, day in enumerate(days)
        ],
    }


def _compensation(agreement: Agreement, row: Any) -> dict[str, Any]:  # noqa: ANN401 a Compensation
    amount = money_text(row.amount, agreement.terms.currency) if row.amount is not None else ""
    commitment = next(c for c in agreement.commitments if c.id == row.commitment)
    name, has_limit = quoted(commitment.name), getattr(commitment.measure, "at_most", None) is not None
    within = f", within {row.within}" if row.within else ""
    if row.how == "money":
        unit = "unit above the limit of" if has_limit else "missing unit of"
        return {"sentence": f"{amount} for each {unit} {name}{within}.", "note": row.note}
    return {"sentence": f"The shortfall of {name} is made good{within}.", "note": row.note}


def _revision_text(agreement: Agreement) -> str:
    revision = agreement.governance.revision
    return day_text(revision.next_on) if revision and revision.next_on else ""


def _hours(agreement: Agreement) -> list[tuple[str, list[str]]]:
    """The working hours, the days of the week first."""
    return [
        (days.title().replace("-", "\N{EN DASH}"), [_clock_span(span) for span in spans])
        for days, spans in agreement.terms.calendar.working_hours.items()
    ]


def _clock_span(span: tuple[int, int]) -> str:
    return "\N{EN DASH}".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)
