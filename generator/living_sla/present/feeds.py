"""What became known, day by day, becomes an Atom feed (RFC 4287)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from living_sla.present.subscriptions import absolute, lasting_id, readable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_ATOM = "http://www.w3.org/2005/Atom"
_MOST_ENTRIES = 200


class Kind(StrEnum):
    """What an entry tells of; the value is its category in the feed."""

    VERDICT = "verdict"
    AMENDMENT = "amendment"
    RESTATEMENT = "restatement"
    REPORT = "report"
    CONSEQUENCE = "consequence"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that became known on a day.

    `key` is its identity: under another key the same thing is told to subscribers twice, and two entries with
    one key are one to them. `title` and `summary` are plain text; `url` is a path below the root of the site
    and may hold a `#fragment`.
    """

    key: str
    on: date
    title: str
    summary: str
    url: str
    kind: Kind
    author: str


def feed_xml(  # noqa: PLR0913 what a feed says of itself, and its entries
    key: str,
    title: str,
    url: str,
    entries: Iterable[Entry],
    *,
    site_url: str,
    updated: date,
    origin: str = "",
) -> str:
    """The newest 200 entries, newest first; of one day, by their keys.

    Args:
        key: the feed's identity, which is no entry's.
        title: its title, and its author where an entry names none.
        url: its own path below the root; the page it belongs to lies in the same folder.
        entries: in any order.
        site_url: the address of the root; without one every link is relative to the feed.
        updated: the day the feed stands at.
        origin: see `lasting_id`.
    """
    feed = Element("feed", {"xmlns": _ATOM})
    _add(feed, "id", lasting_id(key, origin).urn)
    _add(feed, "title", title)
    _add(feed, "updated", _midnight(updated))
    _add(SubElement(feed, "author"), "name", title)
    _add_link(feed, "self", _href(url, url, site_url), "application/atom+xml")
    _add_link(feed, "alternate", _href(url[: url.rfind("/") + 1], url, site_url), "text/html")
    newest = sorted(entries, key=lambda entry: (-entry.on.toordinal(), entry.key))
    for entry in newest[:_MOST_ENTRIES]:
        _add_entry(feed, entry, _href(entry.url, url, site_url), origin)
    indent(feed)
    # "unicode" lest ElementTree declare the encoding of this machine's locale
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(feed, encoding="unicode")}\n'


def _add_entry(feed: Element, entry: Entry, href: str, origin: str) -> None:
    element = SubElement(feed, "entry")
    _add(element, "id", lasting_id(entry.key, origin).urn)
    _add(element, "title", entry.title)
    _add(element, "updated", _midnight(entry.on))
    if entry.author:
        _add(SubElement(element, "author"), "name", entry.author)
    SubElement(element, "category", {"term": entry.kind})
    _add_link(element, "alternate", href, "text/html")
    _add(element, "summary", entry.summary)


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = readable(text)


def _add_link(parent: Element, relation: str, href: str, media_type: str) -> None:
    SubElement(parent, "link", {"rel": relation, "type": media_type, "href": href})


def _href(path: str, feed_path: str, site_url: str) -> str:
    """A path below the root, seen from the feed where the site knows no address of its own."""
    return absolute(path, site_url) or "../" * feed_path.count("/") + path or "./"


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
