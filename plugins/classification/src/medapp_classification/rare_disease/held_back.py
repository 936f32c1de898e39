"""What models say of cases whose publication they did not see, beside the usual way: the nearest cases.

A case is asked about as a patient is: what its terms contradict is left aside, and what its sex rules out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_classification.rare_disease.cohort import cohort_of
from medapp_classification.rare_disease.features import BLOCK, NAMES, Query, features_of
from medapp_classification.rare_disease.patient import Patient, agreeing
from medapp_classification.rare_disease.ranker import probabilities, ranks_of
from medapp_classification.rare_disease.sexes import left_out, without
from medapp_classification.rare_disease.simulate import BACKGROUND, Donors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from medapp.engine.conformal import RankedSets
    from medapp_classification.rare_disease.cases import Case
    from medapp_classification.rare_disease.cohort import Cohort
    from medapp_classification.rare_disease.model import Model

NEIGHBOURS: Final = 15
ALONE: Final = ("nearest_terms", "nearest_shared", "terms_3", "graph_all_1")
"""Features that rank by themselves: algorithms to compare with."""
MAIN: Final = 10
"""Number of other genes in the genomes whose figures stand first."""
_LEAST: Final = 1e-6


@dataclass
class Told:
    """What was said of held-back cases, one value a case; of those whose disease was known to the model.

    Attributes:
        ranks: Of the truth by the model, by phenotype alone.
        nearest: Of the truth by the nearest cases (kNN).
        alone: Of the truth by one feature alone, by its name.
        top: Probability of the first disease; `right` whether it is the truth.
        in_set: Whether the prediction set holds the truth; `sizes` how many diseases it holds.
        genome: Ranks with a genome, by the number of other genes in it; NaN where the case has no allele
            that a VCF can hold.
        genome_top, genome_right, genome_in_set: As by phenotype alone, of those with such an allele,
            among `MAIN` other genes.
        drawn_in_set: Of all cases, with genomes drawn as for learning: any number of other genes, and no own
            gene where the case has no such allele.
        distance: To the nearest training case.
        stranger_distance: The same of cases whose disease the model could not know.
    """

    cases: list[Case] = field(default_factory=list)
    ranks: list[float] = field(default_factory=list)
    nearest: list[float] = field(default_factory=list)
    alone: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in ALONE})
    top: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    in_set: list[bool] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    genome: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in BACKGROUND})
    genome_top: list[float] = field(default_factory=list)
    genome_right: list[bool] = field(default_factory=list)
    genome_in_set: list[bool] = field(default_factory=list)
    drawn_in_set: list[bool] = field(default_factory=list)
    distance: list[float] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    stranger_distance: list[float] = field(default_factory=list)
    strange_strangers: list[bool] = field(default_factory=list)


def tell(
    model: Model,
    cases: Sequence[Case],
    told: Told,
    *,
    seed: int = 0,
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Ask a model about cases that it did not see, and add what it says to `told`."""
    rows = {disease: row for row, disease in enumerate(model.diseases)}
    known = [case for case in cases if case.disease in rows]
    strangers = [case for case in cases if case.disease not in rows]
    for block in _blocks(strangers):
        tick()
        distances = model.scores(_as_patients(block, model))[1]
        told.stranger_distance += distances.tolist()
        told.strange_strangers += (distances > model.limit).tolist()
    donors, random, draw = Donors(cases), np.random.default_rng(seed), np.random.default_rng(seed + 1)
    for block in _blocks(known):
        tick()
        truth = np.array([rows[case.disease] for case in block])
        for case, row, scores in zip(block, truth, _phenotype(model, block, truth, told), strict=True):
            tick()
            _genome(model, (case, int(row), scores), donors, random, told)
            candidates, _ = donors.genome(case, int(draw.choice(BACKGROUND)), draw)
            share, _ = model.shares(scores, model.panel.hits(candidates))
            told.drawn_in_set.append(_holds(model.genome_sets, share, int(row)))


def _phenotype(model: Model, block: list[Case], truth: np.ndarray, told: Told) -> np.ndarray:
    """Add what is said by phenotype alone; return the scores."""
    patients = [_patient(case, model) for case in block]
    cohort = _as_patients(block, model)
    features = features_of(model.reference, cohort)
    out = np.stack([left_out(one, model.sexes, model.ontology).rows for one in patients])
    scores = without(model.ranker.scores(features), out)
    share = probabilities(scores)
    own = share[np.arange(len(block)), truth]
    told.cases += block
    told.ranks += ranks_of(without(model.ranker.raw(features), out), truth).tolist()
    told.nearest += ranks_of(nearest_scores(model, cohort), truth).tolist()
    for name, found in told.alone.items():
        found.extend(ranks_of(features[..., NAMES.index(name)], truth).tolist())
    told.top += share.max(axis=1).tolist()
    told.right += (share.argmax(axis=1) == truth).tolist()
    told.in_set += ((own >= model.sets.least) | (own == share.max(axis=1))).tolist()
    told.sizes += np.maximum((share >= model.sets.least).sum(axis=1), 1).tolist()
    told.distance += model.distances(features).tolist()
    told.limits += [model.limit] * len(block)
    return scores


def _genome(
    model: Model,
    asked: tuple[Case, int, np.ndarray],
    donors: Donors,
    random: np.random.Generator,
    told: Told,
) -> None:
    case, truth, scores = asked
    for count in BACKGROUND:
        if not case.alleles:
            told.genome[count].append(float("nan"))
            continue
        candidates, _ = donors.genome(case, count, random)
        share, _ = model.shares(scores, model.panel.hits(candidates))
        rank = float(ranks_of(share[None], np.array([truth]))[0])
        told.genome[count].append(rank)
        if count == MAIN:
            told.genome_top.append(float(share.max()))
            told.genome_right.append(int(share.argmax()) == truth)
            told.genome_in_set.append(_holds(model.genome_sets, share, truth))


def _holds(sets: RankedSets, share: np.ndarray, truth: int) -> bool:
    """Whether the set of one patient holds the truth; the first is always in it."""
    own = float(share[truth])
    return own >= sets.least or own == float(share.max())


def nearest_scores(model: Model, patients: Cohort) -> np.ndarray:
    """The baseline: the nearest cases by cosine of weighted terms vote, each with its similarity."""
    reference = model.reference
    query = Query(reference, patients, reference.graph.observed(patients))
    near = next(query.similarities(slice(None)))
    most = min(NEIGHBOURS, near.shape[1] - 1)
    limit = -np.partition(-near, most, axis=1)[:, [most]]
    votes = np.add.reduceat(np.where(near > limit, near, 0), reference.starts, axis=1)
    found: np.ndarray = votes + _LEAST * np.maximum.reduceat(near, reference.starts, axis=1)
    return found


def _patient(case: Case, model: Model) -> Patient:
    """What would be read of the record of a case."""
    kept, _ = agreeing(case.present, case.excluded, model.ontology)
    return Patient(case.present, kept, case.sex, case.age)


def _as_patients(block: Sequence[Case], model: Model) -> Cohort:
    return cohort_of([replace(case, excluded=_patient(case, model).excluded) for case in block])


def _blocks(cases: Sequence[Case]) -> list[list[Case]]:
    return [list(cases[start : start + BLOCK]) for start in range(0, len(cases), BLOCK)]
