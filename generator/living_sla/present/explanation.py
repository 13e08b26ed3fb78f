"""An explanation becomes steps in words: from the rows of the snapshots to the verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Answer, Before, Deliver, Level, Share, Total
from living_sla.agreement.fields import FIRST_YEAR, LAST_YEAR
from living_sla.diagnostics import did_you_mean, quote
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.explanation import NotCounted, explain
from living_sla.judge.periods import Rhythm
from living_sla.judge.restatements import is_closed
from living_sla.judge.verdicts import Reason
from living_sla.present.steps import (
    Cited,
    Step,
    missing_step,
    pace_step,
    promised_step,
    restated_step,
    rows_step,
    target_step,
    things_step,
)
from living_sla.present.text import (
    MONEY_UNIT,
    TAKEN,
    Words,
    agreed_money,
    agreed_number,
    count_text,
    joined,
    number_text,
    percent_text,
    period_of,
    short_day,
)
from living_sla.present.views import reason_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import InForce, Judgement
    from living_sla.judge.compensation import Debt
    from living_sla.judge.explanation import CountedDay, Explanation
    from living_sla.judge.periods import Period
    from living_sla.judge.ranges import Range
    from living_sla.present.subject import Source, Standing

_EXACT_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Explained:
    """All steps of one number, in order, the verdict last."""

    judgement: Judgement
    as_of: date
    steps: tuple[Step, ...]


def find_explained(
    standings: Sequence[Standing], commitment: str, period: str, *, all_rows: bool = False
) -> Explained:
    """Explain the number of one commitment in one period.

    Args:
        standings: all agreements.
        commitment: its id, or `agreement/commitment` where several agreements have one of that id.
        period: the id of the period, like `2026-03`.
        all_rows: list every row, not only how many each file holds.

    Raises:
        ValueError: no such commitment or period, or one of several; the message says what to write.
    """
    standing, id_ = _find(standings, commitment)
    judgements = {judgement.period.id: judgement for judgement in standing.judgements[id_]}
    if period not in judgements:
        raise ValueError(_unjudged(standing, id_, period))
    return explain_standing(standing, judgements[period], all_rows=all_rows)


def explain_standing(
    standing: Standing, judgement: Judgement, source: Source | None = None, *, all_rows: bool = False
) -> Explained:
    """Explain one judgement of a standing; with a source, the place of its promise has an address."""
    found = explain(judgement, standing.judgements, standing.restatements, standing.record, standing.known_on)
    cited = _cited(standing, found, source)
    carried = [debt for debt in standing.consequences.debts if _is_carried_into(debt, judgement)]
    return Explained(judgement, standing.as_of, tuple(_steps(found, cited, carried, all_rows=all_rows)))


def explained_json(explained: Explained) -> dict[str, object]:
    """The steps as plain data, as `explain --format json` prints them."""
    judgement = explained.judgement
    return {
        "agreement": judgement.agreement.id,
        "commitment": judgement.commitment.id,
        "period": judgement.period.id,
        "version": judgement.agreement.terms.version,
        "as_of": explained.as_of.isoformat(),
        "verdict": str(judgement.verdict),
        "reason": reason_text(judgement),
        "steps": [
            {
                "step": step.key,
                "title": step.title,
                "lines": list(step.lines),
                "rows": [
                    {
                        "date": row.day.isoformat(),
                        "what": row.what,
                        "value": row.value,
                        "path": row.path,
                        "line": row.line,
                        "note": row.note,
                    }
                    for row in step.rows
                ],
            }
            for step in explained.steps
        ],
    }


def explained_text(explained: Explained) -> str:
    """The steps as text, a numbered title above the lines of each."""
    lines: list[str] = []
    for number, step in enumerate(explained.steps, 1):
        lines += [f"{number}. {step.title}", *(f"   {line}" for line in step.lines)]
        lines += [f"   - {row.text}" for row in step.rows]
    return "\n".join(lines) + "\n"


def _find(standings: Sequence[Standing], name: str) -> tuple[Standing, str]:
    """The standing and the id that a name means."""
    known = {f"{s.agreement.id}/{id_}": (s, id_) for s in standings for id_ in s.judgements}
    if name in known:
        return known[name]
    found = [full for full, (_, id_) in known.items() if id_ == name]
    if len(found) > 1:
        raise ValueError(f"{quote(name)} is promised in several agreements; write {' or '.join(found)}")
    if not found:
        hint = did_you_mean(name, known if "/" in name else {id_ for _, id_ in known.values()})
        raise ValueError(f"commitment {quote(name)} is not known; {hint}")
    return known[found[0]]


def _unjudged(standing: Standing, id_: str, name: str) -> str:
    """Why a commitment has no judgement of a period that is written so."""
    agreed = [(v, c) for v in standing.versions for c in v.agreement.commitments if c.id == id_]
    named = [(v, c, period) for v, c in agreed if (period := _period_called(name, v, c))]
    promised = (p for v, c, p in named for p in v.periods(c, p.start, p.start))
    if to_come := next(promised, None):
        return (
            f"period {quote(name)} of {id_} has not begun by {standing.as_of}: it begins on {to_come.start}"
        )
    first = min((p for v, c in agreed for p in islice(v.periods(c, date.min, date.max), 1)), default=None)
    if named and first and (start := named[0][2].start) < first.start:
        why = f"it begins on {start}, before the first, {first.id}, which begins on {first.start}"
    elif named:
        why = f"no version in force on its first day, {named[0][2].start}, promises it so"
    elif first and first.start > standing.as_of:
        why = f"the first, {first.id}, begins on {first.start}"
    else:
        why = did_you_mean(name, [judgement.period.id for judgement in standing.judgements[id_]])
    return f"{id_} has no period {quote(name)} up to {standing.as_of}; {why or 'none has begun'}"


def _period_called(name: str, version: InForce, commitment: Commitment) -> Period | None:
    """The period of a commitment that is written so, whether or not the version is in force."""
    year = int(name[:4]) if re.match("[0-9]{4}", name) else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    rhythm = Rhythm.of(version.agreement.terms.calendar)
    periods = rhythm.periods(date(year - 1, 1, 1), date(year, 12, 31), commitment.measure.every)
    return next((period for period in periods if period.id == name), None)


def _cited(standing: Standing, found: Explanation, source: Source | None) -> Cited:
    """Where the promise is written: in the files here, or as a commit left them."""
    agreement, place = found.judgement.agreement, found.place
    version = next((s.version for s in standing.timeline.spans if s.version.agreement is agreement), None)
    text, commit = f"{place.path}:{place.line}", version.text.commit if version else None
    if version and not (version.standing or version.text.is_draft):
        text += f" as of commit {commit.id[:10]}" if commit else " as of an older commit"
    return Cited(text, source.file_url(commit.id, place.path, place.line) if source and commit else "")


def _is_carried_into(debt: Debt, judgement: Judgement) -> bool:
    """Whether a shortfall of the same commitment was to be made good in a period."""
    is_own = debt.miss.judgement.commitment.id == judgement.commitment.id
    into, period = debt.carried_into, judgement.period
    return is_own and into is not None and period.start <= into.start < period.end


def _steps(found: Explanation, cited: Cited, carried: Sequence[Debt], *, all_rows: bool) -> Iterator[Step]:
    judgement = found.judgement
    yield _promise(found, cited)
    yield _period(found)
    yield _days(found)
    for metric, rows in found.rows.items():
        yield rows_step(judgement, metric, rows, all_rows=all_rows)
    if isinstance(judgement.commitment.measure, Deliver):
        yield things_step(found)
    if isinstance(judgement.commitment.measure, Answer | Before):
        yield promised_step(found)
    if judgement.tally.missing:
        yield missing_step(found)
    yield Step("arithmetic", "The number", tuple(_arithmetic(found)))
    yield target_step(found, cited, carried)
    if judgement.pace is not None and not judgement.is_over:
        yield pace_step(judgement)
    yield Step("comparison", "The comparison", tuple(_comparison(judgement)))
    if judgement.commitment.once:
        yield _condition(found)
    if found.restatement:
        yield restated_step(found.restatement, judgement)
    reason = reason_text(judgement)
    told = f"{judgement.verdict.capitalize()}{f': {reason}' if reason else ''}."
    yield Step("verdict", "The verdict", (told,))


def _promise(found: Explanation, cited: Cited) -> Step:
    judgement, terms = found.judgement, found.judgement.agreement.terms
    sentence = Words(judgement.agreement).sentence(judgement.commitment, judgement.goal)
    version = f"Version {terms.version}, in force from {short_day(terms.effective)}"
    return Step("promise", "The promise", (sentence, f"{version}: {cited.text}"), cited=cited)


def _period(found: Explanation) -> Step:
    judgement = found.judgement
    period, window = judgement.period, judgement.window
    lines = [f"{period.id}: {short_day(period.start)} to {short_day(period.last)}."]
    if window.end != period.end:
        lines.append(f"Only what comes up to {short_day(window.end - ONE_DAY)} counts.")
    seen = "all of it has passed" if judgement.is_over else "it is still open"
    lines.append(f"Seen at the end of {short_day(window.as_of)}: {seen}.")
    closes = "Closed" if is_closed(judgement, found.known_on) else "It closes"
    lines.append(f"{closes} on {short_day(found.closes_on)}; what is reported later restates it.")
    return Step("period", "The period", tuple(lines))


def _days(found: Explanation) -> Step:
    judgement = found.judgement
    kind = "working days" if judgement.commitment.pace == "working-days" else "calendar days"
    counted = [day for day in found.days if day.why_not is None]
    passed = sum(row.day < judgement.window.seen_end for row in counted)
    of_all = f"{len(counted)} of {count_text(len(found.days), 'day')}"
    lines = [f"{of_all} count for the pace, by {kind}; {passed} have passed."]
    left_out = sorted(
        (day for day in found.days if day.why_not), key=lambda row: list(NotCounted).index(_why(row))
    )
    for why, rows in groupby(left_out, key=_why):
        lines.append(_left_out(why, list(rows)))
    if any(row.why_not is NotCounted.EXCLUDED for row in found.days):
        lines.append("What happened on excluded days counts neither for nor against.")
    return Step("days", "The days", tuple(lines))


def _why(row: CountedDay) -> NotCounted:
    return row.why_not or NotCounted.NO_HOURS


def _left_out(why: NotCounted, rows: list[CountedDay]) -> str:
    """`8 days: no working hours`, `holiday: 25 Dec 2025 (Christmas Day)`."""
    if why is NotCounted.NO_HOURS:
        return f"Not counted: {count_text(len(rows), 'day')} with {why}."
    spans = [
        f"{short_day(first)}{f' to {short_day(last)}' if last != first else ''}{f' ({name})' if name else ''}"
        for first, last, name in _spans(rows)
    ]
    return f"Not counted: {joined(spans).removesuffix('.')}: {why}."


def _spans(rows: list[CountedDay]) -> Iterator[tuple[date, date, str]]:
    """Days that follow one another for one reason, as first and last."""
    first = rows[0]
    for before, after in zip(rows, [*rows[1:], None], strict=True):
        if after is None or after.day != before.day + ONE_DAY or after.name != first.name:
            yield first.day, before.day, first.name.rstrip(".")
            first = after or first


def _arithmetic(found: Explanation) -> Iterator[str]:
    judgement = found.judgement
    measure, tally = judgement.commitment.measure, judgement.tally
    if isinstance(measure, Deliver):
        words = Words(judgement.agreement)
        for item, (done, wanted) in (tally.kinds or {}).items():
            beyond = f", of which {wanted} count" if done > wanted else ""
            yield f"{words.items(item, done)} of {wanted} agreed{beyond}."
    if tally.actual is None:
        yield "Nothing was measured: neither 0 nor 0%."
        return
    match measure:
        case Total():
            count = sum(row.why_not is None for row in found.rows[measure.total])
            shown = _exact(judgement, measure.total, tally.actual)
            yield f"The sum of {count_text(count, 'value')} is {shown}."
        case Share() | Answer() | Before():
            good, events = (agreed_number(value or 0) for value in (tally.good, tally.events))
            yield f"{good} \N{DIVISION SIGN} {events} = {percent_text(tally.actual, judgement.goal)}."
            yield from _enough(judgement)
        case Level():
            shown = _exact(judgement, measure.level, tally.actual)
            count = sum(row.why_not is None for row in found.rows[measure.level])
            yield f"The {TAKEN[measure.take]} of {count_text(count, 'value')} is {shown}."
        case Deliver():
            yield f"Together {number_text(tally.actual)}."


def _enough(judgement: Judgement) -> Iterator[str]:
    least = getattr(judgement.commitment.measure, "min_events", 1)
    if least > 1:
        enough = "enough" if (judgement.tally.events or 0) >= least else "too few"
        yield f"A verdict takes at least {least} events: {enough}."


def _exact(judgement: Judgement, metric: str, value: Exact) -> str:
    """A value of a metric in full where it ends, or as far as its goal asks."""
    agreement = judgement.agreement
    if (value * 10**_EXACT_DECIMALS).denominator != 1:
        return Words(agreement).metric_value(metric, value, judgement.goal)
    if agreement.metrics[metric].unit == MONEY_UNIT:
        return agreed_money(value, agreement.terms.currency)
    return agreed_number(value)


def _comparison(judgement: Judgement) -> Iterator[str]:
    goal, tally = judgement.goal, judgement.tally
    if judgement.reason is Reason.EXCLUDED:
        yield "Every day of it is excluded, so nothing is compared."
        return
    if goal is None or tally.actual is None:
        yield "There is nothing to compare."
        return
    words = Words(judgement.agreement)
    value, target = (
        words.value(judgement.commitment, tally.actual, goal),
        words.target(judgement.commitment, goal),
    )
    is_reached = goal.is_reached(tally.actual)
    sign = {(True, True): "≥", (True, False): "<", (False, True): "≤", (False, False): ">"}
    told = "reached" if is_reached else "not reached"
    yield f"{value} {sign[goal.at_least, is_reached]} {target}: {told}."
    if tally.final.low != tally.final.high:
        yield from _bounds(judgement, tally.final)


def _bounds(judgement: Judgement, final: Range) -> Iterator[str]:
    """What may still come of it, and whether that could change the outcome."""
    words, goal = Words(judgement.agreement), judgement.goal
    assert goal is not None  # noqa: S101 the caller looks
    low, high = (
        None if isinstance(bound, float) else words.value(judgement.commitment, bound)
        for bound in (final.low, final.high)
    )
    to_come = [] if judgement.is_over else ["the days to come"]
    what = joined([*to_come, *(["what is missing"] if judgement.tally.missing else [])] or ["late reports"])
    spans = [f"no less than {low}"] * (low is not None) + [f"no more than {high}"] * (high is not None)
    can = "cannot" if goal.always(final) or goal.never(final) else "can"
    yield f"With {what} it ends at {joined(spans or ['anything'])}, which {can} change the outcome."


def _condition(found: Explanation) -> Step:
    lines = []
    for other in found.conditions:
        when = period_of(other)
        lines.append(f"{other.commitment.name}, {when}: {other.verdict}.")
    return Step("condition", "What it depends on", tuple(lines or ["It was not judged in that time."]))
