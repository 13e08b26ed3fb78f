"""The days on which versions are in force become a picture on a time axis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from living_sla.present.text import short_day
from living_sla.present.versions import span_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.versions import Span
    from living_sla.present.subject import Subject

MOST_SPANS = 40
_LEAST_LABELLED = 9.0
_MOST_TICKS = 6
_STEPS = (1, 3, 6, 12, 24, 60, 120)
_MONTHS = 12
_LEAST_ROOM = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Bar:
    """One version on the axis: its left edge and width in percent; a label only where there is room."""

    label: str
    left: float
    width: float
    state: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A day on the axis, in percent of its width."""

    label: str
    at: float


@dataclass(frozen=True, slots=True)
class Band:
    """The spans side by side, with what they say in words."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    as_of: Tick
    label: str


def band_of(subject: Subject) -> Band | None:
    """The newest spans on one axis; None where there is but one version to draw."""
    spans, as_of = subject.standing.timeline.spans[-MOST_SPANS:], subject.standing.as_of
    if len(spans) < 2:  # noqa: PLR2004 one span is no band
        return None
    axis = _axis(spans, as_of)
    told = [f"version {span.version.number} {span_text(subject, span.version)}" for span in spans]
    return Band(
        bars=tuple(_bar(span, axis, as_of) for span in spans),
        ticks=tuple(Tick(label, axis.at(day)) for day, label in axis.ticks()),
        as_of=Tick(short_day(as_of), axis.at(as_of + timedelta(days=1))),
        label="; ".join(told),
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    """The days [start, end)."""

    start: date
    end: date

    def at(self, day: date) -> float:
        """Where a day begins, in percent."""
        part = (day - self.start) / (self.end - self.start) * 100
        return round(min(100.0, max(0.0, part)), 2)

    def ticks(self) -> Iterator[tuple[date, str]]:
        """First days of months or years, as many as there is room for."""
        months = range(_month(self.start) + 1, _month(self.end) + 1)
        fitting = (step for step in _STEPS if len(_on_step(months, step)) <= _MOST_TICKS)
        step = next(fitting, len(months))
        for month in _on_step(months, step):
            day = date(month // _MONTHS, month % _MONTHS + 1, 1)
            if day < self.end:
                yield day, str(day.year) if step >= _MONTHS else short_day(day).partition(" ")[2]


def _axis(spans: tuple[Span, ...], as_of: date) -> _Axis:
    start, last = spans[0].start, max(as_of, spans[-1].start)
    return _Axis(start, last + max(_LEAST_ROOM, (last - start) / 8))


def _bar(span: Span, axis: _Axis, as_of: date) -> Bar:
    left = axis.at(span.start)
    right = axis.at(span.last + timedelta(days=1)) if span.last else 100.0
    width = round(right - left, 2)
    state = "coming" if span.start > as_of else "now" if span.holds(as_of) else "past"
    return Bar(span.version.number if width >= _LEAST_LABELLED else "", left, width, state, span.last is None)


def _month(day: date) -> int:
    return day.year * _MONTHS + day.month - 1


def _on_step(months: range, step: int) -> list[int]:
    return [month for month in months if month % step == 0]
