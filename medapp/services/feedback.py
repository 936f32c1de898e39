"""What persons have accepted and corrected, as examples that a model can be trained on."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from medapp.services.corrections import label_of
from medapp.services.csv_out import write_csv
from medapp.services.plan_feedback import TREATMENT, plan_examples
from medapp.services.result_file import WARNING, write_report

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.finding import Finding
    from medapp.library import Library
    from medapp.library.findings import Decision, FindingEntry
    from medapp.services.app import App
    from medapp.services.corrections import Label
    from medapp.services.plan_feedback import PlanExample

EXAMPLES: Final = "examples.csv"
SUMMARY: Final = "feedback.json"
_KEY: Final = "pseudonyms.key"
_KEY_BYTES: Final = 32


@dataclass(frozen=True)
class Example:
    """One finding of which a person has said what holds.

    Attributes:
        patient: A pseudonym: the same for one person in all exports of this installation, however often they
            are made, and for images and record of one person.
        result: The answer of the model.
        label_kind: See `medapp.services.corrections.Label`.
        label: ``present``, ``absent``, a key of the task's findings, a number, or words.
        unit: Of a number; empty where it is not known.
        said_probability, said_value: What the model said.
        series: Key of the images in this library; empty where none were used.
        input_sha256, record_sha256, genome_sha256: Of what the model saw.
        decided: ISO 8601, in UTC.
    """

    task: str
    version: str
    patient: str
    result: str
    finding: str
    title: str
    kind: str
    verdict: str
    label_kind: str
    label: str
    unit: str
    said_probability: float | None
    said_value: float | None
    reason: str
    series: str
    input_sha256: str
    record_sha256: str
    genome_sha256: str
    decided: str


@dataclass(frozen=True)
class Feedback:
    """Examples, and what gives none.

    Attributes:
        left_out: How many findings, or lines of plans, by reason.
        lines: Of signed treatment plans.
    """

    examples: tuple[Example, ...]
    left_out: tuple[tuple[str, int], ...] = ()
    lines: tuple[PlanExample, ...] = ()


def feedback_of(app: App, task: str = "") -> Feedback:
    """All examples of a task, or of all tasks; call it off the window's thread.

    Rejected findings are left out: that something is wrong does not say what holds.
    """
    from medapp.services.inbox import read_answer

    library = app.library
    pseudonyms = Pseudonyms(library, _key(app.paths.config))
    examples: list[Example] = []
    left_out: Counter[str] = Counter()
    entries = library.findings.decided(task)
    decided: dict[str, list[Decision]] = {}
    for one in library.findings.decisions(entry.id for entry in entries):
        decided.setdefault(one.result, []).append(one)
    for entry in entries:
        decisions = decided.get(entry.id, [])
        try:
            result, report = read_answer(entry.folder)
        except (OSError, ValueError, KeyError, TypeError):
            left_out["the answer's files cannot be read"] += len(decisions)
            continue
        by_key = {one.key: one for one in result.findings}
        for decision in sorted(decisions, key=lambda one: one.finding):
            finding = by_key.get(decision.finding)
            label = None if finding is None else label_of(finding, result.findings, decision, result.coverage)
            if finding is None or label is None:
                left_out[_why(decision, finding)] += 1
                continue
            made = _Made(entry, report.get("provenance") or {}, pseudonyms.of(entry.patient))
            examples.append(made.example(finding, decision, label))
    lines, unsigned = (
        plan_examples(library.plans.all(), pseudonyms.of) if task in {"", TREATMENT} else ((), 0)
    )
    if unsigned:
        left_out["decided in a treatment plan that is not signed"] = unsigned
    return Feedback(tuple(examples), tuple(sorted(left_out.items())), lines)


def write_feedback(feedback: Feedback, folder: Path) -> tuple[Path, ...]:
    """Write ``TASK/examples.csv`` for each task and ``feedback.json``; return where they lie.

    Patients have pseudonyms, but reasons are in the words of those who decided: the files are still about
    persons, and are made readable for their owner only.

    Raises:
        OSError: Where they cannot be written.
    """
    rows: dict[str, list[Example] | list[PlanExample]] = {
        task: [one for one in feedback.examples if one.task == task]
        for task in sorted({one.task for one in feedback.examples})
    }
    if feedback.lines:
        rows[TREATMENT] = list(feedback.lines)
    paths = []
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for task, mine in rows.items():
        own = folder / _safe(task)
        own.mkdir(mode=0o700, exist_ok=True)
        columns = tuple(one.name for one in fields(mine[0]))
        write_csv(own / EXAMPLES, columns, ([getattr(one, name) for name in columns] for one in mine))
        paths.append(own / EXAMPLES)
    write_report(folder / SUMMARY, summary(feedback))
    return (*paths, folder / SUMMARY)


def summary(feedback: Feedback) -> dict[str, object]:
    """How many there are of each task, and what was left out, in JSON types."""
    counts = Counter(one.task for one in feedback.examples)
    patients = {task: {one.patient for one in feedback.examples if one.task == task} for task in counts}
    if feedback.lines:
        counts[TREATMENT] = len(feedback.lines)
        patients[TREATMENT] = {one.patient for one in feedback.lines}
    return {
        "warning": WARNING,
        "tasks": [
            {"task": task, "examples": count, "patients": len(patients[task])}
            for task, count in sorted(counts.items())
        ],
        "left_out": dict(feedback.left_out),
    }


@dataclass(frozen=True)
class _Made:
    """What all examples of one answer share."""

    entry: FindingEntry
    provenance: dict[str, Any]
    patient: str

    def example(self, finding: Finding, decision: Decision, label: Label) -> Example:
        number = label.kind == "value" and label.value is not None
        return Example(
            task=self.entry.task,
            version=self.entry.version,
            patient=self.patient,
            result=self.entry.id,
            finding=finding.key,
            title=finding.title,
            kind=finding.kind,
            verdict=decision.verdict,
            label_kind=label.kind,
            label=repr(label.value) if number else label.text,
            unit=label.unit,
            said_probability=finding.probability,
            said_value=finding.value,
            reason=decision.reason,
            series=self.entry.series_key,
            input_sha256=str(self.provenance.get("input_sha256", "")),
            record_sha256=str(self.provenance.get("record_sha256", "")),
            genome_sha256=str(self.provenance.get("genome_sha256", "")),
            decided=datetime.fromtimestamp(decision.decided, UTC).isoformat(timespec="seconds"),
        )


class Pseudonyms:
    """The same name for the same person, which cannot be found without the key of this installation."""

    def __init__(self, library: Library, key: bytes) -> None:
        """`key` is secret and stays on this machine."""
        self._library, self._key = library, key
        self._known: dict[str, str] = {}

    def of(self, patient: str) -> str:
        """A pseudonym for a patient's key; images and record of one person have one together."""
        if patient not in self._known:
            digest = hashlib.blake2b(self._one_person(patient).encode(), key=self._key, digest_size=8)
            self._known[patient] = f"P-{digest.hexdigest()}"
        return self._known[patient]

    def _one_person(self, patient: str) -> str:
        from medapp.library.keys import RECORD_ONLY

        records = self._library.records
        persons = [patient.removeprefix(RECORD_ONLY)] if patient.startswith(RECORD_ONLY) else []
        if not persons:
            same = [one.person for one in records.matches(patient=patient) if one.verdict == "same"]
            persons = same
        found = [one.patient for person in persons for one in records.matches(person=person)
                 if one.verdict == "same"]  # fmt: skip
        return min([patient, *found, *(RECORD_ONLY + one for one in persons)])


def _why(decision: Decision, finding: Finding | None) -> str:
    if decision.verdict == "rejected":
        return "rejected: it is not said what holds instead"
    if finding is not None and finding.kind == "risk":
        return "an accepted risk: it is not said what came"
    return "accepted, but the model has said nothing definite"


def _safe(task: str) -> str:
    """A task's id as the name of a folder."""
    return "".join(one if one.isalnum() or one in "._-" else "_" for one in task).lstrip(".") or "task"


def _key(config: Path) -> bytes:
    """The key of this installation's pseudonyms, made where there is none."""
    path = config / _KEY
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        found = b""
    if len(found) == _KEY_BYTES:
        return found
    config.mkdir(parents=True, exist_ok=True)
    made = secrets.token_bytes(_KEY_BYTES)
    path.touch(mode=0o600)
    path.write_bytes(made)
    return made
