"""How long reading all versions of all agreements takes, against git itself giving out the same.

The history is made here: agreements as long as the example's, changed one at a time, directly or by merges.
One side loads the history and makes every timeline; the other runs `git log` and `git cat-file --batch` with
the very words and objects that the first one asked for. They run in turn, so that a machine that slows down
slows both, and the middle of all rounds counts.
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from living_sla import git
from living_sla.agreement.history import load_history
from living_sla.agreement.loading import load_agreement
from living_sla.agreement.versions import load_timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from living_sla.agreement.loading import Agreement

EXAMPLE = Path(__file__).resolve().parents[1] / "agreement" / "marketing-sales"
WANTED = 2.0
COMMITS_A_VERSION = 4
COMMITS_A_MERGE = 5
FIRST_SECOND = 1_600_000_000
ONE_DAY = 86_400


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measure reading all versions against the bare `git log` and `git cat-file` it needs.",
        epilog="example: python benchmarks/history_time.py --rounds 20",
    )
    parser.add_argument("--commits", type=int, default=2000, help="default: %(default)s")
    parser.add_argument("--agreements", type=int, default=50, help="default: %(default)s")
    parser.add_argument(
        "--rounds", type=int, default=10, help="how often each side runs (default: %(default)s)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_history(root, commits=options.commits, agreements=options.agreements)
        measure(root, options.rounds)


def measure(root: Path, rounds: int) -> None:
    folders = sorted((root / "agreement").iterdir())
    agreements = [load_agreement(folder, root=root) for folder in folders]
    commands = asked_of_git(lambda: read_all(root, agreements))
    sides = {
        "load_history, load_timeline": lambda: read_all(root, agreements),
        "git log, git cat-file": lambda: run_all(commands),
    }
    took: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(rounds + 1):
        for side, run in sides.items():
            started = perf_counter()
            run()
            took[side].append(perf_counter() - started)
    ours, bare = (median(times[1:]) for times in took.values())  # the first run only warms the disk's cache
    for side, seconds in zip(sides, (ours, bare), strict=True):
        print(f"{side:30}{seconds * 1000:6.0f} ms")
    print(f"{'ratio':30}{ours / bare:6.2f}      wanted: at most {WANTED:.1f}")


def read_all(root: Path, agreements: list[Agreement]) -> int:
    """Every timeline, as the site needs it before anything is judged; how many versions there are."""
    history = load_history(root)
    timelines = [load_timeline(root / "agreement" / each.id, each, history) for each in agreements]
    return sum(len(timeline.versions) for timeline in timelines)


def asked_of_git(read: Callable[[], int]) -> list[tuple[list[str], bytes]]:
    """The log that a reading asked git for, and its objects in one batch."""
    asked: list[tuple[list[str], bytes]] = []
    run = git.subprocess.run

    def noting(command: list[str], **options: bytes) -> subprocess.CompletedProcess[bytes]:
        asked.append((command, options["input"]))
        return run(command, **options)

    git.subprocess.run = noting
    versions = read()
    git.subprocess.run = run
    (log,) = (command for command, _ in asked if "log" in command)
    batches = [(command, listing) for command, listing in asked if "cat-file" in command]
    listing = b"".join(listing for _, listing in batches)
    print(f"{versions:,} versions, {len(listing.splitlines()):,} objects")
    return [(log, b""), (batches[0][0], listing)]


def run_all(commands: list[tuple[list[str], bytes]]) -> None:
    for command, listing in commands:
        subprocess.run(command, input=listing, capture_output=True, check=True)


def make_history(root: Path, *, commits: int, agreements: int) -> None:
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", root], check=True)
    stream = "".join(tell(commits, agreements)).encode()
    subprocess.run(["git", "-C", root, "fast-import", "--quiet"], input=stream, check=True)
    subprocess.run(["git", "-C", root, "reset", "--quiet", "--hard", "main"], check=True)


def tell(commits: int, agreements: int) -> Iterator[str]:
    """The history in the words of `git fast-import`: commit 1 holds all agreements, later ones change one."""
    ids = [f"team-{n:02}" for n in range(agreements)]
    whole = {path.name: path.read_text(encoding="utf-8") for path in sorted(EXAMPLE.iterdir())}
    yield from commit(1, {f"{id_}/{name}": text for id_ in ids for name, text in whole.items()})
    for n in range(2, commits + 1):
        change, folder = n // agreements, ids[n % agreements]
        promises = whole["commitments.yml"].replace("at_least: 500,", f"at_least: {500 + n},")
        texts = {f"{folder}/commitments.yml": promises}
        if n % COMMITS_A_VERSION == 0:
            terms = whole["agreement.yml"].replace("title: Marketing and Sales", f"title: {folder}")
            texts[f"{folder}/agreement.yml"] = terms.replace('"1.0.0"', f'"1.{change}.0"')
        if n % COMMITS_A_MERGE == 0:
            yield from commit(commits + n, texts, since=n - 1)
            yield from commit(n, texts, since=n - 1, merged=commits + n)
        else:
            yield from commit(n, texts, since=n - 1)


def commit(mark: int, texts: dict[str, str], *, since: int = 0, merged: int = 0) -> Iterator[str]:
    who = f"Mia Chen <mia.chen@example.com> {FIRST_SECOND + since * ONE_DAY} +0000"
    message = f"Merge pull request #{mark} from acme/topic" if merged else f"Change {mark}"
    yield f"commit refs/heads/{'main' if mark == since + 1 else 'topic'}\nmark :{mark}\n"
    yield f"author {who}\ncommitter {who}\ndata {len(message)}\n{message}\n"
    yield f"from :{since}\n" if since else ""
    yield f"merge :{merged}\n" if merged else ""
    for path, text in texts.items():
        yield f"M 100644 inline agreement/{path}\ndata {len(text.encode())}\n{text}\n"


if __name__ == "__main__":
    gc.disable()  # as a command runs
    main()
