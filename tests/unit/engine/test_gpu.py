"""Inference on a CUDA GPU; these run only where there is one."""

import numpy as np
import pytest
import torch
from monai.inferers import sliding_window_inference

from medapp.engine.inference import infer

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU"),
]
ROI = (16, 16, 16)


@pytest.fixture
def gpu(make_context):
    return make_context(device="cuda:0", memory_budget=int(torch.cuda.mem_get_info()[0] * 0.9))


def test_results_are_those_of_monai(gpu, network, image):
    found = infer(gpu, network, image, roi=ROI, classes=3, reduce="probabilities")
    with torch.inference_mode():
        inputs = torch.from_numpy(image)[None].cuda()
        expected = sliding_window_inference(inputs, ROI, 1, network.cuda(), 0.25, "gaussian")[0].cpu().numpy()
    assert np.abs(found - expected).max() < 3e-3 * np.abs(expected).max()
    assert gpu.facts["backend"] == "torch"


def test_labels_are_the_same_stitched_on_the_processor(gpu, network, image):
    first = infer(gpu, network, image, roi=ROI, classes=3)
    gpu.memory_budget = 1
    second = infer(gpu, network, image, roi=ROI, classes=3)
    assert (first != second).mean() < 1e-3


def test_out_of_memory_ends_on_the_processor(gpu, network, image):
    class Refusing(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, tiles):
            if tiles.is_cuda:
                raise torch.OutOfMemoryError
            return self.network(tiles)

    found = infer(gpu, Refusing(), image, roi=ROI, classes=3)
    assert found.shape == image.shape[1:]
    assert gpu.facts["rung"].endswith("run on the processor")
