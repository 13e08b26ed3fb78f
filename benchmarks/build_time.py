"""How long `living-sla build` takes against plain MkDocs building the same text as Markdown pages.

The example is multiplied to the wanted number of pages, with its data. Our side loads, judges, draws and
builds them. The other side builds what those pages say (headings, paragraphs, lists and tables; no links, no
charts), with the same theme and search. Its pages are left out of the navigation, as ours are: in it, MkDocs'
time grows with the square of their number (`--in-nav` shows that). The two run in turn, and the best of all
rounds counts; the second ratio is of processor time, which other programs on the machine disturb least.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
from collections import deque
from html.parser import HTMLParser
from itertools import groupby
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

import yaml

CHECKOUT = Path(__file__).resolve().parents[1]
EXAMPLE = "marketing-sales"
WANTED = {200: 0.8, 2000: 0.35}
OURS = [sys.executable, "-c", "from living_sla.cli import main; main()", "build"]
PLAIN = [sys.executable, "-m", "mkdocs", "build", "--quiet"]


class Took(NamedTuple):
    """Seconds on the clock, and of the processor."""

    clock: float
    processor: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measure `living-sla build` against `mkdocs build` of the same text as Markdown.",
        epilog="example: python benchmarks/build_time.py --pages 200 --rounds 5 --in-nav",
    )
    parser.add_argument(
        "--pages", type=int, nargs="+", default=[*WANTED], help="about how many (default: 200 2000)"
    )
    parser.add_argument(
        "--rounds", type=int, default=2, help="how often each side runs (default: %(default)s)"
    )
    parser.add_argument(
        "--in-nav", action="store_true", help="put the Markdown pages into MkDocs' navigation"
    )
    parser.add_argument(
        "--example", type=Path, default=CHECKOUT, metavar="DIR", help="the project that is multiplied"
    )
    options = parser.parse_args()
    place = "in the navigation" if options.in_nav else "out of the navigation"
    print(f"Markdown pages {place}")
    print(f"{'pages':>6}{'living-sla':>12}{'plain mkdocs':>14}{'ratio':>8}{'processor':>11}  wanted")
    for pages in options.pages:
        with TemporaryDirectory() as folder:
            count, ours, plain = measure(
                options.example, Path(folder), pages, options.rounds, in_nav=options.in_nav
            )
        wanted = f"at most {WANTED[pages]}" if pages in WANTED else ""
        ratio, of_processor = ours.clock / plain.clock, ours.processor / plain.processor
        print(
            f"{count:6,}{ours.clock:10.1f} s{plain.clock:12.1f} s{ratio:8.2f}{of_processor:11.2f}  {wanted}"
        )


def measure(example: Path, folder: Path, pages: int, rounds: int, *, in_nav: bool) -> tuple[int, Took, Took]:
    """The pages built, and the best of each side."""
    ours, plain = folder / "ours", folder / "plain"
    each = len(pages_of(one_built(example, folder / "one"))) - 1  # all but the scoreboard
    multiply(example, ours, max(1, round(pages / each)))
    run(OURS, ours)
    write_as_markdown(example, ours / "site", plain, in_nav=in_nav)
    taken = [(run(OURS, ours), run(PLAIN, plain)) for _ in range(rounds)]
    our_best, plain_best = (Took(*map(min, zip(*side, strict=True))) for side in zip(*taken, strict=True))
    return len(pages_of(ours / "site")), our_best, plain_best


def run(command: list[str], project: Path) -> Took:
    """One build."""
    before, started = _processor_seconds(), perf_counter()
    subprocess.run(
        command, cwd=project, check=True, env=environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True
    )
    return Took(perf_counter() - started, _processor_seconds() - before)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def one_built(example: Path, project: Path) -> Path:
    multiply(example, project, 1)
    run(OURS, project)
    return project / "site"


def multiply(example: Path, project: Path, copies: int) -> None:
    """A project of so many copies of the example, each an agreement with a record of its own."""
    for n in range(1, copies + 1):
        for kind in ("agreement", "data"):
            shutil.copytree(example / kind / EXAMPLE, project / kind / f"{EXAMPLE}-{n}")
    shutil.copy(example / "mkdocs.yml", project)


def pages_of(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if path.name != "404.html")


def write_as_markdown(example: Path, site: Path, project: Path, *, in_nav: bool) -> None:
    """A plain MkDocs project of what the pages of a site say."""
    for page in pages_of(site):
        target = (project / "docs" / page.relative_to(site)).with_suffix(".md")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(as_markdown(page.read_text(encoding="utf-8")), encoding="utf-8")
    config = yaml.safe_load((example / "mkdocs.yml").read_text(encoding="utf-8"))
    config |= {"docs_dir": "docs", "plugins": ["search"]}
    if not in_nav:
        config |= {"nav": ["index.md"], "not_in_nav": "*"}
    (project / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")


def as_markdown(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    return reader.markdown()


_STARTS = {
    "h1": "# ", "h2": "## ", "h3": "### ", "li": "- ", "tr": "| ", "p": "", "dt": "", "dd": "", "caption": "",
}  # fmt: skip
_UNSEEN = ("script", "style", "svg")


class _Reader(HTMLParser):
    """Collects the text of a page's content as blocks: kind of block, text."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: deque[tuple[str, list[str]]] = deque()
        self._depth = 0  # inside the theme's <article>, ours included
        self._unseen = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 the parser's signature
        self._depth += tag == "article"
        self._unseen += tag in _UNSEEN
        if self._depth and tag in _STARTS:
            self._blocks.append((_STARTS[tag], []))

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "article"
        self._unseen -= tag in _UNSEEN
        if tag in {"td", "th"} and self._blocks:
            self._blocks[-1][1].append(" | ")

    def handle_data(self, data: str) -> None:
        if self._depth and not self._unseen and self._blocks:
            self._blocks[-1][1].append(data)

    def markdown(self) -> str:
        blocks = ((start, " ".join("".join(texts).split())) for start, texts in self._blocks)
        written = [
            list(group) for _, group in groupby((b for b in blocks if b[1]), key=lambda block: block[0])
        ]
        return "\n\n".join(_group(group) for group in written) + "\n"


def _group(blocks: list[tuple[str, str]]) -> str:
    """Neighbouring blocks of one kind; the rows of a table get the line below its head."""
    kind = blocks[0][0]
    lines = [kind + text for _, text in blocks]
    if kind == "| ":
        lines.insert(1, "|" + "---|" * (lines[0].count("|") - 1))
    return ("\n" if kind in {"| ", "- "} else "\n\n").join(lines)


if __name__ == "__main__":
    main()
