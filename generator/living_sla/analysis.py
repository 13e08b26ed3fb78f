"""For analysts: an agreement's record as a DataFrame, and a promise's history as a Plotly figure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from living_sla.pipeline import judge_loaded
from living_sla.present.axes import fit_axes
from living_sla.present.figures import history_figure
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

COLUMNS = ("agreement", "metric", "date", "segment", "value", "reported_on", "is_newest", "path", "line")


def load_snapshots(root: Path | str = ".") -> pd.DataFrame:
    """Every reported value of every agreement below a folder.

    One row per (agreement, metric, date, segment, reported_on), sorted by these, the newest report first;
    `date` and `reported_on` are datetime64, `value` is float64, `segment` is '' where a metric has none.
    Only rows with `is_newest` count in a judgement.

    Raises:
        InputError: the inputs have errors.
    """
    import pandas as pd

    rows = [
        (
            loaded.agreement.id,
            metric,
            day,
            segment,
            float(report.value),
            report.reported_on,
            n == 0,
            report.place.path,
            report.place.line,
        )
        for loaded in load_project(Project(Path(root)))
        for metric, series in loaded.record.series.items()
        for (day, segment), reports in series.reports.items()
        for n, report in enumerate(reports)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    day = "datetime64[ns]"
    return frame.astype(
        {"date": day, "value": "float64", "reported_on": day, "is_newest": "bool", "line": "int64"}
    )


def history(agreement: str, commitment: str, root: Path | str = ".") -> go.Figure:  # type: ignore[name-defined]  # plotly is untyped
    """The outcome of each period of one commitment against its target, as the site draws it.

    Raises:
        InputError: the inputs have errors.
        KeyError: there is no such agreement or commitment.
        ValueError: it has no two periods with a number yet.
    """
    import plotly.graph_objects as go

    standings = {loaded.agreement.id: judge_loaded(loaded) for loaded in load_project(Project(Path(root)))}
    standing = standings[agreement]
    figure = history_figure(standing.judgements[commitment])
    if figure is None:
        raise ValueError(f"'{commitment}' has no two periods with a number yet")
    return go.Figure(fit_axes(figure))  # type: ignore[attr-defined, no-untyped-call]  # plotly is untyped
