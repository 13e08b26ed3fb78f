"""Standings become a table in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from living_sla.judge.forecast import Forecast
from living_sla.judge.verdicts import Verdict
from living_sla.present.text import day_text
from living_sla.present.views import by_urgency, promise_view

if TYPE_CHECKING:
    from living_sla.present.subject import Standing

_STYLES = {
    Verdict.MET: "green", Verdict.ON_TRACK: "blue", Verdict.AT_RISK: "yellow", Verdict.MISSED: "red",
}  # fmt: skip

_WIDE = 120
"""From how many columns on a forecast has room beside what is left."""


def print_status(standings: list[Standing]) -> None:
    """Print one table an agreement, in the order of its page: what can still be mended first.

    It is plain text where output is piped.
    """
    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console.width = 200
    for standing in standings:
        agreement = standing.agreement
        terms = agreement.terms
        numbers = f"numbers to {day_text(standing.as_of)}" if standing.has_begun else "no numbers yet"
        title = Text(f"{terms.title}, version {terms.version}, {numbers}")
        table = Table(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False)
        for column in ("Party", "Promise", "Period", "Verdict", "Actual", "Target", "What is left"):
            table.add_column(column)
        views = [
            promise_view(agreement, c, standing.judgements[c.id], standing.outlooks.get(c.id))
            for c in agreement.commitments
        ]
        for view in by_urgency(views):
            is_told = console.width >= _WIDE and isinstance(standing.outlooks.get(view.id), Forecast)
            outlook = view.outlook if is_told else ""
            what = "; ".join(filter(None, (view.reason, view.note, outlook)))
            verdict = Text(str(view.verdict), style=_STYLES.get(view.verdict, ""))
            before, after = (view.party, view.name, view.period), (view.number, view.of, what)
            table.add_row(*map(Text, before), verdict, *map(Text, after))
        console.print(table)
