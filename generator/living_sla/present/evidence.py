"""One commitment becomes the values of its page: charts, every period, and how the number is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from living_sla.agreement.coherence import metrics_of
from living_sla.agreement.commitments import Answer, Before, Deliver, Level, Share, Total
from living_sla.judge.restatements import closed_on
from living_sla.present.explanation import explain_standing
from living_sla.present.figures import daily_figure, history_figure
from living_sla.present.owing import period_lines, with_debts
from living_sla.present.restated import restated_view
from living_sla.present.subject import Chart
from living_sla.present.text import (
    MONEY_UNIT,
    TAKEN,
    Words,
    by_text,
    count_text,
    day_text,
    period_of,
    quoted,
    short_day,
)
from living_sla.present.versions import until_text, version_url, versions_url
from living_sla.present.views import history_rows, promise_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from living_sla.agreement.commitments import Commitment
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.restatements import Restatement
    from living_sla.present.subject import Subject
    from living_sla.record.deliveries import Delivery

PROMISED_PERIODS = 4


def evidence_values(subject: Subject, commitment: Commitment) -> dict[str, Any]:
    """What the template `commitment.html` prints."""
    judgements = subject.standing.judgements[commitment.id]
    return {
        "commitment": commitment,
        "promise": with_debts(subject, [subject.promises[commitment.id]])[0],
        "in_return": [subject.promises[other] for other in commitment.in_return],
        "once": subject.promises[commitment.once] if commitment.once else None,
        "charts": list(_charts(subject, commitment)),
        "rows": history_rows(judgements),
        "versions": _versions(subject, judgements),
        "restated": {
            j.period.id: restated_view(found) for j in judgements if (found := _restated(subject, j))
        },
        "followed": period_lines(subject, judgements),
        "closes": _closing_days(subject, judgements),
        "ended": _ending(subject, commitment),
        "segments": _segments(subject, commitment),
        "promised": _promised_rows(judgements, subject.standing.as_of),
        "definitions": _definitions(subject, commitment),
        "method": _method(commitment, subject.words),
        "explained": list(_explained(subject, judgements)),
        "csv": f"{promise_url(subject.agreement.id, commitment.id)}{commitment.id}.csv",
        "place": subject.place(commitment.id),
        "contact": subject.agreement.contact(commitment),
    }


def _versions(subject: Subject, judgements: tuple[Judgement, ...]) -> dict[str, str]:
    """The addresses of the versions that judged the periods; empty where it was always the same."""
    numbers = dict.fromkeys(judgement.agreement.terms.version for judgement in judgements)
    return {n: version_url(subject.agreement.id, n) for n in numbers} if len(numbers) > 1 else {}


def _restated(subject: Subject, judgement: Judgement) -> Restatement | None:
    return subject.standing.restatements.get((judgement.commitment.id, judgement.period.id))


def _closing_days(subject: Subject, judgements: tuple[Judgement, ...]) -> dict[str, str]:
    """When the periods that are over and not closed yet will be closed."""
    return {
        judgement.period.id: day_text(closed_on(judgement))
        for judgement in judgements
        if judgement.is_over and subject.standing.as_closed(judgement) is None
    }


def _explained(subject: Subject, judgements: tuple[Judgement, ...]) -> Iterator[dict[str, Any]]:
    """Every step to the newest closed number, and to that of the period that is open."""
    open_, closed = ([j for j in judgements if j.is_over is is_over] for is_over in (False, True))
    for judgement in (*open_[-1:], *closed[-1:]):
        id_, period = judgement.commitment.id, judgement.period
        yield {
            "period": period_of(judgement),
            "verdict": judgement.verdict,
            "steps": explain_standing(subject.standing, judgement, subject.source).steps,
            "name": f"{subject.agreement.id}/{id_} {period.id}",
        }


def _ending(subject: Subject, commitment: Commitment) -> dict[str, str] | None:
    """Until when a commitment was promised that no longer stands."""
    former = subject.now.former.get(commitment.id) if subject.now else None
    if former is None:
        return None
    number, id_ = former.agreement.terms.version, subject.agreement.id
    words = until_text(former.until, number)
    return {"words": words, "url": version_url(id_, number), "versions": versions_url(id_)}


def _charts(subject: Subject, commitment: Commitment) -> Iterator[Chart]:
    """How the newest period goes, every period, and each metric day by day."""
    if course := subject.course_chart(commitment):
        yield course
    if history := history_figure(subject.standing.judgements[commitment.id]):
        label = f"{commitment.name}: the outcome of each period against its target"
        yield Chart(history, label, "Every period")
    as_of = subject.standing.as_of
    for metric in _metrics_of(commitment):
        terms = subject.agreement.metrics[metric]
        currency = subject.agreement.terms.currency if terms.unit == MONEY_UNIT else None
        if figure := daily_figure(terms.label, subject.standing.record.of(metric), as_of, currency=currency):
            label = f"{terms.label}, day by day, to {short_day(as_of)}"
            yield Chart(figure, label, f"{terms.label}, day by day")


def _segments(subject: Subject, commitment: Commitment) -> dict[str, Any] | None:
    """The newest period's total by segment, as bars; None for a metric without segments."""
    judgements = subject.standing.judgements[commitment.id]
    measure = judgements[-1].commitment.measure if judgements else None
    if not isinstance(measure, Total):
        return None
    words = Words(judgements[-1].agreement)
    name = words.agreement.metrics[measure.total].segments
    window = judgements[-1].window
    series = subject.standing.record.of(measure.total)
    totals = series.by_segment(window.start, window.seen_end, without=window.without)
    if not name or not totals:
        return None
    most = max(*totals.values(), 0) or 1
    rows = [
        (
            segment,
            words.metric_value(measure.total, value),
            round(max(0.0, float(value / most) * 100), 1),
        )
        for segment, value in totals.items()
    ]
    return {"name": name, "period": period_of(judgements[-1]), "rows": rows}


def _promised_rows(judgements: tuple[Judgement, ...], as_of: date) -> list[dict[str, Any]]:
    """Single promises of the newest four periods, the newest first."""
    promised = [row for j in judgements[-PROMISED_PERIODS:] for row in j.tally.promised]
    return [
        {
            "event": row.event.title or row.event.id,
            "link": row.event.link,
            "event_on": short_day(row.event.on),
            "due": short_day(row.due_on),
            "answered": _done_text(row.answer, as_of),
            "outcome": row.outcome,
        }
        for row in sorted(promised, key=lambda row: (row.due_on, row.event.id), reverse=True)
    ]


def _done_text(answer: Delivery | None, as_of: date) -> str:
    if answer is None:
        return "\N{EN DASH}"
    return short_day(answer.on) if answer.on <= as_of else f"planned for {short_day(answer.on)}"


def _definitions(subject: Subject, commitment: Commitment) -> list[dict[str, str]]:
    """The definition of every metric a commitment reads (A17)."""
    found = []
    for metric in _metrics_of(commitment):
        terms = subject.agreement.metrics[metric]
        term = subject.agreement.definitions.glossary.get(terms.definition or "")
        found.append({"label": terms.label, "metric": metric, "meaning": term.meaning if term else ""})
    return found


def _metrics_of(commitment: Commitment) -> list[str]:
    """The metrics a commitment reads: of a share all events first."""
    return list(metrics_of(commitment).values())[::-1]


def _method(commitment: Commitment, words: Words) -> list[str]:
    """How the number is made, in sentences."""
    return [
        *_measured(commitment, words),
        "A verdict is given only if no missing number could change it.",
        "Reaching the target exactly is meeting it.",
    ]


def _measured(commitment: Commitment, words: Words) -> list[str]:
    measure, metrics = commitment.measure, words.agreement.metrics
    counted = "working days" if commitment.pace == "working-days" else "calendar days"
    match measure:
        case Total():
            label = metrics[measure.total].label
            return [
                f"{label} of every day of the {measure.every}{by_text(measure.by)}, added up.",
                f"Expected so far: the target times the {counted} that have passed, divided by all of them.",
            ]
        case Share():
            good, events = metrics[measure.share].label, metrics[measure.of].label
            return [
                f"{good}, divided by {quoted(events)}, both added up over the {measure.every}.",
                f"Judged from {count_text(measure.min_events, 'event')} on.",
            ]
        case Level():
            label = metrics[measure.level].label
            return [f"The {TAKEN[measure.take]} of {quoted(label)} in the {measure.every}."]
        case Deliver():
            counts = f"Each thing counts on the day it was delivered{by_text(measure.by)}"
            return [
                f"{counts}; more than agreed of one kind does not make up for another.",
                f"Expected so far: whole things, in step with the {counted} that have passed.",
                "In the last fifth of the time, everything is expected.",
            ]
        case Answer() | Before():
            return ["Each promise counts in the period in which it falls due, kept on that day or before."]
