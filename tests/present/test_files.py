from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from tests.present.conftest import ROOT, promise

from living_sla.present.files import commitment_csv, site_files, status_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.pipeline import Site
    from living_sla.present.subject import Standing

    Stand = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 310, every: month", "title: Qualified leads", id_="leads")
CALLS = promise("share: in_time, of: due, at_least: 95%, every: month", id_="calls", party="sales")
ROWS = ["2026-03-02,leads,155.5", "2026-03-02,due,3", "2026-03-02,in_time,2"]
SNAPSHOTS = (ROOT / "data" / "marketing-sales" / "snapshots").as_posix()
# The newest report of each value counts; its day is the name of its file.
SUMS = """
with rows as (
    select "date", metric, "value"::decimal(18, 6) as "value",
        row_number() over (
            partition by "date", metric, segment order by parse_filename(filename) desc
        ) as age
    from read_csv($files, filename = true, header = true, columns = {
        'date': 'date', 'metric': 'varchar', 'value': 'varchar', 'segment': 'varchar'
    })
)
select strftime("date", '%Y-%m'), metric, sum("value") from rows where age = 1 group by all
"""


def no_constant(text: str) -> float:
    raise AssertionError(f"{text} is not JSON")


def status(*standings: Standing) -> list[dict[str, Any]]:
    found = json.loads(status_json(list(standings)), parse_constant=no_constant)
    assert (found.keys(), found["version"]) == ({"version", "agreements"}, 1)
    return list(found["agreements"])


def period(standing: Standing, id_: str) -> dict[str, Any]:
    (commitment,) = [each for each in status(standing)[0]["commitments"] if each["id"] == id_]
    return dict(commitment["periods"][-1])


@pytest.fixture(scope="module")
def months() -> dict[tuple[str, str], Fraction]:
    """The sum of every metric in every month of the example, by SQL on its CSV files."""
    rows = duckdb.execute(SUMS, {"files": f"{SNAPSHOTS}/*.csv"}).fetchall()
    return {(month, metric): Fraction(total) for month, metric, total in rows}


def example_periods(example: Site, id_: str) -> dict[str, dict[str, Any]]:
    (commitment,) = [c for c in status(*example.standings)[0]["commitments"] if c["id"] == id_]
    return {period["id"]: period for period in commitment["periods"]}


def test_every_commitment_has_a_badge_and_a_csv(stand: Stand) -> None:
    assert [path for path, _ in site_files([stand(LEADS + CALLS)])] == [
        "status.json",
        "badges/acme/leads.json",
        "acme/commitments/leads/leads.csv",
        "badges/acme/calls.json",
        "acme/commitments/calls/calls.csv",
    ]


def test_the_status_of_an_agreement_says_what_it_is_and_when(stand: Stand) -> None:
    (agreement,) = status(stand(LEADS, ["2026-03-02,leads,1", "2026-03-02,leads,1"]))
    (warning,) = [found for found in agreement.pop("warnings") if found["rule"] == "duplicate-row"]
    assert agreement.pop("commitments")
    assert agreement == {
        "id": "acme",
        "title": "Marketing and Sales",
        "version": "1.0.0",
        "effective": "2026-01-01",
        "as_of": "2026-03-20",
    }
    assert (warning["path"], warning["line"]) == ("data/acme/snapshots/2026-03-20.csv", 3)


def test_the_status_of_a_commitment_is_that_of_its_newest_period(stand: Stand) -> None:
    (commitment,) = status(stand(LEADS, ROWS))[0]["commitments"]
    assert len(commitment.pop("periods")) == 3
    assert commitment == {
        "id": "leads",
        "title": "Qualified leads",
        "party": "marketing",
        "kind": "other",
        "every": "month",
        "sentence": "Marketing delivers at least 310 qualified leads each month.",
        "url": "acme/commitments/leads/",
        "verdict": "at risk",
        "reason": "behind the agreed pace",
    }


def test_the_status_of_a_total_has_its_numbers(stand: Stand) -> None:
    assert period(stand(LEADS, ROWS), "leads") == {
        "id": "2026-03",
        "start": "2026-03-01",
        "end": "2026-03-31",
        "closed": False,
        "verdict": "at risk",
        "reason": "behind the agreed pace",
        "actual": 155.5,
        "target": 310,
        "direction": "at_least",
        "expected": 200,
        "required_rate": float(Fraction(309, 22)),
        "missing": [],
    }


def test_the_status_of_a_share_has_its_two_counts_and_its_missing_days(stand: Stand) -> None:
    found = period(stand(CALLS, ROWS, as_of="2026-03-03"), "calls")
    assert (found["good"], found["events"], found["target"]) == (2, 3, 0.95)
    assert found["actual"] == 2 / 3
    assert found["missing"] == ["2026-03-01"]


def test_the_status_of_things_has_what_came_of_each_kind(stand: Stand) -> None:
    things = ["a,blog-post,2026-03-02", "b,blog-post,2026-03-03", "c,blog-post,2026-03-04"]
    commitments = promise("deliver: {blog-post: 2, case-study: 1}, every: month", id_="content")
    assert period(stand(commitments, ROWS, things), "content")["kinds"] == {
        "blog-post": {"delivered": 3, "agreed": 2},
        "case-study": {"delivered": 0, "agreed": 1},
    }


def test_what_was_not_measured_is_null(stand: Stand) -> None:
    found = period(stand(LEADS), "leads")
    assert (found["actual"], found["verdict"]) == (None, "no data")


def test_a_period_without_a_target_has_null_for_one(stand: Stand) -> None:
    found = period(stand(promise("total: leads, at_least: {2026-01: 9}, every: month", id_="leads")), "leads")
    assert (found["target"], found["direction"], found["expected"], found["required_rate"]) == (None,) * 4


def test_the_example_is_json_without_nan_or_infinity(example: Site) -> None:
    for path, text in example.files:
        if path.endswith(".json"):
            json.loads(text, parse_constant=no_constant)


def test_every_number_of_the_status_is_that_of_its_tally(example: Site) -> None:
    (standing,) = example.standings
    numbers = [
        (c["id"], p["id"], p["actual"], p.get("good"), p.get("events"))
        for c in status(standing)[0]["commitments"]
        for p in c["periods"]
    ]
    assert len(numbers) == 182
    assert numbers == [
        (
            id_,
            j.period.id,
            *(None if n is None else float(n) for n in (j.tally.actual, j.tally.good, j.tally.events)),
        )
        for id_, judgements in standing.judgements.items()
        for j in judgements
    ]


def test_the_leads_of_every_month_are_those_that_sql_counts(
    example: Site, months: dict[tuple[str, str], Fraction]
) -> None:
    published = {id_: p["actual"] for id_, p in example_periods(example, "qualified-leads").items()}
    assert published == {id_: float(months[id_, "mqls"]) for id_ in published}
    assert len(published) == 14


@pytest.mark.parametrize(
    ("id_", "good", "events"),
    [
        ("follow-up-24h", "leads_contacted_in_time", "leads_due"),
        ("lead-quality", "leads_returned", "mqls"),
        ("content-use", "pitches_with_content", "pitches"),
    ],
)
def test_the_share_of_every_month_is_the_one_that_sql_counts(
    example: Site, months: dict[tuple[str, str], Fraction], id_: str, good: str, events: str
) -> None:
    published = {month: p["actual"] for month, p in example_periods(example, id_).items()}
    assert published == {month: float(months[month, good] / months[month, events]) for month in published}
    assert len(published) == 14


@pytest.mark.parametrize(
    ("rows", "as_of", "message", "color"),
    [
        (["2026-03-02,leads,400"], "2026-03-20", "met", "brightgreen"),
        (["2026-03-02,leads,200"], "2026-03-20", "on track", "blue"),
        (["2026-03-02,leads,100"], "2026-03-20", "at risk", "orange"),
        (["2026-03-02,leads,100"], "2026-03-31", "missed", "red"),
        ([], "2026-03-20", "no data", "lightgrey"),
        ([], "2025-12-20", "not triggered", "lightgrey"),
    ],
)
def test_a_badge_is_an_endpoint_of_shields_io(
    stand: Stand, rows: list[str], as_of: str, message: str, color: str
) -> None:
    badge = dict(site_files([stand(LEADS, rows, as_of=as_of)]))["badges/acme/leads.json"]
    assert json.loads(badge) == {
        "schemaVersion": 1,
        "label": "Qualified leads",
        "message": message,
        "color": color,
    }


def table(standing: Standing, id_: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(commitment_csv(standing, standing.judgements[id_])), strict=True))


def test_a_csv_has_its_columns(stand: Stand) -> None:
    header, *_ = commitment_csv(stand(CALLS), ()).splitlines()
    assert header == (
        "agreement,commitment,period,start,end,verdict,reason,target,direction,actual,good,events,missing_days"
    )


def test_a_csv_has_a_row_for_every_period_the_oldest_first(stand: Stand) -> None:
    standing = stand(CALLS, ["2026-01-31,due,3", "2026-01-31,in_time,2"], as_of="2026-02-03")
    january, february = table(standing, "calls")[1:]
    assert january[:6] == ["acme", "calls", "2026-01", "2026-01-01", "2026-01-31", "unverified"]
    assert (
        january[6] == "no numbers for 30 days from 1 Jan 2026 to 30 Jan 2026, which could change the outcome"
    )
    assert january[7:] == ["0.95", "at_least", "0.6666666666666666", "2", "3", "30"]
    assert february[7:] == ["0.95", "at_least", "", "0", "0", "2"]


def test_a_period_without_a_target_has_empty_cells_for_it(stand: Stand) -> None:
    standing = stand(promise("total: leads, at_most: {2026-02: 9}, every: month", id_="leads"), ROWS)
    assert [row[7:10] for row in table(standing, "leads")[1:]] == [
        ["", "", ""],
        ["9", "at_most", ""],
        ["", "", "155.5"],
    ]


def test_no_text_in_a_csv_is_run_by_a_spreadsheet(stand: Stand) -> None:
    names = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)"]
    commitments = "".join(
        promise("total: leads, at_least: 9, every: month", f'title: "{name}"', id_=f"a{n}")
        + promise("deliver: {report: 1}, every: month", f"once: a{n}", id_=f"b{n}")
        for n, name in enumerate(names)
    )
    standing = stand(commitments, ROWS)
    cells = {cell for id_ in standing.judgements for row in table(standing, id_) for cell in row}
    assert {cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))} == set()


def test_a_number_below_zero_stays_a_number(stand: Stand) -> None:
    standing = stand(promise("level: score, at_least: -5, every: month"), ["2026-03-02,score,-7"])
    assert table(standing, "promise")[-1][7:10] == ["-5", "at_least", "-7"]


def test_lines_end_as_on_unix(stand: Stand) -> None:
    assert all("\r" not in text for _, text in site_files([stand(LEADS, ROWS)]))
