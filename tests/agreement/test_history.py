"""The history of real repositories: whose words, from which day, through renames, merges, partial clones."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.repositories import terms

from living_sla.agreement.history import Commit, load_history

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repository

    from living_sla.agreement.history import Revision

MAIN = "agreement/acme/agreement.yml"


def revisions(repository: Repository, folder: str = "acme") -> tuple[Revision, ...]:
    return load_history(repository.root).revisions[folder]


def texts(repository: Repository, folder: str = "acme") -> list[dict[str, bytes]]:
    return [dict(revision.texts) for revision in revisions(repository, folder)]


def last_commit(repository: Repository, folder: str = "acme") -> Commit:
    commit = revisions(repository, folder)[-1].commit
    assert commit
    return commit


# --- a plain line of commits


def test_each_commit_leaves_a_revision_with_all_texts_of_the_folder(repository: Repository) -> None:
    repository.commit({MAIN: "a", "agreement/acme/why.md": "because"})
    repository.commit({MAIN: "b"})
    assert texts(repository) == [
        {"agreement.yml": b"a", "why.md": b"because"},
        {"agreement.yml": b"b", "why.md": b"because"},
    ]


def test_a_revision_names_its_commit_day_and_author(repository: Repository) -> None:
    commit = repository.commit({MAIN: "a"}, on="2026-03-02", author="Jörg Müller")
    assert last_commit(repository) == Commit(commit, date(2026, 3, 2), "Jörg Müller", None)


def test_agreements_have_revisions_of_their_own(repository: Repository) -> None:
    repository.commit({MAIN: "a", "agreement/other/agreement.yml": "x"})
    repository.commit({MAIN: "b"})
    assert [len(line) for line in (revisions(repository), revisions(repository, "other"))] == [2, 1]


def test_a_removed_text_is_missing_from_then_on(repository: Repository) -> None:
    repository.commit({MAIN: "a", "agreement/acme/why.md": "because"})
    repository.commit({"agreement/acme/why.md": None})
    assert list(texts(repository)[-1]) == ["agreement.yml"]


def test_a_file_of_the_old_schema_is_kept_whatever_its_name(repository: Repository) -> None:
    repository.commit({MAIN: "a", "agreement/acme/promises.yml": "once: so"})
    assert texts(repository)[0]["promises.yml"] == b"once: so"


@pytest.mark.parametrize(
    "path",
    ["agreement/acme/logo.png", "agreement/acme/old/agreement.yml", "agreement/index.md", "agreement/x/y.md"],
)
def test_what_is_no_text_of_an_agreement_leaves_no_revision(repository: Repository, path: str) -> None:
    repository.commit({MAIN: "a"})
    repository.commit({path: "not a text of it"})
    history = load_history(repository.root)
    assert {folder: len(line) for folder, line in history.revisions.items()} == {"acme": 1}


def test_an_agreement_that_was_ended_and_started_again_keeps_both_parts(repository: Repository) -> None:
    repository.commit({MAIN: "a"})
    repository.commit({MAIN: None})
    repository.commit({MAIN: "c"})
    assert [revision.main_text for revision in revisions(repository)] == [b"a", b"c"]


def test_line_ends_are_those_of_unix_whatever_was_committed(repository: Repository) -> None:
    repository.commit({MAIN: "a\r\nb\r\n"})
    assert revisions(repository)[0].main_text == b"a\nb\n"


def test_names_of_any_kind_are_texts(repository: Repository) -> None:
    repository.commit({MAIN: "a", "agreement/acme/Über uns.md": "us", "agreement/acme/a\nb.md": "ab"})
    assert texts(repository) == [{"Über uns.md": b"us", "a\nb.md": b"ab", "agreement.yml": b"a"}]


def test_a_link_and_a_module_are_no_texts(repository: Repository) -> None:
    repository.commit({MAIN: "a"})
    (repository.root / "agreement" / "acme" / "link.md").symlink_to("/etc/passwd")
    commit = repository.commit()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},agreement/acme/module.md")
    repository.git("commit", "--quiet", "-m", "A module")
    assert [list(found) for found in texts(repository)] == [["agreement.yml"]] * 3


def test_a_commit_with_an_impossible_clock_has_no_day(repository: Repository) -> None:
    repository.commit({MAIN: "a"})
    raw = repository.git("cat-file", "commit", "HEAD").replace("> 1767268800 ", "> 999999999999 ")
    (repository.root / "raw").write_text(raw + "\n")
    forged = repository.git("hash-object", "-t", "commit", "-w", "--literally", "raw")
    repository.git("update-ref", "HEAD", forged)
    assert revisions(repository)[0].commit is None


# --- merges


def branch(repository: Repository, *authors: str) -> None:
    """A branch `topic` with one commit by each author, beside one more commit on main."""
    repository.commit({MAIN: terms("1.0.0")}, "Agree", author="Ana Ruiz")
    repository.git("checkout", "--quiet", "-b", "topic")
    for n, author in enumerate(authors):
        repository.commit({MAIN: terms("1.1.0", title=f"Draft {n}")}, on="2026-02-01", author=author)
    repository.git("checkout", "--quiet", "main")
    repository.commit({"agreement/other/agreement.yml": "x"}, author="Tom Okafor")


def test_a_merge_is_dated_when_it_landed_and_by_who_wrote_the_branch(repository: Repository) -> None:
    branch(repository, "Mia Chen")
    merge = repository.merge(
        "topic", "Merge pull request #12 from acme/topic", on="2026-03-24", author="Josh Bell"
    )
    assert last_commit(repository) == Commit(merge, date(2026, 3, 24), "Mia Chen", 12)


def test_the_commits_of_a_branch_are_no_revisions_of_the_main_line(repository: Repository) -> None:
    branch(repository, "Mia Chen", "Mia Chen")
    repository.merge("topic", "Merge")
    assert len(revisions(repository)) == 2


def test_a_branch_brought_up_to_date_is_still_by_who_wrote_it(repository: Repository) -> None:
    branch(repository, "Mia Chen")
    repository.git("checkout", "--quiet", "topic")
    repository.merge("main", "Merge branch 'main' into topic", author="Josh Bell")
    repository.git("checkout", "--quiet", "main")
    repository.merge("topic", "Merge pull request #12 from acme/topic", author="Josh Bell")
    assert last_commit(repository).author == "Mia Chen"


def test_a_fast_forward_makes_the_branch_part_of_the_main_line(repository: Repository) -> None:
    repository.commit({MAIN: "a"})
    repository.git("checkout", "--quiet", "-b", "topic")
    commit = repository.commit({MAIN: "b"}, "Amend (#3)", on="2026-02-01")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--ff-only", "topic")
    assert last_commit(repository) == Commit(commit, date(2026, 2, 1), "Mia Chen", 3)


def test_a_rebased_branch_is_dated_when_it_landed_and_by_who_wrote_it(repository: Repository) -> None:
    branch(repository, "Mia Chen")
    repository.git("checkout", "--quiet", "topic")
    repository.git("rebase", "--quiet", "main", on="2026-03-24", author="Josh Bell")
    found = last_commit(repository)
    assert (found.on, found.author, found.pull_request) == (date(2026, 3, 24), "Mia Chen", None)


def test_a_merge_of_several_branches_is_by_who_merged_them(repository: Repository) -> None:
    branch(repository, "Mia Chen")
    repository.git("checkout", "--quiet", "-b", "second")
    repository.commit({"agreement/third/agreement.yml": "y"}, author="Ana Ruiz")
    repository.git("checkout", "--quiet", "main")
    repository.commit({"README.md": "so that nothing is fast-forwarded"})
    repository.git("merge", "--quiet", "-m", "Both", "topic", "second", author="Josh Bell")
    assert last_commit(repository).author == "Josh Bell"


def test_an_author_in_latin_1_is_read_as_written(repository: Repository) -> None:
    repository.commit({MAIN: "a"})
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.write({MAIN: "b"})
    repository.git("add", "--all")
    tree, parent = repository.git("write-tree"), repository.git("rev-parse", "HEAD")
    said = f"tree {tree}\nparent {parent}\nauthor Jörg <j@x> 0 +0000\ncommitter Jörg <j@x> 0 +0000\n"
    raw = repository.root / ".git" / "raw"
    raw.write_bytes(f"{said}encoding ISO-8859-1\n\nGeändert\n".encode("latin-1"))
    commit = repository.git("hash-object", "-t", "commit", "-w", str(raw))
    repository.git("reset", "--quiet", "--hard", commit)
    assert last_commit(repository).author == "Jörg"
    repository.git("checkout", "--quiet", "main")
    repository.merge("topic", "Merge")
    assert last_commit(repository).author == "Jörg"


def test_an_author_in_an_unknown_encoding_is_read_as_far_as_possible(repository: Repository) -> None:
    branch(repository, "Mia Chen")
    repository.git("checkout", "--quiet", "topic")
    repository.commit({MAIN: "b"}, author="Jörg", options=("-c", "i18n.commitEncoding=no-such-encoding"))
    repository.git("checkout", "--quiet", "main")
    repository.merge("topic", "Merge")
    assert last_commit(repository).author == "Jörg"


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("Merge pull request #12 from acme/topic\n\nFollow up faster", 12),
        ("Raise the lead target (#17)", 17),
        ("Raise the lead target (#17)\n\n* first\n\n* second", 17),
        ('Revert "Raise the lead target (#17)" (#18)', 18),
        ("Merge branch 'topic' into 'main'\n\nFollow up faster\n\nSee merge request acme/sla!34", 34),
        ("Merge branch 'topic' into 'main'\n\nSee merge request !34", 34),
        ("Merged in topic (pull request #56)\n\nFollow up faster", 56),
        ("Merge pull request 'Follow up faster' (#78) from topic into main", 78),
        ("Merged PR 90: Follow up faster", 90),
        ("Follow up faster", None),
        ("Follow up faster, see #17", None),
        ("Follow up faster\n\nFixes a thing (#17)", None),
        ("Merge branch 'topic'", None),
        ("Say that pull requests count (# 17)", None),
        (f"A number without end (#{'9' * 5000})", None),
        (f"Merge pull request #{'9' * 5000} from acme/topic", None),
    ],
)
def test_the_pull_request_is_read_from_the_forms_that_hosts_write(
    repository: Repository, message: str, number: int | None
) -> None:
    repository.commit({MAIN: "a"}, message)
    assert last_commit(repository).pull_request == number


# --- renames


def test_a_renamed_folder_brings_its_revisions(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0"), "agreement/acme/why.md": "because"})
    repository.git("mv", "agreement/acme", "agreement/team")
    repository.commit()
    assert [(revision.folder, list(revision.texts)) for revision in revisions(repository, "team")] == [
        ("acme", ["agreement.yml", "why.md"]),
        ("team", ["agreement.yml", "why.md"]),
    ]
    assert "acme" not in load_history(repository.root).revisions


def test_a_folder_renamed_together_with_an_edit_brings_its_revisions(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    repository.git("mv", "agreement/acme", "agreement/team")
    repository.commit({"agreement/team/agreement.yml": terms("1.1.0", "2026-04-01")})
    assert [revision.folder for revision in revisions(repository, "team")] == ["acme", "team"]


def test_a_folder_renamed_on_a_branch_brings_its_revisions(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.git("mv", "agreement/acme", "agreement/team")
    repository.commit()
    repository.commit({"agreement/team/agreement.yml": terms("1.1.0")})
    repository.git("checkout", "--quiet", "main")
    repository.merge("topic", "Merge")
    assert [revision.folder for revision in revisions(repository, "team")] == ["acme", "team"]


def test_two_folders_that_swap_names_swap_their_revisions(repository: Repository) -> None:
    repository.commit({"agreement/a/agreement.yml": terms("1.0.0", title="First")})
    repository.commit({"agreement/b/agreement.yml": terms("1.0.0", title="Second")})
    repository.git("mv", "agreement/a", "agreement/c")
    repository.git("mv", "agreement/b", "agreement/a")
    repository.git("mv", "agreement/c", "agreement/b")
    repository.commit()
    titles = [text["agreement.yml"].split()[1] for text in texts(repository, "a")]
    assert titles == [b"Second", b"Second"]
    assert [revision.folder for revision in revisions(repository, "b")] == ["a", "b"]


def test_an_agreement_that_begins_as_another_ends_begins_anew(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    repository.commit({MAIN: None, "agreement/team/agreement.yml": "quite: another agreement\n"})
    assert [len(line) for line in (revisions(repository), revisions(repository, "team"))] == [1, 1]


def test_a_copied_folder_begins_anew(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    repository.commit({"agreement/team/agreement.yml": terms("1.0.0"), MAIN: terms("1.1.0")})
    assert [len(line) for line in (revisions(repository), revisions(repository, "team"))] == [2, 1]


def test_a_folder_with_another_text_under_the_name_of_one_that_moved_begins_anew(
    repository: Repository,
) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    repository.git("mv", "agreement/acme", "agreement/team")
    repository.commit()
    repository.commit({MAIN: "another: agreement\n"})
    assert [len(line) for line in (revisions(repository), revisions(repository, "team"))] == [1, 2]


def test_a_file_that_became_a_folder_brings_its_revisions(repository: Repository) -> None:
    repository.commit({"agreement/acme.yml": terms("1.0.0")})
    repository.git("rm", "--quiet", "agreement/acme.yml")
    repository.commit({MAIN: terms("1.0.0")})
    assert [
        (revision.folder, revision.main_text == terms("1.0.0").encode()) for revision in revisions(repository)
    ] == [
        ("acme.yml", True),
        ("acme", True),
    ]


def test_a_file_that_was_split_into_the_files_of_a_folder_brings_its_revisions(
    repository: Repository,
) -> None:
    promises = "".join(f"promise {n}\n" for n in range(99))
    repository.commit({"agreement/acme.yml": "version: 1\n" + promises})
    repository.git("rm", "--quiet", "agreement/acme.yml")
    repository.commit({MAIN: "version: 2\n", "agreement/acme/commitments.yml": promises})
    assert [list(text) for text in texts(repository)] == [["acme.yml"], ["agreement.yml", "commitments.yml"]]


def test_a_main_file_that_was_split_stays_the_same_agreement(repository: Repository) -> None:
    promises = "".join(f"promise {n}\n" for n in range(99))
    repository.commit({MAIN: "version: 1\n" + promises})
    repository.commit({MAIN: "version: 2\n", "agreement/acme/commitments.yml": promises})
    assert [revision.main_text[:10] for revision in revisions(repository)] == [b"version: 1", b"version: 2"]


# --- what is not known


def test_where_nothing_is_missing_there_is_no_gap(repository: Repository) -> None:
    commit = repository.commit({MAIN: "a"})
    history = load_history(repository.root)
    assert (history.commit, history.is_changed, history.gap, history.remedy) == (commit, False, "", "")


def test_an_uncommitted_change_of_agreement_or_record_is_noted(repository: Repository) -> None:
    repository.commit({MAIN: "a"})
    repository.write({"data/acme/snapshots/2026-03-01.csv": "date,metric,value\n"})
    assert load_history(repository.root).is_changed


def three_commits(repository: Repository) -> None:
    for n, (day, author) in enumerate([("2026-01-10", "Ana"), ("2026-02-10", "Tom"), ("2026-03-10", "Mia")]):
        repository.commit({MAIN: terms(f"1.{n}.0")}, f"Version {n} (#{n})", on=day, author=author)


@pytest.mark.parametrize(("depth", "known"), [(1, []), (2, ["Mia"]), (3, ["Tom", "Mia"])])
def test_a_shallow_clone_invents_nothing_of_where_it_begins(
    repository: Repository, tmp_path: Path, depth: int, known: list[str]
) -> None:
    three_commits(repository)
    clone = repository.clone(tmp_path / "clone", f"--depth={depth}")
    first, *others = revisions(clone)
    assert first.commit is None
    assert [revision.commit.author for revision in others if revision.commit] == known


def test_a_shallow_clone_says_what_to_do(repository: Repository, tmp_path: Path) -> None:
    three_commits(repository)
    history = load_history(repository.clone(tmp_path / "clone", "--depth=1").root)
    assert history.gap == "the clone is shallow, so older versions are not known"
    assert history.remedy == "git fetch --unshallow, or fetch-depth: 0 in a workflow"


def test_a_clone_that_is_deep_enough_misses_nothing(repository: Repository, tmp_path: Path) -> None:
    three_commits(repository)
    clone = repository.clone(tmp_path / "clone", "--depth=4")
    assert [revision.commit and revision.commit.author for revision in revisions(clone)] == [
        "Ana",
        "Tom",
        "Mia",
    ]
    assert load_history(clone.root).gap == ""


def test_in_a_shallow_clone_a_merge_is_by_who_wrote_the_branch_where_that_is_there(
    repository: Repository, tmp_path: Path
) -> None:
    branch(repository, "Mia Chen")
    repository.merge("topic", "Merge", author="Josh Bell")
    assert last_commit(repository.clone(tmp_path / "clone", "--depth=2")).author == "Mia Chen"


def test_a_clone_without_older_texts_says_so_and_keeps_what_it_has(
    repository: Repository, tmp_path: Path
) -> None:
    three_commits(repository)
    clone = repository.clone(tmp_path / "clone", "--filter=blob:none")
    history = load_history(clone.root)
    assert (history.gap, history.remedy) == (
        "the clone leaves out the texts of older versions",
        "clone without --filter",
    )
    assert [revision.main_text for revision in history.revisions["acme"]] == [
        b"",
        b"",
        terms("1.2.0").encode(),
    ]


def test_a_folder_in_no_repository_has_a_gap_and_no_revisions(tmp_path: Path) -> None:
    history = load_history(tmp_path)
    assert (history.revisions, history.gap) == ({}, "this folder is in no git repository")


def test_without_git_there_is_a_gap(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({MAIN: "a"})
    monkeypatch.setenv("PATH", "")
    assert load_history(repository.root).gap == "git is not installed"


def test_without_a_commit_there_is_a_gap(repository: Repository) -> None:
    assert load_history(repository.root).gap == "nothing is committed yet"


def test_a_project_in_a_folder_of_the_repository_has_its_own_history(repository: Repository) -> None:
    repository.commit({f"teams/sla/{MAIN}": "a", MAIN: "not ours"})
    repository.commit({f"teams/sla/{MAIN}": "b"})
    history = load_history(repository.root / "teams" / "sla")
    assert [revision.main_text for revision in history.revisions["acme"]] == [b"a", b"b"]


def test_a_project_that_was_moved_within_the_repository_begins_with_the_move(repository: Repository) -> None:
    repository.commit({MAIN: "a"})
    (repository.root / "sla").mkdir()
    repository.git("mv", "agreement", "sla/agreement")
    moved = repository.commit(on="2026-02-01")
    (revision,) = load_history(repository.root / "sla").revisions["acme"]
    assert revision.commit
    assert revision.commit.id == moved
