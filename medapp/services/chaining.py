"""A question that needs labels which nobody has made yet: the segmentation first, then the question."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.api.context import JobCancelled
from medapp.api.results import SegmentResult
from medapp.domain.notice import Notice
from medapp.jobs import JobFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from medapp.api.manifest import TaskManifest
    from medapp.jobs import JobHandle
    from medapp.jobs.local import LocalContext
    from medapp.services.app import App
    from medapp.services.classifying import Target
    from medapp.services.proposal import Proposal

_LOOK_S: Final = 0.1
_LAST_WAIT_S: Final = 10.0
_FIRST_SHARE: Final = 0.8
"""Of the whole; the network takes longer than what is read off its labels."""


def start_after(
    app: App,
    task: TaskManifest,
    target: Target,
    parameters: Mapping[str, object],
    *,
    device: str,
    seed: int,
) -> JobHandle:
    """Queue the task that `task` needs, and `task` on its labels; the result is a `FindingsProposal`.

    Raises:
        ValueError: Where the images have not been loaded.
    """
    if target.series is None or target.volume is None:
        message = "the images have not been loaded"
        raise ValueError(message)

    def work(context: LocalContext) -> object:
        return _chain(app, context, task, target, parameters, device=device, seed=seed)

    return app.jobs.submit_local(task.title, work, patient=target.name)


def _chain(
    app: App,
    context: LocalContext,
    task: TaskManifest,
    target: Target,
    parameters: Mapping[str, object],
    *,
    device: str,
    seed: int,
) -> object:
    from medapp.services.classifying import start_classification
    from medapp.services.proposal import Proposal
    from medapp.services.running import start_task

    assert target.series is not None  # noqa: S101 - looked at before
    assert target.volume is not None  # noqa: S101
    with _refusals():
        first = start_task(
            app,
            task.needs_task,
            target.series,
            target.volume,
            task.needs_parameters,
            device=device,
            seed=seed,
        )
    proposal = _follow(context, first, 0.0, _FIRST_SHARE)
    assert isinstance(proposal, Proposal)  # noqa: S101 - what `start_task` promises
    try:
        with _refusals():
            second = start_classification(
                app, task.id, _labelled(target, proposal), parameters, device=device, seed=seed
            )
        return _follow(context, second, _FIRST_SHARE, 1.0)
    finally:
        proposal.release()


@contextmanager
def _refusals() -> Iterator[None]:
    """What cannot be started is refused, with its reason: it is no fault of the program."""
    try:
        yield
    except ValueError as error:
        raise JobFailed(str(error), kind="refused") from error


def _labelled(target: Target, proposal: Proposal) -> Target:
    made, segmentation = proposal.provenance, proposal.segmentation
    assert made is not None  # noqa: S101 - a model has just made it
    weights = ", ".join(f"{name} {digest[:12]}" for name, digest in made.weights.items())
    source = f"proposal of {made.task}, {made.plugin} {made.plugin_version}"
    message = (
        f"The labels were made by {made.title} just now and nobody has looked at them: "
        "open, correct and accept them first where the numbers matter."
    )
    notice = Notice("labels-proposed", message, "warning", {"task": made.task})
    return replace(
        target,
        segmentation=SegmentResult(segmentation.array, segmentation.labels, overlaps=segmentation.overlaps),
        labels_source=f"{source}, {weights}" if weights else source,
        labels_notices=(notice, *proposal.notices),
    )


def _follow(context: LocalContext, handle: JobHandle, begin: float, end: float) -> object:
    """Wait for a job and report its progress as a part of the whole; a cancellation is passed on."""
    while True:
        try:
            return handle.wait(_LOOK_S)
        except TimeoutError:
            update = handle.update
        if context.cancelled():
            _cancel(handle)
            raise JobCancelled
        context.progress(begin + (end - begin) * (update.fraction or 0.0), update.message)


def _cancel(handle: JobHandle) -> None:
    """Cancel a job and wait until its process has ended or is idle; what it gives nevertheless is let go."""
    handle.cancel()
    try:
        left = handle.wait(_LAST_WAIT_S)
    except Exception:  # noqa: BLE001 - it was cancelled: how it ended is of no interest
        return
    release = getattr(left, "release", None)
    if release is not None:
        release()
