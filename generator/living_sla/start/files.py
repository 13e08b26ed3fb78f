"""Answers become the texts of a new project's files, by the templates in `site_templates/start/`."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import jinja2

from living_sla import __version__
from living_sla.agreement.durations import Duration
from living_sla.agreement.quantities import plain_number
from living_sla.rendering import templates_dir
from living_sla.start.questions import STARTERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from living_sla.start.answers import Answers

_TEMPLATE = ".jinja"
_FULL_ONLY = ("lead-management.yml", "governance.yml")


def project_files(answers: Answers) -> dict[str, str]:
    """The text of every file by its path below the project's folder, sorted.

    In YAML every inserted text is quoted unasked, as autoescape does in HTML; templates of other files are
    given nothing but what is safe anywhere: the id, the starter's name and this package's version.
    """
    start = templates_dir() / "start"
    safe = {"id": answers.id, "starter": answers.starter, "version": __version__}
    everything = safe | {"answers": answers, "kinds": STARTERS[answers.starter]}
    environments = {
        True: (_environment(start, _yaml_scalar), everything),
        False: (_environment(start, str), safe),
    }
    texts: dict[str, str] = {}
    for path, target in _targets(start, answers).items():
        if path.suffix == _TEMPLATE:
            environment, values = environments[path.stem.endswith((".yml", ".yaml"))]
            texts[target] = environment.get_template(path.relative_to(start).as_posix()).render(values)
        else:
            texts[target] = path.read_text(encoding="utf-8")
    return dict(sorted(texts.items()))


def _targets(start: Path, answers: Answers) -> dict[Path, str]:
    """Where each file below the templates' folders goes."""
    places = {"project": "", "agreement": f"agreement/{answers.id}/", "data": f"data/{answers.id}/"}
    targets = {
        path: below + path.relative_to(start / folder).as_posix().removesuffix(_TEMPLATE)
        for folder, below in places.items()
        for path in (start / folder).rglob("*")
        if path.is_file()
    }
    left_out = _FULL_ONLY if answers.starter != "full" else ()
    return {path: target for path, target in targets.items() if not target.endswith(left_out)}


def _environment(folder: Path, finalize: Callable[[Any], str]) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=False,  # noqa: S701 no HTML is made here; `finalize` quotes
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finalize,
    )
    environment.filters |= {"number": plain_number, "percent": _percent, "plain": _Plain}
    return environment


class _Plain(str):
    """A text of our own making that is printed as it is."""

    __slots__ = ()


def _percent(share: Fraction) -> str:
    return f"{plain_number(share * 100)}%"


def _yaml_scalar(value: object) -> str:
    """A value as YAML: numbers and days plain, and any text in double quotes, which JSON and YAML share."""
    match value:
        case jinja2.Undefined():
            return str(value)  # raises, naming what is undefined
        case _Plain():
            return value
        case int() | Fraction():
            return plain_number(value)
        case date():
            return value.isoformat()
        case str() | Duration():
            return json.dumps(str(value), ensure_ascii=False)
    raise TypeError(f"{value!r} has no form in YAML")
