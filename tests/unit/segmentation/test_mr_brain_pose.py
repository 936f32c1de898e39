"""The atlas, how a head is brought to it, and what place and grey value say there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from medapp.resources import resource
from medapp_segmentation.mr_brain import atlas as atlases
from medapp_segmentation.mr_brain import network
from medapp_segmentation.mr_brain.atlas import SHAPE, Atlas
from medapp_segmentation.mr_brain.grid import BrainGrid
from medapp_segmentation.mr_brain.inference import Found
from medapp_segmentation.mr_brain.labels import CLASSES, CSF, GENERATION_VALUES, STRUCTURES
from medapp_segmentation.mr_brain.lessons import Refining
from medapp_segmentation.mr_brain.maps import LabelMap
from medapp_segmentation.mr_brain.mixture import explain
from medapp_segmentation.mr_brain.pose import fit_pose
from medapp_segmentation.mr_brain.refinement import INPUTS, inputs_of, refine
from medapp_segmentation.mr_brain.synthesis import make_posed_sample
from medapp_segmentation.mr_brain.task import FINDER, WEIGHTS

if TYPE_CHECKING:
    from medapp_segmentation.mr_brain.atlas import Pose

CENTRE = np.array((70.0, 80.0, 72.0))
SIDE = 9.0


def blobs(scale: float = 1.0, shift: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> LabelMap:
    """A head of white matter with a ball for every other structure, left and right."""
    z, y, x = np.mgrid[:140, :160, :144].astype(np.float32)
    middle = CENTRE + shift
    head = ((z - middle[0]) / 54) ** 2 + ((y - middle[1]) / 64) ** 2 + ((x - middle[2]) / 50) ** 2
    array = np.zeros(z.shape, np.uint8)
    array[head < scale**2] = GENERATION_VALUES.index(2)
    array[(head < scale**2) & (x < middle[2])] = GENERATION_VALUES.index(41)
    for row, item in enumerate(STRUCTURES[1:-1]):
        values = item.sources[:2]
        for side, value in enumerate(values):
            off = 0.0 if len(values) == 1 else (22.0, -22.0)[side]
            place = middle + scale * np.array((-26 + 13 * (row % 5), -30 + 15 * (row // 5) + 5, off))
            ball = (z - place[0]) ** 2 + (y - place[1]) ** 2 + (x - place[2]) ** 2
            array[ball < (5.5 * scale) ** 2] = GENERATION_VALUES.index(value)
    return LabelMap("blobs", array, GENERATION_VALUES, (float(middle[0]), float(middle[1]), float(middle[2])))


@pytest.fixture(scope="module")
def built() -> tuple[Atlas, list[Pose]]:
    return atlases.build([blobs(), blobs(0.9, (4.0, -3.0, 2.0)), blobs(1.05, (-5.0, 2.0, 0.0))])


def test_heads_are_brought_to_one_size_and_place(built: tuple[Atlas, list[Pose]]) -> None:
    atlas, poses = built
    sizes = [float(np.cbrt(np.linalg.det(pose[:, :3]))) for pose in poses]
    assert np.allclose(np.array(sizes) / sizes[0], (1, 0.9, 1.05), atol=0.02)
    moved = poses[1][:, 3] - poses[0][:, 3]
    assert np.allclose(moved, (4, -3, 2), atol=1.0)
    assert atlas.fine.shape == (CLASSES, *SHAPE)
    assert torch.allclose(atlas.coarse.sum(dim=0), torch.ones(40, 48, 40), atol=1e-4)
    assert torch.allclose(atlas.coarse, atlas.coarse.flip(-1), atol=1e-6)


def test_an_atlas_comes_back_as_it_was_stored(built: tuple[Atlas, list[Pose]]) -> None:
    again = Atlas.from_packed(built[0].packed())
    assert torch.allclose(again.coarse, built[0].coarse, atol=0.01)


def test_a_head_without_its_structures_is_refused() -> None:
    empty = blobs()
    bare = LabelMap("bare", np.minimum(empty.array, 1), GENERATION_VALUES, empty.centre)
    with pytest.raises(ValueError, match="structures"):
        atlases.build([blobs(), bare])


def test_the_pose_of_a_turned_and_moved_head_is_found(built: tuple[Atlas, list[Pose]]) -> None:
    atlas, _ = built
    angle = np.deg2rad(12)
    turn = np.array(((1, 0, 0), (0, np.cos(angle), -np.sin(angle)), (0, np.sin(angle), np.cos(angle))))
    true = np.eye(4)
    true[:3, :3] = turn * 1.06
    true[:3, 3] = (-3.0, 6.0, 4.0) + (np.eye(3) - turn * 1.06) @ np.array((39.5, 47.5, 39.5))
    index = torch.stack(
        torch.meshgrid(*[torch.arange(size).double() for size in SHAPE], indexing="ij"), dim=-1
    )
    places = index @ torch.from_numpy(true[:3, :3]).T + torch.from_numpy(true[:3, 3])
    unit = ((2 * places + 1) / torch.tensor(SHAPE) - 1).flip(-1).float()
    turned = torch.nn.functional.grid_sample(atlas.fine[None], unit[None], align_corners=False)[0]
    turned[0] += 1 - turned.sum(dim=0)
    found = fit_pose(turned, atlas)
    corners = np.array([(20, 20, 20, 1), (60, 70, 60, 1), (40, 20, 60, 1)], dtype=np.float64).T
    error = np.abs(found.matrix.numpy() @ corners - true @ corners)
    assert error.max() < 1.5
    assert found.surprise < 1.0


def test_grey_values_tell_apart_what_place_leaves_open() -> None:
    rng = np.random.default_rng(0)
    share = np.where(np.arange(32) < 16, 0.8, 0.3)[:, None, None]
    truth = torch.from_numpy((rng.random((32, 16, 16)) > share).astype(np.int64)) + 1
    noise = torch.from_numpy(rng.normal(0, 0.03, truth.shape)).float()
    image = (torch.where(truth == 1, 0.2, 0.7) + noise).clamp(0, 1)
    prior = torch.full((3, 32, 16, 16), 1e-3)
    prior[1], prior[2] = 0.6, 0.4
    prior[1, 16:], prior[2, 16:] = 0.4, 0.6
    prior = prior / prior.sum(dim=0)
    found = explain(image, prior)
    assert found.shape == prior.shape
    assert torch.allclose(found.sum(dim=0), torch.ones(32, 16, 16), atol=1e-5)
    by_place = float((prior.argmax(dim=0) == truth).float().mean())
    assert by_place < 0.8
    assert float((found.argmax(dim=0) == truth).float().mean()) > 0.99


def test_samples_in_the_pose_of_the_atlas_agree_with_it(built: tuple[Atlas, list[Pose]]) -> None:
    atlas, poses = built
    sample = make_posed_sample(blobs(), poses[0], atlases.places_mm(), (1, 2))
    brain = (sample.classes > 0) & (sample.classes != CSF)
    expected = atlas.brain.numpy() > 0.5
    overlap = 2 * (brain & expected).sum() / (brain.sum() + expected.sum())
    assert overlap > 0.85
    again = make_posed_sample(blobs(), poses[0], atlases.places_mm(), (1, 2))
    assert np.array_equal(sample.image, again.image)


def test_a_network_that_corrects_nothing_says_what_place_and_grey_value_say(
    built: tuple[Atlas, list[Pose]],
) -> None:
    atlas, poses = built
    image = torch.from_numpy(make_posed_sample(blobs(), poses[0], atlases.places_mm(), (3, 4)).image)
    silent = network.build(CLASSES, (4, 4, 4, 4), INPUTS).eval()
    for weight in silent.core.output_block.parameters():
        torch.nn.init.zeros_(weight)
    channels, logits = inputs_of(image, atlas)
    assert channels.shape == (INPUTS, 40, 48, 40)
    found = refine(silent, image, atlas)
    assert torch.allclose(found, torch.softmax(logits, dim=0), atol=2e-2)


def test_a_network_that_sees_more_says_the_same_until_it_is_trained() -> None:
    torch.manual_seed(0)
    made = network.build(3, (4, 8, 8, 8)).eval()
    wide = network.widened(made, 12).eval()
    channels = torch.rand(1, 12, 16, 16, 16)
    with torch.no_grad():
        assert torch.allclose(wide.core(channels), made.core(channels[:, :8]), atol=1e-5)


def test_rows_of_unfolded_logits_are_in_the_order_of_the_folded() -> None:
    folded = torch.rand(1, 8 * 5, 3, 4, 5)
    assert torch.equal(network.unfolded_rows(network.unfold(folded)), network.voxel_rows(folded))


def test_what_lies_beside_the_weights_comes_back(tmp_path) -> None:
    made = network.build(3, (4, 8, 8, 8))
    path = tmp_path / "weights.safetensors"
    network.save_weights(made, path, {}, {"atlas": torch.arange(5, dtype=torch.uint8)})
    assert torch.equal(network.load_other(path, "atlas"), torch.arange(5, dtype=torch.uint8))
    assert network.load_weights(path).inputs == 8
    with pytest.raises(KeyError, match="mask"):
        network.load_other(path, "mask")


def test_a_grid_placed_in_another_keeps_its_places() -> None:
    affine = np.diag((2.0, 2.0, 2.0, 1.0))
    affine[:3, 3] = (5, 6, 7)
    matrix = np.diag((1.1, 0.9, 1.0, 1.0))
    matrix[:3, 3] = (3, -2, 1)
    placed = BrainGrid(affine, (8, 8, 8)).placed(matrix, (4, 4, 4))
    index = np.array((1.0, 2.0, 3.0, 1.0))
    assert np.allclose(placed.affine @ (matrix @ index), affine @ index)


@pytest.mark.parametrize(("again", "name"), [(False, FINDER), (True, WEIGHTS)])
def test_the_second_network_starts_from_the_first_or_from_itself(again: bool, name: str) -> None:
    asked = []

    class Context:
        seed = 1

        def weights(self, wanted: str):
            asked.append(wanted)
            return resource("models", wanted)

    lesson = Refining([blobs(), blobs(0.9)], Context(), again=again)
    made = lesson.network()
    assert asked == [name]
    assert (made.inputs, made.classes) == (INPUTS, CLASSES)
    channels, logits, classes = lesson.samples(0.0)[0][3]
    sample = [channels[None], logits[None], classes[None]]
    with torch.no_grad():
        loss = lesson.loss(lesson.output(made, sample), sample)
    assert 0 < float(loss) < 5
    assert set(lesson.stored()) == {"atlas"}


@pytest.mark.parametrize(
    ("surprise", "sizes", "strange"),
    [
        (0.54, (2.0, 1.9, 2.1), False),
        (0.54, (2.8, 2.0, 1.8), False),
        (0.8, (2.0, 1.9, 2.1), False),
        (0.7, (2.8, 2.0, 1.8), True),
    ],
)
def test_what_is_shaped_and_looks_unlike_a_brain_is_strange(
    surprise: float, sizes: tuple[float, float, float], strange: bool
) -> None:
    grid = BrainGrid(np.diag((*sizes, 1.0)), SHAPE)
    found = Found(grid, torch.zeros(1), surprise)
    assert found.stretch == pytest.approx(max(sizes) / min(sizes))
    assert found.is_strange is strange
