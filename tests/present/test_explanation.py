"""The steps of a number in words, where only the words matter; `tests/test_explain.py` has the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tests.present.conftest import promise

from living_sla.agreement.ledger import Ledger
from living_sla.judge.explanation import explain
from living_sla.present.explanation import explain_standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.subject import Standing

LEDGER = Ledger.model_validate(
    {
        "month": "2026-02",
        "version": "1.0.0",
        "as_of": "2026-01-29",
        "inputs": (),
        "parts": (),
        "targets": {"leads": 412},
        "checksum": "none",
    }
)


def test_a_planned_target_names_the_month_that_was_frozen(stand: Callable[..., Standing]) -> None:
    standing = stand(promise("total: leads, at_least: 412, every: month"), ["2026-02-01,leads,9"])
    judgement = next(j for j in standing.judgements["promise"] if j.period.id == "2026-02")
    planned = judgement.commitment.measure.model_copy(update={"at_least": "plan"})
    commitment = judgement.commitment.model_copy(update={"measure": planned})
    record = replace(standing.record, plan={"2026-02": LEDGER})
    judgement = replace(judgement, commitment=commitment)
    found = explain(judgement, standing.judgements, {}, record, date(2026, 3, 20))
    assert found.frozen is LEDGER
    explained = explain_standing(replace(standing, record=record), judgement)
    (line,) = next(step.lines for step in explained.steps if step.key == "target")
    assert line.startswith("At least 412 leads, by version 1.0.0 (agreement/acme/commitments.yml:")
    assert line.endswith("): the plan as it was frozen on 29 Jan 2026 (data/acme/plan/2026-02.yml).")
