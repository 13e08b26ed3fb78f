"""How long `living-sla check` takes on the example, against importing what it cannot do without.

The two sides run in turn, so that a machine that slows down slows both, and the middle of all rounds counts.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

CHECKOUT = Path(__file__).resolve().parents[1]
WANTED = 2.0
SIDES = {
    "living-sla check": [sys.executable, "-c", "from living_sla.cli import main; main()", "check"],
    "import pydantic, yaml": [sys.executable, "-c", "import pydantic, yaml"],
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measure `living-sla check` against `import pydantic, yaml`, each in its own process.",
        epilog="example: python benchmarks/check_time.py --rounds 50",
    )
    parser.add_argument(
        "--project", type=Path, default=CHECKOUT, metavar="DIR", help="what is checked (default: the example)"
    )
    parser.add_argument(
        "--rounds", type=int, default=20, help="how often each side runs (default: %(default)s)"
    )
    options = parser.parse_args()
    took = measure(options.project, options.rounds)
    for side, times in took.items():
        print(f"{side:24}{median(times) * 1000:6.0f} ms")
    ratio = median(took["living-sla check"]) / median(took["import pydantic, yaml"])
    print(f"{'ratio':24}{ratio:6.2f}      wanted: at most {WANTED:.1f}")


def measure(project: Path, rounds: int) -> dict[str, list[float]]:
    """The seconds of each run by side; the first run of each only warms the disk's cache."""
    took: dict[str, list[float]] = {side: [] for side in SIDES}
    for _ in range(rounds + 1):
        for side, command in SIDES.items():
            started = perf_counter()
            subprocess.run(command, cwd=project, check=True, capture_output=True)
            took[side].append(perf_counter() - started)
    return {side: times[1:] for side, times in took.items()}


if __name__ == "__main__":
    main()
