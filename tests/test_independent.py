"""Numbers and verdicts recomputed from the raw files by another path: YAML read plainly, DuckDB on the CSV.

Nothing of the package is used to recompute: periods are read off their ids, the newest report wins by a
window function, working days come from the `holidays` library itself.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import duckdb
import holidays
import pytest
import yaml
from tests.conftest import copy_example
from tests.real.conftest import BESIDE_THE_CHECKOUT
from tests.real.published import make_project
from tests.real.snapshots_from_raw import write_maven_snapshots, write_olist_snapshots

from living_sla.pipeline import judge_loaded
from living_sla.project import Project, load_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from pathlib import Path

    from living_sla.judge.commitments import Judgement

DAY = timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EXCLUSIONS = """
exclusions:
  - {from: 2025-12-22, to: 2026-01-02, reason: Everybody is on holiday.}
  - {from: 2026-03-09, to: 2026-03-10, reason: The CRM was moved.}
  - {from: 2026-04-01, to: 2026-04-30, commitments: [content, follow-up-24h], reason: The office was moved.}
  - {from: 2026-06-15, to: 2026-06-21, commitments: [weekly-report, response-time], reason: The fair.}
  - {from: 2026-08-06, to: 2026-08-07, reason: A day off.}
  - {from: 2026-10-01, to: 2026-10-16, commitments: [report-feedback, launch-training], reason: A strike.}
"""
REPORTS = """
create table reports as
select date::date as day, metric, coalesce(segment, '') as segment, value::decimal(24, 6) as value,
       regexp_extract(filename, '([0-9]{4}-[0-9]{2}-[0-9]{2})[^/]*$', 1)::date as reported_on
from read_csv($files, header = true, all_varchar = true, union_by_name = true, filename = true);
create table newest as
select * from reports
qualify row_number() over (partition by day, metric, segment order by reported_on desc) = 1;
"""


@dataclass(frozen=True)
class Outcome:
    """What is compared; `verdict` is None while a period is open."""

    actual: Fraction | None
    good: Fraction | None = None
    events: Fraction | None = None
    verdict: str | None = None


@dataclass(frozen=True)
class Again:
    """One agreement of a project, judged a second time."""

    root: Path
    id: str

    def file(self, name: str) -> dict[str, Any]:
        path = self.root / "agreement" / self.id / f"{name}.yml"
        return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}

    @cached_property
    def promises(self) -> dict[str, dict[str, Any]]:
        return {each["id"]: each for each in self.file("commitments")["commitments"]}

    @cached_property
    def metrics(self) -> dict[str, dict[str, Any]]:
        return self.file("commitments").get("metrics", {})

    @cached_property
    def database(self) -> duckdb.DuckDBPyConnection:
        data = self.root / "data" / self.id
        connection = duckdb.connect()
        connection.execute(REPORTS.replace("$files", f"'{data / 'snapshots' / '*.csv'}'"))
        deliveries = data / "deliveries.csv"
        rows = "select '' as id, '' as item, date '1970-01-01' as day, '' as answers where false"
        if deliveries.exists():
            connection.read_csv(str(deliveries), header=True, all_varchar=True).create("raw")
            rows = """select id, item, date::date as day, coalesce("for", '') as answers from raw"""
        connection.execute(f"create table deliveries as {rows}")
        return connection

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.database.execute(query, list(values)).fetchall()

    @cached_property
    def as_of(self) -> date:
        return self.ask("select max(day) from reports")[0][0]

    def excluded(self, promise: str) -> set[date]:
        rules = self.file("governance").get("exclusions", [])
        return {
            rule["from"] + timedelta(days=n)
            for rule in rules
            if promise in rule.get("commitments", [promise])
            for n in range((rule["to"] - rule["from"]).days + 1)
        }

    @cached_property
    def working(self) -> Callable[[date], bool]:
        calendar = self.file("agreement")["calendar"]
        days = {n for span in calendar.get("working_hours", {"mon-fri": []}) for n in weekday_numbers(span)}
        country, _, part = calendar["holidays"].partition("-")
        public = holidays.country_holidays(country, subdiv=part or None)
        closed = set(calendar.get("closed_on", ()))
        return lambda day: day.weekday() in days and day not in public and day not in closed

    def judge(self, promise: str, period: str) -> Outcome:
        """The outcome of one commitment in one period."""
        terms = self.promises[promise]
        measure = terms["measure"]
        start, end = span_of(period)
        end = window_end(start, end, measure.get("by"))
        out = self.excluded(promise)
        days = [day for day in days_between(start, min(end, self.as_of + DAY)) if day not in out]
        is_over = end <= self.as_of + DAY
        outcome, verdict = self._measured(measure, start, end, days, out)
        target = target_of(measure, period)
        if target is None or not [day for day in days_between(start, end) if day not in out]:
            verdict = "not triggered"
        elif terms.get("once"):
            verdict = {
                "met": verdict(target) if callable(verdict) else verdict,
                "unverified": "unverified",
            }.get(self.judge(terms["once"], period).verdict or "", "not triggered")
        elif callable(verdict):
            verdict = verdict(target)
        return Outcome(outcome.actual, outcome.good, outcome.events, verdict if is_over else None)

    def _measured(
        self, measure: dict[str, Any], start: date, end: date, days: list[date], out: set[date]
    ) -> tuple[Outcome, Any]:
        """What came, and the verdict on it by a target."""
        if "total" in measure:
            return self._total(measure, days)
        if "share" in measure:
            return self._share(measure, days)
        if "level" in measure:
            return self._level(measure, days)
        if "answer" in measure or "before" in measure:
            return self._promised(measure, start, end, out)
        return self._delivered(measure, days)

    def _missing(self, metric: str, days: list[date], other: str | None = None) -> set[date]:
        """The days that lack a row; a day the other half is reported on needs one too."""
        terms = self.metrics[metric]
        known = [name for name in (metric, other) if name]
        if terms.get("expected") is None or not self.ask("select 1 from reports where metric in $1", known):
            return set()
        assert terms["expected"] in {"daily", "working-days"}
        need = set(terms.get("segment_values", [""]))
        rows = self.ask("select day, list(segment) from newest where metric = $1 group by day", metric)
        found = {day: set(segments) for day, segments in rows}
        others = {row[0] for row in self.ask("select day from newest where metric = $1", other or "")}
        return {
            day
            for day in days
            if (terms["expected"] == "daily" or self.working(day) or day in others)
            and not (need <= found.get(day, set()) if "segment_values" in terms else day in found)
        }

    def _total(self, measure: dict[str, Any], days: list[date]) -> tuple[Outcome, Any]:
        ((total, count),) = self.ask(
            "select sum(value), count(*) from newest where metric = $1 and day in $2", measure["total"], days
        )
        missing = self._missing(measure["total"], days)
        actual = exact(total) if count else None

        def verdict(target: Fraction) -> str:
            if actual is None:
                return "unverified" if missing else "no data"
            if "at_most" in measure:
                return "missed" if actual > target else "unverified" if missing else "met"
            return "met" if actual >= target else "unverified" if missing else "missed"

        return Outcome(actual), verdict

    def _share(self, measure: dict[str, Any], days: list[date]) -> tuple[Outcome, Any]:
        good, all_ = measure["share"], measure["of"]
        no_good, no_events = self._missing(good, days, all_), self._missing(all_, days, good)
        unsure = no_good | no_events
        sure = [day for day in days if day not in unsure]
        (kept, kept_unsure), (events, events_unsure) = (
            tuple(
                exact(
                    self.ask("select sum(value) from newest where metric = $1 and day in $2", name, part)[0][
                        0
                    ]
                )
                for part in (sure, sorted(unsure))
            )
            for name in (good, all_)
        )
        actual = kept / events if events else None
        # Of unsure days any number may be missing, but never more good events than there are.
        lowest = 0 if no_events else (kept + kept_unsure) / ((events + events_unsure) or 1)
        best = (kept + kept_unsure) / ((events + max(events_unsure, kept_unsure)) or 1)
        if no_good:
            best = Fraction(kept == events) or Fraction(999_999_999, 1_000_000_000)
            if not no_events:
                best = (kept + events_unsure) / ((events + events_unsure) or 1)

        def verdict(target: Fraction) -> str:
            if actual is None:
                return "unverified" if unsure else "no data"
            if events + events_unsure < measure.get("min_events", 1):
                return "unverified" if no_events else "not triggered"
            if "at_most" in measure:
                return "met" if best <= target else "missed" if lowest > target else "unverified"
            return "met" if lowest >= target else "missed" if best < target else "unverified"

        return Outcome(actual, kept, events), verdict

    def _level(self, measure: dict[str, Any], days: list[date]) -> tuple[Outcome, Any]:
        metric = measure["level"]
        query = "select day, sum(value) from newest where metric = $1 and day in $2 group by day order by day"
        values = [exact(value) for _, value in self.ask(query, metric, days)]
        missing = self._missing(metric, days)
        take = {"last": lambda v: v[-1], "mean": lambda v: sum(v) / len(v), "max": max, "min": min}
        actual = take[measure.get("take", "last")](values) if values else None

        def verdict(target: Fraction) -> str:
            if missing:
                return "unverified"
            if actual is None:
                return "no data"
            return "met" if (actual <= target if "at_most" in measure else actual >= target) else "missed"

        return Outcome(actual), verdict

    def _delivered(self, measure: dict[str, Any], days: list[date]) -> tuple[Outcome, Any]:
        query = "select item, count(*) from deliveries where day in $1 group by item"
        counts = dict(self.ask(query, days))
        actual = sum(min(counts.get(item, 0), wanted) for item, wanted in measure["deliver"].items())
        return Outcome(Fraction(actual)), lambda target: "met" if actual >= target else "missed"

    def _promised(
        self, measure: dict[str, Any], start: date, end: date, out: set[date]
    ) -> tuple[Outcome, Any]:
        item, response = (
            measure.get("answer", measure.get("before")),
            measure.get("with", measure.get("deliver")),
        )
        amount, unit = (measure["within"] if "answer" in measure else measure["ahead"]).split()
        sign = "+" if "answer" in measure else "-"
        due = f"event.day {sign} interval '{amount} {unit}'"
        rows = self.ask(
            f"""
            select ({due})::date as due, min(answer.day) filter (answer.day <= $4) as done
            from deliveries event
            left join deliveries answer on answer.answers = event.id and answer.item = $2
            where event.item = $1 and {due} >= $3 and {due} < $5
            group by event.id, event.day
            """,  # noqa: S608 our own terms
            item, response, start, self.as_of, end,
        )  # fmt: skip
        rows = [(due, done) for due, done in rows if due not in out]
        kept = sum(done is not None and done <= due for due, done in rows)
        events = kept + sum((done is None or done > due) and due < self.as_of for due, done in rows)
        actual = Fraction(kept, events) if events else None
        pending = len(rows) - events

        def verdict(target: Fraction) -> str:
            if not rows:
                return "no data"
            low, high = Fraction(kept, len(rows)), Fraction(kept + pending, len(rows))
            return "unverified" if low < target <= high else "met" if low >= target else "missed"

        return Outcome(actual, Fraction(kept), Fraction(events)), verdict


def weekday_numbers(span: str) -> list[int]:
    first, _, last = span.partition("-")
    names = [name[:3] for name in WEEKDAYS]
    return list(range(names.index(first), names.index(last or first) + 1))


def days_between(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days)]


def span_of(period: str) -> tuple[date, date]:
    """The first day of a period and the first after it, read off its id; years begin in January."""
    year = int(period[:4])
    if "W" in period:
        start = date.fromisocalendar(year, int(period[6:]), 1)
        return start, start + timedelta(days=7)
    first, count = (
        (int(period[6:]) * 3 - 2, 3) if "Q" in period else (int(period[5:] or 1), 1 if period[4:] else 12)
    )
    after = first + count
    return date(year, first, 1), date(year + (after > 12), after - 12 * (after > 12), 1)


def window_end(start: date, end: date, by: object) -> date:
    if by is None:
        return end
    if by in WEEKDAYS:
        return next(d for d in days_between(start, end) if d.weekday() == WEEKDAYS.index(str(by))) + DAY
    number = int(str(by).rstrip("stndrh"))
    return min(start + timedelta(days=number), end)


def target_of(measure: dict[str, Any], period: str) -> Fraction | None:
    if "deliver" in measure and "before" not in measure:
        return Fraction(sum(measure["deliver"].values()))
    target = measure.get("at_least", measure.get("at_most", "100%"))
    if isinstance(target, dict):
        target = {str(key): value for key, value in target.items()}.get(period)
    if target is None:
        return None
    text = str(target)
    return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def exact(value: Decimal | None) -> Fraction:
    return Fraction(value or 0)


@cache
def judged(root: Path) -> dict[tuple[str, str], Judgement]:
    """What the package says of every commitment in every period of the one agreement of a project."""
    (loaded,) = load_project(Project(root))
    standing = judge_loaded(loaded)
    return {
        (id_, judgement.period.id): judgement
        for id_, judgements in standing.judgements.items()
        for judgement in judgements
        if not (isinstance(target := getattr(judgement.commitment.measure, "at_least", None), str) and target)
    }


def some_of(root: Path, count: int, seed: int) -> list[tuple[str, str]]:
    """Pairs of a commitment and a period, drawn by lot."""
    chance = random.Random(seed)  # noqa: S311 which pairs are drawn is no secret
    return sorted(chance.sample(sorted(judged(root)), count))


def compare(root: Path, agreement: str, count: int, seed: int) -> list[Outcome]:
    """Judge some pairs again, and find every difference; the outcomes tell what was compared."""
    again, pairs = Again(root, agreement), some_of(root, count, seed)
    assert len(pairs) == count
    outcomes = {pair: again.judge(*pair) for pair in pairs}
    found = judged(root)
    ours = {
        pair: Outcome(
            None if (tally := found[pair].tally).actual is None else Fraction(tally.actual),
            None if tally.good is None else Fraction(tally.good),
            None if tally.events is None else Fraction(tally.events),
            str(found[pair].verdict) if found[pair].is_over else None,
        )
        for pair in pairs
    }
    assert {pair: ours[pair] for pair in pairs if ours[pair] != outcomes[pair]} == {
        pair: outcomes[pair] for pair in pairs if ours[pair] != outcomes[pair]
    }
    return list(outcomes.values())


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_example(tmp_path_factory.mktemp("independent") / "plain")


@pytest.fixture(scope="module")
def with_exclusions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_example(tmp_path_factory.mktemp("independent") / "exclusions")
    governance = root / "agreement" / "marketing-sales" / "governance.yml"
    governance.write_text(governance.read_text(encoding="utf-8") + EXCLUSIONS, encoding="utf-8")
    return root


def test_one_hundred_numbers_of_the_example_are_the_same_by_sql(plain: Path) -> None:
    outcomes = compare(plain, "marketing-sales", 100, seed=5)
    assert {outcome.verdict for outcome in outcomes} >= {"met", "missed", "not triggered", None}


def test_one_hundred_numbers_with_excluded_days_are_the_same_by_sql(with_exclusions: Path) -> None:
    outcomes = compare(with_exclusions, "marketing-sales", 100, seed=7)
    assert {outcome.verdict for outcome in outcomes} >= {"met", "missed", "not triggered", None}


def test_the_excluded_days_change_some_of_the_numbers(plain: Path, with_exclusions: Path) -> None:
    before, after = judged(plain), judged(with_exclusions)
    changed = {pair for pair in before if before[pair].tally.actual != after[pair].tally.actual}
    assert len(changed) > 20
    assert {promise for promise, _ in changed} >= {
        "qualified-leads",
        "follow-up-24h",
        "content",
        "response-time",
    }


@pytest.mark.parametrize("seed", [11, 12])
def test_the_numbers_are_the_same_when_rows_are_missing(tmp_path: Path, plain: Path, seed: int) -> None:
    root = copy_example(tmp_path / "gaps")
    chance = random.Random(seed)  # noqa: S311 which rows are lost is no secret
    for path in sorted((root / "data" / "marketing-sales" / "snapshots").glob("*.csv")):
        header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if chance.random() > 0.01]
        path.write_text("".join([header, *kept]), encoding="utf-8")
    outcomes = compare(root, "marketing-sales", 60, seed=seed)
    assert sum(outcome.verdict == "unverified" for outcome in outcomes) > 5
    assert judged(plain) != judged(root)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("agreement", "write", "raw"),
    [("olist", write_olist_snapshots, "olist"), ("maven", write_maven_snapshots, "maven_crm")],
)
def test_numbers_of_real_data_are_the_same_by_sql(
    tmp_path: Path, agreement: str, write: Callable[[Path, Path], None], raw: str
) -> None:
    if not (BESIDE_THE_CHECKOUT / raw).is_dir():
        pytest.skip(f"no real data in {BESIDE_THE_CHECKOUT}")
    root = make_project(
        tmp_path / agreement, agreement, lambda folder: write(BESIDE_THE_CHECKOUT / raw, folder)
    )
    compare(root, agreement, 15, seed=3)
