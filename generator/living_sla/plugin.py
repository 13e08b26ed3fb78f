"""MkDocs' hooks call the pipeline; nothing else happens here."""

from __future__ import annotations

import sys
from datetime import date
from html import escape
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.config.base import Config
from mkdocs.config.config_options import Optional, Type
from mkdocs.exceptions import Abort, ConfigurationError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel, get_files

from living_sla.agreement.retrospectives import ATTACHMENTS, FOLDER, is_retrospective
from living_sla.diagnostics import InputError, Place, Problem, render_text
from living_sla.pipeline import Site, load_site, parse_as_of
from living_sla.project import Project
from living_sla.prose import clean_prose, clean_title
from living_sla.rendering import ASSETS, Renderer, assets, templates_dir

if TYPE_CHECKING:
    from collections.abc import Callable

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.pages import Page as MkDocsPage
    from mkdocs.utils.templates import TemplateContext


MOST_TABS = 8
PUBLISHED = {".md", *ATTACHMENTS}
"""What authors may put beside their YAML: nothing that runs, and no draft."""
_RETROSPECTIVE_DEPTH = 3  # <agreement>/reports/2026-03.md
_DRAFT = InclusionLevel.DRAFT.value  # published is what stands above


class LivingSlaConfig(Config):  # type: ignore[no-untyped-call]  # mkdocs is partly untyped
    """The options under `living-sla:` in mkdocs.yml."""

    as_of = Optional(Type((str, date)))


class LivingSlaPlugin(BasePlugin[LivingSlaConfig]):  # type: ignore[no-untyped-call]  # as above
    """Adds the pages and files of every agreement to a MkDocs site."""

    def on_config(self, config: MkDocsConfig) -> None:
        """Load and judge before MkDocs empties the site: inputs with errors leave the old site as it was."""
        project = Project(_root(config))
        repository, edit = config.repo_url or "", config.edit_uri or ""
        try:
            self._site = load_site(
                project, self._as_of(), repository=repository, edit=edit, site_url=config.site_url or ""
            )
            prose = authors_pages(config, self._site)
        except InputError as error:
            raise Abort(f"{render_text(error.problems)}The inputs have errors; nothing was built.") from error
        self._pages = {f"{page.url}index.md": page for page in self._site.pages}
        self._renderer = Renderer(templates_dir())
        styles = ("charts.css", "pages.css", "funnel.css", "reports.css")
        config.extra_css.extend(f"{ASSETS}/{name}" for name in styles)
        config.extra_javascript.append(f"{ASSETS}/living-sla.js")
        if config.nav is None:
            config.nav = navigation(self._site, prose)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Replace the YAML of docs_dir by the pages made from it; only prose and pictures stay."""
        for file in [file for file in files if file.src_dir == config.docs_dir]:
            if Path(file.src_uri).suffix.lower() not in PUBLISHED or _is_part_of_a_report(file):
                files.remove(file)
        for path in self._pages:
            files.append(File.generated(config, path, content="", inclusion=InclusionLevel.NOT_IN_NAV))
        for path, text in self._site.files:
            files.append(File.generated(config, path, content=text.encode()))  # line ends as they are
        for path, asset in assets().items():
            files.append(File.generated(config, path, abs_src_path=str(asset)))
        return files

    def on_page_markdown(self, markdown: str, *, page: MkDocsPage, **_: Any) -> str:
        """Name a page; the theme prints title and description raw, so they are escaped."""
        if found := self._pages.get(page.file.src_uri):
            page.title = escape(found.title)
            page.meta = {"title": page.title, "description": escape(found.summary)}
            page.meta["hide"] = ["navigation", "toc"]
            page.edit_url = None
        else:
            known = {"title", "description"} & page.meta.keys()
            page.meta = {key: escape(str(page.meta[key])) for key in known}
        page.update_date = self._site.as_of.isoformat()
        return markdown

    def on_page_content(self, html: str, *, page: MkDocsPage, **_: Any) -> str:
        """Give search one short entry for a generated page; authors' prose is cleaned."""
        if found := self._pages.get(page.file.src_uri):
            return f"<p>{escape(found.summary)}</p>"
        page.title = clean_title(page.title or "")
        page.meta.setdefault("title", page.title)  # the theme decodes any other
        return clean_prose(html)

    @event_priority(-100)  # after search has read the summary
    def on_page_context(self, context: TemplateContext, *, page: MkDocsPage, **_: Any) -> TemplateContext:
        """Put the page's body in place: Markdown and search never see it."""
        if found := self._pages.get(page.file.src_uri):
            page.content = self._renderer.body(found)
        return context

    def on_serve(self, server: LiveReloadServer, **_: Any) -> LiveReloadServer:
        """Rebuild on a change of data or templates too; while inputs have errors, the last site is served."""
        for folder in (self._site.project.data_dir, templates_dir()):
            if folder.is_dir():
                server.watch(str(folder))
        server.builder = _telling_errors(server.builder)
        return server

    def _as_of(self) -> date | None:
        try:
            return parse_as_of(str(self.config.as_of)) if self.config.as_of else None
        except ValueError as error:
            raise InputError([Problem(Place("mkdocs.yml"), "as-of", f"as_of {error}")]) from error


def navigation(site: Site, prose: list[str]) -> list[Any]:
    """The scoreboard, the overviews of a few agreements, and the authors' own pages.

    The rest is reached from these.

    Material's navigation costs time on every page for every page in it.
    """
    overviews: list[Any] = [
        {escape(standing.agreement.terms.title): f"{standing.agreement.id}/index.md"}
        for standing in site.standings
    ]
    return [{"Scoreboard": "index.md"}, *(overviews if len(overviews) <= MOST_TABS else ()), *prose]


def authors_pages(config: MkDocsConfig, site: Site) -> list[str]:
    """The paths of the authors' own pages below docs_dir.

    Raises:
        InputError: a file of theirs would be published in the place of a generated one.
    """
    made = {f"{page.url}index.html" for page in site.pages} | {path for path, _ in site.files}
    files = get_files(config)
    published = [f for f in files if f.inclusion.value > _DRAFT and not _is_part_of_a_report(f)]
    hint = "the page made from YAML and CSV has that address; give this file another name"
    if problems := [
        Problem(Place(shown), "taken-address", f"would be published as {file.dest_uri}", hint)
        for file in published
        if file.dest_uri in made
        for shown in [Path(relpath(file.abs_src_path or "", _root(config))).as_posix()]
    ]:
        raise InputError(problems)
    return [file.src_uri for file in published if file.is_documentation_page()]


def _is_part_of_a_report(file: File) -> bool:
    """Whether a file is a retrospective, which is published within the report of its period."""
    parts = Path(file.src_uri).parts
    return len(parts) == _RETROSPECTIVE_DEPTH and parts[1] == FOLDER and is_retrospective(parts[2])


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent if config.config_file_path else Path.cwd()


def _telling_errors(build: Callable[[], None]) -> Callable[[], None]:
    """MkDocs' server answers nobody after a failed build; but what our inputs refuse has emptied nothing."""

    def build_or_tell() -> None:
        try:
            build()
        except (Abort, ConfigurationError) as error:
            if isinstance(error, Abort) and not isinstance(error.__cause__, InputError):
                raise
            print(error, file=sys.stderr)  # noqa: T201 as MkDocs' server does

    return build_or_tell
