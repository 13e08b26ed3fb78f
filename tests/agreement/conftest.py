"""A throw-away repository, out of reach of the configuration of whoever runs the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.repositories import Repository

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return Repository.new(tmp_path / "acme")
