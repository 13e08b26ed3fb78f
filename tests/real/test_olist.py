"""Olist's 8,000 leads and 842 deals as a site: its numbers are those of the raw rows and of truth/."""

from __future__ import annotations

from calendar import month_name
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import duckdb
import pytest
import yaml
from tests.real.published import HERE, Published, make_project
from tests.real.snapshots_from_raw import table, write_olist_snapshots

from living_sla.analysis import load_snapshots

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.real_data, pytest.mark.xdist_group("olist")]  # one worker builds the sites, once

LAST_LEAD = date(2018, 5, 31)
TRUTH = "truth/olist"
NOTHING = "\N{EN DASH}"
BEFORE_THE_EXPORTS = ["2017-06", "2017-07", "2017-08", "2017-09", "2017-10", "2017-11"]  # of deals
AFTER_THE_LEADS = ["2018-06", "2018-07", "2018-08", "2018-09", "2018-10", "2018-11"]


@pytest.fixture(scope="module")
def project(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("olist")
    return make_project(root, "olist", lambda folder: write_olist_snapshots(real_data / "olist", folder))


@pytest.fixture(scope="module")
def site(project: Path) -> Published:
    """As of the last deal, 14 November 2018."""
    return Published.build(project, "olist")


@pytest.fixture(scope="module")
def site_in_may(project: Path) -> Published:
    """As of the last lead: later leads were not exported."""
    return Published.build(project, "olist", as_of=LAST_LEAD)


@pytest.fixture(scope="module")
def raw(real_data: Path) -> duckdb.DuckDBPyConnection:
    """The raw rows, every column as the text it is in the file."""
    folder = real_data / "olist"
    connection = duckdb.connect()
    for name, file in (("leads", "marketing_qualified_leads"), ("deals", "closed_deals")):
        path = folder / f"olist_{file}_dataset.csv"
        connection.read_csv(str(path), header=True, all_varchar=True).create(name)
    return connection


@pytest.fixture(scope="module")
def leads_per_month(real_data: Path) -> dict[str, int]:
    return {row["month"]: int(row["mqls"]) for row in table(real_data / TRUTH / "mqls_per_month.csv")}


@pytest.fixture(scope="module")
def deals_per_month(real_data: Path) -> dict[str, int]:
    return {
        row["month"]: int(row["deals_won"]) for row in table(real_data / TRUTH / "deals_won_per_month.csv")
    }


@pytest.fixture(scope="module")
def revenue_per_month(real_data: Path) -> dict[str, int]:
    rows = table(real_data / TRUTH / "deals_won_per_month.csv")
    return {row["month"]: int(float(row["declared_monthly_revenue"])) for row in rows}


@pytest.fixture(scope="module")
def won_per_month(raw: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """By month of first contact: leads won within 30 days, and all leads."""
    return won_within_30_days(raw, known_by=date(2018, 11, 14))


def won_within_30_days(raw: duckdb.DuckDBPyConnection, *, known_by: date) -> dict[str, tuple[int, int]]:
    rows = raw.execute(
        """
        select left(first_contact_date, 7),
               count(*) filter (won_date[:10] <= $known_by
                                and won_date[:10]::date - first_contact_date::date <= 30),
               count(*)
        from leads left join deals using (mql_id)
        where first_contact_date <= $known_by
        group by 1
        """,
        {"known_by": known_by.isoformat()},
    ).fetchall()
    return {month: (won, leads) for month, won, leads in rows}


def targets(commitment: str) -> dict[str, Fraction]:
    """What the agreement says, read without the package; `8%` is a hundredth of 8."""
    text = (HERE / "olist/agreement/commitments.yml").read_text(encoding="utf-8")
    (found,) = (each for each in yaml.safe_load(text)["commitments"] if each["id"] == commitment)
    return {month: plain(value) for month, value in found["measure"]["at_least"].items()}


def plain(target: object) -> Fraction:
    whole, percent, _ = str(target).partition("%")
    return Fraction(whole) / (100 if percent else 1)


def in_words(month: str) -> str:
    year, number = month.split("-")
    return f"{month_name[int(number)]} {year}"


def by_comparison(actual: dict[str, int] | dict[str, Fraction], commitment: str) -> dict[str, str]:
    wanted = targets(commitment)
    return {month: "met" if actual[month] >= wanted[month] else "missed" for month in wanted}


def test_only_the_end_of_the_leads_is_warned_about(site: Published) -> None:
    assert [(warning["rule"], warning["message"]) for warning in site.status["warnings"]] == [
        ("stale", f"{label}: last reported for 2018-05-31, other metrics for 2018-11-14")
        for label in ("Marketing-qualified leads (mqls)", "Leads won within 30 days (won_within_30_days)")
    ]


def test_the_site_stands_at_the_last_day_with_a_deal(site: Published) -> None:
    assert site.status["as_of"] == "2018-11-14"


def test_the_leads_of_every_month_are_the_truth(site: Published, leads_per_month: dict[str, int]) -> None:
    assert site.told("qualified-leads", "actual") == leads_per_month


def test_the_page_shows_the_leads_of_every_month(site: Published, leads_per_month: dict[str, int]) -> None:
    expected = {in_words(month): f"{leads:,}" for month, leads in leads_per_month.items()}
    assert site.shown("qualified-leads") == expected | dict.fromkeys(map(in_words, AFTER_THE_LEADS), NOTHING)


def test_a_month_with_13_days_before_the_export_is_unverified(site: Published) -> None:
    june = site.judged("qualified-leads")["2017-06"]
    assert (june["verdict"], june["missing"][0], june["missing"][-1], len(june["missing"])) == (
        "unverified", "2017-06-01", "2017-06-13", 13,
    )  # fmt: skip


def test_the_16_days_without_a_lead_are_zeros_and_not_missing(site: Published, project: Path) -> None:
    leads = load_snapshots(project).query("metric == 'mqls'").groupby("date").value.sum()
    assert (leads == 0).sum() == 16
    assert [month for month, days in site.told("qualified-leads", "missing").items() if days] == [
        "2017-06", *AFTER_THE_LEADS,
    ]  # fmt: skip


def test_the_verdicts_on_leads_are_the_comparison_of_truth_and_target(
    site: Published, leads_per_month: dict[str, int]
) -> None:
    expected = by_comparison(leads_per_month, "qualified-leads") | {"2017-06": "unverified"}
    assert site.told("qualified-leads", "verdict") == expected | dict.fromkeys(
        AFTER_THE_LEADS, "not triggered"
    )


def test_the_origins_of_the_newest_month_are_those_counted_by_sql(
    site_in_may: Published, raw: duckdb.DuckDBPyConnection
) -> None:
    counted = raw.execute(
        """
        select coalesce(origin, '(blank)'), format('{:,}', count(*)) from leads
        where first_contact_date between '2018-05-01' and '2018-05-31' group by 1
        """
    ).fetchall()
    assert len(counted) == 11
    assert site_in_may.shown_by_segment("qualified-leads") == dict(counted)


def test_the_totals_of_the_origins_are_the_truth(project: Path, real_data: Path) -> None:
    newest = load_snapshots(project).query("metric == 'mqls' and is_newest")
    truth = table(real_data / TRUTH / "close_rate_by_origin.csv")
    assert newest.groupby("segment").value.sum().to_dict() == {
        row["origin"].replace("(null)", "(blank)"): int(row["mqls"]) for row in truth
    }


def test_the_deals_of_every_month_are_the_truth(site: Published, deals_per_month: dict[str, int]) -> None:
    assert site.told("deals-won", "actual") == deals_per_month


def test_the_page_shows_the_deals_of_every_month(site: Published, deals_per_month: dict[str, int]) -> None:
    expected = {in_words(month): str(deals) for month, deals in deals_per_month.items()}
    assert site.shown("deals-won") == expected | dict.fromkeys(map(in_words, BEFORE_THE_EXPORTS), NOTHING)


def test_deals_count_on_the_utc_day_of_their_stamp(site: Published, raw: duckdb.DuckDBPyConnection) -> None:
    in_sao_paulo = raw.execute(
        """
        select count(*) from deals  -- São Paulo was three hours behind in May and June
        where won_date::timestamp - interval 3 hours between '2018-05-01' and '2018-06-01'
        """
    ).fetchone()
    assert site.told("deals-won", "actual")["2018-05"] == 122
    assert in_sao_paulo == (123,)


def test_a_target_reached_exactly_is_met_though_days_are_missing(site: Published) -> None:
    december = site.judged("deals-won")["2017-12"]
    assert (december["actual"], december["target"], december["verdict"]) == (3, 3, "met")
    assert len(december["missing"]) == 4


def test_the_verdicts_on_deals_are_the_comparison_of_truth_and_target(
    site: Published, deals_per_month: dict[str, int]
) -> None:
    expected = by_comparison(deals_per_month, "deals-won") | {"2018-11": "at risk"}
    assert site.told("deals-won", "verdict") == expected | dict.fromkeys(BEFORE_THE_EXPORTS, "not triggered")


def test_6_deals_are_behind_the_7_that_14_of_30_days_ask_for(site: Published) -> None:
    november = site.judged("deals-won")["2018-11"]
    assert (november["actual"], november["expected"], november["required_rate"]) == (6, 7, 9 / 16)


def test_the_declared_revenue_of_every_month_is_the_truth(
    site: Published, revenue_per_month: dict[str, int]
) -> None:
    assert site.told("declared-revenue", "actual") == revenue_per_month


def test_the_page_shows_the_declared_revenue_of_every_month_in_reais(
    site: Published, revenue_per_month: dict[str, int]
) -> None:
    expected = {in_words(month): f"R${revenue:,}" for month, revenue in revenue_per_month.items()}
    assert site.shown("declared-revenue") == expected | dict.fromkeys(
        map(in_words, BEFORE_THE_EXPORTS), NOTHING
    )


def test_the_verdicts_on_revenue_are_the_comparison_of_truth_and_target(
    site: Published, revenue_per_month: dict[str, int]
) -> None:
    expected = by_comparison(revenue_per_month, "declared-revenue") | {"2018-11": "on track"}
    promised = targets("declared-revenue")
    verdicts = site.told("declared-revenue", "verdict")
    assert {month: verdicts[month] for month in promised} == expected
    assert {verdict for month, verdict in verdicts.items() if month not in promised} == {"not triggered"}


def test_9_of_20_working_days_ask_for_nine_twentieths(site: Published) -> None:
    # All Souls' Day, Friday 2 November, has passed; the 15th, Proclamation of the Republic, is to come.
    assert site.judged("declared-revenue")["2018-11"]["expected"] == 450_000


def test_the_share_won_within_30_days_is_the_one_counted_by_sql(
    site: Published, won_per_month: dict[str, tuple[int, int]]
) -> None:
    judged = site.judged("won-within-30-days")
    assert {
        month: (judged[month]["good"], judged[month]["events"]) for month in won_per_month
    } == won_per_month
    assert site.told("won-within-30-days", "actual") == {
        month: won / leads for month, (won, leads) in won_per_month.items()
    }


def test_the_page_shows_the_share_won_of_every_month(
    site: Published, won_per_month: dict[str, tuple[int, int]]
) -> None:
    shown = site.shown("won-within-30-days")
    for month, (won, leads) in won_per_month.items():
        digits = 3 if month == "2018-03" else 1  # 9.8% is the target, and 9.796% is not
        assert shown[in_words(month)] == f"{won / leads:.{digits}%}".replace(".0%", "%")


def test_a_share_that_rounds_to_its_target_is_missed_and_shows_why(site: Published) -> None:
    march = site.judged("won-within-30-days")["2018-03"]
    assert (march["good"], march["events"], march["verdict"]) == (115, 1174, "missed")
    assert site.shown("won-within-30-days")["March 2018"] == "9.796%"


def test_the_lead_won_two_days_before_it_was_created_counts_in_its_month(
    site: Published, raw: duckdb.DuckDBPyConnection
) -> None:
    with_it = site.judged("won-within-30-days")["2018-03"]["good"]
    without_it = raw.execute(
        """
        select count(*) from leads join deals using (mql_id)
        where first_contact_date[:7] = '2018-03'
          and won_date[:10]::date - first_contact_date::date between 0 and 30
        """
    ).fetchone()
    assert (with_it, without_it) == (115, (114,))


def test_the_verdicts_on_shares_are_the_comparison_of_count_and_target(
    site: Published, won_per_month: dict[str, tuple[int, int]]
) -> None:
    shares = {month: Fraction(*count) for month, count in won_per_month.items()}
    promised = targets("won-within-30-days")
    verdicts = site.told("won-within-30-days", "verdict")
    assert {month: verdicts[month] for month in promised} == by_comparison(shares, "won-within-30-days")
    assert {verdict for month, verdict in verdicts.items() if month not in promised} == {"not triggered"}


def test_an_earlier_day_knew_only_what_was_won_by_then(
    site_in_may: Published, raw: duckdb.DuckDBPyConnection
) -> None:
    judged = site_in_may.judged("won-within-30-days")
    known = {month: (period["good"], period["events"]) for month, period in judged.items()}
    assert known == won_within_30_days(raw, known_by=LAST_LEAD)
    assert known["2018-05"] == (70, 1303)
