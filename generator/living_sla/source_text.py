"""A file on disk becomes text that holds nothing hidden, or the problem that refuses it."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from living_sla.diagnostics import InputError, Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

# Everything Unicode calls a control or format character, but tab and line ends; surrogates; and what is no
# character at all. They hide or reorder what a reviewer sees in a diff ("Trojan source").
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_LONE_RETURN = re.compile("\r")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def load_text(path: Path, *, shown_as: str, most_bytes: int) -> str:
    """Read a regular UTF-8 file once, never through a link, and refuse what a reviewer could not see.

    Windows line ends become Unix ones, and a byte order mark is dropped.

    Args:
        path: the file.
        shown_as: its path as problems name it.
        most_bytes: a larger file is refused before it is read.

    Raises:
        InputError: the file is a link, too large, not UTF-8, or holds hidden characters or conflict markers.
    """
    return clean_text(_read_regular(path, shown_as, most_bytes), shown_as=shown_as)


def clean_text(raw: bytes, *, shown_as: str) -> str:
    """The text of a file's bytes, by the same rules.

    Raises:
        InputError: it is not UTF-8, or holds hidden characters or conflict markers.
    """
    text = _decode(raw, shown_as).replace("\r\n", "\n")
    for pattern, rule, words, hint in (
        (_CONFLICT, "merge-conflict", "merge-conflict marker", "settle the conflict, then save the file"),
        (_HIDDEN, "hidden-character", "hidden character", "delete it"),
        (_LONE_RETURN, "line-end", "lone carriage return", "save the file with Unix or Windows line ends"),
    ):
        if found := pattern.search(text):
            char = found.group()
            name = f"U+{ord(char):04X}" if len(char) == 1 else f"'{char.strip()}'"
            raise _refused(shown_as, rule, f"{words} {name}", hint, text[: found.start()])
    return text


def hidden_character(text: str) -> str | None:
    """The first character of a text that a reader could not see, or None; escapes can bring one in."""
    found = _HIDDEN.search(text)
    return found.group() if found else None


def _read_regular(path: Path, shown_as: str, most_bytes: int) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if path.is_symlink():
            raise _refused(
                shown_as, "symbolic-link", "a symbolic link is not read", "commit what it points to"
            ) from error
        raise _refused(shown_as, "unreadable", f"cannot be read: {error.strerror}") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise _refused(shown_as, "not-a-file", "not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > most_bytes:
            words = f"{status.st_size:,} bytes are more than the {most_bytes:,} allowed"
            raise _refused(shown_as, "too-large", words)
        return file.read(most_bytes + 1)


def _decode(raw: bytes, shown_as: str) -> str:
    if raw.startswith(_UTF16):
        raise _refused(shown_as, "encoding", "not UTF-8 but UTF-16", "save the file as UTF-8")
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        byte = raw[error.start]
        raise _refused(
            shown_as, "encoding", f"byte 0x{byte:02X} is not UTF-8", "save the file as UTF-8", before
        ) from error


def _refused(path: str, rule: str, message: str, hint: str = "", before: str | None = None) -> InputError:
    """The error that refuses a file, placed behind the text `before` it."""
    if before is None:
        return InputError([Problem(Place(path), rule, message, hint)])
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return InputError([Problem(Place(path, line, column), rule, message, hint)])
