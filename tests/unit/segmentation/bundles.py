"""Small real bundles: a network of one convolution that marks what is brighter than a threshold."""

import json
import zipfile

import numpy as np
import torch

from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume

THRESHOLD = 100.0
METADATA = {
    "version": "0.3.1",
    "monai_version": "1.3.0",
    "name": "Bright things",
    "intended_use": "Tests only.",
    "copyright": "Nobody",
    "network_data_format": {
        "inputs": {
            "image": {
                "type": "image",
                "format": "hounsfield",
                "modality": "CT",
                "num_channels": 1,
                "spatial_shape": [32, 32, 32],
            }
        },
        "outputs": {
            "pred": {
                "type": "image",
                "format": "segmentation",
                "num_channels": 2,
                "channel_def": {"0": "background", "1": "spleen"},
            }
        },
    },
}
LOAD = [
    {"_target_": "LoadImaged", "keys": "@image_key"},
    {"_target_": "EnsureChannelFirstd", "keys": "@image_key"},
]
ORIENT = {"_target_": "Orientationd", "keys": "@image_key", "axcodes": "RAS"}
SPACE = {"_target_": "Spacingd", "keys": "@image_key", "pixdim": [2.0, 2.0, 2.0], "mode": "bilinear"}
SOFTMAX = {"_target_": "Activationsd", "keys": "pred", "softmax": True}
INVERT = {
    "_target_": "Invertd",
    "keys": "pred",
    "transform": "@preprocessing",
    "orig_keys": "@image_key",
    "nearest_interp": False,
    "to_tensor": True,
}
ARGMAX = {"_target_": "AsDiscreted", "keys": "pred", "argmax": True}
SAVE = {"_target_": "SaveImaged", "keys": "pred", "output_dir": "@output_dir"}


def config(before=(ORIENT, SPACE), after=(SOFTMAX, INVERT, ARGMAX, SAVE), **rest):
    """An inference configuration as the zoo writes them."""
    document = {
        "image_key": "image",
        "output_dir": "$@bundle_root + '/eval'",
        "device": "$torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')",
        "network_def": {
            "_target_": "torch.nn.Conv3d",
            "in_channels": 1,
            "out_channels": 2,
            "kernel_size": 1,
        },
        "network": "$@network_def.to(@device)",
        "preprocessing": {"_target_": "Compose", "transforms": [*LOAD, *before]},
        "inferer": {
            "_target_": "SlidingWindowInferer",
            "roi_size": [32, 32, 32],
            "sw_batch_size": 2,
            "overlap": 0.5,
        },
        "postprocessing": {"_target_": "Compose", "transforms": list(after)},
        "evaluator": {"_target_": "SupervisedEvaluator", "network": "@network"},
    }
    return {**document, **rest}


def network(channels=2, threshold=THRESHOLD):
    """The last channel wins where the image is brighter than the threshold."""
    made = torch.nn.Conv3d(1, channels, 1)
    with torch.no_grad():
        made.weight.zero_()
        made.bias.zero_()
        made.weight[-1] = 1.0
        made.bias[-1] = -threshold
    return made


def write_bundle(folder, document=None, metadata=None, state=None):
    """Write a bundle; `state` False leaves the weights out."""
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "docs").mkdir()
    (folder / "docs" / "data_license.txt").write_text("\nFor tests, CC0\nmore\n")
    (folder / "configs" / "metadata.json").write_text(json.dumps(METADATA if metadata is None else metadata))
    (folder / "configs" / "inference.json").write_text(json.dumps(config() if document is None else document))
    if state is not False:
        torch.save(network().state_dict() if state is None else state, folder / "models" / "model.pt")
    return folder


def zipped(folder, target, inside="bundle/"):
    """Zip a bundle below a folder of its own, as downloads are."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, inside + path.relative_to(folder).as_posix())
    return target


def blob_volume(axes="axial"):
    """A CT with one bright blob off the middle, and where it is; sagittal swaps and flips the axes."""
    shape, spacing = (30, 44, 52), (1.5, 1.25, 2.5)
    k, j, i = np.ogrid[: shape[0], : shape[1], : shape[2]]
    distance = np.sqrt(((k - 11) * 2.5) ** 2 + ((j - 28) * 1.25) ** 2 + ((i - 17) * 1.5) ** 2)
    real = np.clip(300 - 12 * distance, -100, 250)
    direction = np.eye(3)
    if axes == "sagittal":
        direction = np.array([[0, 0, -1], [1, 0, 0], [0, -1, 0]], float)
    geometry = Geometry.from_parts(shape, (12, -30, 44), spacing, direction)
    stored = np.rint(real + 1024).astype(np.uint16)
    image = Volume(stored, geometry, modality="CT", unit="HU", intercept=-1024.0)
    return image, np.rint(real) > THRESHOLD
