"""The main line in git becomes the revisions of every agreement: its texts after each commit, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from living_sla import git

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

MAIN_FILE = "agreement.yml"
TEXTS = {".yml", ".md"}
"""What an agreement consists of, by suffix: terms and prose."""
_FILES = {"100644", "100755"}
_FIELDS = "%H%x00%P%x00%cs%x00%an%x00%B"
# What GitHub and Gitea (merged, squashed), Azure DevOps, GitLab and Bitbucket write into a merge's message.
_PULL_REQUEST = re.compile(
    r"\AMerge pull request (?:'.*' \()?#([0-9]{1,9})\b|\A.*\(#([0-9]{1,9})\)$|\AMerged PR ([0-9]{1,9}):"
    r"|^See merge request \S*!([0-9]{1,9})$|\(pull request #([0-9]{1,9})\)",
    re.MULTILINE,
)
_PARENT = re.compile(rb"^parent ([0-9a-f]+)$", re.MULTILINE)
_AUTHOR = re.compile(rb"^author (.*?) <", re.MULTILINE)
_ENCODING = re.compile(rb"^encoding ([!-~]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the main line: its author is who wrote what it brought, not who merged it."""

    id: str
    on: date
    author: str
    pull_request: int | None


@dataclass(frozen=True, slots=True)
class Revision:
    """The texts of an agreement's folder, by file name, as one commit left them.

    `commit` is None where the clone does not reach back to the commit that wrote them, and for a draft: what
    stands in the folder and is not committed. Line ends are those of Unix, for a checkout may change them.
    """

    folder: str
    texts: Mapping[str, bytes] = field(repr=False)
    commit: Commit | None
    is_draft: bool = False

    @property
    def main_text(self) -> bytes:
        """The text of `agreement.yml`, or of the one file there was before it had a folder; may be empty."""
        return self.texts.get(MAIN_FILE) or self.texts.get(self.folder, b"")


@dataclass(frozen=True, slots=True)
class History:
    """What git tells of a project: the commit it stands at, and the revisions of its agreements by folder.

    `gap` says what is not known and `remedy` what to do; both are empty if nothing is missing. `prefix` leads
    from the top of the repository to the project.
    """

    commit: str = ""
    is_changed: bool = False
    revisions: Mapping[str, tuple[Revision, ...]] = field(default_factory=dict, repr=False)
    gap: str = ""
    remedy: str = ""
    prefix: str = ""


def load_history(root: Path, *, agreements: str = "agreement", data: str = "data") -> History:
    """Read the history of the commit checked out at a project's folder; a renamed folder is followed.

    Args:
        root: the project's folder.
        agreements: the path below it that holds one folder for each agreement.
        data: the path of the records, whose uncommitted changes are noted too.
    """
    try:
        checkout = git.checkout(root)
        changed = git.is_changed(root, (agreements, data))
        walk = _Walk(is_shallow=checkout.is_shallow)
        for said, changes in reversed(list(git.log(root, checkout.commit, agreements, _FIELDS))):
            walk.follow(said, changes)
        found = git.objects(root, walk.blobs)
        authors = _authors(root, walk.branches)
    except git.GitError as error:
        return History(gap=error.reason, remedy=error.remedy)
    contents = {
        blob: content.replace(b"\r\n", b"\n") if b"\r" in content else content
        for blob, content in found.items()
    }
    revisions = {
        folder: tuple(_read(left, contents, authors) for left in line) for folder, line in walk.lines.items()
    }
    gap, remedy = "", ""
    if checkout.is_shallow:
        gap = "the clone is shallow, so older versions are not known"
        remedy = "git fetch --unshallow, or fetch-depth: 0 in a workflow"
    elif len(contents) < len(walk.blobs):
        gap, remedy = "the clone leaves out the texts of older versions", "clone without --filter"
    return History(checkout.commit, changed, revisions, gap, remedy, checkout.prefix)


@dataclass(frozen=True, slots=True)
class _Left:
    """What a commit left in a folder: the blob of each file; `branch` is what a merge brought in."""

    folder: str
    blobs: dict[str, str]
    commit: Commit | None
    branch: str


@dataclass
class _Walk:
    """Follows the main line forward, keeping what each folder holds."""

    is_shallow: bool
    lines: dict[str, list[_Left]] = field(default_factory=dict)
    blobs: dict[str, None] = field(default_factory=dict)
    branches: dict[str, None] = field(default_factory=dict)
    _held: dict[str, dict[str, str]] = field(default_factory=dict)

    def follow(self, said: list[str], changes: list[list[str]]) -> None:
        """Take in one commit: its fields, and its changes as `git.log` gives them."""
        paths = [(_home(change[5]), _home(change[-1])) for change in changes]
        homes = [home for both in paths for home in both if home]
        before = {folder: _main(folder, self._held.get(folder, {})) for folder, _ in homes}
        for folder, name in homes:
            self._held.setdefault(folder, {}).pop(name, None)
        for (_, mode, _, blob, *_), (_, home) in zip(changes, paths, strict=True):
            if mode in _FILES and home:
                self._held[home[0]][home[1]] = blob
        after = {folder: _main(folder, self._held[folder]) for folder in before}
        renamed = {
            (old[0], new[0]) for old, new in paths if old and new and _is_main(*old) and _is_main(*new)
        }
        moved = _moved(before, after, renamed)
        self.lines |= {new: self.lines.pop(old, []) for new, old in moved.items()}
        for folder in (folder for folder, main in after.items() if main):
            self._note(folder, said)

    def _note(self, folder: str, said: list[str]) -> None:
        blobs = dict(self._held[folder])
        id_, parents, on, author, message = said
        first, *others = parents.split() or [""]
        branch = others[0] if len(others) == 1 else ""
        found = _PULL_REQUEST.search(message)
        number = int(next(filter(None, found.groups()))) if found else None
        day = _day(on) if first or not self.is_shallow else None
        commit = Commit(id_, day, author, number) if day else None
        self.blobs |= dict.fromkeys(blobs.values())
        self.branches |= dict.fromkeys(filter(None, [branch]))
        self.lines.setdefault(folder, []).append(_Left(folder, blobs, commit, branch))


def _moved(
    before: Mapping[str, str], after: Mapping[str, str], renamed: Collection[tuple[str, str]]
) -> dict[str, str]:
    """The folders that took over an agreement from another, each with that other.

    Args:
        before: the main file's blob in each folder that a commit touched; '' where there was none.
        after: the same after it.
        renamed: the old and the new folder of every main file that git found to be moved.
    """
    gone = [folder for folder, main in before.items() if main and not after[folder]]
    come = [folder for folder, main in after.items() if main and not before[folder]]
    moved = {new: old for old in gone for new in come if (old, new) in renamed or old == f"{new}.yml"}
    changed = [folder for folder in before if before[folder] and after[folder] not in {"", before[folder]}]
    swapped = {new: old for old in changed for new in changed if before[old] == after[new]}
    return moved | swapped


def _authors(root: Path, branches: Collection[str]) -> dict[str, str]:
    """Who wrote each branch: the author of its last commit but those that only brought it up to date."""
    authors: dict[str, str] = {}
    tips = {branch: branch for branch in branches}
    while tips:
        commits = git.objects(root, set(tips.values()))
        behind: dict[str, str] = {}
        for branch, commit in ((branch, commits.get(tip, b"")) for branch, tip in tips.items()):
            head = commit.partition(b"\n\n")[0]
            parents = _PARENT.findall(head)
            if len(parents) > 1:
                behind[branch] = parents[0].decode()
            elif found := _AUTHOR.search(head):
                authors[branch] = _decoded(found.group(1), _ENCODING.search(head))
        tips = behind
    return authors


def _decoded(name: bytes, encoding: re.Match[bytes] | None) -> str:
    try:
        return name.decode(encoding.group(1).decode() if encoding else "utf-8")
    except (LookupError, UnicodeDecodeError):
        return name.decode("utf-8", "replace")


def _read(left: _Left, contents: Mapping[str, bytes], authors: Mapping[str, str]) -> Revision:
    texts = {name: contents[blob] for name, blob in sorted(left.blobs.items()) if blob in contents}
    commit = left.commit
    if commit and left.branch in authors:
        commit = replace(commit, author=authors[left.branch])
    return Revision(left.folder, texts, commit)


@cache
def _home(path: str) -> tuple[str, str] | None:
    """The agreement's folder and the file's name; an agreement of one file is its own folder."""
    parts = PurePosixPath(path).parts[1:]
    if not 1 <= len(parts) <= 2 or PurePosixPath(path).suffix not in TEXTS:  # noqa: PLR2004 what lies deeper is no text of it
        return None
    return parts[0], parts[-1]


def _main(folder: str, blobs: Mapping[str, str]) -> str:
    """The blob of a folder's main file; '' if it has none."""
    return blobs.get(MAIN_FILE) or (blobs.get(folder, "") if folder.endswith(".yml") else "")


def _is_main(folder: str, name: str) -> bool:
    return name == MAIN_FILE or (folder == name and name.endswith(".yml"))


def _day(text: str) -> date | None:
    """A commit's day; None where its clock was so wrong that there is no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
