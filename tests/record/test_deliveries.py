from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from living_sla.diagnostics import Place
from living_sla.record.deliveries import Delivery, load_deliveries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = "id,item,date,title,link,for\n"
ITEMS = {"report", "feedback", "launch"}
Loaded = tuple[tuple[Delivery, ...], list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Loaded]:
    def load(rows: str) -> Loaded:
        (tmp_path / "deliveries.csv").write_text(rows if rows.startswith("id,") else HEADER + rows)
        found, problems = load_deliveries(tmp_path / "deliveries.csv", ITEMS, root=tmp_path)
        return found, [f"{p.place} {p.sentence}".removeprefix("deliveries.csv:") for p in problems]

    return load


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert load_deliveries(tmp_path / "deliveries.csv", ITEMS, root=tmp_path) == ((), [])


def test_a_row_is_a_delivery(load: Callable[[str], Loaded]) -> None:
    assert load("r1,report,2026-03-06,Report,https://example.com/r1,\nf1,feedback,2026-03-09,,,r1\n") == (
        (
            Delivery(
                id="r1",
                item="report",
                on=date(2026, 3, 6),
                title="Report",
                link="https://example.com/r1",
                answers="",
                place=Place("deliveries.csv", 2, 1),
            ),
            Delivery("f1", "feedback", date(2026, 3, 9), "", "", "r1", Place("deliveries.csv", 3, 1)),
        ),
        [],
    )


def test_title_link_and_for_may_be_left_out(load: Callable[[str], Loaded]) -> None:
    (delivery,), problems = load("id,item,date\nr1,report,2026-03-06\n")
    assert (delivery.title, delivery.link, delivery.answers) == ("", "", "")
    assert problems == []


def test_deliveries_are_sorted_by_day_and_id(load: Callable[[str], Loaded]) -> None:
    found, _ = load("b,report,2026-03-06,,,\nc,report,2026-03-01,,,\na,report,2026-03-06,,,\n")
    assert [delivery.id for delivery in found] == ["c", "a", "b"]


def test_a_row_may_be_for_a_later_one(load: Callable[[str], Loaded]) -> None:
    found, problems = load("a,report,2026-03-01,,,spring\nspring,launch,2026-04-01,,,\n")
    assert [delivery.answers for delivery in found] == ["spring", ""]
    assert problems == []


def test_what_is_planned_may_lie_ahead(load: Callable[[str], Loaded]) -> None:
    assert load("spring,launch,2199-12-31,,,\n")[1] == []


ID = "use letters, digits, dots and hyphens, at most 64"
LIKE = "is not a day written YYYY-MM-DD; write it like 2026-03-01"
LINK = "is not a web address; write https://…"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a b,report,2026-03-06,,,", f"2:1 id 'a b' is not an id; {ID}"),
        (",report,2026-03-06,,,", f"2:1 the id is empty; {ID}"),
        ("-r,report,2026-03-06,,,", f"2:1 id '-r' is not an id; {ID}"),
        ("r1,reprot,2026-03-06,,,", "2:4 item 'reprot' is not known; did you mean 'report'?"),
        ("r1,report,6.3.2026,,,", f"2:11 date '6.3.2026' {LIKE}"),
        ("r1,report,,,,", "2:11 the date is empty; write it like 2026-03-01"),
        ("r1,report,2026-03-06,,javascript:alert(1),", f"2:23 link 'javascript:alert(1)' {LINK}"),
        ('r1,report,2026-03-06,"a, b",ftp://x,', f"2:29 link 'ftp://x' {LINK}"),
        ("r1,report,2026-03-06,,,r2", "2:24 no row has the id 'r2'; known here: r1"),
        ("r1,report,2026-03-06,,,r1", "2:24 a row cannot be for itself; name another"),
    ],
)
def test_a_cell_that_does_not_fit_is_told_at_its_place(
    load: Callable[[str], Loaded], row: str, problem: str
) -> None:
    assert load(f"{row}\n")[1] == [problem]


def test_an_id_is_taken_once(load: Callable[[str], Loaded]) -> None:
    assert load("r1,report,2026-03-06,,,\nr1,report,2026-03-13,,,\n")[1] == [
        "3:1 id 'r1' is already on line 2; give each delivery an id of its own"
    ]


def test_a_row_may_be_for_one_that_is_refused(load: Callable[[str], Loaded]) -> None:
    assert load("r1,report,soon,,,\nf1,feedback,2026-03-09,,,r1\n")[1] == [
        "2:11 date 'soon' is not a day written YYYY-MM-DD; write it like 2026-03-01"
    ]


def test_a_row_may_be_for_one_that_cannot_be_read(load: Callable[[str], Loaded]) -> None:
    problems = load("r1,report\nf1,feedback,2026-03-09,,,r1\n")[1]
    assert [problem.partition(" ")[0] for problem in problems] == ["2:1"]


def test_without_items_only_the_form_is_checked(tmp_path: Path) -> None:
    (tmp_path / "deliveries.csv").write_text(
        HEADER + "r1,anything,2026-03-06,,,\nr 2,anything,2026-03-06,,,\n"
    )
    found, problems = load_deliveries(tmp_path / "deliveries.csv", None, root=tmp_path)
    assert [delivery.item for delivery in found] == ["anything"]
    assert [problem.rule for problem in problems] == ["id"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(HEADER)
    (tmp_path / "deliveries.csv").symlink_to(tmp_path / "secret.csv")
    _, (problem,) = load_deliveries(tmp_path / "deliveries.csv", ITEMS, root=tmp_path)
    assert problem.sentence == "a symbolic link is not read; commit what it points to"
