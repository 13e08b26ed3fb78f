"""A due time and what was done become the outcome of one promise."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

Moment = TypeVar("Moment", date, datetime)


class Outcome(StrEnum):
    """What became of one promise."""

    KEPT = "kept"
    BROKEN = "broken"
    PENDING = "pending"


def judge_promise(due_at: Moment, done_at: Moment | None, as_of: Moment) -> Outcome:
    """Judge by what was known `as_of`: what was done after it counts as not done yet.

    All three are days or all three are instants in UTC. Done exactly when due is kept.
    """
    if done_at is not None and done_at <= min(due_at, as_of):
        return Outcome.KEPT
    return Outcome.BROKEN if as_of > due_at else Outcome.PENDING
