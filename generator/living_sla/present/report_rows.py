"""The judgements that a report tells become the rows of its tables: what was promised, and what came."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import Deliver
from living_sla.judge.forecast import NoForecast, Why, forecast
from living_sla.judge.verdicts import JUDGED, Verdict
from living_sla.present.causes import before_and_usual, usual_text
from living_sla.present.text import Words, count_text, joined, period_of, short_day
from living_sla.present.views import number_and_goal, period_url, promise_view, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.present.closings import Closing
    from living_sla.present.subject import Standing

NOT_WELL = frozenset({Verdict.MISSED, Verdict.AT_RISK, Verdict.UNVERIFIED})


def party_tables(closing: Closing, told: Sequence[Judgement], then: Standing) -> Iterator[dict[str, Any]]:
    """The rows of every party: one for each commitment, its weeks and days put together."""
    for id_ in parties_of(told):
        own = [judgement for judgement in told if judgement.commitment.party == id_]
        groups = groupby(own, key=lambda judgement: judgement.commitment.id)
        rows = [_row(closing, list(group), then) for _, group in groups]
        yield {"name": Words(own[-1].agreement).party(id_), "rows": rows}


def open_table(found: Sequence[Judgement], then: Standing) -> dict[str, Any] | None:
    """The periods that run on, and how each will likely end; None where there are none."""
    rows = []
    for judgement in found:
        outlook = forecast(judgement, then.record, known_on=then.known_on)
        outlook = NoForecast(Why.NO_TARGET) if isinstance(outlook, NoForecast) else outlook  # why is not told
        view = promise_view(judgement.agreement, judgement.commitment, (judgement,), outlook)
        left = " \N{MIDDLE DOT} ".join(filter(None, (view.standing, view.outlook)))
        rows.append(_row_of_one(judgement) | {"period": f"{view.party}, {view.period}", "reason": left})
    return {"name": f"Still open on {short_day(found[0].window.as_of)}", "rows": rows} if rows else None


def parties_of(told: Sequence[Judgement]) -> list[str]:
    """The parties of some judgements, in the order of the agreement of the first."""
    order = list(told[0].agreement.terms.parties) if told else []
    return list(
        dict.fromkeys(
            [
                *(p for p in order if any(j.commitment.party == p for j in told)),
                *(j.commitment.party for j in told),
            ]
        )
    )


def _row(closing: Closing, found: list[Judgement], then: Standing) -> dict[str, Any]:
    newest = found[-1]
    row = _row_of_one(newest) | {"period": "" if newest.period == closing.period else period_of(newest)}
    if len(found) > 1:
        return (
            row | _row_of_several(found) | {"target": f"{row['target']} a {newest.commitment.measure.every}"}
        )
    if closing.is_week:
        return row | {"reason": promise_view(newest.agreement, newest.commitment, (newest,)).standing}
    before, usual = before_and_usual(newest, then)
    return row | {
        "before": number_and_goal(before)[0] if before else "",
        "usual": usual_text(newest, usual) if usual is not None else "",
    }


def _row_of_one(judgement: Judgement) -> dict[str, Any]:
    commitment, goal, actual = judgement.commitment, judgement.goal, judgement.tally.actual
    words, came, promised = Words(judgement.agreement), "\N{EN DASH}", "\N{EN DASH}"
    if actual is not None:
        came = _with_unit(judgement, actual, words.value(commitment, actual, goal))
    if goal is not None:
        least = "at least" if goal.at_least else "at most"
        promised = f"{least} {_with_unit(judgement, goal.value, words.target(commitment, goal))}"
    return {
        "promise": commitment.name,
        "url": period_url(judgement),
        "version": judgement.agreement.terms.version,
        "target": promised,
        "actual": came,
        "before": "",
        "usual": "",
        "verdict": judgement.verdict,
        "reason": reason_text(judgement),
    }


def _with_unit(judgement: Judgement, value: Exact, text: str) -> str:
    """A number in words with what it counts; not of one, for a unit is a word for many."""
    words, measure = Words(judgement.agreement), judgement.commitment.measure
    if not isinstance(measure, Deliver):
        return f"{text} {words.unit(judgement.commitment) if value != 1 else ''}".strip()
    kind, *more = measure.deliver
    return count_text(int(value), "thing") if more else words.items(kind, int(value))


def _row_of_several(found: list[Judgement]) -> dict[str, Any]:
    """The weeks or days of one commitment in one row, by the worst verdict among them."""
    judged = [judgement for judgement in found if judgement.verdict in JUDGED]
    missed = [judgement for judgement in judged if judgement.verdict is Verdict.MISSED]
    every = found[-1].commitment.measure.every
    worst = missed or [j for j in found if j.verdict in NOT_WELL] or judged or found
    return {
        "period": f"{len(found)} {every}s",
        "actual": f"{len(judged) - len(missed)} of {count_text(len(judged), every)} met",
        "verdict": worst[0].verdict,
        "reason": f"missed: {joined(period_of(judgement) for judgement in missed)}" if missed else "",
    }
