"""The texts of a new project become files in a folder, and no file that was there is touched."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from living_sla.diagnostics import InputError, Place, Problem
from living_sla.start.files import project_files

if TYPE_CHECKING:
    from pathlib import Path

    from living_sla.start.answers import Answers


def write_project(folder: Path, answers: Answers) -> list[str]:
    """Write a new project into a folder, which is made where it is missing.

    Returns:
        the path of every file written, below the folder.

    Raises:
        InputError: with every file that is already there; nothing is written.
        OSError: a file cannot be written; those written before it are deleted.
    """
    texts = project_files(answers)
    if problems := [problem for path in texts for problem in _in_the_way(folder, path)]:
        raise InputError(sorted(set(problems)))
    with ExitStack() as undo:
        for path, text in texts.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8", newline="\n") as file:
                undo.callback(target.unlink)
                file.write(text)
        undo.pop_all()
    return list(texts)


def _in_the_way(folder: Path, path: str) -> list[Problem]:
    """The file itself where it exists, or a file or a link that stands where one of its folders should."""
    target = folder / path
    if target.is_symlink() or target.exists():
        hint = "nothing was written; choose an empty folder"
        return [Problem(Place(path), "exists", "this file is already there", hint)]
    parents = [parent for parent in target.parents if parent.is_relative_to(folder) and parent != folder]
    return [
        Problem(
            Place(parent.relative_to(folder).as_posix()),
            "exists",
            "this is no folder, but a folder is needed here",
            "nothing was written; choose an empty folder",
        )
        for parent in parents
        if parent.is_symlink() or (parent.exists() and not parent.is_dir())
    ]
