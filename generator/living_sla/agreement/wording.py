"""An agreement becomes the list of its texts, and a text the words in it that each reader takes otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from living_sla.agreement.definitions import Term
    from living_sla.agreement.loading import Agreement
    from living_sla.agreement.strict_yaml import Path_

# The keys whose texts promise, explain or define something; not those of titles, labels and names.
_PROMISING = (
    "accepted", "agenda", "approach", "asks", "attainable", "company_goal", "contents", "coverage",
    "criteria", "description", "does", "does_not", "duty", "feedback", "how", "meaning", "needs", "note",
    "purpose", "relevant", "retrospective", "safeguards", "says", "service", "specific", "steps",
    "summary", "when",
)  # fmt: skip
_OR_DEFINE = "or define it in the glossary"
_WHEN = ("does not say when", f"write a time or a day, for example within 24 hours, {_OR_DEFINE}")
_HOW_OFTEN = ("does not say how often", f"write a rhythm, for example every Monday, {_OR_DEFINE}")
_HOW_MUCH = ("does not say what is enough", f"write a number, for example 60 points or more, {_OR_DEFINE}")
_VAGUE = {
    _WHEN: (
        "timely", "as soon as possible", "asap", "promptly", "quickly", "swiftly", "immediately",
        "without delay", "in due course", "when possible", "whenever possible", "where possible",
        "if possible", "earliest convenience",
    ),
    _HOW_OFTEN: (
        "regularly", "frequently", "periodically", "occasionally", "from time to time", "now and then",
        "as needed", "when needed", "as required", "when required", "when necessary",
    ),
    _HOW_MUCH: (
        "quality lead", "quality content", "high quality", "good quality", "good lead", "best effort",
        "reasonable", "reasonably", "adequate", "adequately", "sufficient", "sufficiently",
        "appropriate", "appropriately", "satisfactory", "significantly", "substantially",
    ),
}  # fmt: skip
_LACKS = {phrase: lack for lack, phrases in _VAGUE.items() for phrase in phrases}
_GAP = re.compile(r"[\s-]+")
_ABBREVIATION = re.compile(r"(.*\S)\s*\(([^()]+)\)")


@dataclass(frozen=True, slots=True)
class Text:
    """One text: its path from the file's name on, how a reader would name it, and its words."""

    path: Path_
    name: str
    words: str

    @property
    def is_promise(self) -> bool:
        """Whether it says what is done, meant or wanted; what a kind of buyer thinks is no promise."""
        keys = [part for part in self.path if isinstance(part, str)]
        return keys[-1] in _PROMISING and "personas" not in keys


def texts(agreement: Agreement) -> Iterator[Text]:
    """Every text of every file, the ids that stand as values too, in the order of the files."""
    files = {
        "agreement": agreement.terms,
        "commitments": {
            "metrics": agreement.metrics,
            "items": agreement.items,
            "commitments": agreement.commitments,
        },
        "definitions": agreement.definitions,
        "lead-management": agreement.lead_management,
        "governance": agreement.governance,
        "plan": agreement.plan or {},
    }
    for file, content in files.items():
        yield from _texts(content, (file,), ())


def _texts(value: object, path: Path_, name: tuple[str, ...]) -> Iterator[Text]:
    if isinstance(value, str):
        yield Text(path, ".".join(name), value)
    elif isinstance(value, tuple):
        for n, entry in enumerate(value):
            id_ = getattr(entry, "id", None)
            yield from _texts(entry, (*path, n), (*name, id_) if id_ else name)
    else:
        for key, entry in _entries(value):
            yield from _texts(entry, (*path, key), (*name, key))


def _entries(value: object) -> Iterable[tuple[str, object]]:
    """The keys of a mapping as they are written, with their values; none of anything else."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return [(field.alias or name, getattr(value, name)) for name, field in fields.items()]
    return value.items() if isinstance(value, Mapping) else ()


def spellings(term: Term) -> set[str]:
    """The ways a term is written: its name, without and within its brackets, and its other spellings."""
    named = _ABBREVIATION.fullmatch(term.term)
    return {term.term, *(named.groups() if named else ()), *term.also}


def whole_words(phrases: Collection[str]) -> re.Pattern[str]:
    """A pattern that finds phrases in any case, also with a plural s, and across hyphens and line ends.

    Without any phrase it finds nothing.
    """
    if not phrases:
        return re.compile(r"(?!)")
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    patterns = (_GAP.pattern.join(map(re.escape, _GAP.split(phrase))) for phrase in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})s?(?!\w)", re.IGNORECASE)


def vague_words(text: str, defined: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """The words that each reader takes otherwise: as typed, what they do not say, and what to write.

    Each is told once a text. Words within a phrase that is `defined` are clear.
    """
    clear = [found.span() for found in defined.finditer(text)]
    told = set()
    for found in _VAGUE_WORDS.finditer(text):
        phrase = _GAP.sub(" ", found.group().casefold())
        lacks = _LACKS.get(phrase) or _LACKS.get(phrase.removesuffix("s"))  # None: a Turkish dotless i
        if lacks is None or phrase in told or any(a <= found.start() and found.end() <= b for a, b in clear):
            continue
        told.add(phrase)
        yield " ".join(found.group().split()), *lacks


_VAGUE_WORDS = whole_words(_LACKS)
