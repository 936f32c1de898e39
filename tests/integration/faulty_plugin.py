"""A plugin that does what the parameter `how` says: works, cancels late, crashes, hangs, lies."""

import os
import time

import numpy as np

from medapp.api import ClassifyResult, InputCheck, SegmentResult, hookimpl
from medapp.domain.finding import Finding, HeatMap, ItemEvidence
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
