"""Throw-away git repositories: commits by named people on named days, with no configuration but their own."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Repository:
    """A repository with a working tree."""

    root: Path

    @classmethod
    def new(cls, root: Path) -> Repository:
        root.mkdir(parents=True)
        made = cls(root)
        made.git("init", "--quiet", "--initial-branch=main")
        return made

    def git(self, *arguments: str, on: str = "2026-01-01", author: str = "Mia Chen") -> str:
        """What git prints, without the line end."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        names = {f"GIT_{role}_NAME": author for role in ("AUTHOR", "COMMITTER")}
        emails = {f"GIT_{role}_EMAIL": "somebody@example.com" for role in ("AUTHOR", "COMMITTER")}
        days = {f"GIT_{role}_DATE": f"{on}T12:00:00+00:00" for role in ("AUTHOR", "COMMITTER")}
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", "-C", self.root, *arguments],
            check=True,
            capture_output=True,
            env=inherited | names | emails | days | alone,
        )
        return done.stdout.decode("utf-8", "replace").removesuffix("\n")

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files by path; None removes one."""
        for path, text in files.items():
            file = self.root / path
            if text is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode() if isinstance(text, str) else text)

    def commit(
        self,
        files: Mapping[str, str | bytes | None] | None = None,
        message: str = "Change the agreement",
        *,
        on: str = "2026-01-01",
        author: str = "Mia Chen",
        options: tuple[str, ...] = (),
    ) -> str:
        """Write files, commit everything, and give the commit's id."""
        self.write(files or {})
        self.git("add", "--all")
        commit = ("commit", "--quiet", "--allow-empty", "--allow-empty-message", "-m", message)
        self.git(*options, *commit, on=on, author=author)
        return self.git("rev-parse", "HEAD")

    def merge(self, branch: str, message: str, *, on: str = "2026-01-01", author: str = "Josh Bell") -> str:
        """Merge a branch into what is checked out by a merge commit, and give its id."""
        self.git("merge", "--quiet", "--no-ff", "-m", message, branch, on=on, author=author)
        return self.git("rev-parse", "HEAD")

    def clone(self, root: Path, *options: str) -> Repository:
        """A clone that takes what a server would send, so that depth and filters hold."""
        self.git("config", "uploadpack.allowFilter", "true")
        self.git("clone", "--quiet", *options, self.root.as_uri(), str(root))
        return Repository(root)


def terms(number: str, effective: str = "2026-01-01", *, title: str = "Acme", more: str = "") -> str:
    """The text of a small `agreement.yml` that loads."""
    return f"""\
title: {title}
version: "{number}"
effective: {effective}
summary: What marketing and sales of the company owe each other.
parties:
  marketing: {{name: Marketing}}
  sales: {{name: Sales}}
calendar: {{timezone: Europe/Berlin}}
{more}"""
