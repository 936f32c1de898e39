"""A plugin that does what the parameter `how` says: works, cancels late, crashes, hangs, lies."""

import os
import time

import numpy as np

from medapp.api import (
    ClassifyResult,
    EvaluateResult,
    InputCheck,
    Predictions,
    RecommendResult,
    SegmentResult,
    hookimpl,
)
from medapp.domain.finding import Finding, HeatMap, ItemEvidence
from medapp.domain.recommendation import Change, Citation, Drug, Option, Statement
from medapp.domain.segmentation import Code, Label

ONE = Label(1, "bright", Code("1", "99TEST", "bright"), "#ff0000")


def _eat_memory():
    blocks = []
    while True:
        blocks.append(np.ones(32 << 20, dtype=np.uint8))
        time.sleep(0.01)


def _sleep_deaf():
    while True:
        time.sleep(0.5)


def _slow(context):
    for step in range(1000):
        context.progress(step / 1000, f"step {step}")
        time.sleep(0.01)


@hookimpl
def medapp_check_input(request):
    if request.parameters.get("how") == "body part":
        return InputCheck(ok=False, reason=f"this shows {request.body_part!r}")
    ok = request.parameters.get("how") != "refuse"
    return InputCheck(ok=ok, reason="" if ok else "this image is not for me")


@hookimpl
def medapp_segment(request, context):
    how = request.parameters.get("how", "work")
    print("noise on the standard output")  # noqa: T201 - as plugins do
    if how == "raise":
        message = "the tissue is too green"
        raise RuntimeError(message)
    if how == "abort":
        os.abort()
    if how == "memory":
        _eat_memory()
    if how == "deaf":
        _sleep_deaf()
    if how == "slow":
        _slow(context)
    context.progress(0.5, "half way")
    context.record("rung", "none needed")
    array = (np.asarray(request.volume.array) > 50).astype(np.uint8)
    if how == "shape":
        array = array[1:]
    if how == "values":
        array = array * 7
    if how == "seed":
        array = np.random.default_rng(context.seed).integers(0, 2, array.shape).astype(np.uint8)
    return SegmentResult(array, (ONE,))


@hookimpl
def medapp_classify(request, context):
    how = request.parameters.get("how", "work")
    if how == "slow":
        _slow(context)
    if how == "abstain":
        return ClassifyResult((), (), abstained="it is too strange")
    entries = request.record.entries if request.record is not None else ()
    if request.task == "record.risk":  # the more is written of somebody, the worse it stands
        share = len(entries) / 100
        risk = Finding(
            "death", "Death", "risk", probability=share, low=share / 2, high=share * 2, horizon_days=365.0
        )
        return ClassifyResult((risk,), ("record",))
    items = tuple(ItemEvidence("seen", entries=(entry.id,), effect=0.5) for entry in entries)
    probability = 1.5 if how == "probability" else 0.25
    used, maps, key = [], (), ""
    if request.volume is not None:
        array = np.zeros(request.volume.array.shape, np.float32)
        maps, key, used = (
            (HeatMap("h", "where", array[1:] if how == "shape" else array, "none"),),
            "h",
            ["images"],
        )
    if request.record is not None:
        used.append("record")
    finding = Finding("green", "Green", probability=probability, items=items, heat_map=key)
    calls = len(request.genome.calls) if request.genome is not None else 0
    segments = int(request.segmentation.array.sum()) if request.segmentation is not None else 0
    counted = Finding("calls", "Calls", "measurement", value=calls + segments, unit="1")
    return ClassifyResult((finding, counted), tuple(used), heat_maps=maps, explained=dict(request.facts))


@hookimpl
def medapp_evaluate(request, context):
    random = np.random.default_rng(0)
    count = 200
    cases = tuple(f"case {n}" for n in range(count))
    labels = (random.random(count) < 0.4).astype(int)
    noise = 0.3 if request.weights is not None else 1.5
    others = request.weights is None and request.parameters.get("how") == "others"
    said = np.clip(0.5 + 0.3 * (labels - 0.4) + random.normal(0, noise * 0.3, count), 0.01, 0.99)
    sexes = tuple("F" if n % 2 else "M" for n in range(count - 3)) + ("X",) * 3
    times = np.where(labels == 1, random.uniform(1, 5, count), random.uniform(4, 9, count))
    shared = {"cases": cases[::-1] if others else cases, "labels": tuple(labels.tolist())}
    return EvaluateResult(
        {"own": 1.0},
        predictions=(
            Predictions(
                "green",
                "Green & <i>bright</i>",
                "binary",
                scores=tuple(said.tolist()),
                sets=tuple((random.random(count) < 0.9).tolist()),
                coverage=0.9,
                groups={"sex": sexes},
                **shared,
            ),
            Predictions(
                "late",
                "Late",
                "survival",
                scores=tuple(said.tolist()),
                times=tuple(times.tolist()),
                horizon_days=4.0,
                probabilities=tuple(said.tolist()),
                **shared,
            ),
            Predictions("first", "First", "ranking", ("a", "b"), (1, 1), (1.0, 2.0)),
        ),
    )


@hookimpl
def medapp_recommend_treatment(request, context):
    how = request.parameters.get("how", "work")
    if how == "abstain":
        return RecommendResult((), abstained="nothing is known")
    source = Citation("table", "" if how == "source" else "made up", "row 1")
    drug = Drug("metformin", ("metformin",))
    statement = Statement("for", f"{len(request.current)} are taken", source)
    return RecommendResult((Option("a", "Start", (Change("start", drug),), 1.0, (statement,)),))
