from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from tests.present.conftest import promise

from living_sla.judge.forecast import Forecast, NoForecast, Why
from living_sla.judge.verdicts import Verdict
from living_sla.judge.warning import Attention
from living_sla.present.views import (
    DueRow,
    PromiseView,
    by_urgency,
    due_rows,
    heatmap_cells,
    history_rows,
    number_and_goal,
    promise_view,
    reason_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.subject import Standing

    Stand = Callable[..., Standing]

MONTH_OF_LEADS = "total: leads, at_least: 310, every: month"
MONTH_OF_CALLS = "share: in_time, of: due, at_least: 95%, every: month"
EVERY_LAUNCH = "before: launch, deliver: training, ahead: 7 days, every: quarter"


def view_of(standing: Standing, id_: str = "promise") -> PromiseView:
    commitment = next(c for c in standing.agreement.commitments if c.id == id_)
    return promise_view(standing.agreement, commitment, standing.judgements[id_])


def days(metric: str, value: int | str, first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [f"{start + timedelta(n)},{metric},{value}" for n in range((end - start).days + 1)]


@pytest.mark.parametrize(
    ("measure", "rows", "number", "of"),
    [
        (MONTH_OF_LEADS, ["2026-03-02,leads,1200"], "1,200", "of 310 leads"),
        (MONTH_OF_LEADS, [], "\N{EN DASH}", "of 310 leads"),
        (
            "total: refunds, at_most: 2000, every: month",
            ["2026-03-02,refunds,50"],
            "$50",
            "of at most $2,000",
        ),
        (MONTH_OF_CALLS, ["2026-03-02,due,3", "2026-03-02,in_time,2"], "66.7%", "target 95%"),
        (MONTH_OF_CALLS, [], "\N{EN DASH}", "target 95%"),
        (
            "share: returned, of: mqls, at_most: 10%, every: month",
            ["2026-03-02,mqls,8", "2026-03-02,returned,1"],
            "12.5%",
            "target at most 10%",
        ),
        (
            "level: hours, at_most: 4.5, every: month",
            ["2026-03-02,hours,3.25"],
            "3.25 hours",
            "target at most 4.5",
        ),
        ("level: hours, at_most: 4.5, every: month", [], "\N{EN DASH}", "target at most 4.5"),
        (
            "level: score, at_least: 30, every: month",
            ["2026-03-02,score,-5"],
            "\N{MINUS SIGN}5 points",
            "target at least 30",
        ),
        ("level: cost, at_most: 80, every: month", ["2026-03-02,cost,75.5"], "$75.50", "target at most $80"),
        ("deliver: {report: 2}, every: month", [], "0", "of 2 delivered"),
        (EVERY_LAUNCH, [], "\N{EN DASH}", "target 100%"),
        (
            "total: leads, at_least: {2026-01: 90}, every: month",
            ["2026-03-02,leads,12"],
            "12",
            "leads",
        ),
    ],
)
def test_a_card_has_a_number_and_what_it_is_measured_by(
    stand: Stand, measure: str, rows: list[str], number: str, of: str
) -> None:
    view = view_of(stand(promise(measure), rows))
    assert (view.number, view.of) == (number, of)


def test_a_missed_mean_never_looks_like_its_target(stand: Stand) -> None:
    rows = ["2026-03-01,hours,4", "2026-03-02,hours,4.006"]
    standing = stand(promise("level: hours, take: mean, at_most: 4, every: month"), rows, as_of="2026-03-31")
    view = view_of(standing)
    assert (view.verdict, view.number) == (Verdict.MISSED, "4.003 hours")


def test_a_card_names_its_party_its_page_and_its_period(stand: Stand) -> None:
    view = view_of(stand(promise(MONTH_OF_LEADS, "title: Leads for sales")))
    named = (view.id, view.party_id, view.party, view.name, view.url, view.period)
    url = "acme/commitments/promise/"
    assert named == ("promise", "marketing", "Marketing", "Leads for sales", url, "March 2026")


def test_a_promise_without_a_title_is_called_by_its_id(stand: Stand) -> None:
    assert view_of(stand(promise(MONTH_OF_LEADS, id_="more-leads")), "more-leads").name == "More leads"


def test_a_promise_whose_first_period_is_to_come_says_when(stand: Stand) -> None:
    view = view_of(
        stand(promise("total: leads, at_least: 9, every: year"), edits="expires: 2026-12-31\n"), "promise"
    )
    assert view.verdict is Verdict.NO_DATA
    later = stand(promise("total: leads, at_least: 9, every: year"), as_of="2025-12-20")
    view = view_of(later)
    assert (view.verdict, view.reason, view.number) == (
        Verdict.NOT_TRIGGERED,
        "its first period begins on or after 1 January 2026",
        "\N{EN DASH}",
    )


@pytest.mark.parametrize(
    ("measure", "rows", "note"),
    [
        (MONTH_OF_LEADS, ["2026-03-02,leads,200"], "10 a day needed, 10 a day so far; 11 days left"),
        (
            "total: revenue, at_least: 100000, every: month",
            ["2026-03-02,revenue,40000"],
            "$5,455 a day needed, $2,000 a day so far; 11 days left",
        ),
        (
            "total: leads, at_least: 3, every: month",
            ["2026-03-02,leads,1"],
            "0.18 a day needed, 0.05 a day so far; 11 days left",
        ),
        (
            "total: leads, at_least: 3, every: month",
            ["2026-03-02,leads,0"],
            "0.27 a day needed, less than 0.01 a day so far; 11 days left",
        ),
        (MONTH_OF_LEADS, ["2026-03-02,leads,310"], "11 days left"),
        (MONTH_OF_LEADS, [], "11 days left"),
        ("total: refunds, at_most: 2000, every: month", ["2026-03-02,refunds,50"], "11 days left"),
        ("level: hours, at_most: 4, every: month", ["2026-03-02,hours,5"], "11 days left"),
        (
            "deliver: {report: 1, blog-post: 4}, every: month",
            [],
            "1 pipeline report and 4 blog posts to come; 11 days left",
        ),
        (
            "share: returned, of: leads, at_most: 10%, every: month",
            ["2026-03-02,leads,85", "2026-03-02,returned,3"],
            "3 so far, 8 allowed; 11 days left",
        ),
        (
            "share: returned, of: leads, at_least: 60%, every: month",
            ["2026-03-02,leads,85", "2026-03-02,returned,84"],
            "1 miss so far, 34 allowed; 11 days left",
        ),
        (MONTH_OF_CALLS, [], "11 days left"),
    ],
)
def test_a_card_says_what_is_left(stand: Stand, measure: str, rows: list[str], note: str) -> None:
    assert view_of(stand(promise(measure), rows)).note == note


def test_working_days_are_counted_where_the_pace_is_theirs(stand: Stand) -> None:
    view = view_of(stand(promise(MONTH_OF_LEADS, "pace: working-days"), ["2026-03-02,leads,150"]))
    assert view.note == "22.9 a working day needed, 10 a working day so far; 7 working days left"


def test_nothing_is_left_of_a_period_that_is_over(stand: Stand) -> None:
    view = view_of(stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,150"], as_of="2026-03-31"))
    assert (view.verdict, view.note) == (Verdict.MISSED, "")


def test_single_promises_are_kept_or_not_due_yet(stand: Stand) -> None:
    things = [
        "a,report,2026-03-02",
        "a-f,feedback,2026-03-05,,a",
        "b,report,2026-03-09",
        "c,report,2026-03-16",
    ]
    measure = "answer: report, with: feedback, within: 1 week, every: month"
    view = view_of(stand(promise(measure), ["2026-03-20,leads,1"], things))
    assert (view.number, view.note) == ("50%", "1 of 2 kept, 1 not due yet")


@pytest.mark.parametrize(
    ("measure", "rows", "reason"),
    [
        (MONTH_OF_LEADS, ["2026-03-02,leads,150"], "behind the agreed pace"),
        (MONTH_OF_LEADS, ["2026-03-02,leads,200"], ""),
        (MONTH_OF_LEADS, ["2026-03-02,leads,300"], "far ahead of the agreed pace"),
        (
            MONTH_OF_LEADS,
            ["2026-03-02,leads,310"],
            "already reached, and can no longer be lost; far ahead of the agreed pace",
        ),
        (MONTH_OF_LEADS, [], "nothing was measured yet"),
        (
            "total: refunds, at_most: 310, every: month",
            ["2026-03-02,refunds,290"],
            "using up the limit too fast",
        ),
        ("level: hours, at_most: 4, every: month", ["2026-03-02,hours,5"], "not at the target at the moment"),
        (
            "total: leads, at_least: {2026-01: 9}, every: month",
            ["2026-03-02,leads,5"],
            "no target was agreed for this period",
        ),
        (
            "total: mqls, at_least: 310, every: month",
            [*days("mqls", 9, "2026-03-01", "2026-03-11"), *days("mqls", 9, "2026-03-14", "2026-03-20")],
            "no numbers for 12 Mar 2026 and 13 Mar 2026, which could change the outcome",
        ),
        (
            "total: mqls, at_least: 310, every: month",
            [*days("mqls", 10, "2026-03-01", "2026-03-11"), *days("mqls", 10, "2026-03-18", "2026-03-20")],
            "no numbers for 6 days from 12 Mar 2026 to 17 Mar 2026, which could change the outcome",
        ),
        (
            "total: visits, at_least: 40, every: month",
            ["2026-03-03,visits,10", "2026-03-09,visits,0"],
            "no numbers for 1 report from 23 Feb 2026 on, which could change the outcome",
        ),
    ],
)
def test_a_verdict_is_given_with_its_reason(stand: Stand, measure: str, rows: list[str], reason: str) -> None:
    assert view_of(stand(promise(measure), rows)).reason == reason


@pytest.mark.parametrize(
    ("rows", "as_of", "verdict", "reason"),
    [
        (["2026-03-02,leads,9"], "2026-03-20", Verdict.NOT_TRIGGERED, "binds once “Leads” is met"),
        (
            ["2026-03-02,leads,9"],
            "2026-03-31",
            Verdict.NOT_TRIGGERED,
            "“Leads” was not met, so this does not bind",
        ),
        (["2026-03-02,leads,10"], "2026-03-31", Verdict.MISSED, ""),
    ],
)
def test_a_promise_binds_once_another_is_met(
    stand: Stand, rows: list[str], as_of: str, verdict: Verdict, reason: str
) -> None:
    commitments = promise("total: leads, at_least: 10, every: month", id_="leads") + promise(
        "deliver: {report: 1}, every: month", "once: leads"
    )
    view = view_of(stand(commitments, rows, as_of=as_of))
    assert (view.verdict, view.reason) == (verdict, reason)


def test_whether_a_promise_binds_is_not_known_where_numbers_are_missing(stand: Stand) -> None:
    commitments = promise(
        "total: mqls, at_least: 10, every: month", "title: Enough leads", id_="leads"
    ) + promise("deliver: {report: 1}, every: month", "once: leads")
    view = view_of(stand(commitments, ["2026-03-31,mqls,1"], as_of="2026-03-31"))
    assert (view.verdict, view.reason) == (
        Verdict.UNVERIFIED,
        "it is not known whether “Enough leads” was met",
    )


@pytest.mark.parametrize(
    ("measure", "rows", "as_of", "bar"),
    [
        (MONTH_OF_LEADS, ["2026-03-02,leads,155"], "2026-03-20", (50.0, 64.5, "expected by now: 200")),
        (
            "total: revenue, at_least: 31000, every: month",
            ["2026-03-02,revenue,31"],
            "2026-03-20",
            (0.1, 64.5, "expected by now: $20,000"),
        ),
        (MONTH_OF_LEADS, ["2026-03-02,leads,155"], "2026-03-31", (50.0, None, "expected by now: 310")),
        (MONTH_OF_LEADS, ["2026-03-02,leads,999"], "2026-03-20", (100.0, 64.5, "expected by now: 200")),
        (MONTH_OF_LEADS, [], "2026-03-20", (0.0, 64.5, "expected by now: 200")),
        ("total: leads, at_most: 0, every: month", ["2026-03-02,leads,0"], "2026-03-20", (None, None, "")),
        (MONTH_OF_CALLS, ["2026-03-02,due,4", "2026-03-02,in_time,3"], "2026-03-20", (75.0, 95.0, "target")),
        (
            "share: returned, of: leads, at_most: 10%, every: month",
            ["2026-03-02,leads,100", "2026-03-02,returned,5"],
            "2026-03-20",
            (25.0, 50.0, "target"),
        ),
        (
            "level: hours, at_most: 4, every: month",
            ["2026-03-02,hours,5"],
            "2026-03-20",
            (80.0, 64.0, "target"),
        ),
        (
            "level: score, at_least: 40, every: month",
            ["2026-03-02,score,-5"],
            "2026-03-20",
            (0.0, 80.0, "target"),
        ),
        ("deliver: {report: 4}, every: month", [], "2026-03-20", (0.0, 50.0, "expected by now: 2")),
        (
            "total: leads, at_least: {2026-01: 9}, every: month",
            ["2026-03-02,leads,5"],
            "2026-03-20",
            (None, None, ""),
        ),
    ],
)
def test_a_bar_has_a_length_and_a_mark(
    stand: Stand, measure: str, rows: list[str], as_of: str, bar: tuple[float | None, float | None, str]
) -> None:
    view = view_of(stand(promise(measure), rows, as_of=as_of))
    assert (view.progress, view.mark, view.mark_label) == bar


def test_what_can_still_be_mended_comes_first() -> None:
    order = ["at risk", "unverified", "missed", "on track", "met", "no data", "not triggered"]
    kinds = dict(zip(order, Attention, strict=False))
    views = [
        PromiseView("id", "party", "Party", "Name", "url", "Sentence.", Verdict(verdict), "", urgency=urgency)
        for verdict in sorted(order)
        for urgency in [(kinds.get(verdict, Attention.NONE), Fraction(0), 0)]
    ]
    assert [view.verdict for view in by_urgency(views)] == order


def test_where_most_depends_on_it_comes_before_what_is_nearly_lost() -> None:
    nearly_lost, even, later = (Fraction(49, 100), 9), (Fraction(1, 100), 9), (Fraction(1, 100), 20)
    views = [
        PromiseView(
            str(n), "p", "P", "N", "url", "S.", Verdict.AT_RISK, "", urgency=(Attention.MENDABLE, *key)
        )
        for n, key in enumerate((nearly_lost, later, even))
    ]
    assert [view.id for view in by_urgency(views)] == ["2", "1", "0"]


@pytest.mark.parametrize(
    ("chance", "needs"), [(Fraction(49, 100), True), (Fraction(1, 2), False), (Fraction(1), False)]
)
def test_what_is_on_track_needs_attention_if_it_is_more_likely_missed(
    stand: Stand, chance: Fraction, *, needs: bool
) -> None:
    standing = stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,205"])
    outlook = Forecast(250, 290, 330, chance, 90, 1000, date(2026, 3, 21))
    judgements = standing.judgements["promise"]
    view = promise_view(standing.agreement, standing.agreement.commitments[0], judgements, outlook)
    assert (view.verdict, view.needs_attention) == (Verdict.ON_TRACK, needs)


def test_a_card_says_how_it_will_likely_end_and_how_much_slack_is_left(stand: Stand) -> None:
    standing = stand(promise(MONTH_OF_LEADS), ["2026-03-02,leads,205"])
    outlook = Forecast(250, 290, 330, Fraction(41, 100), 90, 1000, date(2026, 3, 21))
    judgements = standing.judgements["promise"]
    view = promise_view(standing.agreement, standing.agreement.commitments[0], judgements, outlook)
    assert view.outlook == "likely 290, between 250 and 330; 41% to reach 310 · no day of slack"


def test_a_card_says_why_there_is_no_forecast(stand: Stand) -> None:
    standing = stand(promise(MONTH_OF_LEADS, "pace: working-days"), ["2026-03-02,leads,150"])
    outlook = NoForecast(Why.TOO_FEW_WEEKS, 3, 4)
    judgements = standing.judgements["promise"]
    view = promise_view(standing.agreement, standing.agreement.commitments[0], judgements, outlook)
    assert view.outlook == (
        "too little history for a forecast: 3 weeks, 4 are needed · 9 working days behind"
    )


def test_what_does_not_bind_is_not_forecast(stand: Stand) -> None:
    commitments = promise(MONTH_OF_LEADS, id_="first") + promise(MONTH_OF_LEADS, "once: first")
    standing = stand(commitments, ["2026-01-02,leads,1"], as_of="2026-01-31")
    outlook = Forecast(1, 2, 3, Fraction(1, 2), 90, 1000, date(2026, 2, 1))
    agreement, judgements = standing.agreement, standing.judgements["promise"]
    assert not promise_view(agreement, agreement.commitments[1], judgements, outlook).outlook


@pytest.mark.parametrize(
    ("verdict_rows", "kind"), [(["2026-03-02,leads,9"], Attention.MENDABLE), ([], Attention.NONE)]
)
def test_without_a_forecast_the_verdict_alone_says_what_to_look_at(
    stand: Stand, verdict_rows: list[str], kind: Attention
) -> None:
    assert view_of(stand(promise(MONTH_OF_LEADS), verdict_rows)).urgency[0] is kind


def test_history_starts_with_the_newest_period(stand: Stand) -> None:
    rows = ["2026-01-02,leads,310", "2026-02-02,leads,309", "2026-03-02,leads,155"]
    standing = stand(promise(MONTH_OF_LEADS), rows)
    found = history_rows(standing.judgements["promise"])
    assert [(row.id, row.period, row.target, row.actual, str(row.verdict)) for row in found] == [
        ("2026-03", "March 2026", "at least 310", "155", "at risk"),
        ("2026-02", "February 2026", "at least 310", "309", "missed"),
        ("2026-01", "January 2026", "at least 310", "310", "met"),
    ]


def test_a_period_without_a_target_has_a_dash_for_one(stand: Stand) -> None:
    standing = stand(promise("total: leads, at_most: {2026-02: 9}, every: month"))
    found = history_rows(standing.judgements["promise"])
    assert [row.target for row in found] == ["\N{EN DASH}", "at most 9", "\N{EN DASH}"]


def test_a_heatmap_has_the_newest_twelve_periods_the_newest_last(stand: Stand) -> None:
    standing = stand(promise("deliver: {report: 1}, every: week"), ["2026-04-05,leads,1"], as_of="2026-04-05")
    cells = heatmap_cells(standing.judgements["promise"])
    assert (len(cells), cells[0].period, cells[-1].period) == (
        12,
        "week to 18 Jan 2026",
        "week to 5 Apr 2026",
    )
    assert cells[-1].url == "acme/commitments/promise/#2026-W14"


def test_a_cell_tells_its_number_without_a_trailing_space(stand: Stand) -> None:
    table = "share: returned, of: leads, at_most: {2026-01: 9%}, every: month"
    standing = stand(promise(table), ["2026-03-02,leads,4", "2026-03-02,returned,1"])
    cells = heatmap_cells(standing.judgements["promise"])
    assert [cell.number for cell in cells] == ["\N{EN DASH} target at most 9%", "\N{EN DASH}", "25%"]


def owed(standing: Standing) -> list[tuple[str, str, str]]:
    rows = due_rows(standing.judgements)
    return [(row.due, row.party, row.what) for row in rows]


def test_what_is_owed_is_told_with_its_day_the_nearest_first(stand: Stand) -> None:
    commitments = (
        promise("total: revenue, at_least: 1000, every: month", id_="revenue")
        + promise("deliver: {blog-post: 2, report: 1}, every: month, by: 25th", id_="content", party="sales")
        + promise(
            "answer: report, with: feedback, within: 1 week, every: month", id_="feedback", party="sales"
        )
        + promise(EVERY_LAUNCH, id_="training")
    )
    things = ["r,report,2026-03-16,Report of week 11", "l,launch,2026-04-01,Crew calendar"]
    assert owed(stand(commitments, ["2026-03-20,revenue,400"], things)) == [
        ("23 Mar 2026", "Sales", "written feedback on Report of week 11"),
        ("25 Mar 2026", "Marketing", "training session before Crew calendar"),
        ("25 Mar 2026", "Sales", "2 blog posts"),
        ("31 Mar 2026", "Marketing", "$600 more new revenue"),
    ]


@pytest.mark.parametrize(
    ("measure", "rows", "as_of"),
    [
        (MONTH_OF_LEADS, ["2026-03-02,leads,310"], "2026-03-20"),
        (MONTH_OF_LEADS, ["2026-03-02,leads,1"], "2026-03-31"),
        ("total: refunds, at_most: 310, every: month", [], "2026-03-20"),
        ("deliver: {report: 1}, every: month, by: 19th", [], "2026-03-20"),
        (MONTH_OF_CALLS, [], "2026-03-20"),
    ],
)
def test_nothing_is_owed_that_is_done_or_too_late_or_has_no_end(
    stand: Stand, measure: str, rows: list[str], as_of: str
) -> None:
    assert owed(stand(promise(measure), rows, as_of=as_of)) == []


def test_a_row_of_what_is_owed_leads_to_its_promise(stand: Stand) -> None:
    standing = stand(promise("deliver: {report: 1}, every: month"))
    rows = due_rows(standing.judgements)
    what, url = "1 pipeline report", "acme/commitments/promise/"
    assert rows == [DueRow(date(2026, 3, 31), "31 Mar 2026", "Marketing", what, url)]


def test_reason_and_what_is_left_stand_in_one_line() -> None:
    view = PromiseView(
        "id", "party", "Party", "Name", "url", "Sentence.", Verdict.AT_RISK, "late", note="1 to come"
    )
    assert view.standing == "late · 1 to come"


def test_every_number_of_the_example_is_on_its_side_of_the_target(example_standing: Standing) -> None:
    january = example_standing.judgements["follow-up-24h"][3]
    assert (number_and_goal(january), reason_text(january)) == (("94.96%", "target 95%"), "")
