"""What an agreement's folder `reports/` holds: the prose of months and weeks, and nothing misnamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from living_sla.agreement.retrospectives import is_retrospective, load_retrospectives
from living_sla.diagnostics import InputError

if TYPE_CHECKING:
    from pathlib import Path


def load(root: Path, **texts: str) -> dict[str, str]:
    folder = root / "agreement" / "acme"
    (folder / "reports").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "reports" / f"{name}.md").write_bytes(text.encode())
    return load_retrospectives(folder, root=root)


def test_months_and_weeks_have_their_text_by_period(tmp_path: Path) -> None:
    found = load(tmp_path, **{"2026-03": "We met.\n", "2026-W10": "A week.\n"})
    assert found == {"2026-03": "We met.\n", "2026-W10": "A week.\n"}


def test_a_first_title_is_dropped_for_the_report_has_one(tmp_path: Path) -> None:
    found = load(tmp_path, **{"2026-03": "# Retrospective: March\n\n## Kept\nText\n"})
    assert found == {"2026-03": "\n## Kept\nText\n"}


def test_an_empty_file_is_no_retrospective(tmp_path: Path) -> None:
    assert load(tmp_path, **{"2026-03": "# Retrospective\n\n"}) == {}


def test_without_a_folder_there_is_none(tmp_path: Path) -> None:
    assert load_retrospectives(tmp_path / "agreement" / "acme", root=tmp_path) == {}


def test_a_page_of_another_name_is_left_alone(tmp_path: Path) -> None:
    assert load(tmp_path, notes="Not a retrospective.\n") == {}


@pytest.mark.parametrize("name", ["2026-3", "2026-13", "2026-w10", "2026-W60", "2026-Q1", "2026"])
def test_what_was_meant_as_a_period_and_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as refused:
        load(tmp_path, **{name: "Text\n"})
    (problem,) = refused.value.problems
    assert problem.message == f"'{name}.md' names no month or week"
    assert problem.hint == "name it like 2026-03.md or 2026-W10.md"
    assert problem.place.path == f"agreement/acme/reports/{name}.md"


def test_hidden_characters_are_refused_as_everywhere(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        load(tmp_path, **{"2026-03": "Text\u202e\n", "2026-3": "Text\n"})
    assert [problem.rule for problem in refused.value.problems] == ["hidden-character", "retrospective"]


def test_only_months_and_weeks_are_names_of_retrospectives() -> None:
    names = ["2026-03.md", "2026-W10.md", "2026-Q1.md", "2026-03-01.md", "2026-03.txt", "why.md"]
    assert [is_retrospective(name) for name in names] == [True, True, False, False, False, False]
