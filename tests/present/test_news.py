"""What the feed tells: each verdict as it was when its period closed, each restatement, each version."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.present.conftest import promise, version

from living_sla.pipeline import judge_loaded
from living_sla.present.feeds import Entry, Kind
from living_sla.present.news import news
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from living_sla.present.subject import Standing

    Stand = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 310, every: month", "title: Qualified leads")


@pytest.fixture(scope="module")
def told(retold: Path) -> Callable[[str], dict[str, Entry]]:
    """The entries of the retold example by their keys, as a day knew it."""
    (loaded,) = load_project(Project(retold))

    def on(day: str) -> dict[str, Entry]:
        return {entry.key: entry for entry in news(judge_loaded(loaded, date.fromisoformat(day)))}

    return on


def test_a_verdict_is_told_on_the_day_its_period_closes(stand: Stand) -> None:
    assert list(news(stand(LEADS, ["2026-01-05,leads,309"], as_of="2026-02-06")))[:-1] == []
    verdict, _report, _version = news(stand(LEADS, ["2026-01-05,leads,309"], as_of="2026-02-07"))
    assert verdict == Entry(
        key="acme/promise/2026-01/verdict",
        on=date(2026, 2, 7),
        title="Qualified leads, January 2026: missed",
        summary="309 of 310 leads. Marketing delivers at least 310 qualified leads each month.",
        url="acme/commitments/promise/#2026-01",
        kind=Kind.VERDICT,
        author="Marketing",
    )


def test_a_share_and_its_target_are_told_apart(stand: Stand) -> None:
    commitments = promise("share: returned, of: leads, at_most: 10%, every: month")
    rows = ["2026-01-05,leads,8", "2026-01-05,returned,1"]
    verdict, _report, _version = news(stand(commitments, rows, as_of="2026-02-07"))
    assert verdict.summary.startswith("12.5%, target at most 10%. Marketing makes sure that ")


def test_a_month_is_reported_once_on_the_day_it_is_closed(stand: Stand) -> None:
    entries = news(stand(LEADS, ["2026-01-05,leads,309"], as_of="2026-02-07"))
    (report,) = (entry for entry in entries if entry.kind is Kind.REPORT)
    assert report == Entry(
        key="acme/report/2026-01",
        on=date(2026, 2, 7),
        title="Marketing and Sales, January 2026: closing report",
        summary=(
            "0 of 1 judged period met in January 2026: Marketing 0 of 1. "
            "Missed: Qualified leads (309 of 310 leads)."
        ),
        url="acme/reports/2026-01/",
        kind=Kind.REPORT,
        author="",
    )


def test_a_week_leads_to_the_index_for_its_page_does_not_last(stand: Stand) -> None:
    entries = news(stand(LEADS, ["2026-01-10,leads,9"], as_of="2026-01-12"))
    (report,) = (entry for entry in entries if entry.kind is Kind.REPORT)
    assert (report.key, report.on, report.url) == ("acme/report/2026-W02", date(2026, 1, 12), "acme/reports/")


def test_what_does_not_bind_is_not_told(stand: Stand) -> None:
    later = promise("total: leads, at_least: 1, every: month", "once: promise", id_="later", party="sales")
    entries = list(news(stand(LEADS + later, ["2026-01-05,leads,309"], as_of="2026-02-07")))
    assert [entry.key for entry in entries] == [
        "acme/promise/2026-01/verdict", "acme/report/2026-01", "acme/version/1.0.0",
    ]  # fmt: skip


def test_the_first_version_is_told_when_it_takes_effect_where_git_knows_nothing(stand: Stand) -> None:
    (version,) = news(stand(LEADS, as_of="2026-01-01"))
    assert (version.on, version.title) == (date(2026, 1, 1), "Marketing and Sales, version 1.0.0")
    assert list(news(stand(LEADS, as_of="2025-12-31"))) == []


def test_march_was_met_when_it_closed_and_is_restated_two_weeks_later(
    told: Callable[[str], dict[str, Entry]],
) -> None:
    entries = told("2026-11-20")
    closed = entries["marketing-sales/qualified-leads/2026-03/verdict"]
    assert (closed.on, closed.title) == (date(2026, 4, 7), "Qualified leads, March 2026: met")
    assert closed.summary.startswith("504 of 500 leads.")
    restated = entries["marketing-sales/qualified-leads/2026-03/restatement/2026-04-20"]
    assert restated.on == date(2026, 4, 20)
    assert restated.title == "Qualified leads, March 2026: was met (504), now missed (488)"
    assert restated.summary.startswith(
        "Marketing-qualified leads of 9 Mar 2026 (Referral): was 7, is 6 since 20 Apr 2026. "
    )
    assert restated.summary.endswith("7 more numbers moved too. It adds a strike for Marketing.")


def test_an_amendment_is_told_when_it_lands_by_who_wrote_it(
    told: Callable[[str], dict[str, Entry]],
) -> None:
    amendment = told("2026-11-20")["marketing-sales/version/1.1.0"]
    assert (amendment.on, amendment.author) == (date(2026, 3, 24), "Mia Chen")
    assert amendment.url == "marketing-sales/versions/1.1.0/"
    assert amendment.summary.startswith("In force from 1 April 2026. 2 tightened, 1 loosened, ")
    assert "Loosened: Feedback on each report, target 100% → 90%." in amendment.summary


def test_a_number_that_moves_twice_is_told_twice(tmp_path: Path, stand: Stand) -> None:
    stand(LEADS, ["2026-01-05,leads,309"], as_of="2026-02-01")
    snapshots = tmp_path / "data" / "acme" / "snapshots"
    for day, value in (("2026-02-20", 310), ("2026-03-01", 310), ("2026-03-10", 308)):
        (snapshots / f"{day}.csv").write_text(f"date,metric,value\n2026-01-05,leads,{value}\n")
    (loaded,) = load_project(Project(tmp_path))
    entries = news(judge_loaded(loaded, date(2026, 3, 20)))
    assert [(entry.on.isoformat(), entry.title) for entry in entries if "#2026-01" in entry.url] == [
        ("2026-02-07", "Qualified leads, January 2026: missed"),
        ("2026-02-20", "Qualified leads, January 2026: was missed (309), now met (310)"),
        ("2026-03-10", "Qualified leads, January 2026: was met (310), now missed (308)"),
    ]


def test_a_changed_text_is_told_with_the_targets_it_changed(retell: Callable[..., Standing]) -> None:
    stricter = LEADS.replace("310", "320")
    standing = retell(
        version("1.0.0", "2026-01-01", LEADS, on="2025-12-20"),
        version("1.1.0", "2026-01-01", stricter, on="2026-02-20"),
        reports={"2026-02-01": ["2026-01-05,leads,310"]},
        as_of="2026-02-25",
    )
    (entry,) = (entry for entry in news(standing) if entry.kind is Kind.RESTATEMENT)
    assert entry.title == (
        "Qualified leads, January 2026: was met (310 of 310 leads), now missed (310 of 320 leads)"
    )
    assert entry.summary == "The agreement was changed: version 1.1.0, committed on 20 February 2026."


def test_a_plan_that_was_frozen_late_is_told_as_such(planned: Stand, tmp_path: Path) -> None:
    plan = "revenue: 100000\naverage_sale: 1000\nwin_rate: 10%\ntargets: {leads: mqls}\n"
    rows = [f"2026-01-{day:02},mqls,40" for day in range(1, 32)]
    commitments = promise("total: mqls, at_least: plan, every: month", "title: Leads")
    frozen = {"2026-01": "2026-02-12"}
    planned(plan, rows, as_of="2026-02-01", commitments=commitments, frozen=frozen)
    (loaded,) = load_project(Project(tmp_path))
    entries = news(judge_loaded(loaded, date(2026, 3, 1)))
    (entry,) = (entry for entry in entries if entry.kind is Kind.RESTATEMENT)
    assert entry.title == (
        "Leads, January 2026: was not triggered (1,240 leads), now met (1,240 of 1,000 leads)"
    )
    assert entry.summary == "The plan of January 2026 was frozen only on 12 February 2026."


@pytest.mark.parametrize("day", ["2026-01-10", "2026-04-10", "2026-04-21", "2026-08-01"])
def test_what_was_once_told_never_changes(told: Callable[[str], dict[str, Entry]], day: str) -> None:
    then, now = told(day), told("2026-11-20")
    assert {key: now.get(key) for key in then} == then
    assert len(now) > len(then) > 0


GOVERNANCE = """\
remedies:
  - {id: talk, name: Talk, description: Both leads talk.}
  - {id: mend, name: Mend, description: A plan.}
strikes:
  expire_after: 2 months
  levels: [{strikes: 1, remedy: talk}, {strikes: 2, remedy: mend}]
cancellation: [{commitment: promise, missed: 2, notice: 1 month}]
"""


@pytest.fixture
def followed(stand: Stand, tmp_path: Path) -> Callable[..., list[tuple[str, str]]]:
    """The day and title of each consequence told, by the leads of each month from January on."""

    def of(*values: int, as_of: str = "2026-09-20") -> list[tuple[str, str]]:
        (tmp_path / "agreement" / "acme").mkdir(parents=True)
        terms = tmp_path / "agreement" / "acme" / "governance.yml"
        terms.write_text(GOVERNANCE, encoding="utf-8")
        rows = [f"2026-{month:02}-28,leads,{value}" for month, value in enumerate(values, start=1)]
        snapshots = tmp_path / "data" / "acme" / "snapshots"
        snapshots.mkdir(parents=True)
        for row in rows:
            text = f"date,metric,value\n{row}\n"
            (snapshots / f"{row[:10]}.csv").write_text(text, encoding="utf-8")
        entries = [entry for entry in news(stand(LEADS, as_of=as_of)) if entry.kind is Kind.CONSEQUENCE]
        assert len({entry.key for entry in entries}) == len(entries)
        return sorted((str(entry.on), entry.title) for entry in entries)

    return of


def test_a_level_is_told_on_the_day_its_strike_is_given(followed: Callable[..., Any]) -> None:
    assert followed(309, as_of="2026-02-07") == [("2026-02-07", "Marketing: Talk, at 1 strike")]


def test_a_level_that_still_stands_is_not_told_again(followed: Callable[..., Any]) -> None:
    assert followed(309, 310, 310, 310, 310, 310) == [("2026-02-07", "Marketing: Talk, at 1 strike")]


def test_a_level_that_is_reached_anew_is_told_anew(followed: Callable[..., Any]) -> None:
    assert followed(309, 310, 310, 310, 309, 310) == [
        ("2026-02-07", "Marketing: Talk, at 1 strike"),
        ("2026-06-07", "Marketing: Talk, at 1 strike"),
    ]


def test_a_rule_of_cancellation_is_told_when_it_opens(followed: Callable[..., Any]) -> None:
    assert followed(310, 309, 309, 309, as_of="2026-05-20") == [
        ("2026-03-07", "Marketing: Talk, at 1 strike"),
        ("2026-04-07", "Marketing: Mend, at 2 strikes"),
        ("2026-04-07", "Qualified leads: the agreement may be ended"),
    ]


def test_a_rule_that_opened_once_stays_told_after_it_closed(followed: Callable[..., Any]) -> None:
    told = followed(309, 309, 310, 310, as_of="2026-06-20")
    assert ("2026-03-07", "Qualified leads: the agreement may be ended") in told


def test_a_level_says_for_which_misses(told: Callable[[str], dict[str, Entry]]) -> None:
    entry = told("2026-11-20")["marketing-sales/marketing/strikes/1/2026-01-07"]
    assert entry.summary.endswith("For missing Qualified leads, December 2025.")
    assert (entry.url, entry.author) == ("marketing-sales/#consequences", "Marketing")
