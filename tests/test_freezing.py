"""What was said stays said: a later build changes nothing of a closed period but by its restatements."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from living_sla.pipeline import judge_loaded
from living_sla.present.closings import closings
from living_sla.present.reports import report_values
from living_sla.present.subject import Source, Subject
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from pathlib import Path

# Everything that a place could have a say in: what the site is made of, in the order it is written.
RENDER = """
import hashlib, sys
from pathlib import Path
from living_sla.pipeline import load_site
from living_sla.project import Project
from living_sla.rendering import Renderer, templates_dir
site = load_site(Project(Path(sys.argv[1])))
renderer = Renderer(templates_dir())
texts = {page.url: renderer.document(page) for page in site.pages} | dict(site.files)
print(len(texts), hashlib.sha256(repr(texts).encode()).hexdigest())
"""


def git(repository: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", repository, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def clone_at(retold: Path, folder: Path, day: str) -> Path:
    """The repository as it stood at the end of a day."""
    commit = git(retold, "rev-list", "-1", f"--before={day}T23:59:59Z", "main").strip()
    subprocess.run(["git", "clone", "-q", retold, folder], check=True)
    git(folder, "checkout", "-q", commit)
    return folder


def periods(project: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Every period of `status.json` that is over, by commitment and id."""
    command = [sys.executable, "-m", "living_sla", "status", "--format", "json"]
    done = subprocess.run(command, cwd=project, check=True, capture_output=True, text=True)
    (agreement,) = json.loads(done.stdout)["agreements"]
    return {
        (commitment["id"], period["id"]): period
        for commitment in agreement["commitments"]
        for period in commitment["periods"]
        if period["closed"]
    }


@pytest.fixture(scope="module")
def now(retold: Path) -> dict[tuple[str, str], dict[str, Any]]:
    return periods(retold)


@pytest.mark.parametrize("day", ["2026-04-10", "2026-05-01", "2026-07-10", "2026-11-07"])
def test_a_closed_period_keeps_its_version_its_target_and_what_was_said(
    retold: Path, tmp_path: Path, now: dict[tuple[str, str], dict[str, Any]], day: str
) -> None:
    then = periods(clone_at(retold, tmp_path / "then", day))
    frozen = ("start", "end", "version", "target", "direction", "closes")
    assert len(then) > 30
    for key, period in then.items():
        names = (*frozen, "as_closed") if "as_closed" in period else frozen
        assert {name: now[key][name] for name in names} == {name: period[name] for name in names}, key


def test_only_what_is_restated_stands_otherwise_later(
    retold: Path, tmp_path: Path, now: dict[tuple[str, str], dict[str, Any]]
) -> None:
    then = periods(clone_at(retold, tmp_path / "then", "2026-04-10"))
    moved = {key for key, period in then.items() if now[key]["verdict"] != period["verdict"]}
    assert moved == {("qualified-leads", "2026-03"), ("follow-up-24h", "2026-03")}
    assert {now[key]["as_closed"]["verdict"] for key in moved} == {"met"}
    assert {then[key]["verdict"] for key in moved} == {"met"}


@pytest.mark.parametrize("day", ["2026-04-21", "2026-04-28"])
def test_a_correction_is_told_as_one_from_the_commit_that_brings_it(
    retold: Path, tmp_path: Path, day: str
) -> None:
    march = periods(clone_at(retold, tmp_path / "then", day))["qualified-leads", "2026-03"]
    assert (march["verdict"], march["actual"]) == ("missed", 488)
    assert (march["as_closed"]["verdict"], march["as_closed"]["actual"]) == ("met", 504)


def test_a_commit_gives_the_same_bytes_in_every_clone(retold: Path, tmp_path: Path) -> None:
    def rendered(folder: Path, cwd: Path, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", RENDER, folder],
            cwd=cwd,
            env=os.environ | environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    clone = tmp_path / "another" / "place"
    subprocess.run(["git", "clone", "-q", retold, clone], check=True)
    here = rendered(retold, tmp_path, TZ="America/Los_Angeles", PYTHONHASHSEED="1", LC_ALL="C")
    there = rendered(clone, clone, TZ="Pacific/Kiritimati", PYTHONHASHSEED="2", LC_ALL="C.UTF-8")
    assert here == there


# --- reports


def reports(project: Path) -> dict[str, dict[str, Any]]:
    """The values of every report, by its period."""
    (loaded,) = load_project(Project(project))
    subject = Subject(judge_loaded(loaded), Source())
    found = closings(subject.standing)
    return {closing.period.id: report_values(subject, closing) for closing in found}


@pytest.fixture(scope="module")
def reports_now(retold: Path) -> dict[str, dict[str, Any]]:
    return reports(retold)


@pytest.mark.parametrize("day", ["2026-04-10", "2026-05-01", "2026-07-10", "2026-11-07"])
def test_a_closed_report_changes_only_by_what_was_restated_since(
    retold: Path, tmp_path: Path, reports_now: dict[str, dict[str, Any]], day: str
) -> None:
    then = reports(clone_at(retold, tmp_path / "then", day))
    kept = [period for period in then if period in reports_now]  # pages of old weeks give way
    assert len(kept) >= 5
    for period in kept:
        assert reports_now[period]["then"] == then[period]["then"], period


def test_the_report_of_march_tells_its_restatement_apart(
    retold: Path, tmp_path: Path, reports_now: dict[str, dict[str, Any]]
) -> None:
    clone = clone_at(retold, tmp_path / "then", "2026-05-01")
    (before,) = load_project(Project(clone))
    standing = judge_loaded(before, date(2026, 4, 19))
    (march,) = (closing for closing in closings(standing) if closing.period.id == "2026-03")
    said = report_values(Subject(standing, Source()), march)
    assert said["then"] == reports_now["2026-03"]["then"]
    assert said["since"]["restated"] == []
    assert [view.outcome for view, _ in reports_now["2026-03"]["since"]["restated"]][:1] == [
        "closed as met (504), now missed (488)"
    ]
