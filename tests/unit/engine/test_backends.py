"""OpenVINO beside torch: it is used where it agrees, and recompiled where the weights have changed."""

import subprocess
import sys
import warnings
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from torch import nn

from medapp.engine.backend import BackendError, Difference, TorchBackend, compare, evaluating, middle
from medapp.engine.backend_openvino import Wanted, compiled_for, trials
from medapp.engine.feeding import batches, fed
from medapp.engine.inference import infer
from medapp.engine.ladder import Plan
from medapp.engine.tiling import Grid, cut

WANTED = Wanted((16, 16, 16), 1, 1, "float32")
ROI = (16, 16, 16)
pytestmark = pytest.mark.skipif(find_spec("openvino") is None, reason="OpenVINO is not installed")


@pytest.mark.parametrize(
    ("roi", "expected"),
    [
        ((96, 96, 96), [((32, 32, 32), (64, 32, 32)), ((96, 96, 96), (96, 96, 96))]),
        ((32, 32, 32), [((32, 32, 32), (32, 32, 32))]),
        ((16, 160, 160), [((16, 64, 64), (16, 128, 64)), ((16, 160, 160), (16, 160, 160))]),
    ],
)
def test_it_is_tried_on_small_tiles_of_two_sizes(roi, expected):
    assert list(trials(roi)) == expected


def test_what_was_compiled_is_kept_until_the_weights_change(network, image):
    first = compiled_for(network, WANTED, image)
    assert compiled_for(network, WANTED, image) is first
    assert compiled_for(network, Wanted((16, 16, 24), 1, 1, "float32"), image) is not first
    with torch.no_grad():
        network.body[0].weight.mul_(2)
    second = compiled_for(network, WANTED, image)
    assert second is not first
    tile = middle(image, ROI)
    expected = TorchBackend(network, "cpu")(tile)
    assert compare(second(tile), expected).relative < 1e-4


def test_tiles_side_by_side_come_out_in_their_order(network, image):
    backend = compiled_for(network, Wanted(ROI, 1, 2, "float32", streams=2), image)
    grid = Grid.over(image.shape[1:], ROI, 0.25)
    plan = Plan("cpu", "cpu", "float32", ROI, batch=3)
    found = 0
    for (tile,), outputs in backend.run(fed(image, batches(grid.tiles(), 3), plan)):
        voxels = np.zeros((1, *ROI), np.float32)
        cut(image, tile.corner, voxels)
        expected = TorchBackend(network, "cpu")(torch.from_numpy(voxels)[None])
        assert compare(outputs, expected).relative < 1e-4
        found += 1
    assert found == grid.count


def test_a_run_that_is_given_up_leaves_the_network_usable(network, image):
    backend = compiled_for(network, Wanted(ROI, 1, 2, "float32", streams=2), image)
    grid = Grid.over(image.shape[1:], ROI, 0.25)
    plan = Plan("cpu", "cpu", "float32", ROI)
    for _ in range(2):
        running = backend.run(fed(image, batches(grid.tiles(), 1), plan))
        assert next(running)[1].shape == (1, 3, *ROI)
        running.close()


class Branching(nn.Module):
    """What it does depends on the values, which a trace cannot see."""

    def forward(self, tiles):
        return torch.cat([tiles, -tiles], dim=1) * (1 if float(tiles.abs().sum()) == 0 else 2)


def test_torch_runs_what_openvino_gets_wrong(make_context, image):
    network = Branching()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", torch.jit.TracerWarning)
        with pytest.raises(BackendError, match="outputs differ by"):
            compiled_for(network, WANTED, image)
    context = make_context()
    found = infer(context, network, image, roi=ROI, classes=2, reduce="probabilities")
    assert np.allclose(found[0], 2 * image[0], atol=1e-5)
    assert context.facts["backend"] == "torch"


def test_bfloat16_is_used_where_asked_for_and_says_what_it_changes(make_context, network, image):
    context = make_context(precision="bfloat16")
    found = infer(context, network, image, roi=ROI, classes=3, reduce="probabilities")
    exact = infer(make_context(), network, image, roi=ROI, classes=3, reduce="probabilities")
    assert context.facts["precision"].startswith("bfloat16 (outputs differ by ")
    assert np.abs(found - exact).max() < 0.05 * np.abs(exact).max()


def test_without_openvino_torch_runs(make_context, network, image, monkeypatch):
    def absent():
        message = "OpenVINO cannot be used: no module"
        raise BackendError(message)

    monkeypatch.setattr("medapp.engine.backend_openvino.openvino", absent)
    context = make_context()
    infer(context, network, image, roi=ROI, classes=3)
    assert context.facts["backend"] == "torch"
    assert context.facts["precision"] == "float32"


def test_openvino_does_not_report_its_use():
    code = (
        "import sys; from medapp.engine.backend_openvino import openvino; openvino();"
        "print([name for name in sys.modules if name.startswith('openvino_telemetry.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_differences():
    expected = torch.tensor([[[1.0, 2.0], [0.0, 4.0]]])
    assert compare(expected, expected) == Difference(0, 0)
    found = torch.tensor([[[-1.0, 2.0], [0.0, 4.0]]])
    assert compare(found, expected) == Difference(0.5, 0.5)
    assert compare(expected * float("nan"), expected).relative == float("inf")
    assert str(Difference(2e-5, 0.001)) == "outputs differ by 2e-05 at most, 0.100% of the labels change"


def test_modes_come_back_after_an_error(network):
    network.body[3].train()
    seen = []

    def fail():
        with evaluating(network):
            seen.append(network.body[3].training)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert seen == [False]
    assert network.body[3].training
    assert not network.body[0].training
