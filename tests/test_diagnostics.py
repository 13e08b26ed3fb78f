from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.diagnostics import (
    InputError,
    Place,
    Problem,
    Severity,
    did_you_mean,
    printable,
    quote,
    render_github,
    render_json,
    render_text,
)

TARGET = Problem(
    Place("a.yml", 7, 12), "value", "target 95 is not a percentage between 0% and 100%", "write 95%"
)
WARNING = Problem(Place("b.csv", 2, 1), "outlier", "leads 6000 is far above", severity=Severity.WARNING)

ADVICE = Problem(Place("a.yml", 1, 1), "no-lead", "nobody leads", "add `lead`", Severity.ADVICE)


def numbered(count: int, severity: Severity = Severity.ERROR) -> list[Problem]:
    return [Problem(Place("a.csv", line), "rule", "wrong", "", severity) for line in range(1, count + 1)]


def test_a_problem_is_one_line_of_text() -> None:
    assert render_text([TARGET]) == (
        "a.yml:7:12: error: target 95 is not a percentage between 0% and 100%; write 95% [value]\n"
    )


def test_a_problem_without_a_hint_ends_with_its_message() -> None:
    assert render_text([WARNING]) == "b.csv:2:1: warning: leads 6000 is far above [outlier]\n"


def test_a_problem_of_a_whole_file_stands_on_its_first_line() -> None:
    assert render_text([Problem(Place("a.yml"), "rule", "wrong")]) == "a.yml:1:1: error: wrong [rule]\n"


def test_problems_are_sorted_by_place() -> None:
    problems = [Problem(Place(*place), "rule", "wrong") for place in (("b", 1), ("a", 10), ("a", 9))]
    assert render_text(problems) == (
        "a:9:1: error: wrong [rule]\na:10:1: error: wrong [rule]\nb:1:1: error: wrong [rule]\n"
    )


def test_advice_on_a_file_comes_after_its_errors_and_warnings() -> None:
    warning = Problem(Place("a.yml", 9), "rule", "odd", severity=Severity.WARNING)
    assert render_text([ADVICE, WARNING, warning, TARGET]) == (
        "a.yml:7:12: error: target 95 is not a percentage between 0% and 100%; write 95% [value]\n"
        "a.yml:9:1: warning: odd [rule]\n"
        "a.yml:1:1: advice: nobody leads; add `lead` [no-lead]\n"
        "b.csv:2:1: warning: leads 6000 is far above [outlier]\n"
    )


def test_fifty_problems_of_a_file_are_all_shown() -> None:
    assert render_text(numbered(50)).count("wrong") == 50


def test_more_than_fifty_problems_of_a_file_end_in_a_count() -> None:
    lines = render_text(numbered(62)).splitlines()
    assert lines[49:] == [
        "a.csv:50:1: error: wrong [rule]",
        "a.csv:1:1: error: more problems in this file, not shown here: 12 [more]",
    ]


def test_the_count_of_one_file_hides_nothing_of_another() -> None:
    assert render_text([*numbered(60), TARGET]).count("[value]") == 1


def test_errors_are_shown_before_warnings_are_counted() -> None:
    late_error = Problem(Place("a.csv", 99), "late", "wrong")
    lines = render_text([*numbered(60, Severity.WARNING), late_error]).splitlines()
    assert lines[-2:] == [
        "a.csv:99:1: error: wrong [late]",
        "a.csv:1:1: warning: more problems in this file, not shown here: 11 [more]",
    ]


def test_warnings_are_shown_before_advice_is_counted() -> None:
    late_warning = Problem(Place("a.csv", 99), "late", "odd", severity=Severity.WARNING)
    lines = render_text([*numbered(60, Severity.ADVICE), late_warning]).splitlines()
    assert (lines[0], lines[-1]) == (
        "a.csv:99:1: warning: odd [late]",
        "a.csv:1:1: advice: more problems in this file, not shown here: 11 [more]",
    )


def test_text_shows_what_a_terminal_would_obey_as_an_escape() -> None:
    problem = Problem(Place("a\n.yml", 1, 1), "rule", "title '\x1b[31m\u202e'")
    assert render_text([problem]) == "a\\n.yml:1:1: error: title '\\x1b[31m\\u202e' [rule]\n"


def test_json_lists_every_field_of_every_problem() -> None:
    assert json.loads(render_json([WARNING, TARGET])) == [
        {
            "path": "a.yml",
            "line": 7,
            "column": 12,
            "severity": "error",
            "rule": "value",
            "message": "target 95 is not a percentage between 0% and 100%",
            "hint": "write 95%",
        },
        {
            "path": "b.csv",
            "line": 2,
            "column": 1,
            "severity": "warning",
            "rule": "outlier",
            "message": "leads 6000 is far above",
            "hint": "",
        },
    ]


def test_json_names_advice_and_puts_it_last_in_its_file() -> None:
    rows = json.loads(render_json([ADVICE, TARGET]))
    assert [row["severity"] for row in rows] == ["error", "advice"]


def test_github_gets_an_annotation_of_the_line() -> None:
    assert render_github([TARGET]) == (
        "::error file=a.yml,line=7,col=12,title=value::"
        "target 95 is not a percentage between 0%25 and 100%25; write 95%25\n"
    )


def test_github_gets_warnings_as_such_and_advice_as_a_notice() -> None:
    assert render_github([WARNING, ADVICE]) == (
        "::notice file=a.yml,line=1,col=1,title=no-lead::nobody leads; add `lead`\n"
        "::warning file=b.csv,line=2,col=1,title=outlier::leads 6000 is far above\n"
    )


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("a\n::error::b", "a\\n::error::b"),
        ("a\r\n::set-output", "a\\r\\n::set-output"),
        ("100%0A::stop", "100%250A::stop"),
    ],
)
def test_typed_text_starts_no_github_command(message: str, written: str) -> None:
    problem = Problem(Place("a.yml", 1, 1), "rule", message)
    assert render_github([problem]) == f"::error file=a.yml,line=1,col=1,title=rule::{written}\n"


def test_a_path_adds_no_property_to_a_github_command() -> None:
    problem = Problem(Place("a,line=9::b\n.yml", 1, 1), "rule", "wrong")
    assert render_github([problem]).startswith("::error file=a%2Cline=9%3A%3Ab%0A.yml,line=1,")


def test_github_gets_the_count_too() -> None:
    assert render_github(numbered(51)).splitlines()[-1] == (
        "::error file=a.csv,line=1,col=1,title=more::more problems in this file, not shown here: 1"
    )


@given(st.text(), st.text())
def test_every_github_command_stays_on_one_line(path: str, message: str) -> None:
    written = render_github([Problem(Place(path), "rule", message)])
    assert len(written.splitlines()) == 1


@given(st.text())
def test_printable_text_is_printable(text: str) -> None:
    assert printable(text).isprintable()


def test_what_was_typed_is_quoted_and_cut_to_60_characters() -> None:
    assert quote("a" * 60) == f"'{'a' * 60}'"
    assert quote("a" * 61) == f"'{'a' * 57}...'"


def test_the_nearest_known_word_is_suggested() -> None:
    assert did_you_mean("targett", ["target", "title"]) == "did you mean 'target'?"


def test_known_words_are_listed_where_none_is_near() -> None:
    assert did_you_mean("zzz", ["sales", "marketing"]) == "known here: marketing, sales"


def test_at_most_12_known_words_are_listed() -> None:
    assert did_you_mean("zzz", [f"w{n:02}" for n in range(13)]).endswith("w10, w11, …")


def test_nothing_is_suggested_where_nothing_is_known() -> None:
    assert did_you_mean("target", []) == ""


def test_an_input_error_holds_its_problems_sorted() -> None:
    assert InputError([WARNING, TARGET]).problems == (TARGET, WARNING)
