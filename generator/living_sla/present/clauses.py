"""A place in an agreement becomes what a reader calls it: the clause, its party, the part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import Answer, Before, Deliver
from living_sla.agreement.counterparts import entry_name
from living_sla.agreement.definitions import Grade
from living_sla.agreement.fields import Terms
from living_sla.agreement.governance import Exclusion, Meeting, RegularReport, StrikeLevel, Strikes
from living_sla.agreement.lead_management import (
    CloseRate,
    Coverage,
    FollowUp,
    HandOver,
    Limit,
    Notification,
    Return,
    Returns,
)
from living_sla.agreement.plan import Campaign, Observed, PlanTerms
from living_sla.agreement.terms import Party
from living_sla.present.text import Words, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.loading import Agreement

Path = tuple[str, ...]

_WHOLE = "The agreement"
# How a clause is called before its own name; what is not here goes by its key.
_SECTIONS = {
    **dict.fromkeys(
        ("title", "summary", "notice", "between", "company_goal", "currency", "expires"), _WHOLE
    ),
    **dict.fromkeys(("parties", "commitments", "meetings", "reports"), ""),
    "goals": "Goal", "metrics": "Metric", "items": "Item", "personas": "Persona", "hand_over": "Hand-over",
    "return": "Return of leads", "follow_up": "Follow-up", "end_states": "End state",
    "limits": "Limit on touches", "leaders_duties": "Leaders' duties", "remedies": "Remedy",
    "exclusions": "Days that do not count", "persons": "Naming of persons", "measures": "What is measured",
}  # fmt: skip
_UNNAMED = frozenset({"leaders_duties", "exclusions"})
_LONGEST = 12
# How a part is called within its clause, by its class where a key means several things; else by its key.
_PARTS: Mapping[str | tuple[type[Terms], str], str] = {
    "measure": "promise", "at_least": "target", "at_most": "limit", "every": "period", "by": "delivery date",
    "min_events": "least number of events", "total": "metric", "share": "good events", "of": "all events",
    "level": "metric", "take": "value that counts", "once": "condition", "warn_below": "warning line",
    "answer": "what is answered", "with": "answer", "before": "event", "ahead": "time before the event",
    (Answer, "within"): "time to answer", (FollowUp, "within"): "time to the first attempt",
    (Notification, "within"): "time to tell", (Return, "within"): "time to give back",
    (Before, "deliver"): "what is delivered",
    "within": "time", "of_last": "periods looked at", "missed": "missed periods", "due": "due day",
    "expire_after": "time until a strike expires", "reopened_after": "time until it may be reopened",
    "done_on": "done", "email": "e-mail", "github": "GitHub name", "does_not": "leaves to others",
    "fiscal_year_starts": "start of the fiscal year", "week_starts": "start of the week",
    "closed_on": "closed day", "who": "who it is", "also": "other spelling", "reached_by": "channel",
    "steps": "step", "roles": "role", "contacts": "contact", "criteria": "criterion", "rules": "rule",
    "grades": "grade", "levels": "level", "reasons": "reason", "channels": "channel", "jobs": "job",
    "pains": "pain", "objections": "objection", "needs": "need", "contents": "content",
    "segment_values": "segment", "attended_by": "attendee", "how": "way", "then": "end state",
    (Exclusion, "from"): "first day", (Exclusion, "to"): "last day", (Grade, "from"): "least points",
    (RegularReport, "every"): "rhythm", (Meeting, "every"): "rhythm",
    (Strikes, "commitments"): "commitments that count", (Limit, "touches"): "at most",
    (StrikeLevel, "strikes"): "reached at", (Party, "reports"): "who reports", (Party, "uses"): "who uses",
    "minutes": "length", (PlanTerms, "by"): "what it is split by", "as": "kind of mean",
    (PlanTerms, "targets"): "metrics it sets targets for", (Observed, "of"): "metric it is divided by",
    **dict.fromkeys(((CloseRate, "of"), (Coverage, "of"), (Returns, "of")), "leads counted"),
    (Campaign, "from"): "first day", (Campaign, "to"): "last day",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clauses:
    """How one version of an agreement calls its clauses."""

    agreement: Agreement

    def name(self, path: Path, clause: object) -> str:
        """What a clause is called: `Qualified leads`, `Glossary: Pitch`, `Calendar`."""
        section = _SECTIONS.get(path[0], path[0].replace("_", " ").capitalize())
        entry = "" if len(path) == 1 or path[0] in _UNNAMED else self._entry(path[1], clause)
        return ": ".join(part for part in (section, entry) if part)

    def party(self, clause: object) -> str:
        """The party whose clause it is, if it is one party's."""
        if isinstance(clause, Party):
            return clause.name
        parties = self.agreement.terms.parties
        id_ = getattr(clause, "party", None) or getattr(clause, "owner", None)
        return parties[id_].name if id_ in parties else ""

    def part(self, path: Path, rest: Path, clause: object) -> str:
        """Which part of a clause it is: by the path to the clause, and the rest of it; '' for all of it."""
        if not rest:
            return path[0].replace("_", " ") if _SECTIONS.get(path[0]) == _WHOLE else ""
        return " ".join(self._parts(rest, clause))

    def _parts(self, rest: Path, clause: object) -> Iterator[str]:
        inside = clause
        for key in rest:
            if isinstance(inside, Deliver) and key == "deliver":
                yield Words(self.agreement).item(rest[-1]).plural
                return
            if not isinstance(inside, Terms):
                yield quoted(self._entry(key, entry_at(inside, key)))
            elif key != "measure" or key == rest[-1]:
                yield _PARTS.get((type(inside), key)) or _PARTS.get(key) or key.replace("_", " ")
            inside = entry_at(inside, key)

    def _entry(self, key: str, entry: Any) -> str:  # noqa: ANN401 any mapping
        """What an entry is called: as it says, as the stage or commitment it is about, or by its id."""
        for name in ("name", "term", "title", "label", "role", "specific"):
            if text := getattr(entry, name, None):
                return _shortened(str(text))
        stages = {stage.id: stage.name for stage in self.agreement.definitions.funnel}
        if isinstance(entry, HandOver):
            return " to ".join(stages.get(id_, id_) for id_ in (entry.from_, entry.to))
        if isinstance(entry, Limit):
            return f"within {entry.within}"
        remedies = {remedy.id: remedy.name for remedy in self.agreement.governance.remedies}
        promises = {commitment.id: commitment.name for commitment in self.agreement.commitments}
        named = (("stage", stages), ("remedy", remedies), ("commitment", promises))
        return next((names.get(getattr(entry, of), key) for of, names in named if hasattr(entry, of)), key)


def _shortened(text: str) -> str:
    """A text short enough for a name."""
    words = text.removesuffix(".").split()
    return " ".join(words[:_LONGEST]) + ("\N{HORIZONTAL ELLIPSIS}" if len(words) > _LONGEST else "")


def entry_at(value: object, key: str) -> object:
    """What stands under a key of a mapping, or under the name of an entry of a list; None if nothing does."""
    if isinstance(value, Terms):
        fields = type(value).model_fields
        name = next((name for name, field in fields.items() if (field.alias or name) == key), None)
        return getattr(value, name) if name else None
    if isinstance(value, Mapping):
        return value.get(key)
    return (
        next((entry for entry in value if entry_name(entry) == key), None)
        if isinstance(value, tuple)
        else None
    )
