"""What cannot be a classifier, or not of these images, is refused with a sentence before anything runs."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from medapp.api.context import TaskRefused
from medapp.api.testing import TrialContext, run_classify
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp_classification import hooks
from medapp_classification.image_import.parsing import parse
from tests.unit.classification import imports, onnx_files


@pytest.fixture
def context(tmp_path):
    return TrialContext(tmp_path)


def refused(folder, images, context, words, modality="CR", facts=None, **parameters):
    with pytest.raises(TaskRefused, match=words):
        run_classify(hooks, imports.request(folder, images, modality, facts, **parameters), context)


WRONG = [
    ("it is not valid TOML", "= ="),
    ("it is not valid JSON", "{,"),
    ("lacks 'title'", imports.changed(classifier={"title": None})),
    ("lacks 'model'", imports.changed(classifier={"model": None})),
    ("does not lie beside", imports.changed(classifier={"model": "../spot.onnx"})),
    ("does not lie beside", imports.changed(classifier={"model": "/etc/passwd"})),
    ("does not lie beside", imports.changed(classifier={"model": "C:\\spot.onnx"})),
    ("is not there: put it", imports.changed(classifier={"model": "other.onnx"})),
    ("64 hexadecimal", imports.changed(classifier={"sha256": "abc"})),
    ("'titel', which is not one of", imports.changed(classifier={"titel": "x"})),
    ("'inputs', which is not one of", imports.changed(inputs={"size": [1, 1]})),
    ("neither 2 nor 3", imports.changed(input={"dimensions": 4})),
    ("not 2 whole numbers", imports.changed(input={"size": [32]})),
    ("not 2 whole numbers", imports.changed(input={"size": [32, 0.5]})),
    ("size is missing", imports.changed(input={"size": None})),
    ("channels is neither", imports.changed(input={"channels": 2})),
    ("too large", imports.changed(input={"size": [100000, 100000]})),
    ("resize is 'squeeze'", imports.changed(input={"resize": "squeeze"})),
    ("three letters", imports.changed(input={"orientation": "SPL"})),
    ("2 numbers above 0", imports.changed(input={"spacing_mm": [1, 0]})),
    ("neither true nor false", imports.changed(input={"channels_last": "yes"})),
    ("high is not above low", imports.changed(intensity={"low": 5, "high": 5})),
    ("low is missing", imports.changed(intensity={"low": None})),
    ("percentiles", imports.changed(intensity={"scale": "percentiles", "low": -1, "high": 99})),
    ("two rising numbers", imports.changed(intensity={"target": [1, 0]})),
    ("for 1 channels", imports.changed(intensity={"mean": [0.1, 0.2, 0.3]})),
    ("std is not above 0", imports.changed(intensity={"std": 0})),
    ("go together", imports.changed(intensity={"mean": "image", "std": 1})),
    ("activation is 'relu'", imports.changed(output={"activation": "relu"})),
    ("temperature is not above 0", imports.changed(output={"temperature": 0})),
    ("temperature is not a number", imports.changed(output={"temperature": "hot"})),
    ("no \\[\\[class\\]\\]", imports.changed(**{"class": []})),
    ("stands twice", imports.changed(**{"class": [{"key": "a"}, {"key": "a"}]})),
    ("always says 1", imports.changed(**{"class": [{"key": "a"}]})),
    (
        "no \\[\\[class\\]\\] is shown",
        imports.changed(**{"class": [{"key": k, "shown": False} for k in "ab"]}),
    ),
    ("SCHEME:VALUE", imports.changed(**{"class": [{"key": "a", "code": "5"}, {"key": "b"}]})),
    ("threshold is not from 0", imports.changed(**{"class": [{"key": "a", "threshold": 2}, {"key": "b"}]})),
    ("strict names 'hair'", imports.changed(gate={"strict": ["hair"]})),
    ("'older', which is not one", imports.changed(gate={"older": 5})),
    ("youngest is not a number", imports.changed(gate={"youngest": "old"})),
    ("\\[gate\\] is not a table", imports.changed(gate=3)),
]


@pytest.mark.parametrize(("words", "content"), WRONG, ids=range(len(WRONG)))
def test_every_mistake_of_a_manifest_is_named(tmp_path, context, words, content):
    folder = imports.write(tmp_path / "m", content)
    refused(folder, imports.picture(), context, words)


def test_the_folder_has_to_hold_a_manifest(tmp_path, context):
    refused("", imports.picture(), context, "needs the folder")
    refused(tmp_path / "nowhere", imports.picture(), context, "where the path leads")
    refused(tmp_path, imports.picture(), context, "holds no classifier.toml")
    folder = imports.write(tmp_path / "m")
    refused(folder / "spot.onnx", imports.picture(), context, "is no manifest")
    (folder / "classifier.toml").write_bytes(b"\xff\xfe\x00")
    refused(folder, imports.picture(), context, "cannot be read as text")


def test_a_model_that_a_link_leads_to_is_refused(tmp_path, context):
    folder = imports.write(tmp_path / "m")
    (folder / "spot.onnx").rename(tmp_path / "elsewhere.onnx")
    (folder / "spot.onnx").symlink_to(tmp_path / "elsewhere.onnx")
    refused(folder, imports.picture(), context, "by a link")


def test_a_model_of_another_hash_is_refused(tmp_path, context):
    folder = imports.write(tmp_path / "m", imports.changed(classifier={"sha256": "0" * 64}))
    refused(folder, imports.picture(), context, "not the one that the manifest means")


DAMAGED = [
    ("damaged", b"no protobuf at all"),
    ("damaged", onnx_files.bright()[:150]),
    ("other files", onnx_files.bright(outside="weights.bin")),
    ("takes n x 3 x 32 x 32, the manifest makes 1 x 1", onnx_files.bright(shape=("n", 3, 32, 32))),
    ("takes n x 1 x 64 x 32", onnx_files.bright(shape=("n", 1, 64, 32))),
    ("gives 1 x 5, the manifest names 2 classes", onnx_files.bright(classes=5)),
]


@pytest.mark.parametrize(("words", "model"), DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_or_other_model_is_refused(tmp_path, context, words, model):
    refused(imports.write(tmp_path / "m", model=model), imports.picture(), context, words)


def test_an_output_that_is_not_there_and_a_file_of_no_known_kind(tmp_path, context):
    folder = imports.write(tmp_path / "m", imports.changed(output={"name": "logits"}))
    refused(folder, imports.picture(), context, "no output 'logits'; it has said")
    folder = imports.write(tmp_path / "n", imports.changed(classifier={"model": "spot.h5"}), name="spot.h5")
    refused(folder, imports.picture(), context, "of no known kind")
    folder = imports.write(tmp_path / "o", imports.changed(classifier={"model": "spot.ts"}), name="spot.ts")
    refused(folder, imports.picture(), context, "TorchScript file is damaged", trusted=True)


def test_the_gate_of_the_manifest_is_kept(tmp_path, context):
    gate = {
        "images": ["CR"],
        "youngest": 18,
        "body_parts": ["HAND"],
        "lateralities": ["L"],
        "strict": ["age"],
    }
    folder = imports.write(tmp_path / "m", imports.changed(gate=gate))
    good = {"PatientAge": "030Y", "BodyPartExamined": "HAND", "ImageLaterality": "L"}
    refused(folder, imports.picture(), context, "takes CR, this is DX", "DX", good)
    for words, change in (
        ("from 18 years, this one is 9", {"PatientAge": "009Y"}),
        ("states no age", {"PatientAge": ""}),
        ("body part HAND, the file says FOOT", {"BodyPartExamined": "FOOT"}),
        ("laterality L, the file says R", {"ImageLaterality": "R"}),
    ):
        refused(folder, imports.picture(), context, words, facts=good | change)
    request = imports.request(folder, imports.picture(), facts=good, heat_map="no")
    assert run_classify(hooks, request, context).findings


def test_images_that_do_not_suit_are_refused(tmp_path, context):
    flat = imports.write(tmp_path / "flat")
    deep = imports.write(
        tmp_path / "deep",
        imports.changed(input={"dimensions": 3, "size": [8, 8, 8], "orientation": "SPL"}),
        onnx_files.bright(shape=("n", 1, 8, 8, 8)),
    )
    refused(flat, None, context, "needs images")
    refused(flat, imports.volume(), context, "single image, this series has 20")
    refused(deep, imports.picture(), context, "volume of parallel slices")
    unknown = imports.volume()
    lost = replace(unknown, geometry=Geometry(unknown.array.shape, np.eye(4), oriented=False))
    refused(deep, lost, context, "orientation in the patient")
    color = Volume(np.zeros((1, 8, 8, 3), np.uint8), Geometry.unknown((1, 8, 8)))
    refused(flat, color, context, "colour image")
    refused(flat, imports.picture(failed={0: "no"}), context, "could not be read")
    spaced = imports.write(tmp_path / "s", imports.changed(input={"spacing_mm": [1, 1]}))
    blind = replace(imports.picture(), geometry=Geometry.unknown((1, 64, 48)))
    refused(spaced, blind, context, "needs the spacing")
    broken = imports.picture()
    nothing = replace(broken, array=np.full((1, 64, 48), np.nan, np.float32))
    refused(flat, nothing, context, "values that are no numbers")
    even = imports.write(
        tmp_path / "e", imports.changed(intensity={"scale": "percentiles", "low": 0, "high": 100})
    )
    refused(even, imports.picture(spot=False), context, "one grey value only")


def test_an_oblique_volume_is_not_called_by_names_of_axes(tmp_path, context):
    deep = imports.write(
        tmp_path / "deep",
        imports.changed(input={"dimensions": 3, "size": [8, 8, 8], "orientation": "SPL"}),
        onnx_files.bright(shape=("n", 1, 8, 8, 8)),
    )
    turn = np.eye(4)
    turn[:2, :2] = np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    image = imports.volume()
    refused(deep, replace(image, geometry=Geometry(image.array.shape, turn)), context, "too obliquely", "CT")


NETWORK = {"_target_": "DenseNet121", "spatial_dims": 2, "in_channels": 1, "out_channels": 2}


def weights(folder, definition=None, state=None, name="net.safetensors"):
    from safetensors.torch import save_file

    content = imports.changed(classifier={"model": name}, network={} if definition is None else definition)
    imports.write(folder, content)
    save_file({"a": torch.zeros(2)} if state is None else state, str(folder / name))
    return folder


def test_weights_without_a_network_and_with_another_are_refused(tmp_path, context):
    refused(weights(tmp_path / "a"), imports.picture(), context, "weights alone are no network")
    folder = weights(tmp_path / "b", NETWORK)
    refused(folder, imports.picture(), context, "does not fit the network")
    for number, target in enumerate(
        ("os.system", "torch.nn.Linear", "sys", "DenseNet121.forward", "warnings")
    ):
        folder = weights(tmp_path / f"t{number}", NETWORK | {"_target_": target})
        refused(folder, imports.picture(), context, "no network of monai.networks.nets")
    folder = weights(tmp_path / "c", NETWORK | {"spatial_dims": "x"})
    refused(folder, imports.picture(), context, "cannot be built")


def test_a_pickle_is_never_run(tmp_path, context):
    import pickle

    class Attack:
        def __reduce__(self):
            return (open, (str(tmp_path / "written"), "w"))

    folder = weights(tmp_path / "a", NETWORK, name="net.pt")
    (folder / "net.pt").write_bytes(pickle.dumps(Attack()))
    refused(folder, imports.picture(), context, "without running code")
    assert not (tmp_path / "written").exists()


def test_a_manifest_of_toml_and_of_json_says_the_same():
    assert parse(imports.TOML, is_json=False) == parse(imports.changed(), is_json=True)
