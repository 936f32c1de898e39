"""Training and measuring: resumable, by patient, and honest about pictures that were learnt from."""

import itertools
import json
import shutil

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from medapp.api import EvaluateRequest, TrainRequest
from medapp.api.context import JobCancelled, TaskRefused
from medapp.api.testing import TrialContext
from medapp_classification import hooks
from medapp_classification.cxr_findings import model as models
from medapp_classification.cxr_findings import network as networks
from medapp_classification.cxr_findings.answering import fit_answering, mixed, spreads_of
from medapp_classification.cxr_findings.assembling import chosen
from medapp_classification.cxr_findings.augment import augmented
from medapp_classification.cxr_findings.cases import read_cases
from medapp_classification.cxr_findings.clock import Clock
from medapp_classification.cxr_findings.figures import area
from medapp_classification.cxr_findings.findings import KEYS
from medapp_classification.cxr_findings.lesson import material, rate_at
from medapp_classification.cxr_findings.rounds import Course, folds_of
from medapp_classification.cxr_findings.training import pictures as pictures_of
from medapp_classification.cxr_findings.training import plan_of
from tests.unit.classification import pictures
from tests.unit.classification.conftest import SETTINGS


def test_a_training_leaves_weights_curves_and_figures(cxr_trained):
    assert cxr_trained.weights.name == "cxr_findings.safetensors"
    curves = json.loads((cxr_trained.out / "curves.json").read_text())
    assert len(curves) == 6
    assert all(np.isfinite(point[1]) for one in curves for point in one["loss"])
    metrics = cxr_trained.metrics
    assert 0 <= metrics["macro AUROC network low"] <= metrics["macro AUROC network"] <= 1
    assert {f"AUROC {key}" for key in KEYS} <= set(metrics)
    fractions = [fraction for fraction, _ in cxr_trained.context.reports]
    assert fractions == sorted(fractions)


def test_going_on_from_a_finished_training_trains_nothing_again(cxr_trained, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(cxr_trained.out, out)
    (out / "cxr_findings.safetensors").unlink()
    context = TrialContext(tmp_path, seed=5)
    request = TrainRequest("cxr.findings", cxr_trained.data, out, SETTINGS)
    again = hooks.medapp_train(request, context)
    assert again.metrics == cxr_trained.metrics
    assert not any("fold" in message for _, message in context.reports)
    with pytest.raises(TaskRefused, match="other data or settings"):
        hooks.medapp_train(request, TrialContext(tmp_path, seed=6))


def test_a_cancelled_training_goes_on_where_it_was(cxr_trained, tmp_path):
    request = TrainRequest("cxr.findings", cxr_trained.data, tmp_path, SETTINGS | {"epochs": 3})
    steps = []
    for asked in (44, 43):  # once for the start, 40 pictures, and once a step
        with pytest.raises(JobCancelled):
            hooks.medapp_train(request, TrialContext(tmp_path, seed=5, cancel_at=asked))
        steps.append(torch.load(tmp_path / "fold_0" / "checkpoint.pt", weights_only=True)["step"])
    assert steps == [2, 3]


def test_the_time_ends_a_training_that_goes_on_to_the_same_end(cxr_trained, tmp_path):
    request = TrainRequest("cxr.findings", cxr_trained.data, tmp_path / "out", SETTINGS, budget_minutes=0.0)
    with pytest.raises(TaskRefused, match=r"0 minutes are over: 0 of 6 networks are trained.*goes on"):
        hooks.medapp_train(request, TrialContext(tmp_path, seed=5))
    found = read_cases(cxr_trained.data, "")
    plan = plan_of(SETTINGS, 5)
    images = pictures_of(found.cases, TrialContext(tmp_path, seed=5))
    rows = folds_of(found.cases, plan.seed)[0]
    ticks = itertools.count()
    out = tmp_path / "ticking"
    with pytest.raises(TaskRefused, match=r"0 of 6 networks and \d+% of the next are trained"):
        course(found.cases, images, plan, out, tmp_path, lambda: float(next(ticks))).round(
            "fold_0", rows, (0, 1)
        )
    assert (out / "fold_0" / "checkpoint.pt").is_file()
    course(found.cases, images, plan, out, tmp_path, lambda: 0.0).round("fold_0", rows, (0, 1))
    # In two calls it learns what it learnt in one.
    one, other = (
        load_file(folder / "fold_0" / "seen.safetensors")["logits"] for folder in (out, cxr_trained.out)
    )
    np.testing.assert_allclose(one, other, atol=1e-5)


def course(cases, images, plan, out, tmp_path, now):
    return Course(cases, images, plan, out, TrialContext(tmp_path, seed=5), Clock(1.5, 6, now=now))


def test_held_back_pictures_were_never_learnt_from(cxr_trained):
    """What is kept of each picture is what the network of its own fold said, not the shipped one."""
    from safetensors.numpy import load_file

    held = models.load(cxr_trained.weights).held
    cases = read_cases(cxr_trained.data).cases
    for number, rows in enumerate(folds_of(cases, seed=5)):
        seen = load_file(cxr_trained.out / f"fold_{number}" / "seen.safetensors")
        assert np.allclose(held.logits[rows], seen["logits"][rows])


def test_evaluation_takes_known_pictures_from_their_fold_and_asks_about_new_ones(cxr_trained, tmp_path):
    request = EvaluateRequest("cxr.findings", cxr_trained.data, cxr_trained.weights)
    known = TrialContext(tmp_path)
    found = hooks.medapp_evaluate(request, known)
    assert known.reports == sorted(known.reports, key=lambda one: one[0])
    assert max(share for share, doing in known.reports if doing == "reading the pictures") < 0.05
    assert len({share for share, doing in known.reports if doing == "figures"}) > 14
    assert found.metrics["macro AUROC network"] == pytest.approx(cxr_trained.metrics["macro AUROC network"])
    assert found.notices[0].values == {"training": 40, "new": 0, "left_out": 0}
    assert [one.key for one in found.predictions] == list(KEYS)
    one = found.predictions[0]
    assert len(one.cases) == 40
    assert len(set(one.cases)) == 20
    assert set(one.groups) == {"age", "sex", "view", "site"}
    assert len(found.rows) == 14
    other = pictures.whole(tmp_path / "other", seed=9)
    for path in other.glob("*.png"):
        path.write_bytes(path.read_bytes() + b" ")  # another file of another patient
    request = EvaluateRequest("cxr.findings", other, cxr_trained.weights)
    fresh = TrialContext(tmp_path)
    new = hooks.medapp_evaluate(request, fresh)
    assert max(share for share, doing in fresh.reports if doing == "reading the pictures") > 0.4
    assert new.notices[0].values["new"] == 40
    assert new.predictions[0].scores != one.scores


def test_weights_survive_being_kept(cxr_trained):
    one, other = models.load(cxr_trained.weights), models.load(cxr_trained.weights)
    image = torch.rand(2, 1, 96, 96)
    assert torch.equal(networks.outputs(one.network, image)[0], networks.outputs(other.network, image)[0])
    assert one.facts["pictures"] == 40


def test_weights_that_are_no_numbers_or_of_another_model_are_refused(cxr_trained, tmp_path):
    from safetensors.torch import load_file, save_file

    words = networks.weights_facts(cxr_trained.weights)
    for name in ("network.head.weight", "answering.lines", "held.logits"):
        tensors = load_file(cxr_trained.weights)
        tensors[name].view(-1)[0] = float("nan")
        save_file(tensors, str(tmp_path / "w.safetensors"), metadata=words)
        with pytest.raises(ValueError, match="no numbers"):
            models.load(tmp_path / "w.safetensors")
    save_file({"a": torch.zeros(1)}, str(tmp_path / "w.safetensors"))
    with pytest.raises(ValueError, match="no model of cxr"):
        models.load(tmp_path / "w.safetensors")
    save_file({"a": torch.zeros(1)}, str(tmp_path / "w.safetensors"), metadata=words)
    with pytest.raises(ValueError, match="not those of this network"):
        models.load(tmp_path / "w.safetensors")
    (tmp_path / "w.safetensors").write_bytes(b"cut")
    with pytest.raises(ValueError, match="no whole model"):
        models.load(tmp_path / "w.safetensors")


def test_recognising_the_source_wins_nothing(cxr_trained):
    """The log-odds of each source are added while training: with them the network may say nothing at all."""
    cases = read_cases(cxr_trained.data).cases
    given = material(np.zeros((40, 8, 8), np.float32), cases)
    assert given.offsets.shape == (40, 14)
    share = given.labels.mean(axis=0)
    assert np.allclose(1 / (1 + np.exp(-given.offsets[0])), share, atol=1e-5)


def test_pictures_are_moved_a_little_and_never_mirrored():
    image = torch.zeros(8, 1, 96, 96)
    image[:, :, 30:66, 10:30] = 1
    moved = augmented(image, torch.Generator().manual_seed(1))
    assert moved.shape == image.shape
    assert 0 <= float(moved.min()) <= float(moved.max()) <= 1
    left, right = moved[:, :, :, :48].mean(dim=(1, 2, 3)), moved[:, :, :, 48:].mean(dim=(1, 2, 3))
    assert bool((left > 2 * right).all())
    assert not torch.equal(moved[0], moved[1])


def test_the_rate_rises_and_falls():
    rates = [rate_at(one / 100, 1.0) for one in range(101)]
    assert rates[0] < rates[20] == max(rates)
    assert rates[-1] < 0.01


def test_the_simplest_that_is_not_beaten_is_shipped():
    def told(low):
        return {"both over network": {"value": low + 0.01, "low": low, "high": low + 0.02, "p": 0.04}}

    assert chosen(told(-0.005)) == "network"
    assert chosen(told(0.004)) == "both"


def test_areas_and_mixing():
    labels = np.array([[0], [0], [1], [1]])
    assert area(labels[:, 0], np.array([0.1, 0.4, 0.35, 0.8])) == 0.75
    assert area(labels[:, 0], np.zeros(4)) == 0.5
    assert np.isnan(area(np.zeros(4, np.int64), np.arange(4.0)))
    far, near = np.array([[0.0], [100.0]]), np.array([[0.0], [1.0]])
    both = mixed(far, near, spreads_of(far, near), "both")
    assert np.allclose(both[1] - both[0], 2)


def test_sets_and_probabilities_are_made_by_the_other_folds(cxr_trained):
    """A fold's own labels change nothing of what is said of it."""
    model = models.load(cxr_trained.weights)
    cases = read_cases(cxr_trained.data).cases
    labels = np.array([case.labels for case in cases])
    groups = [case.group for case in cases]
    rows = folds_of(cases, seed=5)[0]
    rest = np.setdiff1d(np.arange(len(cases)), rows)
    held = model.held
    fitted = fit_answering(
        held.logits[rest],
        held.base[rest],
        labels[rest],
        [groups[row] for row in rest],
        model.answering.parts,
        rounds=0,
    )
    expected = fitted.probabilities(fitted.scores(held.logits[rows], held.base[rows]))
    assert np.allclose(held.probabilities[rows], expected, atol=1e-6)
