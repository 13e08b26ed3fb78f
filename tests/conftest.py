from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
Golden = Callable[[Path, str], None]
Run = Callable[..., subprocess.CompletedProcess[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--refresh", action="store_true", help="write what tests expect anew, to be reviewed as a diff"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """A check that a file holds exactly a text; with `--refresh` the file is written instead."""

    def check(path: Path, text: str) -> None:
        if request.config.getoption("refresh"):
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the small complete project that the cases start from."""
    return Path(shutil.copytree(ROOT / "tests" / "cases" / "good" / "minimal", tmp_path / "project"))


@pytest.fixture
def committed(project: Path) -> Path:
    """The small project as a git repository with one commit."""
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["-c", "user.name=Josh", "-c", "user.email=josh@example.com", "commit", "-qm", "Agree"],
    ):
        subprocess.run(["git", "-C", project, *arguments], check=True)
    return project


@pytest.fixture(scope="session")
def run() -> Run:
    """A function that runs a module (`living_sla` or `mkdocs`) as a command of its own, and captures it."""

    def run_one(
        module: str, *arguments: str | Path, cwd: Path, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        everything = os.environ | environment
        return subprocess.run(command, cwd=cwd, env=everything, capture_output=True, text=True, check=False)

    return run_one


def copy_example(folder: Path) -> Path:
    """The example's inputs in a folder of their own, outside git."""
    for name in ("agreement", "data"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return folder


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example's inputs, outside git."""
    return copy_example(tmp_path / "example")


@pytest.fixture(scope="session")
def retold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as a git repository with four versions and a restated March; only to be read."""
    folder = tmp_path_factory.mktemp("retold") / "acme"
    subprocess.run([sys.executable, ROOT / "benchmarks" / "retell.py", folder], check=True)
    return folder


@pytest.fixture(scope="session")
def built_example(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """The example's site, built once; only to be read."""
    folder = copy_example(tmp_path_factory.mktemp("built") / "example")
    done = run("living_sla", "build", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"
