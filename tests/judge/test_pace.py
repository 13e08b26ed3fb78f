from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.judge.pace import Course, course

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import Judgement
    from living_sla.record.loading import Record

    CourseOf = Callable[..., tuple[Judgement, Course]]

# A calendar of Monday to Friday in which 2 March 2026 is a Monday.
UNTIMED = settings(deadline=None)  # no test measures time
WEEK = "total: mqls, at_least: 70, every: week"


@pytest.fixture(scope="session")
def course_of(agreed: Callable[..., Agreement], recorded: Callable[..., Record]) -> CourseOf:
    """The newest judgement of one measure, and its course."""

    def newest(
        measure: str, rows: Iterable[str] = (), deliveries: Iterable[str] = (), *, as_of: str, more: str = ""
    ) -> tuple[Judgement, Course]:
        agreement = agreed(
            f"commitments:\n  - id: promise\n    party: sales\n    measure: {{{measure}}}\n{more}"
        )
        record = recorded(rows, deliveries)
        judgement = judge_agreement([InForce(agreement)], record, date.fromisoformat(as_of))["promise"][-1]
        return judgement, course(judgement, record)

    return newest


def test_a_course_has_every_day_of_its_window(course_of: CourseOf) -> None:
    _, found = course_of(f"{WEEK}, by: friday", ["2026-03-02,mqls,4"], as_of="2026-03-03")
    assert [day.day for day in found.days] == [2, 3, 4, 5, 6]


def test_calendar_days_ask_for_as_much_each_day(course_of: CourseOf) -> None:
    _, found = course_of(WEEK, as_of="2026-03-02")
    assert found.expected == (10, 20, 30, 40, 50, 60, 70)


def test_working_days_ask_for_nothing_on_a_weekend(course_of: CourseOf) -> None:
    _, found = course_of(WEEK, as_of="2026-03-02", more="    pace: working-days\n")
    assert found.expected == (14, 28, 42, 56, 70, 70, 70)


def test_what_is_expected_today_is_what_the_judgement_expects(course_of: CourseOf) -> None:
    judgement, found = course_of(WEEK, ["2026-03-02,mqls,4"], as_of="2026-03-04")
    assert judgement.pace is not None
    assert found.expected[2] == judgement.pace.expected == 30


def test_without_a_target_nothing_is_expected(course_of: CourseOf) -> None:
    table = "total: mqls, at_least: {2026-W20: 70}, every: week"
    _, found = course_of(table, ["2026-03-02,mqls,4"], as_of="2026-03-02")
    assert (found.expected, found.actual) == ((), (4,))


def test_a_window_without_a_counted_day_asks_for_nothing(course_of: CourseOf) -> None:
    every_day = "total: mqls, at_least: 7, every: day"
    _, found = course_of(every_day, as_of="2026-03-07", more="    pace: working-days\n")
    assert found.expected == ()


def test_a_total_adds_up_and_ends_today(course_of: CourseOf) -> None:
    rows = ["2026-03-02,mqls,4", "2026-03-03,mqls,0", "2026-03-04,mqls,5"]
    _, found = course_of(WEEK, rows, as_of="2026-03-04")
    assert found.actual == (4, 4, 9)


def test_a_day_without_a_report_is_a_gap_and_not_a_zero(course_of: CourseOf) -> None:
    rows = ["2026-03-02,mqls,4", "2026-03-04,mqls,5"]
    _, found = course_of(WEEK, rows, as_of="2026-03-05")
    assert found.actual == (4, None, 9, None)


def test_a_share_is_that_of_all_days_so_far(course_of: CourseOf) -> None:
    rows = ["2026-03-02,due,4", "2026-03-02,in_time,3", "2026-03-03,due,4", "2026-03-03,in_time,4"]
    _, found = course_of("share: in_time, of: due, at_least: 95%, every: week", rows, as_of="2026-03-03")
    assert (found.expected, found.actual) == ((), (Fraction(3, 4), Fraction(7, 8)))


def test_a_share_leaves_out_a_day_of_which_only_one_half_is_known(course_of: CourseOf) -> None:
    rows = [
        "2026-03-02,due,4",
        "2026-03-02,in_time,3",
        "2026-03-03,due,4",
        "2026-03-04,due,2",
        "2026-03-04,in_time,2",
    ]
    judgement, found = course_of(
        "share: in_time, of: due, at_least: 95%, every: week", rows, as_of="2026-03-04"
    )
    assert found.actual == (Fraction(3, 4), None, Fraction(5, 6))
    assert judgement.tally.actual == Fraction(5, 6)


def test_good_events_that_nobody_expects_are_none_on_days_without_them(course_of: CourseOf) -> None:
    rows = ["2026-03-02,pitches,4", "2026-03-03,pitches,4", "2026-03-03,good_pitches,4"]
    _, found = course_of(
        "share: good_pitches, of: pitches, at_least: 60%, every: week", rows, as_of="2026-03-03"
    )
    assert found.actual == (0, Fraction(1, 2))


def test_no_event_yet_is_no_share_yet(course_of: CourseOf) -> None:
    rows = ["2026-03-02,due,0", "2026-03-02,in_time,0"]
    _, found = course_of("share: in_time, of: due, at_least: 95%, every: week", rows, as_of="2026-03-02")
    assert found.actual == (None,)


def test_a_level_is_each_days_own(course_of: CourseOf) -> None:
    rows = ["2026-03-02,hours,4", "2026-03-04,hours,2.5"]
    _, found = course_of("level: hours, take: mean, at_most: 4, every: week", rows, as_of="2026-03-04")
    assert found.actual == (4, None, Fraction(5, 2))


def test_things_count_on_their_day_and_not_beyond_the_agreed_number(course_of: CourseOf) -> None:
    things = ["a,post,2026-03-02", "b,post,2026-03-03", "c,post,2026-03-03", "d,study,2026-03-04"]
    _, found = course_of("deliver: {post: 2, study: 1}, every: week", (), things, as_of="2026-03-05")
    assert found.actual == (1, 2, 3, 3)


def test_what_is_planned_has_not_come_yet(course_of: CourseOf) -> None:
    _, found = course_of("deliver: {post: 2}, every: week", (), ["a,post,2026-03-05"], as_of="2026-03-04")
    assert found.actual == (0, 0, 0)


@pytest.mark.parametrize(
    "measure",
    [
        "answer: report, with: feedback, within: 1 week, every: month",
        "before: launch, deliver: training, ahead: 7 days, every: quarter",
    ],
)
def test_single_promises_have_no_course(course_of: CourseOf, measure: str) -> None:
    assert course_of(measure, as_of="2026-03-04")[1] == Course((), (), ())


VALUES = st.lists(st.none() | st.integers(0, 50), min_size=1, max_size=31)


@UNTIMED
@given(VALUES, st.integers(1, 31), st.sampled_from(["", "    pace: working-days\n"]))
def test_a_total_ends_where_its_judgement_stands(
    course_of: CourseOf, values: list[int | None], day: int, pace: str
) -> None:
    rows = [f"2026-03-{n:02},mqls,{value}" for n, value in enumerate(values, 1) if value is not None]
    judgement, found = course_of(
        "total: mqls, at_least: 100, every: month", rows, as_of=f"2026-03-{day:02}", more=pace
    )
    known = [value for value in found.actual if value is not None]
    assert (known[-1] if known else None) == judgement.tally.actual


@UNTIMED
@given(VALUES, VALUES, st.integers(1, 31))
def test_a_share_ends_where_its_judgement_stands(
    course_of: CourseOf, good: list[int | None], bad: list[int | None], day: int
) -> None:
    rows = [f"2026-03-{n:02},in_time,{value}" for n, value in enumerate(good, 1) if value is not None]
    for n, value in enumerate(bad, 1):
        if value is not None:
            most = (good[n - 1] or 0) if n <= len(good) else 0
            rows.append(f"2026-03-{n:02},due,{most + value}")
    measure = "share: in_time, of: due, at_least: 95%, every: month"
    judgement, found = course_of(measure, rows, as_of=f"2026-03-{day:02}")
    known = [value for value in found.actual if value is not None]
    assert (known[-1] if known else None) == judgement.tally.actual


@UNTIMED
@given(st.integers(1, 1000), st.sampled_from(["", "    pace: working-days\n"]))
def test_what_is_expected_never_falls_and_ends_at_the_target(
    course_of: CourseOf, target: int, pace: str
) -> None:
    measure = f"total: mqls, at_least: {target}, every: month"
    _, found = course_of(measure, as_of="2026-03-04", more=pace)
    assert list(found.expected) == sorted(found.expected)
    assert found.expected[-1] == target
