"""What a metric counts in a month, and how much of what should have been reported was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plans import agreement_of, month_of, record_of

from living_sla.judge.counts import Count, Counter, whole_months

FEBRUARY, MARCH = month_of("2026-02"), month_of("2026-03")
AS_OF = date(2026, 3, 31)


def count(metric: str, *days: str) -> Count:
    """The count of February, with 10 on some days of it."""
    record = record_of(f"2026-{day},{metric},10" for day in days)
    return Counter.of(agreement_of(""), record, AS_OF).count(metric, FEBRUARY.start, FEBRUARY.end)


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("mqls", (2, 28, "day")),
        ("office_leads", (2, 20, "working day")),
        ("leads_monthly", (1, 1, "month")),
        ("customers", (0, 0, "day")),
    ],
)
def test_a_count_says_how_many_reports_it_should_have(metric: str, told: tuple[int, int, str]) -> None:
    found = count(metric, "02-02", "02-03")
    assert (found.reported, found.expected, found.unit) == told
    assert found.value == 20


def test_a_count_is_whole_where_nothing_that_is_expected_lacks() -> None:
    assert count("leads_monthly", "02-28").is_whole
    assert not count("mqls", "02-28").is_whole


def test_of_what_is_reported_when_it_happens_a_month_without_a_report_is_unknown() -> None:
    assert count("customers", "02-28").is_whole
    assert count("customers", "03-05") == Count(None)
    assert not count("customers", "03-05").is_whole


def test_a_day_without_all_listed_segments_is_missing() -> None:
    days = [FEBRUARY.start + timedelta(days=n) for n in range(28)]
    rows = [f"{day},leads_by_source,5,{name}" for day in days for name in ("Events", "Social")]
    counter = Counter.of(agreement_of(""), record_of(rows[:-1]), AS_OF)
    found = counter.count("leads_by_source", FEBRUARY.start, FEBRUARY.end)
    assert (found.value, found.missing, found.reported) == (275, (date(2026, 2, 28),), 27)


def test_a_month_is_whole_where_it_is_in_all_metrics() -> None:
    rows = ["2026-02-28,leads_monthly,1", "2026-03-31,leads_monthly,1", "2026-03-09,customers,1"]
    counter = Counter.of(agreement_of(""), record_of(rows), AS_OF)
    monthly, customers = (
        counter.by_month(metric, [FEBRUARY, MARCH]) for metric in ("leads_monthly", "customers")
    )
    assert whole_months(monthly, customers) == (MARCH,)
    assert whole_months(monthly) == (FEBRUARY, MARCH)


@given(st.sets(st.integers(0, 27), min_size=1))
def test_what_was_reported_and_what_is_missing_make_up_the_month(reported: set[int]) -> None:
    found = count("mqls", *(f"02-{n + 1:02}" for n in reported))
    assert (found.reported, found.value) == (len(reported), 10 * len(reported))
    assert found.is_whole == (len(reported) == 28)
