from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.diagnostics import InputError, Problem
from living_sla.source_text import hidden_character, load_text

if TYPE_CHECKING:
    from pathlib import Path


def load(path: Path, most_bytes: int = 1000) -> str:
    return load_text(path, shown_as="a.yml", most_bytes=most_bytes)


def problem_of(path: Path, most_bytes: int = 1000) -> Problem:
    with pytest.raises(InputError) as refusal:
        load(path, most_bytes)
    (problem,) = refusal.value.problems
    return problem


def told(path: Path, raw: bytes) -> str:
    path.write_bytes(raw)
    problem = problem_of(path)
    return f"{problem.place}: {problem.sentence}"


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("Jürgen 5 €\n".encode())
    assert load(tmp_path / "a") == "Jürgen 5 €\n"


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert load(tmp_path / "a") == "a: 1\n"


def test_windows_line_ends_become_unix_ones(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a: 1\r\nb: 2\r\n")
    assert load(tmp_path / "a") == "a: 1\nb: 2\n"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"a: 1\nb: J\xfcrgen\n", "a.yml:2:5: byte 0xFC is not UTF-8; save the file as UTF-8"),
        (b"\xef\xbb\xbf\xff", "a.yml:1:2: byte 0xFF is not UTF-8; save the file as UTF-8"),
        (b"a: \xe2\x82", "a.yml:1:4: byte 0xE2 is not UTF-8; save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "a.yml:1:1: not UTF-8 but UTF-16; save the file as UTF-8"),
        (b"a: \x00", "a.yml:1:4: hidden character U+0000; delete it"),
        (b"a: 1\nb: \x1b[31m", "a.yml:2:4: hidden character U+001B; delete it"),
        ("é: \u202eb".encode(), "a.yml:1:4: hidden character U+202E; delete it"),
        ("a: \u2028".encode(), "a.yml:1:4: hidden character U+2028; delete it"),
        ("a: \u00ad".encode(), "a.yml:1:4: hidden character U+00AD; delete it"),
        ("a: \ufeff".encode(), "a.yml:1:4: hidden character U+FEFF; delete it"),
        ("a: \uffff".encode(), "a.yml:1:4: hidden character U+FFFF; delete it"),
        ("a: \U000e0041".encode(), "a.yml:1:4: hidden character U+E0041; delete it"),
        (
            b"a: 1\r\nb: 2\rc: 3",
            "a.yml:2:5: lone carriage return U+000D; save the file with Unix or Windows line ends",
        ),
        (
            b"a: 1\n<<<<<<< HEAD\n",
            "a.yml:2:1: merge-conflict marker '<<<<<<<'; settle the conflict, then save the file",
        ),
        (
            b"a: 1\r\n=======\r\n",
            "a.yml:2:1: merge-conflict marker '======='; settle the conflict, then save the file",
        ),
        (
            b">>>>>>> main",
            "a.yml:1:1: merge-conflict marker '>>>>>>>'; settle the conflict, then save the file",
        ),
    ],
)
def test_what_a_reviewer_could_not_see_is_refused_at_its_place(
    tmp_path: Path, raw: bytes, words: str
) -> None:
    assert told(tmp_path / "a", raw) == words


def test_a_row_of_equal_signs_within_a_text_is_no_conflict(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("  =======\n======== \n")
    assert load(tmp_path / "a") == "  =======\n======== \n"


def test_a_file_of_the_most_bytes_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    assert load(tmp_path / "a", 10) == "x" * 10


def test_a_byte_more_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 11)
    assert problem_of(tmp_path / "a", 10).message == "11 bytes are more than the 10 allowed"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("token")
    (tmp_path / "a").symlink_to(tmp_path / "secret")
    assert problem_of(tmp_path / "a").sentence == "a symbolic link is not read; commit what it points to"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert problem_of(tmp_path).message == "not a regular file"


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    assert problem_of(tmp_path / "a").message == "not a regular file"


def test_a_missing_file_cannot_be_read(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "a").message == "cannot be read: No such file or directory"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cn", "Zl", "Zp"))))
def test_letters_of_every_script_are_visible(text: str) -> None:
    assert hidden_character(text) is None


def test_the_first_hidden_character_is_named() -> None:
    assert hidden_character("a\tb\nc\u200bd\u202e") == "\u200b"
