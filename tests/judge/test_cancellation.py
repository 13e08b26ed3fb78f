"""On which days the agreement may be ended, by what is certain; how far each rule is: test_consequences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from living_sla.diagnostics import Place
from living_sla.judge.cancellation import find_openings, watch_cancellation
from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.judge.restatements import Agreed, find_restatements
from living_sla.record.snapshots import Report, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.cancellation import Watch
    from living_sla.record.loading import Record

    Judged = Callable[..., tuple[list[Watch], list[tuple[str, str]]]]

VOLUME = (
    "commitments:\n  - {id: volume, party: marketing, measure: {total: mqls, at_least: 100, every: month}}\n"
)
RULE = "cancellation: [{commitment: volume, missed: 2, notice: NOTICE}]\n"
OLD, NEW = RULE.replace("NOTICE", "1 month"), RULE.replace("NOTICE", "2 months")
NONE = "feedback: By data.\n"
APRIL = "effective: 2026-04-01"


UNTIMED = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def rows(values: Iterable[int | None], metric: str = "mqls") -> list[str]:
    """The sum of each month from January on, reported for its first day; of None its last day is missing."""
    found = []
    for month, value in enumerate(values, start=1):
        first = date(2026, month, 1)
        days = (date(2026, month + 1, 1) - first).days - (value is None)
        of = [first + timedelta(days=n) for n in range(days)]
        found += [f"{day},{metric},{value or 0 if day.day == 1 else 0}" for day in of]
    return found


@pytest.fixture(scope="session")
def judged(agreed: Callable[..., Agreement], recorded: Callable[..., Record]) -> Judged:
    """The watches, and the day and notice of each opening, by two versions of which one begins in April.

    `late` is a day without a value, and the day on which a 0 was reported for it.
    """

    def of(
        found: Iterable[str], old: tuple[str, str], new: tuple[str, str], as_of: str, late: str = ""
    ) -> tuple[list[Watch], list[tuple[str, str]]]:
        versions = [
            InForce(agreed(old[0], governance=old[1]), date(2026, 4, 1)),
            InForce(agreed(new[0], in_force=APRIL, governance=new[1])),
        ]
        record, on = recorded(found), date.fromisoformat(as_of)
        if late:
            day, reported = map(date.fromisoformat, late.split(","))
            reports = record.of("mqls").reports | {(day, ""): (Report(0, reported, Place("late.csv")),)}
            record = replace(record, series={"mqls": Series(dict(sorted(reports.items())))})
        judgements = judge_agreement(versions, record, on)
        restatements = find_restatements(Agreed(lambda _day: versions, ()), record, judgements, on)
        now = versions[on >= date(2026, 4, 1)].agreement
        watches = watch_cancellation(versions, now, judgements, restatements, on)
        opened = find_openings(versions, judgements, restatements, on)
        return list(watches), [(str(opening.on), str(opening.rule.notice)) for opening in opened]

    return of


@pytest.fixture(scope="session")
def openings(judged: Judged) -> Callable[..., object]:
    """The days and the notice of each opening, by the leads of each month from January on."""

    def of(values: Iterable[int], governance: str, from_april: str, as_of: str) -> object:
        _, opened = judged(rows(values), (VOLUME, governance), (VOLUME, from_april), as_of)
        return opened

    return of


def test_a_rule_opens_on_the_day_the_last_miss_is_closed(openings: Callable[..., object]) -> None:
    assert openings([90, 90, 100], OLD, OLD, "2026-04-20") == [("2026-03-07", "1 month")]


def test_a_rule_does_not_open_before_that_day(openings: Callable[..., object]) -> None:
    assert openings([90, 90], OLD, OLD, "2026-03-06") == []


def test_a_rule_that_closed_opens_anew(openings: Callable[..., object]) -> None:
    assert openings([90, 90, 100, 90, 90], OLD, OLD, "2026-06-20") == [
        ("2026-03-07", "1 month"),
        ("2026-06-07", "1 month"),
    ]


def test_a_rule_that_a_new_version_keeps_does_not_open_again(openings: Callable[..., object]) -> None:
    assert openings([90, 90, 90], OLD, NEW, "2026-04-20") == [("2026-03-07", "1 month")]


def test_a_rule_that_a_new_version_brings_opens_with_it(openings: Callable[..., object]) -> None:
    assert openings([90, 90], NONE, NEW, "2026-04-02") == [("2026-04-01", "2 months")]


def test_a_rule_that_is_gone_opens_no_more(openings: Callable[..., object]) -> None:
    assert openings([100, 100, 90, 90], OLD, NONE, "2026-05-20") == []


# --- what numbers are missing could deny

OF_LAST = "cancellation: [{commitment: volume, missed: 2, of_last: 3, notice: 1 month}]\n"


@pytest.mark.parametrize(
    ("values", "rule", "count", "since"),
    [
        ([90, None, 90], OLD, (1, 3), None),  # met, February breaks the row
        ([None, 90, 90], OLD, (2, 3), "2026-04-07"),
        ([90, 90, None], OLD, (0, 3), None),
        ([90, None, 90], OF_LAST, (2, 3), "2026-04-07"),
        ([90, 100, None, 90], OF_LAST, (1, 2), None),  # met, March pushes January out
        ([90, 90, 100, None], OF_LAST, (1, 2), None),
    ],
)
def test_a_rule_is_open_only_where_no_missing_number_could_deny_it(
    judged: Judged, values: list[int | None], rule: str, count: tuple[int, int], since: str | None
) -> None:
    as_of = f"2026-{len(values) + 1:02}-20"
    (watch,), _ = judged(rows(values), (VOLUME, rule), (VOLUME, rule), as_of)
    assert (watch.missed, watch.could_be) == count
    assert (watch.open_since and str(watch.open_since)) == since


def test_no_opening_is_told_that_a_missing_number_could_deny(judged: Judged) -> None:
    _, opened = judged(rows([90, None, 90]), (VOLUME, OLD), (VOLUME, OLD), "2026-04-20")
    assert opened == []


def test_a_rule_that_numbers_leave_in_doubt_for_a_while_does_not_open_anew(judged: Judged) -> None:
    found = rows([90, 90, None, 100])
    (doubt,), _ = judged(found, (VOLUME, OLD), (VOLUME, OLD), "2026-04-19", "2026-03-31,2026-04-20")
    (watch,), opened = judged(found, (VOLUME, OLD), (VOLUME, OLD), "2026-04-20", "2026-03-31,2026-04-20")
    assert (doubt.open_since, doubt.missed, doubt.could_be) == (None, 0, 3)
    assert (str(watch.open_since), watch.missed) == ("2026-03-07", 3)
    assert opened == [("2026-03-07", "1 month")]


def test_a_rule_that_only_missing_numbers_keep_from_opening_may_open_the_day_after(judged: Judged) -> None:
    (watch,), _ = judged(rows([90, None]), (VOLUME, OLD), (VOLUME, OLD), "2026-03-20")
    assert str(watch.may_open_on) == "2026-03-21"


def test_a_period_that_may_have_been_missed_counts_for_the_first_day_a_rule_may_open(judged: Judged) -> None:
    rule = OLD.replace("missed: 2", "missed: 4")
    (watch,), _ = judged(rows([90, None]), (VOLUME, rule), (VOLUME, rule), "2026-03-20")
    assert str(watch.may_open_on) == "2026-05-07"


def test_a_rule_opens_on_the_day_the_missing_numbers_confirm_it(judged: Judged) -> None:
    late = "2026-02-28,2026-03-20"
    _, opened = judged(rows([90, None, 100]), (VOLUME, OLD), (VOLUME, OLD), "2026-04-20", late)
    assert opened == [("2026-03-20", "1 month")]


@UNTIMED
@given(
    st.lists(st.sampled_from([90, 100, None]), min_size=1, max_size=6),
    st.integers(1, 3),
    st.sampled_from([None, 3, 4]),
)
def test_a_count_lies_between_what_any_outcome_of_the_missing_numbers_would_give(
    judged: Judged, values: list[int | None], missed: int, of_last: int | None
) -> None:
    last = f", of_last: {of_last}" if of_last else ""
    rule = f"cancellation: [{{commitment: volume, missed: {missed}{last}, notice: 1 month}}]\n"
    as_of = f"2026-{len(values) + 1:02}-20"
    (watch,), _ = judged(rows(values), (VOLUME, rule), (VOLUME, rule), as_of)
    counts = []
    for outcome in product([90, 100], repeat=values.count(None)):
        left = iter(outcome)
        known = [next(left) if value is None else value for value in values]
        if of_last:
            counts.append(known[-of_last:].count(90))
        else:
            counts.append([*known[::-1], 100].index(100))
    assert (watch.missed, watch.could_be) == (min(counts), max(counts))
    assert watch.is_open == (min(counts) >= missed)


# --- periods promised otherwise

QUARTERS = VOLUME.replace("every: month", "every: quarter")
BY_SALES = VOLUME.replace("party: marketing", "party: sales")


@pytest.mark.parametrize("promised", [QUARTERS, BY_SALES], ids=["rhythm", "party"])
def test_what_was_missed_under_another_rhythm_or_by_another_party_does_not_count(
    judged: Judged, promised: str
) -> None:
    (watch,), opened = judged(rows([90, 90, 90]), (VOLUME, OLD), (promised, OLD), "2026-04-20")
    assert (watch.missed, watch.could_be, watch.open_since) == (0, 0, None)
    assert opened == [("2026-03-07", "1 month")]


def test_a_new_target_alone_goes_on_counting(judged: Judged) -> None:
    higher = VOLUME.replace("100", "110")
    (watch,), _ = judged(rows([90, 90, 90]), (VOLUME, OLD), (higher, OLD), "2026-04-20")
    assert (watch.missed, str(watch.open_since)) == (3, "2026-03-07")


def test_a_rule_may_open_by_periods_of_the_new_rhythm_alone(judged: Judged) -> None:
    (watch,), _ = judged(rows([90, 90, 90]), (VOLUME, OLD), (QUARTERS, OLD), "2026-04-02")
    assert str(watch.may_open_on) == "2026-10-07"


def test_a_version_to_come_does_not_move_the_day_since_when_a_rule_is_open(judged: Judged) -> None:
    (watch,), _ = judged(rows([90, 90]), (VOLUME, OLD), (VOLUME, NONE), "2026-03-20")
    assert str(watch.open_since) == "2026-03-07"
