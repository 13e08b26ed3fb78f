"""Standings become `status.json`: everything the site shows, for programs, by a schema of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from living_sla.judge.forecast import NoForecast
from living_sla.judge.restatements import closed_on
from living_sla.present.consequence_status import consequence_status
from living_sla.present.plan_status import plan_status
from living_sla.present.text import plain
from living_sla.present.views import promise_view, reason_text

if TYPE_CHECKING:
    from datetime import date

    from living_sla.agreement.versions import Span, Version
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.forecast import Forecast
    from living_sla.judge.restatements import Move, Restatement, Step
    from living_sla.judge.tallies import Tally
    from living_sla.present.subject import Standing

STATUS_VERSION = 2
"""Raised when a program that reads the file would have to change; new keys alone do not raise it."""


def status_json(standings: list[Standing]) -> str:
    """Every agreement with its versions, every judgement and every restatement, by `status_schema`.

    A share is also given as its `good` and `events`.
    """
    status = {"version": STATUS_VERSION, "agreements": [_agreement(standing) for standing in standings]}
    return json.dumps(status, allow_nan=False, ensure_ascii=False, separators=(",", ":")) + "\n"


def _agreement(standing: Standing) -> dict[str, Any]:
    agreement = standing.agreement
    spans = {id(span.version): span for span in standing.timeline.spans}
    restated = sorted(standing.restatements.items(), key=lambda item: (item[1].restated_on, *item[0]))
    return {
        "id": agreement.id,
        "title": agreement.terms.title,
        "version": agreement.terms.version,
        "effective": agreement.terms.effective.isoformat(),
        "as_of": standing.as_of.isoformat(),
        "versions": [_version(v, spans.get(id(v)), standing.as_of) for v in standing.timeline.versions],
        "history": standing.timeline.gap,
        "commitments": [_commitment(standing, id_) for id_ in standing.judgements],
        "restatements": [_restatement(restatement) for _, restatement in reversed(restated)],
        "consequences": consequence_status(standing),
        "plan": plan_status(standing),
        "warnings": [
            {"path": w.place.path, "line": w.place.line, "rule": w.rule, "message": w.message}
            for w in standing.record.warnings
        ],
    }


def _version(version: Version, span: Span | None, as_of: date) -> dict[str, Any]:
    """One version; `from` and `until` (the last day) are the days in force, null where there are none."""
    commit, agreement = version.revisions[0].commit, version.agreement
    return {
        "number": version.number,
        "effective": _day(version.effective),
        "from": _day(span.start) if span else None,
        "until": _day(span.last) if span else None,
        "in_force": bool(span and span.holds(as_of)),
        "commit": commit.id if commit else None,
        "committed": _day(commit.on) if commit else None,
        "author": commit.author if commit else None,
        "pull_request": commit.pull_request if commit else None,
        "signatures": [
            {"party": signature.party, "name": signature.name, "signed": signature.signed_on.isoformat()}
            for signature in (agreement.terms.signatures if agreement else ())
        ],
        "note": version.unreadable,
    }


def _commitment(standing: Standing, id_: str) -> dict[str, Any]:
    """A commitment of the version in force; or, if that has none of this id, of the last that had it."""
    judgements, agreement = standing.judgements[id_], standing.agreement
    stands = next((c for c in agreement.commitments if c.id == id_), None)
    last = judgements[-1] if judgements else None
    commitment = stands or (last.commitment if last else None)
    if commitment is None:  # of a version that is still to come
        return {"id": id_, "stands": False, "periods": []}
    view = promise_view(agreement if stands or not last else last.agreement, commitment, judgements)
    return {
        "id": id_,
        "stands": stands is not None,
        "title": commitment.name,
        "party": commitment.party,
        "kind": commitment.kind,
        "every": commitment.measure.every,
        "sentence": view.sentence,
        "url": view.url,
        "verdict": view.verdict,
        "reason": view.reason,
        "periods": [_period(standing, judgement) for judgement in judgements],
    }


def _period(standing: Standing, judgement: Judgement) -> dict[str, Any]:
    tally, goal, pace = judgement.tally, judgement.goal, judgement.pace
    row: dict[str, Any] = {
        "id": judgement.period.id,
        "start": judgement.period.start.isoformat(),
        "end": judgement.period.last.isoformat(),
        "version": judgement.agreement.terms.version,
        "closed": judgement.is_over,
        "verdict": judgement.verdict,
        "reason": reason_text(judgement),
        **_outcome(tally),
        "target": plain(goal.value) if goal else None,
        "direction": ("at_least" if goal.at_least else "at_most") if goal else None,
        "expected": plain(pace.expected) if pace else None,
        "required_rate": plain(judgement.required_rate),
        "missing": [day.isoformat() for day in tally.missing],
        "closes": closed_on(judgement).isoformat(),
    }
    if as_closed := standing.as_closed(judgement):
        goal = as_closed.goal
        row["as_closed"] = {
            "verdict": as_closed.verdict,
            **_outcome(as_closed.tally),
            "target": plain(goal.value) if goal else None,
            "version": as_closed.agreement.terms.version,
        }
    if not judgement.is_over:
        row["forecast"] = _forecast(standing.outlooks[judgement.commitment.id])
    if tally.kinds is not None:
        row["kinds"] = {
            item: {"delivered": done, "agreed": agreed} for item, (done, agreed) in tally.kinds.items()
        }
    return row


def _forecast(outlook: Forecast | NoForecast) -> dict[str, Any]:
    """How an open period will likely end: its percentiles and the chance to reach the target, or why not."""
    if isinstance(outlook, NoForecast):
        return dict.fromkeys(("low", "middle", "high", "chance")) | {"why_not": outlook.why}
    percentiles = {"low": outlook.low, "middle": outlook.middle, "high": outlook.high}
    numbers = percentiles | {"chance": outlook.chance}
    return {key: plain(value) for key, value in numbers.items()} | {"why_not": ""}


def _outcome(tally: Tally) -> dict[str, Any]:
    actual = {"actual": plain(tally.actual)}
    parts = {"good": plain(tally.good), "events": plain(tally.events)}
    return actual if tally.events is None else actual | parts


def _restatement(restatement: Restatement) -> dict[str, Any]:
    closed, now = restatement.as_closed, restatement.as_it_stands
    return {
        "commitment": now.commitment.id,
        "period": now.period.id,
        "closed": restatement.closed_on.isoformat(),
        "restated": restatement.restated_on.isoformat(),
        "first_report": restatement.is_first_report,
        "was": {"verdict": closed.verdict, **_outcome(closed.tally)},
        "now": {"verdict": now.verdict, **_outcome(now.tally)},
        "strikes": restatement.strikes,
        "moves": [_move(move) for move in restatement.moves],
        "steps": [_step(step) for step in restatement.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "on": step.on.isoformat(),
        "verdict": step.after.verdict,
        **_outcome(step.after.tally),
        "version": step.after.agreement.terms.version,
        "strikes": step.strikes,
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "metric": move.metric,
        "date": move.day.isoformat(),
        "segment": move.segment,
        "was": plain(move.was.value) if move.was else None,
        "now": plain(move.now.value),
        "reported": move.now.reported_on.isoformat(),
        "path": move.now.place.path,
        "line": move.now.place.line,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
