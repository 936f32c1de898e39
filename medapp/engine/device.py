"""What there is to compute on, and how much memory is free there."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORDS = re.compile(r"auto|cpu|cuda(:\d+)?")
_CPU_SHARE = 0.8
_GPU_SHARE = 0.9


@dataclass(frozen=True)
class Device:
    """A torch device with the bytes a job may take on it."""

    name: str
    memory_budget: int

    @property
    def is_cuda(self) -> bool:
        """True for an NVIDIA GPU."""
        return self.name.startswith("cuda")


def choose(wanted: str, gpu: str) -> Device:
    """Choose a device.

    Args:
        wanted: ``auto``, ``cpu``, ``cuda`` or ``cuda:1``.
        gpu: The manifest's word: ``none``, ``optional`` or ``required``.

    Raises:
        RuntimeError: Where the word names no device, or a GPU is asked for and there is none.
    """
    if not _WORDS.fullmatch(wanted):
        message = f"there is no device {wanted!r}; known are auto, cpu, cuda and cuda:0, cuda:1 ..."
        raise RuntimeError(message)
    if wanted == "cpu" or gpu == "none":
        return cpu()
    import torch

    if torch.cuda.is_available():
        name = wanted if wanted.startswith("cuda:") else "cuda:0"
        free, _total = torch.cuda.mem_get_info(name)
        return Device(name, int(free * _GPU_SHARE))
    if wanted.startswith("cuda") or gpu == "required":
        message = "this task needs a CUDA GPU and none is at hand"
        raise RuntimeError(message)
    return cpu()


def cpu() -> Device:
    """The processor, with a share of the memory that is free now."""
    import psutil

    return Device("cpu", int(psutil.virtual_memory().available * _CPU_SHARE))
