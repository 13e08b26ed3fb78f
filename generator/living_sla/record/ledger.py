"""The files of `data/<id>/plan/` become a `Ledger` per frozen month; a ledger becomes such a file."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.fields import Terms
from living_sla.agreement.ledger import FROZEN_STAYS, Ledger
from living_sla.agreement.strict_yaml import MOST_BYTES, parse_yaml
from living_sla.agreement.validation import validate
from living_sla.diagnostics import InputError, Place, Problem, Severity, quote
from living_sla.source_text import load_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_NAME = re.compile(r"([0-9]{4}-(?:0[1-9]|1[0-2]))\.yml")
_CHECKSUM = re.compile(r'^checksum: "(sha256-[0-9a-f]{64})"\n?\Z', re.MULTILINE)
_HEADER = """\
# Written by living-sla plan --freeze {month}; never edit it. What was agreed for a month stays as it was:
# the checksum on the last line holds only for this text.
"""
_LONGEST_INTEGER = 18
_MOST_NODES = 100_000  # only the tool writes so many: a plan of some 700 segments fills the bytes of a file


def load_ledgers(folder: Path, *, root: Path) -> tuple[dict[str, Ledger], list[Problem]]:
    """Read every frozen month of a folder, by month; one that is not there holds none.

    Args:
        folder: holds files named like `2026-03.yml`.
        root: problems name files by their path below it.

    Returns:
        the ledgers by month, ascending, and all problems, warnings among them.
    """
    ledgers: dict[str, Ledger] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*")):
        shown = path.relative_to(root).as_posix()
        named = _NAME.fullmatch(path.name)
        if named is None:
            if not path.name.startswith(".") and path.suffix != ".md":
                hint = "a frozen month is named like 2026-03.yml"
                words = "this is not read"
                problems.append(Problem(Place(shown), "unknown-file", words, hint, Severity.WARNING))
            continue
        try:
            ledgers[named.group(1)] = parse_ledger(
                load_text(path, shown_as=shown, most_bytes=MOST_BYTES), shown_as=shown, month=named.group(1)
            )
        except InputError as error:
            problems += error.problems
    return ledgers, problems


def parse_ledger(text: str, *, shown_as: str, month: str) -> Ledger:
    """The ledger that a file's text holds.

    Raises:
        InputError: it was edited by hand, is not written as the tool writes it, or is of another month.
    """
    found = _CHECKSUM.search(text)
    if found is None or found.group(1) != _checksum(text[: found.start()]):
        line = text.count("\n", 0, found.start()) + 1 if found else 0
        words = "this frozen month was changed by hand: its checksum does not hold"
        hint = f"take the file back as it was (git checkout -- {shown_as}): {FROZEN_STAYS}"
        place = Place(shown_as, line, 1 if line else 0)
        raise InputError([Problem(place, "frozen-ledger-edited", words, hint)])
    document = parse_yaml(text, shown_as=shown_as, most_nodes=_MOST_NODES)
    ledger = validate(document, Ledger)
    if ledger.month != month:
        words = f"the file of {month} holds {quote(ledger.month)}"
        hint = f"name it {ledger.month}.yml"
        raise InputError([Problem(document.place(("month",)), "month", words, hint)])
    return ledger


def render_ledger(ledger: Ledger) -> str:
    """The text of a ledger's file, with its checksum; always the same for the same ledger."""
    body = _HEADER.format(month=ledger.month) + "".join(_lines(ledger, 0))
    return f'{body}checksum: "{_checksum(body)}"\n'


def write_ledger(folder: Path, ledger: Ledger) -> Path:
    """Write a ledger into a folder, which is made; returns the file.

    Raises:
        FileExistsError: the month is frozen already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{ledger.month}.yml"
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(render_ledger(ledger))
    return path


def check_readable(ledger: Ledger, *, shown_as: str) -> None:
    """Refuse, with InputError, a ledger whose file could not be read back."""
    text = render_ledger(ledger)
    if len(text.encode()) > MOST_BYTES:
        words = f"a plan of {len(ledger.parts):,} segments is more than the file of a frozen month can hold"
        raise InputError([Problem(Place(shown_as), "too-large", words, "plan by fewer segments")])
    parse_ledger(text, shown_as=shown_as, month=ledger.month)


def _checksum(body: str) -> str:
    return f"sha256-{hashlib.sha256(body.encode()).hexdigest()}"


def _lines(value: Terms | Mapping[str, object], depth: int) -> Iterator[str]:
    """The lines of a mapping; the checksum is not one of them, and what is not said has none."""
    indent = "  " * depth
    for key, entry in _entries(value):
        if isinstance(entry, Terms | dict):
            yield f"{indent}{key}:\n"
            yield from _lines(entry, depth + 1)
        elif isinstance(entry, tuple) and isinstance(entry[0], Terms):
            yield f"{indent}{key}:\n"
            for row in entry:
                first, *rest = _lines(row, depth + 2)
                yield f"{indent}  - {first.lstrip()}"
                yield from rest
        elif isinstance(entry, tuple):
            yield f"{indent}{key}: [{', '.join(map(_scalar, entry))}]\n"
        else:
            yield f"{indent}{key}: {_scalar(entry)}{_comment(entry)}\n"


def _entries(value: Terms | Mapping[str, object]) -> Iterator[tuple[str, object]]:
    if isinstance(value, Terms):
        for name, field in type(value).model_fields.items():
            entry = getattr(value, name)
            if entry not in (None, ()) and name != "checksum":
                yield field.alias or name, entry
    else:
        yield from value.items()


def _scalar(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and len(str(abs(value))) <= _LONGEST_INTEGER:
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)


def _comment(value: object) -> str:
    """What a fraction is about, for whoever reads the file."""
    return f"  # about {float(value):.6g}" if isinstance(value, Fraction) else ""
