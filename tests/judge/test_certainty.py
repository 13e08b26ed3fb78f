"""No value of what is missing, and nothing still to come, contradicts a verdict that was given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from living_sla.judge.commitments import InForce, judge_agreement
from living_sla.judge.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import DrawFn

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.commitments import Judgement
    from living_sla.record.loading import Record

FIRST = date(2026, 3, 2)
# Wednesday: its week began in March, so that weeks and months straddle what is judged.
JUDGED = date(2026, 4, 1)
LAST = date(2026, 4, 30)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
GIVEN = {Verdict.MET, Verdict.MISSED}
# The ends of what is judged, 1 April and 5 April, more often than the days about them.
AS_OF = [date(2026, 3, 31), *[date(2026, 4, day) for day in (1, 1, 3, 4, 5, 5, 5, 6, 7)]]


@dataclass(frozen=True)
class Case:
    """What was agreed, what will have come in the end, and what of it was not there on the first day."""

    agreement: str
    rows: tuple[str, ...]
    late: tuple[str, ...]
    deliveries: tuple[str, ...]
    as_of: date
    later: date


@st.composite
def cases(draw: DrawFn, shape: str) -> Case:
    every = draw(st.sampled_from(["week", "week", "day"]))
    as_of, later = sorted(draw(st.sampled_from(AS_OF)) for _ in "12")
    if shape in {"answer", "before", "deliver"}:
        measure, deliveries = _things(draw, shape)
        late = () if shape == "deliver" else tuple(row for row in deliveries if f",reply,{as_of}" in row)
        return Case(_agreement("", f"{measure}, every: {every}"), (), late, deliveries, as_of, later)
    bound = draw(st.sampled_from(["at_least", "at_most"]))
    if shape == "share":
        terms, rows, expected = _shares(draw)
        percent = _near(draw, _percent(rows, every), among=[0, 50, 100])
        target = f"{percent}%, min_events: {draw(st.integers(1, 4))}"
        measure = "share: part, of: whole"
    else:
        terms, rows, expected = _metric(draw, is_segmented=shape == "total" and draw(st.booleans()))
        take = draw(st.sampled_from(["last", "mean", "max", "min"]))
        outcome = OUTCOMES[take if shape == "level" else "total"](_values(rows, "whole", every))
        target = f"{max(_near(draw, outcome) / 100, _minimum(terms))}"
        measure = "total: whole" if shape == "total" else f"level: whole, take: {take}"
    agreement = _agreement(terms, f"{measure}, {bound}: {target}, every: {every}")
    first, last = _edges(every)
    near = [row for row in rows if first <= row[:10] <= last] or rows
    may_be_late = [row for row in near if _is_expected(date.fromisoformat(row[:10]), expected)]
    late = draw(st.lists(st.sampled_from(may_be_late), max_size=3)) if may_be_late else []
    return Case(agreement, rows, tuple(late), (), as_of, later)


def _near(draw: DrawFn, outcome: int, *, among: Sequence[int] = ()) -> int:
    """A target that is narrowly reached or missed, or one of some others; in hundredths."""
    near = [max(0, min(100, outcome + more)) if among else outcome + more for more in (-1, 0, 1)]
    return draw(st.sampled_from([*near, *among]))


def _minimum(terms: str) -> int:
    """The least that a metric can be: a lower target is refused."""
    found = re.search(r"minimum: (-?[0-9]+)", terms)
    return int(found.group(1)) if found else 0


OUTCOMES: dict[str, Callable[[list[int]], int]] = {
    "total": lambda values: 100 * sum(values),
    "last": lambda values: 100 * values[-1] if values else 0,
    "mean": lambda values: 100 * sum(values) // max(1, len(values)),
    "max": lambda values: 100 * max(values, default=0),
    "min": lambda values: 100 * min(values, default=0),
}


def _values(rows: Sequence[str], metric: str, every: str) -> list[int]:
    first, last = _edges(every)
    cells = (row.split(",") for row in rows)
    return [int(value) for day, name, value, *_ in cells if name == metric and first <= day <= last]


def _edges(every: str) -> tuple[str, str]:
    """The first and the last day of what is judged."""
    return ("2026-04-01", "2026-04-01") if every == "day" else ("2026-03-30", "2026-04-05")


def _percent(rows: Sequence[str], every: str) -> int:
    part, whole = (sum(_values(rows, metric, every)) for metric in ("part", "whole"))
    return round(100 * part / max(1, whole))


def _metric(
    draw: DrawFn, *, is_segmented: bool, lows: Sequence[int] = (0, 1, -4)
) -> tuple[str, tuple[str, ...], str | None]:
    """The terms of the metric `whole`, its rows, and when they are expected."""
    low, high = draw(st.sampled_from(lows)), draw(st.sampled_from([None, 6]))
    expected = draw(st.sampled_from(["daily", "daily", "working-days", "weekly", "monthly", None]))
    values = st.sampled_from([low, low + 1, 2, 5, 6])
    segments = ["a", "b"] if is_segmented else [""]
    days = _reported_days(draw, expected)
    rows = [
        f"{day},whole,{draw(values)},{name}"
        for name in segments
        for day in days
        if _is_expected(day, expected) or draw(st.booleans())
    ]
    terms = f"  whole: {{label: L, unit: u, minimum: {low}"
    terms += f", maximum: {high}" if high is not None else ""
    terms += f", expected: {expected}" if expected else ""
    terms += ", segments: kind, segment_values: [a, b]" if is_segmented else ""
    return terms + "}\n", tuple(rows), expected


def _shares(draw: DrawFn) -> tuple[str, tuple[str, ...], str | None]:
    terms, rows, expected = _metric(draw, is_segmented=draw(st.booleans()), lows=[0])
    wholes: dict[str, int] = {}
    for row in rows:
        day, _, value, _ = row.split(",")
        wholes[day] = wholes.get(day, 0) + int(value)
    misses = draw(st.sampled_from([[0], [0, 1], [0, 0, 6], [6]]))
    parts = [f"{day},part,{max(0, whole - draw(st.sampled_from(misses)))}" for day, whole in wholes.items()]
    terms += f"  part: {{label: L, unit: u{f', expected: {expected}' if expected else ''}}}\n"
    return terms, (*rows, *parts), expected


def _reported_days(draw: DrawFn, expected: str | None) -> list[date]:
    """All expected days and some others, or one day of each expected week or month."""
    if expected == "weekly":
        return [DAYS[n + draw(st.integers(0, 6))] for n in range(0, len(DAYS) - 6, 7)]
    if expected == "monthly":
        return [date(2026, 3, draw(st.integers(28, 31))), date(2026, 4, draw(st.integers(1, 8)))]
    near = [day for day in DAYS if abs(day - JUDGED) < timedelta(days=5)]
    return [day for day in near if _is_expected(day, expected) or draw(st.booleans())]


def _is_expected(day: date, expected: str | None) -> bool:
    return expected is not None and (expected != "working-days" or day.weekday() < 5)


def _things(draw: DrawFn, shape: str) -> tuple[str, tuple[str, ...]]:
    days = st.dates(date(2026, 3, 24), date(2026, 4, 8))
    events = [f"e{n},event,{draw(days)}" for n in range(draw(st.integers(0, 3)))]
    replies = [f"r{n},reply,{draw(days)},e{n}" for n in range(len(events)) if draw(st.booleans())]
    percent = draw(st.sampled_from([0, 50, 60, 100]))
    within = draw(st.sampled_from(["1 day", "2 working days", "1 week"]))
    measure = {
        "deliver": f"deliver: {{event: {draw(st.integers(1, 3))}, reply: 1}}",
        "answer": f"answer: event, with: reply, within: {within}, at_least: {percent}%",
        "before": f"before: event, deliver: reply, ahead: {within}, at_least: {percent}%",
    }[shape]
    return measure, (*events, *replies)


def _agreement(metrics: str, measure: str) -> str:
    listed = f"metrics:\n{metrics}" if metrics else "metrics: {}\n"
    return f"{listed}commitments:\n  - id: promise\n    party: sales\n    measure: {{{measure}}}\n"


def _judged(
    case: Case,
    agreed: Callable[..., Agreement],
    recorded: Callable[..., Record],
    as_of: date,
    *,
    is_complete: bool,
) -> Judgement | None:
    late = () if is_complete else case.late
    rows = [row for row in case.rows if row not in late and date.fromisoformat(row[:10]) <= as_of]
    record = recorded(rows, [row for row in case.deliveries if row not in late])
    agreement = agreed(case.agreement, in_force="effective: 2026-01-05")
    judgements = judge_agreement([InForce(agreement)], record, as_of)["promise"]
    return next((j for j in judgements if j.period.start <= JUDGED < j.period.end), None)


def _check(case: Case, agreed: Callable[..., Agreement], recorded: Callable[..., Record]) -> None:
    given = _judged(case, agreed, recorded, case.as_of, is_complete=False)
    if given is None or given.verdict not in GIVEN:
        return
    for day in {case.as_of, case.later, LAST}:
        filled = _judged(case, agreed, recorded, day, is_complete=True)
        assert filled is not None
        assert filled.verdict is given.verdict, day


# A busy machine is no failure: drawing a fortnight of rows takes a while.
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(case=cases("total"))
def test_a_given_verdict_on_a_total_stands(
    case: Case, agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    _check(case, agreed, recorded)


@MANY
@given(case=cases("share"))
def test_a_given_verdict_on_a_share_stands(
    case: Case, agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    _check(case, agreed, recorded)


@MANY
@given(case=cases("level"))
def test_a_given_verdict_on_a_level_stands(
    case: Case, agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    _check(case, agreed, recorded)


@MANY
@given(case=cases("deliver"))
def test_a_given_verdict_on_deliveries_stands(
    case: Case, agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    _check(case, agreed, recorded)


@MANY
@given(case=cases("answer"))
def test_a_given_verdict_on_answers_stands(
    case: Case, agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    _check(case, agreed, recorded)


@MANY
@given(case=cases("before"))
def test_a_given_verdict_on_what_comes_before_stands(
    case: Case, agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> None:
    _check(case, agreed, recorded)
