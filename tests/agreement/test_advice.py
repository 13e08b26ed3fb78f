from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from living_sla.agreement.advice import advise
from living_sla.agreement.loading import load_agreement
from living_sla.diagnostics import Severity, render_text

ROOT = Path(__file__).parents[2]
COMPLETE = Path(__file__).parent / "complete" / "acme"


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """The folder of an agreement to which no advice is given; each test takes something out of it."""
    return Path(shutil.copytree(COMPLETE, tmp_path / "acme"))


def change(acme: Path, file: str, *changes: tuple[str, str]) -> None:
    path = acme / file
    text = path.read_text()
    for typed, instead in changes:
        assert typed in text
        text = text.replace(typed, instead)
    path.write_text(text)


def leave_out(acme: Path, file: str, section: str) -> None:
    path = acme / file
    text = path.read_text()
    shorter = re.sub(rf"^{section}:.*\n(?:[ -].*\n)*", "", text, flags=re.MULTILINE)
    assert shorter != text
    path.write_text(shorter)


def told(acme: Path) -> list[str]:
    """All advice: file, line and column, what is open, what to write, and the rule."""
    lines = render_text(advise(load_agreement(acme, root=acme))).splitlines()
    assert all(": advice: " in line for line in lines)
    return [line.replace(" advice:", "") for line in lines]


def rules(acme: Path) -> list[str]:
    return [line.rpartition("[")[2].rstrip("]") for line in told(acme)]


def test_a_complete_agreement_gets_no_advice(acme: Path) -> None:
    assert told(acme) == []


def test_advice_is_neither_error_nor_warning(acme: Path) -> None:
    leave_out(acme, "agreement.yml", "company_goal")
    (problem,) = advise(load_agreement(acme, root=acme))
    assert problem.severity is Severity.ADVICE


def test_advice_on_the_example_is_given() -> None:
    folder = ROOT / "agreement" / "marketing-sales"
    for problem in advise(load_agreement(folder, root=ROOT)):
        assert (ROOT / problem.place.path).parent == folder


# Goals


@pytest.mark.parametrize(
    ("typed", "instead", "line"),
    [
        (
            "specific: Marketing brings 1,080 qualified leads to sales.",
            "specific: Win 100 more deals",
            (
                "agreement.yml:24:5: goal 'leads' is too short to be specific; "
                "say who reaches how much of what [goal-specific]"
            ),
        ),
        (
            "specific: Marketing brings 1,080 qualified leads to sales.",
            "specific: Marketing brings more qualified leads to sales.",
            (
                "agreement.yml:24:5: goal 'leads' names no number; "
                "say how much of it in `specific` [goal-specific]"
            ),
        ),
        (
            "    measurable: volume\n",
            "",
            (
                "agreement.yml:23:5: goal 'leads' is not measured; "
                "add `measurable: …`, the id of a commitment [goal-measurable]"
            ),
        ),
        (
            "    attainable: Last year brought 950.\n",
            "",
            (
                "agreement.yml:23:5: goal 'leads' does not say why it can be reached; "
                "add `attainable: …`, what it rests on, for example last year's number [goal-attainable]"
            ),
        ),
        (
            "    relevant: The revenue goal needs 1,000.\n",
            "",
            (
                "agreement.yml:23:5: goal 'leads' does not say what it is good for; "
                "add `relevant: …`, what the company has of it [goal-relevant]"
            ),
        ),
        (
            "    due: 2026-12-31\n    steps",
            "    steps",
            "agreement.yml:23:5: goal 'leads' has no date; add `due: …`, the day it is reached by [goal-due]",
        ),
    ],
    ids=["short", "no number", "measurable", "attainable", "relevant", "due"],
)
def test_each_part_of_a_smart_goal_that_is_missing_is_named(
    acme: Path, typed: str, instead: str, line: str
) -> None:
    change(acme, "agreement.yml", (typed, instead))
    assert told(acme) == [line]


@pytest.mark.parametrize(
    "specific", ["Sales doubles its share: twice as much.", "Every lead is called by sales"]
)
def test_a_number_of_a_goal_may_be_a_word(acme: Path, specific: str) -> None:
    change(acme, "agreement.yml", ("Marketing brings 1,080 qualified leads to sales.", f'"{specific}"'))
    assert told(acme) == []


def test_a_number_word_is_a_whole_word(acme: Path) -> None:
    change(
        acme,
        "agreement.yml",
        ("Marketing brings 1,080 qualified leads to sales.", "Tend to be better than often before"),
    )
    assert rules(acme) == ["goal-specific"]


def test_a_step_without_progress_is_named_unless_it_has_steps_or_is_done(acme: Path) -> None:
    change(acme, "agreement.yml", (", done_on: 2026-02-20", ""))
    assert told(acme) == [
        (
            "agreement.yml:35:13: step 'website' of goal 'leads' has no progress; "
            "add `progress: {total: …, target: …}`, or `done_on: …` once it is done [step-progress]"
        )
    ]


# Commitments


def test_a_commitment_that_no_other_is_made_in_return_for_is_named(acme: Path) -> None:
    change(acme, "commitments.yml", ("    in_return: [volume]\n", ""))
    assert told(acme) == [
        (
            "commitments.yml:13:5: nobody promises anything in return for 'volume'; "
            "add `in_return: [ … ]`, the ids of what the other party promises for it [no-counterpart]"
        )
    ]


def test_a_promise_of_the_same_party_is_no_counterpart(acme: Path) -> None:
    change(
        acme, "commitments.yml", ("in_return: [volume]", "in_return: [launches]"), ("[follow-up]", "[volume]")
    )
    assert rules(acme) == ["no-counterpart"]


def launches(count: int) -> str:
    return "".join(
        f"  - {{id: more-{n}, party: marketing, in_return: [follow-up],"
        " measure: {deliver: {launch: 1}, every: month}}\n"
        for n in range(count)
    )


def test_twice_as_many_commitments_as_the_other_party_are_balanced(acme: Path) -> None:
    counts = [c.party for c in load_agreement(acme, root=acme).commitments]
    assert (counts.count("marketing"), counts.count("sales")) == (2, 1)
    assert told(acme) == []


def test_more_than_twice_as_many_commitments_are_not_balanced(acme: Path) -> None:
    with (acme / "commitments.yml").open("a") as file:
        file.write(launches(1))
    assert told(acme) == [
        (
            "agreement.yml:8:3: party 'marketing' carries 3 commitments, 'sales' 1; "
            "take some off 'marketing', or add some to 'sales' [balance]"
        )
    ]


def test_a_party_that_promises_nothing_is_named_and_not_weighed(acme: Path) -> None:
    change(acme, "commitments.yml", ("party: sales", "party: marketing"))
    assert [line for line in told(acme) if "counterpart" not in line] == [
        "agreement.yml:16:3: party 'sales' promises nothing; add a commitment of this party [no-commitments]"
    ]


def test_a_customer_need_not_promise_anything(acme: Path) -> None:
    change(acme, "commitments.yml", ("party: sales", "party: marketing"))
    change(acme, "agreement.yml", ("title: Acme", "title: Acme\nbetween: customer"))
    assert told(acme) == []


def test_an_agreement_without_commitments_is_not_weighed(acme: Path) -> None:
    (acme / "commitments.yml").write_text("commitments: []\n")
    for file in ("definitions.yml", "lead-management.yml", "governance.yml"):
        (acme / file).unlink()
    change(
        acme,
        "agreement.yml",
        ("    measurable: volume\n", ""),
        (", progress: {total: leads_won, target: 250}", ""),
    )
    assert [rule for rule in rules(acme) if rule in {"balance", "no-commitments"}] == ["no-commitments"] * 2


@pytest.mark.parametrize("every", ["quarter", "year"])
def test_a_deliverable_of_a_long_period_needs_a_deadline(acme: Path, every: str) -> None:
    change(acme, "commitments.yml", ("newsletter: 2}, every: month", f"newsletter: 2}}, every: {every}"))
    assert told(acme) == [
        (
            f"commitments.yml:21:5: what 'launches' delivers has no deadline within the {every}; "
            "write how many `every: month`, and `by: 20th` [no-deadline]"
        )
    ]


def test_a_metric_says_what_it_means(acme: Path) -> None:
    change(acme, "commitments.yml", ("unit: visits, definition: visit", "unit: visits"))
    change(acme, "definitions.yml", ("who asked for a demo", "who asked for a demo on a visit"))
    assert told(acme) == [
        (
            "commitments.yml:7:3: metric 'visits' is not defined; "
            "add `definition: …`, the id of a term of the glossary in definitions.yml [metric-definition]"
        )
    ]


def test_a_metric_says_when_it_is_reported(acme: Path) -> None:
    change(acme, "commitments.yml", (", expected: monthly", ""))
    assert told(acme) == [
        (
            "commitments.yml:5:3: metric 'leads_won' does not say when its source reports it; "
            "add `expected: daily`, or working-days, weekly, monthly [metric-expected]"
        )
    ]


# Parties


def test_a_party_without_a_lead_leaves_its_commitments_without_a_contact(acme: Path) -> None:
    change(
        acme,
        "agreement.yml",
        ("    lead: {name: Mia Chen, talks_to: ana}\n", ""),
        ("Ana Ruiz", "Ana Ruiz, about: All"),
    )
    assert told(acme) == [
        (
            "agreement.yml:16:3: party 'sales' has no lead; "
            "add `lead: {name: …, role: …}`, a person or a post [no-lead]"
        ),
        (
            "commitments.yml:16:5: 'follow-up' has no contact, and party 'sales' no lead; "
            "add `contact: …`, the id of a contact, or a name and a role [no-contact]"
        ),
    ]


def test_a_contact_of_its_own_is_enough_for_a_commitment(acme: Path) -> None:
    change(acme, "agreement.yml", ("    lead: {name: Mia Chen, talks_to: ana}\n", ""))
    change(acme, "commitments.yml", ("in_return: [volume]", "in_return: [volume]\n    contact: ana"))
    assert rules(acme) == ["no-lead"]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (
            "    service: Calls every lead within 24 hours.\n",
            (
                "agreement.yml:16:3: party 'sales' does not say what it provides; "
                "add `service: …`, what it does for the others [no-service]"
            ),
        ),
        (
            "    needs: [90 qualified leads a month.]\n",
            (
                "agreement.yml:16:3: party 'sales' does not say what it needs; "
                "add `needs:`, one line for each [no-needs]"
            ),
        ),
        (
            "  - {party: sales, name: Mia Chen, signed_on: 2025-12-15}\n",
            (
                "agreement.yml:16:3: party 'sales' has not signed; "
                "add it to `signatures:` when it has [no-signature]"
            ),
        ),
    ],
    ids=["service", "needs", "signature"],
)
def test_what_a_party_does_not_say_is_named(acme: Path, typed: str, line: str) -> None:
    change(acme, "agreement.yml", (typed, ""))
    assert told(acme) == [line]


# The agreement as a whole


def test_an_agreement_expires_or_is_revised(acme: Path) -> None:
    leave_out(acme, "agreement.yml", "expires")
    assert told(acme) == [
        (
            "agreement.yml:1:1: the agreement neither expires nor is it revised; "
            "add `expires: …` here, or `revision:` to governance.yml [no-end]"
        )
    ]


def test_an_agreement_that_is_revised_need_not_expire(acme: Path) -> None:
    leave_out(acme, "agreement.yml", "expires")
    with (acme / "governance.yml").open("a") as file:
        file.write("revision: {every: year, how: Both leads go through the findings.}\n")
    assert told(acme) == []


def test_an_agreement_serves_a_goal_of_the_company(acme: Path) -> None:
    leave_out(acme, "agreement.yml", "company_goal")
    assert told(acme) == [
        (
            "agreement.yml:1:1: the agreement does not say which goal of the company it serves; "
            "add `company_goal: …` [no-company-goal]"
        )
    ]


SECTIONS = {
    "agreement.yml": ["goals"],
    "definitions.yml": ["glossary", "funnel", "qualification", "personas", "scoring"],
    "lead-management.yml": [
        "protocol", "hand_over", "notification", "return", "follow_up", "end_states", "nurturing", "limits",
        "coverage",
    ],
    "governance.yml": [
        "meetings", "reports", "leaders_duties", "feedback", "remedies", "strikes", "compensation",
        "safeguards", "cancellation", "retrospective", "pulse",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "section"), [(file, key) for file, keys in SECTIONS.items() for key in keys]
)
def test_a_section_that_is_missing_is_named(acme: Path, file: str, section: str) -> None:
    """Nothing refers to the section, so that the agreement loads without it."""
    for path in acme.iterdir():
        referring = r"(, (definition: \w+|metric: \w+|follow_up: hot|then: cold)|    definition: \w+\n)"
        path.write_text(re.sub(referring, "", path.read_text()))
    if section == "funnel":
        for other in ("protocol", "hand_over", "return", "nurturing"):
            leave_out(acme, "lead-management.yml", other)
    if section == "remedies":
        leave_out(acme, file, "strikes")
    leave_out(acme, file, section)
    (line,) = (line for line in told(acme) if f"[missing-{section.replace('_', '-')}]" in line)
    assert line.startswith(f"{file}:1:1: the agreement does not say ")
    assert f"; add `{section}:` to {file} [" in line


def test_a_file_that_is_left_out_is_one_line(acme: Path) -> None:
    (acme / "governance.yml").unlink()
    change(acme, "commitments.yml", ("  report: {label: report, plural: reports}\n", ""))
    assert told(acme) == [
        (
            "governance.yml:1:1: the agreement does not say how it is talked about, enforced and ended; "
            "write meetings, reports, leaders_duties, feedback, remedies, strikes, compensation, safeguards, "
            "cancellation, retrospective, pulse in governance.yml [missing-governance]"
        )
    ]


def test_how_teams_handle_leads_is_not_asked_of_an_agreement_with_a_customer(acme: Path) -> None:
    change(acme, "agreement.yml", ("title: Acme", "title: Acme\nbetween: customer"))
    (acme / "lead-management.yml").unlink()
    (acme / "definitions.yml").write_text((acme / "definitions.yml").read_text().partition("funnel:")[0])
    assert [rule for rule in rules(acme) if rule.startswith("missing")] == []


# Words that each reader takes otherwise


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            "Calls every lead as soon as possible.",
            (
                "agreement.yml:18:5: 'as soon as possible' in parties.sales.service does not say when; "
                "write a time or a day, for example within 24 hours, or define it in the glossary [vague]"
            ),
        ),
        (
            "Calls every lead Regularly.",
            (
                "agreement.yml:18:5: 'Regularly' in parties.sales.service does not say how often; "
                "write a rhythm, for example every Monday, or define it in the glossary [vague]"
            ),
        ),
        (
            "Calls quality leads.",
            (
                "agreement.yml:18:5: 'quality leads' in parties.sales.service does not say what is enough; "
                "write a number, for example 60 points or more, or define it in the glossary [vague]"
            ),
        ),
    ],
    ids=["when", "how often", "how much"],
)
def test_a_vague_word_is_named_with_what_it_does_not_say(acme: Path, words: str, line: str) -> None:
    change(acme, "agreement.yml", ("Calls every lead within 24 hours.", words))
    assert told(acme) == [line]


@pytest.mark.parametrize(
    ("file", "typed", "name"),
    [
        ("agreement.yml", "Marketing brings leads, sales calls them within 24 hours.", "summary"),
        ("agreement.yml", "A call to every lead within 24 hours.", "parties.marketing.needs"),
        ("agreement.yml", "Last year brought 950.", "goals.leads.attainable"),
        ("commitments.yml", "An automatic reply is no call.", "commitments.follow-up.note"),
        ("definitions.yml", "A signed contract.", "glossary.win.meaning"),
        ("definitions.yml", "Is there money?", "qualification.criteria.asks"),
        ("lead-management.yml", "Sales calls the lead.", "protocol.steps"),
        ("lead-management.yml", "Sales writes why.", "return.how"),
        ("governance.yml", "Frees one hour a week for the meeting.", "leaders_duties.duty"),
        ("governance.yml", "A plan within 10 days.", "remedies.recovery.description"),
        ("governance.yml", "Neither team calls a customer of the other.", "safeguards"),
    ],
)
def test_a_vague_word_is_found_wherever_something_is_promised(
    acme: Path, file: str, typed: str, name: str
) -> None:
    change(acme, file, (typed, f"{typed[:-1]}, promptly{typed[-1]}".join("''")))
    (line,) = told(acme)
    assert f": 'promptly' in {name} does not say when; " in line


@pytest.mark.parametrize(
    "words",
    [
        "timely", "asap", "ASAP", "as soon\n      as possible", "promptly", "when possible", "regularly",
        "best effort", "best efforts", "Best-effort", "reasonable", "adequate", "high-quality",
        "in due course",
    ],
)  # fmt: skip
def test_a_vague_word_is_found_in_every_spelling(acme: Path, words: str) -> None:
    change(
        acme,
        "agreement.yml",
        ("service: Calls every lead within 24 hours.", f"service: >-\n      Calls ({words})."),
    )
    assert rules(acme) == ["vague"]


@pytest.mark.parametrize(
    "words",
    [
        "untimely",
        "as soon as the lead qualifies",
        "unreasonable",
        "quality",
        "leads",
        "irregularly",
        "data-quality",
    ],
)
def test_a_part_of_a_word_or_a_phrase_is_not_vague(acme: Path, words: str) -> None:
    change(acme, "agreement.yml", ("Calls every lead within 24 hours.", f"Calls {words}."))
    assert told(acme) == []


def test_two_vague_words_are_two_pieces_of_advice_and_the_same_word_is_one(acme: Path) -> None:
    words = "Promptly, promptly and regularly."
    change(acme, "agreement.yml", ("Calls every lead within 24 hours.", words))
    assert [line.split("'")[1] for line in told(acme)] == ["Promptly", "regularly"]


def test_a_name_is_no_promise(acme: Path) -> None:
    change(
        acme,
        "commitments.yml",
        ("- id: volume", "- id: volume\n    title: Timely leads"),
        ("Qualified leads", "Quality leads"),
    )
    assert told(acme) == []


@pytest.mark.parametrize(
    "term", ["Quality lead", "quality leads", "Quality lead (QL)", "Good leads, also: [quality lead]"]
)
def test_a_phrase_that_the_glossary_defines_is_clear(acme: Path, term: str) -> None:
    change(acme, "agreement.yml", ("Calls every lead within 24 hours.", "Calls quality leads."))
    change(
        acme,
        "definitions.yml",
        ("glossary:\n", f"glossary:\n  good: {{term: {term}, meaning: 60 points or more.}}\n"),
    )
    assert told(acme) == []


def test_a_vague_word_within_a_longer_term_is_clear_only_there(acme: Path) -> None:
    change(acme, "agreement.yml", ("Calls every lead within 24 hours.", "A timely follow-up."))
    change(acme, "agreement.yml", ("[90 qualified leads a month.]", "[A timely report.]"))
    term = "timely: {term: Timely follow-up, meaning: A call within 24 hours.}"
    change(acme, "definitions.yml", ("glossary:\n", f"glossary:\n  {term}\n"))
    assert [line.partition(" does")[0] for line in told(acme)] == [
        "agreement.yml:20:13: 'timely' in parties.sales.needs"
    ]


def test_a_term_within_a_vague_phrase_does_not_clear_it(acme: Path) -> None:
    change(acme, "agreement.yml", ("Calls every lead within 24 hours.", "Calls quality leads."))
    change(
        acme, "definitions.yml", ("glossary:\n", "glossary:\n  lead: {term: Lead, meaning: An address.}\n")
    )
    assert rules(acme) == ["vague"]


# Names that nothing uses


@pytest.mark.parametrize(
    ("file", "typed", "instead", "line"),
    [
        (
            "agreement.yml",
            ", progress: {total: leads_won, target: 250}",
            ", done_on: 2026-03-31",
            (
                "commitments.yml:5:3: metric 'leads_won' is used nowhere in these files; "
                "promise something about it, or delete it [unused-metric]"
            ),
        ),
        (
            "definitions.yml",
            ", metric: visits",
            "",
            (
                "commitments.yml:7:3: metric 'visits' is used nowhere in these files; "
                "promise something about it, or delete it [unused-metric]"
            ),
        ),
        (
            "lead-management.yml",
            ", metric: leads_returned",
            "",
            (
                "commitments.yml:6:3: metric 'leads_returned' is used nowhere in these files; "
                "promise something about it, or delete it [unused-metric]"
            ),
        ),
        (
            "commitments.yml",
            "launch: 1, newsletter: 2",
            "newsletter: 2",
            (
                "commitments.yml:9:3: item 'launch' is used nowhere in these files; "
                "promise to deliver it, or delete it [unused-item]"
            ),
        ),
        (
            "governance.yml",
            ", item: report",
            "",
            (
                "commitments.yml:11:3: item 'report' is used nowhere in these files; "
                "promise to deliver it, or delete it [unused-item]"
            ),
        ),
        (
            "definitions.yml",
            "A visitor who asked for a demo.",
            "A visitor who wrote.",
            (
                "definitions.yml:6:3: term 'demo' is used nowhere in these files; "
                "name it as the `definition` of a metric or a stage, or delete it [unused-term]"
            ),
        ),
        (
            "agreement.yml",
            ", talks_to: ana",
            "",
            (
                "agreement.yml:13:7: contact 'ana' is used nowhere in these files; "
                "add `about: …`, name it as the `contact` of a commitment, or delete it [unused-contact]"
            ),
        ),
        (
            "definitions.yml",
            "works as Ops Olivia does",
            "works in operations",
            (
                "definitions.yml:15:5: persona 'olivia' is used nowhere in these files; "
                "name it in a scoring rule, a stage's criteria or a protocol, or delete it [unused-persona]"
            ),
        ),
        (
            "governance.yml",
            "remedies: [",
            "remedies: [{id: talk, name: Talk, description: One hour.}, ",
            (
                "governance.yml:5:12: remedy 'talk' is used nowhere in these files; "
                "name it in a level of `strikes`, or delete it [unused-remedy]"
            ),
        ),
        (
            "lead-management.yml",
            ", then: cold",
            "",
            (
                "lead-management.yml:7:5: end state 'cold' is used nowhere in these files; "
                "name it as `then` of a follow-up, or in a protocol, or delete it [unused-end-state]"
            ),
        ),
    ],
)
def test_what_nothing_uses_is_named(acme: Path, file: str, typed: str, instead: str, line: str) -> None:
    change(acme, file, (typed, instead))
    assert [one for one in told(acme) if "unused" in one] == [line]


def test_a_stage_that_lead_management_does_not_name_is_named(acme: Path) -> None:
    change(acme, "lead-management.yml", ("stage: visitor", "stage: lead"), ("to: visitor", "to: lead"))
    assert told(acme) == [
        (
            "definitions.yml:8:5: stage 'visitor' is used nowhere in these files; "
            "name it in `protocol` or `hand_over` of lead-management.yml, or delete it [unused-stage]"
        )
    ]


def test_stages_are_not_held_against_an_agreement_that_does_not_manage_leads(acme: Path) -> None:
    for section in ("protocol", "hand_over", "return", "nurturing"):
        leave_out(acme, "lead-management.yml", section)
    assert "unused-stage" not in rules(acme)


def test_remedies_are_not_held_against_an_agreement_without_strikes(acme: Path) -> None:
    leave_out(acme, "governance.yml", "strikes")
    assert rules(acme) == ["missing-strikes"]


def test_a_text_about_personas_means_them_all(acme: Path) -> None:
    change(acme, "definitions.yml", ("works as Ops Olivia does", "is one of our personas"))
    assert told(acme) == []


def test_an_end_state_may_be_named_in_a_text(acme: Path) -> None:
    change(
        acme,
        "lead-management.yml",
        (", then: cold", ""),
        ("Sales calls the lead.", "A lead that is silent is cold."),
    )
    assert told(acme) == []


def test_a_term_is_used_where_its_abbreviation_stands(acme: Path) -> None:
    change(acme, "commitments.yml", ("definition: mql", "definition: call"))
    change(acme, "agreement.yml", ("90 qualified leads a month.", "90 MQLs a month."))
    assert told(acme) == []


def test_a_term_is_not_used_by_its_own_meaning(acme: Path) -> None:
    change(
        acme,
        "definitions.yml",
        ("A visitor who asked for a demo.", "A visitor who wrote."),
        ("A tour of", "A demo is a tour of"),
    )
    assert rules(acme) == ["unused-term"]


@pytest.mark.parametrize("typed", ["stage: visitor", "to: visitor"])
def test_either_nurturing_or_a_return_uses_a_stage(acme: Path, typed: str) -> None:
    change(acme, "lead-management.yml", (typed, typed.replace("visitor", "lead")))
    assert told(acme) == []


def test_a_stage_uses_a_term(acme: Path) -> None:
    change(acme, "definitions.yml", ("asked for a demo.", "wrote."), ("  demo: {", "  tour: {"))
    assert rules(acme) == ["unused-term"]
    change(acme, "definitions.yml", ("{id: lead, ", "{id: lead, definition: tour, "))
    assert told(acme) == []


def test_the_segments_of_a_metric_use_an_item(acme: Path) -> None:
    change(acme, "governance.yml", (", item: report", ""))
    change(
        acme, "commitments.yml", ("unit: visits,", "unit: visits, segments: report, segments_from: report,")
    )
    assert told(acme) == []


@pytest.mark.parametrize(
    ("file", "typed", "instead"),
    [
        ("agreement.yml", "{name: Ana Ruiz}", "{name: Ana Ruiz, talks_to: tim}"),
        ("agreement.yml", "about: The newsletter", "about: The newsletter, talks_to: ana"),
        (
            "commitments.yml",
            "in_return: [volume]",
            "in_return: [volume]\n    contact: {name: Eve, talks_to: ana}",
        ),
        ("commitments.yml", "in_return: [volume]", "in_return: [volume]\n    contact: ana"),
    ],
    ids=["by itself", "by another contact", "by a person of a commitment", "by a commitment"],
)
def test_a_contact_is_used(acme: Path, file: str, typed: str, instead: str) -> None:
    change(acme, "agreement.yml", (", talks_to: ana", ""))
    change(acme, file, (typed, instead))
    assert told(acme) == []
