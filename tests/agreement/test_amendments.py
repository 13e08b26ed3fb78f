from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.agreement.amendments import Amendment, Kind, amendments
from living_sla.agreement.commitments import Answer, Commitment, CommitmentTerms, Deliver, Level, Share, Total
from living_sla.agreement.counterparts import entry_name
from living_sla.agreement.definitions import DefinitionTerms
from living_sla.agreement.directions import cancels_sooner, compare, rule_of
from living_sla.agreement.durations import LONGEST, WORKING_UNITS, Duration, Unit
from living_sla.agreement.fields import Prose, Terms
from living_sla.agreement.governance import Cancellation, GovernanceTerms
from living_sla.agreement.lead_management import FollowUp, LeadManagementTerms, Protocol
from living_sla.agreement.loading import Agreement, load_agreement
from living_sla.agreement.terms import AgreementTerms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    Edit = tuple[str, str, str]
    Amend = Callable[..., tuple[Amendment, ...]]

CASES = Path(__file__).parents[1] / "cases" / "good"
FILES = {
    "agreement.yml": """\
title: Acme
version: "1.0.0"
effective: 2026-01-01
expires: 2026-12-31
summary: Marketing brings leads, sales calls them.
parties:
  marketing:
    name: Marketing
    lead: {name: Josh Bell, email: josh@example.com}
    contacts:
      ana: {name: Ana Ruiz}
    roles:
      - {role: Writer, does: [Writes the blog.]}
    needs:
      - A report every week.
      - A call to every lead.
  sales:
    name: Sales
    roles:
      - {role: Caller, does: [Calls every lead.]}
calendar:
  timezone: Europe/Berlin
  working_hours: {mon-fri: ["09:00-17:00"]}
  closed_on: [2026-12-24, 2026-12-31]
goals:
  - id: growth
    specific: Bring 1,080 leads.
    measurable: volume
    due: 2026-12-31
    steps:
      - {id: half, title: The first half, due: 2026-06-30, party: sales, progress: {total: mqls, target: 540}}
""",
    "commitments.yml": """\
metrics:
  mqls: {label: Qualified leads, unit: leads, definition: mql, expected: daily}
  leads_due: {label: Leads to call, unit: leads, definition: call}
  leads_called: {label: Leads called in time, unit: leads, definition: call}
  hours: {label: Time to first call, unit: hours, expected: working-days}
  revenue: {label: New revenue, unit: money}
items:
  report: {label: report, plural: reports}
  feedback: {label: feedback, plural: feedback}
  launch: {label: launch, plural: launches}
  training: {label: training, plural: trainings}
commitments:
  - id: volume
    party: marketing
    measure: {total: mqls, at_least: 100, every: month, by: 20th}
    note: Counted on the day it qualified.
  - id: refunds
    party: marketing
    measure: {total: revenue, at_most: 500, every: month}
  - id: follow-up
    party: sales
    measure: {share: leads_called, of: leads_due, at_least: 95%, every: month, min_events: 20}
    pace: working-days
    once: volume
    in_return: [volume, refunds]
  - id: response
    party: sales
    measure: {level: hours, at_most: 4, every: month}
    contact: ana
  - id: sales-plan
    party: sales
    measure: {total: revenue, at_least: {2026-Q1: 300, 2026-Q2: 400}, every: quarter}
  - id: content
    party: marketing
    measure: {deliver: {report: 4, launch: 2}, every: month}
  - id: answers
    party: sales
    measure: {answer: report, with: feedback, within: 3 working days, at_least: 90%, every: month}
  - id: ready
    party: marketing
    measure: {before: launch, deliver: training, ahead: 7 days, at_least: 90%, every: quarter}
""",
    "definitions.yml": """\
glossary:
  mql: {term: MQL, meaning: A contact who asked for a demo.}
  call: {term: Call, meaning: A talk of two minutes.}
funnel:
  - {id: visitor, name: Visitor, owner: marketing}
  - {id: mql, name: MQL, owner: marketing, definition: mql, criteria: [Asked for a demo.]}
  - {id: customer, name: Customer, owner: sales}
scoring:
  rules: [{when: It asked for a demo, points: 60}]
  grades: [{grade: A, from: 60, follow_up: hot}]
""",
    "lead-management.yml": """\
protocol:
  - {stage: mql, steps: [Reads what the lead asked., Makes the first call.]}
follow_up:
  - id: hot
    name: Hot lead
    within: 24 hours
    cadence: [{day: 0, channel: call}, {day: 0, channel: e-mail}, {day: 3, channel: call}]
    then: cold
    commitment: follow-up
end_states: [{id: cold, name: Cold, meaning: It never answered.}]
limits:
  - {touches: 5, within: 1 week}
  - {touches: 10, within: 1 month}
""",
    "governance.yml": """\
meetings:
  - name: Lead round
    every: week
    purpose: See a problem early.
    agenda: [Promises at risk., Leads without a call.]
  - {name: Review, every: month, purpose: Judge the month.}
reports: [{name: Pipeline, from: sales, to: marketing, every: month}]
leaders_duties: [{party: sales, duty: Frees an hour a week for the lead round.}]
remedies: [{id: mend, name: Plan, description: A plan within a week.}]
strikes: {commitments: [volume, follow-up], expire_after: 6 months, levels: [{strikes: 2, remedy: mend}]}
compensation: [{commitment: volume, how: money, amount: 40, within: 1 month}]
safeguards:
  - The agreement is in view of both.
  - A missing figure is never counted as zero.
cancellation: [{commitment: volume, missed: 3, of_last: 6, notice: 1 month}]
exclusions: [{from: 2026-04-01, to: 2026-04-03, commitments: [response], reason: The CRM was moved.}]
""",
}
MIRROR = {
    Kind.TIGHTENED: Kind.LOOSENED,
    Kind.LOOSENED: Kind.TIGHTENED,
    Kind.ADDED: Kind.REMOVED,
    Kind.REMOVED: Kind.ADDED,
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


@pytest.fixture
def amend(tmp_path: Path) -> Amend:
    """What changes when texts of the files are replaced; seen from the other side, each kind is mirrored."""

    def amended(*edits: Edit, before: tuple[Edit, ...] = ()) -> tuple[Amendment, ...]:
        old, new = load(tmp_path / "old" / "acme", *before), load(tmp_path / "new" / "acme", *before, *edits)
        forth, back = amendments(old, new), amendments(new, old)
        assert sorted(row.kind for row in back) == sorted(MIRROR.get(row.kind, row.kind) for row in forth)
        return forth

    return amended


def told(rows: tuple[Amendment, ...]) -> list[tuple[str, str]]:
    return [(row.kind.value, "/".join(row.path)) for row in rows]


@pytest.fixture(scope="module")
def full() -> Agreement:
    """The case that says every field."""
    return load_agreement(CASES / "every-field" / "agreement" / "acme", root=CASES)


PROMISES, LEADS, GOVERNANCE = "commitments.yml", "lead-management.yml", "governance.yml"
ONE_CHANGE = {
    PROMISES: {
        "commitments/volume/measure/at_least": [("at_least: 100,", "at_least: 120,", "tightened")],
        "commitments/refunds/measure/at_most": [("at_most: 500,", "at_most: 600,", "loosened")],
        "commitments/follow-up/measure/at_least": [("at_least: 95%", "at_least: 97%", "tightened")],
        "commitments/response/measure/at_most": [("at_most: 4,", "at_most: 4.5,", "loosened")],
        "commitments/answers/measure/at_least": [("90%, every: month", "95%, every: month", "tightened")],
        "commitments/sales-plan/measure/at_least": [
            ("2026-Q1: 300", "2026-Q1: 310", "tightened"),
            ("300, 2026-Q2: 400", "290, 2026-Q2: 390", "loosened"),
            ("300, 2026-Q2: 400", "290, 2026-Q2: 410", "redefined"),
            (", 2026-Q2: 400", "", "loosened"),
            (": 400}", ": 400, 2026-Q3: 1}", "tightened"),
            ("{2026-Q1: 300, 2026-Q2: 400}", "400", "tightened"),
            ("{2026-Q1: 300, 2026-Q2: 400}", "350", "redefined"),
        ],
        "commitments/content/measure/every": [("2}, every: month", "2}, every: week", "tightened")],
        "commitments/refunds/measure/every": [("500, every: month", "500, every: week", "loosened")],
        "commitments/follow-up/measure/every": [("95%, every: month", "95%, every: week", "redefined")],
        "commitments/volume/measure": [
            ("100, every: month, by: 20th", "25, every: week", "redefined"),
            ("100, every: month, by: 20th", "20, every: week", "loosened"),
            ("{total: mqls, at_least: 100", "{total: leads_due, at_least: 9", "redefined"),
        ],
        "commitments/refunds/measure": [
            ("500, every: month", "1500, every: quarter", "redefined"),
            ("500, every: month", "1400, every: quarter", "tightened"),
            ("at_most: 500", "at_least: 500", "redefined"),
        ],
        "commitments/content/measure": [
            ("4, launch: 2}, every: month", "12, launch: 7}, every: quarter", "tightened"),
            ("4, launch: 2}, every: month", "11, launch: 7}, every: quarter", "redefined"),
        ],
        "commitments/follow-up/measure": [("95%, every: month", "97%, every: week", "redefined")],
        "commitments/sales-plan/measure": [
            ("{2026-Q1: 300, 2026-Q2: 400}, every: quarter", "100, every: month", "redefined")
        ],
        "commitments/volume/measure/by": [
            ("by: 20th", "by: 15th", "tightened"),
            (", by: 20th", "", "loosened"),
        ],
        "commitments/content/measure/deliver/report": [("report: 4", "report: 5", "tightened")],
        "commitments/content/measure/deliver/launch": [(", launch: 2", "", "loosened")],
        "commitments/answers/measure/within": [
            ("within: 3 working", "within: 2 working", "tightened"),
            ("within: 3 working days", "within: 3 days", "tightened"),
        ],
        "commitments/ready/measure/ahead": [
            ("ahead: 7 days", "ahead: 2 weeks", "tightened"),
            ("ahead: 7 days", "ahead: 1 week", "reworded"),
            ("ahead: 7 days", "ahead: 5 working days", "redefined"),
        ],
        "commitments/follow-up/measure/min_events": [("min_events: 20", "min_events: 10", "tightened")],
        "commitments/response/measure/take": [("level: hours, ", "level: hours, take: max, ", "redefined")],
        "commitments/volume/measure/total": [("{total: mqls,", "{total: leads_due,", "redefined")],
        "commitments/response/measure": [
            ("level: hours, at_most: 4", "total: hours, at_most: 4", "redefined")
        ],
        "commitments/follow-up/once": [
            ("    once: volume\n", "", "tightened"),
            ("once: volume", "once: refunds", "redefined"),
        ],
        "commitments/volume/party": [
            ("  - id: volume\n    party: marketing", "  - id: volume\n    party: sales", "reassigned")
        ],
        "commitments/response/contact": [("    contact: ana\n", "", "reassigned")],
        "commitments/volume/note": [("note: Counted on", "note: It counts on", "reworded")],
        "commitments/follow-up/pace": [("pace: working-days", "pace: calendar-days", "redefined")],
        "commitments/follow-up/warn_below": [("    pace: ", "    warn_below: 80%\n    pace: ", "redefined")],
        "commitments/follow-up/in_return": [("[volume, refunds]", "[volume]", "removed")],
        "metrics/mqls/label": [("label: Qualified leads", "label: MQLs", "reworded")],
        "metrics/mqls/definition": [
            ("definition: mql, expected: daily", "definition: call, expected: daily", "redefined")
        ],
        "metrics/mqls/expected": [("definition: mql, expected: daily", "definition: mql", "redefined")],
        "metrics/revenue/minimum": [("unit: money}", "unit: money, minimum: -5}", "redefined")],
        "items/training/label": [("label: training,", "label: session,", "reworded")],
    },
    "agreement.yml": {
        "title": [("title: Acme", "title: Acme Inc.", "reworded")],
        "expires": [("expires: 2026-12-31", "expires: 2027-12-31", "redefined")],
        "parties/marketing/lead": [("name: Josh Bell", "name: Jo Bell", "reassigned")],
        "parties/marketing/lead/email": [("josh@example", "jb@example", "reworded")],
        "parties/marketing/contacts/ana": [("name: Ana Ruiz", "name: Ann Ray", "reassigned")],
        "parties/marketing/needs": [
            ("A report every week.", "A report every other week.", "reworded"),
            ("      - A report every week.\n", "", "removed"),
        ],
        "goals/growth/specific": [("specific: Bring 1,080", "specific: Bring 900", "redefined")],
        "goals/growth/steps/half/due": [("due: 2026-06-30", "due: 2026-05-31", "tightened")],
        "goals/growth/steps/half/progress/target": [("target: 540", "target: 600", "tightened")],
        "goals/growth/steps/half/party": [
            ("party: sales, progress", "party: marketing, progress", "reassigned")
        ],
        "calendar/working_hours": [("09:00-17:00", "08:00-17:00", "redefined")],
        "calendar/closed_on": [(", 2026-12-31]", "]", "redefined")],
        "calendar/holidays": [("2026-12-31]\n", "2026-12-31]\n  holidays: DE\n", "redefined")],
    },
    "definitions.yml": {
        "glossary/mql/meaning": [("asked for a demo.}", "asked for a price.}", "redefined")],
        "glossary/mql/term": [("term: MQL", "term: Qualified lead", "reworded")],
        "funnel/mql/criteria": [("[Asked for a demo.]", "[Asked for a demo., Has a budget.]", "redefined")],
        "funnel/visitor/owner": [("Visitor, owner: marketing", "Visitor, owner: sales", "reassigned")],
        "scoring/rules/It asked for a demo/points": [("points: 60", "points: 50", "redefined")],
    },
    LEADS: {
        "follow_up/hot/within": [
            ("within: 24 hours", "within: 30 working minutes", "redefined"),
            ("within: 24 hours", "within: 48 hours", "loosened"),
            ("within: 24 hours", "within: 24 working hours", "loosened"),
        ],
        "follow_up/hot/cadence": [
            ("{day: 3, channel: call}", "{day: 4, channel: call}", "redefined"),
            ("{day: 3, channel: call}", "{day: 3, channel: call, note: Last try}", "reworded"),
        ],
        "limits/4 1 week/touches": [
            ("touches: 5, within: 1 week", "touches: 4, within: 1 week", "tightened")
        ],
        "limits/5 2 weeks/within": [
            ("touches: 5, within: 1 week", "touches: 5, within: 2 weeks", "tightened")
        ],
    },
    GOVERNANCE: {
        "meetings/Lead round/every": [("every: week", "every: day", "redefined")],
        "reports/Pipeline/every": [("marketing, every: month}", "marketing, every: week}", "tightened")],
        "leaders_duties/marketing/party": [
            ("[{party: sales, duty", "[{party: marketing, duty", "reassigned")
        ],
        "strikes/expire_after": [("expire_after: 6", "expire_after: 9", "tightened")],
        "strikes/commitments": [
            ("[volume, follow-up]", "[volume]", "loosened"),
            ("{commitments: [volume, follow-up], ", "{", "tightened"),
            ("[volume, follow-up]", "[volume, ready]", "redefined"),
        ],
        "strikes/levels/mend/strikes": [("strikes: 2, remedy", "strikes: 3, remedy", "loosened")],
        "compensation/volume/amount": [("amount: 40", "amount: 50", "tightened")],
        "compensation/volume/within": [("within: 1 month}", "within: 2 months}", "loosened")],
        "cancellation/volume/missed": [("missed: 3", "missed: 2", "tightened")],
        "cancellation/volume/of_last": [("of_last: 6", "of_last: 4", "loosened")],
        "cancellation/volume": [("missed: 3, of_last: 6", "missed: 2, of_last: 4", "redefined")],
        "cancellation/volume/notice": [("notice: 1 month", "notice: 2 months", "redefined")],
        "exclusions/2026-04-01 2026-04-05/to": [("to: 2026-04-03", "to: 2026-04-05", "loosened")],
        "exclusions/2026-04-02 2026-04-03/from": [("from: 2026-04-01", "from: 2026-04-02", "tightened")],
        "exclusions/2026-04-01 2026-04-03/commitments": [("commitments: [response], ", "", "loosened")],
        "safeguards": [
            ("is in view of both.", "is in view of both teams.", "reworded"),
            ("  - A missing figure is never counted as zero.\n", "", "removed"),
        ],
        "feedback": [("safeguards:\n", "feedback: In the meeting.\nsafeguards:\n", "added")],
        "meetings/Round/name": [("name: Lead round", "name: Round", "reworded")],
    },
}


def one_change() -> list[tuple[Edit, str, str]]:
    """The rows of the table: the edit, the kind of its one amendment, and the path to it."""
    return [
        ((file, typed, instead), kind, path)
        for file, changes in ONE_CHANGE.items()
        for path, rows in changes.items()
        for typed, instead, kind in rows
    ]


@pytest.mark.parametrize(("edit", "kind", "path"), one_change())
def test_a_change_is_told_as_what_it_means(amend: Amend, edit: Edit, kind: str, path: str) -> None:
    assert told(amend(edit)) == [(kind, path)]


@pytest.mark.parametrize(
    ("file", "typed", "instead"),
    [
        ("agreement.yml", 'version: "1.0.0"', 'version: "1.1.0"'),
        ("agreement.yml", "effective: 2026-01-01", "effective: 2026-02-01"),
        ("agreement.yml", "goals:", "signatures: [{party: sales, name: Mia, signed_on: 2026-01-01}]\ngoals:"),
        ("agreement.yml", "Marketing brings leads, sales", "Marketing  brings leads,\n  sales"),
        ("agreement.yml", "{mon-fri: ", '{mon: ["09:00-17:00"], tue-fri: '),
        ("agreement.yml", "[2026-12-24, 2026-12-31]", "[2026-12-31, 2026-12-24]"),
        (PROMISES, "by: 20th", "by: 20"),
        (PROMISES, "[volume, refunds]", "[refunds, volume]"),
        (PROMISES, "    contact: ana\n", "    contact: ana\n    warn_below: 90%\n"),
        (GOVERNANCE, "Promises at risk., Leads without a call.", "Leads without a call., Promises at risk."),
    ],
)  # fmt: skip
def test_what_says_the_same_is_no_change(amend: Amend, file: str, typed: str, instead: str) -> None:
    assert amend((file, typed, instead)) == ()


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        ("Counted on the day on which it qualified.", Kind.REWORDED),
        ("Counted within 2 days after it qualified.", Kind.REDEFINED),
    ],
)
def test_a_text_with_other_numbers_is_more_than_reworded(amend: Amend, now: str, kind: Kind) -> None:
    (row,) = amend(("commitments.yml", "Counted on the day it qualified.", now))
    assert (row.kind, row.path) == (kind, ("commitments", "volume", "note"))


def test_a_commitment_that_moved_is_no_change(amend: Amend) -> None:
    content = FILES[PROMISES]
    start = content.index("  - id: content")
    moved = content[start : content.index("  - id: answers")]
    assert amend((PROMISES, moved, ""), (PROMISES, "commitments:\n", f"commitments:\n{moved}")) == ()


def test_a_new_commitment_is_added(amend: Amend) -> None:
    more = "commitments:\n  - {id: more, party: sales, measure: {total: mqls, at_least: 1, every: week}}\n"
    (row,) = amend((PROMISES, "commitments:\n", more))
    assert (row.kind, row.clause, row.old) == (Kind.ADDED, ("commitments", "more"), None)
    assert isinstance(row.new, Commitment)
    assert row.affects == ("more",)


def test_a_removed_commitment_affects_what_waited_for_it(amend: Amend) -> None:
    volume = FILES[PROMISES][
        FILES[PROMISES].index("  - id: volume") : FILES[PROMISES].index("  - id: refunds")
    ]
    edits = [
        (PROMISES, volume, ""),
        (PROMISES, "    once: volume\n    in_return: [volume, refunds]\n", ""),
        ("agreement.yml", "    measurable: volume\n", ""),
        (GOVERNANCE, "[volume, follow-up]", "[follow-up]"),
        (GOVERNANCE, "compensation: [{commitment: volume, how: money, amount: 40, within: 1 month}]\n", ""),
        (GOVERNANCE, "cancellation: [{commitment: volume, missed: 3, of_last: 6, notice: 1 month}]\n", ""),
    ]
    removed = next(row for row in amend(*edits) if row.path == ("commitments", "volume"))
    assert (removed.kind, removed.affects) == (Kind.REMOVED, ("volume", "follow-up"))


def test_a_commitment_with_another_id_is_reworded_wherever_it_is_named(amend: Amend) -> None:
    rows = amend(
        (PROMISES, "id: volume", "id: lead-volume"),
        (PROMISES, "once: volume", "once: lead-volume"),
        (PROMISES, "[volume, refunds]", "[lead-volume, refunds]"),
        ("agreement.yml", "measurable: volume", "measurable: lead-volume"),
        (GOVERNANCE, "[volume, follow-up]", "[lead-volume, follow-up]"),
        (GOVERNANCE, "{commitment: volume", "{commitment: lead-volume"),
    )
    assert told(rows) == [("reworded", "commitments/lead-volume/id")]
    assert [(row.old, row.new, row.affects) for row in rows] == [("volume", "lead-volume", ("lead-volume",))]


def test_a_commitment_with_another_id_and_target_is_another_one(amend: Amend) -> None:
    rows = amend(
        (PROMISES, "- id: refunds", "- id: paid-back"),
        (PROMISES, "500", "600"),
        (PROMISES, ", refunds]", "]"),
    )
    assert told(rows) == [
        ("added", "commitments/paid-back"),
        ("removed", "commitments/follow-up/in_return"),
        ("removed", "commitments/refunds"),
    ]


def test_the_values_of_the_model_are_told(amend: Amend) -> None:
    (row,) = amend((PROMISES, "at_least: 95%", "at_least: 97%"))
    assert (row.old, row.new) == (Fraction(95, 100), Fraction(97, 100))


def test_a_role_that_another_party_has_now_is_reassigned(amend: Amend) -> None:
    writer = "      - {role: Writer, does: [Writes the blog.]}\n"
    caller = "      - {role: Caller, does: [Calls every lead.]}\n"
    rows = amend(("agreement.yml", f"    roles:\n{writer}", ""), ("agreement.yml", caller, caller + writer))
    assert told(rows) == [("reassigned", "parties/sales/roles/Writer")]
    assert [(row.old, row.new) for row in rows] == [("marketing", "sales")]


def test_days_that_do_not_count_loosen(amend: Amend) -> None:
    more = "exclusions: [{from: 2026-07-01, to: 2026-07-02, reason: Fair}, "
    assert told(amend((GOVERNANCE, "exclusions: [", more))) == [
        ("loosened", "exclusions/2026-07-01 2026-07-02")
    ]


def test_a_condition_loosens(amend: Amend) -> None:
    rows = amend((PROMISES, "    contact: ana\n", "    contact: ana\n    once: volume\n"))
    assert told(rows) == [("loosened", "commitments/response/once")]


def test_stages_in_another_order_are_redefined(amend: Amend) -> None:
    first = "  - {id: visitor, name: Visitor, owner: marketing}\n"
    last = "  - {id: customer, name: Customer, owner: sales}\n"
    rows = amend(("definitions.yml", first, ""), ("definitions.yml", last, last + first))
    assert told(rows) == [("redefined", "funnel")]


def test_touches_in_another_order_are_redefined(amend: Amend) -> None:
    call, mail = "{day: 0, channel: call}", "{day: 0, channel: e-mail}"
    assert told(amend((LEADS, f"{call}, {mail}", f"{mail}, {call}"))) == [
        ("redefined", "follow_up/hot/cadence")
    ]


def test_steps_of_a_protocol_in_another_order_are_redefined(amend: Amend) -> None:
    first, second = "Reads what the lead asked.", "Makes the first call."
    rows = amend((LEADS, f"{first}, {second}", f"{second}, {first}"))
    assert told(rows) == [("redefined", "protocol/mql/steps")]


def test_a_weekday_is_early_or_late_by_the_day_on_which_weeks_start(amend: Amend) -> None:
    weekly = (PROMISES, "at_most: 500, every: month", "at_most: 500, every: week, by: sunday")
    sunday = ("agreement.yml", "calendar:\n", "calendar:\n  week_starts: sunday\n")
    rows = amend((PROMISES, "by: sunday", "by: monday"), before=(weekly, sunday))
    assert told(rows) == [("loosened", "commitments/refunds/measure/by")]


def test_two_numbers_of_a_measure_are_two_amendments(amend: Amend) -> None:
    rows = amend((PROMISES, "report: 4, launch: 2", "report: 3, launch: 3"))
    assert told(rows) == [
        ("loosened", "commitments/content/measure/deliver/report"),
        ("tightened", "commitments/content/measure/deliver/launch"),
    ]


@pytest.mark.parametrize(
    ("file", "typed", "instead", "affected"),
    [
        (PROMISES, "at_least: 100,", "at_least: 120,", ("volume", "follow-up")),
        (PROMISES, "note: Counted on", "note: It counts on", ("volume",)),
        (PROMISES, "label: Qualified leads", "label: MQLs", ("volume",)),
        (PROMISES, "label: training,", "label: session,", ("ready",)),
        ("definitions.yml", "asked for a demo.}", "asked for a price.}", ("volume",)),
        ("definitions.yml", "two minutes", "five minutes", ("follow-up",)),
        ("definitions.yml", "[Asked for a demo.]", "[Wants a demo.]", ("volume",)),
        ("definitions.yml", "points: 60", "points: 50", ("follow-up",)),
        ("agreement.yml", "09:00-17:00", "08:00-17:00", ("follow-up", "response", "answers")),
        ("agreement.yml", "calendar:\n", "calendar:\n  fiscal_year_starts: april\n", ("sales-plan", "ready")),
        ("agreement.yml", "name: Ana Ruiz", "name: Ann Ray", ("response",)),
        ("agreement.yml", "goals:", "currency: EUR\ngoals:", ("volume", "refunds", "sales-plan")),
        (LEADS, "within: 24 hours", "within: 48 hours", ("follow-up",)),
        (LEADS, "It never answered.", "It did not answer.", ("follow-up",)),
        (GOVERNANCE, "expire_after: 6", "expire_after: 9", ("volume", "follow-up")),
        (GOVERNANCE, "[volume, follow-up]", "[volume]", ("follow-up",)),
        (GOVERNANCE, "amount: 40", "amount: 50", ("volume",)),
        (GOVERNANCE, "to: 2026-04-03", "to: 2026-04-05", ("response",)),
        (GOVERNANCE, "Judge the month.", "Judge the whole month.", ()),
    ],
)
def test_a_change_affects_the_commitments_that_rest_on_it(
    amend: Amend, file: str, typed: str, instead: str, affected: tuple[str, ...]
) -> None:
    assert [row.affects for row in amend((file, typed, instead))] == [affected]


def test_every_commitment_rests_on_the_term_of_the_agreement(amend: Amend) -> None:
    (row,) = amend(("agreement.yml", "expires: 2026-12-31\n", ""))
    assert len(row.affects) == 8


# Every leaf of every model.

FRAME = {"version", "effective", "signatures"}
PARTS = ("terms", "metrics", "items", "commitments", "definitions", "lead_management", "governance")


def another(value: object, choices: tuple[object, ...]) -> object:
    """A value of the same type that says something else."""
    match value:
        case "friday":
            return "monday"
        case str():
            return next((choice for choice in choices if choice != value), f"{value} changed")
        case Duration():
            return replace(value, amount=value.amount + 1)
        case date():
            return value.replace(year=value.year + 1)
        case int() | Fraction():
            return value + 1
    raise AssertionError(value)


def choices_of(annotation: object) -> tuple[object, ...]:
    """The values that a field's `Literal` lists."""
    parts = get_args(annotation)
    return tuple(part for part in parts if isinstance(part, str)) or tuple(
        choice for part in parts for choice in choices_of(part)
    )


def leaves(
    value: object, path: tuple[str, ...] = (), choices: tuple[object, ...] = ()
) -> Iterator[tuple[Any, Any]]:
    """The path of every leaf, and the whole value with that leaf changed."""
    if isinstance(value, Terms):
        for name, field in type(value).model_fields.items():
            if isinstance(value, AgreementTerms) and name in FRAME:
                continue
            key = (*path, field.alias or name)
            for found, changed in leaves(getattr(value, name), key, choices_of(field.annotation)):
                yield found, value.model_copy(update={name: changed})
    elif isinstance(value, dict):
        for key, entry in value.items():
            for found, changed in leaves(entry, (*path, key)):
                yield found, value | {key: changed}
    elif isinstance(value, tuple):
        yield from leaves_of_entries(value, path, choices)
    elif value is not None:
        yield path, another(value, choices)


def leaves_of_entries(
    entries: tuple[Any, ...], path: tuple[str, ...], choices: tuple[object, ...]
) -> Iterator[tuple[Any, Any]]:
    """The same for a list; an entry without an id goes by the name it has after the change."""
    for n, entry in enumerate(entries):
        for found, changed in leaves(entry, path, choices):
            name = entry_name(changed)
            yield (
                (*path, name, *found[len(path) :]) if name else found,
                (*entries[:n], changed, *entries[n + 1 :]),
            )


def changed_leaves(agreement: Agreement) -> Iterator[tuple[tuple[str, ...], Agreement]]:
    for part in PARTS:
        root = () if isinstance(getattr(agreement, part), Terms) else (part,)
        for path, changed in leaves(getattr(agreement, part), root):
            yield path, replace(agreement, **{part: changed})


def test_a_change_of_any_leaf_is_told_at_its_place(full: Agreement) -> None:
    untold = [
        path
        for path, changed in changed_leaves(full)
        if not any(path[: len(row.path)] == row.path for row in amendments(full, changed))
    ]
    assert untold == []


def test_the_case_of_every_field_says_every_field(full: Agreement) -> None:
    paths = [path for path, _ in changed_leaves(full)]
    assert len(paths) > 250
    for model in (Total, Share, Level, Deliver, Answer, Commitment, FollowUp, Cancellation):
        keys = {field.alias or name for name, field in model.model_fields.items()}
        assert keys <= {part for path in paths for part in path}


def test_a_change_of_any_leaf_is_mirrored_when_it_is_taken_back(full: Agreement) -> None:
    for path, changed in changed_leaves(full):
        if path[0] == "commitments" and path[-1] == "id":
            continue  # no agreement that loads: the other clauses still name the commitment by its old id
        forth, back = amendments(full, changed), amendments(changed, full)
        mirrored = sorted(MIRROR.get(row.kind, row.kind) for row in forth)
        assert sorted(row.kind for row in back) == mirrored


def test_an_agreement_does_not_differ_from_itself(full: Agreement) -> None:
    assert amendments(full, full) == ()


ORDERED = {(DefinitionTerms, "funnel"), (FollowUp, "cadence"), (Protocol, "steps")}


def shuffled(value: Any, random: Random, *, is_ordered: bool = False) -> Any:  # noqa: ANN401 any value of the model
    """The same with the entries of every mapping, and of every list whose order means nothing, moved."""
    if isinstance(value, Terms):
        fields = {
            name: shuffled(getattr(value, name), random, is_ordered=(type(value), name) in ORDERED)
            for name in type(value).model_fields
        }
        return value.model_copy(update=fields)
    if isinstance(value, dict):
        keys = random.sample(list(value), len(value))
        return {key: shuffled(value[key], random) for key in keys}
    if isinstance(value, tuple) and not all(isinstance(entry, int) for entry in value):
        entries = list(value) if is_ordered else random.sample(value, len(value))
        return tuple(shuffled(entry, random) for entry in entries)
    return value


@given(random=st.randoms(use_true_random=False))
def test_the_order_of_keys_and_entries_is_no_change(full: Agreement, random: Random) -> None:
    assert (
        amendments(full, replace(full, **{part: shuffled(getattr(full, part), random) for part in PARTS}))
        == ()
    )


class Later(Terms):
    """A mapping that nobody wrote a rule for."""

    note: Prose | None = None
    sizes: tuple[int, ...] = ()


def test_a_field_without_a_rule_is_never_left_out() -> None:
    note, sizes = rule_of(Later, "note").kind, rule_of(Later, "sizes").kind
    assert [note("one", "two"), sizes(1, 2)] == [Kind.REWORDED, Kind.REDEFINED]
    assert [note(None, "two"), sizes(1, None)] == [Kind.ADDED, Kind.REMOVED]


def test_a_path_says_what_it_leads_to_without_the_name_of_its_file() -> None:
    files = (AgreementTerms, CommitmentTerms, DefinitionTerms, LeadManagementTerms, GovernanceTerms)
    keys = [key for file in files for key in file.model_fields]
    assert len(keys) == len(set(keys))


# Directions.

DURATIONS = st.sampled_from(Unit).flatmap(
    lambda unit: st.builds(
        Duration,
        st.integers(1, min(60, LONGEST[unit])),
        st.just(unit),
        st.booleans() if unit in WORKING_UNITS else st.just(value=False),
    )
)


@given(one=DURATIONS, other=DURATIONS)
def test_the_longer_of_two_durations_is_so_from_both_sides(one: Duration, other: Duration) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there is None and back is None) or there == -(back or 0)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Duration(24, Unit.HOUR), Duration(48, Unit.HOUR), 1),
        (Duration(60, Unit.MINUTE), Duration(1, Unit.HOUR), 0),
        (Duration(2, Unit.WEEK), Duration(14, Unit.DAY), 0),
        (Duration(24, Unit.HOUR), Duration(1, Unit.DAY), None),
        (Duration(30, Unit.DAY), Duration(1, Unit.MONTH), None),
        (Duration(27, Unit.DAY), Duration(1, Unit.MONTH), 1),
        (Duration(3, Unit.DAY), Duration(3, Unit.DAY, working=True), 1),
        (Duration(1, Unit.WEEK), Duration(3, Unit.DAY, working=True), None),
        (Duration(8, Unit.HOUR, working=True), Duration(1, Unit.DAY, working=True), None),
    ],
)
def test_durations_compare_where_every_calendar_agrees(
    old: Duration, new: Duration, expected: int | None
) -> None:
    assert compare(old, new) == expected


@given(old=st.integers(1, 10**6), new=st.integers(1, 10**6), every=st.sampled_from(["month", "week"]))
def test_a_higher_target_tightens_and_a_lower_one_loosens(
    full: Agreement, old: int, new: int, every: str
) -> None:
    first, *rest = full.commitments

    def with_target(target: int) -> Agreement:
        measure = Total.model_construct(total="mqls", at_least=target, at_most=None, every=every, by=None)
        return replace(full, commitments=(first.model_copy(update={"measure": measure}), *rest))

    kinds = [row.kind for row in amendments(with_target(old), with_target(new))]
    assert kinds == ([] if old == new else [Kind.TIGHTENED if new > old else Kind.LOOSENED])


def cancellation(missed: int, of_last: int) -> Cancellation:
    return Cancellation(commitment="volume", missed=missed, of_last=of_last, notice="1 month")


def test_a_cancellation_is_tightened_if_whatever_record_met_it_meets_it_still() -> None:
    records = list(product((0, 1), repeat=6))
    conditions = [(missed, of_last) for of_last in range(1, 7) for missed in range(1, of_last + 1)]
    for old, new in product(conditions, conditions):
        met = [[sum(record[-of_last:]) >= missed for record in records] for missed, of_last in (old, new)]
        sooner = all(after for before, after in zip(*met, strict=True) if before)
        later = all(before for before, after in zip(*met, strict=True) if after)
        expected = {
            (True, True): Kind.REWORDED,
            (True, False): Kind.TIGHTENED,
            (False, True): Kind.LOOSENED,
            (False, False): Kind.REDEFINED,
        }[sooner, later]
        assert cancels_sooner(cancellation(*old), cancellation(*new)) == expected
