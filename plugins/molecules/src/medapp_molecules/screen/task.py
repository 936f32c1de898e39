"""molecules.screen: properties of every molecule of a file, and patterns to be wary of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.api import Estimate, InputCheck, MoleculesRequest
from medapp.domain.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.api import JobContext, MoleculesResult, TaskRequest
    from medapp.domain.molecule import MoleculeRow

_MEMORY: Final = 400_000_000


def check_input(request: TaskRequest) -> InputCheck:
    """A file of molecules."""
    if not isinstance(request, MoleculesRequest) or request.source is None:
        return InputCheck(ok=False, reason="needs a file of molecules: SMILES, CSV or SDF")
    return InputCheck(ok=True)


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """Tables of patterns, and one molecule at a time."""
    return Estimate(_MEMORY)


def study(request: MoleculesRequest, context: JobContext) -> MoleculesResult:
    """Write a row for each molecule.

    Raises:
        TaskRefused: Where the file holds no molecules.
    """
    from medapp_molecules.notation.following import follow

    message = (
        "All of this follows from the structure; nothing that a model predicts of the body is among it. A "
        "pattern that is warned of is a reason to look, not a reason to reject."
    )
    notices = (Notice("structure-only", message, "info"),)
    return follow(request, context, looked, together=64, notices=notices)


def looked(rows: Sequence[MoleculeRow]) -> list[MoleculeRow]:
    """Rows with properties and alerts."""
    from rdkit import Chem, rdBase

    from medapp_molecules.screen.filters import alerts_of
    from medapp_molecules.screen.properties import properties_of

    found = []
    with rdBase.BlockLogs():
        for row in rows:
            mol = Chem.MolFromSmiles(row.smiles)
            found.append(replace(row, properties=properties_of(mol), alerts=alerts_of(mol)))
    return found
