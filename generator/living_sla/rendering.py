"""A page or chart becomes HTML, by the Jinja templates of `site_templates/`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup, escape

from living_sla.present.posters import render_chart
from living_sla.prose import document_html, prose_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from living_sla.present.glossary import Glossary
    from living_sla.present.pages import Page
    from living_sla.present.subject import Chart

ASSETS = "assets/living-sla"
BUNDLE = f"{ASSETS}/vendor/plotly-basic-4.1.1.min.js"


def templates_dir() -> Path:
    """`site_templates/`: inside the installed package, or beside `generator/` in a checkout."""
    installed = Path(__file__).parent / "site_templates"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "site_templates"


def assets() -> dict[str, Path]:
    """Every stylesheet, script and licence that pages need, by its path below the site's root."""
    folder = templates_dir() / "assets"
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md")
    return {f"{ASSETS}/{path.relative_to(folder).as_posix()}": path for path in files}


_TERM = Markup('<span class="sla-term"><a href="{}#term-{}">{}</a><span role="tooltip">{}</span></span>')


class Renderer:
    """Renders pages; every value from YAML and CSV is data, escaped where it is printed."""

    def __init__(self, templates: Path) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([templates / "pages", templates]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["iso"] = date.isoformat

    def body(self, page: Page) -> str:
        """The page's content, for the theme to wrap."""

        def chart_html(chart: Chart) -> Markup:
            html = render_chart(
                chart.figure, label=chart.label, bundle=page.base + BUNDLE, caption=chart.caption
            )
            return Markup(html)  # noqa: S704 the poster escapes its texts itself

        def section_terms() -> Callable[[str], Markup]:
            return _Linker(page.glossary, page.base + page.glossary_url) if page.glossary else escape

        def prose(text: str, linked: Callable[[str], str] = escape) -> Markup:
            return Markup(prose_html(text, linked))  # noqa: S704 raw HTML is switched off

        def document(text: str) -> Markup:
            return Markup(document_html(text))  # noqa: S704 as above

        return self._environment.get_template(page.template).render(
            page.values,
            base=page.base,
            title=page.title,
            chart_html=chart_html,
            prose=prose,
            document=document,
            section_terms=section_terms,
        )

    def document(self, page: Page) -> str:
        """The page as a whole HTML file that needs no theme."""
        body = Markup(self.body(page))  # noqa: S704 a template's output
        return self._environment.get_template("document.html").render(
            page=page, body=body, assets=page.base + ASSETS
        )


class _Linker:
    """Makes HTML of a text, each term linked and explained where a section first speaks of it."""

    def __init__(self, glossary: Glossary, url: str) -> None:
        self._glossary = glossary
        self._url = url
        self._seen: set[str] = set()

    def __call__(self, text: str) -> Markup:
        parts = (self._part(part, id_) for part, id_ in self._glossary.parts(text, self._seen))
        return Markup("").join(parts)

    def _part(self, text: str, id_: str) -> Markup:
        if not id_:
            return escape(text)
        meaning = self._glossary.terms[id_].meaning
        return _TERM.format(self._url, id_, text, meaning)
