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
