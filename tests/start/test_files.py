from __future__ import annotations

import re
import string
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from living_sla import __version__
from living_sla.diagnostics import InputError
from living_sla.start.answers import read_answers
from living_sla.start.files import project_files
from living_sla.start.questions import STARTERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.project import Loaded

ROOT = Path(__file__).parents[2]
BESIDE_PYTHON = Path(sys.executable).parent
ANSWERS = read_answers({"effective": "2026-12-01"})
HOSTILE = [
    """O'Brien: "A & B" #1""",
    "no",
    "2026-12-01",
    "{{ 7 * 7 }} {% raw %} ${{ secrets.X }}",
    "*anchor &x !tag",
    "- list, [flow] {map: 1}",
    "back\\slash \\n %TAG",
    "<script>alert(1)</script>",
    "Ünïcödé 株式会社 🎯",
    "null",
    "#",
    "`|>",
]
each_starter = pytest.mark.parametrize("starter", STARTERS)


# --- starters


@each_starter
def test_a_starter_checks_without_an_error_or_warning(start: Callable[..., Loaded], starter: str) -> None:
    loaded = start(starter=starter)
    assert loaded.record.warnings == ()


@each_starter
def test_every_promise_of_a_starter_is_given_in_return_for_one_of_the_other_side(
    start: Callable[..., Loaded], starter: str
) -> None:
    commitments = {c.id: c for c in start(starter=starter).agreement.commitments}
    returned = {c.id: {commitments[other].party for other in c.in_return} for c in commitments.values()}
    other_side = {"marketing": {"sales"}, "sales": {"marketing"}}
    assert returned == {c.id: other_side[c.party] for c in commitments.values()}


@pytest.mark.parametrize(
    ("starter", "promises"),
    [
        ("lead-generation", ["qualified-leads", "follow-up"]),
        ("content", ["content", "content-use"]),
        ("campaigns", ["campaigns", "campaign-follow-up"]),
        ("reporting", ["weekly-report", "report-feedback"]),
        ("training", ["launch-training", "training-attendance"]),
    ],
)
def test_a_starter_is_one_exchange(start: Callable[..., Loaded], starter: str, promises: list[str]) -> None:
    assert [c.id for c in start(starter=starter).agreement.commitments] == promises


@each_starter
def test_every_metric_and_item_of_a_starter_is_used(start: Callable[..., Loaded], starter: str) -> None:
    agreement = start(starter=starter).agreement
    measures = " ".join(str(c.measure) for c in agreement.commitments)
    assert [name for name in [*agreement.metrics, *agreement.items] if f"'{name}'" not in measures] == []


@each_starter
def test_no_template_leaves_an_empty_line_twice_or_at_an_end(starter: str) -> None:
    texts = project_files(read_answers({"effective": "2026-12-01", "starter": starter}))
    untidy = [path for path, text in texts.items() if "\n\n\n" in text or text.startswith("\n")]
    untidy += [
        path for path, text in texts.items() if text and (not text.endswith("\n") or text[-2:] == "\n\n")
    ]
    assert untidy == []


def test_the_full_starter_fills_every_file_of_an_agreement() -> None:
    names = {Path(path).name for path in project_files(ANSWERS) if path.startswith("agreement/")}
    assert names == {
        "agreement.yml",
        "commitments.yml",
        "definitions.yml",
        "governance.yml",
        "lead-management.yml",
    }


# --- what is inserted


def test_the_worked_lead_target_becomes_the_promise(start: Callable[..., Loaded]) -> None:
    loaded = start(revenue_goal="5000", deal_value="100", win_rate="50%", marketing_share="100%")
    leads = next(c for c in loaded.agreement.commitments if c.id == "qualified-leads")
    assert leads.measure.at_least == 100  # type: ignore[union-attr]  # it is a total


def test_the_calculation_stands_beside_the_target() -> None:
    text = project_files(ANSWERS)["agreement/marketing-sales/commitments.yml"]
    assert "# 250 leads: 250000 x 50% / 5000 / 10% (goal x" in text


def test_every_answer_arrives_in_the_agreement(start: Callable[..., Loaded]) -> None:
    agreement = start(
        id="acme",
        marketing="Growth",
        sales="Field",
        follow_up="4 working hours",
        report_day="monday",
        timezone="Europe/Berlin",
        holidays="DE-BE",
        currency="EUR",
        effective="2027-01-01",
        marketing_contact="Ann Lee",
        marketing_email="ann@example.com",
        sales_contact="Bo",
    ).agreement
    terms = agreement.terms
    marketing, sales = terms.parties["marketing"], terms.parties["sales"]
    assert (agreement.id, terms.title, terms.currency) == ("acme", "Growth and Field", "EUR")
    assert (terms.calendar.timezone, terms.calendar.holidays) == ("Europe/Berlin", "DE-BE")
    assert (terms.effective.isoformat(), marketing.name, sales.name) == ("2027-01-01", "Growth", "Field")
    assert marketing.lead is not None
    assert sales.lead is not None
    assert (marketing.lead.name, marketing.lead.email) == ("Ann Lee", "ann@example.com")
    assert (sales.lead.name, sales.lead.email) == ("Bo", None)
    names = {c.id: c for c in agreement.commitments}
    assert names["follow-up"].name == "Follow-up within 4 working hours"
    assert names["weekly-report"].measure.by == "monday"  # type: ignore[union-attr]  # it is a delivery


def test_without_holidays_the_calendar_has_none(start: Callable[..., Loaded]) -> None:
    assert start().agreement.terms.calendar.holidays is None


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("key", ["marketing", "sales_contact"])
def test_a_hostile_name_is_read_back_as_it_was_typed(
    start: Callable[..., Loaded], key: str, name: str
) -> None:
    parties = start(**{key: name}).agreement.terms.parties
    assert name in (parties["marketing"].name, parties["sales"].lead and parties["sales"].lead.name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters() | st.sampled_from(string.punctuation), min_size=1, max_size=80))
def test_any_name_that_is_accepted_is_read_back_as_it_was_typed(
    start: Callable[..., Loaded], name: str
) -> None:
    try:
        read_answers({"effective": "2026-12-01", "marketing": name})
    except InputError:
        return
    assert (
        start(starter="reporting", marketing=name).agreement.terms.parties["marketing"].name == name.strip()
    )


# --- the files beside the agreement


def starter_files(folder: Path) -> Path:
    for path, text in project_files(ANSWERS).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_a_project_has_all_it_needs_to_be_checked_and_published() -> None:
    outside = [path for path in project_files(ANSWERS) if not path.startswith("agreement/")]
    assert outside == [
        ".github/ISSUE_TEMPLATE/concern.yml",
        ".github/dependabot.yml",
        ".github/workflows/check.yml",
        ".github/workflows/publish.yml",
        ".gitignore",
        ".pre-commit-config.yaml",
        "README.md",
        "data/marketing-sales/README.md",
        "data/marketing-sales/deliveries.csv",
        "data/marketing-sales/snapshots/.gitkeep",
        "mkdocs.yml",
        "requirements.txt",
    ]


def test_the_version_that_wrote_the_project_is_the_one_it_installs() -> None:
    texts = project_files(ANSWERS)
    hooks = yaml.safe_load(texts[".pre-commit-config.yaml"])["repos"][0]["hooks"]
    assert texts["requirements.txt"] == f"living-sla=={__version__}\n"
    assert hooks[0]["additional_dependencies"] == [f"living-sla=={__version__}"]


def test_the_readmes_name_the_files_that_are_there() -> None:
    texts = project_files(ANSWERS)
    named = re.findall(r"`((?:agreement|data|\.github)/[^`]+\.[a-z]+)`", texts["README.md"])
    assert len(named) == 6
    assert set(named) - set(texts) == set()


def test_actions_are_pinned_to_the_commits_that_this_repository_uses() -> None:
    action = re.compile(r"uses: (\S+@[0-9a-f]{40} # v\S+)")
    ours = {
        pin for path in (ROOT / ".github/workflows").glob("*.yml") for pin in action.findall(path.read_text())
    }
    texts = [text for path, text in project_files(ANSWERS).items() if path.startswith(".github/workflows/")]
    uses = [line for text in texts for line in text.splitlines() if "uses:" in line]
    assert len(uses) == 6
    assert {pin for text in texts for pin in action.findall(text)} <= ours
    assert [line for line in uses if not action.search(line)] == []


def test_zizmor_finds_nothing_in_the_workflows(tmp_path: Path) -> None:
    github = starter_files(tmp_path) / ".github"
    options = ("--offline", "--strict-collection", "--persona=pedantic", "--no-progress")
    done = subprocess.run(
        [BESIDE_PYTHON / "zizmor", *options, github], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", ".github/workflows/check.yml"),
        ("vendor.github-workflows", ".github/workflows/publish.yml"),
        ("vendor.dependabot", ".github/dependabot.yml"),
    ],
)
def test_the_files_follow_githubs_schema(tmp_path: Path, schema: str, file: str) -> None:
    command = [BESIDE_PYTHON / "check-jsonschema", "--builtin-schema", schema, starter_files(tmp_path) / file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
