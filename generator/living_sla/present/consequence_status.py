"""What follows from missed periods becomes the plain data of `status.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from living_sla.present.owing import owner_text
from living_sla.present.text import plain

if TYPE_CHECKING:
    from datetime import date

    from living_sla.judge.cancellation import Watch
    from living_sla.judge.compensation import Debt
    from living_sla.judge.consequences import Owing
    from living_sla.judge.misses import Miss
    from living_sla.judge.strikes import Level, Strike
    from living_sla.present.subject import Standing
    from living_sla.record.actions import Action


def consequence_status(standing: Standing) -> dict[str, Any]:
    """Strikes, debts, rules of cancellation and actions as of a day, each with the period it is about.

    The owner of an action is told as on the pages, by role unless persons are named.
    """
    found = standing.consequences
    return {
        "parties": [_party(owing) for owing in (found.owing or {}).values()],
        "strikes": [_strike(strike, found.as_of) for strike in found.strikes],
        "debts": [_debt(debt, found.as_of) for debt in found.debts],
        "cancellation": [_watch(watch) for watch in found.watches],
        "actions": [_action(action, standing) for action in found.actions],
        "unanswered": [_about(miss) for miss in found.unanswered],
    }


def _party(owing: Owing) -> dict[str, Any]:
    count = owing.strikes
    return {
        "party": owing.party,
        "strikes": len(count.counting),
        "level": _level(count.level),
        "since": _day(count.since),
        "next_level": _level(count.next_level),
        "overdue_actions": len(owing.overdue),
    }


def _level(level: Level | None) -> dict[str, Any] | None:
    return {"strikes": level.strikes, "remedy": level.remedy.id} if level else None


def _strike(strike: Strike, as_of: date) -> dict[str, Any]:
    miss = strike.miss
    return {
        **_about(miss),
        "given": strike.given_on.isoformat(),
        "expires": strike.expires_on.isoformat(),
        "counts": strike.counts_on(as_of),
        "added_by_restatement": miss.added_by is not None,
        "taken_back": _day(miss.until),
    }


def _debt(debt: Debt, as_of: date) -> dict[str, Any]:
    """One debt; the amounts missing and left are by item, under '' where there are no items."""
    return {
        **_about(debt.miss),
        "how": debt.rule.how,
        "money": plain(debt.money),
        "currency": debt.miss.judgement.agreement.terms.currency,
        "missing": {item: plain(amount) for item, amount in debt.missing.items()},
        "left": {item: plain(amount) for item, amount in debt.left.items()},
        "carried_into": debt.carried_into.id if debt.carried_into else None,
        "due": _day(debt.due_on),
        "overdue": debt.is_overdue(as_of),
    }


def _watch(watch: Watch) -> dict[str, Any]:
    return {
        "commitment": watch.commitment.id,
        "missed": watch.missed,
        "could_be": watch.could_be,
        "of": watch.rule.missed,
        "of_last": watch.rule.of_last,
        "open_since": _day(watch.open_since),
        "ends": _day(watch.ends_on),
        "may_open": _day(watch.may_open_on),
    }


def _action(action: Action, standing: Standing) -> dict[str, Any]:
    return {
        "id": action.id,
        "commitment": action.commitment,
        "period": action.period,
        "action": action.action,
        "owner": owner_text(standing, action.owner),
        "opened": action.opened_on.isoformat(),
        "due": action.due_on.isoformat(),
        "done": _day(action.done_on),
        "overdue": action.is_overdue(standing.consequences.as_of),
        "link": action.link,
    }


def _about(miss: Miss) -> dict[str, Any]:
    commitment, period = miss.key
    return {"commitment": commitment, "period": period, "party": miss.party}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
