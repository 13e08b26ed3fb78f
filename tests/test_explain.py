"""`living-sla explain`: every step from rows to verdict, as text and as JSON, and what it refuses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from living_sla.cli import cli

if TYPE_CHECKING:
    from collections.abc import Callable

    Golden = Callable[[Path, str], None]

MARCH = Path(__file__).parent / "explained-march.txt"


def call(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["explain", "-C", str(project), *arguments], prog_name="living-sla")


def steps(project: Path, *arguments: str) -> dict[str, list[str]]:
    """The lines of each step."""
    done = call(project, *arguments, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return {step["step"]: step["lines"] for step in json.loads(done.stdout)["steps"]}


def without_line_numbers(text: str) -> str:
    """The text without what changes with every line that is added to the example."""
    return re.sub("between lines [0-9]+ and [0-9]+", "between lines", re.sub("(csv|yml):[0-9]+", r"\1", text))


# --- steps


def test_the_steps_lead_from_the_promise_to_the_verdict(example: Path, golden: Golden) -> None:
    golden(MARCH, without_line_numbers(call(example, "qualified-leads", "2026-03").stdout))


def test_json_holds_the_same_lines(example: Path) -> None:
    done = json.loads(call(example, "qualified-leads", "2026-03", "--format", "json").stdout)
    text = call(example, "qualified-leads", "2026-03").stdout
    assert [line.strip() for line in text.splitlines()] == [
        said
        for number, step in enumerate(done["steps"], 1)
        for said in (f"{number}. {step['title']}", *step["lines"])
    ]
    assert {key: value for key, value in done.items() if key != "steps"} == {
        "agreement": "marketing-sales",
        "commitment": "qualified-leads",
        "period": "2026-03",
        "version": "1.0.0",
        "as_of": "2026-11-20",
        "verdict": "missed",
        "reason": "",
    }


def test_every_row_can_be_listed_with_its_line_and_what_it_replaced(example: Path) -> None:
    done = call(example, "qualified-leads", "2026-03", "--rows", "--format", "json")
    (rows,) = (step["rows"] for step in json.loads(done.stdout)["steps"] if step["step"] == "rows:mqls")
    assert sum(int(row["value"]) for row in rows) == 488
    for row in rows:
        line = (example / row["path"]).read_text().splitlines()[row["line"] - 1]
        assert line.split(",") == [row["date"], "mqls", row["value"], row["what"]]
    restated = next(row for row in rows if row["note"])
    place = "data/marketing-sales/snapshots/2026-04-01.csv:"
    assert re.sub("[0-9]+[)]", "", restated["note"]) == f"in place of 7, reported 1 Apr 2026 ({place}"


def test_an_earlier_day_explains_what_it_knew(example: Path) -> None:
    told = steps(example, "qualified-leads", "2026-03", "--as-of", "2026-04-10")
    assert told["arithmetic"] == ["The sum of 155 values is 504."]
    assert told["verdict"] == ["Met."]
    assert "restatements" not in told


@pytest.mark.parametrize(
    ("commitment", "period", "step", "line"),
    [
        ("follow-up-24h", "2026-10", "arithmetic", "557 ÷ 575 = 96.9%."),
        ("follow-up-24h", "2026-10", "arithmetic", "A verdict takes at least 20 events: enough."),
        ("follow-up-24h", "2026-10", "condition", "Qualified leads, October 2026: met."),
        ("follow-up-24h", "2026-11", "verdict", "Not triggered: binds once “Qualified leads” is met."),
        ("response-time", "2026-07", "comparison", "4.3 > 4: not reached."),
        ("new-revenue", "2026-Q1", "target", "At least $380,000, by version 1.0.0 (COMMITMENTS)."),
        ("content", "2026-01", "arithmetic", "0 case studies of 1 agreed."),
        ("content", "2026-01", "things", "6 of 6 things delivered count."),
        ("weekly-report", "2026-W15", "period", "Only what comes up to 10 Apr 2026 counts."),
        ("weekly-report", "2026-W15", "things", "0 of 1 thing delivered count."),
        ("report-feedback", "2026-02", "promises", "4 promises fall due in the period."),
        ("launch-training", "2026-Q2", "comparison", "100% ≥ 100%: reached."),
    ],
)
def test_every_shape_of_measure_is_explained(
    example: Path, commitment: str, period: str, step: str, line: str
) -> None:
    line = line.replace("COMMITMENTS", "agreement/marketing-sales/commitments.yml")
    assert line in [without_line_numbers(said) for said in steps(example, commitment, period)[step]]


def test_single_promises_say_when_they_were_due_and_done(example: Path) -> None:
    told = without_line_numbers(call(example, "report-feedback", "2026-02").stdout)
    assert (
        "   - 29 Jan 2026 pipeline-report Pipeline report of week 5  data/marketing-sales/deliveries.csv"
        "  (due 5 Feb 2026, done 11 Feb 2026 (data/marketing-sales/deliveries.csv): broken)\n"
    ) in told


def test_an_open_period_says_its_pace_and_what_can_still_come(example: Path) -> None:
    told = steps(example, "qualified-leads", "2026-11")
    assert told["pace"] == [
        "13 of 18 counted days have passed: 361.11 should be there by now.",
        "37.6 a day are needed on each of the 5 days left.",
    ]
    assert told["comparison"] == [
        "312 < 500: not reached.",
        "With the days to come it ends at no less than 312, which can change the outcome.",
    ]


def test_an_older_version_is_cited_as_its_commit_left_it(retold: Path) -> None:
    told = steps(retold, "response-time", "2025-12")
    found = re.search(r"(agreement/\S+):(\d+) as of commit ([0-9a-f]{10})$", told["promise"][-1])
    assert found
    path, line, commit = found.groups()
    assert f"({found[0]})" in told["target"][0]
    shown = subprocess.run(["git", "show", f"{commit}:{path}"], cwd=retold, capture_output=True, check=True)
    assert shown.stdout.decode().splitlines()[int(line) - 1] == "  - id: response-time"
    assert (retold / path).read_text().splitlines()[int(line) - 1] != "  - id: response-time"


def exclude(project: Path, first: str, last: str) -> None:
    governance = project / "agreement" / "marketing-sales" / "governance.yml"
    rule = f"\nexclusions:\n  - {{from: {first}, to: {last}, reason: The CRM was moved.}}\n"
    governance.write_text(governance.read_text(encoding="utf-8") + rule, encoding="utf-8")


def test_excluded_days_are_named_with_their_reason(example: Path) -> None:
    exclude(example, "2026-03-09", "2026-03-10")
    told = steps(example, "qualified-leads", "2026-03")
    assert told["days"] == [
        "20 of 31 days count for the pace, by working days; 20 have passed.",
        "Not counted: 9 Mar 2026 to 10 Mar 2026 (The CRM was moved): excluded by the agreement.",
        "Not counted: 9 days with no working hours.",
        "What happened on excluded days counts neither for nor against.",
    ]
    assert "Not counted: 10 rows, excluded by the agreement." in told["rows:mqls"]
    assert told["arithmetic"] == ["The sum of 145 values is 420."]


def test_a_period_excluded_whole_is_not_compared(example: Path) -> None:
    exclude(example, "2026-03-01", "2026-03-31")
    told = steps(example, "qualified-leads", "2026-03")
    assert told["comparison"] == ["Every day of it is excluded, so nothing is compared."]
    assert told["verdict"] == ["Not triggered: excluded by the agreement."]


def test_missing_reports_are_named(example: Path) -> None:
    snapshot = example / "data" / "marketing-sales" / "snapshots" / "2026-02-01.csv"
    lines = snapshot.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not re.match("2026-01-(05|06|09),mqls", line)]
    snapshot.write_text("".join(kept))
    told = steps(example, "qualified-leads", "2026-01")
    assert told["missing"] == [
        "3 reports that should be there are not: 5 Jan 2026 to 6 Jan 2026 and 9 Jan 2026."
    ]


def test_a_period_without_numbers_is_explained_too(project: Path) -> None:
    told = steps(project, "volume", "2026-01")
    assert told["rows:mqls"] == ["None was reported."]
    assert told["arithmetic"] == ["Nothing was measured: neither 0 nor 0%."]
    assert told["comparison"] == ["There is nothing to compare."]


def test_a_period_without_a_target_says_so(project: Path) -> None:
    assert steps(project, "volume", "2026-03")["target"] == ["Version 1.0.0 says none for 2026-03."]


def test_every_number_of_the_example_can_be_explained(example: Path) -> None:
    from living_sla.pipeline import judge_loaded
    from living_sla.present.explanation import explain_standing, explained_text
    from living_sla.project import Project, load_project

    (loaded,) = load_project(Project(example))
    standing = judge_loaded(loaded)
    for judgement in (judgement for all_of_one in standing.judgements.values() for judgement in all_of_one):
        explained = explain_standing(standing, judgement, all_rows=True)
        assert explained.steps[-1].lines[0].lower().startswith(judgement.verdict)
        assert "None" not in explained_text(explained).replace("None was reported", "")


# --- usage


@pytest.mark.parametrize(
    ("commitment", "period", "message"),
    [
        ("contant", "2026-03", "commitment 'contant' is not known; did you mean 'content'?"),
        ("acme/content", "2026-03", "commitment 'acme/content' is not known; known here: "),
        ("content", "2026-3", "content has no period '2026-3' up to 2026-11-20; did you mean '2026-03'?"),
        ("content", "2026-13", "content has no period '2026-13' up to 2026-11-20; did you mean '2026-11'?"),
        (
            "content",
            "2026-12",
            "period '2026-12' of content has not begun by 2026-11-20: it begins on 2026-12-01",
        ),
        (
            "content",
            "2025-09",
            (
                "content has no period '2025-09' up to 2026-11-20; it begins on 2025-09-01, before the "
                "first, 2025-10, which begins on 2025-10-01"
            ),
        ),
    ],
)
def test_an_unknown_name_is_wrong_usage(example: Path, commitment: str, period: str, message: str) -> None:
    done = call(example, commitment, period)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"Error: {message}" in done.stderr


def test_before_the_agreement_there_is_no_period(example: Path) -> None:
    done = call(example, "content", "2025-10", "--as-of", "2025-09-30")
    assert done.exit_code == 2
    words = "period '2025-10' of content has not begun by 2025-09-30: it begins on 2025-10-01"
    assert words in done.stderr


def test_one_of_several_agreements_is_named_before_the_commitment(project: Path) -> None:
    shutil.copytree(project / "agreement" / "acme", project / "agreement" / "zenith")
    done = call(project, "volume", "2026-02")
    assert done.exit_code == 2
    assert "'volume' is promised in several agreements; write acme/volume or zenith/volume" in done.stderr
    told = call(project, "acme/volume", "2026-02", "--format", "json")
    assert json.loads(told.stdout)["agreement"] == "acme"


def test_problems_of_the_inputs_are_told_as_everywhere(project: Path) -> None:
    (project / "data" / "acme" / "deliveries.csv").write_text("id,item\n")
    done = call(project, "volume", "2026-02")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("data/acme/deliveries.csv:1:1: error: column 'date' is missing")
