"""Where metabolites stand in a graph: a column a generation, children beside their parents. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.molecule import Metabolite

MOST: Final = 20
"""Metabolites of a graph, the likeliest with all on the way to them; more cannot be read."""


@dataclass(frozen=True)
class Node:
    """A structure in the graph.

    Attributes:
        metabolite: None for the molecule itself.
        column: Generation.
        line: From the top.
        parent: Number of the node that it is made from; -1 for the molecule itself.
    """

    smiles: str
    metabolite: Metabolite | None
    column: int
    line: float
    parent: int


def nodes_of(smiles: str, metabolites: Sequence[Metabolite], most: int = MOST) -> tuple[Node, ...]:
    """The molecule first, then depth first; a parent stands on the line of what it most likely becomes."""
    kept = _kept(smiles, metabolites, most)
    children: dict[str, list[Metabolite]] = {}
    for one in kept:
        children.setdefault(one.parent, []).append(one)
    found: list[Node] = []
    _place(smiles, None, -1, children, found, [0.0])
    return tuple(found)


def _kept(smiles: str, metabolites: Sequence[Metabolite], most: int) -> list[Metabolite]:
    known = {one.smiles: one for one in metabolites}
    kept: dict[str, Metabolite] = {}
    for one in sorted(metabolites, key=lambda one: -one.score):
        way = [one]
        while way[-1].parent != smiles and way[-1].parent in known and len(way) <= len(known):
            way.append(known[way[-1].parent])
        if way[-1].parent != smiles:
            continue  # its parent is not told: there is no place for it
        missing = {step.smiles: step for step in way if step.smiles not in kept}
        if len(kept) + len(missing) <= most:
            kept |= missing
    return sorted(kept.values(), key=lambda one: -one.score)


def _place(
    smiles: str,
    metabolite: Metabolite | None,
    parent: int,
    children: dict[str, list[Metabolite]],
    found: list[Node],
    free: list[float],
) -> float:
    """Put a node and all that becomes of it; return its line."""
    number = len(found)
    column = 0 if parent < 0 else found[parent].column + 1
    found.append(Node(smiles, metabolite, column, 0.0, parent))
    lines = [_place(one.smiles, one, number, children, found, free) for one in children.pop(smiles, [])]
    if lines:
        line = lines[0]
    else:
        line, free[0] = free[0], free[0] + 1
    found[number] = Node(smiles, metabolite, column, line, parent)
    return line
