from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from living_sla.agreement.strict_yaml import Document, load_yaml
from living_sla.diagnostics import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

reuses_one_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str | bytes], Document]:
    def load(text: str | bytes) -> Document:
        path = tmp_path / "a.yml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_yaml(path, shown_as="a.yml")

    return load


@pytest.fixture
def told(load: Callable[[str | bytes], Document]) -> Callable[[str | bytes], list[str]]:
    def told(text: str | bytes) -> list[str]:
        with pytest.raises(InputError) as refusal:
            load(text)
        return [f"{p.place} {p.sentence}".removeprefix("a.yml:") for p in refusal.value.problems]

    return told


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("999999999999999999", 999_999_999_999_999_999),
        ("4.5", Decimal("4.5")),
        ("1.10", Decimal("1.10")),
        ("-0.5", Decimal("-0.5")),
        ("95%", "95%"),
        ("1.2.0", "1.2.0"),
        ("2026-01-05", "2026-01-05"),
        ("2026-02-30", "2026-02-30"),
        ("2026-Q1", "2026-Q1"),
        ("24 hours", "24 hours"),
        ("follow-up", "follow-up"),
        ("Norway", "Norway"),
        ("'NO'", "NO"),
        ('"17:00"', "17:00"),
        ('"010"', "010"),
        ("'null'", "null"),
        ('"a\\tb"', "a\tb"),
        ("foo #bar", "foo"),
        ("foo#bar", "foo#bar"),
        ("[]", ()),
        ("[1, a]", (1, "a")),
        ("{}", {}),
        ("|\n  two\n  lines", "two\nlines\n"),
        (">-\n  two\n  lines", "two lines"),
    ],
)
def test_a_value_is_what_every_reader_takes_it_for(
    load: Callable[[str], Document], typed: str, value: object
) -> None:
    data = load(f"key: {typed}\n").data
    assert data == {"key": value}
    assert type(data["key"]) is type(value)  # 1 and True, 4.5 and its Decimal are equal


@pytest.mark.parametrize("word", ["NO", "no", "Yes", "on", "Off", "True", "FALSE", "Null", "NULL", "y", "N"])
def test_a_word_that_may_be_true_or_false_must_be_quoted(
    load: Callable[[str], Document], told: Callable[[str], list[str]], word: str
) -> None:
    hint = f'write "{word}" for the word, true or false for yes or no'
    if word in {"y", "N"}:
        assert load(f"key: {word}").data == {"key": word}
    else:
        assert told(f"key: {word}") == [f"1:6 '{word}' is read differently by different programs; {hint}"]


@pytest.mark.parametrize("clock", ["17:00", "1:30", "09:30", "24:00:00", "8:15"])
def test_a_clock_time_must_be_quoted(told: Callable[[str], list[str]], clock: str) -> None:
    hint = f'write "{clock}" for a time of day, "24 hours" for a duration'
    assert told(f"key: {clock}") == [f"1:6 '{clock}' is read differently by different programs; {hint}"]


@pytest.mark.parametrize(
    "number",
    [
        "010",
        "08",
        "0x1F",
        "0b11",
        "0o17",
        "1_000",
        "685_230.15",
        "1e3",
        "1.0e+3",
        "1.0e+400",
        ".5",
        "1.",
        "+5",
        ".nan",
        ".inf",
        "-.inf",
        "2026-01-05 10:00:00",
        "=",
    ],
)
def test_a_number_that_readers_take_for_different_ones_is_refused(
    told: Callable[[str], list[str]], number: str
) -> None:
    hint = "write a number in plain digits, for example 1000 or 4.5; put a text in quotes"
    assert told(f"key: {number}") == [f"1:6 '{number}' is read differently by different programs; {hint}"]


ANCHOR = (
    "anchors and aliases (& and *) are not read; "
    "write the value out, or put a text that starts with & or * in quotes"
)
COLONS = "a second ': ' on one line; put a text with a colon in quotes, and indent a key like its neighbours"
DIGITS = "has more than 18 digits; put it in quotes if it is a text"
TAG = "is not read; delete it, or put a text that starts with ! in quotes"
UNFIT = "this does not fit what stands before; mend the indentation here, or the quotes and brackets before"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1234567890123456789", f"1:4 '1234567890123456789' {DIGITS}"),
        ("a: 1\na: 2", "2:1 'a' is already on line 1; keep one of them"),
        ("b:\n  - a: 1\n    a: 2", "3:5 'a' is already on line 2; keep one of them"),
        ("b: {a: 1, a: 2}", "1:11 'a' is already on line 1; keep one of them"),
        ("1: a", "1:1 '1' is not text; write \"1\""),
        ("2.5: a", "1:1 '2.5' is not text; write \"2.5\""),
        ("null: a", "1:1 'null' is not text; write \"null\""),
        ("? \n: a", "1:2 this key is not text"),
        ('"": a', "1:1 this key is not text"),
        ("[a]: b", "1:1 this key is not text"),
        ("{a: b}: c", "1:1 this key is not text"),
        ("a: *b", f"1:4 {ANCHOR}"),
        ("a: &b", f"1:4 {ANCHOR}"),
        ("a: !!str b", f"1:4 the tag '!!str' {TAG}"),
        ("a: !b", f"1:4 the tag '!b' {TAG}"),
        ("<<: {a: 1}", "1:1 the merge key << is not read; write the keys out"),
        ('a: "\\0"', "1:4 hidden character U+0000; delete it"),
        ('a: "\\u202e"', "1:4 hidden character U+202E; delete it"),
        ('"\\u200b": b', "1:1 hidden character U+200B; delete it"),
        ("", "1:1 the file is empty"),
        ("---\n", "1:1 the file is empty"),
        ("# only a comment", "1:1 the file is empty"),
        ("null", "1:1 the file is empty"),
        ("text", "1:1 the file is not a mapping; write `key: value` lines"),
        ("# a comment\n- a", "2:1 the file is not a mapping; write `key: value` lines"),
        ("a: 1\n---\nb: 2", "2:1 a second document starts here; keep one document a file"),
        ("a: b: c", f"1:5 {COLONS}"),
        ("a: - b", "1:4 a list cannot start here; start it on a line of its own"),
        ("a:\n\tb: 1", "2:1 a tab stands where the line is indented; indent with spaces"),
        ("a: |\n b\n\tc", "3:1 a tab stands where the line is indented; indent with spaces"),
        ("a: @b", "1:4 a text cannot start with this character; put the text in quotes"),
        ("a: %b", "1:4 a text cannot start with this character; put the text in quotes"),
        ("a: }", "1:4 a value cannot start with this character; put the text in quotes"),
        ("a: 'b' c", f"1:8 {UNFIT}"),
        ("a: b\nc\nd: 3", "2:1 a line without ': '; write `key: value`, and indent a text that goes on"),
        ("a:\n  - 1\n  b: 2", "3:3 this is no entry of the list before; mend the indentation"),
        ("a: [", "1:5 a bracket is not closed; close it, and separate entries by commas"),
        ("a: {b:\n", "2:1 a bracket is not closed; close it, and separate entries by commas"),
        ('a: "b', "1:4 a quote is not closed; close it"),
        ("a: [b\nc: d", "1:4 a bracket is not closed; close it, and separate entries by commas"),
        ('a: "\\q"', "1:5 a backslash starts no known character here; write \\\\, or use single quotes"),
        ('a: "\\ud800"', "1:7 this escape stands for no character; write the character itself"),
        ("a: * b", "1:5 a text cannot start with & or *; put the text in quotes"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(told: Callable[[str], list[str]], text: str, problems: str) -> None:
    assert told(text) == [problems]


def test_all_mistakes_before_a_syntax_error_are_told_with_it(told: Callable[[str], list[str]]) -> None:
    assert [line.partition(" ")[0] for line in told("a: NO\nb: 17:00\nc: 'd' e")] == ["1:4", "2:4", "3:8"]


def test_keys_and_values_know_their_places(load: Callable[[str], Document]) -> None:
    document = load("# comment\na:\n  - é: [x, y]\n")
    assert document.key_place(("a",)) == Place("a.yml", 2, 1)
    assert document.place(("a",)) == Place("a.yml", 3, 3)
    assert document.key_place(("a", 0, "é")) == Place("a.yml", 3, 5)
    assert document.place(("a", 0, "é", 1)) == Place("a.yml", 3, 12)


def test_a_value_that_is_not_there_has_the_place_of_what_would_hold_it(
    load: Callable[[str], Document],
) -> None:
    assert load("a:\n  b: 1\n").place(("a", "c", "d")) == Place("a.yml", 2, 3)


def test_thirty_levels_are_read(load: Callable[[str], Document]) -> None:
    assert load("a: " + "[" * 29 + "b" + "]" * 29).data


def test_a_byte_order_mark_moves_no_place(told: Callable[[bytes], list[str]]) -> None:
    assert told(b"\xef\xbb\xbfa: \x00")[0].startswith("1:4 ")


def lies_in(place: Place, text: str) -> bool:
    lines = text.split("\n")
    if place.line == 0:
        return True
    return place.line <= len(lines) and 1 <= place.column <= len(lines[place.line - 1]) + 1


YAMLISH = st.lists(
    st.sampled_from(
        [
            "a",
            "b: ",
            ": ",
            "- ",
            "\n",
            "  ",
            "\t",
            "[",
            "]",
            "{",
            "}",
            ",",
            '"',
            "'",
            "|",
            ">",
            "#",
            "&a",
            "*a",
            "!t",
            "? ",
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "NO",
            "17:00",
            "010",
            "é",
            "\\",
            "\u202e",
            "\r\n",
            "\r",
            "<<",
            "~",
        ]
    )
).map("".join)


@reuses_one_file
@given(st.binary() | (st.text(st.characters(codec="utf-8")) | YAMLISH).map(str.encode))
@example(b"\xff\xfe")
@example(b"a: 1\rb: 2")
@example("\ufeff\ufeff".encode())
@example(b"? .")
@example(b"? [a]\n: b\n? [c]\n: d\n")
def test_any_file_is_read_or_refused_within_itself(load: Callable[[bytes], Document], raw: bytes) -> None:
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        places = list(load(raw).values.values())
    except InputError as error:
        places = [problem.place for problem in error.problems]
    assert places
    assert all(lies_in(place, text) for place in places)


KEYS = st.text("abcdefghij", min_size=1, max_size=3)
VALUES = st.integers(-(10**17), 10**17) | st.sampled_from(
    ["text", "'a: b'", "95%", "true", "2026-01-05", "[1, x]"]
)


@reuses_one_file
@given(st.dictionaries(KEYS, VALUES, min_size=1), st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_line_ends_and_a_byte_order_mark_change_nothing(
    load: Callable[[bytes], Document], values: dict[str, object], mark: bytes
) -> None:
    unix = "".join(f"key-{key}:\n  - {value}\n" for key, value in values.items())
    windows = mark + unix.replace("\n", "\r\n").encode()
    assert load(windows) == load(unix.encode())
