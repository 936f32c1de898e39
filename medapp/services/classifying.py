"""Ask a model about a patient: what fits, and a job that ends with findings as a proposal."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.api.results import Estimate, InputCheck
from medapp.services.running import TaskChoice, doubts, weights_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from medapp.api.manifest import Manifest, TaskManifest
    from medapp.api.results import ClassifyResult, SegmentResult
    from medapp.domain.genome import Genome
    from medapp.domain.notice import Notice
    from medapp.domain.patient import Series
    from medapp.domain.provenance import Provenance
    from medapp.domain.record import Concept, Record
    from medapp.domain.volume import Volume
    from medapp.jobs import JobHandle, TaskJob, TaskOutcome
    from medapp.library import Library
    from medapp.services.app import App
    from medapp.services.handed_labels import LabelSource


@dataclass(frozen=True, eq=False)
class Target:
    """What a model is asked about; None where there is nothing of the kind.

    Attributes:
        patient: Key in the library; empty where the files are not in it.
        name: For the list of jobs.
        volume: Of `series`, loaded whole; may be left out to ask only whether a task fits.
        segmentation: Labels on the volume's grid.
        labels: Labels of `series` that could be handed over, the one to prefer first; not read yet.
        labels_source, labels_notices: Where `segmentation` came from, and what was decided as it was read.
    """

    patient: str = ""
    name: str = ""
    series: Series | None = None
    volume: Volume | None = None
    segmentation: SegmentResult | None = None
    record: Record | None = None
    genome: Genome | None = None
    labels: tuple[LabelSource, ...] = ()
    labels_source: str = ""
    labels_notices: tuple[Notice, ...] = ()


def _nothing() -> None:
    """Nothing is held."""


@dataclass(frozen=True, eq=False)
class FindingsProposal:
    """Findings that nobody has decided on yet.

    Attributes:
        id: Of the job that made it.
        patient: Key in the library; empty where the patient is not in it.
        series: None where no images were used.
        card: Name of the model's card; empty where it has none.
        card_text: The card itself, as Markdown, where it came with the model and not with the program.
    """

    id: str
    task: TaskManifest
    patient: str
    series: Series | None
    result: ClassifyResult
    provenance: Provenance
    card: str = ""
    card_text: str = ""
    log: Path = field(default_factory=Path)
    on_release: Callable[[], None] = _nothing

    def release(self) -> None:
        """Remove the heat maps' files from scratch; what is mapped already can still be read."""
        self.on_release()


def target_of(library: Library, patient_key: str, series: Series | None = None) -> Target:
    """All that is known of a patient of the library, without the pixels; call it off the window's thread.

    Args:
        library: Where the patient is.
        patient_key: As the library has it, with or without images.
        series: The one in view; None for what is asked of the record alone.
    """
    from medapp.services.patient_data import data_of

    data = data_of(library, patient_key)
    name = series.study.patient.name if series is not None else ""
    if not name and data.record is not None and data.record.persons:
        name = data.record.persons[0].name.display
    return Target(patient_key, name, series, None, None, data.record, data.genome)


def with_kept_labels(app: App, target: Target) -> Target:
    """The target with the labels that the library holds of its series, the newest first; none is read yet."""
    from medapp.services.handed_labels import kept_labels

    return target if target.series is None else replace(target, labels=kept_labels(app, target.series))


def with_labels(target: Target, source: LabelSource) -> Target:
    """The target with labels that are handed over.

    Raises:
        ValueError: Where they cannot be read or do not lie on the images.
    """
    found = source.read()
    return replace(
        target,
        segmentation=found.segments,
        labels_source=found.source,
        labels_notices=found.notices,
    )


def labels_for(task: TaskManifest, target: Target) -> LabelSource | None:
    """The labels that a task would get of those that were not read yet; None where it takes none of them."""
    if task.segmentation == "none":
        return None
    fitting = (one for one in target.labels if not task.needs_task or one.task == task.needs_task)
    return next(fitting, None)


def with_volume(task_id: str, target: Target, loaded: Volume | None = None) -> Target:
    """The target with pixels and labels, where the task takes them: those loaded already, or read now.

    Raises:
        KeyError: Where no plugin offers the task.
        ValueError: Where the labels cannot be read.
        medapp.formats.errors.UnreadableError: Where the images cannot be read.
    """
    from medapp.formats.dicom.load import load_volume
    from medapp.plugins import discover

    _, task = discover().find(task_id)
    series = target.series
    if series is None or not _handed(task, target)["images"]:
        return target
    source = labels_for(task, target) if target.segmentation is None else None
    if source is not None:
        target = with_labels(target, source)
    return replace(target, volume=loaded if loaded is not None else load_volume(series))


def questions_for(target: Target) -> tuple[TaskChoice, ...]:
    """All classification tasks: those that can be asked about `target` first, the rest with its reason."""
    from medapp.plugins import discover

    found = [
        TaskChoice(manifest, task, fits_target(task, target), _estimate(task, target))
        for manifest in discover().manifests
        for task in manifest.tasks
        if task.kind == "classification"
    ]
    return tuple(sorted(found, key=lambda choice: not choice.check.ok))


def questions_on(series: Series) -> tuple[TaskChoice, ...]:
    """Classification tasks that take images: those that fit a series first, the rest with its reason.

    What else they need of the patient is looked at where they are asked, see `questions_for`.
    """
    from medapp.plugins import discover, fits

    found = [
        TaskChoice(manifest, task, fits(task, series), _estimate(task, Target(series=series)))
        for manifest in discover().manifests
        for task in manifest.tasks
        if task.kind == "classification" and task.images
    ]
    return tuple(sorted(found, key=lambda choice: not choice.check.ok))


def fits_target(task: TaskManifest, target: Target) -> InputCheck:
    """Whether a task can be asked about a patient, from its manifest and what is there; with the reason."""
    from medapp.plugins import fits

    if task.images and target.series is not None:
        check = fits(task, target.series)
        if not check.ok and task.images_needed == "required":
            return check
    elif task.images_needed == "required":
        return InputCheck(ok=False, reason=f"needs images: {', '.join(task.images)}")
    lacking = _lacking(task, target)
    if lacking:
        return InputCheck(ok=False, reason=lacking)
    for name, (path, _) in weights_of(task).items():
        if not path.is_file():
            return InputCheck(ok=False, reason=f"its weights {name} are not installed")
    return InputCheck(ok=True)


def _lacking(task: TaskManifest, target: Target) -> str:
    has = {"record": target.record, "genome": target.genome}
    words = {
        "record": "needs a record of the patient, and there is none",
        "genome": "needs the patient's genome, and there is none",
    }
    for name, value in has.items():
        if getattr(task, name) == "required" and value is None:
            return words[name]
    if task.record_codes and target.record is not None and not _has_codes(task, target.record):
        known = " or ".join(_VOCABULARIES.get(one, one) for one in task.record_codes)
        return f"needs a record with codes of {known}, and this one holds none"
    if target.segmentation is None and labels_for(task, target) is None:
        reason = _no_labels(task, target)
        if reason:
            return reason
    takes_any = task.images_needed != "none" or "none" not in {task.record, task.genome}
    if takes_any and not any(_handed(task, target).values()):
        return "has nothing to go by: neither images nor a record or genome that it takes"
    return ""


_VOCABULARIES = {"HP": "the Human Phenotype Ontology (HP:0001250 ...)"}
"""By the beginning of their codes."""


def _has_codes(task: TaskManifest, record: Record) -> bool:
    """Whether a problem or an observation is coded as the task needs it; the task looks closer."""
    from medapp.domain.record import CodedValue, Observation, Problem

    def concepts() -> Iterator[Concept]:
        for entry in record.entries:
            if isinstance(entry.content, Problem | Observation):
                yield entry.content.concept
                value = getattr(entry.content, "value", None)
                if isinstance(value, CodedValue):
                    yield value.concept

    return any(code.value.upper().startswith(task.record_codes) for one in concepts() for code in one.codes)


def _no_labels(task: TaskManifest, target: Target) -> str:
    """Why a task cannot do without labels; empty where it can, or where they can be made first."""
    if not task.needs_task:
        needed = task.segmentation == "required"
        return "needs labels on the images: run or open a segmentation first" if needed else ""
    from medapp.api import body_part
    from medapp.plugins import discover, fits

    try:
        _, first = discover().find(task.needs_task)
    except KeyError:
        return f"needs labels of {task.needs_task}, which is not installed"
    check = InputCheck(ok=True) if target.series is None else fits(first, target.series)
    if not check.ok:
        return f"needs labels of {first.title}, which {check.reason}"
    shown = None if target.series is None else body_part.stated(target.series.fact("BodyPartExamined"))
    doubt = body_part.refusal(first.parameters, shown, task.needs_parameters)
    if doubt:
        return (
            f"needs labels of {first.title}, and {doubt} of {first.id}: "
            "run that by itself, look at its labels, and ask again with them"
        )
    for name, (path, _) in weights_of(first).items():
        if not path.is_file():
            return f"needs labels of {first.title}, whose weights {name} are not installed"
    return ""


def _handed(task: TaskManifest, target: Target) -> dict[str, bool]:
    """What a task would get of a patient."""
    from medapp.plugins import fits

    series = target.series
    return {
        "images": series is not None and bool(task.images) and fits(task, series).ok,
        "record": target.record is not None and task.record != "none",
        "genome": target.genome is not None and task.genome != "none",
    }


def _estimate(task: TaskManifest, target: Target) -> Estimate:
    from medapp.plugins import first_estimate

    if target.series is None or not _handed(task, target)["images"]:
        return Estimate(task.fixed_bytes, task.fixed_seconds)
    return first_estimate(task, target.series)


def start_classification(
    app: App,
    task_id: str,
    target: Target,
    parameters: Mapping[str, object],
    *,
    device: str = "auto",
    seed: int = 0,
) -> JobHandle:
    """Queue a classification task; the result of the job is a `FindingsProposal`.

    Where the task needs another one and there are no labels of it, that one is run first, in the same job.

    Args:
        app: The program.
        task_id: As in the manifest.
        target: What it is asked about, its volume loaded where the task takes images.
        parameters: What the user set; defaults are filled in.
        device: ``auto``, ``cpu``, ``cuda:0`` ...
        seed: Of every random choice.

    Raises:
        KeyError: Where no plugin offers the task.
        ValueError: Where it cannot be asked about the target, or the parameters are not those it takes.
    """
    from medapp.plugins import checked, discover

    manifest, task = discover().find(task_id)
    filled = checked(task, parameters)
    check = fits_target(task, target)
    if not check.ok:
        message = f"{task.title} cannot run: {check.reason}"
        raise ValueError(message)
    if task.needs_task and target.segmentation is None:
        from medapp.services.chaining import start_after

        return start_after(app, task, target, filled, device=device, seed=seed)
    job = _job(manifest, task, target, filled)
    job = replace(job, device=device, seed=seed)
    return app.jobs.submit_task(job, then=lambda outcome: _proposal(outcome, job, target))


def _job(manifest: Manifest, task: TaskManifest, target: Target, filled: Mapping[str, object]) -> TaskJob:
    from medapp.api import body_part
    from medapp.jobs import TaskJob
    from medapp.plugins import facts_of

    handed, series = _handed(task, target), target.series
    images = handed["images"] and series is not None
    if images and target.volume is None:
        message = "the images have not been loaded"
        raise ValueError(message)
    return TaskJob(
        manifest,
        task,
        action="classify",
        volume=target.volume if images else None,
        modality=series.modality if images and series else "",
        body_part=body_part.stated(series.fact("BodyPartExamined")) if images and series else None,
        facts=facts_of(series) if images and series else {},
        segmentation=target.segmentation if task.segmentation != "none" and images else None,
        record=target.record if handed["record"] else None,
        genome=target.genome if handed["genome"] else None,
        parameters=filled,
        patient=target.name,
        input_series_uid=series.uid if images and series else "",
        weights_files=weights_of(task),
        labels_source=target.labels_source if task.segmentation != "none" and images else "",
    )


def _proposal(outcome: TaskOutcome, job: TaskJob, target: Target) -> FindingsProposal:
    assert outcome.findings is not None  # noqa: S101 - the job's action is "classify"
    told = {notice.message for notice in outcome.findings.notices}
    labels = () if job.segmentation is None else target.labels_notices
    labels = tuple(notice for notice in labels if notice.message not in told)
    card = next((file.card for file in job.task.weights if file.card), "")
    task, card_text = _as_it_calls_itself(job.task, outcome.findings)
    return FindingsProposal(
        outcome.job_id,
        task,
        target.patient,
        target.series if job.volume is not None else None,
        replace(outcome.findings, notices=(*doubts(job.volume), *labels, *outcome.findings.notices)),
        outcome.provenance,
        card,
        card_text,
        outcome.log,
        outcome.release,
    )


def _as_it_calls_itself(task: TaskManifest, result: ClassifyResult) -> tuple[TaskManifest, str]:
    """The task under the name of the classifier that answered, and the card that came with it."""
    from medapp.services.own_classifiers import card_of

    terms = next((one.values for one in result.notices if one.code == "classifier-terms"), {})
    title = str(terms.get("title", "")).strip()
    return (replace(task, title=title), card_of(terms)) if title else (task, "")
