"""The example retold as a git repository: what was agreed when, what was said then, and what is said now."""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from living_sla.pipeline import judge_loaded
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from living_sla.agreement.versions import Timeline
    from living_sla.present.subject import Standing
    from living_sla.project import Loaded

ROOT = Path(__file__).parents[1]
LAST_DAY = date(2026, 11, 20)


def retell(folder: Path, **environment: str) -> Path:
    command = [sys.executable, ROOT / "benchmarks" / "retell.py", folder]
    subprocess.run(command, check=True, env=os.environ | environment)
    return folder


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture(scope="module")
def loaded(retold: Path) -> Loaded:
    (loaded,) = load_project(Project(retold))
    return loaded


@pytest.fixture(scope="module")
def timeline(loaded: Loaded) -> Timeline:
    return loaded.timeline


@pytest.fixture(scope="module")
def standing(loaded: Loaded) -> Standing:
    return judge_loaded(loaded, LAST_DAY)


def test_the_commits_are_the_same_whatever_the_home_and_the_time_zone(retold: Path, tmp_path: Path) -> None:
    (tmp_path / ".gitconfig").write_text("[core]\n\tautocrlf = true\n[commit]\n\tgpgSign = true\n")
    other = retell(tmp_path / "other", HOME=str(tmp_path), TZ="Asia/Tokyo", GIT_AUTHOR_NAME="Somebody")
    assert git(other, "rev-parse", "main") == git(retold, "rev-parse", "main")


def test_the_record_ends_as_that_of_the_example(retold: Path) -> None:
    record = Path("data", "marketing-sales")
    assert filecmp.cmp(ROOT / record / "deliveries.csv", retold / record / "deliveries.csv", shallow=False)
    names = sorted(path.name for path in (ROOT / record / "snapshots").iterdir())
    folders = (ROOT / record / "snapshots", retold / record / "snapshots")
    assert filecmp.cmpfiles(*folders, names, shallow=False) == (names, [], [])


def test_a_month_is_frozen_before_it_begins_with_the_numbers_of_the_example(loaded: Loaded) -> None:
    (example,) = load_project(Project(ROOT))
    frozen = {month: (ledger.version, str(ledger.as_of)) for month, ledger in loaded.record.plan.items()}
    assert frozen == {
        "2026-09": ("1.2.0", "2026-08-31"),
        "2026-10": ("1.2.0", "2026-09-30"),
        "2026-11": ("1.2.0", "2026-10-31"),
    }
    assert {month: ledger.content for month, ledger in loaded.record.plan.items()} == {
        month: ledger.content for month, ledger in example.record.plan.items()
    }


def test_every_commit_of_the_main_line_passes_the_check(retold: Path, tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    git(tmp_path, "clone", "--quiet", str(retold), str(folder))
    commits = git(folder, "rev-list", "--first-parent", "main").split()
    assert len(commits) == 28
    rules = set()
    for commit in commits:
        git(folder, "checkout", "--quiet", commit)
        rules |= {problem.rule for one in load_project(Project(folder)) for problem in one.warnings}
    assert rules == {"gap"}


def test_every_version_says_when_it_holds_who_wrote_it_and_where_it_was_agreed(timeline: Timeline) -> None:
    told = [
        (version.number, str(version.effective), str(commit.on), commit.author, commit.pull_request)
        for version in timeline.versions
        if (commit := version.revisions[0].commit)
    ]
    assert told == [
        ("1.0.0", "2025-10-01", "2025-09-24", "Josh Bell", None),
        ("1.1.0", "2026-04-01", "2026-03-24", "Mia Chen", 12),
        ("1.2.0", "2026-07-01", "2026-06-22", "Ana Ruiz", 17),
        ("2.0.0", "2027-01-01", "2026-11-16", "Josh Bell", None),
    ]


def test_both_sides_signed_every_version_before_it_took_effect(timeline: Timeline) -> None:
    signed = {
        version.number: {
            signature.party: str(signature.signed_on) for signature in agreement.terms.signatures
        }
        for version in timeline.versions
        if (agreement := version.agreement)
    }
    assert signed == {
        "1.0.0": {"marketing": "2025-09-22", "sales": "2025-09-24"},
        "1.1.0": {"marketing": "2026-03-23", "sales": "2026-03-20"},
        "1.2.0": {"marketing": "2026-06-18", "sales": "2026-06-19"},
        "2.0.0": {"marketing": "2026-11-13", "sales": "2026-11-16"},
    }


@pytest.mark.parametrize(
    ("day", "in_force", "next_one"),
    [
        ("2025-09-30", None, "1.0.0"),
        ("2026-03-31", "1.0.0", "1.1.0"),
        ("2026-04-01", "1.1.0", "1.2.0"),
        ("2026-06-30", "1.1.0", "1.2.0"),
        ("2026-07-01", "1.2.0", "2.0.0"),
        ("2026-11-20", "1.2.0", "2.0.0"),
    ],
)
def test_amendments_take_effect_within_the_year(
    timeline: Timeline, day: str, in_force: str | None, next_one: str
) -> None:
    holding, coming = timeline.in_force(date.fromisoformat(day)), timeline.next_after(date.fromisoformat(day))
    assert (holding and holding.number, coming and coming.number) == (in_force, next_one)


def test_march_was_met_as_closed_and_is_missed_as_it_stands(standing: Standing) -> None:
    march = standing.restatements["qualified-leads", "2026-03"]
    assert (march.as_closed.verdict, march.as_closed.tally.actual) == ("met", 504)
    assert (march.as_it_stands.verdict, march.as_it_stands.tally.actual) == ("missed", 488)
    assert (march.closed_on, march.restated_on) == (date(2026, 4, 7), date(2026, 4, 20))
    assert march.strikes == 1


def test_march_is_judged_by_the_version_in_force_in_march(standing: Standing) -> None:
    march = standing.restatements["qualified-leads", "2026-03"].as_it_stands
    assert (march.agreement.terms.version, march.goal and march.goal.value) == ("1.0.0", 500)


def test_the_target_steps_up_in_july(standing: Standing) -> None:
    goals = {j.period.id: j.goal.value for j in standing.judgements["qualified-leads"] if j.goal}
    assert (goals["2026-06"], goals["2026-07"]) == (500, 520)


def test_a_promise_added_in_april_is_judged_from_april_and_one_removed_in_july_to_june(
    standing: Standing,
) -> None:
    assert standing.judgements["pitches"][0].period.id == "2026-04"
    assert standing.judgements["training-attendance"][-1].period.id == "2026-Q2"


def test_an_example_that_was_changed_is_refused(tmp_path: Path) -> None:
    program = (ROOT / "benchmarks" / "retell.py").read_text(encoding="utf-8")
    program = program.replace("Path(__file__).resolve().parents[1]", f"Path({str(ROOT)!r})")
    script = tmp_path / "retell.py"
    script.write_text(program.replace("at_least: 500, every", "at_least: 501, every"), encoding="utf-8")
    command = [sys.executable, script, tmp_path / "acme"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (
        "ValueError: commitments.yml holds 0 times, not 1: measure: {total: mqls, at_least: 501"
        in done.stderr
    )
