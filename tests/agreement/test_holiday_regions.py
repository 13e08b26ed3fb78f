"""The regions that `check` knows are those that the pinned `holidays` library knows."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_list_of_regions_is_that_of_the_library(golden: Callable[..., None]) -> None:
    regions = sorted(holidays.list_supported_countries(include_aliases=True).items())
    listing = "".join(f"{country}:{','.join(parts)}\n" for country, parts in regions)
    with as_file(files("living_sla.agreement") / "holiday_regions.txt") as path:
        golden(path, listing)


def test_no_name_holds_what_separates_names() -> None:
    regions = holidays.list_supported_countries(include_aliases=True)
    names = [*regions, *(part for parts in regions.values() for part in parts)]
    assert [name for name in names if set(name) & set(",:\n")] == []
