"""The commands: each parses, calls one function, prints, and says by its exit code how it went.

0 is fine, 1 problems in the inputs, 2 wrong usage. A missed promise is content, not failure, unless asked.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from living_sla import __version__
from living_sla.cli_numbers import explain, plan, status
from living_sla.cli_options import (
    FORMATS,
    Address,
    as_of_option,
    counted,
    file_option,
    or_exit,
    project_option,
)
from living_sla.start.questions import QUESTIONS, Question

if TYPE_CHECKING:
    from living_sla.diagnostics import Problem
    from living_sla.project import Loaded

Command = TypeVar("Command", bound=Callable[..., Any])


def _question_options(command: Command) -> Command:
    """An option for every question of `init`."""
    for question in reversed(QUESTIONS):
        default = f"  [default: {question.default}]" if question.default else ""
        option = click.option(
            f"--{question.key}", metavar=question.form.upper(), help=question.question + default
        )
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Living Service Level Agreements of marketing and sales: from YAML and CSV in git to a site.

    Start with `living-sla check`, then `living-sla serve`.
    """


@cli.command()
@project_option
@_question_options
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: take the default of what no option answers.")
@click.option("--worksheet", type=file_option, help="Write the questions into a new spreadsheet, and stop.")
@click.option("--from", "source", type=file_option, help="Read the answers from a filled-in worksheet.")
def init(
    project: Path, worksheet: Path | None, source: Path | None, *, yes: bool, **options: str | None
) -> None:
    """Start an agreement: ask what it needs, and write its files; none that is there is overwritten.

    Example: living-sla init --yes --revenue-goal 250000
    """
    from living_sla.start.answers import read_answers
    from living_sla.start.folder import write_project
    from living_sla.start.worksheet import read_worksheet, write_worksheet

    typed = {key.replace("_", "-"): text for key, text in options.items() if text is not None}
    if (worksheet or source) and (typed or yes or (worksheet and source)):
        raise click.UsageError("--worksheet and --from go with no other answers")
    if worksheet:
        or_exit(lambda: write_worksheet(worksheet))
        click.echo(f"Wrote {worksheet}: fill it in, then run living-sla init --from {worksheet}", err=True)
        return
    if not source:
        typed = _answered(typed, ask=not yes)
    answers = or_exit(lambda: read_worksheet(source) if source else read_answers(typed))
    written = or_exit(lambda: write_project(project, answers))
    told = "now run living-sla check, then living-sla serve"
    click.echo(f"Wrote {counted(len(written), 'file')} to {project}; {told}.", err=True)


def _answered(typed: dict[str, str], *, ask: bool) -> dict[str, str]:
    """What was typed, with an answer to every question it leaves open; a wrong answer is asked for again."""
    from living_sla.start.answers import first_of_next_month

    day = first_of_next_month(date.today())  # noqa: TID251, DTZ011 a proposal to whoever starts; nothing is judged by it
    typed = dict(typed) if ask else {"effective": day.isoformat(), **typed}
    for question in QUESTIONS if ask else ():
        if question.key in typed or (question.belongs_to and not typed[question.belongs_to].strip()):
            typed.setdefault(question.key, "")
            continue
        click.secho(question.help, dim=True, err=True)
        default = day.isoformat() if question.key == "effective" else question.default
        typed[question.key] = click.prompt(
            question.question,
            default=default,
            show_default=bool(default),
            value_proc=partial(_checked, question),
            err=True,
        )
    return typed


def _checked(question: Question, text: str) -> str:
    from living_sla.start.answers import parse_answer

    try:
        parse_answer(question, text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    return text


@cli.command()
@project_option
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", help="How to print problems."
)
@click.option("--advise", is_flag=True, help="Say too what the agreements leave open; never an error.")
@click.option(
    "--base",
    metavar="REVISION",
    help="A branch or commit, for example main: refuse snapshots edited or deleted since.",
)
def check(project: Path, form: str, base: str | None, *, advise: bool) -> None:
    """Check every agreement and its data, and list all problems with their places.

    Example: living-sla check --base origin/main --format github
    """
    from living_sla.project import Project, history_problems, load_project

    commit = _commit(project, base) if base is not None else ""
    loaded = or_exit(lambda: load_project(Project(project), base=commit), form=form)
    warnings = [*history_problems(loaded), *(warning for item in loaded for warning in item.warnings)]
    advice = _advice(loaded) if advise else []
    click.echo(FORMATS[form]([*warnings, *advice]), nl=False)
    names = ", ".join(item.agreement.terms.title for item in loaded)
    told = f", {counted(len(advice), 'piece')} of advice" if advise else ""
    counts = f"{counted(len(warnings), 'warning')}{told} in {counted(len(loaded), 'agreement')}"
    click.echo(f"No errors, {counts}: {names}.", err=True)


def _commit(project: Path, revision: str) -> str:
    from living_sla.git import GitError, commit_of

    try:
        return commit_of(project, revision)
    except GitError as error:
        raise click.BadParameter(f"{error.reason}; {error.remedy}", param_hint="--base") from error


def _advice(loaded: list[Loaded]) -> list[Problem]:
    from living_sla.agreement.advice import advise

    return [piece for item in loaded for piece in advise(item.agreement)]


@cli.command()
@project_option
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default="schema",
    help="The folder to write to.",
)
def schema(project: Path, into: Path) -> None:
    """Write the JSON Schema of every YAML file, by which editors explain and check what is typed.

    Example: living-sla schema --into .vscode/schema
    """
    from living_sla.agreement.schema import render_schemas

    texts = render_schemas()
    or_exit(lambda: _write(project / into, texts))
    click.echo(f"Wrote {', '.join(texts)} to {project / into}.", err=True)


def _write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


@cli.command()
@project_option
@as_of_option
@click.option(
    "--site-dir", type=click.Path(path_type=Path), help="Where the site goes; by default as mkdocs.yml says."
)
@click.option("--strict", is_flag=True, help="Fail on MkDocs' warnings too.")
def build(project: Path, as_of: date | None, site_dir: Path | None, *, strict: bool) -> None:
    """Build the site beside the old one, and swap the two when it is whole.

    Example: living-sla build --site-dir public
    """
    from living_sla.publishing import build_site

    built = or_exit(lambda: build_site(project, as_of=as_of, site_dir=site_dir, strict=strict))
    click.echo(
        f"Built {built}: open {built / 'index.html'} through a web server, or run living-sla serve.", err=True
    )


@cli.command()
@project_option
@click.option(
    "--address",
    type=Address(),
    default="127.0.0.1:8000",
    show_default=True,
    help="Where to serve, HOST:PORT.",
)
def serve(project: Path, address: str) -> None:
    """Serve the site, and build it anew on every change of YAML, CSV or template.

    Example: living-sla serve --address 127.0.0.1:8080
    """
    from living_sla.publishing import serve_site

    or_exit(lambda: serve_site(project, address=address))


@cli.command()
@project_option
@as_of_option
@click.argument("folder", type=click.Path(path_type=Path))
def render(project: Path, as_of: date | None, folder: Path) -> None:
    """Write the pages as plain HTML files into FOLDER, for any other site generator.

    Example: living-sla render public/sla
    """
    from living_sla.publishing import render_site

    count = or_exit(lambda: render_site(project, folder, as_of=as_of))
    click.echo(f"Wrote {count} files to {folder}.", err=True)


for command in (status, explain, plan):
    cli.add_command(command)


def main() -> None:
    """The entry point of the command `living-sla`; a job that is cancelled cleans up as Ctrl-C does."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some reads all metadata
    gc.disable()  # a command ends before cycles matter, and walking the rows of a record took half its time
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cli(prog_name="living-sla")
