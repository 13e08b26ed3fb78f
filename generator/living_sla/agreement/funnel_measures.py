"""What lead-management.yml says is measured becomes the metrics it names, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from living_sla.agreement.fields import Terms
from living_sla.diagnostics import Problem, did_you_mean, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from living_sla.agreement.commitments import Metric
    from living_sla.agreement.lead_management import Measures
    from living_sla.agreement.strict_yaml import Document, Path_

_PAIRS = (
    ("close_rate", "of", "won"),
    ("worked", "of", "worked"),
    ("returned", "of", "returned"),
    ("touches", "by_number", "made", "answered"),
    ("touches", "by_channel", "made", "answered"),
    ("touches", "by_hour", "made", "answered"),
)
"""Where a whole and its part are named: the way to both, the whole, the part."""
_LEVELS = ("sales_cycle", "first_contact", "pulse")
_TIMES = {"sales_cycle": ("days", "months"), "first_contact": ("hours", "minutes", "days")}


def measured_metrics(measures: Measures) -> dict[Path_, str]:
    """The metrics that are named, by the path to each from `measures` on."""
    return dict(_named(measures, ()))


def measure_problems(
    measures: Measures, document: Document, metrics: Mapping[str, Metric] | None
) -> Iterator[Problem]:
    """What is wrong with the metrics that are named; nothing is checked where theirs could not be read."""
    if metrics is None:
        return
    named = measured_metrics(measures)
    for path, metric in named.items():
        if metric not in metrics:
            words, hint = f"metric {quote(metric)} is not known", did_you_mean(metric, metrics)
            yield Problem(document.place(_written(path)), "unknown-metric", words, hint)
    known = {path: (name, metrics[name]) for path, name in named.items() if name in metrics}
    for path, (name, terms) in known.items():
        if path[0] in _LEVELS:
            yield from _level_problems(path, name, terms, document)
    for *way, whole, part in _PAIRS:
        of, out_of = known.get((*way, part)), known.get((*way, whole))
        if of and out_of:
            yield from _pair_problems((*way, part), of, out_of, document)


def _named(terms: Terms, path: Path_) -> Iterator[tuple[Path_, str]]:
    for key in type(terms).model_fields:
        value = getattr(terms, key)
        if isinstance(value, str):
            yield (*path, key), value
        elif isinstance(value, tuple):
            yield from (((*path, key, n), metric) for n, metric in enumerate(value))
        elif isinstance(value, Terms):
            yield from _named(value, (*path, key))


def _written(path: Path_) -> Path_:
    return ("measures", *path)


def _level_problems(path: Path_, name: str, metric: Metric, document: Document) -> Iterator[Problem]:
    """Times and answers are read, not added up, so they have no segments; times are in a unit of time."""
    place = document.place(_written(path))
    if metric.segments:
        words = f"{quote(name)} has segments, and its values do not add up"
        yield Problem(place, "segments", words, "name a metric without segments")
    units = _TIMES.get(str(path[0]))
    if units and metric.unit not in units:
        time = str(path[0]).replace("_", " ")
        words = f"{quote(name)} is in {metric.unit}, and a {time} is in {' or '.join(units)}"
        yield Problem(place, "unit", words, f"write `unit: {units[0]}` at the metric")


def _pair_problems(
    path: Path_, part: tuple[str, Metric], whole: tuple[str, Metric], document: Document
) -> Iterator[Problem]:
    """A part and its whole are two metrics; what the part is split by, the whole is split by too."""
    place = document.place(_written(path))
    if part[0] == whole[0]:
        words = f"{quote(part[0])} out of itself says nothing"
        yield Problem(place, "circle", words, "name another metric")
    elif path[0] == "touches" and not whole[1].segments:
        words = f"{quote(whole[0])} has no segments, so nothing is split {str(path[1]).replace('_', ' ')}"
        hint = f"add `segments: {str(path[1]).removeprefix('by_')}` to the metric"
        yield Problem(document.place(_written((*path[:-1], "made"))), "segments", words, hint)
    elif part[1].segments != whole[1].segments and (path[0] == "touches" or part[1].segments):
        by = f"by {whole[1].segments}" if whole[1].segments else "by nothing"
        own = f"by {part[1].segments}" if part[1].segments else "by nothing"
        words = f"{quote(part[0])} is split {own}, and {quote(whole[0])} {by}"
        yield Problem(place, "segments", words, "split both by the same")
