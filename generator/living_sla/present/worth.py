"""The worth of a month's leads becomes words: a number, the rows of tables, and how it was worked out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.ledger import Ledger, LedgerInput
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.periods import Rhythm
from living_sla.judge.solving import Quantity
from living_sla.judge.verdicts import Goal
from living_sla.present.text import (
    Words,
    count_text,
    joined,
    money_text,
    number_text,
    period_text,
    short_day,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.pace import Course
    from living_sla.judge.plan import Input
    from living_sla.judge.worth import SegmentWorth, Worth

Row = tuple[str, ...]

_DASH, _TIMES = "\N{EN DASH}", "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class WorthView:
    """What stands beside the charts of a month's leads in both units; `unit` is that of the promise.

    A row of `rows` and `money_rows` is a day, what was expected by then, and what had come. One of `parts` is
    a segment: its average sale, its close rate, what a lead of it is worth, how many came, what they are
    worth, how many are asked for, and what those are worth; the last adds up what can be added.
    """

    id: str
    legend: str
    unit: str
    rows: list[Row]
    money_rows: list[Row]
    by: str
    parts: list[Row]
    note: str
    money_notes: list[str]
    plan_url: str


def worth_text(worth: Worth) -> str:
    """`worth $80,007 of $105,000`; `of the plan's $105,000` where it asks for others than are promised."""
    value, whose = _money(worth, worth.value, Goal(worth.goal)), "" if worth.is_agreed else "the plan's "
    return f"worth {value} of {whose}{_money(worth, worth.goal)}"


def worth_view(worth: Worth, leads: Course, number: str, plan_url: str) -> WorthView:
    """What the page shows beside both charts.

    Args:
        worth: of the month.
        leads: its course in leads.
        number: what came of what was promised, `312 of 412 leads`.
        plan_url: the address of the plan's page; '' where there is none.
    """
    commitment, words = worth.judgement.commitment, Words(worth.judgement.agreement)
    note = f"{number} by {short_day(worth.course.days[len(worth.course.actual) - 1])}"
    frozen = "#frozen" if isinstance(worth.source, Ledger) else ""
    return WorthView(
        id=commitment.id,
        legend=f"{commitment.name}, {period_text(worth.judgement.period, 'month')}",
        unit=words.unit(commitment),
        rows=_rows(worth, leads, lambda value: words.value(commitment, value)),
        money_rows=_rows(worth, worth.course, lambda value: _money(worth, value)),
        by=_by(worth),
        parts=_parts(worth),
        note=f"{note}.",
        money_notes=[f"{note}, {worth_text(worth)}.", *_notes(worth)],
        plan_url=f"{plan_url}{frozen}" if plan_url else "",
    )


def _rows(worth: Worth, course: Course, write: Callable[[Exact], str]) -> list[Row]:
    """The course at the end of every week, on the newest day and at the end."""
    rhythm = Rhythm.of(worth.agreement.terms.calendar)
    newest = len(course.actual) - 1
    return [
        (
            short_day(day),
            write(course.expected[n]) if course.expected else _DASH,
            _came(course, n, write),
        )
        for n, day in enumerate(course.days)
        if n in {newest, len(course.days) - 1} or rhythm.period_of(day, "week").last == day
    ]


def _came(course: Course, n: int, write: Callable[[Exact], str]) -> str:
    """What was known to have come by a day; on one without a report, by the last that has one."""
    known = [value for value in course.actual[: n + 1] if value is not None]
    return write(known[-1]) if known and n < len(course.actual) else _DASH


def _parts(worth: Worth) -> list[Row]:
    """A row for each segment, and where there are several, their sum."""
    rows = [_part(worth, row) for row in worth.segments]
    if len(rows) == 1:
        return rows
    came = number_text(sum(row.came for row in worth.segments))
    sums = (came, _money(worth, worth.value), number_text(worth.asked), _money(worth, worth.goal))
    return [*rows, ("Together", "", "", "", *sums)]


def _part(worth: Worth, row: SegmentWorth) -> Row:
    name, came, value = row.segment or "All leads", number_text(row.came), _money(worth, row.value)
    if row.part is None:
        return name, _DASH, _DASH, _DASH, came, value, _DASH, _DASH
    rate = f"{number_text(Fraction(row.part.win_rate) * 100)}%"
    asked, goal = number_text(row.part.target), _money(worth, row.goal)
    sale, lead = (_money(worth, amount) for amount in (row.part.average_sale, row.part.lead_value))
    return name, sale, rate, lead, came, value, asked, goal


def _notes(worth: Worth) -> Iterator[str]:
    """What the plan asks for beside what is promised; how leads were valued, and which have no value."""
    goal, asked = worth.judgement.goal, count_text(worth.asked, "lead")
    if goal is None:
        yield f"The plan asks for {asked}; no number is promised."
    elif not worth.is_agreed:
        yield f"The plan asks for {asked}; {number_text(goal.value)} are promised."
    yield f"A lead is worth {_formula(worth)}; {_when(worth)}."
    if worth.unvalued:
        rest = joined(f"{number_text(row.came)} from {row.segment}" for row in worth.unvalued)
        is_observed = any(_days(row) for row in worth.source.inputs if _quantity(row) is Quantity.PART)
        why = "no customer came from there in those days" if is_observed else "the plan asks nothing of it"
        yield f"Of the leads, {rest} count {_money(worth, 0)}: {why}."
    window, period = worth.judgement.window, worth.judgement.period
    if window.end < period.end or any(period.start <= day < period.end for day in window.without):
        yield "Leads of days that the promise does not count are left out; the plan's page counts them."


def _formula(worth: Worth) -> str:
    """`its source's average sale x close rate, both observed of the leads created 1 May - 31 Jul 2026`."""
    whose = f"its {_by(worth)}'s" if _by(worth) else "the"
    sale, rate = (_origin(worth, quantity) for quantity in (Quantity.AVERAGE_SALE, Quantity.WIN_RATE))
    if sale == rate:
        return f"{whose} average sale {_TIMES} close rate, both {sale}"
    return f"{whose} average sale ({sale}) {_TIMES} close rate ({rate})"


def _origin(worth: Worth, quantity: Quantity) -> str:
    """Whether a quantity was observed, of which days, or agreed; of some segments it may be either."""
    found = {_days(row) for row in worth.source.inputs if _quantity(row) is quantity}
    spans = sorted(filter(None, found))
    if not spans:
        return "agreed"
    days = joined(f"{short_day(first)} {_DASH} {short_day(last)}" for first, last in spans)
    return f"{'agreed or ' if None in found else ''}observed of the leads created {days}"


def _when(worth: Worth) -> str:
    """When it was worked out."""
    source = worth.source
    if isinstance(source, Ledger):
        late = ", after the month had begun" if source.is_late else ""
        return f"frozen on data of {short_day(source.as_of)}{late}"
    return f"by what is known now, as {period_text(worth.judgement.period, 'month')} is not frozen"


def _days(row: Input | LedgerInput) -> tuple[date, date] | None:
    """The first and the last day of what an input was observed of; None where it was agreed."""
    if isinstance(row, LedgerInput):
        return (row.observed.from_, row.observed.to) if row.observed else None
    seen = row.observation
    return (seen.start, seen.end - ONE_DAY) if seen else None


def _quantity(row: Input | LedgerInput) -> Quantity:
    return Quantity(row.input) if isinstance(row, LedgerInput) else row.quantity


def _by(worth: Worth) -> str:
    """What the plan is split by, as it is read; '' where it is not."""
    plan = worth.agreement.plan
    return plan.by.replace("-", " ") if plan and plan.by and worth.source.parts[0].segment else ""


def _money(worth: Worth, value: Exact, goal: Goal | None = None) -> str:
    return money_text(value, worth.agreement.terms.currency, goal)
