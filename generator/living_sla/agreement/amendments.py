"""Two versions of an agreement become what changed between them, by meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import Commitment, CommitmentTerms
from living_sla.agreement.counterparts import content, field_content, is_in_order, pairs
from living_sla.agreement.dependents import NAMING, dependents
from living_sla.agreement.directions import Kind, Rule, cancels_sooner, changed, rule_of
from living_sla.agreement.fields import Terms
from living_sla.agreement.governance import Cancellation
from living_sla.agreement.measures import MEASURES, measure_changes
from living_sla.agreement.terms import AgreementTerms, Contact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from living_sla.agreement.loading import Agreement

__all__ = ["Amendment", "Kind", "amendments"]

Path = tuple[str, ...]

# What a version says of itself: its number, its first day, who signed it.
_FRAME = frozenset({"version", "effective", "signatures"})
_COUNTS = ("missed", "of_last")


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change of meaning between two versions of an agreement.

    `path` leads to what changed, by the keys of the files and the ids of entries (without an id, by their
    name): `("commitments", "mql-volume", "measure", "at_least")`. `clause` is the part of it that leads
    to the clause, and `before` and `after` are that clause in both versions, None where it is not in one.
    `old` and `new` are values of the model, None where there is none. `affects` are the ids of the
    commitments that rest on it, in the order of the new version, or of the old one for what is removed.
    """

    kind: Kind
    path: Path
    clause: Path
    old: Any
    new: Any
    before: Any
    after: Any
    affects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    kind: Kind
    path: Path
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class _Clause:
    """What stands under one key of a file, or one entry of it."""

    path: Path
    old: Any
    new: Any
    rule: Rule


def amendments(old: Agreement, new: Agreement) -> tuple[Amendment, ...]:
    """What changed in meaning from one version to another, in the order of the new one.

    Equal versions have none; neither have two that only say the same in another order or with other white
    space. Version number, effective day and signatures are no amendments.
    """
    renamed = _renamed(old, new)
    week_starts = new.terms.calendar.week_starts
    found = list(_renamings(old, new, renamed))
    clauses = [
        clause
        for before, after in zip(_files(old), _files(new), strict=True)
        for clause in _clauses(_with_names(before, renamed), after)
    ]
    clauses.append(_Clause(("plan",), old.plan, new.plan, Rule(changed(Kind.REDEFINED))))
    for clause in clauses:
        found += (
            Amendment(change.kind, change.path, clause.path, change.old, change.new, clause.old, clause.new)
            for change in _clause_changes(clause, week_starts)
        )
    return tuple(replace(row, affects=_affected(row, old, new, renamed)) for row in _with_moves(found))


def _files(agreement: Agreement) -> tuple[Terms, ...]:
    promises = CommitmentTerms.model_construct(
        metrics=dict(agreement.metrics), items=dict(agreement.items), commitments=agreement.commitments
    )
    return (
        agreement.terms, promises, agreement.definitions, agreement.lead_management, agreement.governance
    )  # fmt: skip


def _clauses(old: Terms, new: Terms) -> Iterator[_Clause]:
    """The clauses of one file: what a key holds, or its entries where they are mappings of their own."""
    for name, key in _keys(new):
        before, after, rule = getattr(old, name), getattr(new, name), rule_of(type(new), name)
        if before == after or (key in _FRAME and isinstance(new, AgreementTerms)):
            continue
        if not _holds_mappings(before, after):
            yield _Clause((key,), before, after, rule)
            continue
        for pair in pairs(before, after):
            yield _Clause((key, pair.key), pair.old, pair.new, rule)
        if rule.ordered and not is_in_order(before, after):
            yield _Clause((key,), before, after, replace(rule, whole=True))


def _holds_mappings(*collections: object) -> bool:
    """Whether these are lists or tables of mappings, of which at least one has an entry."""
    entries = [
        entry
        for collection in collections
        if isinstance(collection, Mapping | tuple)
        for entry in (collection.values() if isinstance(collection, Mapping) else collection)
    ]
    return bool(entries) and all(isinstance(entry, Terms) for entry in entries)


def _clause_changes(clause: _Clause, week_starts: str) -> Iterator[_Change]:
    for change in _changes(clause.old, clause.new, clause.path, clause.rule):
        if isinstance(change.new, MEASURES) and isinstance(change.old, MEASURES):
            for path, kind, old, new in measure_changes(change.old, change.new, week_starts):
                yield _Change(kind, (*change.path, *path), old, new)
        else:
            yield change


def _changes(old: Any, new: Any, path: Path, rule: Rule) -> Iterator[_Change]:  # noqa: ANN401 any value of the model
    """What changed in a value; measures are left whole."""
    if content(old, is_ordered=rule.ordered) == content(new, is_ordered=rule.ordered):
        return
    one_by_one = old is not None and new is not None and not rule.whole
    if one_by_one and isinstance(new, Terms) and type(old) is type(new) and not isinstance(new, MEASURES):
        yield from _field_changes(old, new, path, rule)
    elif one_by_one and isinstance(old, tuple | Mapping) and isinstance(new, tuple | Mapping):
        yield from _entry_changes(old, new, path, rule)
    else:
        yield _Change(rule.kind(old, new), path, old, new)


def _field_changes(old: Terms, new: Terms, path: Path, rule: Rule) -> Iterator[_Change]:
    model = type(new)
    if isinstance(old, Contact) and isinstance(new, Contact) and content(old.name) != content(new.name):
        yield _Change(rule.kind(old, new), path, old, new)
        return
    for name, key in _keys(new):
        before, after = getattr(old, name), getattr(new, name)
        is_counted = isinstance(new, Cancellation) and name in _COUNTS
        if is_counted or field_content(model, name, before) == field_content(model, name, after):
            continue
        yield from _changes(before, after, (*path, key), rule_of(model, name))
    if isinstance(old, Cancellation) and isinstance(new, Cancellation):
        yield from _count_changes(old, new, path)


def _count_changes(old: Cancellation, new: Cancellation, path: Path) -> Iterator[_Change]:
    """What changed of how many periods may be missed: the two numbers mean something only together."""
    changed = [name for name in _COUNTS if getattr(old, name) != getattr(new, name)]
    kind = cancels_sooner(old, new)
    if len(changed) == 1:
        (name,) = changed
        yield _Change(kind, (*path, name), getattr(old, name), getattr(new, name))
    elif changed:
        yield _Change(kind, path, old, new)


def _entry_changes(old: Any, new: Any, path: Path, rule: Rule) -> Iterator[_Change]:  # noqa: ANN401 two mappings, or two tuples
    for pair in pairs(old, new):
        yield from _changes(
            pair.old, pair.new, (*path, pair.key) if pair.key else path, replace(rule, ordered=False)
        )
    if rule.ordered and not is_in_order(old, new):
        yield _Change(Kind.REDEFINED, path, old, new)


def _keys(terms: Terms) -> list[tuple[str, str]]:
    """The fields of a mapping, by their names and as they are written."""
    return [(name, field.alias or name) for name, field in type(terms).model_fields.items()]


def _renamings(old: Agreement, new: Agreement, renamed: Mapping[str, str]) -> Iterator[Amendment]:
    before, after = ({c.id: c for c in some.commitments} for some in (old, new))
    for was, now in renamed.items():
        clause = ("commitments", now)
        yield Amendment(Kind.REWORDED, (*clause, "id"), clause, was, now, before[was], after[now])


def _renamed(old: Agreement, new: Agreement) -> dict[str, str]:
    """The ids of commitments that are called otherwise now and else say the same."""
    before, after = ({c.id: c for c in some.commitments} for some in (old, new))
    left = {id_: _without_names(before[id_]) for id_ in before.keys() - after.keys()}
    come = {id_: _without_names(after[id_]) for id_ in after.keys() - before.keys()}
    renamed: dict[str, str] = {}
    for now, said in sorted(come.items()):
        was = next((id_ for id_ in sorted(left) if left[id_] == said and id_ not in renamed), None)
        if was is not None:
            renamed[was] = now
    return renamed


def _without_names(commitment: Commitment) -> str:
    return content(commitment.model_copy(update={"id": "", "once": None, "in_return": ()}))


def _with_names(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 any value of the model
    """The same with other ids of commitments, wherever one is named."""
    if not names:
        return value
    if isinstance(value, Terms):
        naming = NAMING.get(type(value), ())
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        return value.model_copy(
            update={
                name: _named(field, names) if name in naming else _with_names(field, names)
                for name, field in fields.items()
            }
        )
    if isinstance(value, Mapping):
        return {key: _with_names(entry, names) for key, entry in value.items()}
    return tuple(_with_names(entry, names) for entry in value) if isinstance(value, tuple) else value


def _named(ids: str | tuple[str, ...] | None, names: Mapping[str, str]) -> str | tuple[str, ...] | None:
    if isinstance(ids, tuple):
        return tuple(names.get(id_, id_) for id_ in ids)
    return ids and names.get(ids, ids)


def _with_moves(found: Iterable[Amendment]) -> Iterator[Amendment]:
    """The same, but what one party no longer has and another has now is reassigned between them."""
    rows = list(found)
    gone = [row for row in rows if row.kind is Kind.REMOVED and _is_of_party(row)]
    moved: dict[int, Amendment] = {}
    for row in rows:
        if row.kind is Kind.ADDED and _is_of_party(row):
            same = (g for g in gone if g.path[2:] == row.path[2:] and content(g.old) == content(row.new))
            if (source := next(same, None)) is not None:
                gone.remove(source)
                moved |= {id(row): replace(row, kind=Kind.REASSIGNED, old=source.path[1], new=row.path[1])}
                rows.remove(source)
    return (moved.get(id(row), row) for row in rows)


def _is_of_party(row: Amendment) -> bool:
    return row.path[0] == "parties" and row.path[2:3] in {("roles",), ("contacts",)} and len(row.path) == 4  # noqa: PLR2004 parties, id, roles, name


def _affected(row: Amendment, old: Agreement, new: Agreement, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """The commitments that rest on what was said and on what is said now."""
    rested = dependents(old, row.path, row.before)
    if row.kind is Kind.REMOVED:
        return tuple(c.id for c in old.commitments if c.id in rested)
    rest = dependents(new, row.path, row.after)
    rested = frozenset(renamed.get(id_, id_) for id_ in rested)
    # Of what holds for some commitments, only those it held for and those it holds for now are affected.
    rest = rest ^ rested if row.path[-1] == "commitments" and row.before is not None else rest | rested
    return tuple(c.id for c in new.commitments if c.id in rest)
