"""Standings of small agreements, written and read as the files they would be, and of the example."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests import plans

from living_sla.agreement.history import Commit, History, Revision
from living_sla.judge.freezing import freeze
from living_sla.pipeline import judge_loaded, load_site
from living_sla.planning import plan_loaded
from living_sla.present.subject import Source, Standing, Subject
from living_sla.present.text import Words
from living_sla.project import Project, load_project
from living_sla.record.ledger import write_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from living_sla.pipeline import Site

ROOT = Path(__file__).parents[2]
TERMS = """\
title: Marketing and Sales
version: "1.0.0"
effective: 2026-01-01
parties:
  marketing: {name: Marketing, lead: {name: Josh Bell, role: Marketing director}}
  sales: {name: Sales}
"""
CALENDAR = "{timezone: Europe/Amsterdam}"
METRICS = """\
metrics:
  mqls: {label: MQLs, unit: leads, expected: daily}
  leads: {label: Qualified leads, unit: leads}
  visits: {label: Visits, unit: visits, expected: weekly}
  revenue: {label: New revenue, unit: money}
  refunds: {label: Refunds, unit: money}
  due: {label: Leads to call, unit: leads, expected: daily}
  in_time: {label: Leads called in time, unit: leads, expected: daily}
  returned: {label: Leads returned, unit: leads}
  hours: {label: Median time to first call, unit: hours}
  cost: {label: Cost per lead, unit: money}
  backlog: {label: Backlog of leads, unit: leads}
  score: {label: NPS, unit: points, minimum: -100}
items:
  blog-post: {label: blog post, plural: blog posts}
  case-study: {label: case study, plural: case studies}
  report: {label: pipeline report, plural: pipeline reports}
  feedback: {label: written feedback, plural: written feedback}
  launch: {label: product launch, plural: product launches}
  training: {label: training session, plural: training sessions}
"""


def promise(measure: str, *more: str, id_: str = "promise", party: str = "marketing") -> str:
    """One commitment as `commitments.yml` writes it; `more` are lines of it."""
    lines = [f"  - id: {id_}", f"    party: {party}", f"    measure: {{{measure}}}"]
    return "\n".join([*lines, *(f"    {line}" for line in more)]) + "\n"


@pytest.fixture
def stand(tmp_path: Path) -> Callable[..., Standing]:
    """The standing of commitments by rows, `date,metric,value[,segment]` and `id,item,date[,title,for]`."""

    def standing(  # noqa: PLR0913 what a standing is made of
        commitments: str,
        rows: Iterable[str] = (),
        deliveries: Iterable[str] = (),
        *,
        as_of: str = "2026-03-20",
        calendar: str = CALENDAR,
        edits: str = "",
        metrics: str = METRICS,
    ) -> Standing:
        agreement, snapshots = tmp_path / "agreement" / "acme", tmp_path / "data" / "acme" / "snapshots"
        agreement.mkdir(parents=True, exist_ok=True)
        snapshots.mkdir(parents=True, exist_ok=True)
        terms = f"{TERMS}calendar: {calendar}\n{edits}"
        (agreement / "agreement.yml").write_text(terms, encoding="utf-8")
        (agreement / "commitments.yml").write_text(f"{metrics}commitments:\n{commitments}", encoding="utf-8")
        if rows:
            lines = ["date,metric,value,segment", *(row + "," * (3 - row.count(",")) for row in rows)]
            (snapshots / f"{as_of}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if deliveries:
            lines = ["id,item,date,title,for", *(row + "," * (4 - row.count(",")) for row in deliveries)]
            (snapshots.parent / "deliveries.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (loaded,) = load_project(Project(tmp_path))
        return judge_loaded(loaded, date.fromisoformat(as_of))

    return standing


@pytest.fixture
def planned(tmp_path: Path) -> Callable[..., Standing]:
    """The standing of an agreement by the text of `plan.yml`, '' for none, by rows and by frozen months."""

    def standing(  # noqa: PLR0913 what a plan stands on
        plan: str,
        rows: Iterable[str] = (),
        *,
        as_of: str = "2026-03-20",
        commitments: str = "",
        effective: str = "2026-01-01",
        frozen: Mapping[str, str] | None = None,
    ) -> Standing:
        agreement, snapshots = tmp_path / "agreement" / "acme", tmp_path / "data" / "acme" / "snapshots"
        agreement.mkdir(parents=True)
        snapshots.mkdir(parents=True)
        files = {
            "agreement.yml": plans.AGREEMENT.replace("2026-01-01", effective),
            "commitments.yml": plans.METRICS + (f"commitments:\n{commitments}" if commitments else ""),
            "definitions.yml": plans.FUNNEL,
            "plan.yml": plan,
        }
        for name, text in files.items():
            if text:
                (agreement / name).write_text(text, encoding="utf-8")
        if rows:
            lines = ["date,metric,value,segment", *(row + "," * (3 - row.count(",")) for row in rows)]
            (snapshots / f"{as_of}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        project = Project(tmp_path)
        for month, day in (frozen or {}).items():
            (loaded,) = load_project(project)
            found = plan_loaded(loaded, date.fromisoformat(f"{month}-01"), date.fromisoformat(day))
            assert found
            write_ledger(snapshots.parent / "plan", freeze(found.plan, as_of=found.as_of))
        (loaded,) = load_project(project)
        return judge_loaded(loaded, date.fromisoformat(as_of))

    return standing


class Text(NamedTuple):
    """What a commit left of an agreement: its files, and the commit; without one it is not committed."""

    files: dict[str, str]
    on: str = ""
    author: str = "Josh Bell"
    pull_request: int | None = None


def version(number: str, effective: str, commitments: str, *edits: str, **commit: Any) -> Text:
    """The text of a version as a commit left it; `edits` are more lines of `agreement.yml`."""
    terms = TERMS.replace("1.0.0", number).replace("2026-01-01", effective)
    agreement = "\n".join([f"{terms}calendar: {CALENDAR}", *edits, ""])
    return Text(
        {"agreement.yml": agreement, "commitments.yml": f"{METRICS}commitments:\n{commitments}"}, **commit
    )


@pytest.fixture
def retell(tmp_path: Path) -> Callable[..., Standing]:
    """The standing of an agreement by the texts its main line had, oldest first, and reports by day."""

    def standing(*texts: Text, reports: Mapping[str, Iterable[str]] | None = None, as_of: str) -> Standing:
        folder, snapshots = tmp_path / "agreement" / "acme", tmp_path / "data" / "acme" / "snapshots"
        folder.mkdir(parents=True)
        snapshots.mkdir(parents=True)
        for name, text in texts[-1].files.items():
            (folder / name).write_text(text, encoding="utf-8")
        for day, rows in (reports or {}).items():
            lines = ["date,metric,value", *rows]
            (snapshots / f"{day}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        revisions = tuple(_revision(n, text) for n, text in enumerate(texts, start=1) if text.on)
        history = History("0" * 40, revisions={"acme": revisions})
        (loaded,) = load_project(Project(tmp_path), history)
        return judge_loaded(loaded, date.fromisoformat(as_of))

    return standing


def _revision(n: int, text: Text) -> Revision:
    commit = Commit(str(n) * 40, date.fromisoformat(text.on), text.author, text.pull_request)
    return Revision("acme", {name: content.encode() for name, content in sorted(text.files.items())}, commit)


@pytest.fixture
def sentence(stand: Callable[..., Standing]) -> Callable[..., str]:
    """The plain sentence of one measure, whatever its period."""

    def of(measure: str, *more: str, before: str = "", **options: str) -> str:
        agreement = stand(before + promise(measure, *more), **options).agreement
        return Words(agreement).sentence(agreement.commitments[-1])

    return of


@pytest.fixture(scope="session")
def example() -> Site:
    """The site of the example in this repository."""
    return load_site(Project(ROOT))


@pytest.fixture(scope="session")
def example_standing(example: Site) -> Standing:
    """How the one agreement of the example stands."""
    (standing,) = example.standings
    return standing


@pytest.fixture(scope="session")
def example_subject(example_standing: Standing) -> Subject:
    """What the pages of the example speak of."""
    return Subject(example_standing, Source())
