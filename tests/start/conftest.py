from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from living_sla.project import Loaded, Project, load_project
from living_sla.start.answers import read_answers
from living_sla.start.folder import write_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EFFECTIVE = "2026-12-01"


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Loaded]:
    """A function that starts a project anew from answers, checks it, and gives back its one agreement."""

    def begin(**typed: str) -> Loaded:
        folder = tmp_path / "project"
        shutil.rmtree(folder, ignore_errors=True)
        answers = {"effective": EFFECTIVE} | {key.replace("_", "-"): text for key, text in typed.items()}
        write_project(folder, read_answers(answers))
        (loaded,) = load_project(Project(folder))
        return loaded

    return begin
