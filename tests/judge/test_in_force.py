"""Which version judges a period: the one in force on its first day, and no other."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from living_sla.diagnostics import InputError
from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.record.loading import load_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import Judgement
    from living_sla.record.loading import Record

    Agreed = Callable[..., Agreement]
    Recorded = Callable[..., Record]
    Judge = Callable[..., dict[str, tuple[Judgement, ...]]]


def promise(measure: str, *, id_: str = "promise", more: str = "") -> str:
    return f"  - {{id: {id_}, party: sales, measure: {{{measure}}}{more}}}\n"


def leads(target: int, every: str = "month", **options: str) -> str:
    return promise(f"total: mqls, at_least: {target}, every: {every}", **options)


@pytest.fixture
def versions(agreed: Agreed) -> Callable[..., list[InForce]]:
    """Versions by their first day and promises, each in force until the next."""

    def of(*texts: tuple[str, str]) -> list[InForce]:
        found = [agreed(f"commitments:\n{text}", in_force=f"effective: {day}") for day, text in texts]
        untils = [version.terms.effective for version in found[1:]]
        return [InForce(version, until) for version, until in zip(found, [*untils, None], strict=True)]

    return of


@pytest.fixture
def judge(versions: Callable[..., list[InForce]], recorded: Recorded) -> Judge:
    """Judge versions by rows."""

    def judge_all(
        *texts: tuple[str, str], as_of: str, rows: Iterable[str] = ()
    ) -> dict[str, tuple[Judgement, ...]]:
        return judge_agreement(versions(*texts), recorded(rows), date.fromisoformat(as_of))

    return judge_all


def goals(judgements: tuple[Judgement, ...]) -> dict[str, object]:
    return {judgement.period.id: judgement.goal and judgement.goal.value for judgement in judgements}


def test_a_target_steps_with_the_first_period_that_begins_under_the_new_version(judge: Judge) -> None:
    judged = judge(("2026-01-01", leads(500)), ("2026-03-01", leads(520)), as_of="2026-04-30")
    assert goals(judged["promise"]) == {"2026-01": 500, "2026-02": 500, "2026-03": 520, "2026-04": 520}


@pytest.mark.parametrize(
    ("effective", "target"),
    [("2026-02-28", 520), ("2026-03-01", 520), ("2026-03-02", 500), ("2026-03-31", 500)],
)
def test_a_period_is_judged_by_the_version_in_force_on_its_first_day(
    judge: Judge, effective: str, target: int
) -> None:
    judged = judge(("2026-01-01", leads(500)), (effective, leads(520)), as_of="2026-03-31")
    assert goals(judged["promise"])["2026-03"] == target


def test_the_same_rows_are_met_under_one_version_and_missed_under_the_next(judge: Judge) -> None:
    rows = [f"2026-{month:02}-{day:02},pitches,10" for month in (1, 2) for day in (1, 8, 15, 22, 28)]
    measure = "total: pitches, at_least: {}, every: month"
    judged = judge(
        ("2026-01-01", promise(measure.format(50))),
        ("2026-02-01", promise(measure.format(51))),
        as_of="2026-03-31",
        rows=rows,
    )
    assert [str(judgement.verdict) for judgement in judged["promise"][:2]] == ["met", "missed"]


def test_a_judgement_carries_the_version_it_is_judged_by(judge: Judge) -> None:
    judged = judge(("2026-01-01", leads(500)), ("2026-03-16", leads(520)), as_of="2026-04-30")
    assert [(j.period.id, str(j.agreement.terms.effective)) for j in judged["promise"]] == [
        ("2026-01", "2026-01-01"),
        ("2026-02", "2026-01-01"),
        ("2026-03", "2026-01-01"),
        ("2026-04", "2026-03-16"),
    ]


def test_a_promise_that_was_removed_is_judged_to_its_last_period(judge: Judge) -> None:
    judged = judge(
        ("2026-01-01", leads(500) + leads(9, id_="old")), ("2026-03-01", leads(520)), as_of="2026-04-30"
    )
    assert list(goals(judged["old"])) == ["2026-01", "2026-02"]


def test_a_promise_that_was_added_is_judged_from_its_first_whole_period(judge: Judge) -> None:
    judged = judge(
        ("2026-01-01", leads(500)), ("2026-03-10", leads(520) + leads(9, id_="new")), as_of="2026-04-30"
    )
    assert list(goals(judged["new"])) == ["2026-04"]


def test_a_promise_that_was_left_out_for_a_while_is_judged_before_and_after(judge: Judge) -> None:
    both = leads(500) + leads(9, id_="other")
    judged = judge(("2026-01-01", both), ("2026-02-01", leads(500)), ("2026-04-01", both), as_of="2026-04-30")
    assert list(goals(judged["other"])) == ["2026-01", "2026-04"]


def test_the_promises_of_the_newest_version_come_first(judge: Judge) -> None:
    judged = judge(
        ("2026-01-01", leads(1, id_="old") + leads(1, id_="kept")),
        ("2026-02-01", leads(1, id_="new") + leads(1, id_="kept")),
        as_of="2026-02-28",
    )
    assert list(judged) == ["new", "kept", "old"]


def test_a_rhythm_that_changes_from_month_to_week_leaves_the_month_whole(judge: Judge) -> None:
    judged = judge(("2026-01-01", leads(500)), ("2026-03-18", leads(120, "week")), as_of="2026-04-05")
    assert list(goals(judged["promise"])) == ["2026-01", "2026-02", "2026-03", "2026-W13", "2026-W14"]


def test_a_rhythm_that_changes_from_week_to_quarter_begins_with_the_next_quarter(judge: Judge) -> None:
    judged = judge(
        ("2026-02-23", leads(120, "week")), ("2026-03-05", leads(1500, "quarter")), as_of="2026-04-30"
    )
    assert list(goals(judged["promise"])) == ["2026-W09", "2026-W10", "2026-Q2"]


def test_what_begins_between_an_expired_version_and_the_next_is_not_judged(
    agreed: Agreed, recorded: Recorded
) -> None:
    first = agreed(f"commitments:\n{leads(500)}", in_force="effective: 2026-01-01\nexpires: 2026-02-15")
    second = agreed(f"commitments:\n{leads(520)}", in_force="effective: 2026-03-10")
    judged = judge_agreement(
        [InForce(first, second.terms.effective), InForce(second)], recorded(), date(2026, 5, 31)
    )
    assert list(goals(judged["promise"])) == ["2026-01", "2026-02", "2026-04", "2026-05"]


def test_a_version_that_was_replaced_at_once_judges_nothing(agreed: Agreed, recorded: Recorded) -> None:
    first, second = (
        agreed(f"commitments:\n{leads(target)}", in_force="effective: 2026-01-01") for target in (500, 520)
    )
    judged = judge_agreement(
        [InForce(first, date(2026, 1, 1)), InForce(second)], recorded(), date(2026, 1, 31)
    )
    assert goals(judged["promise"]) == {"2026-01": 520}


# --- promises that wait for another


FOLLOWER = promise("total: calls, at_least: 1, every: week", id_="follower", more=", once: promise")
PITCHES = "total: pitches, at_least: {}, every: month"


@pytest.mark.parametrize(
    ("old_target", "new_target", "verdict"), [(50, 60, "met"), (60, 50, "not triggered")]
)
def test_what_waits_for_another_waits_for_its_period_as_that_one_is_judged(
    judge: Judge, old_target: int, new_target: int, verdict: str
) -> None:
    rows = [f"2026-03-{day:02},pitches,10" for day in (1, 8, 15, 22, 29)]
    judged = judge(
        ("2026-01-01", promise(PITCHES.format(old_target))),
        ("2026-03-16", promise(PITCHES.format(new_target)) + FOLLOWER),
        as_of="2026-04-30",
        rows=[*rows, "2026-03-24,calls,5"],
    )
    (follower,) = (j for j in judged["follower"] if j.period.id == "2026-W13")
    assert str(follower.verdict) == verdict


def test_a_circle_that_two_versions_make_together_stays_open(judge: Judge) -> None:
    quarterly, monthly = (
        "total: calls, at_least: 1, every: quarter",
        "total: pitches, at_least: 1, every: month",
    )
    judged = judge(
        (
            "2026-01-01",
            promise(quarterly, id_="quarterly", more=", once: monthly") + promise(monthly, id_="monthly"),
        ),
        (
            "2026-02-01",
            promise(quarterly, id_="quarterly") + promise(monthly, id_="monthly", more=", once: quarterly"),
        ),
        as_of="2026-03-31",
        rows=["2026-01-05,pitches,1", "2026-02-05,pitches,1", "2026-03-05,pitches,1", "2026-03-05,calls,1"],
    )
    found = [(j.period.id, j.verdict.value, j.reason.name) for js in judged.values() for j in js]
    assert found == [
        ("2026-Q1", "not triggered", "CONDITION_OPEN"),
        ("2026-01", "met", "PLAIN"),
        ("2026-02", "not triggered", "CONDITION_OPEN"),
        ("2026-03", "not triggered", "CONDITION_OPEN"),
    ]


# --- what the record may hold


def load(tmp_path: Path, rows: str, *agreements: Agreement) -> Record:
    snapshots = tmp_path / "data" / "snapshots"
    snapshots.mkdir(parents=True)
    (snapshots / "2026-02-01.csv").write_text(f"date,metric,value\n{rows}", encoding="utf-8")
    newest, *earlier = agreements
    return load_record(tmp_path / "data", newest, root=tmp_path, earlier=earlier)


OLD = "metrics:\n  calls: {label: Calls, unit: calls}\n  rate: {label: Rate, unit: '%', maximum: 100}\n"
NEW = "metrics:\n  mails: {label: E-mails, unit: e-mails}\n  rate: {label: Rate, unit: '%', maximum: 200}\n"


def test_rows_of_a_metric_that_only_an_earlier_version_knows_are_kept(agreed: Agreed, tmp_path: Path) -> None:
    record = load(tmp_path, "2026-01-05,calls,3\n2026-01-05,mails,4\n", agreed(NEW), agreed(OLD))
    assert record.of("calls").by_day == {date(2026, 1, 5): 3}


def test_rows_of_a_metric_that_no_version_knows_are_refused(agreed: Agreed, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        load(tmp_path, "2026-01-05,faxes,3\n", agreed(NEW), agreed(OLD))
    assert [problem.rule for problem in raised.value.problems] == ["unknown-metric"]


TIGHT = "metrics:\n  rate: {label: Rate, unit: '%', maximum: 50}\n"
SPLIT = "metrics:\n  rate: {label: Rate, unit: '%', segments: source, segment_values: [Web, Fair]}\n"


@pytest.mark.parametrize("newest", [TIGHT, SPLIT])
def test_rows_that_an_earlier_version_allowed_are_kept(agreed: Agreed, tmp_path: Path, newest: str) -> None:
    record = load(tmp_path, "2026-01-05,rate,90\n", agreed(newest), agreed(OLD))
    assert record.of("rate").by_day == {date(2026, 1, 5): 90}


def test_rows_that_no_version_allowed_are_refused(agreed: Agreed, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        load(tmp_path, "2026-01-05,rate,101\n", agreed(TIGHT), agreed(OLD))
    assert [problem.rule for problem in raised.value.problems] == ["bound"]


def test_the_newest_version_says_what_a_metric_may_hold(agreed: Agreed, tmp_path: Path) -> None:
    record = load(tmp_path, "2026-01-05,rate,150\n2026-01-05,calls,3\n", agreed(NEW), agreed(OLD))
    assert record.of("rate").by_day == {date(2026, 1, 5): 150}
