"""A project becomes a site: built beside the old one and swapped, served, or written as plain files."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from living_sla.diagnostics import InputError, Place, Problem
from living_sla.pipeline import load_site
from living_sla.project import Project
from living_sla.rendering import Renderer, assets, templates_dir

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from mkdocs.config.defaults import MkDocsConfig

os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # Material's advertisement at every build


def build_site(project: Path, *, as_of: date | None, site_dir: Path | None, strict: bool) -> Path:
    """Build with MkDocs into a folder beside the site, then swap; a failing build leaves the old one.

    Returns:
        the site's folder.

    Raises:
        InputError: the inputs or mkdocs.yml have errors.
        OSError: the folder cannot be written.
    """
    from mkdocs.commands.build import build

    with _mkdocs_speaking_as_we_do():
        config = _mkdocs_config(project, strict=strict)
        if as_of:
            config.plugins["living-sla"].config.as_of = as_of.isoformat()
        target = (site_dir or Path(config.site_dir)).resolve()
        with _beside(target) as built:
            config.site_dir = str(built)
            config.plugins.on_startup(command="build", dirty=False)
            try:
                build(config)
            finally:
                config.plugins.on_shutdown()
    return target


def serve_site(project: Path, *, address: str) -> None:
    """Serve with MkDocs' live reload until interrupted.

    Raises:
        InputError: the inputs or mkdocs.yml have errors at the start; later ones are told while serving.
        OSError: nothing can be served at the address.
    """
    from mkdocs.commands.serve import serve

    with _mkdocs_speaking_as_we_do():
        _mkdocs_config(project, strict=False)
        logging.getLogger("mkdocs.livereload").setLevel(logging.INFO)  # where it serves, and each rebuild
        serve(str(_config_file(project)), dev_addr=address, open_in_browser=False)


def render_site(project: Path, folder: Path, *, as_of: date | None) -> int:
    """Write every page and file below a folder, without MkDocs; what else lies there stays.

    Returns:
        how many files were written.
    """
    site = load_site(Project(project), as_of)
    renderer = Renderer(templates_dir())
    texts = {f"{page.url}index.html": renderer.document(page) for page in site.pages} | dict(site.files)
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    for path, asset in assets().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(asset, folder / path)
    return len(texts)


def _config_file(project: Path) -> Path:
    path = project.absolute() / "mkdocs.yml"
    if not path.is_file():
        hint = "run living-sla in the folder that holds mkdocs.yml"
        raise InputError([Problem(Place("mkdocs.yml"), "missing-file", "this file is missing", hint)])
    return path


def _mkdocs_config(project: Path, *, strict: bool) -> MkDocsConfig:
    from mkdocs.config import load_config

    try:
        config = load_config(str(_config_file(project)), strict=strict or None)
    except ValueError as error:  # PyYAML's own, of a day like 2026-02-31
        raise InputError([Problem(Place("mkdocs.yml"), "mkdocs", str(error))]) from error
    if "living-sla" not in config.plugins:
        words, hint = "the plugin living-sla is not listed", "add `- living-sla` under plugins:"
        raise InputError([Problem(Place("mkdocs.yml"), "no-plugin", words, hint)])
    return config


@contextmanager
def _mkdocs_speaking_as_we_do() -> Iterator[None]:
    """MkDocs' warnings on standard error, without its account of every step; its refusals as `InputError`."""
    from mkdocs.exceptions import MkDocsException

    logger = logging.getLogger("mkdocs")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    logger.addHandler(handler)
    try:
        yield
    except MkDocsException as error:
        raise _as_input_error(error) from error
    finally:
        logger.removeHandler(handler)


def _as_input_error(error: Exception) -> InputError:
    """MkDocs' own refusal as ours; problems of the inputs are passed on as they are."""
    if isinstance(error.__cause__, InputError):
        return error.__cause__
    broken = error.__context__
    if mark := getattr(broken, "problem_mark", None):  # PyYAML's place in mkdocs.yml
        place = Place("mkdocs.yml", mark.line + 1, mark.column + 1)
        return InputError([Problem(place, "mkdocs", getattr(broken, "problem", None) or "not YAML")])
    return InputError([Problem(Place("mkdocs.yml"), "mkdocs", " ".join(str(error).split()))])


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder beside the target that takes its place at the end; dropped if anything fails before."""
    _refuse_other_than_a_site(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    built, old = temporary / "new", temporary / "old"
    try:
        yield built
        try:
            if target.exists():
                target.rename(old)
            built.rename(target)
        except BaseException:
            if old.exists():
                old.rename(target)
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _refuse_other_than_a_site(target: Path) -> None:
    """What stands at the target is replaced as a whole, so it must be empty or a site, and no checkout."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not (target / "index.html").is_file() or (target / ".git").exists():
        words = "holds something else than a built site, which a build would delete; name another folder"
        raise FileExistsError(errno.EEXIST, words, str(target))
