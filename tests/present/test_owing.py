"""The sections of pages that say what follows from missed periods."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.present.conftest import promise

from living_sla.pipeline import judge_loaded
from living_sla.present.owing import (
    Line,
    alerts,
    owner_text,
    parties_owing,
    party_owing,
    period_lines,
    speaks_of_consequences,
    watch_lines,
    with_debts,
)
from living_sla.present.subject import Source, Subject
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from living_sla.present.owing import PartyOwing
    from living_sla.present.subject import Standing

    Follow = Callable[..., Subject]

LEADS = promise("total: leads, at_least: 100, every: month", "title: Qualified leads", id_="leads")
GOVERNANCE = """\
remedies:
  - {id: talk, name: Talk, description: Both leads talk.}
  - {id: mend, name: Mend, description: A plan.}
strikes:
  expire_after: 3 months
  levels: [{strikes: 1, remedy: talk}, {strikes: 3, remedy: mend}]
compensation: [{commitment: leads, how: money, amount: 40}]
cancellation: [{commitment: leads, missed: 2, notice: 1 month}]
"""
CONTACTS = "contacts: {ops: {name: Ana Ruiz, role: Marketing operations}, desk: {name: Jo Bo}}, "
LOG = "id,commitment,period,opened,action,owner,due,done,link\n"
JANUARY = "a,leads,2026-01,2026-02-10,Call twice,marketing,2026-03-01,{done},https://example.com/a\n"


@pytest.fixture
def follow(stand: Callable[..., Standing], tmp_path: Path) -> Follow:
    """What pages know of rows that were reported on their own days, or on a `late` day of their own."""

    def of(
        *rows: str,
        governance: str = GOVERNANCE,
        actions: str = "",
        late: str = "",
        as_of: str = "2026-04-20",
        commitments: str = LEADS,
    ) -> Subject:
        folder, data = tmp_path / "agreement" / "acme", tmp_path / "data" / "acme"
        folder.mkdir(parents=True)
        (data / "snapshots").mkdir(parents=True)
        (folder / "governance.yml").write_text(governance, encoding="utf-8")
        if actions:
            (data / "actions.csv").write_text(LOG + actions, encoding="utf-8")
        for day, row in [(row[:10], row) for row in rows] + [("2026-03-15", late)] * bool(late):
            (data / "snapshots" / f"{day}.csv").write_text(f"date,metric,value\n{row}\n", encoding="utf-8")
        return Subject(stand(commitments, as_of=as_of), Source())

    return of


def months(*values: int) -> list[str]:
    return [f"2026-0{month}-28,leads,{value}" for month, value in enumerate(values, start=1)]


def marketing(subject: Subject) -> PartyOwing:
    owing = party_owing(subject, "marketing")
    assert owing is not None
    return owing


def test_strikes_stand_with_their_remedy_and_what_is_next(follow: Follow) -> None:
    owing = marketing(follow(*months(88, 100, 90)))
    assert owing.strikes == "2 strikes count: Talk, since 7 Feb 2026; Mend at 3"
    assert owing.remedy == "Both leads talk."
    assert [(row.period, row.expires) for row in owing.counting] == [
        ("March 2026", "7 Jul 2026"),
        ("January 2026", "7 May 2026"),
    ]


def test_strikes_that_no_longer_count_are_counted(follow: Follow) -> None:
    owing = marketing(follow(*months(88), late="2026-01-28,leads,100"))
    assert (owing.counting, owing.expired) == ([], "1 was taken back")


def test_an_expired_strike_is_told(follow: Follow) -> None:
    assert marketing(follow(*months(88), as_of="2026-05-07")).expired == "1 earlier one has expired"


def test_sums_of_money_are_added_up(follow: Follow) -> None:
    owing = marketing(follow(*months(88, 100, 90)))
    assert owing.money == "$880 in all"
    assert [line.text for line in owing.debts] == [
        "$400, for 10 leads missing in March 2026",
        "$480, for 12 leads missing in January 2026",
    ]


def test_debts_for_several_promises_name_them(follow: Follow) -> None:
    calls = promise("total: hours, at_least: 20, every: month", "title: Calls", id_="calls")
    two = "compensation: [{commitment: leads, how: money, amount: 40}, {commitment: calls, how: make-good}]\n"
    rows = [*months(88), "2026-01-30,hours,16"]
    subject = follow(*rows, governance=two, commitments=LEADS + calls, as_of="2026-02-20")
    assert [line.text for line in marketing(subject).debts] == [
        "Qualified leads: $480, for 12 leads missing in January 2026",
        "Calls: 4 hours missing in January 2026, carried into February 2026",
    ]


def test_one_sum_is_told_without_adding_up(follow: Follow) -> None:
    assert marketing(follow(*months(88))).money == "$480"


def test_a_make_good_stands_with_its_promise(follow: Follow) -> None:
    good = "compensation: [{commitment: leads, how: make-good, within: 2 weeks}]\n"
    subject = follow(*months(88), governance=good, as_of="2026-02-20")
    (promise,) = with_debts(subject, subject.promises.values())
    told = "Marketing also owes 12 qualified leads carried over from January 2026"
    assert promise.carried == f"{told}, by 21 Feb 2026"


def test_a_make_good_that_is_overdue_says_since_when(follow: Follow) -> None:
    good = "compensation: [{commitment: leads, how: make-good, within: 2 weeks}]\n"
    subject = follow(*months(88), governance=good)
    (promise,) = with_debts(subject, subject.promises.values())
    told = "Marketing also owes 12 qualified leads carried over from January 2026"
    assert promise.carried == f"{told} (overdue since 21 Feb 2026)"


def test_what_is_paid_in_money_is_not_carried_over(follow: Follow) -> None:
    subject = follow(*months(88))
    assert [promise.carried for promise in with_debts(subject, subject.promises.values())] == [""]


def test_a_debt_leads_to_its_period(follow: Follow) -> None:
    (debt,) = marketing(follow(*months(88))).debts
    assert debt.url == "acme/commitments/leads/#2026-01"


def test_a_party_that_owes_nothing_says_so(follow: Follow) -> None:
    owing = party_owing(follow(*months(88)), "sales")
    assert owing
    assert (owing.is_nothing, owing.strikes) == (True, "No strike counts; Talk at 1")


def test_without_strikes_agreed_none_are_counted(follow: Follow) -> None:
    owing = marketing(follow(*months(88), governance="feedback: By data.\n"))
    assert (owing.strikes, owing.is_nothing) == ("", True)


def test_every_party_has_its_part(follow: Follow) -> None:
    assert [(owing.name, owing.url) for owing in parties_owing(follow(*months(88)))] == [
        ("Marketing", "acme/marketing/"),
        ("Sales", "acme/sales/"),
    ]


def test_an_action_that_is_overdue_is_late(follow: Follow) -> None:
    (line,) = marketing(follow(*months(88), actions=JANUARY.format(done=""))).actions
    assert line == Line(
        "Call twice (Marketing): overdue since 1 Mar 2026", "acme/commitments/leads/#2026-01", is_late=True
    )


def test_an_action_whose_day_is_to_come_is_not_late(follow: Follow) -> None:
    (line,) = marketing(follow(*months(88), actions=JANUARY.format(done=""), as_of="2026-03-01")).actions
    assert (line.text, line.is_late) == ("Call twice (Marketing): due 1 Mar 2026", False)


def test_an_action_that_is_done_is_owed_no_more(follow: Follow) -> None:
    assert marketing(follow(*months(88), actions=JANUARY.format(done="2026-02-20"))).actions == []


def test_misses_without_an_action_are_listed_where_a_log_is_kept(follow: Follow) -> None:
    owing = marketing(follow(*months(88, 90, 91), actions=JANUARY.format(done="2026-02-20")))
    assert [line.text for line in owing.unanswered] == [
        "Qualified leads, March 2026",
        "Qualified leads, February 2026",
    ]


def test_without_a_log_no_action_is_asked_for(follow: Follow) -> None:
    assert marketing(follow(*months(88, 90))).unanswered == []


def test_old_misses_without_an_action_are_only_counted(follow: Follow) -> None:
    actions = JANUARY.format(done="2026-02-20")
    owing = marketing(follow(*months(88, 90, 91, 92, 93), actions=actions, as_of="2026-06-20"))
    assert (len(owing.unanswered), owing.unanswered_before) == (3, 1)


def test_what_a_period_brought_is_noted_at_it(follow: Follow) -> None:
    subject = follow(*months(88, 100), actions=JANUARY.format(done="2026-02-20"))
    found = period_lines(subject, subject.standing.judgements["leads"])
    assert {period: [line.text for line in lines] for period, lines in found.items()} == {
        "2026-01": [
            "A strike for Marketing on 7 Feb 2026, expires 7 May 2026",
            "$480, for 12 leads missing in January 2026",
            "Call twice (Marketing): done 20 Feb 2026",
        ]
    }
    assert found["2026-01"][-1].url == "https://example.com/a"


def test_a_miss_without_an_action_is_noted_at_its_period(follow: Follow) -> None:
    subject = follow(*months(88, 90), actions=JANUARY.format(done="2026-02-20"))
    lines = period_lines(subject, subject.standing.judgements["leads"])["2026-02"]
    assert lines[-1].text == "No corrective action is on record"


def test_a_strike_that_was_taken_back_says_by_what(follow: Follow) -> None:
    subject = follow(*months(88), late="2026-01-28,leads,100")
    assert period_lines(subject, subject.standing.judgements["leads"])["2026-01"] == [
        Line(
            "A strike for Marketing on 7 Feb 2026; "
            "taken back on 15 Mar 2026: 88 of 100 leads became 100 of 100 leads"
        )
    ]


def test_rules_of_cancellation_are_those_of_the_party(follow: Follow) -> None:
    subject = follow(*months(100, 100, 90))
    ((name, line),) = watch_lines(subject, "marketing")
    assert name == "Qualified leads"
    assert line.text == "1 of 2 missed in a row; open on 7 May 2026 at the earliest; notice: 1 month"
    assert watch_lines(subject, "sales") == []


def test_what_is_open_is_told_at_once(follow: Follow) -> None:
    assert alerts(follow(*months(100, 88, 90), actions=JANUARY.format(done=""))) == [
        "Marketing: Talk, at 2 strikes",
        "Marketing: 1 corrective action overdue",
        "Qualified leads: the agreement may be ended, since 7 Apr 2026",
    ]


def test_where_nothing_is_open_nothing_is_told(follow: Follow) -> None:
    assert alerts(follow(*months(100, 100, 100))) == []


def test_an_agreement_need_not_speak_of_consequences(follow: Follow) -> None:
    assert not speaks_of_consequences(follow(*months(88), governance="feedback: By data.\n"))


@pytest.mark.parametrize(
    ("owner", "persons", "shown"),
    [
        ("marketing", "not named", "Marketing"),
        ("ops", "not named", "Marketing operations"),
        ("ops", "named", "Ana Ruiz"),
        ("desk", "not named", "a contact of Marketing"),
        ("Lead desk", "not named", "Lead desk"),
    ],
)
def test_an_owner_is_a_role_unless_persons_are_named(
    stand: Callable[..., Standing], tmp_path: Path, owner: str, persons: str, shown: str
) -> None:
    stand(LEADS)
    folder = tmp_path / "agreement" / "acme"
    (folder / "governance.yml").write_text(f"persons: {persons}\n", encoding="utf-8")
    terms = (folder / "agreement.yml").read_text(encoding="utf-8")
    with_contacts = terms.replace("{name: Marketing, ", "{name: Marketing, " + CONTACTS)
    (folder / "agreement.yml").write_text(with_contacts, encoding="utf-8")
    (loaded,) = load_project(Project(tmp_path))
    subject = Subject(judge_loaded(loaded, date(2026, 3, 20)), Source())
    assert owner_text(subject.standing, owner) == shown


def test_a_late_first_report_of_a_month_gives_its_strike_at_once(follow: Follow, tmp_path: Path) -> None:
    follow(late="2026-01-31,leads,88")
    (loaded,) = load_project(Project(tmp_path))
    standing = judge_loaded(loaded)
    assert (standing.as_of, standing.known_on) == (date(2026, 1, 31), date(2026, 3, 15))
    assert [strike.given_on for strike in standing.consequences.strikes] == [date(2026, 3, 15)]
