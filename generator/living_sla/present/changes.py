"""Two versions of an agreement become rows that say in words what changed between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from living_sla.agreement.amendments import Amendment, Kind, amendments
from living_sla.agreement.commitments import Commitment
from living_sla.present.clauses import Clauses
from living_sla.present.values import Values, has_same_subject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from living_sla.agreement.loading import Agreement

_ORDER = list(Kind)
_AROUND = 12
_LONGEST = 2 * _AROUND
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_ARROW = "\N{RIGHTWARDS ARROW}"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One amendment as readers read it, every number in words.

    `clause` is the clause in the author's words, `what` the part of it, '' for all of it. `old` and `new`
    are its value with the unit, '' where there is none; of long texts the words around the change.
    `affects` names the commitments that rest on it, `commitment` is the id of the one it belongs to now,
    or ''.
    """

    kind: Kind
    clause: str
    party: str
    what: str
    old: str
    new: str
    affects: tuple[str, ...]
    commitment: str

    @property
    def sentence(self) -> str:
        """`Tightened: Qualified leads, target 100 → 120 leads each month.`, and the like."""
        place = f"{self.kind.capitalize()}: " + ", ".join(part for part in (self.clause, self.what) if part)
        if self.old and self.new:
            gap = " " if self.what and _is_number(self.old.split()[0]) else ": "
            text = f"{place}{gap}{_without_unit(self.old, self.new)} {_ARROW} {self.new}"
        elif self.kind in (Kind.ADDED, Kind.REMOVED) or not (self.old or self.new):
            text = ": ".join(part for part in (place, self.old or self.new) if part)
        else:
            done = "added" if self.new else "removed"
            text = f"{place}{' ' if self.what else ', '}{done}: {self.new or self.old}"
        return text if text.endswith((".", "!", "?", _ELLIPSIS)) else f"{text}."


def change_rows(old: Agreement, new: Agreement) -> list[ChangeRow]:
    """What changed from one version to another: by kind, and within it in the order of the agreement."""
    rows = [_row(amendment, old, new) for amendment in amendments(old, new)]
    return sorted(rows, key=lambda row: _ORDER.index(row.kind))


def change_summary(rows: Iterable[ChangeRow]) -> str:
    """`1 tightened, 2 loosened, 1 reworded`, or that nothing changed."""
    counts = Counter(row.kind for row in rows)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in _ORDER if counts[kind])
    return told or "nothing changed in meaning"


def _row(amendment: Amendment, old: Agreement, new: Agreement) -> ChangeRow:
    version = old if amendment.after is None else new
    clause = amendment.before if amendment.after is None else amendment.after
    path, rest = amendment.clause, amendment.path[len(amendment.clause) :]
    named = {c.id: c.name for c in (*old.commitments, *new.commitments)}
    is_promise = isinstance(amendment.after, Commitment)
    words = Clauses(version)
    gone = amendment.new is None and amendment.before is not None
    before, after = _values(amendment, old, new)
    return ChangeRow(
        kind=amendment.kind,
        clause=words.name(path, clause),
        party=words.party(clause),
        what=Clauses(old).part(path, rest, amendment.before) if gone else words.part(path, rest, clause),
        old=before,
        new=after,
        affects=tuple(named[id_] for id_ in amendment.affects),
        commitment=amendment.after.id if is_promise else "",
    )


def _values(amendment: Amendment, old: Agreement, new: Agreement) -> tuple[str, str]:
    """What was said and what is said now, each in the words of its version."""
    was, now, before, after = Values(old), Values(new), amendment.before, amendment.after
    rest = amendment.path[len(amendment.clause) :]
    if isinstance(before, Commitment) and isinstance(after, Commitment) and rest[:1] == ("measure",):
        if rest == ("measure",) and not has_same_subject(before.measure, after.measure):
            return was.sentence(before), now.sentence(after)
        if rest == ("measure",) or rest[-1] == "every":
            return was.pledge(before), now.pledge(after)
        if rest[-1] in {"at_least", "at_most"}:
            return was.target(before, amendment.new), now.target(after, amendment.old)
    texts = (
        was.text(amendment.clause, rest, before, amendment.old),
        now.text(amendment.clause, rest, after, amendment.new),
    )
    is_promise = isinstance(amendment.old or amendment.new, Commitment)  # its sentence is shown whole
    return texts if is_promise else _excerpts(*texts)


def _excerpts(old: str, new: str) -> tuple[str, str]:
    """Of two texts the words around the first that differ; short ones as they are."""
    before, after = old.split(), new.split()
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    start = same - _AROUND if old and new else 0
    return _excerpt(before, start), _excerpt(after, start)


def _excerpt(words: list[str], start: int) -> str:
    if len(words) <= _LONGEST:
        return " ".join(words)
    start = max(0, start)
    shown = " ".join(words[start : start + _LONGEST])
    left, right = start > 0, start + _LONGEST < len(words)
    return f"{_ELLIPSIS if left else ''}{shown}{_ELLIPSIS if right else ''}"


def _without_unit(old: str, new: str) -> str:
    """A number before its change, without the unit that stands behind the new one."""
    before, after = old.split(), new.split()
    if not (_is_number(before[0]) and _is_number(after[0])) or len(before) != len(after):
        return old
    return before[0] if before[1:] == after[1:] else old


def _is_number(word: str) -> bool:
    return any(character.isdigit() for character in word)
