"""A project becomes a site: whole or not at all, the same everywhere, and with no link to nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from living_sla.diagnostics import InputError, render_text
from living_sla.project import Project, load_project
from living_sla.publishing import build_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Run

MKDOCS = "site_name: Acme\ndocs_dir: agreement\ntheme: material\nplugins: [search, living-sla]\n"
TERMS = Path("agreement", "acme", "agreement.yml")


def contents(folder: Path) -> dict[str, str]:
    """The hash of every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def build(project: Path) -> Path:
    return build_site(project, as_of=None, site_dir=None, strict=False)


def beside(project: Path) -> set[str]:
    return {path.name for path in project.iterdir()} - {"hook.py", "__pycache__"}


@pytest.fixture
def project(project: Path) -> Path:
    """The small project with a mkdocs.yml and prose."""
    (project / "mkdocs.yml").write_text(MKDOCS)
    (project / "agreement" / "acme" / "escalation.md").write_text("# Escalation\n\nTalk first.\n")
    return project


@pytest.fixture
def published(project: Path) -> Path:
    """The same with an older site, which is still good."""
    for name, text in (("index.html", "<h1>Old</h1>"), ("sub/old.html", "old"), (".nojekyll", "")):
        path = project / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return project


# --- the last good site stays

HOOKS = {
    "a hook that raises": "def on_page_content(html, **_):\n    raise RuntimeError('boom')\n",
    "a hook that aborts": (
        "from mkdocs.exceptions import PluginError\n"
        "def on_post_build(**_):\n    raise PluginError('enough')\n"
    ),
}


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_build_that_breaks_off_leaves_the_old_site(published: Path, run: Run, hook: str) -> None:
    (published / "hook.py").write_text(hook)
    (published / "mkdocs.yml").write_text(MKDOCS + "hooks: [hook.py]\n")
    before, around = contents(published / "site"), beside(published)
    assert run("living_sla", "build", cwd=published).returncode == 1
    assert contents(published / "site") == before
    assert beside(published) == around


@pytest.mark.parametrize("module", ["living_sla", "mkdocs"])
@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        (TERMS, "title: [", "agreement/acme/agreement.yml:1:9: error: "),
        (Path("agreement", "acme", "data.md"), "# Data", "agreement/acme/data.md:1:1: error: "),
        (Path("agreement", "README.md"), "# Read me", "agreement/README.md:1:1: error: "),
        (Path("agreement", "status.json"), "{}", "agreement/status.json:1:1: error: "),
    ],
    ids=["bad YAML", "a page's address", "the scoreboard's address", "a file's address"],
)
def test_bad_inputs_leave_the_old_site(  # noqa: PLR0913, PLR0917 what is tried
    published: Path, run: Run, module: str, path: Path, text: str, told: str
) -> None:
    (published / path).write_text(text)
    before, around = contents(published / "site"), beside(published)
    done = run(module, "build", cwd=published)
    assert done.returncode == 1
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert contents(published / "site") == before
    assert beside(published) == around


def test_strict_fails_on_warnings_and_leaves_the_old_site(published: Path, run: Run) -> None:
    (published / "agreement" / "acme" / "escalation.md").write_text("[x](nowhere.md)")
    before = contents(published / "site")
    done = run("living_sla", "build", "--strict", cwd=published)
    assert done.returncode == 1
    assert "WARNING: Doc file 'acme/escalation.md' contains a link 'nowhere.md'" in done.stderr
    assert contents(published / "site") == before


def test_a_full_disk_is_one_line_and_leaves_the_old_site(published: Path) -> None:
    """Files are limited to 100 KB, which Plotly's bundle is above."""
    before, around = contents(published / "site"), beside(published)
    command = f"ulimit -f 100; exec '{sys.executable}' -m living_sla build"
    done = subprocess.run(["bash", "-c", command], cwd=published, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"error: (.+: )?File too large\n", done.stderr)
    assert contents(published / "site") == before
    assert beside(published) == around


def test_a_folder_that_cannot_be_written_is_one_line(project: Path, run: Run) -> None:
    for command in (["build", "--site-dir", "mkdocs.yml/site"], ["render", "mkdocs.yml/site"]):
        done = run("living_sla", *command, cwd=project)
        assert done.returncode == 1
        assert re.fullmatch(r"error: .*mkdocs\.yml.*: (File exists|Not a directory)\n", done.stderr)


@pytest.mark.parametrize("folder", [".", "..", "agreement", "data", "mkdocs.yml"])
def test_what_is_no_site_is_never_replaced(project: Path, folder: str) -> None:
    before = contents(project)
    with pytest.raises(FileExistsError, match="holds something else than a built site"):
        build_site(project, as_of=None, site_dir=project / folder, strict=False)
    assert contents(project) == before


def test_a_site_that_is_a_checkout_is_not_replaced(published: Path) -> None:
    subprocess.run(["git", "init", "-q", "site"], cwd=published, check=True)
    with pytest.raises(FileExistsError):
        build(published)
    assert (published / "site" / ".git").is_dir()


SLOW = """
import pathlib, time
def on_post_page(output, **_):
    pathlib.Path("half").touch()
    time.sleep(60)
"""


@pytest.mark.parametrize(("how", "leftovers"), [(signal.SIGKILL, 1), (signal.SIGTERM, 0)])
def test_a_killed_build_leaves_the_old_site_and_the_next_one_succeeds(
    published: Path, run: Run, how: signal.Signals, leftovers: int
) -> None:
    (published / "hook.py").write_text(SLOW)
    (published / "mkdocs.yml").write_text(MKDOCS + "hooks: [hook.py]\n")
    before = contents(published / "site")
    building = subprocess.Popen([sys.executable, "-m", "living_sla", "build"], cwd=published, stderr=-3)
    wait_for(published / "half")
    building.send_signal(how)
    building.wait(10)

    assert contents(published / "site") == before
    assert len(list(published.glob(".site-*"))) == leftovers

    (published / "mkdocs.yml").write_text(MKDOCS)
    assert run("living_sla", "build", cwd=published).returncode == 0
    assert {"index.html", "status.json", "acme/index.html"} < contents(published / "site").keys()
    assert "sub/old.html" not in contents(published / "site")


def wait_for(path: Path) -> None:
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"{path.name} did not come")


# --- where the site goes


@pytest.mark.parametrize("folder", ["site", "public/sla", "../outside"])
def test_the_site_may_stand_anywhere(project: Path, folder: str) -> None:
    build_site(project, as_of=None, site_dir=project / folder, strict=True)
    assert (project / folder / "acme" / "index.html").is_file()
    assert [path.name for path in (project / folder).parent.iterdir() if path.name[0] == "."] == []


def test_a_linked_site_folder_is_filled_where_it_points(project: Path, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (project / "site").symlink_to(tmp_path / "web")
    build(project)
    assert (project / "site").is_symlink()
    assert (tmp_path / "web" / "index.html").is_file()


# --- a pure function of the inputs


def copied_backwards(source: Path, target: Path) -> Path:
    for path in sorted((path for path in source.rglob("*") if path.is_file()), reverse=True):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return target


def test_the_same_inputs_give_the_same_bytes_everywhere(example: Path, tmp_path: Path, run: Run) -> None:
    (example / "agreement" / "marketing-sales" / "escalation.md").write_text("# Escalation\n\nTalk first.\n")
    other = copied_backwards(example, tmp_path / "elsewhere" / "copy")
    here = run("living_sla", "build", cwd=example, TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    elsewhere = {"TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX", "PYTHONHASHSEED": "2", "PYTHONUTF8": "0"}
    there = run("living_sla", "build", "-C", other, "--site-dir", tmp_path / "b", cwd=tmp_path, **elsewhere)
    assert (here.returncode, there.returncode) == (0, 0)
    assert contents(tmp_path / "b") == contents(example / "site")


def test_mkdocs_alone_builds_the_same_site(example: Path, run: Run, built_example: Path) -> None:
    done = run("mkdocs", "build", "--strict", "--quiet", cwd=example)
    assert done.returncode == 0, done.stderr
    assert contents(example / "site") == contents(built_example)


def git(folder: Path, *arguments: str) -> str:
    author = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    command = ["git", *author, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def foot(site: Path) -> str:
    page = (site / "acme" / "index.html").read_text(encoding="utf-8")
    (found,) = re.findall(r'<footer class="sla-foot">\s*<p>(.+?)</p>', page, re.DOTALL)
    return str(re.sub("<.*?>", "", found)).strip()


def test_outside_git_the_site_is_built_and_says_so(project: Path) -> None:
    assert foot(build(project)).endswith("made outside a git repository, so no commit can be named")


def test_the_site_names_the_commit_it_was_made_from(project: Path) -> None:
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "all")
    commit = git(project, "rev-parse", "HEAD")[:10]
    assert foot(build(project)).endswith(f"made from commit {commit}")


def test_uncommitted_changes_are_said_whatever_git_is_told_to_show(project: Path) -> None:
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "all")
    git(project, "config", "status.showUntrackedFiles", "no")
    newer = project / "data" / "acme" / "snapshots" / "2026-03-04.csv"
    newer.write_text("date,metric,value\n2026-03-03,leads_due,1\n")
    assert foot(build(project)).endswith(" with uncommitted changes")


# --- what is published


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("agreement/acme/secret.txt", "secret.txt"),
        ("agreement/acme/secret.md", "secret.txt"),
        ("agreement/acme/more", "folder"),
        ("agreement/_shared", "folder"),
        ("agreement/acme/definitions.yml", "secret.txt"),
        ("data/acme/secret.csv", "secret.txt"),
        ("data/acme/snapshots/2026-03-04.csv", "secret.txt"),
        ("data/other", "folder"),
        ("agreement/acme/dangling.md", "nowhere"),
    ],
)
def test_a_link_is_refused(project: Path, tmp_path: Path, link: str, target: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "folder").mkdir()
    (project / link).unlink(missing_ok=True)
    (project / link).symlink_to(tmp_path / target)
    with pytest.raises(InputError) as refused:
        load_project(Project(project))
    assert render_text(refused.value.problems) == (
        f"{link}:1:1: error: a symbolic link is not read; commit what it points to [symbolic-link]\n"
    )


@pytest.mark.parametrize("module", ["living_sla", "mkdocs"])
def test_a_link_is_not_published(project: Path, tmp_path: Path, run: Run, module: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (project / "agreement" / "acme" / "secret.txt").symlink_to(tmp_path / "secret.txt")
    assert run(module, "build", cwd=project).returncode == 1
    assert not (project / "site").exists()


def test_only_what_is_for_readers_is_published(built_example: Path) -> None:
    """Neither the YAML, nor notes beside the assets."""
    kinds = {path.rpartition(".")[2] for path in contents(built_example) if "assets/" not in path}
    assert kinds == {"html", "json", "csv", "xml", "ics", "gz"}
    ours = {path.rpartition("/")[2] for path in contents(built_example) if "assets/living-sla" in path}
    assert ours == {
        *("charts.css", "pages.css", "living-sla.js", "redline.js", "funnel.css", "reports.css"),
        *("plan.css", "calculator.js", "plotly-basic-4.1.1.min.js", "LICENSE.plotly.txt"),
    }


# --- links


@dataclass
class Links(HTMLParser):
    """The ids of a page, and what it points to."""

    ids: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and tag != "path":
                self.ids.append(value or "")
            if name in {"href", "src", "data-plotly"} and tag != "base":
                self.targets.append(value or "")


def pages_of(site: Path) -> dict[Path, Links]:
    pages = {}
    for path in sorted(site.rglob("*.html")):
        pages[path] = links = Links()
        links.feed(path.read_text(encoding="utf-8"))
    return pages


CREDIT = "https://squidfunk.github.io/mkdocs-material/"  # which the theme asks to keep
DATA = "https://example.com/"  # where the example's deliveries and actions link to


def dead_links(site: Path) -> Iterator[str]:
    pages = pages_of(site)
    for page, links in pages.items():
        for target in links.targets:
            url = urlsplit(target)
            if url.scheme in {"mailto", "data"} or target == CREDIT or target.startswith(DATA):
                continue
            root = site if url.path.startswith("/") else page.parent
            path = page if not url.path else Path(os.path.normpath(root / unquote(url.path).lstrip("/")))
            path = path / "index.html" if path.is_dir() else path
            is_there = path.is_file() and path.is_relative_to(site)
            fragment = unquote(url.fragment)
            if url.scheme or not is_there or (fragment and fragment not in pages[path].ids):
                yield f"{page.relative_to(site)}: {target}"


REPORTS = 2 + 13 + 3
"""The index and the scorecard, the months that are closed, and the weeks of which enough was known."""
AUTHORS_PAGES = {"marketing-sales/why/index.html", "marketing-sales/worksheet/index.html"}
"""Prose in Markdown: MkDocs renders it, and `render` leaves it to the other site generator."""


def test_the_pages_hold_links_to_follow(built_example: Path) -> None:
    pages = pages_of(built_example)
    assert len(pages) == 1 + 1 + 1 + 2 + 13 + 1 + 1 + 1 + 1 + 1 + 1 + REPORTS + len(AUTHORS_PAGES)
    assert all(len(links.targets) >= 8 for links in pages.values())


def test_no_page_links_to_nothing_or_away(built_example: Path) -> None:
    assert list(dead_links(built_example)) == []


def test_every_id_is_unique_in_its_page(built_example: Path) -> None:
    twice = {
        (page.relative_to(built_example).as_posix(), id_)
        for page, links in pages_of(built_example).items()
        for id_ in links.ids
        if links.ids.count(id_) > 1
    }
    assert twice == set()


# --- plain files


def body_of(page: Path) -> str:
    """What our templates made of the page, without the theme."""
    text = page.read_text(encoding="utf-8")
    (found,) = re.findall(r'<article class="sla-page">.+?</article>', text, re.DOTALL)
    return str(found)


def test_render_writes_the_same_bodies_and_files(built_example: Path, tmp_path: Path, run: Run) -> None:
    done = run("living_sla", "render", "out", "-C", built_example.parent, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == ""
    rendered, built = contents(tmp_path / "out"), contents(built_example)
    pages = {path for path in rendered if path.endswith(".html")}
    assert pages == {path for path in built if path.endswith(".html")} - {"404.html", *AUTHORS_PAGES}
    assert {path: rendered[path] for path in rendered.keys() - pages}.items() <= built.items()
    assert [path for path in pages if body_of(tmp_path / "out" / path) != body_of(built_example / path)] == []


def test_rendered_pages_link_to_nothing_outside_their_folder(
    built_example: Path, tmp_path: Path, run: Run
) -> None:
    assert run("living_sla", "render", tmp_path, "-C", built_example.parent, cwd=tmp_path).returncode == 0
    assert len(pages_of(tmp_path)) == 23 + REPORTS
    assert list(dead_links(tmp_path)) == []


def test_render_needs_no_mkdocs(project: Path, tmp_path: Path) -> None:
    (project / "mkdocs.yml").unlink()
    script = (
        "import sys\n"
        "from living_sla.cli import cli\n"
        f"cli(['render', {str(tmp_path / 'out')!r}], standalone_mode=False)\n"
        "print({'mkdocs', 'pandas', 'plotly'} & sys.modules.keys())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_render_leaves_alone_what_else_lies_there(project: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "out" / "acme").mkdir(parents=True)
    (tmp_path / "out" / "acme" / "ours.html").write_text("ours")
    assert run("living_sla", "render", tmp_path / "out", cwd=project).returncode == 0
    assert (tmp_path / "out" / "acme" / "ours.html").read_text() == "ours"
