"""First contacts, coverage and returns become the section of the funnel's page on how leads are handled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from living_sla.present.funnel_words import (
    LEADS_FILE,
    NOTHING,
    absent,
    basis_words,
    count_words,
    gauge_words,
    lack_words,
    month_name,
    rate_words,
    unreported,
)
from living_sla.present.text import count_text, in_sentence, number_text, short_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from living_sla.judge.counts import Count
    from living_sla.judge.funnel import Funnel, Gauge, Part
    from living_sla.present.subject import Subject

Column = tuple[str, "Callable[[int], str]"]
"""The head of a column, and its cell by the number of the month."""


def handling_values(subject: Subject, funnel: Funnel) -> dict[str, Any]:
    """How old leads are at first contact, how many wait, nobody worked or came back, and each by month."""
    handling = _Handling(subject, funnel)
    columns = list(handling.columns())
    return {
        "first_contact": handling.first_contact(),
        "worked": handling.worked(),
        "waiting": handling.waiting(),
        "returned": handling.returned(),
        "has_means": handling.has_means,
        "notes": list(handling.notes()),
        "heads": [head for head, _ in columns],
        "rows": [
            (month_name(month), [cell(n) for _, cell in columns])
            for n, month in reversed(list(enumerate(funnel.months)))
        ]
        if columns
        else [],
    }


class _Handling:
    """The parts of the section; one that is absent says why."""

    def __init__(self, subject: Subject, funnel: Funnel) -> None:
        self._agreement = subject.agreement
        self._funnel = funnel
        self._measures = subject.agreement.lead_management.measures

    def first_contact(self) -> dict[str, Any]:
        gauges = {"Median": self._funnel.contact_median, "9 in 10 within": self._funnel.contact_p90}
        said = {kind: gauge for kind, gauge in gauges.items() if gauge}
        if not said:
            key = "measures: first_contact: {median: …, p90: …}"
            return absent("The age of leads at first contact is not measured.", LEADS_FILE, key)
        newest = {kind: words for kind, gauge in said.items() if (words := self._newest(gauge))}
        if not newest:
            return unreported(self._labels(*(gauge.metric for gauge in said.values())))
        return {"absent": "", "rows": [f"{kind}: {words}." for kind, words in newest.items()]}

    def worked(self) -> dict[str, Any]:
        terms, part = self._measures and self._measures.worked, self._funnel.worked
        if not terms or part is None:
            key = "measures: worked: {of: …, worked: …}"
            return absent("How many leads are worked is not measured.", LEADS_FILE, key)
        rate = part.total
        if rate is None:
            return unreported(self._labels(terms.worked, terms.of))
        if rate.good > rate.of:
            words = (
                f"{number_text(rate.good)} leads worked are more than the {number_text(rate.of)} there were"
            )
            return {"absent": "", "rows": [f"{words}{self._basis(part)}: one of the two is wrong."]}
        worked = f"{number_text(rate.good)} of {number_text(rate.of)} leads were worked ({rate_words(rate)})"
        left = f"{number_text(rate.of - rate.good)} never had a first contact"
        return {"absent": "", "rows": [f"{worked}; {left}{self._basis(part)}."]}

    def waiting(self) -> dict[str, Any]:
        metric, waiting = self._measures and self._measures.waiting, self._funnel.waiting
        if not metric:
            words = "How many leads wait for a first contact is not measured."
            return absent(words, LEADS_FILE, "measures: waiting: …")
        if waiting is None:
            return unreported(self._labels(metric))
        terms = self._agreement.metrics[metric]
        least = "At least " if any(count is None for _, count in waiting.by_age) else ""
        return {
            "absent": "",
            "total": f"{least}{number_text(waiting.total)} {terms.unit} on {short_day(waiting.on)}",
            "by": terms.segments or "",
            "ages": [(age, "not reported" if n is None else number_text(n)) for age, n in waiting.by_age],
        }

    def returned(self) -> dict[str, Any]:
        terms, part = self._measures and self._measures.returned, self._funnel.returned
        if not terms or part is None:
            key = "measures: returned: {of: …, returned: …}"
            return absent("How many leads come back is not measured.", LEADS_FILE, key)
        rate = part.total
        if rate is None:
            return unreported(self._labels(terms.returned, terms.of))
        back = f"{count_text(int(rate.good), 'lead')} of {number_text(rate.of)} came back"
        return {"absent": "", "rows": [f"{back} ({rate_words(rate)}){self._basis(part)}."]}

    def _basis(self, part: Part) -> str:
        """On which months a total rests, where not on all, to stand after it."""
        words = basis_words(sum(rate is not None for rate in part.months), len(part.months))
        return f", {words}" if words else ""

    @property
    def has_means(self) -> bool:
        """Whether a month shows the mean of several values."""
        gauges = (self._funnel.contact_median, self._funnel.contact_p90)
        months = (month for gauge in gauges if gauge for month in gauge.months if month)
        return any(count > 1 for _, count in months)

    def columns(self) -> list[Column]:
        """The columns of the table by month: what is measured, and no other."""
        found: list[Column] = []
        gauges = (
            ("Median to first contact", self._funnel.contact_median),
            ("9 in 10 within", self._funnel.contact_p90),
        )
        found += [(head, self._gauge_cell(gauge)) for head, gauge in gauges if gauge]
        if part := self._funnel.worked:
            found += [("Leads", _counts(part.of)), ("Not worked", _left(part))]
        if part := self._funnel.returned:
            found += [("Came back", _counts(part.good)), ("Part", _rates(part))]
        return found

    def notes(self) -> Iterator[str]:
        """Why a month may have more worked, or more returned, than leads."""
        for part, words in ((self._funnel.worked, "worked"), (self._funnel.returned, "returned")):
            if part and any(rate.good > rate.of for rate in part.months if rate):
                earlier = f"leads of an earlier month are among those {words}"
                yield f"Where more were {words} than came, {earlier}, or one of the two counts is wrong."

    def _gauge_cell(self, gauge: Gauge) -> Callable[[int], str]:
        def cell(n: int) -> str:
            return gauge_words(gauge, n, self._unit(gauge))

        return cell

    def _newest(self, gauge: Gauge) -> str:
        if gauge.newest is None:
            return ""
        on, value = gauge.newest
        return f"{number_text(value)} {self._unit(gauge)}, reported for {short_day(on)}"

    def _unit(self, gauge: Gauge) -> str:
        return self._agreement.metrics[gauge.metric].unit

    def _labels(self, *metrics: str) -> list[str]:
        return [in_sentence(self._agreement.metrics[metric].label) for metric in metrics]


def _counts(counts: Sequence[Count]) -> Callable[[int], str]:
    return lambda n: count_words(counts[n])


def _rates(part: Part) -> Callable[[int], str]:
    """The part of the leads that came back; of leads not reported in full there is none."""

    def cell(n: int) -> str:
        return rate_words(part.months[n])

    return cell


def _left(part: Part) -> Callable[[int], str]:
    """The leads that nobody worked, and where that is not known, which reports of those worked lack."""

    def cell(n: int) -> str:
        rate = part.months[n]
        if rate is None:
            lack = lack_words(part.good[n])
            return f"{NOTHING} ({lack})" if lack else NOTHING
        if rate.good > rate.of:
            return f"{number_text(rate.good - rate.of)} more worked than came"
        return number_text(rate.of - rate.good)

    return cell
