from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = Path(os.environ.get("LIVING_SLA_REAL_DATA") or BESIDE_THE_CHECKOUT)
    if folder.is_dir():
        return folder
    reason = f"no real data in {folder}; LIVING_SLA_REAL_DATA names its folder"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
