"""What an agreement's folder `reports/` holds: the prose of months and weeks, and nothing misnamed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.agreement.history import History
from living_sla.agreement.loading import load_agreement
from living_sla.agreement.retrospectives import (
    is_retrospective,
    load_retrospectives,
    middle_of,
    retrospective_problems,
    why_unreported,
)
from living_sla.agreement.versions import Timeline, load_timeline
from living_sla.diagnostics import InputError, Severity

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
    assert found == {"2026-03": "\n\n## Kept\nText\n"}  # every line keeps its number


def test_an_empty_file_is_no_retrospective(tmp_path: Path) -> None:
    assert load(tmp_path, **{"2026-03": "# Retrospective\n\n"}) == {}


def test_without_a_folder_there_is_none(tmp_path: Path) -> None:
    assert load_retrospectives(tmp_path / "agreement" / "acme", root=tmp_path) == {}


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        (
            "April-2026.md",
            "'April-2026.md' names no month or week",
            "name it like 2026-03.md or 2026-W10.md, or put a page of your own beside agreement.yml",
        ),
        ("notes.docx", "'notes.docx' names no month or week", "name it like 2026-03.md or 2026-W10.md"),
        ("2026-04.txt", "'2026-04.txt' is not read", "put it into reports/ as 2026-04.md"),
        ("2026-04.MD", "'2026-04.MD' is not read", "put it into reports/ as 2026-04.md"),
        ("2026/2026-04.md", "'2026-04.md' is not read", "put it into reports/ as 2026-04.md"),
    ],
)
def test_what_no_report_would_show_is_refused(tmp_path: Path, name: str, message: str, hint: str) -> None:
    path = tmp_path / "agreement" / "acme" / "reports" / name
    path.parent.mkdir(parents=True)
    path.write_text("We met.\n")
    with pytest.raises(InputError) as refused:
        load_retrospectives(tmp_path / "agreement" / "acme", root=tmp_path)
    (problem,) = refused.value.problems
    assert (problem.message, problem.hint) == (message, hint)
    assert problem.place.path == f"agreement/acme/reports/{name}"


def test_pictures_and_pdfs_may_lie_beside_and_hidden_files_are_nobodys(tmp_path: Path) -> None:
    folder = tmp_path / "agreement" / "acme" / "reports"
    (folder / "slides").mkdir(parents=True)
    for name in ("board.PNG", "slides/march.pdf", ".DS_Store"):
        (folder / name).touch()
    assert load_retrospectives(folder.parent, root=tmp_path) == {}


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


# --- what no report shows

TERMS = """\
title: Acme
version: "1.0.0"
effective: 2026-02-10
{expires}
parties: {{a: {{name: A}}, b: {{name: B}}}}
calendar: {{timezone: Europe/Amsterdam, week_starts: sunday, fiscal_year_starts: february}}
"""
COMMITMENTS = """\
items: {{post: {{label: post, plural: posts}}}}
commitments: [{{id: posts, party: a, measure: {{deliver: {{post: 1}}, every: {every}}}}}]
"""


def agreed(root: Path, every: str = "month", expires: str = "") -> Timeline:
    """An agreement in force from 10 February 2026 on, whose weeks begin on Sunday and years in February."""
    folder = root / "agreement" / "acme"
    folder.mkdir(parents=True)
    ends = f"expires: {expires}" if expires else ""
    (folder / "agreement.yml").write_text(TERMS.format(expires=ends), encoding="utf-8")
    (folder / "commitments.yml").write_text(COMMITMENTS.format(every=every), encoding="utf-8")
    return load_timeline(folder, load_agreement(folder, root=root), History())


def test_prose_of_before_the_agreement_is_shown_by_no_report(tmp_path: Path) -> None:
    (problem,) = retrospective_problems({"2026-01": "", "2026-02": ""}, agreed(tmp_path))
    assert (problem.severity, str(problem.place.path)) == (
        Severity.WARNING,
        "agreement/acme/reports/2026-01.md",
    )
    words = "2026-01 is over before the agreement takes effect, on 2026-02-10; no report shows it"
    assert (problem.message, problem.hint) == (words, "name it by the month or week it is about")


def test_a_week_counts_by_its_own_days(tmp_path: Path) -> None:
    timeline = agreed(tmp_path)  # the week from Sunday 8 to Saturday 14 February is the seventh
    assert [bool(why_unreported(week, timeline)) for week in ("2026-W06", "2026-W07")] == [True, False]


@pytest.mark.parametrize(
    ("every", "last_month", "after"),
    [
        ("week", "2026-09", "2026-10"),
        ("month", "2026-09", "2026-10"),
        ("quarter", "2026-10", "2026-11"),
        ("year", "2027-01", "2027-02"),
    ],
)
def test_prose_of_after_the_last_period_is_shown_by_no_report(
    tmp_path: Path, every: str, last_month: str, after: str
) -> None:
    timeline = agreed(tmp_path, every, expires="2026-09-15")
    assert not why_unreported(last_month, timeline)
    assert why_unreported(after, timeline) == f"{after} begins after the agreement has ended, on 2026-09-15"


def test_without_an_end_prose_may_be_written_ahead(tmp_path: Path) -> None:
    assert list(retrospective_problems({"2031-01": "", "2031-W20": ""}, agreed(tmp_path))) == []


def test_a_link_that_is_relative_leads_nowhere_from_the_report(tmp_path: Path) -> None:
    text = "\n\nWe met,\nsee [this](../../nothing.md).\n\n- [that][one]\n\n[one]: agreement.yml\n"
    found = list(retrospective_problems({"2026-02": text}, agreed(tmp_path)))
    assert [(str(problem.place), problem.message, problem.severity) for problem in found] == [
        (
            "agreement/acme/reports/2026-02.md:4:1",
            "the link to '../../nothing.md' leads nowhere from the page of the report",
            Severity.WARNING,
        ),
        (
            "agreement/acme/reports/2026-02.md:6:1",
            "the link to 'agreement.yml' leads nowhere from the page of the report",
            Severity.WARNING,
        ),
    ]
    assert found[0].hint == "write the whole address, or a path from the top of the site, which begins with /"


@pytest.mark.parametrize(
    "text",
    [
        "[x](https://example.com/a)",
        "[x](mailto:a@example.com)",
        "[x](/acme/plan/)",
        "[x](#kept)",
        "<https://example.com>",
        "`[x](y.md)`",
        "    [x](y.md)",
    ],
)
def test_a_whole_address_a_path_from_the_top_and_code_are_fine(tmp_path: Path, text: str) -> None:
    assert list(retrospective_problems({"2026-02": text}, agreed(tmp_path))) == []


@given(st.dates(date(1990, 1, 1), date(2190, 12, 31)), st.integers(0, 6))
def test_a_week_has_the_name_of_the_iso_week_of_its_fourth_day(day: date, week_starts: int) -> None:
    fourth = day - timedelta(days=(day.weekday() - week_starts) % 7) + timedelta(days=3)
    year, week, _ = fourth.isocalendar()
    assert middle_of(f"{year}-W{week:02}", week_starts) == fourth
