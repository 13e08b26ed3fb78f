"""YAML text becomes plain data with a place for every key and value, or the problems that refuse it.

Only what every YAML reader understands alike is accepted: no anchors, tags, merges or second documents, no
duplicate keys, and no plain scalar that YAML 1.1 would read as anything but text, a decimal number, true,
false or null. Dates stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from living_sla.diagnostics import InputError, Place, Problem, quote
from living_sla.source_text import hidden_character, load_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 1_000_000
MOST_NODES = 20_000
MOST_DEPTH = 30

Path_ = tuple[str | int, ...]
Plain = str | int | bool | Decimal | None | tuple["Plain", ...] | dict[str, "Plain"]

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_LONG_NUMBER = re.compile(r"-?[1-9][0-9]{18,}(\.[0-9]*)?|-?[0-9]+\.[0-9]{19,}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_CLOCK = re.compile(r"[0-9]{1,2}(:[0-9]{2}){1,2}")
# Clock times and YAML 1.2 numbers that YAML 1.1 happens to read as text: other tools read them otherwise.
_AMBIGUOUS = re.compile(rf"{_CLOCK.pattern}|[-+]?[0-9.]+[eE][-+]?[0-9]+|0[0-9]+|0o[0-7]+")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Document:
    """The plain data of one file (sequences are tuples) and where each key and value stands."""

    path: str
    data: Plain
    values: dict[Path_, Place]
    keys: dict[Path_, Place]

    def place(self, path: Path_) -> Place:
        """Where the value at a path stands; for a path that is not there, its nearest ancestor."""
        while path not in self.values and path:
            path = path[:-1]
        return self.values.get(path, Place(self.path))

    def key_place(self, path: Path_) -> Place:
        """Where the key at a path stands."""
        return self.keys.get(path) or self.place(path)


def load_yaml(path: Path, *, shown_as: str) -> Document:
    """Read one strict YAML file whose top level is a mapping.

    Raises:
        InputError: with every problem found; after a syntax error nothing further is read.
    """
    return parse_yaml(load_text(path, shown_as=shown_as, most_bytes=MOST_BYTES), shown_as=shown_as)


def parse_yaml(text: str, *, shown_as: str, most_nodes: int = MOST_NODES) -> Document:
    """Read the text of such a file.

    Raises:
        InputError: as `load_yaml`.
    """
    composer = _Composer(shown_as, text, most_nodes)
    document = composer.compose()
    if composer.problems:
        raise InputError(composer.problems)
    return document


class _Composer:
    """Turns the parser's events into plain data; problems are collected, so that all are told at once.

    The parser opens a collection before what is in it and closes it after, so each method takes the events of
    its own node and leaves the next node's.
    """

    def __init__(self, path: str, text: str, most_nodes: int) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._text = text
        self._end = Place(path, text.count("\n") + 1, len(text) - text.rfind("\n"))
        self._values: dict[Path_, Place] = {}
        self._keys: dict[Path_, Place] = {}
        self._nodes = 0
        self._most_nodes = most_nodes

    def compose(self) -> Document:
        events = self._events()
        data: Plain = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    hint = "keep one document a file"
                    raise self._stop(event, "two-documents", "a second document starts here", hint)
                data = self._node(next(events), events, ())
        if documents == 0 or data is None:
            raise InputError([Problem(Place(self._path), "empty-file", "the file is empty")])
        if not isinstance(data, dict):
            hint = "write `key: value` lines"
            self._add(self._values[()], "not-a-mapping", "the file is not a mapping", hint)
        return Document(self._path, data, self._values, self._keys)

    def _events(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self._text, Loader=_PARSER)
        except yaml.MarkedYAMLError as error:
            raise InputError([*self.problems, _syntax_problem(self._end, self._text, error)]) from error
        except yaml.YAMLError as error:
            raise InputError([Problem(Place(self._path), "syntax", f"not YAML: {error}")]) from error

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path_) -> Plain:
        self._guard(event, path)
        self._values[path] = self._place(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _guard(self, event: yaml.Event, path: Path_) -> None:
        """Refuse at once what could grow without bound or run code: nothing behind it is read."""
        self._nodes += 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            hint = "write the value out, or put a text that starts with & or * in quotes"
            raise self._stop(event, "anchor", "anchors and aliases (& and *) are not read", hint)
        if (tag := getattr(event, "tag", None)) is not None:
            typed = quote(str(tag).replace("tag:yaml.org,2002:", "!!"))
            hint = "delete it, or put a text that starts with ! in quotes"
            raise self._stop(event, "tag", f"the tag {typed} is not read", hint)
        if len(path) > MOST_DEPTH:
            raise self._stop(event, "too-deep", f"this is nested more than {MOST_DEPTH} levels deep")
        if self._nodes > self._most_nodes:
            raise self._stop(event, "too-large", f"the file holds more than {self._most_nodes:,} values")

    def _sequence(self, events: Iterator[yaml.Event], path: Path_) -> tuple[Plain, ...]:
        items: list[Plain] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, (*path, len(items))))
        return tuple(items)

    def _mapping(self, events: Iterator[yaml.Event], path: Path_) -> dict[str, Plain]:
        items: dict[str, Plain] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._key(event, events, path)
            if key in items:
                first = self._keys[(*path, key)]
                words = f"{quote(key)} is already on line {first.line}"
                self._add(self._place(event), "duplicate-key", words, "keep one of them")
            else:
                self._keys[(*path, key)] = self._place(event)
            items[key] = self._node(next(events), events, (*path, key))
        return items

    def _key(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path_) -> str:
        """The key as text; what is no text becomes a problem and a name that no other key has."""
        known = len(self.problems)
        unique = f"#key {self._nodes}"
        key = self._node(event, events, (*path, unique))
        if isinstance(key, str) and key.strip():
            return key
        if len(self.problems) == known:
            typed = quote(event.value) if isinstance(event, yaml.ScalarEvent) and event.value else "this key"
            hint = f'write "{event.value}"' if isinstance(event, yaml.ScalarEvent) and event.value else ""
            self._add(self._place(event), "key-not-text", f"{typed} is not text", hint)
        return unique

    def _scalar(self, event: yaml.ScalarEvent) -> Plain:
        text = event.value
        if (hidden := hidden_character(text)) is not None:
            self._add(
                self._place(event), "hidden-character", f"hidden character U+{ord(hidden):04X}", "delete it"
            )
            return "hidden"
        if not event.implicit[0]:
            return str(text)
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        if not _DATE.fullmatch(text) and (_AMBIGUOUS.fullmatch(text) or not _is_text_to_yaml_1_1(text)):
            self._add(self._place(event), *_ambiguity(text))
        return str(text)

    def _place(self, event: yaml.Event) -> Place:
        return _place_of(self._end, event.start_mark)

    def _add(self, place: Place, rule: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(place, rule, message, hint))

    def _stop(self, event: yaml.Event, rule: str, message: str, hint: str = "") -> InputError:
        return InputError([*self.problems, Problem(self._place(event), rule, message, hint)])


def _place_of(end: Place, mark: Any) -> Place:  # noqa: ANN401 the parser written in C has a class of its own
    """Where a mark stands; the parser counts one line more where the last one has no line end."""
    return min(Place(end.path, mark.line + 1, mark.column + 1), end) if mark else Place(end.path)


def _is_text_to_yaml_1_1(text: str) -> bool:
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    candidates = [*resolvers.get(text[0], []), *resolvers.get(None, [])]
    return not any(pattern.match(text) for _tag, pattern in candidates)


def _ambiguity(text: str) -> tuple[str, str, str]:
    """Rule, message and hint for a word that programs read in more than one way."""
    if text == "<<":
        return "merge-key", "the merge key << is not read", "write the keys out"
    if _LONG_NUMBER.fullmatch(text):
        return "number", f"{quote(text)} has more than 18 digits", "put it in quotes if it is a text"
    words = f"{quote(text)} is read differently by different programs"
    if text.isalpha():
        return "ambiguous", words, f'write "{text}" for the word, true or false for yes or no'
    if _CLOCK.fullmatch(text):
        return "ambiguous", words, f'write "{text}" for a time of day, "24 hours" for a duration'
    return "ambiguous", words, "write a number in plain digits, for example 1000 or 4.5; put a text in quotes"


_TAB = ("a tab stands where the line is indented", "indent with spaces")
_NO_VALUE = ("a value cannot start with this character", "put the text in quotes")
_UNCLOSED = ("a bracket is not closed", "close it, and separate entries by commas")
_SYNTAX: dict[str, tuple[str, str]] = {
    "mapping values are not allowed": (
        "a second ': ' on one line",
        "put a text with a colon in quotes, and indent a key like its neighbours",
    ),
    "block sequence entries are not allowed": ("a list cannot start here", "start it on a line of its own"),
    "a tab character": _TAB,
    "cannot start any token": ("a text cannot start with this character", "put the text in quotes"),
    "did not find expected key": (
        "this does not fit what stands before",
        "mend the indentation here, or the quotes and brackets before",
    ),
    "could not find expected ':'": (
        "a line without ': '",
        "write `key: value`, and indent a text that goes on",
    ),
    "did not find expected '-' indicator": ("this is no entry of the list before", "mend the indentation"),
    "did not find expected node content": _NO_VALUE,
    "found unexpected end of stream": ("a quote is not closed", "close it"),
    "did not find expected ',' or": _UNCLOSED,
    "invalid Unicode character": ("this escape stands for no character", "write the character itself"),
    "unknown escape": ("a backslash starts no known character here", "write \\\\, or use single quotes"),
    "alphabetic or numeric character": ("a text cannot start with & or *", "put the text in quotes"),
}
_TOLD_WHERE_IT_OPENS = ("a quote is not closed", _UNCLOSED[0], "a line without ': '")


def _syntax_problem(end: Place, text: str, error: yaml.MarkedYAMLError) -> Problem:
    reason = error.problem or ""
    known = (told for part, told in _SYNTAX.items() if part in reason)
    words, hint = next(known, (f"not YAML: {reason}", ""))
    place = _place_of(end, error.context_mark if words in _TOLD_WHERE_IT_OPENS else error.problem_mark)
    if place == end and words == _NO_VALUE[0]:
        words, hint = _UNCLOSED
    if text.split("\n")[place.line - 1][place.column - 1 : place.column] == "\t":
        words, hint = _TAB
    return Problem(place, "syntax", words, hint)
