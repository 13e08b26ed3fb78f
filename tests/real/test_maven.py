"""8,800 sales opportunities of a made-up company as a site: its numbers are those of the raw rows."""

from __future__ import annotations

from calendar import month_name
from fractions import Fraction
from typing import TYPE_CHECKING

import duckdb
import pytest
from tests.real.published import Published, make_project
from tests.real.snapshots_from_raw import table, write_maven_snapshots

from living_sla.analysis import load_snapshots

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.real_data, pytest.mark.xdist_group("maven")]  # one worker builds the site, once

TRUTH = "truth/maven"
DEALS_PROMISED = 406
WIN_RATE_PROMISED = Fraction(54, 100)
REVENUE_PROMISED = {
    "2017-03": 1_000_000, "2017-04": 750_000, "2017-05": 1_025_000, "2017-06": 1_300_000, "2017-07": 700_000,
    "2017-08": 1_050_000, "2017-09": 1_200_000, "2017-10": 731_980, "2017-11": 950_000, "2017-12": 1_100_000,
}  # fmt: skip


@pytest.fixture(scope="module")
def project(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("maven")
    return make_project(root, "maven", lambda folder: write_maven_snapshots(real_data / "maven_crm", folder))


@pytest.fixture(scope="module")
def site(project: Path) -> Published:
    return Published.build(project, "maven")


@pytest.fixture(scope="module")
def months(real_data: Path) -> dict[str, dict[str, str]]:
    """The truth by month of closing, as text."""
    return {row["month"]: row for row in table(real_data / TRUTH / "per_close_month.csv")}


@pytest.fixture(scope="module")
def raw(real_data: Path) -> duckdb.DuckDBPyConnection:
    """The raw rows, every column as the text it is in the file."""
    connection = duckdb.connect()
    for name in ("sales_pipeline", "sales_teams"):
        path = real_data / "maven_crm" / f"{name}.csv"
        connection.read_csv(str(path), header=True, all_varchar=True).create(name)
    return connection


def in_words(month: str) -> str:
    year, number = month.split("-")
    return f"{month_name[int(number)]} {year}"


def whole(amount: str) -> int:
    """`1134672.0` as a number."""
    assert amount.endswith(".0")
    return int(amount.removesuffix(".0"))


def verdict(*, reached: bool) -> str:
    return "met" if reached else "missed"


def test_every_file_is_read_without_a_warning(site: Published) -> None:
    assert site.status["warnings"] == []


def test_the_deals_won_in_every_month_are_the_truth(
    site: Published, months: dict[str, dict[str, str]]
) -> None:
    assert site.told("deals-won", "actual") == {month: int(row["won"]) for month, row in months.items()}


def test_the_page_shows_the_deals_won_in_every_month(
    site: Published, months: dict[str, dict[str, str]]
) -> None:
    expected = {in_words(month): row["won"] for month, row in months.items()}
    assert site.shown("deals-won") == expected


def test_the_verdicts_on_deals_are_the_comparison_of_truth_and_target(
    site: Published, months: dict[str, dict[str, str]]
) -> None:
    assert site.told("deals-won", "verdict") == {
        month: verdict(reached=int(row["won"]) >= DEALS_PROMISED) for month, row in months.items()
    }


def test_a_target_reached_exactly_is_met(site: Published) -> None:
    november = site.judged("deals-won")["2017-11"]
    assert (november["actual"], november["target"], november["verdict"]) == (406, 406, "met")


def test_the_revenue_of_every_month_is_the_truth(site: Published, months: dict[str, dict[str, str]]) -> None:
    assert site.told("revenue", "actual") == {month: whole(row["revenue"]) for month, row in months.items()}


def test_the_page_shows_the_revenue_of_every_month(
    site: Published, months: dict[str, dict[str, str]]
) -> None:
    expected = {in_words(month): f"${whole(row['revenue']):,}" for month, row in months.items()}
    assert site.shown("revenue") == expected


def test_the_verdicts_on_revenue_are_the_comparison_of_truth_and_target(
    site: Published, months: dict[str, dict[str, str]]
) -> None:
    assert site.told("revenue", "target") == REVENUE_PROMISED
    assert site.told("revenue", "verdict") == {
        month: verdict(reached=whole(row["revenue"]) >= REVENUE_PROMISED[month])
        for month, row in months.items()
    }


def test_the_win_rate_of_every_month_is_the_truth_to_its_last_digit(
    site: Published, months: dict[str, dict[str, str]]
) -> None:
    told = site.told("win-rate", "actual")
    assert {month: f"{rate:.6f}" for month, rate in told.items()} == {
        month: row["win_rate"] for month, row in months.items()
    }


def test_the_win_rate_is_the_deals_won_of_those_won_or_lost(
    site: Published, months: dict[str, dict[str, str]]
) -> None:
    assert {month: (p["good"], p["events"]) for month, p in site.judged("win-rate").items()} == {
        month: (int(row["won"]), int(row["won"]) + int(row["lost"])) for month, row in months.items()
    }


def test_the_page_shows_the_win_rate_of_every_month(
    site: Published, months: dict[str, dict[str, str]]
) -> None:
    expected = {in_words(month): f"{float(row['win_rate']):.1%}" for month, row in months.items()}
    assert site.shown("win-rate") == expected


def test_the_verdicts_on_win_rates_are_the_comparison_of_truth_and_target(
    site: Published, months: dict[str, dict[str, str]]
) -> None:
    rates = {
        month: Fraction(int(row["won"]), int(row["won"]) + int(row["lost"])) for month, row in months.items()
    }
    assert site.told("win-rate", "verdict") == {
        month: verdict(reached=rate >= WIN_RATE_PROMISED) for month, rate in rates.items()
    }


def test_the_opportunities_of_every_month_are_those_counted_by_sql(
    site: Published, raw: duckdb.DuckDBPyConnection
) -> None:
    counted = raw.execute(
        "select engage_date[:7], count(*) from sales_pipeline where engage_date >= '2017-03-01' group by 1"
    ).fetchall()
    assert site.told("opportunities", "actual") == dict(counted)


def test_the_products_of_the_newest_month_are_those_added_up_by_sql(
    site: Published, raw: duckdb.DuckDBPyConnection
) -> None:
    added_up = raw.execute(
        """
        select replace(product, 'GTXPro', 'GTX Pro'), format('${:,}', sum(close_value::bigint)::bigint)
        from sales_pipeline where close_date[:7] = '2017-12' group by 1
        """
    ).fetchall()
    assert len(added_up) == 7
    assert site.shown_by_segment("revenue") == dict(added_up)


def test_the_regions_of_the_newest_month_are_those_counted_by_sql(
    site: Published, raw: duckdb.DuckDBPyConnection
) -> None:
    counted = raw.execute(
        """
        select regional_office, count(*)::varchar from sales_pipeline join sales_teams using (sales_agent)
        where close_date[:7] = '2017-12' and deal_stage = 'Won' group by 1
        """
    ).fetchall()
    assert len(counted) == 3
    assert site.shown_by_segment("deals-won") == dict(counted)


def test_the_revenue_of_each_product_is_the_truth(project: Path, real_data: Path) -> None:
    newest = load_snapshots(project).query("metric == 'revenue' and is_newest")
    assert newest.groupby("segment").value.sum().to_dict() == {
        row["product"]: whole(row["revenue"]) for row in table(real_data / TRUTH / "per_product.csv")
    }


def test_the_deals_of_each_region_are_those_of_its_agents(project: Path, real_data: Path) -> None:
    agents = list(table(real_data / TRUTH / "per_agent.csv"))
    snapshots = load_snapshots(project).query("is_newest").groupby(["metric", "segment"]).value.sum()
    for region in ("Central", "East", "West"):
        won = sum(int(row["won"]) for row in agents if row["regional_office"] == region)
        lost = sum(int(row["lost"]) for row in agents if row["regional_office"] == region)
        assert (snapshots["deals_won", region], snapshots["deals_closed", region]) == (won, won + lost)
