"""A YAML document becomes a model, or each of its errors a problem at its place, in the author's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError

from living_sla.diagnostics import InputError, Problem, did_you_mean, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from living_sla.agreement.strict_yaml import Document, Path_, Plain

Model = TypeVar("Model", bound=BaseModel)

_MAPPING = ("a mapping", "write `key: value` lines below it")
_MUST_BE = {
    "string_type": ("text", "write one text"),
    "bool_type": ("true or false", ""),
    "int_type": ("a whole number", "write digits only, without quotes"),
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "tuple_type": ("a list", "write one `- ` line for each"),
}
_PATTERN_HINTS = {
    "version": 'write digits and dots in quotes, for example "1.2.0"',
    "email": "write name@example.com",
    "github": "write the GitHub user name alone",
    "currency": "write the three capital letters of ISO 4217, for example USD",
}


def validate(document: Document, model: type[Model]) -> Model:
    """Check a document against a model.

    Raises:
        InputError: with one problem for every key without a value and every error pydantic found.
    """
    problems = list(_empties(document, document.data))
    checked = None
    try:
        checked = model.model_validate(document.data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems += [_problem(document, model, e) for e in found if not _is_told_elsewhere(e)]
    if checked is None or problems:
        raise InputError(problems)
    return checked


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _is_told_elsewhere(error: Any) -> bool:  # noqa: ANN401 pydantic's ErrorDetails
    """Whether a value is empty, or is only short of entries because pydantic leaves the wrong ones out."""
    typed = error["input"]
    return _is_empty(typed) or (error["type"] == "too_short" and len(typed) >= error["ctx"]["min_length"])


def _empties(document: Document, value: Plain, path: Path_ = ()) -> Iterator[Problem]:
    """Keys and list entries without a value: an optional one too is either said or left out."""
    if _is_empty(value):
        name = quote(path[-1]) if isinstance(path[-1], str) else f"an entry of '{_name(path)}'"
        yield Problem(document.key_place(path), "empty", f"{name} is empty", "write a value, or delete it")
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    )
    for part, entry in entries:
        yield from _empties(document, entry, (*path, part))


def _problem(document: Document, model: type[BaseModel], error: Any) -> Problem:  # noqa: ANN401 pydantic's ErrorDetails
    kind, location = error["type"], error["loc"]
    if kind == "missing":
        path, _ = _follow(model, location[:-1])
        name = location[-1]
        return Problem(document.place(path), "missing", f"'{name}' is missing", f"add `{name}: …`")
    if kind == "extra_forbidden":
        path, mapping = _follow(model, location[:-1])
        hint = did_you_mean(str(location[-1]), _keys_of(mapping))
        place = document.key_place((*path, location[-1]))
        return Problem(place, "unknown-key", f"'{location[-1]}' is not a key here", hint)
    path, _ = _follow(model, location)
    if path and path[-1] == "[key]":
        place, subject = document.key_place(path[:-1]), quote(error["input"])
    else:
        place, subject = document.place(path), _subject(_name(path), error["input"])
    return Problem(place, *_words(kind, subject, _name(path), error))


def _name(path: Path_) -> str:
    """The last key on the way: entries of a list are named by the list."""
    return next((part for part in reversed(path) if isinstance(part, str)), "the file")


def _subject(name: str, typed: object) -> str:
    """What was typed and what for: numbers bare, texts in quotes, mappings and lists not repeated."""
    if isinstance(typed, dict | tuple):
        return f"'{name}'"
    return f"{name} {quote(typed) if isinstance(typed, str) else _as_typed(typed)}"


def _as_typed(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(kind: str, subject: str, name: str, error: Any) -> tuple[str, str, str]:  # noqa: ANN401 pydantic's ErrorDetails
    """Rule, message and hint for a value that is there but refused."""
    typed, context = error["input"], error.get("ctx", {})
    if kind == "value_error":
        words, _, hint = str(context["error"]).partition("; ")
        return "value", f"{name} {words}" if words.startswith("'") else f"{subject} {words}", hint
    if kind in _MUST_BE:
        what, hint = _MUST_BE[kind]
        if name == "contact":
            hint = "write the id of a contact, or a name and a role"
        if kind == "string_type" and not isinstance(typed, dict | tuple):
            hint = f'write "{_as_typed(typed)}"'
        return "type", f"{subject} is not {what}", hint
    if kind == "literal_error":
        known = [word.strip("' ") for word in context["expected"].replace(" or ", ", ").split(",")]
        return "choice", f"{subject} is not known", did_you_mean(str(typed), known)
    if kind == "string_pattern_mismatch":
        hint = _PATTERN_HINTS.get(name, "write it on one line")
        return "pattern", f"{subject} is not written as it must be", hint
    return "value", f"{subject} {_bound(kind, context) or error['msg']}", ""


def _bound(kind: str, context: dict[str, Any]) -> str:
    """What a value or its length goes beyond; '' for any other kind of error."""
    match kind:
        case "greater_than_equal":
            return f"is less than {context['ge']}"
        case "less_than_equal":
            return f"is more than {context['le']:,}"
        case "string_too_long":
            return f"is longer than {context['max_length']:,} characters"
        case "too_long":
            return f"has more than {context['max_length']:,} entries"
        case "too_short":
            least = context["min_length"]
            return "has no entry" if least == 1 else f"needs at least {least} entries"
    return ""


def _follow(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[Path_, Any]:
    """The part of pydantic's location that is in the document, and the annotation it leads to.

    Pydantic also names which member of a union it tried, by the member's tag.
    """
    path: Path_ = ()
    annotation: Any = model
    for part in location:
        annotation = _bare(annotation)
        member = _member(annotation, part)
        if member is None:
            path = (*path, part)
        annotation = _step(annotation, part) if member is None else member
    return path, _bare(annotation)


def _member(union: Any, part: int | str) -> Any:  # noqa: ANN401 type annotations have no common type
    """The member of a union that has a tag; None where there is none."""
    for member in get_args(union):
        if any(isinstance(mark, Tag) and mark.tag == part for mark in getattr(member, "__metadata__", ())):
            return member
    return None


def _step(annotation: Any, part: int | str) -> Any:  # noqa: ANN401 type annotations have no common type
    """The annotation of one key or entry of what an annotation describes; None where it describes none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {field.alias or name: field for name, field in annotation.model_fields.items()}
        return fields[str(part)].annotation if part in fields else None
    if get_origin(annotation) is dict:
        return get_args(annotation)[1]
    return get_args(annotation)[0] if get_origin(annotation) is tuple else None


def _keys_of(annotation: Any) -> list[str]:  # noqa: ANN401 type annotations have no common type
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return []
    return [field.alias or name for name, field in annotation.model_fields.items()]


def _bare(annotation: Any) -> Any:  # noqa: ANN401 type annotations have no common type
    """The annotation without `Annotated` and without `| None`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    members = [member for member in get_args(annotation) if member is not type(None)]
    if type(None) in get_args(annotation) and len(members) == 1:
        return _bare(members[0])
    return annotation
