"""Git becomes the commit that the inputs stand at: the only door to the `git` program."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit's full id, and whether the inputs differ from it."""

    id: str
    is_changed: bool


def load_commit(root: Path, inputs: list[str]) -> Commit | None:
    """The commit checked out at a folder; None where there is no git, no repository or no commit yet.

    Args:
        root: the project's folder.
        inputs: the paths below it whose changes matter.
    """
    head = _git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    if head is None:
        return None
    status = _git(root, "status", "--porcelain", "--untracked-files=normal", "-z", "--", *inputs)
    return Commit(head.strip(), is_changed=bool(status))


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints, or None where it fails; GIT_ variables are kept out, so that `root` alone decides."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(root), "--no-optional-locks", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=True, env=environment)  # noqa: S603 fixed words, no shell
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.decode("utf-8", "replace")
