from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jinja2
import pytest

from living_sla.diagnostics import InputError
from living_sla.pipeline import judge_loaded, load_site
from living_sla.present.pages import Page, site_pages
from living_sla.present.subject import Source
from living_sla.project import Project, load_project
from living_sla.rendering import Renderer, templates_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
LOADED_BY_A_PAGE = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "use": "href",
}
HARMLESS = "an ordinary text"
PAYLOADS = {
    "X1 script": "<script>alert(1)</script>",
    "X2 image": '<img src=x onerror="alert(1)">',
    "X11 end of script": "</script><script>alert(1)</script><!--",
    "X12 link of Plotly": '<a href="javascript:alert(1)">x</a><b>y</b>',
    "X13 Jinja": "{{ 7*7 }}{% raw %}{# x #}",
    "X14 Jinja's insides": "{{ cycler.__init__.__globals__ }}",
    "X16 table": "a|b `c` \\| *d*",
    "quotes": "\" onmouseover=alert(1) x='y",
    "entities": "&lt;b&gt; &amp; &#60;",
    "title": "</title><base href=//evil.example>",
    "svg": "</text></svg><svg onload=alert(1)>",
    "Plotly's hover": "%{customdata}<extra>x</extra>$x$",
}  # fmt: skip
METRICS = """\
metrics:
  leads: {{label: {0}, unit: {0}, definition: mql, segments: source}}
  hours: {{label: {0}, unit: {0}}}
items:
  report: {{label: {0}, plural: {0}}}
  feedback: {{label: {0}, plural: {0}}}
commitments:
  - {{id: leads, title: {0}, party: marketing, measure: {{total: leads, at_least: 9, every: month}},
     note: {1}, contact: {{name: {0}, role: {0}}}, in_return: [hours]}}
  - {{id: hours, title: {0}, party: sales, measure: {{level: hours, at_most: 4, every: week}}, once: leads}}
  - {{id: weekly, title: {0}, party: sales, measure: {{deliver: {{report: 1}}, every: week, by: friday}}}}
  - {{id: answers, title: {0}, party: marketing,
     measure: {{answer: report, with: feedback, within: 1 week, every: month}}}}
"""
TERMS = """\
title: {0}
version: "1.0.0"
effective: 2026-01-01
summary: {1}
notice: {0}
parties:
  marketing: {{name: {0}, service: {1}, lead: {{name: {0}, role: {0}}}, needs: [{0}]}}
  sales: {{name: {0}}}
calendar: {{timezone: Europe/Amsterdam}}
signatures: [{{party: sales, name: {0}, signed_on: 2026-01-01}}]
"""


class Parts(HTMLParser):
    """The elements and attributes of a page, its texts, the files it quotes, and its blocks of JSON."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.loads: set[str] = set()
        self.texts: list[str] = []
        self.files: list[str] = []
        self.blocks: list[str] = []
        self._in = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.update([tag, *(f"{tag} {name}" for name, _ in attrs)])
        self.loads |= {value or "" for name, value in attrs if name == LOADED_BY_A_PAGE.get(tag)}
        self._in = tag
        if tag == "template":
            self.blocks.append("")

    def handle_endtag(self, _tag: str) -> None:
        self._in = ""

    def handle_comment(self, _data: str) -> None:
        self.found["comment"] += 1

    def handle_data(self, data: str) -> None:
        if self._in == "template":
            self.blocks[-1] += data
        elif self._in == "pre":
            self.files.append(data)
        else:
            self.texts.append(data)


def write(root: Path, text: str, prose: str = "Words of prose.") -> Path:
    """A project with one text wherever an author may write one, and another where it may be CommonMark."""
    agreement, data = root / "agreement" / "acme", root / "data" / "acme"
    agreement.mkdir(parents=True)
    (data / "snapshots").mkdir(parents=True)
    typed, written, cell = json.dumps(text), json.dumps(prose), '"' + text.replace('"', '""') + '"'
    (agreement / "agreement.yml").write_text(TERMS.format(typed, written), encoding="utf-8")
    (agreement / "commitments.yml").write_text(METRICS.format(typed, written), encoding="utf-8")
    glossary = f"glossary:\n  mql: {{term: {typed}, meaning: {written}}}\n"
    (agreement / "definitions.yml").write_text(glossary, encoding="utf-8")
    (data / "snapshots" / "2026-03-20.csv").write_text(
        "date,metric,value,segment\n"
        f"2026-02-02,leads,9,{cell}\n2026-03-02,leads,8,{cell}\n2026-03-02,leads,8,{cell}\n"
        "2026-03-02,hours,3,\n2026-03-09,hours,5,\n",
        encoding="utf-8",
    )
    (data / "deliveries.csv").write_text(
        f"id,item,date,title,for\na,report,2026-03-02,{cell},\nb,feedback,2026-03-04,{cell},a\n"
        f"c,report,2026-03-18,{cell},\n",
        encoding="utf-8",
    )
    return root


def pages_of(root: Path) -> list[Page]:
    return list(site_pages([judge_loaded(loaded) for loaded in load_project(Project(root))], Source()))


def bodies(root: Path) -> dict[str, Parts]:
    renderer = Renderer(templates_dir())
    return {page.url: Parts(renderer.body(page)) for page in pages_of(root)}


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for each in value:
            yield from texts_in(each)
    elif isinstance(value, str):
        yield value


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Parts]:
    return bodies(write(tmp_path_factory.mktemp("harmless"), HARMLESS))


def test_the_harmless_text_is_on_every_page(harmless: dict[str, Parts]) -> None:
    shown = {url: sum(HARMLESS in text for text in parts.texts) for url, parts in harmless.items()}
    assert min(shown.values()) >= 5
    assert len(shown) == 16


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_element_or_attribute_comes_from_a_text(
    tmp_path: Path, harmless: dict[str, Parts], payload: str
) -> None:
    found = bodies(write(tmp_path, payload))
    assert {url: parts.found for url, parts in found.items()} == {
        url: parts.found for url, parts in harmless.items()
    }


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_text_is_shown_as_it_was_typed(tmp_path: Path, harmless: dict[str, Parts], payload: str) -> None:
    for url, parts in bodies(write(tmp_path, payload)).items():
        shown = sum(payload in text for text in parts.texts)
        # Inside a sentence a label loses its first capital; these payloads begin with none.
        assert shown == sum(HARMLESS in text for text in harmless[url].texts), url


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_version_quotes_its_files_as_they_are_written(tmp_path: Path, payload: str) -> None:
    root = write(tmp_path, payload)
    quoted = bodies(root)["acme/versions/1.0.0/"].files
    names = ("agreement.yml", "commitments.yml", "definitions.yml")
    assert quoted == [(root / "agreement" / "acme" / name).read_text() for name in names]


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_text_does_not_end_the_json_of_a_chart(tmp_path: Path, payload: str) -> None:
    blocks = [block for parts in bodies(write(tmp_path, payload)).values() for block in parts.blocks]
    assert len(blocks) == 9
    for block in blocks:
        for text in texts_in(json.loads(block)):
            assert "<" not in text


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_whole_document_has_the_text_as_its_title(tmp_path: Path, payload: str) -> None:
    page = next(page for page in pages_of(write(tmp_path, payload)) if page.url == "acme/")
    html = Renderer(templates_dir()).document(page)
    head, _, _ = html.partition("</head>")
    assert Counter(re.findall("<([a-z]+)", head)) == {
        "html": 1, "head": 1, "meta": 3, "title": 1, "link": 3, "script": 1,
    }  # fmt: skip
    assert payload in "".join(Parts(head).texts)


@pytest.mark.parametrize("break_", ["\n# injected", "\r\n# injected", "\t# injected"])
def test_a_line_that_is_two_is_refused_before_it_is_shown(tmp_path: Path, break_: str) -> None:
    with pytest.raises(InputError) as caught:
        load_project(Project(write(tmp_path, f"Leads{break_}")))
    assert "title" in {problem.message.split()[0] for problem in caught.value.problems}


def test_a_page_loads_nothing_from_another_site() -> None:
    renderer = Renderer(templates_dir())
    loads = {
        address for page in load_site(Project(ROOT)).pages for address in Parts(renderer.document(page)).loads
    }
    assert len(loads) == 17
    assert {address for address in loads if urlsplit(address).scheme or urlsplit(address).netloc} == set()


def test_an_unknown_value_in_a_template_is_an_error_and_not_a_blank() -> None:
    page = Page("", "Scoreboard", "scoreboard.html", "", {"boards": [{}], "notices": []})
    with pytest.raises(jinja2.UndefinedError):
        Renderer(templates_dir()).body(page)


RENDER = """
import hashlib, sys
from pathlib import Path
from living_sla.pipeline import load_site
from living_sla.project import Project
from living_sla.rendering import Renderer, templates_dir
site, renderer = load_site(Project(Path(sys.argv[1]))), Renderer(templates_dir())
texts = [renderer.document(page) for page in site.pages] + [text for _, text in site.files]
print(len(texts), hashlib.sha256("\\0".join(texts).encode()).hexdigest())
"""


def rendered(folder: Path, **environment: str) -> str:
    """How many pages and files the example has, and a sum of them all, in a process of its own."""
    found = subprocess.run(
        [sys.executable, "-c", RENDER, ROOT],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout


def test_the_same_commit_gives_the_same_pages_wherever_and_whenever(tmp_path: Path) -> None:
    here = rendered(tmp_path, TZ="America/Los_Angeles", PYTHONHASHSEED="1", LC_ALL="C")
    there = rendered(ROOT, TZ="Pacific/Kiritimati", PYTHONHASHSEED="2", LC_ALL="C.UTF-8")
    assert here == there
    assert int(here.split()[0]) > 50
