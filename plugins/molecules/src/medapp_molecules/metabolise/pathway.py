"""Metabolites over several generations: of the likeliest products again the products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.molecule import Metabolite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from medapp_molecules.metabolise.ranking import Ranking, Scored

MOST: Final = 30
"""Metabolites of a molecule that are told."""
_FOLLOWED: Final = {1: 6, 2: 4}
"""How many of a generation are followed further."""
_LATER: Final = 0.5
"""What a later step counts: fewer of them are found in the body than made there."""
_LEAST: Final = 0.002


def metabolites(
    model: Ranking,
    smiles: str,
    generations: int,
    *,
    notes: Mapping[str, str] | None = None,
    most: int = MOST,
    check: Callable[[], None] = lambda: None,
) -> tuple[Metabolite, ...]:
    """The likeliest, each once, with the step that makes it; parents of what is told are told too.

    Args:
        model: For one step.
        smiles: Canonical.
        generations: From 1 to 3.
        notes: What changes an isoform in the patient.
        most: How many at most.
        check: For the user to cancel.

    Raises:
        ValueError: Where the SMILES cannot be worked with.
    """
    found: dict[str, Metabolite] = {}
    followed: list[tuple[str, float]] = [(smiles, 1.0)]
    for generation in range(1, generations + 1):
        fresh: dict[str, Metabolite] = {}
        for parent, score in followed:
            check()
            for one in model.of(parent):
                _add(fresh, _metabolite(one, parent, score, generation, notes or {}), found, smiles)
        found |= fresh
        ordered = sorted(fresh.values(), key=lambda one: (-one.score, one.smiles))
        followed = [(one.smiles, one.score * _LATER) for one in ordered[: _FOLLOWED.get(generation, 0)]]
    return _kept(found, smiles, most)


def _add(fresh: dict[str, Metabolite], one: Metabolite, found: Mapping[str, Metabolite], start: str) -> None:
    known = one.smiles == start or one.smiles in found
    if known or one.score < _LEAST:
        return
    if one.smiles not in fresh or fresh[one.smiles].score < one.score:
        fresh[one.smiles] = one


def _metabolite(
    one: Scored, parent: str, score: float, generation: int, notes: Mapping[str, str]
) -> Metabolite:
    enzyme = one.candidate.rule.enzyme
    return Metabolite(
        one.candidate.smiles,
        parent,
        score * one.probability,
        f"CYP{one.isoform}" if one.isoform else enzyme,
        one.candidate.rule.name,
        generation,
        one.candidate.atoms,
        notes.get(one.isoform, "") if one.isoform else "",
    )


def _kept(found: Mapping[str, Metabolite], start: str, most: int) -> tuple[Metabolite, ...]:
    """The likeliest, but none whose own parent is left out."""
    kept: dict[str, Metabolite] = {}
    for one in sorted(found.values(), key=lambda one: (-one.score, one.smiles)):
        way = [one]
        while way[-1].parent != start and way[-1].parent in found:
            way.append(found[way[-1].parent])
        missing = {step.smiles: step for step in way if step.smiles not in kept}
        if len(kept) + len(missing) <= most:
            kept |= missing
    return tuple(sorted(kept.values(), key=lambda one: (-one.score, one.smiles)))
