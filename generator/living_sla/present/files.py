"""Standings become the files beside the pages: `status.json`, badges and CSV downloads."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from living_sla.judge.verdicts import Verdict
from living_sla.present.text import Words
from living_sla.present.views import promise_url, promise_view, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.commitments import Judgement
    from living_sla.present.subject import Standing

STATUS_VERSION = 1
_BADGE_COLOURS = {
    Verdict.MET: "brightgreen", Verdict.ON_TRACK: "blue", Verdict.AT_RISK: "orange", Verdict.MISSED: "red",
}  # fmt: skip
_CSV_COLUMNS = (
    "agreement", "commitment", "period", "start", "end", "verdict", "reason", "target", "direction", "actual",
    "good", "events", "missing_days",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def site_files(standings: list[Standing]) -> Iterator[tuple[str, str]]:
    """Path below the site's root, and content, of every file."""
    yield "status.json", status_json(standings)
    for standing in standings:
        for commitment in standing.agreement.commitments:
            id_, judgements = commitment.id, standing.judgements[commitment.id]
            yield f"badges/{standing.agreement.id}/{id_}.json", _badge(commitment.name, judgements)
            yield f"{promise_url(standing.agreement.id, id_)}{id_}.csv", commitment_csv(standing, judgements)


def status_json(standings: list[Standing]) -> str:
    """Every agreement with every judgement, as JSON; a share is also given as its `good` and `events`."""
    agreements = [_agreement(standing) for standing in standings]
    return _json({"version": STATUS_VERSION, "agreements": agreements})


def commitment_csv(standing: Standing, judgements: tuple[Judgement, ...]) -> str:
    """One row per period, ascending: columns as `_CSV_COLUMNS`; text a spreadsheet would run is quoted."""
    words = Words(standing.agreement)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_CSV_COLUMNS)
    for j in judgements:
        row = [standing.agreement.id, j.commitment.id, j.period.id, j.period.start, j.period.last]
        row += [_inert(str(j.verdict)), _inert(reason_text(words, j))]
        row += [_number(j.goal.value), "at_least" if j.goal.at_least else "at_most"] if j.goal else ["", ""]
        row += [_number(j.tally.actual), _number(j.tally.good), _number(j.tally.events), len(j.tally.missing)]
        writer.writerow("" if cell is None else cell for cell in row)
    return buffer.getvalue()


def _agreement(standing: Standing) -> dict[str, Any]:
    agreement = standing.agreement
    return {
        "id": agreement.id,
        "title": agreement.terms.title,
        "version": agreement.terms.version,
        "effective": agreement.terms.effective.isoformat(),
        "as_of": standing.as_of.isoformat(),
        "commitments": [_commitment(standing, c.id) for c in agreement.commitments],
        "warnings": [
            {"path": w.place.path, "line": w.place.line, "rule": w.rule, "message": w.message}
            for w in standing.record.warnings
        ],
    }


def _commitment(standing: Standing, id_: str) -> dict[str, Any]:
    words = Words(standing.agreement)
    commitment = next(c for c in standing.agreement.commitments if c.id == id_)
    judgements = standing.judgements[id_]
    view = promise_view(words, commitment, judgements)
    return {
        "id": id_,
        "title": commitment.name,
        "party": commitment.party,
        "kind": commitment.kind,
        "every": commitment.measure.every,
        "sentence": view.sentence,
        "url": view.url,
        "verdict": view.verdict,
        "reason": view.reason,
        "periods": [_period(words, j) for j in judgements],
    }


def _period(words: Words, judgement: Judgement) -> dict[str, Any]:
    tally, goal, pace = judgement.tally, judgement.goal, judgement.pace
    row: dict[str, Any] = {
        "id": judgement.period.id,
        "start": judgement.period.start.isoformat(),
        "end": judgement.period.last.isoformat(),
        "closed": judgement.is_over,
        "verdict": judgement.verdict,
        "reason": reason_text(words, judgement),
        "actual": _number(tally.actual),
        "target": _number(goal.value) if goal else None,
        "direction": ("at_least" if goal.at_least else "at_most") if goal else None,
        "expected": _number(pace.expected) if pace else None,
        "required_rate": _number(judgement.required_rate),
        "missing": [day.isoformat() for day in tally.missing],
    }
    if tally.events is not None:
        row |= {"good": _number(tally.good), "events": _number(tally.events)}
    if tally.kinds is not None:
        row["kinds"] = {
            item: {"delivered": done, "agreed": agreed} for item, (done, agreed) in tally.kinds.items()
        }
    return row


def _badge(name: str, judgements: tuple[Judgement, ...]) -> str:
    """The endpoint format of shields.io."""
    verdict = judgements[-1].verdict if judgements else Verdict.NOT_TRIGGERED
    colour = _BADGE_COLOURS.get(verdict, "lightgrey")
    return _json({"schemaVersion": 1, "label": name, "message": str(verdict), "color": colour})


def _number(value: Exact | None) -> int | float | None:
    if value is None or isinstance(value, int):
        return value
    return value.numerator if value.denominator == 1 else float(Fraction(value))


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _json(value: object) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")) + "\n"
