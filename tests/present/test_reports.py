"""What a report says of its period, what it leaves to those after it, and which periods have one."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.present.conftest import promise, version

from living_sla.present.closings import Closing, closings, months, standing_on
from living_sla.present.pages import site_pages
from living_sla.present.reports import report_title, report_values, reports_values
from living_sla.present.subject import Source, Subject
from living_sla.present.views import due_rows
from living_sla.rendering import Renderer, templates_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from living_sla.pipeline import Site
    from living_sla.present.pages import Page
    from living_sla.present.subject import Standing

    Stand = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 310, every: month", "title: Qualified leads")
POSTS = promise("deliver: {blog-post: 2}, every: week", "title: Posts", id_="posts", party="sales")


def values_of(standing: Standing, period: str) -> dict[str, Any]:
    (closing,) = (closing for closing in closings(standing) if closing.period.id == period)
    return report_values(Subject(standing, Source()), closing)


def reported(project: Path, *rows: str) -> None:
    """Write rows as reports of their own days."""
    snapshots = project / "data" / "acme" / "snapshots"
    snapshots.mkdir(parents=True)
    for row in rows:
        (snapshots / f"{row[:10]}.csv").write_text(f"date,metric,value\n{row}\n", encoding="utf-8")


def periods(found: list[Closing]) -> list[tuple[str, str]]:
    return [(closing.period.id, closing.on.isoformat()) for closing in found]


@pytest.fixture(scope="module")
def april(example_standing: Standing) -> dict[str, Any]:
    return values_of(example_standing, "2026-04")


@pytest.fixture(scope="module")
def march(example_standing: Standing) -> dict[str, Any]:
    return values_of(example_standing, "2026-03")


# --- which periods


def test_a_month_has_a_report_from_the_day_it_is_closed(stand: Stand) -> None:
    rows = ["2026-01-05,leads,310"]
    assert periods(closings(stand(LEADS, rows, as_of="2026-02-06"))) == []
    assert periods(closings(stand(LEADS, rows, as_of="2026-02-07"))) == [("2026-01", "2026-02-07")]


def test_a_month_is_closed_with_the_last_period_that_ends_in_it(stand: Stand) -> None:
    later = promise("total: leads, at_least: 1, every: month", "close_after: 20 days", id_="later")
    found = months(stand(LEADS + later, ["2026-01-05,leads,310"], as_of="2026-02-19"))
    assert periods(found) == [("2026-01", "2026-02-20")]


def test_a_month_in_which_no_period_ends_has_none(stand: Stand) -> None:
    quarterly = promise("total: leads, at_least: 1, every: quarter")
    found = closings(stand(quarterly, ["2026-01-05,leads,1"], as_of="2026-04-20"))
    assert periods(found) == [("2026-03", "2026-04-07")]


def test_a_week_has_a_status_only_if_its_end_was_reported_by_the_day_after(stand: Stand) -> None:
    assert periods(closings(stand(LEADS, ["2026-01-09,leads,9"], as_of="2026-01-12"))) == [
        ("2026-W02", "2026-01-12")
    ]


def test_a_week_that_was_reported_later_or_of_which_only_the_start_is_known_has_none(stand: Stand) -> None:
    assert closings(stand(LEADS, ["2026-01-08,leads,9"], as_of="2026-01-12")) == []
    assert closings(stand(LEADS, ["2026-01-09,leads,9"], as_of="2026-01-13")) == []


def test_the_newest_twelve_weeks_have_pages(example_standing: Standing) -> None:
    weeks = [closing for closing in closings(example_standing) if closing.is_week]
    oldest = example_standing.as_of - timedelta(weeks=12)
    assert [closing.period.id for closing in weeks][-2:] == ["2026-W45", "2026-W46"]
    assert all(closing.period.end > oldest for closing in weeks)


def test_before_the_first_version_nothing_is_reported(stand: Stand) -> None:
    assert closings(stand(LEADS, as_of="2025-12-31")) == []


# --- what was known


def test_what_was_reported_after_the_closing_day_is_not_known(example_standing: Standing) -> None:
    (march,) = (c for c in closings(example_standing) if c.period.id == "2026-03")
    then = standing_on(example_standing, march)
    assert (then.as_of, then.agreement.terms.version) == (date(2026, 4, 7), "1.0.0")
    reports = [rows[0] for series in then.record.series.values() for rows in series.reports.values()]
    assert max(report.reported_on for report in reports) <= march.on
    assert {j.period.id: j.tally.actual for j in then.judgements["qualified-leads"]}["2026-03"] == 504
    assert max(row.on for row in then.record.deliveries) <= march.on


def test_the_report_says_first_what_came_of_the_month(april: dict[str, Any]) -> None:
    assert april["then"]["summary"] == [
        "10 of 11 judged periods met in April 2026: Marketing 4 of 4 and Sales 6 of 7.",
        (
            "Missed: Weekly pipeline report, week to 12 Apr 2026 (0 of 1 delivered by 10 Apr 2026; "
            "1 pipeline report delivered on 11 Apr 2026, 1 day late)."
        ),
    ]
    assert april["then"]["remedies"] == [
        "Marketing, Renegotiation since 7 Mar 2026, at 6 strikes",
        "Sales, Renegotiation since 7 Apr 2026, at 5 strikes",
    ]


def test_each_promise_stands_beside_the_period_before_and_the_usual(april: dict[str, Any]) -> None:
    marketing, _ = april["then"]["parties"]
    row = marketing["rows"][0]
    assert [row[key] for key in ("promise", "actual", "target", "before", "usual", "version")] == [
        "Qualified leads", "531 leads", "at least 500 leads", "488", "498", "1.0.0",
    ]  # fmt: skip


def test_numbers_say_what_they_count(april: dict[str, Any], stand: Stand) -> None:
    rows = [row for party in april["then"]["parties"] for row in party["rows"]]
    assert [(row["actual"], row["target"]) for row in rows] == [
        ("531 leads", "at least 500 leads"),
        ("7%", "at most 10%"),
        ("7 things", "at least 7 things"),
        ("100%", "at least 100%"),
        ("97.2%", "at least 95%"),
        ("3.4 hours", "at most 4 hours"),
        ("64.4%", "at least 60%"),
        ("3 of 4 weeks met", "at least 1 pipeline report a week"),
    ]
    one = stand(LEADS.replace("310", "1"), ["2026-01-05,leads,1"], as_of="2026-02-07")
    (row,) = values_of(one, "2026-01")["then"]["parties"][0]["rows"]
    assert (row["actual"], row["target"]) == ("1", "at least 1")


def test_the_weeks_of_a_month_are_one_row(april: dict[str, Any]) -> None:
    _, sales = april["then"]["parties"]
    row = sales["rows"][-1]
    assert [str(row[key]) for key in ("promise", "period", "actual", "verdict", "reason")] == [
        "Weekly pipeline report", "4 weeks", "3 of 4 weeks met", "missed", "missed: week to 12 Apr 2026",
    ]  # fmt: skip


def test_why_names_the_segments_that_moved_most(april: dict[str, Any]) -> None:
    assert april["then"]["causes"][0] == (
        "Qualified leads: 531, 43 above March 2026 (488) and 33 above the usual 498. By source, what moved "
        "most: Events 106 (103 before, usually 85); Social 82 (61 before, usually 67); "
        "Organic search 150 (154 before, usually 162)."
    )


def test_what_came_after_its_day_is_late_and_not_missing(april: dict[str, Any]) -> None:
    assert april["then"]["causes"][-1] == (
        "Weekly pipeline report, week to 12 Apr 2026: 1 pipeline report delivered on 11 Apr 2026, 1 day late."
    )


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([], "2 blog posts missing"),
        ([11], "1 blog post delivered on 11 Jan 2026, 2 days late; 1 blog post missing"),
        ([9, 10], "1 blog post delivered on 10 Jan 2026, 1 day late"),
        ([10, 10, 10], "2 blog posts delivered on 10 Jan 2026, 1 day late"),
        (
            [10, 11],
            (
                "1 blog post delivered on 10 Jan 2026, 1 day late; "
                "1 blog post delivered on 11 Jan 2026, 2 days late"
            ),
        ),
        ([12, 13], "2 blog posts missing"),
    ],
)
def test_so_many_came_late_and_so_many_not_at_all(stand: Stand, days: list[int], told: str) -> None:
    rows = [f"p-{n},blog-post,2026-01-{day:02}" for n, day in enumerate(days)]
    standing = stand(POSTS.replace("week}", "week, by: friday}"), (), rows, as_of="2026-02-10")
    causes = values_of(standing, "2026-01")["then"]["causes"]
    assert f"Posts, week to 11 Jan 2026: {told}." in causes


# --- still open


def test_what_runs_on_is_told_with_where_it_stood(april: dict[str, Any]) -> None:
    table = april["then"]["still_open"]
    assert table["name"] == "Still open on 30 Apr 2026"
    keys = ("promise", "period", "verdict", "actual", "target", "reason")
    assert [tuple(str(row[key]) for key in keys) for row in table["rows"]][:3] == [
        (
            "New revenue", "Sales, Q2 2026 (Apr\N{EN DASH}Jun)", "on track", "$147,836", "at least $400,000",
            ("$6,150 a working day needed, $6,720 a working day so far; 41 working days left "
             "\N{MIDDLE DOT} likely $410,000, between $290,000 and $530,000; 53% to reach $400,000 "
             "\N{MIDDLE DOT} 3 working days of slack"),
        ),
        (
            "Campaign launches", "Marketing, Q2 2026 (Apr\N{EN DASH}Jun)", "on track", "1 campaign launch",
            "at least 3 campaign launches",
            "2 campaign launches to come; 61 days left \N{MIDDLE DOT} 30 days of slack",
        ),
        (
            "Campaign leads within 48 hours", "Sales, Q2 2026 (Apr\N{EN DASH}Jun)", "on track", "93.5%",
            "at least 90%",
            ("2 misses so far, 3 allowed; 61 days left \N{MIDDLE DOT} "
             "likely 92.1%, between 88.8% and 94.3%; 85% to reach 90%"),
        ),
    ]  # fmt: skip
    told = {row["promise"] for party in april["then"]["parties"] for row in party["rows"]}
    assert told.isdisjoint(row["promise"] for row in table["rows"])
    assert len(told) + len(table["rows"]) == 13


def test_what_ended_in_the_month_is_not_still_open(march: dict[str, Any], example_standing: Standing) -> None:
    assert march["then"]["still_open"] is None
    assert values_of(example_standing, "2026-W46")["then"]["still_open"] is None


def test_what_runs_on_and_is_at_risk_is_asked_about(stand: Stand) -> None:
    quarterly = promise("total: mqls, at_least: 900, every: quarter", "title: Leads", id_="quarterly")
    days = [f"2026-01-{day:02},mqls,1" for day in range(1, 32)]
    standing = stand(LEADS + quarterly, ["2026-01-05,leads,310", *days], as_of="2026-02-07")
    then = values_of(standing, "2026-01")["then"]
    assert then["summary"] == ["1 of 1 judged period met in January 2026: Marketing 1 of 1."]
    assert [(row["promise"], str(row["verdict"])) for row in then["still_open"]["rows"]] == [
        ("Leads", "at risk")
    ]
    assert then["questions"][0] == (
        "Leads, Q1 2026 (Jan\N{EN DASH}Mar): at risk (31 of 900 leads). "
        "What can still be mended, who does it, and by when?"
    )


def test_strikes_debts_and_watches_are_those_of_the_closing_day(april: dict[str, Any]) -> None:
    then = april["then"]
    assert then["given"] == [
        "A strike for Sales: Weekly pipeline report, week to 12 Apr 2026; it expires on 19 Oct 2026",
    ]
    assert then["debts"] == [
        (
            "Weekly pipeline report, Sales: 1 pipeline report delivered on 11 Apr 2026, 1 day late; "
            "nothing is left to make good"
        ),
        (
            "Content for sales: Marketing owes 1 case study missing in January 2026, "
            "carried into February 2026, overdue since 7 Mar 2026"
        ),
    ]
    assert then["strikes"][1] == "Sales: 5 strikes count: Renegotiation, since 7 Apr 2026"
    assert then["watches"] == [
        (
            "Ending the agreement over New revenue: 1 of 2 missed of the last 4; "
            "open on 7 Jul 2026 at the earliest; notice: 3 months"
        )
    ]


def test_the_restatements_of_the_time_are_told_by_the_report_that_saw_them(april: dict[str, Any]) -> None:
    assert april["then"]["restated"][-1] == (
        "Qualified leads, March 2026: closed as met (504), now missed (488), reported on 20 April 2026; "
        "adds a strike for Marketing; owed now: $480, for 12 leads missing in March 2026"
    )


def test_deliveries_are_told_by_kind_with_their_links(april: dict[str, Any]) -> None:
    found = {row["what"]: row["rows"] for row in april["then"]["deliveries"]}
    assert found["1 case study"] == [
        ("How O'Hara Fire Safety got shift scheduling right", "https://example.com/case-study/case-2026-04")
    ]


def test_what_was_due_then_is_told_not_what_is_due_now(april: dict[str, Any]) -> None:
    assert [(row.due, row.what) for row in april["then"]["due"]][:2] == [
        ("14 May 2026", "written feedback on Pipeline report of week 19"),
        (
            "31 May 2026",
            (
                "3 blog posts, 2 white papers and 1 case study, "
                "and 1 case study carried over from January 2026 (overdue since 7 Mar 2026)"
            ),
        ),
    ]


def test_an_action_is_told_as_it_stood_then(march: dict[str, Any], april: dict[str, Any]) -> None:
    states = [[row["state"] for row in values["then"]["actions"]] for values in (march, april)]
    assert states[0][-2:] == ["due 30 Apr 2026", "due 15 May 2026"]
    assert states[1] == ["done on 29 Apr 2026", "due 15 May 2026", "done on 6 May 2026"]


def test_an_action_that_was_done_in_the_time_is_told(march: dict[str, Any]) -> None:
    done = [row for row in march["then"]["actions"] if row["state"].startswith("done")]
    assert [(row["owner"], row["state"]) for row in done] == [
        ("Content and training", "done on 13 Mar 2026"),
        ("Marketing campaigns", "done on 17 Mar 2026"),
        ("Marketing operations", "done on 26 Mar 2026"),
    ]


# --- questions


def test_a_miss_without_an_action_is_the_first_question(april: dict[str, Any]) -> None:
    assert april["then"]["questions"][0] == (
        "Weekly pipeline report, week to 12 Apr 2026: missed (0 of 1 delivered by 10 Apr 2026; "
        "1 pipeline report delivered on 11 Apr 2026, 1 day late), and no action is in the log. "
        "What does Sales change, who does it, and by when?"
    )


def test_a_miss_with_an_open_action_asks_whether_it_is_enough(march: dict[str, Any]) -> None:
    assert march["then"]["questions"][0] == (
        "New revenue, Q1 2026 (Jan\N{EN DASH}Mar): missed ($351,280 of $380,000). Is this enough, and on its "
        "way: \N{LEFT DOUBLE QUOTATION MARK}Take the three offers that slipped to a decision with the "
        "buyers' managers\N{RIGHT DOUBLE QUOTATION MARK}, due 15 May 2026?"
    )


REMEDY = "\N{LEFT DOUBLE QUOTATION MARK}Renegotiation\N{RIGHT DOUBLE QUOTATION MARK} applies to"


def test_a_remedy_is_asked_for_as_long_as_it_applies(april: dict[str, Any]) -> None:
    assert april["then"]["questions"][1:3] == [
        f"{REMEDY} Marketing since 7 Mar 2026, at 6 strikes. Has it begun? No action in the log names it.",
        f"{REMEDY} Sales since 7 Apr 2026, at 5 strikes. Has it begun? No action in the log names it.",
    ]


@pytest.mark.parametrize(
    ("opened", "action", "owner", "done", "asked"),
    [
        ("2026-02-10", "Call twice", "marketing", "", "Has it begun? No action in the log names it."),
        ("2026-02-01", "A talk", "marketing", "", "Has it begun? No action in the log names it."),
        ("2026-02-10", "A talk", "sales", "", "Has it begun? No action in the log names it."),
        (
            "2026-02-10",
            "A talk",
            "marketing",
            "",
            (
                "Is it on its way: \N{LEFT DOUBLE QUOTATION MARK}A talk\N{RIGHT DOUBLE QUOTATION MARK}, "
                "due 30 Mar 2026?"
            ),
        ),
        ("2026-02-10", "A talk", "marketing", "2026-02-20", ""),
    ],
)
def test_an_action_that_names_the_remedy_answers_the_question(  # noqa: PLR0913 what an action is made of
    stand: Stand, tmp_path: Path, *, opened: str, action: str, owner: str, done: str, asked: str
) -> None:
    folder, data = tmp_path / "agreement" / "acme", tmp_path / "data" / "acme"
    folder.mkdir(parents=True)
    data.mkdir(parents=True)
    terms = "remedies: [{id: talk, name: Talk, description: Both talk}]\n"
    terms += "strikes: {expire_after: 6 months, levels: [{strikes: 1, remedy: talk}]}\n"
    (folder / "governance.yml").write_text(terms, encoding="utf-8")
    log = (
        f"id,commitment,period,opened,action,owner,due,done,link\na,promise,2026-01,{opened},{action},{owner}"
    )
    (data / "actions.csv").write_text(f"{log},2026-03-30,{done},\n", encoding="utf-8")
    reported(tmp_path, "2026-01-31,leads,270", "2026-02-28,leads,310")
    then = values_of(stand(LEADS, as_of="2026-03-08"), "2026-02")["then"]
    assert then["remedies"] == ["Marketing, Talk since 7 Feb 2026, at 1 strike"]
    told = [question.partition("at 1 strike. ")[2] for question in then["questions"] if "applies" in question]
    assert told == [asked] * bool(asked)


def test_a_new_remedy_is_asked_for(march: dict[str, Any]) -> None:
    assert any("applies to Sales since 7 Apr 2026" in question for question in march["then"]["questions"])


def test_a_total_far_above_its_target_is_asked_about(stand: Stand) -> None:
    values = values_of(stand(LEADS, ["2026-01-05,leads,400"], as_of="2026-02-07"), "2026-01")
    (question,) = values["then"]["questions"]
    assert question == (
        "Qualified leads, January 2026: 129% of the target. What was different, "
        "and is the target still right?"
    )


SHARE = promise("share: returned, of: leads, at_most: 100%, every: month", id_="share")
RETURNS = SHARE.replace("marketing", "sales")
ONCE = promise("total: returned, at_most: 9, every: month", "once: promise", id_="once", party="sales")
IN_RETURN = ONCE.replace("once: promise", "in_return: [promise]")
FUNNEL = "funnel: [{id: lead, name: Lead, owner: OWNER, metric: leads}]\n"
TO_SALES, TO_MARKETING = FUNNEL.replace("OWNER", "sales"), FUNNEL.replace("OWNER", "marketing")


@pytest.mark.parametrize(
    ("other", "funnel", "is_handed_over"),
    [
        (RETURNS, "", True),
        (SHARE, "", False),
        (ONCE, "", True),
        (IN_RETURN, "", False),
        ("", TO_SALES, True),
        ("", TO_MARKETING, False),
    ],
)
def test_only_what_the_other_side_works_on_can_be_too_much_for_it(
    stand: Stand, tmp_path: Path, other: str, funnel: str, *, is_handed_over: bool
) -> None:
    folder = tmp_path / "agreement" / "acme"
    folder.mkdir(parents=True)
    if funnel:
        (folder / "definitions.yml").write_text(funnel, encoding="utf-8")
    standing = stand(LEADS + other, ["2026-01-05,leads,400", "2026-01-05,returned,1"], as_of="2026-02-07")
    (question,) = (q for q in values_of(standing, "2026-01")["then"]["questions"] if "129%" in q)
    assert ("Could the other side handle so much" in question) is is_handed_over
    assert ("What was different" in question) is not is_handed_over


def test_what_runs_far_ahead_is_asked_about_while_it_does(example_standing: Standing) -> None:
    values = values_of(example_standing, "2026-W46")
    (question,) = (each for each in values["then"]["questions"] if each.startswith("New revenue"))
    assert "59.6% of the target, far ahead of the agreed pace. What was different, and is" in question


def test_missing_numbers_are_asked_for(stand: Stand) -> None:
    daily = promise("total: mqls, at_least: 310, every: month", "title: Leads")
    values = values_of(stand(daily, ["2026-01-05,mqls,5"], as_of="2026-02-07"), "2026-01")
    (question,) = values["then"]["questions"]
    assert question.startswith("Leads, January 2026: unverified, no numbers for 30 days from 1 Jan 2026")
    assert question.endswith("Who finds the numbers, or says that they are lost?")


def test_a_make_good_and_an_action_that_are_late_are_asked_for(stand: Stand, tmp_path: Path) -> None:
    folder, data = tmp_path / "agreement" / "acme", tmp_path / "data" / "acme"
    folder.mkdir(parents=True)
    data.mkdir(parents=True)
    terms = "compensation: [{commitment: promise, how: make-good, within: 2 weeks}]\n"
    (folder / "governance.yml").write_text(terms, encoding="utf-8")
    log = "id,commitment,period,opened,action,owner,due,done,link\n"
    log += "a,promise,2026-01,2026-02-07,Call twice,marketing,2026-02-20,,\n"
    (data / "actions.csv").write_text(log, encoding="utf-8")
    reported(tmp_path, "2026-01-31,leads,270", "2026-02-28,leads,320")
    then = values_of(stand(LEADS, as_of="2026-03-08"), "2026-02")["then"]
    assert then["questions"] == [
        (
            "Qualified leads: 40 leads missing in January 2026, carried into February 2026, 30 leads left, "
            "overdue since 21 Feb 2026. When does Marketing make it good?"
        ),
        (
            "\N{LEFT DOUBLE QUOTATION MARK}Call twice\N{RIGHT DOUBLE QUOTATION MARK} (Marketing) was due on "
            "20 Feb 2026 and is not done. Why?"
        ),
    ]
    assert [row.what for row in then["due"]] == [
        "310 more qualified leads, and 30 carried over from January 2026 (overdue since 21 Feb 2026)"
    ]


def test_what_another_party_missed_stands_alone(retell: Callable[..., Standing]) -> None:
    carried = "compensation: [{commitment: promise, how: make-good}]\n"
    first = version("1.0.0", "2026-01-01", LEADS, on="2025-12-20")
    later = version("1.1.0", "2026-02-01", LEADS.replace("marketing", "sales"), on="2026-01-20")
    standing = retell(
        first._replace(files=first.files | {"governance.yml": carried}),
        later._replace(files=later.files | {"governance.yml": carried}),
        reports={"2026-01-31": ["2026-01-31,leads,270"], "2026-02-10": ["2026-02-10,leads,10"]},
        as_of="2026-02-10",
    )
    assert [(row.party, row.what) for row in due_rows(standing.judgements, standing.consequences.debts)] == [
        ("Marketing", "40 qualified leads carried over from January 2026"),
        ("Sales", "300 more qualified leads"),
    ]


def test_another_rhythm_or_metric_is_not_compared(retell: Callable[..., Standing]) -> None:
    quarterly = LEADS.replace("310, every: month", "900, every: quarter")
    other = quarterly.replace("total: leads", "total: mqls")
    days = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-06-30", "2026-09-30"]
    standing = retell(
        version("1.0.0", "2026-01-01", LEADS, on="2025-12-20"),
        version("2.0.0", "2026-04-01", quarterly, on="2026-03-20"),
        version("3.0.0", "2026-07-01", other, on="2026-06-20"),
        reports={day: [f"{day},leads,300", f"{day},mqls,828"] for day in days},
        as_of="2026-10-10",
    )
    rows = [values_of(standing, period)["then"]["parties"][0]["rows"][0] for period in ("2026-06", "2026-09")]
    assert [(row["actual"], row["before"], row["usual"]) for row in rows] == [
        ("300 leads", "", ""),
        ("828 leads", "", ""),
    ]


def test_where_all_is_well_there_is_no_question(stand: Stand) -> None:
    values = values_of(stand(LEADS, ["2026-01-05,leads,310"], as_of="2026-02-07"), "2026-01")
    assert values["then"]["questions"] == []


def test_a_term_that_was_redefined_is_asked_about(retell: Callable[..., Standing]) -> None:
    other = LEADS.replace("total: leads", "total: mqls")
    standing = retell(
        version("1.0.0", "2026-01-01", LEADS, on="2025-12-20"),
        version("1.1.0", "2026-02-01", other, on="2026-01-20"),
        reports={"2026-02-01": ["2026-01-05,leads,310"], "2026-03-01": ["2026-02-05,mqls,310"]},
        as_of="2026-03-10",
    )
    questions = values_of(standing, "2026-02")["then"]["questions"]
    assert any("was redefined with version 1.1.0" in question for question in questions)


GOAL = "goals: [{id: quick, specific: Call within DAYS days, measurable: promise, due: 2026-12-31}]"
LONG = "The leads that asked for a demo or scored sixty points or more and are confirmed"


def test_only_what_is_counted_can_be_incomparable_and_its_name_is_whole(
    retell: Callable[..., Standing],
) -> None:
    first = version("1.0.0", "2026-01-01", LEADS, GOAL.replace("DAYS", "2"), on="2025-12-20")
    later = version(
        "1.1.0", "2026-02-01", LEADS + "    note: Ten\n", GOAL.replace("DAYS", "3"), on="2026-01-20"
    )
    files = [
        text.files
        | {
            "commitments.yml": text.files["commitments.yml"].replace(
                "label: Qualified leads", f"label: {LONG}"
            ),
            "definitions.yml": f"glossary: {{mql: {{term: MQL, meaning: {meaning}}}}}\n",
        }
        for text, meaning in ((first, "Asked."), (later, "Scored."))
    ]
    files[1]["commitments.yml"] = files[1]["commitments.yml"].replace("unit: leads}\n", "unit: people}\n", 1)
    standing = retell(
        first._replace(files=files[0]),
        later._replace(files=files[1]),
        reports={"2026-02-01": ["2026-01-05,leads,310"], "2026-03-01": ["2026-02-05,leads,310"]},
        as_of="2026-03-10",
    )
    quote, end = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
    asked = "was redefined with version 1.1.0. Are the numbers before and after it comparable?"
    assert values_of(standing, "2026-02")["then"]["questions"] == [
        f"{quote}{LONG}{end} {asked}", f"{quote}MQL{end} {asked}",
    ]  # fmt: skip


# --- since


def test_a_restatement_stands_apart_with_its_question(march: dict[str, Any]) -> None:
    since = march["since"]
    row, debts = since["restated"][0]
    assert (row.outcome, row.came, row.strikes, debts) == (
        "closed as met (504), now missed (488)",
        "reported on 20 April 2026",
        "adds a strike for Marketing",
        "owed now: $480, for 12 leads missing in March 2026",
    )
    changed = "Qualified leads, March 2026, from met (504) to missed (488);"
    assert since["questions"][0].startswith(f"What was reported on 20 Apr 2026 changed {changed}")
    assert since["actions"][0]["action"].startswith("Match new leads by company")


def test_a_report_that_nothing_changed_has_nothing_to_tell(april: dict[str, Any]) -> None:
    assert april["since"] == {
        "restated": [], "questions": [], "actions": [], "known_on": "20 November 2026",
    }  # fmt: skip


# --- weeks


def test_a_week_tells_what_is_left_of_what_is_open(example_standing: Standing) -> None:
    values = values_of(example_standing, "2026-W46")
    assert values["then"]["summary"] == [
        "At the end of the week to 15 Nov 2026, 9 of 13 promises were on track or met.",
        "At risk: Qualified leads (170 of 500 leads).",
    ]
    assert values["then"]["numbers_to"] == "14 November 2026"
    assert values["then"]["questions"][0] == (
        "Qualified leads, November 2026: at risk (170 of 500 leads). What can still be mended, "
        "who does it, and by when?"
    )


# --- the pages


def rendered(page: Page) -> str:
    return " ".join(re.sub("<[^>]+>", " ", Renderer(templates_dir()).body(page)).split())


@pytest.fixture(scope="module")
def pages(example: Site) -> dict[str, Page]:
    return {page.url: page for page in example.pages}


def test_a_report_without_a_retrospective_says_where_to_write_one(pages: dict[str, Page]) -> None:
    text = rendered(pages["marketing-sales/reports/2026-05/"])
    assert "No retrospective yet: write agreement/marketing-sales/reports/2026-05.md ." in text


def test_a_retrospective_is_part_of_the_report(pages: dict[str, Page]) -> None:
    text = rendered(pages["marketing-sales/reports/2026-04/"])
    assert "The weekend rota with two people is worth its money." in text
    assert "Written in agreement/marketing-sales/reports/2026-04.md" in text


@pytest.mark.parametrize(
    ("period", "but"),
    [
        ("2026-04", ", but for the retrospective,"),
        ("2026-03", ", but for what was restated since and the retrospective,"),
        ("2026-05", ""),
    ],
)
def test_what_came_later_is_not_said_to_have_been_known(
    pages: dict[str, Page], period: str, but: str
) -> None:
    text = rendered(pages[f"marketing-sales/reports/{period}/"])
    assert f"what is said here{but} was known on that day" in text


def test_the_sheet_names_the_remedies_at_its_head(pages: dict[str, Page]) -> None:
    head = rendered(pages["marketing-sales/reports/2026-04/"]).partition("What was promised")[0]
    assert "Remedies that apply: Marketing, Renegotiation since 7 Mar 2026, at 6 strikes; Sales," in head


def test_the_index_is_by_year_the_newest_first(example_subject: Subject) -> None:
    values = reports_values(example_subject)
    assert [(year, len(rows)) for year, rows in values["years"]] == [("2026", 10), ("2025", 3)]
    assert values["years"][0][1][0]["name"] == "October 2026"
    assert [row["restated"] for row in values["years"][0][1] if row["name"] == "March 2026"] == [3]
    assert [row["name"] for row in values["years"][0][1] if row["has_prose"]] == ["April 2026", "March 2026"]


def test_a_month_that_is_not_closed_yet_says_when_it_will_be(stand: Stand) -> None:
    standing = stand(LEADS, ["2026-01-05,leads,310"], as_of="2026-02-03")
    values = reports_values(Subject(standing, Source()))
    assert values["waiting"] == ["January 2026 is over and closes on 7 February 2026"]
    assert values["years"] == []


def test_a_report_is_titled_by_its_period(example_standing: Standing) -> None:
    found = closings(example_standing)
    assert report_title(found[0]) == "October 2025: closing report"
    assert report_title(found[-1]) == "Week to 15 Nov 2026: status report"


def test_deliveries_are_data_not_markup(stand: Stand) -> None:
    rows = ["p-1,blog-post,2026-01-05,<b>Post</b>"]
    standing = stand(POSTS, (), rows, as_of="2026-02-10")
    (page,) = (page for page in site_pages([standing], Source()) if page.url == "acme/reports/2026-01/")
    html = Renderer(templates_dir()).body(page)
    assert "&lt;b&gt;Post&lt;/b&gt;" in html
