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
        "as_closed": _said(_as_closed(), "What was said when it closed; left out until then."),
    }
    return _mapping(every, some)


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
        }
    )


def _as_closed() -> Schema:
    said = {"verdict": _VERDICT, "actual": _NUMBER, "target": _NUMBER, "version": _TEXT}
    return _mapping(said, {"good": _NUMBER, "events": _NUMBER})


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
