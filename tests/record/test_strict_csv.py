from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from living_sla.diagnostics import InputError, Problem
from living_sla.record.strict_csv import Table, load_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

reuses_one_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str | bytes], Table]:
    def load(text: str | bytes) -> Table:
        (tmp_path / "a.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_table(
            tmp_path / "a.csv", shown_as="a.csv", required=("date", "value"), optional=("title", "for")
        )

    return load


@pytest.fixture
def told(load: Callable[[str | bytes], Table]) -> Callable[[str | bytes], list[str]]:
    def told(text: str | bytes) -> list[str]:
        try:
            problems = load(text).problems
        except InputError as error:
            problems = list(error.problems)
        return [f"{p.place} {p.sentence}".removeprefix("a.csv:") for p in problems]

    return told


def test_rows_are_told_by_their_lines(load: Callable[[str], Table]) -> None:
    table = load("date,value\n2026-03-01,5\n\n2026-03-02,6\n")
    assert table.columns == ("date", "value")
    assert table.rows == [(2, ["2026-03-01", "5"]), (4, ["2026-03-02", "6"])]
    assert table.problems == []


def test_columns_stand_in_any_order(load: Callable[[str], Table]) -> None:
    assert load("title,value,date\na,5,2026-03-01\n").columns == ("title", "value", "date")


def test_a_quoted_cell_holds_commas_and_quotes(load: Callable[[str], Table]) -> None:
    assert load('date,title,value\nd,"a, ""b""",5\n').rows == [(2, ["d", 'a, "b"', "5"])]


COMMAS = "separate cells by commas, and write a point for decimals"
FEWER = "write every comma, also before an empty cell"
HEADER = "write date,value as the first line, with title,for after it where needed"
MORE = "write 1234, not 1,234, and put a text with a comma in quotes"
CUT = "the last line does not end, so the file may have been cut; check the last line, and end it"
QUOTES = 'the quotes of this row do not fit; write a text that holds quotes like "the ""new"" site"'
TWO_LINES = "a cell goes on over the end of its line; write it on one line"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1 the file is empty; write date,value as the first line"),
        ("\n  \n", "1:1 the file is empty; write date,value as the first line"),
        ("date,value\n", "1:1 there is no data, only a header; add rows, or delete the file"),
        ("2026-03-01,5\n", f"1:1 the first line is not the header; {HEADER}"),
        ("\nnope\n", f"2:1 the first line is not the header; {HEADER}"),
        ("date,Value\nd,5\n", "1:6 column 'Value' is not known; did you mean 'value'?"),
        ("date\nd\n", f"1:1 column 'value' is missing; {HEADER}"),
        ("date,value,value\nd,5,6\n", "1:12 column 'value' stands twice; delete one of them"),
        ("date,,value\nd,5,6\n", "1:6 the header of column 2 is empty; name or delete it"),
        ('date,value,"title "\nd,5,6\n', "1:12 column 'title ' is not known; did you mean 'title'?"),
        ("date\tvalue\nd\t5\n", f"1:1 the separator tab was found; {COMMAS}"),
        ("date|value\nd|5\n", f"1:1 the separator '|' was found; {COMMAS}"),
        ("date,value\nd\n", f"2:1 1 cell where the header has 2; {FEWER}"),
        ("date,value\nd,1,234\n", f"2:1 3 cells where the header has 2; {MORE}"),
        ("date,value\n   \n", "2:1 the row is empty; delete it"),
        ("date,value\n,\n", "2:1 the row is empty; delete it"),
        ("date,value\nd, 5\n", "2:3 ' 5' has space around it; delete the space"),
        ("date,value\nd,5\u00a0\n", "2:3 '5\\xa0' has space around it; delete the space"),
        ('date,title,value\nd,"a, ""b""",5 \n', "2:14 '5 ' has space around it; delete the space"),
        ('date,title,value\nd,"a\nb",5\n', f"2:3 {TWO_LINES}"),
        ('date,title,value\nd,"a\nb", 5\n', f"2:3 {TWO_LINES}"),
        ('date,value\nd,"5\n', "2:1 a quote is not closed; close it, or check whether the file was cut"),
        ('date,value\nd,"5"0\n', f"2:1 {QUOTES}"),
        ("date,value\nd,5", f"2:4 {CUT}"),
        ("date,value\nd,\x005\n", "2:3 hidden character U+0000; delete it"),
    ],
)
def test_a_mistake_is_told_at_its_place(told: Callable[[str], list[str]], text: str, problem: str) -> None:
    assert told(text)[0] == problem


def test_one_wrong_row_costs_no_other(load: Callable[[str], Table]) -> None:
    assert load("date,value\nd\ne,5\n").rows == [(3, ["e", "5"])]


def test_a_quote_within_a_bare_cell_stays(load: Callable[[str], Table]) -> None:
    assert load('date,value\n5" disk,5\n').rows == [(2, ['5" disk', "5"])]


@pytest.mark.parametrize(
    ("line", "column", "place"),
    [
        ("2026-03-01,x,5", "value", 14),
        ("2026-03-01,,x", "value", 13),
        ('"2026-03-01","a, ""b""",x', "value", 25),
        ('5" disk,"",x', "value", 12),
        (",,", "value", 3),
        ("x", "value", 1),
    ],
)
def test_a_cell_is_refused_where_it_starts(line: str, column: str, place: int) -> None:
    table = Table("a.csv", ("date", "title", "value"), [], ["date,title,value\n", f"{line}\n"])
    table.refuse(2, column, "rule", "wrong")
    (problem,) = table.problems
    assert (problem.place.line, problem.place.column) == (2, place)


CELLS = st.text("abc,\"'; é=", max_size=6).filter(lambda cell: cell == cell.strip())


@reuses_one_file
@given(st.lists(st.tuples(CELLS, CELLS).filter(any), min_size=1), st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_wrote_is_read_back(
    load: Callable[[bytes], Table], rows: list[tuple[str, str]], line_end: str
) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=line_end).writerows([("date", "value"), *rows])
    assert [tuple(cells) for _line, cells in load(file.getvalue().encode()).rows] == rows


@reuses_one_file
@given(
    st.binary()
    | st.text('date,value"\n\r;\t x', max_size=60).map(lambda text: f"date,value\n{text}".encode())
)
def test_any_file_is_read_or_refused_within_itself(load: Callable[[bytes], Table], raw: bytes) -> None:
    lines = raw.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    problems: list[Problem]
    try:
        problems = load(raw).problems
    except InputError as error:
        problems = list(error.problems)
    for place in (problem.place for problem in problems if problem.place.line):
        assert place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1
