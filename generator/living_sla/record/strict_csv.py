"""A CSV file becomes rows of text cells with a place for each, or the problems that refuse it.

RFC 4180 with a comma, nothing guessed: the header is exact, every row has as many cells as the header.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from living_sla.diagnostics import InputError, Place, Problem, Severity, did_you_mean, quote
from living_sla.source_text import load_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MOST_BYTES = 20_000_000
MOST_ROWS = 300_000
MOST_PROBLEMS = 20_000
LONGEST_CELL = 2_000


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file by line number, cells in the order of `columns`."""

    path: str
    columns: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    lines: list[str]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, column: str, rule: str, message: str, hint: str = "") -> None:
        """Note an error at a cell."""
        starts = _cell_starts(self.lines[line - 1])
        index = self.columns.index(column)
        place = Place(self.path, line, starts[index] + 1 if index < len(starts) else 1)
        self.note(Problem(place, rule, message, hint))

    def refuse_day(self, line: int, column: str, text: str, reason: str) -> None:
        """Note a cell that is no day, for the reason `parse_date` gave."""
        words, _, hint = reason.partition("; ")
        message = f"{column} {quote(text)} {words}" if text else f"the {column} is empty"
        self.refuse(line, column, "date", message, hint)

    def note(self, problem: Problem) -> None:
        """Keep a problem; raises InputError with all of them when there are too many to go on."""
        self.problems.append(problem)
        if len(self.problems) == MOST_PROBLEMS:
            words = f"reading stops here, after {MOST_PROBLEMS:,} problems"
            raise InputError([*self.problems, Problem(problem.place, "too-many-problems", words)])


def load_table(path: Path, *, shown_as: str, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read one CSV file; what is wrong with single rows is collected in `problems`.

    Args:
        path: the file.
        shown_as: its path as problems name it.
        required: columns that must be there.
        optional: columns that may be there; no others.

    Raises:
        InputError: encoding, size, quoting or header make the rest unreadable.
    """
    text = load_text(path, shown_as=shown_as, most_bytes=MOST_BYTES)
    if not text.strip():
        hint = f"write {','.join(required)} as the first line"
        raise InputError([Problem(Place(shown_as), "empty-file", "the file is empty", hint)])
    lines = text.splitlines(keepends=True)
    records = _records(lines, shown_as)
    line, header = next(records)
    _check_header(header, lines[line - 1], Place(shown_as, line, 1), required, optional)
    table = Table(shown_as, tuple(header), [], lines)
    for line, cells in records:
        if _are_plain(table, cells) or _are_sound(table, line, cells):
            table.rows.append((line, cells))
        if len(table.rows) > MOST_ROWS:
            words = f"there are more than {MOST_ROWS:,} rows"
            raise InputError([Problem(Place(shown_as, line), "too-large", words, "split the file by year")])
    if not text.endswith("\n"):
        words = "the last line does not end, so the file may have been cut"
        place = Place(shown_as, len(lines), len(lines[-1]) + 1)
        table.note(_warning(place, "no-final-newline", words, "check the last line, and end it"))
    if not table.rows and not table.problems:
        words = "there is no data, only a header"
        table.note(_warning(Place(shown_as, 1, 1), "no-rows", words, "add rows, or delete the file"))
    return table


def _records(lines: list[str], path: str) -> Iterator[tuple[int, list[str]]]:
    """Non-blank records by the line they start on."""
    reader = csv.reader(lines, strict=True)
    before = 0
    try:
        for cells in reader:
            if cells:
                yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise InputError([_syntax_problem(Place(path, before + 1, 1), str(error))]) from error


def _syntax_problem(place: Place, reason: str) -> Problem:
    if "field limit" in reason:
        return Problem(place, "too-long", f"a cell has more than the {LONGEST_CELL:,} characters allowed")
    if "end of data" in reason:
        return Problem(
            place, "csv-syntax", "a quote is not closed", "close it, or check whether the file was cut"
        )
    hint = 'write a text that holds quotes like "the ""new"" site"'
    return Problem(place, "csv-syntax", "the quotes of this row do not fit", hint)


def _cell_starts(line: str) -> list[int]:
    """Where each cell of a line starts."""
    starts = [0]
    for cell in next(csv.reader([line.rstrip("\n")]), [])[:-1]:
        start = starts[-1]
        quotes = 2 + cell.count('"') if line.startswith('"', start) else 0
        starts.append(start + len(cell) + quotes + 1)
    return starts


def _are_plain(table: Table, cells: list[str]) -> bool:
    """Whether a row holds nothing that could be wrong; quick, for nearly all rows are like that."""
    joined = "".join(cells)
    fits = len(cells) == len(table.columns) and 0 < len(joined) <= LONGEST_CELL and "\n" not in joined
    return fits and [*map(str.strip, cells)] == cells


def _are_sound(table: Table, line: int, cells: list[str]) -> bool:
    """Whether a row has a cell for every column, none too long and none with space around it."""
    if not "".join(cells).strip():
        table.note(Problem(Place(table.path, line, 1), "empty-row", "the row is empty", "delete it"))
        return False
    if len(cells) != len(table.columns):
        words = (
            f"{len(cells)} {'cell' if len(cells) == 1 else 'cells'} where the header has {len(table.columns)}"
        )
        too_many = "write 1234, not 1,234, and put a text with a comma in quotes"
        hint = too_many if len(cells) > len(table.columns) else "write every comma, also before an empty cell"
        table.note(Problem(Place(table.path, line, 1), "cell-count", words, hint))
        return False
    sound = True
    for column, cell in zip(table.columns, cells, strict=True):
        if len(cell) > LONGEST_CELL:
            words = f"{len(cell):,} characters are more than the {LONGEST_CELL:,} allowed"
            table.refuse(line, column, "too-long", words)
            sound = False
        elif cell != cell.strip():
            table.refuse(
                line, column, "white-space", f"{quote(cell)} has space around it", "delete the space"
            )
            sound = False
        elif "\n" in cell:
            words = "a cell goes on over the end of its line"
            table.refuse(line, column, "line-break", words, "write it on one line")
            sound = False
    return sound


def _check_header(
    header: list[str], line: str, place: Place, required: Sequence[str], optional: Sequence[str]
) -> None:
    known = (*required, *optional)
    first_line = f"write {','.join(required)} as the first line"
    first_line += f", with {','.join(optional)} after it where needed" if optional else ""
    if len(header) == 1 and (found := next((mark for mark in ";\t|" if mark in header[0]), "")):
        name = "tab" if found == "\t" else quote(found)
        hint = "separate cells by commas, and write a point for decimals"
        raise InputError([Problem(place, "separator", f"the separator {name} was found", hint)])
    if not {name.lower() for name in header} & {*known}:
        raise InputError([Problem(place, "no-header", "the first line is not the header", first_line)])
    problems: list[Problem] = []
    meant = {name.lower() for name in header}
    starts = _cell_starts(line)
    for n, name in enumerate(header):
        at = Place(place.path, place.line, starts[n] + 1 if n < len(starts) else 1)
        if name == "":
            problems.append(
                Problem(at, "header", f"the header of column {n + 1} is empty", "name or delete it")
            )
        elif name in header[:n]:
            problems.append(Problem(at, "header", f"column {quote(name)} stands twice", "delete one of them"))
        elif name not in known:
            hint = did_you_mean(name, [column for column in known if column not in header])
            problems.append(Problem(at, "unknown-column", f"column {quote(name)} is not known", hint))
    missing = [name for name in required if name not in meant]
    problems += [
        Problem(place, "missing-column", f"column '{name}' is missing", first_line) for name in missing
    ]
    if problems:
        raise InputError(problems)


def _warning(place: Place, rule: str, message: str, hint: str) -> Problem:
    return Problem(place, rule, message, hint, Severity.WARNING)
