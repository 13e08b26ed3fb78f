"""A record becomes the values of the data page: how fresh each metric is, gaps, restatements, problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from living_sla.present.calibration import calibration_values
from living_sla.present.text import MONEY_UNIT, Words, count_text, number_text, short_day
from living_sla.present.views import promise_url
from living_sla.record.loading import LONGEST_PAUSE

if TYPE_CHECKING:
    from collections.abc import Collection

    from living_sla.agreement.loading import Agreement
    from living_sla.present.subject import Subject

MOST_RESTATEMENTS = 40


def freshness_values(subject: Subject) -> dict[str, Any]:
    """What the template `data.html` prints."""
    record, agreement = subject.standing.record, subject.agreement
    counted_anew = _counted_anew(agreement)
    restatements = _restatements(subject, without=counted_anew)
    names = {id_: promise.name for id_, promise in subject.promises.items()}
    names |= {id_: former.commitment.name for id_, former in subject.former.items()}
    return {
        "metrics": [_metric_row(subject, metric) for metric in subject.agreement.metrics],
        "warnings": [(str(w.place), w.sentence, w.rule) for w in record.warnings],
        "restatements": restatements[:MOST_RESTATEMENTS],
        "restated_before": max(0, len(restatements) - MOST_RESTATEMENTS),
        "counted_anew": [agreement.metrics[metric].label for metric in counted_anew],
        "deliveries": count_text(len(record.deliveries), "row") if record.deliveries else "",
        "calibration": calibration_values(subject),
        "downloads": [(name, f"{promise_url(agreement.id, id_)}{id_}.csv") for id_, name in names.items()],
    }


def _metric_row(subject: Subject, metric: str) -> dict[str, Any]:
    terms, series = subject.agreement.metrics[metric], subject.standing.record.of(metric)
    days = list(series.by_day)
    return {
        "label": terms.label,
        "id": metric,
        "by": (terms.segments or "").replace("-", " "),
        "unit": subject.agreement.terms.currency if terms.unit == MONEY_UNIT else terms.unit,
        "expected": (terms.expected or "when it happens").replace("-", " "),
        "first": short_day(min(days)) if days else "\N{EN DASH}",
        "newest": max(days) if days else None,
        "newest_text": short_day(max(days)) if days else "never",
        "stale_days": 3 * LONGEST_PAUSE[terms.expected].days if terms.expected else None,
        "days": number_text(len(days)),
        "restated": number_text(len(series.restatements)),
    }


def _counted_anew(agreement: Agreement) -> list[str]:
    """The metrics whose values move by their nature: what became of the leads created on a day."""
    measures = agreement.lead_management.measures
    won, worked = (measures.close_rate, measures.worked) if measures else (None, None)
    return [metric for metric in (won and won.won, worked and worked.worked) if metric]


def _restatements(subject: Subject, without: Collection[str]) -> list[dict[str, str]]:
    """Every value that was reported anew with another number, the newest report first."""
    series = {name: found for name, found in subject.standing.record.series.items() if name not in without}
    known = {metric: Words(terms) for metric in series if (terms := subject.reads(metric))}
    found = [
        (reports[0].reported_on, metric, key, reports)
        for metric in known
        for key, reports in series[metric].restatements.items()
    ]
    return [
        {
            "metric": known[metric].agreement.metrics[metric].label,
            "id": metric,
            "day": short_day(day) + (f", {segment}" if segment else ""),
            "was": ", then ".join(
                known[metric].metric_value(metric, report.value) for report in reports[:0:-1]
            ),
            "first": short_day(reports[-1].reported_on),
            "now": known[metric].metric_value(metric, reports[0].value),
            "since": short_day(reported_on),
            "file": reports[0].place.path,
            "line": str(reports[0].place.line),
        }
        for reported_on, metric, (day, segment), reports in sorted(
            found, key=lambda row: row[:3], reverse=True
        )
    ]
