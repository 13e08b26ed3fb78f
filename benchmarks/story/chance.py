"""A seeded generator's `random()`, whose sequence Python promises to keep, becomes whole numbers."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

Key = TypeVar("Key")


def between(rng: Random, low: int, high: int) -> int:
    return low + int(rng.random() * (high - low + 1))


def choose(rng: Random, options: Sequence[Key]) -> Key:
    return options[between(rng, 0, len(options) - 1)]


def draw(rng: Random, total: int, weights: Mapping[Key, int]) -> Counter[Key]:
    """Let `total` things fall on the keys, each key as often as it weighs."""
    keys, edges = list(weights), list(accumulate(weights.values()))
    fallen = Counter(bisect(edges, int(rng.random() * edges[-1])) for _ in range(total))
    return Counter({key: fallen[n] for n, key in enumerate(keys) if fallen[n]})


def pick(rng: Random, total: int, things: Counter[Key]) -> Counter[Key]:
    """Pick `total` of the things, so never more of a kind than there are."""
    return Counter(sorted(things.elements(), key=lambda _: rng.random())[:total])


def divide(total: int, weights: list[int]) -> list[int]:
    """Divide a whole number by weight into whole numbers that add up to it."""
    whole = sum(weights)
    edges = [total * edge // whole for edge in accumulate(weights, initial=0)]
    return [end - start for start, end in pairwise(edges)]
