"""A funnel becomes the values of its page: what was found, its sections in words, how each number is made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from living_sla.judge.close_rates import Rank
from living_sla.judge.funnel import funnel_metrics, judge_funnel
from living_sla.judge.scoring import score_lead
from living_sla.present.funnel_leads import handling_values
from living_sla.present.funnel_rates import Rates, stop_sentence
from living_sla.present.funnel_words import (
    NOTHING,
    absent,
    bar_width,
    basis_words,
    count_words,
    month_name,
    of_words,
    rate_words,
    span_text,
)
from living_sla.present.text import MONEY_UNIT, count_text, joined, number_text, percent_text, short_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.judge.counts import Count
    from living_sla.judge.funnel import Funnel, Step
    from living_sla.present.subject import Subject


def funnel_values(subject: Subject) -> dict[str, Any]:
    """What the template `funnel.html` and its parts print."""
    standing = subject.standing
    funnel = judge_funnel(subject.agreement, standing.record, standing.as_of)
    page, rates = _Page(subject, funnel), Rates(subject.agreement, funnel)
    return {
        "span": span_text(funnel.months),
        "found": list(page.findings()),
        "stages": page.stages(),
        "months": page.months(),
        "close_rates": rates.close_rates(),
        "cycle": rates.cycle(),
        "touches": rates.touches(),
        "handling": handling_values(subject, funnel),
        "scoring": page.scoring(),
        "definitions": page.definitions(),
        "urls": {name: f"{subject.agreement.id}/{name}/" for name in ("agreement", "data")},
    }


class _Page:
    """The sections of the page, each a mapping of words; one that is absent says why."""

    def __init__(self, subject: Subject, funnel: Funnel) -> None:
        self._subject = subject
        self._funnel = funnel
        self._words = subject.words

    def findings(self) -> Iterator[str]:
        """The few sentences that say where to look."""
        most = self._funnel.most_lost
        if most:
            yield f"Most are lost from {_way(most)}: {self._loss(most)}."
        for party in self._subject.agreement.terms.parties:
            worst = self._funnel.worst_step(party)
            if worst and worst is not most:
                name = self._words.party(party)
                yield f"{name} loses the greatest part from {_way(worst)}: {self._loss(worst)}."
        rates = self._funnel.close_rates
        if rates and (ranked := [row for row in rates.sources if row.rank is Rank.RANKED]):
            best = ranked[0]
            yield f"{best.source} closes best: {rate_words(best.rate)} of its leads ({of_words(best.rate)})."
        if stop := next((way.stops_at for way in self._funnel.touches if way.stops_at), None):
            yield stop_sentence(stop)

    def _loss(self, step: Step) -> str:
        entered = step.passed.of if step.passed else 0
        part = (
            f"{number_text(step.lost or 0)} of {number_text(entered)} ({percent_text(step.lost_share or 0)})"
        )
        return ", ".join(filter(None, (part, self._basis(step))))

    def _basis(self, step: Step) -> str:
        return basis_words(len(step.months), len(self._funnel.months)) if step.passed else ""

    def stages(self) -> dict[str, Any]:
        """A row for each stage: who owns it, how many entered it, and how many of the stage before did."""
        stages = self._subject.agreement.definitions.funnel
        if not stages:
            return absent("No stages are agreed.", "definitions.yml", "funnel")
        if not any(stage.metric for stage in stages):
            return absent("The stages are agreed, but none of them is counted.", "definitions.yml", "metric")
        into = {step.to.id: step for step in self._funnel.steps}
        return {
            "absent": "",
            "rows": [
                {
                    "name": row.stage.name,
                    "owner": self._words.party(row.stage.owner),
                    "metric": row.stage.metric or "",
                    "count": count_words(replace(row.total, missing=()))
                    if row.stage.metric
                    else "not counted",
                    "note": _missing_words(row.total),
                    **self._step(into.get(row.stage.id)),
                }
                for row in self._funnel.stages
            ],
        }

    def _step(self, step: Step | None) -> dict[str, Any]:
        if step is None:
            return {
                "passed": "",
                "basis": "",
                "width": None,
                "lost": "",
                "lost_share": "",
                "skipped": "",
                "is_most": False,
            }
        passed = step.passed
        return {
            "passed": rate_words(passed),
            "basis": self._basis(step),
            "width": bar_width(passed, 1) if passed else None,
            "lost": number_text(step.lost) if step.lost is not None else NOTHING,
            "lost_share": percent_text(step.lost_share) if step.lost_share is not None else "",
            "skipped": joined(stage.name for stage in step.skipped) if step.skipped else "",
            "is_most": step is self._funnel.most_lost,
        }

    def months(self) -> dict[str, Any]:
        """The stages and baselines month by month, the newest first."""
        metrics = self._subject.agreement.metrics
        columns = [(row.stage.name, row.total, row.months) for row in self._funnel.stages if row.stage.metric]
        columns += [(metrics[row.metric].label, row.total, row.months) for row in self._funnel.baselines]
        months = list(enumerate(self._funnel.months)) if columns else []
        return {
            "heads": [name for name, _, _ in columns],
            "rows": [
                (month_name(month), [count_words(counts[n]) for _, _, counts in columns])
                for n, month in reversed(months)
            ],
            "totals": [count_words(total) for _, total, _ in columns],
        }

    def scoring(self) -> dict[str, Any] | None:
        """What each thing that is known of a lead earns alone; None where leads are not scored."""
        scoring = self._subject.agreement.definitions.scoring
        if scoring is None:
            return None
        names = {row.id: row.name for row in self._subject.agreement.lead_management.follow_up}
        rows = []
        for rule in scoring.rules:
            score = score_lead(scoring, [rule])
            earned = score.grade.follow_up if score.grade else None
            grade = score.grade.grade if score.grade else NOTHING
            follow_up = names[earned] if earned else "no follow-up"
            rows.append((rule.when, number_text(score.points), grade, follow_up))
        return {"rows": rows}

    def definitions(self) -> list[dict[str, str]]:
        """What each number of the page counts, how often it is reported, and its newest day."""
        agreement, record = self._subject.agreement, self._subject.standing.record
        rows = []
        for metric in funnel_metrics(agreement):
            terms = agreement.metrics[metric]
            days = record.of(metric).by_day
            meaning = agreement.definitions.glossary[terms.definition].meaning if terms.definition else ""
            row = {
                "metric": metric,
                "label": terms.label,
                "unit": agreement.terms.currency if terms.unit == MONEY_UNIT else terms.unit,
                "meaning": meaning,
                "expected": (terms.expected or "when it happens").replace("-", " "),
                "newest": short_day(max(days)) if days else "never",
            }
            rows.append(row)
        return rows


def _way(step: Step) -> str:
    """`Lead to Marketing-qualified lead`."""
    return f"{step.from_.name} to {step.to.name}"


def _missing_words(count: Count) -> str:
    if not count.missing:
        return ""
    first = short_day(count.missing[0])
    return f"{count_text(len(count.missing), 'report')} missing, the first on {first}"
