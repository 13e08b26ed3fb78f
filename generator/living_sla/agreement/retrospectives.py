"""The prose in an agreement's folder `reports/` becomes the retrospectives of its reports (A67)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import is_period
from living_sla.diagnostics import InputError, Place, Problem, quote
from living_sla.source_text import load_text

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "reports"
MOST_BYTES = 200_000
_TITLE = re.compile(r"\s*#[ \t][^\n]*\n?")
_MEANT_AS_PERIOD = re.compile(r"[0-9].*\.md", re.IGNORECASE)


def load_retrospectives(folder: Path, *, root: Path) -> dict[str, str]:
    """The text of `reports/2026-03.md` and `reports/2026-W10.md`, by period, without its first title.

    Any other name is a page of the authors' own and is left alone, unless it was meant to name a period.

    Args:
        folder: the agreement's folder.
        root: problems name files by their path below it.

    Raises:
        InputError: with all problems.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted((folder / FOLDER).glob("*")):
        shown_as = path.relative_to(root).as_posix()
        if not _MEANT_AS_PERIOD.fullmatch(path.name):
            continue
        if not is_retrospective(path.name):
            words = f"{quote(path.name)} names no month or week"
            hint = "name it like 2026-03.md or 2026-W10.md"
            problems.append(Problem(Place(shown_as), "retrospective", words, hint))
            continue
        try:
            text = load_text(path, shown_as=shown_as, most_bytes=MOST_BYTES)
        except InputError as error:
            problems += error.problems
            continue
        texts[path.stem] = _TITLE.sub("", text, count=1) if _TITLE.match(text) else text
    if problems:
        raise InputError(problems)
    return {period: text for period, text in texts.items() if text.strip()}


def is_retrospective(name: str) -> bool:
    """Whether a file of `reports/` is the retrospective of a month or week, by its name."""
    period = name.removesuffix(".md")
    return name.endswith(".md") and (is_period(period, "month") or is_period(period, "week"))
