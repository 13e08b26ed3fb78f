"""How far forecasts can be believed, and how early a miss was to be seen: every closed period replayed.

Each forecast is made from what was reported by the end of its own day, and scored against what came (Brier: 0
is perfect, 0.25 is what a coin gets). Beside it stand the run rate, which says 0 or 1, and the share of past
periods met. The example is replayed twice: as it was reported, by the month, and as if each number had been
reported on its own day (`example-if-prompt`).

The real data have no promises of their own. Each period is promised two goals by one rule for all: the
median, and the 60th percentile, of the up to twelve periods before it, at least three; for counts rounded up.
What is cut off by the ends of the data is no period.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from living_sla.agreement.loading import load_agreement
from living_sla.diagnostics import Place
from living_sla.judge.commitments import InForce, Judgement, judge_agreement
from living_sla.judge.periods import Rhythm, days_of
from living_sla.judge.replay import MIDDLE, QUARTER, THREE_QUARTERS, Calibration, as_if_prompt, replay
from living_sla.judge.warning import Alarms, warnings_before
from living_sla.pipeline import judge_loaded
from living_sla.project import Project, load_project
from living_sla.record.loading import Record
from living_sla.record.snapshots import Report, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CHECKOUT = Path(__file__).resolve().parents[1]
BESIDE_THE_CHECKOUT = CHECKOUT.parent / "shared" / "data"
PARTS = {"a quarter in": QUARTER, "half in": MIDDLE, "three quarters in": THREE_QUARTERS}
EXAMPLE, PROMPT_EXAMPLE = "example", "example-if-prompt"
PERCENTILES = (50, 60)
MOST_BEFORE, LEAST_BEFORE = 12, 3
DAYS_AHEAD = (10, 3)
TERMS = """\
title: Promises by rule
version: "1.0.0"
effective: {first}
parties:
  marketing: {{name: Marketing}}
  sales: {{name: Sales}}
calendar: {{timezone: {timezone}, holidays: {holidays}}}
"""

Counts = Counter[date]


class Promise(NamedTuple):
    """What is counted (a share if there are events), and in which periods."""

    name: str
    every: str
    good: Counts
    events: Counts | None = None


class Told(NamedTuple):
    """One data set: its judgements as they stand, and everything to judge them anew."""

    versions: list[InForce]
    record: Record
    judgements: list[Judgement]


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Replay forecasts and warnings over the example and over real data.",
        epilog="example: python benchmarks/forecast_calibration.py olist --data ../shared/data --json",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="data sets; all unless some are named")
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("LIVING_SLA_REAL_DATA") or BESIDE_THE_CHECKOUT)
    )
    parser.add_argument(
        "--example", type=Path, default=CHECKOUT, metavar="DIR", help="the project that is replayed"
    )
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    for name, read in data_sets(options.example, options.data).items():
        if options.names and name not in options.names:
            continue
        told = read()
        started = perf_counter()
        calibration = replay(told.judgements, told.record)
        took = perf_counter() - started
        found[name] = scores(calibration)
        if not options.json:
            report(name, told, calibration, took)
    if options.json:
        print(json.dumps(found))
    elif not options.data.is_dir():
        print(f"no real data in {options.data}; LIVING_SLA_REAL_DATA or --data names its folder")


def data_sets(project: Path, folder: Path) -> dict[str, Callable[[], Told]]:
    """How to read the example, and the real data where they are."""
    sources = {
        "olist": (olist, "America/Sao_Paulo", "BR"),
        "maven_crm": (maven, "America/New_York", "US"),
        "bpi2012": (bpi, "Europe/Amsterdam", "NL"),
    }
    return {
        EXAMPLE: lambda: the_example(project),
        PROMPT_EXAMPLE: lambda: as_if_reported_daily(the_example(project)),
    } | {
        name: partial(from_raw, read, folder / name, timezone, holidays)
        for name, (read, timezone, holidays) in sources.items()
        if (folder / name).is_dir()
    }


def from_raw(read: Callable[[Path], list[Promise]], folder: Path, timezone: str, holidays: str) -> Told:
    return promised(read(folder), timezone, holidays)


def as_if_reported_daily(told: Told) -> Told:
    return told._replace(record=as_if_prompt(told.record))


def the_example(project: Path) -> Told:
    (loaded,) = load_project(Project(project))
    standing = judge_loaded(loaded)
    spans = loaded.timeline.spans
    versions = [InForce(span.version.agreement, span.end) for span in spans if span.version.agreement]
    return Told(versions, loaded.record, [j for found in standing.judgements.values() for j in found])


def scores(calibration: Calibration) -> dict[str, dict[str, float]]:
    """The Brier scores by moment."""
    found = {name: calibration.at(part).scores() for name, part in PARTS.items()}
    return {
        name: {
            "count": row.count,
            "forecast": float(row.forecast),
            "run rate": float(row.run_rate),
            "past periods": float(row.past_met),
        }
        for name, row in found.items()
        if row
    }


def report(name: str, told: Told, calibration: Calibration, took: float) -> None:
    print(f"\n== {name}: {len(calibration.moments)} forecasts in {took:.2f} s")
    for why, count in calibration.without.most_common():
        print(f"   {count} without: {why}")
    print(f"   {'Brier score':<34}{'count':>6}{'forecast':>10}{'run rate':>10}{'past met':>10}")
    for moment, row in scores(calibration).items():
        print_row(moment, row)
    for id_ in dict.fromkeys(moment.commitment for moment in calibration.moments):
        of_one = Calibration(
            tuple(moment for moment in calibration.moments if moment.commitment == id_), Counter()
        )
        if "half in" in scores(of_one):
            print_row(f"  half in: {id_}", scores(of_one)["half in"])
    print(f"   {'chance given':<34}{'count':>6}{'on average':>12}{'came true':>11}")
    for row in calibration.reliability():
        low, high = int(row.low * 100), int(row.high * 100)
        said, met = float(row.mean_chance), float(row.share_met)
        print(f"   {f'{low} to {high} %':<34}{row.count:>6}{said:>12.0%}{met:>11.0%}")
    for days in DAYS_AHEAD:
        found = warnings_before(told.versions, told.record, told.judgements, days)
        signs = {
            "at risk": found.at_risk,
            "chance below 50 %": found.doubtful,
            "either": found.either,
        }
        for sign, alarms in signs.items():
            print(f"   {days} days ahead, {sign:<18} {in_words(alarms)}")


def print_row(name: str, row: dict[str, float]) -> None:
    ours, run_rate, past = (row[key] for key in ("forecast", "run rate", "past periods"))
    print(f"   {name:<34}{row['count']:>6}{ours:>10.3f}{run_rate:>10.3f}{past:>10.3f}")


def in_words(alarms: Alarms) -> str:
    said = alarms.warned + alarms.false
    return (
        f"{alarms.warned} of {alarms.missed} misses seen; {alarms.false} of {said} alarms false "
        f"({alarms.met} periods were met)"
    )


def promised(promises: Sequence[Promise], timezone: str, holidays: str) -> Told:
    """An agreement about some counts, with goals by the rule, judged as of their last day."""
    days = sorted({day for promise in promises for counts in promise[2:] if counts for day in counts})
    first, last = days[0], days[-1]
    with TemporaryDirectory() as folder:
        root = Path(folder) / "promises"
        root.mkdir()
        terms = TERMS.format(first=first, timezone=timezone, holidays=holidays)
        (root / "agreement.yml").write_text(terms, encoding="utf-8")
        (root / "commitments.yml").write_text(commitments(promises, first, last), encoding="utf-8")
        agreement = load_agreement(root, root=Path(folder))
    series = {
        name: recorded(counts, first, last)
        for promise in promises
        for name, counts in ((promise.name, promise.good), (f"{promise.name}_all", promise.events))
        if counts is not None
    }
    record, versions = Record(series, ()), [InForce(agreement)]
    judged = judge_agreement(versions, record, last)
    return Told(versions, record, [j for found in judged.values() for j in found])


def recorded(counts: Counts, first: date, last: date) -> Series:
    """Every day's count, reported on the day itself."""
    days = days_of(first, last + timedelta(days=1))
    return Series({(day, ""): (Report(counts[day], day, Place("raw")),) for day in days})


def commitments(promises: Sequence[Promise], first: date, last: date) -> str:
    """The text of `commitments.yml`."""
    names = [
        name
        for promise in promises
        for name in (promise.name, f"{promise.name}_all")
        if name == promise.name or promise.events
    ]
    lines = ["metrics:"]
    lines += [f"  {name}: {{label: {name}, unit: things, expected: daily}}" for name in dict.fromkeys(names)]
    lines += ["commitments:"]
    for promise in promises:
        for percent in PERCENTILES:
            measure = f"total: {promise.name}"
            if promise.events:
                measure = f"share: {promise.name}, of: {promise.name}_all"
            lines += [
                f"  - id: {promise.name.replace('_', '-')}-{promise.every}-{percent}",
                "    party: sales",
                f"    measure: {{{measure}, every: {promise.every}, at_least: {{",
                *goals(promise, percent, first, last),
                "    }}",
            ]
    return "\n".join(lines) + "\n"


def goals(promise: Promise, percent: int, first: date, last: date) -> Iterator[str]:
    """The goal of each whole period with enough before it, by the rule."""
    periods = Rhythm().periods(first, last, promise.every)  # type: ignore[arg-type]
    before: list[Fraction] = []
    for period in periods:
        if period.last > last:
            return
        if len(before) >= LEAST_BEFORE:
            goal = percentile(before[-MOST_BEFORE:], percent)
            shown = f"{ceil(goal * 10_000) / 100}%" if promise.events else ceil(goal)
            yield f"      {period.id}: {shown},"
        good = sum(promise.good[day] for day in days_of(period.start, period.end))
        events = 1
        if promise.events:
            events = sum(promise.events[day] for day in days_of(period.start, period.end))
        before.append(Fraction(good, events))


def percentile(values: Sequence[Fraction], percent: int) -> Fraction:
    """Between the two values around it, in proportion."""
    ordered = sorted(values)
    place = Fraction(percent, 100) * (len(ordered) - 1)
    low = ordered[int(place)]
    return low + (ordered[min(int(place) + 1, len(ordered) - 1)] - low) * (place - int(place))


def olist(folder: Path) -> list[Promise]:
    """Qualified leads by the day of first contact."""
    leads = Counter(
        date.fromisoformat(row["first_contact_date"])
        for row in table(folder / "olist_marketing_qualified_leads_dataset.csv")
    )
    return [Promise("mqls", every, leads) for every in ("week", "month")]


def maven(folder: Path) -> list[Promise]:
    """Deals won and their value by the day of closing."""
    won, revenue = Counter[date](), Counter[date]()
    for row in table(folder / "sales_pipeline.csv"):
        if row["close_date"]:
            day = date.fromisoformat(row["close_date"])
            won[day] += row["deal_stage"] == "Won"
            revenue[day] += int(row["close_value"])
    return [Promise("won", "month", won), Promise("revenue", "month", revenue)]


def bpi(folder: Path) -> list[Promise]:
    """Applications by the day they were submitted, and of these those a person took up in time."""
    zone = ZoneInfo("Europe/Amsterdam")
    submitted: dict[str, datetime] = {}
    taken_up: dict[str, datetime] = {}
    for row in table(folder / "events_submitted_2011-10_11.csv"):
        case, at = row["case_id"], datetime.fromisoformat(row["timestamp"])
        if row["activity"] == "A_SUBMITTED":
            submitted[case] = at
        elif row["activity"].startswith("W_") and row["lifecycle"] == "START" and row["resource"] != "112":
            taken_up[case] = min(at, taken_up.get(case, at))
    day_of = {case: at.astimezone(zone).date() for case, at in submitted.items()}
    all_of = Counter(day_of.values())
    promises = [Promise("applications", "week", all_of)]
    for hours in (1, 4, 24):
        in_time = Counter(
            day_of[case]
            for case, at in submitted.items()
            if case in taken_up and taken_up[case] - at <= timedelta(hours=hours)
        )
        promises.append(Promise(f"taken_up_in_{hours}_h", "week", in_time, all_of))
    return promises


def table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    main()
