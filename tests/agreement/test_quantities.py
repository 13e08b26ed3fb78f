from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.agreement.quantities import parse_number, parse_percent


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (0, 0),
        (-5, -5),
        (100, 100),
        (Decimal("4.5"), Fraction(9, 2)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Decimal("-0.3"), Fraction(-3, 10)),
    ],
)
def test_a_number_is_exact(typed: object, number: int | Fraction) -> None:
    assert parse_number(typed) == number


def test_a_whole_number_with_decimals_is_an_int() -> None:
    assert isinstance(parse_number(Decimal("100.0")), int)


@pytest.mark.parametrize("typed", ["100", "1,000", "95%", "$5", "five", "", None, True, False, (1,), 0.5])
def test_anything_else_is_no_plain_number(typed: object) -> None:
    with pytest.raises(
        ValueError, match=r"^is not a plain number; write digits only, without quotes, for ex"
    ):
        parse_number(typed)


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("0%", Fraction(0)),
        ("95%", Fraction(19, 20)),
        ("99.9%", Fraction(999, 1000)),
        ("100%", Fraction(1)),
        ("100.0%", Fraction(1)),
    ],
)
def test_a_percentage_is_an_exact_share(typed: str, share: Fraction) -> None:
    assert parse_percent(typed) == share


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        (95, "write 95%"),
        (Decimal("99.5"), "write 99.5%"),
        (Decimal("0.95"), "write 95%"),
        (Decimal("0.9500"), "write 95%"),
        (100, "write 100%"),
        (150, "write 100% or less"),
        ("95", "write 95%"),
        ("95 %", "write 95%"),
        ("95,5%", "write 95.5%"),
        ("95 percent", "write 95%"),
        ("095%", "write 95%"),
        ("150%", "write 100% or less"),
        ("100.1%", "write 100% or less"),
        (-1, "write a percentage, for example 95%"),
        ("-1%", "write a percentage, for example 95%"),
        ("most", "write a percentage, for example 95%"),
        ("9" * 5000 + "%", "write a percentage, for example 95%"),
        (True, "write a percentage, for example 95%"),
        (None, "write a percentage, for example 95%"),
    ],
)
def test_anything_else_is_refused_with_what_was_probably_meant(typed: object, hint: str) -> None:
    with pytest.raises(ValueError, match=f"^is not a percentage between 0% and 100%; {hint}$"):
        parse_percent(typed)


@given(st.text() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.booleans())
def test_a_share_lies_between_nothing_and_all(typed: object) -> None:
    try:
        share = parse_percent(typed)
    except ValueError:
        return
    assert 0 <= share <= 1


@given(st.integers(0, 100), st.integers(0, 999_999))
def test_a_percentage_read_back_is_the_one_written(whole: int, millionths: int) -> None:
    if whole < 100 or millionths == 0:
        assert parse_percent(f"{whole}.{millionths:06}%") * 100 == whole + Fraction(millionths, 1_000_000)
