"""`deliveries.csv` becomes what was delivered, and the events it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from living_sla.agreement.fields import parse_date
from living_sla.diagnostics import InputError, Place, Problem, Severity, did_you_mean, quote
from living_sla.record.strict_csv import Table, load_table

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

_LINK = re.compile(r"https?://[^\s<>\"']+")
_ROW_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing delivered, or one event that is due to come; `answers` is the id of another row, or ''."""

    id: str
    item: str
    on: date
    title: str
    link: str
    answers: str
    place: Place


def load_deliveries(
    path: Path, items: Collection[str] | None, *, root: Path
) -> tuple[tuple[Delivery, ...], list[Problem]]:
    """Read the deliveries, sorted by day and id; a file that does not exist holds none.

    Args:
        path: the file `deliveries.csv`.
        items: the kinds of things that may be delivered; None checks only the form.
        root: problems name the file by its path below it.
    """
    if not path.is_symlink() and not path.exists():
        return (), []
    shown_as = path.relative_to(root).as_posix()
    try:
        table = load_table(
            path, shown_as=shown_as, required=("id", "item", "date"), optional=("title", "link", "for")
        )
        found = _rows(table, items)
    except InputError as error:
        return (), list(error.problems)
    problems = [problem for problem in table.problems if problem.rule != "no-rows"]  # nothing delivered yet
    return tuple(sorted(found.values(), key=lambda row: (row.on, row.id))), problems


def check_row_id(table: Table, line: int, text: str) -> None:
    """Refuse what is no id of a row."""
    if not _ROW_ID.fullmatch(text):
        words = f"id {quote(text)} is not an id" if text else "the id is empty"
        table.refuse(line, "id", "id", words, "use letters, digits, dots and hyphens, at most 64")


def check_link(table: Table, line: int, text: str) -> None:
    """Refuse what is neither empty nor a web address."""
    if text and not _LINK.fullmatch(text):
        table.refuse(line, "link", "link", f"link {quote(text)} is not a web address", "write https://…")


def _rows(table: Table, items: Collection[str] | None) -> dict[str, Delivery]:
    """The sound rows by id."""
    found: dict[str, Delivery] = {}
    is_whole = not any(problem.severity is Severity.ERROR for problem in table.problems)
    for line, cells in table.rows:
        row = _delivery(table, line, dict(zip(table.columns, cells, strict=True)), items)
        if row and row.id in found:
            words = f"id {quote(row.id)} is already on line {found[row.id].place.line}"
            table.refuse(line, "id", "duplicate-id", words, "give each delivery an id of its own")
        elif row:
            found[row.id] = row
    if is_whole:  # a row that could not be read may be the one that is meant
        _check_answers(table, found.values())
    return found


def _check_answers(table: Table, rows: Collection[Delivery]) -> None:
    """What a row is `for` must be another row of the file."""
    ids = {cells[table.columns.index("id")] for _line, cells in table.rows}
    for row in rows:
        if row.answers == row.id:
            table.refuse(row.place.line, "for", "unknown-row", "a row cannot be for itself", "name another")
        elif row.answers and row.answers not in ids:
            words = f"no row has the id {quote(row.answers)}"
            table.refuse(row.place.line, "for", "unknown-row", words, did_you_mean(row.answers, ids))


def _delivery(table: Table, line: int, row: dict[str, str], items: Collection[str] | None) -> Delivery | None:
    known = len(table.problems)
    check_row_id(table, line, row["id"])
    if items is not None and row["item"] not in items:
        words = f"item {quote(row['item'])} is not known"
        table.refuse(line, "item", "unknown-item", words, did_you_mean(row["item"], items))
    link = row.get("link", "")
    check_link(table, line, link)
    try:
        day = parse_date(row["date"])
    except ValueError as error:
        table.refuse_day(line, "date", row["date"], str(error))
        return None
    if len(table.problems) > known:
        return None
    title, answers = row.get("title", ""), row.get("for", "")
    return Delivery(row["id"], row["item"], day, title, link, answers, Place(table.path, line, 1))
