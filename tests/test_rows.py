"""The table in `rows.md` names a test for every row, and every test it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROWS = [
    "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12",
    "A13", "A14", "A15", "A16", "A17", "A18", "A19", "A20", "A21", "A22", "A23", "A24",
    "A25", "A26", "A27", "A28", "A29", "A30", "A31", "A32", "A33", "A34", "A35", "A36",
    "A37", "A38", "A39", "A40", "A41", "A42", "A43", "A44", "A45", "A46", "A47", "A48",
    "A49", "A50", "A51", "A52", "A53", "A54", "A55", "A56", "A57", "A59", "A60", "A61",
    "A62", "A64", "A65", "A66", "A67", "A68", "A69", "A70", "A71", "A72", "A73", "A74",
    "A75", "A76", "A77", "A78", "A79", "A80", "2", "3", "7",
]  # fmt: skip
TABLE = re.findall(
    r"^\| (A[0-9][0-9]|[0-9]) \|[^|]*\|[^|]*\| `([^`]+)` \|$",
    (TESTS / "rows.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_the_table_has_every_row_in_order() -> None:
    assert list(dict.fromkeys(row for row, _ in TABLE)) == ROWS


def test_no_line_of_the_table_is_misread() -> None:
    lines = (TESTS / "rows.md").read_text(encoding="utf-8").splitlines()
    assert len(TABLE) == sum(line.startswith("|") for line in lines) - 2


@pytest.mark.parametrize("test", sorted({test for _, test in TABLE}))
def test_what_the_table_names_is_there(test: str) -> None:
    path, _, function = test.partition("::")
    if not function:
        assert (TESTS / "cases" / path / "expected.txt").is_file()
        return
    tree = ast.parse((TESTS.parent / path).read_text(encoding="utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
