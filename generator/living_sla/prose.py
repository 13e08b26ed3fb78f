"""Authors' prose becomes HTML that cannot run, cover the page or call out.

Prose fields are CommonMark without raw HTML; prose pages come as the HTML that MkDocs made of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Link = Callable[[str], str]
"""Makes safe HTML of a plain text, with links where the text speaks of a term."""

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl",
    "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins",
    "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_CLASSES = {
    "abstract", "admonition", "admonition-title", "bug", "danger", "example", "failure", "footnote",
    "footnote-backref", "footnote-ref", "headerlink", "highlight", "info", "note", "question", "quote",
    "success", "task-list", "task-list-item", "tip", "warning",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"id", "title", "class"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "scope", "style"},
}
# No scheme, no host (browsers read a backslash as a slash), and nothing that browsers skip in an address.
_RELATIVE = re.compile(r"(?! )(?![a-z][a-z0-9+.-]*:|//)[^\x00-\x1f\\]+", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[\x00-\x20]*[/\\][\x09\x0a\x0d]*[/\\]")


def clean_prose(html: str) -> str:
    """The prose without scripts, handlers, forms, frames, foreign images, or names the theme acts upon."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript"},
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        filter_style_properties={"text-align"},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )


def prose_html(text: str, link: Link = escape) -> str:
    """CommonMark as HTML: no raw HTML, no images, no headings; every plain text goes through `link`."""
    return str(_commonmark().render(text, {"link": link}))


def document_html(text: str) -> str:
    """CommonMark with headings as HTML, for a page that has two levels of its own above them."""
    from markdown_it import MarkdownIt  # only pages need it

    markdown = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_inline"])
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1:]) + 1)}"
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def links_of(text: str) -> Iterator[tuple[int, str]]:
    """Where each link of a CommonMark text leads, with the line it stands on, counted from 1."""
    from markdown_it import MarkdownIt  # only retrospectives need it

    for block in MarkdownIt("commonmark", {"html": False}).disable(["image", "html_inline"]).parse(text):
        line = block.map[0] + 1 if block.map else 1
        for token in block.children or ():
            line += token.type in {"softbreak", "hardbreak"}
            if token.type == "link_open":
                yield line, str(token.attrs["href"])


@cache
def _commonmark() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only pages need it

    markdown = MarkdownIt("commonmark", {"html": False}).disable(
        ["image", "heading", "lheading", "html_inline"]
    )
    markdown.add_render_rule("text", _text)
    return markdown


def _text(renderer: object, tokens: list[Token], index: int, options: object, env: dict[str, Link]) -> str:  # noqa: ARG001 markdown-it's signature
    inside_link = sum((t.type == "link_open") - (t.type == "link_close") for t in tokens[:index])
    return escape(tokens[index].content) if inside_link else env["link"](tokens[index].content)


def clean_title(html: str) -> str:
    """A heading's or a file name's text as HTML without markup, in one line."""
    return " ".join(nh3.clean(html, tags=set()).split())


def _attribute(tag: str, name: str, value: str) -> str | None:
    """An attribute's value, or None to drop it: ids with `__` are the theme's own (DOM clobbering)."""
    if name == "class":
        return " ".join(word for word in value.split() if word in _CLASSES) or None
    if name == "id" and value.startswith("__"):
        return None
    if tag == "img" and name == "src" and not _RELATIVE.fullmatch(value):
        return None
    if name == "href" and _ELSEWHERE.match(value):
        return None
    return value
