"""Small networks, and a job's context that notes what happens."""

import threading

import pytest
import torch
from torch import nn

from medapp.engine.context import WorkerContext


class Small(nn.Module):
    """Two convolutions with an instance norm, 1 channel to `classes`."""

    def __init__(self, classes=3):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv3d(1, 8, 3, padding=1),
            nn.InstanceNorm3d(8, affine=True),
            nn.LeakyReLU(),
            nn.Dropout(0.5),
            nn.Conv3d(8, classes, 3, padding=1),
        )

    def forward(self, tiles):
        return self.body(tiles)


@pytest.fixture
def network():
    torch.manual_seed(1)
    return Small().eval()


@pytest.fixture
def image():
    return torch.randn((1, 40, 33, 50), generator=torch.Generator().manual_seed(2)).numpy()


@pytest.fixture
def make_context(tmp_path):
    def make(**fields):
        events = []
        facts = {"device": "cpu", "precision": "float32", "threads": 1, "memory_budget": 2 << 30, "seed": 0}
        context = WorkerContext(
            **{**facts, **fields}, scratch=tmp_path, send=events.append, cancelled=threading.Event()
        )
        context.events = events
        return context

    return make


@pytest.fixture
def context(make_context):
    return make_context()
