"""The harness for plugin authors finds what the program would object to."""

import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pluggy
import pytest

from medapp.api import InputCheck, JobCancelled, SegmentRequest, SegmentResult, hookimpl
from medapp.api.checks import fault
from medapp.api.testing import TrialContext, run_segment
from medapp.domain.geometry import Geometry
from medapp.domain.segmentation import Code, Label
from medapp.domain.volume import Volume

ONE = Label(1, "bright", Code("1", "99TEST", "bright"), "#ff0000")
SHAPE = (3, 4, 5)


@pytest.fixture
def context(tmp_path):
    return TrialContext(tmp_path)


@pytest.fixture
def request_():
    array = np.arange(60, dtype=np.int16).reshape(SHAPE)
    volume = Volume(array, Geometry.from_parts(SHAPE, (0, 0, 0), (1, 1, 1)), "CT")
    return SegmentRequest("test.bright", volume, "CT")


class Bright:
    @hookimpl
    def medapp_check_input(self, request):
        return InputCheck(ok=request.modality == "CT", reason="needs CT")

    @hookimpl
    def medapp_segment(self, request, context):
        if request.task != "test.bright":
            return None
        context.progress(0.5, "half way")
        context.record("threshold", "30")
        return SegmentResult((request.volume.array > 30).astype(np.uint8), (ONE,))


def test_a_good_plugin_passes(context, request_):
    result = run_segment(Bright(), request_, context)
    assert result.array.sum() == 29
    assert context.facts == {"threshold": "30"}
    assert context.reports == [(0.5, "half way")]
    assert context.asked == 1


def test_refusals_are_errors_with_their_reason(context, request_):
    with pytest.raises(ValueError, match="needs CT"):
        run_segment(Bright(), SegmentRequest("test.bright", request_.volume, "MR"), context)
    with pytest.raises(LookupError, match="does not answer"):
        run_segment(Bright(), SegmentRequest("other", request_.volume, "CT"), context)


def test_a_hook_with_other_arguments_is_found(context, request_):
    class Odd:
        @hookimpl
        def medapp_segment(self, request, window):
            return None

    with pytest.raises(pluggy.PluginValidationError, match="window"):
        run_segment(Odd(), request_, context)


def test_a_hook_that_does_not_exist_is_found(context, request_):
    class Odd:
        @hookimpl
        def medapp_segmnet(self, request):
            return None

    with pytest.raises(pluggy.PluginValidationError, match="medapp_segmnet"):
        run_segment(Odd(), request_, context)


def test_a_result_that_would_be_refused_is_found(context, request_):
    class Wide(Bright):
        @hookimpl
        def medapp_segment(self, request, context):
            return SegmentResult(np.zeros(SHAPE, np.int32), (ONE,))

    with pytest.raises(ValueError, match="int32, not uint8"):
        run_segment(Wide(), request_, context)


@pytest.mark.parametrize(
    ("array", "labels", "words"),
    [
        (np.zeros((1, 4, 5), np.uint8), (ONE,), "its shape is"),
        (np.zeros(SHAPE, np.float32), (ONE,), "its type is float32"),
        (np.zeros(SHAPE, np.uint8), (ONE, ONE), "not distinct"),
        (np.full(SHAPE, 2, np.uint8), (ONE,), r"without a label: \[2\]"),
        (np.zeros(SHAPE, np.uint8), (Label(300, "x", ONE.code, "#000000"),), "not from 1 to 255"),
        (np.zeros(SHAPE, np.uint8), (Label(-1, "x", ONE.code, "#000000"),), "not from 1 to 255"),
        (np.ones(SHAPE, np.uint8), (ONE,), ""),
        (np.zeros(SHAPE, np.uint16), (), ""),
    ],
)
def test_faults(request_, array, labels, words):
    found = fault(SegmentResult(array, labels), request_.volume)
    assert re.search(words, found)
    assert bool(found) == bool(words)


def test_cancelling(tmp_path, request_):
    context = TrialContext(tmp_path, cancel_at=2)
    context.check_cancelled()
    with pytest.raises(JobCancelled):
        context.progress(0.2)
    with pytest.raises(ValueError, match="from 0 to 1"):
        context.progress(20)


def test_weights(tmp_path):
    path = tmp_path / "w.bin"
    path.write_bytes(b"1")
    context = TrialContext(tmp_path, weights_files={"w": path, "gone": tmp_path / "gone"})
    assert context.weights("w") == path
    for name in ("gone", "never"):
        with pytest.raises(FileNotFoundError, match=name):
            context.weights(name)


def test_inference_runs_by_the_engine(context):
    import torch

    network = torch.nn.Conv3d(1, 2, 1)
    found = context.infer(network, np.zeros((1, 4, 4, 4), np.float32), roi=(4, 4, 4), classes=2)
    assert found.shape == (4, 4, 4)
    assert context.facts["backend"] == "torch"


def test_the_harness_itself_needs_no_torch():
    code = (
        "import sys; import medapp.api.testing; print('torch' in sys.modules, 'medapp.engine' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_module_serves_as_a_plugin(context, request_):
    bright = Bright()
    module = SimpleNamespace(medapp_segment=bright.medapp_segment)
    assert run_segment(module, request_, context).array.any()
