"""record.risk: onset of diseases and death within five years, and death in hospital after intensive care."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from medapp.api import ClassifyResult, Estimate, InputCheck, SegmentRequest, TaskRefused
from medapp.domain.notice import Notice
from medapp_classification.nearness import scale_notice
from medapp_classification.record_risk.questions import COHORT, COVERAGE, ICU, Question

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import ClassifyRequest, JobContext, TaskRequest
    from medapp_classification.record_risk.answering import Said
    from medapp_classification.record_risk.model import Model
    from medapp_classification.records.stay_record import Stay

_MEMORY: Final = 400_000_000
_EXPLAINED: Final = {
    "record": "Shapley values; of the network integrated gradients and attention",
    "counterfactual": "smallest change of one variable that gives the other answer",
}


def check_input(request: TaskRequest) -> InputCheck:
    """A record with at least one entry."""
    record = None if isinstance(request, SegmentRequest) else request.record
    if record is None or not record.entries:
        return InputCheck(ok=False, reason="needs a record of the patient with entries in it")
    return InputCheck(ok=True)


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """The models are small."""
    return Estimate(_MEMORY, 6.0)


def classify(request: ClassifyRequest, context: JobContext) -> ClassifyResult:
    """Answer what can be answered of one patient; what cannot is said, with what would help.

    Raises:
        TaskRefused: Where `check_input` says no, a question is unknown, or the weights cannot be used.
        FileNotFoundError: Where the weights are not installed.
    """
    from medapp_classification.record_risk.answering import Said, answer
    from medapp_classification.record_risk.model import WEIGHTS
    from medapp_classification.record_risk.subject import of_patient, of_stay
    from medapp_classification.record_risk.training import asked
    from medapp_classification.records.patient import patient_of

    check = check_input(request)
    if not check.ok or request.record is None:
        raise TaskRefused(check.reason)
    context.progress(0.0, "reading the models")
    model, questions = model_of(context.weights(WEIGHTS)), asked(request.parameters)
    algorithm = str(request.parameters.get("algorithm", ""))
    said = Said()
    about_life = [one for one in questions if one.source == COHORT]
    if about_life:
        context.progress(0.2, "reading the record")
        patient = patient_of(
            request.record,
            as_of=str(request.parameters.get("as_of", "")),
            no_problems=bool(request.parameters.get("no_problems", False)),
        )
        said.notices += patient.notices
        said.reasons += patient.lacking
        subject = of_patient(patient)
        if subject is not None:
            context.progress(0.4, "asking the models")
            answer(model, about_life, subject, algorithm, said)
    about_stay = [one for one in questions if one.source == ICU]
    if about_stay:
        context.progress(0.8, "looking for a stay in intensive care")
        stay = _stay(request)
        said.notices += stay.notices
        _tell_stay(stay, about_stay, said)
        subject = of_stay(stay)
        if subject is not None:
            answer(model, about_stay, subject, algorithm, said)
    context.progress(1.0, "done")
    return _result(said)


def _stay(request: ClassifyRequest) -> Stay:
    from medapp_classification.records.stay_record import Said, stay_of

    asked = request.parameters
    words = {name: str(asked.get(name, "")) for name in ("icu_start", "icu_unit", "ventilation")}
    if request.record is None:
        message = "needs a record of the patient"
        raise TaskRefused(message)
    return stay_of(request.record, Said(*("" if one == "as recorded" else one for one in words.values())))


def _tell_stay(stay: Stay, questions: list[Question], said: Said) -> None:
    title = questions[0].title
    if not stay.is_asked:
        message = f"{title}: not asked, for the record has no stay in intensive care."
        said.notices.append(Notice("no-stay", message, "info"))
    for reason in stay.lacking:
        said.reasons.append(f"{title}: {reason}")


def _result(said: Said) -> ClassifyResult:
    findings = tuple(sorted(said.findings, key=lambda one: -(one.probability or 0.0)))
    if findings:
        said.notices.append(scale_notice("people, by the reasons of their answers,"))
    reasons = "; ".join(dict.fromkeys(said.reasons))
    notices = list(said.notices)
    abstained = ""
    if not findings:
        abstained = f"{reasons}." if reasons else ""
    elif reasons:
        notices.append(Notice("not-asked", f"Not asked: {reasons}.", "warning"))
    return ClassifyResult(
        findings,
        ("record",),
        abstained=abstained[:1].upper() + abstained[1:],
        familiarity=max(said.familiarity, key=lambda one: one.score, default=None),
        coverage=COVERAGE if findings else None,
        charts=tuple(said.charts) if findings else (),
        explained=_EXPLAINED,
        notices=tuple(notices),
    )


@lru_cache(maxsize=1)
def model_of(path: Path) -> Model:
    """Read a model; what was read last is kept.

    Raises:
        TaskRefused: Where the file is not what its name says.
    """
    from medapp_classification.record_risk.model import load

    try:
        return load(path)
    except ValueError as error:
        raise TaskRefused(str(error)) from error
