"""The wheel alone, in an environment of its own, builds the example's site."""

import html
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]  # one worker builds the environment, once


def run(*command: str | Path, cwd: Path) -> str:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, env=outside, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pins(text: str) -> set[str]:
    """One `name==version` per line, each name spelled the way indexes compare them."""
    pairs = (line.split("==") for line in text.splitlines() if "==" in line)
    return {f"{re.sub(r'[-_.]+', '-', name).lower()}=={version}" for name, version in pairs}


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def party_names() -> list[str]:
    agreements = (yaml.safe_load(path.read_text()) for path in (ROOT / "agreement").glob("*/agreement.yml"))
    return [party["name"] for agreement in agreements for party in agreement["parties"].values()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ("pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder))
    run(sys.executable, "-m", *build, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment") / "venv"
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    pip = (folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel, cwd=folder.parent)
    return folder


def test_the_wheel_holds_every_template_and_asset(wheel: Path) -> None:
    templates = (path for path in (ROOT / "site_templates").rglob("*") if path.is_file())
    expected = {f"living_sla/{path.relative_to(ROOT).as_posix()}" for path in templates}
    assert expected
    assert expected - names_in(wheel) == set()


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    folders = {name.partition("/")[0] for name in names_in(wheel)}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"living_sla"}


def test_every_package_the_wheel_brings_along_has_its_version_pinned(environment: Path) -> None:
    freeze = (environment / "bin" / "python", "-m", "pip", "freeze", "--exclude", "living-sla")
    assert pins(run(*freeze, cwd=environment)) - pins((ROOT / "constraints.txt").read_text()) == set()


def test_the_installed_command_builds_the_example(environment: Path, tmp_path: Path) -> None:
    for folder in ("agreement", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)

    run(environment / "bin" / "living-sla", "build", cwd=tmp_path)

    front_page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert party_names()
    assert [name for name in party_names() if html.escape(name) not in front_page] == []
