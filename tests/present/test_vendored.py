import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "site_templates" / "assets" / "vendor"


def test_the_bundle_is_the_file_that_was_published() -> None:
    page = (VENDOR / "VENDORED.md").read_text()
    (name,) = re.findall(r"\| file \| `([^`]+)` \|", page)
    (written,) = re.findall(r"\b[0-9a-f]{64}\b", page)
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == written


def test_every_vendored_script_is_told_of() -> None:
    page = (VENDOR / "VENDORED.md").read_text()
    assert all(f"`{script.name}`" in page for script in VENDOR.glob("*.js"))
