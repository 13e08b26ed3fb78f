from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from living_sla.analysis import COLUMNS, history, load_snapshots
from living_sla.diagnostics import InputError

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROOT = Path(__file__).parents[1]
KEY = ["metric", "date", "segment", "reported_on"]


@pytest.fixture(scope="module")
def snapshots() -> pd.DataFrame:
    return load_snapshots(ROOT)


@pytest.fixture(scope="module")
def plain() -> pd.DataFrame:
    """The example's rows as pandas alone reads them, file by file."""
    files = sorted((ROOT / "data" / "marketing-sales" / "snapshots").glob("*.csv"))
    frames = [
        pd.read_csv(path, dtype=str, keep_default_na=False).assign(
            reported_on=path.stem, path=path.relative_to(ROOT).as_posix(), line=lambda rows: rows.index + 2
        )
        for path in files
    ]
    frame = pd.concat(frames)
    frame["value"] = frame["value"].astype(float)
    frame["date"], frame["reported_on"] = pd.to_datetime(frame["date"]), pd.to_datetime(frame["reported_on"])
    return frame


def write(project: Path, name: str, rows: str) -> None:
    (project / "data" / "acme" / "snapshots" / name).write_text(
        f"date,metric,value\n{rows}", encoding="utf-8"
    )


def test_a_row_is_a_report(snapshots: pd.DataFrame) -> None:
    assert tuple(snapshots.columns) == COLUMNS
    assert snapshots.iloc[0].to_dict() == {
        "agreement": "marketing-sales",
        "metric": "answers_by_channel",
        "date": pd.Timestamp("2025-10-31"),
        "segment": "call",
        "value": 206.0,
        "reported_on": pd.Timestamp("2025-11-01"),
        "is_newest": True,
        "path": "data/marketing-sales/snapshots/2025-11-01.csv",
        "line": 564,
    }


def test_columns_have_their_types(snapshots: pd.DataFrame) -> None:
    assert {
        name: str(snapshots.dtypes[name]) for name in ("date", "value", "reported_on", "is_newest", "line")
    } == {
        "date": "datetime64[ns]",
        "value": "float64",
        "reported_on": "datetime64[ns]",
        "is_newest": "bool",
        "line": "int64",
    }


def test_rows_are_those_that_pandas_reads_from_the_files(
    snapshots: pd.DataFrame, plain: pd.DataFrame
) -> None:
    columns = [*KEY, "value", "path", "line"]
    ours = snapshots[columns].sort_values(columns).reset_index(drop=True)
    theirs = plain[columns].sort_values(columns).reset_index(drop=True)
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)
    assert len(ours) == 8544


def test_the_newest_report_of_each_value_is_marked(snapshots: pd.DataFrame, plain: pd.DataFrame) -> None:
    newest = plain.sort_values("reported_on").groupby(["metric", "date", "segment"])["value"].last()
    ours = snapshots[snapshots["is_newest"]].set_index(["metric", "date", "segment"])["value"]
    assert ours.to_dict() == newest.to_dict()
    assert len(ours) == 8450


def test_rows_are_sorted_the_newest_report_first(project: Path) -> None:
    write(project, "2026-03-05.csv", "2026-03-02,leads_due,9\n2026-03-01,leads_due,7\n")
    frame = load_snapshots(project).query("metric == 'leads_due'")
    assert list(zip(frame["date"].dt.day, frame["value"], frame["is_newest"], strict=True)) == [
        (1, 7.0, True),
        (1, 4.0, False),
        (2, 9.0, True),
        (2, 6.0, False),
    ]


def test_a_project_without_data_is_a_frame_without_rows(project: Path) -> None:
    for path in (project / "data" / "acme" / "snapshots").iterdir():
        path.unlink()
    frame = load_snapshots(project)
    assert len(frame.query("is_newest")) == 0
    assert str(frame.dtypes["is_newest"]) == "bool"


def test_the_call_of_the_readme_works(snapshots: pd.DataFrame) -> None:
    assert 'load_snapshots().query("metric == \'mqls\' and is_newest").groupby("segment").value.sum()' in (
        ROOT / "README.md"
    ).read_text(encoding="utf-8")
    by_source = snapshots.query("metric == 'mqls' and is_newest").groupby("segment").value.sum()
    assert by_source.to_dict() == {
        "Events": 1334.0,
        "Organic search": 2212.0,
        "Paid search": 1565.0,
        "Referral": 990.0,
        "Social": 892.0,
    }


def test_a_history_is_a_plotly_figure_of_every_period() -> None:
    figure: go.Figure = history("marketing-sales", "qualified-leads", ROOT)  # type: ignore[name-defined]  # plotly is untyped
    assert [trace.name for trace in figure.data] == ["Met", "Missed", "Open", "Target"]
    assert [value for value in figure.data[1].y if value is not None] == [447, 468, 488]


@pytest.mark.parametrize(("agreement", "commitment"), [("acme", "volume"), ("marketing-sales", "volume")])
def test_what_is_not_there_has_no_history(agreement: str, commitment: str) -> None:
    with pytest.raises(KeyError):
        history(agreement, commitment, ROOT)


def test_one_period_with_a_number_is_no_history(project: Path) -> None:
    with pytest.raises(ValueError, match="'volume' has no two periods with a number yet"):
        history("acme", "volume", project)


def test_inputs_with_errors_are_refused(project: Path) -> None:
    write(project, "2026-03-05.csv", "2026-03-02,leads_due,nine\n")
    with pytest.raises(InputError):
        load_snapshots(project)
