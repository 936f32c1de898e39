"""For the tests of plugins: a job's context without a worker process, and a run through the hooks."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import pluggy

from medapp.api import hookspecs
from medapp.api.checks import fault
from medapp.api.context import JobCancelled, TaskRefused
from medapp.api.finding_checks import finding_fault
from medapp.api.option_checks import option_fault
from medapp.api.others import ask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from medapp.api.context import InferOptions
    from medapp.api.requests import (
        ClassifyRequest,
        MoleculesRequest,
        RecommendRequest,
        SegmentRequest,
        TaskRequest,
    )
    from medapp.api.results import ClassifyResult, MoleculesResult, RecommendResult, SegmentResult
    from medapp.domain.molecule import MoleculeRow


@dataclass
class TrialContext:
    """A `medapp.api.JobContext` that notes what a plugin does with it.

    Attributes:
        scratch: The private folder; a test hands in its own temporary one.
        weights_files: Files by the name that the manifest gives them; their hashes are not looked at.
        cancel_at: Number of the call of `progress` or `check_cancelled` at which the user cancels.
        others: Modules with the hooks of tasks that may be asked about molecules, by task.
        facts: What was recorded for the provenance.
        reports: Fraction and message of every call of `progress`.
        asked: How often the plugin gave the user a chance to cancel.
    """

    scratch: Path
    device: str = "cpu"
    precision: str = "float32"
    threads: int = 1
    memory_budget: int = 2 << 30
    seed: int = 0
    weights_files: Mapping[str, Path] = field(default_factory=dict)
    cancel_at: int | None = None
    facts: dict[str, str] = field(default_factory=dict)
    reports: list[tuple[float, str]] = field(default_factory=list)
    asked: int = 0
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("medapp.job"))
    others: Mapping[str, object] = field(default_factory=dict)

    def progress(self, fraction: float, message: str = "") -> None:
        """Note a report.

        Raises:
            ValueError: Where the fraction is not from 0 to 1; the program would only limit it.
            JobCancelled: Where the user has cancelled.
        """
        if not 0 <= fraction <= 1:
            text = f"progress goes from 0 to 1, not to {fraction}"
            raise ValueError(text)
        self.reports.append((fraction, message))
        self.check_cancelled()

    def check_cancelled(self) -> None:
        """Raise `JobCancelled` from the call `cancel_at` on."""
        self.asked += 1
        if self.cancel_at is not None and self.asked >= self.cancel_at:
            raise JobCancelled

    def weights(self, name: str) -> Path:
        """The file given for `name`.

        Raises:
            FileNotFoundError: Where none was given or it does not exist.
        """
        path = self.weights_files.get(name)
        if path is None or not path.is_file():
            message = f"there are no weights {name!r}"
            raise FileNotFoundError(message)
        return path

    def record(self, key: str, value: str) -> None:
        """Note a fact."""
        self.facts[key] = value

    def study(self, task: str, smiles: Sequence[str]) -> tuple[MoleculeRow, ...]:
        """What a task of `others` says of molecules, set to nothing but the defaults of its hooks.

        Raises:
            LookupError: Where the task is none of them.
            TaskRefused, RuntimeError, JobCancelled: As the context of a worker does.
        """
        if task not in self.others:
            message = f"the job was not given the task {task!r}"
            raise LookupError(message)
        return ask(_manager_of(self.others[task]).hook, task, smiles, {}, self)

    def infer(self, network: Any, image: ArrayLike, **options: Unpack[InferOptions]) -> NDArray[np.generic]:  # noqa: ANN401
        """Run a network over an image tile by tile, by the program's own engine."""
        # By name, for this package must not need torch.
        engine: Any = importlib.import_module("medapp.engine.inference")
        found: NDArray[np.generic] = engine.infer(self, network, image, **options)
        return found


def run_segment(plugin: object, request: SegmentRequest, context: TrialContext) -> SegmentResult:
    """Call a plugin's hooks as a worker does, and check the result as the program does.

    Args:
        plugin: The module that holds the hooks.
        request: What to segment; its volume may be made up.
        context: What the hooks get.

    Raises:
        pluggy.PluginValidationError: Where a hook is unknown or takes other arguments than it should.
        TaskRefused: Where `medapp_check_input` says no, with its reason.
        ValueError: Where the result would be refused.
        LookupError: Where the plugin does not answer for the request's task.
    """
    hook = _hooks_for(plugin, request)
    result: SegmentResult | None = hook.medapp_segment(request=request, context=context)
    if result is None:
        raise _no_answer(request)
    _refuse(fault(result, request.volume))
    return result


def run_classify(plugin: object, request: ClassifyRequest, context: TrialContext) -> ClassifyResult:
    """The same for `medapp_classify`; raises what `run_segment` does."""
    hook = _hooks_for(plugin, request)
    result: ClassifyResult | None = hook.medapp_classify(request=request, context=context)
    if result is None:
        raise _no_answer(request)
    _refuse(finding_fault(result, request))
    return result


def run_recommend(plugin: object, request: RecommendRequest, context: TrialContext) -> RecommendResult:
    """The same for `medapp_recommend_treatment`; raises what `run_segment` does."""
    hook = _hooks_for(plugin, request)
    result: RecommendResult | None = hook.medapp_recommend_treatment(request=request, context=context)
    if result is None:
        raise _no_answer(request)
    _refuse(option_fault(result, request))
    return result


def run_molecules(
    plugin: object, request: MoleculesRequest, context: TrialContext
) -> tuple[MoleculeRow, ...]:
    """The same for `medapp_generate_molecules` where there is no source, else for `medapp_study_molecules`.

    Returns:
        All rows of the file, of which the result must have told the number.
    """
    from medapp.api.wire_molecules import read_rows

    hook = _hooks_for(plugin, request)
    asked = hook.medapp_generate_molecules if request.source is None else hook.medapp_study_molecules
    result: MoleculesResult | None = asked(request=request, context=context)
    if result is None:
        raise _no_answer(request)
    rows = tuple(read_rows(request.out))
    refused = sum(1 for row in rows if row.refused)
    if (len(rows), refused) != (result.rows, result.refused):
        _refuse(f"it tells of {result.rows} rows, {result.refused} refused; there are {len(rows)}, {refused}")
    return rows


def _hooks_for(plugin: object, request: TaskRequest) -> Any:  # noqa: ANN401 - pluggy makes its attributes
    manager = _manager_of(plugin)
    check = manager.hook.medapp_check_input(request=request)
    if check is not None and not check.ok:
        raise TaskRefused(check.reason)
    return manager.hook


def _manager_of(plugin: object) -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    return manager


def _no_answer(request: TaskRequest) -> LookupError:
    return LookupError(f"the plugin does not answer for the task {request.task!r}")


def _refuse(reason: str) -> None:
    if reason:
        message = f"the program would refuse this result: {reason}"
        raise ValueError(message)
