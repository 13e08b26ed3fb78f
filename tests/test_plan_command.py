"""`living-sla plan`: what it prints, what it freezes, and what it refuses."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from tests.repositories import Repository

from living_sla.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

PLAN = """\
revenue: 5000
average_sale: 100
win_rate: 40%
targets: {leads: mqls}
"""
LEDGER = "data/acme/plan/2026-03.yml"


@pytest.fixture
def planned(project: Path) -> Path:
    """The small project with a plan, which its first commitment asks for."""
    folder = project / "agreement" / "acme"
    (folder / "plan.yml").write_text(PLAN)
    text = (folder / "commitments.yml").read_text()
    table = "at_least: {2026-01: 90, 2026-02: 100}"
    assert table in text
    (folder / "commitments.yml").write_text(text.replace(table, "at_least: plan"))
    return project


def call(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["plan", "-C", str(project), *arguments], prog_name="living-sla")


def test_the_plan_of_the_newest_month_is_printed_with_its_steps(planned: Path) -> None:
    done = call(planned)
    assert done.exit_code == 0
    assert done.stdout.startswith("acme: March 2026, version 1.0.0\n")
    assert "leads: 50 ÷ 40% = 125\n" in done.stdout
    assert "target of mqls (leads): 125\n" in done.stdout


def test_another_month_is_asked_for_by_name(planned: Path) -> None:
    assert call(planned, "--month", "2026-05").stdout.startswith("acme: May 2026,")


def test_the_plan_is_printed_as_json(planned: Path) -> None:
    (month,) = json.loads(call(planned, "acme", "--format", "json").stdout)
    assert (month["month"], month["targets"], month["frozen"]) == ("2026-03", {"mqls": 125}, False)


def test_a_month_is_frozen_into_its_file(planned: Path) -> None:
    done = call(planned, "--freeze", "2026-03")
    assert (done.exit_code, done.stderr) == (0, f"Wrote {LEDGER}: commit it.\n")
    assert "targets:\n  mqls: 125\n" in (planned / LEDGER).read_text()


def test_freezing_again_with_the_same_numbers_does_nothing(planned: Path) -> None:
    call(planned, "--freeze", "2026-03")
    before = (planned / LEDGER).read_bytes()
    done = call(planned, "--freeze", "2026-03")
    assert (done.exit_code, done.stderr) == (0, "2026-03 is frozen already: nothing to do.\n")
    assert (planned / LEDGER).read_bytes() == before


def test_a_frozen_month_is_not_frozen_with_other_numbers(planned: Path) -> None:
    call(planned, "--freeze", "2026-03")
    before = (planned / LEDGER).read_bytes()
    (planned / "agreement" / "acme" / "plan.yml").write_text(PLAN.replace("40%", "50%"))
    done = call(planned, "--freeze", "2026-03")
    assert done.exit_code == 1
    assert done.stderr == (
        f"{LEDGER}:1:1: error: 2026-03 is frozen already, on data of 2026-03-02; now it would ask for other"
        " mqls; a frozen month stays as it is; another target is agreed by a new version of the agreement"
        " [already-frozen]\n1 problem.\n"
    )
    assert (planned / LEDGER).read_bytes() == before


@pytest.mark.parametrize("known", [[], ["--as-of", "2026-01-31"]])
def test_a_month_that_is_over_is_not_frozen_any_more_whatever_the_day(
    planned: Path, known: list[str]
) -> None:
    done = call(planned, "--freeze", "2026-02", *known)
    assert done.exit_code == 1
    assert done.stderr == (
        "data/acme/plan/2026-02.yml:1:1: error: 2026-02 was over when the newest data came, on 2026-03-03;"
        " a target set after the fact is no promise; the next to freeze is 2026-04 [month-over]\n"
        "1 problem.\n"
    )
    assert not (planned / "data" / "acme" / "plan").exists()


def test_a_month_that_was_over_at_the_newest_report_is_not_the_next_to_freeze(planned: Path) -> None:
    (planned / "data" / "acme" / "snapshots" / "2026-11-01.csv").write_text(
        "date,metric,value\n2026-03-04,leads_due,4\n"
    )
    done = call(planned, "--freeze", "2026-07")
    assert done.exit_code == 1
    assert done.stderr == (
        "data/acme/plan/2026-07.yml:1:1: error: 2026-07 was over when the newest data came, on 2026-11-01;"
        " a target set after the fact is no promise; the next to freeze is 2026-12 [month-over]\n"
        "1 problem.\n"
    )


def test_the_target_of_one_party_is_what_a_win_rate_is_solved_for(planned: Path) -> None:
    path = planned / "agreement" / "acme" / "commitments.yml"
    before, promised = path.read_text(), "commitments:\n"
    of_sales = "  - {id: few, party: sales, measure: {total: mqls, at_least: 5, every: month}}\n"
    path.write_text(before.replace("at_least: plan", "at_least: 250").replace(promised, promised + of_sales))
    assert call(planned, "--solve", "win-rate").stdout == "win rate: 20%\n"


def test_a_frozen_month_that_is_over_is_still_there(planned: Path) -> None:
    call(planned, "--freeze", "2026-03")
    (planned / "data" / "acme" / "snapshots" / "2026-04-02.csv").write_text(
        "date,metric,value\n2026-04-01,leads_due,4\n"
    )
    done = call(planned, "--freeze", "2026-03")
    assert (done.exit_code, done.stderr) == (0, "2026-03 is frozen already: nothing to do.\n")


def test_of_several_agreements_all_are_frozen_or_none(planned: Path) -> None:
    for folder in ("agreement", "data"):
        shutil.copytree(planned / folder / "acme", planned / folder / "other")
    plan = planned / "agreement" / "other" / "plan.yml"
    plan.write_text(PLAN.replace("5000", "{2026-03: 5000}"))
    assert call(planned, "--freeze", "2026-04").exit_code == 1
    assert not list(planned.glob("data/*/plan/*"))
    done = call(planned, "--freeze", "2026-03")
    assert done.stderr == f"Wrote {LEDGER}: commit it.\nWrote data/other/plan/2026-03.yml: commit it.\n"


def test_before_the_agreement_begins_its_first_month_is_planned(planned: Path) -> None:
    shutil.rmtree(planned / "data")
    assert call(planned).stdout.startswith("acme: January 2026, version 1.0.0\n")


def test_every_frozen_month_is_kept_by_the_check_of_a_pull_request(planned: Path) -> None:
    repository = Repository(planned)
    repository.git("init", "--quiet")
    call(planned, "--freeze", "2026-03")
    base = repository.commit({})
    (planned / LEDGER).unlink()
    done = CliRunner().invoke(cli, ["check", "-C", str(planned), "--base", base])
    assert done.exit_code == 1
    assert f"{LEDGER}:1:1: error: frozen month deleted: it was here at {base[:10]}" in done.stdout


def test_drift_from_a_frozen_month_is_printed_and_nothing_is_proposed(planned: Path) -> None:
    call(planned, "--freeze", "2026-03")
    (planned / "agreement" / "acme" / "plan.yml").write_text(PLAN.replace("40%", "30%"))
    shown = call(planned).stdout
    told = "Qualified leads: today's inputs ask for 167, frozen are 125; a frozen month stays as it is"
    assert told in shown
    assert "at_least" not in shown


def test_a_promise_to_keep_the_plan_has_no_target_until_it_is_frozen(planned: Path) -> None:
    before = CliRunner().invoke(cli, ["status", "-C", str(planned), "--format", "json"])
    call(planned, "--freeze", "2026-03")
    after = CliRunner().invoke(cli, ["status", "-C", str(planned), "--format", "json"])
    march = [
        next(c for c in json.loads(done.stdout)["agreements"][0]["commitments"] if c["id"] == "volume")[
            "periods"
        ][-1]
        for done in (before, after)
    ]
    assert march[0]["reason"] == "no frozen plan for this month; run living-sla plan --freeze 2026-03"
    assert [period["target"] for period in march] == [None, 125]


def test_a_frozen_month_edited_by_hand_fails_the_check(planned: Path) -> None:
    call(planned, "--freeze", "2026-03")
    ledger = planned / LEDGER
    ledger.write_text(ledger.read_text().replace("mqls: 125", "mqls: 90"))
    done = CliRunner().invoke(cli, ["check", "-C", str(planned)])
    assert done.exit_code == 1
    assert "this frozen month was changed by hand" in done.stdout
    assert "[frozen-ledger-edited]" in done.stdout


# --- solving


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--solve", "leads"], "leads: 125\n"),
        (["--solve", "customers"], "customers: 50\n"),
        (["--solve", "win-rate", "--given", "leads=200"], "win rate: 25%\n"),
        (["--solve", "revenue", "--given", "leads=200"], "revenue goal: $8,000\n"),
        (["--solve", "average-sale", "--given", "customers=40"], "average sale: $125\n"),
        (["--solve", "leads", "--given", "customers=7", "--given", "win-rate=5%"], "leads: 140\n"),
        (["--solve", "leads", "--given", "win-rate=30%"], "leads: 166.67, 167 rounded up\n"),
    ],
)
def test_one_quantity_is_solved_by_the_plan_and_what_is_given(
    planned: Path, arguments: list[str], told: str
) -> None:
    done = call(planned, *arguments)
    assert (done.exit_code, done.stdout) == (0, told)


def test_the_frozen_leads_are_what_a_win_rate_is_solved_for(planned: Path) -> None:
    call(planned, "--freeze", "2026-03")
    assert call(planned, "--solve", "win-rate").stdout == "win rate: 40%\n"


def test_a_calculation_needs_no_plan_if_all_is_given(project: Path) -> None:
    given = ["--given", "revenue=5000", "--given", "average-sale=100", "--given", "win-rate=50%"]
    assert call(project, "--solve", "leads", *given).stdout == "leads: 100\n"


BY_SEGMENT = """\
revenue: 5000
average_sale: 100
win_rate: 30%
targets: {leads: mqls}
by: source
segments: {Web: {part: 50%}, Events: {part: 50%, average_sale: 125}}
"""


@pytest.fixture
def split(project: Path) -> Path:
    """The small project with a plan that is made for each source."""
    (project / "agreement" / "acme" / "plan.yml").write_text(BY_SEGMENT)
    return project


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "leads: 150, 151 rounded up in each segment\n"),
        (["--given", "win-rate=15%"], "leads: 300, 301 rounded up in each segment\n"),
        (["--given", "average-sale=90"], "leads: 185.19, 186 rounded up\n"),
        (["--given", "customers=40"], "leads: 133.33, 134 rounded up\n"),
    ],
)
def test_leads_are_rounded_up_in_each_segment_as_on_the_page(
    split: Path, given: list[str], told: str
) -> None:
    assert call(split, "--solve", "leads", *given).stdout == told


def test_the_leads_of_all_segments_are_in_the_json(split: Path) -> None:
    done = call(split, "--solve", "leads", "--format", "json")
    assert json.loads(done.stdout) == {"solved": "leads", "value": 150, "rounded_up_by_segment": 151}


def test_a_solution_is_printed_as_json(planned: Path) -> None:
    done = call(planned, "--solve", "leads", "--given", "win-rate=30%", "--format", "json")
    assert json.loads(done.stdout) == {"solved": "leads", "value": "500/3"}


# --- what is refused


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--month", "2026-13"], "'2026-13' is not a month; write it like 2026-03"),
        (["--freeze", "March"], "'March' is not a month; write it like 2026-03"),
        (["--solve", "win-rate"], "too little is known to work out the win rate; say the leads too"),
        (["--solve", "leads", "--given", "win-rate=0%"], "a win rate of zero gives no plan"),
        (["--solve", "leads", "--given", "win-rate=120%"], "is not a percentage between 0% and 100%"),
        (["--solve", "leads", "--given", "average-sale=-5"], "a deal value cannot be negative"),
        (["--solve", "leads", "--given", "average-sale=x"], "average-sale 'x' is not a plain number"),
        (["--solve", "leads", "--given", "average-sale=[1"], "average-sale '[1' is not a plain number"),
        (["--solve", "leads", "--given", "lead=5"], "did you mean 'leads'?"),
        (["--given", "leads=5"], "--given goes with --solve"),
        (
            ["--solve", "leads", "--given", "leads=40"],
            "leads is given, and asked for; leave out one of the two",
        ),
        (
            ["--solve", "leads", "--given", "win-rate=5%", "--given", "win-rate=5%"],
            "--given says win-rate twice; say it once",
        ),
        (["--freeze", "2026-03", "--month", "2026-03"], "--freeze goes with no other month"),
        (["other"], "no agreement has the id 'other'; known here: acme"),
    ],
)
def test_wrong_usage_is_told_and_exit_code_2(planned: Path, arguments: list[str], words: str) -> None:
    done = call(planned, *arguments)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert done.stdout == ""


def test_an_agreement_without_a_plan_is_told(project: Path) -> None:
    done = call(project)
    assert done.exit_code == 1
    assert done.stderr.startswith("agreement/acme:1:1: error: there is no plan; add plan.yml")


WHY_NOT = "agreement/acme/plan.yml:3:1: error: Leads called in time (leads_called): known since 2026-03-01"


def test_why_there_is_no_number_is_told_by_its_place(planned: Path) -> None:
    observed = PLAN.replace("40%", "{observed: leads_called, of: leads_due}\nsales_cycle: 1 month")
    (planned / "agreement" / "acme" / "plan.yml").write_text(observed)
    for arguments in ([], ["--freeze", "2026-03"]):
        done = call(planned, *arguments)
        assert done.exit_code == 1
        assert WHY_NOT in done.stderr
    assert not (planned / LEDGER).exists()


def test_a_plan_without_a_number_is_solved_with_what_it_does_say(planned: Path) -> None:
    observed = PLAN.replace("40%", "{observed: leads_called, of: leads_due}\nsales_cycle: 1 month")
    (planned / "agreement" / "acme" / "plan.yml").write_text(observed)
    assert call(planned, "--solve", "win-rate", "--given", "leads=400").stdout == "win rate: 12.5%\n"


def test_why_the_plan_has_no_number_is_told_where_too_little_is_known_to_solve(planned: Path) -> None:
    observed = PLAN.replace("40%", "{observed: leads_called, of: leads_due}\nsales_cycle: 1 month")
    (planned / "agreement" / "acme" / "plan.yml").write_text(observed)
    done = call(planned, "--solve", "leads")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(WHY_NOT)
