"""monai.bundle on small bundles that the tests write, through the hooks."""

import json

import numpy as np
import pytest
import torch

from medapp.api import JobCancelled, SegmentRequest
from medapp_segmentation import hooks
from medapp_segmentation.monai_bundle.config import prepare
from tests.unit.segmentation import bundles
from tests.unit.segmentation.phantoms import Context, dice


def run(path, image, context=None, **parameters):
    request = SegmentRequest("monai.bundle", image, "CT", {"bundle": str(path), **parameters})
    check = hooks.medapp_check_input(request)
    assert check.ok, check.reason
    return hooks.medapp_segment(request, context or Context())


def reason(path, image=None, modality="CT", **parameters):
    """Why a bundle is refused before it runs."""
    image = bundles.blob_volume()[0] if image is None else image
    request = SegmentRequest("monai.bundle", image, modality, {"bundle": str(path), **parameters})
    check = hooks.medapp_check_input(request)
    assert not check.ok
    with pytest.raises(ValueError, match=r"\w") as caught:
        hooks.medapp_segment(request, Context())
    return f"{check.reason} / {caught.value}"


@pytest.mark.parametrize("axes", ["axial", "sagittal"])
def test_resampled_and_reoriented_images_come_back_to_the_grid_of_the_series(tmp_path, axes):
    image, truth = bundles.blob_volume(axes)
    context = Context(tmp_path)
    result = run(bundles.write_bundle(tmp_path / "b"), image, context)
    assert result.array.shape == image.array.shape
    assert dice(result.array == 1, truth) > 0.95
    (label,) = result.labels
    assert (label.value, label.name, label.code.scheme, label.code.value) == (1, "spleen", "SCT", "78961009")
    assert context.facts["bundle"] == "Bright things 0.3.1"
    assert len(context.facts["bundle_sha256"]) == 64
    assert context.facts["rung"] == "as the bundle says"
    assert context.fractions == sorted(context.fractions)
    (terms,) = result.notices
    assert "Tests only." in terms.message
    assert "For tests, CC0" in terms.message


def test_nothing_is_written_into_the_bundle(tmp_path):
    folder = bundles.write_bundle(tmp_path / "b")
    before = sorted(folder.rglob("*"))
    run(folder, bundles.blob_volume()[0])
    assert sorted(folder.rglob("*")) == before


def test_without_resampling_the_result_is_exact(tmp_path):
    image, truth = bundles.blob_volume("sagittal")
    folder = bundles.write_bundle(tmp_path / "b", bundles.config(before=(bundles.ORIENT,)))
    assert np.array_equal(run(folder, image).array == 1, truth)


def test_a_bundle_that_does_not_invert_is_inverted(tmp_path):
    image, truth = bundles.blob_volume("sagittal")
    document = bundles.config(after=(bundles.SOFTMAX, bundles.ARGMAX))
    result = run(bundles.write_bundle(tmp_path / "b", document), image)
    assert dice(result.array == 1, truth) > 0.93


def test_zip_gives_the_same_and_its_hash_pins_it(tmp_path):
    image, _ = bundles.blob_volume()
    folder = bundles.write_bundle(tmp_path / "b")
    packed = bundles.zipped(folder, tmp_path / "b.zip")
    one, other = Context(tmp_path / "1"), Context(tmp_path / "2")
    assert np.array_equal(run(folder, image, one).array, run(packed, image, other).array)
    digest = one.facts["bundle_sha256"]
    assert other.facts["bundle_sha256"] == digest
    run(packed, image, Context(tmp_path / "3"), sha256=digest)
    (folder / "configs" / "inference.json").write_text(json.dumps(bundles.config(version=2)))
    with pytest.raises(ValueError, match="not the version asked for"):
        run(folder, image, sha256=digest)


def test_yaml_configuration(tmp_path):
    image, truth = bundles.blob_volume()
    folder = bundles.write_bundle(tmp_path / "b")
    source = folder / "configs" / "inference.json"
    source.rename(source.with_suffix(".yaml"))  # JSON is YAML
    assert dice(run(folder, image).array == 1, truth) > 0.95


def test_torchscript_runs_by_trust_only(tmp_path):
    image, truth = bundles.blob_volume()
    document = {key: value for key, value in bundles.config().items() if not key.startswith("network")}
    folder = bundles.write_bundle(tmp_path / "b", document, state=False)
    torch.jit.trace(bundles.network(), torch.zeros(1, 1, 8, 8, 8)).save(folder / "models" / "model.ts")
    assert "TorchScript" in reason(folder)
    assert dice(run(folder, image, trusted=True).array == 1, truth) > 0.95


def test_scripts_and_expressions_run_by_trust_only(tmp_path):
    image, truth = bundles.blob_volume()
    network = {"_target_": "scripts.nets.Bright", "channels": "$1 + 1"}
    document = bundles.config(network_def=network, inferer="$@own", own={"_target_": "SimpleInferer"})
    folder = bundles.write_bundle(tmp_path / "b", document)
    (folder / "scripts").mkdir()
    (folder / "scripts" / "__init__.py").write_text("")
    code = "import torch\n\n\ndef Bright(channels):\n    return torch.nn.Conv3d(1, channels, 1)\n"
    (folder / "scripts" / "nets.py").write_text(code)
    text = reason(folder)
    assert "runs code of its own" in text
    assert "scripts.nets.Bright" in text
    assert dice(run(folder, image, trusted=True).array == 1, truth) > 0.95
    import sys

    assert "scripts.nets" not in sys.modules
    assert str(folder) not in sys.path


@pytest.mark.parametrize(
    "target",
    ["os.system", "builtins.eval", "monai.bundle.run", "monai.transforms.utility.array.os.system", "Lambdad"],
)
def test_targets_that_could_do_anything_are_refused_without_trust(tmp_path, target):
    document = bundles.config(before=({"_target_": target, "keys": "image"},))
    assert "runs code of its own" in reason(bundles.write_bundle(tmp_path / "b", document))


def test_weights_that_carry_code_are_not_loaded(tmp_path):
    class Evil:
        def __reduce__(self):
            return (print, ("code ran",))

    folder = bundles.write_bundle(tmp_path / "b", state=False)
    torch.save({"a": Evil()}, folder / "models" / "model.pt")
    with pytest.raises(ValueError, match="without running code"):
        run(folder, bundles.blob_volume()[0])


def test_weights_that_do_not_fit_are_named(tmp_path):
    folder = bundles.write_bundle(tmp_path / "b", state={"weight": torch.zeros(2, 1, 1, 1, 1)})
    with pytest.raises(ValueError, match=r"lacks 1 weights \(bias"):
        run(folder, bundles.blob_volume()[0])
    folder = bundles.write_bundle(tmp_path / "c", state=bundles.network(3).state_dict())
    with pytest.raises(ValueError, match="does not fit the network: size mismatch"):
        run(folder, bundles.blob_volume()[0])


def test_wrapped_weights_are_found(tmp_path):
    image, truth = bundles.blob_volume()
    state = {f"module.{name}": value for name, value in bundles.network().state_dict().items()}
    folder = bundles.write_bundle(tmp_path / "b", state={"model": state, "epoch": 3})
    assert dice(run(folder, image).array == 1, truth) > 0.95


class CancelledAtSecondWindow(Context):
    def progress(self, fraction, message=""):
        super().progress(fraction, message)
        if message.startswith("window 2"):
            self.checks_left = 0


def test_cancel_takes_effect_between_windows(tmp_path):
    folder = bundles.write_bundle(tmp_path / "b")
    context = CancelledAtSecondWindow(tmp_path)
    document = bundles.config()
    document["inferer"]["sw_batch_size"] = 1
    (folder / "configs" / "inference.json").write_text(json.dumps(document))
    with pytest.raises(JobCancelled):
        run(folder, bundles.blob_volume()[0], context)
    assert 0.2 < max(context.fractions) < 0.8


def outputs(channels, names):
    """Metadata with these classes."""
    metadata = json.loads(json.dumps(bundles.METADATA))
    output = metadata["network_data_format"]["outputs"]["pred"]
    output["num_channels"] = channels
    output["channel_def"] = dict(enumerate(names))
    return metadata


def test_masks_that_overlap_keep_the_smaller_on_top(tmp_path):
    image, _ = bundles.blob_volume()
    made = bundles.network(2)
    with torch.no_grad():
        made.weight[0], made.bias[0] = 1.0, 0.0
    sigmoid = {"_target_": "Activationsd", "keys": "pred", "sigmoid": True}
    choose = {"_target_": "AsDiscreted", "keys": "pred", "threshold": 0.5}
    document = bundles.config(before=(), after=(sigmoid, choose))
    metadata = outputs(2, ["whole thing", "Kidney_Left"])
    folder = bundles.write_bundle(tmp_path / "b", document, metadata, made.state_dict())
    result = run(folder, image)
    names = {label.name: label for label in result.labels}
    # A threshold of MONAI is "from 0.5", and the sigmoid is 0.5 exactly on the border.
    real = image.array.astype(int) - 1024
    assert np.array_equal(result.array == names["Kidney_Left"].value, real >= bundles.THRESHOLD)
    assert np.array_equal(result.array > 0, real >= 0)
    assert names["Kidney_Left"].code.value == "18639004"
    assert names["whole thing"].code.scheme == "99MEDAPP"
    assert len(names["whole thing"].code.value) <= 16
    found = {notice.code for notice in result.notices}
    assert {"overlapping-labels", "orientation-as-stored"} <= found


def test_one_channel_mask_takes_the_only_name(tmp_path):
    image, truth = bundles.blob_volume()
    document = bundles.config(
        before=(bundles.ORIENT,),
        after=({"_target_": "AsDiscreted", "keys": "pred", "threshold": 0.0},),
    )
    document["network_def"]["out_channels"] = 1
    folder = bundles.write_bundle(
        tmp_path / "b", document, outputs(1, ["lesion"]), bundles.network(1).state_dict()
    )
    result = run(folder, image)
    assert [label.name for label in result.labels] == ["lesion"]
    assert dice(result.array == 1, truth) > 0.99


def test_probabilities_without_a_choice_are_refused(tmp_path):
    document = bundles.config(after=({"_target_": "Activationsd", "keys": "pred", "sigmoid": True},))
    document["network_def"]["out_channels"] = 1
    folder = bundles.write_bundle(
        tmp_path / "b", document, outputs(1, ["lesion"]), bundles.network(1).state_dict()
    )
    with pytest.raises(ValueError, match="does not choose"):
        run(folder, bundles.blob_volume()[0])


def test_flip_mirrors_for_the_network_and_back(tmp_path):
    """A network that only sees the patient's right half finds the blob on one of the two sides."""
    image, truth = bundles.blob_volume("sagittal")
    crop = {"_target_": "SpatialCropd", "keys": "image", "roi_start": [0, 0, 0], "roi_end": [15, 999, 999]}
    orient = {**bundles.ORIENT, "axcodes": "LPS"}
    folder = bundles.write_bundle(tmp_path / "b", bundles.config(before=(orient, crop)))
    plain = run(folder, image).array == 1
    flipped = run(folder, image, flip="left-right").array == 1
    assert not plain[truth].all()
    assert not flipped[truth].all()
    assert np.array_equal(plain | flipped, truth)
    assert not np.array_equal(plain, flipped)


def test_little_memory_chooses_classes_before_resampling(tmp_path):
    image, truth = bundles.blob_volume("sagittal")
    context = Context(tmp_path, memory_budget=1000)
    result = run(bundles.write_bundle(tmp_path / "b"), image, context)
    assert "before resampling" in context.facts["postprocessing"]
    assert dice(result.array == 1, truth) > 0.9


def test_out_of_memory_goes_down_the_ladder(tmp_path, monkeypatch):
    image, truth = bundles.blob_volume()
    forward, sizes = torch.nn.Conv3d.forward, []

    def hungry(self, windows):
        sizes.append(windows.shape[0])
        if windows.shape[0] > 1:
            raise torch.OutOfMemoryError
        return forward(self, windows)

    monkeypatch.setattr(torch.nn.Conv3d, "forward", hungry)
    context = Context(tmp_path)
    result = run(bundles.write_bundle(tmp_path / "b"), image, context)
    assert sizes[:2] == [2, 1]
    assert "one window at a time" in context.facts["rung"]
    assert dice(result.array == 1, truth) > 0.95


def test_fast_takes_fewer_windows(tmp_path):
    folder = bundles.write_bundle(tmp_path / "b", bundles.config(before=(bundles.ORIENT,)))
    image, truth = bundles.blob_volume()
    slow, fast = Context(), Context()
    run(folder, image, slow)
    assert np.array_equal(run(folder, image, fast, fast=True).array == 1, truth)
    assert len(fast.fractions) < len(slow.fractions)


def test_what_older_bundles_ask_for_is_left_out():
    """Reading, writing, AddChannel, downloads and the image size that SwinUNETR no longer takes."""
    document = {
        "network_def": {"_target_": "SwinUNETR", "img_size": [96, 96, 96], "in_channels": 1},
        "preprocessing": {
            "_target_": "Compose",
            "transforms": [
                {"_target_": "LoadImaged", "keys": "image"},
                {"_target_": "AddChanneld", "keys": "image"},
                {"_target_": "resnet50", "pretrained": True},
            ],
        },
        "unused": "$import os",
    }
    prepared = prepare(document, {}, trusted=False)
    steps = prepared.config["preprocessing"]["transforms"]
    assert [step["_target_"] for step in steps] == ["Identityd", "Identityd", "resnet50"]
    assert steps[2]["pretrained"] is False
    assert prepared.config["network_def"] == {"_target_": "SwinUNETR", "in_channels": 1}
    assert prepared.channel_first
    assert prepared.reasons == ()
    assert "unused" not in prepared.config
    assert not prepared.reorients
