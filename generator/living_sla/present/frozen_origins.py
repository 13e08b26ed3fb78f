"""Where the inputs of a frozen month came from becomes words, as it was when the month was frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from living_sla.present.text import Words, count_text, number_text, short_day

if TYPE_CHECKING:
    from living_sla.agreement.ledger import LedgerInput, LedgerObservation, LedgerReading, LedgerSum
    from living_sla.present.subject import Subject

_OVER, _DASH = "\N{DIVISION SIGN}", "\N{EN DASH}"


def frozen_origin(subject: Subject, row: LedgerInput) -> str:
    """What came of what, when and in how many rows; how long a cycle was; or the line that fixed it."""
    if row.reading:
        return _reading(subject, row.reading)
    return _observed(subject, row.observed) if row.observed else f"fixed, {row.place}"


def _reading(subject: Subject, row: LedgerReading) -> str:
    value = f"{number_text(row.value)} {row.unit}"
    return f"{row.kind} {value}, rounded up to months: {_label(subject, row.metric)} of {short_day(row.day)}"


def _observed(subject: Subject, row: LedgerObservation) -> str:
    days = f"{short_day(row.from_)} {_DASH} {short_day(row.to)}"
    missing = f", without {count_text(len(row.left_out), 'day')} not reported" if row.left_out else ""
    return f"{_counted(subject, row.counted)} {_OVER} {_counted(subject, row.of)}, {days}{missing}"


def _counted(subject: Subject, row: LedgerSum) -> str:
    known = subject.reads(row.metric)
    amount = Words(known).metric_value(row.metric, row.sum) if known else number_text(row.sum)
    return f"{amount} {_label(subject, row.metric)} ({count_text(row.rows, 'row')})"


def _label(subject: Subject, metric: str) -> str:
    """What a metric is called; its id, where no version that can be read knows it."""
    known = subject.reads(metric)
    return known.metrics[metric].label if known else metric
