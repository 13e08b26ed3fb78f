"""The scorecard: who keeps what, the trend, the balance, realism, opportunities and the pulse."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from tests.present.conftest import promise, version

from living_sla.judge.realism import Realism
from living_sla.judge.verdicts import Goal
from living_sla.present.pages import site_pages
from living_sla.present.scorecard import realism_text, scorecard_values, trend_text
from living_sla.present.subject import Source, Subject
from living_sla.rendering import Renderer, templates_dir

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.pipeline import Site
    from living_sla.present.subject import Standing

    Stand = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 310, every: month", "title: Leads")
REVENUE = promise("total: revenue, at_least: 10, every: month", "title: Revenue", id_="more", party="sales")


@pytest.fixture
def score(stand: Stand) -> Callable[..., dict[str, Any]]:
    """The scorecard of two promises by the values of each month of 2026 from January on."""

    def of(leads: list[int], revenue: list[int], *, as_of: str) -> dict[str, Any]:
        rows = [f"2026-{month:02}-01,leads,{value}" for month, value in enumerate(leads, start=1)]
        rows += [f"2026-{month:02}-01,revenue,{value}" for month, value in enumerate(revenue, start=1)]
        return scorecard_values(Subject(stand(LEADS + REVENUE, rows, as_of=as_of), Source()))

    return of


@pytest.fixture(scope="module")
def card(example_subject: Subject) -> dict[str, Any]:
    return scorecard_values(example_subject)


def test_each_promise_says_how_many_periods_were_met(score: Callable[..., dict[str, Any]]) -> None:
    marketing, sales = score([310, 309, 310], [10, 10, 10], as_of="2026-04-05")["parties"]
    assert marketing["rows"][0]["score"] == "2 of 3 months"
    assert sales["rows"][0]["score"] == "3 of 3 months"
    assert (marketing["sum"], sales["sum"]) == ("2 of 3 periods met", "3 of 3 periods met")


def test_a_period_that_still_runs_is_not_counted(score: Callable[..., dict[str, Any]]) -> None:
    marketing, _ = score([310, 310], [10, 10], as_of="2026-02-20")["parties"]
    assert marketing["rows"][0]["score"] == "1 of 1 month"


def test_periods_older_than_twelve_months_are_not_counted(card: dict[str, Any]) -> None:
    marketing, _ = card["parties"]
    assert marketing["rows"][0]["judged"] == 12
    assert card["span"] == "Periods that ended from 21 Nov 2025 to 20 Nov 2026, as they stand"


def test_who_succeeds_and_where_to_improve_is_named(score: Callable[..., dict[str, Any]]) -> None:
    marketing, sales = score([309] * 3, [10] * 3, as_of="2026-04-05")["parties"]
    assert (marketing["succeeds"], marketing["improves"]) == ("", "Leads")
    assert (sales["succeeds"], sales["improves"]) == ("Revenue", "")


def test_the_last_three_are_held_against_the_three_before(score: Callable[..., dict[str, Any]]) -> None:
    values = score([309, 309, 310, 310, 310, 310], [10, 10, 10, 9, 9, 10], as_of="2026-07-05")
    trends = [party["rows"][0]["trend"] for party in values["parties"]]
    assert trends == ["better: 3 of 3, after 1 of 3", "worse: 1 of 3, after 3 of 3"]


def test_of_five_periods_there_is_no_trend(score: Callable[..., dict[str, Any]]) -> None:
    values = score([310] * 5, [10] * 5, as_of="2026-06-05")
    assert [party["rows"][0]["trend"] for party in values["parties"]] == ["", ""]
    assert trend_text([]) == ""


def test_parties_that_keep_their_promises_alike_are_in_balance(card: dict[str, Any]) -> None:
    assert card["balance"] == [
        "Marketing: 46 of 56 periods met (82.1%), of 6 promises.",
        "Sales: 88 of 96 periods met (91.7%), of 7 promises.",
        "In balance: Marketing and Sales lie 9.5 points apart.",
    ]


def test_a_difference_of_twenty_points_is_out_of_balance(score: Callable[..., dict[str, Any]]) -> None:
    values = score([309, 310, 310, 310, 310], [10] * 5, as_of="2026-06-05")
    assert values["balance"][-1] == "Out of balance: Marketing keeps its promises 20 points less than Sales."


def test_a_party_of_which_nothing_was_judged_is_not_weighed(score: Callable[..., dict[str, Any]]) -> None:
    values = score([310], [], as_of="2026-02-05")
    assert values["balance"] == ["Marketing: 1 of 1 period met (100%), of 1 promise."]
    assert values["parties"][1]["sum"] == "nothing was judged yet"


MONTHLY = promise("total: leads, at_least: 310, every: month", "title: Leads", id_="leads")
CALLS = promise("total: revenue, at_least: 10, every: month", "title: Calls", id_="calls", party="sales")
QUARTERLY = promise(
    "total: leads, at_least: 930, every: quarter", "title: Leads of a quarter", id_="leads", party="sales"
)


@pytest.fixture
def retold_card(retell: Callable[..., Standing]) -> dict[str, Any]:
    """Leads were promised monthly by marketing, from July on quarterly by sales; calls are no more."""
    ends = [f"2026-{n:02}-{day}" for n, day in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30), start=1)]
    values = {day: 300 if day < "2026-03" else 310 for day in ends}
    standing = retell(
        version("1.0.0", "2026-01-01", MONTHLY + CALLS, on="2025-12-20"),
        version("2.0.0", "2026-07-01", QUARTERLY, on="2026-05-20"),
        reports={day: [f"{day},leads,{value}", f"{day},revenue,10"] for day, value in values.items()},
        as_of="2026-10-10",
    )
    return scorecard_values(Subject(standing, Source()))


def test_each_period_counts_for_the_party_and_rhythm_it_was_judged_by(retold_card: dict[str, Any]) -> None:
    rows = {
        party["name"]: [(row["name"], row["score"], row["has_ended"]) for row in party["rows"]]
        for party in retold_card["parties"]
    }
    assert rows == {
        "Marketing": [("Leads", "4 of 6 months", True)],
        "Sales": [("Leads of a quarter", "1 of 1 quarter", False), ("Calls", "6 of 6 months", True)],
    }


def test_what_is_no_longer_promised_counts_and_need_not_improve(retold_card: dict[str, Any]) -> None:
    marketing, sales = retold_card["parties"]
    assert (marketing["sum"], marketing["improves"]) == ("4 of 6 periods met", "")
    assert (sales["sum"], sales["succeeds"]) == ("7 of 7 periods met", "Leads of a quarter")


def test_a_promise_in_two_rhythms_is_one_promise(retell: Callable[..., Standing]) -> None:
    standing = retell(
        version("1.0.0", "2026-01-01", MONTHLY, on="2025-12-20"),
        version("2.0.0", "2026-04-01", QUARTERLY.replace("sales", "marketing"), on="2026-03-20"),
        reports={"2026-03-31": ["2026-03-31,leads,310"], "2026-06-30": ["2026-06-30,leads,930"]},
        as_of="2026-07-10",
    )
    values = scorecard_values(Subject(standing, Source()))
    assert values["balance"] == ["Marketing: 2 of 2 periods met (100%), of 1 promise."]


def test_a_week_whose_last_days_are_to_come_has_not_ended(stand: Stand) -> None:
    weekly = promise("deliver: {report: 1}, every: week, by: friday", "title: Reports")
    things = ["a,report,2026-03-12", "b,report,2026-03-19"]
    values = scorecard_values(Subject(stand(weekly, deliveries=things, as_of="2026-03-20"), Source()))
    assert values["parties"][0]["rows"][0]["cells"][-1].period == "week to 15 Mar 2026"


def test_a_target_is_held_against_history_by_the_rhythm_it_was_agreed_in(
    retell: Callable[..., Standing],
) -> None:
    standing = retell(
        version("1.0.0", "2026-01-01", MONTHLY, on="2025-12-20"),
        version("2.0.0", "2026-02-15", QUARTERLY, on="2026-01-20"),
        reports={"2026-03-10": ["2026-01-01,leads,900", "2026-02-01,leads,1", "2026-03-10,leads,1"]},
        as_of="2026-03-10",
    )
    (row,) = scorecard_values(Subject(standing, Source()))["realism"]
    assert (row["target"], row["history"]) == ("310", "2 months known in full, of the 6 it takes")


def test_a_target_is_told_by_how_often_it_would_have_been_met(card: dict[str, Any]) -> None:
    row = card["realism"][0]
    assert [row[key] for key in ("name", "target", "history", "demand")] == [
        "Qualified leads", "500", "met by 10 of the last 13 months; at the 23rd percentile",
        "realistic, yet challenging",
    ]  # fmt: skip


def test_too_little_history_is_said_instead_of_a_percentile(card: dict[str, Any]) -> None:
    found = {row["name"]: row for row in card["realism"]}["New revenue"]
    assert (found["history"], found["demand"]) == (
        "4 quarters known in full, of the 6 it takes", "too little history",
    )  # fmt: skip


def test_the_page_says_against_how_many_periods_a_target_is_held(example: Site) -> None:
    (page,) = (page for page in example.pages if page.url == "marketing-sales/reports/scorecard/")
    html = Renderer(templates_dir()).body(page)
    assert "Held against the newest 24 periods on record at most, those before the agreement too." in html
    assert "every period on record" not in html


@pytest.mark.parametrize(
    ("met", "said"), [(99, "1st"), (98, "2nd"), (97, "3rd"), (96, "4th"), (89, "11th"), (79, "21st")]
)
def test_percentiles_are_said_in_english(stand: Stand, met: int, said: str) -> None:
    (commitment,) = stand(LEADS).agreement.commitments
    realism = Realism(Goal(1), (*[1] * met, *[0] * (100 - met)))
    assert realism_text(realism, commitment).endswith(f"at the {said} percentile")


def test_an_opportunity_comes_with_its_arithmetic(card: dict[str, Any]) -> None:
    found = card["opportunities"]
    assert found["best"] == "Visitor to Contact: one more point is worth $25,352 a month."
    assert found["stages"][1] == {
        "name": "Opportunity to Customer",
        "share": "13.1%",
        "sum": "1% of 68.8 is 0.688 customers \N{MULTIPLICATION SIGN} $15,599",
        "worth": "$10,724",
        "is_ranked": True,
    }
    times = "\N{MULTIPLICATION SIGN}"
    assert found["stages"][0]["sum"] == (
        f"1% of 41,946.7 is 419.467 {times} 0.387% won later = 1.625 customers {times} $15,599"
    )
    assert "those of the newest 12 months that were reported in full; those of a source" in found["basis"]
    assert found["basis"].startswith("A customer brings $15,599 on average: $1,684,714 by 108 customers.")


def test_the_pulse_is_a_line_with_its_table(card: dict[str, Any]) -> None:
    pulse = card["pulse"]
    assert pulse["sentence"] == "4.1 on 31 Oct 2026, after 4 on 30 Sep 2026"
    assert len(pulse["rows"]) == len(pulse["line"]["points"]) == 12
    # 4.1 of a scale from 1 to 5 lies 3.1 quarters up a box 40 high
    assert pulse["line"]["points"][-1] == (100.0, float(40 - Fraction(31, 40) * 40))


def test_an_agreement_without_funnel_or_pulse_leaves_both_out(stand: Stand) -> None:
    values = scorecard_values(Subject(stand(LEADS), Source()))
    assert (values["opportunities"], values["pulse"]) == (None, None)


def test_before_the_first_period_the_page_renders(stand: Stand) -> None:
    pages = {page.url: page for page in site_pages([stand(LEADS, as_of="2025-12-31")], Source())}
    html = Renderer(templates_dir()).body(pages["acme/reports/scorecard/"])
    assert "nothing was judged yet" in html
    assert "promised nothing in this time" in html
    assert "No target is agreed for a period that has begun." in html
    assert "No month is closed yet." in Renderer(templates_dir()).body(pages["acme/reports/"])
