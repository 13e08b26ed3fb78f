"""What was on record stays as it was: snapshots and frozen months edited or deleted are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.repositories import Repository, terms

from living_sla.agreement.ledger import Ledger
from living_sla.diagnostics import InputError, render_text
from living_sla.project import Project, load_project
from living_sla.record.edits import record_edits
from living_sla.record.ledger import render_ledger

if TYPE_CHECKING:
    from pathlib import Path

SNAPSHOT = "data/acme/snapshots/2026-03-01.csv"
ROWS = "date,metric,value\n2026-02-01,mqls,11\n2026-02-02,mqls,12\n"
HINT = "restore it, and report the corrected value in a new file named by the day it was corrected"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with one snapshot and a branch `topic` that is checked out."""
    monkeypatch.setenv("HOME", str(tmp_path))
    made = Repository.new(tmp_path / "acme")
    made.commit({"agreement/acme/agreement.yml": terms("1.0.0"), SNAPSHOT: ROWS})
    made.git("checkout", "--quiet", "-b", "topic")
    return made


def told(repository: Repository, revision: str = "main", root: Path | None = None) -> list[str]:
    problems = record_edits(root or repository.root, repository.git("rev-parse", revision))
    return render_text(problems).splitlines()


def base(repository: Repository) -> str:
    return repository.git("rev-parse", "main")[:10]


# --- what is fine


def test_a_snapshot_that_stays_is_fine(repository: Repository) -> None:
    repository.commit({"agreement/acme/agreement.yml": terms("1.1.0")})
    assert told(repository) == []


def test_a_new_snapshot_is_fine_committed_or_not(repository: Repository) -> None:
    repository.commit({"data/acme/snapshots/2026-03-08.csv": ROWS})
    repository.write({"data/acme/snapshots/2026-03-15.csv": ROWS})
    assert told(repository) == []


def test_a_snapshot_of_the_branch_itself_may_be_edited(repository: Repository) -> None:
    repository.commit({"data/acme/snapshots/2026-03-08.csv": ROWS})
    repository.commit({"data/acme/snapshots/2026-03-08.csv": ROWS.replace("11", "10")})
    assert told(repository) == []


@pytest.mark.parametrize(
    "path", ["data/acme/deliveries.csv", "data/acme/snapshots/README.md", "data/acme/snapshots/old/1.csv"]
)
def test_what_is_no_snapshot_may_be_edited(repository: Repository, path: str) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit({path: "one\n"})
    repository.git("checkout", "--quiet", "-B", "topic")
    repository.commit({path: "two\n"})
    assert told(repository) == []


def test_a_snapshot_that_came_to_the_main_line_since_is_not_missed(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit({"data/acme/snapshots/2026-03-08.csv": ROWS})
    repository.git("checkout", "--quiet", "topic")
    assert told(repository) == []


@pytest.mark.parametrize("before", [ROWS, ROWS.replace("\n", "\r\n"), ROWS.removesuffix("\n")])
@pytest.mark.parametrize("after", [ROWS, ROWS.replace("\n", "\r\n"), ROWS.removesuffix("\n")])
def test_other_line_ends_are_no_edit(repository: Repository, before: str, after: str) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit({SNAPSHOT: before})
    repository.git("checkout", "--quiet", "-B", "topic")
    repository.commit({SNAPSHOT: after})
    assert told(repository) == []


def test_line_ends_that_the_checkout_changed_are_no_edit(repository: Repository, tmp_path: Path) -> None:
    clone = repository.clone(tmp_path / "clone", "-c", "core.autocrlf=true")
    assert (clone.root / SNAPSHOT).read_bytes() == ROWS.replace("\n", "\r\n").encode()
    assert told(clone, "origin/main") == []


def test_a_mode_that_changed_is_no_edit(repository: Repository) -> None:
    (repository.root / SNAPSHOT).chmod(0o755)
    repository.commit()
    assert told(repository) == []


def test_snapshots_go_along_with_an_agreement_that_gets_another_name(repository: Repository) -> None:
    repository.git("mv", "agreement/acme", "agreement/team")
    repository.git("mv", "data/acme", "data/team")
    repository.commit()
    assert told(repository) == []


def test_an_edit_that_was_taken_back_is_none(repository: Repository) -> None:
    repository.commit({SNAPSHOT: ROWS.replace("11", "10")})
    repository.commit({SNAPSHOT: ROWS})
    assert told(repository) == []


# --- what is refused


def test_a_report_that_claims_to_be_older_than_one_that_was_there_is_told(repository: Repository) -> None:
    agreed = {
        "agreement/acme/agreement.yml": terms("1.0.0"),
        "agreement/acme/commitments.yml": "metrics:\n  mqls: {label: MQLs, unit: leads}\n",
        "data/acme/snapshots/2026-03-01.csv": "date,metric,value\n2026-02-27,mqls,5\n",
    }
    there = repository.commit(agreed)
    backdated = "date,metric,value\n2026-02-27,mqls,9\n2026-02-26,mqls,1\n"
    repository.commit({"data/acme/snapshots/2026-02-28.csv": backdated})
    with pytest.raises(InputError) as refused:
        load_project(Project(repository.root), base=there)
    assert [(str(p.place), p.rule, p.message) for p in refused.value.problems] == [
        (
            "data/acme/snapshots/2026-02-28.csv:2:1",
            "snapshot-backdated",
            f"mqls of 2026-02-27 was reported later than 2026-02-28 at {there[:10]}",
        )
    ]


def test_an_edit_is_told_at_the_first_line_that_differs_with_what_it_was(repository: Repository) -> None:
    repository.commit({SNAPSHOT: ROWS.replace("12", "13")})
    words = f"snapshot edited: line 3 was '2026-02-02,mqls,12' at {base(repository)}"
    assert told(repository) == [f"{SNAPSHOT}:3:1: error: {words}; {HINT} [snapshot-edited]"]


def test_an_edit_that_is_not_committed_is_told_too(repository: Repository) -> None:
    repository.write({SNAPSHOT: ROWS.replace("12", "13")})
    assert len(told(repository)) == 1


def test_an_edit_that_is_only_staged_is_told_too(repository: Repository) -> None:
    repository.write({SNAPSHOT: ROWS.replace("12", "13")})
    repository.git("add", "--all")
    assert len(told(repository)) == 1


def test_a_row_that_was_added_is_told_where_it_stands(repository: Repository) -> None:
    repository.commit({SNAPSHOT: f"{ROWS}2026-02-03,mqls,13\n"})
    (line,) = told(repository)
    assert line.startswith(
        f"{SNAPSHOT}:4:1: error: snapshot edited: line 4 was not in it at {base(repository)}; "
    )


def test_a_row_that_was_cut_off_is_told_at_the_last_line_there_is(repository: Repository) -> None:
    repository.commit({SNAPSHOT: "date,metric,value\n2026-02-01,mqls,11\n"})
    (line,) = told(repository)
    assert line.startswith(f"{SNAPSHOT}:2:1: error: snapshot edited: line 3 was '2026-02-02,mqls,12' at ")


def test_a_snapshot_that_was_emptied_is_told_at_its_first_line(repository: Repository) -> None:
    repository.commit({SNAPSHOT: ""})
    (line,) = told(repository)
    assert line.startswith(f"{SNAPSHOT}:1:1: error: snapshot edited: line 1 was 'date,metric,value' at ")


def test_a_deleted_snapshot_is_told(repository: Repository) -> None:
    repository.commit({SNAPSHOT: None})
    words = f"snapshot deleted: it was here at {base(repository)}"
    assert told(repository) == [f"{SNAPSHOT}:1:1: error: {words}; {HINT} [snapshot-deleted]"]


def test_a_snapshot_under_another_day_is_told_as_deleted(repository: Repository) -> None:
    repository.git("mv", SNAPSHOT, "data/acme/snapshots/2026-03-02.csv")
    repository.commit()
    (line,) = told(repository)
    assert line.endswith("[snapshot-deleted]")


def test_a_snapshot_that_was_changed_while_its_agreement_was_renamed_is_told(repository: Repository) -> None:
    repository.git("mv", "data/acme", "data/team")
    repository.commit({"data/team/snapshots/2026-03-01.csv": ROWS.replace("12", "13")})
    (line,) = told(repository)
    assert line.startswith(f"{SNAPSHOT}:1:1: error: snapshot deleted: ")


def test_a_snapshot_moved_to_another_agreement_is_told(repository: Repository) -> None:
    repository.commit(
        {"data/team/snapshots/2026-03-01.csv": ROWS, SNAPSHOT: None, "data/acme/README.md": "here"}
    )
    (line,) = told(repository)
    assert line.endswith("[snapshot-deleted]")


def test_a_link_in_place_of_a_snapshot_is_told(repository: Repository) -> None:
    (repository.root / SNAPSHOT).unlink()
    (repository.root / SNAPSHOT).symlink_to("/etc/passwd")
    repository.commit()
    (line,) = told(repository)
    assert line.startswith(f"{SNAPSHOT}:1:1: error: snapshot edited: line 1 was 'date,metric,value' at ")


def test_every_snapshot_is_told_whatever_its_name(repository: Repository) -> None:
    paths = [f"data/acme/snapshots/{name}.csv" for name in ("Übersicht", "with space", "*", 'a"b')]
    repository.git("checkout", "--quiet", "main")
    repository.commit(dict.fromkeys(paths, "one\n"))
    repository.git("checkout", "--quiet", "-B", "topic")
    repository.commit({**dict.fromkeys(paths[:2], "two\n"), **dict.fromkeys(paths[2:])})
    found = [
        problem.place.path for problem in record_edits(repository.root, repository.git("rev-parse", "main"))
    ]
    assert sorted(found) == sorted(paths)


def test_paths_are_those_below_a_project_in_a_folder_of_the_repository(
    repository: Repository,
) -> None:
    other = Repository.new(repository.root / "mono")
    other.commit({f"teams/sla/{SNAPSHOT}": ROWS, SNAPSHOT: ROWS})
    other.write({f"teams/sla/{SNAPSHOT}": ROWS.replace("12", "13"), SNAPSHOT: "not ours\n"})
    (line,) = told(other, root=other.root / "teams" / "sla")
    assert line.startswith(f"{SNAPSHOT}:3:1: error: snapshot edited: ")


@pytest.mark.parametrize(
    "configuration",
    [
        "[diff]\nnoprefix = true\nexternal = false\nrenames = copies\norderFile = /no/such/file\n",
        "[color]\nui = always\n",
        "[core]\nquotePath = true\nautocrlf = true\n",
        "[diff]\nautoRefreshIndex = false\nignoreSubmodules = none\nrelative = false\n",
    ],
)
def test_no_configuration_of_the_user_hides_an_edit_or_makes_one(
    repository: Repository, tmp_path: Path, configuration: str
) -> None:
    (tmp_path / ".gitconfig").write_text(configuration)
    (repository.root / SNAPSHOT).touch()
    assert told(repository) == []
    repository.commit({SNAPSHOT: ROWS.replace("12", "13")})
    assert len(told(repository)) == 1


# --- frozen months

LEDGER = "data/acme/plan/2026-03.yml"
FROZEN = 'month: "2026-03"\ntargets:\n  mqls: 1108\nchecksum: "sha256-0"\n'
STAYS = (
    "restore it: a frozen month stays as it is; another target is agreed by a new version of the agreement"
)


@pytest.fixture
def frozen(repository: Repository) -> Repository:
    """The repository with a frozen month on its main line."""
    repository.git("checkout", "--quiet", "main")
    repository.commit({LEDGER: FROZEN})
    repository.git("checkout", "--quiet", "-B", "topic")
    return repository


def test_a_frozen_month_that_was_edited_is_told_whatever_its_checksum(frozen: Repository) -> None:
    frozen.commit({LEDGER: FROZEN.replace("1108", "1").replace("sha256-0", "sha256-1")})
    words = f"frozen month edited: line 3 was '  mqls: 1108' at {base(frozen)}"
    assert told(frozen) == [f"{LEDGER}:3:1: error: {words}; {STAYS} [frozen-ledger-edited]"]


def test_a_deleted_frozen_month_is_told(frozen: Repository) -> None:
    frozen.commit({LEDGER: None})
    words = f"frozen month deleted: it was here at {base(frozen)}"
    assert told(frozen) == [f"{LEDGER}:1:1: error: {words}; {STAYS} [frozen-ledger-deleted]"]


def test_a_frozen_month_that_was_frozen_anew_is_told(frozen: Repository) -> None:
    frozen.commit({LEDGER: None})
    frozen.commit({LEDGER: FROZEN.replace("1108", "493")})
    (line,) = told(frozen)
    assert line.startswith(f"{LEDGER}:3:1: error: frozen month edited: line 3 was '  mqls: 1108' at ")


@pytest.mark.parametrize("moved", ["data/acme/plan/2026-04.yml", "data/acme/2026-03.yml"])
def test_a_frozen_month_in_another_place_is_told_as_deleted(frozen: Repository, moved: str) -> None:
    frozen.git("mv", LEDGER, moved)
    frozen.commit()
    (line,) = told(frozen)
    assert line.endswith("[frozen-ledger-deleted]")


def test_frozen_months_go_along_with_an_agreement_that_gets_another_name(frozen: Repository) -> None:
    frozen.git("mv", "agreement/acme", "agreement/team")
    frozen.git("mv", "data/acme", "data/team")
    frozen.commit()
    assert told(frozen) == []


def test_another_month_may_be_frozen_and_other_line_ends_are_no_edit(frozen: Repository) -> None:
    frozen.commit({"data/acme/plan/2026-04.yml": FROZEN, LEDGER: FROZEN.replace("\n", "\r\n")})
    assert told(frozen) == []


# --- what cannot be compared


def test_lines_without_a_common_commit_are_told(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.commit(message="Begin anew")
    (line,) = told(repository)
    words = f"snapshots and frozen months cannot be compared with those at {base(repository)}"
    reason = "no commit that both come from is here; git fetch --unshallow, or fetch-depth: 0 in a workflow"
    assert line == f"data:1:1: error: {words}: {reason} [not-compared]"


def test_a_shallow_clone_that_cut_off_the_fork_is_told(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"README.md": "topic"})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"README.md": "main"})
    clone = repository.clone(tmp_path / "clone", "--depth=1", "--no-single-branch")
    clone.git("checkout", "--quiet", "topic")
    (line,) = told(clone, "origin/main")
    assert line.endswith("[not-compared]")


def test_what_a_clone_left_out_is_not_fetched_to_be_shown(repository: Repository, tmp_path: Path) -> None:
    repository.commit({SNAPSHOT: ROWS.replace("12", "13")})
    clone = repository.clone(tmp_path / "clone", "--filter=blob:none", "--branch=topic")
    (line,) = told(clone, "origin/main")
    assert line.startswith(f"{SNAPSHOT}:1:1: error: snapshot edited: it was another at ")


# --- what comes too late to be told by a page


DELIVERIES = """\
id,item,date
r1,report,2026-02-06
r2,report,2026-02-27
"""
NUMBERS = "date,metric,value\n2026-03-10,mqls,5\n"
AGREED = {
    "agreement/acme/agreement.yml": terms("1.0.0"),
    "agreement/acme/commitments.yml": (
        "metrics:\n  mqls: {label: MQLs, unit: leads}\nitems:\n  report: {label: report, plural: reports}\n"
    ),
    "data/acme/snapshots/2026-03-11.csv": NUMBERS,
    "data/acme/deliveries.csv": DELIVERIES,
}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (DELIVERIES, []),
        (DELIVERIES + "r3,report,2026-02-25\n", []),
        (DELIVERIES + "r3,report,2026-02-24\n", [("deliveries.csv:4:1", "delivery 'r3' is new")]),
        (DELIVERIES.replace("02-27", "02-20"), [("deliveries.csv:3:1", "delivery 'r2' is another")]),
        (DELIVERIES.replace("02-27", "03-05"), []),
        (DELIVERIES.replace("r1,report,2026-02-06\n", ""), [("deliveries.csv:1:1", "delivery 'r1' is gone")]),
    ],
)
def test_a_delivery_that_changes_after_its_day_was_long_past_is_warned_of(
    repository: Repository, now: str, told: list[tuple[str, str]]
) -> None:
    there = repository.commit(AGREED)
    repository.write({"data/acme/deliveries.csv": now})
    (loaded,) = load_project(Project(repository.root), base=there)
    found = [problem for problem in loaded.warnings if problem.rule == "late-delivery"]
    assert [(str(p.place).rsplit("/", 1)[1], p.message) for p in found] == [
        (place, f"{words} since {there[:10]}, which had numbers to 2026-03-10") for place, words in told
    ]


@pytest.mark.parametrize(("month", "rules"), [("2026-02", ["frozen-ledger-backdated"]), ("2026-03", [])])
def test_a_month_is_not_frozen_once_numbers_of_after_it_were_there(
    repository: Repository, month: str, rules: list[str]
) -> None:
    there = repository.commit(AGREED)
    parts = ({"revenue": 10, "average_sale": 1, "win_rate": 1, "customers": 10, "leads": 10},)
    written = {"target": 10, "lead_value": 1}
    ledger = Ledger.model_validate(
        {
            "month": month,
            "version": "1.0.0",
            "as_of": "2026-01-20",
            "inputs": ({"input": "revenue goal", "value": 10, "place": "agreement/acme/plan.yml:1"},),
            "parts": tuple(part | written for part in parts),
            "targets": {"mqls": 10},
            "checksum": "not written yet",
        }
    )
    repository.write({f"data/acme/plan/{month}.yml": render_ledger(ledger)})
    try:
        load_project(Project(repository.root), base=there)
        found = []
    except InputError as refused:
        found = [problem.rule for problem in refused.problems]
    assert found == rules
