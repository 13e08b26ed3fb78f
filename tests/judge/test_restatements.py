"""What was said when a period was closed, what is said now, and what changed between."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_sla.agreement.loading import Agreement, load_agreement
from living_sla.judge.commitments import InForce, Judgement, judge_agreement
from living_sla.judge.restatements import Agreed, Restatement, closed_on, find_restatements
from living_sla.record.loading import Record, load_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from living_sla.judge.restatements import Restatements

TERMS = """\
title: Marketing and Sales
version: "1.0.0"
effective: 2026-01-01
parties:
  marketing: {name: Marketing}
  sales: {name: Sales}
calendar: {timezone: Europe/Amsterdam, holidays: NL}
"""
METRICS = """\
metrics:
  leads: {label: Leads, unit: leads}
  by_source: {label: Leads, unit: leads, segments: source}
  due: {label: Leads due, unit: leads}
  in_time: {label: Leads in time, unit: leads}
  hours: {label: Median hours, unit: hours}
  calls: {label: Calls, unit: calls, expected: weekly}
  visits: {label: Visits, unit: visits, expected: daily}
commitments:
"""
STRIKES = """\
remedies:
  - {id: catch-up, name: Catch-up plan, description: Write one.}
strikes:
  commitments: [leads]
  expire_after: 6 months
  levels:
    - {strikes: 1, remedy: catch-up}
"""
LEADS = "  - {id: leads, party: sales, measure: {total: leads, at_least: 100, every: month}}\n"
FOLLOWER = (
    "  - {id: in-time, party: sales, once: leads,"
    " measure: {share: in_time, of: due, at_least: 95%, every: month}}\n"
)
HOURS = "  - {id: hours, party: sales, measure: {level: hours, take: max, at_most: 4, every: month}}\n"
SOURCES = "  - {id: sources, party: sales, measure: {total: by_source, at_least: 10, every: month}}\n"
CALLS = "  - {id: calls, party: sales, measure: {total: calls, at_least: 60, every: month}}\n"
VISITS = "  - {id: visits, party: sales, measure: {total: visits, at_least: 9, every: day}}\n"


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Agreement]:
    def load(*commitments: str, governance: str = "") -> Agreement:
        folder = tmp_path_factory.mktemp("root") / "acme"
        folder.mkdir()
        (folder / "agreement.yml").write_text(TERMS, encoding="utf-8")
        (folder / "commitments.yml").write_text(METRICS + "".join(commitments), encoding="utf-8")
        if governance:
            (folder / "governance.yml").write_text(governance, encoding="utf-8")
        return load_agreement(folder, root=folder.parent)

    return load


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Record]:
    """A record of rows `date,metric,value,segment`, each in the snapshot of the day it is listed under."""

    def load(snapshots: dict[str, Iterable[str]], agreement: Agreement) -> Record:
        root = tmp_path_factory.mktemp("record")
        folder = root / "snapshots"
        folder.mkdir()
        for day, rows in snapshots.items():
            text = "".join(f"{row}\n" for row in ("date,metric,value,segment", *rows))
            (folder / f"{day}.csv").write_text(text, encoding="utf-8")
        return load_record(root, agreement, root=root)

    return load


@pytest.fixture(scope="module")
def restated(
    agreed: Callable[..., Agreement], reported: Callable[..., Record]
) -> Callable[..., Restatements]:
    """The restatements of some promises by snapshots, as of a day."""

    def find(
        *commitments: str,
        snapshots: dict[str, Iterable[str]],
        as_of: str = "2026-06-30",
        governance: str = "",
    ) -> Restatements:
        agreement = agreed(*commitments, governance=governance)
        return restatements(agreement, reported(snapshots, agreement), date.fromisoformat(as_of))

    return find


def restatements(agreement: Agreement, record: Record, as_of: date) -> Restatements:
    versions, known = [InForce(agreement)], record.as_of(as_of)
    agreed = Agreed(lambda _day: versions, ())
    return find_restatements(agreed, known, judge_agreement(versions, known, as_of), as_of)


def outcome(judgement: Judgement) -> tuple[str, object]:
    return judgement.verdict.value, judgement.tally.actual


def both(restatement: Restatement) -> tuple[tuple[str, object], tuple[str, object]]:
    return outcome(restatement.as_closed), outcome(restatement.as_it_stands)


# --- what counts as a restatement


def test_a_total_that_was_lowered_after_closing_was_met_then_and_is_missed_now(
    restated: Callable[..., Restatements],
) -> None:
    found = restated(
        LEADS, snapshots={"2026-02-01": ["2026-01-05,leads,104,"], "2026-02-20": ["2026-01-05,leads,88,"]}
    )
    (restatement,) = found.values()
    assert list(found) == [("leads", "2026-01")]
    assert both(restatement) == (("met", 104), ("missed", 88))
    assert (restatement.closed_on, restatement.restated_on) == (date(2026, 2, 7), date(2026, 2, 20))
    assert not restatement.is_first_report


def test_the_value_that_moved_is_named_with_both_reports(restated: Callable[..., Restatements]) -> None:
    found = restated(
        LEADS,
        snapshots={
            "2026-02-01": ["2026-01-05,leads,60,", "2026-01-06,leads,44,"],
            "2026-02-20": ["2026-01-05,leads,55,", "2026-01-06,leads,44,"],
        },
    )
    (move,) = found["leads", "2026-01"].moves
    assert (move.metric, move.day, move.segment) == ("leads", date(2026, 1, 5), "")
    assert move.was
    assert (move.was.value, str(move.was.reported_on), str(move.was.place)) == (
        60,
        "2026-02-01",
        "snapshots/2026-02-01.csv:2:1",
    )
    assert (move.now.value, str(move.now.place)) == (55, "snapshots/2026-02-20.csv:2:1")


def test_a_number_that_moved_without_changing_the_verdict_is_a_restatement_too(
    restated: Callable[..., Restatements],
) -> None:
    found = restated(
        LEADS, snapshots={"2026-02-01": ["2026-01-05,leads,104,"], "2026-02-20": ["2026-01-05,leads,103,"]}
    )
    assert both(found["leads", "2026-01"]) == (("met", 104), ("met", 103))


def test_a_late_report_of_the_same_value_is_no_restatement(restated: Callable[..., Restatements]) -> None:
    rows = ["2026-01-05,leads,104,"]
    assert restated(LEADS, snapshots={"2026-02-01": rows, "2026-02-20": rows}) == {}


def test_values_that_moved_and_add_up_to_the_same_are_no_restatement(
    restated: Callable[..., Restatements],
) -> None:
    before = ["2026-01-05,leads,60,", "2026-01-06,leads,44,"]
    after = ["2026-01-05,leads,64,", "2026-01-06,leads,40,"]
    assert restated(LEADS, snapshots={"2026-02-01": before, "2026-02-20": after}) == {}


@pytest.mark.parametrize(("day", "restatements"), [("2026-02-07", 0), ("2026-02-08", 1)])
def test_a_report_on_the_closing_day_still_counts(
    restated: Callable[..., Restatements], day: str, restatements: int
) -> None:
    found = restated(
        LEADS, snapshots={"2026-02-01": ["2026-01-05,leads,104,"], day: ["2026-01-05,leads,88,"]}
    )
    assert len(found) == restatements


def test_a_report_before_closing_is_no_restatement(restated: Callable[..., Restatements]) -> None:
    snapshots = {"2026-01-10": ["2026-01-05,leads,104,"], "2026-02-01": ["2026-01-05,leads,88,"]}
    assert restated(LEADS, snapshots=snapshots) == {}


@pytest.mark.parametrize(("as_of", "restatements"), [("2026-02-19", 0), ("2026-02-20", 1)])
def test_a_day_knows_only_what_was_reported_by_then(
    restated: Callable[..., Restatements], as_of: str, restatements: int
) -> None:
    snapshots = {"2026-02-01": ["2026-01-05,leads,104,"], "2026-02-20": ["2026-01-05,leads,88,"]}
    assert len(restated(LEADS, snapshots=snapshots, as_of=as_of)) == restatements


def test_what_was_first_reported_after_closing_is_told_as_such(restated: Callable[..., Restatements]) -> None:
    found = restated(LEADS, snapshots={"2026-02-20": ["2026-01-05,leads,104,"]})
    restatement = found["leads", "2026-01"]
    assert restatement.is_first_report
    assert both(restatement) == (("no data", None), ("met", 104))
    assert [move.was for move in restatement.moves] == [None]


def test_a_day_that_was_added_after_closing_moves_from_nothing(restated: Callable[..., Restatements]) -> None:
    found = restated(
        LEADS, snapshots={"2026-02-01": ["2026-01-05,leads,60,"], "2026-02-20": ["2026-01-06,leads,44,"]}
    )
    restatement = found["leads", "2026-01"]
    assert both(restatement) == (("missed", 60), ("met", 104))
    assert not restatement.is_first_report
    assert [(str(move.day), move.was, move.now.value) for move in restatement.moves] == [
        ("2026-01-06", None, 44)
    ]


def test_what_was_restated_of_another_month_leaves_a_month_alone(
    restated: Callable[..., Restatements],
) -> None:
    found = restated(
        LEADS,
        snapshots={
            "2026-02-01": ["2026-01-31,leads,104,", "2026-02-01,leads,101,"],
            "2026-03-20": ["2026-02-01,leads,88,"],
        },
    )
    assert list(found) == [("leads", "2026-02")]


def test_a_segment_that_moved_is_named(restated: Callable[..., Restatements]) -> None:
    found = restated(
        SOURCES,
        snapshots={
            "2026-02-01": ["2026-01-05,by_source,6,Events", "2026-01-05,by_source,4,Social"],
            "2026-02-20": ["2026-01-05,by_source,1,Social"],
        },
    )
    restatement = found["sources", "2026-01"]
    assert both(restatement) == (("met", 10), ("missed", 7))
    assert [(move.segment, move.was and move.was.value, move.now.value) for move in restatement.moves] == [
        ("Social", 4, 1)
    ]


def test_a_share_whose_part_moved_is_restated(restated: Callable[..., Restatements]) -> None:
    alone = FOLLOWER.replace(" once: leads,", "")
    found = restated(
        alone,
        snapshots={
            "2026-02-01": ["2026-01-05,due,20,", "2026-01-05,in_time,19,"],
            "2026-02-20": ["2026-01-05,in_time,18,"],
        },
    )
    restatement = found["in-time", "2026-01"]
    assert (restatement.as_closed.verdict.value, restatement.as_it_stands.verdict.value) == ("met", "missed")
    assert (restatement.as_closed.tally.good, restatement.as_it_stands.tally.good) == (19, 18)
    assert [move.metric for move in restatement.moves] == ["in_time"]


def test_a_level_that_moved_is_restated(restated: Callable[..., Restatements]) -> None:
    found = restated(
        HOURS, snapshots={"2026-02-01": ["2026-01-05,hours,5,"], "2026-02-20": ["2026-01-05,hours,4,"]}
    )
    assert both(found["hours", "2026-01"]) == (("missed", 5), ("met", 4))


def test_what_waits_for_another_is_restated_with_it(restated: Callable[..., Restatements]) -> None:
    found = restated(
        LEADS,
        FOLLOWER,
        snapshots={
            "2026-02-01": ["2026-01-05,leads,104,", "2026-01-05,due,20,", "2026-01-05,in_time,10,"],
            "2026-02-20": ["2026-01-05,leads,88,"],
        },
    )
    follower = found["in-time", "2026-01"]
    assert (follower.as_closed.verdict.value, follower.as_it_stands.verdict.value) == (
        "missed",
        "not triggered",
    )
    assert [(move.metric, move.now.value) for move in follower.moves] == [("leads", 88)]


# --- several steps


def test_a_period_that_was_restated_twice_tells_both_steps(restated: Callable[..., Restatements]) -> None:
    found = restated(
        LEADS,
        snapshots={
            "2026-02-01": ["2026-01-05,leads,104,"],
            "2026-02-20": ["2026-01-05,leads,88,"],
            "2026-03-20": ["2026-01-05,leads,101,"],
        },
        governance=STRIKES,
    )
    restatement = found["leads", "2026-01"]
    assert [
        (str(step.on), outcome(step.before), outcome(step.after), step.strikes) for step in restatement.steps
    ] == [
        ("2026-02-20", ("met", 104), ("missed", 88), 1),
        ("2026-03-20", ("missed", 88), ("met", 101), -1),
    ]
    assert restatement.strikes == 0
    assert [(move.was and move.was.value, move.now.value) for move in restatement.moves] == [(104, 101)]


def test_each_step_names_the_values_that_moved_in_it(restated: Callable[..., Restatements]) -> None:
    found = restated(
        LEADS,
        snapshots={
            "2026-02-01": ["2026-01-05,leads,60,", "2026-01-06,leads,44,"],
            "2026-02-20": ["2026-01-05,leads,50,"],
            "2026-03-20": ["2026-01-06,leads,40,"],
        },
    )
    moves = [
        [(str(move.day), move.was and move.was.value, move.now.value) for move in step.moves]
        for step in found["leads", "2026-01"].steps
    ]
    assert moves == [[("2026-01-05", 60, 50)], [("2026-01-06", 44, 40)]]


# --- strikes


def test_a_promise_that_is_missed_now_adds_a_strike(restated: Callable[..., Restatements]) -> None:
    snapshots = {"2026-02-01": ["2026-01-05,leads,104,"], "2026-02-20": ["2026-01-05,leads,88,"]}
    assert restated(LEADS, snapshots=snapshots, governance=STRIKES)["leads", "2026-01"].strikes == 1


def test_a_promise_that_is_met_now_takes_a_strike_back(restated: Callable[..., Restatements]) -> None:
    snapshots = {"2026-02-01": ["2026-01-05,leads,88,"], "2026-02-20": ["2026-01-05,leads,104,"]}
    assert restated(LEADS, snapshots=snapshots, governance=STRIKES)["leads", "2026-01"].strikes == -1


def test_a_promise_that_stays_missed_moves_no_strike(restated: Callable[..., Restatements]) -> None:
    snapshots = {"2026-02-01": ["2026-01-05,leads,88,"], "2026-02-20": ["2026-01-05,leads,87,"]}
    assert restated(LEADS, snapshots=snapshots, governance=STRIKES)["leads", "2026-01"].strikes == 0


@pytest.mark.parametrize("governance", ["", STRIKES])
def test_a_promise_without_strikes_moves_none(restated: Callable[..., Restatements], governance: str) -> None:
    snapshots = {"2026-02-01": ["2026-01-05,hours,4,"], "2026-02-20": ["2026-01-05,hours,5,"]}
    found = restated(LEADS, HOURS, snapshots=snapshots, governance=governance)
    assert found["hours", "2026-01"].strikes == 0


def test_strikes_that_name_no_promise_count_all(restated: Callable[..., Restatements]) -> None:
    snapshots = {"2026-02-01": ["2026-01-05,hours,4,"], "2026-02-20": ["2026-01-05,hours,5,"]}
    governance = STRIKES.replace("  commitments: [leads]\n", "")
    assert restated(HOURS, snapshots=snapshots, governance=governance)["hours", "2026-01"].strikes == 1


# --- when a period is closed


@pytest.mark.parametrize(
    ("close_after", "day"),
    [
        ("", "2026-02-07"),
        (", close_after: 3 days", "2026-02-03"),
        (", close_after: 2 weeks", "2026-02-14"),
        (", close_after: 1 month", "2026-02-28"),
        (", close_after: 3 working days", "2026-02-05"),
    ],
)
def test_a_period_is_closed_so_long_after_its_last_day(
    agreed: Callable[..., Agreement], close_after: str, day: str
) -> None:
    agreement = agreed(LEADS.replace("every: month}", f"every: month}}{close_after}"))
    judged = judge_agreement([InForce(agreement)], Record({}, ()), date(2026, 1, 31))
    assert str(closed_on(judged["leads"][0])) == day


def test_a_longer_wait_turns_a_restatement_into_a_report_in_time(
    restated: Callable[..., Restatements],
) -> None:
    snapshots = {"2026-02-01": ["2026-01-05,leads,104,"], "2026-02-20": ["2026-01-05,leads,88,"]}
    patient = LEADS.replace("every: month}", "every: month}, close_after: 20 days")
    assert restated(patient, snapshots=snapshots) == {}


# --- what holds for every record


SNAPSHOTS = st.dictionaries(
    st.dates(date(2026, 2, 1), date(2026, 4, 30)),
    st.dictionaries(
        st.tuples(
            st.dates(date(2026, 1, 1), date(2026, 1, 31)) | st.dates(date(2025, 12, 28), date(2026, 3, 10)),
            st.sampled_from(["leads", "due", "in_time", "hours", "calls", "visits"]),
        ),
        st.integers(0, 60),
        max_size=8,
    ),
    max_size=4,
)


def lines(drawn: dict[date, dict[tuple[date, str], int]]) -> dict[str, list[str]]:
    """Rows by snapshot, without days to come, and without a part above its whole."""
    return {
        str(on): [
            f"{day},{metric},{value % 4 if metric == 'in_time' else value + 4},"
            for (day, metric), value in rows.items()
            if day <= on
        ]
        for on, rows in drawn.items()
    }


@settings(max_examples=60, deadline=None)
@given(drawn=SNAPSHOTS, as_of=st.dates(date(2026, 2, 1), date(2026, 5, 31)))
def test_as_closed_is_what_the_closing_day_itself_would_have_said(
    agreed: Callable[..., Agreement],
    reported: Callable[..., Record],
    drawn: dict[date, dict[tuple[date, str], int]],
    as_of: date,
) -> None:
    agreement = agreed(LEADS, FOLLOWER, HOURS, CALLS, VISITS)
    record, versions = reported(lines(drawn), agreement).as_of(as_of), [InForce(agreement)]
    found = restatements(agreement, record, as_of)
    for id_, judgements in judge_agreement(versions, record, as_of).items():
        for judgement in judgements:
            day = closed_on(judgement)
            if day >= as_of:
                assert (id_, judgement.period.id) not in found
                continue
            said = judge_agreement(versions, record.as_of(day), day)[id_]
            (then,) = (j for j in said if j.period == judgement.period)
            restatement = found.get((id_, judgement.period.id))
            assert outcome(restatement.as_closed if restatement else judgement) == outcome(then)
            assert restatement is None or restatement.as_it_stands == judgement


@settings(max_examples=30, deadline=None)
@given(drawn=SNAPSHOTS, random=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    agreed: Callable[..., Agreement],
    reported: Callable[..., Record],
    drawn: dict[date, dict[tuple[date, str], int]],
    random: Random,
) -> None:
    agreement, as_of = agreed(LEADS, FOLLOWER, HOURS), date(2026, 5, 31)
    rows = lines(drawn)
    shuffled = {day: random.sample(of_day, len(of_day)) for day, of_day in rows.items()}
    one, other = (restatements(agreement, reported(each, agreement), as_of) for each in (rows, shuffled))
    assert told(one) == told(other)


def told(found: Restatements) -> list[object]:
    """Everything about restatements but the lines the values stand on."""
    return [
        (key, both(each), [(m.metric, m.day, m.was and m.was.value, m.now.value) for m in each.moves])
        for key, each in found.items()
    ]


# --- another text of the agreement


def test_a_text_that_was_changed_after_closing_restates_the_period(
    agreed: Callable[..., Agreement], reported: Callable[..., Record]
) -> None:
    then, now, changed_on = agreed(LEADS), agreed(LEADS.replace("100", "90")), date(2026, 3, 20)

    def on(day: date) -> list[InForce]:
        return [InForce(then if day < changed_on else now)]

    record, as_of = reported({"2026-02-01": ["2026-01-05,leads,93,"]}, now), date(2026, 6, 30)
    judgements = judge_agreement(on(as_of), record, as_of)
    found = find_restatements(Agreed(on, (date(2025, 12, 1), changed_on)), record, judgements, as_of)
    restatement = next(row for (_, period), row in found.items() if period == "2026-01")
    assert both(restatement) == (("missed", 93), ("met", 93))
    (step,) = restatement.steps
    assert (step.on, step.is_amended, step.moves, step.strikes) == (changed_on, True, (), 0)


def test_what_moved_is_what_the_newest_report_says(restated: Callable[..., Restatements]) -> None:
    found = restated(
        LEADS,
        snapshots={
            "2026-02-01": ["2026-01-05,leads,104,"],
            "2026-02-20": ["2026-01-05,leads,106,"],
            "2026-03-01": ["2026-01-05,leads,99,"],
        },
    )
    (restatement,) = found.values()
    ((was, now),) = [(move.was and move.was.value, move.now.value) for move in restatement.moves]
    assert (was, now) == (104, 99)
    assert [[move.now.value for move in step.moves] for step in restatement.steps] == [[106], [99]]
