"""Every command: what it prints where, and how its exit code says how it went."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from tests.repositories import Repository

from living_sla import __version__
from living_sla.cli import cli

if TYPE_CHECKING:
    from tests.conftest import Run

ROOT = Path(__file__).parents[1]
COMMANDS = sorted(cli.commands)
MKDOCS = "site_name: Acme\ndocs_dir: agreement\ntheme: material\nplugins: [search, living-sla]\n"
PROBLEM = re.compile(r"[^:\n]+:[1-9][0-9]*:[1-9][0-9]*: (error|warning): .+ \[[a-z-]+\]")
BAD = [
    "C24-latin-1",
    "C34-empty-file",
    "Y25-utf-16",
    "Y37-merge-conflict",
    "Y54-ten-errors",
    "unclosed-quote",
]


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], prog_name="living-sla")


def arguments_of(command: str, project: Path) -> list[str | Path]:
    return [command, "-C", project, *([project / "out"] if command == "render" else [])]


@pytest.fixture
def project(project: Path) -> Path:
    """The small project with a mkdocs.yml."""
    (project / "mkdocs.yml").write_text(MKDOCS)
    return project


# --- help and documentation


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_an_example_that_parses(command: str) -> None:
    shown = call(command, "--help")
    assert shown.exit_code == 0
    (example,) = re.findall(r"^ +Example: living-sla (.+)$", shown.output, re.MULTILINE)
    name, *arguments = shlex.split(example)
    assert name == command
    cli.commands[command].make_context(command, arguments)


def documented() -> dict[str, set[str]]:
    """The long options of each command by README.md."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (of_all,) = re.findall(r"^Every command takes (.+)$", text, re.MULTILINE)
    rows = re.findall(r"^\| `living-sla ([a-z]+)[^`]*` \| (.+) \|$", text, re.MULTILINE)
    return {name: set(re.findall(r"--[a-z-]+", of_all + row)) for name, row in rows}


def test_every_command_and_option_is_documented_and_nothing_else() -> None:
    options = {
        name: {
            option
            for param in command.get_params(command.make_context(name, [], resilient_parsing=True))
            for option in param.opts
            if option.startswith("--")
        }
        for name, command in cli.commands.items()
    }
    assert documented() == options


def test_the_package_is_a_command_too(run: Run, tmp_path: Path) -> None:
    done = run("living_sla", "--version", cwd=tmp_path)
    assert done.stdout == f"living-sla, version {__version__}\n"


# --- wrong usage


@pytest.mark.parametrize(
    "arguments",
    [
        ["chekc"],
        ["check", "--format", "xml"],
        ["check", "--project", "nowhere"],
        ["status", "--as-of", "2026-13-40"],
        ["build", "--as-of", "yesterday"],
        ["render"],
        ["serve", "--address", "8000"],
        ["serve", "--address", "127.0.0.1:99999"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Error: " in done.stderr


# --- problems in the inputs


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("command", ["check", "status", "build", "render"])
def test_bad_inputs_are_told_by_place_and_leave_nothing_behind(
    project: Path, command: str, case: str
) -> None:
    shutil.copytree(ROOT / "tests" / "cases" / "bad" / case, project, dirs_exist_ok=True)
    before = sorted(project.rglob("*"))

    done = call(*arguments_of(command, project))

    assert (type(done.exception), done.exit_code) == (SystemExit, 1)
    told = done.stdout if command == "check" else done.stderr
    problems = [line for line in told.splitlines() if PROBLEM.fullmatch(line)]
    assert problems == (project / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"[0-9]+ problems?\.", done.stderr.splitlines()[-1])
    assert sorted(project.rglob("*")) == before


def test_a_command_of_its_own_shows_no_traceback_either(project: Path, run: Run) -> None:
    (project / "agreement" / "acme" / "agreement.yml").write_text("title: [\n")
    done = run("living_sla", "build", cwd=project)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("agreement/acme/agreement.yml:2:1: error: ")


def test_check_lists_problems_as_json(project: Path) -> None:
    (project / "data" / "acme" / "snapshots" / "2026-03-03.csv").write_text("date,metric\n")
    done = call("check", "-C", project, "--format", "json")
    (problem, *_) = json.loads(done.stdout)
    assert done.exit_code == 1
    assert problem["path"] == "data/acme/snapshots/2026-03-03.csv"
    assert (problem["line"], problem["severity"]) == (1, "error")


def test_check_annotates_pull_requests(project: Path) -> None:
    (project / "data" / "acme" / "snapshots" / "2026-03-03.csv").write_text("date,metric\n")
    done = call("check", "-C", project, "--format", "github")
    assert done.exit_code == 1
    first, *_ = done.stdout.splitlines()
    assert first.startswith("::error file=data/acme/snapshots/2026-03-03.csv,line=1,col=")


def test_a_title_cannot_speak_to_github(committed: Path) -> None:
    terms = committed / "agreement" / "acme" / "agreement.yml"
    text = terms.read_text().replace('version: "1.0.0"', 'version: "1.0.1"')
    text = text.replace("effective: 2026-01-01", "effective: 2026-01-02")
    terms.write_text(text.replace("title: Acme", 'title: "::error::gone%0A::warning::too"'))
    (committed / "data" / "acme" / "notes.csv").write_text("")
    done = call("check", "-C", committed, "--format", "github")
    assert done.exit_code == 0
    commands = [line for line in done.output.splitlines() if line.startswith("::")]
    assert len(commands) == 1
    assert commands[0].startswith("::warning file=data/acme/notes.csv,")


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_check_of_good_inputs_is_exit_code_0(committed: Path, form: str) -> None:
    done = call("check", "-C", committed, "--format", form)
    assert done.exit_code == 0
    assert done.stdout == {"text": "", "json": "[]\n", "github": ""}[form]
    assert done.stderr == "No errors, 0 warnings in 1 agreement: Acme.\n"


def test_check_says_that_versions_are_not_known_outside_git(project: Path) -> None:
    done = call("check", "-C", project)
    assert done.exit_code == 0
    assert done.stdout == (
        "agreement:1:1: warning: not all versions are known: this folder is in no git repository; "
        "run git init, then commit what was agreed [history]\n"
    )


@pytest.mark.parametrize("command", ["check", "status", "build", "render"])
def test_a_folder_without_agreements_is_told(tmp_path: Path, command: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: Acme\ndocs_dir: docs\nplugins: [living-sla]\n")
    done = call(*arguments_of(command, tmp_path))
    assert done.exit_code == 1
    assert "agreement:1:1: error: the folder agreement/ is missing" in done.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            None,
            "mkdocs.yml:1:1: error: this file is missing; run living-sla in the folder that holds mkdocs.yml",
        ),
        (
            MKDOCS.replace(", living-sla", ""),
            "mkdocs.yml:1:1: error: the plugin living-sla is not listed; add",
        ),
        (MKDOCS + "nav: [\n", "mkdocs.yml:6:1: error: "),
        (MKDOCS + "nav: \t- x\n", "mkdocs.yml:5:6: error: "),
        (MKDOCS.replace("material", "nowhere"), "mkdocs.yml:1:1: error: "),
        ("- a\n- b\n", "mkdocs.yml:1:1: error: "),
        ("", "mkdocs.yml:1:1: error: "),
        (
            MKDOCS.replace("living-sla]", "{living-sla: {as_of: 2026-02-31}}]"),
            "mkdocs.yml:1:1: error: day is out of range for month [mkdocs]",
        ),
        (
            MKDOCS.replace("living-sla]", "{living-sla: {as_of: 20 March}}]"),
            "mkdocs.yml:1:1: error: as_of '20 March' is not a day written YYYY-MM-DD; write it",
        ),
    ],
    ids=["missing", "no-plugin", "unclosed", "tab", "theme", "list", "empty", "no-such-day", "day"],
)
def test_what_is_wrong_with_mkdocs_yml_is_told(project: Path, text: str | None, told: str) -> None:
    (project / "mkdocs.yml").unlink() if text is None else (project / "mkdocs.yml").write_text(text)
    done = call("build", "-C", project)
    assert (type(done.exception), done.exit_code) == (SystemExit, 1)
    assert told in done.stderr
    assert not (project / "site").exists()


def test_serve_tells_what_is_wrong_with_mkdocs_yml_too(project: Path) -> None:
    (project / "mkdocs.yml").write_text(MKDOCS.replace(", living-sla", ""))
    done = call("serve", "-C", project)
    assert done.exit_code == 1
    assert done.stderr.startswith("mkdocs.yml:1:1: error: the plugin living-sla is not listed; add")


# --- status


def test_status_as_json_is_the_file_of_the_site(built_example: Path) -> None:
    done = call("status", "-C", built_example.parent, "--format", "json")
    assert done.exit_code == 0
    assert done.stdout == (built_example / "status.json").read_text(encoding="utf-8")


def test_status_shows_every_promise_without_colours_where_it_is_piped(project: Path, run: Run) -> None:
    done = run("living_sla", "status", cwd=project)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    title, _, header, _, *rows = map(str.rstrip, done.stdout.splitlines())
    assert title == "Acme, version 1.0.0, numbers to 2 March 2026"
    assert header.split() == [
        *("Party", "Promise", "Period", "Verdict", "Actual", "Target", "What", "is", "left")
    ]
    assert len([row for row in rows if row]) == 6


def test_status_is_in_the_order_of_the_page_and_tells_the_forecasts(built_example: Path) -> None:
    page = (built_example / "index.html").read_text(encoding="utf-8")
    needy = page.partition('<ul class="sla-attention">')[2].partition("</ul>")[0]
    names = re.findall(r"<a [^>]*>([^:<]+): ([^<]+)</a>", needy)
    rows = call("status", "-C", built_example.parent).stdout.splitlines()
    told = [tuple(re.split(r" {2,}", row.strip())[:2]) for row in rows if row[:2].strip()]
    assert names == [("Sales", "New revenue"), ("Marketing", "Qualified leads")]
    assert told[3:5] == names
    assert "18% to reach $450,000" in " ".join(" ".join(rows).split())


def test_a_title_is_no_markup_of_the_terminal(project: Path) -> None:
    terms = project / "agreement" / "acme" / "agreement.yml"
    terms.write_text(terms.read_text().replace("title: Acme", 'title: "[/b][red]Acme :smile:"'))
    assert call("status", "-C", project).stdout.startswith("[/b][red]Acme :smile:, version 1.0.0")


@pytest.mark.parametrize(("day", "code"), [("2026-03-02", 0), ("2026-03-07", 1)])
def test_a_missed_promise_is_a_failure_only_where_asked(project: Path, day: str, code: int) -> None:
    """The weekly report is due on Friday, 6 March, and there is none."""
    deliveries = project / "data" / "acme" / "deliveries.csv"
    header, *_ = deliveries.read_text().splitlines()
    deliveries.write_text(header + "\n")
    assert call("status", "-C", project, "--as-of", day).exit_code == 0
    assert call("status", "-C", project, "--as-of", day, "--fail-on", "missed").exit_code == code


def test_a_promise_that_no_longer_stands_is_no_failure(tmp_path: Path) -> None:
    """Until March the posts were promised, and missed; the table does not show them any more."""
    terms = 'title: Acme\nversion: "{}"\neffective: {}\ncalendar: {{timezone: Europe/Berlin}}\n'
    parties = "parties: {marketing: {name: Marketing}, sales: {name: Sales}}\n"
    posts = "commitments: [{id: posts, party: marketing, measure: {deliver: {post: 1}, every: month}}]\n"
    talks = posts.replace("post", "talk")
    repository = Repository.new(tmp_path / "repository")
    folder = "agreement/acme/"
    for number, effective, promised in [("1.0.0", "2026-01-01", posts), ("2.0.0", "2026-03-01", talks)]:
        text = terms.format(number, effective) + parties
        files = {f"{folder}agreement.yml": text, f"{folder}commitments.yml": promised}
        repository.commit(files | {"mkdocs.yml": MKDOCS}, on="2025-12-01")
    arguments = ("status", "-C", repository.root, "--fail-on", "missed", "--as-of")
    assert call(*arguments, "2026-02-28").exit_code == 1
    assert call(*arguments, "2026-03-20").exit_code == 0


def test_before_any_numbers_status_says_that_there_are_none(project: Path) -> None:
    shutil.rmtree(project / "data")
    assert call("status", "-C", project).stdout.splitlines()[0].rstrip() == (
        "Acme, version 1.0.0, no numbers yet"
    )


# --- quiet, and light


def test_build_says_one_line_and_nothing_on_standard_output(project: Path, run: Run) -> None:
    done = run("living_sla", "build", cwd=project)
    assert done.returncode == 0
    assert done.stdout == ""
    site = project / "site"
    told = f"Built {site}: open {site / 'index.html'} through a web server, or run living-sla serve.\n"
    assert done.stderr == told


def test_check_imports_no_heavy_library(committed: Path) -> None:
    script = (
        "import sys\n"
        "from living_sla.cli import cli\n"
        "cli(['check'], standalone_mode=False)\n"
        "print({'pandas', 'plotly', 'mkdocs', 'holidays', 'rich', 'jinja2'} & sys.modules.keys())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=committed, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


# --- snapshots since a base

SNAPSHOT = Path("data", "acme", "snapshots", "2026-03-03.csv")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", folder, *arguments], check=True)


def test_check_against_a_base_passes_what_was_not_edited(committed: Path) -> None:
    done = call("check", "-C", committed, "--base", "main")
    assert (done.exit_code, done.stdout) == (0, "")


def test_check_against_a_base_refuses_an_edited_snapshot_with_everything_else(committed: Path) -> None:
    snapshot = committed / SNAPSHOT
    snapshot.write_text(snapshot.read_text(encoding="utf-8").replace("mqls,4,Web", "mqls,4,Fax"))
    done = call("check", "-C", committed, "--base", "HEAD")
    assert done.exit_code == 1
    found = [line.rpartition(" ")[2] for line in done.stdout.splitlines()]
    assert found == ["[snapshot-edited]", "[unknown-segment]"]
    assert (
        f"{SNAPSHOT.as_posix()}:2:1: error: snapshot edited: line 2 was '2026-03-01,mqls,4,Web' at "
        in done.stdout
    )


def test_check_annotates_a_deleted_snapshot(committed: Path) -> None:
    (committed / SNAPSHOT).unlink()
    done = call("check", "-C", committed, "--base", "main", "--format", "github")
    assert done.exit_code == 1
    assert (
        f"::error file={SNAPSHOT.as_posix()},line=1,col=1,title=snapshot-deleted::snapshot deleted: "
        in done.stdout
    )


def test_check_against_a_base_without_common_history_is_exit_code_1(committed: Path) -> None:
    git(committed, "checkout", "-q", "--orphan", "other")
    git(committed, "-c", "user.name=Josh", "-c", "user.email=josh@example.com", "commit", "-qm", "Begin anew")
    done = call("check", "-C", committed, "--base", "main")
    assert done.exit_code == 1
    assert "no commit that both come from is here" in done.stdout


@pytest.mark.parametrize(
    "revision",
    [
        "",
        "nowhere",
        "-x",
        "v1 ;x",
        "--output=pwned",
        "$(touch pwned)",
        "^main",
        "main..main",
        "main:data",
        "0" * 40,
    ],
)
def test_a_base_that_names_no_commit_is_wrong_usage(committed: Path, revision: str) -> None:
    done = call("check", "-C", committed, "--base", revision)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"Error: Invalid value for --base: '{revision}' names no commit here; " in done.stderr
    assert not list(committed.rglob("pwned"))


@pytest.mark.parametrize("tag", ["$(touch${IFS}pwned)", "`touch`", "a;b", "Größe", "v1'\""])
def test_a_base_may_have_any_name_that_git_allows(committed: Path, tag: str) -> None:
    git(committed, "tag", tag)
    assert call("check", "-C", committed, "--base", tag).exit_code == 0
    assert not list(committed.rglob("pwned"))


def test_a_base_without_a_repository_is_wrong_usage(project: Path) -> None:
    done = call("check", "-C", project, "--base", "main")
    assert done.exit_code == 2
    assert "this folder is in no git repository" in done.stderr
