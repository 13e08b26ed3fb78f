from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from living_sla.agreement import coherence
from living_sla.agreement.fields import Terms
from living_sla.agreement.loading import load_agreement
from living_sla.agreement.schema import json_schemas, render_schemas
from living_sla.agreement.strict_yaml import load_yaml
from living_sla.diagnostics import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
GOOD = [*(CASES / "good").glob("*/agreement/*/*.yml"), *(ROOT / "agreement").glob("*/*.yml")]
BAD = [*(CASES / "bad").glob("*/agreement/*/*.yml")]
FULL = CASES / "good" / "every-field"
SCHEMAS = json_schemas()
VALIDATORS = {stem: Draft202012Validator(each) for stem, each in SCHEMAS.items()}


class TextDates(yaml.SafeLoader):
    """PyYAML's own reading, but for days, which an editor takes for text as we do."""


TextDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def refusals(path: Path) -> list[str]:
    """What the schema of a file has against it; nothing where other programs cannot read it."""
    try:
        content = yaml.load(path.read_bytes(), Loader=TextDates)  # noqa: S506 it is a safe loader
    except (yaml.YAMLError, ValueError):
        return []
    return [error.message for error in VALIDATORS[path.stem].iter_errors(content)] if content else []


def described(stem: str) -> dict[str, dict[str, Any]]:
    """A schema, the types it defines and their properties, each by its name."""
    schema = SCHEMAS[stem]
    types = {stem: schema, **schema["$defs"]}
    return types | {
        f"{name}.{key}": each
        for name, type_ in types.items()
        for key, each in type_.get("properties", {}).items()
    }


@pytest.mark.parametrize("stem", SCHEMAS)
def test_a_schema_is_one(stem: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[stem])
    assert (SCHEMAS[stem]["$id"], SCHEMAS[stem]["title"]) == (f"{stem}.json", f"{stem}.yml")


@pytest.mark.parametrize("stem", SCHEMAS)
def test_every_key_and_every_type_is_described_in_a_sentence(stem: str) -> None:
    sentence = re.compile(r"[A-Z`].+\.")
    assert [
        name for name, each in described(stem).items() if not sentence.fullmatch(each.get("description", ""))
    ] == []


@pytest.mark.parametrize("stem", SCHEMAS)
def test_a_mapping_takes_no_key_it_does_not_know(stem: str) -> None:
    mappings = {name: each for name, each in described(stem).items() if "properties" in each}
    assert [name for name, each in mappings.items() if each["additionalProperties"] is not False] == []


@pytest.mark.parametrize("name", [f"{stem}.json" for stem in SCHEMAS])
def test_the_schemas_of_the_example_are_those_of_the_models(
    name: str, golden: Callable[[Path, str], None]
) -> None:
    golden(ROOT / "schema" / name, render_schemas()[name])


@pytest.mark.parametrize("path", sorted(GOOD), ids=lambda path: "/".join(path.parts[-4::2]))
def test_what_is_accepted_is_good_by_its_schema(path: Path) -> None:
    assert refusals(path) == []


@pytest.mark.parametrize(
    "path",
    sorted(path for path in BAD if path.stem in SCHEMAS),
    ids=lambda path: f"{path.parents[2].name}/{path.name}",
)
def test_what_a_schema_refuses_is_refused(path: Path) -> None:
    told = (path.parents[2] / "expected.txt").read_text(encoding="utf-8")
    assert f"agreement/{path.parent.name}/{path.name}:" in told or refusals(path) == []


ODD = [
    None, "", " ", "x", "X y", "plan", "95%", "150%", "24 hours", "1 week", "2026-02-30", "2026-03-01",
    "32nd", "09:00-24:30", "a\nb", "x" * 201, "x" * 4001, 0, 1, -1, 2.5, 10**7, True, [], ["x"], {}, {"x": 1},
]  # fmt: skip


def plain(value: object) -> object:
    """What a document holds, as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return [plain(entry) for entry in value]
    return float(value) if isinstance(value, Decimal) else value


def changed(value: object) -> Iterator[object]:
    """The value with one part of it left out, or put otherwise."""
    if isinstance(value, dict):
        yield from ({k: v for k, v in value.items() if k != key} for key in value)
        yield from (
            {**value, key: other} for key, entry in value.items() for other in (*ODD, *changed(entry))
        )
    if isinstance(value, list):
        yield from (
            [*value[:n], other, *value[n + 1 :]]
            for n, entry in enumerate(value)
            for other in (*ODD, *changed(entry))
        )


def contents(stem: str) -> object:
    path = FULL / "agreement" / "acme" / f"{stem}.yml"
    return plain(load_yaml(path, shown_as=path.name).data)


CHANGES = {stem: list(changed(contents(stem))) for stem in SCHEMAS}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the case that says every key."""
    return Path(shutil.copytree(FULL, tmp_path_factory.mktemp("full"), dirs_exist_ok=True))


@pytest.mark.parametrize("stem", SCHEMAS)
@settings(deadline=None)  # no test measures time
@given(data=st.data())
def test_whatever_is_changed_a_schema_refuses_only_what_is_refused(
    stem: str, data: st.DataObject, full: Path
) -> None:
    content = data.draw(st.sampled_from(CHANGES[stem]))
    if VALIDATORS[stem].is_valid(content):
        return
    path = full / "agreement" / "acme" / f"{stem}.yml"
    unchanged = path.read_bytes()
    path.write_text(json.dumps(content), encoding="utf-8")
    try:
        with pytest.raises(InputError):
            load_agreement(path.parent, root=full)
    finally:
        path.write_bytes(unchanged)


def test_every_time_zone_and_every_region_is_good_by_the_schema() -> None:
    calendar = SCHEMAS["agreement"]["$defs"]["CalendarTerms"]["properties"]
    listing = Path(coherence.__file__).with_name("holiday_regions.txt").read_text(encoding="utf-8")
    countries = [line.split(":") for line in listing.splitlines()]
    regions = {
        f"{country}-{part}".rstrip("-") for country, parts in countries for part in ["", *parts.split(",")]
    }
    zones = available_timezones() - {"localtime", "posixrules", "Factory"}
    assert [zone for zone in zones if not re.search(calendar["timezone"]["pattern"], zone)] == []
    assert [region for region in regions if not re.search(calendar["holidays"]["pattern"], region)] == []


def said(value: object) -> Iterator[tuple[str, str]]:
    """Every key that a loaded value says, with the model it belongs to."""
    if isinstance(value, Terms):
        yield from ((type(value).__name__, name) for name in value.model_fields_set)
        value = tuple(getattr(value, name) for name in value.model_fields_set)
    for entry in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        yield from said(entry)


def test_one_good_case_says_every_key() -> None:
    agreement = load_agreement(FULL / "agreement" / "acme", root=FULL)
    promises = (agreement.metrics, agreement.items, agreement.commitments)
    files = (
        agreement.terms,
        agreement.definitions,
        agreement.lead_management,
        agreement.governance,
        agreement.plan,
    )
    models = [model for model in Terms.__subclasses__() if model.__module__.startswith("living_sla.")]
    keys = {(model.__name__, name) for model in models for name in model.model_fields}
    whole_files = {("CommitmentTerms", name) for name in ("metrics", "items", "commitments")}
    assert keys - whole_files - set(said((*promises, *files))) == set()


@pytest.mark.parametrize("path", sorted((ROOT / "agreement").glob("*/*.yml")), ids=lambda path: path.name)
def test_the_example_names_its_schemas(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / named).resolve() == ROOT / "schema" / f"{path.stem}.json"
