"""Close rates, sales cycles and touches become the sections of the funnel's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from living_sla.judge.close_rates import FEWEST_LEADS, WIDEST_INTERVAL, CohortState, Rank
from living_sla.judge.touches import WORTH_A_TOUCH, Way
from living_sla.present.funnel_words import (
    LEADS_FILE,
    NOTHING,
    absent,
    basis_words,
    count_words,
    gauge_words,
    interval_words,
    month_name,
    months_text,
    rate_row,
    rate_words,
    unreported,
)
from living_sla.present.text import in_sentence, joined, number_text, percent_text, short_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from living_sla.agreement.loading import Agreement
    from living_sla.judge.close_rates import CloseRates, HalfKnown, SourceRate
    from living_sla.judge.funnel import Funnel, Gauge
    from living_sla.judge.touches import Touches


class Rates:
    """The sections about rates and times, each a mapping of words; one that is absent says why."""

    def __init__(self, agreement: Agreement, funnel: Funnel) -> None:
        self._agreement = agreement
        self._funnel = funnel
        self._measures = agreement.lead_management.measures

    def close_rates(self) -> dict[str, Any]:
        """The close rate of each source, those that are ranked first, and of each month's leads."""
        rates, terms = self._funnel.close_rates, self._measures and self._measures.close_rate
        if rates is None or not terms:
            key = "close_rate: {won: …, of: …}"
            return absent("Which leads became customers is not measured.", LEADS_FILE, f"measures: {key}")
        if all(cohort.rate is None for cohort in rates.cohorts) and not rates.half_known:
            return unreported(self._labels(terms.won, terms.of))
        ranked = [row for row in rates.sources if row.rank is Rank.RANKED]
        most = max((row.rate.interval.high for row in ranked if row.rate.interval), default=1)
        return {
            "absent": "",
            "by": self._agreement.metrics[terms.of].segments or "",
            "overall": rate_row(self._all(rates), rates.overall, None) if rates.overall else None,
            "ranked": [rate_row(row.source, row.rate, most) for row in ranked],
            "unranked": [_unranked_row(row) for row in rates.sources if row.rank is not Rank.RANKED],
            "half_known": [self._half_known_row(row) for row in rates.half_known],
            "rule": _ranking_rule(),
            "notes": list(self._cohort_notes(rates)),
            "cohorts": [
                {
                    "month": month_name(cohort.month),
                    "leads": count_words(cohort.leads),
                    "won": count_words(cohort.won),
                    "rate": rate_words(cohort.rate) if cohort.state is CohortState.JUDGED else NOTHING,
                    "state": cohort.state.value,
                }
                for cohort in reversed(rates.cohorts)
            ],
        }

    def _all(self, rates: CloseRates) -> str:
        outside = [row.segment for row in rates.half_known]
        return f"All but {joined(outside)}" if outside else "All"

    def _half_known_row(self, row: HalfKnown) -> dict[str, str]:
        """A source that is in no rate: what was reported of it, and what was not."""
        terms = self._measures and self._measures.close_rate
        (lacks,) = self._labels(terms.won if row.is_without_good else terms.of) if terms else ("",)
        counts = {
            key: NOTHING if n is None else number_text(n) for key, n in (("good", row.good), ("of", row.of))
        }
        return {"name": row.segment, "why": _lack_words(row, lacks), **counts}

    def _cohort_notes(self, rates: CloseRates) -> Iterable[str]:
        """Which months' leads were judged, which were left out, and why."""
        judged = rates.months_that_are(CohortState.JUDGED)
        yield (
            f"Leads created in {months_text(judged)}, and which of them are customers by now."
            if judged
            else "No month's leads can be judged yet."
        )
        if rates.cycle is None:
            yield "The sales cycle is not measured, so leads that are too young are counted too."
        elif young := rates.months_that_are(CohortState.YOUNG):
            days = f"{number_text(rates.cycle.days)} days"
            cycle = f"{days}, the {rates.cycle.kind} on {short_day(rates.cycle.on)}"
            yield f"Left out as too young: {months_text(young)}; younger than the sales cycle ({cycle})."
        if early := rates.months_that_are(CohortState.EARLY):
            yield f"Left out as too early: {months_text(early)}. Wins were not recorded from the start."
        if partly := rates.months_that_are(CohortState.INCOMPLETE):
            yield f"Left out, for reports are missing: {months_text(partly)}."
        if rates.half_known:
            names = joined(row.segment for row in rates.half_known)
            yield f"Left out of every rate and month: {names}, of which leads or wins were not reported."
        if unknown := rates.months_that_are(CohortState.UNREPORTED):
            yield f"Not reported: {months_text(unknown)}."

    def cycle(self) -> dict[str, Any]:
        """Median and mean of the sales cycle, the newest and of each month."""
        gauges = {"median": self._funnel.cycle_median, "mean": self._funnel.cycle_mean}
        said = {kind: gauge for kind, gauge in gauges.items() if gauge}
        if not said:
            key = "measures: sales_cycle: {median: …, mean: …}"
            return absent("How long a lead takes to become a customer is not measured.", LEADS_FILE, key)
        known = {kind: gauge for kind, gauge in said.items() if gauge.newest}
        if not known:
            return unreported(self._labels(*(gauge.metric for gauge in said.values())))
        return {
            "absent": "",
            "newest": [f"{kind.capitalize()}: {self._newest(gauge)}." for kind, gauge in known.items()],
            "missing": [kind for kind in gauges if kind not in known],
            "is_skewed": _is_skewed(known),
            "used": self._used_cycle(),
            "heads": [kind.capitalize() for kind in known],
            "rows": [
                (month_name(month), [self._of_month(gauge, n) for gauge in known.values()])
                for n, month in reversed(list(enumerate(self._funnel.months)))
            ],
        }

    def _used_cycle(self) -> str:
        rates = self._funnel.close_rates
        return rates.cycle.kind if rates and rates.cycle else ""

    def _newest(self, gauge: Gauge) -> str:
        if gauge.newest is None:
            return NOTHING
        on, value = gauge.newest
        return f"{number_text(value)} {self._unit(gauge.metric)}, reported for {short_day(on)}"

    def _of_month(self, gauge: Gauge, n: int) -> str:
        return gauge_words(gauge, n, self._unit(gauge.metric))

    def _unit(self, metric: str) -> str:
        return self._agreement.metrics[metric].unit

    def touches(self) -> dict[str, Any]:
        """The answer rate of touches by their number, by channel and by hour."""
        terms = self._measures.touches if self._measures else None
        if not terms or not self._funnel.touches:
            key = "measures: touches: {by_number: {made: …, answered: …}}"
            return absent("Touches are not measured.", LEADS_FILE, key)
        told = [way for way in self._funnel.touches if way.rows or way.half_known]
        if not told:
            ways = [getattr(terms, f"by_{way.way}") for way in self._funnel.touches]
            return unreported(self._labels(*(name for way in ways for name in (way.made, way.answered))))
        measured = {way.way for way in self._funnel.touches}
        return {
            "absent": "",
            "tables": [self._touch_table(way) for way in told],
            "basis": self._basis(told[0]),
            "made": number_text(told[0].made),
            "answered": number_text(told[0].answered),
            "stop": self._stop_words(told),
            "not_measured": [f"by_{way}" for way in Way if way not in measured],
        }

    def _basis(self, way: Touches) -> str:
        return basis_words(len(way.months), len(self._funnel.months))

    def _touch_table(self, way: Touches) -> dict[str, Any]:
        most = max((row.rate.interval.high for row in way.rows if row.rate.interval), default=1)
        rows = []
        for row in way.rows:
            is_over = way.stops_at is not None and row.segment.isdigit() and int(row.segment) >= way.stops_at
            rows.append({**rate_row(row.segment, row.rate, most), "is_over": is_over})
        unknown = [
            {"name": row.segment, "why": _lack_words(row, "answers" if row.is_without_good else "touches")}
            for row in way.half_known
        ]
        return {"way": way.way.value, "rows": rows, "half_known": unknown, "basis": self._basis(way)}

    def _stop_words(self, told: Iterable[Touches]) -> list[str]:
        by_number = next((way for way in told if way.way is Way.NUMBER), None)
        if by_number is None:
            return []
        threshold = percent_text(WORTH_A_TOUCH)
        if by_number.stops_at is None:
            words = f"No touch is answered so rarely that its whole interval lies below {threshold}."
            return [f"Returns do not stop within the touches made. {words}"]
        row = next(row for row in by_number.rows if row.segment == str(by_number.stops_at))
        low = f"Touch {row.segment} is answered in {rate_words(row.rate)} of {number_text(row.rate.of)} cases"
        interval = f"its whole interval ({interval_words(row.rate)}) lies below {threshold}"
        sentences = [stop_sentence(by_number.stops_at), f"{low}; {interval}."]
        cadences = [len(row.cadence) for row in self._agreement.lead_management.follow_up]
        if cadences and max(cadences) >= by_number.stops_at:
            sentences.append(f"The longest agreed cadence has {max(cadences)} touches.")
        return sentences

    def _labels(self, *metrics: str) -> list[str]:
        return [in_sentence(self._agreement.metrics[metric].label) for metric in metrics]


def stop_sentence(stop: int) -> str:
    """After which touch returns stop, by the first that is no longer worth it."""
    if stop == 1:
        return "Returns stop before the first touch."
    return f"Returns stop after touch {stop - 1}."


def _is_skewed(gauges: dict[str, Gauge]) -> bool:
    """Whether the mean lies above the median."""
    newest = [gauge.newest[1] for kind in ("median", "mean") if (gauge := gauges.get(kind)) and gauge.newest]
    return len(newest) == 2 and newest[0] < newest[1]  # noqa: PLR2004 both


def _ranking_rule() -> str:
    times = number_text(WIDEST_INTERVAL)
    wide = f"an interval wider than {times} times the close rate of all"
    return f"Not ranked: fewer than {FEWEST_LEADS} leads, or {wide}. Their order would say nothing."


def _unranked_row(row: SourceRate) -> dict[str, Any]:
    return {**rate_row(row.source, row.rate, None), "why": row.rank.value}


def _lack_words(row: HalfKnown, lacks: str) -> str:
    """`MQLs not reported`, or not in every month."""
    is_partial = row.good is not None and row.of is not None
    return f"{lacks} not reported in every month" if is_partial else f"{lacks} not reported"
