from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from living_sla.agreement.commitments import Metric
from living_sla.agreement.quantities import plain_number
from living_sla.record.snapshots import Series, load_series

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = "date,metric,value,segment\n"
METRICS = {
    "leads": Metric(label="Leads", unit="leads"),
    "revenue": Metric(label="Revenue", unit="money", minimum=-1000, maximum=1_000_000),
    "visits": Metric(label="Visits", unit="visits", segments="source", segment_values=("Web", "Fair")),
}
MAR_1, MAR_2, MAR_3, MAR_4, MAR_5 = (date(2026, 3, day) for day in range(1, 6))

reuses_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
Files = dict[str, str]


@pytest.fixture
def load(tmp_path: Path) -> Callable[[Files], tuple[dict[str, Series], list[str]]]:
    def load(files: Files) -> tuple[dict[str, Series], list[str]]:
        for old in tmp_path.iterdir():
            old.unlink()
        for name, rows in files.items():
            (tmp_path / name).write_text(rows if rows.startswith("date,") else HEADER + rows)
        series, problems = load_series(tmp_path, METRICS, root=tmp_path)
        return series, [f"{p.place} {p.sentence}" for p in problems]

    return load


@pytest.fixture
def series(
    load: Callable[[Files], tuple[dict[str, Series], list[str]]],
) -> Callable[[Files], dict[str, Series]]:
    def series(files: Files) -> dict[str, Series]:
        found, problems = load(files)
        assert problems == []
        return found

    return series


@pytest.fixture
def told(load: Callable[[Files], tuple[dict[str, Series], list[str]]]) -> Callable[[str], list[str]]:
    """What is said of rows reported on the 3rd of March."""

    def told(rows: str) -> list[str]:
        return [line.removeprefix("2026-03-03.csv:") for line in load({"2026-03-03.csv": rows})[1]]

    return told


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert load_series(tmp_path / "snapshots", METRICS, root=tmp_path) == ({}, [])


def test_a_file_is_reported_on_the_day_of_its_name(series: Callable[[Files], dict[str, Series]]) -> None:
    found = series({"2026-03-03-crm.csv": "2026-03-01,leads,5,\n"})
    (report,) = found["leads"].reports[MAR_1, ""]
    assert (report.value, report.reported_on) == (5, MAR_3)


def test_a_column_says_when_each_row_was_reported(series: Callable[[Files], dict[str, Series]]) -> None:
    rows = "date,metric,value,reported_on\n2026-03-01,leads,5,2026-03-04\n"
    (report,) = series({"crm.csv": rows})["leads"].reports[MAR_1, ""]
    assert report.reported_on == MAR_4


def test_a_report_knows_its_line(series: Callable[[Files], dict[str, Series]]) -> None:
    (report,) = series({"2026-03-03.csv": "\n2026-03-01,leads,5,\n"})["leads"].reports[MAR_1, ""]
    assert str(report.place) == "2026-03-03.csv:3:1"


def test_the_newest_report_wins(series: Callable[[Files], dict[str, Series]]) -> None:
    found = series({"2026-03-04.csv": "2026-03-01,leads,7,\n", "2026-03-03.csv": "2026-03-01,leads,5,\n"})
    assert found["leads"].by_day == {MAR_1: 7}


def test_a_value_reported_anew_is_a_restatement(series: Callable[[Files], dict[str, Series]]) -> None:
    found = series(
        {
            "2026-03-03.csv": "2026-03-01,leads,5,\n2026-03-02,leads,6,\n",
            "2026-03-04.csv": "2026-03-01,leads,7,\n2026-03-02,leads,6,\n",
        }
    )
    restated = found["leads"].restatements
    assert {key: [(r.reported_on, r.value) for r in reports] for key, reports in restated.items()} == {
        (MAR_1, ""): [(MAR_4, 7), (MAR_3, 5)]
    }


def test_a_value_restated_and_taken_back_is_a_restatement(
    series: Callable[[Files], dict[str, Series]],
) -> None:
    found = series({f"2026-03-0{3 + n}.csv": f"2026-03-01,leads,{v},\n" for n, v in enumerate([5, 7, 5])})
    assert list(found["leads"].restatements) == [(MAR_1, "")]


def test_the_total_of_a_day_is_the_sum_of_its_segments(series: Callable[[Files], dict[str, Series]]) -> None:
    rows = "2026-03-02,visits,1,Fair\n2026-03-01,visits,4,Web\n2026-03-01,visits,2,Fair\n"
    assert list(series({"2026-03-03.csv": rows})["visits"].by_day.items()) == [(MAR_1, 6), (MAR_2, 1)]


def test_segments_are_summed_over_days_largest_first(series: Callable[[Files], dict[str, Series]]) -> None:
    rows = "2026-03-01,visits,4,Web\n2026-03-01,visits,2,Fair\n2026-03-02,visits,9,Fair\n"
    rows += "2026-03-03,visits,8,Web\n"
    found = series({"2026-03-03.csv": rows})["visits"]
    assert list(found.by_segment(MAR_1, MAR_3).items()) == [("Fair", 11), ("Web", 4)]


def test_days_can_be_left_out_of_the_sums_of_segments(series: Callable[[Files], dict[str, Series]]) -> None:
    rows = "2026-03-01,visits,4,Web\n2026-03-01,visits,5,Fair\n2026-03-02,visits,6,Fair\n"
    found = series({"2026-03-03.csv": HEADER + rows})["visits"]
    assert found.by_segment(MAR_1, MAR_3, without=frozenset({MAR_1})) == {"Fair": 6}


def test_each_day_knows_its_segments(series: Callable[[Files], dict[str, Series]]) -> None:
    rows = "2026-03-01,visits,4,Web\n2026-03-01,visits,2,Fair\n2026-03-02,visits,9,Fair\n"
    found = series({"2026-03-03.csv": rows})["visits"]
    assert found.segments_by_day == {MAR_1: {"Web", "Fair"}, MAR_2: {"Fair"}}


def test_a_day_knew_only_what_had_been_reported_by_then(series: Callable[[Files], dict[str, Series]]) -> None:
    found = series(
        {
            "2026-03-02.csv": "2026-03-01,leads,5,\n",
            "2026-03-04.csv": "2026-03-01,leads,7,\n2026-03-02,leads,1,\n2026-03-05,leads,1,\n",
        }
    )["leads"]
    assert found.as_of(MAR_1).by_day == {}
    assert found.as_of(MAR_2).by_day == {MAR_1: 5}
    assert found.as_of(MAR_4).by_day == {MAR_1: 7, MAR_2: 1}
    assert found.as_of(MAR_5) == found


def test_a_value_with_decimals_is_exact(series: Callable[[Files], dict[str, Series]]) -> None:
    found = series({"2026-03-03.csv": "2026-03-01,leads,0.1,\n2026-03-02,leads,0.2,\n"})["leads"]
    assert sum(found.by_day.values()) == Fraction(3, 10)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("0", 0), ("5", 5), ("5.0", 5), ("-5", -5), ("999999", 999_999), ("0.000001", Fraction(1, 1_000_000))],
)
def test_a_number_is_plain_digits(
    series: Callable[[Files], dict[str, Series]], cell: str, value: int | Fraction
) -> None:
    found = series({"2026-03-03.csv": f"2026-03-01,revenue,{cell},\n"})
    assert found["revenue"].by_day == {MAR_1: value}


@pytest.mark.parametrize(
    "cell",
    [
        "007",
        "+5",
        "1e5",
        "1_000",
        "5.",
        ".5",
        "0x10",
        "٣",
        "N/A",
        "-",
        "NaN",
        "inf",
        "True",
        "5%",
        "$5",
        "=5",
    ],
)
def test_anything_else_is_no_number(told: Callable[[str], list[str]], cell: str) -> None:
    hint = "write digits only, and a point for decimals, for example 1234.5"
    assert told(f"2026-03-01,leads,{cell},\n") == [f"2:18 value '{cell}' is not a plain number; {hint}"]


LIKE = "is not a day written YYYY-MM-DD; write it like 2026-03-01"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("2026-03-01,leads,,", "2:18 the value is empty; delete the row where nothing was measured"),
        ("2026-03-01,leads, 5,", "2:18 ' 5' has space around it; delete the space"),
        (
            "2026-03-01,leads,1234567890123456,",
            "2:18 value '1234567890123456' has too many digits; write at most 15, and 6 behind the point",
        ),
        ("2026-03-01,leads,-1,", "2:18 value -1 is less than 0, the least possible"),
        ("2026-03-01,revenue,-1000.5,", "2:20 value -1000.5 is less than -1000, the least possible"),
        (
            "2026-03-01,revenue,1000000.000001,",
            "2:20 value 1000000.000001 is more than 1000000, the most possible",
        ),
        ("2026-03-01,leeds,5,", "2:12 metric 'leeds' is not known; did you mean 'leads'?"),
        ("20260301,leads,5,", f"2:1 date '20260301' {LIKE}"),
        ("2026-W09-7,leads,5,", f"2:1 date '2026-W09-7' {LIKE}"),
        ("2026-02-29,leads,5,", "2:1 date '2026-02-29' is not a day of the calendar"),
        ("0001-01-01,leads,5,", "2:1 date '0001-01-01' is not a day between 1970 and 2199"),
        (
            "2026-03-05,leads,5,",
            (
                "2:1 date 2026-03-05 lies after the day it was reported, 2026-03-03; "
                "report a day when it is over"
            ),
        ),
        (
            "2026-03-01,leads,5,Web",
            "2:20 metric 'leads' has no segments, but 'Web' is one; leave the segment empty",
        ),
        (
            "2026-03-01,visits,5,",
            "2:21 the source of this 'visits' is missing; write the source into the column segment",
        ),
        ("2026-03-01,visits,5,Wbe", "2:21 source 'Wbe' is not known; did you mean 'Web'?"),
    ],
)
def test_a_cell_that_does_not_fit_is_told_at_its_place(
    told: Callable[[str], list[str]], row: str, problem: str
) -> None:
    assert told(f"{row}\n") == [problem]


def test_every_wrong_cell_of_a_row_is_told(told: Callable[[str], list[str]]) -> None:
    assert [line.partition(" ")[0] for line in told("yesterday,leeds,five,\n")] == ["2:1", "2:17", "2:11"]


def test_a_day_may_be_reported_the_evening_before_in_another_time_zone(
    series: Callable[[Files], dict[str, Series]],
) -> None:
    assert series({"2026-03-03.csv": "2026-03-04,leads,5,\n"})["leads"].by_day == {MAR_4: 5}


def test_the_same_row_twice_counts_once(load: Callable[[Files], tuple[dict[str, Series], list[str]]]) -> None:
    found, problems = load({"2026-03-03.csv": "2026-03-01,leads,5,\n2026-03-01,leads,5.0,\n"})
    assert found["leads"].by_day == {MAR_1: 5}
    assert problems == ["2026-03-03.csv:3:1 leads of 2026-03-01 is already on line 2; keep one of them"]


def test_two_files_of_one_day_contradict_each_other(
    load: Callable[[Files], tuple[dict[str, Series], list[str]]],
) -> None:
    _found, problems = load(
        {
            "2026-03-03-b.csv": "2026-03-01,visits,6,Web\n",
            "2026-03-03-a.csv": "2026-03-01,visits,5.5,Web\n",
        }
    )
    (problem,) = problems
    assert problem == (
        "2026-03-03-b.csv:2:1 visits of 2026-03-01 (Web) is 6 here and 5.5 on line 2 of 2026-03-03-a.csv; "
        "keep the right one; what was reported later belongs in a file named by its own day"
    )


@pytest.mark.parametrize("name", ["march.csv", "2026-02-30.csv", "2026-3-1.csv", "2026-03-01_crm.csv"])
def test_a_name_that_is_no_day_does_not_say_when(
    load: Callable[[Files], tuple[dict[str, Series], list[str]]], name: str
) -> None:
    _found, problems = load({name: "2026-03-01,leads,5,\n"})
    assert problems == [
        (
            f"{name}:1:1 nothing says on which day this was reported; "
            "name the file by that day, for example 2026-03-01.csv, or add a column reported_on"
        )
    ]


def test_a_value_a_thousand_times_the_usual_one_is_marked(
    load: Callable[[Files], tuple[dict[str, Series], list[str]]],
) -> None:
    rows = "2026-03-01,leads,5,\n2026-03-02,leads,0,\n2026-03-03,leads,5000,\n2026-03-04,leads,5,\n"
    found, problems = load({"2026-03-04.csv": rows})
    assert problems == ["2026-03-04.csv:4:1 leads 5000 is far above its usual 5; check the source"]
    assert found["leads"].by_day[MAR_3] == 5000


def test_a_value_just_below_that_is_not(series: Callable[[Files], dict[str, Series]]) -> None:
    rows = "2026-03-01,leads,5,\n2026-03-02,leads,5,\n2026-03-03,leads,4999,\n"
    assert series({"2026-03-03.csv": rows})["leads"].by_day[MAR_3] == 4999


def test_without_metrics_only_the_form_is_checked(tmp_path: Path) -> None:
    (tmp_path / "2026-03-03.csv").write_text(HEADER + "2026-03-01,anything,-5,any\n2026-03-01,x,five,\n")
    series, problems = load_series(tmp_path, None, root=tmp_path)
    assert list(series) == ["anything"]
    assert [problem.rule for problem in problems] == ["number"]


ROWS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["Web", "Fair"]), st.integers(0, 9), st.integers(4, 6)),
    unique_by=lambda row: (row[0], row[1], row[3]),
    max_size=12,
)


def values(series: dict[str, Series]) -> dict[str, object]:
    """The series without the places of their rows."""
    return {
        metric: {key: [(r.reported_on, r.value) for r in reports] for key, reports in found.reports.items()}
        for metric, found in series.items()
    }


@reuses_one_folder
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_files_changes_nothing(
    series: Callable[[Files], dict[str, Series]],
    rows: list[tuple[int, str, int, int]],
    random: object,
) -> None:
    def one_file(rows: list[tuple[int, str, int, int]]) -> dict[str, object]:
        lines = (f"2026-03-0{day},visits,{value},{seg},2026-03-0{told}\n" for day, seg, value, told in rows)
        return values(series({"crm.csv": "date,metric,value,segment,reported_on\n" + "".join(lines)}))

    def a_file_a_day(rows: list[tuple[int, str, int, int]]) -> dict[str, object]:
        files: Files = {}
        for day, segment, value, told in rows:
            name = f"2026-03-0{told}.csv"
            files[name] = files.get(name, "") + f"2026-03-0{day},visits,{value},{segment}\n"
        return values(series(files))

    if not rows:
        return
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert one_file(rows) == one_file(shuffled) == a_file_a_day(rows) == a_file_a_day(shuffled)


@reuses_one_folder
@given(ROWS.filter(bool), st.integers(1, 7), st.integers(1, 7))
def test_a_later_day_knows_what_an_earlier_one_knew(
    series: Callable[[Files], dict[str, Series]], rows: list[tuple[int, str, int, int]], one: int, other: int
) -> None:
    lines = (f"2026-03-0{day},visits,{value},{seg},2026-03-0{told}\n" for day, seg, value, told in rows)
    found = series({"crm.csv": "date,metric,value,segment,reported_on\n" + "".join(lines)})["visits"]
    early, late = (date(2026, 3, day) for day in sorted((one, other)))
    assert found.as_of(late).as_of(early) == found.as_of(early)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (Fraction(9, 2), "4.5"),
        (Fraction(-1, 1_000_000), "-0.000001"),
        (Fraction(123_456_789_012_345_000_001, 1_000_000), "123456789012345.000001"),
    ],
)
def test_a_number_is_written_as_a_file_would(value: int | Fraction, text: str) -> None:
    assert plain_number(value) == text
