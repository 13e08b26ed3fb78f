from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import duckdb
import jsonschema
import pytest
from tests.present.conftest import ROOT, promise

from living_sla.present.status import status_json
from living_sla.present.status_schema import status_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.pipeline import Site
    from living_sla.present.subject import Standing

    Stand = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 310, every: month", "title: Qualified leads", id_="leads")
CALLS = promise("share: in_time, of: due, at_least: 95%, every: month", id_="calls", party="sales")
ROWS = ["2026-03-02,leads,155.5", "2026-03-02,due,3", "2026-03-02,in_time,2"]
SCHEMA = jsonschema.Draft202012Validator(
    status_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
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
    SCHEMA.validate(found)
    assert found["version"] == 2
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


def test_the_status_of_an_agreement_says_what_it_is_and_when(stand: Stand) -> None:
    (agreement,) = status(stand(LEADS, ["2026-03-02,leads,1", "2026-03-02,leads,1"]))
    (warning,) = [found for found in agreement.pop("warnings") if found["rule"] == "duplicate-row"]
    assert agreement.pop("commitments")
    assert agreement.pop("versions")
    assert agreement == {
        "id": "acme",
        "title": "Marketing and Sales",
        "version": "1.0.0",
        "effective": "2026-01-01",
        "as_of": "2026-03-20",
        "history": "this folder is in no git repository",
        "restatements": [],
    }
    assert (warning["path"], warning["line"]) == ("data/acme/snapshots/2026-03-20.csv", 3)


def test_the_status_of_a_commitment_is_that_of_its_newest_period(stand: Stand) -> None:
    (commitment,) = status(stand(LEADS, ROWS))[0]["commitments"]
    assert len(commitment.pop("periods")) == 3
    assert commitment == {
        "id": "leads",
        "stands": True,
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
        "version": "1.0.0",
        "closed": False,
        "verdict": "at risk",
        "reason": "behind the agreed pace",
        "actual": 155.5,
        "target": 310,
        "direction": "at_least",
        "expected": 200,
        "required_rate": float(Fraction(309, 22)),
        "missing": [],
        "closes": "2026-04-07",
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
