"""Networks of MONAI: weights with a definition in the manifest, and whole bundles."""

import json

import pytest
import torch

from medapp.api.context import TaskRefused
from medapp.api.testing import TrialContext, run_classify
from medapp_classification import hooks
from tests.unit.classification import imports

DEFINITION = {
    "_target_": "DenseNet",
    "spatial_dims": 2,
    "in_channels": 1,
    "out_channels": 2,
    "init_features": 8,
    "growth_rate": 4,
    "block_config": [1, 1],
}


@pytest.fixture
def context(tmp_path):
    return TrialContext(tmp_path)


@pytest.fixture
def network():
    from monai.networks.nets import DenseNet

    torch.manual_seed(0)
    arguments = {key: value for key, value in DEFINITION.items() if key != "_target_"}
    return DenseNet(**arguments).eval()


def bundle(folder, network, definition=DEFINITION, name="model.pt"):
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "configs" / "inference.json").write_text(json.dumps({"network_def": definition}))
    torch.save({"state_dict": network.state_dict()}, folder / "models" / name)
    return folder


def expected(network, image):
    from medapp_classification.image_import.parsing import parse
    from medapp_classification.image_import.preparing import ready

    description = parse(imports.TOML, is_json=False)
    array = ready(image, description.given, description.intensity).array
    with torch.no_grad():
        return float(torch.softmax(network(torch.from_numpy(array)[None]), 1)[0, 1])


def test_weights_with_a_definition_answer_and_grad_cam_explains(tmp_path, context, network):
    from safetensors.torch import save_file

    text = imports.changed(classifier={"model": "net.safetensors"}, network=DEFINITION)
    folder = imports.write(tmp_path / "m", text)
    save_file(network.state_dict(), str(folder / "net.safetensors"))
    image = imports.picture()
    found = run_classify(hooks, imports.request(folder, image), context)
    assert found.findings[0].probability == pytest.approx(expected(network, image), abs=1e-5)
    assert found.explained["images"] == "Grad-CAM, last convolution"
    assert all(one.array.shape == (1, 64, 48) for one in found.heat_maps)


def test_a_bundle_is_a_folder_beside_the_manifest(tmp_path, context, network):
    folder = imports.write(tmp_path / "m", imports.changed(classifier={"model": "bundle"}))
    bundle(folder / "bundle", network, DEFINITION | {"block_config": "$[1, 1]"})
    image = imports.picture()
    found = run_classify(hooks, imports.request(folder, image, heat_map="no"), context)
    assert found.findings[0].probability == pytest.approx(expected(network, image), abs=1e-5)
    assert len(context.facts["weights:bundle"]) == 64


@pytest.mark.parametrize("value", ["@size", "$__import__('os').getpid()", "%other.json"])
def test_a_bundle_whose_network_needs_code_is_refused(tmp_path, context, network, value):
    folder = imports.write(tmp_path / "m", imports.changed(classifier={"model": "bundle"}))
    bundle(folder / "bundle", network, DEFINITION | {"out_channels": value})
    with pytest.raises(TaskRefused, match="define it in \\[network\\]"):
        run_classify(hooks, imports.request(folder, imports.picture()), context)
    text = imports.changed(classifier={"model": "bundle"}, network=DEFINITION)
    imports.write(folder, text)
    assert run_classify(hooks, imports.request(folder, imports.picture(), heat_map="no"), context).findings


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_script_of_a_bundle_wants_trust(tmp_path, context, network):
    folder = imports.write(tmp_path / "m", imports.changed(classifier={"model": "bundle"}))
    bundle(folder / "bundle", network)
    (folder / "bundle" / "models" / "model.pt").unlink()
    with pytest.raises(TaskRefused, match="carries no weights"):
        run_classify(hooks, imports.request(folder, imports.picture()), context)
    torch.jit.trace(network, torch.zeros(1, 1, 32, 32)).save(str(folder / "bundle" / "models" / "model.ts"))
    with pytest.raises(TaskRefused, match="'Run its code'"):
        run_classify(hooks, imports.request(folder, imports.picture()), context)
    image = imports.picture()
    found = run_classify(hooks, imports.request(folder, image, trusted=True, heat_map="no"), context)
    assert found.findings[0].probability == pytest.approx(expected(network, image), abs=1e-5)
