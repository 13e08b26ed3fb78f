"""The names that one part of an agreement uses for another become the problems where nothing bears them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import unknown
from living_sla.agreement.commitments import Deliver, Level, Total
from living_sla.agreement.funnel_measures import measure_problems
from living_sla.agreement.quantities import plain_number
from living_sla.diagnostics import Problem, quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from living_sla.agreement.coherence import File
    from living_sla.agreement.commitments import CommitmentTerms, Measure
    from living_sla.agreement.definitions import DefinitionTerms
    from living_sla.agreement.governance import Compensation, GovernanceTerms
    from living_sla.agreement.lead_management import LeadManagementTerms
    from living_sla.agreement.plan import PlanTerms
    from living_sla.agreement.strict_yaml import Document, Path_
    from living_sla.agreement.terms import AgreementTerms, Step


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one agreement; None stands for one that could not be read, whose names are not checked."""

    agreement: File[AgreementTerms] | None
    commitments: File[CommitmentTerms] | None
    definitions: File[DefinitionTerms] | None
    lead_management: File[LeadManagementTerms] | None
    governance: File[GovernanceTerms] | None
    plan: File[PlanTerms] | None = None
    has_plan: bool = False
    """Whether there is a plan, be it one that could not be read."""

    @property
    def parties(self) -> Collection[str] | None:
        """The ids of the parties."""
        return self.agreement.terms.parties if self.agreement else None

    @property
    def contacts(self) -> Collection[str] | None:
        """The ids of the contacts of all parties."""
        if not self.agreement:
            return None
        return {id_ for party in self.agreement.terms.parties.values() for id_ in party.contacts}

    @property
    def promises(self) -> Collection[str] | None:
        """The ids of the commitments."""
        return {c.id for c in self.commitments.terms.commitments} if self.commitments else None

    @property
    def metrics(self) -> Collection[str] | None:
        """The ids of the metrics."""
        return self.commitments.terms.metrics if self.commitments else None

    @property
    def items(self) -> Collection[str] | None:
        """The ids of the kinds of things that are delivered; None where the agreement lists none."""
        return self.commitments.terms.items or None if self.commitments else None

    @property
    def stages(self) -> Collection[str] | None:
        """The ids of the funnel's stages."""
        return {stage.id for stage in self.definitions.terms.funnel} if self.definitions else None

    @property
    def follow_ups(self) -> Collection[str] | None:
        """The ids of the lead types that are followed up."""
        return {row.id for row in self.lead_management.terms.follow_up} if self.lead_management else None


_MOVE = "move one of the two days"


def reference_problems(files: Files) -> Iterator[Problem]:
    """Every name in `files` that nothing bears, every id twice, every order and circle that cannot be."""
    if files.agreement:
        yield from _agreement_problems(files.agreement, files)
    if files.commitments:
        document = files.commitments.document
        for n, commitment in enumerate(files.commitments.terms.commitments):
            if isinstance(commitment.contact, str):
                path: Path_ = ("commitments", n, "contact")
                yield from unknown(document, path, "contact", commitment.contact, files.contacts)
    if files.definitions:
        yield from _definition_problems(files.definitions, files)
    if files.lead_management:
        yield from _lead_management_problems(files.lead_management, files)
    if files.governance:
        yield from _governance_problems(files.governance, files)


def _agreement_problems(file: File[AgreementTerms], files: Files) -> Iterator[Problem]:
    terms, document = file.terms, file.document
    taken: dict[str, str] = {}
    for party, party_terms in terms.parties.items():
        for id_, contact in party_terms.contacts.items():
            path: Path_ = ("parties", party, "contacts", id_)
            if id_ in taken:
                words = f"contact {quote(id_)} is already one of {quote(taken[id_])}"
                yield Problem(document.key_place(path), "duplicate-id", words, "choose another id")
            taken.setdefault(id_, party)
            yield from unknown(document, (*path, "talks_to"), "contact", contact.talks_to, files.contacts)
    for n, signature in enumerate(terms.signatures):
        signer = terms.parties.get(signature.party)
        people = [signer.lead, signer.reports, *signer.contacts.values()] if signer else []
        if names := {person.name for person in people if person}:
            path = ("signatures", n, "name")
            yield from unknown(document, path, "signer", signature.name, names)
    yield from _goal_problems(file, files)


def _goal_problems(file: File[AgreementTerms], files: Files) -> Iterator[Problem]:
    document = file.document
    goals: Path_ = ("goals",)
    yield from _twice(document, goals, [goal.id for goal in file.terms.goals])
    for n, goal in enumerate(file.terms.goals):
        path: Path_ = ("goals", n)
        yield from unknown(document, (*path, "party"), "party", goal.party, files.parties)
        yield from unknown(document, (*path, "measurable"), "commitment", goal.measurable, files.promises)
        placed = list(placed_steps(goal.steps, path))
        waits = {step.id: step.after for _, step in placed}
        seen: set[str] = set()
        for step_path, step in placed:
            if step.id in seen:
                words = f"{quote(step.id)} is already the id of a step of this goal"
                yield Problem(document.place((*step_path, "id")), "duplicate-id", words, "choose another id")
            seen.add(step.id)
            yield from _step_problems(step, step_path, waits, document, files)
            if goal.due and step.due > goal.due:
                words = f"step {quote(step.id)} is due on {step.due}, after its goal ({goal.due})"
                yield Problem(document.place((*step_path, "due")), "order", words, _MOVE)


def _step_problems(
    step: Step, path: Path_, waits: dict[str, tuple[str, ...]], document: Document, files: Files
) -> Iterator[Problem]:
    yield from unknown(document, (*path, "party"), "party", step.party, files.parties)
    if step.progress:
        yield from unknown(
            document, (*path, "progress", "total"), "metric", step.progress.total, files.metrics
        )
    for m, other in enumerate(step.after):
        yield from unknown(document, (*path, "after", m), "step", other, waits)
    if _reaches(step.id, step.after, waits):
        words = f"step {quote(step.id)} waits for itself, by way of after"
        yield Problem(document.place((*path, "after")), "circle", words, "take one step out of the circle")
    for m, part in enumerate(step.steps):
        if part.due > step.due:
            words = f"step {quote(part.id)} is due on {part.due}, after the step it is part of ({step.due})"
            yield Problem(document.place((*path, "steps", m, "due")), "order", words, _MOVE)


def placed_steps(steps: Iterable[Step], path: Path_) -> Iterator[tuple[Path_, Step]]:
    """Every step of a tree with its place in the document, the parents first."""
    for n, step in enumerate(steps):
        yield (*path, "steps", n), step
        yield from placed_steps(step.steps, (*path, "steps", n))


def _reaches(start: str, following: Iterable[str], waits: dict[str, tuple[str, ...]]) -> bool:
    seen: set[str] = set()
    ahead = list(following)
    while ahead:
        step = ahead.pop()
        if step == start:
            return True
        if step not in seen:
            seen.add(step)
            ahead += waits.get(step, ())
    return False


def _definition_problems(file: File[DefinitionTerms], files: Files) -> Iterator[Problem]:
    terms, document = file.terms, file.document
    yield from _twice(document, ("funnel",), [stage.id for stage in terms.funnel])
    for n, stage in enumerate(terms.funnel):
        path: Path_ = ("funnel", n)
        yield from unknown(document, (*path, "owner"), "party", stage.owner, files.parties)
        yield from unknown(document, (*path, "definition"), "term", stage.definition, terms.glossary)
        yield from unknown(document, (*path, "metric"), "metric", stage.metric, files.metrics)
    for n, party in enumerate(terms.qualification.accepted_by if terms.qualification else ()):
        yield from unknown(document, ("qualification", "accepted_by", n), "party", party, files.parties)
    yield from _twice(document, ("personas",), [persona.id for persona in terms.personas])
    grades = terms.scoring.grades if terms.scoring else ()
    for n, grade in enumerate(grades):
        path = ("scoring", "grades", n)
        yield from unknown(document, (*path, "follow_up"), "follow-up", grade.follow_up, files.follow_ups)
        if n and grade.from_ >= grades[n - 1].from_:
            words = f"grade {quote(grade.grade)} starts at {grade.from_}, not below the grade before it"
            yield Problem(document.place((*path, "from")), "order", words, "write the highest grade first")


def _lead_management_problems(file: File[LeadManagementTerms], files: Files) -> Iterator[Problem]:
    terms, document = file.terms, file.document
    stages = [("protocol", n, row.stage) for n, row in enumerate(terms.protocol)]
    stages += [("nurturing", n, row.stage) for n, row in enumerate(terms.nurturing)]
    for key, n, stage in stages:
        yield from unknown(document, (key, n, "stage"), "stage", stage, files.stages)
    for n, hand_over in enumerate(terms.hand_over):
        path: Path_ = ("hand_over", n)
        yield from unknown(document, (*path, "from"), "stage", hand_over.from_, files.stages)
        yield from unknown(document, (*path, "to"), "stage", hand_over.to, files.stages)
        if hand_over.from_ == hand_over.to:
            words = f"stage {quote(hand_over.to)} hands over to itself"
            yield Problem(document.place((*path, "to")), "circle", words, "name the stage a lead passes to")
    if terms.measures:
        metrics = files.commitments.terms.metrics if files.commitments else None
        yield from measure_problems(terms.measures, document, metrics)
    if terms.return_:
        yield from unknown(document, ("return", "to"), "stage", terms.return_.to, files.stages)
        yield from unknown(document, ("return", "metric"), "metric", terms.return_.metric, files.metrics)
    ends = [state.id for state in terms.end_states]
    yield from _twice(document, ("end_states",), ends)
    yield from _twice(document, ("follow_up",), [row.id for row in terms.follow_up])
    for n, row in enumerate(terms.follow_up):
        path = ("follow_up", n)
        yield from unknown(document, (*path, "then"), "end state", row.then, ends)
        yield from unknown(document, (*path, "commitment"), "commitment", row.commitment, files.promises)
        for m, touch in enumerate(row.cadence[1:], start=1):
            if touch.day < row.cadence[m - 1].day:
                words = f"day {touch.day} comes after day {row.cadence[m - 1].day}"
                place = document.place((*path, "cadence", m, "day"))
                yield Problem(place, "order", words, "write the touches in the order of their days")


def _governance_problems(file: File[GovernanceTerms], files: Files) -> Iterator[Problem]:
    terms, document = file.terms, file.document
    for path, party in _parties_named(terms):
        yield from unknown(document, path, "party", party, files.parties)
    for n, report in enumerate(terms.reports):
        yield from unknown(document, ("reports", n, "item"), "item", report.item, files.items)
    for path, commitment in _commitments_named(terms):
        yield from unknown(document, path, "commitment", commitment, files.promises)
    yield from _twice(document, ("remedies",), [remedy.id for remedy in terms.remedies])
    yield from _strike_problems(file)
    yield from _compensation_problems(file, files)
    yield from _cancellation_problems(file)
    for n, exclusion in enumerate(terms.exclusions):
        if exclusion.to < exclusion.from_:
            words = f"the exclusion ends on {exclusion.to}, before it starts ({exclusion.from_})"
            yield Problem(document.place(("exclusions", n, "to")), "order", words, "exchange the two")


def _parties_named(terms: GovernanceTerms) -> Iterator[tuple[Path_, str]]:
    for n, report in enumerate(terms.reports):
        yield ("reports", n, "from"), report.from_
        yield ("reports", n, "to"), report.to
    for n, duty in enumerate(terms.leaders_duties):
        yield ("leaders_duties", n, "party"), duty.party


def _commitments_named(terms: GovernanceTerms) -> Iterator[tuple[Path_, str]]:
    for n, compensation in enumerate(terms.compensation):
        yield ("compensation", n, "commitment"), compensation.commitment
    for n, rule in enumerate(terms.cancellation):
        yield ("cancellation", n, "commitment"), rule.commitment
    for n, name in enumerate(terms.strikes.commitments if terms.strikes else ()):
        yield ("strikes", "commitments", n), name
    for n, exclusion in enumerate(terms.exclusions):
        for m, name in enumerate(exclusion.commitments):
            yield ("exclusions", n, "commitments", m), name


def _strike_problems(file: File[GovernanceTerms]) -> Iterator[Problem]:
    document = file.document
    remedies = [remedy.id for remedy in file.terms.remedies]
    levels = file.terms.strikes.levels if file.terms.strikes else ()
    for n, level in enumerate(levels):
        path: Path_ = ("strikes", "levels", n)
        yield from unknown(document, (*path, "remedy"), "remedy", level.remedy, remedies)
        if n and level.strikes <= levels[n - 1].strikes:
            words = f"strikes {level.strikes} does not come after {levels[n - 1].strikes}"
            hint = "write each number once, the fewest first"
            yield Problem(document.place((*path, "strikes")), "order", words, hint)


def _compensation_problems(file: File[GovernanceTerms], files: Files) -> Iterator[Problem]:
    """What can bring nothing, or the opposite: it would be read, and never be owed."""
    document = file.document
    promises = files.commitments.terms.commitments if files.commitments else ()
    measures = {commitment.id: commitment.measure for commitment in promises}
    lines: dict[tuple[str, str], int] = {}
    for n, row in enumerate(file.terms.compensation):
        path: Path_ = ("compensation", n)
        place = document.place(path)
        yield from _amount_problems(row, document, path)
        if row.commitment in measures and (why := _why_not(row, measures[row.commitment])):
            yield Problem(document.place((*path, "how")), "compensation", *why)
        if line := lines.get((row.commitment, row.how)):
            words = f"compensation for {quote(row.commitment)} is agreed as {row.how} already, on line {line}"
            yield Problem(place, "duplicate-rule", words, "keep one of the two")
        lines.setdefault((row.commitment, row.how), place.line)


def _amount_problems(row: Compensation, document: Document, path: Path_) -> Iterator[Problem]:
    if row.how == "money" and row.amount is None:
        words = "compensation in money does not say how much"
        yield Problem(document.place(path), "amount", words, "add `amount: 120`, for one missing unit")
    if row.amount is not None and row.how == "make-good":
        words = f"amount {plain_number(row.amount)} brings nothing where the shortfall is made good"
        hint = "delete it, or write `how: money`"
        yield Problem(document.place((*path, "amount")), "amount", words, hint)
    elif row.amount is not None and row.amount <= 0:
        words = f"amount {plain_number(row.amount)} is not more than 0"
        hint = "write what one missing unit costs"
        yield Problem(document.place((*path, "amount")), "amount", words, hint)


def _why_not(row: Compensation, measure: Measure) -> tuple[str, str] | None:
    """Why a shortfall of such a measure cannot be made up for so, and what would do; None if it can."""
    of = f"what is missing of {quote(row.commitment)}"
    if isinstance(measure, Level):
        return f"{of} cannot be counted, for it is a level", "let a strike and its remedy follow"
    if row.how == "money" or isinstance(measure, Deliver):
        return None
    if not isinstance(measure, Total):
        return f"{of} cannot be made good later, for it is a share", "write `how: money` and an amount"
    if measure.at_most is not None:
        return f"{of} cannot be made good later, for it is a limit", "write `how: money` and an amount"
    return None


def _cancellation_problems(file: File[GovernanceTerms]) -> Iterator[Problem]:
    document = file.document
    lines: dict[tuple[str, int, int | None], int] = {}
    for n, rule in enumerate(file.terms.cancellation):
        path: Path_ = ("cancellation", n)
        if rule.of_last is not None and rule.of_last < rule.missed:
            words = f"{rule.missed} missed periods do not fit into the last {rule.of_last}"
            hint = f"write {rule.missed} or more"
            yield Problem(document.place((*path, "of_last")), "order", words, hint)
        place, terms = document.place(path), (rule.commitment, rule.missed, rule.of_last)
        if line := lines.get(terms):
            words = f"the same misses of {quote(rule.commitment)} end the agreement by line {line} already"
            yield Problem(place, "duplicate-rule", words, "keep one notice")
        lines.setdefault(terms, place.line)


def _twice(document: Document, path: Path_, ids: list[str]) -> Iterator[Problem]:
    """Ids that a list has twice."""
    for n, id_ in enumerate(ids):
        if id_ in ids[:n]:
            place = document.place((*path, n, "id"))
            yield Problem(
                place, "duplicate-id", f"{quote(id_)} is already an id in this list", "choose another id"
            )
