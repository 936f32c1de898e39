"""rare.disease: diseases ranked by terms and genes, with reasons; never by the diagnosis itself."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from medapp.api import ClassifyRequest, EvaluateRequest, TaskRefused, TrainRequest
from medapp.api.context import JobCancelled
from medapp.api.testing import run_classify
from medapp.api.wire_findings import findings_report
from medapp.domain.genome import Genome, Genotype, Variant, VariantFile
from medapp.domain.record import Record, Source
from medapp_classification import hooks
from medapp_classification.rare_disease.cohort import cohort_of
from medapp_classification.rare_disease.evaluation import evaluate
from medapp_classification.rare_disease.features import NAMES, features_of, features_within
from medapp_classification.rare_disease.learning import folds_of
from medapp_classification.rare_disease.model import load
from medapp_classification.rare_disease.training import train
from tests.unit.classification import rare_world as world

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import ClassifyResult
    from medapp_classification.rare_disease.model import Model

NUMBERS, WORDS = "rare_disease.safetensors", "rare_disease.json"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the small world, trained once."""
    base = tmp_path_factory.mktemp("rare")
    request = TrainRequest("rare.disease", world.folder(base / "data"), base / "model")
    found = train(request, world.context(base / "scratch"))
    assert found.metrics["cases"] == world.DISEASES * 9
    assert found.weights == base / "model" / NUMBERS
    return base / "model"


@pytest.fixture(scope="module")
def model(weights: Path) -> Model:
    return load(weights / NUMBERS, weights / WORDS)


def ask(
    weights: Path,
    path: Path,
    packet: dict[str, Any],
    genome: Genome | None = None,
    **parameters: object,
) -> ClassifyResult:
    request = ClassifyRequest(
        "rare.disease", record=world.record_of(packet, path), genome=genome, parameters=parameters
    )
    return run_classify(hooks, request, world.context(path / "scratch", weights))


def genome_of(*variants: tuple[str, int, tuple[int, ...]], **info: str) -> Genome:
    file = VariantFile(Source("v.vcf", "vcf"), "4.2", "GRCh38", ("s",))
    return Genome(
        file,
        tuple(
            Variant(
                "chr1", at, (), "A", ("G",), None, (), (Genotype(alleles),), (("GENE", gene), *info.items())
            )
            for gene, at, alleles in variants
        ),
    )


def test_a_training_case_with_the_same_terms_is_told(weights: Path, tmp_path: Path) -> None:
    every = [
        tuple(one["type"]["id"] for one in case["phenotypicFeatures"] if not one.get("excluded"))
        for case in world.cases()
    ]
    terms = next(one for one in every if len(one) > 2)
    found = ask(weights, tmp_path, world.packet("p", terms))
    assert any(one.code == "was-in-training" for one in found.notices)
    outcomes = [case.outcome for one in found.findings for case in one.cases]
    assert any(one.endswith("the same terms: it may be this very patient") for one in outcomes)
    assert any("% of what the terms of both tell" in one for one in outcomes)


def test_a_list_of_sites_is_no_genome(weights: Path, tmp_path: Path) -> None:
    own = genome_of(("GENE5", 100, (0, 1)))
    sites = Genome(
        VariantFile(Source("v.vcf", "vcf"), "4.2", "GRCh38", ()),
        tuple(replace(one, genotypes=()) for one in own.variants),
    )
    with pytest.raises(TaskRefused, match="a list of sites"):
        ask(weights, tmp_path, world.packet("p", world.typical(3)), sites)


def test_typical_terms_name_the_disease_and_are_its_reasons(weights: Path, tmp_path: Path) -> None:
    found = ask(weights, tmp_path, world.packet("p", world.typical(3)))
    first = found.findings[0]
    assert first.key == world.disease_id(3)
    assert first.title == f"Name of {world.disease_id(3)}"
    assert (first.code.scheme, first.code.value) == ("OMIM", "900003")
    assert first.group == "GENE3"
    assert first.in_set
    matched = [item for item in first.items if item.code.startswith("HPO|")]
    assert {item.code for item in matched} == {f"HPO|{name}" for name in world.typical(3)}
    assert all(item.effect > 0 and item.entries[0].startswith("p/p/phenotypicFeatures[") for item in matched)
    assert all("of 9 training cases of this disease" in item.matched for item in matched)
    assert first.cases[0].name.startswith("PMID:3")
    assert first.cases[0].outcome.startswith(f"{first.title}; ")
    assert "9 training cases of 3 publications" in first.remark
    assert found.used == ("record",)
    assert found.missing == ("genome",)


def test_findings_fall_in_probability_and_the_set_stands_first(weights: Path, tmp_path: Path) -> None:
    found = ask(weights, tmp_path, world.packet("p", world.typical(0)[:2]))
    shares = [one.probability for one in found.findings]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    inside = [one.in_set for one in found.findings]
    assert inside == sorted(inside, reverse=True)
    assert found.coverage == 0.9
    assert any(notice.code == "ranked-diseases" for notice in found.notices)


def test_a_typical_term_that_is_absent_speaks_against(weights: Path, tmp_path: Path) -> None:
    terms = world.typical(2)
    with_term = ask(weights, tmp_path / "a", world.packet("p", terms[:2]))
    without = ask(weights, tmp_path / "b", world.packet("p", terms[:2], excluded=terms[2:]))
    share = {name: _share(result, 2) for name, result in (("with", with_term), ("without", without))}
    assert share["without"] < share["with"]
    items = next(one for one in without.findings if one.key == world.disease_id(2)).items
    against = next(item for item in items if item.code == f"HPO|{terms[2]}")
    assert against.value == "looked for and not found"
    assert against.effect < 0
    assert against.matched.startswith("against: seen in")


def _share(found: ClassifyResult, number: int) -> float:
    return next(one.probability for one in found.findings if one.key == world.disease_id(number)) or 0.0


def test_a_term_nobody_had_counts_by_what_is_above_it(weights: Path, tmp_path: Path) -> None:
    used = {feature["type"]["id"] for one in world.cases() for feature in one["phenotypicFeatures"]}
    organ = (int(world.typical(4)[0].removeprefix("HP:")) - 1000) // 10
    kind = next(kind for kind in range(1, world.KINDS + 1) if world.term(organ, kind) not in used)
    found = ask(weights, tmp_path, world.packet("p", (*world.typical(4)[1:], world.term(organ, kind))))
    first = found.findings[0]
    assert first.key == world.disease_id(4)
    item = next(item for item in first.items if item.code == f"HPO|{world.term(organ, kind)}")
    assert f"Abnormal {world.ORGANS[organ]} (more general)" in item.matched


def test_what_would_change_the_answer_is_tried_out(weights: Path, tmp_path: Path) -> None:
    found = ask(weights, tmp_path, world.packet("p", world.typical(5)[:2]))
    first = next(one for one in found.findings if one.key == world.disease_id(5))
    (change,) = first.changes
    assert change.change.endswith("is found")
    assert change.probability > first.probability
    again = ask(weights, tmp_path / "b", world.packet("p", world.typical(5)))
    assert _share(again, 5) == pytest.approx(change.probability, abs=1e-6)


def test_the_diagnosis_in_a_packet_changes_nothing(weights: Path, tmp_path: Path) -> None:
    """The disease of a phenopacket is its label: whatever stands there, the answer is the same."""
    plain = world.packet("p", world.typical(6)[:2])
    answers = [findings_report(ask(weights, tmp_path / "plain", plain))["findings"]]
    for number in (1, 6):
        packet = world.packet(
            "p", world.typical(6)[:2], disease=world.disease_id(number), gene=f"GENE{number}"
        )
        answers.append(findings_report(ask(weights, tmp_path / str(number), packet))["findings"])
    assert answers[0] == answers[1] == answers[2]


def test_a_gene_decides_and_the_disease_beside_it_does_not(weights: Path, tmp_path: Path) -> None:
    """Candidates of a packet count by their gene; the disease that they are said to explain is not read."""
    answers = []
    for disease in (world.disease_id(1), "OMIM:1"):
        packet = world.packet(
            "p", world.typical(6)[:1], disease=disease, gene="GENE6", position=9, status="CANDIDATE"
        )
        answers.append(findings_report(ask(weights, tmp_path / disease[-3:], packet))["findings"])
    assert answers[0] == answers[1]
    assert answers[0][0]["key"] == world.disease_id(6)


def test_info_of_a_vcf_that_names_diseases_is_not_read(weights: Path, tmp_path: Path) -> None:
    packet = world.packet("p", world.typical(6)[:2])
    variants = [("GENE6", 9, (0, 1)), ("GENE2", 8, (0, 1))]
    answers = [
        findings_report(ask(weights, tmp_path / name, packet, genome_of(*variants, DISEASE=name)))["findings"]
        for name in (world.disease_id(2), "none")
    ]
    assert answers[0] == answers[1]


def test_features_do_not_know_the_disease_of_who_is_asked_about(model: Model) -> None:
    cohort = model.reference.cohort.take(np.arange(6))
    other = copy.copy(cohort)
    object.__setattr__(other, "disease", cohort.disease[::-1].copy())
    object.__setattr__(other, "publication", np.full(6, -1))
    assert np.array_equal(features_of(model.reference, cohort), features_of(model.reference, other))


def test_training_features_leave_out_the_case_s_own_publication(model: Model) -> None:
    reference = model.reference
    for rows, features, known in features_within(reference):
        assert known.all()  # every disease has three publications
        own = reference.row_of[rows]
        at = np.arange(len(rows))
        counted = features[at, own]
        assert np.allclose(counted[:, NAMES.index("cases")], np.log1p(6))
        assert np.allclose(counted[:, NAMES.index("publications")], np.log1p(2))
        near = features[at, own, NAMES.index("nearest_shared")]
        (shared,) = [name for name in ("nearest_shared",) if name in NAMES]
        with_own = features_of(reference, reference.cohort.take(rows))[at, own, NAMES.index(shared)]
        assert np.allclose(with_own, 1, atol=1e-5)
        assert near.mean() < 0.95


def test_a_publication_is_never_on_both_sides() -> None:
    papers = np.array([f"PMID:{number // 3}" for number in range(60)])
    fold = folds_of(papers, count=4, seed=3)
    assert all(len(set(fold[papers == name])) == 1 for name in set(papers))
    assert set(fold) == {0, 1, 2, 3}


def test_the_genome_decides_between_diseases_that_terms_cannot_tell(weights: Path, tmp_path: Path) -> None:
    shared = tuple(name for name in world.typical(1) if name in world.typical(2))
    packet = world.packet("p", shared)
    for number in (1, 2):
        alleles = (1, 1) if number % 2 else (0, 1)
        genome = genome_of((f"GENE{number}", 5000, alleles), ("ELSEWHERE", 70, (0, 1)))
        found = ask(weights, tmp_path / str(number), packet, genome)
        first = found.findings[0]
        assert first.key == world.disease_id(number)
        assert found.used == ("record", "genome")
        gene = next(item for item in first.items if item.code == f"HGNC symbol|GENE{number}")
        assert gene.effect > 0
        assert gene.title == f"GENE{number}: chr1:5000 A>G"


def test_a_known_allele_counts_without_a_gene_in_the_file(weights: Path, tmp_path: Path) -> None:
    packet = world.packet("p", world.typical(4)[:1])
    genome = genome_of(("", 5000, (0, 1)))  # place of the known allele of GENE4
    genome = Genome(genome.file, tuple(_without_info(one) for one in genome.variants))
    found = ask(weights, tmp_path, packet, genome)
    assert found.findings[0].key == world.disease_id(4)
    gene = next(item for item in found.findings[0].items if item.code == "HGNC symbol|GENE4")
    assert "gene by a known allele" in gene.matched
    assert "an allele is known to cause this disease" in gene.matched


def test_a_variant_among_known_alleles_says_little_and_none_at_all_nothing(
    weights: Path, tmp_path: Path
) -> None:
    packet = world.packet("p", world.typical(4)[:1])
    genome = genome_of(("", 5004, (0, 1)))  # between the known alleles of GENE4, at 5000 and 5010
    genome = Genome(genome.file, tuple(_without_info(one) for one in genome.variants))
    found = ask(weights, tmp_path / "near", packet, genome)
    (gene,) = [item for item in found.findings[0].items if item.code == "HGNC symbol|GENE4"]
    assert "place among known alleles" in gene.matched
    plain = ask(weights, tmp_path / "plain", packet)
    far = ask(weights, tmp_path / "far", packet, genome_of(("ELSEWHERE", 70, (0, 1))))
    assert findings_report(far)["findings"] == findings_report(plain)["findings"]
    assert far.used == ("record",)
    assert any(notice.code == "genome-no-hit" for notice in far.notices)


def _without_info(one: Variant) -> Variant:
    from dataclasses import replace

    return replace(one, info=())


def test_no_known_term_is_no_answer(weights: Path, tmp_path: Path) -> None:
    found = ask(weights, tmp_path, world.packet("p", ("HP:7777777", "HP:0000006")))
    assert found.findings == ()
    assert "no term" in found.abstained
    said = {notice.code: notice.message for notice in found.notices}
    assert "HP:7777777" in said["terms-unknown"]
    assert "HP:0000006" in said["terms-outside"]


def test_a_stranger_gets_no_answer(weights: Path, tmp_path: Path) -> None:
    used = {feature["type"]["id"] for one in world.cases() for feature in one["phenotypicFeatures"]}
    rare = [
        world.term(organ, kind)
        for organ in range(len(world.ORGANS))
        for kind in range(1, world.KINDS + 1)
        if world.term(organ, kind) not in used
    ]
    found = ask(weights, tmp_path, world.packet("p", tuple(rare[:12])))
    assert found.findings == ()
    assert "no training case is near" in found.abstained
    assert found.familiarity is not None
    assert found.familiarity.is_strange


@pytest.mark.parametrize("record", [None, Record()])
def test_without_phenotypes_it_is_refused_before_it_runs(
    weights: Path, tmp_path: Path, record: Record | None
) -> None:
    with pytest.raises(TaskRefused, match="phenotype"):
        run_classify(hooks, ClassifyRequest("rare.disease", record=record), world.context(tmp_path, weights))


def test_the_same_seed_trains_the_same_model(weights: Path, tmp_path: Path) -> None:
    request = TrainRequest("rare.disease", world.folder(tmp_path / "data"), tmp_path / "model")
    train(request, world.context(tmp_path / "s"))
    for name in (NUMBERS, WORDS):
        assert (tmp_path / "model" / name).read_bytes() == (weights / name).read_bytes()


@pytest.mark.parametrize("at", [1, 4, 12])
def test_training_and_answering_can_be_cancelled(weights: Path, tmp_path: Path, at: int) -> None:
    request = TrainRequest("rare.disease", world.folder(tmp_path / "data"), tmp_path / "model")
    with pytest.raises(JobCancelled):
        train(request, world.context(tmp_path / "s", cancel_at=at))
    asked = ClassifyRequest(
        "rare.disease", record=world.record_of(world.packet("p", world.typical(1)), tmp_path)
    )
    with pytest.raises(JobCancelled):
        run_classify(hooks, asked, world.context(tmp_path / "t", weights, cancel_at=min(at, 5)))


def test_cross_validation_beats_chance_and_hands_out_every_case(tmp_path: Path) -> None:
    data = world.folder(tmp_path / "data")
    found = evaluate(EvaluateRequest("rare.disease", data, parameters={"folds": 3}), world.context(tmp_path))
    assert found.metrics["top_1"] > 0.6
    assert found.metrics["genome_10_top_1"] >= found.metrics["top_1"]
    assert 0 <= found.metrics["ece"] <= 1
    questions = {one.key: one for one in found.predictions}
    assert set(questions) == {"phenotype", "knn", "genome"}
    assert len(questions["phenotype"].scores) == found.metrics["cases"] == world.DISEASES * 9
    assert set(questions["phenotype"].cases) == {f"PMID:{n}{paper}" for n in range(8) for paper in range(3)}


def test_a_candidate_is_measured_on_publications_that_it_has_not_seen(weights: Path, tmp_path: Path) -> None:
    new = [
        one | {"metaData": one["metaData"] | {"externalReferences": [{"id": "PMID:new"}]}}
        for one in world.cases(papers=1)
    ]
    data = world.folder(tmp_path / "data", new)
    found = evaluate(EvaluateRequest("rare.disease", data, weights), world.context(tmp_path))
    assert found.metrics["cases"] == len(new)
    with pytest.raises(TaskRefused, match="nothing to measure"):
        evaluate(
            EvaluateRequest("rare.disease", world.folder(tmp_path / "old"), weights), world.context(tmp_path)
        )


def test_too_few_publications_cannot_teach(tmp_path: Path) -> None:
    data = world.folder(tmp_path / "data", world.cases(papers=1))
    with pytest.raises(TaskRefused, match="several publications"):
        train(TrainRequest("rare.disease", data, tmp_path / "out"), world.context(tmp_path))


def test_without_an_ontology_training_says_where_to_put_one(tmp_path: Path) -> None:
    data = world.folder(tmp_path / "data")
    (data / "hp.obo").unlink()
    with pytest.raises(TaskRefused, match=r"hp\.obo"):
        train(TrainRequest("rare.disease", data, tmp_path / "out"), world.context(tmp_path))
    named = TrainRequest("rare.disease", data, tmp_path / "out", {"hpo": str(tmp_path / "no.obo")})
    with pytest.raises(TaskRefused, match="ontology"):
        train(named, world.context(tmp_path))


def test_weights_that_are_broken_are_refused(weights: Path, tmp_path: Path) -> None:
    arrays = load_file(weights / NUMBERS)
    words = json.loads((weights / WORDS).read_text(encoding="utf-8"))
    broken = [
        ({"weights": np.full_like(arrays["weights"], np.nan)}, {}),
        ({"weights": arrays["weights"][:3]}, {}),
        ({"disease": arrays["disease"] + 1000}, {}),
        ({"present": arrays["present"][:-1]}, {}),
        ({}, {"version": 99}),
        ({}, {"panel": {}}),
        ({}, {"hpo": words["hpo"] | {"labels": []}}),
    ]
    for number, (numbers, text) in enumerate(broken):
        folder = tmp_path / str(number)
        folder.mkdir()
        save_file(arrays | numbers, folder / NUMBERS)
        (folder / WORDS).write_text(json.dumps(words | text), encoding="utf-8")
        with pytest.raises(ValueError, match=r"model|ontology"):
            load(folder / NUMBERS, folder / WORDS)


def test_cohorts_are_cut_without_mixing_terms(model: Model) -> None:
    cohort = model.reference.cohort
    part = cohort.take(np.array([7, 2]))
    assert part.terms(0).tolist() == cohort.terms(7).tolist()
    assert part.terms(1).tolist() == cohort.terms(2).tolist()
    assert len(cohort_of([])) == 0
