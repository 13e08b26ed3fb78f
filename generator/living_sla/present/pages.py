"""Standings become pages: for each an address, a title, a template and the values it prints."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from living_sla.agreement.commitments import Total
from living_sla.judge.funnel import has_funnel
from living_sla.judge.verdicts import WELL
from living_sla.present.closings import closings
from living_sla.present.document import document_values
from living_sla.present.evidence import evidence_values
from living_sla.present.freshness import freshness_values
from living_sla.present.funnel import funnel_values
from living_sla.present.glossary import Glossary
from living_sla.present.owing import (
    alerts,
    parties_owing,
    party_owing,
    speaks_of_consequences,
    watch_lines,
    with_debts,
)
from living_sla.present.plan import plan_values
from living_sla.present.reports import report_title, report_values, reports_values
from living_sla.present.restated import newest_restated
from living_sla.present.scorecard import scorecard_values
from living_sla.present.subject import Source, Standing, Subject
from living_sla.present.text import count_text, day_text
from living_sla.present.version_pages import comparison_values, version_values, versions_values
from living_sla.present.versions import (
    comparison_pairs,
    comparison_url,
    in_force_text,
    picker_of,
    version_url,
    versions_url,
)
from living_sla.present.views import by_urgency, due_rows, heatmap_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from living_sla.agreement.commitments import Commitment
    from living_sla.agreement.versions import Version
    from living_sla.present.subject import Chart

MOST_RESTATED = 5


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its address below the root (`''` is the scoreboard), and what its template prints."""

    url: str
    title: str
    template: str
    summary: str
    values: dict[str, Any] = field(repr=False)
    glossary: Glossary | None = None
    glossary_url: str = ""

    @property
    def base(self) -> str:
        """The way from this page to the site's root: `../../`, or `./` on the scoreboard."""
        return "../" * self.url.count("/") or "./"


def site_pages(standings: Iterable[Standing], source: Source) -> Iterator[Page]:
    """All pages of the site, the scoreboard first."""
    subjects = [Subject(standing, source) for standing in standings]
    yield _scoreboard(subjects)
    for subject in subjects:
        yield from _agreement_pages(subject)


def _scoreboard(subjects: list[Subject]) -> Page:
    boards = [_board(subject) for subject in subjects]
    summary = "; ".join(f"{board['title']}: {board['headline']}" for board in boards)
    notices = list(dict.fromkeys(board["notice"] for board in boards if board["notice"]))
    return Page(
        "", "Scoreboard", "scoreboard.html", summary, {"boards": boards, "notices": notices, "folder": ""}
    )


def _agreement_pages(subject: Subject) -> Iterator[Page]:
    terms = subject.agreement.terms
    yield _page(subject, "", terms.title, "overview.html", _headline(subject), _overview(subject))
    for id_, party in terms.parties.items():
        summary = f"What {party.name} promised in {terms.title}, and how far it is kept."
        title = f"{party.name}: our commitments"
        yield _page(subject, f"{id_}/", title, "party.html", summary, _party(subject, id_))
    yield from _commitment_pages(subject)
    if has_funnel(subject.agreement):
        summary = f"Where {terms.title} loses leads, which sources close, and which touches work."
        values = funnel_values(subject)
        yield _page(subject, "funnel/", f"{terms.title}: funnel", "funnel.html", summary, values)
    if subject.agreement.plan:
        summary = f"How the leads that {terms.title} asks for are worked out, and a calculator for others."
        yield _page(subject, "plan/", f"{terms.title}: plan", "plan.html", summary, plan_values(subject))
    yield from _report_pages(subject)
    summary = f"{terms.title}, version {terms.version}, in full."
    title = f"{terms.title}: the agreement"
    yield _page(subject, "agreement/", title, "agreement.html", summary, document_values(subject))
    yield from _version_pages(subject)
    summary = f"Which numbers {terms.title} rests on, how fresh they are, and what is wrong with them."
    yield _page(subject, "data/", f"{terms.title}: data", "data.html", summary, freshness_values(subject))


def _commitment_pages(subject: Subject) -> Iterator[Page]:
    """A page for every commitment that stands, and for every one that once stood."""
    for commitment in subject.agreement.commitments:
        promise = subject.promises[commitment.id]
        values = evidence_values(subject, commitment)
        url = f"commitments/{commitment.id}/"
        yield _page(subject, url, promise.name, "commitment.html", promise.sentence, values)
    for id_, former in subject.former.items():
        seen, url = subject.of(former.agreement, subject.standing.judgements), f"commitments/{id_}/"
        values = evidence_values(seen, former.commitment)
        sentence = f"No longer promised: {seen.words.sentence(former.commitment)}"
        page = _page(subject, url, former.commitment.name, "commitment.html", sentence, values)
        whole = version_url(seen.agreement.id, seen.agreement.terms.version)
        yield replace(page, glossary=seen.glossary, glossary_url=whole)


def _report_pages(subject: Subject) -> Iterator[Page]:
    """The index of the reports, the scorecard, and a report for each period that has one."""
    title, standing = subject.agreement.terms.title, subject.standing
    summary = f"What was promised in {title} and what came, week by week and month by month."
    yield _page(subject, "reports/", f"{title}: reports", "reports.html", summary, reports_values(subject))
    summary = f"Where each party of {title} succeeds, and where it must improve."
    values, name = scorecard_values(subject), f"{title}: scorecard"
    yield _page(subject, "reports/scorecard/", name, "scorecard.html", summary, values)
    for closing in closings(standing):
        values, url = report_values(subject, closing), f"reports/{closing.period.id}/"
        summary = values["then"]["summary"][0]
        yield _page(subject, url, report_title(closing), "report.html", summary, values)


def _version_pages(subject: Subject) -> Iterator[Page]:
    """The timeline, every version whole, and each two that are compared."""
    title, versions = subject.agreement.terms.title, subject.standing.timeline.versions
    known = count_text(len(versions), "version")
    summary = f"{known} of {title}: what was in force when, what changed, and who agreed to it."
    yield _page(
        subject, "versions/", f"{title}: versions", "versions.html", summary, versions_values(subject)
    )
    for version in versions:
        yield _version_page(subject, version)
    for old, new in comparison_pairs(subject):
        url = comparison_url(subject.agreement.id, old.number, new.number).partition("/")[2]
        summary = f"What changed in {title} from version {old.number} to version {new.number}."
        values, name = comparison_values(subject, old, new), f"{title}: from {old.number} to {new.number}"
        yield _page(subject, url, name, "comparison.html", summary, values)


def _version_page(subject: Subject, version: Version) -> Page:
    title, number = subject.agreement.terms.title, version.number
    url = version_url(subject.agreement.id, number)
    summary = f"Version {number} of {title}, whole, as it was."
    values = version_values(subject, version) | {"picker": picker_of(subject, version)}
    template = "version.html" if version.agreement else "version_text.html"
    page = _page(subject, url.partition("/")[2], f"{title}: version {number}", template, summary, values)
    glossary = Glossary(version.agreement.definitions.glossary) if version.agreement else None
    return replace(page, glossary=glossary, glossary_url=url)


def _page(  # noqa: PLR0913, PLR0917 a page is these six things
    subject: Subject, url: str, title: str, template: str, summary: str, values: dict[str, Any]
) -> Page:
    agreement = subject.agreement
    tabs = [("Overview", ""), *((party.name, f"{id_}/") for id_, party in agreement.terms.parties.items())]
    tabs += [("Funnel", "funnel/")] if has_funnel(agreement) else []
    tabs += [("Plan", "plan/")] if agreement.plan else []
    tabs += [("Reports", "reports/"), ("The agreement", "agreement/"), ("Versions", "versions/")]
    tabs += [("Data", "data/")]
    frame = {
        "agreement_title": agreement.terms.title,
        "notice": agreement.terms.notice,
        "version": agreement.terms.version,
        "as_of": subject.standing.as_of,
        "as_of_text": _as_of_text(subject.standing),
        "tabs": [(name, f"{agreement.id}/{path}", _here(path, url)) for name, path in tabs],
        "picker": picker_of(subject),
        "folder": f"{agreement.id}/",
        "commit": subject.source.commit,
    }
    glossary_url = f"{agreement.id}/agreement/"
    return Page(
        f"{agreement.id}/{url}", title, template, summary, frame | values, subject.glossary, glossary_url
    )


def _here(tab: str, url: str) -> str:
    """Whether a page is that of a tab (`page`), or lies below the versions or reports (`true`)."""
    if tab == url:
        return "page"
    return "true" if tab in {"versions/", "reports/"} and url.startswith(tab) else ""


def _as_of_text(standing: Standing) -> str:
    """The day the numbers reach to; empty before the first version takes effect."""
    return day_text(standing.as_of) if standing.has_begun else ""


def _board(subject: Subject) -> dict[str, Any]:
    """What the scoreboard and the overview share."""
    terms, promises = subject.agreement.terms, with_debts(subject, subject.promises.values())
    return {
        "title": terms.title,
        "url": f"{subject.agreement.id}/",
        "in_force": in_force_text(subject.standing),
        "versions_url": versions_url(subject.agreement.id),
        "notice": terms.notice,
        "as_of": subject.standing.as_of,
        "as_of_text": _as_of_text(subject.standing),
        "headline": _headline(subject),
        "alerts": alerts(subject),
        "attention": [promise for promise in by_urgency(promises) if promise.needs_attention],
        "columns": [
            {
                "name": party.name,
                "url": f"{subject.agreement.id}/{id_}/",
                "promises": by_urgency(promise for promise in promises if promise.party_id == id_),
            }
            for id_, party in terms.parties.items()
        ],
    }


def _headline(subject: Subject) -> str:
    """`8 of 10 promises on track or met, though 2 of these need attention; 1 more does; 1 not judged yet`."""
    promises = subject.promises.values()
    if not any(promise.period for promise in promises):
        return "nothing to judge yet"
    well = [promise for promise in promises if promise.verdict in WELL]
    needy = sum(promise.needs_attention for promise in promises)
    doubted = sum(promise.needs_attention for promise in well)
    others = len(promises) - len(well) - needy + doubted
    told = [f"{len(well)} of {count_text(len(promises), 'promise')} on track or met"]
    if doubted:
        told[0] += f", though {doubted} of these {_need(doubted)} attention"
        more = needy - doubted
        told += [f"{more} more {'does' if more == 1 else 'do'}"] if more else []
    else:
        told.append(f"{needy or 'none'} {_need(needy or 1)} attention")
    told += [f"{others} not judged yet"] if others else []
    return "; ".join(told)


def _need(count: int) -> str:
    return "needs" if count == 1 else "need"


def _overview(subject: Subject) -> dict[str, Any]:
    restated = newest_restated(subject.standing.restatements.values())
    return _board(subject) | {
        "summary_text": subject.agreement.terms.summary,
        "charts": list(_leading_charts(subject)),
        "heatmap": _heatmap(subject, subject.agreement.commitments),
        "due": due_rows(subject.standing.judgements, subject.consequences.debts),
        "has_consequences": speaks_of_consequences(subject),
        "parties": parties_owing(subject),
        "watches": watch_lines(subject),
        "restated": restated[:MOST_RESTATED],
        "restated_before": max(0, len(restated) - MOST_RESTATED),
    }


def _leading_charts(subject: Subject) -> Iterator[Chart]:
    """Goal against actual of each party's first total: these lead the overview."""
    totals = [c for c in subject.agreement.commitments if isinstance(c.measure, Total)]
    first = {c.party: c for c in reversed(totals)}
    for commitment in totals:
        if first[commitment.party] is commitment and (chart := subject.course_chart(commitment)):
            yield chart


def _party(subject: Subject, id_: str) -> dict[str, Any]:
    """One party's own commitments (A10), what it gets in return, and whom to ask."""
    party = subject.agreement.terms.parties[id_]
    mine = [c for c in subject.agreement.commitments if c.party == id_]
    returns = dict.fromkeys(other for c in mine for other in c.in_return)
    return {
        "party": party,
        "promises": by_urgency(with_debts(subject, (subject.promises[c.id] for c in mine))),
        "in_return": by_urgency(with_debts(subject, (subject.promises[other] for other in returns))),
        "due": due_rows({c.id: subject.standing.judgements[c.id] for c in mine}, subject.consequences.debts),
        "owing": party_owing(subject, id_) if speaks_of_consequences(subject) else None,
        "watches": watch_lines(subject, id_),
        "heatmap": _heatmap(subject, mine),
    }


def _heatmap(subject: Subject, commitments: Iterable[Commitment]) -> list[tuple[Any, Any]]:
    """Each promise with its newest twelve periods."""
    judgements = subject.standing.judgements
    return [(subject.promises[c.id], heatmap_cells(judgements[c.id])) for c in commitments]
