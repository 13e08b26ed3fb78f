from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from tests.present.conftest import promise

from living_sla.present.files import commitment_csv, site_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.subject import Standing

    Stand = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 310, every: month", "title: Qualified leads", id_="leads")
CALLS = promise("share: in_time, of: due, at_least: 95%, every: month", id_="calls", party="sales")
ROWS = ["2026-03-02,leads,155.5", "2026-03-02,due,3", "2026-03-02,in_time,2"]


def test_every_commitment_has_a_badge_and_a_csv(stand: Stand) -> None:
    assert [path for path, _ in site_files([stand(LEADS + CALLS)])] == [
        "status.json",
        "schema/status.json",
        "feed.xml",
        "due.ics",
        "acme/feed.xml",
        "acme/due.ics",
        "acme/versions/1.0.0/texts.json",
        "badges/acme/leads.json",
        "badges/acme/calls.json",
        "acme/commitments/leads/leads.csv",
        "acme/commitments/calls/calls.csv",
    ]


@pytest.mark.parametrize(
    ("rows", "as_of", "message", "color"),
    [
        (["2026-03-02,leads,400"], "2026-03-20", "met", "brightgreen"),
        (["2026-03-02,leads,200"], "2026-03-20", "on track", "blue"),
        (["2026-03-02,leads,100"], "2026-03-20", "at risk", "orange"),
        (["2026-03-02,leads,100"], "2026-03-31", "missed", "red"),
        ([], "2026-03-20", "no data", "lightgrey"),
        ([], "2025-12-20", "not triggered", "lightgrey"),
    ],
)
def test_a_badge_is_an_endpoint_of_shields_io(
    stand: Stand, rows: list[str], as_of: str, message: str, color: str
) -> None:
    badge = dict(site_files([stand(LEADS, rows, as_of=as_of)]))["badges/acme/leads.json"]
    assert json.loads(badge) == {
        "schemaVersion": 1,
        "label": "Qualified leads",
        "message": message,
        "color": color,
    }


def table(standing: Standing, id_: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(commitment_csv(standing, standing.judgements[id_])), strict=True))


def test_a_csv_has_its_columns(stand: Stand) -> None:
    header, *_ = commitment_csv(stand(CALLS), ()).splitlines()
    assert header == (
        "agreement,commitment,period,start,end,verdict,reason,target,direction,actual,good,events,missing_days"
        ",version,closes,as_closed_verdict,as_closed_actual"
    )


def test_a_csv_has_a_row_for_every_period_the_oldest_first(stand: Stand) -> None:
    standing = stand(CALLS, ["2026-01-31,due,3", "2026-01-31,in_time,2"], as_of="2026-02-03")
    january, february = table(standing, "calls")[1:]
    assert january[:6] == ["acme", "calls", "2026-01", "2026-01-01", "2026-01-31", "unverified"]
    assert (
        january[6] == "no numbers for 30 days from 1 Jan 2026 to 30 Jan 2026, which could change the outcome"
    )
    assert january[7:13] == ["0.95", "at_least", "0.6666666666666666", "2", "3", "30"]
    assert february[7:13] == ["0.95", "at_least", "", "0", "0", "2"]


def test_a_csv_says_by_which_version_and_what_was_said_when_a_period_closed(stand: Stand) -> None:
    standing = stand(LEADS, ["2026-01-05,leads,400", "2026-02-05,leads,1"], as_of="2026-02-07")
    january, february = table(standing, "leads")[1:]
    assert january[13:] == ["1.0.0", "2026-02-07", "met", "400"]
    assert february[13:] == ["1.0.0", "2026-03-07", "", ""]


def test_a_period_without_a_target_has_empty_cells_for_it(stand: Stand) -> None:
    standing = stand(promise("total: leads, at_most: {2026-02: 9}, every: month", id_="leads"), ROWS)
    assert [row[7:10] for row in table(standing, "leads")[1:]] == [
        ["", "", ""],
        ["9", "at_most", ""],
        ["", "", "155.5"],
    ]


def test_no_text_in_a_csv_is_run_by_a_spreadsheet(stand: Stand) -> None:
    names = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)"]
    commitments = "".join(
        promise("total: leads, at_least: 9, every: month", f'title: "{name}"', id_=f"a{n}")
        + promise("deliver: {report: 1}, every: month", f"once: a{n}", id_=f"b{n}")
        for n, name in enumerate(names)
    )
    standing = stand(commitments, ROWS)
    cells = {cell for id_ in standing.judgements for row in table(standing, id_) for cell in row}
    assert {cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))} == set()


def test_a_number_below_zero_stays_a_number(stand: Stand) -> None:
    standing = stand(promise("level: score, at_least: -5, every: month"), ["2026-03-02,score,-7"])
    assert table(standing, "promise")[-1][7:10] == ["-5", "at_least", "-7"]


def test_lines_end_as_on_unix(stand: Stand) -> None:
    files = dict(site_files([stand(LEADS, ROWS)]))
    assert all("\r" not in text for path, text in files.items() if not path.endswith(".ics"))
