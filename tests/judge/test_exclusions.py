"""Days that the agreement excludes: what happens on them counts neither for nor against."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.judge.pace import course
from living_sla.judge.verdicts import Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import Judgement
    from living_sla.record.loading import Record

UNTIMED = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WEEK = "total: mqls, at_least: 100, every: week"  # 2 to 8 March 2026, a Monday to a Sunday
SHARE = "share: in_time, of: due, at_least: 50%, every: week"


def leave_out(first: str, last: str, *, only: str = "") -> str:
    named = f", commitments: [{only}]" if only else ""
    return f"exclusions: [{{from: {first}, to: {last}{named}, reason: The CRM was moved.}}]"


WEDNESDAY = leave_out("2026-03-04", "2026-03-04")


def of_every_day(metric: str, values: list[int], *, first: int = 2) -> list[str]:
    return [f"2026-03-{day:02},{metric},{value}" for day, value in enumerate(values, first)]


# --- what counts


def test_rows_of_an_excluded_day_are_not_added(judge: Callable[..., Judgement]) -> None:
    rows = of_every_day("mqls", [10] * 7)
    judgement = judge(WEEK, rows, as_of="2026-03-08", governance=WEDNESDAY)
    assert (judgement.tally.actual, judgement.verdict) == (60, Verdict.MISSED)


def test_the_target_stays_as_agreed(judge: Callable[..., Judgement]) -> None:
    judgement = judge(WEEK, as_of="2026-03-08", governance=WEDNESDAY)
    assert judgement.goal
    assert judgement.goal.value == 100


def test_an_excluded_day_without_rows_is_no_gap(judge: Callable[..., Judgement]) -> None:
    rows = of_every_day("mqls", [20, 20]) + of_every_day("mqls", [15, 15, 15, 15], first=5)
    assert judge(WEEK, rows, as_of="2026-03-08").tally.missing == (date(2026, 3, 4),)
    assert judge(WEEK, rows, as_of="2026-03-08", governance=WEDNESDAY).tally.missing == ()


def test_a_verdict_needs_no_row_of_an_excluded_day(judge: Callable[..., Judgement]) -> None:
    rows = of_every_day("mqls", [10, 10]) + of_every_day("mqls", [10, 10, 10, 10], first=5)
    assert judge(WEEK, rows, as_of="2026-03-08").verdict is Verdict.UNVERIFIED
    assert judge(WEEK, rows, as_of="2026-03-08", governance=WEDNESDAY).verdict is Verdict.MISSED


def test_events_of_an_excluded_day_are_left_out_of_a_share(judge: Callable[..., Judgement]) -> None:
    rows = of_every_day("due", [4] * 7) + of_every_day("in_time", [4, 4, 0, 4, 4, 4, 4])
    assert judge(SHARE, rows, as_of="2026-03-08").tally.actual == Fraction(6, 7)
    left = judge(SHARE, rows, as_of="2026-03-08", governance=WEDNESDAY).tally
    assert (left.actual, left.good, left.events) == (1, 24, 24)


def test_misses_of_an_excluded_day_do_not_burn(judge: Callable[..., Judgement]) -> None:
    measure = "share: in_time, of: due, at_least: 90%, every: month"
    rows = of_every_day("due", [30] * 9, first=1) + of_every_day("in_time", [30] * 7 + [10, 10], first=1)
    left_out = leave_out("2026-03-08", "2026-03-09")
    assert judge(measure, rows, as_of="2026-03-09").reason is Reason.BURNING
    assert judge(measure, rows, as_of="2026-03-09", governance=left_out).verdict is Verdict.ON_TRACK


@pytest.mark.parametrize(("take", "level"), [("last", 5), ("max", 5), ("mean", 4), ("min", 3)])
def test_a_level_is_not_read_on_an_excluded_day(
    judge: Callable[..., Judgement], take: str, level: int
) -> None:
    rows = of_every_day("hours", [3, 4, 1, 3, 5, 5, 9])
    excluded = """exclusions:
  - {from: 2026-03-04, to: 2026-03-04, reason: a}
  - {from: 2026-03-08, to: 2026-03-08, reason: b}
"""
    measure = f"level: hours, take: {take}, at_most: 4, every: week"
    assert judge(measure, rows, as_of="2026-03-08", governance=excluded).tally.actual == level


def test_what_is_delivered_on_an_excluded_day_does_not_count(judge: Callable[..., Judgement]) -> None:
    things = ["a,post,2026-03-03", "b,post,2026-03-04"]
    measure = "deliver: {post: 2}, every: week"
    assert judge(measure, (), things, as_of="2026-03-08").verdict is Verdict.MET
    judgement = judge(measure, (), things, as_of="2026-03-08", governance=WEDNESDAY)
    assert (judgement.tally.kinds, judgement.verdict) == ({"post": (1, 2)}, Verdict.MISSED)


@pytest.mark.parametrize(
    ("measure", "things"),
    [
        ("answer: report, with: feedback, within: 2 days, every: week", ["a,report,2026-03-02"]),
        ("before: launch, deliver: training, ahead: 7 days, every: week", ["a,launch,2026-03-11"]),
    ],
)
def test_a_promise_due_on_an_excluded_day_is_left_out(
    judge: Callable[..., Judgement], measure: str, things: list[str]
) -> None:
    judgement = judge(measure, (), things, as_of="2026-03-08", governance=WEDNESDAY)
    assert judge(measure, (), things, as_of="2026-03-08").verdict is Verdict.MISSED
    assert (judgement.tally.promised, judgement.verdict) == ((), Verdict.NO_DATA)


def test_an_answer_given_on_an_excluded_day_keeps_a_promise_due_on_another(
    judge: Callable[..., Judgement],
) -> None:
    things = ["a,report,2026-03-03", "b,feedback,2026-03-04,a"]
    measure = "answer: report, with: feedback, within: 2 days, every: week"
    assert judge(measure, (), things, as_of="2026-03-08", governance=WEDNESDAY).verdict is Verdict.MET


# --- pace


def test_excluded_days_are_no_counted_days(judge: Callable[..., Judgement]) -> None:
    judgement = judge(WEEK, of_every_day("mqls", [10] * 3), as_of="2026-03-05", governance=WEDNESDAY)
    assert (judgement.days_counted, judgement.days_passed, judgement.days_left) == (6, 3, 3)
    assert judgement.pace
    assert judgement.pace.expected == 50
    assert judgement.required_rate == Fraction(80, 3)


def test_an_excluded_weekend_takes_no_working_day(judge: Callable[..., Judgement]) -> None:
    more = "    pace: working-days\n"
    weekend = leave_out("2026-03-06", "2026-03-07")  # Friday and Saturday
    judgement = judge(WEEK, as_of="2026-03-08", governance=weekend, more=more)
    assert judgement.days_counted == 4


def test_an_excluded_rest_of_the_week_settles_it_early(judge: Callable[..., Judgement]) -> None:
    rest = leave_out("2026-03-05", "2026-03-08")
    judgement = judge(WEEK, of_every_day("mqls", [10] * 3), as_of="2026-03-04", governance=rest)
    assert (judgement.verdict, judgement.reason) == (Verdict.MISSED, Reason.OUT_OF_REACH)


def test_the_course_stands_still_on_an_excluded_day(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    commitments = f"commitments:\n  - {{id: promise, party: sales, measure: {{{WEEK}}}}}\n"
    agreement = agreed(commitments, governance=leave_out("2026-03-03", "2026-03-03"))
    record = recorded(of_every_day("mqls", [4, 5, 6]))
    *_, judgement = judge_agreement([InForce(agreement)], record, date(2026, 3, 4))["promise"]
    found = course(judgement, record)
    assert found.actual == (4, None, 10)
    assert found.expected[:3] == (Fraction(100, 6), Fraction(100, 6), Fraction(200, 6))


# --- whole periods, and which ones


def test_a_period_that_is_excluded_whole_is_not_triggered(judge: Callable[..., Judgement]) -> None:
    rows = of_every_day("mqls", [1] * 7)
    judgement = judge(WEEK, rows, as_of="2026-03-08", governance=leave_out("2026-02-20", "2026-03-08"))
    assert (judgement.verdict, judgement.reason) == (Verdict.NOT_TRIGGERED, Reason.EXCLUDED)
    assert judgement.tally.actual is None


def test_a_week_whose_counted_part_is_excluded_is_not_triggered(judge: Callable[..., Judgement]) -> None:
    judgement = judge(
        "deliver: {report: 1}, every: week, by: tuesday",
        as_of="2026-03-08",
        governance=leave_out("2026-03-02", "2026-03-03"),
    )
    assert judgement.reason is Reason.EXCLUDED


def test_what_depends_on_an_excluded_period_does_not_bind(
    judge_all: Callable[..., dict[str, tuple[Judgement, ...]]],
) -> None:
    commitments = f"""commitments:
  - {{id: volume, party: marketing, measure: {{{WEEK}}}}}
  - {{id: follow-up, party: sales, measure: {{{SHARE}}}, once: volume}}
"""
    rows = of_every_day("due", [4] * 7) + of_every_day("in_time", [1] * 7)
    excluded = leave_out("2026-03-02", "2026-03-08", only="volume")
    judgements = judge_all(commitments, rows, as_of="2026-03-08", governance=excluded)
    assert judgements["follow-up"][-1].verdict is Verdict.NOT_TRIGGERED


def test_an_exclusion_holds_for_the_commitments_it_names(
    judge_all: Callable[..., dict[str, tuple[Judgement, ...]]],
) -> None:
    commitments = f"""commitments:
  - {{id: volume, party: marketing, measure: {{{WEEK}}}}}
  - {{id: other, party: marketing, measure: {{{WEEK}}}}}
"""
    excluded = leave_out("2026-03-04", "2026-03-04", only="other")
    rows = of_every_day("mqls", [10] * 7)
    judgements = judge_all(commitments, rows, as_of="2026-03-08", governance=excluded)
    assert [judgements[id_][-1].tally.actual for id_ in ("volume", "other")] == [70, 60]


def test_a_period_goes_by_the_exclusions_of_the_version_in_force_on_its_first_day(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    commitments = f"commitments:\n  - {{id: promise, party: sales, measure: {{{WEEK}}}}}\n"
    old = agreed(commitments)
    new = agreed(
        commitments, in_force="effective: 2026-03-04", governance=leave_out("2026-03-05", "2026-03-12")
    )
    rows = [f"2026-03-{day:02},mqls,10" for day in range(2, 16)]
    versions = [InForce(old, date(2026, 3, 4)), InForce(new)]
    *_, first, second = judge_agreement(versions, recorded(rows), date(2026, 3, 15))["promise"]
    assert (first.period.id, first.tally.actual) == ("2026-W10", 70)
    assert (second.period.id, second.tally.actual) == ("2026-W11", 30)


# --- weekly and monthly reports


@pytest.mark.parametrize(
    ("excluded", "missing"),
    [
        (("2026-03-02", "2026-03-08"), [date(2026, 3, 9)]),  # the whole week
        (("2026-03-03", "2026-03-09"), [date(2026, 3, 2), date(2026, 3, 9)]),  # parts of two
    ],
)
def test_a_weekly_report_is_not_owed_for_a_week_excluded_whole(
    judge: Callable[..., Judgement], excluded: tuple[str, str], missing: list[date]
) -> None:
    rows = ["2026-03-01,visits,5", "2026-03-16,visits,5", "2026-03-23,visits,5", "2026-03-30,visits,5"]
    measure = "total: visits, at_least: 100, every: month"
    judgement = judge(measure, rows, as_of="2026-03-31", governance=leave_out(*excluded))
    assert list(judgement.tally.missing) == missing


def test_a_weekly_report_dated_on_an_excluded_day_is_there_and_adds_nothing(
    judge: Callable[..., Judgement],
) -> None:
    rows = [f"2026-03-{day:02},visits,5" for day in (1, 4, 9, 16, 23, 30)]
    measure = "total: visits, at_least: 100, every: month"
    judgement = judge(measure, rows, as_of="2026-03-31", governance=WEDNESDAY)
    assert (judgement.tally.actual, judgement.tally.missing) == (25, ())


def test_the_report_of_a_week_with_an_excluded_day_may_add_nothing(judge: Callable[..., Judgement]) -> None:
    rows = [f"2026-03-{day:02},visitors,20" for day in (1, 9, 16, 23, 30)]  # each at least 10
    measure = "total: visitors, at_least: 110, every: month"
    assert judge(measure, rows, as_of="2026-03-31").verdict is Verdict.MET
    assert judge(measure, rows, as_of="2026-03-31", governance=WEDNESDAY).verdict is Verdict.UNVERIFIED


# --- one rule for all shapes

MEASURES = st.sampled_from(
    [
        "total: mqls, at_least: 60, every: month",
        "total: mqls, at_most: 60, every: month",
        "share: in_time, of: due, at_least: 60%, every: month, min_events: 5",
        *(f"level: hours, take: {take}, at_most: 4, every: month" for take in ("last", "mean", "max", "min")),
    ]
)
VALUES = st.lists(st.integers(0, 9), min_size=31, max_size=31)


@UNTIMED
@given(MEASURES, VALUES, st.sets(st.integers(1, 31), max_size=30), st.integers(1, 31))
def test_excluding_days_is_leaving_out_their_rows_and_not_expecting_them(
    judge: Callable[..., Judgement], measure: str, values: list[int], days: set[int], as_of: int
) -> None:
    known = dict(enumerate(values, 1))
    all_rows, kept_rows = (
        [
            f"2026-03-{day:02},{metric},{value if metric != 'due' else 9}"
            for day, value in known.items()
            if day <= as_of and day not in without
            for metric in ("mqls", "in_time", "due", "hours")
        ]
        for without in (set(), days)
    )
    excluded = "\n".join(
        ["exclusions:", *(f"  - {{from: 2026-03-{d:02}, to: 2026-03-{d:02}, reason: r}}" for d in days)]
    )
    if not days:
        excluded = ""
    left_out = judge(measure, all_rows, as_of=f"2026-03-{as_of:02}", governance=excluded)
    never_there = judge(measure, kept_rows, as_of=f"2026-03-{as_of:02}", governance=excluded)
    plain = judge(measure, kept_rows, as_of=f"2026-03-{as_of:02}")
    assert (left_out.tally, left_out.verdict) == (never_there.tally, never_there.verdict)
    assert (left_out.tally.actual, left_out.tally.missing) == (plain.tally.actual, ())
