"""The commands that tell numbers: how promises stand, how a number was made, where targets come from."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from living_sla.cli_options import Given, Month, as_of_option, or_exit, project_option
from living_sla.diagnostics import InputError, printable

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from living_sla.agreement.quantities import Exact
    from living_sla.diagnostics import Problem
    from living_sla.judge.solving import Quantity
    from living_sla.planning import Planned
    from living_sla.project import Loaded

# What a plan can be solved for; the names of judge/solving.Quantity, which starts too slowly to be asked.
_QUANTITIES = ("revenue", "share", "average-sale", "win-rate", "customers", "leads")


@click.command()
@project_option
@as_of_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="A table, or status.json."
)
@click.option(
    "--fail-on",
    type=click.Choice(["missed", "at-risk"]),
    multiple=True,
    help="Exit 1 if a promise stands so.",
)
def status(project: Path, as_of: date | None, form: str, fail_on: tuple[str, ...]) -> None:
    """Show how every promise stands.

    Example: living-sla status --fail-on missed
    """
    from living_sla.pipeline import judge_loaded
    from living_sla.present.status import status_json
    from living_sla.project import Project, load_project
    from living_sla.status_table import print_status

    standings = [judge_loaded(loaded, as_of) for loaded in or_exit(lambda: load_project(Project(project)))]
    if form == "json":
        click.echo(status_json(standings), nl=False)
    else:
        print_status(standings)
    judged = [s.judgements.get(c.id, ()) for s in standings for c in s.agreement.commitments]
    if {judgements[-1].verdict.replace(" ", "-") for judgements in judged if judgements} & set(fail_on):
        sys.exit(1)


@click.command()
@project_option
@as_of_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print the steps."
)
@click.option("--rows", "all_rows", is_flag=True, help="List every row, not only how many each file holds.")
@click.argument("commitment")
@click.argument("period")
def explain(  # noqa: PLR0913 what the command takes
    project: Path, as_of: date | None, form: str, commitment: str, period: str, *, all_rows: bool
) -> None:
    """Explain one number: every step from the rows of the snapshots to the verdict.

    COMMITMENT is its id, or AGREEMENT/COMMITMENT where several agreements have one of that id; PERIOD is
    written as on the pages, like 2026-03, 2026-W10 or 2026-Q1.

    Example: living-sla explain qualified-leads 2026-03
    """
    from living_sla.pipeline import judge_loaded
    from living_sla.present.explanation import explained_json, explained_text, find_explained
    from living_sla.project import Project, load_project

    standings = [judge_loaded(loaded, as_of) for loaded in or_exit(lambda: load_project(Project(project)))]
    try:
        explained = find_explained(standings, commitment, period, all_rows=all_rows)
    except ValueError as error:
        raise click.UsageError(printable(str(error))) from error
    if form == "json":
        click.echo(json.dumps(explained_json(explained), indent=2, ensure_ascii=False))
    else:
        click.echo(explained_text(explained), nl=False)


@click.command()
@project_option
@as_of_option
@click.argument("agreement", required=False)
@click.option("--month", type=Month(), help="The month, YYYY-MM; by default that of the newest data.")
@click.option("--freeze", type=Month(), help="Freeze the plan of a month: write it to data/, for good.")
@click.option("--solve", type=click.Choice(_QUANTITIES), help="Work out this from all the rest.")
@click.option(
    "--given", type=Given(), multiple=True, metavar="QUANTITY=VALUE", help="Solve with this instead."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print the plan."
)
def plan(
    project: Path,
    as_of: date | None,
    agreement: str | None,
    form: str,
    **asked: Any,
) -> None:
    """Show how a month's targets are worked out, step by step, and where every number comes from.

    Example: living-sla plan marketing-sales --month 2026-03 --solve win-rate --given leads=400
    """
    from living_sla.agreement.history import load_history
    from living_sla.planning import freeze_months, missing_plans, plan_loaded
    from living_sla.project import Project, load_project

    month, freeze, solve, given = (asked[key] for key in ("month", "freeze", "solve", "given"))
    if freeze and (month or solve or given):
        raise click.UsageError("--freeze goes with no other month, and with nothing to solve")
    if given and not solve:
        raise click.UsageError("--given goes with --solve")
    _check_given([quantity.key for quantity, _ in given], solve)
    history = load_history(project)
    loaded = or_exit(lambda: _chosen(load_project(Project(project), history), agreement))
    plans = [(item, planned) for item in loaded if (planned := plan_loaded(item, freeze or month, as_of))]
    if solve:
        _print_solution(solve, dict(given), [planned for _, planned in plans], form)
        return
    if not plans:
        or_exit(lambda: _refuse(missing_plans(loaded)))
    if freeze:
        state = f"{history.commit}{' with changes not committed' if history.is_changed else ''}".strip()
        nothing = f"{freeze:%Y-%m} is frozen already: nothing to do."
        for path in or_exit(lambda: freeze_months(Project(project), plans, state)):
            click.echo(f"Wrote {path.relative_to(project)}: commit it." if path else nothing, err=True)
        return
    _print_plans([planned for _, planned in plans], form)


def _chosen(loaded: list[Loaded], agreement: str | None) -> list[Loaded]:
    """The agreement that was asked for, or all of them."""
    ids = [item.agreement.id for item in loaded]
    if agreement is not None and agreement not in ids:
        raise click.UsageError(f"no agreement has the id '{agreement}'; known here: {', '.join(ids)}")
    return [item for item in loaded if agreement in (None, item.agreement.id)]


def _check_given(keys: list[str], solve: str | None) -> None:
    """Refuse what is given twice, or given and asked for."""
    twice = next((key for n, key in enumerate(keys) if key in keys[:n]), None)
    if twice:
        raise click.UsageError(f"--given says {twice} twice; say it once")
    if solve in keys:
        raise click.UsageError(f"{solve} is given, and asked for; leave out one of the two")


def _print_solution(quantity: str, given: dict[Quantity, Exact], plans: list[Planned], form: str) -> None:
    from living_sla.judge.solving import PlanProblem
    from living_sla.planning import render_solution

    if len(plans) > 1:
        raise click.UsageError("several agreements have a plan; name one")
    try:
        click.echo(or_exit(lambda: render_solution(quantity, given, plans[0] if plans else None, form)))
    except PlanProblem as error:
        raise click.UsageError(str(error)) from error


def _print_plans(plans: list[Planned], form: str) -> None:
    """The plans that have a number; where one has none, why, and exit code 1."""
    from living_sla.planning import render_plans

    click.echo(render_plans(plans, form), nl=False)
    if problems := [problem for planned in plans for problem in planned.plan.problems]:
        or_exit(partial(_refuse, problems))


def _refuse(problems: list[Problem]) -> None:
    raise InputError(problems)
