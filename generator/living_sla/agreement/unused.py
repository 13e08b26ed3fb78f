"""An agreement becomes the names in it that something bears and nothing uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import item_paths, metrics_of
from living_sla.agreement.funnel_measures import measured_metrics
from living_sla.agreement.plan_coherence import metrics_of_plan
from living_sla.agreement.wording import spellings, texts, whole_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.strict_yaml import Path_


@dataclass(frozen=True, slots=True)
class Unused:
    """A thing that nothing uses: its kind, its name, its path from the file on, and what would use it."""

    noun: str
    name: str
    path: Path_
    use: str


def unused_names(agreement: Agreement) -> Iterator[Unused]:
    """Every metric, item, term, contact, stage, persona, remedy and end state that nothing uses."""
    yield from _metrics(agreement)
    yield from _items(agreement)
    yield from _terms(agreement)
    yield from _contacts(agreement)
    yield from _stages(agreement)
    yield from _personas(agreement)
    yield from _remedies(agreement)
    yield from _end_states(agreement)


def _metrics(agreement: Agreement) -> Iterator[Unused]:
    return_ = agreement.lead_management.return_
    used = {metric for commitment in agreement.commitments for metric in metrics_of(commitment).values()}
    used |= {text.words for text in texts(agreement) if text.path[-2:] == ("progress", "total")}
    used |= {stage.metric for stage in agreement.definitions.funnel if stage.metric}
    used |= {return_.metric} if return_ and return_.metric else set()
    used |= metrics_of_plan(agreement.plan) if agreement.plan else set()
    measures = agreement.lead_management.measures
    used |= set(measured_metrics(measures).values()) if measures else set()
    for name in agreement.metrics:
        if name not in used:
            yield Unused("metric", name, ("commitments", "metrics", name), "promise something about it")


def _items(agreement: Agreement) -> Iterator[Unused]:
    used = {item for commitment in agreement.commitments for _, item in item_paths(commitment)}
    used |= {metric.segments_from for metric in agreement.metrics.values() if metric.segments_from}
    used |= {report.item for report in agreement.governance.reports if report.item}
    for name in agreement.items:
        if name not in used:
            yield Unused("item", name, ("commitments", "items", name), "promise to deliver it")


def _terms(agreement: Agreement) -> Iterator[Unused]:
    """Terms that no metric or stage names and no text holds, their own entry aside."""
    glossary, written = agreement.definitions.glossary, list(texts(agreement))
    used = {metric.definition for metric in agreement.metrics.values()}
    used |= {stage.definition for stage in agreement.definitions.funnel}
    for name, term in glossary.items():
        path = ("definitions", "glossary", name)
        others = "\n".join(text.words for text in written if text.path[:3] != path)
        if name not in used and not whole_words(spellings(term)).search(others):
            yield Unused("term", name, path, "name it as the `definition` of a metric or a stage")


def _contacts(agreement: Agreement) -> Iterator[Unused]:
    """Contacts that nothing names, and that do not say themselves what they are for."""
    parties = agreement.terms.parties
    own = [contact for one in agreement.commitments if (contact := agreement.contact(one))]
    leaders = [person for party in parties.values() for person in (party.lead, party.reports) if person]
    contacts = [contact for party in parties.values() for contact in party.contacts.values()]
    used = {person.talks_to for person in (*own, *leaders, *contacts)}
    used |= {one.contact for one in agreement.commitments if isinstance(one.contact, str)}
    for party, terms in parties.items():
        for id_, contact in terms.contacts.items():
            if not (id_ in used or contact.talks_to or contact.about):
                path = ("agreement", "parties", party, "contacts", id_)
                yield Unused("contact", id_, path, "add `about: …`, name it as the `contact` of a commitment")


def _stages(agreement: Agreement) -> Iterator[Unused]:
    """Stages that lead-management.yml does not name, where it names any."""
    leads = agreement.lead_management
    used = {row.stage for row in leads.protocol} | {row.stage for row in leads.nurturing}
    used |= {stage for row in leads.hand_over for stage in (row.from_, row.to)}
    used |= {leads.return_.to} if leads.return_ else set()
    for n, stage in enumerate(agreement.definitions.funnel if used else ()):
        if stage.id not in used:
            use = "name it in `protocol` or `hand_over` of lead-management.yml"
            yield Unused("stage", stage.id, ("definitions", "funnel", n), use)


def _personas(agreement: Agreement) -> Iterator[Unused]:
    """Personas that no text names outside their section; one that speaks of personas means them all."""
    others = _texts_outside(agreement, "personas")
    for n, persona in enumerate(agreement.definitions.personas):
        if not whole_words(["persona", persona.name]).search(others):
            use = "name it in a scoring rule, a stage's criteria or a protocol"
            yield Unused("persona", persona.id, ("definitions", "personas", n), use)


def _remedies(agreement: Agreement) -> Iterator[Unused]:
    """Remedies that no number of strikes brings, where strikes are counted."""
    strikes = agreement.governance.strikes
    used = {level.remedy for level in strikes.levels} if strikes else set()
    for n, remedy in enumerate(agreement.governance.remedies if strikes else ()):
        if remedy.id not in used:
            path = ("governance", "remedies", n)
            yield Unused("remedy", remedy.id, path, "name it in a level of `strikes`")


def _end_states(agreement: Agreement) -> Iterator[Unused]:
    """End states in which no follow-up ends, and that no text names outside their section."""
    others = _texts_outside(agreement, "end_states")
    used = {row.then for row in agreement.lead_management.follow_up}
    for n, state in enumerate(agreement.lead_management.end_states):
        if state.id not in used and not whole_words([state.name]).search(others):
            path = ("lead-management", "end_states", n)
            yield Unused("end state", state.id, path, "name it as `then` of a follow-up, or in a protocol")


def _texts_outside(agreement: Agreement, section: str) -> str:
    return "\n".join(text.words for text in texts(agreement) if text.path[1] != section)
