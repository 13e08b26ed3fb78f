"""An agreement becomes advice: what it leaves open, where, and what to write; never an error."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Deliver
from living_sla.agreement.references import placed_steps
from living_sla.agreement.unused import unused_names
from living_sla.agreement.wording import spellings, texts, vague_words, whole_words
from living_sla.diagnostics import Problem, Severity, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.strict_yaml import Path_
    from living_sla.agreement.terms import Goal

_SHORTEST_GOAL = 20
_MOST_TIMES = 2
_NUMBER = re.compile(
    r"\d|(?<!\w)(two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|billion"
    r"|half|halve|double|twice|triple|every|all|no|none|zero)(?!\w)",
    re.IGNORECASE,
)


def advise(agreement: Agreement) -> Iterator[Problem]:
    """Everything that an agreement could say and does not, or says so that it can be read in two ways.

    What a customer owes in return, and how teams handle leads, is asked of agreements between teams only.
    """
    between_teams = agreement.terms.between == "teams"
    for rule in (*_RULES, *_RULES_OF_TEAMS) if between_teams else _RULES:
        yield from rule(agreement)


def _advice(agreement: Agreement, path: Path_, rule: str, message: str, hint: str) -> Problem:
    """Advice at a path from the file's name on; at its nearest ancestor where nothing is written there."""
    ancestors = (".".join(map(str, path[:end])) for end in range(len(path), 0, -1))
    place = next(agreement.places[name] for name in ancestors if name in agreement.places)
    return Problem(place, rule, message, hint, Severity.ADVICE)


def _goals(agreement: Agreement) -> Iterator[Problem]:
    """The parts of SMART that a goal does not say (A12)."""
    for n, goal in enumerate(agreement.terms.goals):
        for part, message, hint in _open_parts(goal):
            path = ("agreement", "goals", n, part)
            yield _advice(agreement, path, f"goal-{part}", f"goal {quote(goal.id)} {message}", hint)


def _open_parts(goal: Goal) -> Iterator[tuple[str, str, str]]:
    if len(goal.specific) < _SHORTEST_GOAL:
        yield "specific", "is too short to be specific", "say who reaches how much of what"
    elif not _NUMBER.search(goal.specific):
        yield "specific", "names no number", "say how much of it in `specific`"
    if goal.measurable is None:
        yield "measurable", "is not measured", "add `measurable: …`, the id of a commitment"
    if goal.attainable is None:
        hint = "add `attainable: …`, what it rests on, for example last year's number"
        yield "attainable", "does not say why it can be reached", hint
    if goal.relevant is None:
        yield "relevant", "does not say what it is good for", "add `relevant: …`, what the company has of it"
    if goal.due is None:
        yield "due", "has no date", "add `due: …`, the day it is reached by"


def _steps(agreement: Agreement) -> Iterator[Problem]:
    """The smallest steps of which nobody can see how far they are (A13); every step has its date."""
    for n, goal in enumerate(agreement.terms.goals):
        for path, step in placed_steps(goal.steps, ("agreement", "goals", n)):
            if not (step.steps or step.progress or step.done_on):
                words = f"step {quote(step.id)} of goal {quote(goal.id)} has no progress"
                hint = "add `progress: {total: …, target: …}`, or `done_on: …` once it is done"
                yield _advice(agreement, path, "step-progress", words, hint)


def _counterparts(agreement: Agreement) -> Iterator[Problem]:
    """Commitments for which no other party promises anything, said at either of the two."""
    party_of = {commitment.id: commitment.party for commitment in agreement.commitments}
    pairs = [(one.id, other) for one in agreement.commitments for other in one.in_return]
    answered = {id_ for pair in pairs if party_of[pair[0]] != party_of[pair[1]] for id_ in pair}
    for commitment in agreement.commitments:
        if commitment.id not in answered:
            words = f"nobody promises anything in return for {quote(commitment.id)}"
            hint = "add `in_return: [ … ]`, the ids of what the other party promises for it"
            yield _advice(agreement, (commitment.id,), "no-counterpart", words, hint)


def _idle_parties(agreement: Agreement) -> Iterator[Problem]:
    """Parties that promise nothing."""
    promising = {commitment.party for commitment in agreement.commitments}
    for party in agreement.terms.parties:
        if party not in promising:
            words, path = f"party {quote(party)} promises nothing", ("agreement", "parties", party)
            yield _advice(agreement, path, "no-commitments", words, "add a commitment of this party")


def _balance(agreement: Agreement) -> Iterator[Problem]:
    """The party that carries most, where that is more than twice what another carries (A11)."""
    counts = Counter(commitment.party for commitment in agreement.commitments)
    most = max(counts, key=lambda party: counts[party], default="")
    fewest = min(counts, key=lambda party: counts[party], default="")
    if counts[most] > _MOST_TIMES * counts[fewest]:
        words = f"party {quote(most)} carries {counts[most]} commitments, {quote(fewest)} {counts[fewest]}"
        hint = f"take some off {quote(most)}, or add some to {quote(fewest)}"
        yield _advice(agreement, ("agreement", "parties", most), "balance", words, hint)


def _deadlines(agreement: Agreement) -> Iterator[Problem]:
    """Deliverables whose only deadline is the end of a long period (A14)."""
    for commitment in agreement.commitments:
        measure = commitment.measure
        if isinstance(measure, Deliver) and measure.every in {"quarter", "year"} and measure.by is None:
            words = f"what {quote(commitment.id)} delivers has no deadline within the {measure.every}"
            hint = "write how many `every: month`, and `by: 20th`"
            yield _advice(agreement, (commitment.id,), "no-deadline", words, hint)


def _metrics(agreement: Agreement) -> Iterator[Problem]:
    """Metrics that nobody defined (A17), or of which nobody can tell when a value is missing."""
    for name, metric in agreement.metrics.items():
        path = ("commitments", "metrics", name)
        if metric.definition is None:
            hint = "add `definition: …`, the id of a term of the glossary in definitions.yml"
            yield _advice(agreement, path, "metric-definition", f"metric {quote(name)} is not defined", hint)
        if metric.expected is None:
            words = f"metric {quote(name)} does not say when its source reports it"
            hint = "add `expected: daily`, or working-days, weekly, monthly"
            yield _advice(agreement, path, "metric-expected", words, hint)


def _contacts(agreement: Agreement) -> Iterator[Problem]:
    """Commitments about which nobody can be asked."""
    for commitment in agreement.commitments:
        if agreement.contact(commitment) is None:
            words = f"{quote(commitment.id)} has no contact, and party {quote(commitment.party)} no lead"
            hint = "add `contact: …`, the id of a contact, or a name and a role"
            yield _advice(agreement, (commitment.id,), "no-contact", words, hint)


def _parties(agreement: Agreement) -> Iterator[Problem]:
    """What a party does not say of itself, and whether it signed."""
    signed = {signature.party for signature in agreement.terms.signatures}
    for id_, party in agreement.terms.parties.items():
        path, who = ("agreement", "parties", id_), f"party {quote(id_)}"
        if party.lead is None:
            hint = "add `lead: {name: …, role: …}`, a person or a post"
            yield _advice(agreement, path, "no-lead", f"{who} has no lead", hint)
        if party.service is None:
            hint = "add `service: …`, what it does for the others"
            yield _advice(agreement, path, "no-service", f"{who} does not say what it provides", hint)
        if not party.needs:
            hint = "add `needs:`, one line for each"
            yield _advice(agreement, path, "no-needs", f"{who} does not say what it needs", hint)
        if id_ not in signed:
            hint = "add it to `signatures:` when it has"
            yield _advice(agreement, path, "no-signature", f"{who} has not signed", hint)


def _terms(agreement: Agreement) -> Iterator[Problem]:
    """What the agreement as a whole leaves open: its end, and what it is for."""
    if agreement.terms.expires is None and agreement.governance.revision is None:
        words = "the agreement neither expires nor is it revised"
        hint = "add `expires: …` here, or `revision:` to governance.yml"
        yield _advice(agreement, ("agreement",), "no-end", words, hint)
    if agreement.terms.company_goal is None:
        words = "the agreement does not say which goal of the company it serves"
        yield _advice(agreement, ("agreement",), "no-company-goal", words, "add `company_goal: …`")


def _vagueness(agreement: Agreement) -> Iterator[Problem]:
    """Words in promises that each reader takes otherwise, unless the glossary defines them."""
    terms = agreement.definitions.glossary.values()
    defined = whole_words({spelling for term in terms for spelling in spellings(term)})
    for text in texts(agreement):
        for words, lack, hint in vague_words(text.words, defined) if text.is_promise else ():
            yield _advice(agreement, text.path, "vague", f"{quote(words)} in {text.name} {lack}", hint)


def _unused(agreement: Agreement) -> Iterator[Problem]:
    """Names that something bears and nothing uses."""
    for thing in unused_names(agreement):
        rule = f"unused-{thing.noun.replace(' ', '-')}"
        words = f"{thing.noun} {quote(thing.name)} is used nowhere in these files"
        yield _advice(agreement, thing.path, rule, words, f"{thing.use}, or delete it")


# What an agreement does not say without a section, by the section's file and key.
_SECTIONS = {
    "agreement": {"goals": "which goals it pursues"},
    "definitions": {
        "glossary": "what its words mean",
        "funnel": "through which stages a lead goes, and who owns it there",
        "qualification": "by which criteria a lead is qualified",
        "personas": "whom the teams want to win",
        "scoring": "how a lead is scored",
    },
    "lead-management": {
        "protocol": "what is done with a lead in each stage",
        "hand_over": "when a lead passes from one team to the other",
        "notification": "how sales is told of a lead",
        "return": "how and why a lead is given back",
        "follow_up": "how quickly and how often a lead is followed up",
        "end_states": "when following up ends",
        "nurturing": "how a lead that is not ready is kept warm",
        "limits": "how many touches are too many",
        "coverage": "how no lead goes unnoticed",
    },
    "governance": {
        "meetings": "when the parties meet",
        "reports": "what each party reports to the other",
        "leaders_duties": "what the leaders must do for it to work",
        "feedback": "how feedback is given",
        "remedies": "how a missed commitment is mended",
        "strikes": "what follows when commitments are missed again and again",
        "compensation": "what a missed quota costs",
        "safeguards": "what protects it from abuse",
        "cancellation": "when it may be ended early",
        "retrospective": "how the parties look back on a period",
        "pulse": "how the parties are asked how well they work together",
    },
}
_WITHOUT = {
    "definitions": "what its words mean, and whom the teams want to win",
    "lead-management": "what happens to a lead",
    "governance": "how it is talked about, enforced and ended",
}
_OF_TEAMS = frozenset(["funnel", "qualification", "personas", "scoring", *_SECTIONS["lead-management"]])


def _sections(agreement: Agreement) -> Iterator[Problem]:
    """The sections that are missing; where all of a file are, one line for the file."""
    contents = {
        "agreement": agreement.terms,
        "definitions": agreement.definitions,
        "lead-management": agreement.lead_management,
        "governance": agreement.governance,
    }
    for file, content in contents.items():
        asked = _asked_sections(agreement, file)
        missing = [key for key in asked if not getattr(content, "return_" if key == "return" else key)]
        if len(missing) > 1 and missing == asked:
            words, hint = _WITHOUT[file], f"write {', '.join(missing)} in {file}.yml"
            yield _advice(agreement, (file,), f"missing-{file}", f"the agreement does not say {words}", hint)
            continue
        for key in missing:
            words = f"the agreement does not say {_SECTIONS[file][key]}"
            rule = f"missing-{key.replace('_', '-')}"
            yield _advice(agreement, (file,), rule, words, f"add `{key}:` to {file}.yml")


def _asked_sections(agreement: Agreement, file: str) -> list[str]:
    """The sections that a file should have; how teams handle leads is no matter of a customer's."""
    between_teams = agreement.terms.between == "teams"
    return [key for key in _SECTIONS[file] if between_teams or key not in _OF_TEAMS]


_RULES = (
    _terms, _parties, _goals, _steps, _deadlines, _metrics, _contacts, _vagueness, _unused, _sections,
)  # fmt: skip
_RULES_OF_TEAMS = (_counterparts, _idle_parties, _balance)
