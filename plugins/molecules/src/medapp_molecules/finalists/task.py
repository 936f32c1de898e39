"""molecules.finalists: what admet-ai says of the best molecules of a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.api import Estimate, InputCheck, MoleculesRequest, TaskRefused
from medapp.domain.molecule import Property
from medapp.domain.notice import Notice
from medapp_molecules.finalists.admet import VERSION, ModelsError, folder
from medapp_molecules.finalists.endpoints import ENDPOINTS, SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.api import JobContext, MoleculesResult, TaskRequest
    from medapp.domain.molecule import MoleculeRow
    from medapp_molecules.finalists.admet import Admet
    from medapp_molecules.finalists.endpoints import Endpoint

_MEMORY: Final = 1_200_000_000
_SECONDS: Final = 10.0
_CHOOSING: Final = 0.5
"""Share of the progress that choosing takes: the file is read twice."""
MISSING: Final = (
    f"needs {SOURCE} {VERSION}, which is not installed: `make finalists` adds it to the program's own "
    "environment, `pip install 'medapp-molecules[finalists]'` to any other"
)


def check_input(request: TaskRequest) -> InputCheck:
    """A file of molecules, and the package."""
    if not isinstance(request, MoleculesRequest) or request.source is None:
        return InputCheck(ok=False, reason="needs a file of molecules: SMILES, CSV or SDF")
    if folder() is None:
        return InputCheck(ok=False, reason=MISSING)
    return InputCheck(ok=True)


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """Ten networks, and what they are read with."""
    return Estimate(_MEMORY, _SECONDS)


def study(request: MoleculesRequest, context: JobContext) -> MoleculesResult:
    """Write a row for each molecule; the best have what admet-ai says of them.

    Raises:
        TaskRefused: Where admet-ai is not installed or not the version that is known, or the file holds no
            molecules.
    """
    from medapp_molecules.finalists.admet import read
    from medapp_molecules.finalists.choosing import best
    from medapp_molecules.notation.following import follow

    models = folder()
    if models is None:
        message = f"{request.task} {MISSING}"
        raise TaskRefused(message)
    if request.source is None:
        message = "needs a file of molecules"
        raise TaskRefused(message)
    try:
        model = read(models, context.device)
    except ModelsError as error:
        raise TaskRefused(str(error)) from error
    count = int(str(request.parameters.get("finalists", 50)))
    by = str(request.parameters.get("by", "drug-likeness"))

    def tell(share: float, rows: int) -> None:
        context.progress(_CHOOSING * share, f"choosing among {rows} molecules")

    chosen = best(request.source, count, by, tell)
    context.record("admet_ai", VERSION)
    context.record("finalists", str(len(chosen)))

    def look(rows: Sequence[MoleculeRow]) -> Sequence[MoleculeRow]:
        context.check_cancelled()
        return looked(rows, model, chosen)

    return follow(request, context, look, together=32, notices=_notices(len(chosen), by))


def looked(rows: Sequence[MoleculeRow], model: Admet, chosen: frozenset[int]) -> list[MoleculeRow]:
    """Rows; those whose number is among the chosen with what is said of them."""
    asked = [row for row in rows if row.number in chosen]
    said = iter(model.said([row.smiles for row in asked]).tolist())
    return [
        replace(row, properties=_properties(dict(zip(model.endpoints, next(said), strict=True))))
        if row.number in chosen
        else replace(row, notes=(*row.notes, "not among the finalists"))
        for row in rows
    ]


def _properties(values: dict[str, float]) -> tuple[Property, ...]:
    return tuple(property_of(one, values[one.column]) for one in ENDPOINTS if one.column in values)


def property_of(endpoint: Endpoint, value: float) -> Property:
    """With its unit; what is impossible moved to what is not, and marked with what was said."""
    possible = endpoint.possible(value)
    note = ""
    if possible is None:
        note = f"{SOURCE} said no number"
    elif possible != value:
        note = f"limited to what is possible; {SOURCE} said {value:.3g}"
    return Property(endpoint.title, possible, endpoint.unit, predicted=True, note=note)


def _notices(count: int, by: str) -> tuple[Notice, ...]:
    message = (
        f"What {SOURCE} {VERSION} says of {count} molecules, the best by {by}: means of five networks each, "
        "trained on tables of the Therapeutics Data Commons, without intervals. Impossible values are "
        "limited and marked."
    )
    return (Notice("finalists", message, "info"),)
