"""The outcomes of the last twelve months become a scorecard of each party (A66), and what else they teach.

Each period counts for the party, and by the rhythm, of the version it was judged by.

That is: the balance of outcomes between the parties (A11), how realistic the targets are (A15), where one
more point of conversion is worth most (A56), and the pulse of the teams (A69).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

from living_sla.judge.funnel import has_funnel, judge_funnel
from living_sla.judge.opportunities import find_opportunities
from living_sla.judge.realism import FEWEST_PERIODS, MOST_PERIODS, judge_realism
from living_sla.judge.verdicts import JUDGED, Verdict
from living_sla.present.owing import party_name
from living_sla.present.text import (
    Words,
    count_text,
    joined,
    money_text,
    number_text,
    percent_text,
    quoted,
    short_day,
)  # fmt: skip
from living_sla.present.views import heatmap_cells, promise_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from living_sla.agreement.commitments import Commitment
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.opportunities import Opportunity
    from living_sla.judge.realism import Realism
    from living_sla.present.subject import Subject

    _Key = tuple[str, str, str]
    """A party, a commitment, and its rhythm."""

MONTHS = 12
RECENT = 3
UNLIKE = Fraction(20, 100)
"""From this difference on, parties do not keep their promises alike."""
_WELL, _BADLY = Fraction(9, 10), Fraction(4, 5)


def scorecard_values(subject: Subject) -> dict[str, Any]:
    """What the template `scorecard.html` prints."""
    standing = subject.standing
    since = _months_before(standing.as_of)
    rows = [_row(subject, key, judgements) for key, judgements in _judged_by(subject, since).items()]
    ids = dict.fromkeys((*subject.agreement.terms.parties, *(row["party"] for row in rows)))
    parties = [_party(subject, id_, [row for row in rows if row["party"] == id_]) for id_ in ids]
    return {
        "span": f"Periods that ended from {short_day(since)} to {short_day(standing.as_of)}, as they stand",
        "parties": parties,
        "balance": list(_balance(parties)),
        "realism": [row for c in subject.agreement.commitments if (row := _realism_row(subject, c))],
        "fewest_periods": FEWEST_PERIODS,
        "most_periods": MOST_PERIODS,
        "opportunities": _opportunities(subject) if has_funnel(subject.agreement) else None,
        "pulse": _pulse(subject),
        "reports_url": f"{subject.agreement.id}/reports/",
    }


def _months_before(day: date) -> date:
    """The day after the same day a year before."""
    try:
        return date.fromordinal(day.replace(year=day.year - 1).toordinal() + 1)
    except ValueError:  # 29 February
        return date(day.year - 1, 3, 1)


def _judged_by(subject: Subject, since: date) -> dict[_Key, list[Judgement]]:
    """The periods that ended from a day on, ascending, of each promise that stands and each that has some."""
    standing = subject.standing
    found: dict[_Key, list[Judgement]] = {_key_of(c): [] for c in subject.agreement.commitments}
    for judgement in (j for all_of_one in standing.judgements.values() for j in all_of_one):
        if since <= judgement.period.last <= standing.as_of:
            found.setdefault(_key_of(judgement.commitment), []).append(judgement)
    return found


def _key_of(commitment: Commitment) -> _Key:
    return commitment.party, commitment.id, commitment.measure.every


def _party(subject: Subject, id_: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The rows of one party's commitments, and the sum of them."""
    met, judged = sum(row["met"] for row in rows), sum(row["judged"] for row in rows)
    own = [row for row in rows if row["judged"] and not row["has_ended"]]
    well = [row["name"] for row in own if Fraction(row["met"], row["judged"]) >= _WELL]
    badly = [row["name"] for row in own if Fraction(row["met"], row["judged"]) < _BADLY]
    return {
        "id": id_,
        "name": party_name(subject.standing, id_),
        "rows": rows,
        "promises": len({row["id"] for row in rows}),
        "share": Fraction(met, judged) if judged else None,
        "sum": f"{number_text(met)} of {count_text(judged, 'period')} met"
        if judged
        else "nothing was judged yet",
        "percent": percent_text(Fraction(met, judged)) if judged else "",
        "succeeds": joined(well) if well else "",
        "improves": joined(badly) if badly else "",
    }


def _row(subject: Subject, key: _Key, ended: Sequence[Judgement]) -> dict[str, Any]:
    """One promise of one party in one rhythm; `has_ended` where the agreement no longer has it so."""
    party, id_, every = key
    stands = next((c for c in subject.agreement.commitments if _key_of(c) == key), None)
    judged = [judgement for judgement in ended if judgement.verdict in JUDGED]
    met = _met(judged)
    return {
        "id": id_,
        "party": party,
        "name": (stands or ended[-1].commitment).name,
        "has_ended": stands is None,
        "url": promise_url(subject.agreement.id, id_),
        "met": met,
        "judged": len(judged),
        "score": f"{met} of {count_text(len(judged), every)}" if judged else "none judged",
        "others": len(ended) - len(judged),
        "cells": heatmap_cells(tuple(ended)),
        "trend": trend_text(judged),
    }


def trend_text(judged: Sequence[Judgement]) -> str:
    """The last three against the three before: `better: 3 of 3, after 1 of 3`; empty of fewer than six."""
    if len(judged) < 2 * RECENT:
        return ""
    now, before = _met(judged[-RECENT:]), _met(judged[-2 * RECENT : -RECENT])
    word = "better" if now > before else "worse" if now < before else "as before"
    return f"{word}: {now} of {RECENT}, after {before} of {RECENT}"


def _met(judged: Sequence[Judgement]) -> int:
    return sum(judgement.verdict is Verdict.MET for judgement in judged)


def _balance(parties: Sequence[dict[str, Any]]) -> Iterator[str]:
    """How alike the parties keep what they promised each other."""
    known = [party for party in parties if party["share"] is not None]
    for party in known:
        by = count_text(party["promises"], "promise")
        yield f"{party['name']}: {party['sum']} ({party['percent']}), of {by}."
    for one, other in combinations(known, 2):
        better, worse = (one, other) if one["share"] >= other["share"] else (other, one)
        gap = better["share"] - worse["share"]
        points = f"{number_text(round(gap * 100, 1))} points"
        if gap >= UNLIKE:
            yield f"Out of balance: {worse['name']} keeps its promises {points} less than {better['name']}."
        else:
            yield f"In balance: {one['name']} and {other['name']} lie {points} apart."


def _realism_row(subject: Subject, commitment: Commitment) -> dict[str, str] | None:
    """The target of the newest period held against its history; None where none is agreed for it."""
    standing = subject.standing
    newest = next(iter(standing.judgements[commitment.id][-1:]), None)
    if newest is None or newest.goal is None:
        return None
    agreement, measured = newest.agreement, newest.commitment
    found = judge_realism(agreement, measured, newest.goal, standing.record, standing.as_of)
    return {
        "name": commitment.name,
        "url": promise_url(agreement.id, commitment.id),
        "target": Words(agreement).target(measured, newest.goal),
        "history": realism_text(found, measured),
        "demand": str(found.demand),
    }


def realism_text(realism: Realism, commitment: Commitment) -> str:
    """`met by 9 of the last 13 months; at the 31st percentile`."""
    every, periods = commitment.measure.every, len(realism.outcomes)
    if realism.percentile is None:
        return f"{count_text(periods, every)} known in full, of the {FEWEST_PERIODS} it takes"
    percentile = _ordinal(round(realism.percentile * 100))
    return f"met by {realism.met} of the last {periods} {every}s; at the {percentile} percentile"


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _opportunities(subject: Subject) -> dict[str, Any]:
    """What one more point is worth, with the arithmetic."""
    standing = subject.standing
    funnel = judge_funnel(standing.agreement, standing.record, standing.as_of)
    found = find_opportunities(standing.agreement, standing.record, funnel)
    if found.gap or found.sale is None:
        return {"absent": f"Not worked out: {found.gap}."}
    currency, sale = standing.agreement.terms.currency, found.sale
    average = money_text(sale.average, currency)
    if sale.revenue is not None and sale.customers is not None:
        won = f"{money_text(sale.revenue, currency)} by {number_text(sale.customers)} customers"
        basis = f"A customer brings {average} on average: {won}"
    else:
        basis = f"A customer brings {average} on average, as plan.yml says"
    best = found.best
    months = count_text(len(found.months), "month")
    return {
        "absent": "",
        "basis": f"{basis}. Counts are those of an average month of those of the newest {months} "
        "that were reported in full; "
        "those of a source, of the months whose leads had time to be won. Shown rounded, worked out exactly.",
        "best": f"{_way(best)}: one more point is worth {money_text(best.worth, currency)} a month."
        if best
        else "",
        "stages": [_opportunity_row(row, currency) for row in found.stages],
        "sources": [_opportunity_row(row, currency) for row in found.sources],
    }


def _opportunity_row(row: Opportunity, currency: str) -> dict[str, Any]:
    entered, extra = number_text(round(row.entered, 1)), number_text(row.entered / 100, 3)
    customers, sale = number_text(row.customers, 3), money_text(row.sale, currency)
    won = f"{extra} \N{MULTIPLICATION SIGN} {number_text(row.onward * 100, 3)}% won later = {customers}"
    more = won if row.onward < 1 else customers
    return {
        "name": _way(row),
        "share": percent_text(row.share),
        "sum": f"1% of {entered} is {more} customers \N{MULTIPLICATION SIGN} {sale}",
        "worth": money_text(row.worth, currency),
        "is_ranked": row.is_ranked,
    }


def _way(row: Opportunity) -> str:
    return f"{row.name} to {row.to}" if row.to else f"Close rate of {quoted(row.name)}"


def _pulse(subject: Subject) -> dict[str, Any] | None:
    """How well the teams work together, over time; None where no pulse is agreed or none was reported."""
    measures, standing = subject.agreement.lead_management.measures, subject.standing
    metric = measures.pulse if measures else None
    values = sorted(standing.record.of(metric).by_day.items()) if metric else []
    if not metric or not values:
        return None
    terms, words = subject.agreement.metrics[metric], Words(subject.agreement)
    rows = [(short_day(day), words.metric_value(metric, value)) for day, value in values[-MONTHS:]]
    return {
        "label": terms.label,
        "unit": terms.unit,
        "scale": f"from {number_text(terms.minimum)} to {number_text(terms.maximum)}"
        if terms.maximum
        else "",
        "ends": (number_text(terms.minimum), number_text(terms.maximum)) if terms.maximum else None,
        "rows": rows,
        "line": _line([value for _, value in values[-MONTHS:]], terms.minimum, terms.maximum),
        "sentence": f"{rows[-1][1]} on {rows[-1][0]}"
        + (f", after {rows[-2][1]} on {rows[-2][0]}" if len(rows) > 1 else ""),
    }


def _line(values: Sequence[Any], least: Any, most: Any) -> dict[str, Any]:  # noqa: ANN401 exact numbers
    """The points of a line in a box 100 wide and 40 high, the scale from end to end."""
    low, high = (least, most) if most is not None else (min(values), max(values))
    height = Fraction(high - low) or Fraction(1)
    step = Fraction(100, max(1, len(values) - 1))
    points = [
        (round(float(n * step), 2), round(float(40 - (value - low) / height * 40), 2))
        for n, value in enumerate(values)
    ]
    return {"path": " ".join(f"{x},{y}" for x, y in points), "points": points}
