"""A clause of an agreement becomes the ids of the commitments that rest on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from living_sla.agreement.coherence import item_paths, metrics_of
from living_sla.agreement.commitments import PLAN, Answer, Before, Commitment
from living_sla.agreement.governance import Cancellation, Compensation, Exclusion, Strikes
from living_sla.agreement.lead_management import FollowUp
from living_sla.agreement.terms import Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from living_sla.agreement.fields import Terms
    from living_sla.agreement.loading import Agreement

MONEY = "money"
NAMING: Mapping[type[Terms], tuple[str, ...]] = {
    Commitment: ("id", "once", "in_return"),
    Goal: ("measurable",),
    FollowUp: ("commitment",),
    Strikes: ("commitments",),
    Compensation: ("commitment",),
    Cancellation: ("commitment",),
    Exclusion: ("commitments",),
}
"""The fields that name commitments."""


def dependents(agreement: Agreement, path: tuple[str, ...], clause: Any) -> frozenset[str]:  # noqa: ANN401 any model
    """The commitments that rest on what stands at a path of an agreement.

    Args:
        agreement: in which the clause stands.
        path: from the key of a file on, with the ids of entries.
        clause: the entry, or the value of the key, that the path leads into; None where there is none.
    """
    find = _FINDERS.get(path[0])
    return frozenset(find(agreement, path, clause)) if find and clause is not None else frozenset()


def _of_commitment(agreement: Agreement, path: tuple[str, ...], clause: Commitment) -> set[str]:
    """Itself, and those that bind once it is met, where it is about what must be met."""
    is_term = path[2:3] in {(), ("measure",), ("once",)}
    return {clause.id, *(c.id for c in agreement.commitments if is_term and c.once == clause.id)}


def _of_party(agreement: Agreement, path: tuple[str, ...], _clause: object) -> set[str]:
    """All that a party promises where it is told as a whole, and those that name the contact."""
    _, party, *rest = path
    match rest:
        case []:
            return {c.id for c in agreement.commitments if c.party == party}
        case ["contacts", contact, *_]:
            return {c.id for c in agreement.commitments if c.contact == contact}
        case _:
            return set()


def _of_metric(agreement: Agreement, path: tuple[str, ...], _clause: object) -> set[str]:
    return _readers(agreement, {path[1]})


def _of_item(agreement: Agreement, path: tuple[str, ...], _clause: object) -> set[str]:
    counting = {c.id for c in agreement.commitments if path[1] in dict(_items(c))}
    return counting | _readers(
        agreement, {m for m, t in agreement.metrics.items() if t.segments_from == path[1]}
    )


def _of_term(agreement: Agreement, path: tuple[str, ...], _clause: object) -> set[str]:
    return _readers(agreement, _defined_by(agreement, path[1]))


def _of_stage(agreement: Agreement, _path: tuple[str, ...], clause: Any) -> set[str]:  # noqa: ANN401 a stage, or the order of all
    stages = clause if isinstance(clause, tuple) else (clause,)
    return {
        id_
        for stage in stages
        for id_ in _readers(agreement, {stage.metric} | _defined_by(agreement, stage.definition))
    }


def _of_calendar(agreement: Agreement, path: tuple[str, ...], _clause: object) -> set[str]:
    match path[1:]:
        case ["fiscal_year_starts"]:
            return {c.id for c in agreement.commitments if c.measure.every in {"quarter", "year"}}
        case ["week_starts"]:
            weekly = _expected(agreement, "weekly")
            return weekly | {c.id for c in agreement.commitments if c.measure.every == "week"}
        case _:
            return {c.id for c in agreement.commitments if _counts_working_time(c)} | _expected(
                agreement, "working-days"
            )


def _of_currency(agreement: Agreement, _path: tuple[str, ...], _clause: object) -> set[str]:
    in_money = _readers(
        agreement, {name for name, metric in agreement.metrics.items() if metric.unit == MONEY}
    )
    return in_money | {row.commitment for row in agreement.governance.compensation if row.amount is not None}


def _of_scoring(agreement: Agreement, _path: tuple[str, ...], clause: Any) -> set[str]:  # noqa: ANN401 a Scoring
    earned = {grade.follow_up for grade in clause.grades}
    return _measuring(row for row in agreement.lead_management.follow_up if row.id in earned)


def _of_return(agreement: Agreement, _path: tuple[str, ...], clause: Any) -> set[str]:  # noqa: ANN401 a Return
    return _readers(agreement, {clause.metric})


def _of_end_state(agreement: Agreement, path: tuple[str, ...], _clause: object) -> set[str]:
    return _measuring(row for row in agreement.lead_management.follow_up if row.then == path[1])


def _of_follow_up(_agreement: Agreement, _path: tuple[str, ...], clause: FollowUp) -> set[str]:
    return _measuring((clause,))


def _of_named(_agreement: Agreement, _path: tuple[str, ...], clause: Any) -> set[str]:  # noqa: ANN401 a clause with a commitment
    return {clause.commitment}


def _of_scope(agreement: Agreement, _path: tuple[str, ...], clause: Any) -> set[str]:  # noqa: ANN401 a clause with commitments
    """Those that are named, or all where none is."""
    return set(clause.commitments) or _all(agreement, _path, clause)


def _of_plan(agreement: Agreement, _path: tuple[str, ...], _clause: object) -> set[str]:
    """Those that leave their target to the plan."""
    return {c.id for c in agreement.commitments if getattr(c.measure, "at_least", None) == PLAN}


def _all(agreement: Agreement, _path: tuple[str, ...], _clause: object) -> set[str]:
    return {commitment.id for commitment in agreement.commitments}


_FINDERS: Mapping[str, Callable[[Agreement, tuple[str, ...], Any], set[str]]] = {
    "expires": _all,
    "parties": _of_party,
    "calendar": _of_calendar,
    "currency": _of_currency,
    "metrics": _of_metric,
    "items": _of_item,
    "commitments": _of_commitment,
    "glossary": _of_term,
    "funnel": _of_stage,
    "scoring": _of_scoring,
    "return": _of_return,
    "follow_up": _of_follow_up,
    "end_states": _of_end_state,
    "strikes": _of_scope,
    "exclusions": _of_scope,
    "compensation": _of_named,
    "cancellation": _of_named,
    "plan": _of_plan,
}


def _readers(agreement: Agreement, metrics: Container[str | None]) -> set[str]:
    """The commitments that read one of these metrics."""
    return {c.id for c in agreement.commitments if any(m in metrics for m in metrics_of(c).values())}


def _defined_by(agreement: Agreement, term: str | None) -> set[str | None]:
    return {name for name, metric in agreement.metrics.items() if term and metric.definition == term}


def _expected(agreement: Agreement, days: str) -> set[str]:
    return _readers(
        agreement, {name for name, metric in agreement.metrics.items() if metric.expected == days}
    )


def _items(commitment: Commitment) -> Iterable[tuple[str, object]]:
    return ((item, path) for path, item in item_paths(commitment))


def _counts_working_time(commitment: Commitment) -> bool:
    match commitment.measure:
        case Answer(within=time) | Before(ahead=time) if time.working:
            return True
        case _:
            return commitment.pace == "working-days"


def _measuring(rows: Iterable[FollowUp]) -> set[str]:
    return {row.commitment for row in rows if row.commitment is not None}
