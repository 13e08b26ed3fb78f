"""Every folder of `cases` is laid over the project `good/minimal` and loaded: a new case is a new folder."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from living_sla.diagnostics import InputError, render_text
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).parent / "cases"
BAD = sorted(path for path in (CASES / "bad").iterdir() if path.is_dir())
GOOD = sorted(path for path in (CASES / "good").iterdir() if path.is_dir())


def problems_of(case: Path, root: Path) -> str:
    """What `check` prints of a case: the problems that refuse it, or the warnings it is published with."""
    shutil.copytree(CASES / "good" / "minimal", root, dirs_exist_ok=True)
    shutil.copytree(case, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
    try:
        loaded = load_project(Project(root))
    except InputError as error:
        return render_text(error.problems)
    return render_text(warning for item in loaded for warning in item.record.warnings)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_a_bad_case_is_told_line_by_line(
    case: Path, tmp_path: Path, golden: Callable[[Path, str], None]
) -> None:
    golden(case / "expected.txt", problems_of(case, tmp_path))


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_a_good_case_loads_without_a_word(case: Path, tmp_path: Path) -> None:
    assert problems_of(case, tmp_path) == ""


def listed() -> dict[str, list[str]]:
    """What tests each row of the table in README.md."""
    table = (CASES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([YC][0-9]{2}) \|.*\| ([^|]+) \|$", table, re.MULTILINE)
    return {row: re.findall("`([^`]+)`", where) for row, where in rows}


def test_the_table_lists_every_row() -> None:
    assert list(listed()) == [f"Y{n:02}" for n in range(1, 55)] + [f"C{n:02}" for n in range(1, 47)]


def test_the_table_names_every_folder_with_a_number() -> None:
    numbered = {
        f"{path.parent.name}/{path.name}" for path in (*BAD, *GOOD) if re.match("[YC][0-9]", path.name)
    }
    assert numbered - {name for names in listed().values() for name in names} == set()


@pytest.mark.parametrize(
    "name", sorted({name for names in listed().values() for name in names if "/" in name})
)
def test_what_the_table_names_is_there(name: str) -> None:
    file, _, test = name.partition("::")
    folder = CASES if file.startswith(("bad/", "good/")) else CASES.parents[1]
    assert (folder / file).exists()
    assert not test or f"def {test}(" in (folder / file).read_text(encoding="utf-8")
