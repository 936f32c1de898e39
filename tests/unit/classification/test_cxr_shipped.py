"""The weights that come with the program: whole, honest about themselves, explained by what they weigh."""

import copy
import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from medapp.plugins import discover
from medapp.resources import resource
from medapp_classification.cxr_findings import heat
from medapp_classification.cxr_findings.findings import KEYS
from medapp_classification.cxr_findings.image import prepared, read_picture
from medapp_classification.cxr_findings.model import WEIGHTS, load
from medapp_classification.cxr_findings.reading import EXPLAINED, read
from medapp_classification.cxr_findings.task import GATE, MODALITIES
from tests.unit.classification import xray


@pytest.fixture(scope="module")
def model():
    return load(resource("models", WEIGHTS))


@pytest.fixture(scope="module")
def chests():
    """Drawn ones: no real picture is needed to see whether a map hangs on the weights."""
    return [prepared(xray.as_volume(xray.drawn(seed))) for seed in range(12)]


def test_the_manifest_says_what_the_code_says():
    _, task = discover().find("cxr.findings")
    assert task.gate == GATE
    assert task.images == MODALITIES
    assert task.single is True
    assert dict(task.explains) == EXPLAINED
    (file,) = task.weights
    path = resource("models", file.name)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
    assert path.stat().st_size < 6_000_000


def test_the_card_states_what_the_weights_hold(model):
    card = resource("models", "cxr_findings.md").read_text(encoding="utf-8")
    assert "demonstration" in card
    assert "Not for diagnostic use" in card
    for name in ("baseline", "network", "both"):
        value, low, high = model.facts["macro"][name]
        assert f"{value:.3f} ({low:.3f} to {high:.3f})" in card
    for one in model.facts["findings"]:
        value, low, high = one["auroc"]["network"]
        assert f"{value:.3f} ({low:.3f} to {high:.3f})" in card


def test_held_back_figures_reach_what_was_to_be_reached(model):
    facts = model.facts
    assert facts["pictures"] == 1415
    assert facts["macro"][facts["parts"]][0] > facts["macro"]["baseline"][0]
    assert facts["ece"] <= 0.05
    assert abs(facts["coverage"]["all"] - 0.9) <= 0.01
    assert facts["refused"] <= 0.05
    assert len(facts["findings"]) == len(KEYS)


def scrambled(network, parts):
    """The network with these parts drawn anew, as widely spread as they were."""
    other = copy.deepcopy(network)
    random = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for part in parts:
            for weights in other.get_submodule(part).parameters():
                drawn = torch.randn(weights.shape, generator=random) * weights.std()
                weights.copy_(drawn + (weights.mean() if weights.dim() == 1 else 0))
    return other.eval()


def test_heat_maps_change_when_weights_are_randomised(model, chests):
    """From the last layer on (Adebayo et al., NeurIPS 2018): what stays the same explains nothing."""

    def maps(network):
        places = (1, 2, 4, 10)
        return [
            heat.on_grid(heat.grad_cam(network, one, k), 96, 96).ravel() for one in chests for k in places
        ]

    before = maps(model.network)
    told = [place for place, one in enumerate(before) if one.std() > 0]
    assert len(told) > 10
    parts = ("head", "trunk.denseblock4", "trunk.denseblock3", "trunk.denseblock2", "trunk.denseblock1")
    for depth in range(1, len(parts) + 1):
        after = maps(scrambled(model.network, parts[:depth]))
        found = [spearmanr(before[k], after[k])[0] if after[k].std() > 0 else 0.0 for k in told]
        assert abs(np.mean(found)) < 0.4, parts[depth - 1]


def test_the_same_weights_give_the_same_map(model, chests):
    one, other = (heat.grad_cam(copy.deepcopy(model.network), chests[0], 2) for _ in range(2))
    assert np.array_equal(one, other)


def test_what_is_no_chest_is_strange(model):
    random = np.random.default_rng(1)
    y, x = np.mgrid[0:1:96j, 0:1:96j]
    rings = (np.sin(40 * np.hypot(x - 0.5, y - 0.5)) + 1) / 2
    for image in (random.random((96, 96)), rings, x, (np.hypot(x - 0.5, y - 0.5) < 0.35) * 0.8):
        assert read(model, image.astype(np.float32)).strangeness > 1


def test_nearly_all_slices_of_other_kinds_are_strange(model, shared_data):
    from medapp.formats.collect import collect
    from medapp.formats.dicom.load import load_volume

    found = []
    for name in ("papaya-brain-pd-mr", "totalseg-ct-mr", "mg-crop-cbis"):
        folder = shared_data / "dicom" / name
        if not folder.is_dir():
            pytest.skip(f"no {name} among the real data")
        with tempfile.TemporaryDirectory() as scratch:
            for series in collect([folder], scratch=Path(scratch)).series:
                volume = load_volume(series)
                for number in range(len(volume.array)):
                    image = prepared(replace(volume, array=volume.array[number : number + 1]))
                    found.append(read(model, image).strangeness > 1)
    assert len(found) > 30
    assert np.mean(found) >= 0.95


def test_single_chest_x_rays_of_other_places_are_not_strange(model, shared_data):
    folder = shared_data / "dicom" / "cxr-singles"
    paths = sorted(folder.glob("*.png"))
    if not paths:
        pytest.skip("no single chest X-rays among the real data")
    assert all(read(model, read_picture(path)).strangeness < 1 for path in paths)
