"""A standing becomes the entries of its feed: verdicts, amendments, restatements, consequences, each once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from living_sla.judge.cancellation import find_openings
from living_sla.judge.restatements import closed_on
from living_sla.judge.strikes import levels_reached
from living_sla.judge.verdicts import Verdict
from living_sla.present.changes import change_rows, change_summary
from living_sla.present.closings import months, told_of, weeks
from living_sla.present.feeds import Entry, Kind
from living_sla.present.reports import closing_summary, report_title, report_url, reports_url
from living_sla.present.restated import outcomes, strikes_text
from living_sla.present.text import Words, count_text, day_text, joined, period_of, short_day
from living_sla.present.versions import version_url
from living_sla.present.views import number_and_goal, outcome_line, period_url, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from living_sla.agreement.versions import Version
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.restatements import Move, Step
    from living_sla.judge.strikes import StrikeCount
    from living_sla.present.closings import Closing
    from living_sla.present.subject import Standing


_MOST_MOVES = 5
_WEEKLY = "How every promise stood at the end of the week, what was delivered, and what is due next."


def news(standing: Standing) -> Iterator[Entry]:
    """Everything that became known of an agreement, in no order.

    A verdict is told as it was when its period closed; what changed later is a restatement of its own. So
    nothing that was once told changes.
    """
    for judgements in standing.judgements.values():
        for judgement in judgements:
            yield from _verdict(standing, judgement)
    for restatement in standing.restatements.values():
        for n, step in enumerate(restatement.steps):
            if n == 0 or step.strikes or step.before.verdict is not step.after.verdict:
                yield _step(step)  # a cohort's number moves with every report: that is told once
    yield from (
        _report(standing, closing)
        for closing in (*months(standing), *weeks(standing))
        if closing.on <= standing.known_on
    )
    yield from _consequences(standing)
    versions = standing.timeline.versions
    yield from filter(None, (_version(standing, None, version) for version in versions[:1]))
    yield from filter(None, (_version(standing, *pair) for pair in pairwise(versions)))


def _verdict(standing: Standing, judgement: Judgement) -> Iterator[Entry]:
    said = standing.as_closed(judgement)
    if said and said.verdict is not Verdict.NOT_TRIGGERED:
        yield Entry(
            key=f"{_key(said)}/verdict",
            on=closed_on(said),
            title=f"{_name(said)}: {said.verdict}",
            summary=" ".join(filter(None, (f"{outcome_line(said)}.", _sentence(said), reason_text(said)))),
            url=period_url(said),
            kind=Kind.VERDICT,
            author=_party(said),
        )


def _step(step: Step) -> Entry:
    before, after = step.before, step.after
    was, now = outcomes(before, after)
    if before.verdict is after.verdict and before.goal == after.goal:
        was, now = number_and_goal(before)[0], f"{number_and_goal(after)[0]}, still {after.verdict}"
    said = [*_brought_about(step), *(_move_text(after, move) for move in step.moves[:_MOST_MOVES])]
    if len(step.moves) > _MOST_MOVES:
        said.append(f"{count_text(len(step.moves) - _MOST_MOVES, 'more number')} moved too.")
    strikes = strikes_text(step)
    return Entry(
        key=f"{_key(after)}/restatement/{step.on}",
        on=step.on,
        title=f"{_name(after)}: was {was}, now {now}",
        summary=" ".join([*said, *([f"It {strikes}."] if strikes else [])]),
        url=period_url(after),
        kind=Kind.RESTATEMENT,
        author=_party(after),
    )


def _brought_about(step: Step) -> Iterator[str]:
    """What was agreed anew, or only then."""
    on = day_text(step.on)
    if step.before.agreement is not step.after.agreement:
        version = step.after.agreement.terms.version
        yield f"The agreement was changed: version {version}, committed on {on}."
    elif step.before.goal != step.after.goal:
        month = period_of(step.after)
        yield f"The plan of {month} was frozen only on {on}."


def _report(standing: Standing, closing: Closing) -> Entry:
    """A report on the day it is closed, told by what was known then; that of a week leads to the index.

    For only the newest weeks have pages, and what was once told does not change.
    """
    id_ = standing.agreement.id
    told = closing_summary(closing, standing) if not closing.is_week else [_WEEKLY]
    agreement = next((j.agreement for j in told_of(closing, standing)), standing.agreement)
    return Entry(
        key=f"{id_}/report/{closing.period.id}",
        on=closing.on,
        title=f"{agreement.terms.title}, {report_title(closing)}",
        summary=" ".join(told),
        url=reports_url(id_) if closing.is_week else report_url(id_, closing),
        kind=Kind.REPORT,
        author="",
    )


def _move_text(judgement: Judgement, move: Move) -> str:
    words = Words(judgement.agreement)
    label = judgement.agreement.metrics[move.metric].label
    of = f"{label} of {short_day(move.day)}" + (f" ({move.segment})" if move.segment else "")
    now = words.metric_value(move.metric, move.now.value)
    was = f"{words.metric_value(move.metric, move.was.value)}, " if move.was else "not reported, "
    return f"{of}: was {was}is {now} since {short_day(move.now.reported_on)}."


def _version(standing: Standing, before: Version | None, version: Version) -> Entry | None:
    """The entry of a version; None where no day is known on which it came to be."""
    day, agreement = version.began_on or version.effective, version.agreement
    if day is None or day > standing.known_on:
        return None
    title = agreement.terms.title if agreement else standing.agreement.terms.title
    rows = change_rows(before.agreement, agreement) if before and before.agreement and agreement else []
    told = [f"In force from {day_text(version.effective)}."] if version.effective else []
    told += [f"{change_summary(rows).capitalize()}."] if before else []
    commit = version.revisions[0].commit
    return Entry(
        key=f"{standing.agreement.id}/version/{version.number}",
        on=day,
        title=f"{title}, version {version.number}",
        summary=" ".join([*told, *(row.sentence for row in rows)]),
        url=version_url(standing.agreement.id, version.number),
        kind=Kind.AMENDMENT,
        author=commit.author if commit else "",
    )


def _consequences(standing: Standing) -> Iterator[Entry]:
    """Each remedy that so many strikes brought, and each rule by which the agreement could be ended."""
    found, id_ = standing.consequences, standing.agreement.id
    for party in found.owing or {}:
        for day, count in levels_reached(party, found.strikes, found.as_of):
            yield _level(id_, day, count)
    judged = standing.judgements, standing.restatements
    for opening in find_openings(standing.versions, *judged, found.as_of):
        rule, commitment = opening.rule, opening.commitment
        which = f"of the last {rule.of_last}" if rule.of_last else "in a row"
        yield Entry(
            key=f"{id_}/{rule.commitment}/cancellation/{rule.missed}-{rule.of_last or 0}/{opening.on}",
            on=opening.on,
            title=f"{commitment.name}: the agreement may be ended",
            summary=f"{rule.missed} periods {which} were missed. Notice: {rule.notice}.",
            url=f"{id_}/#consequences",
            kind=Kind.CONSEQUENCE,
            author=Words(opening.agreement).party(commitment.party),
        )


def _level(id_: str, day: date, count: StrikeCount) -> Entry:
    newest, level = count.counting[-1].miss.judgement, count.level
    assert level is not None  # noqa: S101 it was reached
    party = _party(newest)
    of = joined(_name(strike.miss.judgement) for strike in count.counting)
    return Entry(
        key=f"{id_}/{count.party}/strikes/{level.strikes}/{day}",
        on=day,
        title=f"{party}: {level.remedy.name}, at {count_text(len(count.counting), 'strike')}",
        summary=f"{level.remedy.description.strip()} For missing {of}.",
        url=f"{id_}/#consequences",
        kind=Kind.CONSEQUENCE,
        author=party,
    )


def _key(judgement: Judgement) -> str:
    return f"{judgement.agreement.id}/{judgement.commitment.id}/{judgement.period.id}"


def _name(judgement: Judgement) -> str:
    return f"{judgement.commitment.name}, {period_of(judgement)}"


def _party(judgement: Judgement) -> str:
    return Words(judgement.agreement).party(judgement.commitment.party)


def _sentence(judgement: Judgement) -> str:
    return Words(judgement.agreement).sentence(judgement.commitment, judgement.goal)
