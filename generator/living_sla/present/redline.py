"""The texts of two versions become a redline: what was taken out and put in, by line and by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CONTEXT = 3
"""How many unchanged lines are shown around a change."""
_LEAST_SKIPPED = 3
_LEAST_MOVED = 3
_LEAST_ALIKE = 0.4
_WORDS = re.compile(r"\n|[^\S\n]+|\w+(?:[.,-]\w+)*|[^\w\s]")


class Mark(StrEnum):
    """What happened to a text; the values are the words on the pages."""

    SAME = "unchanged"
    OUT = "removed"
    IN = "added"
    CHANGED = "changed"
    AWAY = "moved away"
    HERE = "moved here"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line: the same in both versions, taken out or put in."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the redline shows it, without its end."""

    mark: Mark
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that follow one another; `at` is the number of the first, in the old text if it is gone.

    Of unchanged lines left out, `skipped` says how many. `file` is where lines moved to or came from.
    """

    mark: Mark
    at: int
    lines: tuple[Line, ...] = ()
    skipped: int = 0
    file: str = ""


@dataclass(frozen=True, slots=True)
class FileRedline:
    """What changed in one file; `mark` says whether it is changed, or as a whole removed or added."""

    name: str
    mark: Mark
    stretches: tuple[Stretch, ...]


def redlines(old: Mapping[str, str], new: Mapping[str, str]) -> list[FileRedline]:
    """What changed in each file that changed, in the order of their names.

    Args:
        old: the texts of the old version by file name.
        new: those of the new one.
    """
    names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    blocks = {name: _blocks(name, old.get(name, ""), new.get(name, "")) for name in names}
    moves = _moves([block for found in blocks.values() for block in found if not block.is_same])
    return [
        FileRedline(name, _file_mark(name, old, new), tuple(_stretches(blocks[name], moves)))
        for name in names
    ]


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of a file that are the same, or some that took the place of others; their numbers from 1."""

    file: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    old_at: int
    new_at: int
    is_same: bool

    def sites(self, mark: Mark) -> Iterator[tuple[str, _Site]]:
        """The lines that went or came, without indentation, and their sites; then one nothing equals."""
        lines, at = (self.old, self.old_at) if mark is Mark.AWAY else (self.new, self.new_at)
        yield from ((line.strip(), (mark, self.file, n)) for n, line in enumerate(lines, start=at))
        yield f"\0{mark}{self.file}{at}", (mark, "", 0)


_Site = tuple[Mark, str, int]
"""A line that went away or came: which of it, its file and number."""


def _file_mark(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> Mark:
    if name not in old:
        return Mark.IN
    return Mark.CHANGED if name in new else Mark.OUT


def _blocks(name: str, old: str, new: str) -> list[_Block]:
    before, after = ([] if not text else text.removesuffix("\n").split("\n") for text in (old, new))
    return [
        _Block(name, tuple(before[i:to_i]), tuple(after[j:to_j]), i + 1, j + 1, kind == "equal")
        for kind, i, to_i, j, to_j in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    ]


def _moves(changed: Sequence[_Block]) -> dict[_Site, str]:
    """The lines that stand elsewhere now, three in a row at least, whatever their indentation: and where."""
    gone, come = ([site for block in changed for site in block.sites(m)] for m in (Mark.AWAY, Mark.HERE))
    matcher = SequenceMatcher(None, [text for text, _ in gone], [text for text, _ in come], autojunk=False)
    moves: dict[_Site, str] = {}
    for i, j, size in matcher.get_matching_blocks():
        pairs = list(zip(gone[i : i + size], come[j : j + size], strict=True))
        if sum(bool(text) for (text, _), _ in pairs) >= _LEAST_MOVED:
            moves |= {away: here[1] for (_, away), (_, here) in pairs}
            moves |= {here: away[1] for (_, away), (_, here) in pairs}
    return moves


def _stretches(blocks: Sequence[_Block], moves: Mapping[_Site, str]) -> Iterator[Stretch]:
    for n, block in enumerate(blocks):
        if block.is_same:
            yield from _context(block, before=n > 0, after=n < len(blocks) - 1)
        elif sites := [
            site for mark in (Mark.AWAY, Mark.HERE) for _, site in block.sites(mark) if site in moves
        ]:
            yield from _with_moves(block, moves, set(sites))
        else:
            yield Stretch(Mark.CHANGED, block.new_at, tuple(_changed_lines(block.old, block.new)))


def _context(block: _Block, *, before: bool, after: bool) -> Iterator[Stretch]:
    """The lines next to a change, and how many are left out between them."""
    lines = tuple(Line(Mark.SAME, (Part(Mark.SAME, text),)) for text in block.new)
    first = CONTEXT if before else 0
    last = max(first, len(lines) - (CONTEXT if after else 0))
    if last - first < _LEAST_SKIPPED:
        yield Stretch(Mark.SAME, block.new_at, lines)
        return
    if first:
        yield Stretch(Mark.SAME, block.new_at, lines[:first])
    yield Stretch(Mark.SAME, block.new_at + first, skipped=last - first)
    if last < len(lines):
        yield Stretch(Mark.SAME, block.new_at + last, lines[last:])


def _with_moves(block: _Block, moves: Mapping[_Site, str], moved: set[_Site]) -> Iterator[Stretch]:
    """The old lines, then the new ones; those that moved in stretches of their own."""
    for mark, plain, lines, at in (
        (Mark.AWAY, Mark.OUT, block.old, block.old_at),
        (Mark.HERE, Mark.IN, block.new, block.new_at),
    ):
        sites = [(mark, block.file, n) for n in range(at, at + len(lines))]
        for file, found in groupby(sites, key=lambda site: moves[site] if site in moved else ""):
            numbers = [n for _, _, n in found]
            kind = mark if file else plain
            shown = Mark.SAME if file else plain
            texts = lines[numbers[0] - at : numbers[-1] - at + 1]
            whole = tuple(_line([Part(shown, text)] if text else [], shown) for text in texts)
            yield Stretch(kind, numbers[0], whole, file=file)


def _changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines that took the place of others, the words that differ told apart; unlike ones as wholes."""
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    parts = [Part(Mark.OUT, before), Part(Mark.IN, after)]
    if before.strip() and after.strip():
        words = _word_parts(before, after)
        same = sum(_count(part.text) for part in words if part.mark is Mark.SAME)
        parts = words if 2 * same >= _LEAST_ALIKE * (_count(before) + _count(after)) else parts
    line: list[Part] = []
    for part in parts:
        for piece in re.findall(r"[^\n]+|\n", part.text):
            if piece == "\n":
                yield _line(line, part.mark)
                line = []
            else:
                line.append(Part(part.mark, piece))
    if line:  # of what was taken out, the last line end is not kept
        yield _line(line, Mark.OUT)


def _line(parts: list[Part], end: Mark) -> Line:
    marks = {part.mark for part in parts} or {end}
    if len(marks) > 1:
        return Line(Mark.CHANGED, tuple(parts))
    mark, text = marks.pop(), "".join(part.text for part in parts)
    bare = text.lstrip()
    whole = (Part(Mark.SAME, text[: len(text) - len(bare)]), Part(mark, bare))  # no marked indentation
    return Line(mark, tuple(part for part in whole if part.text))


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that are the same, or some that took the place of others."""

    out: str
    put: str
    is_same: bool

    def is_slight_beside(self, *changes: _Run) -> bool:
        """Whether words of one line say less than the changes around them, and so go with them."""
        least = min(max(_weight(change.out), _weight(change.put)) for change in changes)
        return self.is_same and "\n" not in self.out and _weight(self.out) <= least

    def parts(self) -> Iterator[Part]:
        """As marked parts; white space that only differs from other white space is not marked."""
        if self.is_same or not (self.out + self.put).strip():
            yield Part(Mark.SAME, self.put)
            return
        out = self.out if "\n" in self.put else re.sub(r"\s*\n\s*$", " ", self.out)
        marked = [Part(Mark.OUT, out), Part(Mark.IN, self.put)]
        yield from marked[::-1] if self.out.startswith("\n") else marked


def _word_parts(old: str, new: str) -> list[Part]:
    """The texts word by word, what was taken out before what was put in."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    runs: list[_Run] = []
    for kind, i, to_i, j, to_j in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        run = _Run("".join(before[i:to_i]), "".join(after[j:to_j]), kind == "equal")
        if len(runs) > 1 and not run.is_same and runs[-1].is_slight_beside(runs[-2], run):
            between, first = runs.pop(), runs.pop()
            run = _Run(first.out + between.out + run.out, first.put + between.put + run.put, is_same=False)
        runs.append(run)
    return [part for run in runs for part in run.parts() if part.text]


def _count(text: str) -> int:
    """How many words and signs a text has."""
    return sum(not word.isspace() for word in _WORDS.findall(text))


def _weight(text: str) -> int:
    """How many characters of a text can be seen."""
    return len(re.sub(r"\s", "", text))
