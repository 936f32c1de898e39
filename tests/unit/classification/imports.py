"""Classifiers in folders, and the images that they are asked about."""

import json
import tomllib

import numpy as np

from medapp.api import ClassifyRequest
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from tests.unit.classification import onnx_files

TOML = """
[classifier]
title = "Bright spot"
version = "2"
model = "spot.onnx"
license = "CC0-1.0"
intended_use = "Tests."
card = "Made of five operators."

[input]
size = [32, 32]

[intensity]
scale = "window"
low = 0
high = 1000

[output]
activation = "softmax"

[[class]]
key = "nothing"
shown = false

[[class]]
key = "spot"
title = "Spot"
code = "SCT:27925004"
meaning = "Nodule"
threshold = 0.5
"""


def changed(text=TOML, **sections):
    """The manifest as JSON text, entries of sections added, replaced, or taken out (None)."""
    document = tomllib.loads(text)
    for name, entries in sections.items():
        if isinstance(entries, dict):
            table = document.setdefault(name, {})
            table.update(entries)
            document[name] = {key: value for key, value in table.items() if value is not None}
        else:
            document[name] = entries
    return json.dumps(document)


def write(folder, content=None, model=None, name="spot.onnx"):
    """A folder with manifest and model."""
    folder.mkdir(parents=True, exist_ok=True)
    if content is None or not content.startswith("{"):
        (folder / "classifier.toml").write_text(TOML if content is None else content)
    else:
        (folder / "classifier.json").write_text(content)
    (folder / name).write_bytes(onnx_files.bright() if model is None else model)
    return folder


def picture(spot=True, rows=64, columns=48, **rest):
    """A dark image with a bright square off the middle, at rows and columns 8 to 24."""
    array = np.full((1, rows, columns), 100, np.int16)
    if spot:
        array[0, 8:24, 8:24] = 1000
    geometry = Geometry.from_parts(array.shape, (0, 0, 0), (0.2, 0.2, 1))
    return Volume(array, geometry, "CR", **rest)


def volume(shape=(20, 30, 40), **rest):
    """A dark volume with a bright block at its first indices."""
    array = np.full(shape, 100, np.int16)
    array[:10, :10, :10] = 1000
    return Volume(array, Geometry.from_parts(shape, (0, 0, 0), (1, 1, 2)), "CT", **rest)


def request(folder, images, modality="CR", facts=None, **parameters):
    """What a worker would be asked."""
    return ClassifyRequest(
        "image.import", images, modality, facts=facts or {}, parameters={"model": str(folder), **parameters}
    )
