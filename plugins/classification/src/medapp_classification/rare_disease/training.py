"""Learn the model of all cases of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp.api import TaskRefused, TrainResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.api import JobContext, TrainRequest
    from medapp_classification.rare_disease.cases import Reading
    from medapp_classification.rare_disease.ontology import Ontology

OBO: Final = "hp.obo"


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Learn a model; its two files lie in `request.out` afterwards.

    Raises:
        TaskRefused: Where the folder holds no cases that can be learned from, or there is no ontology.
    """
    from medapp_classification.rare_disease.graph import Graph
    from medapp_classification.rare_disease.model import fit_model, save

    context.progress(0.0, "reading the ontology")
    ontology = ontology_for(request.data, request.parameters, context)
    found = cases_for(request.data, ontology, context)
    context.log.info("left out: %s", dict(found.left_out))
    try:
        model = fit_model(
            found.cases,
            Graph(ontology),
            seed=context.seed,
            tick=lambda share: context.progress(min(0.05 + 0.9 * share, 0.99), "learning"),
        )
    except ValueError as error:
        raise TaskRefused(str(error)) from error
    request.out.mkdir(parents=True, exist_ok=True)
    weights = save(model, request.out)
    context.progress(1.0, "done")
    metrics = {name: float(model.facts[name]) for name in ("cases", "diseases", "publications", "lessons")}
    metrics |= {
        "temperature": model.ranker.temperature,
        "doubt": model.ranker.doubt,
        "genome_weight": model.genome_weight,
        "least_probability_in_set": model.sets.least,
        "left_out": float(sum(found.left_out.values())),
    }
    return TrainResult(weights, metrics)


def ontology_for(folder: Path, parameters: Mapping[str, object], context: JobContext) -> Ontology:
    """The ontology that is named, else the one in the folder of the data, else that of the installed model.

    Raises:
        TaskRefused: Where there is none, or it is not one.
    """
    from medapp_classification.rare_disease.model import WORDS, ontology_of
    from medapp_classification.rare_disease.ontology import read_obo

    named = str(parameters.get("hpo", "") or "")
    path = Path(named) if named else folder / OBO
    try:
        if named or path.is_file():
            return read_obo(path)
        return ontology_of(context.weights(WORDS))
    except FileNotFoundError as error:
        message = f"there is no ontology: put {OBO} into the folder of the data, or name it with hpo=FILE"
        raise TaskRefused(message) from error
    except (OSError, ValueError) as error:
        message = f"the ontology cannot be read: {error}"
        raise TaskRefused(message) from error


def cases_for(folder: Path, ontology: Ontology, context: JobContext) -> Reading:
    """The cases of a folder.

    Raises:
        TaskRefused: Where there are none.
    """
    from medapp_classification.rare_disease.cases import DataError, read_cases

    try:
        return read_cases(folder, ontology, context.check_cancelled)
    except DataError as error:
        raise TaskRefused(str(error)) from error
