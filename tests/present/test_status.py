from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import duckdb
import jsonschema
import pytest
from tests.present.conftest import ROOT, promise, version

from living_sla.pipeline import judge_loaded
from living_sla.present.status import status_json
from living_sla.present.status_schema import status_schema
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
    assert agreement.pop("consequences")
    assert agreement == {
        "id": "acme",
        "title": "Marketing and Sales",
        "version": "1.0.0",
        "effective": "2026-01-01",
        "as_of": "2026-03-20",
        "history": "this folder is in no git repository",
        "restatements": [],
        "plan": None,
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
        "forecast": {
            "low": None,
            "middle": None,
            "high": None,
            "chance": None,
            "why_not": "too little history for a forecast",
        },
    }


def test_an_open_period_has_its_forecast(example: Site) -> None:
    (newest, closed) = (example_periods(example, "qualified-leads")[id_] for id_ in ("2026-11", "2026-10"))
    forecast = newest["forecast"]
    assert [forecast[key] for key in ("low", "middle", "high", "why_not")] == [421, 456, 490, ""]
    assert round(forecast["chance"], 2) == 0.03
    assert "forecast" not in closed


def test_what_follows_from_misses_is_there_for_programs(example: Site) -> None:
    found = status(*example.standings)[0]["consequences"]
    assert found["parties"][0] == {
        "party": "marketing",
        "strikes": 3,
        "level": {"strikes": 3, "remedy": "shared-resources"},
        "since": "2026-09-07",
        "next_level": {"strikes": 5, "remedy": "renegotiation"},
        "overdue_actions": 1,
    }
    assert {
        key: len(found[key]) for key in ("strikes", "debts", "cancellation", "actions", "unanswered")
    } == {
        "strikes": 16,
        "debts": 8,
        "cancellation": 3,
        "actions": 12,
        "unanswered": 8,
    }


def test_an_owner_is_told_by_role_unless_persons_are_named(stand: Stand, tmp_path: Path) -> None:
    stand(LEADS)
    terms = tmp_path / "agreement" / "acme" / "agreement.yml"
    desk = "{name: Marketing, contacts: {desk: {name: Jo Bo, role: Lead desk}}, "
    terms.write_text(terms.read_text(encoding="utf-8").replace("{name: Marketing, ", desk), encoding="utf-8")
    (tmp_path / "data" / "acme" / "actions.csv").write_text(
        "id,commitment,period,opened,action,owner,due\n"
        "a,leads,2026-01,2026-02-09,Call earlier,desk,2026-02-20\n"
        "b,leads,2026-01,2026-02-09,Call twice,marketing,2026-02-20\n",
        encoding="utf-8",
    )
    (loaded,) = load_project(Project(tmp_path))
    standing = judge_loaded(loaded, date(2026, 3, 20))
    actions = status(standing)[0]["consequences"]["actions"]
    assert [action["owner"] for action in actions] == ["Lead desk", "Marketing"]


def test_a_strike_says_which_restatement_brought_it(example: Site) -> None:
    strikes = status(*example.standings)[0]["consequences"]["strikes"]
    assert [strike for strike in strikes if strike["added_by_restatement"]] == [
        {
            "commitment": "qualified-leads",
            "period": "2026-03",
            "party": "marketing",
            "given": "2026-04-20",
            "expires": "2026-10-20",
            "counts": False,
            "added_by_restatement": True,
            "taken_back": None,
        }
    ]


def test_a_debt_says_what_is_left_of_it(example: Site) -> None:
    debts = status(*example.standings)[0]["consequences"]["debts"]
    (content,) = [debt for debt in debts if (debt["commitment"], debt["period"]) == ("content", "2026-07")]
    assert content == {
        "commitment": "content",
        "period": "2026-07",
        "party": "marketing",
        "how": "make-good",
        "money": None,
        "currency": "USD",
        "missing": {"case-study": 1},
        "left": {"case-study": 1},
        "carried_into": "2026-08",
        "due": "2026-09-07",
        "overdue": True,
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


FIXED = "revenue: {}\naverage_sale: {}\nwin_rate: {}\ntargets: {{leads: mqls}}\n"


@pytest.mark.parametrize(
    ("revenue", "sale", "rate", "found"),
    [
        ("5000", "100", "50%", {"customers": 50, "target": 100, "lead_value": 50}),
        ("700", "100", "5%", {"customers": 7, "target": 140, "lead_value": 5}),
        ("160000", "160000", "1%", {"customers": 1, "target": 100, "lead_value": 1600}),
    ],
)
def test_the_plan_of_the_month_has_the_numbers_of_the_worked_cases(
    planned: Stand, revenue: str, sale: str, rate: str, found: dict[str, int]
) -> None:
    plan = status(planned(FIXED.format(revenue, sale, rate)))[0]["plan"]
    (part,) = plan["parts"]
    assert {key: part[key] for key in found} == found
    assert plan["targets"] == {"mqls": found["target"]}


COHORTS = """\
revenue: 12000
average_sale: 400
win_rate: {observed: customers, of: mqls}
sales_cycle: 6 months
targets: {leads: mqls}
"""


def test_a_plan_with_a_cycle_of_six_months_looks_at_the_cohorts_of_the_half_year_before_the_last(
    planned: Stand,
) -> None:
    days = [date(2013, 2, 1) + timedelta(days=n) for n in range(181)]
    rows = [*(f"{day},mqls,10" for day in days), "2013-02-01,customers,181", "2014-02-10,customers,1"]
    plan = status(planned(COHORTS, rows, as_of="2014-02-10", effective="2013-01-01"))[0]["plan"]
    assert (plan["month"], plan["window"]) == ("2014-02", {"from": "2013-02-01", "to": "2013-07-31"})
    rate = plan["inputs"][-1]
    assert (rate["input"], rate["exact"], rate["fixed"]) == ("win rate", "1/10", False)
    assert plan["targets"] == {"mqls": 300}


def test_a_plan_without_a_number_says_why(planned: Stand) -> None:
    plan = status(planned(COHORTS))[0]["plan"]
    assert (plan["parts"], plan["targets"], plan["gap"]) == ([], {}, None)
    assert [(problem["rule"], problem["message"]) for problem in plan["problems"]] == [
        ("history", "the cohorts of 2025-03-01 to 2025-08-31 are not complete: there are no data")
    ]


def test_a_frozen_month_has_what_it_asked_for_and_what_came(planned: Stand) -> None:
    promised = promise("total: mqls, at_least: 90, every: month", id_="volume")
    rows = ["2026-02-02,mqls,60", "2026-02-03,mqls,20", "2026-03-19,mqls,5"]
    plan = FIXED.format("5000", "100", "50%")
    standing = planned(plan, rows, commitments=promised, frozen={"2026-02": "2026-01-31"})
    (month,) = status(standing)[0]["plan"]["frozen"]
    told = {
        key: month[key] for key in ("month", "as_of", "late", "targets", "agreed", "came", "delivered_value")
    }
    assert told == {
        "month": "2026-02",
        "as_of": "2026-01-31",
        "late": False,
        "targets": {"mqls": 100},
        "agreed": 90,
        "came": 80,
        "delivered_value": 4000,
    }


def test_what_has_drifted_is_told(planned: Stand) -> None:
    promised = promise("total: mqls, at_least: 90, every: month", id_="volume")
    plan = status(planned(FIXED.format("5000", "100", "50%"), commitments=promised))[0]["plan"]
    assert plan["drift"] == [{"commitment": "volume", "agreed": 90, "asked": 100, "frozen": False}]


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


def test_every_step_of_a_restatement_has_its_day(retell: Callable[..., Standing]) -> None:
    march = {"2026-04-01": [f"2026-03-{day:02},leads,10" for day in range(1, 32)]}
    later = {"2026-04-20": ["2026-03-31,leads,9"], "2026-04-21": ["2026-03-31,leads,11"]}
    agreed = version("1.0.0", "2026-03-01", LEADS, on="2026-02-15")
    (found,) = status(retell(agreed, reports=march | later, as_of="2026-04-25"))[0]["restatements"]
    step = {"version": "1.0.0", "strikes": 0}
    assert found["steps"] == [
        {"on": "2026-04-20", "verdict": "missed", "actual": 309} | step,
        {"on": "2026-04-21", "verdict": "met", "actual": 311} | step,
    ]
