"""The models of the YAML files become JSON Schemas, by which editors explain, complete and check each key.

A schema says what one file can show. It never refuses what is accepted, and accepts some of what the loader
refuses: names that nothing bears, days the calendar does not have.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import CoreRef, GenerateJsonSchema, JsonSchemaValue

from living_sla.agreement import fields
from living_sla.agreement.commitments import CommitmentTerms
from living_sla.agreement.definitions import DefinitionTerms
from living_sla.agreement.durations import Duration
from living_sla.agreement.governance import GovernanceTerms
from living_sla.agreement.lead_management import LeadManagementTerms
from living_sla.agreement.plan import PlanTerms, parse_months
from living_sla.agreement.quantities import parse_number, parse_percent
from living_sla.agreement.terms import AgreementTerms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from pydantic_core import core_schema

_MODELS: Mapping[str, type[fields.Terms]] = {
    "agreement": AgreementTerms,
    "commitments": CommitmentTerms,
    "definitions": DefinitionTerms,
    "lead-management": LeadManagementTerms,
    "governance": GovernanceTerms,
    "plan": PlanTerms,
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema (draft 2020-12) of every file, by the file's name without `.yml`; always the same."""
    return {
        stem: {
            "$schema": _Generator.schema_dialect,
            "$id": f"{stem}.json",
            **model.model_json_schema(schema_generator=_Generator),
            "title": f"{stem}.yml",
        }
        for stem, model in _MODELS.items()
    }


def render_schemas() -> dict[str, str]:
    """The text of each schema by its file's name, for example `agreement.json`."""
    return {
        schema["$id"]: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for schema in json_schemas().values()
    }


def _text(title: str, description: str, pattern: str, **more: object) -> JsonSchemaValue:
    return {"title": title, "description": description, "type": "string", "pattern": f"^{pattern}$", **more}


_MANY = "([2-9]|[1-9][0-9]{1,3})"
_DAYS = rf"1 (working )?day|{_MANY} (working )?days|1 (week|month)|([2-9]|[1-9][0-9]{{1,2}}) (weeks|months)"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
# What each function that parses a value accepts, as far as a schema can say it.
_TYPED: Mapping[object, JsonSchemaValue] = {
    fields.parse_id: _text(
        "Id",
        "A short name that other parts refer to: lower-case letters, digits and hyphens.",
        fields.ID.pattern,
        maxLength=fields.LONGEST_ID,
        **{"not": {"enum": sorted(fields.RESERVED)}},
    ),
    fields.parse_metric: _text(
        "Metric name",
        "The name of a metric, as in the data: lower-case letters, digits, underscores and hyphens.",
        "[a-z0-9]+([-_][a-z0-9]+)*",
        maxLength=fields.LONGEST_ID,
    ),
    fields.parse_date: _text(
        "Day",
        "A day, written like 2026-03-01.",
        "(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
    ),
    parse_percent: _text(
        "Percentage",
        "A percentage between 0% and 100%, written like 95%.",
        r"((0|[1-9][0-9]?)(\.[0-9]{1,6})?|100(\.0{1,6})?)%",
    ),
    parse_number: {
        "title": "Number",
        "description": "A plain number, written like 1000 or 4.5.",
        "type": "number",
        "exclusiveMinimum": -(10**18),
        "exclusiveMaximum": 10**18,
    },
    fields.parse_within: _text(
        "Duration",
        "A length of time, written like 24 hours or 3 working days.",
        f"(1 (working )?(minute|hour)|{_MANY} (working )?(minutes|hours)|{_DAYS})",
    ),
    fields.parse_within_days: _text(
        "Days", "A length of time in days or longer, written like 3 working days or 1 week.", f"({_DAYS})"
    ),
    parse_months: _text(
        "Months", "A whole number of months, written like 6 months.", "(1 month|([2-9]|[1-9][0-9]) months)"
    ),
    fields.parse_hours: _text(
        "Hours", "A span within one day, written like 09:00-17:00.", f"{_CLOCK}-({_CLOCK}|24:00)"
    ),
    fields.parse_by: {
        "title": "Last day",
        "description": "A weekday of each week or a day of each month, written like friday, 20th or 20.",
        "anyOf": [
            {"enum": list(fields.WEEKDAYS)},
            {"type": "string", "pattern": "^([1-9]|[12][0-9]|3[01])(st|nd|rd|th)$"},
            {"type": "integer", "minimum": 1, "maximum": 31},
        ],
    },
}


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, with our types, our descriptions, and no null: a key is said or left out."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        model = schema["cls"]
        generated = super().model_schema(schema)
        generated["description"] = " ".join(generated["description"].split())
        generated["title"] = re.sub(r"\B[A-Z]", lambda found: f" {found.group().lower()}", model.__name__)
        descriptions = _descriptions(model)
        for name, field in model.model_fields.items():
            generated["properties"][field.alias or name]["description"] = descriptions[name]
        return generated

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> JsonSchemaValue:
        typed = _TYPED[schema["function"]["function"]]
        name, reference = self.get_cache_defs_ref_schema(CoreRef(typed["title"].title().replace(" ", "")))
        self.definitions[name] = typed
        return reference

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        generated = super().dict_schema(schema)
        generated.pop("patternProperties", None)
        return {
            **generated,
            "propertyNames": self.generate_inner(schema["keys_schema"]),
            "additionalProperties": self.generate_inner(schema["values_schema"]),
        }

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        return {"pattern": r"\S", **super().str_schema(schema)}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        generated = self.generate_inner(schema["schema"])
        if "default" in schema and schema["default"] not in (None, ()):
            generated["default"] = _as_written(schema["default"])
        return generated

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 pydantic's signature
        return False


def _as_written(default: object) -> object:
    """A default as an author would write it: the only fractions among them are percentages."""
    if isinstance(default, Duration):
        return str(default)
    return f"{default * 100}%" if isinstance(default, Fraction) else default


def _descriptions(model: type[BaseModel]) -> dict[str, str]:
    """The texts below the fields of a model; pydantic's own way to read them would do so at every start."""
    found = {}
    for pair in pairwise(_class_bodies(model.__module__)[model.__name__]):
        match pair:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = " ".join(text.split())
    return found


@cache
def _class_bodies(module: str) -> dict[str, list[ast.stmt]]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node.body for node in tree.body if isinstance(node, ast.ClassDef)}
