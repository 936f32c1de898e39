"""The manifest: it is found without importing the plugin, and says what the code says."""

import subprocess
import sys

import numpy as np
import pytest

from medapp.api import SegmentRequest
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp.plugins import checked, discover
from medapp.plugins.parameters import ParameterError
from medapp_segmentation import hooks
from medapp_segmentation.ct_structures.labels import LABELS
from medapp_segmentation.mr_brain.labels import STRUCTURES


@pytest.fixture(scope="module")
def found():
    return discover()


def test_no_plugin_is_broken_and_every_task_is_offered(found):
    assert found.broken == ()
    ours = next(manifest for manifest in found.manifests if manifest.package == "medapp_segmentation")
    assert [task.id for task in ours.tasks] == ["ct.structures", "mr.brain", "monai.bundle"]
    assert ours.entry == "medapp_segmentation.hooks"
    assert "Not for diagnostic use" in ours.intended_use


def test_labels_of_ct_structures_are_those_of_the_code(found):
    _, task = found.find("ct.structures")
    seen = [(label.value, label.name, label.code, label.color) for label in task.labels]
    assert seen == [(label.value, label.name, label.code, label.color) for label in LABELS]


def test_labels_of_mr_brain_are_those_of_the_network(found):
    _, task = found.find("mr.brain")
    seen = [(label.value, label.name, label.code.value) for label in task.labels]
    assert seen == [(item.value, item.name, item.snomed) for item in STRUCTURES]
    assert task.trainable
    assert task.weights[0].name == "mr_brain.safetensors"


def test_parameters_of_a_bundle(found):
    _, task = found.find("monai.bundle")
    assert task.required_parameters == ("bundle",)
    filled = checked(task, {"bundle": "spleen.zip"})
    assert filled["trusted"] is False
    with pytest.raises(ParameterError, match="sha256"):
        checked(task, {"bundle": "spleen.zip", "sha256": "abc"})


def test_reading_the_manifest_imports_nothing_of_the_plugin():
    code = "import sys; from medapp.plugins import discover; discover(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"medapp_segmentation", "torch", "monai", "SimpleITK"} & set(done.stdout.split())


def test_importing_the_hooks_imports_no_task():
    code = "import sys; import medapp_segmentation.hooks; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"torch", "monai", "SimpleITK", "scipy"} & set(done.stdout.split())


def test_tasks_of_other_plugins_are_left_to_them():
    volume = Volume(np.zeros((2, 2, 2), np.int16), Geometry.unknown((2, 2, 2)))
    request = SegmentRequest("somebody.else", volume, "CT")
    assert hooks.medapp_check_input(request) is None
    assert hooks.medapp_estimate_resources(request) is None
    assert hooks.medapp_segment(request, None) is None
