from __future__ import annotations

import pytest

from living_sla.agreement.definitions import Term
from living_sla.present.glossary import Glossary

TERMS = {
    "mql": Term(term="Marketing-qualified lead (MQL)", meaning="Ready for sales."),
    "lead": Term(term="Lead", meaning="Somebody who may buy.", also=("prospect",)),
    "company": Term(term="Company", meaning="A firm."),
    "it": Term(term="IT", meaning="Computers."),
}


def found(text: str, seen: set[str] | None = None) -> list[tuple[str, str]]:
    parts = Glossary(TERMS).parts(text, set() if seen is None else seen)
    return [(part, id_) for part, id_ in parts if id_]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("A lead came.", [("lead", "lead")]),
        ("Leads came.", [("Leads", "lead")]),
        ("Three companies bought.", [("companies", "company")]),
        ("A prospect is known.", [("prospect", "lead")]),
        ("An MQL, told in full: marketing-qualified leads.", [("MQL", "mql")]),
        ("500 marketing-qualified leads", [("marketing-qualified leads", "mql")]),
        ("500 MQLs", [("MQLs", "mql")]),
    ],
)
def test_a_term_is_found_as_a_whole_word_or_plural(text: str, terms: list[tuple[str, str]]) -> None:
    assert found(text) == terms


@pytest.mark.parametrize("text", ["Leadership misleads.", "mql", "It rains.", "", "un-leaded"])
def test_a_part_of_a_word_and_an_abbreviation_in_other_letters_are_no_terms(text: str) -> None:
    assert found(text) == []


def test_only_the_first_occurrence_in_a_section_is_told() -> None:
    seen: set[str] = set()
    assert found("A lead and a lead.", seen) == [("lead", "lead")]
    assert found("Another lead of a company.", seen) == [("company", "company")]


def test_the_parts_make_up_the_text() -> None:
    text = "Leads, MQLs & companies; leads again."
    assert "".join(part for part, _ in Glossary(TERMS).parts(text, set())) == text


def test_an_empty_glossary_finds_nothing() -> None:
    assert list(Glossary({}).parts("A lead.", set())) == [("A lead.", "")]
