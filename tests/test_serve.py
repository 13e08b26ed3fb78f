"""`living-sla serve` shows every change of an input, and the last good page while one holds a mistake."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
MKDOCS = "site_name: Acme\ndocs_dir: agreement\ntheme: material\nplugins: [living-sla]\n"
SECONDS = 30

pytestmark = pytest.mark.xdist_group("serve")  # one server at a time


@dataclass(frozen=True)
class Server:
    """A running `living-sla serve`, its project, and what it says."""

    process: subprocess.Popen[str]
    address: str
    project: Path
    log: Path

    def page(self) -> str:
        """The page of the promise that the tests change, as it is served now; empty where nobody answers."""
        try:
            with urlopen(f"{self.address}acme/commitments/response/", timeout=5) as answer:  # noqa: S310 loopback
                return str(answer.read().decode("utf-8"))
        except (URLError, TimeoutError, ConnectionError):
            return ""

    def said(self) -> str:
        """Everything it printed so far."""
        return self.log.read_text(encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Change a text in a file of the project."""
        file = self.project / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def shows(self, words: str) -> bool:
        """Whether its page comes to hold the words."""
        return within_time(lambda: words in re.sub("<.*?>", "", self.page()))

    def says(self, words: str) -> bool:
        """Whether it comes to print the words."""
        return within_time(lambda: words in self.said())


def within_time(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.2)
    return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(project: Path, generator: Path) -> Iterator[Server]:
    port, log = free_port(), project.parent / "log.txt"
    environment = os.environ | {"PYTHONPATH": str(generator), "TMPDIR": str(project.parent)}
    command = [sys.executable, "-m", "living_sla", "serve", "--address", f"127.0.0.1:{port}"]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job's children ignore it else
    with log.open("w") as said:
        process = subprocess.Popen(
            command, cwd=project, env=environment, stdout=said, stderr=subprocess.STDOUT, text=True
        )
    server = Server(process, f"http://127.0.0.1:{port}/", project, log)
    try:
        assert server.shows("at or below 4.5 hours"), server.said()
        yield server
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def server(project: Path) -> Iterator[Server]:
    """A server of the small project, made by a copy of the package with templates of its own."""
    (project / "mkdocs.yml").write_text(MKDOCS)
    checkout = project.parent / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "generator", checkout / "generator", ignore=ignored)
    shutil.copytree(ROOT / "site_templates", checkout / "site_templates")
    with serving(project, checkout / "generator") as running:
        yield running


def test_every_change_is_served_and_a_mistake_leaves_the_last_good_page(server: Server) -> None:
    assert server.says(f"Serving on {server.address}")

    server.replace("agreement/acme/commitments.yml", "at_most: 4.5", "at_most: 3.5")
    assert server.shows("at or below 3.5 hours")

    server.replace("data/acme/snapshots/2026-03-03.csv", "response_hours,3.25", "response_hours,2.75")
    assert server.shows("2.75 hours")

    server.replace("../checkout/site_templates/pages/commitment.html", "Every period", "Each period")
    assert server.shows("Each period")

    server.replace("agreement/acme/commitments.yml", "at_most: 3.5", "at_mots: 3.5")
    assert server.says("agreement/acme/commitments.yml:21:38: error: ")
    assert "2.75 hours" in server.page()
    assert "Traceback" not in server.said()

    server.replace("mkdocs.yml", "plugins: [", "plugins: [[")
    assert server.says("error parsing the configuration file")
    assert "2.75 hours" in server.page()
    assert "Traceback" not in server.said()

    server.replace("mkdocs.yml", "plugins: [[", "plugins: [")
    server.replace("agreement/acme/commitments.yml", "at_mots: 3.5", "at_most: 5.5")
    assert server.shows("at or below 5.5 hours")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(server: Server, how: signal.Signals) -> None:
    server.process.send_signal(how)
    assert server.process.wait(SECONDS) == 0
    assert "Traceback" not in server.said()
    assert list(server.project.parent.glob("mkdocs_*")) == []
    assert {path.name for path in server.project.iterdir()} == {"agreement", "data", "mkdocs.yml"}


def test_an_address_in_use_is_one_line(server: Server) -> None:
    address = server.address.removeprefix("http://").rstrip("/")
    command = [sys.executable, "-m", "living_sla", "serve", "--address", address]
    done = subprocess.run(command, cwd=server.project, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "error: Address already in use\n"
