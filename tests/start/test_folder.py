from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from living_sla.diagnostics import InputError, render_text
from living_sla.start.answers import read_answers
from living_sla.start.folder import write_project

if TYPE_CHECKING:
    from tests.conftest import Run

    from living_sla.start.answers import Answers

ANSWERS = read_answers({"effective": "2026-12-01"})
TRAINING = read_answers({"effective": "2026-12-01", "starter": "training", "id": "launches"})


def everything_in(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def refused(folder: Path) -> list[str]:
    before = everything_in(folder)
    with pytest.raises(InputError) as caught:
        write_project(folder, ANSWERS)
    assert everything_in(folder) == before
    return render_text(caught.value.problems).splitlines()


def test_every_file_that_is_named_is_written(tmp_path: Path) -> None:
    written = write_project(tmp_path / "new" / "folder", ANSWERS)
    assert written == sorted(everything_in(tmp_path / "new" / "folder"))


def test_the_same_answers_give_the_same_bytes(tmp_path: Path) -> None:
    write_project(tmp_path / "a", ANSWERS)
    write_project(tmp_path / "b", ANSWERS)
    assert everything_in(tmp_path / "a") == everything_in(tmp_path / "b")


@pytest.mark.parametrize("answers", [ANSWERS, TRAINING], ids=["full", "training"])
def test_what_is_written_builds(tmp_path: Path, run: Run, answers: Answers) -> None:
    write_project(tmp_path, answers)
    done = run("living_sla", "build", "--strict", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    page = tmp_path / "site" / answers.id / "index.html"
    assert "Marketing and Sales" in page.read_text(encoding="utf-8")


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine\n")
    (tmp_path / "agreement" / "marketing-sales").mkdir(parents=True)
    (tmp_path / "agreement" / "marketing-sales" / "agreement.yml").write_text("ours\n")
    hint = "this file is already there; nothing was written; choose an empty folder [exists]"
    assert refused(tmp_path) == [
        f"README.md:1:1: error: {hint}",
        f"agreement/marketing-sales/agreement.yml:1:1: error: {hint}",
    ]


def test_a_project_is_not_started_twice(tmp_path: Path) -> None:
    written = write_project(tmp_path, ANSWERS)
    assert len(refused(tmp_path)) == len(written)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine\n")
    write_project(tmp_path, ANSWERS)
    assert (tmp_path / "notes.txt").read_text() == "mine\n"


def test_a_file_in_the_place_of_a_folder_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "agreement").write_text("mine\n")
    (line,) = refused(tmp_path)
    assert line.startswith("agreement:1:1: error: this is no folder, but a folder is needed here")


@pytest.mark.parametrize("link", ["data", "mkdocs.yml"])
def test_nothing_is_written_through_a_link(tmp_path: Path, link: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / link).symlink_to(tmp_path / "elsewhere" / "not-there-yet")
    assert refused(tmp_path / "project")[0].startswith(f"{link}:1:1: error: ")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_write_that_fails_leaves_no_half_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full_disk(path: Path, *arguments: str, **options: str) -> object:
        if path.name == "mkdocs.yml":
            raise OSError(28, "No space left on device", str(path))
        return opened(path, *arguments, **options)  # type: ignore[call-overload]  # passed on as it came

    monkeypatch.setattr(Path, "open", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_project(tmp_path, ANSWERS)
    monkeypatch.undo()
    assert everything_in(tmp_path) == {}
