"""One standing and where it can be read become the subject that all pages of an agreement speak of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from living_sla.judge.commitments import versions_of
from living_sla.judge.consequences import judge_consequences
from living_sla.judge.forecast import forecast
from living_sla.judge.pace import course
from living_sla.judge.restatements import is_closed
from living_sla.judge.worth import judge_worth
from living_sla.present.figures import course_figure, worth_figure
from living_sla.present.glossary import Glossary
from living_sla.present.text import Words, period_of, short_day
from living_sla.present.views import number_and_goal, promise_view
from living_sla.present.worth import worth_text, worth_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.terms import Step
    from living_sla.agreement.versions import Span, Timeline, Version
    from living_sla.diagnostics import Place
    from living_sla.judge.commitments import InForce, Judgement
    from living_sla.judge.consequences import Consequences
    from living_sla.judge.forecast import Forecast, NoForecast
    from living_sla.judge.restatements import Restatements
    from living_sla.judge.worth import Worth
    from living_sla.present.views import PromiseView
    from living_sla.present.worth import WorthView
    from living_sla.record.loading import Record


@dataclass(frozen=True, slots=True)
class Former:
    """A commitment that no longer stands: the last version that had it, and the last day of that."""

    commitment: Commitment
    agreement: Agreement
    until: date | None


@dataclass(frozen=True)
class Standing:
    """One agreement, its record and every judgement of it, as of one day, by what `known_on` knew.

    `agreement` is the version in force on that day, before the first the one to come. `judgements` are those
    of every commitment that any version has, each period by the version in force on its first day;
    `restatements` are those of them whose outcome changed after the period was closed.
    """

    agreement: Agreement
    record: Record
    judgements: Mapping[str, tuple[Judgement, ...]]
    as_of: date
    known_on: date
    timeline: Timeline
    restatements: Restatements
    retrospectives: Mapping[str, str] = field(default_factory=dict)
    """What the parties wrote about a month or week, by period, in Markdown."""

    @cached_property
    def outlooks(self) -> dict[str, Forecast | NoForecast]:
        """How the newest period of each commitment that has one will likely end, by its id."""
        newest = {id_: judgements[-1] for id_, judgements in self.judgements.items() if judgements}
        return {id_: forecast(j, self.record, known_on=self.known_on) for id_, j in newest.items()}

    @cached_property
    def worths(self) -> dict[str, Worth]:
        """What the newest leads of each commitment that a plan asks for are worth, by its id."""
        newest = {id_: judgements[-1] for id_, judgements in self.judgements.items() if judgements}
        found = {id_: judge_worth(j, self.agreement, self.record) for id_, j in newest.items()}
        return {id_: worth for id_, worth in found.items() if worth}

    def as_closed(self, judgement: Judgement) -> Judgement | None:
        """What was said of a period when it was closed; None while it is not."""
        if not is_closed(judgement, self.known_on):
            return None
        restatement = self.restatements.get((judgement.commitment.id, judgement.period.id))
        return restatement.as_closed if restatement else judgement

    @property
    def versions(self) -> list[InForce]:
        """The versions that can be judged by, each with the day another takes its place."""
        return versions_of(self.timeline)

    @cached_property
    def consequences(self) -> Consequences:
        """What follows from the periods that were missed."""
        return judge_consequences(
            self.versions, self.judgements, self.restatements, self.record, self.known_on
        )

    @property
    def has_begun(self) -> bool:
        """Whether any version has taken effect."""
        return any(span.start <= self.as_of for span in self.timeline.spans)

    @property
    def former(self) -> dict[str, Former]:
        """The commitments that were promised once and no longer are, by id, the last promised first."""
        stands = {commitment.id for commitment in self.agreement.commitments}
        found: dict[str, Former] = {}
        for span in self.timeline.spans[::-1]:
            if span.start <= self.as_of and (agreement := span.version.agreement):
                gone = (c for c in agreement.commitments if c.id not in stands | found.keys())
                found |= {c.id: Former(c, agreement, span.last) for c in gone}
        return found


@dataclass(frozen=True, slots=True)
class Source:
    """Where the inputs can be read and changed.

    `repository` is its address, `edit_path` the way to the files of `agreement/` for editing; both are empty
    where the site knows none, and pages then name file and line alone. `commit` is empty outside git;
    `prefix` leads from the top of the repository to the project.
    """

    repository: str = ""
    edit_path: str = ""
    commit: str = ""
    prefix: str = ""

    def edit_url(self, place: Place) -> str:
        """Where a place in the agreement's files can be changed; empty where that is not known."""
        below_docs = place.path.removeprefix("agreement/")
        return f"{self.edit_path}{below_docs}#L{place.line}" if self.edit_path else ""

    def file_url(self, commit: str, path: str, line: int) -> str:
        """Where a line can be read as a commit holds it."""
        return f"{self.repository}/blob/{commit}/{self.prefix}{path}#L{line}" if self.repository else ""

    def commit_url(self, commit: str) -> str:
        """Where a commit can be read."""
        return f"{self.repository}/commit/{commit}" if self.repository else ""

    def pull_request_url(self, number: int) -> str:
        """Where a pull request can be read."""
        return f"{self.repository}/pull/{number}" if self.repository else ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure, what it shows in words, and its caption; for leads that have a worth, also in money."""

    figure: dict[str, Any]
    label: str
    caption: str
    in_money: Chart | None = None
    worth: WorthView | None = None


@dataclass(frozen=True)
class Subject:
    """One standing, with what several of its pages show made once.

    `now` is the subject of the version in force, where this one is of another version (see `of`).
    """

    standing: Standing
    source: Source
    now: Subject | None = None

    @property
    def agreement(self) -> Agreement:
        """What was agreed."""
        return self.standing.agreement

    @property
    def consequences(self) -> Consequences:
        """What follows from the periods that were missed."""
        return (self.now or self).standing.consequences

    @cached_property
    def version(self) -> Version | None:
        """The version its pages show; None outside the timeline."""
        number = self.agreement.terms.version
        return next((v for v in self.standing.timeline.versions[::-1] if v.number == number), None)

    @cached_property
    def spans(self) -> dict[str, Span]:
        """The days in force of every version that has some, by its number."""
        return {span.version.number: span for span in self.standing.timeline.spans}

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each version stands in the timeline, by its number."""
        return {version.number: n for n, version in enumerate(self.standing.timeline.versions)}

    @cached_property
    def in_force(self) -> Version | None:
        """The version in force on the day the site stands at."""
        return self.standing.timeline.in_force(self.standing.as_of)

    @cached_property
    def words(self) -> Words:
        """The agreement's words."""
        return Words(self.agreement)

    @cached_property
    def glossary(self) -> Glossary:
        """The agreement's glossary, which finds its terms in texts."""
        return Glossary(self.agreement.definitions.glossary)

    @cached_property
    def former(self) -> dict[str, Former]:
        """The commitments that were promised once and no longer are, by id, the last promised first."""
        return self.standing.former

    @cached_property
    def published(self) -> frozenset[str]:
        """The ids of the commitments that have a page: those that stand, and those that once stood."""
        current = self.now or self
        return frozenset(c.id for c in current.agreement.commitments) | frozenset(current.former)

    @cached_property
    def promises(self) -> dict[str, PromiseView]:
        """The view of every commitment by its id, in the agreement's order; without a page, no address."""
        judgements, agreement = self.standing.judgements, self.agreement
        views = (
            promise_view(agreement, c, judgements.get(c.id, ()), self.outlook_of(c.id))
            for c in agreement.commitments
        )
        views = (replace(v, worth=worth_text(found) if (found := self.worth_of(v.id)) else "") for v in views)
        return {view.id: view if view.id in self.published else replace(view, url="") for view in views}

    def outlook_of(self, commitment: str) -> Forecast | NoForecast | None:
        """How the newest period of a commitment will likely end; None where another period is shown."""
        current = (self.now or self).standing
        shown, newest = (s.judgements.get(commitment, ())[-1:] for s in (self.standing, current))
        return current.outlooks[commitment] if shown and shown[0] is newest[0] else None

    def worth_of(self, commitment: str) -> Worth | None:
        """What the newest leads of a commitment are worth; None where nobody knows, or another is shown."""
        current = (self.now or self).standing
        shown = self.standing.judgements.get(commitment, ())[-1:]
        worth = current.worths.get(commitment)
        return worth if worth and shown and shown[0] is worth.judgement else None

    def step_began_on(self, goal: str, step: str) -> date:
        """Since when a step counts: the first day of the versions in a row that have it, up to this one."""
        terms = self.agreement.terms
        return (self.now or self).step_starts.get(terms.version, {}).get((goal, step), terms.effective)

    @cached_property
    def step_starts(self) -> dict[str, dict[tuple[str, str], date]]:
        """By version, then by the ids of goal and step."""
        found: dict[str, dict[tuple[str, str], date]] = {}
        before: dict[tuple[str, str], date] = {}
        for span in self.standing.timeline.spans:
            if agreement := span.version.agreement:
                before = {key: before.get(key, span.start) for key in _step_keys(agreement)}
                found[span.version.number] = before
        return found

    def of(self, agreement: Agreement, judgements: Mapping[str, tuple[Judgement, ...]]) -> Subject:
        """The same seen by another version of the agreement, with the judgements its pages speak of."""
        standing = replace(self.standing, agreement=agreement, judgements=judgements)
        return Subject(standing, self.source, self.now or self)

    def reads(self, metric: str) -> Agreement | None:
        """The version that knows a metric: this one, else the newest; None if none does."""
        versions = (version.agreement for version in self.standing.timeline.versions[::-1])
        return next((a for a in (self.agreement, *versions) if a and metric in a.metrics), None)

    def course_chart(self, commitment: Commitment) -> Chart | None:
        """How the newest period of a commitment goes; None where there is nothing to draw."""
        judgements = self.standing.judgements[commitment.id]
        if not judgements:
            return None
        newest, days = judgements[-1], course(judgements[-1], self.standing.record)
        figure = course_figure(newest, days, self.outlook_of(commitment.id))
        if figure is None:
            return None
        when = period_of(newest)
        label = f"{commitment.name} in {when}: goal against actual, to {short_day(self.standing.as_of)}"
        chart = Chart(figure, label, f"{commitment.name}, {when}")
        worth = self.worth_of(commitment.id)
        in_money = worth_figure(worth) if worth else None
        if worth is None or in_money is None:
            return chart
        page = f"{self.agreement.id}/plan/" if (self.now or self).agreement.plan else ""
        view = worth_view(worth, days, " ".join(number_and_goal(newest)), page)
        money = Chart(in_money, f"{label}, in money", f"{chart.caption}, in money")
        return replace(chart, in_money=money, worth=view)

    def place(self, clause: str) -> dict[str, str]:
        """Where a commitment (or a file, by its name) is written: in words, to read, to edit, to doubt.

        What is no longer in force can be read where it stood, but not edited.
        """
        place, newest = self.agreement.places[clause], self.standing.timeline.versions[-1].agreement
        now = newest.places.get(clause) if newest and self.now is None else None
        of = f"template=concern.yml&commitment={self.agreement.id}/{clause}"
        concern = f"{self.source.repository}/issues/new?{of}"
        return {
            "text": f"{(now or place).path}, line {(now or place).line}",
            "read": self._read_url(place),
            "edit": self.source.edit_url(now) if now else "",
            "concern": concern if self.source.repository else "",
        }

    def _read_url(self, place: Place) -> str:
        """A line as the commit of the version shown holds it."""
        commit = self.version.text.commit if self.version else None
        return self.source.file_url(commit.id, place.path, place.line) if commit else ""


def _step_keys(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """The ids of every goal's steps, the smaller ones too."""

    def below(goal: str, steps: Iterable[Step]) -> Iterator[tuple[str, str]]:
        for step in steps:
            yield goal, step.id
            yield from below(goal, step.steps)

    for goal in agreement.terms.goals:
        yield from below(goal.id, goal.steps)
