"""Standings become the files beside the pages: `status.json`, badges and CSV downloads."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, NamedTuple

from living_sla.judge.restatements import closed_on
from living_sla.judge.verdicts import Verdict
from living_sla.present.agenda import agenda_ics
from living_sla.present.dates import appointments
from living_sla.present.feeds import feed_xml
from living_sla.present.news import news
from living_sla.present.status import status_json
from living_sla.present.status_schema import render_status_schema
from living_sla.present.text import plain
from living_sla.present.version_pages import version_files
from living_sla.present.views import promise_url, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from living_sla.judge.commitments import Judgement
    from living_sla.present.agenda import Appointment
    from living_sla.present.feeds import Entry
    from living_sla.present.subject import Standing

_BADGE_COLOURS = {
    Verdict.MET: "brightgreen", Verdict.ON_TRACK: "blue", Verdict.AT_RISK: "orange", Verdict.MISSED: "red",
}  # fmt: skip
_CSV_COLUMNS = (
    "agreement", "commitment", "period", "start", "end", "verdict", "reason", "target", "direction", "actual",
    "good", "events", "missing_days", "version", "closes", "as_closed_verdict", "as_closed_actual",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def site_files(standings: list[Standing], site_url: str = "", origin: str = "") -> Iterator[tuple[str, str]]:
    """Path below the site's root, and content, of every file.

    Args:
        standings: of every agreement.
        site_url: the address of the site, which links in feeds need.
        origin: what tells the project from all others, see `lasting_id`.
    """
    yield "status.json", status_json(standings)
    yield "schema/status.json", render_status_schema()
    told = [_Told(each.known_on, list(news(each)), list(appointments(each))) for each in standings]
    yield from _subscriptions("", "Service Level Agreements", told, site_url, origin)
    for standing, own in zip(standings, told, strict=True):
        agreement = standing.agreement
        yield from _subscriptions(f"{agreement.id}/", agreement.terms.title, [own], site_url, origin)
        yield from version_files(standing)
        for commitment in agreement.commitments:
            yield (
                f"badges/{agreement.id}/{commitment.id}.json",
                _badge(commitment.name, standing.judgements[commitment.id]),
            )
        for id_, judgements in standing.judgements.items():
            if judgements or id_ in {commitment.id for commitment in agreement.commitments}:
                path = f"{promise_url(agreement.id, id_)}{id_}.csv"
                yield path, commitment_csv(standing, judgements)


class _Told(NamedTuple):
    """What the feed and the calendar hold of one agreement, by what a day knew."""

    known_on: date
    news: list[Entry]
    dates: list[Appointment]


def _subscriptions(
    folder: str, title: str, told: list[_Told], site_url: str, origin: str
) -> Iterator[tuple[str, str]]:
    """The feed and the calendar of some agreements, in a folder of the site."""
    known_on = max(each.known_on for each in told)
    entries = [entry for each in told for entry in each.news]
    dates = [appointment for each in told for appointment in each.dates]
    feed, calendar = f"{folder}feed.xml", f"{folder}due.ics"
    yield feed, feed_xml(feed, title, feed, entries, site_url=site_url, updated=known_on, origin=origin)
    yield calendar, agenda_ics(title, dates, as_of=known_on, site_url=site_url, origin=origin)


def commitment_csv(standing: Standing, judgements: tuple[Judgement, ...]) -> str:
    """One row per period, ascending: columns as `_CSV_COLUMNS`; text a spreadsheet would run is quoted."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_CSV_COLUMNS)
    for j in judgements:
        row = [standing.agreement.id, j.commitment.id, j.period.id, j.period.start, j.period.last]
        row += [_inert(str(j.verdict)), _inert(reason_text(j))]
        row += [plain(j.goal.value), "at_least" if j.goal.at_least else "at_most"] if j.goal else ["", ""]
        row += [plain(j.tally.actual), plain(j.tally.good), plain(j.tally.events), len(j.tally.missing)]
        row += [j.agreement.terms.version, closed_on(j)]
        as_closed = standing.as_closed(j)
        row += [_inert(str(as_closed.verdict)), plain(as_closed.tally.actual)] if as_closed else ["", ""]
        writer.writerow("" if cell is None else cell for cell in row)
    return buffer.getvalue()


def _badge(name: str, judgements: tuple[Judgement, ...]) -> str:
    """The endpoint format of shields.io."""
    verdict = judgements[-1].verdict if judgements else Verdict.NOT_TRIGGERED
    colour = _BADGE_COLOURS.get(verdict, "lightgrey")
    return _json({"schemaVersion": 1, "label": name, "message": str(verdict), "color": colour})


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _json(value: object) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")) + "\n"
