"""What is known and predicted of one molecule, beside where it came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Property:
    """A number about a molecule, computed or predicted.

    Attributes:
        name: Key, the same for every molecule of a file.
        value: None where it cannot be told; `note` says why.
        unit: Empty for a number without one, or a probability.
        low, high: Of an interval that holds the truth in `coverage` of the cases; None where none is given.
        predicted: Whether a model says so; else it follows from the structure.
        note: What the reader should know: an impossible value that was limited, an applicability in doubt.
    """

    name: str
    value: float | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    predicted: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """Where an enzyme changes a molecule.

    Attributes:
        atom: Index from 0 in the order of the canonical SMILES.
        enzyme: ``3A4``, ``2D6`` ...
        score: From 0 to 1, larger is likelier.
        rank: Among the atoms of this molecule for this enzyme, from 1.
    """

    atom: int
    enzyme: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Metabolite:
    """What a molecule may be changed into.

    Attributes:
        parent: SMILES of what it is made from: the molecule itself, or another metabolite of it.
        score: From 0 to 1; of a later generation the product along the way.
        enzyme: Empty where the rule does not say.
        reaction: Name of the rule.
        generation: From 1.
        atoms: Of the parent that the rule changes.
        note: What changes it in this patient: a gene of the enzyme, a medicine that blocks it.
    """

    smiles: str
    parent: str
    score: float
    enzyme: str
    reaction: str
    generation: int
    atoms: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Harm that a molecule may do.

    Attributes:
        name: Key; `title` in words.
        probability: None for a structure that is warned of without a number.
        of: SMILES of the metabolite that it is said of; empty for the molecule itself.
        atoms: Index and weight of atoms that drive it; positive weights speak for it.
        nearest: Similarity (Tanimoto, 0 to 1) to the nearest molecule of the training data.
        note: What the reader should know of the number: that it is hardly better than chance.
    """

    name: str
    title: str
    probability: float | None = None
    of: str = ""
    atoms: tuple[tuple[int, float], ...] = ()
    nearest: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MoleculeRow:
    """One molecule of a file, or one that was made.

    Attributes:
        number: Of the row in its file, or of the candidate, from 1.
        given: As it was written; empty where it was made.
        name: From the file.
        smiles: Canonical; empty where it was refused.
        refused: Why nothing is said of it, as a sentence; empty where something is.
        notes: What was done to it before: a salt taken off, a charge evened out.
        nearest: The nearest known molecule and its similarity (Tanimoto of Morgan fingerprints, 0 to 1).
        others: Name and text of each other column of its file, in their order and as they stand there.
    """

    number: int
    given: str = ""
    name: str = ""
    smiles: str = ""
    refused: str = ""
    notes: tuple[str, ...] = ()
    properties: tuple[Property, ...] = ()
    sites: tuple[Site, ...] = ()
    metabolites: tuple[Metabolite, ...] = ()
    alerts: tuple[Alert, ...] = ()
    nearest: tuple[str, float] | None = None
    others: tuple[tuple[str, str], ...] = ()
