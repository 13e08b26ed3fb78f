"""A value of an agreement and the place it stands at become the words for it, with their unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from living_sla.agreement.commitments import (
    Answer,
    Before,
    Commitment,
    Deliver,
    Level,
    Metric,
    Share,
    Total,
)
from living_sla.agreement.definitions import Term
from living_sla.agreement.fields import Terms
from living_sla.agreement.governance import Cancellation, Compensation, Exclusion, RegularReport
from living_sla.agreement.lead_management import HandOver, Limit, Return, Touch
from living_sla.agreement.plan import Campaign, Observed, ObservedCycle, PlanSegment, PlanTerms
from living_sla.agreement.quantities import Exact
from living_sla.agreement.terms import Contact, Progress
from living_sla.judge.periods import Rhythm
from living_sla.judge.verdicts import Goal
from living_sla.present.clauses import entry_at
from living_sla.present.text import (
    MONEY_UNIT,
    Words,
    agreed_money,
    agreed_number,
    agreed_percent,
    by_text,
    count_text,
    day_text,
    joined,
    period_text,
    quoted,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from living_sla.agreement.fields import Every
    from living_sla.agreement.loading import Agreement

Path = tuple[str, ...]
_Key = str | tuple[type[Terms], str]

_MOST_PERIODS = 6
_PLANNED = "what the plan asks for"
Measure = Total | Share | Level | Deliver | Answer | Before
Target = Exact | Mapping[str, Exact] | Literal["plan"]
# What the ids under a key are ids of; by its class where a key means several things.
_NAMED: Mapping[_Key, str] = {
    **dict.fromkeys(("party", "owner", "accepted_by"), "party"),
    (RegularReport, "from"): "party", (RegularReport, "to"): "party",
    **dict.fromkeys(("once", "in_return", "measurable", "commitment", "commitments"), "commitment"),
    **dict.fromkeys(("metric", "total", "share", "of", "level"), "metric"),
    **dict.fromkeys(("item", "answer", "with", "before", "segments_from"), "item"),
    (Before, "deliver"): "item", "stage": "stage", "definition": "term",
    **dict.fromkeys(((HandOver, "from"), (HandOver, "to"), (Return, "to")), "stage"),
    "contact": "contact", "talks_to": "contact", "then": "end state", "follow_up": "follow-up",
    "remedy": "remedy", "roles": "party", "contacts": "party",
    **dict.fromkeys(("won", "median", "mean", "p90", "made", "answered"), "metric"),
    **dict.fromkeys(("waiting", "worked", "returned", "pulse", "baselines"), "metric"),
}  # fmt: skip
# What names a clause already where it is told as a whole.
_NAMES = frozenset({"id", "name", "title", "term", "role", "specific", "stage", "commitment"})
_CAPITALS = frozenset({"fiscal_year_starts", "week_starts", "weekday"})
_COUNTED = {
    "touches": ("touch", "touches"), "strikes": ("strike", ""), "minutes": ("minute", ""),
    "min_events": ("event", ""),
    "points": ("point", ""), "sales_cycle": ("month", ""),
}  # fmt: skip


_MONEYS = frozenset({"revenue", "average_sale", "spend"})
_PERCENTS = frozenset({"warn_below", "marketing_share", "win_rate", "visit_rate", "rate", "part"})
# What a promise is about; between two that differ in it, the numbers do not compare.
_SUBJECTS = ("total", "share", "of", "level", "take", "answer", "with_", "before")


@dataclass(frozen=True, slots=True)
class Values:
    """How one version of an agreement writes its values."""

    agreement: Agreement

    def text(self, path: Path, rest: Path, clause: object, value: object) -> str:
        """The value at a place: by the path to the clause, and the rest of it; '' where there is none."""
        owner, key, inside = None, path[0], clause
        for part in rest:
            if isinstance(inside, Terms):
                owner, key = inside, part
            inside = entry_at(inside, part)
        if isinstance(owner, Deliver) and key == "deliver" and isinstance(value, int):
            return Words(self.agreement).items(rest[-1], value)
        return self._said(owner, key, value)

    def target(self, commitment: Commitment, other: Target | None) -> str:
        """The target of a measure with its unit: `500 leads each month`, `95%`, `4 hours`.

        Of a table, the periods for which another target says something else.
        """
        measure = commitment.measure
        if isinstance(measure, Deliver):
            return self.pledge(commitment)
        target = _target(measure)
        if isinstance(target, Mapping):
            return self._table(commitment, target, other)
        if isinstance(target, str):
            return f"{_PLANNED} each {measure.every}"
        number = self._number(commitment, target)
        return f"{number} each {measure.every}" if isinstance(measure, Total) else number

    def pledge(self, commitment: Commitment) -> str:
        """How much is promised how often: `95% each month`, `1 report each week, by Friday`."""
        measure = commitment.measure
        each = f"each {measure.every}{by_text(getattr(measure, 'by', None))}"
        if isinstance(measure, Deliver):
            items = Words(self.agreement).items
            return f"{joined(items(item, count) for item, count in measure.deliver.items())} {each}"
        target = _target(measure)
        if isinstance(target, Mapping):
            return self._table(commitment, target, None)
        if isinstance(target, str):
            return f"{_PLANNED} {each}"
        return f"{self._number(commitment, target)} {each}"

    def sentence(self, commitment: Commitment) -> str:
        """The plain sentence of a commitment, as this version has it."""
        own = next((c for c in self.agreement.commitments if c.id == commitment.id), commitment)
        return Words(self.agreement).sentence(own)

    def _number(self, commitment: Commitment, value: Exact) -> str:
        words = Words(self.agreement)
        return f"{words.target(commitment, Goal(value))} {words.unit(commitment)}".strip()

    def _table(self, commitment: Commitment, target: Mapping[str, Exact], other: Target | None) -> str:
        """`90 leads for January 2026, 100 leads for February 2026`."""
        said = {id_: value for id_, value in target.items() if _of_period(other, id_) != value}
        names = self._periods(said, commitment.measure.every)
        shown = [f"{self._number(commitment, said[id_])} for {names[id_]}" for id_ in sorted(said)]
        more = len(shown) - _MOST_PERIODS
        return ", ".join(shown[:_MOST_PERIODS]) + (f" and for {more} more" if more > 0 else "")

    def _periods(self, ids: Iterable[str], every: Every) -> dict[str, str]:
        """The names of periods by their ids; a period no calendar has goes by its id."""
        years = [int(id_[:4]) for id_ in ids]
        if not years:
            return {}
        first, last = date(min(years) - 1, 1, 1), date(max(years), 12, 31)
        periods = Rhythm.of(self.agreement.terms.calendar).periods(first, last, every)
        known = {period.id: period_text(period, every) for period in periods}
        return {id_: known.get(id_, id_) for id_ in ids}

    def _said(self, owner: Terms | None, key: str, value: Any) -> str:  # noqa: ANN401 any value of the model
        """A value under a key of a mapping."""
        if isinstance(value, Terms):
            return self._whole(value)
        if isinstance(value, Mapping):
            return (
                _hours_text(value) if key == "working_hours" else self._listed(owner, key, (*value.values(),))
            )
        if isinstance(value, tuple):
            return self._listed(owner, key, value)
        if isinstance(value, str):
            return self._named(owner, key, value)
        if isinstance(value, int | Fraction):
            return self._counted(owner, key, value)
        return day_text(value) if isinstance(value, date) else str(value or "")

    def _whole(self, terms: Terms) -> str:
        """A mapping in one line: what its readers look for, or all it says."""
        match terms:
            case Commitment():
                text = self.sentence(terms)
            case Contact():
                text = ", ".join(part for part in (terms.name, terms.role) if part)
            case Term():
                text = terms.meaning
            case Metric():
                text = f"{terms.label}, in {terms.unit}"
            case Limit():
                text = f"{count_text(terms.touches, 'touch', 'touches')} within {terms.within}"
            case Exclusion():
                text = f"{day_text(terms.from_)} to {day_text(terms.to)}: {terms.reason}"
            case Cancellation():
                which = f"of the last {terms.of_last}" if terms.of_last else "in a row"
                text = f"{count_text(terms.missed, 'missed period')} {which}"
            case Observed() | ObservedCycle():
                text = self._observed(terms)
            case Touch():
                text = f"{terms.channel} on day {terms.day}{f' ({terms.note})' if terms.note else ''}"
            case _:
                text = self._all_of(terms)
        return text

    def _observed(self, terms: Observed | ObservedCycle) -> str:
        labels = self._names("metric")
        of = f"of {labels[terms.of]}" if isinstance(terms, Observed) else f"({terms.as_})"
        return f"observed: {labels[terms.observed]} {of}"

    def _all_of(self, terms: Terms) -> str:
        keys = ((name, field.alias or name) for name, field in type(terms).model_fields.items())
        said = (self._said(terms, key, getattr(terms, name)) for name, key in keys if key not in _NAMES)
        return ", ".join(part.removesuffix(".") for part in said if part)

    def _listed(self, owner: Terms | None, key: str, entries: tuple[Any, ...]) -> str:
        if not entries:
            return "all commitments" if key == "commitments" else ""
        said = (getattr(entry, "name", None) or self._said(owner, key, entry) for entry in entries)
        return ", ".join(text.removesuffix(".") for text in said)

    def _named(self, owner: Terms | None, key: str, text: str) -> str:
        """A text, or the name of what an id stands for."""
        kind = (_NAMED.get((type(owner), key)) if owner else None) or _NAMED.get(key)
        if kind:
            name = self._names(kind).get(text, text)
            return f"once {quoted(name)} is met" if key == "once" else name
        if key == "every":
            return f"each {text}"
        if key == "by":
            return by_text(text).removeprefix(", ")
        if key in {"pace", "expected"}:
            return text.replace("-", " ")
        return text.capitalize() if key in _CAPITALS else " ".join(text.split())

    def _names(self, kind: str) -> Mapping[str, str]:
        """The names of all that has an id of one kind."""
        agreement = self.agreement
        definitions, leads = agreement.definitions, agreement.lead_management
        names: Mapping[str, Mapping[str, str]] = {
            "party": {id_: party.name for id_, party in agreement.terms.parties.items()},
            "contact": {id_: contact.name for id_, contact in agreement.contacts.items()},
            "commitment": {commitment.id: commitment.name for commitment in agreement.commitments},
            "metric": {id_: metric.label for id_, metric in agreement.metrics.items()},
            "item": {id_: item.label for id_, item in agreement.items.items()},
            "term": {id_: term.term for id_, term in definitions.glossary.items()},
            "stage": {stage.id: stage.name for stage in definitions.funnel},
            "follow-up": {row.id: row.name for row in leads.follow_up},
            "end state": {state.id: state.name for state in leads.end_states},
            "remedy": {remedy.id: remedy.name for remedy in agreement.governance.remedies},
        }
        return names[kind]

    def _counted(self, owner: Terms | None, key: str, value: Exact) -> str:
        """A number with what it counts."""
        metric = self.agreement.metrics.get(owner.total) if isinstance(owner, Progress) else owner
        if isinstance(metric, Metric):
            return self._measured(metric, value)
        if isinstance(owner, Compensation):
            return agreed_money(value, self.agreement.terms.currency)
        if isinstance(owner, PlanTerms | PlanSegment | Campaign) and key in _MONEYS:
            return agreed_money(value, self.agreement.terms.currency)
        if isinstance(owner, Answer | Before) or key in _PERCENTS:
            return agreed_percent(value)
        if key == "by":
            return by_text(int(value)).removeprefix(", ")
        return count_text(int(value), *_COUNTED[key]) if key in _COUNTED else agreed_number(value)

    def _measured(self, metric: Metric, value: Exact) -> str:
        if metric.unit == MONEY_UNIT:
            return agreed_money(value, self.agreement.terms.currency)
        return f"{agreed_number(value)} {metric.unit}"


def has_same_subject(one: Measure, other: Measure) -> bool:
    """Whether two measures count the same on the same side, so that their numbers compare."""
    return type(one) is type(other) and _subject(one) == _subject(other)


def _subject(measure: Measure) -> tuple[object, ...]:
    delivered = measure.deliver if isinstance(measure, Before) else None
    is_limit = getattr(measure, "at_most", None) is not None
    return (*(getattr(measure, name, None) for name in _SUBJECTS), delivered, is_limit)


def _target(measure: Total | Share | Level | Answer | Before) -> Target:
    limit: Target = getattr(measure, "at_most", 0)
    return limit if measure.at_least is None else measure.at_least


def _of_period(target: Target | None, period: str) -> Exact | None:
    if isinstance(target, Mapping):
        return target.get(period)
    return None if isinstance(target, str) else target


def _hours_text(hours: Mapping[str, Iterable[tuple[int, int]]]) -> str:
    """`Mon-Thu 09:00-12:30 and 13:30-17:00, Fri 09:00-15:00`, with dashes."""
    return ", ".join(
        f"{days.title()} {joined(map(_clock_span, spans))}".replace("-", "\N{EN DASH}")
        for days, spans in hours.items()
        if spans
    )


def _clock_span(span: tuple[int, int]) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)
