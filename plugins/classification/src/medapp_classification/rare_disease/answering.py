"""From a patient to ranked diseases with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.api import ClassifyResult
from medapp.domain.finding import Counterfactual, Familiarity, Finding
from medapp.domain.notice import Notice
from medapp.domain.segmentation import Code
from medapp_classification.rare_disease.cohort import of_patient
from medapp_classification.rare_disease.features import Query
from medapp_classification.rare_disease.notices import (
    notices_of_genome,
    notices_of_sex,
    notices_of_terms,
    what_is_ranked,
)
from medapp_classification.rare_disease.patient import Patient, patient_of
from medapp_classification.rare_disease.reasons import SAME, TELLING, Reasons
from medapp_classification.rare_disease.sexes import left_out, remark_of, without
from medapp_classification.rare_disease.variants import candidates_of

if TYPE_CHECKING:
    from medapp.api import ClassifyRequest, JobContext
    from medapp.domain.finding import Modality
    from medapp_classification.rare_disease.model import Model
    from medapp_classification.rare_disease.panel import Hit

LEAST: Final = 10
MOST: Final = 50
_CHANGES: Final = 3
"""Diseases for which it is tried out what would change the answer."""
_SEEN: Final = (
    "A training case has the very same terms: it may be this patient, whose diagnosis the model then knows. "
    "Such an answer is no example of what it does for others."
)
METHOD: Final = "1 - simGIC to the nearest training case"
EXPLAINED: Final = {
    "record": "log likelihood ratio of each term",
    "genome": "log likelihood ratio of the gene",
    "counterfactual": "typical terms that the record is silent of, tried out",
}


def answered(model: Model, request: ClassifyRequest, context: JobContext) -> ClassifyResult:
    """Rank the diseases of the model for the patient of a request."""
    assert request.record is not None  # noqa: S101 - `check_input` has looked
    patient = patient_of(request.record, model.ontology)
    causative = bool(request.parameters.get("causative", False))
    candidates = candidates_of(request.record, request.genome, causative=causative)
    notices = notices_of_terms(patient, model.ontology)
    missing: tuple[Modality, ...] = () if request.genome is not None else ("genome",)
    if not patient.present:
        said = "no term of a phenotypic abnormality is left: nothing can be compared"
        return ClassifyResult((), ("record",), missing, said, explained=EXPLAINED, notices=tuple(notices))
    context.progress(0.2, "comparing with known cases")
    scores, distances = model.scores(of_patient(patient, model.reference.cohort))
    familiarity = Familiarity(float(distances[0]), model.limit, METHOD)
    if familiarity.is_strange:
        said = (
            "no training case is near: the terms are too few, too general, or of a disease that is not known"
        )
        return ClassifyResult(
            (), ("record",), missing, said, familiarity, explained=EXPLAINED, notices=tuple(notices)
        )
    context.check_cancelled()
    hits = model.panel.hits(candidates.found)
    notices += notices_of_genome(candidates, hits, model, asked=request.genome is not None)
    if distances[0] < SAME and len(patient.present) >= TELLING:
        notices.append(Notice("was-in-training", _SEEN))
    # Without a hit it is more likely that the file does not cover these genes than that all are whole.
    ranking = _Ranking(model, patient, scores[0], hits or None)
    context.progress(0.5, "reasons")
    used: tuple[Modality, ...] = ("record", "genome") if hits and candidates.from_genome else ("record",)
    return ClassifyResult(
        ranking.findings(context),
        used,
        missing,
        familiarity=familiarity,
        coverage=ranking.sets.coverage,
        explained=EXPLAINED,
        notices=(*notices, *notices_of_sex(ranking.out, patient, model), what_is_ranked(model)),
    )


class _Ranking:
    """One patient's ranking while it is told."""

    def __init__(
        self, model: Model, patient: Patient, scores: np.ndarray, hits: dict[str, Hit] | None
    ) -> None:
        self.model, self.patient, self.hits = model, patient, hits
        self.out = left_out(patient, model.sexes, model.ontology)
        self.shares, self.evidence = model.shares(without(scores, self.out.rows), hits)
        order = np.argsort(-self.shares, kind="stable")
        self.order = order[~self.out.rows[order]]
        self.sets = model.sets if hits is None else model.genome_sets
        self.reasons = Reasons(model, patient, hits)
        cohort = of_patient(patient, model.reference.cohort)
        query = Query(model.reference, cohort, model.reference.graph.observed(cohort))
        *_, shared = query.similarities(slice(None))
        self.near = shared[0]

    def findings(self, context: JobContext) -> tuple[Finding, ...]:
        """The first ones: the whole prediction set, at least `LEAST` and at most `MOST`."""
        size = max(1, self.sets.size(self.shares[self.order]))  # the first is never left out
        shown = min(max(size, LEAST), MOST, len(self.order))
        changes = self._changes()
        found = []
        for place, row in enumerate(self.order[:shown]):
            context.check_cancelled()
            found.append(self._finding(int(row), in_set=place < size, changes=changes.get(int(row), ())))
        return tuple(found)

    def _finding(self, row: int, *, in_set: bool, changes: tuple[Counterfactual, ...]) -> Finding:
        disease, title = self.model.diseases[row], self.model.titles[row]
        scheme, _, value = disease.partition(":")
        count, papers = (
            int(table[row]) for table in (self.model.reference.cases, self.model.reference.publications)
        )
        genes = self.model.panel.genes.get(disease, ())
        silent = [self.model.ontology.labels[place] for place in self.reasons.typical(row)]
        remark = f"{_many(count, 'training case')} of {_many(papers, 'publication')}."
        of_sex = remark_of(row, self.patient, self.model.sexes)
        if of_sex:
            remark += f" {of_sex}"
        if silent:
            remark += f" Typical, and not stated here: {', '.join(silent)}."
        return Finding(
            disease,
            title or disease,
            "disease",
            Code(value or disease, scheme if value else "99MEDAPP", title),
            probability=float(self.shares[row]),
            in_set=in_set,
            group=", ".join(genes),
            items=self.reasons.items(row, float(self.evidence[row])),
            cases=self.reasons.cases(row, self.near),
            changes=changes,
            remark=remark,
        )

    def _changes(self) -> dict[int, tuple[Counterfactual, ...]]:
        """What the answer would be if a typical term were found that the record is silent of."""
        tried = [
            (int(row), place)
            for row in self.order[:_CHANGES]
            for place in self.reasons.typical(int(row), most=1)
        ]
        found: dict[int, tuple[Counterfactual, ...]] = {}
        for row, place in tried:
            patient = Patient(
                (*self.patient.present, place), self.patient.excluded, self.patient.sex, self.patient.age
            )
            scores, _ = self.model.scores(of_patient(patient, self.model.reference.cohort))
            share = float(self.model.shares(without(scores[0], self.out.rows), self.hits)[0][row])
            label = self.model.ontology.labels[place]
            found[row] = (Counterfactual(f"{label} is found", "not stated", "present", share),)
        return found


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
