"""The questions become a spreadsheet to fill in, and a filled one becomes answers."""

from __future__ import annotations

import warnings
import zlib
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from living_sla.diagnostics import InputError, Problem, quote
from living_sla.start.answers import Spot, parse_answer, read_answers
from living_sla.start.questions import QUESTIONS, Form, Question

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

    from living_sla.diagnostics import Place
    from living_sla.start.answers import Answers

SHEET = "Answers"
_HEADINGS = ("Question", "Answer", "What to write", "Name")
_WIDTHS = (56, 30, 78, 20)
_FIRST = 4  # the row of the first question
_ANSWER, _KEY = 2, 4  # columns
_MOST_BYTES = 1_000_000
_MOST_ROWS = 1_000
_FORMATS = {Form.AMOUNT: "#,##0.##", Form.PERCENT: "0.##%", Form.DAY: "yyyy-mm-dd"}
_ANY_TEXT = "@"  # so that a spreadsheet program makes no date or number of what is typed
_GREEN, _GREY = "FFE8F5E9", "FF757575"


def write_worksheet(path: Path) -> None:
    """Write the worksheet: a row for each question, its default filled in, and all but the answers locked.

    Raises:
        OSError: the file is already there, or cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    sheet["A1"] = "Service Level Agreement between marketing and sales"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"] = f"Fill in the green cells, save, and run: living-sla init --from {path.name}"
    for column, heading in enumerate(_HEADINGS, start=1):
        sheet.cell(_FIRST - 1, column, heading).font = Font(bold=True)
    for letter, width in zip("ABCD", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for row, question in enumerate(QUESTIONS, start=_FIRST):
        _write_question(sheet, row, question)
    _write_lead_target(sheet, _FIRST + len(QUESTIONS) + 1)
    for cells in sheet.iter_rows(min_row=_FIRST):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    sheet.freeze_panes = f"A{_FIRST}"
    sheet.protection.sheet = True
    with path.open("xb") as file:
        book.save(file)


def read_worksheet(path: Path) -> Answers:
    """Read a worksheet that was filled in; an emptied cell is no answer, not the default.

    Raises:
        InputError: with every answer that will not do, named by sheet and cell.
        OSError: the file cannot be read.
    """
    sheet = _load_sheet(path)
    typed: dict[str, str] = {}
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for row in range(_FIRST, min(sheet.max_row, _MOST_ROWS) + 1):
        key, cell = sheet.cell(row, _KEY).value, sheet.cell(row, _ANSWER)
        if not isinstance(key, str):
            continue
        place = _place(path, row)
        if key in places:
            words = f"{quote(key)} was already asked in {places[key]}"
            problems.append(Problem(place, "question-twice", words, "delete one of the two rows"))
            continue
        places[key] = place
        if cell.data_type in _NO_VALUES:
            words, hint = _NO_VALUES[cell.data_type]
            problems.append(Problem(place, "no-value", f"{key.replace('-', ' ')} is {words}", hint))
        else:
            typed[key] = _as_typed(cell)
    missing = [question.key for question in QUESTIONS if question.key not in places]
    problems += [
        Problem(_whole(path), "missing-question", f"the row of {quote(key)} is missing", _ANEW)
        for key in missing
    ]
    return _read_all(typed, places | dict.fromkeys(missing, _whole(path)), problems)


def _read_all(typed: dict[str, str], places: dict[str, Place], problems: list[Problem]) -> Answers:
    """The answers, or what was wrong with the sheet together with what is wrong with them."""
    try:
        answers = read_answers(typed, places=places)
    except InputError as error:
        told = {problem.place for problem in problems}
        raise InputError([*problems, *(p for p in error.problems if p.place not in told)]) from error
    if problems:
        raise InputError(problems)
    return answers


def _write_question(sheet: Worksheet, row: int, question: Question) -> None:
    from openpyxl.styles import Font, PatternFill, Protection

    for column, text in ((1, question.question), (3, question.help), (_KEY, question.key)):
        sheet.cell(row, column, text)
    sheet.cell(row, _KEY).font = Font(color=_GREY)
    cell = sheet.cell(row, _ANSWER, _cell_value(question))
    cell.number_format = _FORMATS.get(question.form, _ANY_TEXT)
    cell.fill = PatternFill("solid", start_color=_GREEN)
    cell.protection = Protection(locked=False)
    validation = _validation(question)
    validation.add(cell)
    sheet.add_data_validation(validation)


def _cell_value(question: Question) -> str | int | float | None:
    """The default as a spreadsheet keeps it."""
    if not question.default:
        return None
    if question.form not in (Form.AMOUNT, Form.PERCENT):
        return question.default
    value = parse_answer(question, question.default)
    return float(value) if isinstance(value, Fraction) else int(value)


def _validation(question: Question) -> DataValidation:
    """What the spreadsheet program itself suggests, refuses and explains when the cell is chosen."""
    from openpyxl.worksheet.datavalidation import DataValidation

    match question.form:
        case Form.AMOUNT:
            validation = DataValidation(type="decimal", operator="greaterThan", formula1="0")
        case Form.PERCENT:
            validation = DataValidation(type="decimal", operator="between", formula1="0", formula2="1")
        case Form.DAY:
            validation = DataValidation(type="date", operator="greaterThan", formula1="DATE(1970,1,1)")
        case _ if question.suggestions:
            validation = DataValidation(type="list", formula1=f'"{",".join(question.suggestions)}"')
        case _:
            validation = DataValidation()
    validation.allow_blank = True
    validation.promptTitle = validation.errorTitle = question.label.capitalize()
    validation.prompt = validation.error = question.help
    validation.showInputMessage = True
    validation.showErrorMessage = question.form in _REFUSING
    return validation


def _write_lead_target(sheet: Worksheet, row: int) -> None:
    """The lead target worked out in the sheet while it is filled in; it is not read back."""
    rows = {question.key: row_ for row_, question in enumerate(QUESTIONS, start=_FIRST)}
    goal, share, value, rate = (
        f"B{rows[key]}" for key in ("revenue-goal", "marketing-share", "deal-value", "win-rate")
    )
    sheet.cell(row, 1, "Qualified leads a month that this takes")
    sheet.cell(row, _ANSWER, f'=IFERROR(ROUNDUP(ROUND({goal}*{share}/{value}/{rate},9),0),"")')
    sheet.cell(row, 3, "Worked out: revenue goal x marketing's share / deal value / win rate, rounded up.")


def _load_sheet(path: Path) -> Worksheet:
    from openpyxl import load_workbook

    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's, of what programs add and it does not keep
        if path.stat().st_size > _MOST_BYTES:
            words = f"has more than the {_MOST_BYTES:,} bytes allowed"
            raise InputError([Problem(_whole(path), "too-large", words, _ANEW)])
        try:
            book = load_workbook(file)
        except _BROKEN as error:
            words, hint = "is not a spreadsheet that can be read", "save it as an Excel workbook (.xlsx)"
            raise InputError([Problem(_whole(path), "spreadsheet", words, hint)]) from error
    for sheet in book.worksheets:
        if sheet.title == SHEET:
            return sheet
    raise InputError([Problem(_whole(path), "missing-sheet", f"the sheet {quote(SHEET)} is missing", _ANEW)])


def _place(path: Path, row: int) -> Spot:
    return Spot(path.as_posix(), row, _ANSWER, f"{path.as_posix()}:{SHEET}!B{row}")


def _whole(path: Path) -> Spot:
    return Spot(path.as_posix(), name=path.as_posix())


def _as_typed(cell: Cell | MergedCell) -> str:
    """What a cell holds, as it would be typed at the prompt: a spreadsheet keeps 25% as 0.25."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(repr(value))  # the shortest number that is this float, which is what was typed
        percent = "%" in cell.number_format
        return f"{(number * 100 if percent else number).normalize():f}{'%' if percent else ''}"
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return value.isoformat() if isinstance(value, date) else str(value)


_ANEW = "write the worksheet anew with --worksheet, and fill that one in"
_NO_VALUES = {
    "f": ("a formula, which is not read", "write its value"),
    "e": ("an error of the spreadsheet", "write a value"),
}
_REFUSING = frozenset([Form.STARTER, Form.WEEKDAY, Form.AMOUNT, Form.PERCENT, Form.DAY])
_BROKEN = (BadZipFile, ParseError, KeyError, TypeError, ValueError, EOFError, zlib.error)
