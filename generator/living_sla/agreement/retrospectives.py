"""The prose in an agreement's folder `reports/` becomes the retrospectives of its reports (A67)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import is_period
from living_sla.agreement.fields import MONTHS, WEEKDAYS
from living_sla.diagnostics import InputError, Place, Problem, Severity, quote
from living_sla.prose import links_of
from living_sla.source_text import load_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.versions import Timeline

FOLDER = "reports"
MOST_BYTES = 200_000
ATTACHMENTS = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf"})
"""What prose may link to beside it."""
_TITLE = re.compile(r"\s*#[ \t][^\n]*\n?")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|/|#", re.IGNORECASE)


def load_retrospectives(folder: Path, *, root: Path) -> dict[str, str]:
    """The text of `reports/2026-03.md` and `reports/2026-W10.md`, by period, its first title left empty.

    Beside these there may be pictures and PDFs to link to, but no other file: no report would show it.

    Args:
        folder: the agreement's folder.
        root: problems name files by their path below it.

    Raises:
        InputError: with all problems.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _files(folder / FOLDER):
        shown_as = path.relative_to(root).as_posix()
        if path.parent.name != FOLDER or not is_retrospective(path.name):
            problems += _misnamed(path, shown_as)
            continue
        try:
            text = load_text(path, shown_as=shown_as, most_bytes=MOST_BYTES)
        except InputError as error:
            problems += error.problems
            continue
        texts[path.stem] = _TITLE.sub(_empty_lines, text, count=1) if _TITLE.match(text) else text
    if problems:
        raise InputError(problems)
    return {period: text for period, text in texts.items() if text.strip()}


def is_retrospective(name: str) -> bool:
    """Whether a file of `reports/` is the retrospective of a month or week, by its name."""
    period = name.removesuffix(".md")
    return name.endswith(".md") and (is_period(period, "month") or is_period(period, "week"))


def retrospective_problems(texts: Mapping[str, str], timeline: Timeline) -> Iterator[Problem]:
    """Warnings of prose that no report shows, and of links in it that lead nowhere from there.

    Args:
        texts: of the months and weeks that have some.
        timeline: the versions of the agreement.
    """
    for period, text in texts.items():
        path = f"agreement/{timeline.versions[-1].agreement_id}/{FOLDER}/{period}.md"
        if words := why_unreported(period, timeline):
            hint = "name it by the month or week it is about"
            words = f"{words}; no report shows it"
            yield Problem(Place(path), "retrospective", words, hint, Severity.WARNING)
        for line, address in links_of(text):
            if not _ADDRESS.match(address):
                words = f"the link to {quote(address)} leads nowhere from the page of the report"
                hint = "write the whole address, or a path from the top of the site, which begins with /"
                yield Problem(Place(path, line), "relative-link", words, hint, Severity.WARNING)


def why_unreported(period: str, timeline: Timeline) -> str:
    """Why a month or week can have no report; empty if it can."""
    agreement, spans = timeline.versions[-1].agreement, timeline.spans
    if agreement is None or not spans:
        return ""
    start, end = _days(period, WEEKDAYS.index(agreement.terms.calendar.week_starts))
    if end <= spans[0].start:
        return f"{period} is over before the agreement takes effect, on {spans[0].start}"
    last = spans[-1].last
    if last and start > _last_end(last, agreement):
        return f"{period} begins after the agreement has ended, on {last}"
    return ""


def _files(folder: Path) -> list[Path]:
    """Every file in a folder and below it, but hidden ones."""
    found = (path for path in folder.rglob("*") if not path.is_dir())
    return sorted(p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts))


def _misnamed(path: Path, shown_as: str) -> Iterator[Problem]:
    """What is wrong with a file of `reports/` that is no retrospective."""
    if path.suffix.lower() in ATTACHMENTS:
        return
    hint = "name it like 2026-03.md or 2026-W10.md"
    if path.suffix.lower() == ".md" and not path.name[0].isdigit():
        hint += ", or put a page of your own beside agreement.yml"
    words = f"{quote(path.name)} names no month or week"
    if is_retrospective(f"{path.stem}.md"):
        words = f"{quote(path.name)} is not read"
        hint = f"put it into {FOLDER}/ as {path.stem}.md"
    yield Problem(Place(shown_as), "retrospective", words, hint)


def _empty_lines(title: re.Match[str]) -> str:
    """As many lines as a title had, so that what follows it stays on its own."""
    return "\n" * title[0].count("\n")


def middle_of(period: str, week_starts: int) -> date:
    """A day of the month or week that an id names: of a week the fourth, whose ISO week it is.

    Args:
        period: like 2026-03 or 2026-W10.
        week_starts: the weekday on which a week begins, Monday 0.
    """
    year, _, number = period.partition("-")
    if not number.startswith("W"):
        return date(int(year), int(number), 15)
    monday = date.fromisocalendar(int(year), int(number[1:]), 1)
    return monday + timedelta(days=(week_starts + 3) % 7)


def _days(period: str, week_starts: int) -> tuple[date, date]:
    """The days [start, end) of a month or week."""
    middle = middle_of(period, week_starts)
    if "W" in period:
        return middle - timedelta(days=3), middle + timedelta(days=4)
    return middle.replace(day=1), _next_month(middle)


def _last_end(last: date, agreement: Agreement) -> date:
    """The last day of the periods that begin by a day, for they are counted to their ends."""
    calendar = agreement.terms.calendar
    into_year = (last.month - 1 - MONTHS.index(calendar.fiscal_year_starts)) % 12
    into_week = (last.weekday() - WEEKDAYS.index(calendar.week_starts)) % 7
    ends = [last]
    for every in {commitment.measure.every for commitment in agreement.commitments} - {"day"}:
        end = last + timedelta(days=6 - into_week)
        if months := {"month": 1, "quarter": 3, "year": 12}.get(every):
            end = last
            for _ in range(months - into_year % months):
                end = _next_month(end)
            end -= timedelta(days=1)
        ends.append(end)
    return max(ends)


def _next_month(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
