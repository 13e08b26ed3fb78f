from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from living_sla.agreement.amendments import Kind
from living_sla.agreement.loading import Agreement, load_agreement
from living_sla.present.changes import ChangeRow, change_rows, change_summary

if TYPE_CHECKING:
    from collections.abc import Callable

    Edit = tuple[str, str, str]
    Changed = Callable[..., list[ChangeRow]]

ROOT = Path(__file__).parents[2]
TERMS, PROMISES, DEFINITIONS = "agreement.yml", "commitments.yml", "definitions.yml"
LEADS, GOVERNANCE = "lead-management.yml", "governance.yml"
FILES = {
    TERMS: """\
title: Acme
version: "1.0.0"
effective: 2026-01-01
expires: 2026-12-31
parties:
  marketing:
    name: Marketing
    lead: {name: Josh Bell, role: Marketing director}
    needs: [A report every week.]
  sales:
    name: Sales
    contacts:
      mia: {name: Mia Chen}
calendar: {timezone: Europe/Berlin, working_hours: {mon-thu: ["09:00-12:30", "13:30-17:00"]}}
goals:
  - id: growth
    specific: Bring 1,080 leads.
    due: 2026-12-31
    steps: [{id: half, title: The first half, due: 2026-06-30, progress: {total: mqls, target: 540}}]
""",
    PROMISES: """\
metrics:
  mqls: {label: Marketing-qualified leads, unit: leads, definition: mql}
  due: {label: Leads to call, unit: leads}
  called: {label: Leads called in time, unit: leads}
  hours: {label: Time to first call, unit: hours}
  revenue: {label: New revenue, unit: money}
items:
  blog-post: {label: blog post, plural: blog posts}
  feedback: {label: feedback, plural: feedback}
commitments:
  - id: mql-volume
    title: Marketing-qualified leads
    party: marketing
    measure: {total: mqls, at_least: 100, every: month}
  - id: follow-up
    party: sales
    measure: {share: called, of: due, at_least: 95%, every: month, min_events: 20}
    once: mql-volume
    contact: mia
  - id: response
    party: sales
    measure: {level: hours, at_most: 4, every: month}
  - id: new-revenue
    party: sales
    measure: {total: revenue, at_least: {2026-Q1: 300000, 2026-Q2: 400000}, every: quarter}
  - id: content
    party: marketing
    measure: {deliver: {blog-post: 4}, every: month, by: 20th}
  - id: answers
    party: sales
    measure: {answer: blog-post, with: feedback, within: 3 working days, every: month}
    note: >-
      One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
      seventeen eighteen nineteen twenty one two three four five six seven eight nine thirty.
""",
    DEFINITIONS: """\
glossary:
  mql: {term: MQL, meaning: A contact who asked for a demo.}
funnel:
  - {id: mql, name: MQL, owner: marketing, definition: mql}
  - {id: customer, name: Customer, owner: sales}
""",
    LEADS: """\
hand_over: [{from: mql, to: customer, how: by hand, when: The contract is signed.}]
follow_up:
  - id: hot
    name: Hot lead
    within: 24 hours
    cadence: [{day: 0, channel: call}, {day: 2, channel: e-mail, note: One question}]
limits: [{touches: 5, within: 1 week}]
""",
    GOVERNANCE: """\
meetings: [{name: Lead round, every: week, minutes: 30, purpose: See a problem early.}]
reports: [{name: Pipeline, from: sales, to: marketing, every: month}]
remedies: [{id: mend, name: Plan, description: A plan within a week.}]
strikes: {commitments: [mql-volume, follow-up], expire_after: 6 months, levels: [{strikes: 2, remedy: mend}]}
compensation: [{commitment: mql-volume, how: money, amount: 40.5}]
safeguards: [A missing figure is never counted as zero.]
cancellation: [{commitment: mql-volume, missed: 3, notice: 1 month}]
""",
}


def load(folder: Path, *edits: Edit) -> Agreement:
    """The agreement of FILES, with texts of its files replaced by others."""
    files = dict(FILES)
    for name, typed, instead in edits:
        assert typed in files[name]
        files[name] = files[name].replace(typed, instead)
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_agreement(folder, root=folder.parent)


def hyphened(text: str) -> str:
    """A text with hyphens for the dashes of spans, so that it can be typed."""
    return text.replace("\N{EN DASH}", "-")


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """The rows of the agreement with texts of its files replaced."""

    def rows(*edits: Edit) -> list[ChangeRow]:
        return change_rows(load(tmp_path / "old" / "acme"), load(tmp_path / "new" / "acme", *edits))

    return rows


@pytest.mark.parametrize(
    ("file", "typed", "instead", "sentence"),
    [
        (
            PROMISES,
            "at_least: 100,",
            "at_least: 120,",
            "Tightened: Marketing-qualified leads, target 100 → 120 leads each month.",
        ),
        (PROMISES, "95%", "97.5%", "Tightened: Follow up, target 95% → 97.5%."),
        (PROMISES, "at_most: 4,", "at_most: 6,", "Loosened: Response, limit 4 → 6 hours."),
        (
            PROMISES,
            "2026-Q2: 400000",
            "2026-Q2: 450000.5",
            "Tightened: New revenue, target $400,000 → $450,000.50 for Q2 2026 (Apr-Jun).",
        ),
        (
            PROMISES,
            ", 2026-Q2: 400000",
            "",
            "Loosened: New revenue, target removed: $400,000 for Q2 2026 (Apr-Jun).",
        ),
        (
            PROMISES,
            "{2026-Q1: 300000, 2026-Q2: 400000}",
            "350000",
            (
                "Redefined: New revenue, target $300,000 for Q1 2026 (Jan-Mar),"
                " $400,000 for Q2 2026 (Apr-Jun) → $350,000 each quarter."
            ),
        ),
        (
            PROMISES,
            "100, every: month",
            "30, every: week",
            "Tightened: Marketing-qualified leads, promise 100 leads each month → 30 leads each week.",
        ),
        (
            PROMISES,
            "100, every: month",
            "100, every: week",
            "Tightened: Marketing-qualified leads, period 100 leads each month → 100 leads each week.",
        ),
        (
            PROMISES,
            "{total: mqls, at_least: 100",
            "{total: revenue, at_least: 900",
            (
                "Redefined: Marketing-qualified leads, promise:"
                " Marketing delivers at least 100 marketing-qualified leads each month."
                " → Marketing brings in at least $900 of new revenue each month."
            ),
        ),
        (PROMISES, "blog-post: 4", "blog-post: 5", "Tightened: Content, blog posts 4 → 5 blog posts."),
        (PROMISES, "by: 20th", "by: 25th", "Loosened: Content, delivery date: by the 20th → by the 25th."),
        (PROMISES, ", by: 20th", "", "Loosened: Content, delivery date removed: by the 20th."),
        (
            PROMISES,
            "3 working days",
            "1 working day",
            "Tightened: Answers, time to answer 3 working days → 1 working day.",
        ),
        (
            PROMISES,
            "min_events: 20",
            "min_events: 30",
            "Loosened: Follow up, least number of events 20 → 30 events.",
        ),
        (
            PROMISES,
            "    once: mql-volume\n",
            "",
            "Tightened: Follow up, condition removed: once “Marketing-qualified leads” is met.",
        ),
        (PROMISES, "    contact: mia\n", "", "Reassigned: Follow up, contact removed: Mia Chen."),
        (
            PROMISES,
            "  - id: response\n    party: sales",
            "  - id: response\n    party: marketing",
            "Reassigned: Response, party: Sales → Marketing.",
        ),
        (
            PROMISES,
            "commitments:\n",
            "commitments:\n  - {id: more, party: sales, measure: {deliver: {feedback: 2}, every: week}}\n",
            "Added: More: Sales delivers 2 feedback each week.",
        ),
        (
            DEFINITIONS,
            "asked for a demo.",
            "asked for a price.",
            (
                "Redefined: Glossary: MQL, meaning: A contact who asked for a demo."
                " → A contact who asked for a price."
            ),
        ),
        (
            DEFINITIONS,
            "owner: sales",
            "owner: marketing",
            "Reassigned: Funnel: Customer, owner: Sales → Marketing.",
        ),
        (
            TERMS,
            "expires: 2026-12-31",
            "expires: 2027-06-30",
            "Redefined: The agreement, expires 31 December 2026 → 30 June 2027.",
        ),
        (
            TERMS,
            "name: Josh Bell",
            "name: Jo Bell",
            "Reassigned: Marketing, lead: Josh Bell, Marketing director → Jo Bell, Marketing director.",
        ),
        (
            TERMS,
            "due: 2026-06-30",
            "due: 2026-05-31",
            ("Tightened: Goal: Bring 1,080 leads, step “The first half” due day 30 June 2026 → 31 May 2026."),
        ),
        (
            TERMS,
            "target: 540",
            "target: 600",
            ("Tightened: Goal: Bring 1,080 leads, step “The first half” progress target 540 → 600 leads."),
        ),
        (
            TERMS,
            '"13:30-17:00"]',
            '"13:30-18:00"]',
            (
                "Redefined: Calendar, working hours: Mon-Thu 09:00-12:30 and 13:30-17:00"
                " → Mon-Thu 09:00-12:30 and 13:30-18:00."
            ),
        ),
        (TERMS, "    needs: [A report every week.]\n", "", "Removed: Marketing, need: A report every week."),
        (
            LEADS,
            "within: 24 hours",
            "within: 48 hours",
            ("Loosened: Follow-up: Hot lead, time to the first attempt 24 → 48 hours."),
        ),
        (
            LEADS,
            "note: One question",
            "note: One link",
            (
                "Reworded: Follow-up: Hot lead, cadence:"
                " call on day 0, e-mail on day 2 (One question) → call on day 0, e-mail on day 2 (One link)."
            ),
        ),
        (
            LEADS,
            "how: by hand",
            "how: automatic",
            "Redefined: Hand-over: MQL to Customer, way: by hand → automatic.",
        ),
        (
            LEADS,
            "touches: 5",
            "touches: 4",
            "Tightened: Limit on touches: within 1 week, at most 5 → 4 touches.",
        ),
        (
            LEADS,
            "limits: [",
            "limits: [{touches: 9, within: 1 month}, ",
            "Added: Limit on touches: within 1 month: 9 touches within 1 month.",
        ),
        (GOVERNANCE, "minutes: 30", "minutes: 45", "Redefined: Lead round, length 30 → 45 minutes."),
        (
            GOVERNANCE,
            "every: month}]",
            "every: week}]",
            "Tightened: Pipeline, rhythm: each month → each week.",
        ),
        (
            GOVERNANCE,
            "strikes: 2,",
            "strikes: 3,",
            "Loosened: Strikes, level “Plan” reached at 2 → 3 strikes.",
        ),
        (
            GOVERNANCE,
            "{commitments: [mql-volume, follow-up], ",
            "{",
            (
                "Tightened: Strikes, commitments that count:"
                " Marketing-qualified leads, Follow up → all commitments."
            ),
        ),
        (
            GOVERNANCE,
            "amount: 40.5",
            "amount: 50",
            "Tightened: Compensation: Marketing-qualified leads, amount $40.50 → $50.",
        ),
        (
            GOVERNANCE,
            "missed: 3, notice",
            "missed: 3, of_last: 6, notice",
            "Tightened: Cancellation: Marketing-qualified leads, periods looked at added: 6.",
        ),
        (
            GOVERNANCE,
            "missed: 3, notice",
            "missed: 2, of_last: 6, notice",
            (
                "Tightened: Cancellation: Marketing-qualified leads:"
                " 3 missed periods in a row → 2 missed periods of the last 6."
            ),
        ),
        (
            GOVERNANCE,
            "never counted as zero",
            "not counted as zero",
            (
                "Reworded: Safeguards: A missing figure is never counted as zero."
                " → A missing figure is not counted as zero."
            ),
        ),
        (
            GOVERNANCE,
            "safeguards:",
            "exclusions: [{from: 2026-04-01, to: 2026-04-03, reason: The fair}]\nsafeguards:",
            "Loosened: Days that do not count, added: 1 April 2026 to 3 April 2026: The fair.",
        ),
    ],
)
def test_a_change_is_a_sentence(changed: Changed, file: str, typed: str, instead: str, sentence: str) -> None:
    assert [hyphened(row.sentence) for row in changed((file, typed, instead))] == [sentence]


def test_a_row_says_clause_part_and_values_with_their_units(changed: Changed) -> None:
    assert changed((PROMISES, "at_least: 100,", "at_least: 120,")) == [
        ChangeRow(
            kind=Kind.TIGHTENED,
            clause="Marketing-qualified leads",
            party="Marketing",
            what="target",
            old="100 leads each month",
            new="120 leads each month",
            affects=("Marketing-qualified leads", "Follow up"),
            commitment="mql-volume",
        )
    ]


def test_what_is_no_commitment_links_to_none(changed: Changed) -> None:
    (row,) = changed((DEFINITIONS, "asked for a demo.", "asked for a price."))
    assert (row.commitment, row.party, row.affects) == ("", "", ("Marketing-qualified leads",))


def test_a_removed_commitment_is_told_in_the_words_of_its_version(changed: Changed) -> None:
    response = FILES[PROMISES][FILES[PROMISES].index("  - id: response") :]
    response = response[: response.index("  - id: new-revenue")]
    (row,) = changed((PROMISES, response, ""))
    assert (
        row.sentence == "Removed: Response:"
        " Sales keeps the time to first call at or below 4 hours at the end of each month."
    )
    assert (row.party, row.commitment, row.affects) == ("Sales", "", ("Response",))


def test_each_side_is_told_in_the_words_of_its_version(changed: Changed) -> None:
    rows = changed((TERMS, "calendar:", "currency: EUR\ncalendar:"), (PROMISES, "400000}", "500000}"))
    assert (
        hyphened(rows[0].sentence)
        == "Tightened: New revenue, target $400,000 → €500,000 for Q2 2026 (Apr-Jun)."
    )


def test_of_a_long_text_the_words_around_the_change_are_told(changed: Changed) -> None:
    (row,) = changed((PROMISES, "nineteen twenty", "nineteen TWENTY"))
    before = "eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    after = "one two three four five six seven eight nine thirty."
    assert (row.old, row.new) == (f"…{before} twenty {after}", f"…{before} TWENTY {after}")


def test_of_a_long_text_that_is_new_the_first_words_are_told(changed: Changed) -> None:
    note = " ".join(f"w{n}" for n in range(40))
    (row,) = changed((PROMISES, "    contact: mia\n", f"    contact: mia\n    note: {note}\n"))
    assert row.new == " ".join(f"w{n}" for n in range(24)) + "…"


def test_of_a_table_the_first_periods_are_told(changed: Changed) -> None:
    table = ", ".join(f"{year}-Q1: 1" for year in range(2031, 2040))
    (row,) = changed((PROMISES, "2026-Q2: 400000", f"2026-Q2: 400000, {table}"))
    assert row.old == ""
    assert hyphened(row.new).startswith("$1 for Q1 2031 (Jan-Mar), $1 for Q1 2032 (Jan-Mar), ")
    assert hyphened(row.new).endswith("$1 for Q1 2036 (Jan-Mar) and for 3 more")


def test_a_role_that_moved_goes_from_party_to_party(changed: Changed) -> None:
    old, contact = "    lead: {name: Josh", "    contacts:\n      mia: {name: Mia Chen}\n"
    (row,) = changed((TERMS, contact, ""), (TERMS, old, contact + old))
    assert row.sentence == "Reassigned: Marketing, contact “Mia Chen”: Sales → Marketing."


def test_rows_stand_by_kind_and_then_in_the_order_of_the_agreement(changed: Changed) -> None:
    rows = changed(
        (TERMS, "title: Acme", "title: Acme Inc."),
        (PROMISES, "at_most: 4,", "at_most: 6,"),
        (PROMISES, "at_least: 100,", "at_least: 90,"),
        (DEFINITIONS, "asked for a demo.", "asked for a price."),
        (GOVERNANCE, "expire_after: 6", "expire_after: 9"),
    )
    assert [(row.kind.value, row.clause) for row in rows] == [
        ("tightened", "Strikes"),
        ("loosened", "Marketing-qualified leads"),
        ("loosened", "Response"),
        ("redefined", "Glossary: MQL"),
        ("reworded", "The agreement"),
    ]
    assert change_summary(rows) == "1 tightened, 2 loosened, 1 redefined, 1 reworded"


def test_no_change_is_said(changed: Changed) -> None:
    rows = changed((TERMS, 'version: "1.0.0"', 'version: "1.1.0"'))
    assert (rows, change_summary(rows)) == ([], "nothing changed in meaning")


def test_agreements_that_have_nothing_in_common_are_told_apart_in_words(tmp_path: Path) -> None:
    cases = ROOT / "tests" / "cases" / "good" / "every-field"
    agreements = [
        load(tmp_path / "acme"),
        load_agreement(cases / "agreement" / "acme", root=cases),
        load_agreement(ROOT / "agreement" / "marketing-sales", root=ROOT),
    ]
    rows = [row for old, new in permutations(agreements, 2) for row in change_rows(old, new)]
    assert len(rows) > 500
    assert [row for row in rows if not row.clause or not (row.old or row.new)] == []
    assert [
        row.sentence for row in rows if "Fraction" in row.sentence or "(" in row.sentence.split(":")[0]
    ] == []
