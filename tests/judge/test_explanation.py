"""What a judgement was made of, down to the days and rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from living_sla.diagnostics import Place
from living_sla.judge.calendar import holiday_names, holidays_in
from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.judge.explanation import CountedDay, Lack, NotCounted, explain
from living_sla.judge.restatements import Agreed, find_restatements
from living_sla.record.snapshots import Report, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.explanation import Explanation
    from living_sla.record.loading import Record

UNTIMED = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WEEK = "total: mqls, at_least: 100, every: week"
EXCLUDED = "exclusions: [{from: 2026-03-04, to: 2026-03-04, reason: The CRM was moved.}]"


@pytest.fixture(scope="session")
def explain_one(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> Callable[..., Explanation]:
    """Explain the newest period of one measure."""

    def explain_newest(  # noqa: PLR0913 what a judgement is made of
        measure: str,
        rows: Iterable[str] = (),
        deliveries: Iterable[str] = (),
        *,
        as_of: str,
        more: str = "",
        change: Callable[[Record], Record] = lambda record: record,
        **terms: str,
    ) -> Explanation:
        commitments = f"commitments:\n  - id: promise\n    party: sales\n    measure: {{{measure}}}\n{more}"
        versions, day = [InForce(agreed(commitments, **terms))], date.fromisoformat(as_of)
        record = change(recorded(rows, deliveries)).as_of(day)
        judgements = judge_agreement(versions, record, day)
        restatements = find_restatements(Agreed(lambda _day: versions, ()), record, judgements, day)
        return explain(judgements["promise"][-1], judgements, restatements, record, day)

    return explain_newest


def test_every_day_of_the_window_says_why_it_does_not_count(explain_one: Callable[..., Explanation]) -> None:
    found = explain_one(
        "total: mqls, at_least: 100, every: month",
        as_of="2026-12-31",
        more="    pace: working-days\n",
        calendar="{timezone: Europe/Berlin, holidays: DE-BE, closed_on: [2026-12-24]}",
        governance="exclusions: [{from: 2026-12-21, to: 2026-12-22, reason: Stocktaking.}]",
    )
    assert [day for day in found.days if 18 <= day.day.day <= 28] == [
        CountedDay(date(2026, 12, 18)),
        CountedDay(date(2026, 12, 19), NotCounted.NO_HOURS),
        CountedDay(date(2026, 12, 20), NotCounted.NO_HOURS),
        CountedDay(date(2026, 12, 21), NotCounted.EXCLUDED, "Stocktaking."),
        CountedDay(date(2026, 12, 22), NotCounted.EXCLUDED, "Stocktaking."),
        CountedDay(date(2026, 12, 23)),
        CountedDay(date(2026, 12, 24), NotCounted.CLOSED),
        CountedDay(date(2026, 12, 25), NotCounted.HOLIDAY, "Christmas Day"),
        CountedDay(date(2026, 12, 26), NotCounted.NO_HOURS),
        CountedDay(date(2026, 12, 27), NotCounted.NO_HOURS),
        CountedDay(date(2026, 12, 28)),
    ]


def test_by_calendar_days_only_excluded_days_do_not_count(explain_one: Callable[..., Explanation]) -> None:
    found = explain_one(WEEK, as_of="2026-03-08", governance=EXCLUDED)
    assert [str(day.day) for day in found.days if day.why_not] == ["2026-03-04"]


def test_the_days_that_count_are_those_of_the_judgement(explain_one: Callable[..., Explanation]) -> None:
    found = explain_one(WEEK, as_of="2026-03-05", more="    pace: working-days\n", governance=EXCLUDED)
    counted = [day.day for day in found.days if day.why_not is None]
    assert len(counted) == found.judgement.days_counted == 4
    assert sum(day <= date(2026, 3, 5) for day in counted) == found.judgement.days_passed == 3


@pytest.mark.parametrize("language", ["de", "pl_PL.UTF-8"])
def test_a_holiday_has_the_same_name_whatever_the_environment(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    monkeypatch.setenv("LC_ALL", language)
    holiday_names.cache_clear()
    assert holiday_names("DE-BE", 2026)[date(2026, 10, 3)] == "German Unity Day"


@pytest.mark.parametrize("place", ["US-NY", "DE-BE", "BR", "JP", "GB", "AE"])
def test_every_holiday_has_a_name(place: str) -> None:
    names = holiday_names(place, 2026)
    assert frozenset(names) == holidays_in(place, 2026)
    assert all(names.values())


def test_rows_of_excluded_days_do_not_count(explain_one: Callable[..., Explanation]) -> None:
    rows = ["2026-03-03,mqls,5", "2026-03-04,mqls,7"]
    found = explain_one(WEEK, rows, as_of="2026-03-08", governance=EXCLUDED)
    assert [(row.newest.value, row.why_not) for row in found.rows["mqls"]] == [
        (5, None),
        (7, NotCounted.EXCLUDED),
    ]


def test_rows_outside_the_window_are_not_listed(explain_one: Callable[..., Explanation]) -> None:
    rows = ["2026-03-01,mqls,1", "2026-03-02,mqls,5", "2026-03-09,mqls,7"]
    found = explain_one(WEEK, rows, as_of="2026-03-08")
    assert [row.newest.value for row in found.rows["mqls"]] == [5]


def test_a_day_of_which_only_one_half_is_known_does_not_count(
    explain_one: Callable[..., Explanation],
) -> None:
    rows = ["2026-03-02,due,4", "2026-03-02,in_time,3", "2026-03-03,due,4"]
    found = explain_one("share: in_time, of: due, at_least: 95%, every: week", rows, as_of="2026-03-08")
    assert [(str(row.day), row.why_not) for row in found.rows["due"]] == [
        ("2026-03-02", None),
        ("2026-03-03", NotCounted.HALF_KNOWN),
    ]


def test_a_share_says_which_segments_its_halves_lack(explain_one: Callable[..., Explanation]) -> None:
    rows = [
        *("2026-03-02,mqls,4", "2026-03-02,leads_by_source,1,Events", "2026-03-02,leads_by_source,2,Social"),
        *("2026-03-03,mqls,4", "2026-03-03,leads_by_source,1,Events"),
    ]
    found = explain_one(
        "share: leads_by_source, of: mqls, at_least: 95%, every: week", rows, as_of="2026-03-08"
    )
    lack = Lack(date(2026, 3, 3), date(2026, 3, 4), "leads_by_source", ("Social",))
    assert [(row.why_not, row.lacks) for row in found.rows["mqls"]] == [
        (None, ()),
        (NotCounted.SEGMENTS, (lack,)),
    ]
    assert found.lacks[0] == lack
    assert found.lacks[1:3] == tuple(
        Lack(date(2026, 3, 4), date(2026, 3, 5), metric, ()) for metric in ("leads_by_source", "mqls")
    )


def test_a_missing_day_of_one_half_spares_the_week_of_the_other(
    explain_one: Callable[..., Explanation],
) -> None:
    rows = ["2026-03-02,due_weekly,9", *(f"2026-03-0{day},in_time,1" for day in (2, 3, 5, 6, 7, 8))]
    found = explain_one("share: in_time, of: due_weekly, at_least: 9%, every: week", rows, as_of="2026-03-08")
    assert found.lacks == (Lack(date(2026, 3, 4), date(2026, 3, 5), "in_time", ()),)
    assert [row.why_not for row in found.rows["due_weekly"]] == [None]


def test_a_total_counts_what_is_there_of_a_day_that_lacks_a_segment(
    explain_one: Callable[..., Explanation],
) -> None:
    rows = ["2026-03-02,leads_by_source,1,Events"]
    found = explain_one("total: leads_by_source, at_least: 5, every: week", rows, as_of="2026-03-08")
    assert [row.why_not for row in found.rows["leads_by_source"]] == [None]
    assert found.lacks[0].segments == ("Social",)


def test_older_reports_stand_behind_the_newest(explain_one: Callable[..., Explanation]) -> None:
    old, new = (
        Report(value, date.fromisoformat(day), Place(f"{day}.csv", 2, 1))
        for value, day in ((9, "2026-03-03"), (7, "2026-03-20"))
    )

    def change(record: Record) -> Record:
        series = Series({(date(2026, 3, 2), ""): (new, old)})
        return replace(record, series={**record.series, "mqls": series})

    found = explain_one(WEEK, as_of="2026-03-22", change=change)
    assert found.rows["mqls"] == ()
    found = explain_one("total: mqls, at_least: 8, every: month", as_of="2026-03-22", change=change)
    (row,) = found.rows["mqls"]
    assert (row.newest, row.reports[1:]) == (new, (old,))


def test_things_say_why_they_do_not_count(explain_one: Callable[..., Explanation]) -> None:
    things = [
        "a,report,2026-03-02",
        "b,report,2026-03-03",
        "c,report,2026-03-04",
        "d,report,2026-03-07",
        "e,report,2026-03-09",
        "f,other,2026-03-02",
    ]
    measure = "deliver: {report: 1}, every: week, by: friday"
    found = explain_one(measure, (), things, as_of="2026-03-08", governance=EXCLUDED)
    assert [(thing.delivery.id, thing.why_not) for thing in found.things] == [
        ("a", None),
        ("b", NotCounted.TOO_MANY),
        ("c", NotCounted.EXCLUDED),
        ("d", NotCounted.TOO_LATE),
    ]


def test_a_thing_that_is_planned_is_not_listed_yet(explain_one: Callable[..., Explanation]) -> None:
    measure = "deliver: {report: 1}, every: week"
    assert explain_one(measure, (), ["a,report,2026-03-06"], as_of="2026-03-05").things == ()


def test_the_condition_is_every_period_that_overlaps(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    commitments = """commitments:
  - {id: weekly, party: sales, measure: {total: calls, at_least: 1, every: week}}
  - {id: promise, party: sales, measure: {total: mqls, at_least: 1, every: month}, once: weekly}
"""
    day = date(2026, 3, 31)
    judgements = judge_agreement([InForce(agreed(commitments))], recorded(), day)
    found = explain(judgements["promise"][-1], judgements, {}, recorded(), day)
    assert [other.period.id for other in found.conditions] == [f"2026-W{n:02}" for n in range(9, 15)]


def test_the_place_is_that_of_the_commitment(explain_one: Callable[..., Explanation]) -> None:
    found = explain_one(WEEK, as_of="2026-03-08")
    assert (found.place.path, found.closes_on) == ("marketing-sales/commitments.yml", date(2026, 3, 15))


VALUES = st.lists(st.none() | st.integers(0, 50), min_size=1, max_size=31)


@UNTIMED
@given(
    VALUES,
    VALUES,
    st.sets(st.integers(1, 31), max_size=4),
    st.tuples(*[st.sampled_from(["", "_weekly"])] * 2),
)
def test_the_rows_that_count_make_up_the_number(
    explain_one: Callable[..., Explanation],
    good: list[int | None],
    bad: list[int | None],
    days: set[int],
    rhythms: tuple[str, str],
) -> None:
    share, of = f"in_time{rhythms[0]}", f"due{rhythms[1]}"
    rows = [f"2026-03-{n:02},{share},{value}" for n, value in enumerate(good, 1) if value is not None]
    for n, value in enumerate(bad, 1):
        if value is not None:
            most = (good[n - 1] or 0) if n <= len(good) else 0
            rows.append(f"2026-03-{n:02},{of},{most + value}")
    excluded = "".join(f"\n  - {{from: 2026-03-{d:02}, to: 2026-03-{d:02}, reason: r}}" for d in sorted(days))
    measure = f"share: {share}, of: {of}, at_least: 95%, every: month"
    governance = f"exclusions:{excluded}\n" if days else ""
    found = explain_one(measure, rows, as_of="2026-03-31", governance=governance)
    kept, total = (
        sum(row.newest.value for row in found.rows[metric] if row.why_not is None) for metric in (share, of)
    )
    tally = found.judgement.tally
    assert (kept, total) == (tally.good, tally.events)
    assert tally.actual == (Fraction(kept, total) if total else None)
