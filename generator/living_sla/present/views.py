"""A standing becomes what templates print: every number already in words, every order already decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from living_sla.agreement.coherence import metrics_of
from living_sla.agreement.commitments import PLAN, Answer, Before, Commitment, Deliver, Level, Share, Total
from living_sla.judge.forecast import NoForecast, Why
from living_sla.judge.promises import Outcome
from living_sla.judge.verdicts import Reason, Verdict
from living_sla.judge.warning import EVEN, Attention, attention_order, days_of_slack
from living_sla.present.bars import progress_bar
from living_sla.present.carried import with_carried
from living_sla.present.outlook import outlook_text, slack_text
from living_sla.present.text import (
    MONEY_UNIT,
    Words,
    count_text,
    day_text,
    in_sentence,
    joined,
    number_text,
    period_of,
    quoted,
    short_day,
)
from living_sla.present.versions import changing_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.compensation import Debt
    from living_sla.judge.forecast import Forecast

# Where nobody has to look; what needs attention stands before it.
_CALM = (Verdict.ON_TRACK, Verdict.MET, Verdict.NO_DATA, Verdict.NOT_TRIGGERED)
_UNKNOWN = NoForecast(Why.NO_TARGET)
HEATMAP_PERIODS = 12


@dataclass(frozen=True, slots=True)
class PromiseView:
    """One commitment in its newest period, as a row or card shows it.

    `progress` and `mark` (the pace, or the target) are parts of the bar's width, 0 to 100; None for no bar.
    `outlook` says how it will likely end, or why nobody can say; `urgency` sorts what needs attention.
    `worth` says what leads come to in money; '' where no plan gives them a value. `carried` says what of
    earlier periods is to be made good beside what is asked for.
    `changing` is said where the period is judged by an older version than the agreement is.
    """

    id: str
    party_id: str
    party: str
    name: str
    url: str
    sentence: str
    verdict: Verdict
    reason: str
    period: str = ""
    number: str = "\N{EN DASH}"
    of: str = ""
    worth: str = ""
    carried: str = ""
    note: str = ""
    progress: float | None = None
    mark: float | None = None
    mark_label: str = ""
    changing: str = ""
    outlook: str = ""
    urgency: tuple[Attention, Fraction, int] = (Attention.NONE, EVEN, 0)

    @property
    def needs_attention(self) -> bool:
        """Whether somebody should look at it."""
        return self.urgency[0] is not Attention.NONE

    @property
    def is_unsettled(self) -> bool:
        """Whether the verdict says nothing without its reason."""
        return self.verdict in {Verdict.NOT_TRIGGERED, Verdict.NO_DATA, Verdict.UNVERIFIED}

    @property
    def standing(self) -> str:
        """The reason and what is left, in one line."""
        return " \N{MIDDLE DOT} ".join(filter(None, (self.reason, self.note)))


@dataclass(frozen=True, slots=True)
class Cell:
    """One period of one commitment in a heatmap."""

    period: str
    verdict: Verdict
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One period of one commitment in its table."""

    id: str
    period: str
    target: str
    actual: str
    verdict: Verdict
    reason: str
    version: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """What a party owes, and by which day."""

    due_on: date
    due: str
    party: str
    what: str
    url: str


def promise_url(agreement: str, commitment: str) -> str:
    """The address of a commitment's page below the site's root."""
    return f"{agreement}/commitments/{commitment}/"


def period_url(judgement: Judgement) -> str:
    """The address of a judgement's period on the page of its commitment."""
    return f"{promise_url(judgement.agreement.id, judgement.commitment.id)}#{judgement.period.id}"


def promise_view(
    agreement: Agreement,
    commitment: Commitment,
    judgements: tuple[Judgement, ...],
    outlook: Forecast | NoForecast | None = None,
) -> PromiseView:
    """The card of a commitment of an agreement; before its first period it has not started.

    Args:
        agreement: the version whose commitment it is.
        commitment: of it.
        judgements: all of it, the newest last.
        outlook: of the newest; None where no forecast is made.
    """
    words = Words(agreement)
    not_started = PromiseView(
        id=commitment.id,
        party_id=commitment.party,
        party=words.party(commitment.party),
        name=commitment.name,
        url=promise_url(agreement.id, commitment.id),
        sentence=words.sentence(commitment),
        verdict=Verdict.NOT_TRIGGERED,
        reason=f"its first period begins on or after {day_text(agreement.terms.effective)}",
    )
    if not judgements:
        return not_started
    current = judgements[-1]
    number, of = number_and_goal(current)
    progress, mark, label = progress_bar(current)
    return replace(
        not_started,
        sentence=Words(current.agreement).sentence(current.commitment, current.goal),
        verdict=current.verdict,
        reason=reason_text(current),
        period=period_of(current),
        number=number,
        of=of,
        note=_note(current),
        progress=progress,
        mark=mark,
        mark_label=label,
        changing=changing_text(agreement, commitment, current),
        outlook=_outlook(current, outlook) if outlook else "",
        urgency=attention_order(current, outlook or _UNKNOWN)[:3],
    )


def _outlook(judgement: Judgement, outlook: Forecast | NoForecast) -> str:
    """How it will likely end, and how many days of slack are left; empty where it binds nobody."""
    waits = {Verdict.NOT_TRIGGERED: judgement.reason is Reason.CONDITION_OPEN, Verdict.NO_DATA: False}
    if judgement.goal is None or judgement.is_over or not waits.get(judgement.verdict, True):
        return ""
    words, commitment = Words(judgement.agreement), judgement.commitment
    likely = outlook_text(words, commitment, judgement.goal, outlook)
    is_running = judgement.verdict in {Verdict.ON_TRACK, Verdict.AT_RISK}
    slack = slack_text(commitment, days_of_slack(judgement)) if is_running else ""
    return " \N{MIDDLE DOT} ".join(filter(None, (likely, slack)))


def by_urgency(promises: Iterable[PromiseView]) -> list[PromiseView]:
    """What can still be mended first, most where most depends on it; then what is open, lost, and well.

    Promises of one verdict that cannot be mended stay in the agreement's order.
    """
    return sorted(promises, key=_urgency)


def _urgency(promise: PromiseView) -> tuple[int, Fraction, int]:
    kind = promise.urgency[0]
    if kind is Attention.MENDABLE:
        return promise.urgency
    return kind, Fraction(_CALM.index(promise.verdict) if kind is Attention.NONE else 0), 0


def number_and_goal(judgement: Judgement) -> tuple[str, str]:
    """`306` and `of 500 leads`; `96.1%` and `target 95%`."""
    commitment, goal, tally = judgement.commitment, judgement.goal, judgement.tally
    words = Words(judgement.agreement)
    value = "\N{EN DASH}" if tally.actual is None else words.value(commitment, tally.actual, goal)
    unit = words.unit(commitment)
    if goal is None:
        return value, unit
    target = words.target(commitment, goal)
    limit = "" if goal.at_least else "at most "
    if isinstance(commitment.measure, Total | Deliver):
        return value, " ".join(filter(None, ["of", f"{limit}{target}", unit]))
    if isinstance(commitment.measure, Level):
        shown = value if tally.actual is None else f"{value} {unit}".strip()
        return shown, f"target {limit or 'at least '}{target}"
    return value, f"target {limit}{target}"


def outcome_line(judgement: Judgement) -> str:
    """`306 of 500 leads`; `96.1%, target 95%`."""
    number, of = number_and_goal(judgement)
    return f"{number}{',' if of.startswith('target') else ''} {of}".strip()


def reason_text(judgement: Judgement) -> str:
    """Why the verdict is what it is, with the dates or commitment it speaks of."""
    reason = judgement.reason
    if reason in {Reason.CONDITION_OPEN, Reason.CONDITION_MISSED, Reason.CONDITION_UNVERIFIED}:
        once = judgement.commitment.once
        name = quoted(next(c.name for c in judgement.agreement.commitments if c.id == once))
        return {
            Reason.CONDITION_OPEN: f"binds once {name} is met",
            Reason.CONDITION_MISSED: f"{name} was not met, so this does not bind",
            Reason.CONDITION_UNVERIFIED: f"it is not known whether {name} was met",
        }[reason]
    if reason is Reason.BEHIND_PACE:
        return _behind_text(judgement)
    if judgement.is_far_ahead:
        return "; ".join(filter(None, [reason, "far ahead of the agreed pace"]))
    if reason is Reason.NO_TARGET and getattr(judgement.commitment.measure, "at_least", None) == PLAN:
        return _not_frozen_text(judgement)
    if reason is Reason.ROWS_MISSING:
        return f"no numbers for {_missing_text(judgement)}, which could change the outcome"
    return str(reason)


def _not_frozen_text(judgement: Judgement) -> str:
    if judgement.period.is_over(judgement.window.as_of):
        return "the plan of this month was not frozen while it could be"
    return f"no frozen plan for this month; run living-sla plan --freeze {judgement.period.id}"


def _behind_text(judgement: Judgement) -> str:
    """What `behind the agreed pace` means for a measure that has no pace, or must stay below a limit."""
    if not isinstance(judgement.commitment.measure, Total | Deliver):
        return "not at the target at the moment"
    at_least = judgement.goal is None or judgement.goal.at_least
    return str(Reason.BEHIND_PACE) if at_least else "using up the limit too fast"


def history_rows(judgements: Iterable[Judgement]) -> list[HistoryRow]:
    """Every period so far, the newest first."""
    return [
        HistoryRow(
            id=j.period.id,
            period=period_of(j),
            target=_target_text(j),
            actual=number_and_goal(j)[0],
            verdict=j.verdict,
            reason=reason_text(j),
            version=j.agreement.terms.version,
        )
        for j in judgements
    ][::-1]


def heatmap_cells(judgements: tuple[Judgement, ...]) -> list[Cell]:
    """The newest twelve periods, the newest last."""
    return [
        Cell(period_of(j), j.verdict, " ".join(filter(None, number_and_goal(j))), period_url(j))
        for j in judgements[-HEATMAP_PERIODS:]
    ]


def due_rows(judgements: Mapping[str, tuple[Judgement, ...]], debts: Sequence[Debt] = ()) -> list[DueRow]:
    """Who owes what by when, of everything still open, the nearest first.

    What is to be made good of earlier periods stands beside what the open one asks for, else alone.
    """
    rows = [
        DueRow(due_on, short_day(due_on), party, what, promise_url(j.agreement.id, id_))
        for id_, all_of_one in judgements.items()
        for j in all_of_one[-2:]
        for due_on, party, what in with_carried(j, _owed(j), debts if j is all_of_one[-1] else ())
    ]
    return sorted(rows, key=lambda row: (row.due_on, row.party, row.what))


def _owed(judgement: Judgement) -> list[tuple[date, str]]:
    measure, tally, words = judgement.commitment.measure, judgement.tally, Words(judgement.agreement)
    last = judgement.window.end - timedelta(days=1)
    match measure:
        case Deliver() if not judgement.is_over and tally.kinds:
            return [(last, _left(judgement))] if _left(judgement) else []
        case Total() if not judgement.is_over and judgement.goal and judgement.goal.at_least:
            left = judgement.goal.value - (tally.actual or 0)
            label = in_sentence(words.agreement.metrics[measure.total].label)
            return [(last, f"{words.metric_value(measure.total, left)} more {label}")] if left > 0 else []
        case Answer() | Before():
            how = words.item(measure.with_ if isinstance(measure, Answer) else measure.deliver).label
            joiner = "on" if isinstance(measure, Answer) else "before"
            return [
                (row.due_on, f"{how} {joiner} {row.event.title or row.event.id}")
                for row in tally.promised
                if row.outcome is Outcome.PENDING
            ]
        case _:
            return []


def _left(judgement: Judgement) -> str:
    kinds, words = judgement.tally.kinds or {}, Words(judgement.agreement)
    left = [words.items(item, wanted - done) for item, (done, wanted) in kinds.items() if done < wanted]
    return joined(left) if left else ""


def _note(judgement: Judgement) -> str:
    """What is left to do or to lose, in one line."""
    measure, tally, goal = judgement.commitment.measure, judgement.tally, judgement.goal
    if goal is None or judgement.is_over:
        return ""
    day = "working day" if judgement.commitment.pace == "working-days" else "day"
    left = f"{count_text(judgement.days_left, day)} left"
    match measure:
        case Total() if (
            judgement.required_rate is not None and tally.actual is not None and judgement.days_passed
        ):
            rate = Fraction(tally.actual) / judgement.days_passed
            needed, so_far = (_rate(judgement.agreement, measure, v) for v in (judgement.required_rate, rate))
            return f"{needed} a {day} needed, {so_far} a {day} so far; {left}"
        case Deliver() if _left(judgement):
            return f"{_left(judgement)} to come; {left}"
        case Share() if tally.events:
            share = 1 - goal.value if goal.at_least else goal.value
            misses = tally.events - (tally.good or 0) if goal.at_least else tally.good or 0
            noun = count_text(int(misses), "miss", "misses") if goal.at_least else number_text(misses)
            return f"{noun} so far, {number_text(int(share * tally.events))} allowed; {left}"
        case Answer() | Before():
            pending = sum(row.outcome is Outcome.PENDING for row in tally.promised)
            kept = (
                f"{number_text(tally.good or 0)} of {number_text(tally.events)} kept" if tally.events else ""
            )
            return ", ".join(filter(None, (kept, f"{pending} not due yet" if pending else "")))
        case _:
            return left


def _rate(agreement: Agreement, measure: Total, value: Exact) -> str:
    """A daily rate: one decimal, or as many as a small one needs; whole amounts of money."""
    if value < Fraction(1, 100):
        return "less than 0.01"
    is_money = agreement.metrics[measure.total].unit == MONEY_UNIT
    shown = value if is_money or value < 1 else round(Fraction(value), 1)
    return Words(agreement).metric_value(measure.total, shown)


def _target_text(judgement: Judgement) -> str:
    if judgement.goal is None:
        return "\N{EN DASH}"
    target = Words(judgement.agreement).target(judgement.commitment, judgement.goal)
    return f"{'at least' if judgement.goal.at_least else 'at most'} {target}"


def _missing_text(judgement: Judgement) -> str:
    """`12 Aug 2026 and 13 Aug 2026`, `5 days from 12 Aug 2026 to 20 Aug 2026`, `2 reports from 4 May on`.

    A missing weekly or monthly report is named by the first day it covers.
    """
    days = judgement.tally.missing
    metrics = metrics_of(judgement.commitment).values()
    if not {judgement.agreement.metrics[metric].expected for metric in metrics} & {"weekly", "monthly"}:
        if len(days) <= 2:  # noqa: PLR2004 more are counted
            return joined(short_day(day) for day in days)
        return f"{len(days)} days from {short_day(days[0])} to {short_day(days[-1])}"
    return f"{count_text(len(days), 'report')} from {short_day(days[0])} on"
