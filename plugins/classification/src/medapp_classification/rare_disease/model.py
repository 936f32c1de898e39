"""The model: training cases, ontology, genes and learned weights; applied to patients, kept in two files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.engine.conformal import RankedSets
from medapp_classification.rare_disease import panel as panels
from medapp_classification.rare_disease.cohort import cohort_of, from_arrays
from medapp_classification.rare_disease.features import NAMES, features_of
from medapp_classification.rare_disease.graph import Graph
from medapp_classification.rare_disease.learning import learn
from medapp_classification.rare_disease.ontology import Ontology
from medapp_classification.rare_disease.ranker import Ranker, probabilities
from medapp_classification.rare_disease.reference import Reference
from medapp_classification.rare_disease.sexes import Sexes, sexes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from medapp_classification.rare_disease.cases import Case
    from medapp_classification.rare_disease.cohort import Cohort
    from medapp_classification.rare_disease.panel import Hit, Panel

VERSION: Final = 1
NUMBERS: Final = "rare_disease.safetensors"
WORDS: Final = "rare_disease.json"
_MOST_BYTES: Final = 64 << 20


@dataclass(frozen=True, eq=False)
class Model:
    """Everything that ranks.

    Attributes:
        reference: Training cases.
        panel: Genes of the diseases.
        ranker: Weights of the features of fit.
        sets, genome_sets: Prediction sets without and with a genome.
        genome_weight: What the evidence of genes is multiplied by.
        limit: Distance to the nearest case from which a patient is a stranger.
        facts: Of the training, JSON types.
    """

    reference: Reference
    panel: Panel
    ranker: Ranker
    sets: RankedSets
    genome_sets: RankedSets
    genome_weight: float
    limit: float
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ontology(self) -> Ontology:
        """That terms are looked up in."""
        return self.reference.graph.ontology

    @cached_property
    def diseases(self) -> tuple[str, ...]:
        """Ids, in the order of scores."""
        return tuple(self.reference.cohort.diseases[number] for number in self.reference.diseases)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Names, in the same order."""
        return tuple(self.reference.cohort.titles[number] for number in self.reference.diseases)

    @cached_property
    def sexes(self) -> Sexes:
        """Which diseases are of one sex, in the same order."""
        return sexes_of(self.reference, self.titles)

    def scores(self, patients: Cohort) -> tuple[np.ndarray, np.ndarray]:
        """Of patients: scores (patients, diseases), and the distance to the nearest case (patients,)."""
        features = features_of(self.reference, patients)
        return self.ranker.scores(features), self.distances(features)

    def distances(self, features: np.ndarray) -> np.ndarray:
        """To the nearest case, of the features of patients."""
        near: np.ndarray = features[..., NAMES.index("nearest_shared")].max(axis=1)
        return 1 - near

    def shares(self, scores: np.ndarray, hits: Mapping[str, Hit] | None) -> tuple[np.ndarray, np.ndarray]:
        """Of one patient: probability of each disease, and evidence of genes in nats, 0 without any."""
        evidence = np.zeros(len(scores))
        if hits is not None:
            evidence = self.genome_weight * self.panel.evidence(hits, self.diseases)
        return probabilities(scores + evidence), evidence


def fit_model(
    cases: Sequence[Case],
    graph: Graph,
    *,
    seed: int = 0,
    tick: Callable[[float], None] = lambda _share: None,
) -> Model:
    """Learn a model of these cases alone.

    Args:
        cases: With their diagnoses.
        graph: Of the ontology that their terms are places in.
        seed: Of every random choice.
        tick: Told which share is done, from 0 to 1; what it raises ends it.

    Raises:
        ValueError: Where too few diseases have cases in several publications.
    """
    reference = Reference(cohort_of(cases), graph)
    panel = panels.panel_of(cases)
    learned = learn(reference, [cases[int(place)] for place in reference.order], panel, seed=seed, tick=tick)
    facts = {
        "cases": len(cases),
        "diseases": len(reference.diseases),
        "publications": len({case.publication for case in cases}),
        "lessons": len(learned.lessons.truth),
        "seed": seed,
        "weights": dict(zip(NAMES, learned.ranker.weights.round(5).tolist(), strict=True)),
    }
    return Model(
        reference,
        panel,
        learned.ranker,
        learned.sets,
        learned.genome_sets,
        learned.genome_weight,
        learned.limit,
        facts,
    )


def save(model: Model, folder: Path) -> Path:
    """Write the model into a folder, which exists; return where its numbers lie.

    Raises:
        OSError: Where it cannot be written.
    """
    from safetensors.numpy import save_file

    cohort, ontology = model.reference.cohort, model.ontology
    arrays = cohort.arrays() | {
        "weights": model.ranker.weights.astype(np.float32),
        "settings": np.array(
            [model.ranker.temperature, model.ranker.doubt, model.genome_weight, model.limit]
        ),
        "sets": np.array([model.sets.least, model.sets.coverage]),
        "genome_sets": np.array([model.genome_sets.least, model.genome_sets.coverage]),
    }
    words = {
        "version": VERSION,
        "features": list(NAMES),
        "diseases": list(cohort.diseases),
        "titles": list(cohort.titles),
        "publications": list(cohort.publications),
        "panel": model.panel.as_json(),
        "facts": dict(model.facts),
        "hpo": {
            "version": ontology.version,
            "acknowledgement": "This product uses the Human Phenotype Ontology (version "
            f"{ontology.version}). Find out more at http://www.human-phenotype-ontology.org",
            "ids": list(ontology.ids),
            "labels": list(ontology.labels),
            "parents": [list(one) for one in ontology.parents],
            "others": dict(ontology.others),
            "outside": sorted(ontology.outside),
        },
    }
    save_file(arrays, folder / NUMBERS)
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    (folder / WORDS).write_text(text + "\n", encoding="utf-8")
    return folder / NUMBERS


def load(numbers: Path, words: Path) -> Model:
    """Read a model; nothing that its files say is run.

    Raises:
        OSError: Where a file is missing.
        ValueError: Where the files are not of a model of this version, or do not fit each other.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if max(numbers.stat().st_size, words.stat().st_size) > _MOST_BYTES:
        message = "the files are too large for a model of rare diseases"
        raise ValueError(message)
    try:
        facts = json.loads(words.read_text(encoding="utf-8"))
        arrays = load_file(numbers)
        if facts["version"] != VERSION or tuple(facts["features"]) != NAMES:
            message = f"the model is not of version {VERSION}"
            raise ValueError(message)
        return _assembled(arrays, facts)
    except (KeyError, TypeError, IndexError, SafetensorError, UnicodeDecodeError) as error:
        message = f"{numbers.name} and {words.name} are not the files of a model of rare diseases"
        raise ValueError(message) from error


def ontology_of(words: Path) -> Ontology:
    """The ontology that a model keeps.

    Raises:
        OSError: Where the file is missing.
        ValueError: Where it is not of a model.
    """
    try:
        return _ontology(json.loads(words.read_text(encoding="utf-8"))["hpo"])
    except (KeyError, TypeError, UnicodeDecodeError) as error:
        message = f"{words.name} is not of a model of rare diseases"
        raise ValueError(message) from error


def _ontology(facts: Mapping[str, Any]) -> Ontology:
    found = Ontology(
        str(facts["version"]),
        tuple(facts["ids"]),
        tuple(facts["labels"]),
        tuple(tuple(one) for one in facts["parents"]),
        dict(facts["others"]),
        frozenset(facts["outside"]),
    )
    size = len(found.ids)
    if not len(found.labels) == len(found.parents) == size or any(
        not 0 <= one < size for parents in found.parents for one in parents
    ):
        message = "parts of its ontology do not fit each other"
        raise ValueError(message)
    return found


def _assembled(arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Model:
    ontology = _ontology(facts["hpo"])
    cohort = from_arrays(arrays, facts)
    _fit_together(cohort, len(ontology.ids))
    weights = arrays["weights"]
    numbers = np.concatenate([weights, *(arrays[name] for name in ("settings", "sets", "genome_sets"))])
    if weights.shape != (len(NAMES),) or not np.isfinite(numbers).all():
        message = "weights of the model are missing or no numbers"
        raise ValueError(message)
    temperature, doubt, genome_weight, limit = map(float, arrays["settings"])
    return Model(
        Reference(cohort, Graph(ontology)),
        panels.from_json(facts["panel"]),
        Ranker(weights, temperature, doubt),
        RankedSets(*map(float, arrays["sets"])),
        RankedSets(*map(float, arrays["genome_sets"])),
        genome_weight,
        limit,
        facts["facts"],
    )


def _fit_together(cohort: Cohort, terms: int) -> None:
    count = len(cohort)
    sizes = [
        len(getattr(cohort, name)) for name in ("publication", "sex", "age", "present_ends", "excluded_ends")
    ]
    ends = ((cohort.present, cohort.present_ends), (cohort.excluded, cohort.excluded_ends))
    if (
        not count
        or sizes != [count] * len(sizes)
        or any(int(places[-1]) != len(flat) or (np.diff(places) < 0).any() for flat, places in ends)
        or any(len(flat) and int(flat.max()) >= terms for flat, _ in ends)
        or not 0 <= int(cohort.disease.min()) <= int(cohort.disease.max()) < len(cohort.diseases)
        or len(cohort.titles) != len(cohort.diseases)
        or not 0 <= int(cohort.publication.min()) <= int(cohort.publication.max()) < len(cohort.publications)
    ):
        message = "parts of the model do not fit each other"
        raise ValueError(message)
