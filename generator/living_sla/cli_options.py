"""What the commands share: kinds of values, options, and how the user's mistakes end a command."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from living_sla.diagnostics import InputError, render_github, render_json, render_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.solving import Quantity

_LAST_PORT = 65535
FORMATS = {"text": render_text, "json": render_json, "github": render_github}


class Day(click.ParamType[date]):
    """A day on the command line, YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401 click's signature
        """The day that was typed."""
        from living_sla.pipeline import parse_as_of

        try:
            return parse_as_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Month(click.ParamType[date]):
    """A month on the command line, YYYY-MM, as its first day."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401 click's signature
        """The first day of the month that was typed."""
        from living_sla.planning import parse_month

        try:
            return parse_month(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Given(click.ParamType["tuple[Quantity, Exact]"]):
    """A quantity of a plan on the command line, QUANTITY=VALUE."""

    name = "quantity"

    def convert(
        self,
        value: Any,  # noqa: ANN401 click's signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[Quantity, Exact]:
        """The quantity and its value."""
        from living_sla.planning import parse_given

        try:
            return parse_given(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Address(click.ParamType[str]):
    """A place to serve at, HOST:PORT."""

    name = "host:port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 click's signature
        """The address as it was typed."""
        host, _, port = str(value).rpartition(":")
        if not host or not port.isdecimal() or int(port) > _LAST_PORT:
            self.fail(f"'{value}' is not an address written HOST:PORT", param, ctx)
        return str(value)


project_option = click.option(
    "--project",
    "-C",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=".",
    help="The folder that holds agreement/ and data/; by default this one.",
)
as_of_option = click.option(
    "--as-of", type=Day(), help="What that day knew, YYYY-MM-DD; by default the newest data."
)


file_option = click.Path(dir_okay=False, path_type=Path)


def or_exit(step: Callable[[], Any], *, form: str | None = None) -> Any:  # noqa: ANN401 whatever the step returns
    """The one place where the user's mistakes become messages; a bug still shows its traceback.

    Where problems are what was asked for, in some `form`, they go to standard output.
    """
    try:
        return step()
    except InputError as error:
        click.echo(FORMATS[form or "text"](error.problems), nl=False, err=form is None)
        click.echo(f"{counted(len(error.problems), 'problem')}.", err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(": ".join(filter(None, ("error", error.filename, error.strerror or str(error)))), err=True)
        sys.exit(1)


def counted(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
