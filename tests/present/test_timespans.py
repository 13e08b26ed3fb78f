from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.present.conftest import promise, version

from living_sla.present.subject import Source, Subject
from living_sla.present.timespans import Band, band_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.subject import Standing

    Retell = Callable[..., Standing]

LEADS = promise("total: leads, at_least: 310, every: month", id_="leads")
FIRST = version("1.0.0", "2026-01-01", LEADS, on="2025-12-15")
SECOND = version("1.1.0", "2026-04-11", LEADS, on="2026-01-20")
COMING = version("2.0.0", "2027-01-26", LEADS, on="2026-01-25")


def band(standing: Standing) -> Band:
    found = band_of(Subject(standing, Source()))
    assert found
    return found


def test_spans_lie_side_by_side_by_their_days(retell: Retell) -> None:
    bars = band(retell(FIRST, SECOND, COMING, as_of="2026-06-01")).bars
    # 390 days up to the last first day, and an eighth of them as room for what is open
    assert [(bar.label, bar.left, bar.width, bar.state, bar.is_open) for bar in bars] == [
        ("1.0.0", 0.0, 22.83, "past", False),
        ("1.1.0", 22.83, 66.21, "now", False),
        ("2.0.0", 89.04, 10.96, "coming", True),
    ]


def test_the_day_the_site_stands_at_is_marked_at_its_end(retell: Retell) -> None:
    mark = band(retell(FIRST, SECOND, COMING, as_of="2026-04-10")).as_of
    assert (mark.label, mark.at) == ("10 Apr 2026", 22.83)


def test_the_days_after_a_version_expired_are_left_free(retell: Retell) -> None:
    first = version("1.0.0", "2026-01-01", LEADS, "expires: 2026-01-10", on="2025-12-15")
    bars = band(retell(first, SECOND, as_of="2026-04-11")).bars
    assert bars[0].left + bars[0].width < bars[1].left


def test_a_span_too_short_for_its_number_has_no_label(retell: Retell) -> None:
    brief = version("1.0.1", "2026-04-01", LEADS, on="2026-01-10")
    bars = band(retell(FIRST, brief, SECOND, as_of="2026-12-01")).bars
    assert [bar.label for bar in bars] == ["1.0.0", "", "1.1.0"]


@pytest.mark.parametrize(
    ("last", "as_of", "labels"),
    [
        ("2026-04-11", "2026-04-11", ["Feb 2026", "Mar 2026", "Apr 2026", "May 2026"]),
        ("2027-04-11", "2027-04-11", ["Apr 2026", "Jul 2026", "Oct 2026", "Jan 2027", "Apr 2027"]),
        ("2030-01-01", "2030-01-01", ["2027", "2028", "2029", "2030"]),
    ],
)
def test_months_or_years_are_named_as_there_is_room(
    retell: Retell, last: str, as_of: str, labels: list[str]
) -> None:
    second = version("1.1.0", last, LEADS, on="2026-01-20")
    assert [tick.label for tick in band(retell(FIRST, second, as_of=as_of)).ticks] == labels


def test_the_band_says_in_words_what_it_shows(retell: Retell) -> None:
    assert band(retell(FIRST, SECOND, as_of="2026-06-01")).label == (
        "version 1.0.0 was in force from 1 January 2026 until 10 April 2026;"
        " version 1.1.0 in force since 11 April 2026"
    )


def test_one_version_needs_no_band(retell: Retell) -> None:
    assert band_of(Subject(retell(FIRST, as_of="2026-06-01"), Source())) is None
