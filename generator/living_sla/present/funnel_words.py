"""Rates, intervals and months of a funnel become the words of its page, and say what is not measured."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from living_sla.present.text import count_text, joined, number_text, percent_text, period_text, short_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from living_sla.agreement.quantities import Exact
    from living_sla.judge.counts import Count
    from living_sla.judge.funnel import Gauge
    from living_sla.judge.intervals import Rate
    from living_sla.judge.periods import Period

NOTHING = "\N{EN DASH}"
LEADS_FILE = "lead-management.yml"


def month_name(month: Period) -> str:
    """`Mar 2026`."""
    return short_period(month, "month")


def rate_words(rate: Rate | None) -> str:
    """A share, or a dash of nothing."""
    return NOTHING if rate is None or rate.share is None else percent_text(rate.share)


def interval_words(rate: Rate) -> str:
    """The interval behind a rate."""
    if rate.interval is None:
        return NOTHING
    return f"{percent_text(rate.interval.low)} to {percent_text(rate.interval.high)}"


def count_words(count: Count) -> str:
    """A count, or a dash of nothing; with what it lacks: `100 (5 of 28 days reported)`."""
    value = NOTHING if count.value is None else number_text(count.value)
    return f"{value} ({lack_words(count)})" if count.missing else value


def lack_words(count: Count) -> str:
    """`5 of 28 days reported`; of a count that lacks nothing, nothing."""
    expected = count_text(count.expected, count.unit)
    return f"{number_text(count.reported)} of {expected} reported" if count.missing else ""


def gauge_words(gauge: Gauge, n: int, unit: str) -> str:
    """The mean of a gauge in its n-th month, with what the month lacks."""
    found, lack = gauge.months[n], lack_words(gauge.reports[n])
    value = f"{number_text(found[0])} {unit}" if found else NOTHING
    return f"{value} ({lack})" if lack else value


def basis_words(known: int, months: int) -> str:
    """On how many months a number rests, where not on all: `in the 3 of 4 months reported in full`."""
    return f"in the {known} of {count_text(months, 'month')} reported in full" if known < months else ""


def absent(words: str, file: str, key: str) -> dict[str, str]:
    """What stands in place of a section that the agreement does not measure."""
    return {"absent": words, "add": key, "file": file}


def unreported(metrics: Iterable[str]) -> dict[str, str]:
    """What stands in place of a section whose metrics nobody reported."""
    names = joined(f"{metric}" for metric in dict.fromkeys(metrics))
    return {"absent": f"Nothing was reported of {names} for these months.", "add": "", "file": ""}


def span_text(months: Sequence[Period]) -> str:
    """`November 2025 to October 2026`, or nothing of no month."""
    if not months:
        return ""
    names = list(dict.fromkeys(period_text(month, "month") for month in (months[0], months[-1])))
    return " to ".join(names)


def months_text(months: Sequence[Period]) -> str:
    """`October 2025, and May to July 2026`: months in a row are told by the first and the last of them."""
    if not months:
        return "no month"
    runs = [[months[0]]]
    for before, month in pairwise(months):
        if before.end == month.start:
            runs[-1].append(month)
        else:
            runs.append([month])
    return joined(span_text(run) for run in runs)


def of_words(rate: Rate) -> str:
    """`26 of 753; 2.4% to 5% with 95% confidence`."""
    return f"{number_text(rate.good)} of {number_text(rate.of)}; {interval_words(rate)} with 95% confidence"


def rate_row(name: str, rate: Rate, most: Exact | None) -> dict[str, Any]:
    """A row of a table of rates; with `most`, also where its marks stand on a scale from 0 to that."""
    return {
        "name": name,
        "rate": rate_words(rate),
        "good": number_text(rate.good),
        "of": number_text(rate.of),
        "interval": interval_words(rate),
        "marks": _marks(rate, most) if most else None,
    }


def bar_width(rate: Rate, most: Exact) -> float | None:
    """How long the bar of a rate is, in hundredths of `most`."""
    return None if rate.share is None else round(min(100.0, float(rate.share / most * 100)), 1)


def _marks(rate: Rate, most: Exact) -> dict[str, float] | None:
    """Where the rate and its interval stand on a scale from 0 to `most`, in hundredths of it."""
    if rate.interval is None or rate.share is None:
        return None
    places = {"at": rate.share, "low": rate.interval.low, "high": rate.interval.high}
    return {key: round(float(value / most * 100), 1) for key, value in places.items()}
