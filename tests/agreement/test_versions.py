"""The versions of an agreement out of real repositories: their numbers, their texts, and when each holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.repositories import terms

from living_sla.agreement.history import load_history
from living_sla.agreement.loading import load_agreement
from living_sla.agreement.versions import Timeline, load_timeline, timeline_problems

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repositories import Repository

MAIN = "agreement/acme/agreement.yml"


def timeline(repository: Repository, root: Path | None = None) -> Timeline:
    root = root or repository.root
    folder = root / "agreement" / "acme"
    return load_timeline(folder, load_agreement(folder, root=root), load_history(root))


def agree(repository: Repository, *versions: tuple[str, str]) -> Timeline:
    """The timeline of versions that were committed one after the other on the first days of 2026."""
    for n, (number, effective) in enumerate(versions, start=1):
        repository.commit({MAIN: terms(number, effective)}, on=f"2026-01-{n:02}")
    return timeline(repository)


def problems(found: Timeline) -> list[str]:
    return [f"{problem.rule}: {problem.message}" for problem in timeline_problems(found)]


def spans(found: Timeline) -> list[tuple[str, str, str]]:
    return [(span.version.number, str(span.start), str(span.end)) for span in found.spans]


# --- numbers and texts


def test_every_number_that_stood_on_the_main_line_is_a_version(repository: Repository) -> None:
    found = agree(repository, ("1.0.0", "2026-01-01"), ("1.1.0", "2026-04-01"), ("2.0.0", "2026-07-01"))
    assert [(version.number, str(version.effective)) for version in found.versions] == [
        ("1.0.0", "2026-01-01"),
        ("1.1.0", "2026-04-01"),
        ("2.0.0", "2026-07-01"),
    ]


def test_the_text_of_a_version_is_that_of_the_last_commit_with_its_number(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0", title="First")}, on="2026-01-01")
    repository.commit({MAIN: terms("1.0.0", title="Corrected")}, on="2026-01-05")
    repository.commit({MAIN: terms("1.1.0", title="Amended")}, on="2026-01-09")
    first = timeline(repository).versions[0]
    assert (first.began_on, first.agreement and first.agreement.terms.title) == (
        date(2026, 1, 1),
        "Corrected",
    )


def test_a_version_committed_after_it_took_effect_is_late(repository: Repository) -> None:
    found = agree(repository, ("1.0.0", "2025-12-31"), ("1.1.0", "2026-01-02"), ("1.2.0", "2026-01-04"))
    assert [version.is_late for version in found.versions] == [True, False, False]


@pytest.mark.parametrize(
    "old",
    [
        "version: '1.0.0'\neffective: '2025-01-01'\n",
        "version: 1.0.0\neffective: 2025-01-01\n",
        'version:   "1.0.0"   # raise it\neffective: 2025-01-01 # from then on\n',
        'title: Acme\r\nversion: "1.0.0"\r\neffective: 2025-01-01\r\n',
        '"version": "1.0.0"\n\'effective\': 2025-01-01\n',
        "{version: 1.0.0, effective: 2025-01-01}\n",
        '\ufeffversion: "1.0.0"\neffective: 2025-01-01\n',
        'version: >-\n  1.0.0\neffective: "2025-01-01"\n',
        'summary: "quoted\n  version: 3.0.0"\nversion: "1.0.0"\neffective: 2025-01-01\n',
        'summary: |\n  version: "3.0.0"\nversion: "1.0.0"\neffective: 2025-01-01\n',
        'old:\n  version: "3.0.0"\nversion: "1.0.0"\neffective: 2025-01-01\n',
    ],
)
def test_number_and_day_are_read_however_they_are_written(repository: Repository, old: str) -> None:
    repository.commit({MAIN: old})
    repository.commit({MAIN: terms("1.1.0")})
    first = timeline(repository).versions[0]
    assert (first.number, first.effective) == ("1.0.0", date(2025, 1, 1))


@pytest.mark.parametrize("day", ["soon", "2025-02-30", "01/02/2025", "2025-1-5", "[2025-01-01]"])
def test_a_version_without_a_readable_day_is_never_in_force(repository: Repository, day: str) -> None:
    repository.commit({MAIN: f'version: "1.0.0"\neffective: {day}\n'})
    repository.commit({MAIN: terms("1.1.0", "2026-04-01")})
    found = timeline(repository)
    assert [version.effective for version in found.versions] == [None, date(2026, 4, 1)]
    assert spans(found) == [("1.1.0", "2026-04-01", "None")]


def test_a_text_without_a_number_is_no_version(repository: Repository) -> None:
    repository.commit({MAIN: "title: Only an idea\n"})
    repository.commit({MAIN: terms("1.0.0")})
    assert timeline(repository).numbers == ("1.0.0",)


def test_an_old_version_that_does_not_load_is_kept_as_text_with_the_reason(repository: Repository) -> None:
    repository.commit({MAIN: 'version: "0.1.0"\neffective: 2025-01-01\npromises: by hand\n'})
    repository.commit({MAIN: terms("1.0.0")})
    first = timeline(repository).versions[0]
    assert first.agreement is None
    assert first.unreadable == "'calendar' is missing"
    assert first.text.main_text.endswith(b"promises: by hand\n")


def test_a_commit_that_broke_the_yaml_in_between_does_no_harm(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    repository.commit({MAIN: terms("1.0.0", more="  [broken: \n")})
    repository.commit({MAIN: terms("1.0.0", title="Mended")})
    repository.commit({MAIN: terms("1.1.0")})
    found = timeline(repository)
    assert [version.unreadable for version in found.versions] == ["", ""]
    assert found.numbers == ("1.0.0", "1.1.0")


def test_a_file_that_is_no_text_at_all_does_no_harm(repository: Repository) -> None:
    repository.commit({MAIN: b"\xff\xfe\x00version"})
    repository.commit({MAIN: terms("1.0.0")})
    assert timeline(repository).numbers == ("1.0.0",)


def test_versions_of_a_renamed_folder_have_its_present_id(repository: Repository) -> None:
    repository.commit({"agreement/old-name/agreement.yml": terms("1.0.0")})
    repository.git("mv", "agreement/old-name", "agreement/acme")
    repository.commit({MAIN: terms("1.1.0")})
    first = timeline(repository).versions[0]
    assert (first.text.folder, first.agreement and first.agreement.id) == ("old-name", "acme")


def test_a_version_from_before_there_was_a_folder_loads(repository: Repository) -> None:
    repository.commit({"agreement/acme.yml": terms("1.0.0", title="One file")})
    repository.git("rm", "--quiet", "agreement/acme.yml")
    repository.commit({MAIN: terms("1.1.0")})
    first = timeline(repository).versions[0]
    assert first.agreement
    assert first.agreement.terms.title == "One file"


def test_a_version_from_before_the_file_was_split_loads(repository: Repository) -> None:
    promises = "metrics:\n  mqls: {label: Leads, unit: leads}\n"
    repository.commit({MAIN: terms("1.0.0"), "agreement/acme/commitments.yml": promises})
    repository.commit({"agreement/acme/definitions.yml": "glossary:\n  lead: {term: Lead, meaning: One.}\n"})
    repository.commit({MAIN: terms("1.1.0")})
    first = timeline(repository).versions[0]
    assert first.agreement
    assert list(first.agreement.metrics) == ["mqls"]


# --- drafts


def test_what_is_committed_is_no_draft(repository: Repository) -> None:
    found = agree(repository, ("1.0.0", "2026-01-01"))
    assert not found.versions[-1].text.is_draft


def test_line_ends_changed_by_the_checkout_are_no_draft(repository: Repository, tmp_path: Path) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    clone = repository.clone(tmp_path / "clone", "-c", "core.autocrlf=true")
    assert b"\r\n" in (clone.root / MAIN).read_bytes()
    assert not timeline(clone).versions[-1].text.is_draft


def test_line_ends_of_windows_that_were_committed_are_no_draft(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0").replace("\n", "\r\n")})
    assert not timeline(repository).versions[-1].text.is_draft


def test_an_uncommitted_new_number_is_a_version_that_has_not_begun(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    repository.write({MAIN: terms("1.1.0", "2026-04-01")})
    draft = timeline(repository).versions[-1]
    assert (draft.number, draft.text.is_draft, draft.began_on) == ("1.1.0", True, None)


def test_an_uncommitted_change_of_a_version_is_its_text(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")}, on="2026-01-01")
    repository.write({MAIN: terms("1.0.0", title="Draft")})
    (version,) = timeline(repository).versions
    assert (version.text.is_draft, version.began_on) == (True, date(2026, 1, 1))
    assert version.agreement
    assert version.agreement.terms.title == "Draft"


def test_an_uncommitted_further_text_makes_a_draft(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    repository.write({"agreement/acme/why.md": "because\n"})
    assert timeline(repository).versions[-1].text.is_draft


def test_without_git_what_stands_in_the_folder_is_the_one_version(
    repository: Repository, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    (copy / "agreement" / "acme").mkdir(parents=True)
    (copy / MAIN).write_text(terms("1.4.0", "2026-04-01"))
    found = timeline(repository, copy)
    assert spans(found) == [("1.4.0", "2026-04-01", "None")]
    assert found.gap == "this folder is in no git repository"


# --- when each is in force


@pytest.mark.parametrize(
    ("day", "in_force", "next_one"),
    [
        ("2025-12-31", None, "1.0.0"),
        ("2026-01-01", "1.0.0", "1.1.0"),
        ("2026-03-31", "1.0.0", "1.1.0"),
        ("2026-04-01", "1.1.0", None),
        ("2030-01-01", "1.1.0", None),
    ],
)
def test_a_version_holds_from_its_effective_day_until_the_next_ones(
    repository: Repository, day: str, in_force: str | None, next_one: str | None
) -> None:
    found = agree(repository, ("1.0.0", "2026-01-01"), ("1.1.0", "2026-04-01"))
    holding, coming = found.in_force(date.fromisoformat(day)), found.next_after(date.fromisoformat(day))
    assert (holding and holding.number, coming and coming.number) == (in_force, next_one)


def test_of_two_versions_from_one_day_the_later_one_holds(repository: Repository) -> None:
    found = agree(repository, ("1.0.0", "2026-01-01"), ("1.1.0", "2026-04-01"), ("1.1.1", "2026-04-01"))
    assert spans(found) == [("1.0.0", "2026-01-01", "2026-04-01"), ("1.1.1", "2026-04-01", "None")]


def test_a_version_replaced_before_it_took_effect_is_never_in_force(repository: Repository) -> None:
    found = agree(repository, ("1.0.0", "2026-01-01"), ("1.1.0", "2026-07-01"), ("1.2.0", "2026-04-01"))
    assert spans(found) == [("1.0.0", "2026-01-01", "2026-04-01"), ("1.2.0", "2026-04-01", "None")]
    (told,) = problems(found)
    words = "version 1.2.0 takes effect on 2026-04-01, before 1.1.0 (2026-07-01), which it replaces"
    assert told == f"effective-back: {words}"


def test_a_version_that_expires_holds_to_its_last_day(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0", "2026-01-01", more="expires: 2026-02-28\n")})
    repository.commit({MAIN: terms("1.1.0", "2026-04-01")})
    found = timeline(repository)
    assert found.in_force(date(2026, 2, 28)) is found.versions[0]
    assert found.in_force(date(2026, 3, 1)) is None


# --- as of a day


@pytest.mark.parametrize(
    ("day", "known"),
    [
        ("2025-06-01", ["1.0.0"]),  # nothing was known yet: the first shows what was to come
        ("2026-01-01", ["1.0.0"]),
        ("2026-01-02", ["1.0.0", "1.1.0"]),
        ("2026-01-03", ["1.0.0", "1.1.0", "1.2.0"]),
    ],
)
def test_a_day_knows_the_versions_that_were_committed_by_then(
    repository: Repository, day: str, known: list[str]
) -> None:
    found = agree(repository, ("1.0.0", "2026-01-01"), ("1.1.0", "2026-04-01"), ("1.2.0", "2026-07-01"))
    assert [version.number for version in found.as_of(date.fromisoformat(day)).versions] == known


def test_a_day_knows_a_version_that_was_in_force_although_it_was_committed_late(
    repository: Repository,
) -> None:
    repository.commit({MAIN: terms("1.0.0", "2025-10-01")}, on="2026-01-01")
    repository.commit({MAIN: terms("1.1.0", "2025-11-01")}, on="2026-01-02")
    found = timeline(repository).as_of(date(2025, 11, 30))
    assert [version.number for version in found.versions] == ["1.0.0", "1.1.0"]


def test_a_version_known_on_a_day_does_not_end_by_one_that_was_not(repository: Repository) -> None:
    found = agree(repository, ("1.0.0", "2025-10-01"), ("1.1.0", "2026-04-01"))
    assert spans(found.as_of(date(2026, 1, 1))) == [("1.0.0", "2025-10-01", "None")]


def test_a_draft_is_known_on_every_day(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")}, on="2026-01-01")
    repository.write({MAIN: terms("1.1.0", "2026-04-01")})
    found = timeline(repository).as_of(date(2026, 1, 1))
    assert [version.number for version in found.versions] == ["1.0.0", "1.1.0"]


# --- what is wrong with them


def test_versions_that_rise_are_fine(repository: Repository) -> None:
    found = agree(repository, ("1.9.0", "2026-01-01"), ("1.10.0", "2026-04-01"), ("2", "2026-07-01"))
    assert problems(found) == []


def test_a_number_that_goes_back_is_told(repository: Repository) -> None:
    found = agree(repository, ("1.10.0", "2026-01-01"), ("1.9.0", "2026-04-01"))
    assert problems(found) == [
        "version-back: version 1.9.0 came after 1.10.0 on the main line, so the number went back"
    ]


def test_a_number_that_came_back_stands_where_it_stood_last(repository: Repository) -> None:
    found = agree(repository, ("1.0.0", "2026-01-01"), ("1.1.0", "2026-04-01"), ("1.0.0", "2026-07-01"))
    assert found.numbers == ("1.0.0", "1.1.0", "1.0.0")
    assert [version.number for version in found.versions] == ["1.1.0", "1.0.0"]
    assert spans(found) == [("1.1.0", "2026-04-01", "2026-07-01"), ("1.0.0", "2026-07-01", "None")]


def test_two_branches_that_claim_one_number_are_told_with_their_commits(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    repository.commit({"README.md": "here"})
    for name, signer, number in (("one", "Josh", 12), ("two", "Ana", 13)):
        repository.git("checkout", "--quiet", "-b", name, "main")
        more = f"signatures:\n  - {{party: sales, name: {signer}, signed_on: 2025-12-01}}\n"
        summary = terms("1.1.0", more=more).replace(
            "Europe/Berlin", f"Europe/{'Paris' if name == 'one' else 'Rome'}"
        )
        repository.commit({MAIN: summary})
        repository.git("checkout", "--quiet", "main")
        repository.git(
            "merge", "--quiet", "--no-ff", "-X", "theirs", "-m", f"Merge pull request #{number} from x", name
        )
    found = timeline(repository)
    first, second = (revision.commit for revision in found.versions[-1].revisions)
    assert first
    assert second
    (told,) = [words for words in problems(found) if words.startswith("version-reused")]
    assert told.startswith(
        "version-reused: version 1.1.0 stands for more than one text: that of 2026-01-01 ("
    )
    assert f"(commit {first.id[:10]}, pull request #12)" in told
    assert f"(commit {second.id[:10]}, pull request #13)" in told


def test_a_number_that_stands_for_a_reworded_text_is_fine(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0")})
    reworded = terms("1.0.0").replace("What marketing and sales", "All that marketing and sales")
    repository.commit({MAIN: reworded})
    assert problems(timeline(repository)) == []


def test_a_change_of_meaning_without_a_new_number_is_told_of_a_draft_too(repository: Repository) -> None:
    commit = repository.commit({MAIN: terms("1.0.0")})
    repository.write({MAIN: terms("1.0.0").replace("Europe/Berlin", "Europe/Paris")})
    (told,) = problems(timeline(repository))
    texts = f"that of 2026-01-01 (commit {commit[:10]}), and that of the files here"
    assert told == f"version-reused: version 1.0.0 stands for more than one text: {texts} (1 redefined)"


def test_what_is_wrong_is_told_at_the_number_and_at_the_day(repository: Repository) -> None:
    found = agree(repository, ("1.1.0", "2026-04-01"), ("1.0.0", "2026-01-01"))
    rules = {"version-back", "effective-back"}
    told = [problem for problem in timeline_problems(found) if problem.rule in rules]
    assert [(str(problem.place), problem.rule) for problem in told] == [
        ("agreement/acme/agreement.yml:2:1", "version-back"),
        ("agreement/acme/agreement.yml:3:1", "effective-back"),
    ]


def test_a_version_from_the_same_day_as_the_one_before_is_told(repository: Repository) -> None:
    found = problems(agree(repository, ("1.0.0", "2026-01-01"), ("1.1.0", "2026-01-01")))
    (told,) = [words for words in found if words.startswith("effective-back")]
    assert told == (
        "effective-back: version 1.1.0 takes effect on 2026-01-01, the same day as 1.0.0 (2026-01-01), "
        "which it replaces"
    )


def test_a_version_that_is_committed_after_it_took_effect_is_told(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0", "2026-01-01")}, on="2025-12-01")
    repository.commit({MAIN: terms("1.1.0", "2026-02-01")}, on="2026-03-20")
    (told,) = problems(timeline(repository))
    assert told == (
        "version-late: version 1.1.0 was committed on 2026-03-20, after it took effect on 2026-02-01"
    )


def test_a_day_knows_no_text_that_was_committed_after_it(repository: Repository) -> None:
    repository.commit({MAIN: terms("1.0.0", "2026-01-01", title="Then")}, on="2025-12-01")
    repository.commit({MAIN: terms("1.0.0", "2026-01-01", title="Now")}, on="2026-03-20")
    repository.commit({MAIN: terms("1.1.0", "2026-02-01")}, on="2026-03-21")
    found = timeline(repository)
    (known,) = found.as_of(date(2026, 3, 19)).versions
    assert known.agreement
    assert (known.number, known.agreement.terms.title) == ("1.0.0", "Then")
    assert [version.number for version in found.as_of(date(2026, 3, 21)).versions] == ["1.0.0", "1.1.0"]


# --- shallow clones


def test_a_shallow_clone_shows_the_version_it_holds_and_invents_no_day(
    repository: Repository, tmp_path: Path
) -> None:
    agree(repository, ("1.0.0", "2026-01-01"), ("1.1.0", "2026-04-01"))
    found = timeline(repository.clone(tmp_path / "clone", "--depth=1"))
    (version,) = found.versions
    assert (version.number, version.began_on, version.is_late) == ("1.1.0", None, False)
    assert found.gap == "the clone is shallow, so older versions are not known"
