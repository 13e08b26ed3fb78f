"""Closed periods that were forecast anew become scores, a table and a plot of the data page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import Deliver
from living_sla.judge.forecast import Why, is_daily
from living_sla.judge.replay import MIDDLE, Calibration, as_if_prompt, joined, replay
from living_sla.present.reliability import reliability_figure, reliability_rows
from living_sla.present.subject import Chart
from living_sla.present.text import count_text, number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.judge.commitments import Judgement
    from living_sla.judge.replay import Scores
    from living_sla.present.subject import Subject

_AS_REPORTED = "as they were reported"
_AS_IF_PROMPT = "as if reported by the day"


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """How the forecasts of one promise did: `33`, `0.073`, the run rate, the past, and by which reports.

    Without a score `basis` says why there is none.
    """

    promise: str
    count: str
    forecast: str
    run_rate: str
    past_met: str
    basis: str


def calibration_values(subject: Subject) -> dict[str, Any]:
    """What the template `_calibration.html` prints: every closed period forecast anew, against what came."""
    found = list(_by_promise(subject))
    whole = joined([calibration for _, calibration, _ in found])
    figure = reliability_figure(whole)
    label = "How often targets were reached, by the chance that was given beforehand"
    replayed = [judgements[-1] for judgements, calibration, _ in found if calibration.moments]
    return {
        "promises": [_score_row(*each) for each in found],
        "told": scores_text(whole.scores(), len(whole.moments)),
        "midway": _scores(whole.at(MIDDLE).scores()),
        "rows": reliability_rows(whole),
        "chart": Chart(figure, label, "What was said, and what came true") if figure else None,
        "without": [(count_text(count, "time"), str(why)) for why, count in whole.without.most_common()],
        "delivers": any(isinstance(j.commitment.measure, Deliver) for j in replayed),
        "prompt": _AS_IF_PROMPT if any(basis == _AS_IF_PROMPT for _, _, basis in found) else "",
    }


def _by_promise(subject: Subject) -> Iterator[tuple[tuple[Judgement, ...], Calibration, str]]:
    """Each promise with its replay as reported; as if by the day where too little was known in time."""
    record = subject.standing.record
    prompt = as_if_prompt(record)
    for judgements in subject.standing.judgements.values():
        if not judgements:
            continue
        reported = replay(judgements, record)
        by_the_day = reported if reported.moments else replay(judgements, prompt)
        if by_the_day.moments and not reported.moments:
            yield judgements, by_the_day, _AS_IF_PROMPT
        else:
            yield judgements, reported, _AS_REPORTED


def _score_row(judgements: tuple[Judgement, ...], calibration: Calibration, basis: str) -> ScoreRow:
    name = judgements[-1].commitment.name
    if not calibration.moments:
        why = next((why for why, _ in calibration.without.most_common(1)), None)
        reason = why or ("no period is closed yet" if is_daily(judgements[-1]) else Why.NOT_DAILY)
        return ScoreRow(name, "0", "", "", "", f"none: {reason}")
    count, ours, run_rate, past = _scores(calibration.scores()) or ["0", "", "", ""]
    return ScoreRow(name, count, ours, run_rate, past, basis)


def _scores(scores: Scores | None) -> list[str]:
    """How many forecasts, and the Brier scores of the forecast, the run rate and the past; empty for none."""
    if scores is None:
        return []
    found = (scores.forecast, scores.run_rate, scores.past_met)
    return [number_text(scores.count), *(number_text(round(score, 3), 3) for score in found)]


def scores_text(scores: Scores | None, moments: int) -> str:
    """The Brier scores of so many forecasts in a sentence."""
    if scores is None:
        return "No closed period could be forecast from what was known within it, so there is no score yet."
    _, ours, run_rate, past = _scores(scores)
    left_out = moments - scores.count
    before = f" {count_text(left_out, 'more forecast')} had no earlier period to be held against."
    return (
        f"Brier score of {count_text(scores.count, 'forecast')}: {ours}; the plain run rate gets {run_rate}, "
        f"the share of past periods met {past}. 0 is perfect, 0.25 is what a coin gets."
        f"{before if left_out else ''}"
    )
