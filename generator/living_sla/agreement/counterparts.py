"""The entries of a list as it was and as it is become pairs: the same entry before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from living_sla.agreement.directions import rule_of
from living_sla.agreement.fields import Terms
from living_sla.agreement.governance import Exclusion, StrikeLevel
from living_sla.agreement.lead_management import HandOver, Limit
from living_sla.agreement.plan import StageRate

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

_ALIKE = Fraction(1, 2)
# An entry without an id is named by its first field, or by those that tell it from others like it.
_NAMED_BY: Mapping[type[Terms], tuple[str, ...]] = {
    HandOver: ("from_", "to"),
    Exclusion: ("from_", "to"),
    Limit: ("touches", "within"),
    StrikeLevel: ("remedy",),
    StageRate: ("from_", "to"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """One entry, before and after; None where there is none. `key` is its id or name, '' if it has none."""

    key: str
    old: Any
    new: Any


def pairs(old: Any, new: Any) -> list[Pair]:  # noqa: ANN401 two mappings, or two tuples
    """The entries of two collections, those of the new one in its order, then those that are gone."""
    if isinstance(new, Mapping):
        return [Pair(key, old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])]
    if all(hasattr(entry, "id") for entry in (*old, *new)):
        return pairs(*({entry.id: entry for entry in entries} for entries in (old, new)))
    partners = _partners(old, new)
    kept = [
        Pair(entry_name(entry), old[partners[n]] if n in partners else None, entry)
        for n, entry in enumerate(new)
    ]
    gone = set(range(len(old))) - set(partners.values())
    return kept + [Pair(entry_name(old[m]), old[m], None) for m in sorted(gone)]


def is_in_order(old: Any, new: Any) -> bool:  # noqa: ANN401 two tuples
    """Whether the entries that both lists have stand in the same order."""
    if all(hasattr(entry, "id") for entry in (*old, *new)):
        ids = [entry.id for entry in old]
        places = [ids.index(entry.id) for entry in new if entry.id in ids]
    else:
        partners = _partners(old, new)
        places = [partners[n] for n in sorted(partners)]
    return all(before < after for before, after in pairwise(places))


def entry_name(entry: object) -> str:
    """What an entry is called in a path; '' for one that is no mapping."""
    if not isinstance(entry, Terms):
        return ""
    if hasattr(entry, "id"):
        return str(entry.id)
    first, *_ = type(entry).model_fields
    names = _NAMED_BY.get(type(entry), (first,))
    return " ".join(str(getattr(entry, name)) for name in names)


def content(value: object, *, is_ordered: bool = False) -> str:
    """What a value says, as a text that is the same for all that say the same.

    White space within texts does not count, nor the order of keys and entries where it has no meaning.
    """
    if isinstance(value, str):
        return repr(" ".join(value.split()))
    if isinstance(value, Terms):
        return f"{type(value).__name__}({', '.join(_fields(value))})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(sorted(f'{key!r}: {content(entry)}' for key, entry in value.items()))}}}"
    if isinstance(value, tuple):
        entries = [content(entry) for entry in value]
        return f"[{', '.join(entries if is_ordered else sorted(entries))}]"
    return repr(value)


def field_content(model: type[Terms], name: str, value: object) -> str:
    """What the value of a field says, by the field's rule."""
    rule = rule_of(model, name)
    form = rule.form(value) if rule.form else value
    return content(form, is_ordered=rule.ordered)


def _fields(value: Terms) -> Iterator[str]:
    model = type(value)
    return (f"{name}={field_content(model, name, getattr(value, name))}" for name in model.model_fields)


def _partners(old: tuple[Any, ...], new: tuple[Any, ...]) -> dict[int, int]:
    """The places in `old` of the entries of `new`: of equal ones in their order, then of the most alike."""
    before, after = ([content(entry) for entry in entries] for entries in (old, new))
    free: dict[str, list[int]] = {}
    for m, text in enumerate(before):
        free.setdefault(text, []).append(m)
    partners = {n: free[text].pop(0) for n, text in enumerate(after) if free.get(text)}
    left = [m for places in free.values() for m in places]
    candidates = sorted(
        (-alike, min(before[m], after[n]), max(before[m], after[n]), m, n)
        for n in range(len(new))
        for m in left
        if n not in partners and (alike := _likeness(old[m], new[n])) >= _ALIKE
    )
    for *_, m, n in candidates:
        if n not in partners and m not in partners.values():
            partners[n] = m
    return partners


def _likeness(one: object, other: object) -> Fraction:
    """How much two values have in common, 0 to 1: the words of texts, the entries of lists."""
    if isinstance(one, Terms) and isinstance(other, Terms) and type(one) is type(other):
        said = [
            name
            for name in type(one).model_fields
            if getattr(one, name) not in (None, ()) or getattr(other, name) not in (None, ())
        ]
        return Fraction(sum(_likeness(getattr(one, name), getattr(other, name)) for name in said), len(said))
    if isinstance(one, str) and isinstance(other, str):
        return _common(one.casefold().split(), other.casefold().split())
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _common([content(entry) for entry in one], [content(entry) for entry in other])
    return Fraction(content(one) == content(other))


def _common(one: Iterable[Hashable], other: Iterable[Hashable]) -> Fraction:
    before, after = Counter(one), Counter(other)
    together = before.total() + after.total()
    return Fraction(2 * (before & after).total(), together) if together else Fraction(1)
