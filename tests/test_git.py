"""Questions to git, asked of real repositories: whatever their names, messages, configuration and state."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.repositories import Repository

from living_sla import git

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = "%H%x00%an%x00%B"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without configuration."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


@pytest.fixture
def repository(tmp_path: Path, home: Path) -> Repository:
    assert home.is_dir()
    return Repository.new(tmp_path / "acme")


def read(repository: Repository, root: Path | None = None) -> list[tuple[list[str], list[list[str]]]]:
    root = root or repository.root
    return list(git.log(root, git.checkout(root).commit, "agreement", FIELDS))


def names(repository: Repository, root: Path | None = None) -> list[list[str]]:
    """The status and the paths of each change, commit after commit, newest first."""
    return [change[4:] for _, changes in read(repository, root) for change in changes]


# --- what is checked out


def test_the_commit_checked_out_is_told(repository: Repository) -> None:
    commit = repository.commit({"agreement/a/agreement.yml": "a"})
    assert git.checkout(repository.root) == git.Checkout(commit, is_shallow=False, prefix="")


def test_a_folder_outside_a_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(git.GitError) as raised:
        git.checkout(tmp_path)
    assert raised.value.reason == "this folder is in no git repository"


def test_a_repository_without_a_commit_is_told(repository: Repository) -> None:
    with pytest.raises(git.GitError) as raised:
        git.checkout(repository.root)
    assert raised.value == git.GitError("nothing is committed yet", "commit what was agreed")


def test_a_missing_git_is_told(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"agreement/a/agreement.yml": "a"})
    monkeypatch.setenv("PATH", str(repository.root))
    with pytest.raises(git.GitError) as raised:
        git.checkout(repository.root)
    assert raised.value == git.GitError("git is not installed", "install git")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away"
)
def test_a_folder_of_another_user_is_told(repository: Repository) -> None:
    repository.commit({"agreement/a/agreement.yml": "a"})
    os.chown(repository.root, 12345, 12345)
    os.chown(repository.root / ".git", 12345, 12345)
    with pytest.raises(git.GitError) as raised:
        git.checkout(repository.root)
    assert raised.value.reason == "git does not trust this folder, which belongs to another user"


def test_a_shallow_clone_says_so(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"agreement/a/agreement.yml": "a"})
    repository.commit({"agreement/a/agreement.yml": "b"})
    clone = repository.clone(tmp_path / "clone", "--depth=1")
    assert git.checkout(clone.root).is_shallow


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE"])
def test_the_callers_git_variables_do_not_lead_elsewhere(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    commit = repository.commit({"agreement/a/agreement.yml": "a"})
    monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert git.checkout(repository.root).commit == commit
    assert not git.is_changed(repository.root, ("agreement",))


def test_another_working_tree_of_the_repository_is_a_checkout_too(
    repository: Repository, tmp_path: Path
) -> None:
    commit = repository.commit({"agreement/a/agreement.yml": "a"})
    repository.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "-b", "other")
    assert git.checkout(tmp_path / "tree").commit == commit


# --- what is not committed


@pytest.mark.parametrize(
    ("files", "is_changed"),
    [
        ({}, False),
        ({"agreement/a/agreement.yml": "b"}, True),
        ({"agreement/a/new.md": "new"}, True),
        ({"agreement/a/agreement.yml": None}, True),
        ({"README.md": "elsewhere"}, False),
    ],
)
def test_changes_below_the_paths_are_noticed(
    repository: Repository, files: dict[str, str | None], *, is_changed: bool
) -> None:
    repository.commit({"agreement/a/agreement.yml": "a", "README.md": "here"})
    repository.write(files)
    assert git.is_changed(repository.root, ("agreement", "data")) is is_changed


def test_a_status_with_a_header_is_no_change(repository: Repository, home: Path) -> None:
    (home / ".gitconfig").write_text("[status]\nbranch = true\nshowStash = true\nshowUntrackedFiles = no\n")
    repository.commit({"agreement/a/agreement.yml": "a"})
    assert not git.is_changed(repository.root, ("agreement",))
    repository.write({"agreement/a/new.md": "new"})
    assert git.is_changed(repository.root, ("agreement",))


def test_line_ends_that_the_checkout_changed_are_no_change(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"agreement/a/agreement.yml": "a\nb\n"})
    clone = repository.clone(tmp_path / "clone", "-c", "core.autocrlf=true")
    assert (clone.root / "agreement" / "a" / "agreement.yml").read_bytes() == b"a\r\nb\r\n"
    assert not git.is_changed(clone.root, ("agreement",))


def test_no_program_of_the_configuration_is_run(repository: Repository, home: Path, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/pwned'\n")
    program.chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\nfsmonitor = {program}\npager = {program}\nsshCommand = {program}\n"
        f"[diff]\nexternal = {program}\n[pager]\nlog = {program}\n[credential]\nhelper = {program}\n"
    )
    commit = repository.commit({"agreement/a/agreement.yml": "a"})
    git.is_changed(repository.root, ("agreement",))
    git.changed_since(repository.root, commit, "agreement")
    assert len(read(repository)) == 1
    assert not (tmp_path / "pwned").exists()


# --- the log


def test_the_log_tells_the_newest_commit_first(repository: Repository) -> None:
    repository.commit({"agreement/a/agreement.yml": "a"}, "Agree")
    repository.commit({"README.md": "not of an agreement"}, "Explain")
    repository.commit({"agreement/a/agreement.yml": "b"}, "Amend", author="Josh Bell")
    assert [(author, message) for (_, author, message), _ in read(repository)] == [
        ("Josh Bell", "Amend\n"),
        ("Mia Chen", "Agree\n"),
    ]


def test_a_change_names_both_modes_and_objects_the_status_and_the_path(repository: Repository) -> None:
    first = repository.commit({"agreement/a/agreement.yml": "a"})
    ((_, (change,)),) = read(repository)
    blob = repository.git("rev-parse", f"{first}:agreement/a/agreement.yml")
    assert change == ["000000", "100644", "0" * 40, blob, "A", "agreement/a/agreement.yml"]


def test_a_renamed_file_has_two_paths(repository: Repository) -> None:
    repository.commit({"agreement/a/agreement.yml": "same\n" * 9})
    repository.commit({"agreement/a/agreement.yml": None, "agreement/b/agreement.yml": "same\n" * 9})
    assert names(repository)[0] == ["R100", "agreement/a/agreement.yml", "agreement/b/agreement.yml"]


def test_many_files_renamed_at_once_are_found_whatever_the_users_limit(
    repository: Repository, home: Path
) -> None:
    (home / ".gitconfig").write_text("[diff]\nrenameLimit = 1\n")
    texts = {name: f"{name}\n" * 9 for name in "abc"}
    repository.commit({f"agreement/{name}/agreement.yml": text for name, text in texts.items()})
    repository.write({f"agreement/{name}/agreement.yml": None for name in texts})
    repository.commit({f"agreement/new-{name}/agreement.yml": f"{text}new\n" for name, text in texts.items()})
    assert [paths for _, *paths in names(repository)[:3]] == [
        [f"agreement/{name}/agreement.yml", f"agreement/new-{name}/agreement.yml"] for name in "abc"
    ]


def test_of_a_merge_only_what_it_brought_to_the_main_line_is_told(repository: Repository) -> None:
    repository.commit({"agreement/a/agreement.yml": "a"})
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit({"agreement/a/agreement.yml": "b"})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"agreement/b/agreement.yml": "other"})
    merge = repository.merge("topic", "Merge")
    told = [(said[0], [change[-1] for change in changes]) for said, changes in read(repository)]
    assert told[0] == (merge, ["agreement/a/agreement.yml"])
    assert len(told) == 3


@pytest.mark.parametrize(
    "name",
    ["my file.md", "Übersicht.md", 'say "hi".md', "tab\there.md", "line\nbreak.md", ":100644 x.md", "-x"],
)
def test_every_file_name_comes_through(repository: Repository, name: str) -> None:
    repository.commit({f"agreement/a/{name}": "text"})
    assert names(repository) == [["A", f"agreement/a/{name}"]]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "one line",
        ":100644 100644 0000000 1111111 M\tagreement/a/agreement.yml",
        "title\n\n:100644 100644 0000000 1111111 M\n",
        "\n\n\nbody only",
        "Grüße aus Köln 🎉",
        "100644\x01\x1b[31m",
    ],
)
def test_every_message_comes_through(repository: Repository, message: str) -> None:
    repository.commit({"agreement/a/agreement.yml": "a"}, message)
    repository.commit({"agreement/a/agreement.yml": "b"}, "next")
    (_, told), (_, first) = [(said, said[2]) for said, _ in read(repository)]
    assert told == "next\n"
    assert first.strip() == message.strip()
    assert names(repository) == [["M", "agreement/a/agreement.yml"], ["A", "agreement/a/agreement.yml"]]


def test_a_message_of_a_megabyte_comes_through(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "message").write_text("word " * 200_000)
    repository.write({"agreement/a/agreement.yml": "a"})
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "-F", str(tmp_path / "message"))
    (((_, _, message), _),) = read(repository)
    assert len(message) == 1_000_000


def test_a_name_in_another_encoding_comes_through(repository: Repository) -> None:
    repository.write({"agreement/a/agreement.yml": "a"})
    repository.git("add", "--all")
    latin = repository.root / "message"
    latin.write_bytes("Geändert".encode("latin-1"))
    repository.git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "--quiet", "-F", str(latin))
    (((_, _, message), _),) = read(repository)
    assert message == "Geändert\n"


CONFIGURATIONS = [
    "[diff]\nrenames = false",
    "[diff]\nrenameLimit = 1",
    "[diff]\nnoprefix = true",
    "[diff]\nmnemonicPrefix = true",
    "[diff]\norderFile = /no/such/file",
    "[diff]\nexternal = false",
    "[diff]\nrelative = false",
    "[log]\nshowSignature = true",
    "[log]\ndiffMerges = separate",
    "[log]\nmailmap = true",
    "[log]\nfollow = true",
    "[log]\nshowRoot = false",
    "[log]\ndecorate = full",
    "[log]\nabbrevCommit = true",
    "[color]\nui = always",
    "[core]\nquotePath = true",
    "[core]\npager = false",
    "[core]\nautocrlf = true",
    "[core]\nabbrev = 4",
    "[core]\nattributesFile = /no/such/file",
    "[i18n]\nlogOutputEncoding = ISO-8859-1",
    "[format]\npretty = oneline",
    "[format]\nnotes = true",
    "[notes]\ndisplayRef = refs/notes/*",
    "[alias]\nlog = !false\nstatus = !false",
]


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_no_configuration_of_the_user_changes_what_is_read(
    repository: Repository, home: Path, configuration: str
) -> None:
    text = "".join(f"line {n}\n" for n in range(20))
    mailmap = "Another <a@example.com> <somebody@example.com>\n"
    files = {"agreement/a/Über uns.md": text, "agreement/a/agreement.yml": text + "b", ".mailmap": mailmap}
    repository.commit(files, author="Zoë")
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.git("mv", "agreement/a", "agreement/b")
    repository.commit({"agreement/b/agreement.yml": text + "c", "agreement/b/Über uns.md": text + "d"})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"agreement/z/agreement.yml": "other\n"})
    repository.merge("topic", "Merge: Grüße")
    repository.git("notes", "add", "-m", "a note")
    before = (read(repository), git.is_changed(repository.root, ("agreement",)))
    (home / ".gitconfig").write_text(f"{configuration}\n")
    assert (read(repository), git.is_changed(repository.root, ("agreement",))) == before
    assert [change[0][:1] for change in names(repository)] == ["R", "R", "A", "A", "A"]


def test_paths_are_those_below_a_project_in_a_folder_of_the_repository(repository: Repository) -> None:
    repository.commit({"teams/sla/agreement/a/agreement.yml": "a", "agreement/b/agreement.yml": "not ours"})
    root = repository.root / "teams" / "sla"
    assert names(repository, root) == [["A", "agreement/a/agreement.yml"]]


def test_a_replaced_commit_is_read_as_it_was_committed(repository: Repository) -> None:
    commit = repository.commit({"agreement/a/agreement.yml": "a"}, "as committed")
    tree = repository.git("rev-parse", "HEAD^{tree}")
    repository.git("replace", commit, repository.git("commit-tree", tree, "-m", "forged"))
    (((_, _, message), _),) = read(repository)
    assert message == "as committed\n"


def test_a_graft_hides_nothing(repository: Repository) -> None:
    repository.commit({"agreement/a/agreement.yml": "a"})
    second = repository.commit({"agreement/a/agreement.yml": "b"})
    (repository.root / ".git" / "info" / "grafts").write_text(f"{second}\n")
    assert len(read(repository)) == 2


@pytest.mark.parametrize("name", ["v1 ;x", "-x", "$(touch pwned)", "`touch pwned`", "--output=pwned", "HEAD"])
def test_tags_and_branches_of_any_name_do_nothing(repository: Repository, name: str) -> None:
    commit = repository.commit({"agreement/a/agreement.yml": "a"})
    for kind in ("tags", "heads"):
        ref = repository.root / ".git" / "refs" / kind / name
        ref.write_text(f"{commit}\n")
    assert git.checkout(repository.root).commit == commit
    assert len(read(repository)) == 1
    assert not list(repository.root.rglob("pwned"))


def test_a_branch_named_as_a_folder_is_no_riddle(repository: Repository) -> None:
    commit = repository.commit({"agreement/a/agreement.yml": "a"})
    repository.git("branch", "agreement")
    assert [said[0] for said, _ in read(repository)] == [commit]
    assert not git.is_changed(repository.root, ("agreement",))


# --- objects


def test_blobs_and_commits_are_read_by_their_ids(repository: Repository) -> None:
    commit = repository.commit({"agreement/a/agreement.yml": "one\n\ntwo", "agreement/b/agreement.yml": ""})
    one = repository.git("rev-parse", "HEAD:agreement/a/agreement.yml")
    empty = repository.git("rev-parse", "HEAD:agreement/b/agreement.yml")
    found = git.objects(repository.root, [one, commit, empty])
    assert (found[one], found[empty]) == (b"one\n\ntwo", b"")
    assert re.match(rb"tree [0-9a-f]{40}\nauthor Mia Chen <", found[commit])


def test_an_object_that_is_not_there_is_left_out(repository: Repository) -> None:
    repository.commit({"agreement/a/agreement.yml": "a"})
    here = repository.git("rev-parse", "HEAD:agreement/a/agreement.yml")
    assert git.objects(repository.root, ["1" * 40, here, "2" * 40]) == {here: b"a"}


def test_no_objects_are_asked_for_without_ids(tmp_path: Path) -> None:
    assert git.objects(tmp_path, []) == {}


def test_a_clone_without_contents_fetches_none(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"agreement/a/agreement.yml": "same\n" * 9 + "a"})
    repository.commit({"agreement/a/agreement.yml": None, "agreement/b/agreement.yml": "same\n" * 9 + "b"})
    old = repository.git("rev-parse", "HEAD^:agreement/a/agreement.yml")
    new = repository.git("rev-parse", "HEAD:agreement/b/agreement.yml")
    clone = repository.clone(tmp_path / "clone", "--filter=blob:none")
    assert [status[0] for status, *_ in names(clone)] == ["D", "A", "A"]
    assert git.objects(clone.root, [old, new]) == {new: b"same\n" * 9 + b"b"}
    missing = subprocess.run(
        ["git", "-C", clone.root, "rev-list", "--objects", "--all", "--missing=print"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert f"?{old}" in missing


# --- what changed since


@pytest.mark.parametrize("revision", ["main", "v1", "HEAD", "HEAD~0", "refs/heads/main"])
def test_a_revision_names_a_commit(repository: Repository, revision: str) -> None:
    commit = repository.commit({"data/a.csv": "a"})
    repository.git("tag", "--annotate", "-m", "First", "v1")
    assert git.commit_of(repository.root, revision) == commit


@pytest.mark.parametrize("revision", ["", "-x", "v1 ;x", "^main", "main..main", "main:data", "--all", "@{u}"])
def test_what_names_no_commit_is_told(repository: Repository, revision: str) -> None:
    repository.commit({"data/a.csv": "a"})
    with pytest.raises(git.GitError) as raised:
        git.commit_of(repository.root, revision)
    assert raised.value.reason == f"'{revision}' names no commit here"


def test_the_merge_base_is_where_a_branch_left_the_main_line(repository: Repository) -> None:
    fork = repository.commit({"data/a.csv": "a"})
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit({"data/b.csv": "b"})
    repository.git("checkout", "--quiet", "main")
    main = repository.commit({"data/c.csv": "c"})
    repository.git("checkout", "--quiet", "topic")
    assert git.merge_base(repository.root, main) == fork


def test_files_that_changed_or_are_gone_are_told_with_what_they_were(repository: Repository) -> None:
    then = repository.commit({f"data/{name}.csv": name for name in "abcd"} | {"other.csv": "o"})
    repository.commit({"data/a.csv": "changed"})
    repository.write(
        {"data/b.csv": "not committed", "data/c.csv": None, "data/new.csv": "new", "other.csv": "x"}
    )
    changed = git.changed_since(repository.root, then, "data")
    contents = git.objects(repository.root, changed.values())
    assert {path: contents[blob] for path, blob in changed.items()} == {
        "data/a.csv": b"a",
        "data/b.csv": b"b",
        "data/c.csv": b"c",
    }
