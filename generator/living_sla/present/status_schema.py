"""The JSON Schema of `status.json`, published beside it as `schema/status.json`."""

from __future__ import annotations

import json
from typing import Any, get_args

from living_sla.agreement.commitments import Kind
from living_sla.agreement.fields import Every
from living_sla.judge.verdicts import Verdict
from living_sla.present.status import STATUS_VERSION

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_YES: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_DAY: Schema = {"type": "string", "format": "date"}
_NUMBER: Schema = {"type": ["number", "null"]}
_VERDICT: Schema = {"enum": [str(verdict) for verdict in Verdict]}


def render_status_schema() -> str:
    """The schema (draft 2020-12) as text."""
    return json.dumps(status_schema(), indent=2, ensure_ascii=False) + "\n"


def status_schema() -> Schema:
    """What `status_json` writes: every key, and which may be left out."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "status.json",
        "title": "status.json",
        "description": "How every agreement, commitment and period stands.",
        **_mapping({"version": {"const": STATUS_VERSION}, "agreements": _list(_agreement())}),
    }


def _agreement() -> Schema:
    warning = _mapping({"path": _TEXT, "line": _COUNT, "rule": _TEXT, "message": _TEXT})
    return _mapping(
        {
            "id": _TEXT,
            "title": _TEXT,
            "version": _said(_TEXT, "The version in force, or the next to be."),
            "effective": _DAY,
            "as_of": _said(_DAY, "The day at whose end everything stands so."),
            "versions": _list(_version()),
            "history": _said(_TEXT, "What is not known of older versions; empty if nothing is missing."),
            "commitments": _list(_commitment()),
            "restatements": _list(_restatement()),
            "consequences": _consequences(),
            "plan": _said(
                _or_null(_plan()), "This month's plan by what is known now; null if none is agreed."
            ),
            "warnings": _list(warning),
        }
    )


def _version() -> Schema:
    signature = _mapping({"party": _TEXT, "name": _TEXT, "signed": _DAY})
    return _mapping(
        {
            "number": _TEXT,
            "effective": _or_null(_DAY),
            "from": _said(_or_null(_DAY), "Its first day in force; null if it never is."),
            "until": _said(_or_null(_DAY), "Its last day in force; null while none is known."),
            "in_force": _YES,
            "commit": _or_null(_TEXT),
            "committed": _or_null(_DAY),
            "author": _or_null(_TEXT),
            "pull_request": {"type": ["integer", "null"]},
            "signatures": _list(signature),
            "note": _said(_TEXT, "Why the present schema cannot load it; empty if it can."),
        }
    )


def _commitment() -> Schema:
    told = dict.fromkeys(("title", "party", "sentence", "url", "reason"), _TEXT)
    told |= {
        "kind": {"enum": list(get_args(Kind))},
        "every": {"enum": list(get_args(Every))},
        "verdict": _VERDICT,
    }
    stands = _said(_YES, "Whether the version in force has it.")
    return _mapping({"id": _TEXT, "stands": stands, "periods": _list(_period())}, told)


def _period() -> Schema:
    every = {
        "id": _TEXT,
        "start": _DAY,
        "end": _said(_DAY, "Its last day."),
        "version": _said(_TEXT, "The version in force on its first day, by which it is judged."),
        "closed": _said(_YES, "Whether its window has passed."),
        "verdict": _VERDICT,
        "reason": _TEXT,
        "actual": _NUMBER,
        "target": _NUMBER,
        "direction": {"enum": ["at_least", "at_most", None]},
        "expected": _NUMBER,
        "required_rate": _NUMBER,
        "missing": _list(_DAY),
        "closes": _said(_DAY, "The last day whose reports the verdict as closed knows."),
    }
    kinds = _mapping({"delivered": _COUNT, "agreed": _COUNT})
    some = {
        "good": _NUMBER,
        "events": _NUMBER,
        "kinds": {"type": "object", "additionalProperties": kinds},
        "forecast": _said(_forecast(), "How it will likely end; left out once its window has passed."),
        "as_closed": _said(_as_closed(), "What was said when it closed; left out until then."),
    }
    return _mapping(every, some)


def _forecast() -> Schema:
    return _mapping(
        {
            "low": _said(_NUMBER, "The 10th percentile of what it ends at; null where there is no forecast."),
            "middle": _said(_NUMBER, "The 50th percentile."),
            "high": _said(_NUMBER, "The 90th percentile."),
            "chance": _said(_NUMBER, "The chance that the target is reached, from 0 to 1."),
            "why_not": _said(_TEXT, "Why there is no forecast; empty if there is one."),
        }
    )


def _consequences() -> Schema:
    about = {"commitment": _TEXT, "period": _TEXT, "party": _TEXT}
    level = _or_null(_mapping({"strikes": _COUNT, "remedy": _TEXT}))
    party = {"party": _TEXT, "strikes": _said(_COUNT, "Those that count."), "level": level}
    party |= {"since": _or_null(_DAY), "next_level": level, "overdue_actions": _COUNT}
    strike = about | {
        "given": _DAY,
        "expires": _said(_DAY, "The first day it no longer counts."),
        "counts": _YES,
    }
    strike |= {"added_by_restatement": _YES, "taken_back": _or_null(_DAY)}
    action = dict.fromkeys(("id", "commitment", "period", "action", "link"), _TEXT)
    action |= {"owner": _said(_TEXT, "A party or role in words; a person only where persons are named.")}
    action |= {"opened": _DAY, "due": _DAY, "done": _or_null(_DAY), "overdue": _YES}
    return _mapping(
        {
            "parties": _list(_mapping(party)),
            "strikes": _said(_list(_mapping(strike)), "All that were ever given, by the day they were."),
            "debts": _list(_mapping(about | _debt())),
            "cancellation": _list(_watch()),
            "actions": _said(_list(_mapping(action)), "The log of corrective action."),
            "unanswered": _said(_list(_mapping(about)), "The misses that no action is about."),
        }
    )


def _debt() -> Schema:
    return {
        "how": {"enum": ["money", "make-good"]},
        "money": _said(_NUMBER, "Null for what is made good; what was paid is not on record."),
        "currency": _TEXT,
        "missing": _said(_numbers(), "By item, under the empty key without; of a limit, what is above it."),
        "left": _said(_numbers(), "What has not been made good."),
        "carried_into": _or_null(_TEXT),
        "due": _or_null(_DAY),
        "overdue": _YES,
    }


def _watch() -> Schema:
    return _mapping(
        {
            "commitment": _TEXT,
            "missed": _said(_COUNT, "So many of `of` periods, the unverified ones counted as met."),
            "could_be": _said(_COUNT, "With the unverified periods counted as missed."),
            "of": _COUNT,
            "of_last": _said({"type": ["integer", "null"]}, "Of so many periods; null for a row of misses."),
            "open_since": _or_null(_DAY),
            "ends": _said(_or_null(_DAY), "The end if notice were given at once."),
            "may_open": _said(_or_null(_DAY), "The first day on which it could be open."),
        }
    )


def _restatement() -> Schema:
    move = {
        "metric": _TEXT,
        "date": _DAY,
        "segment": _TEXT,
        "was": _NUMBER,
        "now": {"type": "number"},
        "reported": _DAY,
        "path": _TEXT,
        "line": _COUNT,
    }
    return _mapping(
        {
            "commitment": _TEXT,
            "period": _TEXT,
            "closed": _DAY,
            "restated": _DAY,
            "first_report": _said(_YES, "Whether nothing at all was known when it closed."),
            "was": _outcome(),
            "now": _outcome(),
            "strikes": _said({"enum": [-1, 0, 1]}, "The strike it adds or takes back."),
            "moves": _list(_mapping(move)),
            "steps": _said(_list(_step()), "Every day that changed the outcome, ascending."),
        }
    )


def _step() -> Schema:
    step = {"on": _DAY, "verdict": _VERDICT, "actual": _NUMBER, "version": _TEXT}
    step |= {"strikes": {"enum": [-1, 0, 1]}}
    return _mapping(step, {"good": _NUMBER, "events": _NUMBER})


def _as_closed() -> Schema:
    said = {"verdict": _VERDICT, "actual": _NUMBER, "target": _NUMBER, "version": _TEXT}
    return _mapping(said, {"good": _NUMBER, "events": _NUMBER})


def _plan() -> Schema:
    problem = _mapping(dict.fromkeys(("path", "rule", "message", "hint"), _TEXT) | {"line": _COUNT})
    drift = {"commitment": _TEXT, "agreed": _NUMBER, "asked": _NUMBER}
    drift["frozen"] = _said(_YES, "Whether what was agreed stands in the frozen month.")
    written = {"fixed": _YES, "path": _TEXT, "line": _COUNT, "origin": _TEXT}
    return _mapping(
        {
            "month": _TEXT,
            "version": _said(_TEXT, "The version in force on the month's first day."),
            "inputs": _list(_mapping(_plan_input() | written)),
            "window": _said(
                _or_null(_mapping({"from": _DAY, "to": _DAY})), "The days of the cohorts observed."
            ),
            "parts": _said(_list(_plan_part()), "One for each segment; empty where there is no number."),
            "targets": _numbers(),
            "ceiling": _said(_NUMBER, "The leads that sales can work."),
            "gap": _said(_NUMBER, "The leads that neither campaigns nor what comes anyway bring."),
            "unplanned": _said(
                _list(_TEXT), "Segments of which nothing is asked: no customer came from there."
            ),
            "problems": _said(_list(problem), "Why there is no number."),
            "drift": _list(_mapping(drift)),
            "frozen": _said(_list(_frozen_month()), "The frozen months, the newest first."),
        }
    )


def _frozen_month() -> Schema:
    return _mapping(
        {
            "month": _TEXT,
            "version": _TEXT,
            "as_of": _said(_DAY, "The day the data stood at."),
            "late": _said(_YES, "Whether the month had begun when it was frozen."),
            "inputs": _list(_mapping(_plan_input())),
            "parts": _list(_plan_part()),
            "targets": _numbers(),
            "agreed": _said(_NUMBER, "The target of the commitment on the plan's leads in that month."),
            "came": _said(_NUMBER, "The leads that came; null if none were reported."),
            "delivered_value": _said(_NUMBER, "What they are worth by the frozen lead values."),
        }
    )


def _plan_input() -> Schema:
    return {
        "input": _TEXT,
        "segment": _or_null(_TEXT),
        "stages": _said(_or_null(_list(_TEXT)), "The stages of the funnel between which it is a rate."),
        "value": {"type": "number"},
        "exact": _said(_TEXT, "The same without rounding, like 31/600."),
    }


def _plan_part() -> Schema:
    exact = ("revenue", "average_sale", "win_rate", "customers", "leads", "lead_value")
    more = {"segment": _or_null(_TEXT), "target": _said(_COUNT, "The leads, rounded up."), "visits": _NUMBER}
    return _mapping({key: {"type": "number"} for key in exact} | more)


def _numbers() -> Schema:
    return {"type": "object", "additionalProperties": {"type": "number"}}


def _outcome() -> Schema:
    return _mapping({"verdict": _VERDICT, "actual": _NUMBER}, {"good": _NUMBER, "events": _NUMBER})


def _mapping(required: Schema, optional: Schema | None = None) -> Schema:
    properties = required | (optional or {})
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}
