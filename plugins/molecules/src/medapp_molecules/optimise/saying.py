"""What models say of a molecule, one number each: for wishes about more than rdkit can compute."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from medapp.domain.molecule import Property
from medapp_molecules.optimise.weighing import TO_THE_END, Said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from medapp.api import JobContext
    from medapp_molecules.generate.sampling import Writer

    Say = Callable[[Any], Said]

REALISM: Final = "realism"


def others(context: JobContext, writer: Writer | None) -> Mapping[str, Say]:
    """Of the models of screening and harm and of the critic, as far as their weights are at hand."""
    return {**_screening(context), **_harm(context), **_realism(context, writer)}


def _screening(context: JobContext) -> Mapping[str, Say]:
    from medapp_molecules.screen.model import WEIGHTS, predicted, read

    try:
        models = read(context.weights(WEIGHTS))
    except FileNotFoundError:
        return {}

    def say(model: Any) -> Say:  # noqa: ANN401
        # The interval that holds nine of ten is as wide for all molecules, on the scale that is learned.
        deviation = model.half[0] / TO_THE_END if model.asked.number else 0.0
        possible = (model.asked.least, model.asked.largest)

        def value(mol: Any) -> Said:  # noqa: ANN401
            ((found,),) = predicted((model,), [_smiles(mol)])
            known = deviation if math.isfinite(deviation) else 0.0
            return Said(found, known, model.asked.logarithm, possible)

        return value

    return {one.asked.name: say(one) for one in models}


def _harm(context: JobContext) -> Mapping[str, Say]:
    import numpy as np

    from medapp_molecules.toxicity.features import numbers_of
    from medapp_molecules.toxicity.model import WEIGHTS, read

    try:
        model = read(context.weights(WEIGHTS))
    except FileNotFoundError:
        return {}

    def say(question: Any) -> Say:  # noqa: ANN401
        def value(mol: Any) -> Said:  # noqa: ANN401
            columns = numbers_of(_smiles(mol)).columns[np.newaxis]
            probability = float(model.probabilities(question, columns)[0])
            return Said(Property(question.key, probability, predicted=True))

        return value

    return {one.key: say(one) for one in model.questions}


def _realism(context: JobContext, writer: Writer | None) -> Mapping[str, Say]:
    """The share of molecules of the training set that the critic finds less real."""
    from medapp_molecules.generate.sampling import CRITIC, Realism

    if writer is None:
        return {}
    try:
        realism = Realism.read(context.weights(CRITIC), writer)
    except FileNotFoundError:
        return {}
    return {REALISM: lambda mol: Said(Property(REALISM, realism.of(_smiles(mol)), predicted=True))}


def _smiles(mol: Any) -> str:  # noqa: ANN401
    from rdkit import Chem

    return str(Chem.MolToSmiles(mol))
