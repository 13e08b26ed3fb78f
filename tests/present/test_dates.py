"""The days to keep in mind: what is due, the ends of periods, goals, reviews, meetings, a coming version."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.present.conftest import promise

from living_sla.pipeline import judge_loaded
from living_sla.present.dates import appointments
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from living_sla.present.agenda import Appointment
    from living_sla.present.subject import Standing

    Stand = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 310, every: month", "title: Qualified leads")


@pytest.fixture(scope="module")
def dates(retold: Path) -> dict[str, Appointment]:
    """The appointments of the retold example by their keys."""
    (loaded,) = load_project(Project(retold))
    return {each.key: each for each in appointments(judge_loaded(loaded, date(2026, 11, 20)))}


def test_what_is_owed_is_due_on_its_day_and_keeps_its_key_while_it_shrinks(stand: Stand) -> None:
    more, less = (next(iter(appointments(stand(LEADS, [f"2026-03-02,leads,{done}"])))) for done in (100, 300))
    assert (more.on, more.title) == (date(2026, 3, 31), "Marketing: 210 more qualified leads")
    assert less.title == "Marketing: 10 more qualified leads"
    assert more.key == less.key == "acme/commitments/promise/due/2026-03-31/1"


def test_two_things_due_on_one_day_have_two_keys(stand: Stand) -> None:
    answers = promise("answer: report, with: feedback, within: 1 week, every: month")
    things = ["a,report,2026-03-18,Report A", "b,report,2026-03-18,Report B"]
    keys = [each.key for each in appointments(stand(answers, deliveries=things)) if "/due/" in each.key]
    assert keys == ["acme/commitments/promise/due/2026-03-25/1", "acme/commitments/promise/due/2026-03-25/2"]


CARRIED = """\
remedies: [{id: talk, name: Talk, description: Both talk}]
compensation: [{commitment: promise, how: make-good, within: 2 weeks}]
"""
LOG = "id,commitment,period,opened,action,owner,due,done,link\n"


@pytest.fixture
def carried(stand: Stand, tmp_path: Path) -> Callable[..., Standing]:
    """January missed 40 leads, to be made good by 24 February; known on a day, with a log of actions."""

    def of(as_of: str, *rows: str, actions: str = "") -> Standing:
        (tmp_path / "agreement" / "acme").mkdir(parents=True)
        (tmp_path / "data" / "acme").mkdir(parents=True)
        (tmp_path / "agreement" / "acme" / "governance.yml").write_text(CARRIED, encoding="utf-8")
        (tmp_path / "data" / "acme" / "actions.csv").write_text(LOG + actions, encoding="utf-8")
        return stand(LEADS, ["2026-01-31,leads,270", *rows], as_of=as_of)

    return of


def test_what_was_carried_over_stands_beside_what_the_period_asks_for(
    carried: Callable[..., Standing],
) -> None:
    found = list(appointments(carried("2026-02-10", "2026-02-05,leads,230")))
    assert [(str(each.on), each.title) for each in found if "/due/" in each.key] == [
        (
            "2026-02-28",
            "Marketing: 80 more qualified leads, and 40 carried over from January 2026 (due by 24 Feb 2026)",
        )
    ]


def test_the_day_a_make_good_is_due_is_kept_in_mind(carried: Callable[..., Standing]) -> None:
    found = list(appointments(carried("2026-02-10", "2026-02-05,leads,230")))
    assert [(each.key, str(each.on), each.title) for each in found if "make-good" in each.key] == [
        (
            "acme/commitments/promise/make-good/2026-01",
            "2026-02-24",
            "Marketing: 40 qualified leads carried over from January 2026",
        )
    ]


def test_what_is_left_of_a_make_good_is_due_alone_once_the_target_is_reached(
    carried: Callable[..., Standing],
) -> None:
    found = list(appointments(carried("2026-02-10", "2026-02-05,leads,325")))
    told = [(str(each.on), each.title) for each in found if "/due/" in each.key or "make-good" in each.key]
    assert told == [("2026-02-24", "Marketing: 25 qualified leads carried over from January 2026")]


def test_a_corrective_action_is_due_until_it_is_done(carried: Callable[..., Standing]) -> None:
    actions = "a,promise,2026-01,2026-02-08,Call twice,marketing,2026-02-09,,\n"
    actions += "b,promise,2026-01,2026-02-08,Call thrice,marketing,2026-02-20,2026-02-09,\n"
    found = list(appointments(carried("2026-02-10", actions=actions)))
    (action,) = (each for each in found if "/action/" in each.key)
    assert (action.key, action.on) == ("acme/action/a", date(2026, 2, 9))
    assert (action.title, action.description) == (
        "Marketing: Call twice",
        "About Qualified leads, January 2026.",
    )
    assert action.url == "acme/commitments/promise/#2026-01"


def test_a_period_ends_once_for_all_that_is_judged_by_it(stand: Stand) -> None:
    other = promise("total: visits, at_least: 1, every: month", "title: Visits", id_="other")
    weekly = promise("deliver: {report: 1}, every: week", "title: Reports", id_="weekly")
    ends = [each for each in appointments(stand(LEADS + other + weekly)) if "/end/" in each.key]
    assert [(each.on, each.title, each.description) for each in ends] == [
        (
            date(2026, 3, 31),
            "Marketing and Sales: March 2026 ends",
            "Judged by it: Qualified leads and Visits.",
        ),
        (date(2026, 3, 22), "Marketing and Sales: week to 22 Mar 2026 ends", "Judged by it: Reports."),
    ]


def test_a_version_to_come_is_kept_in_mind(dates: dict[str, Appointment]) -> None:
    coming = dates["marketing-sales/version/2.0.0"]
    assert (coming.on, coming.title) == (
        date(2027, 1, 1),
        "Marketing and Sales: version 2.0.0 comes into force",
    )


def test_goals_and_their_open_steps_are_due_and_past_ones_are_not(dates: dict[str, Appointment]) -> None:
    goals = {key: each.on for key, each in dates.items() if "/goal/" in key}
    assert goals["marketing-sales/goal/leads"] == date(2026, 12, 31)
    assert goals["marketing-sales/goal/revenue/pitches-with-content"] == date(2026, 11, 30)
    assert "marketing-sales/goal/revenue/revenue-march-2026" not in goals
    assert "marketing-sales/goal/leads/scoring-in-use" not in goals


def test_the_revision_comes_again_as_agreed(dates: dict[str, Appointment]) -> None:
    revision = dates["marketing-sales/revision"]
    assert (revision.title, revision.every) == ("Revision of Marketing and Sales", "quarter")


def test_a_weekly_meeting_is_on_its_weekday(dates: dict[str, Appointment]) -> None:
    meetings = [each for key, each in dates.items() if "/meeting/" in key]
    assert {each.every for each in meetings} == {"week"}
    (round_,) = [each for each in meetings if each.title == "Lead round"]
    assert round_.on.strftime("%A") == "Tuesday"
    assert round_.description.startswith("See a problem while it can still be mended.\n- ")
