"""Train what makes molecules: first the autoencoder, then generator and critic in its codes."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch

from medapp.api import JobCancelled, TaskRefused, TrainResult
from medapp_molecules.generate import adversarial, chemnet
from medapp_molecules.generate.autoencoding import Plan as AutoencoderPlan
from medapp_molecules.generate.autoencoding import train_autoencoder
from medapp_molecules.generate.codes import CODES, codes_of
from medapp_molecules.generate.corpus import prepare, read_smiles
from medapp_molecules.generate.network import load_autoencoder, save
from medapp_molecules.generate.polishing import CURVES as POLISHED
from medapp_molecules.generate.polishing import polish
from medapp_molecules.generate.sampling import AUTOENCODER, CRITIC, GENERATOR
from medapp_molecules.generate.yardstick import SETTING, yardstick

if TYPE_CHECKING:
    from medapp.api import JobContext, TrainRequest
    from medapp_molecules.generate.yardstick import Yardstick

_SHARE: Final = 0.8
"""Of a limited time that the autoencoder gets where all is trained; the rest is for the two others."""


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Train the autoencoder, the generator, polish the decoder, or all (``stage``); go on from `request.out`.

    Raises:
        FileNotFoundError: Where `request.data` holds no training set.
        TaskRefused: Where the generator alone is wanted and there is no autoencoder yet.
    """
    stage = str(request.parameters.get("stage", "all"))
    if (wheel := str(request.parameters.get(SETTING) or "")) and stage != "polishing":
        # Hours before it is needed: what does not hold it is refused at once.
        chemnet.read(Path(wheel).expanduser())
    if stage == "polishing":
        return polish(request, context)
    budget = request.budget_minutes
    result = None
    if stage != "generator":
        limited = budget if budget is None or stage == "autoencoder" else _SHARE * budget
        result = train_autoencoder(replace(request, budget_minutes=limited), context)
        # Written anew, as it was before it was polished: it may be polished again.
        (request.out / POLISHED).unlink(missing_ok=True)
        if stage == "autoencoder":
            return result
    left = budget if budget is None or result is None else (1 - _SHARE) / 2 * budget
    found = train_generator(replace(request, budget_minutes=left), context)
    if result is None:
        return found
    # In the time that is left, if it is limited: polishing may end after any step.
    polished = polish(replace(request, budget_minutes=left), context)
    named = (("autoencoder", result), ("generator", found), ("polishing", polished))
    seen = {f"{name} {key}": value for name, one in named for key, value in one.metrics.items()}
    return TrainResult(found.weights, seen)


def train_generator(request: TrainRequest, context: JobContext) -> TrainResult:
    """Train the generator on codes of the autoencoder that lies in `request.out`.

    Raises:
        FileNotFoundError: Where `request.data` holds no training set.
        TaskRefused: Where there is no autoencoder.
    """
    torch.set_num_threads(context.threads)
    path = request.out / AUTOENCODER
    if not path.is_file():
        message = f"there is no autoencoder yet: {path.name} is made by stage=autoencoder"
        raise TaskRefused(message)
    autoencoder, pieces = load_autoencoder(path)
    autoencoder.to(context.device)
    plan = adversarial.Plan.of(request.parameters)
    merges = AutoencoderPlan.of(request.parameters).merges
    corpus = prepare(
        request.data, request.out, merges=merges, seed=context.seed,
        told=lambda share: context.progress(0.05 * share, "putting molecules into pieces"),
    )  # fmt: skip
    if corpus.pieces != pieces:
        message = "the autoencoder there was trained with another vocabulary"
        raise TaskRefused(message)
    told = path.stat()
    codes = codes_of(
        autoencoder, corpus, request.out / CODES, most=plan.codes, mark=f"{told.st_size} {told.st_mtime_ns}",
        seed=context.seed, told=lambda share: context.progress(0.1 * share, "coding the training set"),
    )  # fmt: skip
    budget_s = math.inf if request.budget_minutes is None else 60 * request.budget_minutes
    measure = _yardstick(request, context)
    run = adversarial.Adversaries(context, autoencoder, pieces, codes, request.out, plan, budget_s, measure)
    try:
        run.go_on()
    except JobCancelled:
        # A look that was cut off is not taken again: where one was due, the checkpoint before it is kept.
        if run.progress.step % plan.look:
            run.save()
        raise
    state = run.progress
    facts = {"steps": str(state.step), "seed": str(context.seed), "codes": str(len(codes))}
    run.generator.load_state_dict(run.best)
    save(run.generator, request.out / GENERATOR, autoencoder.shape, pieces, facts)
    levels = json.dumps([round(one, 4) for one in run.levels()])
    save(run.critic, request.out / CRITIC, autoencoder.shape, pieces, {**facts, "levels": levels})
    metrics = {"steps": float(state.step), "valid": state.valid, "unique": state.unique}
    early = float(state.since >= plan.patience)
    return TrainResult(request.out / GENERATOR, metrics | {"codes apart": state.apart, "ended early": early})


def _yardstick(request: TrainRequest, context: JobContext) -> Yardstick | None:
    named = str(request.parameters.get(SETTING) or "")
    if not named:
        return None
    context.progress(0.1, "looking at the training set with ChemNet")
    return yardstick(
        Path(named).expanduser(), read_smiles(request.data), context.seed, context.check_cancelled
    )
