"""The files of one agreement become the problems that no single value shows: names, orders, circles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel

from living_sla.agreement.commitments import Answer, Before, Deliver, Level, Share, Total
from living_sla.agreement.fields import FIRST_YEAR, LAST_YEAR, parse_date
from living_sla.agreement.quantities import plain_number
from living_sla.agreement.terms import DAY_NAMES, weekdays
from living_sla.diagnostics import Problem, did_you_mean, quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from living_sla.agreement.commitments import Commitment, CommitmentTerms
    from living_sla.agreement.definitions import DefinitionTerms
    from living_sla.agreement.quantities import Exact
    from living_sla.agreement.strict_yaml import Document, Path_
    from living_sla.agreement.terms import AgreementTerms

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class File(Generic[Model]):
    """One file that was read, and where everything in it stands."""

    terms: Model
    document: Document


def terms_problems(file: File[AgreementTerms]) -> Iterator[Problem]:
    """What is wrong within `agreement.yml`: its dates, signatures, time zone, holidays and hours."""
    terms, document = file.terms, file.document
    if terms.expires and terms.expires < terms.effective:
        words = f"expires {terms.expires} lies before effective {terms.effective}"
        yield Problem(document.place(("expires",)), "order", words)
    for n, signature in enumerate(terms.signatures):
        yield from unknown(document, ("signatures", n, "party"), "party", signature.party, terms.parties)
    yield from _place_problems(terms, document)
    yield from _hours_problems(terms, document)


def _place_problems(terms: AgreementTerms, document: Document) -> Iterator[Problem]:
    """Where the parties work: the time zone and the region of the holidays."""
    zone, region = terms.calendar.timezone, terms.calendar.holidays
    if not is_timezone(zone):
        hint = did_you_mean(zone, available_timezones())
        hint = hint if hint.startswith("did") else "write one like Europe/Berlin or America/New_York"
        place = document.place(("calendar", "timezone"))
        yield Problem(place, "timezone", f"time zone {quote(zone)} is not known", hint)
    if region is not None and (wanted := region_hint(region)):
        place = document.place(("calendar", "holidays"))
        yield Problem(place, "holidays", f"holidays of {quote(region)} are not known", wanted)


def _hours_problems(terms: AgreementTerms, document: Document) -> Iterator[Problem]:
    hours = terms.calendar.working_hours
    seen: dict[int, str] = {}
    for days, spans in hours.items():
        path: Path_ = ("calendar", "working_hours", days)
        numbers = weekdays(days)
        if not numbers:
            words = f"{quote(days)} is no weekday and no range of weekdays"
            yield Problem(document.key_place(path), "weekdays", words, "write mon, or mon-fri")
        if taken := [n for n in numbers if n in seen]:
            words = f"{DAY_NAMES[taken[0]]} already has its hours from {quote(seen[taken[0]])}"
            yield Problem(document.key_place(path), "weekdays", words, "name each day once")
        seen |= dict.fromkeys(numbers, days)
        if any(after[0] < before[1] for before, after in pairwise(spans)):
            words = f"the hours of {quote(days)} overlap or are out of order"
            yield Problem(
                document.place(path), "order", words, 'write them like ["09:00-12:00", "13:00-17:00"]'
            )
    if not any(hours.values()):
        place = document.place(("calendar", "working_hours"))
        hint = 'write mon-fri: ["09:00-17:00"]'
        yield Problem(place, "working-hours", "by these hours nobody ever works", hint)


def is_timezone(name: str) -> bool:
    """Whether the name means the same on every machine."""
    try:
        return name not in _ZONES_OF_THE_MACHINE and bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return False


_ZONES_OF_THE_MACHINE = ("localtime", "posixrules", "Factory")


def region_hint(region: str) -> str:
    """What to write in place of a region that the pinned `holidays` library does not know; '' if it does.

    The list is a copy of the library's own (a test holds the two together): importing the library costs more
    than all of `check`.
    """
    listing = Path(__file__).with_name("holiday_regions.txt").read_text(encoding="utf-8")
    parts_of = dict(line.split(":") for line in listing.splitlines())
    country, _, part = region.partition("-")
    if country not in parts_of:
        return "write a country, or a country and its part, for example US or US-NY"
    parts = [name for name in parts_of[country].split(",") if name]
    if region in (country, *(f"{country}-{name}" for name in parts)):
        return ""
    return did_you_mean(part, parts) or f"write {country}"


def metric_problems(
    file: File[CommitmentTerms], definitions: File[DefinitionTerms] | None
) -> Iterator[Problem]:
    """What is wrong with the metrics; terms are not checked where `definitions.yml` could not be read."""
    document = file.document
    glossary = definitions.terms.glossary if definitions else None
    kinds = file.terms.items or None
    for name, metric in file.terms.metrics.items():
        path: Path_ = ("metrics", name)
        yield from unknown(document, (*path, "definition"), "term", metric.definition, glossary)
        yield from unknown(document, (*path, "segments_from"), "item", metric.segments_from, kinds)
        if metric.maximum is not None and metric.maximum < metric.minimum:
            words = f"the maximum of {quote(name)} lies below its minimum"
            yield Problem(document.place((*path, "maximum")), "order", words, "exchange the two")
        if (metric.segment_values or metric.segments_from) and not metric.segments:
            words = f"the segments of {quote(name)} are listed, but not what they are"
            yield Problem(document.key_place(path), "segments", words, "add for example `segments: source`")


def promise_problems(file: File[CommitmentTerms], parties: Collection[str] | None) -> Iterator[Problem]:
    """What is wrong among the commitments; parties are not checked where their file could not be read."""
    document, commitments = file.document, file.terms.commitments
    ids = {commitment.id for commitment in commitments}
    taken: dict[str, int] = {}
    for n, commitment in enumerate(commitments):
        path: Path_ = ("commitments", n)
        place = document.place((*path, "id"))
        if commitment.id in taken:
            words = (
                f"{quote(commitment.id)} is already the id of the commitment on line {taken[commitment.id]}"
            )
            yield Problem(place, "duplicate-id", words, "choose another id")
        taken.setdefault(commitment.id, place.line)
        yield from unknown(document, (*path, "party"), "party", commitment.party, parties)
        yield from unknown(document, (*path, "once"), "commitment", commitment.once, ids)
        for m, other in enumerate(commitment.in_return):
            yield from unknown(document, (*path, "in_return", m), "commitment", other, ids)
        yield from _measure_problems(commitment, file, (*path, "measure"))
    yield from _circles(commitments, document)


def _measure_problems(commitment: Commitment, file: File[CommitmentTerms], path: Path_) -> Iterator[Problem]:
    document, metrics = file.document, file.terms.metrics
    measure = commitment.measure
    for key, metric in metrics_of(commitment).items():
        yield from unknown(document, (*path, key), "metric", metric, metrics)
    for item_path, item in item_paths(commitment):
        yield from unknown(document, (*path, *item_path), "item", item, file.terms.items or None)
    if isinstance(measure, Total | Share | Level):
        yield from _target_problems(measure, document, path)
    if isinstance(measure, Total | Level):
        metric_terms = metrics.get(measure.total if isinstance(measure, Total) else measure.level)
        yield from _low_targets(measure, metric_terms.minimum if metric_terms else 0, document, path)
    if isinstance(measure, Level) and measure.level in metrics and metrics[measure.level].segments:
        words = f"{quote(measure.level)} has segments, and levels of segments do not add up"
        hint = "use total, or a metric without segments"
        yield Problem(document.place((*path, "level")), "segments", words, hint)
    if isinstance(measure, Total | Deliver) and measure.by is not None:
        yield from _by_problems(measure, document, path)


def _target_problems(measure: Total | Share | Level, document: Document, path: Path_) -> Iterator[Problem]:
    if measure.at_least is None and measure.at_most is None:
        yield Problem(document.place(path), "target", "the measure has no target", "add at_least or at_most")
    if measure.at_least is not None and measure.at_most is not None:
        words = "the measure has two targets, at_least and at_most"
        hint = "keep one, and make a commitment of the other"
        yield Problem(document.key_place((*path, "at_most")), "target", words, hint)
    for key, target in (("at_least", measure.at_least), ("at_most", measure.at_most)):
        if isinstance(target, dict):
            yield from _table_problems(target, measure.every, document, (*path, key))


def _low_targets(measure: Total | Level, least: Exact, document: Document, path: Path_) -> Iterator[Problem]:
    """Targets below the least that the metric can be."""
    for key, target in (("at_least", measure.at_least), ("at_most", measure.at_most)):
        if target is None or isinstance(target, str):
            continue
        table = target if isinstance(target, dict) else {None: target}
        for period, value in table.items():
            if value < least:
                place = document.place((*path, key) if period is None else (*path, key, period))
                words = f"target {plain_number(value)} is less than {plain_number(least)}, the least possible"
                yield Problem(place, "bound", words, "write a larger number, or a `minimum` of the metric")


def _by_problems(measure: Total | Deliver, document: Document, path: Path_) -> Iterator[Problem]:
    wanted = {"week": str, "month": int}.get(measure.every)
    if wanted is None or not isinstance(measure.by, wanted):
        words = f"by {measure.by} does not go with every {measure.every}"
        hint = "write a weekday with `every: week`, or a day of the month with `every: month`"
        yield Problem(document.place((*path, "by")), "by", words, hint)


_YEAR = "[0-9]{4}"
_PERIODS = {
    "day": (re.compile(rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}"), "2026-03-01"),
    "week": (re.compile(rf"{_YEAR}-W[0-9]{{2}}"), "2026-W10"),
    "month": (re.compile(rf"{_YEAR}-(0[1-9]|1[0-2])"), "2026-03"),
    "quarter": (re.compile(rf"{_YEAR}-Q[1-4]"), "2026-Q1"),
    "year": (re.compile(_YEAR), "2026"),
}
PERIOD_EXAMPLES = {every: example for every, (_, example) in _PERIODS.items()}


def _table_problems(
    table: Mapping[str, object], every: str, document: Document, path: Path_
) -> Iterator[Problem]:
    example = PERIOD_EXAMPLES[every]
    if not table:
        yield Problem(document.place(path), "target", "the table of targets is empty", f"write {example}: …")
    for period in table:
        if not is_period(period, every):
            words = f"{quote(period)} is not a {every}"
            yield Problem(document.key_place((*path, period)), "period", words, f"write it like {example}")


def is_period(text: str, every: str) -> bool:
    """Whether a text names a day, week, month, quarter or year as the pages do."""
    if not _PERIODS[every][0].fullmatch(text):
        return False
    year = int(text[:4])
    try:
        if every == "day":
            parse_date(text)
        if every == "week":
            date.fromisocalendar(year, int(text[6:]), 1)
    except ValueError:
        return False
    return FIRST_YEAR <= year <= LAST_YEAR


def _circles(commitments: Iterable[Commitment], document: Document) -> Iterator[Problem]:
    """Commitments that wait for themselves by way of `once`; each chain is followed once."""
    waits_for = {commitment.id: commitment.once for commitment in commitments}
    settled: set[str] = set()
    circling: set[str] = set()
    for start in waits_for:
        chain: dict[str, None] = {}
        following: str | None = start
        while following is not None and following not in settled and following not in chain:
            chain[following] = None
            following = waits_for.get(following)
        if following in chain:
            members = list(chain)
            circling.update(members[members.index(str(following)) :])
        settled.update(chain)
    for n, commitment in enumerate(commitments):
        if commitment.id in circling:
            words = f"{quote(commitment.id)} waits for itself, by way of once"
            hint = "take once out of one commitment of the circle"
            yield Problem(document.place(("commitments", n, "once")), "circle", words, hint)


def unknown(
    document: Document, path: Path_, noun: str, name: str | None, known: Collection[str] | None
) -> Iterator[Problem]:
    """A problem where a name is said but not known; nothing is checked where what is known is None."""
    if name is not None and known is not None and name not in known:
        place = document.key_place(path) if path[-1] == name else document.place(path)
        hint = did_you_mean(name, set(known))
        yield Problem(place, f"unknown-{noun.replace(' ', '-')}", f"{noun} {quote(name)} is not known", hint)


def metrics_of(commitment: Commitment) -> dict[str, str]:
    """The metrics a commitment reads, by the key that names each."""
    match commitment.measure:
        case Total(total=metric):
            return {"total": metric}
        case Share(share=good, of=total):
            return {"share": good, "of": total}
        case Level(level=metric):
            return {"level": metric}
        case _:
            return {}


def item_paths(commitment: Commitment) -> tuple[tuple[Path_, str], ...]:
    """The kinds of things a commitment counts, and where its measure names each."""
    match commitment.measure:
        case Deliver(deliver=kinds):
            return tuple((("deliver", kind), kind) for kind in kinds)
        case Answer(answer=item, with_=response):
            return (("answer",), item), (("with",), response)
        case Before(before=event, deliver=item):
            return (("before",), event), (("deliver",), item)
        case _:
            return ()
