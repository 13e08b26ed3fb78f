"""`actions.csv` becomes the log of corrective action: what is done about which missed period, and by when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import PERIOD_EXAMPLES, is_period
from living_sla.agreement.fields import MONTHS, WEEKDAYS, parse_date
from living_sla.diagnostics import InputError, Place, Problem, Severity, did_you_mean, quote
from living_sla.record.deliveries import check_link, check_row_id
from living_sla.record.strict_csv import Table, load_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.terms import Contact, Party

_REQUIRED = ("id", "commitment", "period", "opened", "action", "owner", "due")
_DAYS = ("opened", "due", "done")
NOT_YET_KNOWN = frozenset({"unknown-commitment", "period", "owner"})
"""The rules by which a row may be refused that an earlier version of the agreement allows."""


@dataclass(frozen=True, slots=True)
class Action:
    """One corrective action about one period of a commitment; `done_on` is None until it is done.

    `owner` is the id of a party or contact, the name of a role, or, where the agreement allows it, a person.
    """

    id: str
    commitment: str
    period: str
    opened_on: date
    action: str
    owner: str
    due_on: date
    done_on: date | None
    link: str
    place: Place

    def as_of(self, day: date) -> Action:
        """The action as that day knew it: what was done later is not done yet."""
        return replace(self, done_on=None) if self.done_on and self.done_on > day else self

    def is_overdue(self, day: date) -> bool:
        """Whether it should have been done by the end of a day, and was not."""
        return self.due_on < day and (self.done_on is None or self.done_on > day)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the log may name: commitments with how often each is judged, and owners.

    `names` gives the ids of the contacts by their published name; `may_name_persons` says that any owner
    goes, `since` the first day any version was in force. A fiscal year starts with the month `year_starts` (1
    to 12), a week on the day `week_starts` (Monday 0).
    """

    rhythms: Mapping[str, Collection[str]]
    owners: Collection[str]
    names: Mapping[str, str]
    since: date
    may_name_persons: bool = False
    year_starts: int = 1
    week_starts: int = 0

    @classmethod
    def of(cls, versions: Iterable[Agreement]) -> Vocabulary:
        """The vocabulary of some versions, the newest first, whose calendar and rule of persons count."""
        newest, *_ = versions = list(versions)
        rhythms: dict[str, set[str]] = {}
        owners: set[str] = set()
        names: dict[str, str] = {}
        for agreement in versions:
            for commitment in agreement.commitments:
                rhythms.setdefault(commitment.id, set()).add(commitment.measure.every)
            for id_, party in agreement.terms.parties.items():
                owners |= {id_, *party.contacts, *_roles(party)}
                names = {contact.name: key for key, contact in party.contacts.items()} | names
        since = min(agreement.terms.effective for agreement in versions)
        named, calendar = newest.governance.persons == "named", newest.terms.calendar
        year_starts = MONTHS.index(calendar.fiscal_year_starts) + 1
        return cls(rhythms, owners, names, since, named, year_starts, WEEKDAYS.index(calendar.week_starts))

    def days_of(self, commitment: str, period: str) -> tuple[date, date] | None:
        """The first and last day of a period of a commitment; None where it has none by that name."""
        for every in self.rhythms.get(commitment, ()):
            if is_period(period, every):
                return _days_of(period, every, self.year_starts, self.week_starts)
        return None


def load_actions(
    path: Path, known: Vocabulary | None, *, root: Path
) -> tuple[tuple[Action, ...], list[Problem]]:
    """Read the log, sorted by the day of opening and id; a file that does not exist holds nothing.

    Args:
        path: the file `actions.csv`.
        known: what its rows may name; None checks only their form.
        root: problems name the file by its path below it.
    """
    if not path.is_symlink() and not path.exists():
        return (), []
    shown_as = path.relative_to(root).as_posix()
    try:
        table = load_table(path, shown_as=shown_as, required=_REQUIRED, optional=("done", "link"))
        found = _rows(table, known)
    except InputError as error:
        return (), list(error.problems)
    problems = [problem for problem in table.problems if problem.rule != "no-rows"]  # nothing to mend yet
    return tuple(sorted(found.values(), key=lambda row: (row.opened_on, row.id))), problems


def _rows(table: Table, known: Vocabulary | None) -> dict[str, Action]:
    """The sound rows by id."""
    found: dict[str, Action] = {}
    for line, cells in table.rows:
        row = _action(table, line, dict(zip(table.columns, cells, strict=True)), known)
        if row and row.id in found:
            words = f"id {quote(row.id)} is already on line {found[row.id].place.line}"
            table.refuse(line, "id", "duplicate-id", words, "give each action an id of its own")
        elif row:
            found[row.id] = row
    return found


def _action(table: Table, line: int, row: dict[str, str], known: Vocabulary | None) -> Action | None:
    before = len(table.problems)
    check_row_id(table, line, row["id"])
    if not row["action"]:
        table.refuse(line, "action", "action", "the action is empty", "write what is done about the miss")
    if not row["owner"]:
        table.refuse(line, "owner", "owner", "the owner is empty", "write the party or role that does it")
    if known is not None:
        _check_names(table, line, row, known)
    check_link(table, line, row.get("link", ""))
    opened, due, done = (_day(table, line, column, row.get(column, "")) for column in _DAYS)
    for column, day in (("due", due), ("done", done)):
        if opened and day and day < opened:
            words = f"{column} {day} lies before the day it was opened, {opened}"
            table.refuse(line, column, "order", words)
    days = known.days_of(row["commitment"], row["period"]) if known else None
    if days and opened and (words := _too_early(row["period"], days, opened, done)):
        hint = "check the period, and the day"
        table.note(Problem(Place(table.path, line, 1), "too-early", words, hint, Severity.WARNING))
    if any(problem.severity is Severity.ERROR for problem in table.problems[before:]):
        return None
    assert opened is not None and due is not None  # noqa: S101, PT018 both were refused if they were no days
    place = Place(table.path, line, 1)
    names = row["id"], row["commitment"], row["period"]
    return Action(*names, opened, row["action"], row["owner"], due, done, row.get("link", ""), place)


def _day(table: Table, line: int, column: str, text: str) -> date | None:
    """The day in a cell, or None; only `done` may be empty."""
    if not text and column == "done":
        return None
    if not text:
        table.refuse(line, column, "date", f"{column} is empty", "write it like 2026-03-01")
        return None
    try:
        return parse_date(text)
    except ValueError as error:
        table.refuse_day(line, column, text, str(error))
        return None


def _check_names(table: Table, line: int, row: dict[str, str], known: Vocabulary) -> None:
    """The commitment, the period and the owner must be the agreement's."""
    commitment, period, owner = row["commitment"], row["period"], row["owner"]
    rhythms = sorted(known.rhythms.get(commitment, ()))
    if not rhythms:
        words = f"commitment {quote(commitment)} is not known"
        table.refuse(line, "commitment", "unknown-commitment", words, did_you_mean(commitment, known.rhythms))
    elif not any(is_period(period, every) for every in rhythms):
        words = f"period {quote(period)} is not a {' or '.join(rhythms)}"
        like = " or ".join(PERIOD_EXAMPLES[every] for every in rhythms)
        table.refuse(line, "period", "period", words, f"write it like {like}")
    elif int(period[:4]) < known.since.year:
        words = f"period {quote(period)} began before the agreement took effect, on {known.since}"
        table.refuse(line, "period", "period", words)
    if owner and owner not in known.owners and not known.may_name_persons:
        words = f"owner {quote(owner)} is no party, role or contact of the agreement"
        table.refuse(line, "owner", "owner", words, _owner_hint(owner, known))


def _too_early(period: str, days: tuple[date, date], opened: date, done: date | None) -> str:
    """Why an action cannot answer the miss of a period; empty if it can."""
    first, last = days
    if opened < first:
        return f"period {quote(period)} begins on {first}, after the action was opened on {opened}"
    if done and done < last:
        return f"done {done} lies before the last day of the period it answers, {last}"
    return ""


def _days_of(period: str, every: str, year_starts: int, week_starts: int) -> tuple[date, date]:
    """The first and last day of a period: a fiscal year is named by its end, a week by its fourth day."""
    if every == "day":
        return date.fromisoformat(period), date.fromisoformat(period)
    year, part = int(period[:4]), int(period[5:].lstrip("QW") or 1)
    if every == "week":
        first = date.fromisocalendar(year, part, 1) + timedelta(days=(week_starts + 3) % 7 - 3)
        return first, first + timedelta(days=6)
    count, before = {"month": (1, 0), "quarter": (3, 13 - year_starts), "year": (12, 13 - year_starts)}[every]
    month = year * 12 - before % 12 + count * (part - 1)
    first, after = (date(n // 12, n % 12 + 1, 1) for n in (month, month + count))
    return first, after - timedelta(days=1)


def _owner_hint(owner: str, known: Vocabulary) -> str:
    """What to write in place of an owner who may be a person."""
    rule = "persons are named only where governance.yml says so"
    if owner in known.names:
        return f"write {known.names[owner]}; {rule}"
    hint = did_you_mean(owner, known.owners)
    return f"{hint}{'' if hint.endswith('?') else ';'} {rule}"


def _roles(party: Party) -> Iterator[str]:
    """The names of the roles within a party."""
    yield from (role.role for role in party.roles)
    people: Iterable[Contact | None] = (party.lead, party.reports, party.uses, *party.contacts.values())
    yield from (person.role for person in people if person and person.role)
