import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

GITHUB = Path(__file__).parents[1] / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
BESIDE_PYTHON = Path(sys.executable).parent

each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)


def workflow_of(path: Path) -> dict[Any, Any]:
    # YAML 1.1 reads the key `on` as true
    return {"on" if key is True else key: value for key, value in yaml.safe_load(path.read_text()).items()}


def steps_of(path: Path) -> list[dict[str, Any]]:
    return [step for job in workflow_of(path)["jobs"].values() for step in job["steps"]]


def assert_succeeds(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_a_workflow_to_check_and_one_to_publish() -> None:
    assert [path.name for path in WORKFLOWS] == ["check.yml", "publish.yml"]


def test_zizmor_finds_nothing() -> None:
    assert_succeeds(
        BESIDE_PYTHON / "zizmor",
        "--offline",
        "--strict-collection",
        "--persona=pedantic",
        "--no-progress",
        GITHUB,
    )


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.dependabot", [GITHUB / "dependabot.yml"]),
        ("vendor.github-issue-forms", [GITHUB / "ISSUE_TEMPLATE" / "concern.yml"]),
    ],
)
def test_the_files_follow_githubs_schema(schema: str, files: list[Path]) -> None:
    assert_succeeds(BESIDE_PYTHON / "check-jsonschema", "--builtin-schema", schema, *files)


@each_workflow
def test_every_action_is_pinned_by_its_commit_and_says_its_version(workflow: Path) -> None:
    uses = [line.strip() for line in workflow.read_text().splitlines() if "uses:" in line]
    pinned = re.compile(r"(- )?uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert uses
    assert [line for line in uses if not pinned.fullmatch(line)] == []


def test_an_action_has_the_same_commit_wherever_it_is_used() -> None:
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for action, commit in re.findall(r"uses: (\S+)@(.+)", path.read_text()):
            pins.setdefault(action, set()).add(commit)
    assert {action: commits for action, commits in pins.items() if len(commits) > 1} == {}


@each_workflow
def test_a_workflow_has_no_permission_that_a_job_does_not_ask_for(workflow: Path) -> None:
    assert workflow_of(workflow)["permissions"] == {}


@each_workflow
def test_a_job_may_write_only_to_deploy(workflow: Path) -> None:
    writers = {
        name
        for name, job in workflow_of(workflow)["jobs"].items()
        if "write" in job.get("permissions", {}).values()
    }
    assert writers <= {"deploy"}


@each_workflow
def test_no_pull_request_runs_with_the_repositorys_own_rights(workflow: Path) -> None:
    assert not {"pull_request_target", "workflow_run"} & set(workflow_of(workflow)["on"])


@each_workflow
def test_no_checkout_leaves_its_token_behind(workflow: Path) -> None:
    checkouts = [step for step in steps_of(workflow) if "actions/checkout@" in step.get("uses", "")]
    assert checkouts
    assert [step for step in checkouts if step["with"].get("persist-credentials") is not False] == []


@each_workflow
def test_every_job_has_a_limit_in_minutes(workflow: Path) -> None:
    jobs = workflow_of(workflow)["jobs"]
    assert [name for name, job in jobs.items() if "timeout-minutes" not in job] == []


@each_workflow
def test_no_text_from_outside_is_pasted_into_a_command(workflow: Path) -> None:
    assert [step["run"] for step in steps_of(workflow) if "${{" in step.get("run", "")] == []


def test_the_site_is_built_from_the_commit_that_was_checked() -> None:
    jobs = workflow_of(GITHUB / "workflows" / "publish.yml")["jobs"]
    assert jobs["check"]["steps"][0]["with"]["ref"] == "main"
    assert jobs["build"]["steps"][0]["with"]["ref"] == "${{ needs.check.outputs.commit }}"
    assert (jobs["build"]["needs"], jobs["deploy"]["needs"]) == ("check", "build")


STARTED = (
    Path(__file__).parents[1] / "site_templates" / "start" / "project" / ".github" / "workflows" / "check.yml"
)


@pytest.mark.parametrize("path", [GITHUB / "workflows" / "check.yml", STARTED], ids=["ours", "started"])
def test_a_pull_request_is_checked_against_what_it_wants_to_change(path: Path) -> None:
    (step,) = (step for step in steps_of(path) if "living-sla check" in step.get("run", ""))
    assert step["env"] == {"BASE": "${{ github.event.pull_request.base.sha }}"}
    assert step["run"].endswith('living-sla check --format github ${BASE:+--base "$BASE"}')


@pytest.mark.parametrize(("base", "code"), [("", 0), ("main", 1), ("-x; touch pwned", 2)])
def test_the_check_of_a_started_project_runs_with_and_without_a_base(
    committed: Path, base: str, code: int
) -> None:
    (step,) = (step for step in steps_of(STARTED) if "living-sla check" in step.get("run", ""))
    (committed / "data" / "acme" / "snapshots" / "2026-03-03.csv").unlink()
    environment = {"PATH": f"{BESIDE_PYTHON}{os.pathsep}{os.environ['PATH']}", "BASE": base}
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=committed, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert not (committed / "pwned").exists()
