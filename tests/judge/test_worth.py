"""What a month of leads is worth, day by day, and what the plan's leads are worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plans import agreement_of, month_of, plan_of, record_of

from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.judge.freezing import freeze
from living_sla.judge.worth import Delivered, Worth, delivered_value, judge_worth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from living_sla.agreement.ledger import Ledger

UNTIMED = settings(deadline=None)  # no test measures time
LEADS = "total: leads_by_region, at_least: 350, every: month"
# A lead of East is worth 60 and one of West 50; the plan asks for 250 and 100 of them.
REGIONS = """\
revenue: 20000
average_sale: 500
win_rate: 10%
targets: {leads: leads_by_region}
by: region
segments:
  East: {part: 75%, average_sale: 600}
  West: {part: 25%}
"""
WHOLE = "revenue: 20000\naverage_sale: 500\nwin_rate: 10%\ntargets: {leads: leads_by_region}\n"
ROWS = (
    "2026-03-02,leads_by_region,10,East", "2026-03-02,leads_by_region,4,West",
    "2026-03-04,leads_by_region,3,East",
)  # fmt: skip


def worth_of(  # noqa: PLR0913 what a worth stands on
    plan: str = REGIONS,
    rows: Iterable[str] = ROWS,
    *,
    measure: str = LEADS,
    more: str = "",
    as_of: str = "2026-03-04",
    frozen: Ledger | None = None,
) -> Worth | None:
    """The worth of the newest period of one promise."""
    commitment = f"  - id: leads\n    party: marketing\n    measure: {{{measure}}}\n{more}"
    agreement = agreement_of(plan, commitment)
    record = replace(record_of(rows), plan={frozen.month: frozen} if frozen else {})
    newest = judge_agreement([InForce(agreement)], record, date.fromisoformat(as_of))["leads"][-1]
    return judge_worth(newest, agreement, record)


def told(found: Worth | None) -> Worth:
    assert found is not None
    return found


def frozen_march() -> Ledger:
    """March as frozen when a sale to East brought 900: a lead of it is worth 90, and 167 are asked for."""
    return freeze(plan_of(REGIONS.replace("600", "900")), as_of=date(2026, 2, 20))


def test_leads_are_worth_what_their_segment_closes() -> None:
    assert told(worth_of()).value == 13 * 60 + 4 * 50


def test_the_goal_is_what_the_leads_that_the_plan_asks_for_are_worth() -> None:
    found = told(worth_of())
    assert (found.asked, found.goal) == (350, 250 * 60 + 100 * 50)


def test_whole_leads_are_asked_for_of_each_segment() -> None:
    found = told(worth_of(REGIONS.replace("20000", "20002")))
    assert (found.asked, found.goal) == (352, 251 * 60 + 101 * 50)


def test_the_course_adds_up_by_day_and_has_gaps_where_the_leads_have_them() -> None:
    assert told(worth_of()).course.actual == (None, 800, None, 980)


def test_the_course_asks_for_money_at_the_pace_of_the_promise() -> None:
    expected = told(worth_of(more="    pace: working-days\n")).course.expected
    a_day = Fraction(20000, 22)
    assert expected[:3] == (0, a_day, 2 * a_day)  # 1 March 2026 is a Sunday
    assert (len(expected), expected[-1]) == (31, 20000)


def test_a_frozen_month_keeps_the_values_and_the_goal_it_was_frozen_with() -> None:
    found = told(worth_of(frozen=frozen_march()))
    assert (found.value, found.asked, found.goal) == (13 * 90 + 4 * 50, 267, 167 * 90 + 100 * 50)
    assert found.course.expected[-1] == found.goal
    assert found.course.actual[-1] == found.value


def test_leads_of_a_segment_without_a_value_count_no_money_and_are_named() -> None:
    found = told(worth_of(rows=(*ROWS, "2026-03-04,leads_by_region,5,North")))
    assert (found.value, found.course.actual[-1]) == (980, 980)
    assert [(row.segment, row.came, row.value, row.goal) for row in found.unvalued] == [("North", 5, 0, 0)]


def test_a_segment_from_which_none_came_is_asked_for_all_the_same() -> None:
    found = told(worth_of(rows=["2026-03-02,leads_by_region,1,East"]))
    assert [(row.segment, row.came, row.goal) for row in found.segments] == [
        ("East", 1, 15000),
        ("West", 0, 5000),
    ]


def test_of_a_plan_without_segments_every_lead_has_the_same_value() -> None:
    found = told(worth_of(WHOLE))
    assert [(row.segment, row.came, row.value) for row in found.segments] == [("", 17, 850)]
    assert found.course.actual == (None, 700, None, 850)


def test_leads_of_days_that_do_not_count_are_worth_nothing() -> None:
    found = told(worth_of(measure=f"{LEADS}, by: 3rd"))
    assert (found.value, found.course.actual) == (800, (None, 800, None))


@pytest.mark.parametrize(("agreed", "is_agreed"), [("350", True), ("349", False), ("{2026-01: 350}", False)])
def test_it_is_told_whether_the_planned_leads_are_those_promised(agreed: str, *, is_agreed: bool) -> None:
    found = told(worth_of(measure=LEADS.replace("350", agreed)))
    assert (found.is_agreed, found.course.expected[-1]) == (is_agreed, 20000)


def test_leads_left_to_a_plan_that_is_not_frozen_have_its_goal_and_no_promise() -> None:
    found = told(worth_of(measure=LEADS.replace("350", "plan")))
    assert (found.is_agreed, found.goal, found.course.expected[-1]) == (False, 20000, 20000)


@pytest.mark.parametrize(
    "measure",
    [
        "total: mqls, at_least: 350, every: month",
        "total: leads_by_region, at_least: 350, every: quarter",
        "total: leads_by_region, at_most: 350, every: month",
        "share: customers, of: leads_by_region, at_least: 5%, every: month",
    ],
)
def test_only_a_monthly_promise_of_the_plans_leads_has_a_worth(measure: str) -> None:
    assert worth_of(measure=measure) is None


def test_without_a_plan_without_its_number_and_without_leads_there_is_no_worth() -> None:
    unfinished = REGIONS.replace("revenue: 20000", "revenue: {2026-02: 20000}")
    assert [worth_of(""), worth_of(unfinished), worth_of(rows=())] == [None, None, None]


def test_a_version_without_a_plan_is_worth_what_the_shown_one_says() -> None:
    commitment = f"  - id: leads\n    party: marketing\n    measure: {{{LEADS}}}\n"
    shown, record = agreement_of(REGIONS, commitment), record_of(ROWS)
    version = InForce(agreement_of("", commitment))
    newest = judge_agreement([version], record, date(2026, 3, 4))["leads"][-1]
    assert told(judge_worth(newest, shown, record)).value == 980


# --- what came of a month


def came(plan: str, rows: Iterable[str]) -> Delivered | None:
    return delivered_value(plan_of(plan), "leads_by_region", record_of(rows), month_of("2026-03"))


def test_what_was_delivered_is_told_in_leads_and_in_money() -> None:
    assert came(REGIONS, (*ROWS, "2026-04-01,leads_by_region,99,East")) == Delivered(17, 13 * 60 + 4 * 50, 0)


def test_leads_of_a_segment_without_a_value_are_told_and_not_guessed() -> None:
    assert came(REGIONS, (*ROWS, "2026-03-05,leads_by_region,5,North")) == Delivered(22, 980, 5)


def test_of_a_plan_without_segments_every_lead_delivered_has_the_same_value() -> None:
    assert came(WHOLE, ROWS) == Delivered(17, 17 * 50, 0)


def test_where_no_leads_were_reported_nothing_was_delivered() -> None:
    assert came(REGIONS, ["2026-04-01,leads_by_region,99,East"]) is None


def test_leads_of_which_none_came_are_worth_nothing() -> None:
    assert came(REGIONS, ["2026-03-02,leads_by_region,0,North"]) == Delivered(0, 0, 0)


DAYS = st.tuples(
    st.integers(1, 31), st.sampled_from(["East", "West", "North"]), st.fractions(0, 999, max_denominator=8)
)


@UNTIMED
@given(st.lists(DAYS, unique_by=lambda row: row[:2], min_size=1), st.booleans())
def test_a_month_is_worth_what_the_plan_and_its_frozen_months_say(
    days: list[tuple[int, str, Fraction]],
    is_frozen: bool,  # noqa: FBT001 drawn
) -> None:
    first = date(2026, 3, 1)
    rows = [f"{first + timedelta(n - 1)},leads_by_region,{float(value)},{name}" for n, name, value in days]
    frozen = frozen_march() if is_frozen else None
    found = told(worth_of(rows=rows, as_of="2026-03-31", frozen=frozen))
    source = frozen or plan_of(REGIONS)
    delivered = delivered_value(source, "leads_by_region", record_of(rows), month_of("2026-03"))
    assert delivered is not None
    assert (found.value, sum(row.came for row in found.segments)) == (delivered.value, delivered.leads)
    assert [value for value in found.course.actual if value is not None][-1] == found.value
    assert found.course.expected[-1] == found.goal
