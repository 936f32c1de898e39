"""The brain on MR: grids, the network's layout, synthetic heads, resumable training, the task itself."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from medapp.api import SegmentRequest
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp.engine.context import WorkerContext
from medapp.resources import resource
from medapp_segmentation.mr_brain import grid as grids
from medapp_segmentation.mr_brain import network, task
from medapp_segmentation.mr_brain.labels import CLASSES, GENERATION_VALUES
from medapp_segmentation.mr_brain.loss import segmentation_loss
from medapp_segmentation.mr_brain.maps import LabelMap
from medapp_segmentation.mr_brain.synthesis import make_sample
from medapp_segmentation.mr_brain.training import fast_precision


def context(scratch: Path) -> WorkerContext:
    """A context of a worker that nobody listens to."""
    return WorkerContext(
        device="cpu",
        precision="float32",
        threads=2,
        memory_budget=1 << 30,
        seed=5,
        scratch=scratch,
        send=lambda _: None,
        cancelled=threading.Event(),
        log=logging.getLogger("test"),
    )


def head() -> LabelMap:
    """A ball of white matter in a shell of cortex, 1 mm."""
    z, y, x = np.mgrid[-48:48, -48:48, -48:48]
    radius = np.sqrt(z**2 + y**2 + x**2)
    array = np.zeros(radius.shape, np.uint8)
    array[radius < 42] = GENERATION_VALUES.index(3)
    array[radius < 30] = GENERATION_VALUES.index(2)
    return LabelMap("ball", array, GENERATION_VALUES, (47.5, 47.5, 47.5))


def oblique_volume() -> Volume:
    """Thick oblique slices whose value is the patient's superior coordinate."""
    angle = np.deg2rad(20)
    axes = np.array(((1, 0, 0), (0, np.cos(angle), -np.sin(angle)), (0, np.sin(angle), np.cos(angle))))
    geometry = Geometry.from_parts((40, 120, 110), (-50, -60, -70), (0.9, 0.9, 4.0), axes)
    k, j, i = np.mgrid[:40, :120, :110]
    superior = geometry.to_patient(np.stack((i, j, k), axis=-1))[..., 2]
    return Volume(superior.astype(np.float32) + 500, geometry, "MR")


def test_depth_to_space_undoes_space_to_depth() -> None:
    image = torch.rand(2, 1, 16, 32, 16)
    assert torch.equal(network.unfold(network.fold(image)), image)


def test_rows_of_output_and_target_are_in_one_order() -> None:
    classes = torch.randint(0, CLASSES, (1, 16, 16, 32))
    logits = torch.nn.functional.one_hot(classes, CLASSES).permute(0, 4, 1, 2, 3).float() * 50
    blocks = logits.reshape(1, CLASSES, 8, 2, 8, 2, 16, 2).permute(0, 3, 5, 7, 1, 2, 4, 6)
    folded = blocks.reshape(1, 8 * CLASSES, 8, 8, 16)
    assert torch.equal(network.unfold(folded), logits)
    rows, target = network.voxel_rows(folded), network.target_rows(classes)
    assert torch.equal(rows.argmax(dim=1), target)
    assert segmentation_loss(rows, target) < 0.01


def test_weights_come_back_as_they_were_stored(tmp_path: Path) -> None:
    made = network.build(3, (4, 8, 8, 8)).eval()
    network.save_weights(made, tmp_path / "weights.safetensors", {"steps": "1"})
    read = network.load_weights(tmp_path / "weights.safetensors")
    image = torch.rand(1, 1, 32, 32, 32)
    with torch.inference_mode():
        assert torch.allclose(made(image), read(image), atol=5e-2)


def test_values_are_found_at_their_place_in_the_patient() -> None:
    volume = oblique_volume()
    grid = grids.whole(volume)
    found = grids.sample(grids.real_values(volume), volume, grid)
    index = np.argwhere(found > 0)
    middle = index[np.abs(index - index.mean(axis=0)).max(axis=1) < 12]
    places = middle @ grid.affine[:3, :3].T + grid.affine[:3, 3]
    values = found[tuple(middle.T)]
    assert np.allclose(values, places[:, 2] + 500, atol=0.6)


def test_what_lies_on_the_grid_comes_back_to_the_series() -> None:
    volume = oblique_volume()
    grid = grids.whole(volume)
    height = torch.arange(grid.shape[0]).float()[:, None, None] * 2 + float(grid.affine[2, 3])
    values = height.expand(grid.shape)[None, None]
    slab = grids.slab_of(values, volume, grid, (10, 14))
    expected = np.asarray(volume.array)[10:14] - 500
    assert np.allclose(slab[0].numpy()[:, 20:-20, 20:-20], expected[:, 20:-20, 20:-20], atol=0.05)


def test_a_sample_is_made_again_from_its_seed() -> None:
    one, same = (make_sample(head(), (32, 32, 32), (1, 2)) for _ in range(2))
    other = make_sample(head(), (32, 32, 32), (1, 3))
    assert np.array_equal(one.image, same.image)
    assert np.array_equal(one.classes, same.classes)
    assert not np.array_equal(one.image, other.image)
    assert set(np.unique(one.classes)) <= {0, 1, 2}
    assert float(one.image.min()) >= 0
    assert float(one.image.max()) <= 1


def write_maps(folder: Path) -> None:
    """Five heads as NIfTI, one more than are held back."""
    import nibabel as nib

    values = np.array(GENERATION_VALUES, np.int16)[head().array]
    folder.mkdir()
    for number in range(5):
        image = nib.Nifti1Image(values.transpose(2, 1, 0), np.diag((-1.0, -1.0, 1.0, 1.0)))
        nib.save(image, folder / f"head_{number}.nii.gz")


TRAIN = """
import json, logging, sys, threading
from pathlib import Path
from medapp.api import TrainRequest
from medapp.engine.context import WorkerContext
from medapp_segmentation.mr_brain import lessons, training
lessons._SMALL = lessons._LARGE = (32, 32, 32)
folder = Path(sys.argv[1])
parameters = {"part": "finder", "steps": int(sys.argv[2])}
request = TrainRequest("mr.brain", folder / "maps", folder / "out", parameters)
context = WorkerContext("cpu", "float32", 1, 1 << 30, 5, folder, lambda _: None, threading.Event(), {}, {},
                        logging.getLogger("test"))
found = training.train(request, context)
print(json.dumps({"weights": str(found.weights), **found.metrics}))
"""


def train(folder: Path, steps: int) -> dict[str, float | str]:
    """Train in a process of its own, as a worker does: the trainer starts another that draws the samples."""
    command = [sys.executable, "-c", TRAIN, str(folder), str(steps)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=50)
    found: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_training_goes_on_where_it_was(tmp_path: Path) -> None:
    write_maps(tmp_path / "maps")
    first = train(tmp_path, 2)
    again = train(tmp_path, 3)
    assert (float(first["steps"]), float(again["steps"])) == (2, 3)
    assert np.isfinite(float(again["loss"]))
    assert network.load_weights(Path(str(again["weights"]))).classes == CLASSES


def test_the_lower_precision_is_used_only_where_the_processor_calculates_in_it() -> None:
    expected = torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32
    assert fast_precision(torch.device("cpu")) is expected


def test_the_task_says_what_it_needs() -> None:
    volume = oblique_volume()
    assert task.check_input(SegmentRequest("mr.brain", volume, "MR")).ok
    assert "MR" in task.check_input(SegmentRequest("mr.brain", volume, "CT")).reason
    unknown = replace(volume, geometry=Geometry.unknown((40, 120, 110)))
    assert not task.check_input(SegmentRequest("mr.brain", unknown, "MR")).ok
    thin = replace(volume, array=volume.array[:10])
    assert "mm" in task.check_input(SegmentRequest("mr.brain", thin, "MR")).reason


@pytest.mark.parametrize(("part", "ok"), [(None, True), ("HEAD", True), ("NECK", True), ("BREAST", False)])
def test_a_body_part_without_the_brain_is_refused_unless_the_user_says_otherwise(part, ok) -> None:
    request = SegmentRequest("mr.brain", oblique_volume(), "MR", {}, part)
    check = task.check_input(request)
    assert check.ok is ok
    assert ok or "shows BREAST" in check.reason
    assert task.check_input(replace(request, parameters={"any_body_part": True})).ok


def test_no_brain_is_said_and_not_drawn(tmp_path: Path) -> None:
    volume = oblique_volume()
    flat = replace(volume, array=np.zeros_like(volume.array))
    files = {name: resource("models", name) for name in (task.FINDER, task.WEIGHTS)}
    job = context(tmp_path)
    job.weights = files.__getitem__  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="no brain"):
        task.segment(SegmentRequest("mr.brain", flat, "MR"), job)
