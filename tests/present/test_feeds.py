"""The feed by RFC 4287, and as a reader's program takes it."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from living_sla.present.feeds import Entry, Kind, feed_xml

if TYPE_CHECKING:
    from random import Random

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://sla.example/agreements/"
DAY = date(2026, 4, 4)
MISSED = Entry(
    key="marketing-sales/verdict/mql-volume/2026-03",
    on=date(2026, 4, 1),
    title="March 2026: missed",
    summary="96 of 100 leads",
    url="marketing-sales/commitments/mql-volume/#p-2026-03",
    kind=Kind.VERDICT,
    author="Marketing",
)
AMENDED = Entry(
    key="marketing-sales/amendment/1.1.0",
    on=date(2026, 4, 2),
    title="Version 1.1.0",
    summary="24 hours → 48 hours",
    url="marketing-sales/versions/1.1.0/",
    kind=Kind.AMENDMENT,
    author="",
)
# What a text may hold once it has passed our loader: no control characters, and lines end with "\n" alone.
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff")
    | st.just("\n")
)
ENTRIES = st.lists(
    st.builds(
        Entry,
        key=st.text("abc/-2026", min_size=1),
        on=st.dates(date(1, 1, 1)),
        title=TEXTS,
        summary=TEXTS,
        url=st.sampled_from(["", "a/b/", "a/b/#c"]),
        kind=st.sampled_from(Kind),
        author=TEXTS,
    ),
    unique_by=lambda entry: entry.key,
    max_size=6,
)


def feed(
    *entries: Entry, url: str = "marketing-sales/feed.xml", site_url: str = SITE, updated: date = DAY
) -> str:
    return feed_xml(
        "marketing-sales", "Marketing and Sales", url, entries, site_url=site_url, updated=updated
    )


def parse(text: str) -> ET.Element:
    return ET.fromstring(text.encode())  # noqa: S314 our own


def texts(text: str, name: str) -> list[str]:
    return [element.text or "" for element in parse(text).iterfind(f"{ATOM}entry/{ATOM}{name}")]


def links(text: str, at: str = "") -> dict[str, str]:
    found = parse(text).iterfind(f"{at}{ATOM}link")
    return {link.get("rel", ""): link.get("href", "") for link in found}


def first_id(text: str) -> str:
    return texts(text, "id")[0]


def faults(text: str) -> list[str]:
    """What breaks a MUST of RFC 4287 (3.2, 3.3, 4.1, 4.2) that the elements used here can break."""
    root = parse(text)
    found = [] if root.tag == f"{ATOM}feed" else [f"{root.tag} is no feed"]
    for holder in (root, *root.iterfind(f"{ATOM}entry")):
        count = Counter(child.tag.removeprefix(ATOM) for child in holder)
        found += [f"{name} {count[name]} times" for name in ("id", "title", "updated") if count[name] != 1]
        found += [f"{name} twice" for name in ("generator", "summary", "published") if count[name] > 1]
        scheme, _, rest = holder.findtext(f"{ATOM}id", "").partition(":")
        found += [] if scheme.isalpha() and rest else [f"the id {scheme} is no absolute IRI"]
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", holder.findtext(f"{ATOM}updated", "")):
            found.append("updated is no RFC 3339 instant with an upper-case T and zone")
        same = [
            (link.get("type"), link.get("hreflang"))
            for link in holder.iterfind(f"{ATOM}link[@rel='alternate']")
        ]
        found += ["two alternate links of one type"] if len(same) != len(set(same)) else []
        found += ["neither content nor an alternate link"] if not same and holder is not root else []
    if root.find(f"{ATOM}author") is None and not all(
        entry.find(f"{ATOM}author") for entry in root.iter(f"{ATOM}entry")
    ):
        found.append("nobody is the author")
    found += [
        "a person without one name"
        for person in root.iter(f"{ATOM}author")
        if len(person.findall(f"{ATOM}name")) != 1
    ]
    found += ["a link without href" for link in root.iter(f"{ATOM}link") if not link.get("href")]
    found += [
        "a category without term" for category in root.iter(f"{ATOM}category") if not category.get("term")
    ]
    return found


def read(text: str) -> feedparser.FeedParserDict:
    """The feed as feedparser takes it, which must not have to mend it."""
    found = feedparser.parse(
        io.BytesIO(text.encode()), response_headers={"content-type": "application/atom+xml; charset=utf-8"}
    )
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


# --- by the specification


@pytest.mark.parametrize("site_url", ["", SITE])
@given(entries=ENTRIES)
def test_a_feed_keeps_every_rule_of_the_specification(entries: list[Entry], site_url: str) -> None:
    text = feed(*entries, site_url=site_url)
    assert faults(text) == []
    assert len(read(text).entries) == len(entries)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<id>urn:uuid:", "<id>"),
        ("T00:00:00Z", ""),
        ("<title>March 2026: missed</title>", ""),
        ("<summary>96 of 100 leads</summary>", "<summary/><summary/>"),
        (
            'rel="alternate" type="text/html" href="https://sla.example/agreements/marketing-sales/c',
            'rel="via" href="c',
        ),
        ("<name>Marketing</name>", ""),
        ('term="verdict"', ""),
    ],
)
def test_the_rules_of_this_test_find_what_breaks_them(old: str, new: str) -> None:
    text = feed(MISSED)
    assert old in text
    assert faults(text.replace(old, new)) != []


def test_a_feed_of_a_day_when_nothing_had_happened_is_valid() -> None:
    found = read(feed())
    assert faults(feed()) == []
    assert (found.entries, found.feed.title, found.feed.author) == (
        [],
        "Marketing and Sales",
        "Marketing and Sales",
    )
    assert found.feed.updated == "2026-04-04T00:00:00Z"


# --- what a reader sees


def test_an_entry_says_what_became_known_when_of_what_kind_and_by_whom() -> None:
    (entry,) = read(feed(MISSED)).entries
    assert (entry.title, entry.summary) == ("March 2026: missed", "96 of 100 leads")
    assert (entry.updated, entry.tags[0].term, entry.author) == (
        "2026-04-01T00:00:00Z",
        "verdict",
        "Marketing",
    )


def test_the_feed_stands_at_its_day_however_old_its_newest_entry_is() -> None:
    assert read(feed(MISSED, updated=date(2026, 4, 30))).feed.updated == "2026-04-30T00:00:00Z"


def test_an_entry_without_an_author_is_the_feed_s() -> None:
    text = feed(AMENDED)
    assert parse(text).find(f"{ATOM}entry/{ATOM}author") is None
    assert parse(text).findtext(f"{ATOM}author/{ATOM}name") == "Marketing and Sales"


def test_the_newest_entries_come_first_and_those_of_one_day_by_their_keys() -> None:
    same_day = replace(MISSED, key="a", title="First of its day")
    text = feed(MISSED, AMENDED, same_day)
    assert texts(text, "title") == ["Version 1.1.0", "First of its day", "March 2026: missed"]


def test_only_the_newest_two_hundred_entries_are_kept() -> None:
    entries = [replace(MISSED, key=str(n), on=DAY - timedelta(days=n), title=str(n)) for n in range(201)]
    titles = texts(feed(*entries), "title")
    assert (len(titles), titles[0], titles[-1]) == (200, "0", "199")


def test_markup_in_a_text_is_text() -> None:
    text = feed(replace(MISSED, title="<b>5 > 4 & 3</b>", summary="<script>alert(1)</script>&amp;"))
    assert (texts(text, "title"), texts(text, "summary")) == (
        ["<b>5 > 4 & 3</b>"],
        ["<script>alert(1)</script>&amp;"],
    )


def test_a_character_that_xml_forbids_is_replaced() -> None:
    text = feed(replace(MISSED, title="a\x00b\x1bc\ud800d\uffffe", summary="one\r\ntwo\rthree\u2028four"))
    assert faults(text) == []
    assert texts(text, "title") == ["a\ufffdb\ufffdc\ufffdd\ufffde"]
    assert texts(text, "summary") == ["one\ntwo\nthree\nfour"]


@given(title=TEXTS, summary=TEXTS)
def test_every_text_comes_back_as_it_was(title: str, summary: str) -> None:
    text = feed(replace(MISSED, title=title, summary=summary))
    assert (texts(text, "title"), texts(text, "summary")) == ([title], [summary])


# --- addresses


@pytest.mark.parametrize("site_url", ["https://sla.example/agreements", "https://sla.example/agreements/"])
def test_links_are_whole_where_the_site_knows_its_address(site_url: str) -> None:
    text = feed(MISSED, site_url=site_url)
    assert links(text) == {
        "self": "https://sla.example/agreements/marketing-sales/feed.xml",
        "alternate": "https://sla.example/agreements/marketing-sales/",
    }
    assert links(text, f"{ATOM}entry/") == {
        "alternate": "https://sla.example/agreements/marketing-sales/commitments/mql-volume/#p-2026-03"
    }


def test_links_are_relative_to_the_feed_where_the_site_knows_no_address() -> None:
    text = feed(MISSED, site_url="")
    assert links(text) == {"self": "../marketing-sales/feed.xml", "alternate": "../marketing-sales/"}
    assert links(text, f"{ATOM}entry/") == {
        "alternate": "../marketing-sales/commitments/mql-volume/#p-2026-03"
    }


def test_links_of_the_feed_at_the_root_need_no_way_up() -> None:
    text = feed(MISSED, url="feed.xml", site_url="")
    assert links(text) == {"self": "feed.xml", "alternate": "./"}
    assert links(text, f"{ATOM}entry/") == {"alternate": "marketing-sales/commitments/mql-volume/#p-2026-03"}


# --- identities


def test_ids_are_these_for_ever() -> None:
    text = feed(MISSED)
    assert parse(text).findtext(f"{ATOM}id") == "urn:uuid:1d2378b9-fc78-5357-8f8e-3549c0568534"
    assert texts(text, "id") == ["urn:uuid:54396bfa-7def-5f99-90ba-c45b8d0c4c2d"]


def test_an_id_outlives_a_move_of_the_site_a_later_build_and_other_words() -> None:
    reworded = replace(MISSED, on=DAY, title="March: missed", summary="", url="elsewhere/", author="")
    later = feed(reworded, AMENDED, site_url="https://other.example", updated=date(2027, 1, 1))
    assert first_id(feed(MISSED)) in texts(later, "id")


def test_an_entry_is_the_same_one_in_the_feed_of_all_agreements() -> None:
    everything = feed_xml("all", "All", "feed.xml", [MISSED], site_url=SITE, updated=DAY)
    assert first_id(everything) == first_id(feed(MISSED))
    assert parse(everything).findtext(f"{ATOM}id") != parse(feed(MISSED)).findtext(f"{ATOM}id")


def test_two_projects_with_the_same_keys_are_told_apart_by_their_origins() -> None:
    ids = {
        first_id(feed_xml("all", "All", "feed.xml", [MISSED], site_url="", updated=DAY, origin=origin))
        for origin in ("", "acme", "bolt")
    }
    assert len(ids) == 3


@given(entries=ENTRIES, random=st.randoms(use_true_random=False))
def test_the_order_in_which_entries_are_given_does_not_matter(entries: list[Entry], random: Random) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert feed(*shuffled) == feed(*entries)
