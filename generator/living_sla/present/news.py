"""A standing becomes the entries of its feed: verdicts, amendments, restatements, each told once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from living_sla.judge.restatements import closed_on
from living_sla.judge.verdicts import Verdict
from living_sla.present.changes import change_rows, change_summary
from living_sla.present.feeds import Entry, Kind
from living_sla.present.text import Words, count_text, day_text, period_text, short_day
from living_sla.present.versions import version_url
from living_sla.present.views import number_and_goal, promise_url, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.versions import Version
    from living_sla.judge.commitments import Judgement
    from living_sla.judge.restatements import Move, Step
    from living_sla.present.subject import Standing


_MOST_MOVES = 5


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
            summary=" ".join(filter(None, (_numbers(said), _sentence(said), reason_text(said)))),
            url=_url(said),
            kind=Kind.VERDICT,
            author=_party(said),
        )


def _step(step: Step) -> Entry:
    before, after = step.before, step.after
    was, is_ = (f"{j.verdict} ({number_and_goal(j)[0]})" for j in (before, after))
    if before.verdict is after.verdict:
        was, is_ = number_and_goal(before)[0], f"{number_and_goal(after)[0]}, still {after.verdict}"
    said = [_move_text(after, move) for move in step.moves[:_MOST_MOVES]]
    if step.is_amended:
        version = after.agreement.terms.version
        said.append(f"The agreement was changed: version {version}, committed on {day_text(step.on)}.")
    if len(step.moves) > _MOST_MOVES:
        said.append(f"{count_text(len(step.moves) - _MOST_MOVES, 'more number')} moved too.")
    strike = {1: f"It adds a strike for {_party(after)}.", -1: f"It takes a strike of {_party(after)} back."}
    return Entry(
        key=f"{_key(after)}/restatement/{step.on}",
        on=step.on,
        title=f"{_name(after)}: was {was}, now {is_}",
        summary=" ".join([*said, *filter(None, [strike.get(step.strikes)])]),
        url=_url(after),
        kind=Kind.RESTATEMENT,
        author=_party(after),
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


def _key(judgement: Judgement) -> str:
    return f"{judgement.agreement.id}/{judgement.commitment.id}/{judgement.period.id}"


def _url(judgement: Judgement) -> str:
    return f"{promise_url(judgement.agreement.id, judgement.commitment.id)}#{judgement.period.id}"


def _name(judgement: Judgement) -> str:
    return f"{judgement.commitment.name}, {period_text(judgement.period, judgement.commitment.measure.every)}"


def _party(judgement: Judgement) -> str:
    return Words(judgement.agreement).party(judgement.commitment.party)


def _numbers(judgement: Judgement) -> str:
    number, of = number_and_goal(judgement)
    return f"{number}{',' if of.startswith('target') else ''} {of}".strip() + "."


def _sentence(judgement: Judgement) -> str:
    return Words(judgement.agreement).sentence(judgement.commitment, judgement.goal)
