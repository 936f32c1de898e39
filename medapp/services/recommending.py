"""Ask models for treatment: a job that ends with options as a proposal, checked by what can be cited."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medapp.api.results import Estimate, InputCheck
from medapp.services.running import TaskChoice, weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from medapp.api.manifest import TaskManifest
    from medapp.api.results import RecommendResult
    from medapp.domain.medicines import Checks
    from medapp.domain.provenance import Provenance
    from medapp.jobs import JobHandle, TaskOutcome
    from medapp.library import Library
    from medapp.library.proposals import ProposalEntry
    from medapp.services.app import App
    from medapp.services.medicines import PatientMedicines

KIND: Final = "treatment"


@dataclass(frozen=True, eq=False)
class Recommendation:
    """Options that nobody has decided on yet.

    Attributes:
        id: Of the job that made it.
        patient: Key in the library; empty where the patient is not in it.
        result: The options with their checks; forbidden ones come last.
        current: What is taken now, as it was recognised, with its own checks.
        card: Name of the model's card; empty where it has none.
    """

    id: str
    task: TaskManifest
    patient: str
    result: RecommendResult
    current: Checks
    provenance: Provenance
    card: str = ""
    log: Path = field(default_factory=Path)


@dataclass(frozen=True)
class Subject:
    """Whom a model is asked about.

    Attributes:
        medicines: As `medapp.services.medicines.medicines_of` gives it.
        key: In the library; empty where the patient is not in it.
        name: For the list of jobs.
    """

    medicines: PatientMedicines
    key: str = ""
    name: str = ""


def treatments_for(patient: PatientMedicines) -> tuple[TaskChoice, ...]:
    """All tasks of treatment: those that can be asked about a patient first, the rest with its reason."""
    from medapp.plugins import discover

    found = [
        TaskChoice(manifest, task, fits_patient(task, patient), Estimate(task.fixed_bytes))
        for manifest in discover().manifests
        for task in manifest.tasks
        if task.kind == KIND
    ]
    return tuple(sorted(found, key=lambda choice: not choice.check.ok))


def fits_patient(task: TaskManifest, patient: PatientMedicines) -> InputCheck:
    """Whether a task can be asked about a patient, from its manifest and what is there; with the reason."""
    if task.kind != KIND:
        return InputCheck(ok=False, reason="proposes no treatment")
    if patient.record is None:  # there is no treatment without one, whatever the manifest says
        return InputCheck(ok=False, reason="needs a record of the patient, and there is none")
    if task.genome == "required" and patient.genome is None:
        return InputCheck(ok=False, reason="needs the patient's genome, and there is none")
    for name, (path, _) in weights_of(task).items():
        if not path.is_file():
            return InputCheck(ok=False, reason=f"its weights {name} are not installed")
    return InputCheck(ok=True)


def start_recommendation(
    app: App,
    task_id: str,
    subject: Subject,
    parameters: Mapping[str, object],
    on: date,
    *,
    device: str = "auto",
    seed: int = 0,
) -> JobHandle:
    """Queue a task of treatment; the result of the job is a `Recommendation`, its options checked.

    Args:
        app: The program.
        task_id: As in the manifest.
        subject: Whom it is asked about.
        parameters: What the user set; defaults are filled in.
        on: Today, or the day that is asked about; the parameter ``as_of`` of the task goes before it. Checks
            of an option are made for the day that the options are for, and for this one where it differs.
        device: ``auto``, ``cpu``, ``cuda:0`` ...
        seed: Of every random choice.

    Raises:
        KeyError: Where no plugin offers the task.
        ValueError: Where it cannot be asked about the patient, or the parameters are not those it takes.
        OSError: Where a table of medicines cannot be read.
        UnreadableError: Where one is not the table that it should be.
    """
    from medapp.jobs import TaskJob
    from medapp.plugins import checked, discover
    from medapp.services.medicines import check_list, drug_tables

    manifest, task = discover().find(task_id)
    filled, patient = checked(task, parameters), subject.medicines
    on = _asked_about(filled, on)
    check = fits_patient(task, patient)
    if not check.ok:
        message = f"{task.title} cannot run: {check.reason}"
        raise ValueError(message)
    current = check_list(patient.current, patient, drug_tables(app.paths.data), on)
    job = TaskJob(
        manifest,
        task,
        action="recommend",
        record=patient.record,
        genome=patient.genome if task.genome != "none" else None,
        current=tuple(one.drug for one in current.medicines),
        parameters=filled,
        patient=subject.name,
        weights_files=weights_of(task),
        device=device,
        seed=seed,
    )
    asked = _Asked(app, task, subject, current, on)
    return app.jobs.submit_task(job, then=asked.proposal)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is needed to make a proposal of what a model said."""

    app: App
    task: TaskManifest
    subject: Subject
    current: Checks
    on: date

    def proposal(self, outcome: TaskOutcome) -> Recommendation:
        """The options with their checks; called in the thread of the job."""
        from medapp.services.medicines import drug_tables
        from medapp.services.option_checks import with_checks

        assert outcome.options is not None  # noqa: S101 - the job's action is "recommend"
        tables = drug_tables(self.app.paths.data)
        day = _day(outcome.options.day) or self.on
        result = with_checks(outcome.options, self.subject.medicines, tables, day, today=self.on)
        card = next((file.card for file in self.task.weights if file.card), "")
        return Recommendation(
            outcome.job_id,
            self.task,
            self.subject.key,
            result,
            self.current,
            outcome.provenance,
            card,
            outcome.log,
        )


def _day(text: str) -> date | None:
    from datetime import date as day

    try:
        return day.fromisoformat(text.strip())
    except ValueError:
        return None


def _asked_about(parameters: Mapping[str, object], on: date) -> date:
    """The day that the parameters ask about, else `on`; what is no day the task refuses itself."""
    return _day(str(parameters.get("as_of", ""))) or on


def keep(app: App, proposal: Recommendation) -> ProposalEntry:
    """Put a proposal beside its patient in the library, until a plan is made of one of its options.

    Raises:
        ValueError: Where the patient is not in the library.
        OSError: Where it cannot be written.
    """
    from medapp.api.wire_treatment import write_options
    from medapp.library.proposals import ProposalEntry
    from medapp.services.recommending_file import REPORT, recommendation_json
    from medapp.services.result_file import folder_of_answer, write_report

    folder = folder_of_answer(app, proposal.id, proposal.patient)
    write_options(proposal.result, folder)
    write_report(folder / REPORT, recommendation_json(proposal))
    entry = ProposalEntry(
        proposal.id,
        proposal.patient,
        proposal.task.id,
        proposal.task.title,
        proposal.provenance.plugin_version,
        proposal.provenance.finished,
        folder,
    )
    app.library.proposals.add(entry)
    return entry


@dataclass(frozen=True, eq=False)
class KeptProposal:
    """A proposal as the library holds it.

    Attributes:
        report: ``result.json``, with its provenance.
    """

    entry: ProposalEntry
    result: RecommendResult
    report: Mapping[str, Any]


def proposals_of(library: Library, patient_key: str) -> tuple[tuple[KeptProposal, ...], tuple[str, ...]]:
    """What models proposed for a patient, the latest first; and the titles of those that cannot be read."""
    import orjson

    from medapp.api.wire_treatment import read_options
    from medapp.services.inbox import keys_of
    from medapp.services.recommending_file import REPORT

    found, unreadable = [], []
    for entry in library.proposals.of(keys_of(library, patient_key)):
        try:
            report = orjson.loads((entry.folder / REPORT).read_bytes())
            found.append(KeptProposal(entry, read_options(entry.folder), report))
        except (OSError, ValueError, KeyError, TypeError):
            unreadable.append(entry.title)
    return tuple(found), tuple(unreadable)
