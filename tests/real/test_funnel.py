"""The funnels of Olist's leads and of loan applications: their numbers are those of truth/ and of SQL."""

from __future__ import annotations

import json
import shutil
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest
from tests.real.funnels_from_raw import LAST_DEAL, LAST_EVENT, write_bpi_funnel, write_olist_funnel
from tests.real.published import HERE
from tests.real.snapshots_from_raw import table

from living_sla.judge.close_rates import CohortState, rates_by_segment
from living_sla.judge.counts import Counter
from living_sla.judge.funnel import Funnel, judge_funnel
from living_sla.judge.periods import Rhythm
from living_sla.pipeline import judge_loaded
from living_sla.present.funnel import funnel_values
from living_sla.present.subject import Source, Standing, Subject
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.real_data, pytest.mark.xdist_group("funnel")]

BLANK, UNKNOWN = "(blank)", "unknown"
TOUCHES = """
    with events as (
        select *, row_number() over () as line from read_csv(?, header = true, all_varchar = true)
    ), touches as (
        select case_id, line, row_number() over (partition by case_id order by line) as number,
               lead(line, 1, 1000000000) over (partition by case_id order by line) as next
        from events
        where activity like 'W!_%' escape '!' and lifecycle = 'START' and resource is distinct from '112'
    )
    select touches.number, count(distinct touches.line),
           count(distinct touches.line) filter (events.activity[:2] in ('A_', 'O_'))
    from touches left join events
      on events.case_id = touches.case_id and events.line between touches.line and touches.next - 1
    group by 1 order by 1
"""


def stand(folder: Path, agreement: str, write: Callable[[Path], None], as_of: date) -> Standing:
    shutil.copytree(HERE / agreement / "agreement", folder / "agreement" / agreement)
    write(folder / "data" / agreement / "snapshots")
    (loaded,) = load_project(Project(folder))
    return judge_loaded(loaded, as_of)


@pytest.fixture(scope="module")
def olist(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Standing:
    folder = tmp_path_factory.mktemp("olist-funnel")
    return stand(
        folder, "olist-funnel", lambda into: write_olist_funnel(real_data / "olist", into), LAST_DEAL
    )


@pytest.fixture(scope="module")
def olist_funnel(olist: Standing) -> Funnel:
    """All months, not the newest twelve."""
    return judge_funnel(olist.agreement, olist.record, olist.as_of, longest=24)


@pytest.fixture(scope="module")
def bpi(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Standing:
    folder = tmp_path_factory.mktemp("bpi-funnel")
    return stand(folder, "bpi-funnel", lambda into: write_bpi_funnel(real_data / "bpi2012", into), LAST_EVENT)


@pytest.fixture(scope="module")
def bpi_funnel(bpi: Standing) -> Funnel:
    return judge_funnel(bpi.agreement, bpi.record, bpi.as_of)


@pytest.fixture(scope="module")
def bpi_truth(real_data: Path) -> dict[str, dict[str, str]]:
    return {row["month"]: row for row in table(real_data / "truth/bpi2012/per_submit_month_dev.csv")}


# --- Olist


def test_the_close_rate_of_every_origin_is_the_truth(olist: Standing, real_data: Path) -> None:
    months = list(Rhythm().periods(date(2017, 6, 1), date(2018, 5, 31), "month"))
    counter = Counter.of(olist.agreement, olist.record, olist.as_of)
    won, leads = (counter.by_month(metric, months) for metric in ("customers_won", "mqls"))
    split = rates_by_segment(won, leads, months)
    truth = {
        row["origin"].replace("(null)", BLANK): (int(row["won"]), int(row["mqls"]), float(row["close_rate"]))
        for row in table(real_data / "truth/olist/close_rate_by_origin.csv")
    }
    assert {
        origin: (rate.good, rate.of, round(float(rate.share or 0), 6)) for origin, rate in split.rates.items()
    } == truth
    assert split.half_known == ()


def test_leads_without_an_origin_are_not_those_of_an_unknown_one(olist_funnel: Funnel) -> None:
    assert olist_funnel.close_rates
    found = {row.source: int(row.rate.of) for row in olist_funnel.close_rates.sources}
    assert found.keys() >= {BLANK, UNKNOWN}
    assert found[BLANK] < 60 < found[UNKNOWN] <= 1099  # the leads of before December are left out


def test_leads_of_before_the_first_deals_are_left_out_and_said(olist_funnel: Funnel, olist: Standing) -> None:
    rates = olist_funnel.close_rates
    assert rates
    early = rates.months_that_are(CohortState.EARLY)
    assert (early[0].id, early[-1].id, len(early)) == ("2017-06", "2017-11", 6)
    notes = funnel_values(Subject(olist, Source()))["close_rates"]["notes"]
    assert "Left out as too early: November 2017. Wins were not recorded from the start." in notes


def test_the_rates_of_the_judged_leads_are_those_that_sql_counts(
    olist_funnel: Funnel, real_data: Path
) -> None:
    folder = real_data / "olist"
    counted = duckdb.execute(
        """
        select coalesce(origin, '(blank)'), count(won_date), count(*)
        from read_csv($leads, header = true, all_varchar = true)
        left join read_csv($deals, header = true, all_varchar = true) using (mql_id)
        where first_contact_date >= '2017-12-01' group by 1
        """,
        {
            "leads": str(folder / "olist_marketing_qualified_leads_dataset.csv"),
            "deals": str(folder / "olist_closed_deals_dataset.csv"),
        },
    ).fetchall()
    assert olist_funnel.close_rates
    assert {
        (row.source, int(row.rate.good), int(row.rate.of)) for row in olist_funnel.close_rates.sources
    } == set(counted)


def test_origins_of_few_leads_are_listed_and_not_ranked(olist_funnel: Funnel) -> None:
    assert olist_funnel.close_rates
    ranks = {row.source: row.rank.value for row in olist_funnel.close_rates.sources}
    assert {origin for origin, rank in ranks.items() if rank != "ranked"} == {BLANK}
    assert olist_funnel.close_rates.sources[-1].source == BLANK


def test_the_sales_cycle_is_the_truth_and_the_mean_is_used(
    olist_funnel: Funnel, olist: Standing, real_data: Path
) -> None:
    truth = json.loads((real_data / "truth/olist/summary.json").read_text(encoding="utf-8"))
    median, mean = olist_funnel.cycle_median, olist_funnel.cycle_mean
    assert median
    assert mean
    assert median.newest
    assert mean.newest
    found = float(median.newest[1]), round(float(mean.newest[1]), 4)
    assert found == (truth["median_cycle_days"], truth["mean_cycle_days"]) == (14.0, 48.4406)
    cycle = funnel_values(Subject(olist, Source()))["cycle"]
    assert cycle["newest"] == [
        "Median: 14 days, reported for 14 Nov 2018.",
        "Mean: 48.44 days, reported for 14 Nov 2018.",
    ]
    assert (cycle["used"], cycle["is_skewed"]) == ("mean", True)


def test_a_cohort_younger_than_the_mean_cycle_is_too_young(olist: Standing) -> None:
    """As of 30 June 2018, leads of May are up to 60 days old and at least 30."""
    record = olist.record
    rates = judge_funnel(olist.agreement, record, date(2018, 6, 30), longest=24).close_rates
    assert rates
    assert [month.id for month in rates.months_that_are(CohortState.YOUNG)] == ["2018-05"]


# --- loan applications


def test_1398_applications_were_never_touched(bpi_funnel: Funnel, bpi: Standing) -> None:
    assert bpi_funnel.worked
    total = bpi_funnel.worked.total
    assert total
    assert (total.of, total.of - total.good) == (5333, 1398)
    assert funnel_values(Subject(bpi, Source()))["handling"]["worked"]["rows"] == [
        (
            "3,935 of 5,333 leads were worked (73.8%); 1,398 never had a first contact, "
            "in the 2 of 6 months reported in full."
        )
    ]


def test_coverage_of_each_month_is_the_truth(
    bpi_funnel: Funnel, bpi_truth: dict[str, dict[str, str]]
) -> None:
    assert bpi_funnel.worked
    found = {
        month.id: (rate.of, rate.of - rate.good)
        for month, rate in zip(bpi_funnel.months, bpi_funnel.worked.months, strict=True)
        if rate
    }
    assert found == {
        month: (int(row["leads"]), int(row["never_touched"])) for month, row in bpi_truth.items()
    }


def test_the_median_age_at_first_contact_is_the_truth(
    bpi_funnel: Funnel, bpi_truth: dict[str, dict[str, str]]
) -> None:
    assert bpi_funnel.contact_median
    found = {
        month.id: round(float(value[0]), 4)
        for month, value in zip(bpi_funnel.months, bpi_funnel.contact_median.months, strict=True)
        if value
    }
    assert found == {month: float(row["median_ttft_h"]) for month, row in bpi_truth.items()}


def test_nine_in_ten_first_contacts_come_within_the_time_that_sql_finds(
    bpi_funnel: Funnel, real_data: Path
) -> None:
    counted = duckdb.execute(
        """
        with events as (select * from read_csv(?, header = true, all_varchar = true)),
        first as (
            select case_id, min(timestamp::timestamptz) as touched from events
            where activity like 'W!_%' escape '!' and lifecycle = 'START' and resource is distinct from '112'
            group by 1
        )
        select left(timestamp, 7), quantile_disc(epoch(touched - timestamp::timestamptz), 0.9) / 3600
        from events join first using (case_id) where activity = 'A_SUBMITTED' group by 1 order by 1
        """,
        [str(real_data / "bpi2012/events_submitted_2011-10_11.csv")],
    ).fetchall()
    assert bpi_funnel.contact_p90
    found = [
        (month.id, round(float(value[0]), 4))
        for month, value in zip(bpi_funnel.months, bpi_funnel.contact_p90.months, strict=True)
        if value
    ]
    assert found == [(month, round(hours, 4)) for month, hours in counted]


def test_touches_by_number_are_those_that_sql_counts(bpi_funnel: Funnel, real_data: Path) -> None:
    path = str(real_data / "bpi2012/events_submitted_2011-10_11.csv")
    by_number, _ = bpi_funnel.touches
    found = [(int(row.segment), int(row.rate.of), int(row.rate.good)) for row in by_number.rows]
    assert found == duckdb.execute(TOUCHES, [path]).fetchall()


def test_all_touches_are_the_truth_however_they_are_split(bpi_funnel: Funnel, real_data: Path) -> None:
    truth = sum(int(row["touches"]) for row in table(real_data / "truth/bpi2012/touches_per_day_dev.csv"))
    assert [int(way.made) for way in bpi_funnel.touches] == [truth, truth]


def test_cancelled_applications_are_the_truth(
    bpi_funnel: Funnel, bpi_truth: dict[str, dict[str, str]]
) -> None:
    assert bpi_funnel.returned
    assert bpi_funnel.returned.total
    assert bpi_funnel.returned.total.good == sum(int(row["cancelled"]) for row in bpi_truth.values()) == 1178


def test_loans_of_each_month_are_the_truth(bpi_funnel: Funnel, real_data: Path) -> None:
    truth = {row["wm"]: int(row["won"]) for row in table(real_data / "truth/bpi2012/won_per_month_dev.csv")}
    counts = zip(bpi_funnel.months, bpi_funnel.stages[-1].months, strict=True)
    assert {month.id: count.value for month, count in counts if count.value is not None} == truth


def test_what_is_not_measured_is_said_and_not_0(bpi: Standing) -> None:
    values = funnel_values(Subject(bpi, Source()))
    assert values["close_rates"]["absent"] == "Which leads became customers is not measured."
    assert (
        values["handling"]["waiting"]["absent"] == "How many leads wait for a first contact is not measured."
    )
    assert values["touches"]["not_measured"] == ["by_channel"]
