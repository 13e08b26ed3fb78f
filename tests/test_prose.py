from __future__ import annotations

import re
from html.parser import HTMLParser

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from living_sla.prose import clean_prose, prose_html

UNTIMED = settings(deadline=None)  # no test measures time
EXTENSIONS = ["admonition", "attr_list", "fenced_code", "footnotes", "md_in_html", "tables", "toc"]


class Parts(HTMLParser):
    """Every element and attribute that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)


def from_markdown(text: str) -> str:
    return clean_prose(markdown.markdown(text, extensions=EXTENSIONS))


RUNS = {
    "X3 script": "<script>alert(1)</script>",
    "X3 script in capitals": "<ScRiPt src=//evil.example></sCrIpT>",
    "X4 javascript link": "[x](javascript:alert(1))",
    "X4 javascript link by reference": '[x][1]\n\n[1]: javascript:alert("1")',
    "X5 javascript in entities": '<a href="java&#115;cript:alert(1)">x</a>',
    "X5 javascript with a tab": '<a href="java&#9;script:alert(1)">x</a>',
    "X5 javascript after a control character": '<a href="\x01javascript:alert(1)">x</a>',
    "X6 data link": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "X6 data link in Markdown": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "X7 svg": '<svg onload="alert(1)"><animate onbegin="alert(1)"/></svg>',
    "X7 details": '<details open ontoggle="alert(1)"><summary>s</summary></details>',
    "X7 image": '<img src="x" onerror="alert(1)">',
    "X8 attr_list": '# Heading { onclick="alert(1)" onmouseover="alert(1)" }',
    "X9 iframe": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "X9 object": '<object data="evil.swf"><embed src="evil.swf"></object>',
    "X9 form": '<form action="//evil.example"><input name="q"><button formaction="javascript:x"></form>',
    "X9 style": "<style>@import '//evil.example/x.css'</style>",
    "X9 meta": '<meta http-equiv="refresh" content="0;url=//evil.example">',
    "X9 base": '<base href="//evil.example/">',
    "X9 link": '<link rel="stylesheet" href="//evil.example/x.css">',
    "mathml": '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "template": "<template><script>alert(1)</script></template>",
    "md_in_html": '<div markdown="1" onclick="alert(1)">\n*x*\n</div>',
}
MAY_RUN = {
    "animate", "base", "button", "embed", "form", "iframe", "input", "link", "math", "meta", "noscript",
    "object", "script", "style", "svg", "template",
}  # fmt: skip


@pytest.mark.parametrize("payload", RUNS.values(), ids=RUNS)
def test_nothing_in_prose_runs(payload: str) -> None:
    parts = Parts(from_markdown(payload))
    assert not parts.tags & MAY_RUN
    assert not {name for name, _ in parts.attributes if name.startswith("on") or name == "style"}
    assert not {value for _, value in parts.attributes if value and ":" in value}


@UNTIMED
@given(
    st.text()
    | st.lists(st.sampled_from([*RUNS.values(), "<", ">", '"', "'", "`", "\n", "<!--", "]]>"])).map("".join)
)
def test_whatever_is_written_nothing_runs(text: str) -> None:
    parts = Parts(clean_prose(text))
    assert not parts.tags & MAY_RUN
    assert not {name for name, _ in parts.attributes if name.startswith("on")}


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.example/beacon.png",
        "//evil.example/beacon.png",
        "/\\evil.example/beacon.png",
        "\\\\evil.example/beacon.png",
        " //evil.example/beacon.png",
        "\t//evil.example/beacon.png",
        "/\t/evil.example/beacon.png",
        "http:evil.example/beacon.png",
        "data:image/png;base64,AAAA",
        "blob:x",
    ],
)
def test_no_image_is_fetched_from_another_site(source: str) -> None:
    assert not {name for name, _ in Parts(clean_prose(f'<img src="{source}" alt="x">')).attributes} & {"src"}


def test_an_off_site_image_of_markdown_leaves_its_text() -> None:
    assert from_markdown("![A chart](https://evil.example/x.png)") == '<p><img alt="A chart"></p>'


@pytest.mark.parametrize("attribute", ["srcset", "background", "poster", "longdesc", "ping"])
def test_no_other_attribute_fetches_an_image(attribute: str) -> None:
    html = clean_prose(
        f'<p><img src="a.png" {attribute}="//evil.example"><a {attribute}="//evil.example">x</a></p>'
    )
    assert "evil" not in html


@pytest.mark.parametrize(
    "source", ["funnel.png", "../images/funnel.png", "/images/my funnel.png", "a.png?b#c"]
)
def test_an_image_of_the_site_is_kept(source: str) -> None:
    assert clean_prose(f'<img src="{source}">') == f'<img src="{source}">'


@pytest.mark.parametrize(
    "address",
    ["definitions.md", "../data/", "#terms", "?page=2", "https://example.com/a?b#c", "mailto:a@b.example"],
)
def test_links_are_kept(address: str) -> None:
    assert clean_prose(f'<a href="{address}">x</a>') == f'<a href="{address}" rel="noopener">x</a>'


@pytest.mark.parametrize(
    "address", ["//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example"]
)
def test_a_link_that_looks_like_one_of_this_site_is_one(address: str) -> None:
    assert clean_prose(f'<a href="{address}">x</a>') == '<a rel="noopener">x</a>'


@pytest.mark.parametrize("name", ["__config", "__search", "__palette", "__tabbed_1_1"])
def test_no_id_is_one_the_theme_acts_upon(name: str) -> None:
    assert "__" not in clean_prose(
        f'<h2 id="{name}">x</h2><a name="{name}">x</a><p><img id="{name}" name="{name}"></p>'
    )


@pytest.mark.parametrize("name", ["md-overlay", "md-search", "md-dialog", "sla-chart", "sla-figure"])
def test_no_class_covers_the_page_or_poses_as_ours(name: str) -> None:
    assert clean_prose(f'<div class="{name} admonition">x</div>') == '<div class="admonition">x</div>'


def test_nothing_is_laid_over_the_page() -> None:
    assert clean_prose('<p style="position:fixed;inset:0">x</p>') == "<p>x</p>"


def test_a_comment_is_not_published() -> None:
    assert clean_prose("<p>a</p><!-- b -->") == "<p>a</p>"


def test_html_in_a_heading_is_gone_from_it() -> None:
    html = from_markdown("# Lead <script>alert(1)</script> *times*")
    assert Parts(html).tags == {"h1", "em"}


def test_a_table_keeps_its_shape_and_alignment() -> None:
    html = from_markdown("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert html.replace("\n", "") == (
        '<table><thead><tr><th>a</th><th style="text-align:right">b</th></tr></thead>'
        '<tbody><tr><td>1</td><td style="text-align:right">2</td></tr></tbody></table>'
    )


def test_a_pipe_in_code_adds_no_cell() -> None:
    assert from_markdown("| a |\n|---|\n| `b\\|c` |").count("<td>") == 1


def test_an_admonition_is_kept() -> None:
    assert from_markdown("!!! note\n    Read this.").replace("\n", "") == (
        '<div class="admonition note"><p class="admonition-title">Note</p><p>Read this.</p></div>'
    )


def test_code_is_text() -> None:
    html = from_markdown("```\n<script>alert(1)</script>\n```")
    assert html == "<pre><code>&lt;script&gt;alert(1)&lt;/script&gt;\n</code></pre>"


def test_what_jinja_would_run_is_text() -> None:
    assert from_markdown("{{ 7*7 }} {% raw %}") == "<p>{{ 7*7 }} {% raw %}</p>"


def test_a_file_that_prose_names_is_not_included() -> None:
    assert from_markdown('--8<-- "mkdocs.yml"') == '<p>--8&lt;-- "mkdocs.yml"</p>'


def test_cleaning_twice_changes_nothing() -> None:
    once = from_markdown("# A\n\n[b](c.md) ![d](e.png)\n\n| f |\n|--:|\n| g |\n\n!!! tip\n    h")
    assert clean_prose(once) == once


# --- prose fields: CommonMark without raw HTML


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<svg onload=alert(1)>",
        '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
        '<details open ontoggle="alert(1)">',
        '<base href="https://evil.example/">',
    ],
)
def test_raw_html_in_a_prose_field_is_text(payload: str) -> None:
    assert elements(prose_html(payload)) <= {"p"}


@pytest.mark.parametrize(
    "payload",
    [
        "[x](javascript:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x][1]\n\n[1]: javascript:alert(1)",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:alert(1))",
        "<javascript:alert(1)>",
    ],
)
def test_a_link_that_runs_is_no_link_in_a_prose_field(payload: str) -> None:
    assert "href" not in prose_html(payload)


def test_an_image_in_a_prose_field_is_not_loaded() -> None:
    assert "img" not in elements(prose_html("![x](https://evil.example/beacon.png)"))


def test_attributes_cannot_be_written_in_a_prose_field() -> None:
    assert prose_html('word { onclick="alert(1)" }') == "<p>word { onclick=&quot;alert(1)&quot; }</p>\n"


def test_a_snippet_mark_in_a_prose_field_is_text() -> None:
    assert prose_html('--8<-- "mkdocs.yml"') == "<p>--8&lt;-- &quot;mkdocs.yml&quot;</p>\n"


def test_emphasis_lists_and_links_of_a_prose_field_are_kept() -> None:
    assert elements(prose_html("- *a* **b**\n- [c](https://example.com)\n")) == {
        "ul",
        "li",
        "em",
        "strong",
        "a",
    }


def test_terms_are_linked_in_prose_but_not_inside_its_links() -> None:
    html = prose_html(
        "lead [lead](https://example.com) lead", lambda text: text.replace("lead", "<b>lead</b>")
    )
    assert html == '<p><b>lead</b> <a href="https://example.com">lead</a> <b>lead</b></p>\n'


def test_a_field_full_of_opened_images_is_rendered_as_text() -> None:
    assert elements(prose_html("![" * 2000)) == {"p"}


def elements(html: str) -> set[str]:
    return set(re.findall(r"<([a-z0-9]+)", html))
