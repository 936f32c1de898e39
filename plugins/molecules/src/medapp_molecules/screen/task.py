"""molecules.screen: properties of every molecule of a file, and patterns to be wary of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.api import Estimate, InputCheck, MoleculesRequest
from medapp.domain.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.api import JobContext, MoleculesResult, TaskRequest
    from medapp.domain.molecule import MoleculeRow
    from medapp_molecules.screen.model import Learned

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
        TaskRefused: Where the file holds no molecules or the weights cannot be used.
        FileNotFoundError: Where the weights are not installed and something is to be predicted.
    """
    from medapp_molecules.notation.following import follow
    from medapp_molecules.screen.model import WEIGHTS, read

    model = read(context.weights(WEIGHTS)) if request.parameters.get("predict", True) else ()

    def look(rows: Sequence[MoleculeRow]) -> Sequence[MoleculeRow]:
        context.check_cancelled()
        return looked(rows, model, context.threads)

    return follow(request, context, look, together=64, notices=_notices(predict=bool(model)))


def looked(
    rows: Sequence[MoleculeRow], model: tuple[Learned, ...] = (), threads: int = 1
) -> list[MoleculeRow]:
    """Rows with properties, what is predicted last, and alerts."""
    from rdkit import Chem, rdBase

    from medapp_molecules.screen.filters import found_in, told
    from medapp_molecules.screen.model import predicted
    from medapp_molecules.screen.properties import properties_of

    smiles = [row.smiles for row in rows]
    # Patterns are half of the work, and rdkit looks for them beside Python.
    with rdBase.BlockLogs(), ThreadPoolExecutor(1) as beside:
        patterns = beside.submit(found_in, smiles, threads)
        mols = [Chem.MolFromSmiles(one) for one in smiles]
        own = [properties_of(mol) for mol in mols]
        said = predicted(model, smiles, mols)
        return [
            replace(row, properties=properties + more, alerts=told(found, mol))
            for row, mol, properties, more, found in zip(
                rows, mols, own, said, patterns.result(), strict=True
            )
        ]


def _notices(*, predict: bool) -> tuple[Notice, ...]:
    wary = "A pattern that is warned of is a reason to look, not a reason to reject."
    found = [Notice("patterns", wary, "info")]
    if predict:
        message = (
            "What is predicted of the body has an interval that holds nine of ten molecules of scaffolds "
            "that were not learned from; a probability stands without one."
        )
        found.append(Notice("predicted", message, "info"))
    return tuple(found)
