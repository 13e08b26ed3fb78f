"""An explanation becomes steps in words: from the rows of the snapshots to the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from living_sla.agreement.commitments import Answer, Before, Deliver, Level, Share, Total
from living_sla.diagnostics import did_you_mean, quote
from living_sla.judge.calendar import ONE_DAY
from living_sla.judge.explanation import NotCounted, explain
from living_sla.judge.verdicts import Reason
from living_sla.present.steps import MOST_OLDER, Step, missing_step, promised_step, rows_step, things_step
from living_sla.present.text import (
    MONEY_UNIT,
    Words,
    agreed_money,
    agreed_number,
    count_text,
    joined,
    number_text,
    percent_text,
    period_text,
    short_day,
)
from living_sla.present.views import number_and_goal, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.explanation import CountedDay, Explanation
    from living_sla.judge.ranges import Range
    from living_sla.judge.restatements import Restatement
    from living_sla.present.subject import Standing

_EXACT_DECIMALS = 6
_TAKE_WORDS = {"last": "newest value", "mean": "mean", "max": "highest value", "min": "lowest value"}


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
        known = did_you_mean(period, judgements) or "none has begun"
        raise ValueError(f"{id_} has no period {quote(period)} up to {standing.as_of}; {known}")
    return explain_standing(standing, judgements[period], all_rows=all_rows)


def explain_standing(standing: Standing, judgement: Judgement, *, all_rows: bool = False) -> Explained:
    """Explain one judgement of a standing."""
    found = explain(judgement, standing.judgements, standing.restatements, standing.record, standing.known_on)
    return Explained(judgement, standing.as_of, tuple(_steps(found, all_rows=all_rows)))


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


def _steps(found: Explanation, *, all_rows: bool) -> Iterator[Step]:
    judgement = found.judgement
    yield _promise(found)
    yield _period(found)
    yield _days(found)
    for metric, rows in found.rows.items():
        yield rows_step(judgement, metric, rows, all_rows=all_rows)
    if isinstance(judgement.commitment.measure, Deliver):
        yield things_step(found)
    if isinstance(judgement.commitment.measure, Answer | Before):
        yield promised_step(found)
    if judgement.tally.missing:
        yield missing_step(judgement)
    yield Step("arithmetic", "The number", tuple(_arithmetic(found)))
    yield _target(found)
    if judgement.pace is not None and not judgement.is_over:
        yield _pace(judgement)
    yield Step("comparison", "The comparison", tuple(_comparison(judgement)))
    if judgement.commitment.once:
        yield _condition(found)
    if found.restatement:
        yield _restated(found.restatement, judgement)
    reason = reason_text(judgement)
    told = f"{judgement.verdict.capitalize()}{f': {reason}' if reason else ''}."
    yield Step("verdict", "The verdict", (told,))


def _promise(found: Explanation) -> Step:
    judgement, terms = found.judgement, found.judgement.agreement.terms
    sentence = Words(judgement.agreement).sentence(judgement.commitment, judgement.goal)
    version = f"Version {terms.version}, in force from {short_day(terms.effective)}"
    return Step("promise", "The promise", (sentence, f"{version}: {found.place.path}:{found.place.line}"))


def _period(found: Explanation) -> Step:
    judgement = found.judgement
    period, window = judgement.period, judgement.window
    lines = [f"{period.id}: {short_day(period.start)} to {short_day(period.last)}."]
    if window.end != period.end:
        lines.append(f"Only what comes up to {short_day(window.end - ONE_DAY)} counts.")
    seen = "all of it has passed" if judgement.is_over else "it is still open"
    lines.append(f"Seen at the end of {short_day(window.as_of)}: {seen}.")
    is_closed = judgement.is_over and found.closes_on <= found.known_on
    closing = f"{'Closed' if is_closed else 'It closes'} on {short_day(found.closes_on)}"
    lines.append(f"{closing}; what is reported later restates it.")
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
            yield f"The {_TAKE_WORDS[measure.take]} of {count_text(count, 'value')} is {shown}."
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


def _target(found: Explanation) -> Step:
    judgement, place = found.judgement, found.place
    agreement = judgement.agreement
    if judgement.goal is None:
        line = f"Version {agreement.terms.version} says none for {judgement.period.id}."
        return Step("target", "The target", (line,))
    words = Words(agreement)
    side = "At least" if judgement.goal.at_least else "At most"
    value = f"{words.target(judgement.commitment, judgement.goal)} {words.unit(judgement.commitment)}".strip()
    by = f"by version {agreement.terms.version} ({place.path}:{place.line})"
    if found.frozen:
        ledger = f"data/{agreement.id}/plan/{judgement.period.id}.yml"
        by += f": the plan as it was frozen on {short_day(found.frozen.as_of)} ({ledger})"
    return Step("target", "The target", (f"{side} {value}, {by}.",))


def _pace(judgement: Judgement) -> Step:
    pace, words = judgement.pace, Words(judgement.agreement)
    assert pace is not None  # noqa: S101 the caller looks
    passed, counted = judgement.days_passed, judgement.days_counted
    lines = []
    if isinstance(judgement.commitment.measure, Total | Deliver):
        expected = words.value(judgement.commitment, pace.expected)
        lines.append(f"{passed} of {counted} counted days have passed: {expected} should be there by now.")
        if judgement.required_rate is not None:
            rate = words.value(judgement.commitment, judgement.required_rate)
            lines.append(f"{rate} a day are needed on each of the {judgement.days_left} days left.")
    else:
        lines.append("There is no pace for it: it should be at its target all the time.")
    if pace.burning:
        lines.append("Misses use up the allowance too fast.")
    return Step("pace", "The pace", tuple(lines))


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
        when = period_text(other.period, other.commitment.measure.every)
        lines.append(f"{other.commitment.name}, {when}: {other.verdict}.")
    return Step("condition", "What it depends on", tuple(lines or ["It was not judged in that time."]))


def _restated(restatement: Restatement, judgement: Judgement) -> Step:
    words = Words(judgement.agreement)
    lines = [f"As closed on {short_day(restatement.closed_on)}: {_outcome(restatement.as_closed)}."]
    for step in restatement.steps:
        strikes = {1: ", which adds a strike", -1: ", which takes a strike back"}.get(step.strikes, "")
        lines.append(f"Restated on {short_day(step.on)}: {_outcome(step.after)}{strikes}.")
        for move in step.moves[:MOST_OLDER]:
            was = "nothing" if move.was is None else words.metric_value(move.metric, move.was.value)
            key = f"{short_day(move.day)}{f' ({move.segment})' if move.segment else ''}"
            place = f"{move.now.place.path}:{move.now.place.line}"
            lines.append(f"{key}: from {was} to {words.metric_value(move.metric, move.now.value)} ({place}).")
        if more := len(step.moves) - MOST_OLDER:
            lines += [f"and {more} more."] if more > 0 else []
    return Step("restatements", "What was restated", tuple(lines))


def _outcome(judgement: Judgement) -> str:
    return f"{' '.join(filter(None, number_and_goal(judgement)))}, {judgement.verdict}"
