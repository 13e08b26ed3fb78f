from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from living_sla.agreement.loading import load_agreement
from living_sla.diagnostics import InputError
from living_sla.record.loading import Record, load_record

if TYPE_CHECKING:
    from pathlib import Path

SNAPSHOT = "data/acme/snapshots/2026-03-03.csv"
HEADER = "date,metric,value,segment\n"
COMMITMENTS = "agreement/acme/commitments.yml"


def load(project: Path) -> Record:
    agreement = load_agreement(project / "agreement" / "acme", root=project)
    return load_record(project / "data" / "acme", agreement, root=project)


def told(project: Path) -> list[str]:
    with pytest.raises(InputError) as refusal:
        load(project)
    return [f"{p.place} {p.sentence}" for p in refusal.value.problems]


def change(project: Path, file: str, typed: str, instead: str) -> None:
    text = (project / file).read_text()
    assert typed in text
    (project / file).write_text(text.replace(typed, instead))


def test_a_record_holds_series_and_deliveries(project: Path) -> None:
    record = load(project)
    assert record.of("leads_due").by_day == {date(2026, 3, 1): 4, date(2026, 3, 2): 6}
    assert [delivery.id for delivery in record.deliveries] == [
        "report-w10",
        "feedback-w10",
        "spring-training",
        "spring",
    ]
    assert record.warnings == ()


def test_a_folder_that_is_not_there_is_an_empty_record(project: Path) -> None:
    record = load_record(project / "data" / "nothing", None, root=project)
    assert (record.series, record.deliveries, record.newest_day) == ({}, (), None)


def test_a_metric_never_reported_has_an_empty_series(project: Path) -> None:
    assert load(project).of("nothing").by_day == {}


def test_the_newest_day_is_the_last_one_reported_on_by_any_metric(project: Path) -> None:
    (project / SNAPSHOT).write_text(HEADER + "2026-03-01,leads_due,4,\n2026-02-27,response_hours,1,\n")
    assert load(project).newest_day == date(2026, 3, 1)


def test_the_record_is_known_on_the_later_of_the_newest_day_and_the_newest_report(project: Path) -> None:
    record = load(project)
    assert (record.newest_day, record.newest_report, record.known_on) == (
        date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 3)
    )  # fmt: skip


def test_a_record_without_reports_is_known_on_no_day(project: Path) -> None:
    assert load(project).as_of(date(2026, 3, 2)).known_on is None


def test_a_day_knew_no_later_reports_but_what_was_planned(project: Path) -> None:
    record = load(project).as_of(date(2026, 3, 2))
    assert record.newest_day is None
    assert len(record.deliveries) == 4


def test_warnings_are_kept_and_sorted(project: Path) -> None:
    text = (project / SNAPSHOT).read_text()
    (project / SNAPSHOT).write_text(text + "2026-03-02,mqls,5,Web\n2026-03-01,mqls,4,Web")
    assert [str(warning.place) for warning in load(project).warnings] == [
        f"{SNAPSHOT}:12:1",
        f"{SNAPSHOT}:13:1",
        f"{SNAPSHOT}:13:22",
    ]


def test_warnings_are_told_along_with_errors(project: Path) -> None:
    text = (project / SNAPSHOT).read_text()
    (project / SNAPSHOT).write_text(text + "2026-03-02,mqls,five,Web\n2026-03-01,mqls,4,Web\n")
    assert [line.partition(" ")[0] for line in told(project)] == [f"{SNAPSHOT}:12:17", f"{SNAPSHOT}:13:1"]


def test_a_part_may_be_all_of_the_whole(project: Path) -> None:
    (project / SNAPSHOT).write_text(HEADER + "2026-03-01,leads_called,4,\n2026-03-01,leads_due,4,\n")
    assert load(project).warnings == ()


def test_a_part_is_not_more_than_the_whole(project: Path) -> None:
    (project / SNAPSHOT).write_text(HEADER + "2026-03-01,leads_called,4.5,\n2026-03-01,leads_due,4,\n")
    assert told(project) == [
        f"{SNAPSHOT}:2:1 leads_called 4.5 is more than leads_due 4 on 2026-03-01; correct one of the two"
    ]


def test_a_part_on_a_day_without_the_whole_is_compared_with_nothing(project: Path) -> None:
    (project / SNAPSHOT).write_text(HEADER + "2026-03-01,leads_called,5,\n2026-03-02,leads_due,4,\n")
    assert load(project).warnings == ()


def test_a_part_in_segments_is_compared_by_its_sum(project: Path) -> None:
    change(project, COMMITMENTS, "share: leads_called", "share: mqls")
    rows = "2026-03-01,mqls,3,Web\n2026-03-01,mqls,2,Events\n2026-03-01,leads_due,4,\n"
    (project / SNAPSHOT).write_text(HEADER + rows)
    assert told(project) == [
        f"{SNAPSHOT}:2:1 mqls 5 is more than leads_due 4 on 2026-03-01; correct one of the two"
    ]


def test_parts_and_wholes_with_the_same_segments_are_compared_segment_by_segment(project: Path) -> None:
    change(project, COMMITMENTS, "share: leads_called", "share: mqls")
    change(
        project, COMMITMENTS, "unit: leads}\n  leads_called", "unit: leads, segments: source}\n  leads_called"
    )
    rows = "2026-03-01,mqls,3,Web\n2026-03-01,mqls,2,Events\n"
    rows += "2026-03-01,leads_due,9,Web\n2026-03-01,leads_due,1,Events\n"
    (project / SNAPSHOT).write_text(HEADER + rows)
    assert told(project) == [
        f"{SNAPSHOT}:3:1 mqls 2 is more than leads_due 1 on 2026-03-01 (Events); correct one of the two"
    ]


def test_a_whole_with_a_segment_to_come_is_compared_with_nothing(project: Path) -> None:
    change(project, COMMITMENTS, "of: leads_due", "of: mqls")
    (project / SNAPSHOT).write_text(HEADER + "2026-03-01,leads_called,4,\n2026-03-01,mqls,3,Web\n")
    assert load(project).warnings == ()


def test_a_segment_that_is_a_delivery_must_have_been_delivered(project: Path) -> None:
    change(project, COMMITMENTS, "segment_values: [Web, Events]", "segments_from: launch")
    (project / SNAPSHOT).write_text(
        HEADER + "2026-03-01,mqls,3,spring\n2026-03-01,mqls,3,report-w10\n2026-03-02,mqls,3,report-w10\n"
    )
    assert told(project) == [
        f"{SNAPSHOT}:3:1 source 'report-w10' is no launch in deliveries.csv; known here: spring"
    ]


GAP = "Leads to call (leads_due): not reported from 2026-03-02 to 2026-03-04"


@pytest.mark.parametrize(
    ("exclusion", "gaps"),
    [
        ("", [GAP]),
        ("{from: 2026-03-02, to: 2026-03-04, reason: a}", []),
        ("{from: 2026-03-02, to: 2026-03-03, reason: a}", [GAP]),
        ("{from: 2026-03-02, to: 2026-03-04, commitments: [follow-up], reason: a}", []),
        ("{from: 2026-03-02, to: 2026-03-04, commitments: [volume], reason: a}", [GAP]),
    ],
)  # fmt: skip
def test_days_excluded_for_all_that_reads_a_metric_are_no_gap(
    project: Path, exclusion: str, gaps: list[str]
) -> None:
    change(
        project, COMMITMENTS, "Leads to call, unit: leads}", "Leads to call, unit: leads, expected: daily}"
    )
    (project / "agreement/acme/governance.yml").write_text(f"exclusions: [{exclusion}]\n")
    (project / SNAPSHOT).unlink()
    later = project / "data/acme/snapshots/2026-03-06.csv"
    later.write_text("date,metric,value\n2026-03-01,leads_due,4\n2026-03-05,leads_due,4\n")
    assert [warning.message for warning in load(project).warnings] == gaps


def test_notes_and_hidden_files_lie_in_the_folder_unread(project: Path) -> None:
    for name in ("README.md", ".DS_Store", "snapshots/.gitkeep"):
        (project / "data" / "acme" / name).touch()
    assert load(project).warnings == ()


def test_loading_a_project_imports_nothing_that_takes_long() -> None:
    heavy = "{'pandas', 'numpy', 'mkdocs', 'plotly', 'holidays', 'duckdb', 'rich'}"
    modules = "living_sla.agreement.loading, living_sla.record.loading"
    command = f"import sys, {modules}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
