"""An agreement of these tests is built into a site, and the site's files are read back."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from living_sla.publishing import build_site

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
MKDOCS = "mkdocs.yml"


def make_project(root: Path, agreement: str, write_snapshots: Callable[[Path], None]) -> Path:
    """A project of one agreement, with the settings of the checkout's own site."""
    shutil.copytree(HERE / agreement / "agreement", root / "agreement" / agreement)
    shutil.copy(CHECKOUT / MKDOCS, root / MKDOCS)
    write_snapshots(root / "data" / agreement / "snapshots")
    return root


@dataclass(frozen=True)
class Published:
    """The built site of one agreement."""

    site: Path
    agreement: str

    @classmethod
    def build(cls, project: Path, agreement: str, *, as_of: date | None = None) -> Published:
        site = project / f"site-{as_of or 'newest'}"
        return cls(build_site(project, as_of=as_of, site_dir=site, strict=True), agreement)

    @cached_property
    def status(self) -> dict[str, Any]:
        """The one agreement in `status.json`."""
        (agreement,) = json.loads((self.site / "status.json").read_text(encoding="utf-8"))["agreements"]
        return agreement

    def judged(self, commitment: str) -> dict[str, dict[str, Any]]:
        """What `status.json` says of each period of a commitment."""
        (found,) = (entry for entry in self.status["commitments"] if entry["id"] == commitment)
        return {period["id"]: period for period in found["periods"]}

    def told(self, commitment: str, column: str) -> dict[str, Any]:
        """One value of each period that has it."""
        judged = self.judged(commitment)
        return {id_: period[column] for id_, period in judged.items() if period[column] is not None}

    def shown(self, commitment: str) -> dict[str, str]:
        """The outcome of each period as a commitment's page shows it, by the period's name."""
        header, *rows = self._tables(commitment)["periods"]
        periods = [row for row in rows if len(row) == len(header)]  # a restatement is a row of one wide cell
        return {row[0]: row[header.index("Actual")] for row in periods}

    def shown_by_segment(self, commitment: str) -> dict[str, str]:
        """The newest period's total of each segment as a commitment's page shows it."""
        _, *rows = self._tables(commitment)["segments"]
        return {row[0]: row[1] for row in rows}

    def _tables(self, commitment: str) -> dict[str, list[list[str]]]:
        page = self.site / self.agreement / "commitments" / commitment / "index.html"
        reader = _Tables()
        reader.feed(page.read_text(encoding="utf-8"))
        return reader.tables


class _Tables(HTMLParser):
    """The text of every cell of the first table below each heading, by the heading's id.

    What a cell holds in a table of its own, as a restatement does, is no row.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._section = ""
        self._rows: list[list[str]] | None = None
        self._in_cell = False
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h1", "h2", "h3"}:
            self._section = dict(attrs).get("id") or ""
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._rows = []
                self.tables.setdefault(self._section, self._rows)
        elif self._depth > 1:
            return
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in {"th", "td"} and self._rows:
            self._rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._depth -= 1
            self._rows = self._rows if self._depth else None
        elif tag in {"th", "td"} and self._depth == 1:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell and self._rows and self._depth == 1:
            self._rows[-1][-1] += data.strip()
