"""Which report tells what: each thing once, by the day it was known, and prose for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.present.conftest import promise, version

from living_sla.present.closings import (
    Closing,
    changed_in_time,
    closings,
    months,
    prose_to_come,
    standing_on,
    weeks,
)
from living_sla.present.reports import report_values, reports_values
from living_sla.present.subject import Source, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.subject import Standing

    Stand = Callable[..., Standing]
    Retell = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 310, every: month", "title: Leads", id_="leads")
SLOW = promise(
    "total: revenue, at_least: 9, every: quarter", "close_after: 6 weeks", id_="revenue", party="sales"
)
GOVERNANCE = """\
remedies: [{id: talk, name: Talk, description: Both talk}]
strikes: {expire_after: 6 months, levels: [{strikes: 1, remedy: talk}]}
compensation: [{commitment: leads, how: money, amount: 2}]
"""
FIRST = version("1.0.0", "2026-01-01", LEADS + SLOW, on="2025-12-20")
AGREED = FIRST._replace(files=FIRST.files | {"governance.yml": GOVERNANCE})
REPORTS = {
    "2026-01-31": ["2026-01-31,leads,310", "2026-01-31,revenue,3"],
    "2026-02-28": ["2026-02-28,leads,309", "2026-02-28,revenue,3"],
    "2026-03-31": ["2026-03-31,leads,310", "2026-03-31,revenue,2"],
    "2026-04-20": ["2026-03-31,leads,300"],
    "2026-04-30": ["2026-04-30,leads,300"],
    "2026-05-10": ["2026-02-28,leads,310"],
    "2026-05-31": ["2026-05-31,leads,310"],
}


@pytest.fixture
def slow(retell: Retell) -> Standing:
    """March is closed on 12 May, by its quarter, and April before it, on 7 May."""
    return retell(AGREED, reports=REPORTS, as_of="2026-06-20")


def closing_of(standing: Standing, period: str) -> Closing:
    (closing,) = (closing for closing in closings(standing) if closing.period.id == period)
    return closing


def then(standing: Standing, period: str) -> dict[str, Any]:
    found: dict[str, Any] = report_values(Subject(standing, Source()), closing_of(standing, period))["then"]
    return found


def written(standing: Standing, *periods: str) -> Standing:
    return replace(standing, retrospectives=dict.fromkeys(periods, "We talked.\n"))


# --- who tells what


def test_a_report_comes_after_the_one_that_was_closed_before_it_in_time(slow: Standing) -> None:
    found = {c.period.id: (c.on.isoformat(), c.after and c.after.isoformat()) for c in months(slow)}
    assert found == {
        "2026-01": ("2026-02-07", None),
        "2026-02": ("2026-03-07", "2026-02-07"),
        "2026-03": ("2026-05-12", "2026-05-07"),
        "2026-04": ("2026-05-07", "2026-03-07"),
        "2026-05": ("2026-06-07", "2026-05-12"),
    }


def test_every_day_is_told_by_one_monthly_and_one_weekly_report(slow: Standing) -> None:
    for found in (months(slow), weeks(slow)):
        last = max(closing.on for closing in found)
        days = [date(2025, 12, 1) + timedelta(days=n) for n in range((last - date(2025, 12, 1)).days + 1)]
        assert {sum(closing.tells(day) for closing in found) for day in days} == {1}
        assert not any(closing.tells(last + timedelta(days=1)) for closing in found)


def test_a_report_tells_the_strikes_and_debts_of_its_own_periods(slow: Standing) -> None:
    april, march = then(slow, "2026-04"), then(slow, "2026-03")
    assert april["given"] == ["A strike for Marketing: Leads, April 2026; it expires on 7 Nov 2026"]
    assert april["debts"] == ["Leads: Marketing owes $20, for 10 leads missing in April 2026"]
    assert march["given"] == [
        (
            "A strike for Marketing: Leads, March 2026; it expires on 20 Oct 2026; "
            "added on 20 Apr 2026: 310 of 310 leads became 300 of 310 leads"
        ),
        "A strike for Sales: Revenue, Q1 2026 (Jan\N{EN DASH}Mar); it expires on 12 Nov 2026",
    ]


def test_a_restatement_is_told_by_the_first_report_after_it(slow: Standing) -> None:
    told = {c.period.id: [step.on.isoformat() for _, step in changed_in_time(slow, c)] for c in months(slow)}
    assert told == {
        "2026-01": [],
        "2026-02": [],
        "2026-03": ["2026-05-10"],
        "2026-04": ["2026-04-20"],
        "2026-05": [],
    }


def test_what_a_restatement_did_to_strikes_and_debts_is_told_with_it(slow: Standing) -> None:
    assert then(slow, "2026-04")["restated"] == [
        (
            "Leads, March 2026: closed as met (310), now missed (300), reported on 20 April 2026; "
            "adds a strike for Marketing; owed now: $20, for 10 leads missing in March 2026"
        )
    ]
    assert then(slow, "2026-03")["restated"] == [
        (
            "Leads, February 2026: closed as missed (309), now met (310), reported on 10 May 2026; "
            "takes back a strike for Marketing; what was owed for it is void"
        )
    ]


def test_a_miss_that_stays_one_tells_what_is_owed_now(retell: Retell) -> None:
    reports = {"2026-01-31": ["2026-01-31,leads,300"], "2026-02-20": ["2026-01-31,leads,290"]}
    standing = retell(AGREED, reports=reports | {"2026-02-28": ["2026-02-28,leads,310"]}, as_of="2026-03-10")
    assert then(standing, "2026-02")["restated"] == [
        (
            "Leads, January 2026: closed as missed (300), still missed (290), reported on 20 February 2026; "
            "owed now: $40, for 20 leads missing in January 2026"
        )
    ]


def test_a_remedy_is_asked_for_by_every_report_after_it(slow: Standing) -> None:
    asked = [
        (period, q.partition("Talk")[2][1:].partition(" Has")[0])
        for period in ("2026-01", "2026-02", "2026-04", "2026-03")
        for q in then(slow, period)["questions"]
        if "Talk" in q
    ]
    assert asked == [
        ("2026-02", " applies to Marketing since 7 Mar 2026, at 1 strike."),
        ("2026-04", " applies to Marketing since 7 Mar 2026, at 3 strikes."),
        ("2026-03", " applies to Marketing since 7 Mar 2026, at 2 strikes."),
        ("2026-03", " applies to Sales since 12 May 2026, at 1 strike."),
    ]


def test_a_party_that_left_is_named_as_the_version_of_then_does(retell: Retell) -> None:
    later = version("2.0.0", "2026-02-01", LEADS.replace("marketing", "agency"), on="2026-01-20")
    parties = later.files["agreement.yml"].replace(
        "  marketing: {name: Marketing,", "  agency: {name: Agency,"
    )
    standing = retell(
        AGREED,
        later._replace(files=later.files | {"agreement.yml": parties, "governance.yml": GOVERNANCE}),
        reports={"2026-01-31": ["2026-01-31,leads,300"], "2026-02-28": ["2026-02-28,leads,310"]},
        as_of="2026-03-10",
    )
    values = then(standing, "2026-01")
    assert values["strikes"] == ["Marketing: 1 strike counts: Talk, since 7 Feb 2026"]
    (question,) = (question for question in values["questions"] if "Talk" in question)
    assert "applies to Marketing since 7 Feb 2026" in question


def test_the_summary_of_a_month_is_of_the_day_it_was_closed(slow: Standing) -> None:
    (row,) = (
        row
        for _, rows in reports_values(Subject(slow, Source()))["years"]
        for row in rows
        if row["name"] == "March 2026"
    )
    assert row["summary"].startswith("0 of 2 judged periods met in March 2026")
    assert row["summary"] == " ".join(then(slow, "2026-03")["summary"])


# --- what was known


def test_the_status_of_a_week_stands_at_most_at_its_last_day(retell: Retell) -> None:
    reports = {"2026-01-12": [f"2026-01-{day:02},leads,10" for day in range(5, 13)]}
    values = then(retell(AGREED, reports=reports, as_of="2026-01-14"), "2026-W02")
    assert (values["numbers_to"], values["closed"]) == ("11 January 2026", "12 January 2026")
    assert values["parties"][0]["rows"][0]["actual"] == "70 leads"


def test_an_open_period_is_judged_by_the_text_that_was_known_then(retell: Retell) -> None:
    later = version("1.1.0", "2026-02-01", LEADS.replace("310", "400"), on="2026-02-20")
    reports = {"2026-01-31": ["2026-01-31,leads,310"], "2026-02-28": ["2026-02-28,leads,1"]}
    standing = retell(AGREED, later, reports=reports, as_of="2026-03-10")
    january = standing_on(standing, closing_of(standing, "2026-01"))
    open_ = {j.period.id: j for j in january.judgements["leads"]}["2026-02"]
    assert (open_.agreement.terms.version, open_.goal and open_.goal.value) == ("1.0.0", 310)


# --- prose


def test_a_week_that_the_parties_wrote_about_keeps_its_page(example_standing: Standing) -> None:
    plain = {closing.period.id for closing in closings(example_standing)}
    found = {closing.period.id for closing in closings(written(example_standing, "2026-W05"))}
    assert found - plain == {"2026-W05"}


def test_prose_of_a_week_that_was_reported_late_has_a_page_that_tells_nothing_twice(retell: Retell) -> None:
    standing = retell(AGREED, reports={"2026-01-20": ["2026-01-08,leads,9"]}, as_of="2026-01-20")
    assert closings(standing) == []
    week = closing_of(written(standing, "2026-W02"), "2026-W02")
    assert week.is_week
    assert not week.tells(week.on)
    assert then(written(standing, "2026-W02"), "2026-W02")["numbers_to"] == "11 January 2026"


def test_prose_of_a_month_in_which_no_period_ends_has_a_page(retell: Retell) -> None:
    quarterly = version("1.0.0", "2026-01-01", SLOW, on="2025-12-20")
    standing = retell(quarterly, reports={"2026-02-10": ["2026-02-10,revenue,3"]}, as_of="2026-02-10")
    assert [closing.period.id for closing in closings(written(standing, "2026-01"))] == ["2026-01"]
    assert then(written(standing, "2026-01"), "2026-01")["summary"] == [
        "Nothing could be judged in January 2026."
    ]


def test_prose_leaves_every_other_report_as_it_was(slow: Standing) -> None:
    prose = {closing.period.id: closing for closing in closings(written(slow, "2026-W02", "2026-03"))}
    assert all(prose[closing.period.id] == closing for closing in closings(slow))


def test_prose_whose_report_is_to_come_is_listed_in_the_index(slow: Standing) -> None:
    standing = written(slow, "2026-07", "2026-06", "2026-W26", "2025-11")
    assert [period.id for _, period in prose_to_come(standing)] == ["2026-06", "2026-W26", "2026-07"]
    assert reports_values(Subject(standing, Source()))["prose_to_come"] == [
        "June 2026", "week to 28 Jun 2026", "July 2026",
    ]  # fmt: skip


def test_a_week_is_named_by_its_fourth_day_wherever_weeks_begin(stand: Stand) -> None:
    sunday = "{timezone: Europe/Amsterdam, week_starts: sunday}"
    standing = stand(LEADS, ["2026-01-05,leads,9"], as_of="2026-01-20", calendar=sunday)
    (week,) = (closing.period for closing in closings(written(standing, "2026-W02")) if closing.is_week)
    assert (week.id, week.start) == ("2026-W02", date(2026, 1, 4))
