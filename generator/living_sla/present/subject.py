"""One standing and where it can be read become the subject that all pages of an agreement speak of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from living_sla.judge.commitments import work_calendar
from living_sla.judge.pace import course
from living_sla.present.figures import course_figure
from living_sla.present.glossary import Glossary
from living_sla.present.text import Words, period_text, short_day
from living_sla.present.views import promise_view

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.loading import Agreement
    from living_sla.judge.calendar import WorkCalendar
    from living_sla.judge.commitments import Judgement
    from living_sla.present.views import PromiseView
    from living_sla.record.loading import Record


@dataclass(frozen=True, slots=True)
class Standing:
    """One agreement, its record and every judgement of it, as of one day."""

    agreement: Agreement
    record: Record
    judgements: Mapping[str, tuple[Judgement, ...]]
    as_of: date


@dataclass(frozen=True, slots=True)
class Source:
    """Where the inputs can be read and changed.

    `repository` is its address, `edit_path` the way to the files of `agreement/` for editing; both are empty
    where the site knows none, and pages then name file and line alone. `commit` is empty outside git.
    """

    repository: str = ""
    edit_path: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure, what it shows in words, and its caption."""

    figure: dict[str, Any]
    label: str
    caption: str


@dataclass(frozen=True)
class Subject:
    """One standing, with what several of its pages show made once."""

    standing: Standing
    source: Source

    @property
    def agreement(self) -> Agreement:
        """What was agreed."""
        return self.standing.agreement

    @cached_property
    def words(self) -> Words:
        """The agreement's words."""
        return Words(self.agreement)

    @cached_property
    def glossary(self) -> Glossary:
        """The agreement's glossary, which finds its terms in texts."""
        return Glossary(self.agreement.definitions.glossary)

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The agreement's working calendar."""
        return work_calendar(self.agreement.terms.calendar)

    @cached_property
    def promises(self) -> dict[str, PromiseView]:
        """The view of every commitment by its id, in the agreement's order."""
        judgements = self.standing.judgements
        return {c.id: promise_view(self.words, c, judgements[c.id]) for c in self.agreement.commitments}

    def course_chart(self, commitment: Commitment) -> Chart | None:
        """How the newest period of a commitment goes; None where there is nothing to draw."""
        judgements = self.standing.judgements[commitment.id]
        if not judgements:
            return None
        newest = judgements[-1]
        figure = course_figure(newest, course(newest, self.standing.record, self.calendar), self.words)
        if figure is None:
            return None
        when = period_text(newest.period, commitment.measure.every)
        label = f"{commitment.name} in {when}: goal against actual, to {short_day(self.standing.as_of)}"
        return Chart(figure, label, f"{commitment.name}, {when}")

    def place(self, clause: str) -> dict[str, str]:
        """Where a commitment (or `agreement`) is written: in words, for editing, and to raise a concern."""
        place = self.agreement.places[clause]
        below_docs = place.path.removeprefix("agreement/")
        of = f"template=concern.yml&commitment={self.agreement.id}/{clause}"
        concern = f"{self.source.repository}/issues/new?{of}"
        return {
            "text": f"{place.path}, line {place.line}",
            "edit": f"{self.source.edit_path}{below_docs}#L{place.line}" if self.source.edit_path else "",
            "concern": concern if self.source.repository else "",
        }
