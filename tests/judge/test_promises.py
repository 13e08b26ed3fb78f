from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.judge.promises import Outcome, judge_promise

DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 9))


@pytest.mark.parametrize(
    ("done_on", "as_of", "outcome"),
    [
        (date(2026, 3, 9), date(2026, 3, 20), Outcome.KEPT),
        (date(2026, 3, 10), date(2026, 3, 20), Outcome.KEPT),
        (date(2026, 3, 10), date(2026, 3, 10), Outcome.KEPT),
        (date(2026, 3, 11), date(2026, 3, 20), Outcome.BROKEN),
        (None, date(2026, 3, 9), Outcome.PENDING),
        (None, date(2026, 3, 10), Outcome.PENDING),
        (None, date(2026, 3, 11), Outcome.BROKEN),
        (date(2026, 3, 10), date(2026, 3, 9), Outcome.PENDING),
        (date(2026, 3, 12), date(2026, 3, 11), Outcome.BROKEN),
    ],
)
def test_a_promise_due_on_the_10th_is_judged_by_what_was_known(
    done_on: date | None, as_of: date, outcome: Outcome
) -> None:
    assert judge_promise(date(2026, 3, 10), done_on, as_of) is outcome


def test_an_instant_is_late_by_a_second() -> None:
    due_at = datetime(2026, 3, 10, 17, tzinfo=UTC)
    as_of = datetime(2026, 3, 11, tzinfo=UTC)
    assert judge_promise(due_at, due_at, as_of) is Outcome.KEPT
    assert judge_promise(due_at, datetime(2026, 3, 10, 17, 0, 1, tzinfo=UTC), as_of) is Outcome.BROKEN


@given(due_on=DAYS, done_on=DAYS | st.none(), as_of=DAYS, later=DAYS)
def test_only_a_pending_promise_changes_as_time_passes(
    due_on: date, done_on: date | None, as_of: date, later: date
) -> None:
    early, late = sorted((as_of, later))
    before = judge_promise(due_on, done_on, early)
    assert before is Outcome.PENDING or before is judge_promise(due_on, done_on, late)


@given(due_on=DAYS, stricter=DAYS, done_on=DAYS | st.none(), as_of=DAYS)
def test_an_earlier_due_day_never_helps(
    due_on: date, stricter: date, done_on: date | None, as_of: date
) -> None:
    early, late = sorted((due_on, stricter))
    if judge_promise(early, done_on, as_of) is Outcome.KEPT:
        assert judge_promise(late, done_on, as_of) is Outcome.KEPT
