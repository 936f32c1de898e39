"""record.phenotype: groups are found again, a patient is placed without fitting, any coded table will do."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from medapp.api import TaskRefused
from medapp.api.requests import ClassifyRequest, EvaluateRequest, TrainRequest
from medapp.api.testing import TrialContext, run_classify
from medapp_classification import hooks
from medapp_classification.record_phenotype import clusters
from medapp_classification.record_phenotype.clusters import fit_clusters
from medapp_classification.record_phenotype.drawing import of_kmeans, of_mixture
from medapp_classification.record_phenotype.evaluation import evaluate
from medapp_classification.record_phenotype.model import WEIGHTS, load
from medapp_classification.record_phenotype.training import train
from tests.unit.classification.record_small import observed, record, write_cohort


def nothing(fraction: float, message: str) -> None:
    """Nobody listens."""


def three_groups(folder):
    random = np.random.default_rng(0)
    middles = np.array([[40, 90, 0.8], [60, 180, 1.0], [75, 100, 3.0]])
    rows = np.concatenate([random.normal(middle, [4, 8, 0.1], (80, 3)) for middle in middles])
    frame = pd.DataFrame(rows, columns=["age", "2345-7 [mg/dL] Glucose", "2160-0 [mg/dL] Creatinine"])
    folder.mkdir(parents=True, exist_ok=True)
    frame.assign(id=np.arange(len(frame)), note="x").to_csv(folder / "people.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("groups")
    out = folder / "out"
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(clusters, "MOST", 4)
        train(TrainRequest("record.phenotype", three_groups(folder / "data"), out), TrialContext(folder))
    return folder / "data", out / WEIGHTS


def asked(weights, of, tmp_path, **parameters):
    request = ClassifyRequest("record.phenotype", record=of, parameters=parameters)
    return run_classify(hooks, request, TrialContext(tmp_path, weights_files={WEIGHTS: weights}))


def test_groups_that_are_there_are_found_and_found_again(trained):
    model = load(trained[1])
    assert model.facts["chosen"]["mixture"] == 3
    stability = next(one["stability"] for one in model.facts["kmeans"] if one["groups"] == 3)
    assert stability > 0.95
    assert model.facts["remarks"] == ["Columns that are not used: note."]
    assert sorted(round(one["share"], 1) for one in model.facts["groups"]["mixture"]) == [0.3, 0.3, 0.3]


def test_noise_has_no_stable_groups():
    rows = np.random.default_rng(1).normal(size=(400, 5))
    found, told = fit_clusters(rows, 0, nothing)
    assert max(one["stability"] for one in told["kmeans"]) < 0.8
    np.testing.assert_allclose(found.mixture.responsibilities(found.space.placed(rows)).sum(axis=1), 1.0)


def test_a_patient_is_placed_among_them_with_what_distinguishes_the_group(trained, tmp_path):
    sugar = observed("40", "2345-7", 10.0, "mmol/L", "2024-05-01")
    kidney = observed("41", "2160-0", 88.4, "umol/L", "2024-05-01")
    found = asked(trained[1], record(sugar, kidney), tmp_path)
    first = found.findings[0]
    assert first.kind == "cluster"
    assert first.probability > 0.95
    glucose = next(one for one in first.items if one.title == "Glucose")
    assert glucose.value == "180.2 mg/dL"
    assert "this group 18" in glucose.matched
    assert glucose.entries == ("Observation/40",)
    (chart,) = found.charts
    here = chart.traces[-1]
    assert here.style == "here"
    cloud = next(trace for trace in chart.traces if trace.name == first.title.split(":")[0])
    middle = np.array([np.mean(cloud.x), np.mean(cloud.y)])
    assert np.linalg.norm(middle - [here.x[0], here.y[0]]) < 1.5
    assert chart.title == "The cohort, coloured by the groups of the mixture, and this patient"


def test_groups_are_named_by_the_way_that_found_them(trained, tmp_path):
    model = load(trained[1])
    sugar = observed("40", "2345-7", 10.0, "mmol/L", "2024-05-01")
    kidney = observed("41", "2160-0", 88.4, "umol/L", "2024-05-01")
    found = asked(trained[1], record(sugar, kidney), tmp_path)
    of_mixture = [one for one in found.findings if one.key.startswith("mixture")]
    (of_kmeans,) = (one for one in found.findings if one.group == "Group of k-means")
    count, centres = len(model.clusters.mixture.shares), len(model.clusters.centres)
    for one in of_mixture:
        assert re.match(rf"Mixture group [1-{count}] of {count}: ", one.title)
    assert re.match(rf"k-means group [1-{centres}] of {centres}: ", of_kmeans.title)
    assert "names the nearest group and no probability" in of_kmeans.remark


def test_what_moved_the_answer_is_of_this_patient(trained):
    clusters_ = load(trained[1]).clusters
    rows = np.array([[60.0, 180.0, 1.0], [42.0, 95.0, 0.8], [76.0, 99.0, 3.1]])
    middle = np.zeros((1, clusters_.space.axes.shape[1]))

    def log_odds(placed, group, other):
        said = np.log(clusters_.mixture.responsibilities(placed)[0])
        return said[group] - said[other]

    for row in rows:
        placed = clusters_.space.placed(row[None])
        said = clusters_.mixture.responsibilities(placed)[0]
        group, other = (int(one) for one in np.argsort(-said)[:2])
        whole = log_odds(placed, group, other) - log_odds(middle, group, other)
        assert of_mixture(clusters_, row, group).sum() == pytest.approx(whole, rel=1e-6)
        far = ((placed - clusters_.centres) ** 2).sum(axis=1)
        start = (clusters_.centres**2).sum(axis=1)
        near, next_ = (int(one) for one in np.argsort(far)[:2])
        whole = (far[next_] - far[near]) - (start[next_] - start[near])
        assert of_kmeans(clusters_, row, near).sum() == pytest.approx(whole, rel=1e-6)


def test_what_is_not_measured_moves_nothing(trained, tmp_path):
    clusters_ = load(trained[1]).clusters
    row = np.array([60.0, np.nan, 1.0])
    assert np.isnan(of_mixture(clusters_, row, 0)).tolist() == [False, True, False]
    found = asked(trained[1], record(observed("41", "2160-0", 88.4, "umol/L", "2024-05-01")), tmp_path)
    for one in found.findings:
        assert "Glucose" not in {item.title for item in one.items if item.effect is not None}


def test_placing_does_not_fit(trained, tmp_path):
    before = load(trained[1])
    asked(trained[1], record(observed("40", "2345-7", 180.0, "mg/dL", "2024-05-01")), tmp_path)
    np.testing.assert_array_equal(before.clusters.centres, load(trained[1]).clusters.centres)


def test_who_is_like_nobody_is_not_placed(trained, tmp_path):
    odd = (
        observed("40", "2345-7", 900.0, "mg/dL", "2024-05-01"),
        observed("41", "2160-0", 14.0, "mg/dL", "2024-05-01"),
    )
    found = asked(trained[1], record(*odd), tmp_path)
    assert found.findings == ()
    assert "unlike the people of the cohort" in found.abstained


def test_the_cohort_of_tables_is_grouped_too(tmp_path, monkeypatch):
    monkeypatch.setattr(clusters, "MOST", 3)
    folder = write_cohort(tmp_path / "cohort")
    result = train(TrainRequest("record.phenotype", folder, tmp_path / "out"), TrialContext(tmp_path))
    found = asked(result.weights, record(), tmp_path)
    assert sum(one.probability or 0 for one in found.findings) == pytest.approx(1.0, abs=0.03)
    assert "died within 5 years" in found.findings[0].remark
    assert "the sex is not stated" in asked(result.weights, record(sex=None), tmp_path).abstained.lower()


def test_evaluation_holds_groups_against_another_seed(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(clusters, "MOST", 4)
    data, weights = trained
    context = TrialContext(tmp_path, weights_files={WEIGHTS: weights})
    found = evaluate(EvaluateRequest("record.phenotype", data), context)
    assert found.metrics["mixture agreement with another seed"] > 0.95
    assert found.metrics["kmeans agreement with another seed"] > 0.8
    with pytest.raises(TaskRefused, match="other columns"):
        evaluate(EvaluateRequest("record.phenotype", write_cohort(tmp_path / "cohort")), context)


def test_tables_that_cannot_be_grouped_are_refused(tmp_path):
    folder = three_groups(tmp_path / "data")

    def refused():
        with pytest.raises(TaskRefused) as caught:
            train(TrainRequest("record.phenotype", folder, tmp_path / "out"), TrialContext(tmp_path))
        return str(caught.value)

    frame = pd.read_csv(folder / "people.csv")
    frame.assign(age=50).to_csv(folder / "people.csv", index=False)
    assert "age is the same in everybody" in refused()
    frame.head(20).to_csv(folder / "people.csv", index=False)
    assert "at least 100 people" in refused()
    frame.rename(columns={"2345-7 [mg/dL] Glucose": "glucose"}).to_csv(folder / "people.csv", index=False)
    assert "named age, male, or by LOINC code and unit" in refused()
