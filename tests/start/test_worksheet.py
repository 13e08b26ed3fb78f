from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook

from living_sla.diagnostics import InputError, render_json, render_text
from living_sla.start.answers import read_answers
from living_sla.start.questions import QUESTIONS
from living_sla.start.worksheet import read_worksheet, write_worksheet

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

CELLS = {question.key: f"B{row}" for row, question in enumerate(QUESTIONS, start=4)}
NO_PERCENTAGE = "is not a percentage between 0% and 100%"


@pytest.fixture
def worksheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh worksheet in the folder that is worked in; the day is filled in, as it has no default."""
    from pathlib import Path

    monkeypatch.chdir(tmp_path)
    path = Path("worksheet.xlsx")
    write_worksheet(path)
    fill(path, effective=datetime(2026, 12, 1))  # noqa: DTZ001 as spreadsheets keep days
    return path


def fill(path: Path, **cells: Any) -> None:
    book = load_workbook(path)
    for key, value in cells.items():
        book["Answers"][CELLS[key.replace("_", "-")]] = value
    book.save(path)


def sheet_of(path: Path) -> Worksheet:
    sheet: Worksheet = load_workbook(path)["Answers"]
    return sheet


def told(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_worksheet(path)
    return render_text(caught.value.problems).splitlines()


# --- writing


def test_a_worksheet_read_back_gives_every_default(worksheet: Path) -> None:
    assert read_worksheet(worksheet) == read_answers({"effective": "2026-12-01"})


def test_every_question_has_its_row(worksheet: Path) -> None:
    rows = sheet_of(worksheet).iter_rows(min_row=4, max_row=3 + len(QUESTIONS), values_only=True)
    assert [(row[0], row[2], row[3]) for row in rows] == [(q.question, q.help, q.key) for q in QUESTIONS]


def test_only_the_answers_can_be_changed(worksheet: Path) -> None:
    sheet = sheet_of(worksheet)
    open_cells = [c.coordinate for row in sheet.iter_rows() for c in row if not c.protection.locked]
    assert sheet.protection.sheet
    assert open_cells == list(CELLS.values())


def test_every_answer_has_its_explanation_and_the_closed_ones_a_list(worksheet: Path) -> None:
    rules = {str(rule.sqref): rule for rule in sheet_of(worksheet).data_validations.dataValidation}
    assert sorted(rules) == sorted(CELLS.values())
    weekday = rules[CELLS["report-day"]]
    assert (weekday.type, weekday.showErrorMessage) == ("list", True)
    assert weekday.formula1 == '"monday,tuesday,wednesday,thursday,friday,saturday,sunday"'
    assert rules[CELLS["win-rate"]].type == "decimal"
    assert rules[CELLS["sales-email"]].prompt == QUESTIONS[-1].help


def test_an_explanation_is_not_longer_than_a_spreadsheet_takes() -> None:
    assert [q.key for q in QUESTIONS if len(q.help) > 255 or len(",".join(q.suggestions)) > 250] == []
    assert [q.key for q in QUESTIONS if len(q.label) > 32] == []


def test_the_sheet_works_out_the_lead_target_itself(worksheet: Path) -> None:
    b = CELLS
    expected = f"{b['revenue-goal']}*{b['marketing-share']}/{b['deal-value']}/{b['win-rate']}"
    formulas = [c.value for row in sheet_of(worksheet).iter_rows() for c in row if c.data_type == "f"]
    assert formulas == [f'=IFERROR(ROUNDUP(ROUND({expected},9),0),"")']


def test_a_worksheet_is_never_overwritten(worksheet: Path) -> None:
    with pytest.raises(FileExistsError):
        write_worksheet(worksheet)


# --- reading


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("win_rate", 0.25, "25%"),
        ("win_rate", 0.07, "7%"),
        ("win_rate", 1, "100%"),
        ("win_rate", "25%", "25%"),
        ("revenue_goal", 250000.0, "250000"),
        ("revenue_goal", 1e6, "1000000"),
        ("revenue_goal", "250000", "250000"),
        ("deal_value", 99.5, "99.5"),
        ("effective", date(2027, 1, 1), "2027-01-01"),
        ("effective", "2027-01-01", "2027-01-01"),
        ("holidays", "US-NY", "US-NY"),
        ("sales_contact", None, ""),
        ("marketing", "Ünï & Söhne", "Ünï & Söhne"),
        ("sales", 360, "360"),
    ],
)
def test_a_cell_is_read_as_it_was_typed(worksheet: Path, key: str, value: object, expected: str) -> None:
    fill(worksheet, **{key: value})
    typed = {"effective": "2026-12-01", key.replace("_", "-"): expected}
    assert read_worksheet(worksheet) == read_answers(typed)


def test_rows_may_be_moved(worksheet: Path) -> None:
    book = load_workbook(worksheet)
    book["Answers"].insert_rows(6, 2)
    book.save(worksheet)
    assert read_worksheet(worksheet).win_rate == read_answers({"effective": "2026-12-01"}).win_rate


# --- mistakes


def test_a_mistake_is_named_by_sheet_and_cell(worksheet: Path) -> None:
    fill(worksheet, win_rate="abc")
    assert told(worksheet) == [
        "worksheet.xlsx:Answers!B10: error: win rate 'abc' is not a percentage; write 25% [percent]"
    ]


def test_all_mistakes_are_told_in_the_order_of_the_rows(worksheet: Path) -> None:
    fill(worksheet, marketing=None, deal_value="=5*1000", win_rate=25, effective="soon", sales_email="#N/A")
    assert told(worksheet) == [
        f"worksheet.xlsx:Answers!{line}"
        for line in (
            "B6: error: marketing is empty; write for example Marketing [text]",
            "B9: error: deal value is a formula, which is not read; write its value [no-value]",
            f"B10: error: win rate '2500%' {NO_PERCENTAGE}; write 100% or less [percent]",
            "B17: error: effective 'soon' is not a day written YYYY-MM-DD; write it like 2026-03-01 [date]",
            "B21: error: sales email is an error of the spreadsheet; write a value [no-value]",
        )
    ]


def test_a_cell_is_told_of_once(worksheet: Path) -> None:
    fill(worksheet, effective="=TODAY()")
    (line,) = told(worksheet)
    assert "B17: error: effective is a formula, which is not read; write its value [no-value]" in line


def test_the_place_of_a_mistake_is_there_for_programs_too(worksheet: Path) -> None:
    fill(worksheet, win_rate="abc")
    with pytest.raises(InputError) as caught:
        read_worksheet(worksheet)
    assert '"path": "worksheet.xlsx",\n    "line": 10,\n    "column": 2,' in render_json(
        caught.value.problems
    )


def test_a_day_with_a_time_is_no_day(worksheet: Path) -> None:
    fill(worksheet, effective=datetime(2026, 12, 1, 9, 30))  # noqa: DTZ001 as above
    (line,) = told(worksheet)
    assert "effective '2026-12-01T09:30:00' is not a day written YYYY-MM-DD" in line


def test_a_missing_row_is_told_and_not_replaced_by_the_default(worksheet: Path) -> None:
    book = load_workbook(worksheet)
    book["Answers"].delete_rows(10)
    book.save(worksheet)
    (line,) = told(worksheet)
    assert line.startswith(
        "worksheet.xlsx: error: the row of 'win-rate' is missing; write the worksheet anew"
    )


def test_a_question_that_stands_twice_is_told(worksheet: Path) -> None:
    book = load_workbook(worksheet)
    book["Answers"]["D40"], book["Answers"]["B40"] = "win-rate", 0.5
    book.save(worksheet)
    (line,) = told(worksheet)
    words = "'win-rate' was already asked in worksheet.xlsx:Answers!B10; delete one of the two rows"
    assert line == f"worksheet.xlsx:Answers!B40: error: {words} [question-twice]"


def test_a_question_that_nobody_asked_is_told(worksheet: Path) -> None:
    book = load_workbook(worksheet)
    book["Answers"]["D40"], book["Answers"]["B40"] = "win-rates", 0.5
    book.save(worksheet)
    (line,) = told(worksheet)
    assert line.startswith(
        "worksheet.xlsx:Answers!B40: error: 'win-rates' is no question; did you mean 'win-rate'?"
    )


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    Workbook().save(path)
    (line,) = told(path)
    assert "other.xlsx: error: the sheet 'Answers' is missing; write the worksheet anew" in line


@pytest.mark.parametrize(
    "content", [b"", b"marketing,sales\n", b"PK\x03\x04broken"], ids=["empty", "csv", "cut"]
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(content)
    (line,) = told(path)
    assert line.endswith(
        "broken.xlsx: error: is not a spreadsheet that can be read; save it as an Excel workbook (.xlsx)"
        " [spreadsheet]"
    )


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    from zipfile import ZipFile

    path = tmp_path / "other.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    (line,) = told(path)
    assert "[spreadsheet]" in line


def test_a_workbook_too_large_to_be_a_worksheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    path.write_bytes(bytes(1_000_001))
    (line,) = told(path)
    assert "has more than the 1,000,000 bytes allowed" in line
