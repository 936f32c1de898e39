"""Pieces of SMILES and the autoencoder over them: nothing is lost, a training goes on where it stopped."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from medapp.api import JobCancelled, TrainRequest
from medapp.api.testing import TrialContext
from medapp_molecules.generate.autoencoding import CHECKPOINT, learning_rate
from medapp_molecules.generate.autoencoding import train_autoencoder as train
from medapp_molecules.generate.balance import Balance
from medapp_molecules.generate.corpus import prepare, read_smiles
from medapp_molecules.generate.mending import mended
from medapp_molecules.generate.network import Autoencoder, Shape, load_autoencoder
from medapp_molecules.generate.sampling import AUTOENCODER
from medapp_molecules.notation.pieces import END, Pieces, UnknownPieceError, learn

TAILS = ("O", "N", "c1ccccc1", "C(=O)O", "c1ccc(Cl)cc1", "Br")
SMILES = [f"{'C' * chain}{tail}" for chain in range(1, 11) for tail in TAILS]
SMALL = {"hidden": 16, "layers": 2, "batch": 8, "merges": 10, "epochs": 2.0}


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "train.csv").write_text("SMILES\n" + "\n".join(SMILES) + "\n", encoding="utf-8")
    return folder


def pieces():
    return learn(SMILES, merges=10, sample=SMILES)


# ---- pieces -------------------------------------------------------------------------------------------
def test_a_molecule_is_the_same_after_it_was_in_pieces():
    known = pieces()
    for one in SMILES:
        assert known.decode([*known.encode(one), END, 5]) == one
    assert Pieces.from_text(known.text()) == known
    assert sum(len(known.encode(one)) for one in SMILES) < sum(map(len, SMILES)) / 2


def test_the_vocabulary_does_not_hang_on_the_order():
    assert learn(SMILES[::-1], merges=10, sample=SMILES[::-1]) == pieces()


def test_an_atom_that_nothing_was_learnt_of_is_named():
    with pytest.raises(UnknownPieceError, match=r"\[Na\+\]"):
        pieces().encode("C[Na+]")


# ---- corpus -------------------------------------------------------------------------------------------
def test_each_molecule_is_dealt_out_once_in_batches_of_one_length(data, tmp_path):
    corpus = prepare(data, tmp_path / "out", merges=10, seed=1, told=lambda _share: None)
    seen = [corpus.pieces.decode(row) for batch in corpus.batches(8, seed=3) for row in batch.tolist()]
    unseen = [corpus.pieces.decode(row) for batch in corpus.unseen(8) for row in batch.tolist()]
    assert sorted(seen + unseen) == sorted(SMILES)
    assert len(unseen) == len(SMILES) // 10
    again = prepare(data, tmp_path / "out", merges=10, seed=1, told=lambda _share: None)
    np.testing.assert_array_equal(again.rows, corpus.rows)
    assert again.pieces == corpus.pieces


def test_a_folder_without_a_training_set_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"train\.csv"):
        read_smiles(tmp_path)


# ---- network ------------------------------------------------------------------------------------------
def test_the_same_seed_writes_the_same_molecules_and_each_ends():
    torch.manual_seed(0)
    network = Autoencoder(Shape(len(pieces()), 16, 2)).eval()
    code = torch.randn(5, 64)
    first, second = (
        network.decoder.sample(code, torch.Generator().manual_seed(4), longest=30) for _ in range(2)
    )
    assert torch.equal(first, second)
    for row in first.tolist():
        after = row[row.index(END) + 1 :] if END in row else []
        assert not any(after)


def test_what_is_opened_is_closed_whatever_the_network_draws():
    torch.manual_seed(0)
    known = learn([*SMILES, "C1CC1", "C(C(N)=O)C", "c1ccc2ccccc2c1"], merges=10, sample=SMILES)
    network = Autoencoder(Shape(len(known), 16, 1)).eval()
    code = torch.randn(1500, 64)
    balances = (None, Balance(known, len(code)))
    wrong = []
    for balance in balances:
        rows = network.decoder.sample(code, torch.Generator().manual_seed(4), balance, longest=100).tolist()
        texts = [known.decode(row) for row in rows if END in row]
        assert len(texts) > 50
        wrong.append(sum(not balanced(text) for text in texts))
    assert wrong[0] > 50
    assert wrong[1] == 0


def test_rings_may_be_left_open_where_they_are_taken_out_after():
    known = learn([*SMILES, "C1CC1"], merges=0, sample=SMILES)
    ends = []
    for rings in (True, False):
        balance = Balance(known, 1, rings=rings)
        balance.take(torch.tensor([known.encode("C1")[-1]]))
        ends.append(bool(balance.forbidden()[0, END]))
    assert ends == [True, False]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CCO", "CCO"),
        ("C1CCCCC1", "C1CCCCC1"),
        ("CC1CCO", "CCCCO"),
        ("C%10CCN2CC2", "CCCN2CC2"),
        ("[13CH3]C1CO", "[13CH3]CCO"),
        ("c1ccnc1", "c1cc[nH]c1"),  # pyrrole without its hydrogen
        ("c1cc[nH]cc1", "c1ccncc1"),  # pyridine with one too many
        ("Cn1cnc2c1c(=O)nc(=O)n2C", "Cn1cnc2c1c(=O)[nH]c(=O)n2C"),
        ("[nH]1cccn1", "[nH]1cccn1"),
        ("c1cccc1", "c1cccc1"),  # no nitrogen could help
        ("C(C)(C)(C)(C)C", "C(C)(C)(C)(C)C"),
        ("C1C)", "C1C)"),
        ("", ""),
    ],
)
def test_what_is_not_quite_a_molecule_is_mended_and_nothing_else_is_changed(written, meant):
    assert mended(written) == meant


def balanced(text):
    depth = 0
    for mark in text:
        depth += (mark == "(") - (mark == ")")
        if depth < 0:
            return False
    return depth == 0 and not any(text.count(digit) % 2 for digit in "0123456789")


# ---- training -----------------------------------------------------------------------------------------
def test_a_training_goes_on_as_if_it_had_not_been_stopped(data, tmp_path):
    whole = train(TrainRequest("t", data, tmp_path / "whole", SMALL), TrialContext(tmp_path, seed=3))
    steps = int(whole.metrics["steps"])
    assert steps > 10
    with pytest.raises(JobCancelled):
        train(TrainRequest("t", data, tmp_path / "cut", SMALL), TrialContext(tmp_path, seed=3, cancel_at=6))
    stopped = train(
        TrainRequest("t", data, tmp_path / "cut", SMALL, budget_minutes=0.0), TrialContext(tmp_path, seed=3)
    )
    assert stopped.metrics["steps"] < steps
    gone_on = train(TrainRequest("t", data, tmp_path / "cut", SMALL), TrialContext(tmp_path, seed=3))
    assert gone_on.metrics["steps"] == steps
    assert gone_on.metrics["loss"] == pytest.approx(whole.metrics["loss"], rel=1e-5)
    assert (tmp_path / "cut" / CHECKPOINT).is_file()


def test_what_is_trained_is_kept_in_half_precision_with_its_vocabulary(data, tmp_path):
    done = train(TrainRequest("t", data, tmp_path, SMALL), TrialContext(tmp_path, seed=3))
    assert done.weights == tmp_path / AUTOENCODER
    network, known = load_autoencoder(done.weights)
    assert len(known) == network.shape.pieces
    assert network.encoder.embedding is network.decoder.embedding
    batch = torch.tensor([known.encode("CCCO")])
    logits = network(batch, torch.Generator().manual_seed(1), drop=0.0)
    assert logits.shape == (1, batch.shape[1] + 1, len(known))


def test_the_rate_rises_holds_and_falls():
    rates = [learning_rate(step, 1000) for step in (0, 100, 400, 850, 999)]
    assert rates[0] < rates[1] < rates[2] == 1.0
    assert 0.4 < rates[3] < 0.6
    assert rates[4] == pytest.approx(0.01)
