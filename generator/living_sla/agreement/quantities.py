"""Numbers as people write them in an agreement become exact numbers.

Every number the tool judges is an `Exact`: an `int`, or a `Fraction` where it has decimals. Both compare and
add without rounding, so reaching a target exactly is meeting it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

Exact = int | Fraction

_PERCENT = re.compile(r"(0|[1-9][0-9]{0,2})(\.[0-9]{1,6})?%")


def parse_number(value: object) -> Exact:
    """An exact number from a YAML integer or decimal.

    Raises:
        ValueError: it is text (with a percent or money sign, say), true, false or empty.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("is not a plain number; write digits only, without quotes, for example 1000 or 4.5")  # noqa: TRY004 pydantic turns only ValueError into a problem
    return value if isinstance(value, int) else _exact(value)


def parse_percent(value: object) -> Fraction:
    """A share from 0 to 1, from a percentage written like `95%`.

    Raises:
        ValueError: there is no percent sign, or the share is not between 0% and 100%.
    """
    if isinstance(value, str) and _PERCENT.fullmatch(value):
        share = Fraction(value.removesuffix("%")) / 100
        if share <= 1:
            return share
    raise ValueError(f"is not a percentage between 0% and 100%; write {_as_percent(value)}")


def plain_number(value: Exact) -> str:
    """A number as a file writes it."""
    if isinstance(value, int):
        return str(value)
    return f"{Decimal(value.numerator) / value.denominator:f}"


def _as_percent(value: object) -> str:
    """The percentage that was probably meant, or an example of one."""
    found = re.fullmatch(r"([0-9]{1,9})(?:[.,]([0-9]{1,6}))?\s*(%|percent)?", str(value))
    if not found:
        return "a percentage, for example 95%"
    whole, decimals, sign = found.groups()
    typed = Decimal(f"{whole}.{decimals or 0}")
    meant = typed * 100 if typed < 1 and not sign else typed
    return f"{meant.normalize():f}%" if meant <= 100 else "100% or less"  # noqa: PLR2004 per cent


def _exact(number: Decimal) -> Exact:
    fraction = Fraction(number)
    return fraction.numerator if fraction.denominator == 1 else fraction
