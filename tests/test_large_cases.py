"""Bad inputs too large to commit: each is refused at its place, and in little memory."""

from __future__ import annotations

import itertools
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from living_sla.diagnostics import InputError, render_text
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AGREEMENT = "agreement/acme/agreement.yml"
COMMITMENTS = "agreement/acme/commitments.yml"
SNAPSHOT = "data/acme/snapshots/2026-03-03.csv"
HEADER = "date,metric,value,segment\n"
LOAD = """
import resource, sys
from pathlib import Path
from living_sla.diagnostics import InputError, render_text
from living_sla.project import Project, load_project

resource.setrlimit(resource.RLIMIT_DATA, (300_000_000, 300_000_000))
try:
    load_project(Project(Path(sys.argv[1])))
except InputError as error:
    print(render_text(error.problems))
"""


def printed(project: Path) -> list[str]:
    with pytest.raises(InputError) as refusal:
        load_project(Project(project))
    return render_text(refusal.value.problems).splitlines()


def test_a_number_of_5000_digits_is_refused_at_its_place(project: Path) -> None:
    text = (project / COMMITMENTS).read_text()
    (project / COMMITMENTS).write_text(text.replace("at_most: 4.5", "at_most: " + "9" * 5000))
    words = f"'{'9' * 57}...' has more than 18 digits; put it in quotes if it is a text"
    assert printed(project) == [f"{COMMITMENTS}:21:47: error: {words} [number]"]


def test_900_brackets_are_refused_where_the_nesting_gets_too_deep(project: Path) -> None:
    (project / AGREEMENT).write_text("title: " + "[" * 900 + "]" * 900)
    assert printed(project) == [
        f"{AGREEMENT}:1:38: error: this is nested more than 30 levels deep [too-deep]"
    ]


def test_50_megabytes_are_refused_before_they_are_read(project: Path) -> None:
    fifty_megabytes_of_nothing(project / AGREEMENT)
    fifty_megabytes_of_nothing(project / SNAPSHOT)
    assert printed(project) == [
        f"{AGREEMENT}:1:1: error: 50,000,000 bytes are more than the 1,000,000 allowed [too-large]",
        f"{SNAPSHOT}:1:1: error: 50,000,000 bytes are more than the 20,000,000 allowed [too-large]",
    ]


def test_20001_values_are_refused_at_the_first_one_too_many(project: Path) -> None:
    (project / AGREEMENT).write_text("title:\n" + "- 1\n" * 20_000)
    assert printed(project) == [
        f"{AGREEMENT}:19999:3: error: the file holds more than 20,000 values [too-large]"
    ]


def test_a_cell_of_200000_characters_is_refused(project: Path) -> None:
    (project / SNAPSHOT).write_text(HEADER + "2026-03-01,mqls,1," + "x" * 200_000 + "\n")
    assert printed(project) == [
        f"{SNAPSHOT}:2:1: error: a cell has more than the 2,000 characters allowed [too-long]"
    ]


def test_a_cell_of_2001_characters_is_refused_at_its_place(project: Path) -> None:
    (project / SNAPSHOT).write_text(HEADER + "2026-03-01,mqls,1," + "x" * 2001 + "\n")
    assert printed(project) == [
        f"{SNAPSHOT}:2:19: error: 2,001 characters are more than the 2,000 allowed [too-long]"
    ]


def test_10000_bad_rows_are_told_as_50_and_a_count(project: Path) -> None:
    ten_thousand_bad_rows(project / SNAPSHOT)
    lines = printed(project)
    assert len(lines) == 51
    assert lines[0].startswith(f"{SNAPSHOT}:2:12: error: metric 'metric-0' is not known")
    assert lines[-1] == f"{SNAPSHOT}:1:1: error: more problems in this file, not shown here: 9,950 [more]"


def test_reading_stops_after_20000_problems(project: Path) -> None:
    a_million_short_rows(project / SNAPSHOT)
    with pytest.raises(InputError) as refusal:
        load_project(Project(project))
    assert len(refusal.value.problems) == 20_001
    assert refusal.value.problems[-1].message == "reading stops here, after 20,000 problems"


def test_more_than_300000_rows_are_refused(project: Path) -> None:
    (project / SNAPSHOT).write_text(HEADER + "2026-03-01,mqls,1,Web\n" * 300_001)
    assert printed(project) == [
        f"{SNAPSHOT}:300002:1: error: there are more than 300,000 rows; split the file by year [too-large]"
    ]


def fifty_megabytes_of_nothing(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50_000_000)


def alias_bomb(path: Path) -> None:
    names = "abcdefghi"
    lines = [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in itertools.pairwise(names)]
    path.write_text("a: &a [x]\n" + "\n".join(lines))


def ten_thousand_bad_rows(path: Path) -> None:
    path.write_text(HEADER + "".join(f"2026-03-01,metric-{n},1,\n" for n in range(10_000)))


def a_million_short_rows(path: Path) -> None:
    path.write_text(HEADER + "x\n" * 1_000_000)


def ten_thousand_wrong_keys(path: Path) -> None:
    path.write_text("".join(f"k{n}: 1\n" for n in range(9_999)))


@pytest.mark.parametrize(
    ("file", "write"),
    [
        (AGREEMENT, fifty_megabytes_of_nothing),
        (SNAPSHOT, fifty_megabytes_of_nothing),
        (AGREEMENT, alias_bomb),
        (AGREEMENT, ten_thousand_wrong_keys),
        (SNAPSHOT, ten_thousand_bad_rows),
        (SNAPSHOT, a_million_short_rows),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_bad_file_is_refused_within_300_megabytes(
    project: Path, file: str, write: Callable[[Path], None]
) -> None:
    write(project / file)
    done = subprocess.run([sys.executable, "-c", LOAD, project], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{file}:")
