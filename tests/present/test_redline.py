from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.present.redline import FileRedline, Mark, redlines

LONG = "".join(f"line {n}\n" for n in range(1, 21))


def only(old: str, new: str) -> FileRedline:
    (found,) = redlines({"a.yml": old}, {"a.yml": new})
    return found


def told(old: str, new: str) -> list[str]:
    """Every line as text, `[-out-]` and `{+in+}`; `...` and a count for those left out."""
    shown = {Mark.OUT: "[-{}-]", Mark.IN: "{{+{}+}}"}
    rows = []
    for stretch in only(old, new).stretches:
        rows += [f"... {stretch.skipped}"] if stretch.skipped else []
        rows += [
            "".join(shown.get(p.mark, "{}").format(p.text) for p in line.parts) for line in stretch.lines
        ]
    return rows


def test_texts_that_are_the_same_have_no_redline() -> None:
    assert redlines({"a.yml": "x\n"}, {"a.yml": "x\n"}) == []


def test_a_changed_word_is_marked_within_its_line() -> None:
    assert told("a: at least 500 leads\n", "a: at least 520 leads\n") == ["a: at least [-500-]{+520+} leads"]


def test_a_day_or_a_version_is_one_word() -> None:
    assert told("from: 2026-04-01\n", "from: 2026-07-01\n") == ["from: [-2026-04-01-]{+2026-07-01+}"]


def test_slight_words_between_two_changes_go_with_them() -> None:
    assert told("note: by a rota of four people\n", "note: by the desk of nine people\n") == [
        "note: by [-a rota of four-]{+the desk of nine+} people"
    ]


def test_lines_without_likeness_are_told_as_wholes_and_their_indentation_is_not_marked() -> None:
    assert told("  - id: pitches\n", "  # whatever\n") == ["  [-- id: pitches-]", "  {+# whatever+}"]


def test_a_line_that_is_put_in_is_not_mixed_with_its_neighbours() -> None:
    assert told("a: 1\nb: 2\n", "a: 1\nnew: 3\nb: 2\n") == ["a: 1", "{+new: 3+}", "b: 2"]


def test_words_that_moved_to_the_next_line_are_no_change() -> None:
    old = "The lead desk covers nights,\nweekends and holidays.\n"
    new = "The new lead desk covers\nnights, weekends and holidays.\n"
    assert told(old, new) == ["The{+ new+} lead desk covers", "nights, weekends and holidays."]


def test_three_lines_around_a_change_are_shown_and_the_others_counted() -> None:
    assert told(LONG, LONG.replace("line 10\n", "line ten\n")) == [
        "... 6", "line 7", "line 8", "line 9", "line [-10-]{+ten+}", "line 11", "line 12", "line 13", "... 7",
    ]  # fmt: skip


def test_two_lines_are_shown_rather_than_counted() -> None:
    new = LONG.replace("line 1\n", "line one\n").replace("line 10\n", "line ten\n")
    assert "... 2" not in told(LONG, new)
    assert told(LONG, new)[4:6] == ["line 5", "line 6"]


def test_a_stretch_knows_its_first_line() -> None:
    found = only(LONG, LONG.replace("line 10\n", "line ten\n"))
    assert [(stretch.mark, stretch.at) for stretch in found.stretches] == [
        (Mark.SAME, 1), (Mark.SAME, 7), (Mark.CHANGED, 10), (Mark.SAME, 11), (Mark.SAME, 14),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        ({}, {"a.md": "x\n"}, Mark.IN),
        ({"a.md": "x\n"}, {}, Mark.OUT),
        ({"a.md": "x\n"}, {"a.md": "y\n"}, Mark.CHANGED),
    ],
)
def test_a_file_is_added_removed_or_changed(old: dict[str, str], new: dict[str, str], mark: Mark) -> None:
    assert [(file.name, file.mark) for file in redlines(old, new)] == [("a.md", mark)]


def test_files_come_by_their_names() -> None:
    files = redlines({"b.yml": "1\n", "a.yml": "1\n"}, {"c.yml": "1\n", "a.yml": "2\n"})
    assert [file.name for file in files] == ["a.yml", "b.yml", "c.yml"]


def test_lines_that_moved_are_told_once_and_not_marked() -> None:
    moved = "one: 1\ntwo: 2\nthree: 3\n"
    found = only(f"{moved}{LONG}", f"{LONG}{moved}")
    away, here = found.stretches[0], found.stretches[-1]
    assert (away.mark, away.at, away.file) == (Mark.AWAY, 1, "a.yml")
    assert (here.mark, here.at, here.file) == (Mark.HERE, 21, "a.yml")
    assert {part.mark for stretch in (away, here) for line in stretch.lines for part in line.parts} == {
        Mark.SAME
    }


def test_lines_that_moved_to_a_file_of_their_own_say_to_which() -> None:
    promises = "commitments:\n  - id: leads\n    party: marketing\n"
    old = {"agreement.yml": f"title: Acme\n{promises}"}
    new = {"agreement.yml": "title: Acme\n", "commitments.yml": promises.replace("\n  ", "\n")}
    agreement, commitments = redlines(old, new)
    assert [(s.mark, s.file) for s in agreement.stretches[1:]] == [(Mark.AWAY, "commitments.yml")]
    assert [(s.mark, s.file) for s in commitments.stretches] == [(Mark.HERE, "agreement.yml")]


def test_two_lines_in_a_row_are_too_few_to_have_moved() -> None:
    pair = "one: 1\ntwo: 2\n"
    assert Mark.AWAY not in {stretch.mark for stretch in only(f"{pair}{LONG}", f"{LONG}{pair}").stretches}


def test_a_blank_line_taken_out_is_told() -> None:
    (stretch,) = (s for s in only("a\n\nb\n", "a\nb\n").stretches if s.mark is Mark.CHANGED)
    assert [line.mark for line in stretch.lines] == [Mark.OUT]


def test_a_last_line_without_its_end_is_no_change_of_words() -> None:
    assert told("a: 1", "a: 1\nb: 2\n") == ["a: 1", "{+b: 2+}"]


def test_a_last_line_taken_out_is_not_lost() -> None:
    assert told("at\nat\n", "at at\n") == ["{+at +}at", "[-at -]"]


# Five lines: too few for any to be left out.
TEXTS = st.lists(
    st.lists(st.sampled_from(["at", "least", "500", "leads,", "-"]), max_size=4).map(" ".join), max_size=5
).map(lambda lines: "".join(f"{line}\n" for line in lines))


def text_without(mark: Mark, moved: Mark, found: list[FileRedline]) -> str:
    """All text but what is marked, and but the lines that moved there; white space left out."""
    stretches = [stretch for file in found for stretch in file.stretches if stretch.mark is not moved]
    parts = [part for stretch in stretches for line in stretch.lines for part in line.parts]
    return "".join("".join(part.text for part in parts if part.mark is not mark).split())


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_a_redline(old: str, new: str) -> None:
    found = redlines({"a": old}, {"a": new})
    shown = (text_without(Mark.IN, Mark.HERE, found), text_without(Mark.OUT, Mark.AWAY, found))
    same = old == new
    assert shown == (("", "") if same else ("".join(old.split()), "".join(new.split())))
