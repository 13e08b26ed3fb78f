from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

from living_sla.agreement.strict_yaml import load_yaml
from living_sla.agreement.validation import validate
from living_sla.diagnostics import InputError

if TYPE_CHECKING:
    from collections.abc import Callable


class Terms(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Sum(Terms):
    sum: str
    of: int = 1


class Mean(Terms):
    mean: str
    of: str = ""


def shape(value: object) -> str:
    return "mean" if isinstance(value, dict) and "mean" in value else "sum"


Measure = Annotated[Annotated[Sum, Tag("sum")] | Annotated[Mean, Tag("mean")], Discriminator(shape)]


class Person(Terms):
    name: Annotated[str, StringConstraints(max_length=5)]
    email: Annotated[str, StringConstraints(pattern="@")] | None = None


class Page(Terms):
    title: str
    sort: Literal["old", "new"] = "new"
    size: Annotated[int, Field(ge=1, le=5000)] = 1
    is_open: bool = True
    people: dict[str, Person] = {}
    words: Annotated[tuple[str, ...], Field(max_length=2)] = ()
    with_: int = Field(alias="with", default=0)
    measure: Measure | None = None
    measures: tuple[Measure, ...] = ()


@pytest.fixture
def told(tmp_path: Path) -> Callable[[str], list[str]]:
    def told(text: str) -> list[str]:
        (tmp_path / "a.yml").write_text(text)
        with pytest.raises(InputError) as refusal:
            validate(load_yaml(tmp_path / "a.yml", shown_as="a.yml"), Page)
        return [f"{p.place} {p.sentence}".removeprefix("a.yml:") for p in refusal.value.problems]

    return told


def test_a_document_becomes_a_model(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("title: A\npeople: {josh: {name: Josh}}\nmeasure: {mean: a, of: b}\n")
    page = validate(load_yaml(tmp_path / "a.yml", shown_as="a.yml"), Page)
    assert page.people == {"josh": Person(name="Josh")}
    assert page.measure == Mean(mean="a", of="b")


WHOLE = "is not a whole number; write digits only, without quotes"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sort: new", "1:1 'title' is missing; add `title: …`"),
        ("# a comment\nsort: new", "2:1 'title' is missing; add `title: …`"),
        ("title: A\npeople:\n  josh: {}", "3:9 'name' is missing; add `name: …`"),
        ("title: A\ntitel: A", "2:1 'titel' is not a key here; did you mean 'title'?"),
        ("title: A\nwiht: 1", "2:1 'wiht' is not a key here; did you mean 'with'?"),
        (
            "title: A\npeople: {josh: {name: Josh, nam: J}}",
            "2:29 'nam' is not a key here; did you mean 'name'?",
        ),
        ("title: A\nmeasure: {sum: a, fo: 1}", "2:19 'fo' is not a key here; known here: of, sum"),
        ("title: A\nmeasures: [{mean: a, maen: 1}]", "2:22 'maen' is not a key here; did you mean 'mean'?"),
        ("title: 5", '1:8 title 5 is not text; write "5"'),
        ("title: true", '1:8 title true is not text; write "true"'),
        ("title: [A]", "1:8 'title' is not text; write one text"),
        ("title: A\nsize: five", f"2:7 size 'five' {WHOLE}"),
        ("title: A\nsize: 2.5", f"2:7 size 2.5 {WHOLE}"),
        ("title: A\nsize: true", f"2:7 size true {WHOLE}"),
        ("title: A\nsize: 0", "2:7 size 0 is less than 1"),
        ("title: A\nsize: 5001", "2:7 size 5001 is more than 5,000"),
        ("title: A\nis_open: 1", "2:10 is_open 1 is not true or false"),
        ("title: A\nsort: odd", "2:7 sort 'odd' is not known; did you mean 'old'?"),
        ("title: A\nsort: 7", "2:7 sort 7 is not known; known here: new, old"),
        ("title: A\nwords: one", "2:8 words 'one' is not a list; write one `- ` line for each"),
        ("title: A\nwords: [one, 2]", '2:14 words 2 is not text; write "2"'),
        ("title: A\nwords: [a, b, c]", "2:8 'words' has more than 2 entries"),
        ("title: A\npeople: [josh]", "2:9 'people' is not a mapping; write `key: value` lines below it"),
        (
            "title: A\npeople: {josh: Josh}",
            "2:16 josh 'Josh' is not a mapping; write `key: value` lines below it",
        ),
        (
            "title: A\npeople: {josh: {name: Joshua}}",
            "2:23 name 'Joshua' is longer than 5 characters",
        ),
        (
            "title: A\npeople: {josh: {name: Josh, email: josh}}",
            "2:36 email 'josh' is not written as it must be; write name@example.com",
        ),
        ("title: A\nmeasure: {sum: a, of: 0.5}", f"2:23 of 0.5 {WHOLE}"),
        ("title: A\nmeasure: {mean: a, of: 1}", '2:24 of 1 is not text; write "1"'),
        ("title: A\nmeasures: [{sum: 1}]", '2:18 sum 1 is not text; write "1"'),
        ("title:", "1:1 'title' is empty; write a value, or delete it"),
        ('title: " "', "1:1 'title' is empty; write a value, or delete it"),
        ("title: A\nmeasure: null", "2:1 'measure' is empty; write a value, or delete it"),
        ("title: A\nwords:\n  - a\n  -", "4:4 an entry of 'words' is empty; write a value, or delete it"),
        ("title: A\npeople: {josh: {name: ~}}", "2:17 'name' is empty; write a value, or delete it"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place_in_the_words_of_the_author(
    told: Callable[[str], list[str]], text: str, problem: str
) -> None:
    assert told(text) == [problem]


def test_all_mistakes_are_told_at_once(told: Callable[[str], list[str]]) -> None:
    assert told("sort:\npeople: {josh: {nam: J, email: x}}\nsize: 0\n") == [
        "1:1 'sort' is empty; write a value, or delete it",
        "1:1 'title' is missing; add `title: …`",
        "2:16 'name' is missing; add `name: …`",
        "2:17 'nam' is not a key here; did you mean 'name'?",
        "2:32 email 'x' is not written as it must be; write name@example.com",
        "3:7 size 0 is less than 1",
    ]


def test_no_sentence_is_the_validators_own() -> None:
    """Every kind of error the models can raise has words of ours: pydantic's say "Input should be"."""
    cases = Path(__file__).parents[1] / "cases" / "bad"
    told = "".join(path.read_text(encoding="utf-8") for path in cases.glob("*/expected.txt"))
    assert "Input" not in told
