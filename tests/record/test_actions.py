"""The log of corrective action: what is read, and what is refused at its place."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.agreement.loading import load_agreement
from living_sla.diagnostics import InputError, Place
from living_sla.judge.periods import Rhythm
from living_sla.record.actions import Action, Vocabulary, load_actions
from living_sla.record.loading import Record, load_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from living_sla.agreement.fields import Every

Loaded = tuple[tuple[Action, ...], list[str]]
HEADER = "id,commitment,period,opened,action,owner,due,done,link\n"
KNOWN = Vocabulary(
    rhythms={"volume": {"month"}, "report": {"week"}, "revenue": {"month", "quarter"}},
    owners={"marketing", "sales", "lead-desk", "Sales operations"},
    names={"Ana Ruiz": "lead-desk"},
    since=date(2026, 1, 1),
)
MEND = "a1,volume,2026-01,2026-02-09,Call earlier,marketing,2026-02-20,,"
PERSONS = "persons are named only where governance.yml says so"


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Loaded]:
    def load(rows: str, known: Vocabulary | None = KNOWN) -> Loaded:
        (tmp_path / "actions.csv").write_text(rows if rows.startswith("id,") else HEADER + rows)
        found, problems = load_actions(tmp_path / "actions.csv", known, root=tmp_path)
        return found, [f"{p.place} {p.sentence}".removeprefix("actions.csv:") for p in problems]

    return load


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert load_actions(tmp_path / "actions.csv", KNOWN, root=tmp_path) == ((), [])


def test_a_header_alone_is_no_problem(load: Callable[..., Loaded]) -> None:
    assert load(HEADER) == ((), [])


def test_a_row_is_an_action(load: Callable[..., Loaded]) -> None:
    row = "a1,volume,2026-01,2026-02-09,Call earlier,Sales operations,2026-02-20,2026-02-18,https://example.com/a1"
    assert load(f"{row}\n") == (
        (
            Action(
                id="a1",
                commitment="volume",
                period="2026-01",
                opened_on=date(2026, 2, 9),
                action="Call earlier",
                owner="Sales operations",
                due_on=date(2026, 2, 20),
                done_on=date(2026, 2, 18),
                link="https://example.com/a1",
                place=Place("actions.csv", 2, 1),
            ),
        ),
        [],
    )


def test_done_and_link_may_be_left_out(load: Callable[..., Loaded]) -> None:
    header = HEADER.replace(",done,link", "")
    (action,), problems = load(f"{header}{MEND.removesuffix(',,')}\n")
    assert (action.done_on, action.link, problems) == (None, "", [])


def test_actions_are_sorted_by_the_day_they_were_opened(load: Callable[..., Loaded]) -> None:
    later = MEND.replace("a1", "a0").replace("2026-02-09", "2026-02-10")
    found, _ = load(f"{later}\n{MEND}\n")
    assert [action.id for action in found] == ["a1", "a0"]


LIKE = "write it like 2026-03-01"
NOBODY = "is no party, role or contact of the agreement"
QUARTER = "is not a month or quarter; write it like 2026-03 or 2026-Q1"
IDS = "use letters, digits, dots and hyphens, at most 64"


@pytest.mark.parametrize(
    ("was", "typed", "problem"),
    [
        ("a1", "a 1", f"2:1 id 'a 1' is not an id; {IDS}"),
        ("volume", "volumen", "2:4 commitment 'volumen' is not known; did you mean 'volume'?"),
        ("2026-01,", "2026-W01,", "2:11 period '2026-W01' is not a month; write it like 2026-03"),
        ("2026-01,", "2026-13,", "2:11 period '2026-13' is not a month; write it like 2026-03"),
        ("01,", "00,", "2:11 period '2026-00' is not a month; write it like 2026-03"),
        ("volume,2026-01", "revenue,2026", f"2:12 period '2026' {QUARTER}"),
        ("2026-02-09", "9.2.2026", f"2:19 opened '9.2.2026' is not a day written YYYY-MM-DD; {LIKE}"),
        ("2026-02-09", "", f"2:19 opened is empty; {LIKE}"),
        ("Call earlier", "", "2:30 the action is empty; write what is done about the miss"),
        ("marketing", "", "2:43 the owner is empty; write the party or role that does it"),
        ("marketing", "marketting", f"2:43 owner 'marketting' {NOBODY}; did you mean 'marketing'? {PERSONS}"),
        ("marketing", "Ana Ruiz", f"2:43 owner 'Ana Ruiz' {NOBODY}; write lead-desk; {PERSONS}"),
        ("2026-02-20", "", f"2:53 due is empty; {LIKE}"),
        ("2026-02-20", "2026-02-08", "2:53 due 2026-02-08 lies before the day it was opened, 2026-02-09"),
        ("20,,", "20,2026-02-08,", "2:64 done 2026-02-08 lies before the day it was opened, 2026-02-09"),
        ("20,,", "20,soon,", "2:64 done 'soon' is not a day written YYYY-MM-DD; write it like 2026-03-01"),
        ("20,,", "20,,ftp://x", "2:65 link 'ftp://x' is not a web address; write https://…"),
    ],
)  # fmt: skip
def test_a_cell_that_does_not_fit_is_told_at_its_place(
    load: Callable[..., Loaded], was: str, typed: str, problem: str
) -> None:
    assert MEND.count(was) == 1
    assert load(f"{MEND.replace(was, typed)}\n") == ((), [problem])


def test_a_period_before_the_agreement_is_refused(load: Callable[..., Loaded]) -> None:
    assert load(f"{MEND.replace('2026-01,', '2025-12,')}\n")[1] == [
        "2:11 period '2025-12' began before the agreement took effect, on 2026-01-01"
    ]


def test_all_problems_of_a_row_are_told(load: Callable[..., Loaded]) -> None:
    _, problems = load("a 1,volumen,2026-01,soon,,,,,\n")
    assert [problem.partition(" ")[0] for problem in problems] == [
        "2:1",
        "2:26",
        "2:27",
        "2:5",
        "2:21",
        "2:28",
    ]


@pytest.mark.parametrize(
    ("period", "opened", "warning"),
    [
        ("2026-03", "2026-02-09", "begins on 2026-03-01, after the action was opened on 2026-02-09"),
        ("2026-Q2", "2026-02-09", "begins on 2026-04-01, after the action was opened on 2026-02-09"),
        ("2026-01", "2025-12-31", "begins on 2026-01-01, after the action was opened on 2025-12-31"),
    ],
)
def test_an_action_about_a_period_that_has_not_begun_is_a_warning(
    load: Callable[..., Loaded], period: str, opened: str, warning: str
) -> None:
    found, problems = load(f"a1,revenue,{period},{opened},Call earlier,marketing,2026-02-20,,\n")
    assert len(found) == 1
    assert problems == [f"2:1 period '{period}' {warning}; check the period, and the day"]


def test_an_action_done_before_the_end_of_its_period_is_a_warning(load: Callable[..., Loaded]) -> None:
    row = MEND.replace("2026-02-09", "2026-01-20").replace("20,,", "20,2026-01-30,")
    words = "2:1 done 2026-01-30 lies before the last day of the period it answers, 2026-01-31"
    assert load(f"{row}\n")[1] == [f"{words}; check the period, and the day"]


def test_an_action_may_be_opened_while_its_period_runs_and_done_on_its_last_day(
    load: Callable[..., Loaded],
) -> None:
    row = MEND.replace("2026-02-09", "2026-01-20").replace("20,,", "20,2026-01-31,")
    assert load(f"{row}\n")[1] == []


@given(
    st.dates(date(1980, 1, 1), date(2190, 1, 1)),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
    st.integers(1, 12),
    st.integers(0, 6),
)
def test_a_period_has_the_days_it_is_judged_by(day: date, every: Every, year: int, week: int) -> None:
    period = Rhythm(year, week).period_of(day, every)
    known = Vocabulary({"any": {every}}, (), {}, day, year_starts=year, week_starts=week)
    assert known.days_of("any", period.id) == (period.start, period.last)


def test_an_id_is_taken_once(load: Callable[..., Loaded]) -> None:
    assert load(f"{MEND}\n{MEND}\n")[1] == [
        "3:1 id 'a1' is already on line 2; give each action an id of its own"
    ]


def test_without_an_agreement_only_the_form_is_checked(load: Callable[..., Loaded]) -> None:
    found, problems = load(f"{MEND.replace('volume', 'anything').replace('2026-01,', 'then,')}\n", None)
    assert (len(found), problems) == (1, [])


def test_a_person_may_be_named_where_the_agreement_says_so(load: Callable[..., Loaded]) -> None:
    known = Vocabulary(KNOWN.rhythms, KNOWN.owners, KNOWN.names, KNOWN.since, may_name_persons=True)
    found, problems = load(f"{MEND.replace('marketing', 'Ana Ruiz')}\n", known)
    assert ([action.owner for action in found], problems) == (["Ana Ruiz"], [])


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(HEADER)
    (tmp_path / "actions.csv").symlink_to(tmp_path / "secret.csv")
    _, (problem,) = load_actions(tmp_path / "actions.csv", KNOWN, root=tmp_path)
    assert problem.sentence == "a symbolic link is not read; commit what it points to"


def test_the_vocabulary_is_that_of_the_agreement(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "agreement.yml").write_text("""\
title: Acme
version: "1.0.0"
effective: 2026-01-01
parties:
  marketing:
    name: Marketing
    lead: {name: Josh Bell, role: Marketing director}
    roles: [{role: Nurturing, does: [Writes.]}]
  sales:
    name: Sales
    contacts: {lead-desk: {name: Tom Okafor, role: Sales development}}
calendar: {timezone: Europe/Berlin}
""")
    (folder / "commitments.yml").write_text("""\
commitments:
  - {id: posts, party: marketing, measure: {deliver: {post: 1}, every: month}}
""")
    (folder / "governance.yml").write_text("persons: named\n")
    known = Vocabulary.of([load_agreement(folder, root=tmp_path)])
    assert known == Vocabulary(
        rhythms={"posts": {"month"}},
        owners={"marketing", "sales", "lead-desk", "Nurturing", "Marketing director", "Sales development"},
        names={"Tom Okafor": "lead-desk"},
        since=date(2026, 1, 1),
        may_name_persons=True,
    )


def test_an_earlier_day_knows_neither_later_actions_nor_that_one_was_done(
    load: Callable[..., Loaded],
) -> None:
    done = MEND.replace("20,,", "20,2026-02-18,")
    later = MEND.replace("a1", "a2").replace("2026-02-09", "2026-02-15")
    record = Record({}, (), actions=load(f"{done}\n{later}\n")[0])
    known = record.as_of(date(2026, 2, 14)).actions
    assert [(action.id, action.done_on) for action in known] == [("a1", None)]
    assert [action.done_on for action in record.as_of(date(2026, 2, 18)).actions] == [date(2026, 2, 18), None]


def test_what_only_an_earlier_version_knows_may_be_in_the_log(tmp_path: Path) -> None:
    terms = 'title: Acme\nversion: "1.0.0"\neffective: 2026-01-01\ncalendar: {timezone: Europe/Berlin}\n'
    posts = "commitments: [{id: posts, party: marketing, measure: {deliver: {post: 1}, every: month}}]\n"
    versions = []
    for name, party, promises in (("old", "marketing", posts), ("new", "brand", "commitments: []\n")):
        folder = tmp_path / name / "acme"
        folder.mkdir(parents=True)
        parties = f"parties: {{{party}: {{name: One}}, sales: {{name: Sales}}}}\n"
        (folder / "agreement.yml").write_text(terms + parties)
        (folder / "commitments.yml").write_text(promises)
        versions.append(load_agreement(folder, root=tmp_path))
    old, new = versions
    row = "a1,posts,2026-01,2026-02-09,Write earlier,marketing,2026-02-20"
    (tmp_path / "actions.csv").write_text(f"{HEADER.replace(',done,link', '')}{row}\n")
    with pytest.raises(InputError):
        load_record(tmp_path, new, root=tmp_path)
    record = load_record(tmp_path, new, root=tmp_path, earlier=iter([old]))
    assert [action.id for action in record.actions] == ["a1"]
