"""One small function for each question to the `git` program: the only door to it.

It runs without a shell, without the caller's GIT_ variables, and asks nobody and nothing else: no pager, no
prompt, no network, no replaced objects. What it prints is separated by NUL and read as bytes.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from living_sla.diagnostics import quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_LOG = (
    "-c", "log.showRoot=true", "log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z",
    "--no-abbrev", "-l1000", f"-O{os.devnull}", "--relative", "--no-ext-diff", "--no-notes",
    "--no-show-signature", "--no-color", "--no-mailmap", "--encoding=UTF-8",
)  # fmt: skip

_DIFF = (
    "-c", "core.fsmonitor=false", "-c", "diff.autoRefreshIndex=true", "diff", "--raw", "-z", "--no-abbrev",
    "--no-renames", f"-O{os.devnull}", "--relative", "--no-ext-diff", "--no-color", "--ignore-submodules",
)  # fmt: skip


@dataclass
class GitError(Exception):
    """Git cannot tell what was asked: why, in words, and what to do."""

    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Checkout:
    """The commit checked out at a folder, and whether the clone lacks older ones.

    `prefix` leads from the top of the repository to the folder; it is empty, or ends with a slash.
    """

    commit: str
    is_shallow: bool
    prefix: str


def checkout(root: Path) -> Checkout:
    """What is checked out at a folder.

    Raises:
        GitError: there is no git, no repository or no commit yet.
    """
    shallow, commit = _git(root, "rev-parse", "--is-shallow-repository", "--verify", "HEAD").split()
    prefix = _git(root, "rev-parse", "--show-prefix").removesuffix(b"\n")
    return Checkout(commit.decode(), shallow == b"true", prefix.decode("utf-8", "replace"))


def commit_of(root: Path, revision: str) -> str:
    """The commit that a revision names: a branch, a tag, an id, or what else git understands.

    Raises:
        GitError: it names none, or there is no git or no repository.
    """
    checkout(root)
    unknown = GitError(
        f"{quote(revision)} names no commit here", "in a workflow, fetch-depth: 0 brings every commit"
    )
    try:
        told = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    except GitError as error:
        raise unknown from error
    commit = told.decode().strip()
    if not commit.isalnum():  # `^main` stands for all that main does not lead to
        raise unknown
    return commit


def merge_base(root: Path, commit: str) -> str:
    """The newest commit that both a commit and what is checked out come from.

    Raises:
        GitError: none is known here.
    """
    try:
        return _git(root, "merge-base", commit, "HEAD").decode().strip()
    except GitError as error:
        remedy = "git fetch --unshallow, or fetch-depth: 0 in a workflow"
        raise GitError("no commit that both come from is here", remedy) from error


def changed_since(root: Path, commit: str, path: str) -> dict[str, str]:
    """The files below a path that are gone or not as they were at a commit, with the blob of that time.

    What is not committed counts too; files that came since do not.
    """
    out = _git(root, *_DIFF, commit, "--", path).decode("utf-8", "surrogateescape")
    tokens = out.split("\0")[:-1]
    changes = ((raw.split(" "), name) for raw, name in zip(tokens[::2], tokens[1::2], strict=True))
    return {name: raw[2] for raw, name in changes if raw[4] != "A"}


def files_at(root: Path, commit: str, path: str) -> set[str]:
    """The files that a commit holds below a path."""
    listing = _git(root, "ls-tree", "-r", "-z", "--name-only", commit, "--", path)
    return set(listing.decode("utf-8", "surrogateescape").split("\0")[:-1])


def is_changed(root: Path, paths: Collection[str]) -> bool:
    """Whether the files at some paths differ from what is checked out, files not added yet included."""
    found = _git(
        root,
        "-c",
        "core.fsmonitor=false",
        "status",
        "--porcelain",
        "--untracked-files=normal",
        "-z",
        "--",
        *paths,
    )
    return bool(found)


def log(root: Path, commit: str, path: str, fields: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Every commit of the main line (the first parents) that changed something below a path, newest first.

    Args:
        root: the project's folder; all paths are below it.
        commit: where the line ends.
        path: what must have changed.
        fields: `--format` placeholders joined by `%x00`.

    Yields:
        the fields, and for every change its modes, objects and status as `--raw` gives them, then one path,
        or for a renamed file two.
    """
    asked = (f"--format=tformat:{fields}", commit, "--", path)
    try:
        text = _git(root, *_LOG, "--find-renames", *asked)
    except (
        GitError
    ):  # a clone that leaves contents out cannot compare them: only what moved as it was is found
        text = _git(root, *_LOG, "--find-renames=100%", *asked)
    tokens = text.decode("utf-8", "replace").split("\0")[:-1]
    count, at = fields.count("%x00") + 1, 0
    while at < len(tokens):
        said, at = tokens[at : at + count], at + count
        changes = []
        while at < len(tokens) and tokens[at].lstrip("\n").startswith(":"):
            raw = tokens[at].lstrip("\n:").split(" ")
            end = at + (3 if raw[-1][0] in "RC" else 2)
            changes.append([*raw, *tokens[at + 1 : end]])
            at = end
        yield said, changes


def objects(root: Path, ids: Collection[str]) -> dict[str, bytes]:
    """The contents of blobs and commits by their ids; those the clone does not hold are left out."""
    try:
        return _contents(root, ids)
    except GitError:  # git gives up where one of them was left out of the clone and may not be fetched
        listing = ("--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
        here = set(_git(root, "cat-file", *listing).decode().split())
        return _contents(root, [id_ for id_ in ids if id_ in here])


def _contents(root: Path, ids: Collection[str]) -> dict[str, bytes]:
    if not ids:
        return {}
    out = _git(root, "cat-file", "--batch", listing="".join(f"{id_}\n" for id_ in ids).encode())
    found: dict[str, bytes] = {}
    at = 0
    for id_ in ids:
        end = out.index(b"\n", at)
        words = out[at:end].split()
        at = end + 1
        if len(words) == 3:  # noqa: PLR2004 id, type and size; two words say that it is missing
            size = int(words[2])
            found[id_] = out[at : at + size]
            at += size + 1
    return found


def _git(root: Path, *arguments: str, listing: bytes = b"") -> bytes:
    """What git prints."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "--no-pager", "-C", str(root), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 fixed words, no shell
            command, input=listing, capture_output=True, check=True, env=inherited | _ENVIRONMENT
        )
    except OSError as error:
        raise GitError("git is not installed", "install git") from error
    except subprocess.CalledProcessError as error:
        raise _refusal(error.stderr.decode("utf-8", "replace")) from error
    return done.stdout


def _refusal(said: str) -> GitError:
    """Git's own words as ours, for what people meet."""
    if "not a git repository" in said:
        return GitError("this folder is in no git repository", "run git init, then commit what was agreed")
    if "dubious ownership" in said:
        return GitError(
            "git does not trust this folder, which belongs to another user",
            "git config --global --add safe.directory, with the path of the repository",
        )
    if "Needed a single revision" in said:
        return GitError("nothing is committed yet", "commit what was agreed")
    reasons = (line.removeprefix("fatal: ") for line in said.splitlines() if line.startswith("fatal: "))
    return GitError(next(reasons, "git failed"))
