from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from living_sla.start.answers import Answers, parse_answer
from living_sla.start.questions import QUESTIONS, STARTERS, Question

each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)


def test_every_question_has_one_answer_and_every_answer_one_question() -> None:
    keys = [question.key.replace("-", "_") for question in QUESTIONS]
    assert keys == [field.name for field in dataclasses.fields(Answers)]


@each_question
def test_a_default_is_an_answer(question: Question) -> None:
    if question.default:
        assert parse_answer(question, question.default) is not None


@each_question
def test_every_suggestion_is_an_answer(question: Question) -> None:
    assert None not in [parse_answer(question, suggestion) for suggestion in question.suggestions]


def test_only_the_day_has_no_default_that_could_be_known_beforehand() -> None:
    asked = [q.key for q in QUESTIONS if not q.default and not q.is_optional]
    assert asked == ["effective"]


def test_there_is_a_starter_for_each_kind_of_exchange_and_one_with_all_of_them() -> None:
    kinds = ["lead-generation", "content", "campaigns", "reporting", "training"]
    assert sorted(STARTERS) == sorted([*kinds, "full"])
    assert set(kinds) <= set(STARTERS["full"])


def test_the_list_loads_nothing_heavy() -> None:
    code = (
        "import sys, living_sla.start.questions; print({'pydantic', 'jinja2', 'openpyxl'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
