from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.present.conftest import promise, version

from living_sla.pipeline import judge_loaded
from living_sla.present.pages import site_pages
from living_sla.present.restated import newest_restated, restated_questions, restated_view
from living_sla.present.subject import Source
from living_sla.project import Project, load_project
from living_sla.rendering import Renderer, templates_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from living_sla.present.restated import RestatedView
    from living_sla.present.subject import Standing

    Retell = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 300, every: month", id_="leads")
STRIKES = """\
remedies: [{id: mend, name: Plan, description: Make a plan}]
strikes: {expire_after: 6 months, levels: [{strikes: 1, remedy: mend}]}
"""
AGREED = version("1.0.0", "2026-03-01", LEADS, on="2026-02-15")
STRUCK = AGREED._replace(files=AGREED.files | {"governance.yml": STRIKES})
MARCH = {"2026-04-01": [f"2026-03-{day:02},leads,10" for day in range(1, 32)]}


def only(standing: Standing) -> RestatedView:
    ((_, restatement),) = standing.restatements.items()
    return restated_view(restatement)


def test_then_and_now_are_told_with_their_numbers(retell: Retell) -> None:
    reports = MARCH | {"2026-04-20": ["2026-03-31,leads,1", "2026-03-30,leads,5"]}
    found = only(retell(AGREED, reports=reports, as_of="2026-04-25"))
    assert (found.promise, found.period) == ("Leads", "March 2026")
    assert found.url == "acme/commitments/leads/#2026-03"
    assert found.outcome == "closed as met (310), now missed (296)"
    (step,) = found.steps
    assert (found.closed, step.reported) == ("7 April 2026", "20 April 2026")


def test_a_verdict_that_stands_is_told_as_still_so(retell: Retell) -> None:
    found = only(retell(AGREED, reports=MARCH | {"2026-04-20": ["2026-03-31,leads,9"]}, as_of="2026-04-25"))
    assert found.outcome == "closed as met (310), still met (309)"


def test_every_number_that_moved_is_told_with_its_file_and_line(retell: Retell) -> None:
    reports = MARCH | {"2026-04-20": ["2026-03-31,leads,1", "2026-03-30,leads,5"]}
    (moves,) = only(retell(AGREED, reports=reports, as_of="2026-04-25")).moves
    assert (moves.metric, moves.reported) == ("Qualified leads", "20 April 2026")
    assert moves.file == "data/acme/snapshots/2026-04-20.csv"
    assert [(row.day, row.was, row.now, row.line) for row in moves.rows] == [
        ("30 Mar 2026", "10", "5", "3"),
        ("31 Mar 2026", "10", "1", "2"),
    ]


def test_more_than_forty_moves_are_counted(retell: Retell) -> None:
    promised = promise("total: leads, at_least: 300, every: quarter")
    quarter = version("1.0.0", "2026-01-01", promised, on="2025-12-15")
    days = [f"2026-{month:02}-{day:02}" for month in (1, 3) for day in range(1, 31)]
    reports = {on: [f"{d},leads,{n}" for d in days] for on, n in (("2026-04-01", 10), ("2026-04-20", 11))}
    found = only(retell(quarter, reports=reports, as_of="2026-04-25"))
    assert (sum(len(moves.rows) for moves in found.moves), found.unlisted) == (40, 20)


@pytest.mark.parametrize(
    ("corrected", "strikes"),
    [(1, "adds a strike for Marketing"), (9, "")],
)
def test_what_it_did_to_strikes_is_told(retell: Retell, corrected: int, strikes: str) -> None:
    reports = MARCH | {"2026-04-20": [f"2026-03-31,leads,{corrected}", "2026-03-30,leads,5"]}
    (step,) = only(retell(STRUCK, reports=reports, as_of="2026-04-25")).steps
    assert step.strikes == strikes


def test_a_strike_taken_back_is_told(retell: Retell) -> None:
    reports = {"2026-04-01": ["2026-03-31,leads,290"], "2026-04-20": ["2026-03-31,leads,300"]}
    found = only(retell(STRUCK, reports=reports, as_of="2026-04-25"))
    assert found.outcome == "closed as missed (290), now met (300)"
    assert [step.strikes for step in found.steps] == ["takes back a strike for Marketing"]


BACK_AND_FORTH = {
    "2026-04-01": ["2026-03-31,leads,290"],
    "2026-04-20": ["2026-03-31,leads,301"],
    "2026-04-24": ["2026-03-31,leads,302"],
    "2026-04-25": ["2026-03-31,leads,303"],
    "2026-05-05": ["2026-03-31,leads,280"],
}


def test_each_step_that_changed_the_verdict_or_a_strike_has_its_own_day(retell: Retell) -> None:
    found = only(retell(STRUCK, reports=BACK_AND_FORTH, as_of="2026-05-10"))
    assert found.outcome == "closed as missed (290), still missed (280)"
    assert [(step.reported, step.outcome, step.strikes) for step in found.steps] == [
        ("20 April 2026", "closed as missed (290), now met (301)", "takes back a strike for Marketing"),
        ("25 April 2026", "was met (301), still met (303)", ""),
        ("5 May 2026", "was met (303), now missed (280)", "adds a strike for Marketing"),
    ]


def test_each_step_is_told_on_the_pages(retell: Retell) -> None:
    standing = retell(STRUCK, reports=BACK_AND_FORTH, as_of="2026-05-10")
    told = (
        "closed as missed (290), now met (301), reported on 20 April 2026; takes back a strike for Marketing"
    )
    assert f"<li>{told}</li>" in page_of(standing)
    assert [row.reported for row in newest_restated(standing.restatements.values())] == [
        "5 May 2026", "25 April 2026", "20 April 2026",
    ]  # fmt: skip


AMENDED = version("1.1.0", "2026-03-01", LEADS.replace("at_least: 300", "at_least: 320"), on="2026-04-20")


def test_a_changed_text_is_no_change_of_the_data(retell: Retell) -> None:
    standing = retell(AGREED, AMENDED, reports=MARCH, as_of="2026-04-25")
    (step,) = only(standing).steps
    assert step.outcome == "closed as met (310 of 300 leads), now missed (310 of 320 leads)"
    assert step.came == "by the text of version 1.1.0, committed on 20 April 2026"
    (row,) = newest_restated(standing.restatements.values())
    assert row.outcome == f"{step.outcome}, {step.came}"
    assert f'<p class="sla-muted">{step.came}, after it was closed on 7 April 2026.</p>' in page_of(standing)


def test_a_changed_text_asks_why_a_closed_period_was_judged_anew(retell: Retell) -> None:
    standing = retell(AGREED, AMENDED, reports=MARCH, as_of="2026-04-25")
    assert question_of(standing) == (
        "The text of version 1.1.0, committed on 20 Apr 2026, changed Leads, March 2026, from met (310 of "
        "300 leads) to missed (310 of 320 leads). Why was a closed period judged anew?"
    )


def test_a_text_that_came_with_other_numbers_is_told_beside_them(retell: Retell) -> None:
    reports = MARCH | {"2026-04-20": ["2026-03-31,leads,11"]}
    (step,) = only(retell(AGREED, AMENDED, reports=reports, as_of="2026-04-25")).steps
    came = "reported on 20 April 2026, and by the text of version 1.1.0, committed on 20 April 2026"
    assert step.came == came


def test_a_plan_frozen_late_asks_why(planned: Callable[..., Standing], tmp_path: Path) -> None:
    plan = "revenue: 100000\naverage_sale: 1000\nwin_rate: 10%\ntargets: {leads: mqls}\n"
    rows = [f"2026-01-{day:02},mqls,40" for day in range(1, 32)]
    commitments = promise("total: mqls, at_least: plan, every: month", id_="leads")
    frozen = {"2026-01": "2026-02-12"}
    planned(plan, rows, as_of="2026-02-01", commitments=commitments, frozen=frozen)
    (loaded,) = load_project(Project(tmp_path))
    standing = judge_loaded(loaded, date(2026, 3, 20))
    (step,) = only(standing).steps
    assert step.outcome == "closed as not triggered (1,240 leads), now met (1,240 of 1,000 leads)"
    assert step.came == "by the plan of January 2026, frozen on 12 February 2026"
    assert question_of(standing) == (
        "The plan of January 2026, frozen on 12 Feb 2026, changed Leads, January 2026, from not triggered "
        "(1,240 leads) to met (1,240 of 1,000 leads). Why was it not frozen before the month began?"
    )


def test_a_first_report_after_closing_asks_why_the_numbers_were_late(retell: Retell) -> None:
    standing = retell(AGREED, reports={"2026-04-20": ["2026-03-31,leads,310"]}, as_of="2026-04-25")
    assert question_of(standing) == (
        "What was first reported on 20 Apr 2026, after closing, changed Leads, March 2026, from no data to "
        "met (310). Why were the numbers late?"
    )


def test_a_late_number_that_brings_a_strike_is_among_the_newest(retell: Retell) -> None:
    standing = retell(STRUCK, reports={"2026-04-20": ["2026-03-31,leads,290"]}, as_of="2026-04-25")
    (row,) = newest_restated(standing.restatements.values())
    assert row.outcome == "closed as no data, now missed (290), first reported on 20 April 2026"
    assert row.strikes == "adds a strike for Marketing"


def question_of(standing: Standing) -> str:
    ((_, restatement),) = standing.restatements.items()
    (question,) = restated_questions(restatement.steps)
    return question


def test_a_number_that_was_merely_late_is_told_quietly(retell: Retell) -> None:
    standing = retell(AGREED, reports={"2026-04-20": ["2026-03-31,leads,310"]}, as_of="2026-04-25")
    found = only(standing)
    assert found.is_first_report
    assert found.outcome == "closed as no data, now met (310)"
    assert [row.was for moves in found.moves for row in moves.rows] == [""]
    told = f"{found.outcome}: first reported on 20 April 2026, after closing on 7 April 2026"
    assert f'<p class="sla-muted">{told}</p>' in page_of(standing)


def test_a_period_that_is_over_says_when_it_closes(retell: Retell) -> None:
    html = page_of(retell(AGREED, reports=MARCH, as_of="2026-04-05"))
    assert '<span class="sla-muted">closes on 7 April 2026</span>' in html


def test_a_period_that_is_closed_as_it_stands_says_nothing_of_it(retell: Retell) -> None:
    html = page_of(retell(AGREED, reports=MARCH, as_of="2026-04-25"))
    assert "clos" not in html.partition('id="periods"')[2].partition('id="method"')[0]


def page_of(standing: Standing) -> str:
    """The body of the page of the only commitment."""
    (page,) = (page for page in site_pages([standing], Source()) if "/commitments/" in page.url)
    return Renderer(templates_dir()).body(page)


def test_what_changed_is_told_the_newest_first_and_not_what_was_late(retell: Retell) -> None:
    promised = promise("total: leads, at_least: 5, every: week", id_="leads")
    weekly = version("1.0.0", "2026-01-05", promised, on="2025-12-15")
    weeks = ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-02-02", "2026-02-09"]
    reports = {
        **{day: [f"{day},leads,7"] for day in weeks},
        **{f"2026-03-{n:02}": [f"{day},leads,6"] for n, day in enumerate(weeks, start=1)},
        "2026-03-20": ["2026-02-16,leads,6"],
    }
    standing = retell(weekly, reports=reports, as_of="2026-03-25")
    assert len(standing.restatements) == 7
    told = newest_restated(standing.restatements.values())
    assert [row.reported for row in told] == [f"{n} March 2026" for n in (6, 5, 4, 3, 2, 1)]
