"""A glossary and a text become the text's parts, with the terms it speaks of found in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from living_sla.agreement.wording import spellings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from living_sla.agreement.definitions import Term


@dataclass(frozen=True)
class Glossary:
    """Finds terms in texts: whole words, singular or plural, the longest first."""

    terms: Mapping[str, Term]
    _spellings: dict[str, str] = field(init=False, repr=False)
    _pattern: re.Pattern[str] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Compile all spellings into one pattern."""
        found = {word: id_ for id_, term in self.terms.items() for word in _singular_and_plural(term)}
        longest_first = sorted(found, key=lambda spelling: (-len(spelling), spelling))
        pattern = "|".join(re.escape(spelling) for spelling in longest_first)
        object.__setattr__(self, "_spellings", found)
        object.__setattr__(
            self, "_pattern", re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) if found else None
        )

    def parts(self, text: str, seen: set[str]) -> Iterator[tuple[str, str]]:
        """The text in parts, each with the id of the term it is, or ''.

        `seen` holds the terms found before in the same section: only the first occurrence is told, and added.
        """
        end = 0
        for found in self._pattern.finditer(text) if self._pattern else ():
            id_ = self._id_of(found.group())
            if id_ is None or id_ in seen:
                continue
            seen.add(id_)
            yield text[end : found.start()], ""
            yield found.group(), id_
            end = found.end()
        yield text[end:], ""

    def _id_of(self, found: str) -> str | None:
        """The term of a spelling; an abbreviation (`MQL`) is one only in its own letters."""
        if found in self._spellings:
            return self._spellings[found]
        small = found.casefold()
        same = (
            id_
            for spelling, id_ in self._spellings.items()
            if spelling.casefold() == small and not spelling[1:2].isupper()
        )
        return next(same, None)


def _singular_and_plural(term: Term) -> Iterator[str]:
    """Every spelling of a term, each with its plural."""
    for spelling in spellings(term):
        yield spelling
        if not spelling.endswith(("s", ")")):
            yield (
                f"{spelling[:-1]}ies"
                if spelling.endswith("y") and spelling[-2:-1] not in "aeiou"
                else f"{spelling}s"
            )
