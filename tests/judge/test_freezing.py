"""A plan is frozen as it is, judged by only as it was frozen, and held against what is asked for now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from tests.plans import agreement_of, month_of, plan_of, record_of

from living_sla.judge.commitments import InForce, Judgement, judge_agreement
from living_sla.judge.freezing import find_drift, freeze, is_same_month, next_to_freeze
from living_sla.judge.restatements import Agreed, Restatement, find_restatements
from living_sla.judge.verdicts import Goal, Reason, Verdict
from living_sla.record.loading import Record
from living_sla.record.snapshots import Series

if TYPE_CHECKING:
    from collections.abc import Iterable

    from living_sla.agreement.ledger import Ledger
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.freezing import Drift

PLAN = """\
revenue: 150000
marketing_share: 60%
average_sale: 4000
win_rate: 5%
targets: {leads: mqls, customers: customers, revenue: new_revenue}
capacity: {representatives: 6, leads_each: 90}
"""
PLANNED = "  - {id: volume, party: marketing, measure: {total: mqls, at_least: plan, every: month}}\n"
FEBRUARY = date(2026, 2, 27)


def frozen(plan: str = PLAN, month: str = "2026-03") -> Ledger:
    return freeze(plan_of(plan, month=month), as_of=FEBRUARY, commit="abc123")


def test_a_ledger_says_when_and_by_what_it_was_worked_out() -> None:
    ledger = frozen()
    assert (ledger.month, ledger.version, ledger.commit, ledger.as_of) == (
        "2026-03", "1.0.0", "abc123", FEBRUARY
    )  # fmt: skip


def test_a_ledger_holds_the_exact_inputs_and_their_places() -> None:
    assert [(row.input, row.value, row.place) for row in frozen().inputs] == [
        ("revenue goal", 150_000, "agreement/acme/plan.yml:1"),
        ("marketing's share", Fraction(3, 5), "agreement/acme/plan.yml:2"),
        ("average sale", 4000, "agreement/acme/plan.yml:3"),
        ("win rate", Fraction(1, 20), "agreement/acme/plan.yml:4"),
    ]


def test_a_ledger_holds_the_target_of_every_metric() -> None:
    assert frozen().targets == {"mqls": 450, "customers": 23, "new_revenue": 150_000}


def test_a_ledger_keeps_what_leads_were_worth() -> None:
    assert [part.lead_value for part in frozen().parts] == [200]


def test_the_same_numbers_are_the_same_month_on_any_day_and_line() -> None:
    moved = freeze(plan_of("# The plan\n" + PLAN), as_of=date(2026, 3, 9), commit="def456")
    assert is_same_month(frozen(), moved)


def test_another_number_is_another_month() -> None:
    assert not is_same_month(frozen(), frozen(PLAN.replace("5%", "5.1%")))


def test_a_month_is_frozen_late_once_it_has_begun() -> None:
    days = (date(2026, 2, 28), date(2026, 3, 1))
    plan = plan_of(PLAN)
    assert [freeze(plan, as_of=day).is_late for day in days] == [False, True]


# --- judged by the frozen months


def judged(month: str, *ledgers: Ledger, leads: int = 450) -> Judgement:
    record = replace(
        record_of([f"{month}-01,mqls,{leads}"]), plan={ledger.month: ledger for ledger in ledgers}
    )
    found = judge_agreement([InForce(agreement_of(PLAN, PLANNED))], record, date(2026, 5, 31))
    return next(judgement for judgement in found["volume"] if judgement.period.id == month)


def test_a_promise_to_keep_the_plan_is_judged_by_its_frozen_month() -> None:
    assert judged("2026-03", frozen()).goal == Goal(450)


def test_each_month_is_judged_by_its_own() -> None:
    other = frozen(PLAN.replace("5%", "10%"), "2026-04")
    assert judged("2026-04", frozen(), other).goal == Goal(225)


def test_a_month_that_was_not_frozen_has_no_target_whatever_the_plan_says() -> None:
    judgement = judged("2026-04", frozen())
    assert (judgement.verdict, judgement.reason, judgement.goal) == (
        Verdict.NOT_TRIGGERED, Reason.NO_TARGET, None
    )  # fmt: skip


def test_a_frozen_month_without_the_metric_has_no_target() -> None:
    text = PLAN.replace("leads: mqls", "leads: office_leads")
    assert judged("2026-03", frozen(text)).reason is Reason.NOT_PLANNED


FOLLOWS = (
    "  - {id: follow-up, party: sales, once: volume, measure: {total: mqls, at_least: 1, every: month}}\n"
)


@pytest.mark.parametrize(
    ("day", "reason"),
    [(date(2026, 3, 20), Reason.CONDITION_OPEN), (date(2026, 3, 31), Reason.CONDITION_MISSED)],
)
def test_a_month_that_can_still_be_frozen_leaves_open_what_waits_for_it(day: date, reason: Reason) -> None:
    versions = [InForce(agreement_of(PLAN, PLANNED + FOLLOWS))]
    found = judge_agreement(versions, record_of(["2026-03-01,mqls,450"]), day)
    assert found["follow-up"][-1].reason is reason


def test_a_day_before_the_month_was_frozen_knew_no_target() -> None:
    record = replace(record_of(["2026-02-01,mqls,1"]), plan={"2026-03": frozen()})
    known = [day for day in (date(2026, 2, 26), FEBRUARY) if record.as_of(day).plan]
    assert known == [FEBRUARY]


# --- frozen only when the month was over


def restated_by(ledger: Ledger, rows: list[str]) -> Restatement:
    record, as_of = replace(record_of(rows), plan={ledger.month: ledger}), date(2026, 5, 31)
    versions = [InForce(agreement_of(PLAN, PLANNED))]
    agreed = Agreed(lambda _day: versions, ())
    found = find_restatements(agreed, record, judge_agreement(versions, record, as_of), as_of)
    return found["volume", "2026-03"]


def test_a_month_frozen_after_closing_is_told_as_a_restatement_on_the_day_it_was_frozen() -> None:
    late = freeze(plan_of(PLAN), as_of=date(2026, 4, 20))
    found = restated_by(late, [f"2026-03-{day:02},mqls,15" for day in range(1, 32)])
    (step,) = found.steps
    assert (found.as_closed.verdict, found.as_closed.goal) == (Verdict.NOT_TRIGGERED, None)
    assert (found.as_it_stands.verdict, found.as_it_stands.goal) == (Verdict.MET, Goal(450))
    assert (found.closed_on, step.on, step.is_replanned) == (date(2026, 4, 7), date(2026, 4, 20), True)


def test_a_month_frozen_before_it_was_closed_is_no_restatement() -> None:
    late = freeze(plan_of(PLAN), as_of=date(2026, 4, 7))
    with pytest.raises(KeyError):
        restated_by(late, [f"2026-03-{day:02},mqls,15" for day in range(1, 32)])


# --- the months that can still be frozen


def to_freeze(newest: str, *ledgers: Ledger, month: str = "2026-03") -> str:
    record = replace(record_of([f"{newest},mqls,1"]), plan={ledger.month: ledger for ledger in ledgers})
    return next_to_freeze(plan_of(PLAN, month=month), record).id


@pytest.mark.parametrize(
    ("newest", "month"), [("2026-02-28", "2026-03"), ("2026-03-01", "2026-04"), ("2026-05-09", "2026-06")]
)
def test_the_next_month_to_freeze_has_not_begun(newest: str, month: str) -> None:
    assert to_freeze(newest) == month


def reported(day: str, on: str) -> Record:
    """One lead of a day, reported on another."""
    (found,) = record_of([f"{day},mqls,1"]).of("mqls").reports.values()
    key = date.fromisoformat(day), ""
    return Record({"mqls": Series({key: (replace(found[0], reported_on=date.fromisoformat(on)),)})}, ())


def test_a_month_has_begun_when_a_day_before_it_was_reported_in_it() -> None:
    record = reported("2026-03-31", on="2026-05-02")
    assert next_to_freeze(plan_of(PLAN), record).id == "2026-06"


def test_a_month_has_begun_on_a_later_day_that_knew_no_other_report() -> None:
    record = reported("2026-03-31", on="2026-04-01")
    assert next_to_freeze(plan_of(PLAN), record, date(2026, 6, 9)).id == "2026-07"


def test_another_target_is_proposed_from_the_month_that_had_not_begun_at_the_newest_report() -> None:
    (found,) = find_drift(plan_of(PLAN, commitments=FIXED), reported("2026-03-31", on="2026-05-02"))
    assert (found.begins, found.proposed) == ("2026-06", 450)


def test_the_next_month_to_freeze_is_not_frozen_yet() -> None:
    assert to_freeze("2026-03-01", frozen(month="2026-04"), frozen(month="2026-05")) == "2026-06"


def test_without_data_the_month_of_the_plan_is_the_next_to_freeze() -> None:
    assert next_to_freeze(plan_of(PLAN), record_of()).id == "2026-03"


# --- drift

RUNNING = ["2026-03-09,mqls,1"]
FIXED = PLANNED.replace("at_least: plan", "at_least: 412")
TABLE = PLANNED.replace("at_least: plan", "at_least: {2026-02: 400, 2026-03: 412}")


def drifts(
    commitments: str, *ledgers: Ledger, plan: str = PLAN, rows: Iterable[str] = ()
) -> list[tuple[Exact, Exact]]:
    return [(row.agreed, row.asked) for row in drift(commitments, *ledgers, plan=plan, rows=rows)]


def drift(
    commitments: str, *ledgers: Ledger, plan: str = PLAN, rows: Iterable[str] = ()
) -> tuple[Drift, ...]:
    record = replace(record_of(rows), plan={ledger.month: ledger for ledger in ledgers})
    return find_drift(plan_of(plan, commitments=commitments), record)


def test_a_plan_that_asks_for_what_is_frozen_has_no_drift() -> None:
    assert drifts(PLANNED, frozen()) == []


def test_a_month_that_is_not_frozen_has_no_drift() -> None:
    assert drifts(PLANNED, frozen(month="2026-02")) == []


def test_todays_win_rate_asks_for_more_than_is_frozen() -> None:
    ledgers = (frozen(month="2026-02"), frozen())
    assert drifts(PLANNED, *ledgers, plan=PLAN.replace("5%", "4%")) == [(450, 563)]


def test_a_fixed_target_is_held_against_the_plan_too() -> None:
    assert drifts(FIXED) == [(412, 450)]


def test_a_target_left_to_the_plan_is_never_proposed_to_be_another() -> None:
    (row,) = drift(PLANNED, frozen(), plan=PLAN.replace("5%", "4%"), rows=RUNNING)
    assert (row.is_frozen, row.begins, row.proposed, row.table) == (True, "2026-04", None, {})


def test_a_table_of_targets_keeps_its_other_months() -> None:
    (row,) = drift(TABLE)
    assert (row.begins, row.proposed, row.table) == ("2026-03", 450, {"2026-02": 400, "2026-03": 450})


def test_a_month_that_has_begun_keeps_its_target_and_the_next_gets_its_own() -> None:
    goals = PLAN.replace("revenue: 150000", "revenue: {2026-03: 150000, 2026-04: 200000}")
    (row,) = drift(TABLE, plan=goals, rows=RUNNING)
    assert (row.agreed, row.asked, row.begins, row.proposed) == (412, 450, "2026-04", 600)
    assert row.table == {"2026-02": 400, "2026-03": 412, "2026-04": 600}


def test_one_number_for_all_months_is_proposed_from_the_next_on() -> None:
    goals = PLAN.replace("revenue: 150000", "revenue: {2026-03: 150000, 2026-04: 200000}")
    (row,) = drift(FIXED, plan=goals, rows=RUNNING)
    assert (row.begins, row.proposed, row.table) == ("2026-04", 600, {})


def test_nothing_is_proposed_where_the_next_month_asks_for_what_is_agreed() -> None:
    goals = PLAN.replace("revenue: 150000", "revenue: {2026-03: 120000, 2026-04: 150000}")
    (row,) = drift(FIXED.replace("412", "450"), plan=goals, rows=RUNNING)
    assert (row.agreed, row.asked, row.proposed) == (450, 360, None)


def test_nothing_is_proposed_where_the_next_month_has_no_plan() -> None:
    goals = PLAN.replace("revenue: 150000", "revenue: {2026-03: 150000}")
    (row,) = drift(TABLE, plan=goals, rows=RUNNING)
    assert (row.begins, row.proposed, row.table) == ("2026-04", None, {})


def test_a_promise_of_a_quarter_is_not_held_against_the_plan_of_a_month() -> None:
    quarterly = PLANNED.replace("at_least: plan, every: month", "at_least: 900, every: quarter")
    assert drifts(quarterly) == []


def test_the_month_is_that_of_the_plan() -> None:
    assert plan_of(PLAN).month == month_of("2026-03")
