"""Generator and critic: they learn codes, go on where they stopped, and end where nothing gets better."""

from __future__ import annotations

import csv

import pytest
import torch

from medapp.api import JobCancelled, TaskRefused, TrainRequest
from medapp.api.testing import TrialContext
from medapp_molecules.generate import adversarial
from medapp_molecules.generate.adversarial import distance, moments
from medapp_molecules.generate.network import load_generator
from medapp_molecules.generate.sampling import AUTOENCODER, CRITIC, GENERATOR, Realism, read_writer, tally
from medapp_molecules.generate.training import train

TAILS = ("O", "N", "c1ccccc1", "C(=O)O", "c1ccc(Cl)cc1", "Br")
SMILES = [f"{'C' * chain}{tail}" for chain in range(1, 11) for tail in TAILS]
AUTO = {"hidden": 16, "layers": 1, "batch": 8, "merges": 10, "epochs": 2.0}
SMALL = AUTO | {"stage": "generator", "portion": 16, "rounds": 6, "look": 3, "sample": 20}


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "train.csv").write_text("SMILES\n" + "\n".join(SMILES) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def trained(data, tmp_path):
    """A folder with an autoencoder."""
    out = tmp_path / "out"
    train(TrainRequest("t", data, out, AUTO | {"stage": "autoencoder"}), TrialContext(tmp_path, seed=3))
    return out


def test_all_comes_of_one_call(data, tmp_path):
    out = tmp_path / "all"
    asked = SMALL | {"stage": "all", "polishing": 2}
    done = train(TrainRequest("t", data, out, asked), TrialContext(tmp_path, seed=3))
    assert done.weights == out / GENERATOR
    assert done.metrics["generator steps"] == 6
    assert done.metrics["autoencoder steps"] > 10
    assert done.metrics["polishing steps"] == 2
    with (out / adversarial.CURVES).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["3", "6"]
    assert all(0 <= float(row["valid"]) <= 1 for row in rows)
    writer = read_writer(out / AUTOENCODER, out / GENERATOR)
    random = torch.Generator().manual_seed(1)
    assert len(writer.write(writer.codes(5, random), random, lambda: None)) == 5


def test_all_that_has_ended_is_gone_on_with(data, tmp_path):
    """What is polished is written anew by the autoencoder's training, and polished again."""
    asked = SMALL | {"stage": "all", "polishing": 2}
    for rounds in (6, 9):
        request = TrainRequest("t", data, tmp_path / "all", asked | {"rounds": rounds})
        done = train(request, TrialContext(tmp_path, seed=3))
        assert done.metrics["generator steps"] == rounds
        assert done.metrics["polishing steps"] == 2


def test_a_training_goes_on_as_if_it_had_not_been_stopped(data, trained, tmp_path):
    whole = train(TrainRequest("t", data, trained, SMALL), TrialContext(tmp_path, seed=3)).weights
    first = load_generator(whole, 64).state_dict()
    for path in (whole, trained / adversarial.CHECKPOINT, trained / adversarial.CURVES):
        path.unlink()
    stopped = train(
        TrainRequest("t", data, trained, SMALL, budget_minutes=0.0), TrialContext(tmp_path, seed=3)
    )
    assert stopped.metrics["steps"] == 0
    with pytest.raises(JobCancelled):
        train(TrainRequest("t", data, trained, SMALL), TrialContext(tmp_path, seed=3, cancel_at=3))
    train(TrainRequest("t", data, trained, SMALL | {"rounds": 3}), TrialContext(tmp_path, seed=3))
    train(TrainRequest("t", data, trained, SMALL), TrialContext(tmp_path, seed=3))
    second = load_generator(whole, 64).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_what_is_stopped_keeps_each_step(data, trained, tmp_path):
    asked = SMALL | {"rounds": 12, "look": 12}
    whole = train(TrainRequest("t", data, trained, asked), TrialContext(tmp_path, seed=3)).weights
    first = load_generator(whole, 64).state_dict()
    (trained / adversarial.CHECKPOINT).unlink()
    with pytest.raises(JobCancelled):
        train(TrainRequest("t", data, trained, asked), TrialContext(tmp_path, seed=3, cancel_at=8))
    kept = torch.load(trained / adversarial.CHECKPOINT, weights_only=True)["progress"]["step"]
    assert 0 < kept < 12
    train(TrainRequest("t", data, trained, asked), TrialContext(tmp_path, seed=3))
    second = load_generator(whole, 64).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_it_ends_where_nothing_gets_better(data, trained, tmp_path):
    hopeless = SMALL | {"rounds": 1000, "look": 1, "patience": 2, "speed": 0.0}
    done = train(TrainRequest("t", data, trained, hopeless), TrialContext(tmp_path, seed=3))
    assert done.metrics["steps"] < 10
    assert done.metrics["ended early"] == 1


def test_a_training_that_takes_all_its_steps_has_not_ended_early(data, trained, tmp_path):
    done = train(TrainRequest("t", data, trained, SMALL), TrialContext(tmp_path, seed=3))
    assert done.metrics["steps"] == 6
    assert done.metrics["ended early"] == 0


def test_a_generator_alone_needs_an_autoencoder(data, tmp_path):
    with pytest.raises(TaskRefused, match="no autoencoder"):
        train(TrainRequest("t", data, tmp_path / "empty", SMALL), TrialContext(tmp_path))


def test_generated_codes_come_nearer_to_those_of_the_training(tmp_path):
    """On codes that are known: two clouds on the sphere, which noise alone does not give."""
    from medapp_molecules.generate.network import Autoencoder, Shape, unit
    from medapp_molecules.notation.pieces import learn

    pieces = learn(SMILES, merges=10, sample=SMILES)
    torch.manual_seed(0)
    network = Autoencoder(Shape(len(pieces), 8, 1, code=8, noise=8, wide=32)).eval()
    codes = unit(torch.cat([torch.randn(500, 8) + 3, torch.randn(500, 8) * torch.tensor([3.0] + [0.3] * 7)]))
    plan = adversarial.Plan(rounds=150, portion=64, speed=1e-3, look=150, sample=10)
    context = TrialContext(tmp_path, seed=1)
    run = adversarial.Adversaries(context, network, pieces, codes.half(), tmp_path, plan)
    noise = torch.randn(1000, 8)
    before = distance(moments(run.generator(noise).detach()), moments(codes))
    run.go_on()
    after = distance(moments(run.average.module(noise).detach()), moments(codes))
    assert after < 0.5 * before


@pytest.mark.parametrize("sparse", [1, 3])
def test_the_critic_pays_for_a_slope_that_is_not_1(sparse):
    class Slope(torch.nn.Module):
        def forward(self, code):
            return 3 * code[:, 0]

    real, made = torch.ones(4, 2), torch.zeros(4, 2)
    random = torch.Generator().manual_seed(1)
    assert adversarial.critic_loss(Slope(), real, made, random, 0.0) == -3
    assert adversarial.critic_loss(Slope(), real, made, random, 10.0 * sparse) == -3 + 40 * sparse


def test_the_distance_is_that_of_normal_distributions():
    first = (torch.zeros(2), torch.diag(torch.tensor([1.0, 4.0])))
    second = (torch.tensor([3.0, 0.0]), torch.diag(torch.tensor([4.0, 4.0])))
    assert distance(first, second) == pytest.approx(9 + (2 - 1) ** 2)
    assert distance(first, first) == pytest.approx(0, abs=1e-9)


def test_what_is_valid_and_unique_is_counted():
    assert tally(["CC", "C(C)", "CN", "C(", ""]) == (0.6, pytest.approx(2 / 3))


def test_the_critic_is_kept_with_what_it_says_of_the_training_set(data, trained, tmp_path):
    train(TrainRequest("t", data, trained, SMALL), TrialContext(tmp_path, seed=3))
    realism = Realism.read(trained / CRITIC, read_writer(trained / AUTOENCODER, trained / GENERATOR))
    said = [realism.of(one) for one in SMILES]
    assert min(said) < 0.3
    assert max(said) > 0.7
    assert realism.of("[Na+]") == 0
    with pytest.raises(TaskRefused, match="cannot be used"):
        Realism.read(trained / GENERATOR, realism.writer)


def test_polishing_makes_fewer_that_are_no_molecules(data, tmp_path):
    trained = tmp_path / "out"
    for stage in ("autoencoder", "generator"):
        learn = SMALL | {"stage": stage, "epochs": 12.0, "rate": 5e-3}
        train(TrainRequest("t", data, trained, learn), TrialContext(tmp_path, seed=3))

    def valid():
        writer = read_writer(trained / AUTOENCODER, None)
        random = torch.Generator().manual_seed(1)
        return tally(writer.write(writer.codes(400, random), random, lambda: None))[0]

    before = valid()
    learn = SMALL | {"stage": "polishing", "polishing": 40, "polish_rate": 2e-3, "together": 16}
    done = train(TrainRequest("t", data, trained, learn), TrialContext(tmp_path, seed=3))
    assert done.metrics["steps"] == 40
    assert valid() > before + 0.1
    with pytest.raises(TaskRefused, match="polished already"):
        train(TrainRequest("t", data, trained, learn), TrialContext(tmp_path, seed=3))
    with pytest.raises(TaskRefused, match="nothing to polish"):
        train(TrainRequest("t", data, tmp_path / "empty", learn), TrialContext(tmp_path, seed=3))


def test_damaged_weights_are_refused(trained):
    (trained / GENERATOR).write_bytes(b"no weights")
    with pytest.raises(TaskRefused, match="cannot be used"):
        read_writer(trained / AUTOENCODER, trained / GENERATOR)
    with pytest.raises(TaskRefused, match="another network"):
        read_writer(trained / AUTOENCODER, trained / AUTOENCODER)
