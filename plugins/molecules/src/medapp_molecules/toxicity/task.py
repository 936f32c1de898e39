"""molecules.toxicity: harm of every molecule of a file and of its likely metabolites."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from medapp.api import Estimate, InputCheck, MoleculesRequest
from medapp.domain.molecule import Alert
from medapp.domain.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.api import JobContext, MoleculesResult, TaskRequest
    from medapp.domain.molecule import MoleculeRow
    from medapp_molecules.metabolise.ranking import Ranking
    from medapp_molecules.toxicity.features import Numbers
    from medapp_molecules.toxicity.model import Question, Tables

_MEMORY: Final = 900_000_000
_ABOVE: Final = 1.5
"""Times the usual rate of its table from which a harm is explained by atoms."""
_MORE: Final = 0.1
"""By how much a metabolite has to be worse than its parent to be told of."""
_EXPLAINED: Final = 8
"""Harms of a molecule that are explained."""
_WEAK: Final = 0.6
"""AUROC of held-back scaffolds below which a number is marked as hardly better than chance."""
_SHOWN: Final = 0.02
"""Change of the log-odds below which an atom does not drive a harm."""


def check_input(request: TaskRequest) -> InputCheck:
    """A file of molecules."""
    if not isinstance(request, MoleculesRequest) or request.source is None:
        return InputCheck(ok=False, reason="needs a file of molecules: SMILES, CSV or SDF")
    return InputCheck(ok=True)


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """The models are small."""
    return Estimate(_MEMORY)


def study(request: MoleculesRequest, context: JobContext) -> MoleculesResult:
    """Write a row for each molecule.

    Raises:
        TaskRefused: Where the file holds no molecules or the weights cannot be used.
        FileNotFoundError: Where the weights are not installed.
    """
    from medapp_molecules.metabolise import model as metabolism
    from medapp_molecules.notation.following import follow
    from medapp_molecules.toxicity.model import WEIGHTS, read

    context.progress(0.0, "reading the models")
    model = read(context.weights(WEIGHTS))
    most = int(str(request.parameters.get("metabolites", 3)))
    ranking = metabolism.read(context.weights(metabolism.WEIGHTS))[0] if most else None

    def look(rows: Sequence[MoleculeRow]) -> Sequence[MoleculeRow]:
        found = []
        for row in rows:
            context.check_cancelled()
            found.append(looked(model, ranking, row, most))
        return found

    return follow(request, context, look, together=4, notices=_notices(model, most))


def looked(model: Tables, ranking: Ranking | None, row: MoleculeRow, most: int) -> MoleculeRow:
    """The row with what is said of the molecule and, where it is worse, of a metabolite."""
    from medapp_molecules.metabolise.pathway import metabolites
    from medapp_molecules.toxicity.features import numbers_of

    own = alerts_of(model, numbers_of(row.smiles), row.smiles)
    made = () if ranking is None else metabolites(ranking, row.smiles, 1, most=most)
    limits = {alert.name: (alert.probability or 0) + _MORE for alert in own}
    more: list[Alert] = []
    for one in made:
        said = alerts_of(model, numbers_of(one.smiles), one.smiles, of=one.smiles, limits=limits)
        more.extend(said)
    return replace(row, metabolites=made, alerts=(*own, *more))


def alerts_of(
    model: Tables, numbers: Numbers, smiles: str, *, of: str = "", limits: dict[str, float] | None = None
) -> list[Alert]:
    """What is said of a molecule, each question once; with `limits` only what lies above them."""
    import numpy as np

    columns = numbers.columns[np.newaxis]
    said = [(one, float(model.probabilities(one, columns)[0])) for one in model.questions]
    near = {table: model.nearest(table, numbers.bits) for table in model.columns}
    told = [(one, value) for one, value in said if limits is None or value > limits.get(one.key, 0.0)]
    high = sorted((pair for pair in told if pair[1] >= _ABOVE * pair[0].rate), key=lambda pair: -pair[1])
    explained = {one.key for one, _ in high[:_EXPLAINED]}
    return [
        Alert(
            one.key, one.title, value, of,
            _drivers(model, one, numbers, smiles) if one.key in explained else (), near[one.table],
            _note(one),
        )
        for one, value in told
    ]  # fmt: skip


def _is_weak(question: Question) -> bool:
    return question.auroc is not None and question.auroc < _WEAK


def _note(question: Question) -> str:
    if not _is_weak(question):
        return ""
    return f"hardly better than chance (AUROC {question.auroc:.2f})"


def _drivers(
    model: Tables, question: Question, numbers: Numbers, smiles: str
) -> tuple[tuple[int, float], ...]:
    """Change of the log-odds with each atom's environments left out; descriptors of the whole stay."""
    import numpy as np
    from rdkit import Chem

    from medapp.engine.calibration import logit
    from medapp_molecules.toxicity.features import without_each

    mol: Any = Chem.MolFromSmiles(smiles)
    cut = without_each(numbers, mol.GetNumAtoms())
    whole = logit(model.probabilities(question, numbers.columns[np.newaxis]))[0]
    change = whole - logit(model.probabilities(question, cut))
    return tuple((at, round(float(value), 4)) for at, value in enumerate(change) if abs(value) >= _SHOWN)


def _notices(model: Tables, most: int) -> tuple[Notice, ...]:
    found = []
    if most:
        message = (
            "No labels of metabolites were trained on: what is said of a metabolite is said as of a drug of "
            f"its structure, and only where it is worse than the molecule by {_MORE:g} or more."
        )
        found.append(Notice("metabolites-unlabelled", message, "warning"))
    weak = sorted(one.key for one in model.questions if _is_weak(one))
    if weak:
        message = f"Hardly better than chance on held-back scaffolds: {', '.join(weak)}."
        found.append(Notice("weak-questions", message, "warning"))
    message = (
        "Where the nearest known molecule is less similar than about 0.3, nothing like it was trained on."
    )
    found.append(Notice("nearest", message, "info"))
    return tuple(found)
