"""What feeds and calendars share: identities that last, whole addresses, text that any reader can take."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

_ROOT = UUID("668ed0c0-ebdd-4b44-8630-e46e6986b7c2")  # any, but for ever this one: every id below rests on it
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
# What XML 1.0 or RFC 5545 cannot hold.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def lasting_id(key: str, origin: str) -> UUID:
    """The same for a key whatever the day, the version of this package and the address of the site.

    An id made from the address would change when the site moves, and every subscriber would be told all of it
    again.

    Args:
        key: what is told, unique within a project.
        origin: what tells the project from all others and never changes; empty where nothing does.
    """
    return uuid5(uuid5(_ROOT, origin), key)


def absolute(path: str, site_url: str) -> str:
    """The address of a path below the root of the site; empty where the site knows no address of its own."""
    return f"{site_url.rstrip('/')}/{path}" if site_url else ""


def readable(text: str) -> str:
    r"""The text with `\n` for every line end, and U+FFFD for what such files cannot hold."""
    return _UNSPEAKABLE.sub("\ufffd", _LINE_ENDS.sub("\n", text))
