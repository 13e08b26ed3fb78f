"""Judgements of an agreement written as its files are, and of a record written as rows of CSV."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import pytest

from living_sla.agreement.loading import Agreement, load_agreement
from living_sla.diagnostics import Place
from living_sla.judge.commitments import InForce, Judgement, judge_agreement
from living_sla.record.deliveries import Delivery
from living_sla.record.loading import Record
from living_sla.record.snapshots import Report, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AGREEMENT = """\
title: Marketing and Sales
version: "1.0.0"
parties:
  marketing: {name: Marketing}
  sales: {name: Sales}
"""
IN_FORCE = "effective: 2026-01-01"
CALENDAR = "{timezone: Europe/Amsterdam}"
METRICS = """\
metrics:
  mqls: {label: Leads, unit: leads, expected: daily}
  leads_by_source:
    {label: Leads, unit: leads, expected: daily, segments: source, segment_values: [Events, Social]}
  leads_by_campaign: {label: Leads, unit: leads, expected: daily, segments: campaign}
  calls: {label: Calls, unit: calls}
  emails: {label: E-mails, unit: e-mails, expected: daily, maximum: 1}
  office_calls: {label: Calls, unit: calls, expected: working-days}
  visits: {label: Visits, unit: visits, expected: weekly}
  visitors: {label: Visitors, unit: people, expected: weekly, minimum: 10}
  fairs: {label: Fairs, unit: fairs, expected: monthly}
  refunds: {label: Refunds, unit: money, expected: daily, minimum: -50}
  due: {label: Leads due, unit: leads, expected: daily}
  in_time: {label: Leads in time, unit: leads, expected: daily}
  due_weekly: {label: Leads due, unit: leads, expected: weekly}
  in_time_weekly: {label: Leads in time, unit: leads, expected: weekly}
  due_at_most_ten: {label: Leads due, unit: leads, expected: daily, maximum: 10}
  pitches: {label: Pitches, unit: pitches}
  good_pitches: {label: Good pitches, unit: pitches}
  hours: {label: Median hours, unit: hours, expected: daily}
  nps: {label: Net promoter score, unit: points, expected: daily, minimum: -100, maximum: 100}
"""


@pytest.fixture(scope="session")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Agreement]:
    """Load an agreement from the text of `commitments.yml`; METRICS stand before what has none."""

    @cache
    def load(
        commitments: str, *, in_force: str = IN_FORCE, calendar: str = CALENDAR, governance: str = ""
    ) -> Agreement:
        root = tmp_path_factory.mktemp("agreement")
        folder = root / "marketing-sales"
        folder.mkdir()
        terms = f"{AGREEMENT}{in_force}\ncalendar: {calendar}\n"
        (folder / "agreement.yml").write_text(terms, encoding="utf-8")
        text = commitments if "metrics:" in commitments else METRICS + commitments
        (folder / "commitments.yml").write_text(text, encoding="utf-8")
        if governance:
            (folder / "governance.yml").write_text(governance, encoding="utf-8")
        return load_agreement(folder, root=root)

    return load


@pytest.fixture(scope="session")
def recorded() -> Callable[..., Record]:
    """A record from lines of `date,metric,value[,segment]` and of `id,item,date[,for]`."""

    def record(rows: Iterable[str] = (), deliveries: Iterable[str] = ()) -> Record:
        series: dict[str, dict[tuple[date, str], tuple[Report, ...]]] = {}
        for row in rows:
            day, metric, value, segment = (*row.split(","), "")[:4]
            report = Report(_exact(value), date.fromisoformat(day), Place("rows.csv"))
            series.setdefault(metric, {})[date.fromisoformat(day), segment] = (report,)
        things = []
        for row in deliveries:
            name, item, day, answers = (*row.split(","), "")[:4]
            things.append(
                Delivery(name, item, date.fromisoformat(day), "", "", answers, Place("deliveries.csv"))
            )
        return Record(
            {metric: Series(dict(sorted(reports.items()))) for metric, reports in series.items()},
            tuple(sorted(things, key=lambda row: (row.on, row.id))),
        )

    return record


@pytest.fixture(scope="session")
def judge_all(
    agreed: Callable[..., Agreement], recorded: Callable[..., Record]
) -> Callable[..., dict[str, tuple[Judgement, ...]]]:
    """Judge the text of `commitments.yml` by rows and deliveries, as of a day."""

    def judge(
        commitments: str,
        rows: Iterable[str] = (),
        deliveries: Iterable[str] = (),
        *,
        as_of: str,
        **terms: str,
    ) -> dict[str, tuple[Judgement, ...]]:
        return judge_agreement(
            [InForce(agreed(commitments, **terms))], recorded(rows, deliveries), date.fromisoformat(as_of)
        )

    return judge


@pytest.fixture(scope="session")
def judge(judge_all: Callable[..., dict[str, tuple[Judgement, ...]]]) -> Callable[..., Judgement]:
    """Judge one measure in a period, by default its newest; `more` adds lines to the commitment."""

    def judge_period(
        measure: str,
        rows: Iterable[str] = (),
        deliveries: Iterable[str] = (),
        *,
        period: str = "",
        more: str = "",
        **terms: str,
    ) -> Judgement:
        commitments = f"commitments:\n  - id: promise\n    party: sales\n    measure: {{{measure}}}\n{more}"
        judgements = judge_all(commitments, rows, deliveries, **terms)["promise"]
        return next(j for j in reversed(judgements) if period in {"", j.period.id})

    return judge_period


def _exact(text: str) -> int | Fraction:
    return Fraction(text) if "." in text else int(text)
