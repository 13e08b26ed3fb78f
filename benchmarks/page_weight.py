"""What the page of a commitment with charts sends over the wire before its reader touches one.

It has three, one of them in two units.

A server on this machine sends the built example as web servers do, compressed by gzip, to a real Chromium
with an empty cache, and notes what was asked for: the theme's files, the search's worker and index too. What
HTTP adds is not counted. Then the page is opened without JavaScript, to see whether its charts show.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CHECKOUT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
PAGE = "marketing-sales/commitments/qualified-leads/"
CHARTS = 4
WANTED_KB = 150
NOT_COMPRESSED = (".png", ".gz", ".woff2")
LEVEL = 6  # as nginx and most hosts are set up


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measure what a page of the example sends before its charts are touched.",
        epilog=f"example: python benchmarks/page_weight.py --page {PAGE}",
    )
    parser.add_argument(
        "--project", type=Path, default=CHECKOUT, metavar="DIR", help="what is built (default: the example)"
    )
    parser.add_argument(
        "--page", default=PAGE, help="its address below the site's root (default: %(default)s)"
    )
    options = parser.parse_args()
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        print(f"not measured: none of {', '.join(BROWSERS)} is installed")
        return
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = build(options.project, Path(folder))
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        report(chromium, site, options.page)
        chromium.close()


def report(chromium: Browser, site: Path, page: str) -> None:
    with serve(site) as (root, sent):
        charts = visit(chromium, f"{root}/{page}", javascript=True)
        weights = dict(sent)
        without = visit(chromium, f"{root}/{page}", javascript=False)
    for name, (size, small) in sorted(weights.items(), key=lambda item: -item[1][1]):
        print(f"{small / 1000:8.1f} KB  of {size / 1000:7.1f} KB  {name}")
    total = sum(small for _, small in weights.values()) / 1000
    print(f"{total:8.1f} KB  in {len(weights)} answers: {total / WANTED_KB:.2f} of the {WANTED_KB} KB wanted")
    print(f"{charts} charts show with JavaScript, {without} without; wanted: {CHARTS} and {CHARTS}")


def build(project: Path, folder: Path) -> Path:
    command = [
        sys.executable,
        "-c",
        "from living_sla.cli import main; main()",
        "build",
        "--site-dir",
        str(folder / "site"),
    ]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    return folder / "site"


def visit(chromium: Browser, address: str, *, javascript: bool) -> int:
    """Open a page with an empty cache and let it rest; how many drawn charts have a size on the screen."""
    context = chromium.new_context(java_script_enabled=javascript)
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    posters = page.locator(".sla-chart svg.sla-poster").all()
    shown = sum(
        bool(box and box["width"] > 0 and box["height"] > 0)
        for box in (poster.bounding_box() for poster in posters)
    )
    context.close()
    return shown


@contextmanager
def serve(site: Path) -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
    """The server's address, and what it sent: by path, the bytes as they are and on the wire."""
    sent: dict[str, tuple[int, int]] = {}
    handler = type("Handler", (_Handler,), {"sent": sent, "site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sent
    finally:
        server.shutdown()
        server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    """Sends files compressed, as GitHub Pages and other hosts do."""

    sent: dict[str, tuple[int, int]]
    site: Path

    def do_GET(self) -> None:
        path = self.site / self.path.partition("?")[0].strip("/")
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = content = path.read_bytes()
        self.send_response(200)
        if path.suffix not in NOT_COMPRESSED:
            body = gzip.compress(content, LEVEL)
            self.send_header("Content-Encoding", "gzip")
        self.sent[path.relative_to(self.site).as_posix()] = (len(content), len(body))
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing of every request."""


if __name__ == "__main__":
    main()
