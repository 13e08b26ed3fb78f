"""Forecasts of real promises, replayed by `benchmarks/forecast_calibration.py`: how far to believe them.

The goals are the median and the 60th percentile of the periods before. A Brier score of 0 is perfect.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Scores = dict[str, dict[str, dict[str, float]]]

pytestmark = [pytest.mark.real_data, pytest.mark.xdist_group("forecast")]

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "forecast_calibration.py"
HALF = "half in"


@pytest.fixture(scope="module")
def scores(real_data: Path) -> Scores:
    command = [sys.executable, BENCHMARK, "olist", "maven_crm", "bpi2012", "--json", "--data", real_data]
    found: Scores = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


@pytest.fixture(scope="module")
def beats(scores: Scores) -> Callable[[str, str, str], bool]:
    return lambda name, part, other: scores[name][part]["forecast"] < scores[name][part][other]


@pytest.mark.parametrize("name", ["olist", "bpi2012"])
@pytest.mark.parametrize("other", ["run rate", "past periods"])
def test_at_mid_period_a_forecast_tells_more_than_either_plain_one(
    beats: Callable[[str, str, str], bool], name: str, other: str
) -> None:
    assert beats(name, HALF, other)


@pytest.mark.parametrize("name", ["olist", "maven_crm", "bpi2012"])
@pytest.mark.parametrize("other", ["run rate", "past periods"])
def test_at_three_quarters_it_does_everywhere(
    beats: Callable[[str, str, str], bool], name: str, other: str
) -> None:
    assert beats(name, "three quarters in", other)


def test_in_the_middle_of_mavens_months_it_tells_more_than_the_past(
    beats: Callable[[str, str, str], bool],
) -> None:
    assert beats("maven_crm", HALF, "past periods")


def test_in_the_middle_of_mavens_months_the_run_rate_was_wrong_once_in_24_and_is_not_beaten(
    scores: Scores,
) -> None:
    maven = scores["maven_crm"][HALF]
    assert (maven["count"], maven["run rate"]) == (24, 1 / 24)
    assert maven["forecast"] < maven["run rate"] + 0.01


def test_over_all_real_data_it_tells_more_at_mid_period(scores: Scores) -> None:
    def mean(key: str) -> float:
        rows = [scores[name][HALF] for name in scores]
        return sum(row[key] * row["count"] for row in rows) / sum(row["count"] for row in rows)

    assert mean("forecast") < min(mean("run rate"), mean("past periods"))


def test_as_many_periods_are_replayed_as_the_data_hold(scores: Scores) -> None:
    # 45 weeks and 7 months of leads, 6 months of 2 sums, 4 weeks of 4 counts and shares: each with 2 goals.
    counts = {name: found[HALF]["count"] for name, found in scores.items()}
    assert counts == {"olist": 104, "maven_crm": 24, "bpi2012": 32}
