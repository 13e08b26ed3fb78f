"""What follows from missed periods: strikes, compensation, cancellation, corrective action."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from living_sla.agreement.durations import parse_duration
from living_sla.diagnostics import Place
from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.judge.consequences import judge_consequences
from living_sla.judge.misses import day_after
from living_sla.judge.restatements import Agreed, find_restatements
from living_sla.judge.strikes import levels_reached
from living_sla.record.actions import Action
from living_sla.record.snapshots import Report, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.consequences import Consequences
    from living_sla.record.loading import Record

    Follow = Callable[..., Consequences]

UNTIMED = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
VOLUME = "  - {id: volume, party: marketing, measure: {total: mqls, at_least: 100, every: month}}\n"
CALLS = "  - {id: calls, party: sales, measure: {total: calls, at_least: 10, every: month}}\n"
POSTS = "  - {id: posts, party: marketing, measure: {deliver: {post: 2, study: 1}, every: month}}\n"
REPORT = "  - {id: report, party: sales, measure: {deliver: {report: 1}, every: week, by: friday}}\n"
PITCHES = """\
  - id: volume
    party: sales
    measure: {share: good_pitches, of: pitches, at_least: 95%, every: month}
"""
REMEDIES = """\
remedies:
  - {id: talk, name: Talk, description: Both leads talk.}
  - {id: mend, name: Plan, description: A plan with dates.}
"""
STRIKES = (
    REMEDIES
    + """\
strikes:
  expire_after: 3 months
  levels: [{strikes: 1, remedy: talk}, {strikes: 3, remedy: mend}]
"""
)


def months(metric: str, *values: int, first: int = 1) -> list[str]:
    """The sum of each month, reported on its last day, and 0 of every day before."""
    rows = []
    for month, value in enumerate(values, first):
        last = date(2026 + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        days = (last.replace(day=n) for n in range(1, last.day))
        rows += [*(f"{day},{metric},0" for day in days), f"{last},{metric},{value}"]
    return rows


def restated(record: Record, metric: str, day: str, value: int, *, reported: str) -> Record:
    """The record with one value reported anew."""
    key, on = (date.fromisoformat(day), ""), date.fromisoformat(reported)
    before = record.of(metric).reports
    report = Report(value, on, Place(f"{reported}.csv", 2, 1))
    reports = {**before, key: (report, *before.get(key, ()))}
    return replace(record, series={**record.series, metric: Series(dict(sorted(reports.items())))})


def follow_versions(versions: Sequence[InForce], record: Record, as_of: str) -> Consequences:
    day = date.fromisoformat(as_of)
    known = record.as_of(day)
    judgements = judge_agreement(versions, known, day)
    restatements = find_restatements(Agreed(lambda _day: versions, ()), known, judgements, day)
    return judge_consequences(versions, judgements, restatements, known, day)


@pytest.fixture(scope="session")
def follow(agreed: Callable[..., Agreement], recorded: Callable[..., Record]) -> Follow:
    """What follows by the text of commitments and of `governance.yml`, as of a day."""

    def follow(  # noqa: PLR0913 what consequences are made of
        commitments: str,
        governance: str,
        rows: Iterable[str] = (),
        deliveries: Iterable[str] = (),
        *,
        as_of: str,
        change: Callable[[Record], Record] = lambda record: record,
    ) -> Consequences:
        agreement = agreed(f"commitments:\n{commitments}", governance=governance)
        return follow_versions([InForce(agreement)], change(recorded(rows, deliveries)), as_of)

    return follow


def given_on(found: Consequences) -> list[tuple[str, str]]:
    return [(strike.miss.key[1], str(strike.given_on)) for strike in found.strikes]


# --- strikes


def test_a_missed_period_is_a_strike_on_the_day_it_is_closed(follow: Follow) -> None:
    found = follow(VOLUME, STRIKES, months("mqls", 90, 100, 99), as_of="2026-04-30")
    assert given_on(found) == [("2026-01", "2026-02-07"), ("2026-03", "2026-04-07")]


def test_a_missed_period_that_is_not_closed_is_no_strike_yet(follow: Follow) -> None:
    assert given_on(follow(VOLUME, STRIKES, months("mqls", 90), as_of="2026-02-06")) == []
    assert given_on(follow(VOLUME, STRIKES, months("mqls", 90), as_of="2026-02-07")) != []


def test_an_open_period_that_is_out_of_reach_is_no_strike_yet(follow: Follow) -> None:
    limit = "  - {id: limit, party: sales, measure: {total: mqls, at_most: 5, every: month}}\n"
    assert follow(limit, STRIKES, ["2026-01-02,mqls,9"], as_of="2026-01-10").misses == ()


@pytest.mark.parametrize(("day", "counting"), [("2026-05-06", 1), ("2026-05-07", 0)])
def test_a_strike_counts_to_the_day_before_it_expires(follow: Follow, day: str, counting: int) -> None:
    rows = months("mqls", 90, 100, 100, 100)
    found = follow(VOLUME, STRIKES, rows, as_of=day)
    assert str(found.strikes[0].expires_on) == "2026-05-07"
    assert len(found.owing["marketing"].strikes.counting) == counting


def test_only_the_commitments_named_bring_strikes(follow: Follow) -> None:
    governance = STRIKES.replace("strikes:\n", "strikes:\n  commitments: [calls]\n", 1)
    rows = months("mqls", 90) + months("calls", 9)
    found = follow(VOLUME + CALLS, governance, rows, as_of="2026-02-28")
    assert [strike.miss.key[0] for strike in found.strikes] == ["calls"]
    assert {miss.key[0] for miss in found.misses} == {"volume", "calls"}


@pytest.mark.parametrize(
    ("values", "level", "since", "next_one"),
    [
        ((100,), None, None, 1),
        ((90,), "talk", "2026-02-07", 3),
        ((90, 90), "talk", "2026-02-07", 3),
        ((90, 90, 90), "mend", "2026-04-07", None),
        ((90, 100, 100, 100, 90), "talk", "2026-06-07", 3),  # the first expired on 7 May
    ],
)
def test_so_many_strikes_bring_the_remedy_of_their_level(
    follow: Follow, values: tuple[int, ...], level: str | None, since: str | None, next_one: int | None
) -> None:
    day = date(2026, len(values) + 1, 20)
    count = follow(VOLUME, STRIKES, months("mqls", *values), as_of=f"{day}").owing["marketing"].strikes
    assert (count.level and count.level.remedy.id, count.since and str(count.since)) == (level, since)
    assert (count.next_level and count.next_level.strikes) == next_one


def test_strikes_are_counted_for_each_party(follow: Follow) -> None:
    rows = months("mqls", 90, 90) + months("calls", 9, 10)
    found = follow(VOLUME + CALLS, STRIKES, rows, as_of="2026-03-20")
    assert {party: len(owing.strikes.counting) for party, owing in found.owing.items()} == {
        "marketing": 2,
        "sales": 1,
    }


def test_a_restatement_adds_a_strike_on_its_own_day(follow: Follow) -> None:
    def lower(record: Record) -> Record:
        return restated(record, "mqls", "2026-01-31", 90, reported="2026-02-20")

    found = follow(VOLUME, STRIKES, months("mqls", 100), as_of="2026-02-28", change=lower)
    (strike,) = found.strikes
    assert strike.miss.added_by
    assert (str(strike.given_on), str(strike.miss.added_by.on)) == ("2026-02-20", "2026-02-20")
    (move,) = strike.miss.added_by.moves
    assert (move.was and move.was.value, move.now.value) == (100, 90)
    assert str(strike.expires_on) == "2026-05-20"


def test_a_restatement_takes_a_strike_back_and_says_so(follow: Follow) -> None:
    def raise_(record: Record) -> Record:
        return restated(record, "mqls", "2026-01-31", 100, reported="2026-02-20")

    found = follow(VOLUME, STRIKES, months("mqls", 90), as_of="2026-02-28", change=raise_)
    (strike,) = found.strikes
    assert strike.miss.taken_back
    assert (str(strike.miss.until), strike.counts_on(date(2026, 2, 19))) == ("2026-02-20", True)
    assert found.owing["marketing"].is_nothing


def test_a_period_restated_twice_may_bring_two_strikes_of_which_one_stands(follow: Follow) -> None:
    def change(record: Record) -> Record:
        record = restated(record, "mqls", "2026-01-31", 100, reported="2026-02-20")
        return restated(record, "mqls", "2026-01-31", 95, reported="2026-03-01")

    found = follow(VOLUME, STRIKES, months("mqls", 90), as_of="2026-03-02", change=change)
    assert [(str(s.given_on), s.miss.until and str(s.miss.until)) for s in found.strikes] == [
        ("2026-02-07", "2026-02-20"),
        ("2026-03-01", None),
    ]


def test_a_period_stays_a_miss_when_only_its_number_is_restated(follow: Follow) -> None:
    def change(record: Record) -> Record:
        return restated(record, "mqls", "2026-01-31", 95, reported="2026-02-20")

    (strike,) = follow(VOLUME, STRIKES, months("mqls", 90), as_of="2026-03-02", change=change).strikes
    assert (str(strike.given_on), strike.miss.judgement.tally.actual) == ("2026-02-07", 95)


def test_an_excluded_period_and_one_without_rows_bring_no_strike(follow: Follow) -> None:
    excluded = "exclusions: [{from: 2026-02-01, to: 2026-02-28, reason: Strike of the post.}]\n"
    rows = months("mqls", 100, 0)
    assert follow(VOLUME, STRIKES + excluded, rows, as_of="2026-04-20").misses == ()


def test_without_a_version_nothing_follows(recorded: Callable[..., Record]) -> None:
    found = judge_consequences([], {}, {}, recorded(), date(2026, 1, 1))
    assert (found.strikes, found.watches, found.owing) == ((), (), {})


def test_a_strike_goes_by_the_version_in_force_when_its_period_began(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    old = agreed(f"commitments:\n{VOLUME}", governance=STRIKES)
    new = agreed(f"commitments:\n{VOLUME}", in_force="effective: 2026-02-01")
    versions = [InForce(old, date(2026, 2, 1)), InForce(new)]
    found = follow_versions(versions, recorded(months("mqls", 90, 90)), "2026-03-20")
    assert given_on(found) == [("2026-01", "2026-02-07")]
    assert found.owing["marketing"].strikes.level


OTHER = """\
remedies:
  - {id: end, name: End, description: Talk of the end.}
  - {id: talk, name: Talk, description: Both leads talk.}
strikes:
  expire_after: 1 month
  levels: [{strikes: 1, remedy: end}]
"""


@pytest.fixture(scope="session")
def under_two(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> Callable[..., Consequences]:
    """What follows by STRIKES for January and February, and by another text from March on."""

    def of(*values: int, later: str = OTHER, as_of: str) -> Consequences:
        old = agreed(f"commitments:\n{VOLUME}", governance=STRIKES)
        new = agreed(f"commitments:\n{VOLUME}", in_force="effective: 2026-03-01", governance=later)
        versions = [InForce(old, date(2026, 3, 1)), InForce(new)]
        return follow_versions(versions, recorded(months("mqls", *values)), as_of)

    return of


def remedies(found: Consequences) -> list[tuple[str, str]]:
    told = levels_reached("marketing", found.strikes, found.as_of)
    return [(str(day), count.level.remedy.id) for day, count in told if count.level]


def test_a_remedy_of_a_new_version_counts_from_the_strike_that_brought_it(
    under_two: Callable[..., Consequences],
) -> None:
    found = under_two(90, 100, 90, as_of="2026-04-20")
    count = found.owing["marketing"].strikes
    assert count.level
    assert (count.level.remedy.id, str(count.since)) == ("end", "2026-04-07")


def test_a_remedy_of_a_new_version_is_a_level_reached_anew(under_two: Callable[..., Consequences]) -> None:
    assert remedies(under_two(90, 100, 90, as_of="2026-04-20")) == [
        ("2026-02-07", "talk"),
        ("2026-04-07", "end"),
    ]


def test_a_remedy_that_a_new_version_keeps_is_not_reached_anew(
    under_two: Callable[..., Consequences],
) -> None:
    later = OTHER.replace("{strikes: 1, remedy: end}", "{strikes: 2, remedy: talk}")
    found = under_two(90, 100, 90, later=later, as_of="2026-04-20")
    assert remedies(found) == [("2026-02-07", "talk")]
    assert str(found.owing["marketing"].strikes.since) == "2026-02-07"


def test_when_the_newest_strike_expires_first_the_levels_of_the_one_before_count_again(
    under_two: Callable[..., Consequences],
) -> None:
    found = under_two(100, 90, 90, 100, as_of="2026-05-20")  # given on 7 March and 7 April; 7 May
    count = found.owing["marketing"].strikes
    assert (len(count.counting), count.level and count.level.remedy.id) == (1, "talk")
    assert str(count.since) == "2026-05-07"
    assert remedies(found) == [("2026-03-07", "talk"), ("2026-04-07", "end"), ("2026-05-07", "talk")]


def test_a_remedy_that_was_reached_is_not_told_again_when_strikes_expire(follow: Follow) -> None:
    found = follow(VOLUME, STRIKES, months("mqls", 90, 90, 90, 100), as_of="2026-05-20")
    count = found.owing["marketing"].strikes
    assert (len(count.counting), count.level and count.level.remedy.id) == (2, "talk")
    assert (str(count.since), remedies(found)) == (
        "2026-05-07",
        [("2026-02-07", "talk"), ("2026-04-07", "mend")],
    )


@pytest.mark.parametrize(
    ("within", "day"),
    [
        ("6 months", "2026-09-06"),
        ("3 working days", "2026-03-11"),  # 6 March is a Friday
        ("1 week", "2026-03-13"),
        ("48 hours", "2026-03-08"),
        ("36 hours", "2026-03-08"),
        ("8 working hours", "2026-03-07"),
    ],
)
def test_a_time_after_a_day_ends_on_a_day(agreed: Callable[..., Agreement], within: str, day: str) -> None:
    agreement = agreed("commitments: []\n")
    assert str(day_after(agreement, date(2026, 3, 6), parse_duration(within))) == day


@UNTIMED
@given(st.lists(st.sampled_from([90, 100]), min_size=1, max_size=9), st.integers(0, 30))
def test_every_closed_missed_month_is_one_strike_and_no_other_is(
    follow: Follow, values: list[int], more: int
) -> None:
    day = date(2026, len(values) + 1, 1) + timedelta(days=more)
    found = follow(VOLUME, STRIKES, months("mqls", *values), as_of=f"{day}")
    closed = values if day >= date(2026, len(values) + 1, 7) else values[:-1]
    assert [key for key, _ in given_on(found)] == [
        f"2026-{n:02}" for n, value in enumerate(closed, 1) if value < 100
    ]


# --- compensation

MONEY = "compensation: [{commitment: volume, how: money, amount: 40.5, within: 1 month}]\n"
MAKE_GOOD = "compensation: [{commitment: volume, how: make-good, within: 2 months}]\n"


def test_a_shortfall_costs_the_amount_for_each_missing_unit(follow: Follow) -> None:
    (debt,) = follow(VOLUME, MONEY, months("mqls", 88), as_of="2026-02-20").debts
    assert (debt.missing, debt.money, str(debt.due_on)) == ({"": 12}, 486, "2026-03-07")
    assert debt.is_open


def test_money_is_exact(follow: Follow) -> None:
    (debt,) = follow(VOLUME, MONEY, months("mqls", 99), as_of="2026-02-20").debts
    assert debt.money == Fraction("40.5")


def test_of_money_nobody_knows_whether_it_is_overdue(follow: Follow) -> None:
    (debt,) = follow(VOLUME, MONEY, months("mqls", 88), as_of="2026-06-20").debts[:1]
    assert not debt.is_overdue(date(2026, 6, 20))


def test_a_share_misses_whole_events(follow: Follow) -> None:
    rows = months("pitches", 487) + months("good_pitches", 455)
    (debt,) = follow(PITCHES, MONEY, rows, as_of="2026-02-20").debts
    assert debt.missing == {"": 8}  # 463 of 487 are 95.07 %, 462 are 94.87 %


def test_of_a_limit_money_is_for_each_unit_above_it(follow: Follow) -> None:
    limit = "  - {id: volume, party: sales, measure: {total: mqls, at_most: 5, every: month}}\n"
    (debt,) = follow(limit, MONEY, months("mqls", 9), as_of="2026-02-20").debts
    assert (debt.missing, debt.money, debt.is_open) == ({"": 4}, 162, True)


def test_of_a_share_to_keep_below_money_is_for_whole_events_above_it(follow: Follow) -> None:
    rows = months("pitches", 487) + months("good_pitches", 60)
    (debt,) = follow(PITCHES.replace("at_least: 95%", "at_most: 10%"), MONEY, rows, as_of="2026-02-20").debts
    assert debt.missing == {"": 12}  # 48 of 487 are 9.86 %, 49 are 10.06 %


def test_things_that_were_not_delivered_cost_each_the_amount(follow: Follow) -> None:
    things = ["a,post,2026-01-05", "b,post,2026-01-06", "c,post,2026-01-07"]
    (debt,) = follow(POSTS, MONEY.replace("volume", "posts"), (), things, as_of="2026-02-20").debts
    assert (debt.missing, debt.money) == ({"study": 1}, Fraction("40.5"))


@UNTIMED
@given(st.integers(1, 300), st.integers(0, 300), st.integers(0, 100), st.booleans())
def test_a_share_would_have_been_kept_with_just_so_many_other_events(
    follow: Follow,
    events: int,
    good: int,
    target: int,
    at_least: bool,  # noqa: FBT001 a parameter of the test
) -> None:
    good = min(good, events)
    key = "at_least" if at_least else "at_most"
    promise = PITCHES.replace("at_least: 95%", f"{key}: {target}%")
    rows = months("pitches", events) + months("good_pitches", good)
    for debt in follow(promise, MONEY, rows, as_of="2026-02-20").debts:
        missing = debt.missing[""]
        kept, nearly = (good + n if at_least else good - n for n in (missing, missing - 1))
        assert is_kept(Fraction(kept, events), Fraction(target, 100), at_least=at_least)
        assert not is_kept(Fraction(nearly, events), Fraction(target, 100), at_least=at_least)


def is_kept(share: Fraction, target: Fraction, *, at_least: bool) -> bool:
    return share >= target if at_least else share <= target


def test_a_shortfall_is_carried_into_the_next_period(follow: Follow) -> None:
    (debt,) = follow(VOLUME, MAKE_GOOD, months("mqls", 88), as_of="2026-02-20").debts
    assert (debt.left, debt.carried_into and debt.carried_into.id) == ({"": 12}, "2026-02")


def test_only_what_comes_beyond_the_target_makes_good(follow: Follow) -> None:
    rows = months("mqls", 88, 105, 100, 130)
    (debt,) = follow(VOLUME, MAKE_GOOD, rows, as_of="2026-05-20").debts
    assert [(row.period.id, row.amount) for row in debt.made_good] == [("2026-02", 5), ("2026-04", 7)]
    assert (debt.left, debt.is_open) == ({}, False)


def test_the_oldest_shortfall_is_made_good_first(follow: Follow) -> None:
    rows = months("mqls", 95, 90, 108)
    first, second = follow(VOLUME, MAKE_GOOD, rows, as_of="2026-04-20").debts
    assert (first.left, second.left) == ({}, {"": 7})


def test_an_open_period_makes_good_too(follow: Follow) -> None:
    rows = [*months("mqls", 88), "2026-02-02,mqls,104"]
    (debt,) = follow(VOLUME, MAKE_GOOD, rows, as_of="2026-02-10").debts
    assert debt.left == {"": 8}


@pytest.mark.parametrize(("day", "overdue"), [("2026-04-07", False), ("2026-04-08", True)])
def test_what_is_not_made_good_in_time_is_overdue(follow: Follow, day: str, overdue: bool) -> None:  # noqa: FBT001 a parameter of the test
    (debt,) = follow(VOLUME, MAKE_GOOD, months("mqls", 88, 100, 100), as_of=day).debts
    assert debt.is_overdue(date.fromisoformat(day)) == overdue


def test_one_kind_does_not_make_good_another(follow: Follow) -> None:
    things = ["a,post,2026-01-05", "b,study,2026-01-05", "c,post,2026-02-05", "d,post,2026-02-06"]
    things += ["e,study,2026-02-07", "f,study,2026-02-08"]
    governance = MAKE_GOOD.replace("volume", "posts")
    (debt,) = follow(POSTS, governance, (), things, as_of="2026-02-20").debts
    assert (debt.missing, debt.left) == ({"post": 1}, {"post": 1})


def test_a_thing_that_comes_after_its_day_makes_good_in_its_own_week(follow: Follow) -> None:
    governance = MAKE_GOOD.replace("volume", "report")
    days = ["2026-01-09", "2026-01-17", "2026-01-23"]  # Friday, Saturday, Friday
    things = [f"r{n},report,{day}" for n, day in enumerate(days)]
    debts = follow(REPORT, governance, (), things, as_of="2026-01-31").debts
    assert [(debt.miss.key[1], debt.left) for debt in debts] == [("2026-W03", {})]


def test_what_lies_below_a_later_limit_makes_nothing_good(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    old = agreed(f"commitments:\n{VOLUME}", governance=MAKE_GOOD)
    limit = f"commitments:\n{VOLUME.replace('at_least: 100', 'at_most: 50')}"
    new = agreed(limit, in_force="effective: 2026-02-01")
    versions = [InForce(old, date(2026, 2, 1)), InForce(new)]
    (debt,) = follow_versions(versions, recorded(months("mqls", 90, 70)), "2026-03-20").debts
    assert debt.left == {"": 10}


def test_what_another_party_brings_makes_nothing_good(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    old = agreed(f"commitments:\n{VOLUME}", governance=MAKE_GOOD)
    theirs = VOLUME.replace("party: marketing", "party: sales")
    new = agreed(f"commitments:\n{theirs}", in_force="effective: 2026-02-01")
    versions = [InForce(old, date(2026, 2, 1)), InForce(new)]
    (debt,) = follow_versions(versions, recorded(months("mqls", 90, 150)), "2026-03-20").debts
    assert (debt.miss.party, debt.left) == ("marketing", {"": 10})


def test_what_was_taken_back_costs_nothing(follow: Follow) -> None:
    def raise_(record: Record) -> Record:
        return restated(record, "mqls", "2026-01-31", 100, reported="2026-02-20")

    assert follow(VOLUME, MONEY, months("mqls", 90), as_of="2026-02-28", change=raise_).debts == ()


@UNTIMED
@given(st.lists(st.integers(80, 120), min_size=1, max_size=8))
def test_what_is_made_good_and_what_is_left_are_what_was_missing(follow: Follow, values: list[int]) -> None:
    found = follow(VOLUME, MAKE_GOOD, months("mqls", *values), as_of=f"{date(2026, len(values) + 1, 20)}")
    for debt in found.debts:
        made_good = sum(row.amount for row in debt.made_good)
        assert made_good + debt.left.get("", 0) == debt.missing[""]
    surplus = sum(max(0, value - 100) for value in values)
    assert sum(row.amount for debt in found.debts for row in debt.made_good) <= surplus


# --- cancellation


def cancellation(missed: int, of_last: int | None = None) -> str:
    last = f", of_last: {of_last}" if of_last else ""
    return f"cancellation: [{{commitment: volume, missed: {missed}{last}, notice: 1 month}}]\n"


@pytest.mark.parametrize(
    ("values", "missed"),
    [
        ((100, 90, 90), 2),
        ((90, 100, 90), 1),
        ((90, 90, 100), 0),
        ((90, 90, 90), 3),
    ],
)
def test_misses_in_a_row_are_counted_back_to_the_last_met_period(
    follow: Follow, values: tuple[int, ...], missed: int
) -> None:
    (watch,) = follow(VOLUME, cancellation(3), months("mqls", *values), as_of="2026-04-20").watches
    assert (watch.missed, watch.rule.missed, watch.is_open) == (missed, 3, missed == 3)


@pytest.mark.parametrize(
    ("values", "missed"), [((90, 100, 90), 2), ((90, 90, 100, 100, 100), 1), ((90, 90, 90, 100, 100, 100), 1)]
)
def test_misses_of_the_last_so_many_are_counted(follow: Follow, values: tuple[int, ...], missed: int) -> None:
    day = date(2026, len(values) + 1, 20)
    (watch,) = follow(VOLUME, cancellation(3, 4), months("mqls", *values), as_of=f"{day}").watches
    assert watch.missed == missed


def test_a_rule_is_open_from_the_day_the_last_miss_was_closed(follow: Follow) -> None:
    (watch,) = follow(VOLUME, cancellation(2), months("mqls", 100, 90, 90), as_of="2026-04-20").watches
    assert (str(watch.open_since), str(watch.ends_on), watch.may_open_on) == (
        "2026-04-07",
        "2026-05-20",
        None,
    )


def test_a_period_that_is_met_closes_the_rule_again(follow: Follow) -> None:
    rows = months("mqls", 90, 90, 100)
    assert follow(VOLUME, cancellation(2), rows, as_of="2026-04-06").watches[0].is_open
    assert not follow(VOLUME, cancellation(2), rows, as_of="2026-04-07").watches[0].is_open


def test_a_rule_may_open_when_enough_periods_to_come_are_missed(follow: Follow) -> None:
    (watch,) = follow(VOLUME, cancellation(3), months("mqls", 90), as_of="2026-02-20").watches
    assert (watch.missed, str(watch.may_open_on)) == (1, "2026-04-07")


def test_an_open_period_already_met_breaks_the_row_to_come(follow: Follow) -> None:
    rows = [*months("mqls", 90), "2026-02-01,mqls,100"]
    (watch,) = follow(VOLUME, cancellation(2), rows, as_of="2026-02-10").watches
    assert str(watch.may_open_on) == "2026-05-07"


def test_a_rule_never_opens_after_the_agreement_ends(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    agreement = agreed(
        f"commitments:\n{VOLUME}",
        in_force="effective: 2026-01-01\nexpires: 2026-03-31",
        governance=cancellation(5),
    )
    (watch,) = follow_versions([InForce(agreement)], recorded(), "2026-02-20").watches
    assert watch.may_open_on is None


def test_a_period_without_a_verdict_neither_counts_nor_breaks_the_row(follow: Follow) -> None:
    excluded = "exclusions: [{from: 2026-02-01, to: 2026-02-28, reason: The fair.}]\n"
    rows = months("mqls", 90, 0, 90)
    (watch,) = follow(VOLUME, cancellation(2) + excluded, rows, as_of="2026-04-20").watches
    assert (watch.missed, watch.could_be) == (2, 2)


def test_a_rule_holds_from_the_version_that_brought_it(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    old = agreed(f"commitments:\n{VOLUME}", governance=cancellation(3))
    new = agreed(f"commitments:\n{VOLUME}", in_force="effective: 2026-04-01", governance=cancellation(2))
    versions = [InForce(old, date(2026, 4, 1)), InForce(new)]
    (watch,) = follow_versions(versions, recorded(months("mqls", 90, 90)), "2026-04-02").watches
    assert (watch.missed, str(watch.open_since)) == (2, "2026-04-01")


def test_a_rule_that_stayed_is_open_since_before_the_newest_version(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    old = agreed(f"commitments:\n{VOLUME}", governance=cancellation(2))
    new = agreed(f"commitments:\n{VOLUME}", in_force="effective: 2026-04-01", governance=cancellation(2))
    versions = [InForce(old, date(2026, 4, 1)), InForce(new)]
    (watch,) = follow_versions(versions, recorded(months("mqls", 90, 90)), "2026-04-02").watches
    assert str(watch.open_since) == "2026-03-07"


# --- corrective action


def action(id_: str, commitment: str = "volume", period: str = "2026-01", **more: str) -> Action:
    days = {"opened": "2026-02-10", "due": "2026-02-20", "done": ""} | more
    opened, due, done = (
        date.fromisoformat(text) if (text := days[name]) else None for name in ("opened", "due", "done")
    )
    assert opened
    assert due
    owner = more.get("owner", "marketing")
    return Action(id_, commitment, period, opened, "Mend it", owner, due, done, "", Place("actions.csv", 2))


def logged(*actions: Action) -> Callable[[Record], Record]:
    return lambda record: replace(record, actions=actions)


@pytest.mark.parametrize(
    ("day", "done", "overdue"),
    [
        ("2026-02-20", "", False),
        ("2026-02-21", "", True),
        ("2026-02-25", "2026-02-25", False),
        ("2026-02-24", "2026-02-25", True),
    ],
)
def test_an_action_is_overdue_after_its_day_until_it_is_done(
    follow: Follow,
    day: str,
    done: str,
    overdue: bool,  # noqa: FBT001 a parameter of the test
) -> None:
    change = logged(action("a", done=done))
    found = follow(VOLUME, STRIKES, months("mqls", 90), as_of=day, change=change)
    assert bool(found.owing["marketing"].overdue) == overdue


def test_an_action_is_not_known_before_it_was_opened(follow: Follow) -> None:
    change = logged(action("a"))
    assert follow(VOLUME, STRIKES, months("mqls", 90), as_of="2026-02-09", change=change).actions == ()


def test_missed_periods_that_no_action_is_about_are_listed(follow: Follow) -> None:
    change = logged(action("a"))
    found = follow(VOLUME, STRIKES, months("mqls", 90, 90), as_of="2026-03-20", change=change)
    assert [miss.key for miss in found.unanswered] == [("volume", "2026-02")]
    assert [row.id for row in found.actions_about("volume", "2026-01")] == ["a"]


@pytest.mark.parametrize(
    ("owner", "party"),
    [("sales", "sales"), ("marketing", "marketing"), ("Somebody of neither", "marketing")],
)
def test_an_action_is_owed_by_the_party_of_its_owner(follow: Follow, owner: str, party: str) -> None:
    change = logged(action("a", owner=owner))
    found = follow(VOLUME, STRIKES, months("mqls", 90), as_of="2026-02-28", change=change)
    assert [id_ for id_, owing in found.owing.items() if owing.overdue] == [party]


def test_who_owes_nothing_is_told_so(follow: Follow) -> None:
    found = follow(VOLUME + CALLS, STRIKES + MONEY, months("mqls", 90), as_of="2026-02-28")
    assert {party: owing.is_nothing for party, owing in found.owing.items()} == {
        "marketing": False,
        "sales": True,
    }
