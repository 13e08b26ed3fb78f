"""A problem in the inputs and its place becomes text, JSON or GitHub annotations."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_PER_FILE = 50
_LONGEST_QUOTE = 60
_MOST_LISTED = 12


class Severity(StrEnum):
    """How much a problem weighs, the gravest first.

    An error refuses the inputs, a warning is shown on the site, advice says what would be clearer.
    """

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in which file; line and column count from 1, and 0 stands for the whole file."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Name the place as compilers do, `path:line:column`."""
        return f"{self.path}:{max(self.line, 1)}:{max(self.column, 1)}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong at a place, in the author's words, and what would do instead."""

    place: Place
    rule: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def sentence(self) -> str:
        """The message and its hint in one printable line."""
        return printable(f"{self.message}; {self.hint}" if self.hint else self.message)


class InputError(Exception):
    """The inputs hold errors; `problems` lists all that were found, sorted."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(f"{len(self.problems)} problems in the inputs")


def printable(text: str) -> str:
    """The text with everything a terminal would obey, or a reader could not see, written as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def quote(value: object) -> str:
    """What was typed, in quotes and cut to a length that fits a message."""
    text = str(value)
    return f"'{text[: _LONGEST_QUOTE - 3]}...'" if len(text) > _LONGEST_QUOTE else f"'{text}'"


def did_you_mean(typed: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or lists the known ones where none is near."""
    words = sorted(known)
    nearest = difflib.get_close_matches(typed[:_LONGEST_QUOTE], words, n=1)
    if nearest:
        return f"did you mean '{nearest[0]}'?"
    more = ", …" if len(words) > _MOST_LISTED else ""
    return f"known here: {', '.join(words[:_MOST_LISTED])}{more}" if words else ""


def render_text(problems: Iterable[Problem]) -> str:
    """One line a problem, `path:line:column: error: what is wrong [rule]`; at most 50 a file and a count."""
    return "".join(
        f"{printable(str(p.place))}: {p.severity}: {p.sentence} [{p.rule}]\n" for p in _capped(problems)
    )


def render_json(problems: Iterable[Problem]) -> str:
    """All problems as a JSON list of objects with path, line, column, severity, rule, message and hint."""
    rows = [
        {**asdict(p.place), "severity": p.severity, "rule": p.rule, "message": p.message, "hint": p.hint}
        for p in sorted(problems, key=_order)
    ]
    return json.dumps(rows, indent=2) + "\n"


def render_github(problems: Iterable[Problem]) -> str:
    """GitHub workflow commands that annotate the lines of a pull request; untrusted text is escaped."""
    return "".join(
        f"::{_COMMANDS[p.severity]} file={_property(p.place.path)},line={max(p.place.line, 1)},"
        f"col={max(p.place.column, 1)},title={_property(p.rule)}::{_message(p.sentence)}\n"
        for p in _capped(problems)
    )


def _capped(problems: Iterable[Problem]) -> list[Problem]:
    """At most 50 problems of each file, the gravest of them, in order; then a count of the rest."""
    by_file: dict[str, list[Problem]] = {}
    for problem in sorted(problems, key=_order):
        by_file.setdefault(problem.place.path, []).append(problem)
    shown: list[Problem] = []
    for path, found in by_file.items():
        gravest = sorted(found, key=lambda problem: list(Severity).index(problem.severity))
        shown += sorted(gravest[:MOST_PER_FILE], key=_order)
        if rest := gravest[MOST_PER_FILE:]:
            words = f"more problems in this file, not shown here: {len(rest):,}"
            shown.append(Problem(Place(path), "more", words, severity=rest[0].severity))
    return shown


def _order(problem: Problem) -> tuple[str, bool, Problem]:
    """By file; in it errors and warnings by place, then advice by place."""
    return problem.place.path, problem.severity is Severity.ADVICE, problem


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return printable(_message(text).replace(":", "%3A").replace(",", "%2C"))
