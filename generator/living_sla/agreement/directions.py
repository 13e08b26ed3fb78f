"""What was said and what is said now become what that does to a promise: tightened, loosened, redefined."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from living_sla.agreement.commitments import Commitment, Metric
from living_sla.agreement.definitions import (
    Criterion,
    DefinitionTerms,
    Grade,
    Qualification,
    Scoring,
    ScoringRule,
    Stage,
    Term,
)
from living_sla.agreement.durations import Duration, Unit
from living_sla.agreement.fields import Line, Prose, Terms
from living_sla.agreement.governance import (
    Cancellation,
    Compensation,
    Duty,
    Exclusion,
    GovernanceTerms,
    RegularReport,
    StrikeLevel,
    Strikes,
)
from living_sla.agreement.lead_management import (
    EndState,
    FollowUp,
    HandOver,
    Limit,
    Notification,
    Protocol,
    Return,
)
from living_sla.agreement.plan import Campaign, PlanTerms
from living_sla.agreement.terms import (
    DAY_NAMES,
    AgreementTerms,
    CalendarTerms,
    Contact,
    Goal,
    Party,
    Progress,
    Step,
    weekdays,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from living_sla.agreement.fields import Every
    from living_sla.agreement.quantities import Exact


class Kind(StrEnum):
    """What an amendment does; the values are the words on the pages, and the order is theirs."""

    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    ADDED = "added"
    REMOVED = "removed"
    REDEFINED = "redefined"
    REASSIGNED = "reassigned"
    REWORDED = "reworded"


KindOf = Callable[[Any, Any], Kind]
"""What a change from the one value to the other does; None stands for a value that is not said."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How the changes of one field are told.

    A field that is `whole` is told at once, whatever changed in it; in one that is `ordered` the order of the
    entries has a meaning. `form` makes values equal that say the same.
    """

    kind: KindOf
    whole: bool = False
    ordered: bool = False
    form: Callable[[Any], object] | None = None


def compare(old: Any, new: Any) -> int | None:  # noqa: ANN401 two numbers, days or durations
    """1 where the new value is greater, -1 where it is less, 0 where it is the same, None where neither."""
    if isinstance(old, Duration) and isinstance(new, Duration):
        return _compare_durations(old, new)
    return int(new > old) - int(new < old)


def more_tightens(old: Any, new: Any) -> Kind:  # noqa: ANN401 as above
    """The kind of a change of what must be reached."""
    if old is None or new is None:
        return Kind.TIGHTENED if old is None else Kind.LOOSENED
    return _DIRECTIONS[compare(old, new)]


def less_tightens(old: Any, new: Any) -> Kind:  # noqa: ANN401 as above
    """The kind of a change of what must not be exceeded."""
    return more_tightens(old, new) if old is None or new is None else more_tightens(new, old)


_DIRECTIONS = {1: Kind.TIGHTENED, -1: Kind.LOOSENED, 0: Kind.REWORDED, None: Kind.REDEFINED}


def one_way(kinds: Collection[Kind]) -> Kind:
    """The kind that all of several changes have, or redefined."""
    return next(iter(kinds)) if len(set(kinds)) == 1 else Kind.REDEFINED


def changed(kind: Kind) -> KindOf:
    """A rule by which what was not said is added, what is no longer said removed, and all else of a kind."""

    def kind_of(old: object, new: object) -> Kind:
        return Kind.ADDED if old is None else Kind.REMOVED if new is None else kind

    return kind_of


def per_year(every: Every) -> Fraction:
    """How often a period comes in a mean year of the calendar."""
    return _PER_YEAR[every]


_DAYS_A_YEAR = Fraction(3652425, 10000)
_PER_YEAR = {
    "day": _DAYS_A_YEAR, "week": _DAYS_A_YEAR / 7,
    "month": Fraction(12), "quarter": Fraction(4), "year": Fraction(1),
}  # fmt: skip

_MINUTES = {Unit.MINUTE: 1, Unit.HOUR: 60, Unit.DAY: 1440, Unit.WEEK: 7 * 1440}
_SHORTEST_MONTH, _LONGEST_MONTH = 28 * 1440, 31 * 1440
_BY_CLOCK = (Unit.MINUTE, Unit.HOUR)


def _compare_durations(old: Duration, new: Duration) -> int | None:
    if (old.unit, old.working) == (new.unit, new.working):
        return compare(old.amount, new.amount)
    (old_least, old_most), (new_least, new_most) = _bounds(old), _bounds(new)
    if old_least == old_most == new_least == new_most:
        # A day is not 24 hours when the clocks change; a week is 7 days, an hour 60 minutes.
        return 0 if (old.unit in _BY_CLOCK) == (new.unit in _BY_CLOCK) else None
    if old_most is not None and old_most <= new_least:
        return 1
    return -1 if new_most is not None and new_most <= old_least else None


def _bounds(duration: Duration) -> tuple[int, int | None]:
    """The least and the most minutes a duration can take on the clock; working time has no most."""
    shortest = duration.amount * _MINUTES.get(duration.unit, _SHORTEST_MONTH)
    longest = duration.amount * _MINUTES.get(duration.unit, _LONGEST_MONTH)
    return shortest, None if duration.working else longest


def cancels_sooner(old: Cancellation, new: Cancellation) -> Kind:
    """The kind of a change of how many periods may be missed: tightened where the old count is enough."""
    sooner, later = _implies(old, new), _implies(new, old)
    if sooner and later:
        return Kind.REWORDED
    return Kind.TIGHTENED if sooner else Kind.LOOSENED if later else Kind.REDEFINED


def _implies(one: Cancellation, other: Cancellation) -> bool:
    """Whether every record that meets one condition meets the other.

    `m` of the last `n` are at least `m - (n - k)` of the last `k`; in a row is `m` of the last `m`.
    """
    lost = max(0, (one.of_last or one.missed) - (other.of_last or other.missed))
    return other.missed <= one.missed - lost


def _text(old: object, new: object) -> Kind:
    """Other words for the same, but not other numbers: `within 10 days` is more than the words."""
    numbers = [sorted(_NUMBERS.findall(str(text))) for text in (old, new)]
    return changed(Kind.REWORDED if numbers[0] == numbers[1] else Kind.REDEFINED)(old, new)


_NUMBERS = re.compile(r"[0-9]+(?:[.,:][0-9]+)*%?")


def _always(kind: Kind) -> KindOf:
    return lambda _old, _new: kind


def _relief(old: object, new: object) -> Kind:
    """What frees from a duty: a condition, days that do not count."""
    return Kind.LOOSENED if old is None else Kind.TIGHTENED if new is None else Kind.REDEFINED


def _wider(old: Iterable[str], new: Iterable[str]) -> Kind:
    """Which commitments something holds for; none named are all."""
    before, after = set(old), set(new)
    if before and (not after or before < after):
        return Kind.TIGHTENED
    return Kind.LOOSENED if after and (not before or after < before) else Kind.REDEFINED


def _amount(old: Exact | None, new: Exact | None) -> Kind:
    """Money, which is not said where the shortfall is made good instead."""
    return Kind.REDEFINED if old is None or new is None else more_tightens(old, new)


def _cadence(old: Iterable[Any], new: Iterable[Any]) -> Kind:
    before, after = ([(touch.day, touch.channel) for touch in touches] for touches in (old, new))
    return Kind.REWORDED if before == after else Kind.REDEFINED


def _hours_by_day(hours: Mapping[str, object]) -> dict[str, object]:
    """Working hours by single weekdays; a day without hours is not among them."""
    return {DAY_NAMES[n]: spans for days, spans in hours.items() if spans for n in weekdays(days)}


def _more_often(old: Every, new: Every) -> Kind:
    return more_tightens(per_year(old), per_year(new))


_MORE = Rule(more_tightens)
_LESS = Rule(less_tightens)
_REDEFINED = Rule(_always(Kind.REDEFINED))
_REASSIGNED = Rule(_always(Kind.REASSIGNED))
_REWORDED = Rule(_always(Kind.REWORDED))

# What is not here is redefined; a text is reworded, unless its numbers differ; what is said first is added.
_RULES: Mapping[type[Terms], Mapping[str, Rule]] = {
    AgreementTerms: {"company_goal": _REDEFINED, "expires": _REDEFINED, "notice": _REWORDED},
    Contact: {
        "talks_to": _REASSIGNED,
        **dict.fromkeys(("role", "email", "github", "about"), _REWORDED),
    },
    Party: {
        **dict.fromkeys(("lead", "reports", "uses"), _REASSIGNED),
        "contacts": Rule(changed(Kind.REASSIGNED)),
    },
    Goal: {"specific": _REDEFINED, "measurable": _REDEFINED, "due": _LESS, "party": _REASSIGNED},
    Step: {"due": _LESS, "party": _REASSIGNED, "done_on": _REWORDED},  # that it is done changes no promise
    Progress: {"target": _MORE},
    CalendarTerms: {
        **dict.fromkeys(CalendarTerms.model_fields, _REDEFINED),
        "working_hours": Rule(_always(Kind.REDEFINED), whole=True, form=_hours_by_day),
    },
    Metric: {**dict.fromkeys(Metric.model_fields, _REDEFINED), "label": _REWORDED},
    Commitment: {
        "title": _REWORDED,
        "party": _REASSIGNED,
        "once": Rule(_relief),
        "contact": _REASSIGNED,
    },
    Term: {"meaning": _REDEFINED},
    DefinitionTerms: {"funnel": Rule(changed(Kind.REDEFINED), ordered=True)},
    Stage: {"owner": _REASSIGNED, **dict.fromkeys(("criteria", "definition", "metric"), _REDEFINED)},
    Qualification: {"criteria": _REDEFINED},
    Criterion: {"asks": _REDEFINED, "accepted": _REDEFINED},
    Scoring: {"rules": _REDEFINED, "grades": _REDEFINED},
    ScoringRule: {"when": _REDEFINED},
    Grade: {"follow_up": _REDEFINED},
    Protocol: {"steps": Rule(changed(Kind.REWORDED), ordered=True)},
    HandOver: {"when": _REDEFINED},
    Notification: {"within": _LESS},
    Return: {"within": _LESS, "metric": _REDEFINED},
    FollowUp: {
        "within": _LESS,
        "cadence": Rule(_cadence, whole=True, ordered=True),
        "then": _REDEFINED,
        "commitment": _REDEFINED,
    },
    EndState: {"meaning": _REDEFINED},
    Limit: {"touches": _LESS, "within": _MORE},
    RegularReport: {"from_": _REASSIGNED, "to": _REASSIGNED, "every": Rule(_more_often)},
    Duty: {"party": _REASSIGNED},
    Strikes: {"commitments": Rule(_wider, whole=True), "expire_after": _MORE},
    StrikeLevel: {"strikes": _LESS},
    Compensation: {"amount": Rule(_amount), "within": _LESS},
    Exclusion: {
        "from_": _MORE,
        "to": _LESS,
        "commitments": Rule(lambda old, new: _wider(new, old), whole=True),
    },
    GovernanceTerms: {"exclusions": Rule(_relief)},
    PlanTerms: {
        "win_rate": Rule(changed(Kind.REDEFINED), whole=True, ordered=True),
        "segments": Rule(changed(Kind.REDEFINED)),
    },
    Campaign: {"segment": _REDEFINED},
}
_TEXTS = [constraints for typed in (Line, Prose) for constraints in get_args(typed)[1:]]


@cache
def rule_of(model: type[Terms], field: str) -> Rule:
    """The rule of a field, by its name in the model."""
    known = _RULES.get(model, {}).get(field)
    return known or Rule(_text if _is_text(model, field) else changed(Kind.REDEFINED))


def _is_text(model: type[Terms], field: str) -> bool:
    """Whether a field holds lines or prose."""
    terms = model.model_fields[field]
    return any(part in _TEXTS for part in (*terms.metadata, *_parts(terms.annotation)))


def _parts(annotation: object) -> Iterable[object]:
    for part in get_args(annotation):
        yield part
        yield from _parts(part)
