"""Boston's service requests, July to September 2011: our due times and verdicts against the city's own.

The city promises "N business days" per type of request, and takes a request from 17:00 on as made at 08:30
of the next business day. It minds no holidays. What it calls hours are days: they end at the same clock time
on the other side of a clock change, so 1,080 of its hours are 45 of our days.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from living_sla.agreement.durations import Duration, Unit
from living_sla.judge.calendar import WorkCalendar
from living_sla.judge.promises import Outcome, judge_promise

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.real_data

BOSTON = ZoneInfo("America/New_York")
OPENING, CLOSING = time(8, 30), time(17)
CITY_HALL = WorkCalendar(BOSTON, (((8 * 60 + 30, 17 * 60),),) * 5 + ((), ()))
AFTER_THE_LAST_CLOSING = datetime(2020, 1, 1, tzinfo=UTC)
VERDICTS = {"ONTIME": Outcome.KEPT, "OVERDUE": Outcome.BROKEN}


@dataclass(frozen=True, slots=True)
class Request:
    opened_at: datetime
    target_at: datetime | None
    closed_at: datetime | None
    verdict: str
    within: Duration | None


@pytest.fixture(scope="module")
def requests(real_data: Path) -> list[Request]:
    promised = {row["type"]: promise(row) for row in rows(real_data / "truth/boston2011/rule_per_type.csv")}
    return [
        Request(
            opened_at=datetime.fromisoformat(row["open_dt"]).replace(tzinfo=BOSTON),
            target_at=instant(row["target_dt"]),
            closed_at=instant(row["closed_dt"]),
            verdict=row["ontime"],
            within=promised.get(row["type"]),
        )
        for row in rows(real_data / "boston311/boston311_2011Q3.csv")
    ]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def instant(clock: str) -> datetime | None:
    return datetime.fromisoformat(clock).replace(tzinfo=BOSTON).astimezone(UTC) if clock else None


def promise(rule: dict[str, str]) -> Duration | None:
    amount = int(float(rule["n"]))
    if not amount:
        return None  # 6 requests of one type, with deadlines that follow no rule
    if rule["rule"] == "business_days":
        return Duration(amount, Unit.DAY, working=True)
    days, hours = divmod(amount, 24)
    assert not hours
    return Duration(days, Unit.DAY)


def due_to_the_minute(requests: Iterable[Request]) -> tuple[int, int]:
    off = [
        abs(CITY_HALL.due(request.opened_at, request.within).at - request.target_at)
        for request in requests
        if request.within and request.target_at
    ]
    return sum(by <= timedelta(minutes=1) for by in off), len(off)


def in_business_days(requests: list[Request]) -> list[Request]:
    return [request for request in requests if request.within and request.within.working]


def is_business_day(request: Request) -> bool:
    return request.opened_at.weekday() < 5


def test_requests_made_in_working_hours_are_due_when_the_city_said(requests: list[Request]) -> None:
    made_in_hours = [
        request
        for request in in_business_days(requests)
        if is_business_day(request) and OPENING <= request.opened_at.time() < CLOSING
    ]
    same, all_of_them = due_to_the_minute(made_in_hours)
    assert all_of_them == 13_829
    assert same / all_of_them >= 0.98


def test_requests_made_after_closing_are_due_when_the_city_said(requests: list[Request]) -> None:
    made_late = [
        request
        for request in in_business_days(requests)
        if is_business_day(request) and request.opened_at.time() >= CLOSING
    ]
    same, all_of_them = due_to_the_minute(made_late)
    assert all_of_them == 2_866
    assert same / all_of_them >= 0.98


def test_requests_promised_in_calendar_time_are_due_when_the_city_said(requests: list[Request]) -> None:
    in_calendar_time = [request for request in requests if request.within and not request.within.working]
    same, all_of_them = due_to_the_minute(in_calendar_time)
    assert all_of_them == 5_719
    assert same / all_of_them >= 0.98


def test_every_verdict_the_city_gave_is_ours(requests: list[Request]) -> None:
    judged = Counter((request.verdict, ours(request)) for request in requests if request.verdict)
    assert judged == {("ONTIME", Outcome.KEPT): 25_369, ("OVERDUE", Outcome.BROKEN): 6_376}


def test_the_verdicts_the_city_left_blank_are_counted_apart(requests: list[Request]) -> None:
    assert sum(not request.verdict for request in requests) == 83
    assert len(requests) == 31_828


def ours(request: Request) -> Outcome:
    if request.target_at is None:
        return Outcome.KEPT  # the city promises no time and calls that on time
    return judge_promise(request.target_at, request.closed_at, AFTER_THE_LAST_CLOSING)
