"""A classifier from a folder: what it says, where it looked, and on what it is not asked."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from medapp.api.context import JobCancelled
from medapp.api.testing import TrialContext, run_classify
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp_classification import hooks
from tests.unit.classification import imports, onnx_files


@pytest.fixture
def context(tmp_path):
    return TrialContext(tmp_path)


def test_an_onnx_file_answers_with_the_classes_of_its_manifest(tmp_path, context):
    folder = imports.write(tmp_path / "m")
    found = run_classify(hooks, imports.request(folder, imports.picture()), context)
    (spot,) = found.findings
    assert (spot.key, spot.title, spot.code.value, spot.threshold) == ("spot", "Spot", "27925004", 0.5)
    # A twelfth of the image is full of light: 40 * (0.5 / 12) - 1, by softmax against 0.
    assert spot.probability == pytest.approx(1 / (1 + np.exp(-(40 * 0.5 / 12 - 1))), abs=0.02)
    dark = run_classify(hooks, imports.request(folder, imports.picture(spot=False)), context)
    assert dark.findings[0].probability < 0.3
    assert context.facts["classifier"] == "Bright spot 2"
    assert len(context.facts["weights:spot.onnx"]) == len(context.facts["classifier_manifest_sha256"]) == 64
    assert "onnxruntime" in context.facts["backend"]
    terms = next(one for one in found.notices if one.code == "classifier-terms").message
    assert all(word in terms for word in ("Tests.", "five operators", "CC0-1.0"))


def test_the_library_that_runs_onnx_keeps_nothing_and_sends_nothing(tmp_path):
    """Left to itself it makes a number for the workstation and a store of events to send."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    program = "from medapp_classification.image_import.runtime import _onnxruntime; _onnxruntime()"
    subprocess.run([sys.executable, "-c", program], env={**kept, "HOME": str(home)}, check=True)
    assert list(home.rglob("*")) == []


def test_the_heat_map_of_an_opaque_network_is_where_the_answer_falls(tmp_path, context):
    folder = imports.write(tmp_path / "m")
    found = run_classify(hooks, imports.request(folder, imports.picture()), context)
    (heat,) = found.heat_maps
    assert found.explained == {"images": "occlusion", "counterfactual": "none"}
    assert heat.array.shape == (1, 64, 48)
    inside = heat.array[0, 10:22, 10:22]
    assert inside.mean() > 0.5
    assert heat.array[0, 40:, 30:].max() < 0.05
    assert found.findings[0].heat_map == heat.key
    without = run_classify(hooks, imports.request(folder, imports.picture(), heat_map="no"), context)
    assert without.heat_maps == ()
    assert without.explained["images"] == "none"


def test_probabilities_by_sigmoid_by_temperature_and_as_they_are_given(tmp_path, context):
    logit = 40 * 0.5 / 12 - 1
    sigmoid = imports.changed(output={"activation": "sigmoid", "temperature": 2.0})
    folder = imports.write(tmp_path / "s", sigmoid)
    found = run_classify(hooks, imports.request(folder, imports.picture(), heat_map="no"), context)
    assert found.findings[0].probability == pytest.approx(1 / (1 + np.exp(-logit / 2)), abs=0.02)
    folder = imports.write(tmp_path / "n", imports.changed(output={"activation": "none"}))
    with pytest.raises(ValueError, match="outside of 0 to 1"):
        run_classify(hooks, imports.request(folder, imports.picture(spot=False)), context)


def test_a_volume_is_turned_as_the_manifest_asks(tmp_path, context):
    text = imports.changed(
        input={"dimensions": 3, "size": [10, 10, 10], "orientation": "SPL"},
        output={"activation": "sigmoid"},
    )
    model = onnx_files.bright(shape=("n", 1, 10, 10, 10))
    folder = imports.write(tmp_path / "m", text, model)
    image = imports.volume()
    found = run_classify(hooks, imports.request(folder, image, "CT"), context)
    (heat,) = found.heat_maps
    assert heat.array[:8, :8, :8].mean() > 0.5
    assert heat.array[14:, 20:, 20:].max() < 0.05
    # The same patient, stored with other axes: the answer is the same, the map lies on the other grid.
    array = np.ascontiguousarray(image.array.transpose(2, 0, 1)[:, ::-1])
    affine = np.array([[0, 0, 1, 0], [1, 0, 0, 0], [0, -2, 0, 38], [0, 0, 0, 1]], float)
    other = Volume(array, Geometry(array.shape, affine), "CT")
    again = run_classify(hooks, imports.request(folder, other, "CT"), context)
    assert again.findings[0].probability == pytest.approx(found.findings[0].probability, abs=1e-4)
    assert again.heat_maps[0].array[:8, -8:, :8].mean() > 0.5


@pytest.mark.parametrize("resize", ["stretch", "pad", "crop"])
def test_the_way_back_leads_to_the_same_place(tmp_path, context, resize):
    folder = imports.write(tmp_path / "m", imports.changed(input={"resize": resize}))
    wide = imports.picture(rows=40, columns=120)
    wide.array[0, 8:24, 8:24] = 100
    wide.array[0, 15:31, 52:68] = 1000
    found = run_classify(hooks, imports.request(folder, wide), context)
    heat = found.heat_maps[0].array[0]
    rows, columns = np.nonzero(heat > 0.6)
    assert abs(rows.mean() - 22.5) < 5
    assert abs(columns.mean() - 59.5) < 8
    assert heat.shape == (40, 120)


def test_spacing_decides_what_the_network_sees(tmp_path, context):
    text = imports.changed(input={"spacing_mm": [0.2, 0.2]}, output={"activation": "sigmoid"})
    folder = imports.write(tmp_path / "m", text)
    image = imports.picture()
    image.array[:] = 100
    image.array[0, 24:40, 16:32] = 1000
    found = run_classify(hooks, imports.request(folder, image, heat_map="no"), context)
    # The middle 32 x 32 points as they are: a quarter of them is bright.
    assert found.findings[0].probability == pytest.approx(1 / (1 + np.exp(-(40 * 0.5 / 4 - 1))), abs=0.005)


def test_grey_is_as_it_is_shown_unless_the_manifest_says_otherwise(tmp_path, context):
    straight, turned = imports.picture(), imports.picture(inverted=True)
    turned.array[:] = 1100 - turned.array
    folder = imports.write(tmp_path / "a")
    first = run_classify(hooks, imports.request(folder, straight, heat_map="no"), context)
    second = run_classify(hooks, imports.request(folder, turned, heat_map="no"), context)
    assert second.findings[0].probability == pytest.approx(first.findings[0].probability, abs=1e-6)
    folder = imports.write(tmp_path / "b", imports.changed(input={"invert": "never"}))
    third = run_classify(hooks, imports.request(folder, turned, heat_map="no"), context)
    assert third.findings[0].probability > 0.9


def test_colours_and_channels_last(tmp_path, context):
    text = imports.changed(input={"channels": 3}, intensity={"low": 0, "high": 255})
    folder = imports.write(tmp_path / "m", text, onnx_files.bright(shape=("n", 3, 32, 32)))
    array = np.zeros((1, 40, 40, 3), np.uint8)
    array[0, :20, :, :] = 255
    image = Volume(array, Geometry.unknown((1, 40, 40)), "XC")
    found = run_classify(hooks, imports.request(folder, image, "XC", heat_map="no"), context)
    assert found.findings[0].probability > 0.99
    grey = run_classify(hooks, imports.request(folder, imports.picture(), heat_map="no"), context)
    assert 0.5 < grey.findings[0].probability < 0.9


def test_cancelling_between_patches(tmp_path):
    folder = imports.write(tmp_path / "m")
    context = TrialContext(tmp_path, cancel_at=20)
    with pytest.raises(JobCancelled):
        run_classify(hooks, imports.request(folder, imports.picture()), context)


class Spot(torch.nn.Module):
    """As the ONNX file."""

    def __init__(self, poison=0.0):
        super().__init__()
        self.last = torch.nn.Linear(1, 2)
        with torch.no_grad():
            self.last.weight[:] = torch.tensor([[poison], [40.0]])
            self.last.bias[:] = torch.tensor([0.0, -1.0])

    def forward(self, image):
        return self.last(torch.relu(image - 0.5).mean(dim=(2, 3)))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def scripted(folder, **rest):
    imports.write(folder, imports.changed(classifier={"model": "spot.ts"}))
    torch.jit.script(Spot(**rest)).save(str(folder / "spot.ts"))
    return folder


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torchscript_runs_only_where_it_is_trusted(tmp_path, context):
    folder = scripted(tmp_path / "m")
    with pytest.raises(ValueError, match="'Run its code'"):
        run_classify(hooks, imports.request(folder, imports.picture()), context)
    # Under another name it is TorchScript still.
    (folder / "spot.ts").rename(folder / "spot.pt")
    named = imports.write(folder, imports.changed(classifier={"model": "spot.pt"}))
    with pytest.raises(ValueError, match="TorchScript"):
        run_classify(hooks, imports.request(named, imports.picture()), context)
    found = run_classify(hooks, imports.request(named, imports.picture(), trusted=True), context)
    assert found.findings[0].probability == pytest.approx(1 / (1 + np.exp(-(40 * 0.5 / 12 - 1))), abs=0.02)
    assert found.explained["images"] == "occlusion"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_weights_that_are_no_numbers_are_refused(tmp_path, context):
    folder = scripted(tmp_path / "t", poison=float("nan"))
    with pytest.raises(ValueError, match="values that are no numbers"):
        run_classify(hooks, imports.request(folder, imports.picture(), trusted=True), context)
    folder = imports.write(tmp_path / "o", model=onnx_files.bright(poison=float("nan")))
    with pytest.raises(ValueError, match="no numbers; its weights"):
        run_classify(hooks, imports.request(folder, imports.picture()), context)
