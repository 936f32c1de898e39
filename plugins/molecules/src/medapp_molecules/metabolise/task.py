"""molecules.metabolise: sites and metabolites of every molecule of a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from medapp.api import Estimate, InputCheck, MoleculesRequest
from medapp.domain.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from medapp.api import JobContext, MoleculesResult, TaskRequest
    from medapp.domain.molecule import MoleculeRow
    from medapp_molecules.metabolise.ranking import Ranking

_MEMORY: Final = 600_000_000


def check_input(request: TaskRequest) -> InputCheck:
    """A file of molecules."""
    if not isinstance(request, MoleculesRequest) or request.source is None:
        return InputCheck(ok=False, reason="needs a file of molecules: SMILES, CSV or SDF")
    return InputCheck(ok=True)


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """The models are small, and one molecule at a time is looked at."""
    return Estimate(_MEMORY)


def study(request: MoleculesRequest, context: JobContext) -> MoleculesResult:
    """Write a row for each molecule.

    Raises:
        TaskRefused: Where the file holds no molecules or the weights cannot be used.
        FileNotFoundError: Where the weights are not installed.
    """
    from medapp_molecules.metabolise.model import WEIGHTS, read
    from medapp_molecules.metabolise.patient import notes_of
    from medapp_molecules.notation.following import follow

    context.progress(0.0, "reading the model")
    model, _ = read(context.weights(WEIGHTS))
    notes = notes_of(request.record, request.genome)
    generations = int(str(request.parameters.get("generations", 2)))
    most = int(str(request.parameters.get("metabolites", 30)))

    def look(rows: Sequence[MoleculeRow]) -> Sequence[MoleculeRow]:
        return [looked(model, row, generations, most, notes, context.check_cancelled) for row in rows]

    return follow(request, context, look, together=4, notices=_notices(request, notes))


def looked(
    model: Ranking,
    row: MoleculeRow,
    generations: int,
    most: int,
    notes: Mapping[str, str],
    check: Callable[[], None],
) -> MoleculeRow:
    """The row with sites and metabolites."""
    from rdkit import Chem

    from medapp_molecules.atoms.features import atom_features
    from medapp_molecules.metabolise.pathway import metabolites
    from medapp_molecules.metabolise.sites import of_molecule

    mol: Any = Chem.MolFromSmiles(row.smiles)
    sites = of_molecule(model.sites.scores(atom_features(mol)), mol)
    made = metabolites(model, row.smiles, generations, notes=notes, most=most, check=check)
    return replace(row, sites=sites, metabolites=made)


def _notices(request: MoleculesRequest, notes: Mapping[str, str]) -> tuple[Notice, ...]:
    found = [
        Notice(
            "isoform-by-site",
            "Which isoform of cytochrome P450 makes a metabolite is told by the likeliest site, not learned "
            "from metabolites.",
            "info",
        )
    ]
    if request.record is None and request.genome is None:
        return tuple(found)
    texts = tuple(f"CYP{isoform}: {text}" for isoform, text in sorted(notes.items()))
    if texts:
        message = f"Of this patient: {'. '.join(texts)}. Scores are not changed by it."
        found.append(Notice("patient", message, "warning"))
    else:
        message = "Nothing that is known of this patient changes these enzymes; what is not known may."
        found.append(Notice("patient", message, "info"))
    return tuple(found)
