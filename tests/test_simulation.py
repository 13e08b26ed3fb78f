"""The example's record tells its story: every figure here is counted from the CSV rows, by plain Python."""

import csv
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest
from holidays import country_holidays

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "data" / "marketing-sales"
FIRST_DAY, LAST_DAY = date(2025, 10, 1), date(2026, 11, 20)
SOURCES = {"Organic search", "Paid search", "Social", "Referral", "Events"}
HOLIDAYS = country_holidays("US", subdiv="NY", years=(2025, 2026))
CLOSED_ON = {date(2025, 12, 24), date(2025, 12, 31)}
RESTATED_IN = {date(2026, 4, 20), date(2026, 7, 15)}
COUNTED_ANEW = {"customers_won", "leads_worked"}

EVERY_DAY = {FIRST_DAY + timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1)}
WORKING_DAYS = {day for day in EVERY_DAY if day.weekday() < 5 and day not in HOLIDAYS} - CLOSED_ON
GAP = {date(2026, 8, 12), date(2026, 8, 13)}

Key = TypeVar("Key", str, date)


class Reported(NamedTuple):
    reported_on: date
    date: date
    metric: str
    value: Fraction
    segment: str


@cache
def reported() -> list[Reported]:
    rows = []
    for path in sorted((RECORD / "snapshots").iterdir()):
        with path.open(encoding="utf-8", newline="") as lines:
            rows += [
                Reported(
                    date.fromisoformat(path.stem),
                    date.fromisoformat(row["date"]),
                    row["metric"],
                    Fraction(row["value"]),
                    row["segment"],
                )
                for row in csv.DictReader(lines, strict=True)
            ]
    return rows


@cache
def known(as_of: date = LAST_DAY) -> dict[tuple[str, date, str], Fraction]:
    in_order = sorted(row for row in reported() if row.reported_on <= as_of)
    return {(row.metric, row.date, row.segment): row.value for row in in_order}


@cache
def deliveries() -> list[dict[str, str]]:
    with (RECORD / "deliveries.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def delivered(item: str) -> list[tuple[str, date, str]]:
    return [
        (row["id"], date.fromisoformat(row["date"]), row["for"])
        for row in deliveries()
        if row["item"] == item
    ]


def by_month(item: str) -> Counter[str]:
    return Counter(month_of(on) for _, on, _ in delivered(item))


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def quarter_of(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def totals(amounts: Iterable[tuple[Key, Fraction]]) -> dict[Key, Fraction]:
    added: dict[Key, Fraction] = {}
    for key, amount in amounts:
        added[key] = added.get(key, Fraction()) + amount
    return dict(sorted(added.items()))


def monthly(metric: str, *, as_of: date = LAST_DAY) -> dict[str, Fraction]:
    return totals((month_of(day), value) for (name, day, _), value in known(as_of).items() if name == metric)


def quarterly(metric: str, *, as_of: date = LAST_DAY) -> dict[str, Fraction]:
    return totals(
        (quarter_of(day), value) for (name, day, _), value in known(as_of).items() if name == metric
    )


def daily(metric: str) -> dict[date, Fraction]:
    return totals((day, value) for (name, day, _), value in known().items() if name == metric)


def mqls_first_reported() -> list[Reported]:
    return [row for row in reported() if row.metric == "mqls" and row.reported_on not in RESTATED_IN]


def shares(good: dict[str, Fraction], of: dict[str, Fraction]) -> dict[str, Fraction]:
    return {period: good[period] / of[period] for period in of}


def below(target: str, figures: dict[str, Fraction]) -> list[str]:
    return [period for period, figure in figures.items() if figure < Fraction(target)]


def above(target: str, figures: dict[str, Fraction]) -> list[str]:
    return [period for period, figure in figures.items() if figure > Fraction(target)]


def cells(metric: str) -> dict[tuple[date, str], Fraction]:
    return {(day, segment): value for (name, day, segment), value in known().items() if name == metric}


def days_with(metric: str) -> set[date]:
    return {day for day, _ in cells(metric)}


def reports_answered_late(days: int) -> list[str]:
    reported_on = {delivery_id: on for delivery_id, on, _ in delivered("pipeline-report")}
    return [report for _, on, report in delivered("feedback") if on > reported_on[report] + timedelta(days)]


def written(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_run_writes_exactly_the_committed_record(tmp_path: Path) -> None:
    command: list[str | Path] = [sys.executable, ROOT / "benchmarks" / "simulate.py", "--into", tmp_path]
    subprocess.run(command, cwd=tmp_path, check=True)
    record = {name: text for name, text in written(RECORD).items() if name.startswith(("snap", "deliveries"))}
    assert written(tmp_path) == record


def test_every_file_has_its_header_unix_lines_and_no_quotes() -> None:
    for name, text in written(RECORD / "snapshots").items():
        assert text.startswith(b"date,metric,value,segment\n"), name
        assert text.endswith(b"\n"), name
        assert not set(b'\r"') & set(text), name
    assert (RECORD / "deliveries.csv").read_bytes().startswith(b"id,item,date,title,link,for\n")


def test_the_first_day_of_a_month_reports_the_month_before_and_the_open_month_is_weekly() -> None:
    reports = {row.reported_on for row in reported()} - RESTATED_IN
    assert sorted(map(str, reports)) == [
        *("2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"),
        *("2026-06-01", "2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01"),
        *("2026-11-07", "2026-11-14", "2026-11-20"),
    ]
    october = {
        row.date
        for row in reported()
        if row.reported_on == date(2026, 11, 1) and row.metric not in COUNTED_ANEW
    }
    assert october == {date(2026, 10, day) for day in range(1, 32)}


def test_no_report_tells_of_a_day_to_come() -> None:
    assert [row for row in reported() if row.date > row.reported_on] == []
    assert max(row.date for row in reported()) == LAST_DAY


def test_rows_are_sorted_and_none_is_told_twice_in_a_report() -> None:
    for report in {row.reported_on for row in reported()}:
        keys = [(row.date, row.metric, row.segment) for row in reported() if row.reported_on == report]
        assert keys == sorted(set(keys)), report


def test_a_value_is_plain_and_not_negative() -> None:
    for path in (RECORD / "snapshots").iterdir():
        values = [line.split(",")[2] for line in path.read_text("utf-8").splitlines()[1:]]
        assert [value for value in values if not re.fullmatch(r"\d+(\.\d{1,2})?", value)] == [], path.name


@pytest.mark.parametrize(
    "metric", ["leads_returned", "new_revenue", "visits", "new_visits", "contacts", "leads"]
)
def test_a_daily_metric_has_a_row_for_every_day(metric: str) -> None:
    assert days_with(metric) == EVERY_DAY


def test_every_source_has_a_row_for_every_day() -> None:
    assert set(cells("mqls")) == {(day, source) for day in EVERY_DAY for source in SOURCES}


@pytest.mark.parametrize("metric", ["leads_due", "leads_contacted_in_time"])
def test_follow_up_has_a_row_for_every_day_but_two(metric: str) -> None:
    assert days_with(metric) == EVERY_DAY - GAP


@pytest.mark.parametrize(
    "metric",
    ["median_response_hours", "pitches", "pitches_with_content", "sqls", "opportunities", "customers"],
)
def test_a_metric_of_working_days_has_a_row_for_each_and_no_other(metric: str) -> None:
    assert days_with(metric) == WORKING_DAYS


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("leads_contacted_in_time", "leads_due"),
        ("campaign_leads_in_time", "campaign_leads_due"),
        ("pitches_with_content", "pitches"),
        ("training_attended", "training_invited"),
        ("new_visits", "visits"),
        ("opportunities", "pitches"),
        ("answers_by_number", "touches_by_number"),
        ("answers_by_channel", "touches_by_channel"),
        ("answers_by_hour", "touches_by_hour"),
    ],
)
def test_a_part_is_never_more_than_its_whole(part: str, whole: str) -> None:
    parts, wholes = cells(part), cells(whole)
    assert parts.keys() == wholes.keys()
    assert [key for key, value in parts.items() if value > wholes[key]] == []


def test_no_day_returns_more_leads_than_qualified_on_it() -> None:
    qualified = daily("mqls")
    assert [day for day, leads in daily("leads_returned").items() if leads > qualified[day]] == []


def test_weekends_bring_much_fewer_leads() -> None:
    weekend = [leads for (day, _), leads in cells("mqls").items() if day.weekday() >= 5]
    working = [leads for (day, _), leads in cells("mqls").items() if day in WORKING_DAYS]
    assert sum(weekend) / len(weekend) < sum(working) / len(working) / 3


def test_qualified_leads_as_first_reported_from_october_to_november() -> None:
    first = totals((month_of(row.date), row.value) for row in mqls_first_reported())
    assert list(first.values()) == [521, 508, 447, 517, 468, 504, 531, 500, 543, 512, 529, 556, 561, 312]


def test_march_was_met_until_its_duplicates_were_removed() -> None:
    assert monthly("mqls", as_of=date(2026, 4, 19))["2026-03"] == 504
    assert monthly("mqls", as_of=date(2026, 4, 20))["2026-03"] == 488


def test_only_days_of_march_are_restated_in_april_and_none_to_what_it_was() -> None:
    restated = [row for row in reported() if row.reported_on == date(2026, 4, 20)]
    before = known(date(2026, 4, 19))
    assert {(row.metric, month_of(row.date)) for row in restated} == {("mqls", "2026-03")}
    assert all(row.value < before[row.metric, row.date, row.segment] for row in restated)


def test_november_is_behind_the_pace_of_its_working_days() -> None:
    november = [day for day in WORKING_DAYS if month_of(day) == "2026-11"]
    assert len(november) == 13  # of 18
    assert round(monthly("mqls")["2026-11"] / (500 * Fraction(13, 18)), 3) == Fraction("0.864")


def test_follow_up_within_24_hours_misses_december_and_january() -> None:
    share = shares(monthly("leads_contacted_in_time"), monthly("leads_due"))
    percent = [float(round(100 * part, 2)) for part in share.values()]
    assert percent[:7] == [96.23, 96.32, 93.74, 94.96, 96.39, 95.69, 97.15]
    assert percent[7:] == [96.35, 97.36, 95.70, 95.12, 97.15, 96.87, 96.69]
    assert below("0.95", share) == ["2025-12", "2026-01"]


def test_january_missed_follow_up_by_one_lead() -> None:
    assert [monthly("leads_contacted_in_time")["2026-01"], monthly("leads_due")["2026-01"]] == [490, 516]
    assert Fraction(491, 516) >= Fraction("0.95")


def test_the_two_days_missing_in_august_could_turn_its_follow_up_either_way() -> None:
    due, in_time = monthly("leads_due")["2026-08"], monthly("leads_contacted_in_time")["2026-08"]
    missing = sum(leads for day, leads in daily("mqls").items() if day + timedelta(1) in GAP)
    assert [in_time, due, missing] == [429, 451, 70]
    assert Fraction(429 + 70, 451 + 70) > Fraction("0.95")
    assert Fraction(429 + 65, 451 + 70) < Fraction("0.95")


def test_a_lead_is_due_the_day_after_it_qualified() -> None:
    qualified = totals((row.date + timedelta(1), row.value) for row in mqls_first_reported())
    due = daily("leads_due")
    assert {day for day, leads in due.items() if leads != qualified.get(day)} == {FIRST_DAY}


def test_the_mean_time_to_first_contact_is_too_long_in_july() -> None:
    days = totals((month_of(day), Fraction(1)) for day in daily("median_response_hours"))
    mean = shares(monthly("median_response_hours"), days)
    hours = [float(each) for each in mean.values()]
    assert hours == [3.6, 3.5, 3.9, 3.8, 3.5, 3.3, 3.4, 3.7, 3.6, 4.3, 3.9, 3.5, 3.2, 3.4]
    assert above("4", mean) == ["2026-07"]


def test_few_leads_are_returned_but_in_february() -> None:
    share = shares(monthly("leads_returned"), monthly("mqls"))
    assert above("0.10", share) == ["2026-02"]
    assert Fraction("0.11") < share["2026-02"] < Fraction("0.12")
    assert all(
        Fraction("0.05") < part < Fraction("0.09") for month, part in share.items() if month != "2026-02"
    )


def test_new_revenue() -> None:
    assert quarterly("new_revenue") == {
        "2025-Q4": 378640.5,  # of 360000
        "2026-Q1": 351280,  # of 380000
        "2026-Q2": 418200,  # of 400000
        "2026-Q3": 433150.5,  # of 420000
        "2026-Q4": 268400,  # of 450000
    }


def test_new_revenue_of_june_was_corrected_a_little() -> None:
    restated = [row for row in reported() if row.reported_on == date(2026, 7, 15)]
    assert {(row.metric, month_of(row.date)) for row in restated} == {("new_revenue", "2026-06")}
    assert len(restated) == 3
    assert quarterly("new_revenue", as_of=date(2026, 7, 14))["2026-Q2"] == 419300


def test_new_revenue_is_ahead_of_the_pace_of_its_working_days() -> None:
    elapsed = [day for day in WORKING_DAYS if quarter_of(day) == "2026-Q4"]
    assert len(elapsed) == 34  # of 61
    expected = 450000 * Fraction(34, 61)
    assert round(quarterly("new_revenue")["2026-Q4"] / expected, 3) == Fraction("1.07")


def test_content_used_in_pitches_rises() -> None:
    share = shares(monthly("pitches_with_content"), monthly("pitches"))
    assert below("0.60", share) == ["2025-10", "2025-11"]
    assert round(share["2025-10"], 2) == Fraction("0.52")
    assert all(Fraction("0.66") < share[month] < Fraction("0.72") for month in list(share)[9:])


def test_campaign_leads_are_those_of_a_launch_within_about_four_weeks() -> None:
    launched = {delivery_id: on for delivery_id, on, _ in delivered("campaign-launch")}
    assert {segment for _, segment in cells("campaign_leads_due")} == set(launched)
    waits = [(day - launched[segment]).days for day, segment in cells("campaign_leads_due")]
    assert (min(waits), max(waits)) == (2, 29)


def test_campaign_leads_are_followed_up_but_in_the_first_quarter() -> None:
    share = shares(quarterly("campaign_leads_in_time"), quarterly("campaign_leads_due"))
    assert below("0.90", share) == ["2026-Q1"]
    assert round(share["2026-Q1"], 2) == Fraction("0.88")


def test_training_is_attended_but_in_the_second_quarter() -> None:
    share = shares(quarterly("training_attended"), quarterly("training_invited"))
    assert below("0.90", share) == ["2026-Q2"]
    assert list(share) == ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]


def test_training_is_counted_on_the_days_it_was_held() -> None:
    assert days_with("training_invited") == {on for _, on, _ in delivered("training")}


def test_every_delivery_has_an_id_of_its_own_and_names_one_that_exists() -> None:
    ids = [row["id"] for row in deliveries()]
    assert [delivery_id for delivery_id, times in Counter(ids).items() if times > 1] == []
    assert {row["for"] for row in deliveries()} - {""} <= set(ids)
    assert [
        row["id"] for row in deliveries() if (row["item"] in {"feedback", "training"}) != bool(row["for"])
    ] == []


def test_only_a_product_launch_is_to_come() -> None:
    to_come = [row for row in deliveries() if date.fromisoformat(row["date"]) > LAST_DAY]
    assert [(row["item"], row["date"]) for row in to_come] == [("product-launch", "2026-12-10")]


def test_content_is_delivered_but_for_two_case_studies() -> None:
    closed = {month_of(day) for day in EVERY_DAY} - {"2026-11"}
    assert by_month("blog-post") == {**dict.fromkeys(closed, 4), "2026-11": 3}
    assert by_month("white-paper") == {**dict.fromkeys(closed, 2), "2026-11": 1}
    assert by_month("case-study") == dict.fromkeys(closed - {"2026-01", "2026-07"}, 1)


def test_campaigns_are_launched_three_a_quarter_but_in_the_second() -> None:
    launched = Counter(quarter_of(on) for _, on, _ in delivered("campaign-launch"))
    assert launched == {"2025-Q4": 3, "2026-Q1": 3, "2026-Q2": 2, "2026-Q3": 3, "2026-Q4": 2}


def test_one_week_has_its_report_late_and_one_has_none() -> None:
    in_time = {on.isocalendar()[:2] for _, on, _ in delivered("pipeline-report") if on.weekday() in {3, 4}}
    late = {on.isocalendar()[:2] for _, on, _ in delivered("pipeline-report") if on.weekday() == 5}
    assert late == {(2026, 15)}
    assert {day.isocalendar()[:2] for day in EVERY_DAY} - in_time - late == {(2026, 33)}
    assert len(delivered("pipeline-report")) == len(in_time | late)


def test_two_reports_were_answered_late_and_the_newest_not_yet() -> None:
    assert reports_answered_late(7) == ["report-2026-w05", "report-2026-w23"]
    answered = {report for _, _, report in delivered("feedback")}
    assert {delivery_id for delivery_id, _, _ in delivered("pipeline-report")} - answered == {
        "report-2026-w47"
    }


def test_feedback_never_comes_before_its_report() -> None:
    assert len(reports_answered_late(0)) == len(delivered("feedback"))


def test_one_launch_was_trained_too_late_and_the_next_not_yet() -> None:
    launched = {delivery_id: on for delivery_id, on, _ in delivered("product-launch")}
    ahead = {launch: (launched[launch] - on).days for _, on, launch in delivered("training")}
    assert ahead == {"launch-2025-11": 13, "launch-2026-02": 5, "launch-2026-05": 14, "launch-2026-09": 13}
    assert launched.keys() - ahead.keys() == {"launch-2026-12"}


# --- the funnel


def segments(metric: str, first: str = "2025-10", last: str = "2026-11") -> dict[str, Fraction]:
    """The sum of each segment over some months."""
    return totals(
        (segment, value) for (day, segment), value in cells(metric).items() if first <= month_of(day) <= last
    )


MONTH_ENDS = {(day.replace(day=1) + timedelta(31)).replace(day=1) - timedelta(1) for day in EVERY_DAY}
MONTHS_OVER = {day for day in MONTH_ENDS if day <= LAST_DAY}


@pytest.mark.parametrize(
    "metric",
    [
        *("customers_won", "leads_worked", "cycle_median_days", "cycle_mean_days", "first_contact_p90_hours"),
        *("touches_by_number", "touches_by_channel", "touches_by_hour"),
        *("marketing_spend", "sales_spend", "team_pulse"),
    ],
)
def test_what_is_told_once_a_month_is_told_of_its_last_day(metric: str) -> None:
    assert days_with(metric) == MONTHS_OVER


def test_leads_that_wait_are_counted_every_friday_by_their_age() -> None:
    assert days_with("leads_waiting") == {day for day in EVERY_DAY if day.weekday() == 4}
    assert set(segments("leads_waiting")) == {"up to 24 hours", "up to 48 hours", "up to a week", "older"}


def test_few_pass_from_each_stage_of_the_funnel_to_the_next() -> None:
    counts = [
        sum(monthly(metric).values())
        for metric in ("visits", "contacts", "leads", "mqls", "sqls", "opportunities", "customers")
    ]
    assert counts == [573170, 31755, 16967, 6993, 1929, 941, 121]


def test_a_customer_is_counted_on_each_day_that_brought_revenue() -> None:
    assert {day for day, count in daily("customers").items() if count} == {
        day for day, revenue in daily("new_revenue").items() if revenue
    }


def test_the_customers_of_a_quarter_are_its_deals() -> None:
    assert list(quarterly("customers").values()) == [25, 24, 27, 28, 17]


def test_customers_won_are_told_anew_until_all_are_known() -> None:
    told = [
        (str(row.reported_on), int(row.value))
        for row in reported()
        if (row.metric, row.date, row.segment) == ("customers_won", date(2026, 2, 28), "Organic search")
    ]
    assert told == [("2026-03-01", 0), ("2026-04-01", 2), ("2026-06-01", 3), ("2026-08-01", 4)]


def test_a_report_tells_of_customers_won_only_what_has_changed() -> None:
    seen: dict[tuple[date, str], Fraction] = {}
    for row in reported():
        if row.metric == "customers_won":
            assert seen.get((row.date, row.segment)) != row.value
            seen[row.date, row.segment] = row.value


def test_no_customer_is_won_twice() -> None:
    assert sum(monthly("customers_won").values()) == 103
    assert sum(value for month, value in monthly("customers").items() if month < "2026-11") == 115


def test_referrals_close_best_and_social_worst() -> None:
    won, leads = (segments(metric, "2025-11", "2026-08") for metric in ("customers_won", "mqls"))
    percent = {source: float(round(100 * won[source] / leads[source], 2)) for source in leads}
    assert percent == {
        "Events": 2.53, "Organic search": 1.55, "Paid search": 1.05, "Referral": 3.45, "Social": 0.63,
    }  # fmt: skip


def test_the_sales_cycle_is_steady_and_its_mean_above_its_median() -> None:
    median, mean = monthly("cycle_median_days"), monthly("cycle_mean_days")
    assert (float(median["2026-10"]), float(mean["2026-10"])) == (50.0, 56.8)
    assert {
        month for month in mean if month > "2025-12" and not 46 <= median[month] < mean[month] < 60
    } == set()


def test_touches_by_number_channel_and_hour_are_the_same_touches() -> None:
    for metric in ("touches", "answers"):
        ways = [monthly(f"{metric}_by_{way}") for way in ("number", "channel", "hour")]
        assert ways[0] == ways[1] == ways[2]


def test_every_lead_of_a_month_is_touched_once_at_first() -> None:
    first = totals(
        (month_of(day), value) for (day, number), value in cells("touches_by_number").items() if number == "1"
    )
    qualified = totals((month_of(row.date), row.value) for row in mqls_first_reported())
    assert first == {month: qualified[month] for month in first}


def test_a_touch_is_made_only_where_the_one_before_was_not_answered() -> None:
    made, answered = segments("touches_by_number"), segments("answers_by_number")
    assert all(made[str(n + 1)] <= made[str(n)] - answered[str(n)] for n in range(1, 8))


def test_answers_get_rare_after_the_fifth_touch() -> None:
    made, answered = segments("touches_by_number"), segments("answers_by_number")
    percent = [float(round(100 * answered[number] / made[number], 1)) for number in made]
    assert percent == [27.4, 12.7, 17.9, 8.1, 6.5, 2.7, 1.5, 1.7]


def test_leads_worked_are_never_more_than_there_are() -> None:
    worked, leads = monthly("leads_worked"), monthly("mqls")
    assert {month: leads[month] - count for month, count in worked.items()} == {
        "2025-10": 4, "2025-11": 3, "2025-12": 9, "2026-01": 8, "2026-02": 5, "2026-03": 3, "2026-04": 2,
        "2026-05": 4, "2026-06": 3, "2026-07": 7, "2026-08": 5, "2026-09": 2, "2026-10": 11,
    }  # fmt: skip


def test_the_pulse_is_low_in_the_winter_of_missed_promises() -> None:
    pulse = monthly("team_pulse")
    assert (float(pulse["2026-01"]), float(pulse["2026-10"])) == (3.0, 4.1)
    assert all(1 <= answer <= 5 for answer in pulse.values())


def test_revenue_is_more_than_both_sides_spend() -> None:
    spent = sum(sum(monthly(f"{side}_spend").values()) for side in ("marketing", "sales"))
    assert spent == 420430 + 601600
    assert sum(value for month, value in monthly("new_revenue").items() if month < "2026-11") > spent


def test_an_action_is_opened_after_its_period_and_one_is_overdue() -> None:
    with (RECORD / "actions.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, strict=True))
    assert len({row["id"] for row in rows}) == len(rows) == 12
    assert [row["id"] for row in rows if not row["done"]] == ["content-2026-07", "follow-up-2026-08"]
    assert [row["opened"] for row in rows] == sorted(row["opened"] for row in rows if row["opened"])


def test_the_whole_record_is_small() -> None:
    assert sum(len(text) for text in written(RECORD).values()) < 1_200_000
