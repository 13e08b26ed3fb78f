from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.agreement.definitions import Term
from living_sla.agreement.loading import Agreement, load_agreement
from living_sla.agreement.wording import Text, spellings, texts, vague_words, whole_words

ROOT = Path(__file__).parents[2]
NOTHING = whole_words([])
FOLDERS = [Path(__file__).parent / "complete" / "acme", ROOT / "agreement" / "marketing-sales"]


@pytest.fixture(params=FOLDERS, ids=["complete", "example"])
def agreement(request: pytest.FixtureRequest) -> Agreement:
    return load_agreement(request.param, root=request.param)


def test_each_text_has_its_path_and_a_name() -> None:
    complete = load_agreement(FOLDERS[0], root=FOLDERS[0])
    found = [
        text for text in texts(complete) if "An automatic reply" in text.words or "no budget" in text.words
    ]
    assert found == [
        Text(
            ("commitments", "commitments", 1, "note"),
            "commitments.follow-up.note",
            "An automatic reply is no call.",
        ),
        Text(("lead-management", "return", "reasons", 0), "return.reasons", "no budget"),
    ]


def test_each_promise_stands_where_its_path_leads(agreement: Agreement) -> None:
    promises = [text for text in texts(agreement) if text.is_promise]
    assert promises
    for text in promises:
        place = agreement.places[".".join(map(str, text.path))]
        assert place.path == f"{text.path[0]}.yml"


@pytest.mark.parametrize(
    ("path", "is_promise"),
    [
        (("agreement", "parties", "sales", "needs", 0), True),
        (("agreement", "parties", "sales", "name"), False),
        (("agreement", "title"), False),
        (("definitions", "personas", 0, "jobs", 0), False),
        (("definitions", "personas", 0, "needs"), False),
    ],
)
def test_names_and_what_buyers_think_are_no_promises(path: tuple[str | int, ...], is_promise: bool) -> None:  # noqa: FBT001 a parameter of the case
    assert Text(path, "", "").is_promise is is_promise


def test_a_term_is_spelled_with_its_abbreviation_and_other_spellings() -> None:
    term = Term(term="Marketing-qualified lead (MQL)", meaning="An address.", also=("hot lead",))
    assert spellings(term) == {
        "Marketing-qualified lead (MQL)",
        "Marketing-qualified lead",
        "MQL",
        "hot lead",
    }


@pytest.mark.parametrize(
    "text", ["a hot lead", "Hot leads", "hot-lead", "(hot  lead)", "hot\nlead.", "HOT LEADS!"]
)
def test_a_phrase_is_found_in_any_case_number_and_across_hyphens_and_lines(text: str) -> None:
    assert whole_words(["hot lead"]).search(text)


@pytest.mark.parametrize("text", ["hot leader", "shot lead", "hotlead", "hot and lead", "hot leadss", ""])
def test_a_phrase_is_not_found_within_words(text: str) -> None:
    assert not whole_words(["hot lead"]).search(text)


def test_the_longest_phrase_is_found() -> None:
    assert whole_words(["lead", "lead time"]).findall("A lead time.") == ["lead time"]


@given(st.text())
def test_no_phrase_is_found_where_there_is_none(text: str) -> None:
    assert not NOTHING.search(text)


@given(st.lists(st.text(min_size=1)), st.text())
def test_any_phrases_make_a_pattern(phrases: list[str], text: str) -> None:
    list(vague_words(text, whole_words(phrases)))


def test_vague_words_are_told_as_typed_with_what_they_lack() -> None:
    assert list(vague_words("Best-efforts and ASAP", NOTHING)) == [
        (
            "Best-efforts",
            "does not say what is enough",
            "write a number, for example 60 points or more, or define it in the glossary",
        ),
        (
            "ASAP",
            "does not say when",
            "write a time or a day, for example within 24 hours, or define it in the glossary",
        ),
    ]


def test_a_letter_of_another_alphabet_makes_another_word() -> None:
    assert list(vague_words("t\N{LATIN SMALL LETTER DOTLESS I}mely", NOTHING)) == []


def test_a_defined_phrase_is_clear_where_it_stands_and_nowhere_else() -> None:
    defined = whole_words(["timely follow-up"])
    assert [words for words, _, _ in vague_words("A timely follow-up", defined)] == []
    assert [words for words, _, _ in vague_words("A timely follow-up, a timely report", defined)] == [
        "timely"
    ]
