"""A frozen month is read back as it was written, and refused once a hand has changed it."""

from __future__ import annotations

import shutil
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plans import plan_of

from living_sla.agreement.ledger import Ledger, parse_exact
from living_sla.diagnostics import InputError
from living_sla.judge.freezing import freeze
from living_sla.record.ledger import (
    check_readable,
    load_ledgers,
    parse_ledger,
    render_ledger,
    write_ledger,
)
from living_sla.record.loading import load_record

if TYPE_CHECKING:
    from pathlib import Path

PLAN = """\
revenue: 150000
average_sale: 4000
win_rate: {observed: customers_by_source, of: leads_by_source}
sales_cycle: 1 month
targets: {leads: leads_by_source}
by: source
"""
ROWS = [
    *(f"2026-01-{day:02},leads_by_source,3,Events" for day in range(1, 32)),
    *(f"2026-01-{day:02},leads_by_source,7,Social" for day in range(1, 32)),
    "2026-01-09,customers_by_source,4,Events",
    "2026-01-09,customers_by_source,11,Social",
    "2026-02-27,visits,1",
]  # fmt: skip


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return freeze(plan_of(PLAN, ROWS), as_of=date(2026, 2, 27), commit="abc123")


@pytest.fixture
def folder(tmp_path: Path, ledger: Ledger) -> Path:
    """A project whose March is frozen."""
    write_ledger(tmp_path / "data" / "acme" / "plan", ledger)
    return tmp_path


def load(root: Path) -> tuple[dict[str, Ledger], list[str]]:
    ledgers, problems = load_ledgers(root / "data" / "acme" / "plan", root=root)
    return ledgers, [f"{p.place} {p.severity}: {p.sentence} [{p.rule}]" for p in problems]


def test_a_ledger_is_read_back_as_it_was_written(folder: Path, ledger: Ledger) -> None:
    ledgers, problems = load(folder)
    assert problems == []
    assert ledgers["2026-03"].model_copy(update={"checksum": ledger.checksum}) == ledger


def test_the_same_ledger_is_always_the_same_text(ledger: Ledger) -> None:
    again = freeze(plan_of(PLAN, ROWS), as_of=date(2026, 2, 27), commit="abc123")
    assert render_ledger(again) == render_ledger(ledger)


def test_a_ledger_read_back_is_written_alike(folder: Path, ledger: Ledger) -> None:
    assert render_ledger(load(folder)[0]["2026-03"]) == render_ledger(ledger)


def test_the_file_says_first_that_it_is_not_to_be_edited(ledger: Ledger) -> None:
    first = render_ledger(ledger).splitlines()[0]
    assert first.startswith("# Written by living-sla plan --freeze 2026-03; never edit it.")


def test_an_observed_input_is_kept_with_its_sums_rows_and_files(ledger: Ledger) -> None:
    (row,) = (row for row in ledger.inputs if (row.input, row.segment) == ("win rate", "Social"))
    assert row.observed is not None
    assert (row.value, row.observed.from_, row.observed.to) == (
        Fraction(11, 217), date(2026, 1, 1), date(2026, 1, 31)
    )  # fmt: skip
    leads = row.observed.of
    assert (leads.metric, leads.sum, leads.rows, leads.files) == ("leads_by_source", 217, 31, 31)
    assert leads.first == "data/acme/snapshots/2026-01-01.csv"
    assert leads.last == "data/acme/snapshots/2026-01-31.csv"


def test_a_folder_that_is_not_there_holds_no_frozen_month(tmp_path: Path) -> None:
    assert load(tmp_path) == ({}, [])


def test_a_record_holds_the_frozen_months(folder: Path) -> None:
    assert list(load_record(folder / "data" / "acme", None, root=folder).plan) == ["2026-03"]


# --- what a hand has changed

EDITED = (
    "error: this frozen month was changed by hand: its checksum does not hold; take the file back as it was "
    "(git checkout -- data/acme/plan/2026-03.yml): a frozen month stays as it is; another target is agreed "
    "by a new version of the agreement [frozen-ledger-edited]"
)


def edit(folder: Path, typed: str, instead: str) -> list[str]:
    path = folder / "data" / "acme" / "plan" / "2026-03.yml"
    text = path.read_text(encoding="utf-8")
    assert typed in text
    path.write_text(text.replace(typed, instead, 1), encoding="utf-8")
    return load(folder)[1]


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("target: ", "target: 1"), ("150000", "15000"), ("never edit it", "edit it"),
        ("as_of: 2026-02-27", "as_of: 2026-02-28"), ("  - input", " - input"), ("sha256-", "sha256-0"),
        ('checksum: "', "checksum: '"), ("\nchecksum", "\n\nchecksum"),
    ],
)  # fmt: skip
def test_a_changed_ledger_is_refused_in_words(folder: Path, typed: str, instead: str) -> None:
    (told,) = edit(folder, typed, instead)
    assert told.partition(" ")[2] == EDITED


def test_a_changed_ledger_is_refused_at_its_checksum(folder: Path) -> None:
    lines = (folder / "data" / "acme" / "plan" / "2026-03.yml").read_text().count("\n")
    (told,) = edit(folder, "150000", "15000")
    assert told.partition(" ")[0] == f"data/acme/plan/2026-03.yml:{lines}:1"


def test_lines_below_the_checksum_are_a_change_too(folder: Path) -> None:
    path = folder / "data" / "acme" / "plan" / "2026-03.yml"
    path.write_text(path.read_text() + "targets: {mqls: 1}\n")
    assert load(folder)[1] == [f"data/acme/plan/2026-03.yml:1:1 {EDITED}"]


def test_windows_line_ends_are_no_change(folder: Path) -> None:
    path = folder / "data" / "acme" / "plan" / "2026-03.yml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load(folder)[1] == []


def test_a_ledger_does_not_pass_for_another_month(folder: Path) -> None:
    plans = folder / "data" / "acme" / "plan"
    shutil.copy(plans / "2026-03.yml", plans / "2026-04.yml")
    words = "the file of 2026-04 holds '2026-03'; name it 2026-03.yml"
    assert load(folder)[1] == [f"data/acme/plan/2026-04.yml:3:8 error: {words} [month]"]


def test_a_file_with_another_name_is_told(folder: Path) -> None:
    (folder / "data" / "acme" / "plan" / "march.yml").touch()
    words = "this is not read; a frozen month is named like 2026-03.yml"
    assert load(folder)[1] == [f"data/acme/plan/march.yml:1:1 warning: {words} [unknown-file]"]


def test_a_frozen_month_is_never_written_over(folder: Path, ledger: Ledger) -> None:
    with pytest.raises(FileExistsError):
        write_ledger(folder / "data" / "acme" / "plan", ledger)


# --- plans of many segments


def of_regions(count: int) -> Ledger:
    regions = [f"Region {n} \N{EN DASH} Süd" for n in range(count)]
    rows = [f"2026-01-01,{metric},{value},{region}" for region in regions for metric, value in REGION]
    return freeze(plan_of(BY_REGION, [*rows, "2026-02-27,visits,1"]), as_of=date(2026, 2, 27))


REGION = (("leads_by_region", 40), ("customers_by_region", 4), ("revenue_by_region", 900))
BY_REGION = """\
revenue: 150000
average_sale: {observed: revenue_by_region, of: customers_by_region}
win_rate: {observed: customers_by_region, of: leads_by_region}
sales_cycle: 1 month
targets: {leads: leads_by_region}
by: region
"""


def test_a_month_of_three_hundred_regions_is_read_back(tmp_path: Path) -> None:
    ledger = of_regions(300)
    check_readable(ledger, shown_as="data/acme/plan/2026-03.yml")
    write_ledger(tmp_path / "data" / "acme" / "plan", ledger)
    ledgers, problems = load(tmp_path)
    assert (problems, len(ledgers["2026-03"].parts)) == ([], 300)


def test_a_ledger_that_no_file_can_hold_is_refused_before_it_is_written() -> None:
    with pytest.raises(InputError) as refused:
        check_readable(of_regions(900), shown_as="data/acme/plan/2026-03.yml")
    (problem,) = refused.value.problems
    assert (str(problem.place), problem.sentence) == (
        "data/acme/plan/2026-03.yml:1:1",
        "a plan of 900 segments is more than the file of a frozen month can hold; plan by fewer segments",
    )


@given(st.text(max_size=200))
def test_no_text_passes_for_a_ledger(text: str) -> None:
    with pytest.raises(InputError):
        parse_ledger(text, shown_as="data/acme/plan/2026-03.yml", month="2026-03")


# --- exact numbers


@given(st.fractions() | st.integers())
def test_an_exact_number_is_read_back_as_it_was(number: Fraction | int) -> None:
    assert parse_exact(str(number)) == number


@pytest.mark.parametrize("typed", [True, 1.5, None, "", "1.5", "2/4", "1/0", "01", "5/1", "-0", "1/-2", " 1"])
def test_what_is_no_exact_number_is_refused(typed: object) -> None:
    with pytest.raises(ValueError, match="is not an exact number"):
        parse_exact(typed)
