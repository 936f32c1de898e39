"""What tasks of any plugin say of molecules, for wishes such as ``theirs.binding:affinity 7..``.

They are asked about a whole portion at once, for a task may read its weights at every call.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from medapp.api import TaskRefused
from medapp.domain.molecule import Property
from medapp_molecules.optimise.weighing import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from medapp.domain.molecule import MoleculeRow

    Study = Callable[[str, Sequence[str]], Sequence[MoleculeRow]]
    Say = Callable[[Any], Said]

_PROBES: Final = ("CC(=O)Oc1ccccc1C(=O)O", "Cn1c(=O)c2c(ncn2C)n(C)c1=O", "CCO")
"""Asked about first, to learn what is said at all: aspirin, caffeine, ethanol."""
_NOT_SAID: Final = "The task says no such number of this molecule."


class Elsewhere:
    """Numbers of other tasks; the latest portion is kept."""

    def __init__(self, study: Study) -> None:
        """`study` gives a row for each of some SMILES, see `medapp.api.JobContext.study`."""
        self._study = study
        self._asked: dict[str, dict[str, Mapping[str, Property]]] = {}
        self._names: dict[str, frozenset[str]] = {}

    def say(self, task: str, name: str) -> Say:
        """What tells the number `name` of a molecule.

        Raises:
            TaskRefused: Where the task says no such number, with those that it says; or it refuses.
        """
        known = self._names_of(task)
        if name not in known:
            message = (
                f"{task} says no number {name!r} of molecules; it says {', '.join(sorted(known)) or 'none'}"
            )
            raise TaskRefused(message)
        self._asked.setdefault(task, {})
        return lambda mol: Said(self._said(task, name, _smiles(mol)))

    def ahead(self, mols: Iterable[Any]) -> None:
        """Ask about molecules that are scored next."""
        smiles = list(dict.fromkeys(map(_smiles, mols)))
        for task, before in self._asked.items():
            kept = {one: before[one] for one in smiles if one in before}
            self._asked[task] = kept | self._of(task, [one for one in smiles if one not in kept])

    def _names_of(self, task: str) -> frozenset[str]:
        if task not in self._names:
            said = self._of(task, _PROBES)
            self._names[task] = frozenset(name for one in said.values() for name in one if name)
        return self._names[task]

    def _said(self, task: str, name: str, smiles: str) -> Property:
        asked = self._asked[task]
        if smiles not in asked:
            asked |= self._of(task, (smiles,))
        found = asked[smiles].get(name) or Property(name, None, note=_why_not(asked[smiles]))
        return replace(found, name=f"{task}:{name}")

    def _of(self, task: str, smiles: Sequence[str]) -> dict[str, Mapping[str, Property]]:
        if not smiles:
            return {}
        rows = self._study(task, smiles)
        return {one: numbers_of(row) for one, row in zip(smiles, rows, strict=True)}


def numbers_of(row: MoleculeRow) -> dict[str, Property]:
    """Properties and probabilities of harm by name; under no name why there are none."""
    if row.refused:
        return {"": Property("", None, note=row.refused)}
    harm = [
        Property(one.name, one.probability, predicted=True, note=one.note)
        for one in row.alerts
        if one.probability is not None and not one.of
    ]
    return {one.name: _finite(one) for one in (*harm, *row.properties)}


def _finite(one: Property) -> Property:
    return one if one.value is None or math.isfinite(one.value) else replace(one, value=None)


def _why_not(said: Mapping[str, Property]) -> str:
    return said[""].note if "" in said else _NOT_SAID


def _smiles(mol: Any) -> str:  # noqa: ANN401 - rdkit's molecules have no useful type
    from rdkit import Chem

    return str(Chem.MolToSmiles(mol))
