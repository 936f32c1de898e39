"""Training on synthetic heads: resumable, bounded by minutes or steps, on a processor or an accelerator."""

from __future__ import annotations

import ctypes
import math
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from medapp.api import TrainResult
from medapp_segmentation.mr_brain.lessons import Finding, Refining
from medapp_segmentation.mr_brain.maps import read_map, split_names
from medapp_segmentation.mr_brain.network import BrainNet, save_weights

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import JobContext, TrainRequest
    from medapp_segmentation.mr_brain.lessons import Lesson

CHECKPOINT_NAME = "checkpoint.pt"
DEFAULT_MINUTES = 120.0

_SAVE_EVERY_S = 120.0
_LONG = 1 << 40


@dataclass
class Progress:
    """What a checkpoint remembers besides the weights."""

    step: int = 0
    used_s: float = 0.0
    loss: float = math.nan


def learning_rate(fraction: float, highest: float, step: int) -> float:
    """A short warm-up, then a half cosine over the budget."""
    warm = min(1.0, (step + 1) / 50)
    return warm * highest * max(0.5 * (1 + math.cos(math.pi * min(fraction, 1.0))), 0.002)


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Train until the budget is used; go on from the checkpoint in `request.out`.

    Raises:
        FileNotFoundError: Where `request.data` holds no label maps.
    """
    keep_freed_memory()
    torch.set_num_threads(context.threads)
    run = Run(request, context)
    while run.fraction < 1:
        run.phase()
    run.save()
    weights = request.out / run.lesson.weights_name
    facts = {
        "steps": str(run.progress.step),
        "seed": str(context.seed),
        "minutes": f"{run.progress.used_s / 60:.0f}",
    }
    averaged = run.average.module
    if not isinstance(averaged, BrainNet):
        raise TypeError(type(averaged))
    save_weights(averaged, weights, facts, run.lesson.stored())
    return TrainResult(weights, {"loss": run.progress.loss, "steps": float(run.progress.step)})


class Run:
    """One training: network, average of its weights, optimiser, progress."""

    def __init__(self, request: TrainRequest, context: JobContext) -> None:
        """Prepare the maps and build or load what is trained."""
        self.context = context
        self.out: Path = request.out
        self.budget_s = 60 * (request.budget_minutes or DEFAULT_MINUTES)
        self.steps = int(str(request.parameters.get("steps", 0)))
        self.device = torch.device(context.device)
        self.precision = fast_precision(self.device)
        heads = [read_map(path, self.out / "maps") for path in split_names(request.data)[0]]
        kind = Finding if request.parameters.get("part") == "finder" else Refining
        again = request.parameters.get("start") == "installed"
        self.lesson: Lesson = kind(heads, context, again=again)
        self.rate = float(str(request.parameters.get("learning_rate", self.lesson.rate)))
        torch.manual_seed(context.seed)
        self.network = self.lesson.network().to(self.device)
        self.average = AveragedModel(self.network, multi_avg_fn=get_ema_multi_avg_fn(0.997))
        self.optimizer = torch.optim.AdamW(self.network.parameters(), self.rate, weight_decay=1e-4)
        self.progress = Progress()
        if (self.out / CHECKPOINT_NAME).exists():
            self._load()

    @property
    def fraction(self) -> float:
        """Share of the budget that is used."""
        if self.steps:
            return self.progress.step / self.steps
        return self.progress.used_s / self.budget_s

    def phase(self) -> None:
        """Take steps on one kind of sample, until the kind changes or the budget ends."""
        samples, end = self.lesson.samples(self.fraction)
        order = range(self.progress.step, _LONG)
        loader = DataLoader(samples, batch_size=1, sampler=order, num_workers=1, prefetch_factor=3)
        last, saved = time.monotonic(), time.monotonic()
        for sample in loader:
            self._step([part.to(self.device) for part in sample])
            now = time.monotonic()
            self.progress.used_s += now - last
            last = now
            if self.progress.step % 50 == 0:
                self._report()
            if now - saved > _SAVE_EVERY_S:
                self.save()
                saved = now
            if self.fraction >= end:
                return

    def _step(self, sample: list[torch.Tensor]) -> None:
        self.context.check_cancelled()
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.fraction, self.rate, self.progress.step)
        with torch.autocast(self.device.type, self.precision, enabled=self.precision is not torch.float32):
            output = self.lesson.output(self.network, sample)
        loss = self.lesson.loss(output, sample)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update_parameters(self.network)
        seen = float(loss.detach())
        self.progress.step += 1
        old = self.progress.loss
        self.progress.loss = seen if math.isnan(old) else 0.99 * old + 0.01 * seen

    def _report(self) -> None:
        state = self.progress
        message = f"step {state.step}, loss {state.loss:.3f}"
        self.context.log.info("%s, %.1f min", message, state.used_s / 60)
        self.context.progress(min(self.fraction, 1.0), message)

    def save(self) -> None:
        """Write the checkpoint whole or not at all."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "progress": asdict(self.progress),
        }
        self.out.mkdir(parents=True, exist_ok=True)
        partial = self.out / "checkpoint.partial"
        torch.save(state, partial)
        partial.replace(self.out / CHECKPOINT_NAME)

    def _load(self) -> None:
        state: dict[str, Any] = torch.load(
            self.out / CHECKPOINT_NAME, map_location=self.device, weights_only=True
        )
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
        self.context.log.info("going on from step %d", self.progress.step)


def fast_precision(device: torch.device) -> torch.dtype:
    """bfloat16 where the device calculates in it; a processor without it would take fifty times as long."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32  # noqa: SLF001


def keep_freed_memory() -> None:
    """Have glibc keep what is freed: fresh pages for every activation cost a third of a step."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        m_trim_threshold, m_top_pad, m_mmap_max = -1, -2, -4
        libc.mallopt(m_mmap_max, 0)
        libc.mallopt(m_trim_threshold, 2**31 - 1)
        libc.mallopt(m_top_pad, 500_000_000)
