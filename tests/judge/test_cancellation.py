"""On which days the agreement came to be one that may be ended; how far each rule is: test_consequences."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from living_sla.judge.cancellation import find_openings
from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.judge.restatements import Agreed, find_restatements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from living_sla.agreement.loading import Agreement
    from living_sla.record.loading import Record

VOLUME = (
    "commitments:\n  - {id: volume, party: marketing, measure: {total: mqls, at_least: 100, every: month}}\n"
)
RULE = "cancellation: [{commitment: volume, missed: 2, notice: NOTICE}]\n"
OLD, NEW = RULE.replace("NOTICE", "1 month"), RULE.replace("NOTICE", "2 months")
NONE = "feedback: By data.\n"
APRIL = "effective: 2026-04-01"


@pytest.fixture
def openings(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> Callable[..., list[tuple[str, str]]]:
    """The days and the notice of each opening, by the leads of each month from January on."""

    def of(values: Iterable[int], governance: str, from_april: str, as_of: str) -> list[tuple[str, str]]:
        old, new = (
            agreed(VOLUME, governance=governance),
            agreed(VOLUME, in_force=APRIL, governance=from_april),
        )
        versions = [InForce(old, date(2026, 4, 1)), InForce(new)]
        days = [
            f"2026-{month:02}-{day:02},mqls,{value if day == 1 else 0}"
            for month, value in enumerate(values, start=1)
            for day in range(1, (date(2026, month + 1, 1) - date(2026, month, 1)).days + 1)
        ]
        record, on = recorded(days), date.fromisoformat(as_of)
        judgements = judge_agreement(versions, record, on)
        restatements = find_restatements(Agreed(lambda _day: versions, ()), record, judgements, on)
        found = find_openings(versions, judgements, restatements, on)
        return [(str(day), str(rule.notice)) for day, rule, _ in found]

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
