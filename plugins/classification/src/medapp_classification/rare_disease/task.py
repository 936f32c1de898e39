"""rare.disease: ranked diseases from phenotype terms and candidate variants."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from medapp.api import ClassifyRequest, Estimate, InputCheck, SegmentRequest, TaskRefused

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import ClassifyResult, JobContext, TaskRequest
    from medapp_classification.rare_disease.model import Model

_BYTES: Final = 400_000_000


def check_input(request: TaskRequest) -> InputCheck:
    """A record with at least one entry coded with the HPO; variants, if any, with the patient's genotypes."""
    from medapp_classification.rare_disease.patient import has_phenotypes
    from medapp_classification.rare_disease.variants import no_genome

    if isinstance(request, SegmentRequest) or request.record is None:
        return InputCheck(ok=False, reason="needs a record of the patient with phenotype terms")
    if not has_phenotypes(request.record):
        reason = (
            "the record holds no phenotype coded with the Human Phenotype Ontology (HP:0001250 ...); "
            "import a phenopacket, or code the phenotypes"
        )
        return InputCheck(ok=False, reason=reason)
    genome = request.genome if isinstance(request, ClassifyRequest) else None
    reason = no_genome(genome)
    return InputCheck(ok=not reason, reason=reason)


def estimate(_request: TaskRequest) -> Estimate:
    """The same for all patients: the training cases are held in memory."""
    return Estimate(_BYTES, 5.0)


def classify(request: ClassifyRequest, context: JobContext) -> ClassifyResult:
    """Rank diseases for one patient.

    Raises:
        TaskRefused: Where `check_input` says no, or the weights are not those of this model.
        FileNotFoundError: Where the weights are not installed.
    """
    from medapp_classification.rare_disease.answering import answered
    from medapp_classification.rare_disease.model import NUMBERS, WORDS

    check = check_input(request)
    if not check.ok:
        raise TaskRefused(check.reason)
    context.progress(0.0, "reading the known cases")
    model = model_of(context.weights(NUMBERS), context.weights(WORDS))
    context.record("HPO", model.ontology.version)
    return answered(model, request, context)


@lru_cache(maxsize=1)
def model_of(numbers: Path, words: Path) -> Model:
    """Read a model; what was read last is kept.

    Raises:
        TaskRefused: Where the files are not what their names say.
    """
    from medapp_classification.rare_disease.model import load

    try:
        return load(numbers, words)
    except ValueError as error:
        raise TaskRefused(str(error)) from error
