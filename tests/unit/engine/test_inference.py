"""Inference against MONAI's, and what it says of itself."""

from importlib.util import find_spec

import numpy as np
import pytest
import torch
from monai.inferers import sliding_window_inference
from torch import nn

from medapp.api import JobCancelled
from medapp.engine.inference import infer
from medapp.engine.stitching import NotFiniteError

ROI = (16, 16, 16)


def monai(network, image, overlap=0.25, mode="gaussian"):
    with torch.inference_mode():
        return sliding_window_inference(torch.from_numpy(image)[None], ROI, 1, network, overlap, mode)[
            0
        ].numpy()


@pytest.mark.parametrize(("overlap", "mode"), [(0.25, "gaussian"), (0.5, "gaussian"), (0.25, "constant")])
def test_probabilities_are_those_of_monai(context, network, image, overlap, mode):
    options = {"roi": ROI, "classes": 3, "overlap": overlap, "mode": mode, "reduce": "probabilities"}
    found = infer(context, network, image, **options)
    expected = monai(network, image, overlap, mode)
    assert found.dtype == np.float32
    assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()


def test_labels_are_those_of_monai_and_the_same_every_time(context, network, image):
    first = infer(context, network, image, roi=ROI, classes=3)
    expected = monai(network, image)
    top = np.sort(expected, axis=0)
    clear = top[-1] - top[-2] > 1e-3 * np.abs(expected).max()
    assert clear.mean() > 0.98
    assert (first == expected.argmax(0))[clear].all()
    assert np.array_equal(infer(context, network, torch.from_numpy(image), roi=ROI, classes=3), first)


def test_image_smaller_than_a_tile_and_of_whole_numbers(context, network):
    image = np.arange(1 * 10 * 7 * 20, dtype=np.int16).reshape(1, 10, 7, 20) % 50
    found = infer(context, network, image, roi=ROI, classes=3, reduce="probabilities")
    expected = monai(network, image.astype(np.float32))
    assert np.allclose(found, expected, atol=1e-3 * np.abs(expected).max())


def test_provenance_progress_and_modes(context, network, image):
    network.train()
    infer(context, network, image, roi=ROI, classes=3, span=(0.5, 1.0))
    assert all(module.training for module in network.modules())
    assert context.facts["backend"] == ("openvino" if find_spec("openvino") else "torch")
    assert context.facts["precision"].startswith("float32")
    assert context.facts["rung"] == "none needed"
    fractions = [event["fraction"] for event in context.events]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.5, 1.0)
    assert context.events[-1]["message"] == "tile 36 of 36"


class Several(nn.Module):
    """As networks under deep supervision."""

    def __init__(self, network, pack):
        super().__init__()
        self.network, self.pack = network, pack

    def forward(self, tiles):
        return self.pack(self.network(tiles))


@pytest.mark.parametrize(
    "pack", [lambda out: (out, out[:, :1]), lambda out: {"out": out}], ids=["tuple", "dict"]
)
def test_the_first_of_several_outputs_counts(context, network, image, pack):
    found = infer(context, Several(network, pack), image, roi=ROI, classes=3, reduce="probabilities")
    assert np.allclose(
        found, infer(context, network, image, roi=ROI, classes=3, reduce="probabilities"), atol=1e-5
    )


def test_cancelling_is_seen_at_the_next_tile(context, network, image):
    class Cancelling(nn.Module):
        seen = 0

        def forward(self, tiles):
            self.seen += 1
            if self.seen == 2:
                context.cancelled.set()
            return tiles.repeat(1, 3, 1, 1, 1)

    cancelling = Cancelling()
    with pytest.raises(JobCancelled):
        infer(context, cancelling, image[:, :16, :16, :28], roi=ROI, classes=3)
    assert cancelling.seen == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"classes": 1}, "ask for probabilities"),
        ({"classes": 3, "reduce": "median"}, "not by 'median'"),
        ({"classes": 4}, "gives 3 classes, 4 are expected"),
        ({"classes": 3, "overlap": 1}, "share from 0"),
        ({"classes": 3, "mode": "linear"}, "the mode is"),
    ],
)
def test_wrong_options_are_named(context, network, image, options, words):
    with pytest.raises(ValueError, match=words):
        infer(context, network, image, **{"roi": ROI, **options})


def test_wrong_images_and_outputs_are_named(context, network, image):
    with pytest.raises(ValueError, match="an image is"):
        infer(context, network, image[0], roi=ROI, classes=3)
    with pytest.raises(ValueError, match="not one output per voxel"):
        infer(context, nn.MaxPool3d(2), image, roi=ROI, classes=2)
    with pytest.raises(TypeError, match="gives str"):
        infer(context, Several(network, lambda _out: "labels"), image, roi=ROI, classes=2)


def test_values_that_are_not_numbers_are_never_a_result(context, network, image):
    image[0, 20, 20, 20] = np.nan
    for reduce in ("argmax", "probabilities"):
        with pytest.raises(NotFiniteError):
            infer(context, network, image, roi=ROI, classes=3, reduce=reduce)
