"""Run a model on a series: what fits, and a job that ends with a proposal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medapp.api import body_part
from medapp.api.results import InputCheck
from medapp.domain.notice import Notice
from medapp.domain.segmentation import Segmentation, measure
from medapp.resources import resource
from medapp.services.proposal import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from medapp.api.manifest import Manifest, TaskManifest
    from medapp.api.results import Estimate
    from medapp.domain.patient import Series
    from medapp.domain.segmentation import LabelMeasure
    from medapp.domain.volume import Volume
    from medapp.jobs import JobHandle, TaskJob, TaskOutcome
    from medapp.plugins import BrokenPlugin
    from medapp.services.app import App
    from medapp.services.patient_data import PatientData

__all__ = ["Proposal", "TaskChoice", "broken_plugins", "start_task", "suits", "tasks_for", "weights_of"]

NOTHING_FOUND = "nothing-found"
"""Code of the notice of a result without a voxel."""


@dataclass(frozen=True)
class TaskChoice:
    """A task, whether it can run on a series, and what it would take; from its manifest alone.

    Attributes:
        doubt: Why it would be refused unless the user overrules that by a parameter of the task, which
            the form has to offer: such a task fits. The summary of `task` begins with it.
    """

    manifest: Manifest
    task: TaskManifest
    check: InputCheck
    estimate: Estimate
    doubt: str = ""


def tasks_for(app: App, series: Series) -> tuple[TaskChoice, ...]:
    """Segmentation tasks: those that fit `series` first, then the doubtful, then the rest with its reason."""
    from medapp.plugins import discover

    del app  # plugins belong to the environment; the argument is for those of a single user
    found = [
        _choice(manifest, task, series)
        for manifest in discover().manifests
        for task in manifest.tasks
        if task.kind == "segmentation"
    ]
    return tuple(sorted(found, key=lambda choice: (not choice.check.ok, bool(choice.doubt))))


def _choice(manifest: Manifest, task: TaskManifest, series: Series) -> TaskChoice:
    from medapp.plugins import first_estimate

    check, estimate = _check(task, series), first_estimate(task, series)
    doubt = body_part.refusal(task.parameters, _body_part(series), {}) if check.ok else ""
    if doubt:
        said = f"{doubt[0].upper()}{doubt[1:]}."
        task = replace(task, summary=f"{said} {task.summary}".strip())
    return TaskChoice(manifest, task, check, estimate, doubt)


def broken_plugins(app: App) -> tuple[BrokenPlugin, ...]:
    """Plugins that cannot be offered, with the reason."""
    from medapp.plugins import discover

    del app
    return discover().broken


def suits(task: TaskManifest, series: Series, parameters: Mapping[str, object]) -> InputCheck:
    """Whether a task can run on a series as it is set, from manifest and headers alone; with the reason."""
    from medapp.plugins import fits

    check = fits(task, series)
    reason = body_part.refusal(task.parameters, _body_part(series), parameters)
    return InputCheck(ok=False, reason=reason) if check.ok and reason else check


def _body_part(series: Series) -> str | None:
    return body_part.stated(series.fact("BodyPartExamined"))


def _check(task: TaskManifest, series: Series, parameters: Mapping[str, object] | None = None) -> InputCheck:
    """Whether a task can run on a series here; where nothing is set yet, by what nothing set can change."""
    from medapp.plugins import fits

    check = fits(task, series) if parameters is None else suits(task, series, parameters)
    if not check.ok:
        return check
    for name, (path, _) in weights_of(task).items():
        if not path.is_file():
            return InputCheck(ok=False, reason=f"its weights {name} are not installed")
    return check


def weights_of(task: TaskManifest) -> dict[str, tuple[Path, str]]:
    """Path and expected sha256 of every weights file of a task, by name."""
    return {file.name: (resource("models", file.name), file.sha256) for file in task.weights}


def start_task(
    app: App,
    task_id: str,
    series: Series,
    volume: Volume,
    parameters: Mapping[str, object],
    *,
    device: str = "auto",
    precision: str = "float32",
    seed: int = 0,
) -> JobHandle:
    """Queue a segmentation task; the result of the job is a `Proposal`.

    Where its manifest asks for record or genome and the series is in the library, it gets those of the
    patient; they are read here, so call this off the window's thread.

    Args:
        app: The program.
        task_id: As in the manifest.
        series: What `volume` was loaded from.
        volume: Loaded whole.
        parameters: What the user set; defaults are filled in.
        device: ``auto``, ``cpu``, ``cuda:0`` ...
        precision: ``float32``, or ``bfloat16`` where the user asked for "fast".
        seed: Of every random choice.

    Raises:
        KeyError: Where no plugin offers the task.
        ValueError: Where it cannot run on the series, or the parameters are not those it takes
            (`medapp.plugins.ParameterError`).
    """
    from medapp.jobs import TaskJob
    from medapp.plugins import checked, discover

    manifest, task = discover().find(task_id)
    filled = checked(task, parameters)
    _refuse_unfit(task, series, filled)
    data = _data(app, task, series)
    job = TaskJob(
        manifest,
        task,
        volume=volume,
        modality=series.modality,
        body_part=_body_part(series),
        parameters=filled,
        device=device,
        precision=precision,
        seed=seed,
        patient=series.study.patient.name or series.study.patient.id,
        input_series_uid=series.uid,
        weights_files=weights_of(task),
        record=data.record,
        genome=data.genome,
    )
    return app.jobs.submit_task(job, then=lambda outcome: _proposal(outcome, job, series))


def _data(app: App, task: TaskManifest, series: Series) -> PatientData:
    """What a task asks for beside images; ValueError where it needs what the patient has not."""
    from medapp.services.patient_data import PatientData, data_of

    found = PatientData()
    if {task.record, task.genome} == {"none"}:
        return found
    patient = series.study.patient.key
    if any(
        series.key == one.key
        for study in app.library.studies(patient)
        for one in app.library.series_of(study.key)
    ):
        found = data_of(app.library, patient)
    for name, value in (("record", found.record), ("genome", found.genome)):
        if getattr(task, name) == "required" and value is None:
            message = f"{task.title} needs a {name} of the patient, and the library has none"
            raise ValueError(message)
    return PatientData(
        found.record if task.record != "none" else None, found.genome if task.genome != "none" else None
    )


def _refuse_unfit(task: TaskManifest, series: Series, filled: Mapping[str, object]) -> None:
    check = _check(task, series, filled)
    if not check.ok:
        message = f"{task.title} cannot run on {series.title}: {check.reason}"
        raise ValueError(message)


def _proposal(outcome: TaskOutcome, job: TaskJob, series: Series) -> Proposal:
    """Measure what came out, still within the job."""
    result, volume = outcome.result, job.volume
    assert result is not None  # noqa: S101 - the job's action is "segment"
    assert volume is not None  # noqa: S101
    try:
        uids = volume.instance_uids or tuple(instance.sop_instance_uid for instance in series.instances)
        provenance = replace(outcome.provenance, input_uids=uids)
        segmentation = Segmentation(
            result.array,
            volume.geometry,
            result.labels,
            series.key,
            job.task.title,
            series.uid,
            uids,
            provenance,
        )
        measures = measure(segmentation, volume)
    except BaseException:
        outcome.release()
        raise
    return Proposal(
        outcome.job_id,
        series,
        volume,
        segmentation,
        measures,
        provenance,
        (*doubts(volume), *_emptiness(measures), *result.notices),
        outcome.log,
        on_release=outcome.release,
    )


def _emptiness(measures: Iterable[LabelMeasure]) -> tuple[Notice, ...]:
    """That nothing was found, which is a result and no failure."""
    if any(item.voxels for item in measures):
        return ()
    return (Notice(NOTHING_FOUND, "Nothing was found: no voxel has a label.", "warning"),)


def doubts(volume: Volume | None) -> tuple[Notice, ...]:
    """What was wrong with the images that the model saw."""
    if volume is None or not volume.failed:
        return ()
    count = len(volume.failed)
    message = f"{count} of {volume.array.shape[0]} slices could not be read; the model did not see them."
    return (Notice("slices-unread", message, "warning", {"slices": sorted(volume.failed)}),)
