"""Figures on cases whose publication the model did not see."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.api import EvaluateResult, Predictions, TaskRefused
from medapp.domain.notice import Notice
from medapp.engine.evaluation import ece
from medapp_classification.rare_disease.graph import Graph
from medapp_classification.rare_disease.held_back import MAIN, Told, tell
from medapp_classification.rare_disease.learning import COVERAGE, folds_of
from medapp_classification.rare_disease.model import NUMBERS, WORDS, fit_model
from medapp_classification.rare_disease.task import model_of
from medapp_classification.rare_disease.training import cases_for, ontology_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.api import EvaluateRequest, JobContext
    from medapp_classification.rare_disease.cases import Case

FOLDS: Final = 10
_TOP: Final = 10.0


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Measure by cross-validation, or a candidate on cases of publications that it was not trained on.

    Without weights the data are cut into folds by publication and everything is learned anew for each; with
    weights these are asked about the cases whose publication they have not seen.

    Raises:
        TaskRefused: Where there is nothing to measure on.
    """
    if request.weights is not None:
        told = _of_candidate(request.data, request.weights, context)
        notices = (Notice("held-back", "Cases of publications that the weights were not trained on", "info"),)
    else:
        told = cross_validated(request, context)
        notices = (Notice("folds", "Everything is learned anew in every fold, by publication", "info"),)
    if not told.cases:
        message = (
            "no case is of a disease that is known from another publication: there is nothing to measure"
        )
        raise TaskRefused(message)
    return EvaluateResult(figures_of(told), tuple(_rows(told)), predictions_of(told), notices)


def cross_validated(request: EvaluateRequest, context: JobContext) -> Told:
    """What was said of every case while its publication was held back."""
    context.progress(0.0, "reading the cases")
    ontology = ontology_for(request.data, request.parameters, context)
    cases = cases_for(request.data, ontology, context).cases
    count = int(str(request.parameters.get("folds", FOLDS)))
    fold = folds_of(np.array([case.publication for case in cases]), count=count, seed=context.seed)
    graph, told = Graph(ontology), Told()
    for number in range(count):
        words = f"fold {number + 1} of {count}"

        def tick(share: float, at: float = number / count, words: str = words) -> None:
            context.progress(min(at + 0.8 * share / count, 0.99), words)

        learned = [case for case, where in zip(cases, fold, strict=True) if where != number]
        held = [case for case, where in zip(cases, fold, strict=True) if where == number]
        try:
            model = fit_model(learned, graph, seed=context.seed, tick=tick)
        except ValueError as error:
            raise TaskRefused(str(error)) from error
        tell(model, held, told, seed=context.seed, tick=context.check_cancelled)
    return told


def _of_candidate(folder: Path, weights: Path, context: JobContext) -> Told:
    numbers = weights / NUMBERS if weights.is_dir() else weights
    words = numbers.with_name(WORDS)
    if not words.is_file():
        message = f"{WORDS} is missing beside {numbers.name}"
        raise TaskRefused(message)
    model = model_of(numbers, words)
    seen = set(model.reference.cohort.publications)
    cases = cases_for(folder, model.ontology, context).cases
    told = Told()
    held = [case for case in cases if case.publication not in seen]
    tell(model, held, told, seed=context.seed, tick=context.check_cancelled)
    return told


def figures_of(told: Told) -> dict[str, float]:
    """Named figures; ``macro``: the mean over publications, so that one with many cases does not lead."""
    ranks, nearest = np.array(told.ranks), np.array(told.nearest)
    papers = Counter(case.publication for case in told.cases)
    weights = np.array([1 / papers[case.publication] for case in told.cases])
    found = {"cases": float(len(ranks)), "publications": float(len(papers))}
    others = {f"{name}_alone_": np.array(values) for name, values in told.alone.items()}
    for name, values in ({"": ranks, "knn_": nearest} | others).items():
        for top in (1, 10):
            within = values <= top
            found[f"{name}top_{top}"] = float(within.mean())
            found[f"{name}top_{top}_macro"] = float(np.average(within, weights=weights))
    found["ece"] = ece(told.right, told.top)
    found["coverage"], found["set_size"] = float(np.mean(told.in_set)), float(np.mean(told.sizes))
    for count, values_ in told.genome.items():
        known = np.array(values_)[np.isfinite(values_)]
        if known.size:
            found[f"genome_{count}_top_1"] = float((known <= 1).mean())
    if told.genome_top:
        found["genome_cases"] = float(len(told.genome_top))
        found["genome_ece"] = ece(told.genome_right, told.genome_top)
        found["genome_coverage"] = float(np.mean(told.genome_in_set))
        found["genome_coverage_drawn"] = float(np.mean(told.drawn_in_set))
    found["abstained"] = float(np.mean(np.array(told.distance) > np.array(told.limits)))
    if told.strange_strangers:
        found["unknown_disease_cases"] = float(len(told.strange_strangers))
        found["unknown_disease_abstained"] = float(np.mean(told.strange_strangers))
    return found


def _rows(told: Told) -> list[dict[str, object]]:
    """By how many publications a disease has, and by how many terms a case has."""
    papers: dict[str, set[str]] = {}
    for case in told.cases:
        papers.setdefault(case.disease, set()).add(case.publication)
    ranks = np.array(told.ranks)
    found: list[dict[str, object]] = []
    for title, values in (
        ("terms", [_band(len(case.present), (3, 6, 12)) for case in told.cases]),
        ("publications", [_band(len(papers[case.disease]), (2, 4, 9)) for case in told.cases]),
    ):
        for value in sorted(set(values)):
            own = ranks[np.array(values) == value]
            found.append(
                {
                    "group": title,
                    "value": value,
                    "cases": len(own),
                    "top_1": float((own <= 1).mean()),
                    "top_10": float((own <= _TOP).mean()),
                }
            )
    return found


def predictions_of(told: Told) -> tuple[Predictions, ...]:
    """Questions for the report; its intervals draw publications, for cases of one are alike."""
    by_phenotype = _ranking("phenotype", "Disease by phenotype", told.cases, told.ranks, tuple(told.in_set))
    usual = _ranking("knn", "Disease by the nearest cases (kNN, baseline)", told.cases, told.nearest)
    found = [by_phenotype, usual]
    values = np.array(told.genome[MAIN])
    kept = np.flatnonzero(np.isfinite(values))
    if kept.size:
        title = f"Disease by phenotype and genome ({MAIN} other genes)"
        cases = [told.cases[place] for place in kept]
        found.append(_ranking("genome", title, cases, values[kept].tolist(), tuple(told.genome_in_set)))
    return tuple(found)


def _ranking(
    key: str, title: str, cases: Sequence[Case], ranks: Sequence[float], sets: tuple[bool, ...] = ()
) -> Predictions:
    return Predictions(
        key,
        title,
        "ranking",
        tuple(case.publication for case in cases),
        (1,) * len(cases),
        tuple(float(np.ceil(rank)) for rank in ranks),
        sets,
        {
            "sex": tuple(case.sex or "not stated" for case in cases),
            "terms": tuple(_band(len(case.present), (3, 6, 12)) for case in cases),
        },
        coverage=COVERAGE if sets else None,
        units=("published cases", "publications"),
    )


def _band(value: int, ends: tuple[int, ...]) -> str:
    low = 1
    for end in ends:
        if value <= end:
            return f"{low} to {end}"
        low = end + 1
    return f"{low} or more"
