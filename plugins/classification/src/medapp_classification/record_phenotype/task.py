"""record.phenotype: the group of a cohort that a patient belongs to, and where on its map."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.api import ClassifyResult, Estimate, InputCheck, SegmentRequest, TaskRefused
from medapp.domain.finding import Chart, Finding, ItemEvidence, Trace
from medapp.domain.notice import Notice
from medapp_classification.records.patient import Shown

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import ClassifyRequest, JobContext, TaskRequest
    from medapp_classification.record_phenotype.columns import Column
    from medapp_classification.record_phenotype.model import Model
    from medapp_classification.records.patient import Patient

_MEMORY: Final = 300_000_000
_SHOWN: Final = 8
_LEAST: Final = 0.01
_ALL_UNITS: Final = {"1": "", "a": " years"}
_WAYS: Final = {"mixture": "Mixture", "kmeans": "k-means"}
_UNITS: Final = {"mixture": "log-odds", "kmeans": "squared distance"}
_EXPLAINED: Final = (
    "integrated gradients: how far each value of this patient draws them to the group rather than to the "
    "next, from the middle of the cohort"
)
_NO_UMAP: Final = "The map is by principal components: a fitted UMAP can only be kept as code that is run."


def check_input(request: TaskRequest) -> InputCheck:
    """A record with at least one entry."""
    record = None if isinstance(request, SegmentRequest) else request.record
    if record is None or not record.entries:
        return InputCheck(ok=False, reason="needs a record of the patient with entries in it")
    return InputCheck(ok=True)


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """The model is small."""
    return Estimate(_MEMORY, 2.0)


def classify(request: ClassifyRequest, context: JobContext) -> ClassifyResult:
    """Say which group the patient belongs to; nothing is fitted.

    Raises:
        TaskRefused: Where `check_input` says no, or the weights cannot be used.
        FileNotFoundError: Where the weights are not installed.
    """
    from medapp_classification.record_phenotype.model import WEIGHTS
    from medapp_classification.records.familiar import METHOD

    check = check_input(request)
    if not check.ok or request.record is None:
        raise TaskRefused(check.reason)
    context.progress(0.0, "reading the groups")
    model = model_of(context.weights(WEIGHTS))
    context.progress(0.3, "reading the record")
    values, shown, lacking, notices = _values(model, request)
    if lacking:
        reason = "; ".join(lacking)
        return ClassifyResult(
            (), ("record",), abstained=f"{reason[:1].upper()}{reason[1:]}.", notices=notices
        )
    row = np.array(values, dtype=float)
    judged = model.familiar.judged(row)
    if judged.is_strange:
        reason = (
            f"This patient is unlike the people of the cohort ({judged.score:.2f}, the limit is 1; {METHOD})."
        )
        return ClassifyResult((), ("record",), abstained=reason, familiarity=judged, notices=notices)
    context.progress(0.6, "finding the group")
    placed = model.clusters.space.placed(row[None])
    notices = (*notices, Notice("map", _NO_UMAP, "info"))
    return ClassifyResult(
        _findings(model, row, placed, shown),
        ("record",),
        familiarity=judged,
        charts=(_chart(model, placed[0]),),
        explained={"record": _EXPLAINED, "counterfactual": "none"},
        notices=notices,
    )


def _values(
    model: Model, request: ClassifyRequest
) -> tuple[list[float], dict[str, Shown], list[str], tuple[Notice, ...]]:
    from medapp_classification.record_phenotype.columns import cohort_columns, history_row
    from medapp_classification.records.patient import patient_of

    asked = request.parameters
    if request.record is None:
        return [], {}, ["needs a record of the patient"], ()
    if model.columns == cohort_columns():
        patient: Patient = patient_of(
            request.record,
            as_of=str(asked.get("as_of", "")),
            no_problems=bool(asked.get("no_problems", False)),
        )
        values = [] if patient.history is None else history_row(patient.history)
        return values, patient.shown, list(patient.lacking), patient.notices
    return _any_values(model.columns, request)


def _any_values(
    columns: tuple[Column, ...], request: ClassifyRequest
) -> tuple[list[float], dict[str, Shown], list[str], tuple[Notice, ...]]:
    """The last values before a moment, by the columns of any cohort."""
    from medapp_classification.records.people import end_of_day, individual_of, last_moment
    from medapp_classification.records.reading import numbers_of

    record = request.record
    if record is None:
        return [], {}, ["needs a record of the patient"], ()
    day = str(request.parameters.get("as_of", ""))
    at = end_of_day(day) if day else last_moment(record, datetime.now(UTC))
    if at is None:
        return [], {}, ["no entry of the record has a date: state a day with as_of"], ()
    person = individual_of(record)
    known = {code: one.variable for one in columns if one.kind == "number" for code in one.loinc.split()}
    numbers = numbers_of(record, known, at)
    needs_person = any(one.kind == "person" for one in columns)
    values, shown = [], {}
    for one in columns:
        last = numbers.found[one.key][-1] if numbers.found.get(one.key) else None
        own = {"age": person.age(at), "male": None if person.male is None else float(person.male)}
        value = own.get(one.key) if one.kind == "person" else None if last is None else last.value
        values.append(np.nan if value is None else float(value))
        entries = () if last is None else (last.entry,)
        said = _words(value, one) if one.key != "age" else f"{person.birthdays(at)} years"
        shown[one.key] = Shown(said, entries, None if last is None else last.when)
    lacking = list(person.lacking) if needs_person else []
    return values, shown, lacking, numbers.notices()


def _findings(
    model: Model, row: np.ndarray, placed: np.ndarray, shown: dict[str, Shown]
) -> tuple[Finding, ...]:
    said = model.clusters.mixture.responsibilities(placed)[0]
    stable = {
        kind: next(
            one["stability"] for one in model.facts[kind] if one["groups"] == model.facts["chosen"][kind]
        )
        for kind in ("kmeans", "mixture")
    }
    found = [
        Finding(
            f"mixture-{group + 1}",
            _title(model, "mixture", group),
            "cluster",
            probability=float(said[group]),
            group="Groups of a Gaussian mixture",
            items=_items(model, "mixture", int(group), row, shown),
            remark=_remark(model, "mixture", group, stable["mixture"]),
        )
        for group in np.argsort(-said, kind="stable")
        if said[group] >= _LEAST
    ]
    nearest = int(model.clusters.nearest(placed)[0])
    found.append(
        Finding(
            f"kmeans-{nearest + 1}",
            _title(model, "kmeans", nearest),
            "cluster",
            in_set=True,
            group="Group of k-means",
            items=_items(model, "kmeans", nearest, row, shown),
            remark=_remark(model, "kmeans", nearest, stable["kmeans"]),
        )
    )
    return tuple(found)


def _title(model: Model, kind: str, group: int) -> str:
    """A group is called by how it was found and by the two things that distinguish it most."""
    facts = model.facts["groups"][kind][group]
    words = []
    for place in facts["order"][:2]:
        word = "more" if facts["apart"][place] > 0 else "less"
        words.append(f"{word} {model.columns[place].title.lower()}")
    return f"{_name(model, kind, group)}: {', '.join(words)}"


def _name(model: Model, kind: str, group: int) -> str:
    """By the way that found it, for groups of two ways are not the same though their numbers are."""
    count = len(model.clusters.mixture.shares if kind == "mixture" else model.clusters.centres)
    return f"{_WAYS[kind]} group {group + 1} of {count}"


def _items(
    model: Model, kind: str, group: int, row: np.ndarray, shown: dict[str, Shown]
) -> tuple[ItemEvidence, ...]:
    """What drew this patient to the group, most of all first; then what is not measured."""
    from medapp_classification.record_phenotype.drawing import of_kmeans, of_mixture

    facts = model.facts["groups"][kind][group]
    effects = (of_mixture if kind == "mixture" else of_kmeans)(model.clusters, row, group)
    order = [*np.argsort(-np.abs(np.nan_to_num(effects)), kind="stable")]
    measured = [place for place in order if np.isfinite(effects[place])]
    found = []
    for place in measured[:_SHOWN] or order[:_SHOWN]:
        column = model.columns[place]
        inside, others = (_words(facts[name][place], column) for name in ("means", "others"))
        one = shown.get(column.key, Shown(""))
        found.append(
            ItemEvidence(
                column.title,
                one.value,
                float(effects[place]) if np.isfinite(effects[place]) else None,
                _UNITS[kind],
                one.entries[:_SHOWN],
                one.when,
                one.code,
                f"this group {inside}, the others {others}",
            )
        )
    return tuple(found)


def _words(value: float | None, column: Column) -> str:
    if value is None:
        return "not measured"
    if column.kind == "condition" or column.key == "male":
        return f"{100 * value:.0f} %"
    return f"{value:.4g}{_ALL_UNITS.get(column.unit, f' {column.unit}')}"


def _remark(model: Model, kind: str, group: int, stability: float) -> str:
    facts = model.facts["groups"][kind][group]
    words = f"{100 * facts['share']:.0f} % of {model.facts['people']} people of the cohort. "
    if facts["died"] is not None:
        words += f"{100 * facts['died']:.1f} % of them died within 5 years. "
    words += f"Found again in other halves of the cohort: adjusted Rand {stability:.2f} (1 is the same)."
    return words if kind == "mixture" else f"{words} k-means names the nearest group and no probability."


def _chart(model: Model, here: np.ndarray) -> Chart:
    """Some people of the cohort, each in the group of the mixture that is most probable."""
    traces = [
        Trace(
            _name(model, "mixture", group),
            tuple(map(float, model.cloud[model.members == group, 0])),
            tuple(map(float, model.cloud[model.members == group, 1])),
            "points",
        )
        for group in range(len(model.clusters.mixture.shares))
    ]
    traces.append(Trace("this patient", (float(here[0]),), (float(here[1]),), "here"))
    first, second = (100 * share for share in model.facts["explained"][:2])
    return Chart(
        "map",
        "The cohort, coloured by the groups of the mixture, and this patient",
        f"component 1 ({first:.0f} % of the differences)",
        f"component 2 ({second:.0f} %)",
        tuple(traces),
    )


@lru_cache(maxsize=1)
def model_of(path: Path) -> Model:
    """Read a model; what was read last is kept.

    Raises:
        TaskRefused: Where the file is not what its name says.
    """
    from medapp_classification.record_phenotype.model import load

    try:
        return load(path)
    except ValueError as error:
        raise TaskRefused(str(error)) from error
