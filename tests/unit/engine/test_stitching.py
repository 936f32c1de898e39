"""Tiles and their sums, against MONAI's own."""

import numpy as np
import pytest
import torch
from monai.data.utils import compute_importance_map, dense_patch_slices
from monai.inferers.utils import _get_scan_interval

from medapp.engine.stitching import NotFiniteError, Stitcher, largest, stitching_bytes
from medapp.engine.tiling import Grid, cut, importance

CASES = [
    ((40, 33, 50), (16, 16, 16), 0.25),
    ((40, 33, 50), (16, 24, 8), 0.5),
    ((17, 16, 40), (16, 16, 16), 0.25),
    ((5, 40, 9), (16, 16, 16), 0.0),
    ((64, 20, 20), (8, 8, 8), 0.9),
]


@pytest.mark.parametrize(("size", "roi", "overlap"), CASES)
def test_tiles_lie_where_monai_lays_them(size, roi, overlap):
    grid = Grid.over(size, roi, overlap)
    interval = _get_scan_interval(grid.padded, roi, 3, (overlap,) * 3)
    expected = [
        tuple(part.start for part in place) for place in dense_patch_slices(grid.padded, roi, interval)
    ]
    found = [tuple(np.add(tile.corner, grid.before)) for tile in grid.tiles()]
    assert sorted(found) == sorted(expected)
    assert grid.count == len(expected)
    assert grid.middle() in list(grid.tiles())


@pytest.mark.parametrize("roi", [(16, 16, 16), (96, 64, 8), (7, 1, 5)])
def test_weights_are_those_of_monai(roi):
    expected = compute_importance_map(roi, mode="gaussian").numpy()
    assert np.allclose(importance(roi, "gaussian"), expected, rtol=1e-6)
    assert (importance(roi, "constant") == 1).all()


def naive(grid, weights, outputs, classes):
    sums = np.zeros((classes, *grid.padded))
    count = np.zeros(grid.padded)
    for tile, output in zip(grid.tiles(), outputs, strict=True):
        first = np.add(tile.corner, grid.before)
        place = tuple(slice(a, a + r) for a, r in zip(first, grid.roi, strict=True))
        sums[(slice(None), *place)] += output * weights
        count[place] += weights
    inside = tuple(slice(b, b + s) for b, s in zip(grid.before, grid.size, strict=True))
    return (sums / count)[(slice(None), *inside)]


@pytest.mark.parametrize(("size", "roi", "overlap"), CASES)
def test_streamed_sums_are_those_of_the_whole_image(size, roi, overlap):
    grid = Grid.over(size, roi, overlap)
    weights = importance(roi, "gaussian")
    outputs = [np.random.default_rng(k).random((3, *roi), np.float32) for k in range(grid.count)]
    expected = naive(grid, weights, outputs, 3)
    means, labels = (Stitcher(grid, weights, 3, reduce) for reduce in ("probabilities", "argmax"))
    for tile, output in zip(grid.tiles(), outputs, strict=True):
        means.add(tile, torch.from_numpy(output))
        labels.add(tile, torch.from_numpy(output))
    assert np.allclose(means.result, expected, atol=1e-6)
    assert labels.result.dtype == np.uint8
    top = np.sort(expected, axis=0)
    clear = top[-1] - top[-2] > 1e-5
    assert clear.mean() > 0.99
    assert (labels.result == expected.argmax(0))[clear].all()


def test_sums_take_less_than_the_image():
    grid = Grid.over((256, 256, 256), (96, 96, 96), 0.25)
    assert stitching_bytes(grid, 4, "argmax") < 0.3 * 4 * 4 * 256**3


def test_largest_is_argmax_and_many_classes_fit():
    sums = torch.rand((300, 2, 3, 4), generator=torch.Generator().manual_seed(0))
    assert torch.equal(largest(sums).long(), sums.argmax(0))
    assert largest(torch.zeros(3, 2)).tolist() == [0, 0]
    with pytest.raises(NotFiniteError, match="not numbers"):
        largest(torch.tensor([[0.0], [float("nan")]]))


def test_cut_fills_with_zeros_outside():
    image = np.arange(2 * 3 * 4 * 5, dtype=np.int16).reshape(2, 3, 4, 5)
    out = np.full((2, 4, 4, 4), -1, np.float32)
    cut(image, (-1, 0, 3), out)
    assert (out[:, 0] == 0).all()
    assert (out[:, :, :, 2:] == 0).all()
    assert np.array_equal(out[:, 1:, :, :2], image[:, :, :, 3:])


def test_numbers_out_of_bounds_are_refused():
    with pytest.raises(ValueError, match="share from 0"):
        Grid.over((4, 4, 4), (2, 2, 2), 1.0)
    with pytest.raises(ValueError, match="cannot lay"):
        Grid.over((4, 4, 4), (0, 2, 2), 0.5)
    with pytest.raises(ValueError, match="the mode"):
        importance((4, 4, 4), "linear")
