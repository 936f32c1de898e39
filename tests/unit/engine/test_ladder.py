"""What is tried when memory runs out."""

import numpy as np
import pytest
import torch
from torch import nn

from medapp.engine import inference, planning
from medapp.engine.inference import infer
from medapp.engine.ladder import Plan, describe, halve, is_out_of_memory, next_rung
from medapp.engine.stitching import stitching_bytes
from medapp.engine.tiling import Grid


class Hungry(nn.Module):
    """Gives the tile and its negative; has no memory for more than `most` voxels at a time."""

    def __init__(self, most):
        super().__init__()
        self.most = most
        self.seen = []

    def forward(self, tiles):
        self.seen.append(tuple(tiles.shape))
        if tiles.numel() > self.most:
            message = "CUDA out of memory. Tried to allocate 2.00 GiB"
            raise torch.OutOfMemoryError(message)
        return torch.cat([tiles, -tiles], dim=1)


def test_the_way_down_from_a_gpu():
    plan = top = Plan("cuda:0", "cuda:0", "float16", (64, 64, 32), batch=4)
    seen = []
    while (plan := next_rung(plan, (32, 32, 32))) is not None:
        seen.append((plan.batch, plan.stitch, plan.roi, plan.device, plan.precision))
    assert seen == [
        (2, "cuda:0", (64, 64, 32), "cuda:0", "float16"),
        (1, "cuda:0", (64, 64, 32), "cuda:0", "float16"),
        (1, "cpu", (64, 64, 32), "cuda:0", "float16"),
        (1, "cpu", (32, 64, 32), "cuda:0", "float16"),
        (1, "cpu", (32, 32, 32), "cuda:0", "float16"),
        (1, "cpu", (32, 32, 32), "cpu", "float32"),
    ]
    last = Plan("cpu", "cpu", "float32", (32, 32, 32))
    words = "one tile at a time, stitched on the processor, tiles of 32 x 32 x 32, run on the processor"
    assert describe(top, last) == words
    assert describe(top, top) == "none needed"


def test_a_tile_shrinks_only_where_it_may():
    assert halve((96, 96, 96), None) is None
    assert halve((96, 96, 96), (64, 64, 96)) is None
    assert halve((48, 96, 25), (16, 16, 16)) == (48, 48, 25)


def test_smaller_tiles_where_the_network_allows_them(make_context, image, caplog):
    context, network = make_context(), Hungry(8 * 16 * 16)
    found = infer(context, network, image, roi=(16, 16, 16), classes=2, least_roi=(8, 8, 8))
    assert context.facts["rung"] == "tiles of 8 x 16 x 16"
    assert np.array_equal(found, image[0] < 0)
    assert "memory ran out" in caplog.text


def test_batches_are_halved_first(make_context, image, monkeypatch):
    wide = Plan("cpu", "cpu", "float32", (16, 16, 16), batch=8)
    monkeypatch.setattr(inference, "fit", lambda *_args, **_rest: wide)
    monkeypatch.setattr(planning, "_WORTH_COMPILING", 10**6)
    context, network = make_context(), Hungry(2 * 16**3)
    found = infer(context, network, image, roi=(16, 16, 16), classes=2)
    assert context.facts["rung"] == "2 tiles at a time"
    assert np.array_equal(found, image[0] < 0)
    assert [shape[0] for shape in network.seen[:3]] == [8, 4, 2]


def test_out_of_memory_at_the_foot_of_the_ladder_is_raised(make_context, image):
    with pytest.raises(torch.OutOfMemoryError):
        infer(make_context(), Hungry(10), image, roi=(16, 16, 16), classes=2)


def test_tiles_run_side_by_side_only_as_far_as_memory_goes(network, make_context):
    image = np.zeros((1, 96, 64, 64), np.float32)
    grid = Grid.over(image.shape[1:], (16, 16, 16), 0.25)
    plan = Plan("cpu", "cpu", "float32", (16, 16, 16))

    def streams(classes, **fields):
        options = {"classes": classes, "reduce": "argmax", "least_roi": None}
        return planning.fit(plan, grid, network, image, context=make_context(**fields), **options).streams

    assert streams(20, threads=4) == 4
    assert streams(20, threads=1) == 1
    assert streams(2, threads=64) < 64
    result = image[0].size
    one = planning.held_bytes_per_voxel(network, image, (16, 16, 16)) * 16**3
    room = stitching_bytes(grid, 20, "argmax") + result + 1.5 * one
    assert streams(20, threads=4, memory_budget=int(room)) == 1


def test_side_by_side_is_given_up_first():
    top = Plan("cpu", "cpu", "float32", (32, 32, 32), streams=4)
    below = next_rung(top, (16, 16, 16))
    assert (below.streams, below.roi) == (1, top.roi)
    assert describe(top, below) == "one tile at a time"


def test_other_errors_are_not_taken_for_memory(make_context, image):
    class Faulty(nn.Module):
        def forward(self, tiles):
            message = "mat1 and mat2 shapes cannot be multiplied"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        infer(make_context(), Faulty(), image, roi=(16, 16, 16), classes=2, least_roi=(1, 1, 1))


def test_a_result_that_does_not_fit_is_refused_before_anything_runs(make_context, image):
    network = Hungry(10**9)
    with pytest.raises(MemoryError, match="the result takes"):
        infer(make_context(memory_budget=1000), network, image, roi=(16, 16, 16), classes=2)
    assert network.seen == []


def test_tiles_are_chosen_by_the_memory_that_is_free(make_context, network, image):
    context = make_context(memory_budget=3_000_000)
    infer(context, network, image, roi=(32, 32, 32), classes=3, least_roi=(8, 8, 8))
    assert context.facts["rung"].startswith("tiles of ")
    context = make_context(memory_budget=1 << 30)
    infer(context, network, image, roi=(32, 32, 32), classes=3, least_roi=(8, 8, 8))
    assert context.facts["rung"] == "none needed"


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (MemoryError(), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("CUDA error: out of memory"), True),
        (RuntimeError("shape mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_words_of_out_of_memory(error, is_memory):
    assert is_out_of_memory(error) is is_memory
