"""patient.together: death within five years by the parts of the record that are there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from medapp.api import ClassifyResult, Estimate, InputCheck, SegmentRequest, TaskRefused
from medapp.domain.finding import Chart, Finding, ItemEvidence, Trace
from medapp.domain.notice import Notice
from medapp.engine.calibration import sigmoid
from medapp_classification.patient_together.bounds import NONE, calibration_chart, interval

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from medapp.api import ClassifyRequest, JobContext, TaskRequest
    from medapp.domain.finding import Familiarity
    from medapp_classification.patient_together.model import Model
    from medapp_classification.records.learners.cases import Cases
    from medapp_classification.records.patient import Patient

_MEMORY: Final = 300_000_000
WHOLE: Final = (
    "The interval is where the share of deaths lay, with 95 % certainty, among held-back people who were "
    "told as much."
)
NOT_WHOLE: Final = f"{NONE} Nor is there a prediction set, for the same reason."
NO_IMAGES: Final = (
    "Images and genome are not used: no data were to be had with which a model of them and of the record "
    "could be trained on the same people."
)
_NO_PROBLEMS: Final = "the record holds no problems"
_NO_NUMBERS: Final = ("none of HDL", "the last measurement")


def check_input(request: TaskRequest) -> InputCheck:
    """A record with at least one entry."""
    record = None if isinstance(request, SegmentRequest) else request.record
    if record is None or not record.entries:
        return InputCheck(ok=False, reason="needs a record of the patient with entries in it")
    return InputCheck(ok=True)


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """The models are small."""
    return Estimate(_MEMORY, 4.0)


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What the experts say of one patient.

    Attributes:
        logits, strange, weights: By expert.
        there: Which are used.
        why: Of each that is not, why.
    """

    logits: np.ndarray
    strange: np.ndarray
    weights: np.ndarray
    there: np.ndarray
    why: dict[str, str]
    probability: float


def classify(request: ClassifyRequest, context: JobContext) -> ClassifyResult:
    """Ask the experts that have something to go by, and put together what they say.

    Raises:
        TaskRefused: Where `check_input` says no, or the weights cannot be used.
        FileNotFoundError: Where the weights are not installed.
    """
    from medapp_classification.patient_together.model import WEIGHTS
    from medapp_classification.records.patient import patient_of

    check = check_input(request)
    if not check.ok or request.record is None:
        raise TaskRefused(check.reason)
    context.progress(0.0, "reading the experts")
    model = model_of(context.weights(WEIGHTS))
    patient = patient_of(
        request.record,
        as_of=str(request.parameters.get("as_of", "")),
        no_problems=bool(request.parameters.get("no_problems", False)),
        in_part=True,
    )
    notices = patient.notices
    if patient.history is None:
        reason = "; ".join(patient.lacking)
        return ClassifyResult(
            (), ("record",), abstained=f"{reason[:1].upper()}{reason[1:]}.", notices=notices
        )
    context.progress(0.4, "asking the experts")
    said = _ask(model, patient)
    if not said.there.any():
        reason = f"No expert can be asked: {'; '.join(said.why.values())}."
        return ClassifyResult(
            (), ("record",), abstained=reason, familiarity=_familiarity(said), notices=notices
        )
    used = ", ".join(
        one.kind.title.lower() for one, there in zip(model.fusion.experts, said.there, strict=True) if there
    )
    told = [Notice("used", f"Went by: {used}.", "info"), Notice("no-images", NO_IMAGES, "info")]
    told += [Notice("missing", f"Not used: {title}: {why}.", "info") for title, why in said.why.items()]
    return ClassifyResult(
        (_finding(model, said, patient),),
        ("record",),
        familiarity=_familiarity(said),
        coverage=model.sets.coverage,
        charts=_charts(model, said),
        explained={"record": "what each expert says, times its weight", "counterfactual": "none"},
        notices=(*told, *notices),
    )


def _ask(model: Model, patient: Patient) -> Said:
    cases = _cases(patient)
    logits, there, strange = model.fusion.says(cases)
    why: dict[str, str] = {}
    kept = there[0].copy()
    lacking = {"conditions": _first(patient, (_NO_PROBLEMS,)), "measurements": _first(patient, _NO_NUMBERS)}
    for place, one in enumerate(model.fusion.experts):
        reason = lacking.get(one.kind.key, "")
        if not reason and not there[0, place]:
            reason = "nothing of it is in the record with date and unit"
        if not reason and strange[0, place] > 1:
            reason = _unlike(one.kind.title, float(strange[0, place]))
        if reason:
            kept[place], why[one.kind.title] = False, reason
    weights, _ = model.fusion.gate.weights(kept[None], strange)
    fused = model.fusion.gate.fused(logits, kept[None], strange)
    return Said(logits[0], strange[0], weights[0], kept, why, float(sigmoid(fused)[0]))


def _unlike(title: str, score: float) -> str:
    return (
        f"by {title.lower()} alone the patient is unlike those whom this expert was trained on: {score:.2f}, "
        "and its own limit is 1 (record.risk looks at the whole record, and has another limit)"
    )


def _cases(patient: Patient) -> Cases:
    from medapp_classification.records.history import rows, term_rows
    from medapp_classification.records.learners.cases import Cases as Rows

    base = rows([patient.history] if patient.history is not None else [])
    return Rows(base, term_rows(base))


def _first(patient: Patient, starts: tuple[str, ...]) -> str:
    return next((one for one in patient.lacking if one.startswith(starts)), "")


def _finding(model: Model, said: Said, patient: Patient) -> Finding:
    from medapp_classification.record_risk.questions import BY_KEY, HORIZON_DAYS

    question = BY_KEY["death"]
    items = [
        ItemEvidence(
            one.kind.title,
            f"alone {100 * float(sigmoid([said.logits[place]])[0]):.1f} %, weight {said.weights[place]:.2f}",
            float(said.weights[place] * (said.logits[place] - model.fusion.gate.middle)),
            "log-odds",
        )
        for place, one in enumerate(model.fusion.experts)
        if said.there[place]
    ]
    items += [ItemEvidence(title, f"not used: {why}") for title, why in said.why.items()]
    alone = [float(one) for one, there in zip(sigmoid(said.logits), said.there, strict=True) if there]
    names = [one.kind.key for one, there in zip(model.fusion.experts, said.there, strict=True) if there]
    figures = next(row for row in model.facts["patterns"] if row["names"] == names)
    low, high, value = (figures["c_index"][part] for part in (1, 2, 0))
    whole = bool(said.there.all())
    ends = interval(said.probability, model.facts["calibration"]) if whole else (None, None)
    return Finding(
        question.key,
        question.title,
        "risk",
        question.code,
        probability=said.probability,
        low=ends[0],
        high=ends[1],
        answers=model.sets.answers(said.probability) if whole else (),
        horizon_days=HORIZON_DAYS,
        as_of="" if patient.at is None else patient.at.date().isoformat(),
        group="Together",
        items=tuple(items),
        remark=(
            f"{WHOLE if whole else NOT_WHOLE} "
            f"Experts alone say from {100 * min(alone):.1f} to {100 * max(alone):.1f} %. With these experts "
            f"the concordance on held-back people is {value:.3f} ({low:.3f} to {high:.3f}). {NO_IMAGES}"
        ),
    )


def _familiarity(said: Said) -> Familiarity:
    from medapp.domain.finding import Familiarity as Judged
    from medapp_classification.records.familiar import METHOD

    used = said.there.any()
    score = float(said.strange[said.there].max()) if used else float(said.strange.max())
    whose = "the strangest of the experts that are used" if used else "the strangest of the experts"
    return Judged(score, 1.0, f"{whose}, each by its own part of the record alone: {METHOD}")


def _charts(model: Model, said: Said) -> tuple[Chart, ...]:
    found = [_chart(model, said)]
    if said.there.all():
        found.append(calibration_chart(said.probability, model.facts["calibration"], "death"))
    return tuple(found)


def _chart(model: Model, said: Said) -> Chart:
    """Experts from left to right in the order of the model, then all together; named below the axis."""
    shown = [place for place, there in enumerate(said.there) if there]
    heights = [100 * float(sigmoid([said.logits[place]])[0]) for place in shown]
    labels = [model.fusion.experts[place].kind.title for place in shown]
    bars = Trace(
        "expert alone", tuple(map(float, range(len(shown)))), tuple(heights), "bars", labels=tuple(labels)
    )
    here = Trace("together", (float(len(shown)),), (100 * said.probability,), "here", labels=("together",))
    title = "What each expert says"
    return Chart("experts", title, "expert", "death within 5 years (%)", (bars, here), "death")


@lru_cache(maxsize=1)
def model_of(path: Path) -> Model:
    """Read a model; what was read last is kept.

    Raises:
        TaskRefused: Where the file is not what its name says.
    """
    from medapp_classification.patient_together.model import load

    try:
        return load(path)
    except ValueError as error:
        raise TaskRefused(str(error)) from error
