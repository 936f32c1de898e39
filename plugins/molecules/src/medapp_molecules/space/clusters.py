"""Groups of molecules that are alike, each around one of them.

Up to `MOST` molecules by Taylor and Butina (Butina 1999): whoever has most neighbours within the threshold
takes them all, then the next. That takes all pairs. Of more, leaders (sphere exclusion) are picked in the
order of the file, each further from all others than the threshold, and every molecule goes to the leader
that it is most alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_molecules.space.bits import blocks, similarities

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MOST: Final = 5_000
"""Molecules of which all pairs are compared: 25 MB of yes and no."""
_TOGETHER: Final = 256


@dataclass(frozen=True)
class Clusters:
    """What belongs together; arrays are by molecule.

    Attributes:
        number: Of its cluster, from 1, the largest first.
        size: Of its cluster.
        place: In its cluster, from 1: the representative, then by falling similarity to it.
        by_leaders: Whether leaders were picked; else by Butina.
    """

    number: NDArray[np.int64]
    size: NDArray[np.int64]
    place: NDArray[np.int64]
    by_leaders: bool

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.number.max(initial=0))

    @property
    def singletons(self) -> int:
        """How many of them hold one molecule."""
        return int((self.size == 1).sum())


def clustered(
    bits: NDArray[np.uint8], threshold: float, check: Callable[[float], None], most: int = MOST
) -> Clusters:
    """Group molecules.

    Args:
        bits: Of the molecules, see `bits_of`.
        threshold: Similarity from which two are neighbours, 0 to 1.
        check: Told the share that is done; may raise to end it.
        most: Above which leaders are picked.
    """
    by_leaders = len(bits) > most
    heads = _leaders(bits, threshold, check) if by_leaders else _butina(bits, threshold, check)
    return _numbered(bits, heads, by_leaders=by_leaders)


def _butina(bits: NDArray[np.uint8], threshold: float, check: Callable[[float], None]) -> NDArray[np.int64]:
    """Of each molecule the place of the head of its cluster; of several heads with as many, the first."""
    count = len(bits)
    near = np.zeros((count, count), bool)
    for part in blocks(count):
        check((part.start / count) * (2 - part.start / count))
        for other in blocks(count):
            if other.start >= part.start:
                near[part, other] = similarities(bits[part], bits[other]) >= threshold
                near[other, part] = near[part, other].T
    # One without any environment is at least like itself.
    np.fill_diagonal(near, val=True)
    heads = np.full(count, -1, np.int64)
    for head in np.argsort(-near.sum(1), kind="stable").tolist():
        if heads[head] < 0:
            heads[near[head] & (heads < 0)] = head
    return heads


def _leaders(bits: NDArray[np.uint8], threshold: float, check: Callable[[float], None]) -> NDArray[np.int64]:
    """Of each molecule the place of its leader; of several that it is as alike, the first."""
    leaders: list[int] = []
    heads, best = np.zeros(len(bits), np.int64), np.full(len(bits), -1, np.float32)
    for part in blocks(len(bits), _TOGETHER):
        check(0.5 * part.start / len(bits))
        for old in blocks(len(leaders)):
            _follow(bits, part, leaders[old], heads, best)
        far = np.flatnonzero(best[part] < threshold) + part.start
        leaders += _new_leaders(bits, far, threshold)
    # Those that came after a molecule may be more alike; they are in the order of the file.
    for new in blocks(len(leaders)):
        check(0.5 + 0.5 * new.start / max(1, len(leaders)))
        for part in blocks(min(leaders[new][-1] + 1, len(bits))):
            _follow(bits, part, leaders[new], heads, best)
    heads[leaders] = leaders
    return heads


def _follow(
    bits: NDArray[np.uint8],
    part: slice,
    leaders: list[int],
    heads: NDArray[np.int64],
    best: NDArray[np.float32],
) -> None:
    """Let a part of the molecules go to those of some leaders that they are more alike than theirs."""
    alike = similarities(bits[part], bits[leaders])
    at = alike.argmax(axis=1)
    value = alike[np.arange(len(at)), at]
    better = value > best[part]
    heads[part] = np.where(better, np.array(leaders)[at], heads[part])
    best[part] = np.where(better, value, best[part])


def _new_leaders(bits: NDArray[np.uint8], places: NDArray[np.int64], threshold: float) -> list[int]:
    """Those of a few that are far from all before them."""
    alike = similarities(bits[places], bits[places])
    found: list[int] = []
    for at in range(len(places)):
        if not found or alike[at, found].max() < threshold:
            found.append(at)
    return [int(at) for at in places[found]]


def _numbered(bits: NDArray[np.uint8], heads: NDArray[np.int64], *, by_leaders: bool) -> Clusters:
    found, inverse, sizes = np.unique(heads, return_inverse=True, return_counts=True)
    order = np.lexsort((found, -sizes))
    rank = np.empty(len(found), np.int64)
    rank[order] = np.arange(1, len(found) + 1)
    place = np.ones(len(heads), np.int64)
    by_head = np.argsort(inverse, kind="stable")
    for members in np.split(by_head, np.cumsum(sizes)[:-1]) if len(heads) else []:
        if len(members) > 1:
            place[members] = _places(bits, members, int(heads[members[0]]))
    return Clusters(rank[inverse], sizes[inverse], place, by_leaders)


def _places(bits: NDArray[np.uint8], members: NDArray[np.int64], head: int) -> NDArray[np.int64]:
    """From 1 for the head, then by falling similarity to it, then as in the file."""
    alike = similarities(bits[[head]], bits[members])[0]
    alike[members == head] = 2.0
    found = np.empty(len(members), np.int64)
    found[np.argsort(-alike, kind="stable")] = np.arange(1, len(members) + 1)
    return found
