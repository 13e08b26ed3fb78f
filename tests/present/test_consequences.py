"""Strikes, debts and rules of cancellation in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.present.conftest import promise, version

from living_sla.judge.misses import Miss
from living_sla.judge.restatements import Step
from living_sla.judge.verdicts import Goal, Verdict
from living_sla.present.consequences import (
    count_sentence,
    debt_line,
    debt_sentence,
    miss_note,
    strike_rows,
    watch_sentence,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from living_sla.judge.consequences import Consequences
    from living_sla.present.subject import Standing

LEADS = promise("total: leads, at_least: 100, every: month")
POSTS = promise("deliver: {blog-post: 2, case-study: 1}, every: month")
GOVERNANCE = """\
remedies:
  - {id: talk, name: Talk, description: Both leads talk.}
  - {id: mend, name: Mend, description: A plan.}
strikes:
  expire_after: 6 months
  levels: [{strikes: 1, remedy: talk}, {strikes: 2, remedy: mend}]
compensation: [{commitment: promise, how: COMPENSATION}]
cancellation: [{commitment: promise, missed: 3, notice: 1 month}]
"""
MONEY = "money, amount: 40, within: 1 month"
MAKE_GOOD = "make-good, within: 1 month"


@pytest.fixture
def follow(stand: Callable[..., Standing], tmp_path: Path) -> Callable[..., Consequences]:
    """What follows from rows reported on their own days, and from a row reported `late`, on 15 March."""

    def follow_rows(  # noqa: PLR0913 what consequences are made of
        commitments: str,
        *rows: str,
        things: tuple[str, ...] = (),
        how: str = MONEY,
        as_of: str = "2026-03-20",
        actions: str = "",
        late: str = "",
    ) -> Consequences:
        folder, data = tmp_path / "agreement" / "acme", tmp_path / "data" / "acme"
        folder.mkdir(parents=True)
        (data / "snapshots").mkdir(parents=True)
        (folder / "governance.yml").write_text(GOVERNANCE.replace("COMPENSATION", how), encoding="utf-8")
        if actions:
            (data / "actions.csv").write_text(actions, encoding="utf-8")
        reported = [(row[:10], row) for row in rows] + [("2026-03-15", late)] * bool(late)
        for day, row in reported:
            (data / "snapshots" / f"{day}.csv").write_text(f"date,metric,value\n{row}\n", encoding="utf-8")
        return stand(commitments, (), things, as_of=as_of).consequences

    return follow_rows


def test_a_strike_is_a_row_with_its_days(follow: Callable[..., Consequences]) -> None:
    (row,) = strike_rows(follow(LEADS, "2026-01-31,leads,88", "2026-02-28,leads,100"))
    assert (row.promise, row.period, row.given, row.expires, row.counts, row.note) == (
        "Promise",
        "January 2026",
        "7 Feb 2026",
        "7 Aug 2026",
        True,
        "",
    )
    assert row.url == "acme/commitments/promise/#2026-01"


def test_a_strike_for_what_was_reported_late_says_so(follow: Callable[..., Consequences]) -> None:
    (row,) = strike_rows(follow(LEADS, "2026-02-28,leads,100", late="2026-01-31,leads,88"))
    assert (row.given, row.note) == ("15 Mar 2026", "added on 15 Mar 2026, when it was first reported")


def test_the_count_names_the_remedy_and_the_next(follow: Callable[..., Consequences]) -> None:
    found = follow(LEADS, "2026-01-31,leads,88", "2026-02-28,leads,100")
    assert found.owing
    told = {party: count_sentence(owing.strikes) for party, owing in found.owing.items()}
    assert told == {
        "marketing": "1 strike counts: Talk, since 7 Feb 2026; Mend at 2",
        "sales": "No strike counts; Talk at 1",
    }


def test_money_says_what_it_is_for(follow: Callable[..., Consequences]) -> None:
    (debt,) = follow(LEADS, "2026-01-31,leads,88", "2026-02-28,leads,100").debts
    assert debt_sentence(debt, date(2026, 3, 20)) == (
        "$480, for 12 leads missing in January 2026, due by 7 Mar 2026"
    )


@pytest.mark.parametrize(
    ("february", "more"),
    [
        (100, ", overdue since 7 Mar 2026"),
        (105, ", 7 leads left, overdue since 7 Mar 2026"),
        (112, ": made good"),
    ],
)
def test_a_shortfall_says_where_it_is_carried_and_what_is_left(
    follow: Callable[..., Consequences], february: int, more: str
) -> None:
    (debt,) = follow(LEADS, "2026-01-31,leads,88", f"2026-02-28,leads,{february}", how=MAKE_GOOD).debts
    told = "12 leads missing in January 2026, carried into February 2026"
    assert debt_sentence(debt, date(2026, 3, 20)) == told + more


def test_things_are_missing_by_kind(follow: Callable[..., Consequences]) -> None:
    (debt, *_) = follow(POSTS, things=("a,blog-post,2026-01-05",), how=MAKE_GOOD, as_of="2026-02-20").debts
    assert debt_sentence(debt, date(2026, 2, 20)) == (
        "1 blog post and 1 case study missing in January 2026, carried into February 2026, due by 7 Mar 2026"
    )


BY_FRIDAY = promise("deliver: {report: 2}, every: week, by: friday")
BY_THE_20TH = promise("total: leads, at_least: 100, every: month, by: 20")


@pytest.mark.parametrize(
    ("days", "how", "told"),
    [
        (
            [],
            MAKE_GOOD,
            "2 pipeline reports missing on 9 Jan 2026, carried into week to 18 Jan 2026, overdue",
        ),
        ([10, 11], MAKE_GOOD, "2 pipeline reports missing on 9 Jan 2026: made good within the week"),
        ([10, 11], MONEY, "$80, for 2 pipeline reports missing on 9 Jan 2026, due by 18 Feb 2026"),
        (
            [10, 12, 13, 14],
            MAKE_GOOD,
            "2 pipeline reports missing on 9 Jan 2026, carried into week to 18 Jan 2026: made good",
        ),
    ],
)
def test_what_came_after_its_day_was_missing_on_that_day(
    follow: Callable[..., Consequences], days: list[int], how: str, told: str
) -> None:
    things = tuple(f"r-{day},report,2026-01-{day:02}" for day in days)
    debts = follow(BY_FRIDAY, things=things, how=how, as_of="2026-03-20").debts
    (debt,) = (debt for debt in debts if debt.miss.key[1] == "2026-W02")
    assert debt_sentence(debt, date(2026, 3, 20)).startswith(told)


def test_a_total_is_missing_on_its_day(follow: Callable[..., Consequences]) -> None:
    rows = ("2026-01-20,leads,88", "2026-01-25,leads,5", "2026-02-20,leads,100")
    (debt,) = follow(BY_THE_20TH, *rows, how=MAKE_GOOD).debts
    assert debt_sentence(debt, date(2026, 3, 20)) == (
        "12 leads missing on 20 Jan 2026, carried into February 2026, 7 leads left, overdue since 7 Mar 2026"
    )


SHARE = promise("share: returned, of: leads, at_least: 95%, every: month")
FEEDBACK = promise("answer: report, with: feedback, within: 1 day, every: month")
TRAINING = promise("before: launch, deliver: training, ahead: 7 days, every: month")
LIMIT = promise("total: returned, at_most: 5, every: month")
BUDGET = promise("total: cost, at_most: 1000, every: month")
REVENUE = promise("total: revenue, at_least: 500, every: month")


@pytest.mark.parametrize(
    ("commitments", "rows", "things", "told"),
    [
        (LEADS, ["2026-01-31,leads,99"], (), "$40, for 1 missing of Qualified leads"),
        (LEADS, ["2026-01-31,leads,98.5"], (), "$60, for 1.5 leads missing"),
        (LIMIT, ["2026-01-31,returned,9"], (), "$160, for 4 leads above the limit"),
        (LIMIT, ["2026-01-31,returned,6"], (), "$40, for 1 above the limit of Leads returned"),
        (BUDGET, ["2026-01-31,cost,1240"], (), "$9,600, for $240 above the limit"),
        (REVENUE, ["2026-01-31,revenue,499"], (), "$40, for $1 missing"),
        (
            SHARE,
            ["2026-01-30,returned,79", "2026-01-31,leads,100"],
            (),
            "$640, for 16 missing of Leads returned",
        ),
        (POSTS, [], ("a,blog-post,2026-01-05",), "$80, for 1 blog post and 1 case study missing"),
        (FEEDBACK, [], ("r,report,2026-01-05",), "$40, for 1 written feedback missing"),
        (
            TRAINING,
            [],
            ("l,launch,2026-01-25", "m,launch,2026-01-26"),
            "$80, for 2 training sessions missing",
        ),
    ],
    ids=["one", "part", "limit", "one-above", "money-above", "money", "share", "things", "answer", "before"],
)
def test_what_is_owed_names_its_unit_or_its_metric(
    follow: Callable[..., Consequences],
    commitments: str,
    rows: list[str],
    things: tuple[str, ...],
    told: str,
) -> None:
    how = "money, amount: 40"
    debt = follow(commitments, *rows, things=things, how=how, as_of="2026-02-20").debts[0]
    assert debt_sentence(debt, date(2026, 2, 20)) == f"{told} in January 2026"


def test_one_that_is_left_has_no_unit(follow: Callable[..., Consequences]) -> None:
    (debt,) = follow(LEADS, "2026-01-31,leads,88", "2026-02-28,leads,111", how="make-good").debts
    assert debt_sentence(debt, date(2026, 3, 20)) == (
        "12 leads missing in January 2026, carried into February 2026, 1 left"
    )


def test_a_debt_names_its_promise_where_a_list_has_several(follow: Callable[..., Consequences]) -> None:
    (debt,) = follow(LEADS, "2026-01-31,leads,88").debts[:1]
    assert debt_line(debt, date(2026, 2, 20)) == (
        "Promise: $480, for 12 leads missing in January 2026, due by 7 Mar 2026"
    )


def test_a_rule_says_how_far_it_is(follow: Callable[..., Consequences]) -> None:
    (watch,) = follow(LEADS, "2026-01-31,leads,88", "2026-02-28,leads,90").watches
    assert (
        watch_sentence(watch) == "2 of 3 missed in a row; open on 7 Apr 2026 at the earliest; notice: 1 month"
    )


def test_a_rule_that_is_open_says_since_when_and_the_end(follow: Callable[..., Consequences]) -> None:
    rows = ["2026-01-31,leads,88", "2026-02-28,leads,90", "2026-03-31,leads,90"]
    (watch,) = follow(LEADS, *rows, as_of="2026-04-20").watches
    assert watch_sentence(watch) == (
        "3 of 3 missed in a row; open since 7 Apr 2026; with notice now, the end would be 20 May 2026; "
        "notice: 1 month"
    )


def test_what_numbers_that_are_missing_could_make_of_a_rule_is_said(
    follow: Callable[..., Consequences],
) -> None:
    daily = promise("total: mqls, at_least: 100, every: month")
    (watch,) = follow(daily, "2026-01-31,mqls,88", as_of="2026-02-20").watches
    assert watch_sentence(watch).startswith(
        "0 of 3 missed in a row; could become 1 of 3, for numbers are missing; "
    )


def test_a_restatement_that_added_a_strike_is_named_with_its_numbers(example_standing: Standing) -> None:
    notes = [row.note for row in strike_rows(example_standing.consequences) if row.note]
    assert notes == ["added on 20 Apr 2026: 504 of 500 leads became 488 of 500 leads"]


STRIKES = """\
remedies: [{id: talk, name: Talk, description: Both leads talk.}]
strikes: {expire_after: 6 months, levels: [{strikes: 1, remedy: talk}]}
"""


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (100, 80, "taken back on 10 Apr 2026, by version 1.1.0 of the agreement"),
        (80, 100, "added on 10 Apr 2026, by version 1.1.0 of the agreement"),
    ],
)
def test_a_strike_that_another_text_added_or_took_back_names_its_version(
    retell: Callable[..., Standing], before: int, after: int, note: str
) -> None:
    first, second = (
        version(number, "2026-01-01", LEADS.replace("at_least: 100", f"at_least: {target}"), on=on)
        for number, target, on in [("1.0.0", before, "2025-12-15"), ("1.1.0", after, "2026-04-10")]
    )
    for text in (first, second):
        text.files["governance.yml"] = STRIKES
    reports = {"2026-02-01": ["2026-01-31,leads,88"], "2026-04-10": ["2026-03-31,leads,100"]}
    standing = retell(first, second, reports=reports, as_of="2026-04-20")
    assert [row.note for row in strike_rows(standing.consequences) if row.period == "January 2026"] == [note]


def test_a_strike_that_the_same_numbers_added_is_told_by_its_verdicts(
    follow: Callable[..., Consequences],
) -> None:
    once = promise("total: leads, at_least: 100, every: month", "once: other") + promise(
        "total: returned, at_least: 10, every: month", id_="other", party="sales"
    )
    found = follow(once, "2026-01-31,leads,88", "2026-01-30,returned,9", late="2026-01-30,returned,12")
    notes = [row.note for row in strike_rows(found) if row.promise == "Promise"]
    assert notes == ["added on 15 Mar 2026: not triggered became missed"]


def test_a_strike_that_a_late_plan_added_says_so(stand: Callable[..., Standing]) -> None:
    standing = stand(LEADS, ["2026-01-31,leads,88", "2026-02-28,leads,100"])
    missed, _, _ = standing.judgements["promise"]
    before = replace(missed, verdict=Verdict.MET, goal=Goal(80))
    step = Step(date(2026, 3, 15), before, missed, ())
    assert miss_note(Miss(missed, date(2026, 3, 15), step)) == (
        "added on 15 Mar 2026, when the plan that sets its target was frozen"
    )
