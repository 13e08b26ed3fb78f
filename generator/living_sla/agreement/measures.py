"""The measure that was agreed and the one that is agreed now become the changes of what is promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from living_sla.agreement.commitments import Answer, Before, Deliver, Level, Share, Total
from living_sla.agreement.directions import (
    Kind,
    less_tightens,
    more_tightens,
    one_way,
    per_year,
    rule_of,
)
from living_sla.agreement.fields import WEEKDAYS
from living_sla.agreement.quantities import Exact

if TYPE_CHECKING:
    from collections.abc import Iterator

Measure = Total | Share | Level | Deliver | Answer | Before
MEASURES = (Total, Share, Level, Deliver, Answer, Before)
Numbers = Exact | Mapping[str, Exact] | None
Target = Numbers | Literal["plan"]

MeasureChange = tuple[tuple[str, ...], Kind, Any, Any]
"""The path below the measure (none where it is told as a whole), the kind, the old value and the new one."""

# With another of these, the numbers before and after count something else.
_SUBJECTS = frozenset({"total", "share", "of", "level", "take", "answer", "with_", "before"})
_TARGETS = frozenset({"at_least", "at_most"})
# What says how much is promised by when; told at once where `every` changes too.
_PLEDGES = frozenset({"at_least", "at_most", "every", "by"})


def measure_changes(old: Measure, new: Measure, week_starts: str) -> Iterator[MeasureChange]:
    """What changed between two measures that are not equal; `week_starts` is the first weekday of a week."""
    if type(old) is not type(new):
        yield (), Kind.REDEFINED, old, new
        return
    fields = type(new).model_fields
    said = [name for name in fields if getattr(old, name) != getattr(new, name)]
    subjects = _subjects(new) & set(said)
    if subjects and said == [*subjects]:
        name = said[0]
        yield (fields[name].alias or name,), Kind.REDEFINED, getattr(old, name), getattr(new, name)
    elif subjects or set(said) >= _TARGETS:
        yield (), Kind.REDEFINED, old, new
    else:
        yield from _number_changes(old, new, said, week_starts)


def _subjects(measure: Measure) -> frozenset[str]:
    return _SUBJECTS | {"deliver"} if isinstance(measure, Before) else _SUBJECTS


def _number_changes(old: Measure, new: Measure, said: list[str], week_starts: str) -> Iterator[MeasureChange]:
    """What changed of the numbers, between two measures of the same thing."""
    pledged = _PLEDGES | {"deliver"} if isinstance(new, Deliver) else _PLEDGES
    if "every" in said:
        kind = _pledge_kind(old, new, week_starts)
        if pledged.intersection(said) == {"every"}:
            yield ("every",), kind, old.every, new.every
        else:
            yield (), kind, old, new
        said = [name for name in said if name not in pledged]
    for name in said:
        before, after = getattr(old, name), getattr(new, name)
        if name == "deliver":
            for item in dict.fromkeys([*after, *before]):
                if before.get(item) != after.get(item):
                    kind = more_tightens(before.get(item), after.get(item))
                    yield ("deliver", item), kind, before.get(item), after.get(item)
        else:
            yield (name,), _kind(new, name, before, after, week_starts), before, after


def _kind(measure: Measure, name: str, old: Any, new: Any, week_starts: str) -> Kind:  # noqa: ANN401 a field of any type
    match name:
        case "at_least" | "at_most":
            return _target_kind(old, new, at_least=name == "at_least")
        case "by":
            return _by_kind(old, new, week_starts)
        case "within" | "min_events":
            return less_tightens(old, new)
        case "ahead":
            return more_tightens(old, new)
        case _:
            return rule_of(type(measure), name).kind(old, new)


def _target_kind(old: Target, new: Target, *, at_least: bool) -> Kind:
    """The kind of a change of targets, period by period; a fixed target is that of each period of a table."""
    if isinstance(old, str) or isinstance(new, str):
        return Kind.REDEFINED  # what a plan will ask for is not known until its months are frozen
    tightens = more_tightens if at_least else less_tightens
    before, after = _by_period(old, new), _by_period(new, old)
    periods = dict.fromkeys([*before, *after])
    changes = [(before.get(period), after.get(period)) for period in periods]
    return one_way([tightens(was, is_) for was, is_ in changes if was != is_])


def _by_period(target: Numbers, other: Numbers) -> Mapping[str, Exact]:
    if target is None or isinstance(target, Mapping):
        return target or {}
    return dict.fromkeys(other if isinstance(other, Mapping) else [""], target)


def _by_kind(old: str | int | None, new: str | int | None, week_starts: str) -> Kind:
    """The kind of a change of the last day; weekdays and days of the month do not compare."""
    if isinstance(old, str) and isinstance(new, str):
        first = WEEKDAYS.index(week_starts)
        days = ((WEEKDAYS.index(day) - first) % len(WEEKDAYS) for day in (old, new))
        return less_tightens(*days)
    if old is None or new is None or (isinstance(old, int) and isinstance(new, int)):
        return less_tightens(old, new)
    return Kind.REDEFINED


def _pledge_kind(old: Measure, new: Measure, week_starts: str) -> Kind:
    """The kind of a change of how much is promised how often: by what it comes to in a year."""
    if not isinstance(old, Total | Deliver) or not isinstance(new, Total | Deliver):
        return Kind.REDEFINED
    before, after = _rates(old), _rates(new)
    if not before or not after:
        return Kind.REDEFINED
    is_limit = isinstance(new, Total) and new.at_most is not None
    tightens = less_tightens if is_limit else more_tightens
    kinds = [tightens(before.get(what), after.get(what)) for what in dict.fromkeys([*before, *after])]
    if (old.by is None) != (new.by is None):
        kinds.append(_by_kind(old.by, new.by, week_starts))
    return one_way([kind for kind in kinds if kind is not Kind.REWORDED])


def _rates(measure: Total | Deliver) -> dict[str, Exact]:
    """What comes to how much in a year; empty for a table of targets, and for what a plan asks for."""
    times = per_year(measure.every)
    if isinstance(measure, Deliver):
        return {item: count * times for item, count in measure.deliver.items()}
    target = measure.at_least if measure.at_least is not None else measure.at_most
    if target is None or isinstance(target, str | Mapping):
        return {}
    return {measure.total: target * times}
