"""A real Chromium, a server for a folder of files, and what the page asked for and complained about."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Serve = Callable[[Path], AbstractContextManager[str]]
OpenPage = Callable[..., Page]


@dataclass
class Traffic:
    """Every request of the test's pages, and every error on their consoles."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def off_origin(self) -> list[str]:
        """Requests that would have left this machine."""
        return [
            url for url in self.requests if url[:5] == "http:" and urlsplit(url).hostname != "127.0.0.1"
        ] + [url for url in self.requests if url.startswith(("https:", "ws:", "wss:"))]

    def asked_for(self, name: str) -> int:
        """How often a file of that name was asked for."""
        return sum(urlsplit(url).path.endswith(f"/{name}") for url in self.requests)

    def follow(self, page: Page) -> None:
        """Record what this page does from now on."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine; without one the tests fail in CI and are skipped elsewhere."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = f"none of {', '.join(NAMES)} is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def traffic() -> Traffic:
    """What this test's pages asked for and complained about."""
    return Traffic()


@pytest.fixture
def open_page(browser: Browser, traffic: Traffic) -> Iterator[OpenPage]:
    """A function that opens an empty page in a fresh context with the options given."""
    contexts = []

    def open_one(**options: Any) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1200, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        traffic.follow(page)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """An empty page, 1200 pixels wide."""
    return open_page()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def serve() -> Serve:
    """A context manager that serves a folder on loopback and gives its address, ending in a slash."""

    @contextmanager
    def served(folder: Path) -> Iterator[str]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    return served
